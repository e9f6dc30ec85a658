//! The screen as the terminal shows it, and the fewest bytes that make it another. Must never write anywhere itself.
//!
//! A slow line pays for every byte: style changes name only what differs, the cursor goes the shortest way, and a short
//! gap of unchanged cells in the same style is written again rather than jumped over.

use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::Size;

use crate::tui::codes::{Pen, changes, way};

/// Plain, home, all erased.
const WIPE: &[u8] = b"\x1b[m\x1b[H\x1b[2J";
/// What the terminal shows, where its cursor is, and what must be sent.
#[derive(Debug)]
pub struct Lean {
    size: Size,
    cells: Vec<Cell>,
    stale: Vec<bool>,
    pen: Pen,
    /// Where the cursor is, if that is certain.
    at: Option<(u16, u16)>,
}

impl Lean {
    /// A screen of which nothing is known but its size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let cells = usize::from(size.width) * usize::from(size.height);
        Self { size, cells: vec![Cell::EMPTY; cells], stale: vec![false; cells], pen: Pen::PLAIN, at: None }
    }

    /// Where the cursor is, if that is certain.
    #[must_use]
    pub fn at(&self) -> Option<(u16, u16)> {
        self.at
    }

    /// Empties the screen, whatever it showed.
    pub fn wipe(&mut self, size: Size, out: &mut Vec<u8>) {
        *self = Self::new(size);
        self.at = Some((0, 0));
        if !out.ends_with(WIPE) {
            out.extend_from_slice(WIPE);
        }
    }

    /// Sets a cell; [`Lean::emit`] sends it.
    pub fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        if x >= self.size.width || y >= self.size.height {
            return;
        }
        let (at, last) = (self.index(x, y), x + 1 == self.size.width);
        if x > 0 && width(&self.cells[at - 1]) > 1 {
            if self.stale[at - 1] {
                return; // the second half of a wide character that was just set
            }
            self.set(at - 1, blank(&self.cells[at - 1]));
        }
        let (was, is) = (width(&self.cells[at]), width(cell));
        if is > 1 && last {
            self.set(at, blank(cell));
            return;
        }
        self.set(at, cell.clone());
        if is > 1 {
            // Its second half covers what began there.
            if width(&self.cells[at + 1]) > 1 && x + 2 < self.size.width {
                self.set(at + 2, Cell::EMPTY);
            }
            self.cells[at + 1] = Cell::EMPTY;
            self.stale[at + 1] = false;
        } else if was > 1 {
            self.set(at + 1, Cell::EMPTY);
        }
    }

    /// Sends all cells that were set since the last time.
    pub fn emit(&mut self, out: &mut Vec<u8>) {
        let columns = usize::from(self.size.width).max(1);
        for y in 0..self.size.height {
            let row = self.index(0, y);
            if self.stale[row..row + columns].iter().any(|&stale| stale) {
                self.emit_row(y, out);
            }
        }
    }

    /// Moves the cursor.
    pub fn go(&mut self, x: u16, y: u16, out: &mut Vec<u8>) {
        if self.at != Some((x, y)) {
            out.extend_from_slice(&way(self.at, (x, y)));
            self.at = Some((x, y));
        }
    }

    fn emit_row(&mut self, y: u16, out: &mut Vec<u8>) {
        let row = self.index(0, y);
        let columns = usize::from(self.size.width);
        let used = self.cells[row..row + columns]
            .iter()
            .rposition(|cell| *cell != Cell::EMPTY)
            .map_or(0, |last| last + usize::from(width(&self.cells[row + last])));
        let mut x = 0;
        while x < columns {
            let at = row + x;
            if self.stale[at] {
                let blanks = self.stale[at..row + columns].iter().filter(|&&stale| stale).count();
                if x >= used && blanks > 3 {
                    self.go(x as u16, y, out);
                    self.take_pen(Pen::PLAIN, out);
                    out.extend_from_slice(b"\x1b[K");
                    self.stale[at..row + columns].fill(false);
                    return;
                }
                self.reach(x as u16, y, out);
                self.write(at, x as u16, y, out);
            }
            x += usize::from(width(&self.cells[at]));
        }
    }

    /// Goes to a cell: over unchanged cells by writing them again, where that is no longer than the way.
    fn reach(&mut self, x: u16, y: u16, out: &mut Vec<u8>) {
        if let Some((from, row)) = self.at
            && row == y
            && from < x
        {
            let gap = self.index(from, y)..self.index(x, y);
            let same = self.cells[gap.clone()].iter().all(|cell| {
                let pen = Pen::of(cell);
                certain(cell.symbol()) == Some(1) && (pen == self.pen || cell.symbol() == " " && pen.blank_as(self.pen))
            });
            let bytes = || self.cells[gap.clone()].iter().map(|cell| cell.symbol().len()).sum::<usize>();
            if same && bytes() <= way(self.at, (x, y)).len() {
                self.cells[gap].iter().for_each(|cell| out.extend_from_slice(cell.symbol().as_bytes()));
                self.at = Some((x, y));
            }
        }
        self.go(x, y, out);
    }

    fn write(&mut self, at: usize, x: u16, y: u16, out: &mut Vec<u8>) {
        let pen = Pen::of(&self.cells[at]);
        if self.cells[at].symbol() != " " || !pen.blank_as(self.pen) {
            self.take_pen(pen, out);
        }
        let symbol = self.cells[at].symbol();
        out.extend_from_slice(symbol.as_bytes());
        self.stale[at] = false;
        // Behind the last column, and behind what terminals measure differently, nobody knows where the cursor is.
        self.at = certain(symbol).map(|columns| (x + columns, y)).filter(|(x, _)| *x < self.size.width);
    }

    fn take_pen(&mut self, pen: Pen, out: &mut Vec<u8>) {
        if pen == self.pen {
            return;
        }
        let (change, anew) = (changes(self.pen, pen), changes(Pen::PLAIN, pen));
        // `0` may be left out: `ESC [ m` is plain, `ESC [ ; 1 m` is bold alone.
        let again = if anew.is_empty() { 0 } else { anew.len() + 1 };
        out.extend_from_slice(b"\x1b[");
        if again < change.len() {
            if again > 0 {
                out.push(b';');
            }
            out.extend_from_slice(&anew);
        } else {
            out.extend_from_slice(&change);
        }
        out.push(b'm');
        self.pen = pen;
    }

    fn set(&mut self, at: usize, cell: Cell) {
        self.cells[at] = cell;
        self.stale[at] = true;
    }

    fn index(&self, x: u16, y: u16) -> usize {
        usize::from(y) * usize::from(self.size.width) + usize::from(x)
    }
}

fn blank(cell: &Cell) -> Cell {
    let mut blank = cell.clone();
    blank.set_symbol(" ");
    blank
}

fn width(cell: &Cell) -> u16 {
    // One byte is the common case: no table of Unicode is asked for it.
    let symbol = cell.symbol();
    if symbol.len() == 1 { 1 } else { symbol.cell_width().max(1) }
}

/// The columns that every terminal gives to this symbol, if they agree.
fn certain(symbol: &str) -> Option<u16> {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (Some(' '..='~'), None) => Some(1),
        (Some(c), None) if c < '\u{1100}' || ('\u{2000}'..'\u{2e80}').contains(&c) => {
            Some(symbol.cell_width()).filter(|&columns| columns == 1)
        }
        (Some('\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'), None) => {
            Some(symbol.cell_width()).filter(|&columns| columns == 2)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::*;

    #[test]
    fn a_style_change_names_only_what_differs() {
        let pen = |fg, modifier| Pen { fg, bg: Color::Reset, modifier };
        let sent = |from, to| {
            let mut lean = Lean::new(Size::new(1, 1));
            lean.pen = from;
            let mut out = Vec::new();
            lean.take_pen(to, &mut out);
            String::from_utf8(out).unwrap()
        };
        let bold_cyan = pen(Color::Cyan, Modifier::BOLD);
        assert_eq!(sent(Pen::PLAIN, bold_cyan), "\x1b[1;36m");
        assert_eq!(sent(bold_cyan, Pen::PLAIN), "\x1b[m");
        assert_eq!(sent(bold_cyan, pen(Color::Green, Modifier::BOLD)), "\x1b[32m");
        assert_eq!(sent(bold_cyan, pen(Color::Cyan, Modifier::DIM)), "\x1b[22;2m");
        assert_eq!(sent(bold_cyan, pen(Color::Reset, Modifier::DIM)), "\x1b[;2m");
        assert_eq!(
            sent(pen(Color::Reset, Modifier::BOLD | Modifier::DIM), pen(Color::Reset, Modifier::DIM)),
            "\x1b[;2m"
        );
    }
}
