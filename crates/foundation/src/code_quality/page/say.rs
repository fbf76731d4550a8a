//! The answer in a sentence, and how counts are worded.

use desk::sheet::Thousands;

use crate::code_quality::Show;
use crate::code_quality::goals::Standing;
use crate::code_quality::health::RULES;
use crate::code_quality::view::{Between, CodeFile, PointState, Tied, View};

/// `1 file`, `3 files`, `1,200 files`.
pub(in crate::code_quality) fn plural(count: u64, thing: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {thing}{s}", Thousands(count))
}

/// Small counts in words, as the beginning of a sentence has them.
pub(in crate::code_quality) fn count(count: usize) -> String {
    const WORDS: [&str; 13] =
        ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];
    WORDS.get(count).map_or_else(|| Thousands(count as u64).to_string(), |word| (*word).to_owned())
}

/// A number of months in the unit that fits.
pub(super) fn months(months: f64) -> String {
    if months < 24.0 { format!("{months:.0} months") } else { format!("{:.1} years", months / 12.0) }
}

fn percent(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 { part / whole * 100.0 } else { 0.0 };
    if share > 0.0 && share < 1.0 { "under 1 %".to_owned() } else { format!("{share:.0} %") }
}

/// The answer to what was asked.
pub(super) fn answer(view: &View) -> String {
    match view.part() {
        Some(Show::Coupling) => coupling(view),
        Some(Show::Goals) => goals(view),
        Some(Show::Risk) => risk(view),
        Some(Show::Between) => view.between.as_ref().map_or_else(String::new, between),
        Some(Show::Weights) => weights(view),
        _ => hotspots(view),
    }
}

fn weights(view: &View) -> String {
    let kinds = plural(RULES.len() as u64, "kind");
    match view.weights.len() as u64 {
        0 => format!("Health falls by {kinds} of findings, all weighed as shipped."),
        said => format!("Health falls by {kinds} of findings; {} otherwise than shipped.", plural(said, "weight")),
    }
}

fn hotspots(view: &View) -> String {
    let ground = &view.ground;
    if view.files.is_empty() {
        return "There is no code file here.".to_owned();
    }
    if ground.little_history {
        let most = view.files.iter().max_by(|a, b| a.complexity.total_cmp(&b.complexity));
        return most.map_or_else(String::new, |file| {
            format!("Too little history to weigh change; the most complex file is {}.", file.path)
        });
    }
    let hot: Vec<&CodeFile> = view.hot().collect();
    let code: f64 = hot.iter().map(|file| f64::from(file.code)).sum();
    let changes: f64 = hot.iter().map(|file| f64::from(file.changes)).sum();
    if hot.is_empty() {
        return format!(
            "No file here is a hotspot: none of {} is both changed much and complex.",
            plural(view.files.len() as u64, "file")
        );
    }
    let risen = hot.iter().filter(|file| file.rise.is_some_and(|rise| rise >= 0.01)).count();
    let course = match risen {
        0 => "complexity rose in none of them in the last three months".to_owned(),
        risen => format!("complexity rose in {} of them in the last three months", count(risen).to_lowercase()),
    };
    let files = if hot.len() == 1 { "file" } else { "files" };
    format!(
        "{} {files} ({} of the code) took {} of the changes; {course}.",
        count(hot.len()),
        percent(code, ground.code as f64),
        percent(changes, ground.changes as f64),
    )
}

fn risk(view: &View) -> String {
    let act = view.open_changes.iter().filter(|change| change.level != "usual").count();
    let mended = view.faults.as_ref().filter(|faults| faults.changes.count > 0).map(|faults| {
        let share = percent(faults.changes.mended as f64, faults.changes.count as f64);
        format!("; {share} of all changes of code had to be mended later")
    });
    let open = match (view.open_changes.len(), act) {
        (0, _) => "No branch of the last 90 days is open".to_owned(),
        (1, 0) => "The one open branch is as usual".to_owned(),
        (1, _) => "The one open branch should be looked at closely".to_owned(),
        (all, act) => format!("{} of {all} open branches should be looked at closely", count(act)),
    };
    format!("{open}{}.", mended.unwrap_or_default())
}

fn between(between: &Between) -> String {
    let (before, after) = (&between.before, &between.after);
    if before.files == 0 {
        return format!(
            "No code file was there at the beginning of {}; {} came since.",
            between.from,
            plural(between.new, "file")
        );
    }
    let course = match (after.complexity / before.complexity - 1.0) * 100.0 {
        share if !share.is_finite() => "complexity is new".to_owned(),
        share if share.abs() < 1.0 => "complexity stayed the same".to_owned(),
        share if share > 0.0 => format!("complexity rose by {share:.0} %"),
        share => format!("complexity fell by {:.0} %", -share),
    };
    let fixes = |of: &PointState| percent(of.fixes as f64, of.changes as f64);
    let fixes = match (before.changes, after.changes) {
        (_, 0) => "nothing changed".to_owned(),
        (0, _) => format!("{} of the changes were fixes", fixes(after)),
        _ => format!("{} of the changes were fixes, {} in as many days before", fixes(after), fixes(before)),
    };
    format!(
        "From {} to {} {course}: {} got worse, {} better, {} are new and {} gone; {fixes}.",
        between.from,
        between.to,
        plural(between.worse, "file"),
        between.better,
        between.new,
        between.gone,
    )
}

fn coupling(view: &View) -> String {
    let hidden = view.coupling.iter().filter(|pair| pair.tied == Tied::Hidden).count();
    let pairs = view.coupling.len();
    let of = view.ask.path.as_deref().map(|path| format!(" with {path}")).unwrap_or_default();
    match pairs {
        0 => format!("Nothing changes together{of} often enough to say so (5 shared revisions, a degree of 0.3)."),
        pairs => {
            let things = if pairs == 1 { "pair of files changes" } else { "pairs of files change" };
            let which = match hidden {
                0 => "none of them is known to be hidden".to_owned(),
                1 => "one of them is declared by no import".to_owned(),
                hidden => format!("{} of them are declared by no import", count(hidden).to_lowercase()),
            };
            format!("{} {things} together{of}; {which}.", count(pairs))
        }
    }
}

fn goals(view: &View) -> String {
    let broken = view.goals.iter().filter(|goal| goal.breaks()).count();
    let by = match &view.branch {
        Some(branch) => format!(
            " by the {} since {} ({})",
            plural(branch.commits, "commit"),
            branch.base,
            branch.sha.get(..10).unwrap_or(&branch.sha)
        ),
        None => String::new(),
    };
    let unknown = view.goals.iter().filter(|goal| goal.standing == Standing::NotMeasured).count();
    match (view.goals.len(), broken) {
        (0, _) if view.ask.gate => "No goal is set, so this gate judged nothing.".to_owned(),
        (0, _) => "No goal is set.".to_owned(),
        (all, 0) if unknown > 0 => {
            format!(
                "{unknown} of {} could not be measured; of the others none is broken{by}.",
                plural(all as u64, "goal")
            )
        }
        (1, 0) => format!("The one goal is not broken{by}."),
        (all, 0) => format!("None of {} is broken{by}.", plural(all as u64, "goal")),
        (1, 1) => format!("The one goal is broken{by}."),
        (all, 1) => format!("One of {} is broken{by}.", plural(all as u64, "goal")),
        (all, broken) => format!("{} of {} are broken{by}.", count(broken), plural(all as u64, "goal")),
    }
}
