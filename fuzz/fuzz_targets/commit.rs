//! A commit object: header, message, trailers.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = history::targets::commit(bytes);
});
