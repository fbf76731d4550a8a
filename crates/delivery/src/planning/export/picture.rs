//! A plan's picture over time as a file of its own: it holds its colours, refers to nothing, and is light, for paper and slides.

use askama::Template;
use desk::Refusal;
use web::Html;

use super::super::draw::{Gantt, ROW, gantt};
use super::super::view::PlanView;

/// Room around the picture.
const EDGE: f64 = 16.0;
/// Room above it, for the title.
const HEAD: f64 = 36.0;
/// Room below it, for what it shows and how it is read.
const FOOT: f64 = 48.0;

#[derive(Template)]
#[template(path = "planning/gantt.svg")]
struct Picture<'a> {
    gantt: &'a Gantt,
    row: f64,
    title: String,
    told: String,
    width: f64,
    height: f64,
    edge: f64,
    head: f64,
}

/// The picture.
pub(super) fn picture(plan: &PlanView) -> Result<String, Refusal> {
    let mut drawn = gantt(plan).ok_or_else(|| Refusal::fault("a plan with dates has no picture"))?;
    drawn.finding = plain(&drawn.finding);
    for bar in &mut drawn.bars {
        bar.name = plain(&bar.name);
        bar.title = plain(&bar.title);
    }
    let part = Picture {
        row: ROW,
        title: plain(&plan.title),
        told: plain(&format!("Version {}, told on {}, {} trials", plan.version, plan.today, plan.trials)),
        width: drawn.width + 2.0 * EDGE,
        height: drawn.height + HEAD + FOOT,
        edge: EDGE,
        head: HEAD,
        gantt: &drawn,
    };
    Ok(Html::of(&part)?.into_string())
}

/// Text without what no XML may hold; templates escape the rest.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect()
}
