//! Signing in by a one-time link, and out.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use desk::Refusal;

use super::pairs_of_query;
use crate::App;
use crate::error::{answer, not_signed_in};
use crate::guard::{Signed, cookie_name};

/// Uses a link up and opens a session.
pub(crate) async fn enter(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let Some(session) = app.sessions().enter(&token) else {
        return not_signed_in(&app, false, "/in");
    };
    let cookie = format!("{}={session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000", cookie_name(&headers));
    // A redirect would come from the terminal's or another site's click, and a strict cookie is not sent along with that; a page of
    // our own that goes on by itself is.
    (
        StatusCode::OK,
        [(header::SET_COOKIE, cookie), (header::REFRESH, "0; url=/".to_owned())],
        axum::response::Html(
            "<!doctype html><html lang=en><title>Signed in · Mainstay</title><link rel=icon href=data:,><p>Signed in. <a href=\"/\">Go on</a>",
        ),
    )
        .into_response()
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
    app.sessions().leave(&session);
    let cookie = format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0", cookie_name(&headers));
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

/// A form whose token is not the session's.
pub(crate) fn stale_form() -> Refusal {
    Refusal::not_allowed("this form is not from your session").hint(
        "You may have signed in again meanwhile. Go back, load the page anew, and send it again; nothing was saved.",
    )
}
