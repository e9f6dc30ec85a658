//! Draws what surrounds every screen: the tabs, the signer, the message, the footer, and the note when a window is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::theme::Theme;
use crate::widget::draw::{clear, line, owned_line};
use crate::widget::text::{columns, wrap};

/// Minimum window size of the program: columns, rows.
pub const SMALLEST: (u16, u16) = (40, 10);

/// From this many rows on there are blank rows above and below the context line.
const ROOMY: u16 = 30;
/// Below this many rows there is no rule and no context line.
pub const TIGHT: u16 = 14;

/// The parts of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub tabs: Rect,
    /// The rule under the tabs, with the signer.
    pub rule: Option<Rect>,
    /// What the screen is about.
    pub context: Option<Rect>,
    pub body: Rect,
    /// Always there, so that a message moves nothing.
    pub message: Rect,
    pub footer: Rect,
}

/// Returns the parts of a window of this size, or `None` if it is too small.
pub fn parts(area: Rect) -> Option<Parts> {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return None;
    }
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    let (rule, context, above) = match area.height {
        ROOMY.. => (Some(row(1)), Some(row(3)), 5),
        TIGHT.. => (Some(row(1)), Some(row(2)), 3),
        _ => (None, None, 1),
    };
    let body = Rect { y: area.y + above, width: area.width - 1, height: area.height - above - 2, ..area };
    Some(Parts { tabs: row(0), rule, context, body, message: row(area.height - 2), footer: row(area.height - 1) })
}

/// What a screen is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Title {
    /// The open trainee or the screen.
    pub subject: String,
    /// Details about it; those that do not fit are left out.
    pub about: Vec<String>,
    /// Figures in styles of their own, with gaps between them; those that do not fit are left out.
    pub sums: Vec<Vec<(String, Style)>>,
}

impl Title {
    pub fn new(subject: impl Into<String>, about: Vec<String>) -> Self {
        Self { subject: subject.into(), about, sums: Vec::new() }
    }
}

/// A tab on the top line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tab<'a> {
    /// The key that opens it.
    pub key: &'a str,
    pub name: &'a str,
    /// What waits there for this person; 0 is not shown.
    pub waiting: u32,
    pub open: bool,
}

impl Tab<'_> {
    fn width(&self, theme: &Theme) -> usize {
        let count = if self.waiting == 0 { 0 } else { columns(theme.glyphs.hidden) + digits(self.waiting) };
        columns(self.key) + 1 + columns(self.name) + count
    }
}

fn digits(number: u32) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// Returns the places of the tabs that fit: as many as possible from the first, and always the open one.
pub fn tab_places(tabs: &[Tab<'_>], theme: &Theme, area: Rect) -> Vec<(usize, Rect)> {
    let gap = if area.width < 100 { 2 } else { 3 };
    let room = usize::from(area.width.saturating_sub(2));
    let more = columns(theme.glyphs.ellipsis) + gap;
    let wide = |at: usize| tabs[at].width(theme);
    let open = tabs.iter().position(|tab| tab.open);
    let chosen = |first: usize| {
        let alone = open.filter(|open| *open >= first);
        (0..first).chain(alone)
    };
    let fits = |first: &usize| {
        let hidden = *first < tabs.len();
        let all: usize = chosen(*first).map(|at| wide(at) + gap).sum();
        all.saturating_sub(gap) + if hidden { more } else { 0 } <= room
    };
    let first = (0..=tabs.len()).rev().find(fits).unwrap_or(0);
    let mut x = area.x + 1;
    let mut places = Vec::new();
    let mut before = 0;
    for at in chosen(first) {
        if at > before {
            x += more as u16;
        }
        before = at + 1;
        let width = (wide(at) as u16).min(area.right().saturating_sub(x));
        places.push((at, Rect { x, width, height: 1, ..area }));
        x += width + gap as u16;
    }
    places
}

/// Draws the tabs, and an ellipsis for those that do not fit.
pub fn draw_tabs(tabs: &[Tab<'_>], theme: &Theme, buf: &mut Buffer, area: Rect) {
    let places = tab_places(tabs, theme, area);
    let mut before = 0;
    let mut end = area.x + 1;
    for (at, place) in &places {
        let tab = &tabs[*at];
        if *at > before {
            line(buf, Rect { x: end, width: 2, ..area }, 0, &[(theme.glyphs.ellipsis, theme.dim)], theme);
        }
        let (key, name) = if tab.open { (theme.accent, theme.accent) } else { (theme.dim, theme.text) };
        let count = format!("{}{}", theme.glyphs.hidden, tab.waiting);
        let count = if tab.waiting == 0 { "" } else { &count };
        line(buf, *place, 0, &[(tab.key, key), (" ", name), (tab.name, name), (count, theme.claimed)], theme);
        before = at + 1;
        end = place.right() + if area.width < 100 { 2 } else { 3 };
    }
    if before < tabs.len() {
        let rest = Rect { x: end.min(area.right()), width: area.right().saturating_sub(end), ..area };
        line(buf, rest, 0, &[(theme.glyphs.ellipsis, theme.dim)], theme);
    }
}

/// Draws the rule under the tabs, heavy under the open one, with the signer at its right end; or at its left end, where
/// they would meet.
pub fn draw_rule(heavy: Option<Rect>, signer: &[(String, Style)], theme: &Theme, buf: &mut Buffer, area: Rect) {
    let thin = theme.glyphs.border[4];
    buf.set_string(area.x, area.y, thin.repeat(usize::from(area.width)), theme.rule);
    let open = heavy.unwrap_or_default();
    buf.set_string(open.x, area.y, theme.glyphs.heavy.repeat(usize::from(open.width)), theme.accent);
    let words: usize = signer.iter().map(|(words, _)| columns(words)).sum();
    let width = (words as u16 + 2).min(area.width.saturating_sub(4));
    if words == 0 {
        return;
    }
    let right = area.right() - width - 2;
    let x = if right > open.right() || open.x <= width + 4 { right } else { area.x + 2 };
    let place = Rect { x, width, ..area };
    clear(buf, place);
    owned_line(buf, Rect { x: x + 1, width: width - 2, ..area }, 0, signer, theme);
}

/// Returns the places of the figures that fit, by their index.
pub fn sum_places(title: &Title, right: &[(String, Style)], theme: &Theme, area: Rect) -> Vec<(usize, Rect)> {
    context_pieces(title, right, theme, area).1
}

/// Draws what the screen is about, with pieces at the right end. They are dropped before a name is cut.
pub fn context(title: &Title, right: &[(String, Style)], theme: &Theme, buf: &mut Buffer, area: Rect) {
    let within = within_context(area);
    let (pieces, _, right) = context_pieces(title, right, theme, area);
    let used: usize = right.iter().map(|(words, _)| columns(words)).sum();
    let room = usize::from(within.width).saturating_sub(if right.is_empty() { 0 } else { used + 2 });
    owned_line(buf, Rect { width: room as u16, ..within }, 0, &pieces, theme);
    owned_line(buf, Rect { x: within.right() - used as u16, width: used as u16, ..within }, 0, right, theme);
}

fn within_context(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(3), ..area }
}

/// The pieces of the context line, the places of its figures, and the pieces at its right end.
type ContextPieces<'r> = (Vec<(String, Style)>, Vec<(usize, Rect)>, &'r [(String, Style)]);

fn context_pieces<'r>(title: &Title, right: &'r [(String, Style)], theme: &Theme, area: Rect) -> ContextPieces<'r> {
    let within = within_context(area);
    let width = usize::from(within.width);
    let wide = |pieces: &[(String, Style)]| pieces.iter().map(|(words, _)| columns(words)).sum::<usize>();
    let right = if columns(&title.subject) + 2 + wide(right) > width { &[] } else { right };
    let room = width.saturating_sub(if right.is_empty() { 0 } else { wide(right) + 2 });
    let mut pieces = vec![(title.subject.clone(), theme.strong)];
    for (index, about) in title.about.iter().enumerate() {
        let joint = if index == 0 { "  ".to_owned() } else { format!(" {} ", theme.glyphs.dot) };
        let piece = format!("{joint}{about}");
        if wide(&pieces) + columns(&piece) > room {
            break;
        }
        pieces.push((piece, theme.dim));
    }
    let all: usize = title.sums.iter().map(|sum| wide(sum)).sum();
    let gaps = title.sums.len().saturating_sub(1);
    let gap = (3..=4).rev().find(|gap| wide(&pieces) + all + gap * gaps <= room).unwrap_or(2);
    let gap = " ".repeat(gap);
    let mut places = Vec::new();
    for (at, sum) in title.sums.iter().enumerate() {
        let before = if wide(&pieces) == 0 { "" } else { &gap };
        if wide(&pieces) + columns(before) + wide(sum) <= room {
            pieces.push((before.to_owned(), theme.dim));
            places.push((at, Rect { x: within.x + wide(&pieces) as u16, width: wide(sum) as u16, height: 1, ..area }));
            pieces.extend(sum.iter().cloned());
        }
    }
    (pieces, places, right)
}

/// Maximum lines of a message.
const MESSAGE_LINES: usize = 4;

/// Draws a message and a dim hint next to it. If it does not fit on its line, it grows upwards: what a refusal says to do
/// must not be cut off. What a key offers is at the right end.
pub fn message(
    what: (&str, Style),
    hint: &str,
    offer: Option<(&str, &str)>,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let width = usize::from(within.width);
    let joint = if hint.is_empty() { "" } else { "  " };
    // Like the parts above, it ends a column before the footer's last one.
    let offered = offer.map_or(0, |(key, does)| columns(key) + 1 + columns(does));
    let room = width.saturating_sub(if offered == 0 { 0 } else { offered + 3 });
    if columns(what.0) + columns(joint) + columns(hint) <= room {
        line(buf, within, 0, &[what, (joint, theme.dim), (hint, theme.dim)], theme);
        draw_offer(buf, within, offer, offered, theme);
        return;
    }
    let hint = wrap(hint, width).into_iter().map(|words| (words.to_owned(), theme.dim));
    let lines: Vec<_> = wrap(what.0, width).into_iter().map(|words| (words.to_owned(), what.1)).chain(hint).collect();
    let mut lines: Vec<_> = lines.into_iter().filter(|(words, _)| !words.is_empty()).take(MESSAGE_LINES).collect();
    // The last line is the offer's, next to the words if they leave room for it.
    if offered > 0 && lines.last().is_some_and(|(words, _)| columns(words) > room) {
        lines.truncate(MESSAGE_LINES - 1);
        lines.push((String::new(), theme.dim));
    }
    let above = (lines.len() as u16).saturating_sub(1).min(area.y);
    let place = Rect { y: area.y - above, height: above + 1, ..area };
    clear(buf, place);
    for (y, piece) in lines.into_iter().enumerate() {
        line(buf, Rect { y: place.y, height: place.height, ..within }, y as u16, &[(&*piece.0, piece.1)], theme);
    }
    draw_offer(buf, within, offer, offered, theme);
}

/// Draws what a key offers, `u take it back`, at the right end of the message's last line.
fn draw_offer(buf: &mut Buffer, within: Rect, offer: Option<(&str, &str)>, wide: usize, theme: &Theme) {
    let Some((key, does)) = offer else { return };
    // A window that is narrower than the offer shows its beginning: the key.
    let x = within.right().saturating_sub(1 + wide as u16).max(within.x);
    let place = Rect { x, width: within.right().saturating_sub(x), ..within };
    line(buf, place, 0, &[(key, theme.key), (" ", theme.text), (does, theme.text)], theme);
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

/// Returns the places of the keys that fit: as many as possible from the first, and always the last, at the right end.
pub fn footer_places(keys: &[FooterKey], area: Rect) -> Vec<(usize, Rect)> {
    let gap = if area.width < 100 { 2 } else { 3 };
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(3), ..area };
    let wide = |key: &FooterKey| (columns(&key.key) + 1 + columns(&key.label)) as u16;
    let Some((last, others)) = keys.split_last() else { return Vec::new() };
    let end = wide(last).min(within.width);
    let room = within.width - end;
    let mut x = within.x;
    let mut places = Vec::new();
    for (at, key) in others.iter().enumerate() {
        if x - within.x + wide(key) + gap > room {
            break;
        }
        places.push((at, Rect { x, width: wide(key), ..area }));
        x += wide(key) + gap;
    }
    places.push((others.len(), Rect { x: within.right() - end, width: end, ..area }));
    places
}

/// Draws the keys that fit.
pub fn footer(keys: &[FooterKey], theme: &Theme, buf: &mut Buffer, area: Rect) {
    for (at, place) in footer_places(keys, area) {
        let key = &keys[at];
        let (name, label) = match key.ready {
            Ready::Yes => (theme.key, theme.text),
            Ready::No => (theme.dim, theme.dim),
        };
        line(buf, place, 0, &[(&key.key, name), (" ", label), (&key.label, label)], theme);
    }
}

/// Draws the note that the window is too small.
pub fn too_small(theme: &Theme, buf: &mut Buffer, area: Rect) {
    let words = format!("The window is too small. It needs at least {} columns and {} rows", SMALLEST.0, SMALLEST.1);
    // The last column stays empty, so that the last cell of the screen is a plain space.
    let width = area.width.saturating_sub(1);
    let lines = wrap(&words, usize::from(width));
    let above = area.height.saturating_sub(lines.len() as u16) / 2;
    for (y, words) in lines.iter().enumerate() {
        line(buf, Rect { width, ..area }, above + y as u16, &[(words, theme.text)], theme);
    }
}
