//! Reads the figures of all current trainees in one pass: who is behind, whose gateway is near, who is paused.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::App;
use crate::cohort::grid;
use crate::error::Error;
use crate::programme::signed_plan::{self, planned_of};
use countersign_core::home::officer::{CohortFigures, FAR_BEHIND_WEEKS, GATEWAY_NEAR_DAYS};
use countersign_core::people::break_in_learning::{gateway, reached};
use countersign_core::primitives::date::parse_day;
use countersign_core::programme::pace::{months_to, pace};
use countersign_store::error::damaged;
use countersign_store::queries::cohort::{self, TraineeNo};

/// The department's figures, and the trainees that the short lists begin with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Department {
    /// Without the claims.
    pub figures: CohortFigures,
    /// Those behind plan, the furthest first.
    pub behind: Vec<TraineeNo>,
    /// Those whose gateway is past or near, by its day.
    pub near: Vec<TraineeNo>,
    /// Those with every KSB signed and a gateway further away.
    pub complete: Vec<TraineeNo>,
}

/// Reads the figures of all current trainees.
pub fn department(app: &App) -> Result<Department, Error> {
    let (courses, parts, measure) = (grid::courses(app)?, grid::parts(app)?, app.measure()?);
    let (plans, today) = (signed_plan::plans(app)?, measure.today);
    let mut department = Department::default();
    let mut behind: Vec<(i32, i32, TraineeNo)> = Vec::new();
    let mut near: Vec<(NaiveDate, TraineeNo)> = Vec::new();
    let mut lost = false;
    app.log.db.read(|tx| {
        let (pauses, ends) = (cohort::pauses(tx, &app.viewer)?, cohort::ends(tx, &app.viewer)?);
        cohort::figures(tx, &app.viewer, &measure, &mut |one| {
            let (Some(course), Some(start)) = (courses.get(&one.standard), parse_day(one.start)) else {
                lost = true;
                return;
            };
            let spans = pauses.get(&one.trainee).map(Vec::as_slice).unwrap_or_default();
            let part = parts.get(&one.trainee).map_or(&course.standard, |part| &part.standard);
            let total = u16::try_from(part.ksbs().len()).unwrap_or(u16::MAX);
            let (end, typical) = (ends.get(&one.trainee).copied(), course.standard.months());
            let months = months_to(start, end, spans, typical, today);
            let plan = plans.get(&one.trainee).filter(|plan| plan.holds_on(course.standard.reference()));
            let planned = plan.and_then(|plan| planned_of(plan, &Arc::clone(part), spans, today));
            let pace = pace(one.signed, total, start, months, reached(spans, today)).against(planned, total, months);
            let day = end.unwrap_or_else(|| gateway(start, typical, spans, today));
            let figures = &mut department.figures;
            figures.trainees += 1;
            figures.paused += usize::from(spans.iter().any(|span| span.holds(today)));
            figures.far_behind += usize::from(pace.weeks <= -FAR_BEHIND_WEEKS);
            if pace.ahead < 0 {
                behind.push((pace.weeks, pace.ahead, one.trainee));
            }
            if (day - today).num_days() <= GATEWAY_NEAR_DAYS {
                near.push((day, one.trainee));
            } else if one.signed >= total {
                department.complete.push(one.trainee);
            }
        })
    })?;
    if lost {
        return Err(damaged("an enrolment is on no standard, or starts on no day").into());
    }
    behind.sort_unstable();
    near.sort_unstable();
    department.figures.behind = behind.len();
    department.figures.gateway = near.len();
    department.behind = behind.into_iter().map(|(.., trainee)| trainee).collect();
    department.near = near.into_iter().map(|(_, trainee)| trainee).collect();
    Ok(department)
}
