//! Days, working hours and holidays. Time zones are a small table of its own: whoever has no or another time zone database must get
//! the same commits. All zones lie so that a working day falls on one UTC date.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// Days since 1970-01-01.
pub(super) type Day = i64;
/// Seconds since the epoch.
pub(super) type Moment = i64;

pub(super) const DAY: i64 = 86_400;
const OPENS: i64 = 9 * 60;
const LAST_START: i64 = 16 * 60 + 40;

#[derive(Debug, Clone, Copy)]
enum Summer {
    Never,
    Europe,
    America,
}

/// A place where people work.
#[derive(Debug)]
pub(super) struct Zone {
    pub(super) name: &'static str,
    minutes: i64,
    summer: Summer,
}

/// Where people of the company live; the first ones most often.
pub(super) const ZONES: &[Zone] = &[
    Zone { name: "Europe/Berlin", minutes: 60, summer: Summer::Europe },
    Zone { name: "Europe/Lisbon", minutes: 0, summer: Summer::Europe },
    Zone { name: "Europe/Warsaw", minutes: 60, summer: Summer::Europe },
    Zone { name: "Africa/Lagos", minutes: 60, summer: Summer::Never },
    Zone { name: "Asia/Kolkata", minutes: 330, summer: Summer::Never },
    Zone { name: "America/New_York", minutes: -300, summer: Summer::America },
    Zone { name: "America/Sao_Paulo", minutes: -180, summer: Summer::Never },
];

/// Days that everybody has off, as month and day.
const HOLIDAYS: &[(i8, i8)] = &[(1, 1), (1, 6), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31)];

pub(super) fn date_of(day: Day) -> Date {
    Offset::UTC.to_datetime(instant(day * DAY)).date()
}

pub(super) fn day_of(date: Date) -> Day {
    let midnight = Offset::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight()));
    midnight.map_or(0, |at| at.as_second().div_euclid(DAY))
}

/// The instant at `moment`; moments of the demo lie far inside of what an instant can hold.
pub(super) fn instant(moment: Moment) -> Timestamp {
    Timestamp::from_second(moment).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// 0 is Sunday.
pub(super) fn weekday(day: Day) -> i64 {
    (day + 4).rem_euclid(7)
}

/// Whether the company works on that day at all.
pub(super) fn is_open(day: Day) -> bool {
    if matches!(weekday(day), 0 | 6) {
        return false;
    }
    let date = date_of(day);
    !HOLIDAYS.contains(&(date.month(), date.day()))
}

/// How far the zone is ahead of UTC on that day, minutes.
pub(super) fn offset_minutes(zone: usize, day: Day) -> i64 {
    let zone = &ZONES[zone];
    let date = date_of(day);
    let (month, sunday) = (date.month(), i64::from(date.day()) - weekday(day));
    let summer = match zone.summer {
        Summer::Never => false,
        Summer::Europe => (4..=9).contains(&month) || (month == 3 && sunday >= 25) || (month == 10 && sunday < 25),
        Summer::America => (4..=10).contains(&month) || (month == 3 && sunday >= 8) || (month == 11 && sunday < 1),
    };
    zone.minutes + if summer { 60 } else { 0 }
}

/// The first moment at or after `after` at which somebody in the zone is at work, `pause` minutes later if the day is long enough.
/// `works` tells the days; nothing when none comes within 90 days.
pub(super) fn at_work(zone: usize, after: Moment, pause: i64, works: impl Fn(Day) -> bool) -> Option<Moment> {
    let first = after.div_euclid(DAY);
    for day in first..first + 90 {
        if works(day) {
            let offset = offset_minutes(zone, day);
            let minute = (after - day * DAY).max(-DAY).div_euclid(60) + 1 + offset;
            if minute <= LAST_START {
                let local = (minute.max(OPENS) + pause).min(LAST_START + 70 + pause % 20);
                return Some(day * DAY + (local - offset) * 60 + (pause * 37 + after) % 60);
            }
        }
    }
    None
}
