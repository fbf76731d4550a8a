//! A backup is one tar file that anybody can open. Its last entry, `MANIFEST.json`, names every other with its length and BLAKE3 hash.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// The last entry.
const MANIFEST: &str = "MANIFEST.json";
/// The version of its shape.
const SCHEMA: u32 = 1;
/// The largest manifest that is read, in bytes.
const MANIFEST_BYTES: u64 = 256 << 20;

/// The engine that a backup was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// A whole database file.
    Sqlite,
    /// What `pg_dump` wrote, for `pg_restore`.
    Postgresql,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// Its name, with `/` between folders.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// BLAKE3 of its content, hex.
    pub blake3: String,
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    schema: u32,
    /// When it was begun.
    pub made_at: Timestamp,
    /// Of which engine.
    pub engine: Engine,
    /// Its files, in their order.
    pub files: Vec<Packed>,
}

impl Contents {
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name == name)
    }

    pub(super) fn has_below(&self, folder: &str) -> bool {
        self.files.iter().any(|file| file.name.starts_with(folder))
    }
}

pub(super) fn io_error(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| {
        if source.kind() == io::ErrorKind::StorageFull {
            return StoreError::Full;
        }
        StoreError::Io { doing, path: path.clone(), source }
    }
}

/// A backup that is being written. It has its name only when it is whole and on the disk.
pub(super) struct Packing {
    tar: tar::Builder<BufWriter<File>>,
    path: PathBuf,
    contents: Contents,
}

impl Packing {
    pub(super) fn begin(path: &Path, engine: Engine, made_at: Timestamp) -> Result<Self, StoreError> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(beside(path, "part")).map_err(io_error("write", path))?;
        let contents = Contents { schema: SCHEMA, made_at, engine, files: Vec::new() };
        Ok(Self { tar: tar::Builder::new(BufWriter::new(file)), path: path.to_owned(), contents })
    }

    pub(super) fn add_file(&mut self, name: &str, from: &Path) -> Result<(), StoreError> {
        let file = File::open(from).map_err(io_error("read", from))?;
        let bytes = file.metadata().map_err(io_error("read", from))?.len();
        self.add(name, bytes, BufReader::new(file)).map_err(io_error("pack", from))
    }

    pub(super) fn add_bytes(&mut self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        self.add(name, content.len() as u64, content).map_err(io_error("pack", Path::new(name)))
    }

    fn add(&mut self, name: &str, bytes: u64, content: impl Read) -> io::Result<()> {
        let mut read = Hashing { inner: content.take(bytes), hasher: blake3::Hasher::new(), bytes: 0 };
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(self.contents.made_at.as_second().unsigned_abs());
        self.tar.append_data(&mut header, name, &mut read)?;
        if read.bytes != bytes {
            return Err(io::Error::other("it became shorter while it was read; try again"));
        }
        let blake3 = read.hasher.finalize().to_hex().to_string();
        self.contents.files.push(Packed { name: name.to_owned(), bytes, blake3 });
        Ok(())
    }

    /// Writes the manifest and gives the file its name.
    pub(super) fn finish(mut self) -> Result<Contents, StoreError> {
        let contents = self.contents.clone();
        let text =
            serde_json::to_vec_pretty(&contents).map_err(|error| StoreError::because("write a manifest", error))?;
        self.add_bytes(MANIFEST, &text)?;
        let failed = io_error("write", &self.path);
        let mut buffer = self.tar.into_inner().map_err(&failed)?;
        buffer.flush().and_then(|()| buffer.get_ref().sync_all()).map_err(&failed)?;
        std::fs::rename(beside(&self.path, "part"), &self.path).map_err(&failed)?;
        Ok(contents)
    }
}

/// `path` with `.what` at its end.
pub(super) fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    PathBuf::from(name)
}

/// Reads and hashes.
struct Hashing<R> {
    inner: R,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

fn damaged(path: &Path, why: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(format!("{} is no whole backup: {why}", path.display()))
}

/// Reads a backup through and compares each file with the manifest. Nothing is written.
pub(super) fn verify(path: &Path) -> Result<Contents, StoreError> {
    let mut found = BTreeMap::new();
    let mut manifest = None;
    each_entry(path, |name, mut entry| {
        if name == MANIFEST {
            let mut text = Vec::new();
            entry.by_ref().take(MANIFEST_BYTES).read_to_end(&mut text).map_err(|error| damaged(path, error))?;
            manifest = Some(text);
            return Ok(());
        }
        let mut read = Hashing { inner: entry, hasher: blake3::Hasher::new(), bytes: 0 };
        io::copy(&mut read, &mut io::sink()).map_err(|error| damaged(path, error))?;
        let packed =
            Packed { name: name.to_owned(), bytes: read.bytes, blake3: read.hasher.finalize().to_hex().to_string() };
        match found.insert(name.to_owned(), packed) {
            None => Ok(()),
            Some(_) => Err(damaged(path, format!("{name} is in it twice"))),
        }
    })?;
    let manifest = manifest.ok_or_else(|| damaged(path, "it has no manifest, which is written last"))?;
    let contents: Contents = serde_json::from_slice(&manifest).map_err(|error| damaged(path, error))?;
    if contents.schema != SCHEMA {
        let why = format!("it is of shape {}, and this program knows shape {SCHEMA}", contents.schema);
        return Err(damaged(path, why));
    }
    for file in &contents.files {
        match found.remove(&file.name) {
            Some(packed) if packed == *file => {}
            Some(_) => return Err(damaged(path, format!("{} is not what was written", file.name))),
            None => return Err(damaged(path, format!("{} is missing", file.name))),
        }
    }
    match found.keys().next() {
        Some(name) => Err(damaged(path, format!("{name} is not in its manifest"))),
        None => Ok(contents),
    }
}

/// Writes each file of a verified backup to where `target` says; none is left out.
pub(super) fn unpack(path: &Path, target: impl Fn(&str) -> Option<PathBuf>) -> Result<(), StoreError> {
    each_entry(path, |name, mut entry| {
        let Some(to) = target(name) else { return Ok(()) };
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(io_error("make", folder))?;
        }
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&to).map_err(io_error("write", &to))?;
        io::copy(&mut entry, &mut file).and_then(|_| file.sync_all()).map_err(io_error("write", &to))
    })
}

fn each_entry(
    path: &Path,
    mut each: impl FnMut(&str, tar::Entry<'_, BufReader<File>>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let file = File::open(path).map_err(io_error("read", path))?;
    let mut archive = tar::Archive::new(BufReader::new(file));
    for entry in archive.entries().map_err(|error| damaged(path, error))? {
        let entry = entry.map_err(|error| damaged(path, error))?;
        let name = entry.path().map_err(|error| damaged(path, error))?.into_owned();
        let plain = name.components().all(|part| matches!(part, Component::Normal(_)));
        let text = name.to_str().filter(|_| plain && entry.header().entry_type().is_file());
        let text = text.ok_or_else(|| damaged(path, format!("{} is no plain file", name.display())))?;
        each(text, entry)?;
    }
    Ok(())
}
