//! Provides randomness: the system's for keys and ids, and a seeded source for tests and demos.

use crate::error::Error;
use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::ids::{Digest, KsbCode, Nonce, PersonId, StatementId};

/// A source of random bytes.
pub trait Random {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// The system's random source. Short requests (ids, nonces) are served from a buffer, since a batch makes many.
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
        let chunk = &mut self.store[self.used..self.used + bytes.len()];
        bytes.copy_from_slice(chunk);
        chunk.fill(0);
        self.used += bytes.len();
        Ok(())
    }
}

/// Requests of at least this many bytes may become keys and bypass the buffer.
const KEY: usize = 32;

/// A deterministic random source, not for real keys.
#[derive(Debug, Clone, Copy)]
pub struct SeededRandom {
    seed: u64,
    turn: u64,
}

impl SeededRandom {
    /// Creates a source with this seed.
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

pub fn bytes<const N: usize>(random: &mut dyn Random) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

pub fn nonce(random: &mut dyn Random) -> Result<Nonce, Error> {
    Ok(Nonce(bytes(random)?))
}

/// The most hexadecimal digits in a person's id.
pub const LONGEST_ID: usize = 32;

/// Returns a random person id of `length` hexadecimal digits, at most [`LONGEST_ID`]. It contains a digit and is not a KSB
/// code, so a filter cannot confuse it with a word or a code.
pub fn person_id(random: &mut dyn Random, length: usize) -> Result<PersonId, Error> {
    let long = hex(&bytes::<16>(random)?);
    let clear = |id: &&str| id.bytes().any(|byte| byte.is_ascii_digit()) && id.parse::<KsbCode>().is_err();
    // Slides along one draw instead of drawing again, so that a source that repeats itself cannot loop for ever.
    let id = (0..long.len()).map_while(|at| long.get(at..at + length)).find(clear);
    Ok(id.unwrap_or(&long).parse()?)
}

/// Returns a random id that sorts by `millis`, milliseconds since 1970.
pub fn id(random: &mut dyn Random, millis: u64) -> Result<StatementId, Error> {
    let tail: [u8; 10] = bytes(random)?;
    Ok(StatementId(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Repeats one byte.
    struct Stuck(u8);

    impl Random for Stuck {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn an_id_of_a_person_is_neither_a_word_nor_a_code_and_as_long_as_it_was_asked_for() {
        let (mut random, mut unlike) = (SeededRandom::new(1), 0);
        for turn in 0..20_000 {
            let length = 4 + turn % 3;
            let first = hex(&bytes::<16>(&mut random.clone()).unwrap())[..length].to_owned();
            let id = person_id(&mut random, length).unwrap();
            assert_eq!(id.as_str().len(), length);
            assert!(id.as_str().bytes().any(|byte| byte.is_ascii_digit()), "{id}");
            assert!(id.as_str().parse::<KsbCode>().is_err(), "{id}");
            unlike += u32::from(first != id.as_str());
        }
        // About one in thirty would have been a word or a code.
        assert!((100..2_000).contains(&unlike), "{unlike}");
    }

    #[test]
    fn a_source_that_repeats_itself_keeps_nobody_waiting_for_an_id() {
        assert_eq!(person_id(&mut Stuck(0x1a), 4).unwrap().as_str(), "1a1a");
        assert_eq!(person_id(&mut Stuck(0xaa), 4).unwrap().as_str(), "a".repeat(LONGEST_ID));
    }
}
