//! Draws what to do when no trainee is open.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::command::Command;
use crate::model::Model;
use crate::widget::draw::line;
use crate::widget::part::inner;
use crate::widget::text::columns;

pub fn no_trainee(model: &Model, buf: &mut Buffer, body: Rect) {
    let theme = &model.theme;
    let within = inner(body);
    let nobody = if model.access_mode.own().is_some() { "Nothing is open" } else { "No trainee selected" };
    let lines: [(Option<Command>, &str); 5] = [
        (None, nobody),
        (Some(Command::Trainee), "Choose a trainee"),
        (Some(Command::Person), if model.person().is_some() { "Change who is signing" } else { "Say who is signing" }),
        (Some(Command::AddPerson), "Add a trainee"),
        (Some(Command::Help), "Show all keys"),
    ];
    let (left, above) = (within.width.saturating_sub(30) / 2, within.height.saturating_sub(6) / 2);
    let place = Rect { x: within.x + left, width: within.width - left, ..within };
    let works = |command: Command| {
        let add = command == Command::AddPerson;
        model.is_available(command) && (!add || model.act_refusal(command).is_none())
    };
    let offered: Vec<_> = lines.into_iter().filter(|(command, _)| command.is_none_or(works)).collect();
    let keys = offered.iter().filter_map(|(command, _)| command.map(|command| columns(&model.key(command))));
    let widest = keys.max().unwrap_or(0).max(3) + 1;
    for (y, (command, words)) in offered.into_iter().enumerate() {
        let row = above + y as u16 + u16::from(y > 0);
        match command {
            None => line(buf, place, row, &[(words, theme.strong)], theme),
            Some(command) => {
                let key = format!("{:<widest$}", model.key(command));
                line(buf, place, row, &[(&key, theme.key), (words, theme.text)], theme)
            }
        };
    }
}
