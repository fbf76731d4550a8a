//! The practice over a scripted repository: through the command, the API, the tool and the page; its acts, and what is refused.

use crate::testing::desk_of;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use desk::text::{Terminal, render};
use desk::{Clock, Entropy, Office, PracticeEntry, Refusal, Viewed};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::git::EPOCH;
use testkit::{Scripted, mine_into, mine_path_into};
use tower::ServiceExt as _;
use web::App;

use super::DeepExpertise;

const DAY: i64 = 86_400;

fn lines(of: &str, count: usize) -> String {
    (0..count).map(|line| format!("{of} line {line}\n")).collect()
}

/// Billing is Ann's alone; web is Ann's and Bo's; legacy is Cy's, who was last seen in 2022. A bot was here too.
fn organisation() -> Scripted {
    let mut repo = Scripted::new();
    repo.at(EPOCH - 700 * DAY).author("Cy", "cy@example.org");
    repo.write("src/legacy/old.rs", lines("old", 700)).commit("Begin");
    repo.at(EPOCH).author("Ann", "ann@example.org");
    repo.write("src/billing/invoice.rs", lines("invoice", 900));
    repo.write("src/web/page.rs", lines("page", 420)).commit("Add billing and pages");
    repo.author("Bo", "7+bo@users.noreply.github.com");
    repo.write("src/web/form.rs", lines("form", 380));
    repo.write("src/billing/tax.rs", lines("tax", 90)).commit("Add forms");
    repo.author("dependabot[bot]", "bot@x.org").write("src/web/dep.rs", lines("dep", 10)).commit("Bump");
    repo.author("Ann", "ann@example.org");
    for round in 0..50 {
        repo.write("src/billing/count.rs", format!("fn count() -> usize {{\n    {round}\n}}\n")).commit("Count on");
    }
    repo
}

struct House {
    dir: TempDir,
    app: App,
    practice: PracticeEntry,
}

impl House {
    async fn empty() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2024-06-01T12:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let app = App::new(office, [web::entry::<DeepExpertise>()]);
        Self { dir, app, practice: PracticeEntry::of::<DeepExpertise>() }
    }

    async fn of(repository: &Scripted) -> Self {
        let house = Self::empty().await;
        let office = house.app.office();
        mine_into(house.dir.path(), office.lake(), repository, office.clock().now().as_second());
        office.refresh();
        house
    }

    async fn asked(&self, args: &[&str]) -> Result<Viewed, Refusal> {
        let line = std::iter::once(&"owners").chain(args);
        let ask = (self.practice.ask_from)(&(self.practice.command)().try_get_matches_from(line).unwrap())?;
        (self.practice.view)(&desk_of(self.app.office(), "ann").await, ask).await
    }

    async fn get(&self, path: &str, cookie: &str) -> (String, String) {
        let request = Request::get(path).header(header::HOST, "127.0.0.1:7117").header(header::COOKIE, cookie);
        let response = self.app.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let set = response.headers().get("set-cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let cookie = set.split(';').next().unwrap_or_default().to_owned();
        assert_eq!(response.status(), 200, "{path}");
        let bytes = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        (cookie, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The answer by every face, which must agree: the command's arguments and the query say the same.
    async fn check(&self, args: &[&str], query: &str) -> (Value, String) {
        let viewed = self.asked(args).await.unwrap();
        let (cookie, _) =
            self.get(&self.app.sign_in_path(desk_of(self.app.office(), "ann").await.viewer()).await.unwrap(), "").await;
        let (_, api) = self.get(&format!("/api/v1/foundation/deep_expertise?{query}"), &cookie).await;
        let json = viewed.to_json().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&api).unwrap(), json, "the API and the command");
        let (_, page) = self.get(&format!("/foundation/deep_expertise?{query}"), &cookie).await;
        let said = viewed.sheet.answer.split(['&', '<', '\'']).next().unwrap().to_owned();
        assert!(page.contains(&said), "the page does not say `{said}`");
        (json, render(&viewed.sheet, Terminal::PLAIN))
    }

    async fn act(&self, viewer: &str, name: &str, input: Value) -> Result<Value, Refusal> {
        let act = self.practice.act(name).unwrap();
        Ok(act.run(&desk_of(self.app.office(), viewer).await, &self.practice, input).await?.outcome)
    }
}

fn area<'a>(json: &'a Value, name: &str) -> &'a Value {
    let areas = json["overview"]["areas"].as_array().unwrap();
    areas.iter().find(|area| area["name"] == name).unwrap_or_else(|| panic!("no area {name} in {areas:?}"))
}

fn names(people: &Value) -> Vec<&str> {
    people.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap_or_else(|| one.as_str().unwrap())).collect()
}

#[tokio::test]
async fn areas_say_who_holds_them() {
    let house = House::of(&organisation()).await;
    let (json, text) = house.check(&[], "").await;
    let held = |name: &str| area(&json, name)["holding"].as_str().unwrap().to_owned();
    assert_eq!(
        (held("src/billing"), held("src/web"), held("src/legacy")),
        ("one_person".into(), "shared".into(), "nobody_seen".into())
    );
    let web = area(&json, "src/web");
    assert_eq!(names(&web["people"]), ["Ann", "Bo"]);
    assert_eq!(
        (web["lines"].as_u64(), web["knowers"].as_u64()),
        (Some(810), Some(2)),
        "the bot's lines are lines, its knowledge is nobody's"
    );
    assert_eq!(area(&json, "src/billing")["changes_365d"], 52);
    assert_eq!(json["ground"]["bot_commits"], 1);
    assert!(text.starts_with("One area, src/billing, with "), "{text}");
    assert!(text.contains("1 commit by bots left out."), "{text}");
    assert!(text.contains("reviews: not read yet"), "what is not known is said");
}

#[tokio::test]
async fn truck_factor_counts_files_left() {
    let house = House::of(&organisation()).await;
    let (json, _) = house.check(&[], "").await;
    let truck = &json["overview"]["trucks"][0];
    assert_eq!((truck["factor"].as_u64(), truck["left_alone"].as_u64()), (Some(1), Some(4)), "{truck}");
}

#[tokio::test]
async fn people_who_can_help_have_reasons() {
    let house = House::of(&organisation()).await;
    let (json, text) = house.check(&["src/web"], "path=src/web").await;
    let people = &json["help"]["people"];
    assert_eq!(names(people), ["Ann", "Bo"]);
    assert_eq!(people[0]["why"], "wrote most of it, last in January 2024");
    assert!(text.starts_with("Ann and Bo can help with src/web."), "{text}");
    let (json, text) = house.check(&["old.rs"], "path=old.rs").await;
    assert_eq!(json["help"]["about"], "src/legacy/old.rs");
    assert!(text.contains("no commit since 2022-01-31"), "who is away is marked: {text}");
    assert!(text.contains("None of them made a commit in the last year"), "{text}");
}

#[tokio::test]
async fn functions_can_be_asked_about() {
    let house = House::of(&organisation()).await;
    let (json, _) = house.check(&["count"], "path=count").await;
    assert_eq!((json["help"]["kind"].as_str(), names(&json["help"]["people"])), (Some("function"), vec!["Ann"]));
}

#[tokio::test]
async fn no_number_stands_beside_a_name() {
    let house = House::of(&organisation()).await;
    for (args, query) in [(&[][..], ""), (&["src/web"], "path=src/web"), (&["--without", "Ann"], "without=Ann")] {
        let (json, _) = house.check(args, query).await;
        named_objects(&json, &mut |object| {
            let numbers: Vec<_> = object.iter().filter(|(_, value)| value.is_number()).collect();
            assert!(numbers.is_empty(), "{object:?}");
        });
    }
}

/// Every object that names a person of the organisation in a field of its own.
fn named_objects(value: &Value, check: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| named_objects(one, check)),
        Value::Object(object) => {
            let person = |value: &Value| ["Ann", "Bo", "Cy"].iter().any(|name| value.as_str() == Some(name));
            if object.values().any(person) {
                check(object);
            }
            object.values().for_each(|one| named_objects(one, check));
        }
        _ => {}
    }
}

#[tokio::test]
async fn leaving_says_what_goes() {
    let house = House::of(&organisation()).await;
    let (json, text) = house.check(&["--without", "ANN@example.org"], "without=ANN@example.org").await;
    let losses = json["leaving"]["losses"].as_array().unwrap();
    let billing = losses.iter().find(|loss| loss["area"] == "src/billing").unwrap();
    assert_eq!((names(&billing["going"]), names(&billing["staying"])), (vec!["Ann"], vec![]));
    assert_eq!(billing["successors"][0][0], "Bo");
    assert!(
        text.starts_with("Without Ann 1 area has nobody left who knows it, and 1 area then hangs on one person."),
        "{text}"
    );
    let (json, _) = house.check(&["--without", "Cy"], "without=Cy").await;
    assert_eq!(json["leaving"]["losses"][0]["area"], "src/legacy");
    let refusal = house.asked(&["--without", "An"]).await.unwrap_err();
    assert_eq!(refusal.field_errors()[0].message, "nobody in this history is called `An`; did you mean `Ann`?");
}

#[tokio::test]
async fn mailmap_joins_two_addresses() {
    let mut repo = organisation();
    repo.write(".mailmap", "Ann <ann@example.org> <7+bo@users.noreply.github.com>\n").commit("Say who is who");
    let (json, _) = House::of(&repo).await.check(&[], "").await;
    assert_eq!(area(&json, "src/web")["holding"], "one_person");
}

#[tokio::test]
async fn co_authors_share_their_lines() {
    let mut repo = organisation();
    repo.author("Ann", "ann@example.org").write("src/pair/work.rs", lines("pair", 800));
    repo.commit("Write it together\n\nCo-authored-by: Bo <7+bo@users.noreply.github.com>\nco-authored-by: Bo B <7+BO@users.noreply.github.com>\nCo-authored-by: Copilot <1+Copilot@users.noreply.github.com>");
    repo.author("dependabot[bot]", "bot@x.org").write("src/agent/work.rs", lines("agent", 600));
    repo.commit("Write it for somebody\n\nCo-authored-by: Dee <dee@example.org>");
    let house = House::of(&repo).await;
    let (json, _) = house.check(&[], "").await;
    let pair = area(&json, "src/pair");
    assert_eq!(
        (&pair["knowers"], &pair["holding"], &pair["concentration"]),
        (&json!(2), &json!("shared"), &json!(0.0))
    );
    assert_eq!(names(&pair["people"]), ["Ann", "Bo B"], "an agent is no co-author, and nobody counts twice");
    assert_eq!(names(&area(&json, "src/agent")["people"]), ["Dee"], "whoever wrote it with a bot knows it");
    let (json, _) = house.check(&["src/pair/work.rs"], "path=src/pair/work.rs").await;
    let why: Vec<&str> =
        json["help"]["people"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap()).collect();
    assert_eq!(why, ["wrote most of it, last in January 2024"; 2]);
}

#[tokio::test]
async fn bare_repositories_say_who_is_who() {
    let mut repo = organisation();
    repo.write(".mailmap", "Ann <ann@example.org> <7+bo@users.noreply.github.com>\n");
    repo.write("docs/CODEOWNERS", "/src/billing/ @zoe\n").commit("Say who is who");
    let bare = repo.beside("bare.git");
    repo.git(&["clone", "-q", "--bare", repo.path().to_str().unwrap(), bare.to_str().unwrap()]);
    let house = House::empty().await;
    let office = house.app.office();
    mine_path_into(house.dir.path(), office.lake(), &bare, office.clock().now().as_second());
    office.refresh();
    let (json, _) = house.check(&[], "").await;
    let web = area(&json, "src/web");
    assert_eq!((names(&web["people"]), &web["holding"]), (vec!["Ann"], &json!("one_person")));
    let (_, text) = house.check(&["--codeowners", "difference"], "codeowners=difference").await;
    assert!(text.starts_with("docs/CODEOWNERS of repo would change in "), "{text}");
}

#[tokio::test]
async fn codeowners_is_proposed_with_reasons() {
    let mut repo = organisation();
    let house = House::of(&repo).await;
    let file = house.asked(&["--codeowners", "file"]).await.unwrap().document.unwrap();
    assert_eq!(file.file_name, "CODEOWNERS");
    let billing = "# the one person who knows it and was seen in the last year\n/src/billing/ ann@example.org\n";
    assert!(file.body.contains(billing), "{}", file.body);
    assert!(file.body.contains("/src/web/ @bo ann@example.org\n"), "{}", file.body);
    assert!(!file.body.contains("legacy"), "nobody who was seen knows it: {}", file.body);
    repo.write(".github/CODEOWNERS", "/src/billing/ @zoe\n/src/web/ @org/web\n").commit("Name owners");
    let (json, text) = House::of(&repo).await.check(&["--codeowners", "difference"], "codeowners=difference").await;
    let what = |pattern: &str| {
        let lines = json["codeowners"]["lines"].as_array().unwrap();
        lines.iter().find(|line| line["pattern"] == pattern).unwrap()["what"].as_str().unwrap().to_owned()
    };
    assert_eq!((what("/src/billing/"), what("/src/web/")), ("changed".into(), "kept".into()), "a team is kept");
    assert!(text.starts_with(".github/CODEOWNERS of repo would change in 1 line"), "{text}");
}

#[tokio::test]
async fn transfers_are_planned_and_ticked() {
    let house = House::of(&organisation()).await;
    let viewed = house.asked(&[]).await.unwrap();
    let desk::sheet::Deed::Act { input, .. } = viewed.sheet.suggestions[0].deed.clone() else { panic!("an act") };
    assert_eq!((&input["area"], &input["to_people"]), (&json!("src/billing"), &json!(["Bo"])));
    let plan = house.act("ann", "plan_transfer", input).await.unwrap();
    assert_eq!(plan["body"]["steps"].as_array().unwrap().len(), 4);
    let tick = |seen: u64, step: u64| json!({ "plan": plan["id"], "seen": seen, "step": step });
    let ticked = house.act("bo", "tick_step", tick(1, 1)).await.unwrap();
    assert_eq!(ticked["body"]["steps"][0]["done_on"], "2024-06-01");
    let word = |refusal: Refusal| refusal.word();
    assert_eq!(house.act("bo", "tick_step", tick(1, 2)).await.map_err(word), Err("conflict"));
    assert_eq!(house.act("bo", "tick_step", tick(2, 1)).await.map_err(word), Err("invalid"), "done already");
    assert_eq!(house.act("bo", "tick_step", tick(2, 9)).await.map_err(word), Err("invalid"), "no such step");
    let (json, text) = house.check(&[], "").await;
    assert_eq!(json["plans"][0]["steps"][0]["done_on"], "2024-06-01");
    assert!(text.contains("1 of 4"), "{text}");
}

#[tokio::test]
async fn plans_need_two_sides() {
    let house = House::of(&organisation()).await;
    let input = json!({ "area": "src/web", "from_people": ["Ann"], "to_people": ["Ann"] });
    let refusal = house.act("ann", "plan_transfer", input).await.unwrap_err();
    assert_eq!(refusal.field_errors()[0].field, "to_people");
    let planned = house
        .act("ann", "plan_transfer", json!({ "area": "src/web", "from_people": ["Ann"], "to_people": ["Bo"] }))
        .await;
    assert_eq!(planned.unwrap()["body"]["steps"][3]["due_on"], "2024-07-31", "the usual steps, over sixty days");
}

#[tokio::test]
async fn who_declines_is_not_named() {
    let house = House::of(&organisation()).await;
    let claim = |text: &str| json!({ "area": "src/web", "address": "ann@example.org", "text": text, "willing_to_help": "teach" });
    house.act("ann", "claim", claim("I know the forms.")).await.unwrap();
    let (json, _) = house.check(&["src/web/form.rs"], "path=src/web/form.rs").await;
    assert_eq!(names(&json["help"]["people"]), ["Bo", "Ann"]);
    assert_eq!(json["help"]["people"][1]["why"], "offers to teach it: “I know the forms.”");
    let decline = json!({ "area": "src/web/", "address": "ANN@example.org" });
    let declined = house.act("ann", "decline", decline.clone()).await.unwrap();
    assert_eq!((declined["version"].as_u64(), &declined["body"]["expires_on"]), (Some(2), &json!("2025-06-01")));
    let (json, _) = house.check(&["src/web"], "path=src/web").await;
    assert_eq!((names(&json["help"]["people"]), json["help"]["left_out"].as_u64()), (vec!["Bo"], Some(1)));
    let other = house.act("bo", "decline", decline).await.unwrap_err();
    assert_eq!(other.exit_code(), 77, "nobody speaks for somebody else");
}

#[tokio::test]
async fn little_history_says_so() {
    let (_, text) = House::empty().await.check(&[], "").await;
    assert!(text.starts_with("No repository was read yet."), "{text}");
    let mut repo = Scripted::new();
    repo.write("a.rs", "a\n").commit("Begin");
    let (json, text) = House::of(&repo).await.check(&[], "").await;
    assert!(text.starts_with("Too little history to say who knows what: 1 commit is here, 50 are needed."), "{text}");
    assert_eq!(json["overview"], Value::Null);
}

#[tokio::test]
async fn unknown_paths_name_the_nearest() {
    let house = House::of(&organisation()).await;
    let refusal = house.asked(&["src/web/pages.rs"]).await.unwrap_err();
    let message = "no file, folder, glob or function matches `src/web/pages.rs`; did you mean `src/web/page.rs`?";
    assert_eq!((refusal.field_errors()[0].message.as_str(), refusal.exit_code()), (message, 65));
    assert_eq!(house.asked(&["--area", "nowhere"]).await.unwrap_err().field_errors()[0].field, "area");
}

#[tokio::test]
async fn folders_open_deeper() {
    let house = House::of(&organisation()).await;
    let (json, _) = house.check(&["--area", "src"], "area=src").await;
    assert_eq!(area(&json, "src/legacy")["lines"], 700);
    assert_eq!(json["overview"]["trucks"], json!([]));
}
