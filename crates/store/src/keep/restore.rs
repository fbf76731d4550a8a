//! The way back: a backup is read through and compared with its checksums first, and nothing that is there is ever written over.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::backup::{DUMP, KEY, LAKE, SQLITE, off_the_loop};
use super::container::{Contents, Engine, beside, io_error, unpack, verify};
use super::programs;
use crate::database::Database;
use crate::seal::write_secret;
use crate::{Place, StoreError};

/// Where the parts of a backup go.
#[derive(Debug, Clone)]
pub struct RestoreInto {
    /// The database; nothing may be there.
    pub place: Place,
    /// The folder of the lake; empty or not there.
    pub lake: PathBuf,
    /// The file of the key. A backup without one leaves it as it is.
    pub key: PathBuf,
}

/// Restores a backup. The database comes last, so that nothing is taken for whole which is not.
///
/// # Errors
/// Damaged when the backup is not what was written; refused when there is data already, or it is of the other engine; when something
/// cannot be written, or `pg_restore` is missing or fails.
pub async fn restore(file: &Path, into: &RestoreInto) -> Result<Contents, StoreError> {
    let path = file.to_owned();
    let contents = off_the_loop(move || verify(&path)).await?;
    refuse_over_data(&contents, into).await?;
    let (path, target, packed) = (file.to_owned(), into.clone(), contents.clone());
    off_the_loop(move || {
        let staged = Staged::of(&path, &target);
        let done = unpack(&path, |name| staged.target(name)).and_then(|()| put_in_place(&staged, &target, &packed));
        staged.sweep();
        done
    })
    .await?;
    Ok(contents)
}

async fn refuse_over_data(contents: &Contents, into: &RestoreInto) -> Result<(), StoreError> {
    let there =
        |what: &str| StoreError::field("restore", format!("{what} is there already. Restore into an empty folder."));
    match (&into.place, contents.engine) {
        (Place::File(path), Engine::Sqlite) => {
            let rests = ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", path.display())));
            if let Some(rest) = rests.iter().find(|path| path.exists()) {
                return Err(there(&rest.display().to_string()));
            }
        }
        (Place::Server(_), Engine::Postgresql) => {
            if tables(&into.place).await? > 0 {
                return Err(StoreError::field(
                    "restore",
                    format!("{} holds tables already. Restore into an empty database.", into.place),
                ));
            }
        }
        (_, Engine::Sqlite) => {
            return Err(StoreError::field("restore", "This backup is of SQLite; it goes into a data folder."));
        }
        (_, Engine::Postgresql) => {
            return Err(StoreError::field(
                "restore",
                "This backup is of PostgreSQL; name an empty database with --database.",
            ));
        }
    }
    let full = std::fs::read_dir(&into.lake).is_ok_and(|mut entries| entries.next().is_some());
    if contents.has_below(LAKE) && full {
        return Err(there(&into.lake.display().to_string()));
    }
    if contents.has(KEY) && into.key.exists() {
        return Err(there(&into.key.display().to_string()));
    }
    Ok(())
}

async fn tables(place: &Place) -> Result<i64, StoreError> {
    let connection = Database::connect(place).await?;
    let question = "SELECT count(*) AS n FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')";
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await?;
    let count = row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0);
    connection.close().await?;
    Ok(count)
}

/// Where the parts wait until they are whole.
struct Staged {
    database: PathBuf,
    lake: PathBuf,
    key: PathBuf,
}

impl Staged {
    fn of(file: &Path, into: &RestoreInto) -> Self {
        let database = match &into.place {
            Place::File(path) => beside(path, "restoring"),
            Place::Server(_) => beside(file, "restoring"),
        };
        Self { database, lake: beside(&into.lake, "restoring"), key: beside(&into.key, "restoring") }
    }

    fn target(&self, name: &str) -> Option<PathBuf> {
        match name {
            SQLITE | DUMP => Some(self.database.clone()),
            KEY => Some(self.key.clone()),
            _ => name.strip_prefix(LAKE).map(|name| self.lake.join(name)),
        }
    }

    fn sweep(&self) {
        let _ = std::fs::remove_file(&self.database);
        let _ = std::fs::remove_file(&self.key);
        let _ = std::fs::remove_dir_all(&self.lake);
    }
}

fn put_in_place(staged: &Staged, into: &RestoreInto, contents: &Contents) -> Result<(), StoreError> {
    if contents.has_below(LAKE) {
        let _ = std::fs::remove_dir(&into.lake);
        std::fs::rename(&staged.lake, &into.lake).map_err(io_error("make", &into.lake))?;
    }
    if contents.has(KEY) {
        let text = std::fs::read_to_string(&staged.key).map_err(io_error("read", &staged.key))?;
        write_secret(&into.key, &text)?;
    }
    match &into.place {
        Place::File(path) => std::fs::rename(&staged.database, path).map_err(io_error("make", path)),
        Place::Server(address) => programs::load(address, &staged.database),
    }
}
