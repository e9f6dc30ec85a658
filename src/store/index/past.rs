//! Opens a department as it was at an earlier moment: its indexes rebuilt in a temporary database, the rest read from the
//! file up to that moment.

use crate::claims;
use crate::codec::place;
use crate::db::{Db, WriteTx};
use crate::error::StoreError;
use crate::index::indexer;
use crate::index::scratch::Scratch;
use countersign_core::primitives::date::Timestamp;

/// Fills the indexes of the past from the entries that there were. `index` indexes them and returns how many there were.
/// What is not signed is taken as the file has it, without what came later: claims, files and hours that wait. Who
/// supervises whom is as it is now.
pub fn open<E: From<StoreError>>(
    file: &Db,
    until: Timestamp,
    index: impl FnOnce(&WriteTx<'_>) -> Result<u64, E>,
) -> Result<Db, E> {
    let mut db = Scratch::over(file)?.into_db();
    let size = db.write(|tx| {
        for table in indexer::FOLLOWED {
            tx.batch(&format!("INSERT INTO main.{table} SELECT * FROM file.{table}"))?;
        }
        let until = until.seconds();
        tx.batch(&format!(
            "DELETE FROM main.claim_item WHERE claim IN (SELECT claim FROM main.claim WHERE made > {until});
            DELETE FROM main.claim WHERE made > {until};
            UPDATE main.claim SET withdrawn = NULL WHERE withdrawn > {until};"
        ))?;
        claims::reset(tx)?;
        index(tx)
    })?;
    let size = place(size);
    // An entry's id begins with the milliseconds at which it was made; so does the id of hours that wait.
    let millis = until.seconds().saturating_add(1).saturating_mul(1000).clamp(0, (1 << 48) - 1);
    let views = format!(
        "CREATE TEMP VIEW entry AS SELECT * FROM file.entry WHERE place < {size};
        CREATE TEMP VIEW imported AS SELECT * FROM file.imported WHERE place < {size};
        CREATE TEMP VIEW holding AS SELECT * FROM file.holding WHERE added <= {until};
        CREATE TEMP VIEW claimed_hour AS SELECT * FROM file.claimed_hour
            WHERE substr(entry, 1, 6) < x'{millis:012x}';",
        until = until.seconds()
    );
    // Statements that were prepared before would still read the file itself.
    db.connection().flush_prepared_statement_cache();
    db.connection().execute_batch(&views).map_err(StoreError::from)?;
    db.connection().execute_batch("PRAGMA query_only=ON").map_err(StoreError::from)?;
    Ok(db)
}
