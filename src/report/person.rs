//! Collects what the competence record of one person says: each requirement, since when it counts, who assessed it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::record::authorised::authorised;
use countersign_core::record::ksb_status::{State, StatusContext};
use countersign_core::record::view::CarriedRecord;
use countersign_core::record::view::{Record, TraineeRecord};
use countersign_core::standard::Ksb;
use countersign_core::standard::local::CompetenceTerms;
use countersign_core::statement::kinds::sign_off::Outcome;

use crate::made::Made;

/// What a competence record is made from.
#[derive(Debug, Clone)]
pub struct PersonRecord {
    pub made: Made,
    /// Their roles in words.
    pub role: String,
    pub level: Option<String>,
    pub registration: Option<String>,
    pub department: Option<String>,
    /// Names, with registrations.
    pub supervisors: Vec<String>,
    pub record: TraineeRecord,
    /// The records of each item of [`TraineeRecord::all`], newest first.
    pub records: Vec<Vec<Record>>,
    /// The registrations with which statements were signed.
    pub registrations: BTreeMap<StatementId, String>,
    pub measure: StatusContext,
    /// The attribution that the licence of the standard's text requires.
    pub attribution: Option<String>,
}

/// Something that is required of a person.
#[derive(Debug, Clone)]
pub struct Requirement<'a> {
    /// The standard or list that asks for it, with its version.
    pub of: String,
    pub ksb: &'a Ksb,
    pub state: State,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// How many observations count, of how many.
    pub seen: u16,
    pub times: u16,
    /// Months until it must be shown again.
    pub months: Option<u32>,
    pub records: &'a [Record],
    /// The earlier record that its state is derived from, if no sign-off is.
    pub carried: Option<&'a CarriedRecord>,
}

/// Someone who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authoriser {
    pub name: String,
    /// As they last signed with it; empty if they gave none.
    pub registration: String,
    pub count: usize,
    pub codes: BTreeSet<KsbCode>,
}

impl PersonRecord {
    /// Returns every requirement: the local competences, then the KSBs of the standard.
    pub fn requirements(&self) -> Vec<Requirement<'_>> {
        let standard = self.record.standard.ksbs().len();
        let by_policy = Some(self.measure.policy.reassess_months).filter(|months| *months > 0);
        let one = |at: usize, of: String, (ksb, state), term: &CompetenceTerms| {
            let records = self.records.get(at).map_or(&[][..], Vec::as_slice);
            let ksb: &Ksb = ksb;
            let carried = self.record.carried_over(ksb.code);
            let found = authorised(records, carried.map(|carried| carried.item.on), term, &self.measure);
            let months = term.months.or(by_policy);
            Requirement {
                of,
                ksb,
                state,
                from: found.from,
                until: found.until,
                seen: found.seen,
                times: term.observations,
                months,
                records,
                carried,
            }
        };
        let local = self.record.local.iter().enumerate();
        let local = local.map(|(at, of)| one(standard + at, of.list.to_string(), (&of.ksb, of.state), &of.term));
        let plain = CompetenceTerms { observations: 1, months: None, links: Vec::new(), who: Vec::new() };
        let named = self.record.standard.reference().to_string();
        let ksbs = self.record.standard.ksbs().iter().zip(self.record.states.iter().copied()).enumerate();
        let ksbs = ksbs.map(|(at, (ksb, state))| one(at, named.clone(), (ksb, state), &plain));
        local.chain(ksbs).collect()
    }

    /// Returns the local competences; the KSBs of the standard, if there are none.
    pub fn chief(&self) -> Vec<Requirement<'_>> {
        let mut all = self.requirements();
        if !self.record.local.is_empty() {
            all.truncate(self.record.local.len());
        }
        all
    }

    /// Returns who signed sign-offs that count, the most first.
    pub fn authorisers(&self, of: &[Requirement<'_>]) -> Vec<Authoriser> {
        let mut found: BTreeMap<&PersonId, (u64, Authoriser)> = BTreeMap::new();
        let good = |record: &&Record| record.is_live() && record.outcome == Outcome::Achieved;
        for record in of.iter().flat_map(|one| one.records).filter(good) {
            let new = || {
                (0, Authoriser { name: String::new(), registration: String::new(), count: 0, codes: BTreeSet::new() })
            };
            let (last, one) = found.entry(&record.signer).or_insert_with(new);
            if one.count == 0 || record.position > *last {
                *last = record.position;
                one.name = record.signer_name.to_string();
                one.registration = self.registrations.get(&record.id).cloned().unwrap_or_default();
            }
            one.count += 1;
            one.codes.insert(record.code);
        }
        let mut all: Vec<Authoriser> = found.into_values().map(|(_, one)| one).collect();
        all.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
        all
    }
}

/// Returns the beginning of a text, cut at a space.
pub fn short_name(text: &str, most: usize) -> String {
    let text = text.trim_end_matches('.');
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before);
    format!("{}…", cut.trim_end_matches([',', ';', ':', ' ']))
}

/// Returns the letter and the word of a state, as for a competence.
pub fn state_words(state: State) -> (char, &'static str) {
    match state {
        State::Signed => ('C', "current"),
        State::Renew => ('E', "expires"),
        State::Lapsed => ('X', "lapsed"),
        State::Partly => ('P', "partly"),
        State::NotYet => ('N', "not yet achieved"),
        State::Open | State::Claimed => ('O', "open"),
        State::CarriedOver => ('H', "carried over"),
    }
}
