//! Joining small parts: the same rows in the same order, in fewer files.

use std::ops::Range;

use crate::error::LakeError;
use crate::manifest::Part;
use crate::part::{PART_ROWS, PartWriter};
use crate::tables::TABLES;
use crate::writer::{RepoWriter, free_number};

/// A part below this many rows is small.
const SMALL_ROWS: u64 = 64 * 1024;

/// This many small parts in a row are joined. Two would rewrite the last part with every run.
const SMALL_PARTS: usize = 4;

/// More parts than this of one table of one repository are joined whatever their size.
const MOST_PARTS: usize = 16;

impl RepoWriter {
    /// Joins the repository's parts where there are many or small ones; says whether it did. Uncommitted rows are left alone.
    ///
    /// # Errors
    /// When a part cannot be read or the disk fails; the lake is then as it was.
    pub fn compact(&mut self, now: i64) -> Result<bool, LakeError> {
        let mut next = self.manifest.clone();
        for table in TABLES {
            let (mut mine, others): (Vec<Part>, Vec<Part>) =
                next.parts.into_iter().partition(|p| p.repo == self.repo && p.table == table.name);
            next.parts = others;
            for range in plan(&mine.iter().map(|part| part.rows).collect::<Vec<_>>()).into_iter().rev() {
                let number = free_number(&mut self.manifest, &*self.inner.place, table, &self.repo);
                let mut joined = PartWriter::create(&*self.inner.place, table, &self.repo, number)?;
                let old: Vec<Part> = mine.get(range.clone()).unwrap_or_default().to_vec();
                for one in &old {
                    for batch in self.inner.place.rows(&one.file)? {
                        joined
                            .write(&batch.map_err(|source| LakeError::WrongColumns { table: table.name, source })?)?;
                    }
                }
                mine.splice(range, [joined.finish()?]);
                next.drop_parts(old, now);
            }
            next.parts.append(&mut mine);
        }
        let changed = next.parts.len() != self.manifest.parts.len();
        if changed {
            self.swap(next, now)?;
        }
        Ok(changed)
    }
}

/// Which neighbouring parts become one, given each part's rows. Joined parts stay below the size at which a writer begins a new one.
fn plan(rows: &[u64]) -> Vec<Range<usize>> {
    let many = rows.len() > MOST_PARTS;
    let limit = if many { PART_ROWS } else { SMALL_ROWS };
    let least = if many { 2 } else { SMALL_PARTS };
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for (at, &count) in rows.iter().enumerate() {
        let fits = count < limit && sum + count <= PART_ROWS;
        if !fits {
            ranges.push(start..at);
            (start, sum) = if count < limit { (at, 0) } else { (at + 1, 0) };
        }
        if count < limit {
            sum += count;
        }
    }
    ranges.push(start..rows.len());
    ranges.retain(|range| range.len() >= least);
    ranges
}

#[cfg(test)]
mod tests {
    use super::plan;

    #[test]
    fn few_parts_stay_apart() {
        assert_eq!(plan(&[10, 10, 10]), Vec::<std::ops::Range<usize>>::new());
    }

    #[test]
    fn four_small_neighbours_become_one() {
        assert_eq!(plan(&[1_000_000, 10, 10, 10, 10]), vec![1..5]);
    }

    #[test]
    fn large_parts_split_the_small() {
        assert_eq!(plan(&[1, 1, 1, 1, 900_000, 1, 1, 1, 1, 1]), vec![0..4, 5..10]);
    }

    #[test]
    fn seventeen_middling_parts_are_joined() {
        assert_eq!(plan(&[100_000; 17]), vec![0..10, 10..17]);
    }
}
