//! `links`, `link` and `unlink`: what a record is linked to, as on its page.

use clap::ArgMatches;
use desk::Registry;
use desk::records::{self, LinkDocument, NewLink};

use super::printed;
use super::records::{at_desk, named, table, written};
use crate::failure::Failure;

/// `mainstay links KIND ID`.
pub(super) fn links(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let (kinds, entry) = (registry.kinds(), registry.kind(named(matches, "kind"))?);
    let all = at_desk(matches, async |desk| Ok(records::links(&desk, &kinds, &entry, named(matches, "id")).await?))?;
    if matches.get_flag("json") {
        return printed(&written(&all, "json")?);
    }
    if all.is_empty() {
        return printed("linked to nothing that you may see\n");
    }
    printed(&table(&["how", "what", "which", "by", "on", "link"], all.iter().map(row)))
}

fn row(link: &LinkDocument) -> Vec<String> {
    let how = if link.outgoing { link.words() } else { format!("it {} this", link.words()) };
    let (what, which) = match (&link.record, &link.fact) {
        (Some(record), _) => (record.title.clone(), format!("{} {}", record.kind, record.id)),
        (None, Some(fact)) => (fact.id.clone(), fact.kind.clone()),
        (None, None) => (String::new(), String::new()),
    };
    vec![how, what, which, link.by.clone(), link.at.strftime("%Y-%m-%d").to_string(), link.id.clone()]
}

/// `mainstay link KIND ID RELATION TARGET`.
pub(super) fn link(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let (kinds, entry) = (registry.kinds(), registry.kind(named(matches, "kind"))?);
    let new = NewLink { relation: named(matches, "relation").to_owned(), to: named(matches, "to").to_owned() };
    let id = named(matches, "id");
    let made = at_desk(matches, async |desk| Ok(records::link(&desk, &kinds, &entry, id, &new).await?))?;
    if matches.get_flag("json") {
        return printed(&written(&made, "json")?);
    }
    printed(&format!("linked; `mainstay unlink {} {id} {}` takes it back\n", entry.kind, made.id))
}

/// `mainstay unlink KIND ID LINK`.
pub(super) fn unlink(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let entry = registry.kind(named(matches, "kind"))?;
    let (id, link) = (named(matches, "id"), named(matches, "link"));
    at_desk(matches, async |desk| Ok(records::unlink(&desk, &entry, id, link).await?))?;
    printed(&format!("{} {id} is not linked so any more\n", entry.kind))
}
