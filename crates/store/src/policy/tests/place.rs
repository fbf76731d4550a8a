//! What runs the place: everyone sees it, an administrator changes it, and neither gains a record by that.

use super::{ASKER, Action, Asker, POLICY, Relation, TEAM, Thing, ties};
use crate::policy::{Class, Resource, Ties};

const PLACE: [Resource; 7] = [
    Resource::Person,
    Resource::Team(TEAM),
    Resource::Source,
    Resource::Settings,
    Resource::Facts(None),
    Resource::Audit,
    Resource::Backup,
];

fn may(administrator: bool, action: Action, resource: Resource) -> bool {
    let asker = Asker { administrator, ..Asker::person(ASKER) };
    POLICY.decide_on(&asker, action, resource, &Ties::none()).allowed
}

#[test]
fn only_administrators_manage_the_place() {
    for resource in PLACE {
        assert!(may(true, Action::Administer, resource), "{resource:?}");
        assert!(!may(false, Action::Administer, resource), "{resource:?}");
    }
}

#[test]
fn everyone_sees_who_is_here() {
    for resource in PLACE {
        let open = !matches!(resource, Resource::Audit | Resource::Backup);
        for action in [Action::Read, Action::List] {
            assert_eq!(may(false, action, resource), open, "{action:?} {resource:?}");
            assert!(may(true, action, resource), "{action:?} {resource:?}");
        }
    }
    assert!(may(false, Action::Export, Resource::Facts(None)));
    assert!(!may(false, Action::Export, Resource::Audit));
    assert!(may(true, Action::Export, Resource::Audit));
}

#[test]
fn administrators_erase_people_nobody_else() {
    assert!(may(true, Action::Erase, Resource::Person));
    assert!(!may(false, Action::Erase, Resource::Person));
    assert!(!may(true, Action::Erase, Resource::Settings), "what the schema does not know is denied");
}

#[test]
fn a_person_takes_their_data() {
    let export = |asker: &Asker, ties: &Ties| POLICY.decide_on(asker, Action::Export, Resource::Person, ties).allowed;
    let administrator = Asker { administrator: true, ..Asker::person(ASKER) };
    assert!(export(&Asker::person(ASKER), &ties(&[Relation::Subject])));
    assert!(!export(&Asker::person(ASKER), &Ties::none()));
    assert!(!export(&administrator, &Ties::none()));
}

#[test]
fn jobs_erase_and_never_read() {
    for class in Class::ALL {
        let may = |action| POLICY.decide_job(action, &Thing::of(*class)).allowed;
        assert!(may(Action::Erase), "{class:?}");
        for action in [Action::Read, Action::List, Action::Export, Action::Share, Action::Attest] {
            assert!(!may(action), "{action:?} {class:?}");
        }
        assert!(!may(Action::Archive), "{class:?}");
    }
}

#[test]
fn jobs_make_what_follows_from_events() {
    let may = |action, class| POLICY.decide_job(action, &Thing::of(class)).allowed;
    assert!(may(Action::Create, Class::Handover) && may(Action::Create, Class::OneOnOne));
    assert!(may(Action::Update, Class::OneOnOne), "topics move on");
    assert!(!may(Action::Create, Class::PrivateNote) && !may(Action::Create, Class::Review));
    assert!(!may(Action::Update, Class::Handover) && !may(Action::Update, Class::TeamRecord));
}

#[test]
fn decisions_name_their_policies() {
    let decision = POLICY.decide(
        &Asker::person(ASKER),
        Action::Read,
        &Thing::of(Class::OneOnOne),
        &ties(&[Relation::Party, Relation::Lead]),
    );
    assert!(decision.allowed);
    assert_eq!(decision.because, ["one_on_one.party.rw"]);
    let denied = POLICY.decide(&Asker::person(ASKER), Action::Read, &Thing::of(Class::OneOnOne), &Ties::none());
    assert!(!denied.allowed && denied.because.is_empty());
}
