//! The manifest: the one file that says what is in the lake. It is replaced as a whole, so a reader sees the old lake or the new one.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::LakeError;
use crate::place::{Mark, Place};

/// The newest schema version that this program reads and writes.
pub const SCHEMA: u32 = 3;

pub(crate) const FILE: &str = "manifest.json";

/// What the lake knows about a repository beside its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepoEntry {
    /// The id that stands in every row's `repo` column.
    pub id: String,
    /// The name shown to people.
    pub name: String,
    /// Where the repository was read from.
    pub path: String,
    /// The commit of the default branch that was mined; none for an empty repository.
    pub head: Option<String>,
    /// Short name of the default branch.
    #[serde(default)]
    pub branch: Option<String>,
    /// When it was mined, seconds since the epoch.
    pub mined_at: i64,
    /// Start of what is there, when the clone is shallow: the oldest commit's time, seconds since the epoch.
    #[serde(default)]
    pub truncated_since: Option<i64>,
    /// What views must say about the repository, for example `truncated` or `unfinished`.
    #[serde(default)]
    pub flags: Vec<String>,
    /// A digest of the refs and settings that were mined; the lake only keeps it, so that a run with nothing new ends at once.
    #[serde(default)]
    pub seen: String,
}

/// One Parquet file of one table of one repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The table.
    pub table: String,
    /// The repository's id.
    pub repo: String,
    /// The file, relative to the lake's folder, with `/`.
    pub file: String,
    /// Rows in it.
    pub rows: u64,
    /// Bytes in it.
    pub bytes: u64,
    /// BLAKE3 of the whole file, hex.
    pub blake3: String,
}

/// A file that the manifest no longer names but that a reader may still hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dropped {
    pub(crate) file: String,
    pub(crate) at: i64,
}

/// Everything that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) schema: u32,
    pub(crate) version: u64,
    pub(crate) next_part: u64,
    pub(crate) repos: Vec<RepoEntry>,
    pub(crate) parts: Vec<Part>,
    #[serde(default)]
    pub(crate) dropped: Vec<Dropped>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { schema: SCHEMA, version: 0, next_part: 1, repos: Vec::new(), parts: Vec::new(), dropped: Vec::new() }
    }
}

/// Only the version, so that a newer manifest is refused for its version and not for its unknown shape.
#[derive(Deserialize)]
struct Versioned {
    schema: u32,
}

/// Whether a file's name cannot lead out of the lake's folder: files are read and removed by these names.
fn stays_inside(file: &str) -> bool {
    !file.contains(['\\', ':', '\0']) && file.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

impl Manifest {
    /// Reads the manifest of a lake with its mark; an empty one without a mark when there is none.
    pub(crate) fn load(place: &dyn Place) -> Result<(Self, Option<Mark>), LakeError> {
        let Some((text, mark)) = place.manifest()? else { return Ok((Self::default(), None)) };
        Ok((Self::parse(&text, place.address())?, Some(mark)))
    }

    /// The manifest in the text of a file of the lake at `dir`.
    pub(crate) fn parse(text: &[u8], dir: &Path) -> Result<Self, LakeError> {
        let bad = |source| LakeError::BadManifest { path: dir.join(FILE), source };
        let Versioned { schema } = serde_json::from_slice(text).map_err(bad)?;
        if schema > SCHEMA {
            return Err(LakeError::NewerSchema { path: dir.to_owned(), found: schema, known: SCHEMA });
        }
        let mut manifest: Self = serde_json::from_slice(text).map_err(bad)?;
        let files = manifest.parts.iter().map(|part| &part.file).chain(manifest.dropped.iter().map(|file| &file.file));
        if let Some(file) = files.into_iter().find(|file| !stays_inside(file)) {
            return Err(bad(serde::de::Error::custom(format!("`{file}` is outside of the lake"))));
        }
        if schema < SCHEMA {
            // What an older schema holds stays readable until its repository is read again, which the next run will do.
            manifest.schema = SCHEMA;
            manifest.repos.iter_mut().for_each(|repo| repo.seen.clear());
        }
        Ok(manifest)
    }

    /// Replaces the manifest that had the mark `before`, when the files in `new` are sure to be there; gives the new mark.
    pub(crate) fn store(
        &self,
        place: &dyn Place,
        before: Option<&Mark>,
        new: &[&str],
    ) -> Result<Option<Mark>, LakeError> {
        let bad = |source| LakeError::BadManifest { path: place.address().join(FILE), source };
        place.replace(serde_json::to_vec(self).map_err(bad)?, before, new)
    }
}
