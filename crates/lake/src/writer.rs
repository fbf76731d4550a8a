//! Writing: rows of one repository stream into new parts, and one replacement of the manifest makes them exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringViewArray};
use datafusion::arrow::record_batch::RecordBatch;

use crate::error::LakeError;
use crate::lake::Inner;
use crate::manifest::{Dropped, Manifest, Part, RepoEntry};
use crate::part::{self, PartWriter};
use crate::place::{Found, Held, Mark, Place};
use crate::schema::TableDef;
use crate::tables::{TABLES, TAKEN_IN, table};

/// How long a file that the manifest no longer names is kept for readers of older snapshots, seconds.
pub(crate) const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// Writes the rows of one repository. In a folder it holds the lake's lock while it lives; in a bucket whoever commits first wins. Without a commit nothing has happened.
pub struct RepoWriter {
    pub(crate) inner: Arc<Inner>,
    pub(crate) repo: String,
    pub(crate) manifest: Manifest,
    /// Of the manifest that this writer began from, or last wrote.
    mark: Option<Mark>,
    /// Parts being written.
    open: BTreeMap<&'static str, PartWriter>,
    /// Parts written since the last commit.
    finished: Vec<Part>,
    /// Tables whose committed rows end with the next commit.
    cleared: BTreeSet<&'static str>,
    /// Tables that were cleared in this run.
    replaced: BTreeSet<&'static str>,
    entry: Option<RepoEntry>,
    swept: bool,
    /// Whether rows were lost by a failed write: what follows must not be committed as if they were there.
    broken: bool,
    _held: Held,
}

impl std::fmt::Debug for RepoWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RepoWriter")
            .field("repo", &self.repo)
            .field("version", &self.manifest.version)
            .finish_non_exhaustive()
    }
}

impl RepoWriter {
    pub(crate) fn begin(inner: Arc<Inner>, repo: &str) -> Result<Self, LakeError> {
        if !is_repo_id(repo) {
            return Err(LakeError::BadRepo(repo.to_owned()));
        }
        let held = inner.place.hold()?;
        let (manifest, mark) = Manifest::load(&*inner.place)?;
        Ok(Self {
            inner,
            repo: repo.to_owned(),
            manifest,
            mark,
            open: BTreeMap::new(),
            finished: Vec::new(),
            cleared: BTreeSet::new(),
            replaced: BTreeSet::new(),
            entry: None,
            swept: false,
            broken: false,
            _held: held,
        })
    }

    /// The repository's id.
    #[must_use]
    pub fn repo(&self) -> &str {
        &self.repo
    }

    /// What was last committed about the repository.
    #[must_use]
    pub fn entry(&self) -> Option<&RepoEntry> {
        self.manifest.repos.iter().find(|entry| entry.id == self.repo)
    }

    /// Adds rows to a table. The columns are the table's own but `repo`, in order ([`TableDef::arrow_without_repo`]).
    ///
    /// # Errors
    /// When there is no such table, the columns do not fit, or the disk fails.
    pub fn append(&mut self, table_name: &str, batch: &RecordBatch) -> Result<(), LakeError> {
        let table = table(table_name).ok_or_else(|| LakeError::NoTable(table_name.to_owned()))?;
        let batch = with_repo(table, &self.repo, batch)?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.write(table, &batch).inspect_err(|_| self.broken = true)
    }

    fn write(&mut self, table: &'static TableDef, batch: &RecordBatch) -> Result<(), LakeError> {
        let part = match self.open.entry(table.name) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let number = free_number(&mut self.manifest, &*self.inner.place, table, &self.repo);
                let part = PartWriter::create(&*self.inner.place, table, &self.repo, number)?;
                entry.insert(part)
            }
        };
        part.write(batch)?;
        if part.is_full() {
            self.close(table.name)?;
        }
        Ok(())
    }

    /// As [`RepoWriter::append`], but the first call in the life of this writer clears the table of the repository's earlier rows. An
    /// empty batch clears it and adds nothing.
    ///
    /// # Errors
    /// As [`RepoWriter::append`].
    pub fn replace(&mut self, table_name: &str, batch: &RecordBatch) -> Result<(), LakeError> {
        let table = table(table_name).ok_or_else(|| LakeError::NoTable(table_name.to_owned()))?;
        if self.replaced.insert(table.name) {
            self.clear(table.name);
        }
        self.append(table_name, batch)
    }

    /// Clears every table that is read from the repository, with what this writer has not committed yet.
    pub fn clear_all(&mut self) {
        self.clear_all_but(&[]);
    }

    /// Clears every table that is read from the repository but those named.
    pub fn clear_all_but(&mut self, kept: &[&str]) {
        let taken_in = |name: &str| TAKEN_IN.contains(&name);
        for table in TABLES.iter().filter(|table| !taken_in(table.name) && !kept.contains(&table.name)) {
            self.clear(table.name);
        }
    }

    fn clear(&mut self, table: &'static str) {
        self.cleared.insert(table);
        self.open.remove(table);
        self.finished.retain(|part| part.table != table);
    }

    /// Says what the manifest shall know about the repository; takes effect with the next commit. The id is the writer's own.
    pub fn set_entry(&mut self, entry: RepoEntry) {
        self.entry = Some(RepoEntry { id: self.repo.clone(), ..entry });
    }

    fn close(&mut self, table: &'static str) -> Result<(), LakeError> {
        if let Some(part) = self.open.remove(table) {
            let part = part.finish().inspect_err(|_| self.broken = true)?;
            self.finished.push(part);
        }
        Ok(())
    }

    /// Makes everything that was written exist, by one replacement of the manifest. `now` is seconds since the epoch. The writer can go on
    /// afterwards: a long run commits now and then, and loses little when it is interrupted. Without anything new it does nothing.
    ///
    /// # Errors
    /// When the disk fails, or another writer of a bucket came first ([`LakeError::Overtaken`]); the lake is then as it was before the call.
    pub fn commit(&mut self, now: i64) -> Result<(), LakeError> {
        if self.broken {
            return Err(LakeError::Broken(self.repo.clone()));
        }
        for table in self.open.keys().copied().collect::<Vec<_>>() {
            self.close(table)?;
        }
        let entry_changed = self.entry.is_some() && self.entry.as_ref() != self.entry();
        if self.finished.is_empty() && self.cleared.is_empty() && !entry_changed {
            return Ok(());
        }
        let mut next = self.manifest.clone();
        let (gone, kept) =
            next.parts.into_iter().partition(|p| p.repo == self.repo && self.cleared.contains(p.table.as_str()));
        next.parts = kept;
        next.drop_parts(gone, now);
        next.parts.append(&mut self.finished.clone());
        if let Some(entry) = &self.entry {
            next.repos.retain(|known| known.id != self.repo);
            next.repos.push(entry.clone());
            next.repos.sort_by(|a, b| a.id.cmp(&b.id));
        }
        self.swap(next, now)?;
        self.finished.clear();
        self.cleared.clear();
        self.entry = None;
        Ok(())
    }

    /// Takes the repository out of the lake: its rows and its entry. Takes effect at once.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn forget(&mut self, now: i64) -> Result<(), LakeError> {
        self.clear_all();
        self.cleared.clear();
        self.entry = None;
        let mut next = self.manifest.clone();
        let (gone, kept) = next.parts.into_iter().partition(|part| part.repo == self.repo);
        next.parts = kept;
        next.drop_parts(gone, now);
        next.repos.retain(|known| known.id != self.repo);
        self.swap(next, now)
    }

    /// Puts a manifest in place of the present one and removes the files whose time is over.
    pub(crate) fn swap(&mut self, mut next: Manifest, now: i64) -> Result<(), LakeError> {
        next.version += 1;
        next.next_part = next.next_part.max(self.manifest.next_part);
        let (over, dropped) = next.dropped.into_iter().partition(|file| file.at + KEPT_SECONDS <= now);
        next.dropped = dropped;
        let new: Vec<&str> = next
            .parts
            .iter()
            .filter(|part| !self.manifest.parts.contains(part))
            .map(|part| part.file.as_str())
            .collect();
        self.mark = next.store(&*self.inner.place, self.mark.as_ref(), &new)?;
        self.manifest = next;
        self.remove(&over);
        if !self.swept {
            self.swept = true;
            self.sweep(now);
        }
        Ok(())
    }

    /// Removal is a courtesy to the disk: what fails to go is found by a later sweep.
    fn remove(&self, files: &[Dropped]) {
        for file in files {
            if let Err(error) = self.inner.place.remove(&file.file) {
                tracing::debug!(%error, file = file.file, "an old part was not removed");
            }
        }
    }

    /// Removes what an interrupted run of this repository left behind, once it is old enough that no reader can hold it.
    fn sweep(&self, now: i64) {
        for table in TABLES {
            let Ok(files) = self.inner.place.files(&format!("{}/repo={}", table.name, self.repo)) else { continue };
            for Found { file, modified, .. } in files {
                if modified.saturating_add(KEPT_SECONDS) <= now && !self.manifest.names(&file) {
                    self.remove(&[Dropped { file, at: now }]);
                }
            }
        }
    }
}

impl Manifest {
    pub(crate) fn drop_parts(&mut self, parts: Vec<Part>, now: i64) {
        self.dropped.extend(parts.into_iter().map(|part| Dropped { file: part.file, at: now }));
    }

    fn names(&self, file: &str) -> bool {
        self.parts.iter().any(|part| part.file == file) || self.dropped.iter().any(|dropped| dropped.file == file)
    }
}

/// The next part number whose file is not there: a file that exists is never written to, even when the manifest that named it is lost.
pub(crate) fn free_number(manifest: &mut Manifest, place: &dyn Place, table: &TableDef, repo: &str) -> u64 {
    loop {
        let number = manifest.next_part;
        manifest.next_part += 1;
        if !place.is_there(&part::name(table, repo, number)) {
            return number;
        }
    }
}

fn is_repo_id(repo: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    !repo.is_empty() && repo.len() <= 100 && repo.chars().all(allowed) && !repo.starts_with('.')
}

fn with_repo(table: &'static TableDef, repo: &str, batch: &RecordBatch) -> Result<RecordBatch, LakeError> {
    let name: ArrayRef = Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n(repo, batch.num_rows())));
    let columns = std::iter::once(name).chain(batch.columns().iter().cloned()).collect();
    RecordBatch::try_new(table.arrow(), columns).map_err(|source| LakeError::WrongColumns { table: table.name, source })
}
