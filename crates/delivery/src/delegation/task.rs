//! Who could take one task: the options, each with its reasons, its level and what it does to the plan's dates.

use desk::knowledge::Word;
use desk::work::{TeamId, Work};
use desk::{Desk, FieldError, Refusal, Stored};
use jiff::civil::Date;

use super::Ask;
use super::case::{Case, Field};
use super::dates::Dates;
use super::fit::LEARNS;
use super::ground::{Ground, Window};
use super::level::{Level, proposed};
use super::matter::{Matter, Source, check_areas};
use super::options::{Pick, options};
use super::records::{DONE, Delegation, RETURNED};
use super::stretch::factor;
use super::view::{OptionView, OptionsView};
use crate::calendar::after;
use crate::plan::records::focus;

/// Days of the window where nothing else is said: two weeks.
const WINDOW: i32 = 13;

fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

/// The team whose people are asked about: the one named, the task's own, else the viewer's.
pub(super) fn team_of(desk: &Desk, named: Option<&str>, matter: &Matter) -> Result<TeamId, Refusal> {
    let people = desk.organisation();
    if let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) {
        return people
            .find_team(named)
            .map(|team| team.id)
            .map_err(|error| wrong("team", Refusal::from(error).to_string()));
    }
    let own = || people.teams_of(desk.viewer().person, desk.today()).next().map(|member| member.team);
    matter.team.or_else(own).ok_or_else(|| wrong("team", "Say whose people could take it: you are in no team."))
}

/// Everything that the options for a task are made of.
pub(super) struct Scene {
    pub matter: Matter,
    pub ground: Ground,
    pub field: Field,
    pub window: Window,
    pub dates: Result<Dates, String>,
    pub task: Option<usize>,
    past: Vec<Stored<Delegation>>,
}

impl Scene {
    pub(super) async fn of(desk: &Desk, work: &Work, ask: &Ask) -> Result<Self, Refusal> {
        let what = ask.what.as_deref().map(str::trim).filter(|what| !what.is_empty());
        let what = what.ok_or_else(|| wrong("what", "Pick an item or a duty."))?;
        check_areas(&ask.area)?;
        let mut matter = Matter::named(desk, work, what, ask.plan.as_deref()).await?;
        if !ask.area.is_empty() {
            matter.typed(&ask.area, Source::Typed);
        }
        let team = team_of(desk, ask.team.as_deref(), &matter)?;
        let ground = Ground::of(desk, work, team, &matter.names()).await?;
        let dates = match matter.plan.clone() {
            Some(plan) => Dates::of(desk, plan).await?,
            None => Err("no plan holds it".to_owned()),
        };
        let task = dates.as_ref().ok().and_then(|dates| dates.task(&matter.planned.as_ref()?.id));
        let criticality = dates.as_ref().ok().zip(task).map_or(0.0, |(dates, task)| dates.criticality(task));
        let window =
            window_of(desk.today(), &matter, dates.as_ref().ok().zip(task).map(|(dates, task)| dates.window(task)));
        let focus = matter.plan.as_ref().map_or(focus(), |plan| plan.body.focus);
        let field = ground.field(desk, &matter, criticality, window, focus);
        let past = desk.records().list::<Delegation>().await?;
        Ok(Self { matter, ground, field, window, dates, task, past })
    }

    /// The level to propose to somebody.
    pub(super) fn level(&self, desk: &Desk, place: usize) -> Level {
        let case = &self.field.cases[0][place];
        let one = &self.ground.people[place];
        let me = desk.organisation().person(desk.viewer().person).map_or("", |person| person.email.as_str());
        let areas = self.matter.names();
        let mut together: Vec<&Stored<Delegation>> = self
            .past
            .iter()
            .filter(|past| matches!(past.status.as_str(), DONE | RETURNED))
            .filter(|past| past.body.from == me && past.body.to == one.address)
            .filter(|past| past.body.areas.iter().any(|area| areas.contains(area)))
            .collect();
        together.sort_by_key(|past| past.updated_at);
        let last: Vec<_> = together.iter().rev().take(3).collect();
        let went_well = last.len() == 3 && last.iter().all(|past| past.status == DONE);
        proposed(case.word(), self.matter.need.one_way, went_well)
    }

    fn option(&self, desk: &Desk, pick: &Pick) -> (OptionView, Option<bool>) {
        let one = &self.ground.people[pick.person];
        let case = &self.field.cases[0][pick.person];
        let known = self.dates.as_ref().ok().zip(self.task).filter(|_| !case.knows.is_empty());
        let effect = known.map(|(dates, task)| {
            let cost = factor(weakest(case), pick.beside.is_some());
            (dates.effect(&[(task, 1.0)], &[(task, cost)]), dates.confidence())
        });
        let mut reasons = self.reasons(desk, pick.person);
        let beside = pick.beside.map(|place| self.ground.people[place].name.clone());
        if let Some(other) = &beside {
            reasons.push(format!("with {other}"));
        }
        let told = OptionView {
            lenses: pick.lenses.iter().map(|lens| lens.word().to_owned()).collect(),
            person: one.name.clone(),
            address: one.address.clone(),
            is_you: one.id == desk.viewer().person,
            beside,
            reasons,
            dates: effect.map(|(effect, confidence)| effect.said(confidence)),
            level: self.level(desk, pick.person).text(),
        };
        (told, effect.map(|(effect, _)| effect.is_none()))
    }

    /// Why somebody, in words and facts.
    pub(super) fn reasons(&self, desk: &Desk, place: usize) -> Vec<String> {
        let (one, case, person) = (&self.ground.people[place], &self.field.cases[0][place], &self.field.people[place]);
        let mut all = knows(&self.matter.names(), case);
        all.push(time(person.room, self.window.1));
        for (from, until) in self.ground.absences(one, self.window) {
            all.push(format!("away {}", span(from, until)));
        }
        if let Some(goal) = self.ground.goal_of(desk, one, &self.matter) {
            all.push(format!("shared goal: {goal}"));
        }
        let task = &self.field.tasks[0];
        all.extend(becomes(&self.matter.names(), &task.knowers, case).filter(|_| case.fit(task) >= LEARNS));
        if let (Ok(dates), Some(item)) = (&self.dates, &self.matter.planned) {
            for (before, code) in dates.waits_for(&item.id) {
                let with = before.with.as_deref().and_then(|with| desk.organisation().find_person(with).ok());
                if with.is_some_and(|with| with.id == one.id) {
                    all.push(format!("owner of {code}, which this waits for"));
                }
            }
        }
        all
    }

    fn caveats(&self, desk: &Desk) -> Vec<String> {
        let mut all = Vec::new();
        let areas = self.matter.names();
        if areas.is_empty() {
            all.push(
                "No area is known: type one, or name the item in a commit. Until then room and goals are all there is."
                    .to_owned(),
            );
        } else if !areas.iter().any(|area| self.ground.is_here(area)) {
            all.push(format!("No code is below {}: room and goals are all there is.", areas.join(", ")));
        }
        if !self.ground.has_goals(desk) {
            all.push(
                "No shared goal: nobody of the team shares one with you, so nothing is said of growth.".to_owned(),
            );
        }
        if !self.ground.absences_known {
            all.push(format!("Absences unknown in {}: everybody is taken to be here.", self.ground.team.name));
        }
        if self.field.people.iter().all(|one| one.away > 0.5) && !self.field.people.is_empty() {
            let back = self
                .ground
                .somebody_back(self.window.0)
                .map_or_else(String::new, |day| format!(" Somebody is back on {}.", short(day)));
            all.push(format!("All of {} are away.{back}", self.ground.team.name));
        }
        all
    }

    pub(super) fn told(&self, desk: &Desk) -> OptionsView {
        let found = options(&self.field, 0);
        let (options, kept): (Vec<OptionView>, Vec<Option<bool>>) =
            found.picks.iter().map(|pick| self.option(desk, pick)).unzip();
        let out: Vec<String> = found.out.iter().map(|(why, count)| why.said(*count)).collect();
        let days = self.matter.need.effort.and_then(|effort| effort.in_days());
        let effort = match (days, self.ground.usual.1) {
            (Some(days), _) => format!("{} d, as estimated", half(days.mean())),
            (None, Some(n)) => format!("{} d, as the team's last {n} items took", half(self.ground.usual.0)),
            (None, None) => format!("{} d, which is a guess", half(self.ground.usual.0)),
        };
        OptionsView {
            id: self.matter.id.clone(),
            task: self.matter.handed.name(),
            title: self.matter.handed.title.clone(),
            team: self.ground.team.name.clone(),
            areas: self.matter.names(),
            areas_from: self.matter.areas_from.word().to_owned(),
            window: (self.window.0.to_string(), self.window.1.to_string()),
            effort,
            keep_the_date: kept
                .iter()
                .any(Option::is_some)
                .then(|| kept.iter().filter(|stays| **stays == Some(true)).count()),
            options,
            left_out: out.join("; "),
            plan: self.dates.as_ref().ok().filter(|_| self.task.is_some()).map(|dates| dates.plan().title.clone()),
            no_dates: match (&self.dates, self.task) {
                (Err(why), _) => Some(why.clone()),
                (Ok(_), None) => Some("it is no open leaf of its plan".to_owned()),
                (Ok(_), Some(_)) if self.matter.areas.is_empty() => Some("no area of it is known".to_owned()),
                (Ok(_), Some(_)) => None,
            },
            caveats: self.caveats(desk),
        }
    }

    /// The team's member of that address.
    pub(super) fn place_of(&self, address: &str) -> Option<usize> {
        self.ground.people.iter().position(|one| one.address.eq_ignore_ascii_case(address))
    }
}

/// The window of a task: what its need says, else when its plan does it, else two weeks.
pub(super) fn window_of(today: Date, matter: &Matter, planned: Option<Window>) -> Window {
    let (from, until) = planned.unwrap_or((today, after(today, WINDOW)));
    let from = matter.need.from.unwrap_or(from).max(today);
    let until = matter.need.until.unwrap_or(until).max(after(from, 4));
    (from, until)
}

/// The word that says how long it takes: the weakest of the areas, since all of them have to be worked on.
pub(super) fn weakest(case: &Case) -> Option<Word> {
    case.knows.iter().copied().min().flatten()
}

/// What somebody knows of areas.
pub(super) fn knows(areas: &[String], case: &Case) -> Vec<String> {
    let said = |word: Word, area: &String| match word {
        Word::Main => format!("main knower of `{area}`"),
        Word::Deep => format!("deep in `{area}`"),
        Word::Some => format!("knows some of `{area}`"),
        Word::Touched => format!("touched `{area}`"),
    };
    let mut all: Vec<String> =
        areas.iter().zip(&case.knows).filter_map(|(area, word)| Some(said((*word)?, area))).collect();
    if all.is_empty() && !areas.is_empty() {
        all.push("new to it".to_owned());
    }
    all
}

/// Which knower of an area somebody would become, where few know it.
pub(super) fn becomes(areas: &[String], knowers: &[usize], case: &Case) -> Option<String> {
    let few = areas.iter().zip(knowers).zip(&case.knows);
    let mut few = few.filter(|((_, count), word)| **count < 4 && !word.is_some_and(Word::knows));
    let ((area, count), _) = few.next()?;
    let which = ["first", "second", "third", "fourth"].get(*count)?;
    Some(format!("would be the {which} knower of `{area}`"))
}

/// Days in halves: a calendar says no more.
pub(super) fn half(days: f64) -> String {
    let halves = (days * 2.0).round() / 2.0;
    if halves.fract() == 0.0 { format!("{halves:.0}") } else { format!("{halves:.1}") }
}

/// How much time somebody has, as days of the calendar.
pub(super) fn time(room: f64, until: Date) -> String {
    if room < 0.25 {
        format!("no free day until {}", short(until))
    } else {
        format!("{} d free until {}", half(room), short(until))
    }
}

pub(super) fn short(day: Date) -> String {
    day.strftime("%-d %B").to_string()
}

fn span(from: Date, until: Date) -> String {
    if from == until {
        short(from)
    } else if from.month() == until.month() && from.year() == until.year() {
        format!("{}–{}", from.day(), short(until))
    } else {
        format!("{} – {}", short(from), short(until))
    }
}

/// The options that a question asks for.
pub(super) async fn answer(desk: &Desk, ask: &Ask) -> Result<OptionsView, Refusal> {
    let work = desk.work().await?;
    Ok(Scene::of(desk, &work, ask).await?.told(desk))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_said_in_halves() {
        assert_eq!(time(3.4, date(2026, 5, 12)), "3.5 d free until 12 May");
        assert_eq!(time(0.1, date(2026, 5, 12)), "no free day until 12 May");
        assert_eq!(span(date(2026, 5, 4), date(2026, 5, 8)), "4–8 May");
        assert_eq!(span(date(2026, 4, 30), date(2026, 5, 1)), "30 April – 1 May");
    }

    #[test]
    fn few_knowers_become_one_more() {
        let case = Case { knows: vec![Some(Word::Deep), Some(Word::Some)], ..Case::default() };
        let areas = ["api/pay".to_owned(), "web".to_owned()];
        assert_eq!(becomes(&areas, &[1, 1], &case).unwrap(), "would be the second knower of `web`");
        assert_eq!(becomes(&areas, &[1, 5], &case), None);
        assert_eq!(knows(&areas, &case), ["deep in `api/pay`", "knows some of `web`"]);
    }
}
