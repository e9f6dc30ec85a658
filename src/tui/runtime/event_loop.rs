//! Runs the event loop: performs effects, draws, then waits on one channel. Slow effects run after the frame is drawn. Only
//! durations are used, no calendar time.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use ratatui::backend::Backend;
use ratatui::{Frame, Terminal};

use crate::tui::command::Command;
use crate::tui::msg::{Effect, Msg, Outcome};
use crate::tui::runtime::input::Input;
use crate::tui::runtime::scheduling::{may_wait, only_reads, same_place};

/// A user interface: a state that messages change and that can be drawn.
pub trait Ui {
    /// Handles a message and returns the effects to perform.
    fn update(&mut self, msg: Msg) -> Vec<Effect>;
    /// Draws the state.
    fn view(&self, frame: &mut Frame<'_>);
    /// Returns after how long without a key to send [`Msg::Idle`]; none while nobody is signed in or the screen is locked.
    fn idle(&self) -> Option<Duration>;
}

/// Performs the loop's effects.
pub trait EffectHandler {
    fn perform(&mut self, effect: Effect) -> Outcome;
    /// Whether background work is pending.
    fn is_untidy(&self) -> bool {
        false
    }
    /// Does background work and returns whether it finished.
    fn rest(&mut self) -> bool {
        true
    }
    /// Returns the time until the first signing session expires.
    fn session_left(&self) -> Option<Duration>;
}

/// How the terminal is given back and taken again.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    /// Stops the process until the shell's `fg`; returns whether it stopped.
    pub suspend: fn() -> io::Result<bool>,
    /// Takes the terminal again after another program had it.
    pub retake: fn() -> io::Result<()>,
}

/// Milliseconds between the checks after a change event, until one finds something new. The event arrives when the
/// write-ahead log is written, before the commit in it is readable.
const LOOKS: [u64; 5] = [0, 1, 5, 25, 125];
/// Time without a key before background work starts; longer than the repeat interval of a held key.
const QUIET: Duration = Duration::from_millis(200);
/// Delay before unfinished background work is tried again, and the number of attempts.
const LATER: Duration = Duration::from_secs(2);
const TRIES: u32 = 5;
/// Maximum inputs handled before the screen is drawn again.
const BURST: usize = 512;

/// Runs until the user leaves and returns the signal that ended it, if any. `begin` is performed before the first frame.
/// Marks and drafts are saved however it ends, even if the terminal is gone.
pub fn run<B: Backend>(
    face: &mut impl Ui,
    world: &mut impl EffectHandler,
    terminal: &mut Terminal<B>,
    inputs: &Receiver<Input>,
    stage: Stage,
    begin: Vec<Effect>,
) -> Result<Option<i32>, B::Error> {
    let mut drive = EventLoop::new(face, world, stage);
    drive.carry_out(begin);
    let ran = drive.turn(terminal, inputs);
    drive.save_what_is_left();
    ran.map(|()| drive.ended_by)
}

/// Whether the screen is up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RedrawState {
    Good,
    Stale,
    /// The content of the screen is unknown.
    Gone,
}

/// One-time messages that were sent already.
#[derive(Debug, Clone, Copy, Default)]
struct Notified {
    idle: bool,
    session_end: bool,
}

struct EventLoop<'a, F, W> {
    face: &'a mut F,
    world: &'a mut W,
    stage: Stage,
    /// Effects to perform after the next frame.
    later: VecDeque<Effect>,
    over: bool,
    ended_by: Option<i32>,
    picture: RedrawState,
    stopped_itself: bool,
    touched: Instant,
    told: Notified,
    /// Next check of the database after a change event, and its attempt number.
    look: Option<(Instant, usize)>,
    /// Next background work, and its attempt number.
    rest: Option<(Instant, u32)>,
}

impl<'a, F: Ui, W: EffectHandler> EventLoop<'a, F, W> {
    fn new(face: &'a mut F, world: &'a mut W, stage: Stage) -> Self {
        Self {
            face,
            world,
            stage,
            later: VecDeque::new(),
            over: false,
            ended_by: None,
            picture: RedrawState::Gone,
            stopped_itself: false,
            touched: Instant::now(),
            told: Notified::default(),
            look: None,
            rest: None,
        }
    }

    fn turn<B: Backend>(&mut self, terminal: &mut Terminal<B>, inputs: &Receiver<Input>) -> Result<(), B::Error> {
        while !self.over {
            let picture = std::mem::replace(&mut self.picture, RedrawState::Good);
            if picture == RedrawState::Gone {
                terminal.clear()?;
            }
            if picture != RedrawState::Good {
                terminal.draw(|frame| self.face.view(frame))?;
            }
            self.carry_out_later();
            if self.picture == RedrawState::Good && !self.over {
                self.wait(inputs);
            }
        }
        Ok(())
    }

    fn tell(&mut self, msg: Msg) {
        let effects = self.face.update(msg);
        self.picture = self.picture.max(RedrawState::Stale);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if may_wait(&effect) || (!self.later.is_empty() && !only_reads(&effect)) {
                self.put_off(effect);
            } else {
                self.perform(effect);
            }
        }
    }

    /// Replaces an older state of the same marks or draft.
    fn put_off(&mut self, effect: Effect) {
        match self.later.back_mut() {
            Some(last) if same_place(last, &effect) => *last = effect,
            _ => self.later.push_back(effect),
        }
    }

    fn carry_out_later(&mut self) {
        while let Some(effect) = self.later.pop_front() {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Quit => self.over = true,
            Effect::Redraw => self.picture = RedrawState::Gone,
            Effect::Suspend => match self.suspend() {
                Ok(false) => {}
                Ok(true) => {
                    self.stopped_itself = true;
                    self.back();
                }
                Err(_) => self.over = true,
            },
            effect => {
                let looking = effect == Effect::Look;
                let outcome = self.world.perform(effect);
                if outcome != Outcome::Nothing {
                    if looking {
                        self.look = None;
                    }
                    self.tell(Msg::Done(outcome));
                }
            }
        }
    }

    /// Finishes pending work, then suspends.
    fn suspend(&mut self) -> io::Result<bool> {
        self.carry_out_later();
        if self.world.is_untidy() {
            self.world.rest();
        }
        (self.stage.suspend)()
    }

    fn back(&mut self) {
        self.picture = RedrawState::Gone;
        self.tell(Msg::Resumed);
    }

    fn save_what_is_left(&mut self) {
        for effect in std::mem::take(&mut self.later) {
            if matches!(effect, Effect::SaveMarks { .. } | Effect::SaveDraft { .. }) {
                self.world.perform(effect);
            }
        }
    }

    /// Waits for an input or a deadline and handles all inputs that have arrived.
    fn wait(&mut self, inputs: &Receiver<Input>) {
        if self.world.is_untidy() {
            self.rest.get_or_insert((Instant::now() + QUIET, 0));
        }
        let first = match self.next_time() {
            None => inputs.recv().map_err(RecvTimeoutError::from),
            Some(at) => inputs.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match first {
            Ok(input) => {
                self.take_in(input);
                for input in inputs.try_iter().take(BURST) {
                    self.take_in(input);
                    if self.over {
                        return;
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.over = true,
        }
        self.on_time();
    }

    fn take_in(&mut self, input: Input) {
        match input {
            Input::Changed => self.look = Some((Instant::now(), 0)),
            Input::Over => self.over = true,
            Input::Ending(signal) => (self.over, self.ended_by) = (true, Some(signal)),
            Input::Suspend => self.tell(Msg::Do(Command::Suspend)),
            Input::Resumed if std::mem::take(&mut self.stopped_itself) => {}
            Input::Resumed => match (self.stage.retake)() {
                Ok(()) => self.back(),
                Err(_) => self.over = true,
            },
            Input::Msg(msg) => {
                if matches!(msg, Msg::Key(_) | Msg::Paste(_)) {
                    self.touched = Instant::now();
                    self.rest = self.rest.map(|(_, tries)| (self.touched + QUIET, tries));
                    self.told.idle = false;
                }
                self.tell(msg);
            }
        }
    }

    fn next_time(&mut self) -> Option<Instant> {
        let idle = self.face.idle().filter(|_| !self.told.idle).and_then(|span| self.touched.checked_add(span));
        let left = self.world.session_left();
        self.told.session_end &= left == Some(Duration::ZERO);
        let end = left.filter(|_| !self.told.session_end).and_then(|left| Instant::now().checked_add(left));
        let look = self.look.map(|(at, _)| at);
        let rest = self.rest.map(|(at, _)| at);
        [idle, end, look, rest].into_iter().flatten().min()
    }

    fn on_time(&mut self) {
        let now = Instant::now();
        if let Some((at, number)) = self.look
            && at <= now
        {
            self.look = LOOKS.get(number + 1).map(|wait| (now + Duration::from_millis(*wait), number + 1));
            // A change of the file is no reason to draw; what it contains may be.
            let effects = self.face.update(Msg::Changed);
            self.carry_out(effects);
        }
        if let Some((_, tries)) = self.rest.take_if(|(at, _)| *at <= now)
            && !self.world.rest()
            && tries + 1 < TRIES
        {
            self.rest = Some((now + LATER, tries + 1));
        }
        if !self.told.session_end && self.world.session_left() == Some(Duration::ZERO) {
            self.told.session_end = true;
            self.tell(Msg::SessionEnd);
        }
        let idle = self.face.idle().is_some_and(|span| now.saturating_duration_since(self.touched) >= span);
        if idle && !self.told.idle {
            self.told.idle = true;
            self.tell(Msg::Idle);
        }
    }
}
