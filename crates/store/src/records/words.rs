//! Finding records by their words: FTS5 on SQLite, a text search vector on PostgreSQL. Sealed kinds are never here.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::{RecordId, StoreError};

/// Replaces the words of a record; none removes them.
pub(crate) async fn put(
    on: &impl ConnectionTrait,
    id: RecordId,
    words: Option<&str>,
    before: bool,
) -> Result<(), StoreError> {
    let backend = on.get_database_backend();
    let id = key(backend, id);
    if before {
        run(on, "DELETE FROM record_text WHERE record_id = $1", vec![id.clone()]).await?;
    }
    if let Some(words) = words {
        run(on, "INSERT INTO record_text (record_id, text) VALUES ($1, $2)", vec![id, words.into()]).await?;
    }
    Ok(())
}

/// The words of a record, when it has any.
pub(crate) async fn of(on: &impl ConnectionTrait, id: RecordId) -> Result<Option<String>, StoreError> {
    let backend = on.get_database_backend();
    let sign = if backend == DbBackend::Postgres { "$1" } else { "?" };
    let question = format!("SELECT text FROM record_text WHERE record_id = {sign}");
    let row = on.query_one_raw(Statement::from_sql_and_values(backend, question, vec![key(backend, id)])).await?;
    Ok(row.map(|row| row.try_get("", "text")).transpose()?)
}

/// Ids are text in FTS5, which has no other type.
fn key(backend: DbBackend, id: RecordId) -> Value {
    if backend == DbBackend::Postgres { id.0.into() } else { id.to_string().into() }
}

async fn run(on: &impl ConnectionTrait, text: &str, values: Vec<Value>) -> Result<(), StoreError> {
    let backend = on.get_database_backend();
    let text =
        if backend == DbBackend::Postgres { text.to_owned() } else { text.replace("$1", "?").replace("$2", "?") };
    on.execute_raw(Statement::from_sql_and_values(backend, text, values)).await?;
    Ok(())
}

/// The records that hold every word of `text` (the last as a beginning), best first, at most `limit`; with a piece of text around the
/// first hit.
pub(crate) async fn find(
    on: &impl ConnectionTrait,
    text: &str,
    limit: u64,
) -> Result<Vec<(RecordId, String)>, StoreError> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .take(12)
        .collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let backend = on.get_database_backend();
    let (asked, question) = if backend == DbBackend::Postgres { postgres(&words) } else { sqlite(&words) };
    let values: Vec<Value> = vec![asked.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let rows = on.query_all_raw(Statement::from_sql_and_values(backend, question, values)).await?;
    rows.into_iter()
        .map(|row| {
            let id: String = row.try_get("", "id")?;
            let id = id.parse().map_err(|_| StoreError::Damaged(format!("`{id}` among the words is no record")))?;
            Ok((id, row.try_get("", "around")?))
        })
        .collect()
}

fn sqlite(words: &[String]) -> (String, &'static str) {
    let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let question = "SELECT record_id AS id, snippet(record_text, 1, '', '', '…', 16) AS around FROM record_text \
                    WHERE record_text MATCH ? ORDER BY rank LIMIT ?";
    (format!("{}*", quoted.join(" ")), question)
}

fn postgres(words: &[String]) -> (String, &'static str) {
    let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    let question = "SELECT record_id::text AS id, \
                    ts_headline('simple', text, to_tsquery('simple', $1), 'StartSel=\"\", StopSel=\"\", MaxWords=20, MinWords=8') AS around \
                    FROM record_text WHERE to_tsvector('simple', text) @@ to_tsquery('simple', $1) \
                    ORDER BY ts_rank(to_tsvector('simple', text), to_tsquery('simple', $1)) DESC LIMIT $2";
    (format!("{}:*", quoted.join(" & ")), question)
}
