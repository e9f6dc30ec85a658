//! Shows a claim in full: each KSB with its state, the reflection and the evidence.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::Command;
use crate::dialog::event::DialogEvent;
use crate::key::{Key, KeyPress};
use crate::pane::cursor::scrolled_to;
use crate::theme::{Focus, Theme};
use crate::widget::dialog_box::{Hint, further};
use crate::widget::draw::{clear, owned_line};
use crate::widget::frame::{Titles, VisibleRows, frame, scrolled};
use crate::widget::text::wrap;
use countersign_core::primitives::date::short_day;
use countersign_core::record::claim::ClaimState;
use countersign_core::record::evidence::File;
use countersign_core::record::view::{ClaimDetail, ClaimKsb};

/// The claim, and the first line shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    sheet: ClaimDetail,
    today: NaiveDate,
    top: usize,
}

/// Maximum columns of the box.
const WIDEST: u16 = 100;
/// Indent of a text.
const INDENT: usize = 2;

impl State {
    /// Shows this claim from its first line.
    pub fn new(sheet: ClaimDetail, today: NaiveDate) -> Self {
        Self { sheet, today, top: 0 }
    }

    /// Returns the keys that work in a window of this size.
    pub fn hints(&self, size: (u16, u16)) -> Vec<Hint> {
        let mut hints = Vec::new();
        if self.waits() {
            hints.extend([("s", "sign".to_owned()), ("n", "not yet".to_owned())]);
        }
        if !self.sheet.claim.evidence.is_empty() {
            hints.push(("e", "evidence".to_owned()));
        }
        hints.extend(further(self.top, pages(self, size).1));
        hints.push(("esc", "close".to_owned()));
        hints
    }

    fn waits(&self) -> bool {
        self.sheet.claim.state() == ClaimState::Waiting
    }
}

/// Returns the rows per page, and the first line of the last page.
fn pages(state: &State, size: (u16, u16)) -> (usize, usize) {
    let area = place(Rect::new(0, 0, size.0, size.1));
    let page = usize::from(area.height.saturating_sub(2));
    (page, lines(state, area.width, None).len().saturating_sub(page))
}

/// Handles a key.
pub fn update(state: &mut State, key: KeyPress, size: (u16, u16)) -> DialogEvent {
    let (page, end) = pages(state, size);
    let id = state.sheet.claim.id;
    state.top = match key.key {
        Key::Esc | Key::Enter | Key::Char('q') => return DialogEvent::Close(Vec::new()),
        Key::Char('s') if state.waits() => return DialogEvent::Claim(id, Command::SignClaims),
        Key::Char('n') if state.waits() => return DialogEvent::Claim(id, Command::RefuseClaims),
        Key::Char('e') if !state.sheet.claim.evidence.is_empty() => return DialogEvent::Run(Command::SaveFiles),
        other => scrolled_to(other, state.top, page, end),
    };
    DialogEvent::Stay
}

/// Draws the claim and returns the cursor position.
pub fn view(state: &State, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
    let area = place(screen);
    clear(buf, area);
    let claim = &state.sheet.claim;
    let days = (state.today - claim.made.local_day()).num_days().max(0);
    let right = match claim.state() {
        ClaimState::Waiting if days == 1 => "waiting 1 day".to_owned(),
        ClaimState::Waiting => format!("waiting {days} days"),
        other => other.to_string(),
    };
    let title = format!("Claim of {}", claim.trainee_name);
    let inner = frame(buf, area, Titles { left: &title, right: &right, right_style: None }, Focus::Here, theme);
    let lines = lines(state, area.width, Some(theme));
    let within = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (y, pieces) in lines.iter().skip(state.top).take(usize::from(inner.height)).enumerate() {
        owned_line(buf, within, y as u16, pieces, theme);
    }
    scrolled(buf, inner, VisibleRows { first: state.top, shown: usize::from(inner.height), of: lines.len() }, theme);
    (!inner.is_empty()).then(|| Position::new(within.x, within.y))
}

/// Lays out the box; without a theme only the number of lines counts.
fn lines(state: &State, width: u16, theme: Option<&Theme>) -> Vec<Vec<(String, Style)>> {
    let width = usize::from(width.saturating_sub(4)).max(8);
    let style = |pick: fn(&Theme) -> Style| theme.map_or(Style::new(), pick);
    let (plain, dim, bold) = (style(|t| t.text), style(|t| t.dim), style(|t| t.strong));
    let claim = &state.sheet.claim;
    let mut lines: Vec<Vec<(String, Style)>> = Vec::new();
    let whom = claim.of.as_ref().map_or("any supervisor", |(_, name)| name.as_str());
    lines.push(vec![
        ("made ".to_owned(), dim),
        (short_day(claim.made.local_day(), state.today), plain),
        (", sent to ".to_owned(), dim),
        (whom.to_owned(), plain),
        (format!(", on {}", claim.standard), dim),
    ]);
    for item in &state.sheet.items {
        lines.push(Vec::new());
        ksb(item, state.today, width, theme, &mut lines);
    }
    lines.push(Vec::new());
    match &claim.reflection {
        Some(said) => {
            lines.push(vec![("Reflection".to_owned(), bold)]);
            for one in said.as_str().lines() {
                // Keeps the indent as typed.
                let lead = one.len() - one.trim_start().len();
                let rest = width.saturating_sub(INDENT + lead).max(8);
                let parts = wrap(one.trim_start(), rest);
                let indent = " ".repeat(INDENT + lead.min(width / 2));
                lines.extend(parts.iter().map(|part| vec![(format!("{indent}{part}"), plain)]));
                if parts.is_empty() {
                    lines.push(Vec::new());
                }
            }
        }
        None => lines.push(vec![("No reflection".to_owned(), dim)]),
    }
    lines.push(Vec::new());
    if claim.evidence.is_empty() {
        lines.push(vec![("No evidence".to_owned(), dim)]);
    } else {
        lines.push(vec![("Evidence".to_owned(), bold)]);
    }
    for file in &claim.evidence {
        lines.push(vec![(format!("{}{}", " ".repeat(INDENT), file.name), plain), (format!("  {}", about(file)), dim)]);
    }
    lines
}

/// Lays out a KSB: code, state, text and its last sign-off.
fn ksb(item: &ClaimKsb, today: NaiveDate, width: usize, theme: Option<&Theme>, lines: &mut Vec<Vec<(String, Style)>>) {
    let style = |pick: fn(&Theme) -> Style| theme.map_or(Style::new(), pick);
    let (state, mark) = theme.map_or((Style::new(), "~"), |t| (t.state(item.state), t.state_mark(item.state)));
    let answered = if item.waits { "" } else { "  answered" };
    lines.push(vec![
        (format!("{:<5}", item.code), style(|t| t.strong)),
        (format!("{mark} {}", item.state.label()), state),
        (answered.to_owned(), style(|t| t.dim)),
    ]);
    let indent = " ".repeat(INDENT);
    let mut put = |words: &str, style: Style| {
        let parts = wrap(words, width.saturating_sub(INDENT).max(8));
        lines.extend(parts.iter().map(|part| vec![(format!("{indent}{part}"), style)]));
    };
    put(&item.text, style(|t| t.text));
    let Some(record) = &item.newest else { return };
    let (by, on) = (&record.signer_name, short_day(record.observed, today));
    put(&format!("{} {on} by {by}", record.outcome.words()), style(|t| t.dim));
    if let Some(said) = &record.feedback {
        put(said.as_str(), style(|t| t.dim));
    }
    if let Some(action) = &record.action {
        put(&format!("by {}: {}", short_day(action.by, today), action.what), style(|t| t.urgent));
    }
}

/// Describes a file: type, size, and how many claims use it.
fn about(file: &File) -> String {
    if file.erased {
        return "erased".to_owned();
    }
    let size = match file.size {
        0..1024 => format!("{} bytes", file.size),
        1024..1_048_576 => format!("{} KiB", file.size.div_ceil(1024)),
        _ => format!("{}.{} MiB", file.size >> 20, ((file.size & 0xf_ffff) * 10) >> 20),
    };
    let claims = if file.claims == 1 { "1 claim".to_owned() } else { format!("{} claims", file.claims) };
    format!("{}, {size}, used in {claims}, {}", file.kind.slug(), &file.digest.hex()[..16])
}

fn place(screen: Rect) -> Rect {
    let width = if screen.width >= 64 { (screen.width - 4).min(WIDEST) } else { screen.width };
    let height = if screen.height >= 20 { screen.height - 4 } else { screen.height.saturating_sub(2) };
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}
