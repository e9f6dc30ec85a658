//! Provides what several handlers share: messages, drafts, marks, opening a trainee and loading again.

use crate::command::{Command, PaneId, ScreenId};
use crate::dialog::event::SavedDraft;
use crate::model::trainee_view::TraineeView;
use crate::model::{Message, MessageLevel, Model};
use crate::msg::Effect;
use crate::msg::acts::{ActionResult, DialogQuery};
use crate::msg::office::{OfficeQuery, OfficeTask};
use crate::pane::filter_input::FilterInput;
use crate::widget::text::columns;
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};

/// Sets the message line.
pub fn say(model: &mut Model, tone: MessageLevel, what: String, hint: String) {
    model.message = Some(Message { what, hint, tone, undo: None });
}

/// Returns the effect that loads the open trainee.
pub fn open(model: &Model) -> Option<Effect> {
    let trainee = model.trainee_view.trainee.clone()?;
    Some(Effect::OpenTrainee { trainee, marks_of: model.owner().cloned() })
}

/// Loads what is shown again. Claims, hours entries and draws do not grow the log, so its size is not compared.
pub fn reload(model: &mut Model) -> Vec<Effect> {
    model.invalidate_all();
    open(model).into_iter().collect()
}

/// Opens a trainee instead of the current one.
pub fn open_trainee(model: &mut Model, trainee: PersonId) -> Vec<Effect> {
    model.screen = ScreenId::SignOff;
    if model.trainee_view.trainee.as_ref() != Some(&trainee) {
        model.trainee_view = TraineeView::at(trainee);
        // What was said of another trainee no longer holds.
        model.message.take_if(|message| message.tone == MessageLevel::Done && message.undo.is_none());
    }
    open(model).into_iter().collect()
}

/// Returns the effect that loads what the dialog of a training officer's task is filled from.
pub fn ask_office(model: &Model, task: OfficeTask) -> Vec<Effect> {
    let Some(signer) = model.signer.clone() else { return Vec::new() };
    let trainee = model.trainee_view.trainee.clone();
    vec![Effect::Ask(DialogQuery::Office(OfficeQuery { task, trainee, signer }))]
}

/// Goes to a KSB of the open standard: in its duty's list if it is listed there, else in the list of all.
pub fn open_ksb(model: &mut Model, code: KsbCode) {
    model.screen = ScreenId::SignOff;
    model.trainee_view.focus = PaneId::Ksbs;
    model.trainee_view.ksbs.filter = FilterInput::default();
    let here = model.trainee_view.listed().rows.iter().any(|row| row.ksb.code == code);
    if !here {
        model.trainee_view.list_all(code);
    }
    model.trainee_view.ksbs.at = Some(code);
}

/// Saves a draft, also in the model if its trainee is open.
pub fn keep(model: &mut Model, kept: SavedDraft) -> Vec<Effect> {
    let SavedDraft { person, trainee, draft } = kept;
    if model.trainee_view.trainee.as_ref() == Some(&trainee) {
        model.trainee_view.draft.clone_from(&draft);
    }
    vec![Effect::SaveDraft { person, trainee, draft }]
}

/// Returns the effect that saves the marks, if their owner is known.
pub fn save_marks(model: &Model) -> Vec<Effect> {
    let (Some(person), Some(trainee)) = (model.owner().cloned(), model.trainee_view.trainee.clone()) else {
        return Vec::new();
    };
    if model.trainee_view.trainee_record.is_none() {
        return Vec::new();
    }
    vec![Effect::SaveMarks { person, trainee, marks: model.trainee_view.marks.iter().copied().collect() }]
}

/// Returns the effect that saves the draft, if its owner is known; an empty draft deletes the file.
pub fn save_draft(model: &Model) -> Vec<Effect> {
    let (Some(person), Some(trainee)) = (model.owner().cloned(), model.trainee_view.trainee.clone()) else {
        return Vec::new();
    };
    vec![Effect::SaveDraft { person, trainee, draft: model.trainee_view.draft.clone() }]
}

/// Reports what was signed, with the key that takes it back.
pub fn say_signed(model: &mut Model, what: String, ids: &[StatementId]) {
    model.undo = model.signer.clone().map(|signer| (signer, ids.to_vec()));
    say(model, MessageLevel::Done, what, String::new());
    if let Some(message) = &mut model.message {
        message.undo = Some(Command::Undo);
    }
}

/// Reports a result, with any warning about the mirror.
pub fn say_result(model: &mut Model, result: ActionResult) {
    match result.mirror_warning {
        Some(trouble) => say(model, MessageLevel::Refused, format!("{} · {trouble}", result.said), String::new()),
        None if result.ids.is_empty() => {
            // The code is said only where it covers nothing.
            let wide = columns(&result.said) + columns(&result.head.code) + 4 <= usize::from(model.size.0);
            let code = if wide { result.head.code.clone() } else { String::new() };
            say(model, MessageLevel::Done, result.said, code);
        }
        None => say_signed(model, result.said, &result.ids),
    }
    model.head = Some(result.head);
}
