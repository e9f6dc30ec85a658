//! Draws the dialog of an action: its subject above, the fields in the middle, the signature below. What does not fit
//! scrolls, and the title says so.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::dialog::action::State;
use crate::dialog::action_kind::ActionKind;
use crate::dialog::form_draw::{draw_fields, height};
use crate::dialog::sign_draw::SignOffView;
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
        match &self.open.kind {
            ActionKind::SignOff(of) => SignOffView { state: self, of }.view(theme, area, buf),
            ActionKind::Claim(claim) => claim.view(&self.form, &self.signature, theme, area, buf),
            _ => self.view_items(theme, area, buf),
        }
    }

    fn view_items(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (_, padding) = dialog_box::columns(area);
        let Layout { lines, hints, meaning, shown, form, foot } = self.layout(theme, area);
        let all = rows(&lines);
        let most = area.height.saturating_sub(2);
        let spare = most.saturating_sub(foot + shown + form);
        // Empty rows when all fits: above and below everything, and around the fields.
        let gap_above = u16::from(spare > 0 && form > 0 && shown > 0);
        let gap_below = u16::from(spare > gap_above);
        let edge = u16::from(spare >= gap_above + gap_below + 2);
        let air = u16::from(self.open.way.is_some() && spare > gap_above + gap_below + 2 * edge);
        let foot = foot + air;
        let range = window(&lines, self.first, shown);
        let (first, count) = (range.start, range.len());
        let key = if range.end < lines.len() { "PgDn" } else { "PgUp" };
        let seen = &lines[range];
        let right = match (seen.first(), seen.last()) {
            (Some(from), Some(to)) if shown < all => {
                format!("{} to {} of {}, {key}", from.item + 1, to.item + 1, self.open.items.len())
            }
            _ => String::new(),
        };
        let titles = Titles { left: &self.open.title, right: &right, right_style: Some(theme.dim) };
        let inner = dialog_box::open(buf, area, shown + form + foot + gap_above + gap_below + 2 * edge, titles, theme);
        let inner = Rect { y: inner.y + edge, height: inner.height.saturating_sub(2 * edge), ..inner };
        let top = Rect { height: shown, ..inner }.intersection(inner);
        let lead = self.lead_columns();
        for (row, line) in seen.iter().enumerate() {
            let row = u16::try_from(row).unwrap_or(u16::MAX);
            let rest = Rect { x: top.x + lead, width: top.width.saturating_sub(lead), ..top };
            draw::line(buf, top, row, &[(&line.lead, theme.strong)], theme);
            draw::line(buf, rest, row, &[(&line.words, line.style)], theme);
        }
        let part = Rect { width: top.width + padding, ..top };
        scrolled(buf, part, VisibleRows { first, shown: count, of: lines.len() }, theme);
        let fields = Rect { y: top.bottom() + gap_above, height: form, ..inner }.intersection(inner);
        let (cursor, field) = draw_fields(&self.form, fields, buf, theme);
        let rest = fields.bottom() + gap_below;
        let foot = Rect { y: rest, height: inner.bottom().saturating_sub(rest), ..inner };
        let secret = if self.open.way.is_some() {
            self.signature.draw(&self.form, (&meaning, &hints), foot, buf, theme)
        } else {
            self.unsigned_foot(&meaning, foot, buf, theme);
            None
        };
        let lit = secret.map(|at| Rect { y: at.y, height: 1, ..inner }).or(field);
        dialog_box::light(buf, inner, padding, lit, theme);
        cursor.or(self.signature.cursor(secret))
    }

    fn foot_height(&self, meaning: &str, hints: &[Hint], width: u16) -> u16 {
        if self.open.way.is_some() {
            return self.signature.height(&self.form, meaning, hints, width);
        }
        let trouble: u16 = self.signature.failure_lines().iter().map(|(said, _)| dialog_box::rows(said, width)).sum();
        (dialog_box::rows(meaning, width) + trouble).max(1)
    }

    /// Draws the foot of an action that is not signed: its meaning, and any failure. The keys are in the footer.
    fn unsigned_foot(&self, meaning: &str, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let doing = self.signature.doing();
        let said = if self.signature.stage == Stage::Doing { &doing } else { meaning };
        let mut row = dialog_box::words(buf, area, 0, said, theme.text, theme);
        for (said, bad) in self.signature.failure_lines() {
            row += dialog_box::words(buf, area, row, &said, if bad { theme.urgent } else { theme.dim }, theme);
        }
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

    /// Shares out the rows of a dialog over `area`. When space is short, items scroll first, then the fields, which keep
    /// half of it; the signature always shows.
    fn layout(&self, theme: &Theme, area: Rect) -> Layout {
        let (width, _) = dialog_box::columns(area);
        let lines = self.lines(width, theme);
        let hints = self.hints_at_secret();
        let meaning = self.meaning();
        let most = area.height.saturating_sub(2);
        let wanted = height(&self.form, width, theme);
        let mut foot = self.foot_height(&meaning, &hints, width);
        if most < 12 {
            let least = self.signature.least_height(&self.form, &meaning, &hints, width);
            foot = foot.min(most.saturating_sub(2).max(least)).min(most);
        }
        let left = most.saturating_sub(foot);
        let kept = if wanted > 0 { ITEMS.min(left.div_ceil(2)) } else { left };
        let shown = rows(&lines).min(left.saturating_sub(wanted).max(kept));
        Layout { lines, hints, meaning, shown, form: wanted.min(left.saturating_sub(shown)), foot }
    }

    /// Returns the first line of the next page; of a sign-off, its first item.
    pub fn page_down(&self, theme: &Theme, area: Rect) -> usize {
        if let Some(of) = self.sign_off() {
            return SignOffView { state: self, of }.page_down(theme, area);
        }
        let Layout { lines, shown, .. } = self.layout(theme, area);
        window(&lines, window(&lines, self.first, shown).end, shown).start
    }

    /// Returns the first line of the page before, which leads up to the lines shown.
    pub fn page_up(&self, theme: &Theme, area: Rect) -> usize {
        if let Some(of) = self.sign_off() {
            return SignOffView { state: self, of }.page_up(theme, area);
        }
        let Layout { lines, shown, .. } = self.layout(theme, area);
        let start = window(&lines, self.first, shown).start;
        let before = start.saturating_sub(usize::from(shown));
        let leads = |at: &usize| begins(&lines, *at) && window(&lines, *at, shown).end >= start;
        (before..start).find(leads).unwrap_or(before)
    }
}

/// Returns the lines shown from a line on: whole items, as many as fit; of an item that is too long alone, what fits.
fn window(lines: &[Line], from: usize, rows: u16) -> Range<usize> {
    let floor = lines.len().saturating_sub(usize::from(rows));
    let last = (floor..lines.len()).find(|at| begins(lines, *at)).unwrap_or(floor);
    let first = from.min(last);
    let end = (first + usize::from(rows)).min(lines.len());
    let whole = (first + 1..=end).rev().find(|at| *at == lines.len() || begins(lines, *at));
    first..whole.unwrap_or(end)
}

/// The lines of the items, the words below them, and the rows of each part.
struct Layout {
    lines: Vec<Line>,
    hints: Vec<Hint>,
    meaning: String,
    shown: u16,
    form: u16,
    foot: u16,
}

fn rows(lines: &[Line]) -> u16 {
    u16::try_from(lines.len()).unwrap_or(u16::MAX)
}

/// Whether a line is the first one of its item.
fn begins(lines: &[Line], at: usize) -> bool {
    lines.get(at).is_some_and(|line| at == 0 || lines[at - 1].item != line.item)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(items: &[usize]) -> Vec<Line> {
        let of = |(item, count): (usize, &usize)| {
            let line = move |_| Line { item, lead: String::new(), words: String::new(), style: Style::new() };
            (0..*count).map(line).collect::<Vec<_>>()
        };
        items.iter().enumerate().flat_map(of).collect()
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_to_the_end_and_cut_no_item_that_fits() {
        for items in [&[1; 12][..], &[3, 1, 2, 4, 1, 1, 5], &[30], &[2, 30, 2], &[4]] {
            let lines = lines(items);
            for rows in 1..16 {
                let mut page = window(&lines, 0, rows);
                let mut pages = vec![page.clone()];
                for _ in 0..lines.len() {
                    let next = window(&lines, page.end, rows);
                    assert!(next.start <= page.end && next.end >= page.end, "{items:?} {rows}: {page:?} {next:?}");
                    page = next;
                    pages.push(page.clone());
                }
                assert_eq!((pages[0].start, page.end), (0, lines.len()), "{items:?} {rows}");
                for page in &pages {
                    assert!(page.len() <= usize::from(rows) && !page.is_empty());
                    let cut = page.end < lines.len() && !begins(&lines, page.end);
                    let one = lines[page.start].item == lines[page.end - 1].item;
                    assert!(!cut || one, "{items:?} {rows}: {page:?}");
                }
            }
        }
    }
}
