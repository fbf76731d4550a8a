//! The company as Git and the facts have it: the same plan twice, every named commit there, nobody after leaving.

use std::path::Path;

use proptest::prelude::*;

use super::agreement::disagreements;
use super::facts::{ChangeState, CommitPlace, Knowers, PersonKind};
use super::{Company, DemoError, Form, Plan, write_repositories};
use crate::git::{EPOCH, run};

fn plan(seed: u64) -> Plan {
    Plan::new(seed, jiff::civil::date(2026, 11, 20))
}

fn small(seed: u64) -> Plan {
    Plan { people: 9, repositories: 2, years: 1, ..plan(seed) }
}

fn git(folder: &Path, arguments: &[&str], input: &str) -> String {
    let output = run(folder, arguments, EPOCH, &("Ann".into(), "ann@example.org".into()), input.as_bytes());
    String::from_utf8(output).unwrap()
}

/// The small company, written; the folder must be kept.
fn written(plan: &Plan) -> (Company, tempfile::TempDir, Vec<std::path::PathBuf>) {
    let folder = tempfile::TempDir::new().unwrap();
    let mut company = Company::simulate(plan);
    let paths = write_repositories(&mut company, folder.path(), Form::Bare).unwrap();
    (company, folder, paths)
}

fn heads(paths: &[std::path::PathBuf]) -> Vec<String> {
    paths.iter().map(|path| git(path, &["rev-parse", "main"], "")).collect()
}

#[test]
fn the_default_company_agrees() {
    let found = disagreements(&Company::simulate(&plan(7)));
    assert!(found.is_empty(), "{} disagreements: {:#?}", found.len(), &found[..found.len().min(12)]);
}

#[test]
fn the_default_company_is_alive() {
    let company = Company::simulate(&plan(7));
    let commits: usize = company.repositories.iter().map(|code| code.commits.len()).sum();
    let humans = company.people.iter().filter(|person| person.kind == PersonKind::Human).count();
    assert_eq!((humans, company.repositories.len(), company.plan.teams()), (24, 5, 3));
    assert!((5_000..10_000).contains(&commits), "{commits} commits");
    assert!((2_000..3_500).contains(&company.items.len()), "{} items", company.items.len());
    assert!((10..120).contains(&company.incidents.len()), "{} incidents", company.incidents.len());
    assert!(company.changes.iter().any(|change| change.state == ChangeState::Open));
    assert!(company.changes.iter().any(|change| change.state == ChangeState::Closed));
    let paired = company.repositories.iter().flat_map(|code| &code.commits).filter(|it| !it.co_authors.is_empty());
    assert!(paired.count() > 100);
}

#[test]
fn same_plan_gives_same_company() {
    assert_eq!(Company::simulate(&small(3)), Company::simulate(&small(3)));
}

#[test]
fn another_seed_gives_another_company() {
    let (one, other) = (Company::simulate(&small(3)), Company::simulate(&small(4)));
    assert_ne!(one.items, other.items);
    assert_ne!(one.people, other.people);
}

#[test]
fn same_plan_gives_same_ids() {
    let (one, _kept, paths) = written(&small(5));
    let (other, _kept_too, other_paths) = written(&small(5));
    assert_eq!(heads(&paths), heads(&other_paths));
    assert_eq!(one, other);
    let (_, _folder, different) = written(&small(6));
    assert_ne!(heads(&paths), heads(&different));
}

/// The ids are the same on every machine; whoever changes the company on purpose writes down the new one.
#[test]
fn ids_are_those_of_elsewhere() {
    let (_, _folder, paths) = written(&Plan { people: 4, repositories: 1, ..small(1) });
    assert_eq!(heads(&paths)[0].trim(), "973a4b7962220d7dd699ddf489006092228f4409");
}

#[test]
fn every_named_commit_exists() {
    let (company, _folder, paths) = written(&small(5));
    for (code, path) in company.repositories.iter().zip(&paths) {
        let ids: String = code.commits.iter().map(|commit| format!("{}\n", commit.id.unwrap())).collect();
        let answer = git(path, &["cat-file", "--batch-check=%(objecttype)"], &ids);
        assert_eq!(answer.lines().filter(|kind| *kind == "commit").count(), code.commits.len());
        let reachable = git(path, &["rev-list", "--all", "--count"], "");
        assert_eq!(reachable.trim(), code.commits.len().to_string());
        let head = code.commits.iter().rev().find(|commit| commit.place != CommitPlace::Branch).unwrap();
        assert_eq!(git(path, &["rev-parse", "main"], "").trim(), head.id.unwrap().to_string());
    }
}

#[test]
fn git_says_what_the_company_says() {
    let (company, _folder, paths) = written(&small(5));
    for (code, path) in company.repositories.iter().zip(&paths) {
        let log = git(path, &["log", "--all", "--format=%H%x09%P%x09%at%x09%ct%x09%an%x09%s"], "");
        let lines: std::collections::HashSet<&str> = log.lines().collect();
        for commit in &code.commits {
            let parents: Vec<String> =
                commit.parents.iter().map(|at| code.commits[at.at()].id.unwrap().to_string()).collect();
            let (written, put) = (commit.authored_at.as_second(), commit.committed_at.as_second());
            let name = &company.people[commit.author.at()].name;
            let id = commit.id.unwrap();
            let line = format!("{id}\t{}\t{written}\t{put}\t{name}\t{}", parents.join(" "), commit.subject);
            assert!(lines.contains(line.as_str()), "{line}");
        }
        git(path, &["fsck", "--strict", "--no-dangling"], "");
    }
}

#[test]
fn merges_bring_their_branch() {
    let (company, _folder, paths) = written(&Plan { repositories: 1, ..small(5) });
    let code = &company.repositories[0];
    let merges = code.commits.iter().filter(|commit| commit.place == CommitPlace::Merge);
    for merge in merges.take(40) {
        let branch = code.commits[merge.parents[1].at()].id.unwrap();
        let id = merge.id.unwrap();
        let base = git(&paths[0], &["merge-base", &format!("{id}^1"), &branch.to_string()], "");
        let brought = git(&paths[0], &["diff", "--name-only", base.trim(), &branch.to_string()], "");
        let merged = git(&paths[0], &["diff", "--name-only", &format!("{id}^1"), &id.to_string()], "");
        assert_eq!(brought, merged, "{}", merge.subject);
    }
}

#[test]
fn tags_and_open_branches_exist() {
    let (company, _folder, paths) = written(&Plan { people: 16, ..small(5) });
    for release in &company.releases {
        let tagged = git(&paths[release.repository.at()], &["rev-parse", &format!("{}^{{commit}}", release.tag)], "");
        let commit = &company.repositories[release.repository.at()].commits[release.commit.at()];
        assert_eq!(tagged.trim(), commit.id.unwrap().to_string());
    }
    for change in company.changes.iter().filter(|it| it.state == ChangeState::Open && !it.commits.is_empty()) {
        let code = &company.repositories[change.repository.at()];
        let head = git(&paths[change.repository.at()], &["rev-parse", &change.branch], "");
        assert_eq!(head.trim(), code.commits[change.commits.last().unwrap().at()].id.unwrap().to_string());
    }
}

#[test]
fn one_area_lost_its_knower() {
    let company = Company::simulate(&plan(7));
    let mut gone = 0;
    for (code, area) in company.repositories.iter().flat_map(|code| code.areas.iter().map(move |area| (code, area))) {
        let Knowers::Only(person) = area.knowers else { continue };
        gone += usize::from(company.people[person.at()].left_on.is_some());
        let at = code.areas.iter().position(|it| it == area).unwrap();
        let touching =
            code.commits.iter().filter(|it| it.edits.first().is_some_and(|edit| usize::from(edit.area) == at));
        let (theirs, others): (Vec<_>, Vec<_>) = touching.partition(|commit| commit.author == person);
        assert!(theirs.len() > 3 * others.len(), "{}: {} and {}", area.name, theirs.len(), others.len());
    }
    assert_eq!(gone, 1);
}

#[test]
fn facts_survive_being_written_down() {
    let company = Company::simulate(&small(9));
    let text = serde_json::to_string(&company).unwrap();
    assert_eq!(serde_json::from_str::<Company>(&text).unwrap(), company);
}

#[test]
fn a_taken_folder_is_refused() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("quayside.git")).unwrap();
    let mut company = Company::simulate(&Plan { repositories: 1, ..small(1) });
    let answer = write_repositories(&mut company, folder.path(), Form::Bare);
    assert!(matches!(answer, Err(DemoError::Taken { .. })), "{answer:?}");
}

#[test]
fn files_lie_beside_git() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut company = Company::simulate(&Plan { repositories: 1, ..small(1) });
    let paths = write_repositories(&mut company, folder.path(), Form::WithFiles).unwrap();
    assert!(paths[0].join("README.md").is_file());
    assert_eq!(git(&paths[0], &["status", "--porcelain"], ""), "");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_small_company_agrees(seed: u64, people in 4_u32..40, repositories in 1_u32..9, years in 1_u32..3, day in 0_i32..700) {
        let until = jiff::civil::date(2025, 1, 1).saturating_add(jiff::Span::new().days(day));
        let found = disagreements(&Company::simulate(&Plan { seed, until, people, repositories, years }));
        prop_assert!(found.is_empty(), "{} disagreements: {:#?}", found.len(), &found[..found.len().min(8)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_small_company_can_be_written(seed: u64, people in 4_u32..12, repositories in 1_u32..6) {
        let (company, _folder, paths) = written(&Plan { seed, people, repositories, ..small(0) });
        for (code, path) in company.repositories.iter().zip(&paths) {
            let reachable = git(path, &["rev-list", "--all", "--count"], "");
            prop_assert_eq!(reachable.trim(), code.commits.len().to_string());
            prop_assert!(code.commits.iter().all(|commit| commit.id.is_some()));
        }
    }
}
