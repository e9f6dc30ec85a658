//! One file of source, as the laws read it: comments, texts and tests blanked out, every line where it was.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What marks an item as the tests' own.
const MARK: &str = "#[cfg(test)]";

/// A source file.
#[derive(Debug, Clone)]
pub struct Source {
    /// From the top of the project, with `/`: `src/core/primitives/ids.rs`.
    pub path: String,
    /// As written.
    pub raw: String,
    /// Without comments, texts and what only tests see.
    pub code: String,
    /// The paths in the code, once a law has asked for them.
    pub paths: OnceLock<BTreeSet<crate::house::paths::Path>>,
}

impl Source {
    /// A file with this path and text.
    pub fn new(path: &str, raw: &str) -> Self {
        Self { path: path.to_owned(), raw: raw.to_owned(), code: without_tests(&bare(raw)), paths: OnceLock::new() }
    }
}

/// The top of the project.
pub fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of `src/`, read once for all laws.
pub fn sources() -> &'static [Source] {
    static READ: OnceLock<Vec<Source>> = OnceLock::new();
    READ.get_or_init(|| sources_under("src"))
}

/// Every Rust file of `src/` and of the tests.
pub fn sources_and_tests() -> impl Iterator<Item = &'static Source> {
    static READ: OnceLock<Vec<Source>> = OnceLock::new();
    sources().iter().chain(READ.get_or_init(|| sources_under("tests")))
}

/// Every Rust file under a folder of the project; one that only tests declare has no code that the laws read.
fn sources_under(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&top().join(folder), &mut |path| {
        if path.extension().is_some_and(|e| e == "rs") {
            paths.push(path.to_owned());
        }
    });
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(top()).unwrap().to_string_lossy().replace('\\', "/");
        Source::new(&name, &std::fs::read_to_string(&path).unwrap())
    };
    blank_test_files(paths.into_iter().map(read).collect())
}

fn blank_test_files(mut all: Vec<Source>) -> Vec<Source> {
    let of_tests: Vec<String> = all.iter().flat_map(test_files).collect();
    for source in all.iter_mut().filter(|source| of_tests.iter().any(|stem| source.path.starts_with(stem))) {
        source.code.clear();
    }
    all
}

/// Where the modules live that a file declares as `#[cfg(test)] mod name;`: `src/a/name.rs`, `src/a/name/`.
fn test_files(source: &Source) -> Vec<String> {
    let folder = source.path.trim_end_matches(".rs").trim_end_matches("/mod").trim_end_matches("/lib").to_owned();
    let code = bare(&source.raw);
    let declared = code.split(MARK).skip(1).filter_map(|rest| {
        let item = rest.split(['{', ';']).next()?;
        let name = item.split_whitespace().collect::<Vec<_>>();
        let name = name.iter().position(|word| *word == "mod").and_then(|at| name.get(at + 1)).copied()?;
        rest[item.len()..].starts_with(';').then(|| format!("{folder}/{name}"))
    });
    declared.flat_map(|stem| [format!("{stem}.rs"), format!("{stem}/")]).collect()
}

/// Calls `see` with every file under `folder`, passing over `.git` and `target`.
pub fn walk(folder: &Path, see: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let passed = [".git", "target"].iter().any(|name| entry.file_name() == *name);
        match entry.file_type() {
            _ if passed => {}
            Ok(kind) if kind.is_dir() => walk(&path, see),
            Ok(kind) if kind.is_file() => see(&path),
            _ => {}
        }
    }
}

/// The text with comments and the insides of texts and characters as spaces; its line breaks stay.
pub fn bare(raw: &str) -> String {
    let chars: Vec<char> = raw.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out: Vec<char> = chars.clone();
    let mut i = 0;
    while i < chars.len() {
        let word_before = i > 0 && is_word(at(i - 1));
        let end = match at(i) {
            '/' if at(i + 1) == '/' => (i..chars.len()).find(|&j| at(j) == '\n').unwrap_or(chars.len()),
            '/' if at(i + 1) == '*' => end_of_comment(&chars, i),
            'r' | 'b' | 'c' if !word_before => match raw_start(&chars, i) {
                Some((open, hashes)) => end_of_raw(&chars, open, hashes),
                None => i,
            },
            '"' => end_of_text(&chars, i),
            '\'' if at(i + 1) == '\\' => (i + 3..chars.len()).find(|&j| at(j) == '\'').map_or(chars.len(), |j| j + 1),
            '\'' if at(i + 2) == '\'' => i + 3,
            _ => i,
        };
        out[i..end].iter_mut().filter(|c| **c != '\n').for_each(|c| *c = ' ');
        i = end.max(i + 1);
    }
    out.into_iter().collect()
}

fn end_of_comment(chars: &[char], start: usize) -> usize {
    let (mut depth, mut i) = (0, start);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    i
}

/// For `r#"`, `br"` and their like: where the quote stands and how many hashes guard it.
fn raw_start(chars: &[char], start: usize) -> Option<(usize, usize)> {
    let r = if chars[start] == 'r' { start } else { start + 1 };
    let hashes = chars.get(r + 1..)?.iter().take_while(|c| **c == '#').count();
    let open = r + 1 + hashes;
    (chars.get(r) == Some(&'r') && chars.get(open) == Some(&'"')).then_some((open, hashes))
}

fn end_of_raw(chars: &[char], open: usize, hashes: usize) -> usize {
    let closes = |i: usize| {
        chars[i] == '"' && chars.get(i + 1..=i + hashes).is_some_and(|after| after.iter().all(|c| *c == '#'))
    };
    (open + 1..chars.len()).find(|&i| closes(i)).map_or(chars.len(), |i| i + 1 + hashes)
}

fn end_of_text(chars: &[char], open: usize) -> usize {
    let mut i = open + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// Blanks each item under `#[cfg(test)]`, to its semicolon or closing brace.
fn without_tests(code: &str) -> String {
    if code.contains("#![cfg(test)]") {
        return String::new();
    }
    let mut code = code.to_owned();
    while let Some(start) = code.find(MARK) {
        let rest = &code[start..];
        let mut depth = 0_i32;
        let stop = |(i, c): (usize, char)| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            (depth == 0 && (c == '}' || c == ';')).then_some(start + i + 1)
        };
        let end = rest.char_indices().skip(MARK.len()).find_map(stop).unwrap_or(code.len());
        let blank: String = code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        code.replace_range(start..end, &blank);
    }
    code
}

/// Whether a character can stand in a name.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The lines (from 1) where `needle` stands, not as the tail of a longer name nor, where asked, of a method call.
pub fn lines_with(code: &str, needle: &str) -> Vec<usize> {
    let starts = code.match_indices(needle).filter(|(at, _)| {
        let before = code[..*at].chars().next_back();
        !needle.starts_with(is_word) || !before.is_some_and(|c| is_word(c) || c == '.')
    });
    starts.map(|(at, _)| code[..at].matches('\n').count() + 1).collect()
}

#[test]
fn comments_texts_characters_and_tests_are_blanked_and_lines_stay_where_they_are() {
    let text = "let a = \"b // \\\" use x\"; /* c /* d */ e */ f('\"', '\\'', b\"g\");\nr#\"h\" i\"#; j::<'k>('l');\n\
                #[cfg(test)]\nmod tests { fn m() {} }\nfn n() {} // o\n";
    let source = Source::new("src/x.rs", text);
    let words: String = source.code.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words, "let a = ; f( , , b ); ; j::<'k>( ); fn n() {}");
    assert_eq!(source.code.lines().count(), text.lines().count());
}

#[test]
fn a_file_that_only_tests_declare_has_no_code_to_judge_and_a_file_next_to_it_has() {
    let parent = Source::new("src/app/a.rs", "#[cfg(test)]\nmod tests;\nmod b;");
    let children = ["src/app/a/tests.rs", "src/app/a/b.rs"].map(|path| Source::new(path, "fn f() { x.unwrap() }"));
    let all = blank_test_files([vec![parent], children.to_vec()].concat());
    assert_eq!((all[1].code.is_empty(), all[2].code.is_empty()), (true, false));
}

#[test]
fn the_house_is_read() {
    assert!(sources().iter().any(|source| source.path == "src/core/primitives/ids.rs"));
}
