//! Rotations over a real PostgreSQL and over a folder, with the program alone.

use crate::bundle::{accept, away, home, record, state};
use crate::cli::book::Book;
use crate::hub::server::Hub;
use crate::rotating::{intact, rotates};

/// Two departments that have joined a hub in a folder.
fn in_a_folder() -> (tempfile::TempDir, Book, Book) {
    let hub = tempfile::tempdir().unwrap();
    let (home, away) = (home(), away());
    for (book, site) in [(&home, "cardiology"), (&away, "audiology")] {
        book.run(&["hub", "join", hub.path().to_str().unwrap(), "--site", site]);
    }
    (hub, home, away)
}

/// Two departments that have joined a hub in PostgreSQL and may read each other's log.
fn in_postgresql() -> Option<(Hub, Book, Book)> {
    let hub = Hub::new()?;
    let (home, away) = (home(), away());
    hub.join(&home, "cardiology");
    hub.join(&away, "audiology");
    hub.let_read("audiology", "cardiology");
    hub.let_read("cardiology", "audiology");
    Some((hub, home, away))
}

fn sync(book: &Book) -> serde_json::Value {
    let ran = book.run(&["hub", "sync", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()
}

/// Ann goes to the second department and comes back; each cosigns the other; the first one is lost and rebuilt.
fn to_and_fro(home: &Book, away: &Book, address: &str) {
    sync(home);
    sync(away);
    accept(away, home);
    accept(home, away);
    away.officer(&["policy", "set", "imported=counts"]).done();
    rotates(away, "Ann Trainee", (home, "Ann Trainee"), None);
    let done = sync(away);
    assert_eq!(
        (&done["fetched"][0]["outcome"], &done["trainees"][0]["why"]),
        (&"grown".into(), &serde_json::Value::Null)
    );
    assert_eq!((state(away, "K1"), record(away, "K1").len()), ("signed".into(), 1));
    assert_eq!(done["cosigned"].as_array().unwrap().len(), 1);
    intact(away);
    // Nothing new.
    let done = sync(away);
    assert_eq!((&done["fetched"][0]["outcome"], &done["trainees"][0]["new"]), (&"same".into(), &0.into()));
    // The first department sees that it is cosigned, and what is signed in the second one.
    away.supervisor(&["sign-off", "Ann Trainee", "S2"]).done();
    rotates(home, "Ann Trainee", (away, "Ann Trainee"), None);
    sync(away);
    let done = sync(home);
    assert_eq!((&done["witnesses"], &done["fetched"][0]["outcome"]), (&1.into(), &"grown".into()));
    assert_eq!(record(home, "S2").len(), 1);
    let ran = home.run(&["verify"]);
    assert!(ran.code == 3 && ran.err.contains("1 other department has cosigned this history"), "{ran:?}");
    let status = away.run(&["hub", "status", "--json"]).json();
    let sites = status["sites"].as_array().unwrap();
    assert!(sites.iter().all(|site| site["silent"] == false), "{status}");
    let trainees = away.run(&["hub", "trainees", "--json"]).done().json();
    assert_eq!(
        (&trainees["trainees"][0]["name"], &trainees["trainees"][0]["ended"]),
        (&"Ann Trainee".into(), &serde_json::Value::Null)
    );
    // Lost and rebuilt to the same root.
    sync(home);
    let lost = Book::empty();
    let rebuilt = lost.run(&["hub", "rebuild", address, "--site", "cardiology", "--json"]);
    assert_eq!(rebuilt.code, 0, "{rebuilt:?}");
    assert_eq!(lost.run(&["checkpoint"]).out, home.run(&["checkpoint"]).out);
    let told = Book::empty().run(&["hub", "rebuild", address, "--site", "cardiology"]);
    assert!(
        told.code == 0 && told.out.contains("What did not come back:") && told.out.contains("`keys/log.key`"),
        "{told:?}"
    );
}

#[test]
fn over_a_folder_a_trainee_rotates_and_back_each_cosigns_the_other_and_a_lost_site_comes_back() {
    let (hub, home, away) = in_a_folder();
    to_and_fro(&home, &away, hub.path().to_str().unwrap());
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn over_postgresql_a_trainee_rotates_and_back_each_cosigns_the_other_and_a_lost_site_comes_back() {
    let Some((hub, home, away)) = in_postgresql() else { return };
    to_and_fro(&home, &away, &hub.address("cardiology"));
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_site_that_may_not_read_a_log_is_told_so_and_brings_nothing() {
    let Some((hub, home, away)) = in_postgresql() else { return };
    hub.superuser("SELECT countersign.stop_reading('audiology', 'cardiology');");
    sync(&home);
    accept(&away, &home);
    rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
    let ran = away.run(&["hub", "sync"]);
    assert!(ran.code == 1 && ran.err.contains("has not let this department read the log"), "{ran:?}");
    assert!(ran.out.contains("not readable") && !ran.out.contains("up to date\n"), "{ran:?}");
    let status = away.run(&["hub", "status"]);
    assert!(status.code == 1 && status.err.contains("has not let this department read"), "{status:?}");
    assert_eq!(record(&away, "K1").len(), 0);
}

/// What a superuser does to the row at a position, past the triggers and constraints.
const ALTERATIONS: [(&str, &str); 10] = [
    (
        "text",
        "UPDATE countersign.statement SET statement = set_byte(statement, 30, get_byte(statement, 30) # 1) WHERE AT",
    ),
    (
        "signature",
        "UPDATE countersign.statement SET signature = set_byte(signature, 3, get_byte(signature, 3) # 1) WHERE AT",
    ),
    ("leaf", "UPDATE countersign.statement SET leaf = set_byte(leaf, 3, get_byte(leaf, 3) # 1) WHERE AT"),
    ("id", "UPDATE countersign.statement SET id = gen_random_uuid() WHERE AT"),
    (
        "key",
        "UPDATE countersign.statement SET key = (SELECT min(key) FROM countersign.statement s WHERE s.key <> statement.key) WHERE AT",
    ),
    ("scheme", "UPDATE countersign.statement SET scheme = 2 WHERE AT"),
    ("blanked", "UPDATE countersign.statement SET statement = NULL, signature = NULL WHERE AT"),
    ("missing", "DELETE FROM countersign.statement WHERE AT"),
    (
        "moved up",
        "DELETE FROM countersign.statement WHERE AT; UPDATE countersign.statement SET position = position - 1 WHERE position > 4 AND log_id = 1",
    ),
    (
        "swapped",
        "UPDATE countersign.statement SET position = 1000 WHERE position = 4 AND log_id = 1;
        UPDATE countersign.statement SET position = 4 WHERE position = 5 AND log_id = 1;
        UPDATE countersign.statement SET position = 5 WHERE position = 1000 AND log_id = 1",
    ),
];

/// A column of an entry, in hexadecimal.
fn at(hub: &Hub, (id, at): (&str, u64), column: &str) -> String {
    hub.superuser(&format!(
        "SELECT encode({column}, 'hex') FROM countersign.statement WHERE log_id = {id} AND position = {at};"
    ))
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn whatever_a_superuser_alters_the_next_pull_names_and_the_old_copy_stays() {
    let Some((hub, home, away)) = in_postgresql() else { return };
    let regretted = home.supervisor(&["sign-off", "Ann Trainee", "K6", "--json"]).json();
    let regretted = regretted["statements"][0]["id"].as_str().unwrap().to_owned();
    let erased_at = home.size() - 1;
    sync(&home);
    let id = hub.superuser("SELECT log_id FROM countersign.log WHERE site = 'cardiology';");
    let regretted_at = (id.as_str(), erased_at);
    let (text, signature) = (at(&hub, regretted_at, "statement"), at(&hub, regretted_at, "signature"));
    assert_eq!(home.officer(&["erase", &regretted, "--reason", "Named a patient"]).code, 0);
    sync(&home);
    assert_eq!(at(&hub, regretted_at, "statement"), "");
    accept(&away, &home);
    rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
    sync(&away);
    let tables = ["statement", "imported", "standard", "checkpoint"];
    let all = tables.map(|table| format!("CREATE TABLE kept.{table} AS TABLE countersign.{table};")).concat();
    hub.superuser(&format!("CREATE SCHEMA kept; {all}"));
    let copy = std::fs::read_dir(away.data().join("sites")).unwrap().next().unwrap().unwrap().path().join("log.db");
    let before = std::fs::read(&copy).unwrap();
    let past = "SET session_replication_role = replica; ALTER TABLE countersign.standard DROP CONSTRAINT IF EXISTS standard_check;";
    let restored = ["statement", "imported", "standard"]
        .map(|table| {
            format!("DELETE FROM countersign.{table}; INSERT INTO countersign.{table} SELECT * FROM kept.{table};")
        })
        .concat();
    let here = format!("position = 4 AND log_id = {id}");
    let at_four = ALTERATIONS.map(|(what, sql)| {
        let sql = sql.replace("WHERE AT", &format!("WHERE {here}")).replace("log_id = 1", &format!("log_id = {id}"));
        // What comes after a row that is gone looks wrong before what is in its place.
        let named = if what == "moved up" { "is damaged at entry " } else { "is damaged at entry 4: " };
        (what, sql, named, "entry 4")
    });
    let again = format!("position = {erased_at} AND log_id = {id}");
    let standard = format!(
        "log_id = {id} AND digest = (SELECT digest FROM countersign.standard WHERE log_id = {id} ORDER BY digest LIMIT 1)"
    );
    let at_erased = [format!("is damaged at entry {erased_at}: "), format!("entry {erased_at}")];
    let further = [
        (
            "erased text put back",
            format!(
                "UPDATE countersign.statement SET statement = '\\x{text}', signature = '\\x{signature}' WHERE {again}"
            ),
            at_erased[0].as_str(),
            at_erased[1].as_str(),
        ),
        (
            "key of an erased entry",
            format!(
                "UPDATE countersign.statement SET key = (SELECT key FROM countersign.statement s WHERE s.log_id = {id} AND s.key <> statement.key LIMIT 1) WHERE {again}"
            ),
            at_erased[0].as_str(),
            at_erased[1].as_str(),
        ),
        (
            "strange put-back statement",
            format!(
                "INSERT INTO countersign.imported SELECT log_id, position, gen_random_uuid(), key, statement, signature FROM countersign.statement WHERE {here}"
            ),
            "is damaged at entry 4: ",
            "what entry 4 put back",
        ),
        (
            "standard",
            format!(
                "UPDATE countersign.standard SET canonical = set_byte(canonical, 50, get_byte(canonical, 50) # 1) WHERE {standard}"
            ),
            "of a standard is not the one that this digest is of",
            "the text sha256:",
        ),
        (
            "text that is no standard",
            format!("INSERT INTO countersign.standard SELECT {id}, sha256('x'), 'x', ''"),
            "is not a standard",
            "the text sha256:",
        ),
        (
            "no standard",
            format!("DELETE FROM countersign.standard WHERE {standard}"),
            "the standard",
            "the text sha256:",
        ),
    ];
    for (what, sql, named, own_named) in at_four.into_iter().chain(further) {
        hub.superuser(&format!("{past} {sql};"));
        for args in [&["hub", "sync"][..], &["hub", "sync", "--all"]] {
            let ran = away.run(args);
            assert!(ran.code == 1 && ran.err.contains(named), "{what} {args:?}: {ran:?}");
            assert!(ran.out.contains("rejected"), "{what} {args:?}: {ran:?}");
            assert_eq!(std::fs::read(&copy).unwrap(), before, "{what} {args:?}");
        }
        // So does the department itself, whose file says what it was, and it does not forget it.
        let own = home.run(&["hub", "sync", "--all"]);
        let differs = format!("What the hub has of this log is not what this file has: {own_named}");
        let differs = if what == "moved up" { "but its last entry there is number" } else { &differs };
        assert!(own.code == 1 && own.err.contains(differs), "{what}: {own:?}");
        for args in [["hub", "status"], ["hub", "sync"]] {
            let own = home.run(&args);
            assert!(own.code == 1 && own.err.contains(differs), "{what}: {own:?}");
            let row = own.out.lines().find(|line| line.starts_with("cardiology")).unwrap();
            assert!(row.contains("differs from the hub"), "{what}: {own:?}");
        }
        if what != "moved up" {
            assert!(home.run(&["doctor"]).out.contains(differs), "{what}");
        }
        hub.superuser(&format!("{past} {restored}"));
        for book in [&home, &away] {
            assert_eq!(book.run(&["hub", "sync"]).code, 0, "{what}");
            let status = book.run(&["hub", "status"]);
            assert!(status.code == 0 && !status.err.contains("not what this file has"), "{what}: {status:?}");
        }
        assert_eq!(std::fs::read(&copy).unwrap(), before, "{what}: nothing was new");
    }
    // What belongs to no entry: the log itself is whole, so only its readers notice.
    hub.superuser(&format!(
        "{past} ALTER TABLE countersign.statement DROP CONSTRAINT statement_position_check;
        INSERT INTO countersign.statement SELECT log_id, -1, gen_random_uuid(), key, scheme, statement, signature, leaf
            FROM countersign.statement WHERE {here};"
    ));
    for _ in 0..2 {
        let ran = away.run(&["hub", "sync"]);
        assert!(ran.code == 1 && ran.err.contains("it has rows that belong to no entry"), "{ran:?}");
    }
    hub.superuser(&format!("{past} {restored}"));
    assert_eq!(away.run(&["hub", "sync"]).code, 0);
    // An older head: what came later is taken away.
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    sync(&home);
    sync(&away);
    let before = std::fs::read(&copy).unwrap();
    hub.superuser(&format!(
        "{past} {restored} DELETE FROM countersign.cosignature; DELETE FROM countersign.checkpoint;
        INSERT INTO countersign.checkpoint SELECT * FROM kept.checkpoint;"
    ));
    let ran = away.run(&["hub", "sync"]);
    assert!(ran.code == 1 && ran.err.contains("fewer than the"), "{ran:?}");
    assert_eq!(std::fs::read(&copy).unwrap(), before);
    assert!(away.run(&["hub", "status"]).err.contains("at the hub is rejected: it shows"));
    intact(&away);
}
