//! The state that a branch is compared with: which commit that is, and the files at it, measured as those at the head are.
//!
//! Only the files themselves are read, none of their history: this takes as long as the files are large.

use gix::ObjectId;

use crate::error::{Error, ObjectError};
use crate::kept::Kept;
use crate::measure::{self, LINK, Wanted};
use crate::message;
use crate::progress::{Phase, Progress};
use crate::repository::Repository;
use crate::rows::{Admission, Role};
use crate::sink::{Batch, Mode, Sink};
use crate::trees::{self, SUBMODULE};

/// Names under which a default branch is looked for, the most telling first.
const DEFAULTS: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// The commit that a branch is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The ref that the branch left, as it was given or found.
    pub name: String,
    /// The newest commit that both have, hex; the ref's own commit when they have none.
    pub sha: String,
}

impl Repository {
    /// Where `HEAD` left the ref `wanted`, or the default branch when none is named.
    ///
    /// None when no ref is named and there is no default branch, or `HEAD` is its commit.
    ///
    /// # Errors
    /// When the ref that was named names no commit.
    pub fn base(&self, wanted: Option<&str>) -> Result<Option<Base>, Error> {
        let repo = self.local();
        let Some(head) = self.head() else { return Ok(None) };
        let (name, tip) = match wanted {
            Some(name) => {
                let missing = || Error::NoSuchRef { name: name.to_owned() };
                let object = repo.rev_parse_single(name).map_err(|_| missing())?.object().map_err(|_| missing())?;
                (name.to_owned(), object.peel_to_commit().map_err(|_| missing())?.id)
            }
            None => {
                let found = DEFAULTS.iter().find_map(|name| Some((*name, tip_of(&repo, name)?)));
                let Some((name, tip)) = found.filter(|(_, tip)| *tip != head) else { return Ok(None) };
                (name.trim_start_matches("refs/heads/").trim_start_matches("refs/remotes/").to_owned(), tip)
            }
        };
        let sha = repo.merge_base(head, tip).ok().flatten().map_or(tip, gix::Id::detach).to_string();
        Ok(Some(Base { name, sha }))
    }

    /// The default branch by its short name, at its newest commit: whatever is checked out. The local branch where there is one, else the
    /// remote's. A bare repository's `HEAD` is its default branch, so none is looked for there; none, too, where no usual name is found.
    #[must_use]
    pub fn default_branch(&self) -> Option<Base> {
        self.work_dir()?;
        let repo = self.local();
        let (found, tip) = DEFAULTS.iter().find_map(|name| Some((*name, tip_of(&repo, name)?)))?;
        // What the remote's HEAD stands for is the name of another ref.
        let meant = repo.find_reference(found).ok()?.target().try_name().map(|name| name.as_bstr().to_string());
        let full = meant.unwrap_or_else(|| found.to_owned());
        let name = full.trim_start_matches("refs/heads/").trim_start_matches("refs/remotes/origin/").to_owned();
        let sha = tip_of(&repo, &format!("refs/heads/{name}")).unwrap_or(tip).to_string();
        Some(Base { name, sha })
    }
}

/// The commit that a ref names.
fn tip_of(repo: &gix::Repository, name: &str) -> Option<ObjectId> {
    Some(repo.find_reference(name).ok()?.peel_to_commit().ok()?.id)
}

/// Hands the rows of `files`, `functions`, `types`, `duplicates` and `admissions` at a commit to the sink; returns what could not be read.
///
/// # Errors
/// When `sha` is no commit, or the sink refuses rows.
pub fn read_at(
    repository: &Repository,
    sha: &str,
    threads: usize,
    memory_bytes: usize,
    sink: &mut dyn Sink,
    progress: &dyn Progress,
) -> Result<Vec<ObjectError>, Error> {
    let missing = || Error::NoSuchRef { name: sha.to_owned() };
    let id = ObjectId::from_hex(sha.as_bytes()).map_err(|_| missing())?;
    let threads = threads.max(1);
    let cache = memory_bytes / threads / 4;
    let mut objects = repository.objects(cache);
    let tree = objects.read(&id).ok().and_then(|bytes| message::head(&bytes)).ok_or_else(missing)?.tree;
    sink.begin(Mode::Fresh, Some(sha)).map_err(Error::Sink)?;
    let mut damage = Vec::new();
    let files = match trees::diff(&mut objects, None, Some(tree)) {
        Ok(files) => files,
        Err(broken) => {
            damage.push(broken);
            Vec::new()
        }
    };
    let mut attributes = repository.attributes();
    let mut wanted: Vec<Wanted> = files
        .into_iter()
        .filter_map(|file| Some((file.path, file.after?)))
        .filter(|(_, entry)| entry.mode != SUBMODULE && entry.mode != LINK)
        .map(|(path, entry)| {
            let said = attributes.of_path(&path);
            let path = String::from_utf8_lossy(&path).into_owned();
            let role = match (said.generated, said.vendored) {
                (Some(true), _) => Role::Generated,
                (_, Some(true)) => Role::Vendored,
                _ => crate::paths::role(&path),
            };
            Wanted { path, role, blob: entry.id }
        })
        .collect();
    wanted.sort_by(|a, b| a.path.cmp(&b.path));
    progress.phase(Phase::Head, Some(wanted.len() as u64));
    let (mut seen, broken) = measure::measure(repository, threads, cache, &wanted, &Kept::default(), progress);
    damage.extend(broken);
    let functions = seen
        .iter()
        .flat_map(|(_, seen)| seen.measured.functions.iter().map(|function| measure::row(&seen.file.path, function)));
    let functions = functions.collect();
    let admissions = seen.iter().flat_map(|(_, seen)| {
        seen.admissions.iter().map(|found| Admission {
            path: seen.file.path.clone(),
            line: found.line,
            marker: found.marker,
            text: found.text.clone(),
            first_sha: None,
            in_function: found.in_function.clone(),
        })
    });
    let admissions = admissions.collect();
    let types = seen.iter().flat_map(|(_, seen)| measure::types(seen)).collect();
    let texts: Vec<_> =
        seen.iter_mut().map(|(_, seen)| (seen.file.path.clone(), std::mem::take(&mut seen.text))).collect();
    for batch in [
        Batch::Duplicates(measure::duplicates(&texts)),
        Batch::Types(types),
        Batch::Functions(functions),
        Batch::Admissions(admissions),
        Batch::Files(seen.into_iter().map(|(_, seen)| seen.file).collect()),
    ] {
        sink.push(batch).map_err(Error::Sink)?;
    }
    Ok(damage)
}
