//! What this service offers a directory, in the words of RFC 7643: its settings, its resources and their attributes.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{MESSAGES, MOST, ScimError, Visit, answer};

/// The schema of people.
pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of teams.
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What is supported.
pub(super) async fn config(visit: Visit) -> Response {
    let no = json!({ "supported": false });
    answer(
        StatusCode::OK,
        &json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": { "supported": true },
            "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
            "filter": { "supported": true, "maxResults": MOST },
            "changePassword": no,
            "sort": no,
            "etag": no,
            "authenticationSchemes": [{
                "type": "oauthbearertoken",
                "name": "Token",
                "description": "A token that administers, made by an administrator",
                "primary": true,
            }],
            "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{}/ServiceProviderConfig", visit.base) },
        }),
    )
}

fn kinds(base: &str) -> Vec<Value> {
    let kind = |name: &str, schema: &str, about: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": format!("/{name}s"),
            "description": about,
            "schema": schema,
            "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{name}") },
        })
    };
    vec![kind("User", USER, "A person"), kind("Group", GROUP, "A team")]
}

fn listed(all: &[Value]) -> Response {
    let body = json!({
        "schemas": [format!("{MESSAGES}:ListResponse")],
        "totalResults": all.len(),
        "startIndex": 1,
        "itemsPerPage": all.len(),
        "Resources": all,
    });
    answer(StatusCode::OK, &body)
}

fn one(all: Vec<Value>, what: &str, id: &str) -> Response {
    match all.into_iter().find(|one| one["id"] == id) {
        Some(found) => answer(StatusCode::OK, &found),
        None => ScimError::missing(what, id).into_response(),
    }
}

/// The kinds of resources.
pub(super) async fn resource_types(visit: Visit) -> Response {
    listed(&kinds(&visit.base))
}

/// One of them.
pub(super) async fn resource_type(visit: Visit, Path(name): Path<String>) -> Response {
    one(kinds(&visit.base), "resource type", &name)
}

fn text(name: &str, about: &str, required: bool, unique: bool) -> Value {
    json!({
        "name": name, "type": "string", "multiValued": false, "description": about, "required": required, "caseExact": name == "externalId",
        "mutability": "readWrite", "returned": "default", "uniqueness": if unique { "server" } else { "none" },
    })
}

fn complex(name: &str, about: &str, several: bool, inside: &[Value]) -> Value {
    json!({
        "name": name, "type": "complex", "multiValued": several, "description": about, "required": false,
        "mutability": if name == "groups" { "readOnly" } else { "readWrite" }, "returned": "default", "subAttributes": inside,
    })
}

fn all(base: &str) -> Vec<Value> {
    let plain = |name: &str, about: &str| text(name, about, false, false);
    let external = || text("externalId", "What the directory calls it", false, true);
    let active = json!({
        "name": "active", "type": "boolean", "multiValued": false, "description": "Whether they are here; false ends it today",
        "required": false, "mutability": "readWrite", "returned": "default",
    });
    let user = [
        text("userName", "Their address", true, true),
        external(),
        complex(
            "name",
            "Their name",
            false,
            &[
                plain("formatted", "The whole name"),
                plain("givenName", "All of it but the last word"),
                plain("familyName", "Its last word"),
            ],
        ),
        plain("displayName", "Their name"),
        plain("nickName", "What they want to be called"),
        plain("timezone", "An IANA time zone"),
        active,
        complex("emails", "Their one address", true, &[plain("value", "The address"), plain("type", "work")]),
        complex(
            "groups",
            "The teams that they are in today",
            true,
            &[plain("value", "Its id"), plain("display", "Its name")],
        ),
    ];
    let group = [
        text("displayName", "The team's name", true, true),
        external(),
        complex("members", "Who is in it today", true, &[plain("value", "Their id"), plain("display", "Their name")]),
    ];
    let schema = |id: &str, name: &str, about: &str, attributes: &[Value]| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id, "name": name, "description": about, "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{id}") },
        })
    };
    vec![schema(USER, "User", "A person", &user), schema(GROUP, "Group", "A team", &group)]
}

/// The attributes of both.
pub(super) async fn schemas(visit: Visit) -> Response {
    listed(&all(&visit.base))
}

/// Those of one.
pub(super) async fn schema(visit: Visit, Path(id): Path<String>) -> Response {
    one(all(&visit.base), "schema", &id)
}
