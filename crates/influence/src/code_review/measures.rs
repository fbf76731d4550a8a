//! What a set of merged changes comes to. Pure: changes in, figures out; nothing of persons.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// A change that is taken back in so many days counts.
pub const TAKEN_BACK_DAYS: i64 = 30;
/// Fewer values than this have no median; fewer than [`FOR_P85`] no 85th percentile (delivery's *Numbers*).
const FOR_MEDIAN: usize = 5;
const FOR_P85: usize = 7;
/// The share of changes with an approval on record from which on a history is taken to keep such a record.
const RECORDED: f64 = 0.02;

/// How large a change is, by the lines that its commits add and delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// At most 50 lines.
    Small,
    /// At most 200.
    Medium,
    /// At most what is agreed.
    Large,
    /// More than is agreed.
    Oversized,
}

impl Size {
    /// Every size, the smallest first.
    pub const ALL: [Self; 4] = [Self::Small, Self::Medium, Self::Large, Self::Oversized];

    /// The size of so many lines where `limit` is agreed.
    #[must_use]
    pub const fn of(lines: u64, limit: u64) -> Self {
        if lines > limit {
            Self::Oversized
        } else if lines > 200 {
            Self::Large
        } else if lines > 50 {
            Self::Medium
        } else {
            Self::Small
        }
    }
}

/// A merged change, as far as it is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merged {
    /// When it was merged, seconds since the epoch.
    pub merged_at: i64,
    /// When its first commit was written, seconds since the epoch; none when that is not known.
    pub first_at: Option<i64>,
    /// Lines that its commits add and delete; none when they could not be counted.
    pub lines: Option<u64>,
    /// Whether somebody's approval is on record.
    pub approved: bool,
    /// When it was taken back, seconds since the epoch.
    pub taken_back_at: Option<i64>,
}

impl Merged {
    /// Days from its first commit to the merge; none when not known, 0 when clocks say that it was merged first.
    #[must_use]
    pub fn took_days(&self) -> Option<f64> {
        Some((self.merged_at - self.first_at?).max(0) as f64 / DAY as f64)
    }

    fn taken_back_soon(&self) -> bool {
        self.taken_back_at.is_some_and(|at| at - self.merged_at <= TAKEN_BACK_DAYS * DAY)
    }

    /// Whether it is known by now if it was taken back in time.
    const fn matured(&self, now: i64) -> bool {
        self.merged_at + TAKEN_BACK_DAYS * DAY <= now
    }
}

/// Days, by nearest rank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Days {
    /// How many are known.
    pub n: usize,
    /// Half took at most this; none below five.
    pub median: Option<f64>,
    /// 85 % took at most this; none below seven.
    pub p85: Option<f64>,
}

/// Median and 85th percentile of days, in any order.
#[must_use]
pub fn days(mut values: Vec<f64>) -> Days {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    let at = |share: f64, floor: usize| lake::functions::nearest_rank(&values, share).filter(|_| n >= floor);
    Days { n, median: at(0.5, FOR_MEDIAN), p85: at(0.85, FOR_P85) }
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// So many.
    pub n: usize,
    /// Of so many.
    pub of: usize,
}

impl Part {
    /// As a share; none of nothing.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.n as f64 / self.of as f64)
    }
}

fn part<'a>(of: impl Iterator<Item = &'a Merged>, holds: impl Fn(&Merged) -> bool) -> Part {
    of.fold(Part::default(), |part, one| Part { n: part.n + usize::from(holds(one)), of: part.of + 1 })
}

/// What a group of changes comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// Changes.
    pub changes: usize,
    /// From the first commit to the merge.
    pub took: Days,
    /// With an approval on record.
    pub approved: Part,
    /// Taken back within 30 days, of those whose 30 days are over.
    pub taken_back: Part,
}

/// What these changes come to at `now`.
#[must_use]
pub fn group<'a>(changes: impl Iterator<Item = &'a Merged> + Clone, now: i64) -> Group {
    Group {
        changes: changes.clone().count(),
        took: days(changes.clone().filter_map(Merged::took_days).collect()),
        approved: part(changes.clone(), |one| one.approved),
        taken_back: part(changes.filter(|one| one.matured(now) || one.taken_back_soon()), Merged::taken_back_soon),
    }
}

/// The changes of each size that occurs. Those whose lines are not known are in none.
#[must_use]
pub fn by_size(changes: &[Merged], limit: u64, now: i64) -> Vec<(Size, Group)> {
    let of =
        |size: Size| changes.iter().filter(move |one| one.lines.is_some_and(|lines| Size::of(lines, limit) == size));
    Size::ALL.into_iter().map(|size| (size, group(of(size), now))).filter(|(_, group)| group.changes > 0).collect()
}

/// Changes with and without an approval on record.
#[must_use]
pub fn by_approval(changes: &[Merged], now: i64) -> (Group, Group) {
    (group(changes.iter().filter(|one| one.approved), now), group(changes.iter().filter(|one| !one.approved), now))
}

/// The changes of each month in which any were merged, by its first day, oldest first.
#[must_use]
pub fn by_month(changes: &[Merged], now: i64) -> Vec<(Date, Group)> {
    let mut months: BTreeMap<Date, Vec<Merged>> = BTreeMap::new();
    for one in changes {
        let Ok(at) = Timestamp::from_second(one.merged_at) else { continue };
        let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        months.entry(day.first_of_month()).or_default().push(*one);
    }
    months.into_iter().map(|(month, those)| (month, group(those.iter(), now))).collect()
}

/// Whether a history keeps a record of approvals at all: where almost no change has one, the others were not left unseen, they are not told of.
#[must_use]
pub fn keeps_record(all: Part) -> bool {
    all.share().is_some_and(|share| share >= RECORDED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(day: i64, took: i64, lines: u64, approved: bool, taken_back: Option<i64>) -> Merged {
        let at = day * DAY;
        Merged {
            merged_at: at,
            first_at: Some(at - took * DAY),
            lines: Some(lines),
            approved,
            taken_back_at: taken_back.map(|after| at + after * DAY),
        }
    }

    #[test]
    fn sizes_end_where_they_say() {
        let sizes = [0, 50, 51, 200, 201, 400, 401].map(|lines| Size::of(lines, 400));
        let wanted = [Size::Small, Size::Small, Size::Medium, Size::Medium, Size::Large, Size::Large, Size::Oversized];
        assert_eq!(sizes, wanted);
        assert_eq!(Size::of(120, 100), Size::Oversized, "an agreement below the usual sizes holds");
    }

    #[test]
    fn too_few_have_no_percentile() {
        let of = |n: u32| days((1..=n).rev().map(f64::from).collect());
        assert_eq!(of(4), Days { n: 4, median: None, p85: None });
        assert_eq!(of(6), Days { n: 6, median: Some(3.0), p85: None });
        assert_eq!(of(10), Days { n: 10, median: Some(5.0), p85: Some(9.0) });
    }

    #[test]
    fn what_may_still_be_taken_back_waits() {
        let all = [
            merged(0, 1, 10, true, None),
            merged(0, 1, 10, true, Some(30)),
            merged(0, 1, 10, true, Some(31)),
            merged(80, 1, 10, false, None),
            merged(80, 1, 10, false, Some(2)),
        ];
        let now = 100 * DAY;
        assert_eq!(group(all.iter(), now).taken_back, Part { n: 2, of: 4 });
        let (approved, not) = by_approval(&all, now);
        assert_eq!((approved.taken_back, not.taken_back), (Part { n: 1, of: 3 }, Part { n: 1, of: 1 }));
    }

    #[test]
    fn a_merge_before_its_commit_took_no_time() {
        assert_eq!(merged(1, -3, 1, false, None).took_days(), Some(0.0));
        assert_eq!(Merged { first_at: None, ..merged(1, 1, 1, false, None) }.took_days(), None);
    }

    #[test]
    fn months_are_apart() {
        let all = [merged(30, 1, 1, false, None), merged(31, 1, 1, false, None), merged(58, 1, 1, true, None)];
        let months: Vec<(String, usize)> =
            by_month(&all, 0).into_iter().map(|(day, group)| (day.to_string(), group.changes)).collect();
        assert_eq!(months, [("1970-01-01".to_owned(), 1), ("1970-02-01".to_owned(), 2)]);
    }

    #[test]
    fn a_record_of_a_few_is_none() {
        assert!(!keeps_record(Part { n: 0, of: 0 }) && !keeps_record(Part { n: 1, of: 100 }));
        assert!(keeps_record(Part { n: 2, of: 100 }));
    }
}
