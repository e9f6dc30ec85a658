//! Compares a file's schema with the one that the migrations create, before any statement can use or fire anything foreign.

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::schema::{NEWEST, NEWEST_DIGEST, OLDEST, upgrade};

/// More objects than any format has; reading stops there.
const MOST_OBJECTS: usize = 1_000;

const OBJECTS: &str = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema LIMIT 1000";

/// A row of `sqlite_schema`, without the root page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

/// Refuses a file whose schema differs from what the migrations create for this format. Reads only the schema.
pub(crate) fn check(conn: &Connection, format: u32) -> Result<(), StoreError> {
    let encoding: String = conn.query_row("PRAGMA encoding", [], |row| row.get(0))?;
    if encoding != "UTF-8" {
        return Err(StoreError::Schema(format!("texts as {encoding}, where this program writes UTF-8")));
    }
    let found = objects(conn)?;
    if format == NEWEST && digest(&found) == NEWEST_DIGEST {
        return Ok(());
    }
    if format == 0 && !found.is_empty() {
        return Err(StoreError::Schema("tables, although its format number is 0".to_owned()));
    }
    let fresh = Connection::open_in_memory()?;
    // A program that was killed while it made the file leaves one without any table.
    if format >= OLDEST {
        upgrade(&fresh, format)?;
    }
    difference(&objects(&fresh)?, &found).map_or(Ok(()), |what| Err(StoreError::Schema(what)))
}

fn objects(conn: &Connection) -> Result<Vec<Object>, StoreError> {
    let mut statement = conn.prepare(OBJECTS)?;
    let mut rows = statement.query([])?;
    let mut objects = Vec::new();
    while let Some(row) = rows.next()? {
        // Bytes that are not UTF-8 cannot be ours, so a lossy text that differs is enough.
        let text = |at| -> Result<String, StoreError> {
            Ok(String::from_utf8_lossy(row.get_ref(at)?.as_bytes().unwrap_or_default()).into_owned())
        };
        objects.push(Object { kind: text(0)?, name: text(1)?, table: text(2)?, sql: text(3)? });
    }
    if objects.len() >= MOST_OBJECTS {
        return Err(StoreError::Schema("more tables, indexes and triggers than this program creates".to_owned()));
    }
    objects.sort();
    Ok(objects)
}

fn digest(objects: &[Object]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for Object { kind, name, table, sql } in objects {
        for part in [kind, name, table, sql] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize().into()
}

/// Describes the first difference of two sorted lists, as the end of a sentence that starts with "The file contains".
fn difference(expected: &[Object], found: &[Object]) -> Option<String> {
    let named = |object: &Object| match object.kind.as_str() {
        "index" | "trigger" => format!("{} {} on {}", object.kind, object.name, object.table),
        "table" | "view" => format!("{} {}", object.kind, object.name),
        _ => format!("row {} of the schema", object.name),
    };
    let same_name = |a: &Object, b: &Object| (&a.kind, &a.name) == (&b.kind, &b.name);
    let mut left = found.to_vec();
    for object in expected {
        if let Some(at) = left.iter().position(|other| other == object) {
            left.swap_remove(at);
        } else if found.iter().any(|other| same_name(other, object)) {
            return Some(format!("a different {} than this program creates", named(object)));
        } else {
            return Some(format!("no {}, which this program creates", named(object)));
        }
    }
    left.sort();
    let extra = left.first()?;
    Some(format!("{} that this program did not create: {}", kind_of(extra), extra.name))
}

fn kind_of(object: &Object) -> &str {
    match object.kind.as_str() {
        "index" => "an index",
        "table" => "a table",
        "trigger" => "a trigger",
        "view" => "a view",
        _ => "a row of the schema",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_the_newest_format_equals_a_fresh_file_s() {
        let fresh = Connection::open_in_memory().unwrap();
        upgrade(&fresh, NEWEST).unwrap();
        assert_eq!(digest(&objects(&fresh).unwrap()), NEWEST_DIGEST);
    }
}
