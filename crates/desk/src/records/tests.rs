//! Records under torn lines, failing disks and two writers: what was acknowledged is found again, what was not is not.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Record, Records, RecordsError, Step, Stored, Trip};
use crate::{Entropy, FieldError, Refusal};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
struct Note {
    text: String,
}

impl Record for Note {
    const KIND: &'static str = "note";

    fn title(&self) -> String {
        self.text.clone()
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        if self.text.is_empty() { Err(vec![FieldError::new("text", "is needed")]) } else { Ok(()) }
    }
}

fn at() -> Timestamp {
    "2026-11-25T09:00:00Z".parse().unwrap()
}

fn note(text: &str) -> Note {
    Note { text: text.to_owned() }
}

fn add(records: &Records, text: &str) -> Result<Stored<Note>, Refusal> {
    let mut changes = records.changes("ada", "test/add", at(), Entropy::system());
    let stored = changes.add(note(text))?;
    changes.commit()?;
    Ok(stored)
}

fn put(records: &Records, id: &str, seen: u64, text: &str) -> Result<Stored<Note>, Refusal> {
    let mut changes = records.changes("bo", "test/put", at(), Entropy::system());
    let stored = changes.put(id, seen, note(text))?;
    changes.commit()?;
    Ok(stored)
}

fn texts(dir: &Path) -> Vec<String> {
    let records = Records::open(dir).unwrap();
    let mut texts: Vec<_> = records.list::<Note>().unwrap().into_iter().map(|note| note.body.text).collect();
    texts.sort();
    texts
}

#[test]
fn what_was_saved_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let records = Records::open(dir.path()).unwrap();
    let first = add(&records, "one").unwrap();
    let second = put(&records, &first.id, 1, "two").unwrap();
    assert_eq!(second.version, 2);
    drop(records);
    let records = Records::open(dir.path()).unwrap();
    let found = records.get::<Note>(&first.id).unwrap();
    assert_eq!((found.body, found.author.as_str(), found.version), (note("two"), "bo", 2));
    let history: Vec<_> = records.history::<Note>(&first.id).unwrap().into_iter().map(|v| v.body.text).collect();
    assert_eq!(history, ["one", "two"]);
    assert_eq!(records.torn(), None);
}

#[test]
fn a_record_put_away_stays_in_history() {
    let dir = tempfile::tempdir().unwrap();
    let records = Records::open(dir.path()).unwrap();
    let stored = add(&records, "one").unwrap();
    let mut changes = records.changes("ada", "test/archive", at(), Entropy::system());
    changes.archive::<Note>(&stored.id, 1).unwrap();
    changes.commit().unwrap();
    assert!(records.list::<Note>().unwrap().is_empty());
    assert!(records.get::<Note>(&stored.id).unwrap().archived);
    assert_eq!(records.history::<Note>(&stored.id).unwrap().len(), 2);
}

#[test]
fn a_body_that_fails_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let records = Records::open(dir.path()).unwrap();
    let refusal = add(&records, "").unwrap_err();
    assert_eq!(refusal.field_errors(), [FieldError::new("text", "is needed")]);
    assert_eq!(records.version().unwrap(), 0);
}

#[test]
fn a_torn_line_is_kept_aside() {
    let dir = tempfile::tempdir().unwrap();
    let records = Records::open(dir.path()).unwrap();
    add(&records, "one").unwrap();
    add(&records, "two").unwrap();
    drop(records);
    let path = dir.path().join("records.jsonl");
    let whole = fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in (first..whole.len()).step_by(7) {
        fs::write(&path, &whole[..length]).unwrap();
        let records = Records::open(dir.path()).unwrap();
        let torn = records.torn();
        assert_eq!(records.list::<Note>().unwrap().len(), 1, "cut at {length}");
        assert_eq!(torn.is_some(), length > first, "cut at {length}");
        if let Some(torn) = torn {
            assert_eq!(fs::read(&torn.kept_in).unwrap(), whole[first..length]);
        }
        add(&records, "three").unwrap();
        assert_eq!(texts(dir.path()), ["one", "three"]);
    }
}

#[test]
fn damage_in_the_middle_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let records = Records::open(dir.path()).unwrap();
    for text in ["one", "two", "three"] {
        add(&records, text).unwrap();
    }
    drop(records);
    let path = dir.path().join("records.jsonl");
    let mut bytes = fs::read(&path).unwrap();
    let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 80;
    bytes[second] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let error = Records::open(dir.path()).unwrap_err();
    assert!(matches!(error, RecordsError::Damaged { line: 2, .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_line_taken_out_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let records = Records::open(dir.path()).unwrap();
    for text in ["one", "two", "three"] {
        add(&records, text).unwrap();
    }
    drop(records);
    let path = dir.path().join("records.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&path, format!("{}\n{}\n{}\n", lines[0], lines[2], lines[2])).unwrap();
    assert!(matches!(Records::open(dir.path()), Err(RecordsError::Damaged { .. })));
}

/// A disk whose `n`-th step fails, and every step after it when it stays broken.
fn failing(n: usize, stays: bool) -> Trip {
    let count = Arc::new(AtomicUsize::new(0));
    Trip::when(move |_: Step| {
        let step = count.fetch_add(1, Ordering::SeqCst);
        if step == n || (stays && step > n) { Err(io::Error::other("the disk is full")) } else { Ok(()) }
    })
}

#[test]
fn a_failing_step_loses_nothing_acknowledged() {
    for stays in [false, true] {
        for n in 0..14 {
            let dir = tempfile::tempdir().unwrap();
            let records = Records::open_with(dir.path(), failing(n, stays)).unwrap();
            let mut acknowledged = Vec::new();
            for text in ["a", "b", "c", "d", "e"] {
                match add(&records, text) {
                    Ok(_) => acknowledged.push(text.to_owned()),
                    Err(refusal) => assert_eq!(refusal.exit_code(), 69),
                }
                let held = records.list::<Note>().unwrap().len();
                assert_eq!(held, acknowledged.len(), "step {n}: reading after writing");
            }
            // A process that ended there can have left a whole line that nobody was told of only when it could not cut it off.
            let found = texts(dir.path());
            if stays {
                assert!(
                    acknowledged.iter().all(|text| found.contains(text)),
                    "step {n}: {found:?} lacks {acknowledged:?}"
                );
            } else {
                assert_eq!(found, acknowledged, "step {n}");
            }
        }
    }
}

#[test]
fn the_second_of_two_writers_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let one = Records::open(dir.path()).unwrap();
    let other = Records::open(dir.path()).unwrap();
    let stored = add(&one, "one").unwrap();
    put(&other, &stored.id, 1, "from the other").unwrap();
    let refusal = put(&one, &stored.id, 1, "too late").unwrap_err();
    assert_eq!(refusal.word(), "conflict");
    assert!(refusal.to_string().contains("version 2"), "{refusal}");
    assert_eq!(one.get::<Note>(&stored.id).unwrap().body, note("from the other"));
}

#[test]
fn a_race_after_the_check_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let one = Records::open(dir.path()).unwrap();
    let other = Records::open(dir.path()).unwrap();
    let stored = add(&one, "one").unwrap();
    let mut late = one.changes("ada", "test/put", at(), Entropy::system());
    late.put(&stored.id, 1, note("late")).unwrap();
    put(&other, &stored.id, 1, "early").unwrap();
    assert_eq!(late.commit().unwrap_err().word(), "conflict");
    assert_eq!(texts(dir.path()), ["early"]);
}

#[test]
fn many_writers_lose_no_record() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let records = Records::open(dir.path()).unwrap();
            scope.spawn(move || (0..25).for_each(|n| drop(add(&records, &format!("{writer}-{n}")).unwrap())));
        }
    });
    assert_eq!(texts(dir.path()).len(), 100);
}

#[test]
fn each_act_is_one_audit_line() {
    let dir = tempfile::tempdir().unwrap();
    let records = Records::open(dir.path()).unwrap();
    let mut changes = records.changes("ada", "foundation/code_quality/set_goal", at(), Entropy::system());
    changes.add(note("one")).unwrap();
    changes.add(note("two")).unwrap();
    changes.commit().unwrap();
    let text = fs::read_to_string(dir.path().join("records.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains(r#""actor":"ada","act":"foundation/code_quality/set_goal""#), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_order_of_writes_is_found_again(steps in prop::collection::vec((0_usize..6, "[a-z]{1,8}"), 1..30)) {
        let dir = tempfile::tempdir().unwrap();
        let records = Records::open(dir.path()).unwrap();
        let mut held: Vec<(String, u64, String)> = Vec::new();
        for (choice, text) in steps {
            if let Some((id, version, last)) = held.get_mut(choice) {
                put(&records, id, *version, &text).unwrap();
                *version += 1;
                *last = text;
            } else {
                held.push((add(&records, &text).unwrap().id, 1, text));
            }
        }
        drop(records);
        let mut wanted: Vec<String> = held.into_iter().map(|(_, _, text)| text).collect();
        wanted.sort();
        prop_assert_eq!(texts(dir.path()), wanted);
    }
}
