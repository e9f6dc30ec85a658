//! Checks the statements that refer to an earlier one: withdrawal, countersign, sample, acknowledgement and dispute.

use crate::people::person::{PersonRef, Role};
use crate::rules::facts::{PriorStatement, RuleContext};
use crate::rules::keys;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::signer::{acts_as, named};
use crate::statement::Statement;
use crate::statement::kind::Kind;
use crate::statement::kinds::countersign::{Countersign, MEANING_COUNTERSIGN};
use crate::statement::kinds::response::{Acknowledge, Dispute};
use crate::statement::kinds::sample::{Sample, Sampled};
use crate::statement::kinds::withdraw::Withdraw;

/// Checks that the signer or a training officer withdraws a statement on a trainee's record, once.
pub(crate) fn withdraw(
    roster: &Roster,
    statement: &Statement,
    withdraw: &Withdraw,
    prior: Option<&PriorStatement>,
) -> Result<(), RuleViolation> {
    let signer = &statement.signer;
    if let Some(prior) = prior {
        if !prior.kind.is_withdrawable() || prior.record.is_none() {
            return Err(RuleViolation::NotWithdrawable);
        }
        if prior.record.as_ref() != Some(&withdraw.trainee.id) {
            return Err(RuleViolation::NoTarget);
        }
        if prior.withdrawn {
            return Err(RuleViolation::WithdrawnAlready);
        }
    }
    named(roster, &withdraw.trainee)?;
    if withdraw.trainee.id == signer.who.id {
        return Err(RuleViolation::OwnRecord);
    }
    let own = signer.role == Role::Supervisor && prior.is_none_or(|prior| prior.signer == signer.who.id);
    match prior {
        _ if own || signer.role == Role::TrainingOfficer => Ok(()),
        Some(prior) => Err(RuleViolation::NotTheirsToWithdraw(name_of(roster, prior))),
        None => Err(RuleViolation::NotTheirsToWithdraw(withdraw.trainee.name.to_string())),
    }
}

fn name_of(roster: &Roster, prior: &PriorStatement) -> String {
    roster.people.get(&prior.signer).map_or_else(|| prior.signer.to_string(), |person| person.name.to_string())
}

/// Checks that another supervisor countersigns an achieved sign-off that counts, or another training officer a pending
/// key.
pub(crate) fn countersign(
    roster: &Roster,
    statement: &Statement,
    countersign: &Countersign,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
    let signer = &statement.signer;
    let prior = facts.prior()?;
    if let Some(prior) = prior.filter(|prior| prior.kind == Kind::Key) {
        return keys::countersign(roster, statement, countersign, &prior.signer);
    }
    acts_as(statement, Role::Supervisor)?;
    named(roster, &countersign.whose)?;
    if countersign.whose.id == signer.who.id {
        return Err(RuleViolation::OwnRecord);
    }
    if let Some(prior) = prior {
        if prior.kind != Kind::SignOff || !prior.achieved {
            return Err(RuleViolation::NotCountersignable);
        }
        if prior.record.as_ref() != Some(&countersign.whose.id) {
            return Err(RuleViolation::NoTarget);
        }
        if prior.signer == signer.who.id {
            return Err(RuleViolation::SamePerson);
        }
        counts(prior)?;
        if prior.doubted {
            return Err(RuleViolation::Doubted);
        }
        if prior.noted(Kind::Countersign, &signer.who.id) {
            return Err(RuleViolation::CountersignedAlready(signer.who.name.to_string()));
        }
    }
    if countersign.meaning.as_str() == MEANING_COUNTERSIGN { Ok(()) } else { Err(RuleViolation::OtherCountersign) }
}

fn counts(prior: &PriorStatement) -> Result<(), RuleViolation> {
    match (prior.withdrawn, prior.rejected) {
        (true, _) => Err(RuleViolation::WithdrawnAlready),
        (_, true) => Err(RuleViolation::RejectedAlready),
        _ => Ok(()),
    }
}

/// Checks that a verifier samples a sign-off that counts, neither their own nor on their own record.
pub(crate) fn sample(
    roster: &Roster,
    statement: &Statement,
    sample: &Sample,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
    let by = &statement.signer.who.id;
    named(roster, &sample.trainee)?;
    if let Some(prior) = facts.on_record(&sample.trainee)? {
        if prior.kind != Kind::SignOff {
            return Err(RuleViolation::NotSampled);
        }
        if prior.signer == *by {
            return Err(RuleViolation::OwnSample);
        }
        counts(prior)?;
    }
    if sample.trainee.id == *by {
        return Err(RuleViolation::OwnSample);
    }
    let unsaid = sample.outcome == Sampled::Rejected && sample.reason.is_none();
    if unsaid { Err(RuleViolation::SampleNeedsReason) } else { Ok(()) }
}

/// Checks that the trainee, or someone who attended a review, acknowledges another's statement, once.
pub(crate) fn acknowledge(
    roster: &Roster,
    statement: &Statement,
    acknowledge: &Acknowledge,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
    let who = &statement.signer.who;
    let prior = read(roster, &acknowledge.trainee, facts)?;
    let own = who.id == acknowledge.trainee.id && statement.signer.role == Role::Trainee;
    let Some(prior) = prior else { return Ok(()) };
    if !own && !prior.attended.contains(&who.id) {
        return Err(RuleViolation::NotTheirsToAcknowledge);
    }
    if prior.signer == who.id {
        return Err(RuleViolation::OwnStatement);
    }
    let twice = prior.noted(Kind::Acknowledge, &who.id);
    if twice { Err(RuleViolation::AcknowledgedAlready(who.name.to_string())) } else { Ok(()) }
}

/// Checks that the trainee disputes another's statement on their record, once.
pub(crate) fn dispute(
    roster: &Roster,
    statement: &Statement,
    dispute: &Dispute,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
    let who = &statement.signer.who;
    let prior = read(roster, &dispute.trainee, facts)?;
    if who.id != dispute.trainee.id || statement.signer.role != Role::Trainee {
        return Err(RuleViolation::NotTheirsToDispute);
    }
    let Some(prior) = prior else { return Ok(()) };
    if prior.signer == who.id {
        return Err(RuleViolation::OwnStatement);
    }
    let twice = prior.noted(Kind::Dispute, &who.id);
    if twice { Err(RuleViolation::DisputedAlready(who.name.to_string())) } else { Ok(()) }
}

fn read<'a>(
    roster: &Roster,
    trainee: &PersonRef,
    facts: RuleContext<'a>,
) -> Result<Option<&'a PriorStatement>, RuleViolation> {
    named(roster, trainee)?;
    facts.on_record(trainee)
}
