//! Who is what to a record on a day, from dated tables. The policies see nothing else of people.
//!
//! Nobody gains a record that is older than their relation: a lead or a partner who came after it is a *new* one, and a skip-level lead who
//! did is none.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Access;
use crate::StoreError;
use crate::people::{Office, Organisation};
use crate::policy::{Asker, Audience, Relation, Thing, Ties};
use crate::records::{Draft, Kind, Party, Record, audience_named};
use crate::rows::records;
use crate::{PersonId, TeamId};

/// Somebody as they ask by themselves on that day.
#[must_use]
pub fn asker_of(organisation: &Organisation, person: PersonId, today: Date) -> Asker {
    Asker {
        administrator: organisation.holds(person, Office::Administrator, today),
        programme_holder: organisation.holds(person, Office::ProgrammeHolder, today),
        ..Asker::person(person)
    }
}

/// What of a record the ties follow from.
pub(super) struct Outline<'a> {
    pub(super) team: Option<TeamId>,
    pub(super) subject: Option<PersonId>,
    pub(super) author: PersonId,
    pub(super) parties: &'a [Party],
    /// The day on which it was made.
    pub(super) made: Date,
}

impl Access {
    pub(super) fn about(&self, kind: &Kind, record: &Record) -> (Thing, Ties) {
        let made = record.created_at.to_zoned(TimeZone::UTC).date();
        let outline = Outline {
            team: record.team,
            subject: record.subject,
            author: record.author,
            parties: &record.parties,
            made,
        };
        (self.thing(kind, record.team, record.audience, &record.status), self.ties(&outline))
    }

    pub(crate) fn about_row(
        &self,
        kind: &Kind,
        row: &records::Model,
        parties: &[Party],
    ) -> Result<(Thing, Ties), StoreError> {
        let made = crate::audit::instant(row.created_at).to_zoned(TimeZone::UTC).date();
        let team = row.team_id.map(TeamId);
        let outline =
            Outline { team, subject: row.subject_id.map(PersonId), author: PersonId(row.author_id), parties, made };
        Ok((self.thing(kind, team, audience_named(&row.audience)?, &row.status), self.ties(&outline)))
    }

    /// As if the asker had just written it.
    pub(super) fn about_draft(&self, kind: &Kind, draft: &Draft) -> (Thing, Ties) {
        let outline = Outline {
            team: draft.team,
            subject: draft.subject,
            author: self.asker.person,
            parties: &draft.parties,
            made: self.today(),
        };
        (self.thing(kind, draft.team, draft.audience, &draft.status), self.ties(&outline))
    }

    #[expect(clippy::unused_self, reason = "review cycles will be asked of the store here")]
    fn thing(&self, kind: &Kind, team: Option<TeamId>, audience: Audience, status: &str) -> Thing {
        Thing { team, ..Thing::of(kind.class).open_to(audience).in_phase((kind.phase)(status)) }
    }

    fn ties(&self, outline: &Outline<'_>) -> Ties {
        let (today, all) = (self.today(), self.organisation());
        let mut ties = Ties::none().with(Relation::Author, outline.author);
        for party in outline.parties {
            if let Some(relation) = Relation::ALL.iter().copied().find(|relation| relation.word() == party.part) {
                ties.add(relation, [party.person]);
            }
        }
        if let Some(subject) = outline.subject {
            ties.add(Relation::Subject, [subject]);
            self.ties_of_subject(&mut ties, subject, outline.made);
        }
        if let Some(team) = outline.team {
            let leads = all.leads_of_team(team, today);
            ties.add(Relation::Member, all.members_of(team, today).map(|member| member.person));
            for lead in &leads {
                let above = all.manager_of(*lead, today).into_iter().chain(all.above_manager(*lead, today));
                ties.add(Relation::SkipLevel, above.filter(|above| !leads.contains(above)));
            }
            ties.add(Relation::TeamLead, leads);
        }
        let team = outline.team.or_else(|| outline.subject.and_then(|s| all.teams_of(s, today).next().map(|m| m.team)));
        let before = all.holders(Office::HrPartner, team, outline.made);
        for partner in all.holders(Office::HrPartner, team, today) {
            ties.add(if before.contains(&partner) { Relation::Partner } else { Relation::NewPartner }, [partner]);
        }
        ties
    }

    /// The ties of what belongs to a team, or to everybody, and to nobody in particular.
    pub(crate) fn ties_of_team(&self, team: Option<TeamId>) -> Ties {
        let nobody = PersonId(uuid::Uuid::nil());
        self.ties(&Outline { team, subject: None, author: nobody, parties: &[], made: self.today() })
    }

    fn ties_of_subject(&self, ties: &mut Ties, subject: PersonId, made: Date) {
        let (today, all) = (self.today(), self.organisation());
        if let Some(lead) = all.manager_of(subject, today) {
            let before = all.manager_of(subject, made) == Some(lead);
            ties.add(if before { Relation::Lead } else { Relation::NewLead }, [lead]);
        }
        let before = all.above_manager(subject, made);
        ties.add(
            Relation::SkipLevel,
            all.above_manager(subject, today).into_iter().filter(|above| before.contains(above)),
        );
    }
}
