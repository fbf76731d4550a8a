//! Who the names and addresses in the history are: one person an address, `.mailmap` applied, bots and agents told apart.
//!
//! Here an address is a person; who that is in the organisation is asked by the address. Nothing in here counts what anybody did.

use std::collections::{BTreeMap, HashMap};

use lake::bots::is_automatic;

/// A person of one view, numbered within it. The number says nothing and is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub u32);

/// A person as the pages show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name that the newest commit of the address carries, or the mailmap's.
    pub name: String,
    /// The address after the mailmap, in lower case.
    pub email: String,
    /// Whether this is a bot or an agent: left out everywhere, and counted as left out.
    pub automatic: bool,
}

/// A name and an address as the history holds them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature {
    /// The author's name as stored.
    pub name: String,
    /// The author's address as stored.
    pub email: String,
}

/// One line of a `.mailmap`: what is written for what was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailmapEntry {
    /// The proper name, when the line gives one.
    pub proper_name: Option<String>,
    /// The proper address, when the line gives one.
    pub proper_email: Option<String>,
    /// The committed name that the line is restricted to, when it is.
    pub commit_name: Option<String>,
    /// The committed address.
    pub commit_email: String,
}

/// The people of a view, and which signature is whom.
#[derive(Debug, Clone, Default)]
pub struct People {
    people: Vec<Person>,
    by_signature: HashMap<Signature, PersonId>,
    by_email: HashMap<String, PersonId>,
}

impl People {
    /// Joins signatures, oldest first, into people: by the exact address (letters' case aside) after the mailmap.
    #[must_use]
    pub fn join(signatures: &[Signature], mailmap: &[MailmapEntry]) -> Self {
        let mut joined = Self::default();
        for signature in signatures {
            let (name, email) = mapped(signature, mailmap);
            let next = PersonId(u32::try_from(joined.people.len()).unwrap_or(u32::MAX));
            let id = *joined.by_email.entry(email.clone()).or_insert(next);
            let automatic = is_automatic(&name, &email);
            if id == next {
                joined.people.push(Person { name, email, automatic });
            } else if let Some(person) = joined.people.get_mut(id.0 as usize) {
                person.automatic |= automatic;
                person.name = name;
            }
            joined.by_signature.insert(signature.clone(), id);
        }
        joined
    }

    /// The person behind a signature that was joined.
    #[must_use]
    pub fn of(&self, signature: &Signature) -> Option<PersonId> {
        self.by_signature.get(signature).copied()
    }

    /// The person at an address, before or after the mailmap's spelling.
    #[must_use]
    pub fn at(&self, email: &str) -> Option<PersonId> {
        self.by_email.get(&email.to_lowercase()).copied()
    }

    /// The person with that number.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(id.0 as usize)
    }

    /// The name to show, empty for a number that is nobody's.
    #[must_use]
    pub fn name(&self, id: PersonId) -> &str {
        self.person(id).map_or("", |person| person.name.as_str())
    }

    /// Everybody, bots and agents included.
    pub fn iter(&self) -> impl Iterator<Item = (PersonId, &Person)> {
        (0u32..).map(PersonId).zip(&self.people)
    }

    /// Whether the person is a bot or an agent.
    #[must_use]
    pub fn is_automatic(&self, id: PersonId) -> bool {
        self.person(id).is_some_and(|person| person.automatic)
    }

    /// Names that stand at more than one address: probably one person each, which a `.mailmap` line would say.
    #[must_use]
    pub fn split_names(&self) -> Vec<(&str, Vec<&str>)> {
        let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for person in self.people.iter().filter(|person| !person.automatic) {
            names.entry(&person.name).or_default().push(&person.email);
        }
        names.into_iter().filter(|(_, emails)| emails.len() > 1).collect()
    }
}

/// Applies the mailmap as `git check-mailmap` does: an entry for name and address goes before one for the address alone.
fn mapped(signature: &Signature, mailmap: &[MailmapEntry]) -> (String, String) {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let of_address = |entry: &&MailmapEntry| same(&entry.commit_email, &signature.email);
    let exact = mailmap
        .iter()
        .filter(of_address)
        .rfind(|entry| entry.commit_name.as_ref().is_some_and(|name| same(name, &signature.name)));
    let entry = exact.or_else(|| mailmap.iter().filter(of_address).rfind(|entry| entry.commit_name.is_none()));
    let name = entry.and_then(|entry| entry.proper_name.clone()).unwrap_or_else(|| signature.name.clone());
    let email = entry.and_then(|entry| entry.proper_email.clone()).unwrap_or_else(|| signature.email.clone());
    (name.trim().to_owned(), email.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(name: &str, email: &str) -> Signature {
        Signature { name: name.to_owned(), email: email.to_owned() }
    }

    #[test]
    fn addresses_join_whatever_their_case() {
        let people = People::join(&[signature("Ann B", "Ann@x.org"), signature("Ann Brown", "ann@X.org")], &[]);
        assert_eq!(people.iter().count(), 1);
        assert_eq!(people.name(PersonId(0)), "Ann Brown", "the newest spelling is shown");
    }

    #[test]
    fn mailmap_joins_two_addresses() {
        let line = MailmapEntry {
            proper_name: Some("Ann Brown".to_owned()),
            proper_email: Some("ann@work.org".to_owned()),
            commit_name: None,
            commit_email: "ANN@home.org".to_owned(),
        };
        let people = People::join(&[signature("Ann", "ann@work.org"), signature("ab", "ann@home.org")], &[line]);
        assert_eq!(people.iter().count(), 1);
        assert_eq!(people.of(&signature("ab", "ann@home.org")), people.at("ann@work.org"));
        assert_eq!(people.name(PersonId(0)), "Ann Brown");
    }

    #[test]
    fn named_entry_goes_before_address_entry() {
        let entry = |name: Option<&str>, proper: &str| MailmapEntry {
            proper_name: Some(proper.to_owned()),
            proper_email: Some(format!("{}@x.org", proper.to_lowercase())),
            commit_name: name.map(str::to_owned),
            commit_email: "root@localhost".to_owned(),
        };
        let map = [entry(Some("ann"), "Ann"), entry(None, "Rest")];
        let people = People::join(&[signature("ann", "root@localhost"), signature("bob", "root@localhost")], &map);
        let names: Vec<_> = people.iter().map(|(_, person)| person.name.as_str()).collect();
        assert_eq!(names, ["Ann", "Rest"]);
    }

    #[test]
    fn one_name_at_two_addresses_shows() {
        let people =
            People::join(&[signature("Ann", "a@x.org"), signature("Ann", "a@y.org"), signature("Bo", "b@x.org")], &[]);
        assert_eq!(people.split_names(), [("Ann", vec!["a@x.org", "a@y.org"])]);
    }
}
