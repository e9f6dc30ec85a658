//! Draws a screen's buffer as an SVG file: letters as text at their columns, lines and blocks as shapes, so that the picture
//! is the same with any monospaced font.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

/// Pixels of a cell, and of the letters in it: most monospaced fonts are 0.6 as wide as they are high.
pub const CELL: (usize, usize) = (9, 19);
const LETTERS: usize = 15;
/// From the top of a cell to the line that letters stand on.
const BASELINE: usize = 14;
/// Between the frame and the first cell.
pub const MARGIN: usize = 14;

/// The terminal in which the picture is drawn: its own colours, which the program never sets.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    pub background: &'static str,
    pub text: &'static str,
    pub frame: &'static str,
}

impl Terminal {
    pub const DARK: Self = Self { background: "#0f1318", text: "#d5dce4", frame: "#3d4957" };
    pub const LIGHT: Self = Self { background: "#ffffff", text: "#212b32", frame: "#b4bec6" };
    pub const BLACK: Self = Self { background: "#000000", text: "#ffffff", frame: "#9a9a9a" };
}

/// A colour as SVG writes it. Pictures are drawn with true colours or with none.
fn hex(colour: Color, unset: &str) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Reset => unset.to_owned(),
        other => panic!("{other} is another colour in every terminal"),
    }
}

/// Letters of one style that are next to each other.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    pub column: usize,
    pub row: usize,
    pub cells: usize,
    pub text: String,
    colour: String,
    bold: bool,
}

/// Shapes of one kind and colour: a path for each.
#[derive(Debug, Default)]
struct Shapes(BTreeMap<(Kind, String), Vec<Piece>>);

/// A part of a path; lengths are in tenths of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Rect {
        at: (usize, usize),
        size: (usize, usize),
    },
    Line {
        from: (usize, usize),
        to: (usize, usize),
    },
    /// Leaves its first point upright and reaches its last point level.
    Curve {
        from: (usize, usize),
        to: (usize, usize),
    },
}

impl Piece {
    /// One piece for two that touch, the second to the right of the first or below it.
    fn joined(self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Rect { at, size }, Self::Rect { at: next, size: more }) => {
                let touches = (at.0 + size.0, at.1, size.1) == (next.0, next.1, more.1);
                touches.then_some(Self::Rect { at, size: (size.0 + more.0, size.1) })
            }
            (Self::Line { from, to }, Self::Line { from: next, to: end }) => {
                let straight = from.1 == to.1 && next.1 == end.1 || from.0 == to.0 && next.0 == end.0;
                (straight && to == next).then_some(Self::Line { from, to: end })
            }
            _ => None,
        }
    }

    fn path(self) -> String {
        let pair = |(x, y): (usize, usize)| format!("{} {}", tenths(x), tenths(y));
        match self {
            Self::Rect { at, size: (w, h) } => format!("M{}h{}v{}h-{}z", pair(at), tenths(w), tenths(h), tenths(w)),
            Self::Line { from, to } if from.1 == to.1 => format!("M{}H{}", pair(from), tenths(to.0)),
            Self::Line { from, to } => format!("M{}V{}", pair(from), tenths(to.1)),
            Self::Curve { from, to } => format!("M{}Q{} {}", pair(from), pair((from.0, to.1)), pair(to)),
        }
    }
}

/// Kinds of shapes, in the order in which they are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Background,
    Filled,
    /// A quarter, a half, three quarters of the colour.
    Shade(u8),
    Thin,
    Thick,
}

impl Shapes {
    fn add(&mut self, kind: Kind, colour: &str, piece: Piece) {
        let pieces = self.0.entry((kind, colour.to_owned())).or_default();
        match pieces.iter_mut().rev().find_map(|one| Some((one.joined(piece)?, one))) {
            Some((both, one)) => *one = both,
            None => pieces.push(piece),
        }
    }
}

fn tenths(length: usize) -> String {
    if length.is_multiple_of(10) { (length / 10).to_string() } else { format!("{}.{}", length / 10, length % 10) }
}

/// How heavy the line from the middle of a cell is, up, right, down and left.
fn arms(symbol: char) -> Option<[u8; 4]> {
    Some(match symbol {
        '─' => [0, 1, 0, 1],
        '━' => [0, 2, 0, 2],
        '│' => [1, 0, 1, 0],
        '┃' => [2, 0, 2, 0],
        '┌' => [0, 1, 1, 0],
        '┐' => [0, 0, 1, 1],
        '└' => [1, 1, 0, 0],
        '┘' => [1, 0, 0, 1],
        '├' => [1, 1, 1, 0],
        '┤' => [1, 0, 1, 1],
        '┬' => [0, 1, 1, 1],
        '┴' => [1, 1, 0, 1],
        '┼' => [1, 1, 1, 1],
        '╴' => [0, 0, 0, 1],
        '╵' => [1, 0, 0, 0],
        '╶' => [0, 1, 0, 0],
        '╷' => [0, 0, 1, 0],
        '╸' => [0, 0, 0, 2],
        '╹' => [2, 0, 0, 0],
        '╺' => [0, 2, 0, 0],
        '╻' => [0, 0, 2, 0],
        '╼' => [0, 2, 0, 1],
        '╾' => [0, 1, 0, 2],
        _ => return None,
    })
}

/// Draws what is not a letter; says whether it did.
fn shape(shapes: &mut Shapes, symbol: char, colour: &str, (column, row): (usize, usize)) -> bool {
    let (left, top) = ((MARGIN + column * CELL.0) * 10, (MARGIN + row * CELL.1) * 10);
    let (width, height) = (CELL.0 * 10, CELL.1 * 10);
    let (across, down) = (left + width / 2, top + height / 2);
    let mut fill = |at, size| shapes.add(Kind::Filled, colour, Piece::Rect { at, size });
    match symbol {
        '▀' => fill((left, top), (width, height / 2)),
        '▁'..='█' => {
            let high = height * (symbol as usize - 0x2580) / 8;
            fill((left, top + height - high), (width, high));
        }
        '▉'..='▏' => fill((left, top), (width * (0x2590 - symbol as usize) / 8, height)),
        '▐' => fill((left + width / 2, top), (width / 2, height)),
        '░'..='▓' => {
            let shade = Kind::Shade((symbol as u32 - 0x2590) as u8);
            shapes.add(shade, colour, Piece::Rect { at: (left, top), size: (width, height) });
        }
        '\u{2800}'..='\u{28ff}' => {
            let dots = symbol as u32 - 0x2800;
            for (bit, (x, y)) in
                [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)].into_iter().enumerate()
            {
                if dots >> bit & 1 == 1 {
                    fill((left + 12 + x * width / 2, top + 14 + y * height / 4), (21, 21));
                }
            }
        }
        '┆' | '┊' => (0..3).for_each(|part| fill((across - 7, top + 15 + part * height / 3), (14, 34))),
        '╭' | '╮' | '╰' | '╯' => {
            let end = if matches!(symbol, '╭' | '╮') { top + height } else { top };
            let side = if matches!(symbol, '╭' | '╰') { left + width } else { left };
            shapes.add(Kind::Thin, colour, Piece::Curve { from: (across, end), to: (side, down) });
        }
        _ => {
            let Some([up, right, below, before]) = arms(symbol) else { return false };
            let mut half = |weight: u8, from: (usize, usize), to: (usize, usize)| {
                let kind = if weight == 2 { Kind::Thick } else { Kind::Thin };
                if weight > 0 {
                    shapes.add(kind, colour, Piece::Line { from, to });
                }
            };
            if up == below {
                half(up, (across, top), (across, top + height));
            } else {
                half(up, (across, top), (across, down));
                half(below, (across, down), (across, top + height));
            }
            if before == right {
                half(before, (left, down), (left + width, down));
            } else {
                half(before, (left, down), (across, down));
                half(right, (across, down), (left + width, down));
            }
        }
    }
    true
}

/// Whether fonts disagree on its width, so that it gets a place of its own.
fn is_sign(symbol: &str) -> bool {
    symbol.width() != 1 || symbol.chars().any(|c| c >= '\u{2000}' && !"–—‘’“”•…".contains(c))
}

/// The letters of a screen, in runs of one style.
fn runs(buf: &Buffer, terminal: &Terminal, shapes: &mut Shapes) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let area = *buf.area();
    for row in 0..area.height {
        let mut open = false;
        let mut column = 0;
        while column < area.width {
            let cell = &buf[(column, row)];
            let (symbol, style) = (cell.symbol(), cell.style());
            let wide = symbol.width().max(1);
            let (column_of, row_of) = (usize::from(column), usize::from(row));
            let mut fg = hex(cell.fg, terminal.text);
            let mut bg = hex(cell.bg, terminal.background);
            if style.add_modifier.contains(Modifier::REVERSED) {
                (fg, bg) = (bg, fg);
            }
            if bg != terminal.background {
                let at = ((MARGIN + column_of * CELL.0) * 10, (MARGIN + row_of * CELL.1) * 10);
                let size = (wide * CELL.0 * 10, CELL.1 * 10);
                shapes.add(Kind::Background, &bg, Piece::Rect { at, size });
            }
            column += wide as u16;
            let mut chars = symbol.chars();
            let drawn = match (chars.next(), chars.next()) {
                (Some(one), None) => shape(shapes, one, &fg, (column_of, row_of)),
                _ => false,
            };
            if symbol == " " || drawn {
                // One space within a run is a part of it: the next letter decides.
                open &= !drawn && runs.last().is_some_and(|run| run.column + run.cells == column_of);
                continue;
            }
            let bold = style.add_modifier.contains(Modifier::BOLD);
            let sign = is_sign(symbol);
            let style = |run: &Run| run.colour == fg && run.bold == bold;
            if let Some(run) = runs.last_mut().filter(|run| open && !sign && style(run)) {
                if run.column + run.cells < column_of {
                    run.text.push(' ');
                }
                run.text.push_str(symbol);
                run.cells = column_of + wide - run.column;
            } else {
                let text = symbol.to_owned();
                runs.push(Run { column: column_of, row: row_of, cells: wide, text, colour: fg, bold });
            }
            open = !sign;
        }
    }
    runs
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The picture of a screen, with the cursor if there is one to see.
pub fn svg(buf: &Buffer, cursor: Option<Position>, title: &str, terminal: &Terminal) -> String {
    let area = *buf.area();
    let mut shapes = Shapes::default();
    let runs = runs(buf, terminal, &mut shapes);
    let (width, height) =
        (usize::from(area.width) * CELL.0 + 2 * MARGIN, usize::from(area.height) * CELL.1 + 2 * MARGIN);
    let mut looks: Vec<(&str, bool)> = Vec::new();
    for run in &runs {
        if !looks.contains(&(&run.colour, run.bold)) {
            looks.push((&run.colour, run.bold));
        }
    }
    let name = |at: usize| char::from(b'a' + at as u8);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{}</title>\n\
         <style>text{{font:{LETTERS}px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace}}",
        escape(title)
    );
    for (at, (colour, bold)) in looks.iter().enumerate() {
        let weight = if *bold { ";font-weight:700" } else { "" };
        write!(out, ".{}{{fill:{colour}{weight}}}", name(at)).unwrap();
    }
    writeln!(
        out,
        "</style>\n<rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"9\" fill=\"{}\" stroke=\"{}\"/>",
        width - 1,
        height - 1,
        terminal.background,
        terminal.frame
    )
    .unwrap();
    if let Some(at) = cursor {
        let at = ((MARGIN + usize::from(at.x) * CELL.0) * 10, (MARGIN + usize::from(at.y) * CELL.1) * 10);
        shapes.add(Kind::Filled, terminal.text, Piece::Rect { at, size: (20, CELL.1 * 10) });
    }
    for ((kind, colour), pieces) in &shapes.0 {
        let look = match kind {
            Kind::Background | Kind::Filled => format!("fill=\"{colour}\""),
            Kind::Shade(quarters) => format!("fill=\"{colour}\" fill-opacity=\".{}\"", u32::from(*quarters) * 25),
            Kind::Thin => format!("fill=\"none\" stroke=\"{colour}\""),
            Kind::Thick => format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.6\""),
        };
        let path: String = pieces.iter().map(|piece| piece.path()).collect();
        writeln!(out, "<path {look} d=\"{path}\"/>").unwrap();
    }
    for run in &runs {
        let (x, y) = (MARGIN + run.column * CELL.0, MARGIN + run.row * CELL.1 + BASELINE);
        let look = looks.iter().position(|look| *look == (run.colour.as_str(), run.bold)).map(name).unwrap();
        let length = run.cells * CELL.0;
        let fixed = if run.cells > 1 { format!(" textLength=\"{length}\"") } else { String::new() };
        writeln!(out, "<text class=\"{look}\" x=\"{x}\" y=\"{y}\"{fixed}>{}</text>", escape(&run.text)).unwrap();
    }
    out.push_str("</svg>\n");
    out
}
