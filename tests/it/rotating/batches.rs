//! Statements that a security key signed, on the record of a trainee who rotates: they come with their batch, hold for every
//! check there, and go with it; whatever a hub alters in one is named.

use std::path::{Path, PathBuf};

use countersign_app::hub::copy::{CopyOutcome, Fetch};
use countersign_app::hub::pull::{PulledLogs, pull_all};
use countersign_app::hub::rotating::Brought;
use countersign_hub::rows::BatchRow;
use countersign_ledger::receipt_text::Receipt;

use crate::bundle::{accept, away, record, state};
use crate::cli::book::Book;
use crate::hub::batches::in_file;
use crate::hub::folder::files;
use crate::hub::server::Hub;
use crate::owner::Owner;
use crate::random::every;
use crate::rotating::hub::{FakeHub, FakeSite};
use crate::rotating::{ends, exchanged, intact, joined, opened, outcome, rejected, rotates};
use crate::security_keys::{SoftAgent, accepted_in, ids, with_key};

fn batches(file: &Path) -> i64 {
    Owner::of(file).query_row("SELECT count(*) FROM touch", [], |row| row.get(0)).unwrap()
}

fn copy_of(book: &Book) -> PathBuf {
    std::fs::read_dir(book.data().join("sites")).unwrap().next().unwrap().unwrap().path().join("log.db")
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

fn sync(book: &Book) -> serde_json::Value {
    let ran = book.run(&["hub", "sync", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()
}

/// Sound on its own, with a checkpoint that was kept, and once its indexes were made again.
fn sound(book: &Book) {
    let checkpoint = book.keep("checkpoint.txt", &book.run(&["checkpoint"]).out);
    for rebuilt in [false, true] {
        if rebuilt {
            book.run(&["rebuild"]).done();
        }
        intact(book);
        let ran = book.run(&["verify", "--checkpoint", &checkpoint]);
        assert_eq!(ran.code, 0, "rebuilt {rebuilt}: {ran:?}");
    }
}

fn contains(path: &Path, words: &str) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

/// Ann's record goes to the second department over a hub, is checked there in every way, and is erased at home.
fn to_and_erased(seed: u8, join: impl Fn(&Book, &str), let_read: impl FnOnce()) {
    let ((home, agent), away) = (with_key(seed), away());
    join(&home, "cardiology");
    join(&away, "audiology");
    let_read();
    assert_eq!(home.supervisor(&["sign-off", "Ann Trainee", "K1"]).code, 0);
    let pair = sign(&home, &agent, &["K2", "K3"]);
    let one = sign(&home, &agent, &["S1"]);
    sync(&home);
    accept(&away, &home);
    away.officer(&["policy", "set", "imported=counts"]).done();
    rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
    let done = sync(&away);
    assert_eq!(
        (&done["fetched"][0]["outcome"], &done["trainees"][0]["why"]),
        (&"grown".into(), &serde_json::Value::Null),
        "{done}"
    );
    for code in ["K1", "K2", "K3", "S1"] {
        assert_eq!((state(&away, code), record(&away, code).len()), ("signed".into(), 1), "{code}");
    }
    assert_eq!((batches(&copy_of(&away)), batches(&away.database())), (2, 2));
    sound(&away);
    // An auditor there checks a statement with stock OpenSSH, and a receipt without this file.
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    assert_eq!(away.run(&["export", "--signers", "--statement", &pair[1], "--out", out]).code, 0);
    let line = std::fs::read_to_string(folder.path().join("allowed_signers")).unwrap();
    let who = line.lines().find(|line| line.contains(" sk-ssh-ed25519@openssh.com ")).unwrap();
    assert!(accepted_in(folder.path(), &pair[1], who.split(' ').next().unwrap()));
    let package = away.secret("ann.zip");
    assert_eq!(away.run(&["report", "gateway", "Ann Trainee", "--out", &package]).code, 0);
    assert_eq!(receipts_with_batches(Path::new(&package)), 3);
    // What is held about her says how each was signed.
    let held = away.run(&["export", "--person", "Ann Trainee", "--json"]).out;
    assert!(pair.iter().chain(&one).all(|id| held.contains(id)), "{held}");
    assert!(held.contains("countersign-batch/1"), "{held}");
    // One of two erased: its batch stays with the other. Then the other, and the batch goes everywhere.
    let text = batch_text(&home, &pair[0]);
    for (id, left) in [(&pair[0], 2), (&pair[1], 1)] {
        erase(&home, id);
        sync(&home);
        let done = sync(&away);
        assert_eq!(done["trainees"][0]["erased"], 1, "{done}");
        assert_eq!((batches(&copy_of(&away)), batches(&away.database())), (left, left));
        sound(&away);
    }
    for file in [away.database(), copy_of(&away)] {
        assert!(!contains(&file, &text), "{}", file.display());
    }
    assert_eq!((state(&away, "K2"), state(&away, "S1")), ("open".into(), "signed".into()));
    // The rotation ends as somebody else's: what it brought goes, with the last batch.
    let ran = away.officer(&[
        "hub",
        "trainee",
        "Ann Trainee",
        "--site",
        &crate::rotating::origin_of(&home),
        "--end",
        "--reason",
        "Not she",
        "--wrong-person",
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!((batches(&away.database()), record(&away, "S1").len()), (0, 0));
    sound(&away);
}

/// The receipts in a package that have a batch, each of which holds by itself.
fn receipts_with_batches(package: &Path) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let mut unpack = std::process::Command::new("python3");
    let unpacked = unpack.args(["-m", "zipfile", "-e"]).arg(package).arg(folder.path()).output().unwrap();
    assert!(unpacked.status.success(), "{unpacked:?}");
    let texts = files(folder.path()).into_iter().filter_map(|path| std::fs::read_to_string(path).ok());
    let receipts =
        texts.filter(|text| text.starts_with("countersign-receipt/") && text.contains("\ncountersign-batch/1\n"));
    receipts.inspect(|text| drop(Receipt::parse(text).unwrap().check().unwrap())).count()
}

/// The first bytes of the list in the batch of a statement.
fn batch_text(book: &Book, id: &str) -> String {
    let text = book.run(&["export", "--statement", id]).out;
    let at = text.find("\nstatement ").unwrap();
    text[at..at + 70].to_owned()
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn over_a_folder_a_record_signed_with_a_security_key_goes_along_and_leaves_with_its_batches() {
    let hub = tempfile::tempdir().unwrap();
    let join = |book: &Book, site: &str| {
        let ran = book.run(&["hub", "join", hub.path().to_str().unwrap(), "--site", site]);
        assert_eq!(ran.code, 0, "{ran:?}");
    };
    to_and_erased(81, join, || {});
    let left: Vec<PathBuf> =
        files(hub.path()).into_iter().filter(|path| path.to_str().unwrap().contains("/batches/")).collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn over_postgresql_a_record_signed_with_a_security_key_goes_along_and_leaves_with_its_batches() {
    let Some(hub) = Hub::new() else { return };
    to_and_erased(82, |book, site| hub.join(book, site), || hub.let_read("audiology", "cardiology"));
    assert_eq!(hub.superuser("SELECT count(*) FROM countersign.batch;"), "1");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_batch_that_came_by_bundle_and_by_hub_stays_until_both_are_gone_whichever_goes_first() {
    use crate::bundle::{bundle, import};
    for bundle_goes_first in [true, false] {
        let ((home, agent), away) = (with_key(83), away());
        sign(&home, &agent, &["K1", "K2"]);
        joined(&home, &away);
        let mut hub = FakeHub::with(&[&home]);
        exchanged(&away, &mut hub);
        import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
        assert_eq!(batches(&away.database()), 1);
        let take_back = || {
            away.officer(&["bundle", "take-back", "Ann Trainee", "--reason", "It is not needed", "--yes"]).done();
        };
        let end = || ends(&away, "Ann Trainee", &home, Brought::Goes);
        let steps: [&dyn Fn(); 2] = if bundle_goes_first { [&take_back, &end] } else { [&end, &take_back] };
        for (turn, step) in steps.into_iter().enumerate() {
            step();
            assert_eq!(batches(&away.database()), 1 - i64::try_from(turn).unwrap(), "{bundle_goes_first} {turn}");
            intact(&away);
        }
    }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_batch_missing_or_altered_in_the_receiving_file_is_a_fault_there() {
    let ((home, agent), away) = (with_key(84), away());
    sign(&home, &agent, &["K1", "K2"]);
    joined(&home, &away);
    exchanged(&away, &mut FakeHub::with(&[&home]));
    intact(&away);
    let kept = std::fs::read(away.database()).unwrap();
    for (sql, words) in [
        ("DELETE FROM touch", "the batch that it was signed in is missing"),
        ("UPDATE touch SET text = replace(text, 'count 2', 'count 3')", "altered"),
        ("UPDATE touch SET signature = zeroblob(69)", "altered"),
        ("INSERT INTO touch SELECT zeroblob(64), key, signature, text FROM touch", "no statement names it"),
    ] {
        Owner::of(&away.database()).execute_batch(sql).unwrap();
        let ran = away.run(&["verify"]);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(ran.code == 1 && said.contains(words), "{sql}: {ran:?}");
        std::fs::write(away.database(), &kept).unwrap();
    }
    intact(&away);
}

fn whole(book: &Book, hub: &mut FakeHub) -> PulledLogs {
    hub.asked_by(book);
    pull_all(&mut opened(book), hub, (Fetch::All, 2), &mut |_, _, _| {}).unwrap()
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_byte_of_a_batch_that_a_hub_alters_and_one_that_is_missing_swapped_or_strange_is_named() {
    altered_batches(60);
}

#[test]
#[ignore = "slow: every byte"]
fn a_byte_of_a_batch_that_a_hub_alters_and_one_that_is_missing_swapped_or_strange_is_named_every_one() {
    altered_batches(1);
}

/// Every `step`th place of so many.
fn every_place(step: usize, length: usize) -> Vec<usize> {
    let all: Vec<usize> = (0..length).collect();
    every(step, &all).copied().collect()
}

/// Alters every `step`th byte of each batch.
fn altered_batches(step: usize) {
    let ((home, agent), away) = (with_key(85), away());
    assert_eq!(home.supervisor(&["sign-off", "Ann Trainee", "K1"]).code, 0);
    let first = home.size();
    sign(&home, &agent, &["K2", "K3"]);
    sign(&home, &agent, &["S1"]);
    joined(&home, &away);
    let hub = FakeHub::with(&[&home]);
    exchanged(&away, &mut hub.clone());
    let before = std::fs::read(copy_of(&away)).unwrap();
    // Which statement is the first of each batch.
    let at_of = |name: &[u8; 64]| {
        let entries = &hub.sites[0].entries;
        entries.iter().find(|row| row.signed.as_ref().is_some_and(|signed| signed.signature == name)).unwrap().position
    };
    assert_eq!(hub.sites[0].batches.iter().map(|row| at_of(&row.name)).min(), Some(first));
    let refused = |what: &str, alter: &dyn Fn(&mut FakeSite), wanted: &[Option<u64>]| {
        let mut altered = hub.clone();
        alter(altered.site(&home));
        let done = whole(&away, &mut altered);
        let why = rejected(&done);
        assert!(wanted.contains(&why.position), "{what}: {why:?}, not at {wanted:?}");
        assert!(why.what.contains("batch"), "{what}: {why:?}");
        assert_eq!(std::fs::read(copy_of(&away)).unwrap(), before, "{what}");
    };
    for number in 0..hub.sites[0].batches.len() {
        let BatchRow { name, key, signature, text } = hub.sites[0].batches[number].clone();
        let at = [Some(at_of(&name))];
        for byte in every_place(step, text.len()) {
            let mut bytes = text.clone().into_bytes();
            bytes[byte] ^= 1;
            let altered = String::from_utf8(bytes).unwrap();
            refused(&format!("text {byte}"), &|site| site.batches[number].text.clone_from(&altered), &at);
        }
        for byte in every_place(step, signature.len()) {
            refused(&format!("signature {byte}"), &|site| site.batches[number].signature[byte] ^= 1, &at);
        }
        for length in [0, 64, 68, 70, 1024] {
            refused(&format!("signature of {length}"), &|site| site.batches[number].signature.resize(length, 0), &at);
        }
        for byte in every_place(step, key.len()) {
            let mut bytes = key.clone().into_bytes();
            bytes[byte] ^= 1;
            let altered = String::from_utf8(bytes).unwrap();
            refused(&format!("key {byte}"), &|site| site.batches[number].key.clone_from(&altered), &at);
        }
        refused("missing", &|site| drop(site.batches.remove(number)), &at);
    }
    let (one, other) = (hub.sites[0].batches[0].clone(), hub.sites[0].batches[1].clone());
    let any = [Some(at_of(&one.name)), Some(at_of(&other.name))];
    let swapped = [BatchRow { name: one.name, ..other.clone() }, BatchRow { name: other.name, ..one.clone() }];
    refused("swapped", &|site| site.batches.clone_from_slice(&swapped), &any);
    for (number, row) in hub.sites[0].batches.iter().enumerate() {
        let text = row.text.replace("\ncount ", "\ncount 0");
        refused("longer", &|site| site.batches[number].text.clone_from(&text), &any);
    }
    // The whole of another log's batch, and of the same key's, under their own names: the fake hub sends what is named.
    let (strange, strangers) = with_key(86);
    sign(&strange, &strangers, &["K2", "K3"]);
    let theirs = FakeHub::with(&[&strange]).sites[0].batches[0].clone();
    refused(
        "another log's in its place",
        &|site| site.batches[0] = BatchRow { name: one.name, ..theirs.clone() },
        &any,
    );
    assert!(matches!(outcome(&whole(&away, &mut hub.clone())), CopyOutcome::Grown { .. }));
    intact(&away);
}

#[test]
fn batches_that_nothing_names_or_that_come_twice_are_refused() {
    let ((home, agent), (strange, strangers), away) = (with_key(87), with_key(88), away());
    sign(&home, &agent, &["K2", "K3"]);
    sign(&strange, &strangers, &["K2"]);
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home]);
    hub.asked_by(&away);
    for more in [hub.sites[0].batches[0].clone(), FakeHub::with(&[&strange]).sites[0].batches[0].clone()] {
        let mut hub = FakeHub { further: vec![more], ..hub.clone() };
        let done = pull_all(&mut opened(&away), &mut hub, (Fetch::New, 2), &mut |_, _, _| {}).unwrap();
        assert!(rejected(&done).what.contains("that no new statement was signed in"), "{done:?}");
        assert!(!copy_of(&away).exists());
    }
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn whatever_a_superuser_alters_in_a_batch_the_next_pull_names_and_the_old_copy_stays() {
    let Some(hub) = Hub::new() else { return };
    let ((home, agent), away) = (with_key(89), away());
    hub.join(&home, "cardiology");
    hub.join(&away, "audiology");
    hub.let_read("audiology", "cardiology");
    sign(&home, &agent, &["K2", "K3"]);
    sign(&home, &agent, &["S1"]);
    sync(&home);
    accept(&away, &home);
    rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
    sync(&away);
    let before = std::fs::read(copy_of(&away)).unwrap();
    hub.superuser("CREATE SCHEMA kept; CREATE TABLE kept.batch AS TABLE countersign.batch;");
    let past =
        "SET session_replication_role = replica; ALTER TABLE countersign.batch DROP CONSTRAINT IF EXISTS batch_check;";
    let flip = |column: &str, at: usize| {
        format!("UPDATE countersign.batch SET {column} = set_byte({column}, {at}, get_byte({column}, {at}) # 1)")
    };
    let alterations = [
        flip("body", 30),
        flip("body", 150),
        flip("signature", 0),
        flip("signature", 64),
        flip("signature", 68),
        flip("name", 3),
        flip("name", 40),
        "UPDATE countersign.batch SET signature = signature || '\\x00'".to_owned(),
        "UPDATE countersign.batch SET signature = substring(signature FROM 1 FOR 64)".to_owned(),
        "UPDATE countersign.batch SET key = (SELECT min(key) FROM countersign.statement WHERE key NOT LIKE 'sk-%')".to_owned(),
        "UPDATE countersign.batch SET body = (SELECT body FROM countersign.batch b WHERE b.name <> batch.name)".to_owned(),
        "UPDATE countersign.batch SET signature = (SELECT signature FROM countersign.batch b WHERE b.name <> batch.name)".to_owned(),
        "DELETE FROM countersign.batch WHERE name = (SELECT name FROM countersign.batch ORDER BY name LIMIT 1)".to_owned(),
        "DELETE FROM countersign.batch".to_owned(),
        "UPDATE countersign.batch SET log_id = 2".to_owned(),
        "UPDATE countersign.batch SET body = '\\xff'".to_owned(),
    ];
    for sql in alterations {
        hub.superuser(&format!("{past} {sql};"));
        let ran = away.run(&["hub", "sync"]);
        let named = ran.err.contains("is damaged at entry") && ran.err.contains("batch");
        let unreadable = sql.contains("xff") && ran.err.contains("a text is not UTF-8");
        assert!((ran.code == 1 && named) || unreadable, "{sql}: {ran:?}");
        assert_eq!(std::fs::read(copy_of(&away)).unwrap(), before, "{sql}");
        hub.superuser(&format!(
            "{past} DELETE FROM countersign.batch; INSERT INTO countersign.batch SELECT * FROM kept.batch;"
        ));
    }
    let ran = away.run(&["hub", "sync", "--all"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    intact(&away);
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn whatever_is_altered_in_the_file_of_a_batch_the_next_pull_names_and_the_old_copy_stays() {
    let hub = tempfile::tempdir().unwrap();
    let ((home, agent), away) = (with_key(90), away());
    for (book, site) in [(&home, "cardiology"), (&away, "audiology")] {
        assert_eq!(book.run(&["hub", "join", hub.path().to_str().unwrap(), "--site", site]).code, 0);
    }
    sign(&home, &agent, &["K2", "K3"]);
    sign(&home, &agent, &["S1"]);
    sync(&home);
    accept(&away, &home);
    rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
    sync(&away);
    let before = std::fs::read(copy_of(&away)).unwrap();
    let paths: Vec<PathBuf> =
        files(hub.path()).into_iter().filter(|path| path.to_str().unwrap().contains("/batches/")).collect();
    assert_eq!(paths.len(), in_file(&home).len());
    let refused = |what: &str| {
        let ran = away.run(&["hub", "sync"]);
        let named = ran.err.contains("is damaged at entry") && ran.err.contains("batch");
        let unread = ran.err.contains("/batches/")
            && ["is damaged: ", "cannot be used: it is"].iter().any(|words| ran.err.contains(words));
        assert!(ran.code == 1 && (named || unread), "{what}: {ran:?}");
        assert_eq!(std::fs::read(copy_of(&away)).unwrap(), before, "{what}");
    };
    let kept: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    for at in 0..kept[0].len() {
        // Each part of a row, and every sixteenth byte of the longer ones.
        if at < 30 || at % 16 == 0 || at + 3 > kept[0].len() {
            let mut altered = kept[0].clone();
            altered[at] ^= 1;
            std::fs::write(&paths[0], &altered).unwrap();
            refused(&format!("byte {at}"));
        }
    }
    for cut in [0, 19, 21, kept[0].len() / 2, kept[0].len() - 1] {
        std::fs::write(&paths[0], &kept[0][..cut]).unwrap();
        refused(&format!("cut at {cut}"));
    }
    std::fs::write(&paths[0], [&kept[0][..], &vec![0; 20_000]].concat()).unwrap();
    refused("too long");
    std::fs::write(&paths[0], [&kept[0][..], &[0]].concat()).unwrap();
    refused("a byte more");
    // No row, and two.
    std::fs::write(&paths[0], [&kept[0][..19], &[0xff, 0xff]].concat()).unwrap();
    refused("empty");
    let row = &kept[0][19..kept[0].len() - 2];
    std::fs::write(&paths[0], [&kept[0][..19], row, row, &[0xff, 0xff]].concat()).unwrap();
    refused("two");
    std::fs::write(&paths[0], &kept[1]).unwrap();
    std::fs::write(&paths[1], &kept[0]).unwrap();
    refused("swapped");
    std::fs::write(&paths[1], &kept[1]).unwrap();
    std::fs::remove_file(&paths[0]).unwrap();
    refused("missing");
    std::os::unix::fs::symlink("/etc/passwd", &paths[0]).unwrap();
    refused("a link");
    std::fs::remove_file(&paths[0]).unwrap();
    std::fs::write(&paths[0], &kept[0]).unwrap();
    let ran = away.run(&["hub", "sync", "--all"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    intact(&away);
}
