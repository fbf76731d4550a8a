//! The rows that a repository's history becomes: one struct a fact table.
//!
//! Rows carry what Git says and nothing else: no people, no repository id, no opinion. Text that is not UTF-8 is decoded with
//! U+FFFD and the commit flagged ([`Flag::Encoding`]). Times are seconds since 1970-01-01 UTC as Git stores them.

pub use crate::syntax::Duplicate;

/// One commit reachable from the chosen refs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Hex object id (40 digits for SHA-1, 64 for SHA-256).
    pub sha: String,
    /// Hex id of the commit's root tree.
    pub tree: String,
    /// Hex ids of the parents, in Git's order; empty for a root.
    pub parents: Vec<String>,
    /// Author's name as stored, no mailmap applied.
    pub author_name: String,
    /// Author's address as stored, no mailmap applied.
    pub author_email: String,
    /// Author's time, seconds since the epoch.
    pub authored_at: i64,
    /// Author's offset from UTC, minutes.
    pub author_offset_min: i32,
    /// Committer's name as stored.
    pub committer_name: String,
    /// Committer's address as stored.
    pub committer_email: String,
    /// Committer's time, seconds since the epoch.
    pub committed_at: i64,
    /// First paragraph of the message, folded into one line.
    pub subject: String,
    /// The message after the subject, trailers included.
    pub body: String,
    /// `Key: value` lines of the message's last paragraph.
    pub trailers: Vec<Trailer>,
    /// What sort of commit this is.
    pub kind: CommitKind,
    /// Number of the change request, from a `(#123)` suffix or a merge subject.
    pub change_number: Option<u32>,
    /// Keys such as `ABC-123` found in subject and body, each once, in order of appearance.
    pub work_item_keys: Vec<String>,
    /// Whether the commit carries a signature (not whether the signature is good).
    pub signed: bool,
    /// What is odd about the commit.
    pub flags: Vec<Flag>,
    /// Position in the topological order of the run: parents have smaller numbers than their children.
    pub position: u32,
}

/// A `Key: value` line at the end of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    /// The key as written, for example `Co-authored-by`.
    pub key: String,
    /// The value, folded into one line.
    pub value: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }
        impl $name {
            /// The word that stands in the fact table.
            #[must_use]
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word,)+ } }
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
        }
    };
}

words! {
    /// What sort of commit this is.
    CommitKind {
        /// One parent, not a revert.
        Ordinary => "ordinary",
        /// Two or more parents.
        Merge => "merge",
        /// No parent.
        Root => "root",
        /// Its message says that it reverts another commit.
        Revert => "revert",
    }
}

words! {
    /// What is odd about a commit.
    Flag {
        /// Committed before one of its parents.
        ClockSkew => "clock_skew",
        /// Committed more than a day after the time of the run.
        Future => "future",
        /// Some text was not valid in its declared encoding.
        Encoding => "encoding",
        /// Inexact rename detection was left out, as Git leaves it out, because the rename limit was passed.
        RenameLimit => "rename_limit",
        /// An object that the commit needs is missing or damaged; its rows are incomplete.
        Damaged => "damaged",
        /// A parent is not in the repository (shallow boundary); every file counts as added, as in `git log`.
        Shallow => "shallow",
        /// The commit's time is outside what a calendar holds, or not a number.
        BadTime => "bad_time",
    }
}

words! {
    /// What happened to a path.
    ChangeKind {
        /// The path is new.
        Added => "added",
        /// The content changed.
        Modified => "modified",
        /// The path is gone.
        Deleted => "deleted",
        /// The path was another one before.
        Renamed => "renamed",
        /// The path was copied from another one (only when copies are looked for).
        Copied => "copied",
        /// File, symbolic link or submodule became another of these.
        TypeChanged => "type_changed",
        /// Only the mode changed.
        ModeChanged => "mode_changed",
        /// Content of a merge that equals no parent's.
        Merge => "merge",
    }
}

words! {
    /// What a path is for, judged by its name and attributes.
    Role {
        /// Source code of the product.
        Code => "code",
        /// Tests and their fixtures.
        Test => "test",
        /// Prose.
        Docs => "docs",
        /// Settings.
        Config => "config",
        /// Build and delivery scripts.
        Build => "build",
        /// Written by a program, lock files included.
        Generated => "generated",
        /// Other people's code kept here.
        Vendored => "vendored",
        /// Data, pictures and other content.
        Data => "data",
    }
}

/// One path touched by one commit, as `git log --raw --numstat -M` shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The commit.
    pub sha: String,
    /// Which parent the change is against; 0 is the first.
    pub parent_index: u8,
    /// The path after the change (before it, for a deletion).
    pub path: String,
    /// The path before a rename or copy.
    pub old_path: Option<String>,
    /// What happened.
    pub kind: ChangeKind,
    /// Similarity of a rename or copy, 50 to 100.
    pub similarity: Option<u8>,
    /// Mode before, as Git's octal number in decimal (0 when there was none).
    pub old_mode: u32,
    /// Mode after (0 when there is none).
    pub mode: u32,
    /// Lines added; none for binary content.
    pub added: Option<u32>,
    /// Lines deleted; none for binary content.
    pub deleted: Option<u32>,
    /// Hex id of the content before.
    pub old_blob: Option<String>,
    /// Hex id of the content after.
    pub blob: Option<String>,
    /// The language, when it is known from the path.
    pub language: Option<&'static str>,
    /// What the path is for.
    pub role: Role,
    /// Complexity by indentation of the content after (see [`ComplexityAt`]); none for binary or deleted content.
    pub complexity: Option<f32>,
    /// Lines of the content after that are not blank.
    pub filled_lines: Option<u32>,
}

/// How many lines of a file at the head of the default branch were last written by a commit: the one that `git blame` names, or the
/// one behind it when white space and the commits of `.git-blame-ignore-revs` are looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The file.
    pub path: String,
    /// The commit.
    pub sha: String,
    /// Lines, at least 1.
    pub lines: u32,
}

/// Lines of a file that one commit wrote and another deleted. Merges delete nothing that their branches had not deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Death {
    /// The commit that deleted the lines.
    pub sha: String,
    /// The file, as the deleting commit names it.
    pub path: String,
    /// The commit that wrote them, white space and ignored commits looked through.
    pub born_sha: String,
    /// Lines, at least 1; those that only came back with other white space are left out.
    pub lines: u32,
    /// Of these, lines neither blank nor comment alone; none when a whole file went, which is not looked into.
    pub code_lines: Option<u32>,
}

/// Lines written in one month by one person that are alive at the end of a later month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survival {
    /// Month in which the lines were written, `YYYY-MM` of the committer's time in UTC.
    pub cohort_month: String,
    /// The author's address as stored.
    pub person_key: String,
    /// Month at whose end the lines are counted, `YYYY-MM`.
    pub at_month: String,
    /// Lines, at least 1.
    pub lines: u64,
}

/// One file at the head of the default branch.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The file.
    pub path: String,
    /// Hex id of its content.
    pub blob: String,
    /// Lines in all; 0 for binary content.
    pub lines: u32,
    /// Lines of white space only.
    pub blank: u32,
    /// Lines that hold only comment.
    pub comment: u32,
    /// The other lines.
    pub code: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// The language by name, interpreter line or content.
    pub language: Option<&'static str>,
    /// What the file is for.
    pub role: Role,
    /// Whether Git takes it for binary.
    pub binary: bool,
    /// Cognitive complexity summed over the file's functions; none where there is no syntax for the language.
    pub cognitive: Option<u32>,
    /// Cyclomatic complexity summed over the file's functions; none where there is no syntax for the language.
    pub cyclomatic: Option<u32>,
    /// Sum of logical indentation over the lines that are not blank.
    pub indent_sum: f32,
    /// Mean of logical indentation.
    pub indent_mean: f32,
    /// Standard deviation of logical indentation.
    pub indent_sd: f32,
    /// Whether the language has a grammar but the file did not parse without errors.
    pub unparsed: bool,
}

/// One function at the head of the default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The file.
    pub path: String,
    /// The function's name; `<closure>` where it has none and stands alone.
    pub name: String,
    /// The type, class or module that holds it.
    pub container: Option<String>,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// Declared parameters, receivers included.
    pub parameters: u32,
    /// Lines neither blank nor comment only.
    pub code_lines: u32,
    /// 1 + decision points.
    pub cyclomatic: u32,
    /// Cognitive complexity (Campbell 2018).
    pub cognitive: u32,
    /// Deepest nesting of control flow.
    pub nesting: u32,
}

/// Which function of the head the hunks of a change fell in: lines are followed forward from the commit to the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionChange {
    /// The commit.
    pub sha: String,
    /// The file, as it is called at the head.
    pub path: String,
    /// The function's name at the head.
    pub name: String,
    /// The type, class or module that holds it at the head.
    pub container: Option<String>,
    /// Lines added inside the function.
    pub added: u32,
    /// Lines deleted inside the function.
    pub deleted: u32,
}

/// Complexity of one version of a file, by indentation.
///
/// The sum of logical indentation over lines that are not blank, one level being a tab or four spaces
/// (Hindle, Godfrey and Holt 2008).
#[derive(Debug, Clone, PartialEq)]
pub struct ComplexityAt {
    /// The commit that wrote the version.
    pub sha: String,
    /// The file.
    pub path: String,
    /// Sum of logical indentation.
    pub complexity: f32,
    /// Lines that are not blank.
    pub code_lines: u32,
}

/// A comment that admits debt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// `TODO`, `FIXME`, `HACK`, `XXX`, or `prose`.
    pub marker: &'static str,
    /// The comment's text, at most 500 characters.
    pub text: String,
    /// The commit that wrote the line; none when the owner is not known.
    pub first_sha: Option<String>,
    /// The function that the line stands in.
    pub in_function: Option<String>,
}

/// One import, include or use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The target as written.
    pub target_raw: String,
    /// The file of this repository that the target names, where that can be told.
    pub target_path: Option<String>,
}

/// One dependency named in a manifest or lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The manifest.
    pub path: String,
    /// `cargo`, `npm`, `pypi`, `go`, `maven`, ….
    pub ecosystem: &'static str,
    /// The dependency's name.
    pub name: String,
    /// The version asked for, as written.
    pub requirement: String,
    /// The version in the lock file beside it.
    pub resolved: Option<String>,
    /// `runtime`, `dev` or `build`.
    pub kind: &'static str,
}

/// A type with functions of its own, and whether they belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// The file.
    pub path: String,
    /// The type's name.
    pub name: String,
    /// First line of its first function, from 1.
    pub start_line: u32,
    /// Last line of its last function.
    pub end_line: u32,
    /// Functions, constructors left out.
    pub methods: u32,
    /// Groups of at least two functions and ten code lines that share no field and no call (LCOM4).
    pub groups: u32,
}

/// A file at the head that says how the repository wants to be read, with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The file: `.mailmap`, or CODEOWNERS at one of the places where forges look.
    pub path: String,
    /// Its content; what is not UTF-8 became U+FFFD.
    pub text: String,
}

/// A ref as it stood when it was mined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefSeen {
    /// Full name, for example `refs/heads/main`.
    pub name: String,
    /// Hex id of the commit.
    pub sha: String,
    /// When it was seen, seconds since the epoch.
    pub at: i64,
}
