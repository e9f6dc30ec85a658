//! Repairs the JSON faults of published records: stray backslashes, raw control characters, lone surrogates and
//! trailing commas.
//!
//! Invariant: valid JSON is left unchanged.

/// Returns the repaired text and the line of the first fault; `None` if there is no fault.
pub fn repaired(text: &str) -> Option<(String, usize)> {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut line, mut first, mut within) = (1, None, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        line += usize::from(c == '\n');
        let (put, length, slip) = match (within, c) {
            (false, ',') if after.trim_start().starts_with([']', '}']) => (" ".to_owned(), 1, true),
            (true, '\\') => escape(rest),
            // A space, as a line break would also shift the line numbers.
            (true, c) if c.is_ascii_control() => (" ".to_owned(), 1, true),
            (_, c) => (c.to_string(), c.len_utf8(), false),
        };
        within ^= c == '"';
        if slip {
            first.get_or_insert(line);
        }
        out.push_str(&put);
        rest = &rest[length..];
    }
    first.map(|line| (out, line))
}

/// Returns an escape's replacement, its current length, and whether it was a fault.
fn escape(rest: &str) -> (String, usize, bool) {
    let stray = || ("\\\\".to_owned(), 1, true);
    match rest.as_bytes().get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (rest[..2].to_owned(), 2, false),
        Some(b'u') => match (unit(rest), rest.get(6..).and_then(unit)) {
            (None, _) => stray(),
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (rest[..12].to_owned(), 12, false),
            (Some(0xD800..=0xDFFF), _) => ("\\ufffd".to_owned(), 6, true),
            _ => (rest[..6].to_owned(), 6, false),
        },
        _ => stray(),
    }
}

/// Parses the code unit of an escape such as `\u0041`.
fn unit(rest: &str) -> Option<u32> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_repaired_and_its_line_is_told() {
        for (slip, wanted, at) in [
            (r#"{"a": "\c"}"#, r#"{"a": "\\c"}"#, 1),
            ("{\n\"a\": \"x\\", "{\n\"a\": \"x\\\\", 2),
            ("{\"a\": \"b\tc\"}", "{\"a\": \"b c\"}", 1),
            ("{\"a\": [1,\n]}", "{\"a\": [1 \n]}", 1),
            (r#"["\u12G4"]"#, r#"["\\u12G4"]"#, 1),
            (r#"["\ud83dx"]"#, r#"["\ufffdx"]"#, 1),
            (r#"["\udc00"]"#, r#"["\ufffd"]"#, 1),
            ("[\"é\\é\"]", "[\"é\\\\é\"]", 1),
        ] {
            assert_eq!(repaired(slip), Some((wanted.to_owned(), at)), "{slip}");
        }
    }

    #[test]
    fn what_is_sound_is_left_as_it_is() {
        for text in
            [r#"{"a": "\" \\ \/ \b \f \n \r \t \u00e9 \ud83d\ude00 , ]", "b": [1, 2]}"#, "{\n \"a\": null\n}", ""]
        {
            assert_eq!(repaired(text), None, "{text}");
        }
    }
}
