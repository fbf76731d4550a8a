//! While it is in hand: looking at it together, another level, and how it ends.

use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::mine::level_text;
use super::super::records::{ACCEPTED, ACTIVE, DONE, Held, LevelBefore, OFFERED, RETURNED};
use super::{Both, DelegationTold, THE_TWO, bring_notice, filled, level, working_day, wrong};

/// Says that the two looked at it together.
#[derive(Debug)]
pub struct CheckIn;

/// What a check-in needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckInInput {
    /// The delegation's id.
    #[schemars(title = "Delegation")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// What you two agreed.
    #[serde(default)]
    #[schemars(title = "Agreed", length(max = 500))]
    pub note: Option<String>,
    /// The next one; by what was agreed when left out.
    #[serde(default)]
    #[schemars(title = "Next check-in", with = "Option<String>", extend("format" = "date"))]
    pub next_on: Option<Date>,
}

impl Act for CheckIn {
    const NAME: &'static str = "check_in";
    const TITLE: &'static str = "Note a check-in";
    const READERS: &'static str = "the two of you";

    type Input = CheckInInput;
    type Outcome = DelegationTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: CheckInInput) -> Result<DelegationTold, Refusal> {
        let both = Both::of(desk, &input.id, &[ACCEPTED, ACTIVE]).await?;
        let mut body = both.stored.body.clone();
        let today = desk.today();
        let next = match input.next_on {
            Some(day) => day,
            None => working_day(desk, body.every_days).await?,
        };
        if next <= today {
            return Err(wrong("next_on", "The next check-in lies ahead."));
        }
        body.held.push(Held { due_on: body.next_on, on: today, note: filled(input.note).unwrap_or_default() });
        body.next_on = next;
        let stored = changes
            .put_in(
                &input.id,
                input.version,
                |around| {
                    ACTIVE.clone_into(&mut around.status);
                    around.due_on = Some(next);
                },
                body,
            )
            .await?;
        Ok(DelegationTold::of(&stored, format!("Noted. You and {} look at it again on {next}.", both.other(desk))))
    }

    fn told(outcome: &DelegationTold) -> Told {
        outcome.told()
    }
}

/// Changes how the two decide.
#[derive(Debug)]
pub struct ChangeLevel;

/// Another level.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LevelInput {
    /// The delegation's id.
    #[schemars(title = "Delegation")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// 1 tell, 2 explain, 3 consult, 4 agree, 5 advise, 6 inform, 7 hand over.
    #[schemars(title = "Level", range(min = 1, max = 7))]
    pub level: u8,
}

impl Act for ChangeLevel {
    const NAME: &'static str = "change_level";
    const TITLE: &'static str = "Change the level";
    const READERS: &'static str = THE_TWO;

    type Input = LevelInput;
    type Outcome = DelegationTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: LevelInput) -> Result<DelegationTold, Refusal> {
        let both = Both::of(desk, &input.id, &[ACCEPTED, ACTIVE]).await?;
        let mut body = both.stored.body.clone();
        let number = level(input.level)?.number();
        if number == body.level {
            return Err(wrong("level", format!("It is at level {} already.", level_text(number))));
        }
        if !both.is_giver {
            return Err(Refusal::not_allowed(format!(
                "{} decides how much is handed over; ask for it",
                both.other(desk)
            )));
        }
        body.levels.push(LevelBefore { level: body.level, until: desk.today() });
        body.level = number;
        bring_notice(desk, changes, &input.id, Some(number)).await?;
        let stored = changes.put(&input.id, input.version, body).await?;
        let sentence = format!("{} is at level {} from now on.", both.task(), level_text(number));
        Ok(DelegationTold::of(&stored, sentence))
    }

    fn told(outcome: &DelegationTold) -> Told {
        outcome.told()
    }
}

/// Takes something back, or gives it back.
#[derive(Debug)]
pub struct TakeBack;

/// Why it goes back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct BackInput {
    /// The delegation's id.
    #[schemars(title = "Delegation")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// Why, told to both of you.
    #[schemars(title = "Why", length(min = 1, max = 500))]
    pub why: String,
}

impl Act for TakeBack {
    const NAME: &'static str = "take_back";
    const TITLE: &'static str = "Take it back";
    const READERS: &'static str = "the two of you";

    type Input = BackInput;
    type Outcome = DelegationTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: BackInput) -> Result<DelegationTold, Refusal> {
        let both = Both::of(desk, &input.id, &[OFFERED, ACCEPTED, ACTIVE]).await?;
        let why = input.why.trim().to_owned();
        if why.is_empty() {
            return Err(wrong("why", "Say why: both of you read it."));
        }
        if both.stored.status == OFFERED && !both.is_giver {
            return Err(wrong("id", "It is not yours yet: take it, change it or decline."));
        }
        let mut body = both.stored.body.clone();
        body.returned_because = Some(why);
        body.awaits = None;
        bring_notice(desk, changes, &input.id, None).await?;
        let back = |around: &mut desk::records::Envelope| {
            RETURNED.clone_into(&mut around.status);
            around.due_on = None;
        };
        let stored = changes.put_in(&input.id, input.version, back, body).await?;
        Ok(DelegationTold::of(&stored, format!("{} is back; {} reads why.", both.task(), both.other(desk))))
    }

    fn told(outcome: &DelegationTold) -> Told {
        outcome.told()
    }
}

/// Says that it is done; both look back.
#[derive(Debug)]
pub struct Finish;

/// A look back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FinishInput {
    /// The delegation's id.
    #[schemars(title = "Delegation")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// What went well, and what you would do otherwise.
    #[schemars(title = "Looking back", length(min = 1, max = 500))]
    pub looking_back: String,
}

impl Act for Finish {
    const NAME: &'static str = "finish";
    const TITLE: &'static str = "Done: look back";
    const READERS: &'static str = "the two of you";

    type Input = FinishInput;
    type Outcome = DelegationTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: FinishInput) -> Result<DelegationTold, Refusal> {
        let both = Both::of(desk, &input.id, &[ACCEPTED, ACTIVE, DONE]).await?;
        let said = input.looking_back.trim().to_owned();
        if said.is_empty() {
            return Err(wrong("looking_back", "Say how it went."));
        }
        let mut body = both.stored.body.clone();
        let (mine, theirs) = if both.is_giver {
            (&mut body.giver_looks_back, body.receiver_looks_back.is_some())
        } else {
            (&mut body.receiver_looks_back, body.giver_looks_back.is_some())
        };
        if mine.is_some() {
            return Err(wrong("id", "You have looked back already."));
        }
        *mine = Some(said);
        bring_notice(desk, changes, &input.id, None).await?;
        let done = |around: &mut desk::records::Envelope| {
            DONE.clone_into(&mut around.status);
            around.due_on = None;
        };
        let stored = changes.put_in(&input.id, input.version, done, body).await?;
        let rest = if theirs { String::new() } else { format!(" {} looks back, too.", both.other(desk)) };
        Ok(DelegationTold::of(&stored, format!("{} is done.{rest}", both.task())))
    }

    fn told(outcome: &DelegationTold) -> Told {
        outcome.told()
    }
}
