//! Asked to end, by a service manager or a shutting down machine: the program ends well, and nothing that it said was saved is lost.

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};
use testkit::Scripted;

use crate::program::exit::DONE;
use crate::program::{Program, ended};

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Starts `up` and gives what it prints until it says `wanted`.
fn up(program: &Program, repo: &Scripted, wanted: &str) -> Child {
    let mut child = program.start(repo.path(), &["up", "--no-open", "--listen", "127.0.0.1:0"]);
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let mut lines: Box<dyn Iterator<Item = String>> = if wanted == "Sign in" {
        Box::new(BufReader::new(out).lines().map(Result::unwrap))
    } else {
        Box::new(BufReader::new(err).lines().map(Result::unwrap))
    };
    assert!(lines.any(|line| line.contains(wanted)), "it never said `{wanted}`");
    child
}

#[test]
fn a_signal_ends_serving_well() {
    for signal in [Signal::TERM, Signal::INT] {
        let (program, mut repo) = (Program::new(), Scripted::new());
        repo.write("a.rs", "fn a() {}\n").commit("one");
        let child = up(&program, &repo, "1 commits");
        send(&child, signal);
        assert_eq!(ended(child.wait_with_output().unwrap()).code, DONE, "{signal:?}");
        assert_eq!(program.ask("select count(*) from commits"), "1");
        assert_eq!(program.run(&["doctor"]).code, DONE);
    }
}

#[test]
fn a_signal_while_reading_loses_nothing() {
    let (program, mut repo) = (Program::new(), Scripted::new());
    for round in 0..40 {
        repo.write("a.rs", format!("fn a() {{ {round} }}\n")).commit("more");
    }
    let child = up(&program, &repo, "Sign in");
    send(&child, Signal::TERM);
    assert_eq!(ended(child.wait_with_output().unwrap()).code, DONE);
    program.mine(repo.path()).says(DONE, &[]);
    assert_eq!(program.ask("select count(*) from commits"), "40");
    assert_eq!(program.run(&["doctor"]).code, DONE);
}
