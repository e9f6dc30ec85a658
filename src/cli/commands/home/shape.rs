//! Defines the JSON shape of `home`.

use chrono::NaiveDate;
use serde::Serialize;

use crate::commands::claims::claim::WaitingRow;
use crate::commands::programme::cohort::Trainee;
use crate::commands::record::rows::{ActionRow, Card};
use countersign_core::home::counts::{HomeKind, TabCounts};
use countersign_core::home::due::{DueItem, DueKind};
use countersign_core::home::news::{NewsItem, NewsSince};
use countersign_core::home::officer::{BookFigures, GatewayAhead, LapsingTrainee, Need, OfficerHome};
use countersign_core::home::supervisor::{SupervisedTrainee, SupervisorHome};
use countersign_core::home::trainee::{NextStep, TraineeHome};
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::programme::hours_plan::HoursPlan;
use countersign_core::programme::review_plan::ReviewDue;

fn codes(codes: &[KsbCode]) -> Vec<String> {
    codes.iter().map(ToString::to_string).collect()
}

json_row! {
    /// A person's Home; exactly one of the last three is there.
    HomeShape from (who: &Person, kind: HomeKind, of: &TabCounts) {
        schema: &'static str = "countersign/home/1",
        person: String = who.id.to_string(),
        name: String = who.name.to_string(),
        home: &'static str = kind.slug(),
        counts: CountsRow = CountsRow::new(of),
        supervisor: Option<SupervisorShape> = None,
        trainee: Option<TraineeShape> = None,
        officer: Option<OfficerShape> = None,
    }
}

json_row! {
    /// What waits behind each tab.
    CountsRow from (of: &TabCounts) {
        home: u64 = of.home,
        queue: u64 = of.queue,
        reviews: u64 = of.reviews,
        second_checks: u64 = of.second_checks,
    }
}

json_row! {
    SupervisorShape from (home: &SupervisorHome) {
        claims_of: u64 = home.waiting_total,
        claims: Vec<WaitingRow> = home.waiting.iter().map(|row| WaitingRow::new(row, home.today)).collect(),
        trainees_of: usize = home.trainees_total,
        department: usize = home.department,
        trainees: Vec<SupervisedRow> = home.trainees.iter().map(|one| SupervisedRow::new(one, home.today)).collect(),
        due_of: usize = home.due_total,
        due: Vec<DueRow> = home.due.iter().map(|item| DueRow::new(item, home.today)).collect(),
    }
}

json_row! {
    SupervisedRow from (one: &SupervisedTrainee, today: NaiveDate) {
        #[serde(flatten)]
        trainee: Trainee = Trainee::new(&one.row, today),
        open: OpenRow = OpenRow {
            lapsed: one.open.lapsed,
            not_yet: one.open.not_yet,
            renew: one.open.renew,
            claimed: one.open.claimed,
        },
        off_the_job: HoursRow = HoursRow::new(&one.hours),
        next_review: ReviewRow = ReviewRow { due: one.review.to_string(), call: one.call.slug() },
    }
}

/// How many KSBs need something done.
#[derive(Debug, Serialize)]
pub struct OpenRow {
    pub lapsed: u16,
    pub not_yet: u16,
    pub renew: u16,
    pub claimed: u16,
}

/// The next progress review.
#[derive(Debug, Serialize)]
pub struct ReviewRow {
    pub due: String,
    pub call: &'static str,
}

json_row! {
    /// Off-the-job hours.
    HoursRow from (hours: &HoursPlan) {
        confirmed: f64 = f64::from(hours.confirmed.0) / 4.0,
        waiting: f64 = f64::from(hours.waiting.0) / 4.0,
        minimum: Option<u32> = hours.minimum,
        expected: Option<u32> = hours.expected,
        ahead: Option<i64> = hours.ahead,
    }
}

json_row! {
    DueRow from (item: &DueItem, today: NaiveDate) {
        trainee: String = item.trainee.to_string(),
        trainee_name: String = item.trainee_name.to_string(),
        ksb: Option<String> = item.code.map(|code| code.to_string()),
        what: &'static str = match &item.what {
            DueKind::Reassess => "reassess",
            DueKind::Action(_) => "action",
            DueKind::Review => "review",
        },
        action: Option<String> = match &item.what {
            DueKind::Action(what) => Some(what.to_string()),
            DueKind::Reassess | DueKind::Review => None,
        },
        by: String = item.by.to_string(),
        days_late: i64 = item.days_late(today),
    }
}

json_row! {
    TraineeShape from (home: &TraineeHome) {
        trainee: Card = Card::new(&home.trainee),
        expected: u16 = home.progress.expected,
        ahead: i32 = home.progress.ahead,
        weeks: i32 = home.progress.weeks,
        month: u16 = home.progress.elapsed,
        months: u16 = home.months,
        paused: bool = home.paused,
        gateway: String = home.gateway.to_string(),
        outstanding_of: usize = home.total(),
        outstanding: Vec<StepRow> = home.next.iter().map(|step| StepRow::new(step, home.today)).collect(),
        since: String = home.news.since.day().to_string(),
        ever_read: bool = matches!(home.news.since, NewsSince::Read(_)),
        new_of: usize = home.news.total,
        new: Vec<NewRow> = home.news.rows.iter().map(NewRow::new).collect(),
        next_review: ReviewRow = ReviewRow { due: home.review.to_string(), call: ReviewDue::slug(home.call) },
        off_the_job: HoursRow = HoursRow::new(&home.hours),
    }
}

json_row! {
    StepRow from (step: &NextStep, today: NaiveDate) {
        id: String = step.code.to_string(),
        state: &'static str = step.state.slug(),
        when: String = step.why.words(today),
        text: String = step.text.clone(),
        action: Option<String> = step.action.as_ref().map(ToString::to_string),
    }
}

json_row! {
    NewRow from (item: &NewsItem) {
        id: String = item.id.to_string(),
        position: u64 = item.position,
        at: String = item.at.to_string(),
        by: String = item.who.id.to_string(),
        by_name: String = item.who.name.to_string(),
        kind: &'static str = item.kind.slug(),
        ksbs: Vec<String> = codes(&item.codes),
        said: String = item.words.clone(),
        quoted: bool = item.quoted,
        action: Option<ActionRow> = item.action.as_ref().map(ActionRow::new),
        answers_claim: bool = item.answers_claim,
    }
}

json_row! {
    OfficerShape from (home: &OfficerHome) {
        trainees: usize = home.figures.trainees,
        behind: usize = home.figures.behind,
        far_behind: usize = home.figures.far_behind,
        claims: u64 = home.figures.claims,
        gateway: usize = home.figures.gateway,
        paused: usize = home.figures.paused,
        needs_of: usize = home.needs_total,
        needs: Vec<NeedRow> = home.needs.iter().map(|need| NeedRow::new(need, home.today)).collect(),
        furthest_behind: Vec<Trainee> = home.behind.iter().map(|row| Trainee::new(row, home.today)).collect(),
        gateways_of: usize = home.gateways_total,
        gateways: Vec<GatewayRow> = home.gateways.iter().map(GatewayRow::new).collect(),
        lapsed: usize = home.lapsing.lapsed,
        renew: usize = home.lapsing.renew,
        lapsing: Vec<LapsingRow> = home.lapsing.rows.iter().map(LapsingRow::new).collect(),
        book: BookRow = BookRow::new(&home.book),
    }
}

json_row! {
    NeedRow from (need: &Need, today: NaiveDate) {
        what: String = need.word().to_lowercase(),
        when: String = need.when(),
        over: i64 = need.over,
        trainee: Option<String> = need.trainee().map(|trainee| trainee.id.to_string()),
        trainee_name: Option<String> = need.trainee().map(|trainee| trainee.name.to_string()),
        ksbs: Vec<String> = codes(need.codes()),
        why: String = need.why(today),
    }
}

json_row! {
    GatewayRow from (one: &GatewayAhead) {
        id: String = one.trainee.id.to_string(),
        name: String = one.trainee.name.to_string(),
        day: String = one.day.to_string(),
        ksbs: u16 = one.ksbs,
        lapsed: u16 = one.lapsed,
        hours: u32 = one.hours,
        others: u16 = one.others,
        unconfirmed: Vec<&'static str> = one.parties.iter().map(|party| party.slug()).collect(),
    }
}

json_row! {
    LapsingRow from (one: &LapsingTrainee) {
        id: String = one.trainee.id.to_string(),
        name: String = one.trainee.name.to_string(),
        state: &'static str = one.state.slug(),
        ksbs: Vec<LapsingKsb> = one
            .items
            .iter()
            .map(|(code, due)| LapsingKsb { id: code.to_string(), due: due.to_string() })
            .collect(),
    }
}

/// A KSB and its last day.
#[derive(Debug, Serialize)]
pub struct LapsingKsb {
    pub id: String,
    pub due: String,
}

json_row! {
    BookRow from (book: &BookFigures) {
        entries: u64 = book.entries,
        newest: Option<String> = book.newest.map(|at| at.to_string()),
        verified: Option<String> = book.verified.map(|check| check.at.to_string()),
        verified_sound: Option<bool> = book.verified.map(|check| check.sound),
        backup: Option<String> = book.backup.map(|at| at.to_string()),
        trainees: usize = book.trainees,
        supervisors: usize = book.supervisors,
        standards: Vec<String> = book.standards.clone(),
        lists: usize = book.lists,
        checkpoint: String = book.code.clone(),
    }
}
