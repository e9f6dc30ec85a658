//! What the hub or the way to it may do wrong: each is a sentence, and local work goes on.

use crate::cli::book::Book;
use crate::hub::push::sync;
use crate::hub::server::Hub;

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn each_way_in_which_the_hub_cannot_be_used_is_said_in_words_with_what_to_do() {
    let Some(hub) = Hub::new() else { return };
    let book = Book::founded();
    let join = |address: &str| book.run(&["hub", "join", address, "--site", "cardiology"]);
    join("postgresql://a@127.0.0.1:9/hub").refused(1, "The hub cannot be reached");
    join("service=none-such").refused(2, "not found");
    join(&hub.address("unknown")).refused(1, "The hub does not let this site in: role");
    hub.superuser("CREATE ROLE outsider LOGIN;");
    let outside = hub.address("x").replace(&hub.role("x"), "outsider");
    join(&outside).refused(1, "The hub refused: permission denied for schema countersign");
    hub.superuser("CREATE DATABASE empty;");
    hub.admit("cardiology");
    let none = hub.address("cardiology").replace(&format!("/{}", hub.database), "/empty");
    join(&none).refused(1, "There is no hub at this address");
    hub.superuser("UPDATE countersign.format SET number = 2;");
    join(&hub.address("cardiology")).refused(1, "The hub has format 2");
    hub.superuser("UPDATE countersign.format SET number = 1;");
    assert_eq!(join(&hub.address("cardiology")).code, 0);
    sync(&book);
    book.run(&["hub", "join", "/nowhere/at/all", "--site", "x"]).refused(1, "has joined the hub");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn while_the_hub_is_away_people_sign_and_the_status_shows_what_was_last_seen() {
    let Some(hub) = Hub::new() else { return };
    let book = Book::founded();
    hub.join(&book, "cardiology");
    sync(&book);
    let away = std::fs::read_to_string(book.data().join("hub/joined")).unwrap();
    let (before, _) = away.split_once("@127.0.0.1:").unwrap();
    std::fs::write(book.data().join("hub/joined"), format!("{before}@127.0.0.1:9/{}\n", hub.database)).unwrap();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--place", "Echo lab", "--feedback", "one"]).done();
    book.run(&["hub", "sync"]).refused(1, "The hub cannot be reached");
    let status = book.run(&["hub", "status"]);
    assert_eq!(status.code, 1, "{status:?}");
    assert!(status.err.contains("The hub cannot be reached") && status.out.contains("As it was on"), "{status:?}");
    let doctor = book.run(&["doctor"]).out;
    assert!(doctor.contains("The last exchange as cardiology was within the hour"), "{doctor}");
    std::fs::write(book.data().join("hub/joined"), away).unwrap();
    assert_eq!(sync(&book), 1);
}

#[test]
fn a_folder_that_is_away_or_empty_is_named_and_nothing_is_lost_when_it_is_back() {
    let book = Book::founded();
    let (hub, aside) = (book.0.path().join("hub"), book.0.path().join("aside"));
    std::fs::create_dir(&hub).unwrap();
    assert_eq!(book.run(&["hub", "join", hub.to_str().unwrap(), "--site", "cardiology"]).code, 0);
    assert_eq!(book.run(&["hub", "sync"]).code, 0);
    std::fs::rename(&hub, &aside).unwrap();
    let said = |words: &str| {
        let ran = book.run(&["hub", "sync"]);
        assert!(ran.code != 0 && ran.err.contains(words), "{words}: {ran:?}");
        let status = book.run(&["hub", "status"]);
        assert!(status.err.contains(words) && status.out.contains("As it was on"), "{words}: {status:?}");
    };
    said(&format!("There is no folder {}", hub.display()));
    std::fs::create_dir(&hub).unwrap();
    said(&format!("{} is not a hub", hub.display()));
    std::fs::remove_dir(&hub).unwrap();
    std::fs::rename(&aside, &hub).unwrap();
    let ran = book.run(&["hub", "sync"]);
    assert!(ran.code == 0 && ran.out.contains("The hub has everything of this log"), "{ran:?}");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_site_does_not_send_to_a_hub_whose_head_of_its_log_was_altered() {
    let Some(hub) = Hub::new() else { return };
    let (book, other) = (Book::founded(), Book::small());
    hub.join(&book, "cardiology");
    hub.join(&other, "respiratory");
    sync(&book);
    sync(&other);
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--place", "Echo lab", "--feedback", "one"]).done();
    for (alteration, words) in [
        (
            "UPDATE countersign.log SET vkey = (SELECT vkey FROM countersign.log WHERE site = 'respiratory') WHERE site = 'cardiology'",
            "The hub has another key for this log",
        ),
        (
            "UPDATE countersign.checkpoint SET note = set_byte(note, length(note) - 9, 70) WHERE log_id = 1",
            "is not signed by this log’s key",
        ),
        ("DELETE FROM countersign.checkpoint WHERE log_id = 1", "but no checkpoint of it"),
        (
            "DELETE FROM countersign.statement WHERE log_id = 1 AND position = 8 - 1",
            "but its last entry there is number",
        ),
        (
            "UPDATE countersign.log SET origin = 'ward.example.org/9' WHERE site = 'cardiology'",
            "The hub has the log ward.example.org/9",
        ),
    ] {
        let size: u64 = hub.superuser("SELECT count(*) FROM countersign.statement WHERE log_id = 1;").parse().unwrap();
        let alteration = alteration.replace("8 - 1", &(size - 1).to_string());
        let keep = "CREATE TABLE kept_log AS TABLE countersign.log; CREATE TABLE kept_statement AS TABLE countersign.statement;
            CREATE TABLE kept_checkpoint AS TABLE countersign.checkpoint;";
        hub.superuser(&format!("SET session_replication_role = replica; {keep} {alteration};"));
        let ran = book.run(&["hub", "sync"]);
        assert!(ran.code == 1 && ran.err.contains(words), "{words}: {ran:?}");
        hub.superuser(
            "SET session_replication_role = replica;
            DELETE FROM countersign.checkpoint; DELETE FROM countersign.statement; DELETE FROM countersign.log;
            INSERT INTO countersign.log OVERRIDING SYSTEM VALUE SELECT * FROM kept_log;
            INSERT INTO countersign.statement SELECT * FROM kept_statement;
            INSERT INTO countersign.checkpoint SELECT * FROM kept_checkpoint;
            DROP TABLE kept_log, kept_statement, kept_checkpoint;",
        );
    }
    assert_eq!(sync(&book), 1);
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_push_that_is_cut_after_any_line_of_its_script_leaves_the_hub_as_it_was() {
    let Some(hub) = Hub::new() else { return };
    let book = Book::founded();
    hub.join(&book, "cardiology");
    let programs = tempfile::tempdir().unwrap();
    let psql = programs.path().join("psql");
    let cut = |lines: usize| {
        // A push alone is cut; the rest of an exchange goes through.
        let script = format!(
            "#!/bin/sh\nscript=$(/usr/bin/mktemp)\n/bin/cat >\"$script\"\nif /bin/grep -q begin_push \"$script\"; then \
            /usr/bin/wc -l <\"$script\" >\"{0}/lines\"; /usr/bin/head -n {lines} \"$script\" | /usr/bin/psql \"$@\"; \
            /bin/rm \"$script\"; echo cut >&2; exit 2; fi\n/usr/bin/psql \"$@\" <\"$script\"\ncode=$?\n/bin/rm \"$script\"\nexit $code\n",
            programs.path().display()
        );
        std::fs::write(&psql, script).unwrap();
        std::fs::set_permissions(&psql, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let output = book.command().env("PATH", programs.path()).args(["hub", "sync"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
    };
    let mut line = 0;
    loop {
        cut(line);
        let all: usize = std::fs::read_to_string(programs.path().join("lines")).unwrap().trim().parse().unwrap();
        let rows = hub.superuser(
            "SELECT (SELECT count(*) FROM countersign.statement), (SELECT count(*) FROM countersign.checkpoint),
            (SELECT count(*) FROM countersign.standard);",
        );
        if line == all {
            // The last line commits: only the answer was lost.
            assert_eq!(rows, format!("{}|1|1", book.size()));
            break;
        }
        assert_eq!(rows, "0|0|0", "after line {line} of {all}");
        line += 1;
    }
    assert!(line > 15, "{line}");
    assert_eq!(sync(&book), 0);
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn statements_that_an_exchange_left_in_files_when_it_was_killed_are_removed_by_the_next() {
    let Some(hub) = Hub::new() else { return };
    let book = Book::founded();
    hub.join(&book, "cardiology");
    sync(&book);
    let left = book.data().join("hub/outgoing");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("entries"), "a statement").unwrap();
    assert_eq!(sync(&book), 0);
    assert!(!left.exists());
}
