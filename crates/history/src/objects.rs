//! Reads objects from packs so that a chain of deltas is followed as seldom as can be: what was decoded last is kept, by its place
//! in the pack, and the versions of a path are asked for in the order in which the pack chains them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::odb::pack;
use gix::prelude::FindExt as _;
use gix::{ObjectId, oid};
use rustc_hash::FxHashMap;

use crate::error::ObjectError;

/// Deltas longer than this in one chain are a damaged pack: Git writes at most 4095.
const MAX_CHAIN: usize = 8192;

/// The packs of a repository, opened once and shared by all readers.
pub(crate) struct Packs {
    packs: Vec<Pack>,
    /// Replacement objects (`refs/replace/*`).
    replaced: FxHashMap<ObjectId, ObjectId>,
}

struct Pack {
    index: pack::index::File,
    data: pack::data::File,
}

impl Packs {
    /// Opens every pack under the object folders. A pack that cannot be opened is left to the fallback, which names it.
    #[must_use]
    pub(crate) fn open(objects: &[PathBuf], hash: gix::hash::Kind, replaced: FxHashMap<ObjectId, ObjectId>) -> Self {
        let mut packs = Vec::new();
        for folder in objects {
            let mut indices = indices_in(&folder.join("pack"));
            indices.sort();
            for index in indices {
                let data = index.with_extension("pack");
                if let (Ok(index), Ok(data)) = (pack::index::File::at(&index, hash), pack::data::File::at(&data, hash))
                {
                    packs.push(Pack { index, data });
                }
            }
        }
        Self { packs, replaced }
    }

    /// Replaced objects and those in their place.
    pub(crate) fn replaced(&self) -> impl Iterator<Item = (&ObjectId, &ObjectId)> {
        self.replaced.iter()
    }

    fn find(&self, id: &oid) -> Option<(u32, u64)> {
        self.packs.iter().enumerate().find_map(|(at, pack)| {
            let entry = pack.index.lookup(id)?;
            Some((at as u32, pack.index.pack_offset_at_index(entry)))
        })
    }
}

fn indices_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "idx")).collect()
}

/// Content of an object, shared with the cache.
pub(crate) type Content = Arc<Vec<u8>>;

/// One reader; each thread has its own.
pub(crate) struct Objects {
    packs: Arc<Packs>,
    fallback: gix::OdbHandle,
    inflate: gix::zlib::Inflate,
    cache: Cache,
    delta: Vec<u8>,
}

impl Objects {
    /// A reader that keeps at most `cache_bytes` of decoded objects.
    #[must_use]
    pub(crate) fn new(packs: Arc<Packs>, fallback: gix::OdbHandle, cache_bytes: usize) -> Self {
        Self {
            packs,
            fallback,
            inflate: gix::zlib::Inflate::default(),
            cache: Cache::new(cache_bytes),
            delta: Vec::new(),
        }
    }

    /// The content of an object of any kind.
    ///
    /// # Errors
    /// When the object is missing or does not decode.
    pub(crate) fn read(&mut self, id: &oid) -> Result<Content, ObjectError> {
        let id = self.packs.replaced.get(id).copied().unwrap_or_else(|| id.to_owned());
        if let Some((pack, offset)) = self.packs.find(&id)
            && let Some(content) = self.decode(pack, offset)
        {
            return Ok(content);
        }
        self.read_by_fallback(&id)
    }

    fn read_by_fallback(&self, id: &oid) -> Result<Content, ObjectError> {
        let mut buffer = Vec::new();
        match self.fallback.find(id, &mut buffer) {
            Ok(_) => Ok(Arc::new(buffer)),
            Err(error) => Err(match gix::prelude::Find::try_find(&self.fallback, id, &mut Vec::new()) {
                Ok(None) => ObjectError::Missing { id: id.to_owned() },
                _ => ObjectError::Damaged { id: id.to_owned(), why: error.to_string() },
            }),
        }
    }

    /// `None` when anything about the entry is odd: the fallback then says what.
    fn decode(&mut self, pack: u32, offset: u64) -> Option<Content> {
        let packs = Arc::clone(&self.packs);
        let file = &packs.packs.get(pack as usize)?.data;
        let mut chain = Vec::new();
        let mut at = offset;
        let mut base = loop {
            if let Some(content) = self.cache.get(pack, at) {
                break content;
            }
            let entry = file.entry(at).ok()?;
            let next = match entry.header {
                pack::data::entry::Header::OfsDelta { base_distance } => {
                    entry.checked_base_pack_offset(base_distance)?
                }
                pack::data::entry::Header::RefDelta { base_id } => {
                    let (other, offset) = packs.find(&base_id)?;
                    if other != pack {
                        return None;
                    }
                    offset
                }
                _ => {
                    let mut content = vec![0; usize::try_from(entry.decompressed_size).ok()?];
                    file.decompress_entry(&entry, &mut self.inflate, &mut content).ok()?;
                    let content = Arc::new(content);
                    self.cache.put(pack, at, &content);
                    break content;
                }
            };
            if chain.len() == MAX_CHAIN {
                return None;
            }
            chain.push((at, entry));
            at = next;
        };
        while let Some((at, entry)) = chain.pop() {
            self.delta.resize(usize::try_from(entry.decompressed_size).ok()?, 0);
            file.decompress_entry(&entry, &mut self.inflate, &mut self.delta).ok()?;
            base = Arc::new(apply(&base, &self.delta)?);
            self.cache.put(pack, at, &base);
        }
        Some(base)
    }
}

/// Applies a delta (Git's pack format: sizes, then copy and insert instructions).
fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let (base_size, rest) = size(delta)?;
    let (result_size, mut rest) = size(rest)?;
    if base_size != base.len() {
        return None;
    }
    let mut out = Vec::with_capacity(result_size);
    while let Some((&op, tail)) = rest.split_first() {
        rest = tail;
        if op & 0x80 == 0 {
            let (literal, tail) = rest.split_at_checked(usize::from(op))?;
            if literal.is_empty() {
                return None;
            }
            out.extend_from_slice(literal);
            rest = tail;
            continue;
        }
        let mut field = |bits: std::ops::Range<u32>| {
            let mut value = 0;
            for (shift, bit) in bits.enumerate() {
                if op & (1 << bit) != 0 {
                    let (&byte, tail) = rest.split_first()?;
                    value |= usize::from(byte) << (8 * shift);
                    rest = tail;
                }
            }
            Some(value)
        };
        let from = field(0..4)?;
        let length = match field(4..7)? {
            0 => 0x10000,
            length => length,
        };
        out.extend_from_slice(base.get(from..from.checked_add(length)?)?);
    }
    (out.len() == result_size).then_some(out)
}

fn size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, &byte) in bytes.iter().enumerate().take(9) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

/// Two generations: when the young one is full, the old one is dropped and the young one becomes old.
struct Cache {
    young: FxHashMap<(u32, u64), Content>,
    old: FxHashMap<(u32, u64), Content>,
    young_bytes: usize,
    limit: usize,
}

impl Cache {
    fn new(bytes: usize) -> Self {
        Self { young: FxHashMap::default(), old: FxHashMap::default(), young_bytes: 0, limit: bytes / 2 }
    }

    fn get(&mut self, pack: u32, offset: u64) -> Option<Content> {
        if let Some(content) = self.young.get(&(pack, offset)) {
            return Some(Arc::clone(content));
        }
        let content = self.old.remove(&(pack, offset))?;
        self.put(pack, offset, &content);
        Some(content)
    }

    fn put(&mut self, pack: u32, offset: u64, content: &Content) {
        if content.len() > self.limit {
            return;
        }
        if self.young_bytes + content.len() > self.limit {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += content.len() + 64;
        self.young.insert((pack, offset), Arc::clone(content));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_copies_and_inserts() {
        // base size 5, result size 7; copy 3 bytes from 1; insert "XY"; copy 2 from 3.
        let delta = [5, 7, 0x91, 1, 3, 2, b'X', b'Y', 0x91, 3, 2];
        assert_eq!(apply(b"abcde", &delta), Some(b"bcdXYde".to_vec()));
    }

    #[test]
    fn a_broken_delta_is_refused() {
        for delta in [&[5, 7, 0x91, 4, 3][..], &[4, 7], &[5, 9, 1, b'a'], &[5, 1, 0], &[0x80; 12], &[]] {
            assert_eq!(apply(b"abcde", delta), None, "{delta:?}");
        }
    }
}
