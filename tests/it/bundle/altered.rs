//! What was received and is altered in the file: `verify` finds each change, and names what it is about.

use super::{accept, away, bundle, home, import, intact};
use crate::cli::book::{Book, copy};
use crate::kinds::altered::{OF_BUNDLES, each_cell, each_row};
use crate::owner::Owner;

#[test]
fn whatever_is_changed_of_what_was_received_is_found() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    import(&away, &bundle(&home, "out.bundle", &[]), &[]).done();
    away.officer(&["policy", "set", "imported=counts"]).done();
    intact(&away);
    let last = "position = (SELECT max(position) FROM held)";
    let every_column =
        "trainee, origin, position + 1000, randomblob(16), leaf, key, signature, text, proof, vkey, received, erased";
    for (sql, words) in [
        ("UPDATE held SET text = replace(text, 'Gentle', 'Rough')".to_owned(), "The signature in it is not valid"),
        (format!("DELETE FROM held WHERE {last}"), "is not what this bundle left"),
        (format!("INSERT INTO held SELECT {every_column} FROM held WHERE {last}"), "is not what this bundle left"),
        ("DELETE FROM held".to_owned(), "is not in the file"),
        ("UPDATE held SET received = received - 1".to_owned(), "no bundle for them brought it"),
        ("UPDATE held SET vkey = replace(vkey, '+A', '+B')".to_owned(), "the key of its log was never accepted"),
        (format!("UPDATE held SET proof = (SELECT min(proof) FROM held) WHERE {last}"), "Received statement"),
        (format!("UPDATE held SET signature = zeroblob(64) WHERE {last}"), "The signature in it is not valid"),
        (format!("UPDATE held SET leaf = zeroblob(32) WHERE {last}"), "it is stored at the wrong place"),
        (format!("UPDATE held SET id = zeroblob(16) WHERE {last}"), "it is stored under the wrong id"),
        (
            format!("UPDATE held SET text = '', signature = zeroblob(64), erased = received WHERE {last}"),
            "is erased here and not in this bundle",
        ),
        ("DELETE FROM held_text".to_owned(), "was not received"),
        ("UPDATE held_text SET canonical = canonical || ' '".to_owned(), "does not match its digest"),
        ("INSERT INTO held_text VALUES (zeroblob(32), 'x')".to_owned(), "no statement received adopts it"),
        ("DELETE FROM held_leaf".to_owned(), "is not the one that this bundle had"),
        (
            "UPDATE held_leaf SET leaves = substr(leaves, 1, length(leaves) - 32)".to_owned(),
            "is not the one that this bundle had",
        ),
        (
            "UPDATE held_leaf SET leaves = CAST(leaves || zeroblob(32) AS BLOB)".to_owned(),
            "has entries that no bundle had",
        ),
        ("UPDATE held_leaf SET tile = 1".to_owned(), "has a gap"),
        (
            "INSERT INTO held_leaf SELECT origin || '0', tile, leaves FROM held_leaf".to_owned(),
            "has entries that no bundle had",
        ),
        ("UPDATE elsewhere SET withdrawn = NULL".to_owned(), "The index elsewhere"),
        ("UPDATE elsewhere SET outcome = 1 WHERE outcome = 0".to_owned(), "The index elsewhere"),
        ("DELETE FROM received".to_owned(), "The index received"),
        ("DELETE FROM other_log".to_owned(), "The index other_log"),
        ("UPDATE state SET state = 2, observed = NULL, countersigned = NULL".to_owned(), "The index state"),
    ] {
        let changed = Book(tempfile::tempdir().unwrap());
        copy(away.0.path(), changed.0.path());
        let rows = Owner::of(&changed.database()).execute(&sql, []).unwrap();
        assert!(rows > 0, "{sql}");
        let ran = changed.run(&["verify"]);
        assert!(ran.code == 1 && ran.out.contains(words), "{sql}: {words}: {ran:?}");
    }
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn any_cell_or_row_of_what_was_received_that_is_changed_or_taken_away_is_seen() {
    let (home, away) = (home(), away());
    accept(&away, &home);
    import(&away, &bundle(&home, "out.bundle", &[]), &[]).done();
    let id = super::record(&home, "S1")[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.officer(&["erase", &id, "--reason", "A patient could be recognised"]).code, 0);
    import(&away, &bundle(&home, "newer.bundle", &[]), &[]).done();
    intact(&away);
    let all = OF_BUNDLES.map(str::to_owned);
    each_cell(&away.database(), &all, 1);
    each_row(&away.database(), &all);
}
