//! Change requests with their commits, as far as they have happened, and the faults that they bring.

use std::cmp::Reverse;

use super::calendar::{DAY, Moment, instant};
use super::course::Asked;
use super::dice::Dice;
use super::facts::{
    ChangeId, ChangeRequest, ChangeState, Commit, CommitIx, CommitPlace, Edit, ItemType, MergeMethod, Op, PersonId,
    RepositoryId, Review, WorkItemId,
};
use super::world::{Fault, World};

impl World {
    /// Adds a change request with its commits, as far as they have happened.
    pub(super) fn add_change(&mut self, author: PersonId, item: Option<WorkItemId>, branch: String, asked: &Asked) {
        if asked.opened > self.now {
            return;
        }
        let (id, repository) = (ChangeId::of(self.company.changes.len()), asked.repository);
        let ended = asked.end <= self.now;
        let state = match asked.merger {
            _ if !ended => ChangeState::Open,
            Some(_) => ChangeState::Merged,
            None => ChangeState::Closed,
        };
        let merge = self.company.repositories[repository].merges;
        let merged = state == ChangeState::Merged;
        let reviews = asked.looks.iter().filter(|look| look.at <= self.now);
        let reviews: Vec<Review> = reviews
            .map(|look| Review {
                reviewer: PersonId::of(look.reviewer),
                state: look.state,
                at: instant(look.at),
                comments: look.comments,
            })
            .collect();
        let mut change = ChangeRequest {
            repository: RepositoryId::of(repository),
            number: 0,
            title: asked.title.clone(),
            branch,
            author,
            opened_at: instant(asked.opened),
            ready_at: (asked.ready <= self.now).then(|| instant(asked.ready)),
            state,
            merged_at: merged.then(|| instant(asked.end)),
            closed_at: ended.then(|| instant(asked.end)),
            merged_by: asked.merger.filter(|_| merged).map(PersonId::of),
            merge,
            commits: Vec::new(),
            landed: None,
            items: item.into_iter().collect(),
            reviews,
        };
        if merged || (state == ChangeState::Open && asked.merger.is_some()) {
            self.commit(&mut change, id, asked);
        }
        if merged {
            self.yards[repository].merged.push(Reverse((asked.end, id)));
            self.expect_fault(id, repository, asked, item);
        }
        self.company.changes.push(change);
    }

    fn commit(&mut self, change: &mut ChangeRequest, id: ChangeId, asked: &Asked) {
        let author = change.author;
        let offset = |at: Moment| self.staff.hands.get(author.at()).map_or(0, |hand| hand.offset_minutes(at));
        let squash = change.merge == MergeMethod::Squash && change.state == ChangeState::Merged;
        let mut commits: Vec<Commit> = Vec::new();
        for stroke in asked.strokes.iter().filter(|stroke| stroke.at <= self.now) {
            let co_authors = stroke.pair.map(PersonId::of).into_iter().collect();
            let mut commit = blank(author, stroke.at, offset(stroke.at), CommitPlace::Branch);
            commit.co_authors = co_authors;
            commit.subject.clone_from(&stroke.subject);
            commit.edits.clone_from(&stroke.edits);
            commit.change = Some(id);
            commits.push(commit);
        }
        if squash {
            let whole = self.squash(author, asked.end, &commits);
            commits = vec![whole];
        }
        let repository = &mut self.company.repositories[change.repository.at()];
        for commit in commits {
            note_files(&mut repository.areas, &commit.edits);
            change.commits.push(CommitIx::of(repository.commits.len()));
            repository.commits.push(commit);
        }
        if change.state == ChangeState::Merged {
            change.landed = change.commits.last().copied();
        }
        if change.state == ChangeState::Merged && !squash {
            let by = change.merged_by.unwrap_or(author);
            let minutes = self.staff.hands.get(by.at()).map_or(0, |hand| hand.offset_minutes(asked.end));
            let mut merge = blank(by, asked.end, minutes, CommitPlace::Merge);
            merge.committer = None;
            merge.change = Some(id);
            change.landed = Some(CommitIx::of(repository.commits.len()));
            repository.commits.push(merge);
        }
    }

    /// One commit in place of those of a branch, dated by its author when the last of them was written.
    fn squash(&self, author: PersonId, end: Moment, commits: &[Commit]) -> Commit {
        let mut whole = blank(author, end, 0, CommitPlace::Squashed);
        whole.committer = None;
        for commit in commits {
            (whole.authored_at, whole.offset_minutes) = (commit.authored_at, commit.offset_minutes);
            whole.change = commit.change;
            whole.body.push_str(&format!("* {}\n", commit.subject));
            whole.co_authors.extend(&commit.co_authors);
            whole.edits.extend(&commit.edits);
        }
        let day = whole.authored_at.as_second().div_euclid(DAY);
        whole.co_authors.sort_unstable();
        whole.co_authors.dedup();
        whole.co_authors.retain(|other| self.staff.hands[other.at()].works(day));
        whole
    }

    /// Changes of what is changed often bring more faults.
    fn expect_fault(&mut self, id: ChangeId, repository: usize, asked: &Asked, item: Option<WorkItemId>) {
        let Some(edit) = asked.strokes.first().and_then(|stroke| stroke.edits.first()).copied() else { return };
        let churn = self.yards[repository].churn.entry((edit.area, edit.file)).or_default();
        *churn += 1;
        let churn = *churn;
        let kind = item.map(|item| self.company.items[item.at()].kind);
        let mut dice = Dice::of(self.plan.seed, "fault", u64::from(id.0));
        let risky = matches!(kind, Some(ItemType::Feature | ItemType::Debt | ItemType::Bug));
        if risky
            && matches!(edit.op, Op::Grow | Op::Fix | Op::Refactor | Op::Split(_))
            && dice.chance(9 + churn.min(60) / 3)
        {
            let day = asked.end.div_euclid(DAY) + 1 + dice.skewed(80) as i64;
            let fault = Fault { repository, area: edit.area, file: edit.file, cause: id };
            self.faults.entry(day).or_default().push(fault);
        }
    }
}

/// Makes sure that areas know of every file that something was done to.
pub(super) fn note_files(areas: &mut [super::facts::Area], edits: &[Edit]) {
    for edit in edits {
        let area = &mut areas[usize::from(edit.area)];
        let new = if let Op::Split(file) = edit.op { file } else { edit.file };
        area.files = area.files.max(new + 1);
    }
}

/// A commit that says and does nothing yet.
pub(super) fn blank(author: PersonId, at: Moment, offset_minutes: i16, place: CommitPlace) -> Commit {
    Commit {
        author,
        co_authors: Vec::new(),
        committer: Some(author),
        authored_at: instant(at),
        committed_at: instant(at),
        offset_minutes,
        subject: String::new(),
        body: String::new(),
        place,
        parents: Vec::new(),
        change: None,
        edits: Vec::new(),
        id: None,
    }
}
