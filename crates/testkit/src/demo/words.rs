//! The words of a company that plans berths, tariffs and tides for ports: what its code, its work and its messages are made of.

use super::dice::Dice;

/// Things that code and work are about.
pub(super) const NOUNS: &[&str] = &[
    "berth",
    "vessel",
    "cargo",
    "tariff",
    "tide",
    "mooring",
    "pilot",
    "manifest",
    "container",
    "invoice",
    "crane",
    "quay",
    "voyage",
    "arrival",
    "departure",
    "customs",
    "permit",
    "anchor",
    "ballast",
    "beacon",
    "channel",
    "convoy",
    "deck",
    "dock",
    "draft",
    "fairway",
    "ferry",
    "forecast",
    "freight",
    "gauge",
    "harbour",
    "hatch",
    "hull",
    "inspection",
    "ladder",
    "lane",
    "lock",
    "logbook",
    "margin",
    "notice",
    "offer",
    "operator",
    "passage",
    "payment",
    "penalty",
    "quota",
    "reading",
    "receipt",
    "reservation",
    "roster",
    "route",
    "schedule",
    "shift",
    "signal",
    "slot",
    "stowage",
    "surcharge",
    "terminal",
    "ticket",
    "tonnage",
    "tug",
    "visit",
    "wharf",
    "window",
];

/// What stands before a noun.
pub(super) const KINDS: &[&str] = &[
    "", "open", "late", "daily", "next", "planned", "actual", "stale", "shared", "billed", "pending", "split", "local",
    "merged", "valid", "weekly",
];

/// What functions do.
pub(super) const VERBS: &[&str] = &[
    "load", "resolve", "plan", "merge", "assign", "check", "collect", "estimate", "apply", "build", "cancel", "close",
    "compare", "confirm", "convert", "derive", "expand", "filter", "find", "group", "hold", "index", "join", "limit",
    "mark", "match", "move", "notify", "order", "parse", "price", "queue", "reject", "release", "reserve", "round",
    "settle", "shift", "split", "total",
];

const PLACES: &[&str] = &["board", "overview", "details page", "daily list", "export", "mobile view", "API", "report"];
const ROLES: &[&str] = &["harbour masters", "agents", "pilots", "planners", "billing clerks", "tug operators"];

/// The title of new work about something.
pub(super) fn feature(dice: &mut Dice, area: &str) -> String {
    let (noun, kind, other) = (*dice.pick(NOUNS), *dice.pick(&KINDS[1..]), *dice.pick(NOUNS));
    let (place, role) = (*dice.pick(PLACES), *dice.pick(ROLES));
    match dice.below(12) {
        0 => format!("Show the {kind} {noun} on the {area} {place}"),
        1 => format!("Let {role} change {} after its {other} is set", a(noun)),
        2 => format!("Send a notice when {} becomes {kind}", a(noun)),
        3 => format!("Filter the {place} by {noun} and {other}"),
        4 => format!("Import {noun} data from the port authority"),
        5 => format!("Explain to {role} why {} was refused", a(noun)),
        6 => format!("Round the {noun} to the {other}'s rules"),
        7 => format!("Warn {role} before {} {noun} collides with {}", a(kind), a(other)),
        8 => format!("Export every {kind} {noun} with its {other}"),
        9 => format!("Keep the history of {} for {role}", a(noun)),
        10 => format!("Split the {kind} {noun} by {other}"),
        _ => format!("Add {} {noun} to the {area} {place}", a(kind)),
    }
}

/// The title of a fault.
pub(super) fn bug(dice: &mut Dice, area: &str) -> String {
    let (noun, kind, other) = (*dice.pick(NOUNS), *dice.pick(&KINDS[1..]), *dice.pick(NOUNS));
    match dice.below(8) {
        0 => format!("The {kind} {noun} is shown twice in {area}"),
        1 => format!("{} without {} breaks the {area} list", capital(&a(noun)), a(other)),
        2 => format!("Wrong total when the {noun} spans midnight"),
        3 => format!("The {noun} keeps its old {other} after a change"),
        4 => format!("Saving {} {noun} times out", a(kind)),
        5 => format!("{} in another time zone lands on the wrong day", capital(&a(noun))),
        6 => format!("The {other} of a cancelled {noun} is still billed"),
        _ => format!("{area}: the {kind} {noun} loses its {other}"),
    }
}

/// The title of work that users do not see.
pub(super) fn chore(dice: &mut Dice, area: &str) -> String {
    let (noun, other) = (*dice.pick(NOUNS), *dice.pick(NOUNS));
    match dice.below(7) {
        0 => format!("Move {noun} rules of {area} into one place"),
        1 => format!("Cover the {noun} of {area} with tests"),
        2 => format!("Remove the old {noun} switch from {area}"),
        3 => format!("Measure how long {} takes in {area}", a(noun)),
        4 => format!("Document how {area} decides on {}", a(noun)),
        5 => format!("Untangle {noun} and {other} in {area}"),
        _ => format!("Prepare {area} for more than one {noun}"),
    }
}

/// The title of something to find out.
pub(super) fn spike(dice: &mut Dice) -> String {
    format!("Find out whether the {} service can keep its {}", dice.pick(NOUNS), dice.pick(NOUNS))
}

/// The title of a large piece of work.
pub(super) fn epic(dice: &mut Dice) -> String {
    let (noun, other) = (*dice.pick(NOUNS), *dice.pick(NOUNS));
    match dice.below(4) {
        0 => format!("{} planning that knows the {other}", capital(noun)),
        1 => format!("Self service for {} around the {noun}", dice.pick(ROLES)),
        2 => format!("One {noun} across all terminals"),
        _ => format!("From {noun} to {other} without paper"),
    }
}

/// What users saw of an incident.
pub(super) fn outage(dice: &mut Dice, service: &str) -> String {
    let noun = *dice.pick(NOUNS);
    match dice.below(4) {
        0 => format!("{service} answers with errors for every {noun}"),
        1 => format!("{} totals are wrong since the last deployment", capital(noun)),
        2 => format!("{service} is slow; the {noun} queue grows"),
        _ => format!("No {noun} can be saved"),
    }
}

/// What one step on the way to a change is called.
pub(super) fn step(dice: &mut Dice, number: usize) -> String {
    let (noun, kind) = (*dice.pick(NOUNS), *dice.pick(&KINDS[1..]));
    if number > 0 && dice.chance(30) {
        return dice
            .pick(&[
                "address review",
                "satisfy the linter",
                "cover the empty case",
                "name things better",
                "add missing test",
            ])
            .to_string();
    }
    match dice.below(7) {
        0 => format!("add the {kind} {noun}"),
        1 => format!("use the {noun} where it is decided"),
        2 => format!("test {} {noun}", a(kind)),
        3 => format!("pass the {noun} through"),
        4 => format!("handle a missing {noun}"),
        5 => format!("keep {noun} and its checks together"),
        _ => format!("read the {kind} {noun} once"),
    }
}

/// The word with its article.
pub(super) fn a(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// The text with its first letter as a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text as part of a branch's name: at most five words.
pub(super) fn branch(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.take(5).collect::<Vec<_>>().join("-")
}
