//! The command line: the program's own commands, and one for each practice, made from the registry.

mod record;

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};
use desk::Registry;
use web::Entry;

use crate::commands::act;
use crate::exit;
use crate::mining::HERE;

/// Every practice, stage by stage. The one list of the house.
pub(crate) fn entries() -> Vec<Entry> {
    foundation::practices().into_iter().chain(influence::practices()).chain(delivery::practices()).collect()
}

/// The practices without their pages.
pub(crate) fn registry() -> Registry {
    Registry::new(entries().iter().map(|entry| entry.practice))
}

/// The whole command line.
pub(crate) fn command(registry: &Registry) -> Command {
    let data = Arg::new("data")
        .long("data")
        .value_name("DIR")
        .env("MAINSTAY_DATA")
        .global(true)
        .value_parser(value_parser!(PathBuf))
        .help("Folder for everything that is kept [default: the platform's data folder]");
    let lake = Arg::new("lake")
        .long("lake")
        .value_name("ADDRESS")
        .env("MAINSTAY_LAKE")
        .global(true)
        .value_parser(value_parser!(PathBuf))
        .help("Facts in a folder or a bucket: s3://BUCKET/PREFIX, az://…, gs://… [default: lake/ in the data folder]");
    let database = Arg::new("database")
        .long("database")
        .value_name("ADDRESS")
        .env("DATABASE_URL")
        .hide_env_values(true)
        .global(true)
        .help("People and records on a PostgreSQL server: postgres://USER@HOST/NAME [default: mainstay.db in the data folder]");
    let json =
        Arg::new("json").long("json").global(true).action(ArgAction::SetTrue).help("Answer as JSON, for programs");
    let root = Command::new("mainstay")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The workbench of a technical lead: a repository's history as answers")
        .after_help(exit::help())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(data)
        .arg(lake)
        .arg(database)
        .arg(json)
        .subcommand(up())
        .subcommand(demo())
        .subcommand(mining(Command::new("mine").about("Read repositories into the data folder")))
        .subcommand(import())
        .subcommand(sql())
        .subcommand(bench())
        .subcommands(record::commands())
        .subcommands(record::people())
        .subcommands(record::keeping())
        .subcommand(Command::new("doctor").about("Check the data folder and this machine, and say what to do"))
        .subcommand(Command::new("completions").about("Print completions for a shell").arg(
            Arg::new("shell").required(true).value_name("SHELL").value_parser(value_parser!(clap_complete::Shell)),
        ))
        .subcommand(Command::new("exit-codes").about("Explain the exit codes"))
        .subcommand(Command::new("mcp").about("Serve the practices as tools over standard input and output"));
    registry.all().iter().fold(root, |root, practice| {
        let aliases = practice.aliases.iter().filter(|alias| alias.args.is_empty()).map(|alias| alias.name);
        let own = (practice.command)()
            .about(practice.question)
            .long_about(practice.question)
            .visible_aliases(aliases)
            .arg(no_mine())
            .disable_help_subcommand(true)
            .args_conflicts_with_subcommands(true)
            .subcommand_value_name("ACT")
            .subcommand_help_heading("Acts")
            .subcommands((practice.acts)().iter().map(act::command));
        let mut root = root.subcommand(own);
        for alias in practice.aliases.iter().filter(|alias| !alias.args.is_empty()) {
            root = root
                .subcommand((practice.command)().name(alias.name).about(standing_for(practice, alias)).arg(no_mine()));
        }
        root
    })
}

fn standing_for(practice: &desk::PracticeEntry, alias: &desk::Alias) -> String {
    format!("Short for `{} {}`", practice.name, alias.args.join(" "))
}

fn no_mine() -> Arg {
    Arg::new("no-mine")
        .long("no-mine")
        .action(ArgAction::SetTrue)
        .help("Answer from what was mined before, without a look at the repository here")
}

fn mining(command: Command) -> Command {
    command
        .arg(
            Arg::new("repos")
                .value_name("REPO")
                .num_args(0..)
                .value_parser(value_parser!(std::ffi::OsString))
                .help("Folders of Git repositories, or addresses to clone from [default: the one here]"),
        )
        .arg(
            Arg::new("refs")
                .long("refs")
                .value_name("branches|head|NAME")
                .action(ArgAction::Append)
                .help("Which refs are read: every branch (the default), HEAD alone, or refs by name"),
        )
        .arg(
            Arg::new("memory")
                .long("memory")
                .value_name("MIB")
                .default_value("512")
                .value_parser(value_parser!(u32).range(64..=65_536))
                .help("Memory that mining may take"),
        )
        .arg(
            Arg::new("again")
                .long("again")
                .alias("fresh")
                .action(ArgAction::SetTrue)
                .help("Write every row again, also when nothing is new"),
        )
        .arg(
            Arg::new("wait")
                .long("wait")
                .action(ArgAction::SetTrue)
                .help("Wait for another process that writes the same data folder"),
        )
        .arg(
            Arg::new("threads")
                .long("threads")
                .value_name("N")
                .value_parser(value_parser!(u16).range(1..=256))
                .help("Threads [default: one a core]"),
        )
}

fn up() -> Command {
    served(mining(Command::new("up").about("Read repositories, then serve the pages and open the browser")))
}

/// The made-up company. Its sizes are bounded by what a machine can write in an hour.
fn demo() -> Command {
    let number = |name: &'static str, most: i64, help: &'static str| {
        Arg::new(name).long(name).value_name("N").value_parser(value_parser!(u32).range(1..=most)).help(help)
    };
    let about = "Make up a company with years of history in a throw-away folder, and serve it";
    served(Command::new("demo").about(about))
        .arg(number("people", 10_000, "Humans who ever worked there [default: 24]"))
        .arg(number("repos", 1_000, "Repositories [default: 5]"))
        .arg(number("years", 10, "Years of history [default: 3]"))
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("Another company [default: 7]"),
        )
        .arg(
            Arg::new("date")
                .long("date")
                .value_name("DAY")
                .value_parser(value_parser!(jiff::civil::Date))
                .help("The last day that the company has lived [default: today]"),
        )
}

fn served(command: Command) -> Command {
    command
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDR:PORT")
                .default_value("127.0.0.1:7117")
                .value_parser(value_parser!(std::net::SocketAddr))
                .help("Where to serve; beyond this machine only with --proxy or --insecure"),
        )
        .arg(
            Arg::new("public-url")
                .long("public-url")
                .value_name("URL")
                .help("The address at which people reach it (https://mainstay.example)"),
        )
        .arg(
            Arg::new("proxy")
                .long("proxy")
                .value_name("ADDR")
                .value_parser(value_parser!(std::net::IpAddr))
                .help("A proxy that ends TLS speaks from this address; needs --public-url"),
        )
        .arg(
            Arg::new("insecure")
                .long("insecure")
                .action(ArgAction::SetTrue)
                .help("Listen beyond this machine without TLS: everything can be read on the way"),
        )
        .arg(Arg::new("no-open").long("no-open").action(ArgAction::SetTrue).help("Print the link and open no browser"))
}

fn import() -> Command {
    let coverage = Command::new("coverage")
        .about("Take in a coverage report: LCOV, Cobertura or JaCoCo")
        .arg(Arg::new("file").value_name("FILE").required(true).value_parser(value_parser!(PathBuf)).help("The report"))
        .arg(
            Arg::new("commit")
                .long("commit")
                .value_name("SHA")
                .help("The commit that it was measured at [default: the head that was mined]"),
        )
        .arg(Arg::new("repo").long("repo").value_name("NAME").help("The repository [default: the one here]"));
    Command::new("import")
        .about("Take in what was measured elsewhere")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(record::import_all())
        .subcommand(coverage)
}

fn bench() -> Command {
    Command::new("bench")
        .about("Measure reading against Git on a repository, and how far both agree on who wrote each line")
        .arg(
            Arg::new("repo")
                .value_name("REPO")
                .default_value(HERE)
                .value_parser(value_parser!(PathBuf))
                .help("The repository; nothing is written to it or to the data folder"),
        )
        .arg(
            Arg::new("files")
                .long("files")
                .value_name("N")
                .default_value("100")
                .value_parser(value_parser!(u32).range(1..))
                .help("Files that `git blame` is run on, evenly spread"),
        )
}

fn sql() -> Command {
    Command::new("sql")
        .about("Ask the facts with SQL")
        .arg(Arg::new("query").value_name("QUERY").help("One SELECT or EXPLAIN statement"))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("table")
                .value_parser(["table", "csv", "json", "ndjson", "parquet", "arrow"])
                .help("Shape of the answer"),
        )
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Write to a file"),
        )
        .arg(
            Arg::new("schema")
                .long("schema")
                .action(ArgAction::SetTrue)
                .conflicts_with("query")
                .help("Print every table and column"),
        )
}

#[cfg(test)]
mod tests {
    use super::{command, registry};

    #[test]
    fn the_command_line_is_sound() {
        command(&registry()).debug_assert();
    }
}
