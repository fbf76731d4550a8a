//! Settings: what a person manages for themselves, and what administrators manage for all. Each tab is a page of its own.

pub(crate) mod about;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod import;
pub(crate) mod policies;
pub(crate) mod sources;
pub(crate) mod you;

use askama::Template;
use desk::Refusal;
use store::policy::{Action, Resource, Ties};

use super::Visit;
use crate::Html;

#[derive(Template)]
#[template(path = "parts/tabs.html")]
struct TabsPart {
    tabs: Vec<Tab>,
}

struct Tab {
    title: &'static str,
    href: &'static str,
    here: bool,
}

const TABS: [(&str, &str); 7] = [
    ("You", "/settings"),
    ("People import", "/settings/import"),
    ("Sources", "/settings/sources"),
    ("Policies", "/settings/policies"),
    ("Audit", "/settings/audit"),
    ("Backup", "/settings/backup"),
    ("About", "/settings/about"),
];

/// The tabs, the one of this page marked.
pub(crate) fn tabs(here: &str) -> Result<Html, Refusal> {
    let tabs = TABS.map(|(title, href)| Tab { title, href, here: href == here });
    Html::of(&TabsPart { tabs: tabs.into_iter().collect() })
}

/// Whether the viewer reads the audit.
pub(crate) fn reads_audit(visit: &Visit) -> bool {
    let access = visit.desk.access();
    access.policy().decide_on(access.asker(), Action::Read, Resource::Audit, &Ties::none()).allowed
}
