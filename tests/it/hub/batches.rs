//! What a security key signs with one touch goes to the hub with its statements, over PostgreSQL and in a folder alike, and goes
//! from there once all of them are erased.

use std::path::Path;

use countersign_core::primitives::encoding::hex;

use crate::cli::book::Book;
use crate::hub::folder::{files, pulled, pulled_batches};
use crate::hub::push::{at_hub as log_at_hub, in_file as log_in_file, sync};
use crate::hub::server::Hub;
use crate::security_keys::{SoftAgent, ids, intact, with_key};

/// The batches of a book's own log, one a line: name, key, signature and text.
pub fn in_file(book: &Book) -> Vec<String> {
    let file = rusqlite::Connection::open(book.database()).unwrap();
    let mut rows = file
        .prepare(
            "SELECT name, key, signature, text FROM touch WHERE name IN
            (SELECT signature FROM entry UNION ALL SELECT signature FROM imported) ORDER BY name",
        )
        .unwrap();
    let rows = rows.query_map([], |row| {
        let (name, key, signature): (Vec<u8>, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let text: String = row.get(3)?;
        Ok([hex(&name), key, hex(&signature), hex(text.as_bytes())].join("|"))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The same as the hub has them.
pub fn at_hub(hub: &Hub, site: &str) -> Vec<String> {
    let rows = hub.superuser(&format!(
        "SELECT encode(name, 'hex'), b.key, encode(signature, 'hex'), encode(body, 'hex')
        FROM countersign.batch b JOIN countersign.log USING (log_id) WHERE site = '{site}' ORDER BY name;"
    ));
    rows.lines().map(str::to_owned).collect()
}

/// The same as the files of the only site in a folder have them, also those that no reader asks for.
pub fn in_folder(hub: &Path) -> Vec<String> {
    let all = files(hub).into_iter().filter(|path| path.to_str().unwrap().contains("/batches/"));
    let mut found: Vec<String> = all
        .map(|path| {
            // A header, the number of fields, then each with its length; the last is the text.
            let bytes = std::fs::read(&path).unwrap();
            let mut rest = &bytes[21..];
            let mut fields = Vec::new();
            for _ in 0..4 {
                let (length, more) = rest.split_first_chunk::<4>().unwrap();
                let (field, more) = more.split_at(u32::from_be_bytes(*length) as usize);
                fields.push(field.to_vec());
                rest = more;
            }
            assert_eq!(rest, [0xff, 0xff], "{}", path.display());
            assert_eq!(path.file_name().unwrap().to_str().unwrap(), hex(&fields[0]));
            let key = String::from_utf8(fields[1].clone()).unwrap();
            [hex(&fields[0]), key, hex(&fields[2]), hex(&fields[3])].join("|")
        })
        .collect();
    found.sort();
    found
}

/// The names of the batches that the lines of a log name.
pub fn named_in(log: &str) -> Vec<String> {
    let fields = log.lines().map(|line| line.split('|').collect::<Vec<_>>());
    let by_security_keys = fields.filter(|line| line[2].starts_with("sk-") && !line[4].is_empty());
    by_security_keys.map(|line| line[4].to_owned()).collect()
}

/// The name in the line of a batch.
pub fn name_of(line: &str) -> String {
    line.split('|').next().unwrap().to_owned()
}

/// Where a hub is, and what it has.
enum At<'h> {
    Server(&'h Hub),
    Folder(&'h Path),
}

impl At<'_> {
    fn address(&self) -> String {
        match self {
            At::Server(hub) => hub.address("cardiology"),
            At::Folder(hub) => hub.to_str().unwrap().to_owned(),
        }
    }

    fn log(&self, book: &Book) -> String {
        match self {
            At::Server(hub) => log_at_hub(hub, "cardiology"),
            At::Folder(hub) => pulled(hub, book, 0).unwrap().1,
        }
    }

    fn batches(&self, book: &Book) -> Vec<String> {
        match self {
            At::Server(hub) => at_hub(hub, "cardiology"),
            At::Folder(hub) => {
                let all = in_folder(hub);
                assert_eq!(pulled_batches(hub, book).unwrap(), all);
                all
            }
        }
    }

    /// The hub has what the file has.
    fn has(&self, book: &Book, batches: usize) {
        assert_eq!(self.log(book), log_in_file(book));
        assert_eq!(self.batches(book), in_file(book));
        assert_eq!(self.batches(book).len(), batches);
    }
}

/// Adds people with one touch for every 200 statements.
pub fn many(book: &Book, officer: &SoftAgent, people: usize) {
    let letters =
        |number: usize| number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect::<String>();
    let rows = (0..people).map(|number| format!("Trainee {}x,trainee", letters(number)));
    let roster = std::iter::once("name,role".to_owned()).chain(rows).collect::<Vec<_>>().join("\n");
    let file = book.keep("roster.csv", &roster);
    let ran = officer.run(book, &["person", "import", &file, "--yes", "--as", "Olu"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn sign(book: &Book, agent: &SoftAgent, codes: &[&str]) -> Vec<String> {
    let signed = agent.sam(book, &[&["sign-off", "Ann Trainee", "--json"], codes].concat());
    assert_eq!(signed.code, 0, "{signed:?}");
    ids(&signed)
}

fn erase(book: &Book, id: &str) {
    let ran = book.officer(&["erase", id, "--reason", "Named a patient"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn sent_and_erased(seed: u8, join: impl FnOnce(&Book), at: &At<'_>) {
    let (book, agent) = with_key(seed);
    let officer = SoftAgent::start(seed + 100);
    assert_eq!(officer.give(&book, "Olu").code, 0);
    join(&book);
    sync(&book);
    at.has(&book, 0);
    // One of one, one of 200 and one of the rest, between ordinary statements.
    assert_eq!(book.supervisor(&["sign-off", "Ann Trainee", "K1"]).code, 0);
    sign(&book, &agent, &["K2"]);
    sync(&book);
    at.has(&book, 1);
    many(&book, &officer, 230);
    let members = |line: &String| line.matches(&hex(b"\nstatement ")).count();
    assert!(in_file(&book).iter().any(|line| members(line) == 200), "a full batch");
    let batches = in_file(&book).len();
    assert_eq!(book.supervisor(&["sign-off", "Ann Trainee", "K3"]).code, 0);
    assert!(sync(&book) > 230);
    at.has(&book, batches);
    assert_eq!(sync(&book), 0, "nothing is new");
    // Erased before it was sent: one of two, and one of one.
    let two = sign(&book, &agent, &["S1", "S2"]);
    let one = sign(&book, &agent, &["S3"]);
    erase(&book, &two[0]);
    erase(&book, &one[0]);
    sync(&book);
    at.has(&book, batches + 1);
    // Erased after it was sent: a batch stays as long as one statement names it.
    let three = sign(&book, &agent, &["S4", "S5", "S6"]);
    sync(&book);
    at.has(&book, batches + 2);
    for (turn, id) in three.iter().enumerate() {
        erase(&book, id);
        sync(&book);
        at.has(&book, batches + if turn == 2 { 1 } else { 2 });
    }
    erase(&book, &two[1]);
    sync(&book);
    at.has(&book, batches);
    intact(&book);
    // Lost and rebuilt to the same root, with every batch.
    let lost = Book::empty();
    let ran = lost.run(&["hub", "rebuild", &at.address(), "--site", "cardiology"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(lost.run(&["checkpoint"]).out, book.run(&["checkpoint"]).out);
    assert_eq!((in_file(&lost), log_in_file(&lost)), (in_file(&book), log_in_file(&book)));
    let checkpoint = book.keep("checkpoint", &book.run(&["checkpoint"]).out);
    for rebuilt in [false, true] {
        if rebuilt {
            lost.run(&["rebuild"]).done();
        }
        let ran = lost.run(&["verify", "--checkpoint", &checkpoint]);
        assert_eq!(ran.code, 0, "rebuilt {rebuilt}: {ran:?}");
    }
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn over_postgresql_batches_go_with_their_statements_and_leave_with_the_last_of_them_and_a_lost_site_comes_back() {
    let Some(hub) = Hub::new() else { return };
    sent_and_erased(71, |book| hub.join(book, "cardiology"), &At::Server(&hub));
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn in_a_folder_batches_go_with_their_statements_and_leave_with_the_last_of_them_and_a_lost_site_comes_back() {
    let hub = tempfile::tempdir().unwrap();
    let join = |book: &Book| {
        let ran = book.run(&["hub", "join", hub.path().to_str().unwrap(), "--site", "cardiology"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    };
    sent_and_erased(72, join, &At::Folder(hub.path()));
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_batch_that_an_erased_and_an_imported_statement_name_stays_until_both_are_erased() {
    use crate::imports::{import, receipts};
    let Some(hub) = Hub::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    for at in [At::Server(&hub), At::Folder(folder.path())] {
        let (book, agent) = with_key(73);
        let old = book.secret("before.db");
        book.run(&["backup", &old, "--json"]).done();
        sign(&book, &agent, &["K1", "K2", "K3"]);
        let kept = receipts(&book, "receipts");
        std::fs::copy(&old, book.database()).unwrap();
        for beside in ["countersign.db-wal", "countersign.db-shm"] {
            let _ = std::fs::remove_file(book.data().join(beside));
        }
        match &at {
            At::Server(hub) => hub.join(&book, "cardiology"),
            At::Folder(folder) => {
                let ran = book.run(&["hub", "join", folder.to_str().unwrap(), "--site", "cardiology"]);
                assert_eq!(ran.code, 0, "{ran:?}");
            }
        }
        // Two of three come back in two exchanges: the batch is sent with each, and is there once.
        for file in &kept[..2] {
            assert_eq!(import(&book, std::slice::from_ref(file), &["--yes"]).code, 0);
            sync(&book);
            at.has(&book, 1);
        }
        let imports = book.run(&["history", "kind:import", "--json"]).json();
        let imports: Vec<&str> =
            imports["statements"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(imports.len(), 2);
        for (turn, id) in imports.iter().enumerate() {
            erase(&book, id);
            sync(&book);
            at.has(&book, 1 - turn);
        }
    }
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn nothing_but_an_erasure_of_all_its_statements_removes_a_batch_from_the_hub() {
    let Some(hub) = Hub::new() else { return };
    let (book, agent) = with_key(74);
    hub.join(&book, "cardiology");
    let two = sign(&book, &agent, &["K1", "K2"]);
    sync(&book);
    let before = at_hub(&hub, "cardiology");
    let as_owner = |sql: &str| hub.server.psql("postgres", &hub.database, sql);
    for sql in [
        "DELETE FROM countersign.batch;",
        "TRUNCATE countersign.batch;",
        "UPDATE countersign.batch SET body = 'x', name = sha256('x') || sha256('x');",
        "UPDATE countersign.batch SET key = 'x';",
        "UPDATE countersign.batch SET signature = name;",
    ] {
        let (done, _, err) = as_owner(sql);
        assert!(!done && err.contains("never changed or removed"), "{sql}: {err}");
        hub.site("cardiology", sql).unwrap_err();
    }
    hub.site("cardiology", "SELECT countersign.is_named(1::smallint, ''::bytea);").unwrap_err();
    assert_eq!(at_hub(&hub, "cardiology"), before);
    erase(&book, &two[0]);
    sync(&book);
    assert!(!as_owner("DELETE FROM countersign.batch;").0, "the other statement names it");
    assert_eq!(at_hub(&hub, "cardiology"), before);
}

#[test]
fn a_link_in_the_folder_of_batches_is_not_followed_and_what_is_not_a_batch_is_left() {
    let (book, agent) = with_key(75);
    let (hub, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let joined = book.run(&["hub", "join", hub.path().to_str().unwrap(), "--site", "cardiology"]);
    assert_eq!(joined.code, 0, "{joined:?}");
    let signed = sign(&book, &agent, &["K1"]);
    sync(&book);
    let other = elsewhere.path().join("ab".repeat(64));
    std::fs::write(&other, "mine").unwrap();
    let batches = hub.path().join("cardiology/batches");
    std::os::unix::fs::symlink(elsewhere.path(), batches.join("ab")).unwrap();
    std::fs::create_dir_all(batches.join("cd")).unwrap();
    std::fs::write(batches.join("cd/letter.txt"), "mine").unwrap();
    let left = batches.join("cd").join(format!(".{}.part", "cd".repeat(64)));
    std::fs::write(&left, "what a killed exchange left").unwrap();
    erase(&book, &signed[0]);
    sync(&book);
    assert!(other.exists() && batches.join("cd/letter.txt").exists() && !left.exists());
    assert_eq!(pulled_batches(hub.path(), &book).unwrap(), Vec::<String>::new());
}

#[test]
fn what_a_push_left_that_ended_before_its_checkpoint_was_there_goes_with_the_next_exchange() {
    let (book, agent) = with_key(77);
    let hub = tempfile::tempdir().unwrap();
    let joined = book.run(&["hub", "join", hub.path().to_str().unwrap(), "--site", "cardiology"]);
    assert_eq!(joined.code, 0, "{joined:?}");
    sign(&book, &agent, &["K1"]);
    sync(&book);
    // All that it signed was erased before the next one.
    let own = hub.path().join("cardiology");
    let left = own.join("batches/ab").join("ab".repeat(64));
    std::fs::create_dir_all(left.parent().unwrap()).unwrap();
    std::fs::write(&left, "a batch").unwrap();
    std::fs::write(own.join(".pending"), format!("{}\n", book.size() + 2)).unwrap();
    assert_eq!(sync(&book), 0);
    assert!(!left.exists() && !own.join(".pending").exists());
    assert_eq!(in_folder(hub.path()), in_file(&book));
    // An exchange whose push fails goes on to fetch, and undoes what there is of the push.
    let batches = own.join("batches");
    std::fs::rename(&batches, own.join("aside")).unwrap();
    std::fs::write(&batches, "not a folder").unwrap();
    sign(&book, &agent, &["K2"]);
    assert_eq!(book.run(&["hub", "sync"]).code, 1);
    assert!(!own.join(".pending").exists());
    std::fs::remove_file(&batches).unwrap();
    std::fs::rename(own.join("aside"), &batches).unwrap();
    assert_eq!(sync(&book), 1);
    assert_eq!(in_folder(hub.path()), in_file(&book));
}
