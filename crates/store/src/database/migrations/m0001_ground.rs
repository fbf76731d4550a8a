//! People, records, sign-ins, the audit chain and jobs.
//!
//! Instants are UTC microseconds, days are `YYYY-MM-DD`, bodies are JSON as text so that both engines keep them byte for byte.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0001_ground"
    }
}

pub(super) fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for mut column in columns {
        table.col(&mut column);
    }
    table
}

fn points_at(table: &mut TableCreateStatement, columns: &[(&'static str, &'static str)]) {
    for (column, other) in columns {
        table.foreign_key(ForeignKey::create().from_col(*column).to(*other, "id"));
    }
}

pub(super) fn linked(
    name: &'static str,
    columns: Vec<ColumnDef>,
    links: &[(&'static str, &'static str)],
) -> TableCreateStatement {
    let mut made = table(name, columns);
    points_at(&mut made, links);
    made
}

pub(super) fn keyed_by(
    name: &'static str,
    columns: Vec<ColumnDef>,
    key: &'static str,
    links: &[(&'static str, &'static str)],
) -> TableCreateStatement {
    let mut made = linked(name, columns, links);
    made.primary_key(Index::create().col(key));
    made
}

fn people() -> Vec<TableCreateStatement> {
    vec![
        table(
            "people",
            vec![
                pk_uuid("id"),
                text("name"),
                text_null("preferred_name"),
                text_uniq("email"),
                text("time_zone"),
                text_null("started_on"),
                text_null("left_on"),
                text("kind"),
                big_integer("created_at"),
            ],
        ),
        linked(
            "teams",
            vec![pk_uuid("id"), text_uniq("slug"), text("name"), uuid_null("parent_id"), text_null("purpose")],
            &[("parent_id", "teams")],
        ),
        linked(
            "memberships",
            vec![
                pk_uuid("id"),
                uuid("person_id"),
                uuid("team_id"),
                text("role"),
                text("from_on"),
                text_null("until_on"),
                double("share"),
            ],
            &[("person_id", "people"), ("team_id", "teams")],
        ),
        linked(
            "reporting",
            vec![pk_uuid("id"), uuid("person_id"), uuid("manager_id"), text("from_on"), text_null("until_on")],
            &[("person_id", "people"), ("manager_id", "people")],
        ),
        linked(
            "absences",
            vec![pk_uuid("id"), uuid("person_id"), text("from_on"), text("until_on"), text("kind")],
            &[("person_id", "people")],
        ),
        linked(
            "grants",
            vec![
                pk_uuid("id"),
                uuid("person_id"),
                text("role"),
                uuid_null("team_id"),
                text("from_on"),
                text_null("until_on"),
            ],
            &[("person_id", "people"), ("team_id", "teams")],
        ),
        linked(
            "repositories",
            vec![pk_uuid("id"), text_uniq("name"), text("location"), text("default_branch"), uuid_null("team_id")],
            &[("team_id", "teams")],
        ),
        linked(
            "area_owners",
            vec![pk_uuid("id"), uuid("repository_id"), integer("position"), text("glob"), uuid("team_id")],
            &[("repository_id", "repositories"), ("team_id", "teams")],
        ),
    ]
}

fn records() -> Vec<TableCreateStatement> {
    let mut versions = linked(
        "record_versions",
        vec![
            uuid("record_id"),
            big_integer("version"),
            uuid("author_id"),
            big_integer("at"),
            text("head"),
            text("body"),
            integer("body_version"),
            text_null("reason"),
        ],
        &[("record_id", "records"), ("author_id", "people")],
    );
    versions.primary_key(Index::create().col("record_id").col("version"));
    let mut parties = linked(
        "record_parties",
        vec![uuid("record_id"), uuid("person_id"), text("part")],
        &[("record_id", "records"), ("person_id", "people")],
    );
    parties.primary_key(Index::create().col("record_id").col("person_id").col("part"));
    vec![
        linked(
            "records",
            vec![
                pk_uuid("id"),
                text("kind"),
                uuid_null("team_id"),
                uuid_null("subject_id"),
                uuid("author_id"),
                text("audience"),
                text("status"),
                text("title"),
                text("body"),
                integer("body_version"),
                big_integer("version"),
                text_null("due_on"),
                big_integer("created_at"),
                big_integer("updated_at"),
                big_integer_null("archived_at"),
            ],
            &[("team_id", "teams"), ("subject_id", "people"), ("author_id", "people")],
        ),
        versions,
        parties,
        linked(
            "record_links",
            vec![
                pk_uuid("id"),
                uuid("from_id"),
                uuid_null("to_id"),
                text_null("to_fact"),
                text("relation"),
                big_integer("at"),
                uuid("author_id"),
            ],
            &[("from_id", "records"), ("to_id", "records"), ("author_id", "people")],
        ),
        keyed_by(
            "record_keys",
            vec![uuid("record_id"), text("key_id"), text("wrapped")],
            "record_id",
            &[("record_id", "records")],
        ),
        table("tombstones", vec![pk_uuid("record_id"), text("kind"), text("erased_on"), text("rule")]),
    ]
}

fn trust() -> Vec<TableCreateStatement> {
    let mut audit = table(
        "audit",
        vec![
            big_integer("seq"),
            big_integer("at"),
            text("actor"),
            text("action"),
            text("target"),
            text("before_hash"),
            text("after_hash"),
            text("prev_hash"),
            text("hash"),
        ],
    );
    audit.primary_key(Index::create().col("seq"));
    let mut meta = table("meta", vec![text("name"), text("value")]);
    meta.primary_key(Index::create().col("name"));
    let mut settings =
        table("settings", vec![text("name"), text("value"), big_integer("updated_at"), text("updated_by")]);
    settings.primary_key(Index::create().col("name"));
    vec![
        audit,
        table(
            "access_log",
            vec![
                pk_uuid("id"),
                big_integer("at"),
                uuid("viewer_id"),
                text("action"),
                text("kind"),
                uuid("subject_id"),
                uuid("record_id"),
            ],
        ),
        meta,
        settings,
    ]
}

fn sign_in() -> Vec<TableCreateStatement> {
    vec![
        keyed_by(
            "sign_in_links",
            vec![text("hash"), uuid("person_id"), big_integer("until")],
            "hash",
            &[("person_id", "people")],
        ),
        keyed_by(
            "sessions",
            vec![
                text("hash"),
                uuid("id"),
                uuid("person_id"),
                text("csrf"),
                big_integer("began"),
                big_integer("seen"),
                text("agent"),
                text("way"),
            ],
            "hash",
            &[("person_id", "people")],
        ),
        keyed_by(
            "passwords",
            vec![uuid("person_id"), text("hash"), big_integer("changed_at")],
            "person_id",
            &[("person_id", "people")],
        ),
        keyed_by("attempts", vec![text("name"), big_integer("failures"), big_integer("last_at")], "name", &[]),
        linked(
            "tokens",
            vec![
                pk_uuid("id"),
                text_uniq("hash"),
                uuid("person_id"),
                text("name"),
                text("scope"),
                big_integer("created_at"),
                big_integer("expires_at"),
                big_integer_null("used_at"),
                big_integer_null("revoked_at"),
            ],
            &[("person_id", "people")],
        ),
        table(
            "jobs",
            vec![
                pk_uuid("id"),
                text("kind"),
                text("scope"),
                text("state"),
                text("payload"),
                text("checkpoint"),
                big_integer("run_after"),
                integer("attempts"),
                big_integer_null("lease_until"),
                text_null("lease_by"),
                text_null("last_error"),
                big_integer("created_at"),
                big_integer("updated_at"),
            ],
        ),
    ]
}

/// What is asked often, and what must not be twice.
const INDEXES: &[&str] = &[
    "CREATE INDEX memberships_person ON memberships (person_id)",
    "CREATE INDEX memberships_team ON memberships (team_id)",
    "CREATE INDEX reporting_person ON reporting (person_id)",
    "CREATE INDEX reporting_manager ON reporting (manager_id)",
    "CREATE INDEX absences_person ON absences (person_id, from_on)",
    "CREATE INDEX area_owners_repository ON area_owners (repository_id, position)",
    "CREATE INDEX records_kind ON records (kind, archived_at, updated_at, id)",
    "CREATE INDEX records_kind_id ON records (kind, id)",
    "CREATE INDEX records_team ON records (team_id, kind)",
    "CREATE INDEX records_subject ON records (subject_id, kind)",
    "CREATE INDEX records_author ON records (author_id, kind)",
    "CREATE INDEX record_parties_person ON record_parties (person_id)",
    "CREATE UNIQUE INDEX record_links_once ON record_links (from_id, relation, COALESCE(to_fact, ''), COALESCE(CAST(to_id AS TEXT), ''))",
    "CREATE INDEX record_links_to ON record_links (to_id)",
    "CREATE INDEX record_links_fact ON record_links (to_fact)",
    "CREATE INDEX access_log_subject ON access_log (subject_id, at)",
    "CREATE INDEX sessions_person ON sessions (person_id)",
    "CREATE INDEX tokens_person ON tokens (person_id)",
    "CREATE INDEX jobs_next ON jobs (state, run_after)",
    "CREATE UNIQUE INDEX jobs_one_worker ON jobs (kind, scope) WHERE state = 'running'",
];

/// The words of records: FTS5 in SQLite, a text search vector in PostgreSQL.
const fn words(backend: DbBackend) -> &'static [&'static str] {
    match backend {
        DbBackend::Postgres => &[
            "CREATE TABLE record_text (record_id uuid PRIMARY KEY REFERENCES records (id), text text NOT NULL)",
            "CREATE INDEX record_text_words ON record_text USING gin (to_tsvector('simple', text))",
        ],
        _ => &[
            "CREATE VIRTUAL TABLE record_text USING fts5 (record_id UNINDEXED, text, tokenize = \"unicode61 remove_diacritics 2\")",
        ],
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in people().into_iter().chain(records()).chain(trust()).chain(sign_in()) {
            manager.create_table(table).await?;
        }
        let connection = manager.get_connection();
        for text in INDEXES.iter().chain(words(manager.get_database_backend())) {
            connection.execute_unprepared(text).await?;
        }
        Ok(())
    }
}
