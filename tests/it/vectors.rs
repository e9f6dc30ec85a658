//! The worked log, made with `ssh-keygen` and `openssl` by no code of the program: every file of it, end to end.

use std::fs;
use std::path::PathBuf;

use countersign_core::primitives::ids::{Digest, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_ledger::armor::unarmor;
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::merkle::{CompactRange, empty_root, entry, leaf_hash};
use countersign_ledger::note::LogVerifier;
use countersign_ledger::proof::{Hashes, prove_consistency, prove_inclusion, root_at, verify_consistency};
use countersign_ledger::receipt::TlogProof;
use countersign_ledger::sshsig::{NAMESPACE, VerifyingKey, blob_digest, verify};

/// The hashes of the five entries; a log so small has no complete tile.
struct Leaves(Vec<Digest>);

impl Hashes for Leaves {
    type Error = u64;

    fn leaf(&self, index: u64) -> Result<Digest, u64> {
        self.0.get(index as usize).copied().ok_or(index)
    }

    fn tile(&self, index: u64) -> Result<Digest, u64> {
        Err(index)
    }
}

fn read(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "vectors", name].iter().collect();
    fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// The value of the field `key` of a statement.
fn field<'a>(statement: &'a str, key: &str) -> &'a str {
    statement.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')).unwrap()
}

fn leaves() -> Leaves {
    Leaves((0..5).map(|n| leaf_hash(read(&format!("entry{n}.txt")).as_bytes())).collect())
}

fn log_verifier() -> LogVerifier {
    read("vkey").trim_end().parse().unwrap()
}

#[test]
fn every_statement_of_the_worked_log_is_signed_by_the_allowed_signer() {
    let signers = read("allowed_signers");
    let line = signers.trim_end().rsplitn(3, ' ').take(2).collect::<Vec<_>>();
    let key: PublicKey = format!("{} {}", line[1], line[0]).parse().unwrap();
    let verifier = VerifyingKey::new(&key).unwrap();
    for n in 0..5 {
        let statement = read(&format!("statement{n}.txt"));
        let signature = unarmor(&read(&format!("statement{n}.txt.sig"))).unwrap();
        assert_eq!((&signature.key, signature.namespace.as_str()), (&key, NAMESPACE));
        assert_eq!(verify(&verifier, NAMESPACE, statement.as_bytes(), &signature.signature), Ok(()), "{n}");
        let other = read(&format!("statement{}.txt", (n + 1) % 5));
        assert!(verify(&verifier, NAMESPACE, other.as_bytes(), &signature.signature).is_err(), "{n}");

        let id: StatementId = field(&statement, "id").parse().unwrap();
        let sealed = blob_digest(&key, NAMESPACE, &signature.signature);
        let made = entry(id, Digest::of(statement.as_bytes()), sealed);
        assert_eq!(String::from_utf8(made).unwrap(), read(&format!("entry{n}.txt")), "{n}");
    }
}

#[test]
fn the_worked_logs_checkpoints_are_the_roots_of_its_entries_and_so_is_what_each_signer_saw() {
    let mut edge = CompactRange::new();
    let leaves = leaves();
    for (n, leaf) in leaves.0.iter().enumerate() {
        let seen = format!("{} {}", edge.size(), edge.root().base64());
        assert_eq!(field(&read(&format!("statement{n}.txt")), "seen"), seen);
        edge.push(*leaf);
        if let Some(name) =
            [(2, "checkpoint3"), (4, "checkpoint5")].iter().find(|(at, _)| *at == n).map(|(_, name)| name)
        {
            let checkpoint = log_verifier().open(&read(name)).unwrap();
            assert_eq!((checkpoint.size, checkpoint.root), (edge.size(), edge.root()));
            assert_eq!(root_at(&leaves, edge.size()), Ok(edge.root()));
        }
    }
    assert_eq!(code(5, &edge.root()), read("checkpoint5.code").trim_end());
    assert_eq!(root_at(&leaves, 0), Ok(empty_root()));
}

#[test]
fn the_worked_proof_of_growth_is_the_one_that_is_made_here_and_it_holds() {
    let wanted: Vec<Digest> =
        read("consistency3-5.txt").lines().map(|line| Digest::from_base64(line).unwrap()).collect();
    assert_eq!(prove_consistency(&leaves(), 3, 5), Ok(wanted.clone()));
    let [old, new] = ["checkpoint3", "checkpoint5"].map(|name| log_verifier().open(&read(name)).unwrap());
    assert_eq!(verify_consistency(3, 5, &old.root, &new.root, &wanted), Ok(()));
    assert!(verify_consistency(3, 5, &new.root, &old.root, &wanted).is_err());
}

#[test]
fn the_worked_proof_of_entry_is_the_one_that_is_made_here_and_it_holds() {
    let hashes = prove_inclusion(&leaves(), 3, 5).unwrap();
    let proof = TlogProof { index: 3, hashes, checkpoint_text: read("checkpoint5") };
    assert_eq!(proof.render(), read("statement3.tlog-proof"));
    let checkpoint = proof.verify(read("entry3.txt").as_bytes(), &log_verifier()).unwrap();
    assert_eq!(checkpoint.size, 5);
}
