//! What has landed goes to users, by the habits of each repository; now and then it breaks something there.

use std::cmp::Reverse;

use super::calendar::{DAY, Day, Moment, instant, is_open, weekday};
use super::dice::Dice;
use super::facts::{
    ChangeId, CommitIx, CommitPlace, Deployment, DeploymentId, DeploymentResult, Edit, Environment, Incident,
    IncidentId, ItemType, Language, Op, PersonId, Release, RepositoryId, Shape,
};
use super::opening::blank;
use super::world::World;
use super::{planning, words};

/// A commit that is not known before everything has landed.
pub(super) const LATER: CommitIx = CommitIx(u32::MAX);

/// Deploys what is due on a day.
pub(super) fn on_day(world: &mut World, day: Day) {
    if !is_open(day) {
        return;
    }
    for repository in 0..world.company.repositories.len() {
        let mut dice = Dice::of(world.plan.seed, "rollout", (day as u64) << 20 | repository as u64);
        let crew = world.company.repositories[repository].team.at();
        let present = world.present(crew, day);
        if !present.is_empty() && is_due(world, repository, day, &mut dice) {
            let by = *dice.pick(&present);
            roll_out(world, repository, (by, day), &mut dice);
        }
    }
}

fn is_due(world: &World, repository: usize, day: Day, dice: &mut Dice) -> bool {
    let waiting = world.yards[repository].merged.peek().is_some_and(|Reverse((at, _))| *at < day * DAY);
    let since = day - world.yards[repository].released;
    waiting
        && match world.company.repositories[repository].shape {
            Shape::Monorepo => matches!(weekday(day), 2 | 4),
            Shape::Data => true,
            Shape::Service => weekday(day) == 3,
            Shape::Mobile => since >= 19 && weekday(day) < 4,
            Shape::Legacy => since >= 30 && dice.chance(30),
        }
}

fn roll_out(world: &mut World, repository: usize, (by, day): (usize, Day), dice: &mut Dice) {
    let shape = world.company.repositories[repository].shape;
    let Some(moment) = world.staff.hands[by].next(day * DAY, 240, dice).filter(|at| at.div_euclid(DAY) == day) else {
        return;
    };
    if moment + 4 * 3600 > world.now {
        return;
    }
    let releases = match shape {
        Shape::Monorepo => day - world.yards[repository].released >= 27,
        Shape::Data => false,
        Shape::Service | Shape::Mobile | Shape::Legacy => true,
    };
    if releases {
        release(world, repository, by, moment, day);
    }
    let mut held: Vec<(String, Vec<ChangeId>)> = Vec::new();
    while let Some(Reverse((at, change))) = world.yards[repository].merged.peek().copied() {
        if at > moment {
            break;
        }
        world.yards[repository].merged.pop();
        let service = service_of(world, repository, change);
        match held.iter_mut().find(|(name, _)| *name == service) {
            Some((_, changes)) => changes.push(change),
            None => held.push((service, vec![change])),
        }
    }
    let actor = if shape == Shape::Data { world.staff.bot } else { PersonId::of(by) };
    for (turn, (service, changes)) in held.into_iter().enumerate() {
        let at = moment + 600 + turn as i64 * 420;
        deploy(world, repository, &service, (actor, by), (at, day), &changes, dice);
    }
}

/// Staging, then production, at times at the second attempt; and what breaks there.
fn deploy(
    world: &mut World,
    repository: usize,
    service: &str,
    (actor, by): (PersonId, usize),
    (at, day): (Moment, Day),
    changes: &[ChangeId],
    dice: &mut Dice,
) {
    let mut put = |world: &mut World, environment, from: Moment, result| {
        let until = from + dice.within(150, 900);
        world.company.deployments.push(Deployment {
            repository: RepositoryId::of(repository),
            service: service.to_owned(),
            environment,
            commit: LATER,
            started_at: instant(from),
            finished_at: instant(until),
            result,
            actor,
            rollback: false,
        });
        until
    };
    let mut at = put(world, Environment::Staging, at, DeploymentResult::Success) + 1800;
    if (day + repository as i64 + changes.len() as i64) % 29 == 0 {
        at = put(world, Environment::Production, at, DeploymentResult::Failure) + 2400;
    }
    let end = put(world, Environment::Production, at, DeploymentResult::Success);
    if let Some(cause) = culprit(world, repository, changes, dice) {
        strike(world, repository, cause, (by, end), dice);
    }
}

/// Something breaks after the last deployment; the worse it is, the sooner somebody puts the old state back.
fn strike(world: &mut World, repository: usize, cause: ChangeId, (by, end): (usize, Moment), dice: &mut Dice) {
    let opened = end + dice.within(4, 200) * 60;
    if opened > world.now {
        return;
    }
    let deployment = DeploymentId::of(world.company.deployments.len() - 1);
    let service = world.company.deployments[deployment.at()].service.clone();
    let severity = 1 + dice.weighted([10, 28, 40, 22].into_iter()) as u8;
    let back = opened + dice.within(10, 60) * 60;
    let rolls_back = dice.chance(if severity < 3 { 80 } else { 35 }) && back + 900 < world.now;
    let mitigated = rolls_back.then(|| roll_back(world, deployment, by, (back, back + dice.within(150, 900))));
    let incident = IncidentId::of(world.company.incidents.len());
    world.company.incidents.push(Incident {
        title: words::outage(dice, &service),
        repository: RepositoryId::of(repository),
        service,
        team: world.company.repositories[repository].team,
        severity,
        opened_at: instant(opened),
        mitigated_at: mitigated.map(instant),
        resolved_at: None,
        caused_by: cause,
        deployment,
        item: None,
    });
    follow_up(world, repository, incident, (by, opened), dice);
}

fn roll_back(world: &mut World, bad: DeploymentId, by: usize, (from, until): (Moment, Moment)) -> Moment {
    world.company.deployments.push(Deployment {
        started_at: instant(from),
        finished_at: instant(until),
        actor: PersonId::of(by),
        rollback: true,
        ..world.company.deployments[bad.at()].clone()
    });
    until
}

/// The change that breaks something, if one does: what is changed often is riskier.
fn culprit(world: &World, repository: usize, changes: &[ChangeId], dice: &mut Dice) -> Option<ChangeId> {
    changes.iter().copied().find(|change| {
        let Some(spot) = spot_of(world, repository, *change) else { return false };
        let churn = world.yards[repository].churn.get(&(spot.area, spot.file)).copied().unwrap_or(0);
        let risky = matches!(spot.op, Op::Grow | Op::Fix | Op::Refactor | Op::Split(_));
        risky && dice.below(1000) < 7 + churn.min(120) as usize / 4
    })
}

/// The first thing that a change does.
fn spot_of(world: &World, repository: usize, change: ChangeId) -> Option<Edit> {
    let commit = *world.company.changes[change.at()].commits.first()?;
    world.company.repositories[repository].commits[commit.at()].edits.first().copied()
}

/// The work that an incident makes goes to the board of whoever owns the code.
fn follow_up(
    world: &mut World,
    repository: usize,
    incident: IncidentId,
    (by, opened): (usize, Moment),
    dice: &mut Dice,
) {
    let cause = world.company.incidents[incident.at()].caused_by;
    let Some(spot) = spot_of(world, repository, cause) else { return };
    let code = &world.company.repositories[repository];
    let crew = super::estate::crew_of(code, &code.areas[usize::from(spot.area)]).at();
    let Some(at) = world.staff.hands[by].next(opened, 20, dice) else { return };
    let place = (repository, spot.area, spot.file);
    let Some(job) = planning::write_at(world, crew, ItemType::Incident, place, (by, at), dice) else { return };
    let item = &mut world.company.items[job.item.at()];
    item.incident = Some(incident);
    item.caused_by = Some(cause);
    item.title.clone_from(&world.company.incidents[incident.at()].title);
    world.company.incidents[incident.at()].item = Some(job.item);
    world.crews[crew].urgent.push_front(job);
    super::sprints::admit(world, crew, job.item, None);
}

fn service_of(world: &World, repository: usize, change: ChangeId) -> String {
    let code = &world.company.repositories[repository];
    let area = spot_of(world, repository, change).map_or(0, |edit| usize::from(edit.area));
    match (code.shape, code.areas[area].language) {
        (Shape::Monorepo, Language::Go | Language::Yaml) => code.areas[area].name.clone(),
        (Shape::Monorepo, _) => "web".into(),
        _ => code.slug.clone(),
    }
}

fn release(world: &mut World, repository: usize, by: usize, moment: Moment, day: Day) {
    let yard = &mut world.yards[repository];
    yard.released = day;
    yard.version = if yard.version.1 >= 9 { (yard.version.0 + 1, 0) } else { (yard.version.0, yard.version.1 + 1) };
    let tag = format!("v{}.{}.0", yard.version.0 + 1, yard.version.1);
    let minutes = world.staff.hands[by].offset_minutes(moment);
    let mut commit = blank(PersonId::of(by), moment, minutes, CommitPlace::Direct);
    commit.subject = format!("Release {}", &tag[1..]);
    commit.edits = vec![Edit { area: 0, file: 0, op: Op::Release }];
    let commits = &mut world.company.repositories[repository].commits;
    let id = CommitIx::of(commits.len());
    commits.push(commit);
    world.company.releases.push(Release {
        repository: RepositoryId::of(repository),
        tag,
        commit: id,
        published_at: instant(moment),
        by: PersonId::of(by),
    });
}
