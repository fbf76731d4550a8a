//! Rounds as a team plays them: votes, the reveal and who speaks, agreeing, taking over, looking on; and what is refused.

use super::*;

fn vote(session: &str, card: &str) -> Value {
    json!({ "session": session, "card": card })
}

impl Club {
    /// Ann, Ben, Cleo, Dan and Eve vote.
    async fn vote_all(&mut self, session: &str, cards: [&str; 5]) {
        for (who, card) in [ANN, BEN, CLEO, DAN, EVE].into_iter().zip(cards) {
            self.act(who, "vote", vote(session, card)).await.unwrap();
        }
    }

    async fn reveal(&self, session: &str) -> Value {
        self.act(ANN, "reveal", json!({ "session": session })).await.unwrap()
    }
}

#[tokio::test]
async fn votes_apart_are_talked_about() {
    let mut club = Club::new().await;
    let session = club.open("fibonacci", &["PAY-31", "PAY-32"]).await;
    club.vote_all(&session, ["5", "3", "13", "5", "8"]).await;
    let before = club.view(ANN, &session).await;
    assert_eq!((&before["mine"], &before["count"], &before["speakers"]), (&json!("5"), &Value::Null, &Value::Null));
    assert_eq!(before["voted"], json!(["Ann", "Ben", "Cleo", "Dan", "Eve"]));
    assert_eq!(club.reveal(&session).await["state"], "revealed");
    for who in [ANN, EVE] {
        let after = club.view(who, &session).await;
        assert_eq!(after["count"]["middle"], json!(["5"]));
        assert!((after["count"]["spread"].as_f64().unwrap() - 1.466).abs() < 5e-4);
        assert_eq!(after["speakers"], json!({ "lowest": ["Ben"], "highest": ["Cleo"] }));
        // Five points were never given here; three were, thirty times.
        assert_eq!(after["past"], json!([]));
    }
    let page = club.room(EVE, &session).await;
    assert!(page.contains("votes lie apart") && page.contains("<strong>Ben</strong> first"), "{page}");
    // Whoever presses twice changes nothing.
    let version = club.desk(ANN).await.records().version().await.unwrap();
    assert_eq!(club.reveal(&session).await["sentence"], "PAY-31 is revealed already.");
    assert_eq!(club.desk(ANN).await.records().version().await.unwrap(), version);
}

#[tokio::test]
async fn what_is_agreed_becomes_points() {
    let mut club = Club::new().await;
    let session = club.open("fibonacci", &["PAY-31", "PAY-32"]).await;
    club.vote_all(&session, ["3", "3", "2", "3", "?"]).await;
    club.reveal(&session).await;
    let room = club.view(BEN, &session).await;
    assert_eq!((&room["count"]["agreed"], &room["speakers"]), (&json!(true), &Value::Null));
    assert_eq!(room["past"].as_array().unwrap().len(), 3, "the last three of three points: {room}");
    assert_eq!(room["past"][0]["key"], "PAY-30");
    assert!(room["past"][0]["days"].as_f64().unwrap() > 0.0);
    assert!(club.refused(BEN, "accept_estimate", json!({ "session": session })).await.contains("only the facilitator"));
    let page = club.room(ANN, &session).await;
    let (status, _) = club.press(ANN, &page, "accept_estimate", &[("session", &session), ("card", "3")]).await;
    assert_eq!(status, 303);
    let work = club.desk(ANN).await.work().await.unwrap();
    assert_eq!(work.by_key("PAY-31").unwrap().estimate, Some(3.0));
    let (_, item) = club.get(BEN, "/api/v1/delivery/estimation?item=PAY-31").await;
    let estimates = &serde_json::from_str::<Value>(&item).unwrap()["answer"]["estimates"];
    assert_eq!((&estimates[0]["way"], &estimates[0]["accepted"]), (&json!("poker"), &json!(true)));
    // The next item is on the table; with the last one the session ends.
    assert_eq!(club.view(ANN, &session).await["item"], "PAY-32");
    club.vote_all(&session, ["5", "3", "8", "8", "pause"]).await;
    club.reveal(&session).await;
    let refused = club.act(ANN, "accept_estimate", json!({ "session": session })).await.unwrap_err();
    assert_eq!(refused.field_errors()[0].message, "5 or 8: pick one.");
    assert!(club.act(ANN, "accept_estimate", json!({ "session": session, "card": "?" })).await.is_err());
    club.act(ANN, "accept_estimate", json!({ "session": session, "card": "8" })).await.unwrap();
    assert_eq!(club.view(ANN, &session).await["finished"], true);
    assert!(club.refused(ANN, "vote", vote(&session, "5")).await.contains("this session is finished"));
}

#[tokio::test]
async fn votes_after_the_reveal_are_refused() {
    let mut club = Club::new().await;
    let session = club.open("fibonacci", &["PAY-31"]).await;
    let page = club.room(BEN, &session).await;
    club.vote_all(&session, ["5", "5", "5", "5", "8"]).await;
    club.reveal(&session).await;
    let said = "votes about PAY-31 are locked: the cards lie open";
    assert_eq!(club.refused(BEN, "vote", vote(&session, "8")).await, said);
    let (status, body) = club.call(BEN, "vote", &vote(&session, "8")).await;
    assert!(status == 422 && body.contains(said), "{status} {body}");
    let (status, body) = club.press(BEN, &page, "vote", &[("session", &session), ("round", "1"), ("card", "8")]).await;
    assert!(status == 422 && body.contains("are locked: the cards lie open"), "{status}");
    // Another round keeps the first; a vote that was meant for it does not slip into the second.
    club.act(ANN, "revote", json!({ "session": session })).await.unwrap();
    let late = json!({ "session": session, "card": "8", "round": 1 });
    assert_eq!(club.refused(BEN, "vote", late).await, "round 1 of PAY-31 is over; this is round 2");
    let room = club.view(BEN, &session).await;
    assert_eq!((&room["round"], &room["mine"], &room["count"]), (&json!(2), &Value::Null, &Value::Null));
    assert_eq!((&room["earlier"][0][0], &room["earlier"][0][1]["middle"]), (&json!(1), &json!(["5"])));
    assert!(club.refused(ANN, "revote", json!({ "session": session })).await.contains("not revealed yet"));
}

#[tokio::test]
async fn votes_are_read_while_they_lie_open() {
    let mut club = Club::new().await;
    let session = club.open("fibonacci", &["PAY-31"]).await;
    club.vote_all(&session, ["5", "3", "13", "5", "8"]).await;
    let readable = async |club: &mut Club, who: usize| -> usize {
        let (_, list) = club.get(who, "/api/v1/records/poker_vote").await;
        serde_json::from_str::<Value>(&list).unwrap()["records"].as_array().unwrap().len()
    };
    assert_eq!(readable(&mut club, BEN).await, 1, "one's own");
    club.reveal(&session).await;
    assert_eq!((readable(&mut club, BEN).await, readable(&mut club, FAY).await), (5, 0));
    club.act(ANN, "revote", json!({ "session": session })).await.unwrap();
    assert_eq!((readable(&mut club, ANN).await, readable(&mut club, BEN).await), (1, 1), "the round is over");
    // Its author puts it away; nobody writes one by hand, and nothing of it is undone.
    let (_, list) = club.get(BEN, "/api/v1/records/poker_vote").await;
    let own = serde_json::from_str::<Value>(&list).unwrap()["records"][0].clone();
    let path = format!("/api/v1/records/poker_vote/{}", own["id"].as_str().unwrap());
    let write = |method: &str, path: &str, body: &Value| {
        club.request(BEN, method, path)
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::IF_MATCH, format!("\"{}\"", own["version"]))
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    let (put, undo, delete) = (
        write("PUT", &path, &own),
        write("POST", &format!("{path}/undo"), &json!({})),
        write("DELETE", &path, &json!({})),
    );
    assert_eq!(club.sent(BEN, put).await.0, 403);
    assert_eq!(club.sent(BEN, undo).await.0, 403);
    assert!(club.sent(BEN, delete).await.0.is_success());
    assert_eq!(readable(&mut club, BEN).await, 0);
}

#[tokio::test]
async fn reveals_wait_for_who_is_there() {
    let mut club = Club::new().await;
    let session = club.open("fibonacci", &["PAY-31"]).await;
    assert!(club.refused(ANN, "reveal", json!({ "session": session })).await.contains("nobody has voted"));
    for who in [ANN, BEN, CLEO] {
        club.act(who, "vote", vote(&session, "5")).await.unwrap();
    }
    let refused = club.act(ANN, "reveal", json!({ "session": session })).await.unwrap_err();
    let said = "Dan, Eve have not voted yet. To reveal without them, say so: without 2.";
    assert_eq!(
        (refused.field_errors()[0].field.as_str(), refused.field_errors()[0].message.as_str()),
        ("without", said)
    );
    assert!(club.act(ANN, "reveal", json!({ "session": session, "without": 1 })).await.is_err(), "another number");
    assert!(club.refused(BEN, "reveal", json!({ "session": session, "without": 2 })).await.contains("facilitator"));
    // Eve leaves: after a minute she is waited for no longer.
    club.later(61);
    for who in [ANN, BEN, CLEO, DAN] {
        club.room(who, &session).await;
    }
    let room = club.view(ANN, &session).await;
    assert_eq!((&room["here"], &room["waited_for"]), (&json!(["Ann", "Ben", "Cleo", "Dan"]), &json!(["Dan"])));
    let page = club.room(ANN, &session).await;
    assert!(page.contains("Reveal without 1"));
    let (status, _) = club.press(ANN, &page, "reveal", &[("session", &session), ("without", "1")]).await;
    assert_eq!(status, 303);
    let counted = club.view(DAN, &session).await;
    assert_eq!((&counted["state"], &counted["count"]["votes"]), (&json!("revealed"), &json!(3)));
}

#[tokio::test]
async fn whoever_is_gone_is_replaced() {
    let mut club = Club::new().await;
    let session = club.open("fibonacci", &["PAY-31"]).await;
    let take = || json!({ "session": session });
    assert!(club.refused(BEN, "take_over", take()).await.contains("Ann is there"));
    club.later(61);
    club.room(BEN, &session).await;
    let page = club.room(BEN, &session).await;
    assert!(page.contains("Ann is not here.") && page.contains("Take over"));
    assert!(club.refused(FAY, "take_over", take()).await.contains("no poker_session"));
    let (status, _) = club.press(BEN, &page, "take_over", &[("session", &session)]).await;
    assert_eq!(status, 303);
    let room = club.view(BEN, &session).await;
    assert_eq!((&room["facilitator"], &room["facilitating"]), (&json!("Ben"), &json!(true)));
    assert!(club.refused(ANN, "show_item", json!({ "session": session, "item": "PAY-31" })).await.contains("Ben"));
}

#[tokio::test]
async fn whoever_looks_on_does_not_vote() {
    let mut club = Club::new().await;
    let session = club.open("fibonacci", &["PAY-31"]).await;
    let (_, page) = club.get(EVE, &format!("/delivery/estimation?poker={session}&observe=true")).await;
    assert!(page.contains("You look on.") && !page.contains("aria-pressed"), "{page}");
    let room = club.view(ANN, &session).await;
    assert_eq!((&room["here"], &room["watching"]), (&json!(["Ann", "Ben", "Cleo", "Dan"]), &json!(["Eve"])));
    assert_eq!(club.refused(EVE, "vote", vote(&session, "5")).await, "whoever looks on does not vote");
    club.room(EVE, &session).await;
    club.act(EVE, "vote", vote(&session, "5")).await.unwrap();
    let (status, _) = club.get(FAY, &format!("/delivery/estimation?poker={session}")).await;
    assert_eq!(status, 404, "who may not read it is not in it");
    assert!(club.view(ANN, &session).await["watching"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_changed_vote_changes_no_sign() {
    let mut club = Club::new().await;
    let session = club.open("fibonacci", &["PAY-31", "PAY-32"]).await;
    let empty = club.view(ANN, &session).await["sign"].clone();
    club.act(BEN, "vote", vote(&session, "5")).await.unwrap();
    let voted = club.view(ANN, &session).await["sign"].clone();
    assert_ne!(empty, voted);
    for card in ["8", "pause", "8"] {
        club.act(BEN, "vote", vote(&session, card)).await.unwrap();
        assert_eq!(club.view(ANN, &session).await["sign"], voted, "nobody is told");
    }
    // Another item on the table, and back: the vote is still there.
    club.act(ANN, "show_item", json!({ "session": session, "item": "pay-32" })).await.unwrap();
    assert_eq!(club.view(BEN, &session).await["mine"], Value::Null);
    club.act(ANN, "show_item", json!({ "session": session, "item": "PAY-31" })).await.unwrap();
    assert_eq!(club.view(BEN, &session).await["mine"], "8");
    // Votes about an item that is not on the table count, too.
    club.act(CLEO, "vote", json!({ "session": session, "item": "PAY-32", "card": "3" })).await.unwrap();
    assert_eq!(club.view(CLEO, &session).await["mine"], Value::Null);
}

#[tokio::test]
async fn sessions_over_days_wait_until_their_end() {
    let mut club = Club::new().await;
    let open = json!({ "items": ["PAY-31"], "deck": "days", "until": "2024-06-03T20:00" });
    let session = club.act(ANN, "open_poker", open).await.unwrap()["session"].as_str().unwrap().to_owned();
    club.act(BEN, "vote", vote(&session, "2")).await.unwrap();
    let refused = club.act(ANN, "reveal", json!({ "session": session })).await.unwrap_err();
    assert!(refused.field_errors()[0].message.ends_with("without 4."), "everybody of the team is waited for");
    club.later(8 * 3_600);
    assert!(club.refused(CLEO, "vote", vote(&session, "3")).await.contains("the time is over"));
    club.reveal(&session).await;
    assert!(club.room(ANN, &session).await.contains("no spread of fewer than three"));
    club.act(ANN, "accept_estimate", json!({ "session": session })).await.unwrap();
    let (_, item) = club.get(BEN, "/api/v1/delivery/estimation?item=PAY-31").await;
    assert_eq!(serde_json::from_str::<Value>(&item).unwrap()["answer"]["estimates"][0]["said"], "2d");
}

#[tokio::test]
async fn what_cannot_be_played_is_refused() {
    let mut club = Club::new().await;
    let open = async |input: Value| club.act(ANN, "open_poker", input).await.unwrap_err().field_errors()[0].clone();
    assert_eq!(open(json!({ "items": [] })).await.message, "Which items are estimated?");
    assert_eq!(open(json!({ "items": ["PAY-999"] })).await.message, "No work item `PAY-999`.");
    assert!(open(json!({ "items": ["PAY-31"], "until": "2024-06-01" })).await.message.contains("is past"));
    assert!(open(json!({ "items": ["PAY-31"], "until": "2025-06-01" })).await.message.contains("30 days"));
    assert!(open(json!({ "items": ["PAY-31"], "until": "soon" })).await.message.contains("no day and no time"));
    assert!(club.refused(FAY, "open_poker", json!({ "items": ["PAY-31"] })).await.contains("members and leads"));
    let session = club.open("sizes", &["PAY-31"]).await;
    let refused = club.act(BEN, "vote", vote(&session, "5")).await.unwrap_err();
    assert_eq!(refused.field_errors()[0].message, "The cards are XS S M L XL ? pause.");
    assert!(club.refused(ANN, "accept_estimate", json!({ "session": session })).await.contains("are not revealed"));
    assert!(
        club.refused(ANN, "show_item", json!({ "session": session, "item": "PAY-32" })).await.contains("not in this")
    );
    // Without a name the newest open session of one's team is meant.
    club.act(BEN, "vote", json!({ "card": "m" })).await.unwrap();
    assert_eq!(club.view(BEN, &session).await["mine"], "M");
    assert!(club.refused(FAY, "vote", json!({ "card": "M" })).await.contains("No session is open in your team"));
    // A session that ends early closes what was not revealed, unseen.
    club.act(ANN, "finish_poker", json!({ "session": session })).await.unwrap();
    let (_, list) = club.get(ANN, "/api/v1/records/poker_vote").await;
    assert!(!list.contains("\"M\""), "{list}");
    let (_, page) = club.get(BEN, "/delivery/estimation?poker=list").await;
    assert!(page.contains("1 session of Payments, 0 open"), "{page}");
    let (status, _) = club.get(BEN, "/live/delivery/estimation?when=4").await;
    assert_eq!(status, 404, "what is no room is not live");
}
