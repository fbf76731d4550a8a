//! A sheet on the terminal: the sentence, then figures and tables, what to do, and how it was computed. Plain when nobody watches.

use comfy_table::{CellAlignment, ContentArrangement, TableComponent, presets};

use crate::sheet::{Align, Cell, Computed, Deed, Empty, Matrix, Meaning, Section, Sheet, Suggestion, Table};

/// Where the text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Columns; none when it is no terminal, then nothing is cut.
    pub width: Option<u16>,
    /// Whether bold, dim and colour are understood.
    pub styled: bool,
    /// Rows of a table before the rest is only counted; none lists all.
    pub rows: Option<usize>,
}

impl Terminal {
    /// A file or a pipe: no width, no styles, every row.
    pub const PLAIN: Self = Self { width: None, styled: false, rows: None };
}

/// The sheet as text, a newline at its end.
#[must_use]
pub fn render(sheet: &Sheet, terminal: Terminal) -> String {
    let mut page = Page { out: String::new(), terminal };
    page.sheet(sheet);
    page.out
}

struct Page {
    out: String,
    terminal: Terminal,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn wrapped(&mut self, text: &str, indent: usize) {
        let room = self.terminal.width.map_or(usize::MAX, |width| usize::from(width).max(40)).saturating_sub(indent);
        let pad = " ".repeat(indent);
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                self.line(&format!("{pad}{line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&format!("{pad}{line}"));
    }

    fn style(&self, code: &str, text: &str) -> String {
        if self.terminal.styled { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn sheet(&mut self, sheet: &Sheet) {
        if let Some(empty) = &sheet.empty {
            self.empty(empty);
        } else {
            let answer = sheet.answer.clone();
            self.wrapped(&answer, 0);
        }
        for notice in &sheet.notices {
            let mark = if notice.meaning == Meaning::Neutral { "·" } else { notice.meaning.shape() };
            self.wrapped(&format!("{mark} {}", notice.text), 0);
        }
        if !sheet.figures.is_empty() {
            self.line("");
            let width = sheet.figures.iter().map(|figure| figure.label.chars().count()).max().unwrap_or(0);
            for figure in &sheet.figures {
                let note = figure.note.as_deref().map(|note| format!("  ({note})")).unwrap_or_default();
                let label = format!("{:width$}", figure.label);
                let value = self.style("1", &figure.value.words());
                self.line(&format!("{label}  {value}{note}"));
            }
        }
        for section in &sheet.sections {
            self.section(section);
        }
        if !sheet.suggestions.is_empty() {
            self.heading("What to do");
            for suggestion in &sheet.suggestions {
                self.suggestion(suggestion);
            }
        }
        if let Some(computed) = &sheet.computed {
            self.computed(computed);
        }
    }

    fn heading(&mut self, text: &str) {
        self.line("");
        let text = self.style("1", text);
        self.line(&text);
    }

    fn empty(&mut self, empty: &Empty) {
        self.wrapped(&empty.why, 0);
        self.wrapped(&empty.what, 0);
        if let Some(next) = &empty.next {
            self.suggestion(next);
        }
    }

    fn section(&mut self, section: &Section) {
        self.heading(&section.heading);
        for paragraph in &section.prose {
            self.wrapped(paragraph, 0);
        }
        if let Some(chart) = &section.chart {
            self.wrapped(&chart.finding, 0);
            if section.table.is_none() {
                self.table(&chart.table);
            }
        }
        if let Some(matrix) = &section.matrix {
            self.matrix(matrix);
        }
        if let Some(table) = &section.table {
            self.table(table);
        }
        if let Some(listing) = &section.listing {
            for line in listing.lines() {
                self.line(line);
            }
        }
    }

    fn grid(&self) -> comfy_table::Table {
        let mut grid = comfy_table::Table::new();
        grid.load_preset(presets::NOTHING);
        grid.set_style(TableComponent::HeaderLines, '─');
        grid.set_style(TableComponent::MiddleHeaderIntersections, ' ');
        match self.terminal.width {
            Some(width) => {
                grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
            }
            None => {
                grid.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        grid
    }

    fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            let nothing = table.nothing.clone().unwrap_or_else(|| "Nothing here.".to_owned());
            self.wrapped(&nothing, 0);
            return;
        }
        let mut grid = self.grid();
        grid.set_header(table.columns.iter().map(|column| match &column.unit {
            Some(unit) => format!("{} ({unit})", column.label),
            None => column.label.clone(),
        }));
        let shown = self.terminal.rows.unwrap_or(usize::MAX);
        for row in table.rows.iter().take(shown) {
            grid.add_row(row.cells.iter().map(Cell::words));
        }
        for (place, column) in table.columns.iter().enumerate() {
            if column.align == Align::End
                && let Some(cells) = grid.column_mut(place)
            {
                cells.set_cell_alignment(CellAlignment::Right);
            }
        }
        self.lines(&grid);
        let hidden = table.rows.len().saturating_sub(shown);
        let more = table.more.saturating_add(u64::try_from(hidden).unwrap_or(0));
        if more > 0 {
            let text = format!("… and {} more", crate::sheet::Thousands(more));
            let text = self.style("2", &text);
            self.line(&text);
        }
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.wrapped(&matrix.finding, 0);
        let mut grid = self.grid();
        grid.set_header(std::iter::once(matrix.corner.clone()).chain(matrix.columns.iter().cloned()));
        for row in &matrix.rows {
            let mark = row.mark.as_ref().map(|(word, _)| format!(" ({word})")).unwrap_or_default();
            let head = format!("{}{mark}", row.head);
            grid.add_row(std::iter::once(head).chain(row.cells.iter().map(|cell| cell.letter.clone())));
        }
        self.lines(&grid);
        let legend =
            matrix.legend.iter().map(|(letter, word)| format!("{letter} {word}")).collect::<Vec<_>>().join(", ");
        self.wrapped(&legend, 0);
    }

    fn lines(&mut self, grid: &comfy_table::Table) {
        for line in grid.to_string().lines() {
            self.line(line.strip_prefix(' ').unwrap_or(line));
        }
    }

    fn suggestion(&mut self, suggestion: &Suggestion) {
        let deed = match &suggestion.deed {
            Deed::Run { command } => format!(": {command}"),
            Deed::Act { practice, act, .. } => format!(": mainstay {practice} {act}"),
            Deed::Open { .. } => String::new(),
        };
        self.wrapped(&format!("- {}{deed}", suggestion.title), 0);
        if !suggestion.reason.is_empty() {
            self.wrapped(&suggestion.reason, 2);
        }
    }

    fn computed(&mut self, computed: &Computed) {
        self.heading("How this was computed");
        self.wrapped(&computed.formula, 0);
        for (name, value) in &computed.inputs {
            self.wrapped(&format!("{name}: {value}"), 2);
        }
        for left_out in &computed.left_out {
            self.wrapped(&format!("Left out: {left_out}"), 2);
        }
        if let Some(source) = &computed.source {
            self.wrapped(&format!("Source: {source}"), 2);
        }
    }
}
