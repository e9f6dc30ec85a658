//! Encodes digests and nonces as base64 or hexadecimal and decodes only the canonical form, not in constant time (so
//! not for secrets).

use data_encoding::{BASE64, HEXLOWER};

/// Encodes as standard base64 with padding, 44 characters.
pub fn base64(bytes: &[u8; 32]) -> String {
    BASE64.encode(bytes)
}

/// Decodes 44 characters of canonical standard base64.
pub fn unbase64(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 33];
    // The decoder needs three bytes for every four characters, padding included.
    let length = (text.len() == 44).then(|| BASE64.decode_mut(text.as_bytes(), &mut bytes).ok())??;
    bytes[..length].try_into().ok()
}

/// Encodes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Decodes exactly `2 N` lower-case hexadecimal digits.
pub fn unhex<const N: usize>(s: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    (s.len() == 2 * N).then(|| HEXLOWER.decode_mut(s.as_bytes(), &mut bytes).ok())??;
    Some(bytes)
}

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
