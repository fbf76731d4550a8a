//! One run over a repository, from its refs to the last row.

use std::hash::{Hash as _, Hasher as _};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use gix::ObjectId;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::attributes::Said;
use crate::content::{self, Counted, Death, Job, Told};
use crate::error::{Error, ObjectError};
use crate::graph::{Graph, Node};
use crate::head::Head;
use crate::ignored;
use crate::lines;
use crate::message;
use crate::objects::Objects;
use crate::progress::{Phase, Progress};
use crate::repository::{Refs, Repository, Tip};
use crate::rows::{Change, Commit, ComplexityAt, Flag, Owner, RefSeen, Role, Survival};
use crate::sink::{Batch, Mode, Sink};
use crate::state::{Handed, Known, State};
use crate::survival::{Month, month_of, month_text};
use crate::touched::{self, Catalog, NONE, Spot, Touched};
use crate::trees::SUBMODULE;
use crate::versions::{self, Row, Versions};

/// Rows handed over at once.
const BATCH: usize = 16_384;
/// A commit this much later than the run is from the future: a day.
const FUTURE_SECONDS: i64 = 86_400;

/// What a run is to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Which refs are read.
    pub refs: Refs,
    /// Threads, at least 1.
    pub threads: usize,
    /// Memory for decoded objects, bytes, over all threads.
    pub memory_bytes: usize,
    /// The time of the run, seconds since the epoch.
    pub now: i64,
    /// Where the state between runs is kept; none: every run reads everything.
    pub state_dir: Option<PathBuf>,
    /// Whether the tables of the files at the head are read too.
    pub head_tables: bool,
    /// What the sink holds already: the [`Report::seen`] of the run that filled it. Rows of its commits are then not handed over
    /// again, when the state remembers that run and nothing that they depended on has changed.
    pub continue_from: Option<String>,
}

/// What a run came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Hex id of the default branch's commit; none in an empty repository.
    pub head: Option<String>,
    /// Commits reachable from the refs.
    pub commits: u64,
    /// Commits read in this run.
    pub new_commits: u64,
    /// Rows of `changes` written in this run.
    pub changes: u64,
    /// Nothing was new.
    pub unchanged: bool,
    /// History was rewritten since the last run.
    pub rewritten: bool,
    /// Objects that are missing or damaged, each once.
    pub damage: Vec<ObjectError>,
    /// Where history is cut off: the oldest commit's time, seconds since the epoch.
    pub truncated_since: Option<i64>,
    /// Objects may be missing on purpose.
    pub partial: bool,
    /// Commits in which inexact renames were left out as Git leaves them out.
    pub limited_commits: u64,
    /// A digest of the refs read; equal digests mean that nothing is new.
    pub seen: String,
}

/// Reads a repository and hands its rows over.
///
/// # Errors
/// When the refs cannot be read, or the sink refuses rows. Missing and damaged objects are no error: they are in the report.
pub fn mine(
    repository: &Repository,
    plan: &Plan,
    sink: &mut dyn Sink,
    progress: &dyn Progress,
) -> Result<Report, Error> {
    let tips = repository.tips(&plan.refs)?;
    let seen = digest(&tips);
    let threads = plan.threads.max(1);
    let cache = plan.memory_bytes / threads;
    let reader = || repository.objects(cache);
    let mut objects = repository.objects(cache);

    progress.phase(Phase::Walk, None);
    let ids: Vec<ObjectId> = tips.iter().map(|tip| tip.id).collect();
    let graph = Graph::walk(repository, &mut objects, &ids, |_| progress.advance(1));
    let head = repository.head().and_then(|id| graph.find(&id));

    let mut catalog = Catalog::default();
    let hash_len = ids.first().map_or(20, |id| id.as_slice().len());
    let opened = plan.state_dir.as_deref().map(|folder| State::open(folder, hash_len, &mut catalog)).transpose()?;
    let (state, mut known) = opened.map_or_else(|| (None, Known::default()), |(state, known)| (Some(state), known));
    let state = Mutex::new(state);
    let (touched, new_commits) = touch(&graph, &mut known, &state, threads, reader, &mut catalog, progress)?;
    let paths = catalog.paths.len();
    let versions = versions::link(&graph, &touched, &mut catalog, &mut objects, head);

    let said = said(repository, &catalog);
    let declared: Vec<_> = said.iter().map(|said| said.text).collect();
    let ground = |paths: usize| ground(repository, &catalog, &said, paths);
    let before = plan.continue_from.as_ref().and_then(|seen| known.handed.get(seen));
    let before = before.filter(|before| before.ground == ground(before.paths as usize));
    let there = before.and_then(|before| graph.reachable(&before.tips));
    let mode = if there.is_some() { Mode::Continue } else { Mode::Fresh };
    let there = there.unwrap_or_else(|| vec![false; graph.commits.len()]);
    let handed = Handed { tips: ids, ground: ground(paths), paths: paths as u32 };
    let mut run = Run { repository, plan, graph, catalog, touched, versions, said, there, sink, progress };
    run.sink.begin(mode, run.head_hex(head).as_deref()).map_err(Error::Sink)?;
    let (people, written) = run.commits(&mut objects)?;
    let mut report = Report::default();
    let head_files = if plan.head_tables { crate::head::read(&mut run, &mut report)? } else { Head::default() };
    let ignored = ignored::commits(&run, &mut objects);

    progress.phase(Phase::Content, Some(run.versions.versions.len() as u64));
    drop(objects);
    let stop = AtomicBool::new(false);
    let job = Job {
        versions: &run.versions,
        catalog: &run.catalog,
        declared: &declared,
        written: &written,
        ignored: &ignored,
        functions: &head_files.places,
        known: &known,
        state: &state,
        stop: &stop,
    };
    let mut told = content::read(&job, threads, reader, |by| progress.advance(by as u64));
    if let Some(failure) = told.failure.take() {
        return Err(failure);
    }
    drop(known);
    if let Some(state) = state.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        state.handed(&seen, &handed);
        state.finish()?;
    }

    let mut damage = run.damage(&mut told);
    damage.append(&mut report.damage);
    report = Report {
        head: run.head_hex(head),
        commits: run.graph.commits.len() as u64,
        new_commits,
        changes: run.versions.rows.iter().filter(|row| !run.there[row.commit as usize]).count() as u64,
        damage,
        truncated_since: run.truncated_since(),
        partial: repository.is_partial(),
        limited_commits: run.touched.iter().filter(|touched| touched.limited).count() as u64,
        seen,
        ..report
    };
    progress.phase(Phase::Store, Some(report.changes));
    run.changes(&told.rows)?;
    run.deaths(&told.deaths)?;
    run.owners(&told)?;
    let ledger = std::mem::take(&mut told.ledger);
    run.survival(ledger, &people)?;
    run.refs(&tips)?;
    if plan.head_tables {
        head_files.finish(&mut run, &told)?;
    }
    Ok(report)
}

/// What every commit touched, from the state where it is known; and how many commits were not.
fn touch(
    graph: &Graph,
    known: &mut Known,
    state: &Mutex<Option<State>>,
    threads: usize,
    reader: impl Fn() -> Objects + Sync,
    catalog: &mut Catalog,
    progress: &dyn Progress,
) -> Result<(Vec<Touched>, u64), Error> {
    let mut touched: Vec<Option<Touched>> =
        graph.commits.iter().map(|commit| known.touched.remove(&commit.id)).collect();
    known.touched = FxHashMap::default();
    let wanted: Vec<u32> = (0..graph.commits.len() as u32).filter(|&at| touched[at as usize].is_none()).collect();
    progress.phase(Phase::Trees, Some(wanted.len() as u64));
    let keep = |catalog: &Catalog, found: &[(u32, Touched)]| {
        progress.advance(found.len() as u64);
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = state.as_mut() else { return Ok(()) };
        found.iter().try_for_each(|(at, touched)| state.touched(&graph.commits[*at as usize].id, touched, catalog))
    };
    for (at, found) in touched::read(graph, &wanted, threads, reader, catalog, keep)? {
        touched[at as usize] = Some(found);
    }
    Ok((touched.into_iter().map(Option::unwrap_or_default).collect(), wanted.len() as u64))
}

/// A digest of what the refs name.
#[must_use]
pub fn digest(tips: &[Tip]) -> String {
    use std::fmt::Write as _;
    let mut lines: Vec<_> = tips.iter().map(|tip| format!("{} {}", tip.name, tip.id)).collect();
    lines.sort_unstable();
    let (mut a, mut b) = (0xcbf2_9ce4_8422_2325_u64, 0x9e37_79b9_7f4a_7c15_u64);
    for byte in lines.join("\n").bytes() {
        a = (a ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        b = (b.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    let mut hex = String::with_capacity(32);
    let _ = write!(hex, "{a:016x}{b:016x}");
    hex
}

/// A digest of what rows depend on beside their commits: stand-ins for objects, and what attributes say of the first `paths` paths.
fn ground(repository: &Repository, catalog: &Catalog, said: &[Said], paths: usize) -> u64 {
    let mut hasher = FxHasher::default();
    repository.stand_ins().hash(&mut hasher);
    for (path, said) in catalog.paths.iter().zip(said).take(paths) {
        (path, said).hash(&mut hasher);
    }
    hasher.finish()
}

fn said(repository: &Repository, catalog: &Catalog) -> Vec<Said> {
    let mut attributes = repository.attributes();
    catalog.paths.iter().map(|path| attributes.of_path(path)).collect()
}

/// The authors' addresses, and the author and month of each commit.
type Authors = (Vec<String>, Vec<(u32, Month)>);

/// The parts of a run that rows are made of.
pub(crate) struct Run<'a> {
    pub(crate) repository: &'a Repository,
    pub(crate) plan: &'a Plan,
    pub(crate) graph: Graph,
    pub(crate) catalog: Catalog,
    touched: Vec<Touched>,
    pub(crate) versions: Versions,
    said: Vec<Said>,
    /// For each commit, whether the sink has its rows.
    there: Vec<bool>,
    pub(crate) sink: &'a mut dyn Sink,
    pub(crate) progress: &'a dyn Progress,
}

impl Run<'_> {
    fn head_hex(&self, head: Option<u32>) -> Option<String> {
        head.map(|head| self.sha(head))
    }

    pub(crate) fn sha(&self, commit: u32) -> String {
        self.graph.commits[commit as usize].id.to_string()
    }

    /// What a path is for: attributes first, then its name.
    pub(crate) fn role(&self, path: u32) -> Role {
        let said = self.said[path as usize];
        match (said.generated, said.vendored) {
            (Some(true), _) => Role::Generated,
            (_, Some(true)) => Role::Vendored,
            _ => crate::paths::role(&self.catalog.path_text(path)),
        }
    }

    /// Hands the commits over; returns the authors' addresses, and the author and month of each commit.
    fn commits(&mut self, objects: &mut Objects) -> Result<Authors, Error> {
        let mut people: FxHashMap<String, u32> = FxHashMap::default();
        let mut written = Vec::with_capacity(self.graph.commits.len());
        let mut batch = Vec::new();
        let mut clock = vec![0_i64; self.graph.commits.len()];
        let mut position = self.there.iter().filter(|&&there| there).count() as u32;
        for at in 0..self.graph.commits.len() {
            // Time does not run backwards: what follows its parents came after them.
            let Node { committed_at, parents, .. } = &self.graph.commits[at];
            let newest_parent = parents.iter().map(|&parent| clock[parent as usize]).max();
            clock[at] = (*committed_at).max(newest_parent.unwrap_or(i64::MIN));
            let skewed = newest_parent.is_some_and(|parent| *committed_at < parent);
            let next = people.len() as u32;
            let mut by = |author: String| (*people.entry(author).or_insert(next), month_of(clock[at]));
            if self.there[at] {
                let content = objects.read(&self.graph.commits[at].id);
                written.push(by(content.map(|bytes| message::author_email(&bytes)).unwrap_or_default()));
                continue;
            }
            let mut row = self.commit(objects, at);
            row.position = position;
            position += 1;
            if skewed {
                row.flags.push(Flag::ClockSkew);
            }
            written.push(by(row.author_email.clone()));
            batch.push(row);
            if batch.len() == BATCH {
                self.push(Batch::Commits(std::mem::take(&mut batch)))?;
            }
        }
        self.push(Batch::Commits(batch))?;
        let mut names = vec![String::new(); people.len()];
        for (name, number) in people {
            names[number as usize] = name;
        }
        Ok((names, written))
    }

    fn commit(&self, objects: &mut Objects, at: usize) -> Commit {
        let node = &self.graph.commits[at];
        let content = objects.read(&node.id);
        let mut row = message::row(node.id, content.as_ref().map_or(&[], |bytes| bytes.as_slice()));
        if content.is_err() {
            row.flags.push(Flag::Damaged);
        }
        if node.boundary {
            row.flags.push(Flag::Shallow);
        }
        let touched = &self.touched[at];
        if touched.limited {
            row.flags.push(Flag::RenameLimit);
        }
        if touched.damage.is_some() {
            row.flags.push(Flag::Damaged);
        }
        if node.bad_time && !row.flags.contains(&Flag::BadTime) {
            row.flags.push(Flag::BadTime);
        }
        if row.committed_at > self.plan.now + FUTURE_SECONDS {
            row.flags.push(Flag::Future);
        }
        row
    }

    fn changes(&mut self, counted: &[Counted]) -> Result<(), Error> {
        let new = |at: &u32| !self.there[self.versions.rows[*at as usize].commit as usize];
        let mut order: Vec<u32> = (0..self.versions.rows.len() as u32).filter(new).collect();
        order.sort_by_key(|&at| self.versions.rows[at as usize].commit);
        for part in order.chunks(BATCH) {
            let rows: Vec<_> =
                part.iter().map(|&at| self.change(&self.versions.rows[at as usize], &counted[at as usize])).collect();
            let complexity = rows
                .iter()
                .filter_map(|row| {
                    let (complexity, code_lines) = (row.complexity?, row.filled_lines?);
                    Some(ComplexityAt { sha: row.sha.clone(), path: row.path.clone(), complexity, code_lines })
                })
                .collect();
            let done = rows.len() as u64;
            self.push(Batch::Changes(rows))?;
            self.push(Batch::Complexity(complexity))?;
            self.progress.advance(done);
        }
        Ok(())
    }

    fn change(&self, row: &Row, counted: &Counted) -> Change {
        let path = self.catalog.path_text(row.path);
        let blob = |spot: Spot| spot.exists().then(|| self.catalog.blobs[spot.blob as usize].to_string());
        let after = counted.after.filter(|facts| !facts.binary && row.after.mode != SUBMODULE);
        Change {
            sha: self.sha(row.commit),
            parent_index: 0,
            old_path: (row.old_path != NONE).then(|| self.catalog.path_text(row.old_path)),
            kind: row.kind,
            similarity: row.similarity,
            old_mode: row.before.mode,
            mode: row.after.mode,
            added: counted.counts.map(|(added, _)| added),
            deleted: counted.counts.map(|(_, deleted)| deleted),
            old_blob: blob(row.before),
            blob: blob(row.after),
            language: crate::languages::language_by_name(&path),
            role: self.role(row.path),
            complexity: after.map(|facts| facts.indent),
            filled_lines: after.map(|facts| facts.filled),
            path,
        }
    }

    fn deaths(&mut self, deaths: &[Death]) -> Result<(), Error> {
        let new = |death: &&Death| !self.there[self.versions.rows[death.row as usize].commit as usize];
        let mut order: Vec<&Death> = deaths.iter().filter(new).collect();
        order.sort_by_key(|death| (self.versions.rows[death.row as usize].commit, death.row));
        for part in order.chunks(BATCH) {
            let row = |death: &&Death| {
                let row = &self.versions.rows[death.row as usize];
                crate::rows::Death {
                    sha: self.sha(row.commit),
                    path: self.catalog.path_text(row.path),
                    born_sha: self.sha(death.born),
                    lines: death.lines,
                    code_lines: death.code_lines,
                }
            };
            let rows = part.iter().map(row).collect();
            self.push(Batch::Deaths(rows))?;
        }
        Ok(())
    }

    fn owners(&mut self, told: &Told) -> Result<(), Error> {
        let (mut plain, mut through) = (Vec::new(), Vec::new());
        let mut head: Vec<_> = self.versions.head.clone();
        head.sort_by(|a, b| self.catalog.paths[a.0 as usize].cmp(&self.catalog.paths[b.0 as usize]));
        for (path, version) in head {
            let Some(lines) = told.head_lines.get(&version) else { continue };
            if self.versions.versions[version as usize].spot.mode == SUBMODULE {
                continue;
            }
            let path = self.catalog.path_text(path);
            plain.extend(self.owners_of(&path, &lines.plain));
            through.extend(self.owners_of(&path, &lines.through));
        }
        self.push(Batch::Owners(plain))?;
        self.push(Batch::OwnersLookingThrough(through))
    }

    fn owners_of(&self, path: &str, lines: &[lines::Run]) -> Vec<Owner> {
        let mut by_commit: FxHashMap<u32, u32> = FxHashMap::default();
        for run in lines {
            *by_commit.entry(run.commit).or_default() += run.lines;
        }
        let mut by_commit: Vec<_> = by_commit.into_iter().collect();
        by_commit.sort_unstable();
        let row = |(commit, lines)| Owner { path: path.to_owned(), sha: self.sha(commit), lines };
        by_commit.into_iter().map(row).collect()
    }

    fn survival(&mut self, ledger: crate::survival::Ledger, people: &[String]) -> Result<(), Error> {
        let rows = ledger
            .alive(self.versions.last_month)
            .into_iter()
            .map(|(author, cohort, month, lines)| Survival {
                cohort_month: month_text(cohort),
                person_key: people[author as usize].clone(),
                at_month: month_text(month),
                lines,
            })
            .collect();
        self.push(Batch::Survival(rows))
    }

    fn refs(&mut self, tips: &[Tip]) -> Result<(), Error> {
        let at = self.plan.now;
        let rows = tips.iter().map(|tip| RefSeen { name: tip.name.clone(), sha: tip.id.to_string(), at }).collect();
        self.push(Batch::RefsSeen(rows))
    }

    pub(crate) fn push(&mut self, batch: Batch) -> Result<(), Error> {
        self.sink.push(batch).map_err(Error::Sink)
    }

    fn damage(&self, told: &mut Told) -> Vec<ObjectError> {
        let walked = self.graph.damage.iter().cloned();
        let compared = self.touched.iter().filter_map(|touched| touched.damage.clone());
        let read = std::mem::take(&mut told.damage).into_iter().map(|(_, damage)| damage);
        let mut seen = FxHashSet::default();
        let mut all: Vec<_> = walked.chain(compared).chain(read).filter(|damage| seen.insert(damage.id())).collect();
        all.sort_by_key(ObjectError::id);
        all
    }

    fn truncated_since(&self) -> Option<i64> {
        let cut = self.graph.commits.iter().any(|commit| commit.boundary);
        cut.then(|| self.graph.commits.iter().map(|commit| commit.committed_at).min()).flatten()
    }
}
