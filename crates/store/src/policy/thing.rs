//! What a record is at the moment of asking: no more of its state than the matrix speaks of, and never a word of its body.

use super::Class;
use super::words::words;
use crate::TeamId;

words! {
    /// How far a record is open. Each includes those before it; whether a class heeds its audience at all stands in its policies: a
    /// private note is its author's whatever is written here.
    Audience {
        /// Whoever wrote it.
        Author = "author",
        /// And those whom it belongs to or who are named on it.
        Parties = "parties",
        /// And the leads: of its subject, or of its team.
        Lead = "lead",
        /// And the members of its team.
        Team = "team",
        /// And the leads of the leads.
        Leads = "leads",
        /// Everyone in the organisation.
        Everyone = "everyone",
    }
}

words! {
    /// How far a record has come, where the matrix asks for it. Kinds without such a state stay at `Draft`.
    Phase {
        /// Not yet handed to anybody.
        Draft = "draft",
        /// A growth plan or a goal that both agreed to.
        Agreed = "agreed",
        /// A hand-over that its subject gave.
        Given = "given",
        /// An assessment round of which both sides are in; scorecards of an interview that are all in.
        Revealed = "revealed",
        /// A review or calibration that is sealed and not yet shared with its subject.
        Sealed = "sealed",
        /// An evidence card that its subject shares; a review that its subject reads.
        Shared = "shared",
        /// Figures that are out.
        Released = "released",
    }
}

/// A record, to the policies. For an act that changes the state, the state before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thing {
    /// The row of the matrix.
    pub class: Class,
    /// How far it is open, as stored beside it.
    pub audience: Audience,
    /// How far it has come.
    pub phase: Phase,
    /// Whether a review cycle that is open covers it.
    pub in_cycle: bool,
    /// The team named on it.
    pub team: Option<TeamId>,
    /// How many people stand behind a figure; 0 for what is no figure.
    pub people: u32,
}

impl Thing {
    /// A fresh record of this class: its author's alone, a draft, of no team.
    #[must_use]
    pub const fn of(class: Class) -> Self {
        Self { class, audience: Audience::Author, phase: Phase::Draft, in_cycle: false, team: None, people: 0 }
    }

    /// The same with this audience.
    #[must_use]
    pub const fn open_to(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// The same in this phase.
    #[must_use]
    pub const fn in_phase(self, phase: Phase) -> Self {
        Self { phase, ..self }
    }

    /// The same while its review cycle is open.
    #[must_use]
    pub const fn in_cycle(self) -> Self {
        Self { in_cycle: true, ..self }
    }

    /// The same, of this team.
    #[must_use]
    pub const fn of_team(self, team: TeamId) -> Self {
        Self { team: Some(team), ..self }
    }

    /// The same, as a figure about so many people.
    #[must_use]
    pub const fn about(self, people: u32) -> Self {
        Self { people, ..self }
    }
}

/// What is no record: what runs the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    /// A row of `people`; the person is the `Subject` of the ties.
    Person,
    /// A team.
    Team(TeamId),
    /// A source of facts.
    Source,
    /// The settings.
    Settings,
    /// Facts, of one team or of all.
    Facts(Option<TeamId>),
    /// The audit chain.
    Audit,
    /// Backups.
    Backup,
}

impl Resource {
    /// The team that it belongs to, for tokens that are limited to teams.
    #[must_use]
    pub const fn team(self) -> Option<TeamId> {
        match self {
            Self::Team(team) => Some(team),
            Self::Facts(team) => team,
            Self::Person | Self::Source | Self::Settings | Self::Audit | Self::Backup => None,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Team(_) => "Team",
            Self::Source => "Source",
            Self::Settings => "Settings",
            Self::Facts(_) => "Facts",
            Self::Audit => "Audit",
            Self::Backup => "Backup",
        }
    }
}
