//! Reads what must be shown again, of all current trainees: KSBs under the policy, and local competences by their own terms.

use chrono::{Days, Months};

use crate::app::App;
use crate::error::Error;
use crate::standards::local;
use countersign_core::home::officer::Lapsing;
use countersign_core::record::ksb_status::{RENEW_DAYS, State, StatusContext};
use countersign_core::standard::Standard;
use countersign_store::index::sign_off_index;
use countersign_store::queries::home;

/// Returns what lapsed or is to be renewed soon, at most `most` rows of it.
pub fn lapsing(app: &App, most: usize) -> Result<Lapsing, Error> {
    let measure = app.measure()?;
    let mut found = Vec::new();
    app.log.db.read(|tx| {
        home::reassessments(tx, &app.viewer, &measure, &mut |trainee, code, shown| {
            let due = shown.counts_from(&measure.policy).and_then(|seen| measure.due(seen));
            if let (state @ (State::Renew | State::Lapsed), Some(due)) = (shown.state(&measure), due) {
                found.push((trainee, state, code, due));
            }
        })
    })?;
    for list in local::lists(app)?.into_iter().filter(|adopted| adopted.in_force).map(|adopted| adopted.list) {
        let (Some(terms), Some(before)) = (list.local(), looked_from(&list, &measure)) else { continue };
        for standard in &terms.beside {
            app.log.db.read(|tx| {
                let on = (standard, list.reference());
                for trainee in home::observed_on_list(tx, &app.viewer, on, before)? {
                    for (code, tally) in sign_off_index::tallies(tx, &app.viewer, &trainee.id, list.reference())? {
                        let Some(term) = terms.terms.get(&code) else { continue };
                        let (state, due) = (tally.state(term, &measure), tally.due(term, &measure));
                        if let (State::Renew | State::Lapsed, Some(due)) = (state, due) {
                            found.push((trainee.clone(), state, code, due));
                        }
                    }
                }
                Ok::<_, Error>(())
            })?;
        }
    }
    Ok(Lapsing::new(found, most))
}

/// Returns the day before which an observation of a list may be due again; `None` if nothing on it lapses.
fn looked_from(list: &Standard, measure: &StatusContext) -> Option<chrono::NaiveDate> {
    let terms = list.local()?.terms.values();
    let months = terms.map(|term| term.months.unwrap_or(measure.policy.reassess_months)).filter(|months| *months > 0);
    let first = measure.today.checked_sub_months(Months::new(months.min()?))?;
    // A shorter month moves the day by at most three.
    first.checked_add_days(Days::new(RENEW_DAYS + 4))
}
