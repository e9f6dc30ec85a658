//! A trainee's programme beside the KSBs, as a screen shows it: reviews and hours. Plain values; must never be counted from.

pub mod cohort;
pub mod evaluate_gateway;
pub mod filter;
pub mod funding_rules;
pub mod gateway;
pub mod gateway_requirements;
pub mod hours;
pub mod hours_plan;
pub mod pace;
pub mod rating;
pub mod review_plan;
pub mod review_rule;
pub mod training_plan;

use crate::domain::primitives::text::SafeText;
use crate::domain::programme::hours::HourRow;
use crate::domain::programme::hours_plan::HoursPlan;
use crate::domain::programme::rating::Rating;
use crate::domain::programme::review_plan::ReviewPlan;
use crate::domain::record::view::HeldReview;

/// Reviews and hours of a trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Where the reviews stand.
    pub plan: ReviewPlan,
    /// The rating that is worked out from the plan today, and from which figures.
    pub rating: (Rating, SafeText),
    /// The reviews, the newest day first.
    pub reviews: Vec<HeldReview>,
    /// Where the hours stand.
    pub hours: HoursPlan,
    /// The entries, the newest day first.
    pub entries: Vec<HourRow>,
}
