//! Checks the statements that refer to an earlier one: withdrawal, countersign, sample, acknowledgement and dispute.

use crate::domain::people::person::{PersonRef, Role};
use crate::domain::rules::facts::{PriorStatement, RuleContext};
use crate::domain::rules::keys;
use crate::domain::rules::log_state::Roster;
use crate::domain::rules::refusal::RuleViolation;
use crate::domain::rules::signer::{acts_as, named};
use crate::domain::statement::Statement;
use crate::domain::statement::kind::Kind;
use crate::domain::statement::kinds::acknowledge::Acknowledge;
use crate::domain::statement::kinds::countersign::{Countersign, MEANING_COUNTERSIGN};
use crate::domain::statement::kinds::dispute::Dispute;
use crate::domain::statement::kinds::sample::{Sample, Sampled};
use crate::domain::statement::kinds::withdraw::Withdraw;

/// Checks that the signer or a training officer withdraws a statement on a trainee's record, once.
pub(crate) fn withdraw(
    roster: &Roster,
    statement: &Statement,
    withdraw: &Withdraw,
    said: Option<&PriorStatement>,
) -> Result<(), RuleViolation> {
    let signer = &statement.signer;
    if let Some(said) = said {
        if !said.kind.is_withdrawable() || said.record.is_none() {
            return Err(RuleViolation::NotWithdrawable);
        }
        if said.record.as_ref() != Some(&withdraw.trainee.id) {
            return Err(RuleViolation::NoTarget);
        }
        if said.withdrawn {
            return Err(RuleViolation::WithdrawnAlready);
        }
    }
    named(roster, &withdraw.trainee)?;
    if withdraw.trainee.id == signer.who.id {
        return Err(RuleViolation::OwnRecord);
    }
    let own = signer.role == Role::Supervisor && said.is_none_or(|said| said.signer == signer.who.id);
    match said {
        _ if own || signer.role == Role::TrainingOfficer => Ok(()),
        Some(said) => Err(RuleViolation::NotTheirsToWithdraw(name_of(roster, said))),
        None => Err(RuleViolation::NotTheirsToWithdraw(withdraw.trainee.name.to_string())),
    }
}

fn name_of(roster: &Roster, said: &PriorStatement) -> String {
    roster.people.get(&said.signer).map_or_else(|| said.signer.to_string(), |person| person.name.to_string())
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
    let said = facts.said()?;
    if let Some(said) = said.filter(|said| said.kind == Kind::Key) {
        return keys::countersign(roster, statement, countersign, &said.signer);
    }
    acts_as(statement, Role::Supervisor)?;
    named(roster, &countersign.whose)?;
    if countersign.whose.id == signer.who.id {
        return Err(RuleViolation::OwnRecord);
    }
    if let Some(said) = said {
        if said.kind != Kind::SignOff || !said.achieved {
            return Err(RuleViolation::NotCountersignable);
        }
        if said.record.as_ref() != Some(&countersign.whose.id) {
            return Err(RuleViolation::NoTarget);
        }
        if said.signer == signer.who.id {
            return Err(RuleViolation::SamePerson);
        }
        stands(said)?;
        if said.doubted {
            return Err(RuleViolation::Doubted);
        }
        if said.noted(Kind::Countersign, &signer.who.id) {
            return Err(RuleViolation::CountersignedAlready(signer.who.name.to_string()));
        }
    }
    if countersign.meaning.as_str() == MEANING_COUNTERSIGN { Ok(()) } else { Err(RuleViolation::OtherCountersign) }
}

fn stands(said: &PriorStatement) -> Result<(), RuleViolation> {
    match (said.withdrawn, said.rejected) {
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
    if let Some(said) = facts.on_record(&sample.trainee)? {
        if said.kind != Kind::SignOff {
            return Err(RuleViolation::NotSampled);
        }
        if said.signer == *by {
            return Err(RuleViolation::OwnSample);
        }
        stands(said)?;
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
    let said = read(roster, &acknowledge.trainee, facts)?;
    let own = who.id == acknowledge.trainee.id && statement.signer.role == Role::Trainee;
    let Some(said) = said else { return Ok(()) };
    if !own && !said.attended.contains(&who.id) {
        return Err(RuleViolation::NotTheirsToAcknowledge);
    }
    if said.signer == who.id {
        return Err(RuleViolation::OwnStatement);
    }
    let twice = said.noted(Kind::Acknowledge, &who.id);
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
    let said = read(roster, &dispute.trainee, facts)?;
    if who.id != dispute.trainee.id || statement.signer.role != Role::Trainee {
        return Err(RuleViolation::NotTheirsToDispute);
    }
    let Some(said) = said else { return Ok(()) };
    if said.signer == who.id {
        return Err(RuleViolation::OwnStatement);
    }
    let twice = said.noted(Kind::Dispute, &who.id);
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
