//! Backups and their way back, a new key, and what `doctor` is told.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use store::keep::{self, BackupAsk, Finding, RestoreInto};
use store::policy::Audience;
use store::records::{Body, Party};
use store::{Actor, AuditState, Keys, Place, RecordId, Store, StoreError};

use crate::engines::{House, another, at, chance, on_both};
use crate::records::{Cast, NOTE, TALK, access, cast, create, draft};

const NOW: &str = "2026-03-02T09:00:00Z";

async fn filled(house: &House) -> (Cast, RecordId, RecordId) {
    let c = cast(house).await;
    let note = create(house, c.ann, &NOTE, &draft("Release nights", Some(c.payments), Audience::Team)).await.unwrap();
    let mut talk = draft("Wages", None, Audience::Parties);
    talk.subject = Some(c.ann);
    talk.parties = vec![Party::new(c.ann, "party"), Party::new(c.lea, "party")];
    talk.body = json!({ "summary": "zebra crossing" });
    let talk = create(house, c.lea, &TALK, &talk).await.unwrap();
    (c, note, talk)
}

fn lake(folder: &Path) -> std::path::PathBuf {
    let lake = folder.join("lake");
    std::fs::create_dir_all(lake.join("commits")).unwrap();
    std::fs::write(lake.join("manifest.json"), "{}").unwrap();
    std::fs::write(lake.join("commits/1.parquet"), vec![7; 3_000_000]).unwrap();
    lake
}

async fn backup(house: &House, name: &str, with_key: bool) -> std::path::PathBuf {
    let file = house.folder.path().join(name);
    let ask = BackupAsk { file: file.clone(), lake: Some(lake(house.folder.path())), with_key };
    house.store.backup(Actor::System, ask, at(NOW)).await.unwrap();
    file
}

fn into(house: &House, folder: &Path) -> RestoreInto {
    RestoreInto { place: another(&house.place, folder), lake: folder.join("lake"), key: folder.join("key") }
}

#[test]
fn a_backup_comes_back_whole() {
    on_both(|house| async move {
        let (c, note, talk) = filled(&house).await;
        let file = backup(&house, "backup.tar", true).await;
        // What comes later is not in it.
        create(&house, c.ann, &NOTE, &draft("Later", Some(c.payments), Audience::Team)).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let to = into(&house, folder.path());
        let contents = keep::restore(&file, &to).await.unwrap();
        assert_eq!(contents.files.len(), 4, "database, key, two files of the lake");
        assert_eq!(std::fs::read(folder.path().join("lake/commits/1.parquet")).unwrap().len(), 3_000_000);
        let store = Store::open(&to.place, Keys::read_file(&to.key).unwrap(), chance(5)).await.unwrap();
        let house = House { place: to.place.clone(), folder: Arc::new(folder), store };
        let ann = access(&house, c.ann).await;
        assert!(matches!(ann.get(&NOTE, note).await.unwrap().body, Body::Open(_)));
        assert_eq!(ann.get(&TALK, talk).await.unwrap().body, Body::Open(json!({ "summary": "zebra crossing" })));
        let all = ann.list(&NOTE, &store::records::Query { limit: 9, ..Default::default() }).await.unwrap();
        assert_eq!(all.records.len(), 1);
        assert!(matches!(house.store.verify_audit().await.unwrap(), AuditState::Whole { .. }));
        assert!(house.store.check().await.unwrap().is_empty());
        let again = keep::restore(&file, &to).await.unwrap_err();
        assert!(matches!(again, StoreError::Refused { .. }), "over data that is there: {again}");
        let names: Vec<_> = std::fs::read_dir(house.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(!names.iter().any(|name| name.to_string_lossy().contains("restoring")), "{names:?}");
    });
}

#[test]
fn a_backup_is_of_one_instant() {
    on_both(|house| async move {
        let (c, _, _) = filled(&house).await;
        let file = house.folder.path().join("backup.tar");
        let ask = BackupAsk { file: file.clone(), lake: None, with_key: false };
        let writing = async {
            for number in 0..60 {
                let note = draft(&format!("Note {number}"), Some(c.payments), Audience::Team);
                create(&house, c.ann, &NOTE, &note).await.unwrap();
            }
        };
        let (made, ()) = tokio::join!(house.store.backup(Actor::System, ask, at(NOW)), writing);
        made.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let to = into(&house, folder.path());
        keep::restore(&file, &to).await.unwrap();
        assert!(!to.key.exists() && !to.lake.exists());
        let store = Store::open(&to.place, Keys::default(), chance(5)).await.unwrap();
        let found = store.check().await.unwrap();
        assert_eq!(told(&found), ["key"], "whole, but for the key, which was not asked for");
        store.close().await.unwrap();
    });
}

#[test]
fn an_upgrade_copies_the_file_first() {
    on_both(|house| async move {
        let (c, note, _) = filled(&house).await;
        // As a program had it that did not know the last step yet.
        house.meddle("DELETE FROM seaql_migrations WHERE version = 'm0006_boxes'").await;
        house.meddle("DROP TABLE slip_boxes").await;
        house.meddle("DROP TABLE slip_counts").await;
        let house = house.reopened().await;
        assert!(access(&house, c.ann).await.get(&NOTE, note).await.is_ok());
        if let Place::File(path) = &house.place {
            let copy = path.with_extension("before-m0006_boxes.db");
            assert!(copy.metadata().unwrap().len() > 10_000);
        }
    });
}

#[test]
fn the_key_goes_only_when_asked_for() {
    on_both(|house| async move {
        filled(&house).await;
        let file = backup(&house, "backup.tar", false).await;
        let bytes = std::fs::read(&file).unwrap();
        let key = std::fs::read_to_string(house.folder.path().join("key")).unwrap();
        assert!(!bytes.windows(64).any(|part| part == key.trim().as_bytes()));
        let ask = BackupAsk { file, lake: None, with_key: false };
        assert!(matches!(house.store.backup(Actor::System, ask, at(NOW)).await, Err(StoreError::Refused { .. })));
    });
}

#[test]
fn a_damaged_backup_is_refused_whole() {
    on_both(|house| async move {
        filled(&house).await;
        let file = backup(&house, "backup.tar", true).await;
        let whole = std::fs::read(&file).unwrap();
        for (place, cut) in [(700, whole.len()), (whole.len() - 2_000_000, whole.len()), (0, whole.len() / 2), (0, 0)] {
            let mut bytes = whole.clone();
            if cut == whole.len() {
                bytes[place] ^= 1;
            }
            bytes.truncate(cut);
            std::fs::write(&file, bytes).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let said = keep::restore(&file, &into(&house, folder.path())).await.unwrap_err();
            assert!(matches!(said, StoreError::Damaged(_)), "byte {place}, cut at {cut}: {said}");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
        }
    });
}

#[test]
fn a_new_key_opens_what_is_old() {
    on_both(|house| async move {
        let (c, _, talk) = filled(&house).await;
        let key = house.folder.path().join("key");
        let before = std::fs::read_to_string(&key).unwrap();
        let failed = house.store.rotate_key(Actor::System, at(NOW), |_| Err(StoreError::Full)).await;
        assert!(matches!(failed, Err(StoreError::Full)));
        assert_eq!(house.store.keys().ids().len(), 1, "a key that was not kept seals nothing");
        let mut told = String::new();
        let done = house.store.rotate_key(Actor::System, at(NOW), |text| {
            told = text.to_owned();
            Ok(())
        });
        let done = done.await.unwrap();
        assert_eq!(done.records, 1);
        assert!(told.ends_with(&before) && told.starts_with(&done.newest_alone), "the new one before the old one");
        // Killed after the key file and before the database, it holds both; afterwards the new one is enough.
        for text in [told, done.newest_alone] {
            std::fs::write(&key, text).unwrap();
            let keys = Keys::read_file(&key).unwrap();
            house.store.keys().take(&keys);
            let opened = access(&house, c.ann).await.get(&TALK, talk).await.unwrap().body;
            assert_eq!(opened, Body::Open(json!({ "summary": "zebra crossing" })));
        }
        house.store.keys().take(&Keys::parse(&before).unwrap());
        let body = access(&house, c.ann).await.get(&TALK, talk).await.unwrap().body;
        assert!(matches!(body, Body::Closed(_)), "the old key opens nothing any more");
        let refused = house.store.rotate_key(Actor::System, at(NOW), |_| Ok(())).await.unwrap_err();
        assert!(refused.to_string().contains("is wanted for 1 sealed records"), "{refused}");
    });
}

fn told(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.what).collect()
}

#[test]
fn doctor_is_told_what_is_wrong() {
    on_both(|house| async move {
        let (_, note, _) = filled(&house).await;
        assert_eq!(house.store.check().await.unwrap(), []);
        house.meddle("UPDATE audit SET actor = 'nobody' WHERE seq = 3").await;
        house.meddle("UPDATE records SET body = '{}' WHERE kind = 'note'").await;
        let id =
            if matches!(house.place, Place::File(_)) { format!("X'{}'", note.0.simple()) } else { format!("'{note}'") };
        house.meddle(&format!("INSERT INTO tombstones VALUES ({id}, 'note', '2026-01-01', 'retention')")).await;
        house.store.keys().take(&Keys::default());
        let found = house.store.check().await.unwrap();
        assert_eq!(told(&found), ["records", "tombstones", "audit", "key"]);
        assert!(found[2].problem.contains("Row 3"), "{found:?}");
        let key = std::fs::read_to_string(house.folder.path().join("key")).unwrap();
        let wanted = Keys::parse(&key).unwrap().ids().remove(0);
        assert!(found[3].problem.contains(&format!("Key {wanted} is wanted for 1 sealed records")), "{found:?}");
        assert!(found.iter().all(|finding| finding.remedy.ends_with('.') && finding.problem.ends_with('.')));
    });
}

#[test]
fn doctor_looks_at_what_cannot_open() {
    on_both(|house| async move {
        house.meddle("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_tomorrow', 0)").await;
        let found = keep::check(&house.place, Keys::default(), chance(3)).await;
        assert!(found[0].problem.contains("m9999_tomorrow") && found[0].remedy.contains("newer program"), "{found:?}");
        if let Place::File(path) = &house.place {
            std::fs::write(path, vec![b'x'; 8192]).unwrap();
            let found = keep::check(&house.place, Keys::default(), chance(3)).await;
            assert!(found[0].problem.contains("cannot be opened"), "{found:?}");
        }
    });
}
