//! Parses a training plan from a table: a month a row, with its hours and KSBs.

use chrono::NaiveDate;

use crate::import::cell::{Cell, Limits, Line, plain_heading};
use crate::import::diagnostic::{Diagnostic, Severity, SourceLocation};
use crate::import::table::{Table, table};
use crate::primitives::date::parse_day;
use crate::primitives::human_date::month as named_month;
use crate::primitives::ids::KsbCode;
use crate::programme::hours::QuarterHours;
use crate::statement::kinds::training_plan::{MOST_A_MONTH, MOST_MONTHS, Month, PlannedMonth};

const HEAD_HINT: &str = "Begin with a row `month,hours,ksbs`. Then one month per row, such as `2025-09,24,K1 K2`";
const MONTH: &[&str] = &["month", "months", "date", "period"];
const HOURS: &[&str] = &["hours", "plannedhours", "offthejobhours", "otjhours", "otj"];
const KSBS: &[&str] = &["ksbs", "ksb", "codes", "plannedksbs"];

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanFile {
    /// Sorted.
    pub months: Vec<PlannedMonth>,
    pub remarks: Vec<Diagnostic>,
}

/// Returns whether a sheet's first row has a training plan's headings.
fn has_headings(lines: &[Line]) -> bool {
    let is = |cell: &Cell| MONTH.contains(&heading(cell).as_str());
    lines.first().is_some_and(|head| head.cells.iter().any(is))
}

/// Parses a training plan. `why_not` returns why a KSB cannot be planned for the trainee; `start` and `end` are the
/// programme's.
pub fn training_plan(
    bytes: &[u8],
    (start, end): (NaiveDate, Option<NaiveDate>),
    why_not: &dyn Fn(KsbCode) -> Option<String>,
) -> PlanFile {
    let table = match table(bytes, Limits::rows(MOST_MONTHS), None, &has_headings) {
        Ok(table) => table,
        Err(remark) => return PlanFile { remarks: vec![remark], ..PlanFile::default() },
    };
    let Some((head, rows)) = table.lines.split_first() else {
        let remark = Diagnostic::fault(None, "The file is empty", HEAD_HINT);
        return PlanFile { remarks: vec![remark], ..PlanFile::default() };
    };
    let mut file = PlanFile::default();
    let column = |names: &[&str]| (0..head.cells.len()).find(|at| names.contains(&heading(head.cell(*at)).as_str()));
    let Some(at) = column(MONTH) else {
        file.remarks.push(Diagnostic::fault_at(head.line, "There is no column headed “month”", HEAD_HINT));
        return file;
    };
    let (hours, ksbs) = (column(HOURS), column(KSBS));
    if hours.is_none() && ksbs.is_none() {
        let what = "There is no column headed “hours” or “ksbs”";
        file.remarks.push(Diagnostic::fault_at(head.line, what, HEAD_HINT));
        return file;
    }
    for other in (0..head.cells.len()).filter(|other| ![Some(at), hours, ksbs].contains(&Some(*other))) {
        if let Cell::Text(text) = head.cell(other) {
            file.remarks.push(Diagnostic::warning(
                Some(SourceLocation::column(head.line, other)),
                format!("The column “{text}” is not read"),
            ));
        }
    }
    let mut reader = Reader { table: &table, why_not, span: (start, end), file: &mut file, seen: Vec::new() };
    for row in rows {
        reader.row(row, (at, hours, ksbs));
    }
    if file.months.is_empty() && file.remarks.is_empty() {
        file.remarks.push(Diagnostic::fault(None, "The plan has no month", HEAD_HINT));
    }
    file.months.sort_by_key(|month| month.month);
    let nothing = file.months.iter().all(|month| month.hours.0 == 0 && month.codes.is_empty());
    if nothing && !file.remarks.iter().any(|remark| remark.weight == Severity::Fault) {
        let what = "The plan has neither hours nor KSBs";
        file.remarks.push(Diagnostic::fault(None, what, "Give some for at least one month"));
    }
    file
}

fn heading(cell: &Cell) -> String {
    if let Cell::Text(text) = cell { plain_heading(text) } else { String::new() }
}

struct Reader<'a> {
    table: &'a Table,
    why_not: &'a dyn Fn(KsbCode) -> Option<String>,
    span: (NaiveDate, Option<NaiveDate>),
    file: &'a mut PlanFile,
    seen: Vec<(KsbCode, usize)>,
}

impl Reader<'_> {
    fn fault(&mut self, place: SourceLocation, what: impl Into<String>, hint: &str) {
        self.file.remarks.push(Diagnostic::fault(Some(place), what, hint));
    }

    fn row(&mut self, row: &Line, (at, hours, ksbs): (usize, Option<usize>, Option<usize>)) {
        let Some(month) = self.month(row, at) else { return };
        let hours = hours.and_then(|at| self.hours(row, at)).unwrap_or_default();
        let codes = ksbs.map(|at| self.codes(row, at)).unwrap_or_default();
        if self.file.months.iter().any(|before| before.month == month) {
            let what = format!("{} appears twice", month.words());
            return self.fault(SourceLocation::column(row.line, at), what, "Put all of a month on one row");
        }
        let (start, end) = self.span;
        if month.end() <= start {
            let what =
                format!("{} is before the programme, which began in {}", month.words(), Month::of(start).words());
            return self.fault(SourceLocation::column(row.line, at), what, "Plan from the month of the start on");
        }
        if let Some(end) = end.filter(|end| month.first() > *end) {
            let what = format!("{} is after the planned end, in {}", month.words(), Month::of(end).words());
            self.file.remarks.push(Diagnostic::warning(Some(SourceLocation::column(row.line, at)), what));
        }
        self.file.months.push(PlannedMonth { month, hours, codes });
    }

    /// Returns a cell's text; a formula or error is a fault.
    fn value(&mut self, row: &Line, at: usize) -> Option<String> {
        let what = match row.cell(at) {
            Cell::Text(text) => return Some(text.clone()),
            Cell::Number(number) => return Some(number.to_string()),
            Cell::Empty => return None,
            Cell::Error(error) => format!("The cell contains the error {error}"),
            Cell::Formula(_) => "It is a formula".to_owned(),
        };
        self.fault(SourceLocation::column(row.line, at), what, "Put the value itself there: paste it as values");
        None
    }

    fn month(&mut self, row: &Line, at: usize) -> Option<Month> {
        let hint = "Write the month as 2025-09, 09/2025 or Sep 2025";
        let (read, words) = match row.cell(at) {
            Cell::Text(text) => (month_of(text), text.clone()),
            Cell::Number(number) => (self.table.day(*number).map(Month::of), number.to_string()),
            Cell::Formula(_) | Cell::Error(_) => {
                self.value(row, at);
                return None;
            }
            Cell::Empty => {
                self.fault(SourceLocation::column(row.line, at), "The row has no month", hint);
                return None;
            }
        };
        let read = read.filter(|month| (1980..2100).contains(&chrono::Datelike::year(&month.first())));
        if read.is_none() {
            self.fault(SourceLocation::column(row.line, at), format!("“{words}” is not a month"), hint);
        }
        read
    }

    fn hours(&mut self, row: &Line, at: usize) -> Option<QuarterHours> {
        let text = self.value(row, at)?;
        let Some((hours, rounded)) = hours_of(&text) else {
            self.fault(
                SourceLocation::column(row.line, at),
                format!("“{text}” is not a number of hours"),
                "Write hours as 24 or 24.5",
            );
            return None;
        };
        if hours > MOST_A_MONTH {
            let what = format!("{hours} hours is more than there are in a month");
            self.fault(SourceLocation::column(row.line, at), what, "Enter each month separately");
            return None;
        }
        if rounded {
            let what = format!("{text} hours are read as {hours}: hours are kept in quarters");
            self.file.remarks.push(Diagnostic::warning(Some(SourceLocation::column(row.line, at)), what));
        }
        Some(hours)
    }

    fn codes(&mut self, row: &Line, at: usize) -> Vec<KsbCode> {
        let text = self.value(row, at).unwrap_or_default();
        let mut codes = Vec::new();
        for word in text.split(|c: char| c.is_whitespace() || ",;/".contains(c)).filter(|word| !word.is_empty()) {
            let Ok(code) = word.parse::<KsbCode>() else {
                let what = format!("“{word}” is not a KSB");
                self.fault(SourceLocation::column(row.line, at), what, "Write codes such as K1 S26, a space between");
                continue;
            };
            if let Some(why) = (self.why_not)(code) {
                self.fault(SourceLocation::column(row.line, at), why, "Take it out of the plan");
                continue;
            }
            if let Some((_, line)) = self.seen.iter().find(|(seen, _)| *seen == code).copied() {
                let what = format!("{code} is planned twice, on line {line} too");
                self.fault(SourceLocation::column(row.line, at), what, "Keep the month by which it is to be signed");
                continue;
            }
            self.seen.push((code, row.line));
            codes.push(code);
        }
        codes.sort_unstable();
        codes
    }
}

/// Parses a month: `2025-09`, `09/2025`, `9/25`, `Sep 2025`, `Sept-25`, or a date in it.
fn month_of(text: &str) -> Option<Month> {
    let text = text.trim().to_lowercase();
    let text = text.strip_suffix("t00:00:00").or(text.strip_suffix(" 00:00:00")).unwrap_or(&text);
    if let Some(day) = parse_day(text) {
        return Some(Month::of(day));
    }
    let parts: Vec<&str> = text.split([' ', '-', '/', '.', ',']).filter(|part| !part.is_empty()).collect();
    let (month, year) = match parts.as_slice() {
        [year, month] if year.len() == 4 && number(year).is_some() => (*month, *year),
        [month, year] => (*month, *year),
        [day, month, year] if number(day).is_some_and(|day| (1..=31).contains(&day)) => (*month, *year),
        _ => return None,
    };
    let year = match (number(year)?, year.len()) {
        (year, 4) => year,
        (year, 2) => 2000 + year,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year.cast_signed(), number(month).or_else(|| named_month(month))?, 1).map(Month::of)
}

fn number(text: &str) -> Option<u32> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Parses hours, rounded to quarters, and returns whether rounding changed them.
fn hours_of(text: &str) -> Option<(QuarterHours, bool)> {
    let text = text.trim().to_lowercase().replace(',', ".");
    let text = text.trim_end_matches("hours").trim_end_matches("hrs").trim_end_matches('h').trim();
    if let Ok(hours) = text.parse::<QuarterHours>() {
        return Some((hours, false));
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let whole = number(whole)?;
    let digits = (1..=9).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let (part, of) = (digits.then(|| part.parse::<u64>().ok())??, 10_u64.pow(u32::try_from(part.len()).ok()?));
    let quarters = u32::try_from((part * 4 + of / 2) / of).ok()?;
    Some((QuarterHours(whole * 4 + quarters), (part * 4) % of != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PlanFile {
        let start = NaiveDate::from_ymd_opt(2025, 9, 8).unwrap();
        let end = NaiveDate::from_ymd_opt(2026, 9, 7);
        let why_not = |code: KsbCode| (code.number > 60).then(|| format!("ST0413 1.1 has no {code}"));
        training_plan(text.as_bytes(), (start, end), &why_not)
    }

    fn words(text: &str) -> Vec<String> {
        read(text).remarks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_month_is_read_however_it_is_written() {
        for text in
            "2025-09|09/2025|9/2025|9/25|Sep 2025|sept 2025|September 2025|Sep-25|2025/09|2025-09-01|01/09/2025|\
            1 Sep 2025|2025-09-01 00:00:00|Sep, 2025"
                .split('|')
        {
            assert_eq!(month_of(text).map(|month| month.to_string()).as_deref(), Some("2025-09"), "{text}");
        }
        for text in ["", "2025", "Sep", "13/2025", "0/2025", "2025-9-9-9", "Smarch 2025", "se 2025", "09-125"] {
            assert_eq!(month_of(text), None, "{text}");
        }
    }

    #[test]
    fn hours_are_read_as_they_are_written_and_kept_in_quarters() {
        for (text, quarters, rounded) in [
            ("24", 96, false),
            ("24.5", 98, false),
            ("24,5", 98, false),
            ("0", 0, false),
            ("0.0", 0, false),
            ("24 h", 96, false),
            ("25.72", 103, true),
            ("25.6999999", 103, true),
            ("25.875", 104, true),
            ("3:30", 14, false),
            ("25.50", 102, false),
        ] {
            assert_eq!(hours_of(text), Some((QuarterHours(quarters), rounded)), "{text}");
        }
        for text in ["", "x", "-3", "2 4", "1e3", "25.", ".5"] {
            assert_eq!(hours_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_plan_is_read_in_the_order_of_its_months() {
        let file = read("Month;Planned hours;KSBs\nOct 2025;24,5;S2, K1\nSep-25;20;K3\n\nNov 2025;;B1\n");
        assert_eq!(file.remarks, []);
        let rows: Vec<String> = file
            .months
            .iter()
            .map(|month| {
                format!(
                    "{} {} {:?}",
                    month.month,
                    month.hours,
                    month.codes.iter().map(ToString::to_string).collect::<Vec<_>>()
                )
            })
            .collect();
        assert_eq!(rows, [r#"2025-09 20 ["K3"]"#, r#"2025-10 24.5 ["K1", "S2"]"#, r#"2025-11 0 ["B1"]"#]);
    }

    #[test]
    fn each_thing_wrong_is_said_with_its_row() {
        let all = words(
            "month,hours,ksbs,notes\nSmarch 2025,3,\n2025-10,lots,K1\n2025-11,4,K1 K1 Q7 K99\n2025-11,4,\n,5,\n2025-08,5,\n\
             2026-10,5,\n2025-12,9999,\n2026-01,=1+1,\n",
        );
        for wanted in [
            "The column “notes” is not read (line 1, column D)",
            "“Smarch 2025” is not a month (line 2, column A)",
            "“lots” is not a number of hours (line 3, column B)",
            "K1 is planned twice, on line 3 too (line 4, column C)",
            "“Q7” is not a KSB (line 4, column C)",
            "ST0413 1.1 has no K99 (line 4, column C)",
            "Nov 2025 appears twice (line 5, column A)",
            "The row has no month (line 6, column A)",
            "Aug 2025 is before the programme, which began in Sep 2025 (line 7, column A)",
            "Oct 2026 is after the planned end, in Sep 2026 (line 8, column A)",
            "9999 hours is more than there are in a month (line 9, column B)",
            "It is a formula (line 10, column B)",
        ] {
            assert!(all.iter().any(|remark| remark.contains(wanted)), "{wanted}: {all:#?}");
        }
        for (text, wanted) in [
            ("", "The file is empty"),
            ("hours,ksbs\n1,K1\n", "There is no column headed “month”"),
            ("month,notes\n2025-09,x\n", "There is no column headed “hours” or “ksbs”"),
            ("month,hours\n", "The plan has no month"),
            ("month,hours\n2025-12,-10\n", "“-10” is not a number of hours"),
            ("month,hours\n2025-09,0\n", "The plan has neither hours nor KSBs"),
        ] {
            assert!(words(text).iter().any(|remark| remark.contains(wanted)), "{wanted}: {:?}", words(text));
        }
    }
}
