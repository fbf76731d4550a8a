//! The words of this crate, said to Cedar. Whatever Cedar cannot answer is denied.
//!
//! Cedar never sees who somebody is: it gets one nameless person with the relations and roles that they have. So nobody can be treated
//! otherwise than others with the same relations, and one evaluation answers for all of them.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision as Said, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy as Rule,
    PolicyId, PolicySet, Request, ResourceConstraint, RestrictedExpression, Schema, ValidationMode, Validator,
};

use super::{Action, Asker, Audience, Class, Decision, PolicyText, Relations, Resource, Thing, Ties, TokenScope};
use crate::TeamId;

/// Why the policies cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The schema is not one.
    #[error("{name} is no schema of policies: {reason}")]
    Schema {
        /// The file.
        name: &'static str,
        /// What Cedar says.
        reason: String,
    },
    /// A text does not parse.
    #[error("{name} cannot be read as policies: {reason}")]
    Syntax {
        /// The file.
        name: &'static str,
        /// What Cedar says.
        reason: String,
    },
    /// A policy has no `@id`.
    #[error("a policy in {name} has no @id")]
    NoId {
        /// The file.
        name: &'static str,
    },
    /// Two policies have one id.
    #[error("two policies have the id {id}")]
    SameId {
        /// The id.
        id: String,
    },
    /// A policy speaks of what the schema does not know, or can never apply.
    #[error("the policies do not agree with their schema: {reason}")]
    Invalid {
        /// Every finding, a line each.
        reason: String,
    },
}

/// All that the policies may know of who asks. Two people with equal signatures get equal answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Signature {
    relations: Relations,
    administrator: bool,
    programme_holder: bool,
    token: Option<TokenReach>,
}

/// A token's scope, as far as it concerns one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct TokenReach {
    read: bool,
    write: bool,
    administer: bool,
    records: bool,
    people: bool,
    team: bool,
    assistant: bool,
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

    fn context(self) -> Option<Context> {
        let fields = [
            ("read", self.read),
            ("write", self.write),
            ("administer", self.administer),
            ("records", self.records),
            ("people", self.people),
            ("team", self.team),
            ("assistant", self.assistant),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), RestrictedExpression::new_bool(value)));
        let token = RestrictedExpression::new_record(fields).ok()?;
        Context::from_pairs([("token".to_owned(), token)]).ok()
    }
}

/// The policies and all that asking them needs.
#[derive(Debug)]
pub(super) struct Engine {
    /// By class, those that can apply to it: all but what names another class. Asking goes four times as fast.
    of_class: HashMap<Class, PolicySet>,
    /// Those that name no class: all that can apply to what is no record.
    of_no_class: PolicySet,
    schema: Schema,
    authorizer: Authorizer,
}

impl Engine {
    pub(super) fn load(schema: PolicyText, texts: &[PolicyText]) -> Result<Self, LoadError> {
        let schema = Schema::from_str(schema.text)
            .map_err(|error| LoadError::Schema { name: schema.name, reason: error.to_string() })?;
        let named: Result<Vec<Vec<Rule>>, LoadError> = texts.iter().map(|text| named_rules(*text)).collect();
        let rules = set_of(named?.into_iter().flatten())?;
        validate(&schema, &rules)?;
        let of = |class: Option<Class>| set_of(rules.policies().filter(|rule| can_apply(rule, class)).cloned());
        let of_class: Result<_, LoadError> = Class::ALL.iter().map(|class| Ok((*class, of(Some(*class))?))).collect();
        Ok(Self { of_class: of_class?, of_no_class: of(None)?, schema, authorizer: Authorizer::new() })
    }

    /// A person before a record.
    pub(super) fn on_thing(&self, who: Signature, action: Action, thing: &Thing, has_subject: bool) -> Decision {
        self.answer(|| self.ask(self.rules_of(thing), person(who)?, action, record(thing, has_subject)?, context(who)?))
    }

    /// A person before what runs the place.
    pub(super) fn on_resource(&self, who: Signature, action: Action, resource: Resource) -> Decision {
        self.answer(|| {
            self.ask(&self.of_no_class, person(who)?, action, bare(resource.word(), "asked for")?, context(who)?)
        })
    }

    /// The program before a record.
    pub(super) fn by_the_system(&self, action: Action, thing: &Thing) -> Decision {
        self.answer(|| {
            self.ask(self.rules_of(thing), bare("System", "jobs")?, action, record(thing, false)?, Context::empty())
        })
    }

    /// The ids of the policies that can permit something about a class and name it.
    #[cfg(test)]
    pub(super) fn permits_of(&self, class: Class) -> Vec<String> {
        let rules = self.of_class[&class].policies();
        let named = rules.filter(|rule| rule.effect() == cedar_policy::Effect::Permit && !can_apply(rule, None));
        named.map(|rule| rule.id().to_string()).collect()
    }

    fn answer(&self, ask: impl FnOnce() -> Option<Decision>) -> Decision {
        ask().unwrap_or(Decision { allowed: false, because: Vec::new() })
    }

    fn rules_of(&self, thing: &Thing) -> &PolicySet {
        self.of_class.get(&thing.class).unwrap_or(&self.of_no_class)
    }

    /// `None` when the schema does not know this action on this resource, or a policy could not be evaluated.
    fn ask(&self, rules: &PolicySet, who: Entity, action: Action, what: Entity, context: Context) -> Option<Decision> {
        let action = uid("Action", action.word())?;
        let request = Request::new(who.uid(), action, what.uid(), context, Some(&self.schema)).ok()?;
        let entities = Entities::from_entities([who, what], Some(&self.schema)).ok()?;
        let response = self.authorizer.is_authorized(&request, rules, &entities);
        if response.diagnostics().errors().next().is_some() {
            return None;
        }
        let mut because: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
        because.sort_unstable();
        Some(Decision { allowed: response.decision() == Said::Allow, because })
    }
}

fn named_rules(text: PolicyText) -> Result<Vec<Rule>, LoadError> {
    let name = text.name;
    let rules =
        PolicySet::from_str(text.text).map_err(|error| LoadError::Syntax { name, reason: error.to_string() })?;
    let named = |rule: &Rule| {
        let id = rule.annotation("id").filter(|id| !id.is_empty()).ok_or(LoadError::NoId { name })?;
        Ok(rule.new_id(PolicyId::new(id)))
    };
    rules.policies().map(named).collect()
}

fn set_of(rules: impl IntoIterator<Item = Rule>) -> Result<PolicySet, LoadError> {
    let mut set = PolicySet::new();
    for rule in rules {
        let id = rule.id().to_string();
        set.add(rule).map_err(|_| LoadError::SameId { id })?;
    }
    Ok(set)
}

/// Whether the head of a policy lets it apply to this class; only a policy that names another class in its head does not.
fn can_apply(rule: &Rule, class: Option<Class>) -> bool {
    match rule.resource_constraint() {
        ResourceConstraint::In(named) if named.type_name().to_string() == "Class" => {
            class.is_some_and(|class| named.id().unescaped() == class.word())
        }
        _ => true,
    }
}

/// Strict, and a warning is a refusal as well: a policy that can never apply is a rule that somebody believes in.
fn validate(schema: &Schema, rules: &PolicySet) -> Result<(), LoadError> {
    let found = Validator::new(schema.clone()).validate(rules, ValidationMode::Strict);
    if found.validation_passed_without_warnings() {
        return Ok(());
    }
    let errors = found.validation_errors().map(ToString::to_string);
    let lines: Vec<String> = errors.chain(found.validation_warnings().map(ToString::to_string)).collect();
    Err(LoadError::Invalid { reason: lines.join("\n") })
}

fn person(who: Signature) -> Option<Entity> {
    let relations = who.relations.iter().map(|relation| uid("Relation", relation.word()));
    let administrator = who.administrator.then(|| uid("Role", "administrator"));
    let programme_holder = who.programme_holder.then(|| uid("Role", "programme_holder"));
    let parents: Option<HashSet<EntityUid>> = relations.chain(administrator).chain(programme_holder).collect();
    Some(Entity::new_no_attrs(uid("Person", "who asks")?, parents?))
}

fn record(thing: &Thing, has_subject: bool) -> Option<Entity> {
    let reached = Audience::ALL.iter().filter(|audience| **audience <= thing.audience);
    let audiences = reached.map(|audience| uid("Audience", audience.word()));
    let parents: Option<HashSet<EntityUid>> = audiences.chain([uid("Class", thing.class.word())]).collect();
    let truth = RestrictedExpression::new_bool;
    let fields = HashMap::from([
        ("phase".to_owned(), RestrictedExpression::new_entity_uid(uid("Phase", thing.phase.word())?)),
        ("in_cycle".to_owned(), truth(thing.in_cycle)),
        ("of_team".to_owned(), truth(thing.team.is_some())),
        ("about_people".to_owned(), truth(has_subject || thing.class.is_about_people())),
        ("people".to_owned(), RestrictedExpression::new_long(i64::from(thing.people))),
    ]);
    Entity::new(uid("Record", "asked for")?, fields, parents?).ok()
}

fn bare(kind: &str, id: &str) -> Option<Entity> {
    Some(Entity::new_no_attrs(uid(kind, id)?, HashSet::new()))
}

fn context(who: Signature) -> Option<Context> {
    who.token.map_or_else(|| Some(Context::empty()), TokenReach::context)
}

fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let kind = EntityTypeName::from_str(kind).ok()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}
