//! People and teams as of a day, and who may change them.

use jiff::civil::{Date, date};
use store::people::{NewPerson, NewTeam, Role};
use store::{Actor, PersonId, TeamId};

use super::{Answer, House};

/// Sam, who leads payments and moved there from web in October; Kim, who reports to Sam.
struct Company {
    sam: PersonId,
    kim: PersonId,
}

async fn company(house: &House) -> Company {
    let office = house.app.office();
    let mut write = office.store().write(Actor::System, office.clock().now()).await.unwrap();
    let add =
        |name: &str, email: &str| NewPerson { started_on: Some(date(2025, 1, 1)), ..NewPerson::named(name, email) };
    let sam = write.add_person(&add("Sam Ortiz", "sam@example.org")).await.unwrap();
    let kim = write.add_person(&add("Kim Lind", "kim@example.org")).await.unwrap();
    let team = |slug: &str, name: &str| NewTeam::named(slug, name);
    let payments: TeamId = write.add_team(&team("payments", "Payments")).await.unwrap();
    let web = write.add_team(&NewTeam { parent: Some("payments".to_owned()), ..team("web", "Web") }).await.unwrap();
    let (start, moved): (Date, Date) = (date(2025, 1, 1), date(2026, 10, 1));
    write.join(sam, web, Role::Member, start, 1.0).await.unwrap();
    write.leave(sam, web, moved).await.unwrap();
    write.join(sam, payments, Role::TechLead, moved, 1.0).await.unwrap();
    write.join(kim, payments, Role::Member, start, 0.5).await.unwrap();
    write.report_to(kim, Some(sam), moved).await.unwrap();
    write.keep().await.unwrap();
    Company { sam, kim }
}

impl House {
    pub(super) async fn change(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let pairs: Vec<(String, String)> =
            [("csrf", csrf.as_str())].iter().chain(fields).map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
        self.post_form(path, &desk::form::encode(&pairs)).await
    }

    /// Numbers that grow with each change of people and with each row of the audit.
    pub(super) async fn written(&self) -> u64 {
        self.app.office().store().organisation().await.unwrap().version()
    }

    /// Signed in as somebody who does not administer.
    pub(super) async fn as_somebody(&mut self) {
        self.cookie = self.sign_in("bo").await;
    }
}

pub(super) fn after<'a>(body: &'a str, mark: &str) -> &'a str {
    body.split_once(mark).unwrap_or_else(|| panic!("`{mark}` is not in:\n{body}")).1
}

#[tokio::test]
async fn everybody_sees_who_is_here() {
    let mut house = House::new().await;
    let Company { sam, .. } = company(&house).await;
    house.as_somebody().await;
    let page = house.page("/whos_who").await;
    page.says("4 people are here on 2026-11-25.").says("Payments (tech lead)").says(&format!("/whos_who/{sam}"));
    assert!(!page.body.contains("Add somebody"), "only administrators are offered it");
    house.page("/whos_who?q=ort").await.says("1 person is here").says("Sam Ortiz");
}

#[tokio::test]
async fn last_quarter_shows_its_team() {
    let house = House::new().await;
    let Company { sam, kim } = company(&house).await;
    let now = house.page(&format!("/whos_who/{sam}")).await;
    now.says("Sam Ortiz is in Payments (tech lead) and reports to nobody.").says("Kim Lind");
    let then = house.page(&format!("/whos_who/{sam}?on=2026-08-15")).await;
    then.says("On 2026-08-15 Sam Ortiz was in Web and reported to nobody.");
    assert!(after(&then.body, r#"id="reports-head""#).contains("Nobody reports to Sam Ortiz on 2026-08-15"));
    house.page(&format!("/whos_who/{kim}")).await.says("is in Payments and reports to Sam Ortiz");
    house.page("/whos_who?on=2026-08-15").await.says("/whos_who/").says("?on=2026-08-15");
    let web = house.page("/teams/web?on=2026-08-15").await;
    web.says("One person is in Web on 2026-08-15").says("It is part of Payments");
    house.page("/teams/web").await.says("0 people are in Web on 2026-11-25").says("Who came and went");
    house.page("/teams").await.says("led by Sam Ortiz").says(r#"href="/teams/web""#);
    let wrong = house.get("/whos_who?on=soon").await;
    assert_eq!(wrong.status, 422);
}

#[tokio::test]
async fn an_administrator_adds_and_moves() {
    let house = House::new().await;
    let Company { sam, .. } = company(&house).await;
    let fields = [
        ("name", "Lee Chan"),
        ("email", "Lee@Example.org"),
        ("time_zone", "Europe/Berlin"),
        ("started_on", "2026-11-01"),
    ];
    let done = house.change("/whos_who/do/add", &fields).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let lee = done.header("location").to_owned();
    house.page(&lee).await.says("Lee Chan is here.").says("lee@example.org").says("in no team");
    let join = [("team", "web"), ("role", "tech_lead"), ("from", "2026-11-10"), ("share", "50")];
    assert_eq!(house.change(&format!("{lee}/do/join"), &join).await.status, 303);
    let report = [("manager", "sam"), ("from", "2026-11-10")];
    assert_eq!(house.change(&format!("{lee}/do/report_to"), &report).await.status, 303);
    house.page(&lee).await.says("Lee Chan is in Web (tech lead) and reports to Sam Ortiz.").says("50 %");
    let away = [("from", "2026-12-20"), ("until", "2026-12-31"), ("kind", "leave")];
    assert_eq!(house.change(&format!("{lee}/do/absence"), &away).await.status, 303);
    let page = house.page(&lee).await;
    let take_back =
        after(&page.body, "2026-12-31").split_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned();
    assert_eq!(house.change(&take_back, &[]).await.status, 303);
    house.page(&lee).await.says("None is noted from today on.");
    assert_eq!(house.change(&format!("{lee}/do/leave"), &[("team", "web"), ("until", "2026-11-24")]).await.status, 303);
    house.page(&lee).await.says("in no team").says("2026-11-24");
    let grant = [("role", "hr_partner"), ("team", "payments"), ("from", "2026-11-01")];
    assert_eq!(house.change(&format!("/whos_who/{sam}/do/grant"), &grant).await.status, 303);
    let page = house.page(&format!("/whos_who/{sam}")).await;
    let end = after(&page.body, r#"id="offices-head""#)
        .split_once("people partner")
        .unwrap()
        .1
        .split_once("do/end_grant?id=")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap();
    let end = format!("/whos_who/{sam}/do/end_grant?id={end}");
    assert_eq!(house.change(&end, &[("until", "2026-11-25")]).await.status, 303, "{end}");
    assert_eq!(house.change(&format!("{lee}/do/end"), &[("left_on", "2026-11-25")]).await.status, 303);
    house.page(&lee).await.says("Lee Chan left on 2026-11-25.");
    house.page("/whos_who?state=gone").await.says("Lee Chan");
}

#[tokio::test]
async fn an_administrator_makes_teams() {
    let house = House::new().await;
    company(&house).await;
    let fields = [("name", "Ledger"), ("slug", "ledger"), ("parent", "payments"), ("purpose", "Keeps the books")];
    assert_eq!(house.change("/teams/do/add", &fields).await.header("location"), "/teams/ledger");
    house.page("/teams/ledger").await.says("Keeps the books.").says("It is part of Payments");
    let join = [("person", "kim"), ("role", "member"), ("from", "2026-11-01"), ("share", "20")];
    assert_eq!(house.change("/teams/ledger/do/join", &join).await.status, 303);
    house.page("/teams/ledger").await.says("One person is in Ledger").says("Kim Lind");
    let circle = [("name", "Payments"), ("slug", "payments"), ("parent", "ledger")];
    let page = house.change("/teams/payments/do/change", &circle).await;
    assert_eq!(page.status, 422);
    page.says("would become part of itself").says(r#"id="field-parent-wrong""#);
}

#[tokio::test]
async fn nobody_else_changes_anything() {
    let mut house = House::new().await;
    let Company { sam, .. } = company(&house).await;
    house.as_somebody().await;
    let before = house.written().await;
    let posts: [(String, Vec<(&str, &str)>); 5] = [
        ("/whos_who/do/add".to_owned(), vec![("name", "X"), ("email", "x@example.org")]),
        (format!("/whos_who/{sam}/do/end"), vec![("left_on", "2026-11-01")]),
        (format!("/whos_who/{sam}/do/grant"), vec![("role", "administrator"), ("from", "2026-11-01")]),
        ("/teams/do/add".to_owned(), vec![("name", "X"), ("slug", "x")]),
        ("/teams/web/do/join".to_owned(), vec![("person", "sam"), ("role", "member"), ("from", "2026-11-01")]),
    ];
    for (path, fields) in posts {
        let answer = house.change(&path, &fields).await;
        assert_eq!(answer.status, 403, "{path}");
        answer.says("Only administrators change people, teams and settings.").says("Ask ada.");
        assert_eq!(house.get(&path).await.status, 403, "the form of {path}");
    }
    assert_eq!(house.written().await, before, "nothing was written");
    let audit = house.app.office().store().audit(None, 5).await.unwrap();
    assert!(audit.iter().all(|row| row.action == "denied.administer"), "denials are in the audit: {audit:?}");
}

#[tokio::test]
async fn a_form_needs_its_mark() {
    let house = House::new().await;
    let Company { sam, .. } = company(&house).await;
    let before = house.written().await;
    for path in ["/whos_who/do/add".to_owned(), format!("/whos_who/{sam}/do/end"), "/teams/do/add".to_owned()] {
        let answer = house.post_form(&path, "name=X&slug=x&email=x@example.org&left_on=2026-01-01").await;
        assert_eq!(answer.status, 403, "{path}");
        answer.says("not from your session");
    }
    assert_eq!(house.written().await, before);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field() {
    let house = House::new().await;
    let Company { sam, kim } = company(&house).await;
    let taken = house.change("/whos_who/do/add", &[("name", "Sam Two"), ("email", "SAM@example.org")]).await;
    assert_eq!(taken.status, 422);
    taken.says("Sam Ortiz has this address already").says(r#"value="Sam Two""#).says(r#"id="field-email-wrong""#);
    let circle = [("manager", "kim"), ("from", "2026-11-01")];
    let circle = house.change(&format!("/whos_who/{sam}/do/report_to"), &circle).await;
    circle.says("would close a circle").says(r#"id="field-manager-wrong""#).says(r#"value="kim""#);
    let nobody = house
        .change(&format!("/whos_who/{kim}/do/report_to"), &[("manager", "sam@exmple.org"), ("from", "2026-11-01")])
        .await;
    nobody.says("There is no person").says("sam@example.org");
    let ada = house.viewer("ada").await.person;
    let page = house.page(&format!("/whos_who/{ada}")).await;
    let end = after(&page.body, "administrator").split_once("/do/end_grant?id=").unwrap().1.split('"').next().unwrap();
    let last = house.change(&format!("/whos_who/{ada}/do/end_grant?id={end}"), &[("until", "2026-11-25")]).await;
    assert_eq!(last.status, 422);
    last.says("The last administrator stays");
}

#[tokio::test]
async fn only_you_see_who_looked() {
    let house = House::new().await;
    let Company { sam, .. } = company(&house).await;
    let ada = house.viewer("ada").await.person;
    house.page(&format!("/whos_who/{ada}")).await.says("Who looked").says("Nobody looked at a record about you.");
    let other = house.page(&format!("/whos_who/{sam}")).await;
    assert!(!other.body.contains("Who looked"), "not even an administrator sees another's");
}

#[tokio::test]
async fn a_hidden_detail_looks_absent() {
    let house = House::new().await;
    let Company { sam, .. } = company(&house).await;
    let nobody = "0193a7e4-0000-7000-8000-000000000000";
    let bare = |body: &str, id: &str| body.replace(id, "ID");
    let (wrong, absent) = (house.get("/whos_who/no-id").await, house.get(&format!("/whos_who/{nobody}")).await);
    assert_eq!((wrong.status, absent.status), (404, 404));
    assert_eq!(bare(&wrong.body, "no-id"), bare(&absent.body, nobody));
    let out = |path: String| house.send(axum::http::Request::get(path));
    let (there, gone) = (out(format!("/whos_who/{sam}")).await, out(format!("/whos_who/{nobody}")).await);
    assert_eq!((there.status, gone.status), (401, 401));
    assert_eq!(bare(&there.body, &sam.to_string()), bare(&gone.body, nobody));
}

#[tokio::test]
async fn every_id_stands_once() {
    let house = House::new().await;
    let Company { sam, .. } = company(&house).await;
    let rooms = [
        "/whos_who",
        "/teams",
        "/teams/payments",
        "/settings",
        "/settings/policies",
        "/settings/audit",
        "/settings/about",
    ];
    let paths = rooms.map(str::to_owned).into_iter().chain([format!("/whos_who/{sam}"), "/settings/import".to_owned()]);
    for path in paths {
        let body = house.page(&path).await.body;
        let mut ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path}: {ids:?}");
        assert!(!body.contains("style=") && !body.contains("onclick"), "{path}");
    }
}
