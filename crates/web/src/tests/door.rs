//! Who gets in: one-time links, sessions, hosts, forms from elsewhere, and the headers that every answer carries.

use axum::http::{Request, header};
use serde_json::json;

use super::{HOST, House};
use crate::serve::{ServeError, listen};

#[tokio::test]
async fn nobody_reads_without_signing_in() {
    let house = House::new().await;
    for path in ["/", "/foundation/code_quality", "/code/sql", "/nowhere"] {
        let answer = house.send(Request::get(path)).await;
        assert_eq!(answer.status, 401, "{path}");
        answer.says("You are not signed in").says("mainstay up");
    }
    let answer = house.send(Request::get("/api/v1/foundation/code_quality")).await;
    assert_eq!((answer.status, answer.header("content-type")), (401, "application/problem+json"));
}

#[tokio::test]
async fn a_link_opens_one_session() {
    let house = House::new().await;
    let path = house.link("bo").await;
    let first = house.send(Request::get(&path)).await;
    let cookie = first.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let second = house.send(Request::get(&path)).await;
    assert_eq!((second.status, second.header("set-cookie")), (401, ""));
}

#[tokio::test]
async fn a_link_ends_after_ten_minutes() {
    let house = House::new().await;
    let path = house.link("bo").await;
    house.clock.advance(10 * 60);
    assert_eq!(house.send(Request::get(&path)).await.status, 401);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::new().await;
    let csrf = house.csrf().await;
    assert_eq!(house.post_form("/out", "csrf=wrong").await.status, 403);
    assert_eq!(house.post_form("/out", &format!("csrf={csrf}")).await.status, 303);
    assert_eq!(house.get("/").await.status, 401);
}

#[tokio::test]
async fn another_host_is_refused() {
    let house = House::new().await;
    for host in ["evil.example", "evil.example:7117", "127.0.0.1.evil.example", "localhost.evil:80", ""] {
        let request = Request::get("/").header(header::HOST, host).header(header::COOKIE, &house.cookie);
        assert_eq!(house.send(request).await.status, 421, "{host}");
    }
    for host in ["localhost:7117", "[::1]:7117", HOST] {
        let request = Request::get("/").header(header::HOST, host).header(header::COOKIE, &house.cookie);
        assert_eq!(house.send(request).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn posts_from_elsewhere_do_nothing() {
    let house = House::new().await;
    let act = "/foundation/code_quality/do/set_goal";
    let csrf = house.csrf().await;
    let good = format!("csrf={csrf}&area=src&target=5");
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "http://127.0.0.1:9"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "null"),
    ] {
        let request = Request::post(act).header(header::COOKIE, &house.cookie).header(name, value);
        assert_eq!(house.send_with(request, good.clone()).await.status, 403, "{name}: {value}");
    }
    assert_eq!(house.post_form(act, "area=src&target=5").await.status, 403, "no token");
    assert_eq!(house.app.office().store().records_version().await.unwrap(), 0);
    let request = Request::post(act).header(header::COOKIE, &house.cookie).header("origin", format!("http://{HOST}"));
    assert_eq!(house.send_with(request, good).await.status, 303);
}

#[tokio::test]
async fn the_api_takes_json_only() {
    let house = House::new().await;
    let path = "/api/v1/foundation/code_quality/acts/set_goal";
    let form = house.post_form(path, "area=src&target=5").await;
    assert_eq!((form.status, form.header("content-type")), (415, "application/problem+json"));
    let request =
        Request::post(path).header(header::COOKIE, &house.cookie).header(header::CONTENT_TYPE, "application/json");
    assert_eq!(house.send_with(request, "{".to_owned()).await.status, 400);
    assert_eq!(house.app.office().store().records_version().await.unwrap(), 0);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let house = House::new().await;
    for path in ["/", "/nowhere", "/api/v1/nowhere/x", "/static/nothing", "/in/nothing"] {
        let answer = house.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
    assert_eq!(house.get("/").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_large_body_is_refused() {
    let house = House::new().await;
    let body = json!({ "area": "x".repeat(2 << 20), "target": 5 });
    let answer = house.post_json("/api/v1/foundation/code_quality/acts/set_goal", &body).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn static_files_are_cached_for_good() {
    let house = House::new().await;
    for entry in ["app.ts", "style.css", "icon.svg"] {
        let request = Request::get(crate::assets::address(entry)).header(header::ACCEPT_ENCODING, "gzip, br");
        let answer = house.send(request).await;
        assert_eq!((answer.status, answer.header("content-encoding")), (200, "br"), "{entry}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    }
    let page = house.page("/").await;
    let sent = page.body.len() + crate::assets::compressed_size("app.ts") + crate::assets::compressed_size("style.css");
    assert!(sent < 150_000, "the first page takes {sent} bytes");
}

#[tokio::test]
async fn other_machines_cannot_be_listened_to() {
    let error = listen("0.0.0.0:0".parse().unwrap()).await.unwrap_err();
    assert!(matches!(error, ServeError::NotLoopback(_)) && error.to_string().contains("127.0.0.1"), "{error}");
    let held = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let taken = listen(held.local_addr().unwrap()).await.unwrap_err();
    assert!(taken.to_string().contains("--listen"), "{taken}");
}
