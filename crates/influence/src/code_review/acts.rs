//! What can be done: agree on reviews.

use desk::records::Envelope;
use desk::{Act, ActEntry, Changes, Desk, Refusal, Stored, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::records::{Comments, ReviewAgreement};

/// Every act of the practice.
pub(super) fn all() -> Vec<ActEntry> {
    vec![ActEntry::of::<SetAgreement>()]
}

/// Says what is agreed on about reviews; of the same repositories, what was agreed before is replaced.
#[derive(Debug)]
pub struct SetAgreement;

/// What an agreement needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// Repositories that it is about, by name, one a line; none means all.
    #[serde(default)]
    #[schemars(title = "Repositories")]
    pub repositories: Vec<String>,
    /// The team whose agreement it is; none means everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// A first answer comes within so many working hours.
    #[serde(default = "hours")]
    #[schemars(title = "First answer within", range(min = 1, max = 80))]
    pub answer_hours: u32,
    /// A change adds and deletes at most so many lines; generated files are not counted.
    #[serde(default = "lines")]
    #[schemars(title = "Lines of a change, at most", range(min = 10, max = 10000))]
    pub size_limit: u32,
    /// Who has to look at what, one a line: `api/pay: the payments team`.
    #[serde(default)]
    #[schemars(title = "Who looks at what")]
    pub look_at: Vec<String>,
    /// How comments begin.
    #[serde(default)]
    #[schemars(title = "Comments")]
    pub comments: Comments,
    /// When it does not hold, and why.
    #[serde(default)]
    #[schemars(title = "Exceptions", length(max = 1000))]
    pub exceptions: String,
}

fn hours() -> u32 {
    ReviewAgreement::default().answer_hours
}

fn lines() -> u32 {
    ReviewAgreement::default().size_limit
}

impl Act for SetAgreement {
    const NAME: &'static str = "set_agreement";
    const TITLE: &'static str = "Agree on reviews";
    const MAIN: bool = true;

    type Input = NewAgreement;
    type Outcome = Stored<ReviewAgreement>;

    async fn run(desk: &Desk, changes: &mut Changes, input: NewAgreement) -> Result<Self::Outcome, Refusal> {
        let named = input.repositories.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let repositories: Vec<String> = named.collect();
        // A name that is not there is refused with the nearest.
        desk.repos(&desk::Scope { repo: repositories.clone(), ..desk::Scope::default() })?;
        let team = input.team.as_deref().map(str::trim).filter(|team| !team.is_empty());
        let team = team.map(|team| desk.organisation().find_team(team)).transpose()?.map(|team| team.id);
        let body = ReviewAgreement {
            repositories,
            answer_hours: input.answer_hours,
            size_limit: input.size_limit,
            look_at: input.look_at.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
            comments: input.comments,
            exceptions: input.exceptions.trim().to_owned(),
        };
        let all = desk.records().list::<ReviewAgreement>().await?;
        let same = |one: &&Stored<ReviewAgreement>| one.body.repositories == body.repositories && one.team == team;
        match all.iter().find(same) {
            Some(before) => changes.put(&before.id, before.version, body).await,
            None => changes.add_in(Envelope { team, ..Envelope::fresh::<ReviewAgreement>() }, body),
        }
    }

    fn told(agreed: &Self::Outcome) -> Told {
        Told::new(format!("Agreed: {}.", desk::Record::title(&agreed.body)))
            .then(desk::href::<super::CodeReview>(&Ask::default()))
    }
}
