//! Work, as practices see it: items, the one log of what happened to them, sprints and calendars. Reading is [`Desk::work`](crate::Desk::work),
//! doing is [`Changes::work`](crate::Changes::work).

pub use store::people::{Person, PersonKind, Team};
pub use store::work::{
    Calendar, Category, Course, DayKind, Deed, Edit, Entry, Field, Hours, Item, ItemTie, ItemType, NATIVE, NewItem,
    NewSprint, Past, PastEntry, PastItem, Project, Reference, ServiceClass, Sprint, SprintState, Status, Stay, Sym,
    Tie, Touched, Work,
};
pub use store::{ItemId, Organisation, PersonId, ProjectId, SprintId, TeamId};
