//! People and teams as of a day.

use store::people::{AbsenceKind, DirectoryKind, DirectoryNote, NewPerson, NewTeam, Office, Role};
use store::{Actor, PersonId, StoreError, TeamId, Write};

use crate::engines::{House, at, day, on_both};

pub(crate) async fn begin(house: &House) -> Write {
    house.store.write(Actor::System, at("2026-03-02T09:00:00Z")).await.unwrap()
}

pub(crate) async fn person(write: &mut Write, name: &str) -> PersonId {
    let email = format!("{}@harbour.example", name.to_lowercase());
    write.add_person(&NewPerson::named(name, email)).await.unwrap()
}

pub(crate) async fn team(write: &mut Write, slug: &str) -> TeamId {
    write.add_team(&NewTeam::named(slug, slug)).await.unwrap()
}

fn message(error: StoreError) -> String {
    match error {
        StoreError::Refused { fields } => {
            fields.into_iter().map(|wrong| format!("{}: {}", wrong.field, wrong.message)).collect()
        }
        other => other.to_string(),
    }
}

#[test]
fn moving_somebody_keeps_last_quarter() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        let (ann, bo) = (person(&mut write, "Ann").await, person(&mut write, "Bo").await);
        let (payments, search) = (team(&mut write, "payments").await, team(&mut write, "search").await);
        write.join(ann, payments, Role::Member, day("2025-01-01"), 1.0).await.unwrap();
        write.join(bo, payments, Role::TechLead, day("2025-01-01"), 1.0).await.unwrap();
        write.leave(ann, payments, day("2026-01-01")).await.unwrap();
        write.join(ann, search, Role::Member, day("2026-01-01"), 0.5).await.unwrap();
        write.report_to(ann, Some(bo), day("2025-01-01")).await.unwrap();
        write.report_to(ann, None, day("2026-01-01")).await.unwrap();
        write.keep().await.unwrap();
        let seen = house.reopened().await.store.organisation().await.unwrap();
        let teams = |on| seen.teams_of(ann, day(on)).map(|member| member.team).collect::<Vec<_>>();
        assert_eq!(teams("2025-12-31"), [payments]);
        assert_eq!(teams("2026-01-01"), [search]);
        assert_eq!(seen.manager_of(ann, day("2025-12-31")), Some(bo));
        assert_eq!(seen.manager_of(ann, day("2026-01-01")), None);
        assert_eq!(seen.leads_of_team(payments, day("2026-03-02")).into_iter().collect::<Vec<_>>(), [bo]);
        assert_eq!(seen.members_of(payments, day("2025-06-01")).count(), 2);
    });
}

#[test]
fn circles_are_refused_with_their_path() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        let (ann, bo, cy) =
            (person(&mut write, "Ann").await, person(&mut write, "Bo").await, person(&mut write, "Cy").await);
        write.report_to(ann, Some(bo), day("2026-01-01")).await.unwrap();
        write.report_to(bo, Some(cy), day("2026-01-01")).await.unwrap();
        let refused = message(write.report_to(cy, Some(ann), day("2026-02-01")).await.unwrap_err());
        assert!(
            refused.contains("circle") && refused.contains("Ann, who reports to Bo, who reports to Cy"),
            "{refused}"
        );
        let (inner, outer) = (team(&mut write, "inner").await, team(&mut write, "outer").await);
        let of = |slug: &str, parent: &str| NewTeam { parent: Some(parent.to_owned()), ..NewTeam::named(slug, slug) };
        write.change_team(inner, &of("inner", "outer")).await.unwrap();
        let refused = message(write.change_team(outer, &of("outer", "inner")).await.unwrap_err());
        assert!(refused.contains("part of itself"), "{refused}");
    });
}

#[test]
fn what_does_not_hold_is_said_by_field() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        let ann = person(&mut write, "Ann").await;
        let wrong = NewPerson {
            time_zone: "Mars/Olympus".to_owned(),
            started_on: Some(day("2026-02-01")),
            left_on: Some(day("2026-01-01")),
            ..NewPerson::named(" ", "nobody")
        };
        let StoreError::Refused { fields } = write.add_person(&wrong).await.unwrap_err() else { panic!("taken") };
        assert_eq!(
            fields.iter().map(|wrong| wrong.field.as_str()).collect::<Vec<_>>(),
            ["name", "email", "time_zone", "left_on"]
        );
        let again = NewPerson::named("Another Ann", "ANN@Harbour.example ");
        assert!(message(write.add_person(&again).await.unwrap_err()).contains("Ann has this address already"));
        let payments = team(&mut write, "payments").await;
        for share in [0.0, -1.0, 1.5, f64::NAN] {
            assert!(write.join(ann, payments, Role::Member, day("2026-01-01"), share).await.is_err(), "{share}");
        }
        write.add_absence(ann, day("2026-03-01"), day("2026-03-10"), AbsenceKind::Leave).await.unwrap();
        let clash = write.add_absence(ann, day("2026-03-10"), day("2026-03-12"), AbsenceKind::Leave).await.unwrap_err();
        assert!(message(clash).contains("2026-03-01 to 2026-03-10"));
        write.keep().await.unwrap();
        assert_eq!(house.store.absences(day("2026-03-05"), day("2026-03-05")).await.unwrap().len(), 1);
    });
}

#[test]
fn names_are_found_or_near_ones_named() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        write.add_person(&NewPerson::named("Sam Ortiz", "sam@harbour.example")).await.unwrap();
        write.add_person(&NewPerson::named("Sam Okafor", "okafor@harbour.example")).await.unwrap();
        team(&mut write, "payments").await;
        write.keep().await.unwrap();
        let seen = house.store.organisation().await.unwrap();
        assert_eq!(seen.find_person("Sam Ortiz").unwrap().email, "sam@harbour.example");
        assert_eq!(seen.find_person("SAM@harbour.example").unwrap().name, "Sam Ortiz");
        assert_eq!(seen.find_person("okafor").unwrap().name, "Sam Okafor");
        assert!(seen.find_person("sam").unwrap_err().to_string().contains("okafor@harbour.example"));
        assert!(seen.find_person("Sam Orttiz").unwrap_err().to_string().contains("Sam Ortiz"));
        assert!(seen.find_team("paymnets").unwrap_err().to_string().contains("payments"));
    });
}

#[test]
fn the_last_administrator_stays() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        let (ann, bo) = (person(&mut write, "Ann").await, person(&mut write, "Bo").await);
        write.grant(ann, Office::Administrator, None, day("2026-01-01")).await.unwrap();
        let grant = write.organisation().await.unwrap().grants()[0].id;
        assert!(write.end_grant(grant, day("2026-02-01")).await.is_err());
        write.grant(bo, Office::Administrator, None, day("2026-01-01")).await.unwrap();
        write.end_grant(grant, day("2026-02-01")).await.unwrap();
        write.keep().await.unwrap();
        let seen = house.store.organisation().await.unwrap();
        assert!(
            seen.holds(ann, Office::Administrator, day("2026-01-31"))
                && !seen.holds(ann, Office::Administrator, day("2026-02-01"))
        );
    });
}

#[test]
fn a_directory_finds_its_own_again() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        let (ann, bo) = (person(&mut write, "Ann").await, person(&mut write, "Bo").await);
        let payments = team(&mut write, "payments").await;
        let note = |external: Option<&str>, gone| DirectoryNote { external_id: external.map(str::to_owned), gone };
        write.note_directory(DirectoryKind::Person, ann.0, &note(Some("A"), false)).await.unwrap();
        write.note_directory(DirectoryKind::Team, payments.0, &note(Some("A"), false)).await.unwrap();
        write.note_directory(DirectoryKind::Person, bo.0, &note(None, true)).await.unwrap();
        let taken = write.note_directory(DirectoryKind::Person, bo.0, &note(Some("A"), false)).await.unwrap_err();
        assert!(message(taken).contains("external id `A`"));
        write.note_directory(DirectoryKind::Person, ann.0, &note(None, true)).await.unwrap();
        write.note_directory(DirectoryKind::Person, bo.0, &note(Some("A"), false)).await.unwrap();
        write.join(ann, payments, Role::Member, day("2026-01-01"), 1.0).await.unwrap();
        write.leave(ann, payments, day("2026-06-01")).await.unwrap();
        write.leave(ann, payments, day("2026-03-01")).await.unwrap();
        assert!(write.leave(ann, payments, day("2026-04-01")).await.is_err(), "an end is not put off");
        write.keep().await.unwrap();
        let people = house.store.directory(DirectoryKind::Person).await.unwrap();
        assert_eq!((&people[&ann.0], &people[&bo.0]), (&note(None, true), &note(Some("A"), false)));
        assert_eq!(house.store.directory(DirectoryKind::Team).await.unwrap()[&payments.0], note(Some("A"), false));
        let seen = house.store.organisation().await.unwrap();
        assert_eq!(seen.members()[0].until, Some(day("2026-03-01")));
    });
}
