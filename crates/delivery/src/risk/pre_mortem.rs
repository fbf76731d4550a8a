//! A pre-mortem: it is a while from now and the plan has failed; everybody writes down what happened. Who wrote what is kept nowhere.
//!
//! Before the reveal entries lie in the box of the session, where nobody but their author's browser gets at them; at the reveal they move
//! into the record, in the order of their random ids, and the box with its marks goes. Votes lie in the same box until they are counted.
//! Nothing that leaves the server tells more than roughly how many entries there are.

pub mod acts;
mod page;
pub mod records;
pub mod room;
mod sheet;
#[cfg(test)]
mod tests;
pub mod view;

pub(super) use page::page;
pub(super) use sheet::{all, sheet};
