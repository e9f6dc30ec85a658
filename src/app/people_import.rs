//! People in bulk: what a roster would change, and changing it in one transaction. Must never change a part of it.

use std::collections::HashSet;

use crate::app::book::Appended;
use crate::app::error::Error;
use crate::app::random::{LONGEST_ID, person_id};
use crate::app::service::App;
use crate::app::session::Proof;
use crate::domain::bulk::{Known, Plan, plan};
use crate::domain::department::NamedEnrolment;
use crate::domain::intake::people::PeopleFile;
use crate::domain::intake::remark::Weight;
use crate::domain::person::Role;
use crate::domain::statement::Body;
use crate::domain::value::PersonId;
use crate::store::{people, supervision};

impl App {
    /// What a roster would change.
    pub fn plan_people(&mut self, file: &PeopleFile) -> Result<Plan, Error> {
        let standards = self.standards()?;
        let (people, enrolments, pairs) = self.book.db.read(|tx| -> Result<_, crate::store::error::StoreError> {
            let people = people::people(tx, &self.viewer, &Role::ALL)?;
            Ok((people, people::enrolments(tx, &self.viewer)?, supervision::all(tx, &self.viewer)?))
        })?;
        let taken = people.iter().map(|person| person.id.clone()).chain(file.lines.iter().filter_map(|l| l.id.clone()));
        let fresh = self.fresh_ids(taken.collect(), file.lines.len())?;
        let enrolments = enrolments.into_iter().map(|one| (one.trainee.clone(), one)).collect();
        let known = Known { people, enrolments, standards, supervision: pairs.into_iter().collect() };
        Ok(plan(file, &known, fresh))
    }

    /// Does what a plan says, all or nothing; nothing where nothing is new.
    pub fn import_people(&mut self, officer: &PersonId, proof: &Proof, plan: &Plan) -> Result<Option<Appended>, Error> {
        let doing = "Adding people";
        if plan.of(Weight::Fault).next().is_some() {
            return Err(Error::refused("The file has faults; nothing is changed").doing(doing));
        }
        let stated = plan.rows.iter().filter(|row| row.stated).map(|row| Body::Person(row.person.clone()));
        let enrolled = plan.rows.iter().filter_map(|row| {
            let enrolment = row.enrolment.clone()?;
            Some(Body::Enrolment(NamedEnrolment { name: row.person.name.clone(), enrolment }))
        });
        // Everyone before anyone is enrolled: the rules ask for a trainee who is there.
        let bodies: Vec<Body> = stated.chain(enrolled).collect();
        let pairs: Vec<(&PersonId, &PersonId)> = plan
            .rows
            .iter()
            .flat_map(|row| row.supervisors.iter().map(|supervisor| (supervisor, &row.person.id)))
            .collect();
        if bodies.is_empty() {
            self.book.db.write(|tx| {
                pairs.iter().try_for_each(|(supervisor, trainee)| supervision::add(tx, supervisor, trainee).map(|_| ()))
            })?;
            return Ok(None);
        }
        let mut beside = |tx: &crate::store::db::WriteTx<'_>| {
            pairs.iter().try_for_each(|(supervisor, trainee)| supervision::add(tx, supervisor, trainee).map(|_| ()))
        };
        let done = self.state_beside(officer, Role::TrainingOfficer, proof, vec![bodies], &mut beside);
        done.map(Some).map_err(|e| e.doing(doing))
    }

    /// So many ids that nobody has: four characters, more where those run out.
    fn fresh_ids(&mut self, mut taken: HashSet<PersonId>, many: usize) -> Result<Vec<PersonId>, Error> {
        let length = if taken.len() + many < 4_000 { 4 } else { 6 };
        let mut fresh = Vec::with_capacity(many);
        while fresh.len() < many {
            // Longer each time: a source that repeats itself must not keep anybody waiting for ever.
            let id = (length..=LONGEST_ID).find_map(|length| match person_id(&mut *self.random, length) {
                Ok(id) if taken.contains(&id) => None,
                drawn => Some(drawn),
            });
            let id = id.ok_or_else(|| Error::refused("No free id was found"))??;
            taken.insert(id.clone());
            fresh.push(id);
        }
        Ok(fresh)
    }
}
