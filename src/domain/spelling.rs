//! Bytes as letters and back, by tables, in one spelling: digests and nonces, which are no secrets and which each statement
//! that is verified has several of. Must never be used for a secret: it takes longer for some bytes than for others.

/// Base64's letters. Digests go by tables: they are no secrets, and each statement that is verified has several to spell.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What each byte stands for as a letter of base64; 64 where it is none.
const VALUES: [u8; 256] = {
    let (mut values, mut at) = ([64; 256], 0);
    while at < 64 {
        values[LETTERS[at as usize] as usize] = at;
        at += 1;
    }
    values
};

/// In standard base64 with padding, 44 characters.
#[must_use]
pub fn base64(bytes: &[u8; 32]) -> String {
    let mut text = [b'='; 44];
    for (three, four) in bytes.chunks(3).zip(text.chunks_exact_mut(4)) {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        for (place, letter) in four.iter_mut().take(three.len() + 1).enumerate() {
            *letter = LETTERS[bits >> (18 - 6 * place) & 63];
        }
    }
    // Letters alone, so that this cannot fail.
    std::str::from_utf8(&text).unwrap_or_default().to_owned()
}

/// The 32 bytes that 44 characters of standard base64 stand for; one spelling only.
#[must_use]
pub fn unbase64(text: &str) -> Option<[u8; 32]> {
    let letters = text.as_bytes().strip_suffix(b"=").filter(|letters| letters.len() == 43)?;
    let mut bytes = [0; 32];
    for (three, four) in bytes.chunks_mut(3).zip(letters.chunks(4)) {
        let mut bits = 0_u32;
        for letter in four {
            let value = VALUES[usize::from(*letter)];
            bits = bits << 6 | u32::from((value < 64).then_some(value)?);
        }
        // The last letter stands for two bits more than there are; set, they would be a second spelling.
        let spare = 6 * four.len() - 8 * three.len();
        if bits & ((1 << spare) - 1) != 0 {
            return None;
        }
        let whole = (bits >> spare).to_be_bytes();
        three.copy_from_slice(&whole[4 - three.len()..]);
    }
    Some(bytes)
}

/// Lower-case hexadecimal of `bytes`.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = vec![0; 2 * bytes.len()];
    for (byte, pair) in bytes.iter().zip(text.chunks_exact_mut(2)) {
        pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    // Digits alone, so that this cannot fail.
    String::from_utf8(text).unwrap_or_default()
}

/// `N` bytes from exactly `2 N` lower-case hexadecimal digits.
#[must_use]
pub fn unhex<const N: usize>(s: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if s.len() != 2 * N {
        return None;
    }
    let mut wrong = 0;
    for (byte, pair) in bytes.iter_mut().zip(s.as_bytes().chunks_exact(2)) {
        let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
        wrong |= high | low;
        *byte = high << 4 | low & 15;
    }
    (wrong < 16).then_some(bytes)
}

/// What each byte stands for as a lower-case hexadecimal digit; 128 where it is none.
const DIGITS: [u8; 256] = {
    let (mut digits, mut at) = ([128; 256], 0);
    while at < 16 {
        digits[b"0123456789abcdef"[at as usize] as usize] = at;
        at += 1;
    }
    digits
};

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding as _};

    use super::*;

    #[test]
    fn every_other_character_at_every_place_is_read_as_the_library_reads_it() {
        let right = base64(&[0x5a; 32]).into_bytes();
        for at in 0..right.len() {
            for byte in 0..=u8::MAX {
                let mut text = right.clone();
                text[at] = byte;
                let Ok(text) = String::from_utf8(text) else { continue };
                let mut bytes = [0; 32];
                let known = Base64::decode(&text, &mut bytes).is_ok_and(|read| read.len() == 32);
                assert_eq!(unbase64(&text), known.then_some(bytes), "{text}");
            }
        }
    }

    #[test]
    fn only_lower_case_hexadecimal_digits_are_read() {
        for byte in 0..=u8::MAX {
            for pair in [[byte, b'0'], [b'0', byte]] {
                let Ok(text) = std::str::from_utf8(&pair) else { continue };
                let digit = byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                let read = unhex::<1>(text);
                assert_eq!(read.is_some(), digit, "{text:?}");
                assert!(read.is_none_or(|bytes| hex(&bytes) == text), "{text:?}");
            }
        }
    }
}
