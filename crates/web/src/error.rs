//! A refusal becomes a page or a problem+json, once. A bug is logged here with the id that the user is shown.

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use desk::facts::chain;
use desk::{FieldError, Refusal};
use serde::Serialize;

use crate::frame::{Frame, page};
use crate::sessions::Session;
use crate::{App, Html, scim};

/// A problem as RFC 9457 writes it.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub(crate) struct Problem {
    /// One word for programs, as a relative address.
    pub(crate) r#type: String,
    /// What was wrong.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) fields: Vec<FieldError>,
    /// What somebody else wrote since the asker looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) meanwhile: Option<desk::records::Meanwhile>,
    /// The id under which a bug was logged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    safe: &'static str,
    to_do: String,
    /// Whether it tries again by itself.
    again: bool,
    id: Option<String>,
}

/// Seconds after which a page that could not be shown tries again.
pub(crate) const AGAIN_SECONDS: &str = "10";

/// Whether a request is answered with JSON: the API and the directory always, others when they ask for it.
pub(crate) fn wants_json(uri: &Uri, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    uri.path().starts_with("/api/v1/")
        || scim::is_scim(uri.path())
        || (accepts.contains("json") && !accepts.contains("text/html"))
}

/// The answer that carries a refusal.
#[expect(clippy::needless_pass_by_value, reason = "a refusal ends here")]
pub(crate) fn answer(app: &App, session: Option<&Session>, refusal: Refusal, json: bool, path: &str) -> Response {
    let id = matches!(refusal, Refusal::Bug { .. }).then(|| {
        let id = app.office().entropy().hex::<4>();
        tracing::error!(id, path, error = chain(&refusal), "a bug");
        id
    });
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if scim::is_scim(path) {
        let bug = matches!(refusal, Refusal::Bug { .. });
        return scim::refused(status, &if bug { "Mainstay has a fault".to_owned() } else { refusal.to_string() });
    }
    let again = refusal.passes();
    let mut response = if json {
        problem(&refusal, status, id)
    } else {
        let (what, safe, to_do) = in_words(&refusal);
        let html = ErrorPage { safe, to_do, again, id };
        framed(app, session, &what, &html, status, path)
    };
    if again {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(AGAIN_SECONDS));
    }
    response
}

fn problem(refusal: &Refusal, status: StatusCode, id: Option<String>) -> Response {
    let bug = matches!(refusal, Refusal::Bug { .. });
    let problem = Problem {
        r#type: format!("/api#{}", refusal.word()),
        title: if bug { "Mainstay has a fault".to_owned() } else { refusal.to_string() },
        status: status.as_u16(),
        detail: refusal.what_to_do().map(str::to_owned),
        fields: refusal.field_errors().to_vec(),
        meanwhile: refusal.what_changed().cloned(),
        id,
    };
    problem_of(&problem, status)
}

fn problem_of(problem: &Problem, status: StatusCode) -> Response {
    let body = serde_json::to_string(problem).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))], body).into_response()
}

/// What happened, what is safe, what to do.
fn in_words(refusal: &Refusal) -> (String, &'static str, String) {
    let safe = "Nothing was changed.";
    let to_do = refusal.what_to_do().map(str::to_owned);
    match refusal {
        Refusal::Refused { message, .. } => {
            (sentence(message), safe, to_do.unwrap_or_else(|| "Go back and try it another way.".to_owned()))
        }
        Refusal::Unavailable { message, .. } => (
            format!("This cannot be shown now: {message}."),
            "What was saved before is safe.",
            to_do.unwrap_or_else(|| "Try again in a moment.".to_owned()),
        ),
        Refusal::Bug { .. } => (
            "Mainstay has a fault here.".to_owned(),
            "What was saved before is safe; what you just did was not saved.",
            "Try again. If it stays, report it with the id below; the log says more under the same id.".to_owned(),
        ),
    }
}

/// A fragment as a sentence.
pub(crate) fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let mut text: String =
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    if !text.ends_with(['.', '?', '!']) {
        text.push('.');
    }
    text
}

/// The answer to a program that is not signed in.
pub(crate) fn not_signed_in(path: &str) -> Response {
    if scim::is_scim(path) {
        return scim::refused(StatusCode::UNAUTHORIZED, "send a token that administers as `Authorization: Bearer …`");
    }
    let to_do = "Send a token as `Authorization: Bearer …`, made under Settings; or open the one-time link that `mainstay up` printed.";
    let problem = Problem {
        r#type: "/api#not_signed_in".to_owned(),
        title: "not signed in".to_owned(),
        status: 401,
        detail: Some(to_do.to_owned()),
        ..Problem::default()
    };
    problem_of(&problem, StatusCode::UNAUTHORIZED)
}

/// An error that was answered below our handlers (a method that is not there, a body that is too large, an answer that took too long), in the
/// API's words; every other answer as it is.
pub(crate) fn in_our_words(response: Response) -> Response {
    let status = response.status();
    let (word, title) = match status {
        StatusCode::METHOD_NOT_ALLOWED => ("invalid", "this address does not take this method"),
        StatusCode::PAYLOAD_TOO_LARGE => ("invalid", "the body is too large"),
        StatusCode::SERVICE_UNAVAILABLE => ("unavailable", "the answer took too long"),
        StatusCode::BAD_REQUEST => ("invalid", "the address cannot be read"),
        _ => return response,
    };
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json") {
        return response;
    }
    let (r#type, title, status_number) = (format!("/api#{word}"), title.to_owned(), status.as_u16());
    let problem = Problem { r#type, title, status: status_number, ..Problem::default() };
    let mut said = problem_of(&problem, status);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        said.headers_mut().insert(header::ALLOW, allow.clone());
    }
    said
}

/// The answer to somebody who asks too often, with the seconds to wait.
pub(crate) fn too_often(app: &App, json: bool, seconds: i64, path: &str) -> Response {
    let refusal = Refusal::busy("too many requests").hint(format!("Try again in {seconds} seconds."));
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = if json { problem(&refusal, status, None) } else { answer(app, None, refusal, false, path) };
    *response.status_mut() = status;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The answer where there is no page.
pub(crate) fn no_page(app: &App, session: Option<&Session>, json: bool, path: &str) -> Response {
    let refusal = Refusal::not_found(format!("there is no page {path}"))
        .hint("The names of pages are in the list at the left; search with / finds the rest.");
    answer(app, session, refusal, json, path)
}

fn framed(
    app: &App,
    session: Option<&Session>,
    title: &str,
    template: &ErrorPage,
    status: StatusCode,
    path: &str,
) -> Response {
    let body = Html::of(template).unwrap_or_default();
    let frame = Frame { title, bare: session.is_none(), ..Frame::at(path) };
    let html = page(app, session, &frame, &body).unwrap_or_else(|_| Html::text(title));
    (status, axum::response::Html(html.into_string())).into_response()
}
