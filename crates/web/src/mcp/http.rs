//! The tools over HTTP at `/mcp`: each request is one of its own, for the person whose session or token it carries.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use super::Tools;
use crate::App;
use crate::guard::Signed;

pub(crate) async fn serve(State(app): State<App>, Signed(session): Signed, request: Request) -> Response {
    let tools = Tools::new(app.office().clone(), app.registry().clone(), session.viewer);
    let mut config = StreamableHttpServerConfig::default();
    config.legacy_session_mode = false;
    config.json_response = true;
    // Who may be addressed was asked by the guard.
    config.allowed_hosts = Vec::new();
    let service =
        StreamableHttpService::new(move || Ok(tools.clone()), Arc::new(NeverSessionManager::default()), config);
    service.handle(request).await.map(Body::new)
}
