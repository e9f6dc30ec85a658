//! Decides which KSBs of a standard a trainee must show.

use std::collections::BTreeSet;
use std::fmt;

use thiserror::Error;

use crate::primitives::fold::{folded, holds};
use crate::primitives::ids::{DutyNo, KsbCode, StandardRef};
use crate::primitives::text::SafeText;
use crate::standard::Standard;
use crate::standard::options::{Scope, StandardOption};

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeFault {
    #[error("{on} has options. Say which one the trainee is on: {names}")]
    NoOption { on: StandardRef, names: String },
    #[error("{on} has no option “{option}”. {}", if .names.is_empty() { "It has no options" } else { .names })]
    OtherOption { on: StandardRef, option: String, names: String },
    #[error("{on} has no {code}")]
    NoSuchKsb { on: StandardRef, code: KsbCode },
    #[error("{code} cannot be left out: {on} says who must show it")]
    Said { on: StandardRef, code: KsbCode },
    #[error("All KSBs of {0} would be left out")]
    Nothing(StandardRef),
}

impl Standard {
    /// Returns whether the standard assigns KSBs to options; some only name their options.
    pub fn maps_options(&self) -> bool {
        self.options().iter().any(|option| !option.ksbs.is_empty() || !option.duties.is_empty())
    }

    /// Returns the names of the options: `Oil lamps, Gas lamps`.
    pub fn option_names(&self) -> String {
        self.options().iter().map(|option| option.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Returns a warning if the standard names options without assigning KSBs to them.
    pub fn unmapped_options(&self) -> Option<String> {
        (!self.options().is_empty() && !self.maps_options()).then(|| {
            format!(
                "{} has options ({}) but does not say which KSBs belong to which. The KSBs of all options are included",
                self.reference(),
                self.option_names()
            )
        })
    }

    /// Finds an option by its name or an unambiguous part of it, ignoring case.
    pub fn find_option(&self, text: &str) -> Result<&StandardOption, ScopeFault> {
        let wanted = folded(text);
        if let Some(found) = self.options().iter().find(|option| folded(&option.name) == wanted) {
            return Ok(found);
        }
        let fits: Vec<_> =
            self.options().iter().filter(|option| !wanted.is_empty() && holds(&option.name, &wanted)).collect();
        if let [one] = fits.as_slice() { Ok(one) } else { Err(self.other_option(text)) }
    }

    fn other_option(&self, text: &str) -> ScopeFault {
        let names = self.option_names();
        let names = if names.is_empty() { names } else { format!("Its options are: {names}") };
        ScopeFault::OtherOption { on: self.reference().clone(), option: text.to_owned(), names }
    }

    pub fn options_of(&self, code: KsbCode) -> impl Iterator<Item = &StandardOption> {
        self.options().iter().filter(move |option| option.ksbs.binary_search(&code).is_ok())
    }

    /// Returns whether a KSB may be left out for a trainee: only if the standard does not say who must show it.
    pub fn may_leave_out(&self, code: KsbCode) -> bool {
        let loose =
            || self.options_of(code).next().is_none() && self.ksb(code).is_some_and(|ksb| ksb.duties.is_empty());
        !self.options().is_empty() && (!self.maps_options() || loose())
    }

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

    /// Returns whether a trainee with this scope must show a KSB.
    pub fn asks(&self, scope: &Scope, code: KsbCode) -> bool {
        if scope.left_out.iter().any(|left| left.codes.contains(&code)) {
            return false;
        }
        let Some(mine) = &scope.option else { return true };
        let mut of = self.options_of(code).peekable();
        of.peek().is_none() || of.any(|option| option.name == mine.as_str())
    }

    /// Returns why a trainee with this scope need not show a KSB; `None` if they must.
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

    /// Returns the standard reduced to the duties and KSBs in scope.
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
            // A duty whose KSBs all belong to another option would be empty.
            theirs && (had.peek().is_none() || had.any(|ksb| ksbs.contains(&ksb.code)))
        };
        let duties: BTreeSet<DutyNo> = self.duties().iter().map(|one| one.no).filter(|no| duty(*no)).collect();
        self.clone().keeping(&duties, &ksbs)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAsked {
    /// It belongs to other options.
    Option { of: String, mine: Option<SafeText> },
    /// It was left out for them, for this reason.
    LeftOut(SafeText),
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
