//! How this place is reached: from this machine alone, behind a proxy that ends TLS, or openly by somebody who typed that they want it so.
//! It decides which hosts may be addressed, whose word about an address is believed, and which cookies go over TLS only.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};

use crate::App;

/// How this place is reached. The default is from this machine alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Door {
    /// Listen beyond this machine without TLS: everything can be read on the way. Typed by somebody, never a default.
    pub insecure: bool,
    /// The address from which a proxy that ends TLS speaks to us; its `X-Forwarded-For` is believed, nobody else's is.
    pub proxy: Option<IpAddr>,
    /// Where people reach it.
    pub public_url: Option<PublicUrl>,
}

/// The address at which people reach this place: a scheme and a host, nothing behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    host: String,
    port: Option<u16>,
}

/// What is no public address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address that people can open (https://mainstay.example.org)")]
pub struct NoPublicUrl(String);

impl PublicUrl {
    /// The address that a text names.
    ///
    /// # Errors
    /// When it is not `http://` or `https://` with a host, an optional port, and nothing else.
    pub fn parse(text: &str) -> Result<Self, NoPublicUrl> {
        let wrong = || NoPublicUrl(text.to_owned());
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(wrong)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((host, port)) => (host, Some(port.parse().map_err(|_| wrong())?)),
            None => (rest, None),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.[]:".contains(c);
        if host.is_empty() || !host.chars().all(plain) || !["http", "https"].contains(&scheme) {
            return Err(wrong());
        }
        Ok(Self { https: scheme == "https", host: host.to_lowercase(), port })
    }

    /// As browsers write it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{}{port}", self.host)
    }
}

/// The name and port of a `Host` header.
pub(crate) fn host(headers: &HeaderMap) -> Option<(&str, &str)> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host, "80"),
    };
    Some((name, port))
}

impl Door {
    /// Whether it may be listened on that address.
    #[must_use]
    pub fn opens(&self, address: SocketAddr) -> bool {
        address.ip().is_loopback() || self.insecure || self.proxy.is_some()
    }

    /// Whether a request is addressed to this place, against DNS rebinding: this machine's own names, the public one, and bare numbers when
    /// somebody wants it open, since no name leads there.
    pub(crate) fn is_addressed(&self, headers: &HeaderMap) -> bool {
        let Some((name, _)) = host(headers) else { return false };
        let number = || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        ["localhost", "127.0.0.1", "[::1]"].contains(&name)
            || self.public_url.as_ref().is_some_and(|url| url.host.eq_ignore_ascii_case(name))
            || (self.insecure && number())
    }

    /// The origin of pages that are addressed as this request is.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> String {
        match &self.public_url {
            Some(url) if self.is_public(headers) => url.origin(),
            _ => {
                format!(
                    "http://{}",
                    headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default()
                )
            }
        }
    }

    /// Whether a request came over TLS, as far as the public address says so.
    pub(crate) fn is_secure(&self, headers: &HeaderMap) -> bool {
        self.is_public(headers) && self.public_url.as_ref().is_some_and(|url| url.https)
    }

    fn is_public(&self, headers: &HeaderMap) -> bool {
        let named = host(headers).map(|(name, _)| name);
        self.public_url.as_ref().is_some_and(|url| named.is_some_and(|name| url.host.eq_ignore_ascii_case(name)))
    }

    /// Whether somebody may come to us from that address: past a declared proxy nobody does.
    pub(crate) fn lets_in(&self, peer: IpAddr) -> bool {
        peer.is_loopback() || self.insecure || self.proxy.is_some_and(|proxy| proxy == peer)
    }

    /// The address that asks: the peer's, or the last that a declared proxy adds.
    pub(crate) fn asking(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if self.proxy != Some(peer) {
            return peer;
        }
        let line = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        let last = line.and_then(|line| line.rsplit(',').next()).and_then(|text| text.trim().parse().ok());
        last.unwrap_or(peer)
    }
}

/// The address at the other end of the connection; this machine when there is no connection, as in tests.
pub(crate) fn peer_of(extensions: &Extensions) -> IpAddr {
    let info = extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip().to_canonical())
}

/// From which address a request comes.
pub(crate) struct Peer {
    pub(crate) address: String,
}

impl FromRequestParts<App> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let address = app.door().asking(peer_of(&parts.extensions), &parts.headers).to_string();
        Ok(Self { address })
    }
}

/// The path when it is one of this place, else the first page: nothing that somebody sends leads elsewhere.
pub(crate) fn local_path(text: &str) -> &str {
    let here = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    if here && !text.chars().any(char::is_control) { text } else { "/" }
}
