//! `mainstay sql`: every shape of an answer, and what is said about a wrong question.

use std::fs;

use testkit::Scripted;

use crate::program::Program;
use crate::program::exit::{BAD_INPUT, DONE, USAGE};

fn mined() -> Program {
    let (program, mut repo) = (Program::new(), Scripted::new());
    repo.write("a.rs", "fn a() {}\n").commit("one");
    repo.write("b.rs", "fn b() {}\n").commit("two");
    program.mine(repo.path()).says(DONE, &[]);
    program
}

const PATHS: &str = "select path, added from changes order by path";

#[test]
fn text_formats_hold_every_row() {
    let program = mined();
    let answer = |format| program.run(&["sql", "--format", format, PATHS]).says(DONE, &[]).out.clone();
    assert_eq!(answer("csv"), "path,added\na.rs,1\nb.rs,1\n");
    assert_eq!(answer("json").trim(), r#"[{"path":"a.rs","added":1},{"path":"b.rs","added":1}]"#);
    assert_eq!(answer("ndjson"), "{\"path\":\"a.rs\",\"added\":1}\n{\"path\":\"b.rs\",\"added\":1}\n");
    let table = answer("table");
    assert!(table.contains("path") && table.contains("b.rs"), "{table}");
    assert_eq!(program.run(&["sql", "--json", PATHS]).out, answer("json"));
}

#[test]
fn files_begin_with_their_magic() {
    let program = mined();
    let parquet = program.run(&["sql", "--format", "parquet", PATHS]);
    assert!(parquet.bytes.starts_with(b"PAR1") && parquet.bytes.ends_with(b"PAR1"));
    let file = program.folder("out").join("answer.arrow");
    program.run(&["sql", "--format", "arrow", "--output", file.to_str().unwrap(), PATHS]).says(DONE, &[]);
    assert!(fs::read(&file).unwrap().starts_with(b"ARROW1"));
}

#[test]
fn no_row_is_still_an_answer() {
    let program = mined();
    let none = |format| program.run(&["sql", "--format", format, "select path from changes where false"]).out;
    assert_eq!((none("csv").as_str(), none("json").trim()), ("path\n", "[]"));
}

#[test]
fn wrong_questions_are_explained() {
    let program = mined();
    for (question, words) in [
        ("select pth from changes", &["pth", "path", "line 1"][..]),
        ("select * from comits", &["comits", "commits"]),
        ("selec 1", &["line 1"]),
        ("delete from commits", &["only be read"]),
        ("create table t as select 1", &["only be read"]),
        ("select 1; select 2", &["one statement"]),
        ("", &["no statement"]),
    ] {
        program.run(&["sql", question]).says(BAD_INPUT, words);
    }
    program.run(&["sql", "--format", "xml", "select 1"]).says(USAGE, &["xml", "ndjson"]);
}

#[test]
fn a_failed_question_writes_no_file() {
    let program = mined();
    let file = program.folder("out").join("kept.csv");
    fs::write(&file, "before").unwrap();
    program.run(&["sql", "--output", file.to_str().unwrap(), "select nothing from nowhere"]).says(BAD_INPUT, &[]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "before");
}

#[test]
fn the_schema_names_every_table() {
    let schema = Program::new().run(&["sql", "--schema"]).says(DONE, &[]).out.clone();
    for table in lake::tables::TABLES {
        assert!(schema.contains(table.name), "{}", table.name);
    }
}

#[test]
fn an_empty_folder_answers_nothing() {
    assert_eq!(Program::new().ask("select count(*) from commits"), "0");
}
