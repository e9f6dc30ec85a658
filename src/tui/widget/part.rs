//! Draws a part of a screen: a heading, a rule and what it counts, `Waiting for you ─── 7 claims`.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::theme::{Focus, Theme};
use crate::widget::draw::{line, owned_line};
use crate::widget::frame::Titles;
use crate::widget::{text, trace};

/// Columns before the heading: the first is the pointer's.
pub const INDENT: u16 = 2;
/// Empty columns at the right end.
const MARGIN: u16 = 1;

/// Draws the heading and returns the area of the rows: its first column is the pointer's.
pub fn part(buf: &mut Buffer, area: Rect, titles: Titles<'_>, focus: Focus, theme: &Theme) -> Rect {
    let right = [(titles.right.to_owned(), titles.right_style.unwrap_or(theme.dim))];
    let right = if titles.right.is_empty() { &[][..] } else { &right };
    heading(buf, area, (titles.left, theme.heading(focus)), right, theme);
    inner(area).intersection(buf.area)
}

/// Draws a heading with pieces at its right end. They are dropped if the heading needs the space.
pub fn heading(buf: &mut Buffer, area: Rect, left: (&str, Style), right: &[(String, Style)], theme: &Theme) {
    let area = area.intersection(buf.area);
    if area.height == 0 || area.width <= INDENT + MARGIN {
        return;
    }
    trace::part(area, if left.1 == theme.accent { Focus::Here } else { Focus::Elsewhere });
    group(buf, area, left, right, theme);
}

/// Draws the heading of some rows of a part, which is no part of its own.
pub fn group(buf: &mut Buffer, area: Rect, left: (&str, Style), right: &[(String, Style)], theme: &Theme) {
    let area = area.intersection(buf.area);
    let width = area.width.saturating_sub(INDENT + MARGIN);
    if area.height == 0 || width == 0 {
        return;
    }
    let row = Rect { x: area.x + INDENT, width, height: 1, ..area };
    let room = usize::from(row.width);
    let wide: usize = right.iter().map(|(words, _)| text::columns(words)).sum();
    let words = text::fit(left.0, room, theme);
    let used = text::columns(&words);
    line(buf, row, 0, &[(&words, left.1)], theme);
    let shown = wide > 0 && used + wide + 2 <= room;
    let end = if shown { room - wide - 1 } else { room };
    if end > used + 1 {
        let rule = theme.glyphs.border[4].repeat(end - used - 1);
        buf.set_string(row.x + used as u16 + 1, row.y, rule, theme.rule);
    }
    if shown {
        let place = Rect { x: row.right() - wide as u16, width: wide as u16, ..row };
        owned_line(buf, place, 0, right, theme);
    }
}

/// Returns the area of the rows below a part's heading.
pub fn inner(area: Rect) -> Rect {
    Rect { y: area.y + 1, width: area.width.saturating_sub(MARGIN), height: area.height.saturating_sub(1), ..area }
}

/// Returns the area of the texts below a part's heading, without the columns that stay empty.
pub fn words_area(area: Rect) -> Rect {
    let width = area.width.saturating_sub(INDENT + MARGIN);
    Rect { x: area.x + INDENT, y: area.y + 1, width, height: area.height.saturating_sub(1) }
}

/// Draws the line between two parts that are side by side, in the column of `x`.
pub fn divider(buf: &mut Buffer, area: Rect, x: u16, theme: &Theme) {
    for y in area.top()..area.bottom().min(buf.area.bottom()) {
        if x < buf.area.right() {
            buf[(x, y)].set_symbol(theme.glyphs.border[5]).set_style(theme.rule);
        }
    }
}

/// Draws the pointer of the chosen row, over all of its lines: lit in the pane with the focus, else dim.
pub fn choose(buf: &mut Buffer, row: Rect, focus: Focus, theme: &Theme) {
    let row = row.intersection(buf.area);
    trace::row(row, focus);
    let style = match focus {
        Focus::Here => theme.accent,
        Focus::Elsewhere => theme.dim,
    };
    for y in row.top()..row.bottom() {
        if row.width > 0 {
            buf[(row.x, y)].set_symbol(theme.glyphs.pointer).set_style(style);
        }
    }
    if focus == Focus::Here {
        theme.light(buf, row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    fn drawn(width: u16, titles: Titles<'_>) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 3));
        let theme = Theme::choose(Appearance::FULL);
        let area = buf.area;
        let rows = part(&mut buf, area, titles, Focus::Here, &theme);
        assert_eq!(rows, Rect::new(0, 1, width.saturating_sub(1), 2));
        (0..width).map(|x| buf[(x, 0)].symbol().to_owned()).collect()
    }

    #[test]
    fn a_heading_has_its_rule_and_its_figure_where_there_is_room() {
        let titles = Titles { left: "Due", right: "3 of 7", right_style: None };
        assert_eq!(drawn(24, titles), "  Due ────────── 3 of 7 ");
        assert_eq!(drawn(13, titles), "  Due ────── ");
        assert_eq!(drawn(14, titles), "  Due  3 of 7 ");
        assert_eq!(drawn(5, titles), "  D… ");
        assert_eq!(drawn(3, titles), "   ");
    }

    #[test]
    fn no_size_of_a_part_panics_or_leaves_its_area() {
        for (width, height) in (0..30).flat_map(|width| (0..4).map(move |height| (width, height))) {
            let mut buf = Buffer::empty(Rect::new(0, 0, 40, 6));
            let theme = Theme::choose(Appearance::FULL);
            let area = Rect::new(5, 1, width, height);
            let titles = Titles { left: "Waiting for you", right: "7 claims", right_style: None };
            let rows = part(&mut buf, area, titles, Focus::Here, &theme);
            choose(&mut buf, Rect { height: rows.height.min(1), ..rows }, Focus::Here, &theme);
            let outside = (0..6).flat_map(|y| (0..40).map(move |x| (x, y))).filter(|at| !area.contains((*at).into()));
            assert!(outside.into_iter().all(|at| buf[at].symbol() == " "), "{width}x{height}");
        }
    }
}
