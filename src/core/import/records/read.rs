//! Parses an existing record from CSV or a spreadsheet: a matrix of people by items, or a list with a row for each record.
//!
//! ```text
//! name,K1,K2,S1                         name,code,date,assessor
//! Ann Bell,12/05/2026,,L2 3 Jun 2026    Ann Bell,K1,12/05/2026,S. Supervisor
//! ```

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::import::cell::{Cell, Limits, Line, letters};
use crate::import::diagnostic::{Diagnostic, SourceLocation};
use crate::import::records::items::{ItemName, Items};
use crate::import::records::layout::{Headings, ItemHeading, Layout, ListColumns, PersonColumns};
use crate::import::records::mark::{Care, CellRead, DayOrder, Mark, is_not_seen, is_seen, is_tick, read_cell};
use crate::import::table::{Table, table};
use crate::primitives::date::day_words;
use crate::primitives::fold::same;
use crate::primitives::text::counted;

/// How much of a file is read: a list of 100,000 records, with room.
pub const LIMITS: Limits = Limits { rows: 200_000, columns: 1_000, part: 256 << 20 };
/// The maximum size of a file, in bytes: 40 MiB.
pub const MOST_FILE: u64 = 40 << 20;
/// The most words and examples that one warning names.
const MOST_NAMED: usize = 6;

/// How a file is read, and what of it is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub sheet: Option<String>,
    /// The columns that name the people, by heading or letters; empty to find them.
    pub person: Vec<String>,
    pub order: DayOrder,
    /// The day of cells that say that something was seen, and not when.
    pub undated: Option<NaiveDate>,
    pub left_out: Vec<LeaveOut>,
}

/// A part of a file that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaveOut {
    /// A row, from 1.
    Row(usize),
    /// A column's letters.
    Column(String),
    /// A cell as the spreadsheet names it: `C12`.
    Cell(String),
    /// An item by its heading or code.
    Item(String),
    /// A person by the name or id in the file.
    Person(String),
    /// Everything that has a fault.
    Faults,
}

impl std::str::FromStr for LeaveOut {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || {
            format!(
                "“{text}” is not a part of a file: write row:12, column:C, cell:C12, item:K7, person:NAME or faults"
            )
        };
        if text == "faults" {
            return Ok(Self::Faults);
        }
        let (kind, of) = text.split_once(':').ok_or_else(refused)?;
        let of = of.trim();
        match kind {
            _ if of.is_empty() => Err(refused()),
            "row" => of.parse().map(Self::Row).map_err(|_| refused()),
            "column" => Ok(Self::Column(of.to_uppercase())),
            "cell" => Ok(Self::Cell(of.to_uppercase())),
            "item" => Ok(Self::Item(of.to_owned())),
            "person" => Ok(Self::Person(of.to_owned())),
            _ => Err(refused()),
        }
    }
}

/// A person as a row names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedPerson {
    /// The first row that names them, from 1.
    pub line: usize,
    /// The column of the name, from 0.
    pub column: usize,
    pub id: String,
    pub name: String,
    /// Whether the name may also be an id or a registration, as the reader chose the column.
    pub chosen: bool,
}

impl NamedPerson {
    /// Returns the name, or else the id, as the file has it.
    pub fn words(&self) -> String {
        if self.name.is_empty() { self.id.clone() } else { self.name.clone() }
    }
}

/// An item as a heading or a row names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedItem {
    pub name: ItemName,
    /// Its heading; `None` in a list.
    pub heading: Option<(usize, usize)>,
}

/// What one cell says of a person and an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub line: usize,
    /// From 0.
    pub column: usize,
    /// The indexes of the person and the item.
    pub person: usize,
    pub item: usize,
    pub mark: EntryMark,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryMark {
    Seen {
        day: NaiveDate,
        level: String,
        assessor: String,
    },
    /// What is wrong, and what to do about it.
    Fault(String, &'static str),
}

/// A record as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsFile {
    /// `CSV` or `spreadsheet`.
    pub form: &'static str,
    pub sheet: Option<String>,
    /// Whether it is a list and not a matrix.
    pub is_list: bool,
    pub people: Vec<NamedPerson>,
    pub items: Vec<NamedItem>,
    pub entries: Vec<Entry>,
    /// How many cells say that nothing was seen.
    pub not_seen: usize,
    /// How many cells were left out by the reader's choice.
    pub left_out: usize,
    pub remarks: Vec<Diagnostic>,
    headings: Option<Headings>,
}

impl RecordsFile {
    fn refused(remark: Diagnostic, form: &'static str) -> Self {
        Self {
            form,
            sheet: None,
            is_list: false,
            people: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            not_seen: 0,
            left_out: 0,
            remarks: vec![remark],
            headings: None,
        }
    }

    /// Returns a cell's location.
    pub fn place(&self, line: usize, column: usize) -> SourceLocation {
        self.headings.as_ref().map_or_else(|| SourceLocation::column(line, column), |found| found.place(line, column))
    }

    /// Returns a heading's location, or the cell of a list that names the item.
    pub fn item_place(&self, entry: &Entry) -> SourceLocation {
        match (self.items[entry.item].heading, &self.headings) {
            (Some((_, column)), Some(headings)) => headings.column(column),
            (None, Some(Headings { layout: Layout::List(columns), .. })) => self.place(entry.line, columns.item),
            _ => self.place(entry.line, entry.column),
        }
    }
}

/// Parses a record; days are not after `today`.
pub fn records(bytes: &[u8], today: NaiveDate, options: &ReadOptions, items: &Items) -> RecordsFile {
    let fits = |lines: &[Line]| Headings::begin(lines, &options.person, items);
    let mut table = match table(bytes, LIMITS, options.sheet.as_deref(), &fits) {
        Ok(table) => table,
        Err(remark) => return RecordsFile::refused(remark, ""),
    };
    let sheet = table.sheet.take();
    let mut file = match Headings::find(&table.lines, &options.person, items) {
        Ok(headings) if headings.is_of_ends() => {
            let what = "This matrix shows the days on which items end, not those on which they were seen";
            let hint =
                "Import the spreadsheet, whose sheet “Cells” has both, or make the CSV with `report matrix --cells`";
            RecordsFile::refused(Diagnostic::fault(None, what, hint), table.form)
        }
        Ok(headings) => {
            let mut reader = Reader::new(&table, today, options, headings);
            reader.read();
            reader.file()
        }
        Err(remark) => RecordsFile::refused(remark, table.form),
    };
    if let Some((read, others)) = sheet {
        if !others.is_empty() {
            let others: Vec<String> = others.iter().map(|name| format!("“{name}”")).collect();
            let what = format!("The sheet “{read}” is read. Not read: {}", others.join(", "));
            let hint = "`--sheet NAME` reads another".to_owned();
            file.remarks.insert(0, Diagnostic { hint, ..Diagnostic::warning(None, what) });
        }
        file.sheet = Some(read);
    }
    file
}

/// Cells that one warning is about: how many, and some of them.
#[derive(Debug, Default)]
struct Noted {
    count: usize,
    first: Option<(usize, usize)>,
    examples: Vec<String>,
}

impl Noted {
    fn add(&mut self, (line, column): (usize, usize), example: impl FnOnce() -> String) {
        self.count += 1;
        self.first.get_or_insert((line, column));
        if self.examples.len() < MOST_NAMED {
            self.examples.push(example());
        }
    }

    fn examples(&self) -> String {
        let more = self.count - self.examples.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{more}", self.examples.join(", "))
    }
}

struct Reader<'a> {
    table: &'a Table,
    today: NaiveDate,
    options: &'a ReadOptions,
    headings: Headings,
    people: Vec<NamedPerson>,
    by_person: HashMap<(String, String), usize>,
    items: Vec<NamedItem>,
    by_item: HashMap<(String, String), usize>,
    entries: Vec<Entry>,
    left_out: usize,
    not_seen: BTreeMap<String, usize>,
    short_years: Noted,
    ambiguous: Noted,
    formulas: Noted,
    undated: Noted,
    repeated: Noted,
    remarks: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(table: &'a Table, today: NaiveDate, options: &'a ReadOptions, headings: Headings) -> Self {
        let remarks = headings.remarks.clone();
        Self {
            table,
            today,
            options,
            headings,
            people: Vec::new(),
            by_person: HashMap::new(),
            items: Vec::new(),
            by_item: HashMap::new(),
            entries: Vec::new(),
            left_out: 0,
            not_seen: BTreeMap::new(),
            short_years: Noted::default(),
            ambiguous: Noted::default(),
            formulas: Noted::default(),
            undated: Noted::default(),
            repeated: Noted::default(),
            remarks,
        }
    }

    fn read(&mut self) {
        let rows = self.table.lines.get(self.headings.first..).unwrap_or_default();
        if self.headings.first > 1 {
            let what = format!("The headings are on line {}. What is above them is not read", self.headings.line);
            let above = self.table.lines.first().filter(|line| line.line < self.headings.line);
            self.remarks.extend(above.map(|line| Diagnostic::warning_at(line.line, what)));
        }
        let hidden: Vec<usize> = self.table.hidden.iter().copied().filter(|line| *line > self.headings.line).collect();
        if let Some(first) = hidden.first() {
            let what = match hidden.len() {
                1 => "1 row is hidden in the spreadsheet, and is read too".to_owned(),
                n => format!("{n} rows are hidden in the spreadsheet, and are read too"),
            };
            self.remarks.push(Diagnostic::warning_at(*first, what));
        }
        if rows.is_empty() {
            let what = "There is nothing below the headings";
            self.remarks.push(Diagnostic::fault(None, what, "Put the people or records below them"));
        }
        match self.headings.layout.clone() {
            Layout::Matrix(columns) => self.matrix(rows, &columns),
            Layout::List(columns) => rows.iter().for_each(|row| self.list_row(row, &columns)),
        }
    }

    fn file(mut self) -> RecordsFile {
        self.summarise();
        RecordsFile {
            form: self.table.form,
            sheet: None,
            is_list: matches!(self.headings.layout, Layout::List(_)),
            people: self.people,
            items: self.items,
            entries: self.entries,
            not_seen: self.not_seen.values().sum(),
            left_out: self.left_out,
            remarks: self.remarks,
            headings: Some(self.headings),
        }
    }

    /// Adds one warning for each way of reading that the reader must know of.
    fn summarise(&mut self) {
        let mut warn = |noted: &Noted, what: String| {
            let place = noted.first.map(|(line, column)| self.headings.place(line, column));
            self.remarks.push(Diagnostic::warning(place, what));
        };
        if self.short_years.count > 0 {
            let what = format!(
                "{} of two digits. They are read as 1980 to 2079: {}",
                counted(self.short_years.count as u64, "year"),
                self.short_years.examples()
            );
            warn(&self.short_years, what);
        }
        if self.ambiguous.count > 0 {
            let (order, give) = match self.options.order {
                DayOrder::DayFirst => ("day", "--month-first reads them the other way"),
                DayOrder::MonthFirst => ("month", "Without --month-first they are read the other way"),
            };
            let what = format!(
                "{} could be read two ways. They are read with the {order} first: {}. {give}",
                counted(self.ambiguous.count as u64, "day"),
                self.ambiguous.examples()
            );
            warn(&self.ambiguous, what);
        }
        if self.formulas.count > 0 {
            let what = format!(
                "{} with a formula. The value that the spreadsheet saved is read: {}",
                counted(self.formulas.count as u64, "cell"),
                self.formulas.examples()
            );
            warn(&self.formulas, what);
        }
        if self.undated.count > 0 {
            let day = self.options.undated.map(day_words).unwrap_or_default();
            let what = format!(
                "{} without a day. They are read as seen on {day}: {}",
                counted(self.undated.count as u64, "cell"),
                self.undated.examples()
            );
            warn(&self.undated, what);
        }
        if self.repeated.count > 0 {
            let what = format!(
                "{} the headings and are not read: {}",
                if self.repeated.count == 1 { "1 row repeats" } else { "Some rows repeat" },
                self.repeated.examples()
            );
            warn(&self.repeated, what);
        }
        if !self.not_seen.is_empty() {
            let all: usize = self.not_seen.values().sum();
            let mut words: Vec<(&String, &usize)> = self.not_seen.iter().collect();
            words.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let named: Vec<String> =
                words.iter().take(MOST_NAMED).map(|(word, count)| format!("“{word}” ({count})")).collect();
            let what = format!(
                "{} that nothing was seen and not carried over: {}",
                if all == 1 {
                    "1 cell is read as saying".to_owned()
                } else {
                    format!("{all} cells are read as saying")
                },
                named.join(", ")
            );
            self.remarks.push(Diagnostic::warning(None, what));
        }
    }

    /// Returns a cell's text, if it is one.
    fn words(cell: &Cell) -> String {
        match cell {
            Cell::Text(text) | Cell::Error(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Cell::Number(number) => number.to_string(),
            Cell::Formula(Some(value)) => Self::words(value),
            Cell::Formula(None) | Cell::Empty => String::new(),
        }
    }

    /// Returns the person of a row as written; `None` if the row repeats the headings.
    fn person_of(&mut self, row: &Line) -> Option<NamedPerson> {
        let PersonColumns { id, name, chosen } = self.headings.person.clone();
        let column = name.first().copied().or(id).unwrap_or(0);
        let parts: Vec<String> = name.iter().map(|at| Self::words(row.cell(*at))).collect();
        let repeats = name.iter().zip(&parts).all(|(at, part)| {
            let heading = self.headings.texts.get(*at).map(String::as_str).unwrap_or_default();
            !part.is_empty() && part == heading
        });
        if repeats && !name.is_empty() {
            self.repeated.add((row.line, column), || format!("line {}", row.line));
            return None;
        }
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let id = id.map(|at| Self::words(row.cell(at))).unwrap_or_default();
        Some(NamedPerson { line: row.line, column, id, name: parts.join(" "), chosen })
    }

    fn person(&mut self, person: NamedPerson) -> usize {
        let key = (person.id.clone(), person.name.clone());
        *self.by_person.entry(key).or_insert_with(|| {
            self.people.push(person);
            self.people.len() - 1
        })
    }

    fn leaves_out_row(&self, person: &NamedPerson) -> bool {
        self.options.left_out.iter().any(|left_out| match left_out {
            LeaveOut::Row(line) => *line == person.line,
            LeaveOut::Person(who) => same(who, &person.name) || who.eq_ignore_ascii_case(&person.id),
            _ => false,
        })
    }

    fn leaves_out_item(&self, name: &ItemName, column: Option<usize>) -> bool {
        self.options.left_out.iter().any(|left_out| match left_out {
            LeaveOut::Column(wanted) => column.is_some_and(|column| letters(column) == *wanted),
            LeaveOut::Item(wanted) => {
                same(wanted, &name.text) || name.code.is_some_and(|code| code.to_string().eq_ignore_ascii_case(wanted))
            }
            _ => false,
        })
    }

    fn leaves_out_cell(&self, line: usize, column: usize) -> bool {
        let is = |left_out: &LeaveOut| matches!(left_out, LeaveOut::Cell(wanted) if *wanted == format!("{}{line}", letters(column)));
        self.options.left_out.iter().any(is)
    }

    fn matrix(&mut self, rows: &[Line], columns: &[ItemHeading]) {
        let mut read: Vec<(usize, &ItemHeading)> = Vec::new();
        for column in columns {
            let Some(day) = column.day else {
                let what = format!("“{}” has no column of days and is not read", column.name.text);
                self.remarks.push(Diagnostic::warning(Some(self.headings.column(column.column)), what));
                continue;
            };
            if self.leaves_out_item(&column.name, Some(day)) {
                self.left_out += rows.iter().filter(|row| *row.cell(day) != Cell::Empty).count();
                continue;
            }
            // A column of notes is not an item: nothing in it says that something was seen.
            let has_days = column.name.code.is_some() || rows.iter().any(|row| self.has_day(row.cell(day)));
            if !has_days {
                if rows.iter().any(|row| *row.cell(day) != Cell::Empty) {
                    let what = format!("“{}” is not read: it has no day", column.name.text);
                    self.remarks.push(Diagnostic::warning(Some(self.headings.column(column.column)), what));
                }
                continue;
            }
            self.items.push(NamedItem { name: column.name.clone(), heading: Some((column.line, column.column)) });
            read.push((self.items.len() - 1, column));
        }
        for row in rows {
            self.matrix_row(row, &read);
        }
    }

    /// Returns whether a cell is read as something that was seen.
    fn has_day(&self, cell: &Cell) -> bool {
        let read = read_cell(cell, self.table, self.today, self.options.order);
        matches!(read, CellRead::Seen(Mark { day: Some(_), .. }))
    }

    fn matrix_row(&mut self, row: &Line, columns: &[(usize, &ItemHeading)]) {
        let Some(person) = self.person_of(row) else { return };
        if self.leaves_out_row(&person) {
            self.left_out += columns.iter().filter(|(_, column)| *row.cell(column.column) != Cell::Empty).count();
            return;
        }
        let mut entries = Vec::new();
        for (item, column) in columns {
            let day = column.day.unwrap_or(column.column);
            let details = [column.level, column.assessor].map(|at| at.map(|at| row.cell(at)));
            if let Some(mark) = self.mark((row.line, day), row.cell(day), details) {
                entries.push(Entry { line: row.line, column: day, person: 0, item: *item, mark });
            }
        }
        // A title or a sum between the people names nobody.
        if entries.is_empty() {
            return;
        }
        let person = self.person(person);
        self.entries.extend(entries.into_iter().map(|entry| Entry { person, ..entry }));
    }

    fn list_row(&mut self, row: &Line, columns: &ListColumns) {
        let Some(person) = self.person_of(row) else { return };
        let text = Self::words(row.cell(columns.item));
        let standard = columns.standard.map(|at| Self::words(row.cell(at))).filter(|text| !text.is_empty());
        let name = ItemName::of(&text);
        let name = ItemName { standard: standard.clone().or(name.standard), ..name };
        if self.leaves_out_row(&person) || self.leaves_out_item(&name, None) {
            self.left_out += 1;
            return;
        }
        let outcome = columns.outcome.map(|at| Self::words(row.cell(at))).unwrap_or_default();
        let at = (row.line, columns.day);
        let mark = if !outcome.is_empty() && is_not_seen(&outcome) {
            *self.not_seen.entry(outcome).or_default() += 1;
            None
        } else if !outcome.is_empty() && !is_seen(&outcome) {
            let hint = "Write achieved, passed, competent or current, or not achieved";
            Some(EntryMark::Fault(format!("“{outcome}” does not say whether it was achieved"), hint))
        } else {
            let details = [columns.level, columns.assessor].map(|at| at.map(|at| row.cell(at)));
            self.mark(at, row.cell(columns.day), details)
        };
        let Some(mut mark) = mark else { return };
        if text.is_empty() {
            mark = EntryMark::Fault("There is no code".to_owned(), "Write the code of the item, such as K7");
        }
        let key = (standard.unwrap_or_default(), text);
        let item = *self.by_item.entry(key).or_insert_with(|| {
            self.items.push(NamedItem { name, heading: None });
            self.items.len() - 1
        });
        let person = self.person(person);
        self.entries.push(Entry { line: row.line, column: columns.day, person, item, mark });
    }

    /// Reads a cell with the cells next to it that hold its level and assessor; `None` if nothing was seen.
    fn mark(&mut self, (line, column): (usize, usize), cell: &Cell, details: [Option<&Cell>; 2]) -> Option<EntryMark> {
        if *cell != Cell::Empty && self.leaves_out_cell(line, column) {
            self.left_out += 1;
            return None;
        }
        match read_cell(cell, self.table, self.today, self.options.order) {
            CellRead::Empty => None,
            CellRead::NotSeen(words) => {
                *self.not_seen.entry(words).or_default() += 1;
                None
            }
            CellRead::Fault(what, hint) => Some(EntryMark::Fault(what, hint)),
            CellRead::Seen(mark) => {
                let shown = || format!("{}{line} {}", letters(column), Self::words(cell));
                let Some(day) = mark.day.or(self.options.undated) else {
                    let what = format!("“{}” has no day", Self::words(cell));
                    return Some(EntryMark::Fault(what, "Write the day, or give one for all such cells with --day"));
                };
                if mark.day.is_none() {
                    self.undated.add((line, column), shown);
                }
                self.note(mark.care, day, (line, column), cell);
                let [level, assessor] = details.map(|cell| cell.map(Self::words).unwrap_or_default());
                if is_not_seen(&level) {
                    *self.not_seen.entry(level).or_default() += 1;
                    return None;
                }
                let level = if is_tick(&level) { String::new() } else { level };
                let either = |own: String, other: String| if other.is_empty() { own } else { other };
                Some(EntryMark::Seen {
                    day,
                    level: either(mark.level, level),
                    assessor: either(mark.assessor, assessor),
                })
            }
        }
    }

    fn note(&mut self, care: Care, day: NaiveDate, at: (usize, usize), cell: &Cell) {
        let shown = || format!("{}{} “{}” is {}", letters(at.1), at.0, Self::words(cell), day_words(day));
        if care.short_year {
            self.short_years.add(at, shown);
        }
        if care.ambiguous {
            self.ambiguous.add(at, shown);
        }
        if care.formula {
            self.formulas.add(at, || format!("{}{} is {}", letters(at.1), at.0, day_words(day)));
        }
    }
}
