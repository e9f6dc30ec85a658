//! The queue and what answers it: claims that wait for a supervisor, signed off with the claim and its evidence named. Must
//! never sign for what the trainee took back.

use std::collections::BTreeSet;

use crate::app::error::Error;
use crate::app::service::App;
use crate::app::session::Proof;
use crate::domain::claim::{Claim, QueueRow};
use crate::domain::competence::State;
use crate::domain::person::Role;
use crate::domain::statement::{Body, Evidence};
use crate::domain::value::{ClaimId, KsbCode, KsbKind, PersonId};
use crate::domain::view::{ClaimKsb, ClaimSheet, MOST_RECORDS, Observation, Receipted, Record};
use crate::store::queue;

/// A window of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueWindow {
    /// The rows, oldest first.
    pub rows: Vec<QueueRow>,
    /// How many fit in all.
    pub of: u64,
}

impl App {
    /// So many claims that wait for a supervisor or for anyone of their department, from `skip` on; everyone's where nobody
    /// is named. With a filter, its words all stand in the trainee's name, the codes or whom is asked.
    pub fn queue(
        &self,
        supervisor: Option<&PersonId>,
        filter: &str,
        (skip, most): (u64, usize),
    ) -> Result<QueueWindow, Error> {
        let words: Vec<String> = filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
        self.book.db.read(|tx| {
            let of = queue::of(tx, supervisor)?;
            if words.is_empty() {
                let rows = queue::rows(tx, &self.viewer, &of, (skip, most))?;
                return Ok(QueueWindow { rows, of: queue::count(tx, &self.viewer, &of)? });
            }
            let mut rows = queue::rows(tx, &self.viewer, &of, (0, usize::MAX))?;
            rows.retain(|row| words.iter().all(|word| holds(row, word)));
            let of = rows.len() as u64;
            let past = usize::try_from(skip).unwrap_or(usize::MAX).min(rows.len());
            rows.drain(..past);
            rows.truncate(most);
            Ok(QueueWindow { rows, of })
        })
    }

    /// A claim with its KSBs' texts, states and newest records.
    pub fn claim_sheet(&mut self, id: ClaimId) -> Result<ClaimSheet, Error> {
        let claim = self.claim_of(id)?;
        let standard = self.standard(&claim.standard)?;
        let standing = self.standing(&claim.trainee)?;
        let mut items = Vec::new();
        for item in &claim.items {
            let state = standing.all().find(|(ksb, _)| ksb.code == item.code).map_or(State::Open, |(_, state)| state);
            let records = self.records(&claim.trainee, item.code, MOST_RECORDS)?;
            items.push(ClaimKsb {
                code: item.code,
                text: standard
                    .ksb(item.code)
                    .or(standing.ksb(item.code))
                    .map(|ksb| ksb.text.clone())
                    .unwrap_or_default(),
                state,
                waits: claim.waiting().any(|code| code == item.code),
                newest: records.into_iter().find(Record::is_live),
            });
        }
        Ok(ClaimSheet { claim, items })
    }

    /// Signs off what waits in claims of one trainee: all of it, or of these codes, in one transaction. Each statement names
    /// its claim and the evidence that it rests on.
    pub fn answer_claims(
        &mut self,
        signer: &PersonId,
        proof: &Proof,
        ids: &[ClaimId],
        codes: Option<&[KsbCode]>,
        seen: &Observation,
    ) -> Result<Receipted, Error> {
        let doing = "Answering claims";
        let claims = ids.iter().map(|id| self.claim_of(*id)).collect::<Result<Vec<_>, Error>>();
        let claims = claims.map_err(|e| e.doing(doing))?;
        let bodies = self.answers(&claims, codes, seen).map_err(|e| e.doing(doing))?;
        let done = self.state(signer, Role::Supervisor, proof, bodies).map_err(|e| e.doing(doing))?;
        let trainee = claims.into_iter().next().map(|claim| claim.trainee_name);
        let trainee = trainee.ok_or_else(no_claim)?;
        Ok(Receipted { trainee, ids: done.ids, head: done.head, beside: self.trouble() })
    }

    fn answers(&mut self, claims: &[Claim], codes: Option<&[KsbCode]>, seen: &Observation) -> Result<Vec<Body>, Error> {
        let first = claims.first().ok_or_else(no_claim)?;
        if let Some(other) = claims.iter().find(|claim| claim.trainee != first.trainee) {
            let (one, two) = (&first.trainee_name, &other.trainee_name);
            return Err(Error::usage(format!("These are claims of {one} and of {two}"))
                .hint("One trainee's are signed in one go, then the next one's"));
        }
        let wanted = |code: &KsbCode| codes.is_none_or(|codes| codes.contains(code));
        for claim in claims {
            if claim.waiting().next().is_none() {
                return Err(Error::refused(format!("The claim {} waits no more: it is {}", claim.id, claim.state()))
                    .hint("Look at the queue again"));
            }
        }
        let waiting: BTreeSet<KsbCode> = claims.iter().flat_map(Claim::waiting).filter(wanted).collect();
        if let Some(missing) = codes.unwrap_or_default().iter().find(|code| !waiting.contains(code)) {
            return Err(Error::usage(format!("{missing} does not wait in these claims")));
        }
        let trainee = self.person(&first.trainee)?;
        let codes: Vec<KsbCode> = waiting.into_iter().collect();
        let mut bodies = self.sign_offs(&trainee, &codes, seen)?;
        for body in &mut bodies {
            let Body::SignOff(sign_off) = body else { continue };
            let (standard, code) = (sign_off.item.standard.clone(), sign_off.item.code);
            let claim = claims.iter().find(|claim| claim.waiting().any(|waits| waits == code));
            let Some(claim) = claim else { continue };
            // A local competence is claimed on the standard and signed off by its list.
            if claim.standard != standard && code.kind != KsbKind::Local {
                return Err(Error::refused(format!(
                    "{} is on {standard} now; the claim is on {}",
                    trainee.name, claim.standard
                ))
                .hint("They take it back and claim anew"));
            }
            let evidence = claim.evidence.iter().filter(|file| !file.erased);
            sign_off.claim = Some(claim.id);
            sign_off.evidence =
                evidence.map(|file| Evidence { digest: file.digest, name: file.name.clone() }).collect();
            sign_off.evidence.sort_unstable_by(|a, b| (a.digest, &a.name).cmp(&(b.digest, &b.name)));
        }
        Ok(bodies)
    }
}

fn holds(row: &QueueRow, word: &str) -> bool {
    let whom = row.of.as_ref().map(|of| of.as_str().to_lowercase());
    row.trainee_name.as_str().to_lowercase().contains(word)
        || row.codes.iter().any(|code| code.to_string().eq_ignore_ascii_case(word))
        || whom.is_some_and(|whom| whom.contains(word))
}

fn no_claim() -> Error {
    Error::usage("No claim is named").hint("`countersign queue` shows those that wait")
}
