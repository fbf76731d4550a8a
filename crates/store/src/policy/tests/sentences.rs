//! Rule 2: the sentence under each box, computed from the readers.

use uuid::Uuid;

use super::{Asker, Class, POLICY, Relation, TEAM, Thing, Ties, thing};
use crate::PersonId;
use crate::policy::{Audience, Named, Phase, Readers};

const LAW: &str = "Your employer could be obliged by law to ask for it.";

/// Persons 1 to 20; the first four have names that sort against their ids.
const NAMES: [&str; 4] = ["Sam Ortiz", "Robin Okafor", "Noa Lindqvist", "Maya Chen"];

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn name(named: Named) -> String {
    match named {
        Named::Team(_) => "payments".to_owned(),
        Named::Person(person) => {
            let number = usize::try_from(person.0.as_u128()).unwrap();
            NAMES.get(number - 1).map_or_else(|| format!("Person {number}"), ToString::to_string)
        }
    }
}

fn readers(administrator: u128, thing: &Thing, ties: &Ties) -> Readers {
    let asker = |number| Asker { administrator: number == administrator, ..Asker::person(person(number)) };
    let people: Vec<Asker> = (1..=20).map(asker).collect();
    POLICY.readers(&people, thing, ties)
}

fn sentence(viewer: u128, thing: &Thing, ties: &Ties) -> String {
    readers(20, thing, ties).sentence(person(viewer), name)
}

fn between(people: impl IntoIterator<Item = u128>, relation: Relation) -> Ties {
    let mut ties = Ties::none();
    ties.add(relation, people.into_iter().map(person));
    ties
}

#[test]
fn two_people_are_named() {
    let ties = between([1, 2], Relation::Party);
    let meeting = thing(Class::OneOnOne);
    let rest = format!("Not by administrators. {LAW}");
    assert_eq!(sentence(2, &meeting, &ties), format!("Readable by: you and Sam Ortiz. {rest}"));
    assert_eq!(sentence(1, &meeting, &ties), format!("Readable by: you and Robin Okafor. {rest}"));
    assert_eq!(sentence(9, &meeting, &ties), format!("Readable by: Robin Okafor and Sam Ortiz. {rest}"));
}

#[test]
fn private_notes_have_own_words() {
    let said = sentence(1, &thing(Class::PrivateNote), &between([1], Relation::Author));
    assert_eq!(said, "Readable by: you. Not by administrators. You could be asked by law to hand it over.");
}

#[test]
fn an_administrator_who_reads_is_counted() {
    let said = sentence(1, &thing(Class::OneOnOne), &between([1, 20], Relation::Party));
    assert_eq!(said, format!("Readable by: you and Person 20. Nobody reads it for being an administrator. {LAW}"));
}

#[test]
fn a_team_is_said_in_short() {
    let risk = thing(Class::TeamRecord).open_to(Audience::Team);
    let team = between(1..=8, Relation::Member);
    let said = "Readable by: the 8 members of payments. Not by administrators.";
    assert_eq!(sentence(1, &risk, &team), said);
    assert_eq!(sentence(9, &risk, &team), said);
}

#[test]
fn readers_outside_the_team_are_named() {
    let risk = thing(Class::TeamRecord).open_to(Audience::Team);
    let ties = between(5..=12, Relation::Member).with(Relation::TeamLead, person(4)).with(Relation::Party, person(1));
    let said = "Readable by: the 8 members of payments, Maya Chen and Sam Ortiz. Not by administrators.";
    assert_eq!(sentence(6, &risk, &ties), said);
    let said = "Readable by: you, the 8 members of payments and Sam Ortiz. Not by administrators.";
    assert_eq!(sentence(4, &risk, &ties), said);
}

#[test]
fn part_of_a_team_is_not_the_team() {
    let risk = thing(Class::TeamRecord).open_to(Audience::Parties);
    let mut ties = between(1..=8, Relation::Member);
    ties.add(Relation::Party, (1..=4).map(person));
    let said = "Readable by: you, Maya Chen, Noa Lindqvist and Robin Okafor. Not by administrators.";
    assert_eq!(sentence(1, &risk, &ties), said);
}

#[test]
fn many_others_are_counted() {
    let room = Thing { team: None, ..thing(Class::TeamPractice) };
    let said = sentence(1, &room, &between(1..=10, Relation::Party));
    assert_eq!(said, "Readable by: you, Maya Chen, Noa Lindqvist, Person 10 and 6 others. Not by administrators.");
}

#[test]
fn everyone_is_everyone() {
    let said = sentence(1, &thing(Class::SharedPage), &Ties::none());
    assert_eq!(said, "Readable by: everyone in the organisation.");
    let kudos = sentence(1, &thing(Class::Kudos).open_to(Audience::Everyone), &between([2], Relation::Subject));
    assert_eq!(kudos, "Readable by: everyone in the organisation.");
}

#[test]
fn nobody_is_nobody() {
    assert_eq!(sentence(1, &thing(Class::AnonymousAnswer), &between([1], Relation::Subject)), "Readable by: nobody.");
}

#[test]
fn readers_of_a_review_grow() {
    let ties = between([1], Relation::Subject)
        .with(Relation::Author, person(2))
        .with(Relation::Lead, person(2))
        .with(Relation::SkipLevel, person(3));
    let review = thing(Class::Review);
    let ids = |phase| readers(20, &review.in_phase(phase), &ties).people().collect::<Vec<_>>();
    assert_eq!(ids(Phase::Draft), [person(2)]);
    assert_eq!(ids(Phase::Sealed), [person(2), person(3)]);
    assert_eq!(ids(Phase::Shared), [person(1), person(2), person(3)]);
    let sealed = readers(20, &review.in_phase(Phase::Sealed), &ties);
    assert!(sealed.contains(person(3)) && !sealed.contains(person(1)) && sealed.len() == 2 && !sealed.is_empty());
    assert_eq!(review.team, Some(TEAM));
}
