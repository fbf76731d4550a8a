//! The repositories that the tests read.

use testkit::Scripted;

fn lines(from: usize, to: usize) -> String {
    (from..to).map(|line| format!("line {line} of the file\n")).collect()
}

/// Renames with and without edits, of files and folders, one source with several targets, swaps, case.
pub(crate) fn renames() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("src/a.rs", lines(0, 40))
        .write("src/b.rs", lines(100, 140))
        .write("doc/c.md", lines(200, 230))
        .commit("start");
    repo.author("Ben", "ben@example.org");
    repo.git(&["mv", "src/a.rs", "src/alpha.rs"]);
    repo.write("src/alpha.rs", lines(0, 38) + "changed\n").commit("rename and edit");
    repo.git(&["mv", "src", "lib"]);
    repo.commit("rename the folder");
    repo.git(&["rm", "-q", "doc/c.md"]);
    repo.write("doc/one.md", lines(200, 222)).write("doc/two.md", lines(206, 230)).commit("one becomes two");
    repo.git(&["mv", "lib/alpha.rs", "tmp"]);
    repo.git(&["mv", "lib/b.rs", "lib/alpha.rs"]);
    repo.git(&["mv", "tmp", "lib/b.rs"]);
    repo.commit("swap two");
    repo.git(&["mv", "doc/one.md", "doc/One.md"]);
    repo.commit("case only");
    repo.author("Ann", "ann@example.org")
        .write("lib/b.rs", lines(0, 20) + "middle\n" + &lines(20, 38))
        .commit("insert");
    repo
}

/// CRLF, no final newline, empty files, binary and text in turn, blank lines, repeated blocks, indentation.
pub(crate) fn contents() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("crlf.txt", "a\r\nb\r\nc\r\n")
        .write("open.txt", "a\nb")
        .write("empty", "")
        .write("bin", b"a\0b\n")
        .commit("start");
    repo.write("crlf.txt", "a\r\nB\r\nc\r\n")
        .write("open.txt", "a\nb\nc")
        .write("empty", "now\n")
        .write("bin", "text\nnow\n")
        .commit("two");
    repo.write("crlf.txt", "a\nB\nc\n")
        .write("open.txt", "a\nb\nc\n")
        .write("empty", "")
        .write("bin", b"\0\0")
        .commit("three");
    let block = "fn x() {\n    one();\n\n    two();\n}\n\n";
    repo.write("code.rs", block.repeat(3)).commit("blocks");
    repo.author("Ben", "ben@example.org").write("code.rs", block.repeat(5)).commit("more of the same");
    repo.write("code.rs", block.repeat(2) + "fn y() {\n    one();\n}\n\n" + &block.repeat(2)).commit("another between");
    let long: String = (0..3000).map(|n| format!("{}\n", n * 7919 % 501)).collect();
    repo.write("long.txt", &long).commit("long");
    let shuffled: String = (0..3000).map(|n| format!("{}\n", n * 6007 % 503)).collect();
    repo.write("long.txt", shuffled).commit("nothing alike: the search gives up early");
    repo.write("long.txt", long + "end\n").commit("and back");
    repo
}

/// Modes, links, submodules, a file that becomes a folder.
pub(crate) fn kinds() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("run.sh", "#!/bin/sh\necho\n").write("target", "the target\n").commit("start");
    repo.git(&["update-index", "--chmod=+x", "run.sh"]);
    repo.git(&["commit", "-q", "-m", "executable"]);
    repo.git(&["reset", "-q", "--hard"]);
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], b"target");
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{},link", blob.trim())]);
    repo.git(&["commit", "-q", "-m", "a link"]);
    repo.git(&["reset", "-q", "--hard"]);
    repo.git(&["rm", "-q", "link"]);
    repo.write("link", "a file now\nwith lines\n").commit("link becomes file");
    let module = repo.id("HEAD");
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{module},module")]);
    repo.git(&["commit", "-q", "-m", "a submodule"]);
    let module = repo.id("HEAD");
    repo.git(&["update-index", "--cacheinfo", &format!("160000,{module},module")]);
    repo.git(&["commit", "-q", "-m", "the submodule moves"]);
    repo.git(&["rm", "-q", "--cached", "module"]);
    repo.git(&["rm", "-q", "target"]);
    repo.write("target/inside", "the target\n").commit("file becomes folder");
    repo
}

/// Clean, conflicting, evil, criss-cross and octopus merges, a rename on one side, an orphan branch.
pub(crate) fn merges() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("a.txt", lines(0, 30)).write("b.txt", lines(50, 80)).commit("start");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.author("Ben", "ben@example.org");
    repo.write("a.txt", "top\n".to_owned() + &lines(0, 30)).commit("side: top");
    repo.git(&["mv", "b.txt", "moved.txt"]);
    repo.write("moved.txt", lines(50, 80) + "side end\n").commit("side: moved");
    repo.git(&["checkout", "-q", "main"]);
    repo.author("Ann", "ann@example.org");
    repo.write("a.txt", lines(0, 30) + "bottom\n")
        .write("b.txt", "main top\n".to_owned() + &lines(50, 80))
        .commit("main: both");
    repo.git(&["branch", "before"]);
    repo.merge_without_commit("side").commit("a clean merge");
    repo.git(&["checkout", "-q", "-b", "again", "before"]);
    repo.write("a.txt", lines(0, 15) + "again\n" + &lines(15, 30)).commit("again");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a.txt", "top\n".to_owned() + &lines(0, 15) + "main\n" + &lines(15, 30) + "bottom\n")
        .commit("main: conflict");
    repo.merge_without_commit("again");
    repo.write("a.txt", "top\n".to_owned() + &lines(0, 15) + "both, resolved\n" + &lines(15, 30) + "bottom\n");
    repo.write("evil.txt", "in no parent\n").commit("an evil merge");
    repo.git(&["checkout", "-q", "-b", "x", "again"]);
    repo.write("x.txt", lines(0, 9)).commit("x");
    repo.git(&["checkout", "-q", "-b", "y", "again"]);
    repo.write("y.txt", lines(0, 9)).commit("y");
    repo.git(&["merge", "-q", "--no-edit", "x"]);
    repo.git(&["checkout", "-q", "x"]);
    repo.git(&["merge", "-q", "--no-edit", "y~1"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-edit", "x", "y"]);
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.git(&["rm", "-rqf", "."]);
    repo.write("alone.txt", "a second root\n").commit("orphan");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-edit", "--allow-unrelated-histories", "other"]);
    repo
}

/// Quotes, tabs, newlines, blanks, other alphabets, bytes that are no UTF-8.
pub(crate) fn paths() -> Scripted {
    let mut repo = Scripted::new();
    for path in
        ["a b.txt", "tab\there", "quote\"d", "new\nline", "ünï/cødé", "back\\slash", "-dash", "a.b/c", "a/c", "a-b/c"]
    {
        repo.write(path, format!("{path}\nmore\n"));
    }
    repo.commit("odd names");
    repo.write("a b.txt", "changed\nmore\n").write("a/c", "changed\n").commit("changed");
    repo
}

/// Reverts, reverts of reverts, the same change on two branches.
pub(crate) fn reverts() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("a.txt", lines(0, 20)).commit("start");
    repo.author("Ben", "ben@example.org").write("a.txt", lines(0, 10) + "new\n" + &lines(10, 20)).commit("change");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~3"]);
    repo.at(testkit::git::EPOCH + 36_000).author("Cem", "cem@example.org").write("b.txt", lines(0, 5)).commit("side");
    repo.git(&["cherry-pick", "main~2"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-edit", "side"]);
    repo
}
