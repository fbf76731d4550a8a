//! Changes that a fix had to mend, over a scripted repository; and branches that are not merged.

use desk::Sheeted as _;
use testkit::Scripted;

use super::{House, nested};
use crate::code_quality::view::{Judge, Share};
use crate::code_quality::{Ask, Show};

fn risk() -> Ask {
    Ask { show: Some(Show::Risk), ..Ask::default() }
}

const START: &str = "pub fn area(w: u32, h: u32) -> u32 {\n    w * h\n}\n";
const BUG: &str = "pub fn area(w: u32, h: u32) -> u32 {\n    if w > 0 {\n    w + h\n    } else {\n    0\n    }\n}\n";
const REFORMAT: &str =
    "pub fn area(w: u32, h: u32) -> u32 {\n    if w > 0 {\n        w + h\n    } else {\n        0\n    }\n}\n";
const FIX: &str =
    "pub fn area(w: u32, h: u32) -> u32 {\n    if w > 0 {\n        w * h\n    } else {\n        0\n    }\n}\n";

fn mended() -> Scripted {
    let mut scripted = Scripted::new();
    scripted.write("src/area.rs", START).commit("begin");
    scripted.write("src/area.rs", BUG).commit("nothing below zero");
    scripted.write("src/area.rs", REFORMAT).commit("lay it out");
    scripted.write("src/area.rs", FIX).commit("fix: multiply again");
    scripted
}

#[tokio::test]
async fn fix_leads_to_the_change_not_the_reformat() {
    let house = House::of(&mended()).await;
    let view = house.view(risk()).await;
    let faults = view.faults.as_ref().unwrap();
    assert_eq!((faults.fixes, faults.changes), (1, Share { count: 4, mended: 1 }));
    assert_eq!(faults.areas, [("src".to_owned(), Share { count: 4, mended: 1 })]);
    assert_eq!(faults.tests, [("no test file changed".to_owned(), Share { count: 4, mended: 1 })]);
    assert!(matches!(view.judge, Some(Judge::Rules { fixes: 1 })));
    assert_eq!(
        view.sheet().answer,
        "No branch of the last 90 days is open; 25 % of all changes of code had to be mended later."
    );
}

#[tokio::test]
async fn open_branches_are_judged_by_rules() {
    let mut scripted = mended();
    scripted.git(&["switch", "-q", "-c", "large"]);
    let many: String = (0..60).map(|nth| nested(&format!("f{nth}"), 3)).collect();
    scripted.write("src/many.rs", many).commit("a lot");
    scripted.git(&["switch", "-q", "main"]);
    let house = House::of(&scripted).await;
    let view = house.view(risk()).await;
    let [change] = view.open_changes.as_slice() else { panic!("{:?}", view.open_changes) };
    assert_eq!((change.branch.as_str(), change.commits, change.files, change.level), ("large", 1, 1, "watch"));
    assert_eq!((change.chance, change.reasons.len()), (None, 2), "{:?}", change.reasons);
}

#[tokio::test]
async fn many_fixes_train_a_model() {
    let scripted = Scripted::new();
    let mut stream = Vec::new();
    let mut mark = 0;
    for nth in 0..260usize {
        let large: String = (0..40).map(|line| format!("let x{line} = {nth};\n")).collect();
        for (subject, body) in [
            ("add much", format!("pub fn f{nth}() {{\n{large}}}\n")),
            ("fix: less", format!("pub fn f{nth}() {{\n}}\n")),
            ("add little", format!("pub fn f{nth}() {{\n}}\npub fn g() {{}}\n")),
        ] {
            mark += 1;
            let at = testkit::EPOCH + mark * 60;
            stream.extend(
                format!(
                    "commit refs/heads/main\ncommitter Ann <ann@example.org> {at} +0000\ndata {}\n{subject}\n",
                    subject.len()
                )
                .into_bytes(),
            );
            stream.extend(format!("M 100644 inline src/f{nth}.rs\ndata {}\n{body}\n", body.len()).into_bytes());
        }
    }
    scripted.git_with(&["fast-import", "--quiet", "--force"], &stream);
    scripted.git(&["reset", "-q", "--hard"]);
    let house = House::of(&scripted).await;
    let view = house.view(risk()).await;
    let Some(Judge::Model { trained_on, tried_on, auc, calibration, .. }) = &view.judge else {
        panic!("{:?}", view.judge)
    };
    assert_eq!((trained_on + tried_on, calibration.iter().map(|bin| bin.2).sum::<u64>()), (780, *tried_on));
    assert!(*auc > 0.7, "{auc}");
    assert!(view.sheet().sections.iter().any(|section| section.heading == "How good the model has been"));
}
