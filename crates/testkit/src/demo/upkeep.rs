//! What is nobody's item: the first commits of a repository, new versions of dependencies, and the few commits that touch everything.

use super::calendar::{DAY, Day, Moment, weekday};
use super::course::{Asked, Look, Stroke};
use super::dice::Dice;
use super::facts::{CommitIx, CommitPlace, Edit, Knowers, Language, Op, PersonId, ReviewState, Shape};
use super::opening::blank;
use super::words;
use super::world::World;

/// Makes the first commits of each repository, in the weeks before the first day.
pub(super) fn found(world: &mut World) {
    for repository in 0..world.company.repositories.len() {
        let mut dice = Dice::of(world.plan.seed, "found", repository as u64);
        let code = &world.company.repositories[repository];
        let legacy = code.shape == Shape::Legacy;
        let areas: Vec<u16> = (0..code.areas.len() as u16).collect();
        let lead = world.staff.leads[code.team.at()];
        let mut at = (world.start - 24) * DAY + dice.within(0, 2 * DAY);
        let begin = if legacy { areas.clone() } else { Vec::new() };
        let subject = if legacy { "Import from the old server".into() } else { format!("Begin {}", code.name) };
        at = direct(world, repository, lead, at, subject, found_edits(&begin), &mut dice).unwrap_or(at);
        for area in areas.iter().filter(|_| !legacy) {
            let who = founder(world, repository, *area, &mut dice).unwrap_or(lead);
            let subject = format!("Add {}", world.company.repositories[repository].areas[usize::from(*area)].name);
            at = direct(world, repository, who, at + DAY / 2, subject, found_edits(&[*area]), &mut dice).unwrap_or(at);
        }
    }
}

/// No area: the papers of the repository.
fn found_edits(areas: &[u16]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = areas.iter().map(|area| Edit { area: *area, file: 0, op: Op::Found }).collect();
    if areas.len() != 1 {
        edits.push(Edit { area: 0, file: 0, op: Op::Owners });
    }
    edits
}

fn founder(world: &World, repository: usize, area: u16, dice: &mut Dice) -> Option<usize> {
    if let Knowers::Only(person) = world.company.repositories[repository].areas[usize::from(area)].knowers {
        return Some(person.at());
    }
    let hands = world.staff.hands.iter().enumerate();
    let known =
        hands.filter(|(_, hand)| hand.first < world.start - 25 && hand.knows.contains(&(repository as u32, area)));
    let known: Vec<usize> = known.map(|(at, _)| at).collect();
    (!known.is_empty()).then(|| *dice.pick(&known))
}

/// A commit straight to `main`, at the next moment at which its author is at work; gives that moment.
fn direct(
    world: &mut World,
    repository: usize,
    who: usize,
    after: Moment,
    subject: String,
    edits: Vec<Edit>,
    dice: &mut Dice,
) -> Option<Moment> {
    let hand = &world.staff.hands[who];
    let at = hand.next(after, 100, dice).filter(|at| *at <= world.now)?;
    let mut commit = blank(PersonId::of(who), at, hand.offset_minutes(at), CommitPlace::Direct);
    commit.subject = subject;
    commit.edits = edits;
    world.company.repositories[repository].commits.push(commit);
    Some(at)
}

/// New versions on Mondays; once in a life the new layout and the names of those with two addresses.
pub(super) fn on_day(world: &mut World, day: Day) {
    let length = world.end - world.start;
    for repository in 0..world.company.repositories.len() {
        let mut dice = Dice::of(world.plan.seed, "upkeep", (day as u64) << 20 | repository as u64);
        if weekday(day) == 1 && day > world.start + 7 {
            bump(world, repository, day, &mut dice);
        }
        if day == world.start + length * 3 / 10 + repository as i64 % 20 {
            add_mailmap(world, repository, day, &mut dice);
        }
        if day == world.start + length * 14 / 100 + repository as i64 % 20 {
            lay_out(world, repository, day, &mut dice);
        }
    }
}

fn bump(world: &mut World, repository: usize, day: Day, dice: &mut Dice) {
    let shape = world.company.repositories[repository].shape;
    let wanted = match shape {
        Shape::Legacy => 3,
        Shape::Monorepo => 45,
        Shape::Data | Shape::Service | Shape::Mobile => 28,
    };
    let crew = world.company.repositories[repository].team.at();
    let present = world.present(crew, day);
    if !dice.chance(wanted) || present.is_empty() {
        return;
    }
    let at = day * DAY + 4 * 3600 + dice.within(0, 3000);
    let by = *dice.pick(&present);
    let Some(seen) = world.staff.hands[by].next(at, 400, dice) else { return };
    let number = day as u64 % 1000;
    let noun = words::NOUNS[number as usize % words::NOUNS.len()];
    let title = format!("Bump the {noun} dependency group");
    let edits = vec![Edit { area: 0, file: 0, op: Op::Dependency }];
    let strokes = vec![Stroke { at, pair: None, edits, subject: title.clone() }];
    let merged = dice.chance(85);
    let state = if merged { ReviewState::Approved } else { ReviewState::Commented };
    let looks = vec![Look { reviewer: by, state, at: seen, comments: u16::from(!merged) }];
    let asked = Asked {
        repository,
        title,
        opened: at + 20,
        ready: at + 20,
        strokes,
        looks,
        end: seen + 240,
        merger: merged.then_some(by),
    };
    let branch = format!("dock-keeper/{noun}-{number}");
    world.add_change(world.staff.bot, None, branch, &asked);
}

fn add_mailmap(world: &mut World, repository: usize, day: Day, dice: &mut Dice) {
    let lead = world.staff.leads[world.company.repositories[repository].team.at()];
    let edits = vec![Edit { area: 0, file: 0, op: Op::Mailmap }];
    direct(world, repository, lead, day * DAY, "Say who is who in .mailmap".into(), edits, dice);
}

/// The formatter goes over everything in one commit, and the next tells Git not to blame it.
fn lay_out(world: &mut World, repository: usize, day: Day, dice: &mut Dice) {
    let code = &world.company.repositories[repository];
    let fits = |language: Language| language == Language::TypeScript;
    let areas = code.areas.iter().enumerate().filter(|(_, area)| fits(area.language));
    let edits: Vec<Edit> = areas.map(|(area, _)| Edit { area: area as u16, file: 0, op: Op::Format }).collect();
    let lead = world.staff.leads[code.team.at()];
    if edits.is_empty() {
        return;
    }
    let subject = "Lay out all code with the formatter".into();
    let Some(at) = direct(world, repository, lead, day * DAY, subject, edits, dice) else { return };
    let layout = CommitIx::of(world.company.repositories[repository].commits.len() - 1);
    let edits = vec![Edit { area: 0, file: 0, op: Op::IgnoreRevs(layout) }];
    direct(world, repository, lead, at + 600, "Leave the new layout out of blame".into(), edits, dice);
}
