//! The options of a standard, and the KSBs that one trainee answers for: the one place that says which. Must never ask who
//! the trainee is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use thiserror::Error;

use crate::domain::standard::Standard;
use crate::domain::standard_fault::StandardFault;
use crate::domain::standard_parts::{StandardParts, text_fault};
use crate::domain::text::Clean;
use crate::domain::value::{DutyNo, KsbCode, StandardRef};

/// The most options that a standard may have.
pub const MOST_OPTIONS: usize = 200;

/// An option of a standard. What no option names is core: everyone on the standard answers for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandardOption {
    /// Its name.
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
    /// Why.
    pub reason: Clean,
}

/// Which part of a standard a trainee answers for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Their option, by its name.
    pub option: Option<Clean>,
    /// What is left out for them, in the order of the first code of each.
    pub left_out: Vec<LeftOut>,
}

impl Scope {
    /// Whether it is the whole of any standard.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.option.is_none() && self.left_out.is_empty()
    }

    /// Every KSB that is left out, in order.
    #[must_use]
    pub fn left_out_codes(&self) -> Vec<KsbCode> {
        let mut codes: Vec<KsbCode> = self.left_out.iter().flat_map(|left| left.codes.iter().copied()).collect();
        codes.sort_unstable();
        codes
    }

    /// What an enrolment is for once it names an option. What was left out for another option is asked for again.
    #[must_use]
    pub fn on_option(&self, option: Clean) -> Self {
        let same = self.option.as_ref() == Some(&option);
        Self { left_out: if same { self.left_out.clone() } else { Vec::new() }, option: Some(option) }
    }

    /// The same, with these KSBs left out too; one that is left out already gets the new reason.
    #[must_use]
    pub fn leaving_out(&self, codes: &[KsbCode], reason: Clean) -> Self {
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
    #[must_use]
    pub fn taking_back(&self, codes: &[KsbCode]) -> Self {
        let mut scope = self.clone();
        scope.left_out.iter_mut().for_each(|left| left.codes.retain(|code| !codes.contains(code)));
        scope.left_out.retain(|left| !left.codes.is_empty());
        scope.left_out.sort_unstable_by_key(|left| left.codes.first().copied());
        scope
    }

    /// What of it has no one spelling, in words.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let all = self.left_out_codes();
        let sorted = |codes: &[KsbCode]| codes.is_sorted_by(|a, b| a < b);
        let each = self.left_out.iter().all(|left| !left.codes.is_empty() && sorted(&left.codes));
        let order = self.left_out.is_sorted_by(|a, b| a.codes.first() < b.codes.first());
        (!each || !order || !sorted(&all)).then_some("The KSBs that are left out are none, out of order or there twice")
    }
}

/// Why a trainee cannot have a part of a standard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeFault {
    /// The standard has options, and none is named.
    #[error("{on} has options. Say which one the trainee is on: {names}")]
    NoOption {
        /// The standard.
        on: StandardRef,
        /// Its options.
        names: String,
    },
    /// It has no such option.
    #[error("{on} has no option “{option}”. {}", if .names.is_empty() { "It has no options" } else { .names })]
    OtherOption {
        /// The standard.
        on: StandardRef,
        /// What was named.
        option: String,
        /// `Its options are: …`; empty where there are none.
        names: String,
    },
    /// The KSB to be left out is not in the standard.
    #[error("{on} has no {code}")]
    NoSuchKsb {
        /// The standard.
        on: StandardRef,
        /// The code.
        code: KsbCode,
    },
    /// The standard itself says who answers for the KSB.
    #[error("{code} cannot be left out: {on} says who answers for it")]
    Said {
        /// The standard.
        on: StandardRef,
        /// The code.
        code: KsbCode,
    },
    /// Nothing would be left.
    #[error("All KSBs of {0} would be left out")]
    Nothing(StandardRef),
}

impl Standard {
    /// Whether it says which KSBs belong to which option. Some standards only name their options.
    #[must_use]
    pub fn maps_options(&self) -> bool {
        self.options().iter().any(|option| !option.ksbs.is_empty() || !option.duties.is_empty())
    }

    /// The names of its options: `Oil lamps, Gas lamps`.
    #[must_use]
    pub fn option_names(&self) -> String {
        self.options().iter().map(|option| option.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// That it names its options without saying which KSBs are whose, in words; nothing where that is not so.
    #[must_use]
    pub fn unmapped_options(&self) -> Option<String> {
        (!self.options().is_empty() && !self.maps_options()).then(|| {
            format!(
                "{} has options ({}) but does not say which KSBs belong to which. The KSBs of all options are included",
                self.reference(),
                self.option_names()
            )
        })
    }

    /// The option that a person means: its whole name or a part of it that no other has, in small letters or capitals.
    pub fn find_option(&self, text: &str) -> Result<&StandardOption, ScopeFault> {
        let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let wanted = fold(text);
        if let Some(found) = self.options().iter().find(|option| fold(&option.name) == wanted) {
            return Ok(found);
        }
        let fits: Vec<_> =
            self.options().iter().filter(|option| !wanted.is_empty() && fold(&option.name).contains(&wanted)).collect();
        if let [one] = fits.as_slice() { Ok(one) } else { Err(self.other_option(text)) }
    }

    fn other_option(&self, text: &str) -> ScopeFault {
        let names = self.option_names();
        let names = if names.is_empty() { names } else { format!("Its options are: {names}") };
        ScopeFault::OtherOption { on: self.reference().clone(), option: text.to_owned(), names }
    }

    /// The options that a KSB belongs to; none where it is core.
    pub fn options_of(&self, code: KsbCode) -> impl Iterator<Item = &StandardOption> {
        self.options().iter().filter(move |option| option.ksbs.binary_search(&code).is_ok())
    }

    /// Whether a trainee may be told not to answer for a KSB: only where the standard does not say itself who does.
    #[must_use]
    pub fn may_leave_out(&self, code: KsbCode) -> bool {
        let loose =
            || self.options_of(code).next().is_none() && self.ksb(code).is_some_and(|ksb| ksb.duties.is_empty());
        !self.options().is_empty() && (!self.maps_options() || loose())
    }

    /// Why nobody can have this part of it.
    pub fn scope_fault(&self, scope: &Scope) -> Option<ScopeFault> {
        let on = || self.reference().clone();
        match &scope.option {
            Some(option) if self.options().iter().all(|one| one.name != option.as_str()) => {
                return Some(self.other_option(option.as_str()));
            }
            None if self.maps_options() => {
                return Some(ScopeFault::NoOption { on: on(), names: self.option_names() });
            }
            _ => {}
        }
        for code in scope.left_out_codes() {
            if self.ksb(code).is_none() {
                return Some(ScopeFault::NoSuchKsb { on: on(), code });
            }
            if !self.may_leave_out(code) {
                return Some(ScopeFault::Said { on: on(), code });
            }
        }
        let asked = |scope: &Scope| self.ksbs().iter().any(|ksb| self.asks(scope, ksb.code));
        (!scope.left_out.is_empty() && !asked(scope)).then(|| ScopeFault::Nothing(on()))
    }

    /// Whether a trainee with this part of it answers for a KSB.
    #[must_use]
    pub fn asks(&self, scope: &Scope, code: KsbCode) -> bool {
        if scope.left_out.iter().any(|left| left.codes.contains(&code)) {
            return false;
        }
        let Some(mine) = &scope.option else { return true };
        let mut of = self.options_of(code).peekable();
        of.peek().is_none() || of.any(|option| option.name == mine.as_str())
    }

    /// Why a trainee with this part of it does not answer for a KSB; nothing where they do.
    #[must_use]
    pub fn why_not_asked(&self, scope: &Scope, code: KsbCode) -> Option<NotAsked> {
        if let Some(left) = scope.left_out.iter().find(|left| left.codes.contains(&code)) {
            return Some(NotAsked::LeftOut(left.reason.clone()));
        }
        if self.asks(scope, code) {
            return None;
        }
        let names: Vec<&str> = self.options_of(code).map(|option| option.name.as_str()).collect();
        Some(NotAsked::Option { of: names.join(", "), mine: scope.option.clone() })
    }

    /// The standard as a trainee with this part of it sees it: the duties and KSBs that they have, and no others.
    #[must_use]
    pub fn in_scope(&self, scope: &Scope) -> Self {
        if scope.is_whole() || self.local().is_some() {
            return self.clone();
        }
        let ksbs: BTreeSet<KsbCode> =
            self.ksbs().iter().map(|ksb| ksb.code).filter(|code| self.asks(scope, *code)).collect();
        let mine = scope.option.as_ref();
        let duty = |no: DutyNo| {
            let mut of = self.options().iter().filter(|option| option.duties.contains(&no)).peekable();
            let theirs = mine.is_none_or(|mine| of.peek().is_none() || of.any(|option| option.name == mine.as_str()));
            let mut had = self.of_duty(no).peekable();
            // A duty whose KSBs are all another option's would be there with nothing to do.
            theirs && (had.peek().is_none() || had.any(|ksb| ksbs.contains(&ksb.code)))
        };
        let duties: BTreeSet<DutyNo> = self.duties().iter().map(|one| one.no).filter(|no| duty(*no)).collect();
        self.clone().keeping(&duties, &ksbs)
    }
}

/// Why a trainee does not answer for a KSB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAsked {
    /// It belongs to other options.
    Option {
        /// Theirs.
        of: String,
        /// The trainee's.
        mine: Option<Clean>,
    },
    /// It is left out for them, for this reason.
    LeftOut(Clean),
}

impl fmt::Display for NotAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option { of, mine: Some(mine) } => write!(f, "it belongs to “{of}”, and they are on “{mine}”"),
            Self::Option { of, mine: None } => write!(f, "it belongs to “{of}”"),
            Self::LeftOut(reason) => write!(f, "it is left out for them (“{reason}”)"),
        }
    }
}

/// What keeps options from being those of a standard.
pub(in crate::domain) fn option_faults(parts: &StandardParts) -> Vec<StandardFault> {
    let mut faults = Vec::new();
    let (ksbs, duties): (BTreeSet<_>, BTreeSet<_>) =
        (parts.ksbs.iter().map(|(code, _)| *code).collect(), parts.duties.iter().map(|duty| duty.no).collect());
    let mut names = BTreeSet::new();
    for option in &parts.options {
        let of = option_name(&option.name);
        if let Some(why) = text_fault(&option.name) {
            faults.push(StandardFault::Text { of: of.clone(), why });
        }
        if !names.insert(option.name.to_lowercase()) {
            faults.push(StandardFault::Twice(of.clone()));
        }
        let (mut seen_duties, mut seen_ksbs) = (BTreeSet::new(), BTreeSet::new());
        for no in &option.duties {
            if !duties.contains(no) {
                faults.push(StandardFault::Option { of: of.clone(), missing: format!("duty {no}") });
            } else if !seen_duties.insert(*no) {
                faults.push(StandardFault::Twice(format!("Duty {no} of {}", lower(&of))));
            }
        }
        for code in &option.ksbs {
            if !ksbs.contains(code) {
                faults.push(StandardFault::Option { of: of.clone(), missing: code.to_string() });
            } else if !seen_ksbs.insert(*code) {
                faults.push(StandardFault::Twice(format!("{code} of {}", lower(&of))));
            }
        }
    }
    faults
}

/// How an option is named in a fault.
#[must_use]
pub fn option_name(name: &str) -> String {
    format!("The option “{name}”")
}

fn lower(of: &str) -> String {
    of.replacen("The", "the", 1)
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
