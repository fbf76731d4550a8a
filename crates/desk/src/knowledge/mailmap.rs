//! `.mailmap`, read as Git reads it.

use super::MailmapEntry;

/// The lines of a `.mailmap`; those that cannot be read are skipped, as Git does.
#[must_use]
pub fn mailmap(text: &str) -> Vec<MailmapEntry> {
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
