//! The practice over a scripted repository, through its view, page, API and command, and what it refuses.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use desk::{Clock, Desk, Entropy, Office, Practice as _, PracticeEntry, Refusal, Sheeted as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Scripted, Taken, base_of, mine_into, requests_of};
use tower::ServiceExt as _;

use super::measures::{Part, Size};
use super::suggest::Part as Asked;
use super::{Ask, CodeReview, View};

const NOW: &str = "2024-03-01T12:00:00Z";
/// 1 February 2024, 12:00 UTC.
const BEGIN: i64 = 1_706_788_800;
const DAY: i64 = 86_400;

/// A data folder with one repository read into it, change requests included.
struct House {
    dir: TempDir,
    office: Office,
}

impl House {
    async fn of(repository: &Scripted) -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at(NOW.parse().unwrap());
        let office = Office::open(dir.path(), clock.clone(), Entropy::seeded(5)).await.unwrap();
        let mined = mine_into(dir.path(), office.lake(), repository, clock.now().as_second());
        requests_of(&office, &mined.entry).await;
        office.refresh();
        Self { dir, office }
    }

    async fn desk(&self) -> Desk {
        let viewer = self.office.local("Ann", "ann@example.org").await.unwrap();
        self.office.desk(viewer).await.unwrap()
    }

    async fn view(&self, ask: Ask) -> Result<View, Refusal> {
        CodeReview::view(&self.desk().await, ask).await
    }

    async fn act(&self, name: &str, input: Value) -> Result<Value, Refusal> {
        let practice = PracticeEntry::of::<CodeReview>();
        let act = practice.act(name).unwrap();
        Ok(act.run(&self.desk().await, &practice, input).await?.outcome)
    }
}

fn of(change: &str) -> Ask {
    Ask { change: Some(change.to_owned()), ..Ask::default() }
}

/// `n` lines that say `word`.
fn lines(word: &str, n: usize) -> String {
    format!("pub fn {word}() {{}}\n").repeat(n)
}

/// Ann knows `pay/`, Ben works beside it, Cy is new. Six changes: a merge of two commits, squashes with and without approval, a large one, one
/// by a program, one that is taken back; and a commit that nobody asked for.
fn repository() -> Scripted {
    let mut shop = Scripted::new();
    shop.author("Ann Lee", "ann@example.org").at(BEGIN);
    shop.write("pay/card.rs", lines("card", 40))
        .write("pay/bank.rs", lines("bank", 10))
        .write("tests/pay.rs", lines("test", 3));
    shop.commit("Begin");
    shop.git(&["checkout", "-q", "-b", "cards"]);
    shop.at(BEGIN + DAY).write("pay/card.rs", lines("card", 60));
    shop.commit("Take cards");
    shop.write("tests/pay.rs", lines("test", 6));
    shop.commit("Try cards");
    shop.git(&["checkout", "-q", "main"]);
    shop.author("Ben Ode", "ben@example.org").at(BEGIN + 3 * DAY);
    shop.git(&[
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "Merge pull request #7 from ann/cards",
        "-m",
        "Take cards\n\nCloses #3",
        "cards",
    ]);
    shop.at(BEGIN + 4 * DAY).write("pay/log.rs", lines("log", 20)).write("pay/bank.rs", lines("bank", 12));
    shop.commit("Log what is paid (#8)\n\nReviewed-by: Ann Lee <ann@example.org>");
    shop.author("Cy Fa", "cy@example.org").at(BEGIN + 5 * DAY).write("web/page.rs", lines("page", 500));
    shop.commit("Draw the page (#9)");
    shop.author("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
        .write("web/page.rs", lines("page", 501));
    shop.commit("Bump it (#10)");
    shop.author("Cy Fa", "cy@example.org").at(BEGIN + 6 * DAY).write("web/page.rs", lines("page", 502));
    let wrong = shop.commit("Paint it red (#11)");
    shop.at(BEGIN + 7 * DAY).write("web/page.rs", lines("page", 501));
    shop.commit(&format!(
        "Revert \"Paint it red (#11)\"\n\nThis reverts commit {wrong}.\n\nReviewed-by: Ben Ode <ben@example.org>"
    ));
    shop
}

#[tokio::test]
async fn a_history_tells_of_its_changes() {
    let house = House::of(&repository()).await;
    let view = house.view(Ask::default()).await.unwrap();
    assert_eq!((view.all.changes, view.by_programs), (4, 1), "{:?}", view.recent);
    let opens: Vec<&str> = view.recent.iter().map(|one| one.opens.as_str()).collect();
    assert_eq!(opens, ["11", "9", "8", "7"]);
    let cards = &view.recent[3];
    assert_eq!((cards.title.as_str(), cards.took_days), ("Take cards", Some(2.0)));
    assert_eq!(cards.lines, Some(23), "20 lines of cards and 3 of tests");
    assert_eq!(view.recent[2].approved_by, ["Ann Lee"]);
    assert!(view.recent[0].taken_back);
    assert_eq!(view.by_request, Part { n: 6, of: 8 }, "the beginning and the revert came by no request");
    let oversized = view.by_size.iter().find(|one| one.size == Size::Oversized).unwrap();
    assert_eq!((oversized.group.changes, oversized.lines.as_str()), (1, "more than 400"));
    assert_eq!(view.all.taken_back, Part { n: 1, of: 1 }, "of the others it is not known yet");
    assert_eq!((view.all.took.n, view.recent[2].took_days), (1, None), "a squash does not tell when it was begun");
    assert!(view.not_measured.iter().any(|what| what.contains("waited")));
}

#[tokio::test]
async fn the_sheet_says_what_git_cannot() {
    let house = House::of(&repository()).await;
    let sheet = house.view(Ask::default()).await.unwrap().sheet();
    assert!(sheet.answer.starts_with("4 changes were merged since 2024-02-04"), "{}", sheet.answer);
    assert!(sheet.answer.contains("one was larger than 400 lines"), "{}", sheet.answer);
    assert!(sheet.notices.iter().any(|notice| notice.text.starts_with("Reading Git only")));
    assert!(sheet.sections.iter().any(|section| section.heading == "What Git alone cannot tell"));
}

#[tokio::test]
async fn a_change_says_what_it_touches() {
    let house = House::of(&repository()).await;
    let brief = house.view(of("#8")).await.unwrap().brief.unwrap();
    assert_eq!((brief.name.as_str(), brief.title.as_str()), ("#8", "Log what is paid"));
    let files: Vec<(&str, Option<u64>)> = brief.files.iter().map(|file| (file.path.as_str(), file.added)).collect();
    assert_eq!(files, [("pay/bank.rs", Some(2)), ("pay/log.rs", Some(20))]);
    assert!(brief.untested);
    assert_eq!(
        (brief.authors.as_slice(), brief.approved_by.as_slice()),
        (&["Ben Ode".to_owned()][..], &["Ann Lee".to_owned()][..])
    );
    let asked: Vec<(Asked, &str)> = brief.could_review.iter().map(|pick| (pick.part, pick.name.as_str())).collect();
    assert_eq!(asked, [(Asked::Expert, "Ann Lee")], "whoever wrote it is not asked");
    let cards = house.view(of("7")).await.unwrap().brief.unwrap();
    assert!(!cards.untested);
    assert_eq!(cards.work, ["closes #3"]);
}

#[tokio::test]
async fn files_are_asked_about_before_they_are_in() {
    let house = House::of(&repository()).await;
    let ask = Ask { file: vec!["./web/page.rs".into(), "web/none.rs".into()], ..Ask::default() };
    let brief = house.view(ask).await.unwrap().brief.unwrap();
    assert_eq!(
        (brief.name.as_str(), brief.unknown.as_slice()),
        ("What you ask about", &["web/none.rs".to_owned()][..])
    );
    let asked: Vec<&str> = brief.could_review.iter().map(|pick| pick.name.as_str()).collect();
    assert_eq!(asked, ["Cy Fa"]);
}

#[tokio::test]
async fn a_branch_is_asked_about_where_it_stands() {
    let mut shop = repository();
    shop.git(&["switch", "-q", "-c", "wallets"]);
    shop.author("Ann Lee", "ann@example.org").at(BEGIN + 9 * DAY);
    shop.write("pay/wallet.rs", lines("wallet", 30)).write("web/page.rs", lines("page", 400));
    shop.commit("Take wallets");
    let house = House::of(&shop).await;
    let here = Ask { here: true, ..Ask::default() };
    let refused = house.view(here.clone()).await.unwrap_err();
    assert!(refused.to_string().contains("no branch here"), "a page stands nowhere: {refused}");
    let base = base_of(house.dir.path(), &shop, None, 0);
    let office = house.office.clone().with_base(base);
    let viewer = office.local("Ann", "ann@example.org").await.unwrap();
    let view = CodeReview::view(&office.desk(viewer).await.unwrap(), here).await.unwrap();
    let sheet = view.sheet();
    assert!(sheet.answer.starts_with("This branch, 1 commit since main, touches 2 files"), "{}", sheet.answer);
    let brief = view.brief.unwrap();
    let files: Vec<(&str, Option<u64>)> = brief.files.iter().map(|file| (file.path.as_str(), file.added)).collect();
    assert_eq!(files, [("pay/wallet.rs", Some(30)), ("web/page.rs", Some(0))]);
    let asked: Vec<(Asked, &str)> = brief.could_review.iter().map(|pick| (pick.part, pick.name.as_str())).collect();
    assert_eq!(asked, [(Asked::Expert, "Cy Fa"), (Asked::Learner, "Ben Ode")]);
}

#[tokio::test]
async fn a_branch_that_took_main_in_changes_nothing() {
    let mut shop = repository();
    shop.git(&["switch", "-q", "-c", "wallets"]);
    shop.at(BEGIN + 9 * DAY).write("pay/wallet.rs", lines("wallet", 30)).commit("Take wallets");
    shop.git(&["switch", "-q", "main"]);
    shop.at(BEGIN + 10 * DAY).write("pay/log.rs", lines("log", 21)).commit("Log more (#12)");
    let opens = async |shop: &Scripted| {
        let view = House::of(shop).await.view(Ask::default()).await.unwrap();
        view.recent.into_iter().map(|one| one.opens).collect::<Vec<_>>()
    };
    let on_main = opens(&shop).await;
    assert_eq!(on_main, ["12", "11", "9", "8", "7"]);
    shop.git(&["switch", "-q", "wallets"]);
    shop.git(&["merge", "-q", "--no-ff", "-m", "Merge branch 'main' into wallets", "main"]);
    assert_eq!(opens(&shop).await, on_main, "what is checked out is another branch, not another history");
}

#[tokio::test]
async fn what_is_no_change_is_refused() {
    let house = House::of(&repository()).await;
    let refused = house.view(of("404")).await.unwrap_err().to_string();
    assert!(refused.contains("no change `404`"), "{refused}");
    let scope = desk::Scope { since: Some("2024-02-30".into()), ..desk::Scope::default() };
    assert!(house.view(Ask { scope, ..Ask::default() }).await.is_err());
    for (input, field) in [(json!({ "size_limit": 1 }), "size_limit"), (json!({ "look_at": ["pay"] }), "look_at")] {
        let wrong = format!("{:?}", house.act("set_agreement", input).await.unwrap_err());
        assert!(wrong.contains(field), "{wrong}");
    }
    let wrong = house.act("set_agreement", json!({ "repositories": ["none"] })).await;
    assert!(wrong.is_err());
}

#[tokio::test]
async fn an_agreement_is_kept_to_or_not() {
    let house = House::of(&repository()).await;
    let usual = house.view(Ask::default()).await.unwrap().agreement;
    assert_eq!((usual.record, usual.within_size), (None, Part { n: 3, of: 4 }));
    house.act("set_agreement", json!({ "size_limit": 20 })).await.unwrap();
    house.act("set_agreement", json!({ "size_limit": 22, "look_at": ["pay: Ann"] })).await.unwrap();
    let agreed = house.view(Ask::default()).await.unwrap().agreement;
    assert_eq!((agreed.size_limit, agreed.within_size), (22, Part { n: 2, of: 4 }));
    let all = house.desk().await.records().list::<super::records::ReviewAgreement>().await.unwrap();
    assert_eq!(all.len(), 1, "what was agreed before is replaced");
}

#[tokio::test]
async fn an_area_narrows_the_changes() {
    let house = House::of(&repository()).await;
    let scope = desk::Scope { area: Some("pay/".into()), ..desk::Scope::default() };
    let view = house.view(Ask { scope, ..Ask::default() }).await.unwrap();
    let opens: Vec<&str> = view.recent.iter().map(|one| one.opens.as_str()).collect();
    assert_eq!(opens, ["8", "7"]);
}

#[tokio::test]
async fn a_history_without_changes_says_so() {
    let mut plain = Scripted::new();
    plain.at(BEGIN).write("a.rs", lines("a", 1)).commit("Begin");
    let house = House::of(&plain).await;
    let sheet = house.view(Ask::default()).await.unwrap().sheet();
    assert!(sheet.answer.starts_with("No change request was merged"), "{}", sheet.answer);
}

#[tokio::test]
async fn a_rewritten_history_is_followed() {
    let shop = repository();
    let dir = TempDir::new().unwrap();
    let clock = Clock::set_at(NOW.parse().unwrap());
    let office = Office::open(dir.path(), clock.clone(), Entropy::seeded(5)).await.unwrap();
    let read = async |shop: &Scripted| {
        let mined = mine_into(dir.path(), office.lake(), shop, clock.now().as_second());
        requests_of(&office, &mined.entry).await
    };
    assert!(read(&shop).await.new > 10);
    assert_eq!(read(&shop).await, Taken::default(), "nothing is new");
    shop.git(&["reset", "-q", "--hard", "HEAD~2"]);
    let again = read(&shop).await;
    assert_eq!(again.new, 0);
    let numbers: Vec<Option<u64>> = {
        let all = office.store().change_requests().await.unwrap();
        let mut numbers: Vec<Option<u64>> = all.iter().map(|request| request.number).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(numbers, [7, 8, 9, 10].map(Some), "11 is gone with its commit");
}

#[tokio::test]
async fn every_face_shows_the_same() {
    let house = House::of(&repository()).await;
    let viewer = house.office.local("Ann", "ann@example.org").await.unwrap();
    let app = web::App::new(house.office.clone(), crate::practices());
    let link = app.sign_in_path(&viewer).await.unwrap();
    let router = app.router();
    let get = async |path: &str, cookie: Option<&str>| {
        let mut request = Request::get(path).header(header::HOST, "127.0.0.1:7117");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    let signed = get(&link, None).await;
    let cookie = signed.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let body = async |path: &str| {
        let answer = get(path, Some(&cookie)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        String::from_utf8(axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
    };
    let page = body("/influence/code_review").await;
    assert!(page.contains("4 changes were merged since 2024-02-04") && page.contains("Reading Git only"));
    let json: Value = serde_json::from_str(&body("/api/v1/influence/code_review?change=8").await).unwrap();
    assert_eq!(json["brief"]["name"], "#8");
    let page = body("/influence/code_review?change=8").await;
    assert!(page.contains("Who could look at it") && page.contains("Ann Lee"));
    assert_eq!(get("/influence/code_review?change=404", Some(&cookie)).await.status(), StatusCode::NOT_FOUND);
}
