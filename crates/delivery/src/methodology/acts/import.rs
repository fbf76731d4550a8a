//! A backlog from a file: CSV with a head, under our names or under those of a tracker's export. All of it goes in, or nothing.

use std::collections::HashMap;

use desk::work::{Deed, ItemId, ItemType, NewItem, ServiceClass, Work};
use desk::{Act, Changes, Desk, FieldError, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::items::numbered;
use super::{board, page_of, person, scene_now, wrong};

/// Rows of one file.
const ROWS: usize = 2_000;

/// Reads a backlog.
#[derive(Debug)]
pub struct ImportItems;

/// The file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ImportInput {
    /// CSV with a head: title (or Summary), type, estimate (or Story Points), parent (the title or key of an earlier row), class, assignee,
    /// labels, priority.
    #[schemars(title = "CSV", length(min = 1, max = 100_000), extend("format" = "markdown"))]
    pub csv: String,
    /// Whose board; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// Only say what would be written down.
    #[serde(default)]
    #[schemars(title = "Only look")]
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Imported {
    /// Titles that were written down, or would be.
    pub added: Vec<String>,
    /// Titles that are on the board already.
    pub there: Vec<String>,
    /// Whether it was only looked at.
    pub dry_run: bool,
    /// The page of the board.
    pub page: String,
}

/// Our names of columns, and those of exports.
const COLUMNS: [(&str, &[&str]); 8] = [
    ("title", &["title", "summary", "name"]),
    ("type", &["type", "issue type"]),
    ("estimate", &["estimate", "story points", "custom field (story points)", "custom field (story point estimate)"]),
    ("parent", &["parent", "parent key", "epic link", "parent issue"]),
    ("class", &["class"]),
    ("assignee", &["assignee"]),
    ("labels", &["labels"]),
    ("priority", &["priority"]),
];

/// One row of the file.
#[derive(Debug, Clone)]
struct Row {
    line: u64,
    cells: HashMap<&'static str, Vec<String>>,
}

impl Row {
    fn text(&self, column: &str) -> Option<&str> {
        self.cells.get(column)?.iter().map(|text| text.trim()).find(|text| !text.is_empty())
    }
}

impl Act for ImportItems {
    const NAME: &'static str = "import_items";
    const TITLE: &'static str = "Read a backlog";

    type Input = ImportInput;
    type Outcome = Imported;

    async fn run(desk: &Desk, changes: &mut Changes, input: ImportInput) -> Result<Imported, Refusal> {
        let work = desk.work().await?;
        let mut board = board(desk, &work, input.team.as_deref())?;
        if !desk.access().may_work(board.team_id()) {
            return Err(Refusal::not_allowed(format!("only members and leads of {} change its work", board.name())));
        }
        let rows = rows(&input.csv)?;
        let here = |title: &str| {
            let mine = |item: &&std::sync::Arc<desk::work::Item>| {
                Some(item.project) == board.project_id() && item.deleted_at.is_none() && &*item.title == title
            };
            work.items().iter().any(|item| mine(&item))
        };
        let (there, fresh): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| row.text("title").is_some_and(here));
        let titles =
            |rows: &[Row]| rows.iter().filter_map(|row| row.text("title")).map(str::to_owned).collect::<Vec<_>>();
        let (added, there) = (titles(&fresh), titles(&there));
        let mut items = Vec::new();
        let mut wrong_rows = Vec::new();
        for row in &fresh {
            match read(desk, &work, row, &items, changes.fresh_item()?) {
                Ok(item) => items.push(item),
                Err(error) => wrong_rows.push(error),
            }
        }
        if !wrong_rows.is_empty() {
            wrong_rows.truncate(20);
            return Err(Refusal::fields(wrong_rows).hint("Nothing was written down. Mend the file and read it again."));
        }
        if !input.dry_run && !items.is_empty() {
            let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
            let (project, first) = numbered(desk, &work, changes, &mut board, count).await?;
            let scene = scene_now(desk, board.clone()).await?;
            let status = scene.rules.workflow.status_of(0).unwrap_or("backlog").to_owned();
            let key = board.project.as_ref().map_or_else(String::new, |project| project.key.clone());
            for (number, item) in (first..).zip(items) {
                let status = status.clone();
                changes.work(Deed::AddItem(NewItem { project, key: format!("{key}-{number}"), status, ..item }));
            }
        }
        Ok(Imported { added, there, dry_run: input.dry_run, page: page_of(&board) })
    }

    fn told(outcome: &Imported) -> Told {
        let (added, there) = (outcome.added.len(), outcome.there.len());
        let what = if outcome.dry_run { "would be written down" } else { "are written down" };
        let known = if there == 0 { String::new() } else { format!("; {there} are on the board already") };
        Told::new(format!("{added} items {what}{known}.")).then(outcome.page.clone())
    }
}

fn rows(text: &str) -> Result<Vec<Row>, Refusal> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| wrong("csv", format!("The head cannot be read: {error}.")))?.clone();
    let names: Vec<Option<&'static str>> = head.iter().map(column).collect();
    if !names.contains(&Some("title")) {
        let near = desk::nearest("title", head.iter());
        let near = if near.is_empty() { String::new() } else { format!(" Near: {}.", near.join(", ")) };
        return Err(wrong("csv", format!("Line 1: no column `title` or `Summary`.{near}")));
    }
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong("csv", format!("{error}.")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut cells: HashMap<&'static str, Vec<String>> = HashMap::new();
        for (name, cell) in names.iter().zip(record.iter()) {
            if let Some(name) = name {
                cells.entry(name).or_default().push(cell.to_owned());
            }
        }
        all.push(Row { line, cells });
    }
    match all.len() {
        0 => Err(wrong("csv", "There is a head and no row.")),
        1..=ROWS => Ok(all),
        many => Err(wrong("csv", format!("{many} rows; at most {ROWS} go in at once."))),
    }
}

fn column(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(ours, _)| *ours)
}

fn read(desk: &Desk, work: &Work, row: &Row, before: &[NewItem], id: ItemId) -> Result<NewItem, FieldError> {
    let bad = |column: &str, message: String| FieldError::new("csv", format!("Line {}, {column}: {message}", row.line));
    let title = row.text("title").ok_or_else(|| bad("title", "is empty.".to_owned()))?;
    let sort = match row.text("type") {
        Some(text) => sort_named(text),
        None => ItemType::Task,
    };
    let class = match row.text("class") {
        Some(text) => {
            let word = text.to_lowercase().replace([' ', '-'], "_");
            let known: Vec<_> = ServiceClass::ALL.iter().map(|class| class.word()).collect();
            let found = ServiceClass::ALL.iter().copied().find(|class| class.word() == word);
            found.ok_or_else(|| bad("class", format!("`{text}` is none of {}.", known.join(", "))))?
        }
        None => ServiceClass::Standard,
    };
    let estimate = match row.text("estimate") {
        Some(text) => {
            let size: f64 = text.parse().map_err(|_| bad("estimate", format!("`{text}` is no number.")))?;
            let fits = (0.0..=1000.0).contains(&size);
            Some(fits.then_some(size).ok_or_else(|| bad("estimate", format!("{text} is not between 0 and 1,000.")))?)
        }
        None => None,
    };
    let parent = match row.text("parent") {
        Some(text) => {
            let earlier = before.iter().find(|item| item.title == text).map(|item| item.id);
            let there = || work.by_key(text).map(|item| item.id);
            let found = earlier.or_else(there);
            Some(found.ok_or_else(|| bad("parent", format!("`{text}` is no earlier row and no key.")))?)
        }
        None => None,
    };
    let assignee = match row.text("assignee") {
        Some(text) => {
            let found = person(desk, "assignee", text);
            Some(found.map_err(|refusal| bad("assignee", format!("{refusal}.")))?)
        }
        None => None,
    };
    let priority = row.text("priority").and_then(|text| text.parse::<u8>().ok()).filter(|p| (1..=5).contains(p));
    let labels = row.cells.get("labels").into_iter().flatten().flat_map(|text| text.split([',', ';']));
    let labels = labels.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()).collect();
    let project = desk::work::ProjectId(id.0);
    Ok(NewItem { sort, class, estimate, parent, assignee, priority, labels, ..NewItem::named(id, project, "", title) })
}

/// The kind of work that a tracker's word means.
fn sort_named(text: &str) -> ItemType {
    let word = text.to_lowercase();
    let known = ItemType::ALL.iter().copied().find(|sort| sort.word() == word);
    known.unwrap_or(match word.as_str() {
        "story" | "user story" | "improvement" | "new feature" => ItemType::Feature,
        "sub-task" => ItemType::Subtask,
        "defect" => ItemType::Bug,
        "initiative" => ItemType::Epic,
        _ => ItemType::Other,
    })
}
