//! Lists what a trainee still has to show, and reads their full record.

use std::collections::BTreeMap;

use crate::app::App;
use crate::error::Error;
use crate::people::person;
use crate::record::records;
use crate::standards::adopted;
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::ksb_status::State;
use countersign_core::record::outstanding::{self, Outstanding, Rejection};
use countersign_core::record::view::{NoLongerAsked, Record, TraineeRecord, deciding};
use countersign_store::queries::quality_assurance;

/// Returns what a trainee still has to show, most urgent first.
pub fn outstanding(app: &App, trainee: &PersonId) -> Result<(TraineeRecord, Vec<Outstanding>), Error> {
    let trainee_record = records::trainee_record(app, trainee)?;
    let (mut newest, mut rejected) = (BTreeMap::new(), BTreeMap::new());
    let reopened = app.log.db.read(|tx| quality_assurance::reopened(tx, &app.viewer, trainee))?;
    for (ksb, state) in trainee_record.all() {
        // Open KSBs have no records to read, unless a sample reopened them.
        if !matches!(state, State::Open | State::Signed) || reopened.contains(&ksb.code) {
            let records = records::records(app, trainee, ksb.code, usize::MAX)?;
            rejected.extend(Rejection::open(&records).map(|found| (ksb.code, found)));
            newest.extend(deciding(&records, &trainee_record.policy).map(|record| (ksb.code, record.clone())));
        }
    }
    let rows = outstanding::outstanding(&trainee_record, newest, rejected, app.today());
    Ok((trainee_record, rows))
}

/// Returns a trainee's record with the entries of each KSB in the standard's order, then of each local competence.
pub fn whole_record(app: &App, trainee: &PersonId) -> Result<(TraineeRecord, Vec<Vec<Record>>), Error> {
    let trainee_record = records::trainee_record(app, trainee)?;
    let codes = trainee_record.all().map(|(ksb, _)| ksb.code);
    let records = codes.map(|code| records::records(app, trainee, code, usize::MAX)).collect::<Result<_, _>>()?;
    Ok((trainee_record, records))
}

/// Returns what was signed on the standard but is no longer required (another option, or left out), in the standard's
/// order.
pub fn no_longer_asked(app: &App, trainee: &PersonId) -> Result<Vec<NoLongerAsked>, Error> {
    let Some(enrolment) = person::enrolment(app, trainee)? else { return Ok(Vec::new()) };
    let standard = adopted::standard(app, &enrolment.standard)?;
    let mut found = Vec::new();
    for ksb in standard.ksbs() {
        let Some(why) = standard.why_not_asked(&enrolment.scope, ksb.code) else { continue };
        let records = records::records(app, trainee, ksb.code, usize::MAX)?;
        if !records.is_empty() {
            found.push(NoLongerAsked { code: ksb.code, text: ksb.text.clone(), why: why.to_string(), records });
        }
    }
    Ok(found)
}
