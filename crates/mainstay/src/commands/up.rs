//! `mainstay up`: serves at once, mines meanwhile, and opens the browser at a link that signs in.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use clap::ArgMatches;
use desk::{Office, Viewer};

use super::{housekeeping, jobs};
use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime};
use crate::mining::{self, Wish};

/// How long the worker of jobs may take to let go.
const GOODBYE: Duration = Duration::from_secs(5);

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    let home = Home::of(matches)?;
    let mut wish = Wish::of(matches);
    if wish.repos.is_empty() && history::Repository::open(Path::new(mining::HERE)).is_ok() {
        wish = wish.or_here();
    }
    // A wrong path is said before anything is served.
    for folder in wish.repos.iter().filter(|repo| !repo.to_str().is_some_and(connect::git::is_url)) {
        history::Repository::open(Path::new(folder)).map_err(connect::git::MineError::from)?;
    }
    let address = address_of(matches)?;
    let (open, door) = (!matches.get_flag("no-open"), door_of(matches)?);
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let (office, viewer) = home.office().await?;
        serve(home, office, viewer, Served { wish, address, door, open }).await
    });
    // A repository that is still being read is no reason to stay: what was not committed is read by the next run.
    runtime.shutdown_background();
    ended
}

/// Where to serve.
pub(super) fn address_of(matches: &ArgMatches) -> Result<SocketAddr, Failure> {
    let address = matches.get_one::<SocketAddr>("listen").copied();
    address.ok_or_else(|| Failure::new(exit::USAGE, "no address to listen on"))
}

/// How the place is reached: by this machine alone, unless the command line says otherwise.
pub(super) fn door_of(matches: &ArgMatches) -> Result<web::Door, Failure> {
    let public_url = matches.get_one::<String>("public-url").map(|text| web::PublicUrl::parse(text)).transpose();
    Ok(web::Door {
        insecure: matches.get_flag("insecure"),
        proxy: matches.get_one::<std::net::IpAddr>("proxy").copied(),
        public_url: public_url.map_err(|error| Failure::from_error(exit::USAGE, &error))?,
    })
}

/// What is served where and how it is reached, and whether a browser opens.
pub(super) struct Served {
    pub(super) wish: Wish,
    pub(super) address: SocketAddr,
    pub(super) door: web::Door,
    pub(super) open: bool,
}

/// Serves at once and reads the repositories meanwhile, until asked to stop.
pub(super) async fn serve(home: Home, office: Office, viewer: Viewer, served: Served) -> Result<u8, Failure> {
    let Served { wish, address, door, open } = served;
    let failed = |error: &web::ServeError| match error {
        web::ServeError::NotLoopback(_) => Failure::from_error(exit::USAGE, error),
        _ => Failure::from_error(exit::INPUT_OUTPUT, error),
    };
    let listener = web::listen_at(address, &door).await.map_err(|error| failed(&error))?;
    let address = listener.local_addr()?;
    let mut app = web::App::new(office.clone(), crate::cli::entries()).at_door(door);
    let company = web::OidcSettings::from_variables(|name| std::env::var(name).ok());
    if let Some(company) = company.map_err(|error| Failure::from_error(exit::USAGE, &error))? {
        app = app.with_company(company).map_err(|error| Failure::from_error(exit::USAGE, &error))?;
    }
    let link = format!("http://{address}{}", app.sign_in_path(&viewer).await?);
    // Before anything is said: whoever reads the link may also end the program.
    let stop = asked_to_stop()?;
    println!("Mainstay is at http://{address}/");
    println!("Sign in (once, within ten minutes): {link}");
    if open {
        open_browser(&link);
    }
    let kinds = app.registry().kinds().iter().map(|entry| entry.rules).collect();
    tokio::spawn(housekeeping::keep(office.clone(), kinds));
    tokio::spawn(read_ahead(office.clone()));
    let (end, ended) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(jobs::work(office.clone(), app.registry().jobs(), ended));
    tokio::task::spawn_blocking(move || {
        let outcome = mining::run(&home, office.lake(), &wish, Some(office.progress()));
        tokio::runtime::Handle::current().block_on(mining::carry(&office));
        office.refresh();
        mining::tell(&outcome);
    });
    let served = web::serve(listener, app, stop).await.map_err(|error| failed(&error));
    // A job that is being done is handed back; one that does not let go is left to its lease.
    let _ = end.send(true);
    let _ = tokio::time::timeout(GOODBYE, worker).await;
    served.map(|()| exit::DONE)
}

/// Reads what every page of work and changes stands on, so that whoever asks first does not wait for all of it.
async fn read_ahead(office: Office) {
    let (work, requests) = tokio::join!(office.store().work(), office.store().change_requests());
    if let Some(error) = work.err().or(requests.err()) {
        tracing::warn!(error = desk::facts::chain(&error), "work is read when somebody asks for it");
    }
}

/// Listens from now on for who asks the program to end: Ctrl-C, or the signal that a service manager or a shutting down machine sends.
#[cfg(unix)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for Ctrl-C.
#[cfg(not(unix))]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a way to hear of it the server runs until it is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Opens the link with the system's own way; the link was printed, so a failure is no loss.
#[expect(clippy::disallowed_methods, reason = "the browser is a program of the person's own choice")]
fn open_browser(link: &str) {
    let (program, first): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(target_os = "windows") {
        ("cmd", &["/c", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let quiet = std::process::Stdio::null;
    let _ = std::process::Command::new(program).args(first).arg(link).stdout(quiet()).stderr(quiet()).spawn();
}
