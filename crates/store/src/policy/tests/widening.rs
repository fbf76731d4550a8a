//! Rule 3: only subject or author widen, and nothing widens backwards in time.

use super::{ASKER, Action, Asker, Class, POLICY, Policy, Relation, Thing, may, thing, ties};
use crate::policy::engine::Engine;
use crate::policy::texts::{POLICIES, SCHEMA};
use crate::policy::{Audience, PolicyText, Ties, Widening, WideningRefused, audience_of_version};
use Relation as R;

const NOW: i64 = 1_000;

fn widen(relations: &[Relation], thing: &Thing, to: Audience, at: i64) -> Result<(), WideningRefused> {
    POLICY.may_widen(&Asker::person(ASKER), thing, &ties(relations), Widening { to, at }, NOW)
}

#[test]
fn only_subject_or_author_shares() {
    for class in Class::ALL {
        for relation in R::ALL {
            let own =
                matches!(relation, R::Subject | R::Author) || (*relation, *class) == (R::Party, Class::PartyAction);
            for audience in Audience::ALL {
                let shares = may(&[*relation], Action::Share, &thing(*class).open_to(*audience));
                assert!(own || !shares, "{relation:?} shares {class:?}");
            }
        }
    }
}

#[test]
fn no_further_policy_lets_others_share() {
    let text = r#"@id("careless") permit (principal, action, resource is Record);"#;
    let texts = [POLICIES, &[PolicyText { name: "careless.cedar", text }]].concat();
    let careless = Policy { engine: Engine::load(SCHEMA, &texts).unwrap() };
    let may = |relation, action| {
        careless.decide(&Asker::person(ASKER), action, &thing(Class::OneOnOne), &ties(&[relation])).allowed
    };
    assert!(may(R::Lead, Action::Read), "the careless policy is in force");
    assert!(!may(R::Lead, Action::Share) && !may(R::Party, Action::Share));
    assert!(may(R::Subject, Action::Share));
}

#[test]
fn subjects_share_what_is_theirs() {
    for class in [Class::PathDraft, Class::GrowthPlan, Class::EvidenceCard, Class::Assessment, Class::ReviewPacket] {
        assert!(may(&[R::Subject], Action::Share, &thing(class)), "{class:?}");
        assert!(!may(&[R::Lead], Action::Share, &thing(class)), "{class:?}");
    }
    for class in [Class::OneOnOne, Class::PrivateNote, Class::Feedback, Class::Scorecard] {
        assert!(!may(R::ALL, Action::Share, &thing(class)), "{class:?}");
    }
}

#[test]
fn administrators_widen_nothing() {
    let administrator = Asker { administrator: true, programme_holder: true, ..Asker::person(ASKER) };
    for class in Class::ALL {
        let ask = Widening { to: Audience::Everyone, at: NOW };
        let refused = POLICY.may_widen(&administrator, &thing(*class), &Ties::none(), ask, NOW);
        assert_eq!(refused, Err(WideningRefused::NotYours), "{class:?}");
    }
}

#[test]
fn an_author_widens_from_now_on() {
    let risk = thing(Class::TeamRecord).open_to(Audience::Team);
    assert_eq!(widen(&[R::Author], &risk, Audience::Leads, NOW), Ok(()));
    assert_eq!(widen(&[R::Author], &risk, Audience::Everyone, NOW + 1), Ok(()));
    assert_eq!(widen(&[R::Author], &risk, Audience::Everyone, NOW - 1), Err(WideningRefused::Backwards));
    assert_eq!(widen(&[R::Member], &risk, Audience::Everyone, NOW), Err(WideningRefused::NotYours));
}

#[test]
fn widening_never_narrows() {
    let risk = thing(Class::TeamRecord).open_to(Audience::Team);
    for to in [Audience::Author, Audience::Parties, Audience::Lead, Audience::Team] {
        assert_eq!(widen(&[R::Author], &risk, to, NOW), Err(WideningRefused::NotWider(Audience::Team)));
    }
}

#[test]
fn some_classes_have_no_audience() {
    let plan = thing(Class::GrowthPlan);
    let refused = WideningRefused::NeverSoFar { class: Class::GrowthPlan, to: Audience::Everyone };
    assert_eq!(widen(&[R::Subject], &plan, Audience::Everyone, NOW), Err(refused));
    assert_eq!(refused.to_string(), "growth_plan cannot be opened to everyone");
}

#[test]
fn parties_widen_their_action() {
    let action = thing(Class::PartyAction).open_to(Audience::Parties);
    assert_eq!(widen(&[R::Party], &action, Audience::Team, NOW), Ok(()));
}

#[test]
fn replaced_versions_stay_closed() {
    let widenings = [Widening { to: Audience::Team, at: 100 }, Widening { to: Audience::Everyone, at: 200 }];
    let of = |replaced_at| audience_of_version(Audience::Author, &widenings, replaced_at);
    assert_eq!(of(Some(50)), Audience::Author);
    assert_eq!(of(Some(100)), Audience::Author, "replaced at the moment of the widening");
    assert_eq!(of(Some(101)), Audience::Team);
    assert_eq!(of(Some(200)), Audience::Team);
    assert_eq!(of(None), Audience::Everyone);
    assert_eq!(audience_of_version(Audience::Lead, &[], None), Audience::Lead);
}
