//! Shows screen 5, Reviews and hours: what is due, open actions, hours entries and past reviews of the open trainee.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, ScreenId};
use crate::model::Model;
use crate::model::trainee_view::{ReviewsLine, reviews_lines};
use crate::msg::{Effect, Outcome};
use crate::pane::detail_list::{Detail, Row};
use crate::pane::filter_input::FilterInput;
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::details::{self, Details};
use crate::theme::Theme;
use crate::widget::frame::Titles;
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::date::{day_words, long_day, short_day};
use countersign_core::primitives::ids::StatementId;
use countersign_core::programme::Programme;
use countersign_core::programme::filter::ProgrammeFilter;
use countersign_core::programme::hours::{HourRow, QuarterHours};
use countersign_core::programme::rating::Rating;
use countersign_core::programme::review_plan::{ActionFrom, OpenAction, ReviewDue};
use countersign_core::record::ksb_status::State as Ksb;
use countersign_core::record::view::RecordedReview;
use countersign_core::statement::kinds::review::Meeting;

pub struct Reviews;

static DETAILS: Details = Details {
    state: |model| &model.trainee_view.programme.1,
    state_mut: |model| &mut model.trainee_view.programme.1,
    rows: lines,
    request: Effect::LoadProgramme,
};

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::Reviews,
    name: "Reviews",
    go: Command::ToReviews,
    own_name: "Reviews",
    filter_target: FilterTarget::Programme,
    list: None,
    details: Some(&DETAILS),
    needs_trainee: true,
    next: None,
};

impl Screen for Reviews {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        // The heading of the list says that it has hours too.
        details::title(model, "Reviews", "Reviews and hours")
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::MarkHours => {
                if let Some(id) = model.entry_here().map(|row| row.entry.id)
                    && !model.trainee_view.hour_marks.remove(&id)
                {
                    model.trainee_view.hour_marks.insert(id);
                }
                DETAILS.move_cursor(model, Command::Down);
                Some(Vec::new())
            }
            _ => DETAILS.run(model, command),
        }
    }

    fn back(&self, model: &mut Model) {
        if DETAILS.close(model) {
            return;
        }
        if model.trainee_view.detail_filter.text.is_empty() {
            model.trainee_view.hour_marks.clear();
        } else {
            model.trainee_view.detail_filter = FilterInput::default();
        }
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        let Outcome::Programme { trainee, programme } = outcome else { return Some(outcome) };
        if model.trainee_view.trainee.as_ref() == Some(&trainee) {
            let waits =
                |id: &StatementId| programme.entries.iter().any(|row| row.entry.id == *id && row.confirmed.is_none());
            model.trainee_view.hour_marks.retain(waits);
            model.trainee_view.programme.0 = Some(programme);
        }
        None
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let hours =
            model.trainee_view.programme.0.as_ref().map_or_else(String::new, |programme| programme.hours.short());
        let titles = Titles { left: "Reviews and hours", right: &hours, right_style: None };
        DETAILS.view(model, titles, buf, body)
    }
}

/// Returns the lines, once they are loaded.
fn lines(model: &Model) -> Option<Vec<Row>> {
    let filter = ProgrammeFilter::new(
        &model.trainee_view.detail_filter.kept,
        model.trainee_view.trainee_record.as_ref()?,
        model.today,
    );
    let programme = model.trainee_view.programme.0.as_ref()?;
    Some(reviews_lines(programme).into_iter().map(|line| row(line, programme, &filter, model)).collect())
}

/// Renders a line; one that does not match the filter is hidden, and a marked entry shows its mark.
fn row(line: ReviewsLine<'_>, programme: &Programme, filter: &ProgrammeFilter<'_>, model: &Model) -> Row {
    let (today, theme) = (model.today, &model.theme);
    let (fits, row) = match line {
        ReviewsLine::Next => (filter.next_review(&programme.plan), next_review(programme, theme)),
        ReviewsLine::ToDo(action) => (filter.action(action), to_do(action, today, theme)),
        ReviewsLine::Hours => (filter.hours(programme), hours(programme, theme)),
        ReviewsLine::Review(recorded) => (filter.review(recorded, &programme.plan), review(recorded, programme, theme)),
        ReviewsLine::Entry(one) => {
            let (marked, row) = (model.trainee_view.hour_marks.contains(&one.entry.id), entry(one, today, theme));
            (filter.entry(one), if marked { Row { mark: (theme.glyphs.mark, theme.accent), ..row } } else { row })
        }
    };
    Row { hidden: !fits, ..row }
}

fn mark(state: Ksb, theme: &Theme) -> (&'static str, Style) {
    (theme.state_mark(state), theme.state(state))
}

fn plain(words: &[String], theme: &Theme) -> Vec<Detail> {
    words.iter().map(|words| Detail::plain(words.clone(), theme.text)).collect()
}

fn next_review(programme: &Programme, theme: &Theme) -> Row {
    let plan = &programme.plan;
    let (state, style) = match plan.call {
        ReviewDue::Overdue(_) => (Ksb::NotYet, theme.urgent),
        ReviewDue::Due(_) => (Ksb::Claimed, theme.claimed),
        ReviewDue::Later(_) => (Ksb::Signed, theme.text),
    };
    let mut details = plain(&plan.why, theme);
    if !matches!(plan.call, ReviewDue::Later(_)) {
        let words = match plan.meeting {
            Meeting::Progress => "Hold it with all three parties; anyone who attended can record it",
            _ => "Hold it with the trainee; anyone who attended can record it",
        };
        details.insert(0, Detail::plain(words, theme.claimed));
    }
    let (rating, basis) = &programme.rating;
    let words = format!("Suggested for today: {basis}");
    details.push(Detail {
        label: Some((rating.slug().to_owned(), rating_style(*rating, theme))),
        words,
        style: theme.text,
    });
    let name = format!("Next {}", if plan.meeting == Meeting::Progress { "review" } else { plan.meeting.words() });
    Row {
        mark: mark(state, theme),
        text: name.clone(),
        short: (plan.call.with_day(plan.due), style),
        heading: name,
        details,
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
        short: (format!("{words} {}", short_day(action.by, today)), if overdue { theme.urgent } else { theme.text }),
        heading: "Still to be done".to_owned(),
        details: vec![Detail::plain(action.what.to_string(), theme.strong), Detail::plain(from, theme.text)],
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
    let mut details = plain(&plan.why, theme);
    if plan.waiting > QuarterHours::default() {
        details.insert(
            0,
            Detail::plain(
                "A supervisor needs to confirm the waiting hours: all of them from this line, or only the marked ones",
                theme.claimed,
            ),
        );
    }
    Row {
        mark: mark(state, theme),
        text: "Off-the-job hours".to_owned(),
        short: (plan.short(), if behind { theme.claimed } else { theme.text }),
        heading: "Off-the-job hours".to_owned(),
        details,
        ksbs: Vec::new(),
        hidden: false,
    }
}

fn entry(row: &HourRow, today: NaiveDate, theme: &Theme) -> Row {
    let entry = &row.entry;
    let (state, short, style) = match &row.confirmed {
        Some((by, on)) => (Ksb::Signed, format!("{by}, {}", short_day(*on, today)), theme.dim),
        None => (Ksb::Claimed, "waiting for a supervisor".to_owned(), theme.claimed),
    };
    let mut details = vec![Detail::plain(entry.what.to_string(), theme.strong)];
    if !entry.codes.is_empty() {
        let codes: Vec<String> = entry.codes.iter().map(ToString::to_string).collect();
        details.push(Detail::plain(format!("Towards {}", codes.join(", ")), theme.text));
    }
    details.push(match (&row.confirmed, row.statement) {
        (Some((by, on)), Some(id)) => {
            Detail::plain(format!("Confirmed by {by} on {} ({id})", day_words(*on)), theme.text)
        }
        _ => Detail::plain(format!("Entry {}: not confirmed yet, so it does not count", entry.id), theme.text),
    });
    Row {
        mark: mark(state, theme),
        text: format!("{:>6} {:>5} h  {}", day_month(entry.day), entry.hours.to_string(), entry.what),
        short: (short, style),
        heading: format!("{} hours on {}", entry.hours, long_day(entry.day)),
        details,
        ksbs: entry.codes.clone(),
        hidden: false,
    }
}

fn rating_style(rating: Rating, theme: &Theme) -> Style {
    match rating {
        Rating::Red => theme.urgent,
        Rating::Amber => theme.claimed,
        Rating::Green => theme.ok,
        Rating::Blue => theme.accent,
    }
}

fn day_month(day: NaiveDate) -> String {
    day.format("%-d %b").to_string()
}

fn review(recorded: &RecordedReview, programme: &Programme, theme: &Theme) -> Row {
    let review = &recorded.review;
    let unsigned = programme.plan.unsigned.iter().find(|one| one.id == recorded.id);
    let (state, short, style) = if recorded.withdrawn {
        (Ksb::Open, "withdrawn".to_owned(), theme.dim)
    } else if recorded.in_review {
        (Ksb::NotYet, "under review: the signing key was compromised".to_owned(), theme.urgent)
    } else if let Some(unsigned) = unsigned {
        let names: Vec<&str> = unsigned.missing.iter().map(|there| there.who.name.as_str()).collect();
        (Ksb::NotYet, format!("not signed by {}", names.join(", ")), theme.urgent)
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
    let mut details = Vec::new();
    for there in &review.attended {
        let missing = unsigned.is_some_and(|one| one.missing.contains(there));
        let word = if missing { "has not signed yet: they mark it as read here, in their own name" } else { "signed" };
        let label = Some((there.party.slug().to_owned(), theme.dim));
        let style = if missing { theme.urgent } else { theme.text };
        details.push(Detail { label, words: format!("{}, {word}", there.who.name), style });
    }
    let named =
        |word: &str, words: String| Detail { label: Some((word.to_owned(), theme.dim)), words, style: theme.text };
    for detail in review.describe() {
        match (detail.number, review.rated()) {
            (Some(number), _) => {
                details.push(Detail::plain(format!("{number} {}", detail.label), theme.strong));
                details.push(named("", detail.words));
            }
            (None, Some(rated)) if detail.label == "rating" => {
                let label = Some((rated.rating.slug().to_owned(), rating_style(rated.rating, theme)));
                details.push(Detail { label, words: rated.words(), style: theme.text });
            }
            _ => details.push(named(detail.label, detail.words)),
        }
    }
    details.push(named("statement", recorded.id.to_string()));
    Row {
        mark: mark(state, theme),
        text: match review.meeting {
            Meeting::Progress => format!("Review {}", day_words(review.held)),
            other => format!("{} {}", other.words(), day_words(review.held)),
        },
        short: (short, style),
        heading: format!("Review of {}", long_day(review.held)),
        details,
        ksbs: Vec::new(),
        hidden: false,
    }
}
