//! Sign-offs by the thousand, spread over three years and many trainees of one standard: for measuring. Must never touch real
//! data.

use std::collections::{HashSet, VecDeque};

use chrono::Days;

use crate::app::clock::SetClock;
use crate::app::demo::body::sign_off;
use crate::app::demo::words::{FIRST, FIRST_TRAINEE, LAST, SPECIALISMS};
use crate::app::error::Error;
use crate::app::service::App;
use crate::app::session::{Proof, Session};
use crate::app::writing::Hand;
use crate::domain::department::NamedEnrolment;
use crate::domain::person::{Enrolment, Named, Person, Role};
use crate::domain::standard::Standard;
use crate::domain::statement::{Auth, Body, Outcome, Withdraw};
use crate::domain::text::Clean;
use crate::domain::value::{PersonId, StatementId};
use crate::domain::when::Timestamp;

/// A trainee of a demo, and how far they are.
pub struct Trainee {
    /// Who.
    pub who: Named,
    start: Timestamp,
    /// The KSBs in the order in which they will be signed, as places in the standard.
    order: Vec<u8>,
    next: usize,
    /// How fast they are, of 256.
    pace: u8,
}

/// Adds so many trainees.
pub fn add_trainees(
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
pub struct Making {
    /// What varies from one to the next.
    pub choice: fastrand::Rng,
    /// Who there is.
    pub trainees: Vec<Trainee>,
    /// Sign-offs that may yet be withdrawn, each with the supervisor's number.
    pub recent: VecDeque<(StatementId, usize, Named)>,
}

impl Making {
    /// States so many sign-offs, by their numbers.
    pub fn sign(
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
        let observed = moment.day() - Days::new(u64::from(choice.u32(0..3)));
        let place = usize::from(place);
        Ok(Body::SignOff(sign_off(choice, &trainee.who, standard, place, outcome, observed)?))
    }
}
