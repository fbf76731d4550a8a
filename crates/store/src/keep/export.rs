//! Everything that somebody may read, as files: people, teams and repositories, and each record with its versions. All of it is of one
//! instant. What they may not read is not hinted at.
//!
//!     people/ID.md   teams/ID.md   repositories/ID.md   records/KIND/ID/record.md   records/KIND/ID/VERSION.md   work/PROJECT.jsonl

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use uuid::Uuid;

use super::container::{beside, io_error};
use super::front::{Page, Scalar, airy, maybe, number, text};
use crate::audit::instant;
use crate::policy::Action;
use crate::records::{Head, Kind, Party, parties_of, words_of};
use crate::rows::{
    absences, access_log, area_owners, grants, links, memberships, people, records, reporting, repositories, teams,
    versions,
};
use crate::{Access, Actor, PersonId, RecordId, StoreError};

/// Records that are looked at together.
const TOGETHER: u64 = 500;

/// What was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Exported {
    /// People.
    pub people: u64,
    /// Teams.
    pub teams: u64,
    /// Repositories.
    pub repositories: u64,
    /// Records.
    pub records: u64,
    /// Versions of them.
    pub versions: u64,
    /// Work items.
    pub items: u64,
    /// Lines of their log.
    pub changes: u64,
    /// Sealed versions that were left out because their key is not here.
    pub closed: u64,
}

/// A record on its way out.
struct Out {
    kind: &'static str,
    id: RecordId,
    author: PersonId,
    subject: Option<PersonId>,
    created_at: i64,
}

impl Access {
    /// Writes everything that the asker may read of these kinds into the folder `dir`, which is empty or not there. It appears there as a
    /// whole, after the looks at others' records are in the access log.
    ///
    /// # Errors
    /// Refused when something is in the folder; when the database does not answer or a file cannot be written.
    pub async fn export_all(&self, kinds: &[Kind], dir: &Path) -> Result<Exported, StoreError> {
        if std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(StoreError::field("dir", format!("{} is not empty. Name another folder.", dir.display())));
        }
        let part = beside(dir, "part");
        let _ = std::fs::remove_dir_all(&part);
        let files = Files { root: part.clone() };
        let made = self.write_all(kinds, &files).await;
        if made.is_err() {
            let _ = std::fs::remove_dir_all(&part);
        }
        let (exported, out) = made?;
        self.note_export(&out).await?;
        std::fs::rename(&part, dir).map_err(io_error("make", dir))?;
        Ok(exported)
    }

    async fn write_all(&self, kinds: &[Kind], files: &Files) -> Result<(Exported, Vec<Out>), StoreError> {
        files.folder("")?;
        let still = self.store.database.still().await?;
        let mut exported = Exported {
            people: write_people(&still, files).await?,
            teams: write_teams(&still, files).await?,
            repositories: write_repositories(&still, files).await?,
            ..Exported::default()
        };
        let mut out = Vec::new();
        for kind in kinds {
            self.write_kind(kind, &still, files, &mut exported, &mut out).await?;
        }
        let ids: HashSet<Uuid> = out.iter().map(|record| record.id.0).collect();
        for record in &out {
            write_record(record, &ids, &still, files).await?;
        }
        let (boards, count) = self.boards(&still).await?;
        boards.iter().try_for_each(|(name, text)| files.write(name, text))?;
        (exported.items, exported.changes) = (count.items, count.changes);
        still.commit().await?;
        exported.records = out.len() as u64;
        Ok((exported, out))
    }

    async fn write_kind(
        &self,
        kind: &Kind,
        on: &DatabaseTransaction,
        files: &Files,
        exported: &mut Exported,
        out: &mut Vec<Out>,
    ) -> Result<(), StoreError> {
        let mut behind = Uuid::nil();
        loop {
            let asked = records::Entity::find()
                .filter(records::Column::Kind.eq(kind.name))
                .filter(records::Column::Id.gt(behind));
            let rows = asked.order_by_asc(records::Column::Id).limit(TOGETHER).all(on).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            behind = last.id;
            for row in rows {
                let parties: Vec<Party> =
                    parties_of(on, &[row.id]).await?.into_iter().map(|(_, party)| party).collect();
                if self.may_take(kind, &row, &parties)? && self.write_versions(kind, &row, on, files, exported).await? {
                    out.push(Out {
                        kind: kind.name,
                        id: RecordId(row.id),
                        author: PersonId(row.author_id),
                        subject: row.subject_id.map(PersonId),
                        created_at: row.created_at,
                    });
                }
            }
        }
    }

    fn may_take(&self, kind: &Kind, row: &records::Model, parties: &[Party]) -> Result<bool, StoreError> {
        let (thing, ties) = self.about_row(kind, row, parties)?;
        let may = |action| self.policy().decide(self.asker(), action, &thing, &ties).allowed;
        Ok(may(Action::Read) && may(Action::Export))
    }

    /// Writes the versions that were written for the asker; whether the present one is among them.
    async fn write_versions(
        &self,
        kind: &Kind,
        record: &records::Model,
        on: &DatabaseTransaction,
        files: &Files,
        exported: &mut Exported,
    ) -> Result<bool, StoreError> {
        let id = RecordId(record.id);
        let asked = versions::Entity::find().filter(versions::Column::RecordId.eq(record.id));
        // The present one first: a record whose present version is closed is left out.
        for row in asked.order_by_desc(versions::Column::Version).all(on).await? {
            let head: Head = serde_json::from_str(&row.head).map_err(|error| {
                StoreError::Damaged(format!("version {} of {} {id} cannot be read: {error}", row.version, kind.name))
            })?;
            let present = row.version == record.version;
            if !present && !self.may_take(kind, &as_row(record, &head), &head.parties)? {
                continue;
            }
            let version = row.version.unsigned_abs();
            match self.store.body_text(on, kind, id, version, &row.body).await? {
                Ok(body) => {
                    let page = version_page(&row, &head).with_body(&airy(&body));
                    files.write(&format!("records/{}/{id}/{version}.md", kind.name), &page)?;
                    exported.versions += 1;
                }
                Err(_) => {
                    exported.closed += 1;
                    if present {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Who looked, and that it was exported.
    async fn note_export(&self, out: &[Out]) -> Result<(), StoreError> {
        let me = self.asker().person;
        let mut write = self.store.write(Actor::Person(me), self.now()).await?;
        for record in out {
            let Some(subject) = record.subject.filter(|subject| *subject != me) else { continue };
            let row = access_log::Model {
                id: self.store.dice.id(self.now()),
                at: self.now().as_microsecond(),
                viewer_id: me.0,
                action: "export".to_owned(),
                kind: record.kind.to_owned(),
                subject_id: subject.0,
                record_id: record.id.0,
            };
            row.into_active_model().reset_all().insert(write.on()).await?;
        }
        write.note("export", format!("{} records", out.len()), None, None);
        write.keep().await
    }
}

/// A record's row as it stood in one of its versions.
fn as_row(record: &records::Model, head: &Head) -> records::Model {
    records::Model {
        team_id: head.team.map(|team| team.0),
        subject_id: head.subject.map(|person| person.0),
        audience: head.audience.word().to_owned(),
        status: head.status.clone(),
        ..record.clone()
    }
}

fn version_page(row: &versions::Model, head: &Head) -> Page {
    let parties = head.parties.iter().map(|party| vec![("person", text(party.person)), ("part", text(&party.part))]);
    Page::new()
        .field("title", &text(&head.title))
        .field("version", &number(row.version))
        .field("author", &text(row.author_id))
        .field("at", &text(instant(row.at)))
        .field("reason", &maybe(row.reason.as_ref()))
        .field("team", &maybe(head.team))
        .field("subject", &maybe(head.subject))
        .field("audience", &text(head.audience.word()))
        .field("status", &text(&head.status))
        .field("due_on", &maybe(head.due_on))
        .field("archived", &if head.archived { number(true) } else { Scalar::Absent })
        .list("parties", parties)
        .field("body_version", &number(row.body_version))
}

async fn write_record(
    record: &Out,
    ids: &HashSet<Uuid>,
    on: &DatabaseTransaction,
    files: &Files,
) -> Result<(), StoreError> {
    let rows = links::Entity::find().filter(links::Column::FromId.eq(record.id.0));
    let rows = rows.order_by_asc(links::Column::Id).all(on).await?;
    let seen = rows.into_iter().filter(|row| row.to_id.is_none_or(|to| ids.contains(&to)));
    let entries = seen.map(|row| {
        vec![
            ("id", text(row.id)),
            ("relation", text(row.relation)),
            ("to_record", maybe(row.to_id)),
            ("to_fact", maybe(row.to_fact)),
            ("at", text(instant(row.at))),
            ("author", text(row.author_id)),
        ]
    });
    let words = words_of(on, record.id).await?.unwrap_or_default();
    let page = Page::new()
        .field("id", &text(record.id))
        .field("kind", &text(record.kind))
        .field("author", &text(record.author))
        .field("created_at", &text(instant(record.created_at)))
        .list("links", entries);
    files.write(&format!("records/{}/{}/record.md", record.kind, record.id), &page.with_body(&words))
}

async fn write_people(on: &DatabaseTransaction, files: &Files) -> Result<u64, StoreError> {
    let rows = people::Entity::find().order_by_asc(people::Column::Id).all(on).await?;
    let lines = reporting::Entity::find().order_by_asc(reporting::Column::Id).all(on).await?;
    let away = absences::Entity::find().order_by_asc(absences::Column::Id).all(on).await?;
    let offices = grants::Entity::find().order_by_asc(grants::Column::Id).all(on).await?;
    for row in &rows {
        let span = |id: Uuid, from: &str, until: Option<&String>| {
            vec![("id", text(id)), ("from", text(from)), ("until", maybe(until))]
        };
        let lines = lines.iter().filter(|line| line.person_id == row.id).map(|line| {
            let mut entry = span(line.id, &line.from_on, line.until_on.as_ref());
            entry.push(("manager", text(line.manager_id)));
            entry
        });
        let away = away.iter().filter(|away| away.person_id == row.id).map(|away| {
            let mut entry = span(away.id, &away.from_on, Some(&away.until_on));
            entry.push(("kind", text(&away.kind)));
            entry
        });
        let offices = offices.iter().filter(|office| office.person_id == row.id).map(|office| {
            let mut entry = span(office.id, &office.from_on, office.until_on.as_ref());
            entry.extend([("office", text(&office.role)), ("team", maybe(office.team_id))]);
            entry
        });
        let page = Page::new()
            .field("id", &text(row.id))
            .field("name", &text(&row.name))
            .field("preferred_name", &maybe(row.preferred_name.as_ref()))
            .field("email", &text(&row.email))
            .field("time_zone", &text(&row.time_zone))
            .field("started_on", &maybe(row.started_on.as_ref()))
            .field("left_on", &maybe(row.left_on.as_ref()))
            .field("kind", &text(&row.kind))
            .field("created_at", &text(instant(row.created_at)))
            .list("reporting", lines)
            .list("absences", away)
            .list("offices", offices);
        files.write(&format!("people/{}.md", row.id), &page.with_body(""))?;
    }
    Ok(rows.len() as u64)
}

async fn write_teams(on: &DatabaseTransaction, files: &Files) -> Result<u64, StoreError> {
    let rows = teams::Entity::find().order_by_asc(teams::Column::Id).all(on).await?;
    let members = memberships::Entity::find().order_by_asc(memberships::Column::Id).all(on).await?;
    for row in &rows {
        let members = members.iter().filter(|member| member.team_id == row.id).map(|member| {
            vec![
                ("id", text(member.id)),
                ("person", text(member.person_id)),
                ("role", text(&member.role)),
                ("from", text(&member.from_on)),
                ("until", maybe(member.until_on.as_ref())),
                ("share", number(format!("{:?}", member.share))),
            ]
        });
        let page = Page::new()
            .field("id", &text(row.id))
            .field("slug", &text(&row.slug))
            .field("name", &text(&row.name))
            .field("parent", &maybe(row.parent_id))
            .field("purpose", &maybe(row.purpose.as_ref()))
            .list("members", members);
        files.write(&format!("teams/{}.md", row.id), &page.with_body(""))?;
    }
    Ok(rows.len() as u64)
}

async fn write_repositories(on: &DatabaseTransaction, files: &Files) -> Result<u64, StoreError> {
    let rows = repositories::Entity::find().order_by_asc(repositories::Column::Id).all(on).await?;
    let owners =
        area_owners::Entity::find().order_by_asc(area_owners::Column::Position).order_by_asc(area_owners::Column::Id);
    let owners = owners.all(on).await?;
    for row in &rows {
        let owners = owners.iter().filter(|owner| owner.repository_id == row.id).map(|owner| {
            vec![
                ("id", text(owner.id)),
                ("position", number(owner.position)),
                ("glob", text(&owner.glob)),
                ("team", text(owner.team_id)),
            ]
        });
        let page = Page::new()
            .field("id", &text(row.id))
            .field("name", &text(&row.name))
            .field("location", &text(&row.location))
            .field("default_branch", &text(&row.default_branch))
            .field("team", &maybe(row.team_id))
            .list("owners", owners);
        files.write(&format!("repositories/{}.md", row.id), &page.with_body(""))?;
    }
    Ok(rows.len() as u64)
}

/// The folder that is being filled. Its owner alone can enter it: sealed bodies lie open in it.
struct Files {
    root: PathBuf,
}

impl Files {
    fn folder(&self, name: &str) -> Result<(), StoreError> {
        let path = self.root.join(name);
        let mut folder = std::fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&path).map_err(io_error("make", &path))
    }

    fn write(&self, name: &str, content: &str) -> Result<(), StoreError> {
        if let Some((folder, _)) = name.rsplit_once('/') {
            self.folder(folder)?;
        }
        let path = self.root.join(name);
        std::fs::write(&path, content).map_err(io_error("write", &path))
    }
}
