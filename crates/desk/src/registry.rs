//! The registry: practices without their types. Navigation, routes, commands, the API document and the MCP tools are made from it.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use crate::memo::Key;
use crate::practice::{Act, Alias, Base, Document, Practice, Told};
use crate::records::Written;
use crate::road::{Claim, Occasion, Signal};
use crate::rooms::Room;
use crate::{Desk, JobEntry, KindEntry, Refusal, Scope, Sheet, Sheeted, Stage, form};

/// A future on the heap.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

type Answer<'a, T> = Boxed<'a, Result<T, Refusal>>;

/// An answer in every shape that a face needs.
#[derive(Clone)]
pub struct Viewed {
    /// What was asked, complete with defaults.
    pub ask: Value,
    /// The view itself; downcast by a practice's own page.
    pub view: Arc<dyn Any + Send + Sync>,
    /// The answer as JSON.
    pub json: fn(&(dyn Any + Send + Sync)) -> Result<Value, Refusal>,
    /// The answer as a sheet.
    pub sheet: Sheet,
    /// Whether the answer is yes.
    pub holds: bool,
    /// A file instead of the sheet, when that was asked for.
    pub document: Option<Document>,
    /// The room that it shows, and the sign of what everybody in it sees.
    pub room: Option<(Room, String)>,
}

impl std::fmt::Debug for Viewed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Viewed").field("ask", &self.ask).field("sheet", &self.sheet).finish_non_exhaustive()
    }
}

impl Viewed {
    /// The answer as JSON.
    ///
    /// # Errors
    /// A bug when the view cannot be written.
    pub fn to_json(&self) -> Result<Value, Refusal> {
        (self.json)(&*self.view)
    }
}

/// A practice without its types.
#[derive(Clone, Copy)]
pub struct PracticeEntry {
    /// Its name.
    pub name: &'static str,
    /// Its stage.
    pub stage: Stage,
    /// Its name for people.
    pub title: &'static str,
    /// Its question.
    pub question: &'static str,
    /// Other names of its command.
    pub aliases: &'static [Alias],
    /// Whether its answer hangs on change requests.
    pub asks_requests: bool,
    /// JSON Schema of what can be asked.
    pub ask_schema: fn() -> Schema,
    /// JSON Schema of the answer.
    pub view_schema: fn() -> Schema,
    /// What can be done.
    pub acts: fn() -> Vec<ActEntry>,
    /// What people write here.
    pub kinds: fn() -> Vec<KindEntry>,
    /// What it does behind the scenes.
    pub jobs: fn() -> Vec<JobEntry>,
    /// The ask that asks for everything, as JSON.
    pub default_ask: fn() -> Value,
    /// The answer to an ask given as JSON.
    pub view: for<'a> fn(&'a Desk, Value) -> Answer<'a, Viewed>,
    /// Its command with every argument of the ask.
    pub command: fn() -> Command,
    /// The ask that a command line gives.
    pub ask_from: fn(&ArgMatches) -> Result<Value, Refusal>,
    /// With what the answer to an ask compares the branch here.
    pub base: fn(&Value) -> Option<Base>,
    /// What needs somebody now.
    pub signals: for<'a> fn(&'a Desk, &'a Scope) -> Answer<'a, Vec<Signal>>,
    /// Chances to practise.
    pub occasions: for<'a> fn(&'a Desk, &'a Scope) -> Answer<'a, Vec<Occasion>>,
    /// Sentences that the viewer may keep.
    pub claims: for<'a> fn(&'a Desk) -> Answer<'a, Vec<Claim>>,
}

impl std::fmt::Debug for PracticeEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PracticeEntry({}/{})", self.stage.name(), self.name)
    }
}

impl PracticeEntry {
    /// The entry of a practice.
    #[must_use]
    pub fn of<P: Practice>() -> Self {
        Self {
            name: P::NAME,
            stage: P::STAGE,
            title: P::TITLE,
            question: P::QUESTION,
            aliases: P::ALIASES,
            asks_requests: P::ASKS_REQUESTS,
            ask_schema: schema_of::<P::Ask>,
            view_schema: view_schema_of::<P::View>,
            acts: P::acts,
            kinds: P::kinds,
            jobs: P::jobs,
            default_ask: || serde_json::to_value(P::Ask::default()).unwrap_or_default(),
            view: |desk, ask| Box::pin(view_of::<P>(desk, ask)),
            command: command_of::<P>,
            ask_from: ask_from::<P>,
            base: |ask| P::base(&serde_json::from_value(ask.clone()).ok()?),
            signals: |desk, scope| Box::pin(P::signals(desk, scope)),
            occasions: |desk, scope| Box::pin(P::occasions(desk, scope)),
            claims: |desk| Box::pin(P::claims(desk)),
        }
    }

    /// The path of its page: `/stage/name`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}/{}", self.stage.name(), self.name)
    }

    /// The act of that name.
    #[must_use]
    pub fn act(&self, name: &str) -> Option<ActEntry> {
        (self.acts)().into_iter().find(|act| act.name == name)
    }

    /// The answer to an ask given as pairs of a query string or form.
    ///
    /// # Errors
    /// As the practice; refused when a pair is not understood, with its field.
    pub async fn view_pairs(&self, desk: &Desk, pairs: &[(String, String)]) -> Result<Viewed, Refusal> {
        let ask = form::from_pairs(&(self.ask_schema)(), pairs).map_err(Refusal::fields)?;
        (self.view)(desk, ask).await
    }
}

/// An act without its types.
#[derive(Clone, Copy)]
pub struct ActEntry {
    /// Its name.
    pub name: &'static str,
    /// What its button says.
    pub title: &'static str,
    /// Who can read what is written.
    pub readers: &'static str,
    /// Whether it is the page's main thing.
    pub main: bool,
    /// JSON Schema of what it needs.
    pub input_schema: fn() -> Schema,
    /// JSON Schema of what comes of it.
    pub outcome_schema: fn() -> Schema,
    run: for<'a> fn(&'a Desk, String, Value) -> Answer<'a, Done>,
}

impl std::fmt::Debug for ActEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ActEntry({})", self.name)
    }
}

/// What came of an act.
#[derive(Debug, Clone)]
pub struct Done {
    /// The outcome as JSON.
    pub outcome: Value,
    /// What a person is told.
    pub told: Told,
    /// What it wrote; [`Desk::undo`] takes it back while it is fresh.
    pub written: Vec<Written>,
}

impl ActEntry {
    /// The entry of an act.
    #[must_use]
    pub fn of<A: Act>() -> Self {
        Self {
            name: A::NAME,
            title: A::TITLE,
            readers: A::READERS,
            main: A::MAIN,
            input_schema: schema_of::<A::Input>,
            outcome_schema: view_schema_of::<A::Outcome>,
            run: |desk, act, input| Box::pin(run_act::<A>(desk, act, input)),
        }
    }

    /// Does it for the desk's viewer: one check, one transaction, one audit line.
    ///
    /// # Errors
    /// As the act; refused when the input is not understood, with its fields. Then nothing was written.
    pub async fn run(&self, desk: &Desk, practice: &PracticeEntry, input: Value) -> Result<Done, Refusal> {
        let act = format!("{}/{}/{}", practice.stage.name(), practice.name, self.name);
        (self.run)(desk, act, input).await
    }
}

async fn run_act<A: Act>(desk: &Desk, act: String, input: Value) -> Result<Done, Refusal> {
    let mut left = A::TRIES;
    loop {
        left = left.saturating_sub(1);
        match try_act::<A>(desk, &act, input.clone()).await {
            Err(refusal) if left > 0 && refusal.word() == "conflict" => {}
            done => return done,
        }
    }
}

async fn try_act<A: Act>(desk: &Desk, act: &str, input: Value) -> Result<Done, Refusal> {
    let input: A::Input = form::parse(&schema_of::<A::Input>(), input)?;
    A::may(desk, &input).await?;
    let mut changes = desk.changes(act);
    let outcome = A::run(desk, &mut changes, input).await?;
    let json = serde_json::to_value(&outcome).map_err(|error| Refusal::bug("cannot write the outcome", error))?;
    let told = A::told(&outcome);
    let written = changes.commit().await?;
    desk.ring();
    Ok(Done { outcome: json, told, written })
}

async fn view_of<P: Practice>(desk: &Desk, ask: Value) -> Result<Viewed, Refusal> {
    let ask: P::Ask = form::parse(&schema_of::<P::Ask>(), ask)?;
    let json = serde_json::to_value(&ask).map_err(|error| Refusal::bug("cannot write the ask", error))?;
    let room = P::room(&ask);
    let key = Key {
        practice: P::NAME,
        room: match &room {
            Some(room) => desk.room_now(&room.name).await?,
            None => String::new(),
        },
        ask: json.to_string(),
        viewer: desk.viewer_key(),
        facts: desk.facts().version(),
        records: desk.records().version().await?,
        work: if P::ASKS_WORK { desk.store().work_version().await? } else { 0 },
        requests: if P::ASKS_REQUESTS { desk.change_requests().await?.version() } else { 0 },
        day: desk.today(),
    };
    let asked = ask.clone();
    let view = desk.memo().get(key, async { P::view(desk, asked).await }).await?;
    Ok(Viewed {
        ask: json,
        json: |view| {
            let view = view.downcast_ref::<P::View>().ok_or_else(|| Refusal::fault("a view of another practice"))?;
            serde_json::to_value(view).map_err(|error| Refusal::bug("cannot write the view", error))
        },
        sheet: view.sheet(),
        holds: P::holds(&view, &ask),
        document: P::document(&view, &ask),
        room: room.zip(P::room_sign(&view)),
        view,
    })
}

fn command_of<P: Practice>() -> Command {
    P::Ask::augment_args(Command::new(P::NAME).about(P::QUESTION))
}

fn ask_from<P: Practice>(matches: &ArgMatches) -> Result<Value, Refusal> {
    let ask = P::Ask::from_arg_matches(matches).map_err(|error| Refusal::invalid(error.to_string()))?;
    serde_json::to_value(ask).map_err(|error| Refusal::bug("cannot write the ask", error))
}

/// JSON Schema (2020-12) of what is read.
fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>()
}

/// JSON Schema (2020-12) of what is written.
fn view_schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// Every practice of the house, in the order of the road.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    entries: Vec<PracticeEntry>,
}

impl Registry {
    /// The practices of the stages' lists; they are put in the order of the road.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = PracticeEntry>) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        let place = |entry: &PracticeEntry| {
            let road = crate::roadmap::PRACTICES.iter().position(|planned| planned.name == entry.name);
            (entry.stage, road.unwrap_or(usize::MAX), entry.name)
        };
        entries.sort_by_key(place);
        Self { entries }
    }

    /// The practices.
    #[must_use]
    pub fn all(&self) -> &[PracticeEntry] {
        &self.entries
    }

    /// The practices of a stage that are here.
    pub fn of(&self, stage: Stage) -> impl Iterator<Item = &PracticeEntry> {
        self.entries.iter().filter(move |entry| entry.stage == stage)
    }

    /// The practice of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&PracticeEntry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Every kind of record: those of no single stage, then the practices', each once.
    #[must_use]
    pub fn kinds(&self) -> Vec<KindEntry> {
        let mut all = crate::kinds::shared();
        for kind in self.entries.iter().flat_map(|entry| (entry.kinds)()) {
            if !all.iter().any(|known| known.kind == kind.kind) {
                all.push(kind);
            }
        }
        all
    }

    /// The kind of that name.
    ///
    /// # Errors
    /// Not found, with the nearest names.
    pub fn kind(&self, name: &str) -> Result<KindEntry, Refusal> {
        let all = self.kinds();
        all.iter().find(|kind| kind.kind == name).copied().ok_or_else(|| {
            let near = store::nearest(name, all.iter().map(|kind| kind.kind));
            let names = if near.is_empty() { all.iter().map(|kind| kind.kind.to_owned()).collect() } else { near };
            Refusal::not_found(format!("no kind of record `{name}`")).hint(format!("There are: {}.", names.join(", ")))
        })
    }

    /// The practice of that command name, with the arguments that an alias implies.
    #[must_use]
    pub fn command(&self, name: &str) -> Option<(&PracticeEntry, &'static [&'static str])> {
        if let Some(entry) = self.named(name) {
            return Some((entry, &[]));
        }
        self.entries
            .iter()
            .find_map(|entry| entry.aliases.iter().find(|alias| alias.name == name).map(|alias| (entry, alias.args)))
    }
}
