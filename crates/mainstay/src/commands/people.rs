//! `people`, `sign-in-link`, `token` and `audit`: who is here, how they get in, and what was done.

use std::path::PathBuf;

use clap::ArgMatches;
use comfy_table::{ContentArrangement, Table, presets};
use desk::Desk;
use store::people::{Import, ImportLine};
use store::policy::{Action, Resource, Ties};
use store::sign_in::Scope;
use store::{Actor, AuditState, StoreError};

use super::printed;
use super::records::at_desk;
use crate::exit;
use crate::failure::Failure;

/// Only an administrator goes on.
pub(super) fn administers(desk: &Desk, resource: Resource) -> Result<(), Failure> {
    let allowed =
        desk.access().policy().decide_on(desk.access().asker(), Action::Administer, resource, &Ties::none()).allowed;
    if allowed {
        return Ok(());
    }
    Err(Failure::new(exit::NOT_ALLOWED, "only an administrator may").hint("`mainstay people` lists who administers."))
}

/// A file that a command names and that cannot be used is input and output, not a source that is away.
pub(super) fn refused(error: StoreError) -> Failure {
    if matches!(error, StoreError::Io { .. }) {
        return Failure::new(exit::INPUT_OUTPUT, error.to_string());
    }
    desk::Refusal::from(error).into()
}

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    match matches.subcommand() {
        Some(("import", inner)) => import(inner),
        Some(("erase", inner)) => super::keep::erase(inner),
        _ => list(matches),
    }
}

fn list(matches: &ArgMatches) -> Result<u8, Failure> {
    let json = matches.get_flag("json");
    let text = at_desk(matches, async |desk| {
        let (people, today) = (desk.organisation(), desk.today());
        if json {
            return serde_json::to_string_pretty(people.people())
                .map_err(|error| Failure::from_error(exit::BUG, &error));
        }
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(["name", "address", "teams", "reports to", "offices"]);
        for person in people.people().iter().filter(|person| person.here(today)) {
            let teams =
                people.teams_of(person.id, today).filter_map(|member| Some(people.team(member.team)?.slug.clone()));
            let manager =
                people.manager_of(person.id, today).and_then(|id| people.person(id)).map(|one| one.name.clone());
            let offices = people
                .grants()
                .iter()
                .filter(|grant| grant.person == person.id && people.holds(person.id, grant.office, today));
            table.add_row([
                person.name.clone(),
                person.email.clone(),
                teams.collect::<Vec<_>>().join(", "),
                manager.unwrap_or_default(),
                offices.map(|grant| grant.office.name().replace('_', " ")).collect::<Vec<_>>().join(", "),
            ]);
        }
        Ok(table.to_string())
    })?;
    printed(&format!("{text}\n"))
}

fn import(matches: &ArgMatches) -> Result<u8, Failure> {
    let path = matches.get_one::<PathBuf>("file").ok_or_else(|| Failure::new(exit::USAGE, "no file was named"))?;
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::new(exit::INPUT_OUTPUT, format!("cannot read {}: {error}", path.display())))?;
    let (dry, json) = (matches.get_flag("dry-run"), matches.get_flag("json"));
    let (import, applied) = at_desk(matches, async |desk| {
        administers(&desk, Resource::Person)?;
        let import = Import::read(&bytes, desk.organisation(), desk.today()).map_err(refused)?;
        let apply = !dry && import.refused.is_empty() && !import.is_empty();
        if apply {
            let mut write =
                desk.store().write(Actor::Person(desk.viewer().person), desk.now()).await.map_err(refused)?;
            write.apply_import(&import, desk.today()).await.map_err(refused)?;
            write.keep().await.map_err(refused)?;
        }
        Ok((import, apply))
    })?;
    if json {
        let text = serde_json::to_string_pretty(&import).map_err(|error| Failure::from_error(exit::BUG, &error))?;
        printed(&format!("{text}\n"))?;
    } else {
        printed(&told(&import, applied))?;
    }
    Ok(if import.refused.is_empty() { exit::DONE } else { exit::BAD_INPUT })
}

fn told(import: &Import, applied: bool) -> String {
    let part = |title: &str, lines: &[ImportLine]| {
        let lines: String =
            lines.iter().map(|line| format!("  line {}: {} — {}\n", line.line, line.email, line.what)).collect();
        if lines.is_empty() { String::new() } else { format!("{title}\n{lines}") }
    };
    let refused: String = import
        .refused
        .iter()
        .map(|one| {
            format!(
                "  line {}{}: {}\n",
                one.line,
                if one.column.is_empty() { String::new() } else { format!(", {}", one.column) },
                one.message
            )
        })
        .collect();
    let refused = if refused.is_empty() { String::new() } else { format!("refused\n{refused}") };
    let end = match (applied, import.is_empty(), import.refused.is_empty()) {
        (true, ..) => "All of it was applied.\n",
        (_, true, _) => "Nothing changes.\n",
        (_, _, false) => "Nothing was applied: mend the lines that are refused first.\n",
        _ => "Nothing was applied (--dry-run).\n",
    };
    format!(
        "{}{}{}{refused}{end}",
        part("added", &import.added),
        part("changed", &import.changed),
        part("ended", &import.ended)
    )
}

/// `mainstay sign-in-link EMAIL`.
pub(super) fn sign_in_link(matches: &ArgMatches) -> Result<u8, Failure> {
    let who = matches.get_one::<String>("email").cloned().unwrap_or_default();
    let base = matches.get_one::<String>("base").cloned().unwrap_or_default();
    let link = at_desk(matches, async |desk| {
        let person = desk.organisation().find_person(&who).map_err(refused)?.id;
        if person != desk.viewer().person {
            administers(&desk, Resource::Person)?;
        }
        let actor = Actor::Person(desk.viewer().person);
        desk.store().new_sign_in_link(actor, person, desk.now()).await.map_err(refused)
    })?;
    printed(&format!("{}/in/{link}\n", base.trim_end_matches('/')))
}

/// `mainstay token`.
pub(super) fn token(matches: &ArgMatches) -> Result<u8, Failure> {
    let flag = |name: &str| matches.get_flag(name);
    let scope = Scope {
        name: matches.get_one::<String>("name").cloned().unwrap_or_default(),
        read: true,
        write: flag("write"),
        administer: flag("administer"),
        people: flag("people"),
        teams: matches.get_many::<String>("team").into_iter().flatten().cloned().collect(),
        assistant: flag("assistant"),
        days: matches.get_one::<i64>("days").copied().unwrap_or(90),
    };
    let (token, secret) = at_desk(matches, async |desk| {
        desk.store().new_token(desk.viewer().person, &scope, desk.now()).await.map_err(refused)
    })?;
    eprintln!("shown once; it expires on {}", token.expires_at.strftime("%Y-%m-%d"));
    printed(&format!("{secret}\n"))
}

/// `mainstay audit verify` and `mainstay audit export`.
pub(super) fn audit(matches: &ArgMatches) -> Result<u8, Failure> {
    match matches.subcommand() {
        Some(("export", inner)) => export(inner),
        Some((_, inner)) => verify(inner),
        None => verify(matches),
    }
}

fn verify(matches: &ArgMatches) -> Result<u8, Failure> {
    match at_desk(matches, async |desk| desk.store().verify_audit().await.map_err(refused))? {
        AuditState::Whole { rows } => printed(&format!("{rows} rows, each follows from the one before it\n")),
        AuditState::Broken { seq, why } => {
            printed(&format!("row {seq} {why}\n"))?;
            Ok(exit::NO)
        }
    }
}

fn export(matches: &ArgMatches) -> Result<u8, Failure> {
    let since = match matches.get_one::<String>("since").map(|text| (text, text.parse::<jiff::civil::Date>())) {
        Some((text, Err(_))) => return Err(Failure::new(exit::USAGE, format!("`{text}` is not a day (2026-03-31)"))),
        Some((_, Ok(day))) => day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|at| at.timestamp()),
        None => None,
    };
    let mut lines = String::new();
    at_desk(matches, async |desk| {
        administers(&desk, Resource::Audit)?;
        let each = |row| {
            lines.push_str(&serde_json::to_string(&row).unwrap_or_default());
            lines.push('\n');
            Ok(())
        };
        desk.store().each_audit_row(since, each).await.map_err(refused)
    })?;
    printed(&lines)
}
