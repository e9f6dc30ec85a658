//! THE form: fields with labels, one of them with the focus, faults in words beside them. Must never know what is asked
//! for, or draw (see `form_draw`).

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::domain::primitives::human_date::{DayDirection, parse_human_date};
use crate::domain::primitives::ids::Secret;
use crate::tui::key::{Key, KeyModifier, KeyPress};
use crate::tui::msg::Draft;
use crate::tui::widget::secret::SecretInput;
use crate::tui::widget::text_input::{EditResult, LineMode, TextInput};

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One of a few, all seen.
    Radio(Options),
    /// One of several, one seen.
    Cycle(Options),
    /// A text of one line or several.
    Text(TextInput),
    /// A day as people write one.
    Day(TextInput),
    Secret(SecretInput),
}

/// Things to choose from: what each is in a draft, and in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub all: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    /// The chosen one.
    pub chosen: usize,
}

impl Options {
    /// These, of which the first is chosen.
    pub fn new<S: Into<Cow<'static, str>>>(all: impl IntoIterator<Item = (S, S)>) -> Self {
        Self { all: all.into_iter().map(|(slug, words)| (slug.into(), words.into())).collect(), chosen: 0 }
    }
}

/// Whether a field must be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requiredness {
    /// It may stay empty.
    Optional,
    /// It may not.
    Required,
}

/// Where a field is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldLayout {
    /// On rows of its own.
    Own,
    /// Behind the field before it, where there is room.
    Beside,
    /// By the dialog, apart from the others.
    Apart,
    /// Nowhere, and no key reaches it.
    Away,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub need: Requiredness,
    /// Where it is drawn.
    pub place: FieldLayout,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// Whether its text holds the secret, so that it is in no draft.
    pub leaks: bool,
}

impl Field {
    /// A field that may stay empty, on rows of its own.
    pub fn new(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self { name, label, kind, need: Requiredness::Optional, place: FieldLayout::Own, fault: None, leaks: false }
    }

    /// The same field, drawn there.
    pub fn at(self, place: FieldLayout) -> Self {
        Self { place, ..self }
    }

    /// Whether several lines may be typed.
    pub fn takes_lines(&self) -> bool {
        matches!(&self.kind, FieldKind::Text(typed) if typed.shape() == LineMode::Lines)
    }

    /// What a draft keeps of it: never a secret.
    pub fn value(&self) -> &str {
        match &self.kind {
            FieldKind::Radio(options) | FieldKind::Cycle(options) => {
                options.all.get(options.chosen).map_or("", |(slug, _)| slug.as_ref())
            }
            FieldKind::Text(typed) | FieldKind::Day(typed) => typed.text(),
            FieldKind::Secret(_) => "",
        }
    }
}

/// A text field of that shape, empty.
pub fn text(shape: LineMode) -> FieldKind {
    FieldKind::Text(TextInput::new(shape, ""))
}

/// What a key did to the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormEvent {
    /// What a draft keeps is another.
    Edited,
    /// Nothing that a draft keeps.
    Stayed,
    /// The key means nothing to a form.
    Ignored,
}

/// Fields, of which one has the focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The fields, in the order of the Tab key.
    pub fields: Vec<Field>,
    /// The one with the focus.
    pub focus: usize,
    /// Today, from which days are understood.
    pub today: NaiveDate,
}

impl Form {
    /// A form with the focus on its first field.
    pub fn new(today: NaiveDate, fields: Vec<Field>) -> Self {
        Self { fields, focus: 0, today }
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What the field of that name holds, as a draft keeps it.
    pub fn value(&self, name: &str) -> &str {
        self.field(name).map_or("", Field::value)
    }

    /// The day that the field of that name holds, looked for forward or back as its name requires; the fault in words if
    /// it is not one.
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

    /// Whether the focus is on the field of that name.
    pub fn is_on(&self, name: &str) -> bool {
        self.fields.get(self.focus).is_some_and(|field| field.name == name)
    }

    /// Moves the focus.
    pub fn focus_on(&mut self, name: &str) {
        self.focus = self.fields.iter().position(|field| field.name == name).unwrap_or(self.focus);
    }

    /// Changes what a field is like.
    pub fn change(&mut self, name: &str, change: impl FnOnce(&mut Field)) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            change(field);
        }
    }

    /// Takes all faults away.
    pub fn clear_faults(&mut self) {
        self.fields.iter_mut().for_each(|field| field.fault = None);
    }

    /// Says what is wrong with a field and goes there. From a secret the focus does not move: whoever types it again would
    /// type it in clear. Tab goes to the field.
    pub fn refuse(&mut self, name: &str, sentence: impl Into<String>) {
        self.change(name, |field| field.fault = Some(sentence.into()));
        if !self.on_secret() {
            self.focus_on(name);
        }
    }

    fn on_secret(&self) -> bool {
        self.fields.get(self.focus).is_some_and(|field| matches!(field.kind, FieldKind::Secret(_)))
    }

    /// The first field with a text that contains the secret that is typed.
    pub fn shows_secret(&self) -> Option<&'static str> {
        let hidden = self.fields.iter().find_map(|field| match &field.kind {
            FieldKind::Secret(hidden) if !hidden.is_empty() => Some(hidden),
            _ => None,
        })?;
        let shown = |field: &&Field| matches!(&field.kind, FieldKind::Text(typed) if hidden.is_in(typed.text()));
        self.fields.iter().filter(|field| field.place != FieldLayout::Away).find(shown).map(|field| field.name)
    }

    /// A text out of which the secret was taken may be in a draft again.
    fn look_for_secret(&mut self) {
        let still = self.shows_secret();
        let typed = !self.secret_is_empty();
        for field in self.fields.iter_mut().filter(|field| field.leaks && typed) {
            field.leaks = still == Some(field.name);
        }
    }

    /// Whether no secret is typed.
    pub fn secret_is_empty(&self) -> bool {
        !self.fields.iter().any(|field| matches!(&field.kind, FieldKind::Secret(hidden) if !hidden.is_empty()))
    }

    /// Takes the secret out.
    pub fn take_secret(&mut self) -> Secret {
        let hidden = self.fields.iter_mut().find_map(|field| match &mut field.kind {
            FieldKind::Secret(hidden) => Some(hidden),
            _ => None,
        });
        hidden.map(SecretInput::take).unwrap_or_default()
    }

    /// What a draft keeps: every field that holds something, by name.
    pub fn draft(&self) -> Draft {
        let kept = self.fields.iter().filter(|field| !field.value().is_empty() && !field.leaks);
        kept.map(|field| (field.name.to_owned(), field.value().to_owned())).collect()
    }

    /// Fills the fields that the draft names.
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
                FieldKind::Secret(_) => {}
            });
        }
    }

    /// Does what a key means to a form. Enter and Esc mean nothing to it.
    pub fn key(&mut self, press: KeyPress) -> FormEvent {
        let plain = press.held == KeyModifier::Nothing;
        match press.key {
            Key::Tab if plain && self.on_secret() => return self.go_to_fault(),
            Key::Tab if plain => return self.step(1),
            Key::BackTab => return self.step(self.fields.len().saturating_sub(1)),
            _ => {}
        }
        let Some(field) = self.fields.get_mut(self.focus) else { return FormEvent::Ignored };
        let before = matches!(field.kind, FieldKind::Secret(_));
        let edited = match &mut field.kind {
            FieldKind::Radio(options) | FieldKind::Cycle(options) => choose(options, press),
            FieldKind::Text(typed) | FieldKind::Day(typed) => typed.key(press),
            FieldKind::Secret(hidden) => hidden.key(press),
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

    /// Puts a pasted text where the focus is.
    pub fn paste(&mut self, pasted: &str) -> FormEvent {
        let Some(field) = self.fields.get_mut(self.focus) else { return FormEvent::Ignored };
        field.fault = None;
        match &mut field.kind {
            FieldKind::Text(typed) | FieldKind::Day(typed) => {
                typed.paste(pasted);
                FormEvent::Edited
            }
            FieldKind::Secret(hidden) => {
                hidden.paste(pasted);
                FormEvent::Stayed
            }
            FieldKind::Radio(_) | FieldKind::Cycle(_) => FormEvent::Ignored,
        }
    }

    /// Goes from the secret to the first field with a fault, or on.
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

    /// Moves the focus on, over fields that are away.
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
    if count == 0 || press.held != KeyModifier::Nothing {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::primitives::date::parse_day;

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
    fn typing_takes_a_fault_away_and_a_secret_is_no_edit() {
        let mut form = form();
        form.refuse("said", "Say something");
        assert_eq!(form.key("x".parse().unwrap()), FormEvent::Edited);
        assert_eq!(form.field("said").unwrap().fault, None);
        form.focus_on("pin");
        assert_eq!(form.key("1".parse().unwrap()), FormEvent::Stayed);
        assert_eq!(form.key("enter".parse().unwrap()), FormEvent::Ignored);
    }
}
