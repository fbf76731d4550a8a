//! Opening a record further. Only its subject or author does, from now on, and what was replaced before stays as closed as it was.
//!
//! Whether the person may do it is the policy's to say (`Action::Share`); here stands what is true of every class: an audience is never
//! narrowed by widening, and nothing widens backwards in time.

use super::{Action, Asker, Audience, Class, Policy, Thing, Ties};

/// Microseconds since 1970, UTC.
pub type Micros = i64;

/// A record was opened further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Widening {
    /// How far it was opened.
    pub to: Audience,
    /// When that began.
    pub at: Micros,
}

/// Why a record is not opened further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WideningRefused {
    /// Somebody else's to do.
    #[error("only the subject or the author can open this further")]
    NotYours,
    /// It would not be wider.
    #[error("this is open to {} already", .0.word())]
    NotWider(Audience),
    /// What this class is does not go so far.
    #[error("{} cannot be opened to {}", .class.word(), .to.word())]
    NeverSoFar {
        /// The class.
        class: Class,
        /// What was wanted.
        to: Audience,
    },
    /// It would hold for a time that is over.
    #[error("nothing is opened backwards in time")]
    Backwards,
}

impl Class {
    /// How far its records can be opened. `Author`, so not at all, where the policies heed no audience (a record is then shared with
    /// persons by name) and where it is settled when the record begins, as for feedback.
    #[must_use]
    pub const fn widest(self) -> Audience {
        match self {
            Self::PartyAction | Self::TeamPractice | Self::Kudos | Self::TeamRecord => Audience::Everyone,
            _ => Audience::Author,
        }
    }
}

impl Policy {
    /// Whether this person may open this record to `widening.to` from `widening.at` on.
    ///
    /// # Errors
    ///
    /// Says which of the four rules is in the way. `now` is the moment of asking; a widening that was to begin before is refused.
    pub fn may_widen(
        &self,
        asker: &Asker,
        thing: &Thing,
        ties: &Ties,
        widening: Widening,
        now: Micros,
    ) -> Result<(), WideningRefused> {
        if !self.decide(asker, Action::Share, thing, ties).allowed {
            return Err(WideningRefused::NotYours);
        }
        if widening.to > thing.class.widest() {
            return Err(WideningRefused::NeverSoFar { class: thing.class, to: widening.to });
        }
        if widening.to <= thing.audience {
            return Err(WideningRefused::NotWider(thing.audience));
        }
        if widening.at < now { Err(WideningRefused::Backwards) } else { Ok(()) }
    }
}

/// How far one version of a record is open: as far as the record was while the version stood.
///
/// `began` is the audience at the record's beginning, `replaced_at` when a newer version took this one's place, `None` for the one that
/// stands. A version that was replaced before a widening keeps the audience that it had.
#[must_use]
pub fn audience_of_version(began: Audience, widenings: &[Widening], replaced_at: Option<Micros>) -> Audience {
    let while_it_stood = |widening: &&Widening| replaced_at.is_none_or(|end| widening.at < end);
    widenings.iter().filter(while_it_stood).map(|widening| widening.to).fold(began, Audience::max)
}
