//! Draws what surrounds every screen: the top line, the message, the footer, and the note when a window is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::theme::Theme;
use crate::widget::draw::{clear, line, owned_line, right};
use crate::widget::text::{columns, wrap};

/// Minimum window size of the program: columns, rows.
pub const SMALLEST: (u16, u16) = (40, 10);
/// Minimum rows for a separate message line.
const MESSAGE_ROWS: u16 = 36;

/// The parts of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub top: Rect,
    pub body: Rect,
    /// The message line, if it has its own.
    pub message: Option<Rect>,
    pub footer: Rect,
}

/// Returns the parts of a window of this size, or `None` if it is too small.
pub fn parts(area: Rect) -> Option<Parts> {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return None;
    }
    let row = |y: u16| Rect { y, height: 1, ..area };
    let bottom = area.bottom() - 1;
    let message = (area.height >= MESSAGE_ROWS).then(|| row(bottom - 1));
    let used = 2 + u16::from(message.is_some());
    let body = Rect { y: area.y + 1, height: area.height - used, ..area };
    Some(Parts { top: row(area.y), body, message, footer: row(bottom) })
}

/// The left part of the top line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Title {
    /// The open trainee or the screen.
    pub subject: String,
    /// Details about it; those that do not fit are left out.
    pub about: Vec<String>,
}

impl Title {
    pub fn new(subject: impl Into<String>, about: Vec<String>) -> Self {
        Self { subject: subject.into(), about }
    }
}

/// The top line, most important part first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopLine {
    pub title: Title,
    /// The current signer and the end of their session: pieces from left to right.
    pub signer: Vec<(String, Style)>,
}

/// Draws the top line.
pub fn top_line(top: &TopLine, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let width = usize::from(within.width);
    let wide = |pieces: &[(String, Style)]| pieces.iter().map(|(words, _)| columns(words)).sum::<usize>();
    let mut signer: &[(String, Style)] = &top.signer;
    let name = "countersign  ";
    // The last piece (the time of the lock) is dropped before the trainee's name is cut.
    if name.len() + columns(&top.title.subject) + 2 + wide(signer) > width {
        signer = &signer[..signer.len().min(2)];
    }
    // Both names always show in part: whose record it is, and who signs.
    let least = (width * 2 / 5).min(columns(&top.title.subject));
    let room = width.saturating_sub(wide(signer) + 2).max(least);
    let left = Rect { width: room as u16, ..within };
    let mut pieces = vec![(name.to_owned(), theme.strong)];
    if columns(&top.title.subject) + name.len() > room {
        pieces.clear();
    }
    pieces.push((top.title.subject.clone(), theme.bold));
    for (index, about) in top.title.about.iter().enumerate() {
        let joint = if index == 0 { "  ".to_owned() } else { format!(" {} ", theme.glyphs.dot) };
        let piece = format!("{joint}{about}");
        if wide(&pieces) + columns(&piece) > room {
            break;
        }
        pieces.push((piece, theme.dim));
    }
    draw(&pieces, theme, buf, left);
    let used = wide(signer).min(width.saturating_sub(room + 2)) as u16;
    draw(signer, theme, buf, Rect { x: within.right() - used, width: used, ..within });
}

fn draw(pieces: &[(String, Style)], theme: &Theme, buf: &mut Buffer, area: Rect) {
    owned_line(buf, area, 0, pieces, theme);
}

/// Maximum lines of a message.
const MESSAGE_LINES: usize = 4;

/// Draws a message and a dim hint next to it. If it does not fit on its line, it grows upwards: what a refusal says to do
/// must not be cut off.
pub fn message(what: (&str, Style), hint: &str, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let width = usize::from(within.width);
    let joint = if hint.is_empty() { "" } else { "  " };
    if columns(what.0) + columns(joint) + columns(hint) <= width {
        line(buf, within, 0, &[what, (joint, theme.dim), (hint, theme.dim)], theme);
        return;
    }
    let hint = wrap(hint, width).into_iter().map(|words| (words, theme.dim));
    let lines: Vec<_> = wrap(what.0, width).into_iter().map(|words| (words, what.1)).chain(hint).collect();
    let lines: Vec<_> = lines.into_iter().filter(|(words, _)| !words.is_empty()).take(MESSAGE_LINES).collect();
    let above = (lines.len() as u16).saturating_sub(1).min(area.y);
    let place = Rect { y: area.y - above, height: above + 1, ..area };
    clear(buf, place);
    for (y, piece) in lines.into_iter().enumerate() {
        line(buf, Rect { y: place.y, height: place.height, ..within }, y as u16, &[piece], theme);
    }
}

/// A key in the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FooterKey {
    pub key: String,
    /// What it does, in one or two words.
    pub label: String,
    pub ready: Ready,
}

/// Whether a command can run now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    Yes,
    No,
}

/// Draws as many keys as fit, always including the last, and a figure at the right end.
pub fn footer(keys: &[FooterKey], figure: &str, theme: &Theme, buf: &mut Buffer, area: Rect) {
    const GAP: usize = 3;
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let wide = |key: &FooterKey| columns(&key.key) + 1 + columns(&key.label);
    let figure_room = if figure.is_empty() { 0 } else { columns(figure) + 2 };
    let room = usize::from(within.width).saturating_sub(figure_room);
    let Some((last, others)) = keys.split_last() else { return };
    let mut left = room.saturating_sub(wide(last));
    let fitting = others.iter().take_while(|key| {
        let fits = wide(key) + GAP <= left;
        left = left.saturating_sub(wide(key) + GAP);
        fits
    });
    let mut pieces: Vec<(&str, Style)> = Vec::new();
    for key in fitting.chain([last]) {
        let (name, label) = match key.ready {
            Ready::Yes => (theme.strong, theme.text),
            Ready::No => (theme.dim, theme.dim),
        };
        if !pieces.is_empty() {
            pieces.push(("   ", theme.text));
        }
        pieces.extend([(key.key.as_str(), name), (" ", theme.text), (key.label.as_str(), label)]);
    }
    line(buf, Rect { width: room as u16, ..within }, 0, &pieces, theme);
    right(buf, within, 0, (figure, theme.dim), theme);
}

/// Draws the note that the window is too small.
pub fn too_small(theme: &Theme, buf: &mut Buffer, area: Rect) {
    let words = format!("The window is too small: at least {} by {} are needed", SMALLEST.0, SMALLEST.1);
    // The last column stays empty, so that the last cell of the screen is a plain space.
    let width = area.width.saturating_sub(1);
    let lines = wrap(&words, usize::from(width));
    let above = area.height.saturating_sub(lines.len() as u16) / 2;
    for (y, words) in lines.iter().enumerate() {
        line(buf, Rect { width, ..area }, above + y as u16, &[(words, theme.text)], theme);
    }
}
