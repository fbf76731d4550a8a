//! What holds for every organisation, every record and every request.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::{Action, Asker, Class, POLICY, Relation, Thing, Ties};
use crate::policy::{Audience, Phase, Resource, TokenScope};
use crate::{PersonId, TeamId};

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn team() -> impl Strategy<Value = TeamId> {
    (0_u128..3).prop_map(|number| TeamId(Uuid::from_u128(number)))
}

fn things() -> impl Strategy<Value = Thing> {
    let state = (select(Class::ALL), select(Audience::ALL), select(Phase::ALL), any::<bool>());
    (state, option::of(team()), 0_u32..40).prop_map(|((class, audience, phase, in_cycle), team, people)| Thing {
        class,
        audience,
        phase,
        in_cycle,
        team,
        people,
    })
}

/// Ties among persons 0 to 11, drawn so that people with several relations, and with none, are common.
fn some_ties() -> impl Strategy<Value = Ties> {
    vec((select(Relation::ALL), 0_u128..12), 0..24).prop_map(|pairs| {
        pairs.into_iter().fold(Ties::none(), |ties, (relation, number)| ties.with(relation, person(number)))
    })
}

fn scopes() -> impl Strategy<Value = TokenScope> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (flags, option::of(vec(team(), 0..3))).prop_map(|((read, write, administer, records, people, assistant), teams)| {
        TokenScope { read, write, administer, records, people, teams, assistant }
    })
}

fn askers() -> impl Strategy<Value = Asker> {
    (0_u128..12, any::<bool>(), any::<bool>(), option::of(scopes())).prop_map(
        |(number, administrator, programme_holder, token)| Asker {
            person: person(number),
            administrator,
            programme_holder,
            token,
        },
    )
}

fn places() -> impl Strategy<Value = Resource> {
    let plain = select(vec![Resource::Person, Resource::Source, Resource::Settings, Resource::Audit, Resource::Backup]);
    prop_oneof![plain, team().prop_map(Resource::Team), option::of(team()).prop_map(Resource::Facts)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn administrators_gain_no_record(
        asker in askers(),
        action in select(Action::ALL),
        thing in things(),
        ties in some_ties(),
    ) {
        let with = |administrator| POLICY.decide(&Asker { administrator, ..asker.clone() }, action, &thing, &ties);
        prop_assert_eq!(with(true), with(false));
    }

    #[test]
    fn tokens_never_exceed_their_person(
        asker in askers(),
        action in select(Action::ALL),
        thing in things(),
        ties in some_ties(),
        place in places(),
    ) {
        let signed_in = Asker { token: None, ..asker.clone() };
        let exceeds = |token: bool, own: bool| token && !own;
        let on_record = |who: &Asker| POLICY.decide(who, action, &thing, &ties).allowed;
        let on_place = |who: &Asker| POLICY.decide_on(who, action, place, &ties).allowed;
        prop_assert!(!exceeds(on_record(&asker), on_record(&signed_in)));
        prop_assert!(!exceeds(on_place(&asker), on_place(&signed_in)));
    }

    #[test]
    fn tokens_without_people_reach_no_subject(
        asker in askers(),
        action in select(Action::ALL),
        thing in things(),
        ties in some_ties(),
        scope in scopes(),
    ) {
        let asker = Asker { token: Some(TokenScope { people: false, ..scope }), ..asker };
        let about_somebody = thing.class.is_about_people() || ties.has_any(Relation::Subject);
        prop_assert!(!(about_somebody && POLICY.decide(&asker, action, &thing, &ties).allowed));
    }

    #[test]
    fn another_relation_takes_nothing_away(
        number in 0_u128..12,
        more in select(Relation::ALL),
        action in select(Action::ALL),
        thing in things(),
        ties in some_ties(),
    ) {
        let may = |ties: &Ties| POLICY.decide(&Asker::person(person(number)), action, &thing, ties).allowed;
        prop_assert!(!may(&ties) || may(&ties.clone().with(more, person(number))));
    }

    #[test]
    fn who_is_related_alone_decides(
        action in select(Action::ALL),
        thing in things(),
        ties in some_ties(),
        one in 0_u128..12,
        other in 12_u128..24,
    ) {
        // Somebody else in the same chair, everything else equal, gets the same answer.
        let exchanged = ties.of(person(one)).iter().fold(ties.clone(), |ties, relation| ties.with(relation, person(other)));
        let of = |number| POLICY.decide(&Asker::person(person(number)), action, &thing, &exchanged);
        prop_assert_eq!(of(one), of(other));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn readers_are_those_who_may_read(
        people in vec(askers(), 0..16),
        thing in things(),
        ties in some_ties(),
    ) {
        let mut people = people;
        people.sort_by_key(|asker| asker.person);
        people.dedup_by_key(|asker| asker.person);
        let may_read = |asker: &&Asker| POLICY.decide(asker, Action::Read, &thing, &ties).allowed;
        let decided: BTreeSet<PersonId> = people.iter().filter(may_read).map(|asker| asker.person).collect();
        let readers = POLICY.readers(&people, &thing, &ties);
        prop_assert_eq!(readers.people().collect::<BTreeSet<_>>(), decided);
    }

    #[test]
    fn wider_audiences_lose_nobody(thing in things(), ties in some_ties(), wider in select(Audience::ALL)) {
        let people: Vec<Asker> = (0..14).map(|number| Asker::person(person(number))).collect();
        let readers = |audience| POLICY.readers(&people, &thing.open_to(audience), &ties);
        let (narrow, wide) = (readers(thing.audience.min(wider)), readers(thing.audience.max(wider)));
        prop_assert!(narrow.people().all(|person| wide.contains(person)));
    }
}
