//! Standing views: measures that several pages share, each defined once in SQL over the fact tables, with golden rows in the tests.

/// A view that every snapshot has.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The name in SQL.
    pub name: &'static str,
    /// One sentence for the reader of the schema.
    pub about: &'static str,
    pub(crate) sql: fn() -> String,
    /// Whether its rows are few for the work that they cost, so that a snapshot keeps them.
    pub(crate) kept: bool,
}

/// Every standing view.
pub const VIEWS: &[View] = &[
    View {
        name: "hotspots",
        about: "Code files by where change meets complexity, as of each repository's newest commit.",
        sql: || hotspots(None),
        kept: true,
    },
    View {
        name: "ownership",
        about: "Lines of each file at the head by the address that last wrote them, and their share of the file.",
        sql: || OWNERSHIP.to_owned(),
        kept: false,
    },
    View {
        name: "coupling",
        about: "Pairs of files that change in the same commits.",
        sql: || COUPLING.to_owned(),
        kept: true,
    },
    View {
        name: "co_authors",
        about: "Who wrote a commit together with its author, by trailers: one row a name and address.",
        sql: || CO_AUTHORS.to_owned(),
        kept: true,
    },
];

/// The statement behind `hotspots`, as of a moment (seconds since the epoch) or of each repository's newest commit.
///
/// For code files that are not binary: `changes` in the 365 days before, weighted `2^(−age/180 d)`; `complexity`, cognitive where there is
/// syntax and the sum of logical indentation otherwise (`measured_by`); both as percentile ranks `(rank − ½) / n` within the repository, ties
/// sharing their mean rank; `score` is their product, 0 to 1. Changes of merges are left out; files that are generated, vendored or
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
  WHERE m.committed_at > n.now - INTERVAL '365 days' AND m.committed_at <= n.now
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

/// `degree = shared / mean(revisions_a, revisions_b)` over commits of at most 30 files; revisions ≥ 10 each, shared ≥ 5, degree ≥ 0.3.
/// Merges' rows and generated and vendored files count nowhere. An ordinary commit has one row a path, so nothing is counted twice.
const COUPLING: &str = "WITH touched AS (
  SELECT repo, sha, path FROM changes WHERE kind <> 'merge' AND role NOT IN ('generated', 'vendored')
),
small AS (
  SELECT repo, sha FROM touched GROUP BY repo, sha HAVING count(*) <= 30
),
seen AS (
  SELECT t.repo, t.sha, t.path FROM touched t JOIN small s ON s.repo = t.repo AND s.sha = t.sha
),
revised AS (
  SELECT repo, path, count(*) AS revisions FROM seen GROUP BY repo, path HAVING count(*) >= 10
),
kept AS (
  SELECT s.repo, s.sha, s.path, r.revisions FROM seen s JOIN revised r ON r.repo = s.repo AND r.path = s.path
),
pairs AS (
  SELECT a.repo, a.path AS path_a, b.path AS path_b, a.revisions AS revisions_a, b.revisions AS revisions_b, count(*) AS shared
  FROM kept a JOIN kept b ON a.repo = b.repo AND a.sha = b.sha AND a.path < b.path
  GROUP BY a.repo, a.path, b.path, a.revisions, b.revisions
  HAVING count(*) >= 5
)
SELECT repo, path_a, path_b, revisions_a, revisions_b, shared, shared / ((revisions_a + revisions_b) / 2.0) AS degree
FROM pairs
WHERE shared / ((revisions_a + revisions_b) / 2.0) >= 0.3";

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
