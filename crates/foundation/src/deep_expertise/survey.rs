//! From rows to what the practice reasons about: people, and areas with what is known of them. Bots are counted here and left out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use desk::knowledge::{Knowledge, People, PersonId, Signature, Signed};
use desk::{Desk, Refusal};
use lake::RepoEntry;

use super::areas::{Areas, FileLines, Origin};
use super::codeowners::CodeOwners;
use super::domains::{Dependencies, Domains};
use super::facts::{FileRow, Grain, Source};
use super::leaving::KnownArea;
use super::settings::Settings;

/// Seconds after which somebody without a commit counts as not seen lately: 365 days.
pub(super) const SILENT_SECONDS: i64 = 365 * 86_400;

/// A repository of the survey.
#[derive(Debug)]
pub(super) struct Surveyed {
    pub entry: RepoEntry,
    pub areas: Areas,
    /// Its CODEOWNERS file and where it stands.
    pub owners: Option<(&'static str, CodeOwners)>,
}

/// An area with what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Area {
    /// Which repository, by number in the survey.
    pub repo: usize,
    /// Its name within the repository.
    pub name: String,
    pub lines: u64,
    pub files: u64,
    pub knowledge: Knowledge,
    /// Changes in the last 90 and 365 days.
    pub quarter: u64,
    pub year: u64,
    /// When its newest line was written, seconds since the epoch.
    pub last_at: Option<i64>,
    /// How many other areas import from it.
    pub used_by: usize,
    pub domain: Option<String>,
}

/// What was not taken for anybody's knowledge.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LeftOut {
    pub commits: u64,
    pub bot_commits: u64,
    pub bot_lines: u64,
    pub unknown_commits: u64,
}

/// Everybody in the history, and when they were last seen there.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    pub people: People,
    seen_at: HashMap<PersonId, i64>,
    pub left_out: LeftOut,
    /// Names that more than one person bears.
    shared: HashSet<String>,
    now: i64,
}

impl Crowd {
    /// Joins the signatures of the source's commits.
    pub(super) async fn gather(desk: &Desk, source: &Source<'_>, settings: &Settings) -> Result<Self, Refusal> {
        let signed = source.signatures().await?;
        let mailmap = settings.mailmap();
        let signatures: Vec<Signature> = signed.iter().map(Signed::signature).collect();
        let people = People::join(&signatures, &mailmap);
        let shared = people.split_names().into_iter().map(|(name, _)| name.to_owned()).collect();
        let mut crowd = Self { people, shared, now: desk.now().as_second(), ..Self::default() };
        for (row, signature) in signed.iter().zip(&signatures) {
            let Some(person) = crowd.people.of(signature) else { continue };
            let seen = crowd.seen_at.entry(person).or_insert(row.last_at);
            *seen = (*seen).max(row.last_at);
            crowd.left_out.commits += row.commits;
            if crowd.people.is_automatic(person) {
                crowd.left_out.bot_commits += row.commits;
            } else if is_nobodys(&signature.email) {
                crowd.left_out.unknown_commits += row.commits;
            }
        }
        Ok(crowd)
    }

    /// The people behind the signatures of what was written together, each once; bots are left out.
    pub(super) fn humans(&self, writers: &[Signature]) -> Vec<PersonId> {
        let people = writers.iter().filter_map(|signature| self.people.of(signature));
        let people: BTreeSet<PersonId> = people.filter(|person| !self.people.is_automatic(*person)).collect();
        people.into_iter().collect()
    }

    /// When somebody was last seen in the history, if that is over a year ago.
    pub(super) fn silent_since(&self, person: PersonId) -> Option<i64> {
        self.seen_at.get(&person).copied().filter(|seen| self.now - seen > SILENT_SECONDS)
    }

    /// Everybody who was not seen for a year.
    pub(super) fn silent(&self) -> Vec<PersonId> {
        self.people.iter().map(|(person, _)| person).filter(|person| self.silent_since(*person).is_some()).collect()
    }

    /// The name to show: with the address where two people bear the same name.
    pub(super) fn label(&self, person: PersonId) -> String {
        let Some(found) = self.people.person(person) else { return String::new() };
        if self.shared.contains(&found.name) || found.name.is_empty() {
            format!("{} <{}>", found.name, found.email)
        } else {
            found.name.clone()
        }
    }

    /// Names in the order of the alphabet: the one order of people.
    pub(super) fn labels(&self, people: impl IntoIterator<Item = PersonId>) -> Vec<String> {
        let mut labels: Vec<String> = people.into_iter().map(|person| self.label(person)).collect();
        labels.sort_by_key(|label| label.to_lowercase());
        labels
    }
}

/// Whether an address belongs to nobody who could be asked: none, a machine's, or one without a domain.
fn is_nobodys(email: &str) -> bool {
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain.trim());
    !domain.contains('.') || domain.ends_with(".local") || domain.ends_with(".localdomain") || domain.contains("(none)")
}

/// The areas of some repositories.
#[derive(Debug)]
pub(super) struct Survey {
    pub repos: Vec<Surveyed>,
    pub crowd: Crowd,
    pub areas: Vec<Area>,
    pub files: Vec<FileRow>,
    /// Where each area stands in `areas`, by repository and name.
    places: HashMap<(usize, String), usize>,
}

impl Survey {
    /// Looks at the repositories, under a folder when one is given.
    pub(super) async fn of(desk: &Desk, repos: &[&RepoEntry], under: Option<&str>) -> Result<Self, Refusal> {
        let ids: Vec<String> = repos.iter().map(|repo| repo.id.clone()).collect();
        let everywhere = Source::new(desk, ids.clone(), None);
        let source = Source::new(desk, ids, under);
        let settings = Settings::of(&everywhere).await?;
        let mut crowd = Crowd::gather(desk, &everywhere, &settings).await?;
        let files = source.files().await?;
        let depth = under.map_or(2, |folder| folder.matches('/').count() + 3);
        let repos: Vec<Surveyed> = repos
            .iter()
            .map(|entry| surveyed(entry, settings.codeowners(&entry.id), &files, under.map(|_| depth)))
            .collect();
        let by_pattern = repos.iter().any(|repo| repo.areas.origin == Origin::CodeOwners);
        let grain = if by_pattern { Grain::Paths } else { Grain::Folders(depth) };
        let mut plot = Plot { repos: &repos, found: BTreeMap::new(), by_folder: grain != Grain::Paths };
        let domains = domains_of(&source, &files).await?;
        for (file, domain) in files.iter().zip(domains) {
            let Some(area) = plot.at(&file.repo, &file.path, false) else { continue };
            area.0.lines += file.lines;
            area.0.files += 1;
            if let Some(domain) = domain {
                *area.1.entry(domain).or_default() += file.lines;
            }
        }
        let folders = plot.by_folder;
        for row in source.written(grain).await? {
            let people = crowd.humans(&row.writers());
            if people.is_empty() {
                crowd.left_out.bot_lines += row.lines;
            } else if let Some((area, _)) = plot.at(&row.repo, &row.place, folders) {
                area.knowledge.add_written_together(&people, row.faded);
                area.last_at = area.last_at.max(Some(row.last_at));
            }
        }
        for row in source.changed(grain).await? {
            if !crowd.humans(&row.writers()).is_empty()
                && let Some((area, _)) = plot.at(&row.repo, &row.place, folders)
            {
                area.quarter += row.quarter;
                area.year += row.year;
            }
        }
        let ties: BTreeSet<_> = source
            .imports(grain)
            .await?
            .into_iter()
            .filter_map(|tie| Some((plot.key(&tie.repo, &tie.to, folders)?, plot.key(&tie.repo, &tie.from, folders)?)))
            .filter(|(to, from)| to != from)
            .collect();
        for (to, _) in &ties {
            if let Some((area, _)) = plot.found.get_mut(to) {
                area.used_by += 1;
            }
        }
        let areas = plot.areas();
        let places = areas.iter().enumerate().map(|(nth, area)| ((area.repo, area.name.clone()), nth)).collect();
        Ok(Self { repos, crowd, areas, files, places })
    }

    /// An area's name, with its repository where there are several.
    pub(super) fn title(&self, area: &Area) -> String {
        let name = if area.name == super::areas::REST { "everything else" } else { &area.name };
        match self.repos.get(area.repo) {
            Some(repo) if self.repos.len() > 1 => format!("{}: {name}", repo.entry.name),
            _ => name.to_owned(),
        }
    }

    /// The areas as the maths of leaving takes them; `ties` are pairs of places that change together.
    pub(super) fn known(&self, changes_with: &[Vec<usize>]) -> Vec<KnownArea> {
        let known = |(nth, area): (usize, &Area)| KnownArea {
            name: self.title(area),
            lines: area.lines,
            knowledge: area.knowledge.clone(),
            domain: area.domain.clone(),
            changes_with: changes_with.get(nth).cloned().unwrap_or_default(),
        };
        self.areas.iter().enumerate().map(known).collect()
    }

    /// Which areas change together, by number, from pairs of files that do.
    pub(super) fn changing_together(&self, ties: &[super::facts::Tied]) -> Vec<Vec<usize>> {
        let mut together = vec![BTreeSet::new(); self.areas.len()];
        for tie in ties {
            if let (Some(from), Some(to)) = (self.area_of(&tie.repo, &tie.from), self.area_of(&tie.repo, &tie.to))
                && from != to
            {
                for (one, other) in [(from, to), (to, from)] {
                    together.get_mut(one).into_iter().for_each(|all| {
                        all.insert(other);
                    });
                }
            }
        }
        together.into_iter().map(|all| all.into_iter().collect()).collect()
    }

    /// The area of a path, by number.
    pub(super) fn area_of(&self, repo: &str, path: &str) -> Option<usize> {
        let nth = self.repos.iter().position(|one| one.entry.id == repo)?;
        let name = self.repos.get(nth)?.areas.of(path);
        self.places.get(&(nth, name.to_owned())).copied()
    }

    /// Whether a path is at the head of one of the repositories.
    pub(super) fn is_here(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path == path)
    }
}

/// Areas under construction, by repository and name; lines by domain beside each.
struct Plot<'a> {
    repos: &'a [Surveyed],
    found: BTreeMap<(usize, String), (Area, BTreeMap<String, u64>)>,
    by_folder: bool,
}

impl Plot<'_> {
    fn key(&self, repo: &str, place: &str, is_folder: bool) -> Option<(usize, String)> {
        let nth = self.repos.iter().position(|one| one.entry.id == repo)?;
        let areas = &self.repos.get(nth)?.areas;
        let name = if is_folder { areas.of(&format!("{place}/")).to_owned() } else { areas.of(place).to_owned() };
        Some((nth, name))
    }

    fn at(&mut self, repo: &str, place: &str, is_folder: bool) -> Option<&mut (Area, BTreeMap<String, u64>)> {
        let (nth, name) = self.key(repo, place, is_folder)?;
        let fresh = Area {
            repo: nth,
            name: name.clone(),
            lines: 0,
            files: 0,
            knowledge: Knowledge::default(),
            quarter: 0,
            year: 0,
            last_at: None,
            used_by: 0,
            domain: None,
        };
        Some(self.found.entry((nth, name)).or_insert((fresh, BTreeMap::new())))
    }

    /// The areas that have a file, each with the domain of most of its lines.
    fn areas(self) -> Vec<Area> {
        let settle = |(mut area, domains): (Area, BTreeMap<String, u64>)| {
            area.domain = domains.into_iter().max_by_key(|(_, lines)| *lines).map(|(domain, _)| domain);
            area
        };
        self.found.into_values().map(settle).filter(|area| area.files > 0).collect()
    }
}

fn surveyed(
    entry: &RepoEntry,
    owners: Option<(&'static str, CodeOwners)>,
    files: &[FileRow],
    depth: Option<usize>,
) -> Surveyed {
    let lines: Vec<FileLines<'_>> = files
        .iter()
        .filter(|file| file.repo == entry.id)
        .map(|file| FileLines { path: &file.path, lines: file.lines })
        .collect();
    let areas = match depth {
        Some(depth) => Areas::by_folders(&lines, depth),
        None => Areas::choose(&lines, owners.as_ref().map(|(_, owners)| owners.clone())),
    };
    Surveyed { entry: entry.clone(), areas, owners }
}

async fn domains_of(source: &Source<'_>, files: &[FileRow]) -> Result<Vec<Option<String>>, Refusal> {
    let table = Domains::default();
    let needed = source.needed().await?;
    let mut by_repo: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for row in &needed {
        by_repo.entry(&row.repo).or_default().push((&row.path, &row.name));
    }
    let by_repo: BTreeMap<&str, Dependencies> =
        by_repo.into_iter().map(|(repo, rows)| (repo, Dependencies::new(rows))).collect();
    let none = Dependencies::default();
    let domain = |file: &FileRow| {
        let needed = by_repo.get(file.repo.as_str()).unwrap_or(&none);
        table.of(&file.path, file.language.as_deref(), needed).map(str::to_owned)
    };
    Ok(files.iter().map(domain).collect())
}
