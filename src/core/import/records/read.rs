//! Parses an existing record from CSV or a spreadsheet: a matrix of people by items, or a list with a row for each record.
//!
//! ```text
//! name,K1,K2,S1                         name,code,date,assessor
//! Ann Bell,12/05/2026,,L2 3 Jun 2026    Ann Bell,K1,12/05/2026,S. Supervisor
//! ```

use chrono::NaiveDate;

use crate::import::cell::{Limits, Line};
use crate::import::diagnostic::Diagnostic;
use crate::import::records::file::{ReadOptions, RecordsFile};
use crate::import::records::items::Items;
use crate::import::records::layout::Headings;
use crate::import::records::reader::Reader;
use crate::import::table::table;

/// How much of a file is read: a list of 100,000 records, with room.
pub const LIMITS: Limits = Limits { rows: 200_000, columns: 1_000, part: 256 << 20 };
/// The maximum size of a file, in bytes: 40 MiB.
pub const MOST_FILE: u64 = 40 << 20;

/// Parses a record; days are not after `today`.
pub fn records(bytes: &[u8], today: NaiveDate, options: &ReadOptions, items: &Items) -> RecordsFile {
    if let Some(remark) = own_file(bytes) {
        return RecordsFile::refused(remark, "");
    }
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

/// Returns what a file is that this program wrote for another command.
fn own_file(bytes: &[u8]) -> Option<Diagnostic> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let known: [(&[u8], &str, &str); 3] = [
        (b"countersign-bundle/", "This is a bundle from another department", "`countersign bundle import` takes it"),
        (b"countersign-receipt/", "This is a receipt", "`countersign import` takes it"),
        (
            b"SQLite format 3\0",
            "This is a sign-off book",
            "Export a matrix there: `countersign report matrix --out matrix.xlsx`",
        ),
    ];
    let found = known.into_iter().find(|(begins, ..)| bytes.starts_with(begins));
    found.map(|(_, what, hint)| Diagnostic::fault(None, what, hint))
}
