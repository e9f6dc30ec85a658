//! Runs the terminal interface: connects the model to the event loop, the terminal and the app.

pub mod command;
pub mod dialog;
pub mod effect;
pub mod key;
pub mod keymap;
pub mod list;
pub mod model;
pub mod msg;
pub mod overlay;
pub mod pane;
pub mod replies;
pub mod runtime;
pub mod screen;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;

use std::time::Duration;

use ratatui::Frame;

use crate::command::{Command, ScreenId};
use crate::effect::EffectRunner;
use crate::keymap::{Keymap, OwnKeys};
use crate::model::access_mode::AccessMode;
use crate::model::{Lock, Message, MessageLevel, Model, Setup};
use crate::msg::trial::Trial;
use crate::msg::{Effect, Msg};
use crate::runtime::background::Question;
use crate::runtime::event_loop::{Stage, Ui};
use crate::runtime::terminal::MouseReports;
use crate::runtime::{event_loop, input, terminal};
use crate::theme::{Appearance, Colour, TerminalEnv, Theme, ThemeSetting};
use countersign_app::app::App;
use countersign_app::config::{self, TerminalVars};
use countersign_app::error::Error;
use countersign_app::people::ssh_keys::login_revoked;
use countersign_core::primitives::ids::PersonId;

/// Start options of the screen.
#[derive(Debug, Default)]
pub struct Start {
    /// The environment variables that decide the appearance.
    pub terminal: TerminalVars,
    /// Whether `--ascii` was given.
    pub ascii: bool,
    /// The colours that the user set.
    pub theme: Option<config::ThemeSetting>,
    /// The question for the terminal's background, if it was asked already.
    pub question: Option<Question>,
    /// Whether the mouse works: yes, unless the user said no.
    pub mouse: Option<bool>,
    /// The user's keymap, which overrides the defaults.
    pub keys: OwnKeys,
    /// Whether only a training officer with their PIN can leave the program.
    pub kiosk: bool,
    /// What everyone signs with, if this is demo data that is deleted on exit: the screen says so, and leaving does not ask.
    pub trial: Option<Trial>,
    /// The person who signs next, if their session is open.
    pub signer: Option<PersonId>,
    pub trainee: Option<PersonId>,
    /// The person whom sshd authenticated, if any.
    pub person: Option<PersonId>,
}

/// Merges the user's keymap over the defaults.
pub fn keys(own: &OwnKeys) -> Result<Keymap, Error> {
    Keymap::new(own).map_err(|e| Error::usage(e).hint("Your own keys are in config.toml, under [keys]"))
}

/// Returns an error if no terminal is available.
pub fn check_terminal(vars: &TerminalVars) -> Result<(), Error> {
    let lines = "Every screen is also available as plain lines: `countersign trainee`, `outstanding`, `history`";
    if !terminal::is_there() {
        return Err(Error::refused("The screen needs a terminal, but there is none").hint(lines));
    }
    if vars.term.as_deref() == Some("dumb") {
        return Err(Error::refused("This terminal (TERM=dumb) cannot show a screen").hint(lines));
    }
    Ok(())
}

/// Asks the terminal for its background, so that it can answer while the book is opened.
pub fn ask_background(ascii: bool) -> Option<Question> {
    question(&config::surroundings(), ascii, config::settings().ok()?.theme)
}

/// Asks the terminal for its background; not if the answer would decide nothing, or the terminal is known to give none.
fn question(vars: &TerminalVars, ascii: bool, theme: Option<config::ThemeSetting>) -> Option<Question> {
    let answers = terminal::is_there() && !matches!(vars.term.as_deref(), None | Some("dumb" | "linux"));
    let decides = theme.is_none() && appearance(vars, ascii).colour != Colour::None;
    (answers && decides).then(Question::ask)
}

/// Runs the screen until the user leaves. Returns the app, to be closed, and the signal that ended the program, if any.
pub fn run(mut app: App, start: Start) -> Result<(App, Option<i32>), Error> {
    check_terminal(&start.terminal)?;
    let question = start.question.or_else(|| question(&start.terminal, start.ascii, start.theme));
    let keymap = keys(&start.keys)?;
    let size = terminal::size().map_or((80, 24), |size| (size.width, size.height));
    let mut looks = appearance(&start.terminal, start.ascii);
    if let Some(theme) = start.theme {
        looks = looks.with(setting(theme));
    }
    let mut model = model(&mut app, Theme::choose(looks), keymap, size)?;
    let demo = start.trial.is_some();
    // Over SSH nobody reaches the machine's shell by leaving.
    (model.kiosk, model.trial) = (start.kiosk && start.person.is_none(), start.trial);
    model.signer = start.signer;
    model.head = Some(app.head()?);
    let welcome = model.trial.as_ref().map(Trial::welcome);
    let hint = format!("for a tour: {} then tour", model.key(Command::Help));
    model.message = welcome.map(|what| Message { what, hint, tone: MessageLevel::Done, undo: None });
    if let Some(person) = &start.person {
        let choice = effect::choice(&app, &app.person(person)?);
        let own = app.viewer().own().is_some();
        model.access_mode = if own { AccessMode::Own(choice) } else { AccessMode::Person(choice) };
        let go = |id: ScreenId| screen::get(id).info().go;
        let tabs: Vec<_> = view::tabs(&model).map(go).collect();
        model.keymap = model.keymap.number(&tabs, &ScreenId::ALL.map(go));
    }
    // Who names a trainee wants to see them; else Home says where to begin.
    if start.trainee.is_some() && !demo && model.access_mode.own().is_none() {
        model.screen = ScreenId::SignOff;
    }
    let begin = start.trainee.map(|trainee| Effect::OpenTrainee { trainee, marks_of: model.owner().cloned() });
    let folder = app.folder().path().to_owned();
    let mut runner = EffectRunner::new(app).over_ssh(start.person.is_some());
    let io = |e: std::io::Error| Error::refused(format!("The terminal could not be used: {e}"));
    let (background, typed) = question.map(Question::answer).unwrap_or_default();
    if let Some(background) = background {
        model.theme = Theme::choose(looks.on(background));
    }
    let mouse = if start.mouse == Some(false) { MouseReports::Off } else { MouseReports::On };
    let (guard, mut screen) = terminal::enter(mouse).map_err(io)?;
    let sources = input::start(&folder, typed).map_err(io)?;
    runner.report_to(sources.sender());
    let stage = Stage { suspend: terminal::suspend, retake: terminal::retake };
    let mut ui = ModelUi(model);
    let ran = event_loop::run(&mut ui, &mut runner, &mut screen, &sources.inputs, stage, begin.into_iter().collect());
    drop(guard);
    if runner.login_revoked() {
        return Err(login_revoked());
    }
    Ok((runner.into_app(), ran.map_err(io)?))
}

/// Builds the initial model from the policy and the open sessions.
pub fn model(app: &mut App, theme: Theme, keymap: Keymap, size: (u16, u16)) -> Result<Model, Error> {
    let policy = app.policy()?;
    let (today, idle_minutes, late_days) = (app.today(), policy.idle_minutes, policy.late_days);
    let mut model = Model::new(Setup { theme, keymap, size, today, idle_minutes, late_days, kiosk: false });
    model.sessions = app.sessions();
    Ok(model)
}

fn setting(theme: config::ThemeSetting) -> ThemeSetting {
    match theme {
        config::ThemeSetting::Dark => ThemeSetting::Dark,
        config::ThemeSetting::Light => ThemeSetting::Light,
        config::ThemeSetting::HighContrast => ThemeSetting::HighContrast,
        config::ThemeSetting::Sixteen => ThemeSetting::Sixteen,
    }
}

fn appearance(vars: &TerminalVars, ascii: bool) -> Appearance {
    Appearance::from(TerminalEnv {
        no_color: vars.no_color.as_deref(),
        colorterm: vars.colorterm.as_deref(),
        term: vars.term.as_deref(),
        lc_all: vars.lc_all.as_deref(),
        lc_ctype: vars.lc_ctype.as_deref(),
        lang: vars.lang.as_deref(),
        ascii,
    })
}

/// Adapts [`Model`] to the event loop's [`Ui`].
pub struct ModelUi(pub Model);

impl Ui for ModelUi {
    fn update(&mut self, msg: Msg) -> Vec<Effect> {
        update::update(&mut self.0, msg)
    }

    fn view(&self, frame: &mut Frame<'_>) {
        view::view(&self.0, frame);
    }

    fn idle(&self) -> Option<Duration> {
        let watched = !self.0.sessions.is_empty() && self.0.lock == Lock::Open;
        watched.then(|| Duration::from_secs(u64::from(self.0.idle_minutes) * 60))
    }
}
