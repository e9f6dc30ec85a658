//! Divides Home into parts and draws them: a heading and short rows, of which one is lit.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::Command;
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
    /// What the row says is done by a command.
    Command(Command),
}

/// A row of a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowView {
    pub pieces: Pieces,
    /// At the right end.
    pub right: Option<(String, Style)>,
    pub target: Option<Target>,
}

/// A part with all of its rows; those that fit are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartView {
    pub title: String,
    /// What it counts, at the right end of its heading.
    pub note: Pieces,
    pub rows: Vec<RowView>,
    /// Why there are no rows, and what to do.
    pub empty: String,
    /// Below the rows.
    pub rest: Option<(String, String)>,
}

/// Returns a text in a column of this width, with the gap of one column after it.
pub fn cell(text: &str, width: usize, style: Style, theme: &Theme) -> (String, Style) {
    (format!("{} ", pad(text, width.saturating_sub(1), theme)), style)
}

/// Returns a figure at the right of a column, with the gap of two columns after it.
pub fn figure(text: &str, width: usize, style: Style, theme: &Theme) -> (String, Style) {
    (format!("{}  ", pad_left(text, width, theme)), style)
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
    let shown = shown(part, area);
    let top = top(chosen, shown);
    let mut cursor = None;
    for (y, (at, row)) in part.rows.iter().enumerate().skip(top).take(shown).enumerate() {
        let place = Rect { y: within.y + y as u16, height: 1, ..within };
        draw_row(row, at == chosen && focus == Focus::Here, theme, buf, place);
        if at == chosen {
            if focus == Focus::Here {
                choose(buf, Rect { y: place.y, height: 1, ..inner }, focus, theme);
            }
            cursor = Some(Position::new(within.x, place.y)).filter(|_| focus == Focus::Here);
        }
    }
    if let (Some((left, right)), true) = (&part.rest, shown < usize::from(inner.height)) {
        let y = shown as u16;
        line(buf, within, y, &[(left, theme.dim)], theme);
        let wide = columns(right) as u16;
        if columns(left) + columns(right) + 2 <= usize::from(within.width) {
            let place = Rect { x: within.right() - wide, width: wide, ..within };
            line(buf, place, y, &[(right, theme.dim)], theme);
        }
    }
    cursor
}

/// Returns how many rows of a part fit in its area.
pub fn shown(part: &PartView, area: Rect) -> usize {
    let room = usize::from(area.height.saturating_sub(1));
    let rest = part.rest.is_some() && room > 2;
    room.saturating_sub(usize::from(rest)).min(part.rows.len())
}

/// Returns the first row to show so that the chosen one is.
pub fn top(chosen: usize, shown: usize) -> usize {
    (chosen + 1).saturating_sub(shown.max(1))
}

fn draw_row(row: &RowView, here: bool, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let right = row.right.as_ref().map_or(0, |(words, _)| columns(words) as u16);
    let room = if right == 0 { area.width } else { area.width.saturating_sub(right + 1) };
    // The first name of the chosen row stands out.
    let pieces: Pieces = row
        .pieces
        .iter()
        .map(|(words, style)| (words.clone(), if here && *style == theme.text { theme.strong } else { *style }))
        .collect();
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
