//! How far a run is; told to whoever shows it.

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Walking the commits.
    Walk,
    /// Comparing trees.
    Trees,
    /// Comparing contents and following lines.
    Content,
    /// Reading the files at the head.
    Head,
    /// Handing rows over.
    Store,
}

impl Phase {
    /// What is counted, for a person to read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Walk => "walking commits",
            Self::Trees => "comparing trees",
            Self::Content => "comparing versions",
            Self::Head => "reading files",
            Self::Store => "storing rows",
        }
    }
}

/// Is told of phases and steps, from any thread.
pub trait Progress: Sync {
    /// A phase begins; `total` steps, where that is known.
    fn phase(&self, phase: Phase, total: Option<u64>);
    /// Steps were done.
    fn advance(&self, by: u64);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _phase: Phase, _total: Option<u64>) {}
    fn advance(&self, _by: u64) {}
}
