//! Shows Home: what waits for the person at the screen, and where to go next.

pub mod officer;
pub mod parts;
pub mod supervisor;
pub mod trainee;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, Row, ScreenId};
use crate::model::Model;
use crate::model::home::State;
use crate::model::layout::body;
use crate::model::requests::{ask_office, open_ksb, open_trainee};
use crate::msg::claims::NextStep;
use crate::msg::home::HomeContent;
use crate::msg::{Effect, Outcome};
use crate::pane::detail_list;
use crate::pane::filter_input::FilterInput;
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::home::parts::{PartSize, PartView, Target, draw_part, figures, stack};
use crate::theme::Focus;
use crate::widget::draw::{line, owned_line};
use crate::widget::gauge::large;
use crate::widget::part::INDENT;
use crate::widget::text::columns;
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;

pub struct Home;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::Home,
    name: "Home",
    go: Command::ToHome,
    own_name: "Home",
    filter_target: FilterTarget::Ksbs,
    list: None,
    details: None,
    needs_trainee: false,
    next: None,
};

impl Screen for Home {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        let Some(name) = owner_name(model) else { return Title::new("Nobody is signing", Vec::new()) };
        let first = name.split_whitespace().next().unwrap_or_default();
        match model.home.greeting {
            "" => Title::new(name.clone(), Vec::new()),
            greeting => Title::new(format!("{greeting}, {first}"), Vec::new()),
        }
    }

    fn figures(&self, model: &Model) -> Vec<(String, Style)> {
        vec![(model.today.format("%A %-d %B %Y").to_string(), model.theme.dim)]
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        match command {
            Command::OpenHome => match target(model) {
                Some(Target::Task(task)) => model.act_refusal(task.command()),
                Some(_) => None,
                None if model.owner().is_some() => Some("There is nothing to open in this part".into()),
                None => Some(format!("Nobody is signing: press {} to say who you are", model.key(Command::Person))),
            },
            Command::SignHome if !matches!(target(model), Some(Target::Claim(_))) => {
                Some("No claim is chosen: move to one that waits for you".into())
            }
            Command::SignHome => model.supervisor_refusal(),
            Command::Acknowledge => {
                (!own_news(model)).then(|| "Nothing here is new: what you marked as read is on your record".into())
            }
            Command::Filter => {
                Some(format!("Home has no list to filter. Press {} to find anything", model.key(Command::Palette)))
            }
            _ => None,
        }
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::OpenHome => return Some(target(model).map_or_else(Vec::new, |target| go(model, target))),
            Command::SignHome => {
                let Some(Target::Claim(claim)) = target(model) else { return Some(Vec::new()) };
                return Some(vec![Effect::LoadClaims { ids: vec![claim], then: NextStep::Sign }]);
            }
            Command::NextPane => turn(model, Turn::Next),
            Command::PreviousPane => turn(model, Turn::Previous),
            // As on the record: it says that what is new was read.
            Command::Acknowledge if own_news(model) => return Some(mark_read(model)),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn move_cursor(&self, model: &mut Model, command: Command) {
        let Some(places) = places(model) else { return };
        let Some(last) = places.rows.get(model.home.part).copied() else { return };
        let at = model.home.at[model.home.part].min(last.saturating_sub(1));
        let page = 5;
        let to = match command {
            Command::Down if at + 1 >= last => return turn_to(model, &places, Turn::Next, 0),
            Command::Up if at == 0 => return turn_to(model, &places, Turn::Previous, usize::MAX),
            Command::Down => at + 1,
            Command::Up => at - 1,
            Command::PageDown => (at + page).min(last.saturating_sub(1)),
            Command::PageUp => at.saturating_sub(page),
            Command::Top => 0,
            Command::Bottom => last.saturating_sub(1),
            _ => return,
        };
        model.home.at[model.home.part] = to;
    }

    fn enter(&self, model: &mut Model) {
        model.home.asked = None;
    }

    fn back(&self, model: &mut Model) {
        model.home.part = 0;
    }

    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let Some(owner) = model.owner().cloned() else {
            model.home.loaded = None;
            return Vec::new();
        };
        if model.home.loaded.as_ref().is_some_and(|(of, _)| *of != owner) {
            model.home = State::default();
        }
        if model.home.asked.as_ref() == Some(&owner) {
            return Vec::new();
        }
        model.home.asked = Some(owner.clone());
        vec![Effect::LoadHome(owner)]
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        match outcome {
            Outcome::Home { of, content, greeting } => {
                if model.owner() == Some(&of) {
                    (model.home.loaded, model.home.greeting) = (Some((of, *content)), greeting);
                    leave_empty(model);
                }
                None
            }
            Outcome::Counts { of, counts } => {
                if model.owner() == of.as_ref() {
                    model.waiting = counts;
                }
                None
            }
            other => Some(other),
        }
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        if model.owner().is_none() {
            nobody(model, buf, body);
            return None;
        }
        lead(model, buf, body);
        let Some((_, content)) = &model.home.loaded else { return None };
        let areas = areas(model, content, body);
        let mut cursor = None;
        for (at, (part, area)) in parts(model, content, &areas).iter().zip(&areas).enumerate() {
            let focus = if at == model.home.part { Focus::Here } else { Focus::Elsewhere };
            let chosen = model.home.at[at].min(part.rows.len().saturating_sub(1));
            cursor = draw_part(part, (*area, chosen, focus), &model.theme, buf).or(cursor);
        }
        cursor
    }

    fn footer(&self, model: &Model) -> Option<&'static [Command]> {
        Some(match (model.owner(), model.access_mode.own()) {
            (None, _) => NOBODY,
            (_, Some(_)) => OWN,
            (_, None) => STAFF,
        })
    }

    fn key_label(&self, model: &Model, row: &Row) -> Option<String> {
        Some(match row.command {
            Command::OpenHome => target(model)?.label().filter(|_| model.access_mode.own().is_none())?.to_owned(),
            Command::NextPane => "next part".to_owned(),
            _ => return None,
        })
    }
}

/// The keys of the footer: for those who sign, for a trainee, and while nobody is signed in.
const STAFF: &[Command] = &[
    Command::OpenHome,
    Command::SignHome,
    Command::Trainee,
    Command::NextPane,
    Command::Person,
    Command::Palette,
    Command::Lock,
    Command::Help,
];
const OWN: &[Command] =
    &[Command::OpenHome, Command::Claim, Command::Acknowledge, Command::NextPane, Command::Palette, Command::Help];
const NOBODY: &[Command] = &[Command::Person, Command::Trainee, Command::Palette, Command::Help];

fn owner_name(model: &Model) -> Option<String> {
    let own = model.access_mode.own().map(|choice| choice.person.name.to_string());
    own.or_else(|| model.person().map(|person| person.name.to_string()))
}

/// Returns the rows at the top: the progress of a trainee, the figures of the cohort.
fn lead_rows(model: &Model, body: Rect) -> u16 {
    match &model.home.loaded {
        Some((_, HomeContent::Trainee(_) | HomeContent::Officer(_))) if body.height >= 12 => 2,
        // One blank row below the greeting, if there is room.
        _ => u16::from(body.height >= 14 && model.size.1 < 30),
    }
}

fn lead(model: &Model, buf: &mut Buffer, body: Rect) {
    if lead_rows(model, body) < 2 {
        return;
    }
    let theme = &model.theme;
    let row = Rect { height: 1, ..body };
    match &model.home.loaded {
        Some((_, HomeContent::Trainee(home))) => {
            // The sentence is whole before the bar is long.
            let sentence = home.sentence();
            let most = if body.width >= 100 { 36 } else { 24 };
            let width = usize::from(row.width - INDENT).saturating_sub(3 + columns(&sentence)).clamp(8, most);
            let (signed, total) = (home.progress.signed, home.progress.total);
            let plan = Some(home.progress.expected.into());
            let bar = large(width, signed.into(), total.into(), plan, theme);
            let place = Rect { x: row.x + INDENT, width: row.width - INDENT, ..row };
            let used = owned_line(buf, place, 0, &bar, theme);
            let rest = Rect { x: place.x + used + 2, width: place.width.saturating_sub(used + 2), ..place };
            owned_line(buf, rest, 0, &figures(&sentence, theme), theme);
        }
        Some((_, HomeContent::Officer(home))) => {
            let place = Rect { x: row.x + 1, width: row.width - 2, ..row };
            // Whole sentences, as many as fit.
            let mut room = usize::from(place.width);
            let fits = |sentence: &String| {
                let wide = columns(sentence) + 1;
                let fits = wide <= room || room == usize::from(place.width);
                room = room.saturating_sub(wide);
                fits
            };
            let said = home.figures.sentences().into_iter().take_while(fits);
            let blank = || (" ".to_owned(), theme.text);
            let pieces: Vec<_> = said.flat_map(|words| figures(&words, theme).into_iter().chain([blank()])).collect();
            owned_line(buf, place, 0, &pieces, theme);
        }
        Some((_, HomeContent::Supervisor(_))) | None => {}
    }
}

/// Returns how many lines each part has.
fn sizes(content: &HomeContent, width: u16) -> Vec<PartSize> {
    match content {
        HomeContent::Supervisor(home) => supervisor::sizes(home, width).into(),
        HomeContent::Trainee(home) => trainee::sizes(home).into(),
        HomeContent::Officer(home) => officer::sizes(home).into(),
    }
}

/// Returns the areas of the parts.
fn areas(model: &Model, content: &HomeContent, body: Rect) -> Vec<Rect> {
    let lead = lead_rows(model, body);
    let area = Rect { y: body.y + lead, height: body.height - lead, ..body };
    let sizes = sizes(content, body.width);
    let wanted: Vec<usize> = sizes.iter().map(|size| size.wanted()).collect();
    let areas = match content {
        HomeContent::Supervisor(_) | HomeContent::Trainee(_) => (area.height >= 9).then(|| stack(area, &wanted)),
        HomeContent::Officer(home) => officer::areas(home, area),
    };
    // Where not even one row each has room, the part with the focus has the window.
    let alone = |at| if at == model.home.part { area } else { Rect { height: 0, ..area } };
    areas.unwrap_or_else(|| (0..sizes.len()).map(alone).collect())
}

/// Returns the parts to be drawn in these areas.
fn parts(model: &Model, content: &HomeContent, areas: &[Rect]) -> Vec<PartView> {
    match content {
        HomeContent::Supervisor(home) => supervisor::parts(home, model, areas),
        HomeContent::Trainee(home) => trainee::parts(home, model, areas),
        HomeContent::Officer(home) => officer::parts(home, model, areas),
    }
}

/// The parts as keys see them: how many rows each has, and whether it is shown.
struct Places {
    rows: Vec<usize>,
    shown: Vec<bool>,
}

fn places(model: &Model) -> Option<Places> {
    let (_, content) = model.home.loaded.as_ref()?;
    let body = body(model)?;
    let shown = areas(model, content, body).iter().map(|area| area.height > 0).collect();
    Some(Places { rows: sizes(content, body.width).iter().map(|size| size.rows).collect(), shown })
}

impl Places {
    /// Whether the cursor can go to a part: the others are hidden where only one has room.
    fn opens(&self, part: usize) -> bool {
        let alone = self.shown.iter().filter(|shown| **shown).count() == 1;
        self.rows[part] > 0 && (alone || self.shown[part])
    }
}

/// Returns where Enter leads.
fn target(model: &Model) -> Option<Target> {
    model.owner()?;
    let places = places(model)?;
    let part = model.home.part;
    let row = model.home.at[part].min(places.rows.get(part)?.saturating_sub(1));
    if !places.shown[part] {
        return None;
    }
    match &model.home.loaded.as_ref()?.1 {
        HomeContent::Supervisor(home) => supervisor::target(home, part, row),
        HomeContent::Trainee(home) => trainee::target(home, part, row),
        HomeContent::Officer(home) => officer::target(home, part, row),
    }
}

fn go(model: &mut Model, target: Target) -> Vec<Effect> {
    match target {
        Target::Claim(claim) => vec![Effect::LoadClaims { ids: vec![claim], then: NextStep::Open }],
        Target::Trainee(trainee) => open_trainee(model, trainee),
        Target::Ksb(trainee, code) => {
            let open =
                model.trainee_view.trainee.as_ref() == Some(&trainee) && model.trainee_view.trainee_record.is_some();
            let effects = open_trainee(model, trainee.clone());
            if open {
                open_ksb(model, code);
            } else {
                model.home.then = Some((trainee, code));
            }
            effects
        }
        Target::Reviews(trainee) => {
            let effects = open_trainee(model, trainee);
            model.trainee_view.programme.1 = detail_list::State::default();
            show(model, ScreenId::Reviews);
            effects
        }
        Target::Gateway(trainee) => {
            let effects = open_trainee(model, trainee);
            model.trainee_view.readiness.1 = detail_list::State::default();
            show(model, ScreenId::Readiness);
            effects
        }
        Target::Statement(id) => vec![Effect::LoadStatement(id)],
        Target::Screen(screen) => {
            show(model, screen);
            model.list_mut(screen).invalidate();
            Vec::new()
        }
        Target::Task(task) => ask_office(model, task),
    }
}

/// Goes to another screen.
fn show(model: &mut Model, screen: ScreenId) {
    model.screen = screen;
    model.trainee_view.detail_filter = FilterInput::default();
}

/// Which way to go through the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Next,
    Previous,
}

/// Goes to the next part that is shown and has rows, or to the one before; after the last comes the first.
fn turn(model: &mut Model, way: Turn) {
    let Some(places) = places(model) else { return };
    let (from, count) = (model.home.part, places.rows.len());
    let opens = |at: &usize| places.opens(*at);
    let to = match way {
        Turn::Next => (1..=count).map(|step| (from + step) % count).find(opens),
        Turn::Previous => (1..=count).map(|step| (from + count - step) % count).find(opens),
    };
    model.home.part = to.unwrap_or(from);
}

/// Leaves a part that has nothing to open any more.
fn leave_empty(model: &mut Model) {
    if places(model).is_some_and(|places| !places.opens(model.home.part)) {
        turn(model, Turn::Previous);
    }
}

/// Goes to the next part at the end of this one; stays at the first and the last.
fn turn_to(model: &mut Model, places: &Places, way: Turn, row: usize) {
    let from = model.home.part;
    let opens = |at: &usize| places.opens(*at);
    let to = match way {
        Turn::Next => (from + 1..places.rows.len()).find(opens),
        Turn::Previous => (0..from).rev().find(opens),
    };
    if let Some(to) = to {
        model.home.part = to;
        model.home.at[to] = row.min(places.rows[to] - 1);
    }
}

fn own_news(model: &Model) -> bool {
    matches!(&model.home.loaded, Some((_, HomeContent::Trainee(home))) if home.news.total > 0)
        && model.access_mode.own().is_some()
}

/// Says that what is new was read.
fn mark_read(model: &mut Model) -> Vec<Effect> {
    let Some((of, HomeContent::Trainee(home))) = &model.home.loaded else { return Vec::new() };
    vec![Effect::MarkRead { trainee: of.clone(), read_to: home.news.read_to }]
}

/// Says what to do while nobody is signed in.
fn nobody(model: &Model, buf: &mut Buffer, body: Rect) {
    let theme = &model.theme;
    let lines = [
        (Command::Person, "Say who you are: supervisors, officers and verifiers sign here"),
        (Command::Trainee, "Look at a trainee; nothing is signed until you say who you are"),
        (Command::Help, "Show all keys"),
    ];
    for (y, (command, words)) in lines.into_iter().enumerate() {
        let place = Rect { x: body.x + INDENT, width: body.width.saturating_sub(INDENT), ..body };
        let key = format!("{:<3}", model.key(command));
        line(buf, place, 1 + y as u16, &[(&key, theme.key), (words, theme.text)], theme);
    }
}
