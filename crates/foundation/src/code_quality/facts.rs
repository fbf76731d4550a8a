//! One SQL question a need. What comes back are plain rows; nothing is judged here.

mod rows;

use desk::Refusal;
use lake::{Param, Snapshot, views};

pub(super) use rows::*;

/// What is asked: repositories by id, a period in seconds since the epoch, and whether it ends before now.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) repos: Vec<String>,
    pub(super) since: i64,
    pub(super) until: i64,
    pub(super) as_of: Option<i64>,
    /// Commits that count as not made, for the state before a branch.
    pub(super) without: Vec<String>,
}

impl Part {
    fn params(&self) -> Vec<(&'static str, Param)> {
        vec![
            ("repos", self.repos.clone().into()),
            ("since", Param::Time(self.since)),
            ("until", Param::Time(self.until)),
            ("without", self.without.clone().into()),
        ]
    }

    async fn ask<T: serde::de::DeserializeOwned>(&self, facts: &Snapshot, sql: &str) -> Result<Vec<T>, Refusal> {
        let named = |(name, _): &(&str, Param)| sql.contains(&format!("${name}"));
        let params: Vec<_> = self.params().into_iter().filter(named).collect();
        Ok(facts.rows(sql, &params).await?)
    }

    pub(super) async fn newest(&self, facts: &Snapshot) -> Result<Vec<Newest>, Refusal> {
        self.ask(
            facts,
            "SELECT count(*) AS commits, max(committed_at) AS newest FROM commits
             WHERE array_has($repos, repo) AND committed_at < $until GROUP BY repo",
        )
        .await
    }

    pub(super) async fn files(&self, facts: &Snapshot) -> Result<Vec<CodeFile>, Refusal> {
        let from = match self.as_of {
            Some(_) => format!("({}) AS hotspots", views::hotspots(self.as_of)),
            None => "hotspots".to_owned(),
        };
        let sql = format!(
            "SELECT repo, path, language, lines, code, complexity, measured_by, complexity_rank, score
             FROM {from} WHERE array_has($repos, repo) ORDER BY score DESC, path"
        );
        self.ask(facts, &sql).await
    }

    pub(super) async fn other_files(&self, facts: &Snapshot) -> Result<Vec<OtherFile>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, path, role, code FROM files WHERE array_has($repos, repo) AND role <> 'code' AND NOT binary",
        )
        .await
    }

    pub(super) async fn functions(&self, facts: &Snapshot) -> Result<Vec<FunctionRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, path, name, container, start_line, end_line, parameters, code_lines, cognitive, nesting
             FROM functions WHERE array_has($repos, repo) ORDER BY repo, path, start_line",
        )
        .await
    }

    /// Changes of functions in the period, and in the 365 days before the newest commit before its end.
    pub(super) async fn function_changes(&self, facts: &Snapshot) -> Result<Vec<FunctionChangeRow>, Refusal> {
        self.ask(
            facts,
            "WITH newest AS (
               SELECT repo, max(committed_at) AS now FROM commits WHERE committed_at < $until GROUP BY repo
             )
             SELECT f.repo, f.path, f.name, f.container, to_unixtime(m.committed_at) AS at,
               (to_unixtime(n.now) - to_unixtime(m.committed_at)) / 86400.0 AS age_days, m.kind, m.subject
             FROM function_changes f
               JOIN commits m ON m.repo = f.repo AND m.sha = f.sha
               JOIN newest n ON n.repo = f.repo
             WHERE array_has($repos, f.repo) AND m.kind <> 'merge' AND m.committed_at < $until
               AND (m.committed_at >= $since OR m.committed_at >= n.now - INTERVAL '365 days')
               AND NOT is_bot(m.author_name, m.author_email)",
        )
        .await
    }

    /// Commits that touched code or tests, the oldest first.
    pub(super) async fn features(&self, facts: &Snapshot) -> Result<Vec<FeatureRow>, Refusal> {
        self.ask(
            facts,
            "WITH touched AS (
               SELECT repo, sha, role, path, area(path, 2) AS place, coalesce(added, 0) + coalesce(deleted, 0) AS lines FROM changes
               WHERE array_has($repos, repo) AND kind <> 'merge' AND role IN ('code', 'test')
             ),
             summed AS (
               SELECT repo, sha, count(*) AS files, sum(lines) AS lines,
                 sum(CASE WHEN lines > 0 THEN lines * log2(CAST(lines AS DOUBLE)) ELSE 0.0 END) AS spread,
                 array_agg(DISTINCT place) AS areas,
                 sum(CASE WHEN role = 'code' THEN 1 ELSE 0 END) AS code, sum(CASE WHEN role = 'test' THEN 1 ELSE 0 END) AS tests
               FROM touched GROUP BY repo, sha
             )
             SELECT s.sha, to_unixtime(m.committed_at) AS at, m.kind, m.subject, s.files, s.lines, s.spread, s.areas, s.code, s.tests
             FROM summed s JOIN commits m ON m.repo = s.repo AND m.sha = s.sha
             WHERE m.kind <> 'merge' AND m.committed_at < $until AND NOT is_bot(m.author_name, m.author_email)
             ORDER BY m.committed_at, m.position",
        )
        .await
    }

    /// Deaths of code lines: comments and blank lines, and files that went as a whole, are not among them.
    pub(super) async fn deaths(&self, facts: &Snapshot) -> Result<Vec<DeathRow>, Refusal> {
        self.ask(
            facts,
            "SELECT d.sha, d.born_sha, sum(d.code_lines) AS code_lines FROM deaths d
               JOIN changes c ON c.repo = d.repo AND c.sha = d.sha AND c.path = d.path
             WHERE array_has($repos, d.repo) AND d.code_lines > 0 AND c.role = 'code' AND c.kind <> 'merge'
             GROUP BY d.sha, d.born_sha",
        )
        .await
    }

    /// Code and test files that the commits of `without` touched.
    pub(super) async fn paths_of(&self, facts: &Snapshot) -> Result<Vec<PathRow>, Refusal> {
        self.ask(
            facts,
            "SELECT DISTINCT path FROM changes
             WHERE array_has($repos, repo) AND kind <> 'merge' AND role IN ('code', 'test') AND array_has($without, sha)",
        )
        .await
    }

    /// Branches by the newest look at each.
    pub(super) async fn branches(&self, facts: &Snapshot) -> Result<Vec<BranchRow>, Refusal> {
        self.ask(
            facts,
            "WITH placed AS (
               SELECT repo, ref, sha, row_number() OVER (PARTITION BY repo, ref ORDER BY at DESC) AS nth FROM refs_seen
               WHERE array_has($repos, repo) AND ref <> 'HEAD'
             )
             SELECT repo, ref AS name, sha FROM placed WHERE nth = 1 ORDER BY repo, ref",
        )
        .await
    }

    pub(super) async fn duplicates(&self, facts: &Snapshot) -> Result<Vec<DuplicateRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, path, start_line, end_line, other_path, other_start_line, lines FROM duplicates
               WHERE array_has($repos, repo)
             UNION ALL
             SELECT repo, other_path, other_start_line, other_end_line, path, start_line, lines FROM duplicates
               WHERE array_has($repos, repo)
             ORDER BY repo, path, start_line, end_line DESC, other_path, other_start_line",
        )
        .await
    }

    pub(super) async fn types(&self, facts: &Snapshot) -> Result<Vec<TypeRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, path, name, start_line, end_line, groups FROM types
             WHERE array_has($repos, repo) AND groups > 0 ORDER BY repo, path, start_line",
        )
        .await
    }

    pub(super) async fn admissions(&self, facts: &Snapshot) -> Result<Vec<AdmissionRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, path, line, text FROM admissions WHERE array_has($repos, repo) ORDER BY repo, path, line",
        )
        .await
    }

    pub(super) async fn commits(&self, facts: &Snapshot) -> Result<Vec<CommitRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, sha, committed_at AS at, kind, subject, author_name, author_email FROM commits
             WHERE array_has($repos, repo) AND kind <> 'merge' AND committed_at >= $since AND committed_at < $until",
        )
        .await
    }

    pub(super) async fn touches(&self, facts: &Snapshot) -> Result<Vec<TouchRow>, Refusal> {
        self.ask(
            facts,
            "SELECT c.repo, c.sha, c.path, c.role, coalesce(c.added, 0) + coalesce(c.deleted, 0) AS lines
             FROM changes c JOIN commits m ON m.repo = c.repo AND m.sha = c.sha
             WHERE array_has($repos, c.repo) AND c.kind <> 'merge' AND m.kind <> 'merge'
               AND c.role NOT IN ('generated', 'vendored') AND m.committed_at >= $since AND m.committed_at < $until",
        )
        .await
    }

    pub(super) async fn tested(&self, facts: &Snapshot) -> Result<Vec<TestedRow>, Refusal> {
        self.ask(
            facts,
            "WITH with_test AS (
               SELECT DISTINCT repo, sha FROM changes WHERE role = 'test' AND kind <> 'merge' AND array_has($repos, repo)
             ),
             latest AS (
               SELECT c.repo, c.path, c.sha,
                 row_number() OVER (PARTITION BY c.repo, c.path ORDER BY m.committed_at DESC, m.position DESC) AS nth
               FROM changes c JOIN commits m ON m.repo = c.repo AND m.sha = c.sha
               WHERE c.role = 'code' AND c.kind <> 'merge' AND array_has($repos, c.repo) AND m.committed_at < $until
                 AND NOT array_has($without, c.sha)
             )
             SELECT l.repo, l.path, count(*) AS changes, count(t.sha) AS tested
             FROM latest l LEFT JOIN with_test t ON t.repo = l.repo AND t.sha = l.sha
             WHERE l.nth <= 10 GROUP BY l.repo, l.path",
        )
        .await
    }

    pub(super) async fn lineage(&self, facts: &Snapshot) -> Result<Vec<LineageRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, sha, parents, to_unixtime(committed_at) AS at FROM commits WHERE array_has($repos, repo)",
        )
        .await
    }

    /// Each code file as it was before `until`, by complexity history.
    pub(super) async fn states(&self, facts: &Snapshot) -> Result<Vec<StateRow>, Refusal> {
        self.ask(
            facts,
            "WITH events AS (
               SELECT h.repo, h.path, h.sha, h.complexity, h.code_lines AS lines FROM complexity_history h
                 JOIN changes c ON c.repo = h.repo AND c.sha = h.sha AND c.path = h.path
                 WHERE c.role = 'code' AND c.kind <> 'merge' AND array_has($repos, h.repo)
               UNION ALL
               SELECT repo, coalesce(old_path, path) AS path, sha, CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT) FROM changes
                 WHERE kind IN ('deleted', 'renamed') AND array_has($repos, repo)
             ),
             placed AS (
               SELECT e.repo, e.path, e.complexity, e.lines,
                 row_number() OVER (PARTITION BY e.repo, e.path ORDER BY m.committed_at DESC, m.position DESC) AS nth
               FROM events e JOIN commits m ON m.repo = e.repo AND m.sha = e.sha WHERE m.committed_at < $until
             )
             SELECT repo, path, complexity, lines FROM placed WHERE nth = 1",
        )
        .await
    }

    /// Renames in the period, the oldest first.
    pub(super) async fn renames_between(&self, facts: &Snapshot) -> Result<Vec<RenameRow>, Refusal> {
        self.ask(
            facts,
            "SELECT c.repo, c.old_path, c.path FROM changes c JOIN commits m ON m.repo = c.repo AND m.sha = c.sha
             WHERE array_has($repos, c.repo) AND c.kind = 'renamed' AND m.committed_at >= $since AND m.committed_at < $until
             ORDER BY m.committed_at, m.position",
        )
        .await
    }

    /// Renames by the commits of `without`, the oldest first.
    pub(super) async fn renames(&self, facts: &Snapshot) -> Result<Vec<RenameRow>, Refusal> {
        self.ask(
            facts,
            "SELECT c.repo, c.old_path, c.path FROM changes c JOIN commits m ON m.repo = c.repo AND m.sha = c.sha
             WHERE array_has($repos, c.repo) AND c.kind = 'renamed' AND array_has($without, c.sha) ORDER BY m.position",
        )
        .await
    }

    pub(super) async fn pairs(&self, facts: &Snapshot) -> Result<Vec<PairRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, path_a, path_b, revisions_a, revisions_b, shared, degree FROM coupling
             WHERE array_has($repos, repo) ORDER BY degree DESC, shared DESC, path_a, path_b",
        )
        .await
    }

    pub(super) async fn pairs_across(&self, facts: &Snapshot) -> Result<Vec<AcrossRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo_a, path_a, repo_b, path_b, revisions_a, revisions_b, shared, degree FROM coupling_across
             WHERE array_has($repos, repo_a) AND array_has($repos, repo_b)
             ORDER BY degree DESC, shared DESC, repo_a, path_a, repo_b, path_b",
        )
        .await
    }

    pub(super) async fn imports(&self, facts: &Snapshot) -> Result<Vec<ImportRow>, Refusal> {
        self.ask(
            facts,
            "SELECT DISTINCT repo, path, target_path FROM imports WHERE array_has($repos, repo) AND target_path IS NOT NULL",
        )
        .await
    }

    pub(super) async fn versions(&self, facts: &Snapshot) -> Result<Vec<VersionRow>, Refusal> {
        self.ask(
            facts,
            "WITH events AS (
               SELECT h.repo, h.path, h.sha, h.complexity FROM complexity_history h
                 JOIN changes c ON c.repo = h.repo AND c.sha = h.sha AND c.path = h.path
                 WHERE c.role = 'code' AND c.kind <> 'merge' AND array_has($repos, h.repo)
               UNION ALL
               SELECT repo, coalesce(old_path, path) AS path, sha, CAST(NULL AS DOUBLE) AS complexity FROM changes
                 WHERE kind IN ('deleted', 'renamed') AND array_has($repos, repo)
             ),
             placed AS (
               SELECT e.repo, e.path, e.complexity, to_char(m.committed_at, '%Y-%m') AS month,
                 row_number() OVER (
                   PARTITION BY e.repo, e.path, to_char(m.committed_at, '%Y-%m')
                   ORDER BY m.committed_at DESC, m.position DESC
                 ) AS nth
               FROM events e JOIN commits m ON m.repo = e.repo AND m.sha = e.sha WHERE m.committed_at < $until
             )
             SELECT repo, path, month, complexity FROM placed WHERE nth = 1 ORDER BY repo, path, month",
        )
        .await
    }

    pub(super) async fn growth(&self, facts: &Snapshot) -> Result<Vec<GrowthRow>, Refusal> {
        self.ask(
            facts,
            "SELECT to_char(m.committed_at, '%Y-%m') AS month, c.role,
               sum(coalesce(c.added, 0) - coalesce(c.deleted, 0)) AS net
             FROM changes c JOIN commits m ON m.repo = c.repo AND m.sha = c.sha
             WHERE c.role IN ('code', 'test') AND c.kind <> 'merge' AND m.kind <> 'merge' AND array_has($repos, c.repo)
               AND m.committed_at < $until
             GROUP BY to_char(m.committed_at, '%Y-%m'), c.role ORDER BY month",
        )
        .await
    }

    pub(super) async fn alive(&self, facts: &Snapshot) -> Result<Vec<AliveRow>, Refusal> {
        self.ask(
            facts,
            "SELECT cohort_month, at_month, sum(lines) AS lines FROM survival WHERE array_has($repos, repo)
             GROUP BY cohort_month, at_month",
        )
        .await
    }

    /// Of the newest commit of each repository that a report was taken in for.
    pub(super) async fn coverage(&self, facts: &Snapshot) -> Result<Vec<CoverageRow>, Refusal> {
        self.ask(
            facts,
            "WITH placed AS (
               SELECT c.repo, c.path, c.sha, c.lines_found, c.lines_hit,
                 dense_rank() OVER (PARTITION BY c.repo ORDER BY m.committed_at DESC, m.position DESC) AS nth
               FROM coverage c JOIN commits m ON m.repo = c.repo AND m.sha = c.sha
               WHERE array_has($repos, c.repo) AND m.committed_at < $until
             )
             SELECT repo, path, sha, lines_found, lines_hit FROM placed WHERE nth = 1",
        )
        .await
    }

    pub(super) async fn knowers(&self, facts: &Snapshot) -> Result<Vec<KnowersRow>, Refusal> {
        self.ask(
            facts,
            "SELECT repo, path, sum(CASE WHEN share >= 0.2 THEN 1 ELSE 0 END) AS knowers FROM ownership
             WHERE array_has($repos, repo) GROUP BY repo, path",
        )
        .await
    }
}
