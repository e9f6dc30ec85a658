//! Manages people, standards and enrolments for a training officer, and finds people by name.

use crate::app::App;
use crate::error::Error;
use crate::keys::agent::Purpose;
use crate::keys::known_keys::{self, KnownKey};
use crate::keys::session::Credential;
use crate::keys::{agent_key, keystore, unlock};
use crate::log::sign;
use crate::log::writer::AppendResult;
use crate::people::{login_map, person};
use crate::random::person_id;
use crate::standards::adopted;
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::people::person::{Enrolment, Person, PersonRef, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::fold::{NameMatch, NameQuery, may_be_one};
use countersign_core::primitives::ids::{PersonId, Secret, StandardRef};
use countersign_core::primitives::text::SafeText;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::Standard;
use countersign_core::standard::options::Scope;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::adoption::Adoption;
use countersign_core::statement::kinds::enrolment::{NamedEnrolment, Pause};
use countersign_core::statement::kinds::keys::{KeyGrant, proof_text};
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_core::statement::kinds::recovery::ClockBack;
use countersign_ledger::sshsig::PROOF_NAMESPACE;
use countersign_store::db::WriteTx;
use countersign_store::index::{pauses, people};
use countersign_store::supervision;

/// A person to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    pub name: SafeText,
    pub roles: Vec<Role>,
    pub department: Option<SafeText>,
    pub registration: Option<SafeText>,
    /// The slug of their level in the career framework.
    pub level: Option<SafeText>,
    /// Whether to allow a second person with the same name.
    pub second: bool,
}

/// Describes a person so that they can be told apart: `02c1 Ann Bell, trainee, Cytology`.
fn person_words(person: &Person) -> String {
    let mut words = vec![format!("{} {}", person.id, person.name)];
    words.extend(person.roles.iter().map(|role| role.words().to_owned()));
    words.extend(person.department.as_ref().map(ToString::to_string));
    words.extend(person.registration.as_ref().map(ToString::to_string));
    words.extend(person.left.then(|| "has left".to_owned()));
    words.join(", ")
}

/// Adds a person; with a passphrase, also a signing key wrapped with it.
pub fn add_person(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    new: NewPerson,
    passphrase: Option<&Secret>,
) -> Result<(PersonId, AppendResult), Error> {
    let doing = format!("Adding {}", new.name);
    let person = newcomer(app, new).map_err(|e| e.context(doing.clone()))?;
    let id = person.id.clone();
    let mut bodies = vec![Body::Person(person.clone())];
    let mut made = None;
    if let Some(passphrase) = passphrase {
        let key = keystore::fresh_key(&mut *app.random)?;
        let public = key.public();
        let consent = key.sign(PROOF_NAMESPACE, proof_text(&app.log.origin()?, &id, &public).as_bytes());
        // The key file comes first: a key in the log without its file would be useless.
        keystore::keep(&app.folder, &person, &key, None, passphrase, &mut *app.random)
            .map_err(|e| e.context(doing.clone()))?;
        let who = PersonRef { id: id.clone(), name: person.name.clone() };
        made = Some(public.clone());
        bodies.push(Body::Key(KeyGrant { person: who, key: public, proof: consent.into() }));
    }
    match sign::sign(app, officer, Role::TrainingOfficer, proof, bodies) {
        Ok(done) if !done.is_dry_run() => Ok((id, done)),
        unsigned => {
            made.map_or(Ok(()), |key| keystore::discard(&app.folder, &id, &key))?;
            unsigned.map(|done| (id, done)).map_err(|error| error.context(doing))
        }
    }
}

/// Adds a trainee, enrols them and says who supervises them, all or nothing. The id in the enrolment is replaced by theirs.
pub fn add_trainee(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    new: NewPerson,
    enrolment: Enrolment,
    supervisor: Option<&Person>,
) -> Result<(PersonId, AppendResult), Error> {
    let doing = format!("Adding {}", new.name);
    let person = newcomer(app, new).map_err(|e| e.context(doing.clone()))?;
    let (id, name) = (person.id.clone(), person.name.clone());
    let enrolment = Enrolment { trainee: id.clone(), ..enrolment };
    let bodies = vec![Body::Person(person), Body::Enrolment(NamedEnrolment { name, enrolment })];
    let mut also_write = |tx: &WriteTx<'_>| match supervisor {
        Some(supervisor) => supervision::add(tx, &supervisor.id, &id).map(|_| ()),
        None => Ok(()),
    };
    let done = sign::sign_groups(app, officer, Role::TrainingOfficer, proof, vec![bodies], &mut also_write);
    done.map(|done| (id, done)).map_err(|e| e.context(doing))
}

/// Returns a person to add with an unused id, unless there may be one already.
fn newcomer(app: &mut App, new: NewPerson) -> Result<Person, Error> {
    if !new.second {
        is_the_only_one(app, &new.name)?;
    }
    let id = fresh_person_id(app)?;
    let NewPerson { name, mut roles, department, registration, level, .. } = new;
    roles.sort_unstable();
    roles.dedup();
    Ok(Person { id, name, roles, left: false, department, registration, level })
}

/// Returns the scope of an enrolment: with the named option, else with the previous one if the standard has it too.
pub fn scope_of(app: &App, on: &StandardRef, before: Option<&Enrolment>, option: Option<&str>) -> Result<Scope, Error> {
    let standard = adopted::standard(app, on)?;
    let was = before.map(|before| &before.scope);
    let same = before.is_some_and(|before| before.standard == *on);
    // KSBs left out of another standard are not carried over.
    let base = was.filter(|_| same).cloned().unwrap_or_default();
    let kept = was.and_then(|was| was.option.as_ref()).filter(|name| standard.find_option(name.as_str()).is_ok());
    let found = match (option, kept) {
        (Some(text), _) => Some(standard.find_option(text).map_err(RuleViolation::Scope)?),
        (None, Some(kept)) => Some(standard.find_option(kept.as_str()).map_err(RuleViolation::Scope)?),
        (None, None) => None,
    };
    let scope = match found {
        Some(found) => base.on_option(SafeText::line(&found.name)?),
        None => base,
    };
    match standard.scope_fault(&scope) {
        Some(fault) => Err(RuleViolation::Scope(fault).into()),
        None => Ok(scope),
    }
}

/// Refuses a name already in use, in any spelling or word order, so that a person does not get two records.
fn is_the_only_one(app: &App, name: &SafeText) -> Result<(), Error> {
    let mut there = person::people(app, &Role::ALL)?;
    there.retain(|person| may_be_one(person.name.as_str(), name.as_str()));
    let Some(first) = there.first() else { return Ok(()) };
    let who: Vec<String> = there.iter().map(person_words).collect();
    let back =
        if first.left { format!("`countersign person return {}` brings them back. ", first.id) } else { String::new() };
    let hint = format!("If it is the same person, use that id. {back}--another adds a second person of this name");
    Err(Error::refused(format!("There is already {}", who.join("; "))).hint(hint))
}

/// Records that a person has left and retires their keys; their records stay.
pub fn leave(app: &mut App, officer: &PersonId, proof: &Credential, who: &PersonId) -> Result<AppendResult, Error> {
    let person = app.person(who)?;
    let doing = format!("Recording that {} leaves", person.name);
    if person.left {
        return Err(Error::refused("They have already left").context(doing));
    }
    let known: Vec<KnownKey> =
        known_keys::known_keys(app, Some(who))?.into_iter().filter(|one| one.state.may_be_retired()).collect();
    // The rules refuse an officer's own leaving, so their keys are not retired either.
    let known = if who == officer { Vec::new() } else { known };
    // Keys are retired first: a leaver's keys cannot be.
    let reason = SafeText::line("Leaves")?;
    let mut bodies: Vec<Body> = known.iter().map(|one| one.retired(&reason)).collect();
    bodies.push(Body::Person(Person { left: true, ..person }));
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, bodies).map_err(|e| e.context(doing.clone()))?;
    if done.is_dry_run() {
        return Ok(done);
    }
    known.iter().try_for_each(|one| keystore::put_by(&app.folder, who, &one.key))?;
    login_map::follow_login_map(app).map_err(|e| e.context(doing))?;
    Ok(done)
}

/// Finds a leaver by id, full name, or a part of the name that no other leaver has.
pub fn find_leaver(app: &App, text: &str) -> Result<Person, Error> {
    let mut left = person::people(app, &Role::ALL)?;
    left.retain(|person| person.left);
    let wanted = NameQuery::of(text);
    let fit = |person: Person| {
        let fit = if person.id.as_str() == text { Some(NameMatch::Same) } else { wanted.fit(person.name.as_str()) };
        Some((fit?, person))
    };
    let mut left = NameQuery::best_matches(left.into_iter().filter_map(fit).collect());
    match left.len() {
        1 => Ok(left.swap_remove(0)),
        0 => Err(Error::usage(format!("Nobody who has left is called “{text}”"))
            .hint("Give their id or a part of their name. `countersign person list` shows everyone")),
        _ => {
            let ids: Vec<&str> = left.iter().map(|person| person.id.as_str()).collect();
            Err(Error::usage(format!("“{text}” is more than one person who has left"))
                .hint(format!("Give the id: {}", ids.join(", "))))
        }
    }
}

/// Records that a person who left is back; their keys stay retired.
pub fn reinstate(app: &mut App, officer: &PersonId, proof: &Credential, who: &PersonId) -> Result<AppendResult, Error> {
    let person = app.person(who)?;
    let doing = format!("Recording that {} is back", person.name);
    if !person.left {
        return Err(Error::refused("They have not left").context(doing));
    }
    let bodies = vec![Body::Person(Person { left: false, ..person })];
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, bodies).map_err(|e| e.context(doing.clone()))?;
    if !done.is_dry_run() {
        login_map::follow_login_map(app).map_err(|e| e.context(doing))?;
    }
    Ok(done)
}

/// Adopts a standard and stores its text, which never changes.
pub fn adopt(app: &mut App, officer: &PersonId, proof: &Credential, standard: Standard) -> Result<AppendResult, Error> {
    let doing = format!("Adopting {}", standard.reference());
    // Every check comes before the text is stored, so that a refusal leaves the file unchanged.
    if !app.person(officer)?.may_act_as(Role::TrainingOfficer) {
        return Err(Error::refused("Only a training officer adopts a standard").context(doing));
    }
    if adopted::is_adopted(app, standard.reference())? {
        return Err(Error::from(RuleViolation::AdoptedTwice(standard.reference().clone())).context(doing));
    }
    if let Credential::Passphrase(passphrase) = proof {
        unlock::unlock(app, officer, passphrase).map_err(|e| e.context(doing.clone()))?;
    }
    if let Credential::Agent(place) = proof {
        agent_key::open(app, &app.person(officer)?, place, Purpose::Sign).map_err(|e| e.context(doing.clone()))?;
    }
    let proof = if matches!(proof, Credential::Passphrase(_)) { &Credential::Session } else { proof };
    let adoption = adoption(&standard)?;
    app.log.store_standard(standard).map_err(|e| e.context(doing.clone()))?;
    let bodies = vec![Body::Standard(adoption)];
    sign::sign(app, officer, Role::TrainingOfficer, proof, bodies).map_err(|e| e.context(doing))
}

/// Returns what is signed when a standard is adopted.
pub(crate) fn adoption(standard: &Standard) -> Result<Adoption, Error> {
    Ok(Adoption {
        standard: standard.reference().clone(),
        title: SafeText::line(standard.title())?,
        content: standard.digest(),
    })
}

pub fn enrol(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    enrolment: Enrolment,
) -> Result<AppendResult, Error> {
    let name = app.person(&enrolment.trainee)?.name;
    let doing = format!("Enrolling {name} on {}", enrolment.standard);
    let body = Body::Enrolment(NamedEnrolment { name, enrolment });
    sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]).map_err(|e| e.context(doing))
}

/// Records a break in learning; one with the same first day is changed.
pub fn pause(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    who: &Person,
    span: BreakPeriod,
    reason: SafeText,
) -> Result<AppendResult, Error> {
    let known = app.log.db.read(|tx| pauses::of(tx, &who.id))?;
    let changed = known.iter().find(|other| other.from == span.from);
    let doing = match (changed, span.back) {
        (Some(BreakPeriod { back: None, .. }), Some(_)) => format!("Ending the break in learning of {}", who.name),
        (Some(_), _) => format!("Changing the break in learning of {}", who.name),
        (None, _) => format!("Starting the break in learning of {}", who.name),
    };
    break_days(app, who, span, changed.is_some()).map_err(|e| e.context(doing.clone()))?;
    let trainee = PersonRef { id: who.id.clone(), name: who.name.clone() };
    let body = Body::Pause(Pause { trainee, span, reason });
    sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]).map_err(|e| e.context(doing))
}

/// Checks the days of a break and refuses the first fault. A known break may end on its first day, which cancels it.
fn break_days(app: &App, who: &Person, span: BreakPeriod, known: bool) -> Result<(), Error> {
    let from = day_words(span.from);
    let start = person::enrolment(app, &who.id)?.map(|enrolment| enrolment.start).filter(|start| span.from < *start);
    if let Some(start) = start {
        let start = day_words(start);
        return Err(Error::usage(format!("The break would begin on {from}, before the programme, on {start}")));
    }
    let Some(back) = span.back.filter(|back| *back < span.from || (*back == span.from && !known)) else {
        return Ok(());
    };
    let back = day_words(back);
    let what = format!("The first day back, {back}, is not after the first day of the break, {from}");
    Err(Error::usage(what).hint("A break of one day ends on the next. Write the year if it is another one"))
}

/// Changes the policy for everyone.
pub fn set_policy(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    mut settings: Vec<(PolicyName, u32)>,
) -> Result<AppendResult, Error> {
    settings.sort_unstable_by_key(|(name, _)| *name);
    let bodies = vec![Body::Policy(settings)];
    sign::sign(app, officer, Role::TrainingOfficer, proof, bodies)
        .map_err(|e| e.context("Changing the department's settings"))
}

/// Resets the log's newest time to now, after a clock was ahead.
pub fn put_clock_back(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    reason: &SafeText,
) -> Result<AppendResult, Error> {
    let doing = "Putting the log's newest time back";
    let newest = app.log.db.read(people::newest)?.unwrap_or(app.now());
    let bodies = vec![Body::Clock(ClockBack { newest, reason: reason.clone() })];
    sign::sign(app, officer, Role::TrainingOfficer, proof, bodies).map_err(|e| e.context(doing))
}

/// Returns an unused id, of four characters, or more once those run short.
fn fresh_person_id(app: &mut App) -> Result<PersonId, Error> {
    for attempt in 0..64 {
        let id = person_id(&mut *app.random, 4 + attempt / 4)?;
        if app.log.db.read(|tx| people::person(tx, &id))?.is_none() {
            return Ok(id);
        }
    }
    Err(Error::refused("No free id was found"))
}
