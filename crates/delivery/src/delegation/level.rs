//! Seven levels of delegation, from telling to handing over (after Tannenbaum and Schmidt 1958 and Appelo 2011), and which one fits somebody
//! who knows a thing so well.

use desk::knowledge::Word;

/// A level: 1 (tell) to 7 (hand over).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

const WORDS: [(&str, &str, u8); 7] = [
    ("tell", "I decide and say so", 1),
    ("explain", "I decide; you hear why and may object", 2),
    ("consult", "I ask you, then decide", 3),
    ("agree", "we decide together", 5),
    ("advise", "you decide after hearing me", 5),
    ("inform", "you decide and tell me", 10),
    ("hand over", "you decide", 20),
];

impl Level {
    /// The level of that number; none when there is no such.
    #[must_use]
    pub const fn of(number: u8) -> Option<Self> {
        if number >= 1 && number <= 7 { Some(Self(number)) } else { None }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    fn row(self) -> (&'static str, &'static str, u8) {
        WORDS[usize::from(self.0) - 1]
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// Who decides, as the giver says it to the receiver.
    #[must_use]
    pub fn says(self) -> &'static str {
        self.row().1
    }

    /// Working days to the first check-in. At level 7 that is the end; where no end is agreed, four weeks.
    #[must_use]
    pub fn first_check_in(self) -> u8 {
        self.row().2
    }

    /// Number and name: `5, advise`.
    #[must_use]
    pub fn text(self) -> String {
        format!("{}, {}", self.0, self.name())
    }
}

/// The level to propose: new to it → 3, knowing some of it → 4, deep in it or its main knower → 6; one less when it cannot be taken back
/// (2, 3, 5). One more when the last three that the two did together in the area came back from nobody.
#[must_use]
pub fn proposed(knows: Option<Word>, one_way: bool, last_three_went_well: bool) -> Level {
    let usual = match knows {
        None | Some(Word::Touched) => 3,
        Some(Word::Some) => 4,
        Some(Word::Deep | Word::Main) => 6,
    };
    Level((usual - u8::from(one_way) + u8::from(last_three_went_well)).clamp(1, 7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_what_is_known() {
        let all = [None, Some(Word::Touched), Some(Word::Some), Some(Word::Deep), Some(Word::Main)];
        let of = |one_way, well| all.map(|knows| proposed(knows, one_way, well).number());
        assert_eq!(of(false, false), [3, 3, 4, 6, 6]);
        assert_eq!(of(true, false), [2, 2, 3, 5, 5]);
        assert_eq!(of(false, true), [4, 4, 5, 7, 7]);
    }

    #[test]
    fn only_seven_levels_exist() {
        assert_eq!((Level::of(0), Level::of(8)), (None, None));
        let days: Vec<u8> = (1..=7).filter_map(Level::of).map(Level::first_check_in).collect();
        assert_eq!(days, [1, 2, 3, 5, 5, 10, 20]);
    }
}
