//! The front matter of an export's files, and the rows that it becomes. The other direction stands in `export.rs`, field for field.

use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::{ActiveModelTrait as _, IntoActiveModel as _};
use serde::Deserialize;
use uuid::Uuid;

use crate::people::{AbsenceKind, Office, PersonKind, Role};
use crate::policy::Audience;
use crate::records::{Head, Party};
use crate::rows::{
    absences, area_owners, grants, links, memberships, parties, people, records, reporting, repositories, teams,
    versions,
};
use crate::{PersonId, RecordId, StoreError, TeamId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonFront {
    pub(super) id: Uuid,
    name: String,
    preferred_name: Option<String>,
    pub(super) email: String,
    time_zone: String,
    started_on: Option<Date>,
    left_on: Option<Date>,
    kind: PersonKind,
    created_at: Timestamp,
    #[serde(default)]
    pub(super) reporting: Vec<LineFront>,
    #[serde(default)]
    pub(super) absences: Vec<AbsenceFront>,
    #[serde(default)]
    pub(super) offices: Vec<OfficeFront>,
}

impl From<&PersonFront> for people::ActiveModel {
    fn from(front: &PersonFront) -> Self {
        let row = people::Model {
            id: front.id,
            name: front.name.clone(),
            preferred_name: front.preferred_name.clone(),
            email: front.email.clone(),
            time_zone: front.time_zone.clone(),
            started_on: front.started_on.map(|day| day.to_string()),
            left_on: front.left_on.map(|day| day.to_string()),
            kind: front.kind.name().to_owned(),
            created_at: front.created_at.as_microsecond(),
        };
        row.into_active_model().reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineFront {
    id: Uuid,
    pub(super) manager: Uuid,
    from: Date,
    until: Option<Date>,
}

impl LineFront {
    pub(super) fn row(&self, person_id: Uuid) -> reporting::ActiveModel {
        let (from_on, until_on) = (self.from.to_string(), self.until.map(|day| day.to_string()));
        reporting::Model { id: self.id, person_id, manager_id: self.manager, from_on, until_on }
            .into_active_model()
            .reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AbsenceFront {
    id: Uuid,
    from: Date,
    until: Date,
    kind: AbsenceKind,
}

impl AbsenceFront {
    pub(super) fn row(&self, person_id: Uuid) -> absences::ActiveModel {
        let (from_on, until_on) = (self.from.to_string(), self.until.to_string());
        absences::Model { id: self.id, person_id, from_on, until_on, kind: self.kind.name().to_owned() }
            .into_active_model()
            .reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfficeFront {
    id: Uuid,
    office: Office,
    pub(super) team: Option<Uuid>,
    from: Date,
    until: Option<Date>,
}

impl OfficeFront {
    pub(super) fn row(&self, person_id: Uuid) -> grants::ActiveModel {
        let (from_on, until_on) = (self.from.to_string(), self.until.map(|day| day.to_string()));
        let row = grants::Model {
            id: self.id,
            person_id,
            role: self.office.name().to_owned(),
            team_id: self.team,
            from_on,
            until_on,
        };
        row.into_active_model().reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamFront {
    pub(super) id: Uuid,
    slug: String,
    name: String,
    pub(super) parent: Option<Uuid>,
    purpose: Option<String>,
    #[serde(default)]
    pub(super) members: Vec<MemberFront>,
}

impl From<&TeamFront> for teams::ActiveModel {
    fn from(front: &TeamFront) -> Self {
        let row = teams::Model {
            id: front.id,
            slug: front.slug.clone(),
            name: front.name.clone(),
            parent_id: front.parent,
            purpose: front.purpose.clone(),
        };
        row.into_active_model().reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberFront {
    id: Uuid,
    pub(super) person: Uuid,
    role: Role,
    from: Date,
    until: Option<Date>,
    share: f64,
}

impl MemberFront {
    pub(super) fn row(&self, team_id: Uuid) -> memberships::ActiveModel {
        let row = memberships::Model {
            id: self.id,
            person_id: self.person,
            team_id,
            role: self.role.name().to_owned(),
            from_on: self.from.to_string(),
            until_on: self.until.map(|day| day.to_string()),
            share: self.share,
        };
        row.into_active_model().reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RepositoryFront {
    pub(super) id: Uuid,
    name: String,
    location: String,
    default_branch: String,
    pub(super) team: Option<Uuid>,
    #[serde(default)]
    pub(super) owners: Vec<OwnerFront>,
}

impl From<&RepositoryFront> for repositories::ActiveModel {
    fn from(front: &RepositoryFront) -> Self {
        let row = repositories::Model {
            id: front.id,
            name: front.name.clone(),
            location: front.location.clone(),
            default_branch: front.default_branch.clone(),
            team_id: front.team,
        };
        row.into_active_model().reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnerFront {
    id: Uuid,
    position: i32,
    glob: String,
    pub(super) team: Uuid,
}

impl OwnerFront {
    pub(super) fn row(&self, repository_id: Uuid) -> area_owners::ActiveModel {
        let row = area_owners::Model {
            id: self.id,
            repository_id,
            position: self.position,
            glob: self.glob.clone(),
            team_id: self.team,
        };
        row.into_active_model().reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordFront {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) author: Uuid,
    created_at: Timestamp,
    #[serde(default)]
    pub(super) links: Vec<LinkFront>,
}

impl RecordFront {
    /// The record as its last version says.
    pub(super) fn row(&self, last: &VersionFront, body: String) -> records::Model {
        records::Model {
            id: self.id,
            kind: self.kind.clone(),
            team_id: last.team,
            subject_id: last.subject,
            author_id: self.author,
            audience: last.audience.word().to_owned(),
            status: last.status.clone(),
            title: last.title.clone(),
            body,
            body_version: last.body_version,
            version: last.version,
            due_on: last.due_on.map(|day| day.to_string()),
            created_at: self.created_at.as_microsecond(),
            updated_at: last.at.as_microsecond(),
            archived_at: last.archived.then(|| last.at.as_microsecond()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkFront {
    pub(super) id: Uuid,
    relation: String,
    pub(super) to_record: Option<Uuid>,
    pub(super) to_fact: Option<String>,
    at: Timestamp,
    pub(super) author: Uuid,
}

impl LinkFront {
    pub(super) fn row(&self, from_id: Uuid) -> links::ActiveModel {
        let row = links::Model {
            id: self.id,
            from_id,
            to_id: self.to_record,
            to_fact: self.to_fact.clone(),
            relation: self.relation.clone(),
            at: self.at.as_microsecond(),
            author_id: self.author,
        };
        row.into_active_model().reset_all()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VersionFront {
    title: String,
    pub(super) version: i64,
    pub(super) author: Uuid,
    at: Timestamp,
    reason: Option<String>,
    pub(super) team: Option<Uuid>,
    pub(super) subject: Option<Uuid>,
    audience: Audience,
    status: String,
    due_on: Option<Date>,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    pub(super) parties: Vec<PartyFront>,
    pub(super) body_version: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartyFront {
    pub(super) person: Uuid,
    part: String,
}

impl VersionFront {
    pub(super) fn row(&self, id: RecordId, body: String) -> Result<versions::Model, StoreError> {
        let head = Head {
            team: self.team.map(TeamId),
            subject: self.subject.map(PersonId),
            audience: self.audience,
            status: self.status.clone(),
            title: self.title.clone(),
            due_on: self.due_on,
            parties: self.parties.iter().map(|party| Party::new(PersonId(party.person), &party.part)).collect(),
            archived: self.archived,
        };
        Ok(versions::Model {
            record_id: id.0,
            version: self.version,
            author_id: self.author,
            at: self.at.as_microsecond(),
            head: serde_json::to_string(&head).map_err(|error| StoreError::because("write a version", error))?,
            body,
            body_version: self.body_version,
            reason: self.reason.clone(),
        })
    }

    pub(super) fn party_rows(&self, id: RecordId) -> impl Iterator<Item = parties::ActiveModel> {
        let row = move |party: &PartyFront| parties::Model {
            record_id: id.0,
            person_id: party.person,
            part: party.part.clone(),
        };
        self.parties.iter().map(move |party| row(party).into_active_model().reset_all())
    }
}
