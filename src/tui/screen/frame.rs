//! What stands around every screen: the top line, the message, the footer, and the words where a window is too small.
//! Must never know what a screen shows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::theme::Theme;
use crate::tui::widget::draw::{clear, line, right};
use crate::tui::widget::text::{columns, wrap};

/// The smallest window that the program can be used in.
pub const SMALLEST: (u16, u16) = (40, 10);
/// From so many rows on, a message has a line of its own.
const MESSAGE_ROWS: u16 = 36;

/// The parts of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub top: Rect,
    pub body: Rect,
    /// The line of messages, where it has one of its own.
    pub message: Option<Rect>,
    pub footer: Rect,
}

/// The parts of a window of this size, or `None` where it is too small.
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

/// What the top line says, first what matters most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopLine {
    /// What is open: a trainee, or a screen.
    pub subject: String,
    /// About it, each part left out where there is no room.
    pub about: Vec<String>,
    /// Whose signature is next, and until when: pieces from left to right.
    pub signer: Vec<(String, Style)>,
}

/// Draws the top line.
pub fn top_line(top: &TopLine, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let width = usize::from(within.width);
    let wide = |pieces: &[(String, Style)]| pieces.iter().map(|(words, _)| columns(words)).sum::<usize>();
    let mut signer: &[(String, Style)] = &top.signer;
    let name = "countersign  ";
    // The last piece (when the screen locks) gives way before the trainee's name does.
    if name.len() + columns(&top.subject) + 2 + wide(signer) > width {
        signer = &signer[..signer.len().min(2)];
    }
    // A long name leaves the other its part: whose record it is, and who signs, are both always there.
    let least = (width * 2 / 5).min(columns(&top.subject));
    let room = width.saturating_sub(wide(signer) + 2).max(least);
    let left = Rect { width: room as u16, ..within };
    let mut pieces = vec![(name.to_owned(), theme.strong)];
    if columns(&top.subject) + name.len() > room {
        pieces.clear();
    }
    pieces.push((top.subject.clone(), theme.bold));
    for (index, about) in top.about.iter().enumerate() {
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
    let pieces: Vec<_> = pieces.iter().map(|(words, style)| (words.as_str(), *style)).collect();
    line(buf, area, 0, &pieces, theme);
}

/// The most lines that a message takes.
const MESSAGE_LINES: usize = 4;

/// Draws a message: what happened, and a dim word beside it. What does not fit its line takes lines above it: what a
/// refusal says to do must not be cut off.
pub fn message(what: (&str, Style), beside: &str, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let width = usize::from(within.width);
    let joint = if beside.is_empty() { "" } else { "  " };
    if columns(what.0) + columns(joint) + columns(beside) <= width {
        line(buf, within, 0, &[what, (joint, theme.dim), (beside, theme.dim)], theme);
        return;
    }
    let beside = wrap(beside, width).into_iter().map(|words| (words, theme.dim));
    let lines: Vec<_> = wrap(what.0, width).into_iter().map(|words| (words, what.1)).chain(beside).collect();
    let lines: Vec<_> = lines.into_iter().filter(|(words, _)| !words.is_empty()).take(MESSAGE_LINES).collect();
    let above = (lines.len() as u16).saturating_sub(1).min(area.y);
    let place = Rect { y: area.y - above, height: above + 1, ..area };
    clear(buf, place);
    for (y, piece) in lines.into_iter().enumerate() {
        line(buf, Rect { y: place.y, height: place.height, ..within }, y as u16, &[piece], theme);
    }
}

/// One key of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FooterKey {
    pub key: String,
    /// What it does, in a word or two.
    pub label: String,
    /// Whether it can run now.
    pub ready: Ready,
}

/// Whether a command can run now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    Yes,
    No,
}

/// Draws as many keys as fit, the last of them always, and a figure at the right end.
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

/// Says that the window is too small.
pub fn too_small(theme: &Theme, buf: &mut Buffer, area: Rect) {
    let words = format!("The window is too small: at least {} by {} are needed", SMALLEST.0, SMALLEST.1);
    // The last column stays free, so that the last cell of the screen is a plain space.
    let width = area.width.saturating_sub(1);
    let lines = wrap(&words, usize::from(width));
    let above = area.height.saturating_sub(lines.len() as u16) / 2;
    for (y, words) in lines.iter().enumerate() {
        line(buf, Rect { width, ..area }, above + y as u16, &[(words, theme.text)], theme);
    }
}
