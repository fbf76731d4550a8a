//! Links of records on every face, as people who may see both ends and as one who may not; and a last change that is taken back.

use axum::http::Request;
use serde_json::json;

use super::*;
use crate::mcp::Tools;

/// A risk and a note of the team, and a note that ada keeps to herself.
async fn three(house: &House) -> [String; 3] {
    let mut ids = Vec::new();
    for (kind, body) in [
        ("risk", json!({ "title": "The contract ends", "team": "payments", "body": { "probability": 0.3 } })),
        ("note", json!({ "title": "Talk to legal", "team": "payments", "body": { "text": "x" } })),
        ("note", json!({ "title": "My own doubts", "audience": "author", "body": { "text": "x" } })),
    ] {
        let made = house.post_json(&format!("/api/v1/records/{kind}"), &body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        ids.push(made.json()["id"].as_str().unwrap().to_owned());
    }
    ids.try_into().unwrap()
}

impl House {
    async fn delete(&self, path: &str) -> Answer {
        self.send(Request::delete(path).header("cookie", &self.cookie)).await
    }
}

#[tokio::test]
async fn links_go_both_ways() {
    let house = House::team().await;
    let [risk, note, own] = three(&house).await;
    let links = format!("/api/v1/records/risk/{risk}/links");
    for to in [note.clone(), format!("/records/note/{own}"), "commit/shop/0a1b2c".to_owned()] {
        let made = house.post_json(&links, &json!({ "relation": "Caused by", "to": to })).await;
        assert_eq!((made.status, &made.json()["relation"]), (201, &json!("caused_by")), "{}", made.body);
        house.clock.advance(1);
        let again = house.post_json(&links, &json!({ "relation": "caused_by", "to": to })).await;
        assert_eq!(again.json()["id"], made.json()["id"], "the same link twice is one");
    }
    let all = house.get(&links).await.json();
    assert_eq!(all[0]["record"], json!({ "kind": "note", "id": note, "title": "Talk to legal" }));
    assert_eq!(
        (&all[1]["record"]["title"], &all[2]["fact"]),
        (&json!("My own doubts"), &json!({ "kind": "commit", "id": "shop/0a1b2c" }))
    );
    let back = house.get(&format!("/api/v1/records/note/{note}/links")).await.json();
    assert_eq!((&back[0]["outgoing"], &back[0]["record"]["title"]), (&json!(false), &json!("The contract ends")));
    let page = house.page(&format!("/records/risk/{risk}")).await;
    page.says("Linked to")
        .says("caused by")
        .says("Talk to legal")
        .says("My own doubts")
        .says("shop/0a1b2c")
        .says("Link it to something");
    house.page(&format!("/records/note/{note}")).await.says("The contract ends").says("caused by <small>this</small>");
    let link = all[0]["id"].as_str().unwrap();
    assert_eq!(
        house.delete(&format!("/api/v1/records/note/{note}/links/{link}")).await.status,
        404,
        "from the end at which it was made"
    );
    assert_eq!(house.delete(&format!("{links}/{link}")).await.status, 204);
    assert_eq!(house.get(&links).await.json().as_array().unwrap().len(), 2);
    assert_eq!(house.get(&format!("/api/v1/records/note/{note}/links")).await.json(), json!([]));
}

#[tokio::test]
async fn a_hidden_end_is_not_hinted_at() {
    let house = House::team().await;
    let [risk, note, own] = three(&house).await;
    let links = format!("/api/v1/records/risk/{risk}/links");
    house.post_json(&links, &json!({ "relation": "see_also", "to": own })).await;
    let bo = house.as_of("bo").await;
    assert_eq!(bo.get(&links).await.json(), json!([]), "not counted");
    let page = bo.page(&format!("/records/risk/{risk}")).await;
    page.says("Nothing that you may see.");
    assert!(!page.body.contains("My own doubts") && !page.body.contains(&own));
    let tools = Tools::new(bo.app.office().clone(), bo.app.registry().clone(), bo.viewer("bo").await);
    let (text, json) = tools.call("record_links", json!({ "kind": "risk", "id": risk })).await.unwrap();
    assert_eq!((text.as_str(), &json["links"]), ("Nothing that you may read.", &json!([])));
    // To link to what is hidden is to link to what is not there.
    let absent = own.replace(|c: char| c.is_ascii_digit() && c != '7', "3");
    let to = async |id: &str| bo.post_json(&links, &json!({ "relation": "see_also", "to": id })).await;
    let (hidden, nothing) = (to(&own).await, to(&absent).await);
    assert_eq!((hidden.status, nothing.status), (422, 422), "{}", hidden.body);
    assert_eq!(hidden.body.replace(&own, ""), nothing.body.replace(&absent, ""));
    // Nor does somebody outside reach the first end.
    let cy = house.as_of("cy").await;
    for answer in [
        cy.get(&links).await,
        cy.post_json(&links, &json!({ "relation": "see_also", "to": note })).await,
        cy.get(&format!("/records/risk/{risk}/link")).await,
    ] {
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
    let tools = Tools::new(cy.app.office().clone(), cy.app.registry().clone(), cy.viewer("cy").await);
    assert!(tools.call("record_links", json!({ "kind": "risk", "id": risk })).await.is_err());
    assert!(
        tools
            .call("link_record", json!({ "kind": "risk", "id": risk, "relation": "see also", "to": note }))
            .await
            .is_err()
    );
    let whole = house.get(&links).await.json();
    let link = whole[0]["id"].as_str().unwrap();
    assert_eq!(cy.delete(&format!("{links}/{link}")).await.status, 404);
    assert_eq!(house.get(&links).await.json().as_array().unwrap().len(), 1, "nothing was changed");
}

#[tokio::test]
async fn the_page_links_and_takes_back() {
    let house = House::team().await;
    let [risk, note, _] = three(&house).await;
    let (page, csrf) = (format!("/records/risk/{risk}"), house.csrf().await);
    let wrong = house.post_form(&format!("{page}/link"), &format!("csrf={csrf}&relation=see+also&to=somewhere")).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    wrong.says("Nothing was saved.").says(r#"value="somewhere""#).says("neither a record").says("see also");
    let odd = house.post_form(&format!("{page}/link"), &format!("csrf={csrf}&relation=1%3D1&to={note}")).await;
    assert_eq!(odd.status, 422);
    assert_eq!(
        house.post_form(&format!("{page}/link"), &format!("csrf=x&relation=see+also&to={note}")).await.status,
        403
    );
    let made = house
        .post_form(
            &format!("{page}/link"),
            &format!("csrf={csrf}&relation=see+also&to=http://127.0.0.1:7117/records/note/{note}"),
        )
        .await;
    assert_eq!((made.status, made.header("location")), (303, page.as_str()), "{}", made.body);
    let shown = house.page(&page).await;
    shown.says("Linked.").says("Talk to legal");
    let remove = shown.body.split(r#"action=""#).find_map(|rest| rest.split_once(r#"/remove""#)).unwrap().0;
    assert_eq!(house.post_form(&format!("{remove}/remove"), "csrf=x").await.status, 403);
    assert_eq!(house.post_form(&format!("{remove}/remove"), &format!("csrf={csrf}")).await.status, 303);
    house.page(&page).await.says("The link was taken back.").says("Nothing that you may see.");
    let actions: Vec<_> =
        house.app.office().store().audit(None, 4).await.unwrap().into_iter().map(|row| row.action).collect();
    assert!(
        actions.contains(&"record.link".to_owned()) && actions.contains(&"record.unlink".to_owned()),
        "{actions:?}"
    );
}

#[tokio::test]
async fn assistants_link_what_they_may() {
    let house = House::team().await;
    let [risk, note, _] = three(&house).await;
    let tools = Tools::new(house.app.office().clone(), house.app.registry().clone(), house.viewer("ada").await);
    let (text, _) = tools
        .call("link_record", json!({ "kind": "risk", "id": risk, "relation": "mitigated by", "to": note }))
        .await
        .unwrap();
    assert_eq!(text, format!("mitigated by Talk to legal (note {note})"));
    let (text, _) = tools.call("record_links", json!({ "kind": "note", "id": note })).await.unwrap();
    assert_eq!(text, format!("The contract ends (risk {risk}) mitigated by this"));
}

#[tokio::test]
async fn the_last_change_is_taken_back() {
    let house = House::team().await;
    let [risk, ..] = three(&house).await;
    let path = format!("/api/v1/records/risk/{risk}");
    let next =
        json!({ "title": "The contract ends", "team": "payments", "version": 1, "body": { "probability": 0.9 } });
    let request = Request::put(&path).header("cookie", &house.cookie).header("content-type", "application/json");
    assert_eq!(house.send_with(request, next.to_string()).await.status, 200);
    house.clock.advance(3_600);
    let undo = async |house: &House, tag: &str| {
        let request = Request::post(format!("{path}/undo")).header("cookie", &house.cookie);
        house.send(request.header("if-match", tag)).await
    };
    let stale = undo(&house, "\"1\"").await;
    assert_eq!((stale.status, &stale.json()["meanwhile"]["changed"][0]["field"]), (409, &json!("probability")));
    let back = undo(&house, "\"2\"").await;
    assert_eq!((back.status, back.header("etag")), (200, "\"3\""), "{}", back.body);
    assert_eq!(back.json()["body"]["probability"], json!(0.3));
    // What was put away is brought back, and the first version of all is put away.
    assert_eq!(house.delete(&path).await.status, 204);
    assert_eq!(undo(&house, "*").await.json()["about"]["archived"], json!(false));
    let cy = house.as_of("cy").await;
    assert_eq!(undo(&cy, "*").await.status, 404);
    let note = house
        .post_json("/api/v1/records/note", &json!({ "title": "Mine", "team": "payments", "body": { "text": "x" } }))
        .await;
    let note = format!("/api/v1/records/note/{}", note.json()["id"].as_str().unwrap());
    let away = house.send(Request::post(format!("{note}/undo")).header("cookie", &house.cookie)).await;
    assert_eq!(away.json()["about"]["archived"], json!(true));
    let history = house.get(&format!("{path}/history")).await.json();
    assert_eq!((history.as_array().unwrap().len(), &history[2]["reason"]), (5, &json!("taken back")));
}
