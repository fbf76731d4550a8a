//! Records and people from the command line: applied twice, refused with the line, exported, backed up and brought back.

use std::ffi::OsStr;
use std::path::PathBuf;

use crate::program::Program;
use crate::program::exit::{BAD_INPUT, DONE, INPUT_OUTPUT, USAGE};

pub(crate) const RISK: &str = "\
kind: risk
title: The payment provider's contract ends in May
team: payments
body: { probability: 0.3, impact: { low: 5 d, likely: 10 d, high: 30 d }, response: mitigate, owner: sam@example.org }
";

const PEOPLE: &str = "\
name,email,manager_email,team,role
Ines Duarte,ines@example.org,,payments,manager
Sam Ortiz,sam@example.org,ines@example.org,payments,member
";

pub(crate) fn file(program: &Program, name: &str, text: &str) -> PathBuf {
    let path = program.folder("files").join(name);
    std::fs::write(&path, text).unwrap();
    path
}

pub(crate) fn with<'a>(words: &'a [&'a str], path: &'a std::path::Path) -> Vec<&'a OsStr> {
    words.iter().map(OsStr::new).chain([path.as_os_str()]).collect()
}

/// A program whose person is in the team payments.
pub(crate) fn house() -> Program {
    let program = Program::new();
    let csv = file(&program, "people.csv", PEOPLE);
    program
        .run(&with(&["people", "import", "--dry-run"], &csv))
        .says(DONE, &["added", "Sam Ortiz, member of payments", "--dry-run"]);
    program.run(&with(&["people", "import"], &csv)).says(DONE, &["All of it was applied."]);
    program.run(&with(&["people", "import"], &csv)).says(DONE, &["Nothing changes."]);
    let me = program.run(&["people", "--json"]);
    let people: serde_json::Value = serde_json::from_str(&me.out).unwrap();
    let mine =
        people.as_array().unwrap().iter().find(|one| !one["email"].as_str().unwrap().ends_with("example.org")).unwrap();
    let row = format!(
        "name,email,team,role\n{},{},payments,tech_lead\n",
        mine["name"].as_str().unwrap(),
        mine["email"].as_str().unwrap()
    );
    let csv = file(&program, "me.csv", &row);
    program.run(&with(&["people", "import"], &csv)).says(DONE, &["changed"]);
    program
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let program = house();
    let risk = file(&program, "risk.yaml", RISK);
    program.run(&with(&["apply", "--dry-run", "-f"], &risk)).says(DONE, &["would be created", "impact.low: – → 5"]);
    program.run(&["get", "risk"]).says(DONE, &["No risk that you may read."]);
    program.run(&with(&["apply", "-f"], &risk)).says(DONE, &["created"]);
    program.run(&with(&["apply", "-f"], &risk)).says(DONE, &["unchanged"]);
    let more = file(
        &program,
        "more.yaml",
        &format!(
            "{}---\nkind: note\ntitle: Two\nteam: payments\nbody: {{ text: hello }}\n",
            RISK.replace("0.3", "0.4")
        ),
    );
    program.run(&with(&["apply", "-f"], &more)).says(DONE, &["changed", "probability: 0.3 → 0.4", "created"]);
    let listed = program.run(&["get", "risk", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    let id = listed["records"][0]["id"].as_str().unwrap().to_owned();
    program.run(&["history", "risk", &id]).says(DONE, &["version 1", "version 2", "probability: 0.3 → 0.4"]);
    program.run(&["readers", "risk", &id]).says(DONE, &["Readable by: you, Ines Duarte and Sam Ortiz."]);
    // What `get` prints is what `apply` takes.
    let printed = program.run(&["get", "risk", &id]);
    printed.says(DONE, &["kind: risk", "team: payments"]);
    let again = file(&program, "again.yaml", &printed.out);
    program.run(&with(&["apply", "-f"], &again)).says(DONE, &["unchanged"]);
    program.run(&["archive", "risk", &id]).says(DONE, &["put away"]);
    program.run(&["get", "risk"]).says(DONE, &["No risk that you may read."]);
    program.run(&["audit", "verify"]).says(DONE, &["each follows from the one before it"]);
}

#[test]
fn a_wrong_document_says_where() {
    let program = house();
    let check = |text: &str, said: &[&str]| {
        let path = file(&program, "wrong.yaml", text);
        program.run(&with(&["apply", "-f"], &path)).says(BAD_INPUT, said);
        program.run(&["get", "risk"]).says(DONE, &["No risk that you may read."]);
    };
    check(&RISK.replace("probability", "probabilty"), &["wrong.yaml:4", "probability", "Nothing was applied."]);
    check(
        &format!("{RISK}---\n{}", RISK.replace("0.3", "3").replace("May", "June")),
        &["wrong.yaml:9", "between 0 and 1"],
    );
    check(&RISK.replace("payments", "paymnets"), &["wrong.yaml:3", "payments"]);
    check(&RISK.replace("kind: risk", "kind: rsk"), &["rsk", "risk"]);
    check("kind: risk\n  title: [", &["wrong.yaml:2"]);
    check("# nothing\n", &["no document"]);
    program.run(&["get", "nothing"]).says(BAD_INPUT, &["nothing"]);
}

#[test]
fn what_was_written_comes_back() {
    let program = house();
    let risk = file(&program, "risk.yaml", RISK);
    program.run(&with(&["apply", "-f"], &risk)).says(DONE, &["created"]);
    let saved = program.folder("files").join("backup.tar");
    program.run(&with(&["backup"], &saved)).says(DONE, &["without the key"]);
    program.run(&with(&["restore"], &saved)).says(BAD_INPUT, &[]);
    let other = Program::new();
    other.run(&["restore", "nothing.tar"]).says(INPUT_OUTPUT, &["nothing.tar"]);
    other.run(&with(&["restore"], &saved)).says(DONE, &["are back"]);
    other.run(&["get", "risk"]).says(DONE, &["The payment provider"]);
    other.run(&["doctor"]).says(DONE, &[]);
    let mut repository = testkit::Scripted::new();
    repository.write("a.txt", "one\n").commit("Begin");
    program.mine(repository.path()).says(DONE, &[]);
    let out = program.folder("files").join("export");
    program.run(&with(&["export"], &out)).says(DONE, &["1 records", "files of facts"]);
    let third = Program::new();
    third.run(&with(&["import", "all"], &out)).says(DONE, &[]);
    third.run(&["sql", "SELECT count(*) AS n FROM commits"]).says(DONE, &["1"]);
    let again = program.folder("files").join("again");
    program.run(&["key", "rotate"]).says(DONE, &["wrapped"]);
    third.run(&["jobs"]).says(DONE, &["no job"]);
    third.run(&with(&["export"], &again)).says(DONE, &["files of facts"]);
    assert_eq!(files(&out.join("facts")), files(&again.join("facts")), "facts are the same, byte for byte");
    third.run(&with(&["import", "all"], &out)).says(BAD_INPUT, &[]);
}

/// Every file below a folder with its bytes.
fn files(folder: &std::path::Path) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut all = std::collections::BTreeMap::new();
    let mut next = vec![folder.to_owned()];
    while let Some(here) = next.pop() {
        for entry in std::fs::read_dir(here).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                next.push(path);
            } else {
                all.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

#[test]
fn bad_lines_and_unknown_people_are_refused() {
    let program = house();
    let csv = file(&program, "bad.csv", "name,email,manager_email\nAnn Lee,ann@example.org,nobody@example.org\n");
    program
        .run(&with(&["people", "import"], &csv))
        .says(BAD_INPUT, &["line 2", "nobody@example.org", "Nothing was applied"]);
    program.run(&["sign-in-link", "Sam Ortis"]).says(BAD_INPUT, &["Sam Ortiz"]);
    program.run(&["sign-in-link", "sam@example.org"]).says(DONE, &["http://127.0.0.1:7117/in/"]);
    program.run(&["people", "erase", "sam@example.org"]).says(USAGE, &["--yes"]);
    program.run(&["people", "erase", "sam@example.org", "--yes"]).says(DONE, &["Sam Ortiz", "erased"]);
    program.run(&["sign-in-link", "sam@example.org"]).says(BAD_INPUT, &[]);
    let token = program.run(&["token", "nightly", "--days", "7"]);
    token.says(DONE, &["mst_"]);
    assert!(
        program.run(&["audit", "export"]).out.lines().all(|line| !line.contains(token.out.trim())),
        "no secret is in the audit"
    );
}

#[test]
fn records_are_linked_and_changes_taken_back() {
    let program = house();
    let risk = file(&program, "risk.yaml", RISK);
    let note = file(&program, "note.yaml", "kind: note\ntitle: Talk to legal\nteam: payments\nbody: { text: x }\n");
    for path in [&risk, &note] {
        program.run(&with(&["apply", "-f"], path)).says(DONE, &["created"]);
    }
    let id = |kind: &str| {
        let listed: serde_json::Value = serde_json::from_str(&program.run(&["get", kind, "--json"]).out).unwrap();
        listed["records"][0]["id"].as_str().unwrap().to_owned()
    };
    let (risk_id, note_id) = (id("risk"), id("note"));
    program.run(&["links", "risk", &risk_id]).says(DONE, &["linked to nothing that you may see"]);
    program.run(&["link", "risk", &risk_id, "mitigated by", &note_id]).says(DONE, &["linked; `mainstay unlink risk"]);
    program.run(&["link", "risk", &risk_id, "caused_by", "work_item/PAY-812"]).says(DONE, &[]);
    program.run(&["link", "risk", &risk_id, "caused_by", "PAY-812"]).says(BAD_INPUT, &["`to`", "work_item/…"]);
    program.run(&["link", "rsk", &risk_id, "caused_by", "PAY-812"]).says(BAD_INPUT, &["risk"]);
    program.run(&["links", "risk", &risk_id]).says(DONE, &["mitigated by", "Talk to legal", "PAY-812", "work_item"]);
    program.run(&["links", "note", &note_id]).says(DONE, &["it mitigated by this", "The payment provider"]);
    let links: serde_json::Value =
        serde_json::from_str(&program.run(&["links", "risk", &risk_id, "--json"]).out).unwrap();
    program
        .run(&["unlink", "risk", &risk_id, links[0]["id"].as_str().unwrap()])
        .says(DONE, &["not linked so any more"]);
    program.run(&["links", "note", &note_id]).says(DONE, &["linked to nothing"]);
    let other = file(&program, "other.yaml", &RISK.replace("0.3", "0.8"));
    program.run(&with(&["apply", "-f"], &other)).says(DONE, &["changed"]);
    program.run(&["undo", "risk", &risk_id]).says(DONE, &["taken back in version 3", "probability: 0.8 → 0.3"]);
    program.run(&["archive", "risk", &risk_id]).says(DONE, &[]);
    program.run(&["undo", "risk", &risk_id]).says(DONE, &["version 5"]);
    program.run(&["get", "risk"]).says(DONE, &["The payment provider"]);
    program.run(&["audit", "verify"]).says(DONE, &[]);
}
