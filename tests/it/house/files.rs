//! What a file looks like: its size, its head, how it imports, what a `mod.rs` may hold.

use std::collections::BTreeSet;

use crate::house::paths::{edges, paths};
use crate::house::source::{Source, lines_with, sources, sources_and_tests};
use crate::house::{MEDIAN_UNDER, MOST_LINES, MOST_LINES_OF_MAIN};

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.raw.lines().count();
    let most = if source.path == "src/main.rs" { MOST_LINES_OF_MAIN } else { MOST_LINES };
    (lines > most).then(|| format!("{}: {lines} lines, at most {most}", source.path))
}

fn median_lines(all: &[Source]) -> usize {
    let mut lines: Vec<usize> = all.iter().map(|source| source.raw.lines().count()).collect();
    lines.sort_unstable();
    lines.get(lines.len() / 2).copied().unwrap_or_default()
}

fn headless(source: &Source) -> Option<String> {
    let said = source.raw.starts_with("//! ") && source.raw.lines().next().is_some_and(|line| line.len() > 12);
    (!said).then(|| format!("{}: does not open with what it is for", source.path))
}

fn loose_imports(source: &Source) -> Vec<String> {
    let at = |line: usize, what: &str| format!("{}:{line}: {what}", source.path);
    let supers = lines_with(&source.code, "super::").into_iter().map(|line| at(line, "super:: outside tests"));
    let selves = paths(source).iter().filter(|path| path.imported && path.begins(&["self"]));
    let globs = paths(source).iter().filter(|path| path.parts.last().is_some_and(|part| part == "*"));
    let named = selves.chain(globs).map(|path| format!("{}: use {}", source.path, path.text()));
    supers.chain(named).collect()
}

fn re_exports(source: &Source) -> Vec<String> {
    let words: Vec<&str> = source.code.split_whitespace().collect();
    let shown = |pair: &[&str]| pair[1] == "use" && (pair[0] == "pub" || pair[0].starts_with("pub("));
    words.windows(2).filter(|pair| shown(pair)).map(|pair| format!("{}: {}", source.path, pair.join(" "))).collect()
}

/// Whether a file holds `mod` lines and nothing else.
fn is_a_list(source: &Source) -> bool {
    let code: String =
        source.code.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n");
    code.split(';').map(|item| item.split_whitespace().collect::<Vec<_>>()).all(|words| match words.as_slice() {
        [] | ["mod", _] => true,
        [shown, "mod", _] => shown.starts_with("pub"),
        _ => false,
    })
}

fn is_a_top(path: &str) -> bool {
    path.ends_with("/mod.rs") || path.ends_with("/lib.rs")
}

fn tops_that_are_imported_from_below(all: &[Source]) -> Vec<String> {
    let files: BTreeSet<String> = all.iter().map(|source| source.path.clone()).collect();
    let mut faults = Vec::new();
    for top in all.iter().filter(|source| is_a_top(&source.path) && !is_a_list(source)) {
        let folder = &top.path[..=top.path.rfind('/').unwrap()];
        for child in all.iter().filter(|child| child.path.starts_with(folder)) {
            if edges(child, &files).contains(&top.path) {
                faults.push(format!("{} imports the top of its folder, {}", child.path, top.path));
            }
        }
    }
    faults
}

#[test]
fn no_file_is_longer_than_it_may_be() {
    assert_none(&sources_and_tests().filter_map(too_long).collect::<Vec<_>>());
    let long = "//! x\n".repeat(MOST_LINES + 1);
    assert!(too_long(&Source::new("src/app/a.rs", &long)).is_some());
    assert!(too_long(&Source::new("src/main.rs", &"\n".repeat(61))).is_some());
    assert_eq!(too_long(&Source::new("src/app/a.rs", &long[6..])), None);
}

#[test]
fn the_median_file_is_short() {
    let median = median_lines(sources());
    assert!(median < MEDIAN_UNDER, "the median file has {median} lines");
    let lengths = [10, 300, 500].map(|lines| Source::new("src/a.rs", &"\n".repeat(lines)));
    assert_eq!(median_lines(&lengths), 300);
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    assert_none(&sources_and_tests().filter_map(headless).collect::<Vec<_>>());
    assert!(headless(&Source::new("src/a.rs", "use std::fmt;\n//! Late.")).is_some());
    assert!(headless(&Source::new("src/a.rs", "//! \n")).is_some());
}

#[test]
fn an_import_is_written_from_the_crate_s_root_and_names_what_it_takes() {
    assert_none(&sources().iter().flat_map(loose_imports).collect::<Vec<_>>());
    for bad in
        ["use super::a::B;", "fn f() { super::g() }", "use crate::a::*;", "use crate::a::{b::*, c};", "use self::a::B;"]
    {
        assert!(!loose_imports(&Source::new("src/a.rs", bad)).is_empty(), "{bad}");
    }
    let fine = "use crate::a::{self, B};\n#[cfg(test)]\nmod tests { use super::*; }";
    assert_none(&loose_imports(&Source::new("src/a.rs", fine)));
}

#[test]
fn nothing_is_exported_a_second_time() {
    assert_none(&sources().iter().flat_map(re_exports).collect::<Vec<_>>());
    for bad in ["pub use crate::a::B;", "pub(crate) use crate::a::B;", "pub\n    use crate::a::B;"] {
        assert!(!re_exports(&Source::new("src/a.rs", bad)).is_empty(), "{bad}");
    }
}

#[test]
fn the_top_of_a_folder_is_not_imported_from_below() {
    assert_none(&tops_that_are_imported_from_below(sources()));
    let house = |top: &str| vec![Source::new("src/tui/lib.rs", top), Source::new("src/tui/a.rs", "use crate::run;")];
    assert_eq!(tops_that_are_imported_from_below(&house("pub mod a;\npub fn run() {}")).len(), 1);
    assert_eq!(tops_that_are_imported_from_below(&house("#[cfg(unix)]\npub mod a;\nmod b;\n")).len(), 0);
}
