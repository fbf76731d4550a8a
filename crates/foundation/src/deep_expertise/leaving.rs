//! What goes without a knower when people leave, who could take it up, and a plan to hand it over.
//!
//! Successors are placed by overlap of files, then of co-change, then of domain; the plan pairs before it writes, and ends with a fix of their own.

use std::collections::{BTreeMap, BTreeSet};

use desk::knowledge::{Knowledge, PersonId, Word};

/// An area with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownArea {
    /// The area's name.
    pub name: String,
    /// Lines at head.
    pub lines: u64,
    /// What is known, by whom.
    pub knowledge: Knowledge,
    /// The area's domain, when its files have one.
    pub domain: Option<String>,
    /// Areas that changed in the same commits, by number in the slice.
    pub changes_with: Vec<usize>,
}

/// What leaving does to one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Which area, by number in the slice.
    pub area: usize,
    /// Knowers who go.
    pub going: Vec<PersonId>,
    /// Knowers who stay: one at most, or the area would not be listed.
    pub staying: Vec<PersonId>,
    /// People who could take it up, the best placed first, at most three, each with why.
    pub successors: Vec<(PersonId, Why)>,
}

impl Loss {
    /// Whether nobody would be left who knows the area.
    #[must_use]
    pub fn is_orphan(&self) -> bool {
        self.staying.is_empty()
    }
}

/// Why somebody is placed to take an area up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// They wrote some of its lines.
    WorkedHere(Word),
    /// They know what changes together with it.
    KnowsNeighbour,
    /// They know the same domain elsewhere.
    KnowsDomain,
}

/// What goes when `leaving` go: areas that lose a knower and keep at most one. `gone` have left before. The largest area first.
#[must_use]
pub fn losses(areas: &[KnownArea], leaving: &[PersonId], gone: &[PersonId]) -> Vec<Loss> {
    let away: BTreeSet<PersonId> = leaving.iter().chain(gone).copied().collect();
    let mut found: Vec<Loss> = Vec::new();
    for (nth, area) in areas.iter().enumerate() {
        let (going, others): (Vec<PersonId>, Vec<PersonId>) =
            area.knowledge.knowers().into_iter().partition(|person| leaving.contains(person));
        let staying: Vec<PersonId> = others.into_iter().filter(|person| !away.contains(person)).collect();
        if going.is_empty() || staying.len() > 1 {
            continue;
        }
        let taken: BTreeSet<PersonId> = away.iter().chain(&staying).copied().collect();
        found.push(Loss { area: nth, going, staying, successors: successors(areas, area, &taken) });
    }
    let lines = |loss: &Loss| areas.get(loss.area).map_or(0, |area| area.lines);
    found.sort_by_key(|loss| (std::cmp::Reverse(lines(loss)), loss.area));
    found
}

/// At most three people, by overlap of files, then of co-change, then of domain.
fn successors(areas: &[KnownArea], area: &KnownArea, taken: &BTreeSet<PersonId>) -> Vec<(PersonId, Why)> {
    let words = area.knowledge.words();
    let mut found: Vec<(PersonId, Why)> = Vec::new();
    let mut add = |person: PersonId, why: Why| {
        if found.len() < 3 && !taken.contains(&person) && found.iter().all(|(known, _)| *known != person) {
            found.push((person, why));
        }
    };
    for person in area.knowledge.by_weight() {
        match words.get(&person) {
            Some(word) if *word >= Word::Some => add(person, Why::WorkedHere(*word)),
            _ => {}
        }
    }
    let neighbours = area.changes_with.iter().filter_map(|nth| areas.get(*nth));
    let same_domain =
        areas.iter().filter(|other| other.domain.is_some() && other.domain == area.domain && other.name != area.name);
    for (others, why) in [(together(neighbours), Why::KnowsNeighbour), (together(same_domain), Why::KnowsDomain)] {
        let words = others.words();
        for person in others.by_weight() {
            if words.get(&person).is_some_and(|word| *word >= Word::Some) {
                add(person, why);
            }
        }
    }
    for person in area.knowledge.by_weight() {
        if let Some(word) = words.get(&person) {
            add(person, Why::WorkedHere(*word));
        }
    }
    found
}

fn together<'a>(areas: impl Iterator<Item = &'a KnownArea>) -> Knowledge {
    let mut known = Knowledge::default();
    for area in areas {
        known.add_all(&area.knowledge);
    }
    known
}

/// What a step of a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Work on it together.
    Pair,
    /// The successor reviews what changes.
    Review,
    /// Write down what only heads hold.
    Write,
    /// The successor mends something alone.
    OwnAFix,
}

/// A step of a drafted plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is to be done.
    pub text: String,
    /// What kind of step.
    pub kind: StepKind,
    /// Days after the plan's first day by which it should be done.
    pub due_in_days: u32,
}

/// Drafts the hand-over of an area within `days`: pair, review, write, own a fix; named after the files that change most.
#[must_use]
pub fn drafted_plan(area: &str, busiest_files: &[String], days: u32) -> Vec<Step> {
    let days = days.max(4);
    let at = |part: u32| (days * part / 10).max(1);
    let files = match busiest_files {
        [] => area.to_owned(),
        [one] => one.clone(),
        [first, second, ..] => format!("{first} and {second}"),
    };
    let step = |text: String, kind, part| Step { text, kind, due_in_days: at(part) };
    vec![
        step(format!("Change something together in {files}"), StepKind::Pair, 2),
        step(format!("Review the next changes to {area}, asking for the reasons"), StepKind::Review, 5),
        step(format!("Write down what {area} depends on, and what broke before"), StepKind::Write, 7),
        step(format!("Mend the next fault in {area} alone, with somebody to ask"), StepKind::OwnAFix, 10),
    ]
}

/// Knowers of each domain: people at each word, with those away left out.
#[must_use]
pub fn domain_coverage(areas: &[KnownArea], gone: &[PersonId]) -> BTreeMap<String, BTreeMap<Word, usize>> {
    let mut by_domain: BTreeMap<&str, Knowledge> = BTreeMap::new();
    for area in areas {
        if let Some(domain) = &area.domain {
            by_domain.entry(domain).or_default().add_all(&area.knowledge);
        }
    }
    let counted = |known: Knowledge| {
        let mut counts: BTreeMap<Word, usize> = BTreeMap::new();
        for word in known.words_without(gone).into_values() {
            *counts.entry(word).or_default() += 1;
        }
        counts
    };
    by_domain.into_iter().map(|(domain, known)| (domain.to_owned(), counted(known))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn area(name: &str, lines: u64, weights: &[(u32, f64)], domain: &str) -> KnownArea {
        let mut knowledge = Knowledge::default();
        for (person, weight) in weights {
            knowledge.add_written(PersonId(*person), *weight);
        }
        KnownArea { name: name.to_owned(), lines, knowledge, domain: Some(domain.to_owned()), changes_with: Vec::new() }
    }

    #[test]
    fn area_without_knower_is_orphan() {
        let areas = [
            area("billing", 900, &[(1, 95.0), (2, 5.0)], "backend"),
            area("ui", 500, &[(2, 50.0), (3, 50.0)], "frontend"),
        ];
        let found = losses(&areas, &[PersonId(1)], &[]);
        let [loss] = found.as_slice() else { panic!("{found:?}") };
        assert!(loss.is_orphan());
        assert_eq!((loss.area, loss.successors.clone()), (0, vec![(PersonId(2), Why::WorkedHere(Word::Some))]));
    }

    #[test]
    fn area_held_by_one_shows() {
        let areas = [area("a", 900, &[(1, 50.0), (2, 50.0)], "backend")];
        let found = losses(&areas, &[PersonId(1)], &[]);
        assert_eq!(found[0].staying, [PersonId(2)]);
        assert!(losses(&areas, &[PersonId(1)], &[PersonId(2)])[0].is_orphan(), "who has left before is no knower");
    }

    #[test]
    fn neighbours_come_before_domain() {
        let mut areas = vec![
            area("a", 900, &[(1, 100.0)], "backend"),
            area("b", 100, &[(4, 10.0)], "data"),
            area("c", 100, &[(5, 10.0)], "backend"),
        ];
        areas[0].changes_with = vec![1];
        let found = losses(&areas, &[PersonId(1)], &[]);
        assert_eq!(found[0].successors, [(PersonId(4), Why::KnowsNeighbour), (PersonId(5), Why::KnowsDomain)]);
    }

    #[test]
    fn plan_ends_with_own_fix() {
        let plan = drafted_plan("crates/web", &["crates/web/src/lib.rs".to_owned()], 60);
        let steps: Vec<(StepKind, u32)> = plan.iter().map(|step| (step.kind, step.due_in_days)).collect();
        assert_eq!(
            steps,
            [(StepKind::Pair, 12), (StepKind::Review, 30), (StepKind::Write, 42), (StepKind::OwnAFix, 60)]
        );
    }

    #[test]
    fn coverage_counts_people_at_words() {
        let areas = [area("a", 9, &[(1, 60.0), (2, 40.0)], "backend"), area("b", 9, &[(1, 10.0)], "data")];
        let coverage = domain_coverage(&areas, &[]);
        assert_eq!(coverage["backend"], BTreeMap::from([(Word::Main, 1), (Word::Deep, 1)]));
        assert_eq!(domain_coverage(&areas, &[PersonId(1)])["data"], BTreeMap::new());
    }

    proptest! {
        #[test]
        fn nobody_leaving_loses_nothing(weights in prop::collection::vec((0u32..6, 0.1..100.0f64), 1..12)) {
            prop_assert!(losses(&[area("a", 10, &weights, "backend")], &[], &[]).is_empty());
        }

        #[test]
        fn successors_are_never_away(weights in prop::collection::vec((0u32..8, 0.1..100.0f64), 1..20), leaver in 0u32..8) {
            let areas = [area("a", 10, &weights, "backend"), area("b", 10, &weights, "backend")];
            for loss in losses(&areas, &[PersonId(leaver)], &[PersonId(7)]) {
                prop_assert!(loss.successors.iter().all(|(person, _)| person.0 != leaver && person.0 != 7));
            }
        }
    }
}
