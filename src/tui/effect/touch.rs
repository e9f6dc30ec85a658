//! Tells the person at the screen that their security key waits for a touch, and carries back that they gave up.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use crate::msg::{Msg, Outcome};
use crate::runtime::input::Input;
use countersign_app::keys::agent::PATIENCE;
use countersign_app::keys::touch::{TouchPrompt, TouchRequest};

/// Sends each request to the event loop, once there is one.
#[derive(Debug, Default)]
pub struct TouchOnScreen {
    inputs: Mutex<Option<Sender<Input>>>,
    given_up: AtomicBool,
    /// The seconds that the screen shows as left.
    shown: AtomicU64,
}

impl TouchOnScreen {
    /// Sets the event loop that shows the requests.
    pub fn report_to(&self, inputs: Sender<Input>) {
        if let Ok(mut place) = self.inputs.lock() {
            *place = Some(inputs);
        }
    }

    /// Ends the wait, or lets the next one begin.
    pub fn set_given_up(&self, given_up: bool) {
        self.given_up.store(given_up, Ordering::SeqCst);
    }

    /// Sends an input to the event loop.
    pub fn send(&self, input: Input) {
        if let Ok(place) = self.inputs.lock()
            && let Some(inputs) = place.as_ref()
        {
            // The loop has ended: nobody waits.
            let _ = inputs.send(input);
        }
    }

    /// Whether there is an event loop.
    pub fn has_loop(&self) -> bool {
        self.inputs.lock().is_ok_and(|place| place.is_some())
    }
}

impl TouchPrompt for TouchOnScreen {
    fn ask(&self, request: TouchRequest) {
        self.shown.store(0, Ordering::SeqCst);
        self.still_waits(request, PATIENCE);
    }

    /// The screen is drawn again once a second.
    fn still_waits(&self, request: TouchRequest, left: Duration) {
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        if self.shown.swap(seconds, Ordering::SeqCst) != seconds {
            self.send(Input::Msg(Msg::Done(Outcome::WaitsForKey(request.on_screen(seconds)))));
        }
    }

    fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    /// What is said each time that the key is asked about.
    fn said(touch: &TouchOnScreen, asks: impl FnOnce(&TouchOnScreen)) -> Vec<String> {
        let (sender, inputs) = channel();
        touch.report_to(sender);
        asks(touch);
        let words = |input| match input {
            Input::Msg(Msg::Done(Outcome::WaitsForKey(words))) => words,
            other => panic!("{other:?}"),
        };
        inputs.try_iter().map(words).collect()
    }

    #[test]
    fn each_second_of_a_wait_is_said_once_in_words_that_fit_a_narrow_window() {
        let touch = TouchOnScreen::default();
        let request = TouchRequest { number: 1, of: 1, again: false };
        for _ in 0..2 {
            let said = said(&touch, |touch| {
                touch.ask(request);
                for tenths in (1..600).rev() {
                    touch.still_waits(request, Duration::from_millis(tenths * 100));
                }
            });
            let all: Vec<_> = (1..=60).rev().map(|left| format!("Touch your security key within {left} s")).collect();
            assert_eq!(said, all);
            assert!(said.iter().all(|words| words.len() <= 36), "the columns of a dialog in a window of 40");
        }
        let again = TouchRequest { number: 2, of: 3, again: true };
        let said = said(&touch, |touch| touch.ask(again));
        let words = "Something else was signed meanwhile. Touch your security key again (2 of 3) within 60 s";
        assert_eq!(said, [words]);
    }
}
