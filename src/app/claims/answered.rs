//! Links a sign-off to the claim it answers, by the claim's id and the digest of its text.

use crate::error::Error;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{ClaimId, Digest};
use countersign_core::record::claim::Claim;
use countersign_core::record::claim_text::claim_digest;
use countersign_core::record::evidence::File;
use countersign_core::statement::kinds::sign_off::Evidence;
use countersign_core::statement::{Body, Statement};
use countersign_store::claims;
use countersign_store::db::Tx;
use countersign_store::erased_and_imported::erased;
use countersign_store::error::{StoreError, damaged};
use countersign_store::index::scratch::{answered_in_file, withdrawn_in_file};

/// Adds to a sign-off the claim that waits for it, if there is one: its id, the digest of its text, and its evidence.
pub(crate) fn name_claim(tx: &Tx<'_>, body: &mut Body) -> Result<(), Error> {
    let Body::SignOff(sign_off) = body else { return Ok(()) };
    if sign_off.claim.is_none() {
        let item = &sign_off.item;
        sign_off.claim = claims::waiting_for(tx, &sign_off.trainee.id, &item.standard, item.code)?;
    }
    let Some(id) = sign_off.claim else { return Ok(()) };
    // Claims are not in the log, so nothing else notices that this one went while somebody looked at it.
    if !claims::waits(tx, id, sign_off.item.code)? {
        return Err(changed_claim());
    }
    if let Some(claim) = claims::claim(tx, &Viewer::Department, id)? {
        sign_off.claimed = Some(claim_digest(&claim));
        sign_off.evidence = evidence_of(&claim)?;
    }
    Ok(())
}

/// The error for a claim that is not the one that the signer saw.
pub(crate) fn changed_claim() -> Error {
    Error::refused("A claim was made, replaced, withdrawn or answered meanwhile. Nothing was signed")
        .hint("Look at the claims again, then sign")
}

/// Returns the evidence that came with a claim and is still there, in the order in which a statement names it.
fn evidence_of(claim: &Claim) -> Result<Vec<Evidence>, Error> {
    let named = |file: &File| {
        let name = file.name.to_save(&file.digest, file.kind.ending()).map_err(damaged)?;
        Ok::<_, StoreError>(Evidence { digest: file.digest, name: name.text().clone() })
    };
    let mut all = claim.evidence.iter().filter(|file| !file.erased).map(named).collect::<Result<Vec<_>, _>>()?;
    all.sort_unstable_by(|a, b| (a.digest, &a.name).cmp(&(b.digest, &b.name)));
    Ok(all)
}

/// What is wrong with a claim that a sign-off answers, as a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClaimFault {
    Wrong(&'static str),
    Absent(ClaimId, &'static str),
}

/// Checks the claim digests named in sign-offs against the claims in the file.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// The last claim looked up: the KSBs of one claim are mostly signed off together.
    last: Option<(ClaimId, Option<Digest>)>,
}

impl Claims {
    /// Returns what is wrong with the claim that a statement names. The claim of an imported statement may be lost.
    pub(crate) fn fault(
        &mut self,
        tx: &Tx<'_>,
        (statement, at): (&Statement, u64),
        put_back: bool,
    ) -> Option<ClaimFault> {
        let Body::SignOff(sign_off) = &statement.body else { return None };
        let (id, named) = (sign_off.claim?, sign_off.claimed?);
        let found = match self.last {
            Some((last, found)) if last == id => found,
            _ => claims::claim(tx, &Viewer::Department, id).ok().flatten().as_ref().map(claim_digest),
        };
        self.last = Some((id, found));
        let answered = answered_in_file(tx, id, sign_off.item.code).ok().flatten();
        match found {
            // The claim must be answered by this sign-off, unless that was imported after another answer or is withdrawn.
            Some(found)
                if found == named
                    && !put_back
                    && answered != Some(Some(at))
                    && !withdrawn_in_file(tx, at).unwrap_or(false) =>
            {
                Some(ClaimFault::Wrong(
                    "The claim that it answers is recorded as answered by something else, or not answered",
                ))
            }
            Some(found) if found == named => None,
            // The claim's text and files were erased with the sign-off that last answered it.
            Some(_) if put_back && answered.flatten().is_some_and(|at| erased(tx, at).is_ok_and(|e| e.is_some())) => {
                None
            }
            Some(_) => Some(ClaimFault::Wrong(
                "The claim that it answers was changed, so it is not the one that was signed: its words, KSBs, time or files differ",
            )),
            None if put_back => None,
            None => Some(ClaimFault::Absent(id, "The claim that it answers is not in the file")),
        }
    }
}
