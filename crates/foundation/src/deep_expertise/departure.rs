//! What if somebody leaves: areas without a knower, who could take them up, and a plan to hand them over.

use std::collections::{BTreeMap, HashMap};

use desk::knowledge::{Person, PersonId};
use desk::{Desk, FieldError, Refusal};
use jiff::ToSpan as _;

use super::areas::REST;
use super::facts::{Grain, Source};
use super::leaving::{self, Loss, Why, drafted_plan, losses};
use super::records::{KtPlan, KtStep, StepKind};
use super::survey::Survey;
use super::view::{Draft, Leaving, LossView};

/// Days that a drafted transfer takes.
pub(super) const TRANSFER_DAYS: u32 = 60;

/// What goes when the people named are away. Those not seen for a year count as away already when somebody must stay.
pub(super) async fn leaving(
    desk: &Desk,
    survey: &Survey,
    source: &Source<'_>,
    names: &[String],
) -> Result<Leaving, Refusal> {
    let people: Vec<PersonId> = names.iter().map(|name| person(survey, name)).collect::<Result<_, _>>()?;
    let silent: Vec<PersonId> = survey.crowd.silent().into_iter().filter(|person| !people.contains(person)).collect();
    let known = survey.known(&survey.changing_together(&source.coupled().await?));
    let found = losses(&known, &people, &silent);
    let busiest = busiest(survey, source).await?;
    let orphaned = found.iter().filter(|loss| loss.is_orphan());
    Ok(Leaving {
        people: survey.crowd.labels(people.iter().copied()),
        lines_lost: orphaned.filter_map(|loss| survey.areas.get(loss.area)).map(|area| area.lines).sum(),
        lines: survey.areas.iter().map(|area| area.lines).sum(),
        drafts: found
            .iter()
            .filter_map(|loss| draft(desk, survey, &busiest, loss, "somebody who knows it leaves"))
            .take(3)
            .collect(),
        losses: found.iter().filter_map(|loss| loss_view(survey, loss)).collect(),
    })
}

/// The files of each area (by number) that changed most in the last 365 days, two at most.
pub(super) type Busiest = HashMap<usize, Vec<String>>;

/// Looks for the busiest files of every area.
pub(super) async fn busiest(survey: &Survey, source: &Source<'_>) -> Result<Busiest, Refusal> {
    let mut files: BTreeMap<(usize, String), u64> = BTreeMap::new();
    for row in source.changed(Grain::Paths).await? {
        if let Some(area) = survey.area_of(&row.repo, &row.place)
            && !survey.crowd.humans(&row.writers()).is_empty()
        {
            *files.entry((area, row.place)).or_default() += row.year;
        }
    }
    let mut files: Vec<((usize, String), u64)> = files.into_iter().collect();
    files.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut found = Busiest::new();
    for ((area, path), _) in files {
        let files = found.entry(area).or_default();
        if files.len() < 2 && survey.is_here(&path) {
            files.push(path);
        }
    }
    Ok(found)
}

/// The person that a name or an address stands for.
///
/// # Errors
/// Refused with the nearest name when nobody is called so.
pub(super) fn person(survey: &Survey, wanted: &str) -> Result<PersonId, Refusal> {
    let wanted = wanted.trim();
    let lower = wanted.to_lowercase();
    let people = &survey.crowd.people;
    let by_label = |(id, _): &(PersonId, &Person)| survey.crowd.label(*id) == wanted;
    let by_name = |(_, person): &(PersonId, &Person)| person.name.to_lowercase() == lower;
    let found = people
        .at(wanted)
        .or_else(|| people.iter().find(by_label).or_else(|| people.iter().find(by_name)).map(|(id, _)| id));
    found.filter(|id| !people.is_automatic(*id)).ok_or_else(|| {
        let names = people.iter().filter(|(_, person)| !person.automatic).map(|(_, person)| person.name.as_str());
        let near =
            desk::form::nearest(wanted, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Refusal::fields(vec![FieldError::new("without", format!("nobody in this history is called `{wanted}`{near}"))])
    })
}

fn loss_view(survey: &Survey, loss: &Loss) -> Option<LossView> {
    let area = survey.areas.get(loss.area)?;
    let mut successors: Vec<(String, String)> =
        loss.successors.iter().map(|(person, why)| (survey.crowd.label(*person), because(*why).to_owned())).collect();
    successors.sort_by_key(|(name, _)| name.to_lowercase());
    Some(LossView {
        area: survey.title(area),
        lines: area.lines,
        changes_365d: area.year,
        going: survey.crowd.labels(loss.going.iter().copied()),
        staying: survey.crowd.labels(loss.staying.iter().copied()),
        successors,
    })
}

fn because(why: Why) -> &'static str {
    match why {
        Why::WorkedHere(word) if word.knows() => "knows it well",
        Why::WorkedHere(_) => "worked on it",
        Why::KnowsNeighbour => "knows what changes with it",
        Why::KnowsDomain => "knows the same field",
    }
}

/// A plan to hand the area over to the best placed person; none when there is nobody, or it is no area but what no other holds.
pub(super) fn draft(desk: &Desk, survey: &Survey, busiest: &Busiest, loss: &Loss, reason: &str) -> Option<Draft> {
    let area = survey.areas.get(loss.area).filter(|area| area.name != REST)?;
    let (successor, _) = loss.successors.first()?;
    let name = survey.title(area);
    let files = busiest.get(&loss.area).map(Vec::as_slice).unwrap_or_default();
    let steps = steps(desk, &name, files, TRANSFER_DAYS);
    Some(Draft {
        lines: area.lines,
        changes_365d: area.year,
        plan: KtPlan {
            area: name.clone(),
            from_people: survey.crowd.labels(loss.going.iter().copied()),
            to_people: vec![survey.crowd.label(*successor)],
            steps,
            reason: reason.to_owned(),
        },
        area: name,
    })
}

/// The usual steps of a transfer that begins today.
pub(super) fn steps(desk: &Desk, area: &str, busiest_files: &[String], days: u32) -> Vec<KtStep> {
    let today = desk.today();
    let dated = |step: leaving::Step| KtStep {
        text: step.text,
        kind: match step.kind {
            leaving::StepKind::Pair => StepKind::Pair,
            leaving::StepKind::Review => StepKind::Review,
            leaving::StepKind::Write => StepKind::Write,
            leaving::StepKind::OwnAFix => StepKind::OwnAFix,
        },
        due_on: today.checked_add(i64::from(step.due_in_days).days()).unwrap_or(today),
        done_on: None,
    };
    drafted_plan(area, busiest_files, days).into_iter().map(dated).collect()
}
