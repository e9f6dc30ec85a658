//! What a key costs on a slow line, in bytes.

use countersign_tui::runtime::backend::{FrameBackend, Measure};
use countersign_tui::theme::Appearance;
use countersign_tui::view::view;
use ratatui::Terminal;
use ratatui::layout::Size;

use crate::tui_face::Bench;

/// The bytes that each of these keys sends at this size.
fn costs(width: u16, height: u16, before: &str, keys: &str) -> Vec<usize> {
    let mut bench = Bench::at_work(width, height, Appearance::FULL);
    bench.keys(before);
    let backend = FrameBackend::new(Vec::new(), Measure::Fixed(Size::new(width, height)));
    let mut terminal = Terminal::new(backend).unwrap();
    terminal.draw(|frame| view(&bench.model, frame)).unwrap();
    let mut costs = Vec::new();
    for key in keys.split_whitespace() {
        bench.keys(key);
        terminal.backend_mut().writer_mut().clear();
        terminal.draw(|frame| view(&bench.model, frame)).unwrap();
        costs.push(terminal.backend_mut().writer_mut().len());
    }
    costs
}

#[test]
fn a_cursor_move_costs_a_few_hundred_bytes() {
    let moves = costs(80, 24, "", "up down down up up");
    assert!(moves.iter().all(|bytes| *bytes <= 1300), "{moves:?}");
    let empty = costs(80, 24, "/ S enter", "down down up");
    assert!(empty.iter().all(|bytes| *bytes <= 1300), "{empty:?}");
    let records = costs(80, 24, "tab down", "up down");
    assert!(records.iter().all(|bytes| *bytes <= 450), "{records:?}");
    let window = costs(80, 24, "tab", "down");
    assert!(window.iter().all(|bytes| *bytes <= 1000), "{window:?}");
    let history = costs(80, 24, "6", "down up");
    assert!(history.iter().all(|bytes| *bytes <= 450), "{history:?}");
}

#[test]
fn another_duty_and_a_window_that_moves_cost_no_more_than_the_pane() {
    let duties = costs(80, 24, "shift-tab", "up up down");
    assert!(duties.iter().all(|bytes| *bytes <= 2500), "{duties:?}");
    let pages = costs(80, 24, "", "page-down page-up");
    assert!(pages.iter().all(|bytes| *bytes <= 2500), "{pages:?}");
}

#[test]
fn a_move_in_a_wide_window_with_two_lines_a_row_costs_a_part_of_a_screen() {
    let moves = costs(120, 36, "", "up down down up up space");
    assert!(moves.iter().all(|bytes| *bytes <= 3500), "{moves:?}");
}

#[test]
fn what_changes_nothing_sends_nothing_but_the_cursor() {
    let still = costs(80, 24, "G", "down");
    assert!(still.iter().all(|bytes| *bytes <= 16), "{still:?}");
}
