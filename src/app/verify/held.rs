//! Compares what was received from other departments' logs with the statements that record it, and checks each again.

use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::elsewhere::receipt_of;
use crate::log::rule_context::kept_list;
use crate::verify::findings::{Absent, Faults};
use crate::verify::index::ExpectedContent;
use countersign_core::people::person::{PersonRef, Viewer};
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId};
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::received::{ErasedElsewhere, Received};
use countersign_core::statement::kinds::rotation::Rotation;
use countersign_core::statement::kinds::taken_back::TakenBack;
use countersign_ledger::merkle::{LeafHistory, leaf_hash};
use countersign_ledger::note::{Checkpoint, LogVerifier};
use countersign_store::db::Tx;
use countersign_store::error::StoreError;
use countersign_store::from_elsewhere::held::{self, Held};
use countersign_store::from_elsewhere::held_leaves;

/// Checks everything that was received, both ways: nothing missing, nothing extra, nothing altered.
pub(crate) fn compare_received(tx: &Tx<'_>, stated: &ExpectedContent, faults: &mut Faults) -> Result<(), StoreError> {
    let mut newest: BTreeMap<&PersonId, Kept<'_>> = BTreeMap::new();
    let received = stated.received.iter().map(|(at, content)| Kept::received(*at, content));
    let taken_back = stated.taken_back.iter().map(|(at, content)| Kept::taken_back(*at, content));
    for kept in received.chain(taken_back) {
        let known = newest.entry(&kept.trainee.id).or_insert(kept);
        if known.at < kept.at {
            *known = kept;
        }
    }
    let histories = compare_histories(tx, stated, faults)?;
    let mut texts = BTreeSet::new();
    for trainee in held::trainees(tx)? {
        let all = held::by_bundles(tx, &trainee)?;
        match newest.remove(&trainee) {
            None if all.is_empty() => {}
            None => faults.add(None, format!("Statements of other logs are kept for {trainee}, and none was received")),
            Some(kept) => {
                if kept_list(&all) != kept.list {
                    let what = "What the file holds from other logs is not what this bundle left";
                    faults.add(Some(kept.at), format!("{what} for {}", kept.trainee.name));
                }
                for one in &all {
                    if let Err(why) = check(tx, one, stated, &histories) {
                        let place = format!("statement {} of {}", one.position, one.origin);
                        faults.add(Some(kept.at), format!("Received {place} for {}: {why}", kept.trainee.name));
                    }
                }
            }
        }
        let all = held::of(tx, &Viewer::Department, &trainee)?;
        let adopted = all.iter().filter(|one| one.erased.is_none()).filter_map(|one| decode(&one.text).ok());
        texts.extend(adopted.filter_map(|statement| statement.body.content().adopts().map(|digest| digest.0)));
    }
    for kept in newest.values() {
        if kept.list.0 > 0 {
            let what = format!("What was received for {} is not in the file", kept.trainee.name);
            faults.add_absent(Absent::Bundle(kept.at), kept.at, what);
        }
    }
    compare_texts(tx, &texts, faults)?;
    compare_blanked(tx, stated, faults)
}

/// What the newest statement about a trainee's bundles says is kept.
#[derive(Debug, Clone, Copy)]
struct Kept<'a> {
    at: u64,
    trainee: &'a PersonRef,
    list: (u32, Digest),
}

impl<'a> Kept<'a> {
    fn received(at: u64, content: &'a Received) -> Self {
        Self { at, trainee: &content.trainee, list: (content.kept, content.list) }
    }

    fn taken_back(at: u64, content: &'a TakenBack) -> Self {
        Self { at, trainee: &content.trainee, list: (content.kept, content.list) }
    }
}

/// Checks one statement that has its text by itself: signature, encoding, proof, and the key of its log.
fn check(tx: &Tx<'_>, one: &Held, stated: &ExpectedContent, histories: &Histories) -> Result<(), String> {
    if !stated.other_logs.contains(&one.vkey) {
        return Err("the key of its log was never accepted".to_owned());
    }
    let brought = |(at, by): &(u64, Received)| *at == one.received && by.trainee.id == one.trainee;
    if !stated.received.iter().any(brought) {
        return Err("no bundle for them brought it".to_owned());
    }
    if one.erased.is_some() {
        let leaf = histories.get(&one.origin).and_then(|history| history.leaf(one.position));
        if leaf != Some(&one.leaf) {
            return Err("it is stored at the wrong place".to_owned());
        }
        let blank = one.text.is_empty() && one.signature == [0; 64];
        return if blank { Ok(()) } else { Err("it is erased, and its text or signature is still there".to_owned()) };
    }
    let checkpoint = check_proof(tx, one)?;
    let history = histories.get(&one.origin);
    let in_history = history.is_some_and(|history| {
        history.leaf(one.position) == Some(&one.leaf) && history.root_at(checkpoint.size) == Some(checkpoint.root)
    });
    if in_history { Ok(()) } else { Err("it is proved for another history of its log".to_owned()) }
}

/// Checks the signature, encoding, place and proof of a statement; returns the checkpoint of its log that proves it.
pub(crate) fn check_proof(tx: &Tx<'_>, one: &Held) -> Result<Checkpoint, String> {
    let log: LogVerifier = one.vkey.parse().map_err(|_| "the key of its log cannot be read".to_owned())?;
    let statement = decode(&one.text).map_err(|fault| fault.to_string())?;
    if statement.id != one.id || *log.origin() != one.origin {
        return Err("it is stored under the wrong id or log".to_owned());
    }
    let receipt = receipt_of(tx, one).map_err(|fault| fault.why)?;
    let checked = receipt.check().map_err(|fault| fault.to_string())?;
    if checked.position != one.position || leaf_hash(&checked.leaf_data) != one.leaf {
        return Err("it is stored at the wrong place".to_owned());
    }
    Ok(checked.checkpoint)
}

/// The history of each other log, by origin.
type Histories = BTreeMap<LogOrigin, LeafHistory>;

/// Compares the histories of other logs with every bundle that is kept: one history for each log, up to the largest size.
fn compare_histories(tx: &Tx<'_>, stated: &ExpectedContent, faults: &mut Faults) -> Result<Histories, StoreError> {
    let mut histories = Histories::new();
    for origin in held_leaves::origins(tx)? {
        match held_leaves::leaves(tx, &origin) {
            Ok(leaves) => drop(histories.insert(origin, LeafHistory::new(leaves))),
            Err(error) => faults.add(None, format!("The history of {origin}: {error}")),
        }
    }
    let mut largest: BTreeMap<&LogOrigin, u64> = BTreeMap::new();
    for (at, received) in &stated.received {
        for part in received.parts.iter().filter(|part| !stated.is_taken_back(*at, &received.trainee.id, &part.origin))
        {
            let root = histories.get(&part.origin).and_then(|history| history.root_at(part.tree.size));
            // A hub does not bring histories back. A bundle that came since then brought its own.
            if root.is_none() && *at < faults.rebuilt {
                continue;
            }
            let size = largest.entry(&part.origin).or_default();
            *size = part.tree.size.max(*size);
            if root != Some(part.tree.root) {
                let what = "The history that is kept of";
                faults.add(Some(*at), format!("{what} {} is not the one that this bundle had", part.origin));
            }
        }
    }
    for (origin, history) in &histories {
        if largest.get(origin) != Some(&history.size()) {
            faults.add(None, format!("The history that is kept of {origin} has entries that no bundle had"));
        }
    }
    Ok(histories)
}

/// Compares the texts of standards with the statements that adopt them elsewhere.
fn compare_texts(tx: &Tx<'_>, adopted: &BTreeSet<[u8; 32]>, faults: &mut Faults) -> Result<(), StoreError> {
    let kept: BTreeSet<[u8; 32]> = held::texts(tx)?.into_iter().map(|digest| digest.0).collect();
    for digest in kept.symmetric_difference(adopted) {
        let there = kept.contains(digest);
        let what = if there { "was received, but no statement received adopts it" } else { "was not received" };
        let digest = Digest(*digest).hex();
        faults.add(None, format!("The text sha256:{digest} of another department's standard {what}"));
    }
    for digest in kept.intersection(adopted).map(|digest| Digest(*digest)) {
        let text = held::text(tx, &digest)?.unwrap_or_default();
        if Digest::of(text.as_bytes()) != digest {
            let named = format!("The text sha256:{} of another department's standard", digest.hex());
            faults.add(None, format!("{named} does not match its digest"));
        }
    }
    Ok(())
}

/// Compares the texts that were deleted with the bundles that said so.
fn compare_blanked(tx: &Tx<'_>, stated: &ExpectedContent, faults: &mut Faults) -> Result<(), StoreError> {
    let mut expected: BTreeSet<(LogOrigin, u64, PersonId, u64)> = BTreeSet::new();
    for (at, received) in &stated.received {
        let gone = |one: &&ErasedElsewhere| stated.is_taken_back(*at, &received.trainee.id, &one.origin);
        let erased = received.erased.iter().filter(|one| !gone(one));
        expected.extend(erased.map(|one| (one.origin.clone(), one.position, received.trainee.id.clone(), *at)));
    }
    let mut blanked = held::blanked(tx)?;
    // The hub may have brought an erasure before the next bundle does.
    let by_hub = |at: u64, trainee: &PersonId, origin: &LogOrigin| {
        let of_it = |content: &Rotation| content.trainee.id == *trainee && content.origin == *origin;
        stated.rotations.iter().any(|(position, content)| *position == at && of_it(content))
    };
    blanked.retain(|(origin, _, trainee, at)| !by_hub(*at, trainee, origin));
    let not_brought_back = |one: &(LogOrigin, u64, PersonId, u64)| one.3 < faults.rebuilt && !blanked.contains(one);
    expected.retain(|one| !not_brought_back(one));
    for (origin, position, _, at) in blanked.symmetric_difference(&expected) {
        faults.add(
            Some(*at),
            format!("Statement {position} of {origin} is erased here and not in this bundle, or the other way round"),
        );
    }
    Ok(())
}
