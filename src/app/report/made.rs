//! Says when, by whom and from which log a document is made.

use crate::app::App;
use crate::error::Error;
use crate::log::referenced::statement_at;
use countersign_core::people::person::Person;
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_report::made::Made;
use countersign_store::error::damaged;

/// Returns what every document made now shows. `by` is the person who has it made, if they were named.
pub fn made(app: &App, by: Option<&Person>) -> Result<Made, Error> {
    let department = department(app)?;
    let (head, at) = (app.head()?, app.made_at.unwrap_or(app.now()));
    let now = at.local();
    Ok(Made {
        department: department.to_string(),
        day: now.date(),
        time: now.time(),
        utc: at.utc(),
        as_of: app.made_at.map(|_| app.today()),
        by: by.map(titled).unwrap_or_default(),
        size: head.size,
        code: head.code,
    })
}

/// Returns the department's name, as its log began with it.
pub fn department(app: &App) -> Result<SafeText, Error> {
    let Body::Genesis(genesis) = app.log.db.read(|tx| statement_at(tx, 0))?.body else {
        return Err(damaged("the first entry does not begin a log").into());
    };
    Ok(genesis.department)
}

/// Returns a name with the roles: `Tilly Officer, training officer (HCPC CS00001)`.
fn titled(person: &Person) -> String {
    format!("{}, {}", person.name, roles_of(person))
}

/// Returns the roles and the registration: `training officer (HCPC CS00001)`.
pub fn roles_of(person: &Person) -> String {
    let roles: Vec<&str> = person.roles.iter().map(|role| role.words()).collect();
    let registered = person.registration.as_ref().map(|said| format!(" ({said})")).unwrap_or_default();
    format!("{}{registered}", roles.join(" and "))
}
