//! The pages that belong to no practice, and the two that carry every practice: its view and its acts.

pub(crate) mod act;
pub(crate) mod api;
mod as_of;
mod change;
pub(crate) mod code;
pub(crate) mod company;
pub(crate) mod find;
pub(crate) mod home;
pub(crate) mod live;
pub(crate) mod practice;
pub(crate) mod records;
pub(crate) mod schema;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod sql;
pub(crate) mod stage;
pub(crate) mod teams;
pub(crate) mod whos_who;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use desk::{Desk, Refusal};

use crate::error::{answer, no_page, wants_json};
use crate::frame::{Frame, page};
use crate::guard::Signed;
use crate::sessions::Session;
use crate::{App, Html, Pen};

/// One request for a page: who asks, at which desk, for which address.
pub(crate) struct Visit {
    pub(crate) app: App,
    pub(crate) session: Session,
    pub(crate) desk: Desk,
    pub(crate) pen: Pen,
}

impl Visit {
    pub(crate) async fn new(
        app: App,
        session: Session,
        path: impl Into<String>,
        query: Option<&str>,
    ) -> Result<Self, Response> {
        app.office().refresh();
        let path: String = path.into();
        let desk = match app.office().desk(session.viewer.clone()).await {
            Ok(desk) => desk,
            Err(refusal) => return Err(answer(&app, Some(&session), refusal, false, &path)),
        };
        let pen = Pen { path, query: pairs_of_query(query), now: desk.now(), csrf: session.csrf.clone() };
        Ok(Self { app, session, desk, pen })
    }

    /// The page, or what is shown instead of it.
    pub(crate) fn answer(&self, drawn: Result<(Frame<'_>, Html), Refusal>) -> Response {
        self.answer_with(StatusCode::OK, drawn)
    }

    pub(crate) fn answer_with(&self, status: StatusCode, drawn: Result<(Frame<'_>, Html), Refusal>) -> Response {
        let whole = drawn.and_then(|(frame, body)| {
            let frame = Frame { path: &self.pen.path, ..frame };
            page(&self.app, Some(&self.session), &frame, &body)
        });
        match whole {
            Ok(html) => (status, axum::response::Html(html.into_string())).into_response(),
            Err(refusal) => self.refuse(refusal),
        }
    }

    pub(crate) fn refuse(&self, refusal: Refusal) -> Response {
        answer(&self.app, Some(&self.session), refusal, false, &self.pen.path)
    }
}

/// The pairs of a query string or of a form's body.
pub(crate) fn pairs_of_query(query: Option<&str>) -> Vec<(String, String)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// The rooms of people, teams and settings.
pub(crate) fn rooms() -> Router<App> {
    Router::new()
        .route("/whos_who", get(whos_who::show))
        .route("/whos_who/do/add", get(whos_who::changes::add_form).post(whos_who::changes::add))
        .route("/whos_who/{id}", get(whos_who::person::show))
        .route("/whos_who/{id}/do/{change}", get(whos_who::changes::form).post(whos_who::changes::run))
        .route("/teams", get(teams::show))
        .route("/teams/do/add", get(teams::changes::add_form).post(teams::changes::add))
        .route("/teams/{slug}", get(teams::team::show))
        .route("/teams/{slug}/do/{change}", get(teams::changes::form).post(teams::changes::run))
        .route("/settings", get(settings::you::show))
        .route("/settings/sessions/{id}/end", post(settings::you::end_session))
        .route("/settings/tokens", post(settings::you::make_token))
        .route("/settings/tokens/{id}/revoke", post(settings::you::revoke_token))
        .route("/settings/password", post(settings::you::set_password))
        .route("/settings/password/remove", post(settings::you::remove_password))
        .route("/settings/import", get(settings::import::show).post(settings::import::look))
        .route("/settings/import/apply", post(settings::import::apply))
        .route("/settings/sources", get(settings::sources::show))
        .route("/settings/backup", get(settings::backup::show))
        .route("/settings/policies", get(settings::policies::show))
        .route("/settings/audit", get(settings::audit::show))
        .route("/settings/about", get(settings::about::show))
}

/// Where there is no page.
pub(crate) async fn missing(State(app): State<App>, Signed(session): Signed, uri: Uri, headers: HeaderMap) -> Response {
    no_page(&app, Some(&session), wants_json(&uri, &headers), uri.path())
}
