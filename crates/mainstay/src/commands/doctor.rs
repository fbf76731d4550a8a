//! `mainstay doctor`: looks at everything that can be wrong with the data folder, and says what to do about each.

use clap::ArgMatches;

use crate::exit;
use crate::failure::Failure;
use crate::home::Home;

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    let home = Home::of(matches)?;
    println!("data folder   {}", home.path().display());
    let mut findings = Vec::new();
    let lake = home.lake()?;
    let snapshot = lake.snapshot();
    println!("lake          version {}, {} repositories", snapshot.version(), snapshot.repos().len());
    if lake.has_lost_its_manifest() {
        findings.push(
            "the lake's manifest is gone but its files are there: `mainstay mine REPO…` reads them again".to_owned(),
        );
    }
    for repo in snapshot.repos() {
        let flags = if repo.flags.is_empty() { String::new() } else { format!(" ({})", repo.flags.join(", ")) };
        println!("  {:<20} {}{flags}", repo.name, repo.path);
        if !std::path::Path::new(&repo.path).exists() {
            findings.push(format!("{} is not at {} any more; its facts are kept", repo.name, repo.path));
        }
    }
    let damage = lake.verify(true)?;
    println!(
        "checksums     {}",
        if damage.is_empty() {
            "every file is whole".to_owned()
        } else {
            format!("{} files are damaged", damage.len())
        }
    );
    for damage in &damage {
        findings.push(format!(
            "{} ({}, {}) {}: `mainstay mine --again` on that repository writes it again",
            damage.file, damage.repo, damage.table, damage.harm
        ));
    }
    match desk::Records::open(home.path()) {
        Ok(_) => println!("records       readable"),
        Err(refusal) => findings.push(format!("records: {refusal}")),
    }
    for finding in &findings {
        println!("! {finding}");
    }
    if findings.is_empty() {
        println!("nothing is wrong");
    }
    Ok(if findings.is_empty() { exit::DONE } else { exit::NO })
}
