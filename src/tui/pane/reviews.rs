//! Renders reviews and hours as lines: what is due, open actions, hours entries and past reviews.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use ratatui::style::Style;

use crate::domain::primitives::date::{day_words, long_day, short_day};
use crate::domain::primitives::ids::StatementId;
use crate::domain::programme::Programme;
use crate::domain::programme::filter::ProgrammeFilter;
use crate::domain::programme::hours::{HourRow, QuarterHours};
use crate::domain::programme::rating::Rating;
use crate::domain::programme::review_plan::{ActionFrom, OpenAction, ReviewDue};
use crate::domain::record::ksb_status::State as Ksb;
use crate::domain::record::view::HeldReview;
use crate::domain::statement::kinds::review::Meeting;
use crate::tui::pane::detail_list::{Row, Told};
use crate::tui::theme::Theme;

/// Maximum hours entries listed, newest first. The command line lists all.
const MOST_ENTRIES: usize = 200;

/// The subject of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum About<'a> {
    Next,
    /// An open action.
    ToDo(&'a OpenAction),
    /// The total hours.
    Hours,
    Entry(&'a HourRow),
    Review(&'a HeldReview),
}

/// Returns the subjects of all lines: due and open first, then waiting hours, then past reviews and confirmed hours.
pub fn about(programme: &Programme) -> Vec<About<'_>> {
    let mut about = vec![About::Next];
    about.extend(programme.plan.open.iter().map(About::ToDo));
    about.push(About::Hours);
    let (waiting, confirmed): (Vec<&HourRow>, Vec<&HourRow>) =
        programme.entries.iter().partition(|row| row.confirmed.is_none());
    about.extend(waiting.into_iter().take(MOST_ENTRIES).map(About::Entry));
    about.extend(programme.reviews.iter().map(About::Review));
    about.extend(confirmed.into_iter().take(MOST_ENTRIES).map(About::Entry));
    about
}

/// Returns the lines; those that do not match the filter are hidden, and marked entries show their mark.
pub fn rows(
    programme: &Programme,
    (sieve, marks): (&ProgrammeFilter<'_>, &BTreeSet<StatementId>),
    today: NaiveDate,
    theme: &Theme,
) -> Vec<Row> {
    let row = |about: About<'_>| {
        let (fits, row) = match about {
            About::Next => (sieve.next_review(&programme.plan), next_review(programme, theme)),
            About::ToDo(action) => (sieve.action(action), to_do(action, today, theme)),
            About::Hours => (sieve.hours(programme), hours(programme, theme)),
            About::Review(held) => (sieve.review(held, &programme.plan), review(held, programme, theme)),
            About::Entry(one) => {
                let row = entry(one, today, theme);
                let marked = marks.contains(&one.entry.id);
                (sieve.entry(one), if marked { Row { mark: (theme.glyphs.mark, theme.accent), ..row } } else { row })
            }
        };
        Row { hidden: !fits, ..row }
    };
    about(programme).into_iter().map(row).collect()
}

fn mark(state: Ksb, theme: &Theme) -> (&'static str, Style) {
    (theme.state_mark(state), theme.state(state))
}

fn plain(words: &[String], theme: &Theme) -> Vec<Told> {
    words.iter().map(|words| Told::plain(words.clone(), theme.text)).collect()
}

fn next_review(programme: &Programme, theme: &Theme) -> Row {
    let plan = &programme.plan;
    let (state, style) = match plan.call {
        ReviewDue::Overdue(_) => (Ksb::NotYet, theme.bad),
        ReviewDue::Due(_) => (Ksb::Claimed, theme.warn),
        ReviewDue::Later(_) => (Ksb::Signed, theme.text),
    };
    let mut why = plain(&plan.why, theme);
    if !matches!(plan.call, ReviewDue::Later(_)) {
        let said = match plan.meeting {
            Meeting::Progress => "Hold it with all three parties; anyone who attended can record it",
            _ => "Hold it with the trainee; anyone who attended can record it",
        };
        why.insert(0, Told::plain(said, theme.warn));
    }
    let (rating, basis) = &programme.rating;
    let words = format!("Suggested for today: {basis}");
    why.push(Told { lead: Some((rating.slug().to_owned(), rating_style(*rating, theme))), words, style: theme.text });
    let name = format!("Next {}", if plan.meeting == Meeting::Progress { "review" } else { plan.meeting.words() });
    Row {
        mark: mark(state, theme),
        text: name.clone(),
        short: (plan.call.with_day(plan.due), style),
        heading: name,
        why,
        ksbs: Vec::new(),
        hidden: false,
    }
}

fn to_do(action: &OpenAction, today: NaiveDate, theme: &Theme) -> Row {
    let overdue = action.by < today;
    let what = action.what.as_str().lines().next().unwrap_or_default();
    let (from, ksbs) = match &action.from {
        ActionFrom::Review => {
            let owner = action.owner.as_ref().map(|owner| format!("{}: ", owner.name)).unwrap_or_default();
            (format!("{owner}agreed in the last review, and carried over to the next"), Vec::new())
        }
        ActionFrom::Ksb(code) => {
            (format!("{code} was not yet achieved. A later sign-off closes this action"), vec![*code])
        }
    };
    let words = if overdue { "overdue since" } else { "by" };
    Row {
        mark: mark(if overdue { Ksb::NotYet } else { Ksb::Open }, theme),
        text: format!("To do: {what}"),
        short: (format!("{words} {}", short_day(action.by, today)), if overdue { theme.bad } else { theme.text }),
        heading: "Still to be done".to_owned(),
        why: vec![Told::plain(action.what.to_string(), theme.bold), Told::plain(from, theme.text)],
        ksbs,
        hidden: false,
    }
}

fn hours(programme: &Programme, theme: &Theme) -> Row {
    let plan = &programme.hours;
    let behind = plan.ahead.is_some_and(|ahead| ahead < 0);
    let state = match plan.met() {
        Some(true) => Ksb::Signed,
        Some(false) if behind => Ksb::NotYet,
        _ => Ksb::Open,
    };
    let mut why = plain(&plan.why, theme);
    if plan.waiting > QuarterHours::default() {
        why.insert(
            0,
            Told::plain(
                "A supervisor needs to confirm the waiting hours: all of them from this line, or only the marked ones",
                theme.warn,
            ),
        );
    }
    Row {
        mark: mark(state, theme),
        text: "Off-the-job hours".to_owned(),
        short: (plan.short(), if behind { theme.warn } else { theme.text }),
        heading: "Off-the-job hours".to_owned(),
        why,
        ksbs: Vec::new(),
        hidden: false,
    }
}

fn entry(row: &HourRow, today: NaiveDate, theme: &Theme) -> Row {
    let entry = &row.entry;
    let (state, short, style) = match &row.confirmed {
        Some((by, on)) => (Ksb::Signed, format!("{by}, {}", short_day(*on, today)), theme.dim),
        None => (Ksb::Claimed, "waiting for a supervisor".to_owned(), theme.warn),
    };
    let mut why = vec![Told::plain(entry.what.to_string(), theme.bold)];
    if !entry.codes.is_empty() {
        let codes: Vec<String> = entry.codes.iter().map(ToString::to_string).collect();
        why.push(Told::plain(format!("Towards {}", codes.join(", ")), theme.text));
    }
    why.push(match (&row.confirmed, row.statement) {
        (Some((by, on)), Some(id)) => {
            Told::plain(format!("Confirmed by {by} on {} ({id})", day_words(*on)), theme.text)
        }
        _ => Told::plain(format!("Entry {}: not confirmed yet, so it does not count", entry.id), theme.text),
    });
    Row {
        mark: mark(state, theme),
        text: format!("{:>6} {:>5} h  {}", day_month(entry.day), entry.hours.to_string(), entry.what),
        short: (short, style),
        heading: format!("{} hours on {}", entry.hours, long_day(entry.day)),
        why,
        ksbs: entry.codes.clone(),
        hidden: false,
    }
}

fn rating_style(rating: Rating, theme: &Theme) -> Style {
    match rating {
        Rating::Red => theme.bad,
        Rating::Amber => theme.warn,
        Rating::Green => theme.ok,
        Rating::Blue => theme.accent,
    }
}

fn day_month(day: NaiveDate) -> String {
    day.format("%-d %b").to_string()
}

fn review(held: &HeldReview, programme: &Programme, theme: &Theme) -> Row {
    let review = &held.review;
    let unsigned = programme.plan.unsigned.iter().find(|one| one.id == held.id);
    let (state, short, style) = if held.withdrawn {
        (Ksb::Open, "withdrawn".to_owned(), theme.dim)
    } else if held.in_review {
        (Ksb::NotYet, "under review: the signing key was compromised".to_owned(), theme.bad)
    } else if let Some(unsigned) = unsigned {
        let names: Vec<&str> = unsigned.missing.iter().map(|there| there.who.name.as_str()).collect();
        (Ksb::NotYet, format!("not signed by {}", names.join(", ")), theme.bad)
    } else {
        (Ksb::Signed, "signed by all".to_owned(), theme.text)
    };
    // The rating is spelled out, as some people cannot see its colour.
    let (short, style) = match review.rated() {
        Some(rated) if state == Ksb::Signed => {
            (format!("{}, {short}", rated.rating.slug()), rating_style(rated.rating, theme))
        }
        Some(rated) => (format!("{}, {short}", rated.rating.slug()), style),
        None => (short, style),
    };
    let mut why = Vec::new();
    for there in &review.attended {
        let missing = unsigned.is_some_and(|one| one.missing.contains(there));
        let word = if missing { "has not signed yet: they mark it as read here, in their own name" } else { "signed" };
        let lead = Some((there.party.slug().to_owned(), theme.dim));
        let style = if missing { theme.bad } else { theme.text };
        why.push(Told { lead, words: format!("{}, {word}", there.who.name), style });
    }
    let named = |word: &str, words: String| Told { lead: Some((word.to_owned(), theme.dim)), words, style: theme.text };
    for detail in review.describe() {
        match (detail.number, review.rated()) {
            (Some(number), _) => {
                why.push(Told::plain(format!("{number} {}", detail.label), theme.bold));
                why.push(named("", detail.words));
            }
            (None, Some(rated)) if detail.label == "rating" => {
                let lead = Some((rated.rating.slug().to_owned(), rating_style(rated.rating, theme)));
                why.push(Told { lead, words: rated.words(), style: theme.text });
            }
            _ => why.push(named(detail.label, detail.words)),
        }
    }
    why.push(named("statement", held.id.to_string()));
    Row {
        mark: mark(state, theme),
        text: match review.meeting {
            Meeting::Progress => format!("Review {}", day_words(review.held)),
            other => format!("{} {}", other.words(), day_words(review.held)),
        },
        short: (short, style),
        heading: format!("Review of {}", long_day(review.held)),
        why,
        ksbs: Vec::new(),
        hidden: false,
    }
}
