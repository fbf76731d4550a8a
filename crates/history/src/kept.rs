//! What the files at the head were measured as, from one run to the next: a file that has not changed is not parsed again.
//!
//! One file, written anew by a run that measured something new. One that is missing, damaged or of another program's making costs
//! time and nothing else.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::debt::AdmissionFound;
use crate::error::Error;
use crate::manifests::ManifestFound;
use crate::syntax::{Measured, Text};
use crate::word::{self, Word};

/// Changes with every change of what is measured, or of its form. Each release measures anew in any case.
const HEADER: &[u8] = concat!("mhead002 ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// What one file was measured as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) bytes: u64,
    #[serde(with = "word::maybe")]
    pub(crate) language: Option<Word>,
    pub(crate) binary: bool,
    /// Whether it was taken for code, and so compared with other code.
    pub(crate) code: bool,
    pub(crate) measured: Measured,
    pub(crate) admissions: Vec<AdmissionFound>,
    pub(crate) manifest: Vec<ManifestFound>,
    pub(crate) setting: Option<String>,
    pub(crate) text: Text,
}

/// Path and content, to the measured file in its written form.
type Files = FxHashMap<(String, ObjectId), Vec<u8>>;

/// The files of the last run, and those of this one.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    path: Option<PathBuf>,
    before: Files,
    now: Files,
    changed: bool,
}

impl Kept {
    /// Reads what the last run left in `folder`; without one nothing is kept.
    pub(crate) fn open(folder: Option<&Path>) -> Self {
        let path = folder.map(|folder| folder.join("head.bin"));
        let before = path.as_deref().and_then(|path| std::fs::read(path).ok()).and_then(|bytes| read(&bytes));
        Self { path, before: before.unwrap_or_default(), now: Files::default(), changed: false }
    }

    /// What a file was measured as, when it was.
    pub(crate) fn find(&self, path: &str, blob: ObjectId) -> Option<Known> {
        // A key of borrowed parts would need a map of its own; a path is short.
        postcard::from_bytes(self.before.get(&(path.to_owned(), blob))?).ok()
    }

    /// Keeps a file for the next run.
    pub(crate) fn keep(&mut self, path: String, blob: ObjectId, new: Option<Vec<u8>>) {
        let key = (path, blob);
        self.changed |= new.is_some();
        if let Some(bytes) = new.or_else(|| self.before.remove(&key)) {
            self.now.insert(key, bytes);
        }
    }

    /// Writes what this run kept, when it differs from what was there.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let Some(path) = self.path.filter(|_| self.changed || !self.before.is_empty()) else { return Ok(()) };
        let io = |source| Error::Io { what: "write", path: path.clone(), source };
        let files: Vec<(&str, &[u8], &[u8])> =
            self.now.iter().map(|((path, blob), bytes)| (path.as_str(), blob.as_slice(), bytes.as_slice())).collect();
        let plain = postcard::to_allocvec(&files).map_err(|error| io(std::io::Error::other(error)))?;
        let packed = zstd::bulk::compress(&plain, 1).map_err(io)?;
        let new = path.with_extension("new");
        let mut file = std::fs::File::create(&new).map_err(io)?;
        file.write_all(HEADER).map_err(io)?;
        file.write_all(&(plain.len() as u64).to_le_bytes()).map_err(io)?;
        file.write_all(&crate::state::checksum(&packed).to_le_bytes()).map_err(io)?;
        file.write_all(&packed).map_err(io)?;
        drop(file);
        std::fs::rename(&new, &path).map_err(io)
    }
}

fn read(bytes: &[u8]) -> Option<Files> {
    let rest = bytes.strip_prefix(HEADER)?;
    let (plain, rest) = rest.split_first_chunk()?;
    let (sum, packed) = rest.split_first_chunk()?;
    if crate::state::checksum(packed) != u64::from_le_bytes(*sum) {
        return None;
    }
    let plain = zstd::bulk::decompress(packed, usize::try_from(u64::from_le_bytes(*plain)).ok()?).ok()?;
    let files: Vec<(&str, &[u8], &[u8])> = postcard::from_bytes(&plain).ok()?;
    let entry = |(path, blob, bytes): (&str, &[u8], &[u8])| {
        Some(((path.to_owned(), ObjectId::try_from(blob).ok()?), bytes.to_vec()))
    };
    files.into_iter().map(entry).collect()
}
