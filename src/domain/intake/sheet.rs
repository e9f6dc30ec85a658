//! The first sheet of a spreadsheet (.xlsx, ECMA-376), as rows of cells. Must never run a formula, nor hold more than it
//! is told to read.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::domain::intake::cell::{Cell, Line, MOST_COLUMNS};
use crate::domain::intake::packed::{Packed, Unpacking};
use crate::domain::intake::remark::{Place, Remark};

/// The most bytes of one of its parts, unpacked: 32 MiB.
const MOST: usize = 32 << 20;

/// The rows of the first sheet that is not hidden, at most `most`, and whether it counts its days from 1904.
pub fn lines(bytes: &[u8], most: usize) -> Result<(Vec<Line>, bool), Remark> {
    let packed = Packed::of(bytes).ok_or_else(damaged)?;
    let book = packed.part("xl/workbook.xml")?.ok_or_else(no_sheet)?;
    let links = packed.part("xl/_rels/workbook.xml.rels")?.ok_or_else(damaged)?;
    let (sheet, from_1904) = first_sheet(&book)?;
    let target = target(&links, &sheet)?;
    let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let texts = match packed.part("xl/sharedStrings.xml")? {
        Some(part) => texts(&part)?,
        None => Vec::new(),
    };
    let sheet = packed.part(&path)?.ok_or_else(no_sheet)?;
    Ok((rows(&sheet, &texts, most)?, from_1904))
}

impl Packed<'_> {
    fn part(&self, name: &str) -> Result<Option<String>, Remark> {
        let part = self.file(name, MOST).map_err(|fault| match fault {
            Unpacking::Damaged => damaged(),
            Unpacking::TooLarge => {
                let what = format!("Unpacked, it has more than {} MiB", MOST >> 20);
                Remark::fault(None, what, "Save the rows alone as CSV (UTF-8) and give that")
            }
        })?;
        part.map(String::from_utf8).transpose().map_err(|_| damaged())
    }
}

fn damaged() -> Remark {
    let hint = "Open it in a spreadsheet and save it anew without a password, or save it as CSV (UTF-8)";
    Remark::fault(None, "It is a packed file, but not a whole spreadsheet (.xlsx)", hint)
}

fn no_sheet() -> Remark {
    Remark::fault(None, "It is a packed file without a sheet", "Save the rows as .xlsx or as CSV (UTF-8)")
}

/// Calls `each` with what a part holds, in order.
fn walk<'a>(part: &'a str, each: &mut dyn FnMut(Event<'a>) -> Result<(), Remark>) -> Result<(), Remark> {
    let mut reader = Reader::from_str(part);
    loop {
        match reader.read_event().map_err(|_| damaged())? {
            Event::Eof => return Ok(()),
            event => each(event)?,
        }
    }
}

fn attribute(of: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = of.attributes().flatten().find(|one| one.key.as_ref() == name)?;
    Some(found.value.into_owned())
}

/// The link of the first sheet that is shown, and whether days are counted from 1904.
fn first_sheet(book: &str) -> Result<(String, bool), Remark> {
    let (mut sheet, mut from_1904) = (None, false);
    walk(book, &mut |event| {
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            match tag.local_name().as_ref() {
                "workbookPr" => from_1904 = matches!(attribute(tag, "date1904").as_deref(), Some("1" | "true")),
                "sheet" if sheet.is_none() && attribute(tag, "state").is_none_or(|state| state == "visible") => {
                    sheet = attribute(tag, "r:id");
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok((sheet.ok_or_else(no_sheet)?, from_1904))
}

/// Where a link leads.
fn target(links: &str, id: &str) -> Result<String, Remark> {
    let mut found = None;
    walk(links, &mut |event| {
        if let Event::Start(tag) | Event::Empty(tag) = &event
            && attribute(tag, "Id").as_deref() == Some(id)
        {
            found = attribute(tag, "Target");
        }
        Ok(())
    })?;
    found.ok_or_else(no_sheet)
}

/// A text that is being read: what stands between tags, with its entities resolved.
#[derive(Default)]
struct Words {
    text: String,
    open: bool,
    /// Whether within a reading aid (furigana), which is not the text.
    aside: bool,
}

impl Words {
    fn hear(&mut self, event: &Event<'_>) -> Result<(), Remark> {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" | "v" => self.open = !self.aside,
                "rPh" => self.aside = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" | "v" => self.open = false,
                "rPh" => self.aside = false,
                _ => {}
            },
            Event::Text(text) if self.open => {
                self.text.push_str(text);
            }
            Event::CData(text) if self.open => {
                self.text.push_str(text);
            }
            Event::GeneralRef(entity) if self.open => {
                match (entity.resolve_char_ref(), resolve_predefined_entity(entity)) {
                    (Ok(Some(letter)), _) => self.text.push(letter),
                    (_, Some(text)) => self.text.push_str(text),
                    _ => return Err(damaged()),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// The texts that cells refer to by number.
fn texts(part: &str) -> Result<Vec<String>, Remark> {
    let (mut texts, mut words) = (Vec::new(), Words::default());
    walk(part, &mut |event| {
        words.hear(&event)?;
        match &event {
            Event::End(tag) if tag.local_name().as_ref() == "si" => texts.push(words.take()),
            Event::Empty(tag) if tag.local_name().as_ref() == "si" => texts.push(String::new()),
            _ => {}
        }
        Ok(())
    })?;
    Ok(texts)
}

/// The rows that are not empty.
fn rows(part: &str, texts: &[String], most: usize) -> Result<Vec<Line>, Remark> {
    let (mut lines, mut words) = (Vec::new(), Words::default());
    let (mut line, mut column, mut kind, mut formula) = (0, 0, String::new(), false);
    let mut cells: Vec<Cell> = Vec::new();
    walk(part, &mut |event| {
        words.hear(&event)?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "row" => {
                    line = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(line + 1);
                    cells.clear();
                    column = 0;
                }
                "c" => {
                    column = attribute(tag, "r").and_then(|r| column_of(&r)).unwrap_or(column + 1);
                    kind = attribute(tag, "t").unwrap_or_default();
                    formula = false;
                }
                "f" => formula = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "c" => {
                    let text = words.take();
                    let cell = if formula { Cell::Formula } else { cell(&kind, text, texts)? };
                    if cell != Cell::Empty {
                        if column > MOST_COLUMNS {
                            let what = format!("There are more than {MOST_COLUMNS} columns");
                            return Err(Remark::fault(
                                Some(Place::line(line)),
                                what,
                                "Give the roster's columns alone",
                            ));
                        }
                        cells.resize(column.max(cells.len()), Cell::Empty);
                        cells[column - 1] = cell;
                    }
                }
                "row" if !cells.is_empty() => {
                    if lines.len() == most {
                        let what = format!("There are more than {most} rows");
                        let hint = "Give fewer at a time; nothing was read";
                        return Err(Remark::fault(Some(Place::line(line)), what, hint));
                    }
                    lines.push(Line { line, cells: std::mem::take(&mut cells) });
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    })?;
    Ok(lines)
}

fn cell(kind: &str, text: String, texts: &[String]) -> Result<Cell, Remark> {
    let text = match kind {
        "s" => texts.get(text.trim().parse::<usize>().map_err(|_| damaged())?).ok_or_else(damaged)?.clone(),
        "" | "n" if !text.trim().is_empty() => return text.trim().parse().map(Cell::Number).map_err(|_| damaged()),
        "b" => (if text.trim() == "1" { "yes" } else { "no" }).to_owned(),
        _ => text,
    };
    let text = text.trim();
    Ok(if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) })
}

/// The column of a cell's name, from 1: 28 of `AB7`.
fn column_of(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase);
    let column = letters.take(4).fold(0, |column, letter| column * 26 + usize::from(letter - b'A') + 1);
    (column > 0).then_some(column)
}
