//! Parses a roster from CSV or a spreadsheet: one person a row, under headings.
//!
//! ```text
//! name,roles,department,registration,level,standard,start,specialism,supervisor
//! Ann Bell,trainee,Echo lab,,associate,ST0413,2026-09-01,cardiology,Sam Supervisor
//! Bo Ng,supervisor; verifier,Echo lab,HCPC CS00001,,,,,
//! ```

use chrono::{Datelike as _, NaiveDate};

use crate::import::cell::{Cell, Limits, Line};
use crate::import::diagnostic::{Diagnostic, Severity, SourceLocation};
use crate::import::roster::columns::{Column, Columns};
use crate::import::table::{Table, is_negative, is_next, table};
use crate::people::paid_hours::PaidHours;
use crate::people::person::Role;
use crate::primitives::date::long_day;
use crate::primitives::human_date::{DayDirection, typed_day};
use crate::primitives::ids::{PersonId, ValueFault};
use crate::primitives::level::Level;
use crate::primitives::text::{SafeText, parse_yes};

pub const MOST_PEOPLE: usize = 20_000;

/// A row of a roster; empty cells leave the record unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonLine {
    /// From 1.
    pub line: usize,
    pub id: Option<PersonId>,
    pub name: Option<SafeText>,
    /// Sorted, without repeats.
    pub roles: Vec<Role>,
    pub department: Option<SafeText>,
    pub registration: Option<SafeText>,
    /// As its slug.
    pub level: Option<SafeText>,
    /// As written: `ST0413` or `ST0413 1.1`.
    pub standard: Option<String>,
    /// From a column of its own.
    pub version: Option<String>,
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub specialism: Option<SafeText>,
    /// As written.
    pub option: Option<String>,
    pub weekly: Option<PaidHours>,
    pub aged_16_to_18: Option<bool>,
    /// Ids or names as written, separated by `;`.
    pub supervisors: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleFile {
    pub lines: Vec<PersonLine>,
    pub columns: Columns,
    pub remarks: Vec<Diagnostic>,
    /// `CSV` or `spreadsheet`.
    pub form: &'static str,
    pub sheet: Option<String>,
    /// The text of each cell that has a fault, with its line.
    pub faulty: Vec<(usize, Column, String)>,
}

/// Corrections of a roster that are not in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterFixes {
    /// Lines that are not read.
    pub left_out: Vec<usize>,
    /// Cells with another text, by line.
    pub cells: Vec<(usize, Column, String)>,
}

impl RosterFixes {
    /// Returns a row as corrected, or none if it is left out.
    fn fixed(&self, row: &Line, columns: &Columns) -> Option<Line> {
        if self.left_out.contains(&row.line) {
            return None;
        }
        let mut row = row.clone();
        for (_, column, text) in self.cells.iter().filter(|(line, ..)| *line == row.line) {
            let Some(at) = columns.at(*column) else { continue };
            if row.cells.len() <= at {
                row.cells.resize(at + 1, Cell::Empty);
            }
            row.cells[at] = if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.trim().to_owned()) };
        }
        Some(row)
    }
}

/// Parses a roster, from the named sheet of a spreadsheet; dates are relative to `today`.
pub fn people(bytes: &[u8], today: NaiveDate, sheet: Option<&str>) -> PeopleFile {
    people_with(bytes, today, sheet, &RosterFixes::default())
}

/// Parses a roster with corrections that are not in its file.
pub fn people_with(bytes: &[u8], today: NaiveDate, sheet: Option<&str>, fixes: &RosterFixes) -> PeopleFile {
    let (columns, remarks) = (Columns::default(), Vec::new());
    let mut file = PeopleFile { lines: Vec::new(), columns, remarks, form: "", sheet: None, faulty: Vec::new() };
    let mut table = match table(bytes, Limits::rows(MOST_PEOPLE), sheet, &Columns::begin) {
        Ok(table) => table,
        Err(remark) => {
            file.remarks.push(remark);
            return file;
        }
    };
    file.form = table.form;
    if let Some((read, others)) = table.sheet.take() {
        if !others.is_empty() {
            let others: Vec<String> = others.iter().map(|name| format!("“{name}”")).collect();
            let what = format!("The sheet “{read}” is read. Not read: {}", others.join(", "));
            let hint = "`--sheet NAME` reads another".to_owned();
            file.remarks.push(Diagnostic { hint, ..Diagnostic::warning(None, what) });
        }
        file.sheet = Some(read);
    }
    let above = Columns::head(&table.lines);
    let Some((head, rows)) = table.lines.get(above..).and_then(<[Line]>::split_first) else {
        let what = "The file is empty";
        file.remarks.push(Diagnostic::fault(None, what, "Use a file with a row of headings, then people"));
        return file;
    };
    file.columns = Columns::of(head, &mut file.remarks);
    if file.remarks.iter().any(|remark| remark.weight == Severity::Fault) {
        return file;
    }
    if rows.is_empty() {
        let what = "There are no people below the headings";
        file.remarks.push(Diagnostic::fault(None, what, "Put one person on each row"));
    }
    if above > 0 {
        let place = table.lines.first().map(|line| SourceLocation::line(line.line));
        let what = format!("The headings are on line {}. What is above them is not read", head.line);
        file.remarks.push(Diagnostic::warning(place, what));
    }
    let hidden: Vec<usize> = table.hidden.iter().copied().filter(|line| *line > head.line).collect();
    if let Some(first) = hidden.first() {
        let what = match hidden.len() {
            1 => "1 row is hidden in the spreadsheet, and is read too".to_owned(),
            n => format!("{n} rows are hidden in the spreadsheet, and are read too"),
        };
        file.remarks.push(Diagnostic::warning_at(*first, what));
    }
    let rows: Vec<Line> = rows.iter().filter_map(|row| fixes.fixed(row, &file.columns)).collect();
    for row in &rows {
        let before = file.remarks.len();
        // An extra comma in a row shifts the cells after it.
        if let Some(at) =
            (0..row.cells.len()).find(|at| *row.cell(*at) != Cell::Empty && *head.cell(*at) == Cell::Empty)
        {
            let place = Some(SourceLocation::column(row.line, at));
            file.remarks.push(Diagnostic::warning(place, "This cell has no heading above it and is not read"));
        }
        let mut reader = Reader { table: &table, today, row, columns: &file.columns, remarks: &mut file.remarks };
        let line = reader.line();
        file.lines.push(line);
        for remark in file.remarks.iter().skip(before).filter(|remark| remark.weight == Severity::Fault) {
            let column = remark.place.as_ref().and_then(|place| file.columns.column_at(place));
            if let Some((column, at)) = column.and_then(|column| Some((column, file.columns.at(column)?))) {
                file.faulty.push((row.line, column, words_of(row.cell(at))));
            }
        }
    }
    file
}

/// Returns the text of a cell, as far as it has one.
fn words_of(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Error(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Empty | Cell::Formula(_) => String::new(),
    }
}

impl PeopleFile {
    /// Returns what was read from a cell that has no fault of its own, as it may be typed again.
    pub fn cell_text(&self, line: &PersonLine, column: Column) -> String {
        let text = |text: &Option<SafeText>| text.as_ref().map(ToString::to_string);
        let read = match column {
            Column::Name => text(&line.name),
            Column::Department => text(&line.department),
            Column::Registration => text(&line.registration),
            Column::Level => text(&line.level),
            Column::Specialism => text(&line.specialism),
            Column::Standard => line.standard.clone(),
            Column::Version => line.version.clone(),
            Column::Option => line.option.clone(),
            Column::Start => line.start.map(long_day),
            Column::End => line.end.map(long_day),
            Column::Supervisor => Some(line.supervisors.join("; ")),
            Column::Id => line.id.as_ref().map(ToString::to_string),
            Column::Roles => Some(line.roles.iter().map(|role| role.words()).collect::<Vec<_>>().join("; ")),
            Column::First | Column::Last | Column::Weekly | Column::Aged => None,
        };
        read.unwrap_or_default()
    }
}

struct Reader<'a> {
    table: &'a Table,
    today: NaiveDate,
    row: &'a Line,
    columns: &'a Columns,
    remarks: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn fault(&mut self, column: Column, what: impl Into<String>, hint: &str) {
        let place = self.columns.place(self.row.line, column);
        self.remarks.push(Diagnostic::fault(Some(place), what, hint));
    }

    fn warning(&mut self, column: Column, what: impl Into<String>) {
        let place = self.columns.place(self.row.line, column);
        self.remarks.push(Diagnostic::warning(Some(place), what));
    }

    /// Returns a cell's text; a formula or error is a fault, and a placeholder counts as empty.
    fn words(&mut self, column: Column) -> Option<String> {
        match self.row.cell(self.columns.at(column)?) {
            Cell::Empty => None,
            Cell::Text(text) if may_wait(column) && keeps_a_place(text) => {
                self.warning(column, format!("“{text}” is read as an empty cell"));
                None
            }
            Cell::Text(text) if is_negative(text) => {
                self.fault(column, format!("“{text}” is a negative number"), "Correct the cell in the spreadsheet");
                None
            }
            Cell::Text(text) => {
                if is_cut(text) {
                    let what = format!("“{text}” looks like a number that a spreadsheet cut short. Check it");
                    self.warning(column, what);
                }
                Some(text.clone())
            }
            Cell::Error(error) => {
                let what = format!("It is the spreadsheet's error {error}");
                self.fault(column, what, "Correct the cell in the spreadsheet, or leave it empty");
                None
            }
            Cell::Number(number) => Some(number.to_string()),
            Cell::Formula(_) => {
                self.fault(column, "It is a formula", "Put the value itself there: paste it as values");
                None
            }
        }
    }

    fn text(&mut self, column: Column) -> Option<SafeText> {
        let words = self.words(column)?;
        let read = SafeText::name(&words);
        read.map_err(|fault| self.fault(column, fault.to_string(), "Type the text again")).ok()
    }

    fn name(&mut self) -> Option<SafeText> {
        if self.columns.at(Column::Name).is_some() {
            return self.text(Column::Name);
        }
        let parts = [self.text(Column::First), self.text(Column::Last)];
        if let [None, Some(last)] = &parts {
            let what = format!("There is only a surname, “{last}”");
            self.warning(Column::First, what);
        }
        let parts: Vec<&str> = parts.iter().flatten().map(SafeText::as_str).collect();
        SafeText::name(&parts.join(" ")).ok()
    }

    fn line(&mut self) -> PersonLine {
        let name = self.name();
        if let Some(scripts) = name.as_ref().and_then(|name| mixed(name.as_str())) {
            let what = format!("The name mixes {scripts} letters, some of which look alike");
            let place = self.columns.place(self.row.line, Column::Name);
            self.remarks.push(Diagnostic::warning(Some(place), what));
        }
        let id = self.words(Column::Id).and_then(|words| {
            let read = words.to_lowercase().parse();
            read.map_err(|_| self.fault(Column::Id, format!("“{words}” is not an id"), "1 to 32 of 0-9 and a-z")).ok()
        });
        let level = self.words(Column::Level).and_then(|words| match words.parse::<Level>() {
            Ok(level) => SafeText::line(level.slug()).ok(),
            Err(fault) => {
                self.fault(Column::Level, fault.to_string(), "Write one of the five");
                None
            }
        });
        let standard = self.words(Column::Standard);
        let version = self.words(Column::Version).map(|version| version.trim_start_matches(['v', 'V']).to_owned());
        let weekly = self.words(Column::Weekly).and_then(|words| {
            let read = words.parse();
            read.map_err(|fault: ValueFault| self.fault(Column::Weekly, fault.to_string(), "Write them as 37.5")).ok()
        });
        let aged_16_to_18 = self.words(Column::Aged).and_then(|words| {
            let read = parse_yes(&words);
            if read.is_none() {
                let what = format!("“{words}” is neither yes nor no");
                self.fault(Column::Aged, what, "Write yes or no, or leave it empty");
            }
            read
        });
        let supervisors = self.words(Column::Supervisor).unwrap_or_default();
        PersonLine {
            line: self.row.line,
            id,
            name,
            roles: self.roles(),
            department: self.text(Column::Department),
            registration: self.text(Column::Registration),
            level,
            standard,
            version,
            start: self.day(Column::Start),
            end: self.day(Column::End),
            specialism: self.text(Column::Specialism),
            option: self.words(Column::Option),
            weekly,
            aged_16_to_18,
            supervisors: supervisors
                .split(';')
                .map(str::trim)
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }

    fn roles(&mut self) -> Vec<Role> {
        let words = self.words(Column::Roles).unwrap_or_default();
        let mut roles = Vec::new();
        for word in words.split([',', ';', '/', '+', '&']).map(str::trim).filter(|word| !word.is_empty()) {
            match word.to_lowercase().replace([' ', '_'], "-").as_str() {
                "trainee" | "apprentice" | "learner" => roles.push(Role::Trainee),
                "supervisor" | "assessor" => roles.push(Role::Supervisor),
                "training-officer" | "officer" | "lead" => roles.push(Role::TrainingOfficer),
                "verifier" | "iqa" => roles.push(Role::Verifier),
                _ => {
                    let hint = "Write trainee, supervisor, training officer or verifier. Put `;` between several";
                    self.fault(Column::Roles, format!("“{word}” is not a role"), hint);
                }
            }
        }
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    fn day(&mut self, column: Column) -> Option<NaiveDate> {
        let at = self.columns.at(column)?;
        let read = match self.row.cell(at) {
            Cell::Number(number) => self.table.day(*number),
            Cell::Text(text) => self.day_of(column, &text.clone()),
            _ => {
                self.words(column)?;
                None
            }
        };
        let read = read.filter(|day| (1980..2100).contains(&day.year()));
        if read.is_none() {
            let words = self.words(column).unwrap_or_default();
            let hint = "Write it as 2026-09-01, 01/09/2026 or 1 Sep 2026, from 1980 to 2099";
            self.fault(column, format!("“{words}” is not a date"), hint);
        }
        read
    }

    /// Parses a typed date, with a warning about the year if it was left out.
    fn day_of(&mut self, column: Column, text: &str) -> Option<NaiveDate> {
        let read = typed_day(text, self.today, DayDirection::Ahead).ok()?;
        if read.open {
            let what = format!("“{text}” is read as {}: write the year", long_day(read.day));
            self.warning(column, what);
        }
        if read.time.is_some_and(is_next) { read.day.succ_opt() } else { Some(read.day) }
    }
}

/// Returns whether a column may contain a placeholder, as its value may not be known yet.
fn may_wait(column: Column) -> bool {
    use Column::{Department, Level, Option, Registration, Specialism, Supervisor, Weekly};
    matches!(column, Registration | Level | Specialism | Option | Supervisor | Department | Weekly)
}

/// Returns whether a text is a placeholder for nothing, or nothing yet.
fn keeps_a_place(text: &str) -> bool {
    let words: String = text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    match words.as_str() {
        "" => text.chars().all(|c| "-–—?./_".contains(c)),
        "na" | "nk" => text.len() > 2,
        "none" | "nil" | "tbc" | "tba" | "tbd" | "tobeconfirmed" | "notapplicable" | "notknown" | "unknown"
        | "pending" | "notyet" | "notyetknown" | "awaited" | "awaiting" | "notregistered" | "null" | "x" | "xx"
        | "xxx" => true,
        _ => false,
    }
}

/// Returns whether a text is a long number that a spreadsheet shortened: `1.23E+11`.
fn is_cut(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let Some((front, power)) = text.split_once(['e', 'E']) else { return false };
    let (whole, rest) = front.split_once('.').unwrap_or((front, "0"));
    digits(whole) && digits(rest) && power.strip_prefix('+').is_some_and(digits)
}

/// Returns the scripts of a name that mixes look-alike alphabets.
fn mixed(name: &str) -> Option<String> {
    let script = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some("Latin"),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some("Greek"),
        '\u{400}'..='\u{52f}' => Some("Cyrillic"),
        '\u{530}'..='\u{58f}' => Some("Armenian"),
        '\u{13a0}'..='\u{13ff}' => Some("Cherokee"),
        _ => None,
    };
    let mut scripts: Vec<&str> = name.chars().filter_map(script).collect();
    scripts.sort_unstable();
    scripts.dedup();
    (scripts.len() > 1).then(|| scripts.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::parse_day;

    fn read(bytes: &[u8]) -> PeopleFile {
        people(bytes, parse_day("2026-11-28").unwrap(), None)
    }

    fn faults(text: &str) -> Vec<String> {
        read(text.as_bytes()).remarks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn headings_are_known_however_they_are_written_and_cells_keep_their_meaning() {
        let text = "Full Name;ROLE(S);Start Date;Programme;Version;Reg. No.;Assessor;Level\n\
                    Ann Bell;Trainee;01/09/2026;ST0413;v1.1;;sam;Clinical scientist\n\
                    Bo Ng;assessor / IQA;;;;HCPC 1;;\n";
        let file = read(text.as_bytes());
        assert_eq!(file.remarks, []);
        let [ann, bo] = file.lines.as_slice() else { panic!("{file:?}") };
        assert_eq!((ann.line, ann.roles.as_slice()), (2, &[Role::Trainee][..]));
        assert_eq!((ann.start, ann.standard.as_deref()), (parse_day("2026-09-01"), Some("ST0413")));
        assert_eq!(ann.version.as_deref(), Some("1.1"));
        assert_eq!(
            (ann.level.as_ref().unwrap().as_str(), ann.supervisors.as_slice()),
            ("clinical-scientist", &["sam".to_owned()][..])
        );
        assert_eq!((bo.line, bo.roles.as_slice()), (3, &[Role::Supervisor, Role::Verifier][..]));
    }

    #[test]
    fn a_spreadsheet_says_the_same_as_its_text() {
        let sheet = read(include_bytes!("../../../../tests/fixtures/people/people.xlsx"));
        let text = "Name,Roles,Registration,Standard,Start date,Specialism,,Supervisor\n\
                    Bo & Cy Ng,supervisor,HCPC CS90007,,,,,\n\nAnn Bell,trainee,,ST0413,2026-09-01,Cardiology,,Bo & Cy Ng\n";
        let mut wanted = read(text.as_bytes());
        assert_eq!((sheet.form, wanted.form), ("spreadsheet", "CSV"));
        wanted.form = sheet.form;
        wanted.sheet.clone_from(&sheet.sheet);
        assert_eq!(sheet, wanted);
    }

    #[test]
    fn a_spreadsheet_that_would_run_or_swell_is_refused() {
        for (bytes, words) in [
            (
                &include_bytes!("../../../../tests/fixtures/people/formula.xlsx")[..],
                "It is a formula (line 4, column A “Name”)",
            ),
            (include_bytes!("../../../../tests/fixtures/people/swollen.xlsx"), "Unpacked, it has more than 32 MiB"),
            (b"PK\x03\x04 and no more", "It is a packed file, but not a complete spreadsheet (.xlsx)"),
        ] {
            let file = read(bytes);
            assert_eq!(file.remarks.iter().map(ToString::to_string).collect::<Vec<_>>(), [words]);
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_row_and_column() {
        for (text, words) in [
            ("roles\ntrainee\n", "There is no column headed “name” or “id” (line 1)"),
            ("name,full name\nA,B\n", "The column “full name” repeats an earlier one (line 1, column B “full name”)"),
            ("name,shoe\nAnn,39\n", "The column “shoe” is not read (line 1, column B “shoe”)"),
            ("name\n=1+1\n", "It is a formula (line 2, column A “name”)"),
            ("name\n-1+1\n", "It is a formula (line 2, column A “name”)"),
            ("name\n-12\n", "“-12” is a negative number (line 2, column A “name”)"),
            ("name,start\nAnn,31/02/2026\n", "“31/02/2026” is not a date (line 2, column B “start”)"),
            ("name,start\nAnn,soon\n", "“soon” is not a date (line 2, column B “start”)"),
            (
                "name,start\nAnn,monday\n",
                "“monday” is read as Mon 30 Nov 2026: write the year (line 2, column B “start”)",
            ),
            ("name,roles\nAnn,queen\n", "“queen” is not a role (line 2, column B “roles”)"),
            ("name,id\nAnn,a-1\n", "“a-1” is not an id (line 2, column B “id”)"),
            (
                "name\n943 476 5919\n",
                "The text contains a valid NHS number (*** *** *919). Patient data is never kept here (line 2, column A “name”)",
            ),
            (
                "name\nАnn\n",
                "The name mixes Cyrillic and Latin letters, some of which look alike (line 2, column A “name”)",
            ),
            ("name,roles,,\nAnn,trainee,,x\n", "This cell has no heading above it and is not read (line 2, column D)"),
            ("name,roles\nAnn,trainee,,x\n", "This cell has no heading above it and is not read (line 2, column D)"),
            ("name\n", "There are no people below the headings"),
            ("", "The file is empty"),
        ] {
            assert_eq!(faults(text), [words], "{text}");
        }
        let many = format!("name\n{}", "Ann\n".repeat(MOST_PEOPLE + 1));
        assert_eq!(faults(&many), ["There are more than 20001 rows (line 20002)"]);
        assert!(read(b"name\ncaf\xe9\n").remarks[0].to_string().contains("“é” in Latin-1) (line 2)"));
    }
}
