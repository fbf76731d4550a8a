//! One value as HTML: relative times with the exact one in the title, paths cut at their front, small lines as SVG.

use std::fmt::Write as _;

use desk::sheet::{Cell, Meaning, duration};
use jiff::Timestamp;

use crate::Html;

pub(super) fn draw(cell: &Cell, now: Timestamp) -> Html {
    let text = |text: &str| Html::text(text).into_string();
    Html::trusted(match cell {
        Cell::Link { text: words, href } => format!(r#"<a href="{}">{}</a>"#, text(href), text(words)),
        Cell::Path { path, href } => draw_path(path, href.as_deref()),
        Cell::Time(seconds) => draw_time(*seconds, now),
        Cell::Mark { word, meaning } => draw_mark(word, *meaning),
        Cell::Spark(points) => draw_spark(points),
        Cell::Bar { value, of, .. } => draw_bar(&text(&cell.words()), *value, *of),
        Cell::Missing(why) => {
            format!(
                r#"<span class="missing" title="{why}">–<span class="unseen">not measured: {why}</span></span>"#,
                why = text(why)
            )
        }
        Cell::Text(_) | Cell::Number { .. } | Cell::Count(_) | Cell::Share(_) | Cell::Duration(_) => {
            text(&cell.words())
        }
    })
}

/// The folder pale, the file's name plain.
fn draw_path(path: &str, href: Option<&str>) -> String {
    let (folder, name) = path.rfind('/').map_or(("", path), |slash| path.split_at(slash + 1));
    let words = format!(
        r#"<span class="path" title="{}"><span class="path-folder">{}</span><span class="path-name">{}</span></span>"#,
        Html::text(path),
        Html::text(folder),
        Html::text(name)
    );
    match href {
        Some(href) => format!(r#"<a href="{}">{words}</a>"#, Html::text(href)),
        None => words,
    }
}

fn draw_time(seconds: i64, now: Timestamp) -> String {
    let Ok(at) = Timestamp::from_second(seconds) else {
        return r#"<span class="missing">outside the calendar</span>"#.to_owned();
    };
    let exact = at.strftime("%Y-%m-%d %H:%M UTC");
    let ago = now.as_second().saturating_sub(seconds);
    let words = match ago {
        ..0 => format!("in {}", duration(-ago)),
        0..60 => "just now".to_owned(),
        _ => format!("{} ago", duration(ago)),
    };
    format!(r#"<time datetime="{at}" title="{exact}">{words}</time>"#)
}

fn draw_mark(word: &str, meaning: Meaning) -> String {
    let word = Html::text(word);
    if meaning == Meaning::Neutral {
        return word.into_string();
    }
    format!(
        r#"<span class="mark {}"><span class="mark-shape" aria-hidden="true">{}</span> {word}</span>"#,
        meaning.name(),
        meaning.shape()
    )
}

/// A line of 96 by 20 units. The last point is marked.
fn draw_spark(points: &[f64]) -> String {
    let (Some(low), Some(high)) = (points.iter().copied().reduce(f64::min), points.iter().copied().reduce(f64::max))
    else {
        return r#"<span class="missing">–</span>"#.to_owned();
    };
    let span = if high > low { high - low } else { 1.0 };
    let step = 92.0 / points.len().saturating_sub(1).max(1).to_string().parse::<f64>().unwrap_or(1.0);
    let mut line = String::new();
    let (mut x, mut y) = (2.0, 10.0);
    for (place, point) in points.iter().enumerate() {
        if place > 0 {
            x += step;
        }
        y = if high > low { 18.0 - 16.0 * (point - low) / span } else { 10.0 };
        let _ = write!(line, "{x:.1},{y:.1} ");
    }
    format!(
        r#"<svg class="spark" viewBox="0 0 96 20" width="96" height="20" role="img" aria-label="from {} to {}, now {}"><polyline points="{}"/><circle cx="{x:.1}" cy="{y:.1}" r="1.8"/></svg>"#,
        desk::sheet::number(low, 1),
        desk::sheet::number(high, 1),
        desk::sheet::number(points.last().copied().unwrap_or(0.0), 1),
        line.trim_end()
    )
}

fn draw_bar(words: &str, value: f64, of: f64) -> String {
    let width = if of > 0.0 { (64.0 * value / of).clamp(0.0, 64.0) } else { 0.0 };
    format!(
        r#"<span class="bar">{words}<svg viewBox="0 0 64 6" width="64" height="6" aria-hidden="true"><rect class="bar-track" width="64" height="6" rx="1"/><rect class="bar-fill" width="{width:.1}" height="6" rx="1"/></svg></span>"#
    )
}
