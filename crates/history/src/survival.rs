//! Lines by the month in which they were written and the months at whose end they were still there, along the mainline.

use rustc_hash::FxHashMap;

/// Months since January of the year 0, in UTC.
pub(crate) type Month = i32;

/// The month of a time in seconds since the epoch (civil calendar; Hinnant 2013, "chrono-compatible low-level date algorithms").
pub(crate) fn month_of(seconds: i64) -> Month {
    let days = seconds.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let (month, carry) = if shifted < 10 { (shifted + 3, 0) } else { (shifted - 9, 1) };
    let year = year_of_era + era * 400 + carry;
    (year * 12 + month - 1) as Month
}

/// `YYYY-MM`.
pub(crate) fn month_text(month: Month) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// Lines that came and went, by author, month of writing and month of the event.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// By author and month of writing, and month of the event.
    moves: FxHashMap<(u64, Month), i64>,
}

impl Ledger {
    /// `lines` of `author`, written in month `cohort`, are there from the end of month `from` to before the end of `until`.
    pub(crate) fn stood(&mut self, author: u32, cohort: Month, lines: i64, from: Month, until: Option<Month>) {
        let written = u64::from(author) << 32 | u64::from(cohort.cast_unsigned());
        *self.moves.entry((written, from)).or_default() += lines;
        if let Some(until) = until {
            *self.moves.entry((written, until)).or_default() -= lines;
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (key, lines) in other.moves {
            *self.moves.entry(key).or_default() += lines;
        }
    }

    /// `(author, cohort, month, lines alive at its end)` up to `last`, in order; nothing where no line is left.
    pub(crate) fn alive(self, last: Month) -> Vec<(u32, Month, Month, u64)> {
        let part = |((written, at), lines)| ((written >> 32) as u32, (written as u32).cast_signed(), at, lines);
        let mut moves: Vec<(u32, Month, Month, i64)> = self.moves.into_iter().map(part).collect();
        moves.sort_unstable();
        let mut alive = Vec::new();
        for group in moves.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let mut lines = 0;
            for (at, &(author, cohort, month, change)) in group.iter().enumerate() {
                lines += change;
                let until = group.get(at + 1).map_or(last + 1, |next| next.2);
                if let Ok(lines @ 1..) = u64::try_from(lines) {
                    alive.extend((month..until).map(|month| (author, cohort, month, lines)));
                }
            }
        }
        alive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_the_calendar() {
        let text = |seconds| month_text(month_of(seconds));
        assert_eq!(text(0), "1970-01");
        assert_eq!(text(951_868_799), "2000-02");
        assert_eq!(text(951_868_800), "2000-03");
        assert_eq!(text(-1), "1969-12");
        assert_eq!(text(4_102_444_800), "2100-01");
    }

    #[test]
    fn lines_are_alive_between_events() {
        let mut ledger = Ledger::default();
        ledger.stood(1, 10, 5, 10, Some(13));
        ledger.stood(1, 10, 3, 13, None);
        let alive: Vec<_> = ledger.alive(14).into_iter().map(|(.., month, lines)| (month, lines)).collect();
        assert_eq!(alive, [(10, 5), (11, 5), (12, 5), (13, 3), (14, 3)]);
    }
}
