//! Says in words what was signed of an item that does not count, and what became of it.

use chrono::NaiveDate;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{Record, TraineeRecord, deciding};
use countersign_core::statement::kinds::sign_off::Outcome;

/// The words for an item of which nothing was signed.
pub const NOTHING: &str = "No sign-off is on record";

/// Says why an item does not count, with the day: `Not yet achieved on 12 Nov 2026`. `records` are its own, newest first.
pub fn not_counting(of: &TraineeRecord, code: KsbCode, state: State, records: &[Record]) -> String {
    let mut said: Vec<String> = Vec::new();
    match fate(of, state, records) {
        Some((words, Some(day))) => said.push(format!("{words} on {}", day_words(day))),
        Some((words, None)) => said.push(words.to_owned()),
        None => {}
    }
    said.extend(of.erased.get(&code).map(|day| format!("Erased on {}", day_words(*day))));
    if said.is_empty() { NOTHING.to_owned() } else { said.join(". ") }
}

/// Says in a word why an item does not count; `None` if nothing was signed of it.
pub fn fate_word(of: &TraineeRecord, code: KsbCode, state: State, records: &[Record]) -> Option<&'static str> {
    let erased = of.erased.contains_key(&code).then_some("Erased");
    fate(of, state, records).map(|(words, _)| words).or(erased)
}

/// Says that a trainee has left: ` Has left the department.`; empty if they are here.
pub fn left_words(of: &TraineeRecord) -> &'static str {
    if of.left { " Has left the department." } else { "" }
}

/// Says what is left of an item that has no record to list.
pub fn without_record(of: &TraineeRecord, code: KsbCode) -> String {
    of.erased.get(&code).map_or_else(|| format!("{NOTHING}."), |_| erased_words(of, code).unwrap_or_default())
}

/// Says that a sign-off of an item was erased.
pub fn erased_words(of: &TraineeRecord, code: KsbCode) -> Option<String> {
    let day = of.erased.get(&code)?;
    Some(format!("Erased on {}. Only its place in the log is left.", day_words(*day)))
}

/// Returns what became of the sign-offs of an item, and the day.
fn fate(of: &TraineeRecord, state: State, records: &[Record]) -> Option<(&'static str, Option<NaiveDate>)> {
    let words = match state {
        State::NotYet => Some("Not yet achieved"),
        State::Partly => Some("Not enough yet, last seen"),
        State::Lapsed => Some("Lapsed, last seen"),
        State::Signed | State::Renew => Some("Achieved"),
        State::Open | State::Claimed | State::CarriedOver => None,
    };
    let decides = words.zip(deciding(records, &of.policy)).map(|(words, one)| (words, Some(one.observed)));
    decides.or_else(|| records.first().map(ended))
}

/// Returns why a record does not count, and since when.
fn ended(record: &Record) -> (&'static str, Option<NaiveDate>) {
    let seen = Some(record.observed);
    if let Some(gone) = &record.withdrawn {
        ("Withdrawn", Some(gone.at.local_day()))
    } else if record.rejected() {
        let by = record.marks.iter().filter(|mark| mark.sampled.is_some()).map(|mark| mark.at.local_day()).max();
        ("Rejected by a verifier", by)
    } else if record.in_review {
        ("In review, as the key that signed it was compromised. Seen", seen)
    } else if record.outcome == Outcome::NotAchieved {
        ("Not yet achieved", seen)
    } else if record.source.is_some() {
        ("Signed elsewhere, and not counted here. Seen", seen)
    } else {
        ("Seen", seen)
    }
}

#[cfg(test)]
mod tests {
    use countersign_core::primitives::text::SafeText;
    use countersign_core::record::view::{AnnotationMark, Withdrawal};
    use countersign_core::rules::log_state::Policy;
    use countersign_core::statement::kind::Kind;
    use countersign_core::statement::kinds::sample::Sampled;

    use super::*;
    use crate::made_up::{record, sign_off, today};

    /// Ends a record: withdrawn, rejected or in review.
    fn ending(one: &mut Record, how: usize) {
        let at = "2026-11-27T12:00:00Z".parse().unwrap();
        let (by_name, reason) = (SafeText::line("Priya").unwrap(), SafeText::line("why").unwrap());
        match how {
            1 => one.withdrawn = Some(Withdrawal { id: one.id, at, by: one.signer.clone(), by_name, reason }),
            2 => one.marks.push(AnnotationMark {
                id: one.id,
                kind: Kind::Sample,
                sampled: Some(Sampled::Rejected),
                at,
                by: one.signer.clone(),
                by_name,
                reason: Some(reason),
                withdrawn: false,
                in_review: false,
            }),
            3 => one.in_review = true,
            _ => {}
        }
    }

    #[test]
    fn an_item_is_said_to_have_no_sign_off_exactly_if_nothing_was_ever_signed_of_it() {
        let code: KsbCode = "K1".parse().unwrap();
        for outcome in [Outcome::Achieved, Outcome::NotAchieved] {
            for how in 0..=3 {
                let mut one = sign_off(4, code, outcome, 1, "Sam", 5);
                ending(&mut one, how);
                for (signed, erased) in [(true, false), (true, true), (false, true), (false, false)] {
                    let signed: Vec<Record> = signed.then(|| one.clone()).into_iter().collect();
                    let (mut of, records) = record("Gwen", 0, "x", &signed, Policy::default());
                    of.erased.extend(erased.then(|| (code, today())));
                    let ((_, state), records) = of.all().zip(&records).find(|((ksb, _), _)| ksb.code == code).unwrap();
                    let said = not_counting(&of, code, state, records);
                    let what = format!("{outcome:?} {how} {} {erased}: {said}", signed.len());
                    assert_eq!(said.contains(NOTHING), signed.is_empty() && !erased, "{what}");
                    assert_eq!(said.contains("Erased on 28 Nov 2026"), erased, "{what}");
                    if !signed.is_empty() {
                        let words = match (how, outcome) {
                            (1, _) => "Withdrawn on 27 Nov 2026",
                            (2, _) => "Rejected by a verifier on 27 Nov 2026",
                            (3, _) => "In review",
                            (_, Outcome::NotAchieved) => "Not yet achieved on 23 Nov 2026",
                            (_, Outcome::Achieved) => "Achieved on 23 Nov 2026",
                        };
                        assert!(said.starts_with(words), "{what}");
                    }
                    assert_eq!(fate_word(&of, code, state, records).is_none(), signed.is_empty() && !erased, "{what}");
                    assert_eq!(without_record(&of, code).contains("Erased"), erased, "{what}");
                }
            }
        }
    }
}
