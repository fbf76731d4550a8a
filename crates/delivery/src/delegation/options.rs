//! Who could take a task: the best by each of four lenses, in a fixed order, a person once. Nobody else is listed, so that nothing stands
//! here in an order of people.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::case::Field;
use super::fit::LEARNS;
use super::growth::Growth;
use super::limits::{May, Out, may};
use crate::sim::Draws;

/// A way to look at who could take a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lens {
    /// Who knows it best.
    SafeHands,
    /// Who wants to grow by it.
    Grows,
    /// Who would be a further knower of what few know.
    Spreads,
    /// Who has time.
    HasRoom,
}

impl Lens {
    /// Every lens, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::SafeHands, Self::Grows, Self::Spreads, Self::HasRoom];

    /// As it is shown.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SafeHands => "safe hands",
            Self::Grows => "grows",
            Self::Spreads => "spreads",
            Self::HasRoom => "has room",
        }
    }
}

/// An option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// Who: a place among the candidates.
    pub person: usize,
    /// Beside whom, when they take it as a pair.
    pub beside: Option<usize>,
    /// The lenses that it won.
    pub lenses: Vec<Lens>,
}

/// The options for a task, and how many are left out for what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// In the order of the first lens that each won.
    pub picks: Vec<Pick>,
    /// How many are left out for which reason.
    pub out: BTreeMap<Out, usize>,
}

/// Of equals the one whose hash with the task is least: no alphabet, no age decides.
fn drawn(task: &str, person: &str) -> u64 {
    Draws::of(0).stream_of(&format!("{task}\n{person}")).bits(0, 0)
}

/// Values that are equal but for the last bits of a sum are equal.
fn compare(a: f64, b: f64) -> Ordering {
    if (a - b).abs() < 1e-9 { Ordering::Equal } else { a.total_cmp(&b) }
}

/// The options for a task of a field.
#[must_use]
pub fn options(field: &Field, task: usize) -> Options {
    let mut found = Options::default();
    let (Some(what), Some(cases)) = (field.tasks.get(task), field.cases.get(task)) else { return found };
    let allowed: Vec<(usize, May)> = (0..field.people.len()).map(|place| (place, may(field, task, place))).collect();
    for (_, one) in &allowed {
        if let May::Not(why) = one {
            *found.out.entry(*why).or_default() += 1;
        }
    }
    let room = |place: usize| field.people[place].room;
    let by_lens = |lens: Lens, place: usize| {
        let case = &cases[place];
        match lens {
            Lens::SafeHands => Some((case.fit(what), room(place))).filter(|(fit, _)| *fit > 0.0),
            Lens::Grows => (case.growth == Growth::Named).then_some((1.0, 0.0)),
            Lens::Spreads => Some((case.bus(what), 0.0)).filter(|(bus, _)| *bus > 0.0 && case.fit(what) >= LEARNS),
            Lens::HasRoom => Some((room(place), 0.0)).filter(|(days, _)| *days > 0.0),
        }
    };
    let better = |a: &(usize, (f64, f64)), b: &(usize, (f64, f64))| {
        let draw = |place: usize| drawn(&what.id, &field.people[place].id);
        compare(a.1.0, b.1.0).then(compare(a.1.1, b.1.1)).then_with(|| draw(b.0).cmp(&draw(a.0)))
    };
    for lens in Lens::ALL {
        let able = allowed.iter().filter(|(_, may)| may.is_allowed());
        let best = able.filter_map(|(place, _)| Some((*place, by_lens(lens, *place)?))).max_by(|a, b| better(a, b));
        let Some((person, _)) = best else { continue };
        if let Some(pick) = found.picks.iter_mut().find(|pick| pick.person == person) {
            pick.lenses.push(lens);
            continue;
        }
        let beside = match &allowed[person].1 {
            May::Beside(others) => {
                let others = others.iter().map(|place| (*place, (cases[*place].fit(what), room(*place))));
                others.max_by(|a, b| better(a, b)).map(|(place, _)| place)
            }
            May::Alone | May::Not(_) => None,
        };
        found.picks.push(Pick { person, beside, lenses: vec![lens] });
    }
    found
}

#[cfg(test)]
pub(super) mod tests {
    use desk::knowledge::Word;
    use proptest::prelude::*;

    use super::super::case::{Candidate, Case, Task};
    use super::*;

    /// A field of any shape: what a random organisation comes to.
    pub(in super::super) fn any_field(tasks: usize, people: usize) -> impl Strategy<Value = Field> {
        let case = (
            prop::collection::vec(prop::option::of(prop::sample::select(Word::ALL.to_vec())), 2),
            prop::sample::select(vec![Growth::None, Growth::Part, Growth::Named]),
            prop::bool::weighted(0.1),
            prop::bool::weighted(0.1),
        );
        let case = case.prop_map(|(knows, growth, rather_not, never)| Case {
            knows,
            growth,
            rather_not,
            never,
            claimed: None,
        });
        let person = (0.0..1.0f64, 0.0..8.0f64, prop::bool::weighted(0.1), prop::bool::weighted(0.1));
        let person = person.prop_map(|(away, room, at_limit, stretched)| Candidate {
            away: away * 0.7,
            room,
            at_limit,
            stretched,
            ..Candidate::default()
        });
        let task = (prop::collection::vec(0usize..5, 2), 0.0..1.0f64, any::<bool>(), any::<bool>());
        let task = task.prop_map(|(knowers, criticality, pair, stretch)| Task {
            weights: vec![0.5, 0.5],
            knowers,
            criticality,
            pair,
            stretch,
            ..Task::default()
        });
        (1..=tasks, 1..=people).prop_flat_map(move |(tasks, people)| {
            let cases = prop::collection::vec(prop::collection::vec(case.clone(), people), tasks);
            (prop::collection::vec(task.clone(), tasks), prop::collection::vec(person.clone(), people), cases).prop_map(
                |(mut tasks, mut people, cases)| {
                    tasks.iter_mut().enumerate().for_each(|(at, task)| task.id = format!("T-{at}"));
                    people.iter_mut().enumerate().for_each(|(at, one)| one.id = format!("P-{at}"));
                    Field { tasks, people, cases }
                },
            )
        })
    }

    fn person(id: &str, room: f64) -> Candidate {
        Candidate { id: id.to_owned(), room, ..Candidate::default() }
    }

    fn case(word: Option<Word>, growth: Growth) -> Case {
        Case { knows: vec![word], growth, ..Case::default() }
    }

    #[test]
    fn lenses_stand_in_one_order() {
        let task = Task {
            id: "PAY-31".to_owned(),
            weights: vec![1.0],
            knowers: vec![1],
            pair: true,
            stretch: true,
            ..Task::default()
        };
        let field = Field {
            tasks: vec![task],
            people: vec![person("ann", 2.0), person("ben", 1.0), person("cy", 6.0), person("dee", 3.0)],
            cases: vec![vec![
                case(Some(Word::Deep), Growth::None),
                case(Some(Word::Some), Growth::Named),
                case(None, Growth::Part),
                case(Some(Word::Touched), Growth::None),
            ]],
        };
        let found = options(&field, 0);
        let said: Vec<(usize, &[Lens])> =
            found.picks.iter().map(|pick| (pick.person, pick.lenses.as_slice())).collect();
        // Ben and Dee would spread alike; the hash of task and person decides.
        let spreads = if drawn("PAY-31", "ben") < drawn("PAY-31", "dee") { 1 } else { 3 };
        assert_eq!(said[0], (0, [Lens::SafeHands].as_slice()));
        assert_eq!(said[1].0, 1);
        assert!(said.iter().find(|one| one.0 == spreads).unwrap().1.contains(&Lens::Spreads), "{said:?}");
        assert_eq!(said.last().unwrap(), &(2, [Lens::HasRoom].as_slice()));
    }

    #[test]
    fn without_history_room_and_goals_are_left() {
        let task = Task { stretch: true, ..Task::default() };
        let field = Field {
            tasks: vec![task],
            people: vec![person("ann", 0.0), person("ben", 1.0)],
            cases: vec![vec![
                Case { growth: Growth::Named, ..Case::default() },
                Case { growth: Growth::None, ..Case::default() },
            ]],
        };
        let lenses: Vec<_> = options(&field, 0).picks.into_iter().map(|pick| (pick.person, pick.lenses)).collect();
        assert_eq!(lenses, [(0, vec![Lens::Grows]), (1, vec![Lens::HasRoom])]);
    }

    proptest! {
        #[test]
        fn nobody_stands_twice(field in any_field(1, 8)) {
            let found = options(&field, 0);
            let people: std::collections::BTreeSet<usize> = found.picks.iter().map(|pick| pick.person).collect();
            prop_assert_eq!(people.len(), found.picks.len());
            prop_assert!(found.picks.len() <= 4);
            let lenses: Vec<Lens> = found.picks.iter().filter_map(|pick| pick.lenses.first().copied()).collect();
            prop_assert!(lenses.windows(2).all(|two| two[0] < two[1]), "in the order of the lenses");
            for pick in &found.picks {
                prop_assert!(may(&field, 0, pick.person).is_allowed());
                prop_assert!(pick.lenses.windows(2).all(|two| two[0] < two[1]));
            }
            let out: usize = found.out.values().sum();
            prop_assert!(out + found.picks.len() <= field.people.len());
        }

        #[test]
        fn the_order_of_people_changes_nothing(field in any_field(1, 6), turn in 0usize..6) {
            let turn = turn % field.people.len();
            let mut turned = field.clone();
            turned.people.rotate_left(turn);
            turned.cases.iter_mut().for_each(|cases| cases.rotate_left(turn));
            let named = |field: &Field| {
                let name = |place: usize| field.people[place].id.clone();
                let picks = options(field, 0).picks.into_iter();
                picks.map(|pick| (name(pick.person), pick.beside.map(name), pick.lenses)).collect::<Vec<_>>()
            };
            prop_assert_eq!(named(&field), named(&turned));
        }
    }
}
