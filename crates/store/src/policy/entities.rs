//! The words of this crate as Cedar's entities. `None` stands for what Cedar would not take; whoever gets it denies.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{Context, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use super::signature::{Signature, TokenReach};
use super::{Action, Audience, Resource, Thing};

const KINDS: [&str; 15] = [
    "Action", "Audience", "Audit", "Backup", "Class", "Facts", "Person", "Phase", "Record", "Relation", "Role",
    "Settings", "Source", "System", "Team",
];

/// The kinds of entities. Cedar parses their names, which takes longer than an answer, so it is done once.
#[derive(Debug)]
pub(super) struct Kinds(HashMap<&'static str, EntityTypeName>);

impl Kinds {
    /// The error is Cedar's, in words.
    pub(super) fn parse() -> Result<Self, String> {
        let parse = |kind| EntityTypeName::from_str(kind).map_err(|error| error.to_string());
        let kinds = KINDS.iter().map(|kind| Ok((*kind, parse(kind)?)));
        kinds.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn action(&self, action: Action) -> Option<EntityUid> {
        self.uid("Action", action.word())
    }

    /// A nameless person in the chairs that they sit in.
    pub(super) fn person(&self, who: Signature) -> Option<Entity> {
        let relations = who.relations.iter().map(|relation| self.uid("Relation", relation.word()));
        let administrator = who.administrator.then(|| self.uid("Role", "administrator"));
        let programme_holder = who.programme_holder.then(|| self.uid("Role", "programme_holder"));
        let parents: Option<HashSet<EntityUid>> = relations.chain(administrator).chain(programme_holder).collect();
        Some(Entity::new_no_attrs(self.uid("Person", "who asks")?, parents?))
    }

    /// A record of its class, in each audience that it reaches.
    pub(super) fn record(&self, thing: &Thing, has_subject: bool) -> Option<Entity> {
        let reached = Audience::ALL.iter().filter(|audience| **audience <= thing.audience);
        let audiences = reached.map(|audience| self.uid("Audience", audience.word()));
        let parents: Option<HashSet<EntityUid>> = audiences.chain([self.uid("Class", thing.class.word())]).collect();
        let truth = RestrictedExpression::new_bool;
        let phase = RestrictedExpression::new_entity_uid(self.uid("Phase", thing.phase.word())?);
        let fields = [
            ("phase", phase),
            ("in_cycle", truth(thing.in_cycle)),
            ("of_team", truth(thing.team.is_some())),
            ("about_people", truth(has_subject || thing.class.is_about_people())),
            ("people", RestrictedExpression::new_long(i64::from(thing.people))),
        ];
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Entity::new(self.uid("Record", "asked for")?, fields, parents?).ok()
    }

    pub(super) fn place(&self, resource: Resource) -> Option<Entity> {
        self.bare(resource.word(), "asked for")
    }

    pub(super) fn system(&self) -> Option<Entity> {
        self.bare("System", "jobs")
    }

    fn bare(&self, kind: &str, id: &str) -> Option<Entity> {
        Some(Entity::new_no_attrs(self.uid(kind, id)?, HashSet::new()))
    }

    fn uid(&self, kind: &str, id: &str) -> Option<EntityUid> {
        Some(EntityUid::from_type_name_and_id(self.0.get(kind)?.clone(), EntityId::new(id)))
    }
}

/// What a request came with: the token's reach, if it came with one.
pub(super) fn context(who: Signature) -> Option<Context> {
    who.token.map_or_else(|| Some(Context::empty()), with_token)
}

fn with_token(token: TokenReach) -> Option<Context> {
    let fields = [
        ("read", token.read),
        ("write", token.write),
        ("administer", token.administer),
        ("records", token.records),
        ("people", token.people),
        ("team", token.team),
        ("assistant", token.assistant),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), RestrictedExpression::new_bool(value)));
    let token = RestrictedExpression::new_record(fields).ok()?;
    Context::from_pairs([("token".to_owned(), token)]).ok()
}
