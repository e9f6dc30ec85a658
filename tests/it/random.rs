//! Seeds every random choice of the tests. A run has one seed, new each time; a test that fails prints it, and
//! `TEST_SEED=<number> cargo test <name>` makes the same choices again. `TEST_TIMES=<number>` makes the tests named
//! `in_full` so many times as long.

use std::sync::OnceLock;

use fastrand::Rng;
use proptest::test_runner::{Config, RngSeed};

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// The seed of this run, printed for the test that asks.
pub fn seed() -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    let seed = *SEED.get_or_init(|| number("TEST_SEED").unwrap_or_else(|| fastrand::u64(..)));
    println!("TEST_SEED={seed}");
    seed
}

/// Choices for one of several runs of a test, the same whichever thread makes it.
pub fn random(run: usize) -> Rng {
    Rng::with_seed(seed().wrapping_add(run as u64))
}

/// A property is tried with so many inputs.
pub fn cases(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(seed()), ..Config::default() }
}

/// Every `step`th of these, from one chosen at random: a part of a loop, of which the test in full has all.
pub fn every<T>(step: usize, all: &[T]) -> impl Iterator<Item = &T> {
    all.iter().skip(random(step).usize(..step)).step_by(step)
}

/// The size of a test in full.
pub fn in_full(count: usize) -> usize {
    count * number("TEST_TIMES").map_or(1, |times| times as usize)
}
