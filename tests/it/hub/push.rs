//! What is sent: all of a log, once, in order, as it is in the file; and what is refused.

use crate::cli::book::{Book, Ran, copy};
use crate::hub::folder::not_sent;
use crate::hub::server::Hub;

/// Exchanges, and returns what was sent.
pub fn sync(book: &Book) -> u64 {
    let ran = book.run(&["hub", "sync", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()["sent"].as_u64().unwrap()
}

/// A log as the hub has it, entry by entry: position, id, key, text, signature and what it put back.
pub fn at_hub(hub: &Hub, site: &str) -> String {
    hub.superuser(&format!(
        "SELECT s.position, s.id, s.key, encode(s.statement, 'hex'), encode(s.signature, 'hex'), i.id, encode(i.statement, 'hex')
        FROM countersign.statement s JOIN countersign.log USING (log_id) LEFT JOIN countersign.imported i USING (log_id, position)
        WHERE site = '{site}' ORDER BY position;"
    ))
}

/// The same as the file has it.
pub fn in_file(book: &Book) -> String {
    let file = rusqlite::Connection::open(book.database()).unwrap();
    let mut rows = file
        .prepare(
            "SELECT e.place, lower(hex(e.id)), line, lower(hex(nullif(e.text, ''))),
            CASE WHEN e.text <> '' THEN lower(hex(e.signature)) END, lower(hex(i.id)), lower(hex(nullif(i.text, '')))
            FROM entry e JOIN key USING (key) LEFT JOIN imported i USING (place) ORDER BY place",
        )
        .unwrap();
    let rows = rows.query_map([], |row| {
        let id = |at| -> rusqlite::Result<String> {
            let hex = row.get::<_, Option<String>>(at)?.unwrap_or_default();
            Ok(hex.parse::<uuid::Uuid>().map_or_else(|_| hex.clone(), |id| id.to_string()))
        };
        let text = |at| -> rusqlite::Result<String> { Ok(row.get::<_, Option<String>>(at)?.unwrap_or_default()) };
        let place: i64 = row.get(0)?;
        Ok([place.to_string(), id(1)?, text(2)?, text(3)?, text(4)?, id(5)?, text(6)?].join("|"))
    });
    rows.unwrap().map(Result::unwrap).collect::<Vec<_>>().join("\n")
}

fn checkpoint(book: &Book) -> String {
    book.run(&["checkpoint"]).out
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn the_hub_has_a_log_as_the_file_has_it_after_each_exchange_and_nothing_is_sent_twice() {
    let Some(hub) = Hub::new() else { return };
    let book = Book::founded();
    hub.join(&book, "cardiology");
    assert_eq!(sync(&book), book.size());
    assert_eq!(at_hub(&hub, "cardiology"), in_file(&book));
    for turn in 0..3 {
        assert_eq!(sync(&book), 0, "nothing is new");
        book.supervisor(&["sign-off", "Ann Trainee", "K1", "S1", "--place", "Echo lab", "--feedback", "one"]).done();
        assert_eq!(sync(&book), 2, "turn {turn}");
        assert_eq!(at_hub(&hub, "cardiology"), in_file(&book));
    }
    let note =
        hub.superuser("SELECT convert_from(note, 'UTF8') FROM countersign.checkpoint ORDER BY size DESC LIMIT 1;");
    assert_eq!(note.trim(), checkpoint(&book).trim());
    let texts = hub.superuser("SELECT count(*) FROM countersign.standard;");
    assert_eq!(texts, "1", "the text of the standard is there once");
    assert!(!book.data().join("hub/outgoing").exists(), "nothing of a statement stays in a file");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn what_is_erased_here_is_erased_there_with_the_next_exchange_and_its_leaf_stays() {
    let Some(hub) = Hub::new() else { return };
    let book = Book::founded();
    hub.join(&book, "cardiology");
    let erase = |book: &Book, word: &str| {
        book.supervisor(&["sign-off", "Ann Trainee", "K1", "--place", "Echo lab", "--feedback", word]).done();
        let history = book.run(&["history", "--json", "--most", "1"]).json();
        history["statements"][0]["id"].as_str().unwrap().to_owned()
    };
    // Erased before it was ever sent.
    let before = erase(&book, "never sent");
    book.officer(&["erase", &before, "--reason", "Named a patient"]);
    let sent = erase(&book, "sent and regretted");
    sync(&book);
    let leaves =
        |hub: &Hub| hub.superuser("SELECT position, encode(leaf, 'hex') FROM countersign.statement ORDER BY position;");
    let known = leaves(&hub);
    assert!(at_hub(&hub, "cardiology").contains(&hex("sent and regretted")));
    assert!(!at_hub(&hub, "cardiology").contains(&hex("never sent")));
    let erased = book.officer(&["erase", &sent, "--reason", "Named a patient"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    let ran = book.run(&["hub", "sync", "--json"]).json();
    assert_eq!((&ran["sent"], &ran["erased"]), (&1.into(), &1.into()));
    assert!(!at_hub(&hub, "cardiology").contains(&hex("sent and regretted")));
    assert_eq!(at_hub(&hub, "cardiology"), in_file(&book));
    assert!(leaves(&hub).starts_with(&known));
}

fn hex(text: &str) -> String {
    countersign_core::primitives::encoding::hex(text.as_bytes())
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn two_exchanges_at_once_send_everything_once() {
    let Some(hub) = Hub::new() else { return };
    let book = Book::demo();
    hub.join(&book, "cardiology");
    // A copy of the folder has no lock in common with the first: the hub alone decides.
    let other = Book::empty();
    copy(book.0.path(), other.0.path());
    let runs: Vec<Ran> = std::thread::scope(|scope| {
        let runs: Vec<_> = [&book, &other, &book, &other]
            .into_iter()
            .map(|book| scope.spawn(|| book.run(&["hub", "sync", "--json"])))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(runs.iter().any(|ran| ran.code == 0), "{runs:?}");
    for ran in &runs {
        assert!(ran.code == 0 || (ran.code == 4 && ran.err.contains("again")), "{ran:?}");
    }
    assert_eq!(sync(&book), 0);
    assert_eq!(at_hub(&hub, "cardiology"), in_file(&book));
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_file_that_was_put_back_from_an_older_copy_sends_nothing_and_neither_does_one_that_went_on_from_it() {
    let Some(hub) = Hub::new() else { return };
    let book = Book::founded();
    hub.join(&book, "cardiology");
    sync(&book);
    let older = tempfile::tempdir().unwrap();
    copy(&book.data(), older.path());
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "K2", "--place", "Echo lab", "--feedback", "one"]).done();
    sync(&book);
    let (known, size) = (at_hub(&hub, "cardiology"), book.size());
    std::fs::remove_dir_all(book.data()).unwrap();
    copy(older.path(), &book.data());
    let words = format!("The hub has {size} entries of this log, and this file has {}", size - 2);
    not_sent(&book, &words);
    for _ in 0..2 {
        book.supervisor(&["sign-off", "Ann Trainee", "K3", "--place", "Ward", "--feedback", "two"]).done();
    }
    not_sent(&book, "The hub has another history of this log");
    assert_eq!(at_hub(&hub, "cardiology"), known);
}

#[test]
fn an_address_with_a_password_and_a_name_that_no_site_can_have_are_refused_and_nothing_is_kept() {
    let book = Book::founded();
    let address = "postgresql://cardiology:lantern@127.0.0.1/hub";
    let refused =
        book.run(&["hub", "join", address, "--site", "cardiology"]).refused(2, "The address contains a password");
    assert!(!refused.err.contains("lantern"));
    for name in ["", "Cardiology", "-x", "a b", "é", &"x".repeat(64)] {
        let name = format!("--site={name}");
        book.run(&["hub", "join", "service=hub", &name]).refused(2, "cannot be a site’s name");
    }
    for verb in ["sync", "status", "leave"] {
        book.run(&["hub", verb]).refused(2, "This department has not joined a hub");
    }
    assert!(!book.data().join("hub").exists());
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_role_has_one_log_and_a_log_and_a_name_one_role() {
    let Some(hub) = Hub::new() else { return };
    let (book, other) = (Book::founded(), Book::small());
    hub.join(&book, "cardiology");
    let joined = book.run(&["hub", "join", &hub.address("cardiology"), "--site", "cardiology"]);
    assert_eq!(joined.code, 0, "it may join again: {joined:?}");
    other
        .run(&["hub", "join", &hub.address("cardiology"), "--site", "respiratory"])
        .refused(2, "This role has joined as cardiology");
    hub.admit("respiratory");
    other
        .run(&["hub", "join", &hub.address("respiratory"), "--site", "cardiology"])
        .refused(2, "Another log has the name cardiology at the hub");
    let second = Book::empty();
    copy(book.0.path(), second.0.path());
    std::fs::remove_dir_all(second.data().join("hub")).unwrap();
    second
        .run(&["hub", "join", &hub.address("respiratory"), "--site", "other"])
        .refused(2, "put there by another role");
    book.run(&["hub", "join", &hub.address("cardiology"), "--site", "heart"])
        .refused(1, "This department has joined the hub");
    let left = book.run(&["hub", "leave"]);
    assert_eq!(left.code, 0, "{left:?}");
    book.run(&["hub", "sync"]).refused(2, "This department has not joined a hub");
    hub.join(&other, "renal");
    assert_eq!(sync(&other), other.size());
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn the_status_says_how_much_is_to_be_sent_and_who_was_not_seen_for_more_than_a_day() {
    let Some(hub) = Hub::new() else { return };
    let (book, other) = (Book::founded(), Book::small());
    hub.join(&book, "cardiology");
    hub.join(&other, "respiratory");
    let status = |book: &Book| book.run(&["hub", "status", "--json"]).json();
    let site = |status: &serde_json::Value, name: &str| {
        status["sites"].as_array().unwrap().iter().find(|site| site["id"] == name).unwrap().clone()
    };
    let before = status(&book);
    let own = site(&before, "cardiology");
    assert_eq!((&own["behind"], &own["own"], &own["at_hub"]), (&book.size().into(), &true.into(), &0.into()));
    sync(&book);
    sync(&other);
    let after = status(&book);
    assert_eq!(site(&after, "cardiology")["behind"], 0);
    let seen = site(&after, "respiratory");
    assert_eq!(
        (&seen["at_hub"], &seen["readable"], &seen["silent"]),
        (&other.size().into(), &false.into(), &false.into())
    );
    hub.let_read("cardiology", "respiratory");
    assert_eq!(site(&status(&book), "respiratory")["readable"], true);
    hub.superuser(
        "SET session_replication_role = replica; UPDATE countersign.checkpoint SET put = put - interval '26 hours'
        WHERE log_id = (SELECT log_id FROM countersign.log WHERE site = 'respiratory');
        UPDATE countersign.cosignature SET put = put - interval '26 hours'
        WHERE log_id = (SELECT log_id FROM countersign.log WHERE site = 'respiratory');",
    );
    let ran = book.run(&["hub", "status"]);
    assert!(ran.err.contains("Not seen at the hub for more than a day: respiratory"), "{ran:?}");
    let plain = book.run(&["hub", "status", "--plain"]).out;
    assert!(plain.contains("respiratory") && plain.contains("cardiology (here)"), "{plain}");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn what_was_put_back_from_receipts_is_there_too_and_is_erased_with_the_entry_that_put_it_back() {
    let Some(hub) = Hub::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let book = Book::founded();
    let older = tempfile::tempdir().unwrap();
    copy(&book.data(), older.path());
    let said = ["--place", "Echo lab", "--feedback", "seen before the disk failed"];
    book.supervisor(&[&["sign-off", "Ann Trainee", "K1", "S1"], &said[..]].concat()).done();
    let receipts = book.secret("receipts");
    std::fs::write(&receipts, book.run(&["receipts"]).out).unwrap();
    std::fs::remove_dir_all(book.data()).unwrap();
    copy(older.path(), &book.data());
    let ran = book.officer(&["import", "--reason", "The disk failed", "--yes", "--receipt", &receipts]);
    assert_eq!(ran.code, 0, "{ran:?}");
    // The same log at two hubs: in PostgreSQL, and in a folder.
    let other = Book::empty();
    copy(book.0.path(), other.0.path());
    let joined = other.run(&["hub", "join", path, "--site", "cardiology"]);
    assert_eq!(joined.code, 0, "{joined:?}");
    hub.join(&book, "cardiology");
    let both_are = |book: &Book, other: &Book| {
        sync(book);
        sync(other);
        let all = in_file(book);
        assert_eq!(at_hub(&hub, "cardiology"), all);
        assert_eq!(crate::hub::folder::pulled(folder.path(), book, 0).unwrap().1, all);
        all
    };
    let restored = both_are(&book, &other);
    let of = |all: &str| all.lines().filter(|line| !line.ends_with('|')).count();
    assert_eq!((of(&restored), restored.matches(&hex("seen before the disk failed")).count()), (2, 2));
    let id = |line: &str| line.split('|').nth(1).unwrap().to_owned();
    let last = id(restored.lines().last().unwrap());
    let erased = book.officer(&["erase", &last, "--reason", "Named a patient"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    for name in ["countersign.db", "countersign.db-wal", "countersign.db-shm"] {
        let _ = std::fs::remove_file(other.data().join(name));
        let _ = std::fs::copy(book.data().join(name), other.data().join(name));
    }
    let blanked = both_are(&book, &other);
    assert_eq!(blanked.matches(&hex("seen before the disk failed")).count(), 1);
}
