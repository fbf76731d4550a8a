//! Exact answers against golden ones.

use super::*;
use crate::estimation::start::{between, risked, split};

const H: [u32; 20] = [0, 2, 1, 0, 0, 3, 1, 0, 2, 0, 1, 1, 0, 0, 4, 0, 1, 2, 0, 0];

fn bag(ahead: &[(bool, f64)], lengths: &[usize]) -> Bag {
    Bag::windows(&History::plain(&H), &Ahead { days: ahead.to_vec() }, lengths).unwrap()
}

fn days(arrival: &Arrival, at: &[f64]) -> Vec<usize> {
    at.iter().map(|q| arrival.day(*q).unwrap()).collect()
}

const QS: [f64; 5] = [0.05, 0.5, 0.7, 0.85, 0.95];

#[test]
fn when_is_exact() {
    let arrival = bag(&[], &[20]).when(&Pmf::certain(25), HORIZON_DAYS);
    assert_eq!(days(&arrival, &QS), [18, 28, 32, 35, 40]);
    assert!((arrival.within(28) - 0.530_882).abs() < 5e-7, "{}", arrival.within(28));
    assert!((arrival.within(35) - 0.851_741).abs() < 5e-7, "{}", arrival.within(35));
    assert!((arrival.chances().iter().sum::<f64>() - 1.0).abs() < 1e-8);
}

#[test]
fn how_many_is_exact() {
    let sum = bag(&[], &[20]).how_many(&mut Summing::default(), 14);
    assert_eq!([0.5, 0.7, 0.85, 0.95].map(|q| sum.sure_of(q)), [12, 10, 8, 6]);
    assert!((sum.reaches(10) - 0.757_187).abs() < 5e-7, "{}", sum.reaches(10));
}

#[test]
fn splits_and_risks_change_the_start() {
    let start = risked(&split(&Pmf::certain(25), 1.0, 1.5), 0.3, &between(3, 6));
    let arrival = bag(&[], &[20]).when(&start, HORIZON_DAYS);
    assert_eq!(days(&arrival, &QS), [24, 37, 42, 47, 53]);
    assert!((arrival.within(42) - 0.725_187).abs() < 5e-7, "{}", arrival.within(42));
}

#[test]
fn absence_moves_the_date() {
    let at = [0.5, 0.85, 0.95];
    let half = bag(&[(true, 0.5)], &[20]).when(&Pmf::certain(25), HORIZON_DAYS);
    assert_eq!(days(&half, &at), [55, 69, 78]);
    let mut first = vec![(true, 0.5); 10];
    first.extend([(true, 1.0); 7]);
    let arrival = bag(&first, &[20]).when(&Pmf::certain(25), HORIZON_DAYS);
    assert_eq!(days(&arrival, &at), [33, 40, 45]);
}

#[test]
fn a_pool_is_the_mean() {
    let arrival = bag(&[], &[10, 20]).when(&Pmf::certain(25), HORIZON_DAYS);
    assert_eq!(days(&arrival, &[0.5, 0.7, 0.85, 0.95]), [28, 32, 36, 41]);
    assert!((arrival.within(28) - 0.527_375).abs() < 5e-7, "{}", arrival.within(28));
}

#[test]
fn one_item_and_constants() {
    let at = [0.5, 0.7, 0.85, 0.95];
    let sixty = Bag::guess(Pmf::of_weights(vec![0.4, 0.6]).unwrap());
    assert_eq!(days(&sixty.when(&Pmf::certain(1), 99), &at), [1, 2, 3, 4]);
    let constant = Bag::guess(Pmf::certain(1));
    assert_eq!(days(&constant.when(&Pmf::certain(10), 99), &at), [10, 10, 10, 10]);
    assert_eq!(constant.when(&Pmf::certain(0), 99).by, [1.0], "nothing to do is done today");
}

#[test]
fn nothing_finished_is_no_forecast() {
    let none = History::plain(&[0; 200]);
    for method in Method::ALL {
        assert_eq!(Bag::of(method, &none, &Ahead::default()), None, "{}", method.name());
    }
    let still = Bag::guess(Pmf::certain(0));
    assert!(still.stands_still());
    assert_eq!(still.when(&Pmf::certain(3), 50).day(0.5), None);
}

#[test]
fn free_days_are_like_free_days() {
    // Five working days of 2, then two free days of 0, twelve weeks.
    let week = [2, 2, 2, 2, 2, 0, 0];
    let works = |day: usize| day % 7 < 5;
    let history = History { counts: week.repeat(12), works: (0..84).map(works).collect() };
    let ahead = Ahead { days: (0..28).map(|day| (works(day), 1.0)).collect() };
    let bag = Bag::of(Method::Pool, &history, &ahead).unwrap();
    assert_eq!(bag.when(&Pmf::certain(20), 99).day(0.95), Some(12), "two weeks of ten, less the free days");
    assert_eq!(bag.how_many(&mut Summing::default(), 35).sure_of(0.95), 50, "the last week repeats");
    let short = history.last(14);
    let pooled = Bag::windows(&short, &ahead, &[30]).unwrap();
    assert!(pooled.when(&Pmf::certain(20), 99).day(0.95) > Some(12), "four free days are too few to stand apart");
}

#[test]
fn blocks_keep_days_together() {
    // Fourteen days bring 10 or 0, always as a whole.
    let block = |on: bool| (0..14).map(move |day| if on && day == 13 { 10 } else { 0 });
    let counts: Vec<u32> = (0..26).flat_map(|nth| block(nth % 2 == 0)).collect();
    let bag = Bag::of(Method::Blocks, &History::plain(&counts), &Ahead::default()).unwrap();
    let sum = bag.how_many(&mut Summing::default(), 28);
    assert!((sum.reaches(10) - 0.75).abs() < 1e-12 && (sum.reaches(20) - 0.25).abs() < 1e-12);
    let arrival = bag.when(&Pmf::certain(20), 99);
    assert_eq!((arrival.within(27), arrival.day(0.2)), (0.0, Some(28)));
    let half = Ahead { days: vec![(true, 0.5); 28] };
    let thin = Bag::of(Method::Blocks, &History::plain(&counts), &half).unwrap();
    assert!((thin.how_many(&mut Summing::default(), 28).mean() - 5.0).abs() < 1e-9);
}
