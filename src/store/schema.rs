//! Defines the file format and upgrades a file to it; a released migration never changes.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::StoreError;

/// The `application_id` of our files: "Csgn".
pub const APPLICATION_ID: u32 = 0x4373_676e;

/// The migrations, in order. The first makes the oldest format, each later one the next.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_schema.sql"),
    include_str!("migrations/0002_from_elsewhere.sql"),
    include_str!("migrations/0003_from_a_hub.sql"),
];

/// The oldest format that is read. The ones before it were never released.
pub const OLDEST: u32 = 12;

/// The newest format that this program knows; newer files are refused.
pub const NEWEST: u32 = OLDEST - 1 + MIGRATIONS.len() as u32;

/// The digest of the newest schema, so that opening a file need not create one to compare with. A test checks it.
pub const NEWEST_DIGEST: [u8; 32] = [
    0x4d, 0x48, 0x0b, 0x8d, 0x6c, 0xf3, 0x58, 0xeb, 0x5e, 0x84, 0x23, 0x54, 0x9e, 0x3c, 0x75, 0xa7, 0x2f, 0xbe, 0x15,
    0xdf, 0x68, 0x43, 0x4e, 0xb3, 0x70, 0xda, 0x98, 0x40, 0x80, 0xac, 0xfa, 0x4b,
];

/// Refuses a format that this program cannot read. 0 is that of a file without tables.
pub(crate) fn refuse_unknown(path: &Path, found: u32) -> Result<(), StoreError> {
    match found {
        0 | OLDEST..=NEWEST => Ok(()),
        ..OLDEST => Err(StoreError::Older { path: path.to_owned(), found, oldest: OLDEST }),
        _ => Err(StoreError::Newer { path: path.to_owned(), found, known: NEWEST }),
    }
}

/// Brings an empty database, or one of an older format, to a format in one transaction.
pub(crate) fn upgrade(conn: &Connection, format: u32) -> rusqlite::Result<()> {
    upgrade_with(conn, MIGRATIONS, format)
}

fn upgrade_with(conn: &Connection, migrations: &[&str], format: u32) -> rusqlite::Result<()> {
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    // Read again, now that no one else can upgrade the file.
    let found: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (number, sql) in (OLDEST..=format).zip(migrations) {
        if number > found {
            tx.execute_batch(sql)?;
        }
    }
    tx.pragma_update(None, "user_version", format.max(found))?;
    tx.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXT: &str =
        "ALTER TABLE person ADD COLUMN pronouns TEXT; UPDATE person SET pronouns = 'they' WHERE \"left\" = 0;";

    /// A database of the first format with one person.
    fn first() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        upgrade(&conn, OLDEST).unwrap();
        conn.execute_batch("INSERT INTO person (id, name, roles, \"left\", place) VALUES ('a', 'Ann', 1, 0, 0)")
            .unwrap();
        conn
    }

    fn format(conn: &Connection) -> u32 {
        conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    fn schema(conn: &Connection) -> Vec<String> {
        let mut query = conn.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn the_next_migration_upgrades_a_file_once_and_makes_the_same_schema_as_a_new_file() {
        let (old, new) = (first(), Connection::open_in_memory().unwrap());
        let migrations = [MIGRATIONS[0], NEXT];
        for conn in [&old, &new, &old] {
            upgrade_with(conn, &migrations, OLDEST + 1).unwrap();
            assert_eq!(format(conn), OLDEST + 1);
        }
        assert_eq!(schema(&old), schema(&new));
        let pronouns: String = old.query_row("SELECT pronouns FROM person", [], |row| row.get(0)).unwrap();
        assert_eq!(pronouns, "they");
    }

    #[test]
    fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let old = first();
        let before = schema(&old);
        for next in ["nonsense", "INSERT INTO person (id) VALUES ('a')", "DROP TABLE nothing"] {
            let next = format!("{NEXT}{next};");
            upgrade_with(&old, &[MIGRATIONS[0], &next], OLDEST + 1).unwrap_err();
            assert_eq!((format(&old), schema(&old)), (OLDEST, before.clone()));
        }
    }
}
