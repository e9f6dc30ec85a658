//! Draws a model as a frame. The same model gives the same frame.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::{Command, Footer, Row};
use crate::model::layout;
use crate::model::{Lock, MessageLevel, Model, Overlay};
use crate::overlay::{claim_detail, help, page, palette, statement, trainee};
use crate::screen::{self, disabled_reason, typing};
use crate::widget::dialog_box::Hint;
use crate::widget::draw::{dim_all, settle};
use crate::widget::window::{self, FooterKey, Parts, Ready, Title, TopLine, footer, parts, too_small, top_line};
use countersign_core::people::break_in_learning::reached;
use countersign_core::primitives::date::months_between;

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    if let Some(place) = draw(model, frame.buffer_mut(), area) {
        frame.set_cursor_position(place);
    }
}

/// Draws the model on a buffer and returns the cursor position.
pub fn draw(model: &Model, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &model.theme;
    let Some(parts) = parts(area) else {
        too_small(theme, buf, area);
        return None;
    };
    let mut cursor = None;
    if model.lock == Lock::Open {
        cursor = screen::open(model).view(model, buf, parts.body);
        if model.overlay.is_some() {
            dim_all(buf, theme);
        }
        top_line(&top(model), theme, buf, parts.top);
        below(model, buf, parts);
    }
    if let Some(overlay) = &model.overlay {
        cursor = match overlay {
            Overlay::Help(state) => help::view(state, theme, buf, area),
            Overlay::Palette(state) => palette::view(state, theme, buf, area),
            Overlay::Trainee(state) => trainee::view(state, theme, buf, area),
            Overlay::Statement(state) => statement::view(state, theme, buf, area),
            Overlay::Page(state) => page::view(state, theme, buf, area),
            Overlay::Sign(state) => state.view(theme, over(area), buf),
            Overlay::Claim(state) => claim_detail::view(state, theme, buf, area),
            Overlay::Asking(state) => state.view(theme, over(area), buf),
            Overlay::Save(state) => state.view(theme, over(area), buf),
            Overlay::Act(state) => state.view(theme, over(area), buf),
            Overlay::Person(state) if model.lock == Lock::Locked => state.view(theme, area, buf),
            Overlay::Person(state) => state.view(theme, over(area), buf),
        };
    }
    settle(buf, theme);
    cursor
}

fn top(model: &Model) -> TopLine {
    let theme = &model.theme;
    let words = |text: &str| (text.to_owned(), theme.dim);
    if let (Some(choice), Some(trainee_record)) = (model.access_mode.own(), &model.trainee_view.trainee_record) {
        let (signed, total) = trainee_record.figures(None);
        let month = months_between(trainee_record.trainee.start, reached(&trainee_record.trainee.pauses, model.today));
        return TopLine {
            title: Title {
                subject: screen::info(model).own_subject.into(),
                about: vec![choice.person.name.to_string(), trainee_record.trainee.standard.to_string()],
            },
            signer: vec![
                (format!("{signed}/{total} signed"), theme.bold),
                (format!("  month {month} of {}", trainee_record.standard.months()), theme.dim),
            ],
        };
    }
    let signer = match model.person() {
        _ if model.access_mode.own().is_some() => Vec::new(),
        Some(person) => vec![
            words("signing "),
            (person.name.to_string(), theme.bold),
            (format!("  locks after {} min", model.idle_minutes), theme.dim),
        ],
        None => vec![words("nobody is signing  "), (model.key(Command::Person), theme.strong), words(" person")],
    };
    TopLine { title: screen::open(model).title(model), signer }
}

fn below(model: &Model, buf: &mut Buffer, parts: Parts) {
    let theme = &model.theme;
    let mut keys = true;
    if let Some(message) = &model.message {
        let style = match message.tone {
            MessageLevel::Done => theme.ok,
            MessageLevel::Refused => theme.warn,
            MessageLevel::Failed => theme.bad,
        };
        keys = parts.message.is_some();
        window::message((&message.what, style), &message.hint, theme, buf, parts.message.unwrap_or(parts.footer));
    }
    if keys {
        footer(&footer_keys(model), &screen::open(model).figure(model), theme, buf, parts.footer);
    }
}

/// Returns the area for dialogs: below the top line, which names the signer, and above the footer.
fn over(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area }
}

fn footer_keys(model: &Model) -> Vec<FooterKey> {
    let plain = |key: &str, label: &str| FooterKey { key: key.into(), label: label.into(), ready: Ready::Yes };
    let hints = |all: &[Hint]| all.iter().map(|(key, does)| plain(key, does)).collect();
    match &model.overlay {
        Some(Overlay::Sign(state)) => return hints(&state.hints()),
        Some(Overlay::Person(state)) => return hints(&state.hints()),
        Some(Overlay::Asking(state)) => return hints(&state.hints()),
        Some(Overlay::Save(state)) => return hints(&state.hints()),
        Some(Overlay::Act(state)) => return hints(&state.hints()),
        Some(Overlay::Claim(state)) => return hints(&state.hints(model.size)),
        Some(Overlay::Statement(state)) => return hints(&statement::hints(state, model.size)),
        Some(Overlay::Page(state)) => return hints(&page::hints(state, model.size)),
        Some(Overlay::Help(_)) => return vec![plain("enter", "run"), plain("esc", "close")],
        Some(Overlay::Palette(_) | Overlay::Trainee(_)) => return vec![plain("enter", "open"), plain("esc", "close")],
        None => {}
    }
    if typing(model) {
        return vec![plain("enter", "keep the filter"), plain("esc", "clear it")];
    }
    let screen = screen::open(model);
    // While details cover the list there is nothing to move in, only a key to go back.
    let reading = screen.info().details.is_some_and(|details| details.is_open(model));
    let of_list =
        |command| matches!(command, Command::OpenWhy | Command::OpenHeld | Command::MarkHours | Command::Filter);
    let own = model.access_mode.own().is_some();
    // At a workstation, supervisors read the footer.
    let for_them = |row: &&Row| own || !matches!(row.command, Command::Claim | Command::MarkLeft);
    let offered = |row: &&Row| row.footer == Footer::Shown && for_them(row) && !(reading && of_list(row.command));
    let marked = marked_words(model);
    let first = screen.first_key(model).map(|(command, label)| plain(&model.key(command), label));
    let shown = first.into_iter().chain(screen::reachable(model).filter(offered).map(|row| {
        let counts = matches!(row.command, Command::Sign | Command::Claim) && !model.trainee_view.marks.is_empty();
        let label = match screen.key_label(model, row) {
            Some(label) => label,
            None if counts => format!("{} {marked}", row.label),
            None => row.label.to_owned(),
        };
        let ready = if disabled_reason(model, row.command).is_none() { Ready::Yes } else { Ready::No };
        FooterKey { key: model.key(row.command), label, ready }
    }));
    let mut keys: Vec<_> = shown.collect();
    // People look at the cursor: if its row is not among the marked ones, the footer says how to sign it alone.
    if let Some(code) = layout::unseen(model).1.filter(|_| offers_this(model)) {
        let after = keys.iter().position(|key| key.key == model.key(Command::Sign)).map_or(0, |at| at + 1);
        keys.insert(after, plain(&model.key(Command::SignThis), &format!("only {code}")));
    }
    keys
}

fn offers_this(model: &Model) -> bool {
    screen::reachable(model).any(|row| row.command == Command::SignThis)
}

/// Returns how many are marked, and which of them are not on the screen: `3, K3 not shown`.
fn marked_words(model: &Model) -> String {
    let count = model.trainee_view.marks.len();
    match layout::unseen(model).0.as_slice() {
        [] => count.to_string(),
        [one] => format!("{count}, {one} not shown"),
        many => format!("{count}, {} not shown", many.len()),
    }
}
