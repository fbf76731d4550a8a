//! The state between runs, with and without its blocks.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = history::targets::state(bytes);
    let _ = history::targets::state_records(bytes);
});
