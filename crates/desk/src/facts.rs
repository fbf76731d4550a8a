//! Failures of the lake as refusals, so that a practice asks facts with `?`.

use std::error::Error;

use lake::{LakeError, SqlError};

use crate::Refusal;

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
