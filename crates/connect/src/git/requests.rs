//! What a mined history tells of change requests, carried into the store: rows that a forge would report better, and may later.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::Timestamp;
use lake::{Lake, Param, RepoEntry, SqlError};
use serde::Deserialize;
use store::facts::{Cell, Identified, Sighting, Taken};
use store::{Actor, Store, StoreError};

use super::mine::remote_url;
use crate::inferred::{
    Change, Commit, Flag, History, Inferred, Locator, Method, Relation, Revert, Who, infer, locator,
};

/// Who tells: a history.
pub const HOST: &str = "git";

/// Rows of one transaction, at least; a change request stays with what belongs to it.
const PAGE: usize = 2_000;

/// Tables that a history fills, those that others point at first.
const FILLED: &[&str] = &["change_requests", "change_commits", "reviews", "change_work_items", "reverts"];

/// What reads a history is raised here when its rules tell more, so that histories read before are read again.
const RULES: u32 = 4;

/// Why change requests could not be carried over.
#[derive(Debug, thiserror::Error)]
pub enum RequestsError {
    /// The facts could not be read.
    #[error(transparent)]
    Facts(#[from] SqlError),
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A row of the mined history.
#[derive(Debug, Deserialize)]
struct Mined {
    sha: String,
    parents: Vec<String>,
    author_name: String,
    author_email: String,
    committer_name: String,
    committer_email: String,
    authored_at: i64,
    committed_at: i64,
    subject: String,
    body: String,
    trailers: Vec<Trailer>,
}

#[derive(Debug, Deserialize)]
struct Trailer {
    key: String,
    value: String,
}

const COMMITS: &str = "
    SELECT sha, parents, author_name, author_email, committer_name, committer_email, authored_at, committed_at, subject, body, trailers
    FROM commits WHERE repo = $repo ORDER BY position";

impl Mined {
    fn commit(&self) -> Commit<'_> {
        Commit {
            sha: &self.sha,
            parents: self.parents.iter().map(String::as_str).collect(),
            author: (&self.author_name, &self.author_email),
            committer: (&self.committer_name, &self.committer_email),
            authored_at: self.authored_at,
            committed_at: self.committed_at,
            subject: &self.subject,
            body: &self.body,
            trailers: self.trailers.iter().map(|trailer| (trailer.key.as_str(), trailer.value.as_str())).collect(),
        }
    }
}

/// Carries what the history of `repo` tells into the store; nothing when it was read as it is. A run that is cut off goes on from the start,
/// and what it had written is found as it is.
///
/// # Errors
/// When the facts cannot be read, or the store cannot be written.
pub async fn read_requests(
    store: &Store,
    lake: &Lake,
    repo: &RepoEntry,
    now: Timestamp,
) -> Result<Taken, RequestsError> {
    let seen = format!("{RULES} {}", repo.seen);
    if store.cursor(HOST, &repo.id).await?.as_deref() == Some(seen.as_str()) {
        return Ok(Taken::default());
    }
    let mined: Vec<Mined> = lake.snapshot().rows(COMMITS, &[("repo", Param::Text(repo.id.clone()))]).await?;
    let commits: Vec<Commit> = mined.iter().map(Mined::commit).collect();
    let remote = remote_url(Path::new(&repo.path)).or_else(|| remote_url(&Path::new(&repo.path).join(".git")));
    let remote = remote.as_deref().and_then(locator);
    let (base, head) = default_branch(repo, &commits);
    let history =
        History { commits: &commits, head: &head, base: base.as_deref(), remote: remote.as_ref(), sign_offs: false };
    let inferred = infer(&history);
    let told = Telling { repo, commits: &commits, remote: remote.as_ref(), names: Names::of(&commits) };
    let mut taken = Taken::default();
    let pages = told.pages(&inferred);
    for page in &pages {
        let mut write = store.write(Actor::System, now).await?;
        taken += write.take(page).await?;
        write.keep().await?;
    }
    let mut write = store.write(Actor::System, now).await?;
    for table in FILLED {
        write.gone_but(table, HOST, &format!("{}/", repo.id), &keys(table, &pages)).await?;
    }
    write.set_cursor(HOST, &repo.id, &seen).await?;
    write.keep().await?;
    Ok(taken)
}

/// Keys of the rows of a table that the history tells of now.
fn keys(table: &str, pages: &[Vec<Sighting>]) -> HashSet<String> {
    let rows = pages.iter().flatten().filter(|row| row.table == table && row.known.host == HOST);
    rows.map(|row| row.known.key.clone()).collect()
}

/// The name and the newest commit of the default branch: what is checked out may be another, and changes come to this one. Where it cannot be told,
/// or was not mined, that of `HEAD`.
fn default_branch(repo: &RepoEntry, commits: &[Commit]) -> (Option<String>, String) {
    let found = history::Repository::open(Path::new(&repo.path)).ok().and_then(|repo| repo.default_branch());
    let other = found.filter(|base| repo.branch.as_ref() != Some(&base.name));
    match other.filter(|base| commits.iter().any(|commit| commit.sha == base.sha)) {
        Some(base) => (Some(base.name), base.sha),
        None => (repo.branch.clone(), repo.head.clone().unwrap_or_default()),
    }
}

/// Which addresses stand for whom.
struct Names {
    /// Addresses under which too many write for one of them to be meant.
    shared: HashSet<String>,
}

/// More than so many names of at least two words under one address, and it is nobody's alone.
const SHARED: usize = 3;

impl Names {
    fn of(commits: &[Commit]) -> Self {
        let mut names: HashMap<String, HashSet<String>> = HashMap::new();
        for (name, email) in commits.iter().flat_map(|commit| [commit.author, commit.committer]) {
            if name.split_whitespace().count() >= 2 {
                names.entry(email.to_lowercase()).or_default().insert(name.to_lowercase());
            }
        }
        let shared = names.into_iter().filter(|(_, names)| names.len() > SHARED).map(|(email, _)| email);
        Self { shared: shared.collect() }
    }

    /// What a signature is known by: its address; where that says too little, with the name.
    fn key(&self, name: &str, email: &str) -> String {
        let email = email.to_lowercase();
        let generic = !email.contains('@') || email.starts_with("noreply@") || self.shared.contains(&email);
        if generic { format!("{} <{email}>", name.to_lowercase()) } else { email }
    }
}

/// Turns what is inferred into rows.
struct Telling<'a> {
    repo: &'a RepoEntry,
    commits: &'a [Commit<'a>],
    remote: Option<&'a Locator>,
    names: Names,
}

impl Telling<'_> {
    /// The rows in pages; each change request with what belongs to it.
    fn pages(&self, inferred: &Inferred) -> Vec<Vec<Sighting>> {
        let mut pages = vec![vec![self.repository()]];
        for change in &inferred.changes {
            if pages.last().is_none_or(|page| page.len() >= PAGE) {
                pages.push(Vec::new());
            }
            if let Some(page) = pages.last_mut() {
                self.change(change, page);
            }
        }
        let held = self.held(inferred);
        let mut reverts: Vec<Sighting> = inferred.reverts.iter().map(|revert| self.revert(revert, &held)).collect();
        while !reverts.is_empty() {
            let rest = reverts.split_off(reverts.len().min(PAGE));
            pages.push(std::mem::replace(&mut reverts, rest));
        }
        pages
    }

    fn known(&self) -> Identified {
        Identified::new(HOST, &self.repo.id)
    }

    fn repository(&self) -> Sighting {
        Sighting::inferred("code_repositories", self.known(), None)
            .with("name", self.repo.name.as_str())
            .with("path", self.remote.map(|remote| format!("{}/{}", remote.host, remote.path)))
            .with("default_branch", self.repo.branch.clone())
            .with("history", self.repo.id.as_str())
    }

    fn key(&self, change: &Change) -> String {
        let sha = || self.sha(change.merge).to_owned();
        format!("{}/{}", self.repo.id, change.number.map_or_else(sha, |number| number.to_string()))
    }

    fn sha(&self, place: usize) -> &str {
        self.commits.get(place).map_or("", |commit| commit.sha)
    }

    /// The identity of a signature or login; its row goes before those that point at it.
    fn who(&self, who: &Who, rows: &mut Vec<Sighting>) -> Identified {
        let row = match who {
            Who::Signed { name, email } => {
                let known = Identified::new(HOST, self.names.key(name, email));
                Sighting::inferred("identities", known, None).with("name", name.as_str()).with("email", email.as_str())
            }
            Who::Login(login) => {
                let host = self.remote.map_or(HOST, |remote| remote.host.as_str());
                let known = Identified::new(host, format!("login:{}", login.to_lowercase()));
                Sighting::inferred("identities", known, None).with("login", login.as_str())
            }
        };
        let known = row.known.clone();
        rows.push(row);
        known
    }

    fn author(&self, place: usize, rows: &mut Vec<Sighting>) -> Option<Identified> {
        let (name, email) = self.commits.get(place)?.author;
        Some(self.who(&Who::Signed { name: name.to_owned(), email: email.to_owned() }, rows))
    }

    fn change(&self, change: &Change, rows: &mut Vec<Sighting>) {
        let known = Identified::new(HOST, self.key(change));
        let rule = Some(change.rule.id());
        let mut row = Sighting::inferred("change_requests", known.clone(), rule)
            .with("repository_id", self.known())
            .with("number", change.number.and_then(|number| i64::try_from(number).ok()))
            .with("title", change.title.as_str())
            .with("state", "merged")
            .with("merged_at", change.merged_at * 1_000_000)
            .with("base_ref", change.base.clone())
            .with("head_ref", change.head.clone())
            .with("merge_sha", self.sha(change.merge))
            .with("merge_method", method(change.method));
        if let Some(author) = self.author(change.author, rows) {
            row = row.with("author_id", author);
        }
        if let Some(merged_by) = &change.merged_by {
            row = row.with("merged_by_id", self.who(merged_by, rows));
        }
        row.flags = change.flags.iter().map(|flag| flag.word().to_owned()).collect();
        rows.push(row);
        // Of a batch nobody can say whose commits are whose.
        if !change.flags.contains(&Flag::Batch) {
            self.own_commits(change, &known, rows);
        }
        for approval in &change.approvals {
            let who = self.who(&approval.who, rows);
            let key = format!("{}/{}", known.key, who.key);
            let row = Sighting::inferred("reviews", Identified::new(HOST, key), rule)
                .with("change_request_id", known.clone())
                .with("reviewer_id", who)
                .with("state", "approved")
                .with("submitted_at", approval.at * 1_000_000)
                .with("sha", self.sha(approval.commit));
            rows.push(row);
        }
        for reference in &change.references {
            let of = reference.of.as_ref().map(|of| format!("{}/{}", of.host, of.path)).unwrap_or_default();
            let closes = if reference.relation == Relation::Closes { "closes" } else { "mentions" };
            let name = format!("{of}{}", reference.key);
            let row =
                Sighting::inferred("change_work_items", Identified::new(HOST, format!("{}/{name}", known.key)), rule)
                    .with("change_request_id", known.clone())
                    .with("key_text", name)
                    .with("kind", closes);
            rows.push(row);
        }
    }

    fn own_commits(&self, change: &Change, known: &Identified, rows: &mut Vec<Sighting>) {
        for (position, place) in (0_i64..).zip(&change.commits) {
            let Some(commit) = self.commits.get(*place) else { continue };
            let mut row = Sighting::inferred(
                "change_commits",
                Identified::new(HOST, format!("{}/{}", known.key, commit.sha)),
                None,
            )
            .with("change_request_id", known.clone())
            .with("sha", commit.sha)
            .with("position", position)
            .with("authored_at", commit.authored_at * 1_000_000)
            .with("committed_at", commit.committed_at * 1_000_000);
            if let Some(author) = self.author(*place, rows) {
                row = row.with("author_id", author);
            }
            rows.push(row);
        }
    }

    /// Which change request holds a commit, and which has a number.
    fn held(&self, inferred: &Inferred) -> Held {
        let mut held = Held::default();
        for change in &inferred.changes {
            let known = Identified::new(HOST, self.key(change));
            if let Some(number) = change.number {
                held.by_number.insert(number, known.clone());
            }
            for place in change.commits.iter().chain([&change.merge]) {
                held.by_commit.entry(*place).or_insert_with(|| known.clone());
            }
        }
        held
    }

    fn revert(&self, revert: &Revert, held: &Held) -> Sighting {
        let of = revert.of.map(|place| self.sha(place).to_owned());
        let by_commit = revert.of.and_then(|place| held.by_commit.get(&place));
        let request = by_commit.or_else(|| revert.number.and_then(|number| held.by_number.get(&number)));
        let named = of.clone().or_else(|| revert.number.map(|number| format!("#{number}"))).unwrap_or_default();
        let key = format!("{}/{}/{named}", self.repo.id, self.sha(revert.by));
        let at = self.commits.get(revert.by).map(|commit| commit.committed_at * 1_000_000);
        let row = Sighting::inferred("reverts", Identified::new(HOST, key), None)
            .with("repository_id", self.known())
            .with("sha", self.sha(revert.by))
            .with("reverted_sha", of)
            .with("reapply", revert.reapply)
            .with("at", Cell::from(at));
        match request {
            Some(request) => row.with("reverted_change_request_id", request.clone()),
            None => row.with("reverted_change_request_id", Cell::Null),
        }
    }
}

/// Change requests by what they hold.
#[derive(Default)]
struct Held {
    by_commit: HashMap<usize, Identified>,
    by_number: HashMap<u64, Identified>,
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Merge => "merge",
        Method::Squash => "squash",
        Method::Unknown => "unknown",
    }
}
