//! Every test runs on SQLite and on PostgreSQL. The server is started in a temporary folder, speaks over a socket in it alone, and ends
//! with the test's process; `MAINSTAY_TEST_POSTGRES=postgres://…` names one that runs already. Each test gets a database of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use store::{Chance, Keys, Place, Store};
use tempfile::TempDir;

/// Random bytes that are the same on every run.
pub(crate) struct Seeded(Mutex<StdRng>);

impl Chance for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(bytes);
    }
}

pub(crate) fn chance(seed: u64) -> Arc<dyn Chance> {
    Arc::new(Seeded(Mutex::new(StdRng::seed_from_u64(seed))))
}

/// A day's instant: `2026-11-25T09:00Z` for `at("2026-11-25T09:00Z")`.
pub(crate) fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

/// A database for one test.
pub(crate) struct House {
    pub(crate) place: Place,
    /// Shared with whoever runs the test: a test that uses the store alone would drop the folder before it has begun.
    pub(crate) folder: Arc<TempDir>,
    pub(crate) store: Store,
}

impl House {
    pub(crate) async fn on(place: Place, folder: TempDir) -> Self {
        let keys = Keys::of_file(&folder.path().join("key"), &*chance(7)).unwrap();
        let store = Store::open(&place, keys, chance(1)).await.unwrap();
        Self { place, folder: Arc::new(folder), store }
    }

    /// Closes the database and opens it again.
    pub(crate) async fn reopened(self) -> Self {
        let Self { place, folder, store } = self;
        store.close().await.unwrap();
        let keys = Keys::of_file(&folder.path().join("key"), &*chance(7)).unwrap();
        let store = Store::open(&place, keys, chance(2)).await.unwrap();
        Self { place, folder, store }
    }
}

impl House {
    /// Does something to the database past the store, as no program should.
    pub(crate) async fn meddle(&self, statement: &str) {
        use sea_orm::ConnectionTrait as _;
        let address = match &self.place {
            Place::File(path) => format!("sqlite://{}", path.display()),
            Place::Server(address) => address.clone(),
        };
        let connection = sea_orm::Database::connect(address).await.unwrap();
        connection.execute_unprepared(statement).await.unwrap();
        connection.close().await.unwrap();
    }
}

/// Runs `test` on SQLite, then on PostgreSQL.
pub(crate) fn on_both<F: Future<Output = ()>>(test: impl Fn(House) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = Place::File(folder.path().join("mainstay.db"));
    runtime.block_on(async { kept(&test, House::on(file, folder).await).await });
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let place = server.database();
    runtime.block_on(async { kept(&test, House::on(place, folder).await).await });
}

async fn kept<F: Future<Output = ()>>(test: impl Fn(House) -> F, house: House) {
    let folder = house.folder.clone();
    test(house).await;
    drop(folder);
}

/// A server of PostgreSQL of our own.
pub(crate) struct Server {
    folder: Option<TempDir>,
    address: String,
}

static DATABASES: AtomicU64 = AtomicU64::new(0);

impl Server {
    pub(crate) fn start() -> Self {
        if let Ok(address) = std::env::var("MAINSTAY_TEST_POSTGRES") {
            return Self { folder: None, address };
        }
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp").unwrap();
        let data = folder.path().join("data");
        if root() {
            run(program("chown").arg("postgres").arg(folder.path()));
        }
        run(unprivileged("initdb").args(["-A", "trust", "-U", "postgres", "--no-sync", "-D"]).arg(&data));
        let server = Self {
            address: format!("postgres://postgres@localhost/NAME?host={}", folder.path().display()),
            folder: Some(folder),
        };
        server.control("start");
        server
    }

    /// `start` or `stop`; waits until it is done.
    pub(crate) fn control(&self, what: &str) {
        let folder = self.folder.as_ref().unwrap().path();
        let options =
            format!("-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=60", folder.display());
        let mut command = unprivileged("pg_ctl");
        command.arg(what).args(["-w", "-D"]).arg(folder.join("data"));
        if what == "start" {
            command.args(["-o", &options, "-l"]).arg(folder.join("log"));
        } else {
            command.args(["-m", "immediate"]);
        }
        run(&mut command);
    }

    /// Whether it is ours to stop and start.
    pub(crate) const fn ours(&self) -> bool {
        self.folder.is_some()
    }

    /// A fresh database.
    pub(crate) fn database(&self) -> Place {
        let name = format!("t{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
        let psql = self.address.replace("NAME", "postgres");
        run(program(binary("psql")).arg(psql).args(["-q", "-c", &format!("CREATE DATABASE {name}")]));
        Place::Server(self.address.replace("NAME", &name))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.as_ref().filter(|folder| folder.path().join("data/postmaster.pid").exists()) {
            let data = folder.path().join("data");
            run(unprivileged("pg_ctl").args(["stop", "-w", "-m", "immediate", "-D"]).arg(data));
        }
    }
}

/// An empty database beside that of `place`.
pub(crate) fn another(place: &Place, folder: &Path) -> Place {
    match place {
        Place::File(_) => Place::File(folder.join("mainstay.db")),
        Place::Server(address) => {
            let (host, query) = address.split_once('?').unwrap();
            let (host, _) = host.rsplit_once('/').unwrap();
            let address = format!("{host}/NAME?{query}");
            Server { folder: None, address }.database()
        }
    }
}

fn root() -> bool {
    std::env::var("USER").is_ok_and(|user| user == "root")
        || Path::new("/root").metadata().is_ok() && std::fs::read_dir("/root").is_ok()
}

#[expect(clippy::disallowed_methods, reason = "prepares the server that the test speaks to")]
fn program(path: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(path)
}

/// A program of PostgreSQL, as a user who may run a server: never root.
fn unprivileged(program: &str) -> Command {
    if !root() {
        return self::program(binary(program));
    }
    let mut command = self::program("runuser");
    command.args(["-u", "postgres", "--"]).arg(binary(program));
    command
}

/// Debian keeps the server's programs out of the path.
fn binary(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> =
        versions.map(|version| version.path().join("bin").join(program)).filter(|path| path.exists()).collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(program))
}

fn run(command: &mut Command) {
    let said = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let ended = said.spawn().and_then(std::process::Child::wait_with_output);
    let ended =
        ended.unwrap_or_else(|cause| panic!("{command:?}: {cause} (PostgreSQL is needed: apt-get install postgresql)"));
    assert!(ended.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ended.stderr));
}
