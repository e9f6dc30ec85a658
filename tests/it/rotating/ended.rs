//! What is left of a rotation that ended: no copy of the other log, and a list that `verify` needs none for.

use countersign_app::hub::rotating::Brought;

use crate::bundle::{accept, away, bundle, home, import, record};
use crate::cli::book::{Book, Ran};
use crate::owner::Owner;
use crate::rotating::hub::FakeHub;
use crate::rotating::{ends, exchanged, intact, joined, origin_of, rotates};

/// Two departments, of which the second has what the first signed, by the hub and by a bundle, with one text erased since.
fn with_an_erased_text() -> (Book, Book, FakeHub) {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home]);
    import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
    exchanged(&away, &mut hub);
    let id = record(&home, "K1")[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.officer(&["erase", &id, "--reason", "A patient is named"]).code, 0);
    hub.push(&home);
    assert_eq!(exchanged(&away, &mut hub).brought[0].erased, 1);
    (home, away, hub)
}

fn copies(book: &Book) -> usize {
    let sites = std::fs::read_dir(book.data().join("sites")).unwrap().flatten();
    sites.filter(|site| site.path().join("log.db").exists()).count()
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn the_copy_of_a_log_goes_once_nobody_rotates_to_it_and_verify_needs_none() {
    for what in [Brought::Stays, Brought::Goes] {
        let (home, away, mut hub) = with_an_erased_text();
        intact(&away);
        assert_eq!(copies(&away), 1);
        ends(&away, "Ann Trainee", &home, what);
        assert_eq!(copies(&away), 0);
        for indexed_again in [false, true] {
            if indexed_again {
                away.run(&["rebuild"]).done();
            }
            let ran = away.run(&["verify"]);
            assert!(ran.code == 3 && !ran.out.contains(&origin_of(&home)), "{ran:?}");
        }
        // Whatever is blanked after that is found, wherever it came from.
        for table in ["pulled", "held"] {
            let positions: Vec<i64> = {
                let file = rusqlite::Connection::open(away.database()).unwrap();
                let mut query = file.prepare(&format!("SELECT position FROM {table} WHERE erased IS NULL")).unwrap();
                query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            };
            assert_eq!(positions.is_empty(), table == "pulled" && what == Brought::Goes);
            for at in positions {
                let altered = Book::empty();
                crate::cli::book::copy(&away.data(), &altered.data());
                let blank = format!(
                    "UPDATE {table} SET text = '', signature = zeroblob(64),
                    erased = (SELECT place FROM rotation WHERE ended IS NOT NULL) WHERE position = {at}"
                );
                let file = Owner::of(&altered.database());
                assert_eq!(file.execute(&blank, []).unwrap(), 1);
                drop(file);
                // Who altered it may make the indexes fit again.
                altered.run(&["rebuild"]);
                let ran = altered.run(&["verify"]);
                assert!(ran.code == 1 && ran.out.contains("erased here"), "{table} {at}: {ran:?}");
            }
        }
        // She comes again, another text is erased, and that ends, too.
        rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
        let id = record(&home, "S1")[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(home.officer(&["erase", &id, "--reason", "A patient is named"]).code, 0);
        hub.push(&home);
        exchanged(&away, &mut hub);
        assert_eq!(copies(&away), 1);
        intact(&away);
        ends(&away, "Ann Trainee", &home, Brought::Stays);
        intact(&away);
        // What a bundle brought can be taken back after the end.
        away.officer(&["bundle", "take-back", "Ann Trainee", "--reason", "It is not needed", "--yes"]).done();
        intact(&away);
    }
}

#[test]
fn the_copy_stays_as_long_as_somebody_else_rotates_to_that_log() {
    let (home, away) = (home(), away());
    home.officer(&["person", "add", "Bea Trainee", "--role", "trainee"]);
    home.officer(&["enrol", "Bea Trainee", "ST0413", "--start", "2025-09-01"]);
    joined(&home, &away);
    rotates(&away, "Bea Trainee", (&home, "Bea Trainee"), None);
    exchanged(&away, &mut FakeHub::with(&[&home]));
    ends(&away, "Ann Trainee", &home, Brought::Stays);
    assert_eq!(copies(&away), 1);
    ends(&away, "Bea Trainee", &home, Brought::Stays);
    assert_eq!(copies(&away), 0);
    intact(&away);
}

#[test]
fn an_officer_who_removes_what_the_hub_brought_is_told_what_a_bundle_brought_too() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
    exchanged(&away, &mut FakeHub::with(&[&home]));
    let origin = origin_of(&home);
    let end =
        ["hub", "trainee", "Ann Trainee", "--site", &origin, "--end", "--wrong-person", "--reason", "Another Ann"];
    let ran = away.officer(&end);
    assert_eq!(ran.code, 0, "{ran:?}");
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    let bundled = record(&away, "K1").len();
    assert_eq!(bundled, 1, "what the bundle brought stays");
    assert!(said.contains("also came in a bundle and stay"), "{said}");
    assert!(said.contains("countersign bundle take-back \"Ann Trainee\""), "{said}");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn what_turns_out_to_be_somebody_else_s_after_the_end_goes_once_it_is_begun_again_and_ended_so_and_nothing_else_does() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home]);
    exchanged(&away, &mut hub);
    let rows = || -> i64 {
        Owner::of(&away.database()).query_row("SELECT count(*) FROM pulled", [], |row| row.get(0)).unwrap()
    };
    let all = rows();
    ends(&away, "Ann Trainee", &home, Brought::Stays);
    let origin = origin_of(&home);
    let end =
        ["hub", "trainee", "Ann Trainee", "--site", &origin, "--end", "--wrong-person", "--reason", "Another Ann"];
    // It has ended: the way out is named, with the id.
    let refused = away.officer(&end);
    let hint = format!("--site {origin} --there {}", home.id_of("Ann Trainee"));
    assert!(refused.code != 0 && refused.err.contains(&hint), "{refused:?}");
    for brings_more in [false, true] {
        let copy = Book::empty();
        crate::cli::book::copy(away.data().parent().unwrap(), copy.data().parent().unwrap());
        rotates(&copy, "Ann Trainee", (&home, "Ann Trainee"), None);
        let mut more = 0;
        if brings_more {
            home.supervisor(&["sign-off", "Ann Trainee", "K9"]).done();
            hub.push(&home);
            more = exchanged(&copy, &mut hub).brought[0].new;
            assert!(more > 0);
        }
        let ended = copy.officer(&end);
        let gone = format!("{} statements are deleted here", usize::try_from(all).unwrap() + more);
        assert!(ended.code == 0 && ended.out.contains(&gone), "{ended:?}");
        assert!(record(&copy, "K1").is_empty() && record(&copy, "K9").is_empty());
        for rebuilt in [false, true] {
            if rebuilt {
                copy.run(&["rebuild"]).done();
            }
            intact(&copy);
        }
    }
    // An ordinary end, with nothing new or with more, takes nothing away; what is then missing is found.
    rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
    ends(&away, "Ann Trainee", &home, Brought::Stays);
    assert_eq!(rows(), all);
    intact(&away);
    assert!(Owner::of(&away.database()).execute("DELETE FROM pulled", []).unwrap() > 0);
    away.run(&["rebuild"]);
    let ran = away.run(&["verify"]);
    assert!(ran.code == 1 || ran.code == 3 && !ran.out.contains("Intact"), "{ran:?}");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_wrong_person_on_whom_a_right_one_rests_goes_in_the_steps_that_the_refusal_names() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    let (origin, mut hub) = (origin_of(&home), FakeHub::with(&[&home]));
    let (wrong, right) = ("Ann Trainer", "Ann Trainee");
    let begin = |there: &str| rotates(&away, "Ann Trainee", (&home, there), (there == wrong).then_some(wrong));
    let end =
        ["hub", "trainee", "Ann Trainee", "--site", &origin, "--end", "--reason", "Another Ann", "--wrong-person"];
    begin(wrong);
    exchanged(&away, &mut hub);
    assert_eq!(away.officer(&end[..8]).code, 0);
    begin(right);
    exchanged(&away, &mut hub);
    assert_eq!(away.officer(&end[..8]).code, 0);
    begin(wrong);
    let before = std::fs::read(away.database()).unwrap();
    let refused = away.officer(&end);
    let named = format!("begin the one to {} again", home.id_of(right));
    assert!(refused.code == 1 && refused.err.contains(&named), "{refused:?}");
    assert_eq!(std::fs::read(away.database()).unwrap(), before);
    assert_eq!(away.officer(&end[..8]).code, 0);
    for there in [right, wrong] {
        begin(there);
        let ended = away.officer(&end);
        assert_eq!(ended.code, 0, "{there}: {ended:?}");
    }
    assert!(record(&away, "K1").is_empty());
    intact(&away);
    begin(right);
    exchanged(&away, &mut hub);
    assert_eq!(record(&away, "K1").len(), 1);
    intact(&away);
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_text_that_its_log_erased_does_not_come_back_with_an_older_bundle() {
    for brought_before in [true, false] {
        let (home, away) = (home(), away());
        accept(&away, &home);
        let older = bundle(&home, "older.bundle", &[]);
        let mut hub = FakeHub::with(&[&home]);
        if brought_before {
            rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
            exchanged(&away, &mut hub);
        }
        let id = record(&home, "K1")[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(home.officer(&["erase", &id, "--reason", "A patient is named"]).code, 0);
        hub.push(&home);
        if !brought_before {
            rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
        }
        exchanged(&away, &mut hub);
        let imported = import(&away, &older, &[]);
        if brought_before {
            assert!(
                imported.code == 1 && imported.err.contains("was erased there since the bundle was made"),
                "{imported:?}"
            );
        } else {
            // Nothing here knew of it, but the copy of that log does.
            assert_eq!(imported.code, 0, "{imported:?}");
            assert_eq!(exchanged(&away, &mut hub).brought[0].erased, 1);
        }
        let shown = record(&away, "K1");
        assert!(shown.iter().all(|one| one["id"] != id.as_str()), "{shown:?}");
        let text = std::fs::read(away.database()).unwrap();
        let named = format!("\nid {id}\n");
        assert!(!text.windows(named.len()).any(|part| part == named.as_bytes()), "{brought_before}");
        intact(&away);
    }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn once_a_bundle_is_taken_back_after_the_end_texts_that_are_erased_here_are_not_called_intact() {
    for erased in [false, true] {
        let (home, away) = if erased {
            let (home, away, _) = with_an_erased_text();
            (home, away)
        } else {
            let (home, away) = (home(), away());
            joined(&home, &away);
            import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
            exchanged(&away, &mut FakeHub::with(&[&home]));
            (home, away)
        };
        ends(&away, "Ann Trainee", &home, Brought::Stays);
        away.officer(&["bundle", "take-back", "Ann Trainee", "--reason", "It is not needed", "--yes"]).done();
        let checkpoint = away.keep("kept.txt", &away.run(&["checkpoint"]).out);
        let verify = || away.run(&["verify", "--checkpoint", &checkpoint]);
        let untold = |ran: &Ran| ran.code == 3 && ran.out.contains("nothing shows any more that it erased them");
        let ran = verify();
        assert!(if erased { untold(&ran) } else { ran.code == 0 }, "{erased}: {ran:?}");
        let blank = "UPDATE pulled SET text = '', signature = zeroblob(64), erased = (SELECT max(place) FROM rotation)
            WHERE position = (SELECT max(position) FROM pulled WHERE erased IS NULL)";
        assert_eq!(Owner::of(&away.database()).execute(blank, []).unwrap(), 1);
        away.run(&["rebuild"]);
        let ran = verify();
        assert!(ran.code == 1 || untold(&ran), "{erased}: {ran:?}");
    }
}
