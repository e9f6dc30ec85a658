//! Finds commands, KSBs and people by fuzzy search.

use std::cmp::Reverse;
use std::sync::Arc;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::dialog::event::DialogEvent;
use crate::key::KeyPress;
use crate::msg::credential_kind::CredentialKind;
use crate::msg::{Effect, PersonChoice};
use crate::overlay::help::{Row, likeness};
use crate::overlay::picker::{Finder, PickerEvent, PickerProps, row_width, view as view_finder};
use crate::theme::Theme;
use crate::widget::query::paste_into;
use crate::widget::text::{columns, fit};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::record::view::TraineeCard;
use countersign_core::standard::{Ksb, Standard};

/// Limits: trainees and others to load (each), and rows to list.
const MOST_PEOPLE: usize = 8;
const MOST_ROWS: usize = 60;
/// Limit of recent trainees listed before the commands while the query is empty.
const MOST_RECENT: usize = 4;

/// The palette's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    finder: Finder,
    commands: Vec<Row>,
    ksbs: Option<Ksbs>,
    whose: FoundPeople,
    trainees: Vec<TraineeCard>,
    people: Vec<PersonChoice>,
    listed: Vec<Item>,
}

/// The people that the palette finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundPeople {
    /// Everyone. The open trainee, if any, is left out of the recent ones.
    Everyone(Option<PersonId>),
    /// Nobody, on a trainee's own screen.
    Nobody,
}

/// A standard and the local competences next to it.
pub type Ksbs = (Arc<Standard>, Vec<Ksb>);

/// Whether Enter acts on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ready {
    Yes,
    No,
}

/// A search result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// Index into the commands.
    Command(usize),
    /// A KSB of the open standard, or a local competence.
    Ksb(KsbCode),
    /// Index into the trainees.
    Trainee(usize),
    /// Index into the other people.
    Person(usize),
}

impl State {
    /// Opens the palette on these commands, and on the open trainee's KSBs and local competences.
    pub fn new(commands: Vec<Row>, ksbs: Option<Ksbs>, whose: FoundPeople) -> Self {
        let (finder, trainees, people, listed) = Default::default();
        let mut state = Self { finder, commands, ksbs, whose, trainees, people, listed };
        state.list();
        state
    }

    /// Returns the searches to run for the current query.
    pub fn query_effect(&self) -> Vec<Effect> {
        let (text, most) = (self.finder.query.trim().to_owned(), MOST_PEOPLE);
        match self.whose {
            FoundPeople::Nobody => Vec::new(),
            FoundPeople::Everyone(_) if text.is_empty() => vec![Effect::FindTrainees { text, most }],
            FoundPeople::Everyone(_) => {
                vec![Effect::FindTrainees { text: text.clone(), most }, Effect::FindOthers { text, most }]
            }
        }
    }

    /// Receives the trainees that were found.
    pub fn take(&mut self, found: Vec<TraineeCard>) {
        self.trainees = found;
        self.listed_again();
    }

    /// Receives the other people that were found.
    pub fn take_others(&mut self, found: Vec<PersonChoice>) {
        self.people = found;
        self.listed_again();
    }

    fn listed_again(&mut self) {
        self.list();
        self.finder.chosen = self.finder.chosen.min(self.listed.len().saturating_sub(1));
    }

    fn ksbs(&self) -> impl Iterator<Item = &Ksb> {
        self.ksbs.iter().flat_map(|(standard, local)| standard.ksbs().iter().chain(local))
    }

    fn list(&mut self) {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(self.finder.query.trim(), CaseMatching::Ignore, Normalization::Smart);
        // Scattered letters in a sentence are noise: descriptions are matched by whole substrings.
        let words =
            Pattern::new(self.finder.query.trim(), CaseMatching::Ignore, Normalization::Smart, AtomKind::Substring);
        let mut letters = Vec::new();
        let mut score = |pattern: &Pattern, text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
        let mut found: Vec<(u32, Item)> = Vec::new();
        if pattern.atoms.is_empty() {
            // Empty query: recent trainees first, without the open one.
            let open = |card: &TraineeCard| self.whose == FoundPeople::Everyone(Some(card.id.clone()));
            let others = self.trainees.iter().enumerate().filter(|(_, card)| !open(card));
            found.extend(others.take(MOST_RECENT).map(|(at, _)| (0, Item::Trainee(at))));
        }
        let mut fitting: Vec<(usize, u32, usize)> = Vec::new();
        for (at, row) in self.commands.iter().enumerate() {
            let table = row.command.row();
            // People remember names: a match in a name ranks above one in a description.
            let named = score(&pattern, table.name).or_else(|| score(&pattern, table.label)).map(|points| points + 20);
            let said = format!("{} {}", table.does, table.words);
            let meant = score(&words, table.words).map(|points| points + 20);
            let points = named.or(meant).or_else(|| score(&words, &said));
            let rank = likeness(row, &self.finder.query);
            if rank.is_some() || points.is_some() {
                fitting.push((rank.unwrap_or(usize::MAX), points.unwrap_or(0), at));
            }
        }
        // Among people and KSBs, commands stand by their points; among each other, in the order of help.
        let mut points: Vec<u32> = fitting.iter().map(|(_, points, _)| *points).collect();
        points.sort_by_key(|points| Reverse(*points));
        fitting.sort_by_key(|(rank, ..)| *rank);
        found.extend(points.into_iter().zip(fitting).map(|(points, (.., at))| (points, Item::Command(at))));
        if !pattern.atoms.is_empty() {
            for (at, card) in self.trainees.iter().enumerate() {
                let about = format!("{} {}", card.name, card.id);
                found.push((score(&pattern, &about).unwrap_or(0) + 20, Item::Trainee(at)));
            }
            for (at, choice) in self.people.iter().enumerate() {
                let about = format!("{} {}", choice.person.name, choice.person.id);
                found.push((score(&pattern, &about).unwrap_or(0) + 20, Item::Person(at)));
            }
            for ksb in self.ksbs() {
                let exact = ksb.code.to_string().eq_ignore_ascii_case(self.finder.query.trim());
                if let Some(points) = score(&words, &format!("{} {}", ksb.code, ksb.text)) {
                    found.push((if exact { u32::MAX } else { points }, Item::Ksb(ksb.code)));
                }
            }
            found.sort_by_key(|(points, _)| Reverse(*points));
        }
        self.listed = found.into_iter().map(|(_, item)| item).take(MOST_ROWS).collect();
    }

    fn row(&self, item: Item, width: usize, theme: &Theme) -> Vec<(String, Style)> {
        let spread = |left: String, style: Style, middle: &str, right: String| {
            let room = width.saturating_sub(columns(&left) + columns(&right) + 1);
            let middle = fit(middle, room, theme).into_owned();
            let gap = width.saturating_sub(columns(&left) + columns(&middle) + columns(&right));
            vec![(left, style), (middle, theme.text), (format!("{}{right}", " ".repeat(gap)), theme.dim)]
        };
        match item {
            Item::Command(at) => self.commands.get(at).map_or_else(Vec::new, |row| {
                let mut pieces = spread(String::new(), theme.text, row.command.row().does, row.keys.clone());
                if row.refused.is_some() {
                    for (_, style) in &mut pieces {
                        *style = theme.dim;
                    }
                }
                pieces
            }),
            Item::Ksb(code) => {
                let text = self.ksbs().find(|ksb| ksb.code == code).map_or("", |ksb| &ksb.text);
                spread(format!("{code:<5}"), theme.key, text, "KSB".into())
            }
            Item::Trainee(at) => self.trainees.get(at).map_or_else(Vec::new, |card| {
                spread(String::new(), theme.text, card.name.as_str(), format!("trainee  {}", card.standard))
            }),
            Item::Person(at) => self.people.get(at).map_or_else(Vec::new, |choice| {
                let roles: Vec<_> = choice.person.roles.iter().map(|role| role.words()).collect();
                spread(String::new(), theme.text, choice.person.name.as_str(), roles.join(", "))
            }),
        }
    }
}

/// Whether a person can sign in here. Trainees do not: they are on a standard, or not enrolled yet.
fn signs(choice: &PersonChoice) -> bool {
    choice.person.roles.iter().any(|role| *role != Role::Trainee)
}

/// Describes what Enter does with a person, or why it does nothing.
fn foot_of(choice: &PersonChoice) -> (&'static str, Ready) {
    match choice.way {
        _ if !signs(choice) => ("Not enrolled yet. A training officer can enrol them: type enrol", Ready::No),
        CredentialKind::Pin => ("enter switches to them with a PIN", Ready::Yes),
        CredentialKind::Passphrase => ("enter signs in with a passphrase", Ready::Yes),
        CredentialKind::Agent => ("enter signs in with the key in your SSH agent", Ready::Yes),
        CredentialKind::SecurityKey => ("enter signs in with a security key", Ready::Yes),
        CredentialKind::NoKey => ("No key on this machine. A training officer can make one", Ready::No),
    }
}

/// Handles a key.
pub fn update(state: &mut State, key: KeyPress, size: (u16, u16)) -> DialogEvent {
    match state.finder.key(key, state.listed.len(), size) {
        PickerEvent::Taken => match state.listed.get(state.finder.chosen) {
            None => DialogEvent::Stay,
            Some(Item::Command(at)) => {
                state.commands.get(*at).map_or(DialogEvent::Stay, |row| DialogEvent::Run(row.command))
            }
            Some(Item::Ksb(code)) => DialogEvent::Ksb(*code),
            Some(Item::Trainee(at)) => {
                state.trainees.get(*at).map_or(DialogEvent::Stay, |card| DialogEvent::Trainee(card.id.clone()))
            }
            Some(Item::Person(at)) => {
                let choice = state.people.get(*at).filter(|choice| foot_of(choice).1 == Ready::Yes);
                choice.map_or(DialogEvent::Stay, |choice| DialogEvent::Person(Box::new(choice.clone())))
            }
        },
        PickerEvent::Left => DialogEvent::Close(Vec::new()),
        PickerEvent::Changed => looked_for(state),
        PickerEvent::Moved => DialogEvent::Stay,
    }
}

/// Pastes a text into the search.
pub fn paste(state: &mut State, pasted: &str) -> DialogEvent {
    paste_into(&mut state.finder.query, pasted);
    looked_for(state)
}

fn looked_for(state: &mut State) -> DialogEvent {
    state.trainees.clear();
    state.people.clear();
    state.list();
    DialogEvent::Ask(state.query_effect())
}

/// Draws the palette and returns the cursor position.
pub fn view(state: &State, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
    let width = row_width(screen);
    let rows: Vec<_> = state.listed.iter().map(|item| state.row(*item, width, theme)).collect();
    let said = match state.listed.get(state.finder.chosen) {
        Some(Item::Command(at)) => {
            state.commands.get(*at).and_then(|row| row.refused.as_deref()).map(|why| (why, Ready::No))
        }
        Some(Item::Person(at)) => state.people.get(*at).map(foot_of),
        _ => None,
    };
    let (words, ready) = said.unwrap_or(("", Ready::Yes));
    let foot = (words, if ready == Ready::Yes { theme.dim } else { theme.claimed });
    let shown = PickerProps { title: "Find", rows: &rows, none: "No command, KSB or person by that name", foot };
    view_finder(&state.finder, shown, theme, buf, screen)
}
