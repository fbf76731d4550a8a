//! The order in which everything reached `main`: numbers of change requests, messages that name them, parents of commits. A branch
//! whose files were changed on `main` meanwhile is rebased by whoever merges it, just before; all others keep where they began.

use std::collections::BTreeMap;

use super::Company;
use super::calendar::instant;
use super::facts::{
    ChangeId, ChangeState, Commit, CommitIx, CommitPlace, DeploymentId, Edit, Environment, MergeMethod, Op, Repository,
    Shape, WorkItem,
};
use super::words;
use super::world::World;

/// Numbers, orders and names what the repositories hold, and tells deployments which commit they put where.
pub(super) fn settle(world: &mut World) {
    let company = &mut world.company;
    number_changes(company);
    let mut of: Vec<Vec<ChangeId>> = vec![Vec::new(); company.repositories.len()];
    for (at, change) in company.changes.iter().enumerate() {
        of[change.repository.at()].push(ChangeId::of(at));
    }
    for (repository, changes) in of.iter().enumerate() {
        name_commits(company, repository, changes);
        let order = Order::of(company, repository, changes);
        let moved = order.moved;
        company.repositories[repository].commits = order.commits;
        let at = |old: CommitIx| moved[old.at()];
        for change in changes {
            let change = &mut company.changes[change.at()];
            change.commits.iter_mut().for_each(|it| *it = at(*it));
            change.landed = change.landed.map(at);
        }
        for release in company.releases.iter_mut().filter(|release| release.repository.at() == repository) {
            release.commit = at(release.commit);
        }
    }
    order_deployments(company);
    place_deployments(company);
}

/// Numbers count up in the order of opening.
fn number_changes(company: &mut Company) {
    let mut order: Vec<usize> = (0..company.changes.len()).collect();
    order.sort_by_key(|at| (company.changes[*at].opened_at, *at));
    let mut next = vec![1; company.repositories.len()];
    for at in order {
        let change = &mut company.changes[at];
        let next = &mut next[change.repository.at()];
        change.number = *next;
        *next += 1;
    }
}

fn name_commits(company: &mut Company, repository: usize, changes: &[ChangeId]) {
    let code = &mut company.repositories[repository];
    for id in changes {
        let change = &company.changes[id.at()];
        let item = change.items.first().map(|item| &company.items[item.at()]);
        for commit in &change.commits {
            let commit = &mut code.commits[commit.at()];
            if commit.place == CommitPlace::Branch {
                commit.subject = subject(code.shape, item, &commit.subject);
            }
        }
        let Some(landed) = change.landed else { continue };
        let reverted = code.commits[change.commits[0].at()].edits.iter().find_map(|edit| match edit.op {
            Op::Revert(commit) => Some(commit),
            _ => None,
        });
        if let Some(commit) = reverted {
            let subject = format!("Revert \"{}\"", code.commits[commit.at()].subject);
            let number = change.number;
            let first = &mut code.commits[change.commits[0].at()];
            let squashed = first.place == CommitPlace::Squashed;
            first.subject = if squashed { format!("{subject} (#{number})") } else { subject };
            let key = item.map(|item| format!("\n{}\n", item.key)).unwrap_or_default();
            first.body = format!("This reverts commit {{id}}.\n{key}");
            if squashed {
                continue;
            }
        }
        let commit = &mut code.commits[landed.at()];
        let number = change.number;
        if change.merge == MergeMethod::Squash {
            commit.subject = format!("{} (#{number})", subject(code.shape, item, &change.title));
            if commit.body.lines().count() < 2 {
                commit.body.clear();
            }
        } else {
            commit.subject = format!("Merge pull request #{number} from harbourline/{}", change.branch);
            let key = item.map(|item| format!("{}: ", item.key)).unwrap_or_default();
            commit.body = format!("{key}{}\n", change.title);
        }
    }
}

/// The first line as the repository's people write it.
fn subject(shape: Shape, item: Option<&WorkItem>, text: &str) -> String {
    use super::facts::ItemType;
    let Some(item) = item else { return text.to_owned() };
    let key = &item.key;
    let kind = match item.kind {
        ItemType::Bug | ItemType::Incident => "fix",
        ItemType::Feature | ItemType::Epic => "feat",
        ItemType::Debt => "refactor",
        ItemType::Task | ItemType::Spike => "chore",
    };
    match shape {
        Shape::Monorepo | Shape::Mobile => {
            let scope = item.labels.first().map_or("all", String::as_str);
            format!("{kind}({scope}): {text} [{key}]")
        }
        Shape::Legacy => format!("[{key}] {text}"),
        Shape::Service | Shape::Data if kind == "fix" => format!("{key}: fix: {text}"),
        Shape::Service | Shape::Data => format!("{key}: {}", words::capital(text)),
    }
}

/// What a commit touches, for telling whether a branch must be rebased: one file of an area, a whole area, or a paper of the repository.
type Touched = (u16, u32);
const WHOLE: u32 = u32::MAX;

fn touched(edit: &Edit, commits: &[Commit], changes: &[super::facts::ChangeRequest], out: &mut Vec<Touched>) {
    let paper = |number: u32| (u16::MAX, number);
    let own = match edit.op {
        Op::Grow | Op::Fix | Op::Refactor | Op::Rename | Op::Test => (edit.area, u32::from(edit.file)),
        Op::Split(file) => {
            out.push((edit.area, u32::from(file)));
            (edit.area, u32::from(edit.file))
        }
        Op::Revert(commit) => {
            let change = commits[commit.at()].change.map(|id| &changes[id.at()]);
            for commit in change.iter().flat_map(|change| &change.commits) {
                for edit in commits[commit.at()].edits.iter().filter(|edit| !matches!(edit.op, Op::Revert(_))) {
                    touched(edit, commits, changes, out);
                }
            }
            (edit.area, u32::from(edit.file))
        }
        Op::Found | Op::Format => (edit.area, WHOLE),
        Op::Dependency | Op::Release => paper(1),
        Op::Document => paper(2),
        Op::Decision => paper(3),
        Op::Pipeline => paper(4),
        Op::Owners | Op::Mailmap | Op::IgnoreRevs(_) => paper(5),
    };
    out.push(own);
}

/// The commits of a repository in the order of writing, and where each old index went.
struct Order {
    commits: Vec<Commit>,
    moved: Vec<CommitIx>,
    /// What is on `main`: when, and which commit.
    main: Vec<(i64, CommitIx)>,
    /// At which length of `main` something was touched last.
    last: BTreeMap<Touched, usize>,
}

impl Order {
    fn of(company: &Company, repository: usize, changes: &[ChangeId]) -> Self {
        let code = &company.repositories[repository];
        let mut landings: Vec<(i64, usize)> = Vec::new();
        for (at, commit) in code.commits.iter().enumerate() {
            if commit.place != CommitPlace::Branch {
                landings.push((commit.committed_at.as_second(), at));
            }
        }
        landings.sort_unstable();
        let moved = vec![CommitIx(u32::MAX); code.commits.len()];
        let mut order =
            Self { commits: Vec::with_capacity(moved.len()), moved, main: Vec::new(), last: BTreeMap::new() };
        for (_, at) in landings {
            order.land(company, code, at);
        }
        for id in changes.iter().filter(|id| company.changes[id.at()].state == ChangeState::Open) {
            order.branch(company, code, &company.changes[id.at()].commits, i64::MAX);
        }
        for commit in &mut order.commits {
            for edit in &mut commit.edits {
                match &mut edit.op {
                    Op::Revert(at) | Op::IgnoreRevs(at) => *at = order.moved[at.at()],
                    _ => {}
                }
            }
        }
        order
    }

    fn land(&mut self, company: &Company, code: &Repository, at: usize) {
        let old = &code.commits[at];
        let head = self.main.last().map(|(_, id)| *id);
        let mut parents: Vec<CommitIx> = head.into_iter().collect();
        let mut touches = Vec::new();
        if old.place == CommitPlace::Merge {
            let change = old.change.map(|id| &company.changes[id.at()]);
            let commits = change.map_or(&[][..], |change| &change.commits);
            parents.extend(self.branch(company, code, commits, old.committed_at.as_second()));
            touches = touches_of(company, code, commits);
        } else {
            old.edits.iter().for_each(|edit| touched(edit, &code.commits, &company.changes, &mut touches));
        }
        let id = self.push(old, at, parents);
        self.main.push((old.committed_at.as_second(), id));
        for touch in touches {
            self.last.insert(touch, self.main.len());
        }
    }

    /// Writes the commits of a branch that ends at `end`; gives the last one.
    fn branch(&mut self, company: &Company, code: &Repository, commits: &[CommitIx], end: i64) -> Option<CommitIx> {
        let begun = code.commits[commits.first()?.at()].authored_at.as_second();
        let base = self.main.partition_point(|(at, _)| *at <= begun);
        let touches = touches_of(company, code, commits);
        let fresh = |touch: &Touched| {
            let area = self.last.get(&(touch.0, WHOLE)).copied().unwrap_or(0);
            self.last.get(touch).copied().unwrap_or(0).max(area) <= base
        };
        let parallel = base > 0 && touches.iter().all(fresh);
        let (head_at, mut parent) = if parallel { self.main[base - 1] } else { *self.main.last()? };
        let merged_by = code.commits[commits.first()?.at()].change.and_then(|id| company.changes[id.at()].merged_by);
        let mut earliest = head_at;
        for (number, old) in commits.iter().enumerate() {
            let left = (commits.len() - number) as i64;
            let id = self.push(&code.commits[old.at()], old.at(), vec![parent]);
            let commit = &mut self.commits[id.at()];
            let written = commit.authored_at.as_second();
            let put = if parallel || end == i64::MAX { written } else { written.max(end - left * 40) };
            let put = put.max(earliest).min(end);
            earliest = put;
            commit.committed_at = instant(put);
            if put != written {
                commit.committer = merged_by;
            }
            parent = id;
        }
        Some(parent)
    }

    fn push(&mut self, old: &Commit, at: usize, parents: Vec<CommitIx>) -> CommitIx {
        let id = CommitIx::of(self.commits.len());
        self.moved[at] = id;
        self.commits.push(Commit { parents, ..old.clone() });
        id
    }
}

fn touches_of(company: &Company, code: &Repository, commits: &[CommitIx]) -> Vec<Touched> {
    let mut touches = Vec::new();
    for commit in commits {
        for edit in &code.commits[commit.at()].edits {
            touched(edit, &code.commits, &company.changes, &mut touches);
        }
    }
    touches
}

/// In the order of their beginning, which incidents follow.
fn order_deployments(company: &mut Company) {
    let mut order: Vec<usize> = (0..company.deployments.len()).collect();
    order.sort_by_key(|at| (company.deployments[*at].started_at, *at));
    let mut moved = vec![DeploymentId(0); order.len()];
    for (new, old) in order.iter().enumerate() {
        moved[*old] = DeploymentId::of(new);
    }
    company.deployments = order.iter().map(|at| company.deployments[*at].clone()).collect();
    for incident in &mut company.incidents {
        incident.deployment = moved[incident.deployment.at()];
    }
}

/// A deployment puts what was on `main` when it began; a rollback what was there before.
fn place_deployments(company: &mut Company) {
    let mains: Vec<Vec<(i64, CommitIx)>> = company.repositories.iter().map(main_line).collect();
    let mut before: BTreeMap<(usize, String, bool), (CommitIx, CommitIx)> = BTreeMap::new();
    for deployment in &mut company.deployments {
        let main = &mains[deployment.repository.at()];
        let at = main.partition_point(|(at, _)| *at <= deployment.started_at.as_second());
        let head = main[at.saturating_sub(1)].1;
        let production = deployment.environment == Environment::Production;
        let key = (deployment.repository.at(), deployment.service.clone(), production);
        let (last, current) = before.get(&key).copied().unwrap_or((head, head));
        deployment.commit = if deployment.rollback { last } else { head };
        if deployment.result == super::facts::DeploymentResult::Success && !deployment.rollback {
            before.insert(key, (current, head));
        }
    }
}

fn main_line(code: &Repository) -> Vec<(i64, CommitIx)> {
    let on_main = code.commits.iter().enumerate().filter(|(_, commit)| commit.place != CommitPlace::Branch);
    on_main.map(|(at, commit)| (commit.committed_at.as_second(), CommitIx::of(at))).collect()
}
