//! The README and the guide say what the program does: their blocks that are made by the program are compared with it.

use countersign_core::filter::schema::markdown;
use countersign_tui::command::TABLE;
use countersign_tui::keymap::{Keymap, OwnKeys};

const README: &str = include_str!("../../README.md");
const KEYS: &str = include_str!("../../data/guide/keys-and-screens.md");
const FILTERS: &str = include_str!("../../data/guide/filters.md");

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
fn the_guide_has_the_table_of_keys_as_the_program_makes_it() {
    let table = Keymap::new(&OwnKeys::new()).unwrap().markdown();
    assert_eq!(block_of(KEYS, "keys"), table.trim(), "the block must be:\n{table}");
    assert!(TABLE.iter().all(|row| table.contains(row.name)));
}

/// What a reader sees of the README without scrolling: with a picture, about this many lines.
const FIRST_SCREEN: usize = 34;

#[test]
fn the_first_screen_of_the_readme_has_a_picture_two_commands_four_keys_and_who_it_is_for() {
    let first: Vec<&str> = README.lines().take(FIRST_SCREEN).collect();
    let line = |words: &str| first.iter().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}"));
    let picture = line("data/guide/pictures/");
    let commands: Vec<&str> =
        first.iter().copied().skip_while(|line| *line != "```sh").skip(1).take_while(|line| *line != "```").collect();
    assert!(commands.len() == 2 && commands.iter().all(|line| line.starts_with("cargo ")), "{commands:?}");
    assert!(commands[0].starts_with("cargo run --release -- demo"));
    let keymap = Keymap::new(&OwnKeys::new()).unwrap().markdown();
    let keys = first[line("`space`")].split('`').skip(1).step_by(2).collect::<Vec<_>>();
    assert_eq!(keys.len(), 4, "{keys:?}");
    assert!(keys.iter().all(|key| keymap.contains(&format!("`{key}`"))), "{keys:?}");
    let people = line("## Who it is for");
    assert!(picture < line("cargo run") && line("cargo run") < line("`space`") && line("`space`") < people);
    for who in ["[supervisor]", "[trainee]", "[training officer]", "auditor"] {
        assert!(line(who) > people, "{who}");
    }
    assert!(README.contains("\ncargo test "), "how to test it");
}

/// The pages of the guide, by name.
fn pages() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/guide");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pages = paths.filter(|path| path.extension().is_some_and(|kind| kind == "md"));
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    pages.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

/// A heading as a link names it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_page_of_the_guide_is_in_the_readme_has_a_picture_and_leads_only_to_what_is_there() {
    let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = pages();
    assert!(pages.len() > 20, "{}", pages.len());
    let readme = [("README.md".to_owned(), README.to_owned())];
    for (name, text) in pages.iter().chain(&readme) {
        let is_page = name != "README.md";
        assert!(!is_page || README.contains(&format!("(data/guide/{name})")), "the README does not lead to {name}");
        assert!(text.contains("](pictures/") || !is_page, "{name} has no picture");
        let folder = if is_page { top.join("data/guide") } else { top.to_owned() };
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (path, part) = link.split_once('#').unwrap_or((link, ""));
            let to = if path.is_empty() { folder.join(name) } else { folder.join(path) };
            assert!(to.is_file(), "{name} leads to {link}");
            let there = part.is_empty() || {
                let led = std::fs::read_to_string(&to).unwrap();
                led.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == part)
            };
            assert!(there, "{name} leads to {link}, which has no such heading");
        }
    }
}

#[test]
fn the_attribution_that_the_licence_asks_for_is_there() {
    let words = README.replace('\n', " ");
    assert!(words.contains("contains public sector information licensed under the Open Government Licence v3.0"));
}
