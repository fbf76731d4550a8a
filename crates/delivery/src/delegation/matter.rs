//! What is to be given out: a work item, an item of a plan, or a duty in words; with what it needs of whoever takes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use desk::knowledge::{Touch, touched};
use desk::work::{Item, TeamId, Work};
use desk::{Desk, FieldError, Refusal, Stored};

use super::records::{AssignmentNeed, Handed, folder};
use crate::plan::records::{Plan, PlanItem};
use crate::plan::tree::Tree;

/// Areas that are taken from commits at most.
const FROM_COMMITS: usize = 3;

/// Where its areas come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Somebody typed them.
    Typed,
    /// Its plan names them.
    Planned,
    /// Its commits touched them.
    Commits,
    /// There is none.
    Nowhere,
}

impl Source {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Planned => "from its plan",
            Self::Commits => "folders that its commits touched",
            Self::Nowhere => "none",
        }
    }
}

/// Something to give out.
#[derive(Debug, Clone)]
pub(super) struct Matter {
    /// Its stable name: the key, `PLAN/ITEM`, or the words of the duty.
    pub id: String,
    pub handed: Handed,
    pub item: Option<Arc<Item>>,
    /// The plan that holds it, and its item there.
    pub plan: Option<Stored<Plan>>,
    pub planned: Option<PlanItem>,
    pub team: Option<TeamId>,
    /// Areas and what each counts.
    pub areas: Vec<(String, f64)>,
    pub areas_from: Source,
    pub need: AssignmentNeed,
    /// The need's record and version, when somebody wrote one.
    pub kept: Option<(String, u64)>,
}

fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

/// Plans that are not over, the newest first.
pub(super) async fn open_plans(desk: &Desk) -> Result<Vec<Stored<Plan>>, Refusal> {
    let mut plans = desk.records().list::<Plan>().await?;
    plans.retain(|plan| !matches!(plan.status.as_str(), "done" | "dropped"));
    plans.reverse();
    Ok(plans)
}

/// The plan that a text names: by id, title or the beginning of its title.
pub(super) fn plan_named<'a>(plans: &'a [Stored<Plan>], named: &str) -> Result<&'a Stored<Plan>, Refusal> {
    let slug = desk::sheet::slug(named);
    let exact = |one: &&Stored<Plan>| one.id == named.trim() || desk::sheet::slug(&one.title) == slug;
    let begins = |one: &&Stored<Plan>| !slug.is_empty() && desk::sheet::slug(&one.title).starts_with(&slug);
    plans.iter().find(exact).or_else(|| plans.iter().find(begins)).ok_or_else(|| {
        let titles: Vec<&str> = plans.iter().take(8).map(|one| one.title.as_str()).collect();
        let known =
            if titles.is_empty() { "There is none.".to_owned() } else { format!("There are: {}.", titles.join(", ")) };
        wrong("plan", format!("No open plan `{named}`. {known}"))
    })
}

fn looks_like_a_key(text: &str) -> bool {
    text.split_once('-').is_some_and(|(head, number)| {
        !head.is_empty()
            && head.chars().all(|c| c.is_ascii_alphanumeric())
            && head.chars().any(|c| c.is_ascii_alphabetic())
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

impl Matter {
    /// What a text names, in the plan of that name when one is given.
    ///
    /// # Errors
    /// Refused when it looks like a key that there is not.
    pub(super) async fn named(desk: &Desk, work: &Work, text: &str, plan: Option<&str>) -> Result<Self, Refusal> {
        let text = text.trim();
        let plans = open_plans(desk).await?;
        let within: Vec<&Stored<Plan>> = match plan.map(str::trim).filter(|named| !named.is_empty()) {
            Some(named) => vec![plan_named(&plans, named)?],
            None => plans.iter().collect(),
        };
        let (within_id, text) = match text.split_once('/') {
            Some((id, item)) if plans.iter().any(|plan| plan.id == id) => (Some(id), item),
            _ => (None, text),
        };
        let within: Vec<&Stored<Plan>> =
            within.into_iter().filter(|plan| within_id.is_none_or(|id| plan.id == id)).collect();
        let found = work.by_key(text).cloned();
        let planned = within.iter().find_map(|plan| {
            let item = plan.body.items.iter().find(|item| {
                let linked = item.work_item.as_deref();
                found.as_ref().is_some_and(|found| linked.is_some_and(|key| key.eq_ignore_ascii_case(&found.key)))
            });
            let by_name = || {
                let tree = Tree::of(&plan.body).ok()?;
                let place = tree.find(&plan.body, text)?;
                plan.body.items.get(tree.nodes[place].item)
            };
            let item = if found.is_some() { item } else { by_name() }?;
            Some(((*plan).clone(), item.clone()))
        });
        if found.is_none() && planned.is_none() && looks_like_a_key(text) {
            let same = |item: &&Arc<Item>| item.key.rsplit('-').next() == text.rsplit('-').next();
            let near: Vec<String> = work.items().iter().filter(same).take(3).map(|item| item.key.to_string()).collect();
            let refusal = wrong("what", format!("No work item `{text}`."));
            return Err(if near.is_empty() { refusal } else { refusal.hint(format!("Near: {}.", near.join(", "))) });
        }
        if plan.is_some() && found.is_none() && planned.is_none() {
            return Err(wrong("what", format!("No item `{text}` in that plan, by id, code or key.")));
        }
        Self::of(desk, work, text, found, planned).await
    }

    /// Of an item of a plan.
    pub(super) async fn planned(
        desk: &Desk,
        work: &Work,
        plan: &Stored<Plan>,
        item: &PlanItem,
    ) -> Result<Self, Refusal> {
        let found = item.work_item.as_deref().and_then(|key| work.by_key(key)).cloned();
        Self::of(desk, work, &item.id, found, Some((plan.clone(), item.clone()))).await
    }

    async fn of(
        desk: &Desk,
        work: &Work,
        text: &str,
        found: Option<Arc<Item>>,
        planned: Option<(Stored<Plan>, PlanItem)>,
    ) -> Result<Self, Refusal> {
        // A plan item that is a work item is that work item.
        let linked = planned.as_ref().and_then(|(_, item)| item.work_item.as_deref());
        let found = found.or_else(|| linked.and_then(|key| work.by_key(key)).cloned());
        let (id, title) = match (&found, &planned) {
            (Some(item), _) => (item.key.to_string(), item.title.to_string()),
            (None, Some((plan, item))) => (format!("{}/{}", plan.id, item.id), item.title.clone()),
            (None, None) => (text.to_owned(), text.to_owned()),
        };
        let people = desk.organisation();
        let of_plan = || {
            let (plan, item) = planned.as_ref()?;
            let slug = item.team.as_deref();
            slug.and_then(|slug| people.find_team(slug).ok()).map(|team| team.id).or(plan.team)
        };
        let team = match &found {
            Some(item) => work.project(item.project).and_then(|project| project.team).or_else(of_plan),
            None => of_plan(),
        };
        let kept = desk.records().list::<AssignmentNeed>().await?.into_iter().rfind(|need| need.body.item == id);
        let mut need = kept.as_ref().map_or_else(|| AssignmentNeed::of(&id), |kept| kept.body.clone());
        if let Some((_, item)) = &planned {
            need.skills
                .extend(item.skills.iter().filter(|skill| !need.skills.contains(skill)).cloned().collect::<Vec<_>>());
            need.effort = need.effort.or(item.estimate);
        }
        let handed = Handed {
            item: found.as_ref().map(|item| item.key.to_string()),
            planned: planned.as_ref().map(|(plan, item)| (plan.id.clone(), item.id.clone())),
            title,
        };
        let (plan, planned) = planned.unzip();
        let mut made = Self {
            id,
            handed,
            item: found,
            plan,
            planned,
            team,
            areas: Vec::new(),
            areas_from: Source::Nowhere,
            kept: kept.map(|kept| (kept.id, kept.version)),
            need,
        };
        made.find_areas(desk).await?;
        Ok(made)
    }

    /// Typed areas count alike; those of commits by the files touched.
    async fn find_areas(&mut self, desk: &Desk) -> Result<(), Refusal> {
        if !self.need.areas.is_empty() {
            let areas = self.need.areas.clone();
            self.typed(&areas, Source::Typed);
        } else if let Some(item) = self.planned.clone().filter(|item| !item.areas.is_empty()) {
            self.typed(&item.areas, Source::Planned);
        } else if let Some(item) = &self.item {
            let rows = touched(desk.facts(), &[item.key.to_string()]).await?;
            self.areas = of_commits(desk, &rows);
            self.areas_from = if self.areas.is_empty() { Source::Nowhere } else { Source::Commits };
        }
        Ok(())
    }

    /// Takes areas as they were typed.
    pub(super) fn typed(&mut self, areas: &[String], from: Source) {
        let each = 1.0 / areas.len().max(1) as f64;
        self.areas = areas.iter().map(|area| (area.trim().to_owned(), each)).collect();
        self.areas_from = from;
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.areas.iter().map(|(area, _)| area.clone()).collect()
    }
}

/// Checks areas that an ask or an act names.
pub(super) fn check_areas(areas: &[String]) -> Result<(), Refusal> {
    let wrong: Vec<FieldError> =
        areas.iter().filter_map(|area| folder(area).err()).map(|message| FieldError::new("area", message)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(wrong)) }
}

/// The folders that commits touched most, with the share of the files touched in each; a repository's name where there are several.
fn of_commits(desk: &Desk, rows: &[Touch]) -> Vec<(String, f64)> {
    let repos = desk.facts().repos();
    let mut all: BTreeMap<String, f64> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.place != ".") {
        let repo = repos.iter().find(|repo| repo.id == row.repo).map_or(row.repo.as_str(), |repo| &repo.name);
        let name = if repos.len() > 1 { format!("{repo}: {}", row.place) } else { row.place.clone() };
        *all.entry(name).or_default() += row.changes as f64;
    }
    let mut all: Vec<(String, f64)> = all.into_iter().collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all.truncate(FROM_COMMITS);
    let sum: f64 = all.iter().map(|one| one.1).sum();
    all.into_iter().map(|(area, count)| (area, count / sum.max(1.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_duties() {
        let like: Vec<bool> =
            ["PAY-31", "pay2-7", "Release notes", "on-call", "-3", "12-3"].map(looks_like_a_key).into();
        assert_eq!(like, [true, true, false, false, false, false]);
    }
}
