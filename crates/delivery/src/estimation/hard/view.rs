//! What is known of how hard an item is: its marks, finished items like it, and the files that those touched.

use std::collections::{BTreeMap, HashMap, HashSet};

use desk::{Desk, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::similar::similar;
use super::split::{Split, split};
use crate::estimation::Ask;
use crate::estimation::acts::item;
use crate::estimation::answer::fine;
use crate::estimation::records::{Complexity, Estimate};
use crate::estimation::view::View;
use crate::flow::TimeRule;
use crate::flow::span::duration;
use crate::numbers::percentile;
use crate::work::scene::{Instants, Scene, board, boards};

/// Files that are shown.
const FILES: usize = 15;
/// Files that change with them.
const PARTNERS: usize = 8;

/// How hard an item is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct HardView {
    /// The item's key.
    pub item: String,
    /// Its title.
    pub title: String,
    /// What somebody marked: by name, 0 to 3; none is unknown, or nobody did.
    pub marks: Vec<(String, Option<u8>)>,
    /// How many of the five are 2 or more; none when nobody marked any.
    pub high: Option<usize>,
    /// By what such items split: at least, at most; finished items behind it, none is the table.
    pub split: Option<(f64, f64, Option<usize>)>,
    /// Finished items of the team that are like it, the most alike first.
    pub alike: Vec<Alike>,
    /// Files that these touched: half of them at most so many, 85 % at most so many; of how many items.
    pub touched: Option<(f64, f64, usize)>,
    /// The files that most of them touched.
    pub files: Vec<TouchedFile>,
    /// Files that change with those, and are not among them.
    pub partners: Vec<Partner>,
}

/// A finished item like the one that was asked about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Alike {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// How alike, 0.2 to 1.
    pub cosine: f64,
    /// What it was estimated at.
    pub estimate: Option<String>,
    /// Working days that it took.
    pub days: Option<f64>,
    /// Files that its commits touched; none when no commit names it.
    pub files: Option<usize>,
}

/// A file that items like it touched.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct TouchedFile {
    /// Its repository.
    pub repo: String,
    /// Its path.
    pub path: String,
    /// By how many of them.
    pub items: usize,
    /// Its score as a hotspot, when it is code at the head.
    pub hotspot: Option<f64>,
}

/// A file that changes with one of those.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Partner {
    /// Its repository.
    pub repo: String,
    /// Its path.
    pub path: String,
    /// With which.
    pub with: String,
    /// How often: shared ÷ mean of the changes of both.
    pub degree: f64,
}

pub(in crate::estimation) async fn answer(desk: &Desk, ask: Ask, key: &str) -> Result<View, Refusal> {
    let work = desk.work().await?;
    let (key, team) = item(&work, key)?;
    let slug = team.and_then(|team| desk.organisation().team(team)).map(|team| team.slug.clone());
    let board = board(desk, &work, slug.as_deref())?;
    let mut view = View {
        boards: boards(desk, &work).iter().map(|one| (one.name().to_owned(), one.address().to_owned())).collect(),
        team: Some((board.name().to_owned(), board.address().to_owned())).filter(|team| !team.1.is_empty()),
        hidden: desk.shows_work_of(team).text().is_some(),
        ..View::default()
    };
    if !view.hidden {
        let scene = Scene::of(desk, board, Instants::now(desk), None, |_| true).await?;
        view.hard = Some(shown(desk, &scene, &key).await?);
    }
    view.ask = ask;
    Ok(view)
}

async fn shown(desk: &Desk, scene: &Scene, key: &str) -> Result<HardView, Refusal> {
    let bodies = match scene.board.project_id() {
        Some(project) => desk.item_bodies(project).await?,
        None => HashMap::new(),
    };
    let asked = scene.work.by_key(key).ok_or_else(|| Refusal::not_found(format!("no item `{key}`")))?;
    let text = |item: &desk::work::Item| {
        format!("{} {}", item.title, bodies.get(&item.id).map(String::as_str).unwrap_or_default())
    };
    let finished: Vec<_> = scene
        .tracks
        .iter()
        .filter(|track| track.stage().is_some_and(|stage| stage >= scene.points.finish))
        .filter(|track| scene.item(track).id != asked.id)
        .collect();
    let texts: Vec<String> = finished.iter().map(|track| text(scene.item(track))).collect();
    let found = similar(&text(asked), &texts);
    let keys: Vec<String> = found.iter().map(|(place, _)| scene.item(finished[*place]).key.to_string()).collect();
    let touched = touched(desk, &keys).await?;
    let estimates = desk.records().list::<Estimate>().await?;
    let rules = (scene.preset.rules().0, TimeRule::WorkingTime);
    let alike = found.iter().map(|(place, cosine)| {
        let track = finished[*place];
        let item = scene.item(track);
        let said = estimates.iter().rfind(|one| one.body.item == *item.key && one.status == "accepted");
        let points = || item.estimate.map(|points| format!("{points} points"));
        let days = duration(track, scene.points, rules, &scene.calendar, scene.as_of);
        Alike {
            key: item.key.to_string(),
            title: item.title.to_string(),
            cosine: fine((cosine * 100.0).round() / 100.0),
            estimate: said.map(|one| one.body.words()).or_else(points),
            days: days.map(|days| (days * 10.0).round() / 10.0),
            files: Some(touched.iter().filter(|one| one.key == *item.key).count()).filter(|files| *files > 0),
        }
    });
    let alike: Vec<Alike> = alike.collect();
    let mut counts: Vec<f64> = alike.iter().filter_map(|one| one.files).map(|files| files as f64).collect();
    counts.sort_by(f64::total_cmp);
    let rated = desk.records().list::<Complexity>().await?;
    let own = rated.iter().rfind(|one| one.body.item == key);
    let done: HashSet<&str> = finished.iter().map(|track| &*scene.item(track).key).collect();
    let factor =
        own.map(|one| factor(scene, &rated.iter().map(|one| &one.body).collect::<Vec<_>>(), one.body.high(), &done));
    let files = files(desk, &touched).await?;
    Ok(HardView {
        item: key.to_owned(),
        title: asked.title.to_string(),
        marks: own.map(|one| one.body.marks().map(|(name, mark)| (name.to_owned(), mark)).into()).unwrap_or_default(),
        high: own.map(|one| one.body.high()),
        split: factor.map(|factor| (factor.low, factor.high, factor.own)),
        touched: percentile(&counts, 0.5).zip(percentile(&counts, 0.85)).map(|(half, most)| (half, most, counts.len())),
        partners: partners(desk, &files).await?,
        files,
        alike,
    })
}

/// The split factor of a mark: of the team's own finished items of the same mark, or of the table.
fn factor(scene: &Scene, rated: &[&Complexity], high: usize, done: &HashSet<&str>) -> Split {
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for one in rated {
        last.insert(&one.item, one.high());
    }
    let same = last.iter().filter(|(key, mark)| **mark == high && done.contains(**key));
    let parts = same.filter_map(|(key, _)| {
        let item = scene.work.by_key(key)?;
        let parts = scene.work.items().iter().filter(|one| one.parent == Some(item.id) && one.deleted_at.is_none());
        Some((parts.count() as f64).max(1.0))
    });
    split(high, &parts.collect::<Vec<_>>())
}

#[derive(Debug, Deserialize)]
struct Touched {
    key: String,
    repo: String,
    path: String,
}

const TOUCHED: &str = "SELECT DISTINCT k.key, c.repo, c.path FROM changes c
JOIN (
  SELECT repo, sha, unnest(work_item_keys) AS key FROM commits WHERE NOT is_bot(author_name, author_email)
) k ON k.repo = c.repo AND k.sha = c.sha
WHERE c.kind <> 'merge' AND c.role NOT IN ('generated', 'vendored') AND array_has($keys, k.key)
ORDER BY 1, 2, 3";

async fn touched(desk: &Desk, keys: &[String]) -> Result<Vec<Touched>, Refusal> {
    if keys.is_empty() || desk.facts().repos().is_empty() {
        return Ok(Vec::new());
    }
    Ok(desk.facts().rows(TOUCHED, &[("keys", lake::Param::Texts(keys.to_vec()))]).await?)
}

#[derive(Debug, Deserialize)]
struct Scored {
    repo: String,
    path: String,
    score: f64,
}

/// The files that most items touched, with what is known of them at the head.
async fn files(desk: &Desk, touched: &[Touched]) -> Result<Vec<TouchedFile>, Refusal> {
    let mut by: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for one in touched {
        *by.entry((&one.repo, &one.path)).or_default() += 1;
    }
    let mut all: Vec<((&str, &str), usize)> = by.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    all.truncate(FILES);
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let paths: Vec<String> = all.iter().map(|one| one.0.1.to_owned()).collect();
    let sql = "SELECT repo, path, score FROM hotspots WHERE array_has($paths, path)";
    let scores: Vec<Scored> = desk.facts().rows(sql, &[("paths", lake::Param::Texts(paths))]).await?;
    let name = |id: &str| {
        let found = desk.facts().repos().iter().find(|repo| repo.id == id);
        found.map_or_else(|| id.to_owned(), |repo| repo.name.clone())
    };
    let file = |((repo, path), items): ((&str, &str), usize)| TouchedFile {
        repo: name(repo),
        path: path.to_owned(),
        items,
        hotspot: scores.iter().find(|one| one.repo == repo && one.path == path).map(|one| fine(one.score)),
    };
    Ok(all.into_iter().map(file).collect())
}

#[derive(Debug, Deserialize)]
struct Coupled {
    repo: String,
    path_a: String,
    path_b: String,
    degree: f64,
}

/// What changes with these files in at least half of the commits.
async fn partners(desk: &Desk, files: &[TouchedFile]) -> Result<Vec<Partner>, Refusal> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let sql = "SELECT repo, path_a, path_b, degree FROM coupling
        WHERE degree >= 0.5 AND shared >= 5 AND array_has($paths, path_a) <> array_has($paths, path_b)
        ORDER BY degree DESC, repo, path_a, path_b";
    let found: Vec<Coupled> = desk.facts().rows(sql, &[("paths", lake::Param::Texts(paths.clone()))]).await?;
    let repos = desk.facts().repos();
    let partner = |one: Coupled| {
        let repo = repos.iter().find(|repo| repo.id == one.repo)?.name.clone();
        let (with, path) =
            if paths.contains(&one.path_a) { (one.path_a, one.path_b) } else { (one.path_b, one.path_a) };
        let of_ours = files.iter().any(|file| file.repo == repo && file.path == with);
        of_ours.then(|| Partner { repo, path, with, degree: fine(one.degree) })
    };
    Ok(found.into_iter().filter_map(partner).take(PARTNERS).collect())
}
