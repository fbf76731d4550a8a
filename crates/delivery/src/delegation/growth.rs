//! Whether a task is one by which somebody wants to grow: a goal that they share with whoever looks names what the task is about. What is
//! not shared does not exist here.

use desk::work::PersonId;

/// A goal of somebody, as its owner keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Whose it is.
    pub owner: PersonId,
    /// With whom the owner shares it.
    pub shared_with: Vec<PersonId>,
    /// What it is called.
    pub title: String,
    /// The areas, skills and capabilities that it names.
    pub names: Vec<String>,
}

/// The goals that their owners share with the viewer. A viewer's own goals are theirs, and shared with nobody else by that.
#[must_use]
pub fn shared(goals: &[Goal], viewer: PersonId) -> Vec<&Goal> {
    goals.iter().filter(|goal| goal.owner == viewer || goal.shared_with.contains(&viewer)).collect()
}

/// How a task serves somebody's growth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Growth {
    /// No shared goal names it.
    #[default]
    None,
    /// One names a whole of which it is a part.
    Part,
    /// One names it.
    Named,
}

impl Growth {
    /// 1, ½ or 0.
    #[must_use]
    pub const fn worth(self) -> f64 {
        match self {
            Self::Named => 1.0,
            Self::Part => 0.5,
            Self::None => 0.0,
        }
    }
}

/// How tasks about these areas and skills serve these goals, and the title of the goal that says so.
#[must_use]
pub fn growth<'a>(goals: &[&'a Goal], areas: &[String], skills: &[String]) -> (Growth, Option<&'a str>) {
    let same = |name: &str, other: &str| name.trim().eq_ignore_ascii_case(other.trim());
    let of = |goal: &Goal| {
        let named = goal.names.iter();
        named
            .map(|name| {
                let skill = skills.iter().any(|skill| same(name, skill));
                if skill
                    || areas
                        .iter()
                        .any(|area| desk::knowledge::lies_in(area, name) && desk::knowledge::lies_in(name, area))
                {
                    Growth::Named
                } else if areas.iter().any(|area| desk::knowledge::lies_in(area, name)) {
                    Growth::Part
                } else {
                    Growth::None
                }
            })
            .max()
            .unwrap_or_default()
    };
    let best = goals
        .iter()
        .map(|goal| (of(goal), goal.title.as_str()))
        .reduce(|best, one| if one.0 > best.0 { one } else { best });
    best.filter(|(growth, _)| *growth > Growth::None)
        .map_or((Growth::None, None), |(growth, title)| (growth, Some(title)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u128) -> PersonId {
        let hex = format!("{number:032x}");
        hex.parse().unwrap()
    }

    fn goal(names: &[&str]) -> Goal {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Goal { owner: person(1), shared_with: vec![person(2)], title: "payments".to_owned(), names }
    }

    #[test]
    fn goals_name_areas_or_wholes() {
        let of = |names: &[&str]| {
            let goal = goal(names);
            growth(&[&goal], &["api/pay".to_owned()], &["sql".to_owned()]).0
        };
        assert_eq!(of(&["api/pay/**"]), Growth::Named);
        assert_eq!(of(&["SQL"]), Growth::Named);
        assert_eq!(of(&["api"]), Growth::Part);
        assert_eq!(of(&["web", "api/pay/card"]), Growth::None);
    }

    #[test]
    fn unshared_goals_do_not_exist() {
        let all = [goal(&["api/pay"])];
        assert_eq!(shared(&all, person(3)).len(), 0);
        assert_eq!((shared(&all, person(2)).len(), shared(&all, person(1)).len()), (1, 1));
    }
}
