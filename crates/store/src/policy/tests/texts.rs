//! The texts: that they are valid, that each policy is named and explained, and that no class is forgotten.
//!
//! "Validated at build time" is this test and not a build script: a build script would compile Cedar a second time for the machine that
//! builds, and would say the same; the program loads the same texts through the same function, and refuses to start on a fault.

use std::collections::BTreeSet;

use super::{Class, POLICY, Policy};
use crate::policy::engine::Engine;
use crate::policy::texts::SCHEMA;
use crate::policy::{Audience, LoadError, Phase, PolicyText, Relation};

#[test]
fn the_policies_agree_with_their_schema() {
    // Loading is strict, and a warning is an error.
    Policy::load().unwrap();
}

fn load(text: &'static str) -> Result<Engine, LoadError> {
    Engine::load(SCHEMA, &[PolicyText { name: "tried.cedar", text }])
}

#[test]
fn a_mistyped_word_is_refused() {
    for text in [
        r#"@id("a") permit (principal in Relation::"laed", action, resource);"#,
        r#"@id("a") permit (principal, action == Action::"reed", resource);"#,
        r#"@id("a") permit (principal, action, resource in Class::"diary");"#,
        r#"@id("a") permit (principal, action == Action::"attest", resource) when { resource.fase == Phase::"draft" };"#,
        r#"@id("a") permit (principal, action == Action::"attest", resource) when { resource.phase == Phase::"drafted" };"#,
        r#"@id("a") permit (principal is System, action == Action::"share", resource);"#,
    ] {
        assert!(matches!(load(text), Err(LoadError::Invalid { .. })), "{text}: {:?}", load(text).err());
    }
}

#[test]
fn a_policy_that_never_applies_is_refused() {
    let text = r#"@id("a") permit (principal, action == Action::"share", resource) when { false };"#;
    assert!(matches!(load(text), Err(LoadError::Invalid { .. })));
}

#[test]
fn a_policy_needs_an_own_id() {
    assert!(matches!(load("permit (principal, action, resource);"), Err(LoadError::NoId { .. })));
    let twice = r#"@id("a") permit (principal, action, resource); @id("a") forbid (principal, action, resource);"#;
    assert!(matches!(load(twice), Err(LoadError::SameId { id }) if id == "a"));
    assert!(matches!(load("permit"), Err(LoadError::Syntax { .. })));
}

#[test]
fn every_policy_is_explained_above() {
    for text in Policy::texts().filter(|text| text.name.ends_with(".cedar")) {
        let lines: Vec<&str> = text.text.lines().collect();
        let ids = lines.iter().enumerate().filter(|(_, line)| line.starts_with("@id("));
        for (at, id) in ids {
            assert!(lines[at - 1].starts_with("// "), "{}: {id} has no comment above it", text.name);
        }
    }
}

#[test]
fn every_class_has_a_policy() {
    for class in Class::ALL {
        let ids = POLICY.engine.permits_of(*class);
        assert!(!ids.is_empty(), "no policy permits anything about {}", class.word());
        let named = ids.iter().filter(|id| !id.starts_with("share.")).all(|id| id.starts_with(class.word()));
        assert!(named, "ids begin with the class that they are about: {ids:?}");
    }
}

/// The members of an enumeration as the schema lists them.
fn in_schema(name: &str) -> BTreeSet<&'static str> {
    let (_, after) = SCHEMA.text.split_once(&format!("entity {name} enum [")).unwrap();
    let (list, _) = after.split_once(']').unwrap();
    list.split('"').skip(1).step_by(2).collect()
}

#[test]
fn types_and_schema_list_the_same() {
    assert_eq!(in_schema("Class"), Class::ALL.iter().map(|class| class.word()).collect());
    assert_eq!(in_schema("Relation"), Relation::ALL.iter().map(|relation| relation.word()).collect());
    assert_eq!(in_schema("Audience"), Audience::ALL.iter().map(|audience| audience.word()).collect());
    assert_eq!(in_schema("Phase"), Phase::ALL.iter().map(|phase| phase.word()).collect());
}
