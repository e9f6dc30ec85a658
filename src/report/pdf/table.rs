//! Draws tables that break between records and repeat their head.

use std::num::NonZeroU32;

use krilla::tagging::{TableHeaderScope, Tag, TagKind};

use crate::pdf::sheet::{Op, Sheet, ops_of};
use crate::pdf::text::{Align, Ink, Laid, Line, Style, Text, mm};

/// A column: its width, or a share of what the others leave.
#[derive(Debug, Clone, Copy)]
pub enum Width {
    Fixed(f32),
    Share,
}

#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Column {
    pub width: Width,
    pub head: &'static str,
    pub align: Align,
}

impl Column {
    pub const fn mm(width: f32, head: &'static str) -> Self {
        Self { width: Width::Fixed(mm(width)), head, align: Align::Left }
    }

    pub const fn share(head: &'static str) -> Self {
        Self { width: Width::Share, head, align: Align::Left }
    }

    pub const fn right(self) -> Self {
        Self { align: Align::Right, ..self }
    }
}

/// A row, which is never split if a page can hold it.
#[derive(Debug, Clone)]
pub struct Row {
    pub cells: Vec<Text>,
    /// What stands under the cells from the second on.
    pub below: Option<Text>,
}

impl Row {
    pub fn new(cells: impl IntoIterator<Item = Text>) -> Self {
        Self { cells: cells.into_iter().collect(), below: None }
    }
}

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// The style of heads.
    head: Style,
    /// The space at both sides of a cell.
    side: [f32; 2],
    /// The space over and under a row.
    above: f32,
    below: f32,
    /// Between the two lines of a record.
    between: f32,
    /// The leading between the lines of a cell, in em.
    leading: f32,
    /// The rules over the head, under it and between rows; and whether the table ends with one.
    rules: [(f32, Ink); 3],
    closed: bool,
}

/// A table with rules.
pub const RULED: Look = Look {
    head: Style::new(7.8).bold(),
    side: [mm(1.4), mm(1.4)],
    above: mm(1.05),
    below: mm(1.05),
    between: mm(0.8),
    leading: 0.45,
    rules: [(0.8, Ink::Black), (0.6, Ink::Black), (0.4, Ink::FaintLine)],
    closed: true,
};

/// Records under an item: two lines each.
pub const RECORDS: Look = Look {
    head: Style::new(7.4).soft(),
    side: [0.0, mm(2.0)],
    above: mm(1.1),
    below: mm(0.5),
    between: mm(1.3),
    leading: 0.42,
    rules: [(0.0, Ink::White), (0.3, Ink::FaintLine), (0.3, Ink::FaintLine)],
    closed: false,
};

/// The space under the second line of a record.
const UNDER_RECORD: f32 = mm(1.2);

/// A row in lines.
struct LaidRow {
    cells: Vec<Laid>,
    below: Option<Laid>,
    upper: f32,
    height: f32,
}

impl Sheet<'_> {
    pub fn table(&mut self, look: &Look, columns: &[Column], rows: &[Row]) {
        self.table_of("", look, columns, rows);
    }

    /// Draws the table of something with a name, which each further page says: `K1, continued`.
    pub fn table_of(&mut self, name: &str, look: &Look, columns: &[Column], rows: &[Row]) {
        let places = self.places(columns);
        let head = Row::new(columns.iter().map(|column| Text::of(look.head, column.head).align(column.align)));
        let mut again = head.clone();
        if let Some(first) = again.cells.first_mut().filter(|_| !name.is_empty()) {
            *first = Text::of(look.head, &format!("{name}, continued"));
        }
        let (head, again) = (self.lay_row(look, &head, columns, &places), self.lay_row(look, &again, columns, &places));
        let first = rows.first().map(|row| self.lay_row(look, row, columns, &places).height);
        self.room(head.height + first.unwrap_or(0.0));
        self.tagged(Tag::Table, |sheet| {
            sheet.tagged(Tag::THead, |sheet| sheet.head(look, &head, &places, true));
            sheet.tagged(Tag::TBody, |sheet| {
                for (at, row) in rows.iter().enumerate() {
                    let row = sheet.lay_row(look, row, columns, &places);
                    let (thick, ink) = look.rules[if at == 0 { 1 } else { 2 }];
                    if sheet.y + row.height > sheet.floor() + 0.01 && !sheet.is_at_top() {
                        if look.closed {
                            sheet.rule(thick, ink);
                        }
                        sheet.next_page();
                        sheet.head(look, &again, &places, false);
                        sheet.rule(look.rules[1].0, look.rules[1].1);
                    } else {
                        sheet.rule(thick, ink);
                    }
                    sheet.row(look, &row, &places, &again);
                }
            });
        });
        if look.closed {
            self.rule(look.rules[2].0, look.rules[2].1);
        }
    }

    /// Returns the left edge and width of each column.
    fn places(&self, columns: &[Column]) -> Vec<(f32, f32)> {
        let fixed = |column: &Column| if let Width::Fixed(width) = column.width { width } else { 0.0 };
        let rest = self.width - columns.iter().map(fixed).sum::<f32>();
        let shares = columns.iter().filter(|column| matches!(column.width, Width::Share)).count();
        let share = rest / f32::from(u16::try_from(shares.max(1)).unwrap_or(u16::MAX));
        let mut x = self.left;
        let mut places = Vec::new();
        for column in columns {
            let width = if let Width::Fixed(width) = column.width { width } else { share };
            places.push((x, width));
            x += width;
        }
        places
    }

    fn lay_row(&mut self, look: &Look, row: &Row, columns: &[Column], places: &[(f32, f32)]) -> LaidRow {
        let side = look.side[0] + look.side[1];
        let mut cells = Vec::new();
        for ((cell, column), (_, width)) in row.cells.iter().zip(columns).zip(places) {
            let cell = cell.clone().leading(look.leading);
            let cell = if column.align == Align::Left { cell } else { cell.align(column.align) };
            // The last column of records has no space at its right.
            let narrow = if look.side[0] > 0.0 || cells.len() + 1 < columns.len() { side } else { 0.0 };
            cells.push(self.lay(&cell, width - narrow));
        }
        let upper = cells.iter().map(|cell| cell.height).fold(0.0, f32::max);
        let under = places.iter().skip(1).map(|(_, width)| width).sum::<f32>() - look.side[0];
        let below = row.below.as_ref().map(|below| self.lay(&below.clone().leading(look.leading), under));
        let more = below.as_ref().map_or(look.below, |below| look.between + below.height + UNDER_RECORD);
        LaidRow { cells, below, upper, height: look.above + upper + more }
    }

    /// Draws the head, which is read only once.
    fn head(&mut self, look: &Look, head: &LaidRow, places: &[(f32, f32)], read: bool) {
        let (thick, ink) = look.rules[0];
        if thick > 0.0 {
            self.rule(thick, ink);
        }
        let y = self.y + look.above;
        if read {
            self.tagged(Tag::TR, |sheet| {
                for (cell, (x, _)) in head.cells.iter().zip(places) {
                    sheet.tagged(Tag::TH(TableHeaderScope::Column), |sheet| {
                        sheet.cell(&cell.lines, x + look.side[0], y);
                    });
                }
            });
        } else {
            let ops = |(cell, (x, _)): (&Laid, &(f32, f32))| ops_of(&cell.lines, x + look.side[0], y);
            let ops: Vec<Op> = head.cells.iter().zip(places).flat_map(ops).collect();
            self.decorate(ops);
        }
        self.y += head.height;
    }

    fn cell(&mut self, lines: &[Line], x: f32, y: f32) {
        let ops = ops_of(lines, x, y);
        if !ops.is_empty() {
            self.draw(ops);
        }
    }

    /// Draws a row. One that is higher than a page goes on under the head of the next.
    fn row(&mut self, look: &Look, row: &LaidRow, places: &[(f32, f32)], head: &LaidRow) {
        let mut cells: Vec<&[Line]> = row.cells.iter().map(|cell| cell.lines.as_slice()).collect();
        let mut below = row.below.as_ref().map(|below| below.lines.as_slice());
        let two = row.below.is_some().then_some(NonZeroU32::MIN.saturating_add(1));
        self.y += look.above;
        self.tagged(Tag::TR, |sheet| {
            let mut upper = row.upper;
            let tag = |at: usize, cell: &Laid| -> TagKind {
                let read = cell.lines.iter().any(|line| !line.runs.is_empty());
                match at {
                    0 if read => Tag::TH(TableHeaderScope::Row).with_row_span(two).into(),
                    0 => Tag::TD.with_row_span(two).into(),
                    _ => Tag::TD.into(),
                }
            };
            let groups: Vec<usize> =
                row.cells.iter().enumerate().map(|(at, cell)| sheet.tagged(tag(at, cell), |_| ())).collect();
            loop {
                let mut rest = Vec::new();
                for ((lines, (x, _)), group) in cells.iter().zip(places).zip(&groups) {
                    let (fit, more) = sheet.split(lines);
                    let (x, y) = (x + look.side[0], sheet.y - lines.first().map_or(0.0, |line| line.top));
                    sheet.within(*group, |sheet| sheet.cell(fit, x, y));
                    rest.push(more);
                }
                if rest.iter().all(|lines| lines.is_empty()) {
                    break;
                }
                upper = left_over(&rest);
                cells = rest;
                sheet.next_page();
                sheet.head(look, head, places, false);
                sheet.y += look.above;
            }
            sheet.y += upper;
        });
        let Some((x, lines)) = places.get(1).map(|(x, _)| x + look.side[0]).zip(below.as_mut()) else {
            self.y += look.below;
            return;
        };
        self.y += look.between;
        self.tagged(Tag::TR, |sheet| {
            let columns = u32::try_from(places.len().saturating_sub(1)).ok().and_then(NonZeroU32::new);
            sheet.tagged(Tag::TD.with_col_span(columns), |sheet| {
                loop {
                    let (fit, rest) = sheet.split(lines);
                    let top = lines.first().map_or(0.0, |line| line.top);
                    sheet.cell(fit, x, sheet.y - top);
                    sheet.y += fit.last().map_or(0.0, |line| line.top + line.height - top);
                    if rest.is_empty() {
                        break;
                    }
                    *lines = rest;
                    sheet.next_page();
                    sheet.head(look, head, places, false);
                    sheet.y += look.above;
                }
            });
        });
        self.y += UNDER_RECORD;
    }
}

/// Returns the height of the highest of the rests of cells.
fn left_over(rest: &[&[Line]]) -> f32 {
    let height = |lines: &&[Line]| match (lines.first(), lines.last()) {
        (Some(first), Some(last)) => last.top + last.height - first.top,
        _ => 0.0,
    };
    rest.iter().map(height).fold(0.0, f32::max)
}
