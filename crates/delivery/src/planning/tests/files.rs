//! A plan as a file: table, calendar, picture, by command and by the links of its page.

use serde_json::json;

use super::House;

async fn file(house: &House, form: &str) -> String {
    house.asked(0, &["--export", form]).await.unwrap().document.unwrap().body
}

fn field<'a>(calendar: &'a str, name: &str) -> Vec<&'a str> {
    calendar.lines().filter_map(|line| line.strip_prefix(name)).collect()
}

#[tokio::test]
async fn a_row_stands_for_each_item() {
    let house = House::with_plan().await;
    let title = "=Cards, \"wallets\"";
    house.act(0, "edit_item", json!({ "item": "card", "title": title })).await.unwrap();
    let text = file(&house, "csv").await;
    assert!(text.ends_with("\r\n") && text.matches("\r\n").count() == 7, "a head and six items: {text}");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let at = |row: usize, name: &str| rows[row][head.iter().position(|one| one == name).unwrap()].to_owned();
    assert_eq!((at(1, "code"), at(1, "id"), at(1, "title")), ("1.1".into(), "card".into(), format!("'{title}")));
    assert_eq!((at(1, "kind"), at(1, "team"), at(1, "state")), ("story".into(), "payments".into(), "open".into()));
    let (json, _) = house.check(&[], "").await;
    let when = &super::item(&json, "card")["when"];
    for (name, value) in [
        ("start_p50", &when["start"][1]),
        ("start_p85", &when["start"][2]),
        ("finish_p50", &when["finish"][1]),
        ("finish_p85", &when["finish"][2]),
    ] {
        assert_eq!(at(1, name), value.as_str().unwrap(), "{name}");
    }
    assert_eq!(at(1, "criticality").parse::<f64>().unwrap(), when["criticality"].as_f64().unwrap());
    assert_eq!(at(5, "finish_by"), "2026-04-03");
    house.act(0, "edit_item", json!({ "item": "card", "done": true })).await.unwrap();
    let text = file(&house, "csv").await;
    assert!(text.contains(",done,,2..3..6d,,,,,,,,,,,,\r\n"), "what is not known is empty: {text}");
}

#[tokio::test]
async fn a_calendar_takes_in_what_moved() {
    let house = House::with_plan().await;
    let before = file(&house, "ics").await;
    assert!(before.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && before.ends_with("END:VCALENDAR\r\n"));
    assert!(!before.replace("\r\n", "").contains(['\r', '\n']), "every line ends alike");
    let (json, _) = house.check(&[], "").await;
    let sure = [&super::item(&json, "beta")["when"]["sure"], &json["plan"]["dates"]["sure"]];
    let days = sure.map(|day| day.as_str().unwrap().parse::<jiff::civil::Date>().unwrap());
    let written = |day: jiff::civil::Date| day.strftime("%Y%m%d").to_string();
    assert_eq!(field(&before, "DTSTART;VALUE=DATE:"), days.map(written));
    assert_eq!(field(&before, "DTEND;VALUE=DATE:"), days.map(|day| written(day.tomorrow().unwrap())));
    assert_eq!(field(&before, "SUMMARY:"), ["Checkout: Beta (85 %)", "Checkout: end (85 %)"]);
    assert!(before.contains("DESCRIPTION:P50 "), "{before}");
    assert_eq!(field(&before, "DTSTAMP:"), ["20260302T080000Z"; 2]);
    house.act(0, "edit_item", json!({ "item": "refunds", "estimate": "20..40..60d" })).await.unwrap();
    let after = file(&house, "ics").await;
    assert_eq!(field(&after, "UID:"), field(&before, "UID:"));
    assert_eq!((field(&before, "SEQUENCE:"), field(&after, "SEQUENCE:")), (vec!["1"; 2], vec!["2"; 2]));
    assert_ne!(field(&after, "DTSTART;VALUE=DATE:"), field(&before, "DTSTART;VALUE=DATE:"));
}

#[tokio::test]
async fn a_picture_holds_nothing_foreign() {
    let house = House::with_plan().await;
    let title = "</text><script>alert(1)</script> & co\u{8}";
    house.act(0, "edit_item", json!({ "item": "api", "title": title })).await.unwrap();
    let text = file(&house, "svg").await;
    assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && text.trim_end().ends_with("</svg>"));
    assert!(!text.contains("<script") && !text.contains('\u{8}') && !text.contains("var(--"), "{text}");
    assert!(!text.contains("href") && text.matches("http").count() == 1, "it refers to nothing: {text}");
    let opened = text.matches("<g ").count();
    assert_eq!((opened, text.matches("</g>").count()), (8, 8), "a row an item, the buffer, and the whole");
}

#[tokio::test]
async fn the_page_gives_files() {
    let house = House::with_plan().await;
    let (_, page) = house.check(&[], "").await;
    for form in ["csv", "ics", "svg"] {
        assert!(page.contains(&format!("export={form}")), "{form}: {page}");
    }
    assert!(page.contains("outline=true"));
    let sign_in = house.app.sign_in_path(house.desk(0).await.viewer()).await.unwrap();
    let (cookie, _) = house.get(&sign_in, "").await;
    let (_, saved) = house.get("/delivery/planning?export=csv", &cookie).await;
    assert_eq!(saved, file(&house, "csv").await, "a link gives the file, and nothing around it");
    let (_, api) = house.get("/api/v1/delivery/planning?export=csv", &cookie).await;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&api).unwrap()["file"], saved.as_str());
}

#[tokio::test]
async fn without_dates_no_calendar() {
    let house = House::new().await;
    house.act(0, "draft_plan", json!({ "title": "Search", "goal": "Found", "outline": "- Index\n" })).await.unwrap();
    let refusal = house.asked(0, &["--export", "ics"]).await.unwrap_err();
    assert!(refusal.to_string().starts_with("no date, and so no plan.ics: 1 leaf has neither"), "{refusal}");
    assert!(file(&house, "csv").await.contains("1,i,Index,task,payments,open"));
}
