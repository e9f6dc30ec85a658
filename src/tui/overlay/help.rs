//! Asks what somebody wants to do: finds commands by the words that people use, and lists the keys by purpose. Enter runs the
//! chosen command.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, CommandScope, Footer};
use crate::dialog::event::DialogEvent;
use crate::key::KeyPress;
use crate::overlay::picker::{Finder, PickerEvent};
use crate::theme::{Focus, Theme};
use crate::widget::draw::{clear, line, owned_line, right};
use crate::widget::frame::{Titles, VisibleRows, frame, scrolled};
use crate::widget::part::{choose, heading};
use crate::widget::text::{columns, fit, pad_left, tail};
use crate::widget::{list, query};

/// The help list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Name of the open screen.
    screen: &'static str,
    all: Vec<Row>,
    /// The keys of the tabs, from the first to the last.
    tabs: String,
    finder: Finder,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub command: Command,
    /// Its keys, as printed.
    pub keys: String,
    /// Whether one of its keys works on the open screen.
    pub here: bool,
    /// Why it cannot run now.
    pub refused: Option<String>,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Sign,
    Go,
    Read,
    Move,
}

const PURPOSES: [(Purpose, &str); 4] = [
    (Purpose::Sign, "Sign and mark"),
    (Purpose::Go, "Go"),
    (Purpose::Read, "Read and write"),
    (Purpose::Move, "Move and leave"),
];

/// Columns of a key at the left of its words.
const KEYS: usize = 7;
/// Rows of the commands while nothing is typed. The keys by purpose are below.
const FIRST: u16 = 3;
/// Maximum columns and rows of the box.
const WIDEST: u16 = 76;
const TALLEST: u16 = 30;
/// Below this many rows, fewer keys of each purpose are listed.
const LOW: u16 = 14;
/// Rows of the box around the commands: an empty row, the search, an empty row, the heading.
const ABOVE: u16 = 4;

impl State {
    /// `tabs` are the keys of the tabs, in words.
    pub fn new(screen: &'static str, all: Vec<Row>, tabs: String) -> Self {
        Self { screen, all, tabs, finder: Finder::default() }
    }

    /// Returns the commands that fit what is typed: those that work here first, then those whose name or search words fit.
    fn listed(&self) -> Vec<&Row> {
        let typed = !self.finder.query.trim().is_empty();
        let mut fitting: Vec<(bool, usize, &Row)> = self
            .all
            .iter()
            .filter(|row| row.here || typed)
            .filter_map(|row| Some((!row.here, likeness(row, &self.finder.query)?, row)))
            .collect();
        // What is typed is a command's own name: that one, even if it cannot run now.
        fitting.sort_by_key(|(elsewhere, rank, _)| (typed && *rank > 0, *elsewhere, *rank));
        fitting.into_iter().map(|(_, _, row)| row).collect()
    }

    /// Returns the commands that work here.
    pub fn here(&self) -> impl Iterator<Item = &Row> {
        self.all.iter().filter(|row| row.here)
    }
}

/// Words of a question that say nothing about what is wanted.
const FILLERS: [&str; 6] = ["a", "the", "to", "i", "someone", "somebody"];

/// Returns how well a query fits a command, 0 best; none if one of its words does not fit. Help and the palette rank alike.
pub fn likeness(row: &Row, query: &str) -> Option<usize> {
    let query = query.to_lowercase();
    let (fillers, wanted): (Vec<&str>, Vec<&str>) = query.split_whitespace().partition(|word| FILLERS.contains(word));
    let words = if wanted.is_empty() { fillers } else { wanted };
    words.into_iter().map(|word| rank(row, word)).sum()
}

/// Returns how well a word fits a command: its key or name, then the words that people use, the usual ones first, then its
/// description, then any part of these.
fn rank(row: &Row, word: &str) -> Option<usize> {
    const DESCRIBED: usize = 20;
    let table = row.command.row();
    let (does, named) = (table.does.to_lowercase(), format!("{} {}", table.name, table.label).to_lowercase());
    let parts = |text: &str, fits: &dyn Fn(&str) -> bool| text.split([' ', '-']).position(fits);
    let begins = |text: &str| parts(text, &|one| one.starts_with(word));
    if row.keys.split(' ').any(|key| key.to_lowercase() == word) || parts(&named, &|one| one == word).is_some() {
        Some(0)
    } else if begins(&named).is_some() {
        Some(1)
    } else if let Some(at) = begins(table.words) {
        Some((2 + at).min(DESCRIBED - 1))
    } else if begins(&does).is_some() {
        Some(DESCRIBED)
    } else {
        [&named, table.words, &does].iter().any(|text| text.contains(word)).then_some(DESCRIBED + 1)
    }
}

/// Handles a key.
pub fn update(state: &mut State, key: KeyPress, size: (u16, u16)) -> DialogEvent {
    let count = state.listed().len();
    match state.finder.key(key, count, size) {
        PickerEvent::Taken => {
            state.listed().get(state.finder.chosen).map_or(DialogEvent::Stay, |row| DialogEvent::Run(row.command))
        }
        PickerEvent::Left => DialogEvent::Close(Vec::new()),
        PickerEvent::Changed | PickerEvent::Moved => DialogEvent::Stay,
    }
}

/// Pastes a text into the search.
pub fn paste(state: &mut State, pasted: &str) {
    query::paste_into(&mut state.finder.query, pasted);
    state.finder.chosen = 0;
}

/// Draws the box and returns the cursor position: the chosen row.
pub fn view(state: &State, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
    let area = place(screen);
    clear(buf, area);
    theme.raise(buf, area);
    let count = format!("{}, {} keys", state.screen, state.here().count());
    let titles = Titles { left: "What do you want to do?", right: &count, right_style: Some(theme.dim) };
    let inner = frame(buf, area, titles, Focus::Here, theme);
    if inner.is_empty() {
        return None;
    }
    // In a low window there are no empty rows.
    let air = u16::from(inner.height >= 14);
    let within = Rect { y: inner.y + air, height: inner.height - air, ..inner };
    let listed = state.listed();
    let cursor = search(state, listed.len(), theme, buf, within);
    let from = (ABOVE - 1).min(1 + 2 * air) - air;
    let below = Rect { y: within.y + from, height: within.height.saturating_sub(from), ..within };
    let title = if listed.iter().all(|row| row.here) { "Works here" } else { "Works here, then elsewhere" };
    heading(buf, inset(below), (title, theme.strong), &[], theme);
    let rest = below.height.saturating_sub(1);
    let most = if state.finder.query.trim().is_empty() && rest > FIRST { FIRST } else { rest.saturating_sub(2) };
    let rows = Rect { y: below.y + 1, height: most.min(listed.len().max(1) as u16), ..below };
    let chosen = commands(state, &listed, theme, buf, rows);
    let said = listed.get(state.finder.chosen).and_then(|row| row.refused.as_deref());
    let foot = Rect { y: rows.bottom(), height: rest.saturating_sub(rows.height), ..below };
    let foot = match said.filter(|_| foot.height > 0) {
        Some(why) => {
            let words = fit(why, usize::from(foot.width.saturating_sub(KEYS as u16 + 4)), theme);
            let indent = " ".repeat(KEYS + 3);
            line(buf, foot, 0, &[(&indent, theme.text), (&words, theme.claimed)], theme);
            Rect { y: foot.y + 1, height: foot.height - 1, ..foot }
        }
        None => foot,
    };
    let offer = u16::from(foot.height > 3);
    by_purpose(state, theme, buf, Rect { height: foot.height - offer, ..foot });
    if offer > 0 {
        let pieces = [("  ", theme.text), ("tour", theme.key), ("  two minutes round the program", theme.text)];
        let mouse = "mouse click and wheel work too  ";
        line(buf, foot, foot.height - 1, &pieces, theme);
        if foot.width > 70 {
            right(buf, foot, foot.height - 1, (mouse, theme.dim), theme);
        }
    }
    Some(chosen.unwrap_or(cursor))
}

/// Returns the area of the box.
fn place(screen: Rect) -> Rect {
    let width = if screen.width >= 44 { (screen.width - 4).min(WIDEST) } else { screen.width };
    let height = if screen.height >= 16 { (screen.height - 3).min(TALLEST) } else { screen.height.saturating_sub(1) };
    let y = screen.y + if screen.height >= 16 { (screen.height - height) / 2 } else { 0 };
    Rect { x: screen.x + (screen.width - width) / 2, y, width, height }
}

/// Returns the columns of a part within the frame.
fn inset(area: Rect) -> Rect {
    Rect { width: area.width.saturating_sub(1), ..area }
}

/// Draws the search and returns the position after it.
fn search(state: &State, count: usize, theme: &Theme, buf: &mut Buffer, area: Rect) -> Position {
    let found = match (state.finder.query.trim().is_empty(), count) {
        (true, _) => "type what you want: undo, who, print, late  ".to_owned(),
        (false, 0) => "no match  ".to_owned(),
        (false, 1) => "1 match  ".to_owned(),
        (false, count) => format!("{count} matches  "),
    };
    let query = tail(&state.finder.query, usize::from(area.width).saturating_sub(columns(&found) + 6));
    let used = line(buf, area, 0, &[("  ", theme.text), ("/ ", theme.key), (query, theme.strong)], theme);
    right(buf, area, 0, (&found, theme.dim), theme);
    Position::new((area.x + used).min(area.right().saturating_sub(1)), area.y)
}

/// Draws the commands that fit, and returns the position of the chosen one.
fn commands(state: &State, listed: &[&Row], theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
    if listed.is_empty() {
        let words = "Nothing here matches. Try another word, or press : to search everything";
        line(buf, area, 0, &[("  ", theme.text), (words, theme.dim)], theme);
        return None;
    }
    let chosen = state.finder.chosen.min(listed.len() - 1);
    let first = list::first(0, chosen, listed.len(), area.height, |_| 1);
    let mut cursor = None;
    for (at, row) in list::rows(first, listed.len(), area, |_| 1) {
        draw_row(listed[at], &state.finder.query, theme, buf, row);
        if at == chosen {
            choose(buf, row, Focus::Here, theme);
            cursor = Some(Position::new(row.x + KEYS as u16 + 3, row.y));
        }
    }
    let seen = VisibleRows { first, shown: usize::from(area.height), of: listed.len() };
    scrolled(buf, area, seen, theme);
    cursor
}

fn draw_row(row: &Row, typed: &str, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let table = row.command.row();
    let (key, does): (Style, Style) =
        if row.refused.is_some() { (theme.dim, theme.dim) } else { (theme.key, theme.text) };
    let keys = row.keys.split(' ').next().unwrap_or_default();
    let keys = if keys.is_empty() { ":" } else { keys };
    let pieces = [
        ("  ".to_owned(), theme.text),
        (pad_left(keys, KEYS - 1, theme), key),
        ("  ".to_owned(), theme.text),
        (table.does.to_owned(), does),
    ];
    let used = owned_line(buf, Rect { width: area.width.saturating_sub(1), ..area }, 0, &pieces, theme);
    // The words that people use, those that were typed first.
    let mut words: Vec<&str> = table.words.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_by_key(|word| !typed.split_whitespace().any(|typed| word.starts_with(&typed.to_lowercase())));
    let room = usize::from(area.width).saturating_sub(usize::from(used) + 4);
    while columns(&words.join(", ")) > room {
        words.pop();
    }
    if !typed.trim().is_empty() {
        right(buf, Rect { width: area.width.saturating_sub(1), ..area }, 0, (&words.join(", "), theme.dim), theme);
    }
}

/// Draws the keys that work here, by purpose, in two columns; what does not fit is left out.
fn by_purpose(state: &State, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let mut y = area.y;
    let half = area.width / 2;
    // In a low box each purpose shows its first keys, so that there is room for the next.
    let most = if area.height < LOW { 3 } else { 6 };
    for (purpose, title) in PURPOSES {
        let mut keys: Vec<(String, &str)> = Vec::new();
        if purpose == Purpose::Go && !state.tabs.is_empty() {
            keys.push((state.tabs.clone(), "the tab of that number"));
        }
        let first = |row: &Row| row.keys.split(' ').next().unwrap_or_default().to_owned();
        let of = state.here().filter(|row| purpose_of(row) == Some(purpose));
        keys.extend(of.map(|row| (first(row), row.command.row().label)));
        // A heading is drawn only with at least one row below it.
        if keys.is_empty() || y + 3 > area.bottom() {
            continue;
        }
        heading(buf, Rect { y: y + 1, height: 1, ..inset(area) }, (title, theme.strong), &[], theme);
        y += 2;
        for pair in keys.chunks(2).take(usize::from(area.bottom() - y).min(most)) {
            for (column, (key, label)) in pair.iter().enumerate() {
                let x = area.x + if column == 0 { 0 } else { half };
                let pieces = [
                    ("  ".to_owned(), theme.text),
                    (pad_left(key, KEYS - 1, theme), theme.key),
                    ("  ".to_owned(), theme.text),
                    ((*label).to_owned(), theme.text),
                ];
                owned_line(buf, Rect { x, y, width: half, height: 1 }, 0, &pieces, theme);
            }
            y += 1;
        }
    }
}

/// Returns what a key is for; none for the keys of the tabs, which are listed as one.
fn purpose_of(row: &Row) -> Option<Purpose> {
    let table = row.command.row();
    Some(match row.command {
        Command::ToHome
        | Command::ToSignOff
        | Command::ToQueue
        | Command::ToCohort
        | Command::ToReadiness
        | Command::ToReviews
        | Command::ToLog
        | Command::ToSecondChecks
        | Command::Tour => return None,
        Command::Trainee
        | Command::Person
        | Command::Palette
        | Command::Filter
        | Command::NextPane
        | Command::Back
        | Command::Mend
        | Command::OpenTrainee => Purpose::Go,
        Command::Down
        | Command::Up
        | Command::PageDown
        | Command::PageUp
        | Command::Top
        | Command::Bottom
        | Command::PreviousPane
        | Command::Lock
        | Command::EndSession
        | Command::Redraw
        | Command::Suspend
        | Command::Leave => Purpose::Move,
        Command::Undo | Command::Claim | Command::TakeBack | Command::Sample => Purpose::Sign,
        _ if table.place == CommandScope::Everywhere || table.keys == ["enter"] || table.footer == Footer::Hidden => {
            Purpose::Read
        }
        _ => Purpose::Sign,
    })
}
