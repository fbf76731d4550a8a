//! How often somebody may ask within a minute. Counted in fixed windows in memory: a restart forgets, which is no loss.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Seconds of a window.
const WINDOW: i64 = 60;
/// Counters kept before those of past windows are thrown away.
const MANY: usize = 10_000;

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    counters: Mutex<HashMap<String, (i64, u32)>>,
}

impl Limits {
    /// Counts one request of `who`; the seconds to wait when there were more than `most` in this minute.
    pub(crate) fn take(&self, who: &str, most: u32, now: Timestamp) -> Result<(), i64> {
        let second = now.as_second();
        let window = second.div_euclid(WINDOW);
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= MANY && !counters.contains_key(who) {
            counters.retain(|_, (of, _)| *of == window);
        }
        let counter = counters.entry(who.to_owned()).or_insert((window, 0));
        if counter.0 != window {
            *counter = (window, 0);
        }
        counter.1 = counter.1.saturating_add(1);
        if counter.1 > most { Err(WINDOW - second.rem_euclid(WINDOW)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_later_it_is_open() {
        let limits = Limits::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(
            [limits.take("a", 2, at(30)), limits.take("a", 2, at(31)), limits.take("a", 2, at(40))],
            [Ok(()), Ok(()), Err(20)]
        );
        assert_eq!(limits.take("b", 2, at(40)), Ok(()), "others are not held up");
        assert_eq!(limits.take("a", 2, at(60)), Ok(()));
    }

    #[test]
    fn counters_do_not_pile_up() {
        let limits = Limits::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        for who in 0..MANY {
            assert_eq!(limits.take(&who.to_string(), 1, at(0)), Ok(()));
        }
        assert_eq!(limits.take("new", 1, at(60)), Ok(()));
        assert_eq!(limits.counters.lock().unwrap().len(), 1);
    }
}
