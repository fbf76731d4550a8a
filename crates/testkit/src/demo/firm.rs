//! Who works at the company: teams, people, when they come, move, go and are away. Everything about a person's days is settled here,
//! before the first day is lived, so that later nobody can do a thing on a day on which they were not there.

use super::calendar::{DAY, Day, Moment, ZONES, at_work, date_of, is_open, offset_minutes};
use super::dice::Dice;
use super::facts::{Absence, AbsenceKind, Membership, Person, PersonId, PersonKind, Reporting, Role, Team, TeamId};
use super::{Company, Plan, names};

const DOMAIN: &str = "harbourline.example";
const TEAMS: &[(&str, &str, &str)] = &[
    ("Berths", "BRT", "Every vessel has a place when it arrives"),
    ("Cargo", "CRG", "What a ship carries and what it costs is right and in time"),
    ("Field", "FLD", "Whoever is outside on the quay has the truth in the pocket"),
    ("Pilotage", "PLT", "Pilots know where to go next"),
    ("Billing", "BIL", "Invoices that nobody calls about"),
    ("Tides", "TDE", "Water levels that one can plan with"),
    ("Platform", "PLF", "Other teams ship without asking"),
    ("Insight", "INS", "Numbers that ports decide by"),
];

/// Somebody at work, as the simulation needs to know them; the index is the person's.
#[derive(Debug, Clone)]
pub(super) struct Hand {
    pub(super) zone: usize,
    pub(super) crew: usize,
    /// The day from which they work in another team.
    pub(super) moves: Option<(Day, usize)>,
    pub(super) codes: bool,
    pub(super) first: Day,
    pub(super) last: Day,
    away: Vec<(Day, Day)>,
    pub(super) free_from: Moment,
    /// Areas that they have worked in, as repository and area.
    pub(super) knows: Vec<(u32, u16)>,
    /// Areas that they look after.
    pub(super) homes: Vec<(u32, u16)>,
}

impl Hand {
    fn new(zone: usize, crew: usize, first: Day) -> Self {
        Self {
            zone,
            crew,
            moves: None,
            codes: true,
            first,
            last: Day::MAX,
            away: Vec::new(),
            free_from: 0,
            knows: Vec::new(),
            homes: Vec::new(),
        }
    }

    /// Whether they are at work on that day.
    pub(super) fn works(&self, day: Day) -> bool {
        self.here(day) && is_open(day)
    }

    fn here(&self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
            && !self.away.iter().any(|(from, until)| (*from..=*until).contains(&day))
    }

    /// The team that they work in on that day.
    pub(super) fn crew_on(&self, day: Day) -> usize {
        self.moves.filter(|(from, _)| day >= *from).map_or(self.crew, |(_, crew)| crew)
    }

    /// The first moment from `after` on at which they are at work, with a pause of up to `minutes`.
    pub(super) fn next(&self, after: Moment, minutes: i64, dice: &mut Dice) -> Option<Moment> {
        let pause = dice.within(minutes / 6, minutes);
        at_work(self.zone, after, pause, |day| self.works(day))
    }

    pub(super) fn offset_minutes(&self, at: Moment) -> i16 {
        offset_minutes(self.zone, at.div_euclid(DAY)) as i16
    }
}

/// The people of the company with the days on which they work.
#[derive(Debug)]
pub(super) struct Staff {
    pub(super) hands: Vec<Hand>,
    /// Who leads each team's technical work.
    pub(super) leads: Vec<usize>,
    pub(super) bot: PersonId,
    /// Somebody of the first team who knew something alone and is gone.
    pub(super) departed: Option<usize>,
    /// Somebody of the second team, or the only one, who knows something alone.
    pub(super) lonely: Option<usize>,
}

/// Fills teams, people, memberships, reporting lines and absences of the company.
pub(super) fn hire(plan: &Plan, company: &mut Company, start: Day, end: Day) -> Staff {
    let mut dice = Dice::of(plan.seed, "firm", 0);
    let crews = plan.teams() as usize;
    found_teams(company, crews);
    let mut staff = Staff { hands: Vec::new(), leads: vec![0; crews], bot: PersonId(0), departed: None, lonely: None };
    for number in 0..plan.people.max(4) as usize {
        let crew = number.saturating_sub(1) % crews;
        let first = first_day(&mut dice, number, 1 + 4 * crews, start, end);
        add_person(plan, company, &mut dice, number, first);
        let zone = zone_of(&mut dice, number);
        company.people[number].time_zone = ZONES[zone].name.to_owned();
        staff.hands.push(Hand::new(zone, crew, first));
    }
    assign_roles(&mut staff, crews);
    let days = (start, end);
    let most = 1 + 2 * crews;
    let members: Vec<usize> = (most..staff.hands.len()).collect();
    send_off(&mut staff, &mut dice, &members, crews, days);
    move_some(&mut staff, &mut dice, &members, crews, days);
    for number in 0..staff.hands.len() {
        plan_absences(&mut staff.hands[number], company, &mut dice, PersonId::of(number), days);
    }
    plan_on_call(&staff, company, crews, days);
    write_down(&staff, company, crews);
    staff.bot = add_bot(company, start);
    staff
}

fn found_teams(company: &mut Company, crews: usize) {
    for number in 0..crews {
        let (name, key, purpose) = TEAMS[number % TEAMS.len()];
        let turn = number / TEAMS.len();
        let (name, key) = match turn {
            0 => (name.to_owned(), key.to_owned()),
            _ => (format!("{name} {}", turn + 1), format!("{key}{}", turn + 1)),
        };
        let slug = name.to_lowercase().replace(' ', "-");
        company.teams.push(Team { slug, name, parent: None, purpose: purpose.into(), key });
    }
    let departments = crews.div_ceil(8);
    let root = TeamId::of(crews + if departments > 1 { departments } else { 0 });
    for number in 0..crews {
        company.teams[number].parent = Some(if departments > 1 { TeamId::of(crews + number / 8) } else { root });
    }
    for number in 0..if departments > 1 { departments } else { 0 } {
        let name = format!("Department {}", number + 1);
        let slug = format!("department-{}", number + 1);
        company.teams.push(department(slug, name, Some(root)));
    }
    company.teams.push(department("engineering".into(), "Engineering".into(), None));
}

fn department(slug: String, name: String, parent: Option<TeamId>) -> Team {
    Team { slug, name, parent, purpose: "Teams that build one product together".into(), key: String::new() }
}

/// Those who make a team what it is are there from the first day, the others come when they come.
fn first_day(dice: &mut Dice, number: usize, founders: usize, start: Day, end: Day) -> Day {
    if number < founders || dice.chance(35) {
        return start - dice.within(30, 1_500);
    }
    start + dice.within(20, ((end - start) * 4 / 5).max(21))
}

fn zone_of(dice: &mut Dice, number: usize) -> usize {
    if number < 3 || dice.chance(45) { 0 } else { dice.below(ZONES.len()) }
}

fn add_person(plan: &Plan, company: &mut Company, dice: &mut Dice, number: usize, first: Day) {
    let (name, login) = names::person(number, plan.seed);
    let taken = number >= 90;
    let login = if taken { format!("{login}{number}") } else { login };
    let login = if company.people.iter().any(|other| other.email == format!("{login}@{DOMAIN}")) && !taken {
        format!("{login}{number}")
    } else {
        login
    };
    let first_name = login.split('.').next().unwrap_or("me").to_owned();
    let former = format!("{first_name}@{}-home.example", login.rsplit('.').next().unwrap_or("at"));
    let former_email = (number % 12 == 5).then(|| (former, date_of(first.max(0) + dice.within(500, 900))));
    company.people.push(Person {
        name,
        email: format!("{login}@{DOMAIN}"),
        former_email,
        time_zone: String::new(),
        kind: PersonKind::Human,
        started_on: date_of(first),
        left_on: None,
    });
}

fn add_bot(company: &mut Company, start: Day) -> PersonId {
    company.people.push(Person {
        name: "dock-keeper[bot]".into(),
        email: format!("dock-keeper[bot]@users.noreply.forge.{DOMAIN}"),
        former_email: None,
        time_zone: "UTC".into(),
        kind: PersonKind::Bot,
        started_on: date_of(start),
        left_on: None,
    });
    PersonId::of(company.people.len() - 1)
}

/// 0 heads all; then a manager for each team, then a technical lead for each.
fn assign_roles(staff: &mut Staff, crews: usize) {
    for number in 0..staff.hands.len().min(1 + crews) {
        staff.hands[number].codes = false;
    }
    for crew in 0..crews {
        staff.leads[crew] = (1 + crews + crew).min(staff.hands.len() - 1);
    }
    for (crew, lead) in staff.leads.iter().enumerate() {
        staff.hands[*lead].crew = crew;
    }
}

/// Some leave, among them somebody of the first team who was there from the beginning.
fn send_off(staff: &mut Staff, dice: &mut Dice, members: &[usize], crews: usize, (start, end): (Day, Day)) {
    let early = |hand: &Hand, crew: usize| hand.crew == crew && hand.first < start;
    staff.departed = members.iter().copied().find(|at| early(&staff.hands[*at], 0));
    if let Some(at) = staff.departed {
        staff.hands[at].last = last_open(end - (end - start) * 2 / 5 - dice.within(0, 20));
    }
    let second = 1 % crews;
    let departed = staff.departed;
    staff.lonely = members.iter().copied().find(|at| early(&staff.hands[*at], second) && Some(*at) != departed);
    for at in members.iter().copied() {
        let hand = &mut staff.hands[at];
        let kept = Some(at) == staff.departed || Some(at) == staff.lonely;
        let earliest = hand.first.max(start) + 120;
        if !kept && earliest < end - 30 && dice.chance(11) {
            hand.last = last_open(dice.within(earliest, end - 20));
        }
    }
}

fn last_open(mut day: Day) -> Day {
    while !is_open(day) {
        day -= 1;
    }
    day
}

fn move_some(staff: &mut Staff, dice: &mut Dice, members: &[usize], crews: usize, (start, end): (Day, Day)) {
    for at in members.iter().copied().skip(2).step_by(9) {
        let hand = &mut staff.hands[at];
        let day = (start + (end - start) * dice.within(40, 70) / 100).max(hand.first + 60);
        let kept = Some(at) == staff.departed || Some(at) == staff.lonely;
        if crews > 1 && !kept && day + 60 < hand.last.min(end) {
            hand.moves = Some((day, (hand.crew + 1) % crews));
        }
    }
}

fn plan_absences(hand: &mut Hand, company: &mut Company, dice: &mut Dice, person: PersonId, (start, end): (Day, Day)) {
    let mut year = start;
    while year < end {
        let mut blocks = vec![(dice.within(150, 230), dice.within(8, 18)), (dice.within(20, 140), dice.within(3, 8))];
        blocks.push((dice.within(240, 340), dice.within(2, 9)));
        if dice.chance(5) {
            blocks = vec![(dice.within(60, 200), dice.within(60, 100))];
        }
        for (at, length) in blocks {
            add_absence(hand, company, person, (year + at, year + at + length - 1), AbsenceKind::Leave, (start, end));
        }
        for _ in 0..dice.below(3) {
            let at = year + dice.within(0, 360);
            add_absence(hand, company, person, (at, at + dice.within(0, 3)), AbsenceKind::Other, (start, end));
        }
        year += 365;
    }
}

fn add_absence(
    hand: &mut Hand,
    company: &mut Company,
    person: PersonId,
    (from, until): (Day, Day),
    kind: AbsenceKind,
    (start, end): (Day, Day),
) {
    let inside = from > hand.first.max(start) && until < hand.last.min(end + 60);
    let apart = hand.away.iter().all(|(other_from, other_until)| until < *other_from || from > *other_until);
    if inside && apart {
        hand.away.push((from, until));
        company.absences.push(Absence { person, from: date_of(from), until: date_of(until), kind });
    }
}

/// Each week somebody else of the team, of those who are there all week.
fn plan_on_call(staff: &Staff, company: &mut Company, crews: usize, (start, end): (Day, Day)) {
    for crew in 0..crews {
        let members: Vec<usize> = (0..staff.hands.len()).filter(|at| staff.hands[*at].codes).collect();
        let mut turn = 0;
        let mut monday = start + (8 - super::calendar::weekday(start)) % 7;
        while monday + 6 <= end {
            let fit = |at: &&usize| {
                let hand = &staff.hands[**at];
                hand.crew_on(monday) == crew && (monday..monday + 7).all(|day| hand.here(day))
            };
            let there: Vec<&usize> = members.iter().filter(fit).collect();
            if !there.is_empty() {
                let person = PersonId::of(*there[turn % there.len()]);
                let (from, until) = (date_of(monday), date_of(monday + 6));
                company.absences.push(Absence { person, from, until, kind: AbsenceKind::OnCall });
            }
            turn += 1;
            monday += 7;
        }
    }
}

/// Memberships and reporting lines that say what the hands know.
fn write_down(staff: &Staff, company: &mut Company, crews: usize) {
    let root = TeamId::of(company.teams.len() - 1);
    for (number, hand) in staff.hands.iter().enumerate() {
        let person = PersonId::of(number);
        let end = (hand.last < Day::MAX).then(|| date_of(hand.last));
        company.people[number].left_on = end;
        let role = match number {
            _ if number <= crews => Role::Manager,
            _ if staff.leads.contains(&number) => Role::TechLead,
            _ => Role::Member,
        };
        if number == 0 {
            let from = date_of(hand.first);
            company.memberships.push(Membership { person, team: root, role, from, until: end, share: 1.0 });
            continue;
        }
        let mut spans = vec![(hand.crew, hand.first, end)];
        if let Some((day, next)) = hand.moves {
            spans = vec![(hand.crew, hand.first, Some(date_of(day - 1))), (next, day, end)];
        }
        for (crew, from, until) in spans {
            let from = date_of(from);
            let share = if number % 17 == 16 && hand.moves.is_none() && crews > 1 { 0.5 } else { 1.0 };
            company.memberships.push(Membership { person, team: TeamId::of(crew), role, from, until, share });
            if share < 1.0 {
                let team = TeamId::of((crew + 1) % crews);
                company.memberships.push(Membership { person, team, role, from, until, share });
            }
            let manager = PersonId::of(if role == Role::Manager { 0 } else { 1 + crew });
            company.reporting.push(Reporting { person, manager, from, until });
        }
    }
}
