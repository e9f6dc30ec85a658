//! Badges: who gets them, what is in them, and that two programs of other authors verify them and refuse every change.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use countersign_core::primitives::date::{Timestamp, parse_day};
use countersign_core::primitives::ids::Digest;
use countersign_ledger::sshsig::SigningKey;
use countersign_report::badge::credential::{Alignment, Badge, Evidence, Identity, IdentityKind, Issuer};
use countersign_report::badge::did::did_key;
use countersign_report::badge::proof::signed;
use countersign_report::case::identifier::identifier;
use serde_json::Value;

use crate::cli::book::{Book, OFFICER};
use crate::made::id_of;

const ANN: &str = "gravel teapot comet willow 83";

/// A book with a key for badges, in which Ann has a passphrase, S1 and K2 are signed off, and K3 is not yet achieved.
fn book() -> Book {
    let book = Book::founded();
    let ann = book.keep("ann", ANN);
    book.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &ann]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "S1", "K2", "--feedback", "Gentle with frightened patients"]).done();
    book.supervisor(&[
        "sign-off",
        "Ann Trainee",
        "K3",
        "--not-achieved",
        "--feedback",
        "Not yet",
        "--action",
        "Try again",
        "--by",
        "in 3 days",
    ])
    .done();
    book
}

fn with_key() -> Book {
    let book = book();
    book.officer(&["key", "issuer", "make"]).done();
    book
}

fn as_ann(book: &Book, args: &[&str]) -> crate::cli::book::Ran {
    let pass = book.secret("ann");
    book.run(&[&["badge", "Ann Trainee"], args, &["--passphrase-file", &pass]].concat())
}

#[test]
#[ignore = "slow: many runs of the program"]
fn only_the_trainee_gets_badges_and_only_of_what_counts() {
    let book = book();
    let out = book.secret("badges");
    as_ann(&book, &["--out", &out]).refused(1, "This department has no key for badges");
    book.supervisor(&["key", "issuer", "make"]).refused(2, "is not a training officer");
    book.officer(&["key", "issuer", "make"]).done();
    book.officer(&["key", "issuer", "make"]).refused(1, "already has a key for badges");
    book.officer(&["badge", "Ann Trainee", "--out", &out]).refused(1, "Only Ann Trainee can ask for their badges");
    let wrong = ["badge", "Ann Trainee", "--out", &out, "--passphrase-file", &book.keep("other", OFFICER)];
    book.run(&wrong).refused(1, "Wrong passphrase");
    as_ann(&book, &["K3", "--out", &out]).refused(1, "K3 cannot have a badge yet: not yet achieved on ");
    as_ann(&book, &["K1", "--out", &out]).refused(1, "K1 cannot have a badge yet: no sign-off is on record");
    as_ann(&book, &["K99", "--out", &out]).refused(2, "has no K99");
    as_ann(&book, &["--out", &book.secret("all.json")]).refused(2, "There are 2 badges");
    assert!(!Path::new(&out).exists());
    let made = as_ann(&book, &["--out", &out, "--json"]).done().json();
    let badges = made["badges"].as_array().unwrap();
    assert_eq!(badges.iter().map(|one| one["code"].as_str().unwrap()).collect::<Vec<_>>(), ["K2", "S1"]);
    for row in badges {
        let text = std::fs::read_to_string(row["path"].as_str().unwrap()).unwrap();
        let badge: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(badge["id"], row["id"]);
        assert_eq!(badge["issuer"]["name"], "Cardiology");
        for secret in ["Ann Trainee", "Trainee", "frightened", "Sam Supervisor", "Supervisor"] {
            assert!(!text.contains(secret), "{secret} is in a badge");
        }
        let identity = &badge["credentialSubject"]["identifier"][0];
        let salted = format!("Ann Trainee{}", identity["salt"].as_str().unwrap());
        assert_eq!(identity["identityHash"], format!("sha256${}", Digest::of(salted.as_bytes()).hex()));
        let evidence = &badge["evidence"][0];
        let statement = row["statements"][0].as_str().unwrap();
        assert_eq!(evidence["id"], format!("urn:uuid:{statement}"));
        let shown = book.run(&["export", "--statement", statement, "--json"]).done().json();
        let signed = shown["statements"][0]["text"].as_str().unwrap();
        assert!(evidence["narrative"].as_str().unwrap().contains(&Digest::of(signed.as_bytes()).hex()));
    }
    let one = book.secret("one.json");
    as_ann(&book, &["S1", "--email", "Ann@example.org", "--out", &one]).done();
    as_ann(&book, &["S1", "--out", &one]).refused(1, "There is already a file");
    as_ann(&book, &["S1", "--out", &book.secret("s1.pdf")]).refused(2, "does not end in .json");
    // A folder gets all of them or none, and only those that are not there.
    as_ann(&book, &["--out", &out, "--replace"]).done();
    let badge = |code: &str| Path::new(&out).join(format!("badge-{}-{code}.json", book.id_of("Ann Trainee")));
    std::fs::remove_file(badge("K2")).unwrap();
    std::fs::write(badge("S1"), "something else").unwrap();
    as_ann(&book, &["--out", &out]).refused(1, "S1.json");
    assert!(!badge("K2").exists());
    std::fs::remove_file(badge("S1")).unwrap();
    std::fs::create_dir(badge("S1")).unwrap();
    as_ann(&book, &["--out", &out, "--replace"]).refused(1, "is not an ordinary file");
    assert!(!badge("K2").exists());
    let text = std::fs::read_to_string(&one).unwrap();
    assert!(!text.contains("example.org\""));
    let badge: Value = serde_json::from_str(&text).unwrap();
    let bound = badge["credentialSubject"]["identifier"].as_array().unwrap();
    for (identity, (kind, value)) in
        bound.iter().zip([("name", "Ann Trainee"), ("emailAddress", "ann@example.org")]).collect::<Vec<_>>()
    {
        let salted = format!("{value}{}", identity["salt"].as_str().unwrap());
        let hash = format!("sha256${}", Digest::of(salted.as_bytes()).hex());
        assert_eq!((&identity["identityType"], &identity["identityHash"]), (&kind.into(), &hash.into()));
    }
    assert_eq!(bound.len(), 2, "an address comes in addition to the name");
    let zip = book.secret("all.zip");
    as_ann(&book, &["--out", &zip]).done();
    let code =
        "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(len(z.namelist()))";
    let read = Command::new("python3").args(["-c", code, &zip]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), "2", "{read:?}");
}

#[test]
fn someone_who_has_left_is_told_that_badges_are_for_before_they_leave() {
    let book = with_key();
    book.officer(&["person", "leave", "Ann Trainee"]).done();
    as_ann(&book, &["--out", &book.secret("x.json")]).refused(1, "Ann Trainee has left: their key is retired");
}

#[test]
fn the_name_of_an_issuer_is_one_that_a_badge_can_show() {
    let book = book();
    let name = |letters: usize| "n".repeat(letters);
    book.officer(&["key", "issuer", "make", "--name", &name(121)]).refused(2, "more than 120 letters");
    book.officer(&["key", "issuer", "make", "--name", &name(120)]).done();
}

#[test]
fn a_trainee_gets_their_own_badges_over_ssh_and_nobody_else_does() {
    let book = with_key();
    let session = |who: &str| {
        let id = book.id_of(who);
        book.command().args(["session", &id]).env("SSH_ORIGINAL_COMMAND", "badge").output().unwrap()
    };
    for (who, key) in [("Ann Trainee", "ann-key"), ("Sam Supervisor", "sam-key")] {
        let key = book.login_key(key);
        book.officer(&["ssh", "add", who, "--key", &key]).done();
    }
    let own = session("Ann Trainee");
    assert!(own.status.success() && own.stdout.starts_with(b"PK\x03\x04"), "{own:?}");
    let other = session("Sam Supervisor");
    assert_eq!((other.status.code(), other.stdout.len()), (Some(2), 0));
}

#[test]
fn a_key_for_badges_is_replaced_and_retired_and_the_log_stays_sound() {
    let book = with_key();
    let first = book.run(&["key", "issuer", "show", "--json"]).done().json()["issuers"][0].clone();
    book.officer(&["key", "issuer", "replace", "--name", "Heart clinic"]).done();
    let second = book.run(&["key", "issuer", "show", "--json"]).done().json()["issuers"][0].clone();
    assert_ne!(first["issuer"], second["issuer"]);
    assert_eq!((&first["name"], &second["name"]), (&"Cardiology".into(), &"Heart clinic".into()));
    let keys = || {
        let names = std::fs::read_dir(book.data().join("keys")).unwrap().map(|file| file.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().starts_with("issuer-")).count()
    };
    assert_eq!(keys(), 1, "the key that signs no more is kept");
    assert_eq!(book.run(&["verify"]).code, 3);
    book.run(&["rebuild"]).done();
    let out = book.secret("one.json");
    as_ann(&book, &["S1", "--out", &out]).done();
    assert!(std::fs::read_to_string(&out).unwrap().contains(second["issuer"].as_str().unwrap()));
    book.officer(&["key", "issuer", "retire", "--reason", "The department closes"]).done();
    assert_eq!((keys(), book.run(&["verify"]).code), (0, 3));
    as_ann(&book, &["S1", "--out", &book.secret("two.json")]).refused(1, "no key for badges");
    let shown = book.run(&["key", "issuer", "show", "--json"]).done().json();
    let earlier = shown["earlier"].as_array().unwrap();
    let named = earlier.iter().map(|one| (&one["issuer"], &one["reason"])).collect::<Vec<_>>();
    assert_eq!(named, [(&second["issuer"], &"The department closes".into()), (&first["issuer"], &Value::Null)]);
    let text = book.run(&["key", "issuer", "show"]).done().out;
    assert!(text.contains(first["issuer"].as_str().unwrap()) && text.contains("replaced"), "{text}");
    book.officer(&["key", "issuer", "replace"]).refused(1, "This department has not made a key for badges yet");
    book.officer(&["key", "issuer", "retire", "--reason", "Again"]).refused(1, "no key for badges");
    book.officer(&["key", "issuer", "make"]).done();
    let file = std::fs::read_dir(book.data().join("keys")).unwrap().map(|file| file.unwrap().path());
    let file = file.into_iter().find(|path| path.to_string_lossy().contains("issuer-")).unwrap();
    std::fs::write(&file, "countersign-issuer-key/1\n00\n").unwrap();
    as_ann(&book, &["S1", "--out", &book.secret("two.json")]).refused(1, "is empty or incomplete");
    std::fs::remove_file(&file).unwrap();
    as_ann(&book, &["S1", "--out", &book.secret("two.json")]).refused(1, "is missing");
}

/// Badges with and without every optional part, and with letters that need care.
fn every_shape() -> Vec<Vec<u8>> {
    let key = SigningKey::from_seed(&[7; 32]);
    let point = *key.verifier().point();
    let standard = "ST0413 1.1".parse().unwrap();
    let odd = "Quotes \" and \\ and 'these', é, 心, 𝄞 — “so”";
    let alignment = |number: usize| Alignment {
        code: format!("S{number}"),
        text: odd.to_owned(),
        framework: "ST0413 1.1 Healthcare science practitioner".to_owned(),
        url: if number == 1 {
            "https://example.org/st0413?v=1.1".to_owned()
        } else {
            format!("urn:uuid:{}", identifier(&standard, "S2"))
        },
    };
    let evidence = |number: u64| Evidence {
        statement: id_of(number),
        position: number,
        digest: Digest::of(&number.to_be_bytes()),
        observed: parse_day("2026-11-20").unwrap(),
    };
    let mut made = Vec::new();
    for until in [None, parse_day("2029-11-20")] {
        for alignments in [0, 1, 3] {
            // Two addresses, since the order of the two identities in what is signed follows their hashes.
            for address in [None, Some("ann@example.org"), Some("ann.trainee@example.org")] {
                for evidences in [1, 5] {
                    let name =
                        Identity { kind: IdentityKind::Name, value: odd.to_owned(), salt: "0123abcd".to_owned() };
                    let address = address.map(|value| Identity {
                        kind: IdentityKind::Email,
                        value: value.to_owned(),
                        salt: "4567cdef".to_owned(),
                    });
                    let badge = Badge {
                        issuer: Issuer { name: odd.to_owned(), did: did_key(&point), log: "example.org/1".to_owned() },
                        code: "S1".to_owned(),
                        text: format!("{odd} {}", "long ".repeat(40)),
                        framework: "ST0413 1.1 Healthcare science practitioner".to_owned(),
                        item: identifier(&standard, "S1"),
                        alignments: (1..=alignments).map(alignment).collect(),
                        identities: std::iter::once(name).chain(address).collect(),
                        evidence: (1..=evidences).map(evidence).collect(),
                        from: Timestamp::from_seconds(1_795_183_403),
                        until,
                        checkpoint: "5 · 6PJC7-4WFE6".to_owned(),
                    };
                    made.push(signed(&badge, Timestamp::from_seconds(1_795_183_500), &point, |hashes| {
                        key.sign_badge(hashes)
                    }));
                }
            }
        }
    }
    made
}

/// The folder with the other programs, if they are here: `venv` and `npm`.
fn tools() -> Option<PathBuf> {
    std::env::var_os("BADGE_TOOLS").map(PathBuf::from).filter(|folder| folder.is_dir())
}

/// The contexts that come with openbadgeslib, or none if it is not here.
fn contexts(tools: &Path) -> Option<PathBuf> {
    let code = "import openbadgeslib.ob3, os; print(os.path.dirname(openbadgeslib.ob3.__file__))";
    let found = Command::new(tools.join("venv/bin/python")).args(["-c", code]).output().ok()?;
    let folder = PathBuf::from(String::from_utf8(found.stdout).ok()?.trim()).join("contexts");
    folder.is_dir().then_some(folder)
}

fn accepted(checked: &Output) {
    let words = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{words}{}", String::from_utf8_lossy(&checked.stderr));
    let refused: u64 = words.split(", ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
    assert!(words.starts_with("38 verified") && refused > 1_000, "{words}");
    print!("{words}");
}

#[test]
fn two_other_programs_verify_every_shape_of_a_badge_and_refuse_one_altered_letter_of_any_text() {
    let Some((tools, contexts)) = tools().and_then(|tools| Some((tools.clone(), contexts(&tools)?))) else {
        return println!("skipped: openbadgeslib is not here (set BADGE_TOOLS as .ci/run does)");
    };
    let book = with_key();
    let out = book.0.path().join("badges");
    std::fs::create_dir(&out).unwrap();
    as_ann(&book, &["--out", out.to_str().unwrap()]).done();
    for (at, badge) in every_shape().iter().enumerate() {
        std::fs::write(out.join(format!("shape-{at:02}.json")), badge).unwrap();
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = source.join("../shared/schemas/ob-v3p0-achievementcredential.schema.json");
    let mut python = Command::new(tools.join("venv/bin/python"));
    python.arg(source.join("tests/it/badge/check.py")).arg(&out);
    if schema.is_file() {
        python.arg(&schema);
    } else {
        println!("the official schema is not here: it is not compared with");
    }
    accepted(&python.output().unwrap());
    if !tools.join("npm/node_modules/@digitalbazaar/vc").is_dir() {
        return println!("skipped: @digitalbazaar/vc is not here");
    }
    // Modules are looked for next to the script.
    let script = tools.join(format!("npm/check-{}.mjs", std::process::id()));
    std::fs::copy(source.join("tests/it/badge/check.mjs"), &script).unwrap();
    let checked = Command::new("node").arg(&script).arg(&out).arg(contexts).output().unwrap();
    std::fs::remove_file(&script).unwrap();
    accepted(&checked);
}
