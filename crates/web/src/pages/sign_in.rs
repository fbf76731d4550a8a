//! Signing in, by a one-time link, a password or the company's sign-in; and out.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use desk::Refusal;
use store::PersonId;
use store::sign_in::{SignInRefused, Way};

use super::pairs_of_query;
use crate::company::Company;
use crate::door::{Peer, local_path};
use crate::error::answer;
use crate::frame::{Frame, page};
use crate::guard::{Signed, cookie_name};
use crate::{App, Html};

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage<'a> {
    lead: &'a str,
    wrong: Option<&'a str>,
    to: &'a str,
    email: &'a str,
    passwords: bool,
    company: Option<String>,
    leave_company: Option<String>,
}

/// What the page of signing in says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) title: &'a str,
    pub(crate) status: StatusCode,
    /// Where it goes on afterwards.
    pub(crate) to: &'a str,
    /// What was wrong.
    pub(crate) wrong: Option<&'a str>,
    /// The address that was typed.
    pub(crate) email: &'a str,
    /// Offers to sign out of the company's sign-in, too.
    pub(crate) left: bool,
}

impl Default for Ask<'_> {
    fn default() -> Self {
        let (title, status) = ("You are not signed in.", StatusCode::UNAUTHORIZED);
        Self { title, status, to: "/", wrong: None, email: "", left: false }
    }
}

/// The page that asks who it is.
pub(crate) async fn ask(app: &App, ask: Ask<'_>) -> Response {
    match draw(app, &ask).await {
        Ok(html) => (ask.status, axum::response::Html(html.into_string())).into_response(),
        Err(refusal) => answer(app, None, refusal, false, "/sign_in"),
    }
}

async fn draw(app: &App, ask: &Ask<'_>) -> Result<Html, Refusal> {
    let body = Html::of(&SignInPage {
        lead: "Nobody sees anything here without signing in.",
        wrong: ask.wrong,
        to: local_path(ask.to),
        email: ask.email,
        passwords: app.office().store().has_passwords().await?,
        company: app.company().map(|_| format!("/sign_in/company?to={}", desk::form::escape(local_path(ask.to)))),
        leave_company: app.company().filter(|_| ask.left).and_then(Company::leave_href),
    })?;
    let frame = Frame { title: ask.title, bare: true, ..Frame::at("/sign_in") };
    page(app, None, &frame, &body)
}

/// The page by itself; whoever is signed in goes on.
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let pairs = pairs_of_query(query.as_deref());
    let one = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
    let to = local_path(one("to").unwrap_or("/"));
    if crate::guard::is_signed_in(&app, &headers).await {
        return Redirect::to(to).into_response();
    }
    let left = one("out").is_some();
    let title = if left { "You are signed out." } else { "Who are you?" };
    ask(&app, Ask { title, status: StatusCode::OK, to, left, ..Ask::default() }).await
}

/// Signs in by address and password.
pub(crate) async fn password(State(app): State<App>, peer: Peer, headers: HeaderMap, body: Bytes) -> Response {
    let pairs = pairs_of_query(std::str::from_utf8(&body).ok());
    let one = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, text)| text.as_str());
    let (email, to) = (one("email").trim(), local_path(one("to")));
    let (store, now) = (app.office().store(), app.office().clock().now());
    let (status, wrong) = match store.check_password(email, one("password"), &peer.address, now).await {
        Ok(person) => return go_on(&app, person, Way::Password, &headers, to).await,
        Err(SignInRefused::Wrong) => {
            (StatusCode::UNAUTHORIZED, "This address and password do not belong together.".to_owned())
        }
        Err(SignInRefused::Wait { seconds }) => {
            let text = format!("Too many failed sign-ins. Try again in {seconds} seconds.");
            let asked = Ask {
                title: "Who are you?",
                status: StatusCode::TOO_MANY_REQUESTS,
                to,
                wrong: Some(&text),
                email,
                left: false,
            };
            let mut response = ask(&app, asked).await;
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            return response;
        }
        Err(SignInRefused::Store(error)) => return answer(&app, None, error.into(), false, "/sign_in"),
    };
    ask(&app, Ask { title: "Who are you?", status, to, wrong: Some(&wrong), email, left: false }).await
}

/// Opens a session for somebody who showed who they are, and goes to the page that they wanted.
pub(crate) async fn go_on(app: &App, person: PersonId, way: Way, headers: &HeaderMap, to: &str) -> Response {
    match open(app, person, way, headers).await {
        Ok(secret) => {
            ([(header::SET_COOKIE, cookie(app, headers, &secret))], Redirect::to(local_path(to))).into_response()
        }
        Err(refusal) => answer(app, None, refusal, false, "/sign_in"),
    }
}

async fn open(app: &App, person: PersonId, way: Way, headers: &HeaderMap) -> Result<String, Refusal> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    Ok(app.office().store().open_session(person, way, agent, app.office().clock().now()).await?)
}

fn cookie(app: &App, headers: &HeaderMap, secret: &str) -> String {
    let secure = if app.door().is_secure(headers) { "; Secure" } else { "" };
    let age = if secret.is_empty() { 0 } else { 2_592_000 };
    format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", cookie_name(headers))
}

/// Uses a link up and opens a session.
pub(crate) async fn enter(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let secret = match opened(&app, &token, &headers).await {
        Ok(Some(secret)) => secret,
        Ok(None) => {
            let wrong = "This link was used already, or is older than ten minutes.";
            return ask(&app, Ask { wrong: Some(wrong), ..Ask::default() }).await;
        }
        Err(refusal) => return answer(&app, None, refusal, false, "/in"),
    };
    // A page of our own that goes on by itself: the link stays out of the history that a redirect would leave.
    (
        StatusCode::OK,
        [(header::SET_COOKIE, cookie(&app, &headers, &secret)), (header::REFRESH, "0; url=/".to_owned())],
        axum::response::Html(
            "<!doctype html><html lang=en><title>Signed in · Mainstay</title><link rel=icon href=data:,><p>Signed in. <a href=\"/\">Go on</a>",
        ),
    )
        .into_response()
}

async fn opened(app: &App, token: &str, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let (store, now) = (app.office().store(), app.office().clock().now());
    let Some(person) = store.use_sign_in_link(token, now).await? else { return Ok(None) };
    Ok(Some(open(app, person, Way::Link, headers).await?))
}

/// Ends the session.
pub(crate) async fn leave(
    State(app): State<App>,
    Signed(session): Signed,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let pairs = pairs_of_query(std::str::from_utf8(&body).ok());
    if !pairs.iter().any(|(name, text)| name == "csrf" && *text == session.csrf) {
        return answer(&app, Some(&session), stale_form(), false, "/out");
    }
    let now = app.office().clock().now();
    if let Err(error) = app.office().store().end_session(session.viewer.person, session.id, now).await {
        return answer(&app, Some(&session), error.into(), false, "/out");
    }
    ([(header::SET_COOKIE, cookie(&app, &headers, ""))], Redirect::to("/sign_in?out=true")).into_response()
}

/// A form whose token is not the session's.
pub(crate) fn stale_form() -> Refusal {
    Refusal::not_allowed("this form is not from your session").hint(
        "You may have signed in again meanwhile. Go back, load the page anew, and send it again; nothing was saved.",
    )
}
