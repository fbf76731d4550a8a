//! The company's sign-in against a provider that the test runs itself: who gets in, and everybody who does not.

pub(super) mod provider;
mod teams;

use axum::http::{Request, header};
use store::Actor;
use store::people::NewPerson;

use self::provider::Provider;
use super::{Answer, House};
use crate::OidcSettings;

pub(super) fn settings(issuer: &str) -> OidcSettings {
    OidcSettings {
        issuer: issuer.to_owned(),
        client_id: "mainstay".to_owned(),
        client_secret: Some("hush".to_owned()),
        redirect_base: "http://127.0.0.1:7117".to_owned(),
        groups_claim: "groups".to_owned(),
        ..OidcSettings::default()
    }
}

impl House {
    async fn with_company(provider: &Provider) -> Self {
        let mut house = Self::new().await;
        house.app = house.app.clone().with_company(settings(provider.issuer())).unwrap();
        let mut write = house.app.office().store().write(Actor::System, house.clock.now()).await.unwrap();
        write.add_person(&NewPerson::named("Grace Moss", "grace@example.org")).await.unwrap();
        write.keep().await.unwrap();
        house
    }

    /// Goes to the provider and back to the callback's address, with the cookie that was given.
    pub(super) async fn goes(&self, provider: &Provider, to: &str) -> (String, String) {
        let begun = self.send(Request::get(format!("/sign_in/company?to={to}"))).await;
        assert_eq!(begun.status, 303, "{}", begun.body);
        let way = begun.header("set-cookie");
        assert!(way.contains("HttpOnly") && way.contains("Path=/sign_in"), "{way}");
        let back = provider.visit(begun.header("location")).await;
        (back, way.split(';').next().unwrap().to_owned())
    }

    async fn comes_back(&self, path: &str, way: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, way)).await
    }
}

/// Nobody is signed in by that answer.
fn outside(answer: &Answer, says: &str) {
    assert_eq!(answer.status, 403, "{}", answer.body);
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
    assert!(cookies.iter().all(|cookie| cookie.contains("_way=")), "{cookies:?}");
    answer.says(says);
}

#[tokio::test]
async fn the_company_signs_somebody_in() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    let page = house.send(Request::get("/teams")).await;
    page.says("Sign in with your company").says("/sign_in/company?to=/teams");
    let (back, way) = house.goes(&provider, "/teams").await;
    let done = house.comes_back(&back, &way).await;
    assert_eq!((done.status, done.header("location")), (303, "/teams"), "{}", done.body);
    let mut session = done.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session = session.find(|cookie| !cookie.contains("_way=")).unwrap().split(';').next().unwrap().to_owned();
    let settings = house.send(Request::get("/settings").header(header::COOKIE, &session)).await;
    settings.says("by the company’s sign-in").says("Grace Moss");
    let again = house.comes_back(&back, &way).await;
    outside(&again, "was not begun in this browser");
}

#[tokio::test]
async fn signing_out_offers_the_provider() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    house.goes(&provider, "/").await;
    let csrf = house.csrf().await;
    let out = house.post_form("/out", &format!("csrf={csrf}")).await;
    assert_eq!(out.header("location"), "/sign_in?out=true");
    let page = house.send(Request::get("/sign_in?out=true")).await;
    page.says("You are signed out.").says("sign out there, too").says("/leave?client_id=mainstay");
}

#[tokio::test]
async fn a_terse_token_is_asked_about() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    provider.lies(|lie| lie.terse = true);
    let (back, way) = house.goes(&provider, "/teams").await;
    let done = house.comes_back(&back, &way).await;
    assert_eq!((done.status, done.header("location")), (303, "/teams"), "{}", done.body);
    provider.lies(|lie| lie.verified = Some(false));
    let (back, way) = house.goes(&provider, "/").await;
    outside(&house.comes_back(&back, &way).await, "has not verified the address");
    provider.lies(|lie| (lie.verified, lie.another) = (Some(true), true));
    let (back, way) = house.goes(&provider, "/").await;
    outside(&house.comes_back(&back, &way).await, "does not prove who you are");
}

#[tokio::test]
async fn another_nonce_proves_nothing() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    provider.lies(|lie| lie.nonce = Some("another".to_owned()));
    let (back, way) = house.goes(&provider, "/").await;
    outside(&house.comes_back(&back, &way).await, "does not prove who you are");
}

#[tokio::test]
async fn another_state_was_not_begun() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    let (back, way) = house.goes(&provider, "/").await;
    let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap();
    outside(&house.comes_back(&back.replace(state, "0123456789abcdef"), &way).await, "was not begun in this browser");
    outside(&house.comes_back("/sign_in/back?code=x", &way).await, "was not begun in this browser");
    assert_eq!(house.comes_back(&back, &way).await.status, 303, "the right one is still there");
}

#[tokio::test]
async fn another_browser_finishes_nothing() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    let (back, _) = house.goes(&provider, "/").await;
    outside(&house.send(Request::get(&back)).await, "was not begun in this browser");
    let (back, way) = house.goes(&provider, "/").await;
    house.clock.advance(10 * 60);
    outside(&house.comes_back(&back, &way).await, "longer than ten minutes");
}

#[tokio::test]
async fn an_unverified_address_stays_outside() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    for verified in [Some(false), None] {
        provider.lies(|lie| lie.verified = verified);
        let (back, way) = house.goes(&provider, "/").await;
        outside(&house.comes_back(&back, &way).await, "has not verified the address");
    }
}

#[tokio::test]
async fn an_unknown_address_stays_outside() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    provider.lies(|lie| lie.email = "mallory@example.org".to_owned());
    let (back, way) = house.goes(&provider, "/").await;
    outside(&house.comes_back(&back, &way).await, "nobody here has that address");
    let people = house.app.office().store().organisation().await.unwrap();
    assert!(people.by_email("mallory@example.org").is_none(), "nobody is made by signing in");
}

#[tokio::test]
async fn forged_and_foreign_tokens_are_refused() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    for lie in [
        |lie: &mut provider::Lie| lie.audience = "another".to_owned(),
        |lie: &mut provider::Lie| lie.forged = true,
        |lie: &mut provider::Lie| lie.expired = true,
    ] {
        provider.tells_the_truth();
        provider.lies(lie);
        let (back, way) = house.goes(&provider, "/").await;
        outside(&house.comes_back(&back, &way).await, "does not prove who you are");
    }
}

#[tokio::test]
async fn a_denial_is_told() {
    let provider = Provider::start(super::noon()).await;
    let house = House::with_company(&provider).await;
    let (back, way) = house.goes(&provider, "/").await;
    let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let denied = format!("/sign_in/back?error=access_denied&state={state}");
    outside(&house.comes_back(&denied, &way).await, "did not let you through");
}

#[tokio::test]
async fn a_silent_provider_is_no_fault() {
    let provider = Provider::start(super::noon()).await;
    let mut house = House::with_company(&provider).await;
    let settings = OidcSettings { client_secret: None, ..settings(&format!("{}/nowhere", provider.issuer())) };
    house.app = house.app.clone().with_company(settings).unwrap();
    let answer = house.send(Request::get("/sign_in/company")).await;
    assert_eq!(answer.status, 503);
    answer.says("does not answer").says("By a one-time link");
    let plain = House::new().await;
    assert_eq!(plain.send(Request::get("/sign_in/company")).await.status, 404);
}
