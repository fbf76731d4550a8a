//! Which plan an ask means.

use desk::{Desk, FieldError, Refusal, Stored};

use super::records::Plan;

/// The plan that is named, by id, title or the beginning of its title; else the newest of the viewer's teams, else the newest.
///
/// # Errors
/// Refused when none has that name; it says which there are.
pub fn which(desk: &Desk, plans: &[Stored<Plan>], named: Option<&str>) -> Result<Option<Stored<Plan>>, Refusal> {
    if let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) {
        let slug = desk::sheet::slug(named);
        let exact = |one: &&Stored<Plan>| one.id == named || desk::sheet::slug(&one.title) == slug;
        let begins = |one: &&Stored<Plan>| desk::sheet::slug(&one.title).starts_with(&slug);
        let found = plans.iter().rev().find(exact).or_else(|| plans.iter().rev().find(begins));
        return found.cloned().map(Some).ok_or_else(|| {
            let titles: Vec<_> = plans.iter().rev().take(8).map(|one| one.title.as_str()).collect();
            let known = if titles.is_empty() {
                "There is none yet.".to_owned()
            } else {
                format!("There are: {}.", titles.join(", "))
            };
            Refusal::fields(vec![FieldError::new("plan", format!("No plan `{named}`. {known}"))])
        });
    }
    let mine: Vec<_> =
        desk.organisation().teams_of(desk.viewer().person, desk.today()).map(|member| member.team).collect();
    let open = |one: &&Stored<Plan>| !matches!(one.status.as_str(), "done" | "dropped");
    let own = |one: &&Stored<Plan>| one.team.is_some_and(|team| mine.contains(&team));
    let newest = plans.iter().rev();
    let found = newest.clone().filter(open).find(own).or_else(|| newest.clone().find(open)).or_else(|| plans.last());
    Ok(found.cloned())
}
