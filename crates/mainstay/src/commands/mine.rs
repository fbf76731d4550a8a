//! `mainstay mine`: repositories into the data folder.

use clap::ArgMatches;
use connect::git::Mined;

use crate::failure::Failure;
use crate::home::Home;
use crate::mining::{self, Wish};

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    let home = Home::of(matches)?;
    let wish = Wish::of(matches).or_here();
    let lake = if wish.again { home.lake_mended()? } else { home.lake()? };
    let outcome = mining::run(&home, &lake, &wish, None);
    if matches.get_flag("json") {
        let rows: Vec<_> = outcome.mined.iter().map(row).collect();
        super::printed(&format!("{}\n", serde_json::Value::Array(rows)))?;
    }
    Ok(mining::tell(&outcome))
}

fn row(Mined { entry, report, kept }: &Mined) -> serde_json::Value {
    serde_json::json!({
        "repo": entry.id,
        "name": entry.name,
        "path": entry.path,
        "head": report.head,
        "commits": report.commits,
        "new_commits": report.new_commits,
        "changes": report.changes,
        "unchanged": report.unchanged,
        "truncated_since": report.truncated_since,
        "partial": report.partial,
        "limited_commits": report.limited_commits,
        "kept": kept,
        "damage": report.damage.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
