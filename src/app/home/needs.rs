//! Reads what needs a training officer across kinds: the backup, late reviews, old claims, open disputes and gateways that
//! wait for a confirmation.

use chrono::Days;

use crate::app::App;
use crate::claims::queue;
use crate::error::Error;
use crate::log::referenced::effective_statement_at;
use crate::maintenance::backup::remembered;
use crate::people::supervision;
use crate::programme::reviews;
use countersign_core::filter::Filter;
use countersign_core::home::officer::{Need, NeedKind, OLD_BACKUP_DAYS, sort_by_urgency};
use countersign_core::people::person::PersonRef;
use countersign_core::primitives::date::Timestamp;
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::claim::OLD_CLAIM_DAYS;
use countersign_core::statement::Body;
use countersign_store::queries::home;

/// What needs a training officer.
pub struct Needs {
    /// The most urgent first.
    pub rows: Vec<Need>,
    pub total: usize,
}

/// Returns what needs a training officer, at most `most` rows of it; `ready` are the gateways that wait for a confirmation.
pub fn needs(app: &App, ready: Vec<Need>, most: usize) -> Result<Needs, Error> {
    let mut rows = ready;
    rows.extend(backup(app));
    for review in reviews::review_calls(app)? {
        let ReviewDue::Overdue(over) = review.call else { continue };
        let trainee = PersonRef { id: review.id, name: review.name };
        rows.push(Need { what: NeedKind::Review { trainee, due: review.due, supervisors: Vec::new() }, over });
    }
    disputes(app, &mut rows)?;
    let total = rows.len() + old_claims(app)?;
    claims(app, most, &mut rows)?;
    sort_by_urgency(&mut rows);
    rows.truncate(most);
    for row in &mut rows {
        if let NeedKind::Review { trainee, supervisors, .. } = &mut row.what {
            let over = supervision::supervisors_of(app, &trainee.id)?;
            *supervisors = over.into_iter().map(|person| person.name).collect();
        }
    }
    Ok(Needs { rows, total })
}

/// Returns the need for a backup, if none was made here or the last is old.
fn backup(app: &App) -> Option<Need> {
    let last = remembered(&app.folder).pop().map(|backup| backup.at);
    let days = last.map_or(0, |at| (app.today() - at.local_day()).num_days());
    let over = days - OLD_BACKUP_DAYS;
    (last.is_none() || over > 0).then_some(Need { what: NeedKind::Backup { last, days }, over: over.max(0) })
}

/// Adds the claims that have waited too long, the oldest first.
fn claims(app: &App, most: usize, rows: &mut Vec<Need>) -> Result<(), Error> {
    let today = app.today();
    for row in queue::queue(app, None, &Filter::default(), (0, most))?.rows {
        let days = row.days(today);
        if days <= OLD_CLAIM_DAYS {
            break;
        }
        let trainee = PersonRef { id: row.trainee, name: row.trainee_name };
        let what = NeedKind::Claim { claim: row.claim, trainee, codes: row.codes, of: row.of, days };
        rows.push(Need { what, over: days - OLD_CLAIM_DAYS });
    }
    Ok(())
}

/// Returns how many claims have waited too long.
fn old_claims(app: &App) -> Result<usize, Error> {
    let last = app.today().checked_sub_days(Days::new(OLD_CLAIM_DAYS.unsigned_abs())).unwrap_or_default();
    let count = app.log.db.read(|tx| home::claims_before(tx, &app.viewer, Timestamp::start_of(last)))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn disputes(app: &App, rows: &mut Vec<Need>) -> Result<(), Error> {
    app.log.db.read(|tx| {
        for (trainee, at, of) in home::open_disputes(tx, &app.viewer)? {
            let (dispute, target) = (effective_statement_at(tx, at)?, effective_statement_at(tx, of)?);
            let Body::Dispute(content) = dispute.body else { continue };
            let code = if let Body::SignOff(sign_off) = target.body { Some(sign_off.item.code) } else { None };
            let over = (app.today() - dispute.signed.local_day()).num_days().max(0);
            let what = NeedKind::Dispute { trainee, code, statement: target.id, reason: content.reason };
            rows.push(Need { what, over });
        }
        Ok(())
    })
}
