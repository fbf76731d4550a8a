//! The words of this crate, said to Cedar. Whatever Cedar cannot answer is denied.
//!
//! Cedar never sees who somebody is: it gets one nameless person with the relations and roles that they have. So nobody can be treated
//! otherwise than others with the same relations, and one evaluation answers for all of them.

use std::collections::HashMap;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision as Said, Entities, Entity, Policy as Rule, PolicyId, PolicySet, Request,
    ResourceConstraint, Response, Schema, ValidationMode, Validator,
};

use super::entities::{Kinds, context};
use super::signature::Signature;
use super::{Action, Class, Decision, PolicyText, Resource, Thing};

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

/// The policies and all that asking them needs.
#[derive(Debug)]
pub(super) struct Engine {
    /// By class, those that can apply to it: all but what names another class. Asking goes four times as fast.
    of_class: HashMap<Class, PolicySet>,
    /// Those that name no class: all that can apply to what is no record.
    of_no_class: PolicySet,
    schema: Schema,
    /// Which action is of which group.
    actions: Entities,
    kinds: Kinds,
    authorizer: Authorizer,
}

impl Engine {
    pub(super) fn load(schema: PolicyText, texts: &[PolicyText]) -> Result<Self, LoadError> {
        let unusable = |reason: String| LoadError::Schema { name: schema.name, reason };
        let schema = Schema::from_str(schema.text).map_err(|error| unusable(error.to_string()))?;
        let actions = schema.action_entities().map_err(|error| unusable(error.to_string()))?;
        let kinds = Kinds::parse().map_err(unusable)?;
        let named: Result<Vec<Vec<Rule>>, LoadError> = texts.iter().map(|text| named_rules(*text)).collect();
        let rules = set_of(named?.into_iter().flatten())?;
        validate(&schema, &rules)?;
        let of = |class: Option<Class>| set_of(rules.policies().filter(|rule| can_apply(rule, class)).cloned());
        let of_class: Result<_, LoadError> = Class::ALL.iter().map(|class| Ok((*class, of(Some(*class))?))).collect();
        Ok(Self { of_class: of_class?, of_no_class: of(None)?, schema, actions, kinds, authorizer: Authorizer::new() })
    }

    /// A person before a record.
    pub(super) fn on_thing(&self, who: Signature, action: Action, thing: &Thing, has_subject: bool) -> Decision {
        let what = self.kinds.record(thing, has_subject);
        self.ask(self.rules_of(thing), self.kinds.person(who), action, what, context(who))
    }

    /// A person before what runs the place.
    pub(super) fn on_resource(&self, who: Signature, action: Action, resource: Resource) -> Decision {
        self.ask(&self.of_no_class, self.kinds.person(who), action, self.kinds.place(resource), context(who))
    }

    /// The program before a record.
    pub(super) fn by_the_system(&self, action: Action, thing: &Thing) -> Decision {
        let what = self.kinds.record(thing, false);
        self.ask(self.rules_of(thing), self.kinds.system(), action, what, Some(Context::empty()))
    }

    /// The ids of the policies that can permit something about a class and name it.
    #[cfg(test)]
    pub(super) fn permits_of(&self, class: Class) -> Vec<String> {
        let rules = self.of_class[&class].policies();
        let named = rules.filter(|rule| rule.effect() == cedar_policy::Effect::Permit && !can_apply(rule, None));
        named.map(|rule| rule.id().to_string()).collect()
    }

    fn rules_of(&self, thing: &Thing) -> &PolicySet {
        self.of_class.get(&thing.class).unwrap_or(&self.of_no_class)
    }

    /// Denied as well: what could not be said to Cedar, and an action that the schema does not know on this resource.
    fn ask(
        &self,
        rules: &PolicySet,
        who: Option<Entity>,
        action: Action,
        what: Option<Entity>,
        context: Option<Context>,
    ) -> Decision {
        let answer = who.zip(what).zip(context).and_then(|((who, what), context)| {
            let action = self.kinds.action(action)?;
            let request = Request::new(who.uid(), action, what.uid(), context, Some(&self.schema)).ok()?;
            let entities = self.actions.clone().add_entities([who, what], None).ok()?;
            decision(&self.authorizer.is_authorized(&request, rules, &entities))
        });
        answer.unwrap_or(Decision { allowed: false, because: Vec::new() })
    }
}

/// `None` when a policy could not be evaluated: Cedar would go on without it, and it may be one that forbids.
fn decision(response: &Response) -> Option<Decision> {
    if response.diagnostics().errors().next().is_some() {
        return None;
    }
    let mut because: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
    because.sort_unstable();
    Some(Decision { allowed: response.decision() == Said::Allow, because })
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
