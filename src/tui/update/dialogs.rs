//! How overlays are opened and left. Must never take a key for one.

use crate::domain::statement::Outcome;
use crate::domain::value::KsbCode;
use crate::domain::view::SessionRow;
use crate::tui::command::{Command, Footer, TABLE};
use crate::tui::model::{Model, Overlay};
use crate::tui::msg::{Effect, Way};
use crate::tui::overlay::sign_open::{Item, SignOpen};
use crate::tui::overlay::{help as help_list, sign};
use crate::tui::update::common::save_draft;

/// Leaves whatever lies over the screen, keeping what was typed but never a secret.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    match model.overlay.take() {
        Some(Overlay::Sign(state)) => {
            model.desk.draft = state.kept();
            save_draft(model)
        }
        _ => Vec::new(),
    }
}

/// Asks who is signing.
pub fn ask_person(_model: &mut Model) -> Vec<Effect> {
    Vec::new()
}

/// Opens the sign dialog for the marked KSBs or the current one; asks first who signs where that is not known.
pub fn open_sign(model: &mut Model, command: Command) -> Vec<Effect> {
    let (Some(session), Some(standing)) = (model.session(), &model.desk.standing) else {
        model.pending = Some(command);
        return ask_person(model);
    };
    let open = SignOpen {
        signer: session.person.clone(),
        way: way(session),
        trainee: standing.trainee.id.clone(),
        trainee_name: standing.trainee.name.clone(),
        items: model.desk.to_sign().into_iter().filter_map(|code| item(model, code)).collect(),
        today: model.today,
        late_days: model.late_days,
        outcome: (command == Command::NotAchieved).then_some(Outcome::NotAchieved),
        draft: model.desk.draft.clone(),
    };
    model.overlay = Some(Overlay::Sign(Box::new(sign::State::new(open))));
    Vec::new()
}

fn way(session: &SessionRow) -> Way {
    if session.pin { Way::Pin } else { Way::Passphrase }
}

fn item(model: &Model, code: KsbCode) -> Option<Item> {
    let (ksb, state) = model.desk.ksb(code)?;
    let records = model.desk.records.get(&code).map(Vec::as_slice).unwrap_or_default();
    let since = records.iter().find(|record| record.withdrawn.is_none()).map(|record| record.observed);
    Some(Item { code, text: ksb.text.clone(), state, since })
}

/// Opens the withdraw dialog, or asks first who is signing.
pub fn withdraw(_model: &mut Model) -> Vec<Effect> {
    Vec::new()
}

/// The list of keys that work here.
#[must_use]
pub fn help(model: &Model) -> Overlay {
    let reachable = model.keymap.reachable(model.screen, model.pane());
    let mut rows: Vec<_> = reachable.map(|row| help_row(model, row.command)).collect();
    // What the footer names is what people look for first.
    rows.sort_by_key(|row| row.command.row().footer == Footer::Hidden);
    Overlay::Help(help_list::State::new(rows))
}

/// All commands, those that can run now first.
#[must_use]
pub fn commands(model: &Model) -> Vec<help_list::Row> {
    let mut rows: Vec<_> = TABLE.iter().map(|row| help_row(model, row.command)).collect();
    rows.sort_by_key(|row| row.refused.is_some());
    rows
}

fn help_row(model: &Model, command: Command) -> help_list::Row {
    let keys: Vec<_> = model.keymap.keys_of(command).iter().map(ToString::to_string).collect();
    help_list::Row { command, keys: keys.join(" "), refused: model.refusal(command) }
}
