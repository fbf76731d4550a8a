//! Signing in: links, passwords with their delays, sessions, tokens.

use store::sign_in::{Scope, SignInRefused, Way};
use store::{Actor, AuditState, StoreError};

use crate::engines::{at, on_both};
use crate::people::{begin, person};
use crate::records::cast;

fn scope(name: &str) -> Scope {
    serde_json::from_value(serde_json::json!({ "name": name })).unwrap()
}

#[test]
fn a_link_opens_once_and_within_ten_minutes() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        let ann = person(&mut write, "Ann").await;
        write.keep().await.unwrap();
        let store = &house.store;
        let link = store.new_sign_in_link(Actor::System, ann, at("2026-03-02T09:00:00Z")).await.unwrap();
        assert_eq!(store.use_sign_in_link("nonsense", at("2026-03-02T09:00:01Z")).await.unwrap(), None);
        assert_eq!(store.use_sign_in_link(&link, at("2026-03-02T09:09:59Z")).await.unwrap(), Some(ann));
        assert_eq!(store.use_sign_in_link(&link, at("2026-03-02T09:09:59Z")).await.unwrap(), None);
        let late = store.new_sign_in_link(Actor::System, ann, at("2026-03-02T09:00:00Z")).await.unwrap();
        assert_eq!(store.use_sign_in_link(&late, at("2026-03-02T09:10:00Z")).await.unwrap(), None);
    });
}

#[test]
fn a_session_ends_when_idle_old_or_ended() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        let (ann, bo) = (person(&mut write, "Ann").await, person(&mut write, "Bo").await);
        write.keep().await.unwrap();
        let store = &house.store;
        let token = store.open_session(ann, Way::Link, "Browser\u{7} 1", at("2026-03-02T09:00:00Z")).await.unwrap();
        let seen = store.session(&token, at("2026-03-02T20:59:00Z")).await.unwrap().unwrap();
        assert_eq!((seen.person, seen.agent.as_str()), (ann, "Browser 1"));
        assert!(store.session(&token, at("2026-03-03T08:58:00Z")).await.unwrap().is_some(), "use keeps it alive");
        assert!(store.session(&token, at("2026-03-03T20:58:00Z")).await.unwrap().is_none(), "idle for twelve hours");
        let token = store.open_session(ann, Way::Link, "", at("2026-03-02T09:00:00Z")).await.unwrap();
        let id = store.session(&token, at("2026-03-02T09:00:00Z")).await.unwrap().unwrap().id;
        assert!(matches!(
            store.end_session(bo, id, at("2026-03-02T09:00:00Z")).await,
            Err(StoreError::NotFound { .. })
        ));
        store.end_session(ann, id, at("2026-03-02T09:00:00Z")).await.unwrap();
        assert!(store.session(&token, at("2026-03-02T09:00:01Z")).await.unwrap().is_none());
        store.sweep_sessions(at("2026-05-02T09:00:00Z")).await.unwrap();
        assert!(store.sessions_of(ann, at("2026-03-02T09:00:00Z")).await.unwrap().is_empty());
    });
}

#[test]
fn failures_make_everyone_wait() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        let ann = person(&mut write, "Ann").await;
        for weak in ["short", "aaaaaaaaaaaaaa", "password1234", "ann@harbour.example"] {
            assert!(matches!(write.set_password(ann, weak).await, Err(StoreError::Refused { .. })), "{weak}");
        }
        write.set_password(ann, "seven otters quietly knit").await.unwrap();
        write.keep().await.unwrap();
        let store = &house.store;
        let now = |second: i64| at("2026-03-02T09:00:00Z") + jiff::SignedDuration::from_secs(second);
        let email = "Ann@harbour.example";
        assert_eq!(store.check_password(email, "seven otters quietly knit", "10.0.0.1", now(0)).await.unwrap(), ann);
        for second in 0..5 {
            let wrong = store.check_password(email, "six otters quietly knit", "10.0.0.2", now(second)).await;
            assert!(matches!(wrong, Err(SignInRefused::Wrong)), "{wrong:?}");
        }
        let wait = store.check_password(email, "seven otters quietly knit", "10.0.0.3", now(4)).await;
        assert!(matches!(wait, Err(SignInRefused::Wait { seconds: 1 })), "{wait:?}");
        let wait =
            store.check_password("nobody@harbour.example", "seven otters quietly knit", "10.0.0.2", now(4)).await;
        assert!(matches!(wait, Err(SignInRefused::Wait { .. })), "the address waits as well");
        assert_eq!(store.check_password(email, "seven otters quietly knit", "10.0.0.3", now(6)).await.unwrap(), ann);
        assert!(matches!(
            store.check_password("nobody@harbour.example", "x", "10.0.0.9", now(6)).await,
            Err(SignInRefused::Wrong)
        ));
    });
}

#[test]
fn a_token_is_shown_once_scoped_and_expires() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let store = &house.store;
        let now = at("2026-03-02T09:00:00Z");
        let wanted = Scope { teams: vec!["payments".to_owned()], ..scope("nightly report") };
        let (token, secret) = store.new_token(c.ann, &wanted, now).await.unwrap();
        assert!(secret.starts_with("mst_") && secret.len() == 68 && token.expires_at == at("2026-05-31T09:00:00Z"));
        let (_, scope_of) = store.token(&secret, now).await.unwrap().unwrap();
        assert_eq!(scope_of.teams, Some(vec![c.payments]));
        assert!(scope_of.read && !scope_of.write && !scope_of.people && !scope_of.administer);
        assert!(store.token("mst_0", now).await.unwrap().is_none());
        assert!(store.token(&secret, at("2026-05-31T09:00:00Z")).await.unwrap().is_none());
        assert!(matches!(store.revoke_token(c.bo, token.id, now).await, Err(StoreError::NotFound { .. })));
        store.revoke_token(c.ann, token.id, now).await.unwrap();
        assert!(store.token(&secret, now).await.unwrap().is_none());
        for bad in [Scope { days: 0, ..scope("x") }, Scope { name: " ".to_owned(), ..scope("x") }] {
            assert!(matches!(store.new_token(c.ann, &bad, now).await, Err(StoreError::Refused { .. })));
        }
        let unknown = Scope { teams: vec!["paymnets".to_owned()], ..scope("x") };
        assert!(store.new_token(c.ann, &unknown, now).await.unwrap_err().to_string().contains("payments"));
        assert!(matches!(house.store.verify_audit().await.unwrap(), AuditState::Whole { .. }));
    });
}
