//! Who can read a record, and the sentence that says so under its box.

use std::collections::BTreeSet;

use super::{Asker, Class, Relation, Thing, Ties};
use crate::{PersonId, TeamId};

/// Names beyond "you" that a sentence gives before it counts.
const NAMES: usize = 3;

/// The people who can read one record, as the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers {
    people: BTreeSet<PersonId>,
    everyone: bool,
    team: Option<TeamId>,
    of_the_team: BTreeSet<PersonId>,
    administrators: bool,
    class: Class,
    about_people: bool,
}

/// What a sentence needs a name for. The store knows ids; names are the caller's to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A person.
    Person(PersonId),
    /// A team.
    Team(TeamId),
}

impl Readers {
    pub(super) fn new(thing: &Thing, ties: &Ties, asked: &[Asker], readers: &[&Asker]) -> Self {
        let member = |person: &PersonId| ties.of(*person).has(Relation::Member);
        let people: BTreeSet<PersonId> = readers.iter().map(|reader| reader.person).collect();
        let all_members_read =
            asked.iter().filter(|asker| member(&asker.person)).all(|asker| people.contains(&asker.person));
        let of_the_team =
            if all_members_read { people.iter().copied().filter(member).collect() } else { BTreeSet::new() };
        Self {
            everyone: !readers.is_empty() && readers.len() == asked.len(),
            team: thing.team,
            of_the_team,
            administrators: readers.iter().any(|reader| reader.administrator),
            class: thing.class,
            about_people: thing.class.is_about_people() || ties.has_any(Relation::Subject),
            people,
        }
    }

    /// Whether this person is one of them.
    #[must_use]
    pub fn contains(&self, person: PersonId) -> bool {
        self.people.contains(&person)
    }

    /// Their ids, in order.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        self.people.iter().copied()
    }

    /// How many they are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody can read it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// "Readable by: you and Sam Ortiz. Not by administrators. Your employer could be obliged by law to ask for it."
    ///
    /// `viewer` is whom it is shown to. Many readers are said in short: a team as "the 8 members of payments", all as "everyone in the
    /// organisation", others as their number.
    #[must_use]
    pub fn sentence(&self, viewer: PersonId, names: impl Fn(Named) -> String) -> String {
        let mut sentence = format!("Readable by: {}.", joined(&self.parts(viewer, &names)));
        if self.is_told_apart() && !self.administrators {
            sentence.push_str(" Not by administrators.");
        } else if self.is_told_apart() {
            sentence.push_str(" Nobody reads it for being an administrator.");
        }
        if let Some(law) = self.law() {
            sentence.push(' ');
            sentence.push_str(law);
        }
        sentence
    }

    /// Where everyone reads, and where nobody does, there is nothing to say about administrators.
    fn is_told_apart(&self) -> bool {
        !self.everyone && !self.is_empty()
    }

    fn law(&self) -> Option<&'static str> {
        match self.class {
            _ if !self.is_told_apart() || !self.about_people => None,
            Class::PrivateNote => Some("You could be asked by law to hand it over."),
            _ => Some("Your employer could be obliged by law to ask for it."),
        }
    }

    fn parts(&self, viewer: PersonId, names: &impl Fn(Named) -> String) -> Vec<String> {
        if self.is_empty() {
            return vec!["nobody".to_owned()];
        }
        if self.everyone && self.len() > NAMES {
            return vec!["everyone in the organisation".to_owned()];
        }
        match self.team {
            Some(team) if self.of_the_team.len() > NAMES => self.team_and_others(team, viewer, names),
            _ => self.single(viewer, self.people.iter().copied(), names),
        }
    }

    /// The team counts its members, the viewer among them; who reads it from outside the team is named.
    fn team_and_others(&self, team: TeamId, viewer: PersonId, names: &impl Fn(Named) -> String) -> Vec<String> {
        let members = format!("the {} members of {}", self.of_the_team.len(), names(Named::Team(team)));
        let others = self.people.difference(&self.of_the_team).copied();
        let mut parts = self.single(viewer, others, names);
        let after_you = usize::from(parts.first().is_some_and(|first| first == "you"));
        parts.insert(after_you, members);
        parts
    }

    fn single(
        &self,
        viewer: PersonId,
        people: impl Iterator<Item = PersonId>,
        names: &impl Fn(Named) -> String,
    ) -> Vec<String> {
        let (you, others): (Vec<PersonId>, Vec<PersonId>) = people.partition(|person| *person == viewer);
        let mut named: Vec<String> = others.into_iter().map(|person| names(Named::Person(person))).collect();
        named.sort_unstable();
        let uncounted = if named.len() > NAMES + 1 { named.split_off(NAMES).len() } else { 0 };
        let mut parts: Vec<String> = you.iter().map(|_| "you".to_owned()).chain(named).collect();
        if uncounted > 0 {
            parts.push(format!("{uncounted} others"));
        }
        parts
    }
}

fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
