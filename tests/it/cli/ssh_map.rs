//! The one map for sshd: a data folder writes its own and leaves another folder's alone, until somebody moves it.

use std::fs;
use std::os::unix::fs::symlink;

use crate::cli::book::Book;

/// A book that lets Ann in by this map of its own.
fn with_login() -> Book {
    let book = Book::founded();
    book.officer(&["ssh", "add", "Ann Trainee", "--key", &book.login_key("ann")]).done();
    book
}

/// Has a book use another's map from here on.
fn share(book: &Book, map: &std::path::Path) {
    let settings = book.0.path().join(".config/countersign");
    fs::create_dir_all(&settings).unwrap();
    fs::write(settings.join("config.toml"), format!("[ssh]\nmap = \"{}\"\n", map.display())).unwrap();
}

fn ssh_map(book: &Book) -> (String, String) {
    let checks = book.run(&["doctor", "--json"]).json()["checks"].as_array().unwrap().clone();
    let row = checks.into_iter().find(|row| row["id"] == "ssh-map").unwrap();
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    (text("state"), format!("{} {}", text("why"), text("hint")))
}

#[test]
fn the_map_of_another_data_folder_is_left_alone_whatever_is_done_in_this_one() {
    let (real, trial) = (with_login(), with_login());
    let late = trial.login_key("late");
    let sam = trial.login_key("sam");
    trial.officer(&["ssh", "add", "Sam Supervisor", "--key", &sam]).done();
    share(&trial, &real.map());
    let (before, logins) = (fs::read(real.map()).unwrap(), trial.run(&["ssh", "list", "--json"]).out);
    let other = format!("belongs to another data folder, {}", real.data().display());
    for command in [vec!["ssh", "add", "Ann Trainer", "--key", &late], vec!["ssh", "sync"]] {
        let ran = trial.officer(&command).refused(1, &other);
        assert!(ran.err.contains("ssh sync --take-over"), "{command:?}: {ran:?}");
        assert_eq!(fs::read(real.map()).unwrap(), before, "{command:?}");
        assert_eq!(trial.run(&["ssh", "list", "--json"]).out, logins, "{command:?}");
    }
    // What takes a way in away is done all the same: no key of this folder is in that map.
    for command in [
        vec!["person", "leave", "Sam Supervisor"],
        vec!["person", "return", "Sam Supervisor"],
        vec!["ssh", "revoke", "Ann Trainee"],
        vec!["person", "leave", "Ann Trainee"],
    ] {
        let ran = trial.officer(&command);
        assert!(ran.code == 0 && ran.err.contains(&other), "{command:?}: {ran:?}");
        assert_eq!(fs::read(real.map()).unwrap(), before, "{command:?}");
    }
    let rows = trial.run(&["ssh", "list", "--json"]).json();
    assert!(rows["logins"].as_array().unwrap().iter().any(|row| row["current"] == false), "{rows}");
    // Nor is it touched by a backup that is put back, by an index made again, or by looking.
    let backup = trial.0.path().join("b.db");
    trial.run(&["backup", backup.to_str().unwrap(), "--json"]).done();
    trial.officer(&["restore", backup.to_str().unwrap(), "--reason", "trial", "--yes", "--json"]);
    for command in [&["rebuild"][..], &["doctor"], &["ssh", "list"]] {
        trial.run(command);
        assert_eq!(fs::read(real.map()).unwrap(), before, "{command:?}");
    }
    let (state, why) = ssh_map(&trial);
    assert!(state == "attention" && why.contains(&other) && why.contains("--take-over"), "{why}");
    assert_eq!(ssh_map(&real).0, "good");
}

#[test]
fn the_map_is_moved_where_somebody_asks_for_it_and_both_folders_say_whose_it_is() {
    let (old, new) = (with_login(), with_login());
    share(&new, &old.map());
    let moved = new.run(&["ssh", "sync", "--take-over"]).done();
    assert!(moved.out.contains(&old.data().display().to_string()), "{moved:?}");
    let map = fs::read_to_string(old.map()).unwrap();
    assert!(map.contains(&format!("\ndata {}\n", new.data().display())), "{map}");
    assert_eq!(ssh_map(&new).0, "good");
    let (state, why) = ssh_map(&old);
    assert!(state == "attention" && why.contains(&new.data().display().to_string()), "{why}");
    old.run(&["ssh", "sync"]).refused(1, "belongs to another data folder");
    old.run(&["ssh", "sync", "--take-over"]).done();
    assert_eq!(ssh_map(&old).0, "good");
    // A folder in which nobody logs in has nothing to lose by it.
    let none = Book::founded();
    share(&none, &old.map());
    assert_eq!(ssh_map(&none).0, "good");
    none.run(&["ssh", "sync"]).refused(1, "belongs to another data folder");
}

#[test]
fn the_map_of_a_folder_that_is_gone_or_that_is_this_one_by_another_path_is_written() {
    let (old, new) = (with_login(), with_login());
    share(&new, &old.map());
    fs::rename(old.data(), old.0.path().join("moved")).unwrap();
    assert!(ssh_map(&new).1.contains("which is not there"));
    new.run(&["ssh", "sync"]).done();
    assert!(fs::read_to_string(old.map()).unwrap().contains(&new.data().display().to_string()));
    let link = new.0.path().join("link");
    symlink(new.data(), &link).unwrap();
    let run = |data: &str| {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
        command.env_clear().env("HOME", new.0.path()).current_dir(new.0.path());
        let output = command.args(["--data", data, "ssh", "sync"]).output().unwrap();
        assert!(output.status.success(), "{data}: {output:?}");
        fs::read_to_string(old.map()).unwrap()
    };
    for data in [link.to_str().unwrap(), "data", "./data", "link"] {
        let map = run(data);
        let named = map.lines().nth(1).unwrap().strip_prefix("data ").unwrap();
        assert!(named.starts_with('/') && fs::canonicalize(named).unwrap() == fs::canonicalize(new.data()).unwrap());
    }
    assert_eq!(ssh_map(&new).0, "wrong", "another path than sshd is told of goes unseen");
    new.run(&["ssh", "sync"]).done();
    assert_eq!(ssh_map(&new).0, "good");
}

#[test]
fn what_is_not_a_map_is_never_written_over_unasked() {
    let book = with_login();
    for (what, text) in
        [("notes", "minutes of the meeting\n"), ("newer", "countersign-keys/2\ndata /x\n"), ("bytes", "\u{0}\u{1}")]
    {
        fs::write(book.map(), text).unwrap();
        book.run(&["ssh", "sync"]).refused(1, "is not a map of keys");
        book.officer(&["ssh", "revoke", "Ann Trainer"]).refused(2, "has no key");
        assert_eq!(fs::read_to_string(book.map()).unwrap(), text, "{what}");
        assert_eq!(ssh_map(&book).0, "wrong", "{what}");
    }
    fs::remove_file(book.map()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(book.map()).status().unwrap().success());
    book.run(&["ssh", "sync"]).refused(1, "a pipe");
    assert_eq!(ssh_map(&book).0, "wrong");
    fs::remove_file(book.map()).unwrap();
    assert_eq!(ssh_map(&book).0, "attention");
    // What a crash left is nobody's.
    fs::write(book.map(), "").unwrap();
    book.run(&["ssh", "sync"]).done();
    assert_eq!(ssh_map(&book).0, "good");
}
