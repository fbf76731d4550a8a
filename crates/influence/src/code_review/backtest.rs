//! How good it would have been to ask who knows the files: at each past change, with what was known then, whether somebody who did let it in
//! is among the three who knew its files best. Beside it, whoever committed there last, and chance. Pure; only shares leave this room.

use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::measures::DAY;

/// Names that are asked.
const ASKED: usize = 3;
/// Knowledge fades to half in this many days, as the words of deep expertise do.
const HALF_LIFE_DAYS: f64 = 540.0;
/// A line that was looked at counts as this much of a line written.
const LOOKED_AT: f64 = 0.3;
/// Changes before this many say too little.
const FEW: usize = 20;

/// A past change. People and files are numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// When it was merged, seconds since the epoch.
    pub at: i64,
    /// Its files, each with the lines that were added.
    pub files: Vec<(usize, f64)>,
    /// Who wrote it.
    pub authors: Vec<usize>,
    /// Who let it in.
    pub approvers: Vec<usize>,
}

/// How often one of three would have been somebody who did let it in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Backtest {
    /// Changes with an approval on record by somebody else than their authors.
    pub changes: usize,
    /// Share by who knew the files best.
    pub by_knowledge: f64,
    /// Share by who committed there last.
    pub by_last: f64,
    /// Share by chance among everybody who was seen in the year before.
    pub by_chance: f64,
}

#[derive(Default)]
struct Known {
    /// What a person knows of a file, as of the second beside it.
    of_file: HashMap<usize, HashMap<usize, (f64, i64)>>,
    /// Who committed to a file, the last at the end.
    last: HashMap<usize, Vec<usize>>,
    seen: HashMap<usize, i64>,
}

fn faded(weight: f64, since: i64, now: i64) -> f64 {
    weight * (-((now - since).max(0) as f64) / (HALF_LIFE_DAYS * DAY as f64)).exp2()
}

impl Known {
    fn best(&self, change: &Past) -> Vec<usize> {
        let mut sums: HashMap<usize, f64> = HashMap::new();
        for (file, _) in &change.files {
            for (person, (weight, since)) in self.of_file.get(file).into_iter().flatten() {
                *sums.entry(*person).or_default() += faded(*weight, *since, change.at);
            }
        }
        let mut order: Vec<(f64, usize)> = sums.into_iter().map(|(person, sum)| (sum, person)).collect();
        order.retain(|(_, person)| !change.authors.contains(person));
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.into_iter().take(ASKED).map(|(_, person)| person).collect()
    }

    fn latest(&self, change: &Past) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let lists: Vec<&Vec<usize>> = change.files.iter().filter_map(|(file, _)| self.last.get(file)).collect();
        let deepest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
        for back in 0..deepest {
            for list in &lists {
                let one = list.len().checked_sub(back + 1).and_then(|place| list.get(place)).copied();
                if let Some(one) = one.filter(|one| !change.authors.contains(one) && !found.contains(one)) {
                    found.push(one);
                }
                if found.len() == ASKED {
                    return found;
                }
            }
        }
        found
    }

    /// The chance that three of those who were seen in the year before hold one who did.
    fn chance(&self, change: &Past, approvers: &HashSet<usize>) -> f64 {
        let here = |at: &i64| change.at - at <= 365 * DAY;
        let others: Vec<usize> = self.seen.iter().filter(|(_, at)| here(at)).map(|(person, _)| *person).collect();
        let others: Vec<usize> = others.into_iter().filter(|person| !change.authors.contains(person)).collect();
        let held = others.iter().filter(|person| approvers.contains(person)).count();
        let (n, rest) = (others.len(), others.len() - held);
        let miss =
            (0..ASKED.min(n)).map(|drawn| rest.saturating_sub(drawn) as f64 / (n - drawn) as f64).product::<f64>();
        if n == 0 { 0.0 } else { 1.0 - miss }
    }

    fn learn(&mut self, change: &Past) {
        let mut add = |file: usize, person: usize, lines: f64| {
            let held = self.of_file.entry(file).or_default().entry(person).or_insert((0.0, change.at));
            *held = (faded(held.0, held.1, change.at) + lines, change.at);
        };
        for (file, lines) in &change.files {
            change.authors.iter().for_each(|person| add(*file, *person, lines.max(1.0)));
            change.approvers.iter().for_each(|person| add(*file, *person, lines.max(1.0) * LOOKED_AT));
        }
        for (file, _) in &change.files {
            let list = self.last.entry(*file).or_default();
            for person in &change.authors {
                list.retain(|one| one != person);
                list.push(*person);
            }
        }
        for person in change.authors.iter().chain(&change.approvers) {
            self.seen.insert(*person, change.at);
        }
    }
}

/// Asks at each of these changes, the oldest first, with what was known before it. None of fewer than twenty that can be judged.
#[must_use]
pub fn backtest(past: &[Past]) -> Option<Backtest> {
    let (mut known, mut n) = (Known::default(), 0);
    let (mut knowledge, mut last, mut chance) = (0, 0, 0.0);
    for change in past {
        let others = change.approvers.iter().filter(|person| !change.authors.contains(person));
        // Nobody can name somebody who was never seen before.
        let approvers: HashSet<usize> = others.filter(|person| known.seen.contains_key(person)).copied().collect();
        if !approvers.is_empty() {
            n += 1;
            knowledge += usize::from(known.best(change).iter().any(|person| approvers.contains(person)));
            last += usize::from(known.latest(change).iter().any(|person| approvers.contains(person)));
            chance += known.chance(change, &approvers);
        }
        known.learn(change);
    }
    let share = |hits: usize| hits as f64 / n as f64;
    (n >= FEW).then(|| Backtest {
        changes: n,
        by_knowledge: share(knowledge),
        by_last: share(last),
        by_chance: chance / n as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(day: i64, file: usize, author: usize, approver: usize) -> Past {
        Past { at: day * DAY, files: vec![(file, 10.0)], authors: vec![author], approvers: vec![approver] }
    }

    #[test]
    fn whoever_knows_the_file_is_found() {
        // Person 0 knows file 0 and lets in what others write there; five others write elsewhere and let each other in by turns.
        let mut past: Vec<Past> = (0..10).map(|day| change(day, 0, 0, 6)).collect();
        past.extend((10..60).map(|day| change(day, 0, 1 + (day as usize % 5), 0)));
        let found = backtest(&past).unwrap();
        assert!(found.changes >= 50, "{found:?}");
        assert!(found.by_knowledge > 0.95, "{found:?}");
        assert!(found.by_last < 0.5 && found.by_chance < 0.7, "{found:?}");
    }

    #[test]
    fn chance_is_that_of_three_drawn() {
        let mut known = Known::default();
        for person in 0..10 {
            known.learn(&Past { at: 0, authors: vec![person], ..Past::default() });
        }
        // Nine others, of whom two did: 1 − (7·6·5)/(9·8·7).
        let asked = Past { at: DAY, authors: vec![0], ..Past::default() };
        let chance = known.chance(&asked, &HashSet::from([3, 4]));
        assert!((chance - (1.0 - 210.0 / 504.0)).abs() < 1e-12, "{chance}");
        let later = Past { at: 400 * DAY, ..asked };
        assert_eq!(known.chance(&later, &HashSet::from([3])), 0.0, "nobody was seen for a year");
    }

    #[test]
    fn a_few_changes_say_nothing() {
        let past: Vec<Past> = (0..20).map(|day| change(day, 0, day as usize % 2, 1 - day as usize % 2)).collect();
        assert_eq!(backtest(&past), None, "the first approver was never seen before");
        let past: Vec<Past> = (0..21).map(|day| change(day, 0, day as usize % 2, 1 - day as usize % 2)).collect();
        assert_eq!(backtest(&past).map(|found| found.changes), Some(20));
    }

    #[test]
    fn nobody_is_asked_about_their_own() {
        let past: Vec<Past> =
            (0..40).map(|day| Past { approvers: vec![1], authors: vec![1], ..change(day, 0, 1, 1) }).collect();
        assert_eq!(backtest(&past), None);
    }
}
