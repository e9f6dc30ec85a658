//! A newer bundle of a log that erased all that one of its people signed: it needs that person no longer, and is received.

use super::{accept, away, bundle, home, import, intact, looked, record};
use crate::cli::book::{Book, SUPERVISOR};

/// A second supervisor of the trainee's own department.
fn with_pat() -> Book {
    let book = home();
    book.keep("pat", &SUPERVISOR.replace('4', "9"));
    let key = ["--new-passphrase-file", &book.secret("pat")];
    book.officer(&[&["person", "add", "Pat Supervisor", "--role", "supervisor"], &key[..]].concat()).done();
    book
}

fn as_pat(book: &Book, args: &[&str]) {
    let pat = book.secret("pat");
    let ran = book.run(&[args, &["--as", "Pat", "--passphrase-file", &pat]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn id_of(book: &Book, code: &str) -> String {
    record(book, code)[0]["id"].as_str().unwrap().to_owned()
}

fn erase(book: &Book, id: &str) {
    let ran = book.officer(&["erase", id, "--reason", "Named a patient"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn a_bundle_of_a_log_that_erased_all_that_a_signer_signed_is_received_after_an_earlier_one_and_without() {
    for earlier in [false, true] {
        for said in ["nothing", "withdrawn", "countersigned", "signed twice"] {
            let (home, away) = (with_pat(), away());
            accept(&away, &home);
            let codes: &[&str] = if said == "signed twice" { &["K5", "K8"] } else { &["K5"] };
            as_pat(&home, &[&["sign-off", "Ann Trainee"], codes].concat());
            let ids: Vec<String> = codes.iter().map(|code| id_of(&home, code)).collect();
            match said {
                "withdrawn" => as_pat(&home, &["withdraw", &ids[0], "--reason", "The wrong trainee"]),
                "countersigned" => {
                    let ran = home.supervisor(&["countersign", &ids[0]]);
                    assert_eq!(ran.code, 0, "{ran:?}");
                }
                _ => {}
            }
            if earlier {
                import(&away, &bundle(&home, "earlier.bundle", &[]), &[]).done();
                intact(&away);
            }
            for id in &ids {
                erase(&home, id);
            }
            let file = bundle(&home, "newer.bundle", &[]);
            assert!(looked(&file).is_ok(), "{said}");
            let ran = import(&away, &file, &[]);
            assert_eq!(ran.code, 0, "{said}, earlier: {earlier}: {ran:?}");
            intact(&away);
            assert_eq!((record(&away, "K5").len(), record(&away, "K1").len()), (0, 1), "{said}, earlier: {earlier}");
            // And so is the next one, in which that person signs again.
            as_pat(&home, &["sign-off", "Ann Trainee", "K6"]);
            import(&away, &bundle(&home, "newest.bundle", &[]), &[]).done();
            intact(&away);
            assert_eq!(record(&away, "K6").len(), 1);
        }
    }
}

#[test]
fn a_bundle_of_a_log_that_erased_a_whole_record_is_received() {
    for earlier in [false, true] {
        let (home, away) = (home(), away());
        accept(&away, &home);
        if earlier {
            import(&away, &bundle(&home, "earlier.bundle", &[]), &[]).done();
        }
        for code in ["K1", "S1", "K3", "K4"] {
            erase(&home, &id_of(&home, code));
        }
        let file = bundle(&home, "newer.bundle", &[]);
        assert!(looked(&file).is_ok());
        let ran = import(&away, &file, &[]);
        assert_eq!(ran.code, 0, "earlier: {earlier}: {ran:?}");
        intact(&away);
        for code in ["K1", "S1", "K3", "K4"] {
            assert_eq!(record(&away, code).len(), 0, "{code}, earlier: {earlier}");
        }
    }
}
