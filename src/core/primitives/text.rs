//! Validates text on input and escapes untrusted text on output.
//!
//! Invariant: a `SafeText` is trimmed NFC, without invisible characters or control characters other than line feed.

use std::borrow::Cow;
use std::fmt;

use compact_str::CompactString;
use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::Zeroizing;

/// The maximum size of one text, in bytes: an encoded statement is at most 16 KiB.
pub const MAX_BYTES: usize = 12 * 1024;

/// The maximum characters of a name and other short texts.
pub const MOST_LETTERS: usize = 200;

/// Returns whether a text contains a secret, ignoring case, white space and Unicode composition.
pub fn gives_away(text: &str, secret: &str) -> bool {
    let secret = loosely(secret);
    !secret.is_empty() && loosely(text).contains(secret.as_str())
}

fn loosely(text: &str) -> Zeroizing<String> {
    // The capacity makes a reallocation, which would leave a copy in memory, very unlikely.
    let mut loose = Zeroizing::new(String::with_capacity(4 * text.len()));
    for c in text.trim().nfkc().flat_map(char::to_lowercase) {
        if !c.is_whitespace() {
            loose.push(c);
        } else if !loose.ends_with(' ') {
            loose.push(' ');
        }
    }
    loose
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextFault {
    #[error("The text is empty")]
    Empty,
    #[error("The text is too long: {bytes} bytes, at most {most}")]
    TooLong { bytes: usize, most: usize },
    #[error("The text is too long for a name: {letters} letters, at most {MOST_LETTERS}")]
    LongName { letters: usize },
    #[error("The text contains a character that cannot be shown ({name} at character {at})")]
    Hidden { name: String, at: usize },
    #[error("The text contains a valid NHS number ({number}). Patient data is never kept here")]
    NhsNumber { number: String },
}

/// Text that is safe to show on any terminal and has one encoding: trimmed NFC, with no control character but line
/// feed, no bidirectional control and no zero-width character.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SafeText(CompactString);

impl SafeText {
    /// Validates one line, such as a place: a line feed is refused.
    pub fn line(text: &str) -> Result<Self, TextFault> {
        match text.trim_end().split_once('\n') {
            Some((before, _)) => Err(hidden('\n', before.chars().count())),
            None => Self::lines(text),
        }
    }

    /// Validates a line of at most [`MOST_LETTERS`] characters, such as a name, department or registration.
    pub fn name(text: &str) -> Result<Self, TextFault> {
        let line = Self::line(text)?;
        let letters = line.as_str().chars().count();
        if letters > MOST_LETTERS { Err(TextFault::LongName { letters }) } else { Ok(line) }
    }

    /// Validates text of one or more lines, such as feedback; `\r\n` becomes `\n`.
    pub fn lines(text: &str) -> Result<Self, TextFault> {
        let text = if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(TextFault::Empty);
        }
        let kept = if is_plain(trimmed) {
            Cow::Borrowed(trimmed)
        } else {
            if let Some((at, c)) = trimmed.chars().enumerate().find(|&(_, c)| is_hidden(c)) {
                return Err(hidden(c, at));
            }
            if is_nfc(trimmed) { Cow::Borrowed(trimmed) } else { Cow::Owned(trimmed.nfc().collect()) }
        };
        if kept.len() > MAX_BYTES {
            return Err(TextFault::TooLong { bytes: kept.len(), most: MAX_BYTES });
        }
        match nhs_number(kept.as_bytes()) {
            Some(number) => Err(TextFault::NhsNumber { number }),
            None => Ok(Self(CompactString::from(&*kept))),
        }
    }

    /// Validates a value of a signed statement: accepted only in canonical form, but with any content, even an NHS
    /// number.
    pub fn as_signed(text: &str) -> Option<Self> {
        let sound = is_plain(text) || (!text.chars().any(is_hidden) && is_nfc(text));
        (sound && !text.is_empty() && text.trim().len() == text.len() && text.len() <= MAX_BYTES)
            .then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Counts a noun: `1 month`, `2 months`, `2 entries`.
pub fn counted(count: impl Into<u64>, noun: &str) -> String {
    match count.into() {
        1 => format!("1 {noun}"),
        count => match noun.strip_suffix("ry") {
            Some(stem) => format!("{count} {stem}ries"),
            None => format!("{count} {noun}s"),
        },
    }
}

/// Parses yes or no; `None` for anything else.
pub fn parse_yes(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" => Some(true),
        "no" | "n" | "false" => Some(false),
        _ => None,
    }
}

/// Escapes hidden characters as `\u{…}`, for text that is not [`SafeText`], such as from an altered file.
pub fn escape_for_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) || c == '\n') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars().map(|c| if is_hidden(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect(),
    )
}

/// Returns whether a text is printable ASCII and line feeds only: the fast path of a replay, as it is NFC and hides
/// nothing.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~'))
}

/// Returns whether a character is a control (except line feed), bidirectional or zero-width character, a tag or
/// otherwise invisible.
pub(crate) fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && c != '\n';
    }
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

fn hidden(c: char, at: usize) -> TextFault {
    TextFault::Hidden { name: format!("U+{:04X}", u32::from(c)), at: at + 1 }
}

/// Finds a valid 10-digit NHS number (together, or 3-3-4 with spaces or hyphens) and returns it masked. The check digit
/// is modulus 11 with weights 10 to 2 (NHS Data Dictionary).
pub(crate) fn nhs_number(bytes: &[u8]) -> Option<String> {
    if !bytes.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at: usize| bytes.get(at).filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0'));
    for start in 0..bytes.len() {
        if digit(start).is_none() || (start > 0 && digit(start - 1).is_some()) {
            continue;
        }
        let mut digits = Vec::with_capacity(10);
        let mut at = start;
        while digits.len() < 10 {
            if let Some(d) = digit(at) {
                digits.push(d);
            } else if !(matches!(digits.len(), 3 | 6) && matches!(bytes.get(at), Some(b' ' | b'-')))
                || digit(at + 1).is_none()
            {
                break;
            }
            at += 1;
        }
        if digits.len() == 10 && digit(at).is_none() && check_digit_holds(&digits) {
            return Some(format!("*** *** *{}{}{}", digits[7], digits[8], digits[9]));
        }
    }
    None
}

fn check_digit_holds(digits: &[u32]) -> bool {
    let sum: u32 = digits.iter().zip((2..=10).rev()).map(|(d, weight)| d * weight).sum();
    (11 - sum % 11) % 11 == digits[9]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_character_anywhere_is_refused_with_its_name_and_place() {
        for c in [
            '\u{1b}',
            '\0',
            '\t',
            '\r',
            '\u{7f}',
            '\u{9b}',
            '\u{202e}',
            '\u{200b}',
            '\u{feff}',
            '\u{2066}',
            '\u{e0041}',
        ] {
            let text = format!("ab{c}cd");
            assert!(matches!(SafeText::lines(&text), Err(TextFault::Hidden { at: 3, .. })), "{c:?}");
            assert_eq!(SafeText::as_signed(&text), None, "{c:?}");
            assert!(!escape_for_terminal(&text).contains(c), "{c:?}");
        }
        assert!(SafeText::line("two\nlines").is_err());
        assert!(SafeText::lines("two\nlines").is_ok());
    }

    #[test]
    fn a_text_is_kept_in_the_one_composed_spelling() {
        let composed = SafeText::line("Zoë").unwrap();
        assert_eq!(SafeText::line("Zoe\u{308}").unwrap(), composed);
        assert_eq!(SafeText::as_signed("Zoe\u{308}"), None);
        assert_eq!(SafeText::as_signed(" x"), None);
        assert_eq!(SafeText::line("  x  ").unwrap().as_str(), "x");
    }

    #[test]
    fn a_valid_nhs_number_is_refused_however_it_is_spaced_and_an_invalid_one_is_not() {
        for bad in ["943 476 5919", "seen 9434765919.", "943-476-5919", "id:9434765919"] {
            assert!(matches!(SafeText::lines(bad), Err(TextFault::NhsNumber { .. })), "{bad}");
        }
        for fine in ["943 476 5918", "94347659190", "2026-11-20", "19434765919", "tel 01234 567890"] {
            assert!(SafeText::lines(fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn an_empty_or_overlong_text_is_refused() {
        assert_eq!(SafeText::line("  "), Err(TextFault::Empty));
        assert!(matches!(SafeText::lines(&"x".repeat(17 * 1024)), Err(TextFault::TooLong { .. })));
    }
}
