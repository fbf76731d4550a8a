//! Planning poker: a live estimate of a team, each in their own browser, from the API or the command line.
//!
//! The server holds the votes, sealed, each at a place of its own. Before the reveal nothing that leaves it says more than who has voted:
//! what everybody sees of a room is [`room::Seen`], which no vote goes into, and whose sign is all that is sent when it changes.

pub mod acts;
pub mod count;
pub mod deck;
mod page;
mod past;
pub mod records;
pub mod room;
mod sheet;
#[cfg(test)]
mod tests;
pub mod view;

pub(super) use page::page;
pub(super) use sheet::sheet;
