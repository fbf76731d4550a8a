//! Groups are teams, found by their name or slug; members are dated times in them, begun and ended on the day on which the directory says
//! so. Whoever is in a team already keeps the role that they have there.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use desk::sheet::slug;
use serde_json::{Value, json};
use store::people::{Directory, DirectoryKind, DirectoryNote, NewTeam, Role, Team, holds};
use store::{Organisation, PersonId, TeamId, Write};

use super::about::GROUP;
use super::patch::patched;
use super::{Asked, ScimError, Visit, answer, attribute, body, made, text};

/// What can be filtered by.
const KNOWN: [&str; 6] = ["id", "displayName", "externalId", "members", "members.value", "meta.resourceType"];
/// Letters of a slug that is made of a name.
const SLUG_CHARS: usize = 50;

/// The teams that the directory sees, and what it calls them.
struct Groups<'a> {
    visit: &'a Visit,
    people: &'a Organisation,
    notes: &'a Directory,
}

impl Groups<'_> {
    fn note(&self, team: TeamId) -> DirectoryNote {
        self.notes.get(&team.0).cloned().unwrap_or_default()
    }

    fn find(&self, id: &str) -> Result<&Team, ScimError> {
        let found = id.parse().ok().and_then(|id| self.people.team(id)).filter(|team| !self.note(team.id).gone);
        found.ok_or_else(|| ScimError::missing("group", id))
    }

    /// The team that a name means.
    fn named(&self, name: &str) -> Option<&Team> {
        let (folded, slug) = (name.to_lowercase(), slug_of(name));
        let mut teams = self.people.teams().iter();
        teams.find(|team| team.name.to_lowercase() == folded || team.slug == folded || team.slug == slug)
    }

    /// Everybody whose time there has begun and not ended; also those who have left, so that the directory can end it.
    fn members(&self, team: TeamId) -> BTreeSet<PersonId> {
        let all = self.people.members().iter().filter(|member| member.team == team);
        all.filter(|member| holds(member.from, member.until, self.visit.today)).map(|member| member.person).collect()
    }

    /// A team as the directory reads it.
    fn resource(&self, team: &Team) -> Value {
        let base = &self.visit.base;
        let member = |id: PersonId| {
            let name = self.people.person(id).map_or("", |person| person.name.as_str());
            json!({ "value": id, "display": name, "type": "User", "$ref": format!("{base}/Users/{id}") })
        };
        let members: Vec<Value> = self.members(team.id).into_iter().map(member).collect();
        let mut resource = json!({
            "schemas": [GROUP],
            "id": team.id,
            "displayName": team.name,
            "members": members,
            "meta": { "resourceType": "Group", "location": format!("{base}/Groups/{}", team.id) },
        });
        if let Some(external) = self.note(team.id).external_id {
            resource["externalId"] = external.into();
        }
        resource
    }
}

/// The slug of a name; of one that has no letter which a slug may have, a number of its own.
fn slug_of(name: &str) -> String {
    let made: String = slug(name).chars().take(SLUG_CHARS).collect();
    let made = made.trim_matches('-');
    if made.is_empty() {
        let hash = blake3::hash(name.as_bytes()).to_hex();
        return format!("group-{}", hash.get(..8).unwrap_or_default());
    }
    made.to_owned()
}

/// What a resource says of a team.
struct Wanted {
    name: String,
    external_id: Option<String>,
    /// None when nothing was said.
    members: Option<BTreeSet<PersonId>>,
}

fn wanted(groups: &Groups<'_>, resource: &Value) -> Result<Wanted, ScimError> {
    let name = text(resource, "displayName");
    let name = name.ok_or_else(|| ScimError::invalid("invalidValue", "`displayName` is needed: the team's name."))?;
    let members = match attribute(resource, "members") {
        None => None,
        Some(Value::Array(all)) => Some(all.iter().map(|one| member(groups, one)).collect::<Result<_, _>>()?),
        Some(_) => return Err(ScimError::invalid("invalidValue", "`members` is a list.")),
    };
    Ok(Wanted { name: name.to_owned(), external_id: text(resource, "externalId").map(str::to_owned), members })
}

fn member(groups: &Groups<'_>, one: &Value) -> Result<PersonId, ScimError> {
    let id = text(one, "value").unwrap_or_default();
    let known = id.parse().ok().and_then(|id| groups.people.person(id)).map(|person| person.id);
    known.ok_or_else(|| ScimError::invalid("invalidValue", format!("`{id}` is nobody here; only people are members.")))
}

/// Whether a team's name is what the directory calls it.
fn same_name(team: &Team, name: &str) -> bool {
    team.name.to_lowercase() == name.to_lowercase() || team.slug == slug_of(name)
}

/// Writes what was wanted of a team.
async fn write(groups: &Groups<'_>, old: Option<&Team>, wanted: &Wanted) -> Result<TeamId, ScimError> {
    let visit = groups.visit;
    if groups.named(&wanted.name).is_some_and(|other| old.is_none_or(|old| old.id != other.id)) {
        return Err(ScimError::new(409, "uniqueness", format!("There is a team `{}` already.", wanted.name)));
    }
    let mut write = visit.store().write(visit.actor, visit.now).await?;
    let id = match old {
        None => write.add_team(&NewTeam::named(slug_of(&wanted.name), &wanted.name)).await?,
        Some(old) => {
            if !same_name(old, &wanted.name) {
                write.change_team(old.id, &renamed(groups, old, &wanted.name)).await?;
            }
            old.id
        }
    };
    if let Some(members) = &wanted.members {
        let now = groups.members(id);
        change_members(&mut write, visit, id, &now, members).await?;
    }
    let note = DirectoryNote { external_id: wanted.external_id.clone(), gone: false };
    write.note_directory(DirectoryKind::Team, id.0, &note).await?;
    write.keep().await?;
    Ok(id)
}

/// The team under another name. Its slug stays: addresses lead there.
fn renamed(groups: &Groups<'_>, old: &Team, name: &str) -> NewTeam {
    NewTeam {
        slug: old.slug.clone(),
        name: name.to_owned(),
        parent: old.parent.and_then(|parent| groups.people.team(parent)).map(|parent| parent.slug.clone()),
        purpose: old.purpose.clone(),
    }
}

async fn change_members(
    write: &mut Write,
    visit: &Visit,
    team: TeamId,
    now: &BTreeSet<PersonId>,
    wanted: &BTreeSet<PersonId>,
) -> Result<(), ScimError> {
    for gone in now.difference(wanted) {
        write.leave(*gone, team, visit.today).await?;
    }
    for fresh in wanted.difference(now) {
        write.join(*fresh, team, Role::Member, visit.today, 1.0).await?;
    }
    Ok(())
}

/// Reads people, teams and notes, and does something with them.
async fn with<T>(visit: &Visit, work: impl AsyncFnOnce(&Groups<'_>) -> Result<T, ScimError>) -> Result<T, ScimError> {
    let people = visit.store().organisation().await?;
    let notes = visit.store().directory(DirectoryKind::Team).await?;
    work(&Groups { visit, people: &people, notes: &notes }).await
}

async fn resource_of(visit: &Visit, id: TeamId) -> Result<Value, ScimError> {
    with(visit, async |groups| Ok(groups.resource(groups.find(&id.to_string())?))).await
}

/// A page of teams.
pub(super) async fn list(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let listed = async {
        let asked = Asked::of(query.as_deref(), &KNOWN)?;
        with(&visit, async |groups| {
            let mut all: Vec<&Team> = groups.people.teams().iter().filter(|team| !groups.note(team.id).gone).collect();
            all.sort_by_key(|team| team.id);
            Ok(asked.listed(all.into_iter().map(|team| groups.resource(team)).collect()))
        })
        .await
    };
    listed.await.unwrap_or_else(IntoResponse::into_response)
}

/// A team.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let shown = async {
        let asked = Asked::of(query.as_deref(), &KNOWN)?;
        with(&visit, async |groups| Ok(asked.trimmed(groups.resource(groups.find(&id)?)))).await
    };
    shown.await.map_or_else(IntoResponse::into_response, |resource| answer(StatusCode::OK, &resource))
}

/// Makes a team, or takes over the one of that name that no directory has named yet or that it removed before.
pub(super) async fn create(visit: Visit, headers: HeaderMap, bytes: Bytes) -> Response {
    let done = async {
        let resource = body(&headers, &bytes)?;
        let id = with(&visit, async |groups| {
            let wanted = wanted(groups, &resource)?;
            let free = |team: &&Team| groups.notes.get(&team.id.0).is_none_or(|note| note.gone);
            write(groups, groups.named(&wanted.name).filter(free), &wanted).await
        })
        .await?;
        resource_of(&visit, id).await
    };
    done.await.map_or_else(IntoResponse::into_response, |resource| made(&resource))
}

/// Replaces what is known of a team. Without `members` nobody is left in it.
pub(super) async fn replace(visit: Visit, Path(id): Path<String>, headers: HeaderMap, bytes: Bytes) -> Response {
    let done = async {
        let resource = body(&headers, &bytes)?;
        let id = with(&visit, async |groups| {
            let mut wanted = wanted(groups, &resource)?;
            wanted.members.get_or_insert_default();
            write(groups, Some(groups.find(&id)?), &wanted).await
        })
        .await?;
        resource_of(&visit, id).await
    };
    done.await.map_or_else(IntoResponse::into_response, |resource| answer(StatusCode::OK, &resource))
}

/// Changes some of it.
pub(super) async fn patch(visit: Visit, Path(id): Path<String>, headers: HeaderMap, bytes: Bytes) -> Response {
    let done = async {
        let asked = body(&headers, &bytes)?;
        let id = with(&visit, async |groups| {
            let old = groups.find(&id)?;
            let mut wanted = wanted(groups, &patched(groups.resource(old), &asked)?)?;
            wanted.members.get_or_insert_default();
            write(groups, Some(old), &wanted).await
        })
        .await?;
        resource_of(&visit, id).await
    };
    done.await.map_or_else(IntoResponse::into_response, |resource| answer(StatusCode::OK, &resource))
}

/// Ends everybody's time in a team today; the team and its past stay, and the directory sees it no more.
pub(super) async fn remove(visit: Visit, Path(id): Path<String>) -> Response {
    let done = with(&visit, async |groups| {
        let old = groups.find(&id)?;
        let mut write = visit.store().write(visit.actor, visit.now).await?;
        change_members(&mut write, &visit, old.id, &groups.members(old.id), &BTreeSet::new()).await?;
        let note = DirectoryNote { external_id: None, gone: true };
        write.note_directory(DirectoryKind::Team, old.id.0, &note).await?;
        Ok(write.keep().await?)
    });
    done.await.map_or_else(IntoResponse::into_response, |()| StatusCode::NO_CONTENT.into_response())
}
