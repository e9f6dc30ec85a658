//! Records sign-offs and withdrawals.

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::{sign, statements};
use crate::people::person;
use crate::standards::{adopted, local};
use countersign_core::people::person::{Person, PersonRef, Role};
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::ids::{KsbCode, KsbKind, PersonId, StandardRef, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::KsbOutcome;
use countersign_core::record::recorded::{items_words, seen_early, stays_signed};
use countersign_core::record::view::{Observation, SignedReceipt, TraineeRecord};
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::scope::NotAsked;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::sign_off::{Item, MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Outcome, SignOff};
use countersign_core::statement::kinds::withdraw::Withdraw;
use countersign_store::index::{people, sign_off_index};

/// Signs off KSBs of a trainee in one transaction.
pub fn sign_off(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    trainee: &PersonId,
    codes: &[KsbCode],
    seen: &Observation,
) -> Result<SignedReceipt, Error> {
    let trainee = app.person(trainee)?;
    let doing = format!("Recording {} for {}", items_words(codes), trainee.name);
    let bodies = sign_offs(app, &trainee, codes, seen).map_err(|e| e.context(doing.clone()))?;
    let items = items_of(&bodies);
    let done = sign::sign(app, signer, Role::Supervisor, proof, bodies).map_err(|e| e.context(doing))?;
    let warning = warning(app, &trainee.id, &items, seen)?;
    Ok(app.receipt(trainee.name, done, warning))
}

/// Withdraws a sign-off, countersignature or progress review: one's own, or any as a training officer.
pub fn withdraw(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    of: StatementId,
    reason: &SafeText,
) -> Result<SignedReceipt, Error> {
    withdraw_all(app, signer, proof, &[of], reason)
}

/// Withdraws several statements in one transaction, all or none.
pub fn withdraw_all(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    of: &[StatementId],
    reason: &SafeText,
) -> Result<SignedReceipt, Error> {
    let doing = if of.len() == 1 { "Withdrawing a record" } else { "Withdrawing records" };
    let by = app.person(signer)?;
    let (mut bodies, mut names, mut own) = (Vec::new(), Vec::new(), true);
    for of in of {
        let statement = statements::referenced_statement(app, *of).map_err(|e| e.context(doing))?;
        let whose = statement.body.trainee().filter(|_| statement.body.kind().is_withdrawable());
        let whose = whose.ok_or_else(|| Error::from(RuleViolation::NotWithdrawable).context(doing))?;
        own &= statement.signer.who.id == *signer && by.may_act_as(Role::Supervisor);
        // The trainee's current name, which may have changed since the sign-off.
        let trainee = app.person(&whose.id)?;
        let whose = PersonRef { id: trainee.id, name: trainee.name.clone() };
        bodies.push(Body::Withdraw(Withdraw { of: *of, trainee: whose, reason: reason.clone() }));
        names.push(trainee.name);
    }
    names.dedup();
    let trainee = names.into_iter().next().ok_or_else(|| Error::usage("Nothing is named").context(doing))?;
    // Without that role, the rules refuse another signer's statement and name the signer.
    let role = if own || !by.may_act_as(Role::TrainingOfficer) { Role::Supervisor } else { Role::TrainingOfficer };
    let done = sign::sign(app, signer, role, proof, bodies).map_err(|e| e.context(doing))?;
    Ok(app.receipt(trainee, done, None))
}

/// Refuses KSBs that a trainee does not answer for, with the reason, and codes that their standard does not have.
pub fn answers_for(app: &App, trainee_record: &TraineeRecord, codes: &[KsbCode]) -> Result<(), Error> {
    let card = &trainee_record.trainee;
    let Some(code) = codes.iter().copied().find(|code| trainee_record.ksb(*code).is_none()) else { return Ok(()) };
    match adopted::standard(app, &card.standard)?.why_not_asked(&card.scope, code) {
        Some(why) => Err(not_asked(&card.name, code, &why)),
        None => Err(no_code(&card.standard, code)),
    }
}

/// Returns a warning if the observation was before the programme began.
pub(crate) fn early(app: &App, trainee: &PersonId, observed: NaiveDate) -> Result<Option<String>, Error> {
    Ok(person::enrolment(app, trainee)?.and_then(|enrolment| seen_early(observed, enrolment.start)))
}

/// Returns the items that are signed.
pub(crate) fn items_of(bodies: &[Body]) -> Vec<(StandardRef, KsbCode)> {
    let mut items = Vec::new();
    for body in bodies {
        if let Body::SignOff(sign_off) = body {
            items.push((sign_off.item.standard.clone(), sign_off.item.code));
        }
    }
    items
}

/// Returns what somebody should know of what was signed just now: that the day seen is before the programme began, or that
/// another record still decides.
pub(crate) fn warning(
    app: &App,
    trainee: &PersonId,
    items: &[(StandardRef, KsbCode)],
    seen: &Observation,
) -> Result<Option<String>, Error> {
    let early = early(app, trainee, seen.observed)?;
    let stay = stays_signed(&still_achieved(app, trainee, items, seen)?);
    let all: Vec<String> = early.into_iter().chain(stay).collect();
    Ok((!all.is_empty()).then(|| all.join(". ")))
}

/// Returns the items whose state a *not achieved* did not change, because they were achieved on a later day.
pub(crate) fn still_achieved(
    app: &App,
    trainee: &PersonId,
    items: &[(StandardRef, KsbCode)],
    seen: &Observation,
) -> Result<Vec<KsbCode>, Error> {
    if seen.outcome == Outcome::Achieved {
        return Ok(Vec::new());
    }
    let policy = app.measure()?.policy;
    app.log.db.read(|tx| {
        let mut codes = Vec::new();
        for (on, code) in items {
            let state = sign_off_index::shown_without(tx, &app.viewer, (trainee, on, *code), &[], &policy)?;
            codes.extend(matches!(state, Some(KsbOutcome::Achieved { .. })).then_some(*code));
        }
        Ok(codes)
    })
}

pub(crate) fn sign_offs(
    app: &App,
    trainee: &Person,
    codes: &[KsbCode],
    seen: &Observation,
) -> Result<Vec<Body>, Error> {
    if codes.is_empty() {
        return Err(Error::usage("No KSB is marked").hint("Press space to mark one"));
    }
    if seen.observed > app.clock.today() {
        return Err(Error::usage("The day seen is in the future")
            .hint("Give the day that it was seen: today, yesterday, 20 Nov"));
    }
    if let Some(action) = seen.action.as_ref().filter(|action| action.by < app.clock.today()) {
        return Err(Error::from(RuleViolation::ActionPast(long_day(action.by)))
            .hint("Give today or a later day: in 2 weeks, friday, 12 Dec"));
    }
    let enrolment = app.log.db.read(|tx| people::enrolment(tx, &trainee.id))?;
    let enrolment = enrolment.ok_or_else(|| person::not_enrolled(trainee))?;
    let reference = &enrolment.standard;
    let standard = app.log.standard(reference)?;
    let standard = standard.ok_or_else(|| Error::refused(format!("{reference} is not in the file")))?;
    let meaning = meaning(seen.outcome)?;
    let mut chosen: Vec<KsbCode> = codes.to_vec();
    chosen.sort_unstable();
    chosen.dedup();
    let lists = local::lists_for(app, reference)?;
    let body = |code: KsbCode| {
        let of = lists.iter().chain([&standard]).find_map(|of| of.ksb(code).map(|ksb| (of.reference(), ksb)));
        let (of, ksb) = of.ok_or_else(|| no_code(reference, code))?;
        if let Some(why) = standard.why_not_asked(&enrolment.scope, code) {
            return Err(not_asked(&trainee.name, code, &why));
        }
        answers(app, (&trainee.id, of, code), seen)?;
        Ok(Body::SignOff(SignOff {
            trainee: PersonRef { id: trainee.id.clone(), name: trainee.name.clone() },
            item: Item { standard: of.clone(), code, text: ksb.digest },
            outcome: seen.outcome,
            method: seen.method,
            supervision: seen.supervision,
            observed: seen.observed,
            place: seen.place.clone(),
            feedback: seen.feedback.clone(),
            action: seen.action.clone(),
            late: seen.late.clone(),
            claim: None,
            claimed: None,
            evidence: Vec::new(),
            meaning: meaning.clone(),
        }))
    };
    chosen.into_iter().map(body).collect()
}

/// Refuses an *achieved* of a day before one on which the item was not achieved: what was seen last decides, so it would
/// change nothing, although the signer expects it to.
fn answers(app: &App, item: (&PersonId, &StandardRef, KsbCode), seen: &Observation) -> Result<(), Error> {
    if seen.outcome == Outcome::NotAchieved {
        return Ok(());
    }
    let policy = app.measure()?.policy;
    let not_achieved = app.log.db.read(|tx| sign_off_index::not_achieved_on(tx, &app.viewer, item, &policy))?;
    let Some(later) = not_achieved.filter(|day| seen.observed < *day) else { return Ok(()) };
    let (code, seen, later) = (item.2, long_day(seen.observed), long_day(later));
    Err(Error::refused(format!("{code} was not achieved on {later}, which is after the day seen, {seen}")).hint(format!(
        "Nothing was signed. Sign {code} when it is seen again; if the record of {later} is wrong, withdraw it first"
    )))
}

/// Returns the declaration that is signed for an outcome.
pub fn meaning(outcome: Outcome) -> Result<SafeText, Error> {
    Ok(SafeText::line(match outcome {
        Outcome::Achieved => MEANING_ACHIEVED,
        Outcome::NotAchieved => MEANING_NOT_ACHIEVED,
    })?)
}

/// Returns the error for a KSB outside the trainee's scope.
pub fn not_asked(name: &SafeText, code: KsbCode, why: &NotAsked) -> Error {
    let hint = match why {
        NotAsked::Option { .. } => "A training officer changes an option: `countersign enrolment option`",
        NotAsked::LeftOut(_) => "A training officer can include it again: `countersign enrolment include`",
    };
    Error::refused(format!("{code} is not required of {name}: {why}")).hint(hint)
}

/// Returns the error for an unknown KSB or local competence.
pub fn no_code(of: &StandardRef, code: KsbCode) -> Error {
    if code.kind == KsbKind::Local {
        return Error::usage(format!("No list of local competences for {of} has {code}"))
            .hint("`countersign competences list` shows the lists");
    }
    Error::usage(format!("{of} has no {code}")).hint(format!("`countersign standard show \"{of}\"` lists the codes"))
}
