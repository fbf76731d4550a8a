//! A source file in any language.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let _ = history::targets::source(usize::from(input.0), input.1);
});
