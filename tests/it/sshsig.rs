//! Signatures in both directions between this program and the real `ssh-keygen`: what one signs, the other accepts.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use base64ct::{Base64, Encoding as _};
use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::key::PublicKey;
use countersign_ledger::armor::{Armored, armor, unarmor};
use countersign_ledger::sshsig::{NAMESPACE, SigningKey, VerifyingKey, blob_digest, verify};

const STATEMENT: &[u8] = "countersign/1\nfeedback Très bien, 心臓\n".as_bytes();

/// `ssh-keygen` in `folder`, or nothing (and a line that says so) where this system has none.
fn keygen(folder: &Path, args: &[&str], input: &[u8]) -> Option<Output> {
    let mut command = Command::new("ssh-keygen");
    command.current_dir(folder).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(fault) => {
            println!("skipped: ssh-keygen is not here ({fault})");
            return None;
        }
    };
    // It may refuse its arguments before it reads: what it then says is in the output.
    let _ = child.stdin.take().unwrap().write_all(input);
    Some(child.wait_with_output().unwrap())
}

fn verifies(folder: &Path, message: &[u8]) -> Option<bool> {
    let args = ["-Y", "verify", "-f", "signers", "-I", "02c1", "-n", NAMESPACE, "-s", "s.sig"];
    keygen(folder, &args, message).map(|output| output.status.success())
}

#[test]
fn openssh_accepts_what_this_program_signs_and_refuses_it_for_another_text() {
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::from_seed(&[42; 32]);
    fs::write(folder.path().join("signers"), format!("02c1 namespaces=\"{NAMESPACE}\" {}\n", key.public())).unwrap();
    let text = armor(&key.public(), NAMESPACE, &key.sign(NAMESPACE, STATEMENT));
    fs::write(folder.path().join("s.sig"), text).unwrap();
    let Some(accepted) = verifies(folder.path(), STATEMENT) else { return };
    assert!(accepted);
    assert_eq!(verifies(folder.path(), b"another text\n"), Some(false));
}

#[test]
fn this_program_accepts_what_openssh_signs_and_writes_it_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let Some(made) = keygen(folder.path(), &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "key"], b"") else {
        return;
    };
    assert!(made.status.success(), "{made:?}");
    let signed = keygen(folder.path(), &["-Y", "sign", "-f", "key", "-n", NAMESPACE], STATEMENT).unwrap();
    let text = String::from_utf8(signed.stdout).unwrap();
    let line = fs::read_to_string(folder.path().join("key.pub")).unwrap();
    let public: PublicKey = line.trim_end().parse().unwrap();

    let Armored { key, namespace, signature } = unarmor(&text).unwrap();
    assert_eq!((&key, namespace.as_str()), (&public, NAMESPACE));
    let verifier = VerifyingKey::new(&key).unwrap();
    assert_eq!(verify(&verifier, NAMESPACE, STATEMENT, &signature), Ok(()));
    assert!(verify(&verifier, NAMESPACE, b"another text\n", &signature).is_err());
    assert_eq!(armor(&key, NAMESPACE, &signature), text);
    let base64: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let blob = Base64::decode_vec(&base64).unwrap();
    assert_eq!(blob_digest(&key, NAMESPACE, &signature), Digest::of(&blob));
}
