//! THE loop: effects carried out, one draw, then waiting on one channel. At rest nothing runs. Must never let a disk
//! come between a key and its picture, and knows time as spans alone.

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

/// What the loop shows: a state that messages change and that can be drawn.
pub trait Ui {
    /// Takes a message in; says what must be done.
    fn update(&mut self, msg: Msg) -> Vec<Effect>;
    /// Draws itself.
    fn view(&self, frame: &mut Frame<'_>);
    /// After how long without a key it wants to know: none while nobody is signed in or the screen is locked.
    fn idle(&self) -> Option<Duration>;
}

/// What the loop acts on.
pub trait EffectHandler {
    /// Carries an effect out.
    fn perform(&mut self, effect: Effect) -> Outcome;
    /// Whether there is something to do when nobody waits for anything.
    fn is_untidy(&self) -> bool {
        false
    }
    /// Does what costs time, when nobody waits for anything; says whether it could be finished.
    fn rest(&mut self) -> bool {
        true
    }
    /// How long the signing session that ends first still lasts.
    fn session_left(&self) -> Option<Duration>;
}

/// How the terminal is left and taken again.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    /// Stops the process until the shell's `fg`; whether it did.
    pub suspend: fn() -> io::Result<bool>,
    /// Takes the terminal again after something else had it.
    pub retake: fn() -> io::Result<()>,
}

/// After a change of the file: at once, then after so many milliseconds each, as long as nothing new is seen. The event
/// comes when the write-ahead log is written, before the commit in it can be read.
const LOOKS: [u64; 5] = [0, 1, 5, 25, 125];
/// How long no key comes before the housekeeping: a key that is held down comes sooner.
const QUIET: Duration = Duration::from_millis(200);
/// How long housekeeping waits that could not be finished, and how often it is tried.
const LATER: Duration = Duration::from_secs(2);
const TRIES: u32 = 5;
/// The most inputs taken before the screen is drawn again.
const BURST: usize = 512;

/// Runs until it is left; gives the signal that ended it, if one did. `begin` is carried out before the first picture;
/// what was typed is saved at any end, that of the terminal too.
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

/// Whether the screen shows what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RedrawState {
    Good,
    Stale,
    /// Nobody knows what is on the screen.
    Gone,
}

/// What was told and need not be told again.
#[derive(Debug, Clone, Copy, Default)]
struct Notified {
    idle: bool,
    session_end: bool,
}

struct EventLoop<'a, F, W> {
    face: &'a mut F,
    world: &'a mut W,
    stage: Stage,
    /// What is carried out once the picture is drawn.
    later: VecDeque<Effect>,
    over: bool,
    ended_by: Option<i32>,
    picture: RedrawState,
    stopped_itself: bool,
    touched: Instant,
    told: Notified,
    /// When to look at the file next, and the how-manieth look it will be.
    look: Option<(Instant, usize)>,
    /// When to do the housekeeping, and how often it was tried.
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

    /// A newer state of the same marks or draft takes the older one's place.
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

    /// Leaves the file complete in itself, and stops.
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

    /// Waits for something to happen and takes all in that has.
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
            // That the file changed is no picture yet: what it says now may be one.
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
