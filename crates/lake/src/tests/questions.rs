//! Statements of users: what is answered, what is refused, and how a mistake is explained.

use proptest::prelude::*;

use super::support::{def, empty_lake, sample};
use crate::depth::LONGEST_CHAIN;
use crate::error::SqlError;
use crate::functions::{Hooks, area, nearest_rank};
use crate::output::Format;
use crate::{Lake, Limits, Snapshot, output};

/// The answer as CSV, or the explanation of what is wrong.
async fn ask(snapshot: &Snapshot, sql: &str) -> String {
    match snapshot.sql(sql, &Limits::default()).await {
        Ok(answer) => {
            let mut text = Vec::new();
            output::write(&answer, Format::Csv, &mut text).unwrap();
            String::from_utf8(text).unwrap()
        }
        Err(error) => format!("! {error}"),
    }
}

async fn check(sql: &str, wanted: &str) {
    let (_dir, lake) = empty_lake();
    assert_eq!(ask(&lake.snapshot(), sql).await.trim_end(), wanted, "{sql}");
}

#[tokio::test]
async fn only_reading_is_answered() {
    let why = "! facts can only be read: write SELECT, WITH or EXPLAIN";
    for sql in [
        "INSERT INTO owners VALUES (1)",
        "CREATE TABLE mine AS SELECT 1",
        "CREATE EXTERNAL TABLE mine STORED AS PARQUET LOCATION '/'",
        "CREATE VIEW mine AS SELECT 1",
        "DROP TABLE owners",
        "DELETE FROM owners",
        "UPDATE owners SET lines = 0",
        "COPY owners TO 'out.csv'",
        "SET datafusion.execution.batch_size = 1",
        "EXPLAIN INSERT INTO owners VALUES (1)",
        "PREPARE mine AS SELECT 1",
        "SHOW TABLES",
    ] {
        check(sql, why).await;
    }
    check("SELECT 1 AS one", "one\n1").await;
    check("WITH a AS (SELECT 2 AS two) SELECT two FROM a;", "two\n2").await;
}

#[tokio::test]
async fn one_statement_at_a_time() {
    check("SELECT 1; SELECT 2", "! one statement at a time; ask them one after the other").await;
    check("  ", "! there is no statement; write a SELECT").await;
}

#[tokio::test]
async fn plans_are_explained() {
    let (_dir, lake) = empty_lake();
    let answer = ask(&lake.snapshot(), "EXPLAIN SELECT path FROM owners").await;
    assert!(answer.starts_with("plan_type,plan"), "{answer}");
}

#[tokio::test]
async fn files_cannot_be_read() {
    let (_dir, lake) = empty_lake();
    let answer = ask(&lake.snapshot(), "SELECT * FROM '/etc/hosts'").await;
    assert!(answer.starts_with("! no table"), "{answer}");
}

#[tokio::test]
async fn wrong_names_have_a_place_and_a_neighbour() {
    check("SELECT *\nFROM chnges", "! no table `chnges` at line 2, column 6; did you mean `changes`?").await;
    check("SELECT pth FROM changes", "! no column `pth` at line 1, column 8; did you mean `path`?").await;
    check("SELECT c.add FROM changes c", "! no column `add` at line 1, column 8; did you mean `added`?").await;
    check("SELECT subject FROM changes", "! no column `subject` at line 1, column 8; did you mean `commits.subject`?")
        .await;
    check("SELECT aera(path, 1) FROM files", "! no function `aera` at line 1, column 8; did you mean `area`?").await;
    check("SELECT * FROM zzz", "! no table `zzz` at line 1, column 15").await;
}

#[tokio::test]
async fn broken_syntax_has_a_place() {
    let (_dir, lake) = empty_lake();
    let answer = ask(&lake.snapshot(), "SELECT path\nFROM owners WHRE lines > 1 1").await;
    assert!(answer.starts_with("! ") && answer.contains("line 2, column"), "{answer}");
}

#[tokio::test]
async fn deep_nesting_does_not_end_the_process() {
    let (_dir, lake) = empty_lake();
    let nested = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let deep = ask(&lake.snapshot(), &nested).await;
    assert!(deep.starts_with("! "), "{deep}");
    // At the limit the whole way through planning and running fits the stack of a worker, also in a debug build.
    let chain = |link: &str, links: usize, end: &str| format!("SELECT {}{end}", link.repeat(links));
    let sum = chain("1 + ", LONGEST_CHAIN, "1 AS n");
    assert_eq!(ask(&lake.snapshot(), &sum).await, format!("n\n{}\n", LONGEST_CHAIN + 1));
    let texts = chain("path || ", LONGEST_CHAIN, "path AS n FROM owners");
    assert_eq!(ask(&lake.snapshot(), &texts).await, "n\n");
    let tests = chain("path = 'a' OR ", LONGEST_CHAIN / 2, "false AS n FROM owners");
    assert_eq!(ask(&lake.snapshot(), &tests).await, "n\n");
    let union = chain("1 AS n UNION ALL SELECT ", LONGEST_CHAIN, "1 AS n");
    assert_eq!(ask(&lake.snapshot(), &union).await.lines().count(), LONGEST_CHAIN + 2);
    for link in ["1 + ", "1 UNION ALL SELECT ", "true AND ", "- "] {
        let long = ask(&lake.snapshot(), &chain(link, 20_000, "1")).await;
        assert!(long.starts_with("! more than 100 operators or queries"), "{long}");
    }
}

#[tokio::test]
async fn a_slow_question_is_stopped() {
    let (_dir, lake) = empty_lake();
    let limits = Limits { seconds: 0, ..Limits::default() };
    let endless = "SELECT sum(a.value * b.value) FROM generate_series(1, 1000000000) a, generate_series(1, 1000000) b";
    let refusal = lake.snapshot().sql(endless, &limits).await.unwrap_err();
    assert!(matches!(refusal, SqlError::TooSlow { seconds: 0 }), "{refusal:?}");
}

#[tokio::test]
async fn a_large_question_is_stopped() {
    let (_dir, lake) = empty_lake();
    let limits = Limits { memory_bytes: 1 << 20, ..Limits::default() };
    let refusal = lake
        .snapshot()
        .sql("SELECT value FROM generate_series(1, 300000) ORDER BY value % 7919", &limits)
        .await
        .unwrap_err();
    assert_eq!(refusal.to_string(), "the question needs more than 1 MiB of memory; ask for less, or raise the limit");
}

#[tokio::test]
async fn an_answer_is_cut_at_the_limit() {
    let (_dir, lake) = empty_lake();
    let limits = Limits { rows: Some(3), ..Limits::default() };
    let snapshot = lake.snapshot();
    let cut = snapshot.sql("SELECT value FROM generate_series(1, 10)", &limits).await.unwrap();
    assert_eq!((cut.row_count(), cut.cut), (3, true));
    let whole = snapshot.sql("SELECT value FROM generate_series(1, 3)", &limits).await.unwrap();
    assert_eq!((whole.row_count(), whole.cut), (3, false));
}

#[tokio::test]
async fn only_the_asked_repository_is_read() {
    let (_dir, lake) = empty_lake();
    for repo in ["one", "two"] {
        let mut writer = lake.writer(repo).unwrap();
        writer.append("owners", &sample(def("owners"), 0, 3)).unwrap();
        writer.commit(1).unwrap();
    }
    let snapshot = lake.snapshot();
    let plan = ask(&snapshot, "EXPLAIN SELECT path FROM owners WHERE repo = 'two'").await;
    assert!(plan.contains("repo=two/part-") && !plan.contains("repo=one/part-"), "{plan}");
    let found: Vec<(String, i64)> = snapshot
        .rows(
            "SELECT repo, count(*) FROM owners WHERE array_has($repos, repo) GROUP BY repo",
            &[("repos", vec!["two".to_owned()].into())],
        )
        .await
        .unwrap();
    assert_eq!(found, [("two".to_owned(), 3)]);
}

#[tokio::test]
async fn counting_reads_no_file() {
    let (_dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    writer.append("owners", &sample(def("owners"), 0, 3)).unwrap();
    writer.commit(1).unwrap();
    let plan = ask(&lake.snapshot(), "EXPLAIN SELECT count(*) FROM owners").await;
    assert!(!plan.contains("DataSourceExec"), "{plan}");
}

#[tokio::test]
async fn filters_reach_the_file() {
    let (_dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    writer.append("owners", &sample(def("owners"), 0, 3)).unwrap();
    writer.commit(1).unwrap();
    let plan = ask(&lake.snapshot(), "EXPLAIN SELECT lines FROM owners WHERE path = 'path-1'").await;
    assert!(plan.contains("pruning_predicate"), "{plan}");
}

#[tokio::test]
async fn functions_answer_in_sql() {
    check("SELECT area('a/b/c.rs', 1) AS a, area('c.rs', 2) AS b, area('a/b/c/d.rs', 2) AS c", "a,b,c\na,.,a/b").await;
    check("SELECT iso_week(TIMESTAMP '2027-01-03 23:59:59') AS w", "w\n2026-W53").await;
    check("SELECT person('a@b.c') AS p, role('src/a.rs') AS r", "p,r\na@b.c,").await;
    check("SELECT percentile_nearest(x, 0.5) AS p FROM (VALUES (1), (9), (3), (NULL)) AS t (x)", "p\n3.0").await;
    check("SELECT percentile_nearest(x, 0.85) AS p FROM (VALUES (1)) AS t (x) WHERE x > 1", "p\n\"\"").await;
    check(
        "SELECT percentile_nearest(x, 85) AS p FROM (VALUES (1)) AS t (x)",
        "! percentile_nearest takes a share between 0 and 1, not 85",
    )
    .await;
}

#[tokio::test]
async fn hooks_answer_what_the_lake_cannot() {
    let dir = tempfile::TempDir::new().unwrap();
    let hooks = Hooks {
        role: Some(|path| if path.contains("test") { "test" } else { "code" }),
        person: Some(str::to_uppercase),
    };
    let lake = Lake::open_with(dir.path(), hooks).unwrap();
    assert_eq!(ask(&lake.snapshot(), "SELECT role('test/a.rs') AS r, person('a') AS p").await, "r,p\ntest,A\n");
}

proptest! {
    #[test]
    fn an_area_is_a_prefix_of_folders(path in "[a-c/]{0,12}", depth in 0usize..4) {
        let found = area(&path, depth);
        if found != "." {
            let rest = path.strip_prefix(found).unwrap();
            prop_assert!(rest.starts_with('/'));
            prop_assert!(found.matches('/').count() < depth);
        }
    }

    #[test]
    fn a_percentile_leaves_its_share_below(mut values in prop::collection::vec(-1e6..1e6f64, 1..50), share in 0.0..=1.0f64) {
        values.sort_by(f64::total_cmp);
        let found = nearest_rank(&values, share).unwrap();
        let at_most = values.iter().filter(|value| **value <= found).count() as f64;
        let below = values.iter().filter(|value| **value < found).count() as f64;
        prop_assert!(at_most >= share * values.len() as f64);
        prop_assert!(below <= share * values.len() as f64);
    }
}
