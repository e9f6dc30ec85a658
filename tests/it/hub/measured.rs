//! How long exchanges take: ten sites at one hub, and a whole log that is fetched, checked and rebuilt. `HUB_SIGN_OFFS=100000
//! cargo test --release --test it -- hub::measured --ignored --nocapture` gives the figures of the guide.

use std::collections::HashMap;
use std::process::Command;
use std::time::{Duration, Instant};

use countersign_core::primitives::key::PublicKey;
use countersign_ledger::sshsig::{NAMESPACE, VerifyingKey, verify as verify_one};
use rusqlite::Connection;

use crate::bundle::accept;
use crate::cli::book::Book;
use crate::hub::push::sync;
use crate::hub::server::Hub;
use crate::rotating::origin_of;

const SITES: u8 = 10;

/// Renames a log at the hub, as only a superuser can: so one file can be sent as the logs of ten sites.
fn rename(hub: &Hub, site: &str, origin: &str) {
    hub.superuser(&format!(
        "SET session_replication_role = replica; UPDATE countersign.log SET origin = '{origin}' WHERE site = '{site}';"
    ));
}

/// Exchanges as one of the sites; how long it took.
fn exchange(hub: &Hub, book: &Book, site: &str, sent: u64) -> Duration {
    let joined = book.run(&["hub", "join", &hub.address(site), "--site", site]);
    assert_eq!(joined.code, 0, "{joined:?}");
    let began = Instant::now();
    assert_eq!(sync(book), sent);
    let took = began.elapsed();
    book.run(&["hub", "leave"]);
    rename(hub, site, &format!("{site}.example.org/1"));
    took
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
    let origin = first.run(&["checkpoint"]).out.lines().next().unwrap().to_owned();
    let sites: Vec<String> = (0..SITES).map(|number| format!("site{number}")).collect();
    let mut firsts = Vec::new();
    for site in &sites {
        hub.admit(site);
        firsts.push(exchange(&hub, &first, site, size));
    }
    let mut seconds = Vec::new();
    for site in &sites {
        rename(&hub, site, &origin);
        seconds.push(exchange(&hub, &first, site, 0));
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

/// Signatures checked one after the other on as many threads as there are cores: the least that a check of a log can take.
fn bare_checks(book: &Book) -> Duration {
    let file = Connection::open(book.database()).unwrap();
    let mut query =
        file.prepare("SELECT line, text, signature FROM entry JOIN key USING (key) WHERE text <> ''").unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, [u8; 64]>(2)?)));
    let rows: Vec<(String, String, [u8; 64])> = rows.unwrap().map(Result::unwrap).collect();
    let keys: HashMap<&str, VerifyingKey> = rows
        .iter()
        .map(|(line, ..)| (line.as_str(), VerifyingKey::new(&line.parse::<PublicKey>().unwrap()).unwrap()))
        .collect();
    let threads = std::thread::available_parallelism().unwrap().get();
    let began = Instant::now();
    std::thread::scope(|scope| {
        for part in rows.chunks(rows.len().div_ceil(threads)) {
            let keys = &keys;
            scope.spawn(move || {
                for (line, text, signature) in part {
                    verify_one(&keys[line.as_str()], NAMESPACE, text.as_bytes(), signature).unwrap();
                }
            });
        }
    });
    began.elapsed()
}

/// Runs a command that must succeed; how long it took.
fn timed(book: &Book, args: &[&str]) -> Duration {
    let began = Instant::now();
    let ran = book.run(args);
    assert_eq!(ran.code, 0, "{ran:?}");
    began.elapsed()
}

#[test]
#[ignore = "takes minutes; .ci/run runs it"]
fn a_whole_log_is_fetched_checked_continued_and_rebuilt_in_full() {
    let Some(hub) = Hub::new() else { return };
    let sign_offs = std::env::var("HUB_SIGN_OFFS").unwrap_or_else(|_| "2000".to_owned());
    let home = Book::empty();
    home.keep("demo", countersign_app::demo::PASSPHRASE);
    let data = home.data();
    let make =
        ["demo", "--make", data.to_str().unwrap(), "--trainees", "100", "--sign-offs", &sign_offs, "--seed", "1"];
    home.run(&make).done();
    let size = home.size();
    let away = Book::founded();
    hub.join(&home, "north");
    hub.join(&away, "south");
    hub.let_read("south", "north");
    timed(&home, &["hub", "sync"]);
    accept(&away, &home);
    let (name, there) = ("Alex Trainee", home.id_of("Alex Trainee"));
    away.officer(&["person", "add", name, "--role", "trainee"]).done();
    away.officer(&["enrol", name, "ST0413", "--start", "2025-09-01"]).done();
    let origin = origin_of(&home);
    away.officer(&["hub", "trainee", name, "--site", &origin, "--there", &there]).done();

    let before = bare_checks(&home);
    let fetched = timed(&away, &["hub", "sync"]);
    let bare = (before + bare_checks(&home)) / 2;
    let same = timed(&away, &["hub", "sync"]);
    home.sam(&["sign-off", name, "K2"]).done();
    timed(&home, &["hub", "sync"]);
    let one_more = timed(&away, &["hub", "sync"]);
    let lost = Book::empty();
    let rebuilt = timed(&lost, &["hub", "rebuild", &hub.address("north"), "--site", "north"]);
    assert_eq!(lost.run(&["checkpoint"]).out, home.run(&["checkpoint"]).out);
    let seconds = |one: Duration| one.as_secs_f64();
    println!("{size} statements; bare checks of their signatures: {:.2} s", seconds(bare));
    let all = [("fetched and checked", fetched), ("nothing new", same), ("one new", one_more), ("rebuilt", rebuilt)];
    for (what, took) in all {
        println!("{what}: {:.2} s = {:.2} x the bare checks", seconds(took), seconds(took) / seconds(bare));
    }
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
