//! The standing views, against rows worked out by hand.

use std::sync::Arc;

use datafusion::arrow::array::{ListArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::DataType;

use super::support::{DAY, empty_lake, fractions, maybe_numbers, numbers, rows, seconds, texts, truths};
use crate::schema::{Kind, pair_fields};
use crate::{Lake, views};

const NOW: i64 = 1_700_000_000;

/// Commits `c0`, `c1`, … with their ages in days before [`NOW`] and their author's address.
fn commits(lake: &Lake, ages: &[i64], emails: &[&str]) {
    let count = ages.len();
    let batch = rows(
        "commits",
        count,
        &[
            ("sha", texts((0..count).map(|at| format!("c{at}")))),
            ("committed_at", seconds(ages.iter().map(|age| NOW - age * DAY))),
            ("author_email", texts(emails)),
        ],
    );
    let mut writer = lake.writer("one").unwrap();
    writer.append("commits", &batch).unwrap();
    writer.commit(1).unwrap();
}

/// Changes as (commit, path, kind, role).
fn changes(lake: &Lake, all: &[(usize, &str, &str, &str)]) {
    let batch = rows(
        "changes",
        all.len(),
        &[
            ("sha", texts(all.iter().map(|c| format!("c{}", c.0)))),
            ("path", texts(all.iter().map(|c| c.1))),
            ("kind", texts(all.iter().map(|c| c.2))),
            ("role", texts(all.iter().map(|c| c.3))),
        ],
    );
    let mut writer = lake.writer("one").unwrap();
    writer.append("changes", &batch).unwrap();
    writer.commit(1).unwrap();
}

/// Files as (path, role, cognitive, sum of indentation).
fn files(lake: &Lake, all: &[(&str, &str, Option<i64>, f64)]) {
    let batch = rows(
        "files",
        all.len(),
        &[
            ("path", texts(all.iter().map(|f| f.0))),
            ("role", texts(all.iter().map(|f| f.1))),
            ("cognitive", maybe_numbers(all.iter().map(|f| f.2))),
            ("indent_sum", fractions(all.iter().map(|f| f.3))),
            ("binary", truths(all.iter().map(|_| false))),
        ],
    );
    let mut writer = lake.writer("one").unwrap();
    writer.append("files", &batch).unwrap();
    writer.commit(1).unwrap();
}

/// Two fresh changes to `a`, one half a life old to `b`, and rows that must not count.
fn small_history() -> (tempfile::TempDir, Lake) {
    let (dir, lake) = empty_lake();
    commits(&lake, &[0, 0, 180, 400, 1], &["x", "x", "y", "y", "1+deps[bot]@x"]);
    changes(
        &lake,
        &[
            (0, "a", "modified", "code"),
            (1, "a", "modified", "code"),
            (2, "b", "modified", "code"),
            (0, "b", "merge", "code"),
            (3, "c", "added", "code"),
            (0, "lock", "modified", "generated"),
            (4, "d", "modified", "code"),
        ],
    );
    files(
        &lake,
        &[
            ("a", "code", Some(9), 1.0),
            ("b", "code", None, 4.0),
            ("c", "code", Some(4), 50.0),
            ("d", "code", Some(0), 0.0),
            ("lock", "generated", None, 900.0),
        ],
    );
    (dir, lake)
}

type Hotspot = (String, i64, f64, String, f64, f64, f64);

const HOTSPOT_COLUMNS: &str = "path, changes, weighted_changes, measured_by, change_rank, complexity_rank, score";

fn hotspot(path: &str, changes: i64, weighted: f64, by: &str, change_rank: f64, complexity_rank: f64) -> Hotspot {
    (path.to_owned(), changes, weighted, by.to_owned(), change_rank, complexity_rank, change_rank * complexity_rank)
}

#[tokio::test]
async fn hotspots_are_ranks_multiplied() {
    let (_dir, lake) = small_history();
    let found: Vec<Hotspot> =
        lake.snapshot().rows(&format!("SELECT {HOTSPOT_COLUMNS} FROM hotspots ORDER BY path"), &[]).await.unwrap();
    // Weights a 2, b ½, c and d 0: places 4, 3, 1½, 1½ of 4. Complexities a 9, b 4, c 4, d 0: places 4, 2½, 2½, 1.
    let wanted = [
        hotspot("a", 2, 2.0, "cognitive", 0.875, 0.875),
        hotspot("b", 1, 0.5, "indentation", 0.625, 0.5),
        hotspot("c", 0, 0.0, "cognitive", 0.25, 0.5),
        hotspot("d", 0, 0.0, "cognitive", 0.25, 0.125),
    ];
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn hotspots_can_be_asked_for_the_past() {
    let (_dir, lake) = small_history();
    let sql = format!(
        "SELECT path, changes, weighted_changes FROM ({}) ORDER BY path",
        views::hotspots(Some(NOW - 180 * DAY))
    );
    let found: Vec<(String, i64, f64)> = lake.snapshot().rows(&sql, &[]).await.unwrap();
    let weight = (0.5f64.powf(220.0 / 180.0) * 1e9).round() / 1e9;
    let wanted = [("a", 0, 0.0), ("b", 1, 1.0), ("c", 1, weight), ("d", 0, 0.0)];
    assert_eq!(found, wanted.map(|(path, changes, weight)| (path.to_owned(), changes, weight)));
}

#[tokio::test]
async fn ownership_shares_sum_to_one() {
    let (_dir, lake) = empty_lake();
    commits(&lake, &[3, 2, 1], &["x", "y", "x"]);
    let batch = rows(
        "owners",
        4,
        &[
            ("path", texts(["a", "a", "a", "b"])),
            ("sha", texts(["c0", "c1", "c2", "c1"])),
            ("lines", numbers([30, 25, 45, 7])),
        ],
    );
    let mut writer = lake.writer("one").unwrap();
    writer.append("owners", &batch).unwrap();
    writer.commit(1).unwrap();
    let found: Vec<(String, String, i64, f64)> = lake
        .snapshot()
        .rows("SELECT path, author, lines, share FROM ownership ORDER BY path, author", &[])
        .await
        .unwrap();
    let wanted = [("a", "x", 75, 0.75), ("a", "y", 25, 0.25), ("b", "y", 7, 1.0)];
    assert_eq!(found, wanted.map(|(path, author, lines, share)| (path.to_owned(), author.to_owned(), lines, share)));
}

#[tokio::test]
async fn co_authors_are_read_from_trailers() {
    let (_dir, lake) = empty_lake();
    let keys = texts(["Co-authored-by", "co-authored-BY", "Signed-off-by", "Co-developed-by", "Co-authored-by"]);
    let values = texts(["Bo B <bo@x>", "Bo B <bo@x>", "Cy <cy@x>", " <dee@x>", "nobody at all"]);
    let DataType::List(item) = Kind::Pairs.arrow() else { panic!("a list") };
    let pairs = Arc::new(StructArray::new(pair_fields(), vec![keys, values], None));
    let trailers = Arc::new(ListArray::new(item, OffsetBuffer::from_lengths([0, 5]), pairs, None));
    let batch = rows("commits", 2, &[("sha", texts(["c0", "c1"])), ("trailers", trailers)]);
    let mut writer = lake.writer("one").unwrap();
    writer.append("commits", &batch).unwrap();
    writer.commit(1).unwrap();
    let sql = "SELECT sha, name, email FROM co_authors ORDER BY email";
    let found: Vec<(String, String, String)> = lake.snapshot().rows(sql, &[]).await.unwrap();
    let wanted = [("c1", "Bo B", "bo@x"), ("c1", "", "dee@x")];
    assert_eq!(found, wanted.map(|(sha, name, email)| (sha.to_owned(), name.to_owned(), email.to_owned())));
}

#[tokio::test]
async fn coupling_counts_shared_revisions() {
    let (_dir, lake) = empty_lake();
    let mut all: Vec<(usize, &str, &str, &str)> = Vec::new();
    // 8 commits touch both, `a` has 2 more of its own, `b` 6 more: 10 and 14 revisions.
    all.extend((0..10).map(|at| (at, "a", "modified", "code")));
    all.extend((2..16).map(|at| (at, "b", "modified", "code")));
    // A generated file and a merge's rows are no coupling, and neither are 31 files in one commit.
    all.extend((0..16).map(|at| (at, "lock", "modified", "generated")));
    all.extend((0..16).map(|at| (at, "m", "merge", "code")));
    let many: Vec<String> = (0..31).map(|at| format!("f{at}")).collect();
    for at in 100..112 {
        all.extend(many.iter().map(|path| (at, path.as_str(), "modified", "code")));
    }
    changes(&lake, &all);
    let found: Vec<(String, String, i64, i64, i64, f64)> = lake
        .snapshot()
        .rows("SELECT path_a, path_b, revisions_a, revisions_b, shared, round(degree, 3) FROM coupling", &[])
        .await
        .unwrap();
    assert_eq!(found, [("a".to_owned(), "b".to_owned(), 10, 14, 8, 0.667)]);
}

#[tokio::test]
async fn bots_couple_nothing() {
    let (_dir, lake) = empty_lake();
    let emails: Vec<&str> = (0..20).map(|at| if at < 12 { "renovate[bot]@x" } else { "ann@x" }).collect();
    commits(&lake, &[1; 20], &emails);
    let together = (0..20).flat_map(|at| [(at, "a", "modified", "code"), (at, "b", "modified", "code")]);
    changes(&lake, &together.collect::<Vec<_>>());
    let count = "SELECT count(*) FROM coupling";
    let found: Vec<(i64,)> = lake.snapshot().rows(count, &[]).await.unwrap();
    assert_eq!(found, [(0,)], "eight of the twenty are a person's");
}

#[tokio::test]
async fn too_little_coupling_is_left_out() {
    let (_dir, lake) = empty_lake();
    let mut all: Vec<(usize, &str, &str, &str)> = Vec::new();
    // Four shared of ten each: below five. `c` has nine revisions only.
    all.extend((0..10).map(|at| (at, "a", "modified", "code")));
    all.extend((6..16).map(|at| (at, "b", "modified", "code")));
    all.extend((0..9).map(|at| (at, "c", "modified", "code")));
    changes(&lake, &all);
    let found: Vec<(String,)> = lake.snapshot().rows("SELECT path_a FROM coupling", &[]).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
}
