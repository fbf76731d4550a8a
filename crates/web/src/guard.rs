//! What stands before every handler: who may be addressed (against DNS rebinding), who is signed in, where a post comes from, and the
//! headers that go with every answer.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use desk::Refusal;

use crate::App;
use crate::door::{Door, host, peer_of};
use crate::error::{AGAIN_SECONDS, answer, in_our_words, not_signed_in, too_often, wants_json};
use crate::pages::sign_in::{self, Ask};
use crate::scim::is_scim;
use crate::sessions::Session;

/// What a page may load and where its forms may go. No script or style stands in a page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Requests that sign somebody in, per address and minute.
const SIGN_INS: u32 = 30;
/// Requests with one token, per minute.
const ASKS: u32 = 600;

/// Refuses requests for another host and those that come too often, finds the session, refuses posts from elsewhere.
pub(crate) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let json = wants_json(request.uri(), request.headers());
    let peer = peer_of(request.extensions());
    if !app.door().is_addressed(request.headers()) || !app.door().lets_in(peer) {
        let refusal = Refusal::not_allowed("this address is not Mainstay's")
            .hint("Open it at the address that you were given; on its own machine that is 127.0.0.1 or localhost.");
        return with_status(answer(&app, None, refusal, json, &path), StatusCode::MISDIRECTED_REQUEST);
    }
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let from_here = reads || from_here(app.door(), request.headers());
    if path.starts_with("/static/") {
        return next.run(request).await;
    }
    let (address, now) = (app.door().asking(peer, request.headers()), app.office().clock().now());
    if signs_in(&path) {
        if let Err(seconds) = app.limits().take(&format!("sign-in {address}"), SIGN_INS, now) {
            return too_often(&app, json, seconds, &path);
        }
        return if from_here { next.run(request).await } else { answer(&app, None, from_elsewhere(), json, &path) };
    }
    let mut session = match session_of(&app, request.headers(), &path).await {
        Ok(Some(session)) => session,
        Ok(None) if json => {
            // Whoever sends no token tries none, and keeps nobody at the same address from trying.
            let tried = bearer(request.headers()).is_some();
            let counted = || app.limits().take(&format!("token of {address}"), SIGN_INS, now);
            return match tried.then(counted) {
                Some(Err(seconds)) => too_often(&app, json, seconds, &path),
                _ => not_signed_in(&path),
            };
        }
        Ok(None) => {
            let to = request.uri().path_and_query().filter(|_| reads).map_or("/", |wanted| wanted.as_str());
            return sign_in::ask(&app, Ask { to, ..Ask::default() }).await;
        }
        Err(refusal) => return answer(&app, None, refusal, json, &path),
    };
    if session.viewer.token.is_some()
        && let Err(seconds) = app.limits().take(&format!("token {}", session.id), ASKS, now)
    {
        return too_often(&app, json, seconds, &path);
    }
    if let Some(refusal) = beyond_scope(&session, request.method(), &path) {
        return answer(&app, Some(&session), refusal, json, &path);
    }
    if !from_here {
        return answer(&app, Some(&session), from_elsewhere(), json, &path);
    }
    session.theme = match cookie(request.headers(), "theme").as_deref() {
        Some("light") => Some("light"),
        Some("dark") => Some("dark"),
        _ => None,
    };
    request.extensions_mut().insert(session);
    next.run(request).await
}

/// Whether nobody needs to be signed in for that path, because it signs them in.
fn signs_in(path: &str) -> bool {
    path.starts_with("/in/") || path == "/sign_in" || path.starts_with("/sign_in/")
}

fn from_elsewhere() -> Refusal {
    Refusal::not_allowed("the request came from another site").hint("Nothing was done.")
}

/// Whether a session is open with these headers.
pub(crate) async fn is_signed_in(app: &App, headers: &HeaderMap) -> bool {
    matches!(session_of(app, headers, "/").await, Ok(Some(_)))
}

/// Whose session the cookie opens, or whose token stands in `Authorization`.
async fn session_of(app: &App, headers: &HeaderMap, path: &str) -> Result<Option<Session>, Refusal> {
    let (office, now) = (app.office(), app.office().clock().now());
    if let Some(secret) = bearer(headers) {
        if !path.starts_with("/api/v1/") && path != "/mcp" && !is_scim(path) {
            return Ok(None);
        }
        let Some((token, scope)) = office.store().token(secret, now).await? else { return Ok(None) };
        let mut viewer = office.viewer(token.person).await?;
        viewer.token = Some(scope);
        return Ok(Some(Session::of_token(viewer, token.id)));
    }
    let Some(secret) = cookie(headers, &cookie_name(headers)) else { return Ok(None) };
    let Some(session) = office.store().session(&secret, now).await? else { return Ok(None) };
    let mut viewer = office.viewer(session.person).await?;
    viewer.holder = Some(desk::records::Holder::of(&secret));
    Ok(Some(Session::of(viewer, &session)))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

/// What a token's scope does not reach. Questions in SQL are read only, whatever the method.
fn beyond_scope(session: &Session, method: &Method, path: &str) -> Option<Refusal> {
    let token = session.viewer.token.as_ref()?;
    if is_scim(path) {
        let hint = "Make a token that administers under Settings.";
        return (!token.administer).then(|| Refusal::not_allowed("this token's scope has no `administer`").hint(hint));
    }
    let reads = method == Method::GET || method == Method::HEAD || path == "/api/v1/sql" || path == "/mcp";
    let allowed = if reads { token.read } else { token.write || token.administer };
    let hint = "Make a token with the scope that is needed under Settings.";
    let scope = if reads { "read" } else { "write" };
    (!allowed).then(|| Refusal::not_allowed(format!("this token's scope has no `{scope}`")).hint(hint))
}

/// Adds the headers that every answer carries.
pub(crate) async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let (secure, read) = (app.door().is_secure(request.headers()), request.method() == Method::GET);
    let of_api = request.uri().path().starts_with("/api/v1/");
    let mut response = next.run(request).await;
    if of_api {
        response = in_our_words(response);
    }
    let away = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    // Only what was read is asked for again: a form would be sent without what stands in it.
    if read && away && is_page && headers.contains_key(header::RETRY_AFTER) {
        headers.insert(header::REFRESH, HeaderValue::from_static(AGAIN_SECONDS));
    }
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn with_status(mut response: Response, status: StatusCode) -> Response {
    *response.status_mut() = status;
    response
}

/// Whether a post comes from a page of this very host. Browsers send `Origin` with every post; other programs send none.
fn from_here(door: &Door, headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    origin.to_str().is_ok_and(|origin| origin == door.origin(headers))
}

/// Cookies know no ports: each port of this machine has a name of its own.
pub(crate) fn cookie_name(headers: &HeaderMap) -> String {
    format!("mainstay_{}", host(headers).map_or("80", |(_, port)| port))
}

pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, token)| token.to_owned()))
}

/// The session of a request that the guard let through.
pub(crate) struct Signed(pub(crate) Session);

impl FromRequestParts<App> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let json = wants_json(&parts.uri, &parts.headers);
        let path = parts.uri.path().to_owned();
        match parts.extensions.get::<Session>().cloned() {
            Some(session) => Ok(Self(session)),
            None if json => Err(not_signed_in(&path)),
            None => Err(sign_in::ask(app, Ask { to: &path, ..Ask::default() }).await),
        }
    }
}
