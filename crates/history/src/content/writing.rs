//! Who wrote each line of a family's versions, oldest first; and which lines each change deleted.

use rustc_hash::FxHashMap;

use super::reading::{Desk, Worker};
use super::{Death, Family, HeadLines};
use crate::diff::Difference;
use crate::graph::CommitIndex;
use crate::lines::{Cursor, Lines, Run, Writer};
use crate::rows::ChangeKind;
use crate::touched::NONE;

/// What the family's rows say about its versions.
#[derive(Default)]
struct Ends {
    /// The row that made a version; no merges.
    made_by: FxHashMap<u32, u32>,
    /// The rows that deleted a version's file.
    deleted_by: FxHashMap<u32, Vec<u32>>,
}

impl Worker<'_> {
    /// Line owners of the family's versions, oldest first.
    pub(super) fn write_lines(&mut self, desk: &Desk, family: &Family) {
        let versions = self.job.versions;
        let ends = self.ends(family);
        let mut waiting: FxHashMap<u32, u32> = FxHashMap::default();
        for &version in &family.versions {
            for &parent in versions.parents(version) {
                *waiting.entry(parent).or_default() += 1;
            }
        }
        let mut written: FxHashMap<u32, HeadLines> = FxHashMap::default();
        for &version in &family.versions {
            let Some(lines) = self.lines_of(desk, version, &written) else { continue };
            if let Some(&row) = ends.made_by.get(&version)
                && let [parent] = *versions.parents(version)
                && let Some(before) = written.get(&parent)
                && let Some(difference) = self.difference(desk, parent, version)
            {
                self.bury(row, &before.through, difference);
            }
            for &row in ends.deleted_by.get(&version).into_iter().flatten() {
                self.bury_all(row, &lines.through);
            }
            self.survive(version, &lines.plain);
            if self.heads.contains(&version) {
                self.head_lines.push((version, lines.clone()));
            }
            if waiting.contains_key(&version) {
                written.insert(version, lines);
            }
            for parent in versions.parents(version) {
                if let Some(left) = waiting.get_mut(parent) {
                    *left -= 1;
                    if *left == 0 {
                        written.remove(parent);
                    }
                }
            }
        }
    }

    fn ends(&self, family: &Family) -> Ends {
        let mut ends = Ends::default();
        for &at in &family.rows {
            let row = &self.job.versions.rows[at as usize];
            if row.kind == ChangeKind::Merge || self.job.ignored.contains(&row.commit) {
                continue;
            }
            if row.version != NONE {
                ends.made_by.insert(row.version, at);
            } else if row.old_version != NONE && !row.after.exists() {
                ends.deleted_by.entry(row.old_version).or_default().push(at);
            }
        }
        ends
    }

    /// The difference between two versions; none when they hold the same.
    fn difference<'d>(&self, desk: &'d Desk, before: u32, after: u32) -> Option<&'d Difference> {
        let blob = |version: u32| self.job.versions.versions[version as usize].spot.blob;
        desk.differences.get(&(blob(before), blob(after)))
    }

    /// Who wrote a version, from its parents' lines; none for binary or unreadable content.
    fn lines_of(&self, desk: &Desk, version: u32, written: &FxHashMap<u32, HeadLines>) -> Option<HeadLines> {
        let versions = self.job.versions;
        let own = versions.versions[version as usize];
        let facts = desk.facts.get(&own.spot.blob).copied().flatten().filter(|facts| !facts.binary)?;
        let ignored = self.job.ignored.contains(&own.commit);
        let mut parents = Vec::with_capacity(2);
        for parent in versions.parents(version) {
            let Some(lines) = written.get(parent) else { continue };
            let same = versions.versions[*parent as usize].spot.blob == own.spot.blob;
            if same {
                parents.push((lines, None));
            } else if let Some(difference) = self.difference(desk, *parent, version) {
                parents.push((lines, Some(difference)));
            }
        }
        let mut writer = Writer::new(facts.lines);
        for (lines, difference) in &parents {
            writer.inherit(&lines.plain, difference.map_or(&[], |difference| &difference.hunks));
        }
        let plain = writer.finish(own.commit);
        let apart = ignored
            || parents.iter().any(|(lines, difference)| {
                !std::sync::Arc::ptr_eq(&lines.plain, &lines.through)
                    || difference.is_some_and(|difference| !difference.respaced.is_empty())
            });
        if !apart {
            return Some(HeadLines { through: Lines::clone(&plain), plain });
        }
        let mut writer = Writer::new(facts.lines);
        let same = Difference::default();
        for (lines, difference) in &parents {
            writer.inherit_through(&lines.through, difference.unwrap_or(&same), ignored);
        }
        Some(HeadLines { plain, through: writer.finish(own.commit) })
    }

    /// Keeps the lines that a change deleted, by the commit that wrote them.
    fn bury(&mut self, row: u32, before: &[Run], difference: &Difference) {
        let mut dead: Vec<(CommitIndex, u32, u32)> = Vec::new();
        let mut cursor = Cursor::new(before);
        let mut back = difference.respaced.iter().peekable();
        let mut hollow = difference.hollow.iter().peekable();
        for hunk in &difference.hunks {
            let mut line = hunk.before_start;
            while line < hunk.before_end {
                while back.next_if(|same| same.before + same.lines <= line).is_some() {}
                while hollow.next_if(|span| span.end <= line).is_some() {}
                let mut until = hunk.before_end;
                let alive = back.peek().is_some_and(|same| {
                    until = until.min(if same.before <= line { same.before + same.lines } else { same.before });
                    same.before <= line
                });
                let empty = hollow.peek().is_some_and(|span| {
                    until = until.min(if span.start <= line { span.end } else { span.start });
                    span.start <= line
                });
                cursor.within(line..until, |run| {
                    if !alive {
                        dead.push((run.commit, run.lines, if empty { 0 } else { run.lines }));
                    }
                });
                line = until;
            }
        }
        dead.sort_unstable();
        for same in dead.chunk_by(|a, b| a.0 == b.0) {
            let born = same.first().map_or(0, |first| first.0);
            let lines = same.iter().map(|part| part.1).sum();
            self.deaths.push(Death { row, born, lines, code_lines: Some(same.iter().map(|part| part.2).sum()) });
        }
    }

    /// Keeps the lines of a file that is gone.
    fn bury_all(&mut self, row: u32, lines: &[Run]) {
        let mut dead: Vec<_> = lines.iter().map(|run| (run.commit, run.lines)).collect();
        dead.sort_unstable();
        for same in dead.chunk_by(|a, b| a.0 == b.0) {
            let born = same.first().map_or(0, |first| first.0);
            let lines = same.iter().map(|part| part.1).sum();
            self.deaths.push(Death { row, born, lines, code_lines: None });
        }
    }

    fn survive(&mut self, version: u32, lines: &Lines) {
        for stood in self.stood.get(&version).into_iter().flatten() {
            for run in lines.iter() {
                let (author, cohort) = self.job.written[run.commit as usize];
                self.ledger.stood(author, cohort, i64::from(run.lines), stood.from, stood.until);
            }
        }
    }
}
