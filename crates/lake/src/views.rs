//! Standing views: measures that several pages share, each defined once over the fact tables, with golden rows in the tests.

use crate::pairs::Baskets;

/// A view that every snapshot has.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The name in SQL.
    pub name: &'static str,
    /// One sentence for the reader of the schema.
    pub about: &'static str,
    pub(crate) made: Made,
}

/// How a view's rows come to be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Made {
    /// By a statement, each time.
    Asked(fn() -> String),
    /// By a statement, once a snapshot: its rows are few for the work that they cost.
    Kept(fn() -> String),
    /// By counting pairs over what a statement gives (`repo`, `basket`, `path`), once a snapshot.
    Pairs(&'static str, Baskets),
}

/// Every standing view.
pub const VIEWS: &[View] = &[
    View {
        name: "hotspots",
        about: "Code files by where change meets complexity, as of each repository's newest commit.",
        made: Made::Kept(|| hotspots(None)),
    },
    View {
        name: "ownership",
        about: "Lines of each file at the head by the address that last wrote them, and their share of the file.",
        made: Made::Asked(|| OWNERSHIP.to_owned()),
    },
    View {
        name: "coupling",
        about: "Pairs of files that change in the same commits of at most 30 files; degree = shared / mean(revisions).",
        made: Made::Pairs(TOUCHED, Baskets::OfRepo),
    },
    View {
        name: "coupling_across",
        about: "Pairs of files of two repositories that change for the same work items; degree = shared / mean(revisions).",
        made: Made::Pairs(TOUCHED_BY_KEY, Baskets::Across),
    },
    View {
        name: "co_authors",
        about: "Who wrote a commit together with its author, by trailers: one row a name and address.",
        made: Made::Kept(|| CO_AUTHORS.to_owned()),
    },
];

/// The statement behind `hotspots`, as of a moment (seconds since the epoch) or of each repository's newest commit.
///
/// For code files that are not binary: `changes` in the 365 days before, weighted `2^(−age/180 d)`; `complexity`, cognitive where there is
/// syntax and the sum of logical indentation otherwise (`measured_by`); both as percentile ranks `(rank − ½) / n` within the repository, ties
/// sharing their mean rank; `score` is their product, 0 to 1. Changes of merges and of bots are left out; files that are generated, vendored or
/// data have another role than code and so are not there at all.
#[must_use]
pub fn hotspots(as_of: Option<i64>) -> String {
    let now = match as_of {
        Some(seconds) => format!(
            "SELECT DISTINCT repo, arrow_cast(to_timestamp_seconds({seconds}), 'Timestamp(ms, \"UTC\")') AS now FROM files"
        ),
        None => "SELECT repo, max(committed_at) AS now FROM commits GROUP BY repo".to_owned(),
    };
    format!(
        "WITH newest AS ({now}),
recent AS (
  SELECT m.repo, m.sha, m.committed_at, power(2.0, -(to_unixtime(n.now) - to_unixtime(m.committed_at)) / (180 * 86400.0)) AS weight
  FROM commits m JOIN newest n ON n.repo = m.repo
  WHERE m.committed_at >= n.now - INTERVAL '365 days' AND m.committed_at <= n.now
    AND NOT is_bot(m.author_name, m.author_email)
),
churn AS (
  SELECT c.repo, c.path, count(*) AS changes, round(sum(r.weight), 9) AS weighted_changes, max(r.committed_at) AS last_changed_at
  FROM changes c JOIN recent r ON r.repo = c.repo AND r.sha = c.sha
  WHERE c.kind <> 'merge' AND c.role = 'code'
  GROUP BY c.repo, c.path
),
measured AS (
  SELECT f.repo, f.path, f.language, f.lines, f.code,
    coalesce(h.changes, 0) AS changes, coalesce(h.weighted_changes, 0.0) AS weighted_changes, h.last_changed_at,
    coalesce(CAST(f.cognitive AS DOUBLE), f.indent_sum) AS complexity,
    CASE WHEN f.cognitive IS NULL THEN 'indentation' ELSE 'cognitive' END AS measured_by
  FROM files f LEFT JOIN churn h ON h.repo = f.repo AND h.path = f.path
  WHERE f.role = 'code' AND NOT f.binary
),
ranked AS (
  SELECT *,
    count(*) OVER (PARTITION BY repo) AS n,
    rank() OVER (PARTITION BY repo ORDER BY weighted_changes) + (count(*) OVER (PARTITION BY repo, weighted_changes) - 1) / 2.0 AS change_place,
    rank() OVER (PARTITION BY repo ORDER BY complexity) + (count(*) OVER (PARTITION BY repo, complexity) - 1) / 2.0 AS complexity_place
  FROM measured
)
SELECT repo, path, language, lines, code, changes, weighted_changes, last_changed_at, complexity, measured_by,
  (change_place - 0.5) / n AS change_rank,
  (complexity_place - 0.5) / n AS complexity_rank,
  (change_place - 0.5) / n * (complexity_place - 0.5) / n AS score
FROM ranked"
    )
}

/// Lines by author's address: who last wrote what is there, as `git blame` says.
const OWNERSHIP: &str = "WITH written AS (
  SELECT o.repo, o.path, person(m.author_email) AS author, sum(o.lines) AS lines
  FROM owners o JOIN commits m ON m.repo = o.repo AND m.sha = o.sha
  GROUP BY o.repo, o.path, person(m.author_email)
)
SELECT repo, path, author, lines, CAST(lines AS DOUBLE) / sum(lines) OVER (PARTITION BY repo, path) AS share
FROM written";

/// What a person's commit touched, one row a path: merges' rows, generated and vendored files (lock files are generated) and bots' commits
/// left out. An ordinary commit has one row a path, so nothing is counted twice.
const TOUCHED: &str = "SELECT c.repo, c.sha AS basket, c.path FROM changes c
LEFT ANTI JOIN (SELECT repo, sha FROM commits WHERE is_bot(author_name, author_email)) b ON b.repo = c.repo AND b.sha = c.sha
WHERE c.kind <> 'merge' AND c.role NOT IN ('generated', 'vendored')";

/// The same by work item: one row a key, repository and path.
const TOUCHED_BY_KEY: &str = "SELECT DISTINCT c.repo, k.basket, c.path FROM changes c
JOIN (
  SELECT repo, sha, unnest(work_item_keys) AS basket FROM commits WHERE NOT is_bot(author_name, author_email)
) k ON k.repo = c.repo AND k.sha = c.sha
WHERE c.kind <> 'merge' AND c.role NOT IN ('generated', 'vendored')";

/// `Co-authored-by: Name <address>` as forges write it, and `Co-developed-by` as the Linux kernel does. Without an address nobody is named.
const CO_AUTHORS: &str = "WITH named AS (
  SELECT repo, sha, unnest(trailers) AS trailer FROM commits WHERE cardinality(trailers) > 0
),
together AS (
  SELECT repo, sha, get_field(trailer, 'value') AS value FROM named
  WHERE lower(get_field(trailer, 'key')) IN ('co-authored-by', 'co-developed-by')
)
SELECT DISTINCT repo, sha, trim(split_part(value, '<', 1)) AS name, trim(split_part(split_part(value, '<', 2), '>', 1)) AS email
FROM together WHERE strpos(value, '<') > 0 AND strpos(split_part(value, '<', 2), '@') > 1";
