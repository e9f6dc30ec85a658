//! Generates sign-offs in bulk, spread over three years and many trainees, for benchmarks.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use chrono::Days;

use crate::app::app::App;
use crate::app::clock::SetClock;
use crate::app::demo::claims_and_hours::{Beside, Group};
use crate::app::demo::phrases::sign_off;
use crate::app::demo::words::{FIRST, FIRST_TRAINEE, LAST, SPECIALISMS};
use crate::app::error::Error;
use crate::app::keys::session::{Credential, Session};
use crate::app::log::append::SigningIdentity;
use crate::domain::people::person::{Enrolment, Person, PersonRef, Role};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{KsbCode, PersonId, StandardRef, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::standard::Standard;
use crate::domain::standard::options::Scope;
use crate::domain::statement::kinds::enrolment::NamedEnrolment;
use crate::domain::statement::kinds::sign_off::{Outcome, SignOff};
use crate::domain::statement::kinds::withdraw::Withdraw;
use crate::domain::statement::{AuthMethod, Body};
use crate::store::hours;

/// A trainee of a demo and their progress.
pub struct Trainee {
    pub who: PersonRef,
    /// The index of their standard.
    pub on: usize,
    start: Timestamp,
    /// Indexes of the KSBs in the standard, in the order of signing.
    pub order: Vec<u8>,
    next: usize,
    /// Pace, out of 256.
    pace: u8,
}

/// Adds trainees, spread evenly over these standards.
pub fn add_trainees(
    app: &mut App,
    officer: &PersonId,
    standards: &[Arc<Standard>],
    count: u32,
    (begins, seed): (Timestamp, u64),
) -> Result<Vec<Trainee>, Error> {
    let mut choice = fastrand::Rng::with_seed(seed ^ 0x5eed);
    let mut taken: HashSet<PersonId> = HashSet::new();
    let mut trainees = Vec::new();
    for part in 0..count.div_ceil(250) {
        let mut bodies = Vec::new();
        for number in part * 250..((part + 1) * 250).min(count) {
            let id = loop {
                let id: PersonId = format!("{:05x}", choice.u32(0x1_0000..0x10_0000)).parse()?;
                if taken.insert(id.clone()) {
                    break id;
                }
            };
            let name = SafeText::line(&name(number))?;
            let on = number as usize % standards.len();
            let standard = &standards[on];
            let level = match standard.level() {
                ..4 => "assistant",
                4 => "associate",
                5 | 6 => "practitioner",
                _ => "clinical-scientist",
            };
            let specialism = Some(SafeText::line(SPECIALISMS[number as usize % SPECIALISMS.len()])?);
            bodies.push(Body::Person(Person {
                id: id.clone(),
                name: name.clone(),
                roles: vec![Role::Trainee],
                left: false,
                department: Some(SafeText::line("Demo Department")?),
                registration: None,
                level: Some(SafeText::line(level)?),
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
                weekly: None,
                end: None,
                scope: Scope::default(),
                aged_16_to_18: None,
            };
            bodies.push(Body::Enrolment(NamedEnrolment { name: name.clone(), enrolment }));
            let mut order: Vec<u8> = (0..standard.ksbs().len() as u8).collect();
            choice.shuffle(&mut order);
            let pace = if number == 0 { 150 } else { choice.u8(60..) };
            trainees.push(Trainee { who: PersonRef { id, name }, on, start, order, next: 0, pace });
        }
        app.state(officer, Role::TrainingOfficer, &Credential::Session, bodies)?;
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

/// The state of generating sign-offs.
pub struct Making {
    /// The random choices.
    pub choice: fastrand::Rng,
    pub standards: Vec<Arc<Standard>>,
    pub staff: Vec<PersonRef>,
    pub trainees: Vec<Trainee>,
    /// Sign-offs that may still be withdrawn, with the index of their supervisor and the trainee.
    pub recent: VecDeque<(StatementId, usize, PersonRef)>,
    /// The generator of claims, reviews and hours, if they are wanted.
    pub beside: Option<Beside>,
}

impl Making {
    /// Signs the sign-offs of a range of numbers.
    pub fn sign(
        &mut self,
        app: &mut App,
        range: std::ops::Range<u64>,
        (begins, now): (Timestamp, Timestamp),
        of: u64,
    ) -> Result<(), Error> {
        let span = now.seconds() - begins.seconds() - 3_600;
        let each = span * 1_000 / of.max(1).cast_signed();
        let at = |number: u64| begins.plus(1_800 + each * number.cast_signed() / 1_000);
        let mut groups: Vec<Group> = Vec::new();
        let mut number = range.start;
        while number < range.end {
            let moment = at(number);
            let supervisor = self.choice.usize(..self.staff.len());
            let trainee = self.pick(moment);
            let size = u64::from(self.choice.u32(1..=6)).min(range.end - number);
            let mut bodies = Vec::new();
            for _ in 0..size {
                bodies.push(Body::SignOff(self.sign_off(trainee, moment)?));
            }
            let mut group = Group { supervisor, trainee, bodies, at: moment, claim: None, may_go: true };
            if let Some(beside) = &mut self.beside {
                let who = &self.trainees[trainee].who;
                beside.claimed(&mut self.choice, &mut group, who)?;
                let standard = &self.standards[self.trainees[trainee].on];
                groups.extend(beside.met(&mut self.choice, &group, who, standard, &self.staff)?);
                groups.extend(beside.learnt(&mut self.choice, &group, who)?);
            }
            groups.push(group);
            number += size;
            if self.choice.u8(..) < 6
                && let Some((of, supervisor, trainee)) = self.recent.pop_front()
            {
                let reason = SafeText::line("Recorded for the wrong trainee")?;
                let bodies = vec![Body::Withdraw(Withdraw { of, trainee, reason })];
                groups.push(Group { supervisor, trainee: 0, bodies, at: moment, claim: None, may_go: false });
            }
        }
        self.write(app, groups)
    }

    fn write(&mut self, app: &mut App, groups: Vec<Group>) -> Result<(), Error> {
        let App { book, sessions, random, .. } = app;
        let far = Timestamp::from_seconds(0);
        let sessions: Vec<&Session> = sessions.current(far).collect();
        let standards: Vec<StandardRef> = self.standards.iter().map(|one| one.reference().clone()).collect();
        let entered = self.beside.as_mut().map(Beside::entered).unwrap_or_default();
        let papers = self.beside.as_ref().map(Beside::papers).unwrap_or_default();
        let (mut groups, mut written) = (groups, Vec::new());
        book.append_freely(&standards, &mut **random, &mut |tx, state| {
            for Group { supervisor, trainee, bodies, at, claim, may_go } in &mut groups {
                let session = sessions.iter().find(|s| s.person.id == self.staff[*supervisor].id);
                let Some(session) = session else { continue };
                if let Some(asked) = claim {
                    asked.make(tx, papers)?;
                }
                let (person, key, public) = (&session.person, &session.key, &session.public);
                let hand = SigningIdentity { person, key, public, role: Role::Supervisor, auth: AuthMethod::Pin };
                let ids = state(tx, &hand, std::mem::take(bodies), &SetClock(*at))?;
                written.extend(ids.into_iter().filter(|_| *may_go).map(|id| (id, *supervisor, *trainee)));
            }
            for (who, entry) in &entered {
                hours::put(tx, who, entry)?;
            }
            Ok(())
        })?;
        for (id, supervisor, trainee) in written {
            if self.choice.u8(..) < 8 {
                self.recent.push_back((id, supervisor, self.trainees[trainee].who.clone()));
                self.recent.truncate(64);
            }
        }
        Ok(())
    }

    /// Adds waiting claims over the last two months, alternately for the first supervisor and for anyone.
    pub fn ask(&mut self, app: &mut App, many: u64, now: Timestamp) -> Result<(), Error> {
        let (Some(beside), Some(of)) = (&mut self.beside, self.staff.first()) else { return Ok(()) };
        let trainees = self.trainees.len() as u64;
        let mut asked = Vec::new();
        for number in 0..many.min(trainees * 5) {
            let trainee = &self.trainees[(number % trainees) as usize];
            let standard = &self.standards[trainee.on];
            let nth = (number / trainees) as usize;
            let places = trainee.order.iter().rev().skip(nth * 2).take(1 + nth % 2);
            let codes: Vec<KsbCode> = places.map(|place| standard.ksbs()[usize::from(*place)].code).collect();
            let made = now.plus(-(3_600 + (number.cast_signed() * 1_039) % (60 * 86_400)));
            let of = number.is_multiple_of(2).then(|| of.id.clone());
            asked.push(beside.asked(&mut self.choice, &trainee.who, standard.reference(), codes, made, of)?);
        }
        let papers = beside.papers();
        app.book.db.write(|tx| asked.iter().try_for_each(|one| one.make(tx, papers)))
    }

    /// Picks a trainee who has started by then, more often a fast one.
    fn pick(&mut self, moment: Timestamp) -> usize {
        // In a small department, the first trainee gets enough sign-offs to be worth showing.
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
        // The second trainee, or the only one, started with the log.
        1.min(self.trainees.len() - 1)
    }

    fn sign_off(&mut self, trainee: usize, moment: Timestamp) -> Result<SignOff, Error> {
        let choice = &mut self.choice;
        let trainee = &mut self.trainees[trainee];
        let standard = &self.standards[trainee.on];
        let place = trainee.order[trainee.next % trainee.order.len()];
        let outcome = if choice.u8(..) < 18 { Outcome::NotAchieved } else { Outcome::Achieved };
        // A KSB not achieved comes up again a little later.
        if outcome == Outcome::NotAchieved {
            let later = (trainee.next + 9).min(trainee.order.len() - 1);
            let here = trainee.next % trainee.order.len();
            trainee.order.swap(here, later);
        }
        trainee.next += 1;
        let observed = moment.day() - Days::new(u64::from(choice.u32(0..3)));
        let place = usize::from(place);
        sign_off(choice, &trainee.who, standard, place, outcome, observed)
    }
}
