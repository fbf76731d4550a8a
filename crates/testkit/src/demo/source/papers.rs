//! What is not code in a repository: what it depends on, what builds it, who owns it, what was decided, what to do at night.

use std::fmt::Write as _;

use super::super::dice::Dice;
use super::super::facts::{Language, Repository, Shape};
use super::super::words::{NOUNS, VERBS, a, capital};

/// Libraries that programs of a language often need, with a first version.
fn usual(language: Language) -> &'static [(&'static str, u32)] {
    match language {
        Language::TypeScript | Language::Yaml => &[
            ("vite", 4),
            ("vitest", 0),
            ("typescript", 5),
            ("zod", 3),
            ("preact", 10),
            ("date-fns", 2),
            ("eslint", 8),
            ("prettier", 3),
        ],
        Language::Go => {
            &[("github.com/jackc/pgx/v5", 5), ("github.com/go-chi/chi/v5", 5), ("google.golang.org/grpc", 1)]
        }
        Language::Python => {
            &[("pandas", 1), ("pydantic", 2), ("pytest", 7), ("sqlalchemy", 2), ("httpx", 0), ("numpy", 1)]
        }
        Language::Rust => &[("tokio", 1), ("serde", 1), ("tracing", 0), ("axum", 0), ("sqlx", 0), ("thiserror", 1)],
        Language::Java => &[
            ("org.springframework:spring-jdbc", 4),
            ("org.junit.jupiter:junit-jupiter", 5),
            ("joda-time:joda-time", 2),
        ],
        Language::Kotlin => {
            &[("androidx.core:core-ktx", 1), ("io.ktor:ktor-client-core", 2), ("com.squareup.okio:okio", 3)]
        }
        Language::Swift => &[("swift-collections", 1), ("swift-log", 1)],
    }
}

/// The papers of one repository.
#[derive(Debug, Clone)]
pub(in super::super) struct Papers {
    name: String,
    shape: Shape,
    version: (u32, u32),
    needs: Vec<(Language, &'static str, (u32, u32, u32))>,
    steps: Vec<u16>,
    remarks: Vec<u16>,
    runbook: Vec<u16>,
    news: Vec<String>,
    decisions: u32,
}

impl Papers {
    pub(in super::super) fn new(code: &Repository, dice: &mut Dice) -> Self {
        let mut needs = Vec::new();
        for language in code.languages() {
            if language != Language::Yaml {
                let some = usual(language).iter();
                needs.extend(
                    some.map(|(name, major)| (language, *name, (*major, dice.below(9) as u32, dice.below(5) as u32))),
                );
            }
        }
        let remarks = (0..4).map(|_| dice.below(900) as u16).collect();
        Self {
            name: code.name.clone(),
            shape: code.shape,
            version: (1, 0),
            needs,
            steps: vec![1, 2],
            remarks,
            runbook: vec![3, 8],
            news: Vec::new(),
            decisions: 0,
        }
    }

    /// A new version of something that is needed; the path and text of what says so.
    pub(in super::super) fn bump(&mut self, dice: &mut Dice) -> Vec<(String, String)> {
        let at = dice.below(self.needs.len());
        let Some((language, _, version)) = self.needs.get_mut(at) else { return Vec::new() };
        *version = match dice.below(60) {
            0 => (version.0 + 1, 0, 0),
            1..=25 => (version.0, version.1 + 1, 0),
            _ => (version.0, version.1, version.2 + 1),
        };
        let language = *language;
        vec![self.manifest(language)]
    }

    /// A new version of the whole, with what is new.
    pub(in super::super) fn release(&mut self, version: &str, news: &[String]) -> Vec<(String, String)> {
        let mut parts = version.split('.').filter_map(|part| part.parse().ok());
        self.version = (parts.next().unwrap_or(1), parts.next().unwrap_or(0));
        let mut text = format!("## {version}\n\n");
        for line in news.iter().take(12) {
            let _ = writeln!(text, "- {line}");
        }
        self.news.insert(0, text);
        self.news.truncate(12);
        let language = self.needs.first().map_or(Language::Go, |(language, ..)| *language);
        vec![self.manifest(language), ("CHANGELOG.md".into(), format!("# What changed\n\n{}", self.news.join("\n")))]
    }

    pub(in super::super) fn document(&mut self, dice: &mut Dice) -> Vec<(String, String)> {
        let list = if dice.chance(40) { &mut self.runbook } else { &mut self.remarks };
        if list.len() > 20 || dice.chance(35) {
            let at = dice.below(list.len());
            list[at] = dice.below(900) as u16;
        } else {
            list.push(dice.below(900) as u16);
        }
        vec![self.readme(), self.night()]
    }

    pub(in super::super) fn pipeline(&mut self, dice: &mut Dice) -> Vec<(String, String)> {
        if self.steps.len() < 9 && dice.chance(50) {
            self.steps.push(dice.below(60) as u16);
        } else {
            let at = dice.below(self.steps.len());
            self.steps[at] = dice.below(60) as u16;
        }
        vec![self.workflow()]
    }

    /// A new decision record.
    pub(in super::super) fn decide(&mut self, dice: &mut Dice, on: &str) -> Vec<(String, String)> {
        self.decisions += 1;
        let (noun, other) = (*dice.pick(NOUNS), *dice.pick(NOUNS));
        let (verb, third) = (*dice.pick(VERBS), *dice.pick(NOUNS));
        let verb = capital(verb);
        let title = format!("{verb} the {noun} apart from the {other}");
        let path = format!("docs/decisions/{:04}-{}.md", self.decisions, super::super::words::branch(&title));
        let text = format!(
            "# {}. {title}\n\nDate: {on}\n\n## Status\n\nAccepted\n\n## Context\n\nThe {noun} changes more often than the {other}, \
             and {} hangs on both.\nEvery change of one was a change of the other.\n\n## Decision\n\nWe keep the {noun} in a place of \
             its own and give the {other} what it asks for.\n\n## Consequences\n\nOne more thing to deploy; fewer people who must be asked.\n",
            self.decisions,
            a(third),
        );
        vec![(path, text)]
    }

    /// Everything as it is on the first day, but for owners.
    pub(in super::super) fn all(&self) -> Vec<(String, String)> {
        let mut papers = vec![self.readme(), self.night(), self.workflow()];
        let mut languages: Vec<Language> = Vec::new();
        for (language, ..) in &self.needs {
            if !languages.contains(language) {
                languages.push(*language);
                papers.push(self.manifest(*language));
            }
        }
        papers.push((".gitignore".into(), "/target/\n/build/\n/dist/\nnode_modules/\n__pycache__/\n*.log\n".into()));
        papers
    }

    fn readme(&self) -> (String, String) {
        let what = match self.shape {
            Shape::Monorepo => "Pages, services and infrastructure of the berth planning in one place.",
            Shape::Data => "Pipelines that turn readings of water and traffic into forecasts.",
            Shape::Service => "A service between the harbour's machines and ours.",
            Shape::Mobile => "What pilots and crews carry: one app for Android, one for iOS.",
            Shape::Legacy => "Tariffs as they have been computed since long ago. Change with care.",
        };
        let mut text = format!("# {}\n\n{what}\n\n## Good to know\n\n", self.name);
        for number in &self.remarks {
            let noun = NOUNS[usize::from(*number) % NOUNS.len()];
            let other = NOUNS[usize::from(*number / 5) % NOUNS.len()];
            let _ = writeln!(text, "- {} is owned by whoever owns its {other}.", capital(&a(noun)));
        }
        ("README.md".into(), text)
    }

    fn night(&self) -> (String, String) {
        let mut text = format!("# {} at night\n\n", self.name);
        for (at, number) in self.runbook.iter().enumerate() {
            let noun = NOUNS[usize::from(*number) % NOUNS.len()];
            let _ =
                writeln!(text, "{}. When the {noun} queue stands still, look at the last deployment first.", at + 1);
        }
        ("docs/runbooks/on-call.md".into(), text)
    }

    fn workflow(&self) -> (String, String) {
        let mut text = format!("name: {}\non: [push]\njobs:\n  check:\n    runs-on: builder\n    steps:\n", self.name);
        for step in &self.steps {
            let verb = VERBS[usize::from(*step) % VERBS.len()];
            let _ = writeln!(text, "      - name: {}\n        run: make {verb}", capital(verb));
        }
        (".github/workflows/check.yml".into(), text)
    }

    fn manifest(&self, language: Language) -> (String, String) {
        let needs: Vec<(&str, String)> = self
            .needs
            .iter()
            .filter(|(of, ..)| *of == language)
            .map(|(_, name, (major, minor, patch))| (*name, format!("{major}.{minor}.{patch}")))
            .collect();
        let list = |line: &dyn Fn(&str, &str) -> String, mark: &str| {
            needs.iter().map(|(name, version)| line(name, version)).collect::<Vec<_>>().join(mark)
        };
        let mono = self.shape == Shape::Monorepo;
        let name = self.name.to_lowercase().replace(' ', "-");
        let version = format!("{}.{}.0", self.version.0, self.version.1);
        match language {
            Language::TypeScript | Language::Yaml => {
                let needs = list(&|name, version| format!("    \"{name}\": \"{version}\""), ",\n");
                let text = format!(
                    "{{\n  \"name\": \"{name}\",\n  \"version\": \"{version}\",\n  \"private\": true,\n  \"dependencies\": {{\n{needs}\n  }}\n}}\n"
                );
                (format!("{}package.json", if mono { "apps/web/" } else { "" }), text)
            }
            Language::Go => {
                let needs = list(&|name, version| format!("\t{name} v{version}"), "\n");
                (
                    format!("{}go.mod", if mono { "services/" } else { "" }),
                    format!("module harbourline.example/{name}\n\ngo 1.21\n\nrequire (\n{needs}\n)\n"),
                )
            }
            Language::Python => {
                let needs = list(&|name, version| format!("    \"{name}=={version}\","), "\n");
                let text =
                    format!("[project]\nname = \"{name}\"\nversion = \"{version}\"\ndependencies = [\n{needs}\n]\n");
                ("pyproject.toml".into(), text)
            }
            Language::Rust => {
                let needs = list(&|name, version| format!("{name} = \"{version}\""), "\n");
                let text = format!(
                    "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n\n[dependencies]\n{needs}\n"
                );
                ("Cargo.toml".into(), text)
            }
            Language::Java => {
                let line = |name: &str, version: &str| {
                    let (group, artifact) = name.split_once(':').unwrap_or((name, name));
                    format!(
                        "    <dependency>\n      <groupId>{group}</groupId>\n      <artifactId>{artifact}</artifactId>\n      \
                         <version>{version}</version>\n    </dependency>"
                    )
                };
                let needs = list(&line, "\n");
                let text = format!(
                    "<project>\n  <modelVersion>4.0.0</modelVersion>\n  <groupId>example.harbourline</groupId>\n  \
                     <artifactId>{name}</artifactId>\n  <version>{version}</version>\n  <dependencies>\n{needs}\n  </dependencies>\n</project>\n"
                );
                ("pom.xml".into(), text)
            }
            Language::Kotlin => {
                let needs = list(&|name, version| format!("    implementation(\"{name}:{version}\")"), "\n");
                (
                    "android/build.gradle.kts".into(),
                    format!("version = \"{version}\"\n\ndependencies {{\n{needs}\n}}\n"),
                )
            }
            Language::Swift => {
                let line = |name: &str, version: &str| {
                    format!(
                        "        .package(url: \"https://packages.harbourline.example/{name}.git\", from: \"{version}\"),"
                    )
                };
                let needs = list(&line, "\n");
                let text = format!(
                    "// swift-tools-version: 5.9\nimport PackageDescription\n\nlet package = Package(\n    name: \"{name}\",\n    \
                     dependencies: [\n{needs}\n    ]\n)\n"
                );
                ("ios/Package.swift".into(), text)
            }
        }
    }
}
