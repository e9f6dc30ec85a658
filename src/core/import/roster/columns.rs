//! Maps a roster's headings to columns, in their usual spellings.

use crate::import::cell::{Cell, Line, letters, plain_heading};
use crate::import::diagnostic::{Diagnostic, SourceLocation};

slugs! {
    /// A column of a roster, with the headings that are accepted, in lower-case letters and digits only; the first is the
    /// recommended one.
    Column {
        Name = "name fullname person trainee employee staffname apprentice";
        First = "firstname firstnames forename forenames givenname givennames";
        Last = "lastname lastnames surname surnames familyname";
        Roles = "roles role";
        Department = "department dept team section";
        Registration = "registration registrationnumber registered regno hcpc professionalregistration";
        Level = "level careerlevel frameworklevel";
        Standard = "standard apprenticeship apprenticeshipstandard programme";
        Version = "version standardversion";
        Start = "start startdate started startson firstday enrolled";
        End = "plannedend plannedenddate expectedend expectedenddate enddate end practicalperiodend";
        Specialism = "specialism speciality specialty discipline";
        Option = "option standardoption apprenticeshipoption pathway";
        Weekly = "weeklyhours paidhours hoursaweek hoursperweek contractedhours";
        Aged = "aged16to18 aged1618 16to18 1618 under19 aged16to18atstart";
        Supervisor = "supervisor supervisors assessor supervisedby";
        Id = "id personid";
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    found: Vec<(Column, usize, String)>,
}

/// How many rows are searched for headings, as a title and a note may come first.
const FIRST_ROWS: usize = 20;

const HINT: &str =
    "Begin with a row such as `name,roles,department,registration,level,standard,start,specialism,supervisor`";

impl Columns {
    /// Returns the index of the heading row: the first with several known headings, or else the first with one.
    pub fn head(lines: &[Line]) -> usize {
        let known = |line: &Line| {
            let mut found = Vec::new();
            for at in 0..line.cells.len() {
                if let Cell::Text(heading) = line.cell(at) {
                    found.extend(column(heading).filter(|column| !found.contains(column)));
                }
            }
            found.len()
        };
        let counts: Vec<usize> = lines.iter().take(FIRST_ROWS).map(known).collect();
        let first = |least: usize| counts.iter().position(|count| *count >= least);
        first(2).or_else(|| first(1)).unwrap_or(0)
    }

    /// Returns whether a table is a roster: several headings are known.
    pub fn begin(lines: &[Line]) -> bool {
        let Some(head) = lines.get(Self::head(lines)) else { return false };
        Self::of(head, &mut Vec::new()).found.len() > 1
    }

    /// Maps a heading row to columns; repeated or unknown headings add a diagnostic.
    pub fn of(head: &Line, remarks: &mut Vec<Diagnostic>) -> Self {
        let mut columns = Self::default();
        for at in 0..head.cells.len() {
            let Cell::Text(heading) = head.cell(at) else { continue };
            let known = column(heading);
            let place = place(head.line, at, heading);
            match known {
                None => remarks.push(Diagnostic::warning(Some(place), format!("The column “{heading}” is not read"))),
                Some(column) if columns.at(column).is_some() => {
                    let what = format!("The column “{heading}” repeats an earlier one");
                    remarks.push(Diagnostic::fault(Some(place), what, "Remove one of the two"));
                }
                Some(column) => columns.found.push((column, at, heading.clone())),
            }
        }
        if [Column::Name, Column::Last, Column::Id].iter().all(|column| columns.at(*column).is_none()) {
            let place = Some(SourceLocation::line(head.line));
            remarks.push(Diagnostic::fault(place, "There is no column headed “name” or “id”", HINT));
        }
        if let (Some(_), None) = (columns.at(Column::Last), columns.at(Column::First))
            && !columns
                .found
                .iter()
                .any(|(column, _, heading)| *column == Column::Name && plain_heading(heading) != "name")
        {
            let place = Some(columns.place(head.line, Column::Last));
            let what = "There is a surname column but no first-name column";
            remarks.push(Diagnostic::fault(
                place,
                what,
                "Head the first names “first name”, or put both in one column “name”",
            ));
        }
        columns
    }

    pub fn at(&self, column: Column) -> Option<usize> {
        self.found.iter().find(|(found, ..)| *found == column).map(|(_, at, _)| *at)
    }

    /// Returns the column of a cell's location.
    pub fn column_at(&self, place: &SourceLocation) -> Option<Column> {
        let found = self.found.iter().find(|(column, ..)| self.place(place.line, *column) == *place);
        found.map(|(column, ..)| *column)
    }

    /// Returns a cell's location: line, column letter and heading.
    pub fn place(&self, line: usize, column: Column) -> SourceLocation {
        let found = self.found.iter().find(|(found, ..)| *found == column);
        found.map_or_else(|| SourceLocation::line(line), |(_, at, heading)| place(line, *at, heading))
    }
}

fn column(heading: &str) -> Option<Column> {
    let plain = plain_heading(heading);
    Column::ALL.into_iter().find(|column| column.slug().split(' ').any(|name| name == plain))
}

fn place(line: usize, at: usize, heading: &str) -> SourceLocation {
    SourceLocation { line, path: Some(format!("column {} “{heading}”", letters(at))) }
}
