//! What a company's directory calls the people and teams here, and which of them it has removed. Whom it removed stays here, with every
//! day that they were here; the directory alone does not see them any more.

use std::collections::HashMap;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::rows::directory_ids;
use crate::{Store, StoreError, Write};

/// What a directory names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DirectoryKind {
    /// A person.
    Person,
    /// A team.
    Team,
}

impl DirectoryKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Team => "team",
        }
    }
}

/// What the directory knows of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryNote {
    /// What it calls them.
    pub external_id: Option<String>,
    /// Whether it removed them.
    pub gone: bool,
}

/// What the directory knows of all of one kind, by id. Whoever is not in it was never named by the directory.
pub type Directory = HashMap<Uuid, DirectoryNote>;

impl Store {
    /// What the directory knows of people or of teams.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn directory(&self, kind: DirectoryKind) -> Result<Directory, StoreError> {
        let asked = directory_ids::Entity::find().filter(directory_ids::Column::Kind.eq(kind.name()));
        let rows = asked.all(self.database.on()).await?;
        let note = |row: directory_ids::Model| (row.id, DirectoryNote { external_id: row.external_id, gone: row.gone });
        Ok(rows.into_iter().map(note).collect())
    }
}

impl Write {
    /// Notes what the directory calls one, and whether it removed them.
    ///
    /// # Errors
    /// Refused when it calls another so already.
    pub async fn note_directory(
        &mut self,
        kind: DirectoryKind,
        id: Uuid,
        note: &DirectoryNote,
    ) -> Result<(), StoreError> {
        if let Some(external) = &note.external_id {
            let same = directory_ids::Entity::find()
                .filter(directory_ids::Column::Kind.eq(kind.name()))
                .filter(directory_ids::Column::ExternalId.eq(external.as_str()))
                .filter(directory_ids::Column::Id.ne(id))
                .one(self.on())
                .await?;
            if same.is_some() {
                let message = format!("Another {} has the external id `{external}` already.", kind.name());
                return Err(StoreError::field("externalId", message));
            }
        }
        let old = directory_ids::Entity::find_by_id((kind.name().to_owned(), id)).one(self.on()).await?;
        let row = directory_ids::Model {
            kind: kind.name().to_owned(),
            id,
            external_id: note.external_id.clone(),
            gone: note.gone,
        };
        if old.as_ref() == Some(&row) {
            return Ok(());
        }
        let active = row.into_active_model().reset_all();
        if old.is_some() {
            active.update(self.on()).await?;
        } else {
            active.insert(self.on()).await?;
        }
        let before = old.map(|row| format!("{row:?}"));
        let after = format!("{note:?}");
        let target = format!("{}/{id}", kind.name());
        self.note("directory.note", target, before.as_deref().map(str::as_bytes), Some(after.as_bytes()));
        Ok(())
    }
}
