//! What a repository's working tree says beside its history: `.mailmap` and CODEOWNERS. The lake keeps no contents, so both are read where
//! the repository was mined; a bare or moved repository simply has none.

use std::path::Path;

use super::codeowners::{CodeOwners, PLACES};
use crate::people::MailmapEntry;

/// More than this is no file that a person keeps by hand, bytes.
const LARGEST: u64 = 4 << 20;

/// The lines of the repository's `.mailmap`; those that cannot be read are skipped, as Git does.
pub(super) fn mailmap(root: &Path) -> Vec<MailmapEntry> {
    let Some(bytes) = read(&root.join(".mailmap")) else { return Vec::new() };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    gix_mailmap::parse_ignore_errors(&bytes)
        .map(|entry| MailmapEntry {
            proper_name: entry.new_name().map(|name| text(name)),
            proper_email: entry.new_email().map(|email| text(email)),
            commit_name: entry.old_name().map(|name| text(name)),
            commit_email: text(entry.old_email()),
        })
        .collect()
}

/// The repository's CODEOWNERS file and where it stands, the first of the places where forges look.
pub(super) fn codeowners(root: &Path) -> Option<(&'static str, CodeOwners)> {
    PLACES.iter().find_map(|place| {
        let bytes = read(&root.join(place))?;
        Some((*place, CodeOwners::parse(&String::from_utf8_lossy(&bytes))))
    })
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let found = std::fs::metadata(path).ok().filter(|found| found.is_file() && found.len() <= LARGEST);
    found.and_then(|_| std::fs::read(path).ok())
}
