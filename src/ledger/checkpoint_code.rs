//! Formats and parses checkpoint codes: the size of a log and 130 bits of its root, short enough to copy by hand. A code is
//! not signed.

use countersign_core::primitives::ids::Digest;

/// Returns the checkpoint code, such as `5 · 754ZX-PZ0PV-8HKGR-GGYDY-SJYVRG`.
pub fn code(size: u64, root: &Digest) -> String {
    // Crockford's base32: without I, L, O and U, which are easily confused.
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut code = format!("{size} · ");
    for at in 0..26 {
        if (5..=20).contains(&at) && at % 5 == 0 {
            code.push('-');
        }
        let (byte, bit) = (at * 5 / 8, at * 5 % 8);
        let window = u16::from_be_bytes([root.0[byte], root.0[byte + 1]]);
        code.push(DIGITS[usize::from(window >> (11 - bit) & 31)] as char);
    }
    code
}

/// Whether a text is the checkpoint code of this size and root, in any case and with any or no separators.
pub fn is_code_of(text: &str, size: u64, root: &Digest) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    code_size(text) == Some(size) && plain(text) == plain(&code(size, root))
}

/// Returns the size at the start of a checkpoint code, or `None` if there is none.
pub fn code_size(text: &str) -> Option<u64> {
    let digits = text.trim().find(|c: char| !c.is_ascii_digit()).map(|end| &text.trim()[..end])?;
    let letters = text.trim()[digits.len()..].chars().filter(char::is_ascii_alphanumeric).count();
    let apart = !text.trim()[digits.len()..].starts_with(|c: char| c.is_ascii_alphanumeric());
    if apart && letters == 26 { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Root of the test vectors' five entries.
    fn root_5() -> Digest {
        let note = include_str!("../../tests/fixtures/vectors/checkpoint5");
        Digest::from_base64(note.lines().nth(2).unwrap()).unwrap()
    }

    #[test]
    fn a_code_is_known_again_however_it_was_copied_and_no_other_is() {
        let root = root_5();
        let right = code(5, &root);
        let is = |text: &str| is_code_of(text, 5, &root);
        for copy in [
            right.clone(),
            right.to_lowercase(),
            right.replace('-', ""),
            right.replace(" · ", " "),
            right.replace('-', " "),
        ] {
            assert!(is(&copy), "{copy}");
        }
        for at in right.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).map(|(at, _)| at) {
            let mut other = right.clone().into_bytes();
            other[at] = if other[at] == b'7' { b'8' } else { b'7' };
            assert!(!is(&String::from_utf8(other).unwrap()), "{at}");
        }
        assert!(!is("") && !is("5") && !is(&right.replace(" · ", "")));
    }

    #[test]
    fn a_code_is_the_size_and_the_first_130_bits_of_the_root() {
        let root = root_5();
        let known_code = include_str!("../../tests/fixtures/vectors/checkpoint5.code").trim_end();
        assert_eq!(code(5, &root), known_code);
        for bit in 0..256 {
            let mut root = root;
            root.0[bit / 8] ^= 128 >> (bit % 8);
            assert_eq!(code(5, &root) == known_code, bit >= 130, "bit {bit}");
        }
    }
}
