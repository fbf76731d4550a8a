//! Nothing that leaves the server before the reveal says more than who has voted. Told twice: votes of distinctive values are looked for in every
//! byte; and two worlds that differ in votes alone send every other person the same bytes.

use std::path::Path;

use desk::work::PersonId;

use super::*;

/// What the five vote at last; nothing else on a page looks like these.
const VOTES: [&str; 5] = ["1.37/4.91/17.73d", "2.19/5.83/31.37d", "?", "1.93/7.61/19.39d", "3.71/9.43/41.17d"];
/// What Ben voted before, and what he votes in the other world.
const CHANGED: [&str; 2] = ["0.57/0.83/0.97d", "8.39/52.7/91.9d"];

/// A session about two items up to the reveal: votes by page, API and command, a changed one, a lost connection and its return, a turn to the
/// other item and back, everybody looking everywhere. Gives the club with what it heard, the session, and the events of Ann's stream.
async fn played(bens: [&str; 2]) -> (Club, String, Vec<String>) {
    let mut club = Club::new().await;
    let session = club.open("three_point", &["PAY-31", "PAY-33"]).await;
    let mut events = Vec::new();
    let mut streams = Vec::new();
    for who in [ANN, BEN, CLEO, DAN, EVE] {
        let mut stream = club.listen(who, &session).await;
        let first = club.next(&mut stream).await;
        if who == ANN {
            events.push(first);
        }
        streams.push(stream);
    }
    let vote = |card: &str| json!({ "session": session, "card": card });
    let page = club.room(BEN, &session).await;
    let (status, _) = club
        .press(BEN, &page, "vote", &[("session", &session), ("item", "PAY-31"), ("round", "1"), ("card", bens[0])])
        .await;
    assert_eq!(status, 303);
    events.push(club.next(&mut streams[ANN]).await);
    // A changed vote sends nothing: the next event is Cleo's.
    let (status, _) = club.call(BEN, "vote", &vote(bens[1])).await;
    assert_eq!(status, 200);
    club.call(CLEO, "vote", &vote(VOTES[CLEO])).await;
    events.push(club.next(&mut streams[ANN]).await);
    // Cleo loses her connection, the others stay.
    drop(streams.remove(CLEO));
    club.later(61);
    for who in [ANN, BEN, DAN, EVE] {
        club.room(who, &session).await;
    }
    events.push(club.next(&mut streams[ANN]).await);
    club.act(DAN, "vote", vote(VOTES[DAN])).await.unwrap();
    events.push(club.next(&mut streams[ANN]).await);
    // The other item comes on the table, and the first one again.
    for item in ["PAY-33", "PAY-31"] {
        club.act(ANN, "show_item", json!({ "session": session, "item": item })).await.unwrap();
        events.push(club.next(&mut streams[ANN]).await);
    }
    // Cleo returns: her vote is still hers.
    let returned = club.room(CLEO, &session).await;
    assert!(returned.contains(r#"value="?" aria-pressed="true""#), "{returned}");
    events.push(club.next(&mut streams[ANN]).await);
    for who in [EVE, ANN] {
        club.call(who, "vote", &vote(VOTES[who])).await;
        events.push(club.next(&mut streams[ANN]).await);
    }
    look_everywhere(&mut club, &session).await;
    (club, session, events)
}

/// Everybody asks every face for everything about the session.
async fn look_everywhere(club: &mut Club, session: &str) {
    for who in 0..club.people.len() {
        for path in [
            format!("/delivery/estimation?poker={session}"),
            format!("/delivery/estimation?poker={session}&observe=true"),
            "/delivery/estimation?poker=list".to_owned(),
            format!("/api/v1/delivery/estimation?poker={session}"),
            "/api/v1/records/poker_vote".to_owned(),
            "/api/v1/records/poker_session".to_owned(),
            format!("/api/v1/records/poker_session/{session}/history"),
            "/records/poker_vote".to_owned(),
            format!("/records/poker_session/{session}"),
            "/find?q=19.39".to_owned(),
            "/settings/audit".to_owned(),
        ] {
            club.get(who, &path).await;
        }
        let viewer = club.desk(who).await.viewer().clone();
        let office = club.app.office().clone();
        let tools = web::mcp::Tools::new(office, club.app.registry().clone(), viewer);
        for (tool, input) in [
            ("estimation", json!({ "poker": session })),
            ("list_records", json!({ "kind": "poker_vote" })),
            ("list_records", json!({ "kind": "poker_session" })),
            ("search_records", json!({ "text": "19.39" })),
        ] {
            let said = match tools.call(tool, input).await {
                Ok((text, json)) => format!("{text} {json}"),
                Err(refusal) => refusal.to_string(),
            };
            club.heard[who].extend_from_slice(said.as_bytes());
        }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn files_below(dir: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

#[tokio::test]
async fn no_byte_says_a_vote() {
    let (club, _, _) = played([CHANGED[0], VOTES[BEN]]).await;
    for (who, heard) in club.heard.iter().enumerate() {
        assert!(heard.len() > 10_000, "somebody heard nothing");
        for (of, vote) in VOTES.iter().enumerate().filter(|(of, vote)| *of != who && vote.len() > 1) {
            assert!(!holds(heard, vote), "{who} was sent the vote of {of}");
        }
    }
    assert!(holds(&club.heard[BEN], VOTES[BEN]), "an own vote comes back");
    // Nor does what lies on the disk: the database with its log, and a copy that is taken along.
    let desk = club.desk(ANN).await;
    let kinds: Vec<_> = club.app.registry().kinds().iter().map(|kind| kind.rules).collect();
    desk.access().export_all(&kinds, &club.dir.path().join("taken")).await.unwrap();
    let mut files = Vec::new();
    files_below(club.dir.path(), &mut files);
    assert!(files.iter().any(|file| file.ends_with("mainstay.db")) && files.len() > 10, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let own = file.to_string_lossy().contains("/taken/records/poker_vote/");
        for vote in VOTES.iter().chain(&CHANGED).filter(|vote| vote.len() > 1 && !(own && **vote == VOTES[ANN])) {
            assert!(!holds(&bytes, vote), "{} holds a vote", file.display());
        }
    }
}

#[tokio::test]
async fn other_votes_send_the_same_bytes() {
    let (one, session, events) = played([CHANGED[0], VOTES[BEN]]).await;
    let (other, same_session, same_events) = played([VOTES[EVE], CHANGED[1]]).await;
    assert_eq!(session, same_session, "the two worlds differ in votes alone");
    assert_eq!(events, same_events);
    let lengths: Vec<usize> = events.iter().map(String::len).collect();
    assert!(lengths.iter().all(|length| *length == lengths[0]), "{events:?}");
    for who in (0..one.people.len()).filter(|who| *who != BEN) {
        let place = one.heard[who].iter().zip(&other.heard[who]).position(|(a, b)| a != b);
        let around =
            place.map(|at| String::from_utf8_lossy(&one.heard[who][at.saturating_sub(200)..][..240]).into_owned());
        assert_eq!(around, None, "{who} could tell");
        assert_eq!(one.heard[who].len(), other.heard[who].len());
    }
}

#[tokio::test]
async fn sealed_votes_have_one_length() {
    let (club, session, _) = played([CHANGED[0], VOTES[BEN]]).await;
    let table = super::super::room::Table::of(&club.desk(ANN).await, &session).await.unwrap();
    let handed = table.voted(&club.desk(FAY).await, table.round().unwrap()).await.unwrap();
    assert_eq!(handed, Vec::<PersonId>::new(), "who is not of the team does not hear who voted");
    let mut lengths = Vec::new();
    for who in [ANN, BEN, CLEO, DAN, EVE] {
        let place = table.place(table.round().unwrap(), club.people[who]);
        let desk = club.desk(who).await;
        let vote = desk.records().at::<super::super::records::PokerVote>(place).await.unwrap().unwrap();
        lengths.push(serde_json::to_string(&vote.body).unwrap().len());
    }
    assert!(lengths.iter().all(|length| *length == lengths[0]), "{lengths:?}");
}
