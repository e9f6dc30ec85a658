//! Applies a filter to a trainee's gateway, reviews and hours, for both the screen and the command line.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::filter::Filter;
use crate::filter::row::{FilterRow, Flags, KsbFact};
use crate::filter::term::FilterFlag;
use crate::primitives::ids::KsbCode;
use crate::programme::Programme;
use crate::programme::gateway::{Fulfilment, RequirementStatus, Urgency};
use crate::programme::hours::HourRow;
use crate::programme::review_plan::{ActionFrom, OpenAction, ReviewDue, ReviewPlan};
use crate::record::view::{RecordedReview, TraineeRecord};

/// A filter with the facts on the KSBs that its codes, states and duties refer to.
#[derive(Debug, Clone)]
pub struct ProgrammeFilter<'a> {
    filter: &'a Filter,
    ksbs: BTreeMap<KsbCode, KsbFact<'a>>,
    today: NaiveDate,
}

impl<'a> ProgrammeFilter<'a> {
    pub fn new(filter: &'a Filter, states: &'a TraineeRecord, today: NaiveDate) -> Self {
        let all = states.standard.ksbs().iter().zip(&states.states);
        let fact = |(ksb, state): (&'a crate::standard::Ksb, &crate::record::ksb_status::State)| {
            (ksb.code, KsbFact { code: ksb.code, state: *state, duties: &ksb.duties })
        };
        let ksbs = if filter.asks_ksbs() { all.map(fact).collect() } else { BTreeMap::new() };
        Self { filter, ksbs, today }
    }

    fn ksbs(&self, codes: &[KsbCode]) -> Vec<KsbFact<'a>> {
        codes.iter().filter_map(|code| self.ksbs.get(code)).copied().collect()
    }

    pub fn figure(&self, figure: &RequirementStatus) -> bool {
        let lines: Vec<String> = figure.why.iter().map(crate::programme::gateway::Reason::line).collect();
        let mut texts = vec![figure.text.as_str(), &figure.id, &figure.short];
        texts.extend(lines.iter().map(String::as_str));
        texts.extend(figure.mend.as_deref());
        let is = |met| figure.met == met && !figure.waived;
        let flags = Flags::default()
            .with(FilterFlag::Met, figure.met == Fulfilment::Met)
            .with(FilterFlag::NotMet, is(Fulfilment::NotMet));
        let flags = flags.with(FilterFlag::NotKnown, is(Fulfilment::NotKnown)).with(FilterFlag::Waived, figure.waived);
        let overdue = figure.met == Fulfilment::NotMet && figure.pressing != Urgency::InTime;
        let ksbs = self.ksbs(&figure.ksbs);
        let flags = flags.with(FilterFlag::Overdue, overdue);
        self.filter.fits(&FilterRow { texts: &texts, ksbs: &ksbs, flags, ..FilterRow::default() })
    }

    pub fn entry(&self, row: &HourRow) -> bool {
        let by = row.confirmed.as_ref().map_or("", |(by, _)| by.as_str());
        self.filter.fits(&FilterRow {
            texts: &[row.entry.what.as_str()],
            ksbs: &self.ksbs(&row.entry.codes),
            by: &[by],
            day: Some(row.entry.day),
            flags: Flags::default()
                .with(FilterFlag::Waiting, row.confirmed.is_none())
                .with(FilterFlag::Confirmed, row.confirmed.is_some()),
            ..FilterRow::default()
        })
    }

    pub fn review(&self, recorded: &RecordedReview, plan: &ReviewPlan) -> bool {
        let review = &recorded.review;
        let discussed = review.discussed();
        let mut texts = vec!["review", review.meeting.words(), discussed.as_str()];
        texts.extend(review.rated().map(|rated| rated.rating.slug()));
        texts.extend(review.actions.iter().map(|action| action.what.as_str()));
        let mut by = vec![recorded.signer_name.as_str()];
        by.extend(review.attended.iter().map(|there| there.who.name.as_str()));
        let gone = recorded.withdrawn || recorded.in_review;
        let waits = plan.unsigned.iter().any(|one| one.id == recorded.id);
        self.filter.fits(&FilterRow {
            texts: &texts,
            by: &by,
            day: Some(review.held),
            flags: Flags::default().with(FilterFlag::Waiting, waits && !gone).with(FilterFlag::Withdrawn, gone),
            ..FilterRow::default()
        })
    }

    pub fn action(&self, action: &OpenAction) -> bool {
        let codes = match &action.from {
            ActionFrom::Ksb(code) => vec![*code],
            ActionFrom::Review => Vec::new(),
        };
        self.filter.fits(&FilterRow {
            texts: &[action.what.as_str()],
            ksbs: &self.ksbs(&codes),
            day: Some(action.by),
            flags: Flags::default().with(FilterFlag::Overdue, action.by < self.today),
            ..FilterRow::default()
        })
    }

    pub fn next_review(&self, plan: &ReviewPlan) -> bool {
        let overdue = matches!(plan.call, ReviewDue::Overdue(_));
        let flags = Flags::default().with(FilterFlag::Overdue, overdue);
        self.filter.fits(&FilterRow { texts: &["next review"], day: Some(plan.due), flags, ..FilterRow::default() })
    }

    pub fn hours(&self, programme: &Programme) -> bool {
        let behind = programme.hours.ahead.is_some_and(|ahead| ahead < 0);
        let flags = Flags::default().with(FilterFlag::Overdue, behind);
        self.filter.fits(&FilterRow { texts: &["off-the-job hours"], flags, ..FilterRow::default() })
    }
}
