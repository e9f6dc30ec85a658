//! Draws the headings of panes that are side by side, without a rule, and of one that lies across the window, within its rule.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::theme::{Focus, Theme};
use crate::widget::draw::owned_line;
use crate::widget::text::columns;
use crate::widget::trace;

/// Styled pieces of a heading.
pub type Pieces = Vec<(String, Style)>;

/// Returns the columns of pieces.
pub fn width(pieces: &[(String, Style)]) -> usize {
    pieces.iter().map(|(words, _)| columns(words)).sum()
}

/// Draws a heading from column `indent` on, with the first of these endings that fits next to it.
pub fn beside(buf: &mut Buffer, area: Rect, indent: u16, left: &Pieces, endings: &[Pieces], theme: &Theme) {
    if area.height == 0 || area.width <= indent + 1 {
        return;
    }
    note(area, left, theme);
    let row = Rect { x: area.x + indent, width: area.width - indent - 1, height: 1, ..area };
    owned_line(buf, row, 0, left, theme);
    let room = usize::from(row.width).saturating_sub(width(left) + 2);
    if let Some(ending) = endings.iter().find(|ending| width(ending) <= room) {
        let wide = width(ending) as u16;
        owned_line(buf, Rect { x: row.right() - wide, width: wide, ..row }, 0, ending, theme);
    }
}

/// Draws a rule across the area, with the heading near its left end and the first of these endings that fits near its right.
pub fn across(buf: &mut Buffer, area: Rect, left: &Pieces, endings: &[Pieces], theme: &Theme) {
    let area = area.intersection(buf.area);
    if area.height == 0 || area.width < 6 {
        return;
    }
    note(area, left, theme);
    buf.set_string(area.x, area.y, theme.glyphs.border[4].repeat(usize::from(area.width)), theme.rule);
    let within = Rect { x: area.x + 1, width: area.width - 2, height: 1, ..area };
    let spaced = |pieces: &Pieces| -> Pieces {
        let blank = || (" ".to_owned(), theme.text);
        std::iter::once(blank()).chain(pieces.iter().cloned()).chain(std::iter::once(blank())).collect()
    };
    let heading = spaced(left);
    owned_line(buf, within, 0, &heading, theme);
    let room = usize::from(within.width).saturating_sub(width(&heading) + 1);
    let endings = endings.iter().filter(|ending| !ending.is_empty()).map(spaced);
    if let Some(ending) = endings.into_iter().find(|ending| width(ending) <= room) {
        let wide = width(&ending) as u16;
        owned_line(buf, Rect { x: within.right() - wide, width: wide, ..within }, 0, &ending, theme);
    }
}

/// Notes the pane for the mouse. The heading's style says whether it has the focus.
fn note(area: Rect, left: &Pieces, theme: &Theme) {
    let has_focus = left.iter().any(|(_, style)| *style == theme.heading(Focus::Here));
    trace::part(area, if has_focus { Focus::Here } else { Focus::Elsewhere });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    fn row(buf: &Buffer) -> String {
        (0..buf.area.width).map(|x| buf[(x, 0)].symbol().to_owned()).collect()
    }

    fn pieces(words: &str, theme: &Theme) -> Pieces {
        vec![(words.to_owned(), theme.text)]
    }

    #[test]
    fn a_heading_takes_the_longest_ending_that_fits() {
        let theme = Theme::choose(Appearance::FULL);
        let endings = ["30 to sign, 2 marked", "2 marked"].map(|words| pieces(words, &theme));
        for (width, wanted) in [
            (40, "  Everything left  30 to sign, 2 marked "),
            (30, "  Everything left    2 marked "),
            (20, "  Everything left   "),
            (10, "  Everyt… "),
        ] {
            let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
            let area = buf.area;
            beside(&mut buf, area, 2, &pieces("Everything left", &theme), &endings, &theme);
            assert_eq!(row(&buf), wanted);
        }
    }

    #[test]
    fn a_rule_keeps_its_ends_at_every_width() {
        let theme = Theme::choose(Appearance::FULL);
        for width in 0..60 {
            let mut buf = Buffer::empty(Rect::new(0, 0, 60, 1));
            let endings = [pieces("not yet, 8 days late", &theme), pieces("not yet", &theme)];
            across(&mut buf, Rect::new(0, 0, width, 1), &pieces("K19 Leadership", &theme), &endings, &theme);
            let row = row(&buf);
            let drawn: String = row.chars().take(usize::from(width)).collect();
            assert_eq!(row.trim_end(), drawn.trim_end(), "{width}");
            assert!(width < 6 || (drawn.starts_with('─') && drawn.ends_with('─')), "{width}: {drawn}");
            assert_eq!(drawn.contains("not yet"), width >= 28, "{width}: {drawn}");
        }
    }
}
