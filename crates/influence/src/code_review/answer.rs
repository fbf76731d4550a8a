//! How the facts become the answer.

use desk::{Desk, Refusal, Stored};

use super::Ask;
use super::backtest::backtest;
use super::brief::{brief, short};
use super::ground::{Ground, Here};
use super::measures::{Merged, Part, Size, by_approval, by_month, by_size, group, keeps_record};
use super::records::ReviewAgreement;
use super::view::{Agreement, MonthGroup, Recent, SizeGroup, View};

/// Changes that are listed.
const LISTED: usize = 30;

/// What a history alone never tells.
const NEEDS_FORGE: [&str; 4] = [
    "when a change was opened, asked for and answered, and so how long anybody waited",
    "what is open now",
    "rounds, threads and comments, and what came of them",
    "approvals that no trailer or merge bot noted",
];

pub(super) async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    let ground = Ground::read(desk, &ask.scope).await?;
    let agreed = agreed(desk, &ground).await?;
    let merged: Vec<Merged> = ground.merged.iter().map(|here| here.merged).collect();
    let (now, limit) = (desk.now().as_second(), u64::from(agreed.size_limit));
    let all = group(merged.iter(), now);
    let recorded = keeps_record(all.approved);
    let backtest = if recorded { backtest(&ground.past(desk).await?) } else { None };
    let sized = merged.iter().filter_map(|one| one.lines);
    let within = sized.clone().filter(|lines| *lines <= limit).count();
    let mut sources: Vec<String> = ground.merged.iter().map(|here| here.request.known.host.clone()).collect();
    sources.sort();
    sources.dedup();
    let git_alone = sources.iter().all(|host| host == "git");
    Ok(View {
        repositories: ground.repos.iter().map(|repo| repo.name.clone()).collect(),
        since: since(&ground),
        until: ground.period.until.and_then(|day| day.yesterday().ok()).unwrap_or_else(|| desk.today()).to_string(),
        not_measured: if git_alone { NEEDS_FORGE.map(str::to_owned).to_vec() } else { Vec::new() },
        sources,
        agreement: Agreement { within_size: Part { n: within, of: sized.count() }, ..agreed },
        by_approval: recorded.then(|| by_approval(&merged, now)),
        backtest,
        by_size: by_size(&merged, limit, now)
            .into_iter()
            .map(|(size, group)| SizeGroup { size, lines: lines(size, limit), group })
            .collect(),
        by_month: by_month(&merged, now)
            .into_iter()
            .map(|(month, group)| MonthGroup { month: month.strftime("%Y-%m").to_string(), group })
            .collect(),
        by_request: Part { n: ground.commits.1, of: ground.commits.0 },
        by_programs: ground.by_programs,
        recent: ground.merged.iter().take(LISTED).map(|here| recent(&ground, here)).collect(),
        recent_of: ground.merged.len(),
        brief: brief(desk, &ground, &ask).await?,
        all,
    })
}

/// The first day that is asked for; of everything, that of the oldest change.
fn since(ground: &Ground) -> String {
    let oldest = || ground.merged.last().and_then(|here| jiff::Timestamp::from_second(here.merged.merged_at).ok());
    let day = ground.period.since.or_else(|| oldest().map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date()));
    day.map_or_else(|| "the beginning".to_owned(), |day| day.to_string())
}

fn lines(size: Size, limit: u64) -> String {
    match size {
        Size::Small => "up to 50".to_owned(),
        Size::Medium => "51 to 200".to_owned(),
        Size::Large => format!("201 to {limit}"),
        Size::Oversized => format!("more than {limit}"),
    }
}

/// What is agreed about these repositories: the newest that names one of them, else the newest that names none, else the usual.
async fn agreed(desk: &Desk, ground: &Ground) -> Result<Agreement, Refusal> {
    let mut all = desk.records().list::<ReviewAgreement>().await?;
    all.sort_by_key(|one| std::cmp::Reverse(one.updated_at));
    let ours = |name: &String| ground.repos.iter().any(|repo| repo.name == *name || repo.id == *name);
    let named = all.iter().find(|one| one.body.repositories.iter().any(ours));
    let found: Option<&Stored<ReviewAgreement>> =
        named.or_else(|| all.iter().find(|one| one.body.repositories.is_empty()));
    let body = found.map(|found| found.body.clone()).unwrap_or_default();
    Ok(Agreement {
        record: found.map(|found| found.id.clone()),
        answer_hours: body.answer_hours,
        size_limit: body.size_limit,
        look_at: body.look_at,
        exceptions: body.exceptions,
        within_size: Part::default(),
    })
}

fn recent(ground: &Ground, here: &Here) -> Recent {
    let request = &here.request;
    let sha = || short(request.merge_sha.as_deref().unwrap_or_default());
    Recent {
        repository: ground.repos.get(here.repo).map(|repo| repo.name.clone()).unwrap_or_default(),
        opens: request.number.map_or_else(sha, |number| number.to_string()),
        title: request.title.clone(),
        merged_at: here.merged.merged_at,
        took_days: here.merged.took_days(),
        lines: here.merged.lines,
        approved_by: ground.approved_by(request),
        taken_back: here.merged.taken_back_at.is_some(),
    }
}
