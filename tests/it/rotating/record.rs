//! What a rotating trainee's record shows, each part with its origin, and how it goes and ends.

use countersign_app::hub::copy::CopyOutcome;
use countersign_app::hub::rebuild::{LostSite, rebuild};
use countersign_app::hub::rotating::Brought;
use countersign_app::storage::data_dir::DataDir;

use crate::bundle::{accept, away, bundle, home, import, record, state};
use crate::cli::book::Book;
use crate::kinds::altered::{OF_HUBS, each_cell, each_row};
use crate::owner::Owner;
use crate::rotating::hub::FakeHub;
use crate::rotating::{ends, exchanged, intact, joined, opened, origin_of, outcome, rotates};

fn origins(book: &Book, code: &str) -> Vec<String> {
    record(book, code).iter().map(|one| one["log"].as_str().unwrap_or("here").to_owned()).collect()
}

fn contains(book: &Book, words: &str) -> bool {
    let bytes = std::fs::read(book.database()).unwrap();
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

/// A book to which a trainee rotates, with what an exchange brought.
pub fn rotated() -> Book {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home, &away]);
    exchanged(&away, &mut hub);
    away
}

#[test]
fn two_departments_rotate_a_trainee_and_back_and_each_record_shows_the_other_with_its_origin() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home, &away]);
    let done = exchanged(&away, &mut hub);
    assert_eq!(outcome(&done), &CopyOutcome::Grown { from: 0, size: home.size() });
    assert!(done.brought[0].new > 0 && done.brought[0].refused.is_none(), "{done:?}");
    intact(&away);
    assert_eq!(record(&away, "K1").len(), 1);
    assert_eq!(record(&away, "K4").len(), 1, "what was withdrawn there is shown too");
    // The policy decides what counts.
    assert_eq!(state(&away, "K1"), "open");
    away.officer(&["policy", "set", "imported=counts"]).done();
    assert_eq!(
        (state(&away, "K1"), state(&away, "K4"), state(&away, "K3")),
        ("signed".into(), "open".into(), "not-yet".into())
    );
    intact(&away);
    // Nothing new is cheap: not one row is sent.
    hub.push(&home);
    hub.rows_sent = 0;
    let done = exchanged(&away, &mut hub);
    assert_eq!((outcome(&done), hub.rows_sent), (&CopyOutcome::Same { size: home.size() }, 0));
    assert_eq!(done.brought[0].new, 0);
    // What is signed there later comes without another statement here.
    let size = away.size();
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let id = record(&home, "K1")[0]["id"].as_str().unwrap().to_owned();
    home.supervisor(&["withdraw", &id, "--reason", "The wrong day"]).done();
    hub.push(&home);
    let done = exchanged(&away, &mut hub);
    assert_eq!(done.brought[0].new, 2, "{done:?}");
    assert_eq!((state(&away, "K1"), state(&away, "K5"), away.size()), ("open".into(), "signed".into(), size));
    intact(&away);
    // And back: the other department signs, and the first one sees it.
    away.supervisor(&["sign-off", "Ann Trainee", "S2"]).done();
    accept(&home, &away);
    rotates(&home, "Ann Trainee", (&away, "Ann Trainee"), None);
    hub.push(&away);
    let done = exchanged(&home, &mut hub);
    assert!(done.brought[0].new > 0, "{done:?}");
    assert_eq!(record(&home, "S2").len(), 1);
    intact(&home);
    // A rebuilt index is the same one.
    let before = ["K1", "K3", "K4", "K5", "S1", "S2"].map(|code| state(&away, code));
    assert_eq!(away.run(&["rebuild"]).code, 0);
    intact(&away);
    assert_eq!(["K1", "K3", "K4", "K5", "S1", "S2"].map(|code| state(&away, code)), before);
    let _ = origins(&away, "K1");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn the_same_statements_by_bundle_and_by_hub_are_on_the_record_once_whichever_came_first() {
    for hub_first in [true, false] {
        let (home, away) = (home(), away());
        joined(&home, &away);
        away.officer(&["policy", "set", "imported=counts"]).done();
        let mut hub = FakeHub::with(&[&home, &away]);
        if hub_first {
            exchanged(&away, &mut hub);
            intact(&away);
        }
        import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
        intact(&away);
        exchanged(&away, &mut hub);
        intact(&away);
        assert_eq!((record(&away, "K1").len(), record(&away, "K3").len(), state(&away, "K1")), (1, 1, "signed".into()));
        // Taking the bundle back leaves what the hub brought, and the other way round.
        let reason = ["--reason", "It is not needed", "--yes"];
        away.officer(&[&["bundle", "take-back", "Ann Trainee"], &reason[..]].concat()).done();
        intact(&away);
        assert_eq!((record(&away, "K1").len(), state(&away, "K1")), (1, "signed".into()));
        import(&away, &bundle(&home, "again.bundle", &[]), &[]).done();
        ends(&away, "Ann Trainee", &home, Brought::Goes);
        intact(&away);
        assert_eq!((record(&away, "K1").len(), state(&away, "K1")), (1, "signed".into()));
        assert_eq!(away.run(&["rebuild"]).code, 0);
        intact(&away);
    }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_rotation_that_ends_brings_no_more_and_what_came_stays_or_goes_as_the_officer_says() {
    for what in [Brought::Stays, Brought::Goes] {
        let (home, away) = (home(), away());
        joined(&home, &away);
        away.officer(&["policy", "set", "imported=counts"]).done();
        let mut hub = FakeHub::with(&[&home]);
        exchanged(&away, &mut hub);
        assert_eq!(state(&away, "K1"), "signed");
        ends(&away, "Ann Trainee", &home, what);
        home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
        hub.push(&home);
        let done = exchanged(&away, &mut hub);
        assert!(done.sites.is_empty() && done.brought.is_empty(), "{done:?}");
        let stays = what == Brought::Stays;
        assert_eq!(state(&away, "K1"), if stays { "signed" } else { "open" });
        assert_eq!((state(&away, "K5"), record(&away, "K1").len()), ("open".into(), usize::from(stays)));
        assert_eq!(contains(&away, "Gentle with frightened patients"), stays);
        intact(&away);
        assert_eq!(away.run(&["rebuild"]).code, 0);
        intact(&away);
        // She comes again.
        rotates(&away, "Ann Trainee", (&home, "Ann Trainee"), None);
        let done = exchanged(&away, &mut hub);
        assert!(done.brought[0].refused.is_none(), "{done:?}");
        assert_eq!((state(&away, "K1"), state(&away, "K5")), ("signed".into(), "signed".into()));
        intact(&away);
    }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn what_its_own_log_erases_is_erased_here_at_the_next_exchange_also_where_a_bundle_brought_it() {
    for by_bundle in [false, true] {
        let (home, away) = (home(), away());
        joined(&home, &away);
        let mut hub = FakeHub::with(&[&home]);
        if by_bundle {
            import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
        }
        exchanged(&away, &mut hub);
        let copy = std::fs::read_dir(away.data().join("sites")).unwrap().next().unwrap().unwrap().path().join("log.db");
        let in_copy = |words: &str| {
            let bytes = std::fs::read(&copy).unwrap();
            bytes.windows(words.len()).any(|part| part == words.as_bytes())
        };
        assert!(contains(&away, "Gentle with frightened patients") && in_copy("Gentle with frightened patients"));
        let id = record(&home, "K1")[0]["id"].as_str().unwrap().to_owned();
        home.officer(&["erase", &id, "--reason", "A patient is named"]);
        let id = record(&home, "S1")[0]["id"].as_str().unwrap().to_owned();
        home.officer(&["erase", &id, "--reason", "A patient is named"]);
        hub.push(&home);
        let done = exchanged(&away, &mut hub);
        assert_eq!(done.brought[0].erased, 2, "{done:?}");
        assert!(!contains(&away, "Gentle with frightened patients"), "by bundle: {by_bundle}");
        assert!(!in_copy("Gentle with frightened patients"));
        intact(&away);
        assert_eq!(away.run(&["rebuild"]).code, 0);
        intact(&away);
        assert_eq!(exchanged(&away, &mut hub).brought[0].erased, 0);
    }
}

#[test]
fn nothing_is_brought_for_a_person_of_another_name_until_somebody_repeats_that_name() {
    let (home, away) = (home(), away());
    home.officer(&["person", "add", "Dan Different", "--role", "trainee"]).done();
    home.officer(&["enrol", "Dan Different", "ST0413", "--start", "2025-09-01"]).done();
    home.supervisor(&["sign-off", "Dan Different", "K1"]).done();
    accept(&away, &home);
    // Before the first exchange nothing here knows the name there.
    rotates(&away, "Bea Trainee", (&home, "Dan Different"), None);
    let mut hub = FakeHub::with(&[&home]);
    let done = exchanged(&away, &mut hub);
    let refused = done.brought[0].refused.clone().unwrap();
    assert!(done.brought[0].new == 0 && refused.hint.unwrap().contains("--known-there-as \"Dan Different\""));
    ends(&away, "Bea Trainee", &home, Brought::Goes);
    rotates(&away, "Bea Trainee", (&home, "Dan Different"), Some("different, dan"));
    let done = exchanged(&away, &mut hub);
    assert!(done.brought[0].new > 0, "{done:?}");
    intact(&away);
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn whatever_is_changed_of_what_the_hub_brought_is_found() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home]);
    exchanged(&away, &mut hub);
    intact(&away);
    let all = OF_HUBS.map(str::to_owned);
    each_cell(&away.database(), &all, 1);
    each_row(&away.database(), &all);
    // A copy that is gone is said, and one that was altered is found.
    let sites = away.data().join("sites");
    std::fs::rename(&sites, away.data().join("elsewhere")).unwrap();
    let ran = away.run(&["verify"]);
    assert!(ran.code == 3 && ran.err.contains("is not here, so nothing shows"), "{ran:?}");
}

#[test]
fn a_record_from_which_the_newest_is_taken_away_is_not_called_intact() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    exchanged(&away, &mut FakeHub::with(&[&home]));
    let checkpoint = away.keep("kept.txt", &away.run(&["checkpoint"]).out);
    let verify = ["verify", "--checkpoint", checkpoint.as_str()];
    assert_eq!(away.run(&verify).code, 0);
    let hide = "UPDATE brought SET size = (SELECT max(position) FROM pulled);
        DELETE FROM pulled WHERE position = (SELECT max(position) FROM pulled)";
    Owner::of(&away.database()).execute_batch(hide).unwrap();
    away.run(&["rebuild"]).done();
    let ran = away.run(&verify);
    assert!(ran.code == 3 && ran.err.contains("is not on the record of Ann Trainee yet"), "{ran:?}");
    assert!(ran.err.contains("countersign hub sync"), "{ran:?}");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_text_that_is_blanked_here_and_not_erased_in_its_own_log_is_found_also_after_a_rebuild() {
    for by_bundle in [false, true] {
        let (home, away) = (home(), away());
        joined(&home, &away);
        exchanged(&away, &mut FakeHub::with(&[&home]));
        if by_bundle {
            import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
        }
        intact(&away);
        let before = std::fs::read(away.database()).unwrap();
        let mut query = Vec::new();
        {
            let file = Owner::of(&away.database());
            let mut statement = file.prepare("SELECT position, rotation FROM pulled ORDER BY position").unwrap();
            let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).unwrap();
            query.extend(rows.map(Result::unwrap));
        }
        assert!(query.len() > 5);
        for (position, rotation) in query {
            for by in [rotation, rotation - 1, 1] {
                std::fs::write(away.database(), &before).unwrap();
                let set = format!("SET text = '', signature = zeroblob(64), erased = {by} WHERE position = {position}");
                Owner::of(&away.database()).execute_batch(&format!("UPDATE pulled {set}; UPDATE held {set}")).unwrap();
                // Who altered it may make the indexes fit again, where that is possible.
                away.run(&["rebuild"]);
                let ran = away.run(&["verify"]);
                assert_eq!(ran.code, 1, "{position} by {by}: {ran:?}");
                assert!(!ran.err.contains("Nothing that was signed has changed"), "{position} by {by}: {ran:?}");
            }
        }
    }
}

#[test]
fn what_was_signed_about_somebody_else_there_is_found_on_a_record_also_after_a_rebuild() {
    let (home, away) = (home(), away());
    home.officer(&["person", "add", "Dan Different", "--role", "trainee"]).done();
    home.officer(&["enrol", "Dan Different", "ST0413", "--start", "2025-09-01"]).done();
    home.supervisor(&["sign-off", "Dan Different", "K9"]).done();
    joined(&home, &away);
    rotates(&away, "Bea Trainee", (&home, "Dan Different"), Some("Dan Different"));
    exchanged(&away, &mut FakeHub::with(&[&home]));
    intact(&away);
    let (ann, bea) = (away.id_of("Ann Trainee"), away.id_of("Bea Trainee"));
    let sql = format!(
        "INSERT INTO pulled SELECT '{ann}', origin, position, id, leaf, key, signature, text, proof, vkey,
        (SELECT max(rotation) FROM pulled WHERE trainee = '{ann}'), erased FROM pulled AS other WHERE trainee = '{bea}'
        AND position NOT IN (SELECT position FROM pulled WHERE trainee = '{ann}')"
    );
    Owner::of(&away.database()).execute_batch(&sql).unwrap();
    assert_eq!(away.run(&["rebuild"]).code, 0);
    let ran = away.run(&["verify"]);
    assert!(ran.code == 1 && ran.out.contains("it is about someone else there"), "{ran:?}");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn what_the_hub_brings_after_a_bundle_of_the_same_trainee_is_indexed_the_same_again() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home]);
    exchanged(&away, &mut hub);
    import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
    away.officer(&["policy", "set", "imported=counts"]).done();
    let id = record(&home, "K1")[0]["id"].as_str().unwrap().to_owned();
    home.supervisor(&["withdraw", &id, "--reason", "The wrong day"]).done();
    home.supervisor(&["sign-off", "Ann Trainee", "K6"]).done();
    hub.push(&home);
    exchanged(&away, &mut hub);
    for rebuilt in [false, true] {
        if rebuilt {
            away.run(&["rebuild"]).done();
        }
        intact(&away);
        assert_eq!((state(&away, "K1"), state(&away, "K6")), ("open".into(), "signed".into()), "rebuilt: {rebuilt}");
    }
}

#[test]
fn a_lost_site_is_rebuilt_from_the_hub_to_the_same_root_and_says_what_did_not_come() {
    let home = home();
    let mut hub = FakeHub::with(&[&home]);
    hub.asked_by(&home);
    let lost = Book::empty();
    let site = origin_of(&home);
    let which = LostSite { site: &site, key: None, threads: 2 };
    let rebuilt = rebuild(&DataDir::new(lost.data()), &mut hub, which, &mut |_, _| {}).unwrap();
    assert_eq!(rebuilt.head, opened(&home).head().unwrap());
    assert!(!rebuilt.can_sign);
    intact(&lost);
    assert_eq!(record(&lost, "K1"), record(&home, "K1"));
    // With its key from a backup it signs on.
    std::fs::copy(home.data().join("keys/log.key"), lost.data().join("keys/log.key")).unwrap();
    for file in std::fs::read_dir(home.data().join("keys")).unwrap().flatten() {
        std::fs::copy(file.path(), lost.data().join("keys").join(file.file_name())).unwrap();
    }
    lost.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    intact(&lost);
    // A folder that has a book is left alone, and so is everything if a row was altered.
    let again = rebuild(&DataDir::new(lost.data()), &mut hub, which, &mut |_, _| {});
    assert!(again.unwrap_err().why.contains("already has a sign-off book"));
    let empty = Book::empty();
    hub.site(&home).entries[2].leaf.0[0] ^= 1;
    let refused = rebuild(&DataDir::new(empty.data()), &mut hub, which, &mut |_, _| {}).unwrap_err();
    assert!(refused.why.contains("is damaged at entry 2"), "{refused:?}");
    assert!(!empty.database().exists());
}
