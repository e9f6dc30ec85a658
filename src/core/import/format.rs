//! Detects a file's format by its content, not by its name, and decodes it to text.

use std::borrow::Cow;

use crate::import::diagnostic::Diagnostic;
use crate::record::saved::{Encoding, saved_text};

/// The maximum size of a file, in bytes: 5 MiB.
pub const MOST_BYTES: u64 = 5 << 20;

slugs! {
    Form {
        Json = "JSON record";
        /// A framework as IMS Global's CASE has it, in JSON.
        Case = "CASE package";
        Toml = "TOML";
        /// Rows of code, text and duties.
        Csv = "CSV";
    }
}

/// The signature of an old or encrypted workbook (OLE 2).
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Decodes UTF-8 or UTF-16 text without a byte order mark and with plain line ends; otherwise says what the file is and
/// what to do.
pub fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, Diagnostic> {
    let whole = |what: &str, hint: &str| Err(Diagnostic::fault(None, what, hint));
    if bytes.starts_with(b"PK\x03\x04") {
        return whole("It is a spreadsheet or a packed file, not text", "Save it as CSV (UTF-8) and use that file");
    }
    if bytes.starts_with(OLE) {
        return whole("This is an old or password-protected spreadsheet", "Save it as .xlsx without a password");
    }
    if bytes.starts_with(b"%PDF") {
        return whole(
            "It is a PDF, not text",
            "Save its contents as CSV. For a standard, the public JSON record or TOML will do too",
        );
    }
    if bytes.starts_with(b"{\\rtf") {
        return whole("This is a word-processor document", "Save its table as CSV (UTF-8) or as .xlsx");
    }
    if bytes.len() > 1 && Encoding::of(bytes) != Encoding::Utf8 {
        return match saved_text(bytes) {
            Some(text) if text.trim().is_empty() => whole("The file is empty", "Check that it is the right file"),
            Some(text) => Ok(Cow::Owned(text.replace('\r', "\n"))),
            None => whole("This is not text, nor a spreadsheet (.xlsx)", "Save it as CSV (UTF-8) or as .xlsx"),
        };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim().is_empty() => whole("The file is empty", "Check that it is the right file"),
        Ok(text) if text.contains('\0') => {
            whole("This is not text, nor a spreadsheet (.xlsx)", "Save it as CSV (UTF-8) or as .xlsx")
        }
        Ok(text) if is_markup(text) => {
            whole("This is a web page or an old kind of spreadsheet", "Open it in a spreadsheet and save it as .xlsx")
        }
        // A lone carriage return ended lines on old Macs, and some programs still save it.
        Ok(text) if text.contains('\r') => Ok(Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))),
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let (before, rest) = bytes.split_at(error.valid_up_to());
            let line = before.split(|byte| *byte == b'\n').count();
            let byte = rest.first().copied().unwrap_or_default();
            // In Latin-1, a byte above 0xA0 is the character with that code point.
            let character =
                if byte > 0xa0 { format!(", “{}” in Latin-1", char::from(byte)) } else { String::new() };
            let what = format!("It is not text in UTF-8 (byte {byte:02X}{character})");
            Err(Diagnostic::fault_at(line, what, "Save it as UTF-8 and use that file"))
        }
    }
}

/// Returns whether a text is HTML or XML, which some systems export under a spreadsheet's name.
fn is_markup(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(9).collect::<String>().to_ascii_lowercase();
    ["<?xml", "<html", "<!doctype", "<table", "<workbook"].iter().any(|tag| start.starts_with(tag))
}

pub fn form(text: &str) -> Form {
    let start = text.trim_start();
    let after_bracket = start.strip_prefix('[').map(str::trim_start);
    if start.starts_with('{') || after_bracket.is_some_and(|rest| rest.starts_with(['{', ']'])) {
        return Form::Json;
    }
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("");
    let key = |(key, _): (&str, &str)| {
        let key = key.trim_end();
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.\"'".contains(c))
    };
    if first.starts_with('[') || first.split_once('=').is_some_and(key) { Form::Toml } else { Form::Csv }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_found_by_content() {
        for (text, wanted) in [
            ("{\"a\":1}", Form::Json),
            ("\n\r\n  [ {\"a\":1} ]", Form::Json),
            ("# mine\nreference = 'X'", Form::Toml),
            ("\n[[duties]]\nno = 1", Form::Toml),
            ("code,text,duties\nK1,a = b,1", Form::Csv),
            ("reference;X1\ncode;text", Form::Csv),
        ] {
            assert_eq!(form(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_refused_with_its_line_and_what_to_do() {
        for (bytes, words) in [
            (&b"code,text\nK1,caf\xe9\n"[..], "It is not text in UTF-8 (byte E9, “é” in Latin-1) (line 2)"),
            (b"PK\x03\x04rest", "It is a spreadsheet"),
            (b"%PDF-1.7", "It is a PDF"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old or password-protected spreadsheet"),
            (b"a\0\0\xd8", "This is not text"),
            (b"<html><table>", "This is a web page"),
            (b"\xff\xfe \0", "The file is empty"),
            (b" \r\n", "The file is empty"),
        ] {
            let fault = text_of(bytes).unwrap_err();
            assert!(fault.to_string().contains(words) && !fault.hint.is_empty(), "{fault:?}");
        }
        for bytes in [
            &b"\xef\xbb\xbfa\nb"[..],
            b"a\rb",
            b"a\r\nb",
            b"\xff\xfea\0\r\0\n\0b\0",
            b"a\0\n\0b\0",
            b"\0a\0\r\0b",
            b"\xfe\xff\0a\0\n\0b",
        ] {
            assert_eq!(text_of(bytes).unwrap(), "a\nb", "{bytes:?}");
        }
    }
}
