//! The answer as data. There is no number in here that belongs to a person: what is known of somebody stands in words, and days are days of
//! the calendar.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Ask, Show};

/// The answer.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct View {
    /// What was asked.
    pub ask: Ask,
    /// The day of asking.
    pub today: String,
    /// Who could take a task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<OptionsView>,
    /// A whole plan given out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanView>,
    /// What the viewer gave and took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mine: Option<MineView>,
    /// What the receiver should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brief: Option<BriefView>,
    /// Plans that can be given out: id, title.
    pub plans: Vec<(String, String)>,
}

impl View {
    /// Which part is shown.
    #[must_use]
    pub fn show(&self) -> Show {
        self.ask.show.unwrap_or(if self.ask.what.is_some() { Show::Options } else { Show::Mine })
    }
}

/// Who could take a task.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct OptionsView {
    /// The task's stable name: a key, `PLAN/ITEM`, or the duty itself.
    pub id: String,
    /// It for people.
    pub task: String,
    /// Its title.
    pub title: String,
    /// Whose people were looked at.
    pub team: String,
    /// Parts of the code that it is about.
    pub areas: Vec<String>,
    /// Where they are from.
    pub areas_from: String,
    /// First and last day of the window.
    pub window: (String, String),
    /// What it takes, and from where that is known.
    pub effort: String,
    /// The options, in the order of the lenses.
    pub options: Vec<OptionView>,
    /// How many are left out for what, nobody named.
    pub left_out: String,
    /// The plan whose dates were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Why nothing is told of dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_dates: Option<String>,
    /// How many options leave the plan's date as it is; none when no date is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_the_date: Option<usize>,
    /// What has to be known before believing it.
    pub caveats: Vec<String>,
}

/// One option.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct OptionView {
    /// The lenses that it won.
    pub lenses: Vec<String>,
    /// Who.
    pub person: String,
    /// Their address.
    pub address: String,
    /// Whether that is the viewer: nothing to hand over.
    pub is_you: bool,
    /// Beside whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// Why, in words and facts.
    pub reasons: Vec<String>,
    /// What it does to the plan's dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// The level that is proposed, by number and name.
    pub level: String,
}

/// A whole plan given out.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct PlanView {
    /// The plan's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// For what it is given out.
    pub preset: String,
    /// Who takes what, in the order of the plan.
    pub rows: Vec<RowView>,
    /// What nobody takes, and why.
    pub unassigned: Vec<(String, String)>,
    /// What is in somebody's hands already, or not this team's.
    pub left_out: Vec<String>,
    /// How far the search came.
    pub search: String,
    /// Settled owners that cannot all be, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infeasible: Option<String>,
    /// What has to be known before believing it.
    pub caveats: Vec<String>,
}

/// One task of a plan that is given out.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct RowView {
    /// The item's id in the plan.
    pub item: String,
    /// Code and title.
    pub task: String,
    /// Who.
    pub person: String,
    /// Their address.
    pub address: String,
    /// Beside whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// Who instead, and what that would change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// Whether somebody settled it.
    pub settled: bool,
}

/// What the viewer gave and took.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct MineView {
    /// What the viewer gave.
    pub given: Vec<MineRow>,
    /// What the viewer took, or is offered.
    pub taken: Vec<MineRow>,
    /// How the viewer hands over, for the viewer alone; none of nothing given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<OwnFigure>,
    /// Tasks that the viewer keeps and that hold others up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds_up: Vec<String>,
}

/// One delegation, as one of the two sees it.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct MineRow {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// The task.
    pub task: String,
    /// The other of the two.
    pub other: String,
    /// The level by number and name.
    pub level: String,
    /// Where it stands.
    pub state: String,
    /// What is different when it is done.
    pub outcome: String,
    /// Whether the viewer's answer is awaited.
    pub awaits_you: bool,
    /// The next check-in of what is in hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_on: Option<String>,
    /// Whether that day is over.
    pub overdue: bool,
    /// Whether the viewer still has to look back.
    pub look_back: bool,
    /// What has to be known: the receiver left, the last day is over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One figure about how the viewer hands over.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct OwnFigure {
    /// Its name.
    pub name: String,
    /// Its value in words.
    pub value: String,
    /// What it is measured on.
    pub note: String,
}

/// What the receiver should know, made with the receiver's rights.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct BriefView {
    /// The delegation's id.
    pub id: String,
    /// The task.
    pub task: String,
    /// Who hands it over.
    pub from: String,
    /// Who takes it.
    pub to: String,
    /// Its parts: heading, lines.
    pub parts: Vec<(String, Vec<String>)>,
}
