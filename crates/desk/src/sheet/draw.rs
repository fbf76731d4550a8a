//! The pictures that more than one practice draws, from plain data: lines, bars, points, a treemap, a graph. Each gives its options and
//! its own table, so that a practice cannot draw what it does not also list.

use charming::component::{Axis, Grid, Legend};
use charming::datatype::CompositeValue;
use charming::element::{AxisType, ItemStyle, LineStyle, Symbol, Tooltip, Trigger};
use charming::series::{Bar, Line, Scatter};
use serde_json::{Value, json};

use super::{Cell, Chart, Column, Table};

/// The order in which series take their colours.
const SERIES: [&str; 5] =
    ["var(--series-1)", "var(--series-2)", "var(--series-3)", "var(--series-4)", "var(--series-5)"];

fn series_colour(place: usize) -> &'static str {
    SERIES.get(place % SERIES.len()).copied().unwrap_or("var(--series-1)")
}

fn grid(legend: bool) -> Grid {
    Grid::new().left(8).right(16).top(if legend { 36 } else { 16 }).bottom(8).contain_label(true)
}

/// Values over ordered categories (months, classes), a line a series.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// What the categories are (`Month`).
    pub over: String,
    /// The categories.
    pub labels: Vec<String>,
    /// Series by name; a gap is not measured.
    pub series: Vec<(String, Vec<Option<f64>>)>,
    /// The unit of the values, for the axis.
    pub unit: String,
    /// Digits after the point in the table.
    pub decimals: u8,
}

impl Lines {
    /// The picture.
    #[must_use]
    pub fn chart(&self, id: &str, finding: impl Into<String>) -> Chart {
        let many = self.series.len() > 1;
        let mut chart = base(many, &self.unit).x_axis(categories(&self.labels)).y_axis(values(&self.unit));
        for (place, (name, points)) in self.series.iter().enumerate() {
            let colour = series_colour(place);
            let data: Vec<CompositeValue> = points.iter().map(|point| value(*point)).collect();
            let line = Line::new()
                .name(name.clone())
                .symbol(Symbol::None)
                .connect_nulls(false)
                .line_style(LineStyle::new().width(2).color(colour))
                .item_style(ItemStyle::new().color(colour));
            chart = chart.series(line.data(data));
        }
        Chart::typed(
            id,
            finding,
            &chart,
            by_label(id, &self.over, &self.labels, &self.series, &self.unit, self.decimals),
        )
    }
}

/// Values of categories, a bar each.
#[derive(Debug, Clone, Default)]
pub struct Bars {
    /// What the categories are.
    pub over: String,
    /// The categories.
    pub labels: Vec<String>,
    /// Series by name; a gap is not measured.
    pub series: Vec<(String, Vec<Option<f64>>)>,
    /// The unit of the values.
    pub unit: String,
    /// Digits after the point in the table.
    pub decimals: u8,
    /// Whether the series stand on each other.
    pub stacked: bool,
}

impl Bars {
    /// The picture.
    #[must_use]
    pub fn chart(&self, id: &str, finding: impl Into<String>) -> Chart {
        let many = self.series.len() > 1;
        let mut chart = base(many, &self.unit).x_axis(categories(&self.labels)).y_axis(values(&self.unit));
        for (place, (name, points)) in self.series.iter().enumerate() {
            let data: Vec<CompositeValue> = points.iter().map(|point| value(*point)).collect();
            let mut bar = Bar::new().name(name.clone()).item_style(ItemStyle::new().color(series_colour(place)));
            if self.stacked {
                bar = bar.stack("all");
            }
            chart = chart.series(bar.data(data));
        }
        let table = by_label(id, &self.over, &self.labels, &self.series, &self.unit, self.decimals);
        let mut chart = Chart::typed(id, finding, &chart, table);
        // The typed options have no name for this one.
        for series in chart.options.get_mut("series").and_then(Value::as_array_mut).into_iter().flatten() {
            series["barMaxWidth"] = json!(28);
        }
        chart
    }
}

/// Points in a plane.
#[derive(Debug, Clone, Default)]
pub struct Points {
    /// Name of the horizontal axis with its unit.
    pub across: String,
    /// Name of the vertical axis with its unit.
    pub up: String,
    /// The points: name, x, y.
    pub points: Vec<(String, f64, f64)>,
    /// Whether both axes are logarithmic; then every value is above zero.
    pub logarithmic: bool,
}

impl Points {
    /// The picture.
    #[must_use]
    pub fn chart(&self, id: &str, finding: impl Into<String>) -> Chart {
        let kind = if self.logarithmic { AxisType::Log } else { AxisType::Value };
        let data: Vec<Vec<f64>> = self.points.iter().map(|(_, x, y)| vec![*x, *y]).collect();
        let series =
            Scatter::new().symbol_size(9).item_style(ItemStyle::new().color(SERIES[0]).opacity(0.7)).data(data);
        let chart = charming::Chart::new()
            .grid(grid(false).top(32))
            .tooltip(Tooltip::new().trigger(Trigger::Item))
            .x_axis(Axis::new().type_(kind).name(self.across.clone()))
            .y_axis(Axis::new().type_(kind).name(self.up.clone()))
            .series(series);
        let columns =
            vec![Column::words("name", "Name"), Column::numbers("x", &self.across), Column::numbers("y", &self.up)];
        let rows = self
            .points
            .iter()
            .map(|(name, x, y)| vec![Cell::text(name.clone()), Cell::number(*x, 1), Cell::number(*y, 1)]);
        Chart::typed(id, finding, &chart, Table::new(id, "What the picture is drawn from", columns).rows(rows))
    }
}

/// A place of a treemap: a folder or a file.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Its name under its parent.
    pub name: String,
    /// Its size (lines); a folder's is the sum of what is in it, whatever stands here.
    pub size: f64,
    /// Its heat, 0 to 1; none is not measured.
    pub heat: Option<f64>,
    /// What a click opens.
    pub href: Option<String>,
    /// What is in it.
    pub inside: Vec<Place>,
}

impl Place {
    /// A treemap of `places`: area is size, colour is heat in five shades. The options are written out: the typed options know no
    /// data for this series.
    #[must_use]
    pub fn treemap(places: &[Self], id: &str, finding: impl Into<String>, table: Table) -> Chart {
        let options = json!({
            "tooltip": { "trigger": "item" },
            "series": [{
                "type": "treemap", "name": "All",
                "data": places.iter().map(Self::option).collect::<Vec<_>>(),
                "left": 0, "right": 0, "top": 0, "bottom": 28,
                "roam": false, "nodeClick": "zoomToNode",
                "breadcrumb": { "bottom": 0, "height": 22 },
                "label": { "show": true, "overflow": "truncate" },
                "upperLabel": { "show": true, "height": 20 },
                "itemStyle": { "gapWidth": 1, "borderWidth": 1 },
                "levels": [
                    { "itemStyle": { "gapWidth": 2, "borderWidth": 0 }, "upperLabel": { "show": false } },
                    { "itemStyle": { "gapWidth": 1, "borderWidth": 2 } },
                    { "itemStyle": { "gapWidth": 1, "borderWidth": 1 } },
                ],
            }],
        });
        Chart::from_options(id, finding, options, table).tall(420)
    }

    fn option(&self) -> Value {
        let mut node = json!({ "name": self.name });
        if let Some(href) = &self.href {
            node["href"] = json!(href);
        }
        if self.inside.is_empty() {
            node["value"] = json!(self.size);
            let shade = self.heat.map_or(0, shade_of);
            node["itemStyle"] = json!({ "color": format!("var(--heat-{shade})") });
            node["label"] = json!({ "color": format!("var(--heat-{shade}-ink)") });
            if let Some(heat) = self.heat {
                node["heat"] = json!(heat);
            }
        } else {
            // Seen only where a folder is too small to be opened: then it has the heat of its hottest file.
            node["itemStyle"] = json!({ "color": format!("var(--heat-{})", self.hottest().map_or(0, shade_of)) });
            node["children"] = self.inside.iter().map(Self::option).collect();
        }
        node
    }

    fn hottest(&self) -> Option<f64> {
        self.inside.iter().filter_map(Self::hottest).chain(self.heat).reduce(f64::max)
    }
}

fn shade_of(heat: f64) -> u8 {
    [0.2, 0.4, 0.6, 0.8].iter().fold(1, |shade, edge| shade + u8::from(heat >= *edge))
}

/// A node of a graph.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// Its name, unique.
    pub name: String,
    /// Its size, 0 to 1.
    pub size: f64,
    /// The group that gives its colour.
    pub group: usize,
    /// What a click opens.
    pub href: Option<String>,
}

/// A line between two nodes.
#[derive(Debug, Clone, Default)]
pub struct Tie {
    /// Name of one end.
    pub from: String,
    /// Name of the other.
    pub to: String,
    /// Its strength, 0 to 1.
    pub strength: f64,
    /// Whether it is the kind that the picture is about (a hidden edge); others are pale.
    pub marked: bool,
}

impl Node {
    /// A graph of `nodes` and `ties`, laid out by force.
    #[must_use]
    pub fn graph(nodes: &[Self], ties: &[Tie], id: &str, finding: impl Into<String>, table: Table) -> Chart {
        let data: Vec<Value> = nodes.iter().map(Self::option).collect();
        let links: Vec<Value> = ties
            .iter()
            .map(|tie| {
                let colour = if tie.marked { "var(--act)" } else { "var(--hairline-strong)" };
                let kind = if tie.marked { "dashed" } else { "solid" };
                let style = json!({ "color": colour, "width": 1.0 + 3.0 * tie.strength, "type": kind });
                json!({ "source": tie.from, "target": tie.to, "lineStyle": style })
            })
            .collect();
        let options = json!({
            "tooltip": { "trigger": "item" },
            "series": [{
                "type": "graph", "layout": "force", "roam": true, "draggable": true,
                "force": { "repulsion": 180, "edgeLength": [60, 160], "gravity": 0.08, "layoutAnimation": false },
                "label": { "show": true, "position": "right", "overflow": "truncate", "width": 160 },
                "labelLayout": { "hideOverlap": true },
                "emphasis": { "focus": "adjacency" },
                "data": data, "links": links,
            }],
        });
        Chart::from_options(id, finding, options, table).tall(440)
    }

    fn option(&self) -> Value {
        let mut node = json!({
            "name": self.name,
            "symbolSize": 8.0 + 20.0 * self.size.clamp(0.0, 1.0),
            "itemStyle": { "color": series_colour(self.group) },
        });
        if let Some(href) = &self.href {
            node["href"] = json!(href);
        }
        node
    }
}

fn base(legend: bool, unit: &str) -> charming::Chart {
    let top = if unit.is_empty() { grid(legend) } else { grid(legend).top(if legend { 56 } else { 32 }) };
    let chart = charming::Chart::new().grid(top).tooltip(Tooltip::new().trigger(Trigger::Axis));
    if legend { chart.legend(Legend::new().top(0).left(0)) } else { chart }
}

fn categories(labels: &[String]) -> Axis {
    Axis::new().type_(AxisType::Category).data(labels.to_vec())
}

fn values(unit: &str) -> Axis {
    let axis = Axis::new().type_(AxisType::Value);
    if unit.is_empty() { axis } else { axis.name(unit.to_owned()) }
}

fn value(point: Option<f64>) -> CompositeValue {
    match point {
        Some(value) if value.is_finite() => CompositeValue::from(value),
        _ => CompositeValue::from("-"),
    }
}

fn by_label(
    id: &str,
    over: &str,
    labels: &[String],
    series: &[(String, Vec<Option<f64>>)],
    unit: &str,
    decimals: u8,
) -> Table {
    let mut columns = vec![Column::words("label", over)];
    for (place, (name, _)) in series.iter().enumerate() {
        let column = Column::numbers(&format!("s{place}"), name);
        columns.push(if unit.is_empty() { column } else { column.unit(unit) });
    }
    let rows = labels.iter().enumerate().map(|(at, label)| {
        let mut cells = vec![Cell::text(label.clone())];
        cells.extend(series.iter().map(|(_, points)| match points.get(at).copied().flatten() {
            Some(value) => Cell::number(value, decimals),
            None => Cell::missing("not measured"),
        }));
        cells
    });
    Table::new(id, "What the picture is drawn from", columns).rows(rows)
}
