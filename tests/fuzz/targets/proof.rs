//! Feeds the fuzzer's bytes to the law of proofs of entry and the tree's edge.
#![no_main]

#[path = "../laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::proof(bytes));
