//! Who signs a commit, and what its message says.

use std::fmt::Write as _;

use super::super::Company;
use super::super::calendar::{DAY, day_of};
use super::super::facts::{Commit, CommitPlace, PersonId, Repository, ReviewState, Shape};

const FORGE: &str = "Harbourline Forge <noreply@forge.harbourline.example>";

/// Name and address of somebody on a day.
pub(super) fn signature(company: &Company, who: PersonId, at: i64) -> String {
    let person = &company.people[who.at()];
    let former = person.former_email.as_ref().filter(|(_, until)| at < day_of(*until) * DAY);
    let email = former.map_or(&person.email, |(email, _)| email);
    format!("{} <{email}>", person.name)
}

/// The `author` and `committer` lines.
pub(super) fn hands(company: &Company, commit: &Commit, out: &mut String) {
    let written = commit.authored_at.as_second();
    let put = commit.committed_at.as_second();
    let zone = zone(commit.offset_minutes);
    let author = signature(company, commit.author, written);
    let _ = writeln!(out, "author {author} {written} {zone}");
    let _ = match commit.committer {
        Some(who) => writeln!(out, "committer {} {put} {zone}", signature(company, who, put)),
        None => writeln!(out, "committer {FORGE} {put} +0000"),
    };
}

pub(super) fn zone(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// Subject, body and trailers.
pub(super) fn message(company: &Company, code: &Repository, commit: &Commit, body: &str) -> String {
    let mut text = format!("{}\n", commit.subject);
    if !body.is_empty() {
        let _ = write!(text, "\n{}\n", body.trim_end());
    }
    let at = commit.authored_at.as_second();
    let mut trailers = String::new();
    for other in &commit.co_authors {
        let _ = writeln!(trailers, "Co-authored-by: {}", signature(company, *other, at));
    }
    let change = commit.change.map(|id| &company.changes[id.at()]);
    if code.shape == Shape::Service && commit.place == CommitPlace::Merge {
        let mut seen: Vec<PersonId> = Vec::new();
        for review in change.iter().flat_map(|change| &change.reviews) {
            if review.state == ReviewState::Approved && !seen.contains(&review.reviewer) {
                seen.push(review.reviewer);
                let _ = writeln!(trailers, "Reviewed-by: {}", signature(company, review.reviewer, at));
            }
        }
    }
    if !trailers.is_empty() {
        let _ = write!(text, "\n{trailers}");
    }
    text
}
