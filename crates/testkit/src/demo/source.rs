//! The text of the company's files, made from small models: functions of statements that grow, nest, split and are renamed. Everything
//! is invented here; nothing is anybody's code. A model is edited, never its text, so a change of the model is a small change of lines.

mod edit;
mod model;
mod papers;
mod print;
mod syntax;

pub(super) use edit::{fix, grow, refactor, rename, split, start, test_of};
pub(super) use model::{Source, file_name};
pub(super) use papers::Papers;
