//! Wraps and unwraps a person's signing key under their passphrase, as a small text file that is stored next to the
//! database, never in it.
//!
//! Argon2id derives a key from the passphrase; XChaCha20-Poly1305 seals the seed and the PIN's verifier with it, with every
//! line above as associated data. A plain hash at the end tells a damaged file from a wrong passphrase.
//!
//! Invariant: a file with any byte altered does not open, nor does one with a cost below `FLOOR`.

use argon2::{Algorithm, Argon2, Params, Version};
use base64ct::{Base64, Encoding};
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::passphrase::prepared;
use crate::pin::PinVerifier;
use crate::sshsig::SigningKey;
use countersign_core::primitives::ids::{Digest, PersonId, Secret};
use countersign_core::primitives::key::PublicKey;

const FAMILY: &str = "countersign-key/";
const VERSION: &str = "countersign-key/1";

/// Cost of the passphrase hash: memory in KiB, passes, lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Costs {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// 64 MiB, three passes: the cost of new keys, and the minimum for existing ones.
const RELEASE: Costs = Costs { memory: 64 * 1024, passes: 3, lanes: 1 };
/// A debug build makes do with 1 MiB, as the tests open thousands of keys. A release refuses the keys that it makes.
const FLOOR: Costs = Costs { memory: if cfg!(debug_assertions) { 1024 } else { RELEASE.memory }, ..RELEASE };
/// 1 GiB: a file that asks for more is an attack on the machine.
const CEILING: Costs = Costs { memory: 1024 * 1024, passes: 16, lanes: 16 };

/// The seed, whether a PIN is set, and its verifier: the same length in both cases, so that the file does not reveal it.
const PLAIN: usize = 32 + 1 + PinVerifier::LENGTH;
const SEALED: usize = PLAIN + 16;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyFault {
    #[error("The passphrase is wrong")]
    WrongPassphrase,
    #[error("The key file is damaged at its line “{line}”")]
    Damaged { line: &'static str },
    #[error("This is not a key file of countersign")]
    NotOurs,
    #[error("The key file was written by a newer version of countersign")]
    Newer,
    #[error("The key file asks for a passphrase hash out of bounds (64 MiB to 1 GiB of memory, 3 to 16 passes)")]
    Costs,
    #[error("There is not enough free memory to open the key (64 MiB are needed)")]
    Memory,
}

/// The public part of a wrapped key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub person: PersonId,
    pub key: PublicKey,
}

/// Random bytes for one wrapping; never reused.
#[derive(Debug, Clone, Copy)]
pub struct NewKeyMaterial {
    pub salt: [u8; 16],
    pub nonce: [u8; 24],
}

#[derive(Debug)]
pub struct Unwrapped {
    pub person: PersonId,
    pub key: SigningKey,
    pub pin: Option<PinVerifier>,
}

/// Wraps a key under a passphrase and returns the text of its file. Takes about 170 ms and, for that time, 64 MiB.
pub fn wrap(
    person: &PersonId,
    key: &SigningKey,
    pin: Option<&PinVerifier>,
    passphrase: &Secret,
    fresh: &NewKeyMaterial,
) -> Result<String, KeyFault> {
    let header = Header { person: person.clone(), key: key.public() };
    let top = Top { header, costs: FLOOR, fresh: *fresh };
    let derived = derive(passphrase, &top)?;
    Ok(File { sealed: seal(&derived, &top, key, pin)?, top }.render())
}

/// Unwraps a key. Takes about 170 ms and, for that time, 64 MiB.
pub fn unwrap(text: &str, passphrase: &Secret) -> Result<Unwrapped, KeyFault> {
    let file = File::parse(text)?;
    let derived = derive(passphrase, &file.top)?;
    open(&derived, file)
}

/// Reads the public part without the passphrase. It is not authenticated until the key is unwrapped.
pub fn header(text: &str) -> Result<Header, KeyFault> {
    File::parse(text).map(|file| file.top.header)
}

/// The lines above the sealed one, which authenticates them.
struct Top {
    header: Header,
    costs: Costs,
    fresh: NewKeyMaterial,
}

struct File {
    top: Top,
    sealed: Zeroizing<Vec<u8>>,
}

impl Top {
    fn render(&self) -> String {
        let Self { header: Header { person, key }, costs: Costs { memory, passes, lanes }, fresh } = self;
        let (salt, nonce) = (Base64::encode_string(&fresh.salt), Base64::encode_string(&fresh.nonce));
        format!(
            "{VERSION}\nperson {person}\nkey {key}\nkdf argon2id {memory} {passes} {lanes}\nsalt {salt}\nnonce {nonce}\n"
        )
    }
}

impl File {
    fn render(&self) -> String {
        let body = format!("{}sealed {}\n", self.top.render(), Base64::encode_string(&self.sealed));
        let check = Digest::of(body.as_bytes()).base64();
        format!("{body}check {check}\n")
    }

    fn parse(text: &str) -> Result<Self, KeyFault> {
        let mut lines = text.lines();
        match lines.next() {
            Some(VERSION) => {}
            Some(other) if other.starts_with(FAMILY) => return Err(KeyFault::Newer),
            _ => return Err(KeyFault::NotOurs),
        }
        let mut field = |line| {
            let value = lines.next().and_then(|found| found.strip_prefix(line)?.strip_prefix(' '));
            value.ok_or(KeyFault::Damaged { line })
        };
        let person = field("person")?.parse().map_err(|_| KeyFault::Damaged { line: "person" })?;
        let key = field("key")?.parse().map_err(|_| KeyFault::Damaged { line: "key" })?;
        let costs = parse_costs(field("kdf")?).ok_or(KeyFault::Damaged { line: "kdf" })?;
        let salt = parse_bytes(field("salt")?).ok_or(KeyFault::Damaged { line: "salt" })?;
        let nonce = parse_bytes(field("nonce")?).ok_or(KeyFault::Damaged { line: "nonce" })?;
        let sealed: [u8; SEALED] = parse_bytes(field("sealed")?).ok_or(KeyFault::Damaged { line: "sealed" })?;
        let top = Top { header: Header { person, key }, costs, fresh: NewKeyMaterial { salt, nonce } };
        let file = Self { top, sealed: Zeroizing::new(sealed.to_vec()) };
        // The encoding must be canonical; this also compares the hash at the end.
        if file.render() != text {
            return Err(KeyFault::Damaged { line: "check" });
        }
        let Costs { memory, passes, lanes } = costs;
        let sound = (FLOOR.memory..=CEILING.memory).contains(&memory)
            && (FLOOR.passes..=CEILING.passes).contains(&passes)
            && (FLOOR.lanes..=CEILING.lanes).contains(&lanes);
        if sound { Ok(file) } else { Err(KeyFault::Costs) }
    }
}

fn parse_costs(value: &str) -> Option<Costs> {
    let mut numbers = value.strip_prefix("argon2id ")?.splitn(3, ' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Costs { memory: next()?, passes: next()?, lanes: next()? })
}

fn parse_bytes<const N: usize>(value: &str) -> Option<[u8; N]> {
    Base64::decode_vec(value).ok()?.try_into().ok()
}

fn derive(passphrase: &Secret, top: &Top) -> Result<Zeroizing<[u8; 32]>, KeyFault> {
    let Costs { memory, passes, lanes } = top.costs;
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| KeyFault::Costs)?;
    let mut derived = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(prepared(passphrase).as_bytes(), &top.fresh.salt, &mut *derived)
        .map_err(|_| KeyFault::Memory)?;
    Ok(derived)
}

fn seal(
    derived: &[u8; 32],
    top: &Top,
    key: &SigningKey,
    pin: Option<&PinVerifier>,
) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
    // Allocated at full length: a growing vector would leave a copy of the seed behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(SEALED));
    buffer.extend_from_slice(&*key.seed());
    buffer.push(u8::from(pin.is_some()));
    buffer.extend_from_slice(pin.map_or(&[0; PinVerifier::LENGTH][..], |pin| pin.as_bytes()));
    XChaCha20Poly1305::new(derived.into())
        .encrypt_in_place(&top.fresh.nonce.into(), top.render().as_bytes(), &mut *buffer)
        .map_err(|_| KeyFault::Memory)?;
    Ok(buffer)
}

fn open(derived: &[u8; 32], file: File) -> Result<Unwrapped, KeyFault> {
    let File { top, sealed: mut buffer } = file;
    XChaCha20Poly1305::new(derived.into())
        .decrypt_in_place(&top.fresh.nonce.into(), top.render().as_bytes(), &mut *buffer)
        .map_err(|_| KeyFault::WrongPassphrase)?;
    let damaged = KeyFault::Damaged { line: "sealed" };
    let (seed, rest) = buffer.split_first_chunk::<32>().ok_or(damaged.clone())?;
    let pin = match rest.split_first().map(|(flag, rest)| (flag, rest.first_chunk())) {
        Some((0, _)) => None,
        Some((1, Some(bytes))) => Some(PinVerifier::from_bytes(bytes)),
        _ => return Err(damaged),
    };
    let key = SigningKey::from_seed(seed);
    let Header { person, key: public } = top.header;
    // Otherwise someone could put another person's public key above a seed of their own and sign under a false name.
    if key.public() == public { Ok(Unwrapped { person, key, pin }) } else { Err(damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: NewKeyMaterial = NewKeyMaterial { salt: [1; 16], nonce: [2; 24] };
    /// Replaces the derived key, to test everything else without the cost of the hash.
    const DERIVED: [u8; 32] = [3; 32];

    fn key() -> SigningKey {
        SigningKey::from_seed(&[4; 32])
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn top() -> Top {
        Top { header: Header { person: "02c1".parse().unwrap(), key: key().public() }, costs: FLOOR, fresh: FRESH }
    }

    fn sealed_text(top: Top, pin: Option<&PinVerifier>) -> String {
        File { sealed: seal(&DERIVED, &top, &key(), pin).unwrap(), top }.render()
    }

    /// Returns the text with a correct hash at the end, as a careful forger would leave it.
    fn rechecked(text: &str) -> String {
        let (body, _) = text.split_once("check ").unwrap_or((text, ""));
        format!("{body}check {}\n", Digest::of(body.as_bytes()).base64())
    }

    fn reopen(text: &str) -> Result<Unwrapped, KeyFault> {
        open(&DERIVED, File::parse(text)?)
    }

    #[test]
    fn a_wrapped_key_opens_with_its_passphrase_alone() {
        let pin = PinVerifier::new(&secret("2947"), [5; 16]).unwrap();
        let person: PersonId = "02c1".parse().unwrap();
        let text = wrap(&person, &key(), Some(&pin), &secret("owl kite plum 7"), &FRESH).unwrap();
        let opened = unwrap(&text, &secret("owl kite plum 7")).unwrap();
        assert_eq!((opened.person, opened.key.seed()), (person, key().seed()));
        assert!(opened.pin.unwrap().matches(&secret("2947")));
        assert_eq!(unwrap(&text, &secret("owl kite plum 8")).unwrap_err(), KeyFault::WrongPassphrase);
        assert!(text.contains(&format!("\nkdf argon2id {} 3 1\n", FLOOR.memory)));
    }

    #[test]
    fn the_header_is_read_without_the_passphrase_and_the_file_holds_no_secret() {
        let text = sealed_text(top(), None);
        assert_eq!(header(&text), Ok(top().header));
        assert!(!text.contains(&Base64::encode_string(&*key().seed())[..20]));
    }

    #[test]
    fn a_file_does_not_tell_whether_there_is_a_pin() {
        let pin = PinVerifier::new(&secret("2947"), [5; 16]).unwrap();
        let [with, without] = [Some(&pin), None].map(|pin| sealed_text(top(), pin));
        assert_eq!(with.len(), without.len());
        assert!(reopen(&with).unwrap().pin.is_some_and(|pin| pin.matches(&secret("2947"))));
        assert!(reopen(&without).unwrap().pin.is_none());
    }

    #[test]
    fn a_file_with_any_byte_altered_is_refused_even_when_its_check_is_made_right() {
        let text = sealed_text(top(), None);
        assert!(reopen(&text).is_ok());
        let body = text.find("check ").unwrap();
        for at in 0..text.len() {
            for byte in *b"0aA+ \n" {
                let mut altered = text.as_bytes().to_vec();
                if std::mem::replace(&mut altered[at], byte) == byte {
                    continue;
                }
                let altered = String::from_utf8(altered).unwrap();
                let fault = reopen(&altered).unwrap_err();
                assert_ne!(fault, KeyFault::WrongPassphrase, "damage is told apart: byte {at}");
                assert!(at >= body || reopen(&rechecked(&altered)).is_err(), "byte {at} as {byte}");
            }
        }
    }

    #[test]
    fn a_file_cut_short_or_lengthened_or_with_other_line_ends_is_refused() {
        let text = sealed_text(top(), None);
        for end in 0..text.len() {
            assert!(reopen(&text[..end]).is_err(), "{end}");
        }
        for altered in [format!("{text}\n"), format!("{text}x"), text.replace('\n', "\r\n"), format!("\n{text}")] {
            assert!(reopen(&altered).is_err());
        }
        assert_eq!(reopen("a diary\n").unwrap_err(), KeyFault::NotOurs);
        assert_eq!(reopen(&text.replace("key/1", "key/2")).unwrap_err(), KeyFault::Newer);
    }

    #[test]
    fn a_file_that_asks_for_too_little_or_too_much_work_is_refused_before_any_is_done() {
        for (memory, passes, lanes) in [
            (FLOOR.memory - 1, 3, 1),
            (65_536, 2, 1),
            (65_536, 3, 0),
            (8, 1, 1),
            (1_048_577, 3, 1),
            (65_536, 17, 1),
            (65_536, 3, 17),
            (u32::MAX, 3, 1),
        ] {
            let text = sealed_text(Top { costs: Costs { memory, passes, lanes }, ..top() }, None);
            assert_eq!(unwrap(&text, &secret("x")).unwrap_err(), KeyFault::Costs, "{memory} {passes} {lanes}");
        }
        assert_eq!(RELEASE, Costs { memory: 65_536, passes: 3, lanes: 1 });
    }

    #[test]
    fn a_public_key_that_is_not_the_seeds_own_is_refused() {
        let header = Header { key: SigningKey::from_seed(&[9; 32]).public(), ..top().header };
        let text = sealed_text(Top { header, ..top() }, None);
        assert_eq!(reopen(&text).unwrap_err(), KeyFault::Damaged { line: "sealed" });
    }

    #[test]
    fn an_opened_key_does_not_print() {
        let printed = format!("{:?}", reopen(&sealed_text(top(), None)).unwrap());
        assert!(printed.contains("key: ***") && !printed.contains("[4"), "{printed}");
    }
}
