//! Renders Home as tables, and as sentences for `--plain`.

use chrono::NaiveDate;

use crate::output::table::{OutputBlock, Table, fact};
use countersign_core::home::due::DueItem;
use countersign_core::home::officer::OfficerHome;
use countersign_core::home::supervisor::{SupervisedTrainee, SupervisorHome};
use countersign_core::home::trainee::{NextStep, TraineeHome};
use countersign_core::primitives::date::{day_words, late_words, short_day};
use countersign_core::primitives::ids::KsbCode;
use countersign_core::primitives::text::counted;
use countersign_core::programme::cohort::CohortRow;
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::claim::QueueRow;

/// Returns a part of Home: its heading, then its rows as a table, or as sentences for `--plain`.
fn part(heading: String, nothing: &str, head: Vec<&'static str>, rows: Vec<(Vec<String>, String)>) -> Vec<OutputBlock> {
    let mut parts = vec![OutputBlock::Gap, OutputBlock::Line(heading)];
    if rows.is_empty() {
        parts.push(OutputBlock::Line(nothing.to_owned()));
        return parts;
    }
    let (rows, sentences) = rows.into_iter().unzip();
    parts.push(OutputBlock::Spoken(Box::new(OutputBlock::Table(Table { head, rows })), sentences));
    parts
}

/// Returns how many of a list are shown, if not all: `7 claims, the first 4`.
fn of_all(all: String, shown: usize, total: usize) -> String {
    if shown < total { format!("{all}, the first {shown}") } else { all }
}

fn joined(codes: &[KsbCode]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Renders a supervisor's Home.
pub fn supervisor_blocks(home: &SupervisorHome) -> Vec<OutputBlock> {
    let today = home.today;
    let oldest = home.oldest().map(|days| format!(", oldest {}", counted(days.unsigned_abs(), "day")));
    let waiting = format!("Waiting for you: {}{}", counted(home.waiting_total, "claim"), oldest.unwrap_or_default());
    let total = usize::try_from(home.waiting_total).unwrap_or(usize::MAX);
    let rows = home.waiting.iter().map(|row| claim_row(row, today)).collect();
    let head = vec!["days", "trainee", "ksbs", "for", "files", "id", "says"];
    let mut parts = part(of_all(waiting, home.waiting.len(), total), "No claims are waiting for you", head, rows);
    parts.remove(0);
    let trainees = format!("Your trainees: {} of {}", home.trainees_total, home.department);
    let rows = home.trainees.iter().map(|one| supervised_row(one, today)).collect();
    let nothing = "No trainee is assigned to you: `countersign supervise`";
    let head = vec!["trainee", "month", "signed", "plan", "hours", "review", "open"];
    parts.extend(part(of_all(trainees, home.trainees.len(), home.trainees_total), nothing, head, rows));
    let rows = home.due.iter().map(|item| due_row(item, today)).collect();
    let due = format!("Due or lapsed: {}", home.due_total);
    let head = vec!["when", "trainee", "ksb", "what"];
    parts.extend(part(of_all(due, home.due.len(), home.due_total), "Nothing is due", head, rows));
    parts
}

fn claim_row(row: &QueueRow, today: NaiveDate) -> (Vec<String>, String) {
    let (codes, days) = (joined(&row.codes), row.days(today));
    let whom = if row.of.is_some() { "you" } else { "anyone" };
    let says = row.reflection.as_ref().map(ToString::to_string).unwrap_or_default();
    let since = match days {
        0 => "today".to_owned(),
        days => format!("{} ago", counted(days.unsigned_abs(), "day")),
    };
    let mut sentence = format!("{} claimed {codes} {since}, for {whom}", row.trainee_name);
    if row.files > 0 {
        sentence = format!("{sentence}, with {}", counted(row.files, "file"));
    }
    if !says.is_empty() {
        sentence = format!("{sentence}: “{says}”");
    }
    let cells = vec![
        days.to_string(),
        row.trainee_name.to_string(),
        codes,
        whom.to_owned(),
        row.files.to_string(),
        row.claim.to_string(),
        says,
    ];
    (cells, sentence)
}

/// Says how far ahead of plan a trainee is.
fn plan_words(row: &CohortRow) -> String {
    match i32::from(row.trainee.signed) - i32::from(row.expected) {
        0 => "on plan".to_owned(),
        ahead @ 1.. => format!("{ahead} ahead"),
        behind => format!("{} behind", behind.unsigned_abs()),
    }
}

fn supervised_row(one: &SupervisedTrainee, today: NaiveDate) -> (Vec<String>, String) {
    let row = &one.row;
    let (signed, total) = (row.trainee.signed, row.trainee.total);
    let (confirmed, expected) = (one.hours.confirmed, one.hours.expected);
    let review = match one.call {
        ReviewDue::Overdue(days) => late_words(days),
        ReviewDue::Due(_) | ReviewDue::Later(_) => format!("by {}", short_day(one.review, today)),
    };
    let hours = expected.map_or_else(|| confirmed.to_string(), |expected| format!("{confirmed} of {expected}"));
    let (plan, open) = (plan_words(row), one.open.words());
    let mut sentence = format!(
        "{}: month {} of {}, {signed} of {total} signed, {plan}, {hours} h, review {review}",
        row.trainee.name, row.month, row.months
    );
    if row.paused {
        sentence.push_str(", on a break in learning");
    }
    if !open.is_empty() {
        sentence = format!("{sentence}. Open: {open}");
    }
    let cells = vec![
        row.trainee.name.to_string(),
        format!("{}/{}", row.month, row.months),
        format!("{signed}/{total}"),
        plan,
        hours,
        review,
        open,
    ];
    (cells, sentence)
}

fn due_row(item: &DueItem, today: NaiveDate) -> (Vec<String>, String) {
    let code = item.code.map(|code| code.to_string()).unwrap_or_default();
    let (when, what) = (item.when(today), item.words(today));
    let subject = if code.is_empty() { item.trainee_name.to_string() } else { format!("{} {code}", item.trainee_name) };
    let sentence = format!("{subject}, {when}: {what}");
    (vec![when, item.trainee_name.to_string(), code, what], sentence)
}

/// Renders a trainee's Home.
pub fn trainee_blocks(home: &TraineeHome) -> Vec<OutputBlock> {
    let today = home.today;
    let mut parts = vec![OutputBlock::Line(format!("{}: {}", home.trainee.name, home.sentence()))];
    let next = of_all(format!("Do next: {} outstanding", home.total()), home.next.len(), home.total());
    let rows = home.next.iter().map(|step| step_row(step, today)).collect();
    parts.extend(part(next, "Nothing is outstanding", vec!["ksb", "state", "when", "text", "action"], rows));
    let rest = home.rest(0..home.next.len());
    parts.extend((!rest.is_empty()).then(|| OutputBlock::Line(format!("And {rest}"))));
    let news = &home.news;
    let rows = news.rows.iter().map(|item| {
        let action = item.action.as_ref().map(|action| format!("{}, by {}", action.what, day_words(action.by)));
        let cells = vec![
            day_words(item.day()),
            item.kind.words().to_owned(),
            joined(&item.codes),
            item.who.name.to_string(),
            item.said(),
            action.unwrap_or_default(),
        ];
        (cells, item.sentence())
    });
    let heading = of_all(format!("{}: {}", news.since.heading(today), news.total), news.rows.len(), news.total);
    let head = vec!["day", "what", "ksbs", "who", "said", "next"];
    parts.extend(part(heading, "Nothing new", head, rows.collect()));
    parts.extend([OutputBlock::Gap, OutputBlock::Line("Coming up".to_owned())]);
    parts.push(OutputBlock::Facts(vec![fact("Next review", home.review_words()), fact("Hours", home.hours_words())]));
    parts
}

fn step_row(step: &NextStep, today: NaiveDate) -> (Vec<String>, String) {
    let (state, why) = (step.state.label().to_owned(), step.why.words(today));
    let action = step.action.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut sentence = format!("{}, {state}", step.code);
    if !why.is_empty() {
        sentence = format!("{sentence}, {why}");
    }
    sentence = format!("{sentence}: {}", step.text);
    if !action.is_empty() {
        sentence = format!("{sentence} Next: {action}");
    }
    (vec![step.code.to_string(), state, why, step.text.clone(), action], sentence)
}

/// Renders a training officer's Home.
pub fn officer_blocks(home: &OfficerHome) -> Vec<OutputBlock> {
    let today = home.today;
    let mut parts = vec![OutputBlock::Line(home.figures.sentence())];
    let needs = home.needs.iter().map(|need| {
        let (when, subject, why) = (need.when(), need.subject(), need.why(today));
        let sentence = format!("{}, {when}: {subject}: {why}", need.word());
        (vec![when, need.word().to_owned(), subject, why], sentence)
    });
    let heading = of_all(format!("Needs you: {}", home.needs_total), home.needs.len(), home.needs_total);
    let head = vec!["since", "what", "whom", "why"];
    parts.extend(part(heading, "Nothing needs you now", head, needs.collect()));
    let behind = home.behind.iter().map(|row| {
        let (signed, total) = (row.trainee.signed, row.trainee.total);
        let weeks = counted(row.weeks.unsigned_abs(), "week");
        let name = row.trainee.name.to_string();
        let sentence = format!("{name}: {signed} of {total} signed, {}, {weeks}", plan_words(row));
        (vec![name, format!("{signed}/{total}"), plan_words(row), weeks], sentence)
    });
    let (shown, all) = (home.behind.len(), home.figures.behind);
    let heading = of_all(format!("Furthest behind: {all} behind plan"), shown, all);
    let head = vec!["trainee", "signed", "plan", "weeks"];
    parts.extend(part(heading, "Nobody is behind plan", head, behind.collect()));
    let gateways = home.gateways.iter().map(|one| {
        let (name, day, left) = (one.trainee.name.to_string(), day_words(one.day), one.words());
        let sentence = format!("{name}, {day}: {left}");
        (vec![name, day, left], sentence)
    });
    let (shown, all) = (home.gateways.len(), home.gateways_total);
    let heading = of_all(format!("Gateway, past or near: {all}"), shown, all);
    parts.extend(part(heading, "No gateway is near", vec!["trainee", "day", "left"], gateways.collect()));
    let lapsing = home.lapsing.rows.iter().map(|row| {
        let (state, name) = (row.state.label().to_owned(), row.trainee.name.to_string());
        let (codes, days) = (row.codes(), row.days(today));
        let sentence = format!("{name} {codes}, {state} {days}");
        (vec![state, name, codes, days], sentence)
    });
    let heading = format!("Lapsing: {}", home.lapsing.heading(today));
    parts.extend(part(heading, "Nothing lapses soon", vec!["state", "trainee", "ksbs", "days"], lapsing.collect()));
    parts.extend([OutputBlock::Gap, OutputBlock::Line("The book".to_owned())]);
    let book = &home.book;
    let newest = book.newest.map(|at| format!(", newest {}", at.local_words())).unwrap_or_default();
    parts.push(OutputBlock::Facts(vec![
        fact("Entries", format!("{}{newest}", book.entries)),
        fact("Checked", book.verified_words(today)),
        fact("Backup", book.backup_words(today)),
        fact("People", book.people()),
        fact("Standards", book.standards()),
        fact("Code", &book.code),
    ]));
    parts
}
