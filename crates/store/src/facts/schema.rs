//! The tables in the database, made from their description. Facts can be read again, so a new column is added without a step of migration.

use std::collections::HashSet;

use sea_orm::sea_query::{ColumnDef, Index, Table as Make};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{Column, HEAD, Kind, TABLES, Table};
use crate::StoreError;
use crate::database::Database;

/// Makes what is missing: tables, columns, indexes. Only then it takes a turn at writing: two programs that start at once must not both make them,
/// and one that finds all of it waits for nobody.
pub(crate) async fn ensure(database: &Database) -> Result<(), StoreError> {
    for table in TABLES {
        let there = columns(database.on(), table.name).await?;
        if table.columns.iter().any(|column| !there.contains(column.name)) {
            let turn = database.turn().await?;
            make_missing(turn.on()).await?;
            return turn.keep().await;
        }
    }
    Ok(())
}

async fn make_missing(on: &impl ConnectionTrait) -> Result<(), StoreError> {
    for table in TABLES {
        let there = columns(on, table.name).await?;
        if there.is_empty() {
            make(on, table).await?;
            continue;
        }
        for column in table.columns.iter().filter(|column| !there.contains(column.name)) {
            let mut add = Make::alter();
            add.table(table.name).add_column(definition(column));
            on.execute(&add).await?;
        }
    }
    Ok(())
}

async fn columns(on: &impl ConnectionTrait, table: &str) -> Result<HashSet<String>, StoreError> {
    let backend = on.get_database_backend();
    let question = if backend == DbBackend::Postgres {
        format!(
            "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{table}'"
        )
    } else {
        format!("SELECT name FROM pragma_table_info('{table}')")
    };
    let rows = on.query_all_raw(Statement::from_string(backend, question)).await?;
    rows.iter().map(|row| Ok(row.try_get("", "name")?)).collect()
}

async fn make(on: &impl ConnectionTrait, table: &Table) -> Result<(), StoreError> {
    let mut made = Make::create();
    made.table(table.name).if_not_exists();
    for column in HEAD.iter().chain(table.columns) {
        made.col(definition(column));
    }
    made.primary_key(Index::create().col("id"));
    on.execute(&made).await?;
    // A row is known by what its host calls it, once.
    index(on, &format!("{}_key", table.name), table.name, &["host", "row_key"], true).await?;
    index(on, &format!("{}_touched", table.name), table.name, &["touched"], false).await?;
    if !table.also_by.is_empty() {
        index(on, &format!("{}_also", table.name), table.name, table.also_by, true).await?;
    }
    Ok(())
}

async fn index(
    on: &impl ConnectionTrait,
    name: &str,
    table: &'static str,
    of: &[&'static str],
    unique: bool,
) -> Result<(), StoreError> {
    let mut made = Index::create();
    made.name(name).table(table).if_not_exists();
    for column in of {
        made.col(*column);
    }
    if unique {
        made.unique();
    }
    on.execute(&made).await?;
    Ok(())
}

fn definition(column: &Column) -> ColumnDef {
    let mut made = ColumnDef::new(column.name);
    match column.kind {
        _ if column.name == "id" => made.uuid().not_null(),
        Kind::Text | Kind::Json => made.text(),
        Kind::Whole | Kind::Instant => made.big_integer(),
        Kind::Real => made.double(),
        Kind::Truth => made.boolean(),
        Kind::Of(_) => made.uuid(),
    };
    if ["host", "row_key", "first_seen_at", "observed_at", "fidelity", "flags", "touched"].contains(&column.name) {
        made.not_null();
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Place;

    #[tokio::test]
    async fn a_column_that_is_missing_is_added() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&Place::of_folder(folder.path())).await.unwrap();
        ensure(&database).await.unwrap();
        let before = columns(database.on(), "reviews").await.unwrap();
        assert!(before.contains("sha") && before.contains("touched"));
        database.on().execute_unprepared("ALTER TABLE reviews DROP COLUMN sha").await.unwrap();
        ensure(&database).await.unwrap();
        assert_eq!(columns(database.on(), "reviews").await.unwrap(), before);
    }
}
