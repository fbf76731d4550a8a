//! Work: the projects that number it, items, the one log of what happened to them, links, sprints, and the calendars of teams.
//!
//! Instants are UTC microseconds, days are `YYYY-MM-DD`. Of the log, rows are added and never changed; what was withdrawn is noted beside it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::m0001_ground::{keyed_by, linked, table};

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0004_work"
    }
}

fn projects() -> Vec<TableCreateStatement> {
    vec![
        linked(
            "work_projects",
            vec![
                pk_uuid("id"),
                text("host"),
                text("key"),
                text("name"),
                uuid_null("team_id"),
                big_integer("next_number"),
            ],
            &[("team_id", "teams")],
        ),
        linked(
            "work_statuses",
            vec![
                pk_uuid("id"),
                uuid("project_id"),
                text("status_id"),
                text("name"),
                text("category"),
                integer("position"),
                text("because"),
                big_integer_null("from_at"),
                big_integer_null("until_at"),
            ],
            &[("project_id", "work_projects")],
        ),
        linked(
            "work_sprints",
            vec![
                pk_uuid("id"),
                uuid("project_id"),
                text("name"),
                text_null("goal"),
                text("state"),
                big_integer_null("start_at"),
                big_integer_null("planned_end_at"),
                big_integer_null("completed_at"),
                big_integer_null("start_known_at"),
                big_integer_null("close_known_at"),
                integer("version"),
            ],
            &[("project_id", "work_projects")],
        ),
        linked(
            "work_calendars",
            vec![pk_uuid("id"), uuid_null("team_id"), text("name"), text("time_zone"), text("hours")],
            &[("team_id", "teams")],
        ),
        linked(
            "calendar_days",
            vec![pk_uuid("id"), uuid("calendar_id"), text("on_day"), text("kind"), text("name")],
            &[("calendar_id", "work_calendars")],
        ),
    ]
}

fn items() -> Vec<TableCreateStatement> {
    vec![
        linked(
            "work_items",
            vec![
                pk_uuid("id"),
                text("host"),
                text_null("native_id"),
                text_null("url"),
                uuid("project_id"),
                text("key"),
                text("title"),
                text_null("body"),
                text("type"),
                text_null("type_raw"),
                text("status_id"),
                text("class"),
                integer_null("priority"),
                double_null("estimate"),
                text_null("estimate_unit"),
                big_integer("created_at"),
                text_null("due_on"),
                uuid_null("creator_id"),
                uuid_null("assignee_id"),
                uuid_null("parent_id"),
                text("labels"),
                boolean("blocked"),
                text_null("rank"),
                integer("entries"),
                big_integer("first_seen_at"),
                big_integer("observed_at"),
                big_integer_null("source_updated_at"),
                big_integer_null("deleted_at"),
                text("fidelity"),
                big_integer("touched"),
            ],
            &[("project_id", "work_projects")],
        ),
        linked(
            "work_item_changes",
            vec![
                pk_uuid("id"),
                uuid("work_item_id"),
                integer("number"),
                big_integer("at"),
                big_integer("first_seen_at"),
                uuid_null("actor_id"),
                text("field"),
                text_null("from_id"),
                text_null("to_id"),
                text_null("from_text"),
                text_null("to_text"),
                text_null("native_id"),
                text_null("reason"),
            ],
            &[("work_item_id", "work_items")],
        ),
        keyed_by(
            "work_item_withdrawals",
            vec![
                uuid("change_id"),
                uuid("work_item_id"),
                big_integer("known_at"),
                uuid_null("actor_id"),
                text_null("reason"),
            ],
            "change_id",
            &[("change_id", "work_item_changes"), ("work_item_id", "work_items")],
        ),
        table(
            "work_item_links",
            vec![
                pk_uuid("id"),
                uuid("work_item_id"),
                uuid_null("other_id"),
                text_null("other_key"),
                text("kind"),
                big_integer("from_at"),
                big_integer_null("until_at"),
            ],
        ),
    ]
}

/// What is asked often, and what must not be twice.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX work_projects_once ON work_projects (host, key)",
    "CREATE INDEX work_statuses_project ON work_statuses (project_id, status_id)",
    "CREATE INDEX work_sprints_project ON work_sprints (project_id)",
    "CREATE UNIQUE INDEX work_calendars_team ON work_calendars (team_id)",
    "CREATE UNIQUE INDEX calendar_days_once ON calendar_days (calendar_id, on_day)",
    "CREATE UNIQUE INDEX work_items_key ON work_items (project_id, key)",
    "CREATE UNIQUE INDEX work_items_native ON work_items (host, native_id)",
    "CREATE INDEX work_items_touched ON work_items (touched)",
    "CREATE UNIQUE INDEX work_item_changes_number ON work_item_changes (work_item_id, number)",
    "CREATE INDEX work_item_withdrawals_item ON work_item_withdrawals (work_item_id)",
    "CREATE INDEX work_item_links_item ON work_item_links (work_item_id)",
    "CREATE INDEX work_item_links_other ON work_item_links (other_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in projects().into_iter().chain(items()) {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}
