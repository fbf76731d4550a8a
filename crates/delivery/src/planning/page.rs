//! The page: the parts to choose from, the pictures, then the sheet with the tables that they are drawn from.

use askama::Template;
use desk::{Refusal, Sheeted as _};
use web::pen::Choice;
use web::{Html, Pen};

use super::draw::{Gantt, Graph, ROW, gantt, graph};
use super::fever::{FeverChart, fever};
use super::view::{PlanView, View};
use super::{Ask, Export, Show, page_of};

#[derive(Template)]
#[template(path = "planning/gantt.html")]
struct GanttPart<'a> {
    gantt: &'a Gantt,
    row: f64,
}

#[derive(Template)]
#[template(path = "planning/graph.html")]
struct GraphPart<'a> {
    graph: &'a Graph,
}

#[derive(Template)]
#[template(path = "planning/fever.html")]
struct FeverPart<'a> {
    fever: &'a FeverChart,
}

/// The page of a plan; none when there is none, so that the empty state is drawn.
pub(super) fn page(view: &View, pen: &Pen) -> Result<Option<Html>, Refusal> {
    let Some(plan) = &view.plan else { return Ok(None) };
    let tabs = pen.choices(&tabs(view), "Plans", &plans(view, &plan.id))?;
    let files = pen.files(&files(view, plan))?;
    let sheet = view.sheet();
    let picture = match view.show() {
        Show::Gantt => gantt(plan).map(|gantt| Html::of(&GanttPart { gantt: &gantt, row: ROW })).transpose()?,
        Show::Graph => graph(plan).map(|graph| Html::of(&GraphPart { graph: &graph })).transpose()?,
        Show::Baseline => fever(plan).map(|fever| Html::of(&FeverPart { fever: &fever })).transpose()?,
        Show::Tree | Show::Capacity | Show::Inbox => None,
    };
    let Some(picture) = picture else { return Ok(Some(Html::joined([tabs, pen.sheet(&sheet)?, files]))) };
    let mut parts = vec![tabs, pen.answer(&sheet.answer)?, pen.notices(&sheet.notices)?, pen.figures(&sheet.figures)?];
    // What was asked besides stands above the picture, its own table below it.
    let own = match view.show() {
        Show::Baseline => sheet.sections.len().saturating_sub(1),
        _ => usize::from(view.why.is_some()) + usize::from(view.what_if.is_some()),
    };
    for section in sheet.sections.iter().take(own) {
        parts.push(pen.section(section)?);
    }
    parts.push(picture);
    for section in sheet.sections.iter().skip(own) {
        parts.push(pen.section(section)?);
    }
    parts.push(pen.suggestions(&sheet.suggestions)?);
    if let Some(computed) = &sheet.computed {
        parts.push(pen.computed(computed)?);
    }
    parts.push(files);
    Ok(Some(Html::joined(parts)))
}

fn tabs(view: &View) -> Vec<Choice> {
    let show = view.show();
    [
        ("Tree", Show::Tree),
        ("Over time", Show::Gantt),
        ("Graph", Show::Graph),
        ("Capacity", Show::Capacity),
        ("Baseline", Show::Baseline),
        ("Inbox", Show::Inbox),
    ]
    .map(|(name, part)| {
        let waiting = view.plan.as_ref().map_or(0, PlanView::waiting);
        let name = if part == Show::Inbox && waiting > 0 { format!("{name} ({waiting})") } else { name.to_owned() };
        let ask = Ask { show: Some(part).filter(|part| *part != Show::Tree), ..view.ask.clone() };
        Choice::new(name, page_of(&ask), part == show)
    })
    .into()
}

/// The files that the plan can be had as.
fn files(view: &View, plan: &PlanView) -> Vec<Choice> {
    let ask = Ask {
        plan: Some(plan.id.clone()),
        baseline: view.ask.baseline.clone(),
        confidence: view.ask.confidence,
        trials: view.ask.trials,
        seed: view.ask.seed,
        ..Ask::default()
    };
    let outline = Choice::new("Outline (Markdown)", page_of(&Ask { outline: true, ..ask.clone() }), false);
    let dated = plan.items.iter().any(|item| item.when.is_some());
    let forms = Export::ALL.into_iter().filter(|form| dated || !form.needs_dates());
    let file = |form: Export| Choice::new(form.title(), page_of(&Ask { export: Some(form), ..ask.clone() }), false);
    std::iter::once(outline).chain(forms.map(file)).collect()
}

/// The plans to choose from.
fn plans(view: &View, here: &str) -> Vec<Choice> {
    let one = |plan: &super::view::PlanLine| {
        let ask = Ask { plan: Some(plan.id.clone()), show: view.ask.show, ..Ask::default() };
        Choice::new(plan.title.clone(), page_of(&ask), plan.id == here)
    };
    view.plans.iter().take(12).map(one).collect()
}
