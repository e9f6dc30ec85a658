//! Records that a trainee has read, or disagrees with, a statement on their own record.

use crate::app::app::App;
use crate::app::error::Error;
use crate::app::keys::session::Credential;
use crate::app::log::writer::LogWriter;
use crate::domain::primitives::ids::{PersonId, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::record::view::SignedReceipt;
use crate::domain::statement::decode::decode;
use crate::store::db::{Access, Db};
use crate::store::log;

impl App {
    /// Acknowledges a record as its trainee or, with a reason, disputes it.
    pub fn answer_record(
        &mut self,
        who: &PersonId,
        proof: &Credential,
        of: StatementId,
        reason: Option<&SafeText>,
    ) -> Result<SignedReceipt, Error> {
        let doing = if reason.is_some() { "Disputing a record" } else { "Acknowledging a record" };
        let answer = |app: &mut Self| -> Result<SignedReceipt, Error> {
            let entry = app.book.db.read(|tx| log::seen_entry(tx, &app.viewer, of))?;
            let entry = entry.ok_or_else(|| Error::usage(format!("There is no statement {of}")))?;
            let person = app.person(who)?;
            if decode(&entry.signed.text)?.body.person() != Some(who) {
                return Err(Error::refused(format!("It is not on the record of {}", person.name)));
            }
            let stated = app.writing(|app| match reason {
                Some(reason) => app.dispute(who, proof, of, reason),
                None => app.acknowledge(who, proof, &[of]),
            });
            if app.viewer.own().is_some() {
                // A trainee signs with the passphrase each time, so no key stays in memory.
                app.end_session(who);
            }
            stated
        };
        answer(self).map_err(|e| e.context(doing))
    }

    /// Runs `act` with the file open for writing; a trainee's session has it open read-only otherwise.
    pub(in crate::app) fn writing<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.viewer.own().is_none() {
            return act(self);
        }
        let db = Db::open(&self.folder.database(), Access::Write)?;
        let book = LogWriter::new(db).with_key_in(&self.folder).with_second(self.book.second().cloned());
        let reading = std::mem::replace(&mut self.book, book);
        let done = act(self);
        self.book = reading;
        done
    }
}
