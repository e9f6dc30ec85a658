//! Reads what Home shows a training officer.

use crate::app::App;
use crate::claims::queue;
use crate::cohort::grid::{self, Cohort};
use crate::error::Error;
use crate::home::department::{Department, department};
use crate::home::gateways::{Gateways, gateways};
use crate::home::lapsing::lapsing;
use crate::home::needs::{Needs, needs};
use crate::maintenance::backup::remembered;
use crate::standards::local;
use crate::verify::last_check::last_check;
use countersign_core::filter::Filter;
use countersign_core::home::officer::{BookFigures, CohortFigures, OfficerHome};
use countersign_core::people::person::Role;
use countersign_store::index::people;

/// Most rows of each of the four short lists.
pub const SHORT_LIST: usize = 6;

/// Returns a training officer's Home: at most `most` rows of what needs them, and [`SHORT_LIST`] of the other lists.
pub fn officer_home(app: &App, most: usize) -> Result<OfficerHome, Error> {
    let department = department(app)?;
    let Gateways { ahead, ready } = gateways(app, &department, SHORT_LIST)?;
    let Needs { rows, total } = needs(app, ready, most)?;
    let claims = queue::queue(app, None, &Filter::default(), (0, 0))?.of;
    let Department { figures, behind, near, .. } = department;
    let furthest = behind.into_iter().take(SHORT_LIST).collect();
    Ok(OfficerHome {
        today: app.today(),
        figures: CohortFigures { claims, ..figures },
        needs: rows,
        needs_total: total,
        behind: grid::cohort_rows(app, &Cohort::of(furthest), 0, SHORT_LIST)?,
        gateways: ahead,
        gateways_total: near.len(),
        lapsing: lapsing(app, SHORT_LIST)?,
        book: book(app, figures.trainees)?,
    })
}

/// Reads what the book holds and how it is kept.
fn book(app: &App, trainees: usize) -> Result<BookFigures, Error> {
    let head = app.head()?;
    let (newest, mut supervisors) = (app.log.db.read(people::newest)?, 0);
    app.log.db.read(|tx| people::names(tx, &app.viewer, &[Role::Supervisor], &mut |_, _| supervisors += 1))?;
    let mut standards: Vec<String> = grid::courses(app)?.into_values().map(|course| course.label).collect();
    standards.sort();
    Ok(BookFigures {
        entries: head.size,
        newest,
        verified: last_check(app)?,
        backup: remembered(&app.folder).pop().map(|backup| backup.at),
        trainees,
        supervisors,
        standards,
        lists: local::lists(app)?.iter().filter(|list| list.in_force).count(),
        code: head.code,
    })
}
