//! What is asked of the facts: the change requests of the repositories, and how many lines their commits moved.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use desk::requests::{ChangeCommit, ChangeRequest, ChangeRequests, RequestState, RowId};
use desk::scope::Period;
use desk::{Desk, Refusal, Scope};
use lake::{Param, RepoEntry};
use serde::Deserialize;

use super::backtest::Past;
use super::measures::Merged;

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// A merged change of the period.
pub(super) struct Here {
    pub(super) request: Arc<ChangeRequest>,
    /// Its repository among those of the ground.
    pub(super) repo: usize,
    pub(super) merged: Merged,
}

/// What the answer stands on.
pub(super) struct Ground {
    pub(super) repos: Vec<RepoEntry>,
    pub(super) requests: Arc<ChangeRequests>,
    /// The days that are asked for.
    pub(super) period: Period,
    /// Merged in the period by people, the newest first.
    pub(super) merged: Vec<Here>,
    /// Merged in the period, written by programs.
    pub(super) by_programs: usize,
    /// Commits of the period, merges apart, and how many of them came with a change request.
    pub(super) commits: (usize, usize),
}

#[derive(Debug, Deserialize)]
struct Moved {
    sha: String,
    lines: u64,
}

/// Lines by commit. What programs write counts for nobody's reading.
const MOVED: &str = "
    SELECT sha, CAST(sum(coalesce(added, 0) + coalesce(deleted, 0)) AS BIGINT) AS lines FROM changes
    WHERE array_has($repos, repo) AND kind <> 'merge' AND role NOT IN ('generated', 'vendored') GROUP BY sha";

#[derive(Debug, Deserialize)]
struct Sha {
    sha: String,
}

const COMMITS: &str = "
    SELECT sha FROM commits WHERE array_has($repos, repo) AND kind <> 'merge'
    AND to_unixtime(committed_at) >= $since AND to_unixtime(committed_at) < $until";

impl Ground {
    pub(super) async fn read(desk: &Desk, scope: &Scope) -> Result<Self, Refusal> {
        let period = scope.period(desk.now())?;
        let (from, until) = (period.since_seconds(), period.until_seconds());
        let repos: Vec<RepoEntry> = desk.repos(scope)?.into_iter().cloned().collect();
        let requests = desk.change_requests().await?;
        let mut ground = Self { repos, requests, period, merged: Vec::new(), by_programs: 0, commits: (0, 0) };
        if ground.repos.is_empty() {
            return Ok(ground);
        }
        let ids: Vec<String> = ground.repos.iter().map(|repo| repo.id.clone()).collect();
        let moved: Vec<Moved> = desk.facts().rows(MOVED, &[("repos", Param::Texts(ids.clone()))]).await?;
        let lines: HashMap<String, u64> = moved.into_iter().map(|row| (row.sha, row.lines)).collect();
        ground.take(&lines, from, until, scope, desk).await?;
        let params = [("repos", Param::Texts(ids)), ("since", Param::Whole(from)), ("until", Param::Whole(until))];
        let commits: Vec<Sha> = desk.facts().rows(COMMITS, &params).await?;
        let known: HashSet<&str> = ground
            .requests
            .iter()
            .filter(|request| ground.place(request).is_some())
            .flat_map(|request| ground.requests.commits(request.id).iter().map(|commit| commit.sha.as_str()))
            .collect();
        let with = commits.iter().filter(|commit| known.contains(commit.sha.as_str())).count();
        ground.commits = (commits.len(), with);
        Ok(ground)
    }

    /// The repository of a change request among ours.
    pub(super) fn place(&self, request: &ChangeRequest) -> Option<usize> {
        let history = self.requests.repository(request.repository)?.history.as_deref()?;
        self.repos.iter().position(|repo| repo.id == history)
    }

    async fn take(
        &mut self,
        lines: &HashMap<String, u64>,
        from: i64,
        until: i64,
        scope: &Scope,
        desk: &Desk,
    ) -> Result<(), Refusal> {
        let inside = self.inside(scope, desk).await?;
        let requests = self.requests.clone();
        for request in requests.iter().filter(|request| request.state == RequestState::Merged) {
            let Some((repo, merged_at)) = self.place(request).zip(request.merged_at.map(|at| at.div_euclid(SECOND)))
            else {
                continue;
            };
            if merged_at < from || merged_at >= until {
                continue;
            }
            let commits = requests.commits(request.id);
            if inside.as_ref().is_some_and(|inside| !commits.iter().any(|commit| inside.contains(&commit.sha))) {
                continue;
            }
            if request.author.is_some_and(|author| self.is_program(author)) {
                self.by_programs += 1;
                continue;
            }
            let merged = Merged {
                merged_at,
                first_at: first_at(request, commits, merged_at),
                lines: (!commits.is_empty()).then(|| commits.iter().filter_map(|commit| lines.get(&commit.sha)).sum()),
                approved: requests.reviews(request.id).iter().any(|review| review.state == "approved"),
                taken_back_at: requests.taken_back_at(request.id).map(|at| at.div_euclid(SECOND)),
            };
            self.merged.push(Here { request: request.clone(), repo, merged });
        }
        self.merged.sort_by_key(|here| (std::cmp::Reverse(here.merged.merged_at), here.request.id));
        Ok(())
    }

    /// The commits that touch the area that is asked for; none where none is.
    async fn inside(&self, scope: &Scope, desk: &Desk) -> Result<Option<HashSet<String>>, Refusal> {
        let Some(area) = scope.area.as_deref().map(|area| area.trim_matches('/')).filter(|area| !area.is_empty())
        else {
            return Ok(None);
        };
        let sql = "SELECT DISTINCT sha FROM changes WHERE array_has($repos, repo) AND (path = $area OR starts_with(path, concat($area, '/')))";
        let ids: Vec<String> = self.repos.iter().map(|repo| repo.id.clone()).collect();
        let rows: Vec<Sha> = desk.facts().rows(sql, &[("repos", Param::Texts(ids)), ("area", area.into())]).await?;
        Ok(Some(rows.into_iter().map(|row| row.sha).collect()))
    }

    fn is_program(&self, who: RowId) -> bool {
        self.requests.identity(who).is_some_and(|who| {
            who.program
                || lake::bots::is_automatic(
                    who.name.as_deref().unwrap_or_default(),
                    who.email.as_deref().unwrap_or_default(),
                )
        })
    }

    /// What people call somebody.
    pub(super) fn name(&self, who: RowId) -> Option<String> {
        let who = self.requests.identity(who)?;
        who.name.clone().filter(|name| !name.is_empty()).or_else(|| who.login.clone()).or_else(|| who.email.clone())
    }

    /// Who let a change in, each once.
    pub(super) fn approved_by(&self, request: &ChangeRequest) -> Vec<String> {
        let approvals = self.requests.reviews(request.id).iter().filter(|review| review.state == "approved");
        let mut names: Vec<String> = approvals.filter_map(|review| self.name(review.reviewer?)).collect();
        names.dedup();
        names
    }
}

/// A forge that squashes writes one commit at the moment of the merge: when the work was begun is lost then, and not 0.
const SQUASHED_SECONDS: i64 = 60;

/// When the first commit of a change was written, seconds since the epoch; none where the history has lost it.
fn first_at(request: &ChangeRequest, commits: &[ChangeCommit], merged_at: i64) -> Option<i64> {
    let first = commits.iter().filter_map(|commit| commit.authored_at).min()?.div_euclid(SECOND);
    let itself = commits.len() == 1 && commits.iter().all(|commit| Some(&commit.sha) == request.merge_sha.as_ref());
    (!itself || merged_at - first > SQUASHED_SECONDS).then_some(first)
}

#[derive(Debug, Deserialize)]
struct Row {
    repo: String,
    sha: String,
    path: String,
    added: u64,
}

const FILES: &str = "
    SELECT repo, sha, path, CAST(coalesce(added, 0) AS BIGINT) AS added FROM changes
    WHERE array_has($repos, repo) AND kind <> 'merge' AND role NOT IN ('generated', 'vendored')";

/// Things as numbers, in the order in which they are met.
struct Numbers<T>(HashMap<T, usize>);

impl<T: std::hash::Hash + Eq> Numbers<T> {
    fn of(&mut self, thing: T) -> usize {
        let next = self.0.len();
        *self.0.entry(thing).or_insert(next)
    }
}

impl Ground {
    /// Every merged change of these repositories with its files and people as numbers, the oldest first: what a backtest asks.
    pub(super) async fn past(&self, desk: &Desk) -> Result<Vec<Past>, Refusal> {
        let ids: Vec<String> = self.repos.iter().map(|repo| repo.id.clone()).collect();
        let rows: Vec<Row> = desk.facts().rows(FILES, &[("repos", Param::Texts(ids))]).await?;
        let (mut files, mut people) = (Numbers(HashMap::new()), Numbers(HashMap::new()));
        let mut by_sha: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        for row in rows {
            by_sha.entry(row.sha).or_default().push((files.of((row.repo, row.path)), row.added as f64));
        }
        let mut past = Vec::new();
        for request in self.requests.iter().filter(|request| self.place(request).is_some()) {
            let Some(at) = request.merged_at.map(|at| at.div_euclid(SECOND)) else { continue };
            let commits = self.requests.commits(request.id);
            let approvals = self.requests.reviews(request.id).iter().filter(|review| review.state == "approved");
            let mut someone = |who: Option<RowId>| who.filter(|who| !self.is_program(*who)).map(|who| people.of(who));
            let authors = commits.iter().filter_map(|commit| someone(commit.author)).collect();
            let approvers = approvals.filter_map(|review| someone(review.reviewer)).collect();
            let files = commits.iter().filter_map(|commit| by_sha.get(&commit.sha)).flatten().copied().collect();
            past.push((request.id, Past { at, files, authors, approvers }));
        }
        past.sort_by_key(|(id, one)| (one.at, *id));
        Ok(past.into_iter().map(|(_, one)| one).collect())
    }
}
