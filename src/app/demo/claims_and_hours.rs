//! Generates the other records of a large demo, in proportion to its sign-offs: claims with evidence, reviews and hours.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use crate::app::demo::papers::{Paper, paper};
use crate::app::demo::said::answers;
use crate::app::demo::words::{AGREED, DISCUSSED, LEARNT, PAPERS, REFLECTIONS};
use crate::app::error::Error;
use crate::app::random::{SeededRandom, id};
use crate::domain::people::person::{PersonRef, Viewer};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{ClaimId, KsbCode, PersonId, StandardRef, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::hours::{HourEntry, QuarterHours};
use crate::domain::standard::Standard;
use crate::domain::statement::Body;
use crate::domain::statement::kinds::hours::{Hours, MEANING_HOURS};
use crate::domain::statement::kinds::review::{Attended, Meeting, Party, Review, ReviewAction};
use crate::domain::statement::kinds::sign_off::{Evidence, Outcome};
use crate::store::claims::{self, StoredClaim};
use crate::store::db::WriteTx;
use crate::store::evidence;

/// Number of different files, each attached to many claims.
const FILES: usize = 240;
/// Out of 256 batches, how many were claimed before, follow a review, or confirm hours.
const CLAIMED: u8 = 16;
const REVIEWED: u8 = 22;
const CONFIRMED: u8 = 22;

/// A claim to make, with its file.
pub struct Asked {
    new: StoredClaim,
    paper: Option<usize>,
}

impl Asked {
    /// Writes the claim and its file.
    pub fn make(&self, tx: &WriteTx<'_>, papers: &[Paper]) -> Result<(), Error> {
        let viewer = Viewer::Own(self.new.trainee.clone());
        if let Some(paper) = self.paper.and_then(|at| papers.get(at)) {
            let number = evidence::put(tx, &paper.looked, &mut paper.bytes.as_slice())?;
            evidence::hold(tx, &viewer, &self.new.trainee, number, (&paper.name, self.new.made))?;
        }
        claims::make(tx, &viewer, &self.new)?;
        Ok(())
    }
}

/// One batch by one signer.
pub struct Group {
    /// The supervisor's index.
    pub supervisor: usize,
    /// The trainee's index.
    pub trainee: usize,
    pub bodies: Vec<Body>,
    pub at: Timestamp,
    /// The claim that this batch answers.
    pub claim: Option<Asked>,
    /// Whether these statements may be withdrawn later.
    pub may_go: bool,
}

/// Generates the records besides the sign-offs.
pub struct Beside {
    papers: Vec<Paper>,
    random: SeededRandom,
    provider: PersonRef,
    /// Each trainee's last day with confirmed hours.
    last: HashMap<PersonId, NaiveDate>,
    /// Hours entered since the last transaction and not yet written.
    entered: Vec<(PersonId, HourEntry)>,
}

impl Beside {
    /// Creates a generator; `provider` attends reviews for the training provider.
    pub fn new(seed: u64, provider: PersonRef) -> Result<Self, Error> {
        let paper = |at: usize| {
            let (name, about) = PAPERS[at % PAPERS.len()];
            paper(&format!("{at}-{name}"), about, &format!("File {at}"))
        };
        let papers = (0..FILES).map(paper).collect::<Result<_, Error>>()?;
        let random = SeededRandom::new(seed ^ 0x00be_51de);
        Ok(Self { papers, random, provider, last: HashMap::new(), entered: Vec::new() })
    }

    pub fn papers(&self) -> &[Paper] {
        &self.papers
    }

    /// Takes the hours entered since the last call.
    pub fn entered(&mut self) -> Vec<(PersonId, HourEntry)> {
        std::mem::take(&mut self.entered)
    }

    fn id(&mut self, at: Timestamp) -> Result<StatementId, Error> {
        id(&mut self.random, u64::try_from(at.seconds()).unwrap_or(0) * 1000)
    }

    /// Generates a claim.
    pub fn asked(
        &mut self,
        choice: &mut fastrand::Rng,
        who: &PersonRef,
        standard: &StandardRef,
        mut codes: Vec<KsbCode>,
        made: Timestamp,
        of: Option<PersonId>,
    ) -> Result<Asked, Error> {
        codes.sort_unstable();
        codes.dedup();
        let paper = if choice.bool() { Some(choice.usize(..self.papers.len())) } else { None };
        let new = StoredClaim {
            id: ClaimId(self.id(made)?.0),
            trainee: who.id.clone(),
            standard: standard.clone(),
            codes,
            reflection: Some(SafeText::lines(REFLECTIONS[choice.usize(..REFLECTIONS.len())])?),
            evidence: paper.map(|at| self.papers[at].looked.digest).into_iter().collect(),
            of,
            made,
            again: None,
        };
        Ok(Asked { new, paper })
    }

    /// Turns some batches into answers to a claim: their sign-offs name it and its file.
    pub fn claimed(&mut self, choice: &mut fastrand::Rng, group: &mut Group, who: &PersonRef) -> Result<(), Error> {
        let achieved = |body: &Body| matches!(body, Body::SignOff(s) if s.outcome == Outcome::Achieved);
        if choice.u8(..) >= CLAIMED || !group.bodies.iter().all(achieved) {
            return Ok(());
        }
        let signs = group.bodies.iter().filter_map(|body| if let Body::SignOff(s) = body { Some(s) } else { None });
        let codes: Vec<KsbCode> = signs.map(|s| s.item.code).collect();
        let Some(Body::SignOff(first)) = group.bodies.first() else { return Ok(()) };
        let standard = first.item.standard.clone();
        let made = group.at.plus(-86_400 * choice.i64(1..20));
        let asked = self.asked(choice, who, &standard, codes, made, None)?;
        let file = asked
            .paper
            .map(|at| Evidence { digest: self.papers[at].looked.digest, name: self.papers[at].name.text().clone() });
        for body in &mut group.bodies {
            if let Body::SignOff(sign_off) = body {
                sign_off.claim = Some(asked.new.id);
                sign_off.evidence = file.iter().cloned().collect();
            }
        }
        group.claim = Some(asked);
        Ok(())
    }

    /// Returns a progress review before some batches.
    pub fn met(
        &mut self,
        choice: &mut fastrand::Rng,
        group: &Group,
        who: &PersonRef,
        standard: &Standard,
        staff: &[PersonRef],
    ) -> Result<Option<Group>, Error> {
        if choice.u8(..) >= REVIEWED {
            return Ok(None);
        }
        let held = group.at.day();
        let attended =
            [(Party::Trainee, who), (Party::Employer, &staff[group.supervisor]), (Party::Provider, &self.provider)];
        let all = u16::try_from(standard.ksbs().len()).unwrap_or(u16::MAX);
        let what = SafeText::line(AGREED[choice.usize(..AGREED.len())])?;
        let signed = choice.u16(0..=all);
        let body = Body::Review(Review {
            trainee: who.clone(),
            held,
            attended: attended.map(|(party, who)| Attended { party, who: who.clone() }).to_vec(),
            signed,
            all,
            meeting: Meeting::Progress,
            said: answers(1, choice.usize(..DISCUSSED.len()), (signed, all, 0))?,
            actions: vec![ReviewAction { what, by: held + Days::new(42), owner: Some(who.clone()) }],
            next: held + Days::new(84),
            late: None,
        });
        let Group { supervisor, trainee, at, .. } = *group;
        Ok(Some(Group { supervisor, trainee, bodies: vec![body], at, claim: None, may_go: false }))
    }

    /// Returns hours to confirm for the days before some batches; those of the latest day stay waiting.
    pub fn learnt(
        &mut self,
        choice: &mut fastrand::Rng,
        group: &Group,
        who: &PersonRef,
    ) -> Result<Option<Group>, Error> {
        let day = group.at.day();
        let free = self.last.get(&who.id).is_none_or(|last| (day - *last).num_days() > 6);
        if choice.u8(..) >= CONFIRMED || !free {
            return Ok(None);
        }
        self.last.insert(who.id.clone(), day);
        let mut entries = Vec::new();
        for back in (0..5).rev() {
            let what = SafeText::line(LEARNT[choice.usize(..LEARNT.len())])?;
            let entry = HourEntry {
                id: self.id(group.at)?,
                day: day - Days::new(back),
                hours: QuarterHours(30),
                what,
                codes: Vec::new(),
            };
            if back == 0 {
                self.entered.push((who.id.clone(), entry));
            } else {
                entries.push(entry);
            }
        }
        let body = Body::Hours(Hours { trainee: who.clone(), entries, meaning: SafeText::line(MEANING_HOURS)? });
        let Group { supervisor, trainee, at, .. } = *group;
        Ok(Some(Group { supervisor, trainee, bodies: vec![body], at, claim: None, may_go: false }))
    }
}
