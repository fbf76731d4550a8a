//! What the receiver of a delegation should know, in one page: outcome and level, what is known of its areas, who can help, three first
//! steps. It is made with the receiver's rights: nothing stands in it that the receiver may not read.

use desk::kinds::Risk;
use desk::knowledge::knowers;
use desk::{Desk, FieldError, Refusal};
use lake::Param;
use serde::Deserialize;

use super::Ask;
use super::level::Level;
use super::mine::called;
use super::records::Delegation;
use super::view::BriefView;
use crate::plan::records::Plan;

/// Lines of a part at most.
const LINES: usize = 5;

#[derive(Debug, Deserialize)]
struct Place {
    path: String,
}

#[derive(Debug, Deserialize)]
struct Said {
    subject: String,
}

pub(super) async fn answer(desk: &Desk, ask: &Ask) -> Result<BriefView, Refusal> {
    let wanted = ask.what.as_deref().map(str::trim).filter(|what| !what.is_empty());
    let wanted = wanted.ok_or_else(|| {
        Refusal::fields(vec![FieldError::new("what", "Say of which delegation: by its id or its task.")])
    })?;
    let all = desk.records().list::<Delegation>().await?;
    let of = |one: &&desk::Stored<Delegation>| {
        one.id == wanted
            || one.body.task.item.as_deref().is_some_and(|key| key.eq_ignore_ascii_case(wanted))
            || one.body.task.title.eq_ignore_ascii_case(wanted)
    };
    let one = all.iter().rev().find(of).ok_or_else(|| {
        Refusal::fields(vec![FieldError::new("what", format!("No delegation of yours is about `{wanted}`."))])
    })?;
    let body = &one.body;
    let mut parts =
        vec![("What it is for".to_owned(), purpose(body)), ("How we decide".to_owned(), deciding(desk, body))];
    let mut add = |heading: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            parts.push((heading.to_owned(), lines));
        }
    };
    let work = desk.work().await?;
    if let Some(item) = body.task.item.as_deref().and_then(|key| work.by_key(key)) {
        let text = desk.item_body(item.id).await?;
        add(
            "What is written about it",
            text.iter()
                .flat_map(|text| text.lines())
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .take(LINES)
                .map(str::to_owned)
                .collect(),
        );
    }
    let receiver = desk.organisation().by_email(&body.to).map(|person| person.id);
    let mut estimate = None;
    if let (Some(receiver), Some((plan, item))) = (receiver, &body.task.planned) {
        let plans = desk.records_for::<Plan>(receiver).await?;
        let found = plans.iter().find(|one| one.id == *plan).and_then(|one| one.body.item(item));
        estimate = found.and_then(|item| item.estimate).map(|spread| spread.to_string());
        if let Some(item) = found {
            add("Accepted when", item.acceptance.iter().take(LINES).cloned().collect());
        }
    }
    let docs = papers(desk, &body.areas).await?;
    add("Read first", docs.clone());
    let hot = hotspots(desk, &body.areas).await?;
    add("Where change is costly", hot.clone());
    add("What changed there lately", lately(desk, &body.areas).await?);
    if let Some(receiver) = receiver {
        let risks = desk.records_for::<Risk>(receiver).await?;
        let about = |risk: &&desk::Stored<Risk>| risk.status == "open" && touches(risk, &body.areas);
        add("What could go wrong", risks.iter().filter(about).take(LINES).map(|risk| risk.title.clone()).collect());
    }
    let helpers = helpers(desk, body).await?;
    add("Who can help", helpers.clone());
    if let Some(estimate) = estimate {
        add("How large it is thought to be", vec![estimate]);
    }
    add("First steps", steps(body, &docs, &hot, &helpers));
    add("When we look at it together", check_ins(body));
    Ok(BriefView {
        id: one.id.clone(),
        task: body.task.name(),
        from: called(desk, &body.from),
        to: called(desk, &body.to),
        parts,
    })
}

fn purpose(body: &Delegation) -> Vec<String> {
    let mut all = vec![body.outcome.clone()];
    all.extend(body.why_you.iter().map(|why| format!("Why you: {why}")));
    all.push(format!("Done when: {}", body.done_when));
    all.extend(body.ends_on.map(|day| format!("Until {day}.")));
    all
}

fn deciding(desk: &Desk, body: &Delegation) -> Vec<String> {
    let giver = called(desk, &body.from);
    let mut all: Vec<String> = Level::of(body.level)
        .map(|level| format!("Level {}: “{}”, says {giver}.", level.text(), level.says()))
        .into_iter()
        .collect();
    all.extend(body.boundaries.iter().map(|one| format!("Boundary: {one}")));
    all.extend(body.support.iter().map(|one| format!("Support: {one}")));
    all
}

fn check_ins(body: &Delegation) -> Vec<String> {
    vec![format!("Next on {}, then every {} working days.", body.next_on, body.every_days)]
}

fn steps(body: &Delegation, docs: &[String], hot: &[String], helpers: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(first) = docs.first().or(hot.first()) {
        all.push(format!("Read {first}, and write down what you would ask."));
    }
    if let Some(helper) = helpers.first() {
        all.push(format!("Sit down with {} for half an hour.", helper.split(':').next().unwrap_or(helper)));
    }
    all.push(format!("Say in your own words what “{}” means, and how one sees it.", body.done_when));
    all.push(format!("Bring the first question to the check-in on {}.", body.next_on));
    all.truncate(3);
    all
}

/// The folder of an area, and the repository when it names one.
fn folder(area: &str) -> (Option<String>, String) {
    let (repo, path) = match area.split_once(':') {
        Some((repo, path)) => (Some(repo.trim().to_owned()), path),
        None => (None, area),
    };
    (repo, path.trim().trim_matches('/').trim_end_matches('*').trim_end_matches('/').to_owned())
}

/// The repositories that an area may mean, by id.
fn repos(desk: &Desk, repo: Option<&str>) -> Vec<String> {
    let named = |one: &&lake::RepoEntry| repo.is_none_or(|repo| one.name == repo || one.id == repo);
    desk.facts().repos().iter().filter(named).map(|one| one.id.clone()).collect()
}

async fn asked<T: serde::de::DeserializeOwned>(desk: &Desk, area: &str, sql: &str) -> Result<Vec<T>, Refusal> {
    let (repo, under) = folder(area);
    let all = repos(desk, repo.as_deref());
    if all.is_empty() || under.is_empty() {
        return Ok(Vec::new());
    }
    let params = [("repos", Param::Texts(all)), ("under", under.as_str().into())];
    Ok(desk.facts().rows(sql, &params).await?)
}

/// Documents in the areas, those nearest to their top first.
async fn papers(desk: &Desk, areas: &[String]) -> Result<Vec<String>, Refusal> {
    let sql = "SELECT path FROM files
        WHERE array_has($repos, repo) AND role = 'docs' AND (path = $under OR starts_with(path, concat($under, '/')))
        ORDER BY length(path), path LIMIT 5";
    let mut all = Vec::new();
    for area in areas {
        all.extend(asked::<Place>(desk, area, sql).await?.into_iter().map(|row| row.path));
    }
    all.truncate(LINES);
    Ok(all)
}

async fn hotspots(desk: &Desk, areas: &[String]) -> Result<Vec<String>, Refusal> {
    let sql = "SELECT path FROM hotspots
        WHERE array_has($repos, repo) AND (path = $under OR starts_with(path, concat($under, '/')))
        ORDER BY score DESC, path LIMIT 3";
    let mut all = Vec::new();
    for area in areas {
        all.extend(asked::<Place>(desk, area, sql).await?.into_iter().map(|row| row.path));
    }
    all.truncate(LINES);
    Ok(all)
}

async fn lately(desk: &Desk, areas: &[String]) -> Result<Vec<String>, Refusal> {
    let sql = "SELECT m.subject AS subject FROM commits m
        WHERE array_has($repos, m.repo) AND NOT is_bot(m.author_name, m.author_email) AND EXISTS (
            SELECT 1 FROM changes c WHERE c.repo = m.repo AND c.sha = m.sha AND c.kind <> 'merge'
                AND (c.path = $under OR starts_with(c.path, concat($under, '/'))))
        ORDER BY m.committed_at DESC LIMIT 3";
    let mut all = Vec::new();
    for area in areas {
        all.extend(asked::<Said>(desk, area, sql).await?.into_iter().map(|row| row.subject));
    }
    all.truncate(LINES);
    Ok(all)
}

fn touches(risk: &desk::Stored<Risk>, areas: &[String]) -> bool {
    let text = format!("{} {}", risk.title, risk.body.description.as_deref().unwrap_or_default()).to_lowercase();
    areas.iter().any(|area| {
        let (_, path) = folder(area);
        let last = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        last.len() > 2 && text.contains(&last)
    })
}

/// Who knows the areas, in the order of names; the receiver is left out.
async fn helpers(desk: &Desk, body: &Delegation) -> Result<Vec<String>, Refusal> {
    let mut all = Vec::new();
    for known in knowers(desk, &body.areas).await? {
        let organisation = desk.organisation();
        let mut names: Vec<String> = known
            .words
            .iter()
            .filter(|(_, word)| word.knows())
            .filter_map(|(id, word)| Some((organisation.person(*id).filter(|one| one.here(desk.today()))?, word)))
            .filter(|(person, _)| person.email != body.to)
            .map(|(person, word)| format!("{}: {} in {}", person.called(), word.text(), known.area))
            .collect();
        names.sort();
        all.extend(names);
    }
    all.truncate(LINES);
    Ok(all)
}
