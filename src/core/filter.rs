//! Parses the filter language of all lists (words, codes, states, kinds, duties, names, dates, levels and flags), and
//! applies it to rows; `schema` says which list supports which term.

pub mod log;
pub mod row;
pub mod schema;
pub mod term;

use chrono::NaiveDate;
use thiserror::Error;

use crate::filter::row::{FilterRow, KsbFact};
use crate::filter::schema::FilterTarget;
use crate::filter::term::{FilterFlag, TermKind};
use crate::primitives::fold::{finds, folded};
use crate::primitives::human_date::{parse_human_date, parsed_as};
use crate::primitives::ids::{DutyNo, KsbCode, KsbKind};
use crate::record::ksb_status::State;
use crate::rules::log_state::Policy;
use crate::statement::kind::Kind;

/// A parsed filter. A row must contain all words, and match one of several terms of the same kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub(crate) words: Vec<String>,
    pub(crate) codes: Vec<KsbCode>,
    pub(crate) states: Vec<State>,
    pub(crate) kinds: Vec<KsbKind>,
    pub(crate) duties: Vec<DutyNo>,
    pub(crate) by: Vec<String>,
    pub(crate) since: Option<NaiveDate>,
    pub(crate) until: Option<NaiveDate>,
    pub(crate) levels: Vec<String>,
    pub(crate) statements: Vec<Kind>,
    pub(crate) flags: Vec<FilterFlag>,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{read}” at character {at} is not understood: {hint}")]
pub struct FilterFault {
    pub read: String,
    /// Its position, in characters from 1.
    pub at: usize,
    pub hint: String,
}

const DUTY: &str = "write a duty's number, as in duty:7";
const BY: &str = "write a part of a name, as in by:hawthorn";
const DAY: &str = "write a day in one word, as in since:monday, since:20/11 or since:2026-11-20";
const LEVEL: &str = "write a level, as in level:associate";

/// Returns what may follow `kind:`.
fn kinds() -> String {
    let all: Vec<&str> = Kind::ALL.into_iter().map(Kind::typed).collect();
    format!("write one of these: {}", all.join(", "))
}

impl Filter {
    /// Parses a filter for a list: `audit`, `not-yet duty:7`, `by:hawthorn since:monday`; dates are relative to
    /// `today`.
    pub fn parse(text: &str, list: FilterTarget, today: NaiveDate) -> Result<Self, FilterFault> {
        let mut filter = Self::default();
        // People may type the two words shown for a state; both forms have the same length, so positions stay right.
        let mut text = text.to_lowercase();
        for (shown, typed) in [("not yet", "not-yet"), ("not met", "not-met"), ("not known", "not-known")] {
            let known = if typed == "not-yet" {
                list.knows(TermKind::State)
            } else {
                list.knows(TermKind::Flag(FilterFlag::NotMet))
            };
            if known {
                text = text.replace(shown, typed);
            }
        }
        let mut at = 1;
        for part in text.split(char::is_whitespace) {
            if !part.is_empty() {
                filter.add(part, list, today).map_err(|hint| FilterFault { read: part.to_owned(), at, hint })?;
            }
            at += part.chars().count() + 1;
        }
        Ok(filter)
    }

    /// Returns how dates typed without a year were understood.
    pub fn parsed_days(text: &str, list: FilterTarget, today: NaiveDate) -> Vec<String> {
        let day = |part: &str| {
            let (name, value) = part.split_once(':').filter(|(name, _)| matches!(*name, "since" | "until"))?;
            parsed_as(value, today, list.looks(name))
        };
        text.to_lowercase().split_whitespace().filter_map(day).collect()
    }

    fn add(&mut self, part: &str, list: FilterTarget, today: NaiveDate) -> Result<(), String> {
        if let Some(word) = part.strip_prefix(['"', '“']) {
            self.words.push(folded(word.trim_end_matches(['"', '”'])).into_owned());
            return Ok(());
        }
        if let Some((name, value)) = part.split_once(':') {
            return self.add_named(part, (name, value), list, today);
        }
        if let (true, Ok(code)) = (list.knows(TermKind::Code), part.parse()) {
            self.codes.push(code);
        } else if let (true, Some(kind)) = (list.knows(TermKind::Kind), KsbKind::of(part)) {
            self.kinds.push(kind);
        } else if let (true, Some(state)) = (list.knows(TermKind::State), state(part)) {
            self.states.push(state);
        } else if let Some(flag) = FilterFlag::of(part).filter(|flag| list.knows(TermKind::Flag(*flag))) {
            self.flags.push(flag);
        } else if !list.is_prose() && (FilterFlag::of(part).is_some() || state(part).is_some()) {
            return Err(format!("{}. In quotes it is a word: \"{part}\"", list.hint()));
        } else {
            // `Bell, Ann` is two words.
            let word = Some(part.trim_end_matches(',')).filter(|word| !word.is_empty()).unwrap_or(part);
            self.words.push(folded(word).into_owned());
        }
        Ok(())
    }

    fn add_named(
        &mut self,
        part: &str,
        (name, value): (&str, &str),
        list: FilterTarget,
        today: NaiveDate,
    ) -> Result<(), String> {
        let known = match name {
            "duty" => TermKind::Duty,
            "by" => TermKind::By,
            "since" | "until" => TermKind::Days,
            "level" => TermKind::Level,
            "kind" => TermKind::Statement,
            // `xyz:1`, but neither `10:30` nor `audits:`.
            _ if !name.is_empty() && !value.is_empty() && name.chars().all(char::is_alphabetic) => {
                return Err(list.hint());
            }
            _ => {
                self.words.push(folded(part).into_owned());
                return Ok(());
            }
        };
        if !list.knows(known) {
            return Err(list.hint());
        }
        match name {
            "duty" => self.duties.push(DutyNo(value.parse().map_err(|_| DUTY)?)),
            "by" if value.is_empty() => return Err(BY.to_owned()),
            "by" => self.by.push(folded(value).into_owned()),
            "since" => self.since = Some(parse_human_date(value, today, list.looks(name)).map_err(|_| DAY)?),
            "until" => self.until = Some(parse_human_date(value, today, list.looks(name)).map_err(|_| DAY)?),
            "level" if value.is_empty() => return Err(LEVEL.to_owned()),
            "level" => self.levels.push(value.to_owned()),
            _ => self.statements.push(Kind::of(value).ok_or_else(kinds)?),
        }
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether it has only words, so that it may be a name.
    pub fn is_words(&self) -> bool {
        !self.asks_ksbs()
            && (self.since, self.until) == (None, None)
            && (self.by.len(), self.levels.len(), self.statements.len(), self.flags.len()) == (0, 0, 0, 0)
    }

    pub fn asks_ksbs(&self) -> bool {
        !(self.codes.is_empty() && self.states.is_empty() && self.kinds.is_empty() && self.duties.is_empty())
    }

    /// Returns whether a row with many KSBs matches by one in this state: a state named, or any outstanding one if none
    /// is named.
    pub fn asks_one_in(&self, state: State, policy: &Policy) -> bool {
        if self.states.is_empty() { !state.counts(policy) } else { self.states.contains(&state) }
    }

    pub fn asks_duties(&self) -> bool {
        !self.duties.is_empty()
    }

    pub fn asks_level(&self) -> bool {
        !self.levels.is_empty()
    }

    pub fn asks_days(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    pub fn asks_by(&self) -> bool {
        !self.by.is_empty()
    }

    pub fn asks(&self, flag: FilterFlag) -> bool {
        self.flags.contains(&flag)
    }

    /// Returns whether a KSB matches by code, kind and duty, in any state.
    pub fn is_about(&self, ksb: &KsbFact<'_>) -> bool {
        any(&self.codes, |code| *code == ksb.code)
            && any(&self.kinds, |kind| *kind == ksb.code.kind)
            && any(&self.duties, |duty| ksb.duties.contains(duty))
    }

    pub fn fits_ksb(&self, ksb: &KsbFact<'_>) -> bool {
        self.is_about(ksb) && any(&self.states, |wanted| *wanted == ksb.state)
    }

    /// Returns the filter without its KSB terms, for lists that query those separately.
    #[must_use]
    pub fn without_ksbs(&self) -> Self {
        let none = Self::default();
        Self { codes: none.codes, states: none.states, kinds: none.kinds, duties: none.duties, ..self.clone() }
    }

    pub fn fits(&self, row: &FilterRow<'_>) -> bool {
        let flag = |flag: &FilterFlag| {
            row.flags.has(*flag)
                || self.flags.iter().any(|other| other.group() == flag.group() && row.flags.has(*other))
        };
        self.flags.iter().all(flag)
            && any(&self.statements, |kind| row.statement == Some(*kind))
            && any(&self.levels, |level| row.level.starts_with(level.as_str()))
            && self.since.is_none_or(|since| row.day.is_some_and(|day| day >= since))
            && self.until.is_none_or(|until| row.day.is_some_and(|day| day <= until))
            && any(&self.by, |name| row.by.iter().any(|by| finds(by, name)))
            && (!self.asks_ksbs() || row.ksbs.iter().any(|ksb| self.fits_ksb(ksb)))
            && self.words.iter().all(|word| row.texts.iter().any(|text| finds(text, word)))
    }
}

fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

fn state(word: &str) -> Option<State> {
    State::ALL.into_iter().find(|state| state.slug() == word || state.slug().replace('-', "") == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::row::Flags;
    use crate::primitives::date::parse_day;

    const DUTIES: &[DutyNo] = &[DutyNo(7)];

    fn parse(text: &str, list: FilterTarget) -> Result<Filter, FilterFault> {
        Filter::parse(text, list, parse_day("2026-11-21").unwrap())
    }

    fn listed(filter: &str, state: State) -> bool {
        let ksbs = [KsbFact { code: "S26".parse().unwrap(), state, duties: DUTIES }];
        let row = FilterRow {
            texts: &["Undertake delegated Clinical audits: in 10:30 slots.", "Repeat it in the Écho lab"],
            ksbs: &ksbs,
            by: &["Ann Hawthorn", "02c1"],
            day: parse_day("2026-11-20"),
            level: "associate",
            statement: Some(Kind::SignOff),
            flags: Flags::default()
                .with(FilterFlag::Overdue, true)
                .with(FilterFlag::Behind, true)
                .with(FilterFlag::Met, false),
        };
        parse(filter, FilterTarget::Outstanding).unwrap().fits(&row)
    }

    #[test]
    fn every_word_must_stand_in_the_text_in_either_case() {
        for fits in ["", "  ", "AUDIT", "clin undertake", "audits: 10:30", "écho audit", "\"audit\" “repeat”"] {
            assert!(listed(fits, State::Open), "{fits}");
        }
        assert!(!["audit ethics", "\"open\"", "behind"].iter().any(|not| listed(not, State::Open)));
    }

    #[test]
    fn of_several_parts_of_one_sort_one_is_enough_and_the_sorts_all_hold() {
        for fits in [
            "s26",
            "S25 s26",
            "open",
            "signed open",
            "k s",
            "duty:7",
            "duty:1 duty:7",
            "s open duty:7 audit",
            "by:hawthorn",
            "by:pear by:02C1",
            "since:friday until:today",
            "since:2026-11-20",
            "overdue s26",
        ] {
            assert!(listed(fits, State::Open), "{fits}");
        }
        for not in [
            "s2",
            "s261",
            "k26",
            "signed",
            "k",
            "duty:1",
            "s26 signed",
            "s26 duty:1",
            "by:pear",
            "since:today",
            "until:19/11",
            "by:hawthorn s27",
        ] {
            assert!(!listed(not, State::Open), "{not}");
        }
    }

    #[test]
    fn of_flags_of_one_sort_one_is_enough_and_of_two_sorts_both() {
        let flags = Flags::default()
            .with(FilterFlag::Behind, true)
            .with(FilterFlag::Due, true)
            .with(FilterFlag::Overdue, false);
        let row = FilterRow { flags, ..FilterRow::default() };
        for fits in ["behind", "behind ahead", "due", "overdue due", "behind due"] {
            assert!(parse(fits, FilterTarget::Cohort).unwrap().fits(&row), "{fits}");
        }
        for not in ["ahead", "overdue", "behind overdue", "paused", "paused behind"] {
            assert!(!parse(not, FilterTarget::Cohort).unwrap().fits(&row), "{not}");
        }
    }

    #[test]
    fn what_is_shown_as_two_words_may_be_typed_as_two() {
        for text in ["not-yet", "notyet", "NOT YET", "s26 not yet"] {
            assert!(listed(text, State::NotYet), "{text}");
            assert!(!listed(text, State::Open), "{text}");
        }
        let row = FilterRow { flags: Flags::default().with(FilterFlag::NotKnown, true), ..FilterRow::default() };
        assert!(parse("not known", FilterTarget::Readiness).unwrap().fits(&row));
        assert!(!parse("not met", FilterTarget::Readiness).unwrap().fits(&row));
    }

    #[test]
    fn a_trainee_is_found_by_a_code_where_it_is_outstanding_and_by_its_state_where_one_is_named() {
        let fact = |state| KsbFact { code: "S26".parse().unwrap(), state, duties: DUTIES };
        for (filter, state, fits) in [
            ("s26", State::Open, true),
            ("s26", State::NotYet, true),
            ("duty:7", State::Lapsed, true),
            ("s26", State::Signed, false),
            ("s26 signed", State::Signed, true),
            ("renew", State::Renew, true),
            ("renew", State::Signed, false),
            ("s26 renew", State::Open, false),
        ] {
            let filter = parse(filter, FilterTarget::Cohort).unwrap();
            assert_eq!(
                filter.is_about(&fact(state)) && filter.asks_one_in(state, &Policy::default()),
                fits,
                "{filter:?} {state:?}"
            );
        }
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_place() {
        let fault = parse("ünder xyz:1", FilterTarget::Ksbs).unwrap_err();
        assert_eq!((fault.read.as_str(), fault.at), ("xyz:1", 7));
        for (text, list, at) in [
            ("duty:x", FilterTarget::Ksbs, 1),
            ("open duty:", FilterTarget::Ksbs, 6),
            ("x since:soon", FilterTarget::History, 3),
            ("kind:", FilterTarget::History, 1),
            ("by:", FilterTarget::History, 1),
            ("a b colour:red", FilterTarget::History, 5),
            ("behind level:", FilterTarget::Cohort, 8),
        ] {
            assert_eq!(parse(text, list).unwrap_err().at, at, "{text}");
        }
    }

    #[test]
    fn what_means_nothing_to_a_list_is_refused_with_what_it_knows() {
        for (text, list) in [
            ("level:associate", FilterTarget::Ksbs),
            ("duty:7", FilterTarget::History),
            ("by:ann", FilterTarget::Readiness),
            ("kind:sign-off", FilterTarget::Cohort),
            ("since:monday", FilterTarget::People),
            ("behind", FilterTarget::Queue),
            ("open", FilterTarget::People),
            ("overdue", FilterTarget::Claims),
        ] {
            let fault = parse(&format!("ann {text}"), list).unwrap_err();
            assert_eq!((fault.read.as_str(), fault.at), (text, 5), "{list:?}");
            assert!(fault.hint.starts_with(&list.hint()), "{fault}");
        }
        // In prose any filter word can be text; in quotes it is always text.
        assert!(parse("behind met left", FilterTarget::Ksbs).unwrap().is_words());
        assert!(parse("\"open\"", FilterTarget::People).unwrap().is_words());
    }
}
