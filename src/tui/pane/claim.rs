//! Draws a claim of the queue in full: its KSBs, what the trainee wrote and the files.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::pane::record_words::first_name;
use crate::theme::{Focus, Theme};
use crate::widget::lines::{Labelled, Line, draw_lines, labelled};
use crate::widget::part::{heading, words_area};
use crate::widget::text::columns;
use countersign_core::primitives::date::{day_words, short_day};
use countersign_core::primitives::ids::KsbCode;
use countersign_core::record::claim::QueueRow;
use countersign_core::record::evidence::File;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{ClaimDetail, ClaimKsb};

/// What is drawn, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct ClaimPane<'a> {
    pub row: &'a QueueRow,
    /// Its details, once they are loaded.
    pub detail: Option<&'a ClaimDetail>,
    /// Whether the queue is that of the person at the screen.
    pub own: bool,
    /// The key that saves its files, if they can be saved here.
    pub save: Option<&'a str>,
    /// The key that shows it over the whole screen.
    pub open: &'a str,
    pub today: NaiveDate,
}

impl ClaimPane<'_> {
    /// Draws the heading, and as many lines as fit.
    pub fn view(self, theme: &Theme, buf: &mut Buffer, area: Rect) {
        let within = words_area(area);
        let sent = match &self.row.of {
            Some(_) if self.own => "sent to you".to_owned(),
            Some(name) => format!("sent to {name}"),
            None => "for any supervisor".to_owned(),
        };
        let made = self.row.made.local_day();
        let short = short_day(made, self.today);
        let title = format!("{} claims {}", self.row.trainee_name, code_words(&self.row.codes));
        let room = usize::from(within.width);
        let fits = |title: &str, right: &str| columns(title) + columns(right) + 2 <= room;
        let title = if fits(&title, &short) || self.row.codes.len() == 1 {
            title
        } else {
            format!("{} claims {} KSBs", self.row.trainee_name, self.row.codes.len())
        };
        let rights = [format!("{}, {sent}", day_words(made)), format!("{short}, {sent}"), short];
        let right = rights.into_iter().find(|right| fits(&title, right)).unwrap_or_default();
        heading(buf, area, (&title, theme.heading(Focus::Elsewhere)), &[(right, theme.dim)], theme);
        draw_lines(buf, within, &self.lines(room, theme), (self.open, "shows all"), theme);
    }

    fn lines(self, width: usize, theme: &Theme) -> Vec<Line> {
        let mut lines = Vec::new();
        let items = self.detail.map_or(&[][..], |detail| detail.items.as_slice());
        let indent = items.iter().map(|item| columns(&item.code.to_string())).max().unwrap_or(0) + 1;
        for item in items {
            ksb(&mut lines, item, (width, indent), self.today, theme);
        }
        let first = first_name(self.row.trainee_name.as_str());
        let wrote = format!("{first} wrote");
        let files = self.detail.map_or(&[][..], |detail| detail.claim.evidence.as_slice());
        let indent = columns(&wrote).min(20) + 2;
        if !lines.is_empty() {
            lines.push(Vec::new());
        }
        let reflection = self.detail.map_or(self.row.reflection.as_ref(), |detail| detail.claim.reflection.as_ref());
        let (open, close) = theme.glyphs.quotes;
        let (words, style, hang) = match reflection {
            Some(words) => (format!("{open}{}{close}", words.as_str().trim()), theme.text, 1),
            None => ("nothing".to_owned(), theme.dim, 0),
        };
        let text = Labelled { label: (&wrote, theme.dim), words: &words, style, indent, hang };
        labelled(&mut lines, text, width, theme);
        for (at, file) in files.iter().enumerate() {
            let label = match (at, files.len()) {
                (0, 1) => "File",
                (0, _) => "Files",
                _ => "",
            };
            let words = format!("{}, {}", file.name, about(file));
            labelled(
                &mut lines,
                Labelled { label: (label, theme.dim), words: &words, style: theme.text, indent, hang: 0 },
                width,
                theme,
            );
        }
        if let Some(key) = self.save.filter(|_| !files.is_empty()) {
            let does = if files.len() == 1 { " saves it" } else { " saves them" };
            let pieces = [(key.to_owned(), theme.key), (does.to_owned(), theme.text)];
            let used: usize = lines.last().into_iter().flatten().map(|(words, _)| columns(words)).sum();
            match lines.last_mut().filter(|_| used + 2 + columns(key) + columns(does) <= width) {
                Some(line) => {
                    line.push(("  ".to_owned(), theme.text));
                    line.extend(pieces);
                }
                None => {
                    lines.push([(" ".repeat(indent), theme.text)].into_iter().chain(pieces).collect());
                }
            }
        }
        lines
    }
}

/// Lays out a KSB: its code and text, and why it was not achieved the last time.
fn ksb(lines: &mut Vec<Line>, item: &ClaimKsb, (width, indent): (usize, usize), today: NaiveDate, theme: &Theme) {
    let code = item.code.to_string();
    let (label, style) = if item.waits { (theme.strong, theme.text) } else { (theme.dim, theme.dim) };
    let text = Labelled { label: (&code, label), words: &item.text, style, indent, hang: 0 };
    labelled(lines, text, width, theme);
    let mut note = |words: &str, style: Style| {
        labelled(lines, Labelled { label: ("", style), words, style, indent, hang: 2 }, width, theme);
    };
    if !item.waits {
        note("answered already", theme.dim);
        return;
    }
    let Some(record) = item.newest.as_ref().filter(|_| item.state == State::NotYet) else { return };
    let said = record.feedback.as_ref().map(|said| format!(": {said}")).unwrap_or_default();
    let day = short_day(record.observed, today);
    let words =
        format!("{} {} {day} by {}{said}", theme.state_mark(State::NotYet), State::NotYet.label(), record.signer_name);
    note(&words, theme.late);
}

/// Returns the codes as in a sentence: `S10 and S17`.
pub fn code_words(codes: &[KsbCode]) -> String {
    let words: Vec<String> = codes.iter().map(ToString::to_string).collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Returns the size of a file in words.
fn about(file: &File) -> String {
    if file.erased {
        return "erased".to_owned();
    }
    match file.size {
        0..1000 => format!("{} bytes", file.size),
        1000..1_000_000 => format!("{} kB", (file.size + 500) / 1000),
        _ => format!("{}.{} MB", file.size / 1_000_000, file.size % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_called_by_their_first_name_unless_only_its_initial_is_known() {
        for (name, first) in [
            ("Alex Trainee", "Alex"),
            ("A. Trainee", "A. Trainee"),
            ("Madonna", "Madonna"),
            ("Nguyễn Thị Minh Khai", "Nguyễn"),
        ] {
            assert_eq!(first_name(name), first);
        }
    }

    #[test]
    fn codes_read_as_in_a_sentence() {
        let codes = |all: &[&str]| code_words(&all.iter().map(|code| code.parse().unwrap()).collect::<Vec<_>>());
        assert_eq!(codes(&["S10"]), "S10");
        assert_eq!(codes(&["S10", "S17"]), "S10 and S17");
        assert_eq!(codes(&["K1", "S10", "S17"]), "K1, S10 and S17");
    }
}
