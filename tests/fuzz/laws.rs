//! What must hold for any bytes, one law for each reader of what comes from outside: no panic, one spelling, nothing
//! accepted that nobody signed. The fuzzers run them, and so does the replay of their corpus. Must never be loosened to fit
//! an input.
#![allow(dead_code, clippy::unwrap_used)] // each fuzzer uses one of them

use std::sync::OnceLock;

use countersign_core::filter::Filter;
use countersign_core::filter::row::{FilterRow, KsbFact};
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::login::{look_up, map_text};
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::ids::{Digest, StandardRef};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::{SafeText, escape_for_terminal};
use countersign_core::record::ksb_status::State;
use countersign_core::standard::file::{read, st0413, standard as read_standard};
use countersign_core::standard::{Ksb, Standard};
use countersign_core::statement::decode::decode;
use countersign_core::statement::encode::encode;
use countersign_ledger::armor::{armor, unarmor};
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::merkle::CompactRange;
use countersign_ledger::note::LogVerifier;
use countersign_ledger::openssh_key::login_key;
use countersign_ledger::proof::{verify_consistency, verify_inclusion};
use countersign_ledger::receipt::TlogProof;
use countersign_ledger::sshsig::{VerifyingKey, verify};
use countersign_ledger::wrapped_key::header;

const STATEMENT: &[u8] = include_bytes!("../fixtures/vectors/statement0.txt");
const SIGNATURE: &str = include_str!("../fixtures/vectors/statement0.txt.sig");
const VKEY: &str = include_str!("../fixtures/vectors/vkey");
const ENTRY: &[u8] = include_bytes!("../fixtures/vectors/entry3.txt");

/// A law, by the name of its corpus.
pub type Law = (&'static str, fn(&[u8]));

/// All of them.
pub const LAWS: &[Law] = &[
    ("statement", statement),
    ("signature", signature),
    ("note", note),
    ("proof", proof),
    ("filter", filter),
    ("key", key),
    ("clean", clean),
    ("standard", standard),
    ("login", login),
];

/// What is on an error line whatever was read: something, and nothing that moves the cursor.
fn sayable(fault: &impl std::fmt::Display) {
    let said = fault.to_string();
    assert!(!said.is_empty());
    let _ = escape_for_terminal(&said);
}

/// A statement that is read is written back byte for byte.
pub fn statement(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match decode(text) {
        Ok(statement) => assert_eq!(encode(&statement).unwrap(), text),
        Err(fault) => sayable(&fault),
    }
}

/// A signature that is read is written back byte for byte, and holds for our text only if it is the one made for it.
pub fn signature(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match unarmor(text) {
        Ok(read) => {
            assert_eq!(armor(&read.key, &read.namespace, &read.signature), text);
            // For the purpose that it names: the purpose is part of what is signed.
            let holds = VerifyingKey::new(&read.key)
                .is_ok_and(|verifier| verify(&verifier, &read.namespace, STATEMENT, &read.signature).is_ok());
            assert_eq!(holds, text == SIGNATURE);
        }
        Err(fault) => sayable(&fault),
    }
}

fn known() -> &'static LogVerifier {
    static KNOWN: OnceLock<LogVerifier> = OnceLock::new();
    KNOWN.get_or_init(|| VKEY.trim_end().parse().unwrap())
}

/// A checkpoint opens only if the log signed it: there are two of these, of 3 and 5 entries.
pub fn note(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match known().open(text) {
        Ok(checkpoint) => {
            let known = ["3 · ", "5 · "].iter().any(|size| code(checkpoint.size, &checkpoint.root).starts_with(size));
            assert!(known && checkpoint.origin == *self::known().origin());
        }
        Err(fault) => sayable(&fault),
    }
    if let Ok(verifier) = text.parse::<LogVerifier>() {
        assert_eq!(verifier.to_string(), text);
    }
}

/// A proof that is read is written back byte for byte, and proves our entry only where it is. Made-up paths end.
pub fn proof(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(proof) = TlogProof::parse(text)
    {
        assert_eq!(proof.render(), text);
        match proof.verify(ENTRY, known()) {
            Ok(checkpoint) => assert_eq!((proof.index, checkpoint.size), (3, 5)),
            Err(fault) => sayable(&fault),
        }
    }
    if let Ok(edge) = CompactRange::from_bytes(bytes) {
        assert_eq!(edge.to_bytes(), bytes);
        let _ = edge.root();
    }
    let Some((numbers, rest)) = bytes.split_first_chunk::<16>() else { return };
    let (first, second) = numbers.split_at(8);
    let number = |bytes: &[u8]| u64::from_be_bytes(bytes.try_into().unwrap());
    let (index, size) = (number(first), number(second));
    let hashes: Vec<Digest> = rest.chunks_exact(32).map(|hash| Digest(hash.try_into().unwrap())).collect();
    if let [leaf, root, path @ ..] = hashes.as_slice() {
        let proved = verify_inclusion(leaf, index, size, path, root).is_ok();
        assert!(!proved || (index, size, leaf, path) == (0, 1, root, &[]), "a path was made up");
        let consistent = verify_consistency(index, size, leaf, root, path).is_ok();
        assert!(!consistent || path.is_empty() || leaf == root, "a history was made up");
    }
}

/// A filter that is understood can be asked about anything, whatever the list.
pub fn filter(bytes: &[u8]) {
    static STANDARD: OnceLock<Standard> = OnceLock::new();
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let standard = STANDARD.get_or_init(|| st0413().unwrap().0);
    let today = parse_day("2026-11-21").unwrap();
    for list in FilterTarget::ALL {
        match Filter::parse(text, list, today) {
            Ok(filter) => {
                let fits = |state| {
                    let fact = |ksb: &Ksb| {
                        let ksbs = [KsbFact { code: ksb.code, state, duties: &ksb.duties }];
                        filter.fits(&FilterRow { texts: &[&ksb.text], ksbs: &ksbs, ..FilterRow::default() })
                    };
                    standard.ksbs().iter().filter(|ksb| fact(ksb)).count()
                };
                let all = [State::Open, State::Signed, State::NotYet].map(fits);
                assert!(!filter.is_empty() || all.iter().all(|fit| *fit == standard.ksbs().len()));
            }
            Err(fault) => {
                assert!(fault.at >= 1 && fault.at <= text.to_lowercase().chars().count());
                sayable(&fault);
            }
        }
    }
}

/// A public key that is read is written back byte for byte; a wrapped one never breaks its reader.
pub fn key(bytes: &[u8]) {
    if let Ok(key) = PublicKey::from_blob(bytes.to_vec()) {
        let line = key.to_string();
        assert_eq!(line.parse(), Ok(key.clone()));
        if let Ok(verifier) = VerifyingKey::new(&key) {
            assert_eq!(verifier.public(), key);
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match text.parse::<PublicKey>() {
        Ok(key) => assert_eq!(key.to_string(), text),
        Err(fault) => sayable(&fault),
    }
    if let Err(fault) = header(text) {
        sayable(&fault);
    }
}

/// A text that is taken is in the one spelling: it is taken again as it is, and a terminal may be sent it.
pub fn clean(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for taken in [SafeText::line(text), SafeText::lines(text)] {
        match taken {
            Ok(clean) => {
                assert_eq!(SafeText::as_signed(clean.as_str()), Some(clean.clone()));
                assert_eq!(SafeText::lines(clean.as_str()), Ok(clean.clone()));
                assert!(clean.as_str().contains('\n') || escape_for_terminal(clean.as_str()) == clean.as_str());
            }
            Err(fault) => sayable(&fault),
        }
    }
    if let Some(signed) = SafeText::as_signed(text) {
        assert_eq!(signed.as_str(), text);
    }
    assert!(escape_for_terminal(text).chars().all(|c| c == '\n' || !c.is_control()));
    if let Ok(reference) = text.parse::<StandardRef>() {
        assert_eq!(reference.to_string(), text);
    }
}

/// A file of a standard is read or refused in words.
pub fn standard(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match read_standard(text) {
        Ok((standard, _)) => assert!(!standard.ksbs().is_empty()),
        Err(fault) => sayable(&fault),
    }
    if let Err(fault) = read(text) {
        sayable(&fault);
    }
}

/// The one key of the map that `login` is asked about.
const LOGIN: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAA+X5P3kbBH/mfLxfFrY7soE0bGsPPzgOsEUhMr2evw";

/// What sshd hands over (the kind, a line break, the key) gets the one line of the map's own key, or none; a file of a key
/// that is taken is taken again as it is written.
pub fn login(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match login_key(text) {
        Ok(key) => assert_eq!(login_key(&key.to_string()), Ok(key)),
        Err(fault) => sayable(&fault),
    }
    let map = map_text("/srv/data", &[("02c1".parse().unwrap(), LOGIN.parse().unwrap())]);
    let (kind, key) = text.split_once('\n').unwrap_or((text, ""));
    let line = look_up(&map, (kind, key), "/usr/bin/countersign");
    let session = format!("session 02c1 --key {}", LOGIN.parse::<PublicKey>().unwrap().fingerprint_text());
    let wanted = format!("restrict,pty,command=\"/usr/bin/countersign --data /srv/data {session}\"");
    let is_hers = LOGIN.split_once(' ') == Some((kind, key));
    assert_eq!(line, is_hers.then(|| format!("{wanted} {LOGIN}")));
    // A map of anything at all gives no more than a whole line with a key that was offered.
    let (kind, key) = LOGIN.split_once(' ').unwrap();
    if let Some(line) = look_up(text, (kind, key), "/usr/bin/countersign") {
        assert!(line.starts_with("restrict,pty,command=\"/usr/bin/countersign --data /"), "{line}");
        assert!(line.ends_with(&format!("\" {LOGIN}")) && !line.contains('\n'), "{line}");
    }
}
