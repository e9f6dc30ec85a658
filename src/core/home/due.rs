//! Lists what is due or lapsed for a supervisor's trainees, the most urgent first.

use chrono::NaiveDate;

use crate::primitives::date::{late_words, short_day};
use crate::primitives::ids::{KsbCode, PersonId};
use crate::primitives::text::SafeText;
use crate::record::ksb_status::{RENEW_DAYS, State};

/// How many days ahead something is listed as due, as with a reassessment.
pub const SOON_DAYS: i64 = RENEW_DAYS.cast_signed();

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    /// The KSB; `None` for a review or an action agreed in one.
    pub code: Option<KsbCode>,
    pub what: DueKind,
    /// The last day for it.
    pub by: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueKind {
    /// A KSB must be shown again.
    Reassess,
    /// The action of a KSB not yet achieved, or one agreed in a review.
    Action(SafeText),
    /// The next progress review.
    Review,
}

impl DueItem {
    /// Returns the days by which it is late; negative for the days that are left.
    pub fn days_late(&self, today: NaiveDate) -> i64 {
        (today - self.by).num_days()
    }

    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.by < today
    }

    /// Returns whether it is late or due soon, and so belongs in the list.
    pub fn is_soon(&self, today: NaiveDate) -> bool {
        self.days_late(today) >= -SOON_DAYS
    }

    /// Returns the state whose mark is shown with it.
    pub fn state(&self, today: NaiveDate) -> State {
        match (&self.what, self.is_late(today)) {
            (DueKind::Reassess, true) => State::Lapsed,
            (DueKind::Reassess, false) => State::Renew,
            (DueKind::Action(_) | DueKind::Review, _) => State::NotYet,
        }
    }

    /// Returns when in a word or two: `lapsed`, `late`, `today`, `by 3 Dec`.
    pub fn when(&self, today: NaiveDate) -> String {
        match (&self.what, self.days_late(today)) {
            (DueKind::Reassess, 1..) => "lapsed".to_owned(),
            (DueKind::Action(_) | DueKind::Review, 1..) => "late".to_owned(),
            (_, 0) => "today".to_owned(),
            _ => format!("by {}", short_day(self.by, today)),
        }
    }

    /// Returns what to do: `reassess, 18 days late`, `action 8 days late`, the action's words while there is time.
    pub fn words(&self, today: NaiveDate) -> String {
        let late = self.days_late(today);
        match (&self.what, late) {
            (DueKind::Reassess, 1..) => format!("reassess, {}", late_words(late)),
            (DueKind::Reassess, _) => "reassess".to_owned(),
            (DueKind::Action(_), 1..) if self.code.is_some() => format!("action {}", late_words(late)),
            (DueKind::Action(what), 1..) => format!("{}: {what}", late_words(late)),
            (DueKind::Action(what), _) => what.as_str().lines().next().unwrap_or_default().to_owned(),
            (DueKind::Review, 1..) => format!("progress review {}", late_words(late)),
            (DueKind::Review, _) => "progress review".to_owned(),
        }
    }

    /// Returns its place in the list: lapsed first, then late, each the longest first, then by day.
    fn rank(&self, today: NaiveDate) -> (u8, NaiveDate) {
        let rank = match (&self.what, self.is_late(today)) {
            (DueKind::Reassess, true) => 0,
            (DueKind::Action(_) | DueKind::Review, true) => 1,
            (_, false) => 2,
        };
        (rank, self.by)
    }
}

/// Sorts the list, the most urgent first.
pub fn sort_by_urgency(items: &mut [DueItem], today: NaiveDate) {
    items.sort_by(|a, b| {
        (a.rank(today), &a.trainee_name, &a.trainee, a.code).cmp(&(b.rank(today), &b.trainee_name, &b.trainee, b.code))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::tests::day;

    fn item(name: &str, code: Option<&str>, what: DueKind, by: &str) -> DueItem {
        DueItem {
            trainee: "7f3a".parse().unwrap(),
            trainee_name: SafeText::line(name).unwrap(),
            code: code.map(|code| code.parse().unwrap()),
            what,
            by: day(by),
        }
    }

    #[test]
    fn what_lapsed_comes_first_then_what_is_late_the_longest_first_then_what_is_due_by_day() {
        let today = day("2026-11-28");
        let action = |text: &str| DueKind::Action(SafeText::line(text).unwrap());
        let mut items = vec![
            item("Ben", Some("S11"), action("Repeat it"), "2026-12-17"),
            item("Alex", Some("L2"), DueKind::Reassess, "2026-12-15"),
            item("Alex", Some("K15"), action("Read it"), "2026-11-27"),
            item("Dev", Some("K9"), action("Complete two more"), "2026-12-03"),
            item("Alex", Some("K19"), action("Read it"), "2026-11-20"),
            item("Alex", Some("L3"), DueKind::Reassess, "2026-11-10"),
            item("Cy", None, DueKind::Review, "2026-11-24"),
            item("Cy", None, action("Book a session"), "2026-11-28"),
        ];
        sort_by_urgency(&mut items, today);
        let shown: Vec<String> = items
            .iter()
            .map(|item| {
                let code = item.code.map(|code| code.to_string()).unwrap_or_default();
                let state = item.state(today).mark();
                format!("{state} {} {} {code} {}", item.when(today), item.trainee_name, item.words(today))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "× lapsed Alex L3 reassess, 18 days late",
                "! late Alex K19 action 8 days late",
                "! late Cy  progress review 4 days late",
                "! late Alex K15 action 1 day late",
                "! today Cy  Book a session",
                "! by 3 Dec Dev K9 Complete two more",
                "↻ by 15 Dec Alex L2 reassess",
                "! by 17 Dec Ben S11 Repeat it",
            ]
        );
        assert!(items.iter().all(|item| item.is_soon(today)));
        assert!(!items[7].is_soon(day("2026-11-16")) && items[7].is_soon(day("2026-11-17")));
    }
}
