//! Checks a progress review: its parties, signer and dates.

use crate::people::person::Role;
use crate::primitives::date::long_day;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::sign_off::CALENDAR_AHEAD;
use crate::rules::signer::{in_role, named};
use crate::statement::Statement;
use crate::statement::kinds::review::{Meeting, Party, REVIEW_DAYS, Review};

/// Checks that the meeting's parties attended, that one who attended signs, and that the next review is soon enough.
pub(crate) fn review(roster: &Roster, statement: &Statement, review: &Review) -> Result<(), RuleViolation> {
    let signer = &statement.signer;
    if review.trainee.id == signer.who.id {
        return Err(RuleViolation::OwnRecord);
    }
    in_role(roster, &review.trainee, Role::Trainee)?;
    parties(review)?;
    for attended in &review.attended {
        named(roster, &attended.who)?;
    }
    for owner in review.actions.iter().filter_map(|action| action.owner.as_ref()) {
        named(roster, owner)?;
    }
    if !review.attended.iter().any(|attended| attended.who == signer.who) {
        return Err(RuleViolation::NotAttended);
    }
    if review.held > statement.signed.plus(CALENDAR_AHEAD).day() {
        return Err(RuleViolation::ReviewAhead(long_day(review.held)));
    }
    let held = || long_day(review.held);
    if review.next <= review.held {
        return Err(RuleViolation::NextReviewBefore { next: long_day(review.next), held: held() });
    }
    if let Some(action) = review.actions.iter().find(|action| action.by < review.held) {
        let (what, by) = (action.what.to_string(), long_day(action.by));
        return Err(RuleViolation::ReviewActionBefore { what, by, held: held() });
    }
    let days = (review.next - review.held).num_days();
    if days > REVIEW_DAYS && review.late.is_none() {
        return Err(RuleViolation::ReviewLate { days, most: REVIEW_DAYS });
    }
    Ok(())
}

/// Checks that the trainee attended for themselves and every other party was represented, nobody twice. A training
/// meeting and a year-end review need only one other party.
fn parties(review: &Review) -> Result<(), RuleViolation> {
    let of = |party: Party| review.attended.iter().filter(move |attended| attended.party == party);
    let trainee: Vec<_> = of(Party::Trainee).map(|attended| &attended.who).collect();
    let others = [of(Party::Employer).count() > 0, of(Party::Provider).count() > 0];
    let three = review.meeting == Meeting::Progress;
    let all = trainee == [&review.trainee] && if three { others == [true; 2] } else { others != [false; 2] };
    let mut ids: Vec<_> = review.attended.iter().map(|attended| &attended.who.id).collect();
    ids.sort_unstable();
    ids.dedup();
    match all && ids.len() == review.attended.len() {
        true => Ok(()),
        false if three => Err(RuleViolation::PartyMissing),
        false => Err(RuleViolation::MeetingPartyMissing(review.meeting.words())),
    }
}
