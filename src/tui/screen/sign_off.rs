//! Shows screen 1, Sign-off: duties, KSBs, competence record.

use ratatui::buffer::Buffer;
use std::cmp::Ordering;

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, PaneId, ScreenId};
use crate::model::layout::{LayoutWidth, panes, render_context, rendered_record, room, subject};
use crate::model::requests::{save_marks, say};
use crate::model::trainee_view::{MarkedAll, TraineeView};
use crate::model::{MessageLevel, Model};
use crate::msg::{Effect, Outcome};
use crate::pane::filter_input::FilterInput;
use crate::pane::ksbs::KsbListProps;
use crate::pane::{duties, ksbs, progress, record};
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::no_trainee::no_trainee;
use crate::theme::Focus;
use crate::widget::gauge::large;
use crate::widget::part::{divider, inner};
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::break_in_learning::reached;
use countersign_core::primitives::date::months_between;
use countersign_core::record::progress::progress_of;
use countersign_core::record::view::TraineeRecord;

pub struct SignOff;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::SignOff,
    name: "Sign-off",
    go: Command::ToSignOff,
    own_name: "My record",
    filter_target: FilterTarget::Ksbs,
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
        trainee_title(model).unwrap_or_else(|| Title::new("Sign-off", Vec::new()))
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
            Command::Filter => {
                model.trainee_view.ksbs.filter.typing = true;
                PaneId::Ksbs
            }
            Command::Open => PaneId::Ksbs,
            Command::OpenRecord => PaneId::Record,
            Command::NextPane => next(model.trainee_view.focus),
            Command::PreviousPane => next(next(model.trainee_view.focus)),
            _ => return run(model, command),
        };
        model.trainee_view.focus = focus;
        Some(Vec::new())
    }

    fn move_cursor(&self, model: &mut Model, command: Command) {
        let (Some(areas), Some(trainee_record)) = (panes(model), model.trainee_view.trainee_record.as_ref()) else {
            return;
        };
        match model.trainee_view.focus {
            PaneId::Duties => {
                let page = areas.duties.map_or(1, |area| inner(area).height);
                if duties::update(&mut model.trainee_view.duties, trainee_record, page, command) {
                    // The filter applies across duties, so it would hide the new selection.
                    model.trainee_view.ksbs.filter = FilterInput::default();
                    model.trainee_view.ksbs.top = 0;
                }
            }
            PaneId::Record => move_in_record(model, areas.record, command),
            PaneId::Ksbs | PaneId::Outstanding => {
                let lines = areas.ksbs.map_or(1, |area| inner(area).height);
                let page = if room(areas) == ksbs::RowDensity::TwoLines { lines / 2 } else { lines };
                let mut state = model.trainee_view.ksbs.clone();
                ksbs::update(&mut state, &model.trainee_view.rows(), page, command);
                model.trainee_view.ksbs = state;
            }
        }
    }

    /// Clears the filter, else goes back to the KSBs.
    fn back(&self, model: &mut Model) {
        if model.trainee_view.ksbs.filter.text.is_empty() {
            model.trainee_view.focus = PaneId::Ksbs;
        } else {
            model.trainee_view.ksbs.filter = FilterInput::default();
        }
    }

    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let Some(areas) = panes(model) else { return Vec::new() };
        let effects = load_record(&mut model.trainee_view).into_iter().collect();
        let TraineeView { trainee_record: Some(trainee_record), duties, .. } = &mut model.trainee_view else {
            return effects;
        };
        if let Some(area) = areas.duties {
            duties::load_visible(duties, trainee_record, inner(area).height);
        }
        if let Some(area) = areas.ksbs {
            let mut state = model.trainee_view.ksbs.clone();
            let rows = model.trainee_view.rows();
            let list = ksbs::list_area(&state, inner(area));
            let (at, room) = (ksbs::row(&state, &rows), room(areas));
            let tall = |index: usize| rows.get(index).map_or(1, |row| ksbs::tall(row, index == at, room, list.width));
            ksbs::load_visible(&mut state, &rows, list.height, tall);
            model.trainee_view.ksbs = state;
        }
        show_record(model, areas.record);
        effects
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        let Outcome::Records { trainee, code, records } = outcome else { return Some(outcome) };
        if model.trainee_view.trainee.as_ref() == Some(&trainee) {
            model.trainee_view.records.insert(code, records);
        }
        None
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (trainee_view, theme) = (&model.trainee_view, &model.theme);
        let (Some(trainee_record), Some(areas)) = (&trainee_view.trainee_record, panes(model)) else {
            no_trainee(model, buf, body);
            return None;
        };
        let focus = |pane| if trainee_view.focus == pane { Focus::Here } else { Focus::Elsewhere };
        let bars = if areas.wide == LayoutWidth::Yes { duties::Room::Bars } else { duties::Room::Figures };
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
            put(
                PaneId::Duties,
                duties::view(&trainee_view.duties, trainee_record, bars, focus(PaneId::Duties), theme, buf, area),
            );
        }
        if let Some(area) = areas.ksbs {
            let (rows, of) = (trainee_view.rows(), trainee_record.all().count());
            let shown = KsbListProps {
                rows: &rows,
                of,
                duty: trainee_view.duties.chosen,
                marks: &trainee_view.marks,
                room: room(areas),
            };
            put(PaneId::Ksbs, ksbs::view(&trainee_view.ksbs, shown, focus(PaneId::Ksbs), theme, buf, area));
        }
        if let (Some(area), Some(subject)) = (areas.record, subject(trainee_view)) {
            let focus = focus(PaneId::Record);
            put(PaneId::Record, record::view(&trainee_view.record, &subject, render_context(model), focus, buf, area));
        }
        if let Some(area) = areas.progress {
            progress::view(trainee_record, model.today, theme, buf, area);
        }
        cursor
    }

    /// The progress against the plan.
    fn figures(&self, model: &Model) -> Vec<(String, Style)> {
        let Some(trainee_record) = &model.trainee_view.trainee_record else { return Vec::new() };
        progress_line(trainee_record, model)
    }
}

/// Returns the large bar with its figures: `45 of 72 signed, 3 ahead`.
pub fn progress_line(trainee_record: &TraineeRecord, model: &Model) -> Vec<(String, Style)> {
    let theme = &model.theme;
    let pace = progress_of(trainee_record, model.today);
    let width = if model.size.0 >= 100 { 16 } else { 10 };
    let mut pieces = large(width, pace.signed.into(), pace.total.into(), Some(pace.expected.into()), theme);
    let by = pace.signed.abs_diff(pace.expected);
    let (words, style) = match pace.signed.cmp(&pace.expected) {
        Ordering::Less => (format!("{by} behind"), theme.urgent),
        Ordering::Equal => ("on plan".to_owned(), theme.text),
        Ordering::Greater => (format!("{by} ahead"), theme.ok),
    };
    pieces.push((format!("  {}", pace.signed), theme.strong));
    pieces.push((format!(" of {} signed, ", pace.total), theme.text));
    pieces.push((words, style));
    pieces
}

/// Returns the top line's words about the open trainee.
pub fn trainee_title(model: &Model) -> Option<Title> {
    let trainee_record = model.trainee_view.trainee_record.as_ref()?;
    let trainee = &trainee_record.trainee;
    let mut about = vec![trainee.standard.to_string()];
    about.extend(trainee.scope.option.as_ref().map(ToString::to_string));
    about.extend(trainee.specialism.as_ref().map(ToString::to_string));
    let month = months_between(trainee.start, reached(&trainee.pauses, model.today));
    about.push(format!("month {month} of {}", trainee_record.standard.months()));
    Some(Title::new(trainee.name.to_string(), about))
}

/// Returns why a command on KSBs and records cannot run, on the Sign-off or the Outstanding screen.
pub fn disabled_reason(model: &Model, command: Command) -> Option<String> {
    let trainee_view = &model.trainee_view;
    match command {
        Command::SignThis if trainee_view.current().is_none() => Some("No KSB is selected".into()),
        Command::Sign | Command::SignThis | Command::NotAchieved => model.sign_refusal(),
        Command::Withdraw if !trainee_view.marks.is_empty() => None,
        Command::Withdraw | Command::SignedText | Command::OpenText => {
            record::disabled_reason(trainee_view.selected_record(), model.person(), command)
        }
        Command::Mark | Command::MarkAll | Command::OpenRecord => {
            ksbs::disabled_reason(&trainee_view.ksbs, &trainee_view.rows(), command)
        }
        Command::Unmark => trainee_view.marks.is_empty().then(|| "Nothing is marked".into()),
        _ => None,
    }
}

/// Runs a command on KSBs and records, on the Sign-off or the Outstanding screen.
pub fn run(model: &mut Model, command: Command) -> Option<Vec<Effect>> {
    Some(match command {
        Command::Unmark => {
            model.trainee_view.unmark();
            save_marks(model)
        }
        Command::SignedText | Command::OpenText => {
            model.trainee_view.selected_record().map(|record| Effect::LoadStatement(record.id)).into_iter().collect()
        }
        _ => return None,
    })
}

/// Loads the record of the KSB under the cursor, unless it is loaded.
pub fn load_record(trainee_view: &mut TraineeView) -> Option<Effect> {
    let trainee = trainee_view.trainee_record.as_ref()?.trainee.id.clone();
    let code = trainee_view.current().filter(|_| trainee_view.focus != PaneId::Duties)?;
    if Some(code) == trainee_view.about {
        return None;
    }
    trainee_view.about = Some(code);
    trainee_view.record = record::State::default();
    (!trainee_view.records.contains_key(&code)).then_some(Effect::LoadRecord { trainee, code })
}

/// Keeps the record pane's window within its lines.
pub fn show_record(model: &mut Model, area: Option<Rect>) {
    let Some(area) = area.map(inner) else { return };
    let mut state = model.trainee_view.record;
    if let Some(rendered) = rendered_record(model, area) {
        record::load_visible(&mut state, &rendered, area.height);
    }
    model.trainee_view.record = state;
}

/// Moves the selection in the record pane.
pub fn move_in_record(model: &mut Model, area: Option<Rect>, command: Command) {
    let Some(area) = area.map(inner) else { return };
    let mut state = model.trainee_view.record;
    if let Some(rendered) = rendered_record(model, area) {
        record::update(&mut state, &rendered, area.height, command);
    }
    model.trainee_view.record = state;
}

/// Returns the next pane for Tab; the previous one is two further.
fn next(pane: PaneId) -> PaneId {
    match pane {
        PaneId::Duties => PaneId::Ksbs,
        PaneId::Ksbs => PaneId::Record,
        PaneId::Record | PaneId::Outstanding => PaneId::Duties,
    }
}

/// Marks all unsigned rows, the second time all rows, and says what was left out.
fn mark_all(model: &mut Model) {
    let again = model.key(Command::MarkAll);
    let done = model.trainee_view.mark_all();
    let nothing = model.trainee_view.marks.is_empty();
    let (what, hint) = match done {
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
    say(model, MessageLevel::Done, what, hint);
}
