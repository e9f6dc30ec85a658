//! Opens the dialog that withdraws a record, or takes back a batch.

use chrono::NaiveDate;

use crate::command::Command;
use crate::dialog::action_kind::{ActionKind, Withdrawal};
use crate::dialog::form::{Item, Note};
use crate::dialog::sign_in::SignInContext;
use crate::model::Model;
use crate::msg::acts::BatchWish;
use crate::msg::{Draft, Effect};
use crate::update::acts::{open_with, record_item};
use crate::update::dialogs::ask_person;
use countersign_core::people::person::PersonRef;
use countersign_core::primitives::date::{Timestamp, day_words};
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::group::{all_names, people_words};
use countersign_core::record::view::{Batch, Record};
use countersign_core::statement::kinds::sign_off::Outcome;

/// Opens the withdraw dialog, or asks for the signer first.
pub fn open_withdraw(model: &mut Model) -> Vec<Effect> {
    let (true, Some(trainee_record)) = (model.session().is_some(), &model.trainee_view.trainee_record) else {
        model.pending = Some(Command::Withdraw);
        return ask_person(model, SignInContext::Screen);
    };
    let trainee = trainee_record.trainee.clone();
    if !model.trainee_view.marks.is_empty() {
        let codes = model.trainee_view.selection();
        return vec![Effect::LoadBatch(BatchWish::Newest { trainee: trainee.id, codes })];
    }
    let Some(record) = model.trainee_view.selected_record().cloned() else {
        let carried = model.trainee_view.selected_carried().map(|carried| carried.id);
        return carried.map(|id| Effect::LoadBatch(BatchWish::These(vec![id]))).into_iter().collect();
    };
    let item = record_item(model, &record);
    open_with(model, kind(&record, trainee.name.as_str()), title(&record), vec![item], None, Draft::new())
}

fn title(record: &Record) -> String {
    format!("Withdraw {}", one_of(record))
}

fn kind(record: &Record, trainee: &str) -> ActionKind {
    ActionKind::Withdraw(Box::new(Withdrawal {
        ids: vec![record.id],
        verb: "withdraw",
        meaning: meaning(1, "", ""),
        reason: "",
        said: format!("Withdrew {} for {trainee}", one_of(record)),
    }))
}

fn one_of(record: &Record) -> String {
    match record.outcome {
        Outcome::Achieved => format!("a sign-off of {}", record.code),
        Outcome::NotAchieved => format!("the record of {} as not yet achieved", record.code),
    }
}

/// Returns what a withdrawal means, with what becomes of the progress and what counts again.
fn meaning(statements: usize, progress: &str, revived: &str) -> String {
    let (said, them) =
        if statements > 1 { ("They will no longer count", "them") } else { ("It will no longer count", "it") };
    format!("{said}{progress}.{revived} Nothing is deleted: the log keeps {them}, with this reason.")
}

/// Loads the statements to take back: the last ones signed on this screen, or the batch of the one under the cursor.
pub fn undo(model: &mut Model) -> Vec<Effect> {
    if model.session().is_none() {
        model.pending = Some(Command::Undo);
        return ask_person(model, SignInContext::Screen);
    }
    model.undo_target().map(Effect::LoadBatch).into_iter().collect()
}

/// Opens the dialog that takes back a batch.
pub fn open_batch(model: &mut Model, batch: &Batch, wish: &BatchWish) -> Vec<Effect> {
    let Some(signer) = model.session().map(|session| session.person.id.clone()) else { return Vec::new() };
    let what = format!("{} for {}", batch.counted(), people_words(&batch.trainees));
    let progress = batch
        .progress
        .map_or(String::new(), |[before, after, total]| format!(": {after} of {total} signed, instead of {before}"));
    let now = batch.progress.map_or(String::new(), |[_, after, total]| format!(": {after} of {total} signed"));
    let revived = batch.revived.iter().fold(String::new(), |all, said| all + " " + said + ".");
    let withdrawal = Withdrawal {
        ids: batch.ids.clone(),
        verb: "take back",
        meaning: meaning(batch.ids.len(), &progress, &revived),
        // Marked KSBs may be withdrawn for any reason; an undo corrects a mistake.
        reason: if matches!(wish, BatchWish::Newest { .. }) { "" } else { "Signed in error" },
        said: format!("Took back {what}{now}"),
    };
    let items = batch_items(batch, &signer, model.today);
    let (kind, title) = (ActionKind::Withdraw(Box::new(withdrawal)), format!("Take back {what}"));
    open_with(model, kind, title, items, None, Draft::new())
}

/// Describes a batch: codes share one line, sentences have one each; then who signed it and when.
fn batch_items(batch: &Batch, signer: &PersonId, today: NaiveDate) -> Vec<Item> {
    let you = |who: &PersonRef| who.id == *signer;
    let yours = batch.signers.iter().any(you).then_some("you");
    let others = batch.signers.iter().filter(|who| !you(who)).map(|who| who.name.as_str());
    let by: Vec<&str> = yours.into_iter().chain(others).collect();
    let by = by.join(" and ");
    let [first, last] = batch.signed.map(Timestamp::local);
    let day = |day: NaiveDate| if day == today { "today".to_owned() } else { day_words(day) };
    let when = if first == last && batch.signers.len() == 1 {
        let together = if batch.ids.len() > 1 { ", all together" } else { "" };
        format!("Signed by {by} at {} {}{together}.", first.format("%H:%M"), day(first.date()))
    } else if first.date() == last.date() {
        format!("Signed by {by}, {}, not in one go.", day(first.date()))
    } else {
        format!("Signed by {by}, not in one go: from {} to {}.", day(first.date()), day(last.date()))
    };
    let what = if batch.is_of_sign_offs() { vec![codes_and_names(batch)] } else { batch.what.clone() };
    let mut items: Vec<Item> =
        what.into_iter().map(|words| Item { lead: String::new(), words, notes: Vec::new() }).collect();
    if let Some(item) = items.last_mut() {
        item.notes.push(Note::Plain(when));
    }
    items
}

/// Returns the codes of a batch, each once; of several trainees, with every name.
fn codes_and_names(batch: &Batch) -> String {
    let mut codes: Vec<&str> = Vec::new();
    for code in &batch.what {
        if !codes.contains(&code.as_str()) {
            codes.push(code);
        }
    }
    let codes = codes.join(" ");
    if batch.trainees.len() < 2 { codes } else { format!("{codes}: {}", all_names(&batch.trainees)) }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;
    use crate::dialog::action::{ActionDialogParams, State};
    use crate::dialog::event::DialogEvent;
    use crate::dialog::sign_off::tests::signer;
    use crate::dialog::signature::SECRET;
    use crate::msg::acts::{Action, AnswerSubject};
    use crate::msg::credential_kind::CredentialKind;
    use crate::theme::{Appearance, Theme};
    use crate::update::acts::described;
    use countersign_core::primitives::date::parse_day;
    use countersign_core::primitives::ids::{Secret, StatementId};
    use countersign_core::primitives::presence::Presence;
    use countersign_core::primitives::text::SafeText;
    use countersign_core::statement::kinds::sign_off::Method;

    fn record() -> Record {
        let day = |day| parse_day(day).unwrap();
        let clean = |text| SafeText::line(text).unwrap();
        Record {
            id: StatementId(uuid::Uuid::nil()),
            position: 5,
            code: "S26".parse().unwrap(),
            outcome: Outcome::Achieved,
            method: Some(Method::EvidenceReview),
            supervision: None,
            observed: day("2026-03-11"),
            signed: "2026-03-12T10:00:00Z".parse::<Timestamp>().unwrap(),
            signer: "ssup".parse().unwrap(),
            signer_name: clean("S. Supervisor"),
            place: None,
            feedback: Some(clean("Well argued.")),
            action: None,
            late: None,
            evidence: vec![],
            withdrawn: None,
            marks: Vec::new(),
            in_review: false,
            presence: Presence::Unknown,
            source: None,
        }
    }

    fn state() -> State {
        opened(kind(&record(), "A. Trainee"))
    }

    fn opened(kind: ActionKind) -> State {
        let text = "Undertake delegated clinical technical and quality audits in your area of work.";
        State::new(ActionDialogParams {
            kind,
            title: title(&record()),
            items: vec![described(&record(), text, "A. Trainee")],
            signer: signer(),
            way: Some(CredentialKind::Pin),
            trainee: None,
            owner: None,
            today: parse_day("2026-11-21").unwrap(),
            draft: Draft::new(),
        })
    }

    fn signed(event: DialogEvent) -> (Action, Secret) {
        let DialogEvent::Ask(effects) = event else { panic!("{event:?}") };
        let [Effect::Sign(request)] = effects.as_slice() else { panic!("{effects:?}") };
        (request.action.clone(), request.credential.clone().unwrap().1)
    }

    fn keys(state: &mut State, keys: &str) -> DialogEvent {
        let (theme, area) = (Theme::choose(Appearance::FULL), Rect::new(0, 0, 80, 22));
        keys.split(' ').map(|key| state.key(key.parse().unwrap(), &theme, area)).last().unwrap()
    }

    #[test]
    fn a_sign_off_is_withdrawn_with_a_reason_and_a_pin_and_not_without() {
        let mut state = state();
        assert_eq!(keys(&mut state, "enter"), DialogEvent::Stay);
        assert_eq!(state.form.field("reason").unwrap().fault.as_deref(), Some("Say why it no longer counts"));
        assert_eq!(keys(&mut state, "W r o n g enter"), DialogEvent::Stay);
        assert!(state.form.is_on(SECRET));
        let (action, secret) = signed(keys(&mut state, "1 2 3 4 enter"));
        let Action::Withdraw { reason, .. } = action else { panic!("{action:?}") };
        assert_eq!((reason.as_str(), &secret), ("Wrong", &Secret::new("1234".into())));
        assert_eq!(keys(&mut state, "enter"), DialogEvent::Stay);
        assert_eq!(keys(&mut state, "esc"), DialogEvent::Close(vec![]));
    }

    #[test]
    fn a_trainee_acknowledges_by_a_secret_alone_and_disputes_with_a_reason() {
        let mut read = opened(ActionKind::Acknowledge(record().id, AnswerSubject::Record));
        let (action, _) = signed(keys(&mut read, "1 2 3 4 enter"));
        assert!(matches!(action, Action::Answer { reason: None, .. }));
        let mut other = opened(ActionKind::Dispute(record().id, AnswerSubject::Record));
        assert_eq!(keys(&mut other, "enter"), DialogEvent::Stay);
        assert_eq!(other.form.field("reason").unwrap().fault.as_deref(), Some("Say what you disagree with"));
        let (action, _) = signed(keys(&mut other, "N o tab 1 2 3 4 enter"));
        let Action::Answer { reason, .. } = action else { panic!("{action:?}") };
        assert_eq!(reason.as_ref().map(SafeText::as_str), Some("No"));
    }

    #[test]
    fn the_dialog_shows_the_whole_sign_off() {
        let mut state = state();
        keys(&mut state, "F o r space t h e space w r o n g space t r a i n e e tab 1 2");
        for (width, height) in [(80, 23), (60, 19), (40, 9)] {
            let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
            let area = buf.area;
            let cursor = state.view(&Theme::choose(Appearance::FULL), area, &mut buf);
            let screen = crate::widget::draw::tests::shown(&buf, cursor);
            insta::with_settings!({ snapshot_path => "../../../tests/it/snapshots", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("withdraw-{width}x{}", height + 1), screen);
            });
        }
    }
}
