//! Says in a mail what waits for a person, what lapses and what is new on their record: names and codes, never what was said.

use chrono::{Days, NaiveDate};

use crate::app::App;
use crate::claims::queue;
use crate::error::Error;
use crate::home::news::news_from;
use crate::mail::outlook::{DatedAction, Lapse, Outlook, outlooks_under, own_outlook};
use crate::programme::hours::{hours, hours_plan};
use countersign_core::filter::Filter;
use countersign_core::home::news::{NewsKind, NewsSince};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::primitives::text::counted;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::claim::{PendingClaim, QueueRow};
use countersign_report::digest::{Group, Part};

/// How many days ahead something is told, and again.
const STAGES: [i64; 3] = [0, 7, 30];
/// The most codes in a row.
const MOST_CODES: usize = 6;
/// The most claims and news that are looked at.
const MOST: usize = 10_000;

/// Where what is new begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Since {
    pub day: NaiveDate,
    /// The position of the log; 0 without a mail before, when the day decides.
    pub from: u64,
}

/// What a mail tells.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub subject: String,
    pub parts: Vec<Part>,
    /// What is told, each thing by a key that does not change while it stays as it is.
    pub keys: Vec<String>,
}

impl Told {
    fn part(&mut self, heading: Option<String>, groups: Vec<Group>) {
        let groups: Vec<Group> = groups.into_iter().filter(|group| !group.rows.is_empty()).collect();
        if !groups.is_empty() {
            self.parts.push(Part { heading, groups });
        }
    }
}

/// Returns what is to be told to a person: of those they supervise, and of their own record.
pub(crate) fn told(app: &App, who: &Person, since: Since) -> Result<Told, Error> {
    let (own, under) = (own_outlook(app, who)?, outlooks_under(app, who)?);
    let mut told = Told::default();
    let mut subject = None;
    if who.may_act_as(Role::Supervisor) || who.may_act_as(Role::TrainingOfficer) {
        subject = tell_supervisor(app, who, &under, since, &mut told)?;
    }
    if let Some(own) = &own {
        let own_subject = tell_trainee(app, own, since, &mut told)?;
        subject = subject.or(own_subject);
    }
    told.subject = subject.unwrap_or_else(|| "What is new and what is due".to_owned());
    Ok(told)
}

/// Adds what concerns a supervisor; returns what the subject says.
fn tell_supervisor(
    app: &App,
    who: &Person,
    under: &[Outlook],
    since: Since,
    told: &mut Told,
) -> Result<Option<String>, Error> {
    let today = app.today();
    let claims = claims(app, who, under, told)?;
    let mut overdue: Vec<(i64, Vec<String>)> = Vec::new();
    let mut due: Vec<(NaiveDate, Vec<String>)> = Vec::new();
    let mut unsigned: Vec<(NaiveDate, Vec<String>)> = Vec::new();
    let (mut waiting, mut actions) = (Vec::new(), Vec::new());
    for of in under {
        let name = of.trainee.name.to_string();
        let number = of.review;
        match of.call {
            ReviewDue::Overdue(days) => {
                overdue.push((-days, vec![name.clone(), of.call.words()]));
                told.keys.push(format!("review-overdue {} {number} {}", of.trainee.id, of.review_by));
            }
            ReviewDue::Due(days) => {
                due.push((of.review_by, vec![name.clone(), day_words(of.review_by), in_days(days)]));
                told.keys.push(format!("review-due {} {number} {}", of.trainee.id, of.review_by));
            }
            ReviewDue::Later(_) => {}
        }
        for one in of.unsigned.iter().filter(|one| one.missing.contains(&who.id)) {
            unsigned.push((one.held, vec![name.clone(), format!("held {}", day_words(one.held))]));
            told.keys.push(format!("review-unsigned {}", one.id));
        }
        for row in hours(app, &of.trainee.id)?.into_iter().filter(|row| row.confirmed.is_none()) {
            waiting
                .push((row.entry.day, vec![name.clone(), format!("{} h", row.entry.hours), day_words(row.entry.day)]));
            told.keys.push(format!("hours {}", row.entry.id));
        }
        let owned = of.actions.iter().filter(|action| action.owner.as_ref() == Some(&who.id));
        actions.extend(owned.filter_map(|action| action_row(action, Some(&name), today, told)));
    }
    let sorted = |mut rows: Vec<(NaiveDate, Vec<String>)>| {
        rows.sort();
        rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>()
    };
    overdue.sort();
    let overdue: Vec<Vec<String>> = overdue.into_iter().map(|(_, row)| row).collect();
    let (due, unsigned, waiting) = (sorted(due), sorted(unsigned), sorted(waiting));
    let subject = waits(claims.len(), overdue.len() + unsigned.len(), waiting.len());
    told.part(
        Some("Waiting for you".to_owned()),
        vec![
            titled("Claims to answer", claims),
            titled("Reviews overdue", overdue),
            titled("Reviews due", due),
            titled("Reviews to sign", unsigned),
            titled("Hours to confirm", waiting),
        ],
    );
    let all: Vec<(&Outlook, &Lapse)> =
        under.iter().flat_map(|of| of.lapses.iter().map(move |lapse| (of, lapse))).collect();
    tell_lapses(&all, true, today, since, told);
    actions.sort();
    told.part(Some("Actions of yours".to_owned()), vec![rows(actions.into_iter().map(|(_, row)| row).collect())]);
    Ok(subject)
}

/// Returns the claims that wait for a supervisor: of their trainees, and those that ask them by name.
fn claims(app: &App, who: &Person, under: &[Outlook], told: &mut Told) -> Result<Vec<Vec<String>>, Error> {
    let waiting = queue::queue(app, Some(&who.id), &Filter::default(), (0, MOST))?.rows;
    let may = |row: &QueueRow| row.of.is_some() || under.iter().any(|of| of.trainee.id == row.trainee);
    Ok(waiting
        .into_iter()
        .filter(may)
        .map(|row| {
            told.keys.extend(row.codes.iter().map(|code| format!("claim {} {code}", row.claim)));
            let since = format!("since {}", day_words(row.made.local_day()));
            vec![row.trainee_name.to_string(), codes(&row.codes), since]
        })
        .collect())
}

/// Adds what concerns a trainee's own record; returns what the subject says.
fn tell_trainee(app: &App, own: &Outlook, since: Since, told: &mut Told) -> Result<Option<String>, Error> {
    let today = app.today();
    let actions: Vec<(NaiveDate, Vec<String>)> = own
        .actions
        .iter()
        .filter(|action| own.is_own(action))
        .filter_map(|action| action_row(action, None, today, told))
        .collect();
    let late = actions.iter().filter(|(by, _)| *by < today).count();
    told.part(Some("To do".to_owned()), vec![rows(actions.into_iter().map(|(_, row)| row).collect())]);
    let mut sentences = Vec::new();
    let overdue = matches!(own.call, ReviewDue::Overdue(_));
    let key = format!("{} {}", own.review, own.review_by);
    match own.call {
        ReviewDue::Overdue(_) => {
            sentences.push(format!(
                "Your next review was due on {}. It is {}.",
                day_words(own.review_by),
                own.call.words()
            ));
            told.keys.push(format!("own-review-overdue {key}"));
        }
        ReviewDue::Due(_) => {
            sentences.push(format!("Your next review is due by {}.", day_words(own.review_by)));
            told.keys.push(format!("own-review-due {key}"));
        }
        ReviewDue::Later(_) => {}
    }
    let unsigned: Vec<_> = own.unsigned.iter().filter(|one| one.missing.contains(&own.trainee.id)).collect();
    told.keys.extend(unsigned.iter().map(|one| format!("review-unsigned {}", one.id)));
    match unsigned.len() {
        0 => {}
        1 => sentences.push("1 review needs your signature.".to_owned()),
        many => sentences.push(format!("{many} reviews need your signature.")),
    }
    told.part(None, vec![prose(sentences)]);
    let new = news_rows(app, own, since, told)?;
    let count = new.len();
    told.part(Some(format!("New on your record since {}", day_words(since.day))), vec![rows(new)]);
    told.part(Some("Waiting for somebody else".to_owned()), vec![rows(waiting_rows(app, own)?)]);
    let all: Vec<(&Outlook, &Lapse)> = own.lapses.iter().map(|lapse| (own, lapse)).collect();
    tell_lapses(&all, false, today, since, told);
    let ((signed, total), hours) = (own.record.figures(None), hours_plan(app, &own.trainee.id)?);
    let asked = hours.minimum.map(|minimum| format!(" of {minimum}")).unwrap_or_default();
    let line = format!("Where you are: {signed} of {total} KSBs signed, {}{asked} hours confirmed.", hours.confirmed);
    told.part(None, vec![prose(vec![line])]);
    let words = match (late, overdue) {
        (0, false) => None,
        (0, true) => Some("your review is overdue".to_owned()),
        (1, false) => Some("1 action is overdue".to_owned()),
        (late, false) => Some(format!("{late} actions are overdue")),
        (late, true) => Some(format!("{} and your review are overdue", counted(late as u64, "action"))),
    };
    let words = words.or_else(|| (count > 0).then(|| "what is new".to_owned()));
    Ok(words.map(|words| format!("Your record: {words}")))
}

/// Returns what others signed on a trainee's record, by kind.
fn news_rows(app: &App, own: &Outlook, since: Since, told: &mut Told) -> Result<Vec<Vec<String>>, Error> {
    let news = news_from(app, &own.trainee.id, (NewsSince::Read(since.day), since.from), MOST)?;
    told.keys.extend(news.rows.iter().map(|row| format!("news {}", row.id)));
    let of_kind = |kind: NewsKind| {
        let of: Vec<_> = news.rows.iter().filter(|row| row.kind == kind).collect();
        let mut about: Vec<KsbCode> = of.iter().flat_map(|row| row.codes.iter().copied()).collect();
        about.sort_unstable();
        about.dedup();
        let what = if about.is_empty() { counted(of.len() as u64, "entry") } else { codes(&about) };
        (!of.is_empty()).then(|| vec![kind_words(kind).to_owned(), what])
    };
    Ok(NewsKind::ALL.into_iter().filter_map(of_kind).collect())
}

fn kind_words(kind: NewsKind) -> &'static str {
    match kind {
        NewsKind::Signed => "Signed off",
        NewsKind::NotYet => "Not yet achieved",
        NewsKind::TakenBack => "Withdrawn",
        NewsKind::Countersigned => "Countersigned",
        NewsKind::Accepted => "Checked and accepted",
        NewsKind::Rejected => "Checked and not accepted",
        NewsKind::Review => "Review",
        NewsKind::Hours => "Hours confirmed",
        NewsKind::CarriedOver => "An earlier record carried over",
        NewsKind::Gateway => "Gateway",
        NewsKind::Plan => "Training plan",
        NewsKind::Read => "Read or answered",
    }
}

/// Returns what a trainee waits for: answers to claims, and confirmation of hours.
fn waiting_rows(app: &App, own: &Outlook) -> Result<Vec<Vec<String>>, Error> {
    let claim = |(code, claim): (&KsbCode, &PendingClaim)| {
        vec![format!("{code} claimed"), day_words(claim.since.local_day()), format!("with {}", claim.whom())]
    };
    let mut found: Vec<Vec<String>> = own.record.claims.iter().map(claim).collect();
    let waiting = hours(app, &own.trainee.id)?.into_iter().filter(|row| row.confirmed.is_none());
    let sum: QuarterHours = waiting.map(|row| row.entry.hours).sum();
    if sum > QuarterHours::default() {
        found.push(vec![format!("{sum} hours entered"), "not confirmed yet".to_owned()]);
    }
    Ok(found)
}

/// Adds what lapses in the next 30 days, and what has lapsed since the mail before.
fn tell_lapses(all: &[(&Outlook, &Lapse)], named: bool, today: NaiveDate, since: Since, told: &mut Told) {
    let last = today.checked_add_days(Days::new(STAGES[2].unsigned_abs())).unwrap_or(today);
    let row = |of: &Outlook, lapse: &Lapse, more: Option<String>| {
        let name = named.then(|| of.trainee.name.to_string());
        name.into_iter().chain([lapse.code.to_string(), day_words(lapse.due)]).chain(more).collect::<Vec<_>>()
    };
    let mut sorted: Vec<&(&Outlook, &Lapse)> = all.iter().collect();
    sorted.sort_by(|a, b| (a.1.due, &a.0.trainee.name, a.1.code).cmp(&(b.1.due, &b.0.trainee.name, b.1.code)));
    let (mut soon, mut gone) = (Vec::new(), Vec::new());
    for (of, lapse) in sorted {
        let key = format!("{} {} {}", of.trainee.id, lapse.code, lapse.due);
        if lapse.due < today && (since.from == 0 || lapse.due >= since.day) {
            gone.push(row(of, lapse, None));
            told.keys.push(format!("lapsed {key}"));
        } else if (today..=last).contains(&lapse.due) {
            let days = (lapse.due - today).num_days();
            soon.push(row(of, lapse, Some(in_days(days))));
            told.keys.push(format!("lapses {key} {}", stage(days)));
        }
    }
    let whose = if named { ", your trainees" } else { "" };
    told.part(Some(format!("Lapsing in the next 30 days{whose}")), vec![rows(soon)]);
    let heading = if since.from == 0 {
        format!("Lapsed{whose}")
    } else {
        format!("Lapsed since your last mail on {}", day_words(since.day))
    };
    told.part(Some(heading), vec![rows(gone)]);
}

/// Returns the day of an action and what a mail says of it; `None` if it is due later than in 30 days.
fn action_row(
    action: &DatedAction,
    name: Option<&str>,
    today: NaiveDate,
    told: &mut Told,
) -> Option<(NaiveDate, Vec<String>)> {
    let left = (action.by - today).num_days();
    if left > STAGES[2] {
        return None;
    }
    let what = match action.code {
        Some(code) => format!("{code}: action from a sign-off"),
        None => format!("action from the review of {}", day_words(action.agreed)),
    };
    let when = if left < 0 { format!("overdue by {}", counted(left.unsigned_abs(), "day")) } else { in_days(left) };
    let stage = if left < 0 { "overdue".to_owned() } else { stage(left).to_string() };
    told.keys.push(format!("action {} {} {stage}", action.id, action.by));
    let row = [day_words(action.by)].into_iter().chain(name.map(str::to_owned)).chain([what, when]).collect();
    Some((action.by, row))
}

/// Returns the stage in which something is told: today, within 7 days, within 30 days.
fn stage(days: i64) -> i64 {
    STAGES.into_iter().find(|most| days <= *most).unwrap_or(days)
}

fn in_days(days: i64) -> String {
    if days == 0 { "today".to_owned() } else { format!("in {}", counted(days.unsigned_abs(), "day")) }
}

/// Returns codes in a row: `K1 K2 S3 and 4 more`.
fn codes(of: &[KsbCode]) -> String {
    let shown: Vec<String> = of.iter().take(MOST_CODES).map(ToString::to_string).collect();
    match of.len().saturating_sub(MOST_CODES) {
        0 => shown.join(" "),
        more => format!("{} and {more} more", shown.join(" ")),
    }
}

/// Returns the subject of a supervisor's mail, which names no trainee.
fn waits(claims: usize, reviews: usize, hours: usize) -> Option<String> {
    let count = |of: usize, noun: &str| (of > 0).then(|| counted(of as u64, noun));
    let mut things: Vec<String> = [count(claims, "claim"), count(reviews, "review")].into_iter().flatten().collect();
    let mut sum = claims + reviews;
    if things.is_empty() {
        sum = hours;
        things.extend(
            (hours > 0)
                .then(|| if hours == 1 { "1 entry of hours".to_owned() } else { format!("{hours} entries of hours") }),
        );
    }
    let verb = if sum == 1 { "waits" } else { "wait" };
    (!things.is_empty()).then(|| format!("{} {verb} for you", things.join(" and ")))
}

fn titled(title: &str, rows: Vec<Vec<String>>) -> Group {
    Group { title: Some(title.to_owned()), rows, prose: false }
}

fn rows(rows: Vec<Vec<String>>) -> Group {
    Group { title: None, rows, prose: false }
}

fn prose(sentences: Vec<String>) -> Group {
    Group { title: None, rows: sentences.into_iter().map(|sentence| vec![sentence]).collect(), prose: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_counts_what_waits_and_agrees_with_it() {
        for (claims, reviews, hours, wanted) in [
            (1, 9, 2, Some("1 claim and 9 reviews wait for you")),
            (1, 0, 3, Some("1 claim waits for you")),
            (0, 1, 0, Some("1 review waits for you")),
            (0, 0, 1, Some("1 entry of hours waits for you")),
            (0, 0, 2, Some("2 entries of hours wait for you")),
            (0, 0, 0, None),
        ] {
            assert_eq!(waits(claims, reviews, hours).as_deref(), wanted);
        }
    }

    #[test]
    fn what_lapses_is_told_in_three_stages() {
        let stages: Vec<i64> = [30, 8, 7, 1, 0].into_iter().map(stage).collect();
        assert_eq!(stages, [30, 30, 7, 7, 0]);
    }
}
