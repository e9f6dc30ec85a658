//! Feeds the fuzzer's bytes to the law of files of standards.
#![no_main]

#[path = "../laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::standard(bytes));
