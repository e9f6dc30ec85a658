//! Holds a trainee's programme: reviews, hours, gateway and funding rules.

pub mod cohort;
pub mod cohort_csv;
pub mod cohort_reason;
pub mod cohort_summary;
pub mod filter;
pub mod funding_rules;
pub mod gateway;
pub mod gateway_requirements;
pub mod hours;
pub mod hours_plan;
pub mod pace;
pub mod progress_series;
pub mod rating;
pub mod review_plan;
pub mod review_rule;
pub mod training_plan;

use crate::primitives::text::SafeText;
use crate::programme::hours::HourRow;
use crate::programme::hours_plan::HoursPlan;
use crate::programme::rating::Rating;
use crate::programme::review_plan::ReviewPlan;
use crate::record::view::RecordedReview;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub plan: ReviewPlan,
    /// The rating suggested by the plan today, and the figures it is based on.
    pub rating: (Rating, SafeText),
    /// Newest day first.
    pub reviews: Vec<RecordedReview>,
    pub hours: HoursPlan,
    /// Newest day first.
    pub entries: Vec<HourRow>,
}
