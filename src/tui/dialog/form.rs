//! Holds the fields of a form, the focus and the validation messages, and the items above it. `form_draw` draws the fields.

use std::borrow::Cow;
use std::str::FromStr;

use chrono::NaiveDate;
use ratatui::style::Style;

use crate::dialog::find::{FindInput, Found};
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::Draft;
use crate::theme::Theme;
use crate::widget::secret::SecretInput;
use crate::widget::text_input::{EditResult, LineMode, TextInput};
use countersign_core::primitives::human_date::{DayDirection, parse_human_date};
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::{SafeText, TextFault};
use countersign_core::statement::kinds::sign_off::Outcome;

/// The value and editor of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One of a few options, all visible.
    Radio(Options),
    /// One of several options, one visible at a time.
    Cycle(Options),
    /// One of many options, found by a part of its words.
    Find(FindInput),
    /// A text of one line or several.
    Text(TextInput),
    /// A date in any of the accepted spellings.
    Day(TextInput),
    Secret(SecretInput),
    /// A key that signs without anything typed, and where it is.
    Key(&'static str),
}

/// Options of a field: value in a draft, and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub all: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    pub chosen: usize,
}

impl Options {
    /// Returns the options with the first one chosen.
    pub fn new<S: Into<Cow<'static, str>>>(all: impl IntoIterator<Item = (S, S)>) -> Self {
        Self { all: all.into_iter().map(|(slug, words)| (slug.into(), words.into())).collect(), chosen: 0 }
    }
}

/// Whether a field must be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requiredness {
    Optional,
    Required,
}

/// How a field is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldLayout {
    /// On rows of its own.
    Own,
    /// After the previous field on the same row, if there is room.
    Beside,
    /// By the dialog, apart from the other fields.
    Apart,
    /// Hidden, and skipped by the Tab key.
    Away,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: FieldKind,
    pub need: Requiredness,
    pub place: FieldLayout,
    /// Validation message.
    pub fault: Option<String>,
    /// Whether its text contains the secret: then no draft has it.
    pub leaks: bool,
    /// The letter that changes or opens it while the focus is on the PIN.
    pub letter: Option<char>,
    /// What is added to its value, such as `as last time`.
    pub note: &'static str,
}

impl Field {
    /// Returns an optional field on rows of its own.
    pub fn new(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            label,
            kind,
            need: Requiredness::Optional,
            place: FieldLayout::Own,
            fault: None,
            leaks: false,
            letter: None,
            note: "",
        }
    }

    /// Sets the letter that changes or opens it while the focus is on the PIN.
    #[must_use]
    pub fn by(self, letter: char) -> Self {
        Self { letter: Some(letter), ..self }
    }

    /// Sets the layout.
    #[must_use]
    pub fn at(self, place: FieldLayout) -> Self {
        Self { place, ..self }
    }

    /// Whether several lines may be typed.
    pub fn takes_lines(&self) -> bool {
        matches!(&self.kind, FieldKind::Text(typed) if typed.shape() == LineMode::Lines)
    }

    /// Whether it signs: a secret or a key.
    fn signs(&self) -> bool {
        matches!(self.kind, FieldKind::Secret(_) | FieldKind::Key(_))
    }

    fn secret(&self) -> Option<&SecretInput> {
        match &self.kind {
            FieldKind::Secret(hidden) => Some(hidden),
            _ => None,
        }
    }

    /// Returns the value for a draft: empty for a secret.
    pub fn value(&self) -> &str {
        match &self.kind {
            FieldKind::Radio(options) | FieldKind::Cycle(options) => {
                options.all.get(options.chosen).map_or("", |(slug, _)| slug.as_ref())
            }
            FieldKind::Text(typed) | FieldKind::Day(typed) => typed.text(),
            FieldKind::Find(find) => find.text(),
            FieldKind::Secret(_) | FieldKind::Key(_) => "",
        }
    }
}

/// Returns an empty text field.
pub fn text(shape: LineMode) -> FieldKind {
    FieldKind::Text(TextInput::new(shape, ""))
}

/// The effect of a key on a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormEvent {
    /// A value of the draft changed.
    Edited,
    /// Nothing in the draft changed.
    Stayed,
    /// The form does not use the key.
    Ignored,
}

/// A form with one focused field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Fields in Tab order.
    pub fields: Vec<Field>,
    /// Index of the focused field.
    pub focus: usize,
    /// Today, for relative dates.
    pub today: NaiveDate,
    /// Whether letters typed at the secret change or open fields: a PIN has none.
    pub letters: bool,
    /// Whether fields are drawn in two columns, each in one row unless it is open.
    pub paired: bool,
    /// Whether the next key replaces the day in the focused field.
    pub replaces: bool,
}

impl Form {
    /// Returns a form with the focus on its first field.
    pub fn new(today: NaiveDate, fields: Vec<Field>) -> Self {
        Self { fields, focus: 0, today, letters: false, paired: false, replaces: false }
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns a field's value, as in a draft; empty if there is no such field.
    pub fn value(&self, name: &str) -> &str {
        self.field(name).map_or("", Field::value)
    }

    /// Reads a date, looking forward or back as the field's name requires, or returns the validation message.
    pub fn day(&self, name: &str) -> Result<NaiveDate, String> {
        let text = self.value(name);
        if text.trim().is_empty() {
            let example = if DayDirection::of(name) == DayDirection::Ahead {
                "in 2 weeks or 12 Dec"
            } else {
                "yesterday or 20 Nov"
            };
            return Err(format!("Enter a date, such as {example}"));
        }
        parse_human_date(text, self.today, DayDirection::of(name)).map_err(|fault| fault.to_string())
    }

    /// Returns the option that a text finds, none if nothing is typed, or the validation message.
    pub fn found(&self, name: &str) -> Result<Option<&str>, String> {
        match self.field(name).map(|field| &field.kind) {
            Some(FieldKind::Find(find)) => match find.found() {
                Found::Nothing => Ok(None),
                Found::One(slug, _) => Ok(Some(slug)),
                other => Err(other.words()),
            },
            _ => Ok(Some(self.value(name)).filter(|value| !value.is_empty())),
        }
    }

    pub fn is_on(&self, name: &str) -> bool {
        self.fields.get(self.focus).is_some_and(|field| field.name == name)
    }

    pub fn focus_on(&mut self, name: &str) {
        self.replaces = false;
        self.focus = self.fields.iter().position(|field| field.name == name).unwrap_or(self.focus);
    }

    pub fn change(&mut self, name: &str, change: impl FnOnce(&mut Field)) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            change(field);
        }
    }

    pub fn clear_faults(&mut self) {
        self.fields.iter_mut().for_each(|field| field.fault = None);
    }

    /// Shows a validation message on a field and focuses it. The focus stays on a secret, so that it is not typed again in
    /// clear text; Tab then goes to the field.
    pub fn refuse(&mut self, name: &str, sentence: impl Into<String>) {
        self.change(name, |field| field.fault = Some(sentence.into()));
        if !self.on_secret() {
            self.focus_on(name);
        }
    }

    /// Whether letters now change or open fields: the focus is on the PIN or the key that signs.
    pub fn takes_letters(&self) -> bool {
        let signs = self.fields.iter().rposition(Field::signs);
        self.letters && signs == Some(self.focus)
    }

    /// Returns the letters that change or open a field, in the order of the fields.
    pub fn field_letters(&self) -> impl Iterator<Item = char> {
        self.fields.iter().filter(|field| field.place != FieldLayout::Away).filter_map(|field| field.letter)
    }

    /// Opens a field to be typed in. The next character replaces the day in it.
    pub fn open(&mut self, name: &str) {
        self.focus_on(name);
        self.replaces = self.field(name).is_some_and(|field| matches!(field.kind, FieldKind::Day(_)));
    }

    /// Shows the message of a date that cannot be read.
    pub fn check_day(&mut self) {
        let Some(name) = self.fields.get(self.focus).filter(|field| matches!(field.kind, FieldKind::Day(_))) else {
            return;
        };
        let (name, typed) = (name.name, !name.value().trim().is_empty());
        if let Err(fault) = self.day(name)
            && typed
        {
            self.change(name, |field| field.fault = Some(fault));
        }
    }

    /// Changes or opens the field of a letter.
    fn letter(&mut self, letter: char) -> FormEvent {
        let of = |field: &&mut Field| field.letter == Some(letter) && field.place != FieldLayout::Away;
        let Some(field) = self.fields.iter_mut().find(of) else { return FormEvent::Stayed };
        match &mut field.kind {
            FieldKind::Radio(options) | FieldKind::Cycle(options) => {
                options.chosen = (options.chosen + 1) % options.all.len().max(1);
                field.fault = None;
                FormEvent::Edited
            }
            FieldKind::Find(_) | FieldKind::Text(_) | FieldKind::Day(_) | FieldKind::Secret(_) | FieldKind::Key(_) => {
                let name = field.name;
                self.open(name);
                FormEvent::Stayed
            }
        }
    }

    fn on_secret(&self) -> bool {
        self.fields.get(self.focus).is_some_and(Field::signs)
    }

    /// Returns the first text field that contains a typed secret.
    pub fn shows_secret(&self) -> Option<&'static str> {
        let secret = |field: &'_ Field| match &field.kind {
            FieldKind::Secret(hidden) if !hidden.is_empty() => Some(hidden.clone()),
            _ => None,
        };
        let hidden: Vec<SecretInput> = self.fields.iter().filter_map(secret).collect();
        let shown = |field: &&Field| match &field.kind {
            FieldKind::Text(typed) => hidden.iter().any(|hidden| hidden.is_in(typed.text())),
            _ => false,
        };
        self.fields.iter().filter(|field| field.place != FieldLayout::Away).find(shown).map(|field| field.name)
    }

    /// Lets a text into the draft again once the secret is removed from it.
    fn look_for_secret(&mut self) {
        let still = self.shows_secret();
        let typed = !self.secret_is_empty();
        for field in self.fields.iter_mut().filter(|field| field.leaks && typed) {
            field.leaks = still == Some(field.name);
        }
    }

    /// Whether the secret that signs is not typed. It is the last one: others are new ones to be set. A key signs without one.
    pub fn secret_is_empty(&self) -> bool {
        let signs = self.fields.iter().rev().find(|field| field.signs());
        signs.is_none_or(|field| field.secret().is_some_and(SecretInput::is_empty))
    }

    /// Whether a key signs, and the focus is not on it yet: Enter then goes there first.
    pub fn is_before_the_key(&self) -> bool {
        self.fields.iter().rposition(Field::signs).is_some_and(|at| {
            at != self.focus && self.fields.get(at).is_some_and(|field| matches!(field.kind, FieldKind::Key(_)))
        })
    }

    /// Takes the secret that signs out of its field.
    pub fn take_secret(&mut self) -> Secret {
        match self.fields.iter_mut().rev().find(|field| field.signs()).map(|field| &mut field.kind) {
            Some(FieldKind::Secret(hidden)) => hidden.take(),
            _ => Secret::default(),
        }
    }

    /// Returns a copy of a new secret that is being set.
    pub fn new_secret(&self, name: &str) -> Option<Secret> {
        self.field(name).and_then(Field::secret).filter(|hidden| !hidden.is_empty()).map(|hidden| hidden.clone().take())
    }

    /// Returns the draft: all non-empty values by name, without secrets.
    pub fn draft(&self) -> Draft {
        let kept = self.fields.iter().filter(|field| !field.value().is_empty() && !field.leaks);
        kept.map(|field| (field.name.to_owned(), field.value().to_owned())).collect()
    }

    /// Returns the draft with days as dates: `today` would be another day tomorrow.
    pub fn dated_draft(&self) -> Draft {
        let day = |name: &str| self.field(name).is_some_and(|field| matches!(field.kind, FieldKind::Day(_)));
        let mut draft = self.draft();
        for (name, value) in draft.iter_mut().filter(|(name, _)| day(name)) {
            if let Ok(day) = self.day(name) {
                *value = day.to_string();
            }
        }
        draft
    }

    /// Fills in the fields that the draft names.
    pub fn restore(&mut self, draft: &Draft) {
        for (name, value) in draft {
            self.change(name, |field| match &mut field.kind {
                FieldKind::Radio(options) | FieldKind::Cycle(options) => {
                    options.chosen = options.all.iter().position(|(slug, _)| slug == value).unwrap_or(options.chosen);
                }
                FieldKind::Text(typed) | FieldKind::Day(typed) => {
                    typed.clear();
                    typed.paste(value);
                }
                FieldKind::Find(find) => find.set(value),
                FieldKind::Secret(_) | FieldKind::Key(_) => {}
            });
        }
    }

    /// Handles a key. Enter and Esc are left to the dialog.
    pub fn key(&mut self, press: KeyPress) -> FormEvent {
        let plain = press.modifier == KeyModifier::Nothing;
        let replaces = std::mem::take(&mut self.replaces) && plain;
        match press.key {
            Key::Char(c) if plain && self.takes_letters() && !c.is_ascii_digit() => {
                return self.letter(c.to_ascii_lowercase());
            }
            Key::Tab if plain && self.on_secret() => return self.go_to_fault(),
            Key::Tab if plain => return self.step(1),
            Key::BackTab => return self.step(self.fields.len().saturating_sub(1)),
            _ => {}
        }
        let Some(field) = self.fields.get_mut(self.focus) else { return FormEvent::Ignored };
        let before = matches!(field.kind, FieldKind::Secret(_));
        let edited = match &mut field.kind {
            FieldKind::Radio(options) | FieldKind::Cycle(options) => choose(options, press),
            FieldKind::Day(typed) if replaces && press.key == Key::Backspace => {
                typed.clear();
                EditResult::Changed
            }
            FieldKind::Text(typed) | FieldKind::Day(typed) => {
                if replaces && matches!(press.key, Key::Char(_)) {
                    typed.clear();
                }
                typed.key(press)
            }
            FieldKind::Find(find) => find.key(press),
            FieldKind::Secret(hidden) => hidden.key(press),
            FieldKind::Key(_) => EditResult::Ignored,
        };
        match edited {
            EditResult::Changed => {
                field.fault = None;
                self.look_for_secret();
                if before { FormEvent::Stayed } else { FormEvent::Edited }
            }
            EditResult::Moved => FormEvent::Stayed,
            EditResult::Ignored => match press.key {
                Key::Down if plain => self.step(1),
                Key::Up if plain => self.step(self.fields.len().saturating_sub(1)),
                _ => FormEvent::Ignored,
            },
        }
    }

    /// Pastes a text into the focused field.
    pub fn paste(&mut self, pasted: &str) -> FormEvent {
        let replaces = std::mem::take(&mut self.replaces);
        let Some(field) = self.fields.get_mut(self.focus) else { return FormEvent::Ignored };
        field.fault = None;
        match &mut field.kind {
            FieldKind::Text(typed) | FieldKind::Day(typed) => {
                if replaces {
                    typed.clear();
                }
                typed.paste(pasted);
                FormEvent::Edited
            }
            FieldKind::Find(find) => {
                find.paste(pasted);
                FormEvent::Edited
            }
            FieldKind::Secret(hidden) => {
                hidden.paste(pasted);
                FormEvent::Stayed
            }
            FieldKind::Radio(_) | FieldKind::Cycle(_) | FieldKind::Key(_) => FormEvent::Ignored,
        }
    }

    /// Moves the focus from the secret to the first field with a message, or to the next field.
    fn go_to_fault(&mut self) -> FormEvent {
        let faulty = |field: &Field| {
            field.fault.is_some() && field.place != FieldLayout::Away && !matches!(field.kind, FieldKind::Secret(_))
        };
        match self.fields.iter().position(faulty) {
            Some(at) => {
                self.focus = at;
                FormEvent::Stayed
            }
            None => self.step(1),
        }
    }

    /// Moves the focus, skipping hidden fields.
    fn step(&mut self, by: usize) -> FormEvent {
        let count = self.fields.len();
        for _ in 0..count {
            self.focus = (self.focus + by) % count;
            if self.fields[self.focus].place != FieldLayout::Away {
                break;
            }
        }
        FormEvent::Stayed
    }
}

fn choose(options: &mut Options, press: KeyPress) -> EditResult {
    let count = options.all.len();
    if count == 0 || press.modifier != KeyModifier::Nothing {
        return EditResult::Ignored;
    }
    let from = options.chosen;
    options.chosen = match press.key {
        Key::Left => (from + count - 1) % count,
        Key::Right | Key::Char(' ') => (from + 1) % count,
        Key::Char(c) => {
            let begins =
                |at: &usize| options.all[*at].1.chars().next().is_some_and(|first| first.eq_ignore_ascii_case(&c));
            (1..=count).map(|by| (from + by) % count).find(begins).unwrap_or(from)
        }
        _ => return EditResult::Ignored,
    };
    if options.chosen == from { EditResult::Moved } else { EditResult::Changed }
}

/// An item that a dialog lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A code, a day or a number in front of it.
    pub lead: String,
    pub words: String,
    pub notes: Vec<Note>,
}

/// A note below an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    Plain(String),
    /// Joined by dots, in the colour of the outcome.
    Outcome(Outcome, Vec<String>),
    /// Set in quotation marks.
    Quote(String),
}

impl Note {
    pub fn words(&self, theme: &Theme) -> String {
        let (from, to) = theme.glyphs.quotes;
        match self {
            Self::Plain(words) => words.clone(),
            Self::Outcome(_, parts) => parts.join(&format!(" {} ", theme.glyphs.dot)),
            Self::Quote(words) => format!("{from}{words}{to}"),
        }
    }

    pub fn style(&self, theme: &Theme) -> Style {
        match self {
            Self::Outcome(Outcome::Achieved, _) => theme.ok,
            Self::Outcome(Outcome::NotAchieved, _) => theme.urgent,
            Self::Plain(_) | Self::Quote(_) => theme.dim,
        }
    }
}

/// A value, or the name of the invalid field and why.
pub type Read<T> = Result<T, (&'static str, String)>;

/// Reads a text that must not be empty.
pub fn required(form: &Form, name: &'static str, wanted: &str) -> Read<SafeText> {
    optional(form, name, SafeText::lines)?.ok_or_else(|| (name, wanted.to_owned()))
}

/// Reads a text that may be empty.
pub fn optional(
    form: &Form,
    name: &'static str,
    clean: fn(&str) -> Result<SafeText, TextFault>,
) -> Read<Option<SafeText>> {
    match clean(form.value(name)) {
        Ok(text) => Ok(Some(text)),
        Err(TextFault::Empty) => Ok(None),
        Err(fault) => Err((name, fault.to_string())),
    }
}

/// Reads a number that may be empty.
pub fn number<T: FromStr>(form: &Form, name: &'static str) -> Read<Option<T>> {
    match form.value(name).trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| (name, format!("“{text}” is not a whole number"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::primitives::date::parse_day;

    #[test]
    fn a_day_is_looked_for_forward_where_it_is_due_and_back_where_it_was_seen() {
        let today = parse_day("2026-11-28").unwrap();
        let day = |name, text| {
            let field = Field::new(name, "", FieldKind::Day(TextInput::new(LineMode::Line, text)));
            Form::new(today, vec![field]).day(name).map(|day| day.to_string())
        };
        for (text, due, seen) in [("friday", "2026-12-04", "2026-11-27"), ("5 Jan", "2027-01-05", "2026-01-05")] {
            for name in ["by", "next"] {
                assert_eq!(day(name, text).as_deref(), Ok(due), "{name}");
            }
            for name in ["seen", "held", "day"] {
                assert_eq!(day(name, text).as_deref(), Ok(seen), "{name}");
            }
        }
        assert_eq!(day("by", " "), Err("Enter a date, such as in 2 weeks or 12 Dec".to_owned()));
    }

    fn form() -> Form {
        let methods = Options::new([("", "not stated"), ("dops", "DOPS"), ("cbd", "CBD")]);
        let fields = vec![
            Field::new("method", "Method", FieldKind::Cycle(methods)),
            Field::new("hidden", "Hidden", text(LineMode::Line)).at(FieldLayout::Away),
            Field::new("said", "Said", text(LineMode::Lines)),
            Field::new("pin", "PIN", FieldKind::Secret(SecretInput::default())).at(FieldLayout::Apart),
        ];
        Form::new(parse_day("2026-11-21").unwrap(), fields)
    }

    fn typed(keys: &str) -> Form {
        let mut form = form();
        for key in keys.split(' ') {
            form.key(key.parse().unwrap());
        }
        form
    }

    #[test]
    fn the_focus_goes_round_and_over_what_is_away() {
        assert!(typed("tab").is_on("said"));
        assert!(typed("tab tab tab").is_on("method"));
        assert!(typed("shift-tab").is_on("pin"));
        assert!(typed("down down").is_on("pin"));
        assert!(typed("up up").is_on("said"));
    }

    #[test]
    fn a_choice_turns_with_space_and_arrows_and_jumps_to_a_letter() {
        for (keys, chosen) in [("space", "dops"), ("left", "cbd"), ("c", "cbd"), ("d right right", ""), ("x", "")] {
            assert_eq!(typed(keys).value("method"), chosen, "{keys}");
        }
    }

    #[test]
    fn a_letter_at_the_pin_changes_one_field_or_opens_it_and_never_reaches_the_pin() {
        let day = Field::new("day", "Day", FieldKind::Day(TextInput::new(LineMode::Line, "today"))).by('d');
        let mut form = self::form();
        form.fields.insert(0, day);
        for (name, letter) in [("method", 'm'), ("said", 's'), ("hidden", 'h')] {
            form.change(name, |field| field.letter = Some(letter));
        }
        form.letters = true;
        let press = |form: &mut Form, key: &str| form.key(key.parse().unwrap());
        form.focus_on("pin");
        for (key, chosen) in [("m", "dops"), ("M", "cbd"), ("m", ""), ("x", ""), ("h", "")] {
            press(&mut form, key);
            assert_eq!((form.value("method"), form.is_on("pin")), (chosen, true), "{key}");
        }
        assert!(form.secret_is_empty());
        press(&mut form, "s");
        assert!(form.is_on("said"));
        form.focus_on("pin");
        press(&mut form, "d");
        press(&mut form, "y");
        press(&mut form, "e");
        assert_eq!((form.value("day"), form.is_on("day")), ("ye", true), "what is typed replaces the day");
        form.focus_on("pin");
        form.letters = false;
        press(&mut form, "m");
        assert_eq!((form.value("method"), form.secret_is_empty()), ("", false), "a passphrase has letters");
    }

    #[test]
    fn a_draft_gives_back_every_field_and_never_a_secret() {
        let mut form = typed("d tab o k tab 1 2 3 4");
        assert!(!form.secret_is_empty());
        let draft = form.draft();
        assert_eq!(draft, [("method".to_owned(), "dops".to_owned()), ("said".into(), "ok".into())]);
        assert!(!format!("{form:?}").contains("1234"));
        let mut other = self::form();
        other.restore(&draft);
        assert_eq!(other.draft(), draft);
        assert_eq!(form.take_secret(), Secret::new("1234".into()));
        assert!(form.secret_is_empty());
    }

    #[test]
    fn typing_takes_a_fault_away_and_a_secret_is_not_an_edit() {
        let mut form = form();
        form.refuse("said", "Say something");
        assert_eq!(form.key("x".parse().unwrap()), FormEvent::Edited);
        assert_eq!(form.field("said").unwrap().fault, None);
        form.focus_on("pin");
        assert_eq!(form.key("1".parse().unwrap()), FormEvent::Stayed);
        assert_eq!(form.key("enter".parse().unwrap()), FormEvent::Ignored);
    }
}
