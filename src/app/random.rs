//! Randomness: from the system for keys, seeded for tests and a demo that comes out the same.

use crate::app::error::Error;
use crate::domain::value::{Digest, Nonce, StatementId};

/// A source of random bytes.
pub trait Random {
    /// Fills `bytes`.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// The system's randomness. What is no key (ids, nonces) is taken from it many at a time: a batch asks often.
#[derive(Debug)]
pub struct SystemRandom {
    store: zeroize::Zeroizing<[u8; 1024]>,
    used: usize,
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self { store: zeroize::Zeroizing::new([0; 1024]), used: 1024 }
    }
}

impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        let none = |e| Error::refused(format!("The system gives no randomness ({e})"));
        if bytes.len() >= KEY {
            return getrandom::fill(bytes).map_err(none);
        }
        if self.used + bytes.len() > self.store.len() {
            getrandom::fill(&mut *self.store).map_err(none)?;
            self.used = 0;
        }
        let taken = &mut self.store[self.used..self.used + bytes.len()];
        bytes.copy_from_slice(taken);
        taken.fill(0);
        self.used += bytes.len();
        Ok(())
    }
}

/// From so many bytes on, randomness may become a key and comes from the system straight.
const KEY: usize = 32;

/// The same bytes for the same seed. Never for a real key.
#[derive(Debug, Clone, Copy)]
pub struct SeededRandom {
    seed: u64,
    turn: u64,
}

impl SeededRandom {
    /// From this seed on.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, turn: 0 }
    }
}

impl Random for SeededRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        for chunk in bytes.chunks_mut(32) {
            let block = Digest::of(&[self.seed.to_be_bytes(), self.turn.to_be_bytes()].concat());
            chunk.copy_from_slice(&block.0[..chunk.len()]);
            self.turn += 1;
        }
        Ok(())
    }
}

/// `N` fresh bytes.
pub fn bytes<const N: usize>(random: &mut dyn Random) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

/// A fresh nonce.
pub fn nonce(random: &mut dyn Random) -> Result<Nonce, Error> {
    Ok(Nonce(bytes(random)?))
}

/// A fresh id that sorts by `millis`, milliseconds since 1970.
pub fn id(random: &mut dyn Random, millis: u64) -> Result<StatementId, Error> {
    let tail: [u8; 10] = bytes(random)?;
    Ok(StatementId(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()))
}
