//! What goes into the box without a name: entries and votes. Neither act sees anybody into the room, nor leaves a row in the audit: when
//! somebody did it is to be told by nothing.

use desk::records::Holder;
use desk::{Act, Changes, Desk, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{InMortem, given, table, takes_part};
use crate::risk::acts::wrong;
use crate::risk::pre_mortem::records::{LETTERS, State, VOTES};
use crate::risk::pre_mortem::room::Table;

/// Digits of a token.
const TOKEN: usize = 32;

/// Writes an entry, or changes it.
#[derive(Debug)]
pub struct Write;

/// What happened.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct WriteInput {
    /// The pre-mortem's id; the newest of your team that is not closed when left out.
    #[serde(default)]
    #[schemars(title = "Pre-mortem")]
    pub session: Option<String>,
    /// What happened, one thing an entry.
    #[serde(default)]
    #[schemars(title = "What happened", length(max = 300))]
    pub text: Option<String>,
    /// The id of the entry that is changed; a new one when left out.
    #[serde(default)]
    #[schemars(title = "Entry")]
    pub entry: Option<String>,
    /// What was handed out with an entry of yours. A browser needs none: what it wrote is known by its session.
    #[serde(default)]
    #[schemars(title = "Token")]
    pub token: Option<String>,
    /// Take the entry out again.
    #[serde(default)]
    #[schemars(title = "Take it back")]
    pub take_back: bool,
}

impl Act for Write {
    const NAME: &'static str = "write";
    const TITLE: &'static str = "Write an entry";
    const READERS: &'static str = "nobody before the reveal; then the team and those who lead it, without a name";
    const TRIES: u8 = 8;

    type Input = WriteInput;
    type Outcome = InMortem;

    async fn run(desk: &Desk, changes: &mut Changes, input: WriteInput) -> Result<InMortem, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        takes_part(&table)?;
        match table.state {
            State::Writing => {}
            State::Closed => return Err(Refusal::invalid("this pre-mortem is over")),
            _ => return Err(Refusal::invalid("entries are locked: they lie open")),
        }
        match given(input.entry.as_deref()) {
            Some(entry) => change(desk, changes, &table, entry, &input).await,
            None => add(desk, changes, &table, &input),
        }
    }

    fn told(outcome: &InMortem) -> Told {
        outcome.told()
    }
}

/// What an entry says.
fn said(input: &WriteInput) -> Result<&str, Refusal> {
    let text = given(input.text.as_deref()).ok_or_else(|| wrong("text", "Say what happened."))?;
    if text.chars().count() > LETTERS {
        return Err(wrong("text", format!("An entry has at most {LETTERS} characters: one thing each.")));
    }
    Ok(text)
}

fn of_token(token: &str) -> Result<Holder, Refusal> {
    if token.len() == TOKEN && token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Holder::of(token));
    }
    Err(wrong("token", "A token is what was handed out with an entry: 32 digits."))
}

fn add(desk: &Desk, changes: &mut Changes, table: &Table, input: &WriteInput) -> Result<InMortem, Refusal> {
    if input.take_back {
        return Err(wrong("entry", "Which entry is taken back?"));
    }
    let text = said(input)?;
    let (holder, fresh) = match (given(input.token.as_deref()), &desk.viewer().holder) {
        (Some(token), _) => (of_token(token)?, None),
        (None, Some(browser)) => (browser.clone(), None),
        (None, None) => {
            let token = desk.fresh_secret();
            (Holder::of(&token), Some(token))
        }
    };
    let entry = changes.put_slip(&table.session, text, Some(holder), None)?;
    let kept = fresh.as_ref().map_or_else(
        || "You can change it in this browser until then.".to_owned(),
        |token| format!("Until then {token} changes it; that is kept nowhere."),
    );
    // A page says it beside the field.
    let warns = table.is_small() && fresh.is_some();
    let few = if warns { " Few are in the room: your style may tell." } else { "" };
    let sentence = format!("It is in the box. Nobody reads it before the reveal. {kept}{few}");
    Ok(InMortem { entry: Some(entry), token: fresh, ..InMortem::of(&table.session, sentence) })
}

async fn change(
    desk: &Desk,
    changes: &mut Changes,
    table: &Table,
    entry: &str,
    input: &WriteInput,
) -> Result<InMortem, Refusal> {
    let (holder, refused) = match (given(input.token.as_deref()), &desk.viewer().holder) {
        (Some(token), _) => (of_token(token)?, wrong("token", "This token opens no such entry.")),
        (None, Some(browser)) => (browser.clone(), wrong("entry", "This browser wrote no such entry.")),
        (None, None) => return Err(wrong("token", "An entry is changed with the token that was handed out with it.")),
    };
    let text = if input.take_back { None } else { Some(said(input)?) };
    let own = desk.records().own_slips(&table.session, &holder).await?;
    if !own.iter().any(|slip| slip.id == entry) {
        return Err(refused);
    }
    changes.change_slip(&table.session, entry, text, holder)?;
    let sentence = if text.is_some() { "Your entry says that now." } else { "Your entry is out of the box." };
    Ok(InMortem { entry: text.map(|_| entry.to_owned()), ..InMortem::of(&table.session, sentence) })
}

/// Gives a group one of three votes.
#[derive(Debug)]
pub struct Vote;

/// Which group.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VoteInput {
    /// The pre-mortem's id; the newest of your team that is not closed when left out.
    #[serde(default)]
    #[schemars(title = "Pre-mortem")]
    pub session: Option<String>,
    /// The number of the group.
    #[schemars(title = "Group", range(min = 1, max = 1000))]
    pub group: u32,
}

impl Act for Vote {
    const NAME: &'static str = "vote";
    const TITLE: &'static str = "Vote for a group";
    const READERS: &'static str = "nobody; how many votes a group got, the team once they are counted";
    const TRIES: u8 = 8;

    type Input = VoteInput;
    type Outcome = InMortem;

    async fn run(desk: &Desk, changes: &mut Changes, input: VoteInput) -> Result<InMortem, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        takes_part(&table)?;
        match table.state {
            State::Grouped => {}
            State::Writing | State::Revealed => return Err(Refusal::invalid("there is nothing to vote about yet")),
            State::Voted | State::Closed => return Err(Refusal::invalid("the vote is over: it is counted")),
        }
        if !table.session.body.groups.iter().any(|group| group.n == input.group) {
            return Err(wrong("group", format!("There is no group {}.", input.group)));
        }
        let left = VOTES.saturating_sub(desk.records().slips_used(&table.session).await?);
        if left == 0 {
            return Err(Refusal::invalid(format!("your {VOTES} votes are given"))
                .hint("For what is kept nowhere: no vote can be taken back."));
        }
        changes.put_slip(&table.session, &input.group.to_string(), None, Some(VOTES))?;
        let sentence = match left - 1 {
            0 => "Your vote is in; it was your last.".to_owned(),
            1 => "Your vote is in; you have one left.".to_owned(),
            more => format!("Your vote is in; you have {more} left."),
        };
        Ok(InMortem::of(&table.session, sentence))
    }

    fn told(outcome: &InMortem) -> Told {
        outcome.told()
    }
}
