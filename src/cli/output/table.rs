//! Lays out an answer for a terminal, in columns or as one fact per line. Performs no I/O.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr as _;

use countersign_core::primitives::date::{day_words, parse_day};

/// Minimum width of a wrapped last column; below it the terminal wraps.
const NARROWEST: usize = 24;

/// Columns of a full text, which fit on a page and on the narrowest terminal.
const COLUMNS: usize = 78;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputBlock {
    /// A sentence or heading.
    Line(String),
    /// An empty line.
    Gap,
    /// Names and values.
    Facts(Vec<(String, String)>),
    /// Rows under headings.
    Table(Table),
    /// A text that is printed byte for byte.
    Verbatim(String),
    /// A block, and the sentences that are printed instead of it as plain text.
    Spoken(Box<Self>, Vec<String>),
}

/// Rows under headings; each row is as long as the headings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub head: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// Wraps a text to a page's width, with an indent.
pub fn wrapped(text: &str, indent: usize) -> Vec<OutputBlock> {
    let lines = text.lines().flat_map(|line| textwrap::wrap(line, COLUMNS - indent).into_iter());
    lines.map(|line| OutputBlock::Line(format!("{}{line}", " ".repeat(indent)))).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "callers hand over what they made for it")]
pub fn fact(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

/// Joins the lines of a text into one.
pub fn one_line(text: &str) -> String {
    text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" / ")
}

/// Lays a block out in aligned columns; the last column wraps if a width is given.
pub fn aligned(part: &OutputBlock, width: Option<usize>) -> Vec<String> {
    match part {
        OutputBlock::Line(text) => vec![text.clone()],
        OutputBlock::Gap => vec![String::new()],
        OutputBlock::Verbatim(text) => text.lines().map(str::to_owned).collect(),
        OutputBlock::Facts(facts) => {
            columns(facts.iter().map(|(name, value)| vec![name.clone(), one_line(value)]), width)
        }
        OutputBlock::Spoken(shown, _) => aligned(shown, width),
        OutputBlock::Table(table) => {
            let head = table.head.iter().map(|name| (*name).to_uppercase()).collect();
            let rows = table.rows.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect());
            let lines = columns(std::iter::once(head).chain(rows), width);
            // Columns that a narrow terminal would break are hard to read.
            let fits = |width: usize| lines.iter().all(|line| line.width() <= width);
            if width.is_none_or(fits) { lines } else { plain(part) }
        }
    }
}

/// Lays a block out as `name: value` lines, with an empty line between rows. Empty values are left out.
pub fn plain(part: &OutputBlock) -> Vec<String> {
    let line = |name: &str, value: &str| {
        let value = one_line(value);
        // A number under `days` is read with its unit.
        if let Some(days) = value.parse::<i64>().ok().filter(|_| name.eq_ignore_ascii_case("days")) {
            return Some(if days == 1 { "1 day".to_owned() } else { format!("{days} days") });
        }
        (!value.is_empty()).then(|| format!("{}: {}", name.to_lowercase(), spoken(&value)))
    };
    match part {
        OutputBlock::Facts(facts) => facts.iter().filter_map(|(name, value)| line(name, value)).collect(),
        OutputBlock::Table(table) => {
            let mut lines = Vec::new();
            for (at, row) in table.rows.iter().enumerate() {
                if at > 0 {
                    lines.push(String::new());
                }
                lines.extend(table.head.iter().zip(row).filter_map(|(name, value)| line(name, value)));
            }
            lines
        }
        OutputBlock::Spoken(_, sentences) => sentences.iter().map(|sentence| one_line(sentence)).collect(),
        other => aligned(other, None),
    }
}

/// Spells out what a screen reader would read sign by sign: `4/60` as 4 of 60, `2026-11-16 05:19` as 16 Nov 2026, 05:19.
fn spoken(value: &str) -> Cow<'_, str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((some, all)) = value.split_once('/').filter(|(some, all)| digits(some) && digits(all)) {
        return Cow::Owned(format!("{some} of {all}"));
    }
    let (day, clock) = value.split_once(' ').unwrap_or((value, ""));
    let is_clock = clock.len() == 5 && clock.split(':').all(digits);
    match parse_day(day) {
        Some(day) if clock.is_empty() => Cow::Owned(day_words(day)),
        Some(day) if is_clock => Cow::Owned(format!("{}, {clock}", day_words(day))),
        _ => Cow::Borrowed(value),
    }
}

/// Aligns columns, two spaces apart, without padding after the last.
fn columns(rows: impl Iterator<Item = Vec<String>>, width: Option<usize>) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows.collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(widest).collect();
    let before: usize = widths.iter().take(count.saturating_sub(1)).map(|width| width + 2).sum();
    let room = width.and_then(|width| width.checked_sub(before)).filter(|room| *room >= NARROWEST);
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let mut line = String::new();
        let Some((last, first)) = row.split_last() else { continue };
        for (cell, width) in first.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        let wrapped = match room {
            Some(room) if last.width() > room => textwrap::wrap(last, room).iter().map(ToString::to_string).collect(),
            _ => vec![last.clone()],
        };
        for (at, piece) in wrapped.iter().enumerate() {
            let start = if at == 0 { line.clone() } else { " ".repeat(before) };
            lines.push(format!("{start}{piece}").trim_end().to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> OutputBlock {
        let rows = vec![
            vec!["7f3a".into(), "検査技師".into(), "trainee".into()],
            vec!["02c1".into(), "S. Supervisor".into(), String::new()],
        ];
        OutputBlock::Table(Table { head: vec!["id", "name", "roles"], rows })
    }

    #[test]
    fn columns_stand_under_each_other_whatever_the_script() {
        let lines = aligned(&table(), None);
        assert_eq!(lines[0], "ID    NAME           ROLES");
        assert_eq!(lines[1], "7f3a  検査技師       trainee");
        assert_eq!(lines[2], "02c1  S. Supervisor");
    }

    #[test]
    fn plain_text_is_one_fact_a_line_and_says_nothing_of_what_is_empty() {
        let lines = plain(&table());
        assert_eq!(lines, ["id: 7f3a", "name: 検査技師", "roles: trainee", "", "id: 02c1", "name: S. Supervisor"]);
    }

    #[test]
    fn plain_text_spells_out_fractions_and_days_and_changes_nothing_else() {
        for (value, wanted) in [
            ("4/60", "4 of 60"),
            ("2026-11-16", "16 Nov 2026"),
            ("2026-11-16 05:19", "16 Nov 2026, 05:19"),
            ("2026-11-16 and later", "2026-11-16 and later"),
            ("a/b", "a/b"),
            ("4/60/2", "4/60/2"),
            ("2026-13-16", "2026-13-16"),
            ("/", "/"),
        ] {
            let facts = OutputBlock::Facts(vec![("Value".to_owned(), value.to_owned())]);
            assert_eq!(plain(&facts), [format!("value: {wanted}")]);
        }
    }

    #[test]
    fn plain_text_says_a_number_of_days_with_its_unit() {
        for (value, said) in [("0", "0 days"), ("1", "1 day"), ("47", "47 days"), ("soon", "days: soon")] {
            let table = Table { head: vec!["days"], rows: vec![vec![value.to_owned()]] };
            assert_eq!(plain(&OutputBlock::Table(table)), [said]);
        }
    }

    #[test]
    fn what_has_sentences_is_plain_text_in_them() {
        let part = OutputBlock::Spoken(Box::new(table()), vec!["Two people.".into()]);
        assert_eq!((aligned(&part, None), plain(&part)), (aligned(&table(), None), vec!["Two people.".to_owned()]));
    }

    #[test]
    fn the_last_column_wraps_under_itself_where_there_is_room() {
        let part =
            OutputBlock::Table(Table { head: vec!["id", "text"], rows: vec![vec!["S1".into(), "word ".repeat(12)]] });
        let lines = aligned(&part, Some(40));
        assert!(lines.iter().all(|line| line.width() <= 40), "{lines:?}");
        assert!(lines[2].starts_with("    word"), "{lines:?}");
        assert_eq!(aligned(&part, None).len(), 2);
        assert_eq!(aligned(&part, Some(20))[0], "id: S1");
    }
}
