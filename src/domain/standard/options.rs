//! Holds the options of a standard, and the part of one that an enrolment is for, as plain values. `standard_scope` has the rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::primitives::ids::{DutyNo, KsbCode};
use crate::domain::primitives::text::SafeText;

/// The most options that a standard may have.
pub const MOST_OPTIONS: usize = 200;

/// An option of a standard. What no option names is core: everyone on the standard answers for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandardOption {
    pub name: String,
    /// The duties that only trainees on options have, of which this is one; by number, each once.
    pub duties: Vec<DutyNo>,
    /// The KSBs that only trainees on options answer for, of which this is one; in order, each once. Options may share them.
    pub ksbs: Vec<KsbCode>,
}

/// KSBs that a trainee does not answer for, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LeftOut {
    /// Which, in order, each once.
    pub codes: Vec<KsbCode>,
    pub reason: SafeText,
}

/// Which part of a standard a trainee answers for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Their option, by its name.
    pub option: Option<SafeText>,
    /// What is left out for them, in the order of the first code of each.
    pub left_out: Vec<LeftOut>,
}

impl Scope {
    /// Whether it is the whole of any standard.
    pub fn is_whole(&self) -> bool {
        self.option.is_none() && self.left_out.is_empty()
    }

    /// Every KSB that is left out, in order.
    pub fn left_out_codes(&self) -> Vec<KsbCode> {
        let mut codes: Vec<KsbCode> = self.left_out.iter().flat_map(|left| left.codes.iter().copied()).collect();
        codes.sort_unstable();
        codes
    }

    /// What an enrolment is for once it names an option. What was left out for another option is asked for again.
    pub fn on_option(&self, option: SafeText) -> Self {
        let same = self.option.as_ref() == Some(&option);
        Self { left_out: if same { self.left_out.clone() } else { Vec::new() }, option: Some(option) }
    }

    /// The same, with these KSBs left out too; one that is left out already gets the new reason.
    pub fn leaving_out(&self, codes: &[KsbCode], reason: SafeText) -> Self {
        let mut codes = codes.to_vec();
        codes.sort_unstable();
        codes.dedup();
        let mut scope = self.taking_back(&codes);
        // The same reason given twice is one.
        if let Some(same) = scope.left_out.iter_mut().find(|left| left.reason == reason) {
            same.codes.extend(codes);
            same.codes.sort_unstable();
        } else {
            scope.left_out.push(LeftOut { codes, reason });
        }
        scope.left_out.sort_unstable_by_key(|left| left.codes.first().copied());
        scope
    }

    /// The same, with these KSBs answered for again.
    pub fn taking_back(&self, codes: &[KsbCode]) -> Self {
        let mut scope = self.clone();
        scope.left_out.iter_mut().for_each(|left| left.codes.retain(|code| !codes.contains(code)));
        scope.left_out.retain(|left| !left.codes.is_empty());
        scope.left_out.sort_unstable_by_key(|left| left.codes.first().copied());
        scope
    }

    /// What of it has no one spelling, in words.
    pub fn fault(&self) -> Option<&'static str> {
        let all = self.left_out_codes();
        let sorted = |codes: &[KsbCode]| codes.is_sorted_by(|a, b| a < b);
        let each = self.left_out.iter().all(|left| !left.codes.is_empty() && sorted(&left.codes));
        let order = self.left_out.is_sorted_by(|a, b| a.codes.first() < b.codes.first());
        (!each || !order || !sorted(&all)).then_some("The KSBs that are left out are none, out of order or there twice")
    }
}

/// How an option is named in a fault.
pub fn option_name(name: &str) -> String {
    format!("The option “{name}”")
}

/// Gives options the KSBs of their duties. A KSB whose duties are all duties of options, and that no option names itself, is
/// these options'; one that a core duty has too stays core.
pub fn follow_duties(options: &mut [StandardOption], links: &[(DutyNo, KsbCode)]) {
    let named: BTreeSet<KsbCode> = options.iter().flat_map(|option| option.ksbs.iter().copied()).collect();
    let mut duties_of: BTreeMap<KsbCode, Vec<DutyNo>> = BTreeMap::new();
    for (no, code) in links {
        duties_of.entry(*code).or_default().push(*no);
    }
    for (code, duties) in duties_of.into_iter().filter(|(code, _)| !named.contains(code)) {
        let has = |option: &StandardOption, no: &DutyNo| option.duties.contains(no);
        if duties.iter().all(|no| options.iter().any(|option| has(option, no))) {
            for option in options.iter_mut().filter(|option| duties.iter().any(|no| has(option, no))) {
                option.ksbs.push(code);
            }
        }
    }
}
