//! A plan as text: one item a line, two spaces or a tab a level. What is read is written again byte for byte; nothing is taken from a text
//! of which a part cannot be read.

mod print;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::Date;

use crate::plan::network::LinkSort;
use crate::plan::records::{Dependency, ItemKind, Need, Plan, PlanItem, Resource, SIZES, Strength, is_id, reference};
use crate::plan::tree::Tree;
use crate::spread::Spread;

pub use print::print;

/// Tokens that have a value behind a colon, in the order in which they are written.
const TOKENS: [&str; 14] =
    ["id", "key", "team", "area", "skill", "needs", "from", "by", "after", "ss", "ff", "sf", "prefers", "risk"];

/// A place in a text that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct OutlineError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl fmt::Display for OutlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}, column {}: {}", self.line, self.column, self.message)
    }
}

type Read<T> = Result<T, OutlineError>;

/// A word with where it stands.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    line: usize,
    column: usize,
}

impl Word<'_> {
    fn wrong<T>(self, message: impl Into<String>) -> Read<T> {
        Err(OutlineError { line: self.line, column: self.column, message: message.into() })
    }

    fn day(self, text: &str) -> Read<Date> {
        text.parse().or_else(|_| self.wrong(format!("`{text}` is not a day such as 2026-01-31.")))
    }
}

/// A reference that waits until all ids are known.
#[derive(Debug, Clone)]
struct Pending<'a> {
    to: usize,
    word: Word<'a>,
    sort: LinkSort,
    soft: bool,
    name: &'a str,
    lag: f64,
}

/// What was read, before ids are given out.
#[derive(Debug, Default)]
struct Reading<'a> {
    title: String,
    goal: String,
    teams: Vec<String>,
    from: Option<Date>,
    by: Option<Date>,
    items: Vec<(usize, PlanItem, Word<'a>)>,
    pending: Vec<Pending<'a>>,
}

/// Whether a word is read as a token, not as a word of a title.
fn is_token(word: &str) -> bool {
    let bracketed = word.starts_with('[') && word.ends_with(']') && word.len() > 2;
    let named = word.split_once(':').is_some_and(|(name, value)| {
        !name.is_empty() && !value.is_empty() && name.chars().all(|c| c.is_ascii_lowercase())
    });
    let marked = (word.starts_with('~') || word.starts_with('@')) && word.len() > 1;
    bracketed || named || marked
}

/// The plan that a text describes. Where one is given that exists already, what the text does not say stays as it is there, and an item
/// without an id is the one of the same title under the same parent.
///
/// # Errors
/// The first place that cannot be read.
pub fn read(text: &str, present: Option<&Plan>, today: Date) -> Result<Plan, OutlineError> {
    let mut reading = Reading::default();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        reading.line(line.trim_end(), number + 1)?;
    }
    reading.plan(present, today)
}

impl<'a> Reading<'a> {
    fn line(&mut self, line: &'a str, number: usize) -> Read<()> {
        let body = line.trim_start_matches([' ', '\t']);
        if body.is_empty() || body.starts_with("//") {
            return Ok(());
        }
        let indent = &line[..line.len() - body.len()];
        let tabs = indent.matches('\t').count();
        let spaces = indent.len() - tabs;
        let first = Word { text: body, line: number, column: indent.chars().count() + 1 };
        let (mark, rest) = body.split_at(body.chars().next().map_or(0, char::len_utf8));
        let words = words(rest, number, first.column + 1);
        let plain = || words.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        match mark {
            "#" => self.head(&words),
            ">" => {
                let outcome = plain();
                let into = match self.items.last_mut() {
                    Some((_, item, _)) => item.outcome.get_or_insert_default(),
                    None => &mut self.goal,
                };
                if !into.is_empty() {
                    into.push(' ');
                }
                into.push_str(&outcome);
                Ok(())
            }
            "+" => match self.items.last_mut() {
                Some((_, item, _)) => {
                    item.acceptance.push(plain());
                    Ok(())
                }
                None => first.wrong("A criterion belongs to an item; none stands above."),
            },
            "-" | "*" => {
                if !spaces.is_multiple_of(2) {
                    return first.wrong("A level is two spaces, or a tab.");
                }
                self.item(mark == "*", tabs + spaces / 2, first, &words)
            }
            _ => first.wrong("A line begins with #, -, *, >, + or //."),
        }
    }

    fn head(&mut self, words: &[Word<'a>]) -> Read<()> {
        let mut title = Vec::new();
        for word in words {
            if !is_token(word.text) {
                title.push(word.text.strip_prefix('\\').unwrap_or(word.text));
            } else if let Some(team) = word.text.strip_prefix('@') {
                self.teams.push(team.to_owned());
            } else {
                match word.text.split_once(':') {
                    Some(("from", day)) => self.from = Some(word.day(day)?),
                    Some(("by", day)) => self.by = Some(word.day(day)?),
                    _ => {
                        return word
                            .wrong(format!("`{}` does not belong to a title: @team, from: and by: do.", word.text));
                    }
                }
            }
        }
        self.title = title.join(" ");
        Ok(())
    }

    fn item(&mut self, milestone: bool, depth: usize, first: Word<'a>, words: &[Word<'a>]) -> Read<()> {
        let deepest = self.items.last().map_or(0, |(above, ..)| above + 1);
        if depth > deepest {
            return first.wrong("It lies more than one level below the item above.");
        }
        let kind = if milestone { ItemKind::Milestone } else { ItemKind::Task };
        let mut item = PlanItem { kind, ..PlanItem::default() };
        let mut title = Vec::new();
        let (done, words) = box_of(words);
        item.done = done;
        for word in words {
            if is_token(word.text) {
                self.token(&mut item, *word)?;
            } else {
                title.push(word.text.strip_prefix('\\').unwrap_or(word.text));
            }
        }
        item.title = title.join(" ");
        if item.title.is_empty() {
            return first.wrong("An item needs a title.");
        }
        self.items.push((depth, item, first));
        Ok(())
    }

    fn token(&mut self, item: &mut PlanItem, word: Word<'a>) -> Read<()> {
        if let Some(kind) = word.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let found = ItemKind::ALL.into_iter().find(|one| one.word() == kind);
            let known = ItemKind::ALL.map(ItemKind::word);
            let unknown = || word.wrong(format!("{}.", desk::form::unknown(kind, known.into_iter())));
            item.kind = found.map_or_else(unknown, Ok)?;
            return Ok(());
        }
        if let Some(size) = word.text.strip_prefix('~') {
            if SIZES.contains(&size) {
                item.size = Some(size.to_owned());
            } else {
                item.estimate = Some(size.parse::<Spread>().or_else(|message| word.wrong(format!("{message}.")))?);
            }
            return Ok(());
        }
        if let Some(who) = word.text.strip_prefix('@') {
            item.with = Some(who.to_owned());
            return Ok(());
        }
        let (name, value) = word.text.split_once(':').unwrap_or((word.text, ""));
        self.named(item, word, name, value)
    }

    fn named(&mut self, item: &mut PlanItem, word: Word<'a>, name: &str, value: &'a str) -> Read<()> {
        let mut pend = |sort, soft| {
            let (name, lag) = reference(value);
            self.pending.push(Pending { to: self.items.len(), word, sort, soft, name, lag });
        };
        match name {
            "id" if is_id(value) => item.id = value.to_owned(),
            "id" => {
                return word.wrong(format!("`{value}` is no id: a lower-case letter, then letters, digits, - and _."));
            }
            "key" => item.work_item = Some(value.to_owned()),
            "team" => item.team = Some(value.to_owned()),
            "area" => item.areas.push(value.to_owned()),
            "skill" => item.skills.push(value.to_owned()),
            "risk" => item.risks.push(value.to_owned()),
            "needs" => {
                let need = value.split_once('=').and_then(|(name, n)| Some((name, n.parse().ok()?)));
                let Some((resource, amount)) = need else { return word.wrong("A need is written `needs:bench=1`.") };
                item.needs.push(Need { resource: resource.to_owned(), amount });
            }
            "from" => item.not_before = Some(word.day(value)?),
            "by" => item.finish_by = Some(word.day(value)?),
            "after" => pend(LinkSort::FinishStart, false),
            "ss" => pend(LinkSort::StartStart, false),
            "ff" => pend(LinkSort::FinishFinish, false),
            "sf" => pend(LinkSort::StartFinish, false),
            "prefers" => pend(LinkSort::FinishStart, true),
            _ => return word.wrong(format!("{}.", desk::form::unknown(name, TOKENS.into_iter()))),
        }
        Ok(())
    }

    fn plan(self, present: Option<&Plan>, today: Date) -> Read<Plan> {
        let Self { title, goal, teams, from, by, items, pending } = self;
        let base = present.cloned();
        let mut plan = Plan {
            title: if title.is_empty() {
                base.as_ref().map_or_else(String::new, |plan| plan.title.clone())
            } else {
                title
            },
            goal: if goal.is_empty() { base.as_ref().map_or_else(String::new, |plan| plan.goal.clone()) } else { goal },
            teams: if teams.is_empty() {
                base.as_ref().map_or_else(Vec::new, |plan| plan.teams.clone())
            } else {
                teams
            },
            start_on: from.or(base.as_ref().map(|plan| plan.start_on)).unwrap_or(today),
            target_on: by.or_else(|| base.as_ref().and_then(|plan| plan.target_on)),
            confidence: base.as_ref().map_or_else(crate::plan::records::confidence, |plan| plan.confidence),
            focus: base.as_ref().map_or_else(crate::plan::records::focus, |plan| plan.focus),
            capacity: base.as_ref().map_or_else(Default::default, |plan| plan.capacity),
            resources: base.map_or_else(Vec::new, |plan| plan.resources),
            items: Vec::new(),
            links: Vec::new(),
        };
        let given: Vec<String> = items.iter().map(|(_, item, _)| item.id.clone()).filter(|id| !id.is_empty()).collect();
        let mut above: Vec<String> = Vec::new();
        for (depth, mut item, word) in items {
            above.truncate(depth);
            item.parent = above.last().cloned();
            if item.id.is_empty() {
                item.id = present.and_then(|present| same(present, &item, &given, &plan)).unwrap_or_else(|| {
                    let taken = |id: &str| {
                        present.is_some_and(|plan| plan.item(id).is_some()) || given.iter().any(|one| one == id)
                    };
                    fresh(&plan, &item.title, taken)
                });
            } else if plan.item(&item.id).is_some() {
                return word.wrong(format!("`{}` stands twice as an id.", item.id));
            }
            for need in item.needs.iter().filter(|need| need.resource != "team") {
                if !plan.resources.iter().any(|one| one.name == need.resource) {
                    plan.resources.push(Resource { name: need.resource.clone(), amount: need.amount.max(1) });
                }
            }
            above.push(item.id.clone());
            plan.items.push(item);
        }
        plan.links = links(&plan, &pending, present)?;
        Ok(plan)
    }
}

/// The id of the item that stood there before: the same title under the same parent, named by nobody else.
fn same(present: &Plan, item: &PlanItem, given: &[String], plan: &Plan) -> Option<String> {
    let free = |id: &String| !given.contains(id) && plan.item(id).is_none();
    present
        .items
        .iter()
        .filter(|one| one.title == item.title && one.parent == item.parent)
        .map(|one| one.id.clone())
        .find(free)
}

fn fresh(plan: &Plan, title: &str, taken: impl Fn(&str) -> bool) -> String {
    let id = plan.fresh_id(title);
    if !taken(&id) {
        return id;
    }
    let free = |id: &String| !taken(id) && plan.item(id).is_none();
    (2..).map(|number| format!("{id}_{number}")).find(free).unwrap_or(id)
}

fn links(plan: &Plan, pending: &[Pending<'_>], present: Option<&Plan>) -> Read<Vec<Dependency>> {
    let tree = Tree::of(plan).map_err(|error| OutlineError { line: 1, column: 1, message: error.message })?;
    let mut all: Vec<Dependency> = Vec::new();
    for one in pending {
        let Some(from) = tree.find(plan, one.name) else {
            let ids = plan.items.iter().map(|item| item.id.as_str());
            let near =
                desk::form::nearest(one.name, ids).map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
            return one.word.wrong(format!("No item `{}` here, by id, key or code.{near}", one.name));
        };
        let from = plan.items[tree.nodes[from].item].id.clone();
        let to = plan.items[one.to].id.clone();
        let strength = if one.soft { Strength::Preferred } else { Strength::Hard };
        // What a text cannot say of a link (who it hangs on, why) stays.
        let known = present.and_then(|plan| {
            plan.links.iter().find(|link| {
                link.from == from
                    && link.to == to
                    && link.sort == one.sort
                    && (link.strength == Strength::Preferred) == one.soft
            })
        });
        let bare =
            Dependency { from, to, sort: one.sort, lag: one.lag, strength, who: None, promised_on: None, reason: None };
        all.push(known.map_or(bare, |known| Dependency { lag: one.lag, ..known.clone() }));
    }
    let upto = |count: usize| Tree::of(&Plan { links: all[..count].to_vec(), ..plan.clone() });
    if let Err(error) = upto(all.len()) {
        // The first link that closes the ring is where it is said.
        let at = (1..all.len()).find(|count| upto(*count).is_err()).unwrap_or(all.len());
        return pending[at - 1].word.wrong(error.message);
    }
    Ok(all)
}

/// `[x]` or `[ ]` at the beginning: whether it is done, and what follows.
fn box_of<'a, 'b>(words: &'b [Word<'a>]) -> (bool, &'b [Word<'a>]) {
    match words {
        [first, rest @ ..] if first.text.eq_ignore_ascii_case("[x]") => (true, rest),
        [open, close, rest @ ..] if open.text == "[" && close.text == "]" => (false, rest),
        _ => (false, words),
    }
}

fn words(rest: &str, line: usize, begin: usize) -> Vec<Word<'_>> {
    let mut all = Vec::new();
    let (mut column, mut start) = (begin, None);
    for (at, c) in rest.char_indices() {
        match (c.is_whitespace(), start) {
            (true, Some((from, at_column))) => {
                all.push(Word { text: &rest[from..at], line, column: at_column });
                start = None;
            }
            (false, None) => start = Some((at, column)),
            _ => {}
        }
        column += 1;
    }
    if let Some((from, at_column)) = start {
        all.push(Word { text: &rest[from..], line, column: at_column });
    }
    all
}
