//! `mainstay completions`: for a shell's own folder of completions.

use clap::ArgMatches;
use desk::Registry;

use crate::exit;
use crate::failure::Failure;

pub(super) fn run(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    let shell = matches.get_one::<clap_complete::Shell>("shell").copied();
    let shell = shell.ok_or_else(|| Failure::new(exit::USAGE, "no shell was named"))?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::cli::command(registry), "mainstay", &mut script);
    super::printed(&String::from_utf8_lossy(&script))
}
