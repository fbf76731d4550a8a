//! What administrators change about people: each change is a form of its own, and a post that does it in one write.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use desk::Refusal;
use desk::form::Field;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use store::people::{AbsenceKind, NewPerson, Office, Person, PersonKind, Role};
use store::policy::Resource;
use store::{PersonId, Write};
use uuid::Uuid;

use super::person::{found, office_word};
use crate::App;
use crate::guard::Signed;
use crate::pages::as_of::role_word;
use crate::pages::change::{
    FormPage, begin, beside, done, fields_of, manages, must_manage, not_yours, pair, posted, read, show, team_field,
};
use crate::pages::{Visit, change};

/// What can be changed about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Correct,
    End,
    Join,
    Leave,
    ReportTo,
    Absence,
    RemoveAbsence,
    Grant,
    EndGrant,
}

/// Each change with its name in addresses, its heading and its button.
const CHANGES: [(Change, &str, &str, &str); 9] = [
    (Change::Correct, "change", "Change what is known", "Save"),
    (Change::End, "end", "Let them leave", "Save"),
    (Change::Join, "join", "Join a team", "Join"),
    (Change::Leave, "leave", "Leave a team", "Leave"),
    (Change::ReportTo, "report_to", "Report to somebody", "Save"),
    (Change::Absence, "absence", "Note an absence", "Note"),
    (Change::RemoveAbsence, "remove_absence", "Take an absence back", "Take back"),
    (Change::Grant, "grant", "Give an office", "Give"),
    (Change::EndGrant, "end_grant", "End an office", "End"),
];

#[derive(Deserialize, JsonSchema)]
struct PersonInput {
    /// Their full name.
    name: String,
    /// What they want to be called.
    #[serde(default)]
    preferred_name: Option<String>,
    /// By which they sign in and sources know them.
    #[schemars(title = "Address")]
    email: String,
    /// As in `Europe/Berlin`.
    #[serde(default = "utc")]
    time_zone: String,
    #[serde(default)]
    #[schemars(title = "First day", with = "Option<String>", extend("format" = "date"))]
    started_on: Option<Date>,
    /// The first day on which they are gone.
    #[serde(default)]
    #[schemars(title = "Gone from", with = "Option<String>", extend("format" = "date"))]
    left_on: Option<Date>,
    #[serde(default = "human")]
    kind: PersonKind,
}

fn utc() -> String {
    "UTC".to_owned()
}

const fn human() -> PersonKind {
    PersonKind::Human
}

#[derive(Deserialize, JsonSchema)]
struct EndInput {
    /// The first day on which they are gone. Their sessions and tokens end with it.
    #[schemars(title = "Gone from", with = "String", extend("format" = "date"))]
    left_on: Date,
}

#[derive(Deserialize, JsonSchema)]
struct JoinInput {
    team: String,
    #[schemars(title = "As")]
    role: Role,
    #[schemars(with = "String", extend("format" = "date"))]
    from: Date,
    /// How much of their time, in per cent.
    #[serde(default = "all")]
    #[schemars(range(min = 1, max = 100))]
    share: f64,
}

const fn all() -> f64 {
    100.0
}

#[derive(Deserialize, JsonSchema)]
struct LeaveInput {
    team: String,
    /// The first day that does not belong to it.
    #[schemars(with = "String", extend("format" = "date"))]
    until: Date,
}

#[derive(Deserialize, JsonSchema)]
struct ReportInput {
    /// Their address, or a name that only one person has; empty for nobody.
    #[serde(default)]
    #[schemars(title = "Reports to")]
    manager: Option<String>,
    #[schemars(with = "String", extend("format" = "date"))]
    from: Date,
}

#[derive(Deserialize, JsonSchema)]
struct AbsenceInput {
    #[schemars(title = "First day", with = "String", extend("format" = "date"))]
    from: Date,
    #[schemars(title = "Last day", with = "String", extend("format" = "date"))]
    until: Date,
    /// Never the reason.
    kind: AbsenceKind,
}

#[derive(Deserialize, JsonSchema)]
struct GrantInput {
    #[schemars(title = "Office")]
    role: Office,
    /// Empty for all teams.
    #[serde(default)]
    team: Option<String>,
    #[schemars(with = "String", extend("format" = "date"))]
    from: Date,
}

#[derive(Deserialize, JsonSchema)]
struct EndGrantInput {
    /// The first day that does not belong to it.
    #[schemars(with = "String", extend("format" = "date"))]
    until: Date,
}

#[derive(Deserialize, JsonSchema)]
struct Nothing {}

impl Change {
    fn named(name: &str) -> Option<(Self, &'static str, &'static str)> {
        CHANGES.iter().find(|(_, word, ..)| *word == name).map(|(change, _, title, button)| (*change, *title, *button))
    }

    fn fields(self) -> Vec<Field> {
        match self {
            Self::Correct => fields_of::<PersonInput>(),
            Self::End => fields_of::<EndInput>(),
            Self::Join => fields_of::<JoinInput>(),
            Self::Leave => fields_of::<LeaveInput>(),
            Self::ReportTo => fields_of::<ReportInput>(),
            Self::Absence => fields_of::<AbsenceInput>(),
            Self::RemoveAbsence => fields_of::<Nothing>(),
            Self::Grant => fields_of::<GrantInput>(),
            Self::EndGrant => fields_of::<EndGrantInput>(),
        }
    }
}

type Names = Path<(String, String)>;

/// The form of a change.
pub(crate) async fn form(
    State(app): State<App>,
    Signed(session): Signed,
    Path((id, name)): Names,
    RawQuery(query): RawQuery,
) -> Response {
    let visit = match Visit::new(app, session, format!("/whos_who/{id}/do/{name}"), query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    match asked(&visit, &id, &name) {
        Ok((person, change)) => page(&visit, person, change, &before(&visit, person, change), None),
        Err(refusal) => visit.refuse(refusal),
    }
}

fn asked<'a>(visit: &'a Visit, id: &str, name: &str) -> Result<(&'a Person, Change), Refusal> {
    let (change, ..) = Change::named(name).ok_or_else(|| Refusal::not_found(format!("there is no change `{name}`")))?;
    let person = found(visit, id)?;
    if manages(visit, Resource::Person) { Ok((person, change)) } else { Err(not_yours(visit)) }
}

/// What stands in the form at first: what is there now, and what the address says.
fn before(visit: &Visit, person: &Person, change: Change) -> Vec<(String, String)> {
    let today = visit.desk.today();
    let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut pairs = match change {
        Change::Correct => vec![
            pair("name", &person.name),
            pair("preferred_name", &person.preferred_name.as_deref().unwrap_or_default()),
            pair("email", &person.email),
            pair("time_zone", &person.time_zone),
            pair("started_on", &text(person.started_on)),
            pair("left_on", &text(person.left_on)),
            pair("kind", &person.kind.name()),
        ],
        Change::End => vec![pair("left_on", &person.left_on.unwrap_or(today))],
        Change::Leave | Change::EndGrant => vec![pair("until", &today)],
        Change::Join | Change::ReportTo | Change::Absence | Change::Grant => vec![pair("from", &today)],
        Change::RemoveAbsence => Vec::new(),
    };
    pairs.extend(visit.pen.query.iter().filter(|(name, _)| name == "team").cloned());
    pairs
}

fn page(
    visit: &Visit,
    person: &Person,
    change: Change,
    typed: &[(String, String)],
    refusal: Option<&Refusal>,
) -> Response {
    let (word, title, button) =
        CHANGES.iter().find(|(one, ..)| *one == change).map_or(("", "", ""), |c| (c.1, c.2, c.3));
    let mut fields = change.fields();
    team_field(&mut fields, "team", visit.desk.organisation());
    let id = visit.pen.asked("id").map(|id| format!("?id={}", desk::form::escape(id))).unwrap_or_default();
    let form = FormPage {
        title,
        over: person.called(),
        action: &format!("/whos_who/{}/do/{word}{id}", person.id),
        back: &format!("/whos_who/{}", person.id),
        button,
        fields,
    };
    show(visit, &form, typed, refusal)
}

/// The post of a change.
pub(crate) async fn run(
    State(app): State<App>,
    Signed(session): Signed,
    Path((id, name)): Names,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let visit = match Visit::new(app, session, format!("/whos_who/{id}/do/{name}"), query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let typed = match posted(&visit, &body) {
        Ok(typed) => typed,
        Err(refusal) => return visit.refuse(refusal),
    };
    if let Err(refusal) = must_manage(&visit, Resource::Person, &format!("person/{id}")).await {
        return visit.refuse(refusal);
    }
    let (person, change) = match asked(&visit, &id, &name) {
        Ok(asked) => asked,
        Err(refusal) => return visit.refuse(refusal),
    };
    match apply(&visit, person, change, &typed).await {
        Ok(sentence) => done(&visit, sentence, &format!("/whos_who/{}", person.id)),
        Err(refusal @ Refusal::Bug { .. }) => visit.refuse(refusal),
        Err(refusal) => page(&visit, person, change, &typed, Some(&refusal)),
    }
}

async fn apply(visit: &Visit, person: &Person, change: Change, typed: &[(String, String)]) -> Result<String, Refusal> {
    let mut write = begin(visit).await?;
    let said = alter(visit, &mut write, person, change, typed).await?;
    write.keep().await?;
    Ok(said)
}

async fn alter(
    visit: &Visit,
    write: &mut Write,
    person: &Person,
    change: Change,
    typed: &[(String, String)],
) -> Result<String, Refusal> {
    let (people, name, id) = (visit.desk.organisation(), person.called(), person.id);
    let team = |slug: &str| people.find_team(slug).map_err(|error| beside("team", error));
    match change {
        Change::Correct => {
            write.change_person(id, &new_person(read(typed)?)).await?;
            Ok(format!("What is known about {name} is saved."))
        }
        Change::End => {
            let EndInput { left_on } = read(typed)?;
            write.change_person(id, &NewPerson { left_on: Some(left_on), ..same(person) }).await?;
            Ok(format!("{name} is gone from {left_on} on."))
        }
        Change::Join => {
            let input: JoinInput = read(typed)?;
            let team = team(&input.team)?;
            write.join(id, team.id, input.role, input.from, input.share / 100.0).await?;
            Ok(format!("{name} is in {} as {} from {} on.", team.name, role_word(input.role), input.from))
        }
        Change::Leave => {
            let input: LeaveInput = read(typed)?;
            let team = team(&input.team)?;
            write.leave(id, team.id, input.until).await.map_err(|error| moved(error, "person", "team"))?;
            Ok(format!("{name} is in {} until {}.", team.name, input.until))
        }
        Change::ReportTo => report_to(visit, write, person, read(typed)?).await,
        Change::Absence => {
            let input: AbsenceInput = read(typed)?;
            write.add_absence(id, input.from, input.until, input.kind).await?;
            Ok(format!("The absence of {name} is noted."))
        }
        Change::RemoveAbsence => {
            let all = visit.desk.store().absences(Date::MIN, Date::MAX).await?;
            let mine = all.iter().find(|one| one.person == id && Some(one.id) == named_id(visit));
            let mine = mine.ok_or_else(|| Refusal::not_found("there is no such absence"))?;
            write.remove_absence(mine.id).await?;
            Ok(format!("The absence of {name} is taken back."))
        }
        Change::Grant => {
            let input: GrantInput = read(typed)?;
            let team = input.team.as_deref().map(team).transpose()?;
            write.grant(id, input.role, team.map(|team| team.id), input.from).await?;
            Ok(format!("{name} is {} from {} on.", office_word(input.role), input.from))
        }
        Change::EndGrant => end_grant(visit, write, person, read(typed)?).await,
    }
}

fn named_id(visit: &Visit) -> Option<Uuid> {
    visit.pen.asked("id").and_then(|id| id.parse().ok())
}

/// What the store says of one field, beside the one of the form that it is about.
fn moved(error: store::StoreError, from: &str, to: &str) -> Refusal {
    match error {
        store::StoreError::Refused { mut fields } => {
            fields.iter_mut().filter(|wrong| wrong.field == from).for_each(|wrong| wrong.field = to.to_owned());
            store::StoreError::Refused { fields }.into()
        }
        other => other.into(),
    }
}

async fn report_to(visit: &Visit, write: &mut Write, person: &Person, input: ReportInput) -> Result<String, Refusal> {
    let find = |text: &str| visit.desk.organisation().find_person(text).map_err(|error| beside("manager", error));
    let manager = input.manager.as_deref().map(find).transpose()?;
    write.report_to(person.id, manager.map(|manager| manager.id), input.from).await?;
    let whom = manager.map_or("nobody", Person::called);
    Ok(format!("{} reports to {whom} from {} on.", person.called(), input.from))
}

async fn end_grant(visit: &Visit, write: &mut Write, person: &Person, input: EndGrantInput) -> Result<String, Refusal> {
    let grants = visit.desk.organisation().grants();
    let mine = grants.iter().find(|grant| grant.person == person.id && Some(grant.id) == named_id(visit));
    let mine = mine.ok_or_else(|| Refusal::not_found("there is no such office"))?;
    write.end_grant(mine.id, input.until).await.map_err(|error| moved(error, "role", "until"))?;
    Ok(format!("{} is {} until {}.", person.called(), office_word(mine.office), input.until))
}

fn new_person(input: PersonInput) -> NewPerson {
    NewPerson {
        name: input.name,
        preferred_name: input.preferred_name,
        email: input.email,
        time_zone: input.time_zone,
        started_on: input.started_on,
        left_on: input.left_on,
        kind: input.kind,
    }
}

fn same(person: &Person) -> NewPerson {
    NewPerson {
        name: person.name.clone(),
        preferred_name: person.preferred_name.clone(),
        email: person.email.clone(),
        time_zone: person.time_zone.clone(),
        started_on: person.started_on,
        left_on: person.left_on,
        kind: person.kind,
    }
}

/// The form that adds somebody.
pub(crate) async fn add_form(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/whos_who/do/add", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    if !manages(&visit, Resource::Person) {
        return visit.refuse(not_yours(&visit));
    }
    let first = [pair("started_on", &visit.desk.today())];
    add_page(&visit, &first, None)
}

fn add_page(visit: &Visit, typed: &[(String, String)], refusal: Option<&Refusal>) -> Response {
    let form = FormPage {
        title: "Add somebody",
        over: "Who’s who",
        action: "/whos_who/do/add",
        back: "/whos_who",
        button: "Add",
        fields: change::fields_of::<PersonInput>(),
    };
    show(visit, &form, typed, refusal)
}

/// The post that adds somebody.
pub(crate) async fn add(State(app): State<App>, Signed(session): Signed, body: Bytes) -> Response {
    let visit = match Visit::new(app, session, "/whos_who/do/add", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let typed = match posted(&visit, &body) {
        Ok(typed) => typed,
        Err(refusal) => return visit.refuse(refusal),
    };
    if let Err(refusal) = must_manage(&visit, Resource::Person, "person").await {
        return visit.refuse(refusal);
    }
    match add_one(&visit, &typed).await {
        Ok((id, name)) => done(&visit, format!("{name} is here."), &format!("/whos_who/{id}")),
        Err(refusal @ Refusal::Bug { .. }) => visit.refuse(refusal),
        Err(refusal) => add_page(&visit, &typed, Some(&refusal)),
    }
}

async fn add_one(visit: &Visit, typed: &[(String, String)]) -> Result<(PersonId, String), Refusal> {
    let new = new_person(read(typed)?);
    let mut write = begin(visit).await?;
    let id = write.add_person(&new).await?;
    write.keep().await?;
    Ok((id, new.name))
}
