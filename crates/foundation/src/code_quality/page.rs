//! The view as a sheet: the sentence, the pictures, the tables they are drawn from, what to do, how it was computed.

pub(super) mod parts;
mod say;

use desk::sheet::{Cell, Computed, Deed, Empty, Figure, Meaning, Section, Suggestion};
use desk::{Sheet, Sheeted};

use super::answer::measure::{HOT, UNHEALTHY};
use super::view::{CodeFile, LineLife, View};
use super::{Ask, CodeQuality, Show, file_page};
pub(super) use say::plural;

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        if self.ground.commits == 0 {
            return nothing(self);
        }
        match &self.file {
            Some(file) if self.part().is_none() => return file_page::sheet(self, file),
            _ => {}
        }
        let whole = self.part().is_none();
        let wants = |part: Show| self.part().is_none_or(|shown| shown == part);
        let mut sheet = self.notices(Sheet::new(say::answer(self)));
        if let Some(between) = &self.between {
            sheet = sheet.section(parts::between::sums(between)).section(parts::between::moves(self, between));
        }
        if wants(Show::Hotspots) {
            sheet = self.figures(sheet);
        }
        if wants(Show::Hotspots) {
            sheet = sheet.section(parts::treemap(self)).section(parts::hotspots(self));
            if self.ask.functions || whole {
                sheet = sheet.section(parts::functions(self));
            }
        }
        if wants(Show::Coupling) {
            sheet = sheet.section(parts::coupling(self));
            sheet = parts::across(self).into_iter().fold(sheet, Sheet::section);
        }
        if wants(Show::Trend) {
            sheet = sheet.section(parts::trend(self)).section(parts::tests(self)).section(parts::sizes(self));
        }
        if wants(Show::Risk) {
            sheet = sheet.section(parts::risk::risk(self));
        }
        if self.part() == Some(Show::Risk) {
            sheet = parts::risk::calibration(self).into_iter().fold(sheet, Sheet::section);
            sheet = sheet.section(parts::risk::faults(self));
        }
        if self.part() == Some(Show::Weights) {
            sheet = sheet.section(parts::weights(self));
        }
        if wants(Show::Goals) {
            sheet = sheet.section(parts::goals(self));
            if let Some(branch) = &self.branch {
                sheet = sheet.section(parts::brought(branch));
            }
        }
        if whole {
            if !self.false_alarms.is_empty() {
                sheet = sheet.section(parts::false_alarms(self));
            }
            sheet = sheet.section(parts::not_measured(self));
        }
        self.suggestions().into_iter().fold(sheet, Sheet::suggest).computed(self.computed())
    }
}

fn nothing(view: &View) -> Sheet {
    let why = if view.ground.repos.is_empty() {
        "No repository is here yet.".to_owned()
    } else {
        format!("{} holds no commit in this period.", view.ground.repos.join(", "))
    };
    let empty = Empty::new("Here will stand which files are costly to change, and whether that gets better.", why);
    Sheet::nothing(empty.next("Read a repository", Deed::Run { command: "mainstay mine PATH".to_owned() }))
}

impl View {
    /// The part that is shown; none is the whole. A gate is about goals.
    pub(super) fn part(&self) -> Option<Show> {
        self.ask.show.or(self.ask.gate.then_some(Show::Goals))
    }

    /// The address of a file's page, with the period of this one.
    pub(super) fn href_of(&self, repo: &str, path: &str) -> String {
        let mut scope = self.ask.scope.clone();
        scope.area = None;
        if self.ground.repos.len() > 1 {
            scope.repo = vec![repo.to_owned()];
        }
        desk::href::<CodeQuality>(&Ask { path: Some(path.to_owned()), scope, ..Ask::default() })
    }

    /// Files that are hot, the hottest first.
    pub(super) fn hot(&self) -> impl Iterator<Item = &CodeFile> {
        self.files.iter().filter(|file| file.score >= HOT)
    }

    /// The sheet with what must be known before it is believed.
    pub(super) fn notices(&self, sheet: Sheet) -> Sheet {
        let ground = &self.ground;
        let mut sheet = ground.caveats.iter().fold(sheet, |sheet, caveat| sheet.notice(Meaning::Watch, caveat.clone()));
        if ground.little_history {
            let text = format!(
                "Only {} so far, 50 are needed to weigh change: the order below is complexity alone.",
                plural(ground.commits, "commit")
            );
            sheet = sheet.notice(Meaning::Watch, text);
        }
        if ground.bots > 0 {
            let text = format!("{} by bots left out.", plural(ground.bots, "commit"));
            sheet = sheet.notice(Meaning::Neutral, text);
        }
        sheet
    }

    fn figures(&self, mut sheet: Sheet) -> Sheet {
        let code: f64 = self.files.iter().map(|file| f64::from(file.code)).sum();
        if code > 0.0 {
            let health = self.files.iter().map(|file| file.health * f64::from(file.code)).sum::<f64>() / code;
            let ill: f64 =
                self.files.iter().filter(|file| file.health < UNHEALTHY).map(|file| f64::from(file.code)).sum();
            sheet =
                sheet.figure(Figure::new("Mean health", Cell::number(health, 1)).note("of 10, weighted by code lines"));
            sheet = sheet.figure(Figure::new("Code below health 4", Cell::Share(ill / code)));
        }
        let changes: u32 = self.files.iter().map(|file| file.changes).sum();
        let fixes: u32 = self.files.iter().map(|file| file.fixes).sum();
        if changes > 0 {
            let rate = f64::from(fixes) / f64::from(changes);
            sheet = sheet.figure(Figure::new("Fix rate", Cell::Share(rate)).note("of changes to code files"));
        }
        let life = match self.half_life {
            LineLife::Months(months) => Cell::text(say::months(months)),
            LineLife::LongerThan(months) => Cell::text(format!("over {}", say::months(months))),
            LineLife::NotMeasured => Cell::missing("too little history"),
        };
        sheet.figure(Figure::new("Half of the lines live", life).note("until they are changed or removed"))
    }

    fn suggestions(&self) -> Vec<Suggestion> {
        let mut all = Vec::new();
        let about = |part: Show| self.part().is_none_or(|shown| shown == part);
        if let Some(worst) = self.hot().filter(|file| file.findings > 0).min_by(|a, b| a.health.total_cmp(&b.health))
            && about(Show::Hotspots)
        {
            let reason = format!(
                "{}: health {:.1} from {}, {} in this period.",
                worst.path,
                worst.health,
                plural(worst.findings.into(), "finding"),
                plural(worst.changes.into(), "change")
            );
            all.push(Suggestion::new(
                "Open the unhealthiest hotspot",
                reason,
                Deed::Open { href: self.href_of(&worst.repo, &worst.path) },
            ));
        }
        if let Some(pair) = self.coupling.iter().find(|pair| pair.tied == super::view::Tied::Hidden)
            && about(Show::Coupling)
        {
            let reason =
                format!("{} and {} changed together {} times and no import says why.", pair.a, pair.b, pair.shared);
            all.push(Suggestion::new(
                "Look at a hidden coupling",
                reason,
                Deed::Open { href: self.href_of(&pair.repo, &pair.a) },
            ));
        }
        if self.part() == Some(Show::Trend) || self.part().is_none() && all.len() < 2 {
            let mut scope = self.ask.scope.clone();
            scope.until = None;
            let ask = Ask { show: Some(Show::Between), path: self.ask.path.clone(), scope, ..Ask::default() };
            all.push(Suggestion::new(
                "Compare two days",
                "What got better or worse since then, file by file.",
                Deed::Open { href: desk::href::<CodeQuality>(&ask) },
            ));
        }
        if self.goals.is_empty()
            && about(Show::Goals)
            && let Some(worst) = self.hot().map(|file| file.health).min_by(f64::total_cmp)
        {
            let target = (worst + 1.0).min(10.0);
            let input =
                serde_json::json!({ "measure": "worst_hotspot_health", "target": (target * 10.0).round() / 10.0 });
            let deed = Deed::Act { practice: "code_quality".to_owned(), act: "set_goal".to_owned(), input };
            let reason = format!("The worst hotspot has health {worst:.1}; a goal gives the gate something to hold.");
            all.push(Suggestion::new("Set a first goal", reason, deed));
        }
        all
    }

    /// How it was computed, for the overview and for a file.
    pub(super) fn computed(&self) -> Computed {
        let ground = &self.ground;
        let (since, until) = ground.period.clone().unwrap_or_default();
        let inputs = vec![
            ("Repositories".to_owned(), ground.repos.join(", ")),
            ("Changes, fixes, sizes".to_owned(), format!("{since} to {until}, merges left out")),
            (
                "Hotspot score".to_owned(),
                "the 365 days before the newest commit, weights halving every 180 days".to_owned(),
            ),
            ("Revisions for coupling".to_owned(), self.basket_words().to_owned()),
            ("A hotspot".to_owned(), format!("score of {HOT} or more")),
        ];
        let mut left_out =
            vec!["generated, vendored and data files".to_owned(), "history under former names of a file".to_owned()];
        if ground.bots > 0 {
            left_out.push(format!("{} by bots and agents", plural(ground.bots, "commit")));
        }
        if ground.by_indentation > 0 {
            left_out.push(format!(
                "cognitive complexity of {} without a grammar here: indentation instead",
                plural(ground.by_indentation, "file")
            ));
        }
        Computed {
            formula: "score = rank(changes, weighted 2^(−age/180 d)) × rank(complexity), ranks within the repository; \
                      health = 10 − Σ weights of findings, at least 1; \
                      degree = shared revisions / mean revisions, of commits with at most 30 files, \
                      from 10 revisions each, 5 shared and a degree of 0.3"
                .to_owned(),
            inputs,
            left_out,
            source: Some(
                "Tornhill 2015 (hotspots), Gall et al. 1998 (change coupling), Campbell 2018 (cognitive complexity), \
                 Wilson 1927 (intervals), Kaplan and Meier 1958 (survival), Hitz and Montazeri 1995 (cohesion), Śliwerski et al. 2005 and \
                 Kim et al. 2006 (what had to be mended), Hassan 2009 (spread), Kamei et al. 2013 (risk)"
                    .to_owned(),
            ),
        }
    }

    /// A section with its own heading when the part has something to show.
    pub(super) fn helpers(&self, path: &str) -> Section {
        let query = desk::form::encode(&[("path".to_owned(), path.to_owned())]);
        let href = format!("/foundation/deep_expertise?{query}");
        let table =
            desk::sheet::Table::new("helpers", "Where to ask", vec![desk::sheet::Column::words("where", "Ask")])
                .row(vec![Cell::link("Who can help with this file", href)]);
        Section::new("Who can help").table(table)
    }
}
