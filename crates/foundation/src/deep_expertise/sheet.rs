//! The answer as a sheet: the sentence, what must be known before believing it, what to do, and how it was computed.

mod answers;
mod areas;
mod kept;

use desk::sheet::{Computed, Deed, Meaning, Suggestion, Thousands};
use desk::{Practice, Sheet, Sheeted};

use super::view::{Draft, Ground, View};
use super::{Ask, DeepExpertise, nothing, page};

/// Above this share of commits from addresses that are nobody's, identities are said to be unresolved.
const UNRESOLVED: f64 = 0.05;

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        let sheet = if let Some(empty) = nothing(self) {
            return kept::add(Sheet::nothing(empty), self);
        } else if let Some(help) = &self.help {
            answers::help(help)
        } else if let Some(leaving) = &self.leaving {
            kept::add(answers::leaving(leaving), self)
        } else if let Some(owners) = &self.codeowners {
            answers::owners(owners)
        } else if let Some(overview) = &self.overview {
            kept::add(areas::overview(overview, &self.ground), self)
        } else {
            Sheet::default()
        };
        let sheet = notices(sheet, &self.ground);
        if self.help.is_some() { sheet } else { sheet.computed(computed(&self.ground)) }
    }
}

fn notices(mut sheet: Sheet, ground: &Ground) -> Sheet {
    if ground.unknown_share > UNRESOLVED {
        let share = desk::sheet::Cell::Share(ground.unknown_share).words();
        let text = format!(
            "{share} of the commits come from addresses that belong to nobody who could be asked; a .mailmap tells whose they are."
        );
        sheet = sheet.notice(Meaning::Watch, text);
    }
    for caveat in &ground.caveats {
        sheet = sheet.notice(Meaning::Watch, caveat.clone());
    }
    if ground.split_names > 0 {
        let text = format!(
            "{} at more than one address; each address counts as a person until a .mailmap joins them.",
            counted(ground.split_names, "name stands", "names stand")
        );
        sheet = sheet.notice(Meaning::Neutral, text);
    }
    if ground.bot_commits > 0 {
        let commits = counted(ground.bot_commits, "commit", "commits");
        sheet = sheet.notice(Meaning::Neutral, format!("{commits} by bots left out."));
    }
    sheet
}

fn computed(ground: &Ground) -> Computed {
    let mut inputs = vec![
        ("Commits".to_owned(), Thousands(ground.commits).to_string()),
        ("As of".to_owned(), ground.today.clone()),
        ("Words".to_owned(), "main ≥ ½ of what is known of an area, deep ≥ ⅕, some ≥ 1⁄20, touched below".to_owned()),
        ("Held by one person".to_owned(), "one person at deep or better, 500 lines or more, and changed in the last 365 days or imported by three other areas".to_owned()),
        ("Nobody seen".to_owned(), "everybody at deep or better made their last commit over 365 days ago".to_owned()),
        ("A change".to_owned(), "one file touched by one commit".to_owned()),
        ("Written together".to_owned(), "a commit's lines are shared in equal parts by its author and whom Co-authored-by names; its changes count as a change of each".to_owned()),
        ("Concentration".to_owned(), "Gini coefficient of what is known, 0 even to 1".to_owned()),
        ("Author of a file".to_owned(), "degree 3.293 + 1.098·FA + 0.164·DL − 0.321·ln(1 + AC) ≥ 3.293 and above 0.75 of the highest; past names of a file count".to_owned()),
        ("Truck factor".to_owned(), "code and test files; the author of most is taken away until over half of the files have none".to_owned()),
    ];
    inputs.extend(ground.areas_from.iter().map(|from| ("Areas".to_owned(), from.clone())));
    let mut left_out = vec![
        "generated, vendored and lock files, binary content, merges".to_owned(),
        "reviews: not read yet, so that their part of what is known is missing, not nothing".to_owned(),
        "absences, departures and teams: not known yet; who has left can only be guessed from silence".to_owned(),
        "coming work and what planned work needs: no tracker is read yet".to_owned(),
        "the course of a domain over time: lines at the head tell only of today".to_owned(),
    ];
    if ground.bot_commits > 0 {
        left_out.push(format!(
            "{} and {} by bots and agents",
            counted(ground.bot_commits, "commit", "commits"),
            counted(ground.bot_lines, "line", "lines")
        ));
    }
    Computed {
        formula: "K(p, a) = Σ lines of a last written by p · 2^(−age / 540 d), as a share of the sum over all people; only its word is shown.".to_owned(),
        inputs,
        left_out,
        source: Some("Fritz et al. 2014; Avelino et al. 2016; Gini 1912".to_owned()),
    }
}

/// The suggestion to plan a transfer that was drafted.
fn suggest_transfer(draft: &Draft, reason: String) -> Suggestion {
    let input = serde_json::json!({
        "area": draft.plan.area,
        "from_people": draft.plan.from_people,
        "to_people": draft.plan.to_people,
        "reason": reason,
        "steps": draft.plan.steps,
    });
    let deed = Deed::Act { practice: DeepExpertise::NAME.to_owned(), act: "plan_transfer".to_owned(), input };
    let to = draft.plan.to_people.join(" and ");
    Suggestion::new(format!("Plan to hand {} over to {to}", draft.area), reason, deed)
}

/// The page that asks about a path.
fn ask_about(path: &str) -> String {
    page(&Ask { path: Some(path.to_owned()), ..Ask::default() })
}

/// `1 area`, `1,204 areas`.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", Thousands(count), if count == 1 { one } else { many })
}

/// `Ann, Bo and Cy`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
