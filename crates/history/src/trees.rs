//! The difference of two trees: which paths changed, and their modes and ids before and after.

use std::cmp::Ordering;

use gix::{ObjectId, oid};

use crate::error::ObjectError;
use crate::objects::{Content, Objects};

/// Mode of a folder.
pub(crate) const TREE: u32 = 0o040_000;
/// Mode of a submodule.
pub(crate) const SUBMODULE: u32 = 0o160_000;
const KIND: u32 = 0o170_000;

/// A path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathChange {
    /// The path, as bytes.
    pub(crate) path: Vec<u8>,
    /// Mode and id before.
    pub(crate) before: Option<Entry>,
    /// Mode and id after.
    pub(crate) after: Option<Entry>,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) mode: u32,
    pub(crate) id: ObjectId,
}

impl Entry {
    /// Whether it is a regular file.
    pub(crate) fn is_file(self) -> bool {
        self.mode & KIND == 0o100_000
    }
}

/// Entry of a tree as it stands in the object.
struct Raw<'a> {
    mode: u32,
    name: &'a [u8],
    id: &'a oid,
}

impl Raw<'_> {
    fn is_tree(&self) -> bool {
        self.mode == TREE
    }

    fn entry(&self) -> Entry {
        Entry { mode: self.mode, id: self.id.to_owned() }
    }
}

#[derive(Clone, Copy)]
struct Entries<'a> {
    bytes: &'a [u8],
    id_len: usize,
}

impl Entries<'_> {
    /// Skips the entries that both begin with.
    fn skip_same(&mut self, other: &mut Self) {
        while !self.bytes.is_empty() {
            let here = *self;
            if self.next().is_none() {
                return;
            }
            let length = here.bytes.len() - self.bytes.len();
            if other.bytes.get(..length) != Some(&here.bytes[..length]) {
                *self = here;
                return;
            }
            other.bytes = &other.bytes[length..];
        }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Raw<'a>;

    fn next(&mut self) -> Option<Raw<'a>> {
        // Modes have five or six digits.
        let space = match self.bytes.get(5..7)? {
            [b' ', _] => 5,
            [_, b' '] => 6,
            _ => self.bytes.iter().take(8).position(|&byte| byte == b' ')?,
        };
        let mode = self.bytes[..space].iter().fold(0, |mode, digit| mode * 8 + u32::from(digit.wrapping_sub(b'0') & 7));
        let rest = &self.bytes[space + 1..];
        // Names are short: a plain loop finds their end before a vector search has begun.
        let nul = rest.iter().position(|&byte| byte == 0)?;
        let id = rest.get(nul + 1..nul + 1 + self.id_len)?;
        self.bytes = &rest[nul + 1 + self.id_len..];
        Some(Raw { mode: canonical(mode), name: &rest[..nul], id: oid::from_bytes_unchecked(id) })
    }
}

/// Old trees hold modes such as 100664; Git reads each as one of five.
fn canonical(mode: u32) -> u32 {
    match mode & KIND {
        0o100_000 if mode & 0o100 != 0 => 0o100_755,
        0o100_000 => 0o100_644,
        0o120_000 => 0o120_000,
        0o040_000 => TREE,
        _ => SUBMODULE,
    }
}

/// The order of entries in a tree: folders as if their names ended in a slash.
fn order(a: &Raw<'_>, b: &Raw<'_>) -> Ordering {
    let common = a.name.len().min(b.name.len());
    a.name[..common].cmp(&b.name[..common]).then_with(|| {
        let next = |raw: &Raw<'_>| raw.name.get(common).copied().unwrap_or(if raw.is_tree() { b'/' } else { 0 });
        next(a).cmp(&next(b))
    })
}

/// Finds the differences between two trees; `None` is the empty tree.
///
/// Paths come in tree order. A folder that became a file gives the file's addition and the deletion of what was in the folder.
///
/// # Errors
/// When a tree is missing or damaged.
pub(crate) fn diff(
    objects: &mut Objects,
    before: Option<ObjectId>,
    after: Option<ObjectId>,
) -> Result<Vec<PathChange>, ObjectError> {
    let mut changes = Vec::new();
    if before != after {
        walk(objects, before, after, &mut Vec::new(), &mut changes)?;
    }
    Ok(changes)
}

fn walk(
    objects: &mut Objects,
    before: Option<ObjectId>,
    after: Option<ObjectId>,
    path: &mut Vec<u8>,
    changes: &mut Vec<PathChange>,
) -> Result<(), ObjectError> {
    let old = read(objects, before)?;
    let new = read(objects, after)?;
    let id_len = before.or(after).map_or(20, |id| id.as_slice().len());
    let mut olds = Entries { bytes: &old, id_len };
    let mut news = Entries { bytes: &new, id_len };
    loop {
        olds.skip_same(&mut news);
        let (mut behind_old, mut behind_new) = (olds, news);
        let (old, new) = (behind_old.next(), behind_new.next());
        let step = match (&old, &new) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => order(old, new),
        };
        if step.is_le() {
            olds = behind_old;
        }
        if step.is_ge() {
            news = behind_new;
        }
        let (old, new) = (old.as_ref().filter(|_| step.is_le()), new.as_ref().filter(|_| step.is_ge()));
        differ(objects, old, new, path, changes)?;
    }
}

fn differ(
    objects: &mut Objects,
    old: Option<&Raw<'_>>,
    new: Option<&Raw<'_>>,
    path: &mut Vec<u8>,
    changes: &mut Vec<PathChange>,
) -> Result<(), ObjectError> {
    let length = path.len();
    if old.is_some_and(|old| new.is_some_and(|new| old.id == new.id && old.mode == new.mode)) {
        // Written with another mode that Git reads as the same.
        return Ok(());
    }
    let name = old.or(new).map_or(&[][..], |raw| raw.name);
    path.extend_from_slice(name);
    let folder = |raw: Option<&Raw<'_>>| raw.filter(|raw| raw.is_tree()).map(|raw| raw.id.to_owned());
    let file = |raw: Option<&Raw<'_>>| raw.filter(|raw| !raw.is_tree()).map(Raw::entry);
    let (before, after) = (file(old), file(new));
    if before.is_some() || after.is_some() {
        changes.push(PathChange { path: path.clone(), before, after });
    }
    if folder(old).is_some() || folder(new).is_some() {
        path.push(b'/');
        walk(objects, folder(old), folder(new), path, changes)?;
    }
    path.truncate(length);
    Ok(())
}

fn read(objects: &mut Objects, tree: Option<ObjectId>) -> Result<Content, ObjectError> {
    tree.map_or_else(|| Ok(Content::default()), |id| objects.read(&id))
}
