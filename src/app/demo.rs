//! Made-up data of any size, with real signatures: to try the program on, and to measure it. Must never touch real data.

use std::collections::{HashSet, VecDeque};

use chrono::Days;

use crate::app::clock::{Clock as _, SetClock, SystemClock};
use crate::app::demo_people::{FIRST, FIRST_TRAINEE, LAST, NOT_YET, OFFICER, PLACES, SPECIALISMS, SUPERVISORS, WELL};
use crate::app::error::Error;
use crate::app::files::{self, Folder};
use crate::app::found::{Beginning, found};
use crate::app::keys;
use crate::app::random::{SeededRandom, SystemRandom, bytes};
use crate::app::roster::NewPerson;
use crate::app::service::App;
use crate::app::session::{Proof, Session};
use crate::app::signing::meaning;
use crate::app::writing::Hand;
use crate::domain::department::NamedEnrolment;
use crate::domain::person::{Enrolment, Named, Person, Role};
use crate::domain::spelling::hex;
use crate::domain::standard::Standard;
use crate::domain::statement::{Action, Auth, Body, Item, Method, Outcome, SignOff, Supervision, Withdraw};
use crate::domain::text::Clean;
use crate::domain::value::{PersonId, Secret, StatementId};
use crate::domain::when::Timestamp;
use crate::ledger::pin::PinVerifier;

/// The PIN of everyone in a demo.
pub const PIN: &str = "4071";
/// The passphrase of everyone in a demo.
pub const PASSPHRASE: &str = "lantern orchid gravel walnut harbour";
/// Seconds that a demo's past is long: three years.
const PAST: i64 = 3 * 365 * 86_400;
/// Statements in one transaction while a demo is made.
const TOGETHER: u64 = 1_000;

/// A demo that is open.
pub struct Demo {
    /// The data, with a supervisor's signing session open.
    pub app: App,
    /// Whose session.
    pub supervisor: PersonId,
    /// The trainee to show first.
    pub trainee: PersonId,
}

/// Opens a small demo in a temporary folder of its own.
pub fn open() -> Result<Demo, Error> {
    let tag = hex(&bytes::<6>(&mut SystemRandom::default())?);
    let folder = files::temporary(&tag)?;
    make(&Folder::new(folder), 12, 520, 1, &mut |_, _| {})
}

/// Makes a demo of a given size in a folder, the same for the same seed and day. `progress` is told how many sign-offs are
/// done, and of how many.
pub fn make(
    folder: &Folder,
    trainees: u32,
    sign_offs: u64,
    seed: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Demo, Error> {
    let now = SystemClock.now();
    let begins = now.plus(-PAST);
    let beginning = Beginning {
        department: Clean::line("Demo Department")?,
        origin: Some("demo.example.org/cardiology".parse()?),
        officer: Clean::line(OFFICER)?,
        registration: Some(Clean::line("HCPC CS00001")?),
        roles: vec![Role::Supervisor],
        passphrase: Secret::new(PASSPHRASE.to_owned()),
    };
    let random = Box::new(SeededRandom::new(seed));
    let (mut app, officer) = found(folder, &beginning, Box::new(SetClock(begins)), random)?;
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
    Ok(Demo { app, supervisor: supervisors[0].clone(), trainee: trainee.unwrap_or(officer) })
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

/// A trainee of a demo, and how far they are.
struct Trainee {
    who: Named,
    start: Timestamp,
    /// The KSBs in the order in which they will be signed, as places in the standard.
    order: Vec<u8>,
    next: usize,
    /// How fast they are, of 256.
    pace: u8,
}

fn add_trainees(
    app: &mut App,
    officer: &PersonId,
    count: u32,
    begins: Timestamp,
    seed: u64,
) -> Result<Vec<Trainee>, Error> {
    let mut choice = fastrand::Rng::with_seed(seed ^ 0x5eed);
    let mut taken: HashSet<PersonId> = HashSet::new();
    let mut trainees = Vec::new();
    let standard = app.standards()?.into_iter().next().ok_or_else(|| Error::refused("No standard ships"))?;
    for part in 0..count.div_ceil(250) {
        let mut bodies = Vec::new();
        for number in part * 250..((part + 1) * 250).min(count) {
            let id = loop {
                let id: PersonId = format!("{:05x}", choice.u32(0x1_0000..0x10_0000)).parse()?;
                if taken.insert(id.clone()) {
                    break id;
                }
            };
            let name = Clean::line(&name(number))?;
            let specialism = Some(Clean::line(SPECIALISMS[number as usize % SPECIALISMS.len()])?);
            bodies.push(Body::Person(Person {
                id: id.clone(),
                name: name.clone(),
                roles: vec![Role::Trainee],
                left: false,
                department: Some(Clean::line("Demo Department")?),
                registration: None,
                level: Some(Clean::line("practitioner")?),
            }));
            let months = match number {
                0 if count > 1 => 22,
                0 | 1 => 0,
                _ => i64::from(choice.u32(0..26)),
            };
            let start = begins.plus(months * 30 * 86_400);
            let enrolment = Enrolment {
                trainee: id.clone(),
                standard: standard.reference().clone(),
                start: start.day(),
                specialism,
            };
            bodies.push(Body::Enrolment(NamedEnrolment { name: name.clone(), enrolment }));
            let mut order: Vec<u8> = (0..standard.ksbs().len() as u8).collect();
            choice.shuffle(&mut order);
            let pace = if number == 0 { 150 } else { choice.u8(60..) };
            trainees.push(Trainee { who: Named { id, name }, start, order, next: 0, pace });
        }
        app.state(officer, Role::TrainingOfficer, &Proof::Session, bodies)?;
    }
    Ok(trainees)
}

fn name(number: u32) -> String {
    if number == 0 {
        return FIRST_TRAINEE.to_owned();
    }
    let (first, last) = (FIRST.len() as u32, LAST.len() as u32);
    let plain = format!("{} {}", FIRST[(number % first) as usize], LAST[(number / 7 % last) as usize]);
    match number / (first * last) {
        0 if number < 7 * last => plain,
        _ => format!("{plain} {number}"),
    }
}

/// A demo's sign-offs being made.
struct Making {
    choice: fastrand::Rng,
    trainees: Vec<Trainee>,
    /// Sign-offs that may yet be withdrawn, each with the supervisor's number.
    recent: VecDeque<(StatementId, usize, Named)>,
}

impl Making {
    fn sign(
        &mut self,
        app: &mut App,
        standard: &Standard,
        range: std::ops::Range<u64>,
        (begins, now): (Timestamp, Timestamp),
        of: u64,
        supervisors: &[PersonId],
    ) -> Result<(), Error> {
        let span = now.seconds() - begins.seconds() - 3_600;
        let each = span * 1_000 / of.max(1).cast_signed();
        let at = |number: u64| begins.plus(1_800 + each * number.cast_signed() / 1_000);
        let mut groups: Vec<(usize, Vec<Body>, SetClock)> = Vec::new();
        let mut whose: Vec<Option<(usize, Named)>> = Vec::new();
        let mut number = range.start;
        while number < range.end {
            let moment = at(number);
            let supervisor = self.choice.usize(..supervisors.len());
            let trainee = self.pick(moment);
            let size = u64::from(self.choice.u32(1..=6)).min(range.end - number);
            let mut bodies = Vec::new();
            for _ in 0..size {
                bodies.push(self.sign_off(standard, trainee, moment)?);
                whose.push(Some((supervisor, self.trainees[trainee].who.clone())));
            }
            groups.push((supervisor, bodies, SetClock(moment)));
            number += size;
            if self.choice.u8(..) < 6
                && let Some((of, supervisor, trainee)) = self.recent.pop_front()
            {
                let reason = Clean::line("Recorded for the wrong trainee")?;
                let body = Body::Withdraw(Withdraw { of, trainee, reason });
                groups.push((supervisor, vec![body], SetClock(moment)));
                whose.push(None);
            }
        }
        let App { book, sessions, random, .. } = app;
        let far = Timestamp::from_seconds(0);
        let sessions: Vec<&Session> = sessions.current(far).collect();
        let mut written = Vec::with_capacity(groups.len());
        for (supervisor, bodies, clock) in &groups {
            let session = sessions.iter().find(|s| s.person.id == supervisors[*supervisor]);
            let Some(session) = session else { continue };
            let (person, key, public) = (&session.person, &session.key, &session.public);
            let hand = Hand { person, key, public, role: Role::Supervisor, auth: Auth::Pin };
            written.push((hand, bodies.clone(), clock as &dyn crate::app::clock::Clock));
        }
        let ids = book.append_groups(written, &mut **random)?;
        for (id, whose) in ids.into_iter().zip(whose) {
            if let Some((supervisor, trainee)) = whose
                && self.choice.u8(..) < 8
            {
                self.recent.push_back((id, supervisor, trainee));
                self.recent.truncate(64);
            }
        }
        Ok(())
    }

    /// A trainee who has begun by then; the quicker ones more often.
    fn pick(&mut self, moment: Timestamp) -> usize {
        // In a small department the first one is seen often enough to be worth looking at.
        if self.trainees.len() <= 50 && self.trainees[0].start <= moment && self.choice.u8(..) < 60 {
            return 0;
        }
        for _ in 0..64 {
            let trainee = self.choice.usize(..self.trainees.len());
            let Trainee { start, pace, .. } = &self.trainees[trainee];
            if *start <= moment && self.choice.u8(..) <= *pace {
                return trainee;
            }
        }
        // The second trainee, or the only one, began with the log.
        1.min(self.trainees.len() - 1)
    }

    fn sign_off(&mut self, standard: &Standard, trainee: usize, moment: Timestamp) -> Result<Body, Error> {
        let choice = &mut self.choice;
        let trainee = &mut self.trainees[trainee];
        let place = trainee.order[trainee.next % trainee.order.len()];
        let outcome = if choice.u8(..) < 18 { Outcome::NotAchieved } else { Outcome::Achieved };
        // What is not achieved comes again a little later.
        if outcome == Outcome::NotAchieved {
            let later = (trainee.next + 9).min(trainee.order.len() - 1);
            let here = trainee.next % trainee.order.len();
            trainee.order.swap(here, later);
        }
        trainee.next += 1;
        let ksb = &standard.ksbs()[usize::from(place)];
        let observed = moment.day() - Days::new(u64::from(choice.u32(0..3)));
        let (feedback, action) = match outcome {
            Outcome::Achieved if choice.bool() => (Some(WELL[choice.usize(..WELL.len())]), None),
            Outcome::Achieved => (None, None),
            Outcome::NotAchieved => {
                let (feedback, next) = NOT_YET[choice.usize(..NOT_YET.len())];
                (Some(feedback), Some(Action { what: Clean::line(next)?, by: observed + Days::new(42) }))
            }
        };
        let clean = |text: Option<&str>| text.map(Clean::line).transpose();
        Ok(Body::SignOff(SignOff {
            trainee: trainee.who.clone(),
            item: Item { standard: standard.reference().clone(), code: ksb.code, text: ksb.digest },
            outcome,
            method: Some(Method::ALL[choice.usize(..Method::ALL.len())]),
            supervision: Some(Supervision::ALL[choice.usize(..Supervision::ALL.len())]),
            observed,
            place: if choice.bool() { clean(Some(PLACES[choice.usize(..PLACES.len())]))? } else { None },
            feedback: clean(feedback)?,
            action,
            late: None,
            evidence: Vec::new(),
            meaning: meaning(outcome)?,
        }))
    }
}
