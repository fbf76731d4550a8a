//! What fuzzing calls: the manifest's parser as a plain function that must end, and must not panic, whatever the bytes.

use std::path::Path;
use std::sync::Arc;

use crate::disk::LocalDisk;
use crate::folder::Folder;
use crate::functions::Hooks;
use crate::manifest::Manifest;
use crate::snapshot::Snapshot;

/// A manifest, and what a reader sees of it. Gives how many parts it names; none when it is refused.
#[must_use]
pub fn manifest(bytes: &[u8]) -> Option<usize> {
    let manifest = Manifest::parse(bytes, Path::new("lake")).ok()?;
    let folder = Folder::new(Path::new("lake"), Arc::new(LocalDisk)).ok()?;
    let snapshot = Snapshot::new(Arc::new(folder), manifest, Hooks::default());
    let rows: u64 =
        snapshot.repos().iter().map(|repo| snapshot.row_count(&repo.id, "commits")).fold(0, u64::saturating_add);
    let _ = rows;
    Some(snapshot.parts().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::manifest;

    const WHOLE: &str = r#"{"schema":1,"version":3,"next_part":9,"repos":[{"id":"a","name":"A","path":"/a","head":null,"mined_at":5}],
        "parts":[{"table":"commits","repo":"a","file":"commits/repo=a/part-1.parquet","rows":4,"bytes":9,"blake3":"00"}],
        "dropped":[{"file":"commits/repo=a/part-0.parquet","at":1}]}"#;

    #[test]
    fn a_whole_manifest_is_read() {
        assert_eq!(manifest(WHOLE.as_bytes()), Some(1));
    }

    #[test]
    fn no_file_is_named_outside() {
        for file in ["../secret", "/etc/passwd", "commits/../../x", "a//b", "C:\\x", "", "."] {
            for known in ["commits/repo=a/part-1.parquet", "commits/repo=a/part-0.parquet"] {
                let text = WHOLE.replace(known, &file.replace('\\', "\\\\"));
                assert_eq!(manifest(text.as_bytes()), None, "{file}");
            }
        }
    }

    proptest! {
        #[test]
        fn harmed_manifests_are_survived(at in 0..WHOLE.len(), byte in any::<u8>(), cut in 0..WHOLE.len(), number in any::<u64>()) {
            let mut bytes = WHOLE.as_bytes().to_vec();
            bytes[at] = byte;
            let _ = manifest(&bytes);
            let _ = manifest(&bytes[..cut]);
            let _ = manifest(WHOLE.replace("\"rows\":4", &format!("\"rows\":{number}")).as_bytes());
        }
    }
}
