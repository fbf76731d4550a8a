//! The tables as the database has them. Nothing outside this crate sees a row.

macro_rules! table {
    ($module:ident, $name:literal, { $($(#[$about:meta])* $field:ident: $kind:ty),* $(,)? }) => {
        pub(crate) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
            #[sea_orm(table_name = $name)]
            pub(crate) struct Model {
                $($(#[$about])* pub(crate) $field: $kind,)*
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub(crate) enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

table!(people, "people", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, preferred_name: Option<String>, email: String, time_zone: String,
    started_on: Option<String>, left_on: Option<String>, kind: String, created_at: i64,
});
table!(teams, "teams", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    slug: String, name: String, parent_id: Option<Uuid>, purpose: Option<String>,
});
table!(memberships, "memberships", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    person_id: Uuid, team_id: Uuid, role: String, from_on: String, until_on: Option<String>, share: f64,
});
table!(reporting, "reporting", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    person_id: Uuid, manager_id: Uuid, from_on: String, until_on: Option<String>,
});
table!(absences, "absences", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    person_id: Uuid, from_on: String, until_on: String, kind: String,
});
table!(grants, "grants", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    person_id: Uuid, role: String, team_id: Option<Uuid>, from_on: String, until_on: Option<String>,
});
table!(repositories, "repositories", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, location: String, default_branch: String, team_id: Option<Uuid>,
});
table!(area_owners, "area_owners", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    repository_id: Uuid, position: i32, glob: String, team_id: Uuid,
});
table!(directory_ids, "directory_ids", {
    #[sea_orm(primary_key, auto_increment = false)] kind: String,
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    external_id: Option<String>, gone: bool,
});
table!(records, "records", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    kind: String, team_id: Option<Uuid>, subject_id: Option<Uuid>, author_id: Uuid, audience: String, status: String,
    title: String, body: String, body_version: i32, version: i64, due_on: Option<String>,
    created_at: i64, updated_at: i64, archived_at: Option<i64>,
});
table!(versions, "record_versions", {
    #[sea_orm(primary_key, auto_increment = false)] record_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] version: i64,
    author_id: Uuid, at: i64, head: String, body: String, body_version: i32, reason: Option<String>,
});
table!(parties, "record_parties", {
    #[sea_orm(primary_key, auto_increment = false)] record_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] part: String,
});
table!(links, "record_links", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    from_id: Uuid, to_id: Option<Uuid>, to_fact: Option<String>, relation: String, at: i64, author_id: Uuid,
});
table!(record_keys, "record_keys", {
    #[sea_orm(primary_key, auto_increment = false)] record_id: Uuid,
    key_id: String, wrapped: String,
});
table!(tombstones, "tombstones", {
    #[sea_orm(primary_key, auto_increment = false)] record_id: Uuid,
    kind: String, erased_on: String, rule: String,
});
table!(audit, "audit", {
    #[sea_orm(primary_key, auto_increment = false)] seq: i64,
    at: i64, actor: String, action: String, target: String, before_hash: String, after_hash: String, prev_hash: String, hash: String,
});
table!(access_log, "access_log", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    at: i64, viewer_id: Uuid, action: String, kind: String, subject_id: Uuid, record_id: Uuid,
});
table!(meta, "meta", {
    #[sea_orm(primary_key, auto_increment = false)] name: String,
    value: String,
});
table!(settings, "settings", {
    #[sea_orm(primary_key, auto_increment = false)] name: String,
    value: String, updated_at: i64, updated_by: String,
});
table!(sign_in_links, "sign_in_links", {
    #[sea_orm(primary_key, auto_increment = false)] hash: String,
    person_id: Uuid, until: i64,
});
table!(sessions, "sessions", {
    #[sea_orm(primary_key, auto_increment = false)] hash: String,
    id: Uuid, person_id: Uuid, csrf: String, began: i64, seen: i64, agent: String, way: String,
});
table!(passwords, "passwords", {
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    hash: String, changed_at: i64,
});
table!(attempts, "attempts", {
    #[sea_orm(primary_key, auto_increment = false)] name: String,
    failures: i64, last_at: i64,
});
table!(tokens, "tokens", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    hash: String, person_id: Uuid, name: String, scope: String, created_at: i64, expires_at: i64,
    used_at: Option<i64>, revoked_at: Option<i64>,
});
table!(jobs, "jobs", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    kind: String, scope: String, state: String, payload: String, checkpoint: String, run_after: i64, attempts: i32,
    lease_until: Option<i64>, lease_by: Option<String>, last_error: Option<String>, created_at: i64, updated_at: i64,
});
table!(projects, "work_projects", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    host: String, key: String, name: String, team_id: Option<Uuid>, next_number: i64,
});
table!(statuses, "work_statuses", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    project_id: Uuid, status_id: String, name: String, category: String, position: i32, because: String,
    from_at: Option<i64>, until_at: Option<i64>,
});
table!(sprints, "work_sprints", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    project_id: Uuid, name: String, goal: Option<String>, state: String, start_at: Option<i64>,
    planned_end_at: Option<i64>, completed_at: Option<i64>, start_known_at: Option<i64>, close_known_at: Option<i64>,
    version: i32,
});
table!(calendars, "work_calendars", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    team_id: Option<Uuid>, name: String, time_zone: String, hours: String,
});
table!(calendar_days, "calendar_days", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    calendar_id: Uuid, on_day: String, kind: String, name: String,
});
table!(items, "work_items", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    host: String, native_id: Option<String>, url: Option<String>, project_id: Uuid, key: String, title: String,
    body: Option<String>, #[sea_orm(column_name = "type")] sort: String, type_raw: Option<String>, status_id: String,
    class: String, priority: Option<i32>, estimate: Option<f64>, estimate_unit: Option<String>, created_at: i64,
    due_on: Option<String>, creator_id: Option<Uuid>, assignee_id: Option<Uuid>, parent_id: Option<Uuid>, labels: String,
    blocked: bool, rank: Option<String>, entries: i32, first_seen_at: i64, observed_at: i64,
    source_updated_at: Option<i64>, deleted_at: Option<i64>, fidelity: String, touched: i64,
});
table!(item_changes, "work_item_changes", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    work_item_id: Uuid, number: i32, at: i64, first_seen_at: i64, actor_id: Option<Uuid>, field: String,
    from_id: Option<String>, to_id: Option<String>, from_text: Option<String>, to_text: Option<String>,
    native_id: Option<String>, reason: Option<String>,
});
table!(withdrawals, "work_item_withdrawals", {
    #[sea_orm(primary_key, auto_increment = false)] change_id: Uuid,
    work_item_id: Uuid, known_at: i64, actor_id: Option<Uuid>, reason: Option<String>,
});
table!(item_links, "work_item_links", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    work_item_id: Uuid, other_id: Option<Uuid>, other_key: Option<String>, kind: String, from_at: i64, until_at: Option<i64>,
});
table!(seats, "seats", {
    #[sea_orm(primary_key, auto_increment = false)] room: String,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    seen_at: i64, watching: bool,
});
table!(slip_boxes, "slip_boxes", {
    #[sea_orm(primary_key, auto_increment = false)] record_id: Uuid,
    sealed: String,
});
table!(slip_counts, "slip_counts", {
    #[sea_orm(primary_key, auto_increment = false)] record_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    used: i32,
});
