//! Which repositories there are, of which parts, and whose they are.

use std::fmt::Write as _;

use super::dice::Dice;
use super::facts::{Area, CodeOwner, Knowers, Language, MergeMethod, PersonId, Repository, Shape, TeamId};
use super::firm::Staff;
use super::{Company, Plan, words};

const FIRST: &[(&str, &str, Shape)] = &[
    ("quayside", "Quayside", Shape::Monorepo),
    ("tidewater", "Tidewater", Shape::Data),
    ("pilot-app", "Pilot app", Shape::Mobile),
    ("mooring", "Mooring gateway", Shape::Service),
    ("tariff-desk", "Tariff desk", Shape::Legacy),
];
/// The team of each of the first repositories, where there are three teams.
const FIRST_TEAMS: [usize; 5] = [0, 1, 2, 2, 1];
const LATER: &[Shape] = &[Shape::Service, Shape::Service, Shape::Data, Shape::Service, Shape::Mobile, Shape::Legacy];

/// A part before it is anywhere: name, folder, tests, language, heat, files on the first day, partner.
type Sketch = (&'static str, &'static str, &'static str, Language, u32, u16, Option<u16>);

const MONOREPO: &[Sketch] = &[
    ("booking", "apps/web/src/booking/", "apps/web/src/booking/", Language::TypeScript, 26, 9, Some(3)),
    ("berths", "apps/web/src/berths/", "apps/web/src/berths/", Language::TypeScript, 14, 8, None),
    ("shared", "apps/web/src/shared/", "apps/web/src/shared/", Language::TypeScript, 7, 10, None),
    ("allocations", "services/allocations/", "services/allocations/", Language::Go, 20, 8, Some(0)),
    ("tariffs", "services/tariffs/", "services/tariffs/", Language::Go, 9, 8, None),
    ("notices", "services/notices/", "services/notices/", Language::Go, 8, 6, None),
    ("infra", "infra/", "infra/", Language::Yaml, 6, 6, None),
];
const DATA: &[Sketch] = &[
    ("ingest", "pipelines/ingest/", "tests/ingest/", Language::Python, 18, 7, None),
    ("models", "pipelines/models/", "tests/models/", Language::Python, 26, 8, Some(3)),
    ("forecast", "pipelines/forecast/", "tests/forecast/", Language::Python, 12, 7, None),
    ("reports", "pipelines/reports/", "tests/reports/", Language::Python, 14, 6, Some(1)),
];
const SERVICE: &[Sketch] = &[
    ("protocol", "src/protocol/", "src/protocol/", Language::Rust, 14, 6, Some(1)),
    ("routing", "src/routing/", "src/routing/", Language::Rust, 22, 7, Some(0)),
    ("ledger", "src/ledger/", "src/ledger/", Language::Rust, 10, 6, None),
];
const GO_SERVICE: &[Sketch] = &[
    ("api", "internal/api/", "internal/api/", Language::Go, 20, 6, Some(1)),
    ("domain", "internal/domain/", "internal/domain/", Language::Go, 18, 7, Some(0)),
    ("storage", "internal/storage/", "internal/storage/", Language::Go, 8, 5, None),
];
const MOBILE: &[Sketch] = &[
    ("android", "android/app/src/main/kotlin/", "android/app/src/test/kotlin/", Language::Kotlin, 20, 9, Some(2)),
    ("android-core", "android/core/src/main/kotlin/", "android/core/src/test/kotlin/", Language::Kotlin, 10, 7, None),
    ("ios", "ios/Sources/App/", "ios/Tests/AppTests/", Language::Swift, 18, 9, Some(0)),
    ("ios-core", "ios/Sources/Core/", "ios/Tests/CoreTests/", Language::Swift, 8, 6, None),
];
const LEGACY: &[Sketch] = &[
    (
        "rules",
        "src/main/java/example/harbourline/rules/",
        "src/test/java/example/harbourline/rules/",
        Language::Java,
        10,
        14,
        Some(1),
    ),
    (
        "batch",
        "src/main/java/example/harbourline/batch/",
        "src/test/java/example/harbourline/batch/",
        Language::Java,
        6,
        10,
        None,
    ),
    (
        "desk",
        "src/main/java/example/harbourline/desk/",
        "src/test/java/example/harbourline/desk/",
        Language::Java,
        4,
        12,
        None,
    ),
];

/// Fills the company's repositories, without commits.
pub(super) fn build(plan: &Plan, company: &mut Company, staff: &Staff) {
    let crews = plan.teams() as usize;
    for number in 0..plan.repositories.max(1) as usize {
        let mut dice = Dice::of(plan.seed, "estate", number as u64);
        let (slug, name, shape) = called(number, &mut dice);
        let crew = FIRST_TEAMS.get(number).copied().filter(|_| crews == 3).unwrap_or(number % crews);
        let areas = sketches(shape, number < FIRST.len(), &mut dice).iter().map(area).collect();
        let merges = match shape {
            Shape::Monorepo | Shape::Service | Shape::Legacy => MergeMethod::Merge,
            Shape::Data | Shape::Mobile => MergeMethod::Squash,
        };
        let mut repository = Repository {
            slug,
            name,
            shape,
            team: TeamId::of(crew),
            merges,
            areas,
            owners: Vec::new(),
            code_owners: String::new(),
            commits: Vec::new(),
        };
        name_owners(&mut repository, company, crews);
        company.repositories.push(repository);
    }
    close_areas(company, staff);
}

fn called(number: usize, dice: &mut Dice) -> (String, String, Shape) {
    if let Some((slug, name, shape)) = FIRST.get(number) {
        return ((*slug).to_owned(), (*name).to_owned(), *shape);
    }
    let noun = words::NOUNS[(number * 7) % words::NOUNS.len()];
    let what = ["service", "worker", "gateway", "feed", "store", "rules"][number % 6];
    let turn = number / (words::NOUNS.len() * 6);
    let slug = if turn == 0 { format!("{noun}-{what}-{number}") } else { format!("{noun}-{what}-{number}-{turn}") };
    (slug, format!("{} {what}", words::capital(noun)), *dice.pick(LATER))
}

fn sketches(shape: Shape, early: bool, dice: &mut Dice) -> &'static [Sketch] {
    match shape {
        Shape::Monorepo => MONOREPO,
        Shape::Data => DATA,
        Shape::Service if !early && dice.chance(50) => GO_SERVICE,
        Shape::Service => SERVICE,
        Shape::Mobile => MOBILE,
        Shape::Legacy => LEGACY,
    }
}

fn area((name, folder, tests, language, heat, files, partner): &Sketch) -> Area {
    Area {
        name: (*name).to_owned(),
        folder: (*folder).to_owned(),
        tests: (*tests).to_owned(),
        language: *language,
        heat: *heat,
        first_files: *files,
        files: *files,
        knowers: Knowers::Anyone,
        partner: *partner,
    }
}

/// The repository's team owns it and names the areas that no folder of the first levels shows; in a monorepo others own a part.
fn name_owners(repository: &mut Repository, company: &Company, crews: usize) {
    let team = repository.team;
    let mut own = |pattern: &str, team: TeamId| repository.owners.push(CodeOwner { pattern: pattern.into(), team });
    own("*", team);
    for area in repository.areas.iter().filter(|area| area.folder.matches('/').count() > 3) {
        own(&format!("/{}", area.folder), team);
    }
    if repository.shape == Shape::Monorepo && crews > 1 {
        own("/services/notices/", TeamId::of((team.at() + 1) % crews));
        own("/infra/", TeamId::of((team.at() + 2) % crews));
    }
    let mut text = String::from("# Who is asked for a review. The last line that matches counts.\n\n");
    for owner in &repository.owners {
        let _ = writeln!(text, "{:<44} @harbourline/{}", owner.pattern, company.teams[owner.team.at()].slug);
    }
    repository.code_owners = text;
}

/// The areas that one person knows alone: one whose knower has left, one whose knower is here, and the middle of what everybody fears.
fn close_areas(company: &mut Company, staff: &Staff) {
    let mut close = |shape: Shape, area: &str, person: Option<usize>| {
        let Some(person) = person else { return };
        let found = company.repositories.iter_mut().find(|repository| repository.shape == shape);
        if let Some(area) = found.and_then(|repository| repository.areas.iter_mut().find(|it| it.name == area)) {
            area.knowers = Knowers::Only(PersonId::of(person));
        }
    };
    close(Shape::Monorepo, "tariffs", staff.departed);
    close(Shape::Data, "forecast", staff.lonely);
}

/// The team that works on an area, as CODEOWNERS has it.
pub(super) fn crew_of(repository: &Repository, area: &Area) -> TeamId {
    let folder = format!("/{}", area.folder);
    let owner = repository.owners.iter().rev().find(|owner| owner.pattern == "*" || folder.starts_with(&owner.pattern));
    owner.map_or(repository.team, |owner| owner.team)
}
