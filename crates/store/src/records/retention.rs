//! Retention: how long records of a class are kept after they last changed, and erasing those whose time is over. Settings may shorten it,
//! never lengthen it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use super::Kind;
use crate::people::Organisation;
use crate::policy::{Action, Class, Phase, Thing};
use crate::rows::{access_log, records};
use crate::{Actor, RecordId, Store, StoreError};

/// Days after leaving for which somebody can still take along what is kept while they are employed.
pub const EXPORT_DAYS: i64 = 90;
/// Months for which it is kept who looked.
pub const LOOK_MONTHS: i64 = 24;

/// How long something is kept after it last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// So many days.
    Days(i64),
    /// So many months.
    Months(i64),
    /// While the person whom it is about is employed, and [`EXPORT_DAYS`] longer.
    WhileEmployed,
    /// Until somebody puts it away, and after.
    Unlimited,
}

impl Class {
    /// How long its records are kept (table *Retention* of the specification).
    #[must_use]
    pub const fn term(self) -> Term {
        match self {
            Self::PrivateNote => Term::Days(180),
            Self::CalibrationVote | Self::ClosedVote => Term::Days(90),
            Self::Application | Self::Scorecard => Term::Days(183),
            Self::OneOnOne
            | Self::MentoringPair
            | Self::PartyAction
            | Self::Feedback
            | Self::FeedbackRequest
            | Self::Handover
            | Self::OnboardingPlan
            | Self::AccessLog => Term::Months(24),
            Self::GrowthPlan
            | Self::Assessment
            | Self::Requisition
            | Self::ReviewPacket
            | Self::Review
            | Self::ReviewReply
            | Self::CalibrationReasons
            | Self::SurveyFigures
            | Self::TeamPractice => Term::Months(36),
            Self::AnonymousAnswer => Term::Months(12),
            Self::PathDraft | Self::EvidenceCard | Self::Kudos => Term::WhileEmployed,
            Self::EvidenceSuggestion
            | Self::Opportunity
            | Self::OpportunitySupply
            | Self::SharedPage
            | Self::SelfId
            | Self::SelfIdFigures
            | Self::TeamRecord => Term::Unlimited,
        }
    }
}

/// A record whose time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Which.
    pub id: RecordId,
    /// Its kind.
    pub kind: String,
    /// By which rule (`kept 24 months`).
    pub rule: String,
}

/// What a step of retention erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Swept {
    /// Records.
    pub records: u64,
    /// Notes of who looked.
    pub looks: u64,
    /// Whether there is more to do.
    pub more: bool,
}

impl Store {
    /// Records of these kinds whose time is over at `now`, at most `limit`.
    ///
    /// # Errors
    /// Refused when a setting `retention.KIND` or `retention.CLASS` is no whole number of days from 1 on: nothing is guessed here.
    pub async fn retention_due(&self, kinds: &[Kind], now: Timestamp, limit: u64) -> Result<Vec<Due>, StoreError> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let organisation = self.organisation().await?;
        let mut due = Vec::new();
        for kind in kinds {
            if !self.policy.decide_job(Action::Erase, &Thing::of(kind.class)).allowed {
                continue;
            }
            for (over, rule) in self.rules(kind, &organisation, now, today).await? {
                // Whether a record is a draft is not known to SQL: those of leavers are looked through, which are few.
                let left =
                    if rule == LEAVER { i64::MAX.unsigned_abs() } else { limit.saturating_sub(due.len() as u64) };
                let asked = records::Entity::find().filter(records::Column::Kind.eq(kind.name)).filter(over);
                let asked =
                    asked.order_by_asc(records::Column::UpdatedAt).order_by_asc(records::Column::Id).limit(left);
                for row in asked.all(self.database.on()).await? {
                    let draft = (kind.phase)(&row.status) == Phase::Draft;
                    let known = due.iter().any(|known: &Due| known.id.0 == row.id);
                    if !known && (draft || rule != LEAVER) {
                        due.push(Due { id: RecordId(row.id), kind: row.kind, rule: rule.clone() });
                    }
                }
            }
        }
        Ok(due)
    }

    /// What is over by which rule, of one kind.
    async fn rules(
        &self,
        kind: &Kind,
        all: &Organisation,
        now: Timestamp,
        today: Date,
    ) -> Result<Vec<(Condition, String)>, StoreError> {
        let mut rules = Vec::new();
        match kind.class.term() {
            Term::Days(days) => {
                rules.push((older(before(today, Span::new().days(days))?), format!("kept {days} days")));
            }
            Term::Months(months) => {
                rules.push((older(before(today, Span::new().months(months))?), format!("kept {months} months")));
            }
            Term::WhileEmployed => {
                let since = today.checked_sub(Span::new().days(EXPORT_DAYS)).unwrap_or(Date::MIN);
                rules.push((about_leavers(all, since), "kept while employed".to_owned()));
            }
            Term::Unlimited => {}
        }
        if kind.class == Class::Review {
            rules.push((about_leavers(all, today), LEAVER.to_owned()));
        }
        for name in [kind.name, kind.class.word()] {
            if let Some(days) = self.shortened(name).await? {
                let since = now.as_microsecond().saturating_sub(days.saturating_mul(86_400_000_000));
                rules.push((older(since), format!("kept {days} days by setting")));
            }
        }
        Ok(rules)
    }

    async fn shortened(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let name = format!("retention.{name}");
        let Some(value) = self.setting(&name).await? else { return Ok(None) };
        match value.as_i64() {
            Some(days) if days > 0 => Ok(Some(days)),
            _ => Err(StoreError::field(
                name,
                format!("{value} is no whole number of days from 1 on. Nothing is erased until it is."),
            )),
        }
    }

    /// One step of the job: erases at most `limit` records of these kinds whose time is over, with a tombstone each, and who looked too
    /// long ago. To be called again while there is more.
    ///
    /// # Errors
    /// As [`Self::retention_due`]; when the database does not answer. Then nothing of the step was erased.
    pub async fn erase_due(&self, kinds: &[Kind], now: Timestamp, limit: u64) -> Result<Swept, StoreError> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let due = self.retention_due(kinds, now, limit.max(1)).await?;
        let mut write = self.write(Actor::System, now).await?;
        let mut swept = Swept { more: due.len() as u64 >= limit.max(1), ..Swept::default() };
        for one in &due {
            // Somebody may have written it meanwhile: then its time begins anew.
            if write.still_due(one, now).await? {
                write.erase_record(one.id, today, &one.rule).await?;
                swept.records += 1;
            }
        }
        let old = before(today, Span::new().months(LOOK_MONTHS))?;
        let looks = access_log::Entity::delete_many().filter(access_log::Column::At.lt(old));
        swept.looks = looks.exec(write.on()).await?.rows_affected;
        write.keep().await?;
        if swept.records > 0 {
            self.database.scrub().await?;
        }
        Ok(swept)
    }
}

impl crate::Write {
    async fn still_due(&self, due: &Due, now: Timestamp) -> Result<bool, StoreError> {
        let row = records::Entity::find_by_id(due.id.0).one(self.on()).await?;
        // A write of this very day cannot be over by any rule but that of a leaver.
        let fresh = now.as_microsecond() - 86_400_000_000;
        Ok(row.is_some_and(|row| row.updated_at < fresh || due.rule == LEAVER || due.rule.ends_with("employed")))
    }
}

/// The rule that erases drafts about somebody who left.
const LEAVER: &str = "draft about somebody who left";

fn older(micros: i64) -> Condition {
    Condition::all().add(records::Column::UpdatedAt.lt(micros))
}

/// About somebody who left on `since` or before; or by them, when it is about nobody.
fn about_leavers(all: &Organisation, since: Date) -> Condition {
    let left = all.people().iter().filter(|person| person.left_on.is_some_and(|left| left <= since));
    let left: Vec<_> = left.map(|person| person.id.0).collect();
    let own = Condition::all()
        .add(records::Column::SubjectId.is_null())
        .add(records::Column::AuthorId.is_in(left.iter().copied()));
    Condition::any().add(records::Column::SubjectId.is_in(left)).add(own)
}

/// The first instant of the day that lies so long before today, in microseconds.
fn before(today: Date, span: Span) -> Result<i64, StoreError> {
    let day = today.checked_sub(span).map_err(|error| StoreError::because("count back to a day", error))?;
    let start = day.to_zoned(TimeZone::UTC).map_err(|error| StoreError::because("count back to a day", error))?;
    Ok(start.timestamp().as_microsecond())
}
