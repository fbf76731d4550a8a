//! The fact tables. A table of tables: add a column here and it is made, filled, compared and read; a column is never renamed.

use super::{Column, Kind, Table};

const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, about }
}

const IDENTITY: Kind = Kind::Of("identities");
const REPOSITORY: Kind = Kind::Of("code_repositories");
const REQUEST: Kind = Kind::Of("change_requests");

/// Every fact table, those that others point at first.
pub const TABLES: &[Table] = &[
    Table {
        name: "identities",
        about: "What a source calls somebody: a signature of Git, a forge's user. Who that is stands elsewhere.",
        also_by: &[],
        columns: &[
            column("login", Kind::Text, "The name by which the host signs them in."),
            column("name", Kind::Text, "Their name, as the source has it."),
            column("email", Kind::Text, "Their address, as the source has it."),
            column("kind_reported", Kind::Text, "user, bot, app, team or unknown."),
        ],
    },
    Table {
        name: "code_repositories",
        about: "A repository, once, however many ways it is reached.",
        also_by: &[],
        columns: &[
            column("name", Kind::Text, "What people call it."),
            column("path", Kind::Text, "Its path at its host."),
            column("default_branch", Kind::Text, "The branch that changes go to."),
            column("history", Kind::Text, "Its id among the mined histories."),
        ],
    },
    Table {
        name: "change_requests",
        about: "A change that somebody asked to be taken in.",
        also_by: &["repository_id", "number"],
        columns: &[
            column("repository_id", REPOSITORY, "Whose."),
            column("number", Kind::Whole, "Its number there."),
            column("title", Kind::Text, "Its title."),
            column("state", Kind::Text, "open, merged or closed."),
            column("draft", Kind::Truth, "Whether it is not meant to be taken yet."),
            column("author_id", IDENTITY, "Who opened it."),
            column("merged_by_id", IDENTITY, "Who took it in."),
            column("created_at", Kind::Instant, "When it was opened."),
            column("merged_at", Kind::Instant, "When it was taken in."),
            column("closed_at", Kind::Instant, "When it was closed."),
            column("base_ref", Kind::Text, "The branch that it goes to."),
            column("head_ref", Kind::Text, "The branch that it comes from."),
            column("merge_sha", Kind::Text, "The commit of the base branch that holds it."),
            column("merge_method", Kind::Text, "merge, squash, rebase, fast_forward or unknown."),
            column("labels", Kind::Json, "Its labels."),
        ],
    },
    Table {
        name: "change_commits",
        about: "A commit of a change request.",
        also_by: &[],
        columns: &[
            column("change_request_id", REQUEST, "Of which."),
            column("sha", Kind::Text, "The commit."),
            column("position", Kind::Whole, "Its place among them, from 0, parents first."),
            column("authored_at", Kind::Instant, "When it was written."),
            column("committed_at", Kind::Instant, "When it was committed."),
            column("author_id", IDENTITY, "Who wrote it."),
        ],
    },
    Table {
        name: "reviews",
        about: "Somebody's look at a change request, handed in.",
        also_by: &[],
        columns: &[
            column("change_request_id", REQUEST, "At which."),
            column("reviewer_id", IDENTITY, "Whose."),
            column("state", Kind::Text, "approved, changes_requested, commented or dismissed."),
            column("submitted_at", Kind::Instant, "When."),
            column("sha", Kind::Text, "The commit that was looked at, or that tells of it."),
        ],
    },
    Table {
        name: "change_work_items",
        about: "Work that a change request names.",
        also_by: &[],
        columns: &[
            column("change_request_id", REQUEST, "Which names it."),
            column("key_text", Kind::Text, "As it is named."),
            column("kind", Kind::Text, "closes or mentions."),
        ],
    },
    Table {
        name: "reverts",
        about: "A commit that takes another back, or brings it again.",
        also_by: &[],
        columns: &[
            column("repository_id", REPOSITORY, "Where."),
            column("sha", Kind::Text, "The commit that does it."),
            column("reverted_sha", Kind::Text, "The commit that is taken back."),
            column("reverted_change_request_id", REQUEST, "The change request that held it."),
            column("reapply", Kind::Truth, "Whether it is brought again."),
            column("at", Kind::Instant, "When."),
        ],
    },
];
