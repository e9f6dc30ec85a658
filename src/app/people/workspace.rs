//! Saves a person's unsigned work: marks, dialog drafts and the last trainee opened.

use crate::app::App;
use crate::error::Error;
use crate::log::sign;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_store::workspace;

/// The fields of a dialog as typed, by name.
pub type Fields = Vec<(String, String)>;

/// Returns a person's marks on a trainee and the draft in their dialog.
pub fn marks_and_draft(app: &App, person: &PersonId, trainee: &PersonId) -> Result<(Vec<KsbCode>, Fields), Error> {
    app.log.db.read(|tx| Ok((workspace::marks(tx, person, trainee)?, workspace::draft(tx, person, trainee)?)))
}

/// Saves a person's marks on a trainee.
pub fn keep_marks(app: &mut App, person: &PersonId, trainee: &PersonId, marks: &[KsbCode]) -> Result<(), Error> {
    own_alone(app, person)?;
    let kept = sign::writing(app, |app| Ok(app.log.db.write(|tx| workspace::put_marks(tx, person, trainee, marks))?));
    kept.map_err(|e| e.context("Keeping the marks"))
}

/// Saves the draft in a person's dialog for a trainee.
pub fn keep_draft(
    app: &mut App,
    person: &PersonId,
    trainee: &PersonId,
    fields: &[(String, String)],
) -> Result<(), Error> {
    own_alone(app, person)?;
    let kept =
        sign::writing(app, |app| Ok(app.log.db.write(|tx| workspace::put_draft(tx, person, trainee, fields))?));
    kept.map_err(|e| e.context("Keeping what is typed"))
}

/// Refuses to save under another person's name for a viewer limited to their own record.
fn own_alone(app: &App, person: &PersonId) -> Result<(), Error> {
    if app.viewer.may_see(person) { Ok(()) } else { Err(Error::refused("It is another person's place")) }
}

/// Returns the trainee a person opened last.
pub fn last_trainee(app: &App, person: &PersonId) -> Result<Option<PersonId>, Error> {
    Ok(app.log.db.read(|tx| workspace::recent(tx, person, 1))?.pop())
}

/// Saves which trainee a person opened last.
pub fn remember(app: &mut App, person: &PersonId, trainee: &PersonId) -> Result<(), Error> {
    if last_trainee(app, person)?.as_ref() != Some(trainee) {
        app.log.db.write(|tx| workspace::put_recent(tx, person, trainee))?;
    }
    Ok(())
}
