//! Lays out texts with labels as lines, and draws as many as fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::theme::Theme;
use crate::widget::draw::owned_line;
use crate::widget::text::{columns, fit, pad, wrap};

/// A line of styled pieces.
pub type Line = Vec<(String, Style)>;

/// A text next to its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labelled<'a> {
    pub label: (&'a str, Style),
    pub words: &'a str,
    pub style: Style,
    /// Columns before the text.
    pub indent: usize,
    /// Columns by which its further lines are indented more.
    pub hang: usize,
}

/// Wraps a labelled text into lines of this width.
pub fn labelled(lines: &mut Vec<Line>, text: Labelled<'_>, width: usize, theme: &Theme) {
    let room = width.saturating_sub(text.indent + text.hang).max(8);
    for (at, words) in wrap(text.words, room).into_iter().enumerate() {
        let before = if at == 0 {
            (pad(text.label.0, text.indent, theme), text.label.1)
        } else {
            (" ".repeat(text.indent + text.hang), text.style)
        };
        lines.push(vec![before, (words.to_owned(), text.style)]);
    }
}

/// Draws the lines. If they do not all fit, the last row says how many more there are, and the key that shows them.
pub fn draw_lines(buf: &mut Buffer, area: Rect, lines: &[Line], more: (&str, &str), theme: &Theme) {
    let rows = usize::from(area.height);
    let shown = if lines.len() > rows { rows.saturating_sub(1) } else { lines.len() };
    for (y, pieces) in lines.iter().take(shown).enumerate() {
        owned_line(buf, area, y as u16, pieces, theme);
    }
    if lines.len() > rows && rows > 0 {
        let rest = lines.len() - shown;
        let count = if rest == 1 { "1 more line".to_owned() } else { format!("{rest} more lines") };
        let key = if more.0.is_empty() { String::new() } else { format!("  {}", more.0) };
        let room = usize::from(area.width).saturating_sub(columns(&count) + columns(&key) + 1);
        let does = if key.is_empty() { String::new() } else { format!(" {}", fit(more.1, room, theme)) };
        owned_line(buf, area, shown as u16, &[(count, theme.dim), (key, theme.key), (does, theme.dim)], theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    fn rows(buf: &Buffer) -> Vec<String> {
        let row = |y| (0..buf.area.width).map(|x| buf[(x, y)].symbol().to_owned()).collect::<String>();
        (0..buf.area.height).map(|y| row(y).trim_end().to_owned()).collect()
    }

    #[test]
    fn further_lines_of_a_text_stay_under_its_first_and_what_is_left_out_is_counted() {
        let theme = Theme::choose(Appearance::FULL);
        let mut lines = Vec::new();
        let text = Labelled {
            label: ("Alex wrote", theme.dim),
            words: "“I was nervous and it showed less than I feared.”",
            style: theme.text,
            indent: 12,
            hang: 1,
        };
        labelled(&mut lines, text, 36, &theme);
        let mut buf = Buffer::empty(Rect::new(0, 0, 36, 3));
        let area = buf.area;
        draw_lines(&mut buf, area, &lines, ("enter", "shows all"), &theme);
        assert_eq!(
            rows(&buf),
            ["Alex wrote  “I was nervous and it", "             showed less than I", "             feared.”"]
        );
        let mut low = Buffer::empty(Rect::new(0, 0, 36, 2));
        let area = low.area;
        draw_lines(&mut low, area, &lines, ("enter", "shows all"), &theme);
        assert_eq!(rows(&low)[1], "2 more lines  enter shows all");
    }

    #[test]
    fn no_line_is_wider_than_its_area() {
        let theme = Theme::choose(Appearance::FULL);
        for width in 20..120 {
            let mut lines = Vec::new();
            let words = "Ensure accurate record keeping, producing reliable data, inputting, retrieving 心電図検査";
            let text = Labelled { label: ("S17", theme.strong), words, style: theme.text, indent: 4, hang: 0 };
            labelled(&mut lines, text, width, &theme);
            let wide = |line: &Line| line.iter().map(|(words, _)| columns(words)).sum::<usize>();
            assert!(lines.iter().all(|line| wide(line) <= width), "{width}");
        }
    }
}
