//! CODEOWNERS and .mailmap.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    foundation::deep_expertise::targets::settings(text);
});
