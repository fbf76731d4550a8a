//! The application: what handlers share, and the router over it as a service that needs no socket.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};
use desk::{Office, Refusal, Registry, Viewer};
use store::Actor;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::company::{Company, OidcError, OidcSettings};
use crate::door::Door;
use crate::error::answer;
use crate::limits::Limits;
use crate::page::Entry;
use crate::sessions::Waiting;
use crate::{api, assets, guard, openapi, pages};

/// Largest request body, bytes.
const BODY_BYTES: usize = 1 << 20;
/// Longest time to an answer; a question to the facts may take 30 s.
const ANSWER_TIME: Duration = Duration::from_secs(45);

/// What handlers share. Clones are the same application.
#[derive(Debug, Clone)]
pub struct App {
    inner: Arc<Inner>,
    door: Arc<Door>,
    company: Option<Arc<Company>>,
}

#[derive(Debug)]
struct Inner {
    office: Office,
    entries: Vec<Entry>,
    registry: Registry,
    waiting: Waiting,
    limits: Limits,
}

impl App {
    /// The application over an office and the stages' lists.
    #[must_use]
    pub fn new(office: Office, entries: impl IntoIterator<Item = Entry>) -> Self {
        let entries: Vec<Entry> = entries.into_iter().collect();
        let registry = Registry::new(entries.iter().map(|entry| entry.practice));
        let inner = Inner { office, entries, registry, waiting: Waiting::default(), limits: Limits::default() };
        Self { inner: Arc::new(inner), door: Arc::default(), company: None }
    }

    /// The same application, reached through `door`.
    #[must_use]
    pub fn at_door(mut self, door: Door) -> Self {
        self.door = Arc::new(door);
        self
    }

    /// The same application, where people sign in by their company's provider, too.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn with_company(mut self, settings: OidcSettings) -> Result<Self, OidcError> {
        self.company = Some(Arc::new(Company::new(settings)?));
        Ok(self)
    }

    /// How it is reached.
    #[must_use]
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// The office.
    #[must_use]
    pub fn office(&self) -> &Office {
        &self.inner.office
    }

    /// The practices.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// The path of a link that signs `viewer` in: once, within ten minutes.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn sign_in_path(&self, viewer: &Viewer) -> Result<String, Refusal> {
        let office = self.office();
        let link = office.store().new_sign_in_link(Actor::System, viewer.person, office.clock().now()).await?;
        Ok(format!("/in/{link}"))
    }

    pub(crate) fn entry(&self, stage: &str, name: &str) -> Option<&Entry> {
        self.inner.entries.iter().find(|entry| entry.practice.stage.name() == stage && entry.practice.name == name)
    }

    pub(crate) fn waiting(&self) -> &Waiting {
        &self.inner.waiting
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    pub(crate) fn company(&self) -> Option<&Company> {
        self.company.as_deref()
    }

    /// Every route as a service.
    pub fn router(&self) -> Router {
        // What takes its time, or is as large as it is: neither bounded nor compressed.
        let live = Router::new()
            .route("/live", get(pages::live::stream))
            .route("/live/work", get(pages::live::work))
            .route("/live/{stage}/{practice}", get(pages::live::room))
            .route("/settings/backup", post(pages::settings::backup::take));
        let rest = Router::new()
            .route("/", get(pages::home::show))
            .route("/in/{token}", get(pages::sign_in::enter))
            .route("/sign_in", get(pages::sign_in::show).post(pages::sign_in::password))
            .route("/sign_in/company", get(pages::company::begin))
            .route("/sign_in/back", get(pages::company::back))
            .route("/out", post(pages::sign_in::leave))
            .route("/undo", post(pages::act::undo))
            .merge(pages::rooms())
            .merge(crate::scim::routes())
            .route("/code", get(pages::code::show))
            .route("/code/sql", get(pages::sql::show))
            .route("/code/schema", get(pages::schema::show))
            .route("/api", get(pages::api::show))
            .route("/find", get(pages::find::show))
            .route("/records", get(pages::records::kinds))
            .route("/records/{kind}", get(pages::records::list))
            .route("/records/{kind}/new", get(pages::records::fresh).post(pages::records::create))
            .route("/records/{kind}/{id}", get(pages::records::show))
            .route("/records/{kind}/{id}/edit", get(pages::records::edit).post(pages::records::change))
            .route("/records/{kind}/{id}/archive", post(pages::records::archive))
            .route("/records/{kind}/{id}/link", get(pages::records::links::form).post(pages::records::links::make))
            .route("/records/{kind}/{id}/link/{link}/remove", post(pages::records::links::remove))
            .route("/static/{name}", get(assets::serve))
            .route("/api/v1/openapi.json", get(openapi::show))
            .route("/api/v1/practices", get(api::practices))
            .route("/api/v1/sql", post(api::sql))
            .route("/mcp", axum::routing::any(crate::mcp::http::serve))
            .route("/api/v1/kinds", get(api::records::kinds))
            .route("/api/v1/records/{kind}", get(api::records::list).post(api::records::create))
            .route(
                "/api/v1/records/{kind}/{id}",
                get(api::records::get).put(api::records::put).delete(api::records::archive),
            )
            .route("/api/v1/records/{kind}/{id}/history", get(api::records::history))
            .route("/api/v1/records/{kind}/{id}/readers", get(api::records::readers))
            .route("/api/v1/records/{kind}/{id}/links", get(api::records::links).post(api::records::link))
            .route("/api/v1/records/{kind}/{id}/links/{link}", axum::routing::delete(api::records::unlink))
            .route("/api/v1/records/{kind}/{id}/undo", post(api::records::undo))
            .route("/api/v1/{stage}/{practice}", get(api::view))
            .route("/api/v1/{stage}/{practice}/acts/{act}", post(api::act))
            .route("/{stage}", get(pages::stage::show))
            .route("/{stage}/{practice}", get(pages::practice::show))
            .route("/{stage}/{practice}/do/{act}", get(pages::act::show).post(pages::act::run))
            .fallback(pages::missing)
            .layer(CompressionLayer::new())
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIME));
        let app = self.clone();
        rest.merge(live)
            .layer(DefaultBodyLimit::max(BODY_BYTES))
            .layer(middleware::from_fn_with_state(self.clone(), guard::guard))
            .layer(CatchPanicLayer::custom(move |panic: Box<dyn Any + Send>| fault(&app, &*panic)))
            .layer(middleware::from_fn_with_state(self.clone(), guard::headers))
            .with_state(self.clone())
    }
}

fn fault(app: &App, panic: &(dyn Any + Send)) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    answer(app, None, Refusal::fault(said.unwrap_or("a panic without words")), false, "")
}
