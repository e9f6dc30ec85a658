//! Opens and leaves overlays.

use crate::command::{Command, ScreenId};
use crate::dialog::action::{self, ActionDialogParams};
use crate::dialog::action_kind::ActionKind;
use crate::dialog::claim::ClaimForm;
use crate::dialog::sign_in::{self, SignInContext};
use crate::dialog::sign_off::{Ksb, SignOffForm};
use crate::model::layout::rows_shown;
use crate::model::requests::{keep, save_marks, say};
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::acts::DialogQuery;
use crate::msg::claims::NextStep;
use crate::msg::credential_kind::CredentialKind;
use crate::msg::group::Group;
use crate::msg::{Draft, Effect, PersonChoice};
use crate::overlay::group;
use crate::pane::duties;
use crate::screen::sign_off::barred_words;
use crate::update::dry_run;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::evidence::File;
use countersign_core::record::group::{GroupItem, people_words};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{ClaimDetail, PersonRow, TraineeCard, live_in_order_seen};
use countersign_core::statement::kinds::sign_off::Outcome;

/// Leaves the current overlay and saves its draft, without secrets.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    match model.overlay.take() {
        Some(Overlay::Group(state)) => {
            keep_group(model, Box::new(state.group));
            Vec::new()
        }
        Some(Overlay::Act(state)) => {
            let given_up = state.signature.waits_for_key().then_some(Effect::LeaveWait);
            let kept = state.left();
            if let ActionKind::SignOff(of) = state.open.kind
                && let Some(group) = of.group
            {
                keep_group(model, group);
            }
            let kept = kept.map_or_else(Vec::new, |kept| keep(model, kept));
            given_up.into_iter().chain(kept).collect()
        }
        // A person who is signing in is not interrupted.
        Some(Overlay::Person(state)) => {
            model.overlay = Some(Overlay::Person(state));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Ends the wait for the key of somebody who signs in, if the question is about to be replaced.
pub fn leave_sign_in(model: &Model) -> Option<Effect> {
    let waits = matches!(&model.overlay, Some(Overlay::Person(state)) if state.waits_for_key());
    waits.then_some(Effect::LeaveWait)
}

/// Asks who is signing.
pub fn ask_person(model: &mut Model, over: SignInContext) -> Vec<Effect> {
    // It was about the last signature.
    model.message.take_if(|message| message.undo.is_some());
    let mut state = sign_in::State { trial: model.trial.clone(), ..sign_in::State::new(over) };
    let signed_in: Vec<_> = model.sessions.iter().map(|session| session.person.id.clone()).collect();
    state.chosen = model.access_mode.first(&signed_in).filter(|choice| choice.way != CredentialKind::NoKey).cloned();
    let wish = state.ask();
    model.overlay = Some(Overlay::Person(state));
    vec![wish]
}

/// Asks one person for their PIN or passphrase.
pub fn ask_them(model: &mut Model, choice: &PersonChoice) -> Vec<Effect> {
    let mut state = sign_in::State { trial: model.trial.clone(), ..sign_in::State::new(SignInContext::Screen) };
    state.chosen = Some(choice.clone());
    let wish = state.ask();
    model.overlay = Some(Overlay::Person(state));
    vec![wish]
}

/// Opens the sign dialog for the marked KSBs or the one under the cursor; asks for the signer first if there is none.
pub fn open_sign(model: &mut Model, command: Command) -> Vec<Effect> {
    let left_out = leave_out_barred(model, command);
    let (true, Some(trainee_record)) = (model.session().is_some(), &model.trainee_view.trainee_record) else {
        model.pending = Some(command);
        return ask_person(model, SignInContext::Screen);
    };
    let only_this = command == Command::SignThis;
    let codes =
        if only_this { model.trainee_view.current().into_iter().collect() } else { model.trainee_view.selection() };
    let items: Vec<Ksb> = codes.iter().copied().filter_map(|code| item(model, code)).collect();
    let trainee = trainee_record.trainee.id.clone();
    let form = SignOffForm {
        duty: duty_of(model, &items),
        skipped: if only_this { Vec::new() } else { model.trainee_view.skipped.iter().copied().collect() },
        outcome: (command == Command::NotAchieved).then_some(Outcome::NotAchieved),
        ..sign_off_form(model, trainee_record.trainee.name.clone(), items)
    };
    let ask = open_sign_off(model, form, trainee);
    left_out.into_iter().chain(ask).collect()
}

/// Returns the form of a sign-off of these KSBs, as it is if nothing else is said.
fn sign_off_form(model: &Model, trainee_name: SafeText, items: Vec<Ksb>) -> SignOffForm {
    SignOffForm {
        trainee_name,
        claims: Vec::new(),
        rests_on: Vec::new(),
        items,
        skipped: Vec::new(),
        duty: String::new(),
        late_days: model.late_days,
        outcome: None,
        last_used: last_used(model),
        group: None,
    }
}

/// Opens the dialog of a sign-off in the name of the current signer.
fn open_sign_off(model: &mut Model, form: SignOffForm, trainee: PersonId) -> Vec<Effect> {
    let Some(session) = model.session() else { return Vec::new() };
    let drafted = form.keeps_a_draft();
    let open = ActionDialogParams {
        title: String::new(),
        items: Vec::new(),
        signer: session.person.clone(),
        way: Some(CredentialKind::of(session.credential)),
        trainee: Some(trainee),
        owner: drafted.then(|| session.person.id.clone()),
        today: model.today,
        draft: if drafted { model.trainee_view.draft.clone() } else { Draft::new() },
        kind: ActionKind::SignOff(Box::new(form)),
    };
    let ask = dry_run::act(&open);
    open_act(model, action::State::new(open));
    ask
}

/// Takes the marks off what the signer may not sign, if others are marked too, and says so.
fn leave_out_barred(model: &mut Model, command: Command) -> Vec<Effect> {
    let barred = model.barred();
    let marks = &mut model.trainee_view.marks;
    let out: Vec<String> = marks.intersection(&barred).map(ToString::to_string).collect();
    if out.is_empty() || marks.is_subset(&barred) || command == Command::SignThis {
        return Vec::new();
    }
    marks.retain(|code| !barred.contains(code));
    say(model, MessageLevel::Refused, format!("Left out {}", barred_words(&out)), String::new());
    save_marks(model)
}

/// Returns the name of the open duty, if all of these are in it.
fn duty_of(model: &Model, items: &[Ksb]) -> String {
    let view = &model.trainee_view;
    let whole = view.ksbs.filter.kept.is_empty() && items.iter().all(|item| !item.hidden);
    match (&view.trainee_record, view.duties.chosen) {
        (Some(trainee_record), Some(no)) if whole => duties::name(trainee_record, Some(no)),
        (Some(_) | None, Some(_) | None) => String::new(),
    }
}

/// Returns the current signer's last method, supervision and place on this screen.
fn last_used(model: &Model) -> Draft {
    model.signer.as_ref().and_then(|signer| model.last_used.get(signer)).cloned().unwrap_or_default()
}

fn item(model: &Model, code: KsbCode) -> Option<Ksb> {
    let (ksb, state) = model.trainee_view.ksb(code)?;
    let records = model.trainee_view.records.get(&code).map(Vec::as_slice).unwrap_or_default();
    let since = live_in_order_seen(records).last().map(|record| record.observed);
    let hidden = !rows_shown(model).contains(&code);
    let record = model.trainee_view.trainee_record.as_ref();
    let claim = record.and_then(|record| record.claims.get(&code)).map(|pending| pending.claim);
    Some(Ksb { code, text: ksb.text.clone(), state, since, hidden, claim })
}

/// Opens the sign dialog on the waiting claims of one trainee.
pub fn open_claims(model: &mut Model, sheets: &[ClaimDetail], then: NextStep) -> Vec<Effect> {
    let Some(first) = sheets.first() else { return Vec::new() };
    let mut items: Vec<Ksb> = Vec::new();
    for one in sheets.iter().flat_map(|sheet| &sheet.items).filter(|one| one.waits) {
        if !items.iter().any(|item| item.code == one.code) {
            let since = one.newest.as_ref().map(|record| record.observed);
            let state = if one.state == State::Claimed { State::Open } else { one.state };
            items.push(Ksb { code: one.code, text: one.text.clone(), state, since, hidden: false, claim: None });
        }
    }
    if items.is_empty() {
        say(model, MessageLevel::Refused, "Nothing here is waiting any more".into(), String::new());
        return Vec::new();
    }
    items.sort_by_key(|item| item.code);
    let mut files: Vec<&File> = sheets.iter().flat_map(|sheet| &sheet.claim.evidence).filter(|f| !f.erased).collect();
    files.sort_by_key(|file| file.digest);
    files.dedup_by_key(|file| file.digest);
    let form = SignOffForm {
        claims: sheets.iter().map(|sheet| sheet.claim.id).collect(),
        rests_on: files.into_iter().map(|file| file.name.clone()).collect(),
        outcome: (then == NextStep::Refuse).then_some(Outcome::NotAchieved),
        ..sign_off_form(model, first.claim.trainee_name.clone(), items)
    };
    open_sign_off(model, form, first.claim.trainee.clone())
}

/// Asks which item to sign for many people; the one chosen before, with its marks, is shown again.
pub fn ask_group(model: &mut Model) -> Vec<Effect> {
    let Some(signer) = model.signer.clone() else { return Vec::new() };
    match model.groups.remove(&signer) {
        Some(mut group) => {
            group.filter = cohort_filter(model);
            let state = group::State::new(*group);
            let reload = state.reload();
            model.overlay = Some(Overlay::Group(Box::new(state)));
            reload.into_iter().collect()
        }
        None => vec![Effect::Ask(DialogQuery::GroupItems { signer })],
    }
}

/// Keeps the item and the marks of somebody who signs for many people, until they open that list again.
pub fn keep_group(model: &mut Model, group: Box<Group>) {
    model.groups.insert(group.signer.clone(), group);
}

fn cohort_filter(model: &Model) -> String {
    model.list(ScreenId::Cohort).filter.text.trim().to_owned()
}

/// Shows the items that can be signed for many people, of those whom the Cohort's filter finds.
pub fn open_group(model: &mut Model, items: Vec<GroupItem>) {
    let Some(signer) = model.signer.clone() else { return };
    let filter = cohort_filter(model);
    model.overlay = Some(Overlay::Group(Box::new(group::State::new(Group { signer, filter, items, chosen: None }))));
}

/// Opens the sign dialog on one item for several people.
pub fn open_group_sign(model: &mut Model, group: Group) -> Vec<Effect> {
    let Some(item) = group.item() else { return Vec::new() };
    let members = group.selection();
    let Some(first) = members.first() else { return Vec::new() };
    let names: Vec<SafeText> = members.iter().map(|member| member.name.clone()).collect();
    let Ok(trainee_name) = SafeText::line(&people_words(&names)) else { return Vec::new() };
    let trainee = first.id.clone();
    let item =
        Ksb { code: item.code, text: item.text.clone(), state: State::Open, since: None, hidden: false, claim: None };
    let form = sign_off_form(model, trainee_name, vec![item]);
    open_sign_off(model, SignOffForm { group: Some(Box::new(group)), ..form }, trainee)
}

/// Opens the form of a claim for the marked KSBs or the one under the cursor.
pub fn open_asking(model: &mut Model, people: Vec<(PersonId, SafeText)>, files: Vec<File>, way: CredentialKind) {
    let Some(trainee_record) = &model.trainee_view.trainee_record else { return };
    let text = |code: KsbCode| model.trainee_view.ksb(code).map_or_else(String::new, |(ksb, _)| ksb.text.clone());
    let own = model.access_mode.own().is_some();
    let trainee = trainee_record.trainee.clone();
    let claim = ClaimForm {
        trainee_name: trainee.name.clone(),
        items: model.trainee_view.selection().into_iter().map(|code| (code, text(code))).collect(),
        people,
        files,
        own,
    };
    let open = ActionDialogParams {
        kind: ActionKind::Claim(Box::new(claim)),
        title: String::new(),
        items: Vec::new(),
        owner: own.then(|| trainee.id.clone()),
        trainee: Some(trainee.id.clone()),
        way: (!own).then_some(if way.is_in_agent() { way } else { CredentialKind::Passphrase }),
        today: model.today,
        draft: if own { model.trainee_view.draft.clone() } else { Draft::new() },
        signer: trainee_row(&trainee),
    };
    open_act(model, action::State::new(open));
}

/// Shows a dialog. What an earlier one did is not said under it.
pub fn open_act(model: &mut Model, state: action::State) {
    model.message.take_if(|message| message.tone == MessageLevel::Done);
    model.overlay = Some(Overlay::Act(Box::new(state)));
}

/// Returns a trainee as a person.
pub fn trainee_row(trainee: &TraineeCard) -> PersonRow {
    let (id, name) = (trainee.id.clone(), trainee.name.clone());
    PersonRow { id, name, roles: vec![Role::Trainee], registration: None, left: false }
}
