//! The store on both engines, through its public types.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop at once, also in what tests share")]

mod audit;
mod boxes;
mod engines;
mod erase;
mod export;
mod facts;
mod faults;
mod handed_in;
mod import;
mod jobs;
mod keep;
mod people;
mod records;
mod sign_in;
mod work;
