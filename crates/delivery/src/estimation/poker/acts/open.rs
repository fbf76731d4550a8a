//! Opening a session about items of a team's board.

use desk::records::Envelope;
use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::deck::Deck;
use super::super::records::PokerSession;
use super::super::room::lay;
use super::{InRoom, TEAM};
use crate::estimation::acts::{item, may};
use crate::estimation::question::{given, wrong};

/// Days for which a session can be open.
const OPEN_DAYS: i64 = 30;

/// Opens a session.
#[derive(Debug)]
pub struct OpenPoker;

/// What is estimated, and how.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OpenInput {
    /// The keys of the items, in the order in which they are talked about.
    #[schemars(title = "Items")]
    pub items: Vec<String>,
    /// The deck.
    #[serde(default)]
    #[schemars(title = "Deck")]
    pub deck: Deck,
    /// Open until then (2026-06-03, or 2026-06-03T17:00 in UTC), for people who are not there at one time. Live when left out.
    #[serde(default)]
    #[schemars(title = "Open until")]
    pub until: Option<String>,
}

impl Act for OpenPoker {
    const NAME: &'static str = "open_poker";
    const TITLE: &'static str = "Open planning poker";
    const READERS: &'static str = TEAM;

    type Input = OpenInput;
    type Outcome = InRoom;

    async fn run(desk: &Desk, changes: &mut Changes, input: OpenInput) -> Result<InRoom, Refusal> {
        let work = desk.work().await?;
        let mut items: Vec<String> = Vec::new();
        let mut team = None;
        for key in input.items.iter().filter_map(|key| given(Some(key))) {
            let (key, of) = item(&work, key).map_err(|_| wrong("items", format!("No work item `{key}`.")))?;
            let Some(of) = of else {
                return Err(wrong("items", format!("{key} is on nobody's board: poker is played by a team.")));
            };
            if team.is_some_and(|team| team != of) {
                return Err(wrong("items", format!("{key} is on another team's board than {}.", items.join(", "))));
            }
            team = Some(of);
            if !items.contains(&key) {
                items.push(key);
            }
        }
        let (Some(first), Some(team)) = (items.first().cloned(), team) else {
            return Err(wrong("items", "Which items are estimated?"));
        };
        may(desk, Some(team))?;
        let until = given(input.until.as_deref()).map(|text| until(text, desk.now())).transpose()?;
        let facilitator = desk.organisation().person(desk.viewer().person).map(|person| person.email.clone());
        let mut body = PokerSession {
            items,
            deck: input.deck,
            facilitator: facilitator.unwrap_or_default(),
            until,
            item: String::new(),
            rounds: Vec::new(),
        };
        lay(&mut body, &first);
        let stored = changes.add_in(Envelope { team: Some(team), ..Envelope::fresh::<PokerSession>() }, body)?;
        let round = stored.body.round(&first).cloned().unwrap_or_default();
        Ok(InRoom::of(&stored.id, &round, format!("{first} is on the table. Whoever opens this page is in the room.")))
    }

    fn told(outcome: &InRoom) -> Told {
        outcome.told()
    }
}

/// An instant to come.
fn until(text: &str, now: Timestamp) -> Result<Timestamp, Refusal> {
    let utc = |civil: DateTime| civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|at| at.timestamp());
    let at = if text.contains(':') {
        text.parse::<Timestamp>().ok().or_else(|| utc(text.parse().ok()?))
    } else {
        text.parse::<jiff::civil::Date>().ok().and_then(|day| utc(day.at(23, 59, 0, 0)))
    };
    let at = at.ok_or_else(|| wrong("until", format!("`{text}` is no day and no time: 2026-06-03T17:00.")))?;
    if at <= now {
        return Err(wrong("until", format!("{text} is past.")));
    }
    if at.duration_since(now) > SignedDuration::from_hours(24 * OPEN_DAYS) {
        return Err(wrong("until", format!("A session is open for at most {OPEN_DAYS} days.")));
    }
    Ok(at)
}
