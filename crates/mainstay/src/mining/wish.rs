//! What the command line asks of mining: which repositories, which refs, how much memory, how many threads.

use std::ffi::OsString;

use clap::ArgMatches;
use history::Refs;

/// What the command line says about mining.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// Folders and addresses.
    pub(crate) repos: Vec<OsString>,
    pub(super) refs: Refs,
    pub(super) memory_bytes: usize,
    pub(super) threads: usize,
    /// Write every row again.
    pub(crate) again: bool,
    pub(super) wait: bool,
}

impl Wish {
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let names: Vec<String> = matches.get_many("refs").into_iter().flatten().cloned().collect();
        let refs = match names.as_slice() {
            [] => Refs::Branches,
            [only] if only == "branches" => Refs::Branches,
            [only] if only == "head" => Refs::Head,
            _ => Refs::Named(names),
        };
        let mib = matches.get_one::<u32>("memory").copied().unwrap_or(MEMORY_MIB);
        let threads = matches.get_one::<u16>("threads").map(|&threads| usize::from(threads));
        Self {
            repos: matches.get_many("repos").into_iter().flatten().cloned().collect(),
            refs,
            memory_bytes: object_memory(mib),
            threads: threads.unwrap_or_else(cores),
            again: matches.get_flag("again"),
            wait: matches.get_flag("wait"),
        }
    }

    /// The repository here, with everything else by default.
    pub(crate) fn here() -> Self {
        Self {
            repos: vec![HERE.into()],
            refs: Refs::Branches,
            memory_bytes: object_memory(MEMORY_MIB),
            threads: cores(),
            again: false,
            wait: false,
        }
    }

    /// These folders, with everything else by default.
    pub(crate) fn of_folders(folders: Vec<std::path::PathBuf>) -> Self {
        Self { repos: folders.into_iter().map(OsString::from).collect(), ..Self::here() }
    }

    /// The same wish, for the repository here when it names none.
    pub(crate) fn or_here(mut self) -> Self {
        if self.repos.is_empty() {
            self.repos.push(HERE.into());
        }
        self
    }
}

/// The repository at or around the folder that the command runs in.
pub(crate) const HERE: &str = ".";

/// Memory that mining may take when nothing is said.
pub(crate) const MEMORY_MIB: u32 = 512;

/// A quarter of the budget for decoded objects, beyond which more of them save little time; the rest is for what a run holds of the
/// history itself.
pub(crate) fn object_memory(mib: u32) -> usize {
    (mib as usize) << 18
}

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
