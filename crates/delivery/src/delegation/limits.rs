//! Who is left out of a task, and why; and beside whom alone somebody may take it.

use super::case::{Candidate, Case, Field, Task};
use super::fit::BESIDE;

/// Why somebody is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Out {
    /// They have left.
    Left,
    /// They are away for over half of the window.
    Away,
    /// The task names others.
    Others,
    /// Whoever looks said never.
    Never,
    /// They would rather not.
    RatherNot,
    /// They have as much in hand as the team's limit allows.
    Limit,
    /// It would be a stretch, which the task does not welcome, or which cannot be had beside somebody who knows it, or a second one.
    Stretch,
}

impl Out {
    /// How many are left out for this, in words.
    #[must_use]
    pub fn said(self, count: usize) -> String {
        match self {
            Self::Left => format!("{count} left"),
            Self::Away => format!("{count} away"),
            Self::Others => format!("{count} because others are named"),
            Self::Never => format!("{count} by your own word"),
            Self::RatherNot => format!("{count} would rather not"),
            Self::Limit => format!("{count} at the team's limit"),
            Self::Stretch => format!("{count} new to it"),
        }
    }
}

/// How somebody may take a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum May {
    /// Not at all.
    Not(Out),
    /// Alone.
    Alone,
    /// Beside one of these alone.
    Beside(Vec<usize>),
}

impl May {
    /// Whether they may at all.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        !matches!(self, Self::Not(_))
    }
}

/// What keeps somebody out whatever the task asks of them.
fn out(task: &Task, place: usize, person: &Candidate, case: &Case) -> Option<Out> {
    let why = [
        (person.left, Out::Left),
        (person.away > 0.5, Out::Away),
        (!task.must.is_empty() && !task.must.contains(&place), Out::Others),
        (case.never, Out::Never),
        (case.rather_not, Out::RatherNot),
        (person.at_limit, Out::Limit),
    ];
    why.into_iter().find(|(holds, _)| *holds).map(|(_, why)| why)
}

/// How a candidate may take a task of a field. A stretch (fit < .2) is one at a time; on a task with criticality ≥ .5 it is had only beside
/// somebody with fit ≥ .6 who may be there.
#[must_use]
pub fn may(field: &Field, task: usize, place: usize) -> May {
    let (Some(what), Some(person)) = (field.tasks.get(task), field.people.get(place)) else {
        return May::Not(Out::Left);
    };
    let Some(cases) = field.cases.get(task) else { return May::Not(Out::Left) };
    let Some(case) = cases.get(place) else { return May::Not(Out::Left) };
    if let Some(why) = out(what, place, person, case) {
        return May::Not(why);
    }
    if !case.is_stretch(what) {
        return May::Alone;
    }
    if !what.stretch || person.stretched {
        return May::Not(Out::Stretch);
    }
    if !what.is_critical() {
        return May::Alone;
    }
    let others = field.people.iter().zip(cases).enumerate().filter(|(at, (other, theirs))| {
        *at != place && theirs.fit(what) >= BESIDE && matches!(out(what, *at, other, theirs), None | Some(Out::Others))
    });
    let beside: Vec<usize> = others.map(|(at, _)| at).collect();
    if beside.is_empty() || !what.pair { May::Not(Out::Stretch) } else { May::Beside(beside) }
}

#[cfg(test)]
mod tests {
    use desk::knowledge::Word;

    use super::*;

    fn field(words: &[Option<Word>], criticality: f64) -> Field {
        let task =
            Task { weights: vec![1.0], knowers: vec![1], criticality, pair: true, stretch: true, ..Task::default() };
        let case = |word: &Option<Word>| Case { knows: vec![*word], ..Case::default() };
        Field {
            tasks: vec![task],
            people: vec![Candidate::default(); words.len()],
            cases: vec![words.iter().map(case).collect()],
        }
    }

    #[test]
    fn critical_stretches_need_a_pair() {
        let mut one = field(&[Some(Word::Main), Some(Word::Some), Some(Word::Touched)], 0.5);
        assert_eq!(may(&one, 0, 2), May::Beside(vec![0]));
        assert_eq!(may(&one, 0, 1), May::Alone, "some is no stretch");
        one.people[0].away = 0.6;
        assert_eq!(may(&one, 0, 2), May::Not(Out::Stretch));
        assert_eq!(may(&field(&[Some(Word::Main), None], 0.49), 0, 1), May::Alone);
    }

    #[test]
    fn who_is_out_says_why() {
        let mut one = field(&[Some(Word::Main), Some(Word::Deep)], 0.0);
        one.cases[0][0].rather_not = true;
        assert_eq!(may(&one, 0, 0), May::Not(Out::RatherNot));
        one.tasks[0].must = vec![0];
        assert_eq!(may(&one, 0, 1), May::Not(Out::Others));
        one.people[0].left = true;
        assert_eq!(may(&one, 0, 0), May::Not(Out::Left));
    }

    #[test]
    fn one_stretch_at_a_time() {
        let mut one = field(&[None], 0.0);
        one.people[0].stretched = true;
        assert_eq!(may(&one, 0, 0), May::Not(Out::Stretch));
        one.people[0].stretched = false;
        one.tasks[0].stretch = false;
        assert_eq!(may(&one, 0, 0), May::Not(Out::Stretch));
    }
}
