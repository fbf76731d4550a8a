//! Change requests as they are now, in memory: read once, then only what was touched since.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::read::since;
use super::{Fidelity, Identified, Row, Table};
use crate::StoreError;

/// What a source calls somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// Who tells of it, and what they call it; of a signature, the address in small letters.
    pub known: Identified,
    /// The name by which the host signs them in.
    pub login: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Whether the source says that it is a program.
    pub program: bool,
}

/// A repository.
#[derive(Debug, Clone, PartialEq)]
pub struct Repository {
    /// Who tells of it, and what they call it.
    pub known: Identified,
    /// What people call it.
    pub name: String,
    /// Its id among the mined histories.
    pub history: Option<String>,
}

/// Where a change request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestState {
    /// Somebody waits.
    Open,
    /// It was taken in.
    Merged,
    /// It was not.
    Closed,
}

/// A look at a change request that was handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Its row.
    pub id: Uuid,
    /// Whose.
    pub reviewer: Option<Uuid>,
    /// approved, changes_requested, commented or dismissed.
    pub state: String,
    /// When, UTC microseconds.
    pub at: i64,
    /// How sure it is.
    pub fidelity: Fidelity,
}

/// A commit of a change request.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeCommit {
    /// Its row.
    pub id: Uuid,
    /// The commit.
    pub sha: String,
    /// Its place, from 0, parents first.
    pub position: i64,
    /// When it was written, UTC microseconds.
    pub authored_at: Option<i64>,
    /// Who wrote it.
    pub author: Option<Uuid>,
}

/// A change request. What is not known is none, never a guess.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRequest {
    /// Its row.
    pub id: Uuid,
    /// Who tells of it, and what they call it.
    pub known: Identified,
    /// Where people see it.
    pub url: Option<String>,
    /// Whose.
    pub repository: Uuid,
    /// Its number there.
    pub number: Option<u64>,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: RequestState,
    /// Whether it is not meant to be taken yet.
    pub draft: bool,
    /// Who opened it.
    pub author: Option<Uuid>,
    /// Who took it in.
    pub merged_by: Option<Uuid>,
    /// When it was opened, UTC microseconds.
    pub created_at: Option<i64>,
    /// When it was taken in, UTC microseconds.
    pub merged_at: Option<i64>,
    /// When it was closed, UTC microseconds.
    pub closed_at: Option<i64>,
    /// The branch that it goes to.
    pub base: Option<String>,
    /// The branch that it comes from.
    pub head: Option<String>,
    /// The commit of the base branch that holds it.
    pub merge_sha: Option<String>,
    /// How it was taken in.
    pub method: Option<String>,
    /// How sure the row is.
    pub fidelity: Fidelity,
    /// The rule that concluded it.
    pub rule: Option<String>,
    /// What is odd about it.
    pub flags: Vec<String>,
}

/// All change requests, with what belongs to them.
#[derive(Debug, Clone, Default)]
pub struct ChangeRequests {
    version: u64,
    requests: HashMap<Uuid, Arc<ChangeRequest>>,
    reviews: HashMap<Uuid, Vec<Review>>,
    commits: HashMap<Uuid, Vec<ChangeCommit>>,
    names: HashMap<Uuid, Vec<(Uuid, String, bool)>>,
    reverts: HashMap<Uuid, Vec<(Uuid, i64)>>,
    identities: HashMap<Uuid, Arc<Identity>>,
    repositories: HashMap<Uuid, Arc<Repository>>,
}

impl ChangeRequests {
    /// The version of the facts that this is.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Every change request that is there at its source, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<ChangeRequest>> {
        self.requests.values()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// The looks at a change request, oldest first.
    #[must_use]
    pub fn reviews(&self, of: Uuid) -> &[Review] {
        self.reviews.get(&of).map_or(&[], Vec::as_slice)
    }

    /// Its commits, parents first.
    #[must_use]
    pub fn commits(&self, of: Uuid) -> &[ChangeCommit] {
        self.commits.get(&of).map_or(&[], Vec::as_slice)
    }

    /// Keys of work that it names, each with whether it closes it.
    pub fn work(&self, of: Uuid) -> impl Iterator<Item = (&str, bool)> {
        self.names.get(&of).into_iter().flatten().map(|(_, key, closes)| (key.as_str(), *closes))
    }

    /// When it was first taken back, UTC microseconds; none when it never was.
    #[must_use]
    pub fn taken_back_at(&self, of: Uuid) -> Option<i64> {
        self.reverts.get(&of)?.first().map(|(_, at)| *at)
    }

    /// Somebody, by the row of the identity.
    #[must_use]
    pub fn identity(&self, id: Uuid) -> Option<&Arc<Identity>> {
        self.identities.get(&id)
    }

    /// A repository, by its row.
    #[must_use]
    pub fn repository(&self, id: Uuid) -> Option<&Arc<Repository>> {
        self.repositories.get(&id)
    }

    /// The repositories.
    pub fn repositories(&self) -> impl Iterator<Item = (Uuid, &Arc<Repository>)> {
        self.repositories.iter().map(|(id, repository)| (*id, repository))
    }

    /// As they are at `version`, from what was read before.
    pub(crate) async fn read(on: &impl ConnectionTrait, before: &Self, version: u64) -> Result<Self, StoreError> {
        let mut next = before.clone();
        next.version = version;
        for row in rows(on, "identities", before.version).await? {
            next.identities.insert(row.id, Arc::new(identity(&row)));
        }
        for row in rows(on, "code_repositories", before.version).await? {
            next.repositories.insert(row.id, Arc::new(repository(&row)));
        }
        for row in rows(on, "change_requests", before.version).await? {
            match request(&row) {
                Some(request) => next.requests.insert(row.id, Arc::new(request)),
                None => next.requests.remove(&row.id),
            };
        }
        for row in rows(on, "reviews", before.version).await? {
            put(&mut next.reviews, &row, row.of(REQUEST), review(&row), |one| one.id, |one| (one.at, one.id));
        }
        for row in rows(on, "change_commits", before.version).await? {
            put(
                &mut next.commits,
                &row,
                row.of(REQUEST),
                change_commit(&row),
                |one| one.id,
                |one| (one.position, one.id),
            );
        }
        for row in rows(on, "change_work_items", before.version).await? {
            let name = row.text("key_text").map(|key| (row.id, key.to_owned(), row.text("kind") == Some("closes")));
            put(&mut next.names, &row, row.of(REQUEST), name, |one| one.0, |one| one.1.clone());
        }
        for row in rows(on, "reverts", before.version).await? {
            let back = row.whole("at").filter(|_| row.truth("reapply") != Some(true));
            let of = row.of("reverted_change_request_id");
            put(&mut next.reverts, &row, of, back.map(|at| (row.id, at)), |one| one.0, |one| one.1);
        }
        Ok(next)
    }
}

async fn rows(on: &impl ConnectionTrait, table: &'static str, after: u64) -> Result<Vec<Row>, StoreError> {
    match Table::named(table) {
        Some(table) => since(on, table, after).await,
        None => Ok(Vec::new()),
    }
}

/// The column that says to which change request a row belongs.
const REQUEST: &str = "change_request_id";

/// Puts a row among those of its change request, or takes it from there when it is gone.
fn put<T, K: Ord>(
    all: &mut HashMap<Uuid, Vec<T>>,
    row: &Row,
    of: Option<Uuid>,
    one: Option<T>,
    id: fn(&T) -> Uuid,
    order: fn(&T) -> K,
) {
    let Some(of) = of else { return };
    let those = all.entry(of).or_default();
    those.retain(|there| id(there) != row.id);
    if let Some(one) = one.filter(|_| row.deleted_at.is_none()) {
        let place = those.partition_point(|there| order(there) <= order(&one));
        those.insert(place, one);
    }
}

fn identity(row: &Row) -> Identity {
    let text = |name: &str| row.text(name).map(str::to_owned);
    let program = matches!(row.text("kind_reported"), Some("bot" | "app"));
    Identity { known: row.known.clone(), login: text("login"), name: text("name"), email: text("email"), program }
}

fn repository(row: &Row) -> Repository {
    let name = row.text("name").or(row.text("path")).unwrap_or(&row.known.key).to_owned();
    Repository { known: row.known.clone(), name, history: row.text("history").map(str::to_owned) }
}

fn request(row: &Row) -> Option<ChangeRequest> {
    if row.deleted_at.is_some() {
        return None;
    }
    let text = |name: &str| row.text(name).map(str::to_owned);
    Some(ChangeRequest {
        id: row.id,
        known: row.known.clone(),
        url: row.url.clone(),
        repository: row.of("repository_id")?,
        number: row.whole("number").and_then(|number| u64::try_from(number).ok()),
        title: text("title").unwrap_or_default(),
        state: match row.text("state") {
            Some("merged") => RequestState::Merged,
            Some("closed") => RequestState::Closed,
            _ => RequestState::Open,
        },
        draft: row.truth("draft").unwrap_or(false),
        author: row.of("author_id"),
        merged_by: row.of("merged_by_id"),
        created_at: row.whole("created_at"),
        merged_at: row.whole("merged_at"),
        closed_at: row.whole("closed_at"),
        base: text("base_ref"),
        head: text("head_ref"),
        merge_sha: text("merge_sha"),
        method: text("merge_method"),
        fidelity: row.fidelity,
        rule: row.rule.clone(),
        flags: row.flags.clone(),
    })
}

fn review(row: &Row) -> Option<Review> {
    Some(Review {
        id: row.id,
        reviewer: row.of("reviewer_id"),
        state: row.text("state").unwrap_or("commented").to_owned(),
        at: row.whole("submitted_at")?,
        fidelity: row.fidelity,
    })
}

fn change_commit(row: &Row) -> Option<ChangeCommit> {
    Some(ChangeCommit {
        id: row.id,
        sha: row.text("sha")?.to_owned(),
        position: row.whole("position").unwrap_or(0),
        authored_at: row.whole("authored_at"),
        author: row.of("author_id"),
    })
}
