//! The rules beside the matrix: events of rule 6, tokens, programmes, agreeing and attesting.

use super::{ASKER, Action, Asker, Class, POLICY, Relation, TEAM, Thing, may, thing, ties};
use crate::TeamId;
use crate::policy::{Audience, Phase, Resource, Ties, TokenScope};
use Relation as R;
use uuid::Uuid;

fn reads(relations: &[Relation], thing: &Thing) -> bool {
    may(relations, Action::Read, thing)
}

#[test]
fn new_leads_read_sealed_reviews() {
    for phase in [Phase::Sealed, Phase::Shared] {
        assert!(reads(&[R::NewLead], &thing(Class::Review).in_phase(phase)));
    }
    assert!(!reads(&[R::NewLead], &thing(Class::Review)));
    assert!(reads(&[R::NewLead], &thing(Class::ReviewReply)));
}

#[test]
fn new_leads_wait_for_sharing() {
    let shared = [R::NewLead, R::SharedWith];
    for (class, phase) in [
        (Class::PathDraft, Phase::Draft),
        (Class::GrowthPlan, Phase::Agreed),
        (Class::EvidenceCard, Phase::Shared),
        (Class::ReviewPacket, Phase::Draft),
    ] {
        let thing = thing(class).in_phase(phase);
        assert!(!reads(&[R::NewLead], &thing), "{class:?}");
        assert!(reads(&shared, &thing), "{class:?}");
    }
    assert!(may(&shared, Action::Update, &thing(Class::GrowthPlan).in_phase(Phase::Agreed)));
}

#[test]
fn new_leads_get_no_conversations() {
    for class in [Class::OneOnOne, Class::PartyAction, Class::Feedback, Class::Assessment, Class::PrivateNote] {
        for phase in Phase::ALL {
            let thing = thing(class).in_phase(*phase);
            assert!(!reads(&[R::NewLead, R::SharedWith], &thing), "{class:?} {phase:?}");
        }
    }
}

#[test]
fn acting_leads_read_agreed_plans_only() {
    for class in Class::ALL.iter().filter(|class| **class != Class::SharedPage) {
        for phase in Phase::ALL {
            let plan = *class == Class::GrowthPlan && *phase == Phase::Agreed;
            assert_eq!(reads(&[R::ActingLead], &thing(*class).in_phase(*phase)), plan, "{class:?} {phase:?}");
        }
    }
    assert!(!may(&[R::ActingLead], Action::Update, &thing(Class::GrowthPlan).in_phase(Phase::Agreed)));
}

#[test]
fn new_partners_see_open_cycles() {
    for class in [Class::Review, Class::ReviewReply, Class::ReviewPacket] {
        let sealed = thing(class).in_phase(Phase::Sealed);
        assert!(!reads(&[R::NewPartner], &sealed), "{class:?}");
        assert!(reads(&[R::NewPartner], &sealed.in_cycle()), "{class:?}");
    }
}

#[test]
fn only_leads_begin_reviews() {
    assert!(may(&[R::Author, R::Lead], Action::Create, &thing(Class::Review)));
    assert!(!may(&[R::Author], Action::Create, &thing(Class::Review)));
    assert!(may(&[R::Author], Action::Update, &thing(Class::Review)), "an old lead may still finish and seal");
}

#[test]
fn agreeing_and_attesting_are_asked_for() {
    let card = thing(Class::EvidenceCard).in_phase(Phase::Shared);
    assert!(may(&[R::Asked], Action::Attest, &card));
    assert!(!may(&[R::Asked], Action::Attest, &thing(Class::EvidenceCard)));
    assert!(!may(&[R::Subject], Action::Attest, &card), "nobody attests their own");
    assert!(may(&[R::Lead, R::SharedWith], Action::Attest, &thing(Class::GrowthPlan)));
    assert!(!may(&[R::Lead], Action::Attest, &thing(Class::GrowthPlan)));
}

#[test]
fn panels_read_packets_in_cycle() {
    assert!(reads(&[R::Panel], &thing(Class::ReviewPacket).in_cycle()));
    assert!(!reads(&[R::Panel], &thing(Class::ReviewPacket)));
    assert!(!reads(&[R::Panel], &thing(Class::Review).in_cycle()));
}

#[test]
fn programme_holders_keep_the_programme() {
    let holder = Asker { programme_holder: true, ..Asker::person(ASKER) };
    let may = |action, class| POLICY.decide(&holder, action, &thing(class), &Ties::none()).allowed;
    for class in Class::ALL {
        let reads = matches!(class, Class::MentoringPair | Class::SharedPage);
        assert_eq!(may(Action::Read, *class), reads, "{class:?}");
    }
    assert!(may(Action::Update, Class::MentoringPair));
    assert!(may(Action::Create, Class::SharedPage) && !may(Action::Update, Class::SharedPage));
}

#[test]
fn hiring_managers_erase_candidates() {
    for class in Class::ALL {
        for relation in R::ALL {
            let erases = *class == Class::Application && *relation == R::HiringManager;
            assert_eq!(may(&[*relation], Action::Erase, &thing(*class)), erases, "{relation:?} {class:?}");
        }
    }
}

/// A token that may do all, so that a test takes one thing away.
fn full() -> TokenScope {
    TokenScope { read: true, write: true, administer: true, records: true, people: true, teams: None, assistant: false }
}

fn through(scope: TokenScope, relations: &[Relation], action: Action, thing: &Thing) -> bool {
    let asker = Asker { token: Some(scope), ..Asker::person(ASKER) };
    POLICY.decide(&asker, action, thing, &ties(relations)).allowed
}

#[test]
fn tokens_without_people_reach_none() {
    let without = || TokenScope { people: false, ..full() };
    for class in Class::ALL.iter().filter(|class| class.is_about_people()) {
        for action in Action::ALL {
            for relation in R::ALL {
                assert!(
                    !through(without(), &[*relation], *action, &thing(*class)),
                    "{relation:?} {action:?} {class:?}"
                );
            }
        }
    }
    let risk = thing(Class::TeamRecord).open_to(Audience::Team);
    assert!(through(without(), &[R::Member], Action::Read, &risk));
    assert!(!through(without(), &[R::Member, R::Subject], Action::Read, &risk), "a subject is named on it");
    assert!(through(full(), &[R::Member, R::Subject], Action::Read, &risk));
}

#[test]
fn token_scopes_are_apart() {
    let risk = thing(Class::TeamRecord).open_to(Audience::Team);
    let may = |scope, action| through(scope, &[R::Member, R::Author], action, &risk);
    assert!(may(full(), Action::Read) && may(full(), Action::Update) && may(full(), Action::Share));
    let reader = || TokenScope { write: false, ..full() };
    assert!(may(reader(), Action::Read) && !may(reader(), Action::Update) && !may(reader(), Action::Share));
    let writer = || TokenScope { read: false, ..full() };
    assert!(!may(writer(), Action::Read) && !may(writer(), Action::Export) && may(writer(), Action::Update));
    assert!(!may(TokenScope { records: false, ..full() }, Action::Read));
    assert!(!may(TokenScope::default(), Action::Read));
}

#[test]
fn tokens_stay_in_their_teams() {
    let limited = |team: TeamId| TokenScope { teams: Some(vec![team]), ..full() };
    let other = TeamId(Uuid::from_u128(78));
    let risk = thing(Class::TeamRecord).open_to(Audience::Everyone);
    assert!(through(limited(TEAM), &[], Action::Read, &risk));
    assert!(!through(limited(other), &[], Action::Read, &risk));
    assert!(!through(limited(TEAM), &[], Action::Read, &Thing { team: None, ..risk }));
    let facts = |scope, of| {
        let asker = Asker { token: Some(scope), ..Asker::person(ASKER) };
        POLICY.decide_on(&asker, Action::Read, Resource::Facts(of), &Ties::none()).allowed
    };
    assert!(facts(limited(TEAM), Some(TEAM)) && !facts(limited(other), Some(TEAM)) && !facts(limited(TEAM), None));
    assert!(facts(full(), None));
}

#[test]
fn tokens_administer_when_scoped_so() {
    let may = |scope, administrator| {
        let asker = Asker { administrator, token: Some(scope), ..Asker::person(ASKER) };
        POLICY.decide_on(&asker, Action::Administer, Resource::Settings, &Ties::none()).allowed
    };
    assert!(may(full(), true));
    assert!(!may(full(), false), "a token adds nothing to its person");
    assert!(!may(TokenScope { administer: false, ..full() }, true));
}

#[test]
fn assistants_never_reach_private_notes() {
    let assistant = || TokenScope { assistant: true, ..full() };
    for action in Action::ALL {
        assert!(!through(assistant(), &[R::Author], *action, &thing(Class::PrivateNote)), "{action:?}");
        assert!(!through(assistant(), &[R::Subject], *action, &thing(Class::AnonymousAnswer)), "{action:?}");
    }
    assert!(through(full(), &[R::Author], Action::Read, &thing(Class::PrivateNote)));
    assert!(through(assistant(), &[R::Party], Action::Read, &thing(Class::OneOnOne)));
}
