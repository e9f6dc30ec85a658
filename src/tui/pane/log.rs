//! The history: a window of the log, newest first. Must never hold more rows than a window or two.

use chrono::{Datelike, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::value::StatementId;
use crate::domain::view::{Head, HistoryRow};
use crate::domain::when::{Timestamp, day_words};
use crate::tui::command::Command;
use crate::tui::key::KeyPress;
use crate::tui::msg::Effect;
use crate::tui::pane::travel::moves;
use crate::tui::theme::{Charset, Focus, Theme};
use crate::tui::widget::draw::{line, right};
use crate::tui::widget::frame::{Seen, Titles, frame, scrolled};
use crate::tui::widget::query::{Typed, type_into};
use crate::tui::widget::text::{columns, pad, pad_left, tail};

/// The window and the cursor in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The row under the cursor, counted from the newest that fits.
    pub at: u64,
    /// The first row of the window.
    pub top: u64,
    /// What was loaded, if anything was.
    pub loaded: Option<Window>,
    /// What was asked for last: filter, first row, rows.
    pub asked: Option<(String, u64, u16)>,
    /// The filter.
    pub filter: String,
    /// Whether keys go to the filter.
    pub typing: bool,
}

/// Rows as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Them.
    pub rows: Vec<HistoryRow>,
    /// The place of the first.
    pub skip: u64,
    /// How many fit in all, where that is known.
    pub of: Option<u64>,
    /// Where the log stood.
    pub head: Head,
}

impl State {
    /// The row under the cursor, if it is here.
    #[must_use]
    pub fn row(&self) -> Option<&HistoryRow> {
        let window = self.loaded.as_ref()?;
        window.rows.get(usize::try_from(self.at.checked_sub(window.skip)?).ok()?)
    }

    /// The last row that there is, as far as is known.
    fn last(&self) -> u64 {
        let Some(window) = &self.loaded else { return 0 };
        let seen = window.skip + window.rows.len() as u64;
        let more = self.asked.as_ref().is_some_and(|(_, _, rows)| window.rows.len() >= usize::from(*rows));
        window.of.unwrap_or(if more { seen + 1 } else { seen }).saturating_sub(1)
    }
}

/// Moves the cursor; says whether the command was one that does.
pub fn update(state: &mut State, page: u16, command: Command) -> bool {
    let (page, last) = (u64::from(page.max(1)), state.last());
    let to = match command {
        Command::Down => state.at + 1,
        Command::Up => state.at.saturating_sub(1),
        Command::PageDown => state.at.saturating_add(page),
        Command::PageUp => state.at.saturating_sub(page),
        Command::Top => 0,
        Command::Bottom => last,
        _ => return false,
    };
    state.at = to.min(last);
    true
}

/// What a key does while the filter is typed; the keys that move the cursor come back as commands.
pub fn type_filter(state: &mut State, key: KeyPress) -> Option<Command> {
    match type_into(&mut state.filter, key) {
        Typed::Changed => (state.at, state.top) = (0, 0),
        Typed::Kept => state.typing = false,
        Typed::Left => {
            (state.at, state.top, state.typing) = (0, 0, false);
            state.filter.clear();
        }
        Typed::Other => return moves(key),
    }
    None
}

/// Rows came.
pub fn load(state: &mut State, window: Window) {
    // The window may be of an older wish: the newest wish is answered last, and that is what stays.
    state.loaded = Some(window);
    state.at = state.at.min(state.last());
}

/// The log has grown: what was loaded is loaded anew, with the cursor on the statement that it was on, or on the newest.
pub fn grown(state: &mut State, head: &Head) {
    let Some(window) = state.loaded.as_ref().filter(|window| window.head != *head) else { return };
    // What fits a filter is known only once it is looked for.
    if state.at > 0 && state.filter.trim().is_empty() {
        let more = head.size.saturating_sub(window.head.size);
        (state.at, state.top) = (state.at + more, state.top + more);
    }
    state.asked = None;
}

/// Brings the window to the cursor, and says what must be loaded for it.
pub fn settle(state: &mut State, height: u16) -> Option<Effect> {
    let height = u64::from(height.max(1));
    if state.at < state.top {
        state.top = state.at.saturating_sub(height / 3);
    } else if state.at >= state.top + height {
        state.top = state.at + 1 + height / 3 - height;
    }
    state.top = state.top.min((state.last() + 1).saturating_sub(height)).min(state.at);
    let wish = (state.filter.trim().to_owned(), state.top, u16::try_from(height).unwrap_or(u16::MAX));
    if state.asked.as_ref() == Some(&wish) {
        return None;
    }
    state.asked = Some(wish.clone());
    Some(Effect::LoadHistory { filter: wish.0, skip: wish.1, rows: wish.2 })
}

/// Why a command cannot run here.
#[must_use]
pub fn refusal(state: &State, command: Command) -> Option<String> {
    (command == Command::OpenEntry && state.row().is_none()).then(|| "No entry is chosen".into())
}

/// The statement under the cursor.
#[must_use]
pub fn chosen(state: &State) -> Option<StatementId> {
    state.row().map(|row| row.id)
}

/// The rows' part of what is within the border: the filter line takes the last.
#[must_use]
pub fn list_area(state: &State, inner: Rect) -> Rect {
    let line = u16::from(state.typing || !state.filter.is_empty());
    Rect { height: inner.height.saturating_sub(line), ..inner }
}

/// Draws the pane; gives back where the cursor stands in it.
pub fn view(state: &State, today: NaiveDate, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let left = if state.filter.trim().is_empty() {
        "History".into()
    } else {
        format!("History matching {}", state.filter.trim())
    };
    let code = state.loaded.as_ref().map_or("", |window| &window.head.code);
    let inner = frame(buf, area, Titles { left: &left, right: code, right_style: None }, Focus::Here, theme);
    let list = list_area(state, inner);
    let typing = filter_line(state, theme, buf, inner);
    let Some(window) = &state.loaded else { return typing };
    if window.rows.is_empty() {
        let words = if state.filter.is_empty() {
            "Nothing has been signed yet"
        } else {
            "No entry fits the filter: esc clears it"
        };
        line(buf, list, 0, &[("  ", theme.text), (words, theme.dim)], theme);
        return typing;
    }
    // Rows that came before the window was moved stand where they belong until the new ones are here.
    let skipped = usize::try_from(state.top.saturating_sub(window.skip)).unwrap_or(usize::MAX);
    let digits = window.head.size.to_string().len().max(3);
    let mut cursor = None;
    for (y, (place, row)) in (window.skip..).zip(&window.rows).skip(skipped).take(usize::from(list.height)).enumerate()
    {
        let here = place == state.at;
        if here {
            cursor = Some(Position::new(list.x + 2, list.y + y as u16));
        }
        draw_row(row, Columns { digits, here, today }, theme, buf, Rect { y: list.y + y as u16, height: 1, ..list });
    }
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    if let Some(of) = window.of {
        scrolled(buf, list, Seen { first: count(state.top), shown: usize::from(list.height), of: count(of) }, theme);
    }
    typing.or(cursor)
}

/// What a row is drawn by.
#[derive(Clone, Copy)]
struct Columns {
    digits: usize,
    here: bool,
    today: NaiveDate,
}

/// A row is as wide as this or wider where the kind has a column of its own, and where the signer has.
const WITH_KIND: u16 = 70;
const WITH_SIGNER: u16 = 50;

fn draw_row(row: &HistoryRow, look: Columns, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let style = if look.here { theme.bold } else { theme.text };
    let pointer = if look.here { theme.glyphs.pointer } else { " " };
    let position = pad_left(&row.position.to_string(), look.digits, theme);
    let when = pad(&time(row.signed, look.today, area.width), if area.width >= 98 { 17 } else { 12 }, theme);
    let kind = if area.width >= WITH_KIND { format!("  {}", pad(row.kind.slug(), 9, theme)) } else { String::new() };
    let wide = if area.width >= 98 { 22 } else { 14 };
    let who = if area.width >= WITH_SIGNER {
        format!("  {}", pad(row.signer_name.as_str(), wide, theme))
    } else {
        String::new()
    };
    let (verdict, verdict_style) = match (row.sound, theme.looks.glyphs) {
        (Some(true), Charset::Unicode) => ("✓", theme.ok),
        (Some(true), Charset::Ascii) => ("x", theme.ok),
        (Some(false), Charset::Unicode) => ("×", theme.bad),
        (Some(false), Charset::Ascii) => ("!", theme.bad),
        (None, _) => (" ", theme.dim),
    };
    let used = 2 + columns(&position) + 2 + columns(&when) + columns(&kind) + columns(&who) + 2 + 3;
    let summary = pad(&row.summary, usize::from(area.width).saturating_sub(used), theme);
    let pieces = [
        (pointer, theme.accent),
        (" ", theme.text),
        (&*position, theme.dim),
        ("  ", theme.text),
        (&*when, theme.text),
        (&*kind, theme.dim),
        (&*who, theme.text),
        ("  ", theme.text),
        (&*summary, style),
        (" ", theme.text),
        (verdict, verdict_style),
    ];
    line(buf, area, 0, &pieces, theme);
}

/// The time in UTC: `20 Nov 14:03` this year, `20 Nov 2025` in others, both where there is room.
fn time(at: Timestamp, today: NaiveDate, width: u16) -> String {
    let (day, minutes) = (at.day(), at.seconds().rem_euclid(86_400) / 60);
    let clock = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    if width >= 98 {
        format!("{} {clock}", day_words(day))
    } else if day.year() == today.year() {
        format!("{} {clock}", day.format("%-d %b"))
    } else {
        day_words(day)
    }
}

fn filter_line(state: &State, theme: &Theme, buf: &mut Buffer, inner: Rect) -> Option<Position> {
    if list_area(state, inner).height == inner.height {
        return None;
    }
    let bottom = inner.height - 1;
    let of = state.loaded.as_ref().and_then(|window| window.of);
    let count = of.map_or(String::new(), |of| if of == 1 { "1 entry ".into() } else { format!("{of} entries ") });
    right(buf, inner, bottom, (&count, theme.dim), theme);
    let typed = tail(&state.filter, usize::from(inner.width).saturating_sub(count.len() + 5));
    let used = line(buf, inner, bottom, &[(" ", theme.text), ("/ ", theme.strong), (typed, theme.text)], theme);
    state.typing.then(|| Position::new(inner.x + used.min(inner.width - 1), inner.y + bottom))
}
