//! What sources report: taken once however often and in whatever order it is shown; whoever knows better wins; what points points right.

use std::collections::HashSet;

use store::Actor;
use store::facts::{Cell, Fidelity, Identified, RequestState, Sighting, Taken, Value};

use crate::engines::{House, at, on_both};

const NOW: &str = "2026-03-02T09:00:00Z";
const LATER: &str = "2026-03-03T09:00:00Z";

async fn take(house: &House, when: &str, sightings: &[Sighting]) -> Taken {
    let mut write = house.store.write(Actor::System, at(when)).await.unwrap();
    let taken = write.take(sightings).await.unwrap();
    write.keep().await.unwrap();
    taken
}

fn git(key: &str) -> Identified {
    Identified::new("git", key)
}

fn forge(key: &str) -> Identified {
    Identified::new("forge.example.org", key)
}

fn shop() -> Sighting {
    Sighting::inferred("code_repositories", git("shop"), None).with("name", "shop").with("history", "shop")
}

fn ann() -> Sighting {
    Sighting::inferred("identities", git("ann@example.org"), None).with("name", "Ann").with("email", "ann@example.org")
}

/// Request 7 as the history tells of it.
fn inferred(title: &str) -> Sighting {
    Sighting::inferred("change_requests", git("shop/7"), Some("squash.suffix"))
        .with("repository_id", git("shop"))
        .with("number", 7)
        .with("title", title)
        .with("state", "merged")
        .with("merged_at", 1_000_000)
        .with("author_id", git("ann@example.org"))
}

/// Request 7 as a forge tells of it.
fn reported(title: &str, updated: i64) -> Sighting {
    let mut row = inferred(title);
    row.known = forge("4711");
    row.fidelity = Fidelity::Reported;
    row.rule = None;
    row.source_updated_at = Some(updated);
    row.with("created_at", 500_000)
}

fn all(title: &str) -> Vec<Sighting> {
    vec![inferred(title), ann(), shop()]
}

#[test]
fn the_same_page_twice_changes_nothing() {
    on_both(|house| async move {
        assert_eq!(take(&house, NOW, &all("Take cards")).await, Taken { new: 3, changed: 0, same: 0 });
        let before = house.store.change_requests().await.unwrap();
        assert_eq!(take(&house, LATER, &all("Take cards")).await, Taken { new: 0, changed: 0, same: 3 });
        assert_eq!(
            house.store.change_requests().await.unwrap().version(),
            before.version(),
            "nobody has to look again"
        );
        assert_eq!(take(&house, LATER, &all("Take all cards")).await, Taken { new: 0, changed: 1, same: 2 });
        let now = house.store.change_requests().await.unwrap();
        let one = now.iter().next().unwrap();
        assert_eq!((one.title.as_str(), one.number, one.state), ("Take all cards", Some(7), RequestState::Merged));
        assert_eq!(now.identity(one.author.unwrap()).unwrap().name.as_deref(), Some("Ann"));
        assert_eq!(now.repository(one.repository).unwrap().name, "shop");
    });
}

#[test]
fn a_forge_and_a_history_meet() {
    on_both(|house| async move {
        take(&house, NOW, &all("From the history")).await;
        let id = house.store.change_requests().await.unwrap().iter().next().unwrap().id;
        take(&house, LATER, &[reported("From the forge", 2_000_000)]).await;
        // The history is read again: it knows less, and adds what the forge did not say.
        let again = inferred("From the history").with("merge_sha", "abc");
        assert_eq!(take(&house, LATER, &[again]).await, Taken { new: 0, changed: 1, same: 0 });
        let now = house.store.change_requests().await.unwrap();
        assert_eq!(now.len(), 1, "one request, however many tell of it");
        let one = now.iter().next().unwrap();
        assert_eq!((one.id, one.title.as_str(), one.known.clone()), (id, "From the forge", forge("4711")));
        assert_eq!((one.created_at, one.merge_sha.as_deref()), (Some(500_000), Some("abc")));
    });
}

#[test]
fn pages_in_any_order_end_alike() {
    on_both(|house| async move {
        take(&house, NOW, &[shop(), ann()]).await;
        take(&house, NOW, &[reported("New", 3_000_000)]).await;
        take(&house, LATER, &[reported("Old", 2_000_000)]).await;
        let now = house.store.change_requests().await.unwrap();
        assert_eq!(now.iter().next().unwrap().title, "New", "an older state came later");
    });
}

#[test]
fn null_overwrites_only_when_it_is_said() {
    on_both(|house| async move {
        take(&house, NOW, &[shop(), ann(), reported("New", 1_000_000).with("head_ref", "cards")]).await;
        take(&house, LATER, &[reported("New", 2_000_000)]).await;
        let head = |now: &store::facts::ChangeRequests| now.iter().next().unwrap().head.clone();
        assert_eq!(head(&house.store.change_requests().await.unwrap()).as_deref(), Some("cards"), "not mentioned");
        take(&house, LATER, &[reported("New", 3_000_000).with("head_ref", Cell::Null)]).await;
        assert_eq!(head(&house.store.change_requests().await.unwrap()), None, "said to be gone");
    });
}

#[test]
fn what_is_gone_stays_and_comes_back() {
    on_both(|house| async move {
        let mut page = all("Take cards");
        page.push(
            Sighting::inferred("reviews", git("shop/7/bo"), None)
                .with("change_request_id", git("shop/7"))
                .with("state", "approved")
                .with("submitted_at", 900_000),
        );
        take(&house, NOW, &page).await;
        let request = house.store.change_requests().await.unwrap().iter().next().unwrap().id;
        assert_eq!(house.store.change_requests().await.unwrap().reviews(request).len(), 1);
        let mut write = house.store.write(Actor::System, at(LATER)).await.unwrap();
        assert_eq!(write.gone_but("reviews", "git", "shop/", &HashSet::new()).await.unwrap(), 1);
        assert_eq!(write.gone_but("reviews", "git", "shop/", &HashSet::new()).await.unwrap(), 0, "once");
        assert_eq!(
            write.gone_but("change_requests", "git", "shop/", &HashSet::from(["shop/7".to_owned()])).await.unwrap(),
            0
        );
        assert_eq!(write.gone_but("change_requests", "git", "other/", &HashSet::new()).await.unwrap(), 0);
        write.keep().await.unwrap();
        assert_eq!(house.store.change_requests().await.unwrap().reviews(request), []);
        take(&house, LATER, &page).await;
        assert_eq!(house.store.change_requests().await.unwrap().reviews(request).len(), 1);
    });
}

#[test]
fn what_points_at_nothing_is_refused() {
    on_both(|house| async move {
        let mut write = house.store.write(Actor::System, at(NOW)).await.unwrap();
        let lost = write.take(&[inferred("Take cards")]).await.unwrap_err().to_string();
        assert!(lost.contains("nobody knows"), "{lost}");
        let lost = write.take(&[shop().with("colour", "red")]).await.unwrap_err().to_string();
        assert!(lost.contains("no column `colour`"), "{lost}");
    });
}

#[test]
fn text_is_kept_as_both_engines_can() {
    on_both(|house| async move {
        let title = Value::Said("Cafe\u{301} \0 \u{202e}left".into());
        let mut row = inferred("x");
        row.values.retain(|(column, _)| *column != "title");
        row.values.push(("title", title));
        take(&house, NOW, &[shop(), ann(), row]).await;
        let now = house.store.change_requests().await.unwrap();
        assert_eq!(now.iter().next().unwrap().title, "Café \u{fffd} \u{202e}left");
    });
}

#[test]
fn a_cursor_is_kept_with_its_page() {
    on_both(|house| async move {
        assert_eq!(house.store.cursor("git", "shop").await.unwrap(), None);
        for seen in ["one", "two"] {
            let mut write = house.store.write(Actor::System, at(NOW)).await.unwrap();
            write.set_cursor("git", "shop", seen).await.unwrap();
            write.keep().await.unwrap();
        }
        let mut write = house.store.write(Actor::System, at(NOW)).await.unwrap();
        write.set_cursor("git", "shop", "three").await.unwrap();
        drop(write);
        assert_eq!(house.store.cursor("git", "shop").await.unwrap().as_deref(), Some("two"));
    });
}

#[test]
fn many_rows_come_in_one_page() {
    on_both(|house| async move {
        let mut page = vec![shop(), ann()];
        for number in 0..3_000_i64 {
            let mut row = inferred("Take cards");
            row.known = git(&format!("shop/{number}"));
            row.values.retain(|(column, _)| *column != "number");
            page.push(row.with("number", number));
        }
        assert_eq!(take(&house, NOW, &page).await.new, 3_002);
        assert_eq!(take(&house, LATER, &page).await.same, 3_002);
        assert_eq!(house.store.change_requests().await.unwrap().len(), 3_000);
    });
}
