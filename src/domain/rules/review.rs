//! What a progress review must be. Must never judge what was said in it.

use crate::domain::person::Role;
use crate::domain::review::{Meeting, Party, REVIEW_DAYS, Review};
use crate::domain::roster::Roster;
use crate::domain::rules::refusal::Refusal;
use crate::domain::rules::seen::CALENDAR_AHEAD;
use crate::domain::rules::who::{in_role, named, not_in};
use crate::domain::statement::Statement;
use crate::domain::when::long_day;

/// The parties of such a meeting met, one who was there signs, and the next is not too far away.
pub(crate) fn review(roster: &Roster, statement: &Statement, review: &Review) -> Result<(), Refusal> {
    let signer = &statement.signer;
    if !matches!(signer.role, Role::Supervisor | Role::TrainingOfficer) {
        return Err(not_in(&signer.who, Role::Supervisor));
    }
    if review.trainee.id == signer.who.id {
        return Err(Refusal::OwnRecord);
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
        return Err(Refusal::NotAttended);
    }
    if review.held > statement.signed.plus(CALENDAR_AHEAD).day() {
        return Err(Refusal::ReviewAhead(long_day(review.held)));
    }
    let held = || long_day(review.held);
    if review.next <= review.held {
        return Err(Refusal::NextReviewBefore { next: long_day(review.next), held: held() });
    }
    if let Some(action) = review.actions.iter().find(|action| action.by < review.held) {
        let (what, by) = (action.what.to_string(), long_day(action.by));
        return Err(Refusal::ReviewActionBefore { what, by, held: held() });
    }
    let days = (review.next - review.held).num_days();
    if days > REVIEW_DAYS && review.late.is_none() {
        return Err(Refusal::ReviewLate { days, most: REVIEW_DAYS });
    }
    Ok(())
}

/// The trainee of the record for themselves, and at least one for each other party; nobody for two. A training meeting and a
/// year-end review need one other party.
fn parties(review: &Review) -> Result<(), Refusal> {
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
        false if three => Err(Refusal::PartyMissing),
        false => Err(Refusal::MeetingPartyMissing(review.meeting.words())),
    }
}
