//! Opens the department as it was at the end of an earlier day, rebuilt from the log.

use chrono::NaiveDate;

use crate::app::App;
use crate::clock::PastDay;
use crate::error::Error;
use crate::log::referenced::statement_at;
use crate::log::writer::LogWriter;
use crate::verify::rebuild::{Reindexing, statement_of};
use countersign_core::primitives::date::{Timestamp, day_words};
use countersign_store::db::WriteTx;
use countersign_store::erased_and_imported::all_erased;
use countersign_store::error::damaged;
use countersign_store::index::indexer::Indexer;
use countersign_store::index::past;
use countersign_store::log;

/// Entries read at a time.
const PART: u64 = 512;

/// Returns the department as the program showed it at the end of `day`, to read: by the statements and settings of that
/// day, and with that day as today. What was erased since is missing, and who supervises whom is as it is now.
pub fn as_of(app: &App, day: NaiveDate) -> Result<App, Error> {
    if day > app.today() {
        return Err(
            Error::usage(format!("{} has not come yet", day_words(day))).hint("--as-of takes today or an earlier day")
        );
    }
    let began = app.log.db.read(|tx| statement_at(tx, 0))?.signed.local_day();
    if day < began {
        return Err(Error::usage(format!("Nothing was recorded on {}", day_words(day)))
            .hint(format!("The log begins on {}", day_words(began))));
    }
    let clock = PastDay::new(day);
    let until = clock.end();
    let db = past::open(&app.log.db, until, |tx| index(tx, until))
        .map_err(|e: Error| e.context(format!("Going back to {}", day_words(day))))?;
    let past = App::here(LogWriter::new(db), app.folder.clone());
    Ok(App { clock: Box::new(clock), viewer: app.viewer.clone(), made_at: Some(app.now()), ..past })
}

/// Indexes the entries up to a moment; returns how many there are.
fn index(tx: &WriteTx<'_>, until: Timestamp) -> Result<u64, Error> {
    let size = log::head(tx)?.map_or(0, |head| head.size);
    let erased = all_erased(tx)?;
    let mut reindexing = Reindexing::default();
    let mut at = 0;
    while at < size {
        let mut indexer = Indexer::default();
        let entries = log::entries(tx, at..at + PART)?;
        if entries.is_empty() {
            return Err(damaged(format!("entry {at} is missing")).into());
        }
        for entry in &entries {
            if !erased.contains_key(&entry.position) {
                let statement = statement_of(entry)?;
                if statement.signed > until {
                    indexer.finish(tx)?;
                    return Ok(entry.position);
                }
                reindexing.adopted(tx, &statement)?;
                reindexing.index(tx, &mut indexer, &statement, entry.position)?;
            }
            at = entry.position + 1;
        }
        indexer.finish(tx)?;
    }
    Ok(size)
}
