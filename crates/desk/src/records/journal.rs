//! The journal file: one line an act, `CHECKSUM JSON`, appended under a lock and on the disk before anybody is told.
//!
//! A line counts when its newline and its checksum are there. A last line that does not is put aside into a file of its own and cut off
//! by the next writer. A bad line before the last is damage: nothing is read past it, and nothing is changed.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Entry, RecordsError, Torn, Version};
use jiff::Timestamp;

/// A step on the disk, for faults in tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Writing the line; half of it reaches the file when this fails.
    Append,
    /// Making it durable.
    Sync,
    /// Cutting a failed line off again.
    Cut,
}

type Asked = dyn Fn(Step) -> io::Result<()> + Send + Sync;

/// Asked before each step on the disk; an error is taken as the disk's.
#[derive(Clone)]
pub struct Trip(Arc<Asked>);

impl fmt::Debug for Trip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trip")
    }
}

impl Trip {
    /// A disk that does not fail by itself.
    #[must_use]
    pub fn never() -> Self {
        Self(Arc::new(|_| Ok(())))
    }

    /// A disk that fails when `asked` says so.
    pub fn when(asked: impl Fn(Step) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(asked))
    }

    fn ask(&self, step: Step) -> io::Result<()> {
        (self.0)(step)
    }
}

/// The journal of a data folder.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    trip: Trip,
    /// Bytes read and found good.
    good: u64,
    seq: u64,
    /// Checksum of the last good line.
    prev: String,
    /// Set while a line that failed could not be cut off again: the file's length with it.
    uncut: Option<u64>,
    pub(super) torn: Option<Torn>,
}

/// What stands at the journal's end.
struct Tail {
    entries: Vec<Entry>,
    /// Bytes after the last good line.
    loose: Vec<u8>,
}

impl Journal {
    pub(super) fn open(dir: &Path, trip: Trip) -> Result<Self, RecordsError> {
        std::fs::create_dir_all(dir).map_err(io_at("make the folder", dir))?;
        let path = dir.join("records.jsonl");
        let fresh = !path.exists();
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(io_at("open", &path))?;
        if fresh {
            File::open(dir).and_then(|dir| dir.sync_all()).map_err(io_at("make durable", dir))?;
        }
        let mut journal = Self { path, file, trip, good: 0, seq: 0, prev: String::new(), uncut: None, torn: None };
        journal.repair()?;
        Ok(journal)
    }

    /// Puts a torn last line aside, when no writer is at work.
    fn repair(&mut self) -> Result<(), RecordsError> {
        if self.file.try_lock().is_err() {
            return Ok(());
        }
        let (good, seq, prev) = (self.good, self.seq, self.prev.clone());
        let outcome = self.read_tail().and_then(|tail| self.put_aside(&tail.loose));
        (self.good, self.seq, self.prev) = (good, seq, prev);
        self.unlock()?;
        outcome
    }

    /// Lines that were added since the last look.
    pub(super) fn refresh(&mut self) -> Result<Vec<Entry>, RecordsError> {
        let length = self.file.metadata().map_err(io_at("read", &self.path))?.len();
        if length <= self.good || self.uncut == Some(length) {
            return Ok(Vec::new());
        }
        self.uncut = None;
        Ok(self.read_tail()?.entries)
    }

    /// Appends what an act wrote. `check` is asked, under the lock and with everything that others wrote in the meantime, whether it
    /// may still be written; the entries that it was shown come back with the new one so that the caller can take them in.
    pub(super) fn append<E: From<RecordsError>>(
        &mut self,
        at: Timestamp,
        actor: &str,
        act: &str,
        check: impl FnOnce(&[Entry]) -> Result<Vec<Version>, E>,
    ) -> (Vec<Entry>, Result<(), E>) {
        if let Err(source) = self.file.lock() {
            return (Vec::new(), Err(io_at("lock", &self.path)(source).into()));
        }
        let mut entries = Vec::new();
        let outcome = self.append_locked(&mut entries, at, actor, act, check);
        let unlocked = self.unlock().map_err(E::from);
        (entries, outcome.and(unlocked))
    }

    fn append_locked<E: From<RecordsError>>(
        &mut self,
        entries: &mut Vec<Entry>,
        at: Timestamp,
        actor: &str,
        act: &str,
        check: impl FnOnce(&[Entry]) -> Result<Vec<Version>, E>,
    ) -> Result<(), E> {
        self.cut_failed_line()?;
        let tail = self.read_tail()?;
        *entries = tail.entries;
        self.put_aside(&tail.loose)?;
        let writes = check(entries)?;
        if writes.is_empty() {
            return Ok(());
        }
        let entry = Entry {
            seq: self.seq + 1,
            at,
            actor: actor.to_owned(),
            act: act.to_owned(),
            prev: self.prev.clone(),
            writes,
        };
        let json = serde_json::to_string(&entry).map_err(|source| io_at("write", &self.path)(source.into()))?;
        let sum = checksum(&json);
        let line = format!("{sum} {json}\n");
        if let Err(source) = self.write_line(line.as_bytes()) {
            // Nobody was told that it was saved, so it must not turn up later.
            if self.trip.ask(Step::Cut).and_then(|()| self.cut()).is_err() {
                self.uncut = self.file.metadata().map(|about| about.len()).ok();
            }
            return Err(io_at("write", &self.path)(source).into());
        }
        self.good += u64::try_from(line.len()).unwrap_or(0);
        self.seq = entry.seq;
        self.prev = sum;
        entries.push(entry);
        Ok(())
    }

    fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        if let Err(error) = self.trip.ask(Step::Append) {
            let half = line.get(..line.len() / 2).unwrap_or_default();
            self.file.write_all(half)?;
            return Err(error);
        }
        self.file.write_all(line)?;
        self.trip.ask(Step::Sync)?;
        self.file.sync_data()
    }

    /// Cuts a failed line that could not be cut before, unless another process has gone on after it: then it stands.
    fn cut_failed_line(&mut self) -> Result<(), RecordsError> {
        let Some(length) = self.uncut else {
            return Ok(());
        };
        let now = self.file.metadata().map_err(io_at("read", &self.path))?.len();
        if now == length {
            self.trip.ask(Step::Cut).and_then(|()| self.cut()).map_err(io_at("mend", &self.path))?;
        }
        self.uncut = None;
        Ok(())
    }

    fn cut(&self) -> io::Result<()> {
        self.file.set_len(self.good)?;
        self.file.sync_data()
    }

    fn unlock(&self) -> Result<(), RecordsError> {
        self.file.unlock().map_err(io_at("unlock", &self.path))
    }

    /// Reads from the last good byte on and moves past every good line.
    fn read_tail(&mut self) -> Result<Tail, RecordsError> {
        let mut bytes = Vec::new();
        let good = self.good;
        self.file
            .seek(SeekFrom::Start(good))
            .and_then(|_| self.file.read_to_end(&mut bytes))
            .map_err(io_at("read", &self.path))?;
        let mut entries = Vec::new();
        let mut rest = bytes.as_slice();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end + 1);
            match self.judge(line) {
                Ok((entry, sum)) => {
                    self.good += u64::try_from(line.len()).unwrap_or(0);
                    self.seq = entry.seq;
                    self.prev = sum;
                    entries.push(entry);
                }
                Err(_) if after.is_empty() => break,
                Err(why) => {
                    return Err(RecordsError::Damaged { path: self.path.clone(), line: self.seq + 1, why });
                }
            }
            rest = after;
        }
        Ok(Tail { entries, loose: rest.to_vec() })
    }

    fn judge(&self, line: &[u8]) -> Result<(Entry, String), &'static str> {
        let line = std::str::from_utf8(line).map_err(|_| "not UTF-8")?.trim_end_matches('\n');
        let (sum, json) = line.split_once(' ').ok_or("no checksum")?;
        if checksum(json) != sum {
            return Err("checksum does not match");
        }
        let entry: Entry = serde_json::from_str(json).map_err(|_| "not a line of records")?;
        if entry.seq != self.seq + 1 || entry.prev != self.prev {
            return Err("a line before it is missing");
        }
        Ok((entry, sum.to_owned()))
    }

    /// Keeps loose bytes in a file of their own, then cuts them off.
    fn put_aside(&mut self, loose: &[u8]) -> Result<(), RecordsError> {
        if loose.is_empty() {
            return Ok(());
        }
        let kept_in = self.path.with_extension(format!("torn-{}", self.good));
        std::fs::write(&kept_in, loose).map_err(io_at("write", &kept_in))?;
        self.cut().map_err(io_at("mend", &self.path))?;
        self.torn = Some(Torn { bytes: u64::try_from(loose.len()).unwrap_or(0), kept_in });
        Ok(())
    }
}

fn checksum(json: &str) -> String {
    blake3::hash(json.as_bytes()).to_hex().to_string()
}

fn io_at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RecordsError {
    let path = path.to_path_buf();
    move |source| RecordsError::Io { doing, path, source }
}
