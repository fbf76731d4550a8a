//! A company's directory over SCIM: who reaches it, what it makes of people and teams, and what stays as it was.

use axum::http::{Request, header};
use serde_json::{Value, json};
use store::people::{NewPerson, NewTeam, Role};
use store::sign_in::Scope;
use store::{Actor, PersonId};

use super::*;

/// The directory, with its token.
struct Company {
    house: House,
    token: String,
}

fn scope(administer: bool) -> Scope {
    Scope {
        name: "directory".to_owned(),
        read: true,
        write: true,
        administer,
        people: false,
        teams: Vec::new(),
        assistant: false,
        days: 90,
    }
}

impl Company {
    async fn new() -> Self {
        let house = House::new().await;
        let ada = house.viewer("ada").await.person;
        let token = house.app.office().store().new_token(ada, &scope(true), house.clock.now()).await.unwrap().1;
        Self { house, token }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let request = Request::builder().method(method).uri(format!("/scim/v2{path}"));
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.header(header::CONTENT_TYPE, "application/scim+json");
        let answer = self.house.send_with(request, body.map(Value::to_string).unwrap_or_default()).await;
        if answer.status != 204 {
            assert_eq!(answer.header("content-type"), "application/scim+json", "{path}: {}", answer.body);
        }
        answer
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// Makes a resource; gives its id.
    async fn make(&self, path: &str, body: &Value) -> String {
        let made = self.ask("POST", path, Some(body)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        assert!(made.header("location").ends_with(&format!("{path}/{id}")));
        id
    }

    async fn patch(&self, path: &str, operations: Value) -> Answer {
        let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
        self.ask("PATCH", path, Some(&json!({ "schemas": [schema], "Operations": operations }))).await
    }

    async fn people(&self) -> std::sync::Arc<store::Organisation> {
        self.house.app.office().store().organisation().await.unwrap()
    }

    fn says(answer: &Answer, status: u16, kind: Option<&str>) {
        let body = answer.json();
        assert_eq!(
            (answer.status, body["status"].as_str()),
            (status, Some(status.to_string().as_str())),
            "{}",
            answer.body
        );
        assert_eq!(
            (body["scimType"].as_str(), &body["schemas"][0]),
            (kind, &json!("urn:ietf:params:scim:api:messages:2.0:Error"))
        );
        assert!(!body["detail"].as_str().unwrap().is_empty());
    }
}

fn sam() -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "Sam@Example.org", "externalId": "A-1",
        "name": { "givenName": "Sam", "familyName": "Ortiz" }, "active": true, "title": "not kept here" })
}

#[tokio::test]
async fn only_a_token_that_administers_enters() {
    let mut company = Company::new().await;
    Company::says(&company.house.send(Request::get("/scim/v2/Users")).await, 401, None);
    let cookie = Request::get("/scim/v2/Users").header(header::COOKIE, &company.house.cookie);
    Company::says(&company.house.send(cookie).await, 403, None);
    let store = company.house.app.office().store().clone();
    let (ada, bo) = (company.house.viewer("ada").await.person, company.house.viewer("bo").await.person);
    for (whose, administer) in [(ada, false), (bo, true)] {
        company.token = store.new_token(whose, &scope(administer), company.house.clock.now()).await.unwrap().1;
        for (method, path) in
            [("GET", "/Users"), ("GET", "/ServiceProviderConfig"), ("POST", "/Users"), ("DELETE", "/Groups/x")]
        {
            Company::says(&company.ask(method, path, Some(&sam())).await, 403, None);
        }
    }
    assert!(company.people().await.by_email("sam@example.org").is_none());
}

#[tokio::test]
async fn it_says_what_it_offers() {
    let company = Company::new().await;
    let config = company.get("/ServiceProviderConfig").await;
    assert_eq!((&config["patch"]["supported"], &config["bulk"]["supported"]), (&json!(true), &json!(false)));
    assert_eq!(company.get("/ResourceTypes").await["totalResults"], 2);
    assert_eq!(company.get("/ResourceTypes/Group").await["endpoint"], "/Groups");
    let schema = company.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User").await;
    assert_eq!(schema["attributes"][0]["name"], "userName");
    assert_eq!(company.get("/Schemas").await["totalResults"], 2);
    Company::says(&company.ask("GET", "/Schemas/urn:none", None).await, 404, None);
    Company::says(&company.ask("GET", "/Devices", None).await, 404, None);
}

#[tokio::test]
async fn people_come_and_leave_and_return() {
    let company = Company::new().await;
    let id = company.make("/Users", &sam()).await;
    let path = format!("/Users/{id}");
    let shown = company.get(&path).await;
    assert_eq!(
        (&shown["userName"], &shown["name"]["formatted"], &shown["externalId"]),
        (&json!("sam@example.org"), &json!("Sam Ortiz"), &json!("A-1"))
    );
    Company::says(&company.ask("POST", "/Users", Some(&sam())).await, 409, Some("uniqueness"));
    let other = json!({ "userName": "kim@example.org", "externalId": "A-1" });
    Company::says(&company.ask("POST", "/Users", Some(&other)).await, 409, Some("uniqueness"));
    Company::says(
        &company.ask("POST", "/Users", Some(&json!({ "userName": "no address" }))).await,
        400,
        Some("invalidValue"),
    );
    Company::says(
        &company.ask("POST", "/Users", Some(&json!({ "displayName": "x" }))).await,
        400,
        Some("invalidValue"),
    );
    // They leave today, and are back as who they were.
    let session = company.house.sign_in("cy").await;
    let cy = company.people().await.by_email("cy@localhost").unwrap().id;
    let off =
        company.patch(&format!("/Users/{cy}"), json!([{ "op": "Replace", "path": "active", "value": "False" }])).await;
    assert_eq!((off.status, &off.json()["active"]), (200, &json!(false)), "{}", off.body);
    assert_eq!(company.people().await.person(cy).unwrap().left_on, Some(company.house.clock.today()));
    let page = company.house.send(Request::get("/teams").header(header::COOKIE, &session)).await;
    assert_eq!(page.status, 401, "their sessions have ended");
    let on = company.patch(&format!("/Users/{cy}"), json!([{ "op": "replace", "value": { "active": true } }])).await;
    assert_eq!((on.status, company.people().await.person(cy).unwrap().left_on), (200, None));
    // Removing ends, and never erases.
    assert_eq!(company.ask("DELETE", &path, None).await.status, 204);
    Company::says(&company.ask("GET", &path, None).await, 404, None);
    Company::says(&company.ask("DELETE", &path, None).await, 404, None);
    assert_eq!(company.get("/Users?filter=userName+eq+%22sam@example.org%22").await["totalResults"], 0);
    let gone = company.people().await;
    let gone = gone.by_email("sam@example.org").unwrap();
    assert_eq!((gone.name.as_str(), gone.left_on), ("Sam Ortiz", Some(company.house.clock.today())));
    company.house.clock.advance(3 * 86_400);
    assert_eq!(company.make("/Users", &sam()).await, id, "the same person");
    assert_eq!(company.people().await.by_email("sam@example.org").unwrap().left_on, None);
    let actions: Vec<String> =
        company.house.app.office().store().audit(None, 50).await.unwrap().into_iter().map(|row| row.action).collect();
    for action in ["person.add", "person.change", "directory.note"] {
        assert!(actions.iter().any(|one| one == action), "{action}: {actions:?}");
    }
}

#[tokio::test]
async fn names_and_addresses_are_replaced_and_patched() {
    let company = Company::new().await;
    let id = company.make("/Users", &sam()).await;
    let path = format!("/Users/{id}");
    let check = async |operations: Value, name: &str, email: &str| {
        let done = company.patch(&path, operations).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let done = done.json();
        assert_eq!(
            (&done["displayName"], &done["userName"], &done["externalId"]),
            (&json!(name), &json!(email), &json!("A-1"))
        );
    };
    check(
        json!([{ "op": "replace", "path": "name.familyName", "value": "Lee Chan" }]),
        "Sam Lee Chan",
        "sam@example.org",
    )
    .await;
    check(json!([{ "op": "replace", "path": "displayName", "value": "Samuel Lee" }]), "Samuel Lee", "sam@example.org")
        .await;
    check(json!([{ "op": "remove", "path": "name.familyName" }]), "Samuel", "sam@example.org").await;
    check(
        json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "lee@example.org" }]),
        "Samuel",
        "lee@example.org",
    )
    .await;
    check(json!([{ "op": "add", "path": "title", "value": "CTO" }]), "Samuel", "lee@example.org").await;
    let put = json!({ "userName": "lee@example.org", "name": { "formatted": "Lee Sam" }, "nickName": "Lee", "timezone": "Europe/Berlin", "externalId": "A-2" });
    let done = company.ask("PUT", &path, Some(&put)).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let people = company.people().await;
    let lee = people.by_email("lee@example.org").unwrap();
    assert_eq!(
        (lee.name.as_str(), lee.called(), lee.time_zone.as_str(), lee.left_on),
        ("Lee Sam", "Lee", "Europe/Berlin", None)
    );
    for (operations, kind) in [
        (json!([{ "op": "replace", "path": "id", "value": "x" }]), "mutability"),
        (json!([{ "op": "replace", "path": "active", "value": "perhaps" }]), "invalidValue"),
        (json!([{ "op": "remove", "path": "userName" }]), "invalidValue"),
        (json!([{ "op": "replace", "path": "timezone", "value": "Mars/Olympus" }]), "invalidValue"),
        (json!([{ "op": "replace", "path": "emails[", "value": "x" }]), "invalidPath"),
    ] {
        Company::says(&company.patch(&path, operations).await, 400, Some(kind));
    }
    let taken = company.patch(&path, json!([{ "op": "replace", "path": "userName", "value": "ada@localhost" }])).await;
    Company::says(&taken, 409, Some("uniqueness"));
    let bad = Request::post("/scim/v2/Users").header(header::AUTHORIZATION, format!("Bearer {}", company.token));
    Company::says(
        &company.house.send_with(bad.header(header::CONTENT_TYPE, "text/plain"), "{}".to_owned()).await,
        415,
        None,
    );
    Company::says(&company.ask("POST", "/Users", None).await, 400, Some("invalidSyntax"));
}

#[tokio::test]
async fn lists_are_filtered_and_turned() {
    let company = Company::new().await;
    for number in 0..5 {
        company.make("/Users", &json!({ "userName": format!("p{number}@example.org"), "displayName": format!("Person {number}"), "externalId": format!("X{number}") })).await;
    }
    let page = company.get("/Users?startIndex=2&count=2").await;
    assert_eq!((&page["totalResults"], &page["startIndex"], &page["itemsPerPage"]), (&json!(6), &json!(2), &json!(2)));
    let whole: Vec<Value> = [1, 3, 5]
        .iter()
        .map(|start| format!("/Users?startIndex={start}&count=2"))
        .collect::<Vec<_>>()
        .into_iter()
        .map(Value::from)
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    for path in whole {
        for one in company.get(path.as_str().unwrap()).await["Resources"].as_array().unwrap() {
            seen.insert(one["userName"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(seen.len(), 6, "no gap and nothing twice");
    for (filter, total) in [
        ("userName eq \"P3@EXAMPLE.org\"", 1),
        ("externalId eq \"X1\" or externalId eq \"X2\"", 2),
        ("externalId eq \"x1\"", 0),
        ("displayName sw \"person\" and not (displayName ew \"4\")", 4),
        ("active eq false", 0),
    ] {
        let query = desk::form::encode(&[("filter".to_owned(), filter.to_owned())]);
        assert_eq!(company.get(&format!("/Users?{query}")).await["totalResults"], total, "{filter}");
    }
    assert_eq!(company.get("/Users?count=0").await["Resources"], json!([]));
    let bare = company.get("/Users?attributes=userName&count=1").await["Resources"][0].clone();
    let mut names: Vec<_> = bare.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["id", "schemas", "userName"]);
    Company::says(&company.ask("GET", "/Users?filter=shoeSize+eq+43", None).await, 400, Some("invalidFilter"));
    Company::says(&company.ask("GET", "/Users?startIndex=first", None).await, 400, Some("invalidValue"));
}

#[tokio::test]
async fn groups_are_dated_times_in_teams() {
    let company = Company::new().await;
    let office = company.house.app.office();
    let start = "2026-01-01".parse().unwrap();
    let mut write = office.store().write(Actor::System, company.house.clock.now()).await.unwrap();
    let payments = write.add_team(&NewTeam::named("payments", "Payments")).await.unwrap();
    let lea: PersonId = write.add_person(&NewPerson::named("Lea Moss", "lea@example.org")).await.unwrap();
    let old = write.add_person(&NewPerson::named("Old Hand", "old@example.org")).await.unwrap();
    write.join(lea, payments, Role::TechLead, start, 1.0).await.unwrap();
    write.join(old, payments, Role::Member, start, 1.0).await.unwrap();
    write.keep().await.unwrap();
    let sam = company.make("/Users", &sam()).await;
    let member = |id: &str| json!({ "value": id });
    // The team of that name is taken over; whoever is in it keeps their role, others leave and join today.
    let id = company.make("/Groups", &json!({ "displayName": "PAYMENTS", "externalId": "G-1", "members": [member(&sam), member(&lea.to_string())] })).await;
    assert_eq!(id, payments.to_string());
    let today = company.house.clock.today();
    let of = async |who: &str| {
        let people = company.people().await;
        let who: PersonId = who.parse().unwrap();
        let times: Vec<_> = people
            .members()
            .iter()
            .filter(|one| one.person == who)
            .map(|one| (one.role, one.from, one.until))
            .collect();
        times
    };
    assert_eq!(of(&lea.to_string()).await, [(Role::TechLead, start, None)]);
    assert_eq!(of(&old.to_string()).await, [(Role::Member, start, Some(today))], "the past stays");
    assert_eq!(of(&sam).await, [(Role::Member, today, None)]);
    Company::says(
        &company.ask("POST", "/Groups", Some(&json!({ "displayName": "Payments" }))).await,
        409,
        Some("uniqueness"),
    );
    let path = format!("/Groups/{id}");
    let shown = company.get(&path).await;
    assert_eq!((&shown["displayName"], shown["members"].as_array().unwrap().len()), (&json!("Payments"), 2));
    assert_eq!(company.get(&format!("/Users/{sam}")).await["groups"][0]["display"], "Payments");
    assert_eq!(
        company.get("/Groups?filter=displayName+eq+%22payments%22&excludedAttributes=members").await["Resources"][0]
            .get("members"),
        None
    );
    // Ten days later.
    company.house.clock.advance(10 * 86_400);
    let later = company.house.clock.today();
    let done = company
        .patch(
            &path,
            json!([
                { "op": "remove", "path": format!("members[value eq \"{sam}\"]") },
                { "op": "add", "path": "members", "value": [member(&old.to_string())] },
            ]),
        )
        .await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(of(&sam).await, [(Role::Member, today, Some(later))]);
    assert_eq!(of(&old.to_string()).await, [(Role::Member, start, Some(today)), (Role::Member, later, None)]);
    Company::says(
        &company.patch(&path, json!([{ "op": "add", "path": "members", "value": [member("nobody")] }])).await,
        400,
        Some("invalidValue"),
    );
    let renamed = company.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "Money" }])).await;
    assert_eq!(renamed.json()["displayName"], "Money");
    assert_eq!(company.people().await.team(payments).unwrap().slug, "payments", "addresses lead there");
    assert_eq!(company.ask("DELETE", &path, None).await.status, 204);
    Company::says(&company.ask("GET", &path, None).await, 404, None);
    assert_eq!(company.people().await.members_of(payments, later).count(), 0);
    assert_eq!(company.people().await.team(payments).unwrap().name, "Money", "the team stays");
    let fresh = company.make("/Groups", &json!({ "displayName": "支払い" })).await;
    let people = company.people().await;
    assert!(people.team(fresh.parse().unwrap()).unwrap().slug.starts_with("group-"));
}

#[tokio::test]
async fn whoever_left_does_not_slip_back() {
    let company = Company::new().await;
    let sam = company.make("/Users", &sam()).await;
    let group = company.make("/Groups", &json!({ "displayName": "Payments", "members": [{ "value": sam }] })).await;
    let active = async |value: bool| {
        let done = company
            .patch(&format!("/Users/{sam}"), json!([{ "op": "replace", "path": "active", "value": value }]))
            .await;
        assert_eq!(done.status, 200, "{}", done.body);
    };
    active(false).await;
    assert_eq!(
        company.patch(&format!("/Groups/{group}"), json!([{ "op": "remove", "path": "members" }])).await.status,
        200
    );
    active(true).await;
    assert_eq!(company.get(&format!("/Groups/{group}")).await["members"], json!([]));
}

#[tokio::test]
async fn the_last_administrator_is_not_removed() {
    let company = Company::new().await;
    let ada = company.people().await.by_email("ada@localhost").unwrap().id;
    Company::says(&company.ask("DELETE", &format!("/Users/{ada}"), None).await, 409, None);
    let off =
        company.patch(&format!("/Users/{ada}"), json!([{ "op": "replace", "path": "active", "value": false }])).await;
    Company::says(&off, 409, None);
    assert_eq!(company.people().await.person(ada).unwrap().left_on, None);
}
