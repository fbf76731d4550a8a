//! From the desk's data to the view.

mod between;
mod branch;
mod course;
mod faults;
pub(super) mod measure;
mod moved;
mod opened;
mod pairs;
mod xray;

use std::collections::{HashMap, HashSet};

use desk::{Desk, FieldError, Refusal, Stored};
use lake::RepoEntry;

use super::assess::{Evidence, Keyed, RuleBook, Seen, health_of, judge};
use super::facts::{self, CommitRow, Part, TouchRow};
use super::goals::Measure;
use super::health::Rules;
use super::records::{FalseAlarm, FindingWeight};
use super::trend::Month;
use super::view::{CodeFile, FindingState, FunctionState, Ground, NotMeasured, Sizes, View};
use super::{Ask, Show, fixes, size};
use lake::bots::is_automatic;

use xray::Xray;

const DAY: i64 = 86_400;

/// Days that are compared with now when none are named.
const QUARTER_DAYS: i64 = 91;

/// Fewer commits say too little about change.
const LITTLE_HISTORY: u64 = 50;

/// Everything that was asked of the facts for the overview, still as rows.
pub(super) struct Rows {
    files: Vec<facts::CodeFile>,
    functions: Vec<facts::FunctionRow>,
    admissions: Vec<facts::AdmissionRow>,
    tested: Vec<facts::TestedRow>,
    duplicates: Vec<facts::DuplicateRow>,
    types: Vec<facts::TypeRow>,
    others: Vec<facts::OtherFile>,
    commits: Vec<CommitRow>,
    touches: Vec<TouchRow>,
    versions: Vec<facts::VersionRow>,
    knowers: Vec<facts::KnowersRow>,
    coverage: Vec<facts::CoverageRow>,
}

/// The answer to `ask`.
pub(super) async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    Ok(build(desk, ask).await?.0)
}

/// What a goal over `areas` would measure now, over every repository.
pub(super) async fn measured(desk: &Desk, measure: Measure, areas: &[String]) -> Result<Option<f64>, Refusal> {
    let (view, rows) = build(desk, Ask::default()).await?;
    Ok(rows.and_then(|rows| measure::value(measure, areas, &view.files, &view.coupling, &rows)))
}

async fn build(desk: &Desk, ask: Ask) -> Result<(View, Option<Rows>), Refusal> {
    let repos = desk.repos(&ask.scope)?;
    let period = ask.scope.period(desk.now())?;
    let mut part = Part {
        repos: repos.iter().map(|repo| repo.id.clone()).collect(),
        since: period.since_seconds(),
        until: period.until_seconds(),
        as_of: period.until.map(|_| period.until_seconds()),
        without: Vec::new(),
    };
    let newest = part.newest(desk.facts()).await?;
    if newest.is_empty() && ask.gate {
        return Err(Refusal::invalid("there is nothing here for a gate to judge")
            .hint("Run it in a repository with commits, or read one first: mainstay mine PATH"));
    }
    if newest.is_empty() {
        return Ok((View { ask, ground: ground_of(&repos), ..View::default() }, None));
    }
    let last = newest.iter().map(|row| row.newest).max().unwrap_or_default();
    if period.since.is_none() {
        let days = if ask.show == Some(Show::Between) { QUARTER_DAYS } else { 365 };
        part.since = newest.iter().map(|row| row.newest).min().unwrap_or_default() - days * DAY;
    }
    let rows = gather(desk, &part).await?;
    let names: HashMap<&str, &str> = repos.iter().map(|repo| (repo.id.as_str(), repo.name.as_str())).collect();
    let mut alarms = desk.records().list::<FalseAlarm>().await?;
    alarms.retain(|alarm| alarm.body.holds_on(desk.today()));
    let weights = desk.records().list::<FindingWeight>().await?;

    let folder = Folder::of(&ask, &rows)?;
    let holds = |path: &str| ask.scope.holds(path) && folder.holds(path);
    let mut ground = ground_of(&repos);
    ground.commits = newest.iter().map(|row| row.commits).sum();
    ground.little_history = ground.commits < LITTLE_HISTORY;
    ground.period = Some((day(part.since), day(last.min(part.until))));
    let mut assessed = assess(&rows, &names, &Said { alarms: &alarms, weights: &weights }, &mut ground);
    let pairs = pairs::coupled(desk, &part, &rows, &names, &ask).await?;
    let mut view = View { sizes: sizes(&rows, &assessed.people_commits), ..View::default() };
    view.goals = measure::goals(desk, &assessed.files, &pairs, &rows).await?;
    let head = branch::Head {
        part: &part,
        rows: &rows,
        names: &names,
        said: Said { alarms: &alarms, weights: &weights },
        assessed: &assessed,
    };
    view.branch = branch::compare(desk, &ask, &head, &mut view.goals).await?;
    faults::judge(desk, &part, &names, &assessed.files, &mut view).await?;
    if ask.show == Some(Show::Between) {
        let inside = |path: &str| ask.scope.holds(path) && folder.names(path);
        view.between = Some(between::compare(desk, &part, last, &names, &assessed, inside).await?);
    }
    assessed.files.retain(|file| holds(&file.path));
    weigh(&mut ground, &assessed.files, &rows, holds);
    view.coupling = pairs::touching(pairs, |path| ask.scope.holds(path) && folder.names(path));
    view.across = pairs::across(desk, &part, &rows, &names, |path| ask.scope.holds(path) && folder.names(path)).await?;
    (view.months, view.half_life) = course::course(desk, &part, &rows, &names, holds).await?;
    let function_changes = part.function_changes(desk.facts()).await?;
    let xray = Xray::new(&rows, &function_changes, &part);
    view.functions = functions(&rows, &names, &assessed.files, &xray);
    view.file = folder.file.as_deref().map(|path| opened::file(path, &rows, &names, &assessed, &xray));
    if ask.sarif {
        let found = assessed
            .findings
            .values()
            .flatten()
            .filter(|finding| ask.scope.holds(&finding.path) && folder.names(&finding.path));
        view.findings = found.cloned().collect();
        view.findings.sort_by(|a, b| (&a.path, a.line, &a.rule).cmp(&(&b.path, b.line, &b.rule)));
    }
    view.not_measured = not_measured(&rows, !function_changes.is_empty());
    view.false_alarms = alarms;
    view.weights = weights;
    view.files = assessed.files;
    view.ground = ground;
    view.ask = ask;
    Ok((view, Some(rows)))
}

async fn gather(desk: &Desk, part: &Part) -> Result<Rows, Refusal> {
    Ok(Rows {
        files: part.files(desk.facts()).await?,
        functions: part.functions(desk.facts()).await?,
        admissions: part.admissions(desk.facts()).await?,
        tested: part.tested(desk.facts()).await?,
        duplicates: part.duplicates(desk.facts()).await?,
        types: part.types(desk.facts()).await?,
        others: part.other_files(desk.facts()).await?,
        commits: part.commits(desk.facts()).await?,
        touches: part.touches(desk.facts()).await?,
        versions: part.versions(desk.facts()).await?,
        knowers: part.knowers(desk.facts()).await?,
        coverage: part.coverage(desk.facts()).await?,
    })
}

/// What the files asked for come to.
fn weigh(ground: &mut Ground, files: &[CodeFile], rows: &Rows, holds: impl Fn(&str) -> bool) {
    let tests = rows.others.iter().filter(|file| file.role == "test" && holds(&file.path));
    let test_code: u64 = tests.map(|file| file.code).sum();
    ground.test_code = (test_code > 0).then_some(test_code);
    for file in files {
        ground.code += u64::from(file.code);
        ground.changes += u64::from(file.changes);
        ground.by_indentation += u64::from(file.measured_by == "indentation");
    }
}

fn ground_of(repos: &[&RepoEntry]) -> Ground {
    Ground {
        repos: repos.iter().map(|repo| repo.name.clone()).collect(),
        caveats: repos.iter().flat_map(|repo| desk::caveats(repo)).collect(),
        ..Ground::default()
    }
}

/// The day of an instant, UTC.
pub(super) fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "–".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// What the path turned out to be: nothing, a folder, or one file.
#[derive(Debug, Default)]
pub(super) struct Folder {
    prefix: Option<String>,
    file: Option<String>,
}

impl Folder {
    fn of(ask: &Ask, rows: &Rows) -> Result<Self, Refusal> {
        let Some(path) = ask.path.as_deref().map(cleaned).filter(|path| !path.is_empty() && path != ".") else {
            return Ok(Self::default());
        };
        let others = rows.others.iter().map(|file| file.path.as_str());
        let all: Vec<&str> = rows.files.iter().map(|file| file.path.as_str()).chain(others).collect();
        if all.contains(&path.as_str()) {
            return Ok(Self { prefix: None, file: Some(path) });
        }
        let folder = Self { prefix: Some(path.clone()), file: None };
        if all.iter().any(|known| folder.holds(known)) {
            return Ok(folder);
        }
        let last = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let near = all.iter().copied().find(|known| last(known) == last(&path));
        let near = near.or_else(|| desk::form::nearest(&path, all.iter().copied()));
        let wrong = FieldError::new("path", format!("no file or folder `{path}` at the head"));
        Err(Refusal::fields(vec![wrong]).hint(match near {
            Some(near) => format!("Did you mean `{near}`? Paths begin at the repository's top folder."),
            None => "Paths begin at the repository's top folder.".to_owned(),
        }))
    }

    /// Whether the overview is about `path`. A file that is opened leaves the overview whole: its ranks are among all.
    fn holds(&self, path: &str) -> bool {
        self.prefix.as_deref().is_none_or(|prefix| below(prefix, path))
    }

    /// Whether `path` is the file asked for, or in the folder.
    fn names(&self, path: &str) -> bool {
        self.file.as_deref().map_or_else(|| self.holds(path), |file| file == path)
    }
}

fn cleaned(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    path.trim_start_matches("./").trim_matches('/').to_owned()
}

fn below(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What the files come to.
pub(super) struct Assessed {
    pub(super) files: Vec<CodeFile>,
    pub(super) findings: HashMap<(String, String), Vec<FindingState>>,
    pub(super) false_alarms: HashMap<(String, String), u32>,
    /// Commits of the period that people made, by repository and id, with whether it is a fix.
    people_commits: HashMap<(String, String), bool>,
}

/// What people said about findings.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    alarms: &'a [Stored<FalseAlarm>],
    weights: &'a [Stored<FindingWeight>],
}

fn assess(rows: &Rows, names: &HashMap<&str, &str>, said: &Said<'_>, ground: &mut Ground) -> Assessed {
    let has_tests = rows.others.iter().any(|file| file.role == "test");
    let people_commits = by_people(&rows.commits, ground);
    let mut changes: HashMap<(&str, &str), (u32, u32)> = HashMap::new();
    for touch in rows.touches.iter().filter(|touch| touch.role == "code") {
        if let Some(fix) = people_commits.get(&(touch.repo.clone(), touch.sha.clone())) {
            let count = changes.entry((&touch.repo, &touch.path)).or_default();
            count.0 += 1;
            count.1 += u32::from(*fix);
        }
    }
    let seen = Seen {
        functions: &rows.functions,
        admissions: &rows.admissions,
        tested: &rows.tested,
        duplicates: &rows.duplicates,
        types: &rows.types,
    };
    let evidence = Evidence::new(&seen, has_tests);
    let knowers: HashMap<(&str, &str), u32> =
        rows.knowers.iter().map(|row| ((row.repo.as_str(), row.path.as_str()), row.knowers)).collect();
    let coverage: HashMap<(&str, &str), f64> = rows
        .coverage
        .iter()
        .filter(|row| row.lines_found > 0)
        .map(|row| ((row.repo.as_str(), row.path.as_str()), f64::from(row.lines_hit) / f64::from(row.lines_found)))
        .collect();
    ground.covered_at = rows.coverage.iter().map(|row| row.sha.clone()).collect();
    ground.covered_at.sort();
    ground.covered_at.dedup();
    let courses = course::of_files(&rows.versions);
    let newest = course::newest(&rows.versions).unwrap_or(Month(0));
    let alarmed: HashSet<&str> = said.alarms.iter().map(|alarm| alarm.body.finding.as_str()).collect();
    let book = RuleBook::new(said.weights);
    let rules: HashMap<&str, Rules> = names.values().map(|name| (*name, book.of(name))).collect();
    let shipped = Rules::default();
    let mut assessed =
        Assessed { files: Vec::new(), findings: HashMap::new(), false_alarms: HashMap::new(), people_commits };
    for row in &rows.files {
        let key = (row.repo.as_str(), row.path.as_str());
        let repo = names.get(row.repo.as_str()).copied().unwrap_or(&row.repo);
        let (found, taken) = judge(repo, &row.path, &evidence.of(row), rules.get(repo).unwrap_or(&shipped), &alarmed);
        let (changes, fixes) = changes.get(&key).copied().unwrap_or_default();
        let (course, rise) = courses.get(&key).map(|course| course::recent(course, newest)).unwrap_or_default();
        assessed.files.push(CodeFile {
            repo: repo.to_owned(),
            path: row.path.clone(),
            language: row.language.clone(),
            lines: row.lines,
            code: row.code,
            changes,
            fixes,
            complexity: row.complexity,
            measured_by: row.measured_by.clone(),
            score: if ground.little_history { row.complexity_rank } else { row.score },
            health: health_of(&found),
            findings: u32::try_from(found.len()).unwrap_or(u32::MAX),
            knowers: knowers.get(&key).copied(),
            coverage: coverage.get(&key).copied(),
            course,
            rise,
        });
        let key = (repo.to_owned(), row.path.clone());
        if taken > 0 {
            assessed.false_alarms.insert(key.clone(), taken);
        }
        assessed.findings.insert(key, found.into_iter().map(|keyed| state(&row.path, keyed)).collect());
    }
    if ground.little_history {
        assessed.files.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.path.cmp(&b.path)));
    }
    assessed
}

fn state(path: &str, keyed: Keyed) -> FindingState {
    let finding = keyed.finding;
    FindingState {
        key: keyed.key,
        path: path.to_owned(),
        rule: finding.rule.to_owned(),
        line: finding.line,
        end_line: finding.end_line,
        weight: finding.weight,
        text: finding.text,
    }
}

/// Commits that people made, with whether each is a fix; bots are counted and left out.
fn by_people(commits: &[CommitRow], ground: &mut Ground) -> HashMap<(String, String), bool> {
    let mut kept = HashMap::with_capacity(commits.len());
    for commit in commits {
        if is_automatic(&commit.author_name, &commit.author_email) {
            ground.bots += 1;
        } else {
            let fix = fixes::is_fix(&commit.kind, &commit.subject);
            kept.insert((commit.repo.clone(), commit.sha.clone()), fix);
        }
    }
    kept
}

fn sizes(rows: &Rows, people: &HashMap<(String, String), bool>) -> Option<Sizes> {
    let mut lines: HashMap<(&str, &str), u64> = HashMap::new();
    for touch in &rows.touches {
        if people.contains_key(&(touch.repo.clone(), touch.sha.clone())) {
            *lines.entry((&touch.repo, &touch.sha)).or_default() += touch.lines;
        }
    }
    let spread = size::spread(&lines.into_values().collect::<Vec<_>>())?;
    let classes = size::Class::ALL.iter().zip(spread.classes);
    Some(Sizes {
        count: u64::try_from(spread.count).unwrap_or(u64::MAX),
        classes: classes.map(|(class, count)| (class.label().to_owned(), count as u64)).collect(),
        median: spread.median,
        ninetieth: spread.ninetieth,
    })
}

/// The hottest functions of the files, tests left out.
fn functions(rows: &Rows, names: &HashMap<&str, &str>, files: &[CodeFile], xray: &Xray<'_>) -> Vec<FunctionState> {
    let kept: HashSet<(&str, &str)> = files.iter().map(|file| (file.repo.as_str(), file.path.as_str())).collect();
    let mut all: Vec<FunctionState> = rows
        .functions
        .iter()
        .map(|row| opened::function(row, names, xray))
        .filter(|function| kept.contains(&(function.repo.as_str(), function.path.as_str())))
        .collect();
    all.sort_by(opened::hotter);
    all.truncate(200);
    all
}

fn not_measured(rows: &Rows, functions_told: bool) -> Vec<NotMeasured> {
    let say = |what: &str, why: &str| NotMeasured { what: what.to_owned(), why: why.to_owned() };
    let mut all = vec![
        say(
            "Review time and comments of changes, hours since the last review",
            "no forge is connected; a forge would tell",
        ),
        say("Health in the past", "functions are read at the head alone; the course shows complexity by indentation"),
    ];
    if !functions_told {
        all.push(say("How often a function changes", "no change of these files fell in a function that is there now"));
    }
    if rows.coverage.is_empty() {
        all.push(say("Test coverage", "no report was taken in: mainstay import coverage FILE --commit SHA"));
    }
    if !rows.others.iter().any(|file| file.role == "test") {
        all.push(say("Whether tests change with the code", "no tests in files of their own were found"));
    }
    all
}
