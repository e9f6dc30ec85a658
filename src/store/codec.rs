//! Converts domain values to SQL values and back, rejecting numbers that stand for no value.

use chrono::NaiveDate;

use crate::error::{StoreError, damaged};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{Digest, KsbCode, KsbKind, PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::standard::options::{LeftOut, Scope};
use countersign_core::statement::kinds::sign_off::Outcome;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StandardNo(pub(crate) i64);

/// A trainee, a standard (both by row number) and a KSB.
pub(crate) type Item = (i64, i64, KsbCode);

/// Bits of a place that hold the position; the log's number is above them.
const POSITION_BITS: u32 = 40;

/// The number of the department's own log.
pub const OWN_LOG: i64 = 0;

pub fn place(position: u64) -> i64 {
    (OWN_LOG << POSITION_BITS) | position.cast_signed()
}

pub fn position(place: i64) -> u64 {
    place.cast_unsigned() & ((1 << POSITION_BITS) - 1)
}

/// Converts a code to a number that sorts in code order.
pub fn ksb(code: KsbCode) -> i64 {
    ((code.kind as i64) << 16) | i64::from(code.number)
}

pub fn ksb_of(number: i64) -> Result<KsbCode, StoreError> {
    let kind = usize::try_from(number >> 16).ok().and_then(|at| KsbKind::ALL.get(at)).copied();
    let number_of = (number & 0xffff).cast_unsigned() as u16;
    let code = kind.filter(|_| number_of > 0).map(|kind| KsbCode { kind, number: number_of });
    code.ok_or_else(|| damaged(format!("{number} is not a KSB")))
}

/// Reads a text lossily, so that the rest of an altered file can still be read.
pub fn text_of(row: &rusqlite::Row<'_>, column: usize) -> Result<String, StoreError> {
    Ok(String::from_utf8_lossy(row.get_ref(column)?.as_bytes().map_err(damaged)?).into_owned())
}

pub fn person_of(row: &rusqlite::Row<'_>, column: usize) -> Result<PersonId, StoreError> {
    row.get_ref(column)?.as_str().map_err(damaged)?.parse().map_err(damaged)
}

/// Converts a scope to a text; `None` for the full standard.
pub fn scope_text(scope: &Scope) -> Option<String> {
    let option = scope.option.as_ref().map(SafeText::as_str).unwrap_or_default();
    let left = scope.left_out.iter().map(|left| {
        let codes: Vec<String> = left.codes.iter().map(ToString::to_string).collect();
        format!("\n{}\n{}", codes.join(" "), left.reason)
    });
    (!scope.is_whole()).then(|| format!("{option}{}", left.collect::<String>()))
}

pub fn scope_of(text: Option<&str>) -> Result<Scope, StoreError> {
    let Some(text) = text else { return Ok(Scope::default()) };
    let wrong = || damaged("a part of a standard cannot be read");
    let clean = |text: &str| SafeText::as_signed(text).ok_or_else(wrong);
    let mut lines = text.split('\n');
    let option = lines.next().filter(|option| !option.is_empty()).map(clean).transpose()?;
    let mut left_out = Vec::new();
    while let Some(codes) = lines.next() {
        let codes = codes.split(' ').map(|code| code.parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
        left_out.push(LeftOut { codes, reason: clean(lines.next().ok_or_else(wrong)?)? });
    }
    Ok(Scope { option, left_out })
}

pub fn roles(roles: &[Role]) -> i64 {
    roles.iter().map(|role| 1 << (*role as i64)).sum()
}

/// Converts bits to roles, in order.
pub fn roles_of(bits: i64) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| bits & (1 << (*role as i64)) != 0).collect()
}

pub fn outcome(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::NotAchieved => 0,
        Outcome::Achieved => 1,
    }
}

/// Converts a number to an outcome.
pub fn outcome_of(number: i64) -> Result<Outcome, StoreError> {
    match number {
        0 => Ok(Outcome::NotAchieved),
        1 => Ok(Outcome::Achieved),
        _ => Err(damaged(format!("{number} is not an outcome"))),
    }
}

pub fn day(day: NaiveDate) -> i64 {
    i64::from(day.to_epoch_days())
}

pub fn day_of(number: i64) -> Result<NaiveDate, StoreError> {
    let found = i32::try_from(number).ok().and_then(NaiveDate::from_epoch_days);
    found.ok_or_else(|| damaged(format!("{number} is not a day")))
}

/// Converts 32 bytes to a digest.
pub fn digest_of(bytes: &[u8]) -> Result<Digest, StoreError> {
    bytes.try_into().map(Digest).map_err(|_| damaged("a digest has the wrong length"))
}

/// Converts 16 bytes to a statement id.
pub fn id_of(bytes: &[u8]) -> Result<StatementId, StoreError> {
    uuid::Uuid::from_slice(bytes).map(StatementId).map_err(|_| damaged("an id has the wrong length"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_standard_reads_back_as_it_was_written() {
        let left = |codes: &[&str], reason: &str| LeftOut {
            codes: codes.iter().map(|code| code.parse().unwrap()).collect(),
            reason: SafeText::line(reason).unwrap(),
        };
        for option in [None, Some("Oil lamps, and K1")] {
            for left_out in [vec![], vec![left(&["K1"], "K2 K3")], vec![left(&["K1", "B2"], "a"), left(&["S3"], "b")]] {
                let scope = Scope { option: option.map(|name| SafeText::line(name).unwrap()), left_out };
                let text = scope_text(&scope);
                assert_eq!(text.is_none(), scope.is_whole());
                assert_eq!(scope_of(text.as_deref()).unwrap(), scope, "{text:?}");
            }
        }
        for wrong in ["x\nK1", "x\n\nreason", "x\nQ1\nreason"] {
            assert!(scope_of(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
