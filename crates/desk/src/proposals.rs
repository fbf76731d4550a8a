//! The inbox of a team's planning: any practice, and anybody, proposes work here; planning accepts or declines it.

use store::TeamId;
use store::policy::Audience;

use crate::kinds::WorkProposal;
use crate::records::Envelope;
use crate::{Changes, Desk, Refusal, Stored};

/// Work to propose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProposedWork {
    /// What should be done.
    pub what: String,
    /// Why, in Markdown.
    pub why: String,
    /// For which plan, by its id; for any of the team's when left out.
    pub plan: Option<String>,
    /// Which practice found it; none when a person did.
    pub by: Option<&'static str>,
    /// Where more of it stands: a page, or a record's address.
    pub link: Option<String>,
    /// What it is about, so that of the same nothing is proposed twice (`debt:0192…`).
    pub key: Option<String>,
}

impl Desk {
    /// Proposes work to a team, as part of an act. None when the practice proposed the same already, whatever became of it.
    ///
    /// Whoever belongs to the team proposes to the team alone; what comes from outside is open to everyone, so that its author sees what
    /// becomes of it.
    ///
    /// # Errors
    /// Refused when what or why is missing, unavailable when the database does not answer.
    pub async fn propose_work(
        &self,
        changes: &mut Changes,
        team: TeamId,
        work: ProposedWork,
    ) -> Result<Option<Stored<WorkProposal>>, Refusal> {
        let known = self.organisation().team(team).ok_or_else(|| Refusal::not_found("no such team"))?;
        let slug = known.slug.clone();
        if work.key.is_some() {
            let all = self.records().list::<WorkProposal>().await?;
            let same = |one: &Stored<WorkProposal>| {
                (one.body.by.as_deref(), &one.body.key, &one.body.team) == (work.by, &work.key, &slug)
            };
            if all.iter().any(same) {
                return Ok(None);
            }
        }
        let own = self.access().may_work(Some(team));
        let envelope = Envelope {
            team: own.then_some(team),
            audience: if own { Audience::Team } else { Audience::Everyone },
            ..Envelope::fresh::<WorkProposal>()
        };
        let body = WorkProposal {
            what: work.what.trim().to_owned(),
            why: work.why.trim().to_owned(),
            team: slug,
            plan: work.plan,
            by: work.by.map(str::to_owned),
            link: work.link,
            key: work.key,
            lands_as: None,
            declined: None,
        };
        changes.add_in(envelope, body).map(Some)
    }
}
