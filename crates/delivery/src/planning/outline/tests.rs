//! Outlines as they are read, refused and written again.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::plan::records::Dependency;
use desk::Record as _;

const TEXT: &str = "\
# Checkout  @payments from:2026-03-02 by:2026-06-03
- Card form [story] ~2..3..6d id:card area:web/checkout/**
  > A customer pays by card
  + declined cards say why
- Wallets [story] ~1..2..5d after:card after:api+2d ss:card+1d needs:designer=1
- API for tokens [task] ~5p id:api team:platform key:PAY-40
// seen with the team on Monday
* Beta after:card by:2026-05-15
";

fn plan(text: &str) -> Plan {
    read(text, None, date(2026, 3, 1)).unwrap()
}

fn wrong(text: &str) -> String {
    read(text, None, date(2026, 3, 1)).unwrap_err().to_string()
}

#[test]
fn the_outline_of_the_specification_reads() {
    let plan = plan(TEXT);
    assert_eq!((plan.title.as_str(), plan.teams.as_slice()), ("Checkout", &["payments".to_owned()][..]));
    assert_eq!((plan.start_on, plan.target_on), (date(2026, 3, 2), Some(date(2026, 6, 3))));
    assert_eq!(plan.items[0].outcome.as_deref(), Some("A customer pays by card"));
    assert_eq!(plan.items[0].acceptance, ["declined cards say why"]);
    assert_eq!(plan.items[2].estimate.unwrap().to_string(), "5 points");
    assert_eq!(plan.items[3].kind, ItemKind::Milestone);
    let links: Vec<_> = plan.links.iter().map(|link| (&*link.from, &*link.to, link.sort.word(), link.lag)).collect();
    assert_eq!(
        links,
        [("card", "w", "FS", 0.0), ("api", "w", "FS", 2.0), ("card", "w", "SS", 1.0), ("card", "b", "FS", 0.0)]
    );
    assert_eq!(plan.resources.len(), 1);
    plan.check().unwrap();
}

#[test]
fn what_is_written_is_read_again() {
    let once = print(&plan(TEXT));
    assert_eq!(print(&plan(&once)), once);
    assert!(
        once.contains("- Wallets [story] ~1..2..5d id:w needs:designer=1 after:card after:api+2d ss:card+1d\n"),
        "{once}"
    );
}

#[test]
fn unknown_tokens_are_refused_in_place() {
    assert_eq!(wrong("# A  @t\n- One afer:two\n"), "Line 2, column 7: `afer` is not known; did you mean `after`?.");
    assert_eq!(wrong("# A\n- One [storey]\n"), "Line 2, column 7: `storey` is not known; did you mean `story`?.");
    assert!(wrong("# A\n- One after:nobody\n").starts_with("Line 2, column 7: No item `nobody`"));
    assert!(wrong("# A\n    - One\n").starts_with("Line 2, column 5: It lies more than one level"));
    assert!(wrong("# A\n- One ~soon\n").contains("`soon` is no spread"));
    assert!(wrong("# A\nSome words\n").contains("A line begins with"));
    assert!(wrong("# A\n- One id:a\n- Two id:a\n").contains("stands twice"));
    assert!(wrong("# A\n- One id:a after:b\n- Two id:b after:a\n").contains("close a ring"));
}

#[test]
fn task_lists_are_outlines() {
    let plan = plan("- [ ] Write it\n- [x] Think it through\n\t- [ ] Ask\n");
    let told: Vec<_> = plan.items.iter().map(|item| (&*item.title, item.done, item.parent.as_deref())).collect();
    assert_eq!(told, [("Write it", false, None), ("Think it through", true, None), ("Ask", false, Some("tit"))]);
}

#[test]
fn items_keep_their_ids() {
    let mut present = plan(TEXT);
    present.links[1].reason = Some("tokens first".to_owned());
    let again = read(&TEXT.replace("~1..2..5d", "~1..3..5d"), Some(&present), date(2026, 3, 1)).unwrap();
    assert_eq!(
        again.items.iter().map(|item| &item.id).collect::<Vec<_>>(),
        present.items.iter().map(|item| &item.id).collect::<Vec<_>>()
    );
    assert_eq!(again.links[1].reason.as_deref(), Some("tokens first"));
}

#[test]
fn a_lag_is_told_from_a_key() {
    assert_eq!(reference("PAY-40"), ("PAY-40", 0.0));
    assert_eq!(reference("1.2-1d"), ("1.2", -1.0));
    assert_eq!(reference("card+2.5d"), ("card", 2.5));
    assert!(!is_id("card-2d") && is_id("card-2"));
}

fn any_item() -> impl Strategy<Value = PlanItem> {
    let title = "[A-Za-z\\[\\]~@:\\\\#>+*é-]{1,6}( [a-z:~@\\[\\]x\\\\]{1,6}){0,3}";
    let text = prop::option::of("[a-zA-Z,:]{1,8}( [a-z]{1,8}){0,2}");
    let spread = prop::option::of(prop::sample::select(vec!["2..3..6d", "5d", "1/2.5/4w", "8p", "3..12h", "1/2/3p"]));
    let kind = prop::sample::select(ItemKind::ALL.to_vec());
    (title, text, spread, kind, any::<bool>(), prop::collection::vec("[a-z/*]{1,8}", 0..3)).prop_map(
        |(title, outcome, spread, kind, done, areas)| PlanItem {
            title,
            outcome,
            kind,
            done,
            areas,
            estimate: spread.map(|text| text.parse().unwrap()),
            ..PlanItem::default()
        },
    )
}

fn any_tree() -> impl Strategy<Value = Plan> {
    let items = prop::collection::vec((any_item(), 0_usize..6), 1..12);
    (items, prop::collection::vec((0_usize..12, 0_usize..12, -4_i32..9), 0..8)).prop_map(|(items, links)| {
        let mut plan = crate::plan::tree::tests::plan(&[]);
        for (number, (item, above)) in items.into_iter().enumerate() {
            let parent = (above < number).then(|| format!("i{above}"));
            plan.items.push(PlanItem { id: format!("i{number}"), parent, ..item });
        }
        for (from, to, lag) in links {
            let mut link: Dependency = crate::plan::tree::tests::link(&format!("i{from}"), &format!("i{to}"));
            link.lag = f64::from(lag) / 4.0;
            if lag == 8 {
                link.strength = Strength::Preferred;
            }
            plan.links.push(link);
            if plan.check().is_err() {
                plan.links.pop();
            }
        }
        plan
    })
}

proptest! {
    #[test]
    fn tree_to_outline_to_tree(plan in any_tree()) {
        prop_assume!(plan.check().is_ok());
        let text = print(&plan);
        let again = read(&text, None, date(2026, 3, 1)).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(print(&again), text.clone());
        let tree = |plan: &Plan| Tree::of(plan).unwrap().nodes.iter().map(|node| {
            let item = plan.items[node.item].clone();
            (node.code.clone(), item.title.split_whitespace().collect::<Vec<_>>().join(" "), item.estimate, item.areas)
        }).collect::<Vec<_>>();
        prop_assert_eq!(tree(&again), tree(&plan));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(#|-|  -|>|\\+|//|\\*)? ?[a-zA-Z:~@\\[\\]=+.0-9 \\n-]{0,60}") {
        let _ = read(&text, None, date(2026, 3, 1));
    }
}
