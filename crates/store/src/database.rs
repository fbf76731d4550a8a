//! The database: SQLite in the data folder, or a PostgreSQL server. One code path over both; what differs stands in this file.

mod migrations;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::StoreError;
use migrations::Migrations;

/// How long a writer waits for another process to finish.
const WAIT: Duration = Duration::from_secs(10);
/// The lock that makes writers of one PostgreSQL database take turns, so that the audit chain has one end.
const TURN: i64 = 0x6d61_696e_7374;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of SQLite; made when it is not there.
    File(PathBuf),
    /// A PostgreSQL server, by `postgres://…`.
    Server(String),
}

impl Place {
    /// The database of a data folder.
    #[must_use]
    pub fn of_folder(data: &Path) -> Self {
        Self::File(data.join("mainstay.db"))
    }

    /// What `--database` names.
    ///
    /// # Errors
    /// Refused when it is no address of PostgreSQL.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Server(text.to_owned()));
        }
        Err(StoreError::field(
            "database",
            format!("`{text}` is not an address of PostgreSQL (postgres://user@host/name)"),
        ))
    }
}

impl std::fmt::Display for Place {
    /// The place without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(address) => match address.rsplit_once('@') {
                Some((_, host)) => write!(f, "postgres://{host}"),
                None => f.write_str(address),
            },
        }
    }
}

/// An open database. Clones share its connections.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    connection: DatabaseConnection,
    place: Place,
    /// Writers of this process take turns here before they ask the database.
    turn: Arc<Mutex<()>>,
}

/// A turn at writing: everything in it is kept, or nothing.
#[derive(Debug)]
pub(crate) struct Turn {
    transaction: DatabaseTransaction,
    _held: Option<OwnedMutexGuard<()>>,
}

impl Turn {
    pub(crate) const fn on(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    pub(crate) async fn keep(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

impl Database {
    /// Opens the database, bringing an older one up to date.
    pub(crate) async fn open(place: &Place) -> Result<Self, StoreError> {
        Self::open_with(place, options(place)?).await
    }

    /// A file that may not grow over so many pages: a disk that is full, for tests.
    pub(crate) async fn open_small(place: &Place, pages: u32) -> Result<Self, StoreError> {
        let mut options = options(place)?;
        options.map_sqlx_sqlite_opts(move |sqlite| tuned(sqlite).pragma("max_page_count", pages.to_string()));
        Self::open_with(place, options).await
    }

    async fn open_with(place: &Place, options: ConnectOptions) -> Result<Self, StoreError> {
        let connection = sea_orm::Database::connect(options).await.map_err(|error| match StoreError::from(error) {
            StoreError::Fault { source, .. } => {
                StoreError::Unreachable(source.map(|cause| cause.to_string()).unwrap_or_default())
            }
            other => other,
        })?;
        let database = Self { connection, place: place.clone(), turn: Arc::default() };
        database.bring_up_to_date().await?;
        Ok(database)
    }

    /// The database as it is, for a look at it that changes nothing.
    pub(crate) async fn connect(place: &Place) -> Result<DatabaseConnection, StoreError> {
        Ok(sea_orm::Database::connect(options(place)?).await?)
    }

    async fn bring_up_to_date(&self) -> Result<(), StoreError> {
        let known = Migrations::migrations();
        let ours = known.last().map(|step| step.name().to_owned()).unwrap_or_default();
        let present = self.steps().await?;
        if let Some(theirs) = present.iter().find(|step| !known.iter().any(|known| known.name() == *step)) {
            return Err(StoreError::Newer { theirs: theirs.clone(), ours });
        }
        if present.len() == known.len() {
            return Ok(());
        }
        if let (Place::File(path), false) = (&self.place, present.is_empty()) {
            self.copy_to(&path.with_extension(format!("before-{ours}.db"))).await?;
        }
        Ok(Migrations::up(&self.connection, None).await?)
    }

    /// The steps that the database has seen.
    async fn steps(&self) -> Result<Vec<String>, StoreError> {
        Migrations::install(&self.connection).await?;
        let mut seen: Vec<_> = Migrations::get_applied_migrations(&self.connection)
            .await
            .map_or_else(|_| Vec::new(), |steps| steps.iter().map(|step| step.name().to_owned()).collect());
        let rows = self
            .connection
            .query_all_raw(sea_orm::Statement::from_string(self.backend(), "SELECT version FROM seaql_migrations"))
            .await?;
        for row in rows {
            let step: String = row.try_get("", "version")?;
            if !seen.contains(&step) {
                seen.push(step);
            }
        }
        seen.sort();
        Ok(seen)
    }

    /// A whole copy of a SQLite database, taken while others read and write.
    pub(crate) async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        // An empty file that its owner alone can read: everybody's records go into it.
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(|source| StoreError::Io { doing: "write", path: path.to_owned(), source })?;
        let name = path.to_string_lossy().replace('\'', "''");
        self.connection.execute_unprepared(&format!("VACUUM INTO '{name}'")).await?;
        Ok(())
    }

    /// Takes what was overwritten out of SQLite's log of recent writes, as far as nobody reads it.
    pub(crate) async fn scrub(&self) -> Result<(), StoreError> {
        if self.backend() == DbBackend::Sqlite {
            self.connection.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }

    /// As [`Self::scrub`]; on a server, takes the old rows of these tables out of their pages.
    pub(crate) async fn scrub_tables(&self, tables: &str) -> Result<(), StoreError> {
        if self.backend() == DbBackend::Postgres {
            self.connection.execute_unprepared(&format!("VACUUM {tables}")).await?;
        }
        self.scrub().await
    }

    /// For reading.
    pub(crate) const fn on(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// A reading of one instant: what it sees does not move.
    pub(crate) async fn still(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            isolation_level: (self.backend() == DbBackend::Postgres).then_some(sea_orm::IsolationLevel::RepeatableRead),
            ..TransactionOptions::default()
        };
        Ok(self.connection.begin_with_options(options).await?)
    }

    /// Waits for its turn and begins to write.
    pub(crate) async fn turn(&self) -> Result<Turn, StoreError> {
        let held = tokio::time::timeout(WAIT, self.turn.clone().lock_owned()).await.map_err(|_| StoreError::Busy)?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.connection.begin_with_options(options).await?;
        if self.backend() == DbBackend::Postgres {
            transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({TURN})")).await?;
        }
        Ok(Turn { transaction, _held: Some(held) })
    }

    /// Begins to write what is not part of the audit, jobs for example: in turn on SQLite, beside other writers on PostgreSQL.
    pub(crate) async fn side_turn(&self) -> Result<Turn, StoreError> {
        if self.backend() != DbBackend::Postgres {
            return self.turn().await;
        }
        Ok(Turn { transaction: self.connection.begin().await?, _held: None })
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) async fn close(self) -> Result<(), StoreError> {
        Ok(self.connection.close().await?)
    }
}

fn options(place: &Place) -> Result<ConnectOptions, StoreError> {
    let mut options = match place {
        Place::File(path) => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|source| StoreError::Io {
                    doing: "make",
                    path: folder.to_owned(),
                    source,
                })?;
            }
            ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()))
        }
        Place::Server(address) => ConnectOptions::new(address.clone()),
    };
    options
        .max_connections(8)
        .acquire_timeout(WAIT)
        .connect_timeout(Duration::from_secs(5))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(tuned);
    Ok(options)
}

fn tuned(sqlite: SqliteConnectOptions) -> SqliteConnectOptions {
    sqlite
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is removed is overwritten with zeros: an erased record must not be left in free pages.
        .pragma("secure_delete", "ON")
        .busy_timeout(WAIT)
}
