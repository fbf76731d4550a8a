//! The lake as its readers and writers meet it: rows in and out, faults between, questions and their refusals.

mod bucket;
mod faults;
mod format;
mod questions;
mod standing;
mod storage;
mod support;
