//! The files at the head of the default branch: size, language, comments, functions, imports.
//! Rows are handed over in order of the paths; what the lines' writers tell comes last.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::content::{Place, Told, Track};
use crate::debt::AdmissionFound;
use crate::error::Error;
use crate::graph::CommitIndex;
use crate::lines;
use crate::manifests::ManifestFound;
use crate::measure::{self, LINK, Seen, Wanted, row};
use crate::mine::{Report, Run};
use crate::progress::Phase;
use crate::rows::{Admission, FunctionChange, Import, Manifest};
use crate::sink::Batch;
use crate::syntax;
use crate::touched::Spot;
use crate::trees::SUBMODULE;

/// Files handed over at once.
const BATCH: usize = 2048;

/// What is left to say of the files at the head once it is known who wrote their lines.
#[derive(Default)]
pub(crate) struct Head {
    /// By version: where its functions stand, outer ones first.
    pub(crate) places: FxHashMap<u32, Vec<Place>>,
    /// By number: the path, name and container of a function.
    functions: Vec<(u32, String, Option<String>)>,
    admissions: Vec<(u32, AdmissionFound)>,
}

/// Reads every file at the head and hands over what the files alone tell.
pub(crate) fn read(run: &mut Run<'_>, report: &mut Report) -> Result<Head, Error> {
    let mut files: Vec<(u32, u32, Spot)> = run
        .versions
        .head
        .iter()
        .map(|&(path, version)| (path, version, run.versions.versions[version as usize].spot))
        .filter(|(.., spot)| spot.mode != SUBMODULE && spot.mode != LINK)
        .collect();
    files.sort_by(|a, b| run.catalog.paths[a.0 as usize].cmp(&run.catalog.paths[b.0 as usize]));
    run.progress.phase(Phase::Head, Some(files.len() as u64));
    let paths = syntax::PathSet::new(files.iter().map(|&(path, ..)| run.catalog.path_text(path)));
    for batch in [
        Batch::Files(vec![]),
        Batch::Functions(vec![]),
        Batch::Imports(vec![]),
        Batch::Manifests(vec![]),
        Batch::Types(vec![]),
        Batch::Duplicates(vec![]),
        Batch::Settings(vec![]),
    ] {
        run.push(batch)?;
    }
    let mut head = Head::default();
    let (mut manifests, mut texts) = (Vec::new(), Vec::new());
    let cache = run.plan.memory_bytes / run.plan.threads.max(1) / 4;
    for part in files.chunks(BATCH) {
        let wanted: Vec<Wanted> = part
            .iter()
            .map(|&(path, _, spot)| Wanted {
                path: run.catalog.path_text(path),
                role: run.role(path),
                blob: run.catalog.blobs[spot.blob as usize],
            })
            .collect();
        let (mut seen, damage) = measure::measure(run.repository, run.plan.threads, cache, &wanted, run.progress);
        report.damage.extend(damage);
        let mut functions = Vec::new();
        let mut imports = Vec::new();
        let mut types = Vec::new();
        for (at, seen) in &mut seen {
            let (path, version, _) = part[*at];
            head.add(path, version, seen);
            types.extend(measure::types(seen));
            manifests.push((seen.file.path.clone(), std::mem::take(&mut seen.manifest)));
            texts.push((seen.file.path.clone(), std::mem::take(&mut seen.text)));
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
        run.push(Batch::Types(types))?;
        run.push(Batch::Settings(seen.iter().filter_map(|(_, seen)| seen.setting.clone()).collect()))?;
        run.push(Batch::Files(seen.into_iter().map(|(_, seen)| seen.file).collect()))?;
    }
    run.push(Batch::Manifests(dependencies(manifests)))?;
    run.push(Batch::Duplicates(measure::duplicates(&texts)))?;
    Ok(head)
}

/// What all manifests ask for, with the versions that lock files say were taken.
fn dependencies(mut manifests: Vec<(String, Vec<ManifestFound>)>) -> Vec<Manifest> {
    crate::manifests::resolve(&mut manifests);
    let row = |path: String, found: ManifestFound| Manifest {
        path,
        ecosystem: found.ecosystem,
        name: found.name,
        requirement: found.requirement,
        resolved: found.resolved,
        kind: found.kind,
    };
    let found = manifests.into_iter();
    found.flat_map(|(path, found)| found.into_iter().map(move |one| row(path.clone(), one))).collect()
}

impl Head {
    fn add(&mut self, path: u32, version: u32, seen: &Seen) {
        let mut places = Vec::with_capacity(seen.measured.functions.len());
        for function in &seen.measured.functions {
            let number = self.functions.len() as u32;
            self.functions.push((path, function.name.clone(), function.container.clone()));
            places.push(Place {
                function: number,
                start: function.start_line.saturating_sub(1),
                end: function.end_line,
            });
        }
        places.sort_by_key(|place| (place.start, Reverse(place.end)));
        if !places.is_empty() {
            self.places.insert(version, places);
        }
        self.admissions.extend(seen.admissions.iter().map(|found| (version, found.clone())));
    }

    /// Hands over who admitted debt, and what the commits changed in functions.
    pub(crate) fn finish(&self, run: &mut Run<'_>, told: &Told) -> Result<(), Error> {
        let path_of: FxHashMap<u32, u32> = run.versions.head.iter().map(|&(path, version)| (version, path)).collect();
        let admissions = self.admissions.iter().filter_map(|(version, found)| {
            let lines = told.head_lines.get(version);
            Some(Admission {
                path: run.catalog.path_text(*path_of.get(version)?),
                line: found.line,
                marker: found.marker,
                text: found.text.clone(),
                first_sha: lines.and_then(|lines| writer_of(&lines.plain, found.line)).map(|commit| run.sha(commit)),
                in_function: found.in_function.clone(),
            })
        });
        let admissions = admissions.collect();
        run.push(Batch::Admissions(vec![]))?;
        run.push(Batch::Admissions(admissions))?;
        run.push(Batch::FunctionChanges(vec![]))?;
        for part in told.tracks.chunks(BATCH) {
            let rows = part.iter().map(|track| self.function_change(run, track)).collect();
            run.push(Batch::FunctionChanges(rows))?;
        }
        Ok(())
    }

    fn function_change(&self, run: &Run<'_>, track: &Track) -> FunctionChange {
        let (path, name, container) = &self.functions[track.function as usize];
        FunctionChange {
            sha: run.sha(run.versions.rows[track.row as usize].commit),
            path: run.catalog.path_text(*path),
            name: name.clone(),
            container: container.clone(),
            added: track.added,
            deleted: track.deleted,
        }
    }
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
