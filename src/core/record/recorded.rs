//! Words the confirmation of what a supervisor recorded, and for whom.
//!
//! Invariant: it says "Signed" only of *achieved*.

use chrono::NaiveDate;

use crate::primitives::date::{day_words, short_day};
use crate::primitives::ids::{KsbCode, KsbKind};
use crate::primitives::text::{SafeText, counted};
use crate::statement::kinds::sign_off::Outcome;

/// Returns the sentence after signing: `Signed 3 KSBs for Amina`, or `Recorded K26 as not yet achieved for Amina; due
/// 12 Dec`.
pub fn recorded(
    outcome: Outcome,
    codes: &[KsbCode],
    trainee: &SafeText,
    due: Option<NaiveDate>,
    today: NaiveDate,
) -> String {
    match (outcome, codes) {
        (Outcome::Achieved, _) => format!("Signed {} for {trainee}{}", items_words(codes), mixed_words(codes)),
        (Outcome::NotAchieved, _) => {
            let what = if let [code] = codes { code.to_string() } else { items_words(codes) };
            let due = due.map(|day| format!("; due {}", short_day(day, today))).unwrap_or_default();
            format!("Recorded {what} as not yet achieved for {trainee}{due}")
        }
    }
}

/// Returns how many of what: `3 KSBs`, `2 local competences`, `3 items` of a mixture; one local competence by its code.
pub fn items_words(codes: &[KsbCode]) -> String {
    match (codes, local(codes)) {
        ([one], 1) => one.to_string(),
        (all, 0) => counted(all.len() as u64, "KSB"),
        (all, some) if some == all.len() => counted(some as u64, "local competence"),
        (all, _) => counted(all.len() as u64, "item"),
    }
}

/// Returns what a mixture is made of, as an ending: `: 2 KSBs and 1 local competence`.
fn mixed_words(codes: &[KsbCode]) -> String {
    match (codes.len() - local(codes), local(codes)) {
        (0, _) | (_, 0) => String::new(),
        (ksbs, some) => format!(": {} and {}", counted(ksbs as u64, "KSB"), counted(some as u64, "local competence")),
    }
}

fn local(codes: &[KsbCode]) -> usize {
    codes.iter().filter(|code| code.kind == KsbKind::Local).count()
}

/// Returns a warning if the observation is before the start of the programme.
pub fn seen_early(observed: NaiveDate, start: NaiveDate) -> Option<String> {
    let (seen, start) = (observed < start).then(|| (day_words(observed), day_words(start)))?;
    Some(format!("{seen}, the day seen, is before the programme began on {start}. Check the day"))
}

/// Returns a warning if items stay signed off after a *not achieved*, because they were achieved on a later day.
pub fn stays_signed(codes: &[KsbCode]) -> Option<String> {
    let names: Vec<String> = codes.iter().map(ToString::to_string).collect();
    Some(match names.as_slice() {
        [] => return None,
        [one] => format!("{one} was achieved on a later day, so it stays signed off"),
        [first @ .., last] => {
            format!("{} and {last} were achieved on a later day, so they stay signed off", first.join(", "))
        }
    })
}

/// Returns a warning as a suffix to a sentence; empty without one.
pub fn warned(warning: Option<&str>) -> String {
    warning.map(|warning| format!(". Warning: {warning}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::parse_day;

    #[test]
    fn what_was_not_yet_achieved_is_recorded_and_never_called_signed() {
        let [one, two] = ["K26", "S1"].map(|code| code.parse::<KsbCode>().unwrap());
        let (who, today) = (SafeText::line("Amina").unwrap(), parse_day("2026-11-28").unwrap());
        let due = parse_day("2026-12-12");
        let words = |outcome, codes: &[KsbCode], due| recorded(outcome, codes, &who, due, today);
        assert_eq!(words(Outcome::NotAchieved, &[one], due), "Recorded K26 as not yet achieved for Amina; due 12 Dec");
        let next = parse_day("2027-01-08");
        assert_eq!(
            words(Outcome::NotAchieved, &[one, two], next),
            "Recorded 2 KSBs as not yet achieved for Amina; due 8 Jan 2027"
        );
        assert_eq!(words(Outcome::Achieved, &[one], None), "Signed 1 KSB for Amina");
        assert_eq!(words(Outcome::Achieved, &[one, two], None), "Signed 2 KSBs for Amina");
    }

    #[test]
    fn a_local_competence_is_never_called_a_ksb() {
        let [one, two, l1, l2] = ["K26", "S1", "L1", "L2"].map(|code| code.parse::<KsbCode>().unwrap());
        let (who, today) = (SafeText::line("Amina").unwrap(), parse_day("2026-11-28").unwrap());
        let said = |codes: &[KsbCode]| recorded(Outcome::Achieved, codes, &who, None, today);
        assert_eq!(said(&[l1]), "Signed L1 for Amina");
        assert_eq!(said(&[l1, l2]), "Signed 2 local competences for Amina");
        assert_eq!(said(&[one, l1, two]), "Signed 3 items for Amina: 2 KSBs and 1 local competence");
    }
}
