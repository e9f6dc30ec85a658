//! Feeds the fuzzer's bytes to the law of checkpoints and the log's key.
#![no_main]

#[path = "../laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::note(bytes));
