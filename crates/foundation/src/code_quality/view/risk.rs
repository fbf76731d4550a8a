//! Changes that brought faults in, and the risk of open ones, as data.

use schemars::JsonSchema;
use serde::Serialize;

/// Changes that a later fix had to mend (SZZ), by area and kind of change; never by person.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Faults {
    /// Fixes of the whole history that deleted code.
    pub fixes: u64,
    /// Changes of code, by people.
    pub changes: Share,
    /// By area, those with the most changes first.
    pub areas: Vec<(String, Share)>,
    /// By lines added and deleted.
    pub sizes: Vec<(String, Share)>,
    /// By files touched.
    pub spreads: Vec<(String, Share)>,
    /// By whether a test changed with the code.
    pub tests: Vec<(String, Share)>,
}

/// How many of some changes had to be mended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Share {
    /// Changes.
    pub count: u64,
    /// How many of them wrote lines that a fix deleted.
    pub mended: u64,
}

/// How the risk of open changes is judged, and how good that has been.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Judge {
    /// By rules: the history holds fewer than 200 fixes, or only one outcome.
    Rules {
        /// Fixes that it holds.
        fixes: u64,
    },
    /// By a logistic model of this history.
    Model {
        /// Changes that it was trained on, the older seven tenths.
        trained_on: u64,
        /// Changes that it was tried on, the newer ones.
        tried_on: u64,
        /// Share of those that needed a fix.
        base_rate: f64,
        /// Area under the curve on those tried: 0.5 is guessing.
        auc: f64,
        /// Promised, happened, how many; in bins.
        calibration: Vec<(f64, f64, u64)>,
        /// Features with their weight for one standard deviation, the strongest first.
        drivers: Vec<(String, f64)>,
    },
}

/// A branch that is not merged, and how closely it should be looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OpenChange {
    /// The repository's name.
    pub repo: String,
    /// The branch.
    pub branch: String,
    /// Commits that it adds.
    pub commits: u64,
    /// Lines added and deleted in code and tests.
    pub lines: u64,
    /// Files touched.
    pub files: u64,
    /// `usual`, `watch` or `act`.
    pub level: &'static str,
    /// The chance of needing a fix, by the model; none by rules.
    pub chance: Option<f64>,
    /// What stands out.
    pub reasons: Vec<String>,
}
