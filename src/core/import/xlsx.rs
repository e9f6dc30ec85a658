//! Reads a sheet of a spreadsheet (.xlsx, ECMA-376) into rows of cells, as Excel, LibreOffice and common libraries
//! write it.
//!
//! Invariant: formulas are never evaluated, and every size is limited.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use crate::import::cell::{Cell, Limits, Line};
use crate::import::csv::{disarmed, error};
use crate::import::diagnostic::Diagnostic;
use crate::import::html::unescaped;
use crate::import::xlsx_looks::{Looks, Style, strikes, styles};
use crate::import::xlsx_part::{attribute, damaged, walk};
use crate::import::zip::{MOST_ENTRIES, UnzipError, ZipArchive};

/// The maximum sheets searched for a matching one.
const MOST_SHEETS: usize = 20;
/// The maximum cells filled from merged blocks.
const MOST_FILLED: usize = 1_000_000;

#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub name: String,
    pub others: Vec<String>,
    /// The rows that are not empty.
    pub lines: Vec<Line>,
    pub hidden: Vec<usize>,
    pub looks: Looks,
    pub from_1904: bool,
}

/// Reads a sheet: the one named `wanted`, else the first that `fits`, else the first.
pub fn sheet(
    bytes: &[u8],
    limits: Limits,
    wanted: Option<&str>,
    fits: &dyn Fn(&[Line]) -> bool,
) -> Result<Sheet, Diagnostic> {
    let packed = ZipArchive::of(bytes).map_err(|fault| refused(fault, limits.part))?;
    let part = |name: &str| packed.part(name, limits.part);
    let path = match part("_rels/.rels")? {
        Some(links) => links_of(&links, "")?.into_iter().find(|link| link.is("officeDocument")).map(|link| link.target),
        None => None,
    };
    let path = path.filter(|path| packed.has(path)).unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let workbook = part(&path)?.ok_or_else(|| another(&packed))?;
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
    let links = part(&resolved(folder, &format!("_rels/{file}.rels")))?.ok_or_else(damaged)?;
    let links = links_of(&links, folder)?;
    let strings = links.iter().find(|link| link.is("sharedStrings")).map(|link| link.target.clone());
    let strings = strings.unwrap_or_else(|| resolved(folder, "sharedStrings.xml"));
    let texts = match part(&strings)? {
        Some(part) => texts(&part)?,
        None => Vec::new(),
    };
    let styles = match links.iter().find(|link| link.is("styles")).map(|link| part(&link.target)).transpose()?.flatten()
    {
        Some(part) => styles(&part)?,
        None => Vec::new(),
    };
    let (named, from_1904) = sheets(&workbook)?;
    // Chart sheets have no cells.
    let of_cells = named.into_iter().filter_map(|one| {
        let link = links.iter().find(|link| link.id == one.link && (link.is("worksheet") || link.kind.is_empty()))?;
        Some((one, link.target.as_str()))
    });
    let of_cells: Vec<(Named, &str)> = of_cells.collect();
    let read = |path: &str| rows(&part(path)?.ok_or_else(no_sheet)?, (&texts, &styles), limits);
    let shown: Vec<&(Named, &str)> = of_cells.iter().filter(|(one, _)| one.shown).collect();
    let (chosen, read) = match (wanted, shown.as_slice()) {
        (Some(wanted), _) => {
            let found = of_cells.iter().find(|(one, _)| one.name.trim().eq_ignore_ascii_case(wanted.trim()));
            let found = found.ok_or_else(|| {
                let all: Vec<String> = of_cells.iter().map(|(one, _)| format!("“{}”", one.name)).collect();
                let hint = format!("Its sheets: {}", all.join(", "));
                Diagnostic::fault(None, format!("There is no sheet “{wanted}”"), &hint)
            })?;
            (found, read(found.1)?)
        }
        (None, []) => return Err(no_sheet()),
        (None, [one]) => (*one, read(one.1)?),
        (None, [first, ..]) => {
            // Unreadable sheets do not fit. If none fits, the first is read again, so that its fault is reported.
            let looked = shown.iter().take(MOST_SHEETS);
            let found = looked.filter_map(|one| Some((*one, read(one.1).ok()?))).find(|(_, read)| fits(&read.lines));
            match found {
                Some(found) => found,
                None => (*first, read(first.1)?),
            }
        }
    };
    let name = chosen.0.name.clone();
    let others = shown.iter().filter(|(one, _)| one.link != chosen.0.link).map(|(one, _)| one.name.clone()).collect();
    Ok(Sheet { name, others, lines: read.lines, hidden: read.hidden, looks: read.looks, from_1904 })
}

impl ZipArchive<'_> {
    /// Returns an unpacked part of at most `most` bytes.
    fn part(&self, name: &str, most: usize) -> Result<Option<String>, Diagnostic> {
        let part = self.file(name, most).map_err(|fault| refused(fault, most))?;
        let text = part.map(String::from_utf8).transpose().map_err(|_| damaged())?;
        Ok(text.map(|text| text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }
}

fn refused(fault: UnzipError, most: usize) -> Diagnostic {
    let what = match fault {
        UnzipError::Damaged => return damaged(),
        UnzipError::TooLarge => format!("Unpacked, it has more than {} MiB", most >> 20),
        UnzipError::TooMany => format!("It is a packed file with more than {MOST_ENTRIES} files in it"),
    };
    Diagnostic::fault(None, what, "Save only the rows as CSV (UTF-8) and use that file")
}

fn no_sheet() -> Diagnostic {
    Diagnostic::fault(None, "It is a packed file without a sheet", "Save the rows as .xlsx or as CSV (UTF-8)")
}

fn another(packed: &ZipArchive<'_>) -> Diagnostic {
    let kinds = [
        ("xl/workbook.bin", "This is a binary workbook (.xlsb)"),
        ("content.xml", "This is an OpenDocument file (.ods)"),
        ("Index/Document.iwa", "This is a Numbers document"),
        ("word/document.xml", "This is a Word document"),
    ];
    match kinds.iter().find(|(part, _)| packed.has(part)) {
        Some((_, what)) => {
            Diagnostic::fault(None, *what, "Open it, and save its rows as .xlsx (Excel workbook) or CSV")
        }
        None => no_sheet(),
    }
}

struct Named {
    name: String,
    link: String,
    shown: bool,
}

/// Returns the workbook's sheets in order, and whether dates count from 1904.
fn sheets(workbook: &str) -> Result<(Vec<Named>, bool), Diagnostic> {
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    walk(workbook, &mut |event| {
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            match tag.local_name().as_ref() {
                "workbookPr" => from_1904 = matches!(attribute(tag, "date1904").as_deref(), Some("1" | "true")),
                "sheet" => {
                    // The attribute's namespace prefix differs between programs.
                    let link = tag.attributes().flatten().find(|one| one.key.as_ref().ends_with(":id"));
                    if let Some(link) = link {
                        let name = attribute(tag, "name").unwrap_or_default();
                        let name = unescaped(&name).into_owned();
                        let shown = attribute(tag, "state").is_none_or(|state| state == "visible");
                        sheets.push(Named { name, link: link.value.into_owned(), shown });
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok((sheets, from_1904))
}

struct Link {
    id: String,
    kind: String,
    target: String,
}

impl Link {
    /// Returns whether it is of this type; the prefix of the type depends on the edition of the format.
    fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// Parses a part's relationships, with targets relative to a folder.
fn links_of(part: &str, folder: &str) -> Result<Vec<Link>, Diagnostic> {
    let mut links = Vec::new();
    walk(part, &mut |event| {
        if let Event::Start(tag) | Event::Empty(tag) = &event
            && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
        {
            let kind = attribute(tag, "Type").unwrap_or_default();
            links.push(Link { id, kind, target: resolved(folder, &target) });
        }
        Ok(())
    })?;
    Ok(links)
}

/// Resolves a part's path relative to a folder.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let folder = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path.join("/")
}

/// Collects the text of an element, with entities resolved.
#[derive(Default)]
struct Words {
    text: String,
    open: bool,
    /// Whether inside a phonetic hint (furigana), which is not part of the text.
    aside: bool,
    /// Whether a part of the text is struck through.
    is_struck: bool,
}

impl Words {
    fn hear(&mut self, event: &Event<'_>) -> Result<(), Diagnostic> {
        if let Event::Start(tag) | Event::Empty(tag) = event {
            self.is_struck |= strikes(tag);
        }
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

    fn take(&mut self) -> SharedText {
        SharedText { text: std::mem::take(&mut self.text), is_struck: std::mem::take(&mut self.is_struck) }
    }
}

/// A text, and whether a part of it is struck through.
#[derive(Default)]
struct SharedText {
    text: String,
    is_struck: bool,
}

fn texts(part: &str) -> Result<Vec<SharedText>, Diagnostic> {
    let (mut texts, mut words) = (Vec::new(), Words::default());
    walk(part, &mut |event| {
        words.hear(&event)?;
        match &event {
            Event::End(tag) if tag.local_name().as_ref() == "si" => texts.push(words.take()),
            Event::Empty(tag) if tag.local_name().as_ref() == "si" => texts.push(SharedText::default()),
            _ => {}
        }
        Ok(())
    })?;
    Ok(texts)
}

/// A sheet's rows that are not empty, and the lines of hidden ones.
struct Rows {
    lines: Vec<Line>,
    hidden: Vec<usize>,
    looks: Looks,
}

fn rows(part: &str, (texts, styles): (&[SharedText], &[Style]), limits: Limits) -> Result<Rows, Diagnostic> {
    let (mut lines, mut words): (Vec<Line>, _) = (Vec::new(), Words::default());
    let (mut hidden, mut is_hidden, mut merged) = (Vec::new(), false, Vec::new());
    let (mut line, mut column, mut kind, mut formula) = (0, 0, String::new(), false);
    let (mut cells, mut looks, mut style): (Vec<Cell>, _, _) = (Vec::new(), Looks::default(), Style::default());
    walk(part, &mut |event| {
        words.hear(&event)?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "row" => {
                    line = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(line + 1);
                    is_hidden = matches!(attribute(tag, "hidden").as_deref(), Some("1" | "true"));
                    cells.clear();
                    column = 0;
                }
                "mergeCell" => merged.extend(attribute(tag, "ref").as_deref().and_then(block)),
                "c" => {
                    column = attribute(tag, "r").and_then(|r| column_of(&r)).unwrap_or(column + 1);
                    kind = attribute(tag, "t").unwrap_or_default();
                    formula = false;
                    let number = attribute(tag, "s").map_or(Some(0), |s| s.parse::<usize>().ok());
                    style = number.and_then(|number| styles.get(number)).copied().unwrap_or_default();
                }
                "col" => looks.add_columns(tag),
                "f" => formula = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "c" => {
                    let SharedText { text, is_struck } = words.take();
                    let (value, is_shared_struck) = cell(&kind, text, texts)?;
                    if value != Cell::Empty {
                        let number = if let Cell::Number(number) = &value { Some(*number) } else { None };
                        looks.add((line, column - 1), style, number, is_struck || is_shared_struck);
                    }
                    let cell = match value {
                        Cell::Empty if formula => Cell::Formula(None),
                        value if formula => Cell::Formula(Some(Box::new(value))),
                        value => value,
                    };
                    if cell != Cell::Empty {
                        if column > limits.columns {
                            let what = format!("There are more than {} columns", limits.columns);
                            return Err(Diagnostic::fault_at(line, what, "Leave only the columns that are needed"));
                        }
                        cells.resize(column.max(cells.len()), Cell::Empty);
                        cells[column - 1] = cell;
                    }
                }
                "row" if !cells.is_empty() => {
                    if lines.len() > limits.rows {
                        let what = format!("There are more than {} rows", limits.rows + 1);
                        let hint = "Nothing was read. Import fewer at a time";
                        return Err(Diagnostic::fault_at(line, what, hint));
                    }
                    lines.push(Line { line, cells: std::mem::take(&mut cells) });
                    if is_hidden {
                        hidden.push(line);
                    }
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    })?;
    fill(&mut lines, &merged)?;
    Ok(Rows { lines, hidden, looks })
}

/// A merged block: column from 0, first line, last line.
type Block = (usize, usize, usize);

/// Parses a reference such as `D2:D4`; `None` for a single row.
fn block(text: &str) -> Option<Block> {
    let (first, last) = text.split_once(':')?;
    let line = |name: &str| name.trim_start_matches(|c: char| c.is_ascii_uppercase()).parse::<usize>().ok();
    let (column, from, to) = (column_of(first)?, line(first)?, line(last)?);
    (from < to).then_some((column - 1, from, to))
}

/// Copies a merged block's first value into its other rows, as the spreadsheet shows it.
fn fill(lines: &mut [Line], merged: &[Block]) -> Result<(), Diagnostic> {
    if merged.is_empty() {
        return Ok(());
    }
    lines.sort_by_key(|line| line.line);
    let mut filled = 0;
    for (column, from, to) in merged {
        let first = lines.partition_point(|line| line.line < *from);
        let last = lines.partition_point(|line| line.line <= *to);
        let Some((head, rest)) = lines[first..last].split_first_mut() else { continue };
        let value = head.cell(*column).clone();
        if head.line != *from || value == Cell::Empty {
            continue;
        }
        filled += rest.len();
        if filled > MOST_FILLED {
            return Err(damaged());
        }
        for line in rest {
            if line.cells.len() <= *column {
                line.cells.resize(column + 1, Cell::Empty);
            }
            if line.cells[*column] == Cell::Empty {
                line.cells[*column] = value.clone();
            }
        }
    }
    Ok(())
}

/// Parses a cell, and returns whether its shared text is struck through.
fn cell(kind: &str, text: String, texts: &[SharedText]) -> Result<(Cell, bool), Diagnostic> {
    let mut is_struck = false;
    let text = match kind {
        "s" => {
            let shared = texts.get(text.trim().parse::<usize>().map_err(|_| damaged())?).ok_or_else(damaged)?;
            is_struck = shared.is_struck;
            shared.text.clone()
        }
        "" | "n" if !text.trim().is_empty() => {
            return text.trim().parse().map(|number| (Cell::Number(number), false)).map_err(|_| damaged());
        }
        "e" => return Ok((Cell::Error(text.trim().to_owned()), false)),
        "b" => (if text.trim() == "1" { "yes" } else { "no" }).to_owned(),
        _ => text,
    };
    let text = disarmed(text.trim());
    let cell = match error(text) {
        _ if text.is_empty() => Cell::Empty,
        Some(error) => Cell::Error(error.to_owned()),
        None => Cell::Text(text.to_owned()),
    };
    Ok((cell, is_struck))
}

/// Returns the column of a cell reference, from 1: 28 for `AB7`.
fn column_of(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase);
    let column = letters.take(4).fold(0, |column, letter| column * 26 + usize::from(letter - b'A') + 1);
    (column > 0).then_some(column)
}
