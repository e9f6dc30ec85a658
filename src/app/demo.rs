//! Made-up departments with real signatures: a small one to look round in, and large ones to measure the program on. Must
//! never touch real data.

pub mod body;
pub mod cast;
pub mod course;
pub mod days;
pub mod event;
pub mod life;
pub mod papers;
pub mod sign_offs;
pub mod staff;
pub mod visits;
pub mod words;
pub mod write;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use crate::app::clock::{Clock, SetClock, SystemClock};
use crate::app::demo::cast::TRAINEES;
use crate::app::demo::event::Holder;
use crate::app::demo::life::{FIRST_SUPERVISOR, FIRST_TRAINEE, OFFICER, Story, TUTOR, VERIFIER};
use crate::app::demo::sign_offs::{Making, add_trainees};
use crate::app::demo::words::{OFFICER as OFFICER_NAME, SUPERVISORS, TUTOR as TUTOR_NAME, VERIFIER as VERIFIER_NAME};
use crate::app::error::Error;
use crate::app::files::{self, Folder};
use crate::app::found::{Beginning, found};
use crate::app::keys;
use crate::app::random::{Random, SeededRandom, SystemRandom, bytes};
use crate::app::roster::NewPerson;
use crate::app::service::App;
use crate::app::session::{Proof, Session};
use crate::domain::department::PolicyName;
use crate::domain::person::{Person, Role};
use crate::domain::spelling::hex;
use crate::domain::standard::Standard;
use crate::domain::standard_file::standard;
use crate::domain::text::Clean;
use crate::domain::value::{PersonId, Secret, StandardRef};
use crate::domain::when::Timestamp;
use crate::ledger::pin::PinVerifier;
use crate::ledger::sshsig::SigningKey;

/// The PIN of everyone in a demo.
pub const PIN: &str = "4071";
/// The passphrase of everyone in a demo.
pub const PASSPHRASE: &str = "lantern orchid gravel walnut harbour";
/// Seconds that the past of a demo made by size is long: three years.
const PAST: i64 = 3 * 365 * 86_400;
/// Statements in one transaction while a demo is made by size.
const TOGETHER: u64 = 1_000;
/// How long a demo's signing sessions last, in seconds.
const SESSION: i64 = 4 * 3600;

/// A demo that is open.
pub struct Demo {
    /// The data, with signing sessions open.
    pub app: App,
    /// The supervisor whose turn it is.
    pub supervisor: PersonId,
    /// The training officer.
    pub officer: PersonId,
    /// The trainee to show first.
    pub trainee: PersonId,
}

/// Opens the department in a temporary folder of its own.
pub fn open() -> Result<Demo, Error> {
    let tag = hex(&bytes::<6>(&mut SystemRandom::default())?);
    let folder = files::temporary(&tag)?;
    department(&Folder::new(folder), Box::new(SystemClock))
}

/// Makes the department of the demo, as it is on a clock's day: the same for the same day.
pub fn department(folder: &Folder, clock: Box<dyn Clock + Send>) -> Result<Demo, Error> {
    let (now, today) = (clock.now(), clock.now().day());
    let begins = days::at(days::working(days::back(days::months_back(today, 36), 9), today), 0);
    let random = Box::new(SeededRandom::new(1));
    let (mut app, officer) =
        found(folder, &Beginning { roles: Vec::new(), ..beginning()? }, Box::new(SetClock(begins)), random)?;
    for text in [include_str!("../../data/made-up-associate.toml"), include_str!("../../data/made-up-assistant.toml")] {
        let (made_up, _) = standard(text).map_err(Error::refused)?;
        app.adopt(&officer, &Proof::Session, made_up)?;
    }
    let policy = vec![(PolicyName::ReassessMonths, visits::REASSESS_MONTHS)];
    app.set_policy(&officer, &Proof::Session, policy)?;
    let standards = in_turn(app.standards()?);
    let holders = everyone(&mut app, &officer, begins)?;
    let origin = app.book.origin()?;
    let bodies = holders[FIRST_SUPERVISOR..FIRST_TRAINEE].iter().flat_map(|one| staff::added(one, &origin)).collect();
    app.state(&officer, Role::TrainingOfficer, &Proof::Session, bodies)?;
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
        course::tell(&mut story, &life, &origin)?;
        visits::tell(&mut story, &life)?;
        let supervisors = member.under.iter().map(|of| holders[FIRST_SUPERVISOR + of].person.id.clone());
        under.extend(supervisors.map(|supervisor| (supervisor, life.who.id.clone())));
    }
    let events = story.events;
    let references: Vec<StandardRef> = standards.iter().map(|one| one.reference().clone()).collect();
    let (passphrase, pin) = (Secret::new(PASSPHRASE.to_owned()), Secret::new(PIN.to_owned()));
    let wrapped: Vec<&Holder> = holders[FIRST_SUPERVISOR..=FIRST_TRAINEE].iter().collect();
    std::thread::scope(|scope| {
        // Wrapping costs as long as all the rest: the one beside the other.
        let wrapping = scope.spawn(|| staff::wrap(folder, &wrapped, &passphrase, &pin));
        write::write(&mut app.book, &mut *app.random, &references, &holders, events, &under)?;
        wrapping.join().unwrap_or_else(|_| Err(Error::refused("The keys were not wrapped")))
    })?;
    app.tidy()?;
    (app.clock, app.random) = (clock, Box::new(SystemRandom::default()));
    for at in [OFFICER, FIRST_SUPERVISOR, FIRST_SUPERVISOR + 1] {
        staff::open(&mut app, &holders[at], &pin, now.plus(SESSION))?;
    }
    let id = |at: usize| holders[at].person.id.clone();
    Ok(Demo { app, supervisor: id(FIRST_SUPERVISOR), officer, trainee: id(FIRST_TRAINEE) })
}

/// The standards in the order of the programmes: the real one, the associate's, the assistant's.
fn in_turn(mut standards: Vec<Arc<Standard>>) -> Vec<Arc<Standard>> {
    standards.sort_by_key(|one| std::cmp::Reverse(one.level()));
    standards
}

/// Everyone of the department who holds a key, in the order of [`life`]: the officer, who is there already, staff, trainees.
fn everyone(app: &mut App, officer: &PersonId, now: Timestamp) -> Result<Vec<Holder>, Error> {
    let session = app.sessions.of(officer, now).ok_or_else(|| Error::refused("The officer has no session"))?;
    let mut holders = vec![Holder::new(session.person.clone(), SigningKey::from_seed(&session.key.seed()))];
    let mut taken: HashSet<PersonId> = [officer.clone()].into();
    let random = &mut *app.random;
    let mut add = |person: Person, random: &mut dyn Random| -> Result<(), Error> {
        let id = loop {
            let id: PersonId = hex(&bytes::<2>(random)?).parse()?;
            if taken.insert(id.clone()) {
                break id;
            }
        };
        let key = keys::fresh_key(random)?;
        holders.push(Holder::new(Person { id, ..person }, key));
        Ok(())
    };
    let person = |name: &str, role: Role, level: Option<&str>| {
        Ok::<_, Error>(Person {
            id: officer.clone(),
            name: Clean::line(name)?,
            roles: vec![role],
            left: false,
            department: Some(Clean::line("Demo Department")?),
            registration: None,
            level: level.map(Clean::line).transpose()?,
        })
    };
    let level = Some("clinical-scientist");
    for (number, name) in (10..).zip(&SUPERVISORS[..TUTOR - FIRST_SUPERVISOR]) {
        let registration = Some(Clean::line(&format!("HCPC CS000{number}"))?);
        add(Person { registration, ..person(name, Role::Supervisor, level)? }, random)?;
    }
    for at in TUTOR..FIRST_TRAINEE {
        let (name, role, place) = if at == VERIFIER {
            (VERIFIER_NAME, Role::Verifier, "Quality assurance")
        } else {
            (TUTOR_NAME, Role::Supervisor, "University")
        };
        add(Person { department: Some(Clean::line(place)?), ..person(name, role, None)? }, random)?;
    }
    for member in &TRAINEES {
        add(person(member.name, Role::Trainee, Some(member.on.level()))?, random)?;
    }
    Ok(holders)
}

fn beginning() -> Result<Beginning, Error> {
    Ok(Beginning {
        department: Clean::line("Demo Department")?,
        origin: Some("demo.example.org/cardiology".parse()?),
        officer: Clean::line(OFFICER_NAME)?,
        registration: Some(Clean::line("HCPC CS00001")?),
        roles: vec![Role::Supervisor],
        passphrase: Secret::new(PASSPHRASE.to_owned()),
    })
}

/// Makes a department of a given size in a folder, the same for the same seed and day: sign-offs on one standard and nothing
/// else. `progress` is told how many are done, and of how many.
pub fn make(
    folder: &Folder,
    trainees: u32,
    sign_offs: u64,
    seed: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Demo, Error> {
    let now = SystemClock.now();
    let begins = now.plus(-PAST);
    let random = Box::new(SeededRandom::new(seed));
    let (mut app, officer) = found(folder, &beginning()?, Box::new(SetClock(begins)), random)?;
    let supervisors = add_supervisors(&mut app, &officer, trainees)?;
    let mut made = Making {
        choice: fastrand::Rng::with_seed(seed),
        trainees: add_trainees(&mut app, &officer, trainees, begins, seed)?,
        recent: VecDeque::new(),
    };
    let standard = app.standards()?.into_iter().next().ok_or_else(|| Error::refused("No standard ships"))?;
    let mut done = 0;
    while done < sign_offs {
        let upto = (done + TOGETHER).min(sign_offs);
        made.sign(&mut app, &standard, done..upto, (begins, now), sign_offs, &supervisors)?;
        done = upto;
        app.tidy()?;
        progress(done, sign_offs);
    }
    app.clock = Box::new(SystemClock);
    app.random = Box::new(SystemRandom::default());
    open_sessions(&mut app, &supervisors)?;
    app.end_session(&officer);
    let trainee = made.trainees.first().map(|t| t.who.id.clone());
    Ok(Demo { app, supervisor: supervisors[0].clone(), trainee: trainee.unwrap_or(officer.clone()), officer })
}

fn add_supervisors(app: &mut App, officer: &PersonId, trainees: u32) -> Result<Vec<PersonId>, Error> {
    let count = (trainees as usize / 40).clamp(3, SUPERVISORS.len());
    let passphrase = Secret::new(PASSPHRASE.to_owned());
    let mut ids = Vec::new();
    for (number, name) in (10..).zip(&SUPERVISORS[..count]) {
        let new = NewPerson {
            name: Clean::line(name)?,
            roles: vec![Role::Supervisor],
            department: Some(Clean::line("Demo Department")?),
            registration: Some(Clean::line(&format!("HCPC CS000{number}"))?),
            level: Some(Clean::line("clinical-scientist")?),
        };
        let (id, _) = app.add_person(officer, &Proof::Session, new, Some(&passphrase))?;
        let opened = keys::open(&app.folder, &app.person(&id)?, &passphrase, &SystemClock)?;
        let person = app.person(&id)?;
        let public = opened.key.public();
        let ends = SystemClock.now().plus(12 * 3600);
        app.sessions.open(Session { person, key: opened.key, public, pin: None, ends, wrong: 0 });
        ids.push(id);
    }
    Ok(ids)
}

/// Gives everyone the demo's PIN, and opens the first supervisor's session with it.
fn open_sessions(app: &mut App, supervisors: &[PersonId]) -> Result<(), Error> {
    let pin = Secret::new(PIN.to_owned());
    let now = app.clock.now();
    for (number, id) in supervisors.iter().enumerate() {
        let verifier = PinVerifier::new(&pin, bytes(&mut SystemRandom::default())?)?;
        let Some(session) = app.sessions.of(id, now) else { continue };
        session.pin = Some(verifier);
        session.ends = now.plus(4 * 3600);
        if number > 1 {
            app.sessions.end(id);
        }
    }
    Ok(())
}
