//! Reads the rows below the headings of an existing record, cell by cell.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::import::cell::{Cell, Line, letters};
use crate::import::diagnostic::{Diagnostic, SourceLocation};
use crate::import::records::file::{Entry, EntryMark, NamedItem, NamedPerson, ReadOptions, RecordsFile};
use crate::import::records::items::ItemName;
use crate::import::records::layout::{
    Headings, ItemHeading, Layout, ListColumns, PersonColumns, mark_part, one_line, text,
};
use crate::import::records::leave_out::LeaveOut;
use crate::import::records::mark::{Care, CellRead, Mark, cut, number_of, read_cell, words_of};
use crate::import::records::notes::{MOST_NAMED, Notes};
use crate::import::records::words::{self, Words, begins_not_seen, has_doubt, is_ended, is_not_seen, is_seen, is_tick};
use crate::import::table::Table;
use crate::primitives::date::day_words;
use crate::primitives::fold::{NameMatch, NameQuery, same};
use crate::primitives::text::counted;

const SAVED_HINT: &str = "Open the file in a spreadsheet and save it again, or paste the column as values";
const NO_DAY_HINT: &str = "Write the day, or give one for all such cells with --day";
const STRUCK_HINT: &str = "Remove the line through it if it counts, or leave it out";

pub struct Reader<'a> {
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
    /// The people, by id and name in the file, who are left out.
    without: HashSet<(String, String)>,
    /// The cells that are left out: `C12`.
    cells_without: HashSet<String>,
    /// Whether a column has anything below its heading, for those that were looked at.
    filled: HashMap<usize, bool>,
    notes: Notes,
    remarks: Vec<Diagnostic>,
}

/// Where the parts of a record are, from 0.
#[derive(Debug, Clone)]
struct Parts {
    day: usize,
    level: Option<usize>,
    assessor: Option<usize>,
    outcomes: Vec<usize>,
    /// Other cells of a list's row that are about the record.
    others: Vec<usize>,
    /// Whether words of the level and the assessor are taken as they are.
    own: bool,
}

impl Parts {
    fn of(item: &ItemHeading) -> Self {
        let ItemHeading { day, level, assessor, outcome, column, .. } = item;
        let outcomes = outcome.iter().copied().collect();
        let day = day.unwrap_or(*column);
        Self { day, level: *level, assessor: *assessor, outcomes, others: Vec::new(), own: false }
    }

    fn of_list(list: &ListColumns) -> Self {
        let others = [Some(list.item), list.standard].into_iter().flatten().collect();
        let ListColumns { day, level, assessor, outcomes, own, .. } = list.clone();
        Self { day, level, assessor, outcomes, others, own }
    }

    /// Returns the columns, the day's first.
    fn all(&self) -> impl Iterator<Item = usize> {
        let details = [Some(self.day), self.level, self.assessor].into_iter().flatten();
        details.chain(self.outcomes.iter().copied()).chain(self.others.iter().copied())
    }
}

/// What the cell of a day says.
enum DayRead {
    Empty,
    NotSeen,
    Seen(Mark),
}

/// What is wrong with a cell, and what to do about it.
struct CellFault {
    column: usize,
    what: String,
    hint: &'static str,
}

impl From<CellFault> for EntryMark {
    fn from(CellFault { column, what, hint }: CellFault) -> Self {
        Self::Fault { column, what, hint }
    }
}

fn is_empty(cell: &Cell) -> bool {
    *cell == Cell::Empty
}

/// Returns what is wrong with a cell whose text is needed and that has none.
fn without_text(cell: &Cell) -> Option<(String, &'static str)> {
    match cell {
        Cell::Error(error) => {
            Some((format!("It is the spreadsheet's error {error}"), "Correct the cell in the spreadsheet"))
        }
        Cell::Formula(None) => Some(("It is a formula without a saved value".to_owned(), SAVED_HINT)),
        Cell::Formula(Some(value)) => without_text(value),
        Cell::Empty | Cell::Text(_) | Cell::Number(_) => None,
    }
}

impl<'a> Reader<'a> {
    pub fn new(table: &'a Table, today: NaiveDate, options: &'a ReadOptions, headings: Headings) -> Self {
        let remarks = headings.remarks.clone();
        let cells = options.left_out.iter().filter_map(|left_out| match left_out {
            LeaveOut::Cell(cell) => Some(cell.clone()),
            _ => None,
        });
        Self {
            cells_without: cells.collect(),
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
            without: HashSet::new(),
            filled: HashMap::new(),
            notes: Notes::default(),
            remarks,
        }
    }

    fn rows(&self) -> &'a [Line] {
        self.table.lines.get(self.headings.first..).unwrap_or_default()
    }

    pub fn read(&mut self) {
        let rows = self.rows();
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
        self.find_left_out();
        match self.headings.layout.clone() {
            Layout::Matrix(columns) => self.matrix(rows, &columns),
            Layout::List(columns) => {
                let parts = Parts::of_list(&columns);
                self.note_hidden(&parts);
                for row in rows {
                    self.list_row(row, &columns, &parts);
                }
            }
        }
        let unread = self.headings.unread.clone();
        self.check_unread(&unread);
    }

    pub fn file(mut self) -> RecordsFile {
        self.remarks.extend(self.notes.warnings(&self.headings, self.options));
        RecordsFile {
            form: self.table.form,
            sheet: None,
            is_list: matches!(self.headings.layout, Layout::List(_)),
            people: self.people,
            items: self.items,
            entries: self.entries,
            not_seen: self.notes.count_not_seen(),
            left_out: self.left_out,
            remarks: self.remarks,
            headings: Some(self.headings),
        }
    }

    fn note_hidden(&mut self, parts: &Parts) {
        for column in parts.all().filter(|column| self.table.hides(*column)) {
            let heading = self.headings.texts.get(column).cloned().unwrap_or_default();
            self.notes.hidden.add((self.headings.line, column), || format!("{} “{heading}”", letters(column)));
        }
    }

    /// Resolves the people who are left out, and refuses what nothing in the file is.
    fn find_left_out(&mut self) {
        let rows = self.rows();
        let mut people: Vec<(String, String)> = Vec::new();
        if self.options.left_out.iter().any(|left_out| matches!(left_out, LeaveOut::Person(_))) {
            let mut seen = HashSet::new();
            let all = rows.iter().map(|row| self.named(row)).map(|named| (named.id, named.name));
            people.extend(all.filter(|one| seen.insert(one.clone())));
        }
        for left_out in &self.options.left_out {
            let found = match left_out {
                LeaveOut::Faults => true,
                LeaveOut::Person(wanted) => match self.person_left_out(wanted, &people) {
                    Ok(found) => {
                        let is_there = !found.is_empty();
                        self.without.extend(found);
                        is_there
                    }
                    Err(fault) => {
                        self.remarks.push(fault);
                        continue;
                    }
                },
                LeaveOut::Row(line) => rows.iter().any(|row| row.line == *line),
                LeaveOut::Column(wanted) => self.has_column(wanted),
                LeaveOut::Cell(wanted) => self.has_cell(wanted),
                LeaveOut::Item(wanted) => self.has_item(wanted),
            };
            if !found {
                let hint = self.hint_of(left_out, &people);
                self.remarks.push(Diagnostic::fault(None, format!("This file has no {left_out}"), &hint));
            }
        }
    }

    fn hint_of(&self, left_out: &LeaveOut, people: &[(String, String)]) -> String {
        let some = |all: Vec<String>| {
            let more = if all.len() > MOST_NAMED { ", …" } else { "" };
            format!("{}{more}", all.into_iter().take(MOST_NAMED).collect::<Vec<_>>().join(", "))
        };
        match left_out {
            LeaveOut::Row(_) => match (self.rows().first(), self.rows().last()) {
                (Some(first), Some(last)) if first.line == last.line => format!("There is only row {}", first.line),
                (Some(first), Some(last)) => format!("The rows are {} to {}", first.line, last.line),
                _ => "There are no rows".to_owned(),
            },
            LeaveOut::Person(_) => {
                let names = people.iter().map(|(id, name)| if name.is_empty() { id.clone() } else { name.clone() });
                format!("The people are {}", some(names.filter(|name| !name.is_empty()).collect()))
            }
            LeaveOut::Column(_) | LeaveOut::Item(_) => match &self.headings.layout {
                Layout::Matrix(items) => {
                    let items = items.iter().map(|item| format!("{} {}", letters(item.column), cut(&item.name.text)));
                    format!("The columns of items are {}", some(items.collect()))
                }
                Layout::List(_) => "A list has a row for each record. Leave out rows, items or people".to_owned(),
            },
            LeaveOut::Cell(_) => {
                "Name the cell of a day, a level, a result or an assessor, or the whole row".to_owned()
            }
            LeaveOut::Faults => String::new(),
        }
    }

    /// Returns the people in the file whom a text names: by id, or by name as everywhere, if one fits.
    fn person_left_out(&self, wanted: &str, people: &[(String, String)]) -> Result<Vec<(String, String)>, Diagnostic> {
        let by_id = self.options.by_id.iter().filter(|(id, _)| id.eq_ignore_ascii_case(wanted));
        let by_id: Vec<NameQuery> = by_id.map(|(_, name)| NameQuery::of(name)).collect();
        let is_it = |(id, name): &&(String, String)| {
            let is_id = !id.is_empty() && id.eq_ignore_ascii_case(wanted);
            // The name of somebody with this id, as written in any order.
            let is_named =
                || id.is_empty() && by_id.iter().any(|query| query.fit(name).is_some_and(|fit| fit > NameMatch::Part));
            is_id || !name.is_empty() && (same(wanted, name) || is_named())
        };
        let exact: Vec<(String, String)> = people.iter().filter(is_it).cloned().collect();
        if !exact.is_empty() {
            return Ok(exact);
        }
        let query = NameQuery::of(wanted);
        let fits = people.iter().filter(|(_, name)| !name.is_empty());
        let fits = NameQuery::best_matches(fits.filter_map(|one| Some((query.fit(&one.1)?, one))).collect());
        if fits.iter().any(|one| !same(&one.1, &fits[0].1) || one.0 != fits[0].0) {
            let names: Vec<&str> = fits.iter().take(MOST_NAMED).map(|one| one.1.as_str()).collect();
            let what = format!("“{wanted}” is {} people in this file", fits.len());
            return Err(Diagnostic::fault(None, what, &format!("Give the name in full: {}", names.join(", "))));
        }
        Ok(fits.into_iter().cloned().collect())
    }

    fn has_column(&self, wanted: &str) -> bool {
        let is_it = |column: usize| letters(column) == *wanted;
        let has_cells = |column: usize| self.table.lines.iter().any(|line| !is_empty(line.cell(column)));
        let is_unread = self.headings.unread.iter().any(|column| is_it(*column) && has_cells(*column));
        is_unread
            || match &self.headings.layout {
                Layout::Matrix(items) => items.iter().any(|item| Parts::of(item).all().any(is_it)),
                Layout::List(_) => false,
            }
    }

    fn has_cell(&self, wanted: &str) -> bool {
        let used: Vec<usize> = match &self.headings.layout {
            Layout::Matrix(items) => items.iter().flat_map(|item| Parts::of(item).all().collect::<Vec<_>>()).collect(),
            Layout::List(list) => Parts::of_list(list).all().collect(),
        };
        let letters_of = wanted.trim_end_matches(|c: char| c.is_ascii_digit());
        let line = wanted[letters_of.len()..].parse::<usize>();
        let row = line.ok().and_then(|line| self.rows().iter().find(|row| row.line == line));
        row.is_some_and(|row| {
            // A record is one row of a list, whichever of its cells is empty.
            let is_list = matches!(self.headings.layout, Layout::List(_));
            used.iter().any(|column| letters(*column) == letters_of && (is_list || !is_empty(row.cell(*column))))
        })
    }

    fn has_item(&self, wanted: &str) -> bool {
        match &self.headings.layout {
            Layout::Matrix(items) => items.iter().any(|item| is_item(wanted, &item.name)),
            Layout::List(list) => {
                self.rows().iter().any(|row| is_item(wanted, &ItemName::of(&words_of(row.cell(list.item)))))
            }
        }
    }

    /// Faults what columns that are not read say against a record, and names those without a heading.
    fn check_unread(&mut self, columns: &[usize]) {
        let rows = self.rows();
        let mut unheaded = Vec::new();
        for column in columns {
            if self.leaves_out_column(*column) {
                continue;
            }
            let cells = || rows.iter().map(|row| (row, row.cell(*column)));
            let Some((first, _)) = cells().find(|(_, cell)| !is_empty(cell)) else { continue };
            let place = |row: &Line| format!("{}{}", letters(*column), row.line);
            let heading = self.headings.texts.get(*column).cloned().unwrap_or_default();
            let against = |cell: &Cell| {
                let text = words_of(cell);
                let is_no = matches!(words::plain(&text).as_str(), "no" | "n" | "false");
                matches!(cell, Cell::Text(_) | Cell::Formula(_))
                    && (is_no || begins_not_seen(&text) && has_doubt(&text))
            };
            let says: Vec<&Line> = cells().filter(|(_, cell)| against(cell)).map(|(row, _)| row).collect();
            if let Some(first) = says.first() {
                let more = match says.len() {
                    1 => String::new(),
                    n => format!(" and {}", counted(n as u64 - 1, "other cell")),
                };
                let text = cut(&words_of(first.cell(*column)));
                let what = format!(
                    "“{text}” in {}{more} may be a result, and the column “{heading}” is not read",
                    place(first)
                );
                let hint = format!(
                    "Head the column “status” if it says whether it was achieved. If it says something else, add --leave-out column:{}",
                    letters(*column)
                );
                // It has no place: leaving out what has a fault would carry over what it may speak against.
                self.remarks.push(Diagnostic::fault(None, what, &hint));
                continue;
            }
            if !heading.is_empty() {
                continue;
            }
            if self.is_between_items(*column)
                && let Some((row, cell)) = cells().find(|(_, cell)| self.is_not_mark(cell))
            {
                let text = cut(&words_of(cell));
                let what = format!(
                    "Column {} has no heading, and “{text}” in {} may begin another table",
                    letters(*column),
                    place(row)
                );
                let hint = format!(
                    "Give it a heading, or put each table on a sheet of its own. If the column does not matter, add --leave-out column:{}",
                    letters(*column)
                );
                self.remarks.push(Diagnostic::fault(None, what, &hint));
                continue;
            }
            unheaded.push(format!("{} from line {}", letters(*column), first.line));
        }
        if !unheaded.is_empty() {
            let what = format!("These columns have no heading and are not read: {}", unheaded.join(", "));
            self.remarks.push(Diagnostic::warning(Some(SourceLocation::line(self.headings.line)), what));
        }
    }

    fn is_between_items(&self, column: usize) -> bool {
        match &self.headings.layout {
            Layout::Matrix(items) => {
                items.iter().any(|item| item.column < column) && items.iter().any(|item| item.column > column)
            }
            Layout::List(_) => false,
        }
    }

    /// Returns whether a cell has words that are not about something that was seen.
    fn is_not_mark(&self, cell: &Cell) -> bool {
        let has_words = words_of(cell).contains(char::is_alphabetic);
        has_words && matches!(read_cell(cell, self.table, self.today, self.options.order), CellRead::Fault(..))
    }

    /// Returns whom a row names.
    fn named(&self, row: &Line) -> NamedPerson {
        let PersonColumns { id, name, chosen } = self.headings.person.clone();
        let column = name.first().copied().or(id).unwrap_or(0);
        let parts: Vec<String> =
            name.iter().map(|at| words_of(row.cell(*at))).filter(|part| !part.is_empty()).collect();
        let id_words = id.map(|at| words_of(row.cell(at))).unwrap_or_default();
        NamedPerson { line: row.line, column, id_column: id, id: id_words, name: parts.join(" "), chosen }
    }

    /// Returns the person of a row as written; `None` if the row repeats the headings.
    fn person_of(&mut self, row: &Line) -> Option<NamedPerson> {
        let PersonColumns { id, name, .. } = self.headings.person.clone();
        let heading = |at: usize| self.headings.texts.get(at).map(String::as_str).unwrap_or_default();
        let repeats = name.iter().all(|at| {
            let part = words_of(row.cell(*at));
            !part.is_empty() && part.eq_ignore_ascii_case(heading(*at))
        });
        if repeats && !name.is_empty() {
            let column = name[0];
            let differs = row.cells.iter().enumerate().find(|(at, cell)| {
                let text = text(cell);
                let is_same = same(&one_line(text), heading(*at)) || mark_part(text).is_some();
                !is_empty(cell) && !is_same
            });
            if let Some((at, cell)) = differs {
                // It has no place: leaving it out would leave the records below it to the wrong items.
                let what = format!(
                    "Another table begins on line {}: cell {}{} is “{}”, and the heading on line {} is “{}”",
                    row.line,
                    letters(at),
                    row.line,
                    cut(&words_of(cell)),
                    self.headings.line,
                    heading(at)
                );
                self.remarks.push(Diagnostic::fault(None, what, "Put each table on a sheet of its own"));
            } else {
                self.notes.repeated.add((row.line, column), || format!("line {}", row.line));
            }
            return None;
        }
        for at in name.iter().chain(&id) {
            self.note_formula(row, *at);
        }
        Some(self.named(row))
    }

    /// Returns what is wrong with the cells that name a row's person.
    fn fault_of_person(&self, row: &Line) -> Option<CellFault> {
        let PersonColumns { id, name, .. } = &self.headings.person;
        name.iter().chain(id).find_map(|at| self.cell_fault(row, *at))
    }

    /// Returns what is wrong with a cell, whatever it says.
    fn cell_fault(&self, row: &Line, column: usize) -> Option<CellFault> {
        let cell = row.cell(column);
        let (what, hint) = if self.table.is_struck(row.line, column) && !is_empty(cell) {
            (format!("“{}” is struck through", cut(&words_of(cell))), STRUCK_HINT)
        } else {
            without_text(cell)?
        };
        Some(CellFault { column, what, hint })
    }

    fn note_formula(&mut self, row: &Line, column: usize) {
        let cell = row.cell(column);
        if matches!(cell, Cell::Formula(Some(_))) {
            let say = || format!("{}{} is “{}”", letters(column), row.line, cut(&words_of(cell)));
            self.notes.formulas.add((row.line, column), say);
        }
    }

    fn person(&mut self, person: NamedPerson) -> usize {
        let key = (person.id.clone(), person.name.clone());
        *self.by_person.entry(key).or_insert_with(|| {
            self.people.push(person);
            self.people.len() - 1
        })
    }

    fn leaves_out_row(&self, person: &NamedPerson) -> bool {
        let is_row = |left_out: &LeaveOut| matches!(left_out, LeaveOut::Row(line) if *line == person.line);
        self.without.contains(&(person.id.clone(), person.name.clone())) || self.options.left_out.iter().any(is_row)
    }

    fn leaves_out_item(&self, name: &ItemName) -> bool {
        self.options.left_out.iter().any(|one| matches!(one, LeaveOut::Item(wanted) if is_item(wanted, name)))
    }

    fn leaves_out_column(&self, column: usize) -> bool {
        self.options.left_out.iter().any(|one| matches!(one, LeaveOut::Column(wanted) if letters(column) == *wanted))
    }

    fn leaves_out_cell(&self, line: usize, parts: &Parts) -> bool {
        !self.cells_without.is_empty()
            && parts.all().any(|column| self.cells_without.contains(&format!("{}{line}", letters(column))))
    }

    fn matrix(&mut self, rows: &[Line], columns: &[ItemHeading]) {
        let mut read: Vec<(usize, Parts)> = Vec::new();
        let mut unread = Vec::new();
        for column in columns {
            let parts = Parts::of(column);
            if self.leaves_out_item(&column.name) || parts.all().any(|column| self.leaves_out_column(column)) {
                self.left_out += rows.iter().filter(|row| !is_empty(row.cell(parts.day))).count();
                continue;
            }
            if column.day.is_none() {
                let what = format!("“{}” has no column of days and is not read", column.name.text);
                self.remarks.push(Diagnostic::warning(Some(self.headings.column(column.column)), what));
                unread.extend([column.level, column.assessor, column.outcome].into_iter().flatten());
                continue;
            }
            // A column of notes is not an item: nothing in it says that something was seen.
            let has_days = column.name.code.is_some() || rows.iter().any(|row| self.has_day(row.cell(parts.day)));
            if !has_days {
                if rows.iter().any(|row| !is_empty(row.cell(parts.day))) {
                    let what = format!("“{}” is not read: it has no day", column.name.text);
                    self.remarks.push(Diagnostic::warning(Some(self.headings.column(column.column)), what));
                }
                unread.extend(parts.all());
                continue;
            }
            self.note_hidden(&parts);
            self.items.push(NamedItem { name: column.name.clone(), heading: Some((column.line, column.column)) });
            read.push((self.items.len() - 1, parts));
        }
        self.check_unread(&unread);
        for row in rows {
            self.matrix_row(row, &read);
        }
    }

    /// Returns whether a cell is read as something that was seen.
    fn has_day(&self, cell: &Cell) -> bool {
        let read = read_cell(cell, self.table, self.today, self.options.order);
        matches!(read, CellRead::Seen(Mark { day: Some(_), .. }))
    }

    fn matrix_row(&mut self, row: &Line, columns: &[(usize, Parts)]) {
        let Some(person) = self.person_of(row) else { return };
        if self.leaves_out_row(&person) {
            self.left_out += columns.iter().filter(|(_, parts)| !is_empty(row.cell(parts.day))).count();
            return;
        }
        let mut entries = Vec::new();
        for (item, parts) in columns {
            if let Some(mark) = self.mark(row, parts) {
                entries.push(entry(row, parts, *item, mark));
            }
        }
        // A title or a sum between the people names nobody.
        if entries.is_empty() {
            return;
        }
        let person = self.person(person);
        self.entries.extend(entries.into_iter().map(|entry| Entry { person, ..entry }));
    }

    fn list_row(&mut self, row: &Line, columns: &ListColumns, parts: &Parts) {
        let Some(person) = self.person_of(row) else { return };
        let text = words_of(row.cell(columns.item));
        let standard = columns.standard.map(|at| words_of(row.cell(at))).filter(|text| !text.is_empty());
        let name = ItemName::of(&text);
        let name = ItemName { standard: standard.clone().or(name.standard), ..name };
        if self.leaves_out_row(&person) || self.leaves_out_item(&name) {
            self.left_out += 1;
            return;
        }
        let Some(mut mark) = self.mark(row, parts) else { return };
        if let Some(fault) = parts.others.iter().find_map(|at| self.cell_fault(row, *at)) {
            mark = fault.into();
        } else if text.is_empty() {
            let what = "There is no code".to_owned();
            mark = CellFault { column: columns.item, what, hint: "Write the code of the item, such as K7" }.into();
        }
        for at in &parts.others {
            self.note_formula(row, *at);
        }
        let key = (standard.unwrap_or_default(), text);
        let item = *self.by_item.entry(key).or_insert_with(|| {
            self.items.push(NamedItem { name, heading: None });
            self.items.len() - 1
        });
        let person = self.person(person);
        self.entries.push(Entry { person, ..entry(row, parts, item, mark) });
    }

    /// Reads a record with the cells that hold its result, level and assessor; `None` if nothing was seen.
    fn mark(&mut self, row: &Line, parts: &Parts) -> Option<EntryMark> {
        let cell = row.cell(parts.day);
        let details = || [parts.level, parts.assessor].into_iter().flatten().chain(parts.outcomes.iter().copied());
        let is_bare = is_empty(cell) && details().all(|at| is_empty(row.cell(at)));
        if is_bare {
            return None;
        }
        if self.leaves_out_cell(row.line, parts) {
            self.left_out += 1;
            return None;
        }
        match self.seen_or_fault(row, parts) {
            Ok(Some(mark)) => Some(self.fault_of_person(row).map_or(mark, Into::into)),
            Ok(None) => None,
            Err(fault) => Some(fault.into()),
        }
    }

    /// Counts words that say that nothing was seen.
    fn not_seen(&mut self, words: String) -> Option<EntryMark> {
        *self.notes.not_seen.entry(words).or_default() += 1;
        None
    }

    fn seen_or_fault(&mut self, row: &Line, parts: &Parts) -> Result<Option<EntryMark>, CellFault> {
        let outcomes = parts.outcomes.clone();
        for column in outcomes.iter().copied() {
            let text = self.detail(row, column)?;
            if !text.is_empty() && is_not_seen(&text) {
                return Ok(self.not_seen(text));
            }
            if is_ended(&text) && !parts.own {
                let what = format!("“{}” does not say whether it was achieved before", cut(&text));
                let hint = "Write achieved if it was achieved on that day. Whether it still counts is decided here";
                return Err(CellFault { column, what, hint });
            }
            if !text.is_empty() && !is_seen(&text) && !is_ended(&text) {
                let hint = "Write achieved, passed, competent or current, or not achieved";
                let what = format!("“{}” does not say whether it was achieved", cut(&text));
                return Err(CellFault { column, what, hint });
            }
        }
        let says_seen = outcomes.iter().any(|at| !is_empty(row.cell(*at)));
        let column = parts.day;
        let mark = match self.day(row, column, says_seen)? {
            DayRead::Seen(mark) => mark,
            DayRead::NotSeen => return Ok(None),
            DayRead::Empty => return self.without_day(row, parts),
        };
        if let Some(column) = outcomes.first().copied().filter(|_| !says_seen && self.is_filled(&outcomes)) {
            let what = "The result is empty, and other rows have one".to_owned();
            return Err(CellFault { column, what, hint: "Write whether it was achieved, or leave the row out" });
        }
        let [level, assessor] =
            [parts.level, parts.assessor].map(|at| at.map_or(Ok(String::new()), |at| self.detail(row, at)));
        let (level, assessor) = (level?, assessor?);
        let known = if parts.own {
            Words::Seen { level: level.clone(), assessor: String::new(), doubtful: false }
        } else {
            words::level(&level)
        };
        let own = match known {
            Words::NotSeen => return Ok(self.not_seen(level)),
            Words::Seen { level, .. } if is_tick(&level) => String::new(),
            Words::Seen { level, .. } => level,
            Words::Unknown => {
                let what = format!("“{}” is not understood as a level", cut(&level));
                let hint = "Write a number from 1 to 10, or a word such as competent or expert, or no if it was not reached. With another heading, the column is not read";
                return Err(CellFault { column: parts.level.unwrap_or(column), what, hint });
            }
        };
        let by = if parts.own {
            Words::Seen { level: String::new(), assessor: assessor.clone(), doubtful: false }
        } else {
            words::assessor(&assessor)
        };
        let Words::Seen { assessor: by, .. } = by else {
            let what = format!("“{}” does not say who saw it", cut(&assessor));
            let hint = "Write a name or leave it empty. Say in the day's cell that it was not achieved";
            return Err(CellFault { column: parts.assessor.unwrap_or(column), what, hint });
        };
        let either = |own: String, other: String| if other.is_empty() { own } else { other };
        let day = mark.day.or(self.options.undated).unwrap_or_default();
        let doubtful = if mark.doubtful { mark.assessor.clone() } else { String::new() };
        let (level, assessor) = (either(mark.level, own), either(mark.assessor, by));
        Ok(Some(EntryMark::Seen { day, level, assessor, doubtful }))
    }

    /// Returns whether any row has something in columns.
    fn is_filled(&mut self, columns: &[usize]) -> bool {
        let rows = self.rows();
        let filled = &mut self.filled;
        columns.iter().any(|at| *filled.entry(*at).or_insert_with(|| rows.iter().any(|row| !is_empty(row.cell(*at)))))
    }

    /// Reads a record whose cell for the day is empty. An assessor may be named before something is seen; a level is a
    /// result.
    fn without_day(&mut self, row: &Line, parts: &Parts) -> Result<Option<EntryMark>, CellFault> {
        let Some(at) = parts.level.filter(|at| !is_empty(row.cell(*at))) else {
            return Ok(self.not_seen("no day".to_owned()));
        };
        let text = self.detail(row, at)?;
        if begins_not_seen(&text) || words::is_dash(&text) {
            return Ok(self.not_seen(text));
        }
        Err(CellFault { column: parts.day, what: format!("“{}” has no day", cut(&text)), hint: NO_DAY_HINT })
    }

    /// Reads the cell of a day; `says_seen` if another cell says that something was seen.
    fn day(&mut self, row: &Line, column: usize, says_seen: bool) -> Result<DayRead, CellFault> {
        let (at, cell) = ((row.line, column), row.cell(column));
        let name = format!("{}{}", letters(column), row.line);
        if let Some((_, day)) = self.options.corrected.iter().rev().find(|(one, _)| *one == name) {
            let say = || format!("{name} “{}” is {}", cut(&words_of(cell)), day_words(*day));
            self.notes.corrected.add(at, say);
            return Ok(DayRead::Seen(Mark::on(*day)));
        }
        if self.table.is_struck(row.line, column)
            && let Some(fault) = self.cell_fault(row, column)
        {
            return Err(fault);
        }
        match read_cell(cell, self.table, self.today, self.options.order) {
            CellRead::Empty if !says_seen => Ok(DayRead::Empty),
            CellRead::Empty if self.options.undated.is_none() => {
                let what = "There is no day".to_owned();
                Err(CellFault { column, what, hint: NO_DAY_HINT })
            }
            CellRead::Empty => {
                self.notes.undated.add(at, || name);
                Ok(DayRead::Seen(Mark::default()))
            }
            CellRead::NotSeen(words) => {
                self.not_seen(words);
                Ok(DayRead::NotSeen)
            }
            CellRead::Fault(what, hint) => Err(CellFault { column, what, hint }),
            CellRead::Seen(mark) => {
                let Some(day) = mark.day.or(self.options.undated) else {
                    let what = format!("“{}” has no day", cut(&words_of(cell)));
                    return Err(CellFault { column, what, hint: NO_DAY_HINT });
                };
                if mark.day.is_none() {
                    self.notes.undated.add(at, || format!("{name} {}", cut(&words_of(cell))));
                }
                self.note(mark.care, day, at, cell);
                Ok(DayRead::Seen(mark))
            }
        }
    }

    /// Returns the text of a cell next to the day.
    fn detail(&mut self, row: &Line, column: usize) -> Result<String, CellFault> {
        if let Some(fault) = self.cell_fault(row, column) {
            return Err(fault);
        }
        self.note_formula(row, column);
        Ok(words_of(row.cell(column)))
    }

    fn note(&mut self, care: Care, day: NaiveDate, at: (usize, usize), cell: &Cell) {
        let name = || format!("{}{}", letters(at.1), at.0);
        let shown = || format!("{} “{}” is {}", name(), words_of(cell), day_words(day));
        if care.short_year {
            self.notes.short_years.add(at, shown);
        }
        if care.ambiguous {
            self.notes.ambiguous.add(at, shown);
        }
        if care.formula {
            self.notes.formulas.add(at, || format!("{} is {}", name(), day_words(day)));
        }
        if number_of(cell) && self.table.is_plain(at.0, at.1) {
            self.notes.unformatted.add(at, shown);
        }
    }
}

/// Returns an entry of a person who is known later.
fn entry(row: &Line, parts: &Parts, item: usize, mark: EntryMark) -> Entry {
    let [level, assessor] = [parts.level, parts.assessor].map(|at| at.unwrap_or(parts.day));
    Entry { line: row.line, column: parts.day, person: 0, item, level, assessor, mark }
}

/// Returns whether a text names an item: by its code in any spelling, or by its heading.
fn is_item(wanted: &str, name: &ItemName) -> bool {
    let code = ItemName::of(wanted).code;
    same(wanted, &name.text) || code.is_some() && code == name.code
}
