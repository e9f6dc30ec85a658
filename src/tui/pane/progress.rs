//! Draws what is left of the open trainee's record in figures, by state.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::theme::Theme;
use crate::widget::draw::line;
use crate::widget::part::INDENT;
use crate::widget::text::{columns, pad};
use countersign_core::primitives::date::{day_words, short_day};
use countersign_core::primitives::text::counted;
use countersign_core::record::ksb_status::State;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::TraineeRecord;

/// One line: the mark, the count with its words, and why.
type Count = (State, String, String);

/// Returns what is left by state, most urgent first, without what is open.
pub fn counts(trainee_record: &TraineeRecord, left: &[Outstanding], today: NaiveDate) -> Vec<Count> {
    let order = [State::Lapsed, State::NotYet, State::Renew, State::Partly, State::Claimed];
    let mut lines = Vec::new();
    for state in order {
        let rows: Vec<&Outstanding> = left.iter().filter(|row| row.state == state).collect();
        if rows.is_empty() {
            continue;
        }
        let words = match state {
            State::Renew => "to renew",
            State::Lapsed | State::NotYet | State::Partly | State::Claimed | State::Open | State::Signed => {
                state.label()
            }
        };
        lines.push((state, format!("{} {words}", rows.len()), why(state, &rows, trainee_record, today)));
    }
    lines
}

fn why(state: State, rows: &[&Outstanding], trainee_record: &TraineeRecord, today: NaiveDate) -> String {
    let due = |row: &&&Outstanding| trainee_record.local_of(row.code).and_then(|local| local.due);
    match state {
        State::Lapsed => rows
            .iter()
            .filter_map(|row| due(&row))
            .min()
            .map_or_else(String::new, |day| format!("since {}", short_day(day, today))),
        State::Renew => rows
            .iter()
            .filter_map(|row| due(&row))
            .min()
            .map_or_else(String::new, |day| format!("by {}", short_day(day, today))),
        State::NotYet => {
            let late: Vec<i64> = rows.iter().filter_map(|row| row.days_late(trainee_record, today)).collect();
            match late.as_slice() {
                [] => {
                    let next = rows.iter().filter_map(|row| row.action()).map(|action| action.by).min();
                    next.map(|day| format!("next by {}", short_day(day, today))).unwrap_or_default()
                }
                [1] => "1 day late".to_owned(),
                [days] => format!("{days} days late"),
                [first, second] => format!("{first} and {second} days late"),
                [first, ..] => format!("{} late, by up to {}", late.len(), counted(first.unsigned_abs(), "day")),
            }
        }
        State::Partly => match rows {
            [one] => trainee_record
                .local_of(one.code)
                .map_or_else(|| "1 of 2 signatures".to_owned(), |local| format!("{} signed", local.figure())),
            _ => String::new(),
        },
        State::Claimed => {
            let oldest = rows.iter().filter_map(|row| row.claim.as_ref()).map(|claim| claim.since.local_day()).min();
            let days = oldest.map(|day| (today - day).num_days().max(0).unsigned_abs());
            match (days, rows.len()) {
                (None, _) => String::new(),
                (Some(0), _) => "today".to_owned(),
                (Some(days), 1) => format!("{} ago", counted(days, "day")),
                (Some(days), _) => format!("oldest {}", counted(days, "day")),
            }
        }
        State::Open | State::Signed => String::new(),
    }
}

/// Draws the counts from the first row of the area on.
pub fn view(
    trainee_record: &TraineeRecord,
    left: &[Outstanding],
    today: NaiveDate,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let since = trainee_record.trainee.pauses.iter().find(|span| span.holds(today)).map(|span| day_words(span.from));
    let counts = counts(trainee_record, left, today);
    let width = counts.iter().map(|(_, words, _)| columns(words)).max().unwrap_or(0);
    let place = Rect { x: area.x + INDENT, width: area.width.saturating_sub(INDENT + 1), ..area };
    let mut y = 0;
    if let Some(since) = since {
        line(buf, place, y, &[("On a break since ", theme.text), (&since, theme.strong)], theme);
        y += 1;
    }
    for (state, words, why) in counts {
        let style = theme.state(state);
        let words = pad(&words, width + 2, theme);
        line(
            buf,
            place,
            y,
            &[(theme.state_mark(state), style), (" ", style), (&words, style), (&why, theme.dim)],
            theme,
        );
        y += 1;
    }
}
