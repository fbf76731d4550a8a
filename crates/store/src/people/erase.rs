//! Erasing a person, when a law asks for it: first a plan of what goes, what stays and why; then all of it at once, or nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;

use super::Person;
use crate::policy::Audience;
use crate::rows::{
    absences, access_log, attempts, directory_ids, grants, links, memberships, parties, passwords, people, records,
    reporting, seats, sessions, sign_in_links, slip_counts, tokens, versions,
};
use crate::{Actor, PersonId, RecordId, Store, StoreError, Write};

/// What stands in a tombstone of a record that goes with a person.
const RULE: &str = "erasure of a person";
/// How a person is called who was erased.
const NAME: &str = "Erased person";
/// The status of what nobody has been given yet.
const DRAFT: &str = "draft";

/// A line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasureLine {
    /// Of what.
    pub what: String,
    /// How many.
    pub count: u64,
    /// Why.
    pub why: String,
}

/// What erasing somebody does. Lines with a count of 0 are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasurePlan {
    /// Whom.
    pub person: PersonId,
    /// Their name, for the last time.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What goes.
    pub goes: Vec<ErasureLine>,
    /// What stays.
    pub stays: Vec<ErasureLine>,
    /// The records that go whole.
    pub records: Vec<RecordId>,
}

impl Store {
    /// What erasing somebody would do. Nothing is changed.
    ///
    /// # Errors
    /// Not found when there is nobody by that id.
    pub async fn plan_erasure(&self, person: PersonId) -> Result<ErasurePlan, StoreError> {
        let organisation = self.organisation().await?;
        let who = organisation.person(person).ok_or_else(|| StoreError::missing("person", &person.to_string(), []))?;
        plan(self.database.on(), who).await
    }

    /// Erases somebody as the plan says that its asker has seen.
    ///
    /// # Errors
    /// Refused when the plan has changed since, or they are the last administrator; then nothing was erased.
    pub async fn erase_person(&self, actor: Actor, seen: &ErasurePlan, now: Timestamp) -> Result<(), StoreError> {
        let mut write = self.write(actor, now).await?;
        write.erase_as(seen).await?;
        write.keep().await?;
        self.database.scrub().await
    }
}

impl Write {
    async fn erase_as(&mut self, seen: &ErasurePlan) -> Result<(), StoreError> {
        let (person, today) = (seen.person, self.at().to_zoned(TimeZone::UTC).date());
        let organisation = self.organisation().await?;
        let who = organisation.person(person).ok_or_else(|| StoreError::missing("person", &person.to_string(), []))?;
        if plan(self.on(), who).await? != *seen {
            return Err(StoreError::field(
                "plan",
                "What would go has changed since you looked. Look at the plan again.",
            ));
        }
        for id in &seen.records {
            self.erase_record(*id, today, RULE).await?;
        }
        let open = organisation.grants().iter().filter(|grant| grant.person == person && grant.until.is_none());
        for grant in open {
            self.end_grant(grant.id, today).await?;
        }
        self.end_spans(person, today).await?;
        self.remove_traces(who).await?;
        self.bury(who, today).await?;
        self.note("person.erase", person, None, None);
        self.people_change();
        Ok(())
    }

    /// Their present teams and lines end; those of the past stay, so that last quarter's teams do not change.
    async fn end_spans(&self, person: PersonId, today: Date) -> Result<(), StoreError> {
        let today = today.to_string();
        let theirs = Condition::all()
            .add(memberships::Column::PersonId.eq(person.0))
            .add(memberships::Column::UntilOn.is_null());
        let later = theirs.clone().add(memberships::Column::FromOn.gte(&today));
        memberships::Entity::delete_many().filter(later).exec(self.on()).await?;
        let ends = memberships::ActiveModel { until_on: Set(Some(today.clone())), ..Default::default() };
        memberships::Entity::update_many().set(ends).filter(theirs).exec(self.on()).await?;
        let either = Condition::any()
            .add(reporting::Column::PersonId.eq(person.0))
            .add(reporting::Column::ManagerId.eq(person.0));
        let lines = Condition::all().add(either).add(reporting::Column::UntilOn.is_null());
        let later = lines.clone().add(reporting::Column::FromOn.gte(&today));
        reporting::Entity::delete_many().filter(later).exec(self.on()).await?;
        let ends = reporting::ActiveModel { until_on: Set(Some(today)), ..Default::default() };
        reporting::Entity::update_many().set(ends).filter(lines).exec(self.on()).await?;
        Ok(())
    }

    /// Removes what is about nobody else.
    async fn remove_traces(&self, who: &Person) -> Result<(), StoreError> {
        let id = who.id.0;
        absences::Entity::delete_many().filter(absences::Column::PersonId.eq(id)).exec(self.on()).await?;
        access_log::Entity::delete_many().filter(access_log::Column::SubjectId.eq(id)).exec(self.on()).await?;
        sessions::Entity::delete_many().filter(sessions::Column::PersonId.eq(id)).exec(self.on()).await?;
        tokens::Entity::delete_many().filter(tokens::Column::PersonId.eq(id)).exec(self.on()).await?;
        passwords::Entity::delete_many().filter(passwords::Column::PersonId.eq(id)).exec(self.on()).await?;
        sign_in_links::Entity::delete_many().filter(sign_in_links::Column::PersonId.eq(id)).exec(self.on()).await?;
        seats::Entity::delete_many().filter(seats::Column::PersonId.eq(id)).exec(self.on()).await?;
        slip_counts::Entity::delete_many().filter(slip_counts::Column::PersonId.eq(id)).exec(self.on()).await?;
        attempts::Entity::delete_by_id(format!("account {}", who.email)).exec(self.on()).await?;
        // The directory sees them no more, and what it called them goes.
        directory_ids::Entity::delete_many().filter(directory_ids::Column::Id.eq(id)).exec(self.on()).await?;
        let row = directory_ids::Model { kind: "person".to_owned(), id, external_id: None, gone: true };
        row.into_active_model().reset_all().insert(self.on()).await?;
        Ok(())
    }

    /// The person's row becomes a tombstone: its id is all that others point at.
    async fn bury(&self, who: &Person, today: Date) -> Result<(), StoreError> {
        let row = people::Entity::find_by_id(who.id.0).one(self.on()).await?;
        let mut row = row.ok_or_else(|| StoreError::missing("person", &who.id.to_string(), []))?.into_active_model();
        row.name = Set(NAME.to_owned());
        row.preferred_name = Set(None);
        row.email = Set(format!("erased-{}@invalid", who.id.0.simple()));
        row.time_zone = Set("UTC".to_owned());
        row.started_on = Set(None);
        row.left_on = Set(Some(who.left_on.map_or(today, |left| left.min(today)).to_string()));
        row.update(self.on()).await?;
        Ok(())
    }
}

/// The ids of what goes: what is about them, and what they wrote and gave to nobody.
fn theirs(person: PersonId) -> Condition {
    Condition::any().add(records::Column::SubjectId.eq(person.0)).add(drafts_of(person))
}

fn drafts_of(person: PersonId) -> Condition {
    let ungiven = Condition::any()
        .add(records::Column::Audience.eq(Audience::Author.word()))
        .add(records::Column::Status.eq(DRAFT));
    Condition::all().add(records::Column::AuthorId.eq(person.0)).add(ungiven)
}

async fn plan(on: &impl ConnectionTrait, who: &Person) -> Result<ErasurePlan, StoreError> {
    let id = who.id;
    let asked = records::Entity::find().select_only().column(records::Column::Id).filter(theirs(id));
    let going: Vec<uuid::Uuid> = asked.order_by_asc(records::Column::Id).into_tuple().all(on).await?;
    let about = records::Entity::find().filter(records::Column::SubjectId.eq(id.0)).count(on).await?;
    let signs = sessions::Entity::find().filter(sessions::Column::PersonId.eq(id.0)).count(on).await?
        + tokens::Entity::find().filter(tokens::Column::PersonId.eq(id.0)).count(on).await?
        + passwords::Entity::find().filter(passwords::Column::PersonId.eq(id.0)).count(on).await?;
    let goes = [
        line(
            "their name, address and time zone",
            1,
            "they become a person without a name, whose id others may point at",
        ),
        line(
            "records about them, with every version",
            about,
            "they are about nobody else; a tombstone with kind, id and day stays",
        ),
        line("drafts by them", going.len() as u64 - about, "nobody else was given them"),
        line(
            "absences",
            absences::Entity::find().filter(absences::Column::PersonId.eq(id.0)).count(on).await?,
            "they are about nobody else",
        ),
        line("sessions, tokens and passwords", signs, "nobody signs in as them any more"),
        line(
            "notes of who looked at records about them",
            access_log::Entity::find().filter(access_log::Column::SubjectId.eq(id.0)).count(on).await?,
            "the records are gone",
        ),
    ];
    // Counted as a difference: in SQL, "not about them" does not hold where there is no subject.
    let by_them = records::Entity::find().filter(records::Column::AuthorId.eq(id.0));
    let written = by_them.clone().count(on).await? - by_them.filter(theirs(id)).count(on).await?;
    let others = Condition::all()
        .add(versions::Column::AuthorId.eq(id.0))
        .add(versions::Column::RecordId.is_not_in(going.iter().copied()));
    let parted = Condition::all()
        .add(parties::Column::PersonId.eq(id.0))
        .add(parties::Column::RecordId.is_not_in(going.iter().copied()));
    let looked =
        Condition::all().add(access_log::Column::ViewerId.eq(id.0)).add(access_log::Column::SubjectId.ne(id.0));
    let free = "without their name; what somebody typed into a text stays, and may name them";
    let stays = [
        line(
            "records by them that others were given",
            written,
            &format!("they are the team's or another person's; {free}"),
        ),
        line(
            "versions that they wrote of these and others' records",
            versions::Entity::find().filter(others).count(on).await?,
            free,
        ),
        line("others' records in which they took part", parties::Entity::find().filter(parted).count(on).await?, free),
        line(
            "links that they made",
            links::Entity::find().filter(links::Column::AuthorId.eq(id.0)).count(on).await?,
            "without their name",
        ),
        line(
            "times in teams and lines of reporting",
            memberships::Entity::find().filter(memberships::Column::PersonId.eq(id.0)).count(on).await?
                + reporting::Entity::find().filter(reporting::Column::PersonId.eq(id.0)).count(on).await?,
            "past quarters would change; without their name, and ended",
        ),
        line(
            "offices that they held",
            grants::Entity::find().filter(grants::Column::PersonId.eq(id.0)).count(on).await?,
            "without their name, and ended",
        ),
        line(
            "notes that they looked at others' records",
            access_log::Entity::find().filter(looked).count(on).await?,
            "others may ask who looked; without their name",
        ),
        line("rows of the audit", 1, "each covers the row before it; they hold ids and hashes, no name and no text"),
        line("backups", 1, "they age out in 35 days; erase again after restoring an older one"),
    ];
    let kept = |lines: Vec<ErasureLine>| lines.into_iter().filter(|line| line.count > 0).collect();
    Ok(ErasurePlan {
        person: id,
        name: who.name.clone(),
        email: who.email.clone(),
        goes: kept(goes.into()),
        stays: kept(stays.into()),
        records: going.into_iter().map(RecordId).collect(),
    })
}

fn line(what: &str, count: u64, why: &str) -> ErasureLine {
    ErasureLine { what: what.to_owned(), count, why: why.to_owned() }
}
