//! Defines a standard's options, and the scope of an enrolment; `scope` applies them.

use std::collections::{BTreeMap, BTreeSet};

use crate::primitives::ids::{DutyNo, KsbCode};
use crate::primitives::text::SafeText;

pub const MOST_OPTIONS: usize = 200;

/// An option of a standard. Duties and KSBs in no option are core, for everyone on the standard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandardOption {
    pub name: String,
    /// Its own duties, by number, without repeats; core duties are not listed.
    pub duties: Vec<DutyNo>,
    /// Its own KSBs, sorted, without repeats; core KSBs are not listed. Options may share KSBs.
    pub ksbs: Vec<KsbCode>,
}

/// KSBs left out of a trainee's scope, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LeftOut {
    /// Sorted, without repeats.
    pub codes: Vec<KsbCode>,
    pub reason: SafeText,
}

/// The part of a standard that a trainee must show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    pub option: Option<SafeText>,
    /// KSBs left out, in the order of each entry's first code.
    pub left_out: Vec<LeftOut>,
}

impl Scope {
    pub fn is_whole(&self) -> bool {
        self.option.is_none() && self.left_out.is_empty()
    }

    /// Returns all KSBs left out, sorted.
    pub fn left_out_codes(&self) -> Vec<KsbCode> {
        let mut codes: Vec<KsbCode> = self.left_out.iter().flat_map(|left| left.codes.iter().copied()).collect();
        codes.sort_unstable();
        codes
    }

    /// Returns the scope with an option; KSBs left out for another option are required again.
    #[must_use]
    pub fn on_option(&self, option: SafeText) -> Self {
        let same = self.option.as_ref() == Some(&option);
        Self { left_out: if same { self.left_out.clone() } else { Vec::new() }, option: Some(option) }
    }

    /// Returns the scope with these KSBs also left out; KSBs left out before get the new reason.
    #[must_use]
    pub fn leaving_out(&self, codes: &[KsbCode], reason: SafeText) -> Self {
        let mut codes = codes.to_vec();
        codes.sort_unstable();
        codes.dedup();
        let mut scope = self.taking_back(&codes);
        // KSBs with the same reason share one entry.
        if let Some(same) = scope.left_out.iter_mut().find(|left| left.reason == reason) {
            same.codes.extend(codes);
            same.codes.sort_unstable();
        } else {
            scope.left_out.push(LeftOut { codes, reason });
        }
        scope.left_out.sort_unstable_by_key(|left| left.codes.first().copied());
        scope
    }

    /// Returns the scope with these KSBs required again.
    #[must_use]
    pub fn taking_back(&self, codes: &[KsbCode]) -> Self {
        let mut scope = self.clone();
        scope.left_out.iter_mut().for_each(|left| left.codes.retain(|code| !codes.contains(code)));
        scope.left_out.retain(|left| !left.codes.is_empty());
        scope.left_out.sort_unstable_by_key(|left| left.codes.first().copied());
        scope
    }

    pub fn fault(&self) -> Option<&'static str> {
        let all = self.left_out_codes();
        let sorted = |codes: &[KsbCode]| codes.is_sorted_by(|a, b| a < b);
        let each = self.left_out.iter().all(|left| !left.codes.is_empty() && sorted(&left.codes));
        let order = self.left_out.is_sorted_by(|a, b| a.codes.first() < b.codes.first());
        (!each || !order || !sorted(&all)).then_some("The KSBs that are left out are none, out of order or there twice")
    }
}

pub fn option_name(name: &str) -> String {
    format!("The option “{name}”")
}

/// Gives options the KSBs of their duties: those linked only to duties of options, unless an option names them. A KSB
/// that also has a core duty stays core.
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
