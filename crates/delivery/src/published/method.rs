//! The ways to read the past that there are, by the names that stand on every forecast.

/// Days of a block, and of the time that blocks are taken from.
pub(crate) const BLOCK: (usize, usize) = (14, 364);

/// From which past days the future is taken.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
pub enum Method {
    /// The mean of what the last 30, 90 and 180 days say.
    #[default]
    #[serde(rename = "pool/1")]
    #[value(name = "pool/1")]
    Pool,
    /// The last 30 days.
    #[serde(rename = "window/30")]
    #[value(name = "window/30")]
    Window30,
    /// The last 90 days: the baseline to beat.
    #[serde(rename = "window/90")]
    #[value(name = "window/90")]
    Window90,
    /// The last 180 days.
    #[serde(rename = "window/180")]
    #[value(name = "window/180")]
    Window180,
    /// Blocks of 14 days out of the last 364.
    #[serde(rename = "blocks/14")]
    #[value(name = "blocks/14")]
    Blocks,
}

impl Method {
    /// Every method, the default first.
    pub const ALL: [Self; 5] = [Self::Pool, Self::Window30, Self::Window90, Self::Window180, Self::Blocks];

    /// Its name with its version.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pool => "pool/1",
            Self::Window30 => "window/30",
            Self::Window90 => "window/90",
            Self::Window180 => "window/180",
            Self::Blocks => "blocks/14",
        }
    }

    /// Its windows in days.
    pub(crate) const fn windows(self) -> &'static [usize] {
        match self {
            Self::Pool => &[30, 90, 180],
            Self::Window30 => &[30],
            Self::Window90 => &[90],
            Self::Window180 => &[180],
            Self::Blocks => &[],
        }
    }

    /// Days that it looks back at most.
    #[must_use]
    pub const fn reach(self) -> usize {
        match self {
            Self::Window30 => 30,
            Self::Window90 => 90,
            Self::Pool | Self::Window180 => 180,
            Self::Blocks => BLOCK.1,
        }
    }
}
