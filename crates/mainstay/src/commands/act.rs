//! A practice's acts as commands below its own: `mainstay code_quality set_goal NAME=VALUE…`, read by the same schema as the page's form.

use clap::{Arg, ArgMatches, Command};
use desk::form::{self, Shape};
use desk::{ActEntry, PracticeEntry};

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime};

/// The command of an act.
pub(crate) fn command(act: &ActEntry) -> Command {
    let fields = form::fields(&(act.input_schema)());
    let lines: Vec<String> = fields
        .iter()
        .map(|field| {
            let needed = if field.required { " (needed)" } else { "" };
            format!("  {:<18} {}{needed}{}", field.name, field.help, choices(&field.shape))
        })
        .collect();
    Command::new(act.name)
        .about(act.title)
        .arg(Arg::new("values").value_name("NAME=VALUE").num_args(0..).help("What it needs, by the names below"))
        .after_help(format!("Names:\n{}\n\n{} can read what is written.", lines.join("\n"), capital(act.readers)))
}

fn choices(shape: &Shape) -> String {
    let Shape::Choice(choices) = shape else { return String::new() };
    let values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
    format!(" [{}]", values.join(", "))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Does the act, and says what came of it.
pub(super) fn run(practice: &PracticeEntry, name: &str, matches: &ArgMatches) -> Result<u8, Failure> {
    let act = practice
        .act(name)
        .ok_or_else(|| Failure::new(exit::USAGE, format!("{} has no act `{name}`", practice.name)))?;
    let mut pairs = Vec::new();
    for value in matches.get_many::<String>("values").into_iter().flatten() {
        let (name, text) = value.split_once('=').ok_or_else(|| {
            Failure::new(exit::USAGE, format!("`{value}` has no `=`")).hint("Write NAME=VALUE; --help lists the names.")
        })?;
        pairs.push((name.to_owned(), text.to_owned()));
    }
    let input = form::from_pairs(&(act.input_schema)(), &pairs).map_err(desk::Refusal::fields)?;
    let home = Home::of(matches)?;
    let done = runtime()?.block_on(async {
        let (office, viewer) = home.office().await?;
        Ok::<_, Failure>(act.run(&office.desk(viewer).await?, practice, input).await?)
    })?;
    super::printed(&if matches.get_flag("json") {
        format!("{}\n", done.outcome)
    } else {
        format!("{}\n", done.told.sentence)
    })
}
