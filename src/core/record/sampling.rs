//! Draws a random sample of statements that anyone can repeat from its seed.
//!
//! Invariant: the draw does not depend on the order of the statements.

use crate::primitives::ids::{Digest, StatementId};

/// The maximum statements in one draw.
pub const MOST_DRAWN: u32 = 500;

/// Returns a statement's rank: the SHA-256 of `countersign-draw/1 SEED ID` and a line feed. The lowest are drawn.
pub fn rank(seed: u64, id: StatementId) -> Digest {
    Digest::of(format!("countersign-draw/1 {seed} {id}\n").as_bytes())
}

/// Returns at most `most` statements in the order of the draw, each with the value given with it.
pub fn drawn<T>(seed: u64, most: u32, among: impl IntoIterator<Item = (StatementId, T)>) -> Vec<(StatementId, T)> {
    let mut all: Vec<(Digest, StatementId, T)> =
        among.into_iter().map(|(id, payload)| (rank(seed, id), id, payload)).collect();
    all.sort_unstable_by_key(|one| (one.0, one.1.0));
    all.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    all.into_iter().map(|(_, id, payload)| (id, payload)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use uuid::Uuid;

    use super::*;

    fn ids(count: u32) -> Vec<(StatementId, u32)> {
        (0..count).map(|n| (StatementId(Uuid::from_u128(u128::from(n) << 17)), n)).collect()
    }

    #[test]
    fn a_place_in_a_draw_is_what_sha256sum_says() {
        let id: StatementId = "019aa0c3-7d54-7c1e-9b7e-0f7d6a0f2a11".parse().unwrap();
        // printf 'countersign-draw/1 2026 019aa0c3-7d54-7c1e-9b7e-0f7d6a0f2a11\n' | sha256sum
        assert_eq!(rank(2026, id).hex(), "5737c2bd54dbce68200af297881089d565f1269148e990bef21aba9ea6e79126");
    }

    #[test]
    fn another_seed_draws_others_and_each_is_drawn_as_often() {
        let all = ids(40);
        let mut times = [0_u32; 40];
        for seed in 0..2_000 {
            for (_, n) in drawn(seed, 4, all.clone()) {
                times[n as usize] += 1;
            }
        }
        // The expectation is 200 each; 67 is five standard deviations.
        assert!(times.iter().all(|times| (133..=267).contains(times)), "{times:?}");
    }

    proptest! {
        #[test]
        fn the_same_seed_draws_the_same_in_whichever_order_they_are_told(
            seed in any::<u64>(), count in 0_u32..60, most in 0_u32..80, turn in any::<usize>(),
        ) {
            let mut all = ids(count);
            let first = drawn(seed, most, all.clone());
            prop_assert_eq!(first.len(), count.min(most) as usize);
            let by = turn % all.len().max(1);
            all.rotate_left(by);
            all.reverse();
            prop_assert_eq!(&drawn(seed, most, all.clone()), &first);
            // A smaller draw is a prefix of a larger one.
            let fewer = drawn(seed, most / 2, all);
            prop_assert_eq!(&first[..fewer.len()], &fewer[..]);
        }
    }
}
