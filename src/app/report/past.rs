//! Opens the department as it was at the end of an earlier day, rebuilt from the log.

use chrono::NaiveDate;

use crate::app::App;
use crate::clock::PastDay;
use crate::error::Error;
use crate::log::referenced::statement_at;
use crate::log::writer::LogWriter;
use crate::verify::rebuild::index_until;
use countersign_core::primitives::date::day_words;
use countersign_store::index::past;

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
    let db = past::open(&app.log.db, until, |tx| index_until(tx, until))
        .map_err(|e: Error| e.context(format!("Going back to {}", day_words(day))))?;
    let past = App::here(LogWriter::new(db), app.folder.clone());
    Ok(App { clock: Box::new(clock), viewer: app.viewer.clone(), made_at: Some(app.now()), ..past })
}
