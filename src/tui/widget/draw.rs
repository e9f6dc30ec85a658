//! Draws texts on a buffer, within a given area.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_normalization::UnicodeNormalization;

use crate::theme::{Charset, Theme};
use crate::widget::text;

/// A styled piece of a line.
pub type Piece<'a> = (&'a str, Style);

/// Draws pieces one after the other on row `row` of `area` (from 0), cut at the right edge with the ellipsis. Returns the
/// columns used.
pub fn line(buf: &mut Buffer, area: Rect, row: u16, pieces: &[Piece<'_>], theme: &Theme) -> u16 {
    let area = area.intersection(buf.area);
    if row >= area.height {
        return 0;
    }
    let mut used: u16 = 0;
    let mut rest: usize = pieces.iter().map(|(piece, _)| text::columns(piece)).sum();
    for (piece, style) in pieces {
        let room = usize::from(area.width - used);
        let at = Position::new(area.x + used, area.y + row);
        // A piece that just fits is cut for the ellipsis if more follows.
        let width = text::columns(piece);
        if rest > room && (width > room || room - width < text::columns(theme.glyphs.ellipsis)) {
            let longer = format!("{piece}  ");
            return used + put(buf, at, text::fit(&longer, room.max(1), theme).trim_end_matches('\n'), room, *style);
        }
        used += put(buf, at, piece.trim_end_matches('\n'), room, *style);
        rest -= width;
    }
    used
}

/// Draws pieces that own their text, as [`line()`] does.
pub fn owned_line(buf: &mut Buffer, area: Rect, row: u16, pieces: &[(String, Style)], theme: &Theme) -> u16 {
    let pieces: Vec<_> = pieces.iter().map(|(words, style)| (words.as_str(), *style)).collect();
    line(buf, area, row, &pieces, theme)
}

/// Draws as much of a text as fits into `most` columns. Returns the columns used.
fn put(buf: &mut Buffer, at: Position, text: &str, most: usize, style: Style) -> u16 {
    if buf.area.contains(at) { buf.set_stringn(at.x, at.y, text, most, style).0 - at.x } else { 0 }
}

/// Draws a text right-aligned on row `row` of `area`. Returns the columns used.
pub fn right(buf: &mut Buffer, area: Rect, row: u16, piece: Piece<'_>, theme: &Theme) -> u16 {
    let width = u16::try_from(text::columns(piece.0)).unwrap_or(u16::MAX).min(area.width);
    let place = Rect { x: area.right() - width, width, ..area };
    line(buf, place, row, &[piece], theme)
}

/// Clears an area, including wide characters that extend over its edge.
pub fn clear(buf: &mut Buffer, area: Rect) {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        if area.left() > buf.area.left()
            && let Some(cell) = buf.cell_mut(Position::new(area.left() - 1, y))
            && cell.symbol().cell_width() > 1
        {
            cell.set_symbol(" ");
        }
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
        }
    }
}

/// Dims the buffer, so that what is drawn over it stands out.
pub fn dim_all(buf: &mut Buffer, theme: &Theme) {
    for cell in &mut buf.content {
        cell.set_style(Style::reset().patch(theme.dim));
    }
}

/// Replaces non-ASCII characters of the data by their base letter or `?`, if the theme is ASCII.
pub fn settle(buf: &mut Buffer, theme: &Theme) {
    if theme.looks.glyphs == Charset::Unicode {
        return;
    }
    let mut hidden = 0;
    for cell in &mut buf.content {
        if hidden > 0 {
            hidden -= 1;
            cell.set_symbol(" ");
            continue;
        }
        if !cell.symbol().is_ascii() {
            hidden = cell.symbol().cell_width().saturating_sub(1);
            let plain = cell.symbol().nfd().next().map_or('?', plain_char);
            cell.set_char(plain);
        }
    }
}

fn plain_char(c: char) -> char {
    match c {
        ' '..='~' => c,
        '·' | '–' | '—' | '−' => '-',
        '…' => '.',
        '“' | '”' | '„' => '"',
        '‘' | '’' => '\'',
        '•' => '*',
        '→' => '>',
        // Letters that Unicode does not decompose.
        'Ł' => 'L',
        'ł' => 'l',
        'Ø' | 'Œ' => 'O',
        'ø' | 'œ' => 'o',
        'Đ' | 'Ð' => 'D',
        'đ' | 'ð' => 'd',
        'Æ' => 'A',
        'æ' => 'a',
        'Þ' => 'T',
        'þ' => 't',
        'ß' => 's',
        'ı' => 'i',
        _ => '?',
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Returns a screen as text, with the cursor on a line of its own.
    pub(crate) fn shown(buf: &Buffer, cursor: Option<Position>) -> String {
        let row = |y| {
            let mut row = String::new();
            let mut x = 0;
            while x < buf.area.width {
                let symbol = buf[(x, y)].symbol();
                row.push_str(symbol);
                x += symbol.cell_width().max(1);
            }
            row.trim_end().to_owned()
        };
        let rows: Vec<String> = (0..buf.area.height).map(row).collect();
        format!("{}\ncursor: {cursor:?}", rows.join("\n"))
    }
    use crate::theme::Appearance;

    #[test]
    fn a_line_that_does_not_fit_ends_in_the_ellipsis_even_between_two_pieces() {
        let theme = Theme::choose(Appearance::FULL);
        let mut buf = Buffer::empty(Rect::new(0, 0, 10, 2));
        let area = Rect::new(1, 0, 8, 2);
        assert_eq!(line(&mut buf, area, 0, &[("abcdefgh", theme.text), ("ij", theme.dim)], &theme), 8);
        assert_eq!(line(&mut buf, area, 1, &[("abcd", theme.text), ("efgh", theme.dim)], &theme), 8);
        assert_eq!(buf, {
            let mut wanted = Buffer::with_lines([" abcdefg… ", " abcdefgh "]);
            wanted.set_style(Rect::new(1, 0, 8, 2), theme.text);
            wanted.set_style(Rect::new(5, 1, 4, 1), theme.dim);
            wanted
        });
    }

    #[test]
    fn a_wide_character_under_the_edge_of_what_is_drawn_over_it_goes_whole() {
        let mut buf = Buffer::with_lines(["心電図検"]);
        clear(&mut buf, Rect::new(3, 0, 2, 1));
        assert_eq!(buf, Buffer::with_lines(["心    検"]));
    }

    #[test]
    fn an_ascii_screen_shows_no_other_character_whatever_the_data() {
        for (shown, plain) in
            [("Zoë 心電 “x” …", "Zoe ? ?  \"x\" ."), ("Łukasz Søren Weiß Ægir", "Lukasz Soren Weis Agir")]
        {
            let mut buf = Buffer::with_lines([shown]);
            settle(&mut buf, &Theme::choose(Appearance::PLAIN));
            assert_eq!(buf, Buffer::with_lines([plain]));
        }
    }
}
