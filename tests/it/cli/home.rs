//! `home`: tables, sentences and JSON for each kind of person, and the word over SSH.

use serde_json::Value;

use crate::cli::book::{Book, QUIET, review};

#[test]
fn home_shows_each_person_what_waits_for_them_and_json_has_the_part_of_their_role_alone() {
    let book = Book::founded();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "S1", "--feedback", "Calm and clear"]).done();
    book.officer(&["supervise", "Sam", "Ann Trainee"]).done();
    book.supervisor(&review("Ann Trainee", ["Sam", "Olu"], &QUIET)).done();
    for (who, home) in [("Ann Trainee", "trainee"), ("Sam", "supervisor"), ("Olu", "training-officer")] {
        let json = book.run(&["home", who, "--json"]).done().json();
        assert_eq!((&json["schema"], &json["home"]), (&"countersign/home/1".into(), &home.into()));
        let parts = ["trainee", "supervisor", "officer"].map(|part| json[part] != Value::Null);
        let wanted = ["trainee", "supervisor", "training-officer"].map(|one| one == home);
        assert_eq!(parts, wanted, "{who}");
        // What --as says is the same.
        let own = book.run(&["home", "--json", "--as", who]).done().json();
        assert_eq!(own, json);
    }
    let ann = book.run(&["home", "Ann Trainee", "--json"]).done().json();
    assert_eq!((&ann["counts"]["home"], &ann["trainee"]["new_of"]), (&2.into(), &2.into()));
    assert_eq!(ann["trainee"]["new"][1]["ksbs"], serde_json::json!(["K1", "S1"]));
    assert_eq!(ann["trainee"]["outstanding_of"], 70);
    let sam = book.run(&["home", "Sam", "--json"]).done().json();
    assert_eq!(sam["supervisor"]["trainees"][0]["name"], "Ann Trainee");
    let olu = book.run(&["home", "Olu", "--json"]).done().json();
    assert_eq!((&olu["officer"]["trainees"], &olu["officer"]["book"]["entries"]), (&1.into(), &book.size().into()));
    book.run(&["home"]).refused(2, "No person was named");
    book.run(&["home", "nobody"]).refused(2, "No person matches");
}

#[test]
fn home_reads_as_sentences_where_plain_text_is_asked_for() {
    let book = Book::founded();
    book.officer(&["supervise", "Sam", "Ann Trainee"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", "Calm and clear"]).done();
    let action = ["--action", "Read it again", "--by", "in 3 days"];
    let not_yet = ["sign-off", "Ann Trainee", "S9", "--not-achieved", "--feedback", "Too slow"];
    book.supervisor(&[&not_yet[..], &action[..]].concat()).done();
    let said = |who: &str, words: &[&str]| {
        let plain = book.run(&["home", who, "--plain"]).done().out;
        assert!(!plain.contains("  ") && !plain.contains('\t'), "{plain}");
        for word in words {
            assert!(plain.contains(word), "{word}: {plain}");
        }
    };
    said(
        "Ann Trainee",
        &["Ann Trainee: 1 of 72 signed", "S9, not yet, by ", "Sam Supervisor signed K1: “Calm and clear”"],
    );
    said("Sam", &["No claims are waiting for you", "Ann Trainee: month ", "Open: 1 not yet", "Ann Trainee S9, by "]);
    said("Olu", &["1 trainee, ", "Backup, never: There is no backup yet", "Furthest behind: 1 behind plan"]);
    let table = book.run(&["home", "Sam"]).done().out;
    assert!(table.contains("TRAINEE") && table.contains("WHEN"), "{table}");
}

#[test]
fn over_ssh_home_is_for_everyone_and_what_is_new_is_read_only_where_that_is_said() {
    let book = Book::founded();
    let (ann, sam) = (book.id_of("Ann Trainee"), book.id_of("Sam Supervisor"));
    for (name, who) in [("ann", "Ann Trainee"), ("sam-login", "Sam Supervisor")] {
        book.officer(&["ssh", "add", who, "--key", &book.login_key(name)]).done();
    }
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", "Calm and clear"]).done();
    let session = |who: &str, wanted: &str| {
        let output = book.command().args(["session", who]).env("SSH_ORIGINAL_COMMAND", wanted).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let size = book.size();
    for _ in 0..2 {
        let (code, out, _) = session(&ann, "home");
        assert!(code == 0 && out.contains("New in the last 4 weeks: 1"), "{out}");
    }
    let (code, out, err) = session(&ann, "home read");
    assert!(code == 0 && out.contains("“Calm and clear”") && err.contains("Marked 1 new thing as read"), "{out}{err}");
    let (code, out, _) = session(&ann, "home");
    assert!(code == 0 && out.contains("New since you were last here") && out.contains("Nothing new"), "{out}");
    assert_eq!(session(&sam, "home").0, 0);
    assert_eq!(session(&sam, "home read").0, 2);
    assert_eq!(book.size(), size, "nothing of it is signed");
    assert_eq!(book.run(&["verify"]).code, 3);
    // How far somebody read is theirs to ask for.
    let begun = book.run(&["export", "--person", "Ann Trainee", "--json"]).done().json();
    let read = begun["begun"].as_array().unwrap().iter().find(|row| row["what"] == "read").unwrap();
    assert_eq!((&read["person"], &read["trainee"]), (&ann.clone().into(), &ann.into()));
}

#[test]
fn home_tells_when_the_file_was_last_verified_and_with_what_result_only_of_this_file_and_its_history() {
    let book = Book::founded();
    let checked = |wanted: &str| {
        let text = book.run(&["home", "Olu"]).done().out;
        let line = text.lines().find(|line| line.starts_with("Checked")).unwrap_or_else(|| panic!("{text}")).to_owned();
        assert!(line.ends_with(wanted), "{line}");
        book.run(&["home", "Olu", "--json"]).done().json()["officer"]["book"].clone()
    };
    assert_eq!(checked("not checked here yet")["verified"], Value::Null);
    // A copy elsewhere is another file.
    let copy = book.keep("copy.db", "");
    std::fs::copy(book.database(), &copy).unwrap();
    assert_eq!(book.run(&["verify", &copy]).code, 3);
    assert_eq!(checked("not checked here yet")["verified"], Value::Null);
    assert_eq!(book.run(&["verify"]).code, 3);
    assert_eq!(checked("today, every signature")["verified_sound"], true);
    // The file by its name is the same file.
    std::fs::remove_file(book.data().join("verified")).unwrap();
    assert_eq!(book.run(&["verify", book.database().to_str().unwrap()]).code, 3);
    let size = book.size();
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    checked(&format!("today, entries 1 to {size}"));
    assert_eq!(book.run(&["verify"]).code, 3);
    checked("today, every signature");
    // A file that does not hold what was checked says nothing of the check.
    std::fs::copy(&copy, book.database()).unwrap();
    assert_eq!(checked("not checked here yet")["verified"], Value::Null);
    std::fs::write(book.data().join("verified"), "not a check").unwrap();
    assert_eq!(checked("not checked here yet")["verified"], Value::Null);
}
