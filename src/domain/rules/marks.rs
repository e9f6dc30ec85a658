//! What may be said of an earlier statement on a record. Must never judge the statement itself anew.

use crate::domain::person::{Named, Role};
use crate::domain::record_marks::{Acknowledge, Countersign, Dispute, MEANING_COUNTERSIGN, Sample, Sampled};
use crate::domain::roster::Roster;
use crate::domain::rules::facts::{Facts, Said};
use crate::domain::rules::keys;
use crate::domain::rules::refusal::Refusal;
use crate::domain::rules::who::{acts_as, named};
use crate::domain::statement::{Kind, Statement, Withdraw};

/// A sign-off, countersign or review is withdrawn by who signed it or a training officer, once.
pub(crate) fn withdraw(
    roster: &Roster,
    statement: &Statement,
    withdraw: &Withdraw,
    said: Option<&Said>,
) -> Result<(), Refusal> {
    let signer = &statement.signer;
    if let Some(said) = said {
        if !withdrawable(said.kind) || said.record.is_none() {
            return Err(Refusal::NotWithdrawable);
        }
        if said.record.as_ref() != Some(&withdraw.trainee.id) {
            return Err(Refusal::NoTarget);
        }
        if said.withdrawn {
            return Err(Refusal::WithdrawnAlready);
        }
    }
    named(roster, &withdraw.trainee)?;
    if withdraw.trainee.id == signer.who.id {
        return Err(Refusal::OwnRecord);
    }
    let own = signer.role == Role::Supervisor && said.is_none_or(|said| said.signer == signer.who.id);
    match said {
        _ if own || signer.role == Role::TrainingOfficer => Ok(()),
        Some(said) => Err(Refusal::NotTheirsToWithdraw(name_of(roster, said))),
        None => Err(Refusal::NotTheirsToWithdraw(withdraw.trainee.name.to_string())),
    }
}

/// Whether a statement of this kind may be withdrawn.
#[must_use]
pub fn withdrawable(kind: Kind) -> bool {
    use Kind::{Confirm, Countersign, Hours, Recognition, Requirement, Review, SignOff, TrainingPlan};
    matches!(kind, SignOff | Countersign | Review | Hours | Recognition | TrainingPlan | Requirement | Confirm)
}

fn name_of(roster: &Roster, said: &Said) -> String {
    roster.people.get(&said.signer).map_or_else(|| said.signer.to_string(), |person| person.name.to_string())
}

/// An achieved sign-off that stands gets another supervisor's signature; a key that waits, another training officer's.
pub(crate) fn countersign(
    roster: &Roster,
    statement: &Statement,
    countersign: &Countersign,
    facts: Facts<'_>,
) -> Result<(), Refusal> {
    let signer = &statement.signer;
    let said = facts.said()?;
    if let Some(said) = said.filter(|said| said.kind == Kind::Key) {
        return keys::countersign(roster, statement, countersign, &said.signer);
    }
    acts_as(statement, Role::Supervisor)?;
    named(roster, &countersign.whose)?;
    if countersign.whose.id == signer.who.id {
        return Err(Refusal::OwnRecord);
    }
    if let Some(said) = said {
        if said.kind != Kind::SignOff || !said.achieved {
            return Err(Refusal::NotCountersignable);
        }
        if said.record.as_ref() != Some(&countersign.whose.id) {
            return Err(Refusal::NoTarget);
        }
        if said.signer == signer.who.id {
            return Err(Refusal::SamePerson);
        }
        stands(said)?;
        if said.doubted {
            return Err(Refusal::Doubted);
        }
        if said.noted(Kind::Countersign, &signer.who.id) {
            return Err(Refusal::CountersignedAlready(signer.who.name.to_string()));
        }
    }
    if countersign.meaning.as_str() == MEANING_COUNTERSIGN { Ok(()) } else { Err(Refusal::OtherCountersign) }
}

fn stands(said: &Said) -> Result<(), Refusal> {
    match (said.withdrawn, said.rejected) {
        (true, _) => Err(Refusal::WithdrawnAlready),
        (_, true) => Err(Refusal::RejectedAlready),
        _ => Ok(()),
    }
}

/// A sign-off that stands is sampled by a verifier who neither signed it nor is its trainee.
pub(crate) fn sample(roster: &Roster, statement: &Statement, sample: &Sample, facts: Facts<'_>) -> Result<(), Refusal> {
    acts_as(statement, Role::Verifier)?;
    let by = &statement.signer.who.id;
    named(roster, &sample.trainee)?;
    if let Some(said) = facts.on_record(&sample.trainee)? {
        if said.kind != Kind::SignOff {
            return Err(Refusal::NotSampled);
        }
        if said.signer == *by {
            return Err(Refusal::OwnSample);
        }
        stands(said)?;
    }
    if sample.trainee.id == *by {
        return Err(Refusal::OwnSample);
    }
    let unsaid = sample.outcome == Sampled::Rejected && sample.reason.is_none();
    if unsaid { Err(Refusal::SampleNeedsReason) } else { Ok(()) }
}

/// The trainee, or one who attended a review, has read it.
pub(crate) fn acknowledge(
    roster: &Roster,
    statement: &Statement,
    acknowledge: &Acknowledge,
    facts: Facts<'_>,
) -> Result<(), Refusal> {
    let who = &statement.signer.who;
    let said = read(roster, &acknowledge.trainee, facts)?;
    let own = who.id == acknowledge.trainee.id && statement.signer.role == Role::Trainee;
    let Some(said) = said else { return Ok(()) };
    if !own && !said.attended.contains(&who.id) {
        return Err(Refusal::NotTheirsToAcknowledge);
    }
    if said.signer == who.id {
        return Err(Refusal::OwnStatement);
    }
    let twice = said.noted(Kind::Acknowledge, &who.id);
    if twice { Err(Refusal::AcknowledgedAlready(who.name.to_string())) } else { Ok(()) }
}

/// The trainee does not agree with what another said on their record.
pub(crate) fn dispute(
    roster: &Roster,
    statement: &Statement,
    dispute: &Dispute,
    facts: Facts<'_>,
) -> Result<(), Refusal> {
    let who = &statement.signer.who;
    let said = read(roster, &dispute.trainee, facts)?;
    if who.id != dispute.trainee.id || statement.signer.role != Role::Trainee {
        return Err(Refusal::NotTheirsToDispute);
    }
    let Some(said) = said else { return Ok(()) };
    if said.signer == who.id {
        return Err(Refusal::OwnStatement);
    }
    let twice = said.noted(Kind::Dispute, &who.id);
    if twice { Err(Refusal::DisputedAlready(who.name.to_string())) } else { Ok(()) }
}

fn read<'a>(roster: &Roster, trainee: &Named, facts: Facts<'a>) -> Result<Option<&'a Said>, Refusal> {
    named(roster, trainee)?;
    facts.on_record(trainee)
}
