//! Imports people in bulk: plans what a roster would change, then applies all of it in one transaction.

use std::collections::{BTreeMap, HashSet};

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::sign;
use crate::log::writer::AppendResult;
use crate::random::{LONGEST_ID, person_id};
use crate::record::dry_run;
use crate::standards::adopted;
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::roster::columns::Column;
use countersign_core::import::roster::diff::{Plan, Planned, RosterSnapshot, plan};
use countersign_core::import::roster::read::PeopleFile;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::statement::Body;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::enrolment::NamedEnrolment;
use countersign_store::index::people;
use countersign_store::supervision;

/// Plans what a roster would change and what the rules would refuse, for this officer or, without one, for any.
pub fn plan_people(app: &mut App, file: &PeopleFile, officer: Option<&PersonId>) -> Result<Plan, Error> {
    let standards = adopted::standards(app)?;
    let (people, enrolments, pairs) = app.log.db.read(|tx| -> Result<_, countersign_store::error::StoreError> {
        let people = people::people(tx, &app.viewer, &Role::ALL)?;
        Ok((people, people::enrolments(tx, &app.viewer)?, supervision::all(tx, &app.viewer)?))
    })?;
    let used_ids = people.iter().map(|person| person.id.clone()).chain(file.lines.iter().filter_map(|l| l.id.clone()));
    let fresh = fresh_ids(app, used_ids.collect(), file.lines.len())?;
    let enrolments = enrolments.into_iter().map(|one| (one.trainee.clone(), one)).collect();
    let known = RosterSnapshot { people, enrolments, standards, supervision: pairs.into_iter().collect() };
    let may = known.people.iter().filter(|person| person.may_act_as(Role::TrainingOfficer)).map(|person| &person.id);
    let officers: Vec<PersonId> = may.filter(|id| officer.is_none_or(|officer| officer == *id)).cloned().collect();
    let mut plan = plan(file, &known, fresh);
    foresee(app, file, &mut plan, &officers)?;
    Ok(plan)
}

/// Dry-runs the plan and adds refusals to their rows: a fault if no officer could sign, else a warning that names who
/// could not.
fn foresee(app: &mut App, file: &PeopleFile, plan: &mut Plan, officers: &[PersonId]) -> Result<(), Error> {
    let mut refused: BTreeMap<usize, Vec<(PersonId, Kind, RuleViolation)>> = BTreeMap::new();
    let mut signing = 0;
    for officer in officers {
        let stated = stated(plan, officer);
        let bodies: Vec<Body> = stated.iter().map(|(_, body)| body.clone()).collect();
        let Some(refusals) = dry_run::check_each(app, officer, Role::TrainingOfficer, &bodies)? else { continue };
        signing += 1;
        for (at, refusal) in refusals {
            let (line, body) = &stated[at];
            let of = refused.entry(*line).or_default();
            // Only the first refusal of a row is reported.
            if of.iter().all(|(by, ..)| by != officer) {
                of.push((officer.clone(), body.kind(), refusal));
            }
        }
    }
    for (line, by) in refused {
        let Some((_, kind, refusal)) = by.first() else { continue };
        let column = match refusal {
            RuleViolation::OwnRole => Column::Roles,
            _ if *kind == Kind::Enrolment => Column::Standard,
            _ => Column::Name,
        };
        let place = Some(file.columns.place(line, column));
        if by.len() < signing {
            let names = by.iter().map(|(id, ..)| Ok(app.person(id)?.name.to_string()));
            let names = names.collect::<Result<Vec<_>, Error>>()?.join(", ");
            plan.remarks.push(Diagnostic::warning(place, format!("{names} cannot sign this row: {refusal}")));
        } else {
            let hint = match refusal {
                RuleViolation::OwnRole => {
                    "Write training officer in this row too, or let another training officer sign"
                }
                _ => "Correct this row or remove it",
            };
            plan.remarks.push(Diagnostic::fault(place, refusal.to_string(), hint));
        }
    }
    plan.remarks.sort_by_key(|remark| remark.place.as_ref().map(|place| place.line));
    Ok(())
}

/// Applies a plan, all or nothing; returns `None` if there was nothing to sign.
pub fn import_people(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    plan: &Plan,
) -> Result<Option<AppendResult>, Error> {
    let doing = "Adding people";
    if plan.of(Severity::Fault).next().is_some() {
        return Err(Error::refused("The file has faults. Nothing has been changed").context(doing));
    }
    let bodies: Vec<Body> = stated(plan, officer).into_iter().map(|(_, body)| body).collect();
    let pairs: Vec<(&PersonId, &PersonId)> = plan
        .rows
        .iter()
        .flat_map(|row| row.supervisors.iter().map(|supervisor| (supervisor, &row.person.id)))
        .collect();
    if bodies.is_empty() {
        app.log.db.write(|tx| {
            pairs.iter().try_for_each(|(supervisor, trainee)| supervision::add(tx, supervisor, trainee).map(|_| ()))
        })?;
        return Ok(None);
    }
    let mut also_write = |tx: &countersign_store::db::WriteTx<'_>| {
        pairs.iter().try_for_each(|(supervisor, trainee)| supervision::add(tx, supervisor, trainee).map(|_| ()))
    };
    let done = sign::sign_groups(app, officer, Role::TrainingOfficer, proof, vec![bodies], &mut also_write);
    done.map(Some).map_err(|e| e.context(doing))
}

/// Returns so many unused ids, of four characters, or more once those run short.
fn fresh_ids(app: &mut App, mut used_ids: HashSet<PersonId>, many: usize) -> Result<Vec<PersonId>, Error> {
    let length = if used_ids.len() + many < 4_000 { 4 } else { 6 };
    let mut fresh = Vec::with_capacity(many);
    while fresh.len() < many {
        // Longer at each attempt, so that a random source that repeats itself cannot loop for ever.
        let id = (length..=LONGEST_ID).find_map(|length| match person_id(&mut *app.random, length) {
            Ok(id) if used_ids.contains(&id) => None,
            drawn => Some(drawn),
        });
        let id = id.ok_or_else(|| Error::refused("No free id was found"))??;
        used_ids.insert(id.clone());
        fresh.push(id);
    }
    Ok(fresh)
}

/// Returns the bodies of a plan with their row numbers. People come before enrolments, since the rules need the trainee to
/// exist. The officer comes last, because the signer's name and registration must stay the same within a batch.
fn stated(plan: &Plan, officer: &PersonId) -> Vec<(usize, Body)> {
    let person = |row: &Planned| row.stated.then(|| (row.line, Body::Person(row.person.clone())));
    let enrolment = |row: &Planned| {
        let enrolment = row.enrolment.clone()?;
        Some((row.line, Body::Enrolment(NamedEnrolment { name: row.person.name.clone(), enrolment })))
    };
    let (own, others): (Vec<&Planned>, Vec<&Planned>) = plan.rows.iter().partition(|row| row.person.id == *officer);
    let mut all = Vec::new();
    for rows in [others, own] {
        all.extend(rows.iter().filter_map(|row| person(row)));
        all.extend(rows.iter().filter_map(|row| enrolment(row)));
    }
    all
}
