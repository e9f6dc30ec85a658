//! Provides the search box of help, palette and trainee picker: a query, and a list with one chosen row.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::key::{Key, KeyPress};
use crate::theme::{Focus, Theme};
use crate::widget::draw::{clear, line};
use crate::widget::frame::{Titles, VisibleRows, frame, scrolled};
use crate::widget::list;
use crate::widget::part::choose;
use crate::widget::query::{QueryEvent, type_into};
use crate::widget::text::tail;
use crate::widget::trace;

/// The query and the chosen row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finder {
    pub query: String,
    pub chosen: usize,
    /// First visible row.
    pub top: usize,
}

/// The effect of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickerEvent {
    /// The query changed.
    Changed,
    /// The chosen row was accepted.
    Taken,
    /// The picker was closed.
    Left,
    /// At most the choice moved.
    Moved,
}

/// Maximum columns and rows of the box.
const MOST: (u16, u16) = (76, 24);
/// Rows of the box outside the list: border, query, two blank lines, the foot.
const OTHER_ROWS: u16 = 6;

impl Finder {
    /// Handles a key while `count` rows are listed on a screen of this size.
    pub fn key(&mut self, key: KeyPress, count: usize, size: (u16, u16)) -> PickerEvent {
        let page = list_rows(place(Rect::new(0, 0, size.0, size.1)));
        let last = count.saturating_sub(1);
        match key.key {
            Key::Down | Key::Tab => self.chosen = if self.chosen >= last { 0 } else { self.chosen + 1 },
            Key::Up | Key::BackTab => self.chosen = if self.chosen == 0 { last } else { self.chosen - 1 },
            Key::PageDown => self.chosen = (self.chosen + usize::from(page)).min(last),
            Key::PageUp => self.chosen = self.chosen.saturating_sub(usize::from(page)),
            _ => match type_into(&mut self.query, key) {
                QueryEvent::Changed => {
                    (self.chosen, self.top) = (0, 0);
                    return PickerEvent::Changed;
                }
                QueryEvent::Kept => return PickerEvent::Taken,
                QueryEvent::Left if key.key == Key::Esc => return PickerEvent::Left,
                QueryEvent::Left | QueryEvent::Other => {}
            },
        }
        self.top = list::first(self.top, self.chosen, count, page, |_| 1);
        PickerEvent::Moved
    }
}

/// The content of the box.
#[derive(Debug, Clone, Copy)]
pub struct PickerProps<'a> {
    pub title: &'a str,
    /// The rows, each as styled pieces.
    pub rows: &'a [Vec<(String, Style)>],
    /// Text for an empty list.
    pub none: &'a str,
    /// A line about the chosen row, with its style.
    pub foot: (&'a str, Style),
}

/// Draws the box over the screen and returns the cursor position.
pub fn view(
    finder: &Finder,
    shown: PickerProps<'_>,
    theme: &Theme,
    buf: &mut Buffer,
    screen: Rect,
) -> Option<Position> {
    let area = place(screen);
    clear(buf, area);
    let inner = frame(buf, area, Titles { left: shown.title, ..Titles::default() }, Focus::Here, theme);
    if inner.is_empty() {
        return None;
    }
    let query = tail(&finder.query, usize::from(inner.width).saturating_sub(5));
    let used = line(buf, inner, 0, &[(" ", theme.text), ("> ", theme.key), (query, theme.text)], theme);
    let list = Rect { y: inner.y + 2, height: list_rows(area), ..inner };
    let mut chosen = None;
    for (y, (row, pieces)) in shown.rows.iter().enumerate().skip(finder.top).take(usize::from(list.height)).enumerate()
    {
        let mut whole = vec![("   ", theme.text)];
        whole.extend(pieces.iter().map(|(words, style)| {
            (words.as_str(), if row == finder.chosen { style.patch(theme.strong) } else { *style })
        }));
        let within = Rect { width: list.width.saturating_sub(1), ..list };
        line(buf, within, y as u16, &whole, theme);
        let place = Rect { x: list.x + 1, y: list.y + y as u16, width: list.width.saturating_sub(2), height: 1 };
        trace::choice(place);
        if row == finder.chosen {
            choose(buf, place, Focus::Here, theme);
            chosen = Some(Position::new((list.x + 3).min(list.right() - 1), place.y));
        }
    }
    if shown.rows.is_empty() && list.height > 0 {
        line(buf, list, 0, &[("   ", theme.text), (shown.none, theme.dim)], theme);
    }
    let seen = VisibleRows { first: finder.top, shown: usize::from(list.height), of: shown.rows.len() };
    scrolled(buf, list, seen, theme);
    if inner.height >= OTHER_ROWS {
        line(buf, inner, inner.height - 1, &[(" ", theme.text), shown.foot], theme);
    }
    // A screen reader says what the cursor is on.
    Some(chosen.unwrap_or(Position::new((inner.x + used).min(inner.right() - 1), inner.y)))
}

/// Returns the maximum columns of a row.
pub fn row_width(screen: Rect) -> usize {
    usize::from(place(screen).width.saturating_sub(6))
}

/// Returns the area of the box.
pub fn place(screen: Rect) -> Rect {
    let width = if screen.width >= 44 { (screen.width - 4).min(MOST.0) } else { screen.width };
    let height = if screen.height >= 16 { (screen.height - 4).min(MOST.1) } else { screen.height.saturating_sub(1) };
    let (x, y) = (screen.x + (screen.width - width) / 2, screen.y + (screen.height - height) / 2);
    Rect { x, y, width, height }
}

fn list_rows(area: Rect) -> u16 {
    area.height.saturating_sub(if area.height > OTHER_ROWS + 1 { OTHER_ROWS } else { 4 })
}
