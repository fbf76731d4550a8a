//! A kind without its type: what pages, the API, the command line and assistants need to offer every kind alike.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use store::policy::Audience;
use store::records::{Draft, Kind};

use super::changes::draft_of;
use super::{Envelope, Record, rules};
use crate::{Refusal, form};

/// A kind of record.
#[derive(Clone, Copy)]
pub struct KindEntry {
    /// Its name in paths and files.
    pub kind: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// What the store must know of it.
    pub rules: Kind,
    /// For whom one is written when nothing else is said.
    pub audience: Audience,
    /// Where one can stand; the first is where it begins.
    pub statuses: &'static [&'static str],
    /// Whether a person gives the title.
    pub titled: bool,
    /// Whether acts alone write it.
    pub by_acts: bool,
    /// JSON Schema of the body.
    pub schema: fn() -> Schema,
    /// What the store is handed for a body given as JSON.
    pub draft: fn(Envelope, Value) -> Result<Draft, Refusal>,
    /// A stored body in the present shape.
    pub present: fn(u32, Value) -> Result<Value, String>,
}

impl std::fmt::Debug for KindEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KindEntry({})", self.kind)
    }
}

impl KindEntry {
    /// The entry of a kind.
    #[must_use]
    pub fn of<R: Record>() -> Self {
        Self {
            kind: R::KIND,
            name: R::NAME,
            purpose: R::PURPOSE,
            rules: rules::<R>(),
            audience: R::AUDIENCE,
            statuses: R::STATUSES,
            titled: R::TITLED,
            by_acts: R::BY_ACTS,
            schema: schema_of::<R>,
            draft: |envelope, body| draft_of::<R>(envelope, &form::parse::<R>(&schema_of::<R>(), body)?),
            present: |version, body| if version == R::BODY_VERSION { Ok(body) } else { R::upgrade(version, body) },
        }
    }
}

impl KindEntry {
    /// Whether documents and forms may write it.
    ///
    /// # Errors
    /// Refused when acts alone do.
    pub(crate) fn by_hand(&self) -> Result<(), Refusal> {
        if !self.by_acts {
            return Ok(());
        }
        let message = format!("a {} is written by what is done with it, never by hand", self.name.to_lowercase());
        Err(Refusal::not_allowed(message).hint("It can be read, and put away."))
    }
}

fn schema_of<R: Record>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<R>()
}
