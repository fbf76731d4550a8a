//! Sheets in words, scopes in days, desks that remember.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::sheet::{
    Cell, Column, Computed, Deed, Empty, Figure, Lines, Meaning, Place, Section, Suggestion, Table, duration, number,
    slug,
};
use crate::text::{Terminal, render};
use crate::{
    Act, ActEntry, Alias, Changes, Clock, Desk, Entropy, FieldError, Office, Practice, PracticeEntry, Record, Refusal,
    Registry, Scope, Sheet, Sheeted, Stage, Stored, href,
};

fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn period(since: Option<&str>, until: Option<&str>) -> Result<(String, String), String> {
    let scope = Scope { since: since.map(str::to_owned), until: until.map(str::to_owned), ..Scope::default() };
    let period = scope.period(noon()).map_err(|refusal| refusal.to_string())?;
    let text = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    Ok((text(period.since), text(period.until)))
}

#[test]
fn lengths_count_back_from_today() {
    let both = |since: &str, until: &str| Ok((since.to_owned(), until.to_owned()));
    assert_eq!(period(Some("90d"), None), both("2026-08-27", ""));
    assert_eq!(period(Some("1y"), Some("3m")), both("2025-11-25", "2026-08-26"));
    assert_eq!(period(Some("2026-01-31"), Some("2026-01-31")), both("2026-01-31", "2026-02-01"));
    assert_eq!(period(None, None), both("", ""));
}

#[test]
fn what_is_no_day_is_refused() {
    for text in ["soon", "", "d", "9x", "-3d", "99999999d", "2026-13-01", "3é"] {
        let said = period(Some(text), None).unwrap_err();
        assert!(said.contains("neither a day"), "{text}: {said}");
    }
    assert!(period(Some("2026-02-01"), Some("2026-01-01")).unwrap_err().contains("ends before it begins"));
}

#[test]
fn an_area_ends_at_a_folder() {
    let scope = Scope { area: Some("src/web/".to_owned()), ..Scope::default() };
    let held: Vec<bool> = ["src/web", "src/web/a.rs", "src/website", "src"].map(|path| scope.holds(path)).into();
    assert_eq!(held, [true, true, false, false]);
}

#[test]
fn numbers_read_as_people_write() {
    let read: Vec<String> = [
        Cell::Count(1_234_567),
        Cell::number(-1234.56, 1),
        Cell::number(-0.001, 1),
        Cell::Share(0.314),
        Cell::Share(0.031),
        Cell::Share(0.0),
        Cell::number(f64::NAN, 1),
        Cell::mark("costly", Meaning::Act),
        Cell::Spark(vec![0.0, 1.0, 2.0]),
    ]
    .iter()
    .map(Cell::words)
    .collect();
    assert_eq!(read, ["1,234,567", "−1,234.6", "0.0", "31 %", "3.1 %", "0 %", "–", "◆ costly", "▁▅█"]);
    assert_eq!(number(999.96, 1), "1,000.0");
}

#[test]
fn durations_take_the_unit_that_fits() {
    let read = [45, 60 * 12, 3600 * 4, 276_480, 86_400 * 12, 86_400 * 40, 86_400 * 400, 86_400 * 1200].map(duration);
    assert_eq!(read, ["45 s", "12 min", "4.0 h", "3.2 d", "12 d", "6 wk", "13 mo", "3.3 y"]);
}

#[test]
fn what_is_not_measured_sorts_last() {
    let columns =
        vec![Column::words("name", "Name"), Column::numbers("n", "N"), Column::words("who", "Who").unsorted()];
    let row = |name: &str, n: Cell| vec![Cell::text(name), n, Cell::text("x")];
    let table = Table::new("t", "T", columns).rows([
        row("b", Cell::Count(2)),
        row("A", Cell::missing("no")),
        row("c", Cell::Count(10)),
    ]);
    let order = |by: &str| table.sorted(by).iter().map(|row| row.cells[0].words()).collect::<String>();
    assert_eq!(
        (order("n"), order("-n"), order("name"), order("who"), order("nope")),
        ("bcA".into(), "cbA".into(), "Abc".into(), "bAc".into(), "bAc".into())
    );
}

#[test]
fn anchors_are_plain_words() {
    assert_eq!((slug("Is it getting better?"), slug("  Ähm ")), ("is-it-getting-better".to_owned(), "hm".to_owned()));
}

#[test]
fn gaps_of_a_line_stay_gaps() {
    let lines = Lines {
        over: "Month".into(),
        labels: vec!["a".into(), "b".into()],
        series: vec![("S".into(), vec![Some(1.0), None])],
        ..Lines::default()
    };
    let chart = lines.chart("c", "Found.");
    assert_eq!(chart.options["series"][0]["data"], json!([1.0, "-"]));
    assert_eq!(chart.table.rows[1].cells[1], Cell::missing("not measured"));
}

#[test]
fn a_folder_of_the_map_has_no_size() {
    let leaf = Place { name: "a.rs".into(), size: 3.0, heat: Some(0.95), href: Some("/x".into()), inside: Vec::new() };
    let map = Place::treemap(
        &[Place { name: "src".into(), inside: vec![leaf], ..Place::default() }],
        "m",
        "Found.",
        Table::default(),
    );
    let folder = &map.options["series"][0]["data"][0];
    assert_eq!(folder.get("value"), None);
    assert_eq!(folder["children"][0]["itemStyle"]["color"], "var(--heat-5)");
    assert_eq!(folder["children"][0]["href"], "/x");
}

fn sheet() -> Sheet {
    let columns = vec![Column::words("file", "File"), Column::numbers("n", "Changes").unit("365 d")];
    let rows = [("src/a.rs", 1200), ("src/b.rs", 3)].map(|(file, n)| vec![Cell::text(file), Cell::Count(n)]);
    Sheet::new("Two files took every change.")
        .notice(Meaning::Watch, "The clone is shallow.")
        .figure(Figure::new("Files", Cell::Count(2)).note("of 2"))
        .section(Section::new("Hotspots").table(Table::new("t", "T", columns).rows(rows).and_more(40)))
        .suggest(Suggestion::new(
            "Set a goal",
            "It changes every week.",
            Deed::Act { practice: "code_quality".into(), act: "set_goal".into(), input: json!({}) },
        ))
        .computed(Computed {
            formula: "Count.".into(),
            left_out: vec!["3 commits by bots".into()],
            ..Computed::default()
        })
}

#[test]
fn a_sheet_reads_on_a_terminal() {
    let text = render(&sheet(), Terminal { rows: Some(1), ..Terminal::PLAIN });
    let wanted = "\
Two files took every change.
▲ The clone is shallow.

Files  2  (of 2)

Hotspots
File       Changes (365 d)
─────────  ─────────────────
src/a.rs             1,200
… and 41 more

What to do
- Set a goal: mainstay code_quality set_goal
  It changes every week.

How this was computed
Count.
  Left out: 3 commits by bots
";
    let plain = |text: &str| {
        text.lines()
            .filter(|line| !line.starts_with('─'))
            .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(plain(&text), plain(wanted), "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn a_narrow_terminal_is_kept_to() {
    let sheet = Sheet::new("A long answer that has to be broken over several lines because the terminal is narrow.");
    let text = render(&sheet, Terminal { width: Some(40), styled: true, rows: None });
    assert!(text.lines().count() > 1 && text.lines().all(|line| line.chars().count() <= 40), "{text}");
}

#[test]
fn a_fourth_suggestion_is_left_out() {
    let one = || Suggestion::new("Do", "Because.", Deed::Open { href: "/".into() });
    let sheet = (0..5).fold(Sheet::new("A."), |sheet, _| sheet.suggest(one()));
    assert_eq!(sheet.suggestions.len(), 3);
}

#[test]
fn the_road_has_twenty_two_practices() {
    let counts = Stage::ALL.map(|stage| stage.practices().count());
    assert_eq!(counts, [4, 4, 5, 4, 5]);
    assert!(crate::roadmap::PRACTICES.iter().all(|planned| planned.question.ends_with('?')));
}

// A practice of its own, to see what the desk does around it.

#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, clap::Args)]
struct Ask {
    #[command(flatten)]
    #[serde(flatten)]
    scope: Scope,
    /// A path.
    path: Option<String>,
    /// Fail.
    #[arg(long)]
    #[serde(default)]
    fail: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct View {
    notes: usize,
}

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        if self.notes == 0 {
            Sheet::nothing(Empty::new("Notes.", "No note yet."))
        } else {
            Sheet::new(format!("{} notes.", self.notes))
        }
    }
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Note {
    text: String,
}

impl Record for Note {
    const KIND: &'static str = "note";
    const NAME: &'static str = "Note";
    const PURPOSE: &'static str = "To be remembered.";

    fn title(&self) -> String {
        self.text.clone()
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        if self.text == "bad" { Err(vec![FieldError::new("text", "is bad")]) } else { Ok(()) }
    }
}

static VIEWS: AtomicUsize = AtomicUsize::new(0);

struct Notes;

impl Practice for Notes {
    const NAME: &'static str = "code_quality";
    const STAGE: Stage = Stage::Foundation;
    const TITLE: &'static str = "Code quality";
    const QUESTION: &'static str = "How many notes?";
    const ALIASES: &'static [Alias] = &[Alias::with("coupling", &["--fail"])];
    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        VIEWS.fetch_add(1, Ordering::SeqCst);
        if ask.fail {
            Err(Refusal::unavailable("asked to"))
        } else {
            Ok(View { notes: desk.records().list::<Note>().await?.len() })
        }
    }

    fn acts() -> Vec<ActEntry> {
        vec![ActEntry::of::<Write>()]
    }
}

struct Write;

impl Act for Write {
    const NAME: &'static str = "write";
    const TITLE: &'static str = "Write";
    type Input = Note;
    type Outcome = Stored<Note>;

    async fn may(desk: &Desk, _: &Note) -> Result<(), Refusal> {
        if desk.viewer().name == "guest" { Err(Refusal::not_allowed("guests only read")) } else { Ok(()) }
    }

    async fn run(_: &Desk, changes: &mut Changes, input: Note) -> Result<Stored<Note>, Refusal> {
        let half_way = input.text == "half";
        let stored = changes.add(input)?;
        if half_way { Err(Refusal::unavailable("broken half way")) } else { Ok(stored) }
    }
}

/// A desk of somebody of that name.
async fn desk_of(office: &Office, name: &str) -> Desk {
    let viewer = office.local(name, &format!("{name}@localhost")).await.unwrap();
    office.desk(viewer).await.unwrap()
}

#[tokio::test]
async fn a_desk_remembers_until_something_changes() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::set_at(noon());
    let office = Office::open(dir.path(), clock.clone(), Entropy::seeded(7)).await.unwrap();
    let entry = PracticeEntry::of::<Notes>();
    let asked = || VIEWS.load(Ordering::SeqCst);
    let before = asked();
    let desk = async || desk_of(&office, "ada").await;
    for _ in 0..3 {
        let viewed = (entry.view)(&desk().await, json!({})).await.unwrap();
        assert_eq!(viewed.sheet.answer, "No note yet.");
    }
    assert_eq!(asked(), before + 1, "the same question is computed once");
    entry.act("write").unwrap().run(&desk().await, &entry, json!({ "text": "one" })).await.unwrap();
    let viewed = (entry.view)(&desk().await, json!({})).await.unwrap();
    assert_eq!(viewed.to_json().unwrap(), json!({ "notes": 1 }));
    assert_eq!(asked(), before + 2, "a record was written");
    clock.advance(86_400);
    (entry.view)(&desk().await, json!({})).await.unwrap();
    assert_eq!(asked(), before + 3, "a new day");
    for _ in 0..2 {
        assert_eq!((entry.view)(&desk().await, json!({ "fail": true })).await.unwrap_err().word(), "unavailable");
    }
    assert_eq!(asked(), before + 5, "failures are asked again");
}

#[tokio::test]
async fn an_act_that_fails_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let office = Office::open(dir.path(), Clock::set_at(noon()), Entropy::seeded(7)).await.unwrap();
    let entry = PracticeEntry::of::<Notes>();
    let write = |name: &str, text: &str| {
        let (office, name, input) = (office.clone(), name.to_owned(), json!({ "text": text }));
        async move {
            let desk = desk_of(&office, &name).await;
            entry.act("write").unwrap().run(&desk, &entry, input).await.map(|_| ()).map_err(|refusal| refusal.word())
        }
    };
    assert_eq!(write("guest", "one").await, Err("not_allowed"));
    assert_eq!(write("ada", "half").await, Err("unavailable"));
    assert_eq!(write("ada", "bad").await, Err("invalid"));
    assert_eq!(office.store().records_version().await.unwrap(), 0);
    assert_eq!(write("ada", "good").await, Ok(()));
    assert_eq!(office.store().records_version().await.unwrap(), 1);
}

#[tokio::test]
async fn the_old_journal_is_taken_in_once() {
    let dir = tempfile::tempdir().unwrap();
    let (mut text, mut prev) = (String::new(), String::new());
    for (seq, said) in [(1, "one"), (2, "two")] {
        let write = json!({
            "id": "01930000-0000-7000-8000-000000000001", "kind": Note::KIND, "version": seq, "body_version": 1,
            "title": said, "body": { "text": said },
        });
        let entry = json!({
            "seq": seq, "at": "2026-11-20T09:00:00Z", "actor": "local:ada", "act": "foundation/code_quality/write",
            "prev": prev, "writes": [write],
        });
        prev = blake3::hash(entry.to_string().as_bytes()).to_hex().to_string();
        text.push_str(&format!("{prev} {entry}\n"));
    }
    std::fs::write(dir.path().join("records.jsonl"), text + "half a line").unwrap();
    let office = Office::open(dir.path(), Clock::set_at(noon()), Entropy::seeded(7)).await.unwrap();
    let ada = office.local("ada", "ada@localhost").await.unwrap();
    assert_eq!(office.take_in(dir.path(), &ada).await.unwrap(), 2);
    assert_eq!(office.take_in(dir.path(), &ada).await.unwrap(), 0, "once");
    let desk = office.desk(ada).await.unwrap();
    let notes = desk.records().list::<Note>().await.unwrap();
    assert_eq!((notes.len(), notes[0].version, notes[0].body.text.as_str()), (1, 2, "two"));
    assert_eq!(desk.records().history::<Note>(&notes[0].id).await.unwrap().len(), 2);
    assert!(dir.path().join("records.jsonl.taken-in").exists());
}

#[tokio::test]
async fn a_damaged_journal_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let journal = dir.path().join("records.jsonl");
    std::fs::write(&journal, "00 {}\n00 {}\n").unwrap();
    let office = Office::open(dir.path(), Clock::set_at(noon()), Entropy::seeded(7)).await.unwrap();
    let ada = office.local("ada", "ada@localhost").await.unwrap();
    let refusal = office.take_in(dir.path(), &ada).await.unwrap_err();
    assert!(refusal.to_string().contains("line 1 of"), "{refusal}");
    assert!(journal.exists());
}

#[test]
fn commands_and_aliases_come_from_the_types() {
    let registry = Registry::new([PracticeEntry::of::<Notes>()]);
    let (entry, implied) = registry.command("coupling").unwrap();
    assert_eq!(implied, ["--fail"]);
    let command = (entry.command)();
    let matches = command.try_get_matches_from(["code_quality", "src", "--since", "90d", "--fail"]).unwrap();
    assert_eq!((entry.ask_from)(&matches).unwrap(), json!({ "path": "src", "since": "90d", "fail": true }));
    assert!(registry.command("nope").is_none());
}

#[test]
fn an_address_carries_what_was_asked() {
    let ask = Ask { path: Some("src/a b.rs".to_owned()), ..Ask::default() };
    assert_eq!(href::<Notes>(&ask), "/foundation/code_quality?path=src/a+b.rs");
    assert_eq!(href::<Notes>(&Ask::default()), "/foundation/code_quality");
}

#[test]
fn the_same_purpose_draws_the_same_chances() {
    use rand::Rng;
    let draw = |purpose: &str| Entropy::seeded(3).stream(purpose).next_u64();
    assert_eq!(draw("forecast"), draw("forecast"));
    assert_ne!(draw("forecast"), draw("plan"));
    assert_ne!(Entropy::seeded(3).hex::<16>(), Entropy::seeded(4).hex::<16>());
}

#[test]
fn each_refusal_has_its_exit_code() {
    let codes = [
        Refusal::invalid("x"),
        Refusal::not_allowed("x"),
        Refusal::busy("x"),
        Refusal::unavailable("x"),
        Refusal::fault("x"),
    ];
    assert_eq!(
        codes.map(|refusal| (refusal.exit_code(), refusal.status())),
        [(65, 422), (77, 403), (75, 503), (69, 503), (70, 500)]
    );
}
