//! Holds the formats of a workbook: each look and kind of cell once.

use std::collections::HashMap;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::sheet::cell::{Look, Value};

/// The colours of fills and words, as numbers.
const DARK: u32 = 0x3C_3C3C;
const GREY: u32 = 0xCC_CCCC;
const FAINT: u32 = 0x80_8080;
const DIM: u32 = 0x50_5050;
const LINE: u32 = 0xAA_AAAA;
/// The size of letters, and that of the cells of a grid.
const SIZE: u32 = 9;
const GRID_SIZE: u32 = 8;
/// What figures and their headings keep free on their right, in steps of about 9 dots: the button of a filter fits there.
const FREE: u8 = 2;

/// Where a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Row,
    /// In a row of a long sheet, where the lines between cells are those of the spreadsheet program.
    Long,
    /// In a row, where text is wrapped.
    Wrapped,
    /// In a row, in a grid.
    Grid,
    /// In the first row of a foot.
    FirstOfFoot,
    Foot,
}

/// What a format depends on, besides the place and the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    Text,
    /// Text in a column of figures.
    Word,
    /// Text that would be a formula if it were typed.
    Armed,
    Number,
    /// A number under a grid.
    Tally,
    Share,
    Day,
    Stated(&'static str),
}

impl Shape {
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '|', '%']) => Self::Armed,
            Value::Text(_) | Value::Empty => Self::Text,
            Value::Count(_) => Self::Number,
            Value::Share(..) => Self::Share,
            Value::Day(_) => Self::Day,
            Value::Stated(words, _) => Self::Stated(words),
        }
    }
}

/// The formats made so far.
#[derive(Debug, Default)]
pub struct Formats(HashMap<(Place, Look, Shape), Format>);

impl Formats {
    /// Returns the format of a cell.
    pub fn of(&mut self, place: Place, look: Look, value: &Value) -> &Format {
        self.shaped(place, look, Shape::of(value))
    }

    /// Returns the format of cells of a shape.
    pub fn shaped(&mut self, place: Place, look: Look, shape: Shape) -> &Format {
        self.0.entry((place, look, shape)).or_insert_with(|| made(place, look, shape))
    }
}

/// Returns the plainest format.
pub fn plain() -> Format {
    Format::new().set_font_name("Arial").set_font_size(SIZE).set_align(FormatAlign::VerticalCenter)
}

/// Returns the format of a title.
pub fn title() -> Format {
    plain().set_font_size(14).set_bold()
}

/// Returns the format of the lines under a title.
pub fn under_title() -> Format {
    plain().set_font_color(0x44_4444)
}

/// Returns the format of a cell that has none of its own; the width of columns is counted in its digits.
pub fn default() -> Format {
    Format::new().set_font_name("Arial").set_font_size(10)
}

/// Returns the format of a heading, over figures or over words.
pub fn head(figures: bool) -> Format {
    let lines = Format::new().set_border_top(FormatBorder::Medium).set_border_bottom(FormatBorder::Thin);
    let words = lines.set_font_name("Arial").set_font_size(SIZE).set_bold().set_text_wrap();
    let words = words.set_align(FormatAlign::Bottom);
    if figures { right(words) } else { words }
}

fn right(format: Format) -> Format {
    format.set_align(FormatAlign::Right).set_indent(FREE)
}

fn made(place: Place, look: Look, shape: Shape) -> Format {
    let format = match look {
        Look::Plain => plain(),
        Look::Bold => plain().set_bold(),
        Look::Faint => plain().set_font_color(FAINT),
        Look::Dim => plain().set_font_color(DIM),
        Look::Italic => plain().set_italic(),
        Look::Dark => plain().set_bold().set_font_color(0xFF_FFFF).set_background_color(DARK),
        Look::Grey => plain().set_bold().set_background_color(GREY),
    };
    let under = |format: Format| format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(LINE);
    let format = match place {
        Place::Wrapped if matches!(shape, Shape::Text | Shape::Word | Shape::Armed) => under(format).set_text_wrap(),
        Place::Row | Place::Wrapped => under(format),
        Place::Grid => {
            let format = under(format).set_font_size(GRID_SIZE).set_align(FormatAlign::Left);
            format.set_border_left(FormatBorder::Thin).set_border_left_color(LINE)
        }
        Place::FirstOfFoot => format.set_border_top(FormatBorder::Medium),
        Place::Long | Place::Foot => format,
    };
    match shape {
        Shape::Text => format,
        Shape::Armed => format.set_quote_prefix(),
        Shape::Tally => format.set_align(FormatAlign::Left),
        Shape::Number | Shape::Word => right(format),
        Shape::Share => right(format).set_num_format("0 %"),
        Shape::Day => format.set_align(FormatAlign::Left).set_num_format("d mmm yyyy"),
        Shape::Stated(words) => format.set_align(FormatAlign::Left).set_num_format(format!("\"{words} \"d mmm yyyy")),
    }
}
