//! Checks whether a statement is allowed at its position, both before signing and on replay of a log.
//!
//! Invariant: the result depends only on the roster, the statement and its [`RuleContext`].

mod carry_over;
mod competences;
mod elsewhere;
pub mod facts;
mod gateway;
mod keys;
pub mod log_state;
pub mod marks;
mod pause;
pub mod recovery;
pub mod refusal;
mod review;
mod roster;
mod sign_off;
mod signer;

use chrono::NaiveDate;

use crate::primitives::date::Timestamp;
use crate::primitives::ids::Digest;
use crate::primitives::presence::Presence;
use crate::primitives::text::MOST_LETTERS;
use crate::rules::facts::RuleContext;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::sign_off::Lateness;
use crate::rules::signer::{authenticated, role, signer};
use crate::statement::{Body, Statement};

/// Checks what is required of new statements only, as earlier versions did not require it.
fn made(statement: &Statement) -> Result<(), RuleViolation> {
    if let Body::SignOff(sign_off) = &statement.body {
        return sign_off::due_after_made(statement, sign_off);
    }
    let Body::Person(person) = &statement.body else { return Ok(()) };
    let letters = person.name.as_str().chars().count();
    if letters > MOST_LETTERS { Err(RuleViolation::LongName { letters }) } else { Ok(()) }
}

/// How far a clock may lag behind the log's newest time before it is suspect, in seconds.
pub const CLOCK_SLACK: i64 = 300;

/// Returns the latest observation day for a statement signed at this time, in any time zone.
pub fn latest_day(signed: Timestamp) -> NaiveDate {
    signed.plus(sign_off::CALENDAR_AHEAD).day()
}

/// Returns whether a statement signed at this time must be marked as clock-suspect; a `clock` statement never is.
pub fn is_suspect(roster: &Roster, body: &Body, signed: Timestamp) -> bool {
    let behind = roster.newest.is_some_and(|newest| signed < newest.plus(-CLOCK_SLACK));
    behind && !matches!(body, Body::Clock(_))
}

/// Checks a new statement at its position, its values included.
pub fn check(roster: &Roster, statement: &Statement, facts: RuleContext<'_>) -> Result<(), RuleViolation> {
    if let Some(what) = statement.fault() {
        return Err(RuleViolation::Form(what));
    }
    check_decoded(roster, statement, facts)?;
    made(statement)
}

/// Checks who signed a statement: that it is of this log, and that the signer's key and role were in force. For statements whose
/// content cannot be checked from a part of a log.
pub fn check_signer(
    roster: &Roster,
    statement: &Statement,
    key: &Digest,
    presence: Presence,
) -> Result<(), RuleViolation> {
    if roster.origin.as_ref() != Some(&statement.log) {
        return Err(RuleViolation::OtherLog);
    }
    signer(roster, statement, key)?;
    authenticated(roster, statement, presence)?;
    role(statement)
}

/// Checks a decoded statement, whose values are valid already. It skips what is required of new statements only, as the
/// log may hold those of earlier versions.
pub fn check_decoded(roster: &Roster, statement: &Statement, facts: RuleContext<'_>) -> Result<(), RuleViolation> {
    if statement.seen.size > facts.position {
        return Err(RuleViolation::SeenTooMuch);
    }
    if let Body::Genesis(genesis) = &statement.body {
        return roster::begins(roster, statement, genesis, facts);
    }
    match &roster.origin {
        None => return Err(RuleViolation::Beginning),
        Some(origin) if *origin != statement.log => return Err(RuleViolation::OtherLog),
        Some(_) => {}
    }
    if is_suspect(roster, &statement.body, statement.signed) != statement.clock_suspect {
        return Err(RuleViolation::Clock);
    }
    signer(roster, statement, facts.key)?;
    authenticated(roster, statement, facts.presence)?;
    role(statement)?;
    match &statement.body {
        Body::Genesis(_) => Err(RuleViolation::Beginning),
        Body::SignOff(sign_off) => sign_off::seen(roster, statement, sign_off, Lateness::Judged),
        Body::CarryOver(content) => carry_over::carried(roster, statement, content),
        Body::Withdraw(withdraw) => marks::withdraw(roster, statement, withdraw, facts.prior()?),
        Body::Person(person) => roster::person(statement, person),
        Body::Key(grant) => roster::grant(roster, grant),
        Body::Standard(adoption) => roster::adoption(roster, adoption, facts),
        Body::Competences(adoption) => competences::adoption(roster, adoption, facts),
        Body::Enrolment(named) => roster::enrolment(roster, named),
        Body::Policy(_) => Ok(()),
        Body::Pause(body) => pause::pause(roster, body),
        Body::Retire(retire) => keys::retire(roster, statement, retire),
        Body::Compromise(compromise) => keys::compromise(roster, statement, compromise, facts.position),
        Body::Countersign(countersign) => marks::countersign(roster, statement, countersign, facts),
        Body::Review(body) => review::review(roster, statement, body),
        Body::Hours(hours) => gateway::hours(roster, statement, hours, facts),
        Body::Recognition(content) => gateway::recognition(roster, statement, content),
        Body::TrainingPlan(plan) => gateway::training_plan(roster, statement, plan),
        Body::Requirement(content) => gateway::requirement(roster, statement, content),
        Body::Confirm(confirm) => gateway::confirm(roster, statement, confirm, facts),
        Body::Sample(sample) => marks::sample(roster, statement, sample, facts),
        Body::Acknowledge(acknowledge) => marks::acknowledge(roster, statement, acknowledge, facts),
        Body::Dispute(dispute) => marks::dispute(roster, statement, dispute, facts),
        Body::Erase(erase) => recovery::erase(erase, facts),
        Body::Import(import) => recovery::import(roster, statement, import, facts),
        Body::Restore(restore) => recovery::restore(statement, restore, facts.position),
        Body::Clock(back) => recovery::clock(roster, statement, back),
        Body::IssuerKey(content) => keys::issuer(roster, content),
        Body::OtherLog(content) => elsewhere::other_log(roster, content),
        Body::Received(received) => elsewhere::received(roster, received),
        Body::TakenBack(content) => elsewhere::taken_back(roster, content),
        Body::Rotation(content) => elsewhere::rotation(roster, content),
    }
}
