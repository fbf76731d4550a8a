//! Risks from a file: first what would change, then all of it, or nothing.

use std::collections::BTreeMap;

use desk::kinds::Risk;
use desk::kinds::risk::{Category, Response};
use desk::records::{Audience, Envelope};
use desk::{Act, Changes, Desk, FieldError, Record as _, Refusal, Stored, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::watch::blank;
use super::{OpenRisk, cost, likely, review, whose};
use crate::risk::answer::OPEN;
use crate::risk::file::{COLUMNS, Row, cells, read};
use crate::risk::{Ask, address};

/// Errors that are told at most.
const TOLD: usize = 20;

/// Reads risks from a file.
#[derive(Debug)]
pub struct ImportRisks;

/// The file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ImportInput {
    /// CSV with a head: title, and what else is known: id, team, status, probability, impact (5/10/30d), category, response, owner,
    /// review_on, touches, from, until, contingency, description. A risk is known by its id, else by team and title.
    #[schemars(title = "CSV", length(min = 1, max = 500_000), extend("format" = "markdown"))]
    pub csv: String,
    /// Only say what would change.
    #[serde(default)]
    #[schemars(title = "Only look")]
    pub dry_run: bool,
}

/// What a risk says otherwise.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Difference {
    /// What could happen.
    pub title: String,
    /// Each column with what it said and says.
    pub fields: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct ImportedRisks {
    /// What is new.
    pub added: Vec<String>,
    /// What says something else.
    pub changed: Vec<Difference>,
    /// How many are as they were.
    pub unchanged: usize,
    /// Whether it was only looked at.
    pub dry_run: bool,
}

impl Act for ImportRisks {
    const NAME: &'static str = "import_risks";
    const TITLE: &'static str = "Read risks from a file";
    const READERS: &'static str = OpenRisk::READERS;

    type Input = ImportInput;
    type Outcome = ImportedRisks;

    async fn run(desk: &Desk, changes: &mut Changes, input: ImportInput) -> Result<ImportedRisks, Refusal> {
        let rows = read(&input.csv)?;
        let known = desk.records().list::<Risk>().await?;
        let (mut wrong, mut all, mut seen) = (Vec::new(), Vec::new(), Vec::new());
        for row in &rows {
            match taken(desk, row, &known, &mut seen) {
                Ok(one) => all.push(one),
                Err(errors) => wrong.extend(errors),
            }
        }
        if !wrong.is_empty() {
            wrong.truncate(TOLD);
            return Err(Refusal::fields(wrong).hint("Nothing was written. Mend the file and read it again."));
        }
        let mut told = ImportedRisks { dry_run: input.dry_run, ..ImportedRisks::default() };
        for one in all {
            match one.difference(desk) {
                None => told.added.push(one.envelope.title.clone().unwrap_or_default()),
                Some(fields) if fields.is_empty() => {
                    told.unchanged += 1;
                    continue;
                }
                Some(fields) => {
                    told.changed.push(Difference { title: one.envelope.title.clone().unwrap_or_default(), fields });
                }
            }
            if !input.dry_run {
                one.write(changes).await?;
            }
        }
        Ok(told)
    }

    fn told(outcome: &ImportedRisks) -> Told {
        let would = if outcome.dry_run { "would be " } else { "" };
        let mut sentence = format!(
            "{} {would}added, {} {would}changed, {} as they were.",
            outcome.added.len(),
            outcome.changed.len(),
            outcome.unchanged
        );
        for one in outcome.changed.iter().take(5) {
            sentence.push_str(&format!(" {}: {}.", one.title, one.fields.join("; ")));
        }
        Told::new(sentence).then(address(&Ask::default()))
    }
}

/// A row as the risk that it means.
struct Taken {
    old: Option<Stored<Risk>>,
    envelope: Envelope,
    body: Risk,
}

impl Taken {
    /// What it says otherwise than the risk that is there; none when there is none.
    fn difference(&self, desk: &Desk) -> Option<Vec<String>> {
        let old = self.old.as_ref()?;
        let slug = |team: Option<desk::work::TeamId>| team_slug(desk, team);
        let title = self.envelope.title.as_deref().unwrap_or_default();
        let then = cells(&old.id, &old.title, slug(old.team).as_deref(), &old.status, &old.body);
        let now = cells(&old.id, title, slug(self.envelope.team).as_deref(), &self.envelope.status, &self.body);
        let said = |cells: &BTreeMap<&str, String>, column: &str| {
            cells.get(column).filter(|text| !text.is_empty()).cloned().unwrap_or_else(|| "nothing".to_owned())
        };
        let differs = COLUMNS.into_iter().filter(|column| then.get(column) != now.get(column));
        Some(differs.map(|column| format!("{column}: {} → {}", said(&then, column), said(&now, column))).collect())
    }

    async fn write(self, changes: &mut Changes) -> Result<(), Refusal> {
        let Some(old) = self.old else { return changes.add_in(self.envelope, self.body).map(|_| ()) };
        let around = |around: &mut Envelope| {
            around.status = self.envelope.status;
            around.title = self.envelope.title;
        };
        changes.put_in(&old.id, old.version, around, self.body).await.map(|_| ())
    }
}

/// The short name of a team.
pub(in crate::risk) fn team_slug(desk: &Desk, team: Option<desk::work::TeamId>) -> Option<String> {
    team.and_then(|team| desk.organisation().team(team)).map(|team| team.slug.clone())
}

/// The risk that a row means, with everything that is wrong with it.
fn taken(desk: &Desk, row: &Row, known: &[Stored<Risk>], seen: &mut Vec<String>) -> Result<Taken, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let Some(title) = row.text("title") else { return Err(vec![row.bad("title", "it is empty.")]) };
    let team = whose(desk, row.text("team")).map_err(|refusal| vec![row.bad("team", &plain(&refusal))])?;
    let old = match row.text("id") {
        Some(id) => Some(
            known
                .iter()
                .find(|risk| risk.id == id)
                .ok_or_else(|| vec![row.bad("id", &format!("there is no risk `{id}` that you may read."))])?,
        ),
        None => known.iter().find(|risk| risk.title == title && risk.team == team),
    };
    if let Some(old) = old.filter(|old| row.text("team").is_some() && old.team != team) {
        let own = team_slug(desk, old.team).unwrap_or_else(|| "nobody".to_owned());
        wrong.push(row.bad("team", &format!("it is {own}'s, and stays that.")));
    }
    let name = old.map_or_else(|| format!("{team:?} {title}"), |old| old.id.clone());
    if seen.contains(&name) {
        wrong.push(row.bad("title", "another row means the same risk."));
    }
    seen.push(name);
    let status = row.text("status").unwrap_or_else(|| old.map_or(OPEN, |old| old.status.as_str()));
    if !Risk::STATUSES.contains(&status) {
        wrong.push(row.bad("status", &format!("`{status}` is none of {}.", Risk::STATUSES.join(", "))));
    }
    let mut body = old.map_or_else(blank, |old| old.body.clone());
    fill(desk, row, &mut body, old.is_none(), &mut wrong);
    if let Err(errors) = body.check() {
        wrong.extend(errors.iter().map(|error| row.bad(&error.field, &error.message)));
    }
    let fresh = Envelope::fresh::<Risk>();
    let audience = if team.is_some() { fresh.audience } else { Audience::Everyone };
    let team = old.map_or(team, |old| old.team);
    let envelope = Envelope { team, audience, status: status.to_owned(), title: Some(title.to_owned()), ..fresh };
    if wrong.is_empty() { Ok(Taken { old: old.cloned(), envelope, body }) } else { Err(wrong) }
}

/// What is wrong, without the field that an input of an act has.
fn plain(refusal: &Refusal) -> String {
    refusal.field_errors().first().map_or_else(|| refusal.to_string(), |one| one.message.clone())
}

/// Puts what the columns say into a risk. A column that is not there changes nothing; an empty cell empties what may be empty.
fn fill(desk: &Desk, row: &Row, risk: &mut Risk, fresh: bool, wrong: &mut Vec<FieldError>) {
    match row.text("probability").map(|text| text.parse::<f64>().map_err(|_| format!("`{text}` is no number."))) {
        Some(Ok(p)) => match likely(p) {
            Ok(p) => risk.probability = p,
            Err(refusal) => wrong.push(row.bad("probability", &plain(&refusal))),
        },
        Some(Err(message)) => wrong.push(row.bad("probability", &message)),
        None if fresh => wrong.push(row.bad("probability", "how likely is it?")),
        None => {}
    }
    match row.text("impact").map(cost) {
        Some(Ok((impact, sign))) => (risk.impact, risk.sign) = (impact, sign),
        Some(Err(refusal)) => wrong.push(row.bad("impact", &plain(&refusal))),
        None if fresh => wrong.push(row.bad("impact", "what would it cost? 5/10/30d")),
        None => {}
    }
    if row.cell("category").is_some() {
        risk.category = word::<Category>(row, "category", wrong);
    }
    if let Some(response) = word::<Response>(row, "response", wrong) {
        risk.response = response;
    }
    let text = |column: &str, into: &mut Option<String>| {
        if row.cell(column).is_some() {
            *into = row.text(column).map(str::to_owned);
        }
    };
    text("owner", &mut risk.owner);
    text("contingency", &mut risk.contingency);
    text("description", &mut risk.description);
    for (column, into) in [("from", &mut risk.from), ("until", &mut risk.until)] {
        if row.cell(column).is_some() {
            *into = day(row, column, wrong);
        }
    }
    if let Some(touches) = row.cell("touches") {
        let parts = touches.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
        risk.touches = parts.map(str::to_owned).collect();
    }
    looked_again(desk, row, risk, fresh, wrong);
}

/// The day on which it is looked at again: within 90 days, unless it is the one that stands there.
fn looked_again(desk: &Desk, row: &Row, risk: &mut Risk, fresh: bool, wrong: &mut Vec<FieldError>) {
    let said = day(row, "review_on", wrong);
    if !fresh && (said.is_none() || said == risk.review_on) {
        return;
    }
    match review(desk, said) {
        Ok(day) => risk.review_on = Some(day),
        Err(refusal) => wrong.push(row.bad("review_on", &plain(&refusal))),
    }
}

fn day(row: &Row, column: &str, wrong: &mut Vec<FieldError>) -> Option<Date> {
    let text = row.text(column)?;
    let read = text.parse().map_err(|_| row.bad(column, &format!("`{text}` is no day such as 2026-01-31.")));
    read.map_err(|error| wrong.push(error)).ok()
}

/// One of the words that a column may say.
fn word<T: DeserializeOwned>(row: &Row, column: &str, wrong: &mut Vec<FieldError>) -> Option<T> {
    let text = row.text(column)?;
    let read = serde_json::from_value(serde_json::Value::from(text.to_lowercase()));
    read.map_err(|error: serde_json::Error| wrong.push(row.bad(column, &format!("{error}.")))).ok()
}
