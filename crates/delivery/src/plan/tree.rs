//! The tree of a plan: codes by order, leaves, limits, and the ring that hard links must not close. Numbers are rolled up from leaves only.

use std::collections::HashMap;

use desk::FieldError;

use super::network::{Link, Network, NetworkError, Task};
use super::records::{DEEPEST, ItemKind, Plan, PlanItem, Strength};

/// A tree in reading order.
#[derive(Debug, Clone)]
pub struct Tree {
    /// Its items: each parent before its parts.
    pub nodes: Vec<Node>,
    by_id: HashMap<String, usize>,
}

/// An item in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its place in the plan's list.
    pub item: usize,
    /// `1.2.3`, by order.
    pub code: String,
    /// 1 for the outermost.
    pub depth: usize,
    /// The place of its parent in the tree.
    pub parent: Option<usize>,
    /// Whether it has parts.
    pub leaf: bool,
    /// Places of the leaves below it; itself when it is one.
    pub leaves: Vec<usize>,
}

impl Tree {
    /// Of a plan.
    ///
    /// # Errors
    /// A parent that is not there, parents in a ring, a tree deeper than eight, hard links in a ring: the ring in words.
    pub fn of(plan: &Plan) -> Result<Self, FieldError> {
        let tree = Self::shape(plan)?;
        tree.no_ring(plan)?;
        Ok(tree)
    }

    fn shape(plan: &Plan) -> Result<Self, FieldError> {
        let mut inside: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
        for (place, item) in plan.items.iter().enumerate() {
            if let Some(parent) = item.parent.as_deref().filter(|parent| plan.item(parent).is_none()) {
                return Err(FieldError::new(format!("items.{place}.parent"), format!("No item `{parent}`.")));
            }
            inside.entry(item.parent.as_deref()).or_default().push(place);
        }
        let mut tree = Self { nodes: Vec::with_capacity(plan.items.len()), by_id: HashMap::new() };
        let mut open: Vec<(usize, String, usize, Option<usize>)> = Vec::new();
        let push = |open: &mut Vec<_>, parent: Option<&str>, code: &str, depth: usize, above: Option<usize>| {
            let parts = inside.get(&parent).map(Vec::as_slice).unwrap_or_default();
            for (number, item) in parts.iter().enumerate().rev() {
                let number = number + 1;
                let code = if code.is_empty() { number.to_string() } else { format!("{code}.{number}") };
                open.push((*item, code, depth, above));
            }
        };
        push(&mut open, None, "", 1, None);
        while let Some((item, code, depth, parent)) = open.pop() {
            let one = &plan.items[item];
            if depth > DEEPEST {
                let message = format!("{code} {} lies {depth} deep; {DEEPEST} is the most.", one.title);
                return Err(FieldError::new(format!("items.{item}.parent"), message));
            }
            let place = tree.nodes.len();
            let leaf = !inside.contains_key(&Some(one.id.as_str()));
            push(&mut open, Some(&one.id), &code, depth + 1, Some(place));
            tree.by_id.insert(one.id.clone(), place);
            tree.nodes.push(Node { item, code, depth, parent, leaf, leaves: Vec::new() });
        }
        if tree.nodes.len() < plan.items.len() {
            let lost = plan.items.iter().position(|item| !tree.by_id.contains_key(&item.id)).unwrap_or(0);
            return Err(FieldError::new(format!("items.{lost}.parent"), "It would be a part of itself."));
        }
        for place in (0..tree.nodes.len()).filter(|place| tree.nodes[*place].leaf).collect::<Vec<_>>() {
            let mut here = Some(place);
            while let Some(at) = here {
                tree.nodes[at].leaves.push(place);
                here = tree.nodes[at].parent;
            }
        }
        Ok(tree)
    }

    fn no_ring(&self, plan: &Plan) -> Result<(), FieldError> {
        let hard = plan.links.iter().filter(|link| link.strength != Strength::Preferred);
        let ends = hard.filter_map(|link| Some((self.place(&link.from)?, self.place(&link.to)?)));
        // A link of a parent is one of each of its leaves.
        let links = ends.flat_map(|(from, to)| self.between(from, to)).map(|(from, to)| Link::after(from, to));
        let tasks = vec![Task::default(); self.nodes.len()];
        let within = plan.links.iter().filter(|link| link.strength != Strength::Preferred).find(|link| {
            let (Some(from), Some(to)) = (self.place(&link.from), self.place(&link.to)) else { return false };
            self.holds(from, to) || self.holds(to, from)
        });
        if let Some(link) = within {
            let message =
                format!("{} and {} lie in one another.", self.title(plan, &link.from), self.title(plan, &link.to));
            return Err(FieldError::new("links", message));
        }
        match Network::of(tasks, links.collect(), Vec::new(), Vec::new()) {
            Err(NetworkError::Ring(ring)) => {
                let names: Vec<&str> =
                    ring.iter().chain(ring.first()).map(|at| plan.items[self.nodes[*at].item].title.as_str()).collect();
                Err(FieldError::new("links", format!("These links close a ring: {}.", names.join(" → "))))
            }
            _ => Ok(()),
        }
    }

    fn title<'a>(&self, plan: &'a Plan, id: &'a str) -> &'a str {
        self.place(id).map_or(id, |place| &plan.items[self.nodes[place].item].title)
    }

    /// Whether `inner` lies in `outer`, or is it.
    #[must_use]
    pub fn holds(&self, outer: usize, inner: usize) -> bool {
        let mut here = Some(inner);
        while let Some(at) = here {
            if at == outer {
                return true;
            }
            here = self.nodes[at].parent;
        }
        false
    }

    /// Every pair of leaves that a link of two items ties.
    #[must_use]
    pub fn between(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let (from, to) = (&self.nodes[from].leaves, &self.nodes[to].leaves);
        from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to))).collect()
    }

    /// The place of an item by its id.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The place of an item by id, code, or the key of its work item.
    #[must_use]
    pub fn find(&self, plan: &Plan, text: &str) -> Option<usize> {
        let text = text.trim();
        let by_code = || self.nodes.iter().position(|node| node.code == text);
        let keyed = |item: &PlanItem| item.work_item.as_deref().is_some_and(|key| key.eq_ignore_ascii_case(text));
        let by_key = || self.nodes.iter().position(|node| keyed(&plan.items[node.item]));
        self.place(text).or_else(by_code).or_else(by_key)
    }

    /// Places of the leaves that take time, in reading order; milestones among them.
    pub fn leaves(&self) -> impl Iterator<Item = usize> {
        (0..self.nodes.len()).filter(|place| self.nodes[*place].leaf)
    }

    /// Which team does an item: its own, its parent's, at last the plan's first.
    #[must_use]
    pub fn team<'a>(&self, plan: &'a Plan, place: usize) -> &'a str {
        let mut here = Some(place);
        while let Some(at) = here {
            if let Some(team) = plan.items[self.nodes[at].item].team.as_deref() {
                return team;
            }
            here = self.nodes[at].parent;
        }
        plan.teams.first().map_or("", String::as_str)
    }
}

/// What in an item hints that it is more than one thing.
#[must_use]
pub fn signs(item: &PlanItem) -> Vec<String> {
    let mut all = Vec::new();
    if item.kind == ItemKind::Milestone {
        return all;
    }
    if item.acceptance.is_empty() && item.kind != ItemKind::Spike {
        all.push("no acceptance".to_owned());
    }
    if item.acceptance.len() > 7 {
        all.push(format!("{} criteria", item.acceptance.len()));
    }
    if item.areas.len() > 3 {
        all.push(format!("{} areas", item.areas.len()));
    }
    let vague = ["and", "or", "manage", "all", "various", "etc", "etc."];
    let word = item.title.split_whitespace().find(|word| vague.contains(&word.to_lowercase().as_str()));
    all.extend(word.map(|word| format!("“{}” in its title", word.to_lowercase())));
    all
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::plan::records::Dependency;

    pub(crate) fn plan(items: &[(&str, Option<&str>)]) -> Plan {
        let item = |(id, parent): &(&str, Option<&str>)| PlanItem {
            id: (*id).to_owned(),
            parent: parent.map(str::to_owned),
            title: id.to_uppercase(),
            ..PlanItem::default()
        };
        Plan {
            title: "Checkout".to_owned(),
            goal: String::new(),
            teams: vec!["payments".to_owned()],
            start_on: jiff::civil::date(2026, 3, 2),
            target_on: None,
            confidence: 0.85,
            focus: 1.0,
            capacity: crate::plan::records::Capacity::Auto,
            resources: Vec::new(),
            items: items.iter().map(item).collect(),
            links: Vec::new(),
        }
    }

    pub(crate) fn link(from: &str, to: &str) -> Dependency {
        Dependency::after(from.to_owned(), to.to_owned())
    }

    #[test]
    fn codes_follow_the_order() {
        let plan = plan(&[("a", None), ("b", None), ("c", Some("b")), ("d", Some("b")), ("e", Some("c"))]);
        let tree = Tree::of(&plan).unwrap();
        let codes: Vec<_> = tree.nodes.iter().map(|node| (node.code.as_str(), node.leaf)).collect();
        assert_eq!(codes, [("1", true), ("2", false), ("2.1", false), ("2.1.1", true), ("2.2", true)]);
        assert_eq!(tree.nodes[1].leaves, [3, 4]);
        assert_eq!(tree.find(&plan, "2.1.1"), tree.place("e"));
    }

    #[test]
    fn a_ring_is_refused_in_words() {
        let mut plan = plan(&[("api", None), ("client", None), ("contract", None)]);
        plan.items[0].title = "API".to_owned();
        plan.items[1].title = "Client".to_owned();
        plan.items[2].title = "Contract".to_owned();
        plan.links = vec![link("api", "client"), link("client", "contract"), link("contract", "api")];
        let message = Tree::of(&plan).unwrap_err().message;
        let turns =
            ["API → Client → Contract → API", "Client → Contract → API → Client", "Contract → API → Client → Contract"];
        assert!(turns.iter().any(|turn| message == format!("These links close a ring: {turn}.")), "{message}");
        plan.links[2].strength = Strength::Preferred;
        assert!(Tree::of(&plan).is_ok(), "what orders only closes nothing");
    }

    #[test]
    fn nothing_lies_in_itself() {
        let error = Tree::of(&plan(&[("a", Some("b")), ("b", Some("a"))])).unwrap_err();
        assert_eq!(error.message, "It would be a part of itself.");
        let deep: Vec<(String, Option<String>)> =
            (0..9).map(|n| (format!("i{n}"), (n > 0).then(|| format!("i{}", n - 1)))).collect();
        let deep: Vec<(&str, Option<&str>)> = deep.iter().map(|(id, above)| (id.as_str(), above.as_deref())).collect();
        assert!(Tree::of(&plan(&deep)).unwrap_err().message.contains("9 deep; 8 is the most"));
        let mut inner = plan(&[("a", None), ("b", Some("a"))]);
        inner.links = vec![link("a", "b")];
        assert!(Tree::of(&inner).unwrap_err().message.contains("lie in one another"));
    }
}
