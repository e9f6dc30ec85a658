//! Draws a one-line text input, scrolled to the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::widget::text;
use crate::widget::text_input::TextInput;

/// Draws the text on the first row of `area` and returns the cursor position.
pub fn draw(typed: &TextInput, area: Rect, buf: &mut Buffer, style: Style) -> Option<Position> {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return None;
    }
    let width = usize::from(area.width);
    let from = scroll(typed, width);
    buf.set_stringn(area.x, area.y, &typed.text()[from..], width, style);
    let column = text::columns(&typed.text()[from..typed.cursor()]).min(width - 1);
    Some(Position::new(area.x + column as u16, area.y))
}

/// Returns the byte index of the first visible character: one column is reserved for the cursor behind the last.
fn scroll(typed: &TextInput, width: usize) -> usize {
    let (shown, cursor) = (typed.text(), typed.cursor());
    if text::columns(shown) < width {
        return 0;
    }
    let mut room = width - 1;
    let mut from = cursor;
    for (at, grapheme) in shown[..cursor].grapheme_indices(true).rev() {
        let columns = text::grapheme_columns(grapheme);
        if columns > room {
            return from;
        }
        room -= columns;
        from = at;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::text_input::LineMode;

    #[test]
    fn a_long_line_is_shown_where_the_cursor_is() {
        let shown = |typed: &TextInput| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
            let place = draw(typed, buf.area, &mut buf, Style::new()).unwrap();
            let row: String = (0..6).map(|x| buf[(x, 0)].symbol().to_owned()).collect();
            (row, place.x)
        };
        let mut typed = TextInput::new(LineMode::Line, "abcdefgh");
        assert_eq!(shown(&typed), ("defgh ".into(), 5));
        typed.key("home".parse().unwrap());
        assert_eq!(shown(&typed), ("abcdef".into(), 0));
        assert_eq!(shown(&TextInput::new(LineMode::Line, "心電図")), ("電 図   ".into(), 4));
        assert_eq!(shown(&TextInput::new(LineMode::Line, "abc")), ("abc   ".into(), 3));
    }
}
