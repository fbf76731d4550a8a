//! Work items, their log and sprints.

use store::people::{NewPerson, NewTeam, Role};
use store::policy::Asker;
use store::work::{
    Calendar, Course, Deed, Edit, Field, NewItem, NewSprint, Reference, SprintState, Tie, Touched, Trace, Work,
};
use store::{Access, Actor, ItemId, PersonId, ProjectId, SprintId, StoreError, asker_of};
use uuid::Uuid;

use crate::engines::{House, at, day, on_both};

const MORNING: &str = "2026-03-02T09:00:00Z";

pub(crate) struct Team {
    pub(crate) ann: PersonId,
    pub(crate) out: PersonId,
    pub(crate) board: ProjectId,
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn access(house: &House, person: PersonId, now: &str) -> Access {
    let people = house.store.organisation().await.unwrap();
    let asker: Asker = asker_of(&people, person, at(now).to_zoned(jiff::tz::TimeZone::UTC).date());
    house.store.access(asker, at(now)).await.unwrap()
}

/// Does deeds as somebody at an instant.
pub(crate) async fn done(house: &House, who: PersonId, now: &str, deeds: &[Deed]) -> Result<Vec<Touched>, StoreError> {
    let work = house.store.work().await.unwrap();
    let mut write = house.store.write(Actor::Person(who), at(now)).await.unwrap();
    let traces = access(house, who, now).await.work(&mut write, &work, deeds).await?;
    write.keep().await.unwrap();
    let item = |trace| if let Trace::Item(touched) = trace { Some(touched) } else { None };
    Ok(traces.into_iter().filter_map(item).collect())
}

pub(crate) async fn team(house: &House) -> Team {
    let mut write = house.store.write(Actor::System, at("2026-01-01T00:00:00Z")).await.unwrap();
    let ann = write.add_person(&NewPerson::named("Ann", "ann@harbour.example")).await.unwrap();
    let out = write.add_person(&NewPerson::named("Out", "out@harbour.example")).await.unwrap();
    let team = write.add_team(&NewTeam::named("payments", "Payments")).await.unwrap();
    write.join(ann, team, Role::Member, day("2026-01-01"), 1.0).await.unwrap();
    write.keep().await.unwrap();
    let board = ProjectId(id(1));
    let deed = Deed::AddProject(board, "PAY".to_owned(), "Payments".to_owned(), Some(team));
    done(house, ann, MORNING, &[deed]).await.unwrap();
    Team { ann, out, board }
}

pub(crate) fn item(number: u128, board: ProjectId) -> NewItem {
    let new = NewItem::named(ItemId(id(100 + number)), board, format!("PAY-{number}"), format!("Item {number}"));
    NewItem { status: "ready".to_owned(), ..new }
}

pub(crate) fn to(status: &str) -> Edit {
    Edit::Status(status.to_owned(), status.to_owned())
}

pub(crate) async fn seen(house: &House, number: u128) -> Reference<ItemId> {
    let item = ItemId(id(100 + number));
    Reference { id: item, seen: house.store.work().await.unwrap().item(item).unwrap().entries }
}

fn said(error: &StoreError) -> String {
    match error {
        StoreError::Refused { fields } => fields.iter().map(|one| format!("{}: {}", one.field, one.message)).collect(),
        other => other.to_string(),
    }
}

/// What is read a little at a time equals what is read at once.
async fn whole(house: House) -> (House, std::sync::Arc<Work>) {
    let little = house.store.work().await.unwrap();
    let house = house.reopened().await;
    let once = house.store.work().await.unwrap();
    assert_eq!(little.items().len(), once.items().len());
    for item in once.items() {
        let other = little.item(item.id).unwrap();
        let log = |work: &Work, item: &store::work::Item| {
            item.log
                .iter()
                .map(|line| (line.number, line.at, line.withdrawn, line.to.map(|sym| work.text(sym).to_owned())))
                .collect::<Vec<_>>()
        };
        assert_eq!((log(&little, other), &other.title), (log(&once, item), &item.title));
        assert_eq!(little.text(other.status), once.text(item.status));
    }
    (house, once)
}

#[test]
fn a_move_is_a_line_of_the_log() {
    on_both(|house| async move {
        let Team { ann, board, .. } = team(&house).await;
        done(&house, ann, MORNING, &[Deed::AddItem(item(1, board))]).await.unwrap();
        let moved = Deed::Change(seen(&house, 1).await, vec![to("doing"), Edit::Assignee(Some(ann))], None);
        let touched = done(&house, ann, "2026-03-03T09:00:00Z", std::slice::from_ref(&moved)).await.unwrap();
        assert_eq!(touched, [Touched { item: ItemId(id(101)), before: Some(0), after: 2 }]);
        let stale = done(&house, ann, "2026-03-03T10:00:00Z", &[moved]).await.unwrap_err();
        assert!(matches!(stale, StoreError::Stale { seen: 0, now: 2, .. }), "{stale:?}");
        let same = Deed::Change(seen(&house, 1).await, vec![to("doing")], None);
        assert_eq!(done(&house, ann, "2026-03-03T11:00:00Z", &[same]).await.unwrap(), []);
        let (_house, work) = whole(house).await;
        let item = work.by_key("pay-1").unwrap();
        let course = Course::of(item, Field::Status, Some(item.status), i64::MAX, i64::MAX);
        let values: Vec<_> = course.stays().iter().map(|stay| work.text(stay.value.unwrap())).collect();
        assert_eq!((values, item.assignee), (vec!["ready", "doing"], Some(ann)));
    });
}

#[test]
fn only_the_team_moves_its_work() {
    on_both(|house| async move {
        let Team { ann, out, board } = team(&house).await;
        done(&house, ann, MORNING, &[Deed::AddItem(item(1, board))]).await.unwrap();
        let moved = Deed::Change(seen(&house, 1).await, vec![to("doing")], None);
        let denied = done(&house, out, "2026-03-03T09:00:00Z", &[moved]).await.unwrap_err();
        assert_eq!(said(&denied), "only members and leads of Payments change its work");
        let denied = done(&house, out, MORNING, &[Deed::AddItem(item(2, board))]).await.unwrap_err();
        assert!(matches!(denied, StoreError::NotAllowed(_)));
        assert_eq!(house.store.work().await.unwrap().items().len(), 1);
        let free = ProjectId(id(2));
        let open = Deed::AddProject(free, "OPEN".to_owned(), "Everybody's".to_owned(), None);
        let new = NewItem { project: free, key: "OPEN-1".to_owned(), ..item(3, free) };
        done(&house, out, MORNING, &[open, Deed::AddItem(new)]).await.unwrap();
    });
}

#[test]
fn what_is_taken_back_stays_readable() {
    on_both(|house| async move {
        let Team { ann, board, .. } = team(&house).await;
        done(&house, ann, MORNING, &[Deed::AddItem(item(1, board))]).await.unwrap();
        let (monday, tuesday, friday) = ("2026-03-03T09:00:00Z", "2026-03-04T09:00:00Z", "2026-03-06T09:00:00Z");
        done(&house, ann, monday, &[Deed::Change(seen(&house, 1).await, vec![to("doing")], None)]).await.unwrap();
        done(&house, ann, tuesday, &[Deed::Change(seen(&house, 1).await, vec![to("done")], None)]).await.unwrap();
        let back = Deed::Withdraw(seen(&house, 1).await, vec![2], "not done at all".to_owned());
        done(&house, ann, friday, &[back]).await.unwrap();
        let wrong = Deed::Withdraw(seen(&house, 1).await, vec![2], "again".to_owned());
        let error = done(&house, ann, friday, &[wrong]).await.unwrap_err();
        assert_eq!(said(&error), "entry: Entry 2 was withdrawn already.");
        let earlier = Deed::Correct(seen(&house, 1).await, 1, at("2026-03-02T12:00:00Z"), "forgot".to_owned());
        done(&house, ann, friday, &[earlier]).await.unwrap();
        let (_house, work) = whole(house).await;
        let item = work.by_key("PAY-1").unwrap();
        assert_eq!(work.text(item.status), "doing");
        let value = |as_of: &str, known: &str| {
            let (as_of, known) = (at(as_of).as_microsecond(), at(known).as_microsecond());
            let course = Course::of(item, Field::Status, Some(item.status), as_of, known);
            course.last().map(|sym| work.text(sym).to_owned()).unwrap()
        };
        let (noon, thursday, saturday) = ("2026-03-02T13:00:00Z", "2026-03-05T09:00:00Z", "2026-03-07T09:00:00Z");
        assert_eq!((value(thursday, thursday), value(thursday, saturday)), ("done".to_owned(), "doing".to_owned()));
        assert_eq!((value(noon, thursday), value(noon, saturday)), ("ready".to_owned(), "doing".to_owned()));
    });
}

#[test]
fn what_does_not_hold_is_refused() {
    on_both(|house| async move {
        let Team { ann, board, .. } = team(&house).await;
        let child = NewItem { parent: Some(ItemId(id(101))), ..item(2, board) };
        done(&house, ann, MORNING, &[Deed::AddItem(item(1, board)), Deed::AddItem(child)]).await.unwrap();
        let refused = async |deed: Deed| said(&done(&house, ann, MORNING, &[deed]).await.unwrap_err());
        let ring = Deed::Change(seen(&house, 1).await, vec![Edit::Parent(Some(ItemId(id(102))))], None);
        assert_eq!(refused(ring).await, "parent: A ring: PAY-1 → PAY-2 → PAY-1.");
        let huge = Deed::Change(seen(&house, 1).await, vec![Edit::Estimate(Some(f64::NAN))], None);
        assert_eq!(refused(huge).await, "estimate: NaN is not between 0 and 1,000.");
        let nameless = NewItem { title: "  ".to_owned(), ..item(3, board) };
        assert_eq!(refused(Deed::AddItem(nameless)).await, "title: An item needs a title.");
        let me = ItemId(id(101));
        assert_eq!(refused(Deed::Tie(me, me, Tie::Blocks)).await, "other: An item is not tied to itself.");
        let free = Calendar { week: [None; 7], ..Calendar::default() };
        let said = refused(Deed::SetCalendar(free)).await;
        assert_eq!(said, "hours: A calendar without a working day: nothing would ever be done.");
        let again = Deed::AddProject(ProjectId(id(9)), "PAY".to_owned(), "Again".to_owned(), None);
        assert_eq!(refused(again).await, "key: PAY is taken.");
    });
}

#[test]
fn a_sprint_knows_what_was_promised() {
    on_both(|house| async move {
        let Team { ann, board, .. } = team(&house).await;
        let sprint = SprintId(id(7));
        let plan = NewSprint {
            id: sprint,
            project: board,
            name: "Sprint 1".to_owned(),
            goal: None,
            start_at: Some(at("2026-03-02T10:00:00Z")),
            planned_end_at: Some(at("2026-03-16T10:00:00Z")),
        };
        let deeds = [Deed::PlanSprint(plan), Deed::AddItem(item(1, board)), Deed::AddItem(item(2, board))];
        done(&house, ann, MORNING, &deeds).await.unwrap();
        let enter = |reference| Deed::Change(reference, vec![Edit::Enter(sprint)], None);
        done(&house, ann, "2026-03-02T09:30:00Z", &[enter(seen(&house, 1).await)]).await.unwrap();
        let (begin, end) = (at("2026-03-02T10:00:00Z"), at("2026-03-16T10:00:00Z"));
        let start = Deed::StartSprint(Reference { id: sprint, seen: 1 }, "Pay by card".to_owned(), end);
        done(&house, ann, "2026-03-02T10:00:00Z", std::slice::from_ref(&start)).await.unwrap();
        let again = done(&house, ann, "2026-03-02T10:00:00Z", &[start]).await.unwrap_err();
        assert!(matches!(again, StoreError::Stale { now: 2, .. }), "{again:?}");
        done(&house, ann, "2026-03-05T10:00:00Z", &[enter(seen(&house, 2).await)]).await.unwrap();
        let leave = Deed::Change(seen(&house, 1).await, vec![Edit::Leave(sprint)], None);
        done(&house, ann, "2026-03-06T10:00:00Z", &[leave]).await.unwrap();
        done(&house, ann, "2026-03-16T10:00:00Z", &[Deed::CloseSprint(Reference { id: sprint, seen: 2 })])
            .await
            .unwrap();
        let (_house, work) = whole(house).await;
        assert_eq!(work.sprint(sprint).map(|one| (one.state, one.version)), Some((SprintState::Closed, 3)));
        let members = |when: jiff::Timestamp| {
            let when = when.as_microsecond();
            let inside = |item: &&std::sync::Arc<store::work::Item>| {
                work.in_sprint(item, sprint, when, when).last().is_some_and(|(_, until)| until.is_none())
            };
            work.items().iter().filter(inside).map(|item| item.key.to_string()).collect::<Vec<_>>()
        };
        assert_eq!((members(begin), members(end)), (vec!["PAY-1".to_owned()], vec!["PAY-2".to_owned()]));
    });
}

#[test]
fn two_people_dragging_one_card() {
    on_both(|house| async move {
        let Team { ann, board, .. } = team(&house).await;
        done(&house, ann, MORNING, &[Deed::AddItem(item(1, board))]).await.unwrap();
        let both = seen(&house, 1).await;
        let moves = ["doing", "review", "done", "ready", "doing"].map(|status| {
            let (house, deed) = (&house, Deed::Change(both, vec![to(status)], None));
            async move { done(house, ann, "2026-03-03T09:00:00Z", &[deed]).await }
        });
        let mut won = 0;
        for one in moves {
            match one.await {
                Ok(_) => won += 1,
                Err(StoreError::Stale { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(won, 1, "one of them is first, the others are told");
        assert_eq!(house.store.work().await.unwrap().by_key("PAY-1").unwrap().log.len(), 1);
    });
}
