//! Users are people: `userName` is their address, `active` whether they have left. Whoever is removed leaves today, and is found again when
//! the directory makes them anew.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use store::people::{Directory, DirectoryKind, DirectoryNote, NewPerson, Office, Person, PersonKind};
use store::{Organisation, PersonId};

use super::about::USER;
use super::patch::patched;
use super::{Asked, ScimError, Visit, answer, attribute, body, flag, made, text};

/// What can be filtered by.
const KNOWN: [&str; 16] = [
    "id",
    "userName",
    "externalId",
    "displayName",
    "nickName",
    "active",
    "timezone",
    "name.formatted",
    "name.givenName",
    "name.familyName",
    "emails",
    "emails.value",
    "emails.type",
    "groups",
    "groups.value",
    "meta.resourceType",
];

/// The people whom the directory sees, and what it calls them.
struct Users<'a> {
    visit: &'a Visit,
    people: &'a Organisation,
    notes: &'a Directory,
}

impl Users<'_> {
    fn note(&self, person: PersonId) -> DirectoryNote {
        self.notes.get(&person.0).cloned().unwrap_or_default()
    }

    fn sees(&self, person: &Person) -> bool {
        person.kind == PersonKind::Human && !self.note(person.id).gone
    }

    fn find(&self, id: &str) -> Result<&Person, ScimError> {
        let found = id.parse().ok().and_then(|id| self.people.person(id)).filter(|person| self.sees(person));
        found.ok_or_else(|| ScimError::missing("user", id))
    }

    /// A person as the directory reads them.
    fn resource(&self, person: &Person) -> Value {
        let (visit, today) = (self.visit, self.visit.today);
        let (given, family) = person.name.rsplit_once(' ').unwrap_or((&person.name, ""));
        let teams = self.people.teams_of(person.id, today).filter_map(|member| self.people.team(member.team));
        let groups: Vec<Value> = teams
            .map(|team| json!({ "value": team.id, "display": team.name, "type": "direct", "$ref": format!("{}/Groups/{}", visit.base, team.id) }))
            .collect();
        let mut resource = json!({
            "schemas": [USER],
            "id": person.id,
            "userName": person.email,
            "name": { "formatted": person.name, "givenName": given, "familyName": family },
            "displayName": person.name,
            "timezone": person.time_zone,
            "active": is_active(person, visit),
            "emails": [{ "value": person.email, "type": "work", "primary": true }],
            "groups": groups,
            "meta": { "resourceType": "User", "location": format!("{}/Users/{}", visit.base, person.id) },
        });
        if let Some(external) = self.note(person.id).external_id {
            resource["externalId"] = external.into();
        }
        if let Some(nick) = &person.preferred_name {
            resource["nickName"] = nick.as_str().into();
        }
        resource
    }
}

fn is_active(person: &Person, visit: &Visit) -> bool {
    person.left_on.is_none_or(|left| visit.today < left)
}

/// What a resource says of a person.
struct Wanted {
    person: NewPerson,
    external_id: Option<String>,
}

fn name_of(resource: &Value, email: &str) -> String {
    let name = attribute(resource, "name");
    let part = |part: &str| name.and_then(|name| text(name, part));
    let parts: Vec<&str> = [part("givenName"), part("familyName")].into_iter().flatten().collect();
    let joined = (!parts.is_empty()).then(|| parts.join(" "));
    let whole =
        part("formatted").map(str::to_owned).or(joined).or_else(|| text(resource, "displayName").map(str::to_owned));
    whole.unwrap_or_else(|| email.split('@').next().unwrap_or(email).to_owned())
}

fn wanted(visit: &Visit, resource: &Value, old: Option<&Person>) -> Result<Wanted, ScimError> {
    let email = text(resource, "userName");
    let email = email.ok_or_else(|| ScimError::invalid("invalidValue", "`userName` is needed: their address."))?;
    let active = match attribute(resource, "active") {
        None => true,
        Some(value) => flag(value).ok_or_else(|| ScimError::invalid("invalidValue", "`active` is true or false."))?,
    };
    let left = old.and_then(|old| old.left_on);
    let has_left = left.is_some_and(|left| left <= visit.today);
    let left_on = match (active, has_left) {
        (true, true) => None,
        (false, false) => Some(visit.today),
        _ => left,
    };
    let mut person = NewPerson {
        preferred_name: text(resource, "nickName")
            .map(str::to_owned)
            .or_else(|| old.and_then(|old| old.preferred_name.clone())),
        started_on: old.and_then(|old| old.started_on),
        left_on,
        ..NewPerson::named(name_of(resource, email), email)
    };
    // Whoever was to begin later, and leaves today, was never here.
    if let (Some(from), Some(until)) = (person.started_on, person.left_on) {
        person.left_on = Some(until.max(from));
    }
    let zone = text(resource, "timezone").map(str::to_owned).or_else(|| old.map(|old| old.time_zone.clone()));
    if let Some(zone) = zone {
        person.time_zone = zone;
    }
    Ok(Wanted { person, external_id: text(resource, "externalId").map(str::to_owned) })
}

/// What a patched resource says. Its own words about the name and the address may stand in several places: the one that changed counts.
fn of_patch(visit: &Visit, before: &Value, after: &Value, old: &Person) -> Result<Wanted, ScimError> {
    let mut after = after.clone();
    let changed = |at: &str| before.pointer(at) != after.pointer(at);
    let name = attribute(&after, "name").cloned().unwrap_or(Value::Null);
    let parts = ["givenName", "familyName"].iter().filter_map(|part| text(&name, part)).collect::<Vec<_>>().join(" ");
    let name = if changed("/name/formatted") {
        text(&name, "formatted").unwrap_or(&parts).to_owned()
    } else if changed("/name/givenName") || changed("/name/familyName") {
        parts
    } else {
        text(&after, "displayName").unwrap_or(&old.name).to_owned()
    };
    let emails = attribute(&after, "emails").and_then(Value::as_array);
    let primary = emails.and_then(|all| all.iter().find(|one| one["primary"] == true).or_else(|| all.first()));
    let address = primary.and_then(|one| text(one, "value")).filter(|_| changed("/emails") && !changed("/userName"));
    if let Some(address) = address.map(str::to_owned) {
        after["userName"] = address.into();
    }
    if attribute(&after, "nickName").is_none() && old.preferred_name.is_some() {
        after["nickName"] = Value::Null;
    }
    let gone = before.get("nickName").is_some() && after["nickName"].is_null();
    after["name"] = json!({ "formatted": if name.is_empty() { old.name.clone() } else { name } });
    let mut wanted = wanted(visit, &after, Some(old))?;
    if gone {
        wanted.person.preferred_name = None;
    }
    Ok(wanted)
}

fn taken(email: &str) -> ScimError {
    ScimError::new(409, "uniqueness", format!("`{email}` is somebody's already."))
}

/// Writes what was wanted of somebody; the last administrator does not leave.
async fn write(visit: &Visit, users: &Users<'_>, old: Option<&Person>, wanted: &Wanted) -> Result<PersonId, ScimError> {
    let other = users.people.by_email(&wanted.person.email).filter(|other| old.is_none_or(|old| old.id != other.id));
    if other.is_some() {
        return Err(taken(&wanted.person.email));
    }
    if let Some(old) = old.filter(|_| wanted.person.left_on.is_some_and(|left| left <= visit.today)) {
        stays_administered(visit, users.people, old)?;
    }
    let mut write = visit.store().write(visit.actor, visit.now).await?;
    let id = match old {
        Some(old) => {
            write.change_person(old.id, &wanted.person).await?;
            old.id
        }
        None => write.add_person(&wanted.person).await?,
    };
    let note = DirectoryNote { external_id: wanted.external_id.clone(), gone: false };
    write.note_directory(DirectoryKind::Person, id.0, &note).await?;
    write.keep().await?;
    Ok(id)
}

fn stays_administered(visit: &Visit, people: &Organisation, leaving: &Person) -> Result<(), ScimError> {
    let holders = people.holders(Office::Administrator, None, visit.today);
    let others = holders.iter().filter(|id| **id != leaving.id).filter_map(|id| people.person(*id));
    if holders.contains(&leaving.id) && !others.into_iter().any(|person| person.here(visit.today)) {
        return Err(ScimError {
            status: 409,
            kind: None,
            detail: format!("{} is the last administrator. Make somebody else one first.", leaving.name),
        });
    }
    Ok(())
}

/// Reads people and notes, and does something with them.
async fn with<T>(visit: &Visit, work: impl AsyncFnOnce(&Users<'_>) -> Result<T, ScimError>) -> Result<T, ScimError> {
    let people = visit.store().organisation().await?;
    let notes = visit.store().directory(DirectoryKind::Person).await?;
    work(&Users { visit, people: &people, notes: &notes }).await
}

async fn resource_of(visit: &Visit, id: PersonId) -> Result<Value, ScimError> {
    with(visit, async |users| Ok(users.resource(users.find(&id.to_string())?))).await
}

/// A page of people.
pub(super) async fn list(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let listed = async {
        let asked = Asked::of(query.as_deref(), &KNOWN)?;
        with(&visit, async |users| {
            let mut all: Vec<&Person> = users.people.people().iter().filter(|person| users.sees(person)).collect();
            all.sort_by_key(|person| person.id);
            Ok(asked.listed(all.into_iter().map(|person| users.resource(person)).collect()))
        })
        .await
    };
    listed.await.unwrap_or_else(IntoResponse::into_response)
}

/// A person.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let shown = async {
        let asked = Asked::of(query.as_deref(), &KNOWN)?;
        with(&visit, async |users| Ok(asked.trimmed(users.resource(users.find(&id)?)))).await
    };
    shown.await.map_or_else(IntoResponse::into_response, |resource| answer(StatusCode::OK, &resource))
}

/// Makes a person; one whom the directory removed before comes back as who they were.
pub(super) async fn create(visit: Visit, headers: HeaderMap, bytes: Bytes) -> Response {
    let done = async {
        let resource = body(&headers, &bytes)?;
        let id = with(&visit, async |users| {
            let before = text(&resource, "userName").and_then(|email| users.people.by_email(email));
            let before = before.filter(|old| old.kind == PersonKind::Human && users.note(old.id).gone);
            write(&visit, users, before, &wanted(&visit, &resource, before)?).await
        })
        .await?;
        resource_of(&visit, id).await
    };
    done.await.map_or_else(IntoResponse::into_response, |resource| made(&resource))
}

/// Replaces what is known of a person.
pub(super) async fn replace(visit: Visit, Path(id): Path<String>, headers: HeaderMap, bytes: Bytes) -> Response {
    let done = async {
        let resource = body(&headers, &bytes)?;
        let id = with(&visit, async |users| {
            let old = users.find(&id)?;
            write(&visit, users, Some(old), &wanted(&visit, &resource, Some(old))?).await
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
        let id = with(&visit, async |users| {
            let old = users.find(&id)?;
            let before = users.resource(old);
            let after = patched(before.clone(), &asked)?;
            write(&visit, users, Some(old), &of_patch(&visit, &before, &after, old)?).await
        })
        .await?;
        resource_of(&visit, id).await
    };
    done.await.map_or_else(IntoResponse::into_response, |resource| answer(StatusCode::OK, &resource))
}

/// Lets a person leave today; the directory sees them no more.
pub(super) async fn remove(visit: Visit, Path(id): Path<String>) -> Response {
    let done = with(&visit, async |users| {
        let old = users.find(&id)?;
        stays_administered(&visit, users.people, old)?;
        let leaving = wanted(
            &visit,
            &json!({ "userName": old.email, "name": { "formatted": old.name }, "active": false }),
            Some(old),
        )?;
        let mut write = visit.store().write(visit.actor, visit.now).await?;
        write.change_person(old.id, &leaving.person).await?;
        let note = DirectoryNote { external_id: None, gone: true };
        write.note_directory(DirectoryKind::Person, old.id.0, &note).await?;
        Ok(write.keep().await?)
    });
    done.await.map_or_else(IntoResponse::into_response, |()| StatusCode::NO_CONTENT.into_response())
}
