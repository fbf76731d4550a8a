//! Says what a run came to; on standard error, so that answers stay clean.

use connect::git::Mined;

use super::Outcome;
use crate::exit;

/// What a run came to, in words; gives the exit code.
pub(crate) fn tell(outcome: &Outcome) -> u8 {
    let mut code = exit::DONE;
    for Mined { entry, report, kept } in &outcome.mined {
        if report.unchanged {
            eprintln!("{}: nothing new", entry.name);
            continue;
        }
        if report.head.is_none() && report.commits == 0 && report.damage.is_empty() {
            eprintln!("{}: an empty repository, no commit yet", entry.name);
            continue;
        }
        eprintln!(
            "{}: {} commits ({} new), {} changes",
            entry.name, report.commits, report.new_commits, report.changes
        );
        if report.truncated_since.is_some() {
            eprintln!(
                "  history is cut off (a shallow clone): counts begin there; `git fetch --unshallow` brings the rest"
            );
        }
        if report.limited_commits > 0 {
            eprintln!(
                "  {} commits touch too many files for inexact renames, as in Git (diff.renameLimit)",
                report.limited_commits
            );
        }
        if !report.damage.is_empty() {
            code = exit::NO;
            eprintln!("  {} objects could not be read; everything else was:", report.damage.len());
            for damage in report.damage.iter().take(5) {
                eprintln!("    {damage}");
            }
            if *kept {
                eprintln!("  what was read before the damage is kept");
            }
            eprintln!("  help: `git fsck --full` says what is wrong; a fresh clone usually mends it");
        }
    }
    for failure in &outcome.failures {
        failure.print();
    }
    outcome.failures.first().map_or(code, |failure| failure.code)
}
