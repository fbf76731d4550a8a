//! `mainstay sql`: one question in SQL, the answer in the shape that was asked for.

use std::fs::File;
use std::io::{IsTerminal as _, Read as _, Write};
use std::path::PathBuf;

use clap::ArgMatches;
use lake::Limits;
use lake::output::{self, Format};

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime};

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    if matches.get_flag("schema") {
        return super::printed(&lake::schema::schema_text(lake::tables::TABLES));
    }
    let home = Home::of(matches)?;
    let query = query(matches)?;
    let word = if matches.get_flag("json") {
        "json"
    } else {
        matches.get_one::<String>("format").map_or("table", String::as_str)
    };
    let format: Format = word.parse().map_err(|_| Failure::new(exit::USAGE, format!("no format `{word}`")))?;
    let snapshot = home.lake()?.snapshot();
    let answer = runtime()?.block_on(snapshot.sql(&query, &Limits::default())).map_err(desk::Refusal::from)?;
    let file = matches.get_one::<PathBuf>("output");
    let mut to: Box<dyn Write + Send> =
        match file {
            Some(path) => Box::new(File::create(path).map_err(|error| {
                Failure::new(exit::INPUT_OUTPUT, format!("cannot write {}: {error}", path.display()))
            })?),
            None if matches!(word, "parquet" | "arrow") && std::io::stdout().is_terminal() => {
                return Err(Failure::new(exit::USAGE, format!("{word} is not for a terminal"))
                    .hint("Say where it should go: --output FILE."));
            }
            None => Box::new(std::io::stdout()),
        };
    let mut bytes = Vec::new();
    output::write(&answer, format, &mut bytes).map_err(|error| Failure::from_error(exit::INPUT_OUTPUT, &error))?;
    match to.write_all(&bytes).and_then(|()| to.flush()) {
        // The reader has seen enough.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(exit::DONE),
    }
}

fn query(matches: &ArgMatches) -> Result<String, Failure> {
    match matches.get_one::<String>("query").map(String::as_str) {
        Some(query) if query != "-" => Ok(query.to_owned()),
        given if given.is_some() || !std::io::stdin().is_terminal() => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            Ok(text)
        }
        _ => Err(Failure::new(exit::USAGE, "no statement was given")
            .hint("For example: mainstay sql \"select count(*) from commits\"; --schema lists the tables.")),
    }
}
