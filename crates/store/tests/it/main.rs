//! The store on both engines, through its public types.

mod audit;
mod engines;
mod import;
mod jobs;
mod people;
mod records;
mod sign_in;
