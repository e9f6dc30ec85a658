//! The filter language of the sign-off list: words, codes, states, kinds, duties. Must never know how a list is shown.

use thiserror::Error;

use crate::domain::competence::State;
use crate::domain::standard::Ksb;
use crate::domain::value::{DutyNo, KsbCode, KsbKind};

/// What a KSB must be to be listed. Words must all stand in its text; of several codes, states, kinds or duties one
/// is enough, for a KSB has only one code and one state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    words: Vec<String>,
    codes: Vec<KsbCode>,
    states: Vec<State>,
    kinds: Vec<KsbKind>,
    duties: Vec<DutyNo>,
}

/// Why a filter was not understood, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{read}” at character {at} is not understood: {hint}")]
pub struct FilterFault {
    /// The part that was not understood.
    pub read: String,
    /// Its place, in characters from 1.
    pub at: usize,
    /// What can be written there.
    pub hint: &'static str,
}

impl FilterFault {
    /// Without what can be written there, for a narrow place.
    #[must_use]
    pub fn short(&self) -> String {
        format!("“{}” is not understood", self.read)
    }
}

const PREFIXES: &str = "write words, a code (s26), a state (open), k, s, b or l, or duty:7";
const DUTY: &str = "write a duty's number, as in duty:7";

impl Filter {
    /// Reads what a person typed: `audit`, `s25 s26`, `not-yet duty:7`, `k open`.
    pub fn parse(text: &str) -> Result<Self, FilterFault> {
        let mut filter = Self::default();
        // The state is shown as two words; both spellings have the same length, so places stay right.
        let text = text.to_lowercase().replace("not yet", "not-yet");
        let mut at = 1;
        for part in text.split(char::is_whitespace) {
            if !part.is_empty() {
                filter.add(part, at)?;
            }
            at += part.chars().count() + 1;
        }
        Ok(filter)
    }

    fn add(&mut self, part: &str, at: usize) -> Result<(), FilterFault> {
        let fault = |hint| FilterFault { read: part.to_owned(), at, hint };
        if let Some(number) = part.strip_prefix("duty:") {
            self.duties.push(DutyNo(number.parse().map_err(|_| fault(DUTY))?));
        } else if part.split_once(':').is_some_and(is_prefixed) {
            return Err(fault(PREFIXES));
        } else if let Ok(code) = part.parse() {
            self.codes.push(code);
        } else if let Some(state) = state(part) {
            self.states.push(state);
        } else if let Some(kind) = kind(part) {
            self.kinds.push(kind);
        } else {
            self.words.push(part.to_owned());
        }
        Ok(())
    }

    /// Whether everything is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a KSB in this state is listed.
    #[must_use]
    pub fn fits(&self, ksb: &Ksb, state: State) -> bool {
        any(&self.codes, |code| *code == ksb.code)
            && any(&self.states, |wanted| *wanted == state)
            && any(&self.kinds, |kind| *kind == ksb.code.kind)
            && any(&self.duties, |duty| ksb.duties.contains(duty))
            && (self.words.is_empty() || {
                let text = ksb.text.to_lowercase();
                self.words.iter().all(|word| text.contains(word.as_str()))
            })
    }
}

/// `xyz:1`, but neither `10:30` nor `audits:`.
fn is_prefixed((name, value): (&str, &str)) -> bool {
    !name.is_empty() && !value.is_empty() && name.chars().all(char::is_alphabetic)
}

fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

fn state(word: &str) -> Option<State> {
    State::ALL.into_iter().find(|state| state.slug() == word || state.slug().replace('-', "") == word)
}

fn kind(word: &str) -> Option<KsbKind> {
    match word {
        "k" => Some(KsbKind::Knowledge),
        "s" => Some(KsbKind::Skill),
        "b" => Some(KsbKind::Behaviour),
        "l" => Some(KsbKind::Local),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::value::Digest;

    fn ksb(code: &str, text: &str, duties: &[u16]) -> Ksb {
        let duties = duties.iter().map(|no| DutyNo(*no)).collect();
        Ksb { code: code.parse().unwrap(), text: text.into(), digest: Digest::of(text.as_bytes()), duties }
    }

    fn listed(filter: &str, state: State) -> bool {
        let audits = ksb("S26", "Undertake delegated Clinical audits: in 10:30 slots.", &[7]);
        Filter::parse(filter).unwrap().fits(&audits, state)
    }

    #[test]
    fn every_word_must_stand_in_the_text_in_either_case() {
        for fits in ["", "  ", "AUDIT", "clin undertake", "audits: 10:30"] {
            assert!(listed(fits, State::Open), "{fits}");
        }
        assert!(!listed("audit ethics", State::Open));
    }

    #[test]
    fn of_several_codes_states_kinds_or_duties_one_is_enough_and_the_groups_all_hold() {
        for fits in ["s26", "S25 s26", "open", "signed open", "k s", "duty:7", "duty:1 duty:7", "s open duty:7 audit"] {
            assert!(listed(fits, State::Open), "{fits}");
        }
        for not in ["s2", "s261", "k26", "signed", "k", "duty:1", "s26 signed", "s26 duty:1"] {
            assert!(!listed(not, State::Open), "{not}");
        }
    }

    #[test]
    fn not_yet_may_be_written_as_the_screen_shows_it() {
        for text in ["not-yet", "notyet", "NOT YET", "s26 not yet"] {
            assert!(listed(text, State::NotYet), "{text}");
            assert!(!listed(text, State::Open), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_place() {
        let fault = Filter::parse("ünder xyz:1").unwrap_err();
        assert_eq!((fault.read.as_str(), fault.at), ("xyz:1", 7));
        assert_eq!(Filter::parse("duty:x").unwrap_err().at, 1);
        assert!(Filter::parse("open duty:").unwrap_err().to_string().contains("“duty:” at character 6"));
    }
}
