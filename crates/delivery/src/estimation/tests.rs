//! The practice through every face, and its refusals.

mod nightly;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use desk::text::{Terminal, render};
use desk::{Clock, Desk, Entropy, Office, PracticeEntry, Refusal, Viewed};
use jiff::civil::date;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Scripted, mine_into, requests_of};
use tower::ServiceExt as _;
use web::App;

use super::Estimation;
use crate::methodology::Methodology;

const DAY: i64 = 86_400;
const H: [u32; 20] = [0, 2, 1, 0, 0, 3, 1, 0, 2, 0, 1, 1, 0, 0, 4, 0, 1, 2, 0, 0];

struct House {
    dir: TempDir,
    app: App,
    practice: PracticeEntry,
}

async fn desk_of(office: &Office, name: &str) -> Desk {
    let viewer = office.local(name, &format!("{name}@localhost")).await.unwrap();
    office.desk(viewer).await.unwrap()
}

impl House {
    async fn empty() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2024-06-03T12:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let app = App::new(office, [web::entry::<Methodology>(), web::entry::<Estimation>()]);
        Self { dir, app, practice: PracticeEntry::of::<Estimation>() }
    }

    /// A board on which `counts` items were finished a day until yesterday.
    async fn with(counts: &[u32]) -> Self {
        let house = Self::empty().await;
        testkit::work::board(house.app.office(), counts, date(2024, 6, 2)).await.unwrap();
        house
    }

    async fn asked(&self, args: &[&str]) -> Result<Viewed, Refusal> {
        let line = std::iter::once(&"forecast").chain(args);
        let ask = (self.practice.ask_from)(&(self.practice.command)().try_get_matches_from(line).unwrap())?;
        (self.practice.view)(&desk_of(self.app.office(), "ann").await, ask).await
    }

    async fn refused(&self, args: &[&str]) -> (String, i32) {
        let refusal = self.asked(args).await.err().unwrap();
        (refusal.to_string(), i32::from(refusal.exit_code()))
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
        let desk = desk_of(self.app.office(), "ann").await;
        let (cookie, _) = self.get(&self.app.sign_in_path(desk.viewer()).await.unwrap(), "").await;
        let (_, api) = self.get(&format!("/api/v1/delivery/estimation?{query}"), &cookie).await;
        let json = viewed.to_json().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&api).unwrap(), json, "the API and the command");
        let (_, page) = self.get(&format!("/delivery/estimation?{query}"), &cookie).await;
        let said = viewed.sheet.answer.split(['&', '<', '\'']).next().unwrap().to_owned();
        assert!(page.contains(&said), "the page does not say `{said}`");
        (json, render(&viewed.sheet, Terminal::PLAIN))
    }

    async fn act(&self, name: &str, input: Value) -> Result<Value, Refusal> {
        let act = self.practice.act(name).unwrap();
        Ok(act.run(&desk_of(self.app.office(), "ann").await, &self.practice, input).await?.outcome)
    }
}

fn days(json: &Value) -> Vec<u64> {
    json["answer"]["marks"].as_array().unwrap().iter().map(|mark| mark["value"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn when_has_a_date() {
    let house = House::with(&H.repeat(10)).await;
    let (json, text) = house.check(&["--when", "25", "--by", "2024-07-15"], "when=25&by=2024-07-15").await;
    assert_eq!(json["answer"]["marks"][2]["p"], 0.85);
    let levels = days(&json);
    assert!(levels.windows(2).all(|pair| pair[0] <= pair[1]), "{levels:?}");
    assert!((20..40).contains(&levels[0]) && levels[3] < 55, "{levels:?}");
    assert!(json["answer"]["target"][1].as_f64().unwrap() > 0.9);
    assert!(text.starts_with("25 items: half by "), "{text}");
    assert!(text.contains("no such answer is resolved yet; uncalibrated (0 resolved)."), "{text}");
    assert!(text.contains("Absences  unknown") || text.contains("unknown: as many are there as usual"), "{text}");
    let (wide, _) = house.check(&["--when", "25", "--split", "1..1.5"], "when=25&split=1..1.5").await;
    assert!(days(&wide).iter().zip(&levels).all(|(wide, plain)| wide > plain), "splits take longer");
    let (known, _) = house.check(&["--when", "25", "--as-of", "2024-05-01"], "when=25&as_of=2024-05-01").await;
    assert_eq!(known["ground"]["today"], "2024-05-01");
}

#[tokio::test]
async fn how_many_has_counts() {
    let house = House::with(&H.repeat(10)).await;
    let (json, text) = house.check(&["--how-many", "--until", "2024-06-30"], "how_many=true&until=2024-06-30").await;
    let levels = days(&json);
    assert!(levels.windows(2).all(|pair| pair[0] >= pair[1]), "{levels:?}");
    assert!((15..30).contains(&levels[0]), "27 days at 0.9 a day: {levels:?}");
    assert!(text.contains("or more items by 30 Jun with 85 %"), "{text}");
    let (json, _) = house.check(&[], "").await;
    assert_eq!(json["fan"]["days"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn work_in_hand_has_dates() {
    let house = House::with(&H.repeat(10)).await;
    let (json, text) = house.check(&["--sprint"], "sprint=running").await;
    assert_eq!(json["answer"]["parts"].as_array().unwrap().len(), 5);
    assert!(text.contains("All 5 left of 5 are finished by 9 Jun with "), "{text}");
    // PAY-181 is in work for three days, and everything took three: older than all.
    let (json, text) = house.check(&["--item", "PAY-183"], "item=PAY-183").await;
    assert!(text.contains("are before it: the date is that of the"), "{text}");
    assert_eq!(json["answer"]["question"], "item");
    assert!(house.refused(&["--item", "PAY-1"]).await.0.contains("PAY-1 is finished on 2023-11-"));
    assert!(house.refused(&["--item", "PAY-999"]).await.0.contains("No item `PAY-999`"));
}

#[tokio::test]
async fn too_little_is_refused() {
    let few = House::with(&[1, 1, 1, 0, 1, 1, 1]).await;
    let (said, code) = few.refused(&["--when", "40"]).await;
    assert_eq!((said.as_str(), code), ("cannot forecast: 6 finished, 10 needed", 65));
    let (json, text) = few.check(&[], "").await;
    assert_eq!(json["cannot"][0], "cannot forecast: 6 finished, 10 needed");
    assert!(text.contains("--rate 3..6/w"), "{text}");
    let short = House::with(&[2; 12]).await;
    assert!(short.refused(&["--when", "5"]).await.0.starts_with("cannot forecast: 15 days of record, 28 needed"));
    let none = House::with(&[0; 60]).await;
    assert_eq!(none.refused(&["--when", "5"]).await.0, "cannot forecast: no item was finished in the last 180 days");
}

#[tokio::test]
async fn a_guess_is_marked() {
    let house = House::with(&[0; 60]).await;
    let (json, text) = house.check(&["--when", "40", "--rate", "3..6/w"], "when=40&rate=3..6%2Fw").await;
    assert!(text.contains("a guess, without any past behind it."), "{text}");
    let levels = days(&json);
    assert!((50..80).contains(&levels[0]) && levels[2] < 110, "40 at about 4.5 a week: {levels:?}");
    for rate in ["0..0/w", "6..3/w", "3..6", "fast"] {
        assert!(house.refused(&["--when", "4", "--rate", rate]).await.0.starts_with("`rate`"), "{rate}");
    }
}

#[tokio::test]
async fn wrong_questions_are_refused() {
    let house = House::with(&H.repeat(10)).await;
    let said = |args: &'static [&'static str]| house.refused(args);
    assert!(said(&["--when", "many"]).await.0.contains("`many` is no number of items"));
    assert!(said(&["--how-many", "--until", "2024-05-01"]).await.0.contains("2024-05-01 is past"));
    assert!(said(&["--when", "4", "--by", "2024-06-03"]).await.0.contains("is past. Which day is meant?"));
    assert!(said(&["--until", "2030-01-01"]).await.0.contains("beyond 3 years"));
    assert!(said(&["--when", "4", "--split", "2..1"]).await.0.starts_with("`split`"));
    assert!(said(&["--when", "4", "--risk", "1:3"]).await.0.contains("A certainty is work"));
    assert!(said(&["--sprint", "Sprint 9"]).await.0.contains("No sprint `Sprint 9`"));
    assert!(said(&["--team", "nobody"]).await.0.starts_with("`team`"));
    let (json, text) = house.check(&["--when", "0"], "when=0").await;
    assert_eq!(days(&json), [0, 0, 0, 0]);
    assert!(text.contains("it is done today"), "{text}");
    let (json, text) = house.check(&["--when", "9000"], "when=9000").await;
    assert!(json["answer"]["marks"][0]["day"].is_null() && text.contains("beyond 3 years at this pace"), "{text}");
}

#[tokio::test]
async fn constants_say_one_day() {
    let house = House::with(&[1; 200]).await;
    let (json, text) = house.check(&["--when", "10"], "when=10").await;
    assert_eq!(days(&json), [10; 4]);
    assert!(text.starts_with("10 items: 13 Jun at every level"), "{text}");
}

#[tokio::test]
async fn the_register_adds_items() {
    let house = House::with(&[1; 200]).await;
    let (risks, desk) = (PracticeEntry::of::<crate::risk::Risks>(), desk_of(house.app.office(), "ann").await);
    let risk = json!({ "title": "The audit asks for more", "probability": 0.6, "impact": "5 items" });
    risks.act("open_risk").unwrap().run(&desk, &risks, risk).await.unwrap();
    let (json, text) = house.check(&["--when", "10", "--risks"], "when=10&risks=true").await;
    assert_eq!(days(&json), [15; 4], "it comes in 60 % of all cases");
    assert!(text.contains("In it: The audit asks for more, with a chance of 60 % 5.0 items"), "{text}");
    let (json, _) = house.check(&["--when", "10"], "when=10").await;
    assert_eq!(days(&json), [10; 4], "nobody asked for it");
}

#[tokio::test]
async fn the_ledger_tells_how_it_went() {
    let house = House::with(&[1; 200]).await;
    let published = house.act("publish_forecast", json!({ "when": 1, "until": "2024-06-10" })).await.unwrap();
    assert_eq!(published["forecasts"].as_array().unwrap().len(), 2);
    assert_eq!(published["forecasts"][0]["body"]["method"], "pool/1");
    let (json, text) = house.check(&["--ledger"], "ledger=true").await;
    assert_eq!(json["ledger"]["counts"], json!([0, 2, 0]));
    assert!(text.starts_with("No published answer is resolved yet; uncalibrated (0 resolved); 2 are open."), "{text}");
    // Nothing is finished for ten days: the date is missed, and so is the count.
    house.app.office().clock().advance(10 * DAY);
    let (json, text) = house.check(&["--ledger"], "ledger=true").await;
    assert_eq!(json["ledger"]["counts"], json!([1, 1, 0]));
    let states: Vec<&str> =
        json["ledger"]["entries"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["missed", "missed"], "an open date that has passed is a miss");
    assert!(text.starts_with("Of 2 answers at 85 %, 0 held"), "{text}");
    let id = &published["forecasts"][0]["id"];
    assert!(house.act("void_forecast", json!({ "forecast": id, "why": " " })).await.is_err());
    house.act("void_forecast", json!({ "forecast": id, "why": "The team was called away." })).await.unwrap();
    assert!(house.act("void_forecast", json!({ "forecast": id, "why": "Again." })).await.is_err());
    let (json, _) = house.check(&["--ledger"], "ledger=true").await;
    assert_eq!(json["ledger"]["counts"], json!([1, 0, 1]));
    assert_eq!(json["ledger"]["together"][2], json!({ "p": 0.85, "held": 0, "n": 1, "band": [0, 1] }));
}

#[tokio::test]
async fn what_was_said_is_never_changed() {
    let house = House::with(&[1; 200]).await;
    let published = house.act("publish_forecast", json!({ "when": 5 })).await.unwrap();
    let mut body: crate::published::Forecast =
        serde_json::from_value(published["forecasts"][0]["body"].clone()).unwrap();
    assert!(desk::Record::check(&body).is_ok());
    body.count = Some(4);
    assert_eq!(desk::Record::check(&body).unwrap_err()[0].field, "seal");
    let refused = house.act("publish_forecast", json!({})).await.unwrap_err();
    assert_eq!(refused.field_errors()[0].field, "when");
}

#[tokio::test]
async fn standard_questions_are_published_at_once() {
    let house = House::with(&H.repeat(10)).await;
    let published = house.act("publish_forecast", json!({ "standard": true })).await.unwrap();
    let said: Vec<&str> = published["forecasts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["body"]["question"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["how_many", "how_many", "how_many", "sprint"]);
}

#[tokio::test]
async fn a_backtest_names_what_is_poor() {
    let house = House::with(&H.repeat(18)).await;
    let (json, text) = house.check(&["--backtest"], "backtest=true").await;
    assert_eq!(json["backtest"]["rows"].as_array().unwrap().len(), 15);
    assert!(json["backtest"]["checkpoints"].as_u64().unwrap() > 40, "{}", json["backtest"]["checkpoints"]);
    assert!(text.contains("Weeks overlap"), "{text}");
    let mut poor: super::view::View = super::view::View {
        ground: Some(super::view::GroundView { method: "pool/1".to_owned(), ..Default::default() }),
        ..Default::default()
    };
    let levels =
        [(0.5, 0.3), (0.7, 0.5), (0.85, 0.6), (0.95, 0.7)].map(|(p, share)| (p, share, Some((0.8, 1.0)))).to_vec();
    let row = super::view::BacktestRow { method: "pool/1".to_owned(), days: 56, n: 40, levels, ..Default::default() };
    poor.backtest = Some(super::view::BacktestView { checkpoints: 40, rows: vec![row], chosen: "pool/1".to_owned() });
    let text = render(&desk::Sheeted::sheet(&poor), Terminal::PLAIN);
    assert!(text.contains("pool/1 held less than it said over 56 days"), "{text}");
    assert!(text.contains("Poor: over 56 days pool/1 held 60 % at 85 % and 70 % at 95 %."), "{text}");
}

#[tokio::test]
async fn a_method_is_chosen_with_a_reason() {
    let house = House::with(&H.repeat(10)).await;
    assert!(house.act("choose_method", json!({ "method": "window/30", "why": " " })).await.is_err());
    house.act("choose_method", json!({ "method": "window/30", "why": "We are new." })).await.unwrap();
    let (json, _) = house.check(&["--when", "10"], "when=10").await;
    assert_eq!(
        (&json["ground"]["method"], &json["ground"]["chosen"]),
        (&json!("window/30"), &json!("chosen: We are new."))
    );
    let (json, _) = house.check(&["--when", "10", "--method", "blocks/14"], "when=10&method=blocks%2F14").await;
    assert_eq!(json["ground"]["method"], "blocks/14");
}

#[tokio::test]
async fn estimates_are_read_through_their_class() {
    let house = House::with(&H.repeat(10)).await;
    let wrong = house.act("estimate", json!({ "item": "PAY-183", "spread": "0..2..4d" })).await.unwrap_err();
    assert_eq!(wrong.field_errors()[0].field, "spread");
    assert!(house.act("estimate", json!({ "item": "PAY-183" })).await.is_err(), "one of three is needed");
    assert!(house.act("estimate", json!({ "item": "PAY-999", "points": 3 })).await.is_err());
    house.act("estimate", json!({ "item": "PAY-183", "spread": "2..4..12d" })).await.unwrap();
    house.app.office().clock().advance(60);
    house.act("estimate", json!({ "item": "pay-183", "points": 3, "assumptions": "No new screen." })).await.unwrap();
    let told = house.act("accept_estimate", json!({ "item": "PAY-183" })).await.unwrap();
    assert_eq!(told["sentence"], "PAY-183 has 3 points.");
    let work = desk_of(house.app.office(), "ann").await.work().await.unwrap();
    assert_eq!(work.by_key("PAY-183").unwrap().estimate, Some(3.0));
    let (json, text) = house.check(&["--item", "PAY-183"], "item=PAY-183").await;
    let first = &json["answer"]["estimates"][0];
    assert_eq!((&first["said"], &first["accepted"]), (&json!("3 points"), &json!(true)));
    assert!(first["calibrated"][0].as_f64().unwrap() > 1.0, "cards of 3 points took two to three days: {first}");
    assert_eq!(json["answer"]["estimates"][1]["class"], "uncalibrated (0 finished)");
    assert!(text.contains("2..4..12d"), "{text}");
}

#[tokio::test]
async fn complexity_tells_how_work_splits() {
    let house = House::with(&H.repeat(10)).await;
    let rated = json!({ "item": "PAY-183", "scope": 3, "technology": 2, "reach": 0, "proof": null });
    assert_eq!(house.act("rate_complexity", rated).await.unwrap()["title"], "PAY-183: 2 of 5 are high");
    let again = house.act("rate_complexity", json!({ "item": "PAY-183", "scope": 1 })).await.unwrap();
    assert_eq!(again["version"], 2);
    assert!(house.act("rate_complexity", json!({ "item": "PAY-183", "scope": 4 })).await.is_err());
}

#[tokio::test]
async fn git_alone_counts_merged_changes() {
    let mut repo = Scripted::new();
    let end = "2024-06-03T00:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    for number in 0..80_i64 {
        repo.at(end - (100 - number) * DAY).write("a.rs", format!("{number}\n"));
        repo.commit(&format!("Go on (#{number})"));
    }
    let house = House::empty().await;
    let office = house.app.office();
    let mined = mine_into(house.dir.path(), office.lake(), &repo, office.clock().now().as_second());
    requests_of(office, &mined.entry).await;
    office.refresh();
    let (json, text) = house.check(&["--when", "20"], "when=20").await;
    let found = (&json["ground"]["unit"], &json["ground"]["finished"]);
    assert_eq!(found, (&json!("change"), &json!(79)), "what the history began with was asked of nobody");
    assert!(text.contains("Git alone knows start and merge; a tracker shows what lies between."), "{text}");
    assert!(text.starts_with("20 changes: half by "), "{text}");
    assert!(house.refused(&["--sprint"]).await.0.contains("Git alone knows no sprints"));
    house.act("publish_forecast", json!({ "standard": true })).await.unwrap();
    let (json, _) = house.check(&["--ledger"], "ledger=true").await;
    assert_eq!(json["ledger"]["counts"], json!([0, 3, 0]));
    assert!(house.refused(&["--when", "3", "--repo", "nowhere"]).await.0.starts_with("`repo`"));
}

#[tokio::test]
async fn hard_is_what_such_items_were() {
    let house = House::with(&H.repeat(10)).await;
    let (json, text) = house.check(&["--hard", "PAY-183"], "hard=PAY-183").await;
    assert_eq!(json["hard"]["alike"], json!([]));
    assert!(text.contains("nobody has marked what makes it hard"), "{text}");
    let methodology = PracticeEntry::of::<Methodology>();
    let mut repo = Scripted::new();
    for (title, files) in [
        ("Refund a payment by wallet", &["src/refund.rs", "src/wallet.rs", "src/pay.rs"][..]),
        ("Refund a payment by card", &["src/refund.rs", "src/card.rs"][..]),
        ("Wallets refund a payment in parts", &["src/refund.rs"][..]),
    ] {
        let desk = desk_of(house.app.office(), "ann").await;
        let act = |name: &str| methodology.act(name).unwrap();
        let added = act("add_item").run(&desk, &methodology, json!({ "title": title, "team": "PAY" })).await.unwrap();
        let key = added.outcome["key"].as_str().unwrap().to_owned();
        for to in ["doing", "done"] {
            house.app.office().clock().advance(DAY);
            let desk = desk_of(house.app.office(), "ann").await;
            let seen = desk.work().await.unwrap().by_key(&key).unwrap().entries;
            let moved = json!({ "key": key, "to": to, "seen": seen });
            act("move_item").run(&desk, &methodology, moved).await.unwrap();
        }
        repo.at(house.app.office().clock().now().as_second());
        for file in files {
            repo.write(file, format!("// {title}\n"));
        }
        repo.commit(&format!("{key} {title}"));
    }
    let office = house.app.office();
    let mined = mine_into(house.dir.path(), office.lake(), &repo, office.clock().now().as_second());
    requests_of(office, &mined.entry).await;
    office.refresh();
    let asked = json!({ "title": "Refund a payment to a wallet", "team": "PAY" });
    let desk = desk_of(office, "ann").await;
    let added = methodology.act("add_item").unwrap().run(&desk, &methodology, asked).await.unwrap();
    let key = added.outcome["key"].as_str().unwrap().to_owned();
    let rated = json!({ "item": key, "scope": 3, "technology": 2, "reach": 2 });
    house.act("rate_complexity", rated).await.unwrap();
    let query = format!("hard={key}");
    let (json, text) = house.check(&["--hard", &key], &query).await;
    let alike = json["hard"]["alike"].as_array().unwrap();
    assert_eq!(alike.len(), 3, "{json}");
    assert!(alike[0]["title"].as_str().unwrap().contains("wallet"), "the most alike first");
    assert_eq!((&alike[0]["files"], &json["hard"]["touched"]), (&json!(3), &json!([2.0, 3.0, 3])));
    assert_eq!(json["hard"]["files"][0]["path"], "src/refund.rs");
    assert_eq!((&json["hard"]["files"][0]["items"], &json["hard"]["split"]), (&json!(3), &json!([1.5, 2.0, null])));
    assert!(text.contains("3 finished items are like it") && text.contains("such items split by 1.50 to 2"), "{text}");
    assert!(house.refused(&["--hard", "PAY-999"]).await.0.contains("No work item `PAY-999`"));
}
