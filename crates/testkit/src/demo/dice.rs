//! Random numbers that stay the same for ever: commit ids depend on each of them, so no library's next version may change them.
//! The generator is SplitMix64 (Steele, Lea, Flood 2014). No floating point: what differs between machines has no place here.

/// A stream of random numbers; streams with other labels are independent.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed ^ 0x6d61_696e_7374_6179)
    }

    /// The stream of one thing: the same whatever was drawn from others before.
    pub(super) fn of(seed: u64, label: &str, number: u64) -> Self {
        let mut hash = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in label.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut dice = Self::new(hash.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        dice.next();
        dice
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `n` - 1; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (((self.next() >> 32) * n as u64) >> 32) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn within(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// Whether something happens that does so `percent` times in a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent as usize
    }

    /// One of the items, which must not be none.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A number below `n` that is often small: half of the draws lie in the first eighth.
    pub(super) fn skewed(&mut self, n: usize) -> usize {
        let unit = (self.next() >> 44) as u128;
        ((unit * unit * unit * n as u128) >> 60) as usize
    }

    /// The index of one of the weights, as often as it weighs; 0 when nothing weighs anything.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u64 = weights.clone().map(u64::from).sum();
        let mut left = self.below(total as usize) as u64;
        for (at, weight) in weights.enumerate() {
            if left < u64::from(weight) {
                return at;
            }
            left -= u64::from(weight);
        }
        0
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}
