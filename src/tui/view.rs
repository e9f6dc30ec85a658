//! Draws a model as a frame. The same model gives the same frame.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::people::break_in_learning::reached;
use crate::domain::primitives::date::{day_words, months_between};
use crate::domain::programme::funding_rules::assessment_of;
use crate::domain::standard::about::Assessment;
use crate::tui::command::{Command, Footer, PaneId, Row, ScreenId};
use crate::tui::model::layout::{self, panes, room, setting, subject};
use crate::tui::model::{Lock, MessageLevel, Model, Overlay};
use crate::tui::overlay::dialog::Hint;
use crate::tui::overlay::{claim_detail, help, page, palette, statement, trainee};
use crate::tui::pane::ksbs::KsbListProps;
use crate::tui::pane::{detail_list, duties, ksbs, outstanding as list, progress, queue as queue_pane, record};
use crate::tui::screen::frame::{FooterKey, Parts, Ready, TopLine, footer, message, parts, too_small, top_line};
use crate::tui::screen::sign_off::{LayoutWidth, inner};
use crate::tui::screen::{cohort, history, queue, second_looks};
use crate::tui::theme::Focus;
use crate::tui::widget::draw::{line, recede, settle};
use crate::tui::widget::frame::Titles;

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
        cursor = match model.screen {
            ScreenId::SignOff => sign_off(model, buf, parts.body),
            ScreenId::Outstanding => outstanding(model, buf),
            ScreenId::Queue => queue::view(&model.queue, model.today, theme, buf, parts.body),
            ScreenId::Looks => second_looks::view(&model.looks, model.today, theme, buf, parts.body),
            ScreenId::Cohort => cohort::view(&model.cohort, theme, buf, parts.body),
            ScreenId::Readiness | ScreenId::Reviews => why_screen(model, buf, parts.body),
            ScreenId::History => history::view(&model.log, model.today, theme, buf, parts.body),
        };
        if model.overlay.is_some() {
            recede(buf, theme);
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
            Overlay::Withdraw(state) => state.view(theme, over(area), buf),
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
    if let (Some(choice), Some(standing)) = (model.seat.own(), &model.desk.standing) {
        let (signed, total) = standing.figures(None);
        let month = months_between(standing.trainee.start, reached(&standing.trainee.pauses, model.today));
        let subject = match model.screen {
            ScreenId::History => "My history",
            ScreenId::Readiness => "My readiness",
            ScreenId::Reviews => "My reviews and hours",
            _ => "My record",
        };
        return TopLine {
            subject: subject.into(),
            about: vec![choice.person.name.to_string(), standing.trainee.standard.to_string()],
            signer: vec![
                (format!("{signed}/{total} signed"), theme.bold),
                (format!("  month {month} of {}", standing.standard.months()), theme.dim),
            ],
        };
    }
    let signer = match model.person() {
        _ if model.seat.own().is_some() => Vec::new(),
        Some(person) => vec![
            words("signing "),
            (person.name.to_string(), theme.bold),
            (format!("  locks after {} min", model.idle_minutes), theme.dim),
        ],
        None => vec![words("nobody is signing  "), (model.key(Command::Person), theme.strong), words(" person")],
    };
    let (subject, about) = match (model.screen, &model.desk.standing) {
        (ScreenId::History, _) => {
            ("History".into(), vec!["what was signed, newest first".into(), "times are local".into()])
        }
        (ScreenId::Readiness, None) => ("Readiness".into(), Vec::new()),
        (ScreenId::Reviews, None) => ("Reviews and hours".into(), Vec::new()),
        (ScreenId::Readiness | ScreenId::Reviews, Some(standing)) => {
            let trainee = &standing.trainee;
            let gateway = trainee.gateway(standing.standard.months(), model.today);
            // The name is never left out; the heading of the list says that it has hours too.
            let name = if model.screen == ScreenId::Readiness { "Readiness" } else { "Reviews" };
            (format!("{name}  {}", trainee.name), vec![format!("gateway {}", day_words(gateway))])
        }
        (ScreenId::Queue, _) => {
            let of = match &model.queue.of {
                Some(_) => "waiting for you or any supervisor, oldest first",
                None => "all waiting claims, oldest first",
            };
            ("Queue".into(), vec![of.into()])
        }
        (ScreenId::Looks, _) => {
            let of = if model.looks.of.is_some() { "waiting for you" } else { "waiting for anyone" };
            ("Second checks".into(), vec![of.into()])
        }
        (ScreenId::Cohort, _) => ("Cohort".into(), vec![model.cohort.order.words().into()]),
        (ScreenId::SignOff, None) => ("Sign-off".into(), Vec::new()),
        (ScreenId::Outstanding, None) => ("Outstanding".into(), Vec::new()),
        (ScreenId::SignOff | ScreenId::Outstanding, Some(standing)) => {
            let trainee = &standing.trainee;
            let mut about = vec![trainee.standard.to_string()];
            about.extend(trainee.scope.option.as_ref().map(ToString::to_string));
            about.extend(trainee.specialism.as_ref().map(ToString::to_string));
            let month = months_between(trainee.start, reached(&trainee.pauses, model.today));
            about.push(format!("month {month} of {}", standing.standard.months()));
            (trainee.name.to_string(), about)
        }
    };
    TopLine { subject, about, signer }
}

fn sign_off(model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
    let (desk, theme) = (&model.desk, &model.theme);
    let (Some(standing), Some(areas)) = (&desk.standing, panes(model)) else {
        no_trainee(model, buf, body);
        return None;
    };
    let focus = |pane| if desk.focus == pane { Focus::Here } else { Focus::Elsewhere };
    let bars = if areas.wide == LayoutWidth::Yes { duties::Room::Bars } else { duties::Room::Figures };
    let mut cursor = None;
    let mut put = |pane, place| {
        if desk.focus == pane {
            cursor = place;
        }
    };
    if let Some(area) = areas.duties {
        put(PaneId::Duties, duties::view(&desk.duties, standing, bars, focus(PaneId::Duties), theme, buf, area));
    }
    if let Some(area) = areas.ksbs {
        let rows = desk.rows();
        let of = standing.all().count();
        let shown = KsbListProps { rows: &rows, of, duty: desk.duties.chosen, marks: &desk.marks, room: room(areas) };
        put(PaneId::Ksbs, ksbs::view(&desk.ksbs, shown, focus(PaneId::Ksbs), theme, buf, area));
    }
    if let (Some(area), Some(subject)) = (areas.record, subject(desk)) {
        put(PaneId::Record, record::view(&desk.record, &subject, setting(model), focus(PaneId::Record), buf, area));
    }
    if let Some(area) = areas.progress {
        progress::view(standing, model.today, theme, buf, area);
    }
    cursor
}

/// Draws the outstanding list above the record of its selected KSB.
fn outstanding(model: &Model, buf: &mut Buffer) -> Option<Position> {
    let (desk, theme) = (&model.desk, &model.theme);
    let (Some(standing), Some(areas)) = (&desk.standing, layout::outstanding(model)) else {
        if let Some(body) = layout::body(model) {
            no_trainee(model, buf, body);
        }
        return None;
    };
    let on_record = model.pane() == PaneId::Record;
    let focus = |here: bool| if here { Focus::Here } else { Focus::Elsewhere };
    let (mut cursor, mut below) = (None, None);
    if let Some(area) = areas.list {
        cursor =
            list::view(&desk.outstanding, standing, (&desk.marks, model.today), focus(!on_record), theme, buf, area);
    }
    // Without rows there is no record to show.
    let some = !list::listed(&desk.outstanding, standing, model.today).is_empty();
    if let (Some(area), Some(subject), true) = (areas.record, subject(desk), some) {
        below = record::view(&desk.record, &subject, setting(model), focus(on_record), buf, area);
    }
    if on_record { below } else { cursor }
}

/// Draws the gateway requirements, or reviews and hours, above the details of the selected line.
fn why_screen(model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
    let (Some(_), Some(state), Some(areas)) =
        (&model.desk.standing, layout::why_state(model), layout::why_areas(model))
    else {
        no_trainee(model, buf, body);
        return None;
    };
    let rows = layout::why_rows(model);
    let (left, right) = match (&model.desk.readiness.0, model.screen) {
        (Some(readiness), ScreenId::Readiness) => {
            (gateway_word(model), format!("{} of {} met", readiness.met(), readiness.figures.len()))
        }
        (None, ScreenId::Readiness) => (gateway_word(model), String::new()),
        _ => ("Reviews and hours", model.desk.programme.0.as_ref().map_or_else(String::new, |p| p.hours.short())),
    };
    let titles = Titles { left, right: &right, right_style: None };
    detail_list::view(&state, rows.as_deref(), (titles, &model.desk.why), areas, &model.theme, buf)
}

/// Returns what the open trainee's standard calls the gateway.
fn gateway_word(model: &Model) -> &'static str {
    model.desk.standing.as_ref().map_or(Assessment::EndPoint, |one| assessment_of(&one.standard)).gateway()
}

/// Draws what to do when no trainee is open.
fn no_trainee(model: &Model, buf: &mut Buffer, body: Rect) {
    let theme = &model.theme;
    let within = inner(body);
    let nobody = if model.seat.own().is_some() { "Nothing is open" } else { "No trainee selected" };
    let lines: [(Option<Command>, &str); 4] = [
        (None, nobody),
        (Some(Command::Trainee), "Choose a trainee"),
        (Some(Command::Person), "Change who is signing"),
        (Some(Command::Help), "Show all keys"),
    ];
    let (left, above) = (within.width.saturating_sub(26) / 2, within.height.saturating_sub(5) / 2);
    let place = Rect { x: within.x + left, width: within.width - left, ..within };
    let offered =
        lines.into_iter().filter(|(command, _)| command.is_none_or(|command| model.seat.is_available(command)));
    for (y, (command, words)) in offered.enumerate() {
        let row = above + y as u16 + u16::from(y > 0);
        match command {
            None => line(buf, place, row, &[(words, theme.bold)], theme),
            Some(command) => {
                let key = format!("{:<4}", model.key(command));
                line(buf, place, row, &[(&key, theme.strong), (words, theme.text)], theme)
            }
        };
    }
}

fn below(model: &Model, buf: &mut Buffer, parts: Parts) {
    let theme = &model.theme;
    let mut keys = true;
    if let Some(said) = &model.message {
        let style = match said.tone {
            MessageLevel::Done => theme.ok,
            MessageLevel::Refused => theme.warn,
            MessageLevel::Failed => theme.bad,
        };
        keys = parts.message.is_some();
        message((&said.what, style), &said.beside, theme, buf, parts.message.unwrap_or(parts.footer));
    }
    if keys {
        footer(&footer_keys(model), &figure(model), theme, buf, parts.footer);
    }
}

/// Returns the figure at the right end of the footer, if it is not shown elsewhere on the screen.
fn figure(model: &Model) -> String {
    match (&model.desk.standing, model.screen, panes(model)) {
        (Some(standing), ScreenId::SignOff, Some(areas)) if areas.progress.is_none() => {
            let (signed, total) = standing.figures(None);
            format!("{signed}/{total}")
        }
        _ => String::new(),
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
        Some(Overlay::Withdraw(state)) => return hints(&state.hints()),
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
    if model.typing() {
        return vec![plain("enter", "keep the filter"), plain("esc", "clear it")];
    }
    // While details cover the list there is nothing to move in, only a key to go back.
    let reading = layout::why_state(model).is_some_and(|state| state.open.is_some());
    let of_list =
        |command| matches!(command, Command::OpenWhy | Command::OpenHeld | Command::MarkHours | Command::Filter);
    let own = model.seat.own().is_some();
    // At a workstation, supervisors read the footer.
    let for_them = |row: &&Row| own || !matches!(row.command, Command::Claim | Command::MarkLeft);
    let offered = |row: &&Row| {
        model.is_available(row.command)
            && row.footer == Footer::Shown
            && for_them(row)
            && !(reading && of_list(row.command))
    };
    let shown = model.keymap.reachable(model.screen, model.pane()).filter(offered);
    let count = model.desk.marks.len();
    let first = match model.screen {
        ScreenId::Outstanding => Some(plain(&model.key(Command::ToSignOff), "by duty")),
        _ => reading.then(|| plain(&model.key(Command::Back), "back")),
    };
    let marked = marked_words(model);
    let shown = first.into_iter().chain(shown.map(|row| {
        let mut label = row.label.to_owned();
        if matches!(row.command, Command::Sign | Command::Claim) && count > 0 {
            label = format!("{label} {marked}");
        }
        if row.command == Command::SignClaims && !model.queue.marks.is_empty() {
            label = format!("{label} {}", queue_pane::to_sign(&model.queue).len());
        }
        let ready = if model.disabled_reason(row.command).is_none() { Ready::Yes } else { Ready::No };
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
    let here = |row: &Row| row.command == Command::SignThis;
    model.is_available(Command::SignThis) && model.keymap.reachable(model.screen, model.pane()).any(here)
}

/// Returns how many are marked, and which of them are not on the screen: `3, K3 not shown`.
fn marked_words(model: &Model) -> String {
    let count = model.desk.marks.len();
    match layout::unseen(model).0.as_slice() {
        [] => count.to_string(),
        [one] => format!("{count}, {one} not shown"),
        many => format!("{count}, {} not shown", many.len()),
    }
}
