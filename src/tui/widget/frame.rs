//! Draws a titled border: `╭─ Title ──── right ─╮`.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::theme::{Focus, Theme};
use crate::widget::text;

/// The titles of a frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Titles<'a> {
    pub left: &'a str,
    /// A figure at the right end; may be empty.
    pub right: &'a str,
    /// Style of the right title, if different from the frame's.
    pub right_style: Option<Style>,
}

/// Draws the border and titles and returns the inner area. An area of less than two columns or rows stays empty.
pub fn frame(buf: &mut Buffer, area: Rect, titles: Titles<'_>, focus: Focus, theme: &Theme) -> Rect {
    let area = area.intersection(buf.area);
    if area.width < 2 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    // The frame shows where the keys go; its title is read like any other heading.
    let border = if focus == Focus::Here { theme.accent.remove_modifier(Modifier::BOLD) } else { theme.rule };
    let title = theme.strong;
    edges(buf, area, border, theme);
    // Only dialogs have a frame.
    theme.raise(buf, area);
    let room = usize::from(area.width).saturating_sub(6);
    let left = text::fit(titles.left, room, theme);
    if !left.is_empty() {
        buf.set_string(area.x + 2, area.y, format!(" {left} "), title);
    }
    // The right title is dropped if the left one needs the space.
    let used = if left.is_empty() { 0 } else { text::columns(&left) + 3 };
    let width = text::columns(titles.right);
    if width > 0 && used + width + 5 < usize::from(area.width) {
        let x = area.right() - 4 - width as u16;
        buf.set_string(x, area.y, format!(" {} ", titles.right), titles.right_style.unwrap_or(theme.dim));
    }
    Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2)
}

/// Returns the area within a pane's border.
pub fn inner(area: Rect) -> Rect {
    Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(2) }
}

fn edges(buf: &mut Buffer, area: Rect, style: Style, theme: &Theme) {
    let [top_left, top_right, bottom_left, bottom_right, across, down] = theme.glyphs.border;
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    let mut put = |x: u16, y: u16, glyph: &str| {
        buf[(x, y)].set_symbol(glyph).set_style(style);
    };
    for x in area.x + 1..right {
        put(x, area.y, across);
        put(x, bottom, across);
    }
    for y in area.y + 1..bottom {
        put(area.x, y, down);
        put(right, y, down);
    }
    put(area.x, area.y, top_left);
    put(right, area.y, top_right);
    put(area.x, bottom, bottom_left);
    put(right, bottom, bottom_right);
}

/// Draws a scroll bar on a frame's right edge, if the list does not fit. `inner` is what [`frame`] returned.
pub fn scrolled(buf: &mut Buffer, inner: Rect, seen: VisibleRows, theme: &Theme) {
    let height = usize::from(inner.height);
    if seen.shown >= seen.of || height == 0 || inner.right() >= buf.area.right() {
        return;
    }
    let length = (height * seen.shown / seen.of).clamp(1, height);
    let places = height - length;
    let hidden = seen.of - seen.shown;
    let start = (places * seen.first.min(hidden) + hidden / 2) / hidden;
    for row in start..start + length {
        let cell = &mut buf[(inner.right(), inner.y + row as u16)];
        cell.set_symbol(theme.glyphs.thumb);
    }
}

/// The visible part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisibleRows {
    /// Index of the first visible row.
    pub first: usize,
    /// Number of visible rows.
    pub shown: usize,
    pub of: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    fn drawn(width: u16, titles: Titles<'_>, looks: Appearance) -> Vec<String> {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 4));
        let theme = Theme::choose(looks);
        let area = buf.area;
        let inner = frame(&mut buf, area, titles, Focus::Elsewhere, &theme);
        scrolled(&mut buf, inner, VisibleRows { first: 5, shown: 5, of: 10 }, &theme);
        let row = |y| (0..width).map(|x| buf[(x, y)].symbol().to_owned()).collect();
        (0..4).map(row).collect()
    }

    #[test]
    fn a_frame_shows_its_titles_where_there_is_room() {
        let titles = Titles { left: "Duties", right: "2 marked", right_style: None };
        let looks = Appearance::NO_COLOUR;
        assert_eq!(
            drawn(24, titles, looks),
            [
                "╭─ Duties ── 2 marked ─╮",
                "│                      │",
                "│                      ┃",
                "╰──────────────────────╯"
            ]
        );
        assert_eq!(drawn(12, titles, looks)[0], "╭─ Duties ─╮");
        assert_eq!(drawn(10, titles, Appearance::PLAIN), ["+- Du.. -+", "|        |", "|        #", "+--------+"]);
    }
}
