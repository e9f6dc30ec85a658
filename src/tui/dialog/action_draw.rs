//! Draws the dialog of an action: its subject above, the fields in the middle, the signature below. What does not fit
//! scrolls, and the title says so.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::dialog::action::State;
use crate::dialog::form_draw::{draw_fields, height};
use crate::dialog::signature::Stage;
use crate::theme::Theme;
use crate::widget::dialog_box::{self, Hint};
use crate::widget::frame::{Titles, VisibleRows, scrolled};
use crate::widget::{draw, text};

/// Minimum rows of items, if there are that many.
const ITEMS: u16 = 3;

/// One row of an item.
struct Line {
    item: usize,
    lead: String,
    words: String,
    style: Style,
}

impl State {
    /// Draws the dialog over `area` and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (width, padding) = dialog_box::columns(area);
        let lines = self.lines(width, theme);
        // The letters of the fields are in the fields and in the footer.
        let letters = self.open.kind.letters().map(|(key, _)| key);
        let mut hints = self.hints();
        hints.retain(|(key, _)| Some(*key) != letters);
        let meaning = self.meaning();
        let most = area.height.saturating_sub(2);
        let all = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let wanted = height(&self.form, width, theme);
        let mut foot = self.foot_height(&meaning, &hints, width);
        if most < 12 {
            // The screen's footer shows the keys too.
            foot = foot.min(most.saturating_sub(2));
        }
        // When space is short, items scroll first, then the fields, which keep half of it; the signature always shows.
        let left = most.saturating_sub(foot);
        let kept = if wanted > 0 { ITEMS.min(left.div_ceil(2)) } else { left };
        let shown = all.min(left.saturating_sub(wanted).max(kept));
        let form = wanted.min(left.saturating_sub(shown));
        let spare = left - shown - form;
        // Empty rows when all fits: above and below everything, and around the fields.
        let gap_above = u16::from(spare > 0 && form > 0 && shown > 0);
        let gap_below = u16::from(spare > gap_above);
        let edge = u16::from(spare >= gap_above + gap_below + 2);
        let air = u16::from(self.open.way.is_some() && spare > gap_above + gap_below + 2 * edge);
        let foot = foot + air;
        let first = self.first_line(&lines, shown);
        let seen = lines.iter().skip(first).take(usize::from(shown));
        let last = seen.clone().next_back().map_or(0, |line| line.item + 1);
        let begins = lines.get(first).map_or(0, |line| line.item + 1);
        let right =
            if shown < all { format!("{begins} to {last} of {}, PgDn", self.open.items.len()) } else { String::new() };
        let titles = Titles { left: &self.open.title, right: &right, right_style: Some(theme.dim) };
        let inner = dialog_box::open(buf, area, shown + form + foot + gap_above + gap_below + 2 * edge, titles, theme);
        let inner = Rect { y: inner.y + edge, height: inner.height.saturating_sub(2 * edge), ..inner };
        let top = Rect { height: shown, ..inner }.intersection(inner);
        let lead = self.lead_columns();
        for (row, line) in seen.enumerate() {
            let row = u16::try_from(row).unwrap_or(u16::MAX);
            let rest = Rect { x: top.x + lead, width: top.width.saturating_sub(lead), ..top };
            draw::line(buf, top, row, &[(&line.lead, theme.strong)], theme);
            draw::line(buf, rest, row, &[(&line.words, line.style)], theme);
        }
        let part = Rect { width: top.width + padding, ..top };
        scrolled(buf, part, VisibleRows { first, shown: usize::from(shown), of: lines.len() }, theme);
        let fields = Rect { y: top.bottom() + gap_above, height: form, ..inner }.intersection(inner);
        let (cursor, field) = draw_fields(&self.form, fields, buf, theme);
        let rest = fields.bottom() + gap_below;
        let foot = Rect { y: rest, height: inner.bottom().saturating_sub(rest), ..inner };
        let secret = if self.open.way.is_some() {
            self.signature.draw(&self.form, (&meaning, &hints), foot, buf, theme)
        } else {
            self.unsigned_foot((&meaning, &hints), foot, buf, theme);
            None
        };
        let lit = secret.map(|at| Rect { y: at.y, height: 1, ..inner }).or(field);
        dialog_box::light(buf, inner, padding, lit, theme);
        cursor.or(secret)
    }

    fn foot_height(&self, meaning: &str, hints: &[Hint], width: u16) -> u16 {
        if self.open.way.is_some() {
            return self.signature.height(&self.form, meaning, hints, width);
        }
        let trouble: u16 = self.troubles().iter().map(|(said, _)| dialog_box::rows(said, width)).sum();
        dialog_box::rows(meaning, width) + trouble + 1
    }

    /// Draws the foot of an action that is not signed: its meaning, any failure, the keys.
    fn unsigned_foot(&self, said: (&str, &[Hint]), area: Rect, buf: &mut Buffer, theme: &Theme) {
        let (meaning, hints) = said;
        let mut row = dialog_box::words(buf, area, 0, meaning, theme.text, theme);
        for (said, bad) in self.troubles() {
            row += dialog_box::words(buf, area, row, &said, if bad { theme.urgent } else { theme.dim }, theme);
        }
        let doing = [("", self.signature.doing())];
        let hints = if self.signature.stage == Stage::Doing { &doing[..] } else { hints };
        dialog_box::draw_hints(buf, area, area.height.saturating_sub(1).max(row), hints, theme);
    }

    fn troubles(&self) -> Vec<(String, bool)> {
        let failure = self.signature.failure.as_ref();
        let what = failure.map(|failure| (failure.what.clone(), true));
        let hint = failure.and_then(|failure| failure.hint.clone()).map(|hint| (hint, false));
        what.into_iter().chain(hint).collect()
    }

    fn lead_columns(&self) -> u16 {
        let longest = self.open.items.iter().map(|item| text::columns(&item.lead)).max().unwrap_or(0);
        if longest == 0 { 0 } else { u16::try_from(longest + 2).unwrap_or(0) }
    }

    fn lines(&self, width: u16, theme: &Theme) -> Vec<Line> {
        let room = usize::from(width.saturating_sub(self.lead_columns()).max(4));
        let mut lines = Vec::new();
        for (index, item) in self.open.items.iter().enumerate() {
            let from = lines.len();
            let mut add = |words: &str, style: Style| {
                for words in words.split('\n').flat_map(|line| text::wrap(line, room)) {
                    lines.push(Line { item: index, lead: String::new(), words: words.trim_end().to_owned(), style });
                }
            };
            add(&item.words, theme.text);
            for note in &item.notes {
                add(&note.words(theme), note.style(theme));
            }
            if let Some(line) = lines.get_mut(from) {
                line.lead.clone_from(&item.lead);
            }
        }
        lines
    }

    fn first_line(&self, lines: &[Line], rows: u16) -> usize {
        let wanted = lines.iter().position(|line| line.item == self.first).unwrap_or(0);
        wanted.min(lines.len().saturating_sub(usize::from(rows)))
    }
}
