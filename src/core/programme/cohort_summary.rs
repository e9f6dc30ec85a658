//! Sums up a cohort in one sentence of figures, each with the filter that lists its trainees.

use crate::primitives::text::counted;
use crate::programme::cohort::HOURS_SHORT;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CohortSummary {
    pub trainees: u32,
    /// Trainees with fewer KSBs signed than expected by now.
    pub behind: u32,
    pub reviews_late: u32,
    /// KSBs that have lapsed.
    pub lapsed: u32,
    /// Trainees with a lapsed KSB.
    pub with_lapsed: u32,
    pub claims: u32,
    /// The days that the oldest claim has waited.
    pub oldest_claim: Option<u32>,
    /// Trainees with more than [`HOURS_SHORT`] hours short.
    pub hours_short: u32,
    /// Trainees on a break in learning.
    pub paused: u32,
}

/// One figure of the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryFigure {
    pub count: u32,
    /// The figure in words: `17 behind plan`.
    pub words: String,
    /// The filter that lists its trainees; empty for all.
    pub filter: &'static str,
    /// Whether it asks for attention.
    pub late: bool,
}

impl CohortSummary {
    /// Returns the figures that the cohort's first line shows, in order. Those that are zero stay, so that nothing moves.
    pub fn figures(&self) -> Vec<SummaryFigure> {
        let figure = |count: u32, words: String, filter, late: bool| SummaryFigure {
            count,
            words,
            filter,
            late: late && count > 0,
        };
        let reviews = if self.reviews_late == 1 { "review" } else { "reviews" };
        let waits = if self.claims == 1 { "claim waits" } else { "claims wait" };
        let claims = match (self.claims, self.oldest_claim) {
            (count, None) => format!("{count} {waits}"),
            (1, Some(0)) => format!("1 {waits}, from today"),
            (1, Some(days)) => format!("1 {waits}, for {}", counted(days, "day")),
            (count, Some(0)) => format!("{count} {waits}, oldest from today"),
            (count, Some(days)) => format!("{count} {waits}, oldest {}", counted(days, "day")),
        };
        vec![
            figure(self.trainees, counted(self.trainees, "trainee"), "", false),
            figure(self.behind, format!("{} behind plan", self.behind), "behind", true),
            figure(self.reviews_late, format!("{} {reviews} late", self.reviews_late), "late", true),
            figure(self.lapsed, format!("{} lapsed", counted(self.lapsed, "KSB")), "lapsed", true),
            figure(self.claims, claims, "claimed", false),
            figure(self.hours_short, format!("{} over {HOURS_SHORT} h short", self.hours_short), "hours", true),
        ]
    }

    /// Returns all figures in one line, without those that are zero.
    pub fn sentence(&self) -> String {
        self.parts().join(" · ")
    }

    /// Returns the same in sentences, for someone who listens to it.
    pub fn spoken(&self) -> String {
        format!("{}.", self.parts().join(". "))
    }

    fn parts(&self) -> Vec<String> {
        let counts = |(at, figure): &(usize, SummaryFigure)| *at == 0 || figure.count > 0;
        self.figures().into_iter().enumerate().filter(counts).map(|(_, figure)| figure.words).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Filter;
    use crate::filter::schema::FilterTarget;
    use crate::primitives::date::tests::day;

    fn sample() -> CohortSummary {
        CohortSummary {
            trainees: 41,
            behind: 17,
            reviews_late: 3,
            lapsed: 3,
            with_lapsed: 2,
            claims: 14,
            oldest_claim: Some(47),
            hours_short: 12,
            paused: 1,
        }
    }

    #[test]
    fn the_sentence_has_each_figure_in_order_and_leaves_out_what_is_none() {
        assert_eq!(
            sample().sentence(),
            "41 trainees · 17 behind plan · 3 reviews late · 3 KSBs lapsed · 14 claims wait, oldest 47 days · 12 over 40 h short"
        );
        let one =
            CohortSummary { reviews_late: 1, claims: 1, oldest_claim: Some(1), trainees: 1, ..Default::default() };
        assert_eq!(one.sentence(), "1 trainee · 1 review late · 1 claim waits, for 1 day");
        assert_eq!(CohortSummary::default().sentence(), "0 trainees");
        let new = CohortSummary { claims: 2, oldest_claim: Some(0), trainees: 2, ..Default::default() };
        assert_eq!(new.spoken(), "2 trainees. 2 claims wait, oldest from today.");
    }

    #[test]
    fn each_figure_is_a_filter_of_the_cohort_and_only_what_is_wrong_is_late() {
        for figure in sample().figures() {
            let filter = Filter::parse(figure.filter, FilterTarget::Cohort, day("2026-11-21")).unwrap();
            assert_eq!(filter.is_words(), figure.filter.is_empty(), "{figure:?}: a filter, not a word to search for");
        }
        assert!(CohortSummary::default().figures().iter().all(|figure| !figure.late));
    }
}
