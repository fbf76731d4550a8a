//! The golden plans of the specification, and every programme against trying everything.

use desk::knowledge::Word;
use proptest::prelude::*;

use super::super::case::{Candidate, Case, Task};
use super::super::growth::Growth;
use super::super::options::tests::any_field;
use super::*;

const ANN: usize = 0;
const BEN: usize = 1;
const CY: usize = 2;

/// Three tasks of one area each (pay, web, db); Ann main/touched/deep and wanting web, Ben some/main/none, Cy touched/deep/some and
/// wanting pay.
fn golden() -> Field {
    use Word::{Deep, Main, Some as Knows, Touched};
    let words = [
        [Some(Main), Some(Knows), Some(Touched)],
        [Some(Touched), Some(Main), Some(Deep)],
        [Some(Deep), None, Some(Knows)],
    ];
    let goals = [CY, ANN];
    let task = |(at, words): (usize, &[Option<Word>; 3])| Task {
        id: format!("T-{at}"),
        weights: vec![1.0],
        knowers: vec![words.iter().flatten().filter(|word| word.knows()).count()],
        pair: true,
        stretch: true,
        ..Task::default()
    };
    let case = |at: usize, place: usize, word: Option<Word>| Case {
        knows: vec![word],
        growth: if goals.get(at) == Some(&place) { Growth::Named } else { Growth::None },
        ..Case::default()
    };
    let cases = words.iter().enumerate();
    Field {
        tasks: words.iter().enumerate().map(task).collect(),
        people: ["ann", "ben", "cy"]
            .map(|id| Candidate { id: id.to_owned(), room: 5.0, ..Candidate::default() })
            .into(),
        cases: cases
            .map(|(at, words)| words.iter().enumerate().map(|(place, word)| case(at, place, *word)).collect())
            .collect(),
    }
}

fn programme(field: &Field, preset: Preset) -> Programme {
    let tasks = field.tasks.len();
    let room = field.people.iter().map(|one| vec![one.room]).collect();
    Programme::of(field, preset, vec![vec![4.0]; tasks], room, vec![None; tasks])
}

fn owners(given: &Given) -> Vec<Option<usize>> {
    given.choices.iter().map(|choice| choice.map(|choice| choice.owner)).collect()
}

#[test]
fn golden_plans_of_the_specification() {
    let field = golden();
    let balanced = programme(&field, Preset::Balanced).solve().unwrap();
    assert_eq!(owners(&balanced), [Some(CY), Some(BEN), Some(ANN)]);
    assert!((balanced.value - 1.475).abs() < 1e-9 && balanced.proved && balanced.gap == 0.0);
    let next = programme(&field, Preset::Balanced).without(0, CY).unwrap();
    assert_eq!(owners(&next), [Some(ANN), Some(BEN), Some(CY)]);
    assert!((next.value - 1.45).abs() < 1e-9);
    let deliver = programme(&field, Preset::Deliver).solve().unwrap();
    assert_eq!(owners(&deliver), [Some(ANN), Some(BEN), Some(CY)]);
    assert!((deliver.value - 2.02).abs() < 1e-9);
}

#[test]
fn critical_tasks_pair_their_stretch() {
    let mut field = golden();
    field.tasks[0].criticality = 0.5;
    let mut settled = programme(&field, Preset::Balanced);
    settled.locked[0] = Some(CY);
    let given = settled.solve().unwrap();
    assert_eq!(given.choices[0], Some(Choice { owner: CY, beside: Some(ANN) }));
    field.people[ANN].away = 0.6;
    let mut settled = programme(&field, Preset::Balanced);
    settled.locked[0] = Some(CY);
    assert_eq!(settled.solve(), Err(Infeasible { relax: vec![0] }), "beside whom?");
}

/// The assignment problem as it stands in textbooks: costs are gains below 0.
#[test]
fn least_costs_are_found() {
    let costs = [[7.0, 4.0, 6.0], [5.0, 6.0, 3.0], [8.0, 5.0, 5.0]];
    let way = |cost: &f64| Some(Way { gain: -cost, stretch: false, beside: Vec::new() });
    let programme = Programme {
        ways: costs.iter().map(|row| row.iter().map(way).collect()).collect(),
        effort: vec![vec![1.0]; 3],
        room: vec![vec![1.0]; 3],
        locked: vec![None; 3],
    };
    let given = programme.solve().unwrap();
    let columns: Vec<usize> = given.choices.iter().flatten().map(|choice| choice.owner + 1).collect();
    let sum: f64 = (0..3).map(|row| costs[row][columns[row] - 1]).sum();
    assert!((sum - least(&costs)).abs() < 1e-9 && (given.value + sum).abs() < 1e-9);
    assert_eq!((columns, sum), (vec![2, 1, 3], 14.0));
}

fn least(costs: &[[f64; 3]; 3]) -> f64 {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    orders.iter().map(|order| (0..3).map(|row| costs[row][order[row]]).sum()).fold(f64::INFINITY, f64::min)
}

#[test]
fn nobody_takes_what_nobody_has_room_for() {
    let mut field = golden();
    field.people.iter_mut().for_each(|one| one.room = 3.0);
    let given = programme(&field, Preset::Balanced).solve().unwrap();
    assert_eq!(owners(&given), [None, None, None], "4 d into 3 d and a fifth");
    field.people.iter_mut().for_each(|one| one.room = 3.4);
    let given = programme(&field, Preset::Balanced).solve().unwrap();
    assert!(owners(&given).iter().all(Option::is_some), "a fifth of overload is borne");
}

#[test]
fn locks_that_cannot_be_are_named() {
    let field = golden();
    let mut settled = programme(&field, Preset::Balanced);
    settled.locked = vec![Some(ANN), Some(BEN), Some(BEN)];
    assert_eq!(settled.solve(), Err(Infeasible { relax: vec![1] }), "Ben cannot take two");
}

/// Every way to give everything out, one after another.
fn brute(programme: &Programme) -> f64 {
    fn next(programme: &Programme, choices: &mut Vec<Option<Choice>>, best: &mut f64) {
        let task = choices.len();
        if task == programme.ways.len() {
            *best = best.max(programme.value(choices).unwrap_or(f64::NEG_INFINITY));
            return;
        }
        let mut all = vec![None];
        for (owner, way) in programme.ways[task].iter().enumerate() {
            let Some(way) = way else { continue };
            if way.beside.is_empty() {
                all.push(Some(Choice { owner, beside: None }));
            }
            all.extend(way.beside.iter().map(|other| Some(Choice { owner, beside: Some(*other) })));
        }
        for choice in all {
            choices.push(choice);
            next(programme, choices, best);
            choices.pop();
        }
    }
    let mut best = f64::NEG_INFINITY;
    next(programme, &mut Vec::new(), &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn equals_brute_force(field in any_field(4, 5), preset in prop::sample::select(Preset::ALL.to_vec()), efforts in prop::collection::vec((0.5..4.0f64, 0.0..3.0f64), 4)) {
        let effort = efforts.iter().take(field.tasks.len()).map(|(now, later)| vec![*now, *later]).collect();
        let room = field.people.iter().map(|one| vec![one.room, 0.7 * one.room]).collect();
        let programme = Programme::of(&field, preset, effort, room, vec![None; field.tasks.len()]);
        let given = programme.solve().unwrap();
        prop_assert!(given.proved);
        prop_assert!((given.value - brute(&programme)).abs() < 1e-6, "{} {}", given.value, brute(&programme));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn equals_brute_force_six_by_six(gains in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, 0.0..1.0f64), 6), 6), room in prop::collection::vec(0.5..3.0f64, 6)) {
        let way = |gain: &Option<f64>| gain.map(|gain| Way { gain, stretch: false, beside: Vec::new() });
        let programme = Programme {
            ways: gains.iter().map(|row| row.iter().map(way).collect()).collect(),
            effort: vec![vec![1.0]; 6],
            room: room.iter().map(|days| vec![*days]).collect(),
            locked: vec![None; 6],
        };
        let given = programme.solve().unwrap();
        prop_assert!((given.value - brute(&programme)).abs() < 1e-6);
    }
}
