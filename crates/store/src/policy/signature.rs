//! What the policies may know of who asks, and by which people are grouped: the same signature, the same answer.

use super::{Asker, Relations, Ties, TokenScope};
use crate::TeamId;

/// All that the policies may know of who asks. Two people with equal signatures get equal answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Signature {
    pub(super) relations: Relations,
    pub(super) administrator: bool,
    pub(super) programme_holder: bool,
    pub(super) token: Option<TokenReach>,
}

/// A token's scope, as far as it concerns one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenReach {
    pub(super) read: bool,
    pub(super) write: bool,
    pub(super) administer: bool,
    pub(super) records: bool,
    pub(super) people: bool,
    pub(super) team: bool,
    pub(super) assistant: bool,
}

impl Signature {
    /// What the policies see of this person before something of this team.
    pub(super) fn of(asker: &Asker, team: Option<TeamId>, ties: &Ties) -> Self {
        Self {
            relations: ties.of(asker.person),
            administrator: asker.administrator,
            programme_holder: asker.programme_holder,
            token: asker.token.as_ref().map(|scope| TokenReach::of(scope, team)),
        }
    }
}

impl TokenReach {
    fn of(scope: &TokenScope, team: Option<TeamId>) -> Self {
        let TokenScope { read, write, administer, records, people, ref teams, assistant } = *scope;
        let team = teams.as_ref().is_none_or(|teams| team.is_some_and(|team| teams.contains(&team)));
        Self { read, write, administer, records, people, team, assistant }
    }
}
