//! Runs commands, unless the model disables them: those of the open screen, then those that work everywhere.

use crate::command::{Command, Footer, ScreenId, TABLE};
use crate::dialog::save;
use crate::dialog::sign_in::SignInContext;
use crate::model::requests::say;
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::Effect;
use crate::overlay::{help as help_list, palette, trainee};
use crate::screen::{self, disabled_reason, go};
use crate::update::{acts, dialogs, leaving, people, tour, withdraw};
use crate::view::tabs;

/// Runs a command, or says why it cannot run.
pub fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    tour::ran(model, command);
    model.taken_back &= matches!(command, Command::Undo | Command::Back);
    if let Some(reason) = disabled_reason(model, command) {
        say(model, MessageLevel::Refused, reason, String::new());
        return Vec::new();
    }
    // Signing claims needs a signer first: the claims are loaded for that person.
    if matches!(command, Command::SignClaims | Command::RefuseClaims) && model.session().is_none() {
        model.pending = Some(command);
        return dialogs::ask_person(model, SignInContext::Screen);
    }
    if let Some(effects) = screen::open(model).run(model, command) {
        return effects;
    }
    if let Some(id) = ScreenId::ALL.into_iter().find(|id| screen::get(*id).info().go == command) {
        go(model, id);
        return Vec::new();
    }
    match command {
        Command::Claim => model.trainee_view.trainee.clone().map(Effect::LoadAsking).into_iter().collect(),
        Command::TakeBack => take_back(model),
        Command::Undo => withdraw::undo(model),
        Command::Sign | Command::SignThis | Command::NotAchieved => dialogs::open_sign(model, command),
        Command::Withdraw => withdraw::open_withdraw(model),
        Command::Acknowledge | Command::Dispute if model.screen != ScreenId::Reviews => {
            acts::answer_record(model, command)
        }
        Command::About => {
            let trainee_record = model.trainee_view.trainee_record.as_ref();
            trainee_record.map(|one| Effect::LoadAbout(one.standard.reference().clone())).into_iter().collect()
        }
        Command::Framework => vec![Effect::LoadFramework],
        Command::Colours => {
            let what = "In config.toml: theme = \"dark\", \"light\" or \"high-contrast\"; mouse = false".to_owned();
            say(model, MessageLevel::Done, what, "else the colours follow your terminal".to_owned());
            Vec::new()
        }
        Command::Receipts => {
            let (what, hint) = (
                "On your own machine, run: ssh ACCOUNT@HOST receipts > receipts.txt",
                "ACCOUNT@HOST is what you typed to log in",
            );
            say(model, MessageLevel::Done, what.to_owned(), hint.to_owned());
            Vec::new()
        }
        Command::Export => {
            if let Ok(offer) = screen::open(model).offer(model) {
                let state =
                    save::State::document(offer, model.session().map(|session| session.person.id.clone()), model.today);
                model.overlay = Some(Overlay::Save(Box::new(state)));
            }
            Vec::new()
        }
        Command::PrintRecord => {
            if let Some(trainee) = &model.trainee_view.trainee {
                let what = format!("In a shell on this machine: countersign portfolio {trainee} > record.txt");
                say(model, MessageLevel::Done, what, "then print record.txt".to_owned());
            }
            Vec::new()
        }
        Command::NextPane | Command::PreviousPane => {
            if let Some(id) = screen::info(model).next {
                go(model, id);
            }
            Vec::new()
        }
        Command::Filter => {
            screen::open(model).filter_mut(model).typing = true;
            Vec::new()
        }
        Command::Trainee => {
            let state = trainee::State::default();
            let search = state.query_effect();
            model.overlay = Some(Overlay::Trainee(state));
            vec![search]
        }
        Command::Person => dialogs::ask_person(model, SignInContext::Screen),
        Command::Palette => find(model),
        Command::Help => {
            model.overlay = Some(help(model));
            Vec::new()
        }
        Command::Tour => {
            tour::begin(model);
            Vec::new()
        }
        Command::Down | Command::Up | Command::PageDown | Command::PageUp | Command::Top | Command::Bottom => {
            screen::open(model).move_cursor(model, command);
            Vec::new()
        }
        Command::Back => {
            if model.message.take().is_none() {
                back(model);
            }
            Vec::new()
        }
        Command::Lock => people::lock(model, None),
        Command::EndSession => model.signer.clone().map(Effect::EndSession).into_iter().collect(),
        Command::Redraw => vec![Effect::Redraw],
        Command::Suspend => {
            let mut effects = if model.sessions.is_empty() { Vec::new() } else { people::lock(model, None) };
            effects.push(Effect::Suspend);
            effects
        }
        Command::Leave => leaving::leave(model),
        _ => acts::run(model, command),
    }
}

/// Goes back within the screen, else to the screen that was open before, as it was left.
fn back(model: &mut Model) {
    let before = model.clone();
    screen::open(model).back(model);
    if *model == before
        && let Some(to) = model.visited.pop()
    {
        go(model, to);
    }
}

/// Opens the palette.
fn find(model: &mut Model) -> Vec<Effect> {
    let ksbs = model.trainee_view.trainee_record.as_ref().map(|trainee_record| {
        let local = trainee_record.local.iter().map(|local| local.ksb.clone()).collect();
        (trainee_record.standard.clone(), local)
    });
    // On a trainee's own screen there is nobody to choose.
    let whose = match model.access_mode.own() {
        Some(_) => palette::FoundPeople::Nobody,
        None => palette::FoundPeople::Everyone(model.trainee_view.trainee.clone()),
    };
    let state = palette::State::new(commands(model), ksbs, whose);
    let search = state.query_effect();
    model.overlay = Some(Overlay::Palette(state));
    search
}

/// Withdraws the waiting claim of the KSB under the cursor.
fn take_back(model: &Model) -> Vec<Effect> {
    let (Some(trainee), Some(trainee_record)) =
        (model.trainee_view.trainee.clone(), &model.trainee_view.trainee_record)
    else {
        return Vec::new();
    };
    let claim = model.trainee_view.selection().into_iter().find_map(|code| trainee_record.claims.get(&code));
    claim.map(|claim| Effect::TakeBack { trainee, claim: claim.claim }).into_iter().collect()
}

/// Returns the help list.
fn help(model: &Model) -> Overlay {
    let offered = TABLE.iter().filter(|row| model.is_available(row.command));
    let mut rows: Vec<_> = offered.map(|row| help_row(model, row.command)).collect();
    // People look first for what the footer lists.
    rows.sort_by_key(|row| row.command.row().footer == Footer::Hidden);
    let rows = distinct(&rows);
    let keys: Vec<_> = tabs(model).map(|id| model.key(screen::get(id).info().go)).collect();
    let tabs = match (keys.first(), keys.last()) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    };
    Overlay::Help(help_list::State::new(screen::info(model).name, rows, tabs))
}

/// Returns all commands, those that can run now first.
fn commands(model: &Model) -> Vec<help_list::Row> {
    let offered = TABLE.iter().filter(|row| model.is_available(row.command));
    let mut rows: Vec<_> = offered.map(|row| help_row(model, row.command)).collect();
    rows.sort_by_key(|row| row.refused.is_some());
    distinct(&rows)
}

/// Keeps one of the commands that are described alike: the one that works here, else the first.
fn distinct(rows: &[help_list::Row]) -> Vec<help_list::Row> {
    let does = |row: &help_list::Row| row.command.row().does;
    let best = |row: &help_list::Row| {
        let same = || rows.iter().filter(|other| does(other) == does(row));
        same().find(|other| other.here).or_else(|| same().next()).map(|best| best.command)
    };
    rows.iter().filter(|row| best(row) == Some(row.command)).cloned().collect()
}

fn help_row(model: &Model, command: Command) -> help_list::Row {
    let keys: Vec<_> = model.keymap.keys_of(command).iter().map(ToString::to_string).collect();
    let refused = disabled_reason(model, command);
    // The tour has no key, and help is where people look for it.
    let reached = command == Command::Tour || screen::reachable(model).any(|row| row.command == command);
    help_list::Row { command, keys: keys.join(" "), here: reached && refused.is_none(), refused }
}
