//! Groups of the provider as times in teams: begun and ended on the day of a sign-in, and nothing else is touched.

use jiff::civil::{Date, date};
use store::people::{NewTeam, Role};
use store::{Actor, PersonId};

use super::provider::Provider;
use super::{House, settings};
use crate::{GroupRule, OidcSettings};

const TODAY: Date = date(2026, 11, 25);

/// A house with three teams, two of which groups lead to.
async fn house(provider: &Provider) -> (House, PersonId) {
    let mut house = House::with_company(provider).await;
    let teams = GroupRule::parse_all("devs=shop, leads=shop:tech_lead, pay=payments, ghosts=gone").unwrap();
    let settings = OidcSettings { teams, ..settings(provider.issuer()) };
    house.app = house.app.clone().with_company(settings).unwrap();
    let mut write = house.app.office().store().write(Actor::System, house.clock.now()).await.unwrap();
    for slug in ["shop", "payments", "guild"] {
        write.add_team(&NewTeam::named(slug, slug)).await.unwrap();
    }
    let present = write.organisation().await.unwrap();
    let grace = present.by_email("grace@example.org").unwrap().id;
    let guild = present.find_team("guild").unwrap().id;
    write.join(grace, guild, Role::Member, date(2026, 1, 1), 0.2).await.unwrap();
    write.keep().await.unwrap();
    (house, grace)
}

impl House {
    /// Grace signs in with these groups; none means that the provider says nothing of groups.
    async fn signs_in(&self, provider: &Provider, groups: Option<&[&str]>) {
        provider.lies(|lie| lie.groups = groups.map(|all| all.iter().map(|one| (*one).to_owned()).collect()));
        provider.at(self.clock.now());
        let (back, way) = self.goes(provider, "/").await;
        let done = self.comes_back(&back, &way).await;
        assert_eq!(done.status, 303, "{}", done.body);
    }

    /// Every time of somebody in a team: which, as what, from when until when.
    async fn times(&self, who: PersonId) -> Vec<(String, Role, Date, Option<Date>)> {
        let people = self.app.office().store().organisation().await.unwrap();
        let of_team = |member: &store::people::Member| people.team(member.team).unwrap().slug.clone();
        let mine = people.members().iter().filter(|member| member.person == who);
        mine.map(|member| (of_team(member), member.role, member.from, member.until)).collect()
    }
}

fn time(team: &str, role: Role, from: Date, until: Option<Date>) -> (String, Role, Date, Option<Date>) {
    (team.to_owned(), role, from, until)
}

#[tokio::test]
async fn groups_begin_and_end_times() {
    let provider = Provider::start(super::super::noon()).await;
    let (house, grace) = house(&provider).await;
    let guild = time("guild", Role::Member, date(2026, 1, 1), None);
    house.signs_in(&provider, Some(&["devs", "pay", "unheard of"])).await;
    let shop = time("shop", Role::Member, TODAY, None);
    let pay = |until| time("payments", Role::Member, TODAY, until);
    assert_eq!(sorted(house.times(grace).await), [guild.clone(), pay(None), shop.clone()]);
    house.signs_in(&provider, Some(&["pay", "devs"])).await;
    assert_eq!(house.times(grace).await.len(), 3, "the second time nothing changes");
    house.clock.advance(2 * 86_400);
    house.signs_in(&provider, Some(&["devs"])).await;
    let later = date(2026, 11, 27);
    assert_eq!(sorted(house.times(grace).await), [guild, pay(Some(later)), shop], "the past stays, the guild too");
}

#[tokio::test]
async fn the_leading_role_goes_first() {
    let provider = Provider::start(super::super::noon()).await;
    let (house, grace) = house(&provider).await;
    house.signs_in(&provider, Some(&["devs"])).await;
    house.clock.advance(86_400);
    house.signs_in(&provider, Some(&["leads", "devs"])).await;
    let tomorrow = date(2026, 11, 26);
    let shop = [time("shop", Role::Member, TODAY, Some(tomorrow)), time("shop", Role::TechLead, tomorrow, None)];
    assert_eq!(sorted(house.times(grace).await)[1..], shop);
}

#[tokio::test]
async fn silence_about_groups_changes_nothing() {
    let provider = Provider::start(super::super::noon()).await;
    let (house, grace) = house(&provider).await;
    house.signs_in(&provider, Some(&["devs"])).await;
    house.clock.advance(86_400);
    house.signs_in(&provider, None).await;
    assert_eq!(sorted(house.times(grace).await)[1], time("shop", Role::Member, TODAY, None));
    house.signs_in(&provider, Some(&[])).await;
    let tomorrow = Some(date(2026, 11, 26));
    assert_eq!(sorted(house.times(grace).await)[1], time("shop", Role::Member, TODAY, tomorrow), "none is said, too");
}

#[tokio::test]
async fn groups_come_from_userinfo_too() {
    let provider = Provider::start(super::super::noon()).await;
    let (house, grace) = house(&provider).await;
    provider.lies(|lie| lie.terse = true);
    house.signs_in(&provider, Some(&["pay"])).await;
    assert_eq!(sorted(house.times(grace).await)[1], time("payments", Role::Member, TODAY, None));
    let audit = house.app.office().store().audit(None, 100).await.unwrap();
    let joined: Vec<_> = audit.iter().filter(|row| row.action == "team.join").collect();
    assert_eq!(joined.len(), 2, "to the guild by hand, to payments by the group");
}

#[tokio::test]
async fn who_is_refused_joins_nothing() {
    let provider = Provider::start(super::super::noon()).await;
    let (house, grace) = house(&provider).await;
    provider.lies(|lie| (lie.verified, lie.groups) = (Some(false), Some(vec!["devs".to_owned()])));
    let (back, way) = house.goes(&provider, "/").await;
    super::outside(&house.comes_back(&back, &way).await, "has not verified the address");
    assert_eq!(house.times(grace).await.len(), 1);
}

fn sorted(mut times: Vec<(String, Role, Date, Option<Date>)>) -> Vec<(String, Role, Date, Option<Date>)> {
    times.sort();
    times
}
