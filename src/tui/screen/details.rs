//! Shares what Readiness and Reviews do: a list of lines about the open trainee, above the details of the selected line.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::model::Model;
use crate::model::layout::body;
use crate::msg::Effect;
use crate::pane::detail_list::{self, Areas, Row, State};
use crate::screen::no_trainee::no_trainee;
use crate::widget::frame::Titles;
use crate::widget::window::Title;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::PersonId;

/// What differs between the two.
pub struct Details {
    pub state: fn(&Model) -> &State,
    pub state_mut: fn(&mut Model) -> &mut State,
    /// The lines, once they are loaded.
    pub rows: fn(&Model) -> Option<Vec<Row>>,
    /// The effect that loads them.
    pub request: fn(PersonId) -> Effect,
}

impl Details {
    /// Whether the details cover the list.
    pub fn is_open(&self, model: &Model) -> bool {
        (self.state)(model).open.is_some()
    }

    fn areas(&self, model: &Model, rows: &[Row]) -> Option<Areas> {
        let body = body(model)?;
        let lines = usize::from(model.trainee_view.detail_filter.lines(body.width.saturating_sub(2)));
        Some(detail_list::areas(body, model.size, detail_list::count(rows) + lines, (self.state)(model)))
    }

    /// Runs the commands that open and close the details.
    pub fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::OpenWhy | Command::OpenHeld | Command::NextPane | Command::PreviousPane => {
                let open = &mut (self.state_mut)(model).open;
                *open = if open.is_some() { None } else { Some(0) };
            }
            Command::Filter => {
                self.close(model);
                model.trainee_view.detail_filter.typing = true;
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    /// Closes the details and returns whether they were open.
    pub fn close(&self, model: &mut Model) -> bool {
        (self.state_mut)(model).open.take().is_some()
    }

    /// Moves the cursor, or scrolls the open details.
    pub fn move_cursor(&self, model: &mut Model, command: Command) {
        let rows = (self.rows)(model).unwrap_or_default();
        if let Some(areas) = self.areas(model, &rows) {
            detail_list::update((self.state_mut)(model), &rows, areas, command);
        }
    }

    /// Requests what is not loaded yet, and moves the window to the cursor.
    pub fn load(&self, model: &mut Model) -> Vec<Effect> {
        let Some(trainee) =
            model.trainee_view.trainee_record.as_ref().map(|trainee_record| trainee_record.trainee.id.clone())
        else {
            return Vec::new();
        };
        let requested = std::mem::replace(&mut (self.state_mut)(model).requested, true);
        let rows = (self.rows)(model).unwrap_or_default();
        if let Some(areas) = self.areas(model, &rows) {
            let mut state = *(self.state)(model);
            detail_list::load_visible(&mut state, &rows, &model.trainee_view.detail_filter, areas);
            *(self.state_mut)(model) = state;
        }
        if requested { Vec::new() } else { vec![(self.request)(trainee)] }
    }

    pub fn view(&self, model: &Model, titles: Titles<'_>, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let rows = (self.rows)(model);
        let areas = self.areas(model, rows.as_deref().unwrap_or_default());
        let (Some(_), Some(areas)) = (&model.trainee_view.trainee_record, areas) else {
            no_trainee(model, buf, body);
            return None;
        };
        let titles = (titles, &model.trainee_view.detail_filter);
        detail_list::view((self.state)(model), rows.as_deref(), titles, areas, &model.theme, buf)
    }
}

/// Returns the top line's words: the name of the screen is never left out.
pub fn title(model: &Model, screen: &str, without_trainee: &str) -> Title {
    let Some(trainee_record) = &model.trainee_view.trainee_record else {
        return Title::new(without_trainee, Vec::new());
    };
    let gateway = trainee_record.trainee.gateway(trainee_record.standard.months(), model.today);
    Title::new(format!("{screen}  {}", trainee_record.trainee.name), vec![format!("gateway {}", day_words(gateway))])
}
