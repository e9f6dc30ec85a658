//! Handles actions other than sign-offs: loads their data, opens their dialogs, reports their results.

use crate::command::{Command, ScreenId};
use crate::dialog::action::{self, ActionDialogParams};
use crate::dialog::action_kind::ActionKind;
use crate::dialog::form::{Item, Note};
use crate::dialog::review::Meeting;
use crate::dialog::sign_in::SignInContext;
use crate::model::lists::SecondCheckAction;
use crate::model::requests::{ask_office, keep, open, reload, save_marks, say, say_result};
use crate::model::trainee_view::TraineeView;
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::acts::{ActionResult, AnswerSubject, DialogData, DialogQuery, LookNext, ResultKind, SignOffDetail};
use crate::msg::credential_kind::CredentialKind;
use crate::msg::office::OfficeTask;
use crate::msg::{Draft, Effect};
use crate::pane::filter_input::FilterInput;
use crate::pane::ksbs::SignedRows;
use crate::update::{dialogs, dry_run, office};
use countersign_core::primitives::date::{day_words, long_day};
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::funding_rules::assessment_of;
use countersign_core::programme::gateway::{Fulfilment, RequirementStatus};
use countersign_core::programme::hours::HourRow;
use countersign_core::record::view::{Record, RecordedReview};
use countersign_core::statement::kinds::requirement::SHOWN;
use countersign_core::statement::kinds::review::Party;
use countersign_core::statement::kinds::sign_off::Outcome;

/// Runs a command that the model has not disabled.
pub fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    if command == Command::OpenSecondCheck {
        return open_look(model);
    }
    let own = model.access_mode.own().is_some();
    if model.session().is_none() && !own && command != Command::EnterHours {
        model.pending = Some(command);
        return dialogs::ask_person(model, SignInContext::Screen);
    }
    match command {
        Command::SignSecondChecks => match model.checks_to_sign() {
            Some(SecondCheckAction::Countersign(ids)) => sheets(model, ids, LookNext::Countersign),
            Some(SecondCheckAction::Sample(id)) => sheets(model, vec![id], LookNext::Sample),
            Some(SecondCheckAction::Rejected) | None => Vec::new(),
        },
        Command::Sample => model.sample_target().map_or_else(Vec::new, |id| sheets(model, vec![id], LookNext::Sample)),
        Command::Countersign => match (model.trainee_view.trainee.clone(), model.signer.clone()) {
            (Some(trainee), Some(signer)) => {
                vec![Effect::Ask(DialogQuery::Unsigned { trainee, codes: model.trainee_view.selection(), signer })]
            }
            _ => Vec::new(),
        },
        Command::HoldReview => {
            model.trainee_view.trainee.clone().map(|who| Effect::Ask(DialogQuery::Attending(who))).into_iter().collect()
        }
        Command::SignForMany => dialogs::ask_group(model),
        Command::DrawSample => {
            open_dialog(model, ActionKind::Draw, "Draw sign-offs to sample".to_owned(), about_draws(), None)
        }
        Command::ConfirmHours => confirm_hours(model),
        Command::EnterHours => {
            let title = format!("Enter off-the-job hours of {}", name(model));
            let trainee = model.trainee_view.trainee.clone();
            open_dialog(model, ActionKind::EnterHours, title, Vec::new(), trainee)
        }
        Command::Acknowledge | Command::Dispute => answer_review(model, command),
        Command::Requirement => requirement(model),
        Command::ConfirmGateway => confirm_gateway(model),
        _ => OfficeTask::of(command).map_or_else(Vec::new, |task| ask_office(model, task)),
    }
}

fn sheets(model: &Model, ids: Vec<StatementId>, then: LookNext) -> Vec<Effect> {
    vec![Effect::Ask(DialogQuery::Sheets { ids, then, reader: model.owner().cloned() })]
}

/// Handles loaded data.
pub fn told(model: &mut Model, told: DialogData) -> Vec<Effect> {
    match told {
        DialogData::Sheets(sheets, then) => open_sheets(model, sheets, then),
        DialogData::Attending { trainee, people } => {
            if model.trainee_view.trainee.as_ref() == Some(&trainee) {
                hold_review(model, people)
            } else {
                Vec::new()
            }
        }
        DialogData::GroupItems(items) => {
            dialogs::open_group(model, items);
            Vec::new()
        }
        DialogData::GroupMembers(item, members) => {
            if let Some(Overlay::Group(state)) = &mut model.overlay {
                state.group.choose(item, members);
            }
            Vec::new()
        }
        DialogData::Office(data) => office::open(model, data),
        DialogData::Records(preview) => {
            office::records(model, *preview);
            Vec::new()
        }
        DialogData::Roster(preview) => {
            office::preview(model, *preview);
            Vec::new()
        }
    }
}

/// Handles a completed action.
pub fn acted(model: &mut Model, acted: ActionResult) -> Vec<Effect> {
    let done = match model.overlay.take() {
        Some(Overlay::Act(state)) => state.done(),
        other => {
            model.overlay = other;
            None
        }
    };
    let mut effects = done.map_or_else(Vec::new, |kept| keep(model, kept));
    let withdrew = acted.kind == ResultKind::Withdrawal;
    say_result(model, acted);
    if withdrew {
        (model.undo, model.taken_back) = (None, true);
        let key = model.key(Command::Undo);
        if let Some(message) = model.message.as_mut().filter(|message| message.tone == MessageLevel::Done) {
            message.hint = format!("older work: move to its record, then {key}");
        }
        model.trainee_view.unmark();
        effects.extend(save_marks(model));
    } else {
        model.marks.second_checks.clear();
        model.trainee_view.hour_marks.clear();
    }
    effects.extend(reload(model));
    effects
}

fn open_look(model: &mut Model) -> Vec<Effect> {
    let Some((trainee, code)) = model.second_check().map(|row| (row.trainee.clone(), row.code)) else {
        return Vec::new();
    };
    model.screen = ScreenId::SignOff;
    if model.trainee_view.trainee.as_ref() != Some(&trainee) {
        model.trainee_view = TraineeView::at(trainee);
    }
    model.trainee_view.duties.chosen = None;
    model.trainee_view.ksbs.filter = FilterInput::default();
    model.trainee_view.ksbs.at = Some(code);
    // What needs a second check is signed.
    model.trainee_view.ksbs.signed = SignedRows::Shown;
    open(model).into_iter().collect()
}

fn name(model: &Model) -> String {
    model
        .trainee_view
        .trainee_record
        .as_ref()
        .map_or_else(String::new, |trainee_record| trainee_record.trainee.name.to_string())
}

/// Opens the dialog of an action. One that is not signed needs no signer.
fn open_dialog(
    model: &mut Model,
    kind: ActionKind,
    title: String,
    items: Vec<Item>,
    trainee: Option<PersonId>,
) -> Vec<Effect> {
    let draft = if trainee == model.trainee_view.trainee { model.trainee_view.draft.clone() } else { Draft::new() };
    open_with(model, kind, title, items, trainee, draft)
}

/// Opens the dialog of an action with a draft of its own.
pub fn open_with(
    model: &mut Model,
    kind: ActionKind,
    title: String,
    items: Vec<Item>,
    trainee: Option<PersonId>,
    draft: Draft,
) -> Vec<Effect> {
    let by_key = !matches!(kind, ActionKind::Draw | ActionKind::EnterHours);
    let own = model.access_mode.own().cloned();
    let (signer, way) = match (&own, model.session()) {
        (Some(choice), _) if choice.way.is_in_agent() => (choice.person.clone(), choice.way),
        (Some(choice), _) => (choice.person.clone(), CredentialKind::Passphrase),
        (None, Some(session)) => (session.person.clone(), CredentialKind::of(session.credential)),
        (None, None) => match model.trainee_view.trainee_record.as_ref().filter(|_| !by_key) {
            Some(record) => (dialogs::trainee_row(&record.trainee), CredentialKind::NoKey),
            None => return Vec::new(),
        },
    };
    if by_key && own.is_some_and(|choice| choice.way == CredentialKind::NoKey) {
        say(
            model,
            MessageLevel::Refused,
            "You have no key to sign with here".into(),
            "A training officer makes one, or allows the one in your forwarded SSH agent".into(),
        );
        return Vec::new();
    }
    let state = action::State::new(ActionDialogParams {
        kind,
        title,
        items,
        signer,
        way: by_key.then_some(way),
        owner: model.owner().cloned(),
        trainee,
        today: model.today,
        draft,
    });
    let ask = dry_run::act(&state.open);
    dialogs::open_act(model, state);
    ask
}

fn open_sheets(model: &mut Model, mut sheets: Vec<SignOffDetail>, then: LookNext) -> Vec<Effect> {
    sheets.sort_by(|a, b| (&a.trainee_name, a.record.code).cmp(&(&b.trainee_name, b.record.code)));
    let Some(first) = sheets.first() else {
        say(model, MessageLevel::Refused, "None of these is waiting for a second signature".into(), String::new());
        return Vec::new();
    };
    let several = sheets.iter().any(|sheet| sheet.trainee != first.trainee);
    let items = sheets.iter().map(|sheet| look_item(sheet, several)).collect();
    let ids = sheets.iter().map(|sheet| sheet.record.id).collect();
    let of = if several { String::new() } else { format!(" of {}", first.trainee_name) };
    match then {
        LookNext::Sample => {
            let title = format!("Sample a sign-off of {}, {}", first.record.code, first.trainee_name);
            let (kind, trainee) = (ActionKind::Sample(first.record.id), Some(first.trainee.clone()));
            open_with(model, kind, title, items, trainee, first.draft.clone())
        }
        LookNext::Countersign => {
            let what = if sheets.len() == 1 { "1 sign-off".to_owned() } else { format!("{} sign-offs", sheets.len()) };
            let title = format!("Countersign {what}{of}");
            open_with(model, ActionKind::Countersign(ids), title, items, None, Draft::new())
        }
    }
}

/// Describes a sign-off in full.
fn look_item(sheet: &SignOffDetail, several: bool) -> Item {
    let record = &sheet.record;
    let method = record.method.map_or(String::new(), |method| format!(", {}", method.words()));
    let whom = if several { format!(" for {}", sheet.trainee_name) } else { String::new() };
    let mut notes = vec![format!(
        "{}{whom}, seen {}{method}, signed by {}",
        record.outcome.words(),
        day_words(record.observed),
        record.signer_name
    )];
    notes.extend(record.feedback.as_ref().map(SafeText::to_string));
    let action = record.action.as_ref().filter(|_| record.outcome == Outcome::NotAchieved);
    notes.extend(action.map(|action| format!("{} by {}", action.what, long_day(action.by))));
    if !record.evidence.is_empty() {
        let files: Vec<String> = record.evidence.iter().map(|file| file.name.to_string()).collect();
        notes.push(format!("evidence: {}", files.join(", ")));
    }
    let notes = notes.into_iter().map(Note::Plain).collect();
    Item { lead: record.code.to_string(), words: sheet.text.clone(), notes }
}

fn about_draws() -> Vec<Item> {
    let words = "Chosen from all valid sign-offs that nobody has sampled and that are not your own. Seed: leave empty for a \
        random one. Only those: a filter, as in the Log, such as since:monday or by:hawthorn.";
    vec![Item { lead: String::new(), words: words.to_owned(), notes: Vec::new() }]
}

fn confirm_hours(model: &mut Model) -> Vec<Effect> {
    let rows: Vec<HourRow> = model.selected_hours().into_iter().cloned().collect();
    let sum: countersign_core::programme::hours::QuarterHours = rows.iter().map(|row| row.entry.hours).sum();
    let item = |row: &HourRow| {
        let codes: Vec<String> = row.entry.codes.iter().map(ToString::to_string).collect();
        let notes =
            if codes.is_empty() { Vec::new() } else { vec![Note::Plain(format!("towards {}", codes.join(", ")))] };
        let words = format!("{} h  {}", row.entry.hours, row.entry.what);
        Item { lead: row.entry.day.format("%-d %b %Y").to_string(), words, notes }
    };
    let title = format!("Confirm {sum} hours of {}", name(model));
    let kind = ActionKind::ConfirmHours(rows.iter().map(|row| row.entry.id).collect());
    let trainee = model.trainee_view.trainee.clone();
    open_dialog(model, kind, title, rows.iter().map(item).collect(), trainee)
}

/// Returns the acknowledgement or dispute that a command asks for, with its verb.
fn answer(command: Command, of: StatementId, subject: AnswerSubject) -> (ActionKind, &'static str) {
    if command == Command::Dispute {
        (ActionKind::Dispute(of, subject), "Dispute")
    } else {
        (ActionKind::Acknowledge(of, subject), "Acknowledge")
    }
}

fn answer_review(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(recorded) = model.review_here().cloned() else { return Vec::new() };
    let (kind, does) = answer(command, recorded.id, AnswerSubject::Review);
    let title = format!("{does} the review of {}", long_day(recorded.review.held));
    let trainee = model.trainee_view.trainee.clone();
    open_dialog(model, kind, title, review_items(&recorded), trainee)
}

/// Opens the dialog in which a trainee acknowledges or disputes a record.
pub fn answer_record(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(record) = model.trainee_view.selected_record().cloned() else { return Vec::new() };
    let (kind, does) = answer(command, record.id, AnswerSubject::Record);
    let title = format!("{does} a record of {}", record.code);
    let items = vec![record_item(model, &record)];
    open_with(model, kind, title, items, None, Draft::new())
}

/// Describes a record of the open trainee in full.
pub fn record_item(model: &Model, record: &Record) -> Item {
    described(record, model.trainee_view.ksb(record.code).map_or("", |(ksb, _)| ksb.text.as_str()), &name(model))
}

/// Describes a record in full.
pub fn described(record: &Record, text: &str, trainee: &str) -> Item {
    let mut seen = vec![format!("{} {}", record.outcome.words(), day_words(record.observed))];
    seen.extend(record.method.map(|method| method.words().to_owned()));
    seen.push(format!("for {trainee}"));
    let signed = format!("signed by {} on {}", record.signer_name, day_words(record.signed.local_day()));
    let mut notes = vec![Note::Outcome(record.outcome, seen), Note::Plain(signed)];
    notes.extend(record.feedback.as_ref().map(|said| Note::Quote(said.to_string())));
    Item { lead: String::new(), words: format!("{} {text}", record.code), notes }
}

/// Describes a review in full.
fn review_items(recorded: &RecordedReview) -> Vec<Item> {
    let review = &recorded.review;
    let item = |lead: &str, words: String| Item { lead: lead.to_owned(), words, notes: Vec::new() };
    let there: Vec<String> =
        review.attended.iter().map(|there| format!("{} ({})", there.who.name, there.party.slug())).collect();
    let mut items = vec![item("there", there.join(", "))];
    items.extend(review.describe().into_iter().map(|detail| match detail.number {
        Some(number) => item(&number.to_string(), format!("{}: {}", detail.label, detail.words)),
        None => item(detail.label, detail.words),
    }));
    items.push(item("signed", format!("by {}", recorded.signer_name)));
    items
}

fn hold_review(model: &mut Model, people: Vec<(PersonId, SafeText, bool)>) -> Vec<Effect> {
    let (Some(programme), Some(signer)) = (&model.trainee_view.programme.0, model.signer.clone()) else {
        return Vec::new();
    };
    if people.is_empty() {
        say(
            model,
            MessageLevel::Refused,
            "Nobody here could have attended for the employer or the provider".into(),
            String::new(),
        );
        return Vec::new();
    }
    let meeting = Meeting::new(people, programme, &signer);
    let kind = meeting.meeting.words();
    let title = format!("{}{} of {}", kind[..1].to_uppercase(), &kind[1..], name(model));
    let items = meeting.items();
    let trainee = model.trainee_view.trainee.clone();
    open_dialog(model, ActionKind::Review(Box::new(meeting)), title, items, trainee)
}

fn requirement(model: &mut Model) -> Vec<Effect> {
    let Some(readiness) = &model.trainee_view.readiness.0 else { return Vec::new() };
    let chosen = readiness.figures.get(model.trainee_view.readiness.1.at).cloned();
    let recorded: Vec<&RequirementStatus> =
        readiness.figures.iter().filter(|figure| !SHOWN.contains(&figure.id.as_str())).collect();
    let at =
        recorded.iter().position(|figure| chosen.as_ref().is_some_and(|chosen| chosen.id == figure.id)).unwrap_or(0);
    let all = recorded.iter().map(|figure| (figure.id.clone(), figure.text.clone())).collect();
    let items = chosen.iter().map(figure_item).collect();
    let title = format!("Record a requirement of {}", name(model));
    let trainee = model.trainee_view.trainee.clone();
    open_dialog(model, ActionKind::Requirement(all, at), title, items, trainee)
}

fn figure_item(figure: &RequirementStatus) -> Item {
    let notes = figure.why.iter().map(countersign_core::programme::gateway::Reason::line).map(Note::Plain).collect();
    let words = format!("{}: {}", figure.text, if figure.waived { "waived" } else { figure.met.words() });
    Item { lead: String::new(), words, notes }
}

fn confirm_gateway(model: &mut Model) -> Vec<Effect> {
    let Some(readiness) = &model.trainee_view.readiness.0 else { return Vec::new() };
    let here = readiness.figures.get(model.trainee_view.readiness.1.at).map(|figure| figure.id.as_str());
    let spoken = |party: &str| readiness.figures.iter().any(|one| one.id == party && one.met == Fulfilment::Met);
    let party = match here {
        Some("provider") => Party::Provider,
        Some("employer") => Party::Employer,
        _ if spoken("employer") => Party::Provider,
        _ => Party::Employer,
    };
    let words = "Every other requirement is met:".to_owned();
    let items = vec![Item { lead: String::new(), words, notes: met(&readiness.figures) }];
    let assessment =
        model.trainee_view.trainee_record.as_ref().map_or_else(Default::default, |one| assessment_of(&one.standard));
    let title = format!("Confirm {} for the {}", name(model), assessment.gateway().to_lowercase());
    let trainee = model.trainee_view.trainee.clone();
    open_dialog(model, ActionKind::Confirm(party, assessment), title, items, trainee)
}

fn met(figures: &[RequirementStatus]) -> Vec<Note> {
    let met = figures.iter().filter(|one| one.met == Fulfilment::Met);
    met.map(|one| Note::Plain(format!("{}: {}", one.text, one.short))).collect()
}
