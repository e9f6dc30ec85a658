//! Anyone who owns the file: may change any row, and leaves the schema exactly as it was.

use std::ops::Deref;
use std::path::Path;

use rusqlite::Connection;

/// An open file whose triggers and checks are off until it is dropped.
pub struct Owner {
    file: Connection,
    triggers: Vec<(String, String)>,
}

impl Owner {
    pub fn of(path: &Path) -> Self {
        let file = Connection::open(path).unwrap();
        file.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        let mut query = file.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let triggers: Vec<(String, String)> = rows.map(Result::unwrap).collect();
        drop(query);
        for (name, _) in &triggers {
            file.execute_batch(&format!("DROP TRIGGER \"{name}\"")).unwrap();
        }
        Self { file, triggers }
    }
}

impl Deref for Owner {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.file
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        for (_, sql) in &self.triggers {
            self.file.execute_batch(sql).unwrap();
        }
        // Nothing is left next to the file: a copy of it is complete.
        let _ = self.file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}
