//! The fever chart of a plan: how much of what was promised is done against how much of its reserve is used, told from what stood in the
//! ledger. Three zones by the rules of `buffers`; drawn as SVG, so that it is there without script and on paper.

use super::buffers::Fever;
use super::view::{FeverPoint, PlanView};

/// Units of the view box: left, top, width and height of the field.
const FIELD: (f64, f64, f64, f64) = (52.0, 14.0, 560.0, 300.0);

/// The chart, in the units of its view box.
#[derive(Debug, Default)]
pub(super) struct FeverChart {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) finding: String,
    /// Corners of the zones: act, watch, good.
    pub(super) zones: [(&'static str, String); 3],
    /// Across: x, per cent. Up: y, per cent.
    pub(super) across: Vec<(f64, String)>,
    pub(super) up: Vec<(f64, String)>,
    pub(super) line: String,
    pub(super) points: Vec<Spot>,
}

/// A point of the chart.
#[derive(Debug, Default)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) title: String,
    pub(super) last: bool,
}

/// What a zone is called.
pub(super) const fn word(fever: Fever) -> &'static str {
    match fever {
        Fever::Good => "as it should be",
        Fever::Watch => "worth an eye",
        Fever::Act => "act",
    }
}

/// Lays it out; none when nothing was promised, or nothing can be told.
pub(super) fn fever(plan: &PlanView) -> Option<FeverChart> {
    let trail = &plan.baseline.as_ref()?.trail;
    let last = trail.last()?;
    let top = trail.iter().map(|point| point.used).fold(100.0, f64::max).min(300.0) * 1.1;
    let (left, above, width, height) = FIELD;
    let x = |done: f64| left + width * (done / 100.0).clamp(0.0, 1.0);
    let y = |used: f64| above + height * (1.0 - (used / top).clamp(0.0, 1.0));
    let corner = |done: f64, used: f64| format!("{:.1},{:.1}", x(done), y(used));
    // From the left lower line to the right, and back along the upper one.
    let band = |low: Option<f64>, high: Option<f64>| {
        let at = |line: Option<f64>, done: f64, edge: f64| line.map_or(edge, |from| from + 0.6 * done);
        let below = [corner(0.0, at(low, 0.0, 0.0)), corner(100.0, at(low, 100.0, 0.0))];
        let over = [corner(100.0, at(high, 100.0, top)), corner(0.0, at(high, 0.0, top))];
        below.into_iter().chain(over).collect::<Vec<_>>().join(" ")
    };
    let spot = |point: &FeverPoint| Spot {
        x: x(point.done),
        y: y(point.used),
        title: format!("{}: {:.0} % done, {:.0} % of the reserve used", point.on, point.done, point.used),
        last: point == last,
    };
    let steps = |until: f64, step: f64| {
        std::iter::successors(Some(0.0), move |at| Some(at + step)).take_while(move |at| *at <= until)
    };
    Some(FeverChart {
        width: left + width + 12.0,
        height: above + height + 42.0,
        finding: format!(
            "{:.0} % of what was promised is done, {:.0} % of its reserve is used: {}.",
            last.done,
            last.used,
            word(last.fever)
        ),
        zones: [
            ("act", band(Some(30.0), None)),
            ("watch", band(Some(15.0), Some(30.0))),
            ("good", band(None, Some(15.0))),
        ],
        across: steps(100.0, 20.0).map(|at| (x(at), format!("{at:.0}"))).collect(),
        up: steps(top, 50.0).map(|at| (y(at), format!("{at:.0}"))).collect(),
        line: trail.iter().map(|point| corner(point.done, point.used)).collect::<Vec<_>>().join(" "),
        points: trail.iter().map(spot).collect(),
    })
}
