//! The page: the parts to choose from; options as cards that stand beside one another, the rest as the sheet.

use askama::Template;
use desk::{Refusal, Sheeted as _};
use web::pen::Choice;
use web::{Html, Pen};

use super::sheet::offer_of;
use super::view::{OptionView, View};
use super::whole::Preset;
use super::{Ask, Show, page_of};

struct Card<'a> {
    option: &'a OptionView,
    href: String,
}

#[derive(Template)]
#[template(path = "delegation/options.html")]
struct OptionsPart<'a> {
    cards: Vec<Card<'a>>,
    left_out: &'a str,
}

#[derive(Template)]
#[template(path = "delegation/brief.html")]
struct BriefPart<'a> {
    parts: &'a [(String, Vec<String>)],
}

pub(super) fn page(view: &View, pen: &Pen) -> Result<Option<Html>, Refusal> {
    let (label, others) = others(view);
    let tabs = pen.choices(&tabs(view), label, &others)?;
    let sheet = view.sheet();
    if let Some(empty) = &sheet.empty {
        return Ok(Some(Html::joined([tabs, pen.empty(empty)?])));
    }
    let picture = match (&view.options, &view.brief) {
        (Some(options), _) if !options.options.is_empty() => {
            let cards = options.options.iter().map(|option| Card { option, href: offer_of(options, option) }).collect();
            Html::of(&OptionsPart { cards, left_out: &options.left_out })?
        }
        (_, Some(brief)) => Html::of(&BriefPart { parts: &brief.parts })?,
        _ => return Ok(Some(Html::joined([tabs, pen.sheet(&sheet)?]))),
    };
    let mut parts = vec![tabs, pen.answer(&sheet.answer)?, pen.notices(&sheet.notices)?, picture];
    // What a card says stands in the sheet's first section for those who read no page.
    for section in sheet.sections.iter().filter(|section| section.id == "the-task") {
        parts.push(pen.section(section)?);
    }
    parts.push(pen.suggestions(&sheet.suggestions)?);
    if let Some(computed) = &sheet.computed {
        parts.push(pen.computed(computed)?);
    }
    Ok(Some(Html::joined(parts)))
}

fn tabs(view: &View) -> Vec<Choice> {
    let show = view.show();
    let what = |part: Show| (part == show).then(|| view.ask.what.clone()).flatten();
    let mut all: Vec<Choice> = [("Mine", Show::Mine), ("A task", Show::Options), ("A whole plan", Show::Plan)]
        .into_iter()
        .map(|(name, part)| {
            let ask = Ask { show: Some(part).filter(|part| *part != Show::Mine), what: what(part), ..Ask::default() };
            Choice::new(name, page_of(&ask), part == show)
        })
        .collect();
    if show == Show::Brief {
        all.push(Choice::new("Brief", page_of(&view.ask), true));
    }
    all
}

/// For what a plan is given out.
fn others(view: &View) -> (&'static str, Vec<Choice>) {
    let Some(plan) = &view.plan else { return ("", Vec::new()) };
    let one = |preset: Preset| {
        let ask = Ask {
            show: Some(Show::Plan),
            what: Some(plan.id.clone()),
            preset: Some(preset),
            lock: view.ask.lock.clone(),
            ..Ask::default()
        };
        Choice::new(preset.word(), page_of(&ask), plan.preset == preset.word())
    };
    ("For", Preset::ALL.map(one).into())
}
