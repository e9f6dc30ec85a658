//! Encodes a claim as its canonical text, so that a sign-off's signature covers the trainee's claim by its digest.
//!
//! Invariant: the text leaves out what can change after the claim was made (answers, withdrawal, names, the supervisor
//! asked).

use std::fmt::Write as _;

use crate::primitives::ids::Digest;
use crate::record::claim::Claim;

/// Returns the canonical text: one field a line, in this order, with `\n` and `\\` as the only escapes.
pub fn claim_text(claim: &Claim) -> String {
    let mut text =
        format!("countersign-claim/1\nid {}\ntrainee {}\nstandard {}\n", claim.id, claim.trainee, claim.standard);
    let mut codes: Vec<_> = claim.items.iter().map(|item| item.code).collect();
    codes.sort_unstable();
    // Writing to a String cannot fail.
    for code in codes {
        let _ = writeln!(text, "item {code}");
    }
    let _ = writeln!(text, "made {}", claim.made);
    if let Some(reflection) = &claim.reflection {
        let _ = writeln!(text, "reflection {}", escaped(reflection.as_str()));
    }
    let mut files: Vec<_> = claim.evidence.iter().map(|file| (file.digest, file.name.as_str())).collect();
    files.sort_unstable();
    for (digest, name) in files {
        let _ = writeln!(text, "evidence sha256:{} {}", digest.hex(), escaped(name));
    }
    text
}

/// Returns the SHA-256 of a claim's canonical text.
pub fn claim_digest(claim: &Claim) -> Digest {
    Digest::of(claim_text(claim).as_bytes())
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::Timestamp;
    use crate::primitives::file_name::StoredFileName;
    use crate::primitives::ids::{ClaimId, StatementId};
    use crate::primitives::text::SafeText;
    use crate::record::claim::{Answered, ClaimItem};
    use crate::record::evidence::{File, FileKind};

    fn file(bytes: &[u8], name: &str) -> File {
        File {
            digest: Digest::of(bytes),
            size: 1,
            kind: FileKind::Pdf,
            name: StoredFileName::read(name.as_bytes()),
            added: Timestamp::from_seconds(5),
            erased: false,
            claims: 1,
        }
    }

    fn claim() -> Claim {
        Claim {
            id: ClaimId(uuid::Uuid::from_bytes([7; 16])),
            trainee: "7f3a".parse().unwrap(),
            trainee_name: SafeText::line("A. Trainee").unwrap(),
            standard: "ST0413 1.1".parse().unwrap(),
            items: ["S26", "S27"].map(|code| ClaimItem { code: code.parse().unwrap(), answered: None }).to_vec(),
            reflection: Some(SafeText::lines("Led it\nwith a\\b").unwrap()),
            evidence: vec![file(b"1", "a.pdf"), file(b"2", "b.pdf")],
            of: None,
            made: Timestamp::from_seconds(0),
            withdrawn: None,
            again: None,
        }
    }

    #[test]
    fn a_claim_has_one_text() {
        let [one, two] = [b"1", b"2"].map(|bytes| Digest::of(bytes).hex());
        let (first, second) = (format!("{one} a.pdf"), format!("{two} b.pdf"));
        let (first, second) = if one < two { (first, second) } else { (second, first) };
        let wanted = format!(
            "countersign-claim/1\nid 07070707-0707-0707-0707-070707070707\ntrainee 7f3a\nstandard ST0413 1.1\nitem S26\n\
            item S27\nmade 1970-01-01T00:00:00Z\nreflection Led it\\nwith a\\\\b\nevidence sha256:{first}\n\
            evidence sha256:{second}\n"
        );
        assert_eq!(claim_text(&claim()), wanted);
    }

    #[test]
    fn the_digest_covers_all_that_was_claimed_and_nothing_that_comes_after() {
        let digest = claim_digest(&claim());
        let changes: [fn(&mut Claim); 10] = [
            |c| c.id = ClaimId(uuid::Uuid::from_bytes([8; 16])),
            |c| c.trainee = "7f3b".parse().unwrap(),
            |c| c.standard = "ST0413 1.2".parse().unwrap(),
            |c| c.items.truncate(1),
            |c| c.items[0].code = "S1".parse().unwrap(),
            |c| c.reflection = None,
            |c| c.reflection = Some(SafeText::lines("Led it\nwith a\\c").unwrap()),
            |c| c.made = Timestamp::from_seconds(1),
            |c| c.evidence.truncate(1),
            |c| c.evidence[0].name = StoredFileName::read(b"c.pdf"),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut other = claim();
            change(&mut other);
            assert_ne!(claim_digest(&other), digest, "{number}");
        }
        let later: [fn(&mut Claim); 6] = [
            |c| c.withdrawn = Some(Timestamp::from_seconds(9)),
            |c| {
                let by = StatementId(uuid::Uuid::from_bytes([9; 16]));
                c.items[0].answered = Some(Answered { by, outcome: None });
            },
            |c| c.trainee_name = SafeText::line("A. Other").unwrap(),
            |c| c.of = Some(("02c1".parse().unwrap(), SafeText::line("S. Supervisor").unwrap())),
            |c| c.evidence.reverse(),
            |c| c.evidence[0].claims = 2,
        ];
        for (number, change) in later.into_iter().enumerate() {
            let mut other = claim();
            change(&mut other);
            assert_eq!(claim_digest(&other), digest, "{number}");
        }
    }
}
