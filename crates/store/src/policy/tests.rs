//! The policies, tried: as texts, cell by cell against the matrix, and by properties over random organisations.

mod group_sizes;
mod matrix;
mod place;
mod properties;
mod rules;
mod sentences;
mod texts;
mod widening;

use std::sync::LazyLock;

use uuid::Uuid;

use super::{Action, Asker, Class, Policy, Relation, Thing, Ties};
use crate::{PersonId, TeamId};

/// Loaded once: it takes longer than most of the tests.
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::load().unwrap());

/// The person whom a table is about.
const ASKER: PersonId = PersonId(Uuid::from_u128(1));

const TEAM: TeamId = TeamId(Uuid::from_u128(77));

/// What the one asker is to the record.
fn ties(relations: &[Relation]) -> Ties {
    relations.iter().fold(Ties::none(), |ties, relation| ties.with(*relation, ASKER))
}

fn may(relations: &[Relation], action: Action, thing: &Thing) -> bool {
    POLICY.decide(&Asker::person(ASKER), action, thing, &ties(relations)).allowed
}

fn thing(class: Class) -> Thing {
    Thing::of(class).of_team(TEAM)
}
