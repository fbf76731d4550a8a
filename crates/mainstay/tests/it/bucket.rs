//! A lake in a bucket, spoken to as S3 is: by the program, over the wire. Needs moto (`pip install 'moto[server]'`); where it is not installed
//! `cargo xtask test` leaves the test out and says so. The crate `lake` tries the same over a store in memory on every machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use testkit::Scripted;

use crate::program::exit::{BUSY, DONE, UNAVAILABLE, USAGE};
use crate::program::{Program, ended};

/// A server of buckets on this machine, which ends with the test.
struct Moto {
    child: Child,
    port: u16,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Moto {
    /// Starts moto; a test that cannot is a test that failed.
    #[expect(clippy::disallowed_methods, reason = "starts the server that the test speaks to")]
    fn start() -> Self {
        let port = free_port();
        let program = std::env::var("MAINSTAY_MOTO").unwrap_or_else(|_| "moto_server".to_owned());
        let arguments = ["-H", "127.0.0.1", "-p", &port.to_string()].map(str::to_owned);
        let mut command = Command::new(&program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|cause| {
            panic!("{program}: {cause} (pip install 'moto[server]', or run `cargo xtask test`, which leaves it out)")
        });
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(lines.any(|line| line.is_ok_and(|line| line.contains("Running on"))), "{program} did not start");
        // What it says from now on is read, or it would wait.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }

    /// Sends a request without credentials, which moto takes; gives the answer.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let text = format!("{request} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// What the cloud's own tools are told.
    fn environment(&self) -> Vec<(&'static str, String)> {
        environment(self.port)
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn environment(port: u16) -> Vec<(&'static str, String)> {
    [
        ("AWS_ENDPOINT", format!("http://127.0.0.1:{port}")),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("MAINSTAY_LAKE", "s3://facts/team/lake".to_owned()),
    ]
    .into()
}

fn repository() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("a.rs", "fn a() {\n    b();\n}\n").commit("one");
    repo
}

#[test]
fn facts_are_kept_in_a_bucket_of_a_server() {
    let moto = Moto::start();
    assert!(moto.ask("PUT /facts").starts_with("HTTP/1.1 200"));
    let (one, two) = (Program::with(moto.environment()), Program::with(moto.environment()));
    let mut repo = repository();
    one.mine(repo.path()).says(DONE, &["1 commits"]);
    assert!(!one.data().join("lake").exists());
    assert!(moto.ask("GET /facts?list-type=2").contains("team/lake/manifest.json"));
    // Somebody else, with a data folder of their own, reads what is there and goes on.
    assert_eq!(two.ask("select count(*) from changes"), "1");
    repo.write("b.rs", "fn b() {}\n").commit("two");
    two.mine(repo.path()).says(DONE, &["2 commits"]);
    assert_eq!(one.ask("select count(*) from commits"), "2");
    one.mine(repo.path()).says(DONE, &[]);
    one.run_in(repo.path(), &["code_quality"]).says(DONE, &[]);
    let doctor = one.run(&["doctor"]);
    doctor.says(DONE, &[]);
    assert!(
        doctor.out.contains("s3://facts/team/lake") && doctor.out.contains("every file is whole"),
        "{}",
        doctor.out
    );
    // Runs at once: whoever comes second is told, or waits.
    let runs: Vec<_> = [&one, &two, &one].map(|program| program.start(repo.path(), &["mine", "--again"])).into();
    let codes: Vec<u8> = runs.into_iter().map(|run| ended(run.wait_with_output().unwrap()).code).collect();
    assert!(codes.contains(&DONE) && codes.iter().all(|code| [DONE, BUSY].contains(code)), "{codes:?}");
    let runs: Vec<_> = [&one, &two].map(|program| program.start(repo.path(), &["mine", "--again", "--wait"])).into();
    for run in runs {
        ended(run.wait_with_output().unwrap()).says(DONE, &[]);
    }
    assert_eq!(one.ask("select count(*) from commits"), "2");
    assert_eq!(one.run(&["doctor"]).code, DONE);
}

#[test]
fn a_bucket_that_is_not_there_is_said() {
    let nobody = Program::with(environment(free_port()));
    let refused = nobody.run(&["sql", "select 1"]);
    refused.says(UNAVAILABLE, &["s3://facts/team/lake", "credentials"]);
    nobody.run(&["sql", "--lake", "ftp://host/lake", "select 1"]).says(USAGE, &["ftp://host/lake", "s3://"]);
}
