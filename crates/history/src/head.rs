//! The files at the head of the default branch: size, language, comments, functions, imports.
//! Files are independent, so threads take them one by one; rows are handed over in order of the paths.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::content::Told;
use crate::debt::AdmissionFound;
use crate::error::Error;
use crate::graph::CommitIndex;
use crate::lines::{self, Lines};
use crate::manifests::ManifestFound;
use crate::mine::{Report, Run};
use crate::progress::Phase;
use crate::rows::{Admission, File, Function, Import, Manifest, Role, Setting};
use crate::sink::Batch;
use crate::syntax::{self, Measured};
use crate::text;
use crate::touched::Spot;
use crate::trees::SUBMODULE;

/// Files handed over at once.
const BATCH: usize = 2048;
/// Links to other files, not files.
const LINK: u32 = 0o120_000;

/// Files whose text is kept: who is who, and who is named for what.
const SETTINGS: [&str; 5] = [".mailmap", ".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
/// More than this is no file that a person keeps by hand, bytes.
const LARGEST_SETTING: usize = 4 << 20;

/// One file, measured.
struct Seen {
    file: File,
    measured: Measured,
    admissions: Vec<AdmissionFound>,
    manifest: Vec<ManifestFound>,
    setting: Option<Setting>,
}

/// Reads every file at the head and hands its rows over.
pub(crate) fn read(run: &mut Run<'_>, told: &Told, report: &mut Report) -> Result<(), Error> {
    let mut head: Vec<(u32, Spot)> = run
        .versions
        .head
        .iter()
        .map(|&(path, version)| (path, run.versions.versions[version as usize].spot))
        .filter(|(_, spot)| spot.mode != SUBMODULE && spot.mode != LINK)
        .collect();
    head.sort_by(|a, b| run.catalog.paths[a.0 as usize].cmp(&run.catalog.paths[b.0 as usize]));
    run.progress.phase(Phase::Head, Some(head.len() as u64));
    let paths = syntax::PathSet::new(head.iter().map(|&(path, _)| run.catalog.path_text(path)));
    for batch in [
        Batch::Files(vec![]),
        Batch::Functions(vec![]),
        Batch::Imports(vec![]),
        Batch::Admissions(vec![]),
        Batch::Manifests(vec![]),
        Batch::Settings(vec![]),
    ] {
        run.push(batch)?;
    }
    let written: FxHashMap<String, Lines> = run
        .versions
        .head
        .iter()
        .filter_map(|(path, version)| Some((run.catalog.path_text(*path), told.head_lines.get(version)?.clone())))
        .collect();
    for part in head.chunks(BATCH) {
        let (seen, damage) = measure(run, part);
        report.damage.extend(damage);
        let mut functions = Vec::new();
        let mut imports = Vec::new();
        let mut admissions = Vec::new();
        let mut manifests = Vec::new();
        for seen in &seen {
            manifests.extend(seen.manifest.iter().map(|found| Manifest {
                path: seen.file.path.clone(),
                ecosystem: found.ecosystem,
                name: found.name.clone(),
                requirement: found.requirement.clone(),
                resolved: found.resolved.clone(),
                kind: found.kind,
            }));
            let lines = written.get(&seen.file.path);
            admissions.extend(seen.admissions.iter().map(|found| Admission {
                path: seen.file.path.clone(),
                line: found.line,
                marker: found.marker,
                text: found.text.clone(),
                first_sha: lines.and_then(|lines| writer_of(lines, found.line)).map(|commit| run.sha(commit)),
                in_function: found.in_function.clone(),
            }));
            functions.extend(seen.measured.functions.iter().map(|function| row(&seen.file.path, function)));
            imports.extend(seen.measured.imports.iter().map(|import| {
                let target = syntax::resolve_imports(&paths, &seen.file.path, &import.target_raw, seen.file.language);
                Import {
                    path: seen.file.path.clone(),
                    line: import.line,
                    target_raw: import.target_raw.clone(),
                    target_path: target,
                }
            }));
        }
        run.push(Batch::Functions(functions))?;
        run.push(Batch::Imports(imports))?;
        run.push(Batch::Admissions(admissions))?;
        run.push(Batch::Manifests(manifests))?;
        run.push(Batch::Settings(seen.iter().filter_map(|seen| seen.setting.clone()).collect()))?;
        run.push(Batch::Files(seen.into_iter().map(|seen| seen.file).collect()))?;
    }
    Ok(())
}

/// The commit that last wrote a line, counted from 1.
fn writer_of(lines: &[lines::Run], line: u32) -> Option<CommitIndex> {
    let mut end = 0;
    lines
        .iter()
        .find(|run| {
            end += run.lines;
            line <= end
        })
        .map(|run| run.commit)
}

fn measure(run: &Run<'_>, files: &[(u32, Spot)]) -> (Vec<Seen>, Vec<crate::ObjectError>) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new((Vec::with_capacity(files.len()), Vec::new()));
    let cache = run.plan.memory_bytes / run.plan.threads.max(1) / 4;
    let (repository, catalog, progress) = (run.repository, &run.catalog, run.progress);
    let roles: Vec<Role> = files.iter().map(|&(path, _)| run.role(path)).collect();
    let work = || {
        let mut objects = repository.objects(cache);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(&(path, spot)), Some(&role)) = (files.get(at), roles.get(at)) else { return };
            let id = catalog.blobs[spot.blob as usize];
            let content = objects.read(&id);
            let seen = content.map(|content| one(catalog.path_text(path), id.to_string(), role, &content));
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
        for _ in 1..run.plan.threads.min(files.len()) {
            scope.spawn(work);
        }
        work();
    });
    let (mut seen, damage) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    seen.sort_unstable_by_key(|&(at, _)| at);
    (seen.into_iter().map(|(_, seen)| seen).collect(), damage)
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
    let setting = setting(&file.path, content);
    Seen { file, measured, admissions, manifest, setting }
}

/// The file's text, when it is one that says how the repository wants to be read.
fn setting(path: &str, content: &[u8]) -> Option<Setting> {
    let wanted = SETTINGS.contains(&path) && content.len() <= LARGEST_SETTING;
    wanted.then(|| Setting { path: path.to_owned(), text: String::from_utf8_lossy(content).into_owned() })
}

fn row(path: &str, function: &syntax::FunctionFound) -> Function {
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
