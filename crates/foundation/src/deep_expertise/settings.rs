//! What a repository says of itself at its head: `.mailmap` and CODEOWNERS, as mining kept them. A working tree is never read, so a bare
//! repository answers as a clone of it does, and an edit counts once it is committed.

use desk::Refusal;

use super::codeowners::{CodeOwners, PLACES};
use super::facts::{Kept, Source};
use crate::people::MailmapEntry;

/// The texts that the repositories of a source keep.
#[derive(Debug, Default)]
pub(super) struct Settings {
    kept: Vec<Kept>,
}

impl Settings {
    /// Asks for them.
    pub(super) async fn of(source: &Source<'_>) -> Result<Self, Refusal> {
        Ok(Self { kept: source.settings().await? })
    }

    /// The lines of every `.mailmap`; those that cannot be read are skipped, as Git does.
    pub(super) fn mailmap(&self) -> Vec<MailmapEntry> {
        self.kept.iter().filter(|kept| kept.path == ".mailmap").flat_map(|kept| mailmap(&kept.text)).collect()
    }

    /// A repository's CODEOWNERS file and where it stands, the first of the places where forges look.
    pub(super) fn codeowners(&self, repo: &str) -> Option<(&'static str, CodeOwners)> {
        let at = |place: &str| self.kept.iter().find(|kept| kept.repo == repo && kept.path == place);
        PLACES.iter().find_map(|place| Some((*place, CodeOwners::parse(&at(place)?.text))))
    }
}

fn mailmap(text: &str) -> Vec<MailmapEntry> {
    let text_of = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    gix_mailmap::parse_ignore_errors(text.as_bytes())
        .map(|entry| MailmapEntry {
            proper_name: entry.new_name().map(|name| text_of(name)),
            proper_email: entry.new_email().map(|email| text_of(email)),
            commit_name: entry.old_name().map(|name| text_of(name)),
            commit_email: text_of(entry.old_email()),
        })
        .collect()
}
