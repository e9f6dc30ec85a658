//! Writes the text of a demo's sign-offs.

use chrono::{Days, NaiveDate};

use crate::demo::words::{NOT_YET, PLACES, WELL};
use crate::error::Error;
use crate::record::sign_off::meaning;
use countersign_core::people::person::PersonRef;
use countersign_core::primitives::text::SafeText;
use countersign_core::standard::Standard;
use countersign_core::statement::kinds::sign_off::{Action, Item, Method, Outcome, SignOff, Supervision};

/// Writes a sign-off of the KSB at an index of its standard.
pub fn sign_off(
    choice: &mut fastrand::Rng,
    trainee: &PersonRef,
    standard: &Standard,
    place: usize,
    outcome: Outcome,
    observed: NaiveDate,
) -> Result<SignOff, Error> {
    let ksb = &standard.ksbs()[place];
    let (feedback, action) = match outcome {
        Outcome::Achieved if choice.bool() => (Some(WELL[choice.usize(..WELL.len())]), None),
        Outcome::Achieved => (None, None),
        Outcome::NotAchieved => {
            let (feedback, next) = NOT_YET[choice.usize(..NOT_YET.len())];
            (Some(feedback), Some(Action { what: SafeText::line(next)?, by: observed + Days::new(42) }))
        }
    };
    let clean = |text: Option<&str>| text.map(SafeText::line).transpose();
    Ok(SignOff {
        trainee: trainee.clone(),
        item: Item { standard: standard.reference().clone(), code: ksb.code, text: ksb.digest },
        outcome,
        method: Some(Method::ALL[choice.usize(..Method::ALL.len())]),
        supervision: Some(Supervision::ALL[choice.usize(..Supervision::ALL.len())]),
        observed,
        place: if choice.bool() { clean(Some(PLACES[choice.usize(..PLACES.len())]))? } else { None },
        feedback: clean(feedback)?,
        action,
        late: None,
        claim: None,
        claimed: None,
        evidence: Vec::new(),
        meaning: meaning(outcome)?,
    })
}
