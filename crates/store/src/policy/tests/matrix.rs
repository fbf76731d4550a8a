//! The matrix of who may read and write what, cell by cell, each from both sides: what it gives with what it asks for, and nothing
//! without. The other side of a cell that asks for nothing but the relation is somebody without it, in
//! `strangers_and_administrators_get_nothing`.

use super::{ASKER, Action, Asker, Class, POLICY, Relation, TEAM, Thing, may, thing, ties};
use crate::policy::{Audience, Keeping, Phase};
use Class as C;
use Needs::{Audienced, Cycle, Never, Nothing, Of, Own, Phases, Shared, Submitted};
use Phase::{Agreed, Given, Released, Revealed, Sealed};
use Relation as R;

/// What a cell asks for beside the relation.
#[derive(Debug, Clone, Copy)]
enum Needs {
    /// Nothing: it holds in every phase.
    Nothing,
    /// No state of the record opens it.
    Never,
    /// To have written it.
    Own,
    /// One of these phases: `R*`.
    Phases(&'static [Phase]),
    /// The subject shares it with this person: `S`. In this phase.
    Shared(Phase),
    /// An open review cycle, and this audience.
    Cycle(Audience),
    /// At least this audience.
    Audienced(Audience),
    /// An own scorecard that is in.
    Submitted,
    /// So many people behind the figure.
    Of(u32),
}

/// Class, column, relations of who stands in it, what it asks for, what it gives: `R`, `W`, `E` export alone, `–` nothing.
type Cell = (Class, &'static str, &'static [Relation], Needs, &'static str);

const SEALED: Needs = Phases(&[Sealed, Phase::Shared]);
const SHARED: Needs = Phases(&[Phase::Shared]);

#[rustfmt::skip]
const CELLS: &[Cell] = &[
    (C::PathDraft, "subject", &[R::Subject], Nothing, "RW"),
    (C::PathDraft, "peer", &[R::Member], Never, "–"),
    (C::PathDraft, "lead", &[R::Lead], Shared(Phase::Draft), "R"),
    (C::PathDraft, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::PathDraft, "partner", &[R::Partner], Never, "–"),

    (C::GrowthPlan, "subject", &[R::Subject], Nothing, "RW"),
    (C::GrowthPlan, "peer", &[R::Member], Never, "–"),
    (C::GrowthPlan, "lead", &[R::Lead], Phases(&[Agreed]), "RW"),
    (C::GrowthPlan, "skip-level", &[R::SkipLevel], Shared(Agreed), "R"),
    (C::GrowthPlan, "partner", &[R::Partner], Shared(Agreed), "R"),

    (C::EvidenceSuggestion, "subject", &[R::Subject], Nothing, "R"),
    (C::EvidenceSuggestion, "peer", &[R::Author], Never, "–"),
    (C::EvidenceSuggestion, "lead", &[R::Lead], Never, "–"),
    (C::EvidenceSuggestion, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::EvidenceSuggestion, "partner", &[R::Partner], Never, "–"),

    (C::EvidenceCard, "subject", &[R::Subject], Nothing, "RW"),
    (C::EvidenceCard, "peer", &[R::Member], Never, "–"),
    (C::EvidenceCard, "asked to attest", &[R::Asked], SHARED, "R"),
    (C::EvidenceCard, "lead", &[R::Lead], Shared(Phase::Shared), "R"),
    (C::EvidenceCard, "skip-level", &[R::SkipLevel], Shared(Phase::Shared), "R"),
    (C::EvidenceCard, "partner", &[R::Partner], Shared(Phase::Shared), "R"),

    (C::Assessment, "subject", &[R::Subject], Own, "RW"),
    (C::Assessment, "subject", &[R::Subject], Phases(&[Revealed]), "R"),
    (C::Assessment, "peer", &[R::Author], Never, "–"),
    (C::Assessment, "lead", &[R::Lead], Own, "RW"),
    (C::Assessment, "lead", &[R::Lead], Phases(&[Revealed]), "R"),
    (C::Assessment, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::Assessment, "partner", &[R::Partner], Never, "–"),

    (C::OneOnOne, "one of the two", &[R::Party], Nothing, "RW"),
    (C::OneOnOne, "peer", &[R::Member], Never, "–"),
    (C::OneOnOne, "lead", &[R::Lead], Never, "–"),
    (C::OneOnOne, "lead if party", &[R::Lead, R::Party], Nothing, "RW"),
    (C::OneOnOne, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::OneOnOne, "partner", &[R::Partner], Never, "–"),
    (C::PartyAction, "one of the two", &[R::Party], Nothing, "RW"),
    (C::PartyAction, "peer", &[R::Member], Audienced(Audience::Team), "R"),
    (C::PartyAction, "lead", &[R::Lead], Audienced(Audience::Lead), "R"),
    (C::PartyAction, "skip-level", &[R::SkipLevel], Audienced(Audience::Leads), "R"),
    (C::PartyAction, "partner", &[R::Partner], Never, "–"),

    (C::PrivateNote, "subject", &[R::Subject], Never, "–"),
    (C::PrivateNote, "author", &[R::Author], Nothing, "RW"),
    (C::PrivateNote, "lead", &[R::Lead], Never, "–"),
    (C::PrivateNote, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::PrivateNote, "partner", &[R::Partner], Never, "–"),

    (C::Handover, "subject", &[R::Subject], Nothing, "RW"),
    (C::Handover, "peer", &[R::Author], Never, "–"),
    (C::Handover, "old lead", &[R::Lead], Never, "–"),
    (C::Handover, "new lead", &[R::NewLead], Phases(&[Given]), "R"),
    (C::Handover, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::Handover, "partner", &[R::Partner], Never, "–"),

    (C::TeamPractice, "subject", &[R::Subject], Never, "–"),
    (C::TeamPractice, "team", &[R::Member], Nothing, "RW"),
    (C::TeamPractice, "lead", &[R::TeamLead], Nothing, "RW"),
    (C::TeamPractice, "skip-level", &[R::SkipLevel], Audienced(Audience::Leads), "R"),
    (C::TeamPractice, "partner", &[R::Partner], Never, "–"),

    (C::Opportunity, "subject", &[R::Subject], Nothing, "RW"),
    (C::Opportunity, "team", &[R::Member], Nothing, "R"),
    (C::Opportunity, "lead", &[R::TeamLead], Nothing, "RW"),
    (C::Opportunity, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::Opportunity, "partner", &[R::Partner], Never, "–"),
    (C::OpportunitySupply, "subject", &[R::Subject], Never, "–"),
    (C::OpportunitySupply, "team", &[R::Member], Never, "–"),
    (C::OpportunitySupply, "lead", &[R::TeamLead], Nothing, "R"),
    (C::OpportunitySupply, "skip-level", &[R::SkipLevel], Nothing, "R"),
    (C::OpportunitySupply, "partner", &[R::Partner], Never, "–"),

    (C::Feedback, "subject", &[R::Subject], Nothing, "R"),
    (C::Feedback, "author", &[R::Author], Nothing, "RW"),
    (C::Feedback, "peer", &[R::Member], Never, "–"),
    (C::Feedback, "lead", &[R::Lead], Audienced(Audience::Lead), "R"),
    (C::Feedback, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::Feedback, "partner", &[R::Partner], Cycle(Audience::Lead), "R"),
    (C::FeedbackRequest, "subject", &[R::Subject], Nothing, "R"),
    (C::FeedbackRequest, "author", &[R::Author], Nothing, "RW"),
    (C::FeedbackRequest, "asked", &[R::Asked], Nothing, "R"),
    (C::FeedbackRequest, "lead", &[R::Lead], Never, "–"),
    (C::FeedbackRequest, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::FeedbackRequest, "partner", &[R::Partner], Never, "–"),

    (C::ReviewPacket, "subject", &[R::Subject], Nothing, "RW"),
    (C::ReviewPacket, "peer", &[R::Member], Never, "–"),
    (C::ReviewPacket, "lead", &[R::Lead], Nothing, "RW"),
    (C::ReviewPacket, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::ReviewPacket, "partner", &[R::Partner], Cycle(Audience::Author), "R"),

    (C::Review, "subject", &[R::Subject], SHARED, "R"),
    (C::Review, "peer", &[R::Member], Never, "–"),
    (C::Review, "lead", &[R::Lead], Own, "RW"),
    (C::Review, "lead", &[R::Lead], SEALED, "R"),
    (C::Review, "skip-level", &[R::SkipLevel], SEALED, "R"),
    (C::Review, "partner", &[R::Partner], SEALED, "R"),
    (C::ReviewReply, "subject", &[R::Subject], Nothing, "RW"),
    (C::ReviewReply, "peer", &[R::Member], Never, "–"),
    (C::ReviewReply, "lead", &[R::Lead], Nothing, "R"),
    (C::ReviewReply, "skip-level", &[R::SkipLevel], Nothing, "R"),
    (C::ReviewReply, "partner", &[R::Partner], Nothing, "R"),

    (C::CalibrationVote, "subject", &[R::Subject], Never, "–"),
    (C::CalibrationVote, "panel", &[R::Panel], Own, "RW"),
    (C::CalibrationVote, "not in the panel", &[R::Author], Never, "–"),
    (C::CalibrationVote, "lead", &[R::Lead], Never, "–"),
    (C::CalibrationVote, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::CalibrationVote, "partner", &[R::Partner], Never, "–"),
    (C::CalibrationReasons, "subject", &[R::Subject], SHARED, "R"),
    (C::CalibrationReasons, "panel", &[R::Panel], SEALED, "R"),
    (C::CalibrationReasons, "lead", &[R::Lead], SEALED, "R"),
    (C::CalibrationReasons, "skip-level", &[R::SkipLevel], SEALED, "R"),
    (C::CalibrationReasons, "partner", &[R::Partner], SEALED, "R"),

    (C::AnonymousAnswer, "subject", &[R::Subject], Nothing, "W"),
    (C::AnonymousAnswer, "peer", &[R::Member], Never, "–"),
    (C::AnonymousAnswer, "lead", &[R::Lead], Never, "–"),
    (C::AnonymousAnswer, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::AnonymousAnswer, "partner", &[R::Partner], Never, "–"),
    (C::SurveyFigures, "subject", &[R::Subject], Phases(&[Released]), "R"),
    (C::SurveyFigures, "peer", &[R::Member], Phases(&[Released]), "R"),
    (C::SurveyFigures, "lead", &[R::TeamLead], Phases(&[Released]), "R"),
    (C::SurveyFigures, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::SurveyFigures, "skip-level in scope", &[R::SkipLevel, R::Member], Phases(&[Released]), "R"),
    (C::SurveyFigures, "partner", &[R::Partner], Phases(&[Released]), "R"),

    (C::OnboardingPlan, "subject", &[R::Subject], Nothing, "RW"),
    (C::OnboardingPlan, "buddy", &[R::Buddy], Nothing, "RW"),
    (C::OnboardingPlan, "peer", &[R::Member], Never, "–"),
    (C::OnboardingPlan, "lead", &[R::Lead], Nothing, "RW"),
    (C::OnboardingPlan, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::OnboardingPlan, "partner", &[R::Partner], Never, "–"),

    (C::SharedPage, "subject", &[R::Subject], Nothing, "R"),
    (C::SharedPage, "owner", &[R::Owner], Nothing, "RW"),
    (C::SharedPage, "lead", &[R::Lead], Nothing, "R"),
    (C::SharedPage, "skip-level", &[R::SkipLevel], Nothing, "R"),
    (C::SharedPage, "partner", &[R::Partner], Nothing, "R"),

    (C::Kudos, "subject", &[R::Subject], Nothing, "R"),
    (C::Kudos, "author", &[R::Author], Nothing, "RW"),
    (C::Kudos, "lead", &[R::Lead], Audienced(Audience::Team), "R"),
    (C::Kudos, "skip-level", &[R::SkipLevel], Audienced(Audience::Everyone), "R"),
    (C::Kudos, "partner", &[R::Partner], Never, "–"),

    (C::Requisition, "subject", &[R::Subject], Never, "–"),
    (C::Requisition, "panel", &[R::Panel], Nothing, "R"),
    (C::Requisition, "hiring manager", &[R::HiringManager], Nothing, "RW"),
    (C::Requisition, "skip-level", &[R::SkipLevel], Nothing, "R"),
    (C::Requisition, "partner", &[R::Partner], Nothing, "R"),
    (C::Application, "subject", &[R::Subject], Nothing, "E"),
    (C::Application, "assigned", &[R::Assigned], Nothing, "R"),
    (C::Application, "panel, not assigned", &[R::Panel], Never, "–"),
    (C::Application, "hiring manager", &[R::HiringManager], Nothing, "RW"),
    (C::Application, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::Application, "partner", &[R::Partner], Nothing, "R"),
    (C::Scorecard, "subject", &[R::Subject], Nothing, "E"),
    (C::Scorecard, "assigned", &[R::Assigned], Own, "RW"),
    (C::Scorecard, "assigned", &[R::Assigned], Submitted, "R"),
    (C::Scorecard, "not assigned", &[R::Author], Never, "–"),
    (C::Scorecard, "hiring manager", &[R::HiringManager], Phases(&[Revealed]), "R"),
    (C::Scorecard, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::Scorecard, "partner", &[R::Partner], Phases(&[Revealed]), "R"),

    (C::SelfId, "subject", &[R::Subject], Nothing, "W"),
    (C::SelfId, "peer", &[R::Author], Never, "–"),
    (C::SelfId, "lead", &[R::Lead], Never, "–"),
    (C::SelfId, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::SelfId, "partner", &[R::Partner], Never, "–"),
    (C::SelfIdFigures, "subject", &[R::Subject], Never, "–"),
    (C::SelfIdFigures, "lead", &[R::Lead], Never, "–"),
    (C::SelfIdFigures, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::SelfIdFigures, "partner", &[R::Partner], Of(20), "R"),

    (C::AccessLog, "subject", &[R::Subject], Nothing, "R"),
    (C::AccessLog, "peer", &[R::Author], Never, "–"),
    (C::AccessLog, "lead", &[R::Lead], Never, "–"),
    (C::AccessLog, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::AccessLog, "partner", &[R::Partner], Never, "–"),

    (C::MentoringPair, "one of the two", &[R::Party], Nothing, "RW"),
    (C::MentoringPair, "peer", &[R::Member], Never, "–"),
    (C::MentoringPair, "lead", &[R::Lead], Never, "–"),
    (C::MentoringPair, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::MentoringPair, "partner", &[R::Partner], Never, "–"),

    (C::TeamRecord, "author", &[R::Author, R::Member], Nothing, "RW"),
    (C::TeamRecord, "team lead", &[R::TeamLead, R::Author], Nothing, "RW"),
    (C::TeamRecord, "skip-level", &[R::SkipLevel], Audienced(Audience::Leads), "R"),
    (C::TeamRecord, "partner", &[R::Partner], Never, "–"),

    (C::ClosedVote, "author", &[R::Member], Own, "RW"),
    (C::ClosedVote, "was in the room", &[R::Party], Phases(&[Revealed]), "R"),
    (C::ClosedVote, "peer", &[R::Member], Never, "–"),
    (C::ClosedVote, "lead", &[R::TeamLead], Never, "–"),
    (C::ClosedVote, "skip-level", &[R::SkipLevel], Never, "–"),
    (C::ClosedVote, "partner", &[R::Partner], Never, "–"),
];

/// What somebody with these relations may do with this, in the letters of the matrix. Odd mixtures get letters of their own.
fn letters(relations: &[Relation], thing: &Thing) -> String {
    let may = |action| may(relations, action, thing);
    let reading = match (may(Action::Read), may(Action::List), may(Action::Export)) {
        (true, true, true) => "R",
        (false, false, true) => "E",
        (false, false, false) => "",
        _ => "some reading",
    };
    let writing = match (may(Action::Create), may(Action::Update), may(Action::Archive)) {
        (true, true, _) => "W",
        (false, false, false) => "",
        _ => "some writing",
    };
    match format!("{reading}{writing}") {
        nothing if nothing.is_empty() => "–".to_owned(),
        letters => letters,
    }
}

/// Every state that a record of this class can be in, but such an audience as opens it to everyone.
fn states(class: Class) -> Vec<Thing> {
    let widest = if class.widest() == Audience::Everyone { Audience::Team } else { Audience::Everyone };
    let opened = [Audience::Author, widest].into_iter().map(|audience| thing(class).open_to(audience).about(100));
    let phased = opened.flat_map(|thing| Phase::ALL.iter().map(move |phase| thing.in_phase(*phase)));
    phased.flat_map(|thing| [thing, thing.in_cycle()]).collect()
}

fn and(relations: &[Relation], more: Relation) -> Vec<Relation> {
    relations.iter().copied().chain([more]).collect()
}

/// What the cell's owner may do where its needs are met, and where they are not.
fn both_sides(&(class, _, relations, needs, _): &Cell) -> (Vec<String>, Vec<String>) {
    let plain = thing(class);
    let of = |things: Vec<Thing>, relations: &[Relation]| -> Vec<String> {
        things.iter().map(|thing| letters(relations, thing)).collect()
    };
    let phased = |wanted: bool, phases: &[Phase]| -> Vec<Thing> {
        let phases = Phase::ALL.iter().filter(|phase| phases.contains(phase) == wanted);
        phases.map(|phase| plain.in_phase(*phase)).collect()
    };
    let opened = |wanted: bool, least: Audience| -> Vec<Thing> {
        let audiences = Audience::ALL.iter().filter(|audience| (**audience >= least) == wanted);
        audiences.map(|audience| plain.open_to(*audience)).collect()
    };
    match needs {
        Nothing => (of(phased(true, Phase::ALL), relations), Vec::new()),
        Never => (of(states(class), &and(relations, R::SharedWith)), of(states(class), relations)),
        Own => (vec![letters(&and(relations, R::Author), &plain)], vec![letters(relations, &plain)]),
        Phases(phases) => (of(phased(true, phases), relations), of(phased(false, phases), relations)),
        Shared(phase) => {
            let thing = plain.in_phase(phase);
            (vec![letters(&and(relations, R::SharedWith), &thing)], of(states(class), relations))
        }
        Cycle(least) => {
            let closed = of(states(class).into_iter().filter(|thing| !thing.in_cycle).collect(), relations);
            let inside = opened(true, least).into_iter().map(Thing::in_cycle).collect();
            let outside = opened(false, least).into_iter().map(Thing::in_cycle).collect();
            (of(inside, relations), [closed, of(outside, relations)].concat())
        }
        Audienced(least) => (of(opened(true, least), relations), of(opened(false, least), relations)),
        Submitted => (vec![letters(&and(relations, R::Submitted), &plain)], vec![letters(relations, &plain)]),
        Of(people) => {
            let few = (0..people).map(|few| plain.about(few)).collect();
            (of(vec![plain.about(people), plain.about(people + 1)], relations), of(few, relations))
        }
    }
}

#[test]
fn every_cell_holds_from_both_sides() {
    for cell in CELLS {
        let (class, role, _, needs, gives) = cell;
        let (met, unmet) = both_sides(cell);
        assert!(!met.is_empty());
        assert!(met.iter().all(|got| got == gives), "{} × {role} ({needs:?}) gives {gives}, got {met:?}", class.word());
        assert!(unmet.iter().all(|got| got == "–"), "{} × {role} without {needs:?} got {unmet:?}", class.word());
    }
}

#[test]
fn every_row_has_its_columns() {
    for class in Class::ALL {
        let columns = CELLS.iter().filter(|cell| cell.0 == *class).count();
        assert!(columns >= 4, "{} has {columns} cells", class.word());
        let gives = CELLS.iter().any(|cell| cell.0 == *class && cell.4 != "–");
        assert!(gives, "{} gives nobody anything", class.word());
    }
}

#[test]
fn strangers_and_administrators_get_nothing() {
    let administrator = Asker { administrator: true, ..Asker::person(ASKER) };
    for class in Class::ALL.iter().filter(|class| **class != C::SharedPage) {
        for thing in states(*class) {
            assert_eq!(letters(&[], &thing), "–", "{thing:?}");
            for action in Action::ALL {
                assert!(!POLICY.decide(&administrator, *action, &thing, &ties(&[])).allowed, "{action:?} {thing:?}");
            }
        }
    }
    assert_eq!(letters(&[], &thing(C::SharedPage)), "R");
}

#[test]
fn everyone_reads_what_is_opened_to_them() {
    for class in Class::ALL {
        let opened = thing(*class).open_to(Audience::Everyone);
        let heeds = class.widest() == Audience::Everyone || *class == C::SharedPage;
        assert_eq!(letters(&[], &opened), if heeds { "R" } else { "–" }, "{}", class.word());
    }
}

#[test]
fn ops_see_only_plain_rows() {
    let kept = |keeping: Keeping| Class::ALL.iter().copied().filter(move |class| class.keeping() == keeping);
    let plain = [C::TeamPractice, C::Opportunity, C::OnboardingPlan, C::SharedPage, C::Kudos, C::Requisition];
    let plain = plain.into_iter().chain([C::AccessLog, C::MentoringPair, C::TeamRecord]);
    assert_eq!(kept(Keeping::Plain).collect::<std::collections::BTreeSet<_>>(), plain.collect());
    assert!(kept(Keeping::NotStored).eq([C::EvidenceSuggestion, C::OpportunitySupply]));
    assert!(kept(Keeping::Unlinkable).eq([C::AnonymousAnswer, C::SurveyFigures]));
    assert!(kept(Keeping::OwnStore).eq([C::SelfId, C::SelfIdFigures]));
    assert_eq!(kept(Keeping::Sealed).count(), 18);
}

#[test]
fn sealed_reviews_are_not_written() {
    for phase in [Sealed, Phase::Shared] {
        for relations in [[R::Author, R::Lead], [R::Author, R::NewLead], [R::Subject, R::Author]] {
            assert!(!may(&relations, Action::Update, &thing(C::Review).in_phase(phase)));
            assert!(!may(&relations, Action::Archive, &thing(C::Review).in_phase(phase)));
        }
    }
}

#[test]
fn team_records_follow_their_audience() {
    let readers = [(R::Party, Audience::Parties), (R::TeamLead, Audience::Lead), (R::Member, Audience::Team)];
    for audience in Audience::ALL {
        let record = Thing::of(C::TeamRecord).of_team(TEAM).open_to(*audience);
        for (relation, least) in readers {
            for action in [Action::Read, Action::List, Action::Export, Action::Update, Action::Archive] {
                assert_eq!(
                    may(&[relation], action, &record),
                    *audience >= least,
                    "{relation:?} {action:?} {audience:?}"
                );
            }
        }
        assert_eq!(may(&[], Action::Read, &record), *audience == Audience::Everyone);
        assert!(!may(&[], Action::Update, &record));
        let of_all = Thing::of(C::TeamRecord).open_to(*audience);
        assert_eq!(may(&[], Action::Update, &of_all), *audience == Audience::Everyone, "of no team: {audience:?}");
        assert!(!may(&[], Action::Share, &of_all));
    }
}

#[test]
fn teams_begin_their_own_records() {
    let of_team = thing(C::TeamRecord);
    assert!(may(&[R::Author, R::Member], Action::Create, &of_team));
    assert!(may(&[R::Author, R::TeamLead], Action::Create, &of_team));
    assert!(!may(&[R::Author], Action::Create, &of_team));
    assert!(may(&[R::Author], Action::Create, &Thing::of(C::TeamRecord)));
    assert!(!may(&[], Action::Create, &Thing::of(C::TeamRecord)));
}

#[test]
fn closed_votes_are_opened_together() {
    let vote = thing(C::ClosedVote);
    for relation in [R::Member, R::TeamLead] {
        assert!(may(&[relation], Action::Reveal, &vote));
        assert!(!may(&[relation], Action::Read, &vote), "whoever reveals has not read");
    }
    for relation in [R::SkipLevel, R::Partner, R::Party, R::Author] {
        assert!(!may(&[relation], Action::Reveal, &vote), "{relation:?}");
    }
    // Once it is open it is locked, and what it says is its author's to keep or to put away.
    for phase in [Revealed, Sealed] {
        let opened = vote.in_phase(phase);
        assert!(!may(&[R::Author, R::Member], Action::Update, &opened));
        assert!(may(&[R::Author], Action::Read, &opened) && may(&[R::Author], Action::Archive, &opened));
        assert!(!may(&[R::Author, R::Member], Action::Create, &opened), "no vote begins open");
    }
    assert!(!may(&[R::Party], Action::Read, &vote.in_phase(Sealed)), "the round is over");
}
