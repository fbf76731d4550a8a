//! What a change touches, as a good reviewer would find out: hotspots, what usually changes with it and did not, who knows it, tests.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use desk::knowledge::{
    Knowledge, Lines, MailmapEntry, People, PersonId, Signed, Word, mailmap, settings, signatures, written,
};
use desk::requests::ChangeRequest;
use desk::{Desk, FieldError, Refusal};
use lake::{Param, RepoEntry, Snapshot};
use serde::Deserialize;

use super::Ask;
use super::ground::Ground;
use super::measures::DAY;
use super::suggest::{Candidate, suggest};
use super::view::{Brief, FileTouched, LookFirst, Missing};

/// The share of a repository's code that counts as hot.
const HOT: u64 = 20;
/// Files with this degree of coupling change together more often than not.
const TOGETHER: f64 = 0.5;
/// Files that are missing, at most.
const MISSING: usize = 10;
/// Places to look at first, at most.
const FIRST: usize = 5;
/// Somebody who committed nothing for so many days is not asked.
const SILENT_DAYS: i64 = 365;

#[derive(Debug, Deserialize)]
struct FileRow {
    path: String,
    role: String,
    added: u64,
    deleted: u64,
}

#[derive(Debug, Deserialize)]
struct PathRow {
    path: String,
}

#[derive(Debug, Deserialize)]
struct RoleRow {
    path: String,
    role: String,
}

#[derive(Debug, Deserialize)]
struct PairRow {
    path_a: String,
    path_b: String,
    shared: u64,
    degree: f64,
}

const FILES: &str = "
    SELECT path, min(role) AS role, CAST(sum(coalesce(added, 0)) AS BIGINT) AS added, CAST(sum(coalesce(deleted, 0)) AS BIGINT) AS deleted
    FROM changes WHERE repo = $repo AND array_has($shas, sha) AND kind <> 'merge' GROUP BY path ORDER BY path";
const HOTSPOTS: &str = "SELECT path FROM hotspots WHERE repo = $repo ORDER BY score DESC, path";
const PAIRS: &str = "
    SELECT path_a, path_b, shared, degree FROM coupling
    WHERE repo = $repo AND degree >= $together AND (array_has($paths, path_a) OR array_has($paths, path_b))
    ORDER BY degree DESC, shared DESC, path_a, path_b";
const ROLES: &str = "SELECT path, role FROM files WHERE repo = $repo AND array_has($paths, path)";

/// What is asked for; none when nothing is.
pub(super) async fn brief(desk: &Desk, ground: &Ground, ask: &Ask) -> Result<Option<Brief>, Refusal> {
    if let Some(text) = ask.change.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let (request, repo) = find(ground, text)?;
        return Ok(Some(of_change(desk, ground, request, repo).await?));
    }
    if ask.here {
        return Ok(Some(of_branch(desk, ground, ask).await?));
    }
    let files: Vec<String> = ask.file.iter().map(|path| path.trim().trim_start_matches("./").to_owned()).collect();
    let files: Vec<String> = files.into_iter().filter(|path| !path.is_empty()).collect();
    if files.is_empty() {
        return Ok(None);
    }
    if ground.repos.is_empty() {
        return Err(Refusal::not_found("no repository was read yet").hint("mainstay up PATH reads one."));
    }
    let [repo] = ground.repos.as_slice() else {
        let names: Vec<&str> = ground.repos.iter().map(|repo| repo.name.as_str()).collect();
        return Err(Refusal::fields(vec![FieldError::new(
            "repo",
            format!("files are of one repository: choose one of {}", names.join(", ")),
        )]));
    };
    Ok(Some(of_files(desk, repo, &files).await?))
}

/// The change of that number, or the one that the commit holds.
fn find<'a>(ground: &'a Ground, text: &str) -> Result<(&'a ChangeRequest, &'a RepoEntry), Refusal> {
    let text = text.trim_start_matches(['#', '!']);
    let here = |request: &'a std::sync::Arc<ChangeRequest>| {
        Some((request.as_ref(), ground.repos.get(ground.place(request)?)?))
    };
    let all: Vec<(&ChangeRequest, &RepoEntry)> = ground.requests.iter().filter_map(here).collect();
    let number: Option<u64> = text.parse().ok();
    let by_number: Vec<_> =
        all.iter().copied().filter(|(request, _)| number.is_some() && request.number == number).collect();
    let sha = text.to_ascii_lowercase();
    let is_sha = sha.len() >= 7 && sha.bytes().all(|byte| byte.is_ascii_hexdigit());
    let holds = |request: &ChangeRequest| {
        request.merge_sha.as_deref().is_some_and(|merge| merge.starts_with(&sha))
            || ground.requests.commits(request.id).iter().any(|commit| commit.sha.starts_with(&sha))
    };
    let found = if by_number.is_empty() && is_sha {
        all.into_iter().filter(|(request, _)| holds(request)).collect()
    } else {
        by_number
    };
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Refusal::not_found(format!("no change `{text}`: name one by its number, or by a commit of it"))),
        many => {
            let names: Vec<String> = many.iter().map(|(_, repo)| repo.name.clone()).collect();
            Err(Refusal::fields(vec![FieldError::new(
                "change",
                format!("`{text}` is in {}: say whose", names.join(", ")),
            )]))
        }
    }
}

async fn of_change(desk: &Desk, ground: &Ground, request: &ChangeRequest, repo: &RepoEntry) -> Result<Brief, Refusal> {
    let commits = ground.requests.commits(request.id);
    let shas: Vec<String> = commits.iter().map(|commit| commit.sha.clone()).collect();
    let params = [("repo", Param::Text(repo.id.clone())), ("shas", Param::Texts(shas))];
    let rows: Vec<FileRow> = desk.facts().rows(FILES, &params).await?;
    let touched = rows.into_iter().map(Changed::from).collect();
    let emails = commits.iter().filter_map(|commit| ground.requests.identity(commit.author?)?.email.clone()).collect();
    let turn = request.number.unwrap_or(0);
    let mut brief = look(desk, repo, Touched { files: touched, emails, turn }).await?;
    let authors: BTreeSet<String> = commits.iter().filter_map(|commit| ground.name(commit.author?)).collect();
    brief.name = request
        .number
        .map_or_else(|| short(request.merge_sha.as_deref().unwrap_or_default()), |number| format!("#{number}"));
    brief.title.clone_from(&request.title);
    brief.merged_at = request.merged_at.map(|at| at.div_euclid(1_000_000));
    brief.authors = authors.into_iter().collect();
    brief.approved_by = ground.approved_by(request);
    brief.rule.clone_from(&request.rule);
    brief.flags.clone_from(&request.flags);
    brief.work = ground
        .requests
        .work(request.id)
        .map(|(key, closes)| if closes { format!("closes {key}") } else { key.to_owned() })
        .collect();
    Ok(brief)
}

/// A commit's name, as people write it.
pub(super) fn short(sha: &str) -> String {
    sha.chars().take(9).collect()
}

async fn of_files(desk: &Desk, repo: &RepoEntry, paths: &[String]) -> Result<Brief, Refusal> {
    let params = [("repo", Param::Text(repo.id.clone())), ("paths", Param::Texts(paths.to_vec()))];
    let rows: Vec<RoleRow> = desk.facts().rows(ROLES, &params).await?;
    let roles: BTreeMap<String, String> = rows.into_iter().map(|row| (row.path, row.role)).collect();
    let unknown: Vec<String> = paths.iter().filter(|path| !roles.contains_key(*path)).cloned().collect();
    let touched = roles.into_iter().map(|(path, role)| Changed { path, role, lines: None }).collect();
    // Whoever asks has most likely written it.
    let emails =
        desk.organisation().person(desk.viewer().person).map(|person| person.email.clone()).into_iter().collect();
    let mut brief = look(desk, repo, Touched { files: touched, emails, turn: 0 }).await?;
    brief.name = "What you ask about".to_owned();
    brief.unknown = unknown;
    Ok(brief)
}

#[derive(Debug, Deserialize)]
struct LineageRow {
    sha: String,
    parents: Vec<String>,
}

const LINEAGE: &str = "SELECT sha, parents FROM commits WHERE repo = $repo";

/// What the branch that is checked out has and the one that it left has not.
async fn of_branch(desk: &Desk, ground: &Ground, ask: &Ask) -> Result<Brief, Refusal> {
    let Some(base) = desk.base() else {
        let told = match &ask.base {
            Some(name) => format!("the state at {name} is not among the facts here"),
            None => "there is no branch here that left another".to_owned(),
        };
        return Err(Refusal::invalid(told).hint("In the repository, on a branch: mainstay review --here [--base REF]"));
    };
    let both = ground.repos.iter().find_map(|repo| Some((repo, base.repo(&repo.id)?)));
    let (repo, left) =
        both.ok_or_else(|| Refusal::invalid("the repository here is not among those that are asked about"))?;
    let lineage: Vec<LineageRow> = desk.facts().rows(LINEAGE, &[("repo", Param::Text(repo.id.clone()))]).await?;
    let rows = lineage.iter().map(|row| (row.sha.as_str(), row.parents.as_slice()));
    let shas = desk::facts::added(rows, repo.head.as_deref(), left.head.as_deref());
    let many = shas.len();
    let params = [("repo", Param::Text(repo.id.clone())), ("shas", Param::Texts(shas.clone()))];
    let files: Vec<FileRow> = desk.facts().rows(FILES, &params).await?;
    let sql = "SELECT DISTINCT author_email AS path FROM commits WHERE repo = $repo AND array_has($shas, sha)";
    let emails: Vec<PathRow> = desk.facts().rows(sql, &params).await?;
    let touched = files.into_iter().map(Changed::from).collect();
    let emails = emails.into_iter().map(|row| row.path).collect();
    let mut brief = look(desk, repo, Touched { files: touched, emails, turn: many as u64 }).await?;
    let commits = if many == 1 { "1 commit".to_owned() } else { format!("{many} commits") };
    brief.name = format!("This branch, {commits} since {},", left.branch.as_deref().unwrap_or("it left"));
    Ok(brief)
}

/// A file that is looked at.
struct Changed {
    path: String,
    role: String,
    /// Lines added and deleted, where they are known.
    lines: Option<(u64, u64)>,
}

impl From<FileRow> for Changed {
    fn from(row: FileRow) -> Self {
        Self { path: row.path, role: row.role, lines: Some((row.added, row.deleted)) }
    }
}

/// What is looked at, and the addresses of who wrote it.
struct Touched {
    files: Vec<Changed>,
    emails: Vec<String>,
    turn: u64,
}

async fn look(desk: &Desk, repo: &RepoEntry, touched: Touched) -> Result<Brief, Refusal> {
    let facts = desk.facts();
    let of = |name| (name, Param::Text(repo.id.clone()));
    let hot: Vec<PathRow> = facts.rows(HOTSPOTS, &[of("repo")]).await?;
    let places: HashMap<&str, u64> = (1..).zip(&hot).map(|(place, row)| (row.path.as_str(), place)).collect();
    let known = Known::read(desk, facts, &repo.id).await?;
    let files: Vec<FileTouched> = touched
        .files
        .iter()
        .map(|Changed { path, role, lines }| {
            let place = places.get(path.as_str()).copied();
            FileTouched {
                path: path.clone(),
                role: role.clone(),
                added: lines.map(|lines| lines.0),
                deleted: lines.map(|lines| lines.1),
                hotspot_place: place,
                hotspot: place.is_some_and(|place| place * HOT <= hot.len() as u64),
                here: known.by_file.contains_key(path),
                knowers: known.knowers(path),
            }
        })
        .collect();
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let params = [of("repo"), ("together", Param::Fraction(TOGETHER)), ("paths", Param::Texts(paths.clone()))];
    let pairs: Vec<PairRow> = facts.rows(PAIRS, &params).await?;
    let changed = |role: &str| files.iter().any(|file| file.role == role);
    let brief = Brief {
        repository: repo.name.clone(),
        name: String::new(),
        title: String::new(),
        merged_at: None,
        authors: Vec::new(),
        approved_by: Vec::new(),
        rule: None,
        flags: Vec::new(),
        work: Vec::new(),
        missing: missing(&paths, pairs),
        untested: changed("code") && !changed("test"),
        look_first: first(&files),
        could_review: suggest(&known.candidates(desk, &paths, &touched.emails), touched.turn),
        unknown: Vec::new(),
        files,
    };
    Ok(brief)
}

/// The partners of these files that are not among them, each once, by its strongest tie.
fn missing(paths: &[String], pairs: Vec<PairRow>) -> Vec<Missing> {
    let inside: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for pair in pairs {
        let (path, with) =
            if inside.contains(pair.path_a.as_str()) { (pair.path_b, pair.path_a) } else { (pair.path_a, pair.path_b) };
        if !inside.contains(path.as_str()) && seen.insert(path.clone()) && all.len() < MISSING {
            all.push(Missing { path, with, shared: pair.shared, degree: pair.degree });
        }
    }
    all
}

/// Where to look first: what is hot, known by one person or nobody, or large; the more of it, the earlier.
fn first(files: &[FileTouched]) -> Vec<LookFirst> {
    let mut ranked: Vec<(usize, u64, LookFirst)> = Vec::new();
    for file in files.iter().filter(|file| file.role == "code" && file.here) {
        let mut why = Vec::new();
        if let Some(place) = file.hotspot_place.filter(|_| file.hotspot) {
            why.push(format!("hotspot {place}"));
        }
        match file.knowers.as_slice() {
            [] => why.push("nobody here knows it well".to_owned()),
            [one] => why.push(format!("only {one} knows it well")),
            _ => {}
        }
        let lines = file.added.unwrap_or(0) + file.deleted.unwrap_or(0);
        if lines >= 100 {
            why.push(format!("{lines} lines"));
        }
        if !why.is_empty() {
            ranked.push((why.len(), lines, LookFirst { path: file.path.clone(), why: why.join("; ") }));
        }
    }
    ranked.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.path.cmp(&b.2.path)));
    ranked.into_iter().take(FIRST).map(|(_, _, one)| one).collect()
}

/// Who knows which file of a repository.
struct Known {
    crowd: People,
    by_file: HashMap<String, Knowledge>,
    /// When each was last seen committing, seconds since the epoch.
    last: HashMap<PersonId, i64>,
}

impl Known {
    async fn read(desk: &Desk, facts: &Snapshot, repo: &str) -> Result<Self, Refusal> {
        let repos = [repo.to_owned()];
        let signed = signatures(facts, &repos).await?;
        let kept = settings(facts, &repos).await?;
        let lines: Vec<MailmapEntry> =
            kept.iter().filter(|kept| kept.path == ".mailmap").flat_map(|kept| mailmap(&kept.text)).collect();
        let crowd = People::join(&signed.iter().map(Signed::signature).collect::<Vec<_>>(), &lines);
        let mut last: HashMap<PersonId, i64> = HashMap::new();
        for one in &signed {
            if let Some(person) = crowd.of(&one.signature()) {
                let at = last.entry(person).or_insert(one.last_at);
                *at = (*at).max(one.last_at);
            }
        }
        let asked = Lines { repos: &repos, place: "o.path", under: None, now: desk.now().as_second() };
        let mut by_file: HashMap<String, Knowledge> = HashMap::new();
        for row in written(facts, &asked).await? {
            let people: BTreeSet<PersonId> =
                row.writers().iter().filter_map(|one| crowd.of(one)).filter(|one| !crowd.is_automatic(*one)).collect();
            let people: Vec<PersonId> = people.into_iter().collect();
            by_file.entry(row.place.clone()).or_default().add_written_together(&people, row.faded);
        }
        Ok(Self { crowd, by_file, last })
    }

    /// Who knows a file deep or better, by name.
    fn knowers(&self, path: &str) -> Vec<String> {
        let words = self.by_file.get(path).map(Knowledge::words).unwrap_or_default();
        let mut names: Vec<String> = words
            .iter()
            .filter(|(_, word)| word.knows())
            .map(|(person, _)| self.crowd.name(*person).to_owned())
            .collect();
        names.sort();
        names
    }

    fn words(&self, holds: impl Fn(&str) -> bool) -> BTreeMap<PersonId, Word> {
        let mut all = Knowledge::default();
        for knowledge in self.by_file.iter().filter(|(path, _)| holds(path)).map(|(_, knowledge)| knowledge) {
            all.add_all(knowledge);
        }
        all.words()
    }

    fn candidates(&self, desk: &Desk, paths: &[String], authors: &[String]) -> Vec<Candidate> {
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let folders: BTreeSet<String> = paths.iter().map(|path| folder(path)).collect();
        let files = self.words(|path| paths.iter().any(|one| one == path));
        let around = self.words(|path| folders.contains(&folder(path)));
        let authors: BTreeSet<PersonId> = authors.iter().filter_map(|email| self.crowd.at(email)).collect();
        let (today, since) = (desk.today(), desk.now().as_second() - SILENT_DAYS * DAY);
        let people = self.crowd.iter().filter(|(id, _)| !self.crowd.is_automatic(*id));
        people
            .filter(|(id, _)| files.contains_key(id) || around.contains_key(id))
            .map(|(id, person)| Candidate {
                name: self.crowd.name(id).to_owned(),
                files: files.get(&id).copied(),
                around: around.get(&id).copied(),
                author: authors.contains(&id),
                away: desk.organisation().by_email(&person.email).is_some_and(|person| !person.here(today)),
                here: self.last.get(&id).is_some_and(|at| *at >= since),
            })
            .collect()
    }
}
