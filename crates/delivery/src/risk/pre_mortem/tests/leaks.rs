//! Nothing says who wrote or voted what: two worlds that differ in that alone leave the same rows in the database and the same files of an
//! export, and send everybody else the same bytes. Nor does anything say when it was, or an entry before the reveal.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;

/// What is written; nothing else on a page looks like these.
const TEXTS: [&str; 2] = ["Zebras crossed the contract", "Quolls ate the budget"];

fn files_below(dir: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, root, found);
        } else {
            found.insert(path.strip_prefix(root).unwrap().display().to_string(), std::fs::read(&path).unwrap());
        }
    }
}

/// The rows of the database, but for when its steps were taken.
async fn rows(club: &Club) -> Vec<String> {
    let all = club.app.office().store().dump().await.unwrap();
    all.into_iter().filter(|line| !line.starts_with("seaql_migrations")).collect()
}

/// What is left of a world: the rows before the reveal, while votes are given, and at the end; the files of an export.
struct Left {
    rows: Vec<Vec<String>>,
    files: BTreeMap<String, Vec<u8>>,
}

/// Two write and vote by commands, `first` of them first, with breaks between; everything else is done alike.
async fn left(first: usize, breaks: [i64; 2]) -> Left {
    let club = Club::new().await;
    let session = club.hold().await;
    let people = [BEN, CLEO];
    let (one, other) = (people[first], people[1 - first]);
    let mut rows_of = Vec::new();
    club.later(breaks[0]);
    club.act(one, "write", json!({ "session": session, "text": TEXTS[0] })).await.unwrap();
    club.later(breaks[1]);
    club.act(other, "write", json!({ "session": session, "text": TEXTS[1] })).await.unwrap();
    club.later(3_000 - breaks[0] - breaks[1]);
    rows_of.push(rows(&club).await);
    club.act(ANN, "reveal", json!({ "session": session })).await.unwrap();
    club.act(ANN, "group", json!({ "session": session, "done": true })).await.unwrap();
    club.act(one, "vote", json!({ "session": session, "group": 1 })).await.unwrap();
    club.act(other, "vote", json!({ "session": session, "group": 2 })).await.unwrap();
    rows_of.push(rows(&club).await);
    club.act(ANN, "count_votes", json!({ "session": session })).await.unwrap();
    rows_of.push(rows(&club).await);
    let desk = club.desk(ANN).await;
    let kinds: Vec<_> = club.app.registry().kinds().iter().map(|kind| kind.rules).collect();
    let taken = club.dir.path().join("taken");
    desk.access().export_all(&kinds, &taken).await.unwrap();
    let mut files = BTreeMap::new();
    files_below(&taken, &taken, &mut files);
    Left { rows: rows_of, files }
}

#[tokio::test]
async fn two_worlds_leave_the_same() {
    let here = left(0, [60, 600]).await;
    assert!(here.rows[0].iter().any(|line| line.starts_with("slip_boxes")), "the box is in what is compared");
    assert!(here.rows[1].iter().any(|line| line.starts_with("slip_counts")), "and who has voted how often");
    assert!(!here.rows[2].iter().any(|line| line.starts_with("slip_")), "which is forgotten at the count");
    let ends = here.rows[2].iter().filter(|line| line.contains(TEXTS[0])).count();
    assert!(ends > 0 && here.files.values().any(|file| String::from_utf8_lossy(file).contains(TEXTS[0])));
    for line in &here.rows[0] {
        assert!(!TEXTS.iter().any(|text| line.contains(text)), "before the reveal it is sealed: {line}");
    }
    let other = left(1, [60, 600]).await;
    assert_eq!(here.rows, other.rows, "who wrote what is in no row");
    assert_eq!(here.files, other.files);
    let later = left(0, [1_200, 1_700]).await;
    assert_eq!(here.rows, later.rows, "nor when");
}

/// Everybody asks every face for everything about a session.
async fn look_everywhere(club: &mut Club, session: &str) {
    for who in 0..club.people.len() {
        for path in [
            format!("/delivery/risk?pre_mortem={session}"),
            "/delivery/risk".to_owned(),
            format!("/api/v1/delivery/risk?pre_mortem={session}"),
            "/api/v1/records/pre_mortem".to_owned(),
            format!("/api/v1/records/pre_mortem/{session}/history"),
            format!("/records/pre_mortem/{session}"),
            "/find?q=zebras".to_owned(),
            "/settings/audit".to_owned(),
        ] {
            club.get(who, &path).await;
        }
        let viewer = club.desk(who).await.viewer().clone();
        let tools = web::mcp::Tools::new(club.app.office().clone(), club.app.registry().clone(), viewer);
        for (tool, input) in [
            ("risk", json!({ "pre_mortem": session })),
            ("list_records", json!({ "kind": "pre_mortem" })),
            ("search_records", json!({ "text": "quolls" })),
        ] {
            let said = match tools.call(tool, input).await {
                Ok((text, json)) => format!("{text} {json}"),
                Err(refusal) => refusal.to_string(),
            };
            club.heard[who].extend_from_slice(said.as_bytes());
        }
    }
}

/// Ben and Cleo write in their browsers, `first` of them first; what everybody heard before the reveal and at the end.
async fn heard(first: usize) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut club = Club::new().await;
    let session = club.hold().await;
    for who in [ANN, BEN, CLEO] {
        club.room(who, &session).await;
    }
    let people = [BEN, CLEO];
    for (who, text) in [(people[first], TEXTS[0]), (people[1 - first], TEXTS[1])] {
        let page = club.room(who, &session).await;
        let (status, _) = club.press(who, &page, "write", &[("session", &session), ("text", text)]).await;
        assert_eq!(status, 303);
    }
    look_everywhere(&mut club, &session).await;
    let before = club.heard.clone();
    club.act(ANN, "reveal", json!({ "session": session })).await.unwrap();
    look_everywhere(&mut club, &session).await;
    (before, club.heard)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn no_face_tells_who_wrote() {
    let (before, end) = heard(0).await;
    for (who, of_others) in [(ANN, &TEXTS[..]), (BEN, &TEXTS[1..]), (CLEO, &TEXTS[..1]), (FAY, &TEXTS[..])] {
        assert!(before[who].len() > 10_000, "{who} heard nothing");
        for text in of_others {
            assert!(!holds(&before[who], text), "{who} was sent an entry of somebody else");
            assert_eq!(holds(&end[who], text), who != FAY, "after the reveal the team reads, nobody else");
        }
    }
    let (_, other) = heard(1).await;
    for who in [ANN, FAY] {
        assert!(end[who] == other[who], "{who} could tell");
    }
}

#[tokio::test]
async fn one_more_entry_changes_no_sign() {
    let mut club = Club::new().await;
    let session = club.hold().await;
    let sign = |view: &Value| view["sign"].as_str().unwrap().to_owned();
    let mut signs = vec![sign(&club.view(CLEO, &session).await)];
    for n in 0..6 {
        club.act(BEN, "write", json!({ "session": session, "text": format!("Reason {n}") })).await.unwrap();
        signs.push(sign(&club.view(CLEO, &session).await));
    }
    signs.dedup();
    assert_eq!(signs.len(), 2, "the fifth is told, in steps of five: {signs:?}");
    assert_eq!(club.view(CLEO, &session).await["about"], 5);
}
