//! The practice against the lake's standing views: the same files, the same exclusions, the same ranks; and what two repositories share.

use crate::testing::desk_of;
use desk::{Clock, Entropy, Office, Practice as _, Sheeted as _};
use serde::Deserialize;
use tempfile::TempDir;
use testkit::{Scripted, mine_into};

use super::{House, repository};
use crate::code_quality::hotspot::{HALF_LIFE_DAYS, decayed, scores};
use crate::code_quality::{Ask, CodeQuality};

#[derive(Debug, Deserialize)]
struct Hotspot {
    path: String,
    changes: u32,
    complexity: f64,
    score: f64,
}

#[derive(Debug, Deserialize)]
struct Touch {
    path: String,
    age_days: f64,
}

#[tokio::test]
async fn practice_and_view_score_alike() {
    let house = House::of(&repository()).await;
    let view = house.view(Ask::default()).await;
    let desk = house.desk().await;
    let sql = "SELECT path, changes, complexity, score FROM hotspots ORDER BY path";
    let standing: Vec<Hotspot> = desk.facts().rows(sql, &[]).await.unwrap();
    let mut files: Vec<_> = view.files.iter().map(|file| (&*file.path, file.changes, file.score)).collect();
    files.sort_by_key(|file| file.0);
    let rows: Vec<_> = standing.iter().map(|row| (&*row.path, row.changes, row.score)).collect();
    assert_eq!(files, rows);
    assert!(rows.contains(&("core/plain.rs", 1, rows[2].2)), "the bot's change does not count: {rows:?}");

    let sql = "SELECT c.path, (SELECT max(to_unixtime(committed_at)) FROM commits) / 86400.0 - to_unixtime(m.committed_at) / 86400.0 AS age_days
               FROM changes c JOIN commits m ON m.sha = c.sha
               WHERE c.role = 'code' AND NOT is_bot(m.author_name, m.author_email)";
    let touches: Vec<Touch> = desk.facts().rows(sql, &[]).await.unwrap();
    let weight = |path: &str| -> f64 {
        touches.iter().filter(|touch| touch.path == path).map(|touch| decayed(touch.age_days, HALF_LIFE_DAYS)).sum()
    };
    // As in the view: sums that differ by rounding alone are ties.
    let changes: Vec<f64> = standing.iter().map(|row| (weight(&row.path) * 1e9).round() / 1e9).collect();
    let complexity: Vec<f64> = standing.iter().map(|row| row.complexity).collect();
    for (row, score) in standing.iter().zip(scores(&changes, &complexity)) {
        assert!((row.score - score).abs() < 1e-9, "{}: {} in SQL, {score} by the formula", row.path, row.score);
    }
}

#[tokio::test]
async fn coupling_by_hand_equals_the_view() {
    let house = House::of(&repository()).await;
    let standing = house.view(Ask::default()).await;
    let mut counted = Ask::default();
    counted.scope.since = Some("2023-01-01".to_owned());
    let counted = house.view(counted).await;
    let pairs = |view: &crate::code_quality::view::View| -> Vec<_> {
        view.coupling.iter().map(|pair| (pair.a.clone(), pair.b.clone(), pair.shared, pair.degree.to_bits())).collect()
    };
    assert_eq!(pairs(&standing), pairs(&counted));
    assert_eq!(standing.coupling.len(), 1);
}

fn with_keys(path: &str, items: std::ops::Range<usize>) -> Scripted {
    let mut scripted = Scripted::new();
    for item in items {
        scripted.write(path, format!("pub fn f() {{}}\n// {item}\n")).commit(&format!("SHOP-{item}: change it"));
        scripted.write("README.md", format!("{item}\n")).commit("no item");
    }
    scripted
}

#[tokio::test]
async fn work_items_couple_two_repositories() {
    let (client, server) = (with_keys("src/client.rs", 0..12), with_keys("src/server.rs", 2..14));
    let dir = TempDir::new().unwrap();
    let clock = Clock::set_at("2024-03-01T12:00:00Z".parse().unwrap());
    let office = Office::open(dir.path(), clock.clone(), Entropy::seeded(5)).await.unwrap();
    let now = clock.now().as_second();
    let names = [&client, &server].map(|one| mine_into(dir.path(), office.lake(), one, now).entry.id);
    office.refresh();
    let desk = desk_of(&office, "ann").await;
    let view = CodeQuality::view(&desk, Ask::default()).await.unwrap();
    let [pair] = view.across.as_slice() else { panic!("{:?}", view.across) };
    assert_eq!((pair.revisions_a, pair.revisions_b, pair.shared), (12, 12, 10));
    assert!((pair.degree - 10.0 / 12.0).abs() < 1e-12);
    let mut paths = [pair.a.1.as_str(), pair.b.1.as_str()];
    paths.sort_unstable();
    assert_eq!(paths, ["src/client.rs", "src/server.rs"]);
    assert!(view.sheet().sections.iter().any(|section| section.heading == "Across repositories"));

    let mut alone = Ask::default();
    alone.scope.repo = vec![names[0].clone()];
    let view = CodeQuality::view(&desk, alone).await.unwrap();
    assert!(view.across.is_empty(), "one repository alone shares nothing");
}
