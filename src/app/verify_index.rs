//! The indexes held against what the log says: sign-offs, states, figures, people, keys, policy. Must never be taken for
//! the log itself: a wrong index is mended by `rebuild`.

use std::collections::{HashMap, HashSet};
use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use crate::app::error::Error;
use crate::app::faults::Faults;
use crate::app::verify_days::Days;
use crate::domain::hours::Hours;
use crate::domain::person::{Person, Role, Viewer};
use crate::domain::roster::Roster;
use crate::domain::standard::Ksb;
use crate::domain::statement::decode::decode;
use crate::domain::statement::{Body, Statement};
use crate::domain::value::{Digest, PersonId, StatementId};
use crate::ledger::note::LogVerifier;
use crate::store::audit::{self, Links, Numbers, Row};
use crate::store::audit_notes::{self, FactEntry, NoteRow};
use crate::store::audit_places::{self, Places};
use crate::store::beside::{self, Erased};
use crate::store::db::Tx;
use crate::store::error::StoreError;
use crate::store::evidence::{self, Wrong};
use crate::store::facts::{self, HourIndex, stated};
use crate::store::notes::NoteKind;
use crate::store::{log, people, standards};

/// What the entries gone through add up to.
#[derive(Debug, Default)]
pub(in crate::app) struct Tally {
    /// Sign-offs, notes and facts that the indexes must have.
    expected: [u64; 3],
    /// Rows that say that they are withdrawn, rejected or countersigned.
    marked: u64,
    /// Rows that say that their key was in other hands.
    doubted: u64,
    /// Keys that were in other hands: from which position, and which statement says so.
    compromises: Vec<(Digest, u64, u64)>,
    /// Where people, keys, standards and policy are stated.
    places: Places,
    /// From which days sign-offs count.
    days: Days,
    /// Erasures.
    erased: u64,
    /// Imports.
    imported: HashSet<u64>,
    /// Every id with its position, mixed and added up: what the index of ids must add up to, whatever its order.
    ids: u128,
    /// The same of every entry of confirmed hours.
    entries: u128,
}

/// A number that no other id and position is likely to have.
fn mixed(id: StatementId, position: u64) -> u128 {
    const ODD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    let mut mixed = id.0.as_u128().wrapping_add(u128::from(position).wrapping_mul(ODD));
    for shift in [61, 67] {
        mixed = (mixed ^ (mixed >> shift)).wrapping_mul(ODD);
    }
    mixed
}

/// A number that no other entry of confirmed hours is likely to have.
fn mixed_hour((at, number, entry, trainee, day, quarters): HourIndex) -> u128 {
    let day = u64::from(day.to_epoch_days().cast_unsigned());
    let parts = [at, number, trainee.cast_unsigned(), day, u64::from(quarters)];
    parts.into_iter().fold(mixed(entry, at), |sum, part| mixed(StatementId(uuid::Uuid::from_u128(sum)), part))
}

/// What the indexes have at one position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::app) struct IndexRow {
    sign_off: Option<Row>,
    note: Option<NoteRow>,
    fact: Option<FactEntry>,
}

/// The index rows of a part of the log, taken in order.
pub(in crate::app) struct Rows {
    sign_offs: Peekable<IntoIter<Row>>,
    notes: Peekable<IntoIter<NoteRow>>,
    facts: Peekable<IntoIter<FactEntry>>,
}

impl Rows {
    /// The rows of a range of positions.
    pub(in crate::app) fn load(tx: &Tx<'_>, range: Range<u64>) -> Result<Self, StoreError> {
        Ok(Self {
            sign_offs: audit::rows(tx, range.clone())?.into_iter().peekable(),
            notes: audit_notes::note_rows(tx, range.clone())?.into_iter().peekable(),
            facts: audit_notes::fact_rows(tx, range)?.into_iter().peekable(),
        })
    }

    /// The rows that stand at a position, or before it where nothing takes them.
    pub(in crate::app) fn take(&mut self, at: u64) -> IndexRow {
        IndexRow {
            sign_off: self.sign_offs.next_if(|row| row.position <= at),
            note: self.notes.next_if(|row| row.position <= at),
            fact: self.facts.next_if(|row| row.position <= at),
        }
    }
}

/// A statement, and what of it counts.
pub(in crate::app) struct Found<'a> {
    /// As it stands in the log.
    pub statement: &'a Statement,
    /// Itself, or what it puts back.
    pub counting: &'a Statement,
    /// Where.
    pub at: u64,
    /// Where that stands which the counting one is about.
    pub under: Option<u64>,
}

impl Tally {
    /// Counts an entry, whatever it says.
    pub(in crate::app) fn count(&mut self, id: StatementId, position: u64) {
        self.ids = self.ids.wrapping_add(mixed(id, position));
    }

    /// Adds up the entries of confirmed hours, as the index must have them.
    fn hours(&mut self, hours: &Hours, at: u64, trainee: Option<i64>) {
        for (number, entry) in (0..).zip(&hours.entries) {
            let row = (at, number, entry.id, trainee.unwrap_or_default(), entry.day, entry.hours.0);
            self.entries = self.entries.wrapping_add(mixed_hour(row));
        }
    }

    /// Holds a statement's index rows against it. `gone` holds the positions that no index has.
    pub(in crate::app) fn hold(
        &mut self,
        found: &Found<'_>,
        row: IndexRow,
        numbers: &Numbers,
        gone: &mut HashSet<u64>,
    ) -> Result<(), &'static str> {
        let at = found.at;
        self.places.add(found.statement, at);
        match &found.statement.body {
            Body::Compromise(compromise) => self.compromises.push((compromise.key, compromise.from, at)),
            Body::Clock(_) => self.days.clock(at, found.statement.signed),
            Body::Erase(_) => self.erased += 1,
            Body::Import(_) => {
                self.imported.insert(at);
            }
            _ => {}
        }
        let marks = [
            row.sign_off.map(|row| (row.marked, row.doubted)),
            row.note.map(|row| (row.marked, row.doubted)),
            row.fact.map(|row| (row.marked, row.doubted)),
        ];
        for (marked, doubted) in marks.into_iter().flatten() {
            self.marked += u64::from(marked);
            self.doubted += u64::from(doubted);
        }
        let by = &found.counting.signer.who.id;
        let number = |id: &PersonId| numbers.people.get(id).copied();
        match &found.counting.body {
            Body::SignOff(s) => {
                self.expected[0] += 1;
                let Some(row) = row.sign_off else { return Err("The index does not have this sign-off") };
                let same = row.position == at
                    && number(&s.trainee.id) == Some(row.trainee)
                    && number(by) == Some(row.signer)
                    && numbers.standards.get(&s.item.standard) == Some(&row.standard)
                    && (row.code, row.outcome) == (s.item.code, s.outcome)
                    && self.days.fits(at, row.observed, s.observed);
                if same { Ok(()) } else { Err("The index says something else of this sign-off") }
            }
            body if stated(found.counting).is_some() => {
                self.expected[2] += 1;
                if let Body::Hours(hours) = body {
                    self.hours(hours, at, number(&hours.trainee.id));
                }
                let (Some(row), Some(fact)) = (row.fact, stated(found.counting)) else {
                    return Err("The index does not have what this states");
                };
                let same = row.position == at
                    && (row.kind, row.days) == (fact.kind, fact.days)
                    && number(fact.trainee) == Some(row.trainee)
                    && number(by) == Some(row.signer);
                if same { Ok(()) } else { Err("The index says something else of what this states") }
            }
            body => match NoteKind::said_by(body) {
                Some(kind) if found.under.is_some_and(|under| !gone.contains(&under)) => {
                    self.expected[1] += 1;
                    let Some(note) = row.note else { return Err("The index does not have what this says") };
                    let same = (note.position, note.kind, Some(note.target)) == (at, kind, found.under)
                        && number(by) == Some(note.person);
                    if same { Ok(()) } else { Err("The index says something else of what this says") }
                }
                kind => {
                    if kind.is_some() {
                        gone.insert(at);
                    }
                    if row == IndexRow::default() { Ok(()) } else { Err("The index takes it for what it is not") }
                }
            },
        }
    }
}

/// The log's own verifier key, as its genesis states it.
pub(in crate::app) fn log_verifier(tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<LogVerifier>, Error> {
    let genesis = log::entry_at(tx, 0)?.and_then(|entry| decode(&entry.signed.text).ok());
    let Some((origin, Body::Genesis(genesis))) = genesis.map(|statement| (statement.log, statement.body)) else {
        return Ok(None);
    };
    let kept = log::log(tx)?;
    if kept.as_ref().map(|(kept, vkey)| (kept, vkey.as_str())) != Some((&origin, genesis.log_key.as_str())) {
        faults.add(None, "The log's name or key in the file is not the one that its genesis states");
    }
    Ok(genesis.log_key.as_str().parse().ok())
}

/// What the indexes come to among themselves, whatever the log says.
#[derive(Debug)]
pub(in crate::app) struct Aside {
    /// What the ids and positions of the index of ids add up to; nothing where they cannot be read.
    ids: Option<u128>,
    /// States and figures that are not those of the records in the index.
    faults: Faults,
}

impl Aside {
    /// Goes through the index of ids, and holds the states and figures against the records.
    pub(in crate::app) fn of(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let (mut ids, mut faults) = (0_u128, Faults::default());
        let read = log::each_id(tx, &mut |id, position| ids = ids.wrapping_add(mixed(id, position)));
        // Policy and standards as the index has them, which `hold_all` holds against the log.
        let policy = people::policy(tx).unwrap_or_default();
        let mut links = Links::new();
        for (of, number) in audit::numbers(tx)?.standards {
            let Some(standard) = standards::standard(tx, &of).ok().flatten() else { continue };
            let places = |ksb: &Ksb| {
                let duties = standard.duties().iter().enumerate();
                duties.filter(|(_, duty)| ksb.duties.contains(&duty.no)).map(|(at, _)| at).collect()
            };
            links.insert(number, standard.ksbs().iter().map(|ksb| (ksb.code, places(ksb))).collect());
        }
        audit::check_states(tx, &links, &policy, &mut |what| faults.add(None, format!("In the index, {what}")))?;
        Ok(Self { ids: read.is_ok().then_some(ids), faults })
    }
}

/// Holds every index against the roster at the end of the log, and the states against the records.
pub(in crate::app) fn hold_all(
    tx: &Tx<'_>,
    (roster, numbers): (&Roster, &Numbers),
    (tally, aside): (&Tally, Aside),
    faults: &mut Faults,
) -> Result<(), Error> {
    if aside.ids != Some(tally.ids) {
        faults.add(None, "The index of ids leads to other entries than those of these ids");
    }
    let (notes, stated) = audit_notes::counts(tx)?;
    if [audit::count(tx)?, notes, stated] != tally.expected {
        faults.add(None, "The index has sign-offs, notes, reviews or hours that the log has not");
    }
    let mut entries = 0_u128;
    let read = facts::each_hour(tx, &mut |row| entries = entries.wrapping_add(mixed_hour(row)));
    if read.is_err() || entries != tally.entries {
        faults.add(None, "The index of hours is not what the log says");
    }
    let mut other = |at| faults.add(Some(at), "The index says otherwise than what was said of it");
    let marked = audit_notes::check_marks(tx, &mut other)?;
    let doubted = audit_notes::check_doubts(tx, &tally.compromises, &mut other)?;
    if (marked, doubted) != (tally.marked, tally.doubted) {
        faults.add(None, "The index takes records for withdrawn, rejected, countersigned or in review that are not");
    }
    tally.days.hold(tx, faults)?;
    if audit_places::places(tx).ok().as_ref() != Some(&tally.places) {
        faults.add(None, "The index of people, keys, standards or policy is not what the log says");
    }
    // By their names, as every list reads them.
    let mut by_name: Vec<&Person> = roster.people.values().filter(|person| !person.roles.is_empty()).collect();
    by_name.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let listed = people::people(tx, &Viewer::Department, &Role::ALL).ok();
    if listed.is_none_or(|listed| !listed.iter().eq(by_name)) {
        faults.add(None, "The index of names is not what the log says");
    }
    if numbers.people.len() != roster.people.len() {
        faults.add(None, "The index of people is not what the log says");
    }
    for (id, person) in &roster.people {
        if people::person(tx, id).ok().flatten().as_ref() != Some(person) {
            faults.add(None, format!("The index says something else of {}", person.name));
        }
        if person.roles.contains(&Role::Trainee)
            && people::enrolment(tx, id).ok().flatten().as_ref() != roster.enrolments.get(id)
        {
            faults.add(None, format!("The index says something else of the enrolment of {}", person.name));
        }
    }
    hold_holders(tx, roster, faults);
    for (fingerprint, held) in &roster.keys {
        if people::held(tx, fingerprint).ok().flatten().as_ref() != Some(held) {
            faults.add(None, format!("The index says something else of a key of {}", held.person));
        }
    }
    if people::policy(tx).ok() != Some(roster.policy) || people::newest(tx).ok() != Some(roster.newest) {
        faults.add(None, "The index of policy and times is not what the log says");
    }
    hold_standards(tx, roster, numbers, faults);
    faults.append(aside.faults);
    Ok(())
}

/// Holds the way from a person to their keys against the roster.
fn hold_holders(tx: &Tx<'_>, roster: &Roster, faults: &mut Faults) {
    let mut keys: HashMap<&PersonId, HashSet<Digest>> = HashMap::new();
    for (fingerprint, held) in &roster.keys {
        keys.entry(&held.person).or_default().insert(*fingerprint);
    }
    for (id, person) in &roster.people {
        let found = people::keys_of(tx, id).ok();
        let found = found.map(|found| found.iter().map(|(key, _)| key.fingerprint()).collect::<HashSet<_>>());
        if found != Some(keys.remove(id).unwrap_or_default()) {
            faults.add(None, format!("The index says something else of the keys of {}", person.name));
        }
    }
}

/// Holds what lies beside the log against it: each erasure has its statement, each import what it puts back.
pub(in crate::app) fn hold_beside(
    tx: &Tx<'_>,
    erased: &HashMap<u64, Erased>,
    tally: &Tally,
    faults: &mut Faults,
) -> Result<(), Error> {
    if erased.len() as u64 != tally.erased {
        faults.add(None, "Something is erased, or was to be, that no statement speaks of");
    }
    let (kept, gone): (Vec<_>, Vec<_>) = beside::imported_at(tx)?.into_iter().partition(|at| !erased.contains_key(at));
    for at in gone {
        let there = beside::imported(tx, at)?
            .is_some_and(|back| !back.signed.text.is_empty() || back.signed.signature.iter().any(|byte| *byte != 0));
        if there {
            faults.add(Some(at), "What it put back is erased, and its text or signature is there");
        }
    }
    if kept.len() != tally.imported.len() || !kept.iter().all(|at| tally.imported.contains(at)) {
        faults.add(None, "Something is put back that no statement speaks of");
    }
    Ok(())
}

fn hold_standards(tx: &Tx<'_>, roster: &Roster, numbers: &Numbers, faults: &mut Faults) {
    let lists = standards::lists(tx).unwrap_or_default();
    for (of, standard) in &roster.standards {
        if !numbers.standards.contains_key(of) || lists.contains(of) != standard.local().is_some() {
            faults.add(None, format!("The index does not have {of}"));
        } else if standards::standard(tx, of).ok().flatten().is_none_or(|found| found.digest() != standard.digest()) {
            // By way of the index, as everyone else reads it.
            faults.add(None, format!("The index says something else of {of}"));
        }
    }
}

/// Whether the evidence that a sign-off rests on is in the file, or was erased from it.
pub(in crate::app) fn rests_on_what_is_here(tx: &Tx<'_>, statement: &Statement) -> Result<bool, Error> {
    let Body::SignOff(sign_off) = &statement.body else { return Ok(true) };
    for file in &sign_off.evidence {
        if !evidence::known(tx, &file.digest)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Holds the bytes of all evidence against their digests.
pub(in crate::app) fn hold_evidence(tx: &Tx<'_>, faults: &mut Faults) -> Result<(), Error> {
    let mut wrong = |what: Wrong| {
        let text = match what {
            Wrong::Altered(digest) => format!("The evidence sha256:{} is not what its digest says", digest.hex()),
            Wrong::Erased(digest, by) => {
                format!("The evidence sha256:{} is said to be erased by entry {by}, and is not", digest.hex())
            }
            Wrong::Strays(count) => format!("{count} pieces of evidence belong to no file"),
        };
        faults.add(None, text);
    };
    Ok(evidence::audit(tx, &mut wrong)?)
}
