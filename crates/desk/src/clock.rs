//! The one clock. Nothing else in the house reads the time; a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that a test moves; microseconds since 1970-01-01 UTC.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn set_at(at: Timestamp) -> Self {
        Self::Set(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    /// The present instant, to the microsecond.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    pub fn now(&self) -> Timestamp {
        let now = match self {
            Self::System => Timestamp::now().as_microsecond(),
            Self::Set(at) => at.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(now).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The present day in UTC.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// Moves a set clock forward by `seconds`; the machine's clock stays as it is.
    pub fn advance(&self, seconds: i64) {
        if let Self::Set(at) = self {
            at.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
        }
    }
}
