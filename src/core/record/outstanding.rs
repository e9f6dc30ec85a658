//! Lists a trainee's outstanding KSBs, the most urgent first.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::filter::Filter;
use crate::filter::row::{FilterRow, Flags, KsbFact};
use crate::filter::term::FilterFlag;
use crate::primitives::date::Timestamp;
use crate::primitives::ids::{DutyNo, KsbCode, StatementId};
use crate::primitives::text::SafeText;
use crate::record::claim::PendingClaim;
use crate::record::ksb_status::State;
use crate::record::view::{Record, TraineeRecord};
use crate::standard::local_view::LOCAL_GROUP;
use crate::statement::kinds::sample::Sampled;
use crate::statement::kinds::sign_off::Action;

/// A sample's rejection of a KSB's newest sign-off, which reopened the KSB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub of: StatementId,
    pub signer_name: SafeText,
    pub by_name: SafeText,
    pub at: Timestamp,
    pub reason: Option<SafeText>,
}

impl Rejection {
    /// Returns the rejection that no later sign-off has answered, from records newest first.
    pub fn open(records: &[Record]) -> Option<Self> {
        let newest = records.iter().find(|record| record.withdrawn.is_none() && !record.in_review)?;
        let mark = newest.marks.iter().find(|mark| mark.sampled == Some(Sampled::Rejected))?;
        Some(Self {
            of: newest.id,
            signer_name: newest.signer_name.clone(),
            by_name: mark.by_name.clone(),
            at: mark.at,
            reason: mark.reason.clone(),
        })
    }

    /// Returns who rejected it and why: `Vera Verifier: Nothing shows it`.
    pub fn words(&self) -> String {
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{}{reason}", self.by_name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outstanding {
    pub code: KsbCode,
    /// Any state that leaves something to do: not signed, or due again.
    pub state: State,
    /// Its first duty; `None` for a local competence.
    pub duty: Option<DutyNo>,
    pub newest: Option<Record>,
    /// The rejection of its newest sign-off, if unanswered.
    pub rejected: Option<Rejection>,
    pub claim: Option<PendingClaim>,
}

impl Outstanding {
    pub fn action(&self) -> Option<&Action> {
        self.newest.as_ref().and_then(|record| record.action.as_ref())
    }

    /// Returns since when it is late: an overdue action, or a lapsed local competence.
    pub fn late_since(&self, trainee_record: &TraineeRecord, today: NaiveDate) -> Option<NaiveDate> {
        let action = self.action().filter(|_| self.state == State::NotYet).map(|action| action.by);
        let lapsed =
            trainee_record.local_of(self.code).filter(|_| self.state == State::Lapsed).and_then(|local| local.due);
        action.or(lapsed).filter(|day| *day < today)
    }

    pub fn days_late(&self, trainee_record: &TraineeRecord, today: NaiveDate) -> Option<i64> {
        Some((today - self.late_since(trainee_record, today)?).num_days())
    }

    pub fn fits(&self, filter: &Filter, trainee_record: &TraineeRecord, today: NaiveDate) -> bool {
        let ksb = trainee_record.ksb(self.code);
        let (newest, action, claim) = (self.newest.as_ref(), self.action(), self.claim.as_ref());
        let feedback = newest.and_then(|record| record.feedback.as_ref());
        let rejected = self.rejected.as_ref();
        let carried = trainee_record.carried_over(self.code);
        let reason = rejected.and_then(|rejected| rejected.reason.as_ref());
        let texts = [
            ksb.map_or("", |ksb| &ksb.text),
            feedback.map_or("", SafeText::as_str),
            action.map_or("", |action| action.what.as_str()),
            reason.map_or("", SafeText::as_str),
            rejected.map_or("", |_| "rejected"),
        ];
        let duties = ksb.map_or(&[][..], |ksb| &ksb.duties);
        filter.fits(&FilterRow {
            texts: &texts,
            ksbs: &[KsbFact { code: self.code, state: self.state, duties }],
            by: &[
                newest.map_or("", |record| record.signer_name.as_str()),
                carried.and_then(|carried| carried.item.assessor.as_ref()).map_or("", SafeText::as_str),
                claim.map_or("", PendingClaim::whom),
                rejected.map_or("", |rejected| rejected.by_name.as_str()),
            ],
            day: newest
                .map(|record| record.observed)
                .or_else(|| carried.map(|carried| carried.item.on))
                .or_else(|| claim.map(|claim| claim.since.day()))
                .or_else(|| rejected.map(|rejected| rejected.at.day())),
            flags: Flags::default().with(FilterFlag::Overdue, action.is_some_and(|action| action.by < today)),
            ..FilterRow::default()
        })
    }
}

/// Returns the list, the most urgent first: lapsed, then overdue actions, each the longest first; other not yet by due
/// date; rejected by a sample; renew; partly; claimed; carried over; open by duty.
pub fn outstanding(
    trainee_record: &TraineeRecord,
    mut newest: BTreeMap<KsbCode, Record>,
    mut rejected: BTreeMap<KsbCode, Rejection>,
    today: NaiveDate,
) -> Vec<Outstanding> {
    let mut rows: Vec<Outstanding> = trainee_record
        .all()
        .filter(|(_, state)| !state.is_done(&trainee_record.policy))
        .map(|(ksb, state)| Outstanding {
            code: ksb.code,
            state,
            duty: ksb.duties.first().copied().filter(|no| *no != LOCAL_GROUP),
            newest: newest.remove(&ksb.code),
            rejected: rejected.remove(&ksb.code),
            claim: trainee_record.claims.get(&ksb.code).cloned(),
        })
        .collect();
    rows.sort_by(|a, b| urgency(a, b, trainee_record, today));
    rows
}

fn urgency(a: &Outstanding, b: &Outstanding, trainee_record: &TraineeRecord, today: NaiveDate) -> Ordering {
    let by = |row: &Outstanding| match row.state {
        // The earlier the observation, the longer it has lapsed.
        State::Lapsed => {
            let seen = || trainee_record.carried_over(row.code).map(|carried| carried.item.on);
            let seen = || row.newest.as_ref().map(|record| record.observed).or_else(seen);
            row.late_since(trainee_record, today).or_else(seen)
        }
        _ => row.action().map(|action| action.by),
    };
    // Rows without a date or duty sort last.
    let last = |known: bool| !known;
    let rank = |row: &Outstanding| match (row.state, row.days_late(trainee_record, today), &row.rejected) {
        (State::NotYet, Some(_), _) => OVERDUE,
        // A rejection is more urgent than a renewal.
        (state, _, Some(_)) => rank(state).min(REJECTED),
        (state, _, None) => rank(state),
    };
    rank(a)
        .cmp(&rank(b))
        .then_with(|| (last(by(a).is_some()), by(a)).cmp(&(last(by(b).is_some()), by(b))))
        .then_with(|| (last(a.duty.is_some()), a.duty).cmp(&(last(b.duty.is_some()), b.duty)))
        .then_with(|| a.code.cmp(&b.code))
}

fn rank(state: State) -> u8 {
    match state {
        State::Lapsed => 0,
        State::NotYet => 2,
        State::Renew => 4,
        State::Partly => 5,
        State::Claimed => 6,
        State::CarriedOver => 7,
        State::Open => 8,
        State::Signed => 9,
    }
}

/// The rank of an overdue action, between lapsed and not yet.
const OVERDUE: u8 = 1;
/// The rank of a rejection, between not yet and renew.
const REJECTED: u8 = 3;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::primitives::date::parse_day;
    use crate::primitives::presence::Presence;
    use crate::record::view::TraineeCard;
    use crate::rules::log_state::Policy;
    use crate::standard::file::st0413;
    use crate::standard::options::Scope;
    use crate::statement::kinds::sign_off::Outcome;

    fn record(code: KsbCode, by: &str) -> Record {
        let name = SafeText::line("S. Supervisor").unwrap();
        Record {
            id: StatementId(uuid::Uuid::nil()),
            position: 1,
            code,
            outcome: Outcome::NotAchieved,
            method: None,
            supervision: None,
            observed: parse_day("2026-11-20").unwrap(),
            signed: Timestamp::from_seconds(0),
            signer: "02c1".parse().unwrap(),
            signer_name: name.clone(),
            place: None,
            feedback: Some(name.clone()),
            action: Some(Action { what: name, by: parse_day(by).unwrap() }),
            late: None,
            evidence: Vec::new(),
            withdrawn: None,
            marks: Vec::new(),
            in_review: false,
            presence: Presence::Unknown,
            source: None,
        }
    }

    #[test]
    fn the_most_urgent_comes_first_lapsed_then_overdue_then_not_yet_then_due_again_and_open_last_by_duty() {
        let standard = Arc::new(st0413().unwrap().0);
        let mut states = vec![State::Open; standard.ksbs().len()];
        let at = |code: &str| standard.ksbs().iter().position(|k| k.code.to_string() == code).unwrap();
        let code = |code: &str| code.parse::<KsbCode>().unwrap();
        (states[at("K1")], states[at("S2")], states[at("S9")]) = (State::Signed, State::NotYet, State::NotYet);
        (states[at("S4")], states[at("S5")]) = (State::NotYet, State::NotYet);
        (states[at("B1")], states[at("K3")]) = (State::Lapsed, State::Renew);
        let trainee = TraineeCard {
            pauses: Vec::new(),
            id: "7f3a".parse().unwrap(),
            name: SafeText::line("A. Trainee").unwrap(),
            standard: standard.reference().clone(),
            specialism: None,
            start: parse_day("2026-09-01").unwrap(),
            end: None,
            planned: None,
            scope: Scope::default(),
            signed: 1,
            total: 72,
        };
        let claims = BTreeMap::new();
        let (last, local) = ([].into(), Vec::new());
        let trainee_record = TraineeRecord {
            trainee,
            standard: Arc::clone(&standard),
            states,
            claims,
            last,
            local,
            carried: [].into(),
            erased: [].into(),
            left: false,
            policy: Policy::default(),
        };
        let newest = [("S2", "2026-12-24"), ("S9", "2026-12-01"), ("S4", "2026-11-29"), ("S5", "2026-11-20")]
            .map(|(c, by)| (code(c), record(code(c), by)));
        let today = parse_day("2026-11-30").unwrap();
        let rows = outstanding(&trainee_record, newest.into(), [].into(), today);
        let first: Vec<String> = rows.iter().take(6).map(|row| row.code.to_string()).collect();
        assert_eq!(first, ["B1", "S5", "S4", "S9", "S2", "K3"]);
        let late: Vec<Option<i64>> = rows.iter().take(6).map(|row| row.days_late(&trainee_record, today)).collect();
        assert_eq!(late, [None, Some(10), Some(1), None, None, None]);
        assert_eq!(rows.len(), standard.ksbs().len() - 1);
        let open: Vec<_> = rows[6..].iter().map(|row| (row.duty.is_none(), row.duty, row.code)).collect();
        assert!(open.is_sorted());
    }
}
