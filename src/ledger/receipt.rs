//! Encodes, parses and verifies inclusion proofs as C2SP `tlog-proof`: leaf index, hashes and signed checkpoint. Parsing
//! checks the format only; `verify` checks the proof.

use thiserror::Error;

use crate::merkle::leaf_hash;
use crate::note::{Checkpoint, LogVerifier, NoteFault};
use crate::proof::{ProofFault, verify_inclusion};
use countersign_core::primitives::ids::Digest;

const HEAD: &str = "c2sp.org/tlog-proof@v1";
/// The deepest tree that a 64-bit size allows.
const MOST_HASHES: usize = 63;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptFault {
    #[error("This is not a proof of entry (c2sp.org/tlog-proof@v1), or it is damaged")]
    NotOne,
    #[error(transparent)]
    Checkpoint(#[from] NoteFault),
    #[error(transparent)]
    Proof(#[from] ProofFault),
}

/// A proof that an entry is in a log, to be kept outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Leaf index, from 0.
    pub index: u64,
    /// The hashes from the leaf to the root.
    pub hashes: Vec<Digest>,
    pub checkpoint_text: String,
}

impl TlogProof {
    pub fn render(&self) -> String {
        let mut text = format!("{HEAD}\nindex {}\n", self.index);
        for hash in &self.hashes {
            text.push_str(&hash.base64());
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint_text);
        text
    }

    /// Parses a proof; only the canonical form is accepted.
    pub fn parse(text: &str) -> Result<Self, ReceiptFault> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReceiptFault::NotOne)?;
        let mut lines = head.split('\n');
        let index = match (lines.next(), lines.next().and_then(|line| line.strip_prefix("index "))) {
            (Some(HEAD), Some(index)) => index.parse().map_err(|_| ReceiptFault::NotOne)?,
            _ => return Err(ReceiptFault::NotOne),
        };
        let hashes: Vec<Digest> = lines
            .take(MOST_HASHES + 1)
            .map(Digest::from_base64)
            .collect::<Result<_, _>>()
            .map_err(|_| ReceiptFault::NotOne)?;
        let proof = Self { index, hashes, checkpoint_text: checkpoint.to_owned() };
        let sound = proof.hashes.len() <= MOST_HASHES && proof.render() == text;
        if sound { Ok(proof) } else { Err(ReceiptFault::NotOne) }
    }

    /// Verifies that the log of `verifier` contains an entry with this leaf data, and returns the checkpoint.
    pub fn verify(&self, leaf_data: &[u8], verifier: &LogVerifier) -> Result<Checkpoint, ReceiptFault> {
        let checkpoint = verifier.open(&self.checkpoint_text)?;
        verify_inclusion(&leaf_hash(leaf_data), self.index, checkpoint.size, &self.hashes, &checkpoint.root)?;
        Ok(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROOF: &str = include_str!("../../tests/fixtures/vectors/statement3.tlog-proof");
    const ENTRY: &[u8] = include_bytes!("../../tests/fixtures/vectors/entry3.txt");

    fn verifier() -> LogVerifier {
        include_str!("../../tests/fixtures/vectors/vkey").trim_end().parse().unwrap()
    }

    #[test]
    fn a_proof_made_elsewhere_reads_back_and_holds_for_its_entry_alone() {
        let proof = TlogProof::parse(PROOF).unwrap();
        assert_eq!(proof.render(), PROOF);
        assert_eq!(proof.verify(ENTRY, &verifier()).unwrap().size, 5);
        let other = include_bytes!("../../tests/fixtures/vectors/entry2.txt");
        assert_eq!(proof.verify(other, &verifier()), Err(ReceiptFault::Proof(ProofFault::Root)));
    }

    #[test]
    fn a_proof_with_any_byte_altered_is_refused() {
        for at in 0..PROOF.len() {
            for add in [1, 2, 32, 128, 200] {
                let mut altered = PROOF.as_bytes().to_vec();
                altered[at] = altered[at].wrapping_add(add);
                let Ok(text) = String::from_utf8(altered) else { continue };
                let checked = TlogProof::parse(&text).and_then(|proof| proof.verify(ENTRY, &verifier()));
                assert!(checked.is_err(), "byte {at} plus {add}");
            }
        }
    }

    #[test]
    fn a_proof_in_a_second_spelling_is_refused() {
        let long =
            PROOF.replace("index 3\n", &format!("index 3\n{}", format!("{}\n", Digest([0; 32]).base64()).repeat(61)));
        for text in ["", HEAD, &PROOF.replace("index 3", "index 03"), &PROOF.replace("index 3", "index +3"), &long] {
            assert_eq!(TlogProof::parse(text), Err(ReceiptFault::NotOne), "{text}");
        }
    }

    #[test]
    fn a_proof_of_the_only_entry_has_no_hashes() {
        let proof = TlogProof { index: 0, hashes: vec![], checkpoint_text: "x\n".into() };
        assert_eq!(TlogProof::parse(&proof.render()), Ok(proof));
    }
}
