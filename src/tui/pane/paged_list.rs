//! Keeps a cursor, a window and a filter for a long list of which one page is loaded.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::Command;
use crate::list::{ListQuery, ListRow, Page, PageRequest};
use crate::pane::filter_input::{FilterInput, filter_line};
use crate::theme::{Focus, Theme};
use crate::widget::draw::line;
use crate::widget::part::{INDENT, choose, heading, inner};
use crate::widget::text::columns;

/// The loaded page and the cursor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PagedList {
    /// Index of the row under the cursor among all matches.
    pub at: u64,
    /// Index of the first visible row.
    pub top: u64,
    pub loaded: Option<Page>,
    /// The last request.
    pub requested: Option<PageRequest>,
    pub filter: FilterInput,
}

/// The words around the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListText<'a> {
    pub title: &'a str,
    /// At the right end of the heading: the first of these that fits.
    pub figures: &'a [Vec<(String, Style)>],
    /// At the right end of the filter.
    pub count: &'a str,
    /// Why the list is empty, without a filter.
    pub empty: &'a [&'a str],
    /// Why it is empty, with a filter.
    pub no_match: &'a str,
}

/// Where a visible row is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowArea {
    /// One line high.
    pub area: Rect,
    /// Whether the cursor is on it.
    pub here: bool,
}

impl PagedList {
    /// Returns the loaded rows.
    pub fn rows<R: ListRow>(&self) -> &[R] {
        self.loaded.as_ref().map_or(&[], |page| R::rows(&page.rows))
    }

    /// Returns the row under the cursor, if it is loaded.
    pub fn row<R: ListRow>(&self) -> Option<&R> {
        self.rows().get(self.index()?)
    }

    /// Returns the number of matches in words, if it is known.
    pub fn count(&self, one: &str, many: &str) -> String {
        match self.loaded.as_ref().and_then(|page| page.of) {
            None => String::new(),
            Some(1) => format!("1 {one}"),
            Some(of) => format!("{of} {many}"),
        }
    }

    /// Returns the position of the cursor in words, for those who listen to the screen: `3 of 41`; empty without rows.
    pub fn position(&self) -> String {
        match self.loaded.as_ref().map(|page| (page.rows.count(), page.of)) {
            None | Some((0, _)) => String::new(),
            Some((_, Some(of))) => format!("{} of {of}", self.at + 1),
            Some((_, None)) => format!("{}", self.at + 1),
        }
    }

    /// Returns the cursor's index within the loaded page.
    pub fn index(&self) -> Option<usize> {
        let page = self.loaded.as_ref()?;
        let index = usize::try_from(self.at.checked_sub(page.skip)?).ok()?;
        (index < page.rows.count()).then_some(index)
    }

    /// Returns the index of the last row, as far as is known.
    fn last(&self) -> u64 {
        let Some(page) = &self.loaded else { return 0 };
        let seen = page.skip + page.rows.count() as u64;
        let more = self.requested.as_ref().is_some_and(|request| page.rows.count() >= usize::from(request.rows));
        page.of.unwrap_or(if more { seen + 1 } else { seen }).saturating_sub(1)
    }

    /// Draws the list with its heading, filter and line of headings. Returns the cursor position.
    pub fn view<R: ListRow>(
        &self,
        text: ListText<'_>,
        theme: &Theme,
        buf: &mut Buffer,
        body: Rect,
        heading: Option<&dyn Fn(u16) -> String>,
        draw: &mut dyn FnMut(&R, RowArea, &mut Buffer),
    ) -> Option<Position> {
        let (area, typing) = self.surround(text, theme, buf, body);
        let Some(mut area) = area else { return typing };
        if let Some(heading) = heading {
            line(buf, area, 0, &[(&heading(area.width), theme.dim)], theme);
            area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        }
        let cursor = self.draw(theme, buf, area, draw);
        typing.or(cursor)
    }

    /// Draws the heading and the filter, or why there are no rows. Returns the area of the rows, if there are any, and the
    /// cursor position while the filter is typed.
    pub fn surround(
        &self,
        text: ListText<'_>,
        theme: &Theme,
        buf: &mut Buffer,
        area: Rect,
    ) -> (Option<Rect>, Option<Position>) {
        let wide = |pieces: &[(String, Style)]| pieces.iter().map(|(words, _)| columns(words)).sum::<usize>();
        let room = usize::from(area.width.saturating_sub(5)).saturating_sub(columns(text.title));
        let right = text.figures.iter().find(|pieces| wide(pieces) <= room).map_or(&[][..], Vec::as_slice);
        heading(buf, area, (text.title, theme.heading(Focus::Here)), right, theme);
        let inner = inner(area).intersection(buf.area);
        let list = Rect { height: inner.height.saturating_sub(self.filter.lines(inner.width)), ..inner };
        let typing = filter_line(&self.filter, (text.count, theme.dim), theme, buf, inner);
        let Some(window) = &self.loaded else { return (None, typing) };
        if window.rows.count() > 0 {
            return (Some(list), typing);
        }
        let words = if self.filter.is_empty() { text.empty } else { &[text.no_match] };
        for (row, words) in (0..).zip(words) {
            line(buf, list, row, &[("  ", theme.text), (words, theme.dim)], theme);
        }
        (None, typing)
    }

    /// Returns the loaded rows from the first visible one, each with its index among all matches.
    pub fn visible<'a, R: ListRow + 'a>(&'a self) -> impl Iterator<Item = (u64, &'a R)> {
        let skip = self.loaded.as_ref().map_or(0, |page| page.skip);
        (skip..).zip(self.rows()).skip(self.above())
    }

    /// Draws the visible rows. Returns the cursor position.
    fn draw<R: ListRow>(
        &self,
        theme: &Theme,
        buf: &mut Buffer,
        rows: Rect,
        draw: &mut dyn FnMut(&R, RowArea, &mut Buffer),
    ) -> Option<Position> {
        let mut cursor = None;
        for ((place, row), y) in self.visible().zip(rows.y..rows.bottom()) {
            let here = place == self.at;
            let area = Rect { y, height: 1, ..rows };
            draw(row, RowArea { area, here }, buf);
            if here {
                choose(buf, area, Focus::Here, theme);
                cursor = Some(Position::new(rows.x + INDENT, y));
            }
        }
        cursor
    }

    /// Whether a page answers the last request. One for another filter or order is out of date.
    pub fn awaits(&self, page: &PageRequest) -> bool {
        self.requested.as_ref().is_some_and(|last| last.list == page.list && last.filter == page.filter)
    }

    /// Receives a page.
    pub fn load(&mut self, page: Page) {
        // It may answer an older request; the newest request is answered last.
        self.loaded = Some(page);
        self.at = self.at.min(self.last());
    }

    /// Moves the window to the cursor and returns the page to load, if any: none while the filter is invalid.
    pub fn load_visible(&mut self, list: ListQuery, height: u16) -> Option<PageRequest> {
        self.load_more(list, height, height)
    }

    /// Moves a window of `height` rows to the cursor, and loads up to `most` rows.
    pub fn load_more(&mut self, list: ListQuery, height: u16, most: u16) -> Option<PageRequest> {
        let request = PageRequest { rows: most.max(1), ..self.shown(list, height)? };
        if self.requested.as_ref() == Some(&request) {
            return None;
        }
        self.requested = Some(request.clone());
        Some(request)
    }

    /// Moves the window to the cursor and returns its page.
    fn shown(&mut self, list: ListQuery, height: u16) -> Option<PageRequest> {
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
        Some(PageRequest { list, filter: self.filter.text.trim().to_owned(), skip: self.top, rows })
    }

    /// Returns how many loaded rows are above the window. After the window moves, rows keep their position until the new
    /// page is loaded.
    pub fn above(&self) -> usize {
        let skip = self.loaded.as_ref().map_or(0, |page| page.skip);
        usize::try_from(self.top.saturating_sub(skip)).unwrap_or(usize::MAX)
    }

    /// Moves the cursor in a window of `page` rows.
    pub fn move_cursor(&mut self, page: u16, command: Command) {
        let (page, last) = (u64::from(page.max(1)), self.last());
        let to = match command {
            Command::Down => self.at + 1,
            Command::Up => self.at.saturating_sub(1),
            Command::PageDown => self.at.saturating_add(page),
            Command::PageUp => self.at.saturating_sub(page),
            Command::Top => 0,
            Command::Bottom => last,
            _ => return,
        };
        self.at = to.min(last);
    }

    /// Moves the cursor to the top, for a new filter.
    pub fn go_to_top(&mut self) {
        (self.at, self.top) = (0, 0);
    }

    /// Clears the filter; without one, the cursor stays where it is.
    pub fn clear(&mut self) {
        if self.filter.text.is_empty() {
            return;
        }
        self.filter = FilterInput { typing: self.filter.typing, ..FilterInput::default() };
        self.go_to_top();
    }

    /// Loads the page again when it is next shown.
    pub fn invalidate(&mut self) {
        self.requested = None;
    }
}

/// Columns before a row: the pointer and a blank.
pub const POINTER: usize = 2;
/// Columns of the mark, its blank, the age and the gap after it.
pub const MARK_AND_AGE: usize = 2 + 7 + 2;

/// Returns the beginning of a row of what waits: the mark and since when, with the style of the age.
pub fn mark_and_age(marked: bool, days: i64, style: Style, theme: &Theme) -> Vec<(String, Style)> {
    let mark = if marked { format!("{} ", theme.glyphs.mark) } else { "  ".to_owned() };
    vec![(" ".repeat(POINTER), theme.text), (mark, theme.mark), (format!("{}  ", age(days)), style)]
}

/// Returns the place of the cursor after the mark and the age of a row; while the filter is typed, it stays there.
pub fn after_age(cursor: Option<Position>, typing: bool) -> Option<Position> {
    let columns = if typing { 0 } else { MARK_AND_AGE as u16 };
    cursor.map(|cursor| Position { x: cursor.x + columns, ..cursor })
}

/// Returns how long something has waited, in seven columns: the number is right-aligned, the word left.
pub fn age(days: i64) -> String {
    let (count, one, many) = match days {
        0 => return "  today".to_owned(),
        1..=99 => (days, "day", "days"),
        100..=693 => (days / 7, "wk", "wks"),
        _ => ((days / 365).min(99), "yr", "yrs"),
    };
    format!("{count:>2} {:<4}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::primitives::date::Timestamp;
    use countersign_core::primitives::ids::StatementId;
    use countersign_core::primitives::presence::Presence;
    use countersign_core::primitives::text::SafeText;
    use countersign_core::record::view::HistoryRow;
    use countersign_core::statement::kind::Kind;

    #[test]
    fn an_age_takes_seven_columns_however_long_it_is() {
        for (days, words) in [
            (0, "  today"),
            (1, " 1 day "),
            (22, "22 days"),
            (99, "99 days"),
            (100, "14 wks "),
            (700, " 1 yr  "),
            (900, " 2 yrs "),
        ] {
            assert_eq!(age(days), words);
        }
        assert!((0..80_000).all(|days| columns(&age(days)) == 7));
    }

    /// Returns the page that a list of `of` rows would load.
    fn fetched(request: &PageRequest, of: u64) -> Page {
        let end = (request.skip + u64::from(request.rows)).min(of);
        let rows: Vec<HistoryRow> = (request.skip..end).map(entry).collect();
        Page { rows: rows.into(), skip: request.skip, of: Some(of), log: None, cohort: None, checked: None }
    }

    fn entry(position: u64) -> HistoryRow {
        HistoryRow {
            position,
            id: StatementId(uuid::Uuid::nil()),
            signed: "2026-11-21T09:00:00Z".parse::<Timestamp>().unwrap(),
            signer_name: SafeText::line("S. Supervisor").unwrap(),
            kind: Kind::SignOff,
            summary: String::new(),
            sound: None,
            presence: Presence::Unknown,
        }
    }

    #[test]
    fn whatever_is_pressed_in_a_list_of_any_length_the_rows_that_are_shown_are_asked_for_once() {
        let keys = [Command::PageDown, Command::Down, Command::PageDown, Command::PageUp, Command::Up, Command::PageUp];
        for of in (0..150).chain([5_000]) {
            for height in [1_u16, 2, 19, 40] {
                let mut list = PagedList::default();
                for step in 0..60_usize {
                    // Repeats each key until it reaches either end.
                    let key = keys[(step / 10 + step % 2) % keys.len()];
                    list.move_cursor(height, if step == 0 { Command::Top } else { key });
                    let mut requests = 0;
                    while let Some(request) = list.load_visible(ListQuery::Log, height) {
                        requests += 1;
                        assert!(requests < 3, "{of} rows, {height} high: it never rests");
                        list.load(fetched(&request, of));
                    }
                    let (skip, top) = (list.loaded.as_ref().unwrap().skip, list.top);
                    for place in top..of.min(top + u64::from(height)) {
                        let row = list.rows::<HistoryRow>().get((place - skip) as usize);
                        assert_eq!(row.map(|row| row.position), Some(place), "{of}, {height}");
                    }
                }
            }
        }
    }
}
