//! The fact tables of a repository's history, as `history` reads them. A table of tables: add a column here and everything that shows,
//! stores or checks the schema follows.

use crate::schema::{Column, Kind, TableDef};

const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, nullable: false, about }
}

const fn maybe(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, nullable: true, about }
}

const REPO: Column = column("repo", Kind::Text, "The repository's id, as the manifest lists it.");
const SHA: Column = column("sha", Kind::Id, "The commit.");
const PATH: Column = column("path", Kind::Path, "The file.");
const HEAD: Column = column("head", Kind::Id, "The commit at which this was read.");
const CONTAINER: Column = maybe("container", Kind::Text, "The type, class or module that holds the function.");

/// Lines of a file at the head by commit, however they are counted.
const OWNER_COLUMNS: &[Column] = &[
    REPO,
    HEAD,
    PATH,
    column("sha", Kind::Id, "The commit that wrote them."),
    column("lines", Kind::Whole, "Lines, at least 1."),
];

/// Every fact table, in the order in which the schema shows them.
pub const TABLES: &[TableDef] = &[
    TableDef {
        name: "commits",
        about: "One commit reachable from the chosen refs.",
        columns: &[
            REPO,
            SHA,
            column("tree", Kind::Id, "The commit's root tree."),
            column("parents", Kind::Texts, "Ids of the parents, in Git's order."),
            column("author_name", Kind::Text, "Author's name as stored."),
            column("author_email", Kind::Text, "Author's address as stored."),
            column("authored_at", Kind::Time, "When the author says it was written."),
            column("author_offset_min", Kind::Whole, "Author's offset from UTC, minutes."),
            column("committer_name", Kind::Text, "Committer's name as stored."),
            column("committer_email", Kind::Text, "Committer's address as stored."),
            column("committed_at", Kind::Time, "When it was committed; measures use this time."),
            column("subject", Kind::Text, "First paragraph of the message, in one line."),
            column("body", Kind::Text, "The message after the subject."),
            column("trailers", Kind::Pairs, "Key and value lines at the end of the message."),
            column("kind", Kind::Text, "ordinary, merge, root or revert."),
            maybe("change_number", Kind::Whole, "Number of the change request, where the message names one."),
            column("work_item_keys", Kind::Texts, "Keys such as ABC-123 in the message."),
            column("signed", Kind::Truth, "Whether it carries a signature (not whether that is good)."),
            column("flags", Kind::Texts, "What is odd about it, for example clock_skew."),
            column("position", Kind::Whole, "Topological position in its run: parents come before children."),
        ],
    },
    TableDef {
        name: "changes",
        about: "One path touched by one commit, with the line counts of `git log --numstat -M`.",
        columns: &[
            REPO,
            SHA,
            column("parent_index", Kind::Whole, "Which parent the change is against; 0 is the first."),
            column("path", Kind::Path, "The path after the change (before it, for a deletion)."),
            maybe("old_path", Kind::Path, "The path before a rename or copy."),
            column(
                "kind",
                Kind::Text,
                "added, modified, deleted, renamed, copied, type_changed, mode_changed or merge; leave merge out of churn.",
            ),
            maybe("similarity", Kind::Whole, "Similarity of a rename or copy, 50 to 100."),
            column("old_mode", Kind::Whole, "Git's file mode before, 0 when there was none."),
            column("mode", Kind::Whole, "Git's file mode after, 0 when there is none."),
            maybe("added", Kind::Whole, "Lines added; none for binary content."),
            maybe("deleted", Kind::Whole, "Lines deleted; none for binary content."),
            maybe("old_blob", Kind::Id, "Content before."),
            maybe("blob", Kind::Id, "Content after."),
            maybe("language", Kind::Text, "The language, when the path tells."),
            column("role", Kind::Text, "code, test, docs, config, build, generated, vendored or data."),
        ],
    },
    TableDef {
        name: "owners",
        about: "How many lines of a file at the head were last written by a commit, as `git blame` says.",
        columns: OWNER_COLUMNS,
    },
    TableDef {
        name: "owners_looking_through",
        about: "As owners, looking through white space and the commits of .git-blame-ignore-revs.",
        columns: OWNER_COLUMNS,
    },
    TableDef {
        name: "deaths",
        about: "Lines of a file that one commit wrote and another deleted; lines that only came back with other white space are left out.",
        columns: &[
            REPO,
            column("sha", Kind::Id, "The commit that deleted the lines; no merges."),
            column("path", Kind::Path, "The file, as that commit names it."),
            column("born_sha", Kind::Id, "The commit that wrote them, white space and ignored commits looked through."),
            column("lines", Kind::Whole, "Lines, at least 1."),
            maybe(
                "code_lines",
                Kind::Whole,
                "Of these, lines neither blank nor comment alone; none when a whole file went.",
            ),
        ],
    },
    TableDef {
        name: "survival",
        about: "Lines written in one month by one person that are alive at the end of a later month.",
        columns: &[
            REPO,
            column("cohort_month", Kind::Text, "Month in which the lines were written, YYYY-MM."),
            column("person_key", Kind::Text, "The author's address as stored."),
            column("at_month", Kind::Text, "Month at whose end they are counted, YYYY-MM."),
            column("lines", Kind::Whole, "Lines, at least 1."),
        ],
    },
    TableDef {
        name: "files",
        about: "One file at the head of the default branch.",
        columns: &[
            REPO,
            HEAD,
            PATH,
            column("blob", Kind::Id, "The content."),
            column("lines", Kind::Whole, "Lines in all; 0 for binary content."),
            column("blank", Kind::Whole, "Lines of white space only."),
            column("comment", Kind::Whole, "Lines that hold only comment."),
            column("code", Kind::Whole, "The other lines."),
            column("bytes", Kind::Whole, "Size."),
            maybe("language", Kind::Text, "The language by name, interpreter line or content."),
            column("role", Kind::Text, "code, test, docs, config, build, generated, vendored or data."),
            column("binary", Kind::Truth, "Whether Git takes it for binary."),
            maybe("cognitive", Kind::Whole, "Cognitive complexity of its functions; none without syntax."),
            maybe("cyclomatic", Kind::Whole, "Cyclomatic complexity of its functions; none without syntax."),
            column("indent_sum", Kind::Fraction, "Sum of logical indentation over the lines that are not blank."),
            column("indent_mean", Kind::Fraction, "Mean of logical indentation."),
            column("indent_sd", Kind::Fraction, "Standard deviation of logical indentation."),
            column("unparsed", Kind::Truth, "Whether there is a grammar but the file did not parse."),
        ],
    },
    TableDef {
        name: "functions",
        about: "One function at the head of the default branch.",
        columns: &[
            REPO,
            HEAD,
            PATH,
            column("name", Kind::Text, "The function's name."),
            CONTAINER,
            column("start_line", Kind::Whole, "First line, from 1."),
            column("end_line", Kind::Whole, "Last line, inclusive."),
            column("parameters", Kind::Whole, "Declared parameters, receivers included."),
            column("code_lines", Kind::Whole, "Lines neither blank nor comment only."),
            column("cyclomatic", Kind::Whole, "1 + decision points."),
            column("cognitive", Kind::Whole, "Cognitive complexity (Campbell 2018)."),
            column("nesting", Kind::Whole, "Deepest nesting of control flow."),
        ],
    },
    TableDef {
        name: "function_changes",
        about: "Which function of the head a change fell in: lines are followed from the commit to the head. No merges.",
        columns: &[
            REPO,
            SHA,
            column("path", Kind::Path, "The file, as it is called at the head."),
            column("name", Kind::Text, "The function's name at the head."),
            CONTAINER,
            column("added", Kind::Whole, "Lines added inside the function."),
            column("deleted", Kind::Whole, "Lines deleted inside the function."),
        ],
    },
    TableDef {
        name: "complexity_history",
        about: "Complexity by indentation of the version of a file that a commit wrote.",
        columns: &[
            REPO,
            SHA,
            PATH,
            column("complexity", Kind::Fraction, "Sum of logical indentation."),
            column("code_lines", Kind::Whole, "Lines that are not blank."),
        ],
    },
    TableDef {
        name: "admissions",
        about: "A comment at the head that admits debt.",
        columns: &[
            REPO,
            HEAD,
            PATH,
            column("line", Kind::Whole, "The line, from 1."),
            column("marker", Kind::Text, "TODO, FIXME, HACK, XXX or prose."),
            column("text", Kind::Text, "The comment."),
            maybe("first_sha", Kind::Id, "The commit that wrote the line."),
            maybe("in_function", Kind::Text, "The function that the line stands in."),
        ],
    },
    TableDef {
        name: "imports",
        about: "One import, include or use at the head.",
        columns: &[
            REPO,
            HEAD,
            PATH,
            column("line", Kind::Whole, "The line, from 1."),
            column("target_raw", Kind::Text, "The target as written."),
            maybe("target_path", Kind::Path, "The file of this repository that it names."),
        ],
    },
    TableDef {
        name: "manifests",
        about: "One dependency named in a manifest or lock file at the head.",
        columns: &[
            REPO,
            HEAD,
            column("path", Kind::Path, "The manifest."),
            column("ecosystem", Kind::Text, "cargo, npm, pypi, go, maven, …"),
            column("name", Kind::Text, "The dependency."),
            column("requirement", Kind::Text, "The version asked for, as written."),
            maybe("resolved", Kind::Text, "The version in the lock file beside it."),
            column("kind", Kind::Text, "runtime, dev or build."),
        ],
    },
    TableDef {
        name: "duplicates",
        about: "A block of at least ten code lines that stands in two places at the head, comments and imports left out.",
        columns: &[
            REPO,
            HEAD,
            column("path", Kind::Path, "The file in which the block stands first."),
            column("start_line", Kind::Whole, "Its first line there, from 1."),
            column("end_line", Kind::Whole, "Its last line there, inclusive."),
            column("other_path", Kind::Path, "The other file, or the same."),
            column("other_start_line", Kind::Whole, "Its first line there."),
            column("other_end_line", Kind::Whole, "Its last line there."),
            column("lines", Kind::Whole, "Lines of the block."),
        ],
    },
    TableDef {
        name: "types",
        about: "A type at the head that has functions, and whether they belong together.",
        columns: &[
            REPO,
            HEAD,
            PATH,
            column("name", Kind::Text, "The type's name."),
            column("start_line", Kind::Whole, "First line of its first function, from 1."),
            column("end_line", Kind::Whole, "Last line of its last function, inclusive."),
            column("methods", Kind::Whole, "Functions, constructors left out."),
            column(
                "groups",
                Kind::Whole,
                "Groups of functions that share no field and no call (LCOM4, Hitz and Montazeri 1995).",
            ),
        ],
    },
    TableDef {
        name: "coverage",
        about: "What a coverage report says of a file at the commit that it was measured at.",
        columns: &[
            REPO,
            SHA,
            PATH,
            column("lines_found", Kind::Whole, "Lines that could run."),
            column("lines_hit", Kind::Whole, "Lines that did."),
            maybe("branches_found", Kind::Whole, "Branches; none when they were not measured."),
            maybe("branches_hit", Kind::Whole, "Branches that were taken."),
            column("format", Kind::Text, "lcov, cobertura or jacoco."),
            column("imported_at", Kind::Time, "When it was taken in."),
        ],
    },
    TableDef {
        name: "settings",
        about: "A file at the head that says how the repository wants to be read: .mailmap, CODEOWNERS.",
        columns: &[REPO, HEAD, PATH, column("text", Kind::Text, "Its whole text.")],
    },
    TableDef {
        name: "refs_seen",
        about: "A ref as it stood when it was mined; a force-push leaves both rows.",
        columns: &[
            REPO,
            column("ref", Kind::Text, "Full name, for example refs/heads/main."),
            SHA,
            column("at", Kind::Time, "When it was seen."),
        ],
    },
];

/// Tables that are not read from the repository but taken in beside it: reading it anew leaves them.
pub const TAKEN_IN: &[&str] = &["coverage"];

/// The table of this name.
#[must_use]
pub fn table(name: &str) -> Option<&'static TableDef> {
    TABLES.iter().find(|table| table.name == name)
}
