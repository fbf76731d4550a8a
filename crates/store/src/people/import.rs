//! People from a file: a difference first, applied as a whole or not at all.
//!
//! Columns, in any order: `name`, `email` (both required), `manager_email`, `team`, `role`, `started_on`, `left_on`, `time_zone`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::{NewPerson, NewTeam, Organisation, Person, Role, folded};
use crate::error::nearest;
use crate::{PersonId, StoreError, Write};

const COLUMNS: [&str; 8] = ["name", "email", "manager_email", "team", "role", "started_on", "left_on", "time_zone"];

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Import {
    /// People who are not here yet.
    pub added: Vec<ImportLine>,
    /// People about whom something changes, with what.
    pub changed: Vec<ImportLine>,
    /// People who leave.
    pub ended: Vec<ImportLine>,
    /// Lines that cannot be used. While there is one, nothing is applied.
    pub refused: Vec<ImportProblem>,
    #[serde(skip)]
    lines: Vec<Wanted>,
}

/// One person of the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportLine {
    /// Line in the file, from 1 (the head).
    pub line: u64,
    /// Who.
    pub email: String,
    /// What changes, in words.
    pub what: String,
}

/// Why a line cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportProblem {
    /// Line in the file, from 1 (the head).
    pub line: u64,
    /// The column, when it is one.
    pub column: String,
    /// What is wrong, a sentence.
    pub message: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Wanted {
    line: u64,
    person: NewPerson,
    manager: Option<String>,
    team: Option<(String, Role)>,
}

impl Import {
    /// Reads a CSV file (RFC 4180, UTF-8) and compares it with what is there on `today`.
    ///
    /// # Errors
    /// Refused when the file has no usable head; problems of single lines are in [`Self::refused`].
    pub fn read(csv: &[u8], present: &Organisation, today: Date) -> Result<Self, StoreError> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(csv);
        let head: Vec<String> =
            reader.headers().map_err(|error| unreadable(&error))?.iter().map(str::to_lowercase).collect();
        check_head(&head)?;
        let mut import = Self::default();
        for row in reader.records() {
            match row {
                Ok(row) => import.take(&head, &row),
                Err(error) => {
                    import.refuse(error.position().map_or(0, csv::Position::line), "", unreadable(&error).to_string());
                }
            }
        }
        import.check_doubles();
        import.check_managers(present, today);
        import.compare(present, today);
        Ok(import)
    }

    fn refuse(&mut self, line: u64, column: &str, message: impl Into<String>) {
        self.refused.push(ImportProblem { line, column: column.to_owned(), message: message.into() });
    }

    fn take(&mut self, head: &[String], row: &csv::StringRecord) {
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |name: &str| {
            let place = head.iter().position(|column| column == name)?;
            row.get(place).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        if row.len() != head.len() {
            return self.refuse(line, "", format!("The line has {} fields, the head has {}.", row.len(), head.len()));
        }
        let mut days = BTreeMap::new();
        for column in ["started_on", "left_on"] {
            match cell(column).map(|text| text.parse::<Date>().map_err(|_| text)) {
                Some(Err(text)) => return self.refuse(line, column, format!("`{text}` is not a day (2026-03-31).")),
                Some(Ok(day)) => drop(days.insert(column, day)),
                None => {}
            }
        }
        let role = cell("role").unwrap_or_else(|| "member".to_owned());
        let Some(role) = Role::named(&role) else {
            return self.refuse(line, "role", format!("`{role}` is not a role (member, tech_lead, manager)."));
        };
        let person = NewPerson {
            started_on: days.get("started_on").copied(),
            left_on: days.get("left_on").copied(),
            time_zone: cell("time_zone").unwrap_or_else(|| "UTC".to_owned()),
            ..NewPerson::named(cell("name").unwrap_or_default(), folded(&cell("email").unwrap_or_default()))
        };
        let wrong = person.wrong();
        for one in &wrong {
            self.refuse(line, &one.field, one.message.clone());
        }
        if wrong.is_empty() {
            let (manager, team) = (
                cell("manager_email").map(|email| folded(&email)),
                cell("team").map(|slug| (slug.to_lowercase(), role)),
            );
            self.lines.push(Wanted { line, person, manager, team });
        }
    }

    fn check_doubles(&mut self) {
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        let mut doubles = Vec::new();
        for wanted in &self.lines {
            if let Some(first) = seen.insert(wanted.person.email.clone(), wanted.line) {
                doubles.push((wanted.line, format!("{} is on line {first} already.", wanted.person.email)));
            }
        }
        for (line, message) in doubles {
            self.refuse(line, "email", message);
        }
    }

    fn check_managers(&mut self, present: &Organisation, today: Date) {
        let known: BTreeSet<&str> = present
            .people()
            .iter()
            .map(|p| p.email.as_str())
            .chain(self.lines.iter().map(|w| w.person.email.as_str()))
            .collect();
        let above: BTreeMap<&str, &str> =
            self.lines.iter().filter_map(|w| Some((w.person.email.as_str(), w.manager.as_deref()?))).collect();
        let mut wrong = Vec::new();
        for wanted in &self.lines {
            let Some(manager) = wanted.manager.as_deref() else { continue };
            if !known.contains(manager) {
                let near = nearest(manager, known.iter().copied());
                let near = if near.is_empty() { String::new() } else { format!(" Near: {}.", near.join(", ")) };
                wrong.push((wanted.line, format!("Nobody has the address {manager}.{near}")));
            } else if let Some(circle) = circle_from(&wanted.person.email, &above, present, today) {
                wrong.push((wanted.line, format!("This would close a circle: {circle}.")));
            }
        }
        for (line, message) in wrong {
            self.refuse(line, "manager_email", message);
        }
    }

    fn compare(&mut self, present: &Organisation, today: Date) {
        for wanted in &self.lines {
            let line = |what: String| ImportLine { line: wanted.line, email: wanted.person.email.clone(), what };
            match present.by_email(&wanted.person.email) {
                None => self.added.push(line(added(wanted))),
                Some(old) => {
                    let changes = differences(old, wanted, present, today);
                    let leaves = old.left_on.is_none() && wanted.person.left_on.is_some();
                    if leaves {
                        self.ended.push(line(changes.join("; ")));
                    } else if !changes.is_empty() {
                        self.changed.push(line(changes.join("; ")));
                    }
                }
            }
        }
    }

    /// Whether there is nothing to do and nothing was wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.ended.is_empty() && self.refused.is_empty()
    }
}

fn unreadable(error: &csv::Error) -> StoreError {
    StoreError::field("file", format!("The file cannot be read as CSV in UTF-8: {error}."))
}

fn check_head(head: &[String]) -> Result<(), StoreError> {
    if let Some(unknown) = head.iter().find(|column| !COLUMNS.contains(&column.as_str())) {
        let near = nearest(unknown, COLUMNS);
        let hint = near
            .first()
            .map_or_else(|| format!("Known: {}.", COLUMNS.join(", ")), |near| format!("Did you mean `{near}`?"));
        return Err(StoreError::field(unknown.clone(), format!("Line 1: there is no column `{unknown}`. {hint}")));
    }
    match ["name", "email"].into_iter().find(|needed| !head.iter().any(|column| column == needed)) {
        Some(needed) => Err(StoreError::field(needed, format!("Line 1: the column `{needed}` is needed."))),
        None => Ok(()),
    }
}

fn added(wanted: &Wanted) -> String {
    let mut what = wanted.person.name.clone();
    if let Some((team, role)) = &wanted.team {
        what.push_str(&format!(", {} of {team}", role.name().replace('_', " ")));
    }
    if let Some(manager) = &wanted.manager {
        what.push_str(&format!(", reports to {manager}"));
    }
    what
}

fn differences(old: &Person, wanted: &Wanted, present: &Organisation, today: Date) -> Vec<String> {
    let new = &wanted.person;
    let mut found = Vec::new();
    let mut differ = |what: &str, old: &str, new: &str| {
        if old != new {
            found.push(format!("{what}: {old} → {new}"));
        }
    };
    differ("name", &old.name, &new.name);
    differ("time zone", &old.time_zone, &new.time_zone);
    let text = |day: Option<Date>| day.map_or_else(|| "–".to_owned(), |day| day.to_string());
    if new.started_on.is_some() {
        differ("started", &text(old.started_on), &text(new.started_on));
    }
    if new.left_on.is_some() {
        differ("left", &text(old.left_on), &text(new.left_on));
    }
    if let Some(manager) = &wanted.manager {
        let now = present
            .manager_of(old.id, today)
            .and_then(|id| present.person(id))
            .map_or("–", |person| person.email.as_str());
        differ("reports to", now, manager);
    }
    if let Some((team, role)) = &wanted.team {
        let now =
            present.teams_of(old.id, today).find(|member| present.team(member.team).is_some_and(|t| t.slug == *team));
        differ(&format!("in {team}"), now.map_or("–", |member| member.role.name()), role.name());
    }
    found
}

/// The circle that following managers from `start` runs into: those of the file first, then those who are there.
fn circle_from(start: &str, above: &BTreeMap<&str, &str>, present: &Organisation, today: Date) -> Option<String> {
    let mut path = vec![start.to_owned()];
    loop {
        let last = path.last()?.clone();
        let there = || {
            let person = present.by_email(&last)?;
            present.person(present.manager_of(person.id, today)?).map(|manager| manager.email.clone())
        };
        let next = above.get(last.as_str()).map(|next| (*next).to_owned()).or_else(there)?;
        if next == start {
            path.push(next);
            return Some(path.join(" → "));
        }
        if path.contains(&next) {
            return None;
        }
        path.push(next);
    }
}

impl Write {
    /// Applies an import: all of it, in this write. Teams that are not there are made.
    ///
    /// # Errors
    /// Refused when a line was; otherwise as the single changes.
    pub async fn apply_import(&mut self, import: &Import, today: Date) -> Result<(), StoreError> {
        if let Some(first) = import.refused.first() {
            let message = format!("Line {}: {} Nothing was applied.", first.line, first.message);
            return Err(StoreError::field(if first.column.is_empty() { "file" } else { &first.column }, message));
        }
        for wanted in &import.lines {
            self.take_in(wanted, today).await?;
        }
        let present = self.organisation().await?;
        for wanted in &import.lines {
            let find = |email: &str| present.by_email(email).map(|person| person.id);
            let (Some(person), Some(manager)) = (find(&wanted.person.email), wanted.manager.as_deref()) else {
                continue;
            };
            let from =
                wanted.person.started_on.filter(|_| present.manager_of(person, today).is_none()).unwrap_or(today);
            self.line_up(&present, person, find(manager), from).await?;
        }
        Ok(())
    }

    async fn take_in(&mut self, wanted: &Wanted, today: Date) -> Result<(), StoreError> {
        let present = self.organisation().await?;
        let old = present.by_email(&wanted.person.email);
        let person = match old {
            None => self.add_person(&wanted.person).await?,
            Some(old) => {
                let mut new = wanted.person.clone();
                new.preferred_name.clone_from(&old.preferred_name);
                new.kind = old.kind;
                new.started_on = new.started_on.or(old.started_on);
                new.left_on = new.left_on.or(old.left_on);
                self.change_person(old.id, &new).await?;
                old.id
            }
        };
        let Some((slug, role)) = &wanted.team else { return Ok(()) };
        self.take_into_team(&present, person, slug, *role, wanted, today).await
    }

    async fn take_into_team(
        &mut self,
        present: &Organisation,
        person: PersonId,
        slug: &str,
        role: Role,
        wanted: &Wanted,
        today: Date,
    ) -> Result<(), StoreError> {
        let team = match present.find_team(slug) {
            Ok(team) => team.id,
            Err(_) => self.add_team(&NewTeam::named(slug, slug)).await?,
        };
        let before = present.members().iter().any(|member| member.person == person && member.team == team);
        let from = if before { today } else { wanted.person.started_on.unwrap_or(today).min(today) };
        if wanted.person.left_on.is_some_and(|left| left <= from) {
            return Ok(());
        }
        let now = present.teams_of(person, today).find(|member| member.team == team);
        if now.is_some_and(|member| member.role == role) {
            return Ok(());
        }
        let share = now.map_or(1.0, |member| member.share);
        self.join(person, team, role, from, share).await
    }
}
