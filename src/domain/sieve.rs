//! What a filter asks of a trainee's gateway, reviews and hours: the same words on the screen and on the command line. Must
//! never know how they are shown.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::filter::Filter;
use crate::domain::filter_facts::{Facts, Flags, KsbFact};
use crate::domain::filter_parts::Flag;
use crate::domain::hours::HourRow;
use crate::domain::programme::Programme;
use crate::domain::readiness::{Figure, Met, Pressing};
use crate::domain::review_plan::{ActionFrom, Call, OpenAction, ReviewPlan};
use crate::domain::value::KsbCode;
use crate::domain::view::{HeldReview, Standing};

/// A filter, and where the KSBs stand that its codes, states and duties are about.
#[derive(Debug, Clone)]
pub struct Sieve<'a> {
    filter: &'a Filter,
    ksbs: BTreeMap<KsbCode, KsbFact<'a>>,
    today: NaiveDate,
}

impl<'a> Sieve<'a> {
    /// The sieve of a filter for a trainee.
    #[must_use]
    pub fn new(filter: &'a Filter, standing: &'a Standing, today: NaiveDate) -> Self {
        let all = standing.standard.ksbs().iter().zip(&standing.states);
        let fact = |(ksb, state): (&'a crate::domain::standard::Ksb, &crate::domain::competence::State)| {
            (ksb.code, KsbFact { code: ksb.code, state: *state, duties: &ksb.duties })
        };
        let ksbs = if filter.asks_ksbs() { all.map(fact).collect() } else { BTreeMap::new() };
        Self { filter, ksbs, today }
    }

    fn ksbs(&self, codes: &[KsbCode]) -> Vec<KsbFact<'a>> {
        codes.iter().filter_map(|code| self.ksbs.get(code)).copied().collect()
    }

    /// Whether a requirement of the gateway is asked for.
    #[must_use]
    pub fn figure(&self, figure: &Figure) -> bool {
        let lines: Vec<String> = figure.why.iter().map(crate::domain::readiness::Reason::line).collect();
        let mut texts = vec![figure.text.as_str(), &figure.id, &figure.short];
        texts.extend(lines.iter().map(String::as_str));
        texts.extend(figure.mend.as_deref());
        let is = |met| figure.met == met && !figure.waived;
        let flags = Flags::default().with(Flag::Met, figure.met == Met::Met).with(Flag::NotMet, is(Met::NotMet));
        let flags = flags.with(Flag::NotKnown, is(Met::NotKnown)).with(Flag::Waived, figure.waived);
        let overdue = figure.met == Met::NotMet && figure.pressing != Pressing::InTime;
        let ksbs = self.ksbs(&figure.ksbs);
        let flags = flags.with(Flag::Overdue, overdue);
        self.filter.fits(&Facts { texts: &texts, ksbs: &ksbs, flags, ..Facts::default() })
    }

    /// Whether an entry of hours is.
    #[must_use]
    pub fn entry(&self, row: &HourRow) -> bool {
        let by = row.confirmed.as_ref().map_or("", |(by, _)| by.as_str());
        self.filter.fits(&Facts {
            texts: &[row.entry.what.as_str()],
            ksbs: &self.ksbs(&row.entry.codes),
            by: &[by],
            day: Some(row.entry.day),
            flags: Flags::default()
                .with(Flag::Waiting, row.confirmed.is_none())
                .with(Flag::Confirmed, row.confirmed.is_some()),
            ..Facts::default()
        })
    }

    /// Whether a review that was held is.
    #[must_use]
    pub fn review(&self, held: &HeldReview, plan: &ReviewPlan) -> bool {
        let review = &held.review;
        let discussed = review.discussed();
        let mut texts = vec!["review", review.meeting.words(), discussed.as_str()];
        texts.extend(review.rated().map(|rated| rated.rating.slug()));
        texts.extend(review.actions.iter().map(|action| action.what.as_str()));
        let mut by = vec![held.signer_name.as_str()];
        by.extend(review.attended.iter().map(|there| there.who.name.as_str()));
        let gone = held.withdrawn || held.in_review;
        let waits = plan.unsigned.iter().any(|one| one.id == held.id);
        self.filter.fits(&Facts {
            texts: &texts,
            by: &by,
            day: Some(review.held),
            flags: Flags::default().with(Flag::Waiting, waits && !gone).with(Flag::Withdrawn, gone),
            ..Facts::default()
        })
    }

    /// Whether an action that is still to be done is.
    #[must_use]
    pub fn action(&self, action: &OpenAction) -> bool {
        let codes = match &action.from {
            ActionFrom::Ksb(code) => vec![*code],
            ActionFrom::Review => Vec::new(),
        };
        self.filter.fits(&Facts {
            texts: &[action.what.as_str()],
            ksbs: &self.ksbs(&codes),
            day: Some(action.by),
            flags: Flags::default().with(Flag::Overdue, action.by < self.today),
            ..Facts::default()
        })
    }

    /// Whether the next review is.
    #[must_use]
    pub fn next_review(&self, plan: &ReviewPlan) -> bool {
        let overdue = matches!(plan.call, Call::Overdue(_));
        let flags = Flags::default().with(Flag::Overdue, overdue);
        self.filter.fits(&Facts { texts: &["next review"], day: Some(plan.due), flags, ..Facts::default() })
    }

    /// Whether the sum of the hours is.
    #[must_use]
    pub fn hours(&self, programme: &Programme) -> bool {
        let behind = programme.hours.ahead.is_some_and(|ahead| ahead < 0);
        let flags = Flags::default().with(Flag::Overdue, behind);
        self.filter.fits(&Facts { texts: &["off-the-job hours"], flags, ..Facts::default() })
    }
}
