//! Saves a person's unsigned work: marks, dialog drafts and the last trainee opened.

use crate::app::app::App;
use crate::app::error::Error;
use crate::domain::primitives::ids::{KsbCode, PersonId};
use crate::store::workspace;

/// The fields of a dialog as typed, by name.
pub type Fields = Vec<(String, String)>;

impl App {
    /// Returns a person's marks on a trainee and the draft in their dialog.
    pub fn desk(&self, person: &PersonId, trainee: &PersonId) -> Result<(Vec<KsbCode>, Fields), Error> {
        self.book.db.read(|tx| Ok((workspace::marks(tx, person, trainee)?, workspace::draft(tx, person, trainee)?)))
    }

    /// Saves a person's marks on a trainee.
    pub fn keep_marks(&mut self, person: &PersonId, trainee: &PersonId, marks: &[KsbCode]) -> Result<(), Error> {
        self.own_alone(person)?;
        let kept = self.writing(|app| Ok(app.book.db.write(|tx| workspace::put_marks(tx, person, trainee, marks))?));
        kept.map_err(|e| e.context("Keeping the marks"))
    }

    /// Saves the draft in a person's dialog for a trainee.
    pub fn keep_draft(
        &mut self,
        person: &PersonId,
        trainee: &PersonId,
        fields: &[(String, String)],
    ) -> Result<(), Error> {
        self.own_alone(person)?;
        let kept = self.writing(|app| Ok(app.book.db.write(|tx| workspace::put_draft(tx, person, trainee, fields))?));
        kept.map_err(|e| e.context("Keeping what is typed"))
    }

    /// Refuses to save under another person's name for a viewer limited to their own record.
    fn own_alone(&self, person: &PersonId) -> Result<(), Error> {
        if self.viewer.may_see(person) { Ok(()) } else { Err(Error::refused("It is another person's place")) }
    }

    /// Returns the trainee a person opened last.
    pub fn last_trainee(&self, person: &PersonId) -> Result<Option<PersonId>, Error> {
        Ok(self.book.db.read(|tx| workspace::recent(tx, person, 1))?.pop())
    }

    /// Saves which trainee a person opened last.
    pub fn remember(&mut self, person: &PersonId, trainee: &PersonId) -> Result<(), Error> {
        if self.last_trainee(person)?.as_ref() != Some(trainee) {
            self.book.db.write(|tx| workspace::put_recent(tx, person, trainee))?;
        }
        Ok(())
    }
}
