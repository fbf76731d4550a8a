//! Failures of the lake and of the store as refusals, so that a practice asks facts and records with `?`.

use std::collections::{HashMap, HashSet};
use std::error::Error;

use lake::{LakeError, SqlError};
use store::StoreError;

use crate::{FieldError, Refusal};

impl From<SqlError> for Refusal {
    /// What the asker can mend (a wrong name, too large a question) is refused; what the lake cannot do is unavailable; the rest is a bug.
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::Syntax { .. } | SqlError::Unknown { .. } | SqlError::Meaning { .. } => {
                Self::invalid(error.to_string())
                    .hint("`mainstay sql --schema` and the schema page list every table and column.")
            }
            SqlError::Refused(_) | SqlError::TooSlow { .. } | SqlError::TooLarge { .. } => {
                Self::invalid(error.to_string())
            }
            SqlError::Damaged(_) => {
                Self::unavailable(chain(&error)).hint("Mine the repository again; `mainstay doctor` names the files.")
            }
            SqlError::Shape(_) | SqlError::Failed(_) => Self::bug("cannot ask the facts", error),
        }
    }
}

impl From<LakeError> for Refusal {
    fn from(error: LakeError) -> Self {
        match error {
            LakeError::Busy { .. } => Self::busy(chain(&error)).hint("Wait for it, or use --data with another folder."),
            _ => Self::unavailable(chain(&error)),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match error {
            StoreError::NotFound { what, name, nearest } => {
                let refusal = Self::not_found(format!("no {what} `{name}`"));
                if nearest.is_empty() { refusal } else { refusal.hint(format!("Near: {}.", nearest.join(", "))) }
            }
            StoreError::Refused { fields } => {
                Self::fields(fields.into_iter().map(|wrong| FieldError::new(wrong.field, wrong.message)).collect())
            }
            StoreError::NotAllowed(message) => Self::not_allowed(message),
            StoreError::Stale { .. } => Self::conflict(text).hint(
                "Somebody else changed it meanwhile. Look at what they wrote, then save again; nothing was overwritten.",
            ),
            StoreError::Newer { .. } => Self::unavailable(text).hint("Run the newer program, or use --data with another folder."),
            StoreError::Full => Self::unavailable(text).hint("Make room on the disk, then save again; what you typed is kept on the page."),
            StoreError::Busy => Self::busy(text).hint("Try again in a moment."),
            StoreError::Unreachable(_) => Self::away(text).hint("Try again; `mainstay doctor` says what is wrong."),
            StoreError::Damaged(_) | StoreError::Sealed(_) => Self::unavailable(text).hint("`mainstay doctor` says what is wrong."),
            StoreError::Io { .. } => Self::unavailable(text).hint("Nothing was saved. Check free space and rights of the data folder, then try again."),
            StoreError::Fault { .. } => Self::bug(text, error),
        }
    }
}

/// An error with its causes in one line.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

/// Commits that `head` has and `base` has not, by their names, ascending. `lineage` gives each commit with its parents.
#[must_use]
pub fn added<'a>(
    lineage: impl IntoIterator<Item = (&'a str, &'a [String])>,
    head: Option<&str>,
    base: Option<&str>,
) -> Vec<String> {
    let parents: HashMap<&str, &[String]> = lineage.into_iter().collect();
    let reached = |from: Option<&str>| {
        let mut seen: HashSet<String> = HashSet::new();
        let mut pending: Vec<&str> = from.into_iter().collect();
        while let Some(sha) = pending.pop() {
            if seen.insert(sha.to_owned()) {
                pending.extend(parents.get(sha).copied().unwrap_or_default().iter().map(String::as_str));
            }
        }
        seen
    };
    let before = reached(base);
    let mut added: Vec<String> = reached(head).into_iter().filter(|sha| !before.contains(sha)).collect();
    added.sort();
    added
}
