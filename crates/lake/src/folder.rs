//! A lake in a folder of this machine: written with fsync, guarded by a lock that ends with the process.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::error::Result as QueryResult;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use object_store::ObjectStore;
use object_store::path::Path as StorePath;

use crate::disk::{Disk, DiskFile};
use crate::error::{Holder, LakeError};
use crate::manifest::FILE;
use crate::part;
use crate::place::{Found, Held, Mark, Place};

const NEW_FILE: &str = "manifest.json.new";
const LOCK_FILE: &str = "lock";

/// The folder, and the disk that it is on.
#[derive(Debug)]
pub(crate) struct Folder {
    dir: PathBuf,
    disk: Arc<dyn Disk>,
}

impl Folder {
    /// The folder need not exist yet.
    pub(crate) fn new(dir: &Path, disk: Arc<dyn Disk>) -> Result<Self, LakeError> {
        let dir = std::path::absolute(dir).map_err(LakeError::io("find", dir))?;
        Ok(Self { dir, disk })
    }

    /// Waits until the new files' folders, and those above them, are on the disk.
    fn settle(&self, files: &[&str]) -> Result<(), LakeError> {
        let mut folders: Vec<&Path> = files.iter().flat_map(|file| Path::new(file).ancestors().skip(1)).collect();
        folders.sort_unstable();
        folders.dedup();
        for folder in folders.into_iter().filter(|folder| !folder.as_os_str().is_empty()) {
            let folder = self.dir.join(folder);
            self.disk.sync_dir(&folder).map_err(LakeError::io("sync", &folder))?;
        }
        Ok(())
    }
}

impl Place for Folder {
    fn address(&self) -> &Path {
        &self.dir
    }

    fn hold(&self) -> Result<Held, LakeError> {
        self.disk.create_dirs(&self.dir).map_err(LakeError::io("create", &self.dir))?;
        lock(&self.dir).map(|file| Held(Some(file)))
    }

    fn mark(&self) -> Option<Mark> {
        let about = fs::metadata(self.dir.join(FILE)).ok()?;
        Some(Mark::File(about.modified().ok()?, about.len()))
    }

    fn manifest(&self) -> Result<Option<(Vec<u8>, Mark)>, LakeError> {
        // Before the content: when it is replaced in between, the next look reads it again.
        let mark = self.mark().unwrap_or(Mark::File(SystemTime::UNIX_EPOCH, 0));
        let path = self.dir.join(FILE);
        match fs::read(&path) {
            Ok(text) => Ok(Some((text, mark))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LakeError::io("read", path)(error)),
        }
    }

    /// Write, fsync, rename, fsync of the folder. The lock is what keeps others away.
    fn replace(&self, text: Vec<u8>, _before: Option<&Mark>, new: &[&str]) -> Result<Option<Mark>, LakeError> {
        self.settle(new)?;
        let new = self.dir.join(NEW_FILE);
        let mut file = self.disk.create(&new).map_err(LakeError::io("create", &new))?;
        file.write_all(&text).map_err(LakeError::io("write", &new))?;
        file.sync().map_err(LakeError::io("sync", &new))?;
        drop(file);
        let path = self.dir.join(FILE);
        self.disk.rename(&new, &path).map_err(LakeError::io("replace", &path))?;
        self.disk.sync_dir(&self.dir).map_err(LakeError::io("sync", &self.dir))?;
        Ok(self.mark())
    }

    fn create(&self, file: &str) -> Result<Box<dyn DiskFile>, LakeError> {
        let path = self.dir.join(file);
        let folder = path.parent().unwrap_or(&self.dir);
        self.disk.create_dirs(folder).map_err(LakeError::io("create", folder))?;
        self.disk.create(&path).map_err(LakeError::io("create", &path))
    }

    fn is_there(&self, file: &str) -> bool {
        self.dir.join(file).exists()
    }

    fn remove(&self, file: &str) -> io::Result<()> {
        self.disk.remove(&self.dir.join(file))
    }

    fn files(&self, folder: &str) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(self.dir.join(&folder)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let file = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                let Ok(about) = entry.metadata() else { continue };
                if about.is_dir() {
                    open.push(file);
                    continue;
                }
                let since = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
                let modified = since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
                found.push(Found { file, modified });
            }
        }
        Ok(found)
    }

    fn sizes(&self, files: &[&str]) -> Vec<io::Result<Option<u64>>> {
        let size = |file: &&str| match fs::metadata(self.dir.join(file)) {
            Ok(about) => Ok(Some(about.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        files.iter().map(size).collect()
    }

    fn checksum(&self, file: &str) -> io::Result<String> {
        part::checksum(File::open(self.dir.join(file))?)
    }

    fn rows(&self, file: &str) -> Result<ParquetRecordBatchReader, LakeError> {
        let path = self.dir.join(file);
        let file = File::open(&path).map_err(LakeError::io("read", &path))?;
        part::rows(file, &path)
    }

    fn store(&self) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn store_url(&self) -> QueryResult<ObjectStoreUrl> {
        Ok(ObjectStoreUrl::local_filesystem())
    }

    fn location(&self, file: &str) -> Result<StorePath, object_store::path::Error> {
        StorePath::from_absolute_path(self.dir.join(file))
    }

    fn put_aside(&self) -> Result<String, LakeError> {
        let path = self.dir.join(FILE);
        let aside = path.with_extension("json.damaged");
        fs::rename(&path, &aside).map_err(LakeError::io("move", &path))?;
        Ok(aside.display().to_string())
    }
}

/// Locks a folder for this process until the file is closed.
///
/// # Errors
/// [`LakeError::Busy`] when another process has it, and when the lock cannot be written.
pub fn lock(dir: &Path) -> Result<File, LakeError> {
    let path = dir.join(LOCK_FILE);
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(LakeError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.read_to_string(&mut text);
            return Err(LakeError::Busy { path: dir.to_owned(), holder: Holder(text.trim().parse().ok()) });
        }
        Err(TryLockError::Error(error)) => return Err(LakeError::io("lock", &path)(error)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| write!(file, "{}", std::process::id()))
        .map_err(LakeError::io("write", &path))?;
    Ok(file)
}
