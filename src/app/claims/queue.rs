//! Lists the claims waiting for a supervisor and answers them with sign-offs that name the claim and its evidence.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::App;
use crate::claims::claim;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::sign;
use crate::record::{records, sign_off};
use crate::standards::adopted;
use countersign_core::filter::Filter;
use countersign_core::filter::row::{FilterRow, Flags, KsbFact};
use countersign_core::filter::term::FilterFlag;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{ClaimId, KsbCode, KsbKind, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::claim::{Claim, ClaimItem, ClaimState, QueueRow};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{ClaimDetail, ClaimKsb, MOST_RECORDS, Observation, SignedReceipt, deciding};
use countersign_core::standard::Standard;
use countersign_core::statement::Body;
use countersign_store::error::damaged;
use countersign_store::index::people;
use countersign_store::queries::queue::{self, ClaimNo};

/// A page of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueWindow {
    /// The rows, oldest first.
    pub rows: Vec<QueueRow>,
    /// The total number of claims that match the filter.
    pub of: u64,
}

/// Returns a page of the claims waiting for a supervisor or for anyone in their department, from `skip` on; everyone's
/// if `supervisor` is `None`.
pub fn queue(
    app: &App,
    supervisor: Option<&PersonId>,
    filter: &Filter,
    (skip, most): (u64, usize),
) -> Result<QueueWindow, Error> {
    if filter.is_empty() {
        return app.log.db.read(|tx| {
            let of = queue::of(tx, supervisor)?;
            let rows = queue::rows(tx, &app.viewer, &of, (skip, most))?;
            Ok(QueueWindow { rows, of: queue::count(tx, &app.viewer, &of)? })
        });
    }
    let fits = waiting_that(app, supervisor, filter)?;
    let past = usize::try_from(skip).unwrap_or(usize::MAX).min(fits.len());
    let window = &fits[past..past.saturating_add(most).min(fits.len())];
    let rows = app.log.db.read(|tx| queue::rows_of(tx, &app.viewer, window))?;
    Ok(QueueWindow { rows, of: fits.len() as u64 })
}

/// Returns the waiting claims that match a filter, oldest first, without reading any claim in full.
fn waiting_that(app: &App, supervisor: Option<&PersonId>, filter: &Filter) -> Result<Vec<ClaimNo>, Error> {
    // KSB conditions cost most, so they are checked last and only for what passes the rest.
    let (rest, duties) = (filter.without_ksbs(), filter.asks_duties());
    let (mut fits, mut trainees) = (Vec::new(), Vec::new());
    app.log.db.read(|tx| {
        let of = queue::of(tx, supervisor)?;
        queue::each(tx, &app.viewer, &of, &mut |claim| {
            let whom = claim.of.unwrap_or("anyone");
            let facts = FilterRow {
                texts: &[claim.trainee_name, whom, claim.says],
                by: &[whom],
                day: Some(claim.made.local_day()),
                level: claim.level,
                ..FilterRow::default()
            };
            if rest.fits(&facts) {
                fits.push(claim.claim);
                trainees.extend(Some(claim.trainee.to_owned()).filter(|_| duties));
            }
        })
    })?;
    if !filter.asks_ksbs() {
        return Ok(fits);
    }
    let codes = app.log.db.read(|tx| queue::codes(tx, &app.viewer, &fits))?;
    let mut kept = Vec::new();
    for (at, (claim, codes)) in fits.iter().zip(codes).enumerate() {
        let standard = match trainees.get(at) {
            Some(trainee) => course_of(app, &trainee.parse().map_err(damaged)?)?,
            None => None,
        };
        let ksb = |code| standard.as_ref().and_then(|standard| standard.ksb(code));
        let fits = |code: KsbCode| {
            let duties = ksb(code).map_or(&[][..], |ksb| &ksb.duties);
            filter.fits_ksb(&KsbFact { code, state: State::Claimed, duties })
        };
        kept.extend(Some(*claim).filter(|_| codes.into_iter().any(fits)));
    }
    Ok(kept)
}

/// Returns the standard a trainee is enrolled on, if any.
pub(crate) fn course_of(app: &App, trainee: &PersonId) -> Result<Option<Arc<Standard>>, Error> {
    let enrolment = app.log.db.read(|tx| people::enrolment(tx, trainee))?;
    match enrolment {
        Some(enrolment) => Ok(app.log.standard_in(&enrolment.standard, &enrolment.scope)?),
        None => Ok(None),
    }
}

/// Returns a trainee's claims that match a filter, newest first; without a trainee, all waiting claims, oldest first.
pub fn filter_claims(app: &App, trainee: Option<&PersonId>, filter: &Filter) -> Result<Vec<Claim>, Error> {
    let mut claims = if let Some(id) = trainee {
        claim::claims_of(app, id)?
    } else {
        let window = queue(app, None, &Filter::default(), (0, usize::MAX))?;
        window.rows.iter().map(|row| claim::claim_of(app, row.claim)).collect::<Result<Vec<_>, Error>>()?
    };
    let mut fits = Vec::new();
    for claim in &claims {
        let standard = if filter.asks_duties() { Some(adopted::standard(app, &claim.standard)?) } else { None };
        fits.push(is_asked_for(claim, standard.as_deref(), filter));
    }
    let mut fits = fits.into_iter();
    claims.retain(|_| fits.next() == Some(true));
    Ok(claims)
}

/// Returns a claim with the texts, states and newest records of its KSBs.
pub fn claim_sheet(app: &App, id: ClaimId) -> Result<ClaimDetail, Error> {
    let claim = claim::claim_of(app, id)?;
    let standard = adopted::standard(app, &claim.standard)?;
    let trainee_record = records::trainee_record(app, &claim.trainee)?;
    let mut items = Vec::new();
    for item in &claim.items {
        let state = trainee_record.all().find(|(ksb, _)| ksb.code == item.code).map_or(State::Open, |(_, state)| state);
        let records = records::records(app, &claim.trainee, item.code, MOST_RECORDS)?;
        items.push(ClaimKsb {
            code: item.code,
            text: standard
                .ksb(item.code)
                .or(trainee_record.ksb(item.code))
                .map(|ksb| ksb.text.clone())
                .unwrap_or_default(),
            state,
            waits: claim.waiting().any(|code| code == item.code),
            newest: deciding(&records, &trainee_record.policy).cloned(),
        });
    }
    Ok(ClaimDetail { claim, items })
}

/// Signs off everything waiting in these claims of one trainee, or only `codes`, in one transaction. Each statement
/// names its claim and evidence.
pub fn answer_claims(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    ids: &[ClaimId],
    codes: Option<&[KsbCode]>,
    seen: &Observation,
) -> Result<SignedReceipt, Error> {
    let doing = "Answering claims";
    let claims = ids.iter().map(|id| claim::claim_of(app, *id)).collect::<Result<Vec<_>, Error>>();
    let claims = claims.map_err(|e| e.context(doing))?;
    let bodies = answers(app, &claims, codes, seen).map_err(|e| e.context(doing))?;
    let items = sign_off::items_of(&bodies);
    let done = sign::sign(app, signer, Role::Supervisor, proof, bodies).map_err(|e| e.context(doing))?;
    let claim = claims.into_iter().next().ok_or_else(no_claim)?;
    let warning = sign_off::warning(app, &claim.trainee, &items, seen)?;
    Ok(app.receipt(claim.trainee_name, done, warning))
}

fn answers(app: &App, claims: &[Claim], codes: Option<&[KsbCode]>, seen: &Observation) -> Result<Vec<Body>, Error> {
    let first = claims.first().ok_or_else(no_claim)?;
    if let Some(other) = claims.iter().find(|claim| claim.trainee != first.trainee) {
        let (one, two) = (&first.trainee_name, &other.trainee_name);
        return Err(Error::usage(format!("These claims are from {one} and {two}"))
            .hint("Answer the claims of one trainee at a time"));
    }
    let wanted = |code: &KsbCode| codes.is_none_or(|codes| codes.contains(code));
    for claim in claims {
        if claim.waiting().next().is_none() {
            return Err(Error::refused(format!("Claim {} is no longer waiting: it is {}", claim.id, claim.state()))
                .hint("Look at the queue again"));
        }
    }
    let waiting: BTreeSet<KsbCode> = claims.iter().flat_map(Claim::waiting).filter(wanted).collect();
    if let Some(missing) = codes.unwrap_or_default().iter().find(|code| !waiting.contains(code)) {
        return Err(Error::usage(format!("{missing} is not waiting in these claims")));
    }
    let trainee = app.person(&first.trainee)?;
    let codes: Vec<KsbCode> = waiting.into_iter().collect();
    let mut bodies = sign_off::sign_offs(app, &trainee, &codes, seen)?;
    for body in &mut bodies {
        let Body::SignOff(sign_off) = body else { continue };
        let (standard, code) = (sign_off.item.standard.clone(), sign_off.item.code);
        let claim = claims.iter().find(|claim| claim.waiting().any(|waits| waits == code));
        let Some(claim) = claim else { continue };
        // A local competence is claimed on the standard but signed off on its own list.
        if claim.standard != standard && code.kind != KsbKind::Local {
            return Err(Error::refused(format!(
                "{} is on {standard} now. The claim is on {}",
                trainee.name, claim.standard
            ))
            .hint("Ask the trainee to take the claim back and claim again"));
        }
        sign_off.claim = Some(claim.id);
    }
    Ok(bodies)
}

fn is_asked_for(claim: &Claim, standard: Option<&Standard>, filter: &Filter) -> bool {
    let duties = |code| standard.and_then(|standard| standard.ksb(code)).map_or(&[][..], |ksb| &ksb.duties);
    let fact = |item: &ClaimItem| KsbFact { code: item.code, state: State::Claimed, duties: duties(item.code) };
    let ksbs: Vec<KsbFact<'_>> = claim.items.iter().map(fact).collect();
    let whom = claim.of.as_ref().map_or("anyone", |(_, name)| name.as_str());
    let mut texts = vec![claim.trainee_name.as_str(), whom, claim.reflection.as_ref().map_or("", SafeText::as_str)];
    texts.extend(claim.evidence.iter().map(|file| file.name.as_str()));
    let is = |state| claim.state() == state;
    let flags = Flags::default().with(FilterFlag::Waiting, is(ClaimState::Waiting));
    let flags = flags.with(FilterFlag::Answered, is(ClaimState::Answered));
    filter.fits(&FilterRow {
        texts: &texts,
        ksbs: &ksbs,
        by: &[whom],
        day: Some(claim.made.local_day()),
        flags: flags.with(FilterFlag::Withdrawn, is(ClaimState::Withdrawn)),
        ..FilterRow::default()
    })
}

fn no_claim() -> Error {
    Error::usage("No claim is named").hint("`countersign queue` shows the waiting claims")
}
