//! What a training officer may do to the log itself: erase, put back, go on from a backup, put the clock right. Must never
//! let a record be changed by any of them.

use crate::domain::people::recovery::{ClockBack, Import, Restore};
use crate::domain::rules::facts::{ImportedStatement, RuleContext, of};
use crate::domain::rules::log_state::Roster;
use crate::domain::rules::marks;
use crate::domain::rules::refusal::RuleViolation;
use crate::domain::rules::sign_off::{Lateness, seen};
use crate::domain::rules::signer::{named, officer, signer_then};
use crate::domain::statement::Erase;
use crate::domain::statement::{Body, Kind, Statement};

/// What stands on a record is erased, once; what decides whether it counts goes after it.
pub(crate) fn erase(statement: &Statement, erase: &Erase, facts: RuleContext<'_>) -> Result<(), RuleViolation> {
    officer(statement)?;
    let target = facts.target.filter(|target| target.position < facts.position).ok_or(RuleViolation::NoTarget)?;
    let same = |leaf| target.position == erase.position && leaf == Some(erase.leaf);
    // Only an import puts something back.
    if erase.put_back.is_some() != (erase.kind == Some(Kind::Import)) {
        return Err(RuleViolation::NotErasable);
    }
    match (target.erased, &target.said) {
        // Replayed: the text is gone, and by this very statement.
        (Some((by, leaf)), _) if by == facts.position => match erase.kind {
            Some(kind) if !erasable(kind) => Err(RuleViolation::NotErasable),
            // The beginning of the log is never erased, whatever an earlier version said of it.
            _ if target.position == 0 => Err(RuleViolation::NotErasable),
            _ if same(Some(leaf)) => Ok(()),
            _ => Err(RuleViolation::OtherLeaf),
        },
        (Some(_), _) | (None, None) => Err(RuleViolation::Erased),
        (None, Some(said))
            if !erasable(said.kind)
                || erase.kind != Some(said.kind)
                || said.record.is_none()
                || target.leaf.is_none() =>
        {
            Err(RuleViolation::NotErasable)
        }
        (None, Some(said)) if said.upholds => Err(RuleViolation::EraseOtherFirst),
        (None, Some(said)) if !same(target.leaf) || said.signed != erase.time => Err(RuleViolation::OtherLeaf),
        (None, Some(_)) => Ok(()),
    }
}

/// Whether a statement of this kind may be erased: only what is on a trainee's record.
pub fn erasable(kind: Kind) -> bool {
    use Kind::{
        Acknowledge, Confirm, Countersign, Dispute, Hours, Import, Recognition, Requirement, Review, Sample, SignOff,
        TrainingPlan, Withdraw,
    };
    matches!(
        kind,
        SignOff
            | Withdraw
            | Countersign
            | Review
            | Hours
            | Recognition
            | TrainingPlan
            | Requirement
            | Confirm
            | Sample
            | Acknowledge
            | Dispute
            | Import
    )
}

/// A sign-off or withdrawal that the log has not is put back, as the rules are now but for what only its time could tell.
pub(crate) fn import(
    roster: &Roster,
    statement: &Statement,
    import: &Import,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
    officer(statement)?;
    if facts.target.is_some() {
        return Err(RuleViolation::InLogAlready);
    }
    named(roster, &import.trainee)?;
    let inner = facts.inner.ok_or(RuleViolation::OtherImport)?;
    let put_back = inner.statement;
    let same = put_back.id == import.of
        && put_back.log == statement.log
        && (inner.text, inner.signature) == (import.text, import.signature);
    if !same {
        return Err(RuleViolation::OtherImport);
    }
    signer_then(roster, put_back, inner.key, import.position)?;
    counts_again(roster, import, inner, facts.position)
}

fn counts_again(
    roster: &Roster,
    import: &Import,
    inner: ImportedStatement<'_>,
    position: u64,
) -> Result<(), RuleViolation> {
    let whose = match &inner.statement.body {
        Body::SignOff(sign_off) => {
            seen(roster, inner.statement, sign_off, Lateness::Past)?;
            &sign_off.trainee
        }
        Body::Withdraw(withdraw) => {
            marks::withdraw(roster, inner.statement, withdraw, of(inner.target, position)?)?;
            &withdraw.trainee
        }
        _ => return Err(RuleViolation::NotImportable),
    };
    if whose.id == import.trainee.id { Ok(()) } else { Err(RuleViolation::OtherImport) }
}

/// The log goes on from all that stands before this statement, and which its signer saw.
pub(crate) fn restore(statement: &Statement, restore: &Restore, position: u64) -> Result<(), RuleViolation> {
    officer(statement)?;
    let seen = statement.seen;
    if restore.to.size != position || (restore.to.size, restore.to.root) != (seen.size, seen.root) {
        return Err(RuleViolation::OtherRestore);
    }
    if restore.lost.size < restore.to.size { Err(RuleViolation::LostShorter) } else { Ok(()) }
}

/// The log's newest time lies ahead of the clock, and is put back.
pub(crate) fn clock(roster: &Roster, statement: &Statement, back: &ClockBack) -> Result<(), RuleViolation> {
    officer(statement)?;
    if roster.newest != Some(back.newest) {
        return Err(RuleViolation::OtherNewest);
    }
    let ahead = statement.signed < back.newest && !statement.clock_suspect;
    if ahead { Ok(()) } else { Err(RuleViolation::ClockNotAhead) }
}
