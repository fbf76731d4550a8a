//! Rooms in which people are together at one time: a live estimate. Who was seen there lately, by the desk's clock, and a bell that is rung when
//! something was done. What is said in a room stands in records; nothing of it is here.

use std::sync::Arc;

use jiff::SignedDuration;
pub use store::Seat;
use tokio::sync::watch;

use crate::{Desk, Refusal};

/// Seconds after which somebody who was not seen is gone.
pub const GONE_SECONDS: i64 = 60;

/// A room, and how the viewer is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its name: the practice's, then the record's id.
    pub name: String,
    /// Whether the viewer looks on, and takes no part.
    pub watching: bool,
}

impl Desk {
    /// Sees the viewer in a room, now. Gives whether they were not there a moment ago, or in another way.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn enter(&self, room: &Room) -> Result<bool, Refusal> {
        let me = self.viewer().person;
        let before = self.seats(&room.name).await?;
        let new = !before.iter().any(|seat| seat.person == me && seat.watching == room.watching);
        self.store().take_seat(&room.name, me, room.watching, self.now()).await?;
        if new {
            self.ring();
        }
        Ok(new)
    }

    /// Who is in a room: everybody who was seen there within [`GONE_SECONDS`].
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn seats(&self, room: &str) -> Result<Vec<Seat>, Refusal> {
        let since = self.now() - SignedDuration::from_secs(GONE_SECONDS);
        Ok(self.store().seats(room, since).await?)
    }

    /// Everything of a room that changes without a record: who is there and how, and the minute.
    pub(crate) async fn room_now(&self, room: &str) -> Result<String, Refusal> {
        let seats = self.seats(room).await?;
        let seats: Vec<_> = seats.iter().map(|seat| format!("{}:{}", seat.person, seat.watching)).collect();
        Ok(format!("{room} {} {}", self.now().as_second() / 60, seats.join(" ")))
    }

    /// Tells whoever waits that something was done.
    pub(crate) fn ring(&self) {
        self.office().bell().ring();
    }
}

/// What is rung when something was done. Clones are the same bell; it says nothing of what it was.
#[derive(Debug, Clone)]
pub struct Bell(Arc<watch::Sender<()>>);

impl Default for Bell {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(())))
    }
}

impl Bell {
    /// Rings.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Hears every ring from now on.
    #[must_use]
    pub fn hear(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}
