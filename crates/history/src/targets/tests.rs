//! Whole input is read, harmed input is survived: seeds of each format with bytes changed, cut out and put in.

use proptest::prelude::*;

use super::*;

/// A seed with some bytes changed, and perhaps cut short.
fn harmed(seed: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 0..12);
    (edits, prop::option::weighted(0.3, any::<prop::sample::Index>())).prop_map(move |(edits, cut)| {
        let mut bytes = seed.to_vec();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len() + 1);
            match how {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => drop(bytes.remove(at)),
                _ if at < bytes.len() => bytes[at] = byte,
                _ => {}
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        bytes
    })
}

const COMMIT: &[u8] = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\
author A <a@x> 1700000000 +0100\ncommitter B <b@x> 1700000000 -0230\nencoding ISO-8859-1\ngpgsig -----BEGIN\n x\n -----END\n\n\
Fix (#12)\n\nBody ABC-1.\n\nCo-authored-by: C <c@x>\nFixes: ABC-2\n  more\n";

#[test]
fn whole_input_is_read() {
    assert_eq!(commit(COMMIT), 2);
    assert_eq!(delta(b"abcde", &[5, 7, 0x91, 1, 3, 2, b'X', b'Y', 0x91, 3, 2]), Some(7));
    assert_eq!(state(crate::state::HEADER), 8);
    assert!(state_records(FACTS));
    assert!(!state_records(&[9]));
    assert_eq!(manifest("Cargo.toml", CARGO), Some(2));
}

#[test]
fn a_delta_cannot_ask_for_all_memory() {
    let huge = [5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, b'a'];
    assert_eq!(delta(b"abcde", &huge), None);
    // A result of one byte that copies sixteen million again and again stops at the first.
    let mut copies = vec![0x80, 0x80, 0x80, 0x08, 1];
    copies.extend([0xf0, 0xff, 0xff, 0xff].repeat(1000));
    assert_eq!(delta(&vec![0; 1 << 24], &copies), None);
}

#[test]
fn hunks_beyond_any_file_are_refused() {
    let mut record = vec![3];
    record.extend([0; 40]);
    record.extend([1, 1, 2]);
    for _ in 0..8 {
        record.extend([0xff, 0xff, 0xff, 0xff, 0x0f]);
    }
    assert!(!state_records(&record));
}

/// A record of what is told of a content.
const FACTS: &[u8] =
    &[2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 7, 12, 0, 0, 0x80, 0x3f];

const CARGO: &[u8] =
    b"[package]\nname = \"a\"\n[dependencies]\nb = \"1\"\nc = { version = \"2\", features = [\"x\"] }\n";

const MANIFESTS: &[(&str, &[u8])] = &[
    ("Cargo.toml", CARGO),
    ("package.json", b"{\"name\":\"a\",\"dependencies\":{\"b\":\"^1\"},\"devDependencies\":{\"c\":\"*\"}}"),
    ("pom.xml", b"<project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency></dependencies></project>"),
    ("go.mod", b"module m\nrequire (\n\texample.org/b v1.0.0 // indirect\n)\n"),
    ("requirements.txt", b"a==1\nb[c]>=2; python_version<'3'\n-r other.txt\n"),
    ("pnpm-lock.yaml", b"lockfileVersion: 6\ndependencies:\n  a:\n    specifier: ^1\n    version: 1.2.3\n"),
    ("Gemfile", b"source 'x'\ngem 'a', '~> 1'\n"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn harmed_commits_are_read(bytes in harmed(COMMIT)) {
        let _ = commit(&bytes);
    }

    #[test]
    fn harmed_deltas_are_survived(base in prop::collection::vec(any::<u8>(), 0..40), bytes in harmed(&[5, 7, 0x91, 1, 3, 2, b'X', b'Y', 0x91, 3, 2])) {
        let _ = delta(&base, &bytes);
    }

    #[test]
    fn harmed_states_are_survived(bytes in harmed(FACTS), kind in 0..5_u8) {
        let _ = state_records(&bytes);
        let mut other = bytes;
        other.insert(0, kind);
        let _ = state_records(&other);
        other.splice(0..0, *crate::state::HEADER);
        let _ = state(&other);
    }

    #[test]
    fn harmed_manifests_are_survived(picked in prop::sample::select(MANIFESTS), seed in any::<u64>(), cut in any::<prop::sample::Index>()) {
        let (path, whole) = picked;
        let mut bytes = whole.to_vec();
        let at = usize::try_from(seed % whole.len() as u64).unwrap();
        bytes[at] = seed.to_le_bytes()[7];
        let _ = manifest(path, &bytes);
        let _ = manifest(path, &bytes[..cut.index(bytes.len() + 1)]);
        prop_assert!(manifest(path, whole).is_some(), "{path}");
    }
}
