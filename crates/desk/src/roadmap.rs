//! The five stages and their twenty-two practices, whether they are here yet or not. Names are the names of pages, commands and API
//! paths.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stage of the road, or one of the two rooms around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Technical ground.
    Foundation,
    /// What one person knows reaches the others.
    Influence,
    /// What will be done when.
    Delivery,
    /// The right thing, built the right way.
    Direction,
    /// People grow, stay and work well together.
    People,
    /// The lead's own role: brief and alignment.
    Role,
    /// The road itself: stages, ladders, paths, evidence.
    Roadmap,
}

impl Stage {
    /// The five stages, in the order of the road.
    pub const ALL: [Self; 5] = [Self::Foundation, Self::Influence, Self::Delivery, Self::Direction, Self::People];

    /// The name in paths and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Foundation => "foundation",
            Self::Influence => "influence",
            Self::Delivery => "delivery",
            Self::Direction => "direction",
            Self::People => "people",
            Self::Role => "role",
            Self::Roadmap => "roadmap",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Foundation => "Foundation",
            Self::Influence => "Influence",
            Self::Delivery => "Delivery",
            Self::Direction => "Direction",
            Self::People => "People",
            Self::Role => "Role",
            Self::Roadmap => "Road",
        }
    }

    /// The question that the stage answers.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::Foundation => "Is the technical ground solid, and who can be asked about what?",
            Self::Influence => "Does what one person knows reach the others?",
            Self::Delivery => "What will be done when, by whom, and what could stop it?",
            Self::Direction => "Are we building the right thing the right way, and does the code still agree?",
            Self::People => "Do the people grow, stay and work well together?",
            Self::Role => "What needs me now, and does technical work serve the business goals?",
            Self::Roadmap => "Where am I on the road, and what is my next step?",
        }
    }

    /// The key that goes to the stage after `g` (road and role have none of their own here).
    #[must_use]
    pub const fn key(self) -> char {
        match self {
            Self::Foundation => 'f',
            Self::Influence => 'i',
            Self::Delivery => 'd',
            Self::Direction => 'r',
            Self::People => 'p',
            Self::Role => 'b',
            Self::Roadmap => 'o',
        }
    }

    /// The stage of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Role, Self::Roadmap].into_iter().chain(Self::ALL).find(|stage| stage.name() == name)
    }

    /// The practices of the stage, in the order of the road.
    pub fn practices(self) -> impl Iterator<Item = &'static Planned> {
        PRACTICES.iter().filter(move |planned| planned.stage == self)
    }
}

/// A practice as the road knows it, built or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Its stage.
    pub stage: Stage,
    /// Its name in paths and commands.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The question that it answers.
    pub question: &'static str,
}

const fn planned(stage: Stage, name: &'static str, title: &'static str, question: &'static str) -> Planned {
    Planned { stage, name, title, question }
}

/// The twenty-two practices.
#[rustfmt::skip]
pub const PRACTICES: [Planned; 22] = [
    planned(Stage::Foundation, "deep_expertise", "Deep expertise", "Who can be asked about what, and what does only one person know?"),
    planned(Stage::Foundation, "practical_experience", "Practical experience", "Have we built and run real systems, and who has had the chance to?"),
    planned(Stage::Foundation, "autonomy", "Autonomy", "Can people here take complex work from start to finish by themselves?"),
    planned(Stage::Foundation, "code_quality", "Code quality", "Where is the code costly to change, and is it getting better?"),
    planned(Stage::Influence, "mentoring", "Mentoring", "Who is helping whom to grow, and does it work?"),
    planned(Stage::Influence, "code_review", "Code review", "Do our reviews make the code and each other better, without making people wait?"),
    planned(Stage::Influence, "knowledge_sharing", "Knowledge sharing", "Is what we know written down, spoken about and still true?"),
    planned(Stage::Influence, "communication", "Communication", "Does everyone who must know, know, in words they understand?"),
    planned(Stage::Delivery, "methodology", "Methodology", "How does our work flow, and does our way of working help it or hinder it?"),
    planned(Stage::Delivery, "planning", "Planning", "How does this large thing break into small ones, in what order, and does the plan still hold?"),
    planned(Stage::Delivery, "estimation", "Estimation", "How hard is it, when will it be done, and how good were our answers so far?"),
    planned(Stage::Delivery, "delegation", "Delegation", "Who could take this, who would grow by it, and have I handed it over well?"),
    planned(Stage::Delivery, "risk", "Risk", "What could stop us, would we see it coming, and is what we do about it worth it?"),
    planned(Stage::Direction, "system_design", "System design", "Will what we designed hold (load, failure, attack, cost), and is it what we built?"),
    planned(Stage::Direction, "technology_selection", "Technology selection", "What did we decide, does it still hold, and what should the next project be built with?"),
    planned(Stage::Direction, "technical_debt", "Technical debt", "What does our debt cost us each month, and which of it is worth repaying first?"),
    planned(Stage::Direction, "standards", "Standards", "What have we agreed on, where does it hold, and what would it take where it does not?"),
    planned(Stage::People, "one_on_ones", "1:1s", "What do we two need to talk about, and what have we promised each other?"),
    planned(Stage::People, "career_development", "Career development", "Where does each of us want to go, what is next, and does this team offer the chance to do it?"),
    planned(Stage::People, "recruitment", "Recruitment", "Whom do we need, are we choosing well and fairly, and when will they be able to help?"),
    planned(Stage::People, "culture", "Culture", "Is this a good place to work and to speak up, and did what we agreed to change really change?"),
    planned(Stage::People, "performance", "Performance", "Does everyone hear clearly, fairly, without surprise how they do, and thanks for what they did?"),
];
