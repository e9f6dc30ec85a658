//! The log's own key: one that is missing, torn or another log's stops every signature and no reading; nothing is called
//! signed unless its checkpoint opens with the key that the log began with.

use std::fs;
use std::path::Path;
use std::process::Command;

use countersign_app::keys::keystore::make_log_key;
use countersign_app::random::SystemRandom;
use countersign_app::storage::data_dir::DataDir;

use crate::cli::book::Book;
use crate::owner::Owner;
use crate::random::every;

/// What may lie in the place of a log's own key, by its name.
type Instead = (&'static str, fn(&Path, &[u8]));

const INSTEAD: &[Instead] = &[
    ("nothing", |_, _| {}),
    ("an empty file", |path, _| fs::write(path, "").unwrap()),
    ("one that was cut after its first line", |path, key| fs::write(path, &key[..22]).unwrap()),
    ("one that was cut in its number", |path, key| fs::write(path, &key[..50]).unwrap()),
    ("one with zeros at its end", |path, key| fs::write(path, [&key[..60], &[0; 26]].concat()).unwrap()),
    ("bytes that are not text", |path, _| fs::write(path, [0xff, 0xfe, 0, 0x80]).unwrap()),
    ("far too many bytes", |path, key| fs::write(path, key.repeat(100_000)).unwrap()),
    ("one that was written twice", |path, key| fs::write(path, key.repeat(2)).unwrap()),
    ("another version of the format", |path, key| {
        fs::write(path, String::from_utf8(key.to_vec()).unwrap().replace("key/1", "key/2")).unwrap();
    }),
    ("one with another digit", |path, key| {
        let mut other = key.to_vec();
        other[30] = if other[30] == b'0' { b'1' } else { b'0' };
        fs::write(path, other).unwrap();
    }),
    ("the key of another log", |path, _| fs::write(path, other_log_key()).unwrap()),
    ("a folder", |path, _| fs::create_dir(path).unwrap()),
    ("a pipe", |path, _| assert!(Command::new("mkfifo").arg(path).status().unwrap().success())),
    ("a device", |path, _| std::os::unix::fs::symlink("/dev/zero", path).unwrap()),
    ("a link to nothing", |path, _| std::os::unix::fs::symlink("/nowhere/log.key", path).unwrap()),
    ("a link to itself", |path, _| std::os::unix::fs::symlink(path, path).unwrap()),
];

/// The bytes of a sound key that belongs to another log of the same name.
fn other_log_key() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::new(folder.path().to_owned());
    data.make().unwrap();
    make_log_key(&data, &"cardiology/1".parse().unwrap(), &mut SystemRandom::default()).unwrap();
    fs::read(data.key("log.key")).unwrap()
}

/// Puts something in the place of a log's own key.
fn put(path: &Path, key: &[u8], instead: fn(&Path, &[u8])) {
    if path.is_dir() {
        fs::remove_dir(path).unwrap();
    } else if fs::symlink_metadata(path).is_ok() {
        fs::remove_file(path).unwrap();
    }
    instead(path, key);
}

/// What can be looked at without a signature; each with its exit code.
const LOOKS: &[(&str, i32)] = &[
    ("history", 0),
    ("trainee Ann_Trainee", 0),
    ("outstanding Ann_Trainee", 0),
    ("cohort", 0),
    ("readiness Ann_Trainee", 0),
    ("person list", 0),
    ("key list", 0),
    ("receipts", 0),
    ("checkpoint", 0),
    ("export --signers", 0),
    ("export --person Ann_Trainee", 0),
    ("verify", 3),
    ("retention list", 0),
    ("standard list", 0),
];

/// What a signature comes from.
const SIGNS: &[&str] = &[
    "sign-off Ann_Trainee K2",
    "sign-off Ann_Trainee K3 --not-achieved --feedback x --action y --by tomorrow",
    "withdraw ID --reason x",
    "erase ID --reason x",
    "person add Bea --role trainee",
    "person leave Ann_Trainer",
    "enrol Ann_Trainer ST0413 --start 2025-09-01",
    "policy set late-days=9",
];

fn words(line: &str, id: &str) -> Vec<String> {
    line.split(' ').map(|word| word.replace('_', " ").replace("ID", id)).collect()
}

#[test]
#[ignore = "slow: everything in its place"]
fn a_log_key_that_is_missing_torn_or_another_log_s_stops_every_signature_and_no_reading() {
    instead_of_the_log_key(8);
}

#[test]
#[ignore = "slow: everything in its place"]
fn a_log_key_that_is_missing_torn_or_another_log_s_stops_every_signature_and_no_reading_every_one() {
    instead_of_the_log_key(1);
}

/// Puts every `step`th thing in the place of the log's key, and runs commands.
fn instead_of_the_log_key(step: usize) {
    let book = Book::founded();
    let signed = book.supervisor(&["sign-off", "Ann Trainee", "K1", "--json"]).json();
    let id = signed["statements"][0]["id"].as_str().unwrap().to_owned();
    let path = book.data().join("keys/log.key");
    let key = fs::read(&path).unwrap();
    let run = |line: &str, more: &[&str]| {
        let words = words(line, &id);
        let words: Vec<&str> = words.iter().map(String::as_str).chain(more.iter().copied()).collect();
        book.run(&words)
    };
    let before: Vec<String> = LOOKS.iter().map(|(line, _)| run(line, &[]).out).collect();
    let (size, names) = (book.size(), names(&book));
    for (name, instead) in every(step, INSTEAD) {
        put(&path, &key, *instead);
        for ((line, code), before) in LOOKS.iter().zip(&before) {
            let ran = run(line, &[]);
            assert_eq!((ran.code, &ran.out), (*code, before), "{name}: {line}: {}", ran.err);
        }
        for line in SIGNS {
            let who = if line.starts_with("sign-off") { "supervisor" } else { "officer" };
            let as_who = if who == "officer" { "Olu" } else { "Sam" };
            let ran = run(line, &["--as", as_who, "--passphrase-file", &book.secret(who)]);
            assert!(ran.code == 1 && ran.out.is_empty(), "{name}: {line}: {ran:?}");
            assert!(
                ran.err.contains("nothing can be signed") && ran.err.contains("log.key"),
                "{name}: {line}: {ran:?}"
            );
        }
        let doctor = book.run(&["doctor", "--json"]);
        let checks = doctor.json()["checks"].as_array().unwrap().clone();
        let check = checks.iter().find(|row| row["id"] == "log-key").unwrap();
        assert_eq!((doctor.code, check["state"].as_str()), (1, Some("wrong")), "{name}: {check}");
        assert_eq!(book.size(), size, "{name}");
    }
    put(&path, &key, |path, key| fs::write(path, key).unwrap());
    assert_eq!(self::names(&book), names, "something was left");
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    assert_eq!(book.run(&["verify"]).code, 3);
}

fn names(book: &Book) -> Vec<String> {
    let entries = fs::read_dir(book.data().join("keys")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|n| n.ends_with("key")).collect();
    names.sort();
    names
}

#[test]
fn nothing_is_signed_where_the_file_and_the_key_were_both_exchanged_and_the_first_statement_says_otherwise() {
    let book = Book::founded();
    let key = other_log_key();
    fs::write(book.data().join("keys/log.key"), &key).unwrap();
    let raw = rusqlite::Connection::open(book.database()).unwrap();
    let origin: String = raw.query_row("SELECT origin FROM log", [], |row| row.get(0)).unwrap();
    let seed = String::from_utf8(key).unwrap().lines().nth(1).unwrap().to_owned();
    let seed: [u8; 32] = countersign_core::primitives::encoding::unhex(&seed).unwrap();
    let key = countersign_ledger::sshsig::SigningKey::from_seed(&seed);
    let other = countersign_ledger::note::LogKey::new(origin.parse().unwrap(), key);
    raw.close().unwrap();
    Owner::of(&book.database()).execute_batch(&format!("UPDATE log SET vkey = '{}'", other.verifier())).unwrap();
    let size = book.size();
    let ran = book.supervisor(&["sign-off", "Ann Trainee", "K1"]);
    assert!(ran.code == 1 && ran.out.is_empty(), "{ran:?}");
    assert_eq!(book.size(), size);
    assert_eq!(book.run(&["verify"]).code, 1);
}
