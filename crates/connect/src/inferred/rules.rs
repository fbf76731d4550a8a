//! How forges word the commit that brings a change request in: one rule a wording, the first that holds counts.

use super::locator::{Locator, Numbered, change_address, leading};
use super::{Commit, Method};

/// Which wording told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// `Merge pull request #7 from owner/branch`.
    MergeGithub,
    /// `Merge pull request 'Title' (#7) from branch into main`.
    MergeGitea,
    /// `Merge branch 'b' into 'main'`, `See merge request group/repo!7`.
    MergeGitlab,
    /// `Merged in branch (pull request #7)`.
    MergeBitbucket,
    /// `Merged PR 7: Title`.
    MergeAzure,
    /// `Auto merge of #7 - owner:branch, r=login`, `Merge #7 #8`.
    MergeBors,
    /// A trailer with the address of the change request.
    TrailerUrl,
    /// The trailers of Gerrit.
    TrailerGerrit,
    /// A subject that ends with ` (#7)`.
    SquashSuffix,
    /// A line of the body that says `PR #7`, alone or behind what it closes.
    BodyNumber,
    /// A merge without a number.
    MergePlain,
}

impl Rule {
    /// Its id, as a row keeps it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::MergeGithub => "merge.github",
            Self::MergeGitea => "merge.gitea",
            Self::MergeGitlab => "merge.gitlab",
            Self::MergeBitbucket => "merge.bitbucket",
            Self::MergeAzure => "merge.azure",
            Self::MergeBors => "merge.bors",
            Self::TrailerUrl => "trailer.url",
            Self::TrailerGerrit => "trailer.gerrit",
            Self::SquashSuffix => "squash.suffix",
            Self::BodyNumber => "body.number",
            Self::MergePlain => "merge.plain",
        }
    }
}

/// What a commit's message says of the change request that it brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub rule: Rule,
    /// Numbers of the requests that went in by this commit; empty where none is told.
    pub numbers: Vec<u64>,
    /// The repository that numbers it, where the message names one.
    pub of: Option<Locator>,
    /// Gerrit's id of the change.
    pub change_id: Option<String>,
    pub title: Option<String>,
    pub head: Option<String>,
    pub base: Option<String>,
    /// Who let it in, by a login.
    pub approved_by: Option<String>,
}

impl Told {
    fn by(rule: Rule) -> Self {
        let none = None;
        Self {
            rule,
            numbers: Vec::new(),
            of: None,
            change_id: none.clone(),
            title: none.clone(),
            head: none.clone(),
            base: none.clone(),
            approved_by: none,
        }
    }

    fn numbered(rule: Rule, number: u64) -> Self {
        Self { numbers: vec![number], ..Self::by(rule) }
    }
}

/// How a commit of the main line brought its change in.
pub(super) fn method(commit: &Commit, rule: Rule) -> Method {
    match (commit.parents.len(), rule) {
        (2.., _) => Method::Merge,
        (_, Rule::SquashSuffix | Rule::MergeAzure) => Method::Squash,
        _ => Method::Unknown,
    }
}

/// What the commit tells, by the first rule that holds. `suffixes`: whether ` (#7)` at the end of a subject counts in this repository.
pub(super) fn told(commit: &Commit, base: Option<&str>, suffixes: bool) -> Option<Told> {
    let merges = commit.parents.len() >= 2;
    let by_subject = if merges {
        github(commit).or_else(|| gitea(commit)).or_else(|| gitlab(commit)).or_else(|| bitbucket(commit))
    } else {
        None
    };
    by_subject
        .or_else(|| azure(commit))
        .or_else(|| bors(commit))
        .or_else(|| trailer_url(commit))
        .or_else(|| trailer_gerrit(commit))
        .or_else(|| if suffixes { suffix(commit) } else { None })
        .or_else(|| body_number(commit))
        .or_else(|| if merges { plain(commit, base) } else { None })
}

fn github(commit: &Commit) -> Option<Told> {
    let rest = commit.subject.strip_prefix("Merge pull request #")?;
    let (number, head) = rest.split_once(" from ")?;
    let title = commit.body.lines().map(str::trim).find(|line| !line.is_empty());
    Some(Told {
        title: title.map(str::to_owned),
        head: Some(head.trim().to_owned()),
        ..Told::numbered(Rule::MergeGithub, leading(number)?)
    })
}

fn gitea(commit: &Commit) -> Option<Told> {
    let rest = commit.subject.strip_prefix("Merge pull request '")?;
    // A title may hold quotes; the number stands behind the last.
    let (title, rest) = rest.rsplit_once("' (#")?;
    let (number, rest) = rest.split_once(')')?;
    let (head, base) = split_branches(rest.trim().strip_prefix("from ")?);
    Some(Told { title: Some(title.to_owned()), head, base, ..Told::numbered(Rule::MergeGitea, leading(number)?) })
}

/// `a into b`.
fn split_branches(text: &str) -> (Option<String>, Option<String>) {
    match text.rsplit_once(" into ") {
        Some((head, base)) => (Some(unquoted(head)), Some(unquoted(base))),
        None => (Some(unquoted(text)), None),
    }
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches('\'').to_owned()
}

fn gitlab(commit: &Commit) -> Option<Told> {
    let branches = commit.subject.strip_prefix("Merge branch ")?;
    let see = commit.body.lines().rev().find_map(|line| line.trim().strip_prefix("See merge request "))?;
    let (path, number) = see.split_once('!')?;
    let (head, base) = split_branches(branches);
    let title =
        commit.body.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("See merge request "));
    let number = leading(number)?;
    // A full address names the host; a path alone is of the host that the repository is on.
    let of = super::locator::locator(path.trim_end_matches("/-/merge_requests/"));
    Some(Told { title: title.map(str::to_owned), head, base, of, ..Told::numbered(Rule::MergeGitlab, number) })
}

fn bitbucket(commit: &Commit) -> Option<Told> {
    let rest = commit.subject.strip_prefix("Merged in ")?;
    let (head, number) = rest.rsplit_once(" (pull request #")?;
    let title = commit.body.lines().map(str::trim).find(|line| !line.is_empty());
    Some(Told {
        title: title.map(str::to_owned),
        head: Some(head.to_owned()),
        ..Told::numbered(Rule::MergeBitbucket, leading(number)?)
    })
}

fn azure(commit: &Commit) -> Option<Told> {
    let (number, title) = commit.subject.strip_prefix("Merged PR ")?.split_once(':')?;
    Some(Told { title: Some(title.trim().to_owned()), ..Told::numbered(Rule::MergeAzure, leading(number)?) })
}

fn bors(commit: &Commit) -> Option<Told> {
    if let Some(rest) = commit.subject.strip_prefix("Auto merge of #") {
        let (number, rest) = rest.split_once(" - ")?;
        let (head, rest) = rest.split_once(", r=").map_or((rest, None), |(head, who)| (head, Some(who)));
        let title = commit.body.lines().map(str::trim).find(|line| !line.is_empty());
        let approved_by = rest.map(|who| who.split([' ', ',']).next().unwrap_or_default().to_owned());
        let approved_by = approved_by.filter(|who| !who.is_empty() && who != "<try>");
        let told = Told::numbered(Rule::MergeBors, leading(number)?);
        return Some(Told { title: title.map(str::to_owned), head: Some(head.trim().to_owned()), approved_by, ..told });
    }
    if commit.parents.len() < 2 {
        return None;
    }
    let words = commit.subject.strip_prefix("Merge #")?.split_whitespace();
    let numbers: Option<Vec<u64>> =
        words.map(|word| leading(word.trim_start_matches('#').trim_end_matches([':', ',']))).collect();
    let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
    Some(Told { numbers, ..Told::by(Rule::MergeBors) })
}

/// Keys of trailers that carry the address of a change request.
const ADDRESS_KEYS: &[&str] = &["reviewed-on", "pr-url", "pull-request"];

fn trailer_url(commit: &Commit) -> Option<Told> {
    let Numbered { of, number } = trailers(commit, ADDRESS_KEYS).find_map(change_address)?;
    Some(Told { of, title: Some(commit.subject.to_owned()), ..Told::numbered(Rule::TrailerUrl, number) })
}

fn trailer_gerrit(commit: &Commit) -> Option<Told> {
    let number = trailers(commit, &["reviewed-on"]).find_map(|address| leading(address.rsplit_once("/+/")?.1));
    let change_id = trailers(commit, &["change-id"]).find(|id| {
        id.strip_prefix('I').is_some_and(|hex| hex.len() == 40 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    if number.is_none() && change_id.is_none() {
        return None;
    }
    let told = Told::by(Rule::TrailerGerrit);
    let title = Some(commit.subject.to_owned());
    Some(Told { numbers: number.into_iter().collect(), change_id: change_id.map(str::to_owned), title, ..told })
}

/// The values of the trailers with one of these keys, keys without regard to case.
pub(super) fn trailers<'a>(commit: &'a Commit, keys: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let named = |key: &str| keys.iter().any(|wanted| wanted.eq_ignore_ascii_case(key));
    commit.trailers.iter().filter(move |(key, _)| named(key)).map(|(_, value)| *value)
}

fn suffix(commit: &Commit) -> Option<Told> {
    if commit.parents.len() != 1 || commit.subject.starts_with("Revert \"") && commit.subject.ends_with('"') {
        return None;
    }
    let (title, number) = suffix_of(commit.subject)?;
    Some(Told { title: Some(title.to_owned()), ..Told::numbered(Rule::SquashSuffix, number) })
}

/// The title and the number of a subject that ends with ` (#7)`.
pub(super) fn suffix_of(subject: &str) -> Option<(&str, u64)> {
    let (title, number) = subject.trim_end().strip_suffix(')')?.rsplit_once(" (#")?;
    let whole = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    Some((title, leading(number).filter(|_| whole)?))
}

/// `PR #7`, or `Closes #5, PR #7`: a line of its own, as maintainers write who take changes in by hand. A sentence that mentions one is none.
fn body_number(commit: &Commit) -> Option<Told> {
    let number = |part: &str| {
        part.trim()
            .strip_prefix("PR #")
            .and_then(|rest| leading(rest).filter(|_| rest.bytes().all(|byte| byte.is_ascii_digit())))
    };
    let closes = |part: &str| part.split_once('#').is_some_and(|(word, _)| super::references::closes(word.trim()));
    let of_line = |line: &str| {
        let parts: Vec<&str> = line.trim().split(',').collect();
        let plain = parts.iter().all(|part| number(part).is_some() || closes(part));
        parts.iter().find_map(|part| number(part)).filter(|_| plain)
    };
    let number = commit.body.lines().rev().find_map(of_line)?;
    Some(Told { title: Some(commit.subject.to_owned()), ..Told::numbered(Rule::BodyNumber, number) })
}

/// A merge that nothing else tells of; not one that only brought the branch up to date with itself, or with what it was pulled from.
fn plain(commit: &Commit, base: Option<&str>) -> Option<Told> {
    let rest = commit.subject.strip_prefix("Merge ");
    let of_itself = rest.is_some_and(|rest| {
        let rest =
            ["branch ", "remote-tracking branch ", "remote branch "].iter().find_map(|word| rest.strip_prefix(word));
        rest.is_some_and(|rest| pulls(rest, base))
    });
    if of_itself {
        return None;
    }
    let (head, into) = rest.and_then(|rest| rest.strip_prefix("branch ")).map_or((None, None), split_branches);
    let title = sentence(commit.body).unwrap_or_else(|| commit.subject.to_owned());
    Some(Told { title: Some(title), head, base: into, ..Told::by(Rule::MergePlain) })
}

/// The first sentence of a message: maintainers who merge by hand say there what came in. None where it begins with a list or a trailer.
fn sentence(body: &str) -> Option<String> {
    let lines = body.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let lines: Vec<&str> = lines.collect();
    let first = lines.first().filter(|line| !line.starts_with('*') && !line.contains(": "))?;
    if first.is_empty() {
        return None;
    }
    let text = lines.join(" ");
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    Some(text.get(..end)?.trim_end_matches('.').to_owned())
}

/// Whether `'main' of host:path` or `'origin/main'` brings `base` into itself: what `git pull` writes.
fn pulls(rest: &str, base: Option<&str>) -> bool {
    let Some(base) = base else { return false };
    let Some((branch, after)) = rest.trim_start_matches('\'').split_once('\'') else { return false };
    let into_another = after.trim().rsplit_once("into ").is_some_and(|(_, into)| unquoted(into) != base);
    let name = branch.strip_prefix("refs/remotes/").unwrap_or(branch);
    let same = name == base || name.split_once('/').is_some_and(|(_, name)| name == base);
    same && !into_another
}
