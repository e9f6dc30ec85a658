//! Draws a model as a frame. The same model gives the same frame.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Audience, Command, Footer, Row, ScreenId};
use crate::key::KeyPress;
use crate::model::layout;
use crate::model::{Lock, MessageLevel, Model, Overlay};
use crate::msg::credential_kind::CredentialKind;
use crate::overlay::{claim_detail, help, page, palette, statement, tour, trainee, words};
use crate::screen::base::ScreenInfo;
use crate::screen::{self, cohort, disabled_reason, typing};
use crate::widget::dialog_box::Hint;
use crate::widget::draw::{dim_all, settle};
use crate::widget::window::{
    self, FooterKey, Parts, Ready, Tab, context, draw_rule, draw_tabs, footer, parts, tab_places, too_small,
};
use countersign_core::record::ksb_status::State;

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
        around(model, buf, parts);
        cursor = draw_body(model, buf, parts.body);
        // A success is as quiet as the screen behind a dialog; a refusal stays loud.
        let quiet =
            model.overlay.is_some() && model.message.as_ref().is_some_and(|message| message.tone == MessageLevel::Done);
        if quiet {
            draw_message(model, buf, parts);
        }
        if model.overlay.is_some() {
            dim_all(buf, theme);
        }
        footer(&footer_keys(model), theme, buf, parts.footer);
        if !quiet {
            draw_message(model, buf, parts);
        }
    }
    if model.overlay.is_some() {
        cursor = draw_overlay(model, buf, area);
    }
    if let Some(state) = model.tour.filter(|_| model.lock == Lock::Open && model.overlay.is_none() && !typing(model)) {
        let wanted = state.wanted(model.screen, screen::pane(model), |id| screen::get(id).info().go);
        tour::view(state, (wanted, &model.key(wanted.command())), theme, buf, parts.body);
    }
    settle(buf, theme);
    cursor
}

/// Draws the open screen's own part of the window.
pub fn draw_body(model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
    screen::open(model).view(model, buf, body)
}

/// Draws the overlay over the window and returns its cursor position.
pub fn draw_overlay(model: &Model, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &model.theme;
    match model.overlay.as_ref()? {
        Overlay::Help(state) => help::view(state, theme, buf, area),
        Overlay::Palette(state) => palette::view(state, theme, buf, area),
        Overlay::Trainee(state) => trainee::view(state, theme, buf, area),
        Overlay::Statement(state) => statement::view(state, theme, buf, area),
        Overlay::Page(state) => page::view(state, theme, buf, area),
        Overlay::Claim(state) => claim_detail::view(state, theme, buf, area),
        Overlay::Save(state) => state.view(theme, over(area), buf),
        Overlay::Act(state) => state.view(theme, over(area), buf),
        Overlay::Words(state) => state.view(theme, over(area), buf),
        Overlay::Roster(state) => state.view(theme, buf, area),
        Overlay::Group(state) => state.view(theme, buf, area),
        Overlay::Records(state) => state.view(theme, buf, area),
        Overlay::Person(state) if model.lock == Lock::Locked => state.view(theme, area, buf),
        Overlay::Person(state) => state.view(theme, over(area), buf),
    }
}

/// What can be clicked around the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// A tab, which this command opens.
    Tab(Command),
    /// A key in the footer.
    Key(KeyPress),
    /// A figure of Cohort's first line, with its filter: empty for all.
    Figure(&'static str),
}

/// Returns what can be clicked at a place around the open screen: a tab, unless a dialog is open, or a key in the footer.
pub fn around_at(model: &Model, at: Position) -> Option<Around> {
    let parts = parts(Rect::new(0, 0, model.size.0, model.size.1)).filter(|_| model.lock == Lock::Open)?;
    if model.overlay.is_none() && parts.tabs.contains(at) {
        let keys = tab_keys(model);
        let places = tab_places(&tab_list(model, &keys), &model.theme, parts.tabs);
        let tab = places.iter().find(|(_, place)| place.contains(at)).map(|(tab, _)| *tab);
        return keys.get(tab.or_else(|| hidden_tab(&places, at))?).map(|(info, _)| Around::Tab(info.go));
    }
    if model.overlay.is_none()
        && model.screen == ScreenId::Cohort
        && let Some(area) = parts.context.filter(|area| area.contains(at))
    {
        let screen = screen::open(model);
        let places = window::sum_places(&screen.title(model), &screen.figures(model), &model.theme, area);
        let (figure, _) = places.into_iter().find(|(_, place)| place.contains(at))?;
        return cohort::figure_at(model, figure).map(Around::Figure);
    }
    let keys = footer_keys(model);
    let (key, _) = window::footer_places(&keys, parts.footer).into_iter().find(|(_, place)| place.contains(at))?;
    keys.get(key).and_then(|key| key.key.parse().ok()).map(Around::Key)
}

/// Returns the first of the tabs that the ellipsis at a place stands for.
fn hidden_tab(places: &[(usize, Rect)], at: Position) -> Option<usize> {
    let (before, place) = places.iter().rfind(|(_, place)| place.right() <= at.x)?;
    let next = before + 1;
    let hidden = places.iter().all(|(tab, _)| *tab != next);
    (hidden && at.x <= place.right() + 4).then_some(next)
}

/// Draws the tabs, the rule with the signer, and what the screen is about.
fn around(model: &Model, buf: &mut Buffer, parts: Parts) {
    let theme = &model.theme;
    let keys = tab_keys(model);
    let tabs = tab_list(model, &keys);
    draw_tabs(&tabs, theme, buf, parts.tabs);
    if let Some(rule) = parts.rule {
        let places = tab_places(&tabs, theme, parts.tabs);
        let heavy = places.iter().find(|(at, _)| tabs[*at].open).map(|(_, place)| *place);
        draw_rule(heavy, &signer(model), theme, buf, rule);
    }
    if let Some(area) = parts.context {
        let screen = screen::open(model);
        context(&screen.title(model), &screen.figures(model), theme, buf, area);
    }
}

/// Returns the screens that have a tab, with their keys.
fn tab_keys(model: &Model) -> Vec<(&'static ScreenInfo, String)> {
    tabs(model).map(|id| (screen::get(id).info(), model.key(screen::get(id).info().go))).collect()
}

fn tab_list<'k>(model: &Model, keys: &'k [(&'static ScreenInfo, String)]) -> Vec<Tab<'k>> {
    let tab = |(info, key): &'k (&'static ScreenInfo, String)| Tab {
        key,
        name: tab_name(model, info),
        waiting: model.waiting(info.id),
        open: info.id == model.screen,
    };
    keys.iter().map(tab).collect()
}

/// Returns the screens that have a tab for the person at the screen, in the order of their numbers.
pub fn tabs(model: &Model) -> impl Iterator<Item = ScreenId> {
    let own = model.access_mode.own().is_some();
    let for_all = |id: &ScreenId| screen::get(*id).info().go.row().audience == Audience::Everyone;
    TABS.iter().copied().filter(move |id| !own || for_all(id))
}

const TABS: [ScreenId; ScreenId::ALL.len()] = [
    ScreenId::Home,
    ScreenId::SignOff,
    ScreenId::Queue,
    ScreenId::Cohort,
    ScreenId::Readiness,
    ScreenId::Reviews,
    ScreenId::Log,
    ScreenId::SecondChecks,
];

fn tab_name(model: &Model, info: &'static ScreenInfo) -> &'static str {
    if model.access_mode.own().is_some() { info.own_name } else { info.name }
}

/// Returns whose signature the next one is.
fn signer(model: &Model) -> Vec<(String, Style)> {
    let theme = &model.theme;
    let words = |text: &str| (text.to_owned(), theme.dim);
    if let Some(choice) = model.access_mode.own() {
        return vec![words("signed in as "), (choice.person.name.to_string(), theme.strong)];
    }
    match model.person() {
        Some(person) => vec![words("signing as "), (person.name.to_string(), theme.strong)],
        None => vec![words("nobody is signing  "), (model.key(Command::Person), theme.key), words(" sign in")],
    }
}

fn draw_message(model: &Model, buf: &mut Buffer, parts: Parts) {
    let theme = &model.theme;
    let Some(message) = &model.message else { return };
    let style = match message.tone {
        MessageLevel::Done => theme.ok,
        MessageLevel::Refused => theme.claimed,
        MessageLevel::Failed => theme.error,
    };
    let what = match message.undo {
        Some(_) => format!("{} {}", theme.state_mark(State::Signed), message.what),
        None => message.what.clone(),
    };
    let offer = message.undo.map(|command| (model.key(command), "take it back"));
    let offer = offer.as_ref().map(|(key, does)| (key.as_str(), *does));
    window::message((&what, style), &message.hint, offer, theme, buf, parts.message);
}

/// Returns the area for dialogs: below the tabs, unless every row is needed, and above the footer.
pub fn over(area: Rect) -> Rect {
    let above = u16::from(area.height >= window::TIGHT);
    Rect { y: area.y + above, height: area.height.saturating_sub(1 + above), ..area }
}

fn footer_keys(model: &Model) -> Vec<FooterKey> {
    let plain = |key: &str, label: &str| FooterKey { key: key.into(), label: label.into(), ready: Ready::Yes };
    let hints = |all: &[Hint]| all.iter().map(|(key, does)| plain(key, does)).collect();
    match &model.overlay {
        Some(Overlay::Person(state)) => return hints(&state.hints()),
        Some(Overlay::Save(state)) => return hints(&state.hints()),
        Some(Overlay::Act(state)) => return with_trial(model, hints(&state.footer(model.size.0)), state.signature.way),
        Some(Overlay::Roster(state)) => return hints(&state.hints()),
        Some(Overlay::Group(state)) => return hints(&state.hints(model.size)),
        Some(Overlay::Records(state)) => return hints(&state.hints()),
        Some(Overlay::Words(_)) => return hints(&words::State::hints()),
        Some(Overlay::Claim(state)) => return hints(&state.hints(model.size)),
        Some(Overlay::Statement(state)) => return hints(&statement::hints(state, model.size)),
        Some(Overlay::Page(state)) => return hints(&page::hints(state, model.size)),
        Some(Overlay::Help(_)) => {
            let keys = [plain("type", "to search"), plain("enter", "do it now"), plain("esc", "close")];
            // Only where it leaves room for the key that closes.
            let print = (model.size.0 >= 72).then(|| plain("", "print: countersign keymap"));
            return keys.into_iter().chain(print).collect();
        }
        Some(Overlay::Palette(_) | Overlay::Trainee(_)) => return vec![plain("enter", "open"), plain("esc", "close")],
        None => {}
    }
    if model.leaving {
        return vec![plain(&model.key(Command::Leave), "leave"), plain("esc", "stay")];
    }
    if typing(model) {
        return vec![plain("enter", "keep the filter"), plain("esc", "clear it")];
    }
    // What a second key does after the first.
    if model.last_command == Some(Command::MarkAll) && !model.trainee_view.skipped.is_empty() {
        let follow = [
            (Command::MarkAll, "mark the signed too"),
            (Command::Unmark, "unmark"),
            (Command::Sign, "sign"),
            (Command::Help, ALL_KEYS),
        ];
        return follow.map(|(command, label)| plain(&model.key(command), label)).into();
    }
    if model.last_command == Some(Command::Order) && model.screen == ScreenId::Cohort {
        let next = cohort::next_orders(model.cohort_order);
        let follow = [(Command::OpenTrainee, "open"), (Command::Help, ALL_KEYS)];
        let order = std::iter::once(plain(&model.key(Command::Order), &next));
        return order.chain(follow.map(|(command, label)| plain(&model.key(command), label))).collect();
    }
    let screen = screen::open(model);
    // While details cover the list there is nothing to move in, only a key to go back.
    let reading = screen.info().details.is_some_and(|details| details.is_open(model));
    let of_list =
        |command| matches!(command, Command::OpenWhy | Command::OpenHeld | Command::MarkHours | Command::Filter);
    let own = model.access_mode.own().is_some();
    // At a workstation, supervisors read the footer.
    let for_them = |row: &&Row| own || row.command != Command::Claim;
    // Only what works now, as in help: a key that would refuse is not offered.
    let works = |row: &&Row| disabled_reason(model, row.command).is_none();
    let offered =
        |row: &&Row| works(row) && row.footer == Footer::Shown && for_them(row) && !(reading && of_list(row.command));
    let marked = marked_words(model);
    let first = screen.first_key(model).map(|(command, label)| plain(&model.key(command), label));
    let rows: Vec<&'static Row> = match screen.footer(model) {
        Some(listed) => {
            let reachable: Vec<_> = screen::reachable(model).collect();
            let of = |command: &Command| reachable.iter().find(|row| row.command == *command).copied();
            listed.iter().filter_map(of).filter(works).collect()
        }
        None => screen::reachable(model).filter(offered).collect(),
    };
    let shown = first.into_iter().chain(rows.into_iter().map(|row| {
        let counts = matches!(row.command, Command::Sign | Command::Claim) && !model.trainee_view.marks.is_empty();
        let label = match screen.key_label(model, row) {
            Some(label) => label,
            None if row.command == Command::Help => ALL_KEYS.to_owned(),
            None if row.command == Command::Person && model.owner().is_some() => "hand over".to_owned(),
            None if counts => format!("{} {marked}", row.label),
            None => row.label.to_owned(),
        };
        FooterKey { key: model.key(row.command), label, ready: Ready::Yes }
    }));
    let mut keys: Vec<_> = shown.collect();
    // People look at the cursor: if its row is not among the marked ones, the footer says how to sign it alone.
    if let Some(code) = layout::unseen(model).1.filter(|_| offers_this(model)) {
        let after = keys.iter().position(|key| key.key == model.key(Command::Sign)).map_or(0, |at| at + 1);
        keys.insert(after, plain(&model.key(Command::SignThis), &format!("only {code}")));
    }
    keys
}

/// What the key of the help does.
const ALL_KEYS: &str = "all keys";

/// Adds what everyone signs with in a demo, before the last key.
fn with_trial(model: &Model, mut keys: Vec<FooterKey>, way: CredentialKind) -> Vec<FooterKey> {
    if let Some((name, secret)) = model.trial.as_ref().and_then(|trial| trial.beside(way)) {
        let key = FooterKey { key: name.to_owned(), label: secret.to_owned(), ready: Ready::Yes };
        keys.insert(keys.len().saturating_sub(1), key);
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
