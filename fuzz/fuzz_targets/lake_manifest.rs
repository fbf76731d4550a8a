//! The manifest of a lake.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = lake::targets::manifest(bytes);
});
