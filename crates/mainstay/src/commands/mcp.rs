//! `mainstay mcp`: the practices as tools for assistants, over standard input and output.

use clap::ArgMatches;
use desk::Registry;

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime};

pub(super) fn run(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let home = Home::of(matches)?;
    runtime()?.block_on(async {
        let (office, viewer) = home.office().await?;
        let served = web::mcp::serve(office, registry.clone(), viewer).await;
        served.map_err(|error| Failure::from_error(exit::INPUT_OUTPUT, &error))
    })?;
    Ok(exit::DONE)
}
