//! Decides which effects wait until the frame is drawn.

use crate::msg::credential_kind::CredentialKind;
use crate::msg::{Effect, EffectClass};

/// Whether an effect is performed after the next frame: it saves what the screen shows already, counts what waits behind the
/// tabs, writes a file that may be long, or derives a key from a passphrase. With a PIN that is quick enough to go before
/// the frame.
pub fn may_wait(effect: &Effect) -> bool {
    match effect {
        Effect::Sign(request) => request.credential.as_ref().is_some_and(|(way, _)| *way == CredentialKind::Passphrase),
        Effect::Unlock { way, .. } => *way == CredentialKind::Passphrase,
        Effect::MakeBook(_) | Effect::LoadCounts(_) | Effect::Export { .. } | Effect::SaveFiles { .. } => true,
        _ => effect.class() == EffectClass::Save,
    }
}

/// Whether the second is a newer state of the same marks or draft.
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
