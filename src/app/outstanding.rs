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
        for (ksb, state) in standing.all() {
            if !matches!(state, State::Open | State::Signed) {
                let records = self.records(trainee, ksb.code, usize::MAX)?;
                newest.extend(records.into_iter().find(Record::is_live).map(|r| (ksb.code, r)));
            }
        }
        let rows = outstanding(&standing, newest);
        Ok((standing, rows))
    }

    /// A trainee's standing with the records of each KSB, in the standard's order, then of each local competence.
    pub fn whole_record(&mut self, trainee: &PersonId) -> Result<(Standing, Vec<Vec<Record>>), Error> {
        let standing = self.standing(trainee)?;
        let codes = standing.all().map(|(ksb, _)| ksb.code);
        let records = codes.map(|code| self.records(trainee, code, usize::MAX)).collect::<Result<_, _>>()?;
        Ok((standing, records))
    }
}
