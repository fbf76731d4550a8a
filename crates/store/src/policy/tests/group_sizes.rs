//! The smallest group: measures of doings never below it, measures of work never hidden from the team itself.

use crate::policy::{GroupSize, Measure, Onlooker, Shown, TooLow, shows};

#[test]
fn the_minimum_is_only_raised() {
    assert_eq!(GroupSize::default().people(), 5);
    assert_eq!(GroupSize::new(8).unwrap().people(), 8);
    assert_eq!(GroupSize::new(5), Ok(GroupSize::default()));
    for asked in 0..5 {
        assert_eq!(GroupSize::new(asked), Err(TooLow { asked }));
    }
    let refused = GroupSize::new(3).unwrap_err().to_string();
    assert_eq!(refused, "the smallest group is 5 people and can be raised, not lowered; 3 was asked for");
}

#[test]
fn small_groups_are_not_shown() {
    let rows = [
        (4, Measure::Doings, Onlooker::OfTheTeam, Shown::TooFewPeople),
        (4, Measure::Doings, Onlooker::Outside, Shown::TooFewPeople),
        (4, Measure::WorkItems, Onlooker::Outside, Shown::TooFewPeople),
        (1, Measure::WorkItems, Onlooker::OfTheTeam, Shown::Yes),
        (5, Measure::Doings, Onlooker::OfTheTeam, Shown::Yes),
        (5, Measure::Doings, Onlooker::Outside, Shown::Yes),
        (5, Measure::WorkItems, Onlooker::Outside, Shown::Yes),
    ];
    for (people, measure, onlooker, shown) in rows {
        assert_eq!(shows(GroupSize::default(), people, measure, onlooker), shown, "{people} {measure:?} {onlooker:?}");
    }
    assert_eq!(shows(GroupSize::new(9).unwrap(), 8, Measure::Doings, Onlooker::Outside), Shown::TooFewPeople);
}

#[test]
fn hidden_figures_say_why() {
    assert_eq!(Shown::TooFewPeople.text(), Some("too few people to show"));
    assert_eq!(Shown::Yes.text(), None);
}
