//! What goes wrong outside the program, as whoever started it is told: each row of the store's table that the command line can meet.
//!
//! | what | tests |
//! | --- | --- |
//! | data folder locked by another process | `together::a_second_run_names_the_first` |
//! | disk full | `faults::a_full_disk_costs_nothing`; of records, the store's `a_full_disk_refuses_whole_writes` and web's `a_full_disk_keeps_the_text` |
//! | database unreachable | the store's `a_server_that_goes_away_loses_nothing`; web's `pages_say_that_the_database_is_away` |
//! | YAML is wrong | `wrong_yaml_says_place_and_type` |
//! | unknown person, team, kind | `three_near_names_are_told` |
//! | two writers | the store's `two_writers_lose_no_update`; web's `the_second_sees_the_difference`, `a_record_is_made_changed_and_put_away` |
//! | key missing or wrong | `a_wrong_key_leaves_the_rest`; the store's `without_the_key_the_rest_works`, `doctor_is_told_what_is_wrong` |

use crate::program::Program;
use crate::program::exit::{BAD_INPUT, DONE, NO, UNAVAILABLE};
use crate::records::{RISK, file, house, with};

#[test]
fn wrong_yaml_says_place_and_type() {
    let program = house();
    let check = |text: &str, said: &[&str]| {
        let path = file(
            &program,
            "wrong.yaml",
            &format!("kind: note\ntitle: Fine\nteam: payments\nbody: {{ text: x }}\n---\n{text}"),
        );
        program.run(&with(&["apply", "-f"], &path)).says(BAD_INPUT, said).says(BAD_INPUT, &["Nothing was applied."]);
        program.run(&["get", "note"]).says(DONE, &["No note that you may read."]);
    };
    check(&RISK.replace("0.3", "high"), &["wrong.yaml:9:9: ", "`body.probability`", "expects a number"]);
    check(&RISK.replace("low: 5 d", "low: [5]"), &["wrong.yaml:6:1: ", "a number of days is expected, as 5 or `5 d`"]);
    check(&RISK.replace("title: The", "title: [The]"), &["wrong.yaml:7:"]);
    check(&RISK.replace("team: payments", "due_on: soon"), &["wrong.yaml:8:1: ", "`due_on`"]);
    check(&RISK.replace("response", "respons"), &["wrong.yaml:9:", "did you mean `response`?"]);
    check("kind: risk\n  title: [", &["wrong.yaml:7:"]);
}

#[test]
fn three_near_names_are_told() {
    let program = house();
    let rows: String = ["payroll", "paygate", "paytech", "legal"]
        .iter()
        .map(|team| format!("Ina {team},ina.{team}@example.org,ines@example.org,{team},member\n"))
        .collect();
    let csv = file(&program, "more.csv", &format!("name,email,manager_email,team,role\n{rows}"));
    program.run(&with(&["people", "import"], &csv)).says(DONE, &[]);
    let near = |words: &[&str], told: &[&str]| {
        let said = program.run(words);
        said.says(BAD_INPUT, told);
        assert!(!said.err.contains("legal"), "{}", said.err);
    };
    near(&["get", "risk", "--team", "paymnt"], &["near: payments, paygate, paytech"]);
    near(&["sign-in-link", "Ina pay"], &["Ina paygate", "Ina payroll", "Ina paytech"]);
    near(&["get", "notte"], &["note"]);
}

#[test]
fn a_wrong_key_leaves_the_rest() {
    let program = house();
    let key = program.data().join("key");
    let good = std::fs::read_to_string(&key).unwrap();
    std::fs::write(&key, "this is no key\n").unwrap();
    let risk = file(&program, "risk.yaml", RISK);
    program
        .run(&with(&["apply", "-f"], &risk))
        .says(DONE, &["created", "sealed records stay sealed", "line 1 of the key"]);
    program.run(&["get", "risk"]).says(DONE, &["The payment provider"]);
    let doctor = program.run(&["doctor"]);
    doctor.says(NO, &["line 1 of the key", "put the key of the time back"]);
    assert!(!doctor.out.contains("this is no key"), "the file's content is never shown: {}", doctor.out);
    let saved = program.folder("files").join("backup.tar");
    program.run(&with(&["backup", "--with-key"], &saved)).says(UNAVAILABLE, &["line 1 of the key"]);
    program.run(&["key", "rotate"]).says(UNAVAILABLE, &["nothing was changed"]);
    assert_eq!(std::fs::read_to_string(&key).unwrap(), "this is no key\n", "it is not written over");
    std::fs::write(&key, good).unwrap();
    program.run(&["doctor"]).says(DONE, &["nothing is wrong"]);
}

#[test]
fn a_key_that_is_elsewhere_is_missed() {
    let program = Program::with(vec![("MAINSTAY_KEY_FILE", "/nowhere/at/all".to_owned())]);
    program.run(&["get", "note"]).says(DONE, &["sealed records stay sealed", "No note that you may read."]);
    program.run(&["doctor"]).says(NO, &["/nowhere/at/all"]);
}
