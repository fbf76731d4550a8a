//! The office keeps what desks share: the lake, the records, the clock, the randomness, the views already computed. A desk is one
//! viewer at work in it.

use std::path::Path;
use std::sync::{Arc, RwLock};

use store::people::{NewPerson, Office as Held};
use store::policy::{GroupSize, Measure, Named, Onlooker, Readers, Shown, TokenScope};
use store::work::Work;
use store::{Access, Actor, Keys, Organisation, PersonId, Place, Store, TeamId, asker_of};

use jiff::Timestamp;
use jiff::civil::Date;
use lake::{Lake, RepoEntry, Snapshot};
use rand::rngs::StdRng;

use crate::memo::Memo;
use crate::progress::Progress;
use crate::records::Written;
use crate::rooms::Bell;
use crate::{Changes, Clock, Entropy, Records, Refusal, Scope};

/// Who is looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The person.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// The scope of the token that the request came with; none for somebody who signed in.
    pub token: Option<TokenScope>,
    /// A secret that only their browser holds; none where they came without one.
    pub holder: Option<store::Holder>,
}

impl Viewer {
    /// A stable text for whoever looks, with what their token narrows.
    pub(crate) fn key(&self) -> String {
        self.token.as_ref().map_or_else(|| self.person.to_string(), |token| format!("{} {token:?}", self.person))
    }
}

/// The setting that names the person whose data folder this is.
const OWNER: &str = "owner";

/// What desks share. Clones are the same office.
#[derive(Debug, Clone)]
pub struct Office {
    lake: Lake,
    snapshot: Arc<RwLock<Snapshot>>,
    base: Option<Snapshot>,
    store: Store,
    clock: Clock,
    entropy: Entropy,
    memo: Arc<Memo>,
    progress: Progress,
    bell: Bell,
}

impl Office {
    /// The office of a data folder: the lake in `lake/`, the database and its key beside it. Records of the time before there was a
    /// database are taken in.
    ///
    /// # Errors
    /// When the lake or the database cannot be opened.
    pub async fn open(data: &Path, clock: Clock, entropy: Entropy) -> Result<Self, Refusal> {
        let lake = Lake::open(&data.join("lake"))?;
        let keys = Keys::of_file(&data.join("key"), &entropy)?;
        Self::open_with(lake, keys, &Place::of_folder(data), clock, entropy).await
    }

    /// As [`Self::open`], over a lake that is open already and a database at `place`.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn open_with(
        lake: Lake,
        keys: Keys,
        place: &Place,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, Refusal> {
        let store = Store::open(place, keys, Arc::new(entropy.clone())).await?;
        Ok(Self::new(lake, store, clock, entropy))
    }

    /// An office over a lake and a store that are open already.
    #[must_use]
    pub fn new(lake: Lake, store: Store, clock: Clock, entropy: Entropy) -> Self {
        let snapshot = Arc::new(RwLock::new(lake.snapshot()));
        Self {
            lake,
            snapshot,
            base: None,
            store,
            clock,
            entropy,
            memo: Arc::default(),
            progress: Progress::default(),
            bell: Bell::default(),
        }
    }

    /// Whoever uses this machine, as a person: the one of that address, made when there is none. The first person of all administers.
    ///
    /// # Errors
    /// Refused when the address is none, unavailable when the database does not answer.
    pub async fn local(&self, name: &str, email: &str) -> Result<Viewer, Refusal> {
        let people = self.store.organisation().await?;
        let person = match people.by_email(email) {
            Some(person) => person.id,
            None => self.settle(name, email).await?,
        };
        self.viewer(person).await
    }

    /// Whoever uses this machine with a data folder of their own: the person noted as its owner, else as [`Self::local`], who is then noted.
    /// They stay who they are when their address in Git's settings changes. A shared server has no owner.
    ///
    /// # Errors
    /// As [`Self::local`].
    pub async fn owner(&self, name: &str, email: &str) -> Result<Viewer, Refusal> {
        if let Place::Server(_) = self.store.place() {
            return self.local(name, email).await;
        }
        let noted = self.store.setting(OWNER).await?;
        if let Some(owner) = noted.as_ref().and_then(serde_json::Value::as_str).and_then(|id| id.parse().ok()) {
            return self.viewer(owner).await;
        }
        let viewer = self.local(name, email).await?;
        self.note_owner(&viewer).await?;
        Ok(viewer)
    }

    /// Notes whose folder this is.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn note_owner(&self, viewer: &Viewer) -> Result<(), Refusal> {
        let mut write = self.store.write(Actor::System, self.clock.now()).await?;
        write.set_setting(OWNER, &serde_json::Value::from(viewer.person.to_string())).await?;
        Ok(write.keep().await?)
    }

    async fn settle(&self, name: &str, email: &str) -> Result<PersonId, Refusal> {
        let mut write = self.store.write(Actor::System, self.clock.now()).await?;
        let first = write.organisation().await?.people().is_empty();
        let person = write.add_person(&NewPerson::named(name, email)).await?;
        if first {
            write.grant(person, Held::Administrator, None, self.clock.today()).await?;
        }
        write.keep().await?;
        Ok(person)
    }

    /// Takes in the records of `data` from the time before there was a database, as `viewer`'s; gives the number of acts.
    ///
    /// # Errors
    /// Unavailable when they are damaged; then nothing was taken in.
    pub async fn take_in(&self, data: &Path, viewer: &Viewer) -> Result<usize, Refusal> {
        crate::records::take_in(&self.store, data, viewer.person, self.clock.now()).await
    }

    /// A person as somebody who looks.
    ///
    /// # Errors
    /// Not found when there is nobody by that id.
    pub async fn viewer(&self, person: PersonId) -> Result<Viewer, Refusal> {
        let people = self.store.organisation().await?;
        let found = people.person(person).ok_or_else(|| Refusal::not_found(format!("no person {person}")))?;
        Ok(Viewer { person, name: found.called().to_owned(), token: None, holder: None })
    }

    /// The same office with the files of the commit that a branch is compared with: same repositories, one entry each whose `head` is
    /// that commit. An office of many viewers has none.
    #[must_use]
    pub fn with_base(mut self, base: Option<Snapshot>) -> Self {
        self.base = base;
        self
    }

    /// Takes in what was written to the lake since the last look. Desks that exist keep what they saw.
    pub fn refresh(&self) {
        let snapshot = self.lake.snapshot();
        let mut held = self.snapshot.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if held.version() != snapshot.version() {
            *held = snapshot;
            self.memo.clear();
        }
    }

    /// A desk for `viewer`, with facts, people and records as they are now.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn desk(&self, viewer: Viewer) -> Result<Desk, Refusal> {
        self.desk_at(viewer, self.clock.now()).await
    }

    /// A desk as of another instant: for what was written before somebody moved in.
    ///
    /// # Errors
    /// As [`Self::desk`].
    pub async fn desk_at(&self, viewer: Viewer, now: Timestamp) -> Result<Desk, Refusal> {
        let facts = self.snapshot.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let people = self.store.organisation().await?;
        let mut asker = asker_of(&people, viewer.person, now.to_zoned(jiff::tz::TimeZone::UTC).date());
        asker.token.clone_from(&viewer.token);
        let access = self.store.access(asker, now).await?;
        let records = Records::new(access, self.store.clone());
        Ok(Desk { office: self.clone(), viewer, facts, records, now, job: None })
    }

    /// The lake itself, for those who write to it.
    #[must_use]
    pub const fn lake(&self) -> &Lake {
        &self.lake
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The randomness.
    #[must_use]
    pub const fn entropy(&self) -> &Entropy {
        &self.entropy
    }

    /// What is being mined.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Rung after every act, for whoever waits for a change.
    #[must_use]
    pub const fn bell(&self) -> &Bell {
        &self.bell
    }

    /// The database of people and records.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }
}

/// One viewer at work: the only way of a practice to data, time and chance.
#[derive(Debug, Clone)]
pub struct Desk {
    office: Office,
    viewer: Viewer,
    facts: Snapshot,
    records: Records,
    now: Timestamp,
    /// The job that works here, when it is no person.
    job: Option<&'static str>,
}

impl Desk {
    /// Who is looking.
    #[must_use]
    pub const fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The facts, as they were when the desk was set up.
    #[must_use]
    pub const fn facts(&self) -> &Snapshot {
        &self.facts
    }

    /// The files that a branch is compared with, when a base was read for this question.
    #[must_use]
    pub const fn base(&self) -> Option<&Snapshot> {
        self.office.base.as_ref()
    }

    /// The records that this viewer may read.
    #[must_use]
    pub const fn records(&self) -> &Records {
        &self.records
    }

    /// The viewer's access to records of any kind.
    #[must_use]
    pub const fn access(&self) -> &Access {
        self.records.access()
    }

    /// People and teams.
    #[must_use]
    pub fn organisation(&self) -> &Organisation {
        self.access().organisation()
    }

    /// The database, for those who act on people, tokens and settings. A practice has no business there.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.office.store
    }

    /// Work items, their log, sprints and calendars, as they are now.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn work(&self) -> Result<Arc<Work>, Refusal> {
        Ok(self.office.store.work().await?)
    }

    /// Change requests with their looks and commits, as the sources tell of them.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn change_requests(&self) -> Result<Arc<crate::requests::ChangeRequests>, Refusal> {
        Ok(self.office.store.change_requests().await?)
    }

    /// What is written about an item beyond its title, in Markdown.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn item_body(&self, item: store::ItemId) -> Result<Option<String>, Refusal> {
        Ok(self.office.store.item_body(item).await?)
    }

    /// What is written about the items of a project beyond their titles, in Markdown.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn item_bodies(
        &self,
        project: store::ProjectId,
    ) -> Result<std::collections::HashMap<store::ItemId, String>, Refusal> {
        Ok(self.office.store.item_bodies(project).await?)
    }

    /// Takes the next number of a project, for a new item.
    ///
    /// # Errors
    /// Not found when there is no such project.
    pub async fn reserve_number(&self, project: store::ProjectId) -> Result<u64, Refusal> {
        self.reserve_numbers(project, 1).await
    }

    /// Takes the next `count` numbers of a project, and gives the first.
    ///
    /// # Errors
    /// As [`Self::reserve_number`].
    pub async fn reserve_numbers(&self, project: store::ProjectId, count: u32) -> Result<u64, Refusal> {
        Ok(self.office.store.reserve_numbers(project, count, self.now).await?)
    }

    /// Whether the viewer belongs to a team or leads it, or a team that it is part of.
    #[must_use]
    pub fn is_inside(&self, team: TeamId) -> bool {
        let (people, today) = (self.organisation(), self.today());
        let above = people.with_parents(team);
        let mut mine = people.teams_of(self.viewer.person, today);
        mine.any(|member| member.team == team || (member.role.leads() && above.contains(&member.team)))
            || people.leads_of_team(team, today).contains(&self.viewer.person)
    }

    /// Whether figures about the work of a team are shown to the viewer: to its own members and leads at any size, to others from the
    /// smallest group on.
    #[must_use]
    pub fn shows_work_of(&self, team: Option<TeamId>) -> Shown {
        let Some(team) = team else { return Shown::Yes };
        let (people, today) = (self.organisation(), self.today());
        let size = people.with_parts(team).iter().map(|part| people.members_of(*part, today).count()).sum::<usize>();
        let onlooker = if self.is_inside(team) { Onlooker::OfTheTeam } else { Onlooker::Outside };
        store::policy::shows(
            GroupSize::default(),
            u32::try_from(size).unwrap_or(u32::MAX),
            Measure::WorkItems,
            onlooker,
        )
    }

    /// The randomness.
    pub(crate) const fn entropy(&self) -> &Entropy {
        &self.office.entropy
    }

    /// Who can read something, as a sentence.
    #[must_use]
    pub fn sentence(&self, readers: &Readers) -> String {
        let people = self.organisation();
        readers.sentence(self.viewer.person, |named| match named {
            Named::Person(id) => {
                people.person(id).map_or_else(|| "somebody".to_owned(), |person| person.called().to_owned())
            }
            Named::Team(id) => people.team(id).map_or_else(|| "a team".to_owned(), |team| team.name.clone()),
        })
    }

    /// The instant at which the desk was set up: one question has one now.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The day of [`Self::now`], UTC.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// A generator for one simulation: the same purpose gives the same stream.
    #[must_use]
    pub fn chance(&self, purpose: &str) -> StdRng {
        self.office.entropy.stream(purpose)
    }

    /// What is being mined.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.office.progress
    }

    /// The repositories of a scope.
    ///
    /// # Errors
    /// Refused when a name is not known, with the names that are.
    pub fn repos(&self, scope: &Scope) -> Result<Vec<&RepoEntry>, Refusal> {
        let all = self.facts.repos();
        if scope.repo.is_empty() {
            return Ok(all.iter().collect());
        }
        scope.repo.iter().map(|wanted| self.repo(wanted)).collect()
    }

    fn repo(&self, wanted: &str) -> Result<&RepoEntry, Refusal> {
        let all = self.facts.repos();
        all.iter().find(|repo| repo.id == wanted || repo.name == wanted).ok_or_else(|| {
            let known = all.iter().map(|repo| repo.name.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("no repository `{wanted}` is here");
            Refusal::fields(vec![crate::FieldError::new("repo", message)]).hint(if known.is_empty() {
                "Mine one first: mainstay mine PATH".to_owned()
            } else {
                format!("Known: {known}.")
            })
        })
    }

    /// Takes back what the viewer wrote a moment ago.
    ///
    /// # Errors
    /// Refused when it was somebody else's, over half a minute ago, or changed since; then nothing is written.
    pub async fn undo(&self, written: &[Written]) -> Result<(), Refusal> {
        crate::records::undo(&self.office.store, self.access(), self.now, written).await
    }

    /// The changes of one act, with their audit line; nothing is written before they are committed.
    pub(crate) fn changes(&self, act: &str) -> Changes {
        let act = self.job.map_or_else(|| act.to_owned(), |job| format!("{act} (job {job})"));
        Changes::begin(self.office.store.clone(), self.access().clone(), &act, self.now, self.office.entropy.clone())
    }

    /// This desk as one at which a job works.
    #[must_use]
    pub(crate) fn of_job(mut self, kind: &'static str) -> Self {
        self.job = Some(kind);
        self
    }

    /// As [`Viewer::key`].
    pub(crate) fn viewer_key(&self) -> String {
        self.viewer.key()
    }

    pub(crate) const fn office(&self) -> &Office {
        &self.office
    }

    pub(crate) fn memo(&self) -> &Memo {
        &self.office.memo
    }
}
