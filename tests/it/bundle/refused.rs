//! Bundles that are refused, each with a sentence and what to do; none of them changes anything.

use std::io::{Seek as _, Write as _};
use std::path::Path;

use countersign_app::app::App;
use countersign_app::clock::SystemClock;
use countersign_app::keys::keystore::log_key;
use countersign_app::keys::session::Credential;
use countersign_app::people::roster::{self, NewPerson};
use countersign_app::random::SeededRandom;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{Digest, Secret};
use countersign_core::primitives::text::SafeText;
use countersign_ledger::bundle::{BodyWriter, BundleReader, Manifest, Measure, Section};
use countersign_ledger::note::LogKey;
use countersign_store::db::Access;

use super::{accept, away, bundle, home, import, key_of, looked};
use crate::cli::book::{Book, OFFICER};

#[test]
fn a_bundle_cut_at_any_place_or_with_any_byte_altered_is_refused() {
    let home = home();
    let file = bundle(&home, "out.bundle", &[]);
    let whole = std::fs::read(&file).unwrap();
    assert!(looked(&file).is_ok());
    let stride = 61;
    for at in (0..whole.len()).step_by(stride) {
        std::fs::write(&file, &whole[..at]).unwrap();
        let error = looked(&file).expect_err("cut");
        let words = error.why.as_str();
        assert!(words.contains("cut short") || words.contains("not a bundle"), "{at}: {words}");
        assert!(error.hint.is_some());
    }
    for at in (0..whole.len()).step_by(stride) {
        for add in [1, 32, 128] {
            let mut altered = whole.clone();
            altered[at] = altered[at].wrapping_add(add);
            std::fs::write(&file, &altered).unwrap();
            let error = looked(&file).expect_err("altered");
            let refused = ["altered", "not a bundle", "cut short", "too large"];
            assert!(refused.iter().any(|words| error.why.contains(words)), "byte {at} plus {add}: {}", error.why);
        }
    }
    let mut longer = whole.clone();
    longer.extend_from_slice(b"more\n");
    std::fs::write(&file, longer).unwrap();
    assert!(looked(&file).unwrap_err().why.contains("5 bytes follow the end"));
}

#[test]
fn a_bundle_from_a_log_whose_key_was_never_accepted_is_refused_until_it_is() {
    let (home, away) = (home(), away());
    let file = bundle(&home, "out.bundle", &[]);
    import(&away, &file, &[]).refused(1, "was never accepted here");
    let unknown = away.run(&["bundle", "check", file.to_str().unwrap()]);
    assert_eq!(unknown.code, 3, "{unknown:?}");
    // Without a data folder, the key alone is enough.
    let nowhere = Book::empty();
    let key = key_of(&home);
    nowhere.run(&["bundle", "check", file.to_str().unwrap(), "--key", &key]).done();
    let other = nowhere.run(&["bundle", "check", file.to_str().unwrap(), "--key", &key_of(&away)]);
    assert_eq!(other.code, 3, "{other:?}");
    away.officer(&["bundle", "accept-key", "ward+12345678+AAAA", "--yes"]).refused(2, "not the key of a log");
    away.officer(&["bundle", "accept-key", &key_of(&away), "--yes"]).refused(1, "This is the key of this log");
    accept(&away, &home);
    away.officer(&["bundle", "accept-key", &key, "--yes"]).refused(1, "accepted already");
    away.supervisor(&["bundle", "accept-key", &key, "--yes"]).refused(2, "is not a training officer");
    import(&away, &file, &[]).done();
    let stop = ["bundle", "stop-key", key.split('+').next().unwrap(), "--reason", "The department closed"];
    away.officer(&stop).done();
    away.officer(&stop).refused(2, "No key of");
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let newer = bundle(&home, "newer.bundle", &[]);
    import(&away, &newer, &[]).refused(1, "has been stopped here");
    super::intact(&away);
    let keys = away.run(&["bundle", "keys", "--json"]).done().json();
    assert_eq!(keys["logs"][0]["reason"], "The department closed");
}

#[test]
fn a_bundle_is_never_taken_for_someone_else() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    let file = bundle(&home, "out.bundle", &[]);
    // Nobody of that name, and not a trainee.
    import(&away, &file, &["--trainee", "Sam Supervisor"]).refused(2, "");
    import(&away, &file, &[]).done();
    // From now on that trainee is Ann, whatever anyone says.
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let newer = bundle(&home, "newer.bundle", &[]);
    let ran = import(&away, &newer, &["--trainee", "Bea Trainee"]);
    let ran = ran.refused(1, "This bundle's trainee was received here for Ann Trainee (by an earlier bundle from ");
    assert!(ran.err.contains("), and you named Bea Trainee"), "{ran:?}");
    // What leads out of it is named, and does.
    let way = "If Ann Trainee was wrong, first: `countersign bundle take-back \"Ann Trainee\" --reason \"…\"`";
    assert!(ran.err.contains(way), "{ran:?}");
    import(&away, &newer, &["--trainee", "Ann Trainee"]).done();
}

/// Adds a trainee whose id comes from a fixed seed: the same in every book.
fn add(book: &Book, name: &str) {
    let random = Box::new(SeededRandom::new(7));
    let mut app = App::open(DataDir::new(book.data()), Access::Write, Box::new(SystemClock), random).unwrap();
    let officer = book.id_of("Olu Officer").parse().unwrap();
    let (name, roles) = (SafeText::line(name).unwrap(), vec![Role::Trainee]);
    let new = NewPerson { name, roles, department: None, registration: None, level: None, second: false };
    roster::add_person(&mut app, &officer, &Credential::Passphrase(Secret::new(OFFICER.to_owned())), new, None)
        .unwrap();
}

#[test]
fn a_bundle_of_another_trainee_with_the_same_id_is_refused_with_both_names() {
    let (home, away) = (home(), away());
    add(&home, "Carl Other");
    add(&away, "Dee Different");
    assert_eq!(home.id_of("Carl Other"), away.id_of("Dee Different"));
    home.officer(&["enrol", "Carl Other", "ST0413", "--start", "2025-09-01"]).done();
    home.supervisor(&["sign-off", "Carl Other", "K1"]).done();
    accept(&away, &home);
    let file = home.secret("carl.bundle");
    home.run(&["bundle", "Carl Other", "--out", &file]).done();
    let refused = import(&away, Path::new(&file), &[]);
    refused.refused(1, "here is Dee Different, but the bundle from");
    // A person who knows better says so.
    away.officer(&["person", "add", "Carla Other", "--role", "trainee"]).done();
    import(&away, Path::new(&file), &["--trainee", "Carla Other", "--known-there-as", "Carl Other"]).done();
    super::intact(&away);
}

#[test]
fn a_file_that_is_no_bundle_or_too_large_is_refused_without_reading_it_whole() {
    let away = away();
    let path = |name: &str| away.secret(name);
    away.keep("text", "Dear colleague");
    std::fs::write(path("empty"), b"").unwrap();
    let large = std::fs::File::create(path("large")).unwrap();
    large.set_len(200 << 20).unwrap();
    for (name, words) in [
        ("text", "not a bundle"),
        ("empty", "not a bundle"),
        ("large", "not a bundle"),
        ("nothing", "There is no such file"),
        ("data", "It is not a file"),
    ] {
        let ran = away.run(&["bundle", "check", &path(name)]);
        assert!(ran.code > 0 && ran.err.contains(words) && ran.out.is_empty(), "{name}: {ran:?}");
    }
    // 200 MiB of nothing after a bundle's first lines.
    let home = home();
    let file = bundle(&home, "out.bundle", &[]);
    let mut long = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
    long.seek(std::io::SeekFrom::End(0)).unwrap();
    long.write_all(b"x").unwrap();
    long.set_len(200 << 20).unwrap();
    assert!(looked(&file).unwrap_err().why.contains("bytes follow the end of the bundle"));
}

/// A bundle's sections, to be put together again in another way and signed by its own log.
fn sections(file: &Path) -> (Manifest, Vec<Section>) {
    let mut reader = BundleReader::open(std::fs::File::open(file).unwrap()).unwrap();
    let mut all = Vec::new();
    while let Some(section) = reader.section().unwrap() {
        all.push(section);
    }
    (reader.manifest().clone(), all)
}

fn write(file: &Path, mut manifest: Manifest, all: &[Section], key: &LogKey) {
    let mut body = Vec::new();
    let mut to = BodyWriter::new(&mut body);
    for section in all {
        match section {
            Section::History { origin, leaves } => to.history(origin, leaves).unwrap(),
            Section::Receipt(text) => to.receipt(text).unwrap(),
            Section::Erased { origin, position, id } => to.erased(origin, *position, *id).unwrap(),
            Section::Text { digest, canonical } => to.text(digest, canonical).unwrap(),
            Section::Evidence { digest, bytes, name } => {
                to.evidence(digest, *bytes, name).unwrap();
                to.piece(&vec![b'x'; usize::try_from(*bytes).unwrap()]).unwrap();
            }
        }
    }
    let mut measure = Measure::default();
    measure.write_all(&body).unwrap();
    (manifest.bytes, manifest.body) = measure.result();
    std::fs::write(file, [manifest.signed(key).as_bytes(), &body].concat()).unwrap();
}

/// What the refusal says, and what is changed before the bundle is signed again.
type Change<'c> = (&'c str, Box<dyn Fn(&mut Manifest, &mut Vec<Section>) + 'c>);

#[test]
fn a_log_cannot_sign_a_bundle_that_says_what_its_entries_do_not() {
    let (home, away) = (home(), away());
    let file = bundle(&home, "out.bundle", &[]);
    let (manifest, all) = sections(&file);
    let key = log_key(&DataDir::new(home.data()), manifest.log().unwrap()).unwrap();
    let other = bundle(&away, "other.bundle", &[]);
    let foreign = sections(&other).1.into_iter().find(|section| matches!(section, Section::Receipt(_))).unwrap();
    write(&file, manifest.clone(), &all, &key);
    assert!(looked(&file).is_ok());
    let receipts = |all: &[Section]| -> Vec<usize> {
        all.iter().enumerate().filter(|(_, one)| matches!(one, Section::Receipt(_))).map(|(at, _)| at).collect()
    };
    let at = receipts(&all);
    let history = all.iter().position(|one| matches!(one, Section::History { .. })).unwrap();
    let changes: Vec<Change<'_>> = vec![
        ("does not contain what its first lines say", Box::new(|manifest, _| manifest.parts[0].statements += 1)),
        ("does not contain what its first lines say", Box::new(|manifest, _| manifest.texts += 1)),
        ("out of order or there twice", Box::new(|_, all| all.swap(at[1], at[2]))),
        ("out of order or there twice", Box::new(|_, all| all.insert(at[1], all[at[1]].clone()))),
        ("begins its log is missing", Box::new(|_, all| drop(all.remove(at[0])))),
        (
            "adopts a standard whose text is not in the bundle",
            Box::new(|_, all| {
                all.retain(|one| !matches!(one, Section::Text { .. }));
            }),
        ),
        ("is about someone else", Box::new(|manifest, _| manifest.parts[0].trainee = "b0b".parse().unwrap())),
        ("which it does not name", Box::new(|_, all| all.push(foreign.clone()))),
        ("another history of its log", Box::new(|manifest, _| manifest.parts[0].tree.size = 3)),
        (
            "It does not have the history of",
            Box::new(|_, all| all.retain(|one| !matches!(one, Section::History { .. }))),
        ),
        (
            "another history of its log",
            Box::new(|_, all| {
                let Section::History { leaves, .. } = &mut all[history] else { panic!() };
                leaves[2].0[9] ^= 1;
            }),
        ),
        (
            "another history of its log",
            Box::new(|_, all| {
                let Section::History { leaves, .. } = &mut all[history] else { panic!() };
                leaves.pop();
            }),
        ),
        ("another history of its log", Box::new(|_, all| all.insert(history, all[history].clone()))),
        (
            "which it does not name",
            Box::new(|_, all| {
                let Section::History { origin, .. } = &mut all[history] else { panic!() };
                *origin = "ward.example.org/1".parse().unwrap();
            }),
        ),
        (
            "its length is wrong",
            Box::new(|_, all| {
                if let Section::Receipt(text) = &mut all[at[3]] {
                    *text = "x".repeat(60_000);
                }
            }),
        ),
        (
            "is named by no statement",
            Box::new(|manifest, all| {
                manifest.evidence += 1;
                let digest = Digest::of(&[b'x'; 9]);
                all.push(Section::Evidence { digest, bytes: 9, name: "audit.txt".into() });
            }),
        ),
        (
            "does not have that digest",
            Box::new(|manifest, all| {
                manifest.evidence += 1;
                let digest = Digest([7; 32]);
                all.push(Section::Evidence { digest, bytes: 9, name: "audit.txt".into() });
            }),
        ),
    ];
    for (words, change) in changes {
        let (mut manifest, mut all) = (manifest.clone(), all.clone());
        change(&mut manifest, &mut all);
        write(&file, manifest, &all, &key);
        let error = looked(&file).expect_err(words);
        assert!(error.why.contains(words) && error.hint.is_some(), "{words}: {}", error.why);
    }
}

#[test]
fn a_newer_bundle_that_lacks_what_an_earlier_one_had_is_refused() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    import(&away, &bundle(&home, "out.bundle", &[]), &[]).done();
    // The withdrawal of K4 is left out of a newer one.
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let file = bundle(&home, "newer.bundle", &[]);
    let (mut manifest, mut all) = sections(&file);
    let key = log_key(&DataDir::new(home.data()), manifest.log().unwrap()).unwrap();
    let of = |one: &Section| matches!(one, Section::Receipt(text) if text.contains("\nkind withdraw\n"));
    let at = all.iter().position(of).unwrap();
    let left_out = all.remove(at);
    manifest.parts[0].statements -= 1;
    write(&file, manifest.clone(), &all, &key);
    assert!(looked(&file).is_ok());
    import(&away, &file, &[]).refused(1, "which an earlier one had");
    all.insert(at, left_out);
    manifest.parts[0].statements += 1;
    write(&file, manifest, &all, &key);
    import(&away, &file, &[]).done();
    super::intact(&away);
}
