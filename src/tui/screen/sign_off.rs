//! Shows screen 1, Sign-off: duties, KSBs, competence record.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, PaneId, Row, ScreenId};
use crate::model::layout::{SignOffAreas, list_plan, panes, render_context, rendered_record, subject};
use crate::model::requests::{save_marks, say};
use crate::model::trainee_view::{MarkedAll, TraineeView};
use crate::model::{MessageLevel, Model};
use crate::msg::export::{Export, Offer};
use crate::msg::{Effect, Outcome};
use crate::pane::filter_input::FilterInput;
use crate::pane::ksbs::{KsbListProps, SignedRows};
use crate::pane::progress::ProgressProps;
use crate::pane::{duties, ksbs, ksbs_draw, progress, record, record_full};
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::no_trainee::no_trainee;
use crate::screen::trainee_title::trainee_title;
use crate::theme::Focus;
use crate::widget::gauge::large;
use crate::widget::pane_heading::width as pieces_width;
use crate::widget::part::{divider, inner};
use crate::widget::text::columns;
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::record::progress::progress_of;
use countersign_core::record::view::TraineeRecord;

pub struct SignOff;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::SignOff,
    name: "Sign-off",
    go: Command::ToSignOff,
    own_name: "My record",
    filter_target: FilterTarget::Outstanding,
    list: None,
    details: None,
    needs_trainee: true,
    next: None,
};

impl Screen for SignOff {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        let Some(mut title) = trainee_title(model) else { return Title::new("Sign-off", Vec::new()) };
        let full = panes(model).is_some_and(|areas| areas.full.is_some());
        if let Some(trainee_record) = model.trainee_view.trainee_record.as_ref().filter(|_| full) {
            let code = model.trainee_view.current();
            let ksb = code.and_then(|code| trainee_record.ksb(code));
            let duty = ksb.and_then(|ksb| ksb.duties.first());
            title.about = duty.map(|no| duties::name(trainee_record, Some(*no))).into_iter().collect();
        }
        title
    }

    fn filter<'m>(&self, model: &'m Model) -> &'m FilterInput {
        &model.trainee_view.ksbs.filter
    }

    fn filter_mut<'m>(&self, model: &'m mut Model) -> &'m mut FilterInput {
        &mut model.trainee_view.ksbs.filter
    }

    fn pane(&self, model: &Model) -> Option<PaneId> {
        Some(model.trainee_view.focus)
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        disabled_reason(model, command)
    }

    fn offer(&self, model: &Model) -> Result<Offer, String> {
        let (trainee, name) = model.open_trainee()?;
        Ok(Offer { export: Export::Record(trainee), named: format!("the portfolio of {name}") })
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        let focus = match command {
            Command::Mark | Command::MarkAll => {
                if command == Command::Mark {
                    model.trainee_view.toggle();
                    model.trainee_view.focus = PaneId::Ksbs;
                    self.move_cursor(model, Command::Down);
                } else {
                    mark_all(model);
                }
                return Some(save_marks(model));
            }
            Command::NextDuty | Command::PreviousDuty => {
                let step = if command == Command::NextDuty { Command::Down } else { Command::Up };
                move_duties(model, 1, step);
                model.trainee_view.full = false;
                model.trainee_view.focus = PaneId::Ksbs;
                return Some(Vec::new());
            }
            Command::ShowSigned => {
                let signed = &mut model.trainee_view.ksbs.signed;
                *signed = match signed {
                    SignedRows::Folded => SignedRows::Shown,
                    SignedRows::Shown => SignedRows::Folded,
                };
                return Some(Vec::new());
            }
            Command::Filter => {
                model.trainee_view.ksbs.filter.typing = true;
                PaneId::Ksbs
            }
            Command::Open => PaneId::Ksbs,
            Command::OpenRecord => {
                model.trainee_view.full = true;
                model.trainee_view.focus = PaneId::Record;
                return Some(Vec::new());
            }
            Command::NextPane => next(model.trainee_view.focus),
            Command::PreviousPane => next(next(model.trainee_view.focus)),
            _ => return run(model, command),
        };
        model.trainee_view.full = false;
        model.trainee_view.focus = focus;
        Some(Vec::new())
    }

    fn move_cursor(&self, model: &mut Model, command: Command) {
        let (Some(areas), Some(trainee_record)) = (panes(model), model.trainee_view.trainee_record.as_ref()) else {
            return;
        };
        let page = areas.duties.map_or(1, |area| inner(area).height);
        match model.trainee_view.focus {
            PaneId::Duties => move_duties(model, page, command),
            PaneId::Record => move_in_record(model, areas, command),
            // Where nothing is left there is nothing to move in: the next duty is what to look at.
            PaneId::Ksbs if leads_on(&model.trainee_view, trainee_record) => move_duties(model, page, command),
            PaneId::Ksbs => {
                let Some(plan) = list_plan(model) else { return };
                let mut state = model.trainee_view.ksbs.clone();
                let listed = model.trainee_view.listed();
                let page = plan.window(&state, &listed).len().max(1);
                ksbs::update(&mut state, &listed.rows, page as u16, command);
                model.trainee_view.ksbs = state;
            }
        }
    }

    /// Closes the record in full; else clears the filter; else goes back to the KSBs.
    fn back(&self, model: &mut Model) {
        let view = &mut model.trainee_view;
        if view.focus == PaneId::Record {
            (view.full, view.focus) = (false, PaneId::Ksbs);
        } else if view.ksbs.filter.text.is_empty() {
            view.focus = PaneId::Ksbs;
        } else {
            view.ksbs.filter = FilterInput::default();
        }
    }

    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let Some(areas) = panes(model) else { return Vec::new() };
        let mut effects: Vec<Effect> = load_record(&mut model.trainee_view).into_iter().collect();
        let TraineeView { trainee_record: Some(trainee_record), duties, .. } = &mut model.trainee_view else {
            return effects;
        };
        if let Some(area) = areas.duties {
            duties::load_visible(duties, trainee_record, inner(area).height);
        }
        if let Some(plan) = list_plan(model) {
            let mut state = model.trainee_view.ksbs.clone();
            ksbs::load_visible(&mut state, &model.trainee_view.listed(), &plan);
            model.trainee_view.ksbs = state;
        }
        show_record(model, areas);
        if areas.progress.is_some_and(|area| area.height >= TALL) {
            effects.extend(load_programme(&mut model.trainee_view));
        }
        if areas.progress.is_some() {
            effects.extend(load_series(&mut model.trainee_view));
        }
        if areas.full.is_some() {
            effects.extend(check_record(&mut model.trainee_view));
        }
        effects
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        match outcome {
            Outcome::Records { trainee, code, records } => {
                if model.trainee_view.trainee.as_ref() == Some(&trainee) {
                    model.trainee_view.records.insert(code, records);
                }
                None
            }
            Outcome::Progress { trainee, series } => {
                if model.trainee_view.trainee.as_ref() == Some(&trainee) {
                    model.trainee_view.series = Some(series);
                }
                None
            }
            Outcome::RecordChecked(check) => {
                model.trainee_view.check = Some(check);
                None
            }
            outcome => Some(outcome),
        }
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (trainee_view, theme) = (&model.trainee_view, &model.theme);
        let (Some(trainee_record), Some(areas)) = (&trainee_view.trainee_record, panes(model)) else {
            no_trainee(model, buf, body);
            return None;
        };
        let context = render_context(model);
        if let (Some(area), Some(subject)) = (areas.full, subject(trainee_view)) {
            return record_full::view(&trainee_view.record, &subject, context, trainee_view.check(), buf, area);
        }
        let focus = |pane| if trainee_view.focus == pane { Focus::Here } else { Focus::Elsewhere };
        for area in [areas.ksbs, areas.record].into_iter().flatten().filter(|area| area.x > body.x) {
            divider(buf, area, area.x - 1, theme);
        }
        let mut cursor = None;
        let mut put = |pane, place| {
            if trainee_view.focus == pane {
                cursor = place;
            }
        };
        if let Some(area) = areas.duties {
            let place = duties::view(&trainee_view.duties, trainee_record, focus(PaneId::Duties), theme, buf, area);
            put(PaneId::Duties, place);
        }
        if let Some(area) = areas.ksbs {
            let listed = trainee_view.listed();
            let (next, show) = (lead_on(model, trainee_record), model.key(Command::ShowSigned));
            let pages = [Command::PageDown, Command::PageUp].map(|command| page_key(&model.key(command)));
            let shown = KsbListProps {
                list: &listed,
                trainee_record,
                duty: trainee_view.duties.chosen,
                marks: &trainee_view.marks,
                density: areas.density,
                today: model.today,
                reader: context.name,
                own: model.access_mode.own().is_some(),
                next: &next,
                show: &show,
                pages: [&pages[0], &pages[1]],
            };
            put(PaneId::Ksbs, ksbs_draw::view(&trainee_view.ksbs, shown, focus(PaneId::Ksbs), theme, buf, area));
        }
        if let (Some(area), Some(subject)) = (areas.record, subject(trainee_view)) {
            let focus = focus(PaneId::Record);
            put(PaneId::Record, record::view(&trainee_view.record, &subject, context, focus, buf, area));
        }
        if let Some(area) = areas.progress {
            let shown = ProgressProps {
                trainee_record,
                left: &trainee_view.left,
                series: trainee_view.series.as_deref(),
                programme: trainee_view.programme.0.as_deref(),
                today: model.today,
            };
            progress::view(&shown, theme, buf, area);
        }
        cursor
    }

    /// The progress against the plan; of a record in full, the key that leads back.
    fn figures(&self, model: &Model) -> Vec<(String, Style)> {
        let Some(trainee_record) = &model.trainee_view.trainee_record else { return Vec::new() };
        if panes(model).is_some_and(|areas| areas.full.is_some()) {
            let words = (" back to the list".to_owned(), model.theme.dim);
            return vec![(model.key(Command::Back), model.theme.key), words];
        }
        progress_line(trainee_record, model)
    }

    fn footer(&self, model: &Model) -> Option<&'static [Command]> {
        let own = model.access_mode.own().is_some();
        Some(match (model.trainee_view.focus, own) {
            (PaneId::Record, true) => OWN_RECORD,
            (PaneId::Record, false) => RECORD,
            (PaneId::Duties | PaneId::Ksbs, true) => OWN,
            (PaneId::Duties | PaneId::Ksbs, false) if model.size.0 < 70 => NARROW,
            (PaneId::Duties | PaneId::Ksbs, false) => LIST,
        })
    }

    fn key_label(&self, model: &Model, row: &Row) -> Option<String> {
        let wide = model.size.0 >= 100;
        Some(match row.command {
            Command::MarkAll if wide => "mark all shown".to_owned(),
            Command::Filter => "filter".to_owned(),
            Command::Receipts => "receipt".to_owned(),
            _ => return None,
        })
    }
}

/// The keys of the footer: of the list, and of a record; for a trainee, and for all others.
const LIST: &[Command] = &[
    Command::Open,
    Command::Mark,
    Command::MarkAll,
    Command::Sign,
    Command::NotAchieved,
    Command::Filter,
    Command::Trainee,
    Command::Person,
    Command::Undo,
    Command::OpenRecord,
    Command::Help,
];
/// As [`LIST`], in a window that has room for few.
const NARROW: &[Command] = &[
    Command::Open,
    Command::Mark,
    Command::Sign,
    Command::NotAchieved,
    Command::MarkAll,
    Command::Filter,
    Command::Trainee,
    Command::Help,
];
const OWN: &[Command] = &[
    Command::Open,
    Command::Mark,
    Command::Claim,
    Command::Acknowledge,
    Command::Filter,
    Command::OpenRecord,
    Command::TakeBack,
    Command::Help,
];
const RECORD: &[Command] = &[Command::SignedText, Command::Sign, Command::NotAchieved, Command::Undo, Command::Help];
const OWN_RECORD: &[Command] =
    &[Command::SignedText, Command::Acknowledge, Command::Dispute, Command::Claim, Command::Receipts, Command::Help];

/// Moves in the list of duties.
fn move_duties(model: &mut Model, page: u16, command: Command) {
    let TraineeView { trainee_record: Some(trainee_record), duties, ksbs, .. } = &mut model.trainee_view else {
        return;
    };
    if duties::update(duties, trainee_record, page, command) {
        // The filter applies across duties, so it would hide the new selection.
        ksbs.filter = FilterInput::default();
        (ksbs.top, ksbs.place) = (0, 0);
    }
}

/// Whether the list is empty because nothing is left, so that the keys of a list lead on to other duties.
fn leads_on(trainee_view: &TraineeView, trainee_record: &TraineeRecord) -> bool {
    let listed = trainee_view.listed();
    listed.rows.is_empty() && trainee_view.ksbs.filter.kept.is_empty() && duties::count(trainee_record) > 1
}

/// Returns the keys that lead on where nothing is left, and to what.
fn lead_on(model: &Model, trainee_record: &TraineeRecord) -> Vec<(String, String)> {
    let (view, own) = (&model.trainee_view, model.access_mode.own().is_some());
    if !leads_on(view, trainee_record) {
        return Vec::new();
    }
    let mut keys = Vec::new();
    for command in [Command::Down, Command::Up, Command::Top] {
        let mut state = view.duties.clone();
        let moved = duties::update(&mut state, trainee_record, 1, command);
        let (left, _) = duties::left(trainee_record, state.chosen);
        if moved && left > 0 {
            let name = duties::name(trainee_record, state.chosen);
            let name = if state.chosen.is_none() { name } else { format!("{name}, {left} left") };
            keys.push((short_key(model, command), name));
            break;
        }
    }
    let signed = view.listed().signed;
    let them = if signed == 1 { "the one that is signed".to_owned() } else { format!("the {signed} that are signed") };
    keys.push((model.key(Command::ShowSigned), format!("show {them}")));
    if !own {
        keys.push((model.key(Command::Trainee), "another trainee".to_owned()));
    }
    keys
}

/// Returns the shortest key of a command.
fn short_key(model: &Model, command: Command) -> String {
    let keys = model.keymap.keys_of(command).iter().map(ToString::to_string);
    keys.min_by_key(String::len).unwrap_or_else(|| model.key(command))
}

/// Returns the name of a page key as keyboards have it.
fn page_key(key: &str) -> String {
    match key {
        "page-down" => "PgDn".to_owned(),
        "page-up" => "PgUp".to_owned(),
        key => key.to_owned(),
    }
}

/// From this height on, the progress also has the next review and the hours.
const TALL: u16 = 25;

/// Loads reviews and hours, unless they are loaded.
pub fn load_programme(trainee_view: &mut TraineeView) -> Option<Effect> {
    let trainee = trainee_view.trainee_record.as_ref()?.trainee.id.clone();
    let asked = std::mem::replace(&mut trainee_view.programme.1.requested, true);
    (!asked).then_some(Effect::LoadProgramme(trainee))
}

/// Loads the progress by month, unless it is loaded.
pub fn load_series(trainee_view: &mut TraineeView) -> Option<Effect> {
    let trainee = trainee_view.trainee_record.as_ref()?.trainee.id.clone();
    (!std::mem::replace(&mut trainee_view.series_asked, true)).then_some(Effect::LoadProgress(trainee))
}

/// Checks the signature of the chosen record, unless it is being checked.
fn check_record(trainee_view: &mut TraineeView) -> Option<Effect> {
    let id = trainee_view.selected_record()?.id;
    if trainee_view.checking == Some(id) {
        return None;
    }
    trainee_view.checking = Some(id);
    Some(Effect::CheckRecord(id))
}

/// Returns the large bar with its figures: `45 of 72 signed, 3 ahead`.
pub fn progress_line(trainee_record: &TraineeRecord, model: &Model) -> Vec<(String, Style)> {
    let theme = &model.theme;
    let pace = progress_of(trainee_record, model.today);
    let by = pace.signed.abs_diff(pace.expected);
    let (words, style) = match pace.signed.cmp(&pace.expected) {
        Ordering::Less => (format!("{by} behind"), theme.urgent),
        Ordering::Equal => ("on plan".to_owned(), theme.text),
        Ordering::Greater => (format!("{by} ahead"), theme.ok),
    };
    let carried = match trainee_record.counting_carried() {
        0 => String::new(),
        carried if model.size.0 < 100 => format!("{carried} carried over, "),
        carried => format!("counting {carried} carried over, "),
    };
    let figures = [
        (format!("  {}", pace.signed), theme.strong),
        (format!(" of {} signed, ", pace.total), theme.text),
        (carried, theme.text),
        (words, style),
    ];
    let width = match model.size.0 {
        160.. => 24,
        100.. => 16,
        // A long name takes a few columns of the bar before the words next to it are left out.
        narrow => {
            let title = trainee_title(model).map_or(0, |title| {
                columns(&title.subject) + title.about.iter().map(|about| columns(about) + 2).sum::<usize>()
            });
            usize::from(narrow).saturating_sub(BESIDE + title + pieces_width(&figures)).clamp(LEAST_BAR, MOST_BAR)
        }
    };
    let mut pieces = large(width, pace.signed.into(), pace.total.into(), Some(pace.expected.into()), theme);
    pieces.extend(figures);
    pieces
}

/// Columns of the context line that are not used, and the blanks before the bar.
const BESIDE: usize = 3 + 2;
/// Columns of the bar in a narrow window.
const LEAST_BAR: usize = 6;
const MOST_BAR: usize = 10;

/// Returns why a command on KSBs and records cannot run.
fn disabled_reason(model: &Model, command: Command) -> Option<String> {
    let trainee_view = &model.trainee_view;
    match command {
        Command::SignThis if trainee_view.current().is_none() => Some("No KSB is selected".into()),
        Command::Sign | Command::SignThis | Command::NotAchieved => model.sign_refusal(),
        Command::Withdraw if !trainee_view.marks.is_empty() => None,
        Command::Withdraw | Command::SignedText | Command::OpenText => {
            let carried = trainee_view.selected_carried();
            record::disabled_reason(trainee_view.selected_record(), carried, model.person(), command)
        }
        Command::Mark | Command::MarkAll | Command::OpenRecord => {
            let show = model.key(Command::ShowSigned);
            ksbs::disabled_reason(&trainee_view.ksbs, &trainee_view.listed(), command, &show)
        }
        Command::ShowSigned if !trainee_view.ksbs.filter.kept.is_empty() => {
            Some("Signed KSBs are already shown while you filter. Esc clears the filter".into())
        }
        Command::ShowSigned => (trainee_view.listed().signed == 0).then(|| "Nothing here is signed yet".into()),
        Command::Unmark => trainee_view.marks.is_empty().then(|| "Nothing is marked".into()),
        _ => None,
    }
}

/// Runs a command on KSBs and records.
fn run(model: &mut Model, command: Command) -> Option<Vec<Effect>> {
    Some(match command {
        Command::Unmark => {
            model.trainee_view.unmark();
            save_marks(model)
        }
        Command::SignedText | Command::OpenText => {
            let view = &model.trainee_view;
            let signed = view.selected_record().map(|record| record.id);
            let id = signed.or_else(|| view.selected_carried().map(|carried| carried.id));
            id.map(Effect::LoadStatement).into_iter().collect()
        }
        _ => return None,
    })
}

/// Loads the record of the KSB under the cursor, unless it is loaded.
fn load_record(trainee_view: &mut TraineeView) -> Option<Effect> {
    let trainee = trainee_view.trainee_record.as_ref()?.trainee.id.clone();
    let code = trainee_view.current().filter(|_| trainee_view.focus != PaneId::Duties)?;
    if Some(code) == trainee_view.about {
        return None;
    }
    trainee_view.about = Some(code);
    trainee_view.record = record::State::default();
    (!trainee_view.records.contains_key(&code)).then_some(Effect::LoadRecord { trainee, code })
}

/// Keeps the record's window within its lines.
fn show_record(model: &mut Model, areas: SignOffAreas) {
    let mut state = model.trainee_view.record;
    if let Some((rendered, height)) = rendered_record(model, areas) {
        record::load_visible(&mut state, &rendered, height);
    }
    model.trainee_view.record = state;
}

/// Moves the selection in the record.
fn move_in_record(model: &mut Model, areas: SignOffAreas, command: Command) {
    let mut state = model.trainee_view.record;
    if let Some((rendered, height)) = rendered_record(model, areas) {
        record::update(&mut state, &rendered, height, command);
    }
    model.trainee_view.record = state;
}

/// Returns the next pane for Tab; the previous one is two further.
fn next(pane: PaneId) -> PaneId {
    match pane {
        PaneId::Duties => PaneId::Ksbs,
        PaneId::Ksbs => PaneId::Record,
        PaneId::Record => PaneId::Duties,
    }
}

/// Marks all unsigned rows, the second time all rows, and says what was left out.
fn mark_all(model: &mut Model) {
    let again = model.key(Command::MarkAll);
    let barred = model.barred();
    let listed: BTreeSet<KsbCode> = model.trainee_view.listed().rows.iter().map(|row| row.ksb.code).collect();
    let done = model.trainee_view.mark_all(&barred);
    // What was marked one by one stays marked: the dialog says who may sign it.
    let barred: Vec<String> = barred.intersection(&listed).map(ToString::to_string).collect();
    let not_yours = barred_words(&barred);
    let nothing = model.trainee_view.marks.is_empty();
    let (what, hint) = match done {
        MarkedAll::None => return,
        MarkedAll::Open { left: 0 } if not_yours.is_empty() => return,
        MarkedAll::Open { left: 0 } => (format!("Left out {not_yours}"), String::new()),
        MarkedAll::Open { left: 1 } if nothing && not_yours.is_empty() => {
            ("This one is already signed".to_owned(), format!("press {again} to mark it"))
        }
        MarkedAll::Open { left } if nothing && not_yours.is_empty() => {
            (format!("All {left} are already signed"), format!("press {again} to mark them and sign them again"))
        }
        MarkedAll::Open { left: 1 } => {
            ("Left out 1 that is already signed".to_owned(), format!("press {again} to mark it too"))
        }
        MarkedAll::Open { left } => {
            (format!("Left out {left} that are signed"), format!("press {again} to mark them too"))
        }
        MarkedAll::All { again: 1 } => ("1 of the marked rows is already signed".to_owned(), String::new()),
        MarkedAll::All { again } => (format!("{again} of the marked rows are already signed"), String::new()),
    };
    let what =
        if not_yours.is_empty() || what.ends_with(&not_yours) { what } else { format!("{what}. Left out {not_yours}") };
    say(model, MessageLevel::Done, what, hint);
}

/// Says which KSBs the signer may not sign: `L3, which you may not sign off`; empty if there is none.
pub fn barred_words(barred: &[String]) -> String {
    if barred.is_empty() { String::new() } else { format!("{}, which you may not sign off", barred.join(" ")) }
}
