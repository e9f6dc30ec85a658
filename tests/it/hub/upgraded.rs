//! A hub that the SQL of an earlier version made: it does what it did, says what it has no place for, and is brought up to date
//! by the same command, without a loss.

use std::process::Command;

use crate::cli::book::Book;
use crate::hub::batches;
use crate::hub::push::{at_hub, in_file, sync};
use crate::hub::server::{Hub, Server};
use crate::security_keys::{ids, intact, with_key};

/// What `countersign hub schema` of 0.2.0 printed.
const BEFORE: &str = include_str!("../../fixtures/hub/schema-0.2.0.sql");

fn schema() -> String {
    Book::empty().run(&["hub", "schema"]).done().out
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn an_older_hub_takes_what_it_can_names_what_it_cannot_and_takes_it_once_its_tables_are_brought_up_to_date() {
    let Some(server) = Server::shared() else { return };
    let hub = Hub::made_with(server, BEFORE);
    let (book, agent) = with_key(76);
    hub.join(&book, "cardiology");
    assert_eq!(book.supervisor(&["sign-off", "Ann Trainee", "K1"]).code, 0);
    sync(&book);
    assert_eq!(at_hub(&hub, "cardiology"), in_file(&book));
    let signed = agent.sam(&book, &["sign-off", "Ann Trainee", "K2", "K3", "--json"]);
    assert_eq!(signed.code, 0, "{signed:?}");
    let before = at_hub(&hub, "cardiology");
    let refused = book
        .run(&["hub", "sync"])
        .refused(1, "The hub has no place yet for statements that were signed with a security key");
    assert!(refused.err.contains("countersign hub schema | psql"), "{refused:?}");
    assert_eq!(at_hub(&hub, "cardiology"), before);
    // Another one that needs no such place goes on, and rebuilds.
    let other = Book::small();
    hub.join(&other, "respiratory");
    sync(&other);
    let lost = Book::empty();
    assert_eq!(lost.run(&["hub", "rebuild", &hub.address("respiratory"), "--site", "respiratory"]).code, 0);
    // Twice: the second time changes nothing.
    let upgrade = schema();
    for _ in 0..2 {
        let (done, _, err) = hub.server.psql("postgres", &hub.database, &upgrade);
        assert!(done, "{err}");
        assert_eq!(at_hub(&hub, "cardiology"), before);
    }
    assert_eq!(sync(&book), 2);
    assert_eq!(
        (at_hub(&hub, "cardiology"), batches::at_hub(&hub, "cardiology")),
        (in_file(&book), batches::in_file(&book))
    );
    for id in ids(&signed) {
        assert_eq!(book.officer(&["erase", &id, "--reason", "Named a patient"]).code, 0);
        sync(&book);
        assert_eq!(batches::at_hub(&hub, "cardiology"), batches::in_file(&book));
    }
    assert!(batches::in_file(&book).is_empty());
    intact(&book);
    assert_eq!(dumped(&hub), dumped(&Hub::new().unwrap()), "what was brought up to date is what is made anew");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_hub_of_another_format_is_not_touched_and_a_new_one_is_made_once() {
    let Some(hub) = Hub::new() else { return };
    let (before, again) = (dumped(&hub), schema());
    assert!(hub.server.psql("postgres", &hub.database, &again).0);
    assert_eq!(dumped(&hub), before);
    hub.superuser("UPDATE countersign.format SET number = 2;");
    let (done, _, err) = hub.server.psql("postgres", &hub.database, &again);
    assert!(!done && err.contains("another format"), "{err}");
    assert_eq!(dumped(&hub), before);
}

/// Tables, functions, triggers, rows' rights and grants of a hub, as `pg_dump` writes them.
fn dumped(hub: &Hub) -> String {
    let output =
        Command::new("pg_dump").args(["--schema-only", "--schema=countersign", "-d"]).arg(hub.as_superuser()).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // A word that is another one in each dump.
    text.lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
        .collect::<Vec<_>>()
        .join("\n")
}
