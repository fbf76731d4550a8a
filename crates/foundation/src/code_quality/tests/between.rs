//! Days in the past: a period for the overview, and two days compared.

use desk::{Practice as _, Sheeted as _};
use testkit::Scripted;

use super::{House, nested};
use crate::code_quality::between::Turn;
use crate::code_quality::{Ask, CodeQuality, Show};

const DAY: i64 = 86_400;

/// `a.rs` gets worse in February, `b.rs` better; `old.rs` is renamed, `new.rs` comes, `gone.rs` goes; most is of January.
fn two_months() -> Scripted {
    let mut scripted = Scripted::new();
    let begin = testkit::EPOCH;
    scripted.at(begin);
    scripted.write("a.rs", nested("a", 2)).write("b.rs", nested("b", 6)).write("old.rs", nested("old", 3));
    scripted.write("gone.rs", nested("gone", 1)).write("same.rs", nested("same", 2)).commit("begin");
    for nth in 0..48 {
        scripted.at(begin + DAY * (nth / 2)).write("README.md", format!("{nth}")).commit("say more");
    }
    scripted.at(begin + 25 * DAY).write("same.rs", format!("{}// note\n", nested("same", 2))).commit("note it");
    scripted.at(begin + 40 * DAY).write("a.rs", nested("a", 5)).commit("fix: one more case");
    scripted.git(&["mv", "old.rs", "moved.rs"]);
    scripted.git(&["rm", "-q", "gone.rs"]);
    scripted
        .at(begin + 45 * DAY)
        .write("b.rs", nested("b", 2))
        .write("new.rs", "pub struct New {\n    first: u8,\n}\n")
        .commit("tidy up");
    scripted
}

fn between(since: Option<&str>, until: Option<&str>) -> Ask {
    let mut ask = Ask { show: Some(Show::Between), ..Ask::default() };
    ask.scope.since = since.map(str::to_owned);
    ask.scope.until = until.map(str::to_owned);
    ask
}

#[tokio::test]
async fn two_days_name_what_turned() {
    let house = House::of(&two_months()).await;
    let view = house.view(between(Some("2024-02-01"), None)).await;
    let state = view.between.as_ref().unwrap();
    let turns: Vec<(&str, Turn)> = state.files.iter().map(|file| (file.path.as_str(), file.turn)).collect();
    let wanted = [("a.rs", Turn::Worse), ("new.rs", Turn::New), ("gone.rs", Turn::Gone), ("b.rs", Turn::Better)];
    assert_eq!(turns, wanted, "the renamed file and the noted one are steady");
    assert_eq!((state.from.as_str(), state.to.as_str()), ("2024-02-01", "2024-02-15"));
    assert_eq!((state.before.files, state.after.files), (5, 5));
    assert_eq!((state.after.changes, state.after.fixes), (5, 1));
    assert_eq!((state.before.changes, state.before.fixes), (1, 0), "the fifteen days before");
    let a = &state.files[0];
    assert_eq!((a.changes, a.fixes), (1, 1));
    assert!(a.complexity.0 < a.complexity.1 && a.health.is_some());
    let sheet = view.sheet();
    assert!(sheet.answer.starts_with("From 2024-02-01 to 2024-02-15 complexity "), "{}", sheet.answer);
    assert!(sheet.answer.ends_with("1 file got worse, 1 better, 1 are new and 1 gone; 20 % of the changes were fixes, 0 % in as many days before."), "{}", sheet.answer);
}

#[tokio::test]
async fn past_days_have_no_health() {
    let house = House::of(&two_months()).await;
    let view = house.view(between(Some("2024-02-01"), Some("2024-02-11"))).await;
    let state = view.between.unwrap();
    let turns: Vec<(&str, Turn)> = state.files.iter().map(|file| (file.path.as_str(), file.turn)).collect();
    assert_eq!(turns, [("a.rs", Turn::Worse)], "what came later is not there yet");
    assert_eq!(state.files[0].health, None);
}

#[tokio::test]
async fn period_bounds_what_counts() {
    let house = House::of(&two_months()).await;
    let mut ask = Ask::default();
    ask.scope.since = Some("2024-02-01".to_owned());
    let february = house.view(ask.clone()).await;
    let changes = |view: &crate::code_quality::view::View, path: &str| {
        view.files.iter().find(|file| file.path == path).map(|file| (file.changes, file.fixes))
    };
    assert_eq!((changes(&february, "a.rs"), changes(&february, "same.rs")), (Some((1, 1)), Some((0, 0))));
    assert_eq!(february.ground.period, Some(("2024-02-01".to_owned(), "2024-02-15".to_owned())));

    ask.scope.since = None;
    ask.scope.until = Some("2024-01-31".to_owned());
    let january = house.view(ask.clone()).await;
    assert_eq!((changes(&january, "a.rs"), changes(&january, "same.rs")), (Some((1, 0)), Some((2, 0))));
    assert!(january.months.iter().all(|month| month.month.as_str() <= "2024-01"), "{:?}", january.months);

    ask.scope.since = Some("2024-03-01".to_owned());
    let refusal = CodeQuality::view(&house.desk().await, ask).await.unwrap_err();
    assert_eq!(refusal.field_errors()[0].field, "until");
}
