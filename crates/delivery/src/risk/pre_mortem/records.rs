//! What is kept of a pre-mortem: the session, which the team reads. It knows entries and votes, and nobody who gave one.

use desk::records::Audience;
use desk::{FieldError, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Letters of an entry at most.
pub const LETTERS: usize = 300;
/// Letters of a group's name at most.
pub const NAME: usize = 120;
/// Votes of each person.
pub const VOTES: u32 = 3;

/// Where a pre-mortem stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Everybody writes, and nobody reads.
    #[default]
    Writing,
    /// The entries lie open, and are put into groups.
    Revealed,
    /// The groups stand, and are voted about.
    Grouped,
    /// The votes are counted; groups become risks.
    Voted,
    /// It is over.
    Closed,
}

impl State {
    /// The state of a status.
    #[must_use]
    pub fn of(status: &str) -> Self {
        [Self::Revealed, Self::Grouped, Self::Voted, Self::Closed]
            .into_iter()
            .find(|state| state.word() == status)
            .unwrap_or_default()
    }

    /// In a word: the record's status.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::Revealed => "revealed",
            Self::Grouped => "grouped",
            Self::Voted => "voted",
            Self::Closed => "closed",
        }
    }
}

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// A random id, in no order.
    pub id: String,
    /// What it says.
    pub text: String,
    /// The number of its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
}

/// Entries that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// Its number, from 1.
    pub n: u32,
    /// What they say.
    pub name: String,
    /// Its votes, once they are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<u32>,
}

/// A pre-mortem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreMortem {
    /// The id of the plan.
    pub plan: String,
    /// What the plan was called.
    pub about: String,
    /// What everybody answers.
    pub prompt: String,
    /// Who leads through it, by address.
    pub facilitator: String,
    /// What was written, once it lies open, by random ids.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// Entries that say the same.
    #[serde(default)]
    pub groups: Vec<Group>,
}

impl PreMortem {
    /// The entries of a group.
    pub fn of_group(&self, n: u32) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.group == Some(n))
    }

    /// The entry that an id, or its beginning, names.
    #[must_use]
    pub fn entry(&self, named: &str) -> Option<usize> {
        let mut found = self.entries.iter().enumerate().filter(|(_, entry)| entry.id.starts_with(named));
        let first = found.next().filter(|_| named.len() >= 4)?;
        found.next().is_none().then_some(first.0)
    }

    /// Puts entries, by their places, into the group of a name, which is made when there is none; without a name into none. Groups that are
    /// empty then go.
    pub fn group(&mut self, places: &[usize], name: Option<&str>) {
        let n = name.map(|name| {
            let known = self.groups.iter().find(|group| group.name.eq_ignore_ascii_case(name)).map(|group| group.n);
            known.unwrap_or_else(|| {
                let n = self.groups.iter().map(|group| group.n).max().unwrap_or(0) + 1;
                self.groups.push(Group { n, name: name.to_owned(), votes: None });
                n
            })
        });
        for (place, entry) in self.entries.iter_mut().enumerate() {
            if places.contains(&place) {
                entry.group = n;
            }
        }
        let entries = &self.entries;
        self.groups.retain(|group| entries.iter().any(|entry| entry.group == Some(group.n)));
    }

    /// Makes a group of each entry that is in none.
    pub fn group_the_rest(&mut self) {
        let alone = |(place, entry): (usize, &Entry)| entry.group.is_none().then(|| (place, cut(&entry.text)));
        let rest: Vec<(usize, String)> = self.entries.iter().enumerate().filter_map(alone).collect();
        for (place, name) in rest {
            self.group(&[place], Some(&name));
        }
    }
}

/// A text as the name of a group.
fn cut(text: &str) -> String {
    if text.chars().count() <= NAME {
        return text.to_owned();
    }
    let head: String = text.chars().take(NAME - 1).collect();
    format!("{}…", head.trim_end())
}

impl Record for PreMortem {
    const KIND: &'static str = "pre_mortem";
    const NAME: &'static str = "Pre-mortem";
    const PURPOSE: &'static str =
        "What a team thinks could make a plan fail. It has entries and votes, and no author of any.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["writing", "revealed", "grouped", "voted", "closed"];
    const BY_ACTS: bool = true;

    fn title(&self) -> String {
        format!("Pre-mortem of {}", self.about)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let long = |text: &str, most: usize| text.trim().is_empty() || text.chars().count() > most;
        let mut wrong = Vec::new();
        if long(&self.prompt, 500) {
            wrong.push(FieldError::new("prompt", "It asks something, in at most 500 characters."));
        }
        if self.groups.iter().any(|group| long(&group.name, NAME)) {
            wrong.push(FieldError::new("name", format!("A group has a name of at most {NAME} characters.")));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(texts: &[&str]) -> PreMortem {
        let entry =
            |(at, text): (usize, &&str)| Entry { id: format!("{at}bcd-0"), text: (*text).to_owned(), group: None };
        PreMortem {
            plan: "p".to_owned(),
            about: "Checkout".to_owned(),
            prompt: "What happened?".to_owned(),
            facilitator: String::new(),
            entries: texts.iter().enumerate().map(entry).collect(),
            groups: Vec::new(),
        }
    }

    fn names(one: &PreMortem) -> Vec<(u32, &str, usize)> {
        one.groups.iter().map(|group| (group.n, group.name.as_str(), one.of_group(group.n).count())).collect()
    }

    #[test]
    fn entries_move_between_groups() {
        let mut one = session(&["late", "later", "lost"]);
        one.group(&[0, 1], Some("Time"));
        one.group(&[1], Some("Loss"));
        one.group(&[2], Some("loss"));
        assert_eq!(names(&one), [(1, "Time", 1), (2, "Loss", 2)]);
        one.group(&[0], None);
        assert_eq!(names(&one), [(2, "Loss", 2)], "an empty group goes");
        let long = "x".repeat(300);
        one.entries[0].text.clone_from(&long);
        one.group_the_rest();
        assert_eq!(one.groups.len(), 2);
        assert!(one.groups.iter().all(|group| group.name.chars().count() <= NAME) && one.check().is_ok());
    }

    #[test]
    fn a_beginning_names_one_entry() {
        let one = session(&["late", "later"]);
        assert_eq!((one.entry("1bcd"), one.entry("1"), one.entry("9bcd")), (Some(1), None, None));
    }

    #[test]
    fn states_are_their_statuses() {
        for status in PreMortem::STATUSES {
            assert_eq!(State::of(status).word(), *status);
        }
    }
}
