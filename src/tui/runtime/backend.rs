//! Wraps ratatui's backend so that a frame is one write, and a synchronized update.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType as Part, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

/// How to find the screen's size.
#[derive(Debug, Clone, Copy)]
pub enum Measure {
    Fixed(Size),
    /// Asks the terminal; if it does not say, the last size is kept.
    Ask(fn() -> Option<Size>),
}

/// Buffers a frame and writes it at once.
///
/// The cursor position is cached: the terminal would report it on the same input as the keys.
#[derive(Debug)]
pub struct FrameBackend<W> {
    writer: W,
    frame: Vec<u8>,
    measure: Measure,
    size: Size,
    cursor: Position,
    /// Whether the cursor is visible, if known.
    shown: Option<bool>,
}

impl<W: Write> FrameBackend<W> {
    /// Returns a backend for an empty screen, with the cursor anywhere.
    pub fn new(writer: W, measure: Measure) -> Self {
        let size = asked(measure).unwrap_or(Size::new(80, 24));
        Self { writer, frame: Vec::with_capacity(8192), measure, size, cursor: UNKNOWN, shown: None }
    }

    pub fn writer_mut(&mut self) -> &mut W {
        &mut self.writer
    }
}

/// Outside any screen, so that the next cursor position is always sent.
const UNKNOWN: Position = Position { x: u16::MAX, y: u16::MAX };

fn asked(measure: Measure) -> Option<Size> {
    match measure {
        Measure::Fixed(size) => Some(size),
        Measure::Ask(ask) => ask().filter(|size| size.width > 0 && size.height > 0),
    }
}

/// Where the terminal writes next, and how. It sends only what differs from cell to cell, since a lit row in true colour
/// would otherwise cost twice as much on a slow line.
#[derive(Debug, Default)]
struct Pen {
    /// Unknown at first, and after a wide character: terminals differ in how far they move.
    at: Option<(u16, u16)>,
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// Attributes, and the codes that turn them on and off. Bold and dim are turned off together.
const ATTRIBUTES: [(Modifier, &str, &str); 8] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

impl Pen {
    fn go(&self, out: &mut Vec<u8>, x: u16, y: u16) -> io::Result<()> {
        match self.at {
            Some(at) if at == (x, y) => Ok(()),
            Some((column, row)) if row == y && column < x => match x - column {
                1 => write!(out, "\x1b[C"),
                gap => write!(out, "\x1b[{gap}C"),
            },
            _ => write!(out, "\x1b[{};{}H", u32::from(y) + 1, u32::from(x) + 1),
        }
    }

    fn dress(&mut self, out: &mut Vec<u8>, cell: &Cell) -> io::Result<()> {
        let mut codes: Vec<String> = Vec::new();
        let removed = self.modifier - cell.modifier;
        let mut kept = self.modifier - removed;
        for (attribute, _, off) in ATTRIBUTES {
            if removed.contains(attribute) && !codes.iter().any(|code| code == off) {
                codes.push(off.to_owned());
                if off == "22" {
                    kept -= Modifier::BOLD | Modifier::DIM;
                }
            }
        }
        let added = ATTRIBUTES.iter().filter(|(attribute, _, _)| (cell.modifier - kept).contains(*attribute));
        codes.extend(added.map(|(_, on, _)| (*on).to_owned()));
        if cell.fg != self.fg {
            codes.push(colour(cell.fg, 30));
        }
        if cell.bg != self.bg {
            codes.push(colour(cell.bg, 40));
        }
        (self.fg, self.bg, self.modifier) = (cell.fg, cell.bg, cell.modifier);
        if codes.is_empty() { Ok(()) } else { write!(out, "\x1b[{}m", codes.join(";")) }
    }

    /// Leaves the terminal with its own colours.
    fn put_down(self, out: &mut Vec<u8>) -> io::Result<()> {
        let plain = self.fg == Color::Reset && self.bg == Color::Reset && self.modifier.is_empty();
        if plain { Ok(()) } else { write!(out, "\x1b[m") }
    }
}

/// Returns the code of a colour: `base` is 30 for texts and 40 for surfaces.
fn colour(colour: Color, base: u8) -> String {
    let normal = |index: u8| (base + index).to_string();
    let bright = |index: u8| (base + 60 + index).to_string();
    match colour {
        Color::Reset => normal(9),
        Color::Black => normal(0),
        Color::Red => normal(1),
        Color::Green => normal(2),
        Color::Yellow => normal(3),
        Color::Blue => normal(4),
        Color::Magenta => normal(5),
        Color::Cyan => normal(6),
        Color::Gray => normal(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}

impl<W: Write> Backend for FrameBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        // Drawing leaves the cursor in an unknown position.
        self.cursor = UNKNOWN;
        let mut pen = Pen::default();
        for (x, y, cell) in content {
            pen.go(&mut self.frame, x, y)?;
            pen.dress(&mut self.frame, cell)?;
            self.frame.extend_from_slice(cell.symbol().as_bytes());
            pen.at = (cell.symbol().cell_width() == 1).then_some((x + 1, y));
        }
        pen.put_down(&mut self.frame)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown.replace(false) == Some(false) { Ok(()) } else { queue!(self.frame, Hide) }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.shown.replace(true) == Some(true) { Ok(()) } else { queue!(self.frame, Show) }
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        let position =
            Position::new(x.min(self.size.width.saturating_sub(1)), y.min(self.size.height.saturating_sub(1)));
        if std::mem::replace(&mut self.cursor, position) == position {
            return Ok(());
        }
        queue!(self.frame, MoveTo(position.x, position.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.size = self.size()?;
        self.shown = None;
        queue!(self.frame, Clear(Part::All))
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        match clear_type {
            ClearType::All => self.clear(),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    fn size(&self) -> io::Result<Size> {
        Ok(asked(self.measure).unwrap_or(self.size))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let mut update = Vec::with_capacity(self.frame.len() + 16);
        queue!(update, BeginSynchronizedUpdate)?;
        update.append(&mut self.frame);
        queue!(update, EndSynchronizedUpdate)?;
        self.writer.write_all(&update)?;
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
    use ratatui::Terminal;
    use ratatui::buffer::Buffer;
    use ratatui::style::Style;

    use super::*;

    const SIZE: Size = Size { width: 12, height: 4 };

    fn terminal(size: Size) -> Terminal<FrameBackend<Vec<u8>>> {
        let mut terminal = Terminal::new(FrameBackend::new(Vec::new(), Measure::Fixed(size))).unwrap();
        terminal.clear().unwrap();
        terminal
    }

    fn sent(
        terminal: &mut Terminal<FrameBackend<Vec<u8>>>,
        draw: impl FnOnce(&mut Buffer) -> Option<Position>,
    ) -> Vec<u8> {
        let finish = |frame: &mut ratatui::Frame<'_>| {
            if let Some(place) = draw(frame.buffer_mut()) {
                frame.set_cursor_position(place);
            }
        };
        terminal.draw(finish).unwrap();
        std::mem::take(terminal.backend_mut().writer_mut())
    }

    fn colour(colour: Color) -> vt100::Color {
        match colour {
            Color::Cyan => vt100::Color::Idx(6),
            Color::LightRed => vt100::Color::Idx(9),
            Color::Indexed(index) => vt100::Color::Idx(index),
            Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
            _ => vt100::Color::Default,
        }
    }

    /// Asserts that the screen shows the buffer: every glyph, and its style where one is visible.
    fn same(screen: &vt100::Screen, buf: &Buffer) {
        for y in 0..buf.area.height {
            let mut x = 0;
            while x < buf.area.width {
                let (wanted, cell) = (&buf[(x, y)], screen.cell(y, x).unwrap());
                let glyph = if cell.has_contents() { cell.contents() } else { " " };
                assert_eq!(glyph, wanted.symbol(), "glyph at {x},{y}");
                assert_eq!(cell.bgcolor(), colour(wanted.bg), "background at {x},{y}");
                let on = |modifier| wanted.modifier.contains(modifier);
                assert_eq!(cell.underline(), on(Modifier::UNDERLINED), "underline at {x},{y}");
                assert_eq!(cell.inverse(), on(Modifier::REVERSED), "reverse at {x},{y}");
                if glyph != " " {
                    assert_eq!(cell.fgcolor(), colour(wanted.fg), "colour at {x},{y}");
                    assert_eq!((cell.bold(), cell.dim()), (on(Modifier::BOLD), on(Modifier::DIM)), "weight at {x},{y}");
                }
                x += wanted.symbol().cell_width().max(1);
            }
        }
    }

    type Frames = Vec<(Vec<(u16, u16, String, Style)>, Option<(u16, u16)>)>;

    /// Frames of any style, or with wide characters in any colour: terminals differ in how they paint the rest of a wide
    /// character that is half overwritten.
    fn frames() -> impl Strategy<Value = Frames> {
        let cursor = || proptest::option::of((0..SIZE.width, 0..SIZE.height));
        let of =
            |wide: bool| proptest::collection::vec((proptest::collection::vec(piece(wide), 0..10), cursor()), 1..8);
        prop_oneof![of(false), of(true)]
    }

    fn piece(wide: bool) -> impl Strategy<Value = (u16, u16, String, Style)> {
        let glyphs = ["a", "b", " ", "  ", "─", "✓", "e\u{301}", "·", "心", "電", "👩"];
        let glyph = proptest::sample::select(glyphs[..if wide { 11 } else { 8 }].to_vec());
        let text = proptest::collection::vec(glyph, 1..8).prop_map(|glyphs| glyphs.concat());
        let fg = proptest::sample::select(vec![
            Color::Reset,
            Color::Cyan,
            Color::LightRed,
            Color::Indexed(210),
            Color::Rgb(1, 2, 3),
        ]);
        let bg = prop_oneof![4 => Just(Color::Reset), 1 => Just(Color::Cyan), 1 => Just(Color::Rgb(9, 8, 7))];
        let modifier = prop_oneof![2 => Just(0u16), 1 => any::<u16>()].prop_map(|bits| {
            let known = Modifier::BOLD | Modifier::DIM | Modifier::UNDERLINED | Modifier::REVERSED;
            Modifier::from_bits_truncate(bits) & known
        });
        (
            0..SIZE.width,
            0..SIZE.height,
            text,
            (fg, bg, modifier).prop_map(move |(fg, bg, modifier)| {
                if wide { Style::new().fg(fg) } else { Style::new().fg(fg).bg(bg).add_modifier(modifier) }
            }),
        )
    }

    /// Removes what correct drawing does not produce: a wide character with something drawn over its second half.
    fn settle(buf: &mut Buffer) {
        for y in 0..buf.area.height {
            for x in 0..buf.area.width {
                if buf[(x, y)].symbol().cell_width() > 1 && (x + 1 == buf.area.width || buf[(x + 1, y)] != Cell::EMPTY)
                {
                    buf[(x, y)].set_symbol("?");
                }
                // The emulator supports one weight at a time.
                let cell = &mut buf[(x, y)];
                cell.modifier.set(
                    Modifier::DIM,
                    cell.modifier.contains(Modifier::DIM) && !cell.modifier.contains(Modifier::BOLD),
                );
            }
        }
    }

    proptest! {
        #[test]
        fn the_terminal_always_shows_what_was_drawn(frames in frames()) {
            let (mut terminal, mut screen) = (terminal(SIZE), vt100::Parser::new(SIZE.height, SIZE.width, 0));
            for (pieces, cursor) in frames {
                let mut wanted = Buffer::default();
                let bytes = sent(&mut terminal, |buf| {
                    for (x, y, text, style) in &pieces {
                        buf.set_string(*x, *y, text, *style);
                    }
                    settle(buf);
                    wanted = buf.clone();
                    cursor.map(Position::from)
                });
                screen.process(&bytes);
                same(screen.screen(), &wanted);
                assert_eq!(screen.screen().hide_cursor(), cursor.is_none());
                if let Some((x, y)) = cursor {
                    assert_eq!(screen.screen().cursor_position(), (y, x));
                }
            }
        }
    }

    fn list(buf: &mut Buffer, chosen: u16) -> Position {
        for y in 0..22 {
            let style = if y == chosen { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
            let pointer = if y == chosen { "▌" } else { " " };
            buf.set_string(0, y, format!("│{pointer}"), Style::new().fg(Color::Cyan));
            buf.set_string(3, y, format!("S{y:<4} Undertake delegated clinical technical and quality audits"), style);
            buf.set_string(70, y, "✓ SIGNED", Style::new().fg(Color::Green));
            buf.set_string(79, y, "│", Style::new().fg(Color::Cyan));
        }
        Position::new(3, chosen)
    }

    #[test]
    fn a_cursor_move_by_one_row_costs_at_most_600_bytes_and_no_change_none() {
        let mut terminal = terminal(Size::new(80, 24));
        sent(&mut terminal, |buf| Some(list(buf, 4)));
        let moved = sent(&mut terminal, |buf| Some(list(buf, 5))).len();
        assert!(moved <= 600, "{moved} bytes");
        assert_eq!(sent(&mut terminal, |buf| Some(list(buf, 5))), b"");
    }
}
