//! When a team works: hours of its week, and the days that are otherwise.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};

use super::worded;
use crate::policy::words::words;
use crate::rows::{calendar_days, calendars};
use crate::{StoreError, TeamId, Write};

words! {
    /// What a day is that is not as its weekday.
    DayKind {
        /// Nobody works.
        Holiday = "holiday",
        /// Half of its hours.
        Half = "half",
        /// Worked, though its weekday is free.
        Work = "work",
    }
}

/// Working minutes of a day from midnight: from, until.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// First minute.
    pub from: u16,
    /// The minute after the last.
    pub until: u16,
}

/// A calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Whose; none is everybody's.
    pub team: Option<TeamId>,
    /// What it is called.
    pub name: String,
    /// An IANA time zone.
    pub time_zone: String,
    /// The week from Monday on; none is a free day.
    pub week: [Option<Hours>; 7],
    /// Days that are otherwise, with their names.
    pub days: BTreeMap<Date, (DayKind, String)>,
}

impl Default for Calendar {
    /// Monday to Friday, 09:00 to 17:00, UTC.
    fn default() -> Self {
        let day = Some(Hours { from: 9 * 60, until: 17 * 60 });
        Self {
            team: None,
            name: "Monday to Friday, 09:00 to 17:00".to_owned(),
            time_zone: "UTC".to_owned(),
            week: [day, day, day, day, day, None, None],
            days: BTreeMap::new(),
        }
    }
}

impl Calendar {
    /// The hours of a weekday.
    #[must_use]
    pub fn on(&self, weekday: Weekday) -> Option<Hours> {
        let place = usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0);
        self.week.get(place).copied().flatten()
    }

    pub(super) fn of(row: calendars::Model, days: &[calendar_days::Model]) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("the calendar {} cannot be read: {what}", row.name));
        let week = serde_json::from_str(&row.hours).map_err(|error| damaged(&error.to_string()))?;
        let mut special = BTreeMap::new();
        for day in days.iter().filter(|day| day.calendar_id == row.id) {
            let kind = worded(DayKind::ALL, DayKind::word, &day.kind).ok_or_else(|| damaged(&day.kind))?;
            special.insert(crate::people::day(&day.on_day)?, (kind, day.name.clone()));
        }
        Ok(Self { team: row.team_id.map(TeamId), name: row.name, time_zone: row.time_zone, week, days: special })
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.week.iter().all(Option::is_none) && !self.days.values().any(|(kind, _)| *kind == DayKind::Work) {
            return Err(StoreError::field("hours", "A calendar without a working day: nothing would ever be done."));
        }
        if self.week.iter().flatten().any(|hours| hours.until <= hours.from || hours.until > 24 * 60) {
            return Err(StoreError::field("hours", "A working day ends after it begins, and on the same day."));
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            return Err(StoreError::field(
                "time_zone",
                format!("`{}` is no time zone (Europe/Berlin).", self.time_zone),
            ));
        }
        Ok(())
    }
}

impl Write {
    /// Sets a team's calendar, or everybody's.
    ///
    /// # Errors
    /// Refused when it has no working day, or a day that ends before it begins.
    pub(crate) async fn set_calendar(&mut self, new: &Calendar) -> Result<(), StoreError> {
        new.check()?;
        for old in calendars::Entity::find().all(self.on()).await? {
            if old.team_id == new.team.map(|team| team.0) {
                calendar_days::Entity::delete_many()
                    .filter(calendar_days::Column::CalendarId.eq(old.id))
                    .exec(self.on())
                    .await?;
                calendars::Entity::delete_by_id(old.id).exec(self.on()).await?;
            }
        }
        let hours = serde_json::to_string(&new.week).map_err(|error| StoreError::because("write a calendar", error))?;
        let id = self.store.dice.id(self.at());
        let row = calendars::Model {
            id,
            team_id: new.team.map(|team| team.0),
            name: new.name.clone(),
            time_zone: new.time_zone.clone(),
            hours,
        };
        row.into_active_model().reset_all().insert(self.on()).await?;
        for (day, (kind, name)) in &new.days {
            let row = calendar_days::Model {
                id: self.store.dice.id(self.at()),
                calendar_id: id,
                on_day: day.to_string(),
                kind: kind.word().to_owned(),
                name: name.clone(),
            };
            row.into_active_model().reset_all().insert(self.on()).await?;
        }
        self.note_rows("calendar.set", id, None, Some(&new.name));
        self.work_changes().await.map(|_| ())
    }
}
