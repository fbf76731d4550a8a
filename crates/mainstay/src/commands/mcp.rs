//! `mainstay mcp`: the practices as tools for assistants, over standard input and output.

use clap::ArgMatches;
use desk::Registry;

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime, viewer};

pub(super) fn run(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let office = Home::of(matches)?.office()?;
    runtime()?
        .block_on(web::mcp::serve(office, registry.clone(), viewer()))
        .map_err(|error| Failure::from_error(exit::INPUT_OUTPUT, &error))?;
    Ok(exit::DONE)
}
