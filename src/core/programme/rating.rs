//! Rates a trainee's programme from the plan, by the thresholds of the programme rules; people confirm the rating or
//! change it with a reason.

use serde::Deserialize;

use crate::primitives::text::{SafeText, TextFault};

slugs! {
    Rating: "a rating: red, amber, green or blue" {
        Red = "red";
        Amber = "amber";
        Green = "green";
        /// Complete, or well ahead of the plan.
        Blue = "blue";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// The rating suggested by the plan.
    pub worked_out: Rating,
    /// The figures it is based on, in words.
    pub basis: SafeText,
    pub rating: Rating,
    /// Why it differs from the suggestion; `None` if it is the same.
    pub reason: Option<SafeText>,
}

impl Rated {
    /// Returns the rating and its basis: `green, as suggested: KSBs on plan`.
    pub fn words(&self) -> String {
        let [rating, worked_out] = [self.rating.slug(), self.worked_out.slug()];
        match &self.reason {
            Some(reason) => format!("{rating}, not {worked_out} as suggested ({}): {reason}", self.basis),
            None => format!("{rating}, as suggested: {}", self.basis),
        }
    }
}

/// The rating thresholds, in percent of the whole programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingRule {
    /// Amber from this far behind.
    pub amber_behind: u16,
    /// Red from this far behind.
    pub red_behind: u16,
    /// Blue from this far ahead.
    pub blue_ahead: u16,
}

/// The off-the-job hours to rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoursRated {
    /// Whether the minimum is reached.
    pub met: bool,
    pub minimum: u32,
    /// Hours ahead of the plan; negative if behind.
    pub ahead: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Measured {
    done: u64,
    all: u64,
    ahead: i64,
}

impl RatingRule {
    /// Returns whether every threshold is reachable and they are in order.
    pub fn holds(self) -> bool {
        (1..self.red_behind).contains(&self.amber_behind)
            && self.red_behind <= 100
            && (1..=100).contains(&self.blue_ahead)
    }

    fn rate(self, Measured { done, all, ahead }: Measured) -> Rating {
        let reaches = |percent: u16| ahead.unsigned_abs() * 100 >= u64::from(percent) * all && ahead != 0;
        match ahead {
            _ if done >= all => Rating::Blue,
            ..=-1 if reaches(self.red_behind) => Rating::Red,
            ..=-1 if reaches(self.amber_behind) => Rating::Amber,
            1.. if reaches(self.blue_ahead) => Rating::Blue,
            _ => Rating::Green,
        }
    }

    /// Returns the worse of the ratings for KSBs and hours, with the figures in words. `hours` is `None` without a plan
    /// to measure against.
    pub fn work_out(
        self,
        (signed, total, ahead): (u16, u16, i32),
        hours: Option<HoursRated>,
    ) -> Result<(Rating, SafeText), TextFault> {
        let ksbs = Measured { done: signed.into(), all: total.into(), ahead: ahead.into() };
        let hours = hours.map(|HoursRated { met, minimum, ahead }| Measured {
            done: if met { u64::from(minimum) } else { 0 },
            all: minimum.into(),
            ahead,
        });
        let parts: Vec<(&str, Measured)> = [("KSBs", Some(ksbs)), ("hours", hours)]
            .into_iter()
            .filter_map(|(name, measured)| Some((name, measured?)))
            .collect();
        let rating = parts.iter().map(|(_, measured)| self.rate(*measured)).min().unwrap_or(Rating::Green);
        let words = |(name, Measured { done, all, ahead }): &(&str, Measured)| match ahead {
            _ if done >= all => format!("{name} complete"),
            0 => format!("{name} on plan"),
            1.. => format!("{name} {ahead} ahead of plan"),
            ..=-1 => format!("{name} {} behind plan", ahead.unsigned_abs()),
        };
        let basis = parts.iter().map(words).collect::<Vec<_>>().join(", ");
        Ok((rating, SafeText::line(&basis)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    const RULE: RatingRule = RatingRule { amber_behind: 5, red_behind: 15, blue_ahead: 10 };

    fn hours(confirmed: u32, ahead: Option<i64>) -> Option<HoursRated> {
        ahead.map(|ahead| HoursRated { met: confirmed >= 936, minimum: 936, ahead })
    }

    #[test]
    fn the_worse_of_ksbs_and_hours_is_the_rating_and_both_are_said() {
        for (ksbs, hours, rating, words) in [
            ((44, 72, 3), hours(502, Some(-50)), Rating::Amber, "KSBs 3 ahead of plan, hours 50 behind plan"),
            ((44, 72, -3), hours(502, Some(0)), Rating::Green, "KSBs 3 behind plan, hours on plan"),
            ((44, 72, -11), hours(502, Some(100)), Rating::Red, "KSBs 11 behind plan, hours 100 ahead of plan"),
            ((44, 72, 8), hours(502, Some(94)), Rating::Blue, "KSBs 8 ahead of plan, hours 94 ahead of plan"),
            ((44, 72, 8), hours(502, Some(0)), Rating::Green, "KSBs 8 ahead of plan, hours on plan"),
            ((72, 72, 0), hours(936, Some(0)), Rating::Blue, "KSBs complete, hours complete"),
            ((40, 72, 0), hours(100, None), Rating::Green, "KSBs on plan"),
        ] {
            let (found, basis) = RULE.work_out(ksbs, hours).unwrap();
            assert_eq!((found, basis.as_str()), (rating, words));
        }
    }

    proptest! {
        #[test]
        fn a_rating_never_gets_worse_when_a_ksb_is_signed(signed in 0_u16..72, behind in -72_i32..72, late in -900_i64..900) {
                let at = |more: u16| RULE.work_out((signed + more, 72, behind + i32::from(more)), hours(0, Some(late))).unwrap().0;
            prop_assert!(at(0) <= at(1));
        }
    }
}
