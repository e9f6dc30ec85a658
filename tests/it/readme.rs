//! The README says what the program does: its blocks that are made by the program are compared with it.

use countersign::tui::command::TABLE;
use countersign::tui::keymap::{Keymap, OwnKeys};

const README: &str = include_str!("../../README.md");

fn block(name: &str) -> &str {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let from = README.find(&begin).unwrap() + begin.len();
    let to = README.find(&end).unwrap();
    README[from..to].trim()
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
