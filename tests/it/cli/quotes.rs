//! Compares what the guide's pages quote as output with what the program can say.
//!
//! The pages for each kind of user are run as one story (`guide.rs`). Those of the other pages are examples from several
//! books, so their figures cannot be run again; but each heading of a table and each sentence must be the program's own.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::cli::guide::PAGES;

/// Quoted output that is not compared, by page and beginning, and why.
const NOT_COMPARED: &[(&str, &str, &str)] = &[
    ("ssh.md", "countersign ssh install", "sshd's own configuration, which the tests of `ssh install` read"),
    ("two-machines.md", "countersign ssh install", "sshd's own configuration, which the tests of `ssh install` read"),
    ("two-machines.md", "ssh countersign@book.example.org", "a picture of the screen, and people's own texts"),
    ("filters.md", "countersign cohort ann colour:red", "the caret under what was typed"),
    ("readiness.md", "countersign readiness Alex", "figures put together from parts"),
    ("standards.md", "countersign standard import lamp-room", "begins with the title of an invented standard"),
];

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
}

/// What the program's sources say: their texts, and the headings of their tables.
struct Said {
    whole: HashSet<String>,
    /// Each text as its parts around what is put in.
    parts: Vec<Vec<String>>,
    heads: HashSet<Vec<String>>,
}

impl Said {
    fn read() -> Self {
        let mut paths = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs", &mut paths);
        let mut said = Self { whole: HashSet::new(), parts: Vec::new(), heads: HashSet::new() };
        for path in paths {
            let text = std::fs::read_to_string(path).unwrap();
            for part in text.split("vec![").skip(1).filter_map(|rest| rest.split_once(']')) {
                said.heads.insert(literals(part.0));
            }
            said.whole.extend(literals(&text));
        }
        said.parts = said.whole.iter().map(|text| around(text)).collect();
        said.parts
            .retain(|parts| parts.iter().flat_map(|part| part.chars()).filter(|c| c.is_alphabetic()).count() >= 4);
        said
    }

    fn says(&self, line: &str) -> bool {
        self.parts.iter().any(|parts| fits(parts, line))
    }

    /// Whether a line is one sentence of the program, or several.
    fn has(&self, line: &str) -> bool {
        self.says(line) || line.split(". ").all(|one| self.says(one.trim_end_matches('.')))
    }
}

/// Returns the string literals of a source, without comments.
fn literals(source: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), source);
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (here, after) = (&rest[at..], &rest[at + 1..]);
        rest = if here.starts_with("//") {
            here.split_once('\n').map_or("", |(_, next)| next)
        } else if let Some(next) = here.strip_prefix("'\"'") {
            next
        } else if here.starts_with('"') {
            let (text, next) = literal(after);
            found.push(text);
            next
        } else {
            after
        };
    }
    found
}

/// Reads a literal to its closing quotation mark; gives what follows it, too.
fn literal(source: &str) -> (String, &str) {
    let (mut text, mut rest) = (String::new(), source);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match (c, rest.chars().next()) {
            ('"', _) => break,
            // A text that goes on in the next line.
            ('\\', Some('\n')) => rest = rest.trim_start(),
            ('\\', Some(escaped)) => {
                rest = &rest[escaped.len_utf8()..];
                text.push(if escaped == 'n' { '\n' } else { escaped });
            }
            (c, _) => text.push(c),
        }
    }
    (text, rest)
}

/// Splits a text at each `{…}`.
fn around(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut within = false;
    for c in text.chars() {
        match (c, within) {
            ('{', false) => {
                within = true;
                parts.push(String::new());
            }
            ('}', true) => within = false,
            (_, true) => {}
            (c, false) => parts.last_mut().unwrap().push(c),
        }
    }
    parts
}

fn fits(parts: &[String], line: &str) -> bool {
    let ([first, middle @ .., last], true) = (parts, parts.len() > 1) else { return parts.concat() == line };
    let Some(rest) = line.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    let mut rest = rest;
    middle.iter().all(|part| match rest.find(part.as_str()) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// A quoted line: its page, the command above it, whether it is in a table, and the line.
fn quoted() -> Vec<(String, String, bool, String)> {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/guide"), "md", &mut paths);
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let page = path.file_name().unwrap().to_str().unwrap().to_owned();
        if PAGES.iter().any(|(run, _)| *run == page) {
            continue;
        }
        let (text, mut within) = (std::fs::read_to_string(&path).unwrap(), false);
        let (mut command, mut goes_on, mut table) = (None::<String>, false, false);
        for line in text.lines() {
            let continued = std::mem::replace(&mut goes_on, false);
            if line.starts_with("```") {
                (within, command, table) = (!within, None, false);
            } else if !within || line.trim().is_empty() {
                table = false;
            } else if line.starts_with("$ ") || continued {
                goes_on = line.ends_with('\\');
                if let (Some(new), false) = (line.strip_prefix("$ "), continued) {
                    (command, table) = (Some(new.to_owned()), false);
                }
            } else if let Some(command) = &command {
                let own = command.starts_with("countersign") || command.starts_with("ssh ");
                if own && line.trim() != "…" {
                    found.push((page.clone(), command.clone(), table, line.trim().to_owned()));
                    table |= is_head(line);
                }
            }
        }
    }
    found
}

fn cells(line: &str) -> Vec<&str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

fn is_head(line: &str) -> bool {
    let cells = cells(line);
    let capitals = |cell: &&str| cell.chars().all(|c| c.is_ascii_uppercase() || c == ' ');
    cells.len() > 1 && cells.iter().all(capitals)
}

#[test]
fn every_line_of_output_that_a_page_quotes_is_one_that_the_program_can_say_or_is_listed_with_a_reason() {
    let (said, quoted) = (Said::read(), quoted());
    assert!(quoted.len() > 200, "{}", quoted.len());
    let mut wrong = Vec::new();
    let mut used = HashSet::new();
    for (page, command, in_table, line) in &quoted {
        let listed = NOT_COMPARED.iter().position(|(of, begins, _)| of == page && command.starts_with(begins));
        let prefixes = ["note: ", "hint: ", "error: ", "warning: "];
        let sentence = prefixes.iter().find_map(|prefix| line.strip_prefix(prefix)).unwrap_or(line);
        let good = match cells(line).as_slice() {
            _ if is_head(line) => {
                said.heads.contains(&cells(line).iter().map(|cell| cell.to_lowercase()).collect::<Vec<_>>())
            }
            // The doctor's rows are the program's words; what other rows contain is somebody's own.
            [_, _, why] if *in_table && command == "countersign doctor" => said.has(why),
            _ if *in_table => true,
            [label, _, ..] if said.whole.contains(*label) => true,
            _ => said.has(sentence),
        };
        match listed {
            _ if good => {}
            Some(at) => {
                used.insert(at);
            }
            None => wrong.push(format!("{page}: {command}: “{line}”")),
        }
    }
    assert!(wrong.is_empty(), "The program does not say:\n{}", wrong.join("\n"));
    for (at, (page, command, _)) in NOT_COMPARED.iter().enumerate() {
        assert!(used.contains(&at), "{page}: {command} need not be listed");
    }
}

#[test]
fn a_quote_in_other_words_or_with_other_columns_is_found() {
    let said = Said::read();
    assert!(said.has("The log's own key is there and belongs to this log"));
    assert!(!said.has("The log's own key is there and is this log's"));
    let head = |cells: &[&str]| said.heads.contains(&cells.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert!(head(&["check", "state", "why"]) && !head(&["check", "state"]));
}
