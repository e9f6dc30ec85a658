//! Measures, cuts, pads and wraps texts in terminal columns.
//!
//! Invariant: a grapheme is never split.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::CellWidth;
use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_segmentation::UnicodeSegmentation;

use crate::theme::Theme;

/// Returns the columns of a text. Control characters have none: they are never drawn.
pub fn columns(text: &str) -> usize {
    graphemes(text).map(grapheme_columns).sum()
}

/// Returns the graphemes of a text in order.
pub fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true)
}

/// Returns the columns of one grapheme.
pub fn grapheme_columns(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) { 0 } else { usize::from(grapheme.cell_width()) }
}

/// Returns the text if it fits, else its beginning and the ellipsis.
pub fn fit<'a>(text: &'a str, most: usize, theme: &Theme) -> Cow<'a, str> {
    if columns(text) <= most {
        return Cow::Borrowed(text);
    }
    let ellipsis = theme.glyphs.ellipsis;
    let room = most.saturating_sub(ellipsis.chars().count());
    if room == 0 {
        return Cow::Borrowed(head(text, most));
    }
    Cow::Owned(format!("{}{ellipsis}", head(text, room).trim_end()))
}

/// Returns as much of the text's beginning as fits.
pub fn head(text: &str, most: usize) -> &str {
    let (mut used, mut at) = (0, 0);
    for grapheme in graphemes(text) {
        used += grapheme_columns(grapheme);
        if used > most {
            return &text[..at];
        }
        at += grapheme.len();
    }
    text
}

/// Returns as much of the text's end as fits.
pub fn tail(text: &str, most: usize) -> &str {
    let mut used = 0;
    let mut from = text.len();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme_columns(grapheme);
        if used > most {
            break;
        }
        from = at;
    }
    &text[from..]
}

/// Returns the text in exactly this many columns: cut, or padded on the right.
pub fn pad(text: &str, exactly: usize, theme: &Theme) -> String {
    let fitted = fit(text, exactly, theme);
    let gap = exactly.saturating_sub(columns(&fitted));
    format!("{fitted}{}", " ".repeat(gap))
}

/// Returns the text in exactly this many columns: cut, or padded on the left.
pub fn pad_left(text: &str, exactly: usize, theme: &Theme) -> String {
    let fitted = fit(text, exactly, theme);
    let gap = exactly.saturating_sub(columns(&fitted));
    format!("{}{fitted}", " ".repeat(gap))
}

/// Wraps a text at spaces and line feeds; words that are too long are broken.
pub fn wrap(text: &str, most: usize) -> Vec<&str> {
    ranges(text, most).into_iter().map(|range| text[range].trim_end()).collect()
}

/// Returns the byte range of each wrapped line; spaces at a break belong to the line before it.
pub fn ranges(text: &str, most: usize) -> Vec<Range<usize>> {
    let most = most.max(2);
    let mut lines = Vec::new();
    let mut paragraph = 0;
    for part in text.split('\n') {
        wrap_paragraph(part, most, paragraph, &mut lines);
        paragraph += part.len() + 1;
    }
    lines
}

fn wrap_paragraph(part: &str, most: usize, offset: usize, lines: &mut Vec<Range<usize>>) {
    if columns(part) <= most {
        lines.push(offset..offset + part.len());
        return;
    }
    let options = Options::new(most)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(true);
    let mut starts = Vec::new();
    let mut at = 0;
    for line in textwrap::wrap(part, &options) {
        // Lines are in order and lose only spaces at their ends, so each starts where the last one stopped.
        let rest = &part[at..];
        let spaces = if rest.starts_with(&*line) { 0 } else { rest.len() - rest.trim_start_matches(' ').len() };
        starts.push(at + spaces);
        at = (at + spaces + line.len()).min(part.len());
        while !part.is_char_boundary(at) {
            at += 1;
        }
    }
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(part.len());
        split_wide(part, start..end, most, offset, lines);
    }
}

/// Cuts a line again where graphemes are wider than the wrapping counted.
fn split_wide(part: &str, line: Range<usize>, most: usize, offset: usize, lines: &mut Vec<Range<usize>>) {
    let mut start = line.start;
    loop {
        let rest = &part[start..line.end];
        let fits = if columns(rest.trim_end()) <= most { rest.len() } else { head(rest, most).len() };
        let end = if fits == 0 { line.end } else { start + fits };
        lines.push(offset + start..offset + end);
        if end >= line.end {
            return;
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, proptest};

    use super::*;

    proptest::proptest! {
        #[test]
        fn what_a_reader_calls_a_character_is_what_unicode_says(text in "[a-z \\r\\n\u{301}\u{ad}é漢👩\u{200d}👩🇬🇧·…✓↻▌●→━©]{0,12}") {
            proptest::prop_assert_eq!(graphemes(&text).collect::<Vec<_>>(), text.graphemes(true).collect::<Vec<_>>());
        }
    }
    use crate::theme::Appearance;

    #[test]
    fn a_cut_text_never_exceeds_its_columns_nor_splits_a_wide_character() {
        let (full, plain) = (Theme::choose(Appearance::FULL), Theme::choose(Appearance::PLAIN));
        assert_eq!(fit("Quality assurance, accreditation", 20, &full), "Quality assurance,…");
        assert_eq!(fit("Quality assurance, accreditation", 20, &plain), "Quality assurance,..");
        assert_eq!(fit("心電図検査", 6, &full), "心電…");
        assert_eq!(fit("心電図検査", 10, &full), "心電図検査");
        assert_eq!(pad("心電図検査", 6, &full), "心電… ");
        assert_eq!(pad_left("7", 3, &full), "  7");
        assert_eq!(fit("abc", 0, &full), "");
        assert_eq!(tail("心電図", 5), "電図");
    }

    #[test]
    fn wrapping_breaks_at_spaces_and_keeps_empty_lines() {
        assert_eq!(wrap("led the audit end to end", 10), ["led the", "audit end", "to end"]);
        assert_eq!(wrap("one\n\ntwo ", 10), ["one", "", "two"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(ranges("ab cd ", 3), [0..3, 3..6]);
    }

    proptest! {
        #[test]
        fn wrapped_lines_fit_and_leave_nothing_out(
            text in proptest::collection::vec(proptest::sample::select(vec![
                "a", "word", " ", "  ", "\n", "心", "e\u{301}", "ｶ\u{ff9e}", "ç", "👩", "\u{308}", "-", "🇬🇧",
            ]), 0..40).prop_map(|parts| parts.concat()),
            most in 4usize..20,
        ) {
            let ranges = ranges(&text, most);
            let mut at = 0;
            for range in &ranges {
                assert!(text[at..range.start].chars().all(|c| c == ' ' || c == '\n'), "{text:?} {ranges:?}");
                assert!(columns(text[range.clone()].trim_end()) <= most, "{text:?} {ranges:?}");
                at = range.end;
            }
            assert!(text[at..].is_empty(), "{text:?} {ranges:?}");
        }
    }
}
