//! How alike two files are, by Git's measure: the share of the larger file's bytes that stand in chunks both have.
//!
//! A chunk is a line, or 64 bytes of a longer one, known by Git's own rolling hash modulo 107927; equal hashes count as equal
//! chunks, as they do in Git, so that the scores agree.

/// A score of this is identity.
pub(crate) const MAX_SCORE: u32 = 60_000;
const CHUNK: usize = 64;
const HASH_BASE: u32 = 107_927;

/// The chunks of one file: hash and bytes, in order of the hash.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fingerprint {
    chunks: Vec<(u32, u32)>,
    size: u64,
}

impl Fingerprint {
    pub(crate) fn of(content: &[u8]) -> Self {
        let text = !crate::text::is_binary(content);
        let mut chunks = Vec::with_capacity(content.len() / 24 + 1);
        let (mut low, mut high, mut length) = (0_u32, 0_u32, 0);
        for (at, &byte) in content.iter().enumerate() {
            if text && byte == b'\r' && content.get(at + 1) == Some(&b'\n') {
                continue;
            }
            let before = low;
            low = (low << 7) ^ (high >> 25);
            high = (high << 7) ^ (before >> 25);
            low = low.wrapping_add(u32::from(byte));
            length += 1;
            if length == CHUNK || byte == b'\n' {
                chunks.push((chunk_hash(low, high), length as u32));
                (low, high, length) = (0, 0, 0);
            }
        }
        if length > 0 {
            chunks.push((chunk_hash(low, high), length as u32));
        }
        chunks.sort_unstable();
        chunks.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.wrapping_add(next.1);
            }
            same
        });
        Self { chunks, size: content.len() as u64 }
    }

    /// The score of `self` as the source of `target`, 0 to [`MAX_SCORE`]; 0 when the sizes alone rule out `least`.
    pub(crate) fn score(&self, target: &Self, least: u32) -> u32 {
        if sizes_rule_out(self.size, target.size, least) || target.size == 0 {
            return 0;
        }
        let mut copied = 0_u64;
        let mut targets = target.chunks.iter().peekable();
        for &(hash, bytes) in &self.chunks {
            while targets.next_if(|&&(other, _)| other < hash).is_some() {}
            if let Some(&(_, there)) = targets.next_if(|&&(other, _)| other == hash) {
                copied += u64::from(bytes.min(there));
            }
        }
        (copied as f64 * f64::from(MAX_SCORE) / self.size.max(target.size) as f64) as u32
    }
}

/// Whether files of these sizes cannot reach the score.
pub(crate) fn sizes_rule_out(a: u64, b: u64, least: u32) -> bool {
    let (larger, smaller) = (a.max(b), a.min(b));
    larger as f64 * f64::from(MAX_SCORE - least) < (larger - smaller) as f64 * f64::from(MAX_SCORE)
}

fn chunk_hash(low: u32, high: u32) -> u32 {
    low.wrapping_add(high.wrapping_mul(0x61)) % HASH_BASE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_scores_the_most() {
        let print = Fingerprint::of(b"one\ntwo\nthree\n");
        assert_eq!(print.score(&print, 30_000), MAX_SCORE);
    }

    #[test]
    fn half_the_bytes_score_half() {
        let (a, b) = (Fingerprint::of(b"aaaa\nbbbb\n"), Fingerprint::of(b"aaaa\ncccc\n"));
        assert_eq!(a.score(&b, 30_000), 30_000);
    }

    #[test]
    fn sizes_alone_can_rule_out() {
        assert!(sizes_rule_out(100, 49, 30_000));
        assert!(!sizes_rule_out(100, 50, 30_000));
    }
}
