//! Runs the effects of one screen. One that waits for an SSH agent or a security key runs on a thread of its own, so that the
//! screen stays drawn and Esc can end the wait.
//!
//! Invariant: effects keep their order. What is asked for during a wait is done after it.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::effect::touch::TouchOnScreen;
use crate::effect::{AppEffects, waits_for_agent};
use crate::msg::{Effect, Outcome};
use crate::runtime::event_loop::EffectHandler;
use crate::runtime::input::Input;
use countersign_app::app::App;
use countersign_app::keys::agent::AgentPlace;

/// The app's effects together with what one of them resulted in.
type Finished = (Box<AppEffects>, Outcome);

/// Runs the effects of one screen against the app.
pub struct EffectRunner {
    state: RunnerState,
    touch: Arc<TouchOnScreen>,
    /// What was asked for during a wait.
    waiting: Vec<Effect>,
    /// Whether the dialog of the wait was left.
    left: bool,
}

enum RunnerState {
    Here(Box<AppEffects>),
    /// An effect waits for an agent on a thread, which gives the app back here.
    Away(Receiver<Finished>),
}

impl EffectRunner {
    pub fn new(app: App) -> Self {
        let touch = Arc::new(TouchOnScreen::default());
        let app = app.with_touch_prompt(Arc::clone(&touch) as _);
        Self { state: RunnerState::Here(Box::new(AppEffects::new(app))), touch, waiting: Vec::new(), left: false }
    }

    /// Sets whether the screen runs over SSH.
    #[must_use]
    pub fn over_ssh(mut self, remote: bool) -> Self {
        if let Some(effects) = self.here() {
            effects.remote = remote;
        }
        self
    }

    /// Sets the SSH agent whose keys sign here.
    #[must_use]
    pub fn with_agent(mut self, agent: Option<AgentPlace>) -> Self {
        if let Some(effects) = self.here() {
            effects.agent = agent;
        }
        self
    }

    /// Lets long tasks and waits run by themselves and report to this event loop.
    pub fn report_to(&mut self, inputs: Sender<Input>) {
        self.touch.report_to(inputs.clone());
        if let Some(effects) = self.here() {
            effects.work.report_to(inputs);
        }
    }

    /// Whether the SSH key of the current session was revoked.
    pub fn login_revoked(&self) -> bool {
        matches!(&self.state, RunnerState::Here(effects) if effects.login_revoked)
    }

    /// Gives up what still waits, and returns the app, so that the caller can close it.
    pub fn into_app(self) -> App {
        self.touch.set_given_up(true);
        match self.state {
            RunnerState::Here(effects) => effects.into_app(),
            RunnerState::Away(back) => given_back(&back).0.into_app(),
        }
    }

    fn here(&mut self) -> Option<&mut AppEffects> {
        match &mut self.state {
            RunnerState::Here(effects) => Some(effects),
            RunnerState::Away(_) => None,
        }
    }

    /// Performs an effect on a thread, or here if none can be started.
    fn start(&mut self, effect: Effect) -> Outcome {
        self.touch.set_given_up(false);
        let touch = Arc::clone(&self.touch);
        let ((give, take), (give_back, back)) = (channel::<(Box<AppEffects>, Effect)>(), channel());
        let work = move || {
            let _wake = Wake(touch);
            let Ok((mut effects, effect)) = take.recv() else { return };
            let outcome = effects.perform(effect);
            // The receiver lives as long as the runner.
            let _ = give_back.send((effects, outcome));
        };
        if thread::Builder::new().name("agent".to_owned()).spawn(work).is_err() {
            return self.here().map_or(Outcome::Nothing, |effects| effects.perform(effect));
        }
        if let RunnerState::Here(effects) = std::mem::replace(&mut self.state, RunnerState::Away(back)) {
            let _ = give.send((effects, effect));
        }
        Outcome::Nothing
    }
}

/// Wakes the event loop when the thread ends, even by a panic.
struct Wake(Arc<TouchOnScreen>);

impl Drop for Wake {
    fn drop(&mut self) {
        self.0.send(Input::Returned);
    }
}

/// Waits for what a thread gives back. A panic on it, which was reported there, is one of the program.
fn given_back(back: &Receiver<Finished>) -> Finished {
    back.recv().unwrap_or_else(|_| resume_unwind(Box::new("the thread that waits for an agent has ended")))
}

impl EffectHandler for EffectRunner {
    fn perform(&mut self, effect: Effect) -> Outcome {
        if matches!(effect, Effect::GiveUp | Effect::LeaveWait) {
            let away = matches!(self.state, RunnerState::Away(_));
            self.touch.set_given_up(away);
            self.left |= away && effect == Effect::LeaveWait;
            return Outcome::Nothing;
        }
        let has_loop = self.touch.has_loop();
        match self.here() {
            Some(_) if has_loop && waits_for_agent(&effect) => self.start(effect),
            Some(effects) => effects.perform(effect),
            None => {
                let twice = effect == Effect::CheckForChanges && self.waiting.contains(&effect);
                if !twice {
                    self.waiting.push(effect);
                }
                Outcome::Nothing
            }
        }
    }

    fn returned(&mut self) -> Vec<Outcome> {
        let RunnerState::Away(back) = &self.state else { return Vec::new() };
        let (effects, outcome) = given_back(back);
        self.state = RunnerState::Here(effects);
        self.touch.set_given_up(false);
        let left = std::mem::take(&mut self.left);
        let mut outcomes = vec![if left { Outcome::Left(Box::new(outcome)) } else { outcome }];
        for effect in std::mem::take(&mut self.waiting) {
            outcomes.push(self.perform(effect));
        }
        outcomes
    }

    fn is_untidy(&self) -> bool {
        matches!(&self.state, RunnerState::Here(effects) if effects.untidy)
    }

    fn rest(&mut self) -> bool {
        self.here().is_none_or(AppEffects::rest)
    }

    fn session_left(&self) -> Option<Duration> {
        match &self.state {
            RunnerState::Here(effects) => effects.session_left(),
            RunnerState::Away(_) => None,
        }
    }
}
