//! What a practice is: a question with one view and a few acts. Every face is mounted from the types named here.

use std::future::Future;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::road::{Claim, Measure, Occasion, Signal};
use crate::rooms::Room;
use crate::{ActEntry, Changes, Desk, JobEntry, KindEntry, Refusal, Scope, Sheeted, Stage, form};

/// A practice: one folder, one line in its stage's list.
pub trait Practice: Send + Sync + 'static {
    /// Its name in paths and commands (`code_quality`).
    const NAME: &'static str;
    /// Its stage.
    const STAGE: Stage;
    /// Its name for people (`Code quality`).
    const TITLE: &'static str;
    /// The question that it answers: the title of its page.
    const QUESTION: &'static str;
    /// Other names of its command.
    const ALIASES: &'static [Alias] = &[];

    /// Whether its answer hangs on work items: then it is computed again when one of them changes.
    const ASKS_WORK: bool = false;
    /// Whether its answer hangs on change requests: then it is computed again when one of them changes.
    const ASKS_REQUESTS: bool = false;

    /// What can be asked. Its doc comments are the help of every face.
    type Ask: Serialize + DeserializeOwned + JsonSchema + clap::Args + Default + Clone + Send + Sync + 'static;
    /// The answer.
    type View: Serialize + JsonSchema + Sheeted + Send + Sync + 'static;

    /// The answer that this desk's viewer gets.
    fn view(desk: &Desk, ask: Self::Ask) -> impl Future<Output = Result<Self::View, Refusal>> + Send;

    /// The room that an ask stands in, when people are in it together: a page that shows one is live, and who is there is known.
    #[must_use]
    fn room(ask: &Self::Ask) -> Option<Room> {
        let _ = ask;
        None
    }

    /// What a view shows of its room to everybody in it, as a short text of always the same length that changes with it. Nothing goes into it
    /// that one of them alone may see: whoever is there is told that it has changed.
    #[must_use]
    fn room_sign(view: &Self::View) -> Option<String> {
        let _ = view;
        None
    }

    /// What can be done here.
    #[must_use]
    fn acts() -> Vec<ActEntry> {
        Vec::new()
    }

    /// What people write here.
    #[must_use]
    fn kinds() -> Vec<KindEntry> {
        Vec::new()
    }

    /// What it does behind the scenes.
    #[must_use]
    fn jobs() -> Vec<JobEntry> {
        Vec::new()
    }

    /// Whether the answer is yes. A command whose answer is no (a gate that is broken) ends with exit code 1.
    #[must_use]
    fn holds(view: &Self::View, ask: &Self::Ask) -> bool {
        let _ = (view, ask);
        true
    }

    /// A file instead of a sheet, when that is what was asked for (SARIF, CODEOWNERS).
    #[must_use]
    fn document(view: &Self::View, ask: &Self::Ask) -> Option<Document> {
        let _ = (view, ask);
        None
    }

    /// With what the answer compares the branch here, when it does. The command line reads it first ([`Desk::base`]).
    #[must_use]
    fn base(ask: &Self::Ask) -> Option<Base> {
        let _ = ask;
        None
    }

    /// What needs somebody now.
    fn signals(desk: &Desk, scope: &Scope) -> impl Future<Output = Result<Vec<Signal>, Refusal>> + Send {
        let _ = (desk, scope);
        std::future::ready(Ok(Vec::new()))
    }

    /// Measures of a team's work.
    #[must_use]
    fn measures() -> &'static [Measure] {
        &[]
    }

    /// Kinds and facts that may be linked to an objective.
    #[must_use]
    fn serves() -> &'static [&'static str] {
        &[]
    }

    /// Chances to practise.
    fn occasions(desk: &Desk, scope: &Scope) -> impl Future<Output = Result<Vec<Occasion>, Refusal>> + Send {
        let _ = (desk, scope);
        std::future::ready(Ok(Vec::new()))
    }

    /// Sentences that the viewer may keep as evidence about themselves.
    fn claims(desk: &Desk) -> impl Future<Output = Result<Vec<Claim>, Refusal>> + Send {
        let _ = desk;
        std::future::ready(Ok(Vec::new()))
    }

    /// The act whose form is the exercise for a capability.
    #[must_use]
    fn exercise(capability: &str) -> Option<&'static str> {
        let _ = capability;
        None
    }
}

/// Something that can be done: one permission check, one transaction, one audit row.
pub trait Act: Send + Sync + 'static {
    /// Its name in paths and commands, a verb first (`set_goal`).
    const NAME: &'static str;
    /// What its button says.
    const TITLE: &'static str;
    /// Who can read what is written, as it stands under text boxes.
    const READERS: &'static str = "everyone in the organisation";
    /// Whether it is the page's main thing (`n`).
    const MAIN: bool = false;
    /// How often it is tried again when somebody else was quicker with what it writes or relies on. For acts that mean the same whoever is first.
    const TRIES: u8 = 1;

    /// What it needs. Doc comments help under each field; `title` names it.
    type Input: Serialize + DeserializeOwned + JsonSchema + Send + 'static;
    /// What came of it.
    type Outcome: Serialize + JsonSchema + Send + 'static;

    /// Whether the viewer may.
    ///
    /// # Errors
    /// Refused with the reason when not.
    fn may(desk: &Desk, input: &Self::Input) -> impl Future<Output = Result<(), Refusal>> + Send {
        let _ = (desk, input);
        std::future::ready(Ok(()))
    }

    /// Does it. What goes into `changes` is written as a whole after this returns, or not at all.
    fn run(
        desk: &Desk,
        changes: &mut Changes,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Outcome, Refusal>> + Send;

    /// What a person is told afterwards.
    fn told(outcome: &Self::Outcome) -> Told {
        let _ = outcome;
        Told::new("Saved.")
    }
}

/// What a person is told after an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Told {
    /// A sentence.
    pub sentence: String,
    /// Where to look next; none is the page that it was done from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}

impl Told {
    /// A sentence, staying on the page.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), href: None }
    }

    /// Going to another page.
    #[must_use]
    pub fn then(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// Another name of a practice's command, with arguments that it implies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias {
    /// The name.
    pub name: &'static str,
    /// Arguments that stand before those typed.
    pub args: &'static [&'static str],
}

impl Alias {
    /// A plain other name.
    #[must_use]
    pub const fn plain(name: &'static str) -> Self {
        Self { name, args: &[] }
    }

    /// A name that implies arguments.
    #[must_use]
    pub const fn with(name: &'static str, args: &'static [&'static str]) -> Self {
        Self { name, args }
    }
}

/// What a branch is compared with: the commit where it left a ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// The default branch, when the branch here is another.
    DefaultBranch,
    /// The ref of this name.
    Named(String),
}

/// A file that a view can be given as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its media type.
    pub media_type: &'static str,
    /// Its name when it is saved.
    pub file_name: &'static str,
    /// Its text.
    pub body: String,
}

/// The address of a practice's page for `ask`; what equals the default is left out.
#[must_use]
pub fn href<P: Practice>(ask: &P::Ask) -> String {
    let query = form::query_of(ask, &P::Ask::default());
    let path = format!("/{}/{}", P::STAGE.name(), P::NAME);
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// The address of the form of an act, with some of its inputs filled in.
#[must_use]
pub fn act_href<P: Practice>(act: &str, inputs: &[(&str, String)]) -> String {
    let inputs: Vec<(String, String)> = inputs.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
    format!("/{}/{}/do/{act}?{}", P::STAGE.name(), P::NAME, form::encode(&inputs))
}
