//! A backup while others read and write: the database of one instant, the lake's folder, and the key only when it is asked for.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::container::{Contents, Engine, Packing, beside, io_error};
use super::programs;
use crate::{Actor, Place, Store, StoreError};

/// The database in a backup, by engine.
pub(super) const SQLITE: &str = "database/mainstay.db";
pub(super) const DUMP: &str = "database/mainstay.dump";
/// The key in a backup.
pub(super) const KEY: &str = "key";
/// The lake in a backup.
pub(super) const LAKE: &str = "lake/";
/// The file of the lake that is replaced; it goes first, so that what it names is there when its turn comes.
const LAKE_MANIFEST: &str = "manifest.json";

/// What a backup is to hold.
#[derive(Debug, Clone)]
pub struct BackupAsk {
    /// The file to make.
    pub file: PathBuf,
    /// The folder of the lake, when it is one.
    pub lake: Option<PathBuf>,
    /// Whether the key of sealed records goes in. Whoever has both reads everything.
    pub with_key: bool,
}

impl Store {
    /// Makes a backup, and notes it in the audit.
    ///
    /// # Errors
    /// Refused when the file is there already; when a file cannot be read or written, or `pg_dump` is missing or fails.
    pub async fn backup(&self, actor: Actor, ask: BackupAsk, now: Timestamp) -> Result<Contents, StoreError> {
        if ask.file.exists() {
            let message = format!("{} is there already. Name another file.", ask.file.display());
            return Err(StoreError::field("file", message));
        }
        let copy = beside(&ask.file, "database");
        let made = self.pack(&ask, &copy, now).await;
        for rest in [&copy, &beside(&ask.file, "part")] {
            let _ = std::fs::remove_file(rest);
        }
        let contents = made?;
        let mut write = self.write(actor, now).await?;
        write.note("backup", if ask.with_key { "with the key" } else { "without the key" }, None, None);
        write.keep().await?;
        Ok(contents)
    }

    async fn pack(&self, ask: &BackupAsk, copy: &Path, now: Timestamp) -> Result<Contents, StoreError> {
        let (engine, name) = match self.place() {
            Place::File(_) => {
                self.database.copy_to(copy).await?;
                (Engine::Sqlite, SQLITE)
            }
            Place::Server(address) => {
                let (address, to) = (address.clone(), copy.to_owned());
                off_the_loop(move || programs::dump(&address, &to)).await?;
                (Engine::Postgresql, DUMP)
            }
        };
        let (ask, copy) = (ask.clone(), copy.to_owned());
        let key = ask.with_key.then(|| self.keys.text());
        off_the_loop(move || {
            let mut packing = Packing::begin(&ask.file, engine, now)?;
            packing.add_file(name, &copy)?;
            if let Some(key) = key {
                packing.add_bytes(KEY, key.as_bytes())?;
            }
            if let Some(lake) = &ask.lake {
                add_lake(&mut packing, lake)?;
            }
            packing.finish()
        })
        .await
    }
}

pub(super) async fn off_the_loop<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::because("keep a backup", error))?
}

fn add_lake(packing: &mut Packing, lake: &Path) -> Result<(), StoreError> {
    let manifest = lake.join(LAKE_MANIFEST);
    // Its bytes are read before anything else is: it may be replaced while the files are packed.
    if manifest.exists() {
        let text = std::fs::read(&manifest).map_err(io_error("read", &manifest))?;
        packing.add_bytes(&format!("{LAKE}{LAKE_MANIFEST}"), &text)?;
    }
    for name in files_below(lake, "")? {
        if name != LAKE_MANIFEST {
            packing.add_file(&format!("{LAKE}{name}"), &lake.join(&name))?;
        }
    }
    Ok(())
}

/// The files below a folder, by name with `/` between folders, in order.
pub(super) fn files_below(root: &Path, below: &str) -> Result<Vec<String>, StoreError> {
    let folder = root.join(below);
    let failed = io_error("read", &folder);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(&failed)? {
        let entry = entry.map_err(&failed)?;
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| failed(std::io::Error::other("a name in it is no UTF-8")))?;
        let path = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        let kind = entry.file_type().map_err(&failed)?;
        if kind.is_dir() {
            found.extend(files_below(root, &path)?);
        } else if kind.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
