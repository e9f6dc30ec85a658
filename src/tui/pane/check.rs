//! Draws a sign-off that needs a second check, what samples decided lately, and how much of each supervisor's work was sampled.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::msg::CheckDetail;
use crate::theme::{Focus, Theme};
use crate::widget::draw::owned_line;
use crate::widget::gauge;
use crate::widget::lines::{Labelled, Line, draw_lines, labelled};
use crate::widget::part::{heading, words_area};
use crate::widget::text::{columns, pad};
use countersign_core::primitives::date::{day_words, short_day};
use countersign_core::record::ksb_status::State;
use countersign_core::record::quality_assurance::{Checked, QaItem, QaReason, SAMPLE_GOAL, SampleShare};
use countersign_core::statement::kinds::sample::Sampled;

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct CheckPane<'a> {
    pub row: &'a QaItem,
    /// Its details, once they are loaded.
    pub detail: Option<&'a CheckDetail>,
    /// The key that answers.
    pub sign: &'a str,
    /// The key that opens the record.
    pub open: &'a str,
    pub today: NaiveDate,
}

/// Columns of the labels.
const LABEL: usize = 10;

impl CheckPane<'_> {
    /// Draws the heading, and as many lines as fit.
    pub fn view(self, theme: &Theme, buf: &mut Buffer, area: Rect) {
        let row = self.row;
        let (word, day) = (self.since_word(), short_day(row.since.local_day(), self.today));
        let title = format!("{}, {}", row.code, row.trainee_name);
        let right = [(format!("{word} {day}"), theme.dim)];
        heading(buf, area, (&title, theme.heading(Focus::Elsewhere)), &right, theme);
        let within = words_area(area);
        let width = usize::from(within.width);
        let mut answer = self.answer(width, theme);
        let mut lines = self.lines(width, theme);
        let rows = usize::from(within.height);
        if lines.len() + answer.len() > rows {
            // Blank rows go first, then the labels.
            answer.remove(0);
            lines = self.brief(width, theme);
        }
        // The answers are never left out.
        if lines.len() + answer.len() > rows {
            let room = rows.saturating_sub(answer.len());
            draw_lines(buf, Rect { height: room as u16, ..within }, &lines, (self.open, "opens the record"), theme);
            let below = Rect { y: within.y + room as u16, height: within.height - room as u16, ..within };
            draw_lines(buf, below, &answer, ("", ""), theme);
        } else {
            lines.extend(answer);
            draw_lines(buf, within, &lines, ("", ""), theme);
        }
    }

    fn since_word(self) -> &'static str {
        match self.row.look {
            QaReason::Rejected { .. } => "rejected",
            QaReason::Countersign => "signed",
            QaReason::Sample { .. } => "drawn",
        }
    }

    fn lines(self, width: usize, theme: &Theme) -> Vec<Line> {
        let mut lines = Vec::new();
        let put = |lines: &mut Vec<Line>, label: &str, words: &str, style: Style, hang: usize| {
            let text = Labelled { label: (label, theme.dim), words, style, indent: LABEL, hang };
            labelled(lines, text, width, theme);
        };
        let (open, close) = theme.glyphs.quotes;
        if let QaReason::Rejected { by, reason } = &self.row.look {
            let said = reason.as_ref().map(|reason| format!(": {open}{reason}{close}")).unwrap_or_default();
            put(&mut lines, "Rejected", &format!("by {by}{said}"), theme.urgent, 0);
            lines.push(Vec::new());
        }
        let Some(CheckDetail { record, text, sound }) = self.detail else { return lines };
        let plain = Labelled { label: ("", theme.text), words: text, style: theme.text, indent: 0, hang: 0 };
        labelled(&mut lines, plain, width, theme);
        lines.push(Vec::new());
        lines.push(rule("What was signed", width, theme));
        put(&mut lines, "Outcome", record.outcome.words(), theme.text, 0);
        put(&mut lines, "Seen", &day_words(record.observed), theme.text, 0);
        let clock = record.signed.local().format("%H:%M");
        let signed = format!("{}, {clock}", day_words(record.signed.local_day()));
        put(&mut lines, "Signed", &signed, theme.text, 0);
        put(&mut lines, "By", record.signer_name.as_str(), theme.text, 0);
        let how: Vec<&str> = record
            .method
            .map(countersign_core::statement::kinds::sign_off::Method::words)
            .into_iter()
            .chain(record.supervision.map(countersign_core::statement::kinds::sign_off::Supervision::words))
            .collect();
        if !how.is_empty() {
            put(&mut lines, "Method", &how.join(", "), theme.text, 0);
        }
        if let Some(place) = &record.place {
            put(&mut lines, "Where", place.as_str(), theme.text, 0);
        }
        if !record.evidence.is_empty() {
            let names: Vec<String> = record.evidence.iter().map(|file| file.name.to_string()).collect();
            put(&mut lines, "Files", &format!("{}, {}", names.len(), names.join(", ")), theme.text, 0);
        }
        if let QaReason::Sample { draw, .. } = &self.row.look {
            put(&mut lines, "Draw", &format!("{} of {}, from seed {}", draw.number, draw.of, draw.seed), theme.text, 0);
        }
        if let Some(feedback) = &record.feedback {
            put(&mut lines, "Feedback", &format!("{open}{feedback}{close}"), theme.text, 1);
        }
        if let Some(late) = &record.late {
            put(&mut lines, "Late", late.as_str(), theme.text, 0);
        }
        if let Some(words) = record.presence.words() {
            put(&mut lines, "Signed", words, theme.text, 0);
        }
        lines.push(Vec::new());
        lines.push(signature(*sound, record.position, theme));
        lines
    }

    /// Returns the same without labels, for a low window: most facts share a line.
    fn brief(self, width: usize, theme: &Theme) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut put = |words: &str, style: Style| {
            let text = Labelled { label: ("", theme.text), words, style, indent: 0, hang: 0 };
            labelled(&mut lines, text, width, theme);
        };
        let (open, close) = theme.glyphs.quotes;
        if let QaReason::Rejected { by, reason } = &self.row.look {
            let said = reason.as_ref().map(|reason| format!(": {open}{reason}{close}")).unwrap_or_default();
            put(&format!("Rejected by {by}{said}"), theme.urgent);
        }
        let Some(CheckDetail { record, text, sound }) = self.detail else { return lines };
        put(text, theme.text);
        let how = record.method.map(countersign_core::statement::kinds::sign_off::Method::words);
        let seen = format!("{}, seen {}", record.outcome.words(), day_words(record.observed));
        let what: Vec<String> = std::iter::once(seen)
            .chain(how.map(str::to_owned))
            .chain(record.place.as_ref().map(ToString::to_string))
            .chain(std::iter::once(format!("by {}", record.signer_name)))
            .collect();
        put(&what.join(", "), theme.dim);
        if let Some(feedback) = &record.feedback {
            put(&format!("{open}{feedback}{close}"), theme.text);
        }
        lines.push(signature(*sound, record.position, theme));
        lines
    }

    /// Returns what can be answered, and with which key.
    fn answer(self, width: usize, theme: &Theme) -> Vec<Line> {
        let mut lines = vec![Vec::new(), rule("Your answer", width, theme)];
        let answers: &[(&str, &str, &str)] = match self.row.look {
            QaReason::Countersign => &[(self.sign, "Countersign", "you agree with this sign-off")],
            QaReason::Sample { .. } => {
                &[(self.sign, "Accept", "the evidence shows it"), ("", "or reject", "then it no longer counts")]
            }
            QaReason::Rejected { .. } => &[(self.open, "Open", "the record, to sign it again")],
        };
        let widest = answers.iter().map(|(_, does, _)| columns(does)).max().unwrap_or(0) + 2;
        let key = columns(answers[0].0) + 1;
        for (press, does, meaning) in answers {
            lines.push(vec![
                (pad(press, key, theme), theme.key),
                (pad(does, widest, theme), theme.text),
                ((*meaning).to_owned(), theme.dim),
            ]);
        }
        lines
    }
}

/// Returns whether the signature is valid, and its entry.
fn signature(sound: bool, position: u64, theme: &Theme) -> Line {
    let (mark, words, style) = if sound {
        (theme.state_mark(State::Signed), "The signature is valid.", theme.signed)
    } else {
        (theme.state_mark(State::NotYet), "The signature is not valid.", theme.urgent)
    };
    vec![(format!("{mark} {words} Entry {position}."), style)]
}

/// Draws what second checks are, for who has none.
pub fn explained(theme: &Theme, buf: &mut Buffer, area: Rect) {
    heading(buf, area, ("What comes here", theme.heading(Focus::Elsewhere)), &[], theme);
    let within = words_area(area);
    let width = usize::from(within.width);
    let mut lines = Vec::new();
    for (label, words) in [
        ("Sample", "A verifier draws sign-offs at random, and reads what was signed and its evidence."),
        ("Accept", "The evidence shows it. The sign-off counts as before."),
        ("Reject", "It no longer counts. The supervisor sees why here, and signs again."),
        ("Second", "If the department asks for two signatures, the sign-offs that need the second one wait here."),
    ] {
        let text = Labelled { label: (label, theme.dim), words, style: theme.text, indent: LABEL, hang: 0 };
        labelled(&mut lines, text, width, theme);
    }
    draw_lines(buf, within, &lines, ("", ""), theme);
}

/// Returns a heading within a part.
fn rule(words: &str, width: usize, theme: &Theme) -> Line {
    let rest = width.saturating_sub(columns(words) + 1);
    vec![(format!("{words} "), theme.strong), (theme.glyphs.border[4].repeat(rest), theme.rule)]
}

/// Draws what samples decided this month, the newest first.
pub fn samples(checked: &Checked, today: NaiveDate, log: &str, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let right = if checked.samples.is_empty() { Vec::new() } else { vec![(checked.words(), theme.dim)] };
    heading(buf, area, ("Sampled this month", theme.heading(Focus::Elsewhere)), &right, theme);
    let within = words_area(area);
    let (rows, count) = (usize::from(within.height), checked.samples.len());
    if count == 0 {
        owned_line(buf, within, 0, &[("Nothing yet".to_owned(), theme.dim)], theme);
        return;
    }
    let shown = if count > rows { rows.saturating_sub(1) } else { count };
    let left = usize::from(within.width).saturating_sub(12 + 5 + 1 + 7);
    let signer = (left / 2).min(28);
    let name = left.saturating_sub(signer + 1);
    for (y, one) in checked.samples.iter().take(shown).enumerate() {
        let (mark, word, style) = match one.outcome {
            Sampled::Accepted => (State::Signed, "accepted", theme.signed),
            Sampled::Rejected => (State::NotYet, "rejected", theme.urgent),
        };
        let pieces = [
            (format!("{} {word}  ", theme.state_mark(mark)), style),
            (format!("{} ", pad(one.trainee_name.as_str(), name, theme)), theme.text),
            (pad(&one.code.to_string(), 5, theme), theme.text),
            (format!("{} ", pad(one.signer_name.as_str(), signer, theme)), theme.dim),
            (format!("{:>6}", short_day(one.on, today)), theme.dim),
        ];
        owned_line(buf, within, y as u16, &pieces, theme);
    }
    if count > shown {
        let more = format!("{} more  ", count - shown);
        let pieces = [(more, theme.dim), (log.to_owned(), theme.key), (" shows the log".to_owned(), theme.dim)];
        owned_line(buf, within, shown as u16, &pieces, theme);
    }
}

/// Draws how much of each supervisor's work was sampled, against the goal.
pub fn shares(checked: &Checked, draw: Option<&str>, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let right = [(format!("goal {SAMPLE_GOAL} %"), theme.dim)];
    heading(buf, area, ("How much of each supervisor was sampled", theme.heading(Focus::Elsewhere)), &right, theme);
    let within = words_area(area);
    // The last row names the key, with a blank row above it.
    let rows = usize::from(within.height).saturating_sub(2);
    let count = checked.supervisors.len();
    let shown = if count > rows { rows.saturating_sub(1) } else { count };
    let width = usize::from(within.width);
    // The figure, the share and the word, each with its gap.
    let left = width.saturating_sub(2 + 12 + 7 + 7);
    let bar = (left / 2).min(24);
    let name = left - bar;
    for (y, one) in checked.supervisors.iter().take(shown).enumerate() {
        let mut pieces = vec![(pad(one.name.as_str(), name, theme), theme.text)];
        pieces.extend(share_bar(one, bar, theme));
        let (word, style) = if one.is_below() { ("  below", theme.late) } else { ("", theme.text) };
        pieces.push((format!("{:>14}", format!("{} of {}", one.sampled, one.of)), theme.dim));
        pieces.push((format!("{:>5} %", one.percent()), theme.text));
        pieces.push((word.to_owned(), style));
        owned_line(buf, within, y as u16, &pieces, theme);
    }
    if count > shown {
        let more = format!("{} more, who signed less", count - shown);
        owned_line(buf, within, shown as u16, &[(more, theme.dim)], theme);
    }
    let who = draw.map_or(("A verifier", theme.dim), |key| (key, theme.key));
    let does = [(who.0.to_owned(), who.1), (" draws sign-offs at random".to_owned(), theme.dim)];
    owned_line(buf, within, within.height.saturating_sub(1), &does, theme);
}

/// Returns the bar of a share, which is full at twice the goal.
fn share_bar(one: &SampleShare, width: usize, theme: &Theme) -> Vec<(String, Style)> {
    let share = one.sampled.saturating_mul(1000) / one.of.max(1);
    let most = SAMPLE_GOAL * 20;
    gauge::thin(width, share.min(most), most, Some(most / 2), theme)
}
