//! The three formats, what is wrong with a report, and anything at all.

use proptest::prelude::*;

use super::paths::Known;
use super::{Format, ReportError, parse};

const LCOV: &str = "TN:\nSF:/build/src/a.rs\nFN:1,a\nDA:1,5\nDA:2,0\nDA:3,-1\nBRDA:1,0,0,1\nBRDA:1,0,1,-\nLF:3\nLH:1\nend_of_record\n\
                    SF:src/a.rs\nDA:2,7\nend_of_record\nSF:sums.c\nLF:10\nLH:4\nend_of_record\n";

const COBERTURA: &str = r#"<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.5"><sources><source>/home/x/src</source></sources><packages><package name="p"><classes>
<class name="A" filename="p/a.py"><methods><method name="f"><lines><line number="90" hits="1"/></lines></method></methods>
<lines><line number="1" hits="1"/><line number="2" hits="0" branch="true" condition-coverage="50% (1/2)"/></lines></class>
<class name="A$1" filename="p/a.py"><lines><line number="2" hits="3"/></lines></class>
</classes></package></packages></coverage>"#;

const JACOCO: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="x"><package name="com/x"><class name="com/x/A"/><sourcefile name="A.java">
<line nr="3" mi="0" ci="2" mb="1" cb="1"/><line nr="4" mi="3" ci="0" mb="0" cb="0"/><counter type="LINE" missed="1" covered="1"/>
</sourcefile></package></report>"#;

/// A file with its lines found and hit, and its branches.
type Seen = (String, u32, u32, Option<(u32, u32)>);

fn read(text: &str) -> (Format, Vec<Seen>) {
    let report = parse(text.as_bytes()).unwrap();
    let files = report.files.into_iter();
    (report.format, files.map(|(path, file)| (path, file.found(), file.hit(), file.branches)).collect())
}

#[test]
fn lcov_counts_lines_and_branches() {
    let wanted = [
        ("/build/src/a.rs".to_owned(), 3, 1, Some((2, 1))),
        ("src/a.rs".to_owned(), 1, 1, None),
        ("sums.c".to_owned(), 10, 4, None),
    ];
    assert_eq!(read(LCOV), (Format::Lcov, wanted.to_vec()));
}

#[test]
fn cobertura_joins_the_classes_of_a_file() {
    assert_eq!(read(COBERTURA), (Format::Cobertura, vec![("p/a.py".to_owned(), 2, 2, Some((2, 1)))]));
}

#[test]
fn jacoco_names_files_by_package() {
    assert_eq!(read(JACOCO), (Format::Jacoco, vec![("com/x/A.java".to_owned(), 2, 1, Some((2, 1)))]));
}

#[test]
fn broken_reports_say_where() {
    let wrong = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(wrong("SF:a\nDA:x,1\n"), "line 2 of the report: `x` is no number of lines");
    assert_eq!(wrong("SF:a\nDA:1\n"), "line 2 of the report: `` is no count");
    assert_eq!(wrong("SF:a\nDA:99999999999,1\n"), "line 2 of the report: `99999999999` is no number of lines");
    assert_eq!(wrong("SF:a\nend_of_record\nDA:1,1\n"), "line 3 of the report: `DA:` stands outside of a record");
    assert_eq!(
        wrong("SF:a\nLF:1\nLH:5\n"),
        "this is no coverage report in LCOV, Cobertura or JaCoCo: a has more lines hit than found"
    );
    assert_eq!(parse(b"SF:a\nend_of_record\n"), Err(ReportError::Empty));
    assert!(wrong("{\"total\": 1}").contains("SF:"));
    assert!(wrong("hello").contains("begins with `hello`"));
    assert!(wrong("<html><body/></html>").contains("<html>"));
    assert!(
        wrong("<coverage><class filename='a'><lines><line number='1' hits='-3'/></lines></class></coverage>")
            .contains("`hits` is `-3`")
    );
    assert!(wrong("<report>\n<package name='p'><sourcefile/></package></report>").starts_with("line 2 of the report"));
    assert!(wrong("<coverage>\n<oops").contains(" of the report: "));
    assert_eq!(parse(b"SF:a\nDA:1,\xff\n").unwrap_err().to_string(), "line 2 of the report: not UTF-8");
}

#[test]
fn entities_that_grow_are_refused() {
    let laughs: String =
        (1..12).map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10))).collect();
    let bomb = format!("<!DOCTYPE report [<!ENTITY a0 \"ha\">{laughs}]><report>&a11;</report>");
    assert!(matches!(parse(bomb.as_bytes()), Err(ReportError::Broken { .. })));
    let outside =
        "<!DOCTYPE report [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><report><package name=\"&x;\"/></report>";
    assert!(parse(outside.as_bytes()).is_err(), "nothing outside of the file is read");
}

#[test]
fn paths_of_other_machines_are_found() {
    let known = Known::new(["src/a.rs", "app/src/main/java/com/x/A.java", "one/mod.rs", "two/mod.rs", "lib.rs"]);
    let find = |path: &str| known.find(path, &[]);
    assert_eq!(find("./src/a.rs"), Some("src/a.rs"));
    assert_eq!(find("/home/ci/build/src/a.rs"), Some("src/a.rs"));
    assert_eq!(find("C:\\ci\\src\\a.rs"), Some("src/a.rs"));
    assert_eq!(find("com/x/A.java"), Some("app/src/main/java/com/x/A.java"));
    assert_eq!(find("mod.rs"), None, "two end so");
    assert_eq!(find("/somewhere/else/lib.rs"), None, "a bare name says too little");
    assert_eq!(known.find("mod.rs", &["/ci/two".to_owned()]), Some("two/mod.rs"));
}

proptest! {
    #[test]
    fn any_bytes_end_well(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn any_mangled_report_ends_well(which in 0usize..3, at in 0usize..900, byte in any::<u8>(), cut in 0usize..900) {
        let mut bytes = [LCOV, COBERTURA, JACOCO][which].as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut);
        if let Ok(report) = parse(&bytes) {
            prop_assert!(report.files.values().all(|file| file.hit() <= file.found()));
        }
    }
}
