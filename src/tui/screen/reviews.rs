//! Shows screen 5, Reviews and hours: what is due, open actions, hours entries and past reviews of the open trainee.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{self, Command, ScreenId};
use crate::model::Model;
use crate::model::trainee_view::{ReviewsLine, reviews_lines};
use crate::msg::{Effect, Outcome};
use crate::pane::detail_list::{Beside, Detail, Ends, Part, Row};
use crate::pane::filter_input::FilterInput;
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::details::{self, Details};
use crate::screen::sign_off::progress_line;
use crate::theme::Theme;
use crate::widget::gauge::thin;
use crate::widget::pane_heading::Pieces;
use crate::widget::text::{columns, pad, pad_left};
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::date::{Timestamp, day_words, late_words, long_day, short_day};
use countersign_core::primitives::ids::StatementId;
use countersign_core::programme::Programme;
use countersign_core::programme::filter::ProgrammeFilter;
use countersign_core::programme::hours::{HourRow, QuarterHours};
use countersign_core::programme::rating::Rating;
use countersign_core::programme::review_plan::{ActionFrom, OpenAction, ReviewDue};
use countersign_core::record::ksb_status::State as Ksb;
use countersign_core::record::view::{AnnotationMark, RecordedReview};
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::review::{
    Attended, Meeting, NOTHING, Party, ReviewAction, ReviewContent, Topic,
};

pub struct Reviews;

static DETAILS: Details = Details {
    state: |model| &model.trainee_view.programme.1,
    state_mut: |model| &mut model.trainee_view.programme.1,
    rows: lines,
    request: Effect::LoadProgramme,
    beside: Beside::Details,
    side: |_, _, _| {},
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
        details::title(model, "Reviews and hours")
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
        model.trainee_view.detail_filter = FilterInput::default();
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

    fn key_label(&self, model: &Model, row: &command::Row) -> Option<String> {
        match row.command {
            Command::HoldReview if model.size.0 >= ROOMY => Some("new review".to_owned()),
            Command::ConfirmHours if model.size.0 >= ROOMY => Some("confirm hours".to_owned()),
            Command::OpenHeld if model.size.0 >= ROOMY => Some("in full".to_owned()),
            _ => None,
        }
    }

    fn figures(&self, model: &Model) -> Vec<(String, Style)> {
        let record = model.trainee_view.trainee_record.as_ref();
        record.map(|record| progress_line(record, model)).unwrap_or_default()
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        DETAILS.view(model, buf, body)
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
    let wide = model.size.0 >= ROOMY;
    let (fits, row) = match line {
        ReviewsLine::Next => (filter.next_review(&programme.plan), next_review(programme, wide, today, theme)),
        ReviewsLine::ToDo(action) => (filter.action(action), to_do(action, programme, today, theme)),
        ReviewsLine::Hours => (filter.hours(programme), hours(programme, theme)),
        ReviewsLine::Review(recorded) => {
            (filter.review(recorded, &programme.plan), review(recorded, programme, wide, today, theme))
        }
        ReviewsLine::Entry(one) => {
            let marked = model.trainee_view.hour_marks.contains(&one.entry.id);
            let row = entry(one, programme, today, (!(ROOMY..NAMES_FROM).contains(&model.size.0), theme));
            (filter.entry(one), if marked { marked_row(row, theme) } else { row })
        }
    };
    Row { hidden: !fits, ..row }
}

/// From this many columns on the rows have gaps and the footer has longer words.
const ROOMY: u16 = 100;
/// From this many columns on the list is wide enough again for who confirmed an entry.
const NAMES_FROM: u16 = 160;
/// Columns of the labels of the first part.
const LABEL: usize = 9;
/// Columns of the bar of the hours.
const BAR: usize = 32;

fn lead(state: Ksb, theme: &Theme) -> Pieces {
    vec![(format!("{} ", theme.state_mark(state)), theme.state(state))]
}

/// Returns the row with the mark before it instead of its state.
fn marked_row(row: Row, theme: &Theme) -> Row {
    Row { lead: vec![(format!("{} ", theme.glyphs.mark), theme.mark)], ..row }
}

fn plain(words: &[String], theme: &Theme) -> Vec<Detail> {
    words.iter().map(|words| Detail::plain(words.clone(), theme.text)).collect()
}

/// Returns a row without lines below or KSBs, for literals that set only some of its fields.
fn bare(part: Part, text: Pieces, heading: String, details: Vec<Detail>) -> Row {
    Row {
        part,
        lead: Vec::new(),
        text,
        short: (String::new(), Style::new()),
        below: Vec::new(),
        heading: (heading, Vec::new()),
        details,
        finish: Vec::new(),
        ksbs: Vec::new(),
        hidden: false,
    }
}

fn part(name: &'static str, count: String) -> Part {
    Part { name, count, ends: Ends::Right }
}

fn next_review(programme: &Programme, wide: bool, today: NaiveDate, theme: &Theme) -> Row {
    let plan = &programme.plan;
    let style = match plan.call {
        ReviewDue::Overdue(_) => theme.urgent,
        ReviewDue::Due(_) => theme.claimed,
        ReviewDue::Later(_) => theme.text,
    };
    let days = (plan.due - today).num_days();
    let words = match plan.call {
        ReviewDue::Later(_) if days >= 14 => format!("by {}, in {} weeks", day_words(plan.due), days / 7),
        ReviewDue::Later(_) | ReviewDue::Due(_) => format!("by {}, {}", day_words(plan.due), plan.call.words()),
        ReviewDue::Overdue(_) => plan.call.with_day(plan.due),
    };
    let mut details = plain(&plan.why, theme);
    if !matches!(plan.call, ReviewDue::Later(_)) {
        let words = match plan.meeting {
            Meeting::Progress => {
                "Hold it with all three parties. A supervisor or training officer who attended records it"
            }
            _ => "Hold it with the trainee. A supervisor or training officer who attended records it",
        };
        details.insert(0, Detail::plain(words, theme.claimed));
    }
    let (rating, basis) = &programme.rating;
    details.push(Detail::Blank);
    details.push(Detail::labelled(rating_label(*rating, theme), format!("Suggested for today: {basis}"), theme.text));
    // Next to the list there is room for what was agreed last.
    let live = |one: &&RecordedReview| !one.withdrawn && !one.in_review;
    if let Some(last) = programme.reviews.iter().find(live).filter(|_| wide) {
        details.extend([Detail::Blank, Detail::Group(heading_of(last, programme))]);
        details.extend(review_details(last, programme, today, theme));
    }
    let name = format!("Next {}", if plan.meeting == Meeting::Progress { "review" } else { plan.meeting.words() });
    let label = match plan.meeting {
        Meeting::Progress => "Review",
        Meeting::Training => "Meeting",
        Meeting::YearEnd => "Year end",
    };
    Row {
        lead: vec![(pad(label, LABEL, theme), theme.dim)],
        ..bare(part("Next", String::new()), vec![(words, style)], name, details)
    }
}

fn to_do(action: &OpenAction, programme: &Programme, today: NaiveDate, theme: &Theme) -> Row {
    let late = (today - action.by).num_days();
    let overdue = late > 0;
    let what = action.what.as_str().lines().next().unwrap_or_default();
    let (code, from, ksbs) = match &action.from {
        ActionFrom::Review => {
            let owner = action.owner.as_ref().map(|owner| format!("{}: ", owner.name)).unwrap_or_default();
            let from = format!("{owner}agreed in the last review, and carried over to the next");
            (String::new(), from, Vec::new())
        }
        ActionFrom::Ksb(code) => {
            let from = format!("{code} was not yet achieved. A later sign-off closes this action");
            (code.to_string(), from, vec![*code])
        }
    };
    let short =
        if overdue { (format!("{late} d late"), theme.urgent) } else { (short_day(action.by, today), theme.dim) };
    let (mark, style) = if overdue {
        (theme.state_mark(Ksb::NotYet), theme.urgent)
    } else {
        (theme.state_mark(Ksb::Open), theme.state(Ksb::Open))
    };
    let due = if overdue {
        Detail::plain(format!("{}, since {}", late_words(late), day_words(action.by)), theme.urgent)
    } else {
        Detail::plain(format!("By {}", day_words(action.by)), theme.text)
    };
    let details = vec![Detail::plain(action.what.to_string(), theme.strong), due, Detail::plain(from, theme.text)];
    let codes = programme.plan.open.iter().filter_map(|one| match one.from {
        ActionFrom::Ksb(code) => Some(code.to_string().len() + 1),
        ActionFrom::Review => None,
    });
    let code = pad(&code, codes.max().unwrap_or(0), theme);
    let of = part("Actions", programme.plan.open.len().to_string());
    Row {
        lead: vec![(format!("{mark} "), style), (code, theme.text)],
        short,
        ksbs,
        ..bare(of, vec![(what.to_owned(), theme.text)], "Still to be done".to_owned(), details)
    }
}

fn hours(programme: &Programme, theme: &Theme) -> Row {
    let plan = &programme.hours;
    let mut details = plain(&plan.why, theme);
    let mut text = match plan.minimum {
        Some(minimum) => vec![(format!("{} of {minimum} h", plan.confirmed), theme.text)],
        None => vec![(format!("{} h confirmed", plan.confirmed), theme.text)],
    };
    match plan.ahead {
        None => {}
        Some(0) => text.push((", on plan".to_owned(), theme.text)),
        Some(ahead @ 1..) => text.extend([(", ".to_owned(), theme.text), (format!("{ahead} h ahead"), theme.ok)]),
        Some(behind) => {
            let words = format!("{} h behind", behind.unsigned_abs());
            text.extend([(", ".to_owned(), theme.text), (words, theme.late)]);
        }
    }
    let before = || (" ".repeat(LABEL), theme.text);
    let mut below = Vec::new();
    if let Some(minimum) = plan.minimum {
        let mut bar = vec![before()];
        bar.extend(thin(BAR, plan.confirmed.whole(), minimum, plan.expected, theme));
        below.push(bar);
    }
    if plan.waiting > QuarterHours::default() {
        below.push(vec![
            (pad("To sign", LABEL, theme), theme.dim),
            (format!("{} h wait", plan.waiting), theme.claimed),
            (" for a supervisor".to_owned(), theme.text),
        ]);
        details.insert(
            0,
            Detail::plain(
                "A supervisor needs to confirm these hours. From this line all of them, or only the marked ones",
                theme.claimed,
            ),
        );
    }
    Row {
        lead: vec![(pad("Hours", LABEL, theme), theme.dim)],
        below,
        ..bare(part("Next", String::new()), text, "Off-the-job hours".to_owned(), details)
    }
}

/// Renders an entry; who confirmed it is named in the row if there is room.
fn entry(row: &HourRow, programme: &Programme, today: NaiveDate, (named, theme): (bool, &Theme)) -> Row {
    let entry = &row.entry;
    let (state, short, style) = match &row.confirmed {
        Some((by, _)) if named => (Ksb::Signed, by.to_string(), theme.dim),
        Some(_) => (Ksb::Signed, String::new(), theme.dim),
        None => (Ksb::Claimed, "waits".to_owned(), theme.claimed),
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
    // Days of another year have it, and all of a part have the same columns.
    let same = |other: &&HourRow| other.confirmed.is_some() == row.confirmed.is_some();
    let days = programme.entries.iter().filter(same).map(|one| columns(&short_day(one.entry.day, today)));
    let day = pad_left(&short_day(entry.day, today), days.max().unwrap_or(0).max(6), theme);
    let words = format!("{day} {:>5} h  {}", entry.hours.to_string(), entry.what);
    let of = if row.confirmed.is_some() {
        part("Hours confirmed", format!("{} h", programme.hours.confirmed))
    } else {
        part("Hours to confirm", format!("{} h", programme.hours.waiting))
    };
    let text = if row.confirmed.is_some() { theme.dim } else { theme.text };
    Row {
        lead: lead(state, theme),
        short: (short, style),
        ksbs: entry.codes.clone(),
        ..bare(of, vec![(words, text)], format!("{} hours on {}", entry.hours, long_day(entry.day)), details)
    }
}

fn rating_style(rating: Rating, theme: &Theme) -> Style {
    match rating {
        Rating::Red => theme.urgent,
        Rating::Amber => theme.claimed,
        Rating::Green => theme.signed,
        Rating::Blue => theme.accent,
    }
}

/// Returns the mark and the word of a rating, as some people cannot see its colour.
fn rating_label(rating: Rating, theme: &Theme) -> (String, Style) {
    let [red, amber, good] = theme.glyphs.rating;
    let mark = match rating {
        Rating::Red => red,
        Rating::Amber => amber,
        Rating::Green | Rating::Blue => good,
    };
    (format!("{mark} {}", rating.slug()), rating_style(rating, theme))
}

/// Columns of the longest rating with its mark.
const RATING: usize = 7;

fn review(recorded: &RecordedReview, programme: &Programme, wide: bool, today: NaiveDate, theme: &Theme) -> Row {
    let review = &recorded.review;
    let unsigned = programme.plan.unsigned.iter().find(|one| one.id == recorded.id);
    let (state, short, style) = if recorded.withdrawn {
        (Ksb::Open, "withdrawn".to_owned(), theme.dim)
    } else if recorded.in_review {
        (Ksb::NotYet, "under review: the signing key was compromised".to_owned(), theme.urgent)
    } else if let Some(unsigned) = unsigned {
        let names: Vec<&str> = unsigned.missing.iter().map(|there| there.who.name.as_str()).collect();
        (Ksb::NotYet, format!("needs {}", names.join(", ")), theme.urgent)
    } else {
        (Ksb::Signed, "by all".to_owned(), theme.signed)
    };
    let gap = if wide { "   " } else { "  " };
    let meeting = match review.meeting {
        Meeting::Progress => "",
        Meeting::Training => "training, ",
        Meeting::YearEnd => "year end, ",
    };
    let rated = review.rated().map(|rated| rating_label(rated.rating, theme));
    let (rating, rating_style) = rated.clone().unwrap_or_else(|| (String::new(), theme.dim));
    let text = vec![
        (format!("{:>11}", day_words(review.held)), theme.text),
        (format!("{gap}{:>5}{gap}", format!("{}/{}", review.signed, review.all)), theme.dim),
        (pad(&rating, RATING, theme), rating_style),
        (format!("  {} ", theme.state_mark(state)), if state == Ksb::Signed { theme.signed } else { style }),
        (format!("{meeting}{short}"), style),
    ];
    let held = programme.plan.held;
    let of = part("Reviews held", format!("{held}, {}", programme.plan.every));
    let heading = heading_of(recorded, programme);
    let details = review_details(recorded, programme, today, theme);
    let row = bare(of, text, heading.clone(), details);
    Row { heading: (heading, rated.into_iter().collect()), ..row }
}

/// Returns the title of a review: `Review 9, 16 November 2026`.
fn heading_of(recorded: &RecordedReview, programme: &Programme) -> String {
    let review = &recorded.review;
    let held = review.held.format("%-d %B %Y");
    let live = |one: &&RecordedReview| !one.withdrawn && !one.in_review;
    let older = programme.reviews.iter().rev().filter(live).position(|one| one.id == recorded.id);
    match (review.meeting, older) {
        (Meeting::Progress, Some(before)) => format!("Review {}, {held}", before + 1),
        (Meeting::Progress, None) => format!("Review of {held}"),
        (Meeting::Training, _) => format!("Training meeting, {held}"),
        (Meeting::YearEnd, _) => format!("Year-end review, {held}"),
    }
}

/// Returns a review in full: how its rating was worked out, the answers, and who signed when.
fn review_details(recorded: &RecordedReview, programme: &Programme, today: NaiveDate, theme: &Theme) -> Vec<Detail> {
    let review = &recorded.review;
    let named = |word: &str, words: String| Detail::labelled((word, theme.dim), words, theme.text);
    let mut details: Vec<Detail> =
        review.rated().map(|rated| Detail::plain(rated.words(), theme.dim)).into_iter().collect();
    for answer in (1..).zip(review.answers()) {
        let (number, answer) = answer;
        if number == 1 {
            details.push(Detail::Blank);
        }
        let title = vec![(format!("{number} "), theme.dim), (answer.topic.words().to_owned(), theme.strong)];
        details.push(Detail::Line(title, Vec::new()));
        let indent = || ("  ".to_owned(), theme.text);
        if answer.nothing {
            details.push(Detail::Line(vec![indent(), (format!("{NOTHING}."), theme.dim)], Vec::new()));
        } else if answer.topic == Topic::NewActions {
            details.extend(review.actions.iter().map(|action| action_line(action, today, theme)));
        } else {
            details.push(Detail::labelled(("  ", theme.text), answer.text, theme.text));
        }
    }
    if let ReviewContent::Discussed(text) = &review.content {
        details.push(Detail::plain(text.to_string(), theme.text));
        details.extend(review.actions.iter().map(|action| action_line(action, today, theme)));
    }
    details.push(Detail::Blank);
    details.extend(signatures(recorded, programme, today, theme));
    details.push(Detail::Blank);
    let more = [
        ("KSBs", format!("{} of {} were signed on that day", review.signed, review.all)),
        ("Next", format!("agreed for {}", day_words(review.next))),
    ];
    details.extend(more.map(|(label, words)| named(label, words)));
    details.extend(review.late.as_ref().map(|late| named("Later", late.to_string())));
    details.push(named("Record", recorded.id.to_string()));
    details
}

fn action_line(action: &ReviewAction, today: NaiveDate, theme: &Theme) -> Detail {
    let first = |name: &str| name.split_whitespace().next().unwrap_or_default().to_owned();
    let owner = action.owner.as_ref().map(|owner| format!("{}, ", first(owner.name.as_str()))).unwrap_or_default();
    let end = vec![(format!("{owner}by {}", short_day(action.by, today)), theme.text)];
    Detail::Line(vec![("  ".to_owned(), theme.text), (action.what.to_string(), theme.text)], end)
}

/// Returns who has signed it, and when.
fn signatures(recorded: &RecordedReview, programme: &Programme, today: NaiveDate, theme: &Theme) -> Vec<Detail> {
    let review = &recorded.review;
    let unsigned = programme.plan.unsigned.iter().find(|one| one.id == recorded.id);
    let missing = |there: &Attended| unsigned.is_some_and(|one| one.missing.contains(there));
    let left = review.attended.iter().filter(|there| missing(there)).count();
    let all = review.attended.len();
    let title = match (left, all) {
        (0, 3) => "Signed by all three".to_owned(),
        (0, _) => format!("Signed by all {all}"),
        _ => format!("Signed by {} of {all}", all - left),
    };
    let mut details = vec![Detail::Group(title)];
    let widest = review.attended.iter().map(|there| columns(there.who.name.as_str())).max().unwrap_or(0);
    let order = [Party::Employer, Party::Trainee, Party::Provider];
    for there in order.iter().flat_map(|party| review.attended.iter().filter(|there| there.party == *party)) {
        let party = match there.party {
            Party::Employer => "Employer",
            Party::Trainee => "Trainee",
            Party::Provider => "Provider",
        };
        let when = if there.who.id == recorded.signer {
            Some(recorded.signed)
        } else {
            let own = |mark: &&AnnotationMark| {
                mark.by == there.who.id && mark.kind == Kind::Acknowledge && !mark.withdrawn && !mark.in_review
            };
            recorded.marks.iter().find(own).map(|mark| mark.at)
        };
        let (state, words, style) = match when {
            _ if missing(there) => {
                (Ksb::NotYet, "still to sign: they sign in here and press a".to_owned(), theme.urgent)
            }
            Some(at) => (Ksb::Signed, time_words(at, today), theme.dim),
            None => (Ksb::Signed, "signed".to_owned(), theme.dim),
        };
        let pieces = vec![
            (format!("{} ", theme.state_mark(state)), theme.state(state)),
            (format!("{party:<10}"), theme.dim),
            (format!("{}  ", pad(there.who.name.as_str(), widest, theme)), theme.text),
            (words, style),
        ];
        details.push(Detail::Line(pieces, Vec::new()));
    }
    details
}

/// Returns a local date and time: `16 Nov 17:30`.
fn time_words(at: Timestamp, today: NaiveDate) -> String {
    format!("{} {}", short_day(at.local_day(), today), at.local().format("%H:%M"))
}
