//! Who may do what: the policies, and the two questions that are asked of them.
//!
//! Pure: no database, no clock, nothing is awaited. Whoever asks brings the state of the record ([`Thing`]) and the people related to it on
//! that day ([`Ties`]). Deny by default; what cannot be decided is denied. No code here knows a rule of the matrix: rules are text in
//! `crates/store/policies`, so that a person can read them, and a settings page shows them.

mod asker;
mod class;
mod engine;
mod entities;
mod group_size;
mod readers;
mod signature;
mod texts;
mod thing;
mod ties;
mod widen;
pub(crate) mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use asker::{Action, Asker, TokenScope};
pub use class::{Class, Keeping};
pub use engine::LoadError;
pub use group_size::{GroupSize, Measure, Onlooker, Shown, TooLow, shows};
pub use readers::{Named, Readers};
pub use texts::PolicyText;
pub use thing::{Audience, Phase, Resource, Thing};
pub use ties::{Relation, Relations, Ties};
pub use widen::{Micros, Widening, WideningRefused, audience_of_version};

use engine::Engine;
use signature::Signature;

/// What was decided, and by which policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may be done.
    pub allowed: bool,
    /// The ids of the policies that said so, in order; empty when it is denied because no policy permits it.
    pub because: Vec<String>,
}

/// The policies, loaded. Cheap to share, costly to load: once a process.
#[derive(Debug)]
pub struct Policy {
    engine: Engine,
}

impl Policy {
    /// The policies that come with the program, validated against their schema.
    ///
    /// # Errors
    ///
    /// When a text cannot be read, speaks of what the schema does not know, or has a policy without an id of its own. A test loads the
    /// same texts, so that a program that passed it cannot fail here.
    pub fn load() -> Result<Self, LoadError> {
        Engine::load(texts::SCHEMA, texts::POLICIES).map(|engine| Self { engine })
    }

    /// The texts of the policies and, last, of the schema.
    pub fn texts() -> impl Iterator<Item = PolicyText> {
        texts::POLICIES.iter().copied().chain([texts::SCHEMA])
    }

    /// Whether this person may do this to this record. Of the ties, those of the asker and of the subject are enough.
    #[must_use]
    pub fn decide(&self, asker: &Asker, action: Action, thing: &Thing, ties: &Ties) -> Decision {
        self.engine.on_thing(Signature::of(asker, thing.team, ties), action, thing, ties.has_any(Relation::Subject))
    }

    /// Whether this person may do this to what runs the place. Of the ties of a `Person` the `Subject` counts: that person.
    #[must_use]
    pub fn decide_on(&self, asker: &Asker, action: Action, resource: Resource, ties: &Ties) -> Decision {
        self.engine.on_resource(Signature::of(asker, resource.team(), ties), action, resource)
    }

    /// Whether the program may do this to a record by itself, behind the scenes.
    #[must_use]
    pub fn decide_job(&self, action: Action, thing: &Thing) -> Decision {
        self.engine.by_the_system(action, thing)
    }

    /// Who of these people can read this record: exactly those for whom [`Policy::decide`] allows `Read`. `people` is the whole
    /// organisation, each person once, or the sentence about it would speak of "everyone" too early.
    ///
    /// People with the same relations to the record get one evaluation, so it costs as much for thousands as for dozens.
    #[must_use]
    pub fn readers(&self, people: &[Asker], thing: &Thing, ties: &Ties) -> Readers {
        let has_subject = ties.has_any(Relation::Subject);
        let mut decided: HashMap<Signature, bool> = HashMap::new();
        let may_read = |asker: &&Asker| {
            let signature = Signature::of(asker, thing.team, ties);
            let decide = || self.engine.on_thing(signature, Action::Read, thing, has_subject).allowed;
            *decided.entry(signature).or_insert_with(decide)
        };
        let readers: Vec<&Asker> = people.iter().filter(may_read).collect();
        Readers::new(thing, ties, people, &readers)
    }
}
