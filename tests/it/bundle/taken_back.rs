//! A bundle that was received for the wrong person: a warning before, and a signed way back after.

use std::path::{Path, PathBuf};

use countersign_tui::msg::Msg;
use countersign_tui::msg::office::OfficeTask;

use super::{accept, away, bundle, home, import, intact};
use crate::cli::book::{Book, OFFICER, copy};
use crate::kinds::altered::{OF_BUNDLES, each_cell, each_row};
use crate::live::{Live, staffed};
use crate::owner::Owner;

/// Ann's home department, with a second trainee of whom K1 is signed off there.
fn home_of_dan() -> Book {
    let home = home();
    home.officer(&["person", "add", "Dan Different", "--role", "trainee"]).done();
    home.officer(&["enrol", "Dan Different", "ST0413", "--start", "2025-09-01"]).done();
    home.supervisor(&["sign-off", "Dan Different", "K1", "--feedback", "Dan was calm in an emergency"]).done();
    home
}

fn bundle_of(book: &Book, whose: &str, name: &str, more: &[&str]) -> PathBuf {
    let out = book.secret(name);
    let ran = book.run(&[&["bundle", whose, "--out", &out], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    out.into()
}

fn state_of(book: &Book, whose: &str, code: &str) -> String {
    let record = book.run(&["trainee", whose, "--json"]).done().json();
    let ksbs = record["ksbs"].as_array().unwrap();
    ksbs.iter().find(|ksb| ksb["id"] == code).unwrap()["state"].as_str().unwrap().to_owned()
}

fn logs_of(book: &Book, whose: &str) -> usize {
    book.run(&["bundle", whose, "--json"]).done().json()["logs"].as_array().unwrap().len()
}

const DAN_AS_BEA: &[&str] = &["--trainee", "Bea Trainee", "--known-there-as", "Dan Different"];

fn take_back(book: &Book, whose: &str) {
    let reason = ["--reason", "It is about somebody else", "--yes"];
    book.officer(&[&["bundle", "take-back", whose], &reason[..]].concat()).done();
}

fn contains(book: &Book, words: &str) -> bool {
    let bytes = std::fs::read(book.database()).unwrap();
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

#[test]
fn a_bundle_of_another_name_is_received_only_by_somebody_who_repeats_that_name() {
    let (home, away) = (home_of_dan(), away());
    accept(&away, &home);
    let file = bundle_of(&home, "Dan Different", "dan.bundle", &[]);
    let size = away.size();
    let bea = ["--trainee", "Bea Trainee"];
    for more in [&bea[..], &[&bea[..], &["--known-there-as", "Ann Trainee"]].concat()] {
        let ran = import(&away, &file, more);
        let ran = ran.refused(1, "The bundle is about Dan Different, and the person here is Bea Trainee");
        assert!(ran.err.contains("--known-there-as \"Dan Different\""), "{ran:?}");
    }
    assert_eq!(away.size(), size);
    // Case and order of the words make no difference, as everywhere.
    let named = [&bea[..], &["--known-there-as", "different, dan"]].concat();
    let ran = import(&away, &file, &named).done();
    assert!(ran.out.contains("Careful: the bundle is about Dan Different"), "{ran:?}");
    assert!(ran.out.contains("countersign bundle take-back \"Bea Trainee\""), "{ran:?}");
    // Somebody who said so once need not say it of each later bundle, but is told again.
    home.supervisor(&["sign-off", "Dan Different", "K5"]).done();
    let newer = bundle_of(&home, "Dan Different", "newer.bundle", &[]);
    let ran = import(&away, &newer, &["--json"]).done();
    assert_eq!(ran.json()["other_name"], "Dan Different");
    // A bundle of the same name says nothing of it.
    let ran = import(&away, &bundle(&home, "ann.bundle", &[]), &["--json"]).done();
    assert_eq!(ran.json()["other_name"], serde_json::Value::Null);
    intact(&away);
}

/// A book that received two bundles and took one back.
pub fn received_and_taken_back() -> Book {
    let (home, away) = (home_of_dan(), away());
    accept(&away, &home);
    away.officer(&["policy", "set", "imported=counts"]).done();
    import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
    import(&away, &bundle_of(&home, "Dan Different", "dan.bundle", &[]), DAN_AS_BEA).done();
    take_back(&away, "Bea Trainee");
    away
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn what_was_taken_back_counts_nowhere_and_is_gone_and_the_right_person_can_receive_it() {
    let (home, away) = (home_of_dan(), away());
    accept(&away, &home);
    away.officer(&["policy", "set", "imported=counts"]).done();
    let dan = bundle_of(&home, "Dan Different", "dan.bundle", &[]);
    import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
    import(&away, &dan, DAN_AS_BEA).done();
    assert_eq!((state_of(&away, "Bea Trainee", "K1"), logs_of(&away, "Bea Trainee")), ("signed".to_owned(), 1));
    assert!(contains(&away, "Dan was calm"));
    // A supervisor cannot, and without --yes nothing happens.
    let asked = ["bundle", "take-back", "Bea Trainee", "--reason", "It is about somebody else"];
    away.supervisor(&[&asked[..], &["--yes"]].concat()).refused(2, "is not a training officer");
    let preview = away.officer(&asked);
    assert!(preview.code == 1 && preview.out.contains("Dan Different"), "{preview:?}");
    assert_eq!(logs_of(&away, "Bea Trainee"), 1);
    take_back(&away, "Bea Trainee");
    let gone = |away: &Book| {
        assert_eq!((state_of(away, "Bea Trainee", "K1"), logs_of(away, "Bea Trainee")), ("open".to_owned(), 0));
        let all = tempfile::tempdir().unwrap();
        let out = all.path().to_str().unwrap();
        assert_eq!(away.run(&["export", "--person", "Bea Trainee", "--out", out]).code, 0);
        let said = std::fs::read_to_string(all.path().join("data.json")).unwrap_or_default();
        assert!(!said.contains("Dan was calm"));
        intact(away);
    };
    gone(&away);
    assert!(!contains(&away, "Dan was calm"), "the text is gone from the file");
    // What was received for the other trainee is as it was.
    assert_eq!((state_of(&away, "Ann Trainee", "K1"), logs_of(&away, "Ann Trainee")), ("signed".to_owned(), 1));
    assert_eq!(away.run(&["rebuild"]).code, 0);
    gone(&away);
    away.officer(&[&asked[..], &["--yes"]].concat()).refused(1, "Nothing from another department is kept for Bea");

    // The right person receives it, and so does the first one whatever is really theirs.
    away.officer(&["person", "add", "Dan Different", "--role", "trainee"]).done();
    away.officer(&["enrol", "Dan Different", "ST0413", "--start", "2025-09-01"]).done();
    import(&away, &dan, &[]).done();
    assert_eq!(state_of(&away, "Dan Different", "K1"), "signed");
    home.officer(&["person", "add", "Bea Trainee", "--role", "trainee"]).done();
    home.officer(&["enrol", "Bea Trainee", "ST0413", "--start", "2025-09-01"]).done();
    home.supervisor(&["sign-off", "Bea Trainee", "S1"]).done();
    import(&away, &bundle_of(&home, "Bea Trainee", "bea.bundle", &[]), &[]).done();
    assert_eq!(["K1", "S1"].map(|code| state_of(&away, "Bea Trainee", code)), ["open", "signed"]);
    intact(&away);
    // The same person can receive it again, if taking it back was the mistake.
    take_back(&away, "Dan Different");
    import(&away, &dan, &[]).done();
    assert_eq!(state_of(&away, "Dan Different", "K1"), "signed");
    intact(&away);
    assert_eq!(away.run(&["rebuild"]).code, 0);
    intact(&away);
}

#[test]
fn evidence_goes_with_what_is_taken_back_unless_something_else_needs_it() {
    let (home, away) = (home_of_dan(), away());
    accept(&away, &home);
    let audit = home.keep("audit.txt", "Twelve traces, all of good quality");
    let words = home.keep("words", "gravel teapot comet willow 83");
    home.officer(&["key", "add", "Dan Different", "--new-passphrase-file", &words]).done();
    let claim = ["claim", "K6", "--evidence", &audit, "--json", "--as", "Dan Different", "--passphrase-file", &words];
    let claim = home.run(&claim).done().json()["claims"][0]["id"].as_str().unwrap().to_owned();
    home.supervisor(&["claim", "answer", &claim, "--ksb", "K6"]).done();
    let dan = bundle_of(&home, "Dan Different", "dan.bundle", &["--evidence"]);
    let files = |whose: &str| {
        let files = away.run(&["evidence", "list", whose, "--json"]).json();
        files["files"].as_array().map_or(0, |files| files.iter().filter(|file| file["erased"] == false).count())
    };
    import(&away, &dan, DAN_AS_BEA).done();
    assert_eq!(files("Bea Trainee"), 1);
    take_back(&away, "Bea Trainee");
    assert_eq!(files("Bea Trainee"), 0);
    assert!(!contains(&away, "Twelve traces"), "nobody needs it");
    intact(&away);
    // Received for the right person as well, it stays with them.
    import(&away, &dan, DAN_AS_BEA).done();
    take_back(&away, "Bea Trainee");
    away.officer(&["person", "add", "Dan Different", "--role", "trainee"]).done();
    import(&away, &dan, &[]).done();
    assert_eq!(["Bea Trainee", "Dan Different"].map(files), [0, 1]);
    assert!(contains(&away, "Twelve traces"));
    intact(&away);
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn whatever_is_changed_after_something_was_taken_back_is_found() {
    let (home, away) = (home_of_dan(), away());
    accept(&away, &home);
    import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
    import(&away, &bundle_of(&home, "Dan Different", "dan.bundle", &[]), DAN_AS_BEA).done();
    let received = Book(tempfile::tempdir().unwrap());
    copy(away.0.path(), received.0.path());
    take_back(&away, "Bea Trainee");
    intact(&away);
    // What was taken back is put there again, in whole or in part.
    let attach = format!("ATTACH '{}' AS before", received.database().display());
    for (sql, words) in [
        (
            "INSERT INTO held SELECT * FROM before.held WHERE trainee NOT IN (SELECT trainee FROM held)",
            "is not what this",
        ),
        (
            "INSERT INTO held SELECT * FROM before.held WHERE trainee NOT IN (SELECT trainee FROM held) LIMIT 1",
            "is not what this",
        ),
        ("INSERT INTO received SELECT * FROM before.received WHERE true ON CONFLICT DO NOTHING", "The index received"),
        (
            "INSERT INTO elsewhere SELECT * FROM before.elsewhere WHERE true ON CONFLICT DO NOTHING",
            "The index elsewhere",
        ),
        ("DELETE FROM held", "is not in the file"),
    ] {
        let changed = Book(tempfile::tempdir().unwrap());
        copy(away.0.path(), changed.0.path());
        let file = Owner::of(&changed.database());
        file.execute_batch(&attach).unwrap();
        assert!(file.execute(sql, []).unwrap() > 0, "{sql}");
        drop(file);
        let ran = changed.run(&["verify"]);
        assert!(ran.code == 1 && ran.out.contains(words), "{sql}: {words}: {ran:?}");
    }
    let all = OF_BUNDLES.map(str::to_owned);
    each_cell(&away.database(), &all, 1);
    each_row(&away.database(), &all);
}

/// A small generator of numbers, so that a failure can be repeated by its seed.
struct Turns(u64);

impl Turns {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn whatever_comes_and_is_taken_back_in_any_order_the_file_is_sound_and_its_indexes_are_those_that_are_rebuilt() {
    let codes = ["K1", "K2", "K3", "K5", "S1", "S2"];
    let people = [("Ann Trainee", "Ann Trainee"), ("Dan Different", "Bea Trainee"), ("Ann Trainee", "Bea Trainee")];
    for seed in [11, 12, 13] {
        let mut turns = Turns(seed * 0x9e37_79b9);
        let (home, away) = (home_of_dan(), away());
        accept(&away, &home);
        away.officer(&["policy", "set", "imported=counts"]).done();
        let mut made: Vec<(PathBuf, usize)> = Vec::new();
        let (mut received, mut taken) = (0, 0);
        for turn in 0..14 {
            match turns.below(7) {
                0 | 1 => {
                    let whom = turns.below(2);
                    home.supervisor(&["sign-off", people[whom].0, codes[turns.below(codes.len())]]).done();
                    made.push((bundle_of(&home, people[whom].0, &format!("{turn}.bundle"), &[]), whom));
                }
                2..=4 if !made.is_empty() => {
                    let (file, whom) = &made[turns.below(made.len())];
                    let to = if *whom == 0 && turns.below(4) == 0 { people[2] } else { people[*whom] };
                    let named = ["--trainee", to.1, "--known-there-as", to.0];
                    received += usize::from(import(&away, Path::new(file), &named).code == 0);
                }
                5 => {
                    let ran = away.officer(&[
                        "bundle",
                        "take-back",
                        people[turns.below(2)].1,
                        "--reason",
                        "A mistake",
                        "--yes",
                    ]);
                    taken += usize::from(ran.code == 0);
                }
                _ => {
                    let ran = away.supervisor(&["sign-off", people[turns.below(2)].1, codes[turns.below(codes.len())]]);
                    assert_eq!(ran.code, 0, "{ran:?}");
                }
            }
            let ran = away.run(&["verify"]);
            assert_eq!(ran.code, 3, "seed {seed}, turn {turn}: {ran:?}");
        }
        println!("seed {seed}: {received} received, {taken} taken back");
        let states = |whose: &str| codes.map(|code| state_of(&away, whose, code));
        let before = ["Ann Trainee", "Bea Trainee"].map(states);
        assert_eq!(away.run(&["rebuild"]).code, 0);
        intact(&away);
        assert_eq!(["Ann Trainee", "Bea Trainee"].map(states), before);
    }
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn a_backup_that_brings_back_what_was_taken_back_says_for_whom_and_how_to_take_it_back_again() {
    let (home, away) = (home_of_dan(), away());
    accept(&away, &home);
    import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
    import(&away, &bundle_of(&home, "Dan Different", "dan.bundle", &[]), DAN_AS_BEA).done();
    let backup = |name: &str| {
        let path = away.0.path().join(name).to_str().unwrap().to_owned();
        away.run(&["backup", &path, "--json"]).done();
        path
    };
    let restore =
        |from: &str, more: &[&str]| away.officer(&[&["restore", from, "--reason", "the disk failed"], more].concat());
    let before = backup("before.db");
    // A backup that lacks nothing says nothing.
    assert_eq!(restore(&before, &["--json"]).json()["not_taken_back"], serde_json::json!([]));
    // It warns of the backup.
    let again = ["bundle", "take-back", "Bea Trainee", "--reason", "It is about somebody else", "--yes"];
    assert_eq!(away.officer(&again).code, 0);
    let after = backup("after.db");
    assert_eq!(restore(&after, &["--json"]).json()["not_taken_back"], serde_json::json!([]));
    let bea = away.id_of("Bea Trainee");
    let rows = restore(&before, &["--json"]).json()["not_taken_back"].clone();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["trainee"]), (1, &serde_json::json!(bea)));
    let words = "brings back what was received from elsewhere and taken back for Bea Trainee (";
    let asked = restore(&before, &[]);
    assert!(asked.out.contains(words), "{asked:?}");
    assert_eq!(logs_of(&away, "Bea Trainee"), 0);
    let done = restore(&before, &["--yes"]);
    let command = "`countersign bundle take-back \"Bea Trainee\" --reason \"…\"`";
    assert!(done.code == 0 && done.err.contains(words) && done.err.contains(command), "{done:?}");
    assert_eq!((logs_of(&away, "Bea Trainee"), logs_of(&away, "Ann Trainee")), (1, 1));
    assert_eq!(away.officer(&again).code, 0);
    assert_eq!((logs_of(&away, "Bea Trainee"), logs_of(&away, "Ann Trainee")), (0, 1));
    intact(&away);
}

#[test]
fn what_taking_a_bundle_back_would_delete_is_shown_before_anything_else_is_typed() {
    let (home, there) = (staffed(), away());
    there.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    accept(&home, &there);
    import(&home, &bundle(&there, "ann.bundle", &[]), &["--trainee", "Ada", "--known-there-as", "Ann Trainee"]).done();
    let mut live = Live::at(home, (100, 36));
    live.sign_in("Olu", OFFICER);
    live.say(Msg::Do(OfficeTask::TakeBackBundle.command()));
    live.keys("'ada'");
    let text = live.text();
    let shown = text.lines().any(|line| line.contains(" statement") && line.contains(", about Ann Trainee"));
    assert!(shown, "{text}");
}
