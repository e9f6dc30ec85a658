//! Holds the first run: a form with a way back, then a page that says what will be made. Nothing is on disk before its Enter.

pub mod draw;
pub mod fields;
pub mod state;

use std::time::Duration;

use ratatui::Frame;

use crate::command::Command;
use crate::dialog::event::DialogEvent;
use crate::dialog::form::{FieldKind, FieldLayout};
use crate::first_run::draw::Spot;
use crate::first_run::state::{
    DEPARTMENT, FirstRun, FormPage, Making, OFFICER, PASSPHRASE, PASSPHRASE_AGAIN, PIN, PIN_AGAIN, REGISTRATION,
};
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::mouse::{Mouse, MouseAction};
use crate::msg::new_book::{FirstRunData, NewBook};
use crate::msg::{Effect, Msg, Outcome};
use crate::overlay::page;
use crate::runtime::event_loop::Ui;
use crate::theme::Theme;

impl FirstRun {
    pub fn new(data: FirstRunData, theme: Theme, size: (u16, u16)) -> Self {
        let form = fields::form(&data.standards);
        let (page, making) = (FormPage::Fields, Making::No);
        Self { theme, size, data, form, page, making, failure: None, help: None, weak: None }
    }

    fn key(&mut self, press: KeyPress) -> Vec<Effect> {
        if self.making != Making::No {
            return Vec::new();
        }
        if press.modifier == KeyModifier::Ctrl && matches!(press.key, Key::Char('c' | 'q')) {
            return vec![Effect::Quit];
        }
        if let Some(help) = &mut self.help {
            let closes = press.key == Key::F(1) || page::update(help, press, self.size) != DialogEvent::Stay;
            self.help.take_if(|_| closes);
            return Vec::new();
        }
        self.failure = None;
        match (self.page, press.key) {
            (_, Key::F(1)) => self.help = Some(page::State::new(fields::help())),
            (FormPage::Fields, _) => self.field_key(press),
            (FormPage::Summary, Key::Enter) => return self.make(),
            (FormPage::Summary, Key::Up | Key::Left | Key::BackTab | Key::Esc | Key::Backspace | Key::PageUp) => {
                self.page = FormPage::Fields;
            }
            (FormPage::Summary, _) => {}
        }
        Vec::new()
    }

    fn field_key(&mut self, press: KeyPress) {
        match press.key {
            Key::Enter => {
                // A wrong answer is not left by the key that says that it is right.
                if self.check_here().is_none() {
                    self.forward();
                }
            }
            Key::Tab | Key::Down if press.modifier == KeyModifier::Nothing => {
                self.check_here();
                self.forward();
            }
            Key::BackTab | Key::Up => {
                self.check_here();
                let before = self.shown().into_iter().rev().find(|at| *at < self.form.focus);
                self.form.focus = before.unwrap_or(self.form.focus);
            }
            _ => {
                self.form.key(press);
                self.edited();
            }
        }
    }

    /// Returns the fields that are shown.
    fn shown(&self) -> Vec<usize> {
        let fields = self.form.fields.iter().enumerate();
        fields.filter(|(_, field)| field.place != FieldLayout::Away).map(|(at, _)| at).collect()
    }

    /// Goes to the next field, or from the last one to the next page.
    fn forward(&mut self) {
        match self.shown().into_iter().find(|at| *at > self.form.focus) {
            Some(next) => self.form.focus = next,
            None => self.finish(),
        }
    }

    /// Goes to the page that says what will be made, or to the first field that is wrong.
    fn finish(&mut self) {
        let wrong = self.shown().into_iter().filter(|at| self.check(*at).is_some()).min();
        match wrong {
            Some(wrong) => self.form.focus = wrong,
            None => self.page = FormPage::Summary,
        }
    }

    /// Brings up to date what depends on what was typed.
    fn edited(&mut self) {
        let own = self.has_own_passphrase();
        let place = if own { FieldLayout::Own } else { FieldLayout::Away };
        self.form.change(PASSPHRASE_AGAIN, |field| {
            field.place = place;
            if let (false, FieldKind::Secret(typed)) = (own, &mut field.kind) {
                typed.clear();
                field.fault = None;
            }
        });
        self.weak = fields::weakness(self);
        // Once the first of two was changed, what was said about the second no longer holds.
        for (first, second) in [(PASSPHRASE, PASSPHRASE_AGAIN), (PIN, PIN_AGAIN)] {
            if self.form.is_on(first) {
                self.form.change(second, |field| field.fault = None);
            }
        }
    }

    /// Checks the field with the focus, and the one that repeats it. Returns what is wrong with the first.
    fn check_here(&mut self) -> Option<String> {
        let repeated = [(PASSPHRASE, PASSPHRASE_AGAIN), (PIN, PIN_AGAIN)]
            .into_iter()
            .find(|(first, second)| self.form.is_on(first) && self.is_typed(second));
        if let Some((_, second)) = repeated
            && let Some(at) = self.form.fields.iter().position(|field| field.name == second)
        {
            self.check(at);
        }
        self.check(self.form.focus)
    }

    /// Checks a field and marks it if it is wrong.
    fn check(&mut self, at: usize) -> Option<String> {
        let name = self.form.fields.get(at)?.name;
        let fault = fields::fault(self, name);
        self.form.change(name, |field| field.fault.clone_from(&fault));
        fault
    }

    fn paste(&mut self, pasted: &str) {
        if self.making == Making::No && self.help.is_none() && self.page == FormPage::Fields {
            self.failure = None;
            self.form.paste(pasted);
            self.edited();
        }
    }

    fn mouse(&mut self, mouse: Mouse) -> Vec<Effect> {
        if self.making != Making::No {
            return Vec::new();
        }
        match mouse.action {
            MouseAction::WheelUp => return self.key(KeyPress { key: Key::Up, modifier: KeyModifier::Nothing }),
            MouseAction::WheelDown if self.page == FormPage::Fields => {
                return self.key(KeyPress { key: Key::Down, modifier: KeyModifier::Nothing });
            }
            MouseAction::WheelDown => return Vec::new(),
            MouseAction::Click => {}
        }
        match draw::at(self, mouse.at) {
            Some(Spot::Key(press)) => self.key(press),
            Some(Spot::Make) => self.make(),
            Some(Spot::Field(at)) if at == self.form.focus => {
                let turns = matches!(self.form.fields[at].kind, FieldKind::Radio(_) | FieldKind::Cycle(_));
                if turns { self.key(KeyPress { key: Key::Right, modifier: KeyModifier::Nothing }) } else { Vec::new() }
            }
            Some(Spot::Field(at)) => {
                self.check_here();
                self.form.focus = at;
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn make(&mut self) -> Vec<Effect> {
        if let Some(book) = self.book() {
            (self.making, self.failure) = (Making::Now, None);
            return vec![Effect::MakeBook(Box::new(book))];
        }
        self.page = FormPage::Fields;
        self.finish();
        Vec::new()
    }

    /// Returns what is asked for; `None` if a field is wrong.
    fn book(&mut self) -> Option<NewBook> {
        if self.shown().into_iter().any(|at| self.check(at).is_some()) {
            return None;
        }
        Some(NewBook {
            department: fields::name(self, DEPARTMENT)?,
            officer: fields::name(self, OFFICER)?,
            registration: fields::name(self, REGISTRATION),
            supervises: fields::supervises(self),
            passphrase: self.passphrase(),
            pin: self.form.new_secret(PIN)?,
            standard: fields::standard(self).map(|standard| standard.reference.clone()),
        })
    }
}

impl Ui for FirstRun {
    fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(press) => return self.key(press),
            Msg::Paste(text) => self.paste(&text),
            Msg::Mouse(mouse) => return self.mouse(mouse),
            Msg::Resize(columns, rows) => {
                self.size = (columns, rows);
                return vec![Effect::Redraw];
            }
            Msg::Background(base) => self.theme.learn(base),
            Msg::Resumed => return vec![Effect::Redraw],
            Msg::Do(Command::Suspend) => return vec![Effect::Suspend],
            Msg::Done(Outcome::BookMade) => {
                self.making = Making::Done;
                return vec![Effect::Quit];
            }
            Msg::Done(Outcome::Failed(failure)) => (self.making, self.failure) = (Making::No, Some(failure)),
            Msg::Do(_) | Msg::Done(_) | Msg::Changed | Msg::Idle | Msg::SessionEnd => {}
        }
        Vec::new()
    }

    fn view(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        if let Some(place) = draw::draw(self, frame.buffer_mut(), area) {
            frame.set_cursor_position(place);
        }
    }

    fn idle(&self) -> Option<Duration> {
        None
    }
}
