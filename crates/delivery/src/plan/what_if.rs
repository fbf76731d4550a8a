//! Changes that are thought through and not made: each is a line, as it is typed, and makes another plan or other ground to stand on.

use std::fmt;

use jiff::civil::Date;

use super::records::{Dependency, Plan, reference};
use super::tree::Tree;
use crate::spread::Spread;

/// A change that could be made.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// An item goes, with what is in it: by id, code or key.
    Drop(String),
    /// An item is estimated otherwise.
    Estimate(String, Spread),
    /// A link goes.
    Unlink(String, String),
    /// An item waits for another.
    Link(String, String),
    /// A team has so many slots more (or fewer), from a day on.
    Slots(String, i32, Option<Date>),
    /// A resource, or a risk, goes.
    Without(String),
}

/// What can be typed.
pub const FORMS: &str = "`drop ITEM`, `estimate ITEM 2..3..6d`, `link A B`, `unlink A B`, `slots TEAM +1 2026-05-01` or `without RESOURCE-OR-RISK`, `without growth`";

impl Change {
    /// From a line.
    ///
    /// # Errors
    /// A sentence that says what can be typed.
    pub fn read(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let wrong = || format!("`{text}` is no change: {FORMS}.");
        let own = |text: &str| text.to_owned();
        Ok(match words.as_slice() {
            ["drop", item] => Self::Drop(own(item)),
            ["estimate", item, spread] => {
                Self::Estimate(own(item), spread.parse().map_err(|error| format!("{error}."))?)
            }
            ["unlink", from, to] => Self::Unlink(own(from), own(to)),
            ["link", from, to] => Self::Link(own(from), own(to)),
            ["without", name @ ..] if !name.is_empty() => Self::Without(name.join(" ")),
            ["slots", team, more] => Self::Slots(own(team), more.parse().map_err(|_| wrong())?, None),
            ["slots", team, more, day] => {
                let day = day.parse().map_err(|_| format!("`{day}` is not a day such as 2026-01-31."))?;
                Self::Slots(own(team), more.parse().map_err(|_| wrong())?, Some(day))
            }
            _ => return Err(wrong()),
        })
    }

    /// The plan with this change.
    ///
    /// # Errors
    /// A sentence: an item or a link that is not there.
    pub fn made(&self, plan: &Plan) -> Result<Plan, String> {
        let tree = Tree::of(plan).map_err(|error| error.message)?;
        let find = |text: &str| {
            let place = tree.find(plan, text).ok_or_else(|| format!("No item `{text}` in {}.", plan.title))?;
            Ok::<_, String>((place, plan.items[tree.nodes[place].item].id.clone()))
        };
        let mut made = plan.clone();
        match self {
            Self::Drop(item) => {
                let (place, _) = find(item)?;
                return Ok(without(plan, &tree, place));
            }
            Self::Estimate(item, spread) => {
                let (_, id) = find(item)?;
                made.items.iter_mut().filter(|item| item.id == id).for_each(|item| item.estimate = Some(*spread));
            }
            Self::Unlink(from, to) => {
                let (from, to) = (find(from)?.1, find(to)?.1);
                made.links.retain(|link| !(link.from == from && link.to == to));
                if made.links.len() == plan.links.len() {
                    return Err(format!("{to} does not hang on {from}."));
                }
            }
            Self::Link(from, to) => {
                let (name, lag) = reference(from);
                let (from, to) = (find(name)?.1, find(to)?.1);
                made.links.push(Dependency { lag, ..Dependency::after(from, to) });
                Tree::of(&made).map_err(|error| error.message)?;
            }
            Self::Without(name) => {
                if !plan.resources.iter().any(|one| one.name == *name) {
                    return Err(format!("The plan has no resource `{name}`, and no risk of that name touches it."));
                }
                made.items.iter_mut().for_each(|item| item.needs.retain(|need| need.resource != *name));
            }
            Self::Slots(..) => {}
        }
        Ok(made)
    }
}

/// The plan without an item, what is in it, its links, and parents of which nothing is left.
#[must_use]
pub fn without(plan: &Plan, tree: &Tree, place: usize) -> Plan {
    let mut top = place;
    while let Some(parent) = tree.nodes[top].parent {
        let alone = tree.nodes.iter().filter(|node| node.parent == Some(parent)).count() == 1;
        if !alone {
            break;
        }
        top = parent;
    }
    let gone = |id: &str| tree.place(id).is_some_and(|inner| tree.holds(top, inner));
    let mut made = plan.clone();
    made.items.retain(|item| !gone(&item.id));
    made.links.retain(|link| !gone(&link.from) && !gone(&link.to));
    made
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drop(item) => write!(f, "drop {item}"),
            Self::Estimate(item, spread) => write!(f, "estimate {item} {}", spread.to_string().replace(' ', "")),
            Self::Unlink(from, to) => write!(f, "unlink {from} {to}"),
            Self::Link(from, to) => write!(f, "link {from} {to}"),
            Self::Slots(team, more, None) => write!(f, "slots {team} {more:+}"),
            Self::Slots(team, more, Some(day)) => write!(f, "slots {team} {more:+} {day}"),
            Self::Without(name) => write!(f, "without {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tests::{link, plan};
    use super::*;

    #[test]
    fn changes_are_written_as_read() {
        for text in [
            "drop 2.4",
            "estimate card 2..3..6d",
            "unlink a b",
            "link a b",
            "slots payments +1 2026-05-01",
            "without bench",
            "without The contract ends",
        ] {
            assert_eq!(Change::read(text).unwrap().to_string(), text);
        }
        assert!(Change::read("please hurry").unwrap_err().contains("`drop ITEM`"));
    }

    #[test]
    fn what_is_dropped_takes_its_links() {
        let mut before = plan(&[("a", None), ("b", None), ("c", Some("b")), ("d", None)]);
        before.links = vec![link("a", "c"), link("a", "d")];
        let after = Change::read("drop 2.1").unwrap().made(&before).unwrap();
        let ids: Vec<_> = after.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!((ids, after.links.len()), (vec!["a", "d"], 1), "a parent without parts goes, too");
        assert_eq!(Change::read("drop 7").unwrap().made(&before).unwrap_err(), "No item `7` in Checkout.");
        assert!(Change::read("link d a").unwrap().made(&before).unwrap_err().contains("close a ring"));
    }
}
