//! The company moves in: its people and teams into the store, and what its leads have written so far as records.
//!
//! Facts count days with both ends; the store's `until` is the first day that does not belong.

mod deeds;
mod handing;
mod work;

pub use deeds::act;

use std::path::PathBuf;

use desk::records::{Document, create};
use desk::{KindEntry, Office, Refusal, Viewer, kinds};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use store::people::{AbsenceKind, Founding, NewPerson, NewTeam, Office as Held, PersonKind, Role};
use store::{Actor, PersonId};

use super::Company;
use super::facts::{self, Knowers, Repository};

/// Days of incidents about which leads have written.
const REMEMBERED_DAYS: i64 = 240;

/// Lets the company move into an empty office; gives the person who shows it around: the manager of its first team, who administers.
///
/// # Errors
/// Refused when somebody is here already, unavailable when the database does not answer.
pub async fn settle(company: &Company, paths: &[PathBuf], office: &Office) -> Result<Viewer, Refusal> {
    let guide = guide(company);
    let mut write = office.store().write(Actor::System, office.clock().now()).await?;
    let founded = write.found(&founding(company, paths, guide)).await?;
    write.keep().await?;
    let mut write = office.store().write(Actor::System, office.clock().now()).await?;
    for past in work::pasts(company, &founded) {
        write.put_past(&past).await?;
    }
    write.keep().await?;
    for letter in letters(company) {
        let Some(author) = founded.people.get(letter.author) else { continue };
        file(office, *author, letter).await?;
    }
    let viewer = founded.people.get(guide).copied().ok_or_else(|| Refusal::fault("a company of nobody"))?;
    let viewer = office.viewer(viewer).await?;
    office.note_owner(&viewer).await?;
    Ok(viewer)
}

/// Whoever manages the first team on the last day.
fn guide(company: &Company) -> usize {
    lead_of(company, 0, company.plan.until).unwrap_or(0)
}

/// Who leads a team on a day: its manager, else its technical lead.
fn lead_of(company: &Company, team: usize, on: Date) -> Option<usize> {
    let there = company
        .memberships
        .iter()
        .filter(|m| m.team.at() == team && m.from <= on && m.until.is_none_or(|until| on <= until));
    let by = |role| there.clone().find(|member| member.role == role).map(|member| member.person.at());
    by(facts::Role::Manager).or_else(|| by(facts::Role::TechLead)).or_else(|| by(facts::Role::Member))
}

fn after(day: Option<Date>) -> Option<Date> {
    day.map(|day| day.checked_add(1.day()).unwrap_or(day))
}

fn founding(company: &Company, paths: &[PathBuf], guide: usize) -> Founding {
    let person = |one: &facts::Person| NewPerson {
        time_zone: one.time_zone.clone(),
        started_on: Some(one.started_on),
        left_on: after(one.left_on),
        kind: if one.kind == facts::PersonKind::Bot { PersonKind::Bot } else { PersonKind::Human },
        ..NewPerson::named(one.name.clone(), one.email.clone())
    };
    let role = |role| match role {
        facts::Role::Member => Role::Member,
        facts::Role::TechLead => Role::TechLead,
        facts::Role::Manager => Role::Manager,
    };
    let kind = |kind| match kind {
        facts::AbsenceKind::Leave => AbsenceKind::Leave,
        facts::AbsenceKind::OnCall => AbsenceKind::OnCall,
        facts::AbsenceKind::Other => AbsenceKind::Other,
    };
    let team = |one: &facts::Team| {
        let new = NewTeam { purpose: Some(one.purpose.clone()), ..NewTeam::named(one.slug.clone(), one.name.clone()) };
        (new, one.parent.map(facts::TeamId::at))
    };
    let place = |(at, one): (usize, &Repository)| {
        let path = paths.get(at).map_or_else(String::new, |path| path.display().to_string());
        (one.slug.clone(), path, "main".to_owned(), one.team.at())
    };
    let owners = company.repositories.iter().enumerate();
    let owners =
        owners.flat_map(|(at, one)| one.owners.iter().map(move |owner| (at, owner.pattern.clone(), owner.team.at())));
    Founding {
        people: company.people.iter().map(person).collect(),
        teams: company.teams.iter().map(team).collect(),
        members: company
            .memberships
            .iter()
            .map(|m| (m.person.at(), m.team.at(), role(m.role), m.from, after(m.until), m.share))
            .collect(),
        lines: company.reporting.iter().map(|l| (l.person.at(), l.manager.at(), l.from, after(l.until))).collect(),
        absences: company.absences.iter().map(|a| (a.person.at(), a.from, a.until, kind(a.kind))).collect(),
        grants: company.people.get(guide).map(|one| (guide, Held::Administrator, one.started_on)).into_iter().collect(),
        repositories: company.repositories.iter().enumerate().map(place).collect(),
        owners: owners.collect(),
    }
}

/// Something that a lead has written.
struct Letter {
    author: usize,
    at: Timestamp,
    entry: KindEntry,
    title: String,
    team: String,
    status: &'static str,
    due_on: Option<Date>,
    body: Value,
}

fn letters(company: &Company) -> Vec<Letter> {
    let mut all: Vec<Letter> =
        company.repositories.iter().flat_map(|repository| of_repository(company, repository)).collect();
    all.extend(of_incidents(company));
    all.extend(of_teams(company));
    all.sort_by(|a, b| (a.at, &a.title).cmp(&(b.at, &b.title)));
    all
}

fn letter(
    company: &Company,
    team: usize,
    at: Timestamp,
    entry: KindEntry,
    title: String,
    body: Value,
) -> Option<Letter> {
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let slug = company.teams.get(team)?.slug.clone();
    Some(Letter {
        author: lead_of(company, team, day)?,
        at,
        entry,
        title,
        team: slug,
        status: "open",
        due_on: None,
        body,
    })
}

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}

fn before(day: Date, days: i64) -> Date {
    day.checked_sub(days.days()).unwrap_or(day)
}

/// Areas that one person alone knows are a risk of their team.
fn of_repository(company: &Company, repository: &Repository) -> Vec<Letter> {
    let until = company.plan.until;
    let alone = repository.areas.iter().filter(|area| matches!(area.knowers, Knowers::Only(_)));
    let risk = |(nth, area): (i64, &facts::Area)| {
        let title = format!("Only one person knows {} in {}", area.name, repository.name);
        let body = json!({
            "probability": 0.2 + 0.1 * (nth % 3) as f64,
            "impact": { "low": 5.0, "likely": 12.0 + 4.0 * (nth % 2) as f64, "high": 40.0 },
            "response": "mitigate",
            "review_on": until.checked_add(21.days()).ok(),
            "description": "If they leave or fall ill, a change there takes weeks. Pair on the next three changes, then let somebody else take the fourth alone.",
        });
        let made = letter(
            company,
            repository.team.at(),
            noon(before(until, 40 + 11 * nth)),
            KindEntry::of::<kinds::Risk>(),
            title,
            body,
        )?;
        Some(Letter { due_on: until.checked_add((30 + 7 * nth).days()).ok(), ..made })
    };
    (0..).zip(alone).filter_map(risk).collect()
}

/// What was learned from what went wrong.
fn of_incidents(company: &Company) -> Vec<Letter> {
    let since = noon(before(company.plan.until, REMEMBERED_DAYS));
    let recent = company.incidents.iter().filter(|one| one.opened_at >= since && one.severity <= 2);
    let note = |one: &facts::Incident| {
        let at = one.resolved_at.unwrap_or(one.opened_at).checked_add(20.hours()).ok()?;
        let hours = one.mitigated_at.map(|end| end.duration_since(one.opened_at).as_hours().max(1));
        let lasted =
            hours.map_or_else(|| "It is not over.".to_owned(), |hours| format!("Users had it back after {hours} h."));
        let text = format!(
            "**What happened.** {}, in {}. {lasted}\n\n**What we change.** The check that would have caught it runs before every deployment of {} from now on.",
            one.title, one.service, one.service
        );
        let made = letter(
            company,
            one.team.at(),
            at,
            KindEntry::of::<kinds::Note>(),
            format!("After: {}", one.title),
            json!({ "text": text }),
        )?;
        Some(Letter { status: if one.item.is_some() { "settled" } else { "open" }, ..made })
    };
    recent.filter_map(note).collect()
}

/// What every team agreed on, and what could stop it.
fn of_teams(company: &Company) -> Vec<Letter> {
    let until = company.plan.until;
    let works = |team: &facts::Team| !team.key.is_empty();
    let teams = company.teams.iter().enumerate().filter(|(_, team)| works(team));
    teams
        .flat_map(|(at, team)| {
            let agreement = format!(
                "- A change request waits no longer than a working day for its first answer.\n- Work in progress stays under one item a person in {}.\n- Whoever is on call does nothing else that cannot wait.",
                team.name
            );
            let agreed = letter(company, at, noon(before(until, 300)), KindEntry::of::<kinds::Note>(), "Working agreement".to_owned(), json!({ "text": agreement }));
            let demand = json!({
                "probability": 0.35,
                "impact": { "low": 1.0, "likely": 1.15, "high": 1.5, "unit": "factor" },
                "touches": [format!("team:{}", team.slug)],
                "category": "external",
                "response": "accept",
                "description": "The harbour season doubles the requests in May and June. What is promised for then has to be finished in April.",
            });
            let season = letter(company, at, noon(before(until, 90)), KindEntry::of::<kinds::Risk>(), format!("The season takes {} away from planned work", team.name), demand);
            [agreed, season].into_iter().flatten()
        })
        .collect()
}

async fn file(office: &Office, author: PersonId, letter: Letter) -> Result<(), Refusal> {
    let desk = office.desk_at(office.viewer(author).await?, letter.at).await?;
    let document = Document {
        kind: letter.entry.kind.to_owned(),
        id: None,
        version: None,
        title: Some(letter.title),
        team: Some(letter.team),
        subject: None,
        audience: None,
        status: Some(letter.status.to_owned()),
        due_on: letter.due_on,
        parties: Vec::new(),
        body: letter.body,
        about: None,
    };
    create(&desk, &letter.entry, &document).await?;
    Ok(())
}
