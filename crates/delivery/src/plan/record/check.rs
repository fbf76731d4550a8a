//! What does not hold in a plan, each beside its field.

use desk::FieldError;

use super::{MOST, Plan, SIZES, is_id};

fn one_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 200 && !text.contains(char::is_whitespace)
}

impl Plan {
    pub(super) fn check_head(&self, wrong: &mut Vec<FieldError>) {
        let mut bad = |field: &str, message: String| wrong.push(FieldError::new(field, message));
        if self.title.trim().is_empty() {
            bad("title", "A plan needs a title.".to_owned());
        }
        if self.teams.is_empty() {
            bad("teams", "Say which team works on it.".to_owned());
        }
        if self.target_on.is_some_and(|target| target < self.start_on) {
            bad("target_on", "It would be wanted before it starts.".to_owned());
        }
        if !(0.5..=0.99).contains(&self.confidence) {
            bad("confidence", "A share of 0.5 to 0.99.".to_owned());
        }
        if !(0.2..=1.0).contains(&self.focus) {
            bad("focus", "A share of 0.2 to 1.".to_owned());
        }
        for (place, one) in self.resources.iter().enumerate() {
            if !one_word(&one.name) || !(1..=99).contains(&one.amount) || one.name == "team" {
                bad(&format!("resources.{place}"), "One word that is not `team`, and 1 to 99 a day.".to_owned());
            }
        }
    }

    pub(super) fn check_items(&self, wrong: &mut Vec<FieldError>) {
        if self.items.len() > MOST {
            wrong.push(FieldError::new(
                "items",
                format!("A plan has at most {MOST} items; this has {}.", self.items.len()),
            ));
            return;
        }
        let mut seen = std::collections::BTreeSet::new();
        for (place, item) in self.items.iter().enumerate() {
            let mut bad = |field: &str, message: String| {
                wrong.push(FieldError::new(format!("items.{place}.{field}"), message));
            };
            if !is_id(&item.id) || !seen.insert(item.id.as_str()) {
                bad("id", format!("`{}` is no id, or stands twice.", item.id));
            }
            if item.title.trim().is_empty() {
                bad("title", "An item needs a title.".to_owned());
            }
            if let Some(Err(error)) = item.estimate.as_ref().map(|spread| spread.check("estimate")) {
                bad("estimate", error.message);
            }
            if item.estimate.is_some_and(|spread| spread.low < 0.0) {
                bad("estimate", "Nothing takes less than no time.".to_owned());
            }
            if let (Some(not_before), Some(finish_by)) = (item.not_before, item.finish_by)
                && finish_by < not_before
            {
                bad("finish_by", format!("{finish_by} lies before {not_before}, its first day."));
            }
            if item.acceptance.len() > 20 {
                bad("acceptance", "At most 20 criteria.".to_owned());
            }
            if item.size.as_deref().is_some_and(|size| !SIZES.contains(&size)) {
                bad("size", format!("One of {}.", SIZES.join(", ")));
            }
            let words = item.areas.iter().chain(&item.skills).chain(&item.risks).chain(&item.team).chain(&item.with);
            if let Some(text) = words.chain(&item.work_item).find(|text| !one_word(text)) {
                bad("areas", format!("`{text}` has to be one word."));
            }
            for need in item.needs.iter().filter(|need| need.resource != "team") {
                if !self.resources.iter().any(|one| one.name == need.resource) {
                    let known: Vec<_> = self.resources.iter().map(|one| one.name.as_str()).collect();
                    bad(
                        "needs",
                        format!("The plan has no resource `{}`; it has: {}.", need.resource, known.join(", ")),
                    );
                }
            }
        }
    }

    pub(super) fn check_links(&self, wrong: &mut Vec<FieldError>) {
        for (place, link) in self.links.iter().enumerate() {
            let mut bad = |field: &str, message: String| {
                wrong.push(FieldError::new(format!("links.{place}.{field}"), message));
            };
            for (field, id) in [("from", &link.from), ("to", &link.to)] {
                if self.item(id).is_none() {
                    bad(field, format!("No item `{id}`."));
                }
            }
            if link.from == link.to {
                bad("to", "An item cannot hang on itself.".to_owned());
            }
            if !(-100.0..=250.0).contains(&link.lag) {
                bad("lag", format!("A lag is −100 to 250 days; {} is not.", link.lag));
            }
        }
    }
}
