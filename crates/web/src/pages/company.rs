//! The way to the company's sign-in and back. Who comes back with an address that nobody here has stays outside.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use desk::Refusal;
use store::PersonId;
use store::sign_in::Way;

use super::pairs_of_query;
use super::sign_in::{Ask, ask, go_on};
use crate::App;
use crate::company::{Back, Company, OidcError, Secrets, settle};
use crate::door::local_path;
use crate::guard::{cookie, cookie_name};

/// The cookie by which a browser is known again when it comes back.
fn way_name(headers: &HeaderMap) -> String {
    format!("{}_way", cookie_name(headers))
}

fn way_cookie(app: &App, headers: &HeaderMap, text: &str) -> String {
    let secure = if app.door().is_secure(headers) { "; Secure" } else { "" };
    let age = if text.is_empty() { 0 } else { 600 };
    format!("{}={text}; Path=/sign_in; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", way_name(headers))
}

/// Goes to the provider.
pub(crate) async fn begin(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let Some(company) = app.company() else { return without(&app).await };
    let pairs = pairs_of_query(query.as_deref());
    let to = pairs.iter().find(|(name, _)| name == "to").map_or("/", |(_, text)| local_path(text));
    let entropy = app.office().entropy();
    let secrets = Secrets {
        state: entropy.hex::<16>(),
        nonce: entropy.hex::<16>(),
        verifier: entropy.hex::<32>(),
        browser: entropy.hex::<16>(),
    };
    let way = way_cookie(&app, &headers, &secrets.browser);
    match company.begin(secrets, to, app.office().clock().now()).await {
        Ok(address) => ([(header::SET_COOKIE, way)], Redirect::to(&address)).into_response(),
        Err(error) => refuse(&app, &error, to).await,
    }
}

/// Comes back from the provider.
pub(crate) async fn back(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let Some(company) = app.company() else { return without(&app).await };
    let mut response = came_back(&app, company, &headers, query.as_deref()).await;
    if let Ok(used) = way_cookie(&app, &headers, "").parse() {
        response.headers_mut().append(header::SET_COOKIE, used);
    }
    response
}

async fn came_back(app: &App, company: &Company, headers: &HeaderMap, query: Option<&str>) -> Response {
    let pairs = pairs_of_query(query);
    let one = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
    let browser = cookie(headers, &way_name(headers));
    let back = Back {
        state: one("state").unwrap_or_default(),
        code: one("code"),
        error: one("error"),
        browser: browser.as_deref(),
    };
    let known = match company.finish(back, app.office().clock().now()).await {
        Ok(known) => known,
        Err(error) => return refuse(app, &error, "/").await,
    };
    let people = match app.office().store().organisation().await {
        Ok(people) => people,
        Err(error) => return crate::error::answer(app, None, error.into(), false, "/sign_in"),
    };
    match people.by_email(&known.email) {
        Some(person) => {
            if let Err(refusal) = into_teams(app, company, person.id, known.groups.as_deref()).await {
                return crate::error::answer(app, None, refusal, false, "/sign_in");
            }
            go_on(app, person.id, Way::Company, headers, &known.to).await
        }
        None => {
            let wrong = format!(
                "Your company knows you as {}, and nobody here has that address. Ask an administrator to add you.",
                known.email
            );
            said(app, StatusCode::FORBIDDEN, &wrong, "/").await
        }
    }
}

/// Lets the person be in the teams that their groups name. A provider that says nothing of groups changes nothing.
async fn into_teams(app: &App, company: &Company, who: PersonId, groups: Option<&[String]>) -> Result<(), Refusal> {
    if company.rules().is_empty() {
        return Ok(());
    }
    let Some(groups) = groups else {
        tracing::warn!("MAINSTAY_OIDC_TEAMS is set, and the company's sign-in names no groups");
        return Ok(());
    };
    let clock = app.office().clock();
    settle(app.office().store(), company.rules(), who, groups, clock.now(), clock.today()).await
}

async fn without(app: &App) -> Response {
    said(app, StatusCode::NOT_FOUND, "No company’s sign-in is set up here.", "/").await
}

/// A refusal in words. What went wrong below is for whoever reads the log.
async fn refuse(app: &App, error: &OidcError, to: &str) -> Response {
    let (status, wrong) = match error {
        OidcError::Settings(_) | OidcError::Unreachable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The company’s sign-in does not answer. Try again in a moment, or sign in another way.".to_owned(),
        ),
        OidcError::NotBegun => (
            StatusCode::FORBIDDEN,
            "This sign-in was not begun in this browser, or took longer than ten minutes. Begin again.".to_owned(),
        ),
        OidcError::Denied(_) => (StatusCode::FORBIDDEN, "The company’s sign-in did not let you through.".to_owned()),
        OidcError::NotProven(_) => (
            StatusCode::FORBIDDEN,
            "What the company’s sign-in sent does not prove who you are. Begin again; if it stays, tell an administrator."
                .to_owned(),
        ),
        OidcError::NoAddress => {
            (StatusCode::FORBIDDEN, "The company’s sign-in named no address, so nobody here can be found.".to_owned())
        }
        OidcError::NotVerified(email) => (
            StatusCode::FORBIDDEN,
            format!("The company’s sign-in has not verified the address {email}. Verify it there, then begin again."),
        ),
    };
    tracing::warn!(error = %error, "a sign-in by the company did not succeed");
    said(app, status, &wrong, to).await
}

async fn said(app: &App, status: StatusCode, wrong: &str, to: &str) -> Response {
    let asked = Ask { title: "You are not signed in.", status, to, wrong: Some(wrong), ..Ask::default() };
    ask(app, asked).await
}
