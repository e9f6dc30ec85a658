//! Which effects wait for the picture of the key that asked for them. Must never know how one is carried out.

use crate::tui::msg::Effect;

/// Whether an effect is carried out after the picture of the key that asked for it: it waits for a disk, or for a key
/// to be made from a passphrase.
#[must_use]
pub fn may_wait(effect: &Effect) -> bool {
    use Effect::{SaveDraft, SaveMarks, Sign, Unlock, Withdraw};
    matches!(effect, SaveMarks { .. } | SaveDraft { .. } | Sign(_) | Unlock { .. } | Withdraw(_))
}

/// Whether an effect may overtake one that waits.
#[must_use]
pub fn only_reads(effect: &Effect) -> bool {
    use Effect::{FindPeople, FindTrainees, LoadHistory, LoadRecord, LoadStatement, Look, Redraw};
    matches!(
        effect,
        LoadRecord { .. }
            | FindTrainees { .. }
            | FindPeople { .. }
            | LoadHistory { .. }
            | LoadStatement(_)
            | Look
            | Redraw
    )
}

/// Whether the second is a newer state of the same marks or draft.
#[must_use]
pub fn same_place(one: &Effect, other: &Effect) -> bool {
    match (one, other) {
        (
            Effect::SaveMarks { person, trainee, .. },
            Effect::SaveMarks { person: other_person, trainee: other_trainee, .. },
        )
        | (
            Effect::SaveDraft { person, trainee, .. },
            Effect::SaveDraft { person: other_person, trainee: other_trainee, .. },
        ) => person == other_person && trainee == other_trainee,
        _ => false,
    }
}
