//! What it costs in working time when somebody takes what is new to them. Until a team has enough finished items by somebody new to measure
//! it, this is assumed, and said to be.

use desk::knowledge::Word;

/// Working time of somebody new to a task, of somebody who knows some of it, of somebody deep in it, as factors.
pub const ASSUMED: [f64; 3] = [1.5, 1.2, 1.0];

/// The factor for somebody with that word. Beside somebody who is deep in it, half of what it costs is caught up.
#[must_use]
pub fn factor(word: Option<Word>, beside: bool) -> f64 {
    let [new, some, deep] = ASSUMED;
    let alone = match word {
        None | Some(Word::Touched) => new,
        Some(Word::Some) => some,
        Some(Word::Deep | Word::Main) => deep,
    };
    if beside { f64::midpoint(alone, deep) } else { alone }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_work_takes_longer() {
        let all = [None, Some(Word::Touched), Some(Word::Some), Some(Word::Deep), Some(Word::Main)];
        assert_eq!(all.map(|word| factor(word, false)), [1.5, 1.5, 1.2, 1.0, 1.0]);
        assert_eq!(factor(None, true), 1.25);
    }
}
