//! The outstanding list of a trainee, and their whole record. Reading alone.

use std::collections::BTreeMap;

use crate::app::error::Error;
use crate::app::service::App;
use crate::domain::competence::State;
use crate::domain::outstanding::{Outstanding, outstanding};
use crate::domain::value::{KsbCode, PersonId};
use crate::domain::view::{Record, Standing};

impl App {
    /// What a trainee still has to show, the most urgent first.
    pub fn outstanding(&mut self, trainee: &PersonId) -> Result<(Standing, Vec<Outstanding>), Error> {
        let standing = self.standing(trainee)?;
        let mut newest: BTreeMap<KsbCode, Record> = BTreeMap::new();
        for (ksb, state) in standing.standard.ksbs().iter().zip(&standing.states) {
            if !matches!(state, State::Open | State::Signed) {
                let records = self.records(trainee, ksb.code, usize::MAX)?;
                newest.extend(records.into_iter().find(Record::is_live).map(|r| (ksb.code, r)));
            }
        }
        let rows = outstanding(&standing, newest);
        Ok((standing, rows))
    }

    /// A trainee's standing with each KSB's records, in the standard's order.
    pub fn whole_record(&mut self, trainee: &PersonId) -> Result<(Standing, Vec<Vec<Record>>), Error> {
        let standing = self.standing(trainee)?;
        let records = standing
            .standard
            .ksbs()
            .iter()
            .map(|ksb| self.records(trainee, ksb.code, usize::MAX))
            .collect::<Result<_, _>>()?;
        Ok((standing, records))
    }
}
