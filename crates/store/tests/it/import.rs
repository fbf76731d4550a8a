//! People from a spreadsheet.

use store::people::Import;
use store::{Store, StoreError};

use crate::engines::{day, on_both};
use crate::people::begin;

const FIRST: &str = "\
name,email,manager_email,team,role,started_on,left_on,time_zone
Ines Duarte,ines@harbour.example,,payments,manager,2023-01-09,,Europe/Lisbon
Sam Ortiz,Sam@Harbour.example,ines@harbour.example,payments,,2024-03-01,,
\"Okoro, Ada\",ada@harbour.example,sam@harbour.example,search,tech_lead,,,
";

async fn read(store: &Store, csv: &str) -> Import {
    Import::read(csv.as_bytes(), &store.organisation().await.unwrap(), day("2026-03-02")).unwrap()
}

#[test]
fn a_file_is_compared_then_applied_as_a_whole() {
    on_both(|house| async move {
        let import = read(&house.store, FIRST).await;
        assert_eq!((import.added.len(), import.changed.len(), import.refused.len()), (3, 0, 0));
        assert_eq!(import.added[1].what, "Sam Ortiz, member of payments, reports to ines@harbour.example");
        let mut write = begin(&house).await;
        write.apply_import(&import, day("2026-03-02")).await.unwrap();
        write.keep().await.unwrap();
        assert!(read(&house.store, FIRST).await.is_empty());
        let seen = house.store.organisation().await.unwrap();
        let sam = seen.find_person("sam").unwrap();
        assert_eq!(seen.manager_of(sam.id, day("2024-03-01")), Some(seen.find_person("ines").unwrap().id));
        let later = FIRST
            .replace("Sam Ortiz,Sam@Harbour.example,ines", "Sam Ortiz-Lee,sam@harbour.example,ada")
            .replace("ada@harbour.example,sam@harbour.example", "ada@harbour.example,ines@harbour.example")
            .replace("Europe/Lisbon", "Europe/Berlin");
        let import = read(&house.store, &later.replace("2023-01-09,,", "2023-01-09,2026-02-28,")).await;
        assert_eq!((import.added.len(), import.changed.len(), import.ended.len()), (0, 2, 1));
        assert_eq!(
            import.changed[0].what,
            "name: Sam Ortiz → Sam Ortiz-Lee; reports to: ines@harbour.example → ada@harbour.example"
        );
        let mut write = begin(&house).await;
        write.apply_import(&import, day("2026-03-02")).await.unwrap();
        write.keep().await.unwrap();
        let seen = house.store.organisation().await.unwrap();
        assert!(!seen.find_person("ines").unwrap().here(day("2026-03-02")));
        assert_eq!(seen.find_person("sam").unwrap().name, "Sam Ortiz-Lee");
    });
}

#[test]
fn a_bad_line_stops_the_whole_file() {
    on_both(|house| async move {
        let csv = "\
name,email,manager_email,team,role,started_on
Ann Lee,ann@harbour.example,bo@harbour.example,,,
Bo Lind,bo@harbour.example,ann@harbour.example,,,
Cy Moss,cy@harbour.example,nobody@harbour.example,,,
Di Park,di@harbour.example,,,boss,
Di Park,di@harbour.example,,,,soon
Ann Again,ANN@harbour.example,,,,
,eve@harbour.example
";
        let import = read(&house.store, csv).await;
        let said: Vec<_> = import.refused.iter().map(|problem| (problem.line, problem.column.as_str())).collect();
        assert_eq!(
            said,
            [
                (5, "role"),
                (6, "started_on"),
                (8, ""),
                (7, "email"),
                (2, "manager_email"),
                (3, "manager_email"),
                (4, "manager_email")
            ]
        );
        let circle = &import.refused[4].message;
        assert!(circle.contains("ann@harbour.example → bo@harbour.example → ann@harbour.example"), "{circle}");
        let mut write = begin(&house).await;
        assert!(write.apply_import(&import, day("2026-03-02")).await.is_err());
        drop(write);
        assert!(house.store.organisation().await.unwrap().people().is_empty());
    });
}

#[test]
fn an_unknown_column_names_the_near_one() {
    on_both(|house| async move {
        let seen = house.store.organisation().await.unwrap();
        let said = |csv: &str| match Import::read(csv.as_bytes(), &seen, day("2026-03-02")) {
            Err(StoreError::Refused { fields }) => fields[0].message.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(said("name,emial\n"), "Line 1: there is no column `emial`. Did you mean `email`?");
        assert_eq!(said("name\n"), "Line 1: the column `email` is needed.");
    });
}
