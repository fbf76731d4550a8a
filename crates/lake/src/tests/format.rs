//! Answers in each format.

use datafusion::arrow::ipc::reader::FileReader;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::support::empty_lake;
use crate::output::{Format, write};
use crate::schema::schema_text;
use crate::tables::TABLES;
use crate::{Limits, SqlAnswer};

const SQL: &str = "SELECT * FROM (VALUES ('a, b', 1, [1, 2]), (NULL, 2, NULL)) AS t (name, n, list) ORDER BY n";

async fn answer(sql: &str) -> SqlAnswer {
    let (_dir, lake) = empty_lake();
    lake.snapshot().sql(sql, &Limits::default()).await.unwrap()
}

async fn text(sql: &str, format: Format) -> String {
    let mut out = Vec::new();
    write(&answer(sql).await, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn text_formats_say_the_same() {
    assert_eq!(text(SQL, Format::Csv).await, "name,n,list\n\"a, b\",1,\"[1, 2]\"\n,2,\n");
    assert_eq!(
        text(SQL, Format::Ndjson).await,
        "{\"name\":\"a, b\",\"n\":1,\"list\":[1,2]}\n{\"name\":null,\"n\":2,\"list\":null}\n"
    );
    assert_eq!(
        text(SQL, Format::Json).await,
        "[{\"name\":\"a, b\",\"n\":1,\"list\":[1,2]},{\"name\":null,\"n\":2,\"list\":null}]"
    );
    let table = text(SQL, Format::Table).await;
    assert!(table.contains(" name   n   list") && table.contains(" a, b   1   [1, 2]"), "{table}");
}

#[tokio::test]
async fn an_empty_answer_keeps_its_header() {
    let sql = "SELECT 1 AS one WHERE false";
    assert_eq!(text(sql, Format::Csv).await, "one\n");
    assert_eq!(text(sql, Format::Json).await, "[]");
    assert_eq!(text(sql, Format::Ndjson).await, "");
    assert!(text(sql, Format::Table).await.contains("one"));
}

#[tokio::test]
async fn files_are_read_back() {
    let answer = answer(SQL).await;
    let dir = tempfile::TempDir::new().unwrap();
    let path = dir.path().join("answer");
    write(&answer, Format::Parquet, &mut std::fs::File::create(&path).unwrap()).unwrap();
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&path).unwrap()).unwrap().build().unwrap();
    assert_eq!(reader.map(Result::unwrap).collect::<Vec<_>>(), answer.batches);
    write(&answer, Format::Arrow, &mut std::fs::File::create(&path).unwrap()).unwrap();
    let reader = FileReader::try_new(std::fs::File::open(&path).unwrap(), None).unwrap();
    assert_eq!(reader.map(Result::unwrap).collect::<Vec<_>>(), answer.batches);
}

#[test]
fn formats_have_names() {
    for (word, format) in Format::WORDS {
        assert_eq!(word.parse(), Ok(*format));
    }
    assert_eq!(
        "xml".parse::<Format>(),
        Err("no format `xml`; there are table, csv, json, ndjson, parquet, arrow".to_owned())
    );
}

#[test]
fn the_schema_names_every_column() {
    let text = schema_text(TABLES);
    for table in TABLES {
        assert_eq!(table.columns[0].name, "repo");
        assert!(text.contains(&format!("\n{}\n", table.name)) || text.starts_with(table.name), "{}", table.name);
        for column in table.columns {
            assert!(text.contains(column.about), "{}.{}", table.name, column.name);
        }
    }
}
