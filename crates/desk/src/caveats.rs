//! What must be said of a repository before anything that was read of it is believed.

use jiff::Timestamp;
use lake::RepoEntry;

/// What is missing among the facts of a repository, a sentence each; nothing when all is there.
#[must_use]
pub fn caveats(repo: &RepoEntry) -> Vec<String> {
    let name = &repo.name;
    let since = repo.truncated_since.map(|at| {
        let day = Timestamp::from_second(at)
            .map_or_else(|_| "an unknown day".to_owned(), |at| at.strftime("%Y-%m-%d").to_string());
        format!("{name} is a shallow clone: its history begins on {day}.")
    });
    let flags = repo.flags.iter().filter(|flag| flag.as_str() != "truncated");
    since.into_iter().chain(flags.map(|flag| said(name, flag))).collect()
}

fn said(name: &str, flag: &str) -> String {
    match flag {
        "partial" => format!("{name} is a partial clone: contents that are not here count nowhere."),
        "damaged" => format!("{name} is damaged: what could not be read counts nowhere; `git fsck` says more."),
        "rename_limit" => {
            format!(
                "{name} has commits with too many files for inexact renames: there a moved file counts as a new one."
            )
        }
        other => format!("{name}: {}.", other.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use lake::RepoEntry;

    use super::caveats;

    #[test]
    fn what_is_missing_is_said() {
        let whole = RepoEntry { name: "shop".into(), ..RepoEntry::default() };
        assert_eq!(caveats(&whole), Vec::<String>::new());
        let flags = ["truncated", "partial"].map(str::to_owned).to_vec();
        let found = caveats(&RepoEntry { truncated_since: Some(86_400), flags, ..whole });
        assert_eq!(
            found,
            [
                "shop is a shallow clone: its history begins on 1970-01-02.",
                "shop is a partial clone: contents that are not here count nowhere.",
            ]
        );
    }
}
