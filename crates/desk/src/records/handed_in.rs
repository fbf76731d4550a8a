//! What several people hand in closed and open together, each at a place of its own: who handed in is known, what it says is not, until a step
//! of the whole round opens it.

use store::{HandedIn, PersonId, RecordId, Step};

use super::{Record, Records, Stored, rules, typed};
use crate::Refusal;

/// A round as it was seen, and the step that it is to take.
#[derive(Debug, Clone)]
pub struct Round {
    /// Where something could be handed in.
    pub places: Vec<RecordId>,
    /// What was.
    pub seen: Vec<HandedIn>,
    /// What is to become of it.
    pub step: Step,
}

/// The place of one person in a round that a text names: always the same id (RFC 9562, version 8), and nobody else's.
#[must_use]
pub fn place_of(kind: &str, round: &str, person: PersonId) -> RecordId {
    let hash =
        blake3::derive_key("mainstay 2026 place of what is handed in", format!("{kind}/{round}/{person}").as_bytes());
    let mut hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    hex.replace_range(12..13, "8");
    hex.replace_range(16..17, "8");
    // 32 hex digits are always an id.
    hex.parse().unwrap_or(RecordId(Default::default()))
}

impl Records {
    /// Which of these places something was handed in at.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn handed_in<R: Record>(&self, places: &[RecordId]) -> Result<Vec<HandedIn>, Refusal> {
        Ok(self.access.handed_in(&rules::<R>(), places).await?)
    }

    /// What was handed in, as the viewer could read it once the round took its step.
    ///
    /// # Errors
    /// Refused when the viewer may not take it; unavailable when the key of what is sealed is not here.
    pub async fn foresee<R: Record>(&self, round: &Round) -> Result<Vec<Stored<R>>, Refusal> {
        let all = self.access.foresee(&rules::<R>(), &round.seen, &round.step).await?;
        all.iter().map(typed).collect()
    }

    /// The record at a place, when there is one that the viewer may read and nobody took back.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn at<R: Record>(&self, place: RecordId) -> Result<Option<Stored<R>>, Refusal> {
        match self.access.get(&rules::<R>(), place).await {
            Ok(record) => typed(&record).map(Some),
            Err(store::StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
