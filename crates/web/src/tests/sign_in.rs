//! Passwords: who gets in, who waits, and where it leads.

use axum::http::{Request, header};

use super::{Answer, HOST, House};
use crate::{Door, PublicUrl};

const WORDS: &str = "copper lantern drifts north";

impl House {
    async fn sign_in_with(&self, email: &str, password: &str, to: &str) -> Answer {
        let pairs = [("email", email), ("password", password), ("to", to)].map(|(n, t)| (n.to_owned(), t.to_owned()));
        let request = Request::post("/sign_in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send_with(request, desk::form::encode(&pairs)).await
    }

    async fn with_password() -> Self {
        let house = Self::new().await;
        let done = house.change("/settings/password", &[("password", WORDS)]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        house
    }
}

#[tokio::test]
async fn a_stranger_is_asked_who_they_are() {
    let house = House::new().await;
    let page = house.send(Request::get("/whos_who?q=sam")).await;
    assert_eq!(page.status, 401);
    page.says("You are not signed in").says("one-time link").says("mainstay up");
    assert!(!page.body.contains("type=\"password\""), "nobody has one");
    house.change("/settings/password", &[("password", WORDS)]).await;
    let page = house.send(Request::get("/whos_who?q=sam")).await;
    page.says("type=\"password\"").says(r#"name="to" value="/whos_who?q=sam""#);
}

#[tokio::test]
async fn a_password_opens_the_wanted_page() {
    let house = House::with_password().await;
    let done = house.sign_in_with("Ada@localhost", WORDS, "/teams?on=2026-01-31").await;
    assert_eq!((done.status, done.header("location")), (303, "/teams?on=2026-01-31"));
    let cookie = done.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && !cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let page = house.send(Request::get("/settings").header(header::COOKIE, cookie)).await;
    page.says("by password");
    let again = house.send(Request::get("/sign_in?to=/teams").header(header::COOKIE, cookie)).await;
    assert_eq!((again.status, again.header("location")), (303, "/teams"));
}

#[tokio::test]
async fn signing_in_leads_nowhere_else() {
    let house = House::with_password().await;
    for to in ["https://evil.example", "//evil.example", "/\\evil.example", "", "evil"] {
        let done = house.sign_in_with("ada@localhost", WORDS, to).await;
        assert_eq!((done.status, done.header("location")), (303, "/"), "{to}");
    }
    let request = Request::post("/sign_in").header("origin", "https://evil.example");
    let from_elsewhere = house.send_with(request, format!("email=ada@localhost&password={WORDS}")).await;
    assert_eq!((from_elsewhere.status, from_elsewhere.header("set-cookie")), (403, ""));
}

#[tokio::test]
async fn wrong_passwords_wait_longer() {
    let house = House::with_password().await;
    let known = house.sign_in_with("ada@localhost", "not the right one", "/teams").await;
    let unknown = house.sign_in_with("nobody@localhost", "not the right one", "/teams").await;
    assert_eq!((known.status, unknown.status), (401, 401));
    assert_eq!(known.body.replace("ada@", "X@"), unknown.body.replace("nobody@", "X@"), "who is known is not said");
    known.says("do not belong together").says(r#"value="ada@localhost""#).says(r#"name="to" value="/teams""#);
    for _ in 0..3 {
        assert_eq!(house.sign_in_with("ada@localhost", "wrong", "/").await.status, 401);
    }
    let held = house.sign_in_with("ada@localhost", WORDS, "/").await;
    assert_eq!((held.status, held.header("set-cookie")), (429, ""));
    held.says("Try again in 1 seconds.");
    assert_eq!(held.header("retry-after"), "1");
    house.clock.advance(2);
    assert_eq!(house.sign_in_with("ada@localhost", WORDS, "/").await.status, 303);
}

#[tokio::test]
async fn a_new_password_asks_for_the_old() {
    let house = House::with_password().await;
    let other = house.sign_in("ada").await;
    let weak = house.change("/settings/password", &[("present", WORDS), ("password", "password1234")]).await;
    assert_eq!(weak.status, 422);
    weak.says(r#"id="field-password-wrong""#);
    let new = [("present", "guess"), ("password", "velvet harbour counts seven")];
    house.change("/settings/password", &new).await.says("This is not your present password.");
    let new = [("present", WORDS), ("password", "velvet harbour counts seven")];
    assert_eq!(house.change("/settings/password", &new).await.status, 303);
    let answer = house.send(Request::get("/").header(header::COOKIE, other)).await;
    assert_eq!(answer.status, 401, "other sessions end");
    assert_eq!(house.sign_in_with("ada@localhost", WORDS, "/").await.status, 401);
    assert_eq!(house.change("/settings/password/remove", &[]).await.status, 303);
    house.page("/settings").await.says("You have none");
}

#[tokio::test]
async fn signing_in_has_a_rate() {
    let house = House::new().await;
    for _ in 0..29 {
        assert_eq!(house.send(Request::get("/in/nothing")).await.status, 401);
    }
    let held = house.send(Request::get("/in/nothing")).await;
    assert_eq!((held.status, held.header("retry-after")), (429, "60"));
    assert_eq!(house.get("/").await.status, 200, "whoever is signed in goes on");
    house.clock.advance(60);
    assert_eq!(house.send(Request::get("/in/nothing")).await.status, 401);
}

fn public(proxy: Option<&str>, insecure: bool) -> Door {
    let public_url = Some(PublicUrl::parse("https://mainstay.example.org").unwrap());
    Door { insecure, proxy: proxy.map(|text| text.parse().unwrap()), public_url }
}

#[tokio::test]
async fn the_public_address_goes_over_tls() {
    let mut house = House::new().await;
    house.app = house.app.clone().at_door(public(Some("127.0.0.1"), false));
    let link = house.link("ada").await;
    let request = Request::get(link).header(header::HOST, "mainstay.example.org");
    let answer = house.send(request).await;
    assert!(answer.header("set-cookie").contains("; Secure"), "{}", answer.header("set-cookie"));
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    let local = house.get("/").await;
    assert_eq!((local.status, local.header("strict-transport-security")), (200, ""));
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    for (origin, status) in [("https://mainstay.example.org", 403), ("http://mainstay.example.org", 403)] {
        let request = Request::post("/out")
            .header(header::HOST, "mainstay.example.org")
            .header(header::COOKIE, &cookie)
            .header("origin", origin);
        let answer = house.send_with(request, String::new()).await;
        assert_eq!(answer.status, status);
        let said = if origin.starts_with("https") { "not from your session" } else { "came from another site" };
        answer.says(said);
    }
    let request = Request::get("/").header(header::HOST, "evil.example").header(header::COOKIE, &house.cookie);
    assert_eq!(house.send(request).await.status, 421);
}

#[tokio::test]
async fn only_the_proxy_is_believed() {
    let mut house = House::with_password().await;
    let attempt = async |house: &House, from: &str| {
        let request = Request::post("/sign_in").header("x-forwarded-for", from);
        house.send_with(request, "email=nobody@localhost&password=wrong".to_owned()).await.status
    };
    for place in 0..5 {
        assert_eq!(attempt(&house, &format!("192.0.2.{place}")).await, 401);
    }
    assert_eq!(attempt(&house, "192.0.2.77").await, 429, "without a proxy all come from this machine");
    house.clock.advance(2 * 24 * 3600);
    house.cookie = house.sign_in("ada").await;
    house.app = house.app.clone().at_door(public(Some("127.0.0.1"), false));
    let mut held = 0;
    for place in 0..8 {
        let request = Request::post("/sign_in").header("x-forwarded-for", format!("203.0.113.9, 192.0.2.{place}"));
        let body = format!("email=nobody{place}@localhost&password=wrong");
        held += u32::from(house.send_with(request, body).await.status == 429);
    }
    assert_eq!(held, 0, "each comes from an address of its own");
}

#[tokio::test]
async fn past_the_proxy_nobody_comes() {
    let house = House::new().await;
    let app = house.app.clone().at_door(public(Some("10.0.0.7"), false));
    for (peer, status) in [("10.0.0.7", 200), ("10.0.0.8", 421), ("127.0.0.1", 200)] {
        let mut request = Request::get("/sign_in")
            .header(header::HOST, "mainstay.example.org")
            .body(axum::body::Body::empty())
            .unwrap();
        let peer = std::net::SocketAddr::new(peer.parse().unwrap(), 4711);
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        let answer = tower::ServiceExt::oneshot(app.router(), request).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{peer}");
    }
    let open = house.app.clone().at_door(Door { insecure: true, ..Door::default() });
    let mut house = house;
    house.app = open;
    for (host, status) in [("192.0.2.5:7117", 200), ("[2001:db8::1]:7117", 200), ("name.example", 421), (HOST, 200)] {
        let request = Request::get("/sign_in").header(header::HOST, host);
        assert_eq!(house.send(request).await.status, status, "{host}");
    }
}

#[test]
fn public_addresses_are_read_whole() {
    for (text, origin) in [
        ("https://Mainstay.example.org/", "https://mainstay.example.org"),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ] {
        assert_eq!(PublicUrl::parse(text).unwrap().origin(), origin);
    }
    for text in ["mainstay.example.org", "ftp://x", "https://", "https://x/path", "https://x:no", "https://u@x"] {
        assert!(PublicUrl::parse(text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn the_door_says_where_to_listen() {
    use crate::serve::{ServeError, listen_at};
    let anywhere = "0.0.0.0:0".parse().unwrap();
    assert!(matches!(listen_at(anywhere, &Door::default()).await, Err(ServeError::NotLoopback(_))));
    let nameless = Door { public_url: None, ..public(Some("10.0.0.7"), false) };
    assert!(matches!(listen_at(anywhere, &nameless).await, Err(ServeError::NoPublicUrl)));
    listen_at(anywhere, &public(Some("10.0.0.7"), false)).await.unwrap();
    listen_at(anywhere, &Door { insecure: true, ..Door::default() }).await.unwrap();
}
