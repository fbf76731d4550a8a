//! Search: pages, practices, acts, tables and files by name. The palette of the browser asks the same.

use askama::Template;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use desk::form::{escape, fields};
use desk::{Desk, PracticeEntry, Refusal};
use lake::Param;
use serde::{Deserialize, Serialize};

use super::Visit;
use crate::error::wants_json;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pen::act_path;
use crate::{App, Html};

/// Results of one kind at most.
const MOST: usize = 8;

/// Something found.
#[derive(Debug, Serialize)]
struct Found {
    title: String,
    about: String,
    href: String,
    /// Other words by which it is found.
    #[serde(skip)]
    words: String,
}

#[derive(Deserialize)]
struct File {
    path: String,
}

#[derive(Template)]
#[template(path = "pages/find.html")]
struct FindPage<'a> {
    typed: &'a str,
    found: &'a [Found],
}

/// The page, or its results as JSON.
pub(crate) async fn show(
    State(app): State<App>,
    Signed(session): Signed,
    RawQuery(query): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let visit = match Visit::new(app, session, "/find", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let typed = visit.pen.asked("q").unwrap_or_default().trim().to_lowercase();
    let found = match search(&visit.app, &visit.desk, &typed).await {
        Ok(found) => found,
        Err(refusal) => return visit.refuse(refusal),
    };
    if wants_json(&uri, &headers) {
        return Json(found).into_response();
    }
    let drawn = Html::of(&FindPage { typed: &typed, found: &found })
        .map(|body| (Frame { title: "What are you looking for?", over: "Search", ..Frame::default() }, body));
    visit.answer(drawn)
}

async fn search(app: &App, desk: &Desk, typed: &str) -> Result<Vec<Found>, Refusal> {
    let mut found: Vec<Found> = pages(app).into_iter().filter(|one| matches(one, typed)).take(3 * MOST).collect();
    if typed.len() >= 2 {
        found.extend(people(desk, typed));
        found.extend(written(app, desk, typed).await?);
    }
    if typed.len() >= 2
        && !desk.facts().repos().is_empty()
        && let Some(practice) = about_files(app)
    {
        found.extend(files(desk, &practice.path(), typed).await?);
    }
    Ok(found)
}

/// People by name; their pages say in which teams they are.
fn people(desk: &Desk, typed: &str) -> Vec<Found> {
    let all = desk.organisation().people().iter();
    let named = all.filter(|one| one.name.to_lowercase().contains(typed) || one.email.contains(typed));
    let found = named.take(MOST).map(|one| Found {
        title: one.name.clone(),
        about: "Person".to_owned(),
        href: format!("/whos_who/{}", one.id),
        words: String::new(),
    });
    found.collect()
}

/// Records that hold the words and that the viewer may read.
async fn written(app: &App, desk: &Desk, typed: &str) -> Result<Vec<Found>, Refusal> {
    let hits = desk::records::search(desk, &app.registry().kinds(), typed, MOST).await?;
    let found = hits.into_iter().map(|(document, around)| Found {
        title: super::records::title_of(&document),
        about: format!("{} · {}", document.kind.replace('_', " "), around.replace('\n', " ")),
        href: super::records::path_of_one(&document.kind, document.id.as_deref().unwrap_or_default()),
        words: String::new(),
    });
    Ok(found.collect())
}

/// The practice that can be asked about a file: the last on the road so far whose ask has a path.
fn about_files(app: &App) -> Option<&PracticeEntry> {
    let named_path =
        |practice: &&PracticeEntry| fields(&(practice.ask_schema)()).iter().any(|field| field.name == "path");
    app.registry().all().iter().rfind(named_path)
}

fn matches(one: &Found, typed: &str) -> bool {
    let text = format!("{} {} {}", one.title, one.about, one.words).to_lowercase();
    typed.split_whitespace().all(|word| text.contains(word))
}

fn pages(app: &App) -> Vec<Found> {
    let plain = [
        ("Brief", "What needs me now?", "/"),
        ("Repositories", "Which code is read", "/code"),
        ("SQL", "Questions to the tables", "/code/sql"),
        ("Tables", "The schema of the facts", "/code/schema"),
        ("Records", "What people have written", "/records"),
        ("API", "Every address and its types", "/api"),
    ];
    let mut all: Vec<Found> = plain
        .into_iter()
        .map(|(title, about, href)| Found {
            title: title.to_owned(),
            about: about.to_owned(),
            href: href.to_owned(),
            words: String::new(),
        })
        .collect();
    for practice in app.registry().all() {
        let aliases: Vec<&str> = practice.aliases.iter().map(|alias| alias.name).collect();
        all.push(Found {
            title: practice.title.to_owned(),
            about: practice.question.to_owned(),
            href: practice.path(),
            words: aliases.join(" "),
        });
        all.extend((practice.acts)().iter().map(|act| Found {
            title: act.title.to_owned(),
            about: practice.title.to_owned(),
            href: act_path(practice, act.name),
            words: String::new(),
        }));
    }
    all
}

async fn files(desk: &Desk, page: &str, typed: &str) -> Result<Vec<Found>, Refusal> {
    let sql =
        "SELECT DISTINCT path FROM files WHERE strpos(lower(path), $typed) > 0 ORDER BY length(path), path LIMIT 8";
    let files: Vec<File> = desk.facts().rows(sql, &[("typed", Param::Text(typed.to_owned()))]).await?;
    let found = files.into_iter().map(|file| Found {
        href: format!("{page}?path={}", escape(&file.path)),
        title: file.path,
        about: "File".to_owned(),
        words: String::new(),
    });
    Ok(found.collect())
}
