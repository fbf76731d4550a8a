//! Signing in by a one-time link, and out.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use desk::Refusal;
use store::sign_in::Way;

use super::pairs_of_query;
use crate::App;
use crate::error::{answer, not_signed_in};
use crate::guard::{Signed, cookie_name};

/// Uses a link up and opens a session.
pub(crate) async fn enter(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let opened = opened(&app, &token, &headers).await;
    let session = match opened {
        Ok(Some(session)) => session,
        Ok(None) => return not_signed_in(&app, false, "/in"),
        Err(refusal) => return answer(&app, None, refusal, false, "/in"),
    };
    let cookie = format!("{}={session}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000", cookie_name(&headers));
    // A page of our own that goes on by itself: the link stays out of the history that a redirect would leave.
    (
        StatusCode::OK,
        [(header::SET_COOKIE, cookie), (header::REFRESH, "0; url=/".to_owned())],
        axum::response::Html(
            "<!doctype html><html lang=en><title>Signed in · Mainstay</title><link rel=icon href=data:,><p>Signed in. <a href=\"/\">Go on</a>",
        ),
    )
        .into_response()
}

async fn opened(app: &App, token: &str, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let (store, now) = (app.office().store(), app.office().clock().now());
    let Some(person) = store.use_sign_in_link(token, now).await? else { return Ok(None) };
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    Ok(Some(store.open_session(person, Way::Link, agent, now).await?))
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
    let cookie = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", cookie_name(&headers));
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

/// A form whose token is not the session's.
pub(crate) fn stale_form() -> Refusal {
    Refusal::not_allowed("this form is not from your session").hint(
        "You may have signed in again meanwhile. Go back, load the page anew, and send it again; nothing was saved.",
    )
}
