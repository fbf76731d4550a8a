//! Questions that help to split what is too big. After Lawrence and Green's patterns, Cohn's SPIDR and Wake's INVEST; the words are ours.

use crate::plan::records::PlanItem;

/// A pattern: its name, words that call for it, its question.
pub const PATTERNS: [(&str, &[&str], &str); 10] = [
    ("path", &["then", "step", "flow", "process"], "Which shortest run through all steps is of use by itself?"),
    (
        "rule",
        &["if", "unless", "limit", "limits", "role", "roles", "rules"],
        "Which rule can wait, with its case refused for now?",
    ),
    (
        "data",
        &["format", "formats", "source", "sources", "country", "countries", "currencies"],
        "Which one kind of data serves somebody?",
    ),
    ("operation", &["manage", "admin", "edit", "maintain"], "Which of create, read, change, remove is needed first?"),
    (
        "interface",
        &["web", "mobile", "api", "import", "export", "app"],
        "Which one channel, and in what simplest form?",
    ),
    ("effort", &["all", "each", "every", "various"], "Which variant carries the groundwork; what are the rest then?"),
    (
        "quality",
        &["fast", "scale", "secure", "reliable"],
        "What serves ten users; what raises it later, by which measure?",
    ),
    (
        "unknown",
        &["new", "research", "unclear"],
        "Which question, answered in how many days, halves the range? (spike)",
    ),
    (
        "migration",
        &["schema", "rename", "replace", "migrate", "migration"],
        "Expand, move, contract: what can go out after each?",
    ),
    ("switch", &["risky", "cutover", "switch"], "What can go out dark, and who turns it on?"),
];

/// Questions that are asked of an item that calls for none.
const PLAIN: usize = 3;

/// The patterns that an item calls for, by its words and its spread; the first few when it calls for none.
#[must_use]
pub fn questions(item: &PlanItem) -> Vec<(String, String)> {
    let text = format!("{} {}", item.title, item.outcome.as_deref().unwrap_or_default()).to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let wide = item.estimate.is_some_and(|spread| spread.low > 0.0 && spread.high / spread.low > 4.0);
    let called = |name: &str, cues: &[&str]| {
        (name == "unknown" && wide)
            || (name == "effort" && item.acceptance.len() > 7)
            || cues.iter().any(|cue| words.contains(cue))
    };
    let told = |(name, _, question): &(&str, &[&str], &str)| ((*name).to_owned(), (*question).to_owned());
    let some: Vec<_> = PATTERNS.iter().filter(|(name, cues, _)| called(name, cues)).map(told).collect();
    if some.is_empty() { PATTERNS.iter().take(PLAIN).map(told).collect() } else { some }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_call_for_questions() {
        let item = |title: &str| PlanItem { title: title.to_owned(), ..PlanItem::default() };
        let names = |item: &PlanItem| questions(item).into_iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(names(&item("Manage refunds if they are late")), ["rule", "operation"]);
        assert_eq!(names(&item("Card form")), ["path", "rule", "data"], "on no cue the plain ones are asked");
        let mut wide = item("Card form");
        wide.estimate = Some("2..5..20d".parse().unwrap());
        assert_eq!(names(&wide), ["unknown"]);
    }
}
