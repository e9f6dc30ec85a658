//! The checkpoint code: the size of a log and 130 bits of its root, short enough to be copied by hand. Must never stand for a
//! checkpoint: nobody signed it.

use crate::domain::primitives::ids::Digest;

/// The checkpoint code for people: the size and 130 bits of the root, `5 · 754ZX-PZ0PV-8HKGR-GGYDY-SJYVRG`.
pub fn code(size: u64, root: &Digest) -> String {
    // Crockford's digits: no I, L, O or U, so that a code can be read out and copied by hand.
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

/// Whether a text is the checkpoint code of this size and root, however a person copied it: in small letters, with other
/// or no marks between.
pub fn is_code_of(text: &str, size: u64, root: &Digest) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    code_size(text) == Some(size) && plain(text) == plain(&code(size, root))
}

/// The size that a checkpoint code begins with; nothing where the text is no such code.
pub fn code_size(text: &str) -> Option<u64> {
    let digits = text.trim().find(|c: char| !c.is_ascii_digit()).map(|end| &text.trim()[..end])?;
    let letters = text.trim()[digits.len()..].chars().filter(char::is_ascii_alphanumeric).count();
    let apart = !text.trim()[digits.len()..].starts_with(|c: char| c.is_ascii_alphanumeric());
    if apart && letters == 26 { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The root of the worked set's five entries.
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
