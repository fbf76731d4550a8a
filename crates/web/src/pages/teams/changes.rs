//! What administrators change about teams: making one, changing what is known about it, adding people.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use desk::Refusal;
use desk::form::Field;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use store::people::{NewTeam, Role, Team};
use store::policy::Resource;

use super::team::found;
use crate::App;
use crate::guard::Signed;
use crate::pages::Visit;
use crate::pages::as_of::role_word;
use crate::pages::change::{
    FormPage, begin, beside, done, fields_of, manages, must_manage, not_yours, pair, posted, read, show, team_field,
};

#[derive(Deserialize, JsonSchema)]
struct TeamInput {
    name: String,
    /// Its name in addresses and files: lower-case letters, digits, `-`.
    #[schemars(title = "Short name")]
    slug: String,
    /// The team that it is part of.
    #[serde(default)]
    #[schemars(title = "Part of")]
    parent: Option<String>,
    /// In a sentence or two.
    #[serde(default)]
    #[schemars(title = "What it is for", length(max = 1000))]
    purpose: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct JoinInput {
    /// Their address, or a name that only one person has.
    #[schemars(title = "Who")]
    person: String,
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

/// Which change: of a new team, or of one that is there.
#[derive(Clone, Copy)]
enum Change<'a> {
    Add,
    Correct(&'a Team),
    Join(&'a Team),
}

impl Change<'_> {
    fn action(self) -> String {
        match self {
            Self::Add => "/teams/do/add".to_owned(),
            Self::Correct(team) => format!("/teams/{}/do/change", team.slug),
            Self::Join(team) => format!("/teams/{}/do/join", team.slug),
        }
    }

    fn back(self) -> String {
        match self {
            Self::Add => "/teams".to_owned(),
            Self::Correct(team) | Self::Join(team) => format!("/teams/{}", team.slug),
        }
    }

    fn resource(self) -> Resource {
        match self {
            Self::Add => Resource::Settings,
            Self::Correct(team) | Self::Join(team) => Resource::Team(team.id),
        }
    }

    fn fields(self, visit: &Visit) -> Vec<Field> {
        let mut fields = match self {
            Self::Add | Self::Correct(_) => fields_of::<TeamInput>(),
            Self::Join(_) => fields_of::<JoinInput>(),
        };
        team_field(&mut fields, "parent", visit.desk.organisation());
        fields
    }

    /// What stands in the form at first.
    fn before(self, visit: &Visit) -> Vec<(String, String)> {
        match self {
            Self::Add => visit.pen.query.iter().filter(|(name, _)| name == "parent").cloned().collect(),
            Self::Correct(team) => {
                let parent = team.parent.and_then(|id| visit.desk.organisation().team(id)).map(|one| one.slug.as_str());
                vec![
                    pair("name", &team.name),
                    pair("slug", &team.slug),
                    pair("parent", &parent.unwrap_or_default()),
                    pair("purpose", &team.purpose.as_deref().unwrap_or_default()),
                ]
            }
            Self::Join(_) => vec![pair("from", &visit.desk.today())],
        }
    }
}

fn asked<'a>(visit: &'a Visit, slug: &str, name: &str) -> Result<Change<'a>, Refusal> {
    match name {
        "change" => Ok(Change::Correct(found(visit, slug)?)),
        "join" => Ok(Change::Join(found(visit, slug)?)),
        other => Err(Refusal::not_found(format!("there is no change `{other}`"))),
    }
}

fn page(visit: &Visit, change: Change<'_>, typed: &[(String, String)], refusal: Option<&Refusal>) -> Response {
    let (title, over, button) = match change {
        Change::Add => ("Add a team", "Teams", "Add"),
        Change::Correct(team) => ("Change what is known", team.name.as_str(), "Save"),
        Change::Join(team) => ("Add somebody", team.name.as_str(), "Add"),
    };
    let (action, back) = (change.action(), change.back());
    let form = FormPage { title, over, action: &action, back: &back, button, fields: change.fields(visit) };
    show(visit, &form, typed, refusal)
}

/// The form that adds a team.
pub(crate) async fn add_form(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    match Visit::new(app, session, "/teams/do/add", query.as_deref()).await {
        Ok(visit) => formed(&visit, Ok(Change::Add)),
        Err(response) => response,
    }
}

/// The form of a change.
pub(crate) async fn form(
    State(app): State<App>,
    Signed(session): Signed,
    Path((slug, name)): Path<(String, String)>,
) -> Response {
    match Visit::new(app, session, format!("/teams/{slug}/do/{name}"), None).await {
        Ok(visit) => formed(&visit, asked(&visit, &slug, &name)),
        Err(response) => response,
    }
}

fn formed(visit: &Visit, change: Result<Change<'_>, Refusal>) -> Response {
    match change {
        Ok(change) if manages(visit, change.resource()) => page(visit, change, &change.before(visit), None),
        Ok(_) => visit.refuse(not_yours(visit)),
        Err(refusal) => visit.refuse(refusal),
    }
}

/// The post that adds a team.
pub(crate) async fn add(State(app): State<App>, Signed(session): Signed, body: Bytes) -> Response {
    match Visit::new(app, session, "/teams/do/add", None).await {
        Ok(visit) => posting(&visit, Ok(Change::Add), &body).await,
        Err(response) => response,
    }
}

/// The post of a change.
pub(crate) async fn run(
    State(app): State<App>,
    Signed(session): Signed,
    Path((slug, name)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    match Visit::new(app, session, format!("/teams/{slug}/do/{name}"), None).await {
        Ok(visit) => posting(&visit, asked(&visit, &slug, &name), &body).await,
        Err(response) => response,
    }
}

async fn posting(visit: &Visit, change: Result<Change<'_>, Refusal>, body: &Bytes) -> Response {
    let ready = async {
        let typed = posted(visit, body)?;
        let change = change?;
        must_manage(visit, change.resource(), "team").await?;
        Ok((change, typed))
    };
    let (change, typed) = match ready.await {
        Ok(ready) => ready,
        Err(refusal) => return visit.refuse(refusal),
    };
    match apply(visit, change, &typed).await {
        Ok((sentence, to)) => done(visit, sentence, &to),
        Err(refusal @ Refusal::Bug { .. }) => visit.refuse(refusal),
        Err(refusal) => page(visit, change, &typed, Some(&refusal)),
    }
}

async fn apply(visit: &Visit, change: Change<'_>, typed: &[(String, String)]) -> Result<(String, String), Refusal> {
    let mut write = begin(visit).await?;
    let told = match change {
        Change::Add => {
            let new = new_team(read(typed)?);
            write.add_team(&new).await?;
            (format!("There is a team {} now.", new.name), format!("/teams/{}", new.slug))
        }
        Change::Correct(team) => {
            let new = new_team(read(typed)?);
            write.change_team(team.id, &new).await?;
            (format!("What is known about {} is saved.", new.name), format!("/teams/{}", new.slug))
        }
        Change::Join(team) => {
            let input: JoinInput = read(typed)?;
            let who = visit.desk.organisation().find_person(&input.person).map_err(|error| beside("person", error))?;
            write.join(who.id, team.id, input.role, input.from, input.share / 100.0).await?;
            let (name, role) = (who.called(), role_word(input.role));
            (format!("{name} is in {} as {role} from {} on.", team.name, input.from), change.back())
        }
    };
    write.keep().await?;
    Ok(told)
}

fn new_team(input: TeamInput) -> NewTeam {
    NewTeam { slug: input.slug, name: input.name, parent: input.parent, purpose: input.purpose }
}
