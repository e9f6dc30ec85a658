//! Draws a multi-line text input, wrapped, scrolled to the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::widget::text;
use crate::widget::text_input::TextInput;

/// Returns the rows that the text takes, at least one. One column is reserved for the cursor.
pub fn height(typed: &TextInput, width: u16) -> u16 {
    let rows = text::ranges(typed.text(), columns(width)).len();
    u16::try_from(rows).unwrap_or(u16::MAX)
}

/// Draws the text and returns the cursor position.
pub fn draw(typed: &TextInput, area: Rect, buf: &mut Buffer, style: Style) -> Option<Position> {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return None;
    }
    let lines = text::ranges(typed.text(), columns(area.width));
    let at = typed.cursor();
    // At a break the cursor is on the later line, where the next character will appear.
    let row = lines.iter().rposition(|line| line.start <= at).unwrap_or(0);
    let first = (row + 1).saturating_sub(usize::from(area.height));
    for (offset, line) in lines.iter().skip(first).take(usize::from(area.height)).enumerate() {
        let shown = typed.text()[line.clone()].trim_end_matches('\n');
        buf.set_stringn(area.x, area.y + offset as u16, shown, usize::from(area.width), style);
    }
    let start = lines.get(row).map_or(0, |line| line.start);
    let column = text::columns(&typed.text()[start..at]).min(usize::from(area.width) - 1);
    Some(Position::new(area.x + column as u16, area.y + (row - first) as u16))
}

fn columns(width: u16) -> usize {
    usize::from(width).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::text_input::LineMode;

    #[test]
    fn the_cursor_is_always_seen_and_is_where_the_next_character_will() {
        let drawn = |text: &str, height| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 11, height));
            let place = draw(&TextInput::new(LineMode::Lines, text), buf.area, &mut buf, Style::new()).unwrap();
            (buf, (place.x, place.y))
        };
        let (buf, place) = drawn("led the audit end", 3);
        assert_eq!(buf, Buffer::with_lines(["led the    ", "audit end  ", "           "]));
        assert_eq!(place, (9, 1));
        let (buf, place) = drawn("one\ntwo\n", 2);
        assert_eq!(buf, Buffer::with_lines(["two        ", "           "]));
        assert_eq!(place, (0, 1));
        assert_eq!(drawn("led the ", 2).1, (8, 0));
        assert_eq!(height(&TextInput::new(LineMode::Lines, ""), 10), 1);
    }
}
