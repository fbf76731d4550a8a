//! Facts carried out of a lake as plain Parquet files with the manifest that names them, and into an empty one. Byte for byte: what is
//! carried out again is the same.

use std::path::Path;

use crate::error::LakeError;
use crate::manifest::{FILE, Manifest};

fn io(act: &'static str, path: &Path, source: std::io::Error) -> LakeError {
    LakeError::Io { act, path: path.to_owned(), source }
}

/// Copies the parts that the manifest of the lake at `from` names, then the manifest, into `to`; gives the number of parts. A folder without
/// a manifest holds no facts.
///
/// # Errors
/// When a file cannot be copied, or is not what the manifest says.
pub fn carry(from: &Path, to: &Path) -> Result<usize, LakeError> {
    let manifest = from.join(FILE);
    if !manifest.exists() {
        return Ok(0);
    }
    if holds_facts(to)? {
        let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "facts are there already");
        return Err(io("write", &to.join(FILE), source));
    }
    let text = std::fs::read(&manifest).map_err(|error| io("read", &manifest, error))?;
    let parts = Manifest::parse(&text, from)?.parts;
    for part in &parts {
        let (here, there) = (from.join(&part.file), to.join(&part.file));
        if let Some(folder) = there.parent() {
            std::fs::create_dir_all(folder).map_err(|error| io("make", folder, error))?;
        }
        let bytes = std::fs::read(&here).map_err(|error| io("read", &here, error))?;
        if blake3::hash(&bytes).to_hex().as_str() != part.blake3 {
            let source = std::io::Error::new(std::io::ErrorKind::InvalidData, "the file is not what the manifest says");
            return Err(io("carry", &here, source));
        }
        std::fs::write(&there, bytes).map_err(|error| io("write", &there, error))?;
    }
    std::fs::create_dir_all(to).map_err(|error| io("make", to, error))?;
    std::fs::write(to.join(FILE), text).map_err(|error| io("write", &to.join(FILE), error))?;
    Ok(parts.len())
}

fn holds_facts(dir: &Path) -> Result<bool, LakeError> {
    let manifest = dir.join(FILE);
    if !manifest.exists() {
        return Ok(false);
    }
    let text = std::fs::read(&manifest).map_err(|error| io("read", &manifest, error))?;
    Ok(!Manifest::parse(&text, dir)?.parts.is_empty())
}
