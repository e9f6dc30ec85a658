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
use crate::model::requests::{open_ksb, open_trainee};
use crate::msg::claims::NextStep;
use crate::msg::home::HomeContent;
use crate::msg::{Effect, Outcome};
use crate::pane::detail_list;
use crate::pane::filter_input::FilterInput;
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::home::parts::{PartView, Target, draw_part, shown, stack};
use crate::theme::Focus;
use crate::widget::draw::{line, owned_line};
use crate::widget::gauge::large;
use crate::widget::part::INDENT;
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
            Command::OpenHome => target(model).is_none().then(|| match model.owner() {
                Some(_) => "There is nothing to open in this row".into(),
                None => format!("Nobody is signing: press {} to say who you are", model.key(Command::Person)),
            }),
            Command::SignHome if !matches!(target(model), Some(Target::Claim(_))) => {
                Some("No claim is chosen: move to one that waits for you".into())
            }
            Command::SignHome => model.supervisor_refusal(),
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
        let Some(views) = body(model).map(|body| views(model, body)) else { return };
        let Some((part, _)) = views.get(model.home.part) else { return };
        let (at, last) = (model.home.at[model.home.part].min(part.rows.len().saturating_sub(1)), part.rows.len());
        let page = 5;
        let to = match command {
            Command::Down if at + 1 >= last => return turn_to(model, &views, Turn::Next, 0),
            Command::Up if at == 0 => return turn_to(model, &views, Turn::Previous, usize::MAX),
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
        let mut cursor = None;
        for (at, (part, area)) in views(model, body).iter().enumerate() {
            let focus = if at == model.home.part { Focus::Here } else { Focus::Elsewhere };
            let chosen = model.home.at[at].min(part.rows.len().saturating_sub(1));
            cursor = draw_part(part, (*area, chosen, focus), &model.theme, buf).or(cursor);
        }
        cursor
    }

    fn key_label(&self, model: &Model, row: &Row) -> Option<String> {
        let claim = matches!(target(model), Some(Target::Claim(_)));
        (row.command == Command::OpenHome && claim && model.access_mode.own().is_none()).then(|| "answer".to_owned())
    }
}

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
            let width = if body.width >= 100 { 36 } else { 24 };
            let (signed, total) = (home.progress.signed, home.progress.total);
            let plan = Some(home.progress.expected.into());
            let bar = large(width, signed.into(), total.into(), plan, theme);
            let place = Rect { x: row.x + INDENT, width: row.width - INDENT, ..row };
            let used = owned_line(buf, place, 0, &bar, theme);
            let rest = Rect { x: place.x + used + 2, width: place.width.saturating_sub(used + 2), ..place };
            line(buf, rest, 0, &[(&home.sentence(), theme.text)], theme);
        }
        Some((_, HomeContent::Officer(home))) => {
            let place = Rect { x: row.x + 1, width: row.width - 2, ..row };
            line(buf, place, 0, &[(&home.figures.sentence(), theme.text)], theme);
        }
        Some((_, HomeContent::Supervisor(_))) | None => {}
    }
}

/// Returns the parts with their areas.
fn views(model: &Model, body: Rect) -> Vec<(PartView, Rect)> {
    let Some((_, content)) = &model.home.loaded else { return Vec::new() };
    let lead = lead_rows(model, body);
    let area = Rect { y: body.y + lead, height: body.height - lead, ..body };
    // Where not even one row each has room, the part with the focus has the window.
    let alone = |count: usize| {
        (0..count).map(|at| if at == model.home.part { area } else { Rect { height: 0, ..area } }).collect::<Vec<_>>()
    };
    let fits = |count: u16| area.height >= 3 * count;
    let make = |areas: &[Rect], of: &dyn Fn(&[usize]) -> Vec<PartView>| {
        let all = of(&vec![usize::MAX; areas.len()]);
        let counts: Vec<usize> = all.iter().zip(areas).map(|(part, area)| shown(part, *area)).collect();
        of(&counts).into_iter().zip(areas.iter().copied()).collect::<Vec<_>>()
    };
    match content {
        HomeContent::Supervisor(home) => {
            let wanted = [home.waiting.len(), home.trainees.len(), home.due.len()];
            let areas = if fits(3) { stack(area, &wanted) } else { alone(3) };
            make(&areas, &|shown| supervisor::parts(home, model, body.width, [shown[0], shown[1], shown[2]]))
        }
        HomeContent::Trainee(home) => {
            let wanted = [home.next.len() + 1, home.news.rows.len(), 2];
            let areas = if fits(3) { stack(area, &wanted) } else { alone(3) };
            make(&areas, &|shown| trainee::parts(home, model, body.width, [shown[0], shown[1], shown[2]]))
        }
        HomeContent::Officer(home) => {
            let four = [home.behind.len(), home.gateways.len(), home.lapsing.rows.len(), 6];
            let areas = match body.width {
                100.. if area.height >= 20 => officer_areas(area, home.needs.len(), four),
                _ if fits(5) => stack(area, &[home.needs.len(), four[0], four[1], four[2], 3]),
                _ => alone(5),
            };
            make(&areas, &|shown| {
                officer::parts(home, model, body.width, [shown[0], shown[1], shown[2], shown[3], shown[4]])
            })
        }
    }
}

/// Returns the areas of the officer's parts: the first over the whole width, the others two by two.
fn officer_areas(area: Rect, needs: usize, four: [usize; 4]) -> Vec<Rect> {
    let rows = [needs, four[0].max(four[1]), four[2].max(four[3])];
    let stacked = stack(area, &rows);
    let left = area.width * 11 / 20;
    let halves = |row: Rect, a: usize, b: usize| {
        let height = |rows: usize| row.height.min(rows.max(1) as u16 + 1);
        [
            Rect { width: left, height: height(a), ..row },
            Rect { x: row.x + left, width: row.width - left, height: height(b), ..row },
        ]
    };
    let [behind, gateways] = halves(stacked[1], four[0], four[1]);
    let [lapsing, book] = halves(stacked[2], four[2], four[3]);
    vec![stacked[0], behind, gateways, lapsing, book]
}

/// Returns where Enter leads.
fn target(model: &Model) -> Option<Target> {
    model.owner()?;
    let views = views(model, body(model)?);
    let (part, area) = views.get(model.home.part)?;
    if area.height == 0 {
        return None;
    }
    part.rows.get(model.home.at[model.home.part].min(part.rows.len().saturating_sub(1)))?.target.clone()
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
        // It is run in place of the command that opens the row.
        Target::Command(_) => Vec::new(),
    }
}

/// Returns the command that the chosen row of Home runs.
pub fn row_command(model: &Model) -> Option<Command> {
    match target(model) {
        Some(Target::Command(command)) => Some(command),
        _ => None,
    }
}

/// Goes to a screen about the open trainee.
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
    let Some(views) = body(model).map(|body| views(model, body)) else { return };
    let count = views.len();
    let alone = views.iter().filter(|(_, area)| area.height > 0).count() == 1;
    let opens = |at: &usize| {
        let (part, area) = &views[*at];
        (alone || area.height > 0) && part.rows.iter().any(|row| row.target.is_some())
    };
    let from = model.home.part;
    let to = match way {
        Turn::Next => (1..=count).map(|step| (from + step) % count).find(opens),
        Turn::Previous => (1..=count).map(|step| (from + count - step) % count).find(opens),
    };
    model.home.part = to.unwrap_or(from);
}

/// Goes to the next part at the end of this one; stays at the first and the last.
fn turn_to(model: &mut Model, views: &[(PartView, Rect)], way: Turn, row: usize) {
    let from = model.home.part;
    let opens = |at: &usize| {
        views.get(*at).is_some_and(|(part, area)| area.height > 0 && part.rows.iter().any(|row| row.target.is_some()))
    };
    let to = match way {
        Turn::Next => (from + 1..views.len()).find(opens),
        Turn::Previous => (0..from).rev().find(opens),
    };
    if let Some(to) = to {
        model.home.part = to;
        model.home.at[to] = row.min(views[to].0.rows.len() - 1);
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
        (Command::Trainee, "Look at a trainee; nothing is signed without your PIN"),
        (Command::Help, "Show all keys"),
    ];
    for (y, (command, words)) in lines.into_iter().enumerate() {
        let place = Rect { x: body.x + INDENT, width: body.width.saturating_sub(INDENT), ..body };
        let key = format!("{:<3}", model.key(command));
        line(buf, place, 1 + y as u16, &[(&key, theme.key), (words, theme.text)], theme);
    }
}
