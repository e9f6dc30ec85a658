//! Draws what to do when no trainee is open.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::command::Command;
use crate::model::Model;
use crate::widget::draw::line;
use crate::widget::part::inner;

pub fn no_trainee(model: &Model, buf: &mut Buffer, body: Rect) {
    let theme = &model.theme;
    let within = inner(body);
    let nobody = if model.access_mode.own().is_some() { "Nothing is open" } else { "No trainee selected" };
    let lines: [(Option<Command>, &str); 4] = [
        (None, nobody),
        (Some(Command::Trainee), "Choose a trainee"),
        (Some(Command::Person), if model.person().is_some() { "Change who is signing" } else { "Say who is signing" }),
        (Some(Command::Help), "Show all keys"),
    ];
    let (left, above) = (within.width.saturating_sub(26) / 2, within.height.saturating_sub(5) / 2);
    let place = Rect { x: within.x + left, width: within.width - left, ..within };
    let offered =
        lines.into_iter().filter(|(command, _)| command.is_none_or(|command| model.access_mode.is_available(command)));
    for (y, (command, words)) in offered.enumerate() {
        let row = above + y as u16 + u16::from(y > 0);
        match command {
            None => line(buf, place, row, &[(words, theme.strong)], theme),
            Some(command) => {
                let key = format!("{:<4}", model.key(command));
                line(buf, place, row, &[(&key, theme.key), (words, theme.text)], theme)
            }
        };
    }
}
