//! A trainee's programme beside the KSBs, as a screen shows it: reviews and hours. Plain values; must never be counted from.

use crate::domain::hours::HourRow;
use crate::domain::hours_plan::HoursPlan;
use crate::domain::rating::Rating;
use crate::domain::review_plan::ReviewPlan;
use crate::domain::text::Clean;
use crate::domain::view::HeldReview;

/// Reviews and hours of a trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Where the reviews stand.
    pub plan: ReviewPlan,
    /// The rating that is worked out from the plan today, and from which figures.
    pub rating: (Rating, Clean),
    /// The reviews, the newest day first.
    pub reviews: Vec<HeldReview>,
    /// Where the hours stand.
    pub hours: HoursPlan,
    /// The entries, the newest day first.
    pub entries: Vec<HourRow>,
}
