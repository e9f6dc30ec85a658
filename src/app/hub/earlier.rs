//! Compares what a hub has of a log before a position with the copy here, by digests.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::hub::push::{Source, batch, imported_rows};
use countersign_hub::row_digest::EarlierDigests;
use countersign_hub::rows::EarlierRows;
use countersign_store::db::Tx;
use countersign_store::erased_and_imported;
use countersign_store::index::standards;
use countersign_store::touches;

/// Computes the digests that a hub has of the entries before a position.
fn earlier_rows(tx: &Tx<'_>, until: u64) -> Result<EarlierRows, Error> {
    let erased = erased_and_imported::all_erased(tx)?;
    let mut digests = EarlierDigests::default();
    for row in Source::new(tx, (0, until), &erased, &mut |_, _| {})? {
        digests.entry(&row?)?;
    }
    for row in imported_rows(tx, (0, until), &erased)? {
        digests.imported(&row)?;
    }
    // In the order of their names, as the hub has them.
    let names: BTreeSet<[u8; 64]> = touches::of_entries(tx, (0, until))?.into_iter().collect();
    for name in names {
        digests.batch(&batch(tx, &name)?)?;
    }
    for text in standards::texts_since(tx, 0)? {
        digests.text(&text.digest, &text.canonical)?;
    }
    Ok(digests.finish())
}

/// Returns whether the entries before a position, and the texts of standards, are still what a hub has of them. What cannot be
/// read here is not.
pub(crate) fn is_still(tx: &Tx<'_>, (until, there): (u64, &EarlierRows)) -> bool {
    earlier_rows(tx, until).is_ok_and(|here| here == *there)
}
