//! What somebody else wrote between the version that a person saw and now: shown to them, so that nothing is overwritten unseen.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Version;

/// What changed since somebody looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meanwhile {
    /// The record in a few words, as it is now.
    pub title: String,
    /// Who wrote the newest version.
    pub by: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The version that was seen.
    pub seen: u64,
    /// The version there is now.
    pub now: u64,
    /// Whether the record was put away.
    pub archived: bool,
    /// What is different, by field.
    pub changed: Vec<Changed>,
}

/// One field that is different; none where it was not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Changed {
    /// The field, dotted where it is nested.
    pub field: String,
    /// What was seen.
    pub before: Option<String>,
    /// What is there now.
    pub now: Option<String>,
}

impl Meanwhile {
    /// The difference of the newest version to the one that was seen; none when that version never was.
    pub(super) fn since(versions: &[(Timestamp, String, Version)], seen: u64) -> Option<Self> {
        let (at, by, last) = versions.last()?;
        let (_, _, before) = versions.iter().find(|(_, _, version)| version.version == seen)?;
        let (old, new) = (leaves(&before.body), leaves(&last.body));
        let fields: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let changed = fields.into_iter().filter(|field| old.get(*field) != new.get(*field)).map(|field| Changed {
            field: field.clone(),
            before: old.get(field).cloned(),
            now: new.get(field).cloned(),
        });
        Some(Self {
            title: last.title.clone(),
            by: by.clone(),
            at: *at,
            seen,
            now: last.version,
            archived: last.archived,
            changed: changed.collect(),
        })
    }
}

/// Every value of a body by its dotted name; places in lists are counted from 1, as people count.
fn leaves(body: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), body)];
    while let Some((name, value)) = open.pop() {
        let under = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        match value {
            Value::Object(map) => open.extend(map.iter().map(|(key, value)| (under(key), value))),
            Value::Array(list) => open.extend((1..).zip(list).map(|(nth, value)| (under(&nth.to_string()), value))),
            Value::Null => {}
            Value::String(text) => {
                found.insert(name, text.clone());
            }
            other => {
                found.insert(name, other.to_string());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn version(version: u64, body: Value) -> (Timestamp, String, Version) {
        let version = Version {
            id: "i".into(),
            kind: "k".into(),
            version,
            body_version: 1,
            title: "T".into(),
            body,
            archived: false,
        };
        (Timestamp::UNIX_EPOCH, "bo".to_owned(), version)
    }

    #[test]
    fn only_what_differs_is_named() {
        let all = [
            version(1, json!({ "area": "a", "steps": [{ "text": "x" }], "reason": "r" })),
            version(2, json!({ "area": "b", "steps": [{ "text": "x", "done_on": "2024-01-01" }] })),
        ];
        let found = Meanwhile::since(&all, 1).unwrap();
        let changed: Vec<_> =
            found.changed.iter().map(|one| (one.field.as_str(), one.before.as_deref(), one.now.as_deref())).collect();
        let wanted = [
            ("area", Some("a"), Some("b")),
            ("reason", Some("r"), None),
            ("steps.1.done_on", None, Some("2024-01-01")),
        ];
        assert_eq!((changed.as_slice(), found.now, found.by.as_str()), (wanted.as_slice(), 2, "bo"));
        assert_eq!(Meanwhile::since(&all, 7), None, "a version that never was");
    }
}
