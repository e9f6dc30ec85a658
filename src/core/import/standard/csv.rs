//! Parses a standard from CSV: first rows of a word and its value, then a `code,text,duties` table with a row for each
//! duty (D1) and KSB.
//!
//! ```text
//! reference,LAMP1
//! version,1.0
//! title,Lamp keeper
//! level,2
//! months,14
//! option,Oil lamps                         each option, a row each; may be left out
//! hours,326                                also: earliest, latest (2024-11-01), programme (stp); these may be left out
//! code,text,duties                         also: options, of a duty or KSB that only they have; `;` between several
//! D1,Light and trim the lamps.,
//! K1,How a lamp burns.,D1
//! S1,"Trim a wick, by day or night.",D1 D2
//! ```

use chrono::{Datelike as _, NaiveDate};

use crate::import::csv::{Row, heading_row, reference, require, rows, text_cell};
use crate::import::diagnostic::{Diagnostic, MINIMUM_HOURS, Places, SourceLocation};
use crate::import::draft::{Draft, Links};
use crate::import::html::spaced;
use crate::import::standard::json::figure;
use crate::primitives::fold::same as same_name;
use crate::primitives::human_date::{DayDirection, parse_human_date};
use crate::primitives::ids::{DutyNo, KsbCode};
use crate::standard::builder::{Duty, MOST_ITEMS, StandardParts};
use crate::standard::options::{StandardOption, follow_duties, option_name};
use crate::standard::start_dates::StartDates;

/// The maximum rows that are not items.
const MORE_ROWS: usize = 64;
const HEAD_HINT: &str = "Begin with rows such as `reference,LAMP1`, `version,1.0`, `title,…`, `level,2`, `months,14`";

pub fn read(text: &str) -> Result<Draft, Vec<Diagnostic>> {
    let rows = rows(text, MOST_ITEMS + MORE_ROWS).map_err(|remark| vec![remark])?;
    let Some(at) = heading_row(&rows) else {
        let hint = "Put a row `code,text,duties` above the duties and KSBs. `countersign standard check` says more";
        return Err(vec![Diagnostic::fault(None, "There is no row “code,text,duties”", hint)]);
    };
    let mut reader = Reader::default();
    for row in &rows[..at] {
        reader.about(row);
    }
    let column = |name: &str| rows[at].cells.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    for (known, cell) in rows[at].cells.iter().enumerate() {
        let named = ["code", "text", "duties", "options", "option"].iter().any(|name| cell.eq_ignore_ascii_case(name));
        if !named && !cell.is_empty() {
            let what = format!("The column “{}” (number {}) is not read", spaced(cell), known + 1);
            reader.remarks.push(Diagnostic::warning_at(rows[at].line, what));
        }
    }
    let (duties, options) = (column("duties"), column("options").or(column("option")));
    for row in &rows[at + 1..] {
        reader.item(row, duties, options);
    }
    reader.draft()
}

#[derive(Debug, Default)]
struct Reader {
    reference: String,
    version: String,
    title: String,
    level: Option<u8>,
    months: Option<u16>,
    hours: Option<u32>,
    programme: Option<String>,
    starts: StartDates,
    options: Vec<StandardOption>,
    duties: Vec<Duty>,
    ksbs: Vec<(KsbCode, String)>,
    links: Links,
    places: Places,
    remarks: Vec<Diagnostic>,
}

impl Reader {
    fn fault(&mut self, line: usize, what: impl Into<String>, hint: &str) {
        self.remarks.push(Diagnostic::fault_at(line, what, hint));
    }

    /// Reads a row before the table: a word and its value.
    fn about(&mut self, row: &Row<'_>) {
        let (word, value) = (row.cell(0).to_lowercase(), row.cell(1));
        let place = SourceLocation::line(row.line);
        let name = match word.as_str() {
            "reference" => {
                value.clone_into(&mut self.reference);
                "The reference"
            }
            "version" => {
                value.clone_into(&mut self.version);
                if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
                    let what = format!(
                        "The version is “{value}”, which is how a spreadsheet shows {value}.0. If you mean {value}.0, write that, with the cell as text"
                    );
                    self.remarks.push(Diagnostic::warning(Some(place.clone()), what));
                }
                "The version"
            }
            "title" => {
                self.title = text_cell("The title", row.line, value, &mut self.remarks);
                "The title"
            }
            "level" => {
                self.level = self.number(row, "a number from 1 to 8");
                "The level"
            }
            "months" => {
                self.months = self.number(row, "a number of months");
                "The number of months to the gateway"
            }
            "hours" => {
                self.hours = self.number(row, "a number of hours");
                MINIMUM_HOURS
            }
            "programme" => {
                self.programme = Some(value.to_lowercase()).filter(|value| !value.is_empty());
                "The programme"
            }
            "earliest" => {
                self.starts.earliest = self.day(row);
                "The first start date"
            }
            "latest" => {
                self.starts.latest = self.day(row);
                "The last start date"
            }
            "option" => {
                let known = self.options.len();
                if !value.is_empty() && self.option(row.line, value) < known {
                    let what = format!("The option “{}” appears twice", spaced(value));
                    self.fault(row.line, what, "Remove one of the two");
                }
                return;
            }
            _ => {
                let what = format!("“{}” cannot come before the row “code,text,duties”", spaced(&word));
                self.fault(row.line, what, HEAD_HINT);
                return;
            }
        };
        if self.places.first(name).is_some() {
            self.fault(row.line, format!("“{word}” appears twice"), "Remove one of the two");
        }
        self.places.add(name, place);
    }

    fn number<T: std::str::FromStr>(&mut self, row: &Row<'_>, wanted: &str) -> Option<T> {
        let value = row.cell(1);
        // Spreadsheets write `1,326` and `14.0`, people `Level 2` and `14 months`.
        let bare = value.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
        let read = figure(bare).and_then(|(number, whole)| {
            let rest = bare.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',' || c == '.').trim();
            let unit = rest.is_empty() || ["months", "month", "hours", "hour", "hrs", "h"].contains(&rest);
            if whole || (unit && !bare.contains('.')) { number.to_string().parse().ok() } else { None }
        });
        if read.is_none() && !value.is_empty() {
            let what = format!("“{}” is not {wanted}", spaced(value));
            self.fault(row.line, what, "Write it in digits, without a unit");
        }
        read
    }

    fn day(&mut self, row: &Row<'_>) -> Option<NaiveDate> {
        let value = row.cell(1);
        // The date must include its year, so that it does not depend on today.
        let parts = value.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).count();
        let read = if parts >= 3 {
            parse_human_date(value, NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default(), DayDirection::Near).ok()
        } else {
            None
        };
        let read = read.filter(|day| (1980..2200).contains(&day.year()));
        if read.is_none() && !value.is_empty() {
            self.fault(row.line, format!("“{}” is not a date", spaced(value)), "Write it as 2024-11-01 or 01/11/2024");
        }
        read
    }

    fn option(&mut self, line: usize, name: &str) -> usize {
        let name = text_cell(&option_name(name), line, name, &mut self.remarks)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let same = |option: &StandardOption| same_name(&option.name, &name);
        if let Some(at) = self.options.iter().position(same) {
            return at;
        }
        self.places.add(option_name(&name), SourceLocation::line(line));
        self.options.push(StandardOption { name, ..StandardOption::default() });
        self.options.len() - 1
    }

    /// Returns the options of a row; empty if it is core.
    fn options_of(&mut self, row: &Row<'_>, column: Option<usize>) -> Vec<usize> {
        let cell = column.map_or("", |at| row.cell(at)).trim();
        let core = cell.eq_ignore_ascii_case("core") || cell.eq_ignore_ascii_case("all");
        // A known name may contain a comma or semicolon.
        let known = self.options.iter().any(|option| same_name(&option.name, cell));
        let names: Vec<&str> = match (core, known) {
            (true, _) => Vec::new(),
            (_, true) => vec![cell],
            _ => cell.split(';').map(str::trim).filter(|name| !name.is_empty()).collect(),
        };
        let mut at: Vec<usize> = names.into_iter().map(|name| self.option(row.line, name)).collect();
        at.sort_unstable();
        at.dedup();
        at
    }

    fn item(&mut self, row: &Row<'_>, duties: Option<usize>, options: Option<usize>) {
        let place = SourceLocation::line(row.line);
        let code = &bare_code(row.cell(0));
        if let Some(no) = duty_no(code) {
            let name = format!("Duty {no}");
            let text = text_cell(&name, row.line, row.cell(1), &mut self.remarks);
            if duties.is_some_and(|at| !row.cell(at).is_empty()) {
                let what = format!("{name} is a duty, so it cannot name duties");
                self.fault(row.line, what, "Name duties only next to KSBs");
            }
            self.places.add(name, place);
            for at in self.options_of(row, options) {
                self.options[at].duties.push(no);
            }
            self.duties.push(Duty { no, title: String::new(), text });
            return;
        }
        let Ok(code) = code.parse::<KsbCode>() else {
            let what = format!("“{}” is not a code", row.cell(0).chars().take(40).collect::<String>());
            self.fault(row.line, what, "Codes are D1 for a duty, K1, S1 or B1 for a KSB");
            return;
        };
        let text = text_cell(&code.to_string(), row.line, row.cell(1), &mut self.remarks);
        self.places.add(code.to_string(), place.clone());
        self.ksbs.push((code, text));
        for at in self.options_of(row, options) {
            self.options[at].ksbs.push(code);
        }
        let named = duties.map_or("", |at| row.cell(at)).to_uppercase().replace("DUTY ", "D");
        let named = named.split(|c: char| c.is_whitespace() || ",;".contains(c));
        for word in named.filter(|word| !word.is_empty()) {
            match duty_no(word).or_else(|| word.parse().ok().map(DutyNo)) {
                Some(no) => self.links.add((no, code), place.clone(), &mut self.places, &mut self.remarks),
                None => self.fault(row.line, format!("{code}: “{word}” is not a duty"), "Duties are D1 D2, or 1 2"),
            }
        }
        // An unquoted comma in a text shifts words into columns without a name.
        let known = duties.max(options).unwrap_or(1).max(1);
        if row.cells.iter().skip(known + 1).any(|cell| !cell.is_empty()) && duties.max(options) == Some(known) {
            let what = format!("{code}: There are more cells than columns with a name");
            self.fault(row.line, what, "Put quotes round any text with a comma");
        }
    }

    fn draft(mut self) -> Result<Draft, Vec<Diagnostic>> {
        follow_duties(&mut self.options, &self.links.all);
        let words = [
            ("reference", !self.reference.is_empty()),
            ("version", !self.version.is_empty()),
            ("title", self.places.first("The title").is_some()),
            ("level", self.places.first("The level").is_some()),
            ("months", self.places.first("The number of months to the gateway").is_some()),
        ];
        require(&words, HEAD_HINT, &mut self.remarks);
        let reference =
            reference([&self.reference, &self.version], self.places.first("The reference"), &mut self.remarks);
        let (Some(reference), Some(level), Some(months)) = (reference, self.level, self.months) else {
            return Err(self.remarks);
        };
        let parts = StandardParts {
            hours: self.hours,
            programme: self.programme,
            starts: self.starts,
            duties: self.duties,
            ksbs: self.ksbs,
            links: self.links.all,
            options: self.options,
            ..StandardParts::new(reference, self.title, level, months)
        };
        Ok(Draft { parts, places: self.places, remarks: self.remarks })
    }
}

/// Normalises a code as people write it: `Duty 1`, `S 1`, `K01`, `B1.`.
fn bare_code(cell: &str) -> String {
    let cell = cell.trim().trim_end_matches(['.', ':']).to_uppercase();
    let cell = cell.strip_prefix("DUTY").map_or_else(|| cell.clone(), |rest| format!("D{rest}"));
    let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(cell.len());
    let (letter, number) = cell.split_at(digits);
    let (letter, bare) = (letter.trim(), number.trim_start_matches('0'));
    if letter.len() == 1 && !bare.is_empty() { format!("{letter}{bare}") } else { cell }
}

/// Parses `D1` or `d1`.
fn duty_no(word: &str) -> Option<DutyNo> {
    let digits = word.strip_prefix(['D', 'd'])?;
    (!digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok().map(DutyNo))?
}
