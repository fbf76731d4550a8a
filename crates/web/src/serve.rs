//! Listening, until asked to stop: on this machine only, unless the door says how others reach it safely.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{App, Door};

/// How long answers under way may take once the server was asked to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address would be reachable from other machines.
    #[error(
        "{0} is reachable from other machines, and what goes there can be read on the way; listen on 127.0.0.1 behind a proxy that ends TLS, or reach it through a tunnel (ssh -L 7117:127.0.0.1:7117 HOST)"
    )]
    NotLoopback(SocketAddr),
    /// A proxy was declared, but not where people reach it.
    #[error("a proxy needs the address at which people reach it, too (https://mainstay.example.org)")]
    NoPublicUrl,
    /// The address cannot be had.
    #[error("cannot listen on {address}; another program may use it, choose another with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The listener failed.
    #[error("the server stopped")]
    Stopped(#[source] std::io::Error),
}

/// Listens on a loopback address.
///
/// # Errors
/// Any other address is refused with what to do instead; an address in use says so.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    listen_at(address, &Door::default()).await
}

/// Listens on an address that `door` opens: a loopback one, or any when a proxy is declared or somebody wants it insecure.
///
/// # Errors
/// Any other address is refused with what to do instead; an address in use says so.
pub async fn listen_at(address: SocketAddr, door: &Door) -> Result<TcpListener, ServeError> {
    may_listen(address, door)?;
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

fn may_listen(address: SocketAddr, door: &Door) -> Result<(), ServeError> {
    if !door.opens(address) {
        return Err(ServeError::NotLoopback(address));
    }
    if door.proxy.is_some() && door.public_url.is_none() { Err(ServeError::NoPublicUrl) } else { Ok(()) }
}

/// Serves `app` until `stop` is ready; requests under way are answered first.
///
/// # Errors
/// When the application's door does not open the listener's address, or the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    may_listen(listener.local_addr().map_err(ServeError::Stopped)?, app.door())?;
    let (tell, told) = oneshot::channel();
    let stopping = async move {
        stop.await;
        let _ = tell.send(());
    };
    let served = axum::serve(listener, app.router().into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopping);
    // A page that watches the progress would hold the server open for ever.
    let enough = async move {
        if told.await.is_ok() {
            tokio::time::sleep(LAST_ANSWERS).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = served => ended.map_err(ServeError::Stopped),
        () = enough => Ok(()),
    }
}
