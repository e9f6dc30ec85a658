//! The cohort: many trainees side by side, in an order, those that fit a filter. Must never read a clock, nor know where
//! the trainees come from.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::competence::State;
use crate::domain::filter::FilterFault;
use crate::domain::pause::{gateway, reached};
use crate::domain::progress::pace;
use crate::domain::standard::Standard;
use crate::domain::text::Clean;
use crate::domain::value::{KsbCode, ValueFault, fault};
use crate::domain::view::TraineeCard;

/// A KSB that is to be shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// Which.
    pub code: KsbCode,
    /// RENEW or LAPSED.
    pub state: State,
    /// The last day on which it is good.
    pub due: NaiveDate,
}

/// One trainee of the cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortRow {
    /// At a glance.
    pub trainee: TraineeCard,
    /// Their level in the career framework, as its slug.
    pub level: Option<Clean>,
    /// KSBs signed and in all, for each duty in the standard's order.
    pub duties: Vec<(u16, u16)>,
    /// KSBs whose newest outcome is *not achieved*.
    pub not_yet: u16,
    /// KSBs to be shown again: RENEW and LAPSED, the earliest first.
    pub again: Vec<Again>,
    /// Claims that wait for an answer.
    pub claims: u16,
    /// Whole months into the programme, at most those to the gateway.
    pub month: u16,
    /// Typical months to the gateway.
    pub months: u16,
    /// KSBs that would be signed by now if each month brought as many.
    pub expected: u16,
    /// Whole weeks ahead of that; behind, if negative.
    pub weeks: i32,
    /// Days by which the next progress review is overdue; 0 where it is not.
    pub review_overdue: u32,
    /// Whether their programme is paused today.
    pub paused: bool,
    /// The first day on which the gateway is expected.
    pub gateway: NaiveDate,
}

impl CohortRow {
    /// The row of a trainee on `standard`, with so many KSBs signed for each duty, so many not yet and
    /// so many claims waiting, as of `today`.
    #[must_use]
    pub fn new(
        trainee: TraineeCard,
        level: Option<Clean>,
        signed: &[u16],
        (not_yet, claims): (u16, u16),
        standard: &Standard,
        today: NaiveDate,
    ) -> Self {
        let reached = reached(&trainee.pauses, today);
        let pace = pace(trainee.signed, trainee.total, trainee.start, standard.months(), reached);
        let total = |no| standard.ksbs().iter().filter(|ksb| ksb.duties.contains(&no)).count();
        let of = |(at, duty): (usize, &crate::domain::standard_parts::Duty)| {
            (signed.get(at).copied().unwrap_or(0), u16::try_from(total(duty.no)).unwrap_or(u16::MAX))
        };
        Self {
            level,
            duties: standard.duties().iter().enumerate().map(of).collect(),
            not_yet,
            again: Vec::new(),
            claims,
            month: pace.elapsed,
            months: standard.months(),
            expected: pace.expected,
            weeks: pace.weeks,
            review_overdue: 0,
            paused: trainee.pauses.iter().any(|span| span.holds(today)),
            gateway: gateway(trainee.start, standard.months(), &trainee.pauses, today),
            trainee,
        }
    }
}

/// In which order a cohort stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CohortOrder {
    /// Most weeks behind first.
    #[default]
    Behind,
    /// By name.
    Name,
    /// Longest on the programme first.
    Month,
    /// Fewest KSBs signed first.
    Signed,
    /// Most claims waiting first.
    Claims,
    /// What lapses first.
    Lapses,
}

impl CohortOrder {
    /// All orders.
    pub const ALL: [Self; 6] = [Self::Behind, Self::Name, Self::Month, Self::Signed, Self::Claims, Self::Lapses];

    /// The one word for it on the command line.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::Name => "name",
            Self::Month => "month",
            Self::Signed => "signed",
            Self::Claims => "claims",
            Self::Lapses => "lapses",
        }
    }

    /// For a reader.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Behind => "by weeks behind",
            Self::Name => "by name",
            Self::Month => "by month",
            Self::Signed => "by KSBs signed",
            Self::Claims => "by claims waiting",
            Self::Lapses => "what lapses first",
        }
    }

    /// The order after this one, round and round.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|order| *order == self).map_or(0, |at| at + 1);
        Self::ALL.get(at).copied().unwrap_or_default()
    }
}

impl FromStr for CohortOrder {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|order| order.slug() == s);
        found.ok_or_else(|| fault(s, "an order: behind, name, month, signed, claims or lapses"))
    }
}

/// What a filter and an order look at, of one trainee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CohortGlance<'a> {
    /// As shown.
    pub name: &'a str,
    /// `ST0413 1.1`.
    pub standard: &'a str,
    /// Cardiology, audiology, …
    pub specialism: &'a str,
    /// Where they work.
    pub department: &'a str,
    /// Their level, as its slug.
    pub level: &'a str,
    /// Whole weeks ahead; behind, if negative.
    pub weeks: i32,
    /// Whether their programme is paused today.
    pub paused: bool,
}

/// How a trainee stands against what is expected by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    Behind,
    Ahead,
}

/// Which trainees are listed. Words must all stand in name, standard, specialism or department; of several levels one is
/// enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CohortFilter {
    words: Vec<String>,
    levels: Vec<String>,
    pace: Option<Pace>,
    paused: bool,
}

const PREFIXES: &str = "write words of a name, specialism or standard, behind, ahead, paused, or level:associate";

impl CohortFilter {
    /// Reads what a person typed: `behind`, `cardiology level:associate`.
    pub fn parse(text: &str) -> Result<Self, FilterFault> {
        let (mut filter, mut at) = (Self::default(), 1);
        for part in text.to_lowercase().split(char::is_whitespace) {
            let fault = |hint| FilterFault { read: part.to_owned(), at, hint };
            match (part, part.split_once(':')) {
                ("", _) => {}
                ("behind", _) => filter.pace = Some(Pace::Behind),
                ("paused", _) => filter.paused = true,
                ("ahead", _) => filter.pace = Some(Pace::Ahead),
                (_, Some(("level", level))) if !level.is_empty() => filter.levels.push(level.to_owned()),
                (_, Some(("level", _))) => return Err(fault("write a level, as in level:associate")),
                (_, Some((name, value))) if !value.is_empty() && name.chars().all(char::is_alphabetic) => {
                    return Err(fault(PREFIXES));
                }
                (word, _) => filter.words.push(word.to_owned()),
            }
            at += part.chars().count() + 1;
        }
        Ok(filter)
    }

    /// Whether a trainee is listed.
    #[must_use]
    pub fn fits(&self, glance: &CohortGlance<'_>) -> bool {
        let pace = match self.pace {
            None => true,
            Some(Pace::Behind) => glance.weeks < 0,
            Some(Pace::Ahead) => glance.weeks > 0,
        };
        let level =
            || self.levels.is_empty() || self.levels.iter().any(|level| glance.level.starts_with(level.as_str()));
        let places = [glance.name, glance.standard, glance.specialism, glance.department];
        let word = |word: &String| places.iter().any(|place| holds(place, word));
        pace && (glance.paused || !self.paused) && level() && self.words.iter().all(word)
    }
}

/// Whether a text holds a word that is in small letters, in either case.
fn holds(text: &str, word: &str) -> bool {
    if text.is_ascii() && word.is_ascii() {
        return text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    }
    text.to_lowercase().contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: CohortGlance<'_> = CohortGlance {
        name: "Ann Özil",
        standard: "ST0413 1.1",
        specialism: "Cardiology",
        department: "Echo lab",
        level: "associate",
        weeks: -3,
        paused: false,
    };

    fn listed(filter: &str) -> bool {
        CohortFilter::parse(filter).unwrap().fits(&ANN)
    }

    #[test]
    fn words_stand_anywhere_in_either_case_and_all_of_them_must() {
        for fits in
            ["", "  ", "cardio", "ANN echo", "ÖZIL", "st0413", "behind", "level:assoc card", "level:x level:associate"]
        {
            assert!(listed(fits), "{fits}");
        }
        for not in ["audiology", "ann ben", "ahead", "level:assistant", "behind audiology", "paused"] {
            assert!(!listed(not), "{not}");
        }
    }

    #[test]
    fn whoever_is_paused_is_found_by_that_word() {
        let paused = CohortGlance { paused: true, ..ANN };
        assert!(CohortFilter::parse("paused ann").unwrap().fits(&paused));
        assert!(CohortFilter::parse("ann").unwrap().fits(&paused));
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_place() {
        let fault = CohortFilter::parse("behind colour:red").unwrap_err();
        assert_eq!((fault.read.as_str(), fault.at), ("colour:red", 8));
        assert_eq!(CohortFilter::parse("level:").unwrap_err().at, 1);
    }

    #[test]
    fn orders_go_round_and_each_has_one_word() {
        let mut order = CohortOrder::default();
        for wanted in CohortOrder::ALL.into_iter().skip(1).chain([CohortOrder::Behind]) {
            order = order.next();
            assert_eq!(order, wanted);
            assert_eq!(order.slug().parse(), Ok(order));
        }
    }
}
