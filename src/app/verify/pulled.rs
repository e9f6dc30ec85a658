//! Checks what the hub brought for trainees who rotate, against the statements that say who they are elsewhere.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::Error;
use crate::hub::selection::SiteCopy;
use crate::log::rule_context::{erased_by_exchanges, kept_list};
use crate::verify::findings::{Absent, Fault, Faults};
use crate::verify::held::check_proof;
use crate::verify::index::ExpectedContent;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::rotation::{Rotation, RotationEnd};
use countersign_store::db::{Db, Tx};
use countersign_store::error::StoreError;
use countersign_store::from_elsewhere::held::{self, Held};
use countersign_store::from_elsewhere::pulled;
use countersign_store::index::elsewhere::{self, RotationRow};

/// Checks every statement by itself and each ended rotation as a whole.
pub(crate) fn compare_pulled(tx: &Tx<'_>, stated: &ExpectedContent, faults: &mut Faults) -> Result<(), StoreError> {
    let mut all = Vec::new();
    for trainee in pulled::trainees(tx)? {
        all.extend(pulled::of(tx, &trainee)?);
    }
    for one in &all {
        if let Err(why) = check(tx, one, stated) {
            let place = format!("statement {} of {}", one.position, one.origin);
            faults.add(Some(one.received), format!("What the hub brought, {place}: {why}"));
        }
    }
    for (at, content) in &stated.rotations {
        let Some(end) = &content.ended else { continue };
        let same = |other: &Rotation| {
            other.trainee.id == content.trainee.id
                && other.origin == content.origin
                && other.there.id == content.there.id
        };
        let begun =
            stated.rotations.iter().filter(|(position, other)| other.ended.is_none() && position < at && same(other));
        let begun: Vec<u64> = begun.map(|(position, _)| *position).collect();
        // Somebody found out later that all of it was somebody else's.
        let takes_all = |end: &RotationEnd| end.kept == 0 && end.erased.is_some();
        let went =
            |(later, other): &(u64, Rotation)| later > at && same(other) && other.ended.as_ref().is_some_and(takes_all);
        let Some(newest) = begun.last() else { continue };
        if stated.rotations.iter().any(went) {
            continue;
        }
        // An earlier version listed only what came for this rotation.
        let listed = if end.erased.is_some() { &begun[..] } else { std::slice::from_ref(newest) };
        let of_it = |one: &&Held| listed.contains(&one.received) && one.trainee == content.trainee.id;
        let kept: Vec<Held> = all.iter().filter(of_it).cloned().collect();
        if kept_list(&kept) == (end.kept, end.list) {
            compare_erased(tx, stated, (*at, content, end), &all, faults)?;
            continue;
        }
        let what = "What the hub had brought when this rotation ended is not what the file holds";
        let what = format!("{what} for {}", content.trainee.name);
        if kept.is_empty() {
            faults.add_absent(Absent::Rotation(*at), *at, what);
        } else {
            faults.add(Some(*at), what);
        }
    }
    Ok(())
}

/// Compares the texts of a log that are gone here with the end of the last rotation to it. As long as one runs, the copy of
/// that log shows which it erased; once a bundle of it was taken back, nothing does, and that is said.
fn compare_erased(
    tx: &Tx<'_>,
    stated: &ExpectedContent,
    (at, content, end): (u64, &Rotation, &RotationEnd),
    all: &[Held],
    faults: &mut Faults,
) -> Result<(), StoreError> {
    let (trainee, origin) = (&content.trainee.id, &content.origin);
    let of_it = |other: &Rotation| other.trainee.id == *trainee && other.origin == *origin;
    let Some(listed) = end.erased else { return Ok(()) };
    if stated.rotations.iter().any(|(later, other)| *later > at && of_it(other)) {
        return Ok(());
    }
    let rotations = stated.rotations.iter().filter(|(_, other)| of_it(other)).map(|(at, _)| *at).collect();
    let bundled = held::by_bundles(tx, trainee)?;
    let rows = all.iter().filter(|one| one.trainee == *trainee).chain(&bundled).filter(|one| one.origin == *origin);
    let erased = erased_by_exchanges(rows, &rotations);
    if kept_list(&erased) == listed {
        return Ok(());
    }
    // What was taken back was on that list, too.
    if stated.is_taken_back(at, trainee, origin) {
        faults.add_untold(erased.len() as u64);
    } else {
        let what = "The texts that are erased here are not those that were when this rotation ended";
        let what = format!("{what} for {}", content.trainee.name);
        // What bundles brought may be missing from a rebuilt file; what the hub brought was listed as there.
        if end.kept == 0 && bundled.is_empty() {
            faults.add_absent(Absent::Rotation(at), at, what);
        } else {
            faults.add(Some(at), what);
        }
    }
    Ok(())
}

fn check(tx: &Tx<'_>, one: &Held, stated: &ExpectedContent) -> Result<(), String> {
    if !stated.other_logs.contains(&one.vkey) {
        return Err("the key of its log was never accepted".to_owned());
    }
    let of_it = |content: &Rotation| {
        content.ended.is_none() && content.trainee.id == one.trainee && content.origin == one.origin
    };
    let rotation = stated.rotations.iter().find(|(at, content)| *at == one.received && of_it(content));
    let Some((_, rotation)) = rotation else {
        return Err("no statement says that it is about this person".to_owned());
    };
    if one.erased.is_some() {
        let blank = one.text.is_empty() && one.signature == [0; 64];
        return if blank { Ok(()) } else { Err("it is erased, and its text or signature is still there".to_owned()) };
    }
    check_proof(tx, one)?;
    let statement = decode(&one.text).map_err(|fault| fault.to_string())?;
    if statement.body.whose().is_some_and(|whose| *whose != rotation.there.id) {
        return Err("it is about someone else there".to_owned());
    }
    Ok(())
}

/// What a comparison with the copies of other logs found.
#[derive(Debug, Default)]
pub(crate) struct ComparedCopies {
    pub faults: Vec<Fault>,
    /// The logs whose copies are missing or damaged, as sentences: nothing shows whether something of them was left out.
    pub uncompared: Vec<String>,
}

/// Compares what the hub brought with the checked copies of its logs, both ways.
pub(crate) fn compare_copies(file: &Db, data: &Path) -> Result<ComparedCopies, Error> {
    let rotations = file.read(elsewhere::rotations)?;
    let mut compared = ComparedCopies::default();
    let mut uncompared = BTreeSet::new();
    for row in &rotations {
        let brought = Brought::of(file, row)?;
        match compare_copy(data, row, &brought) {
            Ok(Some((faults, behind))) => {
                compared.faults.extend(faults);
                // Somebody who hides what came last sets back how far the hub has brought it.
                if behind {
                    let name = &row.trainee.name;
                    uncompared
                        .insert(format!("What {} has signed last is not on the record of {name} yet", row.origin));
                }
            }
            // The statement that ended a rotation lists what stayed and what was erased. The copy went with it.
            Ok(None) | Err(_) if row.ended.is_some() => {}
            Ok(None) => {
                let what = "is not here, so nothing shows whether the hub brought all of a record";
                uncompared.insert(format!("The copy of {} {what}", row.origin));
            }
            Err(error) => {
                uncompared.insert(error.sentence());
            }
        }
    }
    compared.uncompared = uncompared.into_iter().collect();
    Ok(compared)
}

/// What is here of the log of a rotation for its trainee.
struct Brought {
    by_hub: Vec<Held>,
    /// What bundles brought and the rotation erased: an exchange also deletes such texts, and says by which rotation.
    blanked: Vec<Held>,
    /// How many entries that log had when the hub last brought something.
    until: Option<u64>,
}

impl Brought {
    fn of(file: &Db, row: &RotationRow) -> Result<Self, Error> {
        let (by_hub, by_bundles, until) = file.read(|tx| {
            let trainee = &row.trainee.id;
            let until = pulled::brought_until(tx, row.position)?;
            Ok::<_, StoreError>((pulled::of(tx, trainee)?, held::by_bundles(tx, trainee)?, until))
        })?;
        let blanked = |one: &Held| one.origin == row.origin && one.erased == Some(row.position);
        Ok(Self {
            by_hub: by_hub.into_iter().filter(|one| one.origin == row.origin).collect(),
            blanked: by_bundles.into_iter().filter(blanked).collect(),
            until,
        })
    }

    fn erased(&self) -> impl Iterator<Item = &Held> {
        self.by_hub.iter().chain(&self.blanked).filter(|one| one.erased.is_some())
    }
}

/// Compares what the hub brought for one rotation with the copy of its log; `None` without a copy. The flag says whether the
/// copy has entries that a running rotation has not brought.
fn compare_copy(data: &Path, row: &RotationRow, brought: &Brought) -> Result<Option<(Vec<Fault>, bool)>, Error> {
    let Some(copy) = SiteCopy::open(data, &row.origin)? else { return Ok(None) };
    let mut faults = Vec::new();
    if row.ended.is_none() {
        faults.extend(differences(&copy, (row, brought.until), &brought.by_hub)?);
    }
    faults.extend(not_erased_there(&copy, row, brought.erased())?);
    let behind = row.ended.is_none() && brought.until != Some(copy.head()?.0.size);
    Ok(Some((faults, behind)))
}

fn differences(copy: &SiteCopy, (row, until): (&RotationRow, Option<u64>), here: &[Held]) -> Result<Vec<Fault>, Error> {
    let fault = |at: u64, why: &str| Fault {
        position: Some(row.position),
        what: format!("What the hub brought for {}, statement {at} of {}: {why}", row.trainee.name, row.origin),
    };
    let mut found = Vec::new();
    let size = copy.head()?.0.size;
    for one in here {
        if one.position >= size || copy.leaf(one.position)?.0 != one.leaf {
            found.push(fault(one.position, "it is not what the copy of that log has there"));
        }
    }
    let known: BTreeSet<u64> = here.iter().map(|one| one.position).collect();
    let on_record = copy.on_record(&row.there.id)?;
    // What that log had after the last exchange, the next one brings.
    let left_out = on_record.difference(&known).filter(|at| until.is_some_and(|until| **at < until));
    found.extend(left_out.map(|at| fault(*at, "it is left out here")));
    Ok(found)
}

/// Finds erased statements whose text is gone here, although their own log has not erased them.
fn not_erased_there<'h>(
    copy: &SiteCopy,
    row: &RotationRow,
    here: impl Iterator<Item = &'h Held>,
) -> Result<Vec<Fault>, Error> {
    let mut found = Vec::new();
    let size = copy.head()?.0.size;
    for one in here.filter(|one| one.position < size) {
        if copy.leaf(one.position)?.1.is_none() {
            let (name, at, origin) = (&row.trainee.name, one.position, &row.origin);
            let what =
                format!("Statement {at} of {origin} about {name} is erased here and not in the copy of that log");
            found.push(Fault { position: Some(row.position), what });
        }
    }
    Ok(found)
}
