//! What the exchange, the status and `verify` say of other departments, and how they are named.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bundle::{accept, away, home, record};
use crate::cli::book::{Book, copy};
use crate::rotating::{intact, origin_of, rotates};

const GUIDE: &str = include_str!("../../../data/guide/several-sites.md");

fn join(book: &Book, hub: &Path, site: &str) {
    let ran = book.run(&["hub", "join", hub.to_str().unwrap(), "--site", site]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn sync(book: &Book) {
    let ran = book.run(&["hub", "sync"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// Two departments at a hub in a folder; Ann rotates from the first to the second, which has fetched its log.
fn fetched() -> (tempfile::TempDir, Book, Book) {
    let hub = tempfile::tempdir().unwrap();
    let (home, away) = (home(), away());
    join(&home, hub.path(), "cardiology");
    join(&away, hub.path(), "audiology");
    sync(&home);
    accept(&away, &home);
    rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
    sync(&away);
    (hub, home, away)
}

/// The row of a site.
fn row(out: &str, site: &str) -> String {
    out.lines().find(|line| line.starts_with(site)).unwrap_or_else(|| panic!("{site}: {out}")).to_owned()
}

/// The copy of the only log.
fn copy_of(book: &Book) -> PathBuf {
    std::fs::read_dir(book.data().join("sites")).unwrap().next().unwrap().unwrap().path().join("log.db")
}

/// The words of a command line of the guide.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn the_steps_of_the_guide_are_carried_out_as_they_are_printed_over_a_folder() {
    let hub = tempfile::tempdir().unwrap();
    // The logs have other names than the sites.
    let (cardiology, respiratory) = (away(), home());
    let steps = GUIDE.split("## A trainee who rotates").nth(1).unwrap().split("\n## ").next().unwrap();
    let general = GUIDE.split("## A folder instead").nth(1).unwrap();
    let joining = general.lines().find_map(|line| line.strip_prefix("    countersign ")).unwrap();
    for (book, site) in [(&cardiology, "cardiology"), (&respiratory, "respiratory")] {
        assert!(!origin_of(book).starts_with(site));
        let mut args = words(joining);
        args[2] = hub.path().to_str().unwrap().to_owned();
        *args.last_mut().unwrap() = site.to_owned();
        assert_eq!(book.run(&args.iter().map(String::as_str).collect::<Vec<_>>()).code, 0);
        sync(book);
    }
    accept(&respiratory, &cardiology);
    let commands: Vec<&str> = steps.lines().filter_map(|line| line.strip_prefix("       countersign ")).collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    let there = cardiology.id_of("Ann Trainee");
    for (command, kept) in commands.into_iter().zip([1, 1]) {
        let mut args: Vec<String> =
            words(command).into_iter().map(|word| if word == "7f3a" { there.clone() } else { word }).collect();
        args.extend(["--passphrase-file".to_owned(), respiratory.secret("officer")]);
        let ran = respiratory.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ran.code, 0, "{command}: {ran:?}");
        assert!(ran.out.contains(&origin_of(&cardiology)), "the log that is signed is shown: {ran:?}");
        cardiology.supervisor(&["sign-off", "Ann Trainee", "S9"]).done();
        sync(&cardiology);
        sync(&respiratory);
        assert_eq!(record(&respiratory, "S9").len(), kept, "{command}");
    }
}

#[test]
fn a_site_is_named_by_its_name_at_the_hub_or_its_log_and_a_word_that_fits_two_is_refused_with_both() {
    let hub = tempfile::tempdir().unwrap();
    let (home, other, away) = (home(), Book::small(), away());
    let word = origin_of(&home).split('/').next().unwrap().to_owned();
    join(&home, hub.path(), "heart");
    // The name of this site is the beginning of another department's log.
    join(&other, hub.path(), &word);
    join(&away, hub.path(), "audiology");
    for book in [&home, &other] {
        sync(book);
        accept(&away, book);
    }
    let there = home.id_of("Ann Trainee");
    let begin = |site: &str| away.officer(&["hub", "trainee", "Ann Trainee", "--site", site, "--there", &there]);
    for exchanged in [false, true] {
        if exchanged {
            sync(&away);
        }
        let ran = begin(&word).refused(2, "can be more than one log");
        assert!(ran.err.contains(&origin_of(&home)) && ran.err.contains(&origin_of(&other)), "{ran:?}");
    }
    begin("nowhere").refused(2, "No key of nowhere is accepted here");
    for site in ["heart".to_owned(), origin_of(&home)] {
        let ran = begin(&site);
        assert!(ran.out.contains(&format!("at {}", origin_of(&home))), "{site}: {ran:?}");
        let end = ["hub", "trainee", "Ann Trainee", "--site", &site, "--end", "--reason", "Back home"];
        assert_eq!(away.officer(&end).code, 0);
    }
    // The same where a site is rebuilt, and where a key is stopped.
    let address = hub.path().to_str().unwrap();
    let rebuild = |site: &str| Book::empty().run(&["hub", "rebuild", address, "--site", site]);
    rebuild(&word).refused(2, "can be more than one log");
    assert_eq!(rebuild("heart").code, 0);
    assert_eq!(rebuild(&origin_of(&home)).code, 0);
    let stop = |log: &str| away.officer(&["bundle", "stop-key", log, "--reason", "Not needed"]);
    stop(&word).refused(2, "can be more than one log");
    assert_eq!(stop("heart").code, 0);
}

#[test]
fn a_site_that_has_joined_and_not_exchanged_is_not_silent_until_a_day_later() {
    let (hub, _home, away) = fetched();
    join(&Book::small(), hub.path(), "echo");
    let status = away.run(&["hub", "status"]);
    assert!(status.code == 0 && status.err.is_empty(), "{status:?}");
    assert!(row(&status.out, "echo").contains("has not exchanged yet"), "{status:?}");
    let json = away.run(&["hub", "status", "--json"]).json();
    let echo = json["sites"].as_array().unwrap().iter().find(|site| site["id"] == "echo").unwrap().clone();
    assert_eq!((&echo["spoke_state"], &echo["silent"]), (&"not-yet".into(), &false.into()));
    let touched = Command::new("touch").args(["-d", "3 days ago"]).arg(hub.path().join("echo/site")).status().unwrap();
    assert!(touched.success());
    let status = away.run(&["hub", "status"]);
    assert!(status.err.contains("Not seen at the hub for more than a day: echo"), "{status:?}");
}

#[test]
fn a_line_of_a_witness_that_is_missing_or_damaged_is_said_and_is_not_silence_and_comes_back() {
    let (hub, home, away) = fetched();
    for (file, content) in [
        ("witness", None),
        ("witness", Some("nothing")),
        ("cosignatures/cardiology", None),
        ("cosignatures/cardiology", Some("1 x")),
    ] {
        let path = hub.path().join("cardiology").join(file);
        match content {
            None => std::fs::remove_file(&path).unwrap(),
            Some(text) => std::fs::write(&path, text).unwrap(),
        }
        let status = away.run(&["hub", "status"]);
        assert!(row(&status.out, "cardiology").contains("cannot be checked"), "{file}: {status:?}");
        assert!(status.err.contains("cannot be checked") && !status.err.contains("Not seen"), "{file}: {status:?}");
        sync(&home);
        let status = away.run(&["hub", "status"]);
        assert!(status.err.is_empty() && !status.out.contains("cannot be checked"), "{file}: {status:?}");
    }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_damaged_copy_at_the_hub_is_no_evidence_and_the_warning_ends_once_it_was_fetched() {
    let (hub, _home, away) = fetched();
    let alter = |folder: &str| {
        let path =
            std::fs::read_dir(hub.path().join("cardiology").join(folder)).unwrap().next().unwrap().unwrap().path();
        let path = if path.is_dir() { std::fs::read_dir(path).unwrap().next().unwrap().unwrap().path() } else { path };
        let before = std::fs::read(&path).unwrap();
        let mut altered = before.clone();
        let at = altered.len() / 2;
        altered[at] ^= 1;
        std::fs::write(&path, altered).unwrap();
        (path, before)
    };
    for folder in ["statements", "texts"] {
        let (path, before) = alter(folder);
        let ran = away.run(&["hub", "sync", "--all"]);
        assert!(ran.code == 1 && ran.err.contains("is damaged"), "{folder}: {ran:?}");
        assert!(ran.err.contains("the hub’s administrator") && !ran.err.contains("checkpoints"), "{folder}: {ran:?}");
        assert!(!row(&ran.out, "cardiology").contains("up to date"), "{folder}: {ran:?}");
        let left: Vec<_> = std::fs::read_dir(copy_of(&away).parent().unwrap()).unwrap().flatten().collect();
        assert!(left.iter().all(|file| !file.file_name().to_str().unwrap().starts_with("evidence")), "{left:?}");
        assert!(away.run(&["hub", "status"]).err.contains("is damaged"), "{folder}");
        std::fs::write(path, before).unwrap();
        assert_eq!(away.run(&["hub", "sync", "--all"]).code, 0);
        let status = away.run(&["hub", "status"]);
        assert!(status.code == 0 && status.err.is_empty(), "{folder}: {status:?}");
    }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn an_older_log_is_rejected_with_evidence_which_is_an_earlier_one_once_the_log_was_fetched() {
    let (hub, home, away) = fetched();
    let kept = tempfile::tempdir().unwrap();
    let site = hub.path().join("cardiology");
    copy(&site, kept.path());
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    sync(&home);
    sync(&away);
    let newer = hub.path().join(".newer");
    std::fs::rename(&site, &newer).unwrap();
    std::fs::create_dir(&site).unwrap();
    copy(kept.path(), &site);
    let ran = away.run(&["hub", "sync"]);
    assert!(ran.code == 1 && ran.err.contains("show them to that department"), "{ran:?}");
    assert!(row(&ran.out, "cardiology").contains("rejected"), "{ran:?}");
    let status = away.run(&["hub", "status"]);
    assert!(
        status.code == 1 && status.err.contains("fewer than the") && status.err.contains("rejected log"),
        "{status:?}"
    );
    assert!(row(&status.out, "cardiology").contains("rejected"), "{status:?}");
    let doctor = away.run(&["doctor"]);
    assert!(doctor.code == 1 && doctor.out.contains("fewer than the"), "{doctor:?}");
    assert!(away.run(&["verify"]).err.contains("rejected log"));
    std::fs::remove_dir_all(&site).unwrap();
    std::fs::rename(&newer, &site).unwrap();
    sync(&away);
    let status = away.run(&["hub", "status"]);
    assert!(
        status.code == 0 && status.err.contains("an earlier rejection") && !status.err.contains("warning"),
        "{status:?}"
    );
    let verified = away.run(&["verify"]);
    assert!(verified.err.contains("an earlier rejection") && !verified.err.contains("rejected log"), "{verified:?}");
    assert!(!away.run(&["doctor"]).out.contains("fewer than the"));
}

#[test]
fn a_file_that_is_behind_the_hub_or_differs_from_it_is_not_up_to_date() {
    let (_hub, home, _away) = fetched();
    let older = tempfile::tempdir().unwrap();
    copy(&home.data(), older.path());
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    sync(&home);
    std::fs::remove_dir_all(home.data()).unwrap();
    std::fs::create_dir(home.data()).unwrap();
    copy(older.path(), &home.data());
    let status = home.run(&["hub", "status"]);
    assert!(status.code == 1 && status.err.contains("put back from an older copy"), "{status:?}");
    assert!(
        status.err.contains("hub rebuild") && row(&status.out, "cardiology").contains("behind the hub"),
        "{status:?}"
    );
    home.supervisor(&["sign-off", "Ann Trainee", "K8"]).done();
    let status = home.run(&["hub", "status"]);
    assert!(status.code == 1 && status.err.contains("another history"), "{status:?}");
    assert!(row(&status.out, "cardiology").contains("differs from the hub"), "{status:?}");
    let json = home.run(&["hub", "status", "--json"]).json();
    assert_eq!(json["sites"][0]["state"], "file-differs");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_damaged_or_missing_copy_is_made_again_and_verify_says_that_it_could_not_compare() {
    let (hub, home, away) = fetched();
    let copied = copy_of(&away);
    let before = std::fs::read(&copied).unwrap();
    let checkpoint = away.keep("kept.txt", &away.run(&["checkpoint"]).out);
    let verify = || away.run(&["verify", "--checkpoint", &checkpoint]);
    assert_eq!(verify().code, 0);
    for kind in ["missing", "empty", "garbage", "cut", "pipe", "link", "folder", "no head"] {
        std::fs::remove_file(&copied).unwrap();
        match kind {
            "missing" => {}
            "empty" => std::fs::write(&copied, "").unwrap(),
            "garbage" => std::fs::write(&copied, [7; 5000]).unwrap(),
            "cut" => std::fs::write(&copied, &before[..before.len() / 2]).unwrap(),
            "pipe" => assert!(Command::new("mkfifo").arg(&copied).status().unwrap().success()),
            "link" => std::os::unix::fs::symlink("/etc/passwd", &copied).unwrap(),
            "folder" => std::fs::create_dir(&copied).unwrap(),
            _ => {
                std::fs::write(&copied, &before).unwrap();
                crate::owner::Owner::of(&copied).execute_batch("DELETE FROM head").unwrap();
            }
        }
        let ran = verify();
        assert!(ran.code == 3 && ran.err.contains("hub sync --all"), "{kind}: {ran:?}");
        assert!(ran.out.contains("missing, damaged or newer") && !ran.out.contains("Intact"), "{kind}: {ran:?}");
        sync(&away);
        let ran = verify();
        assert_eq!(ran.code, 0, "{kind}: {ran:?}");
        let left: Vec<_> = std::fs::read_dir(copied.parent().unwrap()).unwrap().flatten().collect();
        assert_eq!(left.len(), 2, "{kind}: the copy and the lock: {left:?}");
    }
    // The damaged one stays until the new one was checked.
    std::fs::write(&copied, "damaged").unwrap();
    let site = hub.path().join("cardiology");
    std::fs::rename(site.join("texts"), site.join("aside")).unwrap();
    assert_eq!(away.run(&["hub", "sync"]).code, 1);
    assert_eq!(std::fs::read_to_string(copied.with_file_name("log.db.damaged")).unwrap(), "damaged");
    std::fs::rename(site.join("aside"), site.join("texts")).unwrap();
    sync(&away);
    assert!(!copied.with_file_name("log.db.damaged").exists());
    intact(&away);
    intact(&home);
}

#[test]
fn a_key_that_is_stopped_while_a_trainee_rotates_is_said_to_stop_the_fetching_until_the_rotation_ends() {
    let (_hub, home, away) = fetched();
    let origin = origin_of(&home);
    let stopped = away.officer(&["bundle", "stop-key", "cardiology", "--reason", "It may be in other hands"]);
    assert!(
        stopped.code == 0 && stopped.err.contains("fetches nothing more from there for Ann Trainee"),
        "{stopped:?}"
    );
    let ran = away.run(&["hub", "sync"]);
    assert!(ran.code == 1 && ran.err.contains("its key was stopped here"), "{ran:?}");
    assert!(row(&ran.out, "cardiology").contains("its key was stopped"), "{ran:?}");
    let trainees = away.run(&["hub", "trainees"]);
    assert!(trainees.out.contains("not fetched: its key was stopped"), "{trainees:?}");
    assert_eq!(away.run(&["hub", "trainees", "--json"]).json()["trainees"][0]["stopped"], true);
    assert!(away.run(&["hub", "status"]).err.contains("its key was stopped here"));
    let end = ["hub", "trainee", "Ann Trainee", "--site", &origin, "--end", "--reason", "Back home"];
    assert_eq!(away.officer(&end).code, 0);
    sync(&away);
    assert!(away.run(&["hub", "status"]).err.is_empty());
}
