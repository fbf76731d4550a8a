//! Static files, embedded: hashed names, compressed when the program was built, cached for good.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

struct Asset {
    name: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of a bundled entry (`app.ts`, `style.css`, `icon.svg`).
pub(crate) fn address(entry: &str) -> &'static str {
    ENTRIES.iter().find(|(name, _)| *name == entry).map_or("/static/missing", |(_, address)| address)
}

/// Bytes of a bundled entry as they go over the wire.
#[cfg(test)]
pub(crate) fn compressed_size(entry: &str) -> usize {
    let name = address(entry).trim_start_matches("/static/");
    ASSETS.iter().find(|asset| asset.name == name).map_or(usize::MAX, |asset| asset.gzip.len())
}

pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (body, encoding) = if accepted.contains("br") {
        (asset.brotli, Some("br"))
    } else if accepted.contains("gzip") {
        (asset.gzip, Some("gzip"))
    } else {
        (asset.plain, None)
    };
    let mut response = (
        [
            (header::CONTENT_TYPE, media_type(asset.name)),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::VARY, "accept-encoding"),
        ],
        body,
    )
        .into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, header::HeaderValue::from_static(encoding));
    }
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
