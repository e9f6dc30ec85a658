//! What the commands say of another department's keys and statements.

use base64ct::{Base64, Encoding as _};

use super::{accept, away, bundle, home, import, intact, key_of, record};
use crate::cli::book::{Book, Ran};

/// A book whose log has the name of another one's and a key of its own, as a forger would make it.
fn forged_key(of: &Book, with: &Book) -> String {
    let (of, with) = (key_of(of), key_of(with));
    let origin = of.split('+').next().unwrap();
    // The key id is the hash of name and key, so that a key under another name does not parse.
    let words: Vec<&str> = with.splitn(3, '+').collect();
    let key = Base64::decode_vec(words[2]).unwrap();
    let text = [origin.as_bytes(), b"\n", &key].concat();
    let id = countersign_core::primitives::ids::Digest::of(&text).hex()[..8].to_owned();
    format!("{origin}+{id}+{}", words[2])
}

fn says_no_key(ran: &Ran, key: &str) {
    // The last part may have a plus of its own.
    let secret = key.splitn(3, '+').nth(2).unwrap();
    assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{ran:?}");
}

#[test]
fn a_bundle_whose_log_has_another_key_than_the_known_one_is_refused_by_check_and_by_import_alike() {
    let (home, away) = (home(), away());
    let file = bundle(&home, "out.bundle", &[]);
    let path = file.to_str().unwrap();
    let other = forged_key(&home, &away);
    let nowhere = Book::empty();
    nowhere.run(&["bundle", "check", path, "--key", &other]).refused(1, "has another key of");
    // One right key next to a wrong one is enough.
    nowhere.run(&["bundle", "check", path, "--key", &other, "--key", &key_of(&home)]).done();
    away.officer(&["bundle", "accept-key", &other, "--yes"]).done();
    away.run(&["bundle", "check", path]).refused(1, "has another key of");
    import(&away, &file, &[]).refused(1, "has another key of");
}

#[test]
fn no_message_shows_the_key_of_a_bundle_ready_to_be_accepted() {
    let (home, away) = (home(), away());
    let file = bundle(&home, "out.bundle", &[]);
    let (path, key) = (file.to_str().unwrap(), key_of(&home));
    let origin = key.split('+').next().unwrap();
    let unknown = [away.run(&["bundle", "check", path]), import(&away, &file, &[])];
    accept(&away, &home);
    away.officer(&["bundle", "stop-key", origin, "--reason", "The department closed"]).done();
    let stopped = [away.run(&["bundle", "check", path]), import(&away, &file, &[])];
    for ran in unknown.iter().chain(&stopped) {
        says_no_key(ran, &key);
        assert!(ran.err.contains("by telephone or in person"), "{ran:?}");
    }
    assert_eq!([unknown[0].code, unknown[1].code, stopped[0].code, stopped[1].code], [3, 1, 3, 1]);
    assert!(stopped[0].out.contains("stopped here"), "{:?}", stopped[0]);
    // A key that was stopped is known: what is told is when, and not to compare it.
    assert!(stopped[0].out.contains("but you stopped accepting a key in it"), "{:?}", stopped[0]);
    let (when, compare) = ("has been stopped here, on", "check again with --key");
    assert!(stopped[0].err.contains(when) && !stopped[0].err.contains(compare), "{:?}", stopped[0]);
    assert!(unknown[0].out.contains("a key was not compared") && unknown[0].err.contains(compare), "{:?}", unknown[0]);
    assert!(stopped[1].err.contains("“The department closed”") && stopped[1].err.contains(" 20"), "{:?}", stopped[1]);
}

#[test]
fn what_another_department_signed_can_be_changed_only_there_and_every_command_says_so() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    import(&away, &bundle(&home, "out.bundle", &[]), &[]).done();
    let origin = key_of(&home).split('+').next().unwrap().to_owned();
    let id = record(&away, "K1")[0]["id"].as_str().unwrap().to_owned();
    let words = format!("It was signed at {origin}. Only that department can");
    away.officer(&["withdraw", &id, "--reason", "x"]).refused(1, &words);
    away.supervisor(&["countersign", &id]).refused(1, &words);
    away.officer(&["erase", &id, "--reason", "x"]).refused(1, &words);
    // The hint names the signer as allowed_signers does.
    let shown = away.run(&["export", "--statement", &id]);
    let signer = format!("-I {}@{origin} ", home.id_of("Sam Supervisor"));
    assert!(shown.err.contains(&signer), "{shown:?}");
    let own = record(&home, "K1")[0]["id"].as_str().unwrap().to_owned();
    let shown = home.run(&["export", "--statement", &own]);
    assert!(shown.err.contains(&format!("-I {} ", home.id_of("Sam Supervisor"))), "{shown:?}");
    intact(&away);
}

#[test]
fn a_bundle_that_an_editor_or_a_mail_program_changed_is_named_as_such() {
    let home = home();
    let file = bundle(&home, "out.bundle", &[]);
    let bytes = std::fs::read(&file).unwrap();
    let windows: Vec<u8> = bytes.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
    let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xfeff).chain(bytes.iter().map(|byte| u16::from(*byte))).flat_map(order).collect()
    };
    for (words, changed) in [
        ("its line ends are those of Windows", windows),
        ("it begins with a byte order mark", [b"\xef\xbb\xbf", &bytes[..]].concat()),
        ("it is in UTF-16", wide(u16::to_le_bytes)),
        ("it is in UTF-16", wide(u16::to_be_bytes)),
    ] {
        std::fs::write(&file, changed).unwrap();
        home.run(&["bundle", "check", file.to_str().unwrap()]).refused(1, words);
    }
}

#[test]
fn evidence_can_follow_in_a_bundle_that_is_older_or_the_same() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    let audit = home.keep("audit.txt", "Twelve traces, all of good quality");
    let ann = home.keep("ann", "gravel teapot comet willow 83");
    home.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &ann]).done();
    let claim = ["claim", "K6", "--evidence", &audit, "--json", "--as", "Ann Trainee", "--passphrase-file", &ann];
    let claimed = home.run(&claim).done().json();
    let claim = claimed["claims"][0]["id"].as_str().unwrap().to_owned();
    home.supervisor(&["claim", "answer", &claim, "--ksb", "K6"]).done();
    let with = bundle(&home, "with.bundle", &["--evidence"]);
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let newer = bundle(&home, "newer.bundle", &[]);
    let files = || {
        let files = away.run(&["evidence", "list", "Ann Trainee", "--json"]).json();
        files["files"].as_array().map_or(0, Vec::len)
    };
    import(&away, &newer, &[]).done();
    assert_eq!((files(), record(&away, "K5").len()), (0, 1));
    import(&away, &with, &[]).done();
    assert_eq!((files(), record(&away, "K5").len()), (1, 1), "the newer statements stay");
    intact(&away);
    let again = import(&away, &with, &[]).refused(1, "is older than what is here for Ann Trainee");
    assert!(again.err.contains("made on "), "{again:?}");
    assert_eq!(away.run(&["rebuild"]).code, 0);
    intact(&away);
}
