//! How many people a figure needs before it is shown.
//!
//! The disclosure audit of answers and ratings is another matter, and stricter; this is the rule for facts.

/// The smallest number of people that a measure is shown for: 5, or more where an organisation wants so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupSize(u32);

/// Somebody wanted fewer than is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the smallest group is {lowest} people and can be raised, not lowered; {asked} was asked for", lowest = GroupSize::LOWEST)]
pub struct TooLow {
    /// What was asked for.
    pub asked: u32,
}

/// What a figure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// What people do: reviews, help, answers.
    Doings,
    /// Work items: flow, forecasts, plans.
    WorkItems,
}

/// From where somebody looks at a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onlooker {
    /// A member or a lead of it.
    OfTheTeam,
    /// Anybody else.
    Outside,
}

/// Whether a figure is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is.
    Yes,
    /// It is not, and the view says so.
    TooFewPeople,
}

impl GroupSize {
    /// No organisation goes below this.
    pub const LOWEST: u32 = 5;

    /// A minimum of so many people.
    ///
    /// # Errors
    ///
    /// Below [`GroupSize::LOWEST`]: it can be raised, not lowered.
    pub const fn new(people: u32) -> Result<Self, TooLow> {
        if people < Self::LOWEST { Err(TooLow { asked: people }) } else { Ok(Self(people)) }
    }

    /// In people.
    #[must_use]
    pub const fn people(self) -> u32 {
        self.0
    }
}

impl Default for GroupSize {
    fn default() -> Self {
        Self(Self::LOWEST)
    }
}

impl Shown {
    /// What the view says in place of the figure.
    #[must_use]
    pub const fn text(self) -> Option<&'static str> {
        match self {
            Self::Yes => None,
            Self::TooFewPeople => Some("too few people to show"),
        }
    }
}

/// Whether a figure about so many people is shown to this onlooker.
#[must_use]
pub const fn shows(minimum: GroupSize, people: u32, measure: Measure, onlooker: Onlooker) -> Shown {
    match (measure, onlooker) {
        (Measure::WorkItems, Onlooker::OfTheTeam) => Shown::Yes,
        _ if people >= minimum.0 => Shown::Yes,
        _ => Shown::TooFewPeople,
    }
}
