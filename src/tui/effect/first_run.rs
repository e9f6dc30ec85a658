//! Makes the book that the first run asks for, through the use case of the command line.

use std::time::Duration;

use crate::msg::new_book::{FirstRunData, NewBook, SecretRules, ShippedStandard};
use crate::msg::{Effect, Outcome, UiError};
use crate::runtime::event_loop::EffectHandler;
use countersign_app::app::App;
use countersign_app::clock::SystemClock;
use countersign_app::error::Error;
use countersign_app::init::{InitOptions, found, shipped_standards};
use countersign_app::keys::keystore::{five_words, judge, judge_pin};
use countersign_app::maintenance::export::keep_checkpoint;
use countersign_app::random::SystemRandom;
use countersign_app::storage::checkpoint_mirror::CheckpointMirror;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;
use countersign_core::standard::Standard;

/// Makes a book in a folder, when it is asked to.
pub struct BookMaker {
    folder: DataDir,
    second: Option<CheckpointMirror>,
    standards: Vec<Standard>,
    made: Option<(App, PersonId)>,
}

impl BookMaker {
    /// Prepares to make a book in this folder, with a second folder for its checkpoints, if any.
    pub fn new(folder: DataDir, second: Option<CheckpointMirror>) -> Result<Self, Error> {
        Ok(Self { folder, second, standards: shipped_standards()?, made: None })
    }

    /// Returns what the first run is filled from.
    pub fn data(&self) -> Result<FirstRunData, Error> {
        let standards = self.standards.iter().map(|standard| ShippedStandard {
            reference: standard.reference().clone(),
            title: standard.title().to_owned(),
            ksbs: standard.ksbs().len(),
            duties: standard.duties().len(),
        });
        Ok(FirstRunData {
            standards: standards.collect(),
            offered: five_words(&mut SystemRandom::default())?,
            folder: self.folder.path().display().to_string(),
            rules: SecretRules {
                passphrase: |names, secret| judge(names, secret).map_err(|error| error.why),
                pin: |pin| judge_pin(pin).map_err(|error| error.why),
            },
        })
    }

    /// Returns the book that was made, open and with its officer's session, and the officer.
    pub fn into_made(self) -> Option<(App, PersonId)> {
        self.made
    }

    fn make(&mut self, book: &NewBook) -> Result<(), Error> {
        let chosen = |standard: &&Standard| Some(standard.reference()) == book.standard.as_ref();
        let beginning = InitOptions {
            department: book.department.clone(),
            origin: None,
            officer: book.officer.clone(),
            registration: book.registration.clone(),
            roles: if book.supervises { vec![Role::Supervisor] } else { Vec::new() },
            passphrase: book.passphrase.clone(),
            pin: Some(book.pin.clone()),
            standard: self.standards.iter().find(chosen).cloned(),
        };
        SystemClock.check()?;
        let (app, officer) = found(&self.folder, &beginning, Box::new(SystemClock), Box::new(SystemRandom::default()))?;
        let app = app.with_checkpoint_mirror(self.second.take());
        keep_checkpoint(&app)?;
        self.made = Some((app, officer));
        Ok(())
    }
}

impl EffectHandler for BookMaker {
    fn perform(&mut self, effect: Effect) -> Outcome {
        let Effect::MakeBook(book) = effect else { return Outcome::Nothing };
        match self.make(&book) {
            Ok(()) => Outcome::BookMade,
            Err(error) => Outcome::Failed(failure(error)),
        }
    }

    fn session_left(&self) -> Option<Duration> {
        None
    }
}

fn failure(error: Error) -> UiError {
    UiError { what: error.sentence(), hint: error.hint, session_ended: error.session_ended }
}
