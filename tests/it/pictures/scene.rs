//! Plays the scenes of the guide's pictures on the demo department, with real key presses, on a fixed day.

use countersign_app::app::App;
use countersign_app::demo::{Demo, PASSPHRASE};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;
use countersign_tui::command::ScreenId;
use countersign_tui::effect::choice;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::key::{Key, KeyPress};
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::model::Model;
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::runtime::event_loop::EffectHandler as _;
use countersign_tui::screen;
use countersign_tui::theme::{Appearance, Background, Theme};
use countersign_tui::update::update;
use countersign_tui::view::{draw, tabs};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tempfile::TempDir;

use crate::demo::at;
use crate::pictures::svg::{Terminal, svg};

/// When the pictures are taken: a Saturday in November.
const MOMENT: &str = "2026-11-21T12:00:00Z";

/// Who is at the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// Sam Supervisor, at the workstation.
    Supervisor,
    /// Tilly Officer, at the workstation.
    Officer,
    /// Alex Trainee, over SSH.
    Trainee,
}

/// A picture: its file, what it is called for those who cannot see it, and how to get there.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    pub file: &'static str,
    pub title: &'static str,
    pub size: (u16, u16),
    pub seat: Seat,
    pub looks: Appearance,
    /// Keys by name; what is between `'` is typed, the demo's passphrase for `PASSPHRASE`.
    pub keys: &'static str,
}

/// The demo department, and the door to it that the program has.
pub struct Stage {
    door: Option<EffectRunner>,
    supervisor: PersonId,
    officer: PersonId,
    trainee: PersonId,
    _folder: TempDir,
}

impl Stage {
    pub fn new() -> Self {
        let (folder, Demo { app, supervisor, officer, trainee }) = at(MOMENT);
        Self { door: Some(EffectRunner::new(app)), supervisor, officer, trainee, _folder: folder }
    }

    /// The picture of a scene.
    pub fn play(&mut self, scene: Scene) -> String {
        let mut app = self.door.take().unwrap().into_app();
        let mut model = self.model(&mut app, scene);
        let over_ssh = scene.seat == Seat::Trainee;
        let mut door = EffectRunner::new(app).over_ssh(over_ssh);
        let marks_of = model.owner().cloned();
        perform(&mut model, &mut door, vec![Effect::OpenTrainee { trainee: self.trainee.clone(), marks_of }]);
        let (width, height) = scene.size;
        say(&mut model, &mut door, Msg::Resize(width, height));
        for (at, part) in scene.keys.split('\'').enumerate() {
            if at % 2 == 1 {
                for c in part.replace("PASSPHRASE", PASSPHRASE).chars() {
                    say(&mut model, &mut door, Msg::Key(KeyPress::plain(Key::Char(c))));
                }
            } else {
                for name in part.split_whitespace() {
                    say(&mut model, &mut door, Msg::Key(name.parse().unwrap()));
                }
            }
        }
        self.door = Some(door);
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let cursor = draw(&model, &mut buf, area).filter(|_| model.overlay.is_some());
        let terminal = match scene.looks.background {
            Background::Dark | Background::Unknown => Terminal::DARK,
            Background::Light => Terminal::LIGHT,
            Background::HighContrast => Terminal::BLACK,
        };
        svg(&buf, cursor, scene.title, &terminal)
    }

    fn model(&self, app: &mut App, scene: Scene) -> Model {
        let (theme, keymap) = (Theme::choose(scene.looks), Keymap::new(&OwnKeys::new()).unwrap());
        let mut model = countersign_tui::model(app, theme, keymap, scene.size).unwrap();
        model.head = Some(app.head().unwrap());
        match scene.seat {
            Seat::Supervisor | Seat::Officer => {
                let who = if scene.seat == Seat::Officer { &self.officer } else { &self.supervisor };
                model.signer = Some(who.clone());
            }
            Seat::Trainee => {
                let person = app.person(&self.trainee).unwrap();
                assert_eq!(person.roles, [Role::Trainee]);
                model.sessions = Vec::new();
                model.access_mode = AccessMode::Own(choice(app, None, &person).unwrap());
                let go = |id: ScreenId| screen::get(id).info().go;
                let tabs: Vec<_> = tabs(&model).map(go).collect();
                model.keymap = model.keymap.number(&tabs, &ScreenId::ALL.map(go));
            }
        }
        model
    }
}

fn say(model: &mut Model, door: &mut EffectRunner, msg: Msg) {
    let effects = update(model, msg);
    perform(model, door, effects);
}

fn perform(model: &mut Model, door: &mut EffectRunner, effects: Vec<Effect>) {
    for effect in effects {
        let outcome = door.perform(effect);
        if outcome != Outcome::Nothing {
            say(model, door, Msg::Done(outcome));
        }
    }
}
