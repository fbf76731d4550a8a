//! What `doctor` asks of the store. Each finding says what is wrong and what to do; none is good news.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;

use crate::database::Database;
use crate::{AuditState, Chance, Keys, Place, Store, StoreError};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at (`database`, `audit`, `key`).
    pub what: &'static str,
    /// What is wrong, a sentence.
    pub problem: String,
    /// What to do, a sentence.
    pub remedy: String,
}

impl Finding {
    fn new(what: &'static str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, problem: problem.into(), remedy: remedy.into() }
    }
}

/// Looks at the database at `place`, which nobody need have opened: one that cannot be opened is a finding, too.
pub async fn check(place: &Place, keys: Keys, chance: Arc<dyn Chance>) -> Vec<Finding> {
    let store = match Store::open(place, keys, chance).await {
        Ok(store) => store,
        Err(error) => return vec![unopened(place, &error)],
    };
    let found = store.check().await;
    let closed = store.close().await;
    match found.and_then(|found| closed.map(|()| found)) {
        Ok(found) => found,
        Err(error) => vec![unopened(place, &error)],
    }
}

fn unopened(place: &Place, error: &StoreError) -> Finding {
    let remedy = match error {
        StoreError::Newer { .. } => {
            "Use the newer program, or restore the backup that was made before it was first used."
        }
        StoreError::Damaged(_) => "Restore the last backup into an empty folder.",
        StoreError::Unreachable(_) => "See whether the server runs and the address is right.",
        StoreError::Busy => "End the other program that holds it, or wait.",
        StoreError::Full => "Make room on the disk.",
        _ => "See whether the folder is there and may be read and written.",
    };
    Finding::new("database", format!("The database at {place} cannot be opened: {error}."), remedy)
}

const RESTORE: &str = "Restore the last backup into an empty folder, and keep this one aside.";

impl Store {
    /// Looks at the database, the audit chain, keys and tombstones. Empty when all is well.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn check(&self) -> Result<Vec<Finding>, StoreError> {
        let mut found = match self.place() {
            Place::File(_) => self.check_file().await?,
            Place::Server(_) => self.check_server().await?,
        };
        found.extend(self.check_rows().await?);
        if let AuditState::Broken { seq, why } = self.verify_audit().await? {
            let remedy = "Compare it with `mainstay audit export` of the last backup: somebody changed the database past this program.";
            found.push(Finding::new("audit", format!("Row {seq} of the audit {why}."), remedy));
        }
        for (id, records) in self.missing_keys().await? {
            let problem = format!("Key {id} is wanted for {records} sealed records, and is not here.");
            found.push(Finding::new(
                "key",
                problem,
                "Put the key file of the time back; a backup with the key holds it.",
            ));
        }
        Ok(found)
    }

    /// On a connection of its own: one that searched before an update by another would take its own old view of the words for damage.
    async fn check_file(&self) -> Result<Vec<Finding>, StoreError> {
        let fresh = Database::connect(self.place()).await?;
        let mut found = Vec::new();
        for text in texts(&fresh, "PRAGMA integrity_check(10)", "integrity_check").await? {
            if text != "ok" {
                found.push(Finding::new("database", format!("The database file is damaged: {text}."), RESTORE));
            }
        }
        let question = "SELECT DISTINCT \"table\" AS name FROM pragma_foreign_key_check";
        for text in texts(&fresh, question, "name").await? {
            found.push(Finding::new("database", format!("Rows of {text} point at rows that are not there."), RESTORE));
        }
        fresh.close().await?;
        Ok(found)
    }

    /// What a server can say without reading everything: broken indexes, and pages whose checksum did not hold.
    async fn check_server(&self) -> Result<Vec<Finding>, StoreError> {
        let mut found = Vec::new();
        let broken = "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid ORDER BY 1";
        for name in texts(self.database.on(), broken, "name").await? {
            let remedy = format!("Run `REINDEX INDEX {name}` in the database.");
            found.push(Finding::new("database", format!("The index {name} is not valid."), remedy));
        }
        let pages = "SELECT checksum_failures::text AS n FROM pg_stat_database \
                     WHERE datname = current_database() AND checksum_failures > 0";
        for number in texts(self.database.on(), pages, "n").await? {
            found.push(Finding::new("database", format!("{number} pages of the database are damaged."), RESTORE));
        }
        Ok(found)
    }

    /// What must hold in both engines.
    async fn check_rows(&self) -> Result<Vec<Finding>, StoreError> {
        let mut found = Vec::new();
        let half = "SELECT COUNT(*) AS n FROM records r WHERE NOT EXISTS \
                    (SELECT 1 FROM record_versions v WHERE v.record_id = r.id AND v.version = r.version AND v.body = r.body)";
        if let number @ 1.. = self.number(half).await? {
            found.push(Finding::new("records", format!("{number} records are without their last version."), RESTORE));
        }
        let back =
            "SELECT COUNT(*) AS n FROM tombstones t WHERE EXISTS (SELECT 1 FROM records r WHERE r.id = t.record_id)";
        if let number @ 1.. = self.number(back).await? {
            let problem = format!("{number} records that were erased are there again.");
            found.push(Finding::new("tombstones", problem, "Erase them again: they came back with an older backup."));
        }
        Ok(found)
    }

    async fn number(&self, question: &str) -> Result<i64, StoreError> {
        let row = self.database.on().query_one_raw(Statement::from_string(self.database.backend(), question)).await?;
        Ok(row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0))
    }
}

async fn texts(on: &impl ConnectionTrait, question: &str, column: &str) -> Result<Vec<String>, StoreError> {
    let rows = on.query_all_raw(Statement::from_string(on.get_database_backend(), question)).await?;
    Ok(rows.into_iter().map(|row| row.try_get("", column)).collect::<Result<_, _>>()?)
}
