//! The files of one repository as they stand while its history is written: models, not texts, so that a large company fits.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Company;
use super::calendar::{DAY, date_of};
use super::dice::Dice;
use super::facts::{ChangeId, Commit, CommitPlace, Edit, Language, Op, Repository, Shape};
use super::source::{Papers, Source, file_name, fix, grow, refactor, rename, split, start, test_of};

/// A file of an area: which area, which file.
type Spot = (u16, u16);

#[derive(Debug, Clone)]
struct Module {
    code: Source,
    path: String,
    tests: Option<(Source, String)>,
    /// The change request that edited it last.
    change: Option<ChangeId>,
}

/// What a commit does to the tree: a text, or nothing where a file goes.
pub(super) type Written = BTreeMap<String, Option<String>>;

/// The files of a repository.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    company: &'a Company,
    code: &'a Repository,
    seed: u64,
    modules: BTreeMap<Spot, Module>,
    taken: HashSet<String>,
    papers: Papers,
    news: Vec<String>,
    /// Changes that will be taken back, with what they found.
    kept: HashMap<ChangeId, Vec<(Spot, Option<Module>)>>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(company: &'a Company, at: usize) -> Self {
        let code = &company.repositories[at];
        let seed = company.plan.seed.wrapping_add(at as u64 * 7919);
        let reverts = code.commits.iter().flat_map(|commit| &commit.edits).filter_map(|edit| match edit.op {
            Op::Revert(commit) => code.commits[commit.at()].change,
            _ => None,
        });
        Self {
            company,
            code,
            seed,
            modules: BTreeMap::new(),
            taken: HashSet::new(),
            papers: Papers::new(code, &mut Dice::of(seed, "papers", 0)),
            news: Vec::new(),
            kept: reverts.map(|change| (change, Vec::new())).collect(),
        }
    }

    /// Does what a commit does. `id_of` tells the ids of commits that are written already.
    pub(super) fn commit<E>(
        &mut self,
        number: usize,
        commit: &Commit,
        mut id_of: impl FnMut(usize) -> Result<String, E>,
    ) -> Result<Written, E> {
        let mut dice = Dice::of(self.seed, "text", number as u64);
        let mut written = Written::new();
        let mut dirty = BTreeSet::new();
        for edit in &commit.edits {
            self.keep(commit.change, edit);
            match edit.op {
                Op::IgnoreRevs(of) => {
                    let text = format!("# New layout, no new behaviour.\n{}\n", id_of(of.at())?);
                    written.insert(".git-blame-ignore-revs".into(), Some(text));
                }
                op => self.edit(edit, op, commit, &mut dirty, &mut written, &mut dice),
            }
        }
        let told = matches!(commit.place, CommitPlace::Merge | CommitPlace::Squashed);
        if told && self.news.len() < 40 {
            let text = if commit.place == CommitPlace::Merge { commit.body.trim() } else { &commit.subject };
            self.news.push(text.to_owned());
        }
        for spot in dirty {
            self.print(spot, commit.change, &mut written);
        }
        Ok(written)
    }

    /// Remembers a file before a change that will be taken back.
    fn keep(&mut self, change: Option<ChangeId>, edit: &Edit) {
        let Some(kept) = change.and_then(|id| self.kept.get_mut(&id)) else { return };
        let other = if let Op::Split(file) = edit.op { Some((edit.area, file)) } else { None };
        for spot in [Some((edit.area, edit.file)), other].into_iter().flatten() {
            if !kept.iter().any(|(it, _)| *it == spot) {
                kept.push((spot, self.modules.get(&spot).cloned()));
            }
        }
    }

    fn edit(
        &mut self,
        edit: &Edit,
        op: Op,
        commit: &Commit,
        dirty: &mut BTreeSet<Spot>,
        written: &mut Written,
        dice: &mut Dice,
    ) {
        let spot = (edit.area, edit.file);
        let mut put = |papers: Vec<(String, String)>| {
            written.extend(papers.into_iter().map(|(path, text)| (path, Some(text))));
        };
        match op {
            Op::Found => {
                for file in 0..self.code.areas[usize::from(edit.area)].first_files {
                    self.module((edit.area, file), dice);
                    dirty.insert((edit.area, file));
                }
            }
            Op::Grow | Op::Fix | Op::Test | Op::Refactor => {
                self.module(spot, dice);
                self.change_code(spot, op, dice);
                dirty.insert(spot);
            }
            Op::Rename => {
                self.module(spot, dice);
                self.rename(spot, written, dice);
                dirty.insert(spot);
            }
            Op::Split(file) => {
                self.split(spot, (edit.area, file), dice);
                dirty.extend([spot, (edit.area, file)]);
            }
            Op::Revert(of) => self.revert(of.at(), spot, dirty, written, dice),
            Op::Format => {
                for (spot, module) in self.modules.range_mut((edit.area, 0)..(edit.area + 1, 0)) {
                    module.code.lay_out();
                    if let Some((tests, _)) = &mut module.tests {
                        tests.lay_out();
                    }
                    dirty.insert(*spot);
                }
            }
            Op::Dependency => put(self.papers.bump(dice)),
            Op::Document => put(self.papers.document(dice)),
            Op::Pipeline => put(self.papers.pipeline(dice)),
            Op::Decision => {
                let on = date_of(commit.committed_at.as_second().div_euclid(DAY)).to_string();
                put(self.papers.decide(dice, &on));
            }
            Op::Release => {
                let news = std::mem::take(&mut self.news);
                put(self.papers.release(commit.subject.trim_start_matches("Release "), &news));
            }
            Op::Owners => {
                put(self.papers.all());
                put(vec![(".github/CODEOWNERS".into(), self.code.code_owners.clone())]);
            }
            Op::Mailmap => put(vec![(".mailmap".into(), self.mailmap())]),
            Op::IgnoreRevs(_) => {}
        }
    }

    fn mailmap(&self) -> String {
        let people = self.company.people.iter();
        let two = people.filter_map(|person| person.former_email.as_ref().map(|(former, _)| (person, former)));
        two.map(|(person, former)| format!("{} <{}> <{former}>\n", person.name, person.email)).collect()
    }

    /// Makes sure that a file is there.
    fn module(&mut self, spot: Spot, dice: &mut Dice) {
        if self.modules.contains_key(&spot) {
            return;
        }
        let area = &self.code.areas[usize::from(spot.0)];
        let mut code = start(area.language, spot.0, spot.1, self.seed, dice);
        if self.code.shape == Shape::Legacy {
            for _ in 0..6 {
                grow(&mut code, 60, dice);
            }
        }
        self.add(spot, code, dice);
    }

    fn add(&mut self, spot: Spot, mut code: Source, dice: &mut Dice) {
        let area = &self.code.areas[usize::from(spot.0)];
        code.neat = self.modules.range((spot.0, 0)..(spot.0 + 1, 0)).next().is_some_and(|(_, other)| other.code.neat);
        let path = self.free_path(&area.folder, &mut code);
        let share = if self.code.shape == Shape::Legacy { 20 } else { 70 };
        let tested = area.language != Language::Yaml && dice.chance(share);
        let tests = tested.then(|| test_of(&code, dice)).map(|tests| {
            let path = format!("{}{}", area.tests, file_name(&tests));
            (tests, path)
        });
        self.modules.insert(spot, Module { code, path, tests, change: None });
    }

    fn free_path(&mut self, folder: &str, code: &mut Source) -> String {
        let mut path = format!("{folder}{}", file_name(code));
        while !self.taken.insert(path.clone()) {
            code.turn += 1;
            path = format!("{folder}{}", file_name(code));
        }
        path
    }

    fn change_code(&mut self, spot: Spot, op: Op, dice: &mut Dice) {
        let legacy = self.code.shape == Shape::Legacy;
        let Some(module) = self.modules.get_mut(&spot) else { return };
        let lines = 4 + dice.skewed(44);
        match op {
            Op::Grow => grow(&mut module.code, lines, dice),
            Op::Fix => fix(&mut module.code, dice),
            Op::Refactor => refactor(&mut module.code, dice),
            _ => {}
        }
        if let Some((tests, _)) = module.tests.as_mut().filter(|_| op == Op::Test || (!legacy && dice.chance(55))) {
            if op == Op::Fix || tests.lines > 260 { fix(tests, dice) } else { grow(tests, lines / 2, dice) }
        }
    }

    fn rename(&mut self, spot: Spot, written: &mut Written, dice: &mut Dice) {
        let area = &self.code.areas[usize::from(spot.0)];
        let Some(mut module) = self.modules.remove(&spot) else { return };
        let mut code = module.code.clone();
        rename(&mut code, dice);
        let path = format!("{}{}", area.folder, file_name(&code));
        if !self.taken.contains(&path) {
            written.insert(std::mem::replace(&mut module.path, path.clone()), None);
            self.taken.insert(path);
            module.code = code;
            if let Some((tests, path)) = &mut module.tests {
                (tests.noun, tests.turn) = (module.code.noun, module.code.turn);
                written.insert(std::mem::replace(path, format!("{}{}", area.tests, file_name(tests))), None);
            }
        }
        self.modules.insert(spot, module);
    }

    fn split(&mut self, spot: Spot, other: Spot, dice: &mut Dice) {
        self.module(spot, dice);
        let there = self.modules.contains_key(&other);
        let Some(module) = self.modules.get_mut(&spot) else { return };
        if there {
            refactor(&mut module.code, dice);
            return;
        }
        let new = split(&mut module.code, spot.0, other.1, self.seed);
        self.add(other, new, dice);
    }

    /// Puts back what a change found, as far as nobody has touched it since.
    fn revert(&mut self, of: usize, spot: Spot, dirty: &mut BTreeSet<Spot>, written: &mut Written, dice: &mut Dice) {
        let Some(change) = self.code.commits[of].change else { return };
        let kept = self.kept.get(&change).cloned().unwrap_or_default();
        let mut done = false;
        for (spot, before) in kept {
            let untouched = self.modules.get(&spot).is_some_and(|module| module.change == Some(change));
            if !untouched {
                continue;
            }
            done = true;
            let Some(old) = self.modules.remove(&spot) else { continue };
            written.insert(old.path, None);
            written.extend(old.tests.map(|(_, path)| (path, None)));
            if let Some(before) = before {
                self.modules.insert(spot, before);
                dirty.insert(spot);
            }
        }
        if !done {
            self.module(spot, dice);
            self.change_code(spot, Op::Fix, dice);
            dirty.insert(spot);
        }
    }

    fn print(&mut self, spot: Spot, change: Option<ChangeId>, written: &mut Written) {
        let area = &self.code.areas[usize::from(spot.0)].name;
        let Some(module) = self.modules.get_mut(&spot) else { return };
        module.change = change;
        written.insert(module.path.clone(), Some(module.code.print(area)));
        if let Some((tests, path)) = &mut module.tests {
            written.insert(path.clone(), Some(tests.print(area)));
        }
    }

    /// Takes the tree back to where it was before `work`: what open branches hold is not on `main`.
    pub(super) fn aside<T>(&mut self, spots: &[Edit], work: impl FnOnce(&mut Self) -> T) -> T {
        let saved: Vec<(Spot, Option<Module>)> = spots
            .iter()
            .flat_map(|edit| {
                let other = if let Op::Split(file) = edit.op { file } else { edit.file };
                [(edit.area, edit.file), (edit.area, other)]
            })
            .map(|spot| (spot, self.modules.get(&spot).cloned()))
            .collect();
        let (papers, taken) = (self.papers.clone(), self.taken.clone());
        let result = work(self);
        (self.papers, self.taken) = (papers, taken);
        for (spot, module) in saved {
            match module {
                Some(module) => drop(self.modules.insert(spot, module)),
                None => drop(self.modules.remove(&spot)),
            }
        }
        result
    }
}
