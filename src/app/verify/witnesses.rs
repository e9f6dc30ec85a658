//! Checks which other departments have cosigned the history of a file.

use std::collections::BTreeMap;

use crate::verify::anchors::{AnchorMatches, OpenAnchors};
use crate::verify::findings::Faults;
use crate::verify::index::ExpectedContent;
use countersign_core::primitives::ids::LogOrigin;
use countersign_ledger::cosignature::{WitnessVerifier, witness_of};
use countersign_ledger::note::{Checkpoint, LogVerifier};
use countersign_store::from_elsewhere::cosignatures::CosignatureRow;

/// What the replay found, and what was given from outside.
pub(crate) struct Found<'f> {
    pub stated: &'f ExpectedContent,
    pub met: &'f AnchorMatches,
    pub outside: &'f OpenAnchors<'f>,
}

/// Checks the cosignatures in a file and those on the checkpoints that were given. Returns a sentence about them.
pub(crate) fn compare(
    own: &LogVerifier,
    rows: &[CosignatureRow],
    found: &Found<'_>,
    faults: &mut Faults,
) -> Option<String> {
    let mut sizes: BTreeMap<&LogOrigin, u64> = BTreeMap::new();
    for row in rows {
        let Some(witness) = witness(found.stated, row) else {
            faults.add(None, format!("The cosignature of {} is by a key that no accepted log names", row.origin));
            continue;
        };
        let root = found.met.root(row.size).copied();
        let note = root.map(|root| {
            let origin = own.origin().clone();
            format!("{}\n", Checkpoint { origin, size: row.size, root })
        });
        if note.is_some_and(|note| witness.open(&note, &row.line).is_ok()) {
            sizes.insert(&row.origin, row.size);
        } else {
            let what = format!("The first {} entries are not those that {} has cosigned", row.size, row.origin);
            faults.add(None, what);
        }
        for note in found.outside.notes() {
            let Ok(given) = own.open(note) else { continue };
            let by_it = note.lines().any(|line| witness.open(note, line).is_ok());
            if by_it && found.met.root(given.size) == Some(&given.root) {
                let size = sizes.entry(&row.origin).or_default();
                *size = given.size.max(*size);
            }
        }
    }
    sentence(&sizes.into_values().collect::<Vec<_>>())
}

/// Returns the witness of a department, as a log whose key was accepted names it.
fn witness(stated: &ExpectedContent, row: &CosignatureRow) -> Option<WitnessVerifier> {
    let keys = stated.other_logs.iter().filter_map(|key| key.parse::<LogVerifier>().ok());
    keys.filter(|log| *log.origin() == row.origin).find_map(|log| witness_of(&log, &row.witness).ok())
}

fn sentence(sizes: &[u64]) -> Option<String> {
    let (least, most) = (*sizes.iter().min()?, *sizes.iter().max()?);
    let (entry, newest) = (least.saturating_sub(1), most.saturating_sub(1));
    Some(match sizes.len() {
        1 => format!("1 other department has cosigned this history up to entry {entry}"),
        all if least == most => format!("{all} other departments have cosigned this history up to entry {entry}"),
        all => format!(
            "{all} other departments have cosigned this history up to entry {entry}, and one of them up to entry {newest}"
        ),
    })
}
