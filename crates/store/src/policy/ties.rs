//! Who is what to one record on one day. Computed elsewhere from dated tables; the policies see nothing else of people.
//!
//! Nobody gains a record that is older than their relation, but by rule 6 of Permissions. So whoever fills the ties of a record about a
//! person puts a lead or a partner who came after the record under `NewLead` or `NewPartner`, and leaves out a skip-level lead who did.
//! Records of a team stay with the team: its members and leads are those of the day of asking.

use std::collections::HashMap;

use super::words::words;
use crate::PersonId;

words! {
    /// What a person can be to a record.
    Relation {
        /// Whom it is about; whom an opportunity is offered to; who may answer a survey; who is thanked.
        Subject = "subject",
        /// Who wrote it.
        Author = "author",
        /// One of those whom it belongs to: the two of a pair, who was in the room, who is named on it.
        Party = "party",
        /// Who keeps a page, a template, a survey.
        Owner = "owner",
        /// A person with whom the subject shared it, by name.
        SharedWith = "shared_with",
        /// Who was asked to attest it, or to give feedback.
        Asked = "asked",
        /// Who leads the subject, since before the record.
        Lead = "lead",
        /// Who leads the subject, since after it; whom a hand-over is to.
        NewLead = "new_lead",
        /// Who stands in for the lead, between two dates.
        ActingLead = "acting_lead",
        /// Who leads the lead of the subject, or the leads of the team.
        SkipLevel = "skip_level",
        /// The people partner of the team, since before the record.
        Partner = "partner",
        /// The people partner of the team, since after it.
        NewPartner = "new_partner",
        /// A member of its team; everybody in the scope of a survey.
        Member = "member",
        /// A lead of its team.
        TeamLead = "team_lead",
        /// The buddy of a newcomer.
        Buddy = "buddy",
        /// The panel of a requisition or a calibration.
        Panel = "panel",
        /// Who interviews this candidate.
        Assigned = "assigned",
        /// Who has handed in their own scorecard of this interview.
        Submitted = "submitted",
        /// The hiring manager of the requisition.
        HiringManager = "hiring_manager",
    }
}

/// A set of relations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Relations(u32);

impl Relations {
    /// The same set with one more.
    #[must_use]
    pub const fn and(self, relation: Relation) -> Self {
        Self(self.0 | 1 << relation as u32)
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn has(self, relation: Relation) -> bool {
        self.0 & (1 << relation as u32) != 0
    }

    /// Those that are in it.
    pub fn iter(self) -> impl Iterator<Item = Relation> {
        Relation::ALL.iter().copied().filter(move |relation| self.has(*relation))
    }
}

/// The people related to one record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ties {
    of: HashMap<PersonId, Relations>,
    any: Relations,
}

impl Ties {
    /// Nobody is related to it.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// These people are so related to it.
    pub fn add(&mut self, relation: Relation, people: impl IntoIterator<Item = PersonId>) {
        for person in people {
            let held = self.of.entry(person).or_default();
            *held = held.and(relation);
            self.any = self.any.and(relation);
        }
    }

    /// The same ties and one more.
    #[must_use]
    pub fn with(mut self, relation: Relation, person: PersonId) -> Self {
        self.add(relation, [person]);
        self
    }

    /// What this person is to it.
    #[must_use]
    pub fn of(&self, person: PersonId) -> Relations {
        self.of.get(&person).copied().unwrap_or_default()
    }

    /// Whether anybody is so related to it.
    #[must_use]
    pub const fn has_any(&self, relation: Relation) -> bool {
        self.any.has(relation)
    }
}
