//! Shares what Gateway and Reviews do: a list of lines about the open trainee, with the details of the selected line.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::model::Model;
use crate::model::layout::body;
use crate::msg::Effect;
use crate::pane::detail_list::{self, Areas, Beside, Row, State};
use crate::screen::no_trainee::no_trainee;
use crate::screen::trainee_title::trainee_title;
use crate::widget::window::Title;
use countersign_core::primitives::ids::PersonId;

/// What differs between the two.
pub struct Details {
    pub state: fn(&Model) -> &State,
    pub state_mut: fn(&mut Model) -> &mut State,
    /// The lines, once they are loaded.
    pub rows: fn(&Model) -> Option<Vec<Row>>,
    /// The effect that loads them.
    pub request: fn(PersonId) -> Effect,
    pub beside: Beside,
    /// Draws the pane at the side of the list, if there is one.
    pub side: fn(&Model, &mut Buffer, Rect),
}

impl Details {
    /// Whether the details cover the list.
    pub fn is_open(&self, model: &Model) -> bool {
        (self.state)(model).open.is_some()
    }

    fn areas(&self, model: &Model, rows: &[Row]) -> Option<Areas> {
        let body = body(model)?;
        let lines = usize::from(model.trainee_view.detail_filter.lines(body.width.saturating_sub(2)));
        let lines = detail_list::lines_wanted(rows) + lines;
        let areas = detail_list::areas(body, model.size, lines, self.beside, (self.state)(model));
        Some(detail_list::with_a_row_below_each_heading(areas, rows))
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
            let theme = model.theme;
            detail_list::update((self.state_mut)(model), &rows, areas, &theme, command);
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

    pub fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let rows = (self.rows)(model);
        let areas = self.areas(model, rows.as_deref().unwrap_or_default());
        let (Some(_), Some(areas)) = (&model.trainee_view.trainee_record, areas) else {
            no_trainee(model, buf, body);
            return None;
        };
        if let Some(side) = areas.side {
            (self.side)(model, buf, side);
        }
        let filter = &model.trainee_view.detail_filter;
        detail_list::view((self.state)(model), rows.as_deref(), filter, areas, &model.theme, buf)
    }
}

/// Returns the context line's words: the open trainee, or the name of the screen.
pub fn title(model: &Model, without_trainee: &str) -> Title {
    trainee_title(model).unwrap_or_else(|| Title::new(without_trainee, Vec::new()))
}
