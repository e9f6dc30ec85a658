//! Runs commands, unless the model disables them.

use crate::domain::primitives::ids::{KsbCode, PersonId};
use crate::tui::command::{Command, PaneId, ScreenId};
use crate::tui::model::layout::{body, outstanding, panes, room, sheet};
use crate::tui::model::trainee_view::MarkedAll;
use crate::tui::model::trainee_view::TraineeView;
use crate::tui::model::{MessageLevel, Model, Overlay};
use crate::tui::msg::Effect;
use crate::tui::msg::claims::NextStep;
use crate::tui::overlay::sign_in::SignInContext;
use crate::tui::overlay::{palette, save, trainee};
use crate::tui::pane::filter_input::FilterInput;
use crate::tui::pane::{cohort, duties, ksbs, log, outstanding as list, queue, record, second_looks};
use crate::tui::screen::sign_off::{inner, next, previous};
use crate::tui::screen::{cohort as cohort_screen, history, queue as queue_screen, second_looks as looks_screen};
use crate::tui::update::common::{open, save_marks, say};
use crate::tui::update::{acts, detail_list, dialogs, leaving, people};

/// Runs a command, or says why it cannot run.
pub fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(why) = model.disabled_reason(command) {
        say(model, MessageLevel::Refused, why, String::new());
        return Vec::new();
    }
    match command {
        Command::Mark | Command::MarkAll | Command::Unmark => mark(model, command),
        Command::SignClaims | Command::RefuseClaims => sign_claims(model, command),
        Command::OpenClaim => {
            let ids = queue::row(&model.queue).map(|row| row.claim).into_iter().collect();
            vec![Effect::LoadClaims { ids, then: NextStep::Open }]
        }
        Command::MarkClaim => {
            queue::toggle(&mut model.queue);
            move_cursor(model, Command::Down);
            Vec::new()
        }
        Command::SaveFiles => {
            save_files(model);
            Vec::new()
        }
        Command::MarkLeft => {
            model.desk.toggle();
            move_cursor(model, Command::Down);
            save_marks(model)
        }
        Command::Claim => model.desk.trainee.clone().map(Effect::LoadAsking).into_iter().collect(),
        Command::TakeBack => take_back(model),
        Command::Sign | Command::SignThis | Command::NotAchieved => dialogs::open_sign(model, command),
        Command::Withdraw => dialogs::open_withdraw(model),
        Command::Undo => dialogs::undo(model),
        Command::Acknowledge | Command::Dispute if model.screen == ScreenId::Reviews => acts::run(model, command),
        Command::Acknowledge | Command::Dispute => dialogs::open_answer(model, command),
        Command::SignedText | Command::OpenText => statement(model.desk.selected_record().map(|record| record.id)),
        Command::About => {
            let standing = model.desk.standing.as_ref();
            standing.map(|one| Effect::LoadAbout(one.standard.reference().clone())).into_iter().collect()
        }
        Command::Framework => vec![Effect::LoadFramework],
        Command::OpenEntry => statement(log::chosen(&model.log)),
        Command::OpenTrainee => match cohort::chosen(&model.cohort) {
            Some(trainee) => open_trainee(model, trainee),
            None => Vec::new(),
        },
        Command::Order => {
            cohort::turn(&mut model.cohort);
            Vec::new()
        }
        Command::Open => focus(model, PaneId::Ksbs),
        Command::Receipts => {
            let (what, beside) =
                ("On your own machine: ssh ACCOUNT@HOST receipts > receipts.txt", "as you logged in here");
            say(model, MessageLevel::Done, what.to_owned(), beside.to_owned());
            Vec::new()
        }
        Command::OpenRecord | Command::OpenLeft => focus(model, PaneId::Record),
        Command::NextPane | Command::PreviousPane if detail_list::here(model) => {
            detail_list::toggle(model);
            Vec::new()
        }
        Command::NextPane | Command::PreviousPane if model.screen == ScreenId::Outstanding => {
            let other = if model.pane() == PaneId::Record { PaneId::Ksbs } else { PaneId::Record };
            focus(model, other)
        }
        // Both are work lists of the signer.
        Command::NextPane | Command::PreviousPane if model.screen == ScreenId::Queue => go(model, ScreenId::Looks),
        Command::NextPane | Command::PreviousPane if model.screen == ScreenId::Looks => go(model, ScreenId::Queue),
        Command::NextPane => focus(model, next(model.pane())),
        Command::PreviousPane => focus(model, previous(model.pane())),
        Command::Filter => filter(model),
        Command::Trainee => {
            let state = trainee::State::default();
            let wish = state.query_effect();
            model.overlay = Some(Overlay::Trainee(state));
            vec![wish]
        }
        Command::Person => dialogs::ask_person(model, SignInContext::Screen),
        Command::Palette => {
            let ksbs = model.desk.standing.as_ref().map(|standing| {
                let local = standing.local.iter().map(|local| local.ksb.clone()).collect();
                (standing.standard.clone(), local)
            });
            // On a trainee's own screen there is nobody to choose.
            let whose = match model.seat.own() {
                Some(_) => palette::Whose::Nobody,
                None => palette::Whose::Everyone(model.desk.trainee.clone()),
            };
            let state = palette::State::new(dialogs::commands(model), ksbs, whose);
            let wish = state.query_effect();
            model.overlay = Some(Overlay::Palette(state));
            wish
        }
        Command::Help => {
            model.overlay = Some(dialogs::help(model));
            Vec::new()
        }
        Command::ToOutstanding => go(model, ScreenId::Outstanding),
        Command::ToSignOff => go(model, ScreenId::SignOff),
        Command::ToQueue => go(model, ScreenId::Queue),
        Command::ToCohort => go(model, ScreenId::Cohort),
        Command::ToReadiness => go(model, ScreenId::Readiness),
        Command::ToReviews => go(model, ScreenId::Reviews),
        Command::OpenWhy | Command::OpenHeld => {
            detail_list::toggle(model);
            Vec::new()
        }
        Command::Mend => {
            detail_list::mend(model);
            Vec::new()
        }
        Command::ToHistory => go(model, ScreenId::History),
        Command::ToLooks => go(model, ScreenId::Looks),
        Command::MarkLook => {
            second_looks::toggle(&mut model.looks);
            move_cursor(model, Command::Down);
            Vec::new()
        }
        Command::MarkHours => {
            if let Some(id) = model.entry_here().map(|row| row.entry.id)
                && !model.desk.hour_marks.remove(&id)
            {
                model.desk.hour_marks.insert(id);
            }
            move_cursor(model, Command::Down);
            Vec::new()
        }
        Command::SignLooks
        | Command::OpenLook
        | Command::DrawSample
        | Command::Countersign
        | Command::Sample
        | Command::ConfirmHours
        | Command::EnterHours
        | Command::HoldReview
        | Command::Requirement
        | Command::ConfirmGateway => acts::run(model, command),
        Command::Down | Command::Up | Command::PageDown | Command::PageUp | Command::Top | Command::Bottom => {
            move_cursor(model, command);
            Vec::new()
        }
        Command::Back => back(model),
        Command::Lock => people::lock(model, None),
        Command::EndSession => model.signer.clone().map(Effect::EndSession).into_iter().collect(),
        Command::Redraw => vec![Effect::Redraw],
        Command::Suspend => {
            let mut effects = if model.sessions.is_empty() { Vec::new() } else { people::lock(model, None) };
            effects.push(Effect::Suspend);
            effects
        }
        Command::Leave => leaving::leave(model),
    }
}

fn mark(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::MarkAll => mark_all(model),
        Command::Unmark => model.desk.unmark(),
        _ => {
            model.desk.toggle();
            model.desk.focus = PaneId::Ksbs;
            move_cursor(model, Command::Down);
        }
    }
    save_marks(model)
}

/// Marks all unsigned rows, the second time all rows, and says what was left out.
fn mark_all(model: &mut Model) {
    let again = model.key(Command::MarkAll);
    let done = model.desk.mark_all();
    let nothing = model.desk.marks.is_empty();
    let (said, beside) = match done {
        MarkedAll::Open { left: 0 } | MarkedAll::None => return,
        MarkedAll::Open { left: 1 } if nothing => {
            ("This one is already signed".to_owned(), format!("press {again} to mark it"))
        }
        MarkedAll::Open { left } if nothing => {
            (format!("All {left} are already signed"), format!("press {again} to mark them and sign them again"))
        }
        MarkedAll::Open { left: 1 } => {
            ("Left out 1 that is already signed".to_owned(), format!("press {again} to mark it too"))
        }
        MarkedAll::Open { left } => {
            (format!("Left out {left} that are signed"), format!("press {again} to mark them too"))
        }
        MarkedAll::All { again: 1 } => ("1 of the marked KSBs is already signed".to_owned(), String::new()),
        MarkedAll::All { again } => (format!("{again} of the marked KSBs are already signed"), String::new()),
    };
    say(model, MessageLevel::Done, said, beside);
}

/// Loads the claims to sign; asks for the signer first if there is none.
fn sign_claims(model: &mut Model, command: Command) -> Vec<Effect> {
    if model.session().is_none() {
        model.pending = Some(command);
        return dialogs::ask_person(model, SignInContext::Screen);
    }
    let then = if command == Command::RefuseClaims { NextStep::Refuse } else { NextStep::Sign };
    vec![Effect::LoadClaims { ids: queue::to_sign(&model.queue), then }]
}

/// Asks for the folder for the evidence of the claim under the cursor.
fn save_files(model: &mut Model) {
    let Some(row) = queue::row(&model.queue) else { return };
    if row.files == 0 {
        say(model, MessageLevel::Refused, "This claim has no evidence".into(), String::new());
        return;
    }
    let state = save::State::new(row.claim, &row.trainee_name, row.files, model.today);
    model.overlay = Some(Overlay::Save(Box::new(state)));
}

/// Withdraws the waiting claim of the KSB under the cursor.
fn take_back(model: &Model) -> Vec<Effect> {
    let (Some(trainee), Some(standing)) = (model.desk.trainee.clone(), &model.desk.standing) else { return Vec::new() };
    let asked = model.desk.selection().into_iter().find_map(|code| standing.claims.get(&code));
    asked.map(|asked| Effect::TakeBack { trainee, claim: asked.claim }).into_iter().collect()
}

fn statement(id: Option<crate::domain::primitives::ids::StatementId>) -> Vec<Effect> {
    id.map(Effect::LoadStatement).into_iter().collect()
}

fn focus(model: &mut Model, pane: PaneId) -> Vec<Effect> {
    if model.screen != ScreenId::History {
        model.desk.focus = pane;
    }
    Vec::new()
}

fn go(model: &mut Model, screen: ScreenId) -> Vec<Effect> {
    if model.screen != screen {
        // The two screens share the input, but not the list.
        model.desk.why = FilterInput::default();
    }
    model.screen = screen;
    if screen == ScreenId::Outstanding && model.desk.focus != PaneId::Record {
        model.desk.focus = PaneId::Ksbs;
    }
    if screen == ScreenId::History {
        // The log may have grown since it was last shown.
        model.log.asked = None;
    }
    if detail_list::here(model) {
        // New hours entries and claims do not grow the log.
        (model.desk.readiness.1.asked, model.desk.programme.1.asked) = (false, false);
    }
    if screen == ScreenId::Cohort {
        model.cohort.list.asked = None;
    }
    if screen == ScreenId::Queue {
        model.queue.list.asked = None;
    }
    if screen == ScreenId::Looks {
        model.looks.list.asked = None;
    }
    Vec::new()
}

fn filter(model: &mut Model) -> Vec<Effect> {
    if matches!(model.screen, ScreenId::SignOff | ScreenId::Outstanding) {
        model.desk.focus = PaneId::Ksbs;
    }
    detail_list::close(model);
    model.filtering_mut().typing = true;
    Vec::new()
}

/// Moves the cursor of the focused pane.
pub fn move_cursor(model: &mut Model, command: Command) {
    let Some(body) = body(model) else { return };
    if model.screen == ScreenId::History {
        let page = history::page(&model.log, body);
        model.log.move_cursor(page, command);
        return;
    }
    if detail_list::here(model) {
        detail_list::move_cursor(model, command);
        return;
    }
    if model.screen == ScreenId::Cohort {
        let page = cohort_screen::page(&model.cohort, body);
        model.cohort.list.move_cursor(page, command);
        return;
    }
    if model.screen == ScreenId::Queue {
        let page = queue_screen::page(&model.queue, body);
        model.queue.list.move_cursor(page, command);
        return;
    }
    if model.screen == ScreenId::Looks {
        let page = looks_screen::page(&model.looks, body);
        model.looks.list.move_cursor(page, command);
        return;
    }
    if model.screen == ScreenId::Outstanding && model.desk.focus != PaneId::Record {
        let (Some(areas), Some(standing)) = (outstanding(model), model.desk.standing.as_ref()) else { return };
        let page = areas.list.map_or(1, |area| list::list_area(&model.desk.outstanding, inner(area)).height);
        list::update(&mut model.desk.outstanding, (standing, model.today), page, command);
        return;
    }
    let (Some(areas), Some(standing)) = (panes(model), model.desk.standing.as_ref()) else { return };
    match model.desk.focus {
        PaneId::Duties => {
            let page = areas.duties.map_or(1, |area| inner(area).height);
            if duties::update(&mut model.desk.duties, standing, page, command) {
                // The filter applies across duties, so it would hide the new selection.
                model.desk.ksbs.filter = FilterInput::default();
                model.desk.ksbs.top = 0;
            }
        }
        PaneId::Record => {
            let record = match model.screen {
                ScreenId::Outstanding => outstanding(model).and_then(|areas| areas.record),
                _ => areas.record,
            };
            let Some(area) = record.map(inner) else { return };
            let mut state = model.desk.record;
            if let Some(sheet) = sheet(model, area) {
                record::update(&mut state, &sheet, area.height, command);
            }
            model.desk.record = state;
        }
        _ => {
            let lines = areas.ksbs.map_or(1, |area| inner(area).height);
            let page = if room(areas) == ksbs::RowDensity::TwoLines { lines / 2 } else { lines };
            let mut state = model.desk.ksbs.clone();
            ksbs::update(&mut state, &model.desk.rows(), page, command);
            model.desk.ksbs = state;
        }
    }
}

/// Clears the message, else the filter, else goes back to the KSBs.
fn back(model: &mut Model) -> Vec<Effect> {
    if model.message.take().is_some() {
        return Vec::new();
    }
    if detail_list::close(model) {
        return Vec::new();
    }
    match model.screen {
        ScreenId::History if !model.log.filter.text.is_empty() => {
            model.log.clear();
        }
        ScreenId::Cohort => model.cohort.list.clear(),
        ScreenId::Queue => {
            if model.queue.list.filter.text.is_empty() {
                model.queue.marks.clear();
            }
            model.queue.list.clear();
        }
        ScreenId::Looks => {
            if model.looks.list.filter.text.is_empty() {
                model.looks.marks.clear();
            }
            model.looks.list.clear();
        }
        ScreenId::History => {}
        ScreenId::Reviews if model.desk.why.text.is_empty() => model.desk.hour_marks.clear(),
        ScreenId::Readiness | ScreenId::Reviews => model.desk.why = FilterInput::default(),
        ScreenId::Outstanding if !model.desk.outstanding.filter.text.is_empty() => {
            model.desk.outstanding.filter = FilterInput::default();
        }
        ScreenId::SignOff if !model.desk.ksbs.filter.text.is_empty() => {
            model.desk.ksbs.filter = FilterInput::default();
        }
        ScreenId::SignOff | ScreenId::Outstanding => model.desk.focus = PaneId::Ksbs,
    }
    Vec::new()
}

/// Opens a trainee instead of the current one.
pub fn open_trainee(model: &mut Model, trainee: PersonId) -> Vec<Effect> {
    model.screen = ScreenId::SignOff;
    if model.desk.trainee.as_ref() != Some(&trainee) {
        model.desk = TraineeView::at(trainee);
    }
    open(model).into_iter().collect()
}

/// Goes to a KSB of the open standard: in its duty's list if it is listed there, else in the list of all.
pub fn open_ksb(model: &mut Model, code: KsbCode) {
    model.screen = ScreenId::SignOff;
    model.desk.focus = PaneId::Ksbs;
    model.desk.ksbs.filter = FilterInput::default();
    let here = model.desk.rows().iter().any(|row| row.ksb.code == code);
    if !here {
        model.desk.list_all(code);
    }
    model.desk.ksbs.at = Some(code);
}
