//! Opens the dialogs of a training officer's tasks and reports their results.

use crate::dialog::action::{self, ActionDialogParams};
use crate::dialog::action_kind::ActionKind;
use crate::dialog::office::OfficeForm;
use crate::model::requests::{reload, say, say_result};
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::credential_kind::CredentialKind;
use crate::msg::office::{OfficeData, OfficeTask};
use crate::msg::office_result::{OfficeProgress, OfficeResult};
use crate::msg::records::RecordsPreview;
use crate::msg::roster::RosterPreview;
use crate::msg::{Draft, Effect, UiError};
use crate::overlay::{page, records, roster, words};
use countersign_core::record::view::PersonRow;

/// Opens the dialog of a task.
pub fn open(model: &mut Model, data: OfficeData) -> Vec<Effect> {
    let Some(session) = model.session() else { return Vec::new() };
    let own = CredentialKind::of(session.credential);
    let signer = session.person.clone();
    open_for(model, data, signer, own);
    Vec::new()
}

/// Lets a person whose five words were shown set their own PIN and passphrase.
pub fn first_secrets(model: &mut Model, person: PersonRow) -> Vec<Effect> {
    let notes = vec![format!("{} enters a new PIN and passphrase above, and the five words below.", person.name)];
    let data = OfficeData { notes, ..OfficeData::empty(OfficeTask::SetPin) };
    open_for(model, data, person, CredentialKind::Passphrase);
    Vec::new()
}

/// Shows the preview of a roster, in place of the one before.
pub fn preview(model: &mut Model, preview: RosterPreview) {
    match &mut model.overlay {
        Some(Overlay::Roster(state)) => state.again(preview),
        _ => model.overlay = Some(Overlay::Roster(Box::new(roster::Preview::new(preview)))),
    }
}

/// Asks for the signature that adds the rows of a preview that are right.
pub fn add_roster(model: &mut Model, preview: RosterPreview) -> Vec<Effect> {
    let notes = vec![preview.promise()];
    open(model, OfficeData { notes, roster: Some(Box::new(preview)), ..OfficeData::empty(OfficeTask::ImportRoster) })
}

/// Shows the preview of existing records, in place of the one before.
pub fn records(model: &mut Model, preview: RecordsPreview) {
    match &mut model.overlay {
        Some(Overlay::Records(state)) => state.again(preview),
        _ => model.overlay = Some(Overlay::Records(Box::new(records::Preview::new(preview)))),
    }
}

/// Asks for the signature that carries records over as previewed.
pub fn carry_over(model: &mut Model, preview: RecordsPreview) -> Vec<Effect> {
    let notes = vec![preview.promise()];
    open(model, OfficeData { notes, records: Some(Box::new(preview)), ..OfficeData::empty(OfficeTask::ImportRecords) })
}

fn open_for(model: &mut Model, data: OfficeData, signer: PersonRow, own: CredentialKind) {
    let form = OfficeForm::new(data, signer.id.clone());
    let state = action::State::new(ActionDialogParams {
        title: form.title().to_owned(),
        items: form.items(),
        way: form.way(own),
        kind: ActionKind::Office(Box::new(form)),
        signer,
        trainee: None,
        owner: None,
        today: model.today,
        draft: Draft::new(),
    });
    model.message = None;
    model.overlay = Some(Overlay::Act(Box::new(state)));
}

/// Reports that a task is done: a message, the five words, or a page. A dialog that was opened since stays.
pub fn done(model: &mut Model, done: OfficeResult) -> Vec<Effect> {
    let waiting = matches!(&model.overlay, Some(Overlay::Act(state)) if state.does(done.task));
    if waiting {
        model.overlay = None;
    }
    if let Some(sessions) = done.sessions {
        model.sessions = sessions;
    }
    say_result(model, done.result);
    if model.overlay.is_none() {
        if let Some(first) = done.words {
            model.overlay = Some(Overlay::Words(Box::new(words::State::new(first))));
        } else if let Some(text) = done.page {
            model.overlay = Some(Overlay::Page(page::State::new(text)));
        }
    }
    reload(model)
}

/// Reports that a task failed, in its dialog or, if that was closed, in the message line.
pub fn failed(model: &mut Model, task: OfficeTask, failure: UiError) {
    match &mut model.overlay {
        Some(Overlay::Act(state)) if state.does(task) => state.failed(&failure),
        _ => say(model, MessageLevel::Failed, failure.what, failure.hint.unwrap_or_default()),
    }
}

/// Shows how far a task is, in its dialog or, if that was closed, in the message line.
pub fn progress(model: &mut Model, progress: &OfficeProgress) {
    let words = format!("{}, {} %", progress.words, progress.percent);
    match &mut model.overlay {
        Some(Overlay::Act(state)) if state.does(progress.task) => state.signature.progress = Some(words),
        _ => say(model, MessageLevel::Done, words, String::new()),
    }
}
