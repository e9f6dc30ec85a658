//! Says in a few words why a KSB is still left, and how urgent that is.

use chrono::NaiveDate;

use crate::primitives::date::{late_words, short_day};
use crate::primitives::text::{SafeText, counted};
use crate::record::claim::PendingClaim;
use crate::record::ksb_status::State;
use crate::record::outstanding::Outstanding;
use crate::record::view::TraineeRecord;

/// Why a KSB is left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftReason {
    /// In a dozen columns: `8 days late`, `for you`. Empty for what is open.
    pub short: String,
    /// In two dozen columns: `8 days late, due 20 Nov`, `3 days ago, for you`.
    pub long: String,
}

impl LeftReason {
    fn new(short: impl Into<String>, long: impl Into<String>) -> Self {
        Self { short: short.into(), long: long.into() }
    }
}

/// Returns for whom a claim waits, as this person reads it: `for you`, `for anyone`, `for Sam Supervisor`.
pub fn for_whom(claim: &PendingClaim, reader: Option<&str>) -> String {
    match claim.of.as_ref().map(SafeText::as_str) {
        None => "for anyone".to_owned(),
        Some(name) if Some(name) == reader => "for you".to_owned(),
        Some(name) => format!("for {name}"),
    }
}

/// Returns to whom a claim was sent, as this person reads it: `sent to you`, `sent to any supervisor`, `sent to Sam Supervisor`.
pub fn sent_to(claim: &PendingClaim, reader: Option<&str>) -> String {
    match claim.of.as_ref().map(SafeText::as_str) {
        None => "sent to any supervisor".to_owned(),
        Some(name) if Some(name) == reader => "sent to you".to_owned(),
        Some(name) => format!("sent to {name}"),
    }
}

/// Returns how long ago a day was: `today`, `1 day ago`, `12 days ago`.
pub fn ago_words(day: NaiveDate, today: NaiveDate) -> String {
    match u64::try_from((today - day).num_days()) {
        Ok(days @ 1..) => format!("{} ago", counted(days, "day")),
        _ => "today".to_owned(),
    }
}

/// Returns how far away a day is: `today`, `in 17 days`.
fn ahead_words(day: NaiveDate, today: NaiveDate) -> String {
    match u64::try_from((day - today).num_days()) {
        Ok(days @ 1..) => format!("in {}", counted(days, "day")),
        _ => "today".to_owned(),
    }
}

impl Outstanding {
    /// Returns why it is left, for a reader of this name.
    pub fn reason(&self, trainee_record: &TraineeRecord, today: NaiveDate, reader: Option<&str>) -> LeftReason {
        let claimed = self.claim.as_ref().map(|claim| (claim.since.local_day(), for_whom(claim, reader)));
        let again = claimed.as_ref().map(|(since, _)| format!(", claimed {}", short_day(*since, today)));
        let again = again.unwrap_or_default();
        if let (Some(rejected), false) = (&self.rejected, self.state == State::NotYet && self.action().is_some()) {
            let on = short_day(rejected.at.local_day(), today);
            return LeftReason::new(format!("rejected {on}"), format!("rejected {on}{again}"));
        }
        let due = trainee_record.local_of(self.code).and_then(|local| local.due);
        match self.state {
            State::Lapsed => self.lapsed(due, trainee_record, today),
            State::NotYet => match (self.days_late(trainee_record, today), self.action()) {
                (Some(late), Some(action)) => {
                    let (late, by) = (late_words(late), short_day(action.by, today));
                    let long = if again.is_empty() { format!("{late}, due {by}") } else { format!("{late}{again}") };
                    LeftReason::new(late, long)
                }
                (_, Some(action)) => {
                    let by = format!("by {}", short_day(action.by, today));
                    let more = if again.is_empty() { format!(", {}", ahead_words(action.by, today)) } else { again };
                    LeftReason::new(by.clone(), by + &more)
                }
                (_, None) => LeftReason::new(again.trim_start_matches(", "), again.trim_start_matches(", ")),
            },
            State::Renew => match due {
                Some(due) => {
                    let by = format!("by {}", short_day(due, today));
                    LeftReason::new(by.clone(), format!("{by}, {}", ahead_words(due, today)))
                }
                None => self.last_seen(trainee_record, today),
            },
            State::Partly => match trainee_record.local_of(self.code) {
                Some(local) => LeftReason::new(local.figure(), format!("{} signed", local.figure())),
                None => LeftReason::new("1 of 2", "1 of 2 signatures"),
            },
            State::CarriedOver => match (trainee_record.carried_over(self.code), claimed) {
                (_, Some((since, whom))) => {
                    LeftReason::new(whom.clone(), format!("{}, {whom}", ago_words(since, today)))
                }
                (Some(carried), None) => LeftReason::new(
                    carried.item.on.format("seen %b %y").to_string(),
                    format!("seen {} in an earlier record", short_day(carried.item.on, today)),
                ),
                (None, None) => LeftReason::default(),
            },
            State::Claimed | State::Open | State::Signed => match claimed {
                Some((since, whom)) => LeftReason::new(whom.clone(), format!("{}, {whom}", ago_words(since, today))),
                None => LeftReason::default(),
            },
        }
    }

    fn lapsed(&self, due: Option<NaiveDate>, trainee_record: &TraineeRecord, today: NaiveDate) -> LeftReason {
        let Some(due) = due.filter(|due| *due < today) else { return self.last_seen(trainee_record, today) };
        let days = counted((today - due).num_days().unsigned_abs(), "day");
        LeftReason::new(days.clone(), format!("{days}, since {}", short_day(due, today)))
    }

    /// Says when it was seen, where the policy alone decides until when it counts.
    fn last_seen(&self, trainee_record: &TraineeRecord, today: NaiveDate) -> LeftReason {
        let carried = || trainee_record.carried_over(self.code).map(|carried| carried.item.on);
        let Some(seen) = self.newest.as_ref().map(|record| record.observed).or_else(carried) else {
            return LeftReason::default();
        };
        LeftReason::new(seen.format("seen %b %y").to_string(), format!("last seen {}", short_day(seen, today)))
    }
}
