//! The real `ssh-keygen` and this program on many texts and keys: what one signs the other takes, and neither takes what the
//! other refuses.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use countersign_core::primitives::key::PublicKey;
use countersign_ledger::armor::{armor, unarmor};
use countersign_ledger::sshsig::{NAMESPACE, SigningKey, VerifyingKey, verify};

use crate::faults::work::{each, folder};
use crate::random::{in_full, random};

/// `ssh-keygen` in a folder, with a file for its input: whether it was content, and what it said.
fn keygen(folder: &Path, args: &[&str], input: &[u8]) -> (bool, String) {
    let given = folder.join("input");
    fs::write(&given, input).unwrap();
    let mut command = Command::new("ssh-keygen");
    command.current_dir(folder).args(args).stdin(fs::File::open(given).unwrap()).stderr(Stdio::null());
    let output = command.output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

fn accepts(folder: &Path, key: &PublicKey, signature: &str, text: &[u8]) -> bool {
    fs::write(folder.join("signers"), format!("02c1 namespaces=\"{NAMESPACE}\" {key}\n")).unwrap();
    fs::write(folder.join("s.sig"), signature).unwrap();
    keygen(folder, &["-Y", "verify", "-f", "signers", "-I", "02c1", "-n", NAMESPACE, "-s", "s.sig"], text).0
}

/// A text of any bytes and length, a line feed at its end or not.
fn text(random: &mut fastrand::Rng) -> Vec<u8> {
    let most = if random.bool() { 200 } else { 16_384 };
    let length = random.usize(..most);
    (0..length).map(|_| random.u8(..)).collect()
}

/// Another text, key or signature than the right one, and what both say of it.
fn differences(folder: &Path, key: &PublicKey, signature: &str, text: &[u8], random: &mut fastrand::Rng) -> usize {
    let mut other = text.to_vec();
    other.push(b'x');
    let mut altered = unarmor(signature).unwrap().signature;
    altered[random.usize(..64)] ^= 1 << random.u8(..8);
    let stranger = SigningKey::from_seed(&std::array::from_fn(|_| random.u8(..))).public();
    let tries = [
        (key, signature.to_owned(), other),
        (key, armor(key, NAMESPACE, &altered), text.to_vec()),
        (&stranger, armor(&stranger, NAMESPACE, &unarmor(signature).unwrap().signature), text.to_vec()),
    ];
    let ours = |key: &PublicKey, signature: &str, text: &[u8]| {
        let read = unarmor(signature).unwrap();
        read.key == *key && verify(&VerifyingKey::new(key).unwrap(), NAMESPACE, text, &read.signature).is_ok()
    };
    let differ = |(key, signature, text): &(&PublicKey, String, Vec<u8>)| {
        let (theirs, ours) = (accepts(folder, key, signature, text), ours(key, signature, text));
        assert!(!ours, "taken though altered");
        usize::from(theirs != ours)
    };
    tries.iter().map(differ).sum()
}

fn both_ways(count: usize) {
    if Command::new("ssh-keygen").arg("-?").output().is_err() {
        println!("skipped: ssh-keygen is not here");
        return;
    }
    let differ: usize = each(count, |number| {
        let mut random = random(number);
        let (place, text) = (folder(), text(&mut random));
        // Ours first.
        let key = SigningKey::from_seed(&std::array::from_fn(|_| random.u8(..)));
        let ours = armor(&key.public(), NAMESPACE, &key.sign(NAMESPACE, &text));
        let mut differ = usize::from(!accepts(place.path(), &key.public(), &ours, &text));
        differ += differences(place.path(), &key.public(), &ours, &text, &mut random);
        // Then theirs, by a key of theirs.
        assert!(keygen(place.path(), &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "key"], b"").0);
        let (signed, theirs) = keygen(place.path(), &["-Y", "sign", "-f", "key", "-n", NAMESPACE], &text);
        let public: PublicKey = fs::read_to_string(place.path().join("key.pub")).unwrap().trim_end().parse().unwrap();
        let read = unarmor(&theirs).unwrap();
        let taken = verify(&VerifyingKey::new(&public).unwrap(), NAMESPACE, &text, &read.signature).is_ok();
        let same = read.key == public && armor(&public, NAMESPACE, &read.signature) == theirs;
        differ += usize::from(!(signed && taken && same));
        differ + differences(place.path(), &public, &theirs, &text, &mut random)
    })
    .into_iter()
    .sum();
    println!("{count} signatures each way, and three alterations of each: {differ} differences");
    assert_eq!(differ, 0);
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn openssh_and_this_program_agree_on_every_text_key_and_alteration() {
    both_ways(12);
}

#[test]
#[ignore = "the full figure"]
fn openssh_and_this_program_agree_on_every_text_key_and_alteration_in_full() {
    both_ways(in_full(100));
}
