//! Asks the terminal for its background while the program starts, and waits a moment for the answer. Keys that are typed
//! meanwhile are kept.

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::replies::Replies;
use crate::runtime::terminal;

/// Asks for the background, then for the terminal's kind: every terminal answers the second, so one that does not know the
/// first costs no wait.
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";
/// How long to wait for the answer, from the question on.
const PATIENCE: Duration = Duration::from_millis(60);

/// A question that the terminal has not answered yet. Dropped, it takes the answer in, so that no shell reads it.
#[derive(Debug)]
pub struct Question {
    asked: Option<Instant>,
}

/// What arrived from the terminal before the first frame.
#[derive(Debug, Default)]
pub struct Typed {
    pub events: Vec<Event>,
    /// The rest of a reply may still arrive.
    pub replies: Replies,
}

impl Question {
    /// Asks, unless the terminal cannot be used.
    pub fn ask() -> Self {
        let asked = terminal::listen().is_ok() && terminal::send(QUESTION).is_ok();
        Self { asked: asked.then(Instant::now) }
    }

    /// Returns the background, if the terminal says it in time, and what was typed meanwhile.
    pub fn answer(mut self) -> (Option<[u8; 3]>, Typed) {
        let mut typed = Typed::default();
        self.wait(&mut typed);
        (typed.replies.background, typed)
    }

    fn wait(&mut self, typed: &mut Typed) {
        let Some(asked) = self.asked.take() else { return };
        let end = asked + PATIENCE;
        // Reads what has arrived even if the time is over.
        while !typed.replies.kind_told && is_readable(end.saturating_duration_since(Instant::now())) {
            let mut bytes = [0; 256];
            match rustix::io::read(io::stdin(), &mut bytes) {
                Ok(read) if read > 0 => typed.events.extend(typed.replies.take_bytes(&bytes[..read])),
                Err(rustix::io::Errno::INTR) => {}
                _ => return,
            }
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        if self.asked.is_some() {
            self.wait(&mut Typed::default());
            terminal::stop_listening();
        }
    }
}

fn is_readable(patience: Duration) -> bool {
    let stdin = io::stdin();
    let mut one = [PollFd::new(&stdin, PollFlags::IN)];
    let patience = Timespec { tv_sec: 0, tv_nsec: patience.subsec_nanos().into() };
    poll(&mut one, Some(&patience)).is_ok_and(|ready| ready > 0)
}
