//! `get`, `apply`, `history`, `archive` and `readers`: every kind of record from the command line, as on its page.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use comfy_table::{ContentArrangement, Table, presets};
use desk::records::{self, Applied, Changed, Document};
use desk::{Desk, KindEntry, Refusal, Registry};
use serde::Serialize;
use serde_json::Value;

use super::printed;
use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime};

/// Does something at the desk of whoever started the program.
pub(super) fn at_desk<T>(
    matches: &ArgMatches,
    work: impl AsyncFnOnce(Desk) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let home = Home::of(matches)?;
    runtime()?.block_on(async {
        let (office, viewer) = home.office().await?;
        work(office.desk(viewer).await?).await
    })
}

pub(super) fn named<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).map_or("", String::as_str)
}

/// In which shape: `--json` goes before `--output`.
fn shape(matches: &ArgMatches) -> &str {
    if matches.get_flag("json") { "json" } else { matches.get_one::<String>("output").map_or("table", String::as_str) }
}

pub(super) fn written(value: &impl Serialize, shape: &str) -> Result<String, Failure> {
    match shape {
        "yaml" => serde_saphyr::to_string(value)
            .map_err(|error| Failure::new(exit::BUG, format!("cannot write YAML: {error}"))),
        _ => serde_json::to_string_pretty(value)
            .map(|text| text + "\n")
            .map_err(|error| Failure::from_error(exit::BUG, &error)),
    }
}

/// `mainstay get [KIND [ID]]`.
pub(super) fn get(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    if named(matches, "kind").is_empty() {
        return kinds(registry, matches);
    }
    let entry = registry.kind(named(matches, "kind"))?;
    let shape = shape(matches);
    let text = at_desk(matches, async |desk| match matches.get_one::<String>("id") {
        Some(id) => one(&records::get(&desk, &entry, id).await?, shape),
        None => many(&desk, &entry, matches, shape).await,
    })?;
    printed(&text)
}

fn kinds(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let all = registry.kinds();
    if matches.get_flag("json") {
        let rows: Vec<Value> =
            all.iter().map(|entry| serde_json::json!({ "kind": entry.kind, "purpose": entry.purpose, "body": (entry.schema)().to_value() })).collect();
        return printed(&written(&rows, "json")?);
    }
    printed(&table(
        &["kind", "what it is for"],
        all.iter().map(|entry| vec![entry.kind.to_owned(), entry.purpose.to_owned()]),
    ))
}

async fn many(desk: &Desk, entry: &KindEntry, matches: &ArgMatches, shape: &str) -> Result<String, Failure> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for name in ["team", "subject", "author", "status", "order", "limit", "after"] {
        pairs
            .extend(matches.get_many::<String>(name).into_iter().flatten().map(|text| (name.to_owned(), text.clone())));
    }
    if matches.get_flag("archived") {
        pairs.push(("archived".to_owned(), "true".to_owned()));
    }
    let listed = records::list(desk, entry, &pairs).await?;
    if shape != "table" {
        return written(&listed, shape);
    }
    if listed.records.is_empty() {
        return Ok(format!("No {} that you may read.\n", entry.name.to_lowercase()));
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = listed.records.iter().map(|record| {
        let due = record.due_on.map(|day| day.to_string()).unwrap_or_default();
        vec![text(&record.id), text(&record.title), text(&record.team), text(&record.status), due]
    });
    let mut out = table(&["id", "title", "team", "status", "due"], rows);
    if let Some(next) = listed.next {
        out.push_str(&format!("There are more: --after {next}\n"));
    }
    Ok(out)
}

fn one(document: &Document, shape: &str) -> Result<String, Failure> {
    if shape == "json" {
        return written(document, "json");
    }
    // A record alone reads best as what `apply` takes.
    let bare = Document { about: None, ..document.clone() };
    let about = document.about.as_ref().map_or_else(String::new, |about| {
        let archived = if about.archived { ", put away" } else { "" };
        format!(
            "# made by {} on {}, last written {}{archived}\n",
            about.author,
            day(about.created_at),
            day(about.updated_at)
        )
    });
    Ok(about + &written(&bare, "yaml")?)
}

fn day(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

pub(super) fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(head.to_vec());
    table.add_rows(rows);
    format!("{table}\n")
}

/// One document of a file.
struct Given {
    place: String,
    text: String,
    first_line: usize,
    value: Value,
}

/// `mainstay apply -f FILE…`: all of it, or nothing when a document does not hold.
pub(super) fn apply(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let files = matches.get_many::<PathBuf>("file").into_iter().flatten();
    let given: Vec<Given> =
        files.map(|path| read(path)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    if given.is_empty() {
        return Err(Failure::new(exit::BAD_INPUT, "there is no document in what was given"));
    }
    let wanted: Vec<(KindEntry, Document)> = given.iter().map(|one| parsed(registry, one)).collect::<Result<_, _>>()?;
    let dry = matches.get_flag("dry-run");
    let applied = at_desk(matches, async |desk| {
        // Everything is tried before anything is written.
        let mut planned = Vec::with_capacity(wanted.len());
        for ((entry, document), given) in wanted.iter().zip(&given) {
            planned
                .push(records::apply(&desk, entry, document, true).await.map_err(|refusal| located(&refusal, given))?);
        }
        if dry {
            return Ok(planned);
        }
        let mut applied = Vec::with_capacity(wanted.len());
        for ((entry, document), given) in wanted.iter().zip(&given) {
            applied
                .push(records::apply(&desk, entry, document, false).await.map_err(|refusal| located(&refusal, given))?);
        }
        Ok(applied)
    })?;
    if matches.get_flag("json") {
        return printed(&written(&applied, "json")?);
    }
    printed(&applied.iter().map(|one| told(one, dry)).collect::<String>())
}

fn told(applied: &Applied, dry: bool) -> String {
    let record = &applied.record;
    let what = match (applied.what, dry) {
        ("created", true) => "would be created",
        ("changed", true) => "would be changed",
        (what, _) => what,
    };
    let id = record.id.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
    let mut text = format!("{} \"{}\" {what}{id}\n", record.kind, record.title.as_deref().unwrap_or_default());
    if applied.what != "unchanged" {
        text.extend(applied.changed.iter().map(difference));
    }
    text
}

fn difference(changed: &Changed) -> String {
    let side = |text: &Option<String>| text.as_deref().map_or_else(|| "–".to_owned(), |text| text.replace('\n', " "));
    format!("  {}: {} → {}\n", changed.field, side(&changed.before), side(&changed.now))
}

fn read(path: &Path) -> Result<Vec<Given>, Failure> {
    let (name, text) = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        ("standard input".to_owned(), text)
    } else {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::new(exit::INPUT_OUTPUT, format!("cannot read {}: {error}", path.display())))?;
        (path.display().to_string(), text)
    };
    split(&text)
        .into_iter()
        .map(|(first_line, part)| {
            let value: Value = serde_saphyr::from_str(&part).map_err(|error| {
                let place =
                    error.location().map(|at| (first_line + usize::try_from(at.line()).unwrap_or(1) - 1, at.column()));
                let place = place.map_or_else(|| name.clone(), |(line, column)| format!("{name}:{line}:{column}"));
                Failure::new(exit::BAD_INPUT, format!("{place}: {}", error.without_snippet()))
                    .hint("Nothing was applied.")
            })?;
            Ok(Given { place: name.clone(), text: part, first_line, value })
        })
        .collect()
}

/// The documents of a file, each with the number of its first line. JSON is YAML.
fn split(text: &str) -> Vec<(usize, String)> {
    let (mut parts, mut part, mut first) = (Vec::new(), String::new(), 1);
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_end() == "---" {
            parts.push((first, std::mem::take(&mut part)));
            first = number + 1;
        } else {
            part.push_str(line);
            part.push('\n');
        }
    }
    parts.push((first, part));
    let says = |part: &str| part.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    parts.into_iter().filter(|(_, part)| says(part)).collect()
}

fn parsed(registry: &Registry, given: &Given) -> Result<(KindEntry, Document), Failure> {
    let parse = || {
        let document: Document = desk::form::parse(&schemars::schema_for!(Document), given.value.clone())?;
        Ok((registry.kind(&document.kind)?, document))
    };
    parse().map_err(|refusal| located(&refusal, given))
}

/// Line and column, from 1, at which a dotted field stands in a document; one that is not there stands where its parent does.
fn place_of(text: &str, field: &str) -> (usize, usize) {
    let names = field.split('.').filter(|name| name.parse::<usize>().is_err());
    let at = names.fold(0, |from, name| key_after(text, from, name).unwrap_or(from));
    let before = text.get(..at).unwrap_or_default();
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
    (before.matches('\n').count() + 1, column + 1)
}

/// Where `name:` stands next, in YAML or in JSON.
fn key_after(text: &str, from: usize, name: &str) -> Option<usize> {
    let is_key = |at: &usize| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(*at + name.len()..).unwrap_or_default().trim_start_matches(['"', '\'', ' ']);
        before.is_none_or(|c| c.is_whitespace() || "{,\"'".contains(c)) && after.starts_with(':')
    };
    text.get(from..)?.match_indices(name).map(|(at, _)| from + at).find(is_key)
}

/// A refusal with the place of the first field that is wrong.
fn located(refusal: &Refusal, given: &Given) -> Failure {
    let wrong = refusal.field_errors().first().map_or("kind", |wrong| wrong.field.as_str());
    let (line, column) = place_of(&given.text, wrong);
    let line = given.first_line + line - 1;
    let fields: Vec<String> =
        refusal.field_errors().iter().map(|one| format!("`{}`: {}", one.field, one.message)).collect();
    let what = if fields.is_empty() { refusal.to_string() } else { fields.join("; ") };
    let hint = refusal
        .what_to_do()
        .map_or_else(|| "Nothing was applied.".to_owned(), |hint| format!("{hint} Nothing was applied."));
    Failure::new(refusal.exit_code(), format!("{}:{line}:{column}: {what}", given.place)).hint(hint)
}

/// `mainstay history KIND ID`.
pub(super) fn history(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let entry = registry.kind(named(matches, "kind"))?;
    let past = at_desk(matches, async |desk| Ok(records::history(&desk, &entry, named(matches, "id")).await?))?;
    if matches.get_flag("json") {
        return printed(&written(&past, "json")?);
    }
    let text = past.iter().map(|version| {
        let reason = version.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let head = format!(
            "version {} by {} on {}{reason}\n",
            version.version,
            version.by,
            version.at.strftime("%Y-%m-%d %H:%M")
        );
        head + &version.changed.iter().map(difference).collect::<String>()
    });
    printed(&text.collect::<String>())
}

/// `mainstay archive KIND ID`.
pub(super) fn archive(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let entry = registry.kind(named(matches, "kind"))?;
    let id = named(matches, "id");
    at_desk(matches, async |desk| Ok(records::archive(&desk, &entry, id, None).await?))?;
    printed(&format!("{} {id} is put away; `mainstay history {} {id}` keeps it\n", entry.kind, entry.kind))
}

/// `mainstay undo KIND ID`.
pub(super) fn undo(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let entry = registry.kind(named(matches, "kind"))?;
    let id = named(matches, "id");
    let (done, last) = at_desk(matches, async |desk| {
        let done = records::undo_last(&desk, &entry, id, None).await?;
        let last = records::history(&desk, &entry, id).await?.pop();
        Ok((done, last))
    })?;
    if matches.get_flag("json") {
        return printed(&written(&last, "json")?);
    }
    let changed: String = last.iter().flat_map(|past| past.changed.iter().map(difference)).collect();
    printed(&format!("{} {id}: the last change is taken back in version {}\n{changed}", entry.kind, done.version()))
}

/// `mainstay readers KIND ID`.
pub(super) fn readers(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let entry = registry.kind(named(matches, "kind"))?;
    let sentence = at_desk(matches, async |desk| Ok(records::readers(&desk, &entry, named(matches, "id")).await?))?;
    printed(&format!("{sentence}\n"))
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn a_field_has_its_place() {
        let yaml = "kind: risk\n# owner: nobody\nbody: { low: 1, impact: { low: 2 } }\n";
        for (field, place) in [
            ("kind", (1, 1)),
            ("body.impact.low", (3, 27)),
            ("body.low", (3, 9)),
            ("body.owner", (3, 1)),
            ("missing", (1, 1)),
        ] {
            assert_eq!(place_of(yaml, field), place, "{field}");
        }
        assert_eq!(
            place_of("{\n  \"kind\" : \"risk\",\n  \"parties\": [{ \"person\": 1 }]\n}", "parties.0.person"),
            (3, 18)
        );
    }
}
