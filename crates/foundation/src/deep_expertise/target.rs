//! What a question is about: a file, a folder, a glob, the end of a path, or a function, found among what is at the head.

use desk::{FieldError, Refusal};

use super::facts::{FileRow, Source};
use crate::globs::Glob;

/// What was asked about, found.
#[derive(Debug)]
pub(super) struct Target {
    /// Its name as found.
    pub name: String,
    /// What it is.
    pub kind: &'static str,
    /// The files that it stands for.
    pub files: Vec<FileRow>,
    /// The function and its container, when it is one.
    pub function: Option<(String, Option<String>)>,
}

/// Finds what `wanted` stands for.
///
/// # Errors
/// Refused with the nearest path when nothing is called so.
pub(super) async fn find(source: &Source<'_>, files: &[FileRow], wanted: &str) -> Result<Target, Refusal> {
    let path = wanted.trim().trim_start_matches("./");
    if let Some(target) = by_path(files, path) {
        return Ok(target);
    }
    let (container, name) = split_function(path.trim_end_matches('/'));
    let holding = source.with_function(name, container).await?;
    if !holding.is_empty() {
        let function = Some((name.to_owned(), container.map(str::to_owned)));
        return Ok(Target { name: path.to_owned(), kind: "function", files: holding, function });
    }
    let names = files.iter().map(|file| file.path.as_str());
    let near = desk::form::nearest(path, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let message = format!("no file, folder, glob or function matches `{wanted}`{near}");
    Err(Refusal::fields(vec![FieldError::new("path", message)])
        .hint("Paths are as in the repository; generated, vendored and binary files are left out."))
}

fn by_path(files: &[FileRow], wanted: &str) -> Option<Target> {
    let path = wanted.trim_matches('/');
    let found = |kind, holds: &dyn Fn(&str) -> bool| {
        let files: Vec<FileRow> = files.iter().filter(|file| holds(&file.path)).cloned().collect();
        (!files.is_empty()).then(|| Target { name: path.to_owned(), kind, files, function: None })
    };
    if path.is_empty() || path == "." {
        return found("repository", &|_| true);
    }
    let folder = format!("{path}/");
    let end = format!("/{path}");
    found("file", &|file| file == path)
        .or_else(|| found("folder", &|file| file.starts_with(&folder)))
        .or_else(|| {
            let glob = Glob::new(wanted).filter(|_| path.contains(['*', '?', '[']))?;
            found("glob", &|file| glob.matches(file))
        })
        .or_else(|| found("file", &|file| file.ends_with(&end)))
        .map(|target| match target.files.as_slice() {
            [one] if target.kind == "file" => Target { name: one.path.clone(), ..target },
            _ => target,
        })
}

/// `Type::name` and `Type.name` as container and name.
fn split_function(text: &str) -> (Option<&str>, &str) {
    let text = text.strip_suffix("()").unwrap_or(text);
    let split = text.rsplit_once("::").or_else(|| text.rsplit_once('.')).or_else(|| text.rsplit_once('#'));
    split.map_or((None, text), |(container, name)| (Some(container), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &str, expected: Option<(&str, &str, usize)>) {
        let file = |path: &str| FileRow { repo: "r".into(), path: path.into(), lines: 1, language: None };
        let files = ["src/a.rs", "src/db/b.rs", "src/db/c.sql", "docs/a.md"].map(file);
        let found = by_path(&files, wanted);
        let found = found.as_ref().map(|target| (target.kind, target.name.as_str(), target.files.len()));
        assert_eq!(found, expected, "{wanted}");
    }

    #[test]
    fn files_folders_globs_are_told_apart() {
        check("src/a.rs", Some(("file", "src/a.rs", 1)));
        check("src/db", Some(("folder", "src/db", 2)));
        check("*.sql", Some(("glob", "*.sql", 1)));
        check("/src/db/", Some(("folder", "src/db", 2)));
        check("/src/*", Some(("glob", "src/*", 1)));
        check("b.rs", Some(("file", "src/db/b.rs", 1)));
        check("nope", None);
    }

    #[test]
    fn functions_may_name_their_container() {
        assert_eq!(split_function("Parser::next"), (Some("Parser"), "next"));
        assert_eq!(split_function("main()"), (None, "main"));
    }
}
