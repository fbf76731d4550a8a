//! Rows of the reader through the sink, and back out of the lake.

use history::rows::{
    Admission, Change, ChangeKind, Commit, CommitKind, ComplexityAt, Death, Duplicate, File, Flag, Function,
    FunctionChange, Import, Manifest, Owner, RefSeen, Role, Setting, Survival, Trailer, Type,
};
use history::sink::{Batch, Mode, Sink as _};
use lake::{Lake, Limits, RepoEntry, output, tables};
use tempfile::TempDir;

use super::{LakeSink, repo_id};

fn commit() -> Commit {
    Commit {
        sha: "a1".into(),
        tree: "t1".into(),
        parents: vec!["p1".into(), "p2".into()],
        author_name: "Ann".into(),
        author_email: "ann@x".into(),
        authored_at: -1,
        author_offset_min: -90,
        committer_name: "Bob".into(),
        committer_email: "bob@x".into(),
        committed_at: 1_700_000_000,
        subject: "Mend it".into(),
        body: "Because, well".into(),
        trailers: vec![Trailer { key: "Fixes".into(), value: "ABC-1".into() }],
        kind: CommitKind::Merge,
        change_number: Some(12),
        work_item_keys: vec!["ABC-1".into()],
        signed: true,
        flags: vec![Flag::ClockSkew, Flag::Encoding],
        position: 3,
    }
}

fn change() -> Change {
    Change {
        sha: "a1".into(),
        parent_index: 0,
        path: "new.rs".into(),
        old_path: Some("old.rs".into()),
        kind: ChangeKind::Renamed,
        similarity: Some(95),
        old_mode: 33188,
        mode: 33261,
        added: Some(2),
        deleted: None,
        old_blob: Some("b0".into()),
        blob: None,
        language: Some("Rust"),
        role: Role::Code,
        complexity: Some(4.5),
        filled_lines: Some(9),
    }
}

fn file() -> File {
    File {
        path: "new.rs".into(),
        blob: "b1".into(),
        lines: 10,
        blank: 1,
        comment: 2,
        code: 7,
        bytes: 321,
        language: None,
        role: Role::Test,
        binary: false,
        cognitive: Some(3),
        cyclomatic: None,
        indent_sum: 4.25,
        indent_mean: 0.5,
        indent_sd: 0.25,
        unparsed: true,
    }
}

fn function() -> Function {
    Function {
        path: "new.rs".into(),
        name: "run".into(),
        container: Some("Engine".into()),
        start_line: 3,
        end_line: 9,
        parameters: 2,
        code_lines: 6,
        cyclomatic: 4,
        cognitive: 5,
        nesting: 2,
    }
}

fn one_of_each() -> Vec<Batch> {
    let path = || "new.rs".to_owned();
    vec![
        Batch::Commits(vec![commit()]),
        Batch::Changes(vec![change()]),
        Batch::Owners(vec![Owner { path: path(), sha: "a1".into(), lines: 10 }]),
        Batch::OwnersLookingThrough(vec![Owner { path: path(), sha: "a1".into(), lines: 9 }]),
        Batch::Deaths(vec![Death {
            sha: "a1".into(),
            path: path(),
            born_sha: "a0".into(),
            lines: 5,
            code_lines: Some(4),
        }]),
        Batch::Survival(vec![Survival {
            cohort_month: "2023-11".into(),
            person_key: "ann@x".into(),
            at_month: "2024-01".into(),
            lines: 8,
        }]),
        Batch::Files(vec![file()]),
        Batch::Functions(vec![function()]),
        Batch::FunctionChanges(vec![FunctionChange {
            sha: "a1".into(),
            path: path(),
            name: "run".into(),
            container: None,
            added: 2,
            deleted: 1,
        }]),
        Batch::Complexity(vec![ComplexityAt { sha: "a1".into(), path: path(), complexity: 4.5, code_lines: 9 }]),
        Batch::Admissions(vec![Admission {
            path: path(),
            line: 4,
            marker: "FIXME",
            text: "mend, later".into(),
            first_sha: Some("a1".into()),
            in_function: None,
        }]),
        Batch::Imports(vec![Import { path: path(), line: 1, target_raw: "crate::b".into(), target_path: None }]),
        Batch::Duplicates(vec![Duplicate {
            path: path(),
            start_line: 3,
            end_line: 14,
            other_path: "old.rs".into(),
            other_start_line: 5,
            other_end_line: 16,
            lines: 11,
        }]),
        Batch::Types(vec![Type {
            path: path(),
            name: "Engine".into(),
            start_line: 3,
            end_line: 40,
            methods: 6,
            groups: 2,
        }]),
        Batch::Manifests(vec![Manifest {
            path: "Cargo.toml".into(),
            ecosystem: "cargo",
            name: "serde".into(),
            requirement: "1".into(),
            resolved: None,
            kind: "runtime",
        }]),
        Batch::Settings(vec![Setting { path: ".mailmap".into(), text: "A <a@x>".into() }]),
        Batch::RefsSeen(vec![RefSeen { name: "refs/heads/main".into(), sha: "a1".into(), at: 5 }]),
    ]
}

async fn table(lake: &Lake, table: &str) -> String {
    let answer = lake.snapshot().sql(&format!("SELECT * FROM {table}"), &Limits::default()).await.unwrap();
    let mut text = Vec::new();
    output::write(&answer, output::Format::Csv, &mut text).unwrap();
    String::from_utf8(text).unwrap().lines().skip(1).collect::<Vec<_>>().join("\n")
}

fn mined(lake: &Lake, mode: Mode, batches: Vec<Batch>) {
    let mut sink = LakeSink::new(lake.writer("r").unwrap());
    sink.begin(mode, Some("a1")).unwrap();
    for batch in batches {
        sink.push(batch).unwrap();
    }
    sink.finish(RepoEntry { name: "r".into(), ..RepoEntry::default() }, 1).unwrap();
}

#[tokio::test]
async fn every_row_arrives_in_its_columns() {
    let dir = TempDir::new().unwrap();
    let lake = Lake::open(dir.path()).unwrap();
    mined(&lake, Mode::Fresh, one_of_each());
    let wanted = [
        (
            "commits",
            "r,a1,t1,\"[p1, p2]\",Ann,ann@x,1969-12-31T23:59:59Z,-90,Bob,bob@x,2023-11-14T22:13:20Z,Mend it,\"Because, well\",\
             \"[{key: Fixes, value: ABC-1}]\",merge,12,[ABC-1],true,\"[clock_skew, encoding]\",3",
        ),
        ("changes", "r,a1,0,new.rs,old.rs,renamed,95,33188,33261,2,,b0,,Rust,code"),
        ("owners", "r,a1,new.rs,a1,10"),
        ("owners_looking_through", "r,a1,new.rs,a1,9"),
        ("deaths", "r,a1,new.rs,a0,5,4"),
        ("survival", "r,2023-11,ann@x,2024-01,8"),
        ("files", "r,a1,new.rs,b1,10,1,2,7,321,,test,false,3,,4.25,0.5,0.25,true"),
        ("functions", "r,a1,new.rs,run,Engine,3,9,2,6,4,5,2"),
        ("function_changes", "r,a1,new.rs,run,,2,1"),
        ("complexity_history", "r,a1,new.rs,4.5,9"),
        ("admissions", "r,a1,new.rs,4,FIXME,\"mend, later\",a1,"),
        ("imports", "r,a1,new.rs,1,crate::b,"),
        ("manifests", "r,a1,Cargo.toml,cargo,serde,1,,runtime"),
        ("duplicates", "r,a1,new.rs,3,14,old.rs,5,16,11"),
        ("types", "r,a1,new.rs,Engine,3,40,6,2"),
        ("settings", "r,a1,.mailmap,A <a@x>"),
        ("refs_seen", "r,refs/heads/main,a1,1970-01-01T00:00:05Z"),
    ];
    assert_eq!(wanted.len() + tables::TAKEN_IN.len(), tables::TABLES.len());
    for (name, row) in wanted {
        assert_eq!(table(&lake, name).await, row, "{name}");
    }
}

#[test]
fn a_second_run_adds_and_replaces() {
    let dir = TempDir::new().unwrap();
    let lake = Lake::open(dir.path()).unwrap();
    mined(&lake, Mode::Fresh, one_of_each());
    mined(&lake, Mode::Continue, one_of_each());
    let rows = |table| lake.snapshot().row_count("r", table);
    assert_eq!((rows("commits"), rows("changes"), rows("complexity_history"), rows("refs_seen")), (2, 2, 2, 2));
    assert_eq!((rows("owners"), rows("files"), rows("survival"), rows("function_changes")), (1, 1, 1, 1));
    mined(&lake, Mode::Fresh, one_of_each());
    assert_eq!((rows("commits"), rows("refs_seen")), (1, 3), "what refs named once stays known");
}

#[test]
fn several_batches_replace_once() {
    let dir = TempDir::new().unwrap();
    let lake = Lake::open(dir.path()).unwrap();
    mined(&lake, Mode::Fresh, one_of_each());
    let owner = |lines| Batch::Owners(vec![Owner { path: "p".into(), sha: "a1".into(), lines }]);
    mined(&lake, Mode::Continue, vec![owner(1), owner(2), owner(3)]);
    assert_eq!(lake.snapshot().row_count("r", "owners"), 3);
}

#[test]
fn an_unfinished_run_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let lake = Lake::open(dir.path()).unwrap();
    let mut sink = LakeSink::new(lake.writer("r").unwrap());
    sink.begin(Mode::Fresh, None).unwrap();
    sink.push(Batch::Commits(vec![commit()])).unwrap();
    assert_eq!(sink.rows(), 1);
    drop(sink);
    assert_eq!(lake.snapshot().version(), 0);
}

#[test]
fn an_id_stays_with_its_folder() {
    let dir = TempDir::new().unwrap();
    let git_dir = dir.path().join("Pay Roll/.git");
    std::fs::create_dir_all(&git_dir).unwrap();
    let id = repo_id(&git_dir, None).unwrap();
    assert_eq!(id, repo_id(&git_dir.join("../.git"), None).unwrap());
    assert!(id.starts_with("pay-roll-") && id.len() == "pay-roll-".len() + 8, "{id}");
    assert_ne!(id, repo_id(dir.path(), None).unwrap());
    Lake::open(dir.path()).unwrap().writer(&id).unwrap();
}
