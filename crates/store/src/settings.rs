//! Settings: one JSON value a name, changed by somebody, in the audit. What a name means is known where it is used.

use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder};
use serde::Serialize;
use serde_json::Value;

use crate::audit::instant;
use crate::rows::settings;
use crate::{Store, StoreError, Write};

/// Longest name, in bytes.
const NAME_BYTES: usize = 100;
/// Largest value, in bytes of JSON.
const VALUE_BYTES: usize = 64 << 10;

/// A setting as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// Its name (`retention.one_on_one`).
    pub name: String,
    /// Its value.
    pub value: Value,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By whom: a person's id, or `system`.
    pub updated_by: String,
}

fn setting(row: settings::Model) -> Result<Setting, StoreError> {
    let value = serde_json::from_str(&row.value)
        .map_err(|error| StoreError::Damaged(format!("the setting {} cannot be read: {error}", row.name)))?;
    Ok(Setting { name: row.name, value, updated_at: instant(row.updated_at), updated_by: row.updated_by })
}

impl Store {
    /// The value of a setting; none when nobody set it.
    ///
    /// # Errors
    /// Damaged when what is stored is no JSON; when the database does not answer.
    pub async fn setting(&self, name: &str) -> Result<Option<Value>, StoreError> {
        let row = settings::Entity::find_by_id(name).one(self.database.on()).await?;
        Ok(row.map(setting).transpose()?.map(|setting| setting.value))
    }

    /// Every setting that somebody set, by name.
    ///
    /// # Errors
    /// As [`Self::setting`].
    pub async fn settings(&self) -> Result<Vec<Setting>, StoreError> {
        let rows = settings::Entity::find().order_by_asc(settings::Column::Name).all(self.database.on()).await?;
        rows.into_iter().map(setting).collect()
    }
}

impl Write {
    /// Sets a setting; null takes it back. The same value again changes nothing.
    ///
    /// # Errors
    /// Refused when the name is not lower-case words joined by `.` and `_`, or the value is too large.
    pub async fn set_setting(&mut self, name: &str, value: &Value) -> Result<(), StoreError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
        if name.is_empty() || name.len() > NAME_BYTES || !name.chars().all(plain) {
            return Err(StoreError::field(
                "name",
                format!("`{name}` is no name of a setting (`retention.one_on_one`)."),
            ));
        }
        let text = value.to_string();
        if text.len() > VALUE_BYTES {
            return Err(StoreError::field(
                name,
                format!("The value has {} bytes; at most {VALUE_BYTES} are kept.", text.len()),
            ));
        }
        let old = settings::Entity::find_by_id(name).one(self.on()).await?.map(|row| row.value);
        let new = (!value.is_null()).then_some(text);
        if old == new {
            return Ok(());
        }
        settings::Entity::delete_by_id(name).exec(self.on()).await?;
        if let Some(value) = new.clone() {
            let (updated_at, updated_by) = (self.at().as_microsecond(), self.actor().to_string());
            let row = settings::Model { name: name.to_owned(), value, updated_at, updated_by };
            row.into_active_model().reset_all().insert(self.on()).await?;
        }
        self.note("setting.change", name, old.as_deref().map(str::as_bytes), new.as_deref().map(str::as_bytes));
        Ok(())
    }
}
