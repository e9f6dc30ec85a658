//! Makes up records of any size for the tests of documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveTime};
use countersign_core::primitives::ids::{Digest, KsbCode, KsbKind, PersonId, StatementId};
use countersign_core::primitives::presence::Presence;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::{CountedSignOff, KsbOutcome, State, StatusContext};
use countersign_core::record::view::{Record, TraineeCard, TraineeRecord};
use countersign_core::rules::log_state::Policy;
use countersign_core::standard::Ksb;
use countersign_core::standard::file::st0413;
use countersign_core::standard::local::CompetenceTerms;
use countersign_core::standard::local_state::LocalTally;
use countersign_core::standard::local_view::LocalKsb;
use countersign_core::standard::options::Scope;
use countersign_core::statement::kinds::sign_off::Outcome;

use crate::made::Made;

/// The day on which all documents are made.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 28).unwrap()
}

pub fn measure(policy: Policy) -> StatusContext {
    StatusContext { policy, today: today() }
}

pub fn made(department: &str) -> Made {
    Made {
        department: department.to_owned(),
        day: today(),
        time: NaiveTime::from_hms_opt(18, 40, 0).unwrap(),
        utc: chrono::NaiveDateTime::default(),
        as_of: None,
        by: "Tilly Officer, training officer (HCPC CS00001)".to_owned(),
        size: 1952,
        code: "1952 · YDNSA-TR8DP-DVJ5J-SKTSB-F2EXEV".to_owned(),
    }
}

/// Makes a sign-off that counts: the `position`th of the log, observed some days ago.
pub fn sign_off(position: u64, code: KsbCode, outcome: Outcome, signer: usize, name: &str, days_ago: u64) -> Record {
    let observed = today().checked_sub_days(Days::new(days_ago)).unwrap();
    Record {
        id: format!("01a22370-7d99-7116-8d18-{position:012x}").parse::<StatementId>().unwrap(),
        position,
        code,
        outcome,
        method: None,
        supervision: None,
        observed,
        signed: "2026-11-28T12:00:00Z".parse().unwrap(),
        signer: format!("{signer:04x}").parse::<PersonId>().unwrap(),
        signer_name: SafeText::line(name).unwrap(),
        place: None,
        feedback: None,
        action: None,
        late: None,
        evidence: Vec::new(),
        withdrawn: None,
        marks: Vec::new(),
        in_review: false,
        presence: Presence::Unknown,
        source: None,
    }
}

/// Makes a trainee's record from sign-offs, with this many local competences that each ask for two observations and lapse
/// after a year; returns it with the sign-offs of each item, newest first.
pub fn record(
    name: &str,
    local: u16,
    text: &str,
    signed: &[Record],
    policy: Policy,
) -> (TraineeRecord, Vec<Vec<Record>>) {
    let (standard, _) = st0413().unwrap();
    let measure = measure(policy);
    let of = |code: KsbCode| signed.iter().filter(|one| one.code == code).rev().cloned().collect::<Vec<Record>>();
    let counted = |code: KsbCode| {
        let oldest_first = signed.iter().filter(move |one| one.code == code && one.is_live());
        oldest_first.map(|one| CountedSignOff { outcome: one.outcome, observed: one.observed, countersigned: false })
    };
    let state = |code: KsbCode| KsbOutcome::of(counted(code)).map_or(State::Open, |shown| shown.state(&measure));
    let states: Vec<State> = standard.ksbs().iter().map(|ksb| state(ksb.code)).collect();
    let one = |number: u16| {
        let code = KsbCode { kind: KsbKind::Local, number };
        let term = CompetenceTerms { observations: 2, months: Some(12), links: Vec::new(), who: Vec::new() };
        let tally = LocalTally::of(counted(code));
        let (state, due) = (tally.state(&term, &measure), tally.due(&term, &measure));
        let ksb = Ksb { code, text: text.to_owned(), digest: Digest::of(text.as_bytes()), duties: Vec::new() };
        let list = "CARDIO-LOCAL 3".parse().unwrap();
        LocalKsb { list, ksb, term, tally, seen: tally.counted(&measure.policy), state, due }
    };
    let local: Vec<LocalKsb> = (1..=local).map(one).collect();
    let codes = standard.ksbs().iter().map(|ksb| ksb.code).chain(local.iter().map(|one| one.ksb.code));
    let records: Vec<Vec<Record>> = codes.map(of).collect();
    let trainee = TraineeCard {
        id: "7f3a".parse().unwrap(),
        name: SafeText::line(name).unwrap(),
        standard: standard.reference().clone(),
        specialism: Some(SafeText::line("audiology").unwrap()),
        start: NaiveDate::from_ymd_opt(2025, 9, 1).unwrap(),
        end: None,
        planned: None,
        pauses: Vec::new(),
        scope: Scope::default(),
        signed: states.iter().filter(|state| state.counts(&policy)).count() as u16,
        total: states.len() as u16,
    };
    let (claims, last) = (BTreeMap::new(), BTreeMap::new());
    let (carried, erased, left) = (BTreeMap::new(), BTreeMap::new(), false);
    let standard = Arc::new(standard);
    (TraineeRecord { trainee, standard, states, claims, last, local, carried, erased, left, policy }, records)
}
