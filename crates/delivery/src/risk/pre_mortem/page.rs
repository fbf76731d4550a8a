//! The page of a room: what is asked, a field to write in, what lies open, the groups with their votes. Everything works by forms; script only
//! asks again when the sign of the room has changed.

use askama::Template;
use desk::{Refusal, Sheeted as _};
use web::{Html, Pen};

use super::acts::page_of;
use super::records::{LETTERS, NAME, State, VOTES};
use super::sheet::warning;
use super::view::{GroupLine, MortemRoom};
use crate::risk::view::View;

#[derive(Template)]
#[template(path = "risk/pre_mortem/room.html")]
struct RoomPage<'a> {
    room: &'a MortemRoom,
    answer: Html,
    live: String,
    acts: &'static str,
    csrf: &'a str,
    warning: Option<String>,
    plan: String,
    letters: usize,
    name_letters: usize,
    writes: bool,
    groups_now: bool,
    votes: bool,
    closes: bool,
    dots: Vec<&'static str>,
    groups: Vec<GroupPart<'a>>,
}

struct GroupPart<'a> {
    group: &'a GroupLine,
    votes: String,
    /// Whether the entries say more than the name.
    says_more: bool,
    to_risk: Option<String>,
}

/// Where the acts of the practice are.
const ACTS: &str = "/delivery/risk/do";

/// The page of a room.
pub(in crate::risk) fn page(view: &View, room: &MortemRoom, pen: &Pen) -> Result<Html, Refusal> {
    let sheet = view.sheet();
    let drawn = Html::of(&RoomPage {
        room,
        answer: pen.answer(&sheet.answer)?,
        live: format!("/live{}", page_of(&room.id)),
        acts: ACTS,
        csrf: &pen.csrf,
        warning: warning(room),
        plan: format!("/delivery/risk?{}", desk::form::encode(&[("plan".to_owned(), room.plan.0.clone())])),
        letters: LETTERS,
        name_letters: NAME,
        writes: room.state == State::Writing && room.takes_part,
        groups_now: room.state == State::Revealed && room.may_lead,
        votes: room.state == State::Grouped && room.takes_part,
        closes: room.state == State::Voted && room.may_lead,
        dots: (0..VOTES).map(|vote| if vote < room.left { "●" } else { "○" }).collect(),
        groups: room.groups.iter().map(|group| part(room, group)).collect(),
    })?;
    let computed = sheet.computed.as_ref().map(|computed| pen.computed(computed)).transpose()?.unwrap_or_default();
    Ok(Html::joined([drawn, computed]))
}

fn part<'a>(room: &MortemRoom, group: &'a GroupLine) -> GroupPart<'a> {
    let votes = match group.votes {
        None => String::new(),
        Some(1) => "1 vote".to_owned(),
        Some(many) => format!("{many} votes"),
    };
    let free = group.risk.is_none() && room.takes_part && room.state >= State::Grouped;
    let form = || {
        let inputs = [("session", room.id.clone()), ("group", group.n.to_string())];
        desk::act_href::<crate::risk::Risks>("to_risk", &inputs)
    };
    let says_more = group.entries.iter().any(|entry| entry.text != group.name);
    GroupPart { group, votes, says_more, to_risk: (free && room.state != State::Grouped).then(form) }
}
