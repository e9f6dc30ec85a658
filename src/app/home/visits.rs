//! Remembers how far a trainee read what is new on their record. Looking moves nothing; only marking it as read does.

use crate::app::App;
use crate::error::Error;
use crate::log::sign;
use countersign_core::primitives::ids::PersonId;
use countersign_store::workspace::{self, ReadTo};

/// Returns how far a trainee read, if they ever marked anything as read.
pub(crate) fn read_to(app: &App, trainee: &PersonId) -> Result<Option<ReadTo>, Error> {
    if !app.viewer.may_see(trainee) {
        return Ok(None);
    }
    Ok(app.log.db.read(|tx| workspace::read_to(tx, trainee))?)
}

/// Marks what is new as read, up to `size` entries of the log: what was shown, so that nothing signed since is passed over.
/// A trainee over SSH has the file open for writing only for this.
pub fn mark_read(app: &mut App, trainee: &PersonId, size: u64) -> Result<(), Error> {
    let doing = "Marking what is new as read";
    if !app.viewer.may_see(trainee) {
        return Err(Error::refused("It is another person's record").context(doing));
    }
    let read = ReadTo { size: size.min(app.head()?.size), on: app.today() };
    sign::writing(app, |app| Ok(app.log.db.write(|tx| workspace::put_read_to(tx, trainee, read))?))
        .map_err(|e| e.context(doing))
}
