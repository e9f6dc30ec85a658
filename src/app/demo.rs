//! Builds demo departments with made-up people and real signatures: a small one to explore, and large ones for benchmarks.

pub mod claims_and_hours;
pub mod days;
pub mod event;
pub mod local;
pub mod observations;
pub mod papers;
pub mod people;
pub mod phrases;
pub mod programme;
pub mod replay;
pub mod said;
pub mod sign_offs;
pub mod staff;
pub mod trainee;
pub mod words;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use crate::app::app::App;
use crate::app::clock::{Clock, SetClock, SystemClock};
use crate::app::demo::claims_and_hours::Beside;
use crate::app::demo::event::Holder;
use crate::app::demo::people::TRAINEES;
use crate::app::demo::sign_offs::{Making, add_trainees};
use crate::app::demo::trainee::{FIRST_SUPERVISOR, FIRST_TRAINEE, OFFICER, Story, TUTOR, VERIFIER};
use crate::app::demo::words::{OFFICER as OFFICER_NAME, SUPERVISORS, TUTOR as TUTOR_NAME, VERIFIER as VERIFIER_NAME};
use crate::app::error::Error;
use crate::app::init::{InitOptions, found};
use crate::app::keys::keystore;
use crate::app::keys::session::Credential;
use crate::app::random::{Random, SeededRandom, SystemRandom, bytes, person_id};
use crate::app::record::annotations::named;
use crate::app::storage::data_dir::{self, DataDir};
use crate::domain::people::person::{Person, PersonRef, Role};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::encoding::hex;
use crate::domain::primitives::ids::{DutyNo, KsbCode, KsbKind, PersonId, Secret, StandardRef};
use crate::domain::primitives::text::SafeText;
use crate::domain::standard::Standard;
use crate::domain::standard::about::About;
use crate::domain::standard::builder::{Duty, StandardParts};
use crate::domain::standard::file::standard;
use crate::domain::standard::start_dates::StartDates;
use crate::domain::statement::kinds::policy::PolicyName;
use crate::ledger::sshsig::SigningKey;

/// Everyone's PIN in a demo.
pub const PIN: &str = "4071";
/// Everyone's passphrase in a demo.
pub const PASSPHRASE: &str = "lantern orchid gravel walnut harbour";
/// How far back the records of a sized demo go: three years, in seconds.
const PAST: i64 = 3 * 365 * 86_400;
/// The made-up standards of the small department: associate, then assistant.
const MADE_UP: [&str; 2] =
    [include_str!("../../data/made-up-associate.toml"), include_str!("../../data/made-up-assistant.toml")];
/// Sign-offs for each waiting claim.
const CLAIM_FOR_EACH: u64 = 200;
/// Statements in one transaction of a sized demo.
const TOGETHER: u64 = 1_000;
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

/// Opens the demo department in a new temporary folder.
pub fn open() -> Result<Demo, Error> {
    let tag = hex(&bytes::<6>(&mut SystemRandom::default())?);
    let folder = data_dir::temporary(&tag)?;
    SystemClock.check()?;
    department(&DataDir::new(folder), Box::new(SystemClock))
}

/// Makes the demo department as of a clock's day; the same day gives the same data.
pub fn department(folder: &DataDir, clock: Box<dyn Clock + Send>) -> Result<Demo, Error> {
    let (now, today) = (clock.now(), clock.now().day());
    let begins = days::at(days::working(days::back(days::months_back(today, 36), 9), today), 0);
    let random = Box::new(SeededRandom::new(1));
    let (mut app, officer) =
        found(folder, &InitOptions { roles: Vec::new(), ..beginning()? }, Box::new(SetClock(begins)), random)?;
    for text in MADE_UP {
        let (made_up, _) = standard(text).map_err(Error::refused)?;
        app.adopt(&officer, &Credential::Session, made_up)?;
    }
    let policy = vec![(PolicyName::ReassessMonths, observations::REASSESS_MONTHS)];
    app.set_policy(&officer, &Credential::Session, policy)?;
    let standards = in_turn(app.standards()?);
    let holders = everyone(&mut app, &officer, begins)?;
    let origin = app.book.origin()?;
    let bodies = holders[FIRST_SUPERVISOR..FIRST_TRAINEE].iter().flat_map(|one| staff::added(one, &origin)).collect();
    app.state(&officer, Role::TrainingOfficer, &Credential::Session, bodies)?;
    let list = local::list(&holders[FIRST_SUPERVISOR + 1].person.id)?;
    let of_list = list.reference().clone();
    app.adopt_list(&officer, &Credential::Session, list)?;
    let list = app.standard(&of_list)?;
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
    let (passphrase, pin) = (Secret::new(PASSPHRASE.to_owned()), Secret::new(PIN.to_owned()));
    let wrapped: Vec<&Holder> = holders[FIRST_SUPERVISOR..=FIRST_TRAINEE].iter().collect();
    std::thread::scope(|scope| {
        // Wrapping the keys takes as long as all the rest, so the two run in parallel.
        let wrapping = scope.spawn(|| staff::wrap(folder, &wrapped, &passphrase, &pin));
        replay::write(&mut app.book, &mut *app.random, &references, &holders, events, &under)?;
        wrapping.join().unwrap_or_else(|_| Err(Error::refused("The keys were not wrapped")))
    })?;
    app.checkpoint_wal()?;
    (app.clock, app.random) = (clock, Box::new(SystemRandom::default()));
    for at in [OFFICER, FIRST_SUPERVISOR, FIRST_SUPERVISOR + 1] {
        staff::open(&mut app, &holders[at], &pin, now.plus(SESSION))?;
    }
    let id = |at: usize| holders[at].person.id.clone();
    Ok(Demo { app, supervisor: id(FIRST_SUPERVISOR), officer, trainee: id(FIRST_TRAINEE) })
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
    let mut holders = vec![Holder::new(session.person.clone(), SigningKey::from_seed(&session.key.seed()))];
    let mut taken: HashSet<PersonId> = [officer.clone()].into();
    let random = &mut *app.random;
    let mut add = |person: Person, random: &mut dyn Random| -> Result<(), Error> {
        let id = free_id(random, &mut taken)?;
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
    })
}

/// Makes a department of a given size, with sign-offs on one standard only; the same seed and day give the same data.
/// `progress` gets the number done and the total.
pub fn make(
    folder: &DataDir,
    trainees: u32,
    sign_offs: u64,
    seed: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Demo, Error> {
    sized(folder, (trainees, sign_offs), seed, false, progress)
}

/// Makes a department of a given size over five standards, with claims, evidence, progress reviews and off-the-job hours in
/// proportion; one claim waits per 200 sign-offs.
pub fn make_whole(
    folder: &DataDir,
    trainees: u32,
    sign_offs: u64,
    seed: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Demo, Error> {
    sized(folder, (trainees, sign_offs), seed, true, progress)
}

fn sized(
    folder: &DataDir,
    (trainees, sign_offs): (u32, u64),
    seed: u64,
    whole: bool,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Demo, Error> {
    SystemClock.check()?;
    let now = SystemClock.now();
    let begins = now.plus(-PAST);
    let random = Box::new(SeededRandom::new(seed));
    let (mut app, officer) = found(folder, &beginning()?, Box::new(SetClock(begins)), random)?;
    let more = if whole { made_up()? } else { Vec::new() };
    for one in more {
        app.adopt(&officer, &Credential::Session, one)?;
    }
    let standards = in_turn(app.standards()?);
    let staff = add_supervisors(&mut app, &officer, trainees, folder)?;
    let beside =
        if whole && trainees > 0 { Some(Beside::new(seed, app.person(&officer).map(|p| named(&p))?)?) } else { None };
    let mut made = Making {
        choice: fastrand::Rng::with_seed(seed),
        trainees: add_trainees(&mut app, &officer, &standards, trainees, (begins, seed))?,
        standards,
        staff,
        recent: VecDeque::new(),
        beside,
    };
    let mut done = 0;
    while done < sign_offs {
        let upto = (done + TOGETHER).min(sign_offs);
        made.sign(&mut app, done..upto, (begins, now), sign_offs)?;
        done = upto;
        app.checkpoint_wal()?;
        progress(done, sign_offs);
    }
    made.ask(&mut app, sign_offs.div_ceil(CLAIM_FOR_EACH), now)?;
    (app.clock, app.random) = (Box::new(SystemClock), Box::new(SystemRandom::default()));
    for (number, one) in made.staff.iter().enumerate() {
        match app.sessions.of(&one.id, now) {
            Some(session) if number < 2 => session.ends = now.plus(SESSION),
            _ => app.sessions.end(&one.id),
        }
    }
    app.end_session(&officer);
    let trainee = made.trainees.first().map(|t| t.who.id.clone());
    let supervisor = made.staff[0].id.clone();
    Ok(Demo { app, supervisor, trainee: trainee.unwrap_or(officer.clone()), officer })
}

/// Returns an unused id.
fn free_id(random: &mut dyn Random, taken: &mut HashSet<PersonId>) -> Result<PersonId, Error> {
    loop {
        let id = person_id(random, 4)?;
        if taken.insert(id.clone()) {
            return Ok(id);
        }
    }
}

/// Adds supervisors with keys and opens their sessions.
fn add_supervisors(
    app: &mut App,
    officer: &PersonId,
    trainees: u32,
    folder: &DataDir,
) -> Result<Vec<PersonRef>, Error> {
    let count = (trainees as usize / 40).clamp(3, SUPERVISORS.len());
    let (passphrase, pin) = (Secret::new(PASSPHRASE.to_owned()), Secret::new(PIN.to_owned()));
    let origin = app.book.origin()?;
    let (mut holders, mut taken) = (Vec::new(), HashSet::from([officer.clone()]));
    for (number, name) in (10..).zip(&SUPERVISORS[..count]) {
        let person = Person {
            id: free_id(&mut *app.random, &mut taken)?,
            registration: Some(SafeText::line(&format!("HCPC CS000{number}"))?),
            ..somebody(name, Role::Supervisor, Some("clinical-scientist"))?
        };
        holders.push(Holder::new(person, keystore::fresh_key(&mut *app.random)?));
    }
    let bodies = holders.iter().flat_map(|one| staff::added(one, &origin)).collect();
    app.state(officer, Role::TrainingOfficer, &Credential::Session, bodies)?;
    staff::wrap(folder, &holders.iter().collect::<Vec<_>>(), &passphrase, &pin)?;
    for holder in &holders {
        staff::open(app, holder, &pin, SystemClock.now().plus(12 * 3600))?;
    }
    Ok(holders.iter().map(Holder::named).collect())
}

/// Returns four made-up standards: those of the small department, and two that consist of codes only.
fn made_up() -> Result<Vec<Standard>, Error> {
    let mut all = Vec::new();
    for text in MADE_UP {
        all.push(standard(text).map_err(Error::refused)?.0);
    }
    for (level, ksbs) in [(5, 40), (7, 60)] {
        let code = |number: u16, kind: KsbKind| KsbCode { kind, number };
        let codes: Vec<KsbCode> =
            (1..=ksbs).flat_map(|n| [code(n, KsbKind::Knowledge), code(n, KsbKind::Skill)]).take(ksbs.into()).collect();
        let duty = |no: u16| Duty {
            no: DutyNo(no),
            title: format!("Made-up duty {no}"),
            text: format!("Duty {no} that nobody has."),
        };
        let parts = StandardParts {
            reference: StandardRef::new(&format!("MADE-UP-{level}"), "1.0")?,
            title: format!("Level {level} in a department that does not exist (made up)"),
            level,
            months: 30,
            hours: Some(500),
            programme: None,
            starts: StartDates::default(),
            gateway: Vec::new(),
            options: Vec::new(),
            about: About::default(),
            duties: (1..=8).map(duty).collect(),
            links: (0..).zip(&codes).map(|(n, code)| (DutyNo(n % 8 + 1), *code)).collect(),
            ksbs: codes
                .iter()
                .map(|code| (*code, format!("What {code} would ask for, if there were such a standard.")))
                .collect(),
        };
        all.push(Standard::build(parts).map_err(|faults| Error::refused(format!("{faults:?}")))?);
    }
    Ok(all)
}
