//! What the practice asks of the facts: one question a need, grouped in SQL, never raw rows.

use std::collections::{BTreeMap, HashMap};

use desk::{Desk, Refusal};
use lake::Param;
use lake::RepoEntry;
use serde::Deserialize;

use super::authorship::Touches;
use super::knowledge::HALF_LIFE_DAYS;
use crate::people::{People, PersonId, Signature};

/// Lines of one file that one address last wrote.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Written {
    pub(super) path: String,
    pub(super) email: String,
    pub(super) lines: i64,
    /// The lines, each counted `2^(−age / half-life)`.
    pub(super) faded: f64,
    /// Newest commit among them, seconds since the epoch.
    pub(super) newest: i64,
}

/// How often and when a file changed.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct Changed {
    pub(super) in_90_days: i64,
    pub(super) in_365_days: i64,
}

#[derive(Deserialize)]
struct ChangedRow {
    path: String,
    in_90_days: i64,
    in_365_days: i64,
}

#[derive(Deserialize)]
struct TouchRow {
    path: String,
    email: String,
    changes: i64,
    created: i64,
}

/// Everything about one repository.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) people: People,
    pub(super) written: Vec<Written>,
    pub(super) changed: HashMap<String, Changed>,
    pub(super) touches: BTreeMap<String, Vec<Touches>>,
    /// Commits by bots and agents.
    pub(super) automatic_commits: i64,
    pub(super) commits: i64,
}

/// Reads one repository at the desk's instant.
pub(super) async fn read(desk: &Desk, repo: &RepoEntry) -> Result<Facts, Refusal> {
    let now = desk.now().as_second();
    let mut facts = people(desk, repo).await?;
    facts.written = written(desk, repo, now).await?;
    facts.changed = changed(desk, repo, now).await?;
    facts.touches = touches(desk, repo, &facts.people).await?;
    Ok(facts)
}

fn repo_param(repo: &RepoEntry) -> (&'static str, Param) {
    ("repo", Param::Text(repo.id.clone()))
}

async fn people(desk: &Desk, repo: &RepoEntry) -> Result<Facts, Refusal> {
    #[derive(Deserialize)]
    struct Row {
        name: String,
        email: String,
        commits: i64,
    }
    let sql = "select author_name name, author_email email, count(*) commits, max(authored_at) last \
               from commits where repo = $repo group by author_name, author_email order by last, name, email";
    let rows: Vec<Row> = desk.facts().rows(sql, &[repo_param(repo)]).await?;
    let signatures: Vec<_> =
        rows.iter().map(|row| Signature { name: row.name.clone(), email: row.email.clone() }).collect();
    let people = People::join(&signatures, &[]);
    let automatic = |row: &&Row| people.at(&row.email).is_some_and(|id| people.is_automatic(id));
    Ok(Facts {
        commits: rows.iter().map(|row| row.commits).sum(),
        automatic_commits: rows.iter().filter(automatic).map(|row| row.commits).sum(),
        people,
        ..Facts::default()
    })
}

async fn written(desk: &Desk, repo: &RepoEntry, now: i64) -> Result<Vec<Written>, Refusal> {
    let sql = "select o.path path, c.author_email email, sum(cast(o.lines as bigint)) lines, \
               sum(o.lines * power(2.0, -greatest(cast($now - to_unixtime(c.committed_at) as double), 0.0) / 86400.0 / $half)) faded, \
               max(to_unixtime(c.committed_at)) newest \
               from owners o join commits c on c.repo = o.repo and c.sha = o.sha join files f on f.repo = o.repo and f.path = o.path \
               where o.repo = $repo and f.role not in ('generated', 'vendored') group by o.path, c.author_email order by path, email";
    let params = [repo_param(repo), ("now", Param::Whole(now)), ("half", Param::Fraction(HALF_LIFE_DAYS))];
    Ok(desk.facts().rows(sql, &params).await?)
}

async fn changed(desk: &Desk, repo: &RepoEntry, now: i64) -> Result<HashMap<String, Changed>, Refusal> {
    let sql = "select g.path path, \
               sum(case when to_unixtime(c.committed_at) >= $quarter then 1 else 0 end) in_90_days, count(*) in_365_days \
               from changes g join commits c on c.repo = g.repo and c.sha = g.sha \
               where g.repo = $repo and g.kind <> 'merge' and to_unixtime(c.committed_at) >= $year group by g.path";
    let day = 86_400;
    let params = [repo_param(repo), ("quarter", Param::Whole(now - 90 * day)), ("year", Param::Whole(now - 365 * day))];
    let rows: Vec<ChangedRow> = desk.facts().rows(sql, &params).await?;
    let pair = |row: ChangedRow| (row.path, Changed { in_90_days: row.in_90_days, in_365_days: row.in_365_days });
    Ok(rows.into_iter().map(pair).collect())
}

/// Who changed each file that is there now, through renames.
async fn touches(desk: &Desk, repo: &RepoEntry, people: &People) -> Result<BTreeMap<String, Vec<Touches>>, Refusal> {
    #[derive(Deserialize)]
    struct Moved {
        old_path: String,
        path: String,
    }
    let renames = "select g.old_path old_path, g.path path from changes g join commits c on c.repo = g.repo and c.sha = g.sha \
                   where g.repo = $repo and g.kind = 'renamed' order by c.position desc";
    let moved: Vec<Moved> = desk.facts().rows(renames, &[repo_param(repo)]).await?;
    // Newest first: what a path is called now is known before what was called that.
    let mut now_called: HashMap<String, String> = HashMap::new();
    for Moved { old_path, path } in moved {
        let called = now_called.get(&path).cloned().unwrap_or(path);
        now_called.insert(old_path, called);
    }
    let sql = "select g.path path, c.author_email email, count(*) changes, \
               sum(case when g.kind = 'added' then 1 else 0 end) created \
               from changes g join commits c on c.repo = g.repo and c.sha = g.sha \
               where g.repo = $repo and g.kind not in ('merge', 'deleted') and g.role not in ('generated', 'vendored') \
               group by g.path, c.author_email order by path, email";
    let rows: Vec<TouchRow> = desk.facts().rows(sql, &[repo_param(repo)]).await?;
    let mut by_file: BTreeMap<String, BTreeMap<PersonId, Touches>> = BTreeMap::new();
    for row in rows {
        let Some(person) = people.at(&row.email).filter(|&person| !people.is_automatic(person)) else { continue };
        let path = now_called.get(&row.path).cloned().unwrap_or(row.path);
        let touch =
            by_file.entry(path).or_default().entry(person).or_insert(Touches { person, changes: 0, created: false });
        touch.changes += u32::try_from(row.changes).unwrap_or(u32::MAX);
        touch.created |= row.created > 0;
    }
    Ok(by_file.into_iter().map(|(path, touches)| (path, touches.into_values().collect())).collect())
}
