//! The bare side of each ratio: the same rows, the same pragmas, the same signatures, and nothing of ours around them.

use std::path::Path;
use std::time::{Duration, Instant};

use countersign_core::primitives::key::PublicKey;
use countersign_ledger::sshsig::{SignatureBytes, VerifyingKey};
use rusqlite::{Connection, TransactionBehavior, params};

/// All that one sign-off writes.
pub struct Written {
    place: i64,
    id: Vec<u8>,
    key: i64,
    signature: Vec<u8>,
    text: String,
    trainee: i64,
    ksb: i64,
    observed: i64,
    signer: i64,
    signed: i64,
    duties: Vec<u8>,
}

/// The rows of the sign-offs from a position on.
pub fn written(path: &Path, first: u64) -> Vec<Written> {
    let file = open(path);
    let mut statement = file
        .prepare(
            "SELECT place, id, key, signature, text, trainee, ksb, observed, signer, signed, duties FROM entry
             JOIN sign_off USING (place) JOIN summary USING (trainee, standard) WHERE place >= ?1 ORDER BY place",
        )
        .unwrap();
    let rows = statement.query_map([first.cast_signed()], |row| {
        Ok(Written {
            place: row.get(0)?,
            id: row.get(1)?,
            key: row.get(2)?,
            signature: row.get(3)?,
            text: row.get(4)?,
            trainee: row.get(5)?,
            ksb: row.get(6)?,
            observed: row.get(7)?,
            signer: row.get(8)?,
            signed: row.get(9)?,
            duties: row.get(10)?,
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Inserts them into a copy of the file as it was before, one sign-off a transaction.
pub fn insert(copy: &Path, rows: &[Written]) -> Duration {
    let mut file = open(copy);
    let (edge, checkpoint): (Vec<u8>, String) =
        file.query_row("SELECT edge, checkpoint FROM head", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let begun = Instant::now();
    for row in rows {
        let tx = file.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            tx.prepare_cached(sql).unwrap().execute(values).unwrap();
        };
        run(
            "INSERT INTO entry (place, id, key, scheme, signature, text) VALUES (?1, ?2, ?3, 1, ?4, ?5)",
            params![row.place, row.id, row.key, row.signature, row.text],
        );
        run(
            "INSERT INTO sign_off (place, trainee, standard, ksb, outcome, observed, signer, countersigned)
             VALUES (?1, ?2, 1, ?3, 1, ?4, ?5, 0)",
            params![row.place, row.trainee, row.ksb, row.observed, row.signer],
        );
        run(
            "INSERT INTO state (trainee, standard, ksb, state, observed, countersigned) VALUES (?1, 1, ?2, 1, ?3, 0)
             ON CONFLICT DO UPDATE SET state = 1, observed = ?3",
            params![row.trainee, row.ksb, row.observed],
        );
        run(
            "INSERT INTO summary VALUES (?1, 1, ?2, ?3) ON CONFLICT DO UPDATE SET signed = ?2, duties = ?3",
            params![row.trainee, row.signed, row.duties],
        );
        run("UPDATE newest SET signed = signed + 1", params![]);
        run("UPDATE head SET size = ?1, edge = ?2, checkpoint = ?3", params![row.place + 1, edge, checkpoint]);
        tx.commit().unwrap();
    }
    begun.elapsed()
}

/// Opens the file and reads a trainee's states.
pub fn bare_states(path: &Path, trainee: &str) {
    let file = open(path);
    let mut statement = file
        .prepare(
            "SELECT ksb, state FROM state WHERE trainee = (SELECT person FROM person WHERE id = ?1) AND standard = 1",
        )
        .unwrap();
    let states: Vec<(i64, i64)> =
        statement.query_map([trainee], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert!(!states.is_empty());
}

/// Keys made ready, texts and signatures of the first entries.
pub fn signatures(path: &Path, most: u64) -> Vec<(VerifyingKey, String, SignatureBytes)> {
    let file = open(path);
    let mut statement =
        file.prepare("SELECT line, text, signature FROM entry JOIN key USING (key) ORDER BY place LIMIT ?1").unwrap();
    let rows = statement
        .query_map([most.cast_signed()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    rows.map(|row| {
        let (line, text, signature): (String, String, Vec<u8>) = row.unwrap();
        let key: PublicKey = line.parse().unwrap();
        (VerifyingKey::new(&key).unwrap(), text, signature.try_into().unwrap())
    })
    .collect()
}

fn open(path: &Path) -> Connection {
    let file = Connection::open(path).unwrap();
    file.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
         PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA recursive_triggers=ON;",
    )
    .unwrap();
    file
}
