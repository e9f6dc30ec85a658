//! Handles the outcomes of effects. The cursor stays where the user put it.

use crate::command::{Command, PaneId};
use crate::dialog::action_kind::ActionKind;
use crate::dialog::{drafts, sign_off};
use crate::model::requests::{open_ksb, reload, save_draft, save_marks, say, say_result};
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::acts::{ActionResult, ResultKind};
use crate::msg::claims::NextStep;
use crate::msg::{Effect, Outcome, PersonChoice, TraineeLoaded, UiError};
use crate::overlay::{claim_detail, page, statement};
use crate::screen;
use crate::update::{acts, commands, dialogs, leaving, office, people, withdraw};
use countersign_core::people::person::Role;
use countersign_core::record::view::SessionCredential;

/// Handles an outcome.
pub fn take(model: &mut Model, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Opened(opened) => opened_trainee(model, *opened),
        Outcome::Told(told) => return acts::told(model, *told),
        Outcome::Trainees(found) => match &mut model.overlay {
            Some(Overlay::Trainee(state)) => state.take(found),
            Some(Overlay::Palette(state)) => state.take(found),
            _ => {}
        },
        Outcome::People(found) => match &mut model.overlay {
            Some(Overlay::Person(state)) if model.kiosk && model.pending == Some(Command::Leave) => {
                let officer = |choice: &PersonChoice| choice.person.roles.contains(&Role::TrainingOfficer);
                state.found_alone(found.into_iter().filter(officer).collect());
            }
            Some(Overlay::Person(state)) => state.found(found),
            Some(Overlay::Palette(state)) => state.take_others(found),
            _ => {}
        },
        Outcome::Claims { sheets, then: NextStep::Show } => model.shown_claim.detail = sheets.into_iter().next(),
        Outcome::Claims { sheets, then: NextStep::Open } => {
            if let Some(sheet) = sheets.into_iter().next() {
                model.overlay = Some(Overlay::Claim(claim_detail::State::new(sheet, model.today)));
            }
        }
        Outcome::Claims { sheets, then } => return dialogs::open_claims(model, &sheets, then),
        Outcome::Asking { trainee, people, files, way } => {
            if model.trainee_view.trainee.as_ref() == Some(&trainee) {
                dialogs::open_asking(model, people, files, way);
            }
        }
        Outcome::Check(detail) => model.shown_check.detail = Some(detail),
        Outcome::CohortRow(row) => model.shown_trainee.row = Some(row),
        Outcome::Exported { what, file, sha256 } => {
            match (&mut model.overlay, sha256) {
                (Some(Overlay::Save(state)), Some(sha256)) => state.written(&file, &sha256),
                _ => model.overlay = None,
            }
            say(model, MessageLevel::Done, format!("Wrote {what} to {file}"), String::new());
        }
        Outcome::FileIsThere(file) => {
            if let Some(Overlay::Save(state)) = &mut model.overlay {
                state.is_there(&file);
            }
        }
        Outcome::FilesSaved { count, folder } => {
            model.overlay = None;
            let files = if count == 1 { "1 file".into() } else { format!("{count} files") };
            say(model, MessageLevel::Done, format!("Saved {files} in {folder}"), String::new());
        }
        Outcome::TakenBack(claim) => {
            let codes: Vec<String> = claim.items.iter().map(|item| item.code.to_string()).collect();
            say(model, MessageLevel::Done, format!("Taken back: {}", codes.join(" ")), "claim it again with c".into());
            return reload(model);
        }
        Outcome::Page(text) => model.overlay = Some(Overlay::Page(page::State::new(*text))),
        Outcome::Statement(full) => model.overlay = Some(Overlay::Statement(statement::State::new(*full))),
        Outcome::Unlocked { session, place, news } => {
            let lacks_pin = session.credential == SessionCredential::Passphrase;
            let (mut effects, wanted) = people::unlocked(model, session, place);
            if !news.is_empty() {
                say(model, MessageLevel::Refused, news.join(" · "), String::new());
            } else if lacks_pin && wanted.is_none() {
                let hint = format!("{} sets one, so that you sign without your passphrase", model.key(Command::SetPin));
                say(model, MessageLevel::Done, "You have no PIN yet".to_owned(), hint);
            }
            if let Some(command) = wanted {
                effects.extend(match command {
                    Command::Leave => leaving::shown(model),
                    command => commands::run(model, command),
                });
            }
            return effects;
        }
        Outcome::Changed => return reload(model),
        Outcome::Signed(result) => {
            return match result.kind {
                ResultKind::SignOff => signed(model, *result),
                ResultKind::Claim => claimed(model, result.said),
                ResultKind::Withdrawal | ResultKind::Other => acts::acted(model, *result),
            };
        }
        Outcome::Office(result) => return office::done(model, *result),
        Outcome::OfficeFailed(task, failure) => office::failed(model, task, failure),
        Outcome::OfficeProgress(progress) => office::progress(model, &progress),
        Outcome::Foreseen(words) => {
            if let Some(Overlay::Act(state)) = &mut model.overlay {
                state.foreseen(words);
            }
        }
        Outcome::Batch(batch, wish) => return withdraw::open_batch(model, &batch, &wish),
        Outcome::SessionEnded(person) => return people::ended(model, &person),
        Outcome::Failed(failure) => return failed(model, failure),
        Outcome::Refused(failure) => {
            // For a sign-off, another day or outcome may be allowed. For the others, the refusal is final whatever is typed.
            if let Some(Overlay::Act(state)) = &mut model.overlay
                && !matches!(state.open.kind, ActionKind::SignOff(_))
            {
                state.signature.refused = Some(failure.clone());
            }
            return failed(model, failure);
        }
        Outcome::NeedsSecurityKey(refusal) => {
            if let Some(Overlay::Act(state)) = &mut model.overlay {
                state.signature.needs_security_key(&refusal, &mut state.form);
            }
        }
        Outcome::WaitsForKey(words) => match &mut model.overlay {
            Some(Overlay::Act(state)) if state.signature.waits_for_key() => state.signature.progress = Some(words),
            Some(Overlay::Person(state)) if state.waits_for_key() => state.progress = Some(words),
            _ => {}
        },
        Outcome::Left(outcome) => {
            return people::left_waiting(model, *outcome).unwrap_or_else(|other| take(model, *other));
        }
        Outcome::KeyFound(choice) => {
            if let Some(Overlay::Person(state)) = &mut model.overlay {
                state.key_found(&choice);
            }
        }
        Outcome::LoginRevoked => return vec![Effect::Quit],
        Outcome::Saved | Outcome::Nothing => {}
        Outcome::NewsRead => {
            say(model, MessageLevel::Done, "Marked as read".into(), String::new());
            model.invalidate_all();
        }
        Outcome::PageLoaded { request, page } => screen::receive_page(model, &request, *page),
        data => screen::receive(model, data),
    }
    Vec::new()
}

fn opened_trainee(model: &mut Model, opened: TraineeLoaded) {
    let TraineeLoaded { trainee_record, left, marks, draft, head, today } = opened;
    // An answer to an older request: the user or the trainee changed since.
    if model.trainee_view.trainee.as_ref().is_some_and(|open| *open != trainee_record.trainee.id) {
        return;
    }
    model.today = today;
    let first = model.trainee_view.trainee_record.is_none();
    model.trainee_view.trainee = Some(trainee_record.trainee.id.clone());
    let finished = model.trainee_view.refresh(trainee_record, left, head.size, today);
    if finished {
        model.trainee_view.focus = PaneId::Duties;
    }
    if first {
        // What is on the screen is newer than what was saved.
        model.trainee_view.marks.extend(marks);
        if model.trainee_view.draft.is_empty() {
            model.trainee_view.draft = draft;
        }
    }
    model.head = Some(head);
    let then = model.home.then.take_if(|(of, _)| model.trainee_view.trainee.as_ref() == Some(of));
    if let Some((_, code)) = then {
        open_ksb(model, code);
    }
}

/// Saves marks and draft, and loads what is shown again.
fn again(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_marks(model);
    effects.extend(save_draft(model));
    effects.extend(reload(model));
    effects
}

fn claimed(model: &mut Model, said: String) -> Vec<Effect> {
    model.overlay = None;
    model.trainee_view.unmark();
    model.trainee_view.draft = drafts::for_dialog(&model.trainee_view.draft, "");
    // Only the trainee can take it back.
    let back =
        model.access_mode.own().map(|_| format!("to take it back: {} on a claimed KSB", model.key(Command::TakeBack)));
    say(model, MessageLevel::Done, said, back.unwrap_or_default());
    again(model)
}

fn signed(model: &mut Model, result: ActionResult) -> Vec<Effect> {
    let dialog = match model.overlay.take() {
        Some(Overlay::Act(state)) => Some(*state),
        _ => None,
    };
    let claims = match dialog.map(|state| (state.open.kind, state.form)) {
        Some((ActionKind::SignOff(of), form)) => {
            let codes: Vec<_> = of.items.iter().map(|item| item.code).collect();
            model.last_used.extend(model.signer.clone().map(|signer| (signer, sign_off::last_used(&form))));
            if of.group.is_some() {
                say_result(model, result);
                return again(model);
            }
            model.trainee_view.marks.retain(|code| !codes.contains(code) || !of.claims.is_empty());
            if of.claims.is_empty() {
                model.trainee_view.just_signed = codes.into_iter().collect();
            }
            of.claims
        }
        _ => Vec::new(),
    };
    if claims.is_empty() {
        model.trainee_view.skipped.clear();
        model.trainee_view.draft = drafts::for_dialog(&model.trainee_view.draft, "");
    }
    model.marks.claims.retain(|claim, _| !claims.contains(claim));
    say_result(model, result);
    again(model)
}

fn failed(model: &mut Model, failure: UiError) -> Vec<Effect> {
    // A dialog keeps everything but the secret, shows the reason itself, and asks for the passphrase if the session ended.
    let at_a_signature = matches!(model.overlay, Some(Overlay::Act(_)));
    match &mut model.overlay {
        Some(Overlay::Save(state)) => state.failed(&failure),
        Some(Overlay::Act(state)) => state.failed(&failure),
        Some(Overlay::Person(state)) => state.failed(&failure),
        _ => say(model, MessageLevel::Failed, failure.what, failure.hint.unwrap_or_default()),
    }
    match failure.session_ended {
        Some(person) if at_a_signature => {
            people::needs_passphrase(model, &person);
            Vec::new()
        }
        Some(person) => people::ended(model, &person),
        None => Vec::new(),
    }
}
