//! A rotation: to another department and back, with what each of them counts.

use super::{accept, away, bundle, home, import, intact, key_of, keygen_verifies, record, state};

#[test]
fn a_record_goes_to_another_department_and_back_with_nothing_signed_again() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    let file = bundle(&home, "out.bundle", &[]);
    let signed_at_home = record(&home, "K1")[0].clone();
    import(&away, &file, &[]).done();
    intact(&away);

    // It is shown with its source, word for word, and does not count.
    let seen = record(&away, "K1")[0].clone();
    assert_eq!(seen["id"], signed_at_home["id"]);
    let origin = key_of(&home).split('+').next().unwrap().to_owned();
    assert_eq!(seen["signer_name"], format!("Sam Supervisor, seen at {origin}"));
    assert_eq!(seen["source"], origin.as_str());
    assert_eq!(record(&away, "K4")[0]["withdrawn"]["reason"], "The wrong trainee");
    assert_eq!((state(&away, "K1"), state(&away, "K3")), ("open".to_owned(), "open".to_owned()));

    // As the receiving department's policy says, it counts.
    away.officer(&["policy", "set", "imported=counts"]).done();
    let states = ["K1", "S1", "K3", "K4"].map(|code| state(&away, code));
    assert_eq!(states, ["signed", "signed", "not-yet", "open"]);
    intact(&away);
    away.officer(&["policy", "set", "imported=shows"]).done();
    assert_eq!(state(&away, "K1"), "open");
    intact(&away);
    away.officer(&["policy", "set", "imported=1"]).done();

    // What is signed here later decides, and the other way round.
    away.supervisor(&["sign-off", "Ann Trainee", "K2", "K3"]).done();
    assert_eq!((state(&away, "K3"), state(&away, "K2")), ("signed".to_owned(), "signed".to_owned()));
    assert_eq!(record(&away, "K3").len(), 2);
    assert_eq!(away.run(&["rebuild"]).code, 0);
    intact(&away);

    // Stock ssh-keygen checks at the far end what was signed at home, under the signer's own name there.
    let id = seen["id"].as_str().unwrap();
    let signer = format!("{}@{origin}", home.id_of("Sam Supervisor"));
    if let Some(said) = keygen_verifies(&away, id, &signer) {
        assert!(said.status.success(), "{said:?}");
        let someone_here = away.id_of("Sam Supervisor");
        assert!(!keygen_verifies(&away, id, &someone_here).unwrap().status.success());
    }

    // Back home: what was signed at home is known again and not there twice.
    accept(&home, &away);
    let back = bundle(&away, "back.bundle", &[]);
    let before = home.size();
    let plan = import(&home, &back, &["--json"]).done().json();
    assert_eq!(plan["done"], true);
    let logs = plan["logs"].as_array().unwrap();
    let own = logs.iter().find(|log| log["own"] == true).unwrap();
    assert_eq!((own["id"].as_str(), own["new"].as_u64()), (Some(origin.as_str()), Some(0)));
    assert!(own["here"].as_u64().unwrap() >= 8, "{own}");
    assert_eq!(home.size(), before + 1, "one statement records it");
    assert_eq!((record(&home, "K1").len(), record(&home, "K2").len(), record(&home, "K3").len()), (1, 1, 2));
    assert_eq!((state(&home, "K2"), state(&home, "K3")), ("open".to_owned(), "not-yet".to_owned()));
    home.officer(&["policy", "set", "imported=counts"]).done();
    assert_eq!((state(&home, "K2"), state(&home, "K3")), ("signed".to_owned(), "signed".to_owned()));
    intact(&home);
    assert_eq!(home.run(&["rebuild"]).code, 0);
    intact(&home);
    let there = key_of(&away).split('+').next().unwrap().to_owned();
    let id = record(&home, "K2")[0]["id"].as_str().unwrap().to_owned();
    if let Some(said) = keygen_verifies(&home, &id, &format!("{}@{there}", away.id_of("Sam Supervisor"))) {
        assert!(said.status.success(), "{said:?}");
    }

    // The same bundle again changes nothing.
    let size = home.size();
    let again = import(&home, &back, &[]).done();
    assert!(again.out.contains("Everything in this bundle is here already"), "{}", again.out);
    assert_eq!(home.size(), size);
}

#[test]
fn two_bundles_merge_and_an_older_one_removes_nothing() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    let first = bundle(&home, "first.bundle", &[]);
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let withdrawn = record(&home, "K1")[0]["id"].as_str().unwrap().to_owned();
    home.officer(&["withdraw", &withdrawn, "--reason", "Not seen"]).done();
    let second = bundle(&home, "second.bundle", &[]);
    away.officer(&["policy", "set", "imported=counts"]).done();
    import(&away, &first, &[]).done();
    assert_eq!((state(&away, "K1"), state(&away, "K5")), ("signed".to_owned(), "open".to_owned()));
    import(&away, &second, &[]).done();
    assert_eq!((state(&away, "K1"), state(&away, "K5")), ("open".to_owned(), "signed".to_owned()));
    let size = away.size();
    let older = import(&away, &first, &[]);
    older.refused(1, "is older than what is here for Ann Trainee");
    assert_eq!((away.size(), state(&away, "K1"), state(&away, "K5")), (size, "open".to_owned(), "signed".to_owned()));
    intact(&away);
}

#[test]
fn what_the_sender_erased_is_erased_here_with_its_evidence() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    let audit = home.keep("audit.txt", "Twelve traces, all of good quality");
    let ann = home.keep("ann", "gravel teapot comet willow 83");
    home.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &ann]).done();
    let claim = ["claim", "K6", "--evidence", &audit, "--json", "--as", "Ann Trainee", "--passphrase-file", &ann];
    let claimed = home.run(&claim).done().json();
    let claim = claimed["claims"][0]["id"].as_str().unwrap().to_owned();
    home.supervisor(&["claim", "answer", &claim, "--ksb", "K6"]).done();
    let without = bundle(&home, "without.bundle", &[]);
    assert_eq!(looked_files(&without), 0);
    let first = bundle(&home, "first.bundle", &["--evidence"]);
    assert_eq!(looked_files(&first), 1);
    import(&away, &first, &[]).done();
    intact(&away);
    let here = |book: &crate::cli::book::Book| {
        let files = book.run(&["evidence", "list", "Ann Trainee", "--json"]).json();
        files["files"].as_array().map_or(0, |files| files.iter().filter(|file| file["erased"] == false).count())
    };
    assert_eq!(here(&away), 1);
    let id = record(&home, "K6")[0]["id"].as_str().unwrap().to_owned();
    let ran = home.officer(&["erase", &id, "--reason", "A patient could be recognised"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let second = bundle(&home, "second.bundle", &["--evidence"]);
    import(&away, &second, &[]).done();
    assert_eq!((here(&away), record(&away, "K6").len()), (0, 0));
    away.run(&["export", "--statement", &id]).refused(1, "It was erased at");
    intact(&away);
    assert_eq!(away.run(&["rebuild"]).code, 0);
    intact(&away);
    let text = std::fs::read(away.database()).unwrap();
    assert!(!text.windows(20).any(|part| part == b"Twelve traces, all o"), "the bytes are gone from the file");
}

fn looked_files(file: &std::path::Path) -> usize {
    super::looked(file).unwrap().evidence.len()
}
