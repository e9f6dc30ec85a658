//! Keeps a cursor, a window and a filter for a long list of which one page is loaded.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::command::Command;
use crate::tui::pane::filter_input::FilterInput;
use crate::tui::theme::Theme;
use crate::tui::widget::frame::{Seen, scrolled};

/// A loaded page, and any data loaded with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window<R, B = ()> {
    pub rows: Vec<R>,
    /// Index of the first row.
    pub skip: u64,
    /// Total number of matches, if known.
    pub of: Option<u64>,
    pub beside: B,
}

/// The loaded page and the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<R, B = ()> {
    /// Index of the row under the cursor among all matches.
    pub at: u64,
    /// Index of the first visible row.
    pub top: u64,
    pub loaded: Option<Window<R, B>>,
    /// The last request.
    pub asked: Option<PageRequest>,
    pub filter: FilterInput,
}

/// Where a visible row is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowArea {
    /// One line high.
    pub area: Rect,
    /// Whether the cursor is on it.
    pub here: bool,
}

/// A request for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    pub filter: String,
    /// Index of the first row.
    pub skip: u64,
    /// Limit.
    pub rows: u16,
}

impl<R, B> Default for Paged<R, B> {
    fn default() -> Self {
        Self { at: 0, top: 0, loaded: None, asked: None, filter: FilterInput::default() }
    }
}

impl<R, B> Paged<R, B> {
    /// Returns the row under the cursor, if it is loaded.
    pub fn row(&self) -> Option<&R> {
        self.loaded.as_ref()?.rows.get(self.index()?)
    }

    /// Returns the cursor's index within the loaded page.
    pub fn index(&self) -> Option<usize> {
        let page = self.loaded.as_ref()?;
        let index = usize::try_from(self.at.checked_sub(page.skip)?).ok()?;
        (index < page.rows.len()).then_some(index)
    }

    /// Returns the index of the last row, as far as is known.
    fn last(&self) -> u64 {
        let Some(page) = &self.loaded else { return 0 };
        let seen = page.skip + page.rows.len() as u64;
        let more = self.asked.as_ref().is_some_and(|wish| page.rows.len() >= usize::from(wish.rows));
        page.of.unwrap_or(if more { seen + 1 } else { seen }).saturating_sub(1)
    }

    /// Moves the cursor in a window of `page` rows and returns whether it handled the command.
    pub fn move_cursor(&mut self, page: u16, command: Command) -> bool {
        let (page, last) = (u64::from(page.max(1)), self.last());
        let to = match command {
            Command::Down => self.at + 1,
            Command::Up => self.at.saturating_sub(1),
            Command::PageDown => self.at.saturating_add(page),
            Command::PageUp => self.at.saturating_sub(page),
            Command::Top => 0,
            Command::Bottom => last,
            _ => return false,
        };
        self.at = to.min(last);
        true
    }

    /// Moves the cursor to the top, for a new filter.
    pub fn from_top(&mut self) {
        (self.at, self.top) = (0, 0);
    }

    /// Clears the filter.
    pub fn clear(&mut self) {
        self.filter = FilterInput { typing: self.filter.typing, ..FilterInput::default() };
        self.from_top();
    }

    /// Draws the visible rows and the scroll bar. Returns the cursor position.
    pub fn draw(
        &self,
        theme: &Theme,
        buf: &mut Buffer,
        rows: Rect,
        draw: &mut dyn FnMut(&R, RowArea, &mut Buffer),
    ) -> Option<Position> {
        let window = self.loaded.as_ref()?;
        let mut cursor = None;
        let seen = (window.skip..).zip(&window.rows).skip(self.above()).zip(rows.y..rows.bottom());
        for ((place, row), y) in seen {
            let here = place == self.at;
            if here {
                cursor = Some(Position::new(rows.x + 1, y));
            }
            draw(row, RowArea { area: Rect { y, height: 1, ..rows }, here }, buf);
        }
        let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        if let Some(of) = window.of {
            scrolled(buf, rows, Seen { first: place(self.top), shown: usize::from(rows.height), of: place(of) }, theme);
        }
        cursor
    }

    /// Receives a page.
    pub fn load(&mut self, page: Window<R, B>) {
        // It may answer an older request; the newest request is answered last.
        self.loaded = Some(page);
        self.at = self.at.min(self.last());
    }

    /// Moves the window to the cursor and returns the page to load, if any: none while the filter is invalid.
    pub fn load_visible(&mut self, height: u16) -> Option<PageRequest> {
        let wish = self.shown(height)?;
        if self.asked.as_ref() == Some(&wish) {
            return None;
        }
        self.asked = Some(wish.clone());
        Some(wish)
    }

    /// Whether the last request was for this filter.
    pub fn asks_for(&self, filter: &str) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.filter == filter)
    }

    /// Moves the window to the cursor and returns its page.
    fn shown(&mut self, height: u16) -> Option<PageRequest> {
        if self.filter.fault.is_some() {
            return None;
        }
        let height = u64::from(height.max(1));
        if self.at < self.top {
            self.top = self.at.saturating_sub(height / 3);
        } else if self.at >= self.top + height {
            self.top = self.at + 1 + height / 3 - height;
        }
        self.top = self.top.min((self.last() + 1).saturating_sub(height)).min(self.at);
        let rows = u16::try_from(height).unwrap_or(u16::MAX);
        Some(PageRequest { filter: self.filter.text.trim().to_owned(), skip: self.top, rows })
    }

    /// Returns how many loaded rows are above the window. After the window moves, rows keep their position until the new
    /// page is loaded.
    pub fn above(&self) -> usize {
        let skip = self.loaded.as_ref().map_or(0, |page| page.skip);
        usize::try_from(self.top.saturating_sub(skip)).unwrap_or(usize::MAX)
    }

    /// Returns the area of the rows within the border, without the filter line.
    pub fn list_area(&self, inner: Rect) -> Rect {
        Rect { height: inner.height.saturating_sub(self.filter.lines(inner.width)), ..inner }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the page that a list of `of` rows would load.
    fn fetched(wish: &PageRequest, of: u64) -> Window<u64> {
        let end = (wish.skip + u64::from(wish.rows)).min(of);
        Window { rows: (wish.skip..end).collect(), skip: wish.skip, of: Some(of), beside: () }
    }

    #[test]
    fn whatever_is_pressed_in_a_list_of_any_length_the_rows_that_are_shown_are_asked_for_once() {
        let keys = [Command::PageDown, Command::Down, Command::PageDown, Command::PageUp, Command::Up, Command::PageUp];
        for of in (0..150).chain([5_000]) {
            for height in [1_u16, 2, 19, 40] {
                let mut list: Paged<u64> = Paged::default();
                for step in 0..60_usize {
                    // Repeats each key until it reaches either end.
                    let key = keys[(step / 10 + step % 2) % keys.len()];
                    list.move_cursor(height, if step == 0 { Command::Top } else { key });
                    let mut wishes = 0;
                    while let Some(wish) = list.load_visible(height) {
                        wishes += 1;
                        assert!(wishes < 3, "{of} rows, {height} high: it never rests");
                        list.load(fetched(&wish, of));
                    }
                    let (window, top) = (list.loaded.as_ref().unwrap(), list.top);
                    for place in top..of.min(top + u64::from(height)) {
                        assert_eq!(window.rows.get((place - window.skip) as usize), Some(&place), "{of}, {height}");
                    }
                }
            }
        }
    }
}
