//! Writes the answers in the demo's progress reviews without random draws, which would shift all the others.

use crate::demo::words::{CHANGES, DISCUSSED, DONE, READ};
use crate::error::Error;
use crate::programme::rules::programme_rules;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::rating::Rated;
use countersign_core::statement::kinds::review::{Answers, NOTHING, ReviewContent};

/// Returns the answers of a trainee's `nth` review: `progress` picks a sentence, and `ksbs` (signed, total, ahead) gives
/// the rating.
pub fn answers(nth: usize, progress: usize, ksbs: (u16, u16, i32)) -> Result<ReviewContent, Error> {
    let turn = |all: &[&'static str]| all.get(nth % all.len().max(1)).copied().unwrap_or(NOTHING);
    let last = if nth == 0 { "The first review: induction is done" } else { turn(&DONE) };
    let changes = if nth % 4 == 3 { turn(&CHANGES) } else { NOTHING };
    let progress = DISCUSSED.get(progress).copied().unwrap_or(NOTHING);
    let texts = [last, turn(&READ), progress, changes, NOTHING, NOTHING];
    let texts = texts.into_iter().map(SafeText::lines).collect::<Result<Vec<_>, _>>()?;
    let texts = texts.try_into().map_err(|_| Error::refused("A review has six answers"))?;
    // The hours up to that day are not counted here, so they are not rated.
    let (worked_out, basis) = programme_rules()?.rating.work_out(ksbs, None)?;
    let rated = Rated { worked_out, basis, rating: worked_out, reason: None };
    Ok(ReviewContent::Answers(Box::new(Answers { texts, rated })))
}
