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

/// The sign of a text: sixteen digits, FNV-1a (Fowler, Noll and Vo). It tells that something has changed, and hides nothing.
#[must_use]
pub fn sign(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
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

    /// Everything of a room that changes without a record: who is there and how, the minute, what was put into its box, and by which browser
    /// it is looked at.
    pub(crate) async fn room_now(&self, room: &str) -> Result<String, Refusal> {
        let seats = self.seats(room).await?;
        let seats: Vec<_> = seats.iter().map(|seat| format!("{}:{}", seat.person, seat.watching)).collect();
        let inside = match room.rsplit('/').next().and_then(|id| id.parse().ok()) {
            Some(record) => self.store().box_mark(record).await?,
            None => String::new(),
        };
        let holder = self.viewer().holder.as_ref().map(store::Holder::sign).unwrap_or_default();
        Ok(format!("{room} {} {} {inside} {holder}", self.now().as_second() / 60, seats.join(" ")))
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
