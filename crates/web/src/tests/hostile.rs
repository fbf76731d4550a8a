//! Any text where only ours belongs: places in a list, cookies, tokens, what comes back from a provider. None of it is a fault, and none of
//! it signs anybody in.

use std::future::Future;

use axum::http::{HeaderValue, Request, header};
use desk::form::escape;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::company::provider::Provider;
use super::company::settings;
use super::{Answer, House};

/// Runs a property that waits, on a house of its own, from the same beginning each time.
fn hold<T: std::fmt::Debug, F: Future<Output = Result<(), TestCaseError>>>(
    cases: u32,
    texts: impl Strategy<Value = T>,
    property: impl Fn(T) -> F,
    on: &tokio::runtime::Runtime,
) {
    let mut runner = TestRunner::new_with_rng(
        Config { cases, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    runner.run(&texts, |text| on.block_on(property(text))).unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Anything, what looks like ours, and hex, as ours is.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9a-f]{0,80}",
        r#"\{"order":"(updated|created|title|due|x)","key":"[^"\\]{0,9}","id":"[0-9a-f-]{0,36}"\}"#,
        "[ -~]{0,60}"
    ]
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// `whole` with one character of it another.
fn one_off(whole: &str, place: usize, other: char) -> String {
    let place = place % whole.chars().count();
    whole.chars().enumerate().map(|(nth, c)| if nth == place { other } else { c }).collect()
}

/// Whether the answer opens a session.
fn signs_in(answer: &Answer) -> bool {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.filter(|cookie| !cookie.contains("_way=")).any(|cookie| !cookie.contains("=;"))
}

fn outside(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.status >= 400 && answer.status < 500, "{}: {}", answer.status, answer.body);
    prop_assert!(!signs_in(answer), "{:?}", answer.headers);
    Ok(())
}

#[test]
fn no_place_in_a_list_is_a_fault() {
    let runtime = runtime();
    let house = runtime.block_on(async {
        let house = House::new().await;
        for title in ["One", "Two", "Three"] {
            let note = serde_json::json!({ "title": title, "body": { "text": "x" } });
            let made = house.post_json("/api/v1/records/note", &note).await;
            assert_eq!(made.status, 201, "{}", made.body);
        }
        house
    });
    let first = runtime.block_on(house.page("/api/v1/records/note?limit=1")).json();
    let next = first["next"].as_str().unwrap().to_owned();
    assert_eq!(
        runtime.block_on(house.page(&format!("/api/v1/records/note?after={next}"))).json()["next"],
        serde_json::Value::Null
    );
    let texts = prop_oneof![
        text(),
        text().prop_map(|text| hex(&text)),
        (any::<usize>(), any::<char>()).prop_map(move |(place, other)| one_off(&next, place, other)),
    ];
    let house = &house;
    let property = async |after: String| {
        for path in ["/api/v1/records/note", "/records/note"] {
            let answer = house.get(&format!("{path}?after={}", escape(&after))).await;
            prop_assert!([200, 422].contains(&answer.status), "{}: {}", answer.status, answer.body);
        }
        Ok(())
    };
    hold(200, texts, property, &runtime);
}

#[test]
fn no_cookie_but_ours_signs_in() {
    let runtime = runtime();
    let house = runtime.block_on(House::new());
    let (name, secret) = house.cookie.split_once('=').unwrap();
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..120),
        text().prop_map(move |text| format!("{name}={text}").into_bytes()),
        (any::<usize>(), "[0-9a-zA-Z_=;, -]").prop_map(move |(place, other)| format!(
            "{name}={}",
            one_off(secret, place, other.chars().next().unwrap())
        )
        .into_bytes()),
    ];
    let sent = bytes.prop_filter_map("no header", |bytes| HeaderValue::from_bytes(&bytes).ok());
    let right = HeaderValue::from_str(&house.cookie).unwrap();
    let house = &house;
    let property = async |sent: HeaderValue| {
        prop_assume!(sent != right);
        outside(&house.send(Request::get("/settings").header(header::COOKIE, &sent)).await)?;
        outside(&house.send(Request::get("/api/v1/practices").header(header::COOKIE, &sent)).await)
    };
    hold(200, sent, property, &runtime);
    assert_eq!(runtime.block_on(house.get("/settings")).status, 200, "the right one still does");
}

#[test]
fn no_token_but_ours_is_taken() {
    let runtime = runtime();
    let house = runtime.block_on(House::new());
    let sent = prop_oneof![text(), "mst_[0-9a-zA-Z_-]{0,90}", "(Bearer ?){0,3}mst_[0-9a-f]{64}"];
    let sent = sent.prop_filter_map("no header", |text| HeaderValue::from_str(&format!("Bearer {text}")).ok());
    let house = &house;
    let property = async |sent: HeaderValue| {
        house.clock.advance(60);
        let request = Request::get("/api/v1/practices").header(header::AUTHORIZATION, &sent);
        outside(&house.send(request).await)
    };
    hold(200, sent, property, &runtime);
}

#[test]
fn no_made_up_way_back_signs_in() {
    let runtime = runtime();
    let (provider, house) = runtime.block_on(async {
        let provider = Provider::start(super::noon()).await;
        let mut house = House::new().await;
        house.app = house.app.clone().with_company(settings(provider.issuer())).unwrap();
        house.viewer("grace").await;
        (provider, house)
    });
    let names = || prop_oneof!["(state|code|error|iss|error_description)", any::<String>()];
    let pairs = proptest::collection::vec((names(), text()), 0..5);
    let cookie = prop_oneof!["mainstay_7117_way=[0-9a-f]{0,40}", "[ -~]{0,60}"];
    // With the browser's own cookie and state, the rest made up; or all of it made up.
    let texts = (any::<bool>(), pairs, cookie);
    let (house, provider) = (&house, &provider);
    let property = async |(begun, pairs, cookie): (bool, Vec<(String, String)>, String)| {
        house.clock.advance(60);
        provider.at(house.clock.now());
        let mut query: String =
            pairs.iter().map(|(name, text)| format!("&{}={}", escape(name), escape(text))).collect();
        let mut way = cookie;
        if begun {
            let (back, mine) = house.goes(provider, "/").await;
            let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
            query = format!("&state={state}{query}");
            way = mine;
        }
        let request = Request::get(format!("/sign_in/back?{}", query.trim_start_matches('&')));
        outside(&house.send(request.header(header::COOKIE, way)).await)?;
        let entered = house.send(Request::get(format!("/in/{}", escape(&query).replace('/', "%2F")))).await;
        outside(&entered)
    };
    hold(100, texts, property, &runtime);
}
