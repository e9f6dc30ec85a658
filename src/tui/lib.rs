//! Runs the terminal interface: connects the model to the event loop, the terminal and the app.

pub mod command;
pub mod dialog;
pub mod effect;
pub mod first_run;
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

use std::io;
use std::time::Duration;

use ratatui::Frame;

use crate::command::{Command, ScreenId};
use crate::effect::first_run::BookMaker;
use crate::effect::runner::EffectRunner;
use crate::first_run::state::FirstRun;
use crate::keymap::{Keymap, OwnKeys};
use crate::model::access_mode::AccessMode;
use crate::model::{Lock, Message, MessageLevel, Model, Setup};
use crate::msg::trial::Trial;
use crate::msg::{Effect, Msg};
use crate::runtime::background::Question;
use crate::runtime::event_loop::{Stage, Ui};
use crate::runtime::input::Sources;
use crate::runtime::terminal::{Guard, MouseReports, Screen};
use crate::runtime::{event_loop, input, terminal};
use crate::theme::{Appearance, Colour, TerminalEnv, Theme, ThemeSetting};
use countersign_app::app::App;
use countersign_app::config::{self, TerminalVars, agent_vars};
use countersign_app::error::Error;
use countersign_app::keys::agent::AgentPlace;
use countersign_app::people::ssh_keys::login_revoked;
use countersign_app::storage::checkpoint_mirror::CheckpointMirror;
use countersign_app::storage::data_dir::DataDir;
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
    /// Whether the book was just made.
    pub made: bool,
    /// The person whom sshd authenticated, if any.
    pub person: Option<PersonId>,
}

impl Start {
    /// Adds the user's settings and the terminal's variables.
    pub fn with_settings(self) -> Result<Self, Error> {
        let config::Settings { keys, kiosk, theme, mouse, .. } = config::settings().map_err(Error::usage)?;
        Ok(Self { terminal: config::surroundings(), keys, kiosk, theme, mouse, ..self })
    }
}

/// Returns the exit code for the signal that ended the program, if any.
pub fn exit_code(signal: Option<i32>) -> u8 {
    signal.map_or(0, |signal| 128 + signal.unsigned_abs() as u8)
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

/// The terminal while it is taken.
struct Taken {
    theme: Theme,
    screen: Screen,
    sources: Sources,
    /// Gives the terminal back when dropped.
    guard: Guard,
}

/// Takes the terminal, and learns its colours.
fn take(start: &mut Start) -> Result<Taken, Error> {
    let question = start.question.take().or_else(|| question(&start.terminal, start.ascii, start.theme));
    let mut looks = appearance(&start.terminal, start.ascii);
    if let Some(theme) = start.theme {
        looks = looks.with(setting(theme));
    }
    let (background, typed) = question.map(Question::answer).unwrap_or_default();
    let theme = Theme::choose(background.map_or(looks, |background| looks.on(background)));
    let mouse = if start.mouse == Some(false) { MouseReports::Off } else { MouseReports::On };
    let (guard, screen) = terminal::enter(mouse).map_err(|error| no_terminal(&error))?;
    let sources = input::start(typed).map_err(|error| no_terminal(&error))?;
    Ok(Taken { theme, screen, sources, guard })
}

fn no_terminal(error: &io::Error) -> Error {
    Error::refused(format!("The terminal could not be used: {error}"))
}

const STAGE: Stage = Stage { suspend: terminal::suspend, retake: terminal::retake };

/// Runs the screen until the user leaves. Returns the app, to be closed, and the signal that ended the program, if any.
pub fn run(app: App, mut start: Start) -> Result<(App, Option<i32>), Error> {
    check_terminal(&start.terminal)?;
    // Checked before the terminal is taken.
    keys(&start.keys)?;
    let taken = take(&mut start)?;
    show(app, start, taken)
}

/// Asks on a form what a first run needs, makes the book and opens the screen on it. Returns no app if it was left before.
pub fn set_up(folder: DataDir, second: Option<CheckpointMirror>, start: Start) -> Result<(Option<App>, u8), Error> {
    let mut start = start.with_settings()?;
    check_terminal(&start.terminal)?;
    keys(&start.keys)?;
    let mut maker = BookMaker::new(folder, second)?;
    let data = maker.data()?;
    let mut taken = take(&mut start)?;
    let mut form = FirstRun::new(data, taken.theme, size());
    let ran = event_loop::run(&mut form, &mut maker, &mut taken.screen, &taken.sources.inputs, STAGE, Vec::new());
    let signal = ran.map_err(|error| no_terminal(&error))?;
    let Some((app, officer)) = maker.into_made() else {
        return match signal {
            Some(_) => Ok((None, exit_code(signal))),
            None => Err(Error::refused("You stopped before the last page").hint("Nothing was saved")),
        };
    };
    taken.theme = form.theme;
    start.made = true;
    start.signer = Some(officer);
    show(app, start, taken).map(|(app, signal)| (Some(app), exit_code(signal)))
}

fn size() -> (u16, u16) {
    terminal::size().map_or((80, 24), |size| (size.width, size.height))
}

/// Runs the screen on a terminal that is taken.
fn show(mut app: App, start: Start, taken: Taken) -> Result<(App, Option<i32>), Error> {
    let Taken { theme, mut screen, mut sources, guard } = taken;
    let agent = AgentPlace::find(agent_vars());
    let mut model = model(&mut app, theme, keys(&start.keys)?, size())?;
    let demo = start.trial.is_some();
    // Over SSH nobody reaches the machine's shell by leaving.
    (model.kiosk, model.trial) = (start.kiosk && start.person.is_none(), start.trial);
    model.signer = start.signer;
    model.head = Some(app.head()?);
    let welcome = model.trial.as_ref().map(Trial::welcome);
    let hint = format!("for a tour: {} then tour", model.key(Command::Help));
    model.message = welcome.map(|what| Message { what, hint, tone: MessageLevel::Done, undo: None });
    if start.made {
        let what = "The sign-off book is made".to_owned();
        let hint = format!("{} finds everything that you can do", model.key(Command::Palette));
        model.message = Some(Message { what, hint, tone: MessageLevel::Done, undo: None });
    }
    if let Some(person) = &start.person {
        let choice = effect::choice(&app, agent.as_ref(), &app.person(person)?)?;
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
    let begin = match begin {
        Some(begin) => vec![begin],
        None => screen::load_visible(&mut model),
    };
    let folder = app.folder().path().to_owned();
    let mut runner = EffectRunner::new(app).over_ssh(start.person.is_some()).with_agent(agent);
    sources.watch(&folder).map_err(|error| no_terminal(&error))?;
    runner.report_to(sources.sender());
    let mut ui = ModelUi(model);
    let ran = event_loop::run(&mut ui, &mut runner, &mut screen, &sources.inputs, STAGE, begin);
    drop(guard);
    if runner.login_revoked() {
        return Err(login_revoked());
    }
    Ok((runner.into_app(), ran.map_err(|error| no_terminal(&error))?))
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

    fn signs_on_enter(&self) -> bool {
        matches!(&self.0.overlay, Some(model::Overlay::Act(dialog)) if dialog.signs_on_enter())
    }

    fn idle(&self) -> Option<Duration> {
        let watched = !self.0.sessions.is_empty() && self.0.lock == Lock::Open;
        watched.then(|| Duration::from_secs(u64::from(self.0.idle_minutes) * 60))
    }
}
