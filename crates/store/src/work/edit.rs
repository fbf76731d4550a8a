//! An edit on the row of an item, and the line of the log that says so; and back.

use uuid::Uuid;

use super::{Edit, Field, ItemType, ServiceClass};
use crate::StoreError;
use crate::rows::{item_changes, items};

/// Longest title, in characters.
const TITLE_CHARS: usize = 300;

/// A line to add to a log: field, from, to, and what people read there.
pub(super) struct Line {
    pub(super) field: Field,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) text: Option<String>,
}

impl Line {
    fn new(field: Field, from: Option<String>, to: Option<String>) -> Self {
        Self { field, from, to, text: None }
    }
}

pub(super) fn title_of(title: &str) -> Result<String, String> {
    let (title, chars) = (title.trim(), title.trim().chars().count());
    match chars {
        0 => Err("An item needs a title.".to_owned()),
        1..=TITLE_CHARS => Ok(title.to_owned()),
        _ => Err(format!("A title has at most {TITLE_CHARS} characters; this has {chars}.")),
    }
}

pub(super) fn estimate_of(estimate: Option<f64>) -> Result<Option<f64>, String> {
    match estimate {
        Some(size) if !size.is_finite() || !(0.0..=1000.0).contains(&size) => {
            Err(format!("{size} is not between 0 and 1,000."))
        }
        fine => Ok(fine),
    }
}

fn number(size: Option<f64>) -> Option<String> {
    size.map(|size| size.to_string())
}

/// The item with the edit, and the line that says so; none when nothing changes.
pub(super) fn apply(row: &mut items::Model, edit: &Edit) -> Result<Option<Line>, StoreError> {
    let line = match edit {
        Edit::Status(to, name) => {
            let from = std::mem::replace(&mut row.status_id, to.clone());
            Line { text: Some(name.clone()), ..Line::new(Field::Status, Some(from), Some(to.clone())) }
        }
        Edit::Assignee(to) => {
            let from = std::mem::replace(&mut row.assignee_id, to.map(|to| to.0));
            Line::new(Field::Assignee, from.map(|id| id.to_string()), to.map(|id| id.to_string()))
        }
        Edit::Estimate(to) => {
            let to = estimate_of(*to).map_err(|message| StoreError::field("estimate", message))?;
            row.estimate_unit = to.map(|_| row.estimate_unit.take().unwrap_or_else(|| "points".to_owned()));
            let from = std::mem::replace(&mut row.estimate, to);
            Line::new(Field::Estimate, number(from), number(to))
        }
        Edit::Priority(to) => {
            let from = std::mem::replace(&mut row.priority, to.map(i32::from));
            Line::new(Field::Priority, from.map(|p| p.to_string()), to.map(|p| p.to_string()))
        }
        Edit::Parent(to) => {
            let from = std::mem::replace(&mut row.parent_id, to.map(|to| to.0));
            Line::new(Field::Parent, from.map(|id| id.to_string()), to.map(|id| id.to_string()))
        }
        Edit::Type(to) => {
            let from = std::mem::replace(&mut row.sort, to.word().to_owned());
            Line::new(Field::Type, Some(from), Some(to.word().to_owned()))
        }
        Edit::Due(to) => {
            let from = std::mem::replace(&mut row.due_on, to.map(|day| day.to_string()));
            Line::new(Field::Due, from, to.map(|day| day.to_string()))
        }
        Edit::Title(to) => {
            let to = title_of(to).map_err(|message| StoreError::field("title", message))?;
            let from = std::mem::replace(&mut row.title, to.clone());
            Line::new(Field::Title, Some(from), Some(to))
        }
        Edit::Body(to) => {
            let same = row.body == *to;
            row.body.clone_from(to);
            let text = (!same).then(|| "body".to_owned());
            Line { text: text.clone(), ..Line::new(Field::Other, None, text) }
        }
        Edit::Class(to) => {
            let from = std::mem::replace(&mut row.class, to.word().to_owned());
            Line::new(Field::Class, Some(from), Some(to.word().to_owned()))
        }
        Edit::Rank(to) => {
            let from = row.rank.replace(to.clone());
            Line::new(Field::Rank, from, Some(to.clone()))
        }
        Edit::Blocked(why) => {
            let from = std::mem::replace(&mut row.blocked, why.is_some());
            let word = |blocked: bool| blocked.then(|| "blocked".to_owned());
            Line { text: why.clone(), ..Line::new(Field::Blocked, word(from), word(why.is_some())) }
        }
        Edit::Label(label) => label_line(row, None, Some(label)),
        Edit::Unlabel(label) => label_line(row, Some(label), None),
        Edit::Enter(sprint) => Line::new(Field::Sprint, None, Some(sprint.to_string())),
        Edit::Leave(sprint) => Line::new(Field::Sprint, Some(sprint.to_string()), None),
    };
    Ok((line.from != line.to).then_some(line))
}

fn label_line(row: &mut items::Model, from: Option<&String>, to: Option<&String>) -> Line {
    let mut labels: Vec<String> = serde_json::from_str(&row.labels).unwrap_or_default();
    let had = labels.clone();
    labels.retain(|label| Some(label) != from && Some(label) != to);
    labels.extend(to.cloned());
    let same = from.is_some_and(|label| !had.contains(label)) || to.is_some_and(|label| had.contains(label));
    row.labels = serde_json::to_string(&labels).unwrap_or_default();
    if same { Line::new(Field::Labels, None, None) } else { Line::new(Field::Labels, from.cloned(), to.cloned()) }
}

/// Undoes a line on the item itself.
pub(super) fn put_back(row: &mut items::Model, line: &item_changes::Model) -> Result<(), StoreError> {
    let field = super::worded(Field::ALL, Field::word, &line.field);
    let from = line.from_id.as_deref();
    let id = || from.and_then(|text| text.parse::<Uuid>().ok());
    let sort = |text: &str| super::worded(ItemType::ALL, ItemType::word, text).map(ItemType::word);
    let class = |text: &str| super::worded(ServiceClass::ALL, ServiceClass::word, text).map(ServiceClass::word);
    match field {
        Some(Field::Status) => row.status_id = from.unwrap_or_default().to_owned(),
        Some(Field::Assignee) => row.assignee_id = id(),
        Some(Field::Estimate) => row.estimate = from.and_then(|text| text.parse().ok()),
        Some(Field::Priority) => row.priority = from.and_then(|text| text.parse().ok()),
        Some(Field::Parent) => row.parent_id = id(),
        Some(Field::Type) => from.and_then(sort).unwrap_or("task").clone_into(&mut row.sort),
        Some(Field::Due) => row.due_on = from.map(str::to_owned),
        Some(Field::Title) => row.title = from.unwrap_or_default().to_owned(),
        Some(Field::Class) => from.and_then(class).unwrap_or("standard").clone_into(&mut row.class),
        Some(Field::Rank) => row.rank = from.map(str::to_owned),
        Some(Field::Blocked) => row.blocked = from.is_some(),
        Some(Field::Labels) => drop(label_line(row, line.to_id.as_ref(), line.from_id.as_ref())),
        Some(Field::Sprint) => {}
        _ => {
            let message = format!("A change of {} is not taken back; change it again.", line.field);
            return Err(StoreError::field("entry", message));
        }
    }
    Ok(())
}
