//! The command line itself: its codes, its help, its shells, and the practices' commands.

use serde_json::Value;
use testkit::Scripted;

use crate::program::Program;
use crate::program::exit::{BAD_INPUT, BUSY, DONE, NO, TABLE, USAGE};

fn repository() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("src/a.rs", "fn a() {}\n").commit("one");
    repo.write("src/a.rs", "fn a() {}\nfn b() {}\n").commit("two");
    repo
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn exit_codes_are_explained() {
    let program = Program::new();
    let help = program.run(&["--help"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = program.run(&["exit-codes"]).out;
    for (code, meaning, _) in TABLE {
        assert!(text.contains(&format!("{code:>3}  {meaning}")), "{text}");
        assert!(help.contains(&format!("{code} {meaning}")), "{help}");
    }
    assert_eq!(json(&program.run(&["exit-codes", "--json"]).out).as_array().unwrap().len(), TABLE.len());
}

#[test]
fn wrong_usage_is_two() {
    let program = Program::new();
    program.run::<&str>(&[]).says(USAGE, &[]);
    program.run(&["mein"]).says(USAGE, &["mine"]);
    program.run(&["mine", "--memory", "1"]).says(USAGE, &["64"]);
    program.run(&["up", "--listen", "nowhere"]).says(USAGE, &["nowhere"]);
    program.run(&["--version"]).says(DONE, &[]);
}

#[test]
fn only_this_machine_is_served() {
    Program::new().run(&["up", "--no-open", "--listen", "0.0.0.0:0"]).says(USAGE, &["reachable from other machines"]);
}

#[test]
fn help_asks_the_practices_questions() {
    let help = Program::new().run(&["--help"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("code_quality Where is the code costly to change"), "{help}");
    assert!(help.contains("Short for `code_quality --show hotspots`"), "{help}");
}

#[test]
fn completions_know_the_practices() {
    let program = Program::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = program.run(&["completions", shell]).says(DONE, &[]).out.clone();
        assert!(script.contains("code_quality") && script.contains("doctor"), "{shell}");
    }
    program.run(&["completions", "cmd"]).says(USAGE, &["cmd"]);
}

#[test]
fn every_command_speaks_json() {
    let (program, repo) = (Program::new(), repository());
    let mined = json(&program.run_in(repo.path(), &["mine", "--json"]).says(DONE, &[]).out);
    assert_eq!((mined[0]["commits"].as_u64(), mined[0]["changes"].as_u64()), (Some(2), Some(2)));
    for command in ["code_quality", "quality", "hotspots", "coupling", "deep_expertise", "owners", "experts", "doctor"]
    {
        let answer = json(&program.run_in(repo.path(), &[command, "--json"]).says(DONE, &[]).out);
        assert!(answer.is_object(), "{command}");
    }
}

#[test]
fn a_practice_needs_no_set_up() {
    let (program, repo) = (Program::new(), repository());
    let first = program.run_in(&repo.path().join("src"), &["code_quality"]);
    first.says(DONE, &["2 commits (2 new)"]);
    assert!(first.out.contains("How this was computed"), "{}", first.out);
    let second = program.run_in(repo.path(), &["code_quality"]);
    second.says(DONE, &[]);
    assert_eq!((second.err.as_str(), second.out), ("", first.out));
}

#[test]
fn a_practice_outside_says_what_to_do() {
    let ended = Program::new().run(&["code_quality"]);
    assert!(ended.says(DONE, &[]).out.contains("mine"), "{}", ended.out);
}

#[test]
fn an_unknown_repository_is_refused() {
    let (program, repo) = (Program::new(), repository());
    program.run_in(repo.path(), &["code_quality", "--repo", "nope"]).says(BAD_INPUT, &["nope"]);
}

#[test]
fn a_goal_can_be_set_here() {
    let (program, repo) = (Program::new(), repository());
    program.run_in(repo.path(), &["mine"]).says(DONE, &[]);
    let act = ["code_quality", "set_goal"];
    let help = program.run(&[act[0], act[1], "--help"]).out;
    assert!(help.contains("target") && help.contains("(needed)"), "{help}");
    program.run(&[act[0], act[1], "target=high"]).says(BAD_INPUT, &["target"]);
    program.run(&[act[0], act[1], "target"]).says(USAGE, &["NAME=VALUE"]);
}

#[test]
fn a_gate_judges_the_branch_here() {
    let (program, mut repo) = (Program::new(), repository());
    program.run_in(repo.path(), &["mine"]).says(DONE, &[]);
    program.run(&["code_quality", "set_goal", "measure=findings", "target=0", "by_on=2099-01-01"]).says(DONE, &[]);
    let gate = ["quality", "--gate"];
    assert!(!program.run_in(repo.path(), &gate).says(DONE, &[]).out.contains("since main"));
    repo.git(&["switch", "-q", "-c", "worse"]);
    repo.write("src/a.rs", "fn a(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {}\n").commit("three");
    let ended = program.run_in(repo.path(), &gate);
    assert!(ended.says(NO, &[]).out.contains("by the 1 commit since main"), "{}", ended.out);
    let sarif = json(&program.run_in(repo.path(), &["quality", "--gate", "--sarif"]).says(NO, &[]).out);
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "many_parameters");
    program.run_in(repo.path(), &["quality", "--gate", "--base", "HEAD~1"]).says(NO, &[]);
    program.run_in(repo.path(), &["quality", "--gate", "--base", "HEAD"]).says(DONE, &[]);
    program.run_in(repo.path(), &["quality", "--gate", "--base", "nope"]).says(BAD_INPUT, &["nope"]);
    program.run_in(repo.path(), &["quality", "--base", "main"]).says(USAGE, &["--gate"]);
    repo.write("src/a.rs", "fn a() {}\n").commit("four");
    program.run_in(repo.path(), &gate).says(DONE, &[]);
}

#[test]
fn coverage_is_taken_in_at_its_commit() {
    let (program, repo) = (Program::new(), repository());
    let report = repo.beside("lcov.info");
    std::fs::write(&report, "SF:/ci/src/a.rs\nDA:1,1\nDA:2,0\nend_of_record\nSF:gone.rs\nDA:1,1\nend_of_record\n")
        .unwrap();
    let file = report.to_str().unwrap();
    program.run(&["import", "coverage", file]).says(BAD_INPUT, &["mainstay mine"]);
    program.run_in(repo.path(), &["mine"]).says(DONE, &[]);
    let head = repo.id("HEAD");
    program
        .run_in(repo.path(), &["import", "coverage", file, "--commit", "0123456789"])
        .says(BAD_INPUT, &["no commit 0123456789", &head[..10]]);
    let ended = program.run_in(repo.path(), &["import", "coverage", file, "--commit", &head[..8]]);
    assert_eq!(
        ended.says(DONE, &["not in", "gone.rs"]).out.trim(),
        format!("repo: 1 of 2 lines ran, in 1 file at {}", &head[..10])
    );
    program.run_in(repo.path(), &["import", "coverage", file]).says(DONE, &[]);
    program.run_in(repo.path(), &["mine", "--again"]).says(DONE, &[]);
    assert_eq!(program.ask("select path, lines_found, lines_hit from coverage").trim(), "src/a.rs,2,1");
    let hotspots = json(&program.run_in(repo.path(), &["hotspots", "--json"]).says(DONE, &[]).out);
    assert_eq!(hotspots["files"][0]["coverage"], 0.5);
    std::fs::write(&report, "SF:src/a.rs\nDA:one,1\n").unwrap();
    program.run_in(repo.path(), &["import", "coverage", file]).says(BAD_INPUT, &["line 2", "`one`"]);
    std::fs::write(&report, "SF:elsewhere.rs\nDA:1,1\n").unwrap();
    program
        .run_in(repo.path(), &["import", "coverage", file])
        .says(BAD_INPUT, &["none of the 1 files", "elsewhere.rs"]);
}

#[test]
fn a_goal_is_set_changed_and_ended() {
    let (program, repo) = (Program::new(), repository());
    program.run_in(repo.path(), &["mine"]).says(DONE, &[]);
    let set = ["code_quality", "set_goal", "measure=mean_health", "target=9", "by_on=2031-01-31", "areas=src"];
    let said = program.run(&set).says(DONE, &[]).out.clone();
    assert!(said.starts_with("Goal set: "), "{said}");
    let view = json(&program.run_in(repo.path(), &["code_quality", "--json"]).out);
    let goal = view["goals"].as_array().and_then(|goals| goals.first()).unwrap_or_else(|| panic!("{view}"));
    let id = format!("id={}", goal["goal"]["id"].as_str().unwrap());
    program.run(&["code_quality", "end_goal", &id, "version=2"]).says(BUSY, &["version 1, you saw version 2"]);
    program.run(&["code_quality", "end_goal", "id=nobody", "version=1"]).says(BAD_INPUT, &["nobody"]);
    let ended = json(&program.run(&["code_quality", "end_goal", &id, "version=1", "--json"]).says(DONE, &[]).out);
    assert_eq!((ended["version"].as_u64(), ended["archived"].as_bool()), (Some(2), Some(true)));
    let view = json(&program.run_in(repo.path(), &["code_quality", "--json"]).out);
    assert_eq!(view["goals"], serde_json::json!([]));
    let audit = program.run(&["audit", "export"]).says(DONE, &[]).out.clone();
    let written: Vec<_> = audit.lines().filter(|line| line.contains("\"record.")).collect();
    assert_eq!(written.len(), 2, "what was refused is not written: {audit}");
}

#[test]
fn doctor_finds_nothing_in_a_new_folder() {
    let ended = Program::new().run(&["doctor"]);
    assert!(ended.says(DONE, &[]).out.contains("nothing is wrong"), "{}", ended.out);
}

#[test]
fn a_repository_is_measured_against_git() {
    let (program, repo) = (Program::new(), repository());
    let said = json(&program.run_in(repo.path(), &["bench", "--json"]).says(DONE, &[]).out);
    let lines = said["lines"].as_u64().unwrap();
    assert!(
        lines > 0 && said["same_commit"].as_u64() == Some(lines) && said["same_author"].as_u64() == Some(lines),
        "{said}"
    );
    assert!(said["reader_seconds"].as_f64() > Some(0.0) && said["git_log_seconds"].as_f64() > Some(0.0), "{said}");
    let shown = program.run_in(repo.path(), &["bench", "--files", "1"]).says(DONE, &[]).out.clone();
    assert!(shown.contains("100.000 %") && shown.contains("1 of "), "{shown}");
    program.run(&["bench", "/nowhere"]).says(BAD_INPUT, &["/nowhere"]);
    program.run_in(repo.path(), &["bench", "--files", "0"]).says(USAGE, &["--files"]);
}

#[test]
fn every_practice_answers_inside_a_repository() {
    let (program, repo) = (Program::new(), repository());
    for name in ["methodology", "board", "flow", "planning", "estimation", "risk", "code_quality", "deep_expertise"] {
        let ended = program.run_in(repo.path(), &[name]);
        assert!([DONE, NO].contains(&ended.code), "{name}: {} {}", ended.code, ended.err);
        assert!(!ended.out.is_empty(), "{name}");
    }
}
