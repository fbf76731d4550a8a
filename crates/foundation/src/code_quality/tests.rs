//! The practice over a scripted repository: its view, its page as a sheet, its acts, its gate, and what it refuses.

mod between;
mod branch;
mod faults;
mod standing;

use desk::sheet::Cell;
use desk::{Clock, Desk, Entropy, Office, Practice as _, PracticeEntry, Refusal, Sheet, Sheeted as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Scripted, mine_into};

use super::goals::{Measure, Standing};
use super::view::{Tied, View};
use super::{Ask, CodeQuality, Show};
use crate::testing::desk_of;

/// A data folder with one repository read into it.
struct House {
    dir: TempDir,
    office: Office,
    clock: Clock,
    name: String,
}

impl House {
    async fn of(repository: &Scripted) -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2024-03-01T12:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock.clone(), Entropy::seeded(5)).await.unwrap();
        let mined = mine_into(dir.path(), office.lake(), repository, clock.now().as_second());
        office.refresh();
        Self { dir, office, clock, name: mined.entry.name }
    }

    async fn desk(&self) -> Desk {
        desk_of(&self.office, "ann").await
    }

    async fn view(&self, ask: Ask) -> View {
        CodeQuality::view(&self.desk().await, ask).await.unwrap()
    }

    async fn sheet(&self, ask: Ask) -> Sheet {
        self.view(ask).await.sheet()
    }

    async fn act(&self, name: &str, input: Value) -> Result<Value, Refusal> {
        let practice = PracticeEntry::of::<CodeQuality>();
        let act = practice.act(name).unwrap();
        Ok(act.run(&self.desk().await, &practice, input).await?.outcome)
    }
}

fn opened(path: &str) -> Ask {
    Ask { path: Some(path.to_owned()), ..Ask::default() }
}

/// A function with `depth` conditions inside one another.
fn nested(name: &str, depth: usize) -> String {
    let open: String = (0..depth).map(|level| format!("{}if a > {level} {{\n", "    ".repeat(level + 1))).collect();
    let close: String = (0..depth).rev().map(|level| format!("{}}}\n", "    ".repeat(level + 1))).collect();
    format!("pub fn {name}(a: u32) {{\n{open}{close}}}\n")
}

/// Sixty commits: `core/deep.rs` is complex and changes with `web/far.rs` a dozen times; a bot changes `core/plain.rs`.
fn repository() -> Scripted {
    let mut scripted = Scripted::new();
    scripted.write("core/plain.rs", "pub fn plain() {}\n").write("core/mod.rs", "mod plain;\npub fn other() {}\n");
    scripted.write("core/deep.rs", nested("deep", 6));
    scripted.write("tests/all.rs", "#[test]\nfn all() {}\n").write("README.md", "read me\n");
    scripted.commit("begin");
    for nth in 0..12 {
        let subject = if nth < 3 { "fix: count again" } else { "count on" };
        scripted.write("core/deep.rs", format!("{}// {nth}\n", nested("deep", 6)));
        scripted.write("web/far.rs", format!("pub fn far() {{}}\n// {nth}\n"));
        scripted.commit(subject);
    }
    scripted.author("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com");
    scripted.write("core/plain.rs", "pub fn plain() {}\n// bumped\n");
    scripted.commit("fix: bump it");
    scripted.author("Ben", "ben@example.org");
    for nth in 0..46 {
        scripted.write("README.md", format!("read me {nth}\n"));
        scripted.commit("say more");
    }
    scripted
}

#[tokio::test]
async fn change_meets_complexity() {
    let house = House::of(&repository()).await;
    let view = house.view(Ask::default()).await;
    let paths: Vec<&str> = view.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths[0], "core/deep.rs", "{paths:?}");
    assert!(!paths.contains(&"README.md") && !paths.contains(&"tests/all.rs"));
    let deep = &view.files[0];
    assert_eq!((deep.changes, deep.fixes, deep.complexity), (13, 3, 21.0));
    assert_eq!(view.ground.bots, 1);
    let plain = view.files.iter().find(|file| file.path == "core/plain.rs").unwrap();
    assert_eq!((plain.changes, plain.fixes), (1, 0), "a bot's change is no change of ours");
    let sheet = view.sheet();
    assert!(sheet.answer.starts_with("One file ("), "{}", sheet.answer);
    assert!(sheet.notices.iter().any(|notice| notice.text == "1 commit by bots left out."));
}

#[tokio::test]
async fn undeclared_coupling_is_hidden() {
    let house = House::of(&repository()).await;
    let view = house.view(Ask { show: Some(Show::Coupling), ..opened("web/far.rs") }).await;
    let [pair] = view.coupling.as_slice() else { panic!("{:?}", view.coupling) };
    assert_eq!((pair.a.as_str(), pair.b.as_str()), ("web/far.rs", "core/deep.rs"));
    assert_eq!((pair.shared, pair.degree, pair.tied), (12, 0.96, Tied::Hidden));
    assert_eq!(
        view.sheet().answer,
        "One pair of files changes together with web/far.rs; one of them is declared by no import."
    );
}

#[tokio::test]
async fn one_day_is_one_basket() {
    let house = House::of(&repository()).await;
    let view = house.view(Ask { basket: super::Basket::Day, ..Ask::default() }).await;
    assert!(view.coupling.is_empty(), "twelve commits of one day are one revision: {:?}", view.coupling);
}

#[tokio::test]
async fn health_opens_into_findings() {
    let house = House::of(&repository()).await;
    let view = house.view(opened("core/deep.rs")).await;
    let file = view.file.as_ref().unwrap();
    let rules: Vec<&str> = file.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["deep_nesting", "hard_to_follow", "untested"]);
    let weights: f64 = file.findings.iter().map(|finding| finding.weight).sum();
    assert!((file.code.as_ref().unwrap().health - (10.0 - weights)).abs() < 1e-9);
    assert_eq!(file.functions[0].name, "deep");
    let sheet = view.sheet();
    let links = sheet.tables().flat_map(|table| &table.rows).flat_map(|row| &row.cells).filter_map(Cell::href);
    let links: Vec<&str> = links.collect();
    assert!(links.contains(&"/foundation/deep_expertise?path=core/deep.rs"), "{links:?}");
}

#[tokio::test]
async fn false_alarm_raises_health_until_its_day() {
    let house = House::of(&repository()).await;
    let before = house.view(opened("core/deep.rs")).await.file.unwrap();
    let finding = before.findings.iter().find(|finding| finding.rule == "deep_nesting").unwrap();
    assert_eq!(finding.key, format!("{}:core/deep.rs#deep_nesting@deep", house.name));
    let input = json!({ "finding": finding.key, "reason": "a table of cases", "until": "2024-03-02" });
    let alarm = house.act("record_false_alarm", input.clone()).await.unwrap();
    let health = |view: View| view.file.unwrap().code.unwrap().health;
    let raised = health(house.view(opened("core/deep.rs")).await);
    assert!((raised - before.code.unwrap().health - finding.weight).abs() < 1e-9);
    assert!(house.act("record_false_alarm", input).await.unwrap_err().to_string().contains("already"));

    house.clock.advance(2 * 86_400);
    assert!(health(house.view(opened("core/deep.rs")).await) < raised);
    let back = json!({ "id": alarm["id"], "version": 1 });
    house.act("take_back_false_alarm", back).await.unwrap();
    assert!(house.view(Ask::default()).await.false_alarms.is_empty());
}

#[tokio::test]
async fn functions_are_scored_by_their_changes() {
    let mut scripted = Scripted::new();
    let quiet = nested("quiet", 4);
    for nth in 0..52 {
        let busy = nested("busy", 4).replace("a > 1", &format!("a > {nth}"));
        let subject = if nth % 10 == 9 { "fix: another bound" } else { "another bound" };
        scripted.write("a.rs", format!("{busy}{quiet}")).commit(subject);
    }
    scripted.author("Renovate Bot", "bot@renovateapp.com");
    scripted.write("a.rs", format!("{}{quiet}", nested("busy", 4))).commit("bump");
    let house = House::of(&scripted).await;
    let view = house.view(Ask::default()).await;
    let told: Vec<_> = view
        .functions
        .iter()
        .map(|function| (&*function.name, function.changes, function.fixes, function.score))
        .collect();
    // Both are equally complex (rank ½); busy changed in every commit but the bot's, quiet in the first alone.
    assert_eq!(told, [("busy", Some(52), Some(5), Some(0.375)), ("quiet", Some(1), Some(0), Some(0.125))]);
    let file = house.view(opened("a.rs")).await;
    assert_eq!(file.file.as_ref().unwrap().functions[0].name, "busy");
    assert!(file.sheet().sections.iter().any(|section| section.heading == "Function by function"));
}

#[tokio::test]
async fn copies_and_loose_types_are_found() {
    let mut scripted = Scripted::new();
    let same: String = (0..12).map(|line| format!("    step({line});\n")).collect();
    let method = |name: &str, field: &str| {
        format!("    fn {name}(&self) {{\n        let a = 1;\n        let b = 2;\n        self.{field};\n    }}\n")
    };
    let methods = method("a", "left") + &method("b", "left") + &method("c", "right") + &method("d", "right");
    scripted.write("one.rs", format!("pub fn one() {{\n{same}}}\nimpl Loose {{\n{methods}}}\n"));
    scripted.write(
        "two.rs",
        format!("pub fn two() {{\n{same}}}\n#[cfg(test)]\nmod tests {{\nfn three() {{\n{same}}}\n}}\n"),
    );
    scripted.commit("begin");
    let house = House::of(&scripted).await;
    let found = house.view(opened("one.rs")).await.file.unwrap().findings;
    let found: Vec<_> =
        found.iter().map(|finding| (finding.rule.as_str(), finding.line, finding.text.as_str())).collect();
    assert_eq!(found[0], ("duplicate", 2, "13 lines stand in two.rs:2 too"));
    assert_eq!(found[1], ("low_cohesion", 16, "Loose: 2 groups of functions share no field and no call"));
    let found = house.view(opened("two.rs")).await.file.unwrap().findings;
    assert_eq!(found.len(), 1, "a copy in a test module is no burden: {found:?}");
}

#[tokio::test]
async fn weights_can_be_said_for_a_repository() {
    let house = House::of(&repository()).await;
    let health = |view: &View| view.files.iter().find(|file| file.path == "core/deep.rs").unwrap().health;
    let before = health(&house.view(Ask::default()).await);
    let all = json!({ "finding": "deep_nesting", "weight": 2.5, "reason": "we nest too much" });
    house.act("weigh_finding", all).await.unwrap();
    assert!((before - health(&house.view(Ask::default()).await) - 2.0).abs() < 1e-9);
    let mut one =
        json!({ "repository": house.name, "finding": "deep_nesting", "weight": 0, "reason": "tables of cases" });
    house.act("weigh_finding", one.clone()).await.unwrap();
    let weights = house.view(Ask { show: Some(Show::Weights), ..Ask::default() }).await;
    let shown = serde_json::to_string(&weights.sheet()).unwrap();
    assert!(shown.contains("2 weights otherwise than shipped") && shown.contains("tables of cases"), "{shown}");
    let view = house.view(Ask::default()).await;
    assert!((health(&view) - before - 0.5).abs() < 1e-9, "what is said of the repository goes before");
    let opened = house.view(opened("core/deep.rs")).await.file.unwrap();
    assert!(opened.findings.iter().all(|finding| finding.rule != "deep_nesting"), "{:?}", opened.findings);

    one["weight"] = json!(1.0);
    let again = house.act("weigh_finding", one.clone()).await.unwrap();
    assert_eq!(again["version"], 2, "said again is changed, not added");
    assert!((before - health(&house.view(Ask::default()).await) - 0.5).abs() < 1e-9);
    house.act("take_back_weight", json!({ "id": again["id"], "version": 2 })).await.unwrap();
    assert_eq!(house.view(Ask::default()).await.weights.len(), 1);

    one["repository"] = json!("nowhere");
    let refusal = house.act("weigh_finding", one).await.unwrap_err();
    assert_eq!((refusal.field_errors()[0].field.as_str(), refusal.what_to_do().is_some()), ("repository", true));
    let nothing = json!({ "finding": "untested", "reason": "no" });
    assert_eq!(house.act("weigh_finding", nothing).await.unwrap_err().field_errors()[0].field, "weight");
    let unknown = json!({ "finding": "ugly", "weight": 1, "reason": "no" });
    assert_eq!(house.act("weigh_finding", unknown).await.unwrap_err().field_errors()[0].field, "finding");
}

#[tokio::test]
async fn missed_goal_breaks_the_gate() {
    let house = House::of(&repository()).await;
    let goal = json!({ "areas": ["core/"], "measure": "worst_hotspot_health", "target": 9.5, "by_on": "2024-03-02" });
    let set = house.act("set_goal", goal).await.unwrap();
    assert_eq!(set["body"]["areas"], json!(["core"]));
    let gate = Ask { gate: true, ..Ask::default() };
    let view = house.view(gate.clone()).await;
    assert_eq!((view.goals[0].standing, view.goals[0].measure), (Standing::OnTheWay, Measure::WorstHotspotHealth));
    assert_eq!(view.goals[0].value, set["body"]["start"].as_f64());
    assert!(CodeQuality::holds(&view, &gate));

    house.clock.advance(2 * 86_400);
    let view = house.view(gate.clone()).await;
    assert_eq!(view.goals[0].standing, Standing::Missed);
    assert!(!CodeQuality::holds(&view, &gate));
    assert!(CodeQuality::holds(&view, &Ask::default()), "only a gate says no");
    house.act("end_goal", json!({ "id": set["id"], "version": 1 })).await.unwrap();
    assert!(CodeQuality::holds(&house.view(gate.clone()).await, &gate));
}

#[tokio::test]
async fn nonsense_goal_is_refused() {
    let house = House::of(&repository()).await;
    let goal = json!({ "measure": "mean_health", "target": 11.0, "by_on": "2024-06-01" });
    let refusal = house.act("set_goal", goal).await.unwrap_err();
    assert_eq!(refusal.field_errors()[0].field, "target");
    assert!(house.view(Ask::default()).await.goals.is_empty());
    let alarm = json!({ "finding": "walk.rs", "reason": "no" });
    assert_eq!(house.act("record_false_alarm", alarm).await.unwrap_err().field_errors()[0].field, "finding");
}

#[tokio::test]
async fn sarif_names_lines() {
    let house = House::of(&repository()).await;
    let ask = Ask { sarif: true, ..Ask::default() };
    let document = CodeQuality::document(&house.view(ask.clone()).await, &ask).unwrap();
    let log: Value = serde_json::from_str(&document.body).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let deep = results.iter().find(|result| result["ruleId"] == "deep_nesting").unwrap();
    let place = &deep["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "core/deep.rs");
    assert_eq!(place["region"]["startLine"], 1);
}

#[tokio::test]
async fn unknown_path_names_the_nearest() {
    let house = House::of(&repository()).await;
    let refusal = CodeQuality::view(&house.desk().await, opened("deep.rs")).await.unwrap_err();
    assert_eq!(refusal.exit_code(), 65);
    assert!(refusal.what_to_do().unwrap().contains("`core/deep.rs`"), "{refusal:?}");
}

#[tokio::test]
async fn little_history_is_said() {
    let mut scripted = Scripted::new();
    scripted.write("a.rs", nested("a", 3)).write("b.rs", "pub fn b() {}\n").commit("begin");
    let sheet = House::of(&scripted).await.sheet(Ask::default()).await;
    assert_eq!(sheet.answer, "Too little history to weigh change; the most complex file is a.rs.");
    assert!(sheet.notices[0].text.starts_with("Only 1 commit so far"), "{:?}", sheet.notices);
}

#[tokio::test]
async fn empty_folder_says_what_to_do() {
    let dir = TempDir::new().unwrap();
    let clock = Clock::set_at("2024-03-01T12:00:00Z".parse().unwrap());
    let office = Office::open(dir.path(), clock, Entropy::seeded(5)).await.unwrap();
    let view = CodeQuality::view(&desk_of(&office, "ann").await, Ask::default()).await.unwrap();
    assert!(view.sheet().empty.is_some_and(|empty| empty.next.is_some()));
}

#[tokio::test]
async fn what_is_not_measured_is_never_zero() {
    let house = House::of(&repository()).await;
    let view = house.view(Ask::default()).await;
    let missing: Vec<&str> = view.not_measured.iter().map(|one| one.what.as_str()).collect();
    assert!(missing.contains(&"Test coverage") && missing.contains(&"Health in the past"), "{missing:?}");
}
