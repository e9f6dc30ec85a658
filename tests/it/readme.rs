//! The README says what the program does: its blocks that are made by the program are compared with it.

use countersign_core::filter::schema::markdown;
use countersign_tui::command::TABLE;
use countersign_tui::keymap::{Keymap, OwnKeys};

const README: &str = include_str!("../../README.md");
const FILTERS: &str = include_str!("../../data/guide/filters.md");

fn block(name: &str) -> &str {
    block_of(README, name)
}

fn block_of<'t>(text: &'t str, name: &str) -> &'t str {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let from = text.find(&begin).unwrap() + begin.len();
    let to = text.find(&end).unwrap();
    text[from..to].trim()
}

#[test]
fn the_guide_has_the_table_of_lists_and_words_as_the_program_knows_them() {
    let table = markdown();
    assert_eq!(block_of(FILTERS, "lists"), table.trim(), "the block must be:\n{table}");
}

#[test]
fn the_readme_has_the_table_of_keys_as_the_program_makes_it() {
    let table = Keymap::new(&OwnKeys::new()).unwrap().markdown();
    assert_eq!(block("keys"), table.trim(), "the block must be:\n{table}");
    assert!(TABLE.iter().all(|row| table.contains(row.name)));
}

#[test]
fn the_readme_begins_with_two_commands_and_shows_the_screen() {
    let first_screen: String = README.lines().take(24).collect::<Vec<_>>().join("\n");
    assert!(first_screen.contains("cargo run --release -- demo") && first_screen.contains("cargo test"));
    let screen = block("screen");
    assert!(screen.contains("Duties") && screen.contains("KSBs") && screen.contains("signing"));
}

#[test]
fn the_attribution_that_the_licence_asks_for_is_there() {
    let words = README.replace('\n', " ");
    assert!(words.contains("contains public sector information licensed under the Open Government Licence v3.0"));
}
