//! Parses CSV (RFC 4180; separated by comma, semicolon or tab) into rows and cells.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use crate::import::diagnostic::{Diagnostic, SourceLocation};
use crate::primitives::ids::StandardRef;

/// A row that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The line where it begins, from 1.
    pub line: usize,
    /// Unquoted and trimmed.
    pub cells: Vec<Cow<'a, str>>,
}

impl Row<'_> {
    pub fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", |cell| cell.as_ref())
    }
}

/// Parses at most `most` rows; more are a fault, as is an unclosed quote.
pub fn rows(text: &str, most: usize) -> Result<Vec<Row<'_>>, Diagnostic> {
    let (between, mut rest, mut line) = match stated(text) {
        Some((between, rest)) => (between, rest, 2),
        None => (separator(text), text, 1),
    };
    let mut rows = Vec::new();
    while !rest.is_empty() {
        let (row, left, lines) = row(rest, line, between)?;
        if row.cells.iter().any(|cell| !cell.is_empty()) {
            if rows.len() == most {
                let what = format!("There are more than {most} rows");
                return Err(Diagnostic::fault_at(line, what, "Nothing was read. Import fewer at a time"));
            }
            rows.push(row);
        }
        rest = left;
        line += lines;
    }
    Ok(rows)
}

/// Returns the separator from a first line such as `sep=;`, which spreadsheets write and read, and the text after it.
fn stated(text: &str) -> Option<(char, &str)> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim_end_matches('\r').trim_matches('"');
    let given = first.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).map(|_| &first[4..])?;
    let mut letters = given.chars();
    match (letters.next().unwrap_or('\t'), letters.as_str().trim_matches([',', ';', '\t', ' '])) {
        (between @ (',' | ';' | '\t' | '|'), "") => Some((between, rest)),
        _ => None,
    }
}

/// Returns the separator that is most frequent in the first line with any.
fn separator(text: &str) -> char {
    let all = [',', ';', '\t'];
    let first = text.lines().take(20).find(|line| line.contains(all)).unwrap_or("");
    let count = |c: char| first.chars().filter(|found| *found == c).count();
    all.into_iter().max_by_key(|c| (count(*c), *c == ',')).unwrap_or(',')
}

/// Parses one row; returns it, the rest of the text and the number of lines consumed.
fn row(text: &str, line: usize, between: char) -> Result<(Row<'_>, &str, usize), Diagnostic> {
    let mut cells = Vec::new();
    let (mut rest, mut lines) = (text, 1);
    loop {
        let (cell, left) = if let Some(quoted) = rest.strip_prefix('"') {
            let open = || Diagnostic::fault_at(line, "A quote has no end", "Close it, or double it within a cell");
            let end = closing(quoted).ok_or_else(open)?;
            let inside = &quoted[..end];
            lines += inside.matches('\n').count();
            let left = &quoted[end + 1..];
            let next = left.find([between, '\n']).unwrap_or(left.len());
            if !left[..next].trim().is_empty() {
                let what = "Words follow a closing quote in the same cell";
                return Err(Diagnostic::fault_at(line, what, "Double each quote within a quoted cell"));
            }
            let cell = if inside.contains("\"\"") {
                Cow::Owned(inside.replace("\"\"", "\"").trim().to_owned())
            } else {
                Cow::Borrowed(inside.trim())
            };
            (cell, &left[next..])
        } else {
            let next = rest.find([between, '\n']).unwrap_or(rest.len());
            (Cow::Borrowed(rest[..next].trim()), &rest[next..])
        };
        cells.push(cell);
        if let Some(left) = left.strip_prefix(between) {
            rest = left;
        } else {
            return Ok((Row { line, cells }, left.strip_prefix('\n').unwrap_or(left), lines));
        }
    }
}

fn closing(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += text[at..].find('"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Returns the character that makes a cell a formula, if any: `=SUM(A1)`, `@name`, `+44`, `-1`. A dash before a space
/// is text.
pub fn formula(cell: &str) -> Option<char> {
    let mut letters = cell.chars();
    match (letters.next()?, letters.next()) {
        (c @ ('=' | '@' | '+'), _) => Some(c),
        ('-', Some(next)) if !next.is_whitespace() => Some('-'),
        _ => None,
    }
}

/// Returns the index of the row of headings, which begins with `code` and `text`.
pub fn heading_row(rows: &[Row<'_>]) -> Option<usize> {
    rows.iter().position(|row| row.cell(0).eq_ignore_ascii_case("code") && row.cell(1).eq_ignore_ascii_case("text"))
}

/// Adds a fault for each word of the rows before the table that is missing; the hint says how to begin a file.
pub fn require(words: &[(&str, bool)], hint: &str, remarks: &mut Vec<Diagnostic>) {
    for (word, _) in words.iter().filter(|(_, is_there)| !is_there) {
        remarks.push(Diagnostic::fault(None, format!("The file does not give the {word}"), hint));
    }
}

/// Returns the reference of a file that gives both its parts; one that cannot be is a fault at its place.
pub fn reference(
    [name, version]: [&str; 2],
    place: Option<SourceLocation>,
    remarks: &mut Vec<Diagnostic>,
) -> Option<StandardRef> {
    if name.is_empty() || version.is_empty() {
        return None;
    }
    let hint = "Use only letters, digits, `.`, `-` and `_`, at most 32";
    StandardRef::new(name, version)
        .map_err(|fault| remarks.push(Diagnostic::fault(place, fault.to_string(), hint)))
        .ok()
}

/// Reads a text cell, composed to NFC; a formula adds a fault.
pub fn text_cell(of: &str, line: usize, cell: &str, remarks: &mut Vec<Diagnostic>) -> String {
    let cell = disarmed(cell);
    if let Some(c) = formula(cell) {
        let what = format!("{of}: The cell begins with “{c}”, as a formula does");
        let hint = "Put the text itself there. An apostrophe before it keeps it as text";
        remarks.push(Diagnostic::fault_at(line, what, hint));
    }
    cell.nfc().collect()
}

/// Strips the apostrophe that keeps a spreadsheet from reading a cell as a formula or number.
pub fn disarmed(cell: &str) -> &str {
    let kept = |rest: &&str| rest.starts_with(|c: char| "=@+-".contains(c) || c.is_ascii_digit());
    cell.strip_prefix('\'').filter(kept).unwrap_or(cell)
}

/// Returns the spreadsheet error that a cell shows, if any: `#N/A`, `#REF!`, `Err:502`.
pub fn error(cell: &str) -> Option<&str> {
    const ERRORS: &str = "#N/A #REF! #NAME? #DIV/0! #NULL! #NUM! #VALUE! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! \
        #UNKNOWN! #BUSY! #GETTING_DATA";
    let known = ERRORS.split(' ').any(|error| error.eq_ignore_ascii_case(cell));
    let numbered = cell.strip_prefix("Err:").is_some_and(|no| no.len() == 3 && no.bytes().all(|b| b.is_ascii_digit()));
    let hashes = cell.len() > 2 && cell.bytes().all(|b| b == b'#');
    (known || numbered || hashes).then_some(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        let rows = rows(text, 100).unwrap();
        rows.into_iter().map(|row| (row.line, row.cells.iter().map(ToString::to_string).collect())).collect()
    }

    #[test]
    fn cells_are_read_whatever_is_between_them_and_lines_are_counted_through_quotes() {
        let wanted = |cells: &[&[&str]]| -> Vec<Vec<String>> {
            cells.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect()
        };
        for (text, lines, cells) in [
            ("a,b\nc,d\n", vec![1, 2], wanted(&[&["a", "b"], &["c", "d"]])),
            ("a;b\r\n\r\n;\r\nc;d,e", vec![1, 4], wanted(&[&["a", "b"], &["c", "d,e"]])),
            ("a\tb\n\"c\nd\"\te\nf\tg", vec![1, 2, 4], wanted(&[&["a", "b"], &["c\nd", "e"], &["f", "g"]])),
            ("a,\"say \"\"yes\"\", then\" \nb,", vec![1, 2], wanted(&[&["a", "say \"yes\", then"], &["b", ""]])),
        ] {
            let found = read(text);
            assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), lines, "{text}");
            assert_eq!(found.into_iter().map(|(_, cells)| cells).collect::<Vec<_>>(), cells, "{text}");
        }
    }

    #[test]
    fn an_open_quote_words_after_one_and_too_many_rows_are_refused_with_their_line() {
        for (text, words) in [
            ("a,b\n\"c,d\n", "A quote has no end (line 2)"),
            ("a,b\n\"c\"d,e", "Words follow a closing quote in the same cell (line 2)"),
        ] {
            assert_eq!(rows(text, 9).unwrap_err().to_string(), words);
        }
        assert_eq!(rows("a\nb\n\nc", 2).unwrap_err().to_string(), "There are more than 2 rows (line 4)");
    }

    #[test]
    fn a_formula_is_known_and_a_dash_is_none() {
        assert_eq!(
            ["=1+1", "@x", "+44", "-2", "- first", "-", "text", ""].map(formula).map(|f| f.is_some()),
            [true, true, true, true, false, false, false, false]
        );
        assert_eq!((disarmed("'=x"), disarmed("'tis"), disarmed("'0012")), ("=x", "'tis", "0012"));
    }

    #[test]
    fn a_first_line_may_say_what_is_between_cells_and_a_title_says_nothing_of_it() {
        for text in ["sep=;\na;b,c", "SEP=;\r\na;b,c\n", "\"sep=;\"\na;b,c"] {
            assert_eq!(read(text), [(2, vec!["a".to_owned(), "b,c".to_owned()])], "{text}");
        }
        assert_eq!(read("sep=\t\na\tb")[0].1, ["a", "b"]);
        assert_eq!(read("Trainees\na;b;c,d")[1].1, ["a", "b", "c,d"]);
        assert_eq!(read("sep=soup,x")[0].1, ["sep=soup", "x"]);
    }

    #[test]
    fn all_that_a_spreadsheet_shows_for_an_error_is_known() {
        for text in ["#N/A", "#REF!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#VALUE!", "#n/a", "Err:502", "####"] {
            assert_eq!(error(text), Some(text));
        }
        for text in ["N/A", "#1", "# N/A", "Err:5", "Echo #2", ""] {
            assert_eq!(error(text), None, "{text}");
        }
    }
}
