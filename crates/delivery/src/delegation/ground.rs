//! Who could take something: the members of a team, what each knows, how much time each has left. Read from the desk once, and turned into
//! what the maths is a function of. Numbers about people end here.

use std::collections::{BTreeMap, BTreeSet};

use desk::kinds::{ExpertiseClaim, Willing};
use desk::knowledge::{Knowers, Word, knowers, lies_in};
use desk::work::{Calendar, Category, PersonId, Team, TeamId, Work};
use desk::{Desk, Refusal, Stored};
use jiff::civil::Date;

use super::case::{Candidate, Case, Field, Task};
use super::fit::{STRETCH, fit};
use super::growth::{Goal, growth, shared};
use super::matter::Matter;
use super::records::{AssignmentNever, HandedOver};
use super::room::{committed, room, usual_effort};
use crate::calendar::{Clockwork, Member, after, available};
use crate::plan::records::Plan;
use crate::work::measures::Measures;
use crate::work::scene::{Board, Instants, Scene};
use crate::work::workflow::LimitOn;

/// Days of history behind what an item usually takes.
const HISTORY: i32 = 90;
/// Days ahead for which it is asked who is there.
const AHEAD: i32 = 365;
/// What an item takes when the team has finished too few to tell.
const UNKNOWN_EFFORT: f64 = 3.0;

/// Somebody of the team.
#[derive(Debug, Clone)]
pub(super) struct Somebody {
    pub id: PersonId,
    pub name: String,
    pub address: String,
    /// Their time in the team, absences taken off.
    presence: Vec<Member>,
    /// Items in hand: begun, not begun.
    hands: (usize, usize),
    /// Mean days of the plan items that name them.
    planned: Vec<f64>,
    /// Areas of what was handed over to them and is not done.
    handed: Vec<String>,
}

/// A team with what is to be known of it.
pub(super) struct Ground {
    pub today: Date,
    pub team: Team,
    pub people: Vec<Somebody>,
    clock: Clockwork,
    /// Days that an item usually takes, and from how many finished; none is assumed.
    pub usual: (f64, Option<usize>),
    limit: Option<u32>,
    claims: Vec<Stored<ExpertiseClaim>>,
    nevers: Vec<Stored<AssignmentNever>>,
    goals: Vec<Goal>,
    known: BTreeMap<String, Knowers>,
    /// Whether any absence is on record.
    pub absences_known: bool,
}

/// Goals that people keep. The kind comes with career development; until then nobody shares one.
const fn goals() -> Vec<Goal> {
    Vec::new()
}

/// A window of days, both ends counted.
pub(super) type Window = (Date, Date);

impl Ground {
    /// Of a team, for what its people would be asked about.
    ///
    /// # Errors
    /// Not allowed for whoever is neither in the team nor leads it.
    pub(super) async fn of(desk: &Desk, work: &Work, team: TeamId, areas: &[String]) -> Result<Self, Refusal> {
        let organisation = desk.organisation();
        let team = organisation.team(team).cloned().ok_or_else(|| Refusal::not_found("no such team"))?;
        let today = desk.today();
        let clock = Clockwork::of(work.calendar(Some(team.id)).unwrap_or(&Calendar::default()));
        let presence = desk.presence_by_person(team.id, after(today, -HISTORY), after(today, AHEAD)).await?;
        let absences_known = presence.iter().any(|(_, one)| !one.away.is_empty());
        let mut people: BTreeMap<PersonId, Somebody> = BTreeMap::new();
        for (id, one) in presence {
            let Some(person) = organisation.person(id).filter(|person| is_human(person)) else { continue };
            let fresh = || Somebody {
                id,
                name: person.called().to_owned(),
                address: person.email.clone(),
                presence: Vec::new(),
                hands: (0, 0),
                planned: Vec::new(),
                handed: Vec::new(),
            };
            people.entry(id).or_insert_with(fresh).presence.push(one.into());
        }
        people.retain(|_, one| {
            one.presence.iter().any(|time| time.from <= today && time.until.is_none_or(|until| today < until))
        });
        let mut people: Vec<Somebody> = people.into_values().collect();
        people.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.id.cmp(&b.id)));
        let mut made = Self {
            today,
            people,
            clock,
            usual: (UNKNOWN_EFFORT, None),
            limit: None,
            claims: desk.records().list::<ExpertiseClaim>().await?,
            nevers: desk.records().list::<AssignmentNever>().await?,
            goals: goals(),
            known: BTreeMap::new(),
            absences_known,
            team,
        };
        made.claims.retain(|claim| claim.body.expires_on >= today);
        made.look_at_board(desk, work).await?;
        made.look_at_plans(desk).await?;
        made.look_at_delegations(desk).await?;
        let mut all: BTreeSet<String> = areas.iter().cloned().collect();
        all.extend(made.people.iter().flat_map(|one| one.handed.iter().cloned()));
        let all: Vec<String> = all.into_iter().collect();
        made.known = knowers(desk, &all).await?.into_iter().map(|one| (one.area.clone(), one)).collect();
        Ok(made)
    }

    /// What each has in hand, what an item usually takes, and whether the team limits hands.
    async fn look_at_board(&mut self, desk: &Desk, work: &Work) -> Result<(), Refusal> {
        let project = work.projects().iter().find(|project| project.team == Some(self.team.id)).cloned();
        if project.is_none() {
            return Ok(());
        }
        let board = Board { team: Some(self.team.clone()), project };
        let scene = Scene::of(desk, board, Instants::now(desk), None, |_| true).await?;
        for track in &scene.tracks {
            let item = scene.item(track);
            let meaning = track.stage().and_then(|stage| scene.stages.categories.get(stage)).copied();
            let Some(one) = self.people.iter_mut().find(|one| item.assignee == Some(one.id)) else { continue };
            match meaning {
                Some(Category::Active | Category::Waiting) => one.hands.0 += 1,
                Some(Category::Backlog | Category::Todo) => one.hands.1 += 1,
                _ => {}
            }
        }
        let measures = Measures::of(&scene, (after(self.today, 1 - HISTORY), self.today));
        let finished = measures.finished.len();
        let all: Vec<Member> = self.people.iter().flat_map(|one| one.presence.iter().cloned()).collect();
        let days: f64 = (1 - HISTORY..=0).map(|day| available(&self.clock, &all, after(self.today, day))).sum();
        if let Some(usual) = usual_effort(days, finished) {
            self.usual = (usual, Some(finished));
        }
        let limits = scene.rules.workflow.limits.iter().filter(|limit| limit.on == LimitOn::EachPerson);
        self.limit = limits.map(|limit| limit.max).min();
        Ok(())
    }

    /// Plan items that name somebody and are not on a board yet.
    async fn look_at_plans(&mut self, desk: &Desk) -> Result<(), Refusal> {
        let mut plans = desk.records().list::<Plan>().await?;
        plans.retain(|plan| !matches!(plan.status.as_str(), "done" | "dropped"));
        let organisation = desk.organisation();
        for item in plans.iter().flat_map(|plan| &plan.body.items) {
            let with = item.with.as_deref().filter(|_| !item.done && item.work_item.is_none());
            let Some(person) = with.and_then(|with| organisation.find_person(with).ok()) else { continue };
            let days = item.estimate.and_then(|spread| spread.in_days()).map_or(self.usual.0, |days| days.mean());
            self.people.iter_mut().filter(|one| one.id == person.id).for_each(|one| one.planned.push(days));
        }
        Ok(())
    }

    async fn look_at_delegations(&mut self, desk: &Desk) -> Result<(), Refusal> {
        for one in desk.records().list::<HandedOver>().await?.iter().filter(|one| one.status == "open") {
            let Some(key) = one.body.task.item.clone() else { continue };
            let Some(person) = self.people.iter().position(|person| person.address == one.body.to) else { continue };
            let rows = desk::knowledge::touched(desk.facts(), &[key]).await?;
            let first = rows.into_iter().find(|row| row.place != ".").map(|row| row.place);
            self.people[person].handed.extend(first);
        }
        Ok(())
    }

    /// How somebody knows an area.
    pub(super) fn word(&self, person: PersonId, area: &str) -> Option<Word> {
        self.known.get(area).and_then(|known| known.words.get(&person)).copied()
    }

    /// Whether there is code under that name.
    pub(super) fn is_here(&self, area: &str) -> bool {
        self.known.get(area).is_some_and(|known| known.here)
    }

    /// Who knows an area at *deep* or better and is here, in the order of names.
    pub(super) fn knowers_of(&self, desk: &Desk, area: &str) -> Vec<(String, Word)> {
        let Some(known) = self.known.get(area) else { return Vec::new() };
        let organisation = desk.organisation();
        let here = known.words.iter().filter(|(_, word)| word.knows());
        let mut names: Vec<(String, Word)> = here
            .filter_map(|(id, word)| Some((organisation.person(*id).filter(|one| one.here(self.today))?, *word)))
            .map(|(person, word)| (person.called().to_owned(), word))
            .collect();
        names.sort();
        names
    }

    /// Days on which somebody is here in a window.
    pub(super) fn days_of(&self, one: &Somebody, window: Window) -> f64 {
        days(window).map(|day| available(&self.clock, &one.presence, day)).sum()
    }

    /// The share of the window's working days on which they are away.
    fn away_of(&self, one: &Somebody, window: Window) -> f64 {
        let there: Vec<Member> = one.presence.iter().map(|time| Member { away: Vec::new(), ..time.clone() }).collect();
        let usual: f64 = days(window).map(|day| available(&self.clock, &there, day)).sum();
        if usual <= 0.0 { 1.0 } else { 1.0 - self.days_of(one, window) / usual }
    }

    /// When they are away in a window, whole days alone; why is nowhere.
    pub(super) fn absences(&self, one: &Somebody, window: Window) -> Vec<Window> {
        let mut away: Vec<Window> = one
            .presence
            .iter()
            .flat_map(|time| &time.away)
            .filter(|(from, until, part)| *part >= 1.0 && *from <= window.1 && *until >= window.0)
            .map(|(from, until, _)| (*from, *until))
            .collect();
        away.sort_unstable();
        away.dedup();
        away
    }

    /// The first day from `day` on at which any of the team is here again.
    pub(super) fn somebody_back(&self, day: Date) -> Option<Date> {
        (0..AHEAD)
            .map(|ahead| after(day, ahead))
            .find(|day| self.people.iter().any(|one| available(&self.clock, &one.presence, *day) >= 0.5))
    }

    /// Days that are spoken for.
    pub(super) fn committed_of(&self, one: &Somebody) -> f64 {
        committed(&one.planned, one.hands.0, one.hands.1, self.usual.0)
    }

    pub(super) fn room_of(&self, one: &Somebody, window: Window, focus: f64) -> f64 {
        room(self.days_of(one, window), focus, self.committed_of(one))
    }

    fn is_stretched(&self, one: &Somebody) -> bool {
        one.handed.iter().any(|area| fit(&[1.0], &[self.word(one.id, area)], None) < STRETCH && self.is_here(area))
    }

    /// Those who could be asked, over a window.
    pub(super) fn candidates(&self, window: Window, focus: f64) -> Vec<Candidate> {
        let candidate = |one: &Somebody| Candidate {
            id: one.id.to_string(),
            left: !one.presence.iter().any(|time| time.until.is_none_or(|until| window.0 < until)),
            away: self.away_of(one, window),
            room: self.room_of(one, window, focus),
            at_limit: self.limit.is_some_and(|limit| one.hands.0 >= limit as usize),
            stretched: self.is_stretched(one),
        };
        self.people.iter().map(candidate).collect()
    }

    /// A matter as a task.
    pub(super) fn task(&self, desk: &Desk, matter: &Matter, criticality: f64) -> Task {
        let must = |address: &String| self.people.iter().position(|one| one.address.eq_ignore_ascii_case(address));
        let must: Vec<usize> = matter.need.must.iter().filter_map(must).collect();
        // Whoever is named and is not in the team keeps everybody else out all the same.
        let must = if must.is_empty() && !matter.need.must.is_empty() { vec![usize::MAX] } else { must };
        Task {
            id: matter.id.clone(),
            weights: matter.areas.iter().map(|(_, weight)| *weight).collect(),
            knowers: matter.areas.iter().map(|(area, _)| self.knowers_of(desk, area).len()).collect(),
            criticality,
            must,
            pair: matter.need.pair,
            stretch: matter.need.stretch,
        }
    }

    /// The case of each of the team before a matter.
    pub(super) fn cases(&self, desk: &Desk, matter: &Matter) -> Vec<Case> {
        let names = matter.names();
        let viewer = desk.viewer().person;
        let mine = shared(&self.goals, viewer);
        let never: Vec<&String> = self
            .nevers
            .iter()
            .filter(|never| never.body.item == matter.id)
            .flat_map(|never| &never.body.people)
            .collect();
        let case = |one: &Somebody| {
            let claims = || self.claims.iter().filter(|claim| claim.body.address.eq_ignore_ascii_case(&one.address));
            let skills = &matter.need.skills;
            let claimed = (!skills.is_empty()).then(|| {
                let has = |skill: &&String| {
                    claims().any(|claim| {
                        claim.body.willing_to_help != Willing::RatherNot && claim.body.area.eq_ignore_ascii_case(skill)
                    })
                };
                skills.iter().filter(has).count() as f64 / skills.len() as f64
            });
            let about = |claim: &Stored<ExpertiseClaim>| {
                names.iter().any(|area| lies_in(area, &claim.body.area))
                    || skills.iter().any(|skill| skill.eq_ignore_ascii_case(&claim.body.area))
            };
            let own: Vec<&Goal> = mine.iter().filter(|goal| goal.owner == one.id).copied().collect();
            Case {
                knows: names.iter().map(|area| self.word(one.id, area)).collect(),
                claimed,
                growth: growth(&own, &names, skills).0,
                rather_not: claims().any(|claim| claim.body.willing_to_help == Willing::RatherNot && about(claim)),
                never: never.iter().any(|address| address.eq_ignore_ascii_case(&one.address)),
            }
        };
        self.people.iter().map(case).collect()
    }

    /// The title of the goal that a matter serves, when its owner shares one.
    pub(super) fn goal_of(&self, desk: &Desk, one: &Somebody, matter: &Matter) -> Option<String> {
        let mine = shared(&self.goals, desk.viewer().person);
        let own: Vec<&Goal> = mine.into_iter().filter(|goal| goal.owner == one.id).collect();
        growth(&own, &matter.names(), &matter.need.skills).1.map(str::to_owned)
    }

    /// Whether anybody of the team shares a goal with whoever looks.
    pub(super) fn has_goals(&self, desk: &Desk) -> bool {
        let mine = shared(&self.goals, desk.viewer().person);
        mine.iter().any(|goal| self.people.iter().any(|one| one.id == goal.owner))
    }

    /// One matter before everybody of the team.
    pub(super) fn field(&self, desk: &Desk, matter: &Matter, criticality: f64, window: Window, focus: f64) -> Field {
        Field {
            tasks: vec![self.task(desk, matter, criticality)],
            people: self.candidates(window, focus),
            cases: vec![self.cases(desk, matter)],
        }
    }
}

fn is_human(person: &desk::work::Person) -> bool {
    person.kind == desk::work::PersonKind::Human
}

fn days((from, until): Window) -> impl Iterator<Item = Date> {
    let count = i32::try_from(crate::calendar::between(from, until)).unwrap_or(0);
    (0..=count).map(move |day| after(from, day))
}
