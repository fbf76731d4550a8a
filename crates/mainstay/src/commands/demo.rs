//! `mainstay demo`: a made-up company in a folder of its own, read and served like a real one.

mod played;
mod told;

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use desk::{Clock, Office};
use jiff::civil::Date;
use testkit::demo::{Company, DemoError, Form, Plan, act, settle, write_repositories};

use super::up::{Served, address_of, door_of, serve};
use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime};
use crate::mining::Wish;

/// Where the repositories of the company are, in the data folder.
const REPOSITORIES: &str = "repositories";

/// What the command line says of the company.
fn plan(matches: &ArgMatches) -> Plan {
    let number = |name: &str| matches.get_one::<u32>(name).copied();
    let seed = matches.get_one::<u64>("seed").copied().unwrap_or(7);
    let until = matches.get_one::<Date>("date").copied().unwrap_or_else(|| Clock::System.today());
    let plan = Plan::new(seed, until);
    Plan {
        people: number("people").unwrap_or(plan.people),
        repositories: number("repos").unwrap_or(plan.repositories),
        years: number("years").unwrap_or(plan.years),
        ..plan
    }
}

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    let address = address_of(matches)?;
    let (open, door) = (!matches.get_flag("no-open"), door_of(matches)?);
    // Without a folder of its own a demo leaves nothing behind.
    let chosen = matches.get_one::<PathBuf>("data").cloned();
    let throw_away = match &chosen {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("mainstay-demo-").tempdir()?),
    };
    let data = match (&chosen, &throw_away) {
        (Some(data), _) => data.clone(),
        (None, Some(folder)) => folder.path().to_owned(),
        (None, None) => return Err(Failure::new(exit::BUG, "a demo without a folder")),
    };
    let home = Home::at(data, matches)?;
    let runtime = runtime()?;
    let ended = runtime.block_on(show(home, plan(matches), Served { wish: Wish::here(), address, door, open }));
    runtime.shutdown_background();
    ended
}

async fn show(home: Home, plan: Plan, served: Served) -> Result<u8, Failure> {
    let office = home.bare_office().await?;
    let repositories = home.path().join(REPOSITORIES);
    let (viewer, paths) = if office.store().organisation().await.map_err(desk::Refusal::from)?.people().is_empty() {
        let (company, paths) = tokio::task::spawn_blocking(move || found(&plan, &repositories))
            .await
            .map_err(|error| Failure::from_error(exit::BUG, &error))??;
        let guide = settle(&company, &paths, &office).await?;
        act(&company, &office, &crate::cli::registry()).await?;
        let told = told::publish(&office, &guide).await?;
        eprintln!("{told} forecasts of the last weeks are in the ledger");
        played::poker(&office, &guide).await?;
        (guide, paths)
    } else {
        eprintln!("the company in {} is there already and is shown as it is", home.path().display());
        (administrator(&office).await?, folders(&repositories)?)
    };
    println!("You are {}, who leads a team of a made-up company.", viewer.name);
    let wish = Wish::of_folders(paths);
    serve(home, office, viewer, Served { wish, ..served }).await
}

/// Makes the company and its repositories.
fn found(plan: &Plan, folder: &Path) -> Result<(Company, Vec<PathBuf>), Failure> {
    eprintln!("making up a company: {} people, {} repositories, {} years", plan.people, plan.repositories, plan.years);
    let mut company = Company::simulate(plan);
    let paths = write_repositories(&mut company, folder, Form::Bare).map_err(|error| {
        let failure = Failure::from_error(exit::INPUT_OUTPUT, &error);
        match error {
            DemoError::NoGit { .. } => failure.hint("Install Git: the demo writes real repositories with it."),
            _ => failure,
        }
    })?;
    let (items, changes) = (company.items.len(), company.changes.len());
    eprintln!("{items} work items, {changes} change requests, {} incidents behind them", company.incidents.len());
    Ok((company, paths))
}

/// Who showed the company around when it was made.
async fn administrator(office: &Office) -> Result<desk::Viewer, Failure> {
    let people = office.store().organisation().await.map_err(desk::Refusal::from)?;
    let grant = people.grants().first().ok_or_else(|| {
        Failure::new(exit::BAD_INPUT, "this folder has people, but nobody who administers")
            .hint("Choose another folder with --data.")
    })?;
    Ok(office.viewer(grant.person).await?)
}

fn folders(repositories: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(repositories)?.flatten().map(|entry| entry.path()).collect();
    found.sort();
    Ok(found)
}
