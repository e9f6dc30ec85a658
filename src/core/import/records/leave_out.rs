//! Defines the parts of a file of existing records that are left out, as typed: `row:12`, `cell:C12`, `person:Ann Bell`.

use std::fmt;

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
    /// A person by a part of the name in the file, or by id.
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

impl fmt::Display for LeaveOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(line) => write!(f, "row:{line}"),
            Self::Column(column) => write!(f, "column:{column}"),
            Self::Cell(cell) => write!(f, "cell:{cell}"),
            Self::Item(item) => write!(f, "item:{item}"),
            Self::Person(person) => write!(f, "person:{person}"),
            Self::Faults => f.write_str("faults"),
        }
    }
}
