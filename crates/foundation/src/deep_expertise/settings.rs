//! What a repository says of itself at its head: `.mailmap` and CODEOWNERS, as mining kept them. A working tree is never read, so a bare
//! repository answers as a clone of it does, and an edit counts once it is committed.

use desk::Refusal;
use desk::knowledge::{Kept, MailmapEntry, mailmap};

use super::codeowners::{CodeOwners, PLACES};
use super::facts::Source;

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
