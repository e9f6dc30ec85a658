//! Computes when the next progress review is due, which actions are open and which signatures are missing.

use chrono::{Days, NaiveDate};

use crate::people::person::PersonRef;
use crate::primitives::date::day_words;
use crate::primitives::ids::{KsbCode, PersonId, StatementId};
use crate::primitives::text::{SafeText, counted};
use crate::programme::review_rule::{ReviewInterval, ReviewRule};
use crate::record::view::RecordedReview;
use crate::statement::kind::Kind;
use crate::statement::kinds::review::{Attended, Meeting, ReviewAction};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewPlan {
    pub due: NaiveDate,
    pub call: ReviewDue,
    pub last: Option<NaiveDate>,
    pub held: usize,
    /// Reviews that someone who attended has not signed, oldest first.
    pub unsigned: Vec<Unsigned>,
    /// Intervals longer than the rule allows: from, to, days. The first may begin at the start.
    pub gaps: Vec<(NaiveDate, NaiveDate, i64)>,
    pub open: Vec<OpenAction>,
    pub every: ReviewInterval,
    pub meeting: Meeting,
    pub why: Vec<String>,
}

/// How close the next review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewDue {
    /// Overdue by this many days.
    Overdue(i64),
    /// Due in this many days, within the notice period.
    Due(i64),
    /// Due later, in this many days.
    Later(i64),
}

impl ReviewDue {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Overdue(_) => "overdue",
            Self::Due(_) => "due",
            Self::Later(_) => "later",
        }
    }

    /// Returns words such as `12 days overdue` or `due in 3 days`.
    pub fn words(self) -> String {
        let days = |n: i64| counted(n.unsigned_abs(), "day");
        match self {
            Self::Overdue(n) => format!("{} overdue", days(n)),
            Self::Due(0) => "due today".to_owned(),
            Self::Due(n) | Self::Later(n) => format!("due in {}", days(n)),
        }
    }

    /// Returns words with the day: `12 days overdue, since 9 Nov 2026`, `due in 3 days, by 24 Nov 2026`.
    pub fn with_day(self, due: NaiveDate) -> String {
        let joint = if matches!(self, Self::Overdue(_)) { "since" } else { "by" };
        format!("{}, {joint} {}", self.words(), day_words(due))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    pub id: StatementId,
    pub held: NaiveDate,
    pub missing: Vec<Attended>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAction {
    pub what: SafeText,
    pub by: NaiveDate,
    /// Absent if none was agreed.
    pub owner: Option<PersonRef>,
    pub from: ActionFrom,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionFrom {
    Review,
    /// A KSB not achieved, without a later sign-off.
    Ksb(KsbCode),
}

/// Returns the last day for the review after `last` (a review or the start); `next` is the day that was agreed.
pub fn due_after(last: NaiveDate, next: Option<NaiveDate>, rule: &ReviewRule) -> NaiveDate {
    let latest = rule.every.after(last);
    next.map_or(latest, |next| next.min(latest))
}

pub fn call(due: NaiveDate, rule: &ReviewRule, today: NaiveDate) -> ReviewDue {
    match (due - today).num_days() {
        over @ ..=-1 => ReviewDue::Overdue(-over),
        left if left <= i64::from(rule.notice_days) => ReviewDue::Due(left),
        left => ReviewDue::Later(left),
    }
}

/// Computes the plan from a trainee's reviews, newest first, and the actions of KSBs not yet achieved.
pub fn review_plan(
    start: NaiveDate,
    reviews: &[RecordedReview],
    not_yet: Vec<OpenAction>,
    rule: &ReviewRule,
    today: NaiveDate,
) -> ReviewPlan {
    let live: Vec<&RecordedReview> =
        reviews.iter().rev().filter(|recorded| !recorded.withdrawn && !recorded.in_review).collect();
    let mut gaps = Vec::new();
    let (mut before, mut excused) = (start, false);
    for recorded in &live {
        let days = (recorded.review.held - before).num_days();
        if recorded.review.held > rule.every.after(before) && !excused {
            gaps.push((before, recorded.review.held, days));
        }
        (before, excused) = (recorded.review.held, recorded.review.late.is_some());
    }
    let newest = live.last();
    // A later day than the rule allows was agreed with a reason.
    let due = match newest {
        Some(recorded) if recorded.review.late.is_some() => recorded.review.next,
        Some(recorded) => due_after(recorded.review.held, Some(recorded.review.next), rule),
        None => due_after(start, None, rule),
    };
    let year_end = YearEnds::of(start, &live, rule, today);
    // A due year-end review is the next one.
    let (due, meeting) = year_end.due.map_or((due, rule.meeting), |last| (due.min(last), Meeting::YearEnd));
    let call = call(due, rule, today);
    let unsigned: Vec<Unsigned> = live.iter().filter_map(|recorded| unsigned(recorded)).collect();
    let carried = newest.map(|recorded| recorded.review.actions.as_slice()).unwrap_or_default();
    let carried = carried.iter().map(|ReviewAction { what, by, owner }| OpenAction {
        what: what.clone(),
        by: *by,
        owner: owner.clone(),
        from: ActionFrom::Review,
    });
    let mut open: Vec<OpenAction> = carried.chain(not_yet).collect();
    open.sort_by_key(|action| action.by);
    let mut why = vec![match newest {
        Some(recorded) => {
            let last = day_words(recorded.review.held);
            match live.len() {
                1 => format!("1 review was held, on {last}"),
                many => format!("{many} reviews were held, the last on {last}"),
            }
        }
        None => format!("No review has been held since the start on {}", day_words(start)),
    }];
    why.push(format!("The rule: {}. The next is {}", rule.text, call.with_day(due)));
    for (from, to, days) in &gaps {
        let (from, to, most) = (day_words(*from), day_words(*to), (rule.every.after(*from) - *from).num_days());
        why.push(format!("The gap from {from} to {to} was {days} days (limit {most} days)"));
    }
    why.extend(year_end.why);
    for one in &unsigned {
        let names: Vec<&str> = one.missing.iter().map(|there| there.who.name.as_str()).collect();
        let what = if names.len() == 1 { "signature" } else { "signatures" };
        why.push(format!("The review of {} still needs the {what} of {}", day_words(one.held), names.join(" and ")));
    }
    let last = newest.map(|recorded| recorded.review.held);
    let recorded = live.len();
    gaps.extend(year_end.missed);
    ReviewPlan { due, call, last, held: recorded, unsigned, gaps, open, every: rule.every, meeting, why }
}

#[derive(Debug, Default)]
struct YearEnds {
    due: Option<NaiveDate>,
    /// Periods that passed without one: from, to, days.
    missed: Vec<(NaiveDate, NaiveDate, i64)>,
    why: Vec<String>,
}

impl YearEnds {
    fn of(start: NaiveDate, live: &[&RecordedReview], rule: &ReviewRule, today: NaiveDate) -> Self {
        let mut found = Self::default();
        let Some(year_end) = rule.year_end else { return found };
        for (first, last) in year_end.since(start, today) {
            let recorded = live.iter().rev().find(|recorded| {
                recorded.review.meeting == Meeting::YearEnd && (first..=last).contains(&recorded.review.held)
            });
            let notice = first.checked_sub_days(Days::new(rule.notice_days.into())).unwrap_or(first);
            if let Some(recorded) = recorded {
                found.why.push(format!("The year-end review was held on {}", day_words(recorded.review.held)));
            } else if today > last {
                let (from, to) = (day_words(first), day_words(last));
                found.why.push(format!("No year-end review was held from {from} to {to}"));
                found.missed.push((first, last, (last - first).num_days()));
            } else if today >= notice {
                found.due = Some(last).filter(|_| today >= first);
                found.why.push(format!("A year-end review is due from {} to {}", day_words(first), day_words(last)));
            }
        }
        found
    }
}

/// Returns who attended but neither signed nor acknowledged a review.
fn unsigned(recorded: &RecordedReview) -> Option<Unsigned> {
    let read = |who: &PersonId| {
        recorded
            .marks
            .iter()
            .any(|mark| mark.kind == Kind::Acknowledge && mark.by == *who && !mark.withdrawn && !mark.in_review)
    };
    let missing: Vec<Attended> = recorded
        .review
        .attended
        .iter()
        .filter(|there| there.who.id != recorded.signer && !read(&there.who.id))
        .cloned()
        .collect();
    (!missing.is_empty()).then_some(Unsigned { id: recorded.id, held: recorded.review.held, missing })
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraineeReviewDue {
    pub id: PersonId,
    pub name: SafeText,
    pub last: Option<NaiveDate>,
    pub due: NaiveDate,
    pub call: ReviewDue,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::person::PersonRef;
    use crate::primitives::date::Timestamp;
    use crate::primitives::date::tests::day;
    use crate::programme::funding_rules::shipped;
    use crate::record::view::AnnotationMark;
    use crate::statement::kinds::review::{Party, Review, ReviewContent};

    fn clean(s: &str) -> SafeText {
        SafeText::line(s).unwrap()
    }

    fn held(on: &str, next: &str, acknowledged: &[&str]) -> RecordedReview {
        let at = |party, id: &str| Attended { party, who: PersonRef { id: id.parse().unwrap(), name: clean(id) } };
        let mark = |by: &&str| AnnotationMark {
            id: StatementId(uuid::Uuid::nil()),
            kind: Kind::Acknowledge,
            sampled: None,
            at: Timestamp::from_seconds(0),
            by: by.parse().unwrap(),
            by_name: clean(by),
            reason: None,
            withdrawn: false,
            in_review: false,
        };
        RecordedReview {
            id: StatementId(uuid::Uuid::nil()),
            position: 1,
            review: Review {
                signed: 3,
                all: 72,
                actions: vec![ReviewAction { what: clean("Write up S26"), by: day(next), owner: None }],
                ..Review::new(
                    PersonRef { id: "7f3a".parse().unwrap(), name: clean("A. Trainee") },
                    vec![at(Party::Trainee, "7f3a"), at(Party::Employer, "02c1"), at(Party::Provider, "0p0a")],
                    day(on),
                    day(next),
                    ReviewContent::Discussed(clean("All")),
                )
            },
            signer: "02c1".parse().unwrap(),
            signer_name: clean("02c1"),
            signed: Timestamp::from_seconds(0),
            marks: acknowledged.iter().map(mark).collect(),
            withdrawn: false,
            in_review: false,
        }
    }

    fn plan(reviews: &[RecordedReview], today: &str) -> ReviewPlan {
        review_plan(day("2026-01-05"), reviews, Vec::new(), &shipped().unwrap().reviews[0], day(today))
    }

    #[test]
    fn the_first_is_due_twelve_weeks_after_the_start_and_each_next_twelve_weeks_after_the_last() {
        for (today, call) in [
            ("2026-01-05", ReviewDue::Later(84)),
            ("2026-03-15", ReviewDue::Later(15)),
            ("2026-03-16", ReviewDue::Due(14)),
            ("2026-03-30", ReviewDue::Due(0)),
            ("2026-03-31", ReviewDue::Overdue(1)),
        ] {
            assert_eq!(plan(&[], today).call, call, "{today}");
        }
        let one = held("2026-03-20", "2026-06-12", &[]);
        assert_eq!(plan(std::slice::from_ref(&one), "2026-03-31").due, day("2026-06-12"));
        let sooner = held("2026-03-20", "2026-04-20", &[]);
        assert_eq!(plan(&[sooner], "2026-03-31").due, day("2026-04-20"));
        let mut agreed = held("2026-03-20", "2026-09-20", &[]);
        agreed.review.late = Some(clean("A break in learning"));
        assert_eq!(plan(&[agreed], "2026-03-31").due, day("2026-09-20"));
    }

    #[test]
    fn a_withdrawn_review_is_not_a_review() {
        let mut gone = held("2026-03-20", "2026-06-12", &[]);
        gone.withdrawn = true;
        assert_eq!(
            (plan(&[gone.clone()], "2026-04-10").call, plan(&[gone], "2026-04-10").held),
            (ReviewDue::Overdue(11), 0)
        );
    }

    #[test]
    fn everyone_who_attended_signs_and_who_has_not_is_named() {
        let names = |plan: &ReviewPlan| -> Vec<String> {
            plan.unsigned.iter().flat_map(|one| &one.missing).map(|there| there.who.id.to_string()).collect()
        };
        assert_eq!(names(&plan(&[held("2026-03-20", "2026-06-12", &[])], "2026-04-01")), ["7f3a", "0p0a"]);
        assert_eq!(names(&plan(&[held("2026-03-20", "2026-06-12", &["0p0a"])], "2026-04-01")), ["7f3a"]);
        assert!(plan(&[held("2026-03-20", "2026-06-12", &["0p0a", "7f3a"])], "2026-04-01").unsigned.is_empty());
    }

    #[test]
    fn a_gap_is_longer_than_the_rule_and_was_not_agreed_with_a_reason() {
        let (first, second) = (held("2026-03-30", "2026-06-22", &[]), held("2026-06-23", "2026-09-15", &[]));
        let found = plan(&[second.clone(), first.clone()], "2026-07-01");
        assert_eq!(found.gaps, [(day("2026-03-30"), day("2026-06-23"), 85)]);
        let mut agreed = first;
        agreed.review.late = Some(clean("A break in learning"));
        assert!(plan(&[second, agreed], "2026-07-01").gaps.is_empty());
    }

    #[test]
    fn only_the_last_review_s_actions_are_carried_over_with_those_of_what_was_not_achieved() {
        let (first, second) = (held("2026-03-20", "2026-06-12", &[]), held("2026-05-20", "2026-08-12", &[]));
        let from = ActionFrom::Ksb("S26".parse().unwrap());
        let ksb = OpenAction { what: clean("Repeat"), by: day("2026-06-01"), owner: None, from };
        let rule = &shipped().unwrap().reviews[0];
        let plan = review_plan(day("2026-01-05"), &[second, first], vec![ksb.clone()], rule, day("2026-06-01"));
        assert_eq!(plan.open.iter().map(|one| one.by).collect::<Vec<_>>(), [day("2026-06-01"), day("2026-08-12")]);
        assert_eq!(plan.open[0], ksb);
    }
    #[test]
    fn a_programme_of_meetings_every_month_has_a_year_end_review_within_its_days() {
        let rules = shipped().unwrap();
        let rule = rules.reviews_for(Some("stp"), day("2025-09-08")).unwrap();
        let of = |reviews: &[RecordedReview], today: &str| {
            review_plan(day("2025-09-08"), reviews, Vec::new(), rule, day(today))
        };
        let meeting = |on: &str, next: &str, kind| {
            let mut one = held(on, next, &["0p0a", "7f3a"]);
            one.review.meeting = kind;
            one
        };
        // Months are calendar months, and the year of the start has no year-end review.
        assert_eq!(of(&[], "2025-09-20").due, day("2025-10-08"));
        assert_eq!(of(&[], "2025-09-20").meeting, Meeting::Training);
        let august = meeting("2026-08-20", "2026-09-20", Meeting::Training);
        for (today, kind, due) in [
            ("2026-08-31", Meeting::Training, "2026-09-20"),
            ("2026-09-01", Meeting::YearEnd, "2026-09-20"),
            ("2026-09-30", Meeting::YearEnd, "2026-09-20"),
            ("2026-10-01", Meeting::Training, "2026-09-20"),
        ] {
            let plan = of(std::slice::from_ref(&august), today);
            assert_eq!((plan.meeting, plan.due), (kind, day(due)), "{today}");
        }
        let missed = |reviews: &[RecordedReview], today: &str| {
            of(reviews, today).gaps.iter().any(|(from, ..)| *from == day("2026-09-01"))
        };
        let year_end = meeting("2026-09-15", "2026-10-15", Meeting::YearEnd);
        let another = meeting("2026-09-15", "2026-10-15", Meeting::Training);
        assert!(!missed(std::slice::from_ref(&august), "2026-09-30"));
        assert!(missed(&[another, august.clone()], "2026-10-01"));
        assert!(!missed(&[year_end.clone(), august.clone()], "2026-10-01"));
        assert_eq!(of(&[year_end, august], "2026-09-20").meeting, Meeting::Training);
        // Apprenticeships have none.
        assert!(plan(&[], "2030-10-01").why.iter().all(|why| !why.contains("year-end")));
    }
}
