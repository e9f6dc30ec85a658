//! Writes what a screen shows to a file, through the same use cases as `countersign report`.

use std::path::Path;

use crate::effect::lists::ListCache;
use crate::msg::Outcome;
use crate::msg::export::Export;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::report::file::{
    DocumentFormat, Overwrite, SheetFormat, Written, document_format_for, format_for, needs_ending, write_document,
};
use countersign_app::report::list::{self, Listed};
use countersign_app::report::{gateway, person, portfolio, review};
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::primitives::text::counted;

impl ListCache {
    /// Writes a document to a new file, or over the one that is there. `by` is who has it made.
    pub fn export(
        &mut self,
        app: &App,
        what: &Export,
        by: Option<&PersonId>,
        (to, overwrite): (&Path, Overwrite),
    ) -> Result<Outcome, Error> {
        let by = by.map(|by| app.person(by)).transpose()?;
        let ending = ending(what, to)?;
        let name = format!("{}-{}.{ending}", what.stem(), app.today());
        let (mut called, mut sha256) = (String::new(), None);
        let written = write_document(to, &name, overwrite, || {
            let (what, bytes) = self.document(app, what, to, by.as_ref())?;
            called = what;
            sha256 = Some(Digest::of(&bytes).hex());
            Ok(bytes)
        })?;
        Ok(match written {
            Written::Done(file) => {
                let sha256 = sha256.filter(|_| what.is_told());
                Outcome::Exported { what: called, file: file.display().to_string(), sha256 }
            }
            Written::IsThere(file) => Outcome::FileIsThere(file.display().to_string()),
        })
    }

    /// Makes a document, and says what it is.
    fn document(
        &mut self,
        app: &App,
        what: &Export,
        to: &Path,
        by: Option<&Person>,
    ) -> Result<(String, Vec<u8>), Error> {
        let named = |trainee: &PersonId| Ok::<_, Error>(app.person(trainee)?.name);
        let listed = |of: Listed, one: &str, many: &str| {
            let (rows, bytes) = list::document(app, &of, format_for(to, None)?, by)?;
            Ok((if rows == 1 { format!("1 {one}") } else { format!("{rows} {many}") }, bytes))
        };
        match what {
            Export::Cohort { filter, order } => {
                let format = format_for(to, None)?;
                let (trainees, bytes) = self.cohort_document(app, (filter, *order), format, by)?;
                Ok((counted(trainees as u64, "trainee"), bytes))
            }
            Export::Queue { whose, filter } => listed(Listed::Queue(whose.clone(), filter.clone()), "claim", "claims"),
            Export::SecondChecks { whose, filter } => {
                listed(Listed::SecondChecks(whose.clone(), filter.clone()), "second check", "second checks")
            }
            Export::Log { filter } => listed(Listed::Log(filter.clone()), "entry", "entries"),
            Export::Record(trainee) => {
                let name = named(trainee)?;
                Ok(match document_format_for(to, None, DocumentFormat::Pdf)? {
                    DocumentFormat::Pdf => {
                        (format!("the portfolio of {name}"), portfolio::portfolio(app, trainee, by)?)
                    }
                    sheet @ DocumentFormat::Sheet(_) => {
                        (format!("the competence record of {name}"), person::document(app, trainee, sheet, by)?)
                    }
                })
            }
            Export::Review { trainee, review: which } => {
                let number = which.map(|id| review::number_of(app, trainee, id)).transpose()?.flatten();
                Ok((format!("a review of {}", named(trainee)?), review::review(app, trainee, number, by)?))
            }
            Export::Gateway(trainee) => {
                Ok((format!("the gateway package of {}", named(trainee)?), gateway::package(app, trainee, by)?))
            }
        }
    }
}

/// Returns the ending of the file that will be written in a folder; refuses a name with an ending of another format.
fn ending(what: &Export, to: &Path) -> Result<&'static str, Error> {
    match what {
        Export::Cohort { .. } | Export::Queue { .. } | Export::SecondChecks { .. } | Export::Log { .. } => {
            format_for(to, None).map(SheetFormat::ending)
        }
        Export::Record(_) => document_format_for(to, None, DocumentFormat::Pdf).map(DocumentFormat::ending),
        Export::Review { .. } | Export::Gateway(_) => needs_ending(to, what.ending()).map(|()| what.ending()),
    }
}
