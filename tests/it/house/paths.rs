//! The paths in a file: every `use`, its braces opened, and every path written where it is used.

use std::collections::BTreeSet;

use crate::house::source::{Source, is_word};

/// A path, and whether it stood in a `use`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// Its parts: `crate`, `people`, `person`. A glob ends in `*`.
    pub parts: Vec<String>,
    /// Whether a `use` names it.
    pub imported: bool,
}

impl Path {
    /// Whether the parts begin so.
    pub fn begins(&self, with: &[&str]) -> bool {
        self.parts.len() >= with.len() && self.parts.iter().zip(with).all(|(a, b)| a == b)
    }

    /// The path as written.
    pub fn text(&self) -> String {
        self.parts.join("::")
    }
}

/// All paths of a file's code, tests left out.
pub fn paths(source: &Source) -> &BTreeSet<Path> {
    source.paths.get_or_init(|| find_paths(source))
}

fn find_paths(source: &Source) -> BTreeSet<Path> {
    let (uses, rest) = split_uses(&source.code);
    let mut found = BTreeSet::new();
    for tree in uses {
        let mut opened = Vec::new();
        open(&[], &tree, &mut opened);
        found.extend(opened.into_iter().map(|parts| Path { parts, imported: true }));
    }
    found.extend(inline(&rest).into_iter().map(|parts| Path { parts, imported: false }));
    found
}

/// The text of each `use`, and the code without them.
fn split_uses(code: &str) -> (Vec<String>, String) {
    let (mut uses, mut rest, mut from) = (Vec::new(), String::new(), 0);
    for (at, _) in code.match_indices("use ").chain(code.match_indices("use\n")).collect::<BTreeSet<_>>() {
        let starts = at >= from && !code[..at].chars().next_back().is_some_and(|c| is_word(c) || c == '\'');
        let Some(end) = code[at..].find(';').filter(|_| starts).map(|end| at + end) else { continue };
        uses.push(code[at + 4..end].to_owned());
        rest.push_str(&code[from..at]);
        from = end + 1;
    }
    rest.push_str(&code[from..]);
    (uses, rest)
}

fn open(before: &[String], tree: &str, found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    if let Some((head, group)) = tree.split_once('{') {
        let before: Vec<String> = before.iter().cloned().chain(parts(head)).collect();
        let group = group.trim_end().strip_suffix('}').unwrap_or(group);
        let (mut depth, mut start) = (0_i32, 0);
        for (i, c) in group.char_indices() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if c == ',' && depth == 0 {
                open(&before, &group[start..i], found);
                start = i + 1;
            }
        }
        open(&before, &group[start..], found);
    } else if !tree.is_empty() {
        let name = tree.split_whitespace().next().unwrap_or_default();
        let own = parts(name).into_iter().filter(|part| before.is_empty() || part != "self");
        found.push(before.iter().cloned().chain(own).collect());
    }
}

fn parts(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Paths of two parts or more in code that is not a `use`.
fn inline(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = code[from..].find(is_word).map(|i| from + i) {
        let end = code[start..].find(|c: char| !is_word(c) && c != ':').map_or(code.len(), |i| start + i);
        let path = parts(&code[start..end]);
        if path.len() > 1 {
            found.push(path);
        }
        from = end;
    }
    found
}

/// The names of the modules that a file declares with `mod name;`.
pub fn declared(source: &Source) -> Vec<String> {
    let named = |statement: &str| {
        let mut words = statement.split_whitespace().rev();
        let name = words.next()?.to_owned();
        (words.next()? == "mod" && name.chars().all(is_word)).then_some(name)
    };
    source.code.split(';').filter_map(named).collect()
}

/// The file that a path from `src/` leads to, as the folder listing `files` has it.
pub fn file_of(parts: &[String], files: &BTreeSet<String>) -> String {
    let found = (1..=parts.len()).rev().find_map(|n| {
        let stem = parts[..n].join("/");
        ["", "/mod", "/lib"].map(|top| format!("src/{stem}{top}.rs")).into_iter().find(|file| files.contains(file))
    });
    found.unwrap_or_else(|| "src/main.rs".to_owned())
}

/// The files that a file imports, itself left out: by `crate::`, by another crate's name, by a child's name.
pub fn edges(source: &Source, files: &BTreeSet<String>) -> BTreeSet<String> {
    let folder = source
        .path
        .trim_start_matches("src/")
        .trim_end_matches(".rs")
        .trim_end_matches("/mod")
        .trim_end_matches("/lib");
    let (own, _) = folder.split_once('/').unwrap_or((folder, ""));
    let children = declared(source);
    let mut found = BTreeSet::new();
    for path in paths(source) {
        let (first, rest) = path.parts.split_first().unwrap();
        let start = match first.strip_prefix("countersign_") {
            Some(layer) => vec![layer],
            None if first == "crate" => vec![own],
            None if children.contains(first) => vec![folder, first],
            None => continue,
        };
        let below: Vec<String> = start.into_iter().map(str::to_owned).chain(rest.iter().cloned()).collect();
        found.insert(file_of(&below, files));
    }
    found.remove(&source.path);
    found
}

#[test]
fn braces_are_opened_and_paths_in_code_are_found() {
    let source = Source::new(
        "src/x.rs",
        "pub use crate::a::{b::{C, d::*}, self, e as f};\nuse std::fs;\nfn g() { crate::h::I::new(std::env::args()) }",
    );
    let found: Vec<String> = paths(&source).iter().map(Path::text).collect();
    let wanted = [
        "crate::a",
        "crate::a::b::C",
        "crate::a::b::d::*",
        "crate::a::e",
        "crate::h::I::new",
        "std::env::args",
        "std::fs",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_path_leads_to_the_longest_file_that_is_there() {
    let files: BTreeSet<String> = ["src/a.rs", "src/a/b.rs", "src/c/mod.rs", "src/e/lib.rs"].map(str::to_owned).into();
    let to = |path: &str| file_of(&parts(path), &files);
    assert_eq!(
        [to("a::b::C"), to("a::C"), to("c::run"), to("e::D"), to("D")],
        ["src/a/b.rs", "src/a.rs", "src/c/mod.rs", "src/e/lib.rs", "src/main.rs"]
    );
}

#[test]
fn a_child_used_by_its_bare_name_is_an_import_too() {
    let files: BTreeSet<String> = ["src/a/s.rs", "src/a/s/e.rs"].map(str::to_owned).into();
    let source = Source::new("src/a/s.rs", "pub mod e;\nfn f() { e::g() }");
    assert_eq!(edges(&source, &files), ["src/a/s/e.rs".to_owned()].into());
}
