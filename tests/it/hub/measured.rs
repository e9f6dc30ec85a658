//! Ten sites at one hub: how long the first exchange takes, and one with nothing new. `HUB_SIGN_OFFS=100000 cargo test --release
//! --test it -- ten_sites --ignored --nocapture` gives the figures of the guide.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::cli::book::Book;
use crate::hub::push::sync;
use crate::hub::server::Hub;

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
