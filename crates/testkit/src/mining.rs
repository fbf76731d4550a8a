//! A scripted repository in a lake, as the program puts it there.

use std::path::Path;

use connect::git::{Mined, Order, mine, read_base};
use history::{Refs, Silent};
use lake::{Lake, Snapshot};

use crate::Scripted;

/// Reads the files at the commit where the repository's `HEAD` left `wanted`, as the program does for a gate.
pub fn base_of(data: &Path, repository: &Scripted, wanted: Option<&str>, now: i64) -> Option<Snapshot> {
    let order = Order { refs: Refs::Branches, threads: 1, memory_bytes: 64 << 20, now, again: false };
    read_base(data, repository.path(), wanted, &order, &Silent).expect("a scripted repository can be read")
}

/// Reads a repository into the lake of the data folder `data`, at `now` seconds since the epoch. Panics when it cannot be read.
pub fn mine_into(data: &Path, lake: &Lake, repository: &Scripted, now: i64) -> Mined {
    mine_path_into(data, lake, repository.path(), now)
}

/// As [`mine_into`], for a clone or another folder of a scripted repository.
pub fn mine_path_into(data: &Path, lake: &Lake, path: &Path, now: i64) -> Mined {
    let order = Order { refs: Refs::Branches, threads: 1, memory_bytes: 64 << 20, now, again: false };
    mine(data, lake, path, &order, &Silent).expect("a scripted repository can be read")
}

/// Carries what a mined history tells of change requests into the store of `office`, as the program does after it has read it.
pub async fn requests_of(office: &desk::Office, entry: &lake::RepoEntry) -> store::facts::Taken {
    let now = office.clock().now();
    connect::git::read_requests(office.store(), office.lake(), entry, now).await.expect("change requests in the store")
}
