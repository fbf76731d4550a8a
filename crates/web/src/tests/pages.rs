//! The pages as a person meets them.

use desk::progress::Mining;
use desk::{Act, Practice};

use super::House;
use super::demo::{Demo, Goal, SetGoal};

const PAGE: &str = "/foundation/code_quality";

#[tokio::test]
async fn a_practice_answers_before_it_impresses() {
    let house = House::new().await;
    let page = house.page(PAGE).await;
    page.says("<h1>Where is the code costly to change, and is it getting better?</h1>")
        .says(r#"<p class="answer">Twelve files"#)
        .says("The clone of payments is shallow")
        .says("How this was computed")
        .says("What to do");
    let order =
        ["class=\"answer\"", "class=\"figures\"", "data-chart", "data-table", "What to do", "How this was computed"];
    let places: Vec<usize> = order.iter().map(|mark| page.body.find(mark).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[tokio::test]
async fn no_page_carries_script_or_style() {
    let house = House::new().await;
    for path in [PAGE, "/", "/code/sql", "/api", "/foundation/code_quality/do/set_goal"] {
        let body = house.page(path).await.body;
        assert!(!body.contains("style="), "{path}");
        assert!(!body.contains("<style") && !body.contains("onclick"), "{path}");
        let scripts = body.matches("<script").count();
        let data = body.matches(r#"<script type="application/json""#).count();
        assert_eq!(scripts, data + 1, "{path}: only the bundle and data");
    }
}

#[tokio::test]
async fn tables_turn_and_sort_by_address() {
    let house = House::new().await;
    let first = house.page(PAGE).await;
    first.says("1–25 of 42").says("sort.hotspots-table=-lines").says(r#"aria-sort="descending""#);
    let table = |body: &str| body.split(r#"data-table"#).nth(1).unwrap().split("</table>").next().unwrap().to_owned();
    let second = house.page(&format!("{PAGE}?page.hotspots-table=2")).await;
    second.says("26–42 of 42");
    assert_ne!(table(&first.body), table(&second.body));
    let sorted = house.page(&format!("{PAGE}?sort.hotspots-table=path")).await;
    sorted.says(r#"aria-sort="ascending""#);
    let body = table(&sorted.body);
    assert!(body.find("billing").unwrap() < body.find("store").unwrap());
}

#[tokio::test]
async fn the_scope_lives_in_the_address() {
    let house = House::new().await;
    let page = house.page(&format!("{PAGE}?since=90d&path=src/store")).await;
    page.says("src/store/queue.rs")
        .says(r#"aria-label="Leave out Since 90d""#)
        .says(r#"href="/foundation/code_quality?since=90d""#);
    assert!(!page.body.contains("src/billing/ledger.rs"));
}

#[tokio::test]
async fn a_wrong_question_is_shown_beside_its_field() {
    let house = House::new().await;
    let page = house.get(&format!("{PAGE}?since=soon&most=many")).await;
    assert_eq!(page.status, 422);
    page.says("<code>many</code> is not a whole number").says(r#"value="soon""#).says(r#"id="field-most-wrong""#);
    let page = house.get(&format!("{PAGE}?since=soon")).await;
    page.says("neither a day").says(r#"value="soon""#);
    let page = house.get(&format!("{PAGE}?repo=nope&pth=x")).await;
    page.says("did you mean <code>path</code>?");
}

#[tokio::test]
async fn nothing_found_has_a_voice() {
    let house = House::new().await;
    let page = house.page(&format!("{PAGE}?path=zzz")).await;
    page.says(r#"<p class="empty-why">No file is in this scope.</p>"#).says("Ask about everything");
}

#[tokio::test]
async fn a_file_is_given_as_a_file() {
    let house = House::new().await;
    let answer = house.page(&format!("{PAGE}?csv=true&most=1")).await;
    assert_eq!(answer.header("content-type"), "text/csv");
    assert!(answer.header("content-disposition").contains("files.csv"));
    assert_eq!(answer.body.lines().count(), 1);
}

#[tokio::test]
async fn an_act_is_posted_and_told() {
    let house = House::new().await;
    let act = format!("{PAGE}/do/set_goal");
    let form = house.page(&format!("{act}?area=src/billing&target=6")).await;
    form.says(r#"value="src/billing""#).says("Readable by: everyone in the organisation").says("Health to reach");
    let csrf = house.csrf().await;
    let done = house.post_form(&act, &format!("csrf={csrf}&area=src/billing&target=6&reason=Why+not")).await;
    assert_eq!((done.status, done.header("location")), (303, PAGE));
    house.page(PAGE).await.says(r#"role="status">The goal for src/billing is set.</p>"#);
    assert!(!house.page(PAGE).await.body.contains("is set."), "told once");
    let goals = house.records().await.list::<Goal>().await.unwrap();
    let ada = house.viewer("ada").await.person.to_string();
    assert_eq!((goals.len(), &goals[0].author, goals[0].body.target), (1, &ada, 6.0));
}

#[tokio::test]
async fn what_was_typed_is_kept() {
    let house = House::new().await;
    let csrf = house.csrf().await;
    let body = format!("csrf={csrf}&area=&target=12&reason=A+%3Cb%3Ereason%3C/b%3E");
    let page = house.post_form(&format!("{PAGE}/do/set_goal"), &body).await;
    assert_eq!(page.status, 422);
    page.says("must be at most 10").says(r#"aria-invalid="true""#).says("Nothing was saved.").says(r#"value="12""#);
    page.says("A &#60;b&#62;reason&#60;/b&#62;");
    assert_eq!(house.app.office().store().records_version().await.unwrap(), 0);
}

#[tokio::test]
async fn what_comes_later_says_so() {
    let house = House::new().await;
    house.page("/delivery/risk").await.says("not built yet").says("What could stop us");
    house.page("/roadmap").await.says("not built yet");
    house.page("/people").await.says("Career development").says("later");
    let home = house.page("/").await;
    home.says("No repository was read yet.").says("mainstay up PATH");
}

#[tokio::test]
async fn a_wrong_address_is_a_page() {
    let house = House::new().await;
    for path in ["/nowhere", "/nowhere/at/all", "/foundation/nothing", "/foundation/code_quality/do/nothing"] {
        let page = house.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        page.says(path).says("Nothing was changed.");
    }
}

#[tokio::test]
async fn a_fault_gets_an_id() {
    let house = House::new().await;
    let page = house.get(&format!("{PAGE}?fail=true")).await;
    assert_eq!(page.status, 500);
    page.says("Mainstay has a fault here.").says("Id <code>");
    assert!(!page.body.contains("a fault that was asked for"), "insides stay inside");
}

#[tokio::test]
async fn mining_shows_its_progress() {
    let house = House::new().await;
    house.app.office().progress().tell(Mining {
        repo: "r".to_owned(),
        name: "payments".to_owned(),
        phase: "reading commits".to_owned(),
        done: 1200,
        total: Some(42_000),
        per_second: Some(9000.0),
        left_seconds: Some(5),
        failed: None,
    });
    let page = house.page("/").await;
    page.says("reading commits, 1,200 of 42,000, 9,000 a second, 5 s left")
        .says(r#"<progress aria-label="payments" value="1200" max="42000">"#);
    page.says(r#"<meta http-equiv="refresh" content="3">"#);
    house.app.office().progress().done("r");
    assert!(!house.page("/").await.body.contains("<progress"));
}

#[tokio::test]
async fn questions_in_sql_are_answered() {
    let house = House::new().await;
    let page = house.page("/code/sql?q=select+1+as+one,+'a%3Cb'+as+text").await;
    page.says("One row.").says("a&lt;b").says(">one<");
    let page = house.get("/code/sql?q=select+*+from+commitz").await;
    assert_eq!(page.status, 422);
    page.says("did you mean <code>commits</code>?").says("select * from commitz");
    let page = house.get("/code/sql?q=drop+table+commits").await;
    assert_eq!(page.status, 422);
}

#[tokio::test]
async fn the_schema_is_documented() {
    let house = House::new().await;
    let page = house.page("/code/schema").await;
    for table in lake::tables::TABLES {
        page.says(&format!(r#"id="table-{}""#, table.name)).says(&crate::Html::prose(table.about).into_string());
    }
}

#[tokio::test]
async fn search_finds_pages_and_acts() {
    let house = House::new().await;
    let found = house.page("/find?q=goal").await;
    found.says("/foundation/code_quality/do/set_goal").says(SetGoal::TITLE);
    house.page("/find?q=zzz").await.says("Nothing here has");
    let palette = house
        .send(
            axum::http::Request::get("/find?q=hotspots")
                .header("cookie", &house.cookie)
                .header("accept", "application/json"),
        )
        .await;
    assert_eq!(palette.json()[0]["title"], Demo::TITLE);
}

#[tokio::test]
async fn the_rail_names_every_practice() {
    let house = House::new().await;
    for stage in desk::Stage::ALL {
        let page = house.page(&format!("/{}", stage.name())).await;
        for planned in stage.practices() {
            page.says(&format!(r#"href="/{}/{}""#, stage.name(), planned.name));
        }
    }
}

#[tokio::test]
async fn idle_fields_leave_the_address() {
    let house = House::new().await;
    let answer = house.get(&format!("{PAGE}?since=90d&most=&gate=false&path=&sort.hotspots-table=path")).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/foundation/code_quality?since=90d&sort.hotspots-table=path")
    );
    house.page(answer.header("location")).await;
}

#[tokio::test]
async fn forms_leave_out_what_commands_ask() {
    let house = House::new().await;
    let page = house.page(PAGE).await;
    page.says(r#"name="most""#);
    assert!(!page.body.contains(r#"name="fail""#));
    assert!(
        page.body.find(r#"name="since""#).unwrap() < page.body.find(r#"name="most""#).unwrap(),
        "in the order of the type"
    );
}

#[tokio::test]
async fn the_chosen_scheme_is_drawn_at_once() {
    let house = House::new().await;
    let ask = async |theme: &str| {
        let cookie = format!("{}; theme={theme}", house.cookie);
        house.send(axum::http::Request::get("/").header("cookie", cookie)).await.body
    };
    assert!(ask("dark").await.contains(r#"<html lang="en" data-theme="dark">"#));
    assert!(ask("\"><script>").await.contains(r#"<html lang="en">"#));
}

#[test]
fn backticks_in_sentences_become_code() {
    let prose = |text: &str| crate::Html::prose(text).into_string();
    assert_eq!(prose("run `a <b>` now"), "run <code>a &lt;b&gt;</code> now");
    assert_eq!(prose("one ` alone"), "one ` alone");
}
