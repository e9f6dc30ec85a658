//! What only named files may touch: the output, the clock, the environment, files. And no panics.

use crate::house::paths::paths;
use crate::house::source::{Source, lines_with, sources};
use crate::house::{CLOCK, ENVIRONMENT, FILES, PRINTS, PROGRAMS, STREAM};

type Law = fn(&Source) -> Vec<String>;

/// Each place where one of `words` stands in `code`, unless the file is one of `list`.
fn words(source: &Source, code: &str, list: &[&str], words: &[&str]) -> Vec<String> {
    let each = |word: &&str| {
        let word = (*word).to_owned();
        lines_with(code, &word).into_iter().map(move |line| format!("{}:{line}: {word}", source.path))
    };
    if list.contains(&source.path.as_str()) { Vec::new() } else { words.iter().flat_map(each).collect() }
}

/// Each path that holds one of `runs`, unless the file is one of `list`.
fn runs(source: &Source, list: &[&str], runs: &[&[&str]]) -> Vec<String> {
    if list.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let holds = |parts: &[String]| runs.iter().any(|run| parts.windows(run.len()).any(|window| window == *run));
    let found = paths(source).iter().filter(|path| holds(&path.parts));
    found.map(|path| format!("{}: {}", source.path, path.text())).collect()
}

fn output(source: &Source) -> Vec<String> {
    let prints = words(source, &source.code, PRINTS, &["println!", "print!", "eprintln!", "eprint!", "dbg!"]);
    let streams = words(source, &source.code, STREAM, &["stdout(", "stderr("]);
    let taken =
        runs(source, STREAM, &[&["io", "stdout"], &["io", "stderr"], &["stdio", "stdout"], &["stdio", "stderr"]]);
    [prints, streams, taken].concat()
}

fn clock(source: &Source) -> Vec<String> {
    let now: &[&[&str]] =
        &[&["Utc", "now"], &["Local", "now"], &["SystemTime", "now"], &["Instant", "now"], &["Uuid", "now_v7"]];
    runs(source, CLOCK, now)
}

fn environment(source: &Source) -> Vec<String> {
    runs(source, ENVIRONMENT, &[&["std", "env"]])
}

fn files(source: &Source) -> Vec<String> {
    runs(source, FILES, &[&["std", "fs"], &["rustix", "fs"]])
}

fn programs(source: &Source) -> Vec<String> {
    runs(source, PROGRAMS, &[&["process", "Command"], &["posix_spawn"]])
}

/// The screen makes a path of what was typed in one way only, so that `~/` means the same in every field.
fn typed_paths(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/tui/") {
        return Vec::new();
    }
    runs(source, &[], &[&["Path", "new"], &["PathBuf", "from"]])
}

fn panics(source: &Source) -> Vec<String> {
    let calls =
        [".unwrap()", ".unwrap_err()", ".expect(", ".expect_err(", "panic!", "unreachable!", "todo!", "unimplemented!"];
    words(source, &source.code, &[], &calls)
}

fn held(law: Law) {
    let faults: Vec<String> = sources().iter().flat_map(law).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The law lets a text pass where it may stand and catches it where it may not.
fn catches(law: Law, text: &str, home: &str, elsewhere: &str) {
    assert!(law(&Source::new(home, text)).is_empty(), "{home}: {text}");
    assert!(!law(&Source::new(elsewhere, text)).is_empty(), "{elsewhere}: {text}");
}

#[test]
fn only_one_file_prints() {
    held(output);
    for text in ["fn f() { println!(\"x\") }", "fn f() { eprint!(\"x\") }", "fn f() { std::io::stderr().write() }"] {
        catches(output, text, "src/cli/output.rs", "src/app/app.rs");
    }
    catches(output, "use std::io::{self, stdout};", "src/tui/runtime/terminal.rs", "src/tui/view.rs");
    assert!(
        output(&Source::new("src/app/a.rs", "fn f() { child.stdout(pipe); write!(out, \"println!\") }")).is_empty()
    );
}

#[test]
fn only_named_files_read_a_clock() {
    held(clock);
    for text in ["fn f() { Utc::now() }", "fn f() { std::time::Instant::now() }", "fn f() { Uuid::now_v7() }"] {
        catches(clock, text, "src/app/clock.rs", "src/core/primitives/date.rs");
    }
}

#[test]
fn only_one_file_starts_another_program() {
    held(programs);
    for text in ["use std::process::Command;", "fn f() { std::process::Command::new(\"sh\") }"] {
        catches(programs, text, "src/app/doctor/sshd.rs", "src/cli/ssh/install.rs");
    }
}

#[test]
fn only_named_files_read_the_environment() {
    held(environment);
    catches(environment, "use std::{env, fmt};", "src/app/config.rs", "src/app/app.rs");
    catches(environment, "fn f() { std::env::var(\"X\") }", "src/main.rs", "src/cli/output.rs");
}

#[test]
fn a_path_that_was_typed_on_the_screen_begins_at_home_where_it_says_so() {
    held(typed_paths);
    for text in ["fn f() { Path::new(typed) }", "fn f() { PathBuf::from(typed) }"] {
        catches(typed_paths, text, "src/app/storage/data_dir.rs", "src/tui/effect/office.rs");
    }
}

#[test]
fn only_named_files_touch_the_file_system() {
    held(files);
    catches(files, "use std::{fmt, fs::{self, File}};", "src/app/storage/data_dir.rs", "src/app/app.rs");
    catches(files, "fn f() { std::fs::read(p) }", "src/store/db.rs", "src/core/primitives/ids.rs");
    catches(files, "use rustix::fs::statfs;", "src/store/db.rs", "src/store/log.rs");
}

#[test]
fn nothing_outside_tests_can_panic_by_a_word() {
    held(panics);
    for text in
        ["fn f() { x.unwrap() }", "fn f() { x\n    .expect(\"y\") }", "fn f() { panic!() }", "fn f() { todo!() }"]
    {
        assert!(!panics(&Source::new("src/a.rs", text)).is_empty(), "{text}");
    }
    let fine = "/// .unwrap()\nfn f() { x.unwrap_or(\"panic!\") }\n#[cfg(test)]\nmod tests { fn g() { x.unwrap() } }";
    assert!(panics(&Source::new("src/a.rs", fine)).is_empty());
}
