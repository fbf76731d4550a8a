//! What an answer is computed from: one team's board, the workflow in force, its calendar, and each item's way as of an instant and as it
//! was known at another.

use std::sync::Arc;

use desk::work::{Calendar, Item, Project, ProjectId, Team, TeamId, Work};
use desk::{Desk, FieldError, Refusal};
use jiff::Timestamp;
use jiff::civil::Date;

use super::rules::{Preset, proposed};
use super::workflow::Workflow;
use crate::calendar::Clockwork;
use crate::flow::{Points, Stages, Track};

/// Whose board.
#[derive(Debug, Clone)]
pub struct Board {
    /// The team; none is everybody's board.
    pub team: Option<Team>,
    /// What numbers its items; none while nothing was written down.
    pub project: Option<Project>,
}

impl Board {
    /// Its name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        match (&self.team, &self.project) {
            (Some(team), _) => &team.name,
            (None, Some(project)) => &project.name,
            (None, None) => "Everybody",
        }
    }

    /// Its name in addresses.
    #[must_use]
    pub fn address(&self) -> &str {
        match (&self.team, &self.project) {
            (Some(team), _) => &team.slug,
            (None, Some(project)) => &project.key,
            (None, None) => "",
        }
    }

    /// The team's id.
    #[must_use]
    pub fn team_id(&self) -> Option<TeamId> {
        self.team.as_ref().map(|team| team.id)
    }

    /// The project's id.
    #[must_use]
    pub fn project_id(&self) -> Option<ProjectId> {
        self.project.as_ref().map(|project| project.id)
    }
}

/// The boards that there are: those of teams first, in the order of their names, then everybody's.
#[must_use]
pub fn boards(desk: &Desk, work: &Work) -> Vec<Board> {
    let people = desk.organisation();
    let mut all: Vec<Board> = work
        .projects()
        .iter()
        .map(|project| Board {
            team: project.team.and_then(|team| people.team(team)).cloned(),
            project: Some(project.clone()),
        })
        .collect();
    all.sort_by(|a, b| (a.team.is_none(), a.name()).cmp(&(b.team.is_none(), b.name())));
    all
}

/// The board that an ask names, else the viewer's own, else the first there is.
///
/// # Errors
/// Refused when no team has that name, with the nearest.
pub fn board(desk: &Desk, work: &Work, named: Option<&str>) -> Result<Board, Refusal> {
    let of_team = |team: &Team| {
        let project = work.projects().iter().find(|project| project.team == Some(team.id)).cloned();
        Board { team: Some(team.clone()), project }
    };
    let people = desk.organisation();
    if let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) {
        let by_key = work.projects().iter().find(|project| project.key.eq_ignore_ascii_case(named));
        if let Some(project) = by_key.filter(|project| project.team.is_none()) {
            return Ok(Board { team: None, project: Some(project.clone()) });
        }
        let team = by_key.and_then(|project| project.team).and_then(|team| people.team(team));
        return match team.map_or_else(|| people.find_team(named), Ok) {
            Ok(team) => Ok(of_team(team)),
            Err(error) => {
                let refusal = Refusal::from(error);
                Err(Refusal::fields(vec![FieldError::new("team", refusal.to_string())]))
            }
        };
    }
    let own = people.teams_of(desk.viewer().person, desk.today()).filter_map(|member| people.team(member.team));
    let own: Vec<Board> = own.map(of_team).collect();
    if let Some(board) = own.iter().find(|board| board.project.is_some()) {
        return Ok(board.clone());
    }
    let first = boards(desk, work).into_iter().next();
    Ok(first.or_else(|| own.into_iter().next()).unwrap_or(Board { team: None, project: None }))
}

/// A workflow with where it is kept.
#[derive(Debug, Clone)]
pub struct InForce {
    /// What it says.
    pub workflow: Workflow,
    /// The record's id and version; none when nobody wrote one and this is what the board proposes.
    pub kept: Option<(String, u64)>,
}

/// The workflow of a board that was in force at `known_at`.
///
/// # Errors
/// Unavailable when the database does not answer.
pub async fn in_force(desk: &Desk, work: &Work, board: &Board, known_at: Timestamp) -> Result<InForce, Refusal> {
    let all = desk.records().list::<Workflow>().await?;
    let newest = all.into_iter().rfind(|one| one.team == board.team_id());
    let proposal = || InForce { workflow: proposed(work, board.project_id()), kept: None };
    let Some(newest) = newest else { return Ok(proposal()) };
    if newest.updated_at <= known_at {
        return Ok(InForce { workflow: newest.body, kept: Some((newest.id, newest.version)) });
    }
    let past = desk.records().history::<Workflow>(&newest.id).await?;
    let then = past.into_iter().rfind(|version| version.updated_at <= known_at);
    Ok(then.map_or_else(proposal, |then| InForce { workflow: then.body, kept: Some((then.id, then.version)) }))
}

/// Everything that the charts of a board are functions of.
#[derive(Debug, Clone)]
pub struct Scene {
    /// All work.
    pub work: Arc<Work>,
    /// Whose board.
    pub board: Board,
    /// The workflow in force.
    pub rules: InForce,
    /// Which stage each status belongs to.
    pub stages: Stages,
    /// Between which stages time is taken.
    pub points: Points,
    /// How times are counted.
    pub preset: Preset,
    /// When the team works.
    pub calendar: Clockwork,
    /// As of which instant, UTC microseconds.
    pub as_of: i64,
    /// With what was known at which, UTC microseconds.
    pub known_at: i64,
    /// The board's items that count as units of work, in the order of their ids.
    pub items: Vec<Arc<Item>>,
    /// The way of each item; `Track::item` is its place in `items`.
    pub tracks: Vec<Track>,
    /// Epics and subtasks, which are no units.
    pub no_units: usize,
}

/// As of when, and as known when.
#[derive(Debug, Clone, Copy)]
pub struct Instants {
    /// It happened until then.
    pub as_of: Timestamp,
    /// It was known then.
    pub known_at: Timestamp,
}

impl Instants {
    /// Those that a question names: the ends of its days, else now.
    ///
    /// # Errors
    /// Refused when a text is no day, or one that is still to come.
    pub fn named(desk: &Desk, as_of: Option<&str>, known_at: Option<&str>) -> Result<Self, Refusal> {
        let end = |field, day| end_of(field, day, desk.now());
        Ok(Self { as_of: end("as_of", as_of)?, known_at: end("known_at", known_at)? })
    }

    /// Now, as known now.
    #[must_use]
    pub fn now(desk: &Desk) -> Self {
        Self { as_of: desk.now(), known_at: desk.now() }
    }
}

/// The end of a day, UTC, at most now; now when there is none.
fn end_of(field: &str, day: Option<&str>, now: Timestamp) -> Result<Timestamp, Refusal> {
    let Some(text) = day.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(now) };
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let day: Date = desk::scope::day(field, text, today)?;
    if day > today {
        return Err(Refusal::fields(vec![FieldError::new(field, format!("{day} is still to come."))]));
    }
    let next = day.tomorrow().unwrap_or(day).to_zoned(jiff::tz::TimeZone::UTC);
    let end = next.map_or(now, |next| next.timestamp() - jiff::SignedDuration::from_micros(1));
    Ok(end.min(now))
}

impl Scene {
    /// The scene of a board.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn of(
        desk: &Desk,
        board: Board,
        when: Instants,
        preset: Option<Preset>,
        keep: impl Fn(&Item) -> bool,
    ) -> Result<Self, Refusal> {
        let work = desk.work().await?;
        let rules = in_force(desk, &work, &board, when.known_at).await?;
        let stages = rules.workflow.stages_of(&work, board.project_id());
        let points = rules.workflow.points_of(None).unwrap_or(Points { start: 0, finish: 1 });
        let calendar = Clockwork::of(work.calendar(board.team_id()).unwrap_or(&Calendar::default()));
        let (as_of, known_at) = (when.as_of.as_microsecond(), when.known_at.as_microsecond());
        let project = board.project_id();
        let (mut items, mut tracks, mut no_units) = (Vec::new(), Vec::new(), 0);
        for item in work.items().iter().filter(|item| Some(item.project) == project && keep(item)) {
            if !is_unit(item) {
                no_units += 1;
                continue;
            }
            let Some(track) = Track::of(items.len(), item, &stages, as_of, known_at) else { continue };
            items.push(item.clone());
            tracks.push(track);
        }
        let preset = preset.unwrap_or(rules.workflow.preset);
        Ok(Self { work, board, rules, stages, points, preset, calendar, as_of, known_at, items, tracks, no_units })
    }

    /// The item of a track.
    #[must_use]
    pub fn item(&self, track: &Track) -> &Item {
        &self.items[track.item]
    }

    /// The day as of which is asked.
    #[must_use]
    pub fn today(&self) -> Date {
        self.calendar.day(self.as_of)
    }
}

/// Whether an item is counted: epics hold others, subtasks are planned with theirs.
#[must_use]
pub fn is_unit(item: &Item) -> bool {
    use desk::work::ItemType;
    !matches!(item.sort, ItemType::Epic | ItemType::Subtask)
}
