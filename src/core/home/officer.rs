//! Defines what Home shows a training officer: the department in figures, what needs them, and four short lists.

use std::cmp::Reverse;

use chrono::NaiveDate;

use crate::people::person::PersonRef;
use crate::primitives::date::{Timestamp, late_words, short_day};
use crate::primitives::ids::{ClaimId, KsbCode, KsbKind, StatementId};
use crate::primitives::text::{SafeText, counted};
use crate::programme::cohort::CohortRow;
use crate::record::ksb_status::State;
use crate::statement::kinds::review::Party;

/// From how many weeks on a trainee counts as far behind.
pub const FAR_BEHIND_WEEKS: i32 = 10;
/// How many days before it a gateway is near.
pub const GATEWAY_NEAR_DAYS: i64 = 56;
/// The age in days from which a backup is old.
pub const OLD_BACKUP_DAYS: i64 = 7;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerHome {
    pub today: NaiveDate,
    pub figures: CohortFigures,
    /// The first rows of what needs a training officer, the most urgent first.
    pub needs: Vec<Need>,
    pub needs_total: usize,
    /// The trainees furthest behind plan, the furthest first.
    pub behind: Vec<CohortRow>,
    /// The trainees whose gateway is past or near, by day.
    pub gateways: Vec<GatewayAhead>,
    pub gateways_total: usize,
    pub lapsing: Lapsing,
    pub book: BookFigures,
}

/// The department in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CohortFigures {
    pub trainees: usize,
    pub behind: usize,
    /// Those behind by [`FAR_BEHIND_WEEKS`] or more.
    pub far_behind: usize,
    pub claims: u64,
    /// Those whose gateway is past or near.
    pub gateway: usize,
    /// Those on a break in learning.
    pub paused: usize,
}

impl CohortFigures {
    /// Returns the figures in one line: `41 trainees, 17 behind plan, 4 by 10 weeks or more. 14 claims wait. …`
    pub fn sentence(&self) -> String {
        self.sentences().join(" ")
    }

    /// Returns the figures in sentences, the most important first.
    pub fn sentences(&self) -> Vec<String> {
        let mut first = vec![counted(self.trainees as u64, "trainee")];
        match self.behind {
            0 if self.trainees > 0 => first.push("none behind plan".to_owned()),
            0 => {}
            behind => first.push(format!("{behind} behind plan")),
        }
        if self.far_behind > 0 {
            first.push(format!("{} by {FAR_BEHIND_WEEKS} weeks or more", self.far_behind));
        }
        let mut parts = vec![first.join(", ")];
        parts.push(match self.claims {
            0 => "No claims wait".to_owned(),
            1 => "1 claim waits".to_owned(),
            claims => format!("{claims} claims wait"),
        });
        let be = |count: usize| if count == 1 { "is" } else { "are" };
        if self.gateway > 0 {
            parts.push(format!("{} {} at or near the gateway", self.gateway, be(self.gateway)));
        }
        if self.paused > 0 {
            parts.push(format!("{} {} on a break", self.paused, be(self.paused)));
        }
        parts.iter().map(|words| format!("{words}.")).collect()
    }
}

/// Something that a training officer should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub what: NeedKind,
    /// The days since it was late, old or possible: by this it is ranked with the others.
    pub over: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NeedKind {
    /// No backup was ever made here, or the last is old.
    Backup { last: Option<Timestamp>, days: i64 },
    /// A progress review is late.
    Review { trainee: PersonRef, due: NaiveDate, supervisors: Vec<SafeText> },
    /// A claim has waited too long.
    Claim { claim: ClaimId, trainee: PersonRef, codes: Vec<KsbCode>, of: Option<SafeText>, days: i64 },
    /// A trainee disputes something on their record.
    Dispute { trainee: PersonRef, code: Option<KsbCode>, statement: StatementId, reason: SafeText },
    /// Only confirmations are missing for the gateway.
    Gateway { trainee: PersonRef, met: usize, of: usize, parties: Vec<Party> },
}

impl Need {
    /// Returns its kind in a word.
    pub fn word(&self) -> &'static str {
        match &self.what {
            NeedKind::Backup { .. } => "Backup",
            NeedKind::Review { .. } => "Review",
            NeedKind::Claim { .. } => "Claim",
            NeedKind::Dispute { .. } => "Dispute",
            NeedKind::Gateway { .. } => "Gateway",
        }
    }

    /// Returns since when in a few words: `never`, `33 days late`, `47 days`.
    pub fn when(&self) -> String {
        let days = |days: i64| if days == 0 { "today".to_owned() } else { counted(days.unsigned_abs(), "day") };
        match &self.what {
            NeedKind::Backup { last: None, .. } => "never".to_owned(),
            NeedKind::Backup { days: age, .. } | NeedKind::Claim { days: age, .. } => days(*age),
            NeedKind::Review { .. } => late_words(self.over),
            NeedKind::Dispute { .. } | NeedKind::Gateway { .. } => days(self.over),
        }
    }

    /// Returns whom it is about.
    pub fn trainee(&self) -> Option<&PersonRef> {
        match &self.what {
            NeedKind::Backup { .. } => None,
            NeedKind::Review { trainee, .. }
            | NeedKind::Claim { trainee, .. }
            | NeedKind::Dispute { trainee, .. }
            | NeedKind::Gateway { trainee, .. } => Some(trainee),
        }
    }

    /// Returns the KSBs that it is about.
    pub fn codes(&self) -> &[KsbCode] {
        match &self.what {
            NeedKind::Claim { codes, .. } => codes,
            NeedKind::Dispute { code, .. } => code.as_slice(),
            NeedKind::Backup { .. } | NeedKind::Review { .. } | NeedKind::Gateway { .. } => &[],
        }
    }

    /// Returns the subject: the trainee with the KSBs, or for a backup what is wrong.
    pub fn subject(&self) -> String {
        let codes: Vec<String> = self.codes().iter().map(ToString::to_string).collect();
        match self.trainee() {
            Some(trainee) if codes.is_empty() => trainee.name.to_string(),
            Some(trainee) => format!("{}  {}", trainee.name, codes.join(" ")),
            None => match &self.what {
                NeedKind::Backup { last: Some(_), .. } => "The newest backup is a week old or more".to_owned(),
                _ => "There is no backup yet".to_owned(),
            },
        }
    }

    /// Returns the reason and what to do about it.
    pub fn why(&self, today: NaiveDate) -> String {
        match &self.what {
            NeedKind::Backup { .. } => {
                "`countersign backup` or `:back-up` makes one on a stick or in a folder, and checks it".to_owned()
            }
            NeedKind::Review { due, supervisors, .. } => {
                let due = format!("due {}", short_day(*due, today));
                match supervisors.as_slice() {
                    [] => due,
                    [one] => format!("{due}. {one} supervises."),
                    [first @ .., last] => {
                        let first: Vec<&str> = first.iter().map(SafeText::as_str).collect();
                        format!("{due}. {} and {last} supervise.", first.join(", "))
                    }
                }
            }
            NeedKind::Claim { of: Some(of), .. } => {
                format!("waits for {of}. Send a reminder, or ask another supervisor to answer it.")
            }
            NeedKind::Claim { of: None, .. } => "waits for any supervisor. Ask one to answer it.".to_owned(),
            NeedKind::Dispute { reason, .. } => {
                format!("“{}”", reason.as_str().split_whitespace().collect::<Vec<_>>().join(" "))
            }
            NeedKind::Gateway { met, of, parties, .. } => {
                let parties: Vec<&str> = parties.iter().map(|party| party.slug()).collect();
                format!("{met} of {of} met. The {} can confirm now.", parties.join(" and the "))
            }
        }
    }

    /// Returns its place in the list: a backup that was never made first, then what has been late longest.
    fn rank(&self) -> (bool, Reverse<i64>, u8, Option<&SafeText>) {
        let (first, kind) = match &self.what {
            NeedKind::Backup { last, .. } => (last.is_none(), 0),
            NeedKind::Review { .. } => (false, 1),
            NeedKind::Claim { .. } => (false, 2),
            NeedKind::Dispute { .. } => (false, 3),
            NeedKind::Gateway { .. } => (false, 4),
        };
        (!first, Reverse(self.over), kind, self.trainee().map(|trainee| &trainee.name))
    }
}

/// Sorts needs across their kinds, the most urgent first.
pub fn sort_by_urgency(needs: &mut [Need]) {
    needs.sort_by(|a, b| a.rank().cmp(&b.rank()));
}

/// A trainee whose gateway is past or near, and what is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayAhead {
    pub trainee: PersonRef,
    pub day: NaiveDate,
    /// KSBs that are not signed, those that lapsed included.
    pub ksbs: u16,
    pub lapsed: u16,
    /// Whole hours to go; 0 where the minimum is met or not known.
    pub hours: u32,
    /// Other requirements that are not met.
    pub others: u16,
    /// The parties that have not confirmed.
    pub parties: Vec<Party>,
}

impl GatewayAhead {
    /// Returns what is left in a few words: `4 KSBs, 2 lapsed`, `10 h to go`, `provider to confirm`.
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if self.ksbs > 0 {
            parts.push(counted(self.ksbs, "KSB"));
        }
        if self.lapsed > 0 {
            parts.push(format!("{} lapsed", self.lapsed));
        }
        if self.hours > 0 {
            parts.push(if parts.is_empty() { format!("{} h to go", self.hours) } else { format!("{} h", self.hours) });
        }
        if parts.is_empty() && self.others > 0 {
            parts.push(format!("{} to meet", counted(self.others, "requirement")));
        }
        if parts.is_empty() {
            let parties: Vec<&str> = self.parties.iter().map(|party| party.slug()).collect();
            parts.push(match parties.as_slice() {
                [] => "confirmed".to_owned(),
                parties => format!("{} to confirm", parties.join(" and ")),
            });
        }
        parts.join(", ")
    }
}

/// What must be shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lapsing {
    /// Lapsed first, then by the first day.
    pub rows: Vec<LapsingTrainee>,
    /// KSBs and local competences that lapsed, of all trainees.
    pub lapsed: usize,
    /// The local competences among them, which the cohort does not count.
    pub local: usize,
    /// Those to renew soon.
    pub renew: usize,
    /// The last day of those to renew.
    pub until: Option<NaiveDate>,
}

/// One trainee's KSBs that lapsed, or that are to be renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LapsingTrainee {
    pub trainee: PersonRef,
    /// Lapsed or renew.
    pub state: State,
    /// Each with its last day, the earliest first.
    pub items: Vec<(KsbCode, NaiveDate)>,
}

impl LapsingTrainee {
    /// Returns the days: `since 8 and 19 Nov`, `by 2, 9 and 16 Dec`.
    pub fn days(&self, today: NaiveDate) -> String {
        let mut days: Vec<NaiveDate> = self.items.iter().map(|(_, day)| *day).collect();
        days.dedup();
        let joint = if self.state == State::Lapsed { "since" } else { "by" };
        // A month is named once, after its last day.
        let month = |day: NaiveDate| short_day(day, today).split_once(' ').map(|(_, month)| month.to_owned());
        let words = |at: usize| {
            let day = days[at];
            let again = days.get(at + 1).is_some_and(|next| month(*next) == month(day));
            let short = short_day(day, today);
            if again { short.split(' ').next().unwrap_or_default().to_owned() } else { short }
        };
        let words: Vec<String> = (0..days.len()).map(words).collect();
        match words.as_slice() {
            [] => String::new(),
            [one] => format!("{joint} {one}"),
            [first @ .., last] => format!("{joint} {} and {last}", first.join(", ")),
        }
    }

    pub fn codes(&self) -> String {
        self.items.iter().map(|(code, _)| code.to_string()).collect::<Vec<_>>().join(" ")
    }
}

impl Lapsing {
    /// Returns the heading's count: `3 KSBs and 1 local competence lapsed, 7 to renew by 31 Dec`. The cohort counts KSBs, so
    /// the two are named apart.
    pub fn heading(&self, today: NaiveDate) -> String {
        let mut parts = Vec::new();
        let ksbs = counted(self.lapsed.saturating_sub(self.local) as u64, "KSB");
        let local = counted(self.local as u64, "local competence");
        match (self.lapsed > self.local, self.local > 0) {
            (true, true) => parts.push(format!("{ksbs} and {local} lapsed")),
            (true, false) => parts.push(format!("{ksbs} lapsed")),
            (false, true) => parts.push(format!("{local} lapsed")),
            (false, false) => {}
        }
        if self.renew > 0 {
            let by = self.until.map(|day| format!(" by {}", short_day(day, today))).unwrap_or_default();
            parts.push(format!("{} to renew{by}", self.renew));
        }
        if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
    }

    /// Builds the list from every KSB that must be shown again, and keeps the first `most` rows.
    pub fn new(found: Vec<(PersonRef, State, KsbCode, NaiveDate)>, most: usize) -> Self {
        let count = |state| found.iter().filter(|(_, of, ..)| *of == state).count();
        let (lapsed, renew) = (count(State::Lapsed), count(State::Renew));
        let local = |(_, of, code, _): &&(_, _, KsbCode, _)| *of == State::Lapsed && code.kind == KsbKind::Local;
        let local = found.iter().filter(local).count();
        let until = found.iter().filter(|(_, state, ..)| *state == State::Renew).map(|(.., day)| *day).max();
        let mut found = found;
        found.sort_by(|a, b| {
            (&a.0.name, &a.0.id, a.1 != State::Lapsed, a.3, a.2).cmp(&(
                &b.0.name,
                &b.0.id,
                b.1 != State::Lapsed,
                b.3,
                b.2,
            ))
        });
        let same = |a: &(PersonRef, State, KsbCode, NaiveDate), b: &(PersonRef, State, KsbCode, NaiveDate)| {
            a.0.id == b.0.id && a.1 == b.1
        };
        let mut rows: Vec<LapsingTrainee> = found
            .chunk_by(same)
            .map(|rows| LapsingTrainee {
                trainee: rows[0].0.clone(),
                state: rows[0].1,
                items: rows.iter().map(|(.., code, day)| (*code, *day)).collect(),
            })
            .collect();
        rows.sort_by_key(|row| (row.state != State::Lapsed, row.items.first().map(|(_, day)| *day)));
        rows.truncate(most);
        Self { rows, lapsed, local, renew, until }
    }
}

/// What the book holds and how it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookFigures {
    pub entries: u64,
    /// When the newest entry was signed.
    pub newest: Option<Timestamp>,
    /// The last verification of this file that is remembered next to it.
    pub verified: Option<LastCheck>,
    /// When the last backup was made here.
    pub backup: Option<Timestamp>,
    pub trainees: usize,
    pub supervisors: usize,
    /// Standards that trainees are on, with their version.
    pub standards: Vec<String>,
    /// The department's own lists of competences in force.
    pub lists: usize,
    /// The checkpoint's code.
    pub code: String,
}

/// The last verification that was run here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCheck {
    pub at: Timestamp,
    /// The entries that the log had.
    pub size: u64,
    /// Whether nothing was found.
    pub sound: bool,
}

impl BookFigures {
    /// Returns the people in words: `41 trainees, 8 supervisors`.
    pub fn people(&self) -> String {
        format!("{}, {}", counted(self.trainees as u64, "trainee"), counted(self.supervisors as u64, "supervisor"))
    }

    /// Returns the standards in words: `ST0413 1.1, 2 more, 1 local list`.
    pub fn standards(&self) -> String {
        let mut parts = match self.standards.as_slice() {
            [] => vec!["none in use".to_owned()],
            [one, other] => vec![one.clone(), other.clone()],
            [one] => vec![one.clone()],
            [one, rest @ ..] => vec![one.clone(), format!("{} more", rest.len())],
        };
        parts.extend((self.lists > 0).then(|| counted(self.lists as u64, "local list")));
        parts.join(", ")
    }

    /// Returns when the last backup was made: `never`, `today`, `3 days ago`.
    pub fn backup_words(&self, today: NaiveDate) -> String {
        self.backup.map_or_else(|| "never".to_owned(), |at| age_words(at.local_day(), today))
    }

    /// Returns when it was last verified, and with which result.
    pub fn verified_words(&self, today: NaiveDate) -> String {
        match self.verified {
            None => "not checked here yet".to_owned(),
            Some(LastCheck { at, sound: false, .. }) => format!("{}, with faults", age_words(at.local_day(), today)),
            Some(LastCheck { at, size, .. }) if size < self.entries => {
                format!("{}, entries 1 to {size}", age_words(at.local_day(), today))
            }
            Some(LastCheck { at, .. }) => format!("{}, every signature", age_words(at.local_day(), today)),
        }
    }
}

fn age_words(day: NaiveDate, today: NaiveDate) -> String {
    match (today - day).num_days() {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::tests::day;

    fn person(name: &str) -> PersonRef {
        PersonRef { id: "7f3a".parse().unwrap(), name: SafeText::line(name).unwrap() }
    }

    fn code(code: &str) -> KsbCode {
        code.parse().unwrap()
    }

    #[test]
    fn needs_are_ranked_across_kinds_by_how_long_they_are_over_and_a_missing_backup_comes_first() {
        let today = day("2026-11-28");
        let review = |name, over, due: &str| Need {
            what: NeedKind::Review { trainee: person(name), due: day(due), supervisors: vec![] },
            over,
        };
        let claim = ClaimId(uuid::Uuid::nil());
        let of = Some(SafeText::line("Iwan Pritchard").unwrap());
        let codes = vec![code("S3"), code("S5")];
        let mut needs = vec![
            Need {
                what: NeedKind::Gateway {
                    trainee: person("Rosa Juniper"),
                    met: 7,
                    of: 8,
                    parties: vec![Party::Provider],
                },
                over: 1,
            },
            Need {
                what: NeedKind::Dispute {
                    trainee: person("Fionnuala"),
                    code: Some(code("S12")),
                    statement: StatementId(uuid::Uuid::nil()),
                    reason: SafeText::line("I was called away").unwrap(),
                },
                over: 9,
            },
            review("Quinn Cedar", 4, "2026-11-24"),
            Need { what: NeedKind::Claim { claim, trainee: person("Xanthe Cherry"), codes, of, days: 47 }, over: 33 },
            review("Marion Reed", 9, "2026-11-19"),
            review("Fionnuala", 33, "2026-10-26"),
            Need { what: NeedKind::Backup { last: None, days: 0 }, over: 0 },
        ];
        sort_by_urgency(&mut needs);
        let shown: Vec<String> = needs
            .iter()
            .map(|need| format!("{} {} {}: {}", need.when(), need.word(), need.subject(), need.why(today)))
            .collect();
        assert_eq!(
            shown,
            [
                "never Backup There is no backup yet: `countersign backup` or `:back-up` makes one on a stick or in a folder, and checks it",
                "33 days late Review Fionnuala: due 26 Oct",
                "47 days Claim Xanthe Cherry  S3 S5: waits for Iwan Pritchard. Send a reminder, or ask another supervisor to \
                 answer it.",
                "9 days late Review Marion Reed: due 19 Nov",
                "9 days Dispute Fionnuala  S12: “I was called away”",
                "4 days late Review Quinn Cedar: due 24 Nov",
                "1 day Gateway Rosa Juniper: 7 of 8 met. The provider can confirm now.",
            ]
        );
    }

    #[test]
    fn the_department_is_one_line_of_figures_that_says_only_what_is() {
        let figures = CohortFigures { trainees: 41, behind: 17, far_behind: 4, claims: 14, gateway: 6, paused: 1 };
        assert_eq!(
            figures.sentence(),
            "41 trainees, 17 behind plan, 4 by 10 weeks or more. 14 claims wait. 6 are at or near the gateway. 1 is on a break."
        );
        let figures = CohortFigures { trainees: 1, claims: 1, ..CohortFigures::default() };
        assert_eq!(figures.sentence(), "1 trainee, none behind plan. 1 claim waits.");
        assert_eq!(CohortFigures::default().sentence(), "0 trainees. No claims wait.");
    }

    #[test]
    fn what_lapses_is_one_row_for_each_trainee_and_state_lapsed_first_and_days_name_a_month_once() {
        let today = day("2026-11-28");
        let one = |name: &str, state, code: &str, by: &str| {
            let id = format!("{:x}", name.len()).parse().unwrap();
            (PersonRef { id, ..person(name) }, state, code.parse().unwrap(), day(by))
        };
        let found = vec![
            one("Katya Hazel", State::Renew, "S1", "2026-12-02"),
            one("José", State::Renew, "S6", "2026-12-16"),
            one("José", State::Renew, "S30", "2026-12-02"),
            one("José", State::Renew, "S28", "2026-12-09"),
            one("Katya Hazel", State::Lapsed, "S2", "2026-11-19"),
            one("Jamal Elm", State::Lapsed, "S3", "2026-11-19"),
            one("Jamal Elm", State::Lapsed, "K1", "2026-11-08"),
            one("Bo", State::Renew, "B2", "2027-01-02"),
            one("Bo", State::Renew, "B1", "2026-12-30"),
        ];
        let lapsing = Lapsing::new(found, 5);
        let rows: Vec<String> = lapsing
            .rows
            .iter()
            .map(|row| format!("{} {} {}", row.trainee.name, row.codes(), row.days(today)))
            .collect();
        assert_eq!(
            rows,
            [
                "Jamal Elm K1 S3 since 8 and 19 Nov",
                "Katya Hazel S2 since 19 Nov",
                "José S30 S28 S6 by 2, 9 and 16 Dec",
                "Katya Hazel S1 by 2 Dec",
                "Bo B1 B2 by 30 Dec and 2 Jan 2027",
            ]
        );
        assert_eq!(lapsing.heading(today), "3 KSBs lapsed, 6 to renew by 2 Jan 2027");
        assert_eq!(Lapsing::default().heading(today), "none");
        let local = || one("Alex", State::Lapsed, "L3", "2026-11-10");
        assert_eq!(Lapsing::new(vec![local()], 5).heading(today), "1 local competence lapsed");
        let both = vec![local(), one("Jamal Elm", State::Lapsed, "K1", "2026-11-08")];
        assert_eq!(Lapsing::new(both, 5).heading(today), "1 KSB and 1 local competence lapsed");
    }

    #[test]
    fn what_is_left_before_a_gateway_is_said_in_a_few_words() {
        let left = |ksbs, lapsed, hours, others, parties: &[Party]| {
            let (trainee, parties) = (person("A"), parties.to_vec());
            GatewayAhead { trainee, day: day("2026-12-01"), ksbs, lapsed, hours, others, parties }.words()
        };
        let both = [Party::Employer, Party::Provider];
        assert_eq!(left(4, 2, 0, 0, &both), "4 KSBs, 2 lapsed");
        assert_eq!(left(0, 0, 10, 1, &both), "10 h to go");
        assert_eq!(left(2, 0, 40, 0, &both), "2 KSBs, 40 h");
        assert_eq!(left(0, 0, 0, 1, &both), "1 requirement to meet");
        assert_eq!(left(0, 0, 0, 0, &both[1..]), "provider to confirm");
        assert_eq!(left(0, 0, 0, 0, &[]), "confirmed");
    }
}
