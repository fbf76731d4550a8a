//! Dependencies point down only; and what a layer must not know, it cannot depend upon.

use serde_json::Value;

use super::Finding;

/// The crates of this workspace, each with those of ours that it may stand on. Top to bottom.
const OURS: &[(&str, &[&str])] = &[
    (
        "mainstay",
        &["foundation", "influence", "delivery", "web", "desk", "connect", "store", "lake", "history", "testkit"],
    ), // testkit: the demo organisation,
    ("foundation", &["web", "desk", "lake"]),
    ("influence", &["web", "desk", "lake"]),
    ("delivery", &["web", "desk", "lake"]),
    ("web", &["desk", "store", "lake"]),
    ("desk", &["store", "lake"]),
    ("connect", &["history", "store", "lake"]),
    ("store", &[]),
    ("lake", &[]),
    ("history", &[]),
    // Developer tools: nothing stands on them but tests.
    ("testkit", &["web", "desk", "connect", "store", "lake", "history"]),
    ("xtask", &["history", "lake"]),
];

/// Parts that only some of our crates may know, each with the rule that it keeps.
const OTHERS: &[(&str, &[&str], &str)] = &[
    ("axum", &["web"], "only `web` knows HTTP; a practice never sees it"),
    ("tower-http", &["web"], "only `web` knows HTTP; a practice never sees it"),
    ("openidconnect", &["web"], "signing in is a face; only `web` asks a provider"),
    ("rmcp", &["web"], "assistants are a face, and faces are mounted in `web`"),
    ("utoipa", &["web"], "the API document is made in `web`"),
    ("gix", &["history"], "only `history` reads repositories"),
    ("tree-sitter", &["history"], "only `history` reads code"),
    ("datafusion", &["lake"], "only `lake` knows the engine behind SQL"),
    ("object_store", &["lake"], "only `lake` knows where facts lie"),
    ("sea-orm", &["store"], "only `store` knows the database"),
    ("sea-orm-migration", &["store"], "only `store` knows the database"),
    ("cedar-policy", &["store"], "only `store` asks the policies"),
    ("clap_complete", &["mainstay"], "the command line is put together in the binary"),
    ("anyhow", &["mainstay", "xtask"], "libraries have errors of their own kind"),
];

/// What depends on something that it should not.
pub(crate) fn check(metadata: &Value) -> Vec<Finding> {
    let ours = metadata["packages"].as_array().into_iter().flatten().filter(|package| package["source"].is_null());
    ours.flat_map(|package| {
        let name = package["name"].as_str().unwrap_or_default().to_owned();
        let place = format!("crates/{name}/Cargo.toml");
        let may = OURS.iter().find(|(ours, _)| *ours == name).map(|(_, may)| *may);
        let needs = package["dependencies"].as_array().into_iter().flatten();
        let mut found: Vec<_> = needs.filter_map(|need| wrong(&name, may.unwrap_or_default(), need)).collect();
        if may.is_none() {
            found.push("is not listed in xtask/src/tidy/layers.rs: say what it may stand on".to_owned());
        }
        found.into_iter().map(move |what| Finding::new(place.clone(), what))
    })
    .collect()
}

/// Why `name` may not depend on `need`; none when it may. Tests may use what they like, but stay below their layer.
fn wrong(name: &str, may: &[&str], need: &Value) -> Option<String> {
    let what = need["name"].as_str()?;
    let testing = need["kind"].as_str() == Some("dev");
    if OURS.iter().any(|(ours, _)| *ours == what) {
        let allowed = may.contains(&what) || (testing && what == "testkit");
        return (!allowed).then(|| format!("{name} must not depend on {what}: dependencies point down only"));
    }
    let (_, keepers, rule) = OTHERS.iter().find(|(other, ..)| *other == what)?;
    (!testing && !keepers.contains(&name)).then(|| format!("{name} must not depend on {what}: {rule}"))
}
