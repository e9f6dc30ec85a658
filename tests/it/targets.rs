//! Where files are written: into the folder that a person named, under one name, and never on another disk than they meant. No
//! text of the file leads anywhere else.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use countersign_app::app::App;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::ids::ClaimId;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::msg::{Effect, Outcome};
use countersign_tui::runtime::event_loop::EffectHandler as _;
use rusqlite::Connection;

use crate::claims::{ada, file, staffed};
use crate::cli::book::Book;

const PDF: &[u8] = b"%PDF-1.7\naudit of the fourth quarter\n";

/// All that lies below a folder, links as they are.
fn all(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if fs::symlink_metadata(&path).unwrap().is_dir() {
            found.extend(all(&path));
        }
        found.insert(path);
    }
    found
}

/// A claim with evidence: the book, the claim's id and the digits of its file.
fn with_evidence() -> (Book, ClaimId, String) {
    let book = staffed();
    let pdf = file(&book, "audit.pdf", PDF);
    let claim = ada(&book, &["claim", "K1", "--evidence", &pdf, "--json"]).done().json();
    let id = claim["claims"][0]["id"].as_str().unwrap().parse().unwrap();
    let files = book.run(&["evidence", "list", "Ada", "--json"]).done().json();
    (book, id, files["files"][0]["id"].as_str().unwrap()[..12].to_owned())
}

/// Places on a stick that is not plugged in: none is there, and neither is what a link leads to.
fn unplugged(book: &Book) -> Vec<String> {
    let media = book.0.path().join("media");
    fs::create_dir(&media).unwrap();
    symlink("/nowhere/at/all", media.join("link")).unwrap();
    symlink(media.join("gone/b.db"), media.join("link.db")).unwrap();
    symlink(media.join("gone/b.pdf"), media.join("link.pdf")).unwrap();
    let names = [
        "usb",
        "usb/",
        "usb//",
        "usb/.",
        "usb/sub",
        "usb/sub/",
        "usb/b.db",
        "usb/b.pdf",
        "usb.db/",
        "usb.pdf/",
        "link",
        "link/",
        "link/b.db",
        "link.db",
        "link.pdf",
    ];
    let here = names.iter().map(|name| format!("media/{name}"));
    here.chain(names.iter().map(|name| media.join(name).to_str().unwrap().to_owned())).collect()
}

#[test]
#[ignore = "slow: many runs of the program"]
fn nothing_is_written_on_this_disk_where_the_folder_that_was_named_is_not_there() {
    let (book, _, digits) = with_evidence();
    book.supervisor(&["sign-off", "Ada", "K2"]).done();
    let places = unplugged(&book);
    let before = all(book.0.path());
    for place in &places {
        for command in [
            vec!["backup", place],
            vec!["backup", place, "--replace"],
            vec!["evidence", "save", &digits, place],
            vec!["export", "--signers", "--out", place],
            vec!["export", "--person", "Ada", "--out", place],
            vec!["receipts", "--out", place],
        ] {
            // A folder below the one that one is in is made by an export; a file of its own name is one.
            let made = command[0] != "backup" && !place.starts_with('/') && command.contains(&"--out");
            let named = match command[0] {
                "backup" => place.ends_with("media/usb.db"),
                "evidence" => place.ends_with("media/usb.pdf"),
                _ => false,
            };
            if made || named {
                continue;
            }
            let ran = book.run(&command);
            assert!(ran.code == 2 && ran.out.is_empty(), "{command:?}: {ran:?}");
            assert!(
                ["There is no folder", "leads nowhere"].iter().any(|why| ran.err.contains(why)),
                "{command:?}: {ran:?}"
            );
            let now: BTreeSet<PathBuf> =
                all(book.0.path()).into_iter().filter(|path| !path.ends_with("data/countersign.db-shm")).collect();
            assert!(now.is_subset(&before), "{command:?} left {:?}", now.difference(&before));
        }
    }
    let keys = book.0.path().join("media/usb");
    book.run(&["backup", keys.to_str().unwrap(), "--keys"]).refused(2, "There is no folder");
    assert!(!keys.exists() && !book.0.path().join("media/usb.keys").exists());
}

#[test]
fn a_folder_for_checkpoints_that_somebody_named_is_never_made() {
    let book = Book::founded();
    for (place, code) in unplugged(&book).iter().filter(|place| place.starts_with('/')).zip(1..) {
        let before = all(&book.0.path().join("media"));
        let signed = book.supervisor(&["sign-off", "Ann Trainee", &format!("K{code}"), "--checkpoints", place]);
        assert_eq!(signed.code, 0, "{signed:?}");
        assert!(signed.err.contains("The checkpoint was not added") && signed.err.contains("What was signed is saved"));
        assert!(signed.err.contains("there is no folder") && signed.err.contains("connected"), "{place}: {signed:?}");
        assert_eq!(all(&book.0.path().join("media")), before, "{place}");
    }
}

#[test]
fn a_link_to_a_backup_on_another_disk_is_followed_and_stays_a_link() {
    let book = Book::founded();
    let (stick, link) = (book.0.path().join("stick"), book.0.path().join("link.db"));
    fs::create_dir(&stick).unwrap();
    symlink(stick.join("b.db"), &link).unwrap();
    book.run(&["backup", stick.join("b.db").to_str().unwrap()]);
    let first = fs::read(stick.join("b.db")).unwrap();
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    let ran = book.run(&["backup", link.to_str().unwrap(), "--json"]).done();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "{ran:?}");
    assert_ne!(fs::read(stick.join("b.db")).unwrap(), first);
    assert_eq!(all(&stick).len(), 1);
}

#[test]
fn a_backup_on_the_disk_of_the_data_says_so() {
    let book = Book::founded();
    let ran = book.run(&["backup", book.0.path().join("b.db").to_str().unwrap()]);
    assert!(ran.code == 0 && ran.out.contains("The same as the data"), "{ran:?}");
    let Ok(memory) = tempfile::tempdir_in("/dev/shm") else { return };
    let same = fs::metadata(memory.path()).unwrap();
    let here = fs::metadata(book.0.path()).unwrap();
    if std::os::unix::fs::MetadataExt::dev(&same) != std::os::unix::fs::MetadataExt::dev(&here) {
        let ran = book.run(&["backup", memory.path().to_str().unwrap()]);
        assert!(ran.code == 0 && !ran.out.contains("The same as the data"), "{ran:?}");
    }
}

/// Names that no file of ours has, as an altered file may hold them; each leads elsewhere or hides something.
fn hostile(outside: &Path) -> Vec<Vec<u8>> {
    let outside = outside.join("planted.desktop").to_str().unwrap().to_owned();
    let texts = [
        outside.as_str(),
        "../planted.desktop",
        "../../planted",
        "..",
        ".",
        "",
        "/",
        "a/b",
        "sub/planted",
        "a\\b",
        ".profile",
        "-rf",
        "~",
        "a\nb.pdf",
        "a\0b.pdf",
        "\u{1b}]0;x\u{7}a.pdf",
        "a\u{202e}fdp.exe",
        " a.pdf",
        "e\u{301}.pdf",
        "C:x.pdf",
    ];
    let long = "x".repeat(256);
    let mut all: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    all.extend([long.into_bytes(), b"\xff\xfe.pdf".to_vec(), b"../\xc3".to_vec()]);
    all
}

#[test]
#[ignore = "slow: many runs of the program"]
fn no_name_that_the_file_holds_leads_out_of_the_folder_that_was_chosen_and_verify_names_each() {
    let (book, claim, digits) = with_evidence();
    let outside = book.0.path().join("outside");
    let home = book.0.path().join("home");
    for folder in [&outside, &home, &home.join("chosen"), &home.join("chosen/sub"), &home.join("cwd")] {
        fs::create_dir(folder).unwrap();
    }
    let chosen = home.join("chosen");
    for name in hostile(&outside) {
        let shown = String::from_utf8_lossy(&name).into_owned();
        let raw = Connection::open(book.database()).unwrap();
        let set = "UPDATE holding SET name = CAST(?1 AS TEXT)";
        assert_eq!(raw.execute(set, [&name]).unwrap(), 1, "{shown:?}");
        raw.close().unwrap();
        let before = all(book.0.path());
        let listed = book.run(&["evidence", "list", "Ada"]).done();
        assert!(!listed.out.contains(['\u{1b}', '\u{202e}', '\0']) && listed.out.lines().count() == 2, "{listed:?}");
        let json = book.run(&["evidence", "list", "Ada", "--json"]).done().json();
        assert!(json["files"][0]["name"].as_str().unwrap().is_ascii(), "{json}");
        book.run(&["queue"]).done();
        book.run(&["claim", "list", "Ada"]).done();
        book.run(&["export", "--person", "Ada", "--json"]).done();
        let saved = book.run(&["evidence", "save", &digits, chosen.to_str().unwrap()]);
        assert!(saved.code == 0 && saved.err.contains("cannot be used"), "{shown:?}: {saved:?}");
        assert!(saved.err.lines().count() == 1 && !saved.err.contains(['\u{1b}', '\u{202e}']), "{saved:?}");
        let mut door = EffectRunner::new(App::open_default(DataDir::new(book.data())).unwrap());
        let to = home.join("cwd").to_str().unwrap().to_owned();
        let done = door.perform(Effect::SaveFiles { claim, to });
        assert!(matches!(done, Outcome::FilesSaved { count: 1, .. }), "{shown:?}: {done:?}");
        drop(door);
        for place in [&chosen, &home.join("cwd")] {
            let new: Vec<PathBuf> = all(place).into_iter().filter(|path| path.is_file()).collect();
            assert!(new.len() == 1 && new[0].parent() == Some(place.as_path()), "{shown:?}: {new:?}");
            let name = new[0].file_name().unwrap().to_str().unwrap();
            assert_eq!(name, format!("evidence-{}.pdf", &digits[..8]), "{shown:?}");
            assert_eq!(fs::read(&new[0]).unwrap(), PDF);
            fs::remove_file(&new[0]).unwrap();
        }
        let left: Vec<PathBuf> = all(book.0.path()).difference(&before).cloned().collect();
        let ours =
            left.iter().all(|path| path.starts_with(book.data()) || path.starts_with(book.0.path().join(".local")));
        assert!(ours, "{shown:?} left {left:?}");
        let verified = book.run(&["verify"]);
        assert!(verified.code == 1 && verified.out.contains("cannot be used for a file"), "{shown:?}: {verified:?}");
        assert!(!verified.out.contains(['\u{1b}', '\u{202e}', '\0']), "{verified:?}");
    }
}

#[test]
fn a_claim_with_a_hostile_name_is_signed_under_a_plain_one() {
    let (book, claim, digits) = with_evidence();
    let raw = Connection::open(book.database()).unwrap();
    raw.execute("UPDATE holding SET name = '../../etc/cron.d/x'", []).unwrap();
    raw.close().unwrap();
    let signed = book.supervisor(&["claim", "answer", &claim.to_string(), "--json"]).done().json();
    let id = signed["statements"][0]["id"].as_str().unwrap();
    let text = book.run(&["export", "--statement", id]).out;
    assert!(text.contains(&format!(" evidence-{}.pdf\n", &digits[..8])), "{text}");
}

#[test]
fn the_screen_saves_into_a_folder_that_is_there_and_nowhere_else() {
    let (book, claim, _) = with_evidence();
    let places = unplugged(&book);
    let before = all(&book.0.path().join("media"));
    let mut door = EffectRunner::new(App::open_default(DataDir::new(book.data())).unwrap());
    for place in places.iter().filter(|place| place.starts_with('/')) {
        let done = door.perform(Effect::SaveFiles { claim, to: place.clone() });
        assert!(matches!(&done, Outcome::Failed(why) if why.what.contains("There is no folder")), "{place}: {done:?}");
        assert_eq!(all(&book.0.path().join("media")), before, "{place}");
    }
}
