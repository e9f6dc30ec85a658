//! What terminals understand: the codes of colours and attributes, the ways of the cursor. Must never know what is shown.

use std::cmp::Ordering;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// What is drawn on a blank cell too.
const SEEN_ON_BLANK: Modifier =
    Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT).union(Modifier::SLOW_BLINK);

/// Attributes in the order of their codes 1 to 9, with the code that takes each off.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// How the terminal draws what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pen {
    /// Of the text.
    pub fg: Color,
    /// Behind it.
    pub bg: Color,
    /// Bold and the like.
    pub modifier: Modifier,
}

impl Pen {
    /// As a terminal begins.
    pub const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// The one that draws this cell.
    #[must_use]
    pub fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether a blank looks the same drawn by either.
    #[must_use]
    pub fn blank_as(self, other: Self) -> bool {
        self.bg == other.bg && !(self.modifier | other.modifier).intersects(SEEN_ON_BLANK)
    }
}

/// Codes joined by `;`.
#[derive(Default)]
struct Codes(Vec<u8>);

impl Codes {
    fn add(&mut self, code: u8) {
        if !self.0.is_empty() {
            self.0.push(b';');
        }
        number(&mut self.0, code.into());
    }

    /// A colour's code, counted from 30 for text and from 40 for what is behind it.
    fn colour(&mut self, colour: Color, base: u8) {
        match colour {
            Color::Reset => self.add(base + 9),
            Color::Black => self.add(base),
            Color::Red => self.add(base + 1),
            Color::Green => self.add(base + 2),
            Color::Yellow => self.add(base + 3),
            Color::Blue => self.add(base + 4),
            Color::Magenta => self.add(base + 5),
            Color::Cyan => self.add(base + 6),
            Color::Gray => self.add(base + 7),
            Color::DarkGray => self.add(base + 60),
            Color::LightRed => self.add(base + 61),
            Color::LightGreen => self.add(base + 62),
            Color::LightYellow => self.add(base + 63),
            Color::LightBlue => self.add(base + 64),
            Color::LightMagenta => self.add(base + 65),
            Color::LightCyan => self.add(base + 66),
            Color::White => self.add(base + 67),
            Color::Indexed(index) => [base + 8, 5, index].into_iter().for_each(|code| self.add(code)),
            Color::Rgb(r, g, b) => [base + 8, 2, r, g, b].into_iter().for_each(|code| self.add(code)),
        }
    }
}

/// The codes that turn one pen into another without going through plain.
#[must_use]
pub fn changes(from: Pen, to: Pen) -> Vec<u8> {
    let mut codes = Codes::default();
    let mut kept = from.modifier;
    if kept != to.modifier {
        for (attribute, _, off) in ATTRIBUTES {
            if kept.contains(attribute) && !to.modifier.contains(attribute) {
                codes.add(off);
                let gone = ATTRIBUTES.iter().filter(|(_, _, code)| *code == off);
                gone.for_each(|(attribute, ..)| kept.remove(*attribute));
            }
        }
        for (attribute, on, _) in ATTRIBUTES {
            if to.modifier.contains(attribute) && !kept.contains(attribute) {
                codes.add(on);
            }
        }
    }
    if from.fg != to.fg {
        codes.colour(to.fg, 30);
    }
    if from.bg != to.bg {
        codes.colour(to.bg, 40);
    }
    codes.0
}

/// Adds a number's digits.
fn number(out: &mut Vec<u8>, n: u16) {
    if n > 9 {
        number(out, n / 10);
    }
    out.push(b'0' + (n % 10) as u8);
}

/// Adds a movement by `n` into the direction of this letter.
fn by(out: &mut Vec<u8>, n: u16, letter: u8) {
    out.extend_from_slice(b"\x1b[");
    if n != 1 {
        number(out, n);
    }
    out.push(letter);
}

/// The shortest bytes that move the cursor.
#[must_use]
pub fn way(from: Option<(u16, u16)>, to: (u16, u16)) -> Vec<u8> {
    let (x, y) = to;
    let mut best = Vec::with_capacity(12);
    best.extend_from_slice(b"\x1b[");
    if to != (0, 0) {
        number(&mut best, y + 1);
    }
    if x > 0 {
        best.push(b';');
        number(&mut best, x + 1);
    }
    best.push(b'H');
    let Some((from_x, from_y)) = from else { return best };
    let mut vertical = Vec::with_capacity(12);
    match from_y.cmp(&y) {
        Ordering::Less => by(&mut vertical, y - from_y, b'B'),
        Ordering::Equal => {}
        Ordering::Greater => by(&mut vertical, from_y - y, b'A'),
    }
    let down = vertical.len();
    let mut take = |way: &[u8]| {
        if way.len() < best.len() {
            best.clear();
            best.extend_from_slice(way);
        }
    };
    // All ways across go up or down first, if at all.
    match from_x.cmp(&x) {
        Ordering::Less => by(&mut vertical, x - from_x, b'C'),
        Ordering::Equal => {}
        Ordering::Greater => {
            let back = from_x - x;
            if back < 4 {
                vertical.resize(down + usize::from(back), b'\x08');
                take(&vertical);
                vertical.truncate(down);
            }
            by(&mut vertical, back, b'D');
        }
    }
    take(&vertical);
    vertical.truncate(down);
    by(&mut vertical, x + 1, b'G');
    take(&vertical);
    if x == 0 {
        vertical.truncate(down);
        vertical.push(b'\r');
        take(&vertical);
        if y >= from_y && y - from_y < 8 {
            vertical.clear();
            vertical.push(b'\r');
            vertical.resize(1 + usize::from(y - from_y), b'\n');
            take(&vertical);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_goes_the_shortest_way() {
        let sent = |from, to| String::from_utf8(way(from, to)).unwrap();
        assert_eq!(sent(None, (4, 2)), "\x1b[3;5H");
        assert_eq!(sent(Some((5, 2)), (4, 2)), "\x08");
        assert_eq!(sent(Some((9, 2)), (0, 3)), "\r\n");
        assert_eq!(sent(Some((4, 2)), (4, 3)), "\x1b[B");
        assert_eq!(sent(Some((1, 2)), (30, 2)), "\x1b[29C");
        assert_eq!(sent(Some((2, 5)), (1, 6)), "\x1b[B\x08");
    }
}
