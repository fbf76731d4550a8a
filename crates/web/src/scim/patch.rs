//! Patches (RFC 7644, section 3.5.2): what is to be added, replaced or removed, done to a resource as it is shown. What comes of it is then
//! taken as a whole, as a replacement would be. Attributes that are not kept here are let go, as the standard allows.

use serde_json::{Map, Value};

use super::filter::Filter;
use super::{MESSAGES, ScimError, attribute};

/// Operations of one request at most.
const MANY: usize = 1_000;
/// Attributes by which an element of several is chosen.
const CHOSEN_BY: [&str; 5] = ["value", "type", "primary", "display", "$ref"];

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Add,
    Replace,
    Remove,
}

/// What it is done to: an attribute, of several the chosen, and of those a part.
#[derive(Debug, Default)]
struct Path {
    attribute: String,
    chosen: Option<Filter>,
    part: Option<String>,
}

/// An attribute without the name of its schema.
pub(super) fn bare(name: &str) -> &str {
    let core = ["urn:ietf:params:scim:schemas:core:2.0:User:", "urn:ietf:params:scim:schemas:core:2.0:Group:"];
    let cut = core.iter().find(|core| name.get(..core.len()).is_some_and(|start| start.eq_ignore_ascii_case(core)));
    cut.and_then(|core| name.get(core.len()..)).unwrap_or(name)
}

/// The resource as it is to become.
pub(super) fn patched(mut resource: Value, patch: &Value) -> Result<Value, ScimError> {
    let syntax = |detail: &str| ScimError::invalid("invalidSyntax", detail);
    let named = attribute(patch, "schemas").and_then(Value::as_array);
    let wanted = format!("{MESSAGES}:PatchOp");
    if !named.is_some_and(|all| all.iter().any(|one| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(&wanted))))
    {
        return Err(syntax("The schema of a patch is missing."));
    }
    let operations = attribute(patch, "Operations").and_then(Value::as_array);
    let operations = operations.filter(|all| (1..=MANY).contains(&all.len()));
    for operation in operations.ok_or_else(|| syntax("`Operations` holds 1 to 1000 operations."))? {
        let deed = match super::text(operation, "op").map(str::to_lowercase).as_deref() {
            Some("add") => Deed::Add,
            Some("replace") => Deed::Replace,
            Some("remove") => Deed::Remove,
            _ => return Err(syntax("`op` is one of add, replace, remove.")),
        };
        let value = attribute(operation, "value").cloned().unwrap_or(Value::Null);
        match (super::text(operation, "path"), &value) {
            (Some(path), _) => done(&mut resource, deed, &Path::parse(path)?, value)?,
            (None, Value::Object(all)) if deed != Deed::Remove => {
                for (name, value) in all {
                    done(&mut resource, deed, &Path::parse(name)?, value.clone())?;
                }
            }
            (None, _) => return Err(ScimError::invalid("noTarget", "Without `path`, `value` holds attributes.")),
        }
    }
    Ok(resource)
}

impl Path {
    fn parse(text: &str) -> Result<Self, ScimError> {
        let wrong = || ScimError::invalid("invalidPath", format!("`{text}` is no path."));
        let text = bare(text.trim());
        // The address of a schema that is not kept here: let go, as a whole.
        if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")) {
            return Ok(Self { attribute: text.to_owned(), ..Self::default() });
        }
        let (attribute, rest) = match text.split_once('[') {
            Some((attribute, rest)) => (attribute, Some(rest)),
            None => (text, None),
        };
        let (chosen, part) = match rest {
            None => (None, ""),
            Some(rest) => {
                let (inside, part) = rest.rsplit_once(']').ok_or_else(wrong)?;
                let known = CHOSEN_BY;
                let filter = Filter::parse(inside, &known).map_err(|_| wrong())?;
                (Some(filter), part.trim_start_matches('.'))
            }
        };
        let (attribute, dotted) = attribute.split_once('.').unwrap_or((attribute, ""));
        let part = [part, dotted].into_iter().find(|part| !part.is_empty()).map(str::to_owned);
        let plain =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "$_-".contains(c));
        if !plain(attribute) || part.as_deref().is_some_and(|part| !plain(part)) {
            return Err(wrong());
        }
        Ok(Self { attribute: attribute.to_owned(), chosen, part })
    }
}

/// The key by which an attribute stands in a map, or would.
fn key(map: &Map<String, Value>, name: &str) -> String {
    map.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned().unwrap_or_else(|| name.to_owned())
}

fn done(resource: &mut Value, deed: Deed, path: &Path, value: Value) -> Result<(), ScimError> {
    let Some(map) = resource.as_object_mut() else { return Ok(()) };
    let key = key(map, &path.attribute);
    if ["id", "schemas", "meta", "groups"].iter().any(|fixed| key.eq_ignore_ascii_case(fixed)) {
        return Err(ScimError::invalid("mutability", format!("`{key}` is not the directory's to change.")));
    }
    match (&path.chosen, &path.part) {
        (None, None) => whole(map, key, deed, value),
        (None, Some(part)) => match map.entry(key).or_insert_with(|| Value::Object(Map::new())) {
            Value::Array(all) => {
                let at = all.iter().position(|one| one["primary"] == true).unwrap_or(0);
                if let Some(one) = all.get_mut(at) {
                    part_of(one, deed, part, value);
                }
            }
            one => part_of(one, deed, part, value),
        },
        (Some(filter), part) => {
            let several = map.entry(key).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(all) = several {
                chosen(all, filter, deed, part.as_deref(), value);
            }
        }
    }
    Ok(())
}

fn whole(map: &mut Map<String, Value>, key: String, deed: Deed, value: Value) {
    match (deed, map.get_mut(&key), value) {
        (Deed::Remove, Some(Value::Array(all)), Value::Array(gone)) if !gone.is_empty() => {
            all.retain(|one| !gone.iter().any(|gone| attribute(gone, "value") == attribute(one, "value")));
        }
        (Deed::Remove, ..) => {
            map.remove(&key);
        }
        (Deed::Add, Some(Value::Array(all)), Value::Array(more)) => more.into_iter().for_each(|one| add(all, one)),
        (Deed::Add, Some(Value::Array(all)), one @ Value::Object(_)) => add(all, one),
        (_, Some(Value::Object(old)), Value::Object(new)) => {
            for (name, value) in new {
                let name = self::key(old, &name);
                old.insert(name, value);
            }
        }
        (_, _, value) => {
            map.insert(key, value);
        }
    }
}

fn add(all: &mut Vec<Value>, one: Value) {
    if !all.iter().any(|old| attribute(old, "value").is_some() && attribute(old, "value") == attribute(&one, "value")) {
        all.push(one);
    }
}

fn part_of(one: &mut Value, deed: Deed, part: &str, value: Value) {
    let Some(map) = one.as_object_mut() else { return };
    let key = key(map, part);
    if deed == Deed::Remove {
        map.remove(&key);
    } else {
        map.insert(key, value);
    }
}

fn chosen(all: &mut Vec<Value>, filter: &Filter, deed: Deed, part: Option<&str>, value: Value) {
    match (deed, part) {
        (Deed::Remove, None) => all.retain(|one| !filter.accepts(one)),
        (_, None) => {
            all.retain(|one| !filter.accepts(one));
            all.push(value);
        }
        (_, Some(part)) => {
            if deed != Deed::Remove && !all.iter().any(|one| filter.accepts(one)) {
                all.push(Value::Object(filter.says().into_iter().collect()));
            }
            for one in all.iter_mut().filter(|one| filter.accepts(one)) {
                part_of(one, deed, part, value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn of(operations: Value) -> Value {
        let mut patch = json!({ "schemas": [format!("{MESSAGES}:PatchOp")] });
        patch["Operations"] = operations;
        patch
    }

    #[test]
    fn patches_do_what_they_say() {
        let sam = json!({ "id": "1", "userName": "sam@example.org", "name": { "givenName": "Sam", "familyName": "Ortiz" },
            "active": true, "emails": [{ "value": "sam@example.org", "type": "work", "primary": true }],
            "members": [{ "value": "a" }, { "value": "b" }] });
        let check = |operation: Value, at: &str, wanted: Value| {
            let patched = patched(sam.clone(), &of(json!([operation]))).unwrap();
            assert_eq!(patched.pointer(at).cloned().unwrap_or(Value::Null), wanted, "{operation}");
        };
        check(json!({ "op": "Replace", "path": "active", "value": false }), "/active", json!(false));
        check(
            json!({ "op": "replace", "value": { "ACTIVE": false, "name.familyName": "Lee" } }),
            "/active",
            json!(false),
        );
        check(
            json!({ "op": "replace", "value": { "name": { "familyName": "Lee" } } }),
            "/name",
            json!({ "givenName": "Sam", "familyName": "Lee" }),
        );
        check(json!({ "op": "add", "path": "name.familyName", "value": "Lee" }), "/name/familyName", json!("Lee"));
        check(json!({ "op": "remove", "path": "name.familyName" }), "/name", json!({ "givenName": "Sam" }));
        check(
            json!({ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "x@y" }),
            "/emails/0/value",
            json!("x@y"),
        );
        check(
            json!({ "op": "add", "path": "emails[type eq \"home\"].value", "value": "x@y" }),
            "/emails/1",
            json!({ "type": "home", "value": "x@y" }),
        );
        check(json!({ "op": "replace", "path": "emails.value", "value": "x@y" }), "/emails/0/value", json!("x@y"));
        check(
            json!({ "op": "add", "path": "members", "value": [{ "value": "b" }, { "value": "c" }] }),
            "/members/2/value",
            json!("c"),
        );
        check(json!({ "op": "add", "path": "members", "value": [{ "value": "b" }] }), "/members/2", Value::Null);
        check(json!({ "op": "remove", "path": "members[value eq \"a\"]" }), "/members", json!([{ "value": "b" }]));
        check(
            json!({ "op": "remove", "path": "members", "value": [{ "value": "b" }] }),
            "/members",
            json!([{ "value": "a" }]),
        );
        check(json!({ "op": "remove", "path": "members" }), "/members", Value::Null);
        let title = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        check(json!({ "op": "add", "path": title, "value": "R&D" }), "/userName", json!("sam@example.org"));
        check(
            json!({ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:userName", "value": "a@b" }),
            "/userName",
            json!("a@b"),
        );
    }

    #[test]
    fn odd_patches_are_refused() {
        let check = |patch: Value, kind: &str| {
            let error = patched(json!({ "id": "1" }), &patch).unwrap_err();
            assert_eq!((error.status, error.kind), (400, Some(kind)), "{patch}");
        };
        check(json!({ "Operations": [{ "op": "add", "path": "active", "value": true }] }), "invalidSyntax");
        check(of(json!([])), "invalidSyntax");
        check(of(json!([{ "op": "move", "path": "active" }])), "invalidSyntax");
        check(of(json!([{ "op": "remove" }])), "noTarget");
        check(of(json!([{ "op": "replace", "value": 3 }])), "noTarget");
        check(of(json!([{ "op": "replace", "path": "emails[type", "value": 3 }])), "invalidPath");
        check(of(json!([{ "op": "replace", "path": "emails[mood eq \"x\"]", "value": 3 }])), "invalidPath");
        check(of(json!([{ "op": "replace", "path": "id", "value": "2" }])), "mutability");
    }

    proptest! {
        #[test]
        fn no_path_stops_the_program(path in r#"[a-zA-Z.\[\]" =é]{0,40}"#) {
            let _ = patched(json!({ "emails": [{ "value": "x" }], "name": {} }), &of(json!([{ "op": "add", "path": path, "value": "x" }])));
        }
    }
}
