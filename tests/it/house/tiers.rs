//! Quick and slow tests: `cargo test` runs the quick ones, `.ci/run` runs all, and each file has a quick one unless it says why not.

use crate::house::source::{Source, sources_and_tests, top};

/// What a slow test's reason begins with.
const SLOW: &str = "slow: ";
/// The full figures of the guide's page on reliability, which have a step of their own, and what makes a release's files.
const IN_FULL: &str = "in_full";
const MAKES_A_RELEASE: &str = "the_files_of_this_release";
/// Files without a quick test: they need a real server or another program, or cause thousands of faults.
const ALL_SLOW: &[&str] = &[
    "tests/it/faults/columns.rs",
    "tests/it/faults/crowd.rs",
    "tests/it/faults/flips.rs",
    "tests/it/faults/forged.rs",
    "tests/it/faults/hangup.rs",
    "tests/it/faults/io.rs",
    "tests/it/faults/killed.rs",
    "tests/it/faults/power.rs",
    "tests/it/faults/room.rs",
    "tests/it/faults/two_ways.rs",
    "tests/it/hub/damaged.rs",
    "tests/it/hub/kills.rs",
    "tests/it/hub/rights.rs",
    "tests/it/hub/upgraded.rs",
    "tests/it/kinds/absent.rs",
    "tests/it/kinds/altered.rs",
    "tests/it/outside.rs",
    "tests/it/sshd/claims.rs",
    "tests/it/sshd/doctor.rs",
    "tests/it/sshd/refused.rs",
    "tests/it/sshd/screens.rs",
    "tests/it/sshd/story.rs",
    "tests/it/tui_keys.rs",
];

/// A test's name and the reason why `cargo test` leaves it out.
#[derive(Debug, PartialEq, Eq)]
struct Test<'s> {
    name: &'s str,
    ignored: Option<&'s str>,
}

fn tests(source: &Source) -> Vec<Test<'_>> {
    let mut found = Vec::new();
    let (mut marked, mut ignored) = (false, None);
    for line in source.raw.lines().map(str::trim_start) {
        if line == "#[test]" {
            (marked, ignored) = (true, None);
        } else if let Some(rest) = line.strip_prefix("#[ignore") {
            ignored = Some(rest.split('"').nth(1).unwrap_or_default());
        } else if let Some(rest) = line.strip_prefix("fn ").filter(|_| marked) {
            found.push(Test { name: rest.split('(').next().unwrap_or_default(), ignored: ignored.take() });
            marked = false;
        }
    }
    found
}

/// Whether one of the steps of `.ci/run` runs an ignored test.
fn is_run(test: &Test<'_>, reason: &str) -> bool {
    test.name.contains(IN_FULL) && !reason.is_empty()
        || test.name.starts_with(MAKES_A_RELEASE)
        || reason.len() > SLOW.len() && reason.starts_with(SLOW)
}

fn unexplained(source: &Source) -> Vec<String> {
    let all = tests(source).into_iter();
    let lost = all.filter(|test| test.ignored.is_some_and(|reason| !is_run(test, reason)));
    lost.map(|test| format!("{}: {} is ignored and its reason does not begin with `{SLOW}`", source.path, test.name))
        .collect()
}

#[test]
fn a_test_that_is_left_out_is_slow_and_says_why() {
    let faults: Vec<String> = sources_and_tests().flat_map(unexplained).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for (attribute, name, caught) in [
        ("#[ignore]", "a", true),
        ("#[ignore = \"\"]", "a_in_full", true),
        ("#[ignore = \"broken\"]", "a", true),
        ("#[ignore = \"slow: \"]", "a", true),
        ("#[ignore = \"slow: every byte\"]", "a", false),
        ("#[ignore = \"the full figure\"]", "a_in_full", false),
    ] {
        let source = Source::new("tests/it/a.rs", &format!("#[test]\n{attribute}\nfn {name}() {{}}\n"));
        assert_eq!(!unexplained(&source).is_empty(), caught, "{attribute} {name}");
    }
}

#[test]
fn the_check_of_a_change_runs_the_quick_tests_the_slow_ones_and_the_full_figures() {
    let run = std::fs::read_to_string(top().join(".ci/run")).unwrap();
    for line in [
        "cargo test --workspace".to_owned(),
        format!("cargo test --workspace -- --ignored --skip {IN_FULL} --skip {MAKES_A_RELEASE}"),
        format!("cargo test --test it {IN_FULL} -- --ignored --nocapture --test-threads=1"),
    ] {
        assert!(run.lines().any(|there| there == line), "{line}");
    }
}

#[test]
fn each_file_of_tests_has_a_quick_one_but_for_those_that_are_named() {
    let with_tests = sources_and_tests().filter(|source| !tests(source).is_empty());
    let slow = with_tests.filter(|source| tests(source).iter().all(|test| test.ignored.is_some()));
    let slow: Vec<&str> = slow.map(|source| source.path.as_str()).collect();
    assert_eq!(slow, ALL_SLOW);
}
