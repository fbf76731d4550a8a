//! What became of lines: who deleted them, who wrote them behind white space, and which function's past they are.

use testkit::{Rows, Scripted, read};

fn rows(repo: &Scripted) -> Rows {
    read(repo.path(), 2, None).unwrap().0
}

/// `(who deleted, who wrote, lines, code lines)` of a path, with the names of the commits.
fn deaths<'n>(rows: &Rows, path: &str, names: &[(&'n str, &str)]) -> Vec<(&'n str, &'n str, u32, Option<u32>)> {
    let name = |sha: &str| names.iter().find(|(_, known)| *known == sha).map_or("?", |(name, _)| *name);
    let here = rows.deaths.iter().filter(|death| death.path == path);
    here.map(|death| (name(&death.sha), name(&death.born_sha), death.lines, death.code_lines)).collect()
}

#[test]
fn a_fix_deletes_the_bug_and_not_its_formatting() {
    let mut repo = Scripted::new();
    let bug = repo.write("a.c", "int f() {\nreturn 1 / 0;\n}\n").commit("add");
    let reformat = repo.write("a.c", "int f() {\n    return 1 / 0;\n}\n").commit("reformat");
    let fix = repo.write("a.c", "int f() {\n    return 0;\n}\n").commit("fix");
    let rows = rows(&repo);
    let names = [("bug", bug.as_str()), ("reformat", &reformat), ("fix", &fix)];
    assert_eq!(deaths(&rows, "a.c", &names), [("fix", "bug", 1, Some(1))]);
}

#[test]
fn blank_and_comment_lines_are_no_code() {
    let mut repo = Scripted::new();
    let first = repo.write("a.c", "// why\n\nint a;\nint b;\n").commit("add");
    let second = repo.write("a.c", "int b;\n").commit("shorten");
    let third = repo.git(&["rm", "-q", "a.c"]);
    assert_eq!(third, "");
    let third = repo.commit("remove");
    let rows = rows(&repo);
    let names = [("first", first.as_str()), ("second", &second), ("third", &third)];
    assert_eq!(deaths(&rows, "a.c", &names), [("second", "first", 3, Some(1)), ("third", "first", 1, None)]);
}

#[test]
fn every_deleted_line_of_a_straight_history_dies_once() {
    let mut repo = Scripted::new();
    repo.write("a", "1\n2\n3\n4\n5\n").commit("one");
    repo.write("a", "1\ntwo\n3\n4\n5\n6\n").commit("two");
    repo.write("a", "0\n1\n3\n4\n6\n").commit("three");
    repo.git(&["mv", "a", "b"]);
    repo.write("b", "0\n1\n3\n6\n").commit("four");
    let rows = rows(&repo);
    let dead: u32 = rows.deaths.iter().map(|death| death.lines).sum();
    let deleted: u32 = rows.changes.iter().filter_map(|change| change.deleted).sum();
    assert_eq!((dead, deleted), (4, 4));
}

#[test]
fn owners_look_through_what_blame_is_told_to_ignore() {
    let mut repo = Scripted::new();
    repo.author("Ann", "ann@example.org");
    repo.write("a.c", "if (x)\nf();\ng(1);\n").commit("write");
    repo.author("Bob", "bob@example.org");
    repo.write("a.c", "if (x)\n    f();\ng(1);\n").commit("indent");
    let quotes = repo.write("a.c", "if (x)\n    f();\ng(0x1);\nh();\n").commit("style");
    repo.write(".git-blame-ignore-revs", format!("# style\n{quotes}\n")).commit("ignore");
    let rows = rows(&repo);
    let by = |owners: &[history::rows::Owner], email: &str| -> u32 {
        let of =
            |sha: &str| rows.commits.iter().find(|commit| commit.sha == sha).map(|commit| commit.author_email.as_str());
        owners
            .iter()
            .filter(|owner| owner.path == "a.c" && of(&owner.sha) == Some(email))
            .map(|owner| owner.lines)
            .sum()
    };
    assert_eq!((by(&rows.owners, "ann@example.org"), by(&rows.owners, "bob@example.org")), (1, 3));
    // Only the white space of the second line changed; the third was replaced in a commit that is ignored, as was the added one,
    // which stands in the place of the same old line.
    let through = &rows.owners_looking_through;
    assert_eq!((by(through, "ann@example.org"), by(through, "bob@example.org")), (4, 0));
}

#[test]
fn changes_count_in_the_functions_of_the_head() {
    let mut repo = Scripted::new();
    let rest = "const WORDS: [&str; 3] = [\n    \"one\",\n    \"two\",\n    \"three\",\n];\n";
    let code = |code: &str| format!("{rest}{code}");
    let first = repo.write("a.rs", code("fn one() {\n    1;\n}\n\nfn two() {\n    2;\n    3;\n}\n")).commit("write");
    let second = repo.write("a.rs", code("fn one() {\n    1;\n}\n\nfn two() {\n    2;\n}\n")).commit("shorten");
    repo.git(&["mv", "a.rs", "b.rs"]);
    let third =
        repo.write("b.rs", code("fn one() {\n    10;\n    11;\n}\n\nfn zwei() {\n    2;\n}\n")).commit("rename");
    let rows = rows(&repo);
    let found: Vec<_> = rows
        .function_changes
        .iter()
        .map(|row| (row.sha.as_str(), row.path.as_str(), row.name.as_str(), row.added, row.deleted))
        .collect();
    let (first, second, third) = (first.as_str(), second.as_str(), third.as_str());
    assert_eq!(
        found,
        [
            (first, "b.rs", "one", 3, 0),
            (first, "b.rs", "zwei", 4, 0),
            (second, "b.rs", "zwei", 0, 1),
            (third, "b.rs", "one", 2, 1),
            (third, "b.rs", "zwei", 1, 1),
        ]
    );
}
