//! Reads how a spreadsheet shows its cells, where that changes what they say: struck through, hidden, or not as a date.

use std::collections::{HashMap, HashSet};

use quick_xml::events::{BytesStart, Event};

use crate::import::diagnostic::Diagnostic;
use crate::import::xlsx_part::{attribute, walk};

/// The least number that may be a day: 26 September 1902.
const LEAST_DAY: f64 = 1000.0;
/// The maximum hidden blocks of columns.
const MOST_HIDDEN: usize = 10_000;

/// How cells look, by their line from 1 and column from 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looks {
    /// Their text, or a part of it, is struck through.
    pub struck: HashSet<(usize, usize)>,
    /// Numbers of 1000 and more that are not formatted as dates.
    pub plain: HashSet<(usize, usize)>,
    /// The first and last of each block of hidden columns.
    pub hidden_columns: Vec<(usize, usize)>,
}

impl Looks {
    /// Notes the look of a cell that is not empty.
    pub fn add(&mut self, at: (usize, usize), style: Style, number: Option<f64>, is_struck: bool) {
        if is_struck || style.is_struck {
            self.struck.insert(at);
        }
        if number.is_some_and(|number| number >= LEAST_DAY) && !style.is_date {
            self.plain.insert(at);
        }
    }

    /// Notes a block of columns, if it is hidden.
    pub fn add_columns(&mut self, tag: &BytesStart<'_>) {
        let number = |name: &str| attribute(tag, name)?.parse::<usize>().ok()?.checked_sub(1);
        let is_hidden = is_set(attribute(tag, "hidden").as_deref())
            || attribute(tag, "width").is_some_and(|width| width.parse::<f64>().is_ok_and(|width| width <= 0.0));
        if is_hidden
            && self.hidden_columns.len() < MOST_HIDDEN
            && let (Some(first), Some(last)) = (number("min"), number("max"))
        {
            self.hidden_columns.push((first, last));
        }
    }
}

/// The parts of a cell's style that are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    is_date: bool,
    is_struck: bool,
}

fn is_set(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true" | "on"))
}

/// Returns whether a tag says that text is struck through.
pub fn strikes(tag: &BytesStart<'_>) -> bool {
    tag.local_name().as_ref() == "strike" && attribute(tag, "val").is_none_or(|value| is_set(Some(&value)))
}

/// Parses the styles of a workbook, in the order by which cells name them.
pub fn styles(part: &str) -> Result<Vec<Style>, Diagnostic> {
    let (mut formats, mut fonts, mut styles) = (HashMap::new(), Vec::new(), Vec::new());
    let (mut in_fonts, mut in_styles) = (false, false);
    walk(part, &mut |event| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let is_open = matches!(event, Event::Start(_));
                match tag.local_name().as_ref() {
                    "fonts" => in_fonts = is_open,
                    "cellXfs" => in_styles = is_open,
                    "font" if in_fonts => fonts.push(false),
                    "strike" if in_fonts && strikes(tag) => {
                        if let Some(font) = fonts.last_mut() {
                            *font = true;
                        }
                    }
                    "numFmt" => {
                        if let (Some(id), Some(code)) = (attribute(tag, "numFmtId"), attribute(tag, "formatCode")) {
                            formats.insert(id, is_date_format(&code));
                        }
                    }
                    "xf" if in_styles => {
                        let format = attribute(tag, "numFmtId").unwrap_or_default();
                        let font = attribute(tag, "fontId").and_then(|id| id.parse::<usize>().ok()).unwrap_or(0);
                        let is_date = formats.get(&format).copied().unwrap_or_else(|| is_built_in_date(&format));
                        styles.push(Style { is_date, is_struck: fonts.get(font).copied().unwrap_or(false) });
                    }
                    _ => {}
                }
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "fonts" => in_fonts = false,
                "cellXfs" => in_styles = false,
                _ => {}
            },
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

/// Returns whether a number of a built-in format is one of dates, in any language (ECMA-376, 18.8.30).
fn is_built_in_date(id: &str) -> bool {
    id.parse::<u32>().is_ok_and(|id| matches!(id, 14..=22 | 27..=36 | 50..=58))
}

/// Returns whether a format shows a day, a month or a year, outside of quoted text and colours.
fn is_date_format(code: &str) -> bool {
    let (mut closing, mut is_escaped) = (None, false);
    for letter in code.replace("&quot;", "\"").chars() {
        match closing {
            _ if is_escaped => is_escaped = false,
            Some(end) => {
                if letter == end {
                    closing = None;
                }
            }
            None => match letter {
                '"' => closing = Some('"'),
                '[' => closing = Some(']'),
                '\\' | '_' | '*' => is_escaped = true,
                'd' | 'D' | 'm' | 'M' | 'y' | 'Y' => return true,
                _ => {}
            },
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_one_of_dates_if_it_shows_a_day_a_month_or_a_year() {
        for code in ["dd/mm/yyyy", "[$-809]d mmmm yyyy;@", "yyyy\\-mm\\-dd", "mmm-yy", "&quot;on &quot;d.m.yy"] {
            assert!(is_date_format(code), "{code}");
        }
        for code in
            ["General", "0.00", "#,##0_);[Red]\\(#,##0\\)", "0 &quot;days&quot;", "[$£-809]0", "@", "0.00E+00", "0_d"]
        {
            assert!(!is_date_format(code), "{code}");
        }
        assert!(["14", "17", "22"].into_iter().all(is_built_in_date));
        assert!(["0", "1", "9", "37", "49", ""].into_iter().all(|id| !is_built_in_date(id)));
    }
}
