//! Writes lines of CSV that read back as they were, in which a spreadsheet finds no formula.

use crate::import::csv::formula;

/// Guards a text, so that a spreadsheet does not read it as a formula. A tab or line break becomes a blank.
pub fn guarded(cell: &str) -> String {
    let cell = cell.split(['\t', '\r', '\n']).collect::<Vec<_>>().join(" ");
    let begins = cell.trim_start();
    if formula(begins).is_some() || begins.starts_with(['-', '|', '%']) { format!("'{cell}") } else { cell }
}

/// Adds a line of cells that are guarded or are numbers and days.
pub fn add_line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        if cell.contains([',', '"']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push('\n');
}

/// Returns lines as a file: with the mark by which a spreadsheet knows UTF-8, and lines that end in CR LF.
pub fn as_file(lines: &str) -> String {
    format!("\u{feff}{}", lines.replace('\n', "\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe() {
        for armed in ["=1+1", "@SUM(A1)", "+44", "-1+1", "- 1", " =1", "\t=1", "|calc", "%x"] {
            assert!(guarded(armed).starts_with('\''), "{armed}");
        }
        for plain in ["Ann Bell", "O'Brien", "Bell, Ann", "12-lead", ""] {
            assert_eq!(guarded(plain), plain);
        }
    }

    #[test]
    fn a_cell_stays_one_cell_of_one_line_whatever_it_holds() {
        let mut whole = String::new();
        add_line(&mut whole, ["a", "b, \"c\"", &guarded("d\r\ne")].map(str::to_owned).into_iter());
        assert_eq!(whole, "a,\"b, \"\"c\"\"\",d  e\n");
        let read = crate::import::csv::rows(&whole, 1).unwrap();
        assert_eq!(read[0].cells, ["a", "b, \"c\"", "d  e"]);
    }
}
