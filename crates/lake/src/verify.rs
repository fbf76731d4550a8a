//! Finding parts that are missing, cut short or changed, so that their repository can be mined again.

use std::fmt;
use std::io;

use crate::error::LakeError;
use crate::lake::Lake;
use crate::manifest::{Manifest, Part};
use crate::place::Place;

/// What is wrong with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// There is no such file.
    Missing,
    /// The file has another length than was written.
    Length {
        /// Bytes written.
        written: u64,
        /// Bytes there.
        found: u64,
    },
    /// The file has other content than was written.
    Content,
    /// The file cannot be read.
    Unreadable,
}

impl fmt::Display for Harm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Length { written, found } => write!(f, "has {found} bytes where {written} were written"),
            Self::Content => f.write_str("has other content than was written"),
            Self::Unreadable => f.write_str("cannot be read"),
        }
    }
}

/// A part that does not hold what was written. Mining its repository afresh rebuilds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The repository's id.
    pub repo: String,
    /// The table.
    pub table: String,
    /// The file, relative to the lake's folder.
    pub file: String,
    /// What is wrong.
    pub harm: Harm,
}

impl Lake {
    /// Checks every part that the manifest names: that it is there with its length, and when `deep` that it has its checksum.
    ///
    /// # Errors
    /// When the manifest itself cannot be read.
    pub fn verify(&self, deep: bool) -> Result<Vec<Damage>, LakeError> {
        let place = &*self.inner.place;
        let (manifest, _) = Manifest::load(place)?;
        let files: Vec<&str> = manifest.parts.iter().map(|part| part.file.as_str()).collect();
        let sizes = place.sizes(&files);
        let harmed = |(part, size): (&Part, io::Result<Option<u64>>)| {
            harm(place, part, size.as_ref(), deep).map(|harm| damage(part, harm))
        };
        Ok(manifest.parts.iter().zip(sizes).filter_map(harmed).collect())
    }
}

fn harm(place: &dyn Place, part: &Part, size: Result<&Option<u64>, &io::Error>, deep: bool) -> Option<Harm> {
    let found = match size {
        Ok(Some(found)) => *found,
        Ok(None) => return Some(Harm::Missing),
        Err(_) => return Some(Harm::Unreadable),
    };
    if found != part.bytes {
        return Some(Harm::Length { written: part.bytes, found });
    }
    if !deep {
        return None;
    }
    match place.checksum(&part.file) {
        Ok(sum) if sum == part.blake3 => None,
        Ok(_) => Some(Harm::Content),
        Err(_) => Some(Harm::Unreadable),
    }
}

fn damage(part: &Part, harm: Harm) -> Damage {
    Damage { repo: part.repo.clone(), table: part.table.clone(), file: part.file.clone(), harm }
}
