//! Finding records by their words: FTS5 on SQLite, a text search vector on PostgreSQL. Sealed kinds are never here.

use std::collections::HashMap;

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

/// What is looked for: every word, the last as a beginning.
#[derive(Debug)]
pub(crate) struct Wanted(Vec<String>);

impl Wanted {
    /// The words of a text; none when it has none.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<_> = words.map(str::to_lowercase).take(12).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Whether the last word may be a beginning. One letter begins too many words for any index.
    fn open_ended(&self) -> bool {
        self.0.last().is_some_and(|word| word.len() > 1)
    }

    /// In the language of the engine's index.
    fn asked(&self, backend: DbBackend) -> String {
        let (quote, and, open) = if backend == DbBackend::Postgres { ('\'', " & ", ":*") } else { ('"', " ", "*") };
        let quoted: Vec<_> = self.0.iter().map(|word| format!("{quote}{word}{quote}")).collect();
        format!("{}{}", quoted.join(and), if self.open_ended() { open } else { "" })
    }

    /// How well a text fits: how often the words are in it for its length, those of its first line, the title, three times.
    fn score(&self, text: &str) -> f64 {
        let (title, body) = text.split_once('\n').unwrap_or((text, ""));
        let (above, above_words) = self.hits(title);
        let (below, below_words) = self.hits(body);
        (3.0 * above + below) / (10.0 + above_words + below_words).sqrt()
    }

    /// Sixteen words around the first hit.
    fn piece(&self, text: &str) -> String {
        let words: Vec<_> = text.split_whitespace().collect();
        let first = words.iter().position(|word| self.hits(word).0 > 0.0).unwrap_or(0);
        let (from, until) = (first.saturating_sub(4), (first + 12).min(words.len()));
        let piece = words.get(from..until).unwrap_or_default().join(" ");
        format!("{}{piece}{}", if from > 0 { "… " } else { "" }, if until < words.len() { " …" } else { "" })
    }

    /// The hits in a text, and its number of words.
    fn hits(&self, text: &str) -> (f64, f64) {
        let (mut hits, mut words) = (0.0, 0.0);
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let word = word.to_lowercase();
            let begun = self.open_ended() && self.0.last().is_some_and(|last| word.starts_with(last));
            words += 1.0;
            if begun || self.0.contains(&word) {
                hits += 1.0;
            }
        }
        (hits, words)
    }
}

/// A record that holds the words.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) id: RecordId,
    /// How well it fits; more is better.
    pub(crate) score: f64,
    /// The row of the words.
    row: i64,
}

/// The newest `limit` records that hold the words, behind the last one of the batch before.
pub(crate) async fn find(
    on: &impl ConnectionTrait,
    wanted: &Wanted,
    behind: Option<&Found>,
    limit: u64,
) -> Result<Vec<Found>, StoreError> {
    let backend = on.get_database_backend();
    // Ids are in the order of their making, rows of FTS5 in that of the last change.
    let (question, behind): (_, Value) = if backend == DbBackend::Postgres {
        let question = "SELECT record_id::text AS id, CAST(ts_rank(words, to_tsquery('simple', $1)) AS double precision) AS score, \
                        CAST(0 AS bigint) AS place FROM (SELECT record_id, words FROM record_text \
                        WHERE words @@ to_tsquery('simple', $1) AND record_id < $2 ORDER BY record_id DESC LIMIT $3) AS newest";
        (question, behind.map_or(uuid::Uuid::max(), |last| last.id.0).into())
    } else {
        // Not by its own rank: FTS5 reads every hit of every word for that.
        let question = "SELECT record_id AS id, text, rowid AS place FROM record_text \
                        WHERE record_text MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?";
        (question, behind.map_or(i64::MAX, |last| last.row).into())
    };
    let values: Vec<Value> =
        vec![wanted.asked(backend).into(), behind, i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let rows = on.query_all_raw(Statement::from_sql_and_values(backend, question, values)).await?;
    let found = |row: sea_orm::QueryResult| {
        let score = if backend == DbBackend::Postgres {
            row.try_get("", "score")?
        } else {
            wanted.score(&row.try_get::<String>("", "text")?)
        };
        Ok(Found { id: id_of(&row)?, score, row: row.try_get("", "place")? })
    };
    rows.into_iter().map(found).collect()
}

/// A piece of the text of each of these records, around the first hit.
pub(crate) async fn around(
    on: &impl ConnectionTrait,
    wanted: &Wanted,
    found: &[Found],
) -> Result<HashMap<RecordId, String>, StoreError> {
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let backend = on.get_database_backend();
    let question = if backend == DbBackend::Postgres {
        let ids: Vec<_> = found.iter().map(|found| format!("'{}'", found.id)).collect();
        format!(
            "SELECT record_id::text AS id, ts_headline('simple', text, to_tsquery('simple', $1), \
             'StartSel=\"\", StopSel=\"\", MaxWords=20, MinWords=8') AS around FROM record_text WHERE record_id IN ({})",
            ids.join(", ")
        )
    } else {
        // Not by its own snippet: FTS5 looks for the words anew for each row.
        let rows: Vec<_> = found.iter().map(|found| found.row.to_string()).collect();
        format!("SELECT record_id AS id, text FROM record_text WHERE rowid IN ({})", rows.join(", "))
    };
    let values: Vec<Value> =
        if backend == DbBackend::Postgres { vec![wanted.asked(backend).into()] } else { Vec::new() };
    let rows = on.query_all_raw(Statement::from_sql_and_values(backend, question, values)).await?;
    let piece = |row: sea_orm::QueryResult| {
        let around = if backend == DbBackend::Postgres {
            row.try_get("", "around")?
        } else {
            wanted.piece(&row.try_get::<String>("", "text")?)
        };
        Ok((id_of(&row)?, around))
    };
    rows.into_iter().map(piece).collect()
}

fn id_of(row: &sea_orm::QueryResult) -> Result<RecordId, StoreError> {
    let id: String = row.try_get("", "id")?;
    id.parse().map_err(|_| StoreError::Damaged(format!("`{id}` among the words is no record")))
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn a_title_counts_more_than_a_text() {
        let score = |text| Wanted::of("release nig").unwrap().score(text);
        let order =
            ["release nights\nnone", "other\nrelease nights", "other\nrelease and much else in a text", "other\nnone"];
        assert!(order.map(score).is_sorted_by(|a, b| a > b), "{:?}", order.map(score));
    }

    #[test]
    fn a_piece_is_around_the_hit() {
        let text = (0..30).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        let piece = |asked| Wanted::of(asked).unwrap().piece(&text);
        assert_eq!(piece("W19"), "… w15 w16 w17 w18 w19 w20 w21 w22 w23 w24 w25 w26 w27 w28 w29");
        assert_eq!(piece("none"), "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 …");
    }
}
