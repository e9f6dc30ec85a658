//! Stores evidence files in chunks, once per digest, and who handed each in.
//!
//! Invariant: queries take a viewer, except those that signing and replay use.

use std::collections::BTreeSet;
use std::io::Read;

use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use crate::codec::{digest_of, person_of, place, position};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::file_name::{FileName, StoredFileName};
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::record::evidence::{File, FileInfo, FileKind};
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;

/// Chunk size, in bytes.
const PIECE: usize = 1 << 16;
/// Chunk numbers reserved for each file.
const PIECES: i64 = 1 << 16;

const NUMBER: &str = "SELECT evidence, erased FROM evidence WHERE digest = ?1";
const ADD: &str = "INSERT INTO evidence (digest, size, kind) VALUES (?1, ?2, ?3) RETURNING evidence";
const ADD_PIECE: &str = "INSERT INTO evidence_piece (piece, bytes) VALUES (?1, ?2)";
const HOLD: &str = "INSERT INTO holding (trainee, evidence, name, added) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (trainee, evidence) DO NOTHING";
const COLUMNS: &str = "SELECT digest, size, kind, name, added, erased,
    (SELECT count(*) FROM claim_evidence JOIN claim USING (claim)
     WHERE claim_evidence.evidence = evidence.evidence AND claim.trainee = holding.trainee)
    FROM holding JOIN evidence USING (evidence)";
const ERASED_OF: &str = "SELECT DISTINCT digest, evidence.size FROM claim_evidence JOIN claim USING (claim)
    JOIN evidence USING (evidence) WHERE claim.trainee = ?1 AND erased IS NOT NULL ORDER BY digest";
const FIND: &str =
    "SELECT digest, size, kind, name, added, erased, 0, trainee FROM holding JOIN evidence USING (evidence)
    WHERE substr(hex(digest), 1, length(?1)) = ?1 ORDER BY digest, trainee";
const PIECES_OF: &str = "SELECT bytes FROM evidence_piece WHERE piece >= ?1 AND piece < ?2 ORDER BY piece";
const DROP_PIECES: &str = "DELETE FROM evidence_piece WHERE piece >= ?1 AND piece < ?2";
const ALL: &str = "SELECT evidence, digest, size, erased, kind FROM evidence ORDER BY evidence";
const NAME: &str = "SELECT name FROM holding JOIN evidence USING (evidence) WHERE trainee = ?1 AND digest = ?2";
const ERASE: &str = "UPDATE evidence SET erased = ?2 WHERE evidence = ?1";
const DROP_HOLDINGS: &str = "DELETE FROM holding WHERE evidence = ?1";
const DROP_HOLDING: &str = "DELETE FROM holding WHERE trainee = ?1 AND evidence = ?2";
const HELD_BY_ANY: &str = "SELECT EXISTS (SELECT 1 FROM holding WHERE evidence = ?1)
    OR EXISTS (SELECT 1 FROM claim_evidence WHERE evidence = ?1)";
const DROP_NAMED: &str =
    "DELETE FROM holding WHERE trainee = ?1 AND evidence = (SELECT evidence FROM evidence WHERE digest = ?2)";
const OTHERS_HAVE: &str = "SELECT EXISTS (SELECT 1 FROM holding JOIN evidence USING (evidence)
    WHERE digest = ?2 AND trainee <> ?1)";
const DROP: &str = "DELETE FROM evidence WHERE evidence = ?1";
const NAMED: &str = "SELECT EXISTS (SELECT 1 FROM claim_evidence JOIN claim USING (claim)
    WHERE evidence = ?1 AND trainee = ?2)";
const OF_ANSWERED: &str = "SELECT DISTINCT digest FROM claim_item JOIN claim_evidence USING (claim)
    JOIN evidence USING (evidence) WHERE answered = ?1 ORDER BY digest";
const TEXTS: &str = "SELECT text FROM entry WHERE place = ?1 UNION ALL SELECT text FROM imported WHERE place = ?1";
/// Whether anything but the statement at ?1 needs the evidence: another statement that names it, a waiting claim, or one
/// that another statement answered. An erasure names what it removed without a file name, hence the space at the end of ?2.
const NEEDED: &str = "SELECT EXISTS (SELECT 1 FROM entry WHERE place <> ?1 AND instr(text, ?2) > 0)
    OR EXISTS (SELECT 1 FROM imported WHERE place <> ?1 AND instr(text, ?2) > 0)
    OR EXISTS (SELECT 1 FROM held WHERE instr(text, ?2) > 0)
    OR EXISTS (SELECT 1 FROM claim_evidence JOIN claim_item USING (claim) WHERE evidence = ?3 AND (waits = 1
    OR (answered IS NOT NULL AND answered <> ?1 AND answered NOT IN (SELECT place FROM erased))))";
const NAMES: &str = "SELECT digest, name FROM holding JOIN evidence USING (evidence) ORDER BY evidence, trainee";
const STRAYS: &str = "SELECT count(*) FROM evidence_piece WHERE piece / 65536 NOT IN (SELECT evidence FROM evidence)";

/// Stores a file unless it is stored already, and checks that its bytes match `looked`. Returns its number.
pub fn put(tx: &WriteTx<'_>, looked: &FileInfo, from: &mut dyn Read) -> Result<i64, StoreError> {
    let found: Option<(i64, Option<i64>)> =
        tx.prepared(NUMBER)?.query_row([looked.digest.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let number = match found {
        Some((number, None)) => return Ok(number),
        // Handing in erased evidence again restores it.
        Some((number, Some(_))) => {
            tx.run(ERASE, params![number, None::<i64>])?;
            number
        }
        None => {
            let kind = FileKind::ALL.iter().position(|kind| *kind == looked.kind).unwrap_or_default();
            let (size, kind) = (looked.size.cast_signed(), i64::try_from(kind).unwrap_or_default());
            tx.prepared(ADD)?.query_row(params![looked.digest.0, size, kind], |row| row.get(0))?
        }
    };
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    for turn in 0..PIECES {
        let filled = fill(from, &mut piece).map_err(|e| damaged(format!("a file could not be read again: {e}")))?;
        if filled == 0 {
            break;
        }
        hash.update(&piece[..filled]);
        tx.run(ADD_PIECE, params![number * PIECES + turn, &piece[..filled]])?;
    }
    if Digest(hash.finalize().into()) == looked.digest {
        Ok(number)
    } else {
        Err(damaged("a file changed while it was taken in"))
    }
}

/// Reads until the buffer is full or the input ends; returns the number of bytes.
fn fill(from: &mut dyn Read, piece: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < piece.len() {
        match from.read(&mut piece[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Records that a trainee handed in a file, keeping the first name they gave it; returns whether the viewer may.
pub fn hold(
    tx: &WriteTx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    of: i64,
    (name, at): (&FileName, Timestamp),
) -> Result<bool, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(false);
    }
    tx.run(HOLD, params![trainee.as_str(), of, name.as_str(), at.seconds()])?;
    Ok(true)
}

/// Returns all files that a trainee handed in, oldest first.
pub fn files(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<File>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(&format!("{COLUMNS} WHERE trainee = ?1 ORDER BY added, evidence"), [trainee.as_str()], file_of)
}

/// Returns the digests and sizes of the files of a trainee's claims whose contents and names were erased.
pub fn erased_of(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<(Digest, u64)>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(ERASED_OF, [trainee.as_str()], |row| {
        Ok((digest_of(row.get_ref(0)?.as_blob().map_err(damaged)?)?, row.get::<_, i64>(1)?.cast_unsigned()))
    })
}

/// Returns the files whose digest starts with these digits, each with one trainee who handed it in.
pub fn find(tx: &Tx<'_>, viewer: &Viewer, digits: &str) -> Result<Vec<(PersonId, File)>, StoreError> {
    tx.some_rows(FIND, [digits.to_uppercase()], |row| {
        let trainee = person_of(row, 7)?;
        if viewer.may_see(&trainee) { Ok(Some((trainee, file_of(row)?))) } else { Ok(None) }
    })
}

pub(crate) fn file_of(row: &Row<'_>) -> Result<File, StoreError> {
    let kind = usize::try_from(row.get::<_, i64>(2)?).ok().and_then(|at| FileKind::ALL.get(at)).copied();
    // An erased file has no name.
    let name = row.get_ref(3)?.as_bytes_or_null().map_err(damaged)?;
    Ok(File {
        digest: digest_of(row.get_ref(0)?.as_blob().map_err(damaged)?)?,
        size: row.get::<_, i64>(1)?.cast_unsigned(),
        kind: kind.ok_or_else(|| damaged("a file is of no kind"))?,
        name: StoredFileName::read(name.unwrap_or(b"erased")),
        added: Timestamp::from_seconds(row.get::<_, Option<i64>>(4)?.unwrap_or_default()),
        erased: row.get::<_, Option<i64>>(5)?.is_some(),
        claims: row.get(6)?,
    })
}

/// Returns the number of a trainee's file, if its bytes are stored.
pub fn number(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId, digest: &Digest) -> Result<Option<i64>, StoreError> {
    if !files(tx, viewer, trainee)?.iter().any(|file| file.digest == *digest && !file.erased) {
        return Ok(None);
    }
    Ok(tx.prepared(NUMBER)?.query_row([digest.0], |row| row.get(0)).optional()?)
}

/// Calls `each` with the chunks of a trainee's file; returns whether it is stored.
pub fn read(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    digest: &Digest,
    each: &mut dyn FnMut(&[u8]) -> Result<(), StoreError>,
) -> Result<bool, StoreError> {
    let Some(number) = number(tx, viewer, trainee, digest)? else { return Ok(false) };
    pieces(tx, number, each)?;
    Ok(true)
}

/// Returns the first chunk number of a file and of the next one.
fn pieces_of(number: i64) -> Result<[i64; 2], StoreError> {
    let bounds = number.checked_mul(PIECES).and_then(|first| Some([first, first.checked_add(PIECES)?]));
    bounds.filter(|_| number >= 0).ok_or_else(|| damaged(format!("evidence has the number {number}")))
}

fn pieces(tx: &Tx<'_>, number: i64, each: &mut dyn FnMut(&[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
    tx.rows(PIECES_OF, pieces_of(number)?, |row| each(row.get_ref(0)?.as_blob().map_err(damaged)?))
}

/// Removes a trainee's file that none of their claims ever used; returns whether it did. The bytes go too, unless someone
/// else handed in the same file.
pub fn let_go(tx: &WriteTx<'_>, viewer: &Viewer, trainee: &PersonId, digest: &Digest) -> Result<bool, StoreError> {
    let Some(of) = number(tx, viewer, trainee, digest)? else { return Ok(false) };
    if tx.prepared(NAMED)?.query_row(params![of, trainee.as_str()], |row| row.get(0))? {
        return Ok(false);
    }
    tx.run(DROP_HOLDING, params![trainee.as_str(), of])?;
    if !tx.prepared(HELD_BY_ANY)?.query_row([of], |row| row.get::<_, bool>(0))? {
        tx.run(DROP_PIECES, pieces_of(of)?)?;
        tx.run(DROP, [of])?;
    }
    Ok(true)
}

/// Returns the evidence to remove when the statement at a position is erased: what it names and what its claims use, unless
/// something else needs it. Scans the text of all statements once per file.
pub fn removed_with(tx: &Tx<'_>, of: u64) -> Result<Vec<Digest>, StoreError> {
    let mut candidates = BTreeSet::new();
    let texts: Vec<_> = tx.rows(TEXTS, [place(of)], |row| Ok(row.get_ref(0)?.as_str().ok().map(str::to_owned)))?;
    for text in texts.into_iter().flatten() {
        if let Ok(Body::SignOff(s)) = decode(&text).map(|statement| statement.body) {
            candidates.extend(s.evidence.iter().map(|file| file.digest.0));
        }
    }
    let answered: Vec<Digest> =
        tx.rows(OF_ANSWERED, [place(of)], |row| digest_of(row.get_ref(0)?.as_blob().map_err(damaged)?))?;
    candidates.extend(answered.into_iter().map(|digest| digest.0));
    let mut removed = Vec::new();
    for digest in candidates.into_iter().map(Digest) {
        if let Some(number) = here(tx, &digest)? {
            let named = format!("sha256:{} ", digest.hex());
            let needed: bool = tx.prepared(NEEDED)?.query_row(params![place(of), named, number], |row| row.get(0))?;
            if !needed {
                removed.push(digest);
            }
        }
    }
    Ok(removed)
}

/// Returns the number of a file whose bytes are stored, for any trainee.
fn here(tx: &Tx<'_>, digest: &Digest) -> Result<Option<i64>, StoreError> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?));
    let found = tx.prepared(NUMBER)?.query_row([digest.0], read).optional()?;
    Ok(found.and_then(|(number, erased)| erased.is_none().then_some(number)))
}

/// Removes the bytes of evidence, as the statement at `by` says.
pub(crate) fn erase(tx: &WriteTx<'_>, digests: &[Digest], by: u64) -> Result<(), StoreError> {
    for digest in digests {
        let Some(number) = here(tx, digest)? else { continue };
        tx.run(DROP_PIECES, pieces_of(number)?)?;
        tx.run(DROP_HOLDINGS, [number])?;
        tx.run(ERASE, [number, place(by)])?;
    }
    Ok(())
}

/// Removes a file from those of a trainee; its bytes stay.
pub(crate) fn drop_holding(tx: &WriteTx<'_>, trainee: &PersonId, digest: &Digest) -> Result<(), StoreError> {
    tx.run(DROP_NAMED, params![trainee.as_str(), digest.0])
}

/// Returns whether a file is among those of another trainee.
pub(crate) fn others_have(tx: &Tx<'_>, trainee: &PersonId, digest: &Digest) -> Result<bool, StoreError> {
    Ok(tx.prepared(OTHERS_HAVE)?.query_row(params![trainee.as_str(), digest.0], |row| row.get(0))?)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    pub digest: Digest,
    pub sound: bool,
    pub of_its_kind: bool,
    pub bytes: u64,
    pub erased: Option<u64>,
}

/// Checks every evidence file against its digest in chunks and calls `each` with the result; returns the number of chunks
/// that belong to no file.
pub fn check_all(tx: &Tx<'_>, each: &mut dyn FnMut(Checked)) -> Result<u64, StoreError> {
    tx.rows::<(), ()>(ALL, [], |row| {
        let (number, size): (i64, i64) = (row.get(0)?, row.get(2)?);
        let digest = digest_of(row.get_ref(1)?.as_blob().map_err(damaged)?)?;
        let (mut hash, mut there) = (Sha256::new(), 0);
        let shown = usize::try_from(row.get::<_, i64>(4)?).ok().and_then(|at| FileKind::ALL.get(at));
        let mut of_its_kind = true;
        pieces(tx, number, &mut |piece| {
            if there == 0 {
                of_its_kind = shown == Some(&FileKind::of(piece));
            }
            hash.update(piece);
            there += piece.len() as u64;
            Ok(())
        })?;
        let sound = there == size.cast_unsigned() && Digest(hash.finalize().into()) == digest;
        let erased = row.get::<_, Option<i64>>(3)?.map(position);
        each(Checked { digest, sound, of_its_kind, bytes: there, erased });
        Ok(())
    })?;
    let strays: i64 = tx.prepared(STRAYS)?.query_row([], |row| row.get(0))?;
    Ok(strays.cast_unsigned())
}

pub fn unusable_names(tx: &Tx<'_>) -> Result<Vec<(Digest, String, &'static str)>, StoreError> {
    tx.some_rows(NAMES, [], |row| match StoredFileName::read(row.get_ref(1)?.as_bytes().map_err(damaged)?) {
        StoredFileName::Unusable(shown, why) => {
            Ok(Some((digest_of(row.get_ref(0)?.as_blob().map_err(damaged)?)?, shown, why)))
        }
        StoredFileName::Usable(_) => Ok(None),
    })
}

/// Returns the name of a trainee's evidence file, if it is listed.
pub fn listed_as(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    digest: &Digest,
) -> Result<Option<StoredFileName>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(None);
    }
    tx.row(NAME, params![trainee.as_str(), digest.0], |row| {
        Ok(StoredFileName::read(row.get_ref(0)?.as_bytes().map_err(damaged)?))
    })
}

pub fn is_here(tx: &Tx<'_>, digest: &Digest) -> Result<bool, StoreError> {
    Ok(here(tx, digest)?.is_some())
}
