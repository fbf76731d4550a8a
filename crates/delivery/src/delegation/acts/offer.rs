//! Offering something, and the answer: taken, changed or declined.

use desk::records::Envelope;
use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Ask;
use super::super::level::proposed;
use super::super::matter::{Matter, check_areas};
use super::super::mine::{address, called, in_hand, level_text};
use super::super::records::{ACCEPTED, DECLINED, Delegation, HandedOver, OFFERED};
use super::super::task::{Scene, team_of};
use super::{
    Both, DelegationTold, THE_TWO, Which, filled, level, lines, parties, take_item, team_for, working_day, wrong,
};

/// Offers something to somebody.
#[derive(Debug)]
pub struct Offer;

/// What an offer needs.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct OfferInput {
    /// What you hand over: a work item's key, an item of a plan, a duty in words.
    #[schemars(title = "Task", length(min = 1, max = 200))]
    pub what: String,
    /// To whom, by name or address.
    #[schemars(title = "To", length(min = 1, max = 200))]
    pub to: String,
    /// What is different when it is done.
    #[schemars(title = "Outcome", length(min = 1, max = 500))]
    pub outcome: String,
    /// How both of you see that it is done.
    #[schemars(title = "Done when", length(min = 1, max = 500))]
    pub done_when: String,
    /// 1 tell, 2 explain, 3 consult, 4 agree, 5 advise, 6 inform, 7 hand over; by what they know of it when left out.
    #[serde(default)]
    #[schemars(title = "Level", range(min = 1, max = 7))]
    pub level: Option<u8>,
    /// Budget, and what stays with you.
    #[serde(default)]
    #[schemars(title = "Boundaries")]
    pub boundaries: Vec<String>,
    /// Why you ask them.
    #[serde(default)]
    #[schemars(title = "Why you", length(max = 500))]
    pub why_you: Option<String>,
    /// Who and what helps.
    #[serde(default)]
    #[schemars(title = "Support")]
    pub support: Vec<String>,
    /// The first check-in; by the level when left out.
    #[serde(default)]
    #[schemars(title = "First check-in", with = "Option<String>", extend("format" = "date"))]
    pub next_on: Option<Date>,
    /// Working days between check-ins; by the level when left out.
    #[serde(default)]
    #[schemars(title = "Then every", range(min = 1, max = 30))]
    pub every_days: Option<u8>,
    /// The last day.
    #[serde(default)]
    #[schemars(title = "Ends on", with = "Option<String>", extend("format" = "date"))]
    pub ends_on: Option<Date>,
    /// In which plan the item is.
    #[serde(default)]
    #[schemars(title = "In plan", length(max = 200))]
    pub plan: Option<String>,
    /// Parts of the code that it is about, instead of those known.
    #[serde(default)]
    #[schemars(title = "Areas")]
    pub area: Vec<String>,
}

/// Whether the viewer may give a matter out: members and leads give out their team's tasks, anybody a duty of their own.
pub(super) fn may_give(desk: &Desk, matter: &Matter) -> Result<(), Refusal> {
    let is_duty = matter.item.is_none() && matter.planned.is_none();
    if is_duty || desk.access().may_work(matter.team) {
        return Ok(());
    }
    let team = matter.team.and_then(|team| desk.organisation().team(team)).map_or("its team", |team| &team.name);
    Err(Refusal::not_allowed(format!("only members and leads of {team} give its tasks out")))
}

/// The level to propose, and none when nothing is known of the team.
async fn proposal(desk: &Desk, matter: &Matter, input: &OfferInput, to: &str) -> Result<u8, Refusal> {
    let usual = proposed(None, matter.need.one_way, false).number();
    let Ok(team) = team_of(desk, None, matter) else { return Ok(usual) };
    if !desk.is_inside(team) {
        return Ok(usual);
    }
    let ask = Ask {
        what: Some(input.what.clone()),
        plan: filled(input.plan.clone()),
        area: input.area.clone(),
        ..Ask::default()
    };
    let work = desk.work().await?;
    let scene = Scene::of(desk, &work, &ask).await?;
    Ok(scene.place_of(to).map_or(usual, |place| scene.level(desk, place).number()))
}

/// The offer as a record, not yet written.
pub(super) async fn draft(
    desk: &Desk,
    matter: &Matter,
    input: OfferInput,
    level_number: u8,
) -> Result<Delegation, Refusal> {
    let found = desk.organisation().find_person(input.to.trim());
    let to = found.map_err(|error| wrong("to", Refusal::from(error).to_string()))?;
    if !to.here(desk.today()) {
        return Err(wrong("to", format!("{} is not here any more.", to.called())));
    }
    let from = address(desk);
    if to.email == from {
        return Err(wrong("to", "What stays with you is not handed over."));
    }
    let level = level(level_number)?;
    let next_on = match input.next_on {
        Some(day) => day,
        None => working_day(desk, level.first_check_in()).await?,
    };
    if next_on < desk.today() {
        return Err(wrong("next_on", "The first check-in lies in the past."));
    }
    Ok(Delegation {
        task: matter.handed.clone(),
        awaits: Some(to.email.clone()),
        to: to.email.clone(),
        from,
        outcome: input.outcome.trim().to_owned(),
        level: level.number(),
        levels: Vec::new(),
        boundaries: lines(input.boundaries),
        why_you: filled(input.why_you),
        support: lines(input.support),
        next_on,
        every_days: input.every_days.unwrap_or_else(|| level.first_check_in()),
        done_when: input.done_when.trim().to_owned(),
        ends_on: input.ends_on,
        areas: matter.names(),
        held: Vec::new(),
        returned_because: None,
        giver_looks_back: None,
        receiver_looks_back: None,
    })
}

impl Act for Offer {
    const NAME: &'static str = "offer";
    const TITLE: &'static str = "Hand something over";
    const READERS: &'static str = THE_TWO;
    const MAIN: bool = true;

    type Input = OfferInput;
    type Outcome = DelegationTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: OfferInput) -> Result<DelegationTold, Refusal> {
        check_areas(&input.area)?;
        let work = desk.work().await?;
        let mut matter = Matter::named(desk, &work, &input.what, filled(input.plan.clone()).as_deref()).await?;
        may_give(desk, &matter)?;
        if !input.area.is_empty() {
            matter.typed(&input.area, super::super::matter::Source::Typed);
        }
        let to = desk.organisation().find_person(input.to.trim());
        let to = to.map_err(|error| wrong("to", Refusal::from(error).to_string()))?.email.clone();
        let held = desk.records().list::<Delegation>().await?;
        let same = |one: &&desk::Stored<Delegation>| one.body.task == matter.handed && one.body.from == address(desk);
        if let Some(other) = held.iter().filter(same).find(|one| in_hand(one) || one.status == OFFERED) {
            let with = called(desk, &other.body.to);
            return Err(wrong(
                "what",
                format!(
                    "{} is {} with {with}: take it back first.",
                    matter.handed.name(),
                    if other.status == OFFERED { "on offer" } else { "in hand" }
                ),
            ));
        }
        let number = match input.level {
            Some(number) => number,
            None => proposal(desk, &matter, &input, &to).await?,
        };
        let body = draft(desk, &matter, input, number).await?;
        let envelope =
            Envelope { parties: parties(desk, &body), due_on: Some(body.next_on), ..Envelope::fresh::<Delegation>() };
        let (name, text) = (called(desk, &body.to), level_text(body.level));
        let stored = changes.add_in(envelope, body)?;
        let sentence = format!(
            "{} is offered to {name} at level {text}. They take it, change it or decline.",
            stored.body.task.name()
        );
        Ok(DelegationTold::of(&stored, sentence))
    }

    fn told(outcome: &DelegationTold) -> Told {
        outcome.told()
    }
}

/// Takes what was offered, as it is or otherwise.
#[derive(Debug)]
pub struct Accept;

/// An answer. What is left empty is as it was offered; what is changed goes back to the other for their yes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AcceptInput {
    /// The delegation's id.
    #[schemars(title = "Delegation")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// Another level.
    #[serde(default)]
    #[schemars(title = "Level", range(min = 1, max = 7))]
    pub level: Option<u8>,
    /// Another first check-in.
    #[serde(default)]
    #[schemars(title = "First check-in", with = "Option<String>", extend("format" = "date"))]
    pub next_on: Option<Date>,
    /// Other boundaries.
    #[serde(default)]
    #[schemars(title = "Boundaries")]
    pub boundaries: Vec<String>,
    /// Another sign that it is done.
    #[serde(default)]
    #[schemars(title = "Done when", length(max = 500))]
    pub done_when: Option<String>,
}

impl Act for Accept {
    const NAME: &'static str = "accept";
    const TITLE: &'static str = "Take it, or change it";
    const READERS: &'static str = THE_TWO;

    type Input = AcceptInput;
    type Outcome = DelegationTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: AcceptInput) -> Result<DelegationTold, Refusal> {
        let both = Both::of(desk, &input.id, &[OFFERED]).await?;
        let me = address(desk);
        let mut body = both.stored.body.clone();
        if body.awaits.as_deref() != Some(me.as_str()) {
            return Err(Refusal::not_allowed(format!("{} answers first", both.other(desk))));
        }
        if let Some(number) = input.level {
            body.level = level(number)?.number();
        }
        body.next_on = input.next_on.unwrap_or(body.next_on);
        let boundaries = lines(input.boundaries);
        if !boundaries.is_empty() {
            body.boundaries = boundaries;
        }
        body.done_when = filled(input.done_when).unwrap_or(body.done_when);
        let other = both.other(desk);
        if body != both.stored.body {
            body.awaits = Some(if both.is_giver { body.to.clone() } else { body.from.clone() });
            let stored = changes.put(&input.id, input.version, body).await?;
            return Ok(DelegationTold::of(&stored, format!("Changed: {other} says whether it holds so.")));
        }
        body.awaits = None;
        let notice = HandedOver {
            delegation: input.id.clone(),
            task: body.task.clone(),
            to: body.to.clone(),
            level: body.level,
        };
        let people = parties(desk, &body);
        let team = take_item(desk, changes, &body).await?;
        let team = team_for(desk, team);
        let stored =
            changes.put_in(&input.id, input.version, |around| ACCEPTED.clone_into(&mut around.status), body).await?;
        changes.add_in(Envelope { team, parties: people, ..Envelope::fresh::<HandedOver>() }, notice)?;
        let whose = if both.is_giver { format!("in {other}'s hands") } else { "yours".to_owned() };
        let sentence = format!("{} is {whose} now. You two look at it on {}.", both.task(), stored.body.next_on);
        Ok(DelegationTold::of(&stored, sentence))
    }

    fn told(outcome: &DelegationTold) -> Told {
        outcome.told()
    }
}

/// Declines. It needs no reason, and nobody counts it.
#[derive(Debug)]
pub struct Decline;

impl Act for Decline {
    const NAME: &'static str = "decline";
    const TITLE: &'static str = "Rather not";
    const READERS: &'static str = "the two of you; it is counted nowhere";

    type Input = Which;
    type Outcome = DelegationTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: Which) -> Result<DelegationTold, Refusal> {
        let both = Both::of(desk, &input.id, &[OFFERED]).await?;
        if both.is_giver {
            return Err(Refusal::not_allowed("whoever is asked declines; take the offer back instead"));
        }
        let mut body = both.stored.body.clone();
        body.awaits = None;
        let stored = changes
            .put_in(
                &input.id,
                input.version,
                |around| {
                    DECLINED.clone_into(&mut around.status);
                    around.due_on = None;
                },
                body,
            )
            .await?;
        Ok(DelegationTold::of(&stored, "Declined. No reason is needed, and nothing counts it."))
    }

    fn told(outcome: &DelegationTold) -> Told {
        outcome.told()
    }
}
