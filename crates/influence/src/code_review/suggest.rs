//! Who could look at a change: one who knows what it touches, and one who would come to know it. Words in, names out; no number is ever beside
//! a name, and two people with the same word are in no order of merit.

use desk::knowledge::Word;
use schemars::JsonSchema;
use serde::Serialize;

/// Somebody who could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What people call them.
    pub name: String,
    /// How well they know the files that are changed; none when they wrote none of it.
    pub files: Option<Word>,
    /// How well they know the folders around them.
    pub around: Option<Word>,
    /// Whether they wrote the change.
    pub author: bool,
    /// Whether they are away today, or have left.
    pub away: bool,
    /// Whether they committed anything in the last year.
    pub here: bool,
}

/// In which part somebody is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Knows what is changed.
    Expert,
    /// Would come to know it.
    Learner,
}

/// Somebody to ask, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pick {
    /// In which part.
    pub part: Part,
    /// Who.
    pub name: String,
    /// Why.
    pub why: String,
}

/// One expert and one learner, where there are such. `turn` shares the asking among those who know it equally well: the change's number.
#[must_use]
pub fn suggest(candidates: &[Candidate], turn: u64) -> Vec<Pick> {
    let asked: Vec<&Candidate> = candidates.iter().filter(|one| !one.author && !one.away && one.here).collect();
    let knowers = candidates.iter().filter(|one| one.here && one.files.is_some_and(Word::knows)).count();
    let best = asked.iter().filter_map(|one| one.files).max().filter(|word| *word >= Word::Some);
    let expert = best.and_then(|word| in_turn(asked.iter().copied().filter(|one| one.files == Some(word)), turn));
    let mut picks: Vec<Pick> = expert
        .map(|one| Pick {
            part: Part::Expert,
            name: one.name.clone(),
            why: format!("{} in what is changed", said(one.files)),
        })
        .into_iter()
        .collect();
    // Whoever works beside it learns most by looking, and can follow.
    let beside = |one: &&Candidate| one.files.is_none_or(|word| word < Word::Deep) && one.around.is_some();
    let others = || asked.iter().copied().filter(|one| expert.is_none_or(|expert| expert.name != one.name));
    let nearest = others().filter(beside).filter_map(|one| one.around).max();
    let learner =
        nearest.and_then(|word| in_turn(others().filter(beside).filter(|one| one.around == Some(word)), turn));
    if let Some(one) = learner {
        let gain = match knowers {
            0 => "nobody knows it well: would be the first",
            1 => "one person knows it well: would become the second",
            _ => "would come to know it",
        };
        let why = format!("{} in the folders around it; {gain}", said(one.around));
        picks.push(Pick { part: Part::Learner, name: one.name.clone(), why });
    }
    picks
}

fn said(word: Option<Word>) -> &'static str {
    word.map_or("new", Word::text)
}

/// One of those who are equally fit: each in turn, in the order of their names.
fn in_turn<'a>(those: impl Iterator<Item = &'a Candidate>, turn: u64) -> Option<&'a Candidate> {
    let mut those: Vec<&Candidate> = those.collect();
    those.sort_by(|a, b| a.name.cmp(&b.name));
    let place = usize::try_from(turn % (those.len().max(1) as u64)).unwrap_or(0);
    those.get(place).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, files: Option<Word>, around: Option<Word>) -> Candidate {
        Candidate { name: name.into(), files, around, author: false, away: false, here: true }
    }

    fn names(picks: &[Pick]) -> Vec<(Part, &str)> {
        picks.iter().map(|pick| (pick.part, pick.name.as_str())).collect()
    }

    #[test]
    fn an_expert_and_a_learner_are_named() {
        let all = [
            one("Ann", Some(Word::Main), Some(Word::Main)),
            one("Ben", Some(Word::Touched), Some(Word::Deep)),
            one("Cy", None, Some(Word::Some)),
            one("Dee", None, None),
        ];
        let picks = suggest(&all, 1);
        assert_eq!(names(&picks), [(Part::Expert, "Ann"), (Part::Learner, "Ben")]);
        assert!(picks[1].why.contains("second"), "{}", picks[1].why);
    }

    #[test]
    fn whoever_wrote_it_is_not_asked() {
        let mut all = [one("Ann", Some(Word::Main), None), one("Ben", Some(Word::Some), Some(Word::Some))];
        all[0].author = true;
        assert_eq!(names(&suggest(&all, 1)), [(Part::Expert, "Ben")], "and the expert is not the learner, too");
        all[1].away = true;
        assert_eq!(suggest(&all, 1), []);
    }

    #[test]
    fn equals_take_turns() {
        let all = [one("Ben", Some(Word::Deep), None), one("Ann", Some(Word::Deep), None)];
        let asked: Vec<String> = (0..4).flat_map(|turn| suggest(&all, turn)).map(|pick| pick.name).collect();
        assert_eq!(asked, ["Ann", "Ben", "Ann", "Ben"]);
    }

    #[test]
    fn a_touch_makes_no_expert() {
        assert_eq!(suggest(&[one("Ann", Some(Word::Touched), None)], 1), []);
        let mut gone = one("Ben", Some(Word::Main), None);
        gone.here = false;
        assert_eq!(suggest(&[gone], 1), []);
    }
}
