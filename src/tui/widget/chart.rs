//! Draws a chart of progress: what is signed as a stepped line, the plan as dots, breaks shaded. Figures are next to it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::theme::{Charset, Theme};
use crate::widget::draw::{line, owned_line};
use crate::widget::text::columns;

/// One month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// At its end; `None` for what is to come.
    pub signed: Option<u16>,
    pub plan: u16,
    pub shaded: bool,
}

/// A chart of several months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chart<'a> {
    pub points: &'a [Point],
    /// The value at the top.
    pub most: u16,
    /// Words below the points of these indexes, the most important first. Those that would meet another are left out.
    pub labels: &'a [(usize, String)],
}

/// Columns of the figures before the line, with the blank after them.
const FIGURES: u16 = 4;
/// Dots of a cell, across and down.
const ACROSS: usize = 2;
const DOWN: usize = 4;
/// Every third dot of the plan is drawn.
const EVERY: usize = 3;
/// Minimum rows for four figures above 0 instead of two.
const QUARTERS: u16 = 12;

/// What a cell shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cell {
    /// The dots of the line of what is signed, and of the plan, as in Unicode's braille patterns.
    signed: u8,
    plan: u8,
    shaded: bool,
}

/// The bit of each dot of a braille pattern, by row and column.
const DOTS: [[u8; ACROSS]; DOWN] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Draws the chart: the figures at the left, the line, and the labels on the last row.
pub fn view(chart: &Chart<'_>, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let area = area.intersection(buf.area);
    if area.width <= FIGURES + 1 || area.height < 3 || chart.points.is_empty() {
        return;
    }
    let plot = Rect { x: area.x + FIGURES, width: area.width - FIGURES, height: area.height - 1, ..area };
    let (wide, high) = (usize::from(plot.width), usize::from(plot.height));
    let cells = cells(chart, wide, high);
    for (at, cell) in cells.iter().enumerate() {
        let (symbol, style) = drawn(*cell, theme);
        let place = (plot.x + (at % wide) as u16, plot.y + (at / wide) as u16);
        if let Some(symbol) = symbol {
            buf[place].set_symbol(&symbol).set_style(style);
        }
    }
    let parts = if plot.height >= QUARTERS { 4 } else { 2 };
    for part in 0..=parts {
        let value = usize::from(chart.most) * part / parts;
        let row = (high - 1) - scaled(value, usize::from(chart.most), high - 1);
        let figure = format!("{value:>3}");
        line(
            buf,
            Rect { y: area.y + row as u16, width: FIGURES - 1, height: 1, ..area },
            0,
            &[(&figure, theme.dim)],
            theme,
        );
    }
    labels(chart, theme, buf, Rect { y: plot.bottom(), height: 1, ..plot });
}

/// Returns the legend: how the line, the plan and the breaks look.
pub fn legend(plan: &str, breaks: Option<&str>, theme: &Theme) -> Vec<(String, Style)> {
    let (signed, dots) = match theme.looks.glyphs {
        Charset::Unicode => ("⣀⡠⠊", "⠄⠄⠄"),
        Charset::Ascii => ("***", "..."),
    };
    let mut pieces = vec![
        (signed.to_owned(), theme.accent),
        (" signed   ".to_owned(), theme.dim),
        (dots.to_owned(), theme.plan),
        (format!(" {plan}"), theme.dim),
    ];
    if let Some(breaks) = breaks {
        pieces.push((format!("   {}", theme.glyphs.shade.repeat(3)), theme.track));
        pieces.push((format!(" {breaks}"), theme.dim));
    }
    pieces
}

/// Draws a legend in full, or without its last pairs.
pub fn draw_legend(pieces: &[(String, Style)], theme: &Theme, buf: &mut Buffer, area: Rect) {
    let mut shown = pieces;
    let wide = |pieces: &[(String, Style)]| pieces.iter().map(|(words, _)| columns(words)).sum::<usize>();
    while shown.len() > 2 && wide(shown) > usize::from(area.width) {
        shown = &shown[..shown.len() - 2];
    }
    owned_line(buf, area, 0, shown, theme);
}

fn scaled(value: usize, most: usize, to: usize) -> usize {
    (2 * value.min(most) * to + most.max(1)) / (2 * most.max(1))
}

/// Returns the index of the month that a column of dots shows, and the part of it that has passed, in thousandths.
fn month(column: usize, columns: usize, points: usize) -> (usize, usize) {
    let all = column * (points - 1) * 1000 / (columns - 1).max(1);
    (all / 1000, all % 1000)
}

fn cells(chart: &Chart<'_>, wide: usize, high: usize) -> Vec<Cell> {
    let mut cells = vec![Cell::default(); wide * high];
    let (columns, rows, most) = (wide * ACROSS, high * DOWN, usize::from(chart.most));
    let down = |value: usize| rows - 1 - scaled(value, most, rows - 1);
    let mut before: Option<usize> = None;
    for column in 0..columns {
        let (at, part) = month(column, columns, chart.points.len());
        let point = chart.points[at];
        if point.shaded {
            for row in 0..high {
                cells[row * wide + column / ACROSS].shaded = true;
            }
        }
        let mut dot = |row: usize, signed: bool| {
            let cell = &mut cells[row / DOWN * wide + column / ACROSS];
            let bit = DOTS[row % DOWN][column % ACROSS];
            if signed { cell.signed |= bit } else { cell.plan |= bit }
        };
        if column % EVERY == 0 {
            let next = chart.points.get(at + 1).map_or(point.plan, |next| next.plan);
            let plan = usize::from(point.plan) * (1000 - part) + usize::from(next) * part;
            dot(down(plan / 1000), false);
        }
        let Some(signed) = point.signed else { continue };
        let row = down(usize::from(signed));
        let from = before.unwrap_or(row);
        for row in row.min(from)..=row.max(from) {
            dot(row, true);
        }
        before = Some(row);
    }
    cells
}

/// Returns the symbol of a cell: what is signed is drawn over the plan, and both over the shade.
fn drawn(cell: Cell, theme: &Theme) -> (Option<String>, Style) {
    let unicode = theme.looks.glyphs == Charset::Unicode;
    let braille = |dots: u8| char::from_u32(0x2800 + u32::from(dots)).map(String::from);
    match cell {
        Cell { signed: dots @ 1.., .. } if unicode => (braille(dots), theme.accent),
        Cell { signed: 1.., .. } => (Some("*".to_owned()), theme.accent),
        Cell { plan: dots @ 1.., .. } if unicode => (braille(dots), theme.plan),
        Cell { plan: 1.., .. } => (Some(".".to_owned()), theme.plan),
        Cell { shaded: true, .. } => (Some(theme.glyphs.shade.to_owned()), theme.track),
        Cell { shaded: false, .. } => (None, theme.text),
    }
}

/// Draws the labels that meet no other, each below its point.
fn labels(chart: &Chart<'_>, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let last = chart.points.len().saturating_sub(1).max(1);
    let mut taken: Vec<(u16, u16)> = Vec::new();
    for (at, words) in chart.labels {
        let width = columns(words) as u16;
        let point = scaled(*at, last, usize::from(area.width) - 1) as u16;
        // Words at either end stay within the chart.
        let x = if *at == 0 { 0 } else { point.saturating_sub(width / 2).min(area.width.saturating_sub(width)) };
        let free = taken.iter().all(|(from, to)| x > *to || x + width < *from);
        if free && x + width <= area.width {
            line(buf, Rect { x: area.x + x, width, ..area }, 0, &[(words, theme.dim)], theme);
            taken.push((x, x + width));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    fn points(months: usize, now: usize) -> Vec<Point> {
        let point = |at: usize| Point {
            signed: (at <= now).then_some((at * 3 / 2) as u16),
            plan: if (8..12).contains(&at) {
                16
            } else if at >= 12 {
                (2 * at - 8) as u16
            } else {
                2 * at as u16
            },
            shaded: (8..12).contains(&at),
        };
        (0..months).map(point).collect()
    }

    fn drawn_at(width: u16, height: u16, looks: Appearance) -> (Buffer, Vec<String>) {
        let theme = Theme::choose(looks);
        let mut buf = Buffer::empty(Rect::new(0, 0, width + 2, height + 2));
        let points = points(24, 17);
        let labels = [(0, "Mar 25".to_owned()), (17, "now".to_owned()), (23, "Feb 27".to_owned())];
        view(&Chart { points: &points, most: 40, labels: &labels }, &theme, &mut buf, Rect::new(1, 1, width, height));
        let rows = (0..buf.area.height).map(|y| (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect()).collect();
        (buf, rows)
    }

    #[test]
    fn no_size_draws_outside_its_area_and_every_useful_one_shows_line_plan_and_figures() {
        for looks in [Appearance::FULL, Appearance::PLAIN] {
            for (width, height) in (0..70).flat_map(|width| (0..16).map(move |height| (width, height))) {
                let (buf, rows) = drawn_at(width, height, looks);
                let area = Rect::new(1, 1, width, height);
                let outside = buf.area.positions().filter(|at| !area.contains(*at));
                assert!(outside.into_iter().all(|at| buf[at].symbol() == " "), "{width}x{height}\n{}", rows.join("\n"));
                if width >= 24 && height >= 6 {
                    let theme = Theme::choose(looks);
                    let styled = |style: Style| {
                        buf.content.iter().any(|cell| cell.style().fg == style.fg && cell.symbol() != " ")
                    };
                    let text = rows.join("\n");
                    assert!(looks == Appearance::PLAIN || (styled(theme.accent) && styled(theme.track)), "{text}");
                    for words in ["40", " 20", "  0", "Mar 25", "now"] {
                        assert!(text.contains(words), "{words} at {width}x{height}\n{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_line_ends_now_and_climbs_from_the_bottom_to_its_share_of_the_height() {
        let (_, rows) = drawn_at(44, 11, Appearance::PLAIN);
        let find = |row: &String| row.find('*').zip(row.rfind('*'));
        let shown: Vec<(usize, usize, usize)> =
            rows.iter().enumerate().filter_map(|(y, row)| find(row).map(|(from, to)| (y, from, to))).collect();
        // 10 rows for 40: 25 is in the fourth from the top; the seventeenth of 23 months is at three quarters of the width.
        let (top, bottom) = (shown.first().unwrap(), shown.last().unwrap());
        assert_eq!((bottom.0, bottom.1), (10, 5), "{}", rows.join("\n"));
        assert!((3..=5).contains(&top.0) && (33..=36).contains(&top.2), "{shown:?}\n{}", rows.join("\n"));
        assert!(shown.windows(2).all(|pair| pair[0].2 >= pair[1].2), "{}", rows.join("\n"));
    }

    #[test]
    fn labels_that_would_meet_are_left_out_the_less_important_first() {
        let (_, rows) = drawn_at(20, 6, Appearance::PLAIN);
        let last = &rows[6];
        assert!(last.contains("Mar 25") && last.contains("now") && !last.contains("Feb 27"), "{last}");
    }
}
