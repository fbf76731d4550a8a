//! What is shown of planning poker: a team's sessions, and one room as its viewer may see it.

use desk::records::Stored;
use desk::work::{PersonId, Work};
use desk::{Desk, Refusal};
use schemars::JsonSchema;
use serde::Serialize;

use super::count::Count;
use super::past::past;
use super::records::{PokerSession, PokerVote, REVEALED, Round, RoundState};
use super::room::Table;
use crate::estimation::Ask;
use crate::estimation::view::View;
use crate::work::scene::{board, boards};

/// What an ask says for the list of sessions.
pub const LIST: &str = "list";

/// Planning poker.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct PokerView {
    /// The team's sessions, the newest first.
    pub sessions: Vec<SessionLine>,
    /// Items that nobody estimated yet, for the next session.
    pub unestimated: Vec<(String, String)>,
    /// The room that was asked for.
    pub room: Option<RoomView>,
}

/// A session in the list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// It in a few words.
    pub title: String,
    /// The day on which it began.
    pub on: String,
    /// Whether it is finished.
    pub finished: bool,
    /// Items, and how many of them have a result.
    pub items: (usize, usize),
}

/// An item of a session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct ItemLine {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Whether it is on the table.
    pub here: bool,
    /// Where its last round stands; none before the first.
    pub state: Option<RoundState>,
    /// What was agreed.
    pub result: Option<String>,
    /// Rounds that were revealed.
    pub rounds: usize,
}

/// A past item of the size that is talked about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct PastItem {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Working days that it took.
    pub days: f64,
}

/// Who speaks first about votes that lie apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Speakers {
    /// Whose vote was the lowest.
    pub lowest: Vec<String>,
    /// Whose was the highest.
    pub highest: Vec<String>,
}

/// A room, as its viewer may see it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct RoomView {
    /// The session's id.
    pub id: String,
    /// It in a few words.
    pub title: String,
    /// The name of the deck.
    pub deck: String,
    /// The cards to choose from; none of three points, which are typed.
    pub cards: Vec<String>,
    /// Open until then; none is live.
    pub until: Option<String>,
    /// Whether that is over.
    pub over: bool,
    /// Whether it is finished.
    pub finished: bool,
    /// The items.
    pub items: Vec<ItemLine>,
    /// The key of the item on the table.
    pub item: String,
    /// Its title.
    pub item_title: String,
    /// The number of the round.
    pub round: u32,
    /// Where it stands.
    pub state: RoundState,
    /// What was agreed about the item.
    pub result: Option<String>,
    /// Who leads through it.
    pub facilitator: String,
    /// Whether that is the viewer.
    pub facilitating: bool,
    /// Whether the facilitator is gone, so that a member may take over.
    pub led_by_nobody: bool,
    /// Whether the viewer may vote: of the team, and not looking on.
    pub may_vote: bool,
    /// Whether the viewer is of the team.
    pub of_the_team: bool,
    /// Who is there and takes part.
    pub here: Vec<String>,
    /// Who looks on.
    pub watching: Vec<String>,
    /// Who has voted.
    pub voted: Vec<String>,
    /// Who is waited for.
    pub waited_for: Vec<String>,
    /// The viewer's own vote.
    pub mine: Option<String>,
    /// What the votes say together, once they lie open.
    pub count: Option<Count>,
    /// Who speaks first, for those who were in the room and while the cards lie open.
    pub speakers: Option<Speakers>,
    /// Past items at the middle, with the time that they took.
    pub past: Vec<PastItem>,
    /// Earlier rounds about the item.
    pub earlier: Vec<(u32, Count)>,
    /// Changes when what everybody sees of the room does.
    pub sign: String,
}

pub(in crate::estimation) async fn answer(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    let work = desk.work().await?;
    let room = match ask.poker.as_deref().map(str::trim) {
        Some(id) if !id.is_empty() && id != LIST => Some(Table::of(desk, id).await?),
        _ => None,
    };
    let slug = room.as_ref().and_then(|table| desk.organisation().team(table.team)).map(|team| team.slug.clone());
    let board = board(desk, &work, slug.as_deref().or(ask.team.as_deref()))?;
    let mut view = View {
        boards: boards(desk, &work).iter().map(|one| (one.name().to_owned(), one.address().to_owned())).collect(),
        team: Some((board.name().to_owned(), board.address().to_owned())).filter(|team| !team.1.is_empty()),
        ..View::default()
    };
    let poker = match room {
        Some(table) => {
            PokerView { room: Some(shown(desk, &work, &table, board.address()).await?), ..PokerView::default() }
        }
        None => {
            let all = desk.records().list::<PokerSession>().await?;
            let own = all.iter().rev().filter(|one| one.team == board.team_id());
            let open = work.items().iter().filter(|item| {
                Some(item.project) == board.project_id() && item.estimate.is_none() && is_open(&work, item)
            });
            PokerView {
                sessions: own.map(line).collect(),
                unestimated: open.take(20).map(|item| (item.key.to_string(), item.title.to_string())).collect(),
                room: None,
            }
        }
    };
    view.poker = Some(poker);
    view.ask = ask;
    Ok(view)
}

/// Whether an item counts and is not finished or given up.
fn is_open(work: &Work, item: &desk::work::Item) -> bool {
    use desk::work::Category;
    let status = work.statuses(item.project).find(|status| status.status == item.status);
    crate::work::scene::is_unit(item)
        && item.deleted_at.is_none()
        && !status.is_some_and(|status| matches!(status.category, Category::Done | Category::Dropped))
}

fn line(one: &Stored<PokerSession>) -> SessionLine {
    let decided = one.body.items.iter().filter(|item| one.body.result(item).is_some()).count();
    SessionLine {
        id: one.id.clone(),
        title: one.title.clone(),
        on: one.created_at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        finished: one.status == "finished",
        items: (one.body.items.len(), decided),
    }
}

async fn shown(desk: &Desk, work: &Work, table: &Table, team: &str) -> Result<RoomView, Refusal> {
    let (body, round) = (&table.session.body, table.round()?);
    let me = desk.viewer().person;
    let voted = table.voted(desk, round).await?;
    let names = |ids: &[PersonId]| -> Vec<String> {
        let mut names: Vec<String> = ids.iter().map(|id| called(desk, *id)).collect();
        names.sort();
        names
    };
    let votes = desk.records().list::<PokerVote>().await?;
    let of_round = |vote: &&Stored<PokerVote>| {
        let at = table.place(round, vote.author.parse().unwrap_or(me)).to_string();
        vote.id == at && vote.body.item == round.item
    };
    let votes: Vec<&Stored<PokerVote>> = votes.iter().filter(of_round).collect();
    let mine = votes.iter().find(|vote| vote.author == me.to_string()).map(|vote| vote.body.card.clone());
    let revealed = round.state == RoundState::Revealed;
    let past = match &round.count {
        Some(count) if revealed => past(desk, team, body.deck, &count.middle).await?,
        _ => Vec::new(),
    };
    let title = |key: &str| work.by_key(key).map_or_else(String::new, |item| item.title.to_string());
    let item = |key: &String| ItemLine {
        key: key.clone(),
        title: title(key),
        here: *key == body.item,
        state: body.round(key).map(|round| round.state),
        result: body.result(key).map(str::to_owned),
        rounds: body.rounds.iter().filter(|round| round.item == *key && round.count.is_some()).count(),
    };
    let earlier = body.rounds.iter().filter(|one| one.item == round.item && one.n < round.n);
    let cards = body.deck.cards().iter().chain(&super::deck::ASIDE).map(|card| (*card).to_owned());
    let of_the_team = table.voters.contains(&me);
    Ok(RoomView {
        id: table.session.id.clone(),
        title: table.session.title.clone(),
        deck: body.deck.name().to_owned(),
        cards: cards.collect(),
        until: body.until.map(|until| until.to_string()),
        over: table.is_over(),
        finished: table.is_finished(),
        items: body.items.iter().map(item).collect(),
        item: body.item.clone(),
        item_title: title(&body.item),
        round: round.n,
        state: round.state,
        result: body.result(&body.item).map(str::to_owned),
        facilitator: table.facilitator.map_or_else(|| body.facilitator.clone(), |person| called(desk, person)),
        facilitating: table.facilitator == Some(me),
        led_by_nobody: table.is_led_by_nobody(),
        may_vote: of_the_team && !table.looks_on(me),
        of_the_team,
        here: names(&table.here),
        watching: names(&table.watching),
        waited_for: names(&table.waited_for(&voted)),
        mine,
        count: round.count.clone(),
        speakers: if revealed { speakers(desk, round, &votes) } else { None },
        past,
        earlier: earlier.filter_map(|one| Some((one.n, one.count.clone()?))).collect(),
        sign: table.seen(round, &voted).sign(),
        voted: names(&voted),
    })
}

fn called(desk: &Desk, id: PersonId) -> String {
    desk.organisation().person(id).map_or_else(|| "somebody".to_owned(), |person| person.called().to_owned())
}

/// Who speaks first, when the votes lie apart and the viewer may see whose they are.
fn speakers(desk: &Desk, round: &Round, votes: &[&Stored<PokerVote>]) -> Option<Speakers> {
    let count = round.count.as_ref().filter(|count| !count.agreed && count.votes > 1)?;
    let of = |card: &Option<String>| -> Vec<String> {
        let whose = votes.iter().filter(|vote| vote.status == REVEALED && Some(&vote.body.card) == card.as_ref());
        let mut names: Vec<String> = whose.filter_map(|vote| Some(called(desk, vote.author.parse().ok()?))).collect();
        names.sort();
        names
    };
    let found = Speakers { lowest: of(&count.lowest), highest: of(&count.highest) };
    (!found.lowest.is_empty() && !found.highest.is_empty()).then_some(found)
}
