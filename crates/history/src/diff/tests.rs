//! Differences hold what a difference must hold, whatever the contents; equality with Git is tested against Git itself.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Differ, Difference};
use crate::text::{Lexicon, Text};

fn diff_of(before: &[u8], after: &[u8]) -> Difference {
    let mut lexicon = Lexicon::default();
    let [before, after] = [before, after].map(|content| Text::new(Arc::new(content.to_vec()), &mut lexicon));
    Differ::default().diff(&before, &after)
}

fn diff(before: &[u8], after: &[u8]) -> Difference {
    let content = |lines: &[u8]| lines.iter().flat_map(|&line| [b'a' + line, b'\n']).collect::<Vec<_>>();
    diff_of(&content(before), &content(after))
}

/// Rebuilds the new lines from the old ones, the hunks, and the new lines inside hunks.
fn rebuilt(before: &[u8], after: &[u8], difference: &Difference) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    for hunk in &difference.hunks {
        out.extend_from_slice(&before[at..hunk.before_start as usize]);
        out.extend_from_slice(&after[hunk.after_start as usize..hunk.after_end as usize]);
        at = hunk.before_end as usize;
    }
    out.extend_from_slice(&before[at..]);
    out
}

#[test]
fn an_insertion_is_one_hunk() {
    let difference = diff(&[0, 1, 2], &[0, 1, 9, 2]);
    assert_eq!((difference.added, difference.deleted, difference.hunks.len()), (1, 0, 1));
}

#[test]
fn equal_contents_have_no_hunk() {
    assert_eq!(diff(&[1, 2, 3], &[1, 2, 3]), Difference::default());
}

#[test]
fn a_block_slides_to_its_indentation() {
    let hunks = diff_of(b"fn a() {\n    x\n}\n", b"fn a() {\n    x\n}\n\nfn b() {\n    x\n}\n").hunks;
    assert_eq!(hunks.iter().map(|hunk| (hunk.after_start, hunk.after_end)).collect::<Vec<_>>(), [(3, 7)]);
}

proptest! {
    #[test]
    fn hunks_rebuild_the_new_content(before in prop::collection::vec(0..6_u8, 0..60), after in prop::collection::vec(0..6_u8, 0..60)) {
        let difference = diff(&before, &after);
        prop_assert_eq!(rebuilt(&before, &after, &difference), after.clone());
        let added: u32 = difference.hunks.iter().map(|hunk| hunk.after_end - hunk.after_start).sum();
        let deleted: u32 = difference.hunks.iter().map(|hunk| hunk.before_end - hunk.before_start).sum();
        prop_assert_eq!((difference.added, difference.deleted), (added, deleted));
    }
}
