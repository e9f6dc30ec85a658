//! Writes bytes and Ed25519 keys as badges name them: multibase and `did:key`.

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// The multicodec of an Ed25519 public key, before its bytes.
const ED25519: [u8; 2] = [0xed, 0x01];

/// Encodes bytes as multibase base58btc: `z` and the letters.
pub fn multibase(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    // Leading zero bytes are written one by one.
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let all = std::iter::repeat_n(0, zeros).chain(digits.into_iter().rev());
    let letters = all.filter_map(|digit| ALPHABET.get(usize::from(digit)).map(|letter| char::from(*letter)));
    std::iter::once('z').chain(letters).collect()
}

/// Returns the multikey of an Ed25519 public key: `z6Mk…`.
fn multikey(point: &[u8; 32]) -> String {
    multibase(&[&ED25519[..], point].concat())
}

/// Returns the `did:key` of an Ed25519 public key.
pub fn did_key(point: &[u8; 32]) -> String {
    format!("did:key:{}", multikey(point))
}

/// Returns the verification method of an Ed25519 public key's `did:key`.
pub fn verification_method(point: &[u8; 32]) -> String {
    format!("{}#{}", did_key(point), multikey(point))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base58_is_that_of_its_draft() {
        for (bytes, letters) in [
            (&b"Hello World!"[..], "z2NEpo7TZRRrLZSi2U"),
            (
                b"The quick brown fox jumps over the lazy dog.",
                "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
            ),
            (b"\0\0\x28\x7f\xb4\xcd", "z11233QC4"),
            (b"", "z"),
        ] {
            assert_eq!(multibase(bytes), letters);
        }
    }

    #[test]
    fn the_name_of_a_key_begins_as_that_of_an_ed25519_key_does() {
        assert!(did_key(&[0; 32]).starts_with("did:key:z6Mk"));
        assert!(verification_method(&[255; 32]).starts_with("did:key:z6Mk"));
    }
}
