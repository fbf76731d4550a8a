//! Kinds of records that more than one place needs, and the list of all.

mod claim;
mod proposal;
pub mod risk;

use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::policy::Audience;

pub use claim::{ExpertiseClaim, Willing};
pub use proposal::WorkProposal;
pub use risk::{Impact, Response, Risk};

use crate::{FieldError, KindEntry, Record};

/// The kinds that belong to no single stage.
#[must_use]
pub fn shared() -> Vec<KindEntry> {
    vec![KindEntry::of::<Note>(), KindEntry::of::<Risk>(), KindEntry::of::<WorkProposal>()]
}

/// A note of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// What is to be remembered, in Markdown.
    #[schemars(extend("format" = "markdown"))]
    pub text: String,
}

impl Record for Note {
    const KIND: &'static str = "note";
    const NAME: &'static str = "Note";
    const PURPOSE: &'static str = "Something that a team wants to remember.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["open", "settled"];
    const TITLED: bool = true;

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let chars = self.text.chars().count();
        let wrong = (chars > 10_000)
            .then(|| FieldError::new("text", format!("A text has at most 10,000 characters; this has {chars}.")));
        wrong.map_or(Ok(()), |wrong| Err(vec![wrong]))
    }
}

/// The name of a kind as a text that lives as long as the program; a kind is named a few dozen times in all, so nothing is given back.
pub(crate) fn name_of(kind: &str) -> &'static str {
    static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(name) = names.iter().find(|name| **name == kind) {
        return name;
    }
    let name: &'static str = Box::leak(kind.to_owned().into_boxed_str());
    names.push(name);
    name
}
