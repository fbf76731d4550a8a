//! Commits that line owners look through: those that the head's `.git-blame-ignore-revs` names.

use gix::ObjectId;
use rustc_hash::FxHashSet;

use crate::graph::CommitIndex;
use crate::mine::Run;
use crate::objects::Objects;

/// The file that forges read; Git itself reads it when `blame.ignoreRevsFile` names it.
const FILE: &[u8] = b".git-blame-ignore-revs";

/// The named commits that are in the graph. A file that cannot be read names none: the damage is reported where it is read again.
pub(crate) fn commits(run: &Run<'_>, objects: &mut Objects) -> FxHashSet<CommitIndex> {
    let at_head = run.versions.head.iter().find(|(path, _)| &*run.catalog.paths[*path as usize] == FILE);
    let Some(&(_, version)) = at_head else { return FxHashSet::default() };
    let spot = run.versions.versions[version as usize].spot;
    let Ok(content) = objects.read(&run.catalog.blobs[spot.blob as usize]) else { return FxHashSet::default() };
    ids(&content).iter().filter_map(|id| run.graph.find(id)).collect()
}

/// The full ids in a file of one id a line, where `#` opens a comment.
fn ids(content: &[u8]) -> Vec<ObjectId> {
    let lines = content.split(|&byte| byte == b'\n');
    let words = lines.filter_map(|line| line.split(|&byte| byte == b'#').next());
    words.filter_map(|word| ObjectId::from_hex(word.trim_ascii()).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn comments_and_other_words_are_no_ids() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let content = format!("# formatting\n{id} # by the machine\nnot an id\n0123\n\n");
        assert_eq!(ids(content.as_bytes()).iter().map(ToString::to_string).collect::<Vec<_>>(), [id]);
    }
}
