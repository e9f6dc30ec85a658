//! The signatures of one batch, made by whoever is free: a helper signs what is prepared while the first thread goes on
//! preparing and writing. Must never sign what the rules have not allowed.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::ledger::sshsig::{NAMESPACE, SignatureBytes, SigningKey};

/// Texts in the order in which they are signed, and the signatures made so far.
#[derive(Debug)]
pub(in crate::app) struct Signatures {
    key: SigningKey,
    texts: Vec<OnceLock<String>>,
    made: Vec<OnceLock<SignatureBytes>>,
    /// So many texts are there.
    ready: AtomicUsize,
    /// So many of them are signed or being signed.
    taken: AtomicUsize,
    over: AtomicBool,
}

impl Signatures {
    /// None yet, of at most `most` texts, all by `key`.
    pub(in crate::app) fn new(key: SigningKey, most: usize) -> Self {
        Self {
            key,
            texts: (0..most).map(|_| OnceLock::new()).collect(),
            made: (0..most).map(|_| OnceLock::new()).collect(),
            ready: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        }
    }

    /// The next text, which the rules allow; signed as soon as anyone is free.
    pub(in crate::app) fn add(&self, text: String) {
        let at = self.ready.load(Ordering::Relaxed);
        if self.texts.get(at).is_some_and(|place| place.set(text).is_ok()) {
            self.ready.store(at + 1, Ordering::Release);
        }
    }

    /// A text that was added, with its signature; others are signed while the other thread is still at this one.
    pub(in crate::app) fn signed(&self, at: usize) -> Option<(&str, SignatureBytes)> {
        let text = self.texts.get(at)?.get()?;
        loop {
            if let Some(made) = self.made[at].get() {
                return Some((text, *made));
            }
            match self.take() {
                Some(next) => self.sign(next),
                // All are taken: where both sign the same one, it comes out the same twice.
                None => self.sign(at),
            }
        }
    }

    /// For how many texts there is room.
    pub(in crate::app) fn most(&self) -> usize {
        self.texts.len()
    }

    /// Nobody waits for them any more.
    pub(in crate::app) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Signs what is ready and what will be, until all are signed or it is the end.
    pub(in crate::app) fn help(&self) {
        while !self.over.load(Ordering::Relaxed) && self.taken.load(Ordering::Relaxed) < self.texts.len() {
            match self.take() {
                Some(next) => self.sign(next),
                None => thread::yield_now(),
            }
        }
    }

    /// The first text that is ready and that nobody signs yet.
    fn take(&self) -> Option<usize> {
        let ready = self.ready.load(Ordering::Acquire);
        let next = |taken: usize| (taken < ready).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()
    }

    fn sign(&self, at: usize) {
        if let Some(text) = self.texts[at].get() {
            // It may be there already, and then it is the same.
            let _same = self.made[at].set(self.key.sign(NAMESPACE, text.as_bytes()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::helper::Helper;

    fn key() -> SigningKey {
        SigningKey::from_seed(&[7; 32])
    }

    fn with<T>(count: usize, work: impl FnOnce(&Signatures) -> T) -> T {
        let signatures = Arc::new(Signatures::new(key(), count));
        let helper = Helper::default();
        let _until_here = helper.take_up(&signatures);
        work(&signatures)
    }

    #[test]
    fn every_text_has_the_signature_of_its_own_however_many_there_are_and_in_whatever_order_they_are_asked_for() {
        for count in [0, 1, 2, 15, 16, 17, 72, 200] {
            let text = |at: usize| format!("kind sign-off\nid {at}\n");
            with(count, |signatures| {
                (0..count).for_each(|at| signatures.add(text(at)));
                for at in (0..count).step_by(2).chain((0..count).rev()) {
                    let alone = key().sign(NAMESPACE, text(at).as_bytes());
                    assert_eq!(signatures.signed(at), Some((text(at).as_str(), alone)), "{at} of {count}");
                }
                assert_eq!(signatures.signed(count), None);
            });
        }
    }

    #[test]
    fn a_text_is_signed_as_soon_as_it_is_added_and_none_before() {
        with(40, |signatures| {
            for at in 0..40 {
                assert_eq!(signatures.signed(at), None);
                signatures.add(at.to_string());
                assert!(signatures.signed(at).is_some());
            }
        });
    }

    #[test]
    fn work_that_is_given_up_ends_though_texts_are_missing() {
        let done: Result<(), &str> = with(1000, |signatures| {
            signatures.add("one".to_owned());
            Err("refused")
        });
        assert_eq!(done, Err("refused"));
    }
}
