//! Runs the event loop: performs effects, draws, then waits on one channel. Slow effects run after the frame is drawn. Only
//! durations are used, no calendar time.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use ratatui::backend::Backend;
use ratatui::{Frame, Terminal};

use crate::command::Command;
use crate::key::Key;
use crate::msg::{Effect, EffectClass, Msg, Outcome};
use crate::runtime::input::Input;
use crate::runtime::scheduling::{may_wait, same_place};

/// A user interface: a state that messages change and that can be drawn.
pub trait Ui {
    /// Handles a message and returns the effects to perform.
    fn update(&mut self, msg: Msg) -> Vec<Effect>;
    /// Draws the state.
    fn view(&self, frame: &mut Frame<'_>);
    /// Returns after how long without a key to send [`Msg::Idle`]; none while nobody is signed in or the screen is locked.
    fn idle(&self) -> Option<Duration>;
    /// Whether Enter alone signs now, with a key in an SSH agent.
    fn signs_on_enter(&self) -> bool {
        false
    }
}

/// Performs the loop's effects.
pub trait EffectHandler {
    fn perform(&mut self, effect: Effect) -> Outcome;
    /// Returns what came of an effect that ran by itself, and of those that waited for it.
    fn returned(&mut self) -> Vec<Outcome> {
        Vec::new()
    }
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
const CHECK_DELAYS: [u64; 5] = [0, 1, 5, 25, 125];
/// Time without a key before background work starts; longer than the repeat interval of a held key.
const QUIET: Duration = Duration::from_millis(200);
/// For so long after the question and after another Enter, an Enter that alone signs does nothing: it was pressed twice, held
/// down, or typed before the question was on the screen.
const DELIBERATE: Duration = Duration::from_millis(500);
/// Delay before unfinished background work is tried again, and the number of attempts.
const LATER: Duration = Duration::from_secs(2);
const TRIES: u32 = 5;
/// Maximum inputs handled before the screen is drawn again.
const BURST: usize = 512;

/// Runs until the user leaves and returns the signal that ended it, if any. `begin` is performed before the first frame.
/// Marks and drafts are saved however it ends, even if the terminal is gone.
pub fn run<B: Backend>(
    ui: &mut impl Ui,
    handler: &mut impl EffectHandler,
    terminal: &mut Terminal<B>,
    inputs: &Receiver<Input>,
    stage: Stage,
    begin: Vec<Effect>,
) -> Result<Option<i32>, B::Error> {
    let mut event_loop = EventLoop::new(ui, handler, stage);
    event_loop.carry_out(begin);
    let ran = event_loop.run(terminal, inputs);
    event_loop.save_what_is_left();
    ran.map(|()| event_loop.ended_by)
}

/// Whether the screen is up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RedrawState {
    UpToDate,
    Stale,
    /// The content of the screen is unknown.
    Unknown,
}

/// One-time messages that were sent already.
#[derive(Debug, Clone, Copy, Default)]
struct Notified {
    idle: bool,
    session_end: bool,
}

struct EventLoop<'a, U, H> {
    ui: &'a mut U,
    handler: &'a mut H,
    stage: Stage,
    /// Effects to perform after the next frame.
    later: VecDeque<Effect>,
    quit: bool,
    ended_by: Option<i32>,
    redraw: RedrawState,
    suspended_itself: bool,
    last_key: Instant,
    last_enter: Option<Instant>,
    /// Since when a question that Enter alone answers with a signature has been on the screen.
    shown_since: Option<Instant>,
    notified: Notified,
    /// Next check of the database after a change event, and its attempt number.
    check: Option<(Instant, usize)>,
    /// Next background work, and its attempt number.
    rest: Option<(Instant, u32)>,
}

impl<'a, U: Ui, H: EffectHandler> EventLoop<'a, U, H> {
    fn new(ui: &'a mut U, handler: &'a mut H, stage: Stage) -> Self {
        Self {
            ui,
            handler,
            stage,
            later: VecDeque::new(),
            quit: false,
            ended_by: None,
            redraw: RedrawState::Unknown,
            suspended_itself: false,
            last_key: Instant::now(),
            last_enter: None,
            shown_since: None,
            notified: Notified::default(),
            check: None,
            rest: None,
        }
    }

    fn run<B: Backend>(&mut self, terminal: &mut Terminal<B>, inputs: &Receiver<Input>) -> Result<(), B::Error> {
        while !self.quit {
            let redraw = std::mem::replace(&mut self.redraw, RedrawState::UpToDate);
            if redraw == RedrawState::Unknown {
                terminal.clear()?;
            }
            if redraw != RedrawState::UpToDate {
                terminal.draw(|frame| self.ui.view(frame))?;
                if self.ui.signs_on_enter() {
                    self.shown_since.get_or_insert_with(Instant::now);
                }
            }
            self.carry_out_later();
            if self.redraw == RedrawState::UpToDate && !self.quit {
                self.wait(inputs);
            }
        }
        Ok(())
    }

    fn send(&mut self, msg: Msg) {
        if matches!(&msg, Msg::Key(press) if press.key == Key::Enter) && !self.is_deliberate() {
            return;
        }
        let effects = self.ui.update(msg);
        if !self.ui.signs_on_enter() {
            self.shown_since = None;
        }
        self.redraw = self.redraw.max(RedrawState::Stale);
        self.carry_out(effects);
    }

    /// Whether an Enter that is pressed now is meant for what is on the screen.
    fn is_deliberate(&mut self) -> bool {
        let recent = |at: Option<Instant>| at.is_some_and(|at| at.elapsed() < DELIBERATE);
        let again = recent(self.last_enter.replace(Instant::now()));
        !self.ui.signs_on_enter() || !again && self.shown_since.is_some() && !recent(self.shown_since)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if may_wait(&effect) || (effect.class() != EffectClass::Read && self.must_follow()) {
                self.defer(effect);
            } else {
                self.perform(effect);
            }
        }
    }

    /// Whether something waits that a later effect must not overtake: reads do not change what others find.
    fn must_follow(&self) -> bool {
        self.later.iter().any(|waiting| waiting.class() != EffectClass::Read)
    }

    /// Replaces an older state of the same marks or draft.
    fn defer(&mut self, effect: Effect) {
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
            Effect::Quit => self.quit = true,
            Effect::Redraw => self.redraw = RedrawState::Unknown,
            Effect::Suspend => match self.suspend() {
                Ok(false) => {}
                Ok(true) => {
                    self.suspended_itself = true;
                    self.back();
                }
                Err(_) => self.quit = true,
            },
            effect => {
                let checks = effect == Effect::CheckForChanges;
                let outcome = self.handler.perform(effect);
                if outcome != Outcome::Nothing {
                    if checks {
                        self.check = None;
                    }
                    self.send(Msg::Done(outcome));
                }
            }
        }
    }

    /// Finishes pending work, then suspends.
    fn suspend(&mut self) -> io::Result<bool> {
        self.carry_out_later();
        if self.handler.is_untidy() {
            self.handler.rest();
        }
        (self.stage.suspend)()
    }

    fn back(&mut self) {
        self.redraw = RedrawState::Unknown;
        self.send(Msg::Resumed);
    }

    fn save_what_is_left(&mut self) {
        for effect in std::mem::take(&mut self.later) {
            if effect.class() == EffectClass::Save {
                self.handler.perform(effect);
            }
        }
    }

    /// Waits for an input or a deadline and handles all inputs that have arrived.
    fn wait(&mut self, inputs: &Receiver<Input>) {
        if self.handler.is_untidy() {
            self.rest.get_or_insert((Instant::now() + QUIET, 0));
        }
        let first = match self.next_deadline() {
            None => inputs.recv().map_err(RecvTimeoutError::from),
            Some(at) => inputs.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match first {
            Ok(input) => {
                self.handle(input);
                for input in inputs.try_iter().take(BURST) {
                    self.handle(input);
                    if self.quit {
                        return;
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.quit = true,
        }
        self.handle_deadlines();
    }

    fn handle(&mut self, input: Input) {
        match input {
            Input::Changed => self.check = Some((Instant::now(), 0)),
            Input::Returned => {
                for outcome in self.handler.returned().into_iter().filter(|outcome| *outcome != Outcome::Nothing) {
                    self.send(Msg::Done(outcome));
                }
            }
            Input::Over => self.quit = true,
            Input::Ending(signal) => (self.quit, self.ended_by) = (true, Some(signal)),
            Input::Suspend => self.send(Msg::Do(Command::Suspend)),
            Input::Resumed if std::mem::take(&mut self.suspended_itself) => {}
            Input::Resumed => match (self.stage.retake)() {
                Ok(()) => self.back(),
                Err(_) => self.quit = true,
            },
            Input::Msg(msg) => {
                if matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_)) {
                    self.last_key = Instant::now();
                    self.rest = self.rest.map(|(_, tries)| (self.last_key + QUIET, tries));
                    self.notified.idle = false;
                }
                self.send(msg);
            }
        }
    }

    fn next_deadline(&mut self) -> Option<Instant> {
        let idle = self.ui.idle().filter(|_| !self.notified.idle).and_then(|span| self.last_key.checked_add(span));
        let left = self.handler.session_left();
        self.notified.session_end &= left == Some(Duration::ZERO);
        let end = left.filter(|_| !self.notified.session_end).and_then(|left| Instant::now().checked_add(left));
        let check = self.check.map(|(at, _)| at);
        let rest = self.rest.map(|(at, _)| at);
        [idle, end, check, rest].into_iter().flatten().min()
    }

    fn handle_deadlines(&mut self) {
        let now = Instant::now();
        if let Some((at, number)) = self.check
            && at <= now
        {
            self.check = CHECK_DELAYS.get(number + 1).map(|wait| (now + Duration::from_millis(*wait), number + 1));
            // A change of the file is no reason to draw; what it contains may be.
            let effects = self.ui.update(Msg::Changed);
            self.carry_out(effects);
        }
        if let Some((_, tries)) = self.rest.take_if(|(at, _)| *at <= now)
            && !self.handler.rest()
            && tries + 1 < TRIES
        {
            self.rest = Some((now + LATER, tries + 1));
        }
        if !self.notified.session_end && self.handler.session_left() == Some(Duration::ZERO) {
            self.notified.session_end = true;
            self.send(Msg::SessionEnd);
        }
        let idle = self.ui.idle().is_some_and(|span| now.saturating_duration_since(self.last_key) >= span);
        if idle && !self.notified.idle {
            self.notified.idle = true;
            self.send(Msg::Idle);
        }
    }
}
