//! Work that somebody, or a practice that found something, proposes to a team. It waits in the inbox of the team's planning until it is accepted
//! into a plan, or declined with a reason.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::policy::Audience;

use crate::{FieldError, Record};

/// Work that is proposed to a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkProposal {
    /// What should be done.
    #[schemars(title = "What", length(min = 1, max = 300))]
    pub what: String,
    /// Why, in Markdown.
    #[schemars(title = "Why", length(min = 1, max = 2000), extend("format" = "markdown"))]
    pub why: String,
    /// To which team, by its short name.
    #[schemars(title = "Team", length(min = 1, max = 100))]
    pub team: String,
    /// For which plan, by its id; for any of the team's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Plan", length(max = 60))]
    pub plan: Option<String>,
    /// Which practice found it; none when a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Found by", length(max = 60))]
    pub by: Option<String>,
    /// Where more of it stands: a page, or a record's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Link", length(max = 500))]
    pub link: Option<String>,
    /// What it is about, for the practice that found it: of the same nothing is proposed twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Key", length(max = 300))]
    pub key: Option<String>,
    /// Where it landed: `PLAN#ITEM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Landed as", length(max = 120))]
    pub lands_as: Option<String>,
    /// Why it was declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Declined because", length(max = 500))]
    pub declined: Option<String>,
}

impl WorkProposal {
    /// While it waits.
    pub const OPEN: &'static str = "open";
    /// It is in a plan.
    pub const ACCEPTED: &'static str = "accepted";
    /// It is not done, for a reason.
    pub const DECLINED: &'static str = "declined";
}

impl Record for WorkProposal {
    const KIND: &'static str = "work_proposal";
    const NAME: &'static str = "Proposed work";
    const PURPOSE: &'static str =
        "What somebody proposes that a team does, until it is accepted into a plan or declined.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &[Self::OPEN, Self::ACCEPTED, Self::DECLINED];

    fn title(&self) -> String {
        self.what.clone()
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut long = |field: &str, text: &str, most: usize| {
            let chars = text.chars().count();
            if chars > most {
                wrong.push(FieldError::new(field, format!("takes at most {most} characters; this has {chars}.")));
            }
        };
        long("what", &self.what, 300);
        long("why", &self.why, 2_000);
        long("link", self.link.as_deref().unwrap_or_default(), 500);
        long("declined", self.declined.as_deref().unwrap_or_default(), 500);
        for (field, text, message) in [
            ("what", &self.what, "What should be done?"),
            ("why", &self.why, "Say why: whoever reads it decides by that."),
            ("team", &self.team, "Which team should do it?"),
        ] {
            if text.trim().is_empty() {
                wrong.push(FieldError::new(field, message));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
