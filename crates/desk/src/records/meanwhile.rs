//! What somebody else wrote between the version that a person saw and now: shown to them, so that nothing is overwritten unseen.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use store::Organisation;
use store::records::{Body, Version};

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
    pub(super) fn since(versions: &[Version], seen: u64, people: &Organisation) -> Option<Self> {
        let last = versions.last()?;
        let before = versions.iter().find(|version| version.version == seen)?;
        let (old, new) = (all_of(before), all_of(last));
        let fields: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let changed = fields.into_iter().filter(|field| old.get(*field) != new.get(*field)).map(|field| Changed {
            field: field.clone(),
            before: old.get(field).cloned(),
            now: new.get(field).cloned(),
        });
        Some(Self {
            title: last.head.title.clone(),
            by: people.person(last.author).map_or_else(|| "somebody".to_owned(), |person| person.called().to_owned()),
            at: last.at,
            seen,
            now: last.version,
            archived: last.head.archived,
            changed: changed.collect(),
        })
    }
}

/// Every value of a version by its dotted name: the body's, and those around it that people set.
fn all_of(version: &Version) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Body::Open(body) = &version.body {
        leaves_into(body, &mut found);
    }
    found.insert("status".to_owned(), version.head.status.clone());
    found.insert("title".to_owned(), version.head.title.clone());
    if let Some(due) = version.head.due_on {
        found.insert("due_on".to_owned(), due.to_string());
    }
    found
}

/// Every value of a body by its dotted name; places in lists are counted from 1, as people count.
pub(super) fn leaves_into(body: &Value, found: &mut BTreeMap<String, String>) {
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
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn version(version: u64, body: Value) -> Version {
        let head = json!({ "audience": "team", "status": "open", "title": "T" });
        Version {
            version,
            author: "019a0000-0000-7000-8000-000000000000".parse().unwrap(),
            at: Timestamp::UNIX_EPOCH,
            head: serde_json::from_value(head).unwrap(),
            body: Body::Open(body),
            body_version: 1,
            reason: None,
        }
    }

    #[test]
    fn only_what_differs_is_named() {
        let all = [
            version(1, json!({ "area": "a", "steps": [{ "text": "x" }], "reason": "r" })),
            version(2, json!({ "area": "b", "steps": [{ "text": "x", "done_on": "2024-01-01" }] })),
        ];
        let found = Meanwhile::since(&all, 1, &Organisation::default()).unwrap();
        let changed: Vec<_> =
            found.changed.iter().map(|one| (one.field.as_str(), one.before.as_deref(), one.now.as_deref())).collect();
        let wanted = [
            ("area", Some("a"), Some("b")),
            ("reason", Some("r"), None),
            ("steps.1.done_on", None, Some("2024-01-01")),
        ];
        assert_eq!((changed.as_slice(), found.now, found.by.as_str()), (wanted.as_slice(), 2, "somebody"));
        assert_eq!(Meanwhile::since(&all, 7, &Organisation::default()), None, "a version that never was");
    }
}
