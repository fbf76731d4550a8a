//! A made-up practice that uses every component: the tests call it through each face, the example serves it to be looked at.

use desk::sheet::{
    Bars, Cell, Column, Computed, Deed, Empty, Figure, Lines, Matrix, MatrixCell, MatrixRow, Meaning, Node, Place,
    Section, Sheet, Suggestion, Table, Tie,
};
use desk::{
    Act, ActEntry, Alias, Changes, Desk, Document, FieldError, Practice, Record, Refusal, Scope, Sheeted, Stage, Told,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Html, Page, Pen};

/// A goal that the demo keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Goal {
    /// Which files it is about.
    pub area: String,
    /// What it aims at.
    pub target: f64,
    /// Why it matters.
    pub reason: String,
}

impl Record for Goal {
    const KIND: &'static str = "demo_goal";
    const NAME: &'static str = "Goal";
    const PURPOSE: &'static str = "What is to be reached.";

    fn title(&self) -> String {
        format!("{} to {}", self.area, self.target)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        if self.area.trim().is_empty() { Err(vec![FieldError::new("area", "is needed")]) } else { Ok(()) }
    }
}

/// What can be asked of the demo.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, clap::Args)]
pub(crate) struct Ask {
    /// The part of the facts that is asked about.
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
    /// Only files whose path begins with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Rows at most.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 500))]
    pub most: Option<u32>,
    /// Answer no when a goal is broken.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gate: bool,
    /// Give the rows as a file.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub csv: bool,
    /// Fail, to show what a fault looks like.
    #[arg(long, hide = true)]
    #[schemars(extend("x-command-only" = true))]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fail: bool,
}

/// A file of the demo.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Costly {
    /// Its path.
    pub path: String,
    /// Lines in it.
    pub lines: u64,
    /// Changes in a year.
    pub changes: u64,
    /// Its health, 1 to 10.
    pub health: f64,
}

/// The demo's answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct View {
    /// The files, the most changed first.
    pub files: Vec<Costly>,
    /// Goals that are kept.
    pub goals: usize,
}

/// The made-up practice; it stands where `code_quality` will.
#[derive(Debug)]
pub(crate) struct Demo;

const FOLDERS: [&str; 6] = ["src/billing", "src/web/pages", "src/store", "src/import/parsers", "lib/forecast", "tools"];
const NAMES: [&str; 7] = ["invoice.rs", "ledger.rs", "router.rs", "reader.rs", "state.rs", "queue.rs", "index.rs"];

fn made_up() -> Vec<Costly> {
    let mut files = Vec::new();
    for (f, folder) in FOLDERS.iter().enumerate() {
        for (n, name) in NAMES.iter().enumerate() {
            let seed = u64::try_from(f * 31 + n * 17 + f * n * 7 + 5).unwrap_or(1);
            files.push(Costly {
                path: format!("{folder}/{name}"),
                lines: 90 + (seed * 137) % 1900,
                changes: (seed * 53) % 310,
                health: f64::from(100 - u32::try_from((seed * 29) % 80).unwrap_or(0)) / 10.0,
            });
        }
    }
    files.sort_by_key(|file| std::cmp::Reverse(file.changes));
    files
}

impl Practice for Demo {
    const NAME: &'static str = "code_quality";
    const STAGE: Stage = Stage::Foundation;
    const TITLE: &'static str = "Code quality";
    const QUESTION: &'static str = "Where is the code costly to change, and is it getting better?";
    const ALIASES: &'static [Alias] = &[Alias::plain("quality"), Alias::with("hotspots", &["--most", "10"])];
    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        ask.scope.period(desk.now())?;
        if ask.fail {
            return Err(Refusal::fault("a fault that was asked for"));
        }
        let inside = |file: &Costly| {
            ask.path.as_ref().is_none_or(|path| file.path.starts_with(path)) && ask.scope.holds(&file.path)
        };
        let files = made_up()
            .into_iter()
            .filter(inside)
            .take(ask.most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX)));
        Ok(View { files: files.collect(), goals: desk.records().list::<Goal>().await?.len() })
    }

    fn kinds() -> Vec<desk::KindEntry> {
        vec![desk::KindEntry::of::<Goal>()]
    }

    fn acts() -> Vec<ActEntry> {
        vec![ActEntry::of::<SetGoal>(), ActEntry::of::<Forget>(), ActEntry::of::<ChangeGoal>()]
    }

    fn holds(view: &View, ask: &Ask) -> bool {
        !ask.gate || view.goals == 0
    }

    fn document(view: &View, ask: &Ask) -> Option<Document> {
        let body = view.files.iter().map(|file| format!("{},{}\n", file.path, file.changes)).collect();
        ask.csv.then_some(Document { media_type: "text/csv", file_name: "files.csv", body })
    }
}

impl Page for Demo {
    fn body(_: &View, _: &Pen) -> Result<Option<Html>, Refusal> {
        Ok(None)
    }
}

/// A goal to set.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct GoalInput {
    /// A folder; files below it count.
    #[schemars(title = "Area", length(min = 1, max = 100))]
    area: String,
    /// Health to reach, 1 to 10.
    #[schemars(title = "Target", range(min = 1, max = 10))]
    target: f64,
    /// What gets better for whom.
    #[schemars(title = "Reason", length(max = 1000))]
    #[serde(default)]
    reason: String,
}

/// Sets a goal.
#[derive(Debug)]
pub(crate) struct SetGoal;

impl Act for SetGoal {
    const NAME: &'static str = "set_goal";
    const TITLE: &'static str = "Set a goal";
    const MAIN: bool = true;
    type Input = GoalInput;
    type Outcome = desk::Stored<Goal>;

    async fn run(_: &Desk, changes: &mut Changes, input: GoalInput) -> Result<Self::Outcome, Refusal> {
        changes.add(Goal { area: input.area, target: input.target, reason: input.reason })
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("The goal for {} is set.", outcome.body.area))
    }
}

/// What to forget.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ForgetInput {
    /// The goal's id.
    id: String,
    /// The version that was seen.
    seen: u64,
}

/// Puts a goal away; only its author may.
#[derive(Debug)]
pub(crate) struct Forget;

impl Act for Forget {
    const NAME: &'static str = "forget_goal";
    const TITLE: &'static str = "Put a goal away";
    type Input = ForgetInput;
    type Outcome = desk::Stored<Goal>;

    async fn may(desk: &Desk, input: &ForgetInput) -> Result<(), Refusal> {
        let goal = desk.records().get::<Goal>(&input.id).await?;
        if goal.author == desk.viewer().person.to_string() {
            Ok(())
        } else {
            Err(Refusal::not_allowed("only its author can put a goal away"))
        }
    }

    async fn run(_: &Desk, changes: &mut Changes, input: ForgetInput) -> Result<Self::Outcome, Refusal> {
        changes.archive(&input.id, input.seen).await
    }
}

/// A goal to change.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ChangeInput {
    /// The goal's id.
    id: String,
    /// The version that was seen.
    seen: u64,
    /// Health to reach.
    target: f64,
    /// What gets better for whom.
    #[serde(default)]
    reason: String,
}

/// Changes a goal.
#[derive(Debug)]
pub(crate) struct ChangeGoal;

impl Act for ChangeGoal {
    const NAME: &'static str = "change_goal";
    const TITLE: &'static str = "Change a goal";
    type Input = ChangeInput;
    type Outcome = desk::Stored<Goal>;

    async fn run(desk: &Desk, changes: &mut Changes, input: ChangeInput) -> Result<Self::Outcome, Refusal> {
        let goal = desk.records().get::<Goal>(&input.id).await?.body;
        changes.put(&input.id, input.seen, Goal { target: input.target, reason: input.reason, ..goal }).await
    }
}

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        if self.files.is_empty() {
            let empty = Empty::new(
                "Here the files will stand that change most and are hardest to change.",
                "No file is in this scope.",
            );
            return Sheet::nothing(
                empty.next("Ask about everything", Deed::Open { href: "/foundation/code_quality".to_owned() }),
            );
        }
        let table = self.table();
        let treemap = Place::treemap(
            &self.places(),
            "map",
            "The darkest areas are billing and the import parsers.",
            table.clone(),
        );
        Sheet::new("Twelve files (3 % of the code) took 31 % of the changes; health fell in four of them this quarter.")
            .notice(Meaning::Watch, "The clone of payments is shallow: its history begins on 2024-03-01.")
            .notice(Meaning::Neutral, "412 commits by bots left out.")
            .figure(Figure::new("Hotspots", Cell::Count(12)).note("3 % of the code").opens("#hotspots"))
            .figure(Figure::new("Changes in them", Cell::Share(0.31)).note("of the last year").means(Meaning::Watch))
            .figure(Figure::new("Mean health", Cell::number(6.4, 1)).note("6.9 a quarter ago").means(Meaning::Act))
            .figure(Figure::new("Coverage", Cell::missing("no report was imported")))
            .section(Section::new("Hotspots").chart(treemap).table(table))
            .section(Section::new("Is it getting better?").chart(trend()))
            .section(Section::new("Size of change").chart(sizes()))
            .section(Section::new("Who can be asked").matrix(matrix()))
            .section(Section::new("What changes together").chart(coupling()))
            .suggest(Suggestion::new(
                "Set a goal for src/billing",
                "Its seven files took 18 % of the changes, and their mean health fell from 5.1 to 4.2 this quarter.",
                Deed::Act {
                    practice: "code_quality".to_owned(),
                    act: "set_goal".to_owned(),
                    input: serde_json::json!({ "area": "src/billing", "target": 6, "reason": "Invoices change every week." }),
                },
            ))
            .suggest(Suggestion::new(
                "Look at the parsers together",
                "reader.rs and state.rs change in the same commits, and neither imports the other.",
                Deed::Open { href: "/foundation/code_quality?path=src/import/parsers".to_owned() },
            ))
            .suggest(Suggestion::new("Import coverage", "Nothing says yet which lines the tests reach.", Deed::Run { command: "mainstay import coverage lcov.info --commit HEAD".to_owned() }))
            .computed(Computed {
                formula: "H = rank(changes in 365 d, weighted 2^(−age/180 d)) × rank(complexity), ranks as percentiles within the repository.".to_owned(),
                inputs: vec![("Commits".to_owned(), "4,210 since 2019-02-11".to_owned()), ("Complexity".to_owned(), "cognitive; 3 files by indentation".to_owned())],
                left_out: vec!["412 commits by bots".to_owned(), "38 generated and 120 vendored files".to_owned()],
                source: Some("Tornhill 2015; Campbell 2018".to_owned()),
            })
    }
}

impl View {
    fn table(&self) -> Table {
        let columns = vec![
            Column::words("path", "File"),
            Column::numbers("lines", "Lines"),
            Column::numbers("changes", "Changes")
                .unit("365 d")
                .about("Commits that touched the file in the last 365 days"),
            Column::numbers("health", "Health").unit("1–10"),
            Column::words("state", "State"),
            Column::words("course", "Course").unsorted(),
            Column::words("last", "Last change"),
        ];
        let rows = self.files.iter().enumerate().map(|(place, file)| {
            let (word, meaning) = match file.health {
                h if h < 4.0 => ("costly", Meaning::Act),
                h if h < 7.0 => ("watch", Meaning::Watch),
                _ => ("healthy", Meaning::Good),
            };
            let course =
                (0..12_u32).map(|month| f64::from((month * 7 + u32::try_from(place).unwrap_or(0) * 13) % 23)).collect();
            let last = 1_795_500_000 - i64::try_from(place * place * 40_000).unwrap_or(0);
            vec![
                Cell::path(file.path.clone(), format!("/foundation/code_quality?path={}", file.path)),
                Cell::Count(file.lines),
                Cell::Count(file.changes),
                Cell::number(file.health, 1),
                Cell::mark(word, meaning),
                Cell::Spark(course),
                Cell::Time(last),
            ]
        });
        Table::new("hotspots-table", "Files by what they cost", columns).rows(rows).ordered_by("-changes")
    }

    fn places(&self) -> Vec<Place> {
        #[expect(clippy::cast_precision_loss, reason = "made-up counts are small")]
        let file = |file: &Costly, folder: &str| Place {
            name: file.path.trim_start_matches(folder).trim_start_matches('/').to_owned(),
            size: file.lines as f64,
            heat: Some((file.changes as f64 / 310.0) * (11.0 - file.health) / 10.0 + 0.1),
            href: Some(format!("/foundation/code_quality?path={}", file.path)),
            inside: Vec::new(),
        };
        FOLDERS
            .iter()
            .map(|folder| Place {
                name: (*folder).to_owned(),
                inside: self.files.iter().filter(|f| f.path.starts_with(folder)).map(|f| file(f, folder)).collect(),
                ..Place::default()
            })
            .collect()
    }
}

fn months() -> Vec<String> {
    (0..18).map(|m| format!("{}-{:02}", 2025 + m / 12, m % 12 + 1)).collect()
}

fn trend() -> desk::sheet::Chart {
    let wave = |base: f64, slope: f64| {
        (0..18).map(|m| Some(base + slope * f64::from(m) + f64::from((m * 5) % 7) / 6.0)).collect()
    };
    let series = vec![("Hotspots".to_owned(), wave(6.0, -0.07)), ("Other files".to_owned(), wave(7.6, 0.03))];
    Lines { over: "Month".to_owned(), labels: months(), series, unit: "health, 1–10".to_owned(), decimals: 1 }.chart(
        "trend",
        "Health of the hotspots fell from 6.4 to 5.2 in 18 months, the other files gained half a point.",
    )
}

fn sizes() -> desk::sheet::Chart {
    let labels = ["1–9", "10–49", "50–199", "200–499", "500 and more"].map(str::to_owned).to_vec();
    let series = vec![("Commits".to_owned(), vec![Some(410.0), Some(820.0), Some(530.0), Some(160.0), Some(45.0)])];
    Bars { over: "Lines changed".to_owned(), labels, series, unit: "commits".to_owned(), ..Bars::default() }
        .chart("sizes", "Six of ten commits change fewer than 50 lines.")
        .tall(240)
}

fn matrix() -> Matrix {
    let people = ["Ada Norberg", "Bo Lindqvist", "Chidi Okafor", "Dana Petrov", "Eun-ji Park", "Farah Haddad"];
    let words = [("", 0, ""), ("t", 1, "touched"), ("s", 2, "some"), ("d", 3, "deep"), ("M", 4, "main")];
    let rows = FOLDERS.iter().enumerate().map(|(f, folder)| MatrixRow {
        head: (*folder).to_owned(),
        href: Some(format!("/foundation/code_quality?path={folder}")),
        mark: (f % 3 == 0).then(|| ("one person".to_owned(), Meaning::Watch)),
        cells: (0..people.len())
            .map(|p| {
                let (letter, shade, word) = if p == f % 6 {
                    words[4]
                } else if f % 3 == 0 {
                    words[(p + f) % 3]
                } else {
                    words[(p * 3 + f) % 4]
                };
                MatrixCell::new(
                    letter,
                    shade,
                    if word.is_empty() { String::new() } else { format!("{}: {word}", people[p]) },
                )
            })
            .collect(),
    });
    Matrix {
        caption: "Areas and people".to_owned(),
        finding: "Two areas are known by one person.".to_owned(),
        corner: "Area".to_owned(),
        columns: people.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        legend: words[1..].iter().rev().map(|(letter, _, word)| ((*letter).to_owned(), (*word).to_owned())).collect(),
    }
}

fn coupling() -> desk::sheet::Chart {
    let nodes: Vec<Node> = NAMES
        .iter()
        .enumerate()
        .map(|(place, name)| Node {
            name: (*name).to_owned(),
            size: f64::from(u32::try_from(place).unwrap_or(0)) / 7.0,
            group: place % 2,
            href: None,
        })
        .collect();
    let tie = |from: usize, to: usize, strength, marked| Tie {
        from: NAMES[from].to_owned(),
        to: NAMES[to].to_owned(),
        strength,
        marked,
    };
    let ties = [
        tie(0, 1, 0.8, false),
        tie(1, 2, 0.4, true),
        tie(3, 4, 0.9, true),
        tie(4, 5, 0.5, false),
        tie(5, 6, 0.3, false),
        tie(0, 6, 0.6, false),
    ];
    let rows = ties
        .iter()
        .map(|tie| vec![Cell::text(tie.from.clone()), Cell::text(tie.to.clone()), Cell::number(tie.strength, 2)]);
    let columns =
        vec![Column::words("a", "File"), Column::words("b", "Changes with"), Column::numbers("degree", "Degree")];
    let table = Table::new("pairs", "Files that change together", columns).rows(rows);
    Node::graph(&nodes, &ties, "coupling", "Two pairs change together though neither file imports the other.", table)
}
