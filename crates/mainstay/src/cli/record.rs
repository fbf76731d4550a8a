//! The commands about records and people.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn kind() -> Arg {
    Arg::new("kind").value_name("KIND").required(true).help("The kind of record; `mainstay get` lists them")
}

fn id() -> Arg {
    Arg::new("id").value_name("ID").required(true).help("The record's id")
}

const TARGET: &str = "A record's id or address, or commit/REPO/SHA, path/REPO/PATH, work_item/KEY, change_request/REPO/NUMBER, deployment/ID";

fn needed(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).help(help)
}

/// Every kind of record alike.
pub(super) fn commands() -> [Command; 9] {
    let output =
        Arg::new("output").long("output").short('o').value_name("SHAPE").value_parser(["table", "json", "yaml"]);
    let get = Command::new("get")
        .about("Show records: the kinds, a kind's records, or one")
        .arg(kind().required(false))
        .arg(id().required(false))
        .arg(output.default_value("table").help("In which shape"))
        .arg(text("team", "SLUG", "Of this team"))
        .arg(text("subject", "PERSON", "About this person"))
        .arg(text("author", "PERSON", "Made by this person"))
        .arg(text("status", "WORD", "With this state").action(ArgAction::Append))
        .arg(text("order", "ORDER", "updated, created, title or due"))
        .arg(text("limit", "N", "At most so many, 1 to 200"))
        .arg(text("after", "PLACE", "Where the page begins"))
        .arg(flag("archived", "Those that were put away, too"));
    let file = Arg::new("file").long("file").short('f').value_name("FILE").num_args(1..).required(true);
    let apply = Command::new("apply")
        .about("Make records be as files say: YAML or JSON, several documents in a file; shows what differs")
        .arg(file.value_parser(value_parser!(PathBuf)).help("Files; - is standard input"))
        .arg(flag("dry-run", "Show what would change, and write nothing"));
    [
        get,
        apply,
        Command::new("history").about("Every version of a record, and what each changed").arg(kind()).arg(id()),
        Command::new("archive").about("Put a record away; history keeps it").arg(kind()).arg(id()),
        Command::new("readers").about("Who can read a record").arg(kind()).arg(id()),
        Command::new("undo")
            .about("Take a record's last change back: what was there before is written again, and history keeps both")
            .arg(kind())
            .arg(id()),
        Command::new("links").about("What a record is linked to, in both directions").arg(kind()).arg(id()),
        Command::new("link")
            .about("Link a record to another, or to a fact")
            .arg(kind())
            .arg(id())
            .arg(needed(
                "relation",
                "RELATION",
                "What it does to the other: mitigates, caused_by, evidence_of, see_also",
            ))
            .arg(needed("to", "TARGET", TARGET)),
        Command::new("unlink").about("Take a link of a record back").arg(kind()).arg(id()).arg(needed(
            "link",
            "LINK",
            "The link's id, as `mainstay links` lists it",
        )),
    ]
}

/// People, and how they get in.
pub(super) fn people() -> [Command; 4] {
    let import = Command::new("import")
        .about("Take people in from a CSV file: shows the difference first, applies all of it or nothing")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Columns: name, email, manager_email, team, role, started_on, left_on, time_zone"),
        )
        .arg(flag("dry-run", "Show the difference, and apply nothing"));
    let erase = Command::new("erase")
        .about("Erase a person, when a law asks for it: shows what goes and what stays, asks, leaves tombstones")
        .arg(Arg::new("email").value_name("PERSON").required(true).help("Their address or name"))
        .arg(flag("yes", "Do not ask"));
    let since = text("since", "DAY", "From this day on");
    [
        Command::new("people")
            .about("Who is here, in which teams, and who leads whom")
            .subcommand(import)
            .subcommand(erase),
        Command::new("sign-in-link")
            .about("A link that signs somebody in: once, within ten minutes")
            .arg(Arg::new("email").value_name("PERSON").required(true).help("Their address or name"))
            .arg(text("base", "URL", "Where Mainstay is served").default_value("http://127.0.0.1:7117")),
        Command::new("token")
            .about("Make a token for the API, the command line or an assistant; it is shown once")
            .arg(Arg::new("name").value_name("NAME").required(true).help("What it is for"))
            .arg(flag("write", "May write records and do acts"))
            .arg(flag("administer", "May administer, if you may"))
            .arg(flag("people", "Reaches records about people"))
            .arg(flag("assistant", "Belongs to an assistant: never reaches private notes"))
            .arg(text("team", "SLUG", "Limited to this team").action(ArgAction::Append))
            .arg(
                text("days", "N", "Days until it expires, 1 to 366")
                    .value_parser(value_parser!(i64))
                    .default_value("90"),
            ),
        Command::new("audit")
            .about("What was done, each row following from the one before")
            .subcommand(Command::new("verify").about("Check that no row was changed or is missing"))
            .subcommand(Command::new("export").about("Every row as JSON Lines").arg(since)),
    ]
}

fn place(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).value_parser(value_parser!(PathBuf)).help(help)
}

/// Keeping what was written.
pub(super) fn keeping() -> [Command; 5] {
    [
        Command::new("backup")
            .about("Write people, records and facts into one file, while others work")
            .arg(place("file", "FILE", "The file; it must not be there"))
            .arg(flag("with-key", "With the key of sealed records: whoever has the file reads everything")),
        Command::new("restore").about("Bring a backup back into an empty data folder").arg(place(
            "file",
            "FILE",
            "The backup",
        )),
        Command::new("key")
            .about("The key of sealed records")
            .subcommand_required(true)
            .subcommand(Command::new("rotate").about("Make a new key and wrap every sealed record with it")),
        Command::new("export")
            .about("Write people, teams, the records that you may read with their history, and facts, as files")
            .arg(place("dir", "DIR", "An empty folder"))
            .arg(flag("all", "Everything that you may read (the default)")),
        Command::new("jobs").about("Work behind the scenes: what waits, runs and failed, and what to do"),
    ]
}

/// What was exported, into an empty data folder.
pub(super) fn import_all() -> Command {
    Command::new("all").about("Read what `mainstay export` wrote into an empty data folder").arg(place(
        "dir",
        "DIR",
        "The folder",
    ))
}
