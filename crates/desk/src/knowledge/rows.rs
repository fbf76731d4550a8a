//! What is asked of the lake about who wrote what. A row holds a signature, never yet a person.
//!
//! Merges' rows, generated, vendored and lock files, and binary content count nowhere.

use lake::{Param, Snapshot};
use serde::Deserialize;

use super::{HALF_LIFE_DAYS, Signature};
use crate::Refusal;

const DAY: i64 = 86_400;

/// A signature with what must be said of it as a whole.
#[derive(Debug, Deserialize)]
pub struct Signed {
    name: String,
    email: String,
    /// Commits.
    pub commits: u64,
    /// The newest of them, seconds since the epoch.
    pub last_at: i64,
}

impl Signed {
    /// Who signed.
    #[must_use]
    pub fn signature(&self) -> Signature {
        Signature { name: self.name.clone(), email: self.email.clone() }
    }
}

/// Lines of a place at the head, last written under one signature.
#[derive(Debug, Deserialize)]
pub struct Written {
    /// The repository's id.
    pub repo: String,
    /// The place.
    pub place: String,
    name: String,
    email: String,
    /// Who wrote it together with them: `Name <address>`, one a line.
    also: String,
    /// The lines.
    pub lines: u64,
    /// The lines, each fading with its age.
    pub faded: f64,
    /// When the newest was written, seconds since the epoch.
    pub last_at: i64,
}

impl Written {
    /// The author, then whoever wrote it with them.
    #[must_use]
    pub fn writers(&self) -> Vec<Signature> {
        writers(&self.name, &self.email, &self.also)
    }
}

/// A file at the head that says how its repository wants to be read.
#[derive(Debug, Deserialize)]
pub struct Kept {
    /// The repository's id.
    pub repo: String,
    /// Its path.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// A folder that commits of a work item touched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Touch {
    /// The work item's key.
    pub key: String,
    /// The repository's id.
    pub repo: String,
    /// The folder, two deep at most; `.` for files at the top.
    pub place: String,
    /// Files touched by commits there.
    pub changes: u64,
}

/// The author of something, then whoever wrote it with them, as a row's `also` names them.
#[must_use]
pub fn writers(name: &str, email: &str, also: &str) -> Vec<Signature> {
    let author = Signature { name: name.to_owned(), email: email.to_owned() };
    std::iter::once(author).chain(also.lines().filter_map(signature)).collect()
}

fn signature(line: &str) -> Option<Signature> {
    let (name, email) = line.strip_suffix('>')?.rsplit_once(" <")?;
    Some(Signature { name: name.to_owned(), email: email.to_owned() })
}

/// Commits as `m`, each with who wrote it together with its author, in one text that rows can be grouped by.
pub const COMMITS: &str =
    "(SELECT s.repo AS repo, s.sha AS sha, s.author_name AS author_name, s.author_email AS author_email,
        s.committed_at AS committed_at, coalesce(t.also, '') AS also
    FROM commits s LEFT JOIN (
        SELECT repo, sha, string_agg(concat(name, ' <', email, '>'), chr(10) ORDER BY email, name) AS also
        FROM co_authors GROUP BY repo, sha
    ) t ON t.repo = s.repo AND t.sha = s.sha) m";

/// Texts that say how the repositories want to be read.
///
/// # Errors
/// Unavailable when the facts cannot be asked, as for every question here.
pub async fn settings(facts: &Snapshot, repos: &[String]) -> Result<Vec<Kept>, Refusal> {
    let sql = "SELECT repo, path, text FROM settings WHERE array_has($repos, repo) ORDER BY repo, path";
    Ok(facts.rows(sql, &[("repos", Param::Texts(repos.to_vec()))]).await?)
}

/// Signatures of every commit and co-author, the one that was used last at the end. Commits count for their author.
///
/// # Errors
/// As [`settings`].
pub async fn signatures(facts: &Snapshot, repos: &[String]) -> Result<Vec<Signed>, Refusal> {
    let sql = "WITH seen AS (
            SELECT author_name AS name, author_email AS email, 1 AS commits, committed_at
            FROM commits WHERE array_has($repos, repo)
            UNION ALL
            SELECT c.name, c.email, 0, m.committed_at
            FROM co_authors c JOIN commits m ON m.repo = c.repo AND m.sha = c.sha WHERE array_has($repos, c.repo)
        )
        SELECT name, email, sum(commits) AS commits, max(committed_at) AS last_at
        FROM seen GROUP BY name, email ORDER BY last_at, name, email";
    Ok(facts.rows(sql, &[("repos", Param::Texts(repos.to_vec()))]).await?)
}

/// Which lines are asked about.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a> {
    /// Repositories by id.
    pub repos: &'a [String],
    /// How finely places are told apart, in SQL over `o.path`.
    pub place: &'a str,
    /// Only below this folder, or this file, without slashes at its ends.
    pub under: Option<&'a str>,
    /// Now, seconds since the epoch.
    pub now: i64,
}

/// Who last wrote the lines at the head.
///
/// # Errors
/// As [`settings`].
pub async fn written(facts: &Snapshot, asked: &Lines<'_>) -> Result<Vec<Written>, Refusal> {
    let inside = match asked.under {
        Some(_) => " AND (o.path = $under OR starts_with(o.path, concat($under, '/')))",
        None => "",
    };
    let place = asked.place;
    let sql = format!(
        "SELECT o.repo AS repo, {place} AS place, m.author_name AS name, m.author_email AS email, m.also AS also, sum(o.lines) AS lines,
            sum(o.lines * power(2.0, -(greatest($now - to_unixtime(m.committed_at), 0) / ({HALF_LIFE_DAYS:.1} * {DAY})))) AS faded,
            max(m.committed_at) AS last_at
        FROM owners o JOIN {COMMITS} ON m.repo = o.repo AND m.sha = o.sha
            JOIN files f ON f.repo = o.repo AND f.path = o.path
        WHERE array_has($repos, o.repo) AND f.role NOT IN ('generated', 'vendored'){inside}
        GROUP BY o.repo, {place}, m.author_name, m.author_email, m.also"
    );
    let mut params = vec![("now", Param::Whole(asked.now)), ("repos", Param::Texts(asked.repos.to_vec()))];
    params.extend(asked.under.map(|under| ("under", under.into())));
    Ok(facts.rows(&sql, &params).await?)
}

/// Which folders the commits of work items touched, by the keys in their messages.
///
/// # Errors
/// As [`settings`].
pub async fn touched(facts: &Snapshot, keys: &[String]) -> Result<Vec<Touch>, Refusal> {
    let sql = "WITH named AS (SELECT repo, sha, unnest(work_item_keys) AS key FROM commits)
        SELECT n.key AS key, c.repo AS repo, area(c.path, 2) AS place, count(*) AS changes
        FROM named n JOIN changes c ON c.repo = n.repo AND c.sha = n.sha
        WHERE array_has($keys, n.key) AND c.kind <> 'merge' AND c.role NOT IN ('generated', 'vendored')
        GROUP BY n.key, c.repo, area(c.path, 2) ORDER BY n.key, changes DESC, c.repo, place";
    Ok(facts.rows(sql, &[("keys", Param::Texts(keys.to_vec()))]).await?)
}
