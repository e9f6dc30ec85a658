//! Feeds the fuzzer's bytes to the law of keys to log in with.
#![no_main]

#[path = "../laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::login(bytes));
