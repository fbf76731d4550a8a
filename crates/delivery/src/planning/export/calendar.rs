//! A plan as a calendar (RFC 5545): its milestones and its end, each a whole day at the plan's confidence.
//!
//! An event keeps its name (UID) for ever and takes the plan's version as its SEQUENCE, so that a calendar that took in an older file moves
//! the event and shows no second one. Nobody's time is blocked by it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::view::PlanView;
use crate::calendar::{after, said};
use crate::plan::records::ItemKind;

/// Octets of a line at most, its end not counted.
const LINE: usize = 75;

struct Event<'a> {
    uid: String,
    name: &'a str,
    half: &'a str,
    sure: &'a str,
}

/// The calendar, told at `now`.
pub(super) fn calendar(plan: &PlanView, now: Timestamp) -> String {
    let mut out = Ics::default();
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//Mainstay//Planning//EN");
    out.line("CALSCALE:GREGORIAN");
    for event in events(plan) {
        out.event(plan, &event, now);
    }
    out.line("END:VCALENDAR");
    out.0
}

fn events(plan: &PlanView) -> Vec<Event<'_>> {
    let milestones = plan.items.iter().filter(|item| item.kind == ItemKind::Milestone);
    let mut all: Vec<Event<'_>> = milestones
        .filter_map(|item| {
            let when = item.when.as_ref()?;
            let uid = format!("plan-{}-item-{}@mainstay", plan.id, item.id);
            Some(Event { uid, name: &item.title, half: &when.finish[1], sure: &when.sure })
        })
        .collect();
    all.extend(plan.dates.as_ref().map(|dates| Event {
        uid: format!("plan-{}@mainstay", plan.id),
        name: "end",
        half: &dates.half,
        sure: &dates.sure,
    }));
    all
}

#[derive(Default)]
struct Ics(String);

impl Ics {
    fn event(&mut self, plan: &PlanView, event: &Event<'_>, now: Timestamp) {
        let Ok(day) = event.sure.parse::<Date>() else { return };
        let confidence = format!("{:.0} %", plan.confidence * 100.0);
        let text = |day: &str| said(day, "");
        self.line("BEGIN:VEVENT");
        self.line(&format!("UID:{}", event.uid));
        self.line(&format!("DTSTAMP:{}", now.strftime("%Y%m%dT%H%M%SZ")));
        self.line(&format!("SEQUENCE:{}", plan.version));
        self.line(&format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d")));
        // The end of a whole day is the first that does not belong to it.
        self.line(&format!("DTEND;VALUE=DATE:{}", after(day, 1).strftime("%Y%m%d")));
        self.line(&format!("SUMMARY:{}", escaped(&format!("{}: {} ({confidence})", plan.title, event.name))));
        let told = format!(
            "P50 {}; {confidence} by {}.\nFrom {} trials of version {} of the plan, told on {}.",
            text(event.half),
            text(event.sure),
            plan.trials,
            plan.version,
            text(&plan.today)
        );
        self.line(&format!("DESCRIPTION:{}", escaped(&told)));
        self.line("TRANSP:TRANSPARENT");
        self.line("END:VEVENT");
    }

    /// One content line, folded: a line goes on behind a line break and a space; no character is cut.
    fn line(&mut self, line: &str) {
        let mut room = LINE;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// Text as a value: `\`, `;` and `,` behind a `\`, a line break as `\n`, nothing else that steers.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("A\\B; C, D\r\nE\u{7}"), "A\\\\B\\; C\\, D\\nE");
    }

    #[test]
    fn lines_fold_at_75_octets() {
        let long = format!("SUMMARY:{}", "Zahlungsübersicht für Händler 🧭 ".repeat(12));
        let mut out = Ics::default();
        out.line(&long);
        let lines: Vec<&str> = out.0.strip_suffix("\r\n").unwrap().split("\r\n").collect();
        assert!(lines.len() > 3 && lines.iter().all(|line| line.len() <= 75), "{lines:?}");
        assert!(lines[1..].iter().all(|line| line.starts_with(' ')));
        assert_eq!(out.0.trim_end_matches("\r\n").replace("\r\n ", ""), long, "nothing is lost by folding");
        let mut out = Ics::default();
        out.line(&"x".repeat(75));
        assert_eq!(out.0, format!("{}\r\n", "x".repeat(75)), "75 octets need no fold");
    }
}
