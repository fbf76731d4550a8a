//! A manifest or lock file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    const PATHS: [&str; 7] =
        ["Cargo.toml", "package.json", "pom.xml", "go.mod", "requirements.txt", "pnpm-lock.yaml", "Gemfile"];
    let _ = history::targets::manifest(PATHS[usize::from(input.0) % PATHS.len()], input.1);
});
