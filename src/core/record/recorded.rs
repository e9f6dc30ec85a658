//! Words the confirmation of what a supervisor recorded, and for whom.
//!
//! Invariant: it says "Signed" only of *achieved*.

use chrono::NaiveDate;

use crate::primitives::date::{day_words, short_day};
use crate::primitives::ids::KsbCode;
use crate::primitives::text::SafeText;
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
    let counted = || if codes.len() == 1 { "1 KSB".to_owned() } else { format!("{} KSBs", codes.len()) };
    match (outcome, codes) {
        (Outcome::Achieved, _) => format!("Signed {} for {trainee}", counted()),
        (Outcome::NotAchieved, _) => {
            let what = if let [code] = codes { code.to_string() } else { counted() };
            let due = due.map(|day| format!("; due {}", short_day(day, today))).unwrap_or_default();
            format!("Recorded {what} as not yet achieved for {trainee}{due}")
        }
    }
}

/// Returns a warning if the observation is before the start of the programme.
pub fn seen_early(observed: NaiveDate, start: NaiveDate) -> Option<String> {
    let (seen, start) = (observed < start).then(|| (day_words(observed), day_words(start)))?;
    Some(format!("{seen}, the day seen, is before the programme began on {start}. Check the day"))
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
}
