//! Records which supervisors have which trainees.

use std::collections::HashMap;

use crate::app::App;
use crate::error::Error;
use countersign_core::people::person::{Person, Role, Viewer};
use countersign_core::primitives::ids::PersonId;
use countersign_store::db::Tx;
use countersign_store::error::StoreError;
use countersign_store::index::people;
use countersign_store::supervision;

/// Assigns trainees to a supervisor; returns those newly assigned.
pub fn supervise(app: &mut App, supervisor: &Person, trainees: &[Person]) -> Result<Vec<PersonId>, Error> {
    let doing = || format!("Assigning trainees to {}", supervisor.name);
    if !supervisor.may_act_as(Role::Supervisor) && !supervisor.may_act_as(Role::TrainingOfficer) {
        return Err(Error::refused(format!("{} is not a supervisor here", supervisor.name)).context(doing()));
    }
    if let Some(no) = trainees.iter().find(|trainee| !trainee.may_act_as(Role::Trainee)) {
        return Err(Error::refused(format!("{} is not a trainee here", no.name)).context(doing()));
    }
    if trainees.iter().any(|trainee| trainee.id == supervisor.id) {
        return Err(Error::refused("A person cannot supervise themselves").context(doing()));
    }
    app.log.db.write(|tx| {
        let mut new = Vec::new();
        for trainee in trainees {
            new.extend(supervision::add(tx, &supervisor.id, &trainee.id)?.then(|| trainee.id.clone()));
        }
        Ok(new)
    })
}

/// Removes trainees from a supervisor; returns those who were assigned.
pub fn stop_supervising(app: &mut App, supervisor: &Person, trainees: &[Person]) -> Result<Vec<PersonId>, Error> {
    app.log.db.write(|tx| {
        let mut gone = Vec::new();
        for trainee in trainees {
            gone.extend(supervision::stop(tx, &supervisor.id, &trainee.id)?.then(|| trainee.id.clone()));
        }
        Ok(gone)
    })
}

/// Returns a supervisor's current trainees, by name.
pub fn trainees_under(app: &App, supervisor: &PersonId) -> Result<Vec<Person>, Error> {
    let ids = app.log.db.read(|tx| supervision::trainees_of(tx, &app.viewer, supervisor))?;
    current(app, &ids)
}

/// Returns a trainee's current supervisors, by name.
pub fn supervisors_of(app: &App, trainee: &PersonId) -> Result<Vec<Person>, Error> {
    let ids = app.log.db.read(|tx| supervision::supervisors_of(tx, &app.viewer, trainee))?;
    current(app, &ids)
}

/// Returns every current supervisor with their current trainees, by name.
pub fn supervision(app: &App) -> Result<Vec<(Person, Vec<Person>)>, Error> {
    let pairs = app.log.db.read(|tx| supervision::all(tx, &app.viewer))?;
    let mut of: HashMap<PersonId, Vec<PersonId>> = HashMap::new();
    for (supervisor, trainee) in pairs {
        of.entry(supervisor).or_default().push(trainee);
    }
    let supervisors: Vec<PersonId> = of.keys().cloned().collect();
    let mut found = Vec::new();
    for supervisor in current(app, &supervisors)? {
        let trainees = current(app, of.get(&supervisor.id).map(Vec::as_slice).unwrap_or_default())?;
        found.push((supervisor, trainees));
    }
    Ok(found)
}

/// Reads people by ids that the viewer may know, because what pairs them was read for the viewer; leaves out leavers.
///
/// Does not ask the viewer again: trainees know who supervises them, though they may see no record but their own.
fn current(app: &App, ids: &[PersonId]) -> Result<Vec<Person>, Error> {
    let found = app.log.db.read(|tx| ids.iter().map(|id| people::person(tx, id)).collect::<Result<Vec<_>, _>>())?;
    let mut people: Vec<Person> = found.into_iter().flatten().filter(|person| !person.left).collect();
    people.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    Ok(people)
}

/// Returns each trainee's supervisors: their names and ids, joined into one text.
pub fn supervisors_by_trainee(app: &App) -> Result<HashMap<String, String>, Error> {
    Ok(app.log.db.read(|tx| supervisor_names(tx, &app.viewer))?)
}

/// Returns each trainee's supervisors: their names and ids, joined into one text.
pub fn supervisor_names(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<String, String>, StoreError> {
    let (mut over, mut names) = (HashMap::<String, String>::new(), HashMap::<PersonId, String>::new());
    for (supervisor, trainee) in supervision::all(tx, viewer)? {
        if !names.contains_key(&supervisor) {
            let name = people::person(tx, &supervisor)?.map(|one| one.name.to_string()).unwrap_or_default();
            names.insert(supervisor.clone(), format!("{name} {supervisor}\n"));
        }
        let one = over.entry(trainee.to_string()).or_default();
        one.push_str(names.get(&supervisor).map_or("", String::as_str));
    }
    Ok(over)
}
