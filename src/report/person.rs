//! Collects what the competence record of one person says: each requirement, since when it counts, who assessed it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use countersign_core::primitives::ids::{KsbCode, KsbKind, PersonId, StatementId};
use countersign_core::record::authorised::authorised;
use countersign_core::record::ksb_status::{State, StatusContext};
use countersign_core::record::view::CarriedRecord;
use countersign_core::record::view::{Record, TraineeRecord};
use countersign_core::standard::Ksb;
use countersign_core::standard::local::CompetenceTerms;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::sign_off::Outcome;

use crate::made::Made;

/// What a competence record is made from.
#[derive(Debug, Clone)]
pub struct PersonRecord {
    pub made: Made,
    /// Their roles in words.
    pub role: String,
    /// The level of the career framework that they work towards: `clinical scientist`.
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
    /// Says who they are in the department: `Trainee, working towards clinical scientist, audiology`. The level is never a
    /// title, since nobody holds it yet and some levels are protected titles.
    pub fn position(&self) -> String {
        let towards = self.level.as_ref().map(|level| format!(", working towards {level}")).unwrap_or_default();
        let option = self.record.trainee.specialism.as_ref().map(|word| format!(", {word}")).unwrap_or_default();
        format!("{}{towards}{option}", self.role_words())
    }

    /// Returns the role: of somebody who has left, `Former trainee`.
    pub fn role_words(&self) -> String {
        if self.record.left { format!("Former {}", self.role) } else { capital(&self.role) }
    }

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

    /// Says whether a sign-off counts towards its requirement today, and if not why.
    pub fn counts(&self, of: &Requirement<'_>, record: &Record) -> &'static str {
        let second = |one: &Record| {
            one.marks.iter().any(|mark| mark.kind == Kind::Countersign && !mark.withdrawn && !mark.in_review)
        };
        let later = |one: &&Record| one.position > record.position && one.is_live();
        let mut after = of.records.iter().filter(later);
        // A local competence keeps its earlier observations; a KSB begins again.
        let begins_again = !matches!(record.code.kind, KsbKind::Local);
        if record.withdrawn.is_some() {
            "no: withdrawn"
        } else if record.rejected() {
            "no: rejected by a verifier"
        } else if record.in_review {
            "no: in review"
        } else if record.outcome == Outcome::NotAchieved {
            "no: not yet achieved"
        } else if of.state == State::NotYet || begins_again && after.any(|one| one.outcome == Outcome::NotAchieved) {
            "no: not yet achieved since"
        } else if self.measure.policy.countersign > 0 && !second(record) {
            "no: not countersigned"
        } else if of.state == State::Lapsed {
            "no: lapsed"
        } else {
            "yes"
        }
    }

    /// Returns who signed what makes these count today, the most first.
    pub fn authorisers(&self, of: &[Requirement<'_>]) -> Vec<Authoriser> {
        let mut found: BTreeMap<&PersonId, (u64, Authoriser)> = BTreeMap::new();
        let current = of.iter().filter(|one| one.state.counts(&self.measure.policy));
        let good = current.flat_map(|one| one.records.iter().filter(|record| self.counts(one, record) == "yes"));
        for record in good {
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

/// Returns words with a capital at the beginning.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use countersign_core::rules::log_state::Policy;

    use super::*;
    use crate::made_up::{made, measure, record, sign_off};

    fn of(signed: &[Record], level: Option<&str>, policy: Policy) -> PersonRecord {
        let (record, records) = record("Gwen Trainee", 3, "Checks the recording equipment", signed, policy);
        PersonRecord {
            made: made("Audiology"),
            role: "trainee".to_owned(),
            level: level.map(str::to_owned),
            registration: None,
            department: None,
            supervisors: Vec::new(),
            record,
            records,
            registrations: BTreeMap::new(),
            measure: measure(policy),
            attribution: None,
        }
    }

    #[test]
    fn a_level_is_what_a_trainee_works_towards_and_never_their_title() {
        for level in ["assistant", "practitioner", "clinical scientist", "consultant"] {
            let position = of(&[], Some(level), Policy::default()).position();
            assert_eq!(position, format!("Trainee, working towards {level}, audiology"));
        }
        assert_eq!(of(&[], None, Policy::default()).position(), "Trainee, audiology");
    }

    #[test]
    fn an_item_is_named_under_who_authorised_it_exactly_if_it_counts_today() {
        use Outcome::{Achieved, NotAchieved};
        let (within, lapsed) = ([20, 10], [800, 700]);
        // Current, partly, lapsed; and of the standard: current, not yet, not yet and then achieved.
        let said = [
            ("L1", Achieved, within[0]),
            ("L1", Achieved, within[1]),
            ("L2", Achieved, within[0]),
            ("L3", Achieved, lapsed[0]),
            ("L3", Achieved, lapsed[1]),
            ("K1", Achieved, 30),
            ("K2", Achieved, 30),
            ("K2", NotAchieved, 20),
            ("K3", Achieved, 30),
            ("K3", NotAchieved, 20),
            ("K3", Achieved, 10),
            ("S1", NotAchieved, 10),
        ];
        let signed: Vec<Record> = (said.iter().enumerate())
            .map(|(at, (code, outcome, ago))| {
                // Each is signed by another person.
                sign_off(at as u64, code.parse().unwrap(), *outcome, at, &format!("Person {at}"), *ago)
            })
            .collect();
        let person = of(&signed, None, Policy::default());
        let all = person.requirements();
        let mut named: Vec<(String, String)> = (person.authorisers(&all).iter())
            .flat_map(|one| one.codes.iter().map(|code| (code.to_string(), one.name.clone())))
            .collect();
        named.sort();
        let wanted = [("K1", 5), ("K3", 10), ("L1", 0), ("L1", 1)];
        assert_eq!(named, wanted.map(|(code, at)| (code.to_owned(), format!("Person {at}"))));
        for one in &all {
            for record in one.records {
                let named = wanted.iter().any(|(_, at)| *at == record.position);
                let counts = person.counts(one, record) == "yes";
                // An observation that is not enough yet counts, but authorises nothing.
                assert_eq!(counts, named || record.code.to_string() == "L2", "{} {}", record.code, record.position);
            }
        }
        let two = of(&signed, None, Policy { countersign: 1, ..Policy::default() });
        assert!(two.authorisers(&two.requirements()).is_empty());
    }
}
