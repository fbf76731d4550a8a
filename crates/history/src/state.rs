//! What a run leaves for the next one: the paths that each commit touched, and what comparing contents gave. All of it is keyed by
//! object ids, which never mean anything else later, so it stays true whatever happens to the refs.
//!
//! One file that only grows: blocks with length and checksum. A block that was cut off by a crash ends the file; the next run goes
//! on behind the last whole one.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use gix::ObjectId;
use rustc_hash::FxHashMap;

use crate::content::Facts;
use crate::diff::{Difference, Hunk, Respaced, Span};
use crate::error::Error;
use crate::touched::{Catalog, Moved, NONE, Spot, Touch, Touched};

/// Changes with every change of the format or of what is computed; files of another version are begun anew.
const HEADER: &[u8; 8] = b"mstate05";
/// Bytes of a block before it is written.
const BLOCK: usize = 1 << 20;
const TOUCHED: u8 = 1;
const FACTS: u8 = 2;
const DIFFERENCE: u8 = 3;
const HANDED: u8 = 4;

/// What is known from earlier runs, in the numbers of the present catalog.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) touched: FxHashMap<ObjectId, Touched>,
    pub(crate) facts: FxHashMap<u32, Facts>,
    pub(crate) differences: FxHashMap<(u32, u32), Difference>,
    /// By digest of the refs: what earlier runs handed over.
    pub(crate) handed: FxHashMap<String, Handed>,
}

/// What a run handed over: the rows of every commit reachable from its tips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handed {
    pub(crate) tips: Vec<ObjectId>,
    /// A digest of whatever else the rows depended on.
    pub(crate) ground: u64,
    /// How many paths of the catalog that digest covers.
    pub(crate) paths: u32,
}

/// The file, open for more.
#[derive(Debug)]
pub(crate) struct State {
    path: PathBuf,
    file: File,
    block: Vec<u8>,
    /// Blobs and paths that blocks before have named, so that they are named once.
    hash_len: usize,
}

impl State {
    /// Opens the state and reads what is known.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub(crate) fn open(folder: &Path, hash_len: usize, catalog: &mut Catalog) -> Result<(Self, Known), Error> {
        let path = folder.join("known.bin");
        let io = |what| {
            let path = path.clone();
            move |source| Error::Io { what, path: path.clone(), source }
        };
        std::fs::create_dir_all(folder).map_err(io("write"))?;
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io("read"))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io("read"))?;
        let mut known = Known::default();
        let mut whole = 0;
        if bytes.starts_with(HEADER) {
            whole = HEADER.len();
            while let Some((payload, length)) = block(&bytes[whole..]) {
                if (Reader { bytes: &payload, hash_len }).records(catalog, &mut known).is_none() {
                    break;
                }
                whole += length;
            }
        }
        file.set_len(whole as u64).map_err(io("write"))?;
        file.seek(SeekFrom::Start(whole as u64)).map_err(io("write"))?;
        if whole == 0 {
            file.write_all(HEADER).map_err(io("write"))?;
        }
        Ok((Self { path, file, block: Vec::new(), hash_len }, known))
    }

    /// Keeps what a commit touched.
    pub(crate) fn touched(&mut self, id: &ObjectId, touched: &Touched, catalog: &Catalog) -> Result<(), Error> {
        if touched.damage.is_some() {
            return Ok(());
        }
        self.block.push(TOUCHED);
        self.id(id);
        self.number(u32::from(touched.limited));
        self.number(touched.touches.len() as u32);
        for touch in &touched.touches {
            self.text(&catalog.paths[touch.path as usize]);
            self.spot(touch.before, catalog);
            self.spot(touch.after, catalog);
        }
        for moved in [&touched.pairs, &touched.origins] {
            self.number(moved.len() as u32);
            for moved in moved {
                self.text(&catalog.paths[moved.from as usize]);
                self.spot(moved.before, catalog);
                self.text(&catalog.paths[moved.to as usize]);
                self.number(moved.score);
            }
        }
        self.write_when(BLOCK)
    }

    /// Keeps what is told of a content.
    pub(crate) fn facts(&mut self, blob: &ObjectId, facts: Facts) -> Result<(), Error> {
        self.block.push(FACTS);
        self.id(blob);
        self.number(facts.lines);
        self.number(facts.filled << 1 | u32::from(facts.binary));
        self.block.extend_from_slice(&facts.indent.to_le_bytes());
        self.write_when(BLOCK)
    }

    /// Keeps a difference.
    pub(crate) fn difference(&mut self, from: &ObjectId, to: &ObjectId, difference: &Difference) -> Result<(), Error> {
        self.block.push(DIFFERENCE);
        self.id(from);
        self.id(to);
        self.number(difference.added);
        self.number(difference.deleted);
        self.number(difference.hunks.len() as u32);
        let (mut before, mut after) = (0, 0);
        for hunk in &difference.hunks {
            self.number(hunk.before_start - before);
            self.number(hunk.before_end - hunk.before_start);
            self.number(hunk.after_start - after);
            self.number(hunk.after_end - hunk.after_start);
            (before, after) = (hunk.before_end, hunk.after_end);
        }
        self.number(difference.respaced.len() as u32);
        for same in &difference.respaced {
            self.number(same.before);
            self.number(same.after);
            self.number(same.lines);
        }
        self.number(difference.hollow.len() as u32);
        for span in &difference.hollow {
            self.number(span.start);
            self.number(span.end - span.start);
        }
        self.write_when(BLOCK)
    }

    /// Keeps what the run handed over, under the digest of the refs that it read.
    pub(crate) fn handed(&mut self, seen: &str, handed: &Handed) {
        self.block.push(HANDED);
        self.text(seen.as_bytes());
        self.number(handed.tips.len() as u32);
        for tip in &handed.tips {
            self.id(tip);
        }
        self.block.extend_from_slice(&handed.ground.to_le_bytes());
        self.number(handed.paths);
    }

    /// Writes what is left and makes sure that it is on disk.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        self.write_when(1)?;
        self.file.sync_data().map_err(|source| Error::Io { what: "write", path: self.path.clone(), source })
    }

    fn write_when(&mut self, least: usize) -> Result<(), Error> {
        if self.block.len() < least {
            return Ok(());
        }
        let io = |source| Error::Io { what: "write", path: self.path.clone(), source };
        let packed = zstd::bulk::compress(&self.block, 1).map_err(io)?;
        let mut out = Vec::with_capacity(packed.len() + 16);
        out.extend_from_slice(&(packed.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.block.len() as u32).to_le_bytes());
        out.extend_from_slice(&checksum(&packed).to_le_bytes());
        out.extend_from_slice(&packed);
        self.file.write_all(&out).map_err(io)?;
        self.block.clear();
        Ok(())
    }

    fn number(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.block.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.block.push(value as u8);
    }

    fn text(&mut self, text: &[u8]) {
        self.number(text.len() as u32);
        self.block.extend_from_slice(text);
    }

    fn id(&mut self, id: &ObjectId) {
        debug_assert_eq!(id.as_slice().len(), self.hash_len);
        self.block.extend_from_slice(id.as_slice());
    }

    fn spot(&mut self, spot: Spot, catalog: &Catalog) {
        self.number(spot.mode);
        if spot.exists() {
            self.id(&catalog.blobs[spot.blob as usize]);
        }
    }
}

/// The first block and its length in the file, when it is whole.
fn block(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (packed, plain) = (word(0)? as usize, word(4)? as usize);
    let sum = u64::from_le_bytes(bytes.get(8..16)?.try_into().ok()?);
    let payload = bytes.get(16..16 + packed)?;
    if checksum(payload) != sum {
        return None;
    }
    Some((zstd::bulk::decompress(payload, plain).ok()?, 16 + packed))
}

fn checksum(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(bytes.len() as u64, |sum, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        (sum ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
    hash_len: usize,
}

impl Reader<'_> {
    /// Reads every record; `None` when one makes no sense.
    fn records(&mut self, catalog: &mut Catalog, known: &mut Known) -> Option<()> {
        while let Some((&kind, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            match kind {
                TOUCHED => {
                    let id = self.id()?;
                    let touched = self.touched(catalog)?;
                    known.touched.insert(id, touched);
                }
                FACTS => {
                    let blob = catalog.blob(self.id()?);
                    let (lines, packed) = (self.number()?, self.number()?);
                    let indent = f32::from_le_bytes(self.take(4)?.try_into().ok()?);
                    known.facts.insert(blob, Facts { lines, binary: packed & 1 == 1, filled: packed >> 1, indent });
                }
                DIFFERENCE => {
                    let key = (catalog.blob(self.id()?), catalog.blob(self.id()?));
                    let difference = self.difference()?;
                    known.differences.insert(key, difference);
                }
                HANDED => {
                    let length = self.number()? as usize;
                    let seen = String::from_utf8(self.take(length)?.to_vec()).ok()?;
                    let mut tips = Vec::new();
                    for _ in 0..self.number()? {
                        tips.push(self.id()?);
                    }
                    let ground = u64::from_le_bytes(self.take(8)?.try_into().ok()?);
                    known.handed.insert(seen, Handed { tips, ground, paths: self.number()? });
                }
                _ => return None,
            }
        }
        Some(())
    }

    fn touched(&mut self, catalog: &mut Catalog) -> Option<Touched> {
        let limited = self.number()? == 1;
        let mut touches = Vec::new();
        for _ in 0..self.number()? {
            let path = self.path(catalog)?;
            touches.push(Touch { path, before: self.spot(catalog)?, after: self.spot(catalog)? });
        }
        let mut lists = [Vec::new(), Vec::new()];
        for list in &mut lists {
            for _ in 0..self.number()? {
                let (from, before) = (self.path(catalog)?, self.spot(catalog)?);
                list.push(Moved { from, before, to: self.path(catalog)?, score: self.number()? });
            }
        }
        let [pairs, origins] = lists;
        Some(Touched { touches, pairs, origins, limited, damage: None })
    }

    fn difference(&mut self) -> Option<Difference> {
        let (added, deleted) = (self.number()?, self.number()?);
        let mut hunks = Vec::new();
        let (mut before, mut after) = (0, 0);
        for _ in 0..self.number()? {
            let before_start = before + self.number()?;
            let before_end = before_start + self.number()?;
            let after_start = after + self.number()?;
            let after_end = after_start + self.number()?;
            hunks.push(Hunk { before_start, before_end, after_start, after_end });
            (before, after) = (before_end, after_end);
        }
        let mut respaced = Vec::new();
        for _ in 0..self.number()? {
            respaced.push(Respaced { before: self.number()?, after: self.number()?, lines: self.number()? });
        }
        let mut hollow = Vec::new();
        for _ in 0..self.number()? {
            let start = self.number()?;
            hollow.push(Span { start, end: start + self.number()? });
        }
        Some(Difference { added, deleted, hunks, respaced, hollow })
    }

    fn spot(&mut self, catalog: &mut Catalog) -> Option<Spot> {
        let mode = self.number()?;
        let blob = if mode == 0 { NONE } else { catalog.blob(self.id()?) };
        Some(Spot { mode, blob })
    }

    fn path(&mut self, catalog: &mut Catalog) -> Option<u32> {
        let length = self.number()? as usize;
        Some(catalog.path(self.take(length)?))
    }

    fn id(&mut self) -> Option<ObjectId> {
        let length = self.hash_len;
        ObjectId::try_from(self.take(length)?).ok()
    }

    fn number(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }
}
