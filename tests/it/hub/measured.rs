//! Ten sites at one hub: how long the first exchange takes, and one with nothing new. `HUB_SIGN_OFFS=100000 cargo test --release
//! --test it -- ten_sites --ignored --nocapture` gives the figures of the guide.

use std::process::Command;
use std::time::{Duration, Instant};

use countersign_core::primitives::ids::{Digest, LogOrigin};
use countersign_ledger::note::LogKey;
use countersign_ledger::sshsig::SigningKey;
use rusqlite::{Connection, params};

use crate::cli::book::{Book, copy};
use crate::hub::push::sync;
use crate::hub::server::Hub;

const SITES: u8 = 10;

/// A made-up department, as if it were another one: only its statements still name the first. What is sent is not read.
fn renamed(from: &Book, number: u8) -> Book {
    let book = Book::empty();
    copy(&from.data(), &book.data());
    let file = Connection::open(book.database()).unwrap();
    let (size, note): (i64, String) =
        file.query_row("SELECT size, checkpoint FROM head", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let root = Digest::from_base64(note.lines().nth(2).unwrap()).unwrap();
    let origin: LogOrigin = format!("site{number}.example.org/1").parse().unwrap();
    let key = LogKey::new(origin.clone(), SigningKey::from_seed(&[number; 32]));
    let trigger: String =
        file.query_row("SELECT sql FROM sqlite_schema WHERE name = 'log_no_update'", [], |row| row.get(0)).unwrap();
    file.execute_batch("DROP TRIGGER log_no_update").unwrap();
    file.execute("UPDATE log SET origin = ?1, vkey = ?2", params![origin.as_str(), key.verifier().to_string()])
        .unwrap();
    file.execute_batch(&trigger).unwrap();
    file.execute("UPDATE head SET checkpoint = ?1", [key.checkpoint(size.cast_unsigned(), root)]).unwrap();
    book
}

#[test]
#[ignore = "takes minutes; .ci/run runs it"]
fn ten_sites_send_their_whole_logs_and_then_nothing_in_full() {
    let Some(hub) = Hub::new() else { return };
    let sign_offs = std::env::var("HUB_SIGN_OFFS").unwrap_or_else(|_| "2000".to_owned());
    let first = Book::empty();
    let data = first.data();
    let make =
        ["demo", "--make", data.to_str().unwrap(), "--trainees", "100", "--sign-offs", &sign_offs, "--seed", "1"];
    first.run(&make).done();
    let size = first.size();
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    let mut books = Vec::new();
    for number in 0..SITES {
        let book = renamed(&first, number);
        hub.join(&book, &format!("site{number}"));
        let began = Instant::now();
        assert_eq!(sync(&book), size);
        firsts.push(began.elapsed());
        books.push(book);
    }
    for book in &books {
        let began = Instant::now();
        assert_eq!(sync(book), 0);
        seconds.push(began.elapsed());
    }
    let rows = hub.superuser("SELECT count(*) FROM countersign.statement;");
    assert_eq!(rows, (size * u64::from(SITES)).to_string());
    let bytes = hub.superuser("SELECT pg_size_pretty(pg_database_size(current_database()));");
    println!("{SITES} sites with {size} statements each, {bytes} in the database");
    println!("first exchange: {}", words(&firsts));
    println!("with nothing new: {}", words(&seconds));
    let slowest = seconds.iter().max().unwrap();
    assert!(*slowest < Duration::from_secs(5), "{slowest:?}");
}

fn words(times: &[Duration]) -> String {
    let (least, most) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    format!("{:.2} to {:.2} s", least.as_secs_f64(), most.as_secs_f64())
}

#[test]
fn the_program_that_speaks_to_the_hub_is_named_where_it_is_missing() {
    let book = Book::founded();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
    command.env_clear().env("HOME", book.0.path()).env("PATH", book.0.path());
    command.arg("--data").arg(book.data()).args(["hub", "join", "service=x", "--site", "cardiology"]);
    let output = command.output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("The program psql is not installed here") && err.contains("postgresql-client"), "{err}");
}
