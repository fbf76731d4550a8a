//! Draws of trials. A draw is addressed, not taken in turn: the same seed, trial, stream and ordinal give the same number on any number of
//! threads, and a what-if shares every draw that it does not change.

/// Draws of one seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    seed: u64,
}

/// One stream of draws: a team, an item or a driver, by its stable id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: u64,
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): a bijection that passes BigCrush as a hash of a counter.
const fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The golden ratio in 64 bits: odd, so that multiples of it visit every number.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Draws {
    /// Draws of `seed`.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed.
    #[must_use]
    pub const fn seed(self) -> u64 {
        self.seed
    }

    /// The seed that a text stands for: a plan's id, when nobody gives another.
    #[must_use]
    pub fn seed_of(text: &str) -> u64 {
        // FNV-1a (Fowler, Noll and Vo), then mixed; shown to people, so kept to six digits.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        mixed(hash) % 1_000_000
    }

    /// The stream of a stable id.
    #[must_use]
    pub const fn stream(self, id: u64) -> Stream {
        Stream { key: mixed(mixed(self.seed.wrapping_add(STEP)) ^ id.wrapping_mul(STEP)) }
    }

    /// The stream of a stable id in words.
    #[must_use]
    pub fn stream_of(self, id: &str) -> Stream {
        let hash = id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        self.stream(hash)
    }
}

impl Stream {
    /// A number of [0, 1) with 53 random bits.
    #[must_use]
    pub const fn uniform(self, trial: u64, ordinal: u64) -> f64 {
        let bits = self.bits(trial, ordinal);
        (bits >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// 64 random bits.
    #[must_use]
    pub const fn bits(self, trial: u64, ordinal: u64) -> u64 {
        let place = mixed(self.key.wrapping_add(trial.wrapping_mul(STEP)));
        mixed(place.wrapping_add(ordinal.wrapping_add(1).wrapping_mul(STEP)))
    }

    /// A number of 0..n, nearly uniform (Lemire 2019 without rejection: off by less than n ÷ 2⁶⁴).
    #[must_use]
    pub const fn below(self, n: u64, trial: u64, ordinal: u64) -> u64 {
        ((self.bits(trial, ordinal) as u128 * n as u128) >> 64) as u64
    }
}

/// ± 1.96 · √(p(1−p)/n): how far a simulated probability may be off.
#[must_use]
pub fn error_of(p: f64, trials: u64) -> f64 {
    1.96 * (p * (1.0 - p) / trials as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_addressed() {
        let one = Draws::of(71).stream_of("payments");
        assert_eq!(one.bits(3, 9), Draws::of(71).stream_of("payments").bits(3, 9));
        let others = [one.bits(3, 10), one.bits(4, 9), Draws::of(72).stream_of("payments").bits(3, 9)];
        assert!(others.iter().all(|other| *other != one.bits(3, 9)));
    }

    #[test]
    fn draws_are_even() {
        let stream = Draws::of(1).stream(0);
        let mut counts = [0_u32; 16];
        let mut pairs = [0_u32; 256];
        for trial in 0..4_096 {
            for ordinal in 0..16 {
                counts[stream.below(16, trial, ordinal) as usize] += 1;
                let pair = stream.below(16, trial, ordinal) * 16 + stream.below(16, trial + 1, ordinal);
                pairs[pair as usize] += 1;
            }
        }
        let chi = |counts: &[u32]| {
            let expected = 65_536.0 / counts.len() as f64;
            counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum::<f64>()
        };
        // 99.9 % quantiles of χ² with 15 and 255 degrees of freedom.
        assert!(chi(&counts) < 37.7, "{}", chi(&counts));
        assert!(chi(&pairs) < 330.5, "{}", chi(&pairs));
    }
}
