//! Reads the statements about people, keys, standards and settings, which a part of the log needs to be checked.

use crate::codec::{id_of, position, text_of};
use crate::db::Tx;
use crate::error::{StoreError, damaged};
use countersign_core::primitives::ids::StatementId;
use countersign_core::statement::kind::Kind;

/// A countersign that is not of a record is of a key.
const ALL: &str =
    "SELECT place, text FROM (SELECT place, text, substr(text, instr(text, char(10) || 'kind ') + 6, 16) AS kind
    FROM entry WHERE text <> '') WHERE instr(?1, ' ' || substr(kind, 1, instr(kind, char(10)) - 1) || ' ') > 0
    AND (kind NOT LIKE 'countersign%' OR place NOT IN (SELECT place FROM note)) ORDER BY place";
const ERASED: &str = "SELECT place, id FROM erased JOIN entry USING (place) ORDER BY place";

/// The kinds of statement that a part of the log needs besides a trainee's record.
const KINDS: [Kind; 11] = [
    Kind::Genesis,
    Kind::Person,
    Kind::Key,
    Kind::Standard,
    Kind::Competences,
    Kind::Enrolment,
    Kind::Pause,
    Kind::Policy,
    Kind::Retire,
    Kind::Compromise,
    Kind::Countersign,
];

/// Returns the department's statements with their positions and texts, in the order of the log.
pub fn statements(tx: &Tx<'_>) -> Result<Vec<(u64, String)>, StoreError> {
    let kinds: String = KINDS.iter().flat_map(|kind| [" ", kind.slug(), " "]).collect();
    tx.rows(ALL, [kinds], |row| Ok((position(row.get(0)?), text_of(row, 1)?)))
}

/// Returns the positions and ids of erased statements.
pub fn erased(tx: &Tx<'_>) -> Result<Vec<(u64, StatementId)>, StoreError> {
    tx.rows(ERASED, [], |row| Ok((position(row.get(0)?), id_of(row.get_ref(1)?.as_blob().map_err(damaged)?)?)))
}
