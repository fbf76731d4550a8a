//! Listening: on this machine only, until asked to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::App;

/// How long answers under way may take once the server was asked to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address would be reachable from other machines.
    #[error(
        "{0} is reachable from other machines, and signing in safely from there is not built yet; listen on 127.0.0.1 and reach it through a tunnel (ssh -L 7117:127.0.0.1:7117 HOST)"
    )]
    NotLoopback(SocketAddr),
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
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Serves `app` until `stop` is ready; requests under way are answered first.
///
/// # Errors
/// When the listener is not on loopback or fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Stopped)?;
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let (tell, told) = oneshot::channel();
    let stopping = async move {
        stop.await;
        let _ = tell.send(());
    };
    let served = axum::serve(listener, app.router()).with_graceful_shutdown(stopping);
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
