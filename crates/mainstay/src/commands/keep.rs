//! `backup`, `restore`, `key rotate`, `export`, `import-all`, `people erase` and `jobs`: keeping what people wrote, and letting go of it.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::ArgMatches;
use desk::{Desk, Registry};
use store::Actor;
use store::jobs::JobState;
use store::keep::{BackupAsk, RestoreInto};
use store::policy::Resource;

use super::people::{administers, refused};
use super::printed;
use super::records::at_desk;
use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime};

fn path(matches: &ArgMatches, name: &str) -> PathBuf {
    matches.get_one::<PathBuf>(name).cloned().unwrap_or_default()
}

fn me(desk: &Desk) -> Actor {
    Actor::Person(desk.viewer().person)
}

/// `mainstay backup FILE`.
pub(super) fn backup(matches: &ArgMatches) -> Result<u8, Failure> {
    let (home, file, with_key) = (Home::of(matches)?, path(matches, "file"), matches.get_flag("with-key"));
    if with_key {
        needs_keys(&home)?;
    }
    let lake = (home.lake()?.is_here() && home.lake_path().exists()).then(|| home.lake_path().to_owned());
    let contents = at_desk(matches, async |desk| {
        administers(&desk, Resource::Backup)?;
        let ask = BackupAsk { file: file.clone(), lake, with_key };
        desk.store().backup(me(&desk), ask, desk.now()).await.map_err(refused)
    })?;
    let key = if with_key {
        "with the key: whoever has it reads everything"
    } else {
        "without the key of sealed records; keep that apart"
    };
    printed(&format!("{} holds {} files, each with its checksum, {key}\n", file.display(), contents.files.len()))
}

/// `mainstay restore FILE`.
pub(super) fn restore(matches: &ArgMatches) -> Result<u8, Failure> {
    let (home, file) = (Home::of(matches)?, path(matches, "file"));
    let into = RestoreInto { place: home.database().clone(), lake: home.lake_path().to_owned(), key: home.key_path() };
    let contents = runtime()?.block_on(store::keep::restore(&file, &into)).map_err(refused)?;
    printed(&format!("{} files of {} are back in {}\n", contents.files.len(), contents.made_at, home.path().display()))
}

/// `mainstay key rotate`.
pub(super) fn key(matches: &ArgMatches) -> Result<u8, Failure> {
    let home = Home::of(matches)?;
    needs_keys(&home)?;
    let rotation = at_desk(matches, async |desk| {
        administers(&desk, Resource::Settings)?;
        let keep = |text: &str| store::keep::write_secret(&home.key_path(), text);
        desk.store().rotate_key(me(&desk), desk.now(), keep).await.map_err(refused)
    })?;
    printed(&format!(
        "{} sealed records are wrapped with key {}; the old keys stay in the file for backups that want them\n",
        rotation.records, rotation.key_id
    ))
}

/// Refuses when the keys cannot be read: what stands in their place is not to be written over, and no backup may claim to hold them.
fn needs_keys(home: &Home) -> Result<(), Failure> {
    let trouble = home.trouble_with_keys();
    trouble.map_or(Ok(()), |why| {
        Err(Failure::new(exit::UNAVAILABLE, why).hint("`mainstay doctor` says what is wanted; nothing was changed."))
    })
}

/// `mainstay export DIR`.
pub(super) fn export(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let (home, dir) = (Home::of(matches)?, path(matches, "dir"));
    let kinds: Vec<_> = registry.kinds().iter().map(|entry| entry.rules).collect();
    let done = at_desk(matches, async |desk| desk.access().export_all(&kinds, &dir).await.map_err(refused))?;
    let facts = if home.lake()?.is_here() {
        format!("{} files of facts", lake::carry(home.lake_path(), &dir.join(FACTS))?)
    } else {
        format!("facts stay in {}", home.lake_path().display())
    };
    printed(&format!(
        "{}: {} people, {} teams, {} records that you may read with {} versions, {} work items of your teams with {} changes; {facts}\n",
        dir.display(),
        done.people,
        done.teams,
        done.records,
        done.versions,
        done.items,
        done.changes
    ))
}

/// The folder of an export that holds the facts, as Parquet.
const FACTS: &str = "facts";

/// `mainstay import all DIR`.
pub(super) fn import_all(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let (home, dir) = (Home::of(matches)?, path(matches, "dir"));
    let kinds: Vec<_> = registry.kinds().iter().map(|entry| entry.rules).collect();
    runtime()?.block_on(async {
        let office = home.bare_office().await?;
        let now = office.clock().now();
        office.store().import_all(Actor::System, &dir, &kinds, now).await.map(drop).map_err(refused)
    })?;
    lake::carry(&dir.join(FACTS), home.lake_path())?;
    printed(&format!("everything in {} is in {}\n", dir.display(), home.path().display()))
}

/// `mainstay people erase EMAIL`.
pub(super) fn erase(matches: &ArgMatches) -> Result<u8, Failure> {
    let (who, sure) = (matches.get_one::<String>("email").cloned().unwrap_or_default(), matches.get_flag("yes"));
    at_desk(matches, async |desk| {
        administers(&desk, Resource::Person)?;
        let person = desk.organisation().find_person(&who).map_err(refused)?.id;
        let plan = desk.store().plan_erasure(person).await.map_err(refused)?;
        let line = |line: &store::people::ErasureLine| format!("  {} {} ({})\n", line.count, line.what, line.why);
        let goes: String = plan.goes.iter().map(line).collect();
        let stays: String = plan.stays.iter().map(line).collect();
        printed(&format!("{} ({})\ngoes\n{goes}stays\n{stays}", plan.name, plan.email))?;
        if !sure && !confirmed(&plan.email)? {
            return Err(Failure::new(exit::NO, "nothing was erased"));
        }
        desk.store().erase_person(me(&desk), &plan, desk.now()).await.map_err(refused)
    })?;
    printed("erased; backups that hold it age out\n")
}

/// Whether the address was typed again. Without a terminal nobody can have.
fn confirmed(email: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(
            Failure::new(exit::USAGE, "this cannot be taken back, and nobody is here to ask").hint("Say --yes.")
        );
    }
    print!("This cannot be taken back. Type {email} to go on: ");
    std::io::stdout().flush()?;
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    Ok(typed.trim() == email)
}

/// `mainstay jobs`.
pub(super) fn jobs(matches: &ArgMatches) -> Result<u8, Failure> {
    let all = at_desk(matches, async |desk| desk.store().jobs(&[], 200).await.map_err(refused))?;
    if matches.get_flag("json") {
        let text = serde_json::to_string_pretty(&all).map_err(|error| Failure::from_error(exit::BUG, &error))?;
        return printed(&format!("{text}\n"));
    }
    let rows = all.iter().map(|job| {
        let trouble =
            job.trouble.as_ref().map(|trouble| format!(": {} {}", trouble.why, trouble.todo)).unwrap_or_default();
        let when = if job.state == JobState::Waiting { format!(" until {}", job.run_after) } else { String::new() };
        format!("{} {} {}{when}, {} attempts{trouble}\n", job.kind, job.scope, job.state.name(), job.attempts)
    });
    let text: String = rows.collect();
    printed(if text.is_empty() { "no job is waiting, running or failed\n" } else { &text })
}
