//! Builds demo departments with made-up people and real signatures: a small one to explore, and large ones for benchmarks.

pub mod days;
pub mod event;
pub mod large;
pub mod local;
pub mod observations;
pub mod papers;
pub mod people;
pub mod phrases;
pub mod programme;
pub mod replay;
pub mod review_answers;
pub mod staff;
pub mod trainee;
pub mod words;

use std::collections::HashSet;
use std::sync::Arc;

use crate::app::App;
use crate::clock::{Clock, SetClock, SystemClock};
use crate::demo::event::Holder;
use crate::demo::people::TRAINEES;
use crate::demo::trainee::{FIRST_SUPERVISOR, FIRST_TRAINEE, OFFICER, Story, TUTOR, VERIFIER};
use crate::demo::words::{OFFICER as OFFICER_NAME, SUPERVISORS, TUTOR as TUTOR_NAME, VERIFIER as VERIFIER_NAME};
use crate::error::Error;
use crate::init::{InitOptions, found_with, shipped_standards};
use crate::keys::keystore;
use crate::keys::session::{Credential, SessionKey};
use crate::log::sign;
use crate::people::roster;
use crate::random::{Random, SeededRandom, SystemRandom, bytes, person_id};
use crate::standards::adopted;
use crate::standards::local::adopt_list;
use crate::storage::data_dir::{self, DataDir};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::ids::{PersonId, Secret, StandardRef};
use countersign_core::primitives::text::SafeText;
use countersign_core::standard::Standard;
use countersign_core::standard::file::standard;
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_ledger::sshsig::SigningKey;

/// Everyone's PIN in a demo.
pub const PIN: &str = "4071";
/// Everyone's passphrase in a demo.
pub const PASSPHRASE: &str = "lantern orchid gravel walnut harbour";
/// The made-up standards of the small department: associate, then assistant.
const MADE_UP: [&str; 2] =
    [include_str!("../../data/made-up-associate.toml"), include_str!("../../data/made-up-assistant.toml")];
/// Length of a demo's signing sessions, in seconds.
const SESSION: i64 = 4 * 3600;

/// An open demo.
pub struct Demo {
    /// The program, with signing sessions open.
    pub app: App,
    /// The supervisor to start as.
    pub supervisor: PersonId,
    pub officer: PersonId,
    /// The trainee to show first.
    pub trainee: PersonId,
}

/// Opens the demo department in a new temporary folder. `progress` gets the number of things done and the total, at once
/// and from time to time.
pub fn open(progress: &mut dyn FnMut(u64, u64)) -> Result<Demo, Error> {
    let tag = hex(&bytes::<6>(&mut SystemRandom::default())?);
    let folder = data_dir::temporary(&tag)?;
    SystemClock.check()?;
    department(&DataDir::new(folder), Box::new(SystemClock), progress)
}

/// Makes the demo department as of a clock's day; the same day gives the same data. A person's key is wrapped when it is
/// first asked for.
pub fn department(
    folder: &DataDir,
    clock: Box<dyn Clock + Send>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Demo, Error> {
    progress(0, 1);
    let (now, today) = (clock.now(), clock.now().day());
    let begins = days::at(days::working(days::back(days::months_back(today, 36), 9), today), 0);
    let random = Box::new(SeededRandom::new(1));
    let options = InitOptions { roles: Vec::new(), ..beginning()? };
    let (mut app, officer) = found_with(folder, &options, Box::new(SetClock(begins)), random, &keep_later)?;
    for text in MADE_UP {
        let (made_up, _) = standard(text).map_err(Error::refused)?;
        roster::adopt(&mut app, &officer, &Credential::Session, made_up)?;
    }
    let policy = vec![(PolicyName::ReassessMonths, observations::REASSESS_MONTHS)];
    roster::set_policy(&mut app, &officer, &Credential::Session, policy)?;
    let standards = in_turn(adopted::standards(&app)?);
    let holders = everyone(&mut app, &officer, begins)?;
    let origin = app.log.origin()?;
    let bodies = holders[FIRST_SUPERVISOR..FIRST_TRAINEE].iter().flat_map(|one| staff::added(one, &origin)).collect();
    sign::sign(&mut app, &officer, Role::TrainingOfficer, &Credential::Session, bodies)?;
    let list = local::list(&holders[FIRST_SUPERVISOR + 1].person.id)?;
    let of_list = list.reference().clone();
    adopt_list(&mut app, &officer, &Credential::Session, list)?;
    let list = adopted::standard(&app, &of_list)?;
    let mut story = Story {
        today,
        standards: &standards,
        holders: &holders,
        choice: fastrand::Rng::with_seed(7),
        random: SeededRandom::new(2),
        events: Vec::new(),
        tags: 0,
    };
    let mut under = Vec::new();
    for (at, member) in TRAINEES.iter().enumerate() {
        let life = story.life(at, member);
        programme::tell(&mut story, &life, &origin)?;
        observations::tell(&mut story, &life)?;
        local::tell(&mut story, &life, &list)?;
        let supervisors = member.under.iter().map(|of| holders[FIRST_SUPERVISOR + of].person.id.clone());
        under.extend(supervisors.map(|supervisor| (supervisor, life.who.id.clone())));
    }
    let events = story.events;
    let references: Vec<StandardRef> = standards.iter().chain([&list]).map(|one| one.reference().clone()).collect();
    let passphrase = Secret::new(PASSPHRASE.to_owned());
    for holder in &holders[FIRST_SUPERVISOR..=FIRST_TRAINEE] {
        keep_later(folder, &holder.person, &holder.key, &passphrase, &mut SystemRandom::default())?;
    }
    replay::write(&mut app.log, &mut *app.random, &references, &holders, events, &under, progress)?;
    app.checkpoint_wal()?;
    (app.clock, app.random) = (clock, Box::new(SystemRandom::default()));
    let pin = Secret::new(PIN.to_owned());
    for at in [OFFICER, FIRST_SUPERVISOR, FIRST_SUPERVISOR + 1] {
        staff::open(&mut app, &holders[at], &pin, now.plus(SESSION))?;
    }
    let id = |at: usize| holders[at].person.id.clone();
    Ok(Demo { app, supervisor: id(FIRST_SUPERVISOR), officer, trainee: id(FIRST_TRAINEE) })
}

/// Has a person's key wrapped when it is first asked for, with the passphrase and everyone's PIN.
fn keep_later(
    folder: &DataDir,
    person: &Person,
    key: &SigningKey,
    passphrase: &Secret,
    random: &mut dyn Random,
) -> Result<(), Error> {
    staff::keep_later(folder, person, key, (passphrase, &Secret::new(PIN.to_owned())), random)
}

/// Orders the standards: the real one first, then from the highest level down, which is the order of `Programme::ALL` in
/// the small department.
fn in_turn(mut standards: Vec<Arc<Standard>>) -> Vec<Arc<Standard>> {
    standards.sort_by_key(|one| (one.reference().reference() != "ST0413", std::cmp::Reverse(one.level())));
    standards
}

/// Returns everyone in the department who has a key, in the order of the indexes in `trainee`: officer, staff, trainees.
fn everyone(app: &mut App, officer: &PersonId, now: Timestamp) -> Result<Vec<Holder>, Error> {
    let session = app.sessions.of(officer, now).ok_or_else(|| Error::refused("The officer has no session"))?;
    let SessionKey::Here(key) = &session.key else { return Err(Error::refused("The officer has no session")) };
    let mut holders = vec![Holder::new(session.person.clone(), SigningKey::from_seed(&key.seed()))];
    let mut used_ids: HashSet<PersonId> = [officer.clone()].into();
    let random = &mut *app.random;
    let mut add = |person: Person, random: &mut dyn Random| -> Result<(), Error> {
        let id = free_id(random, &mut used_ids)?;
        let key = keystore::fresh_key(random)?;
        holders.push(Holder::new(Person { id, ..person }, key));
        Ok(())
    };
    let level = Some("clinical-scientist");
    for (number, name) in (10..).zip(&SUPERVISORS[..TUTOR - FIRST_SUPERVISOR]) {
        let registration = Some(SafeText::line(&format!("HCPC CS000{number}"))?);
        add(Person { registration, ..somebody(name, Role::Supervisor, level)? }, random)?;
    }
    for at in TUTOR..FIRST_TRAINEE {
        let (name, role, place) = if at == VERIFIER {
            (VERIFIER_NAME, Role::Verifier, "Quality assurance")
        } else {
            (TUTOR_NAME, Role::Supervisor, "University")
        };
        add(Person { department: Some(SafeText::line(place)?), ..somebody(name, role, None)? }, random)?;
    }
    for member in &TRAINEES {
        add(somebody(member.name, Role::Trainee, Some(member.on.level()))?, random)?;
    }
    Ok(holders)
}

/// Builds a person of the department with a placeholder id.
fn somebody(name: &str, role: Role, level: Option<&str>) -> Result<Person, Error> {
    Ok(Person {
        id: "0".parse()?,
        name: SafeText::line(name)?,
        roles: vec![role],
        left: false,
        department: Some(SafeText::line("Demo Department")?),
        registration: None,
        level: level.map(SafeText::line).transpose()?,
    })
}

fn beginning() -> Result<InitOptions, Error> {
    Ok(InitOptions {
        department: SafeText::line("Demo Department")?,
        origin: Some("demo.example.org/cardiology".parse()?),
        officer: SafeText::line(OFFICER_NAME)?,
        registration: Some(SafeText::line("HCPC CS00001")?),
        roles: vec![Role::Supervisor],
        passphrase: Secret::new(PASSPHRASE.to_owned()),
        pin: None,
        standard: shipped_standards()?.pop(),
    })
}

/// Returns an unused id.
fn free_id(random: &mut dyn Random, used_ids: &mut HashSet<PersonId>) -> Result<PersonId, Error> {
    loop {
        let id = person_id(random, 4)?;
        if used_ids.insert(id.clone()) {
            return Ok(id);
        }
    }
}
