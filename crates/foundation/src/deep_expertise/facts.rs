//! What is asked of the lake: one question a need, summed in SQL. A row holds a signature, never yet a person.
//!
//! A *place* is a folder where that is enough, and a path where it is not (CODEOWNERS patterns, a question about one file). Merges'
//! rows, generated, vendored and lock files, and binary content count nowhere.

use desk::knowledge::{self, COMMITS, HALF_LIFE_DAYS, Kept, Lines, Signature, Signed, Written, writers};
use desk::{Desk, Refusal};
use lake::Param;
use serde::Deserialize;

const DAY: i64 = 86_400;
const COUNTED: &str = "role NOT IN ('generated', 'vendored')";

/// A file at the head.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FileRow {
    pub repo: String,
    pub path: String,
    pub lines: u64,
    pub language: Option<String>,
}

/// Changes to a place in the last 365 days under one signature. A change is one file touched by one commit.
#[derive(Debug, Deserialize)]
pub(super) struct Changed {
    pub repo: String,
    pub place: String,
    name: String,
    email: String,
    /// Who wrote it together with them: `Name <address>`, one a line.
    also: String,
    pub quarter: u64,
    pub year: u64,
}

/// What one signature did to one code file over the whole history.
#[derive(Debug, Deserialize)]
pub(super) struct Touched {
    pub repo: String,
    pub path: String,
    name: String,
    email: String,
    /// Who wrote it together with them: `Name <address>`, one a line.
    also: String,
    pub changes: u32,
    /// When this signature added the path, if it did, seconds since the epoch.
    pub added_at: Option<i64>,
}

/// A path that became another.
#[derive(Debug, Deserialize)]
pub(super) struct Renamed {
    pub repo: String,
    pub old_path: String,
    pub path: String,
}

/// Two places of a repository that belong together: one imports the other, or they change together.
#[derive(Debug, Deserialize)]
pub(super) struct Tied {
    pub repo: String,
    pub from: String,
    pub to: String,
}

/// A dependency that a manifest names.
#[derive(Debug, Deserialize)]
pub(super) struct Needed {
    pub repo: String,
    pub path: String,
    pub name: String,
}

macro_rules! written_by {
    ($($row:ty),*) => {$(
        impl $row {
            /// The author, then whoever wrote it with them.
            pub(super) fn writers(&self) -> Vec<Signature> {
                writers(&self.name, &self.email, &self.also)
            }
        }
    )*};
}
written_by!(Changed, Touched);

/// How finely places are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// Folders at most this deep, `.` for files at the top.
    Folders(usize),
    /// Every path.
    Paths,
}

impl Grain {
    fn sql(self, path: &str) -> String {
        match self {
            Self::Folders(depth) => format!("area({path}, {depth})"),
            Self::Paths => path.to_owned(),
        }
    }
}

/// The facts of some repositories, under a folder when one is given.
#[derive(Debug, Clone)]
pub(super) struct Source<'a> {
    desk: &'a Desk,
    repos: Vec<String>,
    under: Option<String>,
}

impl<'a> Source<'a> {
    /// Over repositories by id; `under` is a folder without slashes at its ends.
    pub(super) fn new(desk: &'a Desk, repos: Vec<String>, under: Option<&str>) -> Self {
        Self { desk, repos, under: under.map(str::to_owned) }
    }

    /// The same repositories, under a folder or at one file.
    pub(super) fn under(&self, folder: &str) -> Self {
        Self { under: Some(folder.to_owned()), ..self.clone() }
    }

    /// Texts that say how the repositories want to be read.
    pub(super) async fn settings(&self) -> Result<Vec<Kept>, Refusal> {
        knowledge::settings(self.desk.facts(), &self.repos).await
    }

    /// Signatures of every commit and co-author, the one that was used last at the end. Commits count for their author.
    pub(super) async fn signatures(&self) -> Result<Vec<Signed>, Refusal> {
        knowledge::signatures(self.desk.facts(), &self.repos).await
    }

    /// Files at the head.
    pub(super) async fn files(&self) -> Result<Vec<FileRow>, Refusal> {
        let sql = format!(
            "SELECT repo, path, lines, language FROM files
            WHERE array_has($repos, repo) AND NOT binary AND {COUNTED}{} ORDER BY repo, path",
            self.inside("path")
        );
        self.ask(&sql, Vec::new()).await
    }

    /// Who last wrote the lines at the head.
    pub(super) async fn written(&self, grain: Grain) -> Result<Vec<Written>, Refusal> {
        let (place, under) = (grain.sql("o.path"), self.under.as_deref());
        let asked = Lines { repos: &self.repos, place: &place, under, now: self.now() };
        knowledge::written(self.desk.facts(), &asked).await
    }

    /// What changed in the last 365 days.
    pub(super) async fn changed(&self, grain: Grain) -> Result<Vec<Changed>, Refusal> {
        let sql = format!(
            "SELECT c.repo AS repo, {place} AS place, m.author_name AS name, m.author_email AS email, m.also AS also,
                count(*) FILTER (WHERE m.committed_at > $quarter) AS quarter, count(*) AS year
            FROM changes c JOIN {COMMITS} ON m.repo = c.repo AND m.sha = c.sha
            WHERE array_has($repos, c.repo) AND m.committed_at > $year AND c.kind <> 'merge' AND c.{COUNTED}{inside}
            GROUP BY c.repo, {place}, m.author_name, m.author_email, m.also",
            place = grain.sql("c.path"),
            inside = self.inside("c.path"),
        );
        let back = |days: i64| Param::Time(self.now() - days * DAY);
        self.ask(&sql, vec![("quarter", back(90)), ("year", back(365))]).await
    }

    /// Who touched each code or test file, ever; paths as they were at the time.
    pub(super) async fn touched(&self) -> Result<Vec<Touched>, Refusal> {
        let sql = format!(
            "SELECT c.repo AS repo, c.path AS path, m.author_name AS name, m.author_email AS email, m.also AS also, count(*) AS changes,
                min(CASE WHEN c.kind = 'added' THEN m.committed_at END) AS added_at
            FROM changes c JOIN {COMMITS} ON m.repo = c.repo AND m.sha = c.sha
            WHERE array_has($repos, c.repo) AND c.kind NOT IN ('merge', 'deleted') AND c.role IN ('code', 'test')
            GROUP BY c.repo, c.path, m.author_name, m.author_email, m.also"
        );
        self.ask(&sql, Vec::new()).await
    }

    /// Which code or test files are at the head.
    pub(super) async fn code_files(&self) -> Result<Vec<FileRow>, Refusal> {
        let sql = "SELECT repo, path, lines, language FROM files
            WHERE array_has($repos, repo) AND NOT binary AND role IN ('code', 'test') ORDER BY repo, path";
        self.ask(sql, Vec::new()).await
    }

    /// Which path became which, the oldest rename first.
    pub(super) async fn renames(&self) -> Result<Vec<Renamed>, Refusal> {
        let sql = "SELECT c.repo AS repo, c.old_path AS old_path, c.path AS path
            FROM changes c JOIN commits m ON m.repo = c.repo AND m.sha = c.sha
            WHERE array_has($repos, c.repo) AND c.kind = 'renamed' AND c.old_path IS NOT NULL
            ORDER BY m.committed_at, c.path";
        self.ask(sql, Vec::new()).await
    }

    /// Which place imports which other.
    pub(super) async fn imports(&self, grain: Grain) -> Result<Vec<Tied>, Refusal> {
        let sql = format!(
            "SELECT DISTINCT repo, {} AS \"from\", {} AS \"to\" FROM imports
            WHERE array_has($repos, repo) AND target_path IS NOT NULL{}",
            grain.sql("path"),
            grain.sql("target_path"),
            self.inside("path")
        );
        self.ask(&sql, Vec::new()).await
    }

    /// Which files change together.
    pub(super) async fn coupled(&self) -> Result<Vec<Tied>, Refusal> {
        let sql = "SELECT repo, path_a AS \"from\", path_b AS \"to\" FROM coupling WHERE array_has($repos, repo) ORDER BY 1, 2, 3";
        self.ask(sql, Vec::new()).await
    }

    /// What the manifests at the head depend on.
    pub(super) async fn needed(&self) -> Result<Vec<Needed>, Refusal> {
        let sql = "SELECT DISTINCT repo, path, name FROM manifests WHERE array_has($repos, repo)";
        self.ask(sql, Vec::new()).await
    }

    /// Files that hold a function of this name, in the container when one is given.
    pub(super) async fn with_function(&self, name: &str, container: Option<&str>) -> Result<Vec<FileRow>, Refusal> {
        let sql = "SELECT DISTINCT f.repo AS repo, f.path AS path, f.lines AS lines, f.language AS language
            FROM functions n JOIN files f ON f.repo = n.repo AND f.path = n.path
            WHERE array_has($repos, n.repo) AND n.name = $name AND ($container = '' OR n.container = $container)
            ORDER BY repo, path";
        self.ask(sql, vec![("name", name.into()), ("container", container.unwrap_or_default().into())]).await
    }

    /// Who changed a function of this name; the lines that they added or deleted in it stand for lines written.
    pub(super) async fn function_changes(&self, name: &str, container: Option<&str>) -> Result<Vec<Written>, Refusal> {
        let sql = format!(
            "SELECT c.repo AS repo, c.path AS place, m.author_name AS name, m.author_email AS email, m.also AS also,
                sum(c.added + c.deleted) AS lines, max(m.committed_at) AS last_at,
                sum((c.added + c.deleted) * power(2.0, -(greatest($now - to_unixtime(m.committed_at), 0) / ({HALF_LIFE_DAYS:.1} * {DAY})))) AS faded
            FROM function_changes c JOIN {COMMITS} ON m.repo = c.repo AND m.sha = c.sha
            WHERE array_has($repos, c.repo) AND c.name = $name AND ($container = '' OR c.container = $container)
            GROUP BY c.repo, c.path, m.author_name, m.author_email, m.also"
        );
        let container = container.unwrap_or_default();
        self.ask(&sql, vec![("now", Param::Whole(self.now())), ("name", name.into()), ("container", container.into())])
            .await
    }

    fn now(&self) -> i64 {
        self.desk.now().as_second()
    }

    /// The condition that keeps a path under the folder.
    fn inside(&self, path: &str) -> String {
        if self.under.is_some() {
            format!(" AND ({path} = $under OR starts_with({path}, concat($under, '/')))")
        } else {
            String::new()
        }
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        sql: &str,
        mut params: Vec<(&'static str, Param)>,
    ) -> Result<Vec<T>, Refusal> {
        params.push(("repos", Param::Texts(self.repos.clone())));
        if let Some(under) = self.under.as_deref().filter(|_| sql.contains("$under")) {
            params.push(("under", under.into()));
        }
        Ok(self.desk.facts().rows(sql, &params).await?)
    }
}
