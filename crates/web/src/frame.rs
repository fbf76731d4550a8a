//! The page's frame: the rail at the left, the question as the title, the scope, the main action at the right.

use askama::Template;
use desk::{Refusal, Stage};

use crate::icons::icon;
use crate::sessions::{Said, Session};
use crate::{App, Html, assets};

/// What a page tells its frame.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame<'a> {
    /// The question: title and heading.
    pub(crate) title: &'a str,
    /// A few words above the heading.
    pub(crate) over: &'a str,
    /// Path of the page.
    pub(crate) path: &'a str,
    /// The chips of the scope and the form that changes them.
    pub(crate) scope: Html,
    /// Buttons at the right.
    pub(crate) actions: Html,
    /// Without rail: nobody is signed in.
    pub(crate) bare: bool,
    /// Seconds after which a page without script asks again; 0 for never.
    pub(crate) again: u32,
}

impl<'a> Frame<'a> {
    /// The frame of the page at `path`.
    pub(crate) fn at(path: &'a str) -> Self {
        Self { path, ..Self::default() }
    }
}

#[derive(Template)]
#[template(path = "frame.html")]
struct FramePage<'a> {
    frame: &'a Frame<'a>,
    body: &'a Html,
    said: Option<Said>,
    viewer: String,
    csrf: String,
    scheme: Option<&'static str>,
    rail: Vec<Group>,
    style: &'static str,
    script: &'static str,
    favicon: &'static str,
    mark: Html,
    search: Html,
    theme: Html,
    settings: Html,
}

/// Places of the rail that stand together.
struct Group {
    name: &'static str,
    places: Vec<Place>,
}

struct Place {
    icon: Html,
    title: &'static str,
    href: String,
    key: char,
    here: bool,
    open: bool,
    later: bool,
    inside: Vec<Leaf>,
}

struct Leaf {
    title: &'static str,
    href: String,
    here: bool,
    later: bool,
}

/// The page: `body` in its frame.
pub(crate) fn page(app: &App, session: Option<&Session>, frame: &Frame<'_>, body: &Html) -> Result<Html, Refusal> {
    let said = session.and_then(|session| app.waiting().take(session));
    Html::of(&FramePage {
        frame,
        body,
        said,
        viewer: session.map(|session| session.viewer.name.clone()).unwrap_or_default(),
        csrf: session.map(|session| session.csrf.clone()).unwrap_or_default(),
        scheme: session.and_then(|session| session.theme),
        rail: if frame.bare { Vec::new() } else { rail(app, frame.path) },
        style: assets::address("style.css"),
        script: assets::address("app.ts"),
        favicon: assets::address("icon.svg"),
        mark: icon("mark"),
        search: icon("search"),
        theme: icon("theme"),
        settings: icon("settings"),
    })
}

fn rail(app: &App, path: &str) -> Vec<Group> {
    let plain = |name: &str, title: &'static str, href: &str, key: char, later: bool| Place {
        icon: icon(name),
        title,
        href: href.to_owned(),
        key,
        here: path == href,
        open: false,
        later,
        inside: Vec::new(),
    };
    let code = Place {
        here: false,
        open: path == "/code" || path.starts_with("/code/"),
        inside: ["Repositories /code", "Questions in SQL /code/sql", "Tables /code/schema", "API /api"]
            .into_iter()
            .filter_map(|leaf| leaf.rsplit_once(' '))
            .map(|(title, href)| Leaf { title, href: href.to_owned(), here: path == href, later: false })
            .collect(),
        ..plain("code", "Code", "/code", 'c', false)
    };
    let under = |room: &str| path == room || path.strip_prefix(room).is_some_and(|rest| rest.starts_with('/'));
    let whos_who = Place {
        here: false,
        open: under("/whos_who") || under("/teams"),
        inside: [("People", "/whos_who"), ("Teams", "/teams")]
            .map(|(title, href)| Leaf { title, href: href.to_owned(), here: under(href), later: false })
            .into(),
        ..plain("who", "Who’s who", "/whos_who", 'h', false)
    };
    // What is being worked on comes with its sources; what was written down about it is there.
    let work = Place {
        here: false,
        open: under("/records") || under("/work"),
        inside: [("Board", "/work", true), ("Records", "/records", false)]
            .map(|(title, href, later)| Leaf { title, href: href.to_owned(), here: under(href), later })
            .into(),
        ..plain("work", "Work", "/records", 'w', false)
    };
    vec![
        Group { name: "Role", places: vec![plain("brief", "Brief", "/", 'b', false)] },
        Group { name: "Stages", places: Stage::ALL.into_iter().map(|stage| stage_place(app, stage, path)).collect() },
        Group { name: "Around", places: vec![plain("road", "Road", "/roadmap", 'o', true), whos_who, work, code] },
    ]
}

fn stage_place(app: &App, stage: Stage, path: &str) -> Place {
    let href = format!("/{}", stage.name());
    let inside: Vec<Leaf> = stage
        .practices()
        .map(|planned| {
            let href = format!("{href}/{}", planned.name);
            let here = path == href || path.starts_with(&format!("{href}/"));
            Leaf { title: planned.title, here, later: app.entry(stage.name(), planned.name).is_none(), href }
        })
        .collect();
    Place {
        icon: icon(stage.name()),
        title: stage.title(),
        here: path == href,
        open: path == href || path.starts_with(&format!("{href}/")),
        key: stage.key(),
        later: inside.iter().all(|leaf| leaf.later),
        inside,
        href,
    }
}
