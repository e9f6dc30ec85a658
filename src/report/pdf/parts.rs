//! Draws the parts that several documents share: titles, facts, panels, commands, the QR code, how to check.

use std::collections::BTreeSet;

use chrono::NaiveTime;
use countersign_core::primitives::date::day_words;
use krilla::geom::Rect;
use krilla::tagging::{BBox, Placement, TableHeaderScope, Tag};
use qrcode::{Color, EcLevel, QrCode};

use crate::made::{Made, grouped};
use crate::pdf::font::codes;
use crate::pdf::sheet::{Op, Sheet, ops_of};
use crate::pdf::text::{Framed, Ink, Laid, Run, Style, Text, mm};

pub const BODY: Style = Style::new(9.5);
/// The sizes of a title, of a section and of a subsection.
pub const TITLE: Style = Style::new(20.0).bold();
pub const SECTION: Style = Style::new(13.0).bold();
pub const SUBSECTION: Style = Style::new(10.0).bold();
pub const NOTE: Style = Style::new(8.0).soft();
/// The size of text in tables.
pub const TABLE: Style = Style::new(8.4);
pub const ID: f32 = 6.8;

/// Signed off.
pub const TICK: Framed = Framed { letter: '✓', fill: Ink::White, frame: Ink::Black, ink: Ink::Black };

/// Returns the frame of the letter of an open state.
pub const fn open_frame(letter: char) -> Framed {
    Framed { letter, fill: Ink::White, frame: Ink::Hairline, ink: Ink::Black }
}

/// Returns a state as documents print it: its letter in a frame, then the word.
pub fn state(base: Style, framed: Framed, word: &str) -> Text {
    let bold = matches!(framed.letter, 'E' | 'X' | 'N');
    let text = Text::new(base).frame(framed).space(base.size * 0.35);
    if bold { text.bold(word) } else { text.say(word) }
}

/// Formats a time as documents print it: `28 Nov 2026, 18:40`.
pub fn time_words(day: chrono::NaiveDate, time: NaiveTime) -> String {
    format!("{}, {}", day_words(day), time.format("%H:%M"))
}

/// Says when, by whom and from which log: `Made 28 Nov 2026, 18:40 by Tilly Officer, from a log of 1,952 entries.`
pub fn made_words(made: &Made) -> String {
    let by = if made.by.is_empty() { String::new() } else { format!(" by {}", made.by) };
    let entries = if made.size == 1 { "entry" } else { "entries" };
    format!("Made {}{by}, from a log of {} {entries}.", made.when(), grouped(made.size))
}

impl Sheet<'_> {
    /// Draws the bar over a title.
    pub fn bar(&mut self, width: f32, height: f32) {
        let areas = vec![[self.left, self.y, width, height]];
        self.decorate(vec![Op::Fill { areas, ink: Ink::Accent }]);
        self.y += height;
    }

    /// Draws the title of a document that begins on its first page.
    pub fn opening(&mut self, kind: &str, title: &str, below: &str) {
        self.bar(mm(14.0), mm(1.6));
        self.y += mm(2.6);
        self.para(&Text::of(Style::new(9.0).bold().ink(Ink::Accent), kind));
        self.y += mm(2.6);
        self.heading(1, &Text::of(TITLE, title).leading(0.3), None);
        self.y += mm(3.2);
        self.para(&Text::of(Style::new(10.5), below));
        self.y += mm(5.0);
    }

    pub fn subsection(&mut self, words: &str) {
        self.gap(mm(4.5));
        self.heading(3, &Text::of(SUBSECTION, words), None);
        self.y += mm(1.6);
    }

    pub fn note(&mut self, words: &str) {
        self.para(&Text::of(NOTE, words));
    }

    /// Draws facts: a label at the left, a value at the right.
    pub fn facts(&mut self, label: f32, facts: &[(&str, Text)]) {
        let named = |(name, value): &(&str, Text)| (Text::of(value.base().soft(), name), value.clone());
        self.labelled(label, &facts.iter().map(named).collect::<Vec<_>>());
    }

    /// Draws values, each with a label of its own style.
    pub fn labelled(&mut self, label: f32, facts: &[(Text, Text)]) {
        self.tagged(Tag::Table, |sheet| {
            for (at, (name, value)) in facts.iter().enumerate() {
                let name = sheet.lay(name, label);
                let value = sheet.lay(value, sheet.width - label);
                let height = mm(1.1) * 2.0 + value.height.max(name.height);
                sheet.room(height);
                let (thick, ink) = if at == 0 { (0.8, Ink::Black) } else { (0.4, Ink::Hairline) };
                sheet.rule(thick, ink);
                sheet.tagged(Tag::TR, |sheet| {
                    let y = sheet.y + mm(1.1);
                    let scope = TableHeaderScope::Row;
                    sheet.tagged(Tag::TH(scope), |sheet| sheet.draw(ops_of(&name.lines, sheet.left, y)));
                    sheet.tagged(Tag::TD, |sheet| sheet.draw(ops_of(&value.lines, sheet.left + label, y)));
                });
                sheet.y += height;
            }
        });
        self.rule(0.4, Ink::Hairline);
    }

    /// Draws a text in a frame, on one page.
    pub fn panel(&mut self, title: &str, body: &Text) {
        let inset = mm(3.2);
        self.gap(mm(5.0));
        let title = Text::of(Style::new(9.5).bold(), title);
        let width = self.width - inset * 2.0;
        let (title, body) = (self.lay(&title, width), self.lay(body, width));
        let between = mm(1.9);
        let height = title.height + between + body.height + inset * 2.0;
        self.room(height);
        let area = [self.left, self.y, self.width, height];
        self.decorate(vec![Op::Frame { area, width: 0.6, ink: Ink::Black }]);
        let (x, y) = (self.left + inset, self.y + inset);
        self.tagged(Tag::P, |sheet| sheet.draw(ops_of(&title.lines, x, y)));
        self.tagged(Tag::P, |sheet| sheet.draw(ops_of(&body.lines, x, y + title.height + between)));
        self.y += height;
    }

    /// Draws a command on a pale ground; `\n` begins a line that continues it.
    pub fn command(&mut self, words: &str) {
        let style = Style::new(8.0).mono();
        let inset = [mm(2.5), mm(1.8)];
        self.y += mm(2.4);
        let mut laid = Laid::default();
        for (at, row) in words.split('\n').enumerate() {
            let indent = if at == 0 { 0.0 } else { 2.0 * style.size };
            let width = self.width - inset[0] * 2.0 - indent;
            let part = self.lay(&Text::of(style, row), width);
            let start = if at == 0 { 0.0 } else { laid.height + 0.58 * style.size };
            for mut line in part.lines {
                line.top += start;
                for run in &mut line.runs {
                    if let Run::Words { x, .. } = run {
                        *x += indent;
                    }
                }
                laid.lines.push(line);
            }
            laid.height = start + part.height;
        }
        let height = laid.height + inset[1] * 2.0;
        self.room(height);
        let areas = vec![[self.left, self.y, self.width, height]];
        self.decorate(vec![Op::Fill { areas, ink: Ink::Pale }]);
        let (x, y) = (self.left + inset[0], self.y + inset[1]);
        self.tagged(Tag::P, |sheet| {
            sheet.tagged(Tag::Code, |sheet| sheet.draw(ops_of(&laid.lines, x, y)));
        });
        self.y += height + mm(2.4);
    }

    /// Draws the QR code of a checkpoint code.
    pub fn qr(&mut self, code: &str, side: f32) {
        let Ok(made) = QrCode::with_error_correction_level(code, EcLevel::M) else { return };
        let modules = made.width();
        let step = side / number(modules);
        let dark = made.to_colors();
        let mut areas = Vec::new();
        for (row, cells) in dark.chunks(modules).enumerate() {
            let mut start = None;
            for at in 0..=modules {
                let is_dark = cells.get(at) == Some(&Color::Dark);
                match (is_dark, start) {
                    (true, None) => start = Some(at),
                    (false, Some(from)) => {
                        let (x, y) = (self.left + number(from) * step, self.y + number(row) * step);
                        // A hair more, so that no printer leaves a gap between rows.
                        areas.push([x, y, number(at - from) * step, step + 0.02]);
                        start = None;
                    }
                    _ => {}
                }
            }
        }
        let mut tag = Tag::Figure(Some(format!("QR code of the checkpoint code {code}")));
        if let Some(area) = Rect::from_xywh(self.left, self.y, side, side) {
            tag.set_bbox(Some(BBox::new(self.page(), area)));
            tag.set_placement(Some(Placement::Block));
        }
        self.tagged(tag, |sheet| sheet.draw(vec![Op::Fill { areas, ink: Ink::Black }]));
        self.y += side;
    }

    /// Draws the line that the licence of the standard's text asks for, and names the letters that print as a square.
    pub fn closing(&mut self, attribution: Option<&str>, missing: &BTreeSet<char>) {
        if let Some(words) = attribution {
            self.note(words);
        }
        if !missing.is_empty() {
            if attribution.is_some() {
                self.y += mm(1.6);
            }
            self.note(&missing_words(missing));
        }
    }
}

/// Says which letters print as a square.
pub fn missing_words(missing: &BTreeSet<char>) -> String {
    format!(
        "Letters that the fonts of this document lack print as □: {}. The log holds the real ones.",
        codes(missing, 24)
    )
}

/// Converts a small count to a length.
pub fn number(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
