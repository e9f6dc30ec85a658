//! Provides what several handlers share: messages, drafts, marks and reloading the open trainee.

use crate::domain::primitives::ids::StatementId;
use crate::tui::command::Command;
use crate::tui::model::{Message, MessageLevel, Model};
use crate::tui::msg::Effect;
use crate::tui::overlay::reply::SavedDraft;

/// Sets the message line.
pub fn say(model: &mut Model, tone: MessageLevel, what: String, beside: String) {
    model.message = Some(Message { what, beside, tone });
}

/// Returns the effect that loads the open trainee.
pub fn open(model: &Model) -> Option<Effect> {
    let trainee = model.desk.trainee.clone()?;
    Some(Effect::OpenTrainee { trainee, marks_of: model.owner().cloned() })
}

/// Saves a draft, also in the model if its trainee is open.
pub fn keep(model: &mut Model, kept: SavedDraft) -> Vec<Effect> {
    let SavedDraft { person, trainee, draft } = kept;
    if model.desk.trainee.as_ref() == Some(&trainee) {
        model.desk.draft.clone_from(&draft);
    }
    vec![Effect::SaveDraft { person, trainee, draft }]
}

/// Returns the effect that saves the marks, if their owner is known.
pub fn save_marks(model: &Model) -> Vec<Effect> {
    let (Some(person), Some(trainee)) = (model.owner().cloned(), model.desk.trainee.clone()) else { return Vec::new() };
    if model.desk.standing.is_none() {
        return Vec::new();
    }
    vec![Effect::SaveMarks { person, trainee, marks: model.desk.marks.iter().copied().collect() }]
}

/// Returns the effect that saves the draft, if its owner is known; an empty draft deletes the file.
pub fn save_draft(model: &Model) -> Vec<Effect> {
    let (Some(person), Some(trainee)) = (model.owner().cloned(), model.desk.trainee.clone()) else { return Vec::new() };
    vec![Effect::SaveDraft { person, trainee, draft: model.desk.draft.clone() }]
}

/// Reports what was signed, with the key that takes it back.
pub fn say_signed(model: &mut Model, what: String, ids: &[StatementId]) {
    model.undo = model.signer.clone().map(|signer| (signer, ids.to_vec()));
    let beside = format!("press {} to take it back", model.key(Command::Undo));
    say(model, MessageLevel::Done, what, beside);
}
