//! A delta of a pack over a base; the first byte says how much is base.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&[u8], &[u8])| {
    let _ = history::targets::delta(input.0, input.1);
});
