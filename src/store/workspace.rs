//! Stores a person's unsigned work: marks, dialog drafts, recently opened trainees, and how far they read what is new.

use rusqlite::params;

use crate::codec::{day, day_of};
use crate::db::{Tx, WriteTx};
use crate::error::StoreError;
use chrono::NaiveDate;
use countersign_core::primitives::ids::{KsbCode, PersonId};

const PUT_MARKS: &str = "INSERT INTO mark (person, trainee, codes) VALUES (?1, ?2, ?3)
    ON CONFLICT (person, trainee) DO UPDATE SET codes = ?3";
const DROP_MARKS: &str = "DELETE FROM mark WHERE person = ?1 AND trainee = ?2";
const MARKS: &str = "SELECT codes FROM mark WHERE person = ?1 AND trainee = ?2";
const PUT_DRAFT: &str = "INSERT INTO draft (person, trainee, fields) VALUES (?1, ?2, ?3)
    ON CONFLICT (person, trainee) DO UPDATE SET fields = ?3";
const DROP_DRAFT: &str = "DELETE FROM draft WHERE person = ?1 AND trainee = ?2";
const DRAFT: &str = "SELECT fields FROM draft WHERE person = ?1 AND trainee = ?2";
const PUT_RECENT: &str = "INSERT INTO recent (person, trainee, turn)
    VALUES (?1, ?2, (SELECT coalesce(max(turn), 0) + 1 FROM recent WHERE person = ?1))
    ON CONFLICT (person, trainee) DO UPDATE SET turn = excluded.turn";
const BEGUN: &str = "SELECT 'mark', person, trainee, codes FROM mark WHERE person = ?1 OR trainee = ?1
    UNION ALL SELECT CASE trainee WHEN '' THEN 'read' ELSE 'draft' END, person,
        CASE trainee WHEN '' THEN person ELSE trainee END, fields FROM draft WHERE person = ?1 OR trainee = ?1
    UNION ALL SELECT 'recent', person, trainee, '' FROM recent WHERE person = ?1 OR trainee = ?1
    UNION ALL SELECT 'hours', trainee, trainee, what FROM claimed_hour WHERE trainee = ?1
    UNION ALL SELECT 'draw', verifier, verifier, seed || ' at ' || size || ' ' || words FROM draw WHERE verifier = ?1";
const RECENT: &str = "SELECT trainee FROM recent WHERE person = ?1 ORDER BY turn DESC LIMIT ?2";

/// How far a person read is kept among their drafts, without a trainee: the size of the log, and the day.
const PUT_READ: &str = "INSERT INTO draft (person, trainee, fields) VALUES (?1, '', ?2)
    ON CONFLICT (person, trainee) DO UPDATE SET fields = ?2";
const READ: &str = "SELECT fields FROM draft WHERE person = ?1 AND trainee = ''";

/// How far a person read what is new on their record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadTo {
    /// The entries in the log at the time.
    pub size: u64,
    pub on: NaiveDate,
}

/// Returns all unsigned work by or about a person: kind (`mark`, `draft`, `read`, `recent`, `hours` or `draw`), person,
/// trainee, text.
pub fn begun(tx: &Tx<'_>, id: &PersonId) -> Result<Vec<[String; 4]>, StoreError> {
    tx.rows(BEGUN, [id.as_str()], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
}

/// Stores a person's marks on a trainee; an empty list deletes them.
pub fn put_marks(tx: &WriteTx<'_>, person: &PersonId, trainee: &PersonId, marks: &[KsbCode]) -> Result<(), StoreError> {
    if marks.is_empty() {
        tx.run(DROP_MARKS, [person.as_str(), trainee.as_str()])?;
    } else {
        let codes: Vec<String> = marks.iter().map(ToString::to_string).collect();
        tx.run(PUT_MARKS, [person.as_str(), trainee.as_str(), &codes.join(" ")])?;
    }
    Ok(())
}

/// Returns a person's marks on a trainee, skipping codes that cannot be parsed.
pub fn marks(tx: &Tx<'_>, person: &PersonId, trainee: &PersonId) -> Result<Vec<KsbCode>, StoreError> {
    let codes: Option<String> = tx.row(MARKS, [person.as_str(), trainee.as_str()], |row| Ok(row.get(0)?))?;
    Ok(codes.unwrap_or_default().split_whitespace().filter_map(|code| code.parse().ok()).collect())
}

/// Removes a person's marks from what they signed, and the draft of the sign-off dialog.
pub fn forget_signed(
    tx: &WriteTx<'_>,
    person: &PersonId,
    trainee: &PersonId,
    signed: &[KsbCode],
) -> Result<(), StoreError> {
    let had = marks(tx, person, trainee)?;
    let left: Vec<KsbCode> = had.iter().filter(|code| !signed.contains(code)).copied().collect();
    if left.len() < had.len() {
        put_marks(tx, person, trainee, &left)?;
    }
    // Fields of other dialogs are prefixed with the dialog's name and a dot.
    let mut others = draft(tx, person, trainee)?;
    others.retain(|(name, _)| name.contains('.'));
    put_draft(tx, person, trainee, &others)
}

/// Stores a person's draft in the dialog for a trainee; an empty one deletes it.
pub fn put_draft(
    tx: &WriteTx<'_>,
    person: &PersonId,
    trainee: &PersonId,
    fields: &[(String, String)],
) -> Result<(), StoreError> {
    if fields.is_empty() {
        tx.run(DROP_DRAFT, [person.as_str(), trainee.as_str()])?;
    } else {
        let lines: Vec<String> = fields.iter().map(|(name, text)| format!("{name} {}", escape(text))).collect();
        tx.run(PUT_DRAFT, [person.as_str(), trainee.as_str(), &lines.join("\n")])?;
    }
    Ok(())
}

/// Returns a person's draft in the dialog for a trainee.
pub fn draft(tx: &Tx<'_>, person: &PersonId, trainee: &PersonId) -> Result<Vec<(String, String)>, StoreError> {
    let fields: Option<String> = tx.row(DRAFT, [person.as_str(), trainee.as_str()], |row| Ok(row.get(0)?))?;
    let fields = fields.unwrap_or_default();
    let read = |line: &str| line.split_once(' ').map(|(name, text)| (name.to_owned(), unescape(text)));
    Ok(fields.lines().filter_map(read).collect())
}

pub fn put_recent(tx: &WriteTx<'_>, person: &PersonId, trainee: &PersonId) -> Result<(), StoreError> {
    tx.run(PUT_RECENT, [person.as_str(), trainee.as_str()])
}

/// Returns the trainees that a person opened last, newest first.
pub fn recent(tx: &Tx<'_>, person: &PersonId, most: usize) -> Result<Vec<PersonId>, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    tx.some_rows(RECENT, params![person.as_str(), most], |row| Ok(row.get::<_, String>(0)?.parse().ok()))
}

/// Stores how far a person read what is new on their record.
pub fn put_read_to(tx: &WriteTx<'_>, person: &PersonId, read: ReadTo) -> Result<(), StoreError> {
    tx.run(PUT_READ, [person.as_str(), &format!("{} {}", read.size, day(read.on))])
}

/// Returns how far a person read what is new on their record, if they ever marked anything as read.
pub fn read_to(tx: &Tx<'_>, person: &PersonId) -> Result<Option<ReadTo>, StoreError> {
    let kept: Option<String> = tx.row(READ, [person.as_str()], |row| Ok(row.get(0)?))?;
    let read = |kept: String| {
        let (size, on) = kept.split_once(' ')?;
        Some(ReadTo { size: size.parse().ok()?, on: day_of(on.parse().ok()?).ok()? })
    };
    Ok(kept.and_then(read))
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

fn unescape(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some(other) => other,
                None => break,
            },
            other => other,
        });
    }
    plain
}
