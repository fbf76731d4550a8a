//! What can be done: say how large an item is, accept it, say what makes it hard, publish and void forecasts, choose a method.

pub mod publish;

use std::collections::HashMap;

use desk::records::{Envelope, Stored};
use desk::work::{Deed, Edit, Reference, Work};
use desk::{Act, ActEntry, Changes, Desk, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ground::Ground;
use super::hard::RateComplexity;
use super::question::{given, wrong};
use super::records::{Estimate, ForecastMethod, Shirt, Way};
use super::view::EstimateView;
use super::{poker, reference};
use crate::flow::TimeRule;
use crate::flow::span::duration;
use crate::published::{Forecast, Method};
use crate::spread::{Meant, Spread};
use crate::work::scene::board;

/// Every act of the practice.
pub(super) fn all() -> Vec<ActEntry> {
    vec![
        ActEntry::of::<publish::PublishForecast>(),
        ActEntry::of::<EstimateItem>(),
        ActEntry::of::<AcceptEstimate>(),
        ActEntry::of::<RateComplexity>(),
        ActEntry::of::<VoidForecast>(),
        ActEntry::of::<ChooseMethod>(),
    ]
    .into_iter()
    .chain(poker::acts::all())
    .collect()
}

/// The key of an item as it is written, and the team of its board.
pub(super) fn item(work: &Work, key: &str) -> Result<(String, Option<desk::work::TeamId>), Refusal> {
    let found = work.by_key(key.trim()).ok_or_else(|| wrong("item", format!("No work item `{}`.", key.trim())))?;
    Ok((found.key.to_string(), work.project(found.project).and_then(|project| project.team)))
}

pub(super) fn may(desk: &Desk, team: Option<desk::work::TeamId>) -> Result<(), Refusal> {
    if desk.access().may_work(team) {
        return Ok(());
    }
    Err(Refusal::not_allowed("only members and leads of the team estimate and forecast its work"))
}

/// Says how large an item is thought to be.
#[derive(Debug)]
pub struct EstimateItem;

/// One of a spread, points and a size.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EstimateInput {
    /// The item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub item: String,
    /// With its spread: 2..4..12d holds the 5th percentile, the median and the 95th; 2/4/12d the least, the likeliest and the most.
    #[serde(default)]
    #[schemars(title = "Spread", length(max = 60))]
    pub spread: Option<String>,
    /// In points.
    #[serde(default)]
    #[schemars(title = "Points", range(min = 0, max = 1000))]
    pub points: Option<f64>,
    /// As a size.
    #[serde(default)]
    #[schemars(title = "Size")]
    pub size: Option<Shirt>,
    /// What is taken for granted.
    #[serde(default)]
    #[schemars(title = "Assumptions", length(max = 1000), extend("format" = "multiline"))]
    pub assumptions: String,
    /// Whether it counts at once.
    #[serde(default)]
    #[schemars(title = "Accept it")]
    pub accept: bool,
}

impl Act for EstimateItem {
    const NAME: &'static str = "estimate";
    const TITLE: &'static str = "Estimate an item";

    type Input = EstimateInput;
    type Outcome = Stored<Estimate>;

    async fn run(desk: &Desk, changes: &mut Changes, input: EstimateInput) -> Result<Self::Outcome, Refusal> {
        let work = desk.work().await?;
        let (key, team) = item(&work, &input.item)?;
        may(desk, team)?;
        let spread = match given(input.spread.as_deref()) {
            Some(text) => Some(text.parse::<Spread>().map_err(|error| wrong("spread", error))?),
            None => None,
        };
        let way = match (&spread, input.points) {
            (Some(_), _) => Way::ThreePoint,
            (None, Some(_)) => Way::Points,
            (None, None) => Way::Size,
        };
        let class = work.by_key(&key).map_or_else(String::new, |item| item.sort.word().to_owned());
        let estimate = Estimate {
            item: key,
            way,
            spread,
            points: input.points,
            size: input.size,
            assumptions: input.assumptions,
            class,
        };
        let status = if input.accept { "accepted" } else { "open" };
        let envelope = Envelope { team, status: status.to_owned(), ..Envelope::fresh::<Estimate>() };
        changes.add_in(envelope, estimate)
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("{} is estimated at {}.", outcome.body.item, outcome.body.words()))
    }
}

/// Lets an estimate count.
#[derive(Debug)]
pub struct AcceptEstimate;

/// Which one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AcceptInput {
    /// The estimate's id; the last of the item when left out.
    #[serde(default)]
    #[schemars(title = "Estimate")]
    pub estimate: Option<String>,
    /// The item, when no estimate is named.
    #[serde(default)]
    #[schemars(title = "Item")]
    pub item: Option<String>,
    /// A session of planning poker: what its item on the table came to.
    #[serde(default)]
    #[schemars(title = "Poker session")]
    pub session: Option<String>,
    /// The card that the facilitator picks; the one in the middle when left out.
    #[serde(default)]
    #[schemars(title = "Card", length(max = 40))]
    pub card: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Accepted {
    /// The estimate.
    pub estimate: Stored<Estimate>,
    /// What a person is told.
    pub sentence: String,
    /// The room that it was agreed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

impl Act for AcceptEstimate {
    const NAME: &'static str = "accept_estimate";
    const TITLE: &'static str = "Accept an estimate";

    type Input = AcceptInput;
    type Outcome = Accepted;

    async fn run(desk: &Desk, changes: &mut Changes, input: AcceptInput) -> Result<Accepted, Refusal> {
        let work = desk.work().await?;
        if let Some(session) = given(input.session.as_deref()) {
            let (body, page) = poker::acts::accepted(desk, changes, session, input.card.as_deref()).await?;
            let (_, team) = item(&work, &body.item)?;
            may(desk, team)?;
            let sentence = settled(&work, changes, &body)?;
            let envelope = Envelope { team, status: "accepted".to_owned(), ..Envelope::fresh::<Estimate>() };
            return Ok(Accepted { estimate: changes.add_in(envelope, body)?, sentence, page: Some(page) });
        }
        let found = match (given(input.estimate.as_deref()), given(input.item.as_deref())) {
            (Some(id), _) => desk.records().get::<Estimate>(id).await?,
            (None, Some(key)) => {
                let (key, _) = item(&work, key)?;
                let all = desk.records().list::<Estimate>().await?;
                let none = || wrong("item", format!("Nobody estimated {key}."));
                all.into_iter().rfind(|one| one.body.item == key).ok_or_else(none)?
            }
            (None, None) => return Err(wrong("estimate", "Which estimate, or of which item?")),
        };
        let (_, team) = item(&work, &found.body.item)?;
        may(desk, team)?;
        let body = found.body.clone();
        let estimate = changes
            .put_in::<Estimate>(
                &found.id,
                found.version,
                |around| "accepted".clone_into(&mut around.status),
                found.body,
            )
            .await?;
        let sentence = settled(&work, changes, &body)?;
        Ok(Accepted { estimate, sentence, page: None })
    }

    fn told(outcome: &Accepted) -> Told {
        let told = Told::new(outcome.sentence.clone());
        outcome.page.clone().map_or(told.clone(), |page| told.then(page))
    }
}

/// Sets the points of an item that lives here; of one beside a tracker it is said what to write there.
fn settled(work: &Work, changes: &mut Changes, body: &Estimate) -> Result<String, Refusal> {
    let key = &body.item;
    let target = work.by_key(key).ok_or_else(|| wrong("item", format!("No work item `{key}`.")))?;
    let native = work.text(target.host) == desk::work::NATIVE;
    Ok(match (body.points, native) {
        (Some(points), true) => {
            let reference = Reference { id: target.id, seen: target.entries };
            changes.work(Deed::Change(reference, vec![Edit::Estimate(Some(points))], None));
            format!("{key} has {points} points.")
        }
        (_, false) => {
            let host = work.text(target.host);
            format!("Accepted. {key} lives in {host}; write there: {}", body.words())
        }
        (None, true) => format!("{key} is estimated at {}.", body.words()),
    })
}

/// Voids a forecast: it stays, and does not count.
#[derive(Debug)]
pub struct VoidForecast;

/// Which, and why.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VoidInput {
    /// The entry's id.
    #[schemars(title = "Forecast", length(min = 1, max = 60))]
    pub forecast: String,
    /// Why it no longer stands.
    #[schemars(title = "Why", length(min = 1, max = 500))]
    pub why: String,
}

impl Act for VoidForecast {
    const NAME: &'static str = "void_forecast";
    const TITLE: &'static str = "Void a forecast";

    type Input = VoidInput;
    type Outcome = Stored<Forecast>;

    async fn run(desk: &Desk, changes: &mut Changes, input: VoidInput) -> Result<Self::Outcome, Refusal> {
        if input.why.trim().is_empty() {
            return Err(wrong("why", "A void needs a reason: without one it would hide a miss."));
        }
        let found = desk.records().get::<Forecast>(input.forecast.trim()).await?;
        may(desk, found.team)?;
        if found.body.void.is_some() {
            return Err(wrong("forecast", "It is void already."));
        }
        let body = Forecast { void: Some(input.why.trim().to_owned()), ..found.body };
        changes.put_in(&found.id, found.version, |around| "void".clone_into(&mut around.status), body).await
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("Void: {}. It stays in the ledger, and does not count.", outcome.title))
    }
}

/// Chooses the method of a team.
#[derive(Debug)]
pub struct ChooseMethod;

/// Which, and why.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MethodInput {
    /// Whose; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// From which past days.
    #[schemars(title = "Method")]
    pub method: Method,
    /// Why.
    #[schemars(title = "Why", length(min = 1, max = 500))]
    pub why: String,
}

impl Act for ChooseMethod {
    const NAME: &'static str = "choose_method";
    const TITLE: &'static str = "Choose a method";

    type Input = MethodInput;
    type Outcome = Stored<ForecastMethod>;

    async fn run(desk: &Desk, changes: &mut Changes, input: MethodInput) -> Result<Self::Outcome, Refusal> {
        let work = desk.work().await?;
        let board = board(desk, &work, input.team.as_deref())?;
        may(desk, board.team_id())?;
        let named = Some(board.address().to_owned()).filter(|address| !address.is_empty());
        let envelope = Envelope { team: board.team_id(), ..Envelope::fresh::<ForecastMethod>() };
        changes.add_in(envelope, ForecastMethod { board: named, method: input.method, why: input.why })
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("Forecasts are taken from {} from now on.", outcome.body.method.name()))
    }
}

/// The estimates of an item, each read through its class: what such estimates turned out to be.
pub(super) async fn estimates_of(desk: &Desk, ground: &Ground, key: &str) -> Result<Vec<EstimateView>, Refusal> {
    let all = desk.records().list::<Estimate>().await?;
    let took = took(ground);
    let mine: Vec<&Stored<Estimate>> = all.iter().filter(|one| one.body.item == key).collect();
    let view = |one: &&Stored<Estimate>| {
        let (class, calibrated) = calibrated(&one.body, &all, &took);
        EstimateView {
            id: one.id.clone(),
            said: one.body.words(),
            way: match one.body.way {
                Way::ThreePoint => "three-point",
                Way::Reference => "reference class",
                Way::Points => "points",
                Way::Size => "size",
                Way::Poker => "poker",
            }
            .to_owned(),
            accepted: one.status == "accepted",
            class,
            calibrated,
        }
    };
    Ok(mine.iter().rev().map(view).collect())
}

/// Working days that each finished item took, with its kind of work and its points.
fn took(ground: &Ground) -> HashMap<String, (String, f64, Option<f64>)> {
    let Some(scene) = &ground.scene else { return HashMap::new() };
    let back = scene.preset.rules().0;
    let of = |track: &crate::flow::Track| {
        let item = &scene.items[track.item];
        track.stage().filter(|stage| *stage >= scene.points.finish)?;
        let days = duration(track, scene.points, (back, TimeRule::WorkingTime), &scene.calendar, scene.as_of)?;
        Some((item.key.to_string(), (item.sort.word().to_owned(), days, item.estimate)))
    };
    scene.tracks.iter().filter_map(of).collect()
}

type Levels = Option<(f64, f64, f64)>;

/// The class that an estimate is read through, and what comes of it at 50, 85 and 95 %.
fn calibrated(
    estimate: &Estimate,
    all: &[Stored<Estimate>],
    took: &HashMap<String, (String, f64, Option<f64>)>,
) -> (String, Levels) {
    let middle = |spread: &Spread| {
        spread.in_days().map(|days| if days.meaning == Meant::Range { days.mean() } else { days.middle() })
    };
    if let Some(days) = estimate.spread.as_ref().and_then(middle) {
        let mut last: HashMap<&str, f64> = HashMap::new();
        for one in all.iter().filter(|one| one.status == "accepted") {
            if let Some(days) = one.body.spread.as_ref().and_then(middle) {
                last.insert(&one.body.item, days);
            }
        }
        let ratios = |sort: Option<&str>| -> Vec<f64> {
            let like = last.iter().filter_map(|(item, said)| Some((took.get(*item)?, *said)));
            let like = like.filter(|(took, said)| *said > 0.0 && sort.is_none_or(|sort| took.0 == sort));
            like.map(|(took, said)| took.1 / said).collect()
        };
        let classes = [(estimate.class.clone(), ratios(Some(&estimate.class))), ("the team".to_owned(), ratios(None))];
        return read(&classes, days);
    }
    let Some(points) = estimate.points else { return ("uncalibrated".to_owned(), None) };
    let like = |sort: Option<&str>| -> Vec<f64> {
        let same = took.values().filter(|one| one.2.is_some_and(|size| (size - points).abs() < 1e-9));
        same.filter(|one| sort.is_none_or(|sort| one.0 == sort)).map(|one| one.1).collect()
    };
    let name = |of: &str| format!("{of} of {points} points");
    read(&[(name(&estimate.class), like(Some(&estimate.class))), (name("the team's"), like(None))], 1.0)
}

fn read(classes: &[(String, Vec<f64>)], days: f64) -> (String, Levels) {
    let Some((name, ratios)) = reference::class(classes) else {
        let n = classes.last().map_or(0, |class| class.1.len());
        return (format!("uncalibrated ({n} finished)"), None);
    };
    let at = |tau| reference::calibrated(days, ratios, tau).map(super::answer::fine);
    let levels = at(0.5).zip(at(0.85)).zip(at(0.95)).map(|((half, most), last)| (half, most, last));
    (format!("{name} ({} finished)", ratios.len()), levels)
}
