//! Generates a department of any size for benchmarks: sign-offs over three years, with other records in proportion.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use chrono::{Days, NaiveDate};

use crate::app::App;
use crate::clock::{Clock, SetClock, SystemClock};
use crate::demo::event::{DemoAction, Event, Holder};
use crate::demo::papers::{Paper, paper};
use crate::demo::phrases::sign_off;
use crate::demo::review_answers::answers;
use crate::demo::words::{
    AGREED, DISCUSSED, FIRST, FIRST_TRAINEE, LAST, LEARNT, PAPERS, REFLECTIONS, SPECIALISMS, SUPERVISORS,
};
use crate::demo::{Demo, MADE_UP, PASSPHRASE, PIN, SESSION, beginning, free_id, in_turn, replay, somebody, staff};
use crate::error::Error;
use crate::init::found;
use crate::keys::keystore;
use crate::keys::session::Credential;
use crate::log::sign;
use crate::people::person::named;
use crate::people::roster;
use crate::random::{SeededRandom, SystemRandom, id};
use crate::standards::adopted;
use crate::storage::data_dir::DataDir;
use countersign_core::people::person::{Enrolment, Person, PersonRef, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{
    ClaimId, DutyNo, KsbCode, KsbKind, PersonId, Secret, StandardRef, StatementId,
};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::hours::{HourEntry, QuarterHours};
use countersign_core::standard::Standard;
use countersign_core::standard::builder::{Duty, StandardParts};
use countersign_core::standard::file::standard;
use countersign_core::standard::options::Scope;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::enrolment::NamedEnrolment;
use countersign_core::statement::kinds::hours::{Hours, MEANING_HOURS};
use countersign_core::statement::kinds::review::{Attended, Party, Review, ReviewAction};
use countersign_core::statement::kinds::sign_off::{Evidence, Outcome, SignOff};
use countersign_core::statement::kinds::withdraw::Withdraw;
use countersign_store::claims::StoredClaim;

/// How far back the records go: three years, in seconds.
const PAST: i64 = 3 * 365 * 86_400;
/// Statements in one transaction.
const TOGETHER: u64 = 1_000;
/// Sign-offs for each waiting claim.
const CLAIM_FOR_EACH: u64 = 200;
/// Number of different files, each attached to many claims.
const FILES: usize = 240;
/// Out of 256 batches, how many were claimed before, follow a review, or confirm hours.
const CLAIMED: u8 = 16;
const REVIEWED: u8 = 22;
const CONFIRMED: u8 = 22;

/// Makes a department of a given size, with sign-offs on one standard only; the same seed and day give the same data.
/// `progress` gets the number done and the total.
pub fn make(
    folder: &DataDir,
    trainees: u32,
    sign_offs: u64,
    seed: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Demo, Error> {
    Generator::new(folder, trainees, sign_offs, seed, false)?.run(progress)
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
    Generator::new(folder, trainees, sign_offs, seed, trainees > 0)?.run(progress)
}

/// A trainee and their progress.
struct Trainee {
    who: PersonRef,
    standard: Arc<Standard>,
    start: Timestamp,
    /// Indexes of the KSBs in the standard, in the order of signing.
    order: Vec<u8>,
    next: usize,
    /// Pace, out of 256.
    pace: u8,
    /// The last day with confirmed hours.
    learnt: Option<NaiveDate>,
}

/// One supervisor with one trainee at one time.
struct DemoMeeting {
    at: Timestamp,
    /// The supervisor's index.
    by: usize,
    /// The trainee's index.
    trainee: usize,
}

impl DemoMeeting {
    fn event(&self, act: DemoAction) -> Event {
        Event { at: self.at, by: self.by, role: Role::Supervisor, act }
    }
}

struct Generator {
    app: App,
    begins: Timestamp,
    now: Timestamp,
    sign_offs: u64,
    officer: PersonRef,
    supervisors: Vec<Holder>,
    trainees: Vec<Trainee>,
    references: Vec<StandardRef>,
    choice: fastrand::Rng,
    random: SeededRandom,
    /// Sign-offs that may still be withdrawn, with the index of their supervisor and the trainee.
    recent: VecDeque<(StatementId, usize, PersonRef)>,
    /// The files of claims; none where there are sign-offs only.
    papers: Vec<Paper>,
}

impl Generator {
    /// Creates the department with its people; `whole` adds other records to the sign-offs.
    fn new(folder: &DataDir, trainees: u32, sign_offs: u64, seed: u64, whole: bool) -> Result<Self, Error> {
        SystemClock.check()?;
        let now = SystemClock.now();
        let begins = now.plus(-PAST);
        let random = Box::new(SeededRandom::new(seed));
        let (mut app, officer) = found(folder, &beginning()?, Box::new(SetClock(begins)), random)?;
        if whole {
            for one in made_up()? {
                roster::adopt(&mut app, &officer, &Credential::Session, one)?;
            }
        }
        let standards = in_turn(adopted::standards(&app)?);
        let mut one = Self {
            officer: app.person(&officer).map(|person| named(&person))?,
            app,
            begins,
            now,
            sign_offs,
            supervisors: Vec::new(),
            trainees: Vec::new(),
            references: standards.iter().map(|one| one.reference().clone()).collect(),
            choice: fastrand::Rng::with_seed(seed),
            random: SeededRandom::new(seed ^ 0x00be_51de),
            recent: VecDeque::new(),
            papers: Vec::new(),
        };
        one.add_supervisors((trainees as usize / 40).clamp(3, SUPERVISORS.len()))?;
        one.add_trainees(&standards, trainees, seed)?;
        for at in 0..if whole { FILES } else { 0 } {
            let (name, about) = PAPERS[at % PAPERS.len()];
            one.papers.push(paper(&format!("{at}-{name}"), about, &format!("File {at}"))?);
        }
        Ok(one)
    }

    fn run(mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<Demo, Error> {
        let mut done = 0;
        while done < self.sign_offs {
            let upto = (done + TOGETHER).min(self.sign_offs);
            self.sign(done..upto)?;
            done = upto;
            self.app.checkpoint_wal()?;
            progress(done, self.sign_offs);
        }
        self.ask(self.sign_offs.div_ceil(CLAIM_FOR_EACH))?;
        let Self { mut app, officer, supervisors, trainees, now, .. } = self;
        (app.clock, app.random) = (Box::new(SystemClock), Box::new(SystemRandom::default()));
        app.end_session(&officer.id);
        for supervisor in &supervisors[..2] {
            staff::open(&mut app, supervisor, &Secret::new(PIN.to_owned()), now.plus(SESSION))?;
        }
        let trainee = trainees.into_iter().next().map_or_else(|| officer.id.clone(), |first| first.who.id);
        Ok(Demo { app, supervisor: supervisors[0].person.id.clone(), officer: officer.id, trainee })
    }

    fn add_supervisors(&mut self, count: usize) -> Result<(), Error> {
        let origin = self.app.log.origin()?;
        let mut used_ids = HashSet::from([self.officer.id.clone()]);
        for (number, name) in (10..).zip(&SUPERVISORS[..count]) {
            let person = Person {
                id: free_id(&mut *self.app.random, &mut used_ids)?,
                registration: Some(SafeText::line(&format!("HCPC CS000{number}"))?),
                ..somebody(name, Role::Supervisor, Some("clinical-scientist"))?
            };
            self.supervisors.push(Holder::new(person, keystore::fresh_key(&mut *self.app.random)?));
        }
        let bodies = self.supervisors.iter().flat_map(|one| staff::added(one, &origin)).collect();
        sign::sign(&mut self.app, &self.officer.id, Role::TrainingOfficer, &Credential::Session, bodies)?;
        let (passphrase, pin) = (Secret::new(PASSPHRASE.to_owned()), Secret::new(PIN.to_owned()));
        staff::wrap(self.app.folder(), &self.supervisors.iter().collect::<Vec<_>>(), &passphrase, &pin)
    }

    /// Adds trainees, spread evenly over these standards.
    fn add_trainees(&mut self, standards: &[Arc<Standard>], count: u32, seed: u64) -> Result<(), Error> {
        let mut choice = fastrand::Rng::with_seed(seed ^ 0x5eed);
        let mut used_ids: HashSet<PersonId> = HashSet::new();
        for part in 0..count.div_ceil(250) {
            let mut bodies = Vec::new();
            for number in part * 250..((part + 1) * 250).min(count) {
                let id = loop {
                    let id: PersonId = format!("{:05x}", choice.u32(0x1_0000..0x10_0000)).parse()?;
                    if used_ids.insert(id.clone()) {
                        break id;
                    }
                };
                let standard = &standards[number as usize % standards.len()];
                let level = match standard.level() {
                    ..4 => "assistant",
                    4 => "associate",
                    5 | 6 => "practitioner",
                    _ => "clinical-scientist",
                };
                let person = Person { id: id.clone(), ..somebody(&name(number), Role::Trainee, Some(level))? };
                let months = match number {
                    0 if count > 1 => 22,
                    0 | 1 => 0,
                    _ => i64::from(choice.u32(0..26)),
                };
                let start = self.begins.plus(months * 30 * 86_400);
                let enrolment = Enrolment {
                    trainee: id.clone(),
                    standard: standard.reference().clone(),
                    start: start.day(),
                    specialism: Some(SafeText::line(SPECIALISMS[number as usize % SPECIALISMS.len()])?),
                    weekly: None,
                    end: None,
                    scope: Scope::default(),
                    aged_16_to_18: None,
                };
                let who = PersonRef { id, name: person.name.clone() };
                bodies.push(Body::Person(person));
                bodies.push(Body::Enrolment(NamedEnrolment { name: who.name.clone(), enrolment }));
                let mut order: Vec<u8> = (0..standard.ksbs().len() as u8).collect();
                choice.shuffle(&mut order);
                let pace = if number == 0 { 150 } else { choice.u8(60..) };
                let standard = Arc::clone(standard);
                self.trainees.push(Trainee { who, standard, start, order, next: 0, pace, learnt: None });
            }
            sign::sign(&mut self.app, &self.officer.id, Role::TrainingOfficer, &Credential::Session, bodies)?;
        }
        Ok(())
    }

    /// Signs the sign-offs of a range of numbers, with what goes with them.
    fn sign(&mut self, range: std::ops::Range<u64>) -> Result<(), Error> {
        let span = self.now.seconds() - self.begins.seconds() - 3_600;
        let each = span * 1_000 / self.sign_offs.max(1).cast_signed();
        let (mut events, mut batches) = (Vec::new(), Vec::new());
        let mut number = range.start;
        while number < range.end {
            let at = self.begins.plus(1_800 + each * number.cast_signed() / 1_000);
            let by = self.choice.usize(..self.supervisors.len());
            let meet = DemoMeeting { at, by, trainee: self.pick(at) };
            let size = u64::from(self.choice.u32(1..=6)).min(range.end - number);
            let mut signed = (0..size).map(|_| self.sign_off(&meet)).collect::<Result<Vec<_>, _>>()?;
            if !self.papers.is_empty() {
                let claim = self.claimed(&meet, &mut signed)?;
                events.extend(self.review(&meet)?);
                events.extend(self.hours(&meet)?);
                events.extend(claim.map(|act| meet.event(act)));
            }
            let bodies = signed.into_iter().map(Body::SignOff).collect();
            events.push(meet.event(DemoAction::Sign(bodies, Some(batches.len()))));
            batches.push(meet);
            number += size;
            if self.choice.u8(..) < 6
                && let Some((of, by, trainee)) = self.recent.pop_front()
            {
                let reason = SafeText::line("Recorded for the wrong trainee")?;
                let body = Body::Withdraw(Withdraw { of, trainee, reason });
                events.push(Event { at, by, role: Role::Supervisor, act: DemoAction::Sign(vec![body], None) });
            }
        }
        let written = self.write(events)?;
        for (tag, meet) in batches.iter().enumerate() {
            for id in written.get(&tag).into_iter().flatten() {
                if self.choice.u8(..) < 8 {
                    self.recent.push_back((*id, meet.by, self.trainees[meet.trainee].who.clone()));
                    self.recent.truncate(64);
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, events: Vec<Event>) -> Result<HashMap<usize, Vec<StatementId>>, Error> {
        let App { log, random, .. } = &mut self.app;
        replay::write(log, &mut **random, &self.references, &self.supervisors, events, &[], &mut |_, _| {})
    }

    /// Adds waiting claims over the last two months, alternately for the first supervisor and for anyone.
    fn ask(&mut self, many: u64) -> Result<(), Error> {
        if self.papers.is_empty() {
            return Ok(());
        }
        let trainees = self.trainees.len() as u64;
        let mut events = Vec::new();
        for number in 0..many.min(trainees * 5) {
            let at = (number % trainees) as usize;
            let (trainee, nth) = (&self.trainees[at], (number / trainees) as usize);
            let places = trainee.order.iter().rev().skip(nth * 2).take(1 + nth % 2);
            let codes = places.map(|place| trainee.standard.ksbs()[usize::from(*place)].code).collect();
            let made = self.now.plus(-(3_600 + (number.cast_signed() * 1_039) % (60 * 86_400)));
            let of = number.is_multiple_of(2).then(|| self.supervisors[0].person.id.clone());
            let (claim, paper) = self.claim(at, codes, made, of)?;
            events.push(Event {
                at: self.now,
                by: 0,
                role: Role::Supervisor,
                act: DemoAction::Claim(Box::new(claim), paper),
            });
        }
        self.write(events)?;
        Ok(())
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

    fn sign_off(&mut self, meet: &DemoMeeting) -> Result<SignOff, Error> {
        let choice = &mut self.choice;
        let trainee = &mut self.trainees[meet.trainee];
        let place = usize::from(trainee.order[trainee.next % trainee.order.len()]);
        let outcome = if choice.u8(..) < 18 { Outcome::NotAchieved } else { Outcome::Achieved };
        // A KSB not achieved comes up again a little later.
        if outcome == Outcome::NotAchieved {
            let later = (trainee.next + 9).min(trainee.order.len() - 1);
            let here = trainee.next % trainee.order.len();
            trainee.order.swap(here, later);
        }
        trainee.next += 1;
        let observed = meet.at.day() - Days::new(u64::from(choice.u32(0..3)));
        sign_off(choice, &trainee.who, &trainee.standard, place, outcome, observed)
    }

    fn id(&mut self, at: Timestamp) -> Result<StatementId, Error> {
        id(&mut self.random, u64::try_from(at.seconds()).unwrap_or(0) * 1000)
    }

    /// Generates a claim, with a file or without.
    fn claim(
        &mut self,
        trainee: usize,
        mut codes: Vec<KsbCode>,
        made: Timestamp,
        of: Option<PersonId>,
    ) -> Result<(StoredClaim, Option<Box<Paper>>), Error> {
        codes.sort_unstable();
        codes.dedup();
        let file = if self.choice.bool() { Some(self.choice.usize(..self.papers.len())) } else { None };
        let file = file.map(|at| Box::new(self.papers[at].clone()));
        let trainee = &self.trainees[trainee];
        let (who, standard) = (trainee.who.id.clone(), trainee.standard.reference().clone());
        let claim = StoredClaim {
            id: ClaimId(self.id(made)?.0),
            trainee: who,
            standard,
            codes,
            reflection: Some(SafeText::lines(REFLECTIONS[self.choice.usize(..REFLECTIONS.len())])?),
            evidence: file.iter().map(|file| file.looked.digest).collect(),
            of,
            made,
            again: None,
        };
        Ok((claim, file))
    }

    /// Turns some batches into answers to a claim: their sign-offs name it and its file.
    fn claimed(&mut self, meet: &DemoMeeting, signed: &mut [SignOff]) -> Result<Option<DemoAction>, Error> {
        if self.choice.u8(..) >= CLAIMED || signed.iter().any(|one| one.outcome != Outcome::Achieved) {
            return Ok(None);
        }
        let codes = signed.iter().map(|one| one.item.code).collect();
        let made = meet.at.plus(-86_400 * self.choice.i64(1..20));
        let (claim, file) = self.claim(meet.trainee, codes, made, None)?;
        let named = file.as_ref().map(|file| Evidence { digest: file.looked.digest, name: file.name.text().clone() });
        for sign_off in signed {
            sign_off.claim = Some(claim.id);
            sign_off.evidence = named.iter().cloned().collect();
        }
        Ok(Some(DemoAction::Claim(Box::new(claim), file)))
    }

    /// Returns a progress review before some batches.
    fn review(&mut self, meet: &DemoMeeting) -> Result<Option<Event>, Error> {
        let choice = &mut self.choice;
        if choice.u8(..) >= REVIEWED {
            return Ok(None);
        }
        let held = meet.at.day();
        let Trainee { who, standard, .. } = &self.trainees[meet.trainee];
        let supervisor = self.supervisors[meet.by].named();
        let attended = [(Party::Trainee, who), (Party::Employer, &supervisor), (Party::Provider, &self.officer)];
        let all = u16::try_from(standard.ksbs().len()).unwrap_or(u16::MAX);
        let what = SafeText::line(AGREED[choice.usize(..AGREED.len())])?;
        let signed = choice.u16(0..=all);
        let attended = attended.map(|(party, who)| Attended { party, who: who.clone() }).to_vec();
        let content = answers(1, choice.usize(..DISCUSSED.len()), (signed, all, 0))?;
        let body = Body::Review(Review {
            signed,
            all,
            actions: vec![ReviewAction { what, by: held + Days::new(42), owner: Some(who.clone()) }],
            ..Review::new(who.clone(), attended, held, held + Days::new(84), content)
        });
        Ok(Some(meet.event(DemoAction::Sign(vec![body], None))))
    }

    /// Returns hours to confirm for the days before some batches; those of the latest day stay waiting.
    fn hours(&mut self, meet: &DemoMeeting) -> Result<Vec<Event>, Error> {
        let day = meet.at.day();
        let free = self.trainees[meet.trainee].learnt.is_none_or(|last| (day - last).num_days() > 6);
        if self.choice.u8(..) >= CONFIRMED || !free {
            return Ok(Vec::new());
        }
        self.trainees[meet.trainee].learnt = Some(day);
        let trainee = self.trainees[meet.trainee].who.clone();
        let mut entries = Vec::new();
        for back in (0..5).rev() {
            let what = SafeText::line(LEARNT[self.choice.usize(..LEARNT.len())])?;
            let (id, day, hours) = (self.id(meet.at)?, day - Days::new(back), QuarterHours(30));
            entries.push(HourEntry { id, day, hours, what, codes: Vec::new() });
        }
        let waiting = entries.pop().map(|entry| meet.event(DemoAction::Enter(trainee.id.clone(), entry)));
        let body = Body::Hours(Hours { trainee, entries, meaning: SafeText::line(MEANING_HOURS)? });
        Ok([meet.event(DemoAction::Sign(vec![body], None))].into_iter().chain(waiting).collect())
    }
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
            hours: Some(500),
            duties: (1..=8).map(duty).collect(),
            links: (0..).zip(&codes).map(|(n, code)| (DutyNo(n % 8 + 1), *code)).collect(),
            ksbs: codes
                .iter()
                .map(|code| (*code, format!("What {code} would ask for, if there were such a standard.")))
                .collect(),
            ..StandardParts::new(
                StandardRef::new(&format!("MADE-UP-{level}"), "1.0")?,
                format!("Level {level} in a department that does not exist (made up)"),
                level,
                30,
            )
        };
        all.push(Standard::build(parts).map_err(|faults| Error::refused(format!("{faults:?}")))?);
    }
    Ok(all)
}
