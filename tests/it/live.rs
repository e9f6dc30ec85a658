//! A screen on a real book: keys in, the log's statements out, with the very door that the program has. Must never answer in
//! the world's place.

use std::sync::OnceLock;

use countersign_app::app::App;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::ids::{PersonId, Secret};
use countersign_tui::command::ScreenId;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::key::{Key, KeyPress};
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::model::{Model, Overlay, Setup};
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::runtime::event_loop::EffectHandler as _;
use countersign_tui::theme::{Appearance, Theme};
use countersign_tui::update::update;
use countersign_tui::view::draw;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value;

use crate::cli::book::{Book, SUPERVISOR};

pub const PRIYA: &str = "heron slate ladder moss 5";
pub const VERA: &str = "cedar plume anvil frost 6";
pub const ADA: &str = "wren basil copper dune 3";

/// A screen on a real book: every effect is carried out at once.
pub struct Live {
    pub model: Model,
    pub door: EffectRunner,
    pub book: Book,
}

impl Live {
    /// Ada on ST0413, a second supervisor and a verifier; this person at the screen with Ada open.
    pub fn new(book: Book, who: &str, secret: &str) -> Self {
        let mut live = Self::at(book, (100, 36));
        live.sign_in(who, secret);
        live.open("Ada");
        live
    }

    pub fn at(book: Book, size: (u16, u16)) -> Self {
        let app = App::open_default(DataDir::new(book.data())).unwrap();
        let today = app.today();
        let setup = Setup {
            theme: Theme::choose(Appearance::FULL),
            keymap: Keymap::new(&OwnKeys::new()).unwrap(),
            size,
            today,
            idle_minutes: 2,
            late_days: 7,
            kiosk: false,
        };
        Self { model: Model::new(setup), door: EffectRunner::new(app), book }
    }

    pub fn id(&self, who: &str) -> PersonId {
        let people = self.book.run(&["person", "list", "--json"]).done().json();
        let all = people["people"].as_array().unwrap().clone();
        let row = all.iter().find(|row| row["name"].as_str().unwrap().contains(who)).unwrap();
        row["id"].as_str().unwrap().parse().unwrap()
    }

    pub fn say(&mut self, msg: Msg) {
        let mut effects = update(&mut self.model, msg);
        while !effects.is_empty() {
            for effect in std::mem::take(&mut effects) {
                let outcome = self.door.perform(effect);
                if outcome != Outcome::Nothing {
                    effects.extend(update(&mut self.model, Msg::Done(outcome)));
                }
            }
        }
    }

    pub fn sign_in(&mut self, who: &str, secret: &str) {
        let (person, secret) = (self.id(who), Secret::new(secret.to_owned()));
        let outcome = self.door.perform(Effect::Unlock { person, way: CredentialKind::Passphrase, secret });
        self.say(Msg::Done(outcome));
        // Home is where an unlock leads; most tests are about a trainee's record.
        self.model.screen = ScreenId::SignOff;
    }

    pub fn open(&mut self, who: &str) {
        let (trainee, marks_of) = (self.id(who), self.model.owner().cloned());
        let outcome = self.door.perform(Effect::OpenTrainee { trainee, marks_of });
        self.say(Msg::Done(outcome));
    }

    /// Presses keys by name; what is between `'` is typed.
    pub fn keys(&mut self, names: &str) {
        for (at, part) in names.split('\'').enumerate() {
            if at % 2 == 1 {
                for c in part.chars() {
                    self.say(Msg::Key(KeyPress::plain(Key::Char(c))));
                }
            } else {
                for name in part.split_whitespace() {
                    self.say(Msg::Key(name.parse().unwrap()));
                }
            }
        }
    }

    pub fn text(&self) -> String {
        let area = Rect::new(0, 0, self.model.size.0, self.model.size.1);
        let mut buf = Buffer::empty(area);
        draw(&self.model, &mut buf, area);
        let row = |y| (0..area.width).map(|x| buf[(x, y)].symbol()).collect::<String>();
        (0..area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    pub fn shows(&self, words: &str) {
        assert!(self.text().contains(words), "{words}\n{}", self.text());
    }

    pub fn said(&self) -> &str {
        self.model.message.as_ref().map_or("", |message| &message.what)
    }

    /// Signs with the passphrase: the dialog has the focus on it.
    pub fn sign(&mut self, secret: &str) {
        assert!(matches!(self.model.overlay, Some(Overlay::Act(_))), "no dialog\n{}", self.text());
        self.keys(&format!("'{secret}' enter"));
    }

    pub fn newest(&self, kind: &str) -> Value {
        let rows = self.book.run(&["history", &format!("kind:{kind}"), "--json"]).done().json();
        rows["statements"].as_array().unwrap().first().cloned().unwrap_or(Value::Null)
    }
}

pub fn staffed() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = Book::founded();
        for (name, role, secret) in [
            ("Priya Provider", "supervisor", PRIYA),
            ("Vera Verifier", "verifier", VERA),
            ("Ada Apprentice", "trainee", ADA),
        ] {
            let key = book.keep(role, secret);
            book.officer(&["person", "add", name, "--role", role, "--new-passphrase-file", &key]).done();
            book.keep("supervisor", SUPERVISOR);
        }
        book.officer(&["enrol", "Ada", "ST0413", "--start", "2025-09-01"]).done();
        book
    })
}

pub fn sound(book: &Book) {
    assert_eq!(book.run(&["verify"]).code, 3, "{:?}", book.run(&["verify"]));
}

pub fn state(book: &Book, code: &str) -> Value {
    let all = book.run(&["trainee", "Ada", "--json"]).done().json();
    let ksb = all["ksbs"].as_array().unwrap().iter().find(|ksb| ksb["id"] == code).unwrap().clone();
    ksb["state"].clone()
}
