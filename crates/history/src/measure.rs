//! Files measured by their content alone: size, language, comments, functions. Files are independent, so threads take them one by one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use gix::ObjectId;
use rustc_hash::FxHashSet;

use crate::debt::AdmissionFound;
use crate::manifests::ManifestFound;
use crate::progress::Progress;
use crate::repository::Repository;
use crate::rows::{Duplicate, File, Function, Role, Setting, Type};
use crate::syntax::{self, Measured};
use crate::text;

/// Files whose text is kept: who is who, and who is named for what.
const SETTINGS: [&str; 5] = [".mailmap", ".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
/// More than this is no file that a person keeps by hand, bytes.
const LARGEST_SETTING: usize = 4 << 20;
/// Links to other files, not files.
pub(crate) const LINK: u32 = 0o120_000;

/// A file to be measured.
pub(crate) struct Wanted {
    pub(crate) path: String,
    pub(crate) role: Role,
    pub(crate) blob: ObjectId,
}

/// One file, measured.
pub(crate) struct Seen {
    pub(crate) file: File,
    pub(crate) measured: Measured,
    pub(crate) admissions: Vec<AdmissionFound>,
    pub(crate) manifest: Vec<ManifestFound>,
    pub(crate) setting: Option<Setting>,
    /// The lines that are looked for elsewhere; empty but for code.
    pub(crate) text: syntax::Text,
}

/// Measures files on `threads` threads, each with a cache of that many bytes. Each comes with its place in `files`, in their order; those
/// that could not be read are missing.
pub(crate) fn measure(
    repository: &Repository,
    threads: usize,
    cache: usize,
    files: &[Wanted],
    progress: &dyn Progress,
) -> (Vec<(usize, Seen)>, Vec<crate::ObjectError>) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new((Vec::with_capacity(files.len()), Vec::new()));
    let work = || {
        let mut objects = repository.objects(cache);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(wanted) = files.get(at) else { return };
            let content = objects.read(&wanted.blob);
            let seen = content.map(|content| one(wanted.path.clone(), wanted.blob.to_string(), wanted.role, &content));
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            match seen {
                Ok(seen) => done.0.push((at, seen)),
                Err(damage) => done.1.push(damage),
            }
            drop(done);
            progress.advance(1);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(files.len()) {
            scope.spawn(work);
        }
        work();
    });
    let (mut seen, damage) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    seen.sort_unstable_by_key(|&(at, _)| at);
    (seen, damage)
}

fn one(path: String, blob: String, role: Role, content: &[u8]) -> Seen {
    let binary = text::is_binary(content);
    let language = if binary { None } else { crate::languages::language(&path, content) };
    let measured = syntax::measure(language, if binary { &[] } else { content });
    let file = File {
        path,
        blob,
        lines: measured.lines,
        blank: measured.blank,
        comment: measured.comment,
        code: measured.code,
        bytes: content.len() as u64,
        language,
        role,
        binary,
        cognitive: measured.cognitive,
        cyclomatic: measured.cyclomatic,
        indent_sum: measured.indentation.sum,
        indent_mean: measured.indentation.mean,
        indent_sd: measured.indentation.sd,
        unparsed: measured.unparsed,
    };
    let admissions = crate::debt::admissions(content, &measured);
    // A manifest that cannot be read names nothing; the file's own row is still there.
    let manifest = crate::manifests::read(&file.path, content).and_then(Result::ok).unwrap_or_default();
    let text = if role == Role::Code && !binary { hashed(content, &measured) } else { syntax::Text::default() };
    let setting = setting(&file.path, content);
    Seen { file, measured, admissions, manifest, setting, text }
}

/// The file's text, when it is one that says how the repository wants to be read.
fn setting(path: &str, content: &[u8]) -> Option<Setting> {
    let wanted = SETTINGS.contains(&path) && content.len() <= LARGEST_SETTING;
    wanted.then(|| Setting { path: path.to_owned(), text: String::from_utf8_lossy(content).into_owned() })
}

/// Lines that hold more than comment and imports: what every file of a project begins with is no copy of anything.
fn hashed(content: &[u8], measured: &Measured) -> syntax::Text {
    let imports: FxHashSet<u32> = measured.imports.iter().map(|import| import.line).collect();
    let comments = syntax::comment_lines(content, &measured.comments);
    syntax::Text::new(content, |line| imports.contains(&line) || comments.contains(&line))
}

/// Blocks of code that stand in two places, over all files.
pub(crate) fn duplicates(texts: &[(String, syntax::Text)]) -> Vec<Duplicate> {
    let files: Vec<(&str, &syntax::Text)> = texts.iter().map(|(path, text)| (path.as_str(), text)).collect();
    let found = syntax::duplicates_of(&files).into_iter();
    found
        .map(|found| Duplicate {
            path: found.path,
            start_line: found.start_line,
            end_line: found.end_line,
            other_path: found.other_path,
            other_start_line: found.other_start_line,
            other_end_line: found.other_end_line,
            lines: found.lines,
        })
        .collect()
}

/// The rows of a file's types.
pub(crate) fn types(seen: &Seen) -> impl Iterator<Item = Type> + '_ {
    seen.measured.types.iter().map(|found| Type {
        path: seen.file.path.clone(),
        name: found.name.clone(),
        start_line: found.start_line,
        end_line: found.end_line,
        methods: found.methods,
        groups: found.groups,
    })
}

/// A function's row.
pub(crate) fn row(path: &str, function: &syntax::FunctionFound) -> Function {
    Function {
        path: path.to_owned(),
        name: function.name.clone(),
        container: function.container.clone(),
        start_line: function.start_line,
        end_line: function.end_line,
        parameters: function.parameters,
        code_lines: function.code_lines,
        cyclomatic: function.cyclomatic,
        cognitive: function.cognitive,
        nesting: function.nesting,
    }
}
