//! Goes through the steps of a tour, and draws the open one as a small box in the corner that has room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::command::{Command, CommandScope, PaneId, ScreenId};
use crate::overlay::tour_steps::{Step, Tour};
use crate::theme::Theme;
use crate::widget::dialog_box::{self, Hint};
use crate::widget::draw;
use crate::widget::frame::Titles;

/// Most text columns of the box, and its padding.
const WIDTH: u16 = 44;
const PADDING: u16 = 2;
/// From this many rows of the body on, a blank row parts the words from the keys.
const ROOMY: u16 = 18;

/// An open tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    tour: Tour,
    at: usize,
}

/// What the person has to press for the step to move on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The key of the step.
    Step(Command),
    /// First the key of another screen.
    Screen(Command),
    /// First the key of another part of the screen.
    Part(Command, PaneId),
}

impl State {
    pub fn new(tour: Tour) -> Self {
        Self { tour, at: 0 }
    }

    pub fn step(self) -> Step {
        self.tour.steps()[self.at]
    }

    /// Moves on if this command is the step's, on the step's screen; returns `None` after the last step.
    pub fn ran(self, command: Command, screen: ScreenId) -> Option<Self> {
        let step = self.step();
        if command != step.command || step.screen.is_some_and(|wanted| wanted != screen) {
            return Some(self);
        }
        let next = Self { at: self.at + 1, ..self };
        (next.at < self.tour.steps().len()).then_some(next)
    }

    /// Returns what to press; `go` gives the command that opens a screen.
    pub fn wanted(self, screen: ScreenId, pane: Option<PaneId>, go: impl Fn(ScreenId) -> Command) -> Wanted {
        let step = self.step();
        if let Some(other) = step.screen.filter(|other| *other != screen) {
            return Wanted::Screen(go(other));
        }
        match step.command.row().place {
            CommandScope::Pane(part) if pane != Some(part) => Wanted::Part(Command::NextPane, part),
            CommandScope::Pane(_) | CommandScope::Screen(_) | CommandScope::Everywhere => Wanted::Step(step.command),
        }
    }

    fn figure(self) -> String {
        format!("{} of {}", self.at + 1, self.tour.steps().len())
    }
}

impl Wanted {
    pub fn command(self) -> Command {
        match self {
            Self::Step(command) | Self::Screen(command) | Self::Part(command, _) => command,
        }
    }

    /// Returns what the key does, after the key.
    fn does(self) -> String {
        match self {
            Self::Step(_) => "press it now".to_owned(),
            Self::Screen(command) => format!("first: {}", command.row().does.to_lowercase()),
            Self::Part(_, part) => format!("until you are {}", CommandScope::Pane(part).heading().to_lowercase()),
        }
    }
}

/// Draws the step within `body`, on the side where no row is lit. `key` is the key of what is wanted.
pub fn view(state: State, wanted: (Wanted, &str), theme: &Theme, buf: &mut Buffer, body: Rect) {
    let step = state.step();
    let (wanted, key) = wanted;
    let width = WIDTH.min(body.width.saturating_sub(2 + 2 * PADDING));
    let does = wanted.does();
    let leave: Hint = ("esc", "leaves the tour".to_owned());
    let press = format!("{key} {does}");
    let apart = dialog_box::rows(&press, width);
    let said = dialog_box::rows(step.words, width);
    // In a low window the words go before the keys.
    let said = if said + apart + 3 < body.height { said } else { 0 };
    let gap = u16::from(said > 0 && body.height >= ROOMY);
    let below = said + gap;
    let rows = below + apart + 1;
    let size = (width + 2 + 2 * PADDING, (rows + 2).min(body.height));
    let place = place(size, theme, buf, body);
    let titles = Titles { left: step.title, right: &state.figure(), right_style: Some(theme.dim) };
    let inner = dialog_box::open_at(buf, place, (width, PADDING, rows), titles, theme);
    theme.raise(buf, place);
    if said > 0 {
        dialog_box::words(buf, inner, 0, step.words, theme.text, theme);
    }
    if apart == 1 {
        draw::line(buf, inner, below, &[(key, theme.key), (" ", theme.text), (&does, theme.text)], theme);
    } else {
        dialog_box::words(buf, inner, below, &press, theme.key, theme);
    }
    dialog_box::draw_hints(buf, inner, below + apart, &[leave], theme);
}

/// Returns the lower right corner of `body`, or the upper one if a row is lit in the lower.
fn place((width, height): (u16, u16), theme: &Theme, buf: &Buffer, body: Rect) -> Rect {
    // Where there is room, the last columns stay empty, as they do in every part.
    let x = body.x.max(body.right().saturating_sub(width + 1));
    let corner = |y: u16| Rect { x, y, width, height }.intersection(body);
    let (low, high) = (corner(body.bottom().saturating_sub(height)), corner(body.y));
    if lit_row(theme, buf, body).is_some_and(|row| low.y <= row && row < low.bottom()) { high } else { low }
}

/// Returns the row with the pointer of the part that has the focus: there, the pointer is bold.
fn lit_row(theme: &Theme, buf: &Buffer, body: Rect) -> Option<u16> {
    let points = |x: u16, y: u16| {
        let cell = &buf[(x, y)];
        cell.symbol() == theme.glyphs.pointer && cell.modifier.contains(Modifier::BOLD)
    };
    (body.y..body.bottom()).find(|y| (body.x..body.right()).any(|x| points(x, *y)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    fn each_step() -> impl Iterator<Item = State> {
        Tour::ALL.into_iter().flat_map(|tour| (0..tour.steps().len()).map(move |at| State { tour, at }))
    }

    #[test]
    fn every_step_says_two_sentences_and_names_a_command_that_has_a_key() {
        for state in each_step() {
            let Step { title, words, command, .. } = state.step();
            assert_eq!(words.matches(['.', '?']).count(), 2, "{title}: {words}");
            assert!(words.ends_with('.') && !title.ends_with('.'), "{title}: {words}");
            assert!(!command.row().keys.is_empty(), "{title}");
        }
    }

    #[test]
    fn a_step_moves_on_by_its_own_key_alone_and_the_last_ends_the_tour() {
        for tour in Tour::ALL {
            let mut open = Some(State::new(tour));
            let mut steps = 0;
            while let Some(state) = open {
                let screen = state.step().screen.unwrap_or(ScreenId::Log);
                assert_eq!(state.ran(Command::Redraw, screen), Some(state));
                if state.step().screen.is_some() {
                    assert_eq!(state.ran(state.step().command, ScreenId::Log), Some(state));
                }
                open = state.ran(state.step().command, screen);
                steps += 1;
            }
            assert_eq!(steps, tour.steps().len());
            // Two minutes, at a quarter of a minute a step.
            assert!((6..=10).contains(&steps), "{steps}");
        }
    }

    #[test]
    #[ignore = "slow: every size of the window"]
    fn the_box_hides_no_lit_row_in_any_window_and_says_what_to_press() {
        for looks in [Appearance::FULL, Appearance::NO_COLOUR, Appearance::PLAIN] {
            let theme = Theme::choose(looks);
            for (width, height) in [(40, 7), (60, 11), (79, 19), (119, 29), (199, 43)] {
                for lit in 0..height {
                    for state in each_step() {
                        let body = Rect::new(0, 1, width, height);
                        let mut buf = Buffer::empty(Rect::new(0, 0, width, height + 3));
                        let row = body.y + lit;
                        buf.set_string(0, row, theme.glyphs.pointer, theme.accent);
                        let after = "x".repeat(usize::from(width) - 1);
                        buf.set_string(1, row, &after, theme.text);
                        view(state, (Wanted::Step(state.step().command), "ctrl-z"), &theme, &mut buf, body);
                        let line = |y: u16| (1..width).map(|x| buf[(x, y)].symbol().to_owned()).collect::<String>();
                        let all: String = (0..height + 3).map(|y| line(y) + "\n").collect();
                        // In the lowest windows the box is most of the body.
                        if height > 11 {
                            assert_eq!(line(row), after, "{width}x{height}\n{all}");
                            assert!(all.contains(state.step().words.split(' ').next().unwrap()), "{all}");
                        }
                        assert!(all.contains("ctrl-z press it now"), "{width}x{height}\n{all}");
                        assert!(all.contains("esc leaves the tour"), "{width}x{height}\n{all}");
                        assert!(line(0).trim().is_empty() && line(height + 1).trim().is_empty(), "{all}");
                    }
                }
            }
        }
    }

    #[test]
    fn it_leads_to_the_screen_and_the_part_of_a_step_first() {
        let go = |_| Command::ToSignOff;
        let state = State { tour: Tour::Supervisor, at: 3 };
        assert_eq!(state.step().command, Command::Mark);
        assert_eq!(state.wanted(ScreenId::Queue, None, go), Wanted::Screen(Command::ToSignOff));
        let duties = state.wanted(ScreenId::SignOff, Some(PaneId::Duties), go);
        assert_eq!(duties, Wanted::Part(Command::NextPane, PaneId::Ksbs));
        let ksbs = state.wanted(ScreenId::SignOff, Some(PaneId::Ksbs), go);
        assert_eq!(ksbs, Wanted::Step(Command::Mark));
    }
}
