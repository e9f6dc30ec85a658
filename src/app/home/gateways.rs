//! Reads what is left before the gateways that are past or near, and which wait only for a confirmation.

use crate::app::App;
use crate::cohort::grid::{self, Cohort};
use crate::error::Error;
use crate::home::department::Department;
use crate::log::referenced::effective_statement_at;
use crate::programme::signed_plan::counted;
use crate::programme::{gateway, hours};
use countersign_core::home::officer::{GatewayAhead, Need, NeedKind};
use countersign_core::people::person::PersonRef;
use countersign_core::programme::gateway::{Fulfilment, Readiness, RequirementStatus};
use countersign_core::programme::hours::QuarterHours;
use countersign_core::record::ksb_status::State;
use countersign_core::statement::kinds::review::Party;
use countersign_store::queries::home;

/// How many trainees' requirements are worked out: those with the earliest gateways, and those with all KSBs signed.
const MOST_WORKED_OUT: usize = 24;

/// The requirements that are shown separately, or that only time meets.
const SAID: [&str; 4] = ["ksbs", "reassessment", "hours", "months"];

/// What is left before each of the first gateways, and those that wait for a confirmation.
pub struct Gateways {
    pub ahead: Vec<GatewayAhead>,
    pub ready: Vec<Need>,
}

/// Works out the first gateways of the department; at most `most` are listed.
pub fn gateways(app: &App, department: &Department, most: usize) -> Result<Gateways, Error> {
    let Department { near, complete, .. } = department;
    let first = near.iter().chain(complete).copied().take(MOST_WORKED_OUT.max(most)).collect();
    let (mut ahead, mut ready) = (Vec::new(), Vec::new());
    for (at, row) in grid::cohort_rows(app, &Cohort::of(first), 0, usize::MAX)?.into_iter().enumerate() {
        let trainee = PersonRef { id: row.trainee.id.clone(), name: row.trainee.name.clone() };
        let readiness = gateway::readiness(app, &trainee.id)?;
        let parties = unconfirmed(&readiness);
        if readiness.open().next().is_none() && !parties.is_empty() {
            let over = (app.today() - newest_day(app, &trainee)?).num_days().max(0);
            let (met, of) = (readiness.met(), readiness.figures.len());
            let what = NeedKind::Gateway { trainee: trainee.clone(), met, of, parties: parties.clone() };
            ready.push(Need { what, over });
        }
        if at < near.len().min(most) {
            let lapsed = row.again.iter().filter(|again| again.state == State::Lapsed).count();
            ahead.push(left(app, trainee, &readiness, counted(lapsed), parties)?);
        }
    }
    Ok(Gateways { ahead, ready })
}

/// Returns the parties that have not confirmed.
fn unconfirmed(readiness: &Readiness) -> Vec<Party> {
    let open = |party: Party| {
        let own = |figure: &&RequirementStatus| figure.id == party.slug();
        readiness.figures.iter().find(own).is_some_and(|figure| figure.met != Fulfilment::Met)
    };
    [Party::Employer, Party::Provider].into_iter().filter(|party| open(*party)).collect()
}

/// Returns what is left before a trainee's gateway, besides time.
fn left(
    app: &App,
    trainee: PersonRef,
    readiness: &Readiness,
    lapsed: u16,
    parties: Vec<Party>,
) -> Result<GatewayAhead, Error> {
    let open = |id: &str| readiness.open().find(|figure| figure.id == id);
    let plan = hours::hours_plan(app, &trainee.id)?;
    let short = plan.minimum.map_or(0, |minimum| QuarterHours::hours(minimum).less(plan.confirmed).0.div_ceil(4));
    let others = readiness.open().filter(|figure| !SAID.contains(&figure.id.as_str())).count();
    Ok(GatewayAhead {
        trainee,
        day: readiness.gateway,
        ksbs: open("ksbs").map_or(0, |figure| counted(figure.ksbs.len())),
        lapsed,
        hours: open("hours").map_or(0, |_| short),
        others: counted(others),
        parties,
    })
}

/// Returns the day on which the newest statement on a trainee's record was signed: since then only confirmations wait.
fn newest_day(app: &App, trainee: &PersonRef) -> Result<chrono::NaiveDate, Error> {
    app.log.db.read(|tx| {
        let newest = home::since(tx, &app.viewer, &trainee.id, (0, 1))?.pop();
        let day =
            newest.map(|at| effective_statement_at(tx, at)).transpose()?.map(|statement| statement.signed.local_day());
        Ok(day.unwrap_or_else(|| app.today()))
    })
}
