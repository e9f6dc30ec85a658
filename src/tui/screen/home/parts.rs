//! Divides Home into parts and draws them: a heading and short rows, of which one is lit.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::ScreenId;
use crate::msg::office::OfficeTask;
use crate::theme::{Focus, Theme};
use crate::widget::draw::{line, owned_line};
use crate::widget::part::{INDENT, choose, heading};
use crate::widget::text::{columns, fit, pad, pad_left};
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId, StatementId};

/// Styled pieces of a line, from left to right.
pub type Pieces = Vec<(String, Style)>;

/// Where Enter on a row leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Claim(ClaimId),
    Trainee(PersonId),
    Ksb(PersonId, KsbCode),
    Reviews(PersonId),
    Gateway(PersonId),
    Statement(StatementId),
    Screen(ScreenId),
    Task(OfficeTask),
}

impl Target {
    /// Returns what the footer calls it, if that is not to open something.
    pub fn label(&self) -> Option<&'static str> {
        match self {
            Self::Claim(_) => Some("answer"),
            Self::Task(task) => Some(task.command().row().label),
            Self::Trainee(_)
            | Self::Ksb(..)
            | Self::Reviews(_)
            | Self::Gateway(_)
            | Self::Statement(_)
            | Self::Screen(_) => None,
        }
    }
}

/// How many lines a part has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartSize {
    pub rows: usize,
    /// Whether its columns have heads.
    pub heads: bool,
    /// How many there are in all, if a line below the rows counts those that are not shown.
    pub total: Option<usize>,
}

impl PartSize {
    pub fn of(rows: usize) -> Self {
        Self { rows, ..Self::default() }
    }

    /// Returns the lines that it would take below its heading.
    pub fn wanted(self) -> usize {
        let foot = self.total.is_some_and(|total| total > self.rows);
        self.rows.max(1) + usize::from(self.heads) + usize::from(foot)
    }

    /// Returns whether the heads of its columns are shown: they are the first to go.
    fn heads_in(self, height: u16) -> bool {
        self.heads && self.rows > 0 && height > 3
    }

    /// Returns how many of its rows are shown in an area of this height.
    pub fn shown(self, height: u16) -> usize {
        let room = usize::from(height.saturating_sub(1)) - usize::from(self.heads_in(height));
        let all = self.total.is_none_or(|total| total <= room.min(self.rows));
        if all || room < 3 { room.min(self.rows) } else { (room - 1).min(self.rows) }
    }
}

/// A row of a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowView {
    pub pieces: Pieces,
    /// Which of the pieces stands out while the row is chosen.
    pub name: usize,
    /// At the right end.
    pub right: Option<(String, Style)>,
}

/// A part with all of its rows; those that fit are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartView {
    pub title: String,
    /// What it counts, at the right end of its heading.
    pub note: Pieces,
    /// Over the columns of the rows.
    pub heads: Option<String>,
    pub rows: Vec<RowView>,
    /// Why there are no rows, and what to do.
    pub empty: String,
    /// Below the rows, and how many there are in all.
    pub rest: Option<(String, String, usize)>,
}

/// Returns a sentence with its figures: the first number bold, and what is behind or ahead of plan in colour.
pub fn figures(sentence: &str, theme: &Theme) -> Pieces {
    let mut pieces = Pieces::new();
    for (at, part) in sentence.split_inclusive(", ").enumerate() {
        let style = match part {
            part if !part.starts_with(|c: char| c.is_ascii_digit()) => theme.text,
            part if part.contains("behind plan") => theme.late,
            part if part.contains("ahead of plan") => theme.ok,
            _ => theme.text,
        };
        let number = part.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| at == 0 && *end > 0);
        let (bold, rest) = part.split_at(number.unwrap_or(0));
        pieces.extend([(bold.to_owned(), theme.strong), (rest.to_owned(), style)]);
    }
    pieces
}

impl PartView {
    fn size(&self) -> PartSize {
        PartSize {
            rows: self.rows.len(),
            heads: self.heads.is_some(),
            total: self.rest.as_ref().map(|(.., total)| *total),
        }
    }
}

/// Returns a text in a column of this width, with the gap of one column after it.
pub fn cell(text: &str, width: usize, style: Style, theme: &Theme) -> (String, Style) {
    (format!("{} ", pad(text, width.saturating_sub(1), theme)), style)
}

/// Returns a figure at the right of a column, with the gap of two columns after it.
pub fn figure(text: &str, width: usize, style: Style, theme: &Theme) -> (String, Style) {
    (format!("{}  ", pad_left(text, width, theme)), style)
}

/// Returns the columns of a column: those of its longest text with the gap after it, but no more than `most`.
pub fn widest<'t>(texts: impl IntoIterator<Item = &'t str>, most: usize) -> usize {
    texts.into_iter().map(|text| columns(text) + 1).max().unwrap_or(0).min(most)
}

/// Divides the rows of a column among parts: one each in turn, until each has what it wants. Returns the areas with their
/// heading; one that has no room is empty.
pub fn stack(area: Rect, wanted: &[usize]) -> Vec<Rect> {
    let parts = wanted.len() as u16;
    let gaps = |blank: u16| parts + blank * parts.saturating_sub(1);
    // Blank rows go first where the height is short.
    let blank = u16::from(area.height >= gaps(1) + 2 * parts);
    if area.height < gaps(0) + parts {
        return wanted.iter().map(|_| Rect { height: 0, ..area }).collect();
    }
    let mut left = area.height - gaps(blank);
    let mut rows = vec![0u16; wanted.len()];
    while left > 0 {
        let before = left;
        for (rows, wanted) in rows.iter_mut().zip(wanted) {
            if left > 0 && usize::from(*rows) < (*wanted).max(1) {
                *rows += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    let mut y = area.y;
    rows.into_iter()
        .map(|rows| {
            let place = Rect { y, height: rows + 1, ..area };
            y += rows + 1 + blank;
            place
        })
        .collect()
}

/// Draws a part and returns the position of its chosen row.
pub fn draw_part(
    part: &PartView,
    (area, chosen, focus): (Rect, usize, Focus),
    theme: &Theme,
    buf: &mut Buffer,
) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    heading(buf, area, (&part.title, theme.heading(focus)), &part.note, theme);
    let inner = Rect { y: area.y + 1, width: area.width - 1, height: area.height - 1, ..area };
    let within = Rect { x: inner.x + INDENT, width: inner.width.saturating_sub(INDENT), ..inner };
    if part.rows.is_empty() {
        line(buf, within, 0, &[(&part.empty, theme.dim)], theme);
        return None;
    }
    let size = part.size();
    let shown = size.shown(area.height);
    let mut first = 0;
    if let Some(heads) = part.heads.as_ref().filter(|_| size.heads_in(area.height)) {
        line(buf, within, 0, &[(heads, theme.dim)], theme);
        first = 1;
    }
    let top = top(chosen, shown);
    let mut cursor = None;
    for (y, (at, row)) in part.rows.iter().enumerate().skip(top).take(shown).enumerate() {
        let place = Rect { y: within.y + first + y as u16, height: 1, ..within };
        draw_row(row, at == chosen && focus == Focus::Here, theme, buf, place);
        if at == chosen && focus == Focus::Here {
            choose(buf, Rect { y: place.y, height: 1, ..inner }, focus, theme);
            cursor = Some(Position::new(within.x, place.y));
        }
    }
    let y = first + shown as u16;
    if let Some((left, right, _)) = part.rest.as_ref().filter(|(.., total)| *total > shown && y < inner.height) {
        line(buf, within, y, &[(left, theme.dim)], theme);
        let wide = columns(right) as u16;
        if columns(left) + columns(right) + 2 <= usize::from(within.width) {
            let place = Rect { x: within.right() - wide, width: wide, ..within };
            line(buf, place, y, &[(right, theme.dim)], theme);
        }
    }
    cursor
}

/// Returns the first row to show so that the chosen one is.
pub fn top(chosen: usize, shown: usize) -> usize {
    (chosen + 1).saturating_sub(shown.max(1))
}

fn draw_row(row: &RowView, here: bool, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let right = row.right.as_ref().map_or(0, |(words, _)| columns(words) as u16);
    let room = if right == 0 { area.width } else { area.width.saturating_sub(right + 1) };
    let mut pieces = row.pieces.clone();
    if let Some((_, style)) = pieces.get_mut(row.name).filter(|_| here) {
        *style = theme.strong;
    }
    owned_line(buf, Rect { width: room, ..area }, 0, &pieces, theme);
    if let Some((words, style)) = &row.right {
        let words = fit(words, usize::from(area.width), theme);
        let wide = columns(&words) as u16;
        line(buf, Rect { x: area.right() - wide, width: wide, ..area }, 0, &[(&words, *style)], theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_share_a_column_without_overlap_and_none_has_more_rows_than_it_wants() {
        for (height, a, b, c) in (0..40u16)
            .flat_map(|height| (0..6).map(move |a| (height, a)))
            .flat_map(|(height, a)| [(0, 3), (4, 9), (30, 1)].map(|(b, c)| (height, a, b, c)))
        {
            let area = Rect::new(3, 5, 20, height);
            let wanted = [a, b, c];
            let areas = stack(area, &wanted);
            let mut y = area.y;
            for (place, wanted) in areas.iter().zip(wanted).filter(|(place, _)| place.height > 0) {
                assert!(place.y >= y && place.bottom() <= area.bottom(), "{height} {wanted:?} {areas:?}");
                assert!(usize::from(place.height) <= wanted.max(1) + 1, "{height} {wanted:?} {areas:?}");
                y = place.bottom();
            }
        }
    }

    #[test]
    fn the_chosen_row_is_among_those_shown() {
        for (chosen, shown) in (0..20).flat_map(|chosen| (1..8).map(move |shown| (chosen, shown))) {
            let top = top(chosen, shown);
            assert!((top..top + shown).contains(&chosen));
        }
    }
}
