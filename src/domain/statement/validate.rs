//! Validates a statement's values where their types do not, so that each has one encoding.

use chrono::{Datelike as _, NaiveDate};

use crate::domain::people::department::PolicyName;
use crate::domain::people::person::Role;
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::hours::{HourEntry, Hours, MOST_A_DAY, MOST_WHAT};
use crate::domain::statement::review::{Attended, Review};
use crate::domain::statement::{Body, Evidence, SignOff, Statement};

/// Returns the first invalid value as a message; `None` if all are valid.
pub fn fault(statement: &Statement) -> Option<&'static str> {
    let signer = &statement.signer;
    if broken([Some(&signer.who.name), signer.registration.as_ref()]) {
        return Some(BROKEN);
    }
    if statement.batch.is_some_and(|batch| !(1..=batch.of).contains(&batch.number)) {
        return Some("A place in a batch lies outside it");
    }
    match &statement.body {
        Body::Genesis(genesis) => {
            let lines = [Some(&genesis.department), Some(&genesis.officer.name), Some(&genesis.log_key)];
            line(&lines).or_else(|| roles(&genesis.roles)).or_else(|| policy(&genesis.policy))
        }
        Body::Person(p) => {
            let lines = [Some(&p.name), p.department.as_ref(), p.registration.as_ref(), p.level.as_ref()];
            line(&lines).or_else(|| roles(&p.roles))
        }
        Body::Key(grant) => line(&[Some(&grant.person.name)]),
        Body::Standard(adoption) => line(&[Some(&adoption.title)]),
        Body::Competences(adoption) => line(&[Some(&adoption.title)]).or_else(|| {
            let sound = !adoption.beside.is_empty() && adoption.beside.is_sorted_by(|a, b| a < b);
            (!sound).then_some("The standards beside a list are none, out of order or there twice")
        }),
        Body::Enrolment(named) => {
            let enrolment = &named.enrolment;
            let reasons = enrolment.scope.left_out.iter().find_map(|left| line(&[Some(&left.reason)]));
            line(&[Some(&named.name), enrolment.specialism.as_ref(), enrolment.scope.option.as_ref()])
                .or(reasons)
                .or_else(|| day(enrolment.start))
                .or_else(|| enrolment.end.and_then(day))
                .or_else(|| enrolment.end_fault())
                .or_else(|| enrolment.scope.fault())
        }
        Body::Pause(pause) => line(&[Some(&pause.trainee.name)])
            .or_else(|| day(pause.span.from))
            .or_else(|| pause.span.back.and_then(day)),
        Body::Policy(settings) if settings.is_empty() => Some("A policy says nothing"),
        Body::Policy(settings) => policy(settings),
        Body::SignOff(s) => sign_off(s),
        Body::Withdraw(withdraw) => line(&[Some(&withdraw.trainee.name)]),
        Body::Retire(retire) => line(&[Some(&retire.person.name)]),
        Body::Compromise(compromise) => line(&[Some(&compromise.person.name)]),
        Body::Countersign(countersign) => line(&[Some(&countersign.whose.name)]),
        Body::Review(r) => review(r),
        Body::Hours(h) => hours(h),
        Body::Recognition(said) => line(&[Some(&said.trainee.name)]).or_else(|| said.fault()),
        Body::TrainingPlan(plan) => line(&[Some(&plan.trainee.name)])
            .or_else(|| plan.months.iter().find_map(|month| day(month.month.first())))
            .or_else(|| plan.fault()),
        Body::Requirement(said) => line(&[Some(&said.trainee.name)]),
        Body::Confirm(confirm) => line(&[Some(&confirm.trainee.name)]),
        Body::Sample(sample) => {
            let outside = sample.draw.is_some_and(|draw| !(1..=draw.of).contains(&draw.number));
            line(&[Some(&sample.trainee.name)]).or(outside.then_some("A place in a draw lies outside it"))
        }
        Body::Acknowledge(acknowledge) => line(&[Some(&acknowledge.trainee.name)]),
        Body::Dispute(dispute) => line(&[Some(&dispute.trainee.name)]),
        Body::Import(import) => line(&[Some(&import.trainee.name)]),
        Body::Erase(_) | Body::Restore(_) | Body::Clock(_) => None,
    }
}

const BROKEN: &str = "A name or another text of one line holds a line feed";

fn broken<const N: usize>(texts: [Option<&SafeText>; N]) -> bool {
    texts.into_iter().flatten().any(|text| text.as_str().bytes().any(|b| b == b'\n'))
}

fn line<const N: usize>(texts: &[Option<&SafeText>; N]) -> Option<&'static str> {
    broken(*texts).then_some(BROKEN)
}

/// Checks for a four-digit year, as other days have no canonical spelling.
fn day(day: NaiveDate) -> Option<&'static str> {
    (!(0..=9999).contains(&day.year())).then_some("A day has no spelling")
}

fn roles(roles: &[Role]) -> Option<&'static str> {
    (!roles.is_sorted_by(|a, b| a < b)).then_some("Roles are out of order or there twice")
}

/// Checks for the order of [`PolicyName::ALL`], no repeats and values within range.
fn policy(settings: &[(PolicyName, u32)]) -> Option<&'static str> {
    if !settings.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Some("Settings are out of order or there twice");
    }
    let outside = settings.iter().any(|(name, value)| !name.range().contains(value));
    outside.then_some("A setting lies outside its range")
}

fn review(r: &Review) -> Option<&'static str> {
    if broken([Some(&r.trainee.name)]) || r.attended.iter().any(|a| broken([Some(&a.who.name)])) {
        return Some(BROKEN);
    }
    let order = |a: &Attended, b: &Attended| (a.party, &a.who.id) < (b.party, &b.who.id);
    if !r.attended.is_sorted_by(order) {
        return Some("Those who attended are out of the order of parties and ids or there twice");
    }
    if r.signed > r.all {
        return Some("More is signed than there is");
    }
    if r.actions.iter().any(|action| broken([action.owner.as_ref().map(|owner| &owner.name)])) {
        return Some(BROKEN);
    }
    if let Some(rated) = r.rated() {
        if broken([Some(&rated.basis)]) {
            return Some(BROKEN);
        }
        if (rated.rating == rated.worked_out) == rated.reason.is_some() {
            return Some("A rating has a reason where it is changed, and nowhere else");
        }
    }
    let days = [r.held, r.next].into_iter().chain(r.actions.iter().map(|action| action.by));
    days.into_iter().find_map(day)
}

fn hours(h: &Hours) -> Option<&'static str> {
    if broken([Some(&h.trainee.name)]) || h.entries.iter().any(|entry| broken([Some(&entry.what)])) {
        return Some(BROKEN);
    }
    if h.entries.is_empty() {
        return Some("Hours are confirmed, and there are none");
    }
    let order = |a: &HourEntry, b: &HourEntry| (a.day, a.id.0) < (b.day, b.id.0);
    let ids = || h.entries.iter().map(|entry| entry.id.0).collect::<std::collections::HashSet<_>>();
    if !h.entries.is_sorted_by(order) || ids().len() != h.entries.len() {
        return Some("Hours are out of the order of their days and ids or there twice");
    }
    if h.entries.iter().any(|entry| !entry.codes.is_sorted_by(|a, b| a < b)) {
        return Some("The KSBs of an entry are out of order or there twice");
    }
    if h.entries.iter().any(|entry| entry.hours > MOST_A_DAY || entry.what.as_str().len() > MOST_WHAT) {
        return Some("An entry is longer than a day, or says more than an entry may");
    }
    h.entries.iter().find_map(|entry| day(entry.day))
}

fn sign_off(s: &SignOff) -> Option<&'static str> {
    if broken([Some(&s.trainee.name), s.place.as_ref()]) || s.evidence.iter().any(|e| broken([Some(&e.name)])) {
        return Some(BROKEN);
    }
    let order = |a: &Evidence, b: &Evidence| (a.digest, &a.name) < (b.digest, &b.name);
    if !s.evidence.is_sorted_by(order) {
        return Some("Evidence is out of the order of its digests or there twice");
    }
    if s.claimed.is_some() && s.claim.is_none() {
        return Some("A claim's digest is there without the claim");
    }
    day(s.observed).or_else(|| s.action.as_ref().and_then(|action| day(action.by)))
}
