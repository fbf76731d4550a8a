//! Files measured by their content alone: size, language, comments, functions. Files are independent, so threads take them one by one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use gix::ObjectId;
use rustc_hash::FxHashSet;

use crate::debt::AdmissionFound;
use crate::kept::{Kept, Known};
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
    /// What to keep of it for the next run; none when it was known.
    pub(crate) new: Option<Vec<u8>>,
}

/// Measures files on `threads` threads, each with a cache of that many bytes. Each comes with its place in `files`, in their order; those
/// that could not be read are missing.
pub(crate) fn measure(
    repository: &Repository,
    threads: usize,
    cache: usize,
    files: &[Wanted],
    kept: &Kept,
    progress: &dyn Progress,
) -> (Vec<(usize, Seen)>, Vec<crate::ObjectError>) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new((Vec::with_capacity(files.len()), Vec::new()));
    let work = || {
        let mut objects = repository.objects(cache);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(wanted) = files.get(at) else { return };
            let known = kept.find(&wanted.path, wanted.blob).filter(|known| known.code == (wanted.role == Role::Code));
            let seen = match known {
                Some(known) => Ok(seen(wanted, known, None)),
                None => objects.read(&wanted.blob).map(|content| {
                    let known = one(&wanted.path, wanted.role, &content);
                    let written = postcard::to_allocvec(&known).ok();
                    seen(wanted, known, written)
                }),
            };
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

fn one(path: &str, role: Role, content: &[u8]) -> Known {
    let binary = text::is_binary(content);
    let language = if binary { None } else { crate::languages::language(path, content) };
    let measured = syntax::measure(language, if binary { &[] } else { content });
    let code = role == Role::Code;
    Known {
        bytes: content.len() as u64,
        language,
        binary,
        code,
        admissions: crate::debt::admissions(content, &measured),
        // A manifest that cannot be read names nothing; the file's own row is still there.
        manifest: crate::manifests::read(path, content).and_then(Result::ok).unwrap_or_default(),
        setting: setting(path, content),
        text: if code && !binary { hashed(content, &measured) } else { syntax::Text::default() },
        // Nobody asks for them once the admissions are found.
        measured: Measured { comments: Vec::new(), ..measured },
    }
}

fn seen(wanted: &Wanted, known: Known, new: Option<Vec<u8>>) -> Seen {
    let Known { bytes, language, binary, measured, admissions, manifest, setting, text, .. } = known;
    let path = wanted.path.clone();
    let file = File {
        path: path.clone(),
        blob: wanted.blob.to_string(),
        lines: measured.lines,
        blank: measured.blank,
        comment: measured.comment,
        code: measured.code,
        bytes,
        language,
        role: wanted.role,
        binary,
        cognitive: measured.cognitive,
        cyclomatic: measured.cyclomatic,
        indent_sum: measured.indentation.sum,
        indent_mean: measured.indentation.mean,
        indent_sd: measured.indentation.sd,
        unparsed: measured.unparsed,
    };
    let setting = setting.map(|text| Setting { path, text });
    Seen { file, measured, admissions, manifest, setting, text, new }
}

/// The file's text, when it is one that says how the repository wants to be read.
fn setting(path: &str, content: &[u8]) -> Option<String> {
    let wanted = SETTINGS.contains(&path) && content.len() <= LARGEST_SETTING;
    wanted.then(|| String::from_utf8_lossy(content).into_owned())
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
    syntax::duplicates_of(&files)
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
