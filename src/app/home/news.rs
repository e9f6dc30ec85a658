//! Reads what others signed about a trainee's record since the trainee last marked it as read.

use chrono::Days;

use crate::app::App;
use crate::error::Error;
use crate::home::visits;
use crate::log::referenced::{effective_statement_at, marks_of};
use countersign_core::home::news::{FIRST_DAYS, News, NewsItem, NewsKind, NewsSince};
use countersign_core::people::person::PersonRef;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::{SafeText, counted};
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::review::Review;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::{Action, Outcome};
use countersign_core::statement::{Body, Statement};
use countersign_store::db::Tx;
use countersign_store::index::annotation_index;
use countersign_store::index::{programme_index, sign_off_index};
use countersign_store::queries::home;
use countersign_store::workspace::ReadTo;

/// How many of the newest entries on a record are looked at.
const MOST_LOOKED: usize = 500;

/// What a statement says that is new, before it is joined with others like it.
struct StatementNews {
    kind: NewsKind,
    codes: Vec<KsbCode>,
    words: String,
    quoted: bool,
    action: Option<Action>,
    answers_claim: bool,
}

/// Returns what is new on a trainee's record, at most `most` rows of it.
pub fn news(app: &App, trainee: &PersonId, most: usize) -> Result<News, Error> {
    let (today, head) = (app.today(), app.head()?);
    let first = today.checked_sub_days(Days::new(FIRST_DAYS)).unwrap_or(today);
    let (since, from) = match visits::read_to(app, trainee)? {
        // After an older backup was restored, positions say nothing: the day does.
        Some(ReadTo { size, on }) => (NewsSince::Read(on), if size <= head.size { size } else { 0 }),
        None => (NewsSince::Recent(first), 0),
    };
    news_from(app, trainee, (since, from), most)
}

/// Returns what is new on a trainee's record from a position of the log on or, if that is 0, from a day on.
pub(crate) fn news_from(
    app: &App,
    trainee: &PersonId,
    (since, from): (NewsSince, u64),
    most: usize,
) -> Result<News, Error> {
    let (head, by_day) = (app.head()?, from == 0);
    let mut rows = app.log.db.read(|tx| {
        let mut rows: Vec<NewsItem> = Vec::new();
        for at in home::since(tx, &app.viewer, trainee, (from, MOST_LOOKED))? {
            let statement = effective_statement_at(tx, at)?;
            let new = !by_day || statement.signed.local_day() >= since.day();
            if !new || statement.signer.who.id == *trainee {
                continue;
            }
            if let Some(news) = news_of(tx, &statement, (at, from))? {
                join(&mut rows, statement, at, news);
            }
        }
        Ok::<_, Error>(rows)
    })?;
    let total = rows.len();
    rows.truncate(most);
    for row in &mut rows {
        row.codes.sort_unstable();
        row.codes.dedup();
    }
    Ok(News { since, rows, total, read_to: head.size })
}

/// Adds a statement's news to the rows, newest first. The same words from one person on one day are one row, and so is a
/// review, no matter who signed it.
fn join(rows: &mut Vec<NewsItem>, statement: Statement, at: u64, news: StatementNews) {
    let (who, day) = (statement.signer.who, statement.signed.local_day());
    let alike = |row: &NewsItem| {
        let same_words = row.kind == news.kind && row.words == news.words && row.action == news.action;
        let same_time = row.who.id == who.id && row.day() == day && row.answers_claim == news.answers_claim;
        same_words && (same_time || news.kind == NewsKind::Review)
    };
    if let Some(row) = rows.iter_mut().find(|row| alike(row)) {
        row.codes.extend(news.codes);
        return;
    }
    rows.push(NewsItem {
        id: statement.id,
        position: at,
        at: statement.signed,
        who,
        kind: news.kind,
        codes: news.codes,
        words: news.words,
        quoted: news.quoted,
        action: news.action,
        answers_claim: news.answers_claim,
    });
}

/// Returns what a statement on a record says to its trainee; `None` if it no longer counts, or says nothing new. `from` is
/// where what is new begins.
fn news_of(tx: &Tx<'_>, statement: &Statement, (at, from): (u64, u64)) -> Result<Option<StatementNews>, Error> {
    let line = |kind, words: String| StatementNews {
        kind,
        codes: Vec::new(),
        words,
        quoted: false,
        action: None,
        answers_claim: false,
    };
    let quote = |kind, codes: Vec<KsbCode>, words: Option<&SafeText>| StatementNews {
        codes,
        quoted: words.is_some(),
        ..line(kind, words.map(ToString::to_string).unwrap_or_default())
    };
    if !counts(tx, at)? {
        return Ok(None);
    }
    Ok(match &statement.body {
        Body::SignOff(sign_off) => {
            let achieved = sign_off.outcome == Outcome::Achieved;
            let kind = if achieved { NewsKind::Signed } else { NewsKind::NotYet };
            Some(StatementNews {
                action: sign_off.action.clone(),
                answers_claim: sign_off.claim.is_some(),
                ..quote(kind, vec![sign_off.item.code], sign_off.feedback.as_ref())
            })
        }
        Body::Withdraw(withdraw) => {
            let Some((target, of)) = target(tx, at)? else { return Ok(None) };
            // What was signed and taken back since the last visit is not news.
            if target >= from && from > 0 {
                return Ok(None);
            }
            match code_of(&of) {
                Some(code) => Some(quote(NewsKind::TakenBack, vec![code], Some(&withdraw.reason))),
                None => {
                    Some(line(NewsKind::TakenBack, format!("the {}: “{}”", of.body.kind().words(), withdraw.reason)))
                }
            }
        }
        Body::Countersign(_) => {
            let code = target(tx, at)?.and_then(|(_, of)| code_of(&of));
            code.map(|code| quote(NewsKind::Countersigned, vec![code], None))
        }
        Body::Sample(sample) => {
            let code = target(tx, at)?.and_then(|(_, of)| code_of(&of));
            let kind = match sample.outcome {
                Sampled::Accepted => NewsKind::Accepted,
                Sampled::Rejected => NewsKind::Rejected,
            };
            code.map(|code| quote(kind, vec![code], sample.reason.as_ref()))
        }
        Body::Acknowledge(_) => match target(tx, at)? {
            Some((position, of)) => {
                if let Body::Review(review) = &of.body {
                    Some(line(NewsKind::Review, review_words(tx, review, position, &of)?))
                } else {
                    code_of(&of).map(|code| quote(NewsKind::Read, vec![code], None))
                }
            }
            None => None,
        },
        Body::Review(review) => Some(line(NewsKind::Review, review_words(tx, review, at, statement)?)),
        Body::Hours(hours) => Some(line(NewsKind::Hours, format!("{} h", hours.sum()))),
        Body::Requirement(requirement) => Some(line(
            NewsKind::Gateway,
            format!("{} {}: “{}”", requirement.requirement.as_str(), requirement.outcome.slug(), requirement.reason),
        )),
        Body::Confirm(confirm) => Some(line(NewsKind::Gateway, format!("confirmed for the {}", confirm.party.slug()))),
        Body::Recognition(_) => Some(line(NewsKind::Plan, "prior learning was recognised".to_owned())),
        Body::TrainingPlan(plan) => {
            Some(line(NewsKind::Plan, format!("a training plan of {} months", plan.months.len())))
        }
        Body::CarryOver(content) => {
            let items = counted(content.items().count() as u64, "item");
            Some(line(NewsKind::CarriedOver, format!("{items} of {}", content.source)))
        }
        Body::Genesis(_)
        | Body::Person(_)
        | Body::Key(_)
        | Body::Standard(_)
        | Body::Competences(_)
        | Body::Enrolment(_)
        | Body::Pause(_)
        | Body::Policy(_)
        | Body::Retire(_)
        | Body::Compromise(_)
        | Body::Dispute(_)
        | Body::Erase(_)
        | Body::Import(_)
        | Body::Restore(_)
        | Body::Clock(_)
        | Body::IssuerKey(_)
        | Body::OtherLog(_)
        | Body::Received(_)
        | Body::TakenBack(_)
        | Body::Rotation(_) => None,
    })
}

/// Returns whether what is indexed at a position is not withdrawn, and its key was not compromised.
fn counts(tx: &Tx<'_>, at: u64) -> Result<bool, Error> {
    if let Some(status) = sign_off_index::fate(tx, at)? {
        return Ok(status.withdrawn.is_none() && status.doubted.is_none());
    }
    if let Some((withdrawn, doubted)) = programme_index::fate(tx, at)? {
        return Ok(withdrawn.is_none() && doubted.is_none());
    }
    let note = annotation_index::note(tx, at)?;
    Ok(note.is_none_or(|note| note.withdrawn.is_none() && note.doubted.is_none()))
}

/// Returns what the note at a position is about, with its own position.
fn target(tx: &Tx<'_>, at: u64) -> Result<Option<(u64, Statement)>, Error> {
    let Some(note) = annotation_index::note(tx, at)? else { return Ok(None) };
    Ok(Some((note.target, effective_statement_at(tx, note.target)?)))
}

fn code_of(statement: &Statement) -> Option<KsbCode> {
    if let Body::SignOff(sign_off) = &statement.body { Some(sign_off.item.code) } else { None }
}

/// Says who has signed a review: `the review of 16 Nov 2026 is signed by all three`.
fn review_words(tx: &Tx<'_>, review: &Review, at: u64, held: &Statement) -> Result<String, Error> {
    let marks = marks_of(tx, at)?;
    let signed = |who: &PersonRef| {
        let read = marks
            .iter()
            .any(|mark| mark.kind == Kind::Acknowledge && mark.by == who.id && !mark.withdrawn && !mark.in_review);
        held.signer.who.id == who.id || read
    };
    let missing: Vec<&str> =
        review.attended.iter().filter(|there| !signed(&there.who)).map(|there| there.who.name.as_str()).collect();
    let day = day_words(review.held);
    Ok(match missing.as_slice() {
        [] => format!("the review of {day} is signed by all {}", in_words(review.attended.len())),
        [one] => format!("the review of {day} still needs the signature of {one}"),
        names => format!("the review of {day} still needs the signatures of {}", names.join(" and ")),
    })
}

fn in_words(count: usize) -> String {
    match count {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        4 => "four".to_owned(),
        count => count.to_string(),
    }
}
