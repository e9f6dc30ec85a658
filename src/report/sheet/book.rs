//! Writes a workbook: each sheet with its title, headings that stay in view, filters and print set-up; a legend last.
//!
//! Invariant: only texts and numbers are written, never a formula; the same values make the same bytes.

use std::fmt;

use chrono::{Datelike as _, NaiveDate, Timelike as _};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use countersign_core::primitives::date::day_words;

use crate::made::{Made, grouped};
use crate::sheet::cell::{Cell, Look, Value};
use crate::sheet::format::{Formats, Place, Shape, default, head, plain, title, under_title};
use crate::sheet::part::{Paper, Sheet, percent};

/// The row of the headings, from 0.
const HEAD: u32 = 4;
/// The most letters of a cell.
const MOST_LETTERS: usize = 32_000;
/// The most letters of the left half of a header or a footer: the whole takes 255.
const MOST_OF_HALF: usize = 120;
/// The default height of a row and width of a column, in dots, of Arial 10.
const DEFAULT_SIZES: (u32, u32) = (20, 64);
/// What the heading of figures keeps free, and what a letter of it takes at most, in characters.
const FREE: f64 = 3.0;
const HEAD_LETTER: f64 = 0.95;
/// The height of a line of text, and what a row adds to its lines.
const LINE_HEIGHT: f64 = 12.0;
const ROW_EXTRA: f64 = 5.0;
/// From how many rows on a sheet is long: its cells have the format of their column where they can, empty ones are left out,
/// texts are not wrapped and the lines are those of the spreadsheet program, which takes two thirds of the time.
const LONG: usize = 20_000;
/// How hard the parts are compressed, from 1 to 9: 3 makes a file that is 6 % larger than 6 does, in two thirds of the time.
const COMPRESSION: u8 = 3;
/// Columns of the legend.
const LEGEND_WIDTHS: [f64; 2] = [26.0, 100.0];

/// A workbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    pub title: String,
    pub sheets: Vec<Sheet>,
    /// Each word with its look, and what it means.
    pub legend: Vec<(Cell, String)>,
}

/// Why no workbook could be written: more rows than a sheet takes.
#[derive(Debug)]
pub struct BookFault(XlsxError);

impl fmt::Display for BookFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "A spreadsheet cannot hold this: {}", self.0)
    }
}

impl std::error::Error for BookFault {}

impl From<XlsxError> for BookFault {
    fn from(fault: XlsxError) -> Self {
        Self(fault)
    }
}

impl Book {
    /// Returns the bytes of the workbook as an XLSX file.
    pub fn xlsx(self, made: &Made) -> Result<Vec<u8>, BookFault> {
        let mut book = Workbook::new();
        book.set_default_format(&default(), DEFAULT_SIZES.0, DEFAULT_SIZES.1)?;
        let properties = DocProperties::new().set_title(&self.title).set_author(&made.department);
        book.set_properties(&properties.set_creation_datetime(&created(made)?));
        book.set_zip_compression_level(COMPRESSION);
        let Self { title, sheets, legend } = self;
        let mut formats = Formats::default();
        for sheet in sheets {
            write_sheet(book.add_worksheet(), &title, sheet, made, &mut formats)?;
        }
        write_legend(book.add_worksheet(), (&title, &legend), made, &mut formats)?;
        Ok(book.save_to_buffer()?)
    }
}

fn write_legend(
    to: &mut Worksheet,
    (of, legend): (&str, &[(Cell, String)]),
    made: &Made,
    formats: &mut Formats,
) -> Result<(), BookFault> {
    to.set_name("Legend")?;
    print(to, Paper::A4, 1);
    to.set_footer(footer(made, "   page &P of &N"));
    for (at, width) in (0..).zip(LEGEND_WIDTHS) {
        to.set_column_width(at, width)?;
    }
    to.write_string_with_format(0, 0, format!("Legend: {of}"), &title())?;
    let mut row = 2;
    for (word, meaning) in legend {
        legend_row(to, row, (word, meaning), Place::Row, formats)?;
        row += 1;
    }
    row += 1;
    let by = if made.by.is_empty() { String::new() } else { format!(", by {}", made.by) };
    for (word, said) in [
        ("Made", format!("{}{by}", made.when())),
        ("Department", made.department.clone()),
        ("Log", format!("{} entries", grouped(made.size))),
        ("Checkpoint code", made.code.clone()),
        ("How to check", made.how_to_check_with("the code above")),
    ] {
        legend_row(to, row, (&Cell::from(word).bold(), &said), Place::Foot, formats)?;
        row += 1;
    }
    Ok(())
}

fn legend_row(
    to: &mut Worksheet,
    row: u32,
    (word, meaning): (&Cell, &str),
    place: Place,
    formats: &mut Formats,
) -> Result<(), BookFault> {
    write(to, (row, 0), &word.value, Some(formats.of(place, word.look, &word.value)))?;
    let lines = lines_of(meaning, LEGEND_WIDTHS[1]);
    let wrapped = if place == Place::Row {
        formats.of(Place::Wrapped, Cell::EMPTY.look, &Value::Empty).clone()
    } else {
        plain().set_text_wrap()
    };
    to.write_string_with_format(row, 1, cut(meaning), &wrapped)?;
    to.set_row_height(row, LINE_HEIGHT.mul_add(f64::from(lines), ROW_EXTRA))?;
    Ok(())
}

fn write_sheet(
    to: &mut Worksheet,
    of: &str,
    sheet: Sheet,
    made: &Made,
    formats: &mut Formats,
) -> Result<(), BookFault> {
    to.set_name(sheet.name)?;
    let last = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let rows = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    print(to, sheet.paper, sheet.pages_wide);
    to.set_margins(0.5, 0.4, 0.7, 0.7, 0.3, 0.3);
    to.set_header(header(of, sheet.name));
    to.set_footer(footer(made, ""));
    to.set_repeat_rows(HEAD, HEAD)?;
    to.set_repeat_columns(0, sheet.frozen.saturating_sub(1))?;
    to.set_freeze_panes(HEAD + 1, sheet.frozen)?;
    to.set_row_height(0, 21)?;
    // Where it prints several pages wide, words in the columns that each page repeats would be cut on all but the first.
    let first = if sheet.pages_wide > 1 { sheet.frozen } else { 0 };
    if first > 0 {
        to.write_string_with_format(0, 0, sheet.name, &title())?;
    }
    to.write_string_with_format(0, first, cut(of), &title())?;
    to.write_string_with_format(1, first, cut(&sheet.about), &under_title())?;
    to.write_string_with_format(2, first, cut(&made_by(made)), &under_title())?;
    let (figures, mut most) = (figures(&sheet), 1);
    for ((at, column), figures) in (0..).zip(&sheet.columns).zip(&figures) {
        let free = if *figures { FREE } else { 0.0 };
        let width = if *figures {
            column.width.max(longest_word(&column.head).mul_add(HEAD_LETTER, 1.0 + FREE))
        } else {
            column.width
        };
        to.set_column_width(at, width)?;
        to.write_string_with_format(HEAD, at, cut(&column.head), &head(*figures))?;
        most = most.max(lines_of(&column.head, width - free));
    }
    to.set_row_height(HEAD, LINE_HEIGHT.mul_add(f64::from(most), ROW_EXTRA))?;
    let long = sheet.rows.len() > LONG;
    let shapes = if long { shapes(&sheet) } else { vec![None; sheet.columns.len()] };
    to.set_screen_gridlines(long).set_print_gridlines(long);
    for (at, shape) in (0..).zip(&shapes) {
        if let Some(shape) = shape {
            to.set_column_format(at, formats.shaped(Place::Long, Look::Plain, *shape))?;
        }
    }
    // Each row is dropped as soon as it is written.
    for (row, cells) in (HEAD + 1..).zip(sheet.rows) {
        let mut lines = 1;
        let columns = (0..).zip(&sheet.columns).zip(&figures);
        for (((at, column), figures), (cell, shape)) in columns.zip(cells.iter().zip(&shapes)) {
            let place = match (column.gridded, !long, shape) {
                (true, ..) => Place::Grid,
                (false, true, _) => Place::Wrapped,
                (false, false, None) => Place::Row,
                (false, false, Some(_)) => Place::Long,
            };
            let plain = place == Place::Long && cell.look == Look::Plain;
            match &cell.value {
                Value::Empty if plain => {}
                value if plain && *shape == Some(Shape::of(value)) => write(to, (row, at), value, None)?,
                value => {
                    let shape = match Shape::of(value) {
                        Shape::Text if *figures => Shape::Word,
                        shape => shape,
                    };
                    write(to, (row, at), value, Some(formats.shaped(place, cell.look, shape)))?;
                }
            }
            if let (Place::Wrapped, Value::Text(text)) = (place, &cell.value) {
                lines = lines.max(lines_of(text, column.width));
            }
        }
        if lines > 1 {
            to.set_row_height(row, LINE_HEIGHT.mul_add(f64::from(lines), ROW_EXTRA))?;
        }
    }
    if rows == 0 {
        to.write_string_with_format(HEAD + 1, 0, sheet.nothing, &plain())?;
        return Ok(());
    }
    to.autofilter(HEAD, 0, HEAD + rows, last)?;
    for (row, cells) in (HEAD + 1 + rows..).zip(&sheet.foot) {
        let place = if row == HEAD + 1 + rows { Place::FirstOfFoot } else { Place::Foot };
        for ((at, column), cell) in (0..).zip(&sheet.columns).zip(cells) {
            let shape = match Shape::of(&cell.value) {
                Shape::Number if column.gridded => Shape::Tally,
                shape => shape,
            };
            write(to, (row, at), &cell.value, Some(formats.shaped(place, cell.look, shape)))?;
        }
    }
    Ok(())
}

/// Sets the paper: landscape, without lines on the screen.
fn print(to: &mut Worksheet, paper: Paper, wide: u16) {
    let size = match paper {
        Paper::A3 => 8,
        Paper::A4 => 9,
    };
    to.set_paper_size(size).set_landscape().set_print_fit_to_pages(wide, 0).set_screen_gridlines(false);
}

/// Writes a value; without a format, it has the format of its column.
fn write(
    to: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    format: Option<&Format>,
) -> Result<(), BookFault> {
    let text = |to: &mut Worksheet, text: String| match format {
        Some(format) => to.write_string_with_format(row, column, text, format).map(drop),
        None => to.write_string(row, column, text).map(drop),
    };
    let number = |to: &mut Worksheet, number: f64| match format {
        Some(format) => to.write_number_with_format(row, column, number, format).map(drop),
        None => to.write_number(row, column, number).map(drop),
    };
    let blank = |to: &mut Worksheet| match format {
        Some(format) => to.write_blank(row, column, format).map(drop),
        None => Ok(()),
    };
    match value {
        Value::Empty => blank(to)?,
        Value::Text(words) => text(to, cut(words))?,
        #[expect(clippy::cast_precision_loss, reason = "a count has far fewer than 15 digits")]
        Value::Count(count) => number(to, *count as f64)?,
        Value::Share(of, all) => match percent(*of, *all) {
            Some(share) => number(to, f64::from(share) / 100.0)?,
            None => blank(to)?,
        },
        Value::Day(day) => match serial(*day) {
            Some(serial) => number(to, serial)?,
            None => text(to, day_words(*day))?,
        },
        Value::Stated(words, day) => match serial(*day) {
            Some(serial) => number(to, serial)?,
            None => text(to, format!("{words} {}", day_words(*day)))?,
        },
    }
    Ok(())
}

/// Returns what most columns of a sheet hold throughout: the shape of the first cell that is not empty. A column of a grid has
/// none.
fn shapes(sheet: &Sheet) -> Vec<Option<Shape>> {
    let first = |at: usize| sheet.rows.iter().find_map(|row| row.get(at).filter(|cell| cell.value != Value::Empty));
    let shape = |at: usize| first(at).map_or(Shape::Text, |cell| Shape::of(&cell.value));
    let columns = sheet.columns.iter().enumerate();
    columns.map(|(at, column)| (!column.gridded).then(|| shape(at))).collect()
}

/// Returns which columns of a sheet hold figures, outside of a grid.
fn figures(sheet: &Sheet) -> Vec<bool> {
    let is_figure = |cell: &Cell| matches!(cell.value, Value::Count(_) | Value::Share(..));
    let any = |at: usize| sheet.rows.iter().any(|row| row.get(at).is_some_and(is_figure));
    sheet.columns.iter().enumerate().map(|(at, column)| !column.gridded && any(at)).collect()
}

/// Returns how many letters the longest word of a heading has.
fn longest_word(head: &str) -> f64 {
    head.split_whitespace().map(|word| word.chars().map(|_| 1.0).sum()).fold(0.0, f64::max)
}

/// Returns the number of a day in a spreadsheet; `None` before March 1900, where its calendar is wrong, and after 9999.
fn serial(day: NaiveDate) -> Option<f64> {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let days = i32::try_from((day - first).num_days()).ok()?;
    (61..=2_958_465).contains(&days).then(|| f64::from(days))
}

fn created(made: &Made) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(made.utc.year()).unwrap_or(1900);
    let (month, day) = (made.utc.month() as u8, made.utc.day() as u8);
    let (hour, minute) = (made.utc.hour() as u16, made.utc.minute() as u8);
    ExcelDateTime::from_ymd(year, month, day)?.and_hms(hour, minute, 0)
}

fn made_by(made: &Made) -> String {
    let by = if made.by.is_empty() { String::new() } else { format!(" by {}", made.by) };
    let Made { department, size, code, .. } = made;
    format!("{department}. Made {}{by}. Log of {} entries, checkpoint code {code}", made.when(), grouped(*size))
}

/// Returns the foot of each printed page.
fn footer(made: &Made, more: &str) -> String {
    let by = if made.by.is_empty() { String::new() } else { format!(" by {}", made.by) };
    let left = printed(&format!("{}   Made {}{by}", made.department, made.when()));
    let code = made.code.split(" · ").last().unwrap_or_default();
    let size = grouped(made.size);
    format!("&L&8&\"Arial,Regular\"{left}&R&8&\"Arial,Regular\"log of {size} entries   {code}{more}")
}

/// Returns the head of each printed page: the document, the sheet and the page.
fn header(of: &str, sheet: &str) -> String {
    let sheet = if sheet == of { String::new() } else { format!("   {}", printed(sheet)) };
    let of = printed(of);
    format!("&L&9&\"Arial,Bold\"{of}&\"Arial,Regular\"{sheet}&R&9&\"Arial,Regular\"page &P of &N")
}

/// Returns a text as a header or a footer takes it, where an ampersand begins a command.
fn printed(text: &str) -> String {
    let mut kept = String::new();
    for letter in text.chars() {
        if kept.chars().count() + 2 > MOST_OF_HALF {
            kept.push('…');
            break;
        }
        kept.push(letter);
        kept.extend((letter == '&').then_some('&'));
    }
    kept
}

/// Returns how many lines a text takes in a column of a width.
fn lines_of(text: &str, width: f64) -> u32 {
    // Arial 9 is narrower than the letters that a width counts.
    #[expect(clippy::cast_sign_loss, reason = "a width is above nothing")]
    let fits = ((width * 1.1) as usize).max(1);
    let mut lines = 0;
    for line in text.split('\n') {
        let (mut at, mut begun) = (0, 1);
        for word in line.split(' ') {
            let letters = word.chars().count();
            if at > 0 && at + 1 + letters > fits {
                (at, begun) = (0, begun + 1);
            }
            // A word that is longer than a line breaks at the edge.
            begun += u32::try_from(letters.saturating_sub(1) / fits).unwrap_or(0);
            at += letters + usize::from(at > 0);
        }
        lines += begun;
    }
    lines
}

/// Cuts a text to what a cell takes.
fn cut(text: &str) -> String {
    if text.len() <= MOST_LETTERS / 2 {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MOST_LETTERS / 2).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use countersign_core::import::cell::Limits;
    use countersign_core::import::xlsx;
    use countersign_core::import::zip::ZipArchive;

    use super::*;
    use crate::sheet::cell::Look;
    use crate::sheet::part::Column;

    const HOSTILE: [&str; 9] = [
        "=1+1",
        "+44",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "=HYPERLINK(\"http://x\",\"y\")",
        "=cmd|' /C calc'!A0",
        "{=1}",
        "|x",
    ];

    fn made() -> Made {
        Made {
            department: "=Cardiology & <Co>".to_owned(),
            day: NaiveDate::from_ymd_opt(2026, 11, 28).unwrap(),
            time: NaiveTime::from_hms_opt(18, 40, 0).unwrap(),
            utc: chrono::NaiveDateTime::default(),
            as_of: None,
            by: "+Tilly Officer, training officer".to_owned(),
            size: 1952,
            code: "1952 · YDNSA".to_owned(),
        }
    }

    fn book(texts: &[&str]) -> Book {
        let columns = texts.iter().map(|text| Column::new(*text, 9.0)).collect();
        let mut sheet = Sheet::new("One", texts.first().copied().unwrap_or_default(), columns);
        sheet.rows = vec![texts.iter().map(|text| Cell::from(*text)).collect()];
        sheet.foot = sheet.rows.clone();
        let legend = texts.iter().map(|text| (Cell::from(*text).looking(Look::Dark), (*text).to_owned())).collect();
        Book { title: texts.first().copied().unwrap_or_default().to_owned(), sheets: vec![sheet], legend }
    }

    fn part(file: &[u8], name: &str) -> String {
        let bytes = ZipArchive::of(file).unwrap().file(name, 1 << 24).unwrap().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn no_cell_is_a_formula_or_a_link_whatever_the_texts_are() {
        let file = book(&HOSTILE).xlsx(&made()).unwrap();
        for sheet in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
            let text = part(&file, sheet);
            assert!(text.contains("<c r=\"A1\"") && !text.contains("<f>") && !text.contains("<f "), "{text}");
            assert!(!text.contains("hyperlink"), "{text}");
        }
        let texts = part(&file, "xl/sharedStrings.xml");
        for hostile in ["=1+1", "+44", "-1+1", "@SUM(A1)", "{=1}", "|x"] {
            assert!(texts.contains(&format!(">{hostile}</t>")), "{hostile} is not kept as it is: {texts}");
        }
        // It stays a text when somebody edits the cell.
        assert!(part(&file, "xl/styles.xml").contains("quotePrefix=\"1\""));
    }

    #[test]
    fn the_same_values_make_the_same_bytes_and_another_minute_makes_others() {
        let book = book(&["a", "b"]);
        let file = book.clone().xlsx(&made()).unwrap();
        assert_eq!(file, book.clone().xlsx(&made()).unwrap());
        assert_ne!(file, book.xlsx(&Made { size: 1953, ..made() }).unwrap());
    }

    #[test]
    fn headings_stay_in_view_and_are_printed_on_each_page_one_page_wide() {
        let file = book(&["a", "b", "c"]).xlsx(&made()).unwrap();
        let (sheet, book) = (part(&file, "xl/worksheets/sheet1.xml"), part(&file, "xl/workbook.xml"));
        for has in [
            "topLeftCell=\"B6\"",
            "state=\"frozen\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "<autoFilter ref=\"A5:C6\"",
            "&amp;\"Arial,Bold\"a&amp;\"Arial,Regular\"   One&amp;R",
            "by +Tilly Officer, training officer&amp;R",
        ] {
            assert!(sheet.contains(has), "{has}: {sheet}");
        }
        assert!(book.contains("One!$A:$A,One!$5:$5"), "{book}");
        assert!(sheet.contains("&amp;&amp; &lt;Co&gt;"), "{sheet}");
    }

    #[test]
    #[ignore = "slow: a sheet of thousands of rows"]
    fn a_long_sheet_holds_the_same_cells_as_a_short_one_and_no_formula() {
        let day = NaiveDate::from_ymd_opt(2028, 10, 17).unwrap();
        let row = |n: usize| -> Vec<Cell> {
            vec![
                if n.is_multiple_of(3) { "=1+1".into() } else { format!("person {n}").into() },
                Cell::day((n.is_multiple_of(2)).then_some(day)),
                if n.is_multiple_of(5) { Cell::EMPTY } else { (n as u32).into() },
                if n.is_multiple_of(7) { "none".into() } else { Value::Share(1, 8).into() },
                Cell::from("X").looking(Look::Dark),
            ]
        };
        let file = |rows: usize| {
            let columns = ["a", "b", "c", "d", "e"].map(|head| Column::new(head, 9.0)).to_vec();
            let sheet = Sheet { rows: (1..=rows).map(row).collect(), ..Sheet::new("One", "", columns) };
            Book { title: "T".to_owned(), sheets: vec![sheet], legend: Vec::new() }.xlsx(&made()).unwrap()
        };
        let [short, long] = [LONG, LONG + 1].map(file);
        let read = |file: &[u8]| {
            let limits = Limits::rows(2 * LONG);
            xlsx::sheet(file, limits, Some("One"), &|_| true).unwrap().lines
        };
        let (short_rows, long_rows) = (read(&short), read(&long));
        assert_eq!(long_rows.len(), short_rows.len() + 1);
        for (one, other) in short_rows.iter().zip(&long_rows) {
            assert_eq!(one, other);
        }
        let (short, long) = (part(&short, "xl/worksheets/sheet1.xml"), part(&long, "xl/worksheets/sheet1.xml"));
        assert!(long.len() < short.len() && !long.contains("<f>") && !long.contains("<f "));
        assert!(long.contains("gridLines=\"1\"") && !short.contains("gridLines"), "its lines are not printed");
    }

    #[test]
    fn a_day_is_a_number_that_its_format_puts_words_before() {
        let day = NaiveDate::from_ymd_opt(2028, 10, 17).unwrap();
        let mut sheet = Sheet::new("One", "", vec![Column::of_grid("a", 9.0)]);
        sheet.rows = vec![vec![Value::Stated("C current", day).into()]];
        let book = Book { title: String::new(), sheets: vec![sheet], legend: Vec::new() };
        let file = book.xlsx(&made()).unwrap();
        assert!(part(&file, "xl/worksheets/sheet1.xml").contains("<v>47043</v>"));
        assert!(part(&file, "xl/styles.xml").contains("formatCode=\"&quot;C current &quot;d mmm yyyy\""));
    }

    #[test]
    fn a_text_takes_as_many_lines_as_its_column_needs_and_a_long_word_breaks_at_the_edge() {
        let lines = ["", "one", "one two", "one two three", "one\ntwo", "abcdefghijklmnopqrstuvwxyz"];
        assert_eq!(lines.map(|text| lines_of(text, 7.0)), [1, 1, 1, 2, 2, 4]);
    }

    #[test]
    fn figures_and_their_headings_are_on_the_right_and_words_are_not() {
        let columns = ["a", "b", "c"].map(|head| Column::new(head, 9.0)).to_vec();
        let mut sheet =
            Sheet { rows: vec![vec!["x".into(), "none".into(), 3_u32.into()]], ..Sheet::new("One", "", columns) };
        sheet.rows.push(vec!["x".into(), 7_u32.into(), 3_u32.into()]);
        sheet.foot = vec![vec!["all".into(), 7_u32.into(), 6_u32.into()]];
        let file = Book { title: "T".to_owned(), sheets: vec![sheet], legend: Vec::new() }.xlsx(&made()).unwrap();
        let (text, styles) = (part(&file, "xl/worksheets/sheet1.xml"), part(&file, "xl/styles.xml"));
        let formats: Vec<&str> = styles.split("<cellXfs").nth(1).unwrap().split("<xf ").skip(1).collect();
        let is_right = |cell: &str| {
            let of = text.split(&format!("<c r=\"{cell}\" s=\"")).nth(1).unwrap().split('"').next().unwrap();
            formats[of.parse::<usize>().unwrap()].contains("horizontal=\"right\"")
        };
        for row in 5..=8 {
            let found = ["A", "B", "C"].map(|column| is_right(&format!("{column}{row}")));
            assert_eq!(found, [false, true, true], "row {row}");
        }
    }

    #[test]
    fn the_title_of_a_sheet_that_is_several_pages_wide_is_outside_of_what_each_page_repeats() {
        let mut book = book(&["a", "b", "c"]);
        let title = |book: &Book| {
            let file = book.clone().xlsx(&made()).unwrap();
            let sheet = xlsx::sheet(&file, Limits::rows(9), Some("One"), &|_| true).unwrap();
            format!("{:?}", sheet.lines[0])
        };
        let one = title(&book);
        book.sheets[0].pages_wide = 2;
        let two = title(&book);
        assert!(!one.contains("One") && two.find("One") < two.find("\"a\""), "{one} {two}");
    }

    #[test]
    fn a_number_has_a_comma_at_every_thousand() {
        let words = [0, 7, 999, 1_000, 1_952, 12_345, 1_234_567].map(grouped);
        assert_eq!(words, ["0", "7", "999", "1,000", "1,952", "12,345", "1,234,567"]);
    }
}
