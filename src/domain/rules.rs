//! Who may state what, when. The one function that is asked before signing and again when a log is replayed. Must never
//! depend on anything but the roster at that position, the statement and its facts.

use std::sync::Arc;

use thiserror::Error;

use crate::domain::department::Genesis;
use crate::domain::person::{Named, Person, Role};
use crate::domain::roster::Roster;
use crate::domain::standard::Standard;
use crate::domain::statement::form;
use crate::domain::statement::{
    Body, Kind, MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Outcome, SignOff, Statement, Withdraw,
};
use crate::domain::value::{Digest, KsbCode, PersonId, StandardRef};
use crate::domain::when::long_day;

/// How far a clock may lag behind the log's newest time before it is suspect, in seconds.
pub const CLOCK_SLACK: i64 = 300;
/// The furthest that a calendar day can be ahead of UTC (UTC+14), in seconds.
const CALENDAR_AHEAD: i64 = 14 * 3600;

/// What a rule must know besides the roster and the statement.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Where the statement stands or would stand, from 0.
    pub position: u64,
    /// The fingerprint of the key that signs it.
    pub key: &'a Digest,
    /// The sign-off that a `withdraw` names, if it is in the log before.
    pub target: Option<&'a Target>,
    /// The standard whose text a `standard` statement adopts.
    pub standard: Option<&'a Arc<Standard>>,
}

/// What a `withdraw` must know of what it withdraws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What kind of statement it is.
    pub kind: Kind,
    /// Who signed it.
    pub signer: PersonId,
    /// Whose record it stands on.
    pub trainee: PersonId,
    /// Whether it is withdrawn already.
    pub withdrawn: bool,
}

/// Why a statement may not be made: a sentence for the person who tried.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "each variant's sentence says what it is")]
pub enum Refusal {
    #[error("{0}")]
    Form(&'static str),
    #[error("A log begins with its genesis, and with nothing else")]
    Beginning,
    #[error("This statement is made for another log")]
    OtherLog,
    #[error("It claims to have seen more of the log than there is")]
    SeenTooMuch,
    #[error(
        "The clock reads more than five minutes earlier than the log's newest time, and the statement does not say so"
    )]
    Clock,
    #[error("The key that signed is not a key of {0}")]
    NotTheirKey(String),
    #[error("{0} is not in the log")]
    Unknown(String),
    #[error("{0} has left")]
    Left(String),
    #[error("{name} is not a {role}")]
    NotInRole { name: String, role: &'static str },
    #[error("{0} is named otherwise in the log")]
    OtherName(String),
    #[error("The registration is not that of {0} in the log")]
    OtherRegistration(String),
    #[error("Nobody signs off, or withdraws, on their own record")]
    OwnRecord,
    #[error("{0} is not enrolled on a standard")]
    NotEnrolled(String),
    #[error("{name} is enrolled on {on}, not on {not}")]
    OtherStandard { name: String, on: StandardRef, not: StandardRef },
    #[error("{0} is not adopted")]
    NotAdopted(StandardRef),
    #[error("{standard} has no {code}")]
    NoSuchKsb { standard: StandardRef, code: KsbCode },
    #[error("The text of {0} is not the one adopted")]
    OtherText(KsbCode),
    #[error("The day seen, {0}, is in the future")]
    Future(String),
    #[error("It was seen {days} days ago; more than {most} days need a reason for being late")]
    Late { days: i64, most: u32 },
    #[error("Not achieved needs feedback and an action with a date")]
    NeedsFeedback,
    #[error("The action's date lies before the day it was seen")]
    ActionBefore,
    #[error("The meaning is not the sentence for this outcome")]
    OtherMeaning,
    #[error("What it withdraws is not in the log")]
    NoTarget,
    #[error("Only a sign-off can be withdrawn")]
    NotWithdrawable,
    #[error("It is withdrawn already")]
    WithdrawnAlready,
    #[error("Only {0} or a training officer may withdraw this")]
    NotTheirsToWithdraw(String),
    #[error("This key is in the log already")]
    KeyTwice,
    #[error("{0} is adopted already; a standard never changes")]
    AdoptedTwice(StandardRef),
    #[error("The standard's text is not the one that the statement names")]
    OtherContent,
    #[error("A training officer cannot take their own role away")]
    OwnRole,
}

/// Whether the statement may stand at its position.
pub fn check(roster: &Roster, statement: &Statement, facts: Facts<'_>) -> Result<(), Refusal> {
    if let Some(what) = form::fault(statement) {
        return Err(Refusal::Form(what));
    }
    if statement.seen.size > facts.position {
        return Err(Refusal::SeenTooMuch);
    }
    if let Body::Genesis(genesis) = &statement.body {
        return begins(roster, statement, genesis, facts);
    }
    match &roster.origin {
        None => return Err(Refusal::Beginning),
        Some(origin) if *origin != statement.log => return Err(Refusal::OtherLog),
        Some(_) => {}
    }
    let behind = roster.newest.is_some_and(|newest| statement.signed < newest.plus(-CLOCK_SLACK));
    if behind != statement.clock_suspect {
        return Err(Refusal::Clock);
    }
    signer(roster, statement, facts.key)?;
    match &statement.body {
        Body::Genesis(_) => Err(Refusal::Beginning),
        Body::SignOff(sign_off) => seen(roster, statement, sign_off),
        Body::Withdraw(withdraw) => withdrawable(roster, statement, withdraw, facts.target),
        Body::Person(person) => {
            officer(statement)?;
            let own = person.id == statement.signer.who.id;
            if own && !person.may_act_as(Role::TrainingOfficer) { Err(Refusal::OwnRole) } else { Ok(()) }
        }
        Body::Key(grant) => {
            officer(statement)?;
            current(roster, &grant.person)?;
            if roster.keys.contains_key(&grant.key.fingerprint()) { Err(Refusal::KeyTwice) } else { Ok(()) }
        }
        Body::Standard(adoption) => {
            officer(statement)?;
            if roster.standards.contains_key(&adoption.standard) {
                return Err(Refusal::AdoptedTwice(adoption.standard.clone()));
            }
            let same = facts.standard.is_some_and(|standard| {
                *standard.reference() == adoption.standard
                    && standard.title() == adoption.title.as_str()
                    && standard.digest() == adoption.content
            });
            if same { Ok(()) } else { Err(Refusal::OtherContent) }
        }
        Body::Enrolment(named) => {
            officer(statement)?;
            let who = Named { id: named.enrolment.trainee.clone(), name: named.name.clone() };
            in_role(roster, &who, Role::Trainee)?;
<<<<<<< HEAD
            let on = &named.enrolment.standard;
            if roster.standards.contains_key(on) { Ok(()) } else { Err(Refusal::NotAdopted(on.clone())) }
=======
            let standard = &named.enrolment.standard;
            let adopted = roster.standards.contains_key(standard);
            if adopted { Ok(()) } else { Err(Refusal::NotAdopted(standard.clone())) }
>>>>>>> main
        }
        Body::Policy(_) => officer(statement),
    }
}

fn begins(roster: &Roster, statement: &Statement, genesis: &Genesis, facts: Facts<'_>) -> Result<(), Refusal> {
    if facts.position != 0 || roster.origin.is_some() || statement.clock_suspect {
        return Err(Refusal::Beginning);
    }
    let who = &statement.signer.who;
    if *who != genesis.officer || genesis.key.fingerprint() != *facts.key {
        return Err(Refusal::NotTheirKey(who.name.to_string()));
    }
    if !genesis.roles.contains(&Role::TrainingOfficer) {
        return Err(not_in(who, Role::TrainingOfficer));
    }
    officer(statement)
}

/// The signer is known, current, has this role, this name, this registration, and this key is theirs.
fn signer(roster: &Roster, statement: &Statement, key: &Digest) -> Result<(), Refusal> {
    let signer = &statement.signer;
    in_role(roster, &signer.who, signer.role)?;
    let registration = roster.people.get(&signer.who.id).and_then(|person| person.registration.as_ref());
    if registration != signer.registration.as_ref() {
        return Err(Refusal::OtherRegistration(signer.who.name.to_string()));
    }
    match roster.keys.get(key) {
        Some(held) if held.person == signer.who.id => Ok(()),
        _ => Err(Refusal::NotTheirKey(signer.who.name.to_string())),
    }
}

fn officer(statement: &Statement) -> Result<(), Refusal> {
    match statement.signer.role {
        Role::TrainingOfficer => Ok(()),
        _ => Err(not_in(&statement.signer.who, Role::TrainingOfficer)),
    }
}

/// The person is in the log under this name.
fn named<'r>(roster: &'r Roster, who: &Named) -> Result<&'r Person, Refusal> {
    let person = roster.people.get(&who.id).ok_or_else(|| Refusal::Unknown(who.name.to_string()))?;
    if person.name == who.name { Ok(person) } else { Err(Refusal::OtherName(who.name.to_string())) }
}

/// The person is in the log under this name and has not left.
fn current(roster: &Roster, who: &Named) -> Result<(), Refusal> {
    let person = named(roster, who)?;
    if person.left { Err(Refusal::Left(who.name.to_string())) } else { Ok(()) }
}

fn in_role(roster: &Roster, who: &Named, role: Role) -> Result<(), Refusal> {
    current(roster, who)?;
    let has = roster.people.get(&who.id).is_some_and(|person| person.may_act_as(role));
    if has { Ok(()) } else { Err(not_in(who, role)) }
}

fn not_in(who: &Named, role: Role) -> Refusal {
    Refusal::NotInRole { name: who.name.to_string(), role: role.words() }
}

fn seen(roster: &Roster, statement: &Statement, s: &SignOff) -> Result<(), Refusal> {
    let signer = &statement.signer;
    if signer.role != Role::Supervisor {
        return Err(not_in(&signer.who, Role::Supervisor));
    }
    if s.trainee.id == signer.who.id {
        return Err(Refusal::OwnRecord);
    }
    in_role(roster, &s.trainee, Role::Trainee)?;
    let name = || s.trainee.name.to_string();
    let enrolment = roster.enrolments.get(&s.trainee.id).ok_or_else(|| Refusal::NotEnrolled(name()))?;
    if enrolment.standard != s.item.standard {
        let (on, not) = (enrolment.standard.clone(), s.item.standard.clone());
        return Err(Refusal::OtherStandard { name: name(), on, not });
    }
    let standard = &s.item.standard;
    let adopted = roster.standards.get(standard).ok_or_else(|| Refusal::NotAdopted(standard.clone()))?;
    let code = s.item.code;
    let ksb = adopted.ksb(code).ok_or_else(|| Refusal::NoSuchKsb { standard: standard.clone(), code })?;
    if ksb.digest != s.item.text {
        return Err(Refusal::OtherText(code));
    }
    if s.observed > statement.signed.plus(CALENDAR_AHEAD).day() {
        return Err(Refusal::Future(long_day(s.observed)));
    }
    let days = (statement.signed.day() - s.observed).num_days();
    let most = roster.policy.late_days;
    if days > i64::from(most) && s.late.is_none() {
        return Err(Refusal::Late { days, most });
    }
    said(s)
}

/// What is said fits the outcome.
fn said(s: &SignOff) -> Result<(), Refusal> {
    if s.outcome == Outcome::NotAchieved && (s.feedback.is_none() || s.action.is_none()) {
        return Err(Refusal::NeedsFeedback);
    }
    if s.action.as_ref().is_some_and(|action| action.by < s.observed) {
        return Err(Refusal::ActionBefore);
    }
    let meaning = match s.outcome {
        Outcome::Achieved => MEANING_ACHIEVED,
        Outcome::NotAchieved => MEANING_NOT_ACHIEVED,
    };
    if s.meaning.as_str() == meaning { Ok(()) } else { Err(Refusal::OtherMeaning) }
}

fn withdrawable(
    roster: &Roster,
    statement: &Statement,
    withdraw: &Withdraw,
    target: Option<&Target>,
) -> Result<(), Refusal> {
    let target = target.ok_or(Refusal::NoTarget)?;
    if target.kind != Kind::SignOff {
        return Err(Refusal::NotWithdrawable);
    }
    if target.trainee != withdraw.trainee.id {
        return Err(Refusal::NoTarget);
    }
    if target.withdrawn {
        return Err(Refusal::WithdrawnAlready);
    }
    named(roster, &withdraw.trainee)?;
    let signer = &statement.signer;
    if withdraw.trainee.id == signer.who.id {
        return Err(Refusal::OwnRecord);
    }
    let own = signer.who.id == target.signer && signer.role == Role::Supervisor;
    if own || signer.role == Role::TrainingOfficer {
        return Ok(());
    }
    let name = roster.people.get(&target.signer).map_or_else(|| target.signer.to_string(), |p| p.name.to_string());
    Err(Refusal::NotTheirsToWithdraw(name))
}
