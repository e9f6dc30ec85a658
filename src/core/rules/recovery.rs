//! Checks the recovery statements: erasure, import, restore and clock correction.

use crate::rules::facts::{ImportedStatement, RuleContext, of};
use crate::rules::log_state::Roster;
use crate::rules::marks;
use crate::rules::refusal::RuleViolation;
use crate::rules::sign_off::{Lateness, seen};
use crate::rules::signer::{named, role, signer_then};
use crate::statement::kind::Kind;
use crate::statement::kinds::erase::Erase;
use crate::statement::kinds::recovery::{ClockBack, Import, Restore};
use crate::statement::{Body, Statement};

/// Checks that a statement on a record is erased once, and that nothing which depends on it is left.
pub(crate) fn erase(erase: &Erase, facts: RuleContext<'_>) -> Result<(), RuleViolation> {
    let target = facts.target.filter(|target| target.position < facts.position).ok_or(RuleViolation::NoTarget)?;
    let same = |leaf| target.position == erase.position && leaf == Some(erase.leaf);
    // Only an import restores another statement.
    if erase.put_back.is_some() != (erase.kind == Some(Kind::Import)) {
        return Err(RuleViolation::NotErasable);
    }
    match (target.erased, &target.prior) {
        // On replay the text is gone already, erased by this very statement.
        (Some((by, leaf)), _) if by == facts.position => match erase.kind {
            Some(kind) if !kind.is_erasable() => Err(RuleViolation::NotErasable),
            // The genesis cannot be erased, even by an erasure of an earlier version.
            _ if target.position == 0 => Err(RuleViolation::NotErasable),
            _ if same(Some(leaf)) => Ok(()),
            _ => Err(RuleViolation::OtherLeaf),
        },
        (Some(_), _) | (None, None) => Err(RuleViolation::Erased),
        (None, Some(prior))
            if !prior.kind.is_erasable()
                || erase.kind != Some(prior.kind)
                || prior.record.is_none()
                || target.leaf.is_none() =>
        {
            Err(RuleViolation::NotErasable)
        }
        (None, Some(prior)) if prior.upholds => Err(RuleViolation::EraseOtherFirst),
        (None, Some(prior)) if !same(target.leaf) || prior.signed != erase.time => Err(RuleViolation::OtherLeaf),
        (None, Some(_)) => Ok(()),
    }
}

/// Checks that a sign-off or withdrawal missing from the log is restored under today's rules, except those on lateness
/// and scope.
pub(crate) fn import(
    roster: &Roster,
    statement: &Statement,
    import: &Import,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
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
    role(put_back)?;
    counts_again(roster, import, inner, facts.position)
}

fn counts_again(
    roster: &Roster,
    import: &Import,
    inner: ImportedStatement<'_>,
    position: u64,
) -> Result<(), RuleViolation> {
    let body = &inner.statement.body;
    if let Body::SignOff(sign_off) = body {
        seen(roster, inner.statement, sign_off, Lateness::Past)?;
    } else if let Body::Withdraw(withdraw) = body {
        marks::withdraw(roster, inner.statement, withdraw, of(inner.target, position)?)?;
    } else {
        return Err(RuleViolation::NotImportable);
    }
    if body.person() == Some(&import.trainee.id) { Ok(()) } else { Err(RuleViolation::OtherImport) }
}

/// Checks that the log continues from exactly the entries before this statement, as its signer saw them.
pub(crate) fn restore(statement: &Statement, restore: &Restore, position: u64) -> Result<(), RuleViolation> {
    let seen = statement.seen;
    if restore.to.size != position || (restore.to.size, restore.to.root) != (seen.size, seen.root) {
        return Err(RuleViolation::OtherRestore);
    }
    if restore.lost.size < restore.to.size { Err(RuleViolation::LostShorter) } else { Ok(()) }
}

/// Checks that the log's newest time is ahead of the clock before it is set back.
pub(crate) fn clock(roster: &Roster, statement: &Statement, back: &ClockBack) -> Result<(), RuleViolation> {
    if roster.newest != Some(back.newest) {
        return Err(RuleViolation::OtherNewest);
    }
    let ahead = statement.signed < back.newest && !statement.clock_suspect;
    if ahead { Ok(()) } else { Err(RuleViolation::ClockNotAhead) }
}
