//! The register as a file: out and in again changes nothing; what would change is told first; what does not hold is told with its line.

use serde_json::{Value, json};

use super::House;

async fn read(house: &House, csv: &str, dry_run: bool) -> Value {
    house.act("import_risks", json!({ "csv": csv, "dry_run": dry_run })).await.unwrap()
}

/// The register as a file.
async fn out(house: &House) -> String {
    house.asked(&["--csv", "--all"]).await.document.unwrap().body
}

#[tokio::test]
async fn a_file_goes_out_and_in() {
    let house = House::empty().await;
    let risk = json!({ "title": "The contract ends", "probability": 0.3, "impact": "5/10/30d", "category": "supply" });
    let risk = house.act("open_risk", risk).await.unwrap();
    let done = json!({ "id": risk["id"], "version": 1, "what": "Sign", "cost_days": 1, "probability": 0.1 });
    house.act("mitigate", done).await.unwrap();
    let first = out(&house).await;
    assert!(first.starts_with("id,title,team,status,probability,impact,category,"), "{first}");
    assert!(first.contains("The contract ends,,open,0.3,5/10/30d,supply,mitigate,"), "{first}");
    let told = read(&house, &first, false).await;
    assert_eq!((&told["unchanged"], &told["added"]), (&json!(1), &json!([])));
    let more = format!("{}{}", first.replace(",0.3,", ",0.2,"), ",A port is closed,,,0.1,1/2/3d,,,,,,,,,\n");
    let told = read(&house, &more, true).await;
    assert_eq!(told["added"], json!(["A port is closed"]));
    assert_eq!(told["changed"], json!([{ "title": "The contract ends", "fields": ["probability: 0.3 → 0.2"] }]));
    assert_eq!(out(&house).await, first, "nothing was written: it was only looked at");
    read(&house, &more, false).await;
    let second = out(&house).await;
    assert_eq!(read(&house, &second, false).await["unchanged"], 2);
    assert_eq!(out(&house).await, second);
    let json = house.asked(&[]).await.to_json().unwrap();
    let kept = json["risks"].as_array().unwrap().iter().any(|risk| risk["title"] == "The contract ends");
    assert!(kept, "{json}");
    let title_alone = "title,probability\nThe contract ends,0.25\n";
    assert_eq!(read(&house, title_alone, true).await["changed"][0]["fields"], json!(["probability: 0.2 → 0.25"]));
}

#[tokio::test]
async fn what_does_not_hold_writes_nothing() {
    let house = House::empty().await;
    let csv = "title,probability,impact,status,review_on\n\
               One,0.3,1/2/3d,open,\n\
               Two,1,9/3/1d,maybe,2030-01-01\n\
               One,x,,,soon\n";
    let said = house.said("import_risks", json!({ "csv": csv })).await;
    for one in [
        "Line 3, status: `maybe` is none of open, happened, closed.",
        "Line 3, probability: A certainty is a plan item: plan it.",
        "Line 3, impact: 9 is more than 1: the least stands first.",
        "Line 3, review_on: A risk is looked at again within 90 days",
        "Line 4, title: another row means the same risk.",
        "Line 4, probability: `x` is no number.",
        "Line 4, impact: what would it cost? 5/10/30d",
        "Line 4, review_on: `soon` is no day such as 2026-01-31.",
    ] {
        assert!(said.contains(one), "{one} is not in {said}");
    }
    let json = house.asked(&[]).await.to_json().unwrap();
    assert_eq!(json["risks"], json!([]), "the first row held, and was not written either");
}
