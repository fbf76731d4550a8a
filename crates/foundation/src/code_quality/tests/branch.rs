//! A gate over a branch: what it breaks, what it mends, and what it is not to blame for.

use crate::testing::desk_of;
use desk::{Practice as _, Refusal, Sheeted as _};
use serde_json::json;
use testkit::{Scripted, base_of, mine_into};

use super::{House, nested, repository};
use crate::code_quality::goals::{Standing, Verdict};
use crate::code_quality::view::View;
use crate::code_quality::{Ask, CodeQuality};

fn gate() -> Ask {
    Ask { gate: true, ..Ask::default() }
}

impl House {
    /// What the gate says of the repository's `HEAD`, against where it left `wanted`.
    async fn gate(&self, repository: &Scripted, wanted: Option<&str>) -> View {
        let now = self.clock.now().as_second();
        mine_into(self.dir.path(), self.office.lake(), repository, now);
        self.office.refresh();
        let office = self.office.clone().with_base(base_of(self.dir.path(), repository, wanted, now));
        CodeQuality::view(&desk_of(&office, "ann").await, gate()).await.unwrap()
    }

    async fn goal(&self, measure: &str, target: f64) {
        let goal = json!({ "areas": ["core"], "measure": measure, "target": target, "by_on": "2024-12-31" });
        self.act("set_goal", goal).await.unwrap();
    }
}

#[tokio::test]
async fn breaking_branch_fails_the_gate() {
    let mut scripted = repository();
    let house = House::of(&scripted).await;
    house.goal("mean_health", 9.9).await;
    house.goal("findings", 0.0).await;
    scripted.git(&["switch", "-q", "-c", "worse"]);
    scripted.write("core/plain.rs", nested("plain", 7)).commit("nest it");
    let view = house.gate(&scripted, None).await;
    assert!(!CodeQuality::holds(&view, &gate()));
    let verdicts: Vec<_> = view.goals.iter().filter_map(|goal| goal.verdict).collect();
    assert_eq!(verdicts, [Verdict::Broken, Verdict::Broken]);
    let branch = view.branch.as_ref().unwrap();
    assert_eq!((branch.base.as_str(), branch.sha.clone(), branch.commits), ("main", scripted.id("main"), 1));
    let brought: Vec<_> = branch.brought.iter().map(|found| (found.path.as_str(), found.rule.as_str())).collect();
    assert_eq!(brought, [("core/plain.rs", "deep_nesting"), ("core/plain.rs", "hard_to_follow")]);
    let sheet = view.sheet();
    assert!(sheet.answer.starts_with("Two of 2 goals are broken by the 1 commit since main ("), "{}", sheet.answer);
}

#[tokio::test]
async fn sarif_names_what_the_branch_brings() {
    let mut scripted = repository();
    let house = House::of(&scripted).await;
    house.goal("mean_health", 9.9).await;
    scripted.git(&["switch", "-q", "-c", "worse"]);
    scripted.write("core/plain.rs", nested("plain", 7)).commit("nest it");
    let view = house.gate(&scripted, None).await;
    let document = CodeQuality::document(&view, &Ask { sarif: true, ..gate() }).unwrap();
    let log: serde_json::Value = serde_json::from_str(&document.body).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<&str> = results.iter().filter_map(|result| result["ruleId"].as_str()).collect();
    assert_eq!(
        rules,
        ["deep_nesting", "hard_to_follow", "quality_goal"],
        "nothing of core/deep.rs, which it leaves alone"
    );
    assert!(results[2]["message"]["text"].as_str().unwrap().contains("broken by this branch"));
}

#[tokio::test]
async fn mending_branch_passes_the_gate() {
    let mut scripted = repository();
    let house = House::of(&scripted).await;
    house.goal("mean_health", 9.9).await;
    scripted.git(&["switch", "-q", "-c", "better"]);
    scripted.write("core/deep.rs", nested("deep", 2)).commit("flatten it");
    let view = house.gate(&scripted, None).await;
    assert!(CodeQuality::holds(&view, &gate()));
    assert_eq!(view.goals[0].verdict, Some(Verdict::Mended));
    let branch = view.branch.as_ref().unwrap();
    assert_eq!((branch.brought.len(), branch.taken), (0, 2));
}

#[tokio::test]
async fn moved_file_is_no_new_trouble() {
    let mut scripted = repository();
    let house = House::of(&scripted).await;
    house.goal("worst_hotspot_health", 9.9).await;
    scripted.git(&["switch", "-q", "-c", "move"]);
    scripted.git(&["mv", "core/deep.rs", "core/deeper.rs"]);
    scripted.commit("move it");
    let view = house.gate(&scripted, None).await;
    let brought = &view.branch.as_ref().unwrap().brought;
    assert!(brought.is_empty(), "{brought:?}");
}

#[tokio::test]
async fn what_main_did_is_not_the_branch() {
    let mut scripted = repository();
    let house = House::of(&scripted).await;
    house.goal("mean_health", 9.9).await;
    scripted.git(&["switch", "-q", "-c", "side"]);
    scripted.write("README.md", "other words\n").commit("say it better");
    scripted.git(&["switch", "-q", "main"]);
    scripted.write("core/deep.rs", nested("deep", 1)).commit("flatten it");
    scripted.git(&["switch", "-q", "side"]);
    let view = house.gate(&scripted, Some("main")).await;
    assert_eq!(
        view.goals[0].verdict,
        Some(Verdict::Unchanged),
        "main is better by now, and that is no fault of the branch"
    );
    assert_ne!(view.branch.unwrap().sha, scripted.id("main"));
}

#[tokio::test]
async fn without_a_branch_the_day_of_the_goal_counts() {
    let scripted = repository();
    let house = House::of(&scripted).await;
    house.goal("mean_health", 9.9).await;
    let view = house.gate(&scripted, None).await;
    assert_eq!(
        (view.branch.is_none(), view.goals[0].verdict, view.goals[0].standing),
        (true, None, Standing::OnTheWay)
    );
    let sheet = view.sheet();
    let heads: Vec<&str> =
        sheet.tables().flat_map(|table| &table.columns).map(|column| column.label.as_str()).collect();
    assert!(!heads.contains(&"At the base"), "{heads:?}");
}

#[tokio::test]
async fn base_without_its_facts_is_refused() {
    let house = House::of(&repository()).await;
    let ask = Ask { base: Some("main".to_owned()), ..gate() };
    let refusal: Refusal = CodeQuality::view(&house.desk().await, ask).await.unwrap_err();
    assert!(refusal.what_to_do().unwrap().contains("--base"), "{refusal:?}");
}
