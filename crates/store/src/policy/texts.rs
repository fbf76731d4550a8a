//! The policies that come with the program, one file a subject, in the order in which a settings page shows them.

/// One file of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyText {
    /// The file's name.
    pub name: &'static str,
    /// What stands in it.
    pub text: &'static str,
}

macro_rules! texts {
    ($($name:literal),+ $(,)?) => {
        &[$(PolicyText { name: $name, text: include_str!(concat!("../../policies/", $name)) }),+]
    };
}

/// What the policies may speak about.
pub(super) const SCHEMA: PolicyText =
    PolicyText { name: "schema.cedarschema", text: include_str!("../../policies/schema.cedarschema") };

/// The policies.
pub(super) const POLICIES: &[PolicyText] = texts![
    "growth.cedar",
    "between_two.cedar",
    "feedback_and_reviews.cedar",
    "team.cedar",
    "hiring.cedar",
    "sharing.cedar",
    "administration.cedar",
    "tokens.cedar",
    "jobs.cedar",
];
