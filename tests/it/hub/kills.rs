//! Kills of site and server at random moments: nothing is lost, nothing is there twice.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use countersign_hub::error::TransportError;
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::cli::book::Book;
use crate::hub::batches;
use crate::hub::folder::{pulled, pulled_batches, root_of_rows};
use crate::hub::push::{at_hub, in_file, sync};
use crate::hub::server::{Hub, Server};
use crate::random::{in_full, random};
use crate::security_keys::{SoftAgent, with_key};

/// An exchange in a process group of its own.
fn begun(book: &Book) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
    command.env_clear().env("HOME", book.0.path()).arg("--data").arg(book.data()).args(["hub", "sync"]);
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills an exchange, and psql with it or not.
fn killed(child: &mut Child, with_psql: bool) {
    if with_psql {
        let group = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill();
    child.wait().unwrap();
}

/// Signs several statements at once, with a security key or not, and sometimes erases one.
fn work(book: &Book, agent: &SoftAgent, random: &mut Rng) {
    let codes = ["K1", "K2", "K3", "K4", "K5", "S1", "S2", "S3", "S4", "S5"];
    let some = &codes[..random.usize(1..=codes.len())];
    let said = ["--place", "Echo lab", "--feedback", "Seen and discussed"];
    let sign = [&["sign-off", "Ann Trainee"], some, &said[..]].concat();
    if random.bool() {
        assert_eq!(agent.sam(book, &sign).code, 0);
    } else {
        assert_eq!(book.supervisor(&sign).code, 0);
    }
    if random.u8(..4) == 0 {
        let history = book.run(&["history", "--json", "--most", "9"]).json();
        let rows = history["statements"].as_array().unwrap();
        let signed: Vec<&str> =
            rows.iter().filter(|row| row["kind"] == "sign-off").map(|row| row["id"].as_str().unwrap()).collect();
        book.officer(&["erase", random.choice(signed).unwrap(), "--reason", "Named a patient"]);
    }
}

/// The rows without what was erased later: the hub may not know of it yet.
fn is_prefix(known: &str, all: &str) -> bool {
    let position_and_id = |line: &str| line.split('|').take(3).map(str::to_owned).collect::<Vec<_>>();
    known.lines().zip(all.lines()).all(|(a, b)| position_and_id(a) == position_and_id(b))
        && known.lines().count() <= all.lines().count()
}

/// Statements that a security key signed and whose batch is not there.
const LACKING: &str = "SELECT count(*) FROM countersign.statement s WHERE key LIKE 'sk-%' AND statement IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM countersign.batch b WHERE b.log_id = s.log_id AND b.name = s.signature);";

fn at_the_server(kills: usize) {
    let Some(server) = Server::start() else { return };
    let hub = Hub::on(server);
    let random = &mut random(1);
    let (book, agent) = with_key(61);
    hub.join(&book, "cardiology");
    let began = Instant::now();
    sync(&book);
    let whole = began.elapsed();
    let (mut sent, mut crashed) = (0, 0);
    for kill in 0..kills {
        work(&book, &agent, random);
        let mut child = begun(&book);
        std::thread::sleep(whole.mul_f64(random.f64() * 0.8));
        let server_too = random.u8(..4) == 0;
        if server_too {
            hub.server.crash();
            crashed += 1;
        }
        if !server_too || random.bool() {
            killed(&mut child, random.bool());
        } else {
            child.wait().unwrap();
        }
        hub.server.wait();
        // A psql that was left alone goes on to its end.
        let until = Instant::now() + Duration::from_secs(30);
        let running = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'countersign';";
        while hub.superuser(running) != "0" {
            assert!(Instant::now() < until, "an exchange does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        let (known, all) = (at_hub(&hub, "cardiology"), in_file(&book));
        assert!(is_prefix(&known, &all), "kill {kill}");
        let newest = hub.superuser("SELECT max(size) FROM countersign.checkpoint;");
        assert_eq!(newest, known.lines().count().to_string(), "kill {kill}: no part of a push without its checkpoint");
        let lacking = hub.superuser(LACKING);
        assert_eq!(lacking, "0", "kill {kill}: each statement has its batch");
        if known == all {
            sent += 1;
        }
        if random.bool() {
            sync(&book);
            assert_eq!(at_hub(&hub, "cardiology"), in_file(&book), "kill {kill}");
            assert_eq!(batches::at_hub(&hub, "cardiology"), batches::in_file(&book), "kill {kill}");
        }
    }
    sync(&book);
    assert_eq!(at_hub(&hub, "cardiology"), in_file(&book));
    assert_eq!(batches::at_hub(&hub, "cardiology"), batches::in_file(&book));
    assert_eq!(sync(&book), 0);
    assert!(!book.data().join("hub/outgoing").exists(), "no copy of a statement is left");
    assert_eq!(hub.superuser("SELECT count(*) FROM countersign.statement;"), book.size().to_string());
    println!("{kills} kills, {crashed} of the server: {sent} times everything had arrived");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn site_and_server_killed_at_random_moments_lose_nothing_and_send_nothing_twice() {
    at_the_server(6);
}

#[test]
#[ignore = "takes minutes; .ci/run runs it"]
fn site_and_server_killed_at_random_moments_lose_nothing_and_send_nothing_twice_in_full() {
    at_the_server(in_full(200));
}

fn at_a_folder(kills: usize) {
    let random = &mut random(2);
    let (book, agent) = with_key(62);
    let hub = tempfile::tempdir().unwrap();
    let path = hub.path().to_str().unwrap();
    let joined = book.run(&["hub", "join", path, "--site", "cardiology"]);
    assert_eq!(joined.code, 0, "{joined:?}");
    let began = Instant::now();
    sync(&book);
    let whole = began.elapsed();
    let mut sent = 0;
    for kill in 0..kills {
        work(&book, &agent, random);
        let mut child = begun(&book);
        std::thread::sleep(whole.mul_f64(random.f64() * 1.2));
        killed(&mut child, true);
        let all = in_file(&book);
        let known = whole_log(hub.path(), &book);
        assert!(is_prefix(&known, &all), "kill {kill}");
        let named = batches::named_in(&known);
        let there: Vec<String> =
            pulled_batches(hub.path(), &book).unwrap().iter().map(|line| batches::name_of(line)).collect();
        assert!(named.iter().all(|name| there.contains(name)), "kill {kill}: each statement has its batch");
        if known.lines().count() == all.lines().count() {
            sent += 1;
        }
        if random.bool() {
            sync(&book);
            assert_eq!(whole_log(hub.path(), &book), in_file(&book), "kill {kill}");
            assert_eq!(batches::in_folder(hub.path()), batches::in_file(&book), "kill {kill}");
        }
    }
    sync(&book);
    assert_eq!(whole_log(hub.path(), &book), in_file(&book));
    assert_eq!(batches::in_folder(hub.path()), batches::in_file(&book));
    assert_eq!(sync(&book), 0);
    println!("{kills} kills: {sent} times everything had arrived");
}

/// What a reader gets: every entry up to the checkpoint, whose root they have.
fn whole_log(hub: &Path, book: &Book) -> String {
    match pulled(hub, book, 0) {
        Ok((head, rows)) => {
            assert_eq!(head.entries, Some(rows.lines().count() as u64));
            let root = root_of_rows(hub, book).unwrap();
            assert_eq!(head.checkpoint.unwrap_or_default().lines().nth(2), Some(root.as_str()));
            rows
        }
        Err(TransportError::Moved) => panic!("nobody writes now"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_site_killed_at_random_moments_leaves_a_folder_whose_checkpoint_has_all_its_entries() {
    at_a_folder(10);
}

#[test]
#[ignore = "takes minutes; .ci/run runs it"]
fn a_site_killed_at_random_moments_leaves_a_folder_whose_checkpoint_has_all_its_entries_in_full() {
    at_a_folder(in_full(200));
}
