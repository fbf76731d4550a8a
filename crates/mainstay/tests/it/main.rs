//! The program as a whole, started as a person starts it: what it prints, how it ends, what it leaves behind.

mod bad_input;
mod commands;
mod odd_histories;
mod program;
mod questions;
mod together;
