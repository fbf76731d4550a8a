//! What a repository's history alone tells of change requests: merges, squashes, approvals in trailers, reverts. What needs a forge, when
//! something was opened, asked for or answered, stays unknown and is never guessed. Pure: commits in, findings out.

mod locator;
mod references;
mod reverts;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

pub use locator::{Locator, Numbered, change_address, item_address, locator};
pub use references::{Reference, Relation, prefixes, references};
pub use reverts::{Pick, Revert};
pub use rules::Rule;

use reverts::Names;
use rules::{Told, suffix_of};

/// A commit, as far as the rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit<'a> {
    /// Its name in hexadecimal digits.
    pub sha: &'a str,
    /// Names of its parents, in Git's order.
    pub parents: Vec<&'a str>,
    /// Name and address of the author.
    pub author: (&'a str, &'a str),
    /// Name and address of the committer.
    pub committer: (&'a str, &'a str),
    /// When it was written, seconds since the epoch.
    pub authored_at: i64,
    /// When it was committed, seconds since the epoch.
    pub committed_at: i64,
    /// The first paragraph of its message, in one line.
    pub subject: &'a str,
    /// The message after that.
    pub body: &'a str,
    /// Key and value of its trailers.
    pub trailers: Vec<(&'a str, &'a str)>,
}

/// A history to read.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// Its commits, in any order.
    pub commits: &'a [Commit<'a>],
    /// The commit that the default branch is at.
    pub head: &'a str,
    /// The default branch's short name.
    pub base: Option<&'a str>,
    /// Where the repository lives.
    pub remote: Option<&'a Locator>,
    /// Whether `Signed-off-by` of somebody else is a review here.
    pub sign_offs: bool,
}

/// How a change request came to the default branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// By a merge commit.
    Merge,
    /// As one commit.
    Squash,
    /// It cannot be told.
    Unknown,
}

/// What is odd about a change request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// Its number belongs to an earlier one already.
    DuplicateNumber,
    /// It is numbered by another repository.
    OtherRepository,
    /// Several were merged by one commit; what each of them holds cannot be told apart.
    Batch,
    /// A commit of it is not in this history.
    Truncated,
}

impl Flag {
    /// Its word, as a row keeps it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DuplicateNumber => "duplicate_number",
            Self::OtherRepository => "other_repository",
            Self::Batch => "batch",
            Self::Truncated => "truncated",
        }
    }
}

/// Somebody, as a history names them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// A signature.
    Signed {
        /// The name.
        name: String,
        /// The address, as it stands; empty where there is none.
        email: String,
    },
    /// A login of the forge.
    Login(String),
}

/// Somebody let a change in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub who: Who,
    /// When the commit that says so was committed, seconds since the epoch.
    pub at: i64,
    /// The commit that says so: its place.
    pub commit: usize,
}

/// A change request that is in the default branch. Places are those of [`History::commits`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The wording that told.
    pub rule: Rule,
    /// Its number; none where the history gives none, or one that belongs to another.
    pub number: Option<u64>,
    /// The repository that numbers it, where the history names one.
    pub of: Option<Locator>,
    /// Gerrit's id.
    pub change_id: Option<String>,
    /// Its title.
    pub title: String,
    /// The branch that it came from.
    pub head: Option<String>,
    /// The branch that it went to.
    pub base: Option<String>,
    /// How it came in.
    pub method: Method,
    /// The commit of the default branch that holds it.
    pub merge: usize,
    /// When that was committed, seconds since the epoch.
    pub merged_at: i64,
    /// Its commits, parents before children; at least one.
    pub commits: Vec<usize>,
    /// The commit whose author opened it: its oldest.
    pub author: usize,
    /// Who merged it; none when that cannot be told.
    pub merged_by: Option<Who>,
    /// Who let it in.
    pub approvals: Vec<Approval>,
    /// What its messages name.
    pub references: Vec<Reference>,
    /// What is odd about it, ascending.
    pub flags: Vec<Flag>,
}

/// What a history tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inferred {
    /// Change requests, in the order in which they came in.
    pub changes: Vec<Change>,
    /// Commits that take others back, anywhere in the history.
    pub reverts: Vec<Revert>,
    /// Commits that were carried over.
    pub picks: Vec<Pick>,
    /// Commits of the default branch that no request brought: their places, oldest first.
    pub direct: Vec<usize>,
    /// Numbers behind subjects repeat so often that they are none of change requests.
    pub suffixes_off: bool,
}

/// Above this share of repeated numbers behind subjects, they are no numbers of change requests.
const REPEATED: f64 = 0.2;

/// Reads what `history` tells.
#[must_use]
pub fn infer(history: &History) -> Inferred {
    let names = Names::of(history.commits);
    let line = main_line(history, &names);
    let suffixes_off = repeated(history, &line);
    let mut all = Inferred { suffixes_off, ..Inferred::default() };
    let mut walk = Walk { history, names: &names, seen: vec![false; history.commits.len()], taken: HashSet::new() };
    for at in line {
        let brought = walk.brought(at);
        let Some(commit) = history.commits.get(at) else { continue };
        match rules::told(commit, history.base, !suffixes_off) {
            Some(told) => all.changes.extend(walk.changes(at, commit, &told, &brought)),
            None => all.direct.push(at),
        }
    }
    for (at, commit) in history.commits.iter().enumerate() {
        all.reverts.extend(reverts::reverts(commit, at, &names));
        all.picks.extend(reverts::picks(commit, at, &names));
    }
    all
}

/// The commits of the default branch by first parents, oldest first.
fn main_line(history: &History, names: &Names) -> Vec<usize> {
    let mut line = Vec::new();
    let mut next = names.whole(history.head);
    // A history has no rings; a damaged one must not hold us.
    while let Some(at) = next.filter(|_| line.len() < history.commits.len()) {
        line.push(at);
        next = history.commits.get(at).and_then(|commit| commit.parents.first()).and_then(|sha| names.whole(sha));
    }
    line.reverse();
    line
}

/// Whether numbers behind subjects repeat too often to be those of change requests.
fn repeated(history: &History, line: &[usize]) -> bool {
    let one_parent = line.iter().filter_map(|at| history.commits.get(*at)).filter(|commit| commit.parents.len() == 1);
    let numbers: Vec<u64> =
        one_parent.filter_map(|commit| suffix_of(commit.subject).map(|(_, number)| number)).collect();
    let distinct: HashSet<u64> = numbers.iter().copied().collect();
    let again = numbers.len() - distinct.len();
    again as f64 > REPEATED * numbers.len() as f64
}

/// The default branch from its first commit on: what is in it already, and which numbers are taken.
struct Walk<'a> {
    history: &'a History<'a>,
    names: &'a Names<'a>,
    seen: Vec<bool>,
    taken: HashSet<(Option<Locator>, u64)>,
}

/// What one commit of the default branch brought.
struct Brought {
    /// Its commits, parents before children; the merge itself is none of them.
    commits: Vec<usize>,
    truncated: bool,
}

impl Walk<'_> {
    /// The commits that come in with the one at `at`: what its further parents reach and the branch does not hold yet.
    fn brought(&mut self, at: usize) -> Brought {
        let mut brought = Brought { commits: Vec::new(), truncated: false };
        let history = self.history;
        let Some(commit) = history.commits.get(at) else { return brought };
        // Depth first; a commit is written down when all its parents are.
        let mut open: Vec<(usize, bool)> = Vec::new();
        let enter = |sha: &&str, open: &mut Vec<(usize, bool)>, truncated: &mut bool| match self.names.whole(sha) {
            Some(place) => open.push((place, false)),
            None => *truncated = true,
        };
        commit.parents.iter().skip(1).for_each(|sha| enter(sha, &mut open, &mut brought.truncated));
        while let Some((place, left)) = open.pop() {
            if left {
                brought.commits.push(place);
                continue;
            }
            let Some(seen) = self.seen.get_mut(place).filter(|seen| !**seen) else { continue };
            *seen = true;
            open.push((place, true));
            let parents = history.commits.get(place).map(|commit| commit.parents.as_slice()).unwrap_or_default();
            parents.iter().rev().for_each(|sha| enter(sha, &mut open, &mut brought.truncated));
        }
        if let Some(seen) = self.seen.get_mut(at) {
            *seen = true;
        }
        brought
    }

    fn changes(&mut self, at: usize, commit: &Commit, told: &Told, brought: &Brought) -> Vec<Change> {
        // A squash, and a merge of what the branch held already, is all that there is.
        let commits = if brought.commits.is_empty() { vec![at] } else { brought.commits.clone() };
        let when = |place: &&usize| self.history.commits.get(**place).map_or(i64::MAX, |commit| commit.authored_at);
        let author = commits.iter().min_by_key(when).copied().unwrap_or(at);
        let (approvals, references) =
            (self.approvals(at, commit, told, &commits), self.references(commit, told, &commits));
        let mut flags = Vec::new();
        if told.numbers.len() > 1 {
            flags.push(Flag::Batch);
        }
        if brought.truncated {
            flags.push(Flag::Truncated);
        }
        let base = Change {
            rule: told.rule,
            number: None,
            of: told.of.clone(),
            change_id: told.change_id.clone(),
            title: told.title.clone().unwrap_or_else(|| commit.subject.to_owned()),
            head: told.head.clone(),
            base: told.base.clone().or_else(|| self.history.base.map(str::to_owned)),
            method: rules::method(commit, told.rule),
            merge: at,
            merged_at: commit.committed_at,
            commits,
            author,
            merged_by: merged_by(commit),
            approvals,
            references,
            flags,
        };
        if told.numbers.is_empty() {
            return vec![base];
        }
        told.numbers.iter().map(|number| self.numbered(base.clone(), *number)).collect()
    }

    /// The change under its number, unless that belongs to another repository or to an earlier change.
    fn numbered(&mut self, mut change: Change, number: u64) -> Change {
        // Where our own address is not known, nothing says that an address is another's.
        let ours = |of: &Locator| self.history.remote.is_none_or(|remote| remote.same(of));
        let elsewhere = change.of.clone().filter(|of| !ours(of));
        let foreign = elsewhere.is_some();
        if !self.taken.insert((elsewhere, number)) {
            change.flags.push(Flag::DuplicateNumber);
        } else if foreign {
            change.flags.push(Flag::OtherRepository);
        } else {
            change.number = Some(number);
        }
        change.flags.sort_unstable();
        change
    }

    fn approvals(&self, at: usize, commit: &Commit, told: &Told, commits: &[usize]) -> Vec<Approval> {
        let mut found: Vec<Approval> = Vec::new();
        let login = told.approved_by.as_ref().map(|login| Who::Login(login.clone()));
        found.extend(login.map(|who| Approval { who, at: commit.committed_at, commit: at }));
        for place in commits.iter().copied().filter(|place| *place != at).chain([at]) {
            let Some(commit) = self.history.commits.get(place) else { continue };
            for who in approvers(commit, self.history.sign_offs) {
                let known = found.iter().any(|there| same(&there.who, &who));
                if !known && !matches!(&who, Who::Signed { email, .. } if email.eq_ignore_ascii_case(commit.author.1)) {
                    found.push(Approval { who, at: commit.committed_at, commit: place });
                }
            }
        }
        found
    }

    fn references(&self, merge: &Commit, told: &Told, commits: &[usize]) -> Vec<Reference> {
        let of = commits.iter().filter_map(|place| self.history.commits.get(*place));
        let texts = [merge].into_iter().chain(of).flat_map(|commit| [commit.subject, commit.body]);
        let own: Vec<String> = told.numbers.iter().map(|number| format!("#{number}")).collect();
        let mut all = references(texts.chain(told.head.as_deref()));
        all.retain(|reference| reference.of.is_some() || !own.contains(&reference.key));
        all
    }
}

/// Keys of trailers by which somebody lets a change in.
const APPROVALS: &[&str] = &["reviewed-by", "acked-by", "approved-by"];
/// Where a project has it so, this one too.
const SIGN_OFF: &[&str] = &["signed-off-by"];

fn approvers(commit: &Commit, sign_offs: bool) -> Vec<Who> {
    let mut found: Vec<Who> = rules::trailers(commit, APPROVALS).filter_map(signed).collect();
    if sign_offs {
        found.extend(rules::trailers(commit, SIGN_OFF).filter_map(signed));
    }
    found
}

/// `Name <address>`, or a name alone.
fn signed(value: &str) -> Option<Who> {
    let (name, email) = match value.split_once('<') {
        Some((name, rest)) => (name, rest.split('>').next().unwrap_or_default()),
        None if value.contains('@') && !value.contains(' ') => ("", value),
        None => (value, ""),
    };
    let (name, email) = (name.trim().to_owned(), email.trim().to_owned());
    (!name.is_empty() || !email.is_empty()).then_some(Who::Signed { name, email })
}

fn same(a: &Who, b: &Who) -> bool {
    match (a, b) {
        (Who::Signed { name, email }, Who::Signed { name: other, email: address }) => {
            if email.is_empty() || address.is_empty() {
                name.eq_ignore_ascii_case(other)
            } else {
                email.eq_ignore_ascii_case(address)
            }
        }
        (Who::Login(login), Who::Login(other)) => login.eq_ignore_ascii_case(other),
        _ => false,
    }
}

/// Names and addresses under which forges commit what somebody pressed a button for.
const FORGES: &[&str] = &[
    "github",
    "gitlab",
    "gitea",
    "forgejo",
    "bitbucket",
    "noreply@github.com",
    "noreply@gitlab.com",
    "noreply@gitea.com",
];

/// Who merged: the committer; where that is the forge, the author of a merge. Of a single commit it cannot be told then.
fn merged_by(commit: &Commit) -> Option<Who> {
    let (name, email) = commit.committer;
    let forge = FORGES.iter().any(|forge| forge.eq_ignore_ascii_case(name) || forge.eq_ignore_ascii_case(email));
    let (name, email) = match (forge, commit.parents.len() >= 2) {
        (true, true) => commit.author,
        (true, false) => return None,
        (false, _) => commit.committer,
    };
    // Whoever wrote a single commit did not need anybody to press a button; nothing says who did.
    if commit.parents.len() < 2 && email.eq_ignore_ascii_case(commit.author.1) {
        return None;
    }
    Some(Who::Signed { name: name.to_owned(), email: email.to_owned() })
}

/// How often each wording told, in the order of the rules.
#[must_use]
pub fn by_rule(changes: &[Change]) -> Vec<(Rule, usize)> {
    let mut counts: HashMap<Rule, usize> = HashMap::new();
    for change in changes {
        *counts.entry(change.rule).or_default() += 1;
    }
    let mut counts: Vec<(Rule, usize)> = counts.into_iter().collect();
    counts.sort_unstable();
    counts
}
