//! What changes together: by commits over the whole history (the lake's view), else counted here over the baskets asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use desk::{Desk, Refusal};

use super::{DAY, Rows};
use crate::code_quality::coupling::{self, Imports, Thresholds, degree_interval};
use crate::code_quality::facts::{CommitRow, ImportRow, PairRow, Part, TouchRow};
use crate::code_quality::view::{Coupled, CoupledAcross, Tied};
use crate::code_quality::{Ask, Basket};
use lake::bots::is_automatic;

/// Before every commit, and still an instant that the lake can hold.
const BEGINNING: i64 = -4_000_000_000_000;

/// Coupled pairs of files at the head, the strongest first.
pub(super) async fn coupled(
    desk: &Desk,
    part: &Part,
    rows: &Rows,
    names: &HashMap<&str, &str>,
    ask: &Ask,
) -> Result<Vec<Coupled>, Refusal> {
    let in_period = ask.scope.since.is_some();
    let pairs = if ask.basket == Basket::Commit && !in_period && part.as_of.is_none() {
        part.pairs(desk.facts()).await?
    } else {
        let wider = Part { since: if in_period { part.since } else { BEGINNING }, ..part.clone() };
        counted(&wider.commits(desk.facts()).await?, &wider.touches(desk.facts()).await?, ask.basket)
    };
    let edges = part.imports(desk.facts()).await?;
    let imports = imports_of(&edges);
    let told = told(rows, &edges);
    let here: HashSet<&str> = rows
        .files
        .iter()
        .map(|file| file.path.as_str())
        .chain(rows.others.iter().map(|file| file.path.as_str()))
        .collect();
    let found = pairs.into_iter().filter(|pair| here.contains(&*pair.path_a) && here.contains(&*pair.path_b));
    let found = found.map(|pair| {
        let known = |path: &str| told.contains(&(pair.repo.as_str(), path));
        let connected = imports.get(&*pair.repo).is_some_and(|imports| imports.connect(&pair.path_a, &pair.path_b));
        let tied = match (connected, known(&pair.path_a) && known(&pair.path_b)) {
            (true, _) => Tied::Declared,
            (false, true) => Tied::Hidden,
            (false, false) => Tied::NotTold,
        };
        Coupled {
            repo: names.get(pair.repo.as_str()).copied().unwrap_or(&pair.repo).to_owned(),
            interval: degree_interval(pair.shared, pair.revisions_a, pair.revisions_b),
            a: pair.path_a,
            b: pair.path_b,
            revisions_a: pair.revisions_a,
            revisions_b: pair.revisions_b,
            shared: pair.shared,
            degree: pair.degree,
            tied,
        }
    });
    Ok(found.collect())
}

/// Pairs that touch what was asked for, that side first.
pub(super) fn touching(pairs: Vec<Coupled>, asked: impl Fn(&str) -> bool) -> Vec<Coupled> {
    let turned = |pair: Coupled| {
        if asked(&pair.a) {
            return pair;
        }
        let (revisions_a, revisions_b) = (pair.revisions_b, pair.revisions_a);
        Coupled { a: pair.b, b: pair.a, revisions_a, revisions_b, ..pair }
    };
    pairs.into_iter().filter(|pair| asked(&pair.a) || asked(&pair.b)).map(turned).collect()
}

/// Pairs of two repositories by work item, where `asked` names one side at least; that side first. Over the whole history.
pub(super) async fn across(
    desk: &Desk,
    part: &Part,
    rows: &Rows,
    names: &HashMap<&str, &str>,
    asked: impl Fn(&str) -> bool,
) -> Result<Vec<CoupledAcross>, Refusal> {
    if part.repos.len() < 2 {
        return Ok(Vec::new());
    }
    let here: HashSet<(&str, &str)> = rows
        .files
        .iter()
        .map(|file| (file.repo.as_str(), file.path.as_str()))
        .chain(rows.others.iter().map(|file| (file.repo.as_str(), file.path.as_str())))
        .collect();
    let named = |repo: String, path: String| (names.get(repo.as_str()).copied().unwrap_or(&repo).to_owned(), path);
    let found = part.pairs_across(desk.facts()).await?.into_iter();
    let found = found
        .filter(|row| here.contains(&(&*row.repo_a, &*row.path_a)) && here.contains(&(&*row.repo_b, &*row.path_b)));
    let found = found.filter(|row| asked(&row.path_a) || asked(&row.path_b)).map(|row| {
        let (a, b) = ((row.repo_a, row.path_a, row.revisions_a), (row.repo_b, row.path_b, row.revisions_b));
        let (a, b) = if asked(&a.1) { (a, b) } else { (b, a) };
        CoupledAcross {
            revisions_a: a.2,
            revisions_b: b.2,
            a: named(a.0, a.1),
            b: named(b.0, b.1),
            shared: row.shared,
            degree: row.degree,
            interval: degree_interval(row.shared, row.revisions_a, row.revisions_b),
        }
    });
    Ok(found.collect())
}

fn imports_of(edges: &[ImportRow]) -> HashMap<&str, Imports<'_>> {
    let mut by_repo: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    for row in edges {
        by_repo.entry(&row.repo).or_default().push((&row.path, &row.target_path));
    }
    by_repo.into_iter().map(|(repo, edges)| (repo, Imports::new(edges))).collect()
}

/// Files in whose language imports are followed: in the same repository at least one leads to a file.
fn told<'a>(rows: &'a Rows, edges: &[ImportRow]) -> HashSet<(&'a str, &'a str)> {
    let importing: HashSet<(&str, &str)> = edges.iter().map(|row| (row.repo.as_str(), row.path.as_str())).collect();
    let languages: HashSet<(&str, Option<&str>)> = rows
        .files
        .iter()
        .filter(|file| file.language.is_some() && importing.contains(&(file.repo.as_str(), file.path.as_str())))
        .map(|file| (file.repo.as_str(), file.language.as_deref()))
        .collect();
    let told = rows.files.iter().filter(|file| languages.contains(&(file.repo.as_str(), file.language.as_deref())));
    told.map(|file| (file.repo.as_str(), file.path.as_str())).collect()
}

/// Pairs by baskets: a commit each, or one author's commits of a day (UTC) together.
fn counted(commits: &[CommitRow], touches: &[TouchRow], basket: Basket) -> Vec<PairRow> {
    let basket_of: HashMap<(&str, &str), String> = commits
        .iter()
        .filter(|commit| !is_automatic(&commit.author_name, &commit.author_email))
        .map(|commit| {
            let name = match basket {
                Basket::Commit => commit.sha.clone(),
                Basket::Day => format!("{} {}", commit.author_email, commit.at.div_euclid(DAY)),
            };
            ((commit.repo.as_str(), commit.sha.as_str()), name)
        })
        .collect();
    let mut repos: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for touch in touches {
        if let Some(basket) = basket_of.get(&(touch.repo.as_str(), touch.sha.as_str())) {
            repos.entry(&touch.repo).or_default().entry(basket).or_default().insert(&touch.path);
        }
    }
    let mut found: Vec<PairRow> = repos.iter().flat_map(|(repo, baskets)| of_repo(repo, baskets)).collect();
    found.sort_by(|a, b| b.degree.total_cmp(&a.degree).then(b.shared.cmp(&a.shared)));
    found
}

fn of_repo(repo: &str, baskets: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<PairRow> {
    let paths: BTreeSet<&str> = baskets.values().flatten().copied().collect();
    let paths: Vec<&str> = paths.into_iter().collect();
    let number = |path: &str| paths.binary_search(&path).ok().and_then(|place| u32::try_from(place).ok());
    let numbered: Vec<Vec<u32>> =
        baskets.values().map(|files| files.iter().filter_map(|path| number(path)).collect()).collect();
    let path = |number: u32| paths.get(number as usize).map_or_else(String::new, |path| (*path).to_owned());
    let (pairs, _) = coupling::pairs(&numbered, &Thresholds::default());
    let row = |pair: coupling::Pair| PairRow {
        repo: repo.to_owned(),
        path_a: path(pair.a),
        path_b: path(pair.b),
        revisions_a: pair.revisions_a,
        revisions_b: pair.revisions_b,
        shared: pair.shared,
        degree: pair.degree,
    };
    pairs.into_iter().map(row).collect()
}
