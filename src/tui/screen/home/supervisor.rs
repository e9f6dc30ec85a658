//! Shows a supervisor what waits for them, their trainees, and what is due.

use ratatui::style::Style;

use crate::command::Command;
use crate::model::Model;
use crate::screen::home::parts::{PartView, Pieces, RowView, Target, cell, figure};
use crate::theme::Theme;
use crate::widget::gauge::{height, thin};
use countersign_core::home::due::{DueItem, DueKind};
use countersign_core::home::supervisor::{SupervisedTrainee, SupervisorHome};
use countersign_core::primitives::text::counted;
use countersign_core::record::claim::QueueRow;
use countersign_core::record::ksb_status::State;

/// Returns the parts. `shown` is how many rows of each fit.
pub fn parts(home: &SupervisorHome, model: &Model, width: u16, shown: [usize; 3]) -> Vec<PartView> {
    let theme = &model.theme;
    vec![
        PartView {
            title: "Waiting for you".into(),
            note: waiting_note(home, model, shown[0]),
            rows: home.waiting.iter().map(|row| claim_row(row, home, width, theme)).collect(),
            empty: "No claim waits for you".into(),
            rest: None,
        },
        PartView {
            title: "Your trainees".into(),
            note: trainees_note(home, shown[1], theme),
            rows: home.trainees.iter().map(|row| trainee_row(row, width, theme)).collect(),
            empty: format!(
                "No trainees are assigned to you. Press {} to find any of the {}",
                model.key(Command::Trainee),
                counted(home.department as u64, "trainee")
            ),
            rest: None,
        },
        PartView {
            title: "Due".into(),
            note: of(shown[2], home.due_total, theme),
            rows: home.due.iter().map(|item| due_row(item, home, width, theme)).collect(),
            empty: "Nothing is late or due in the next 30 days".into(),
            rest: None,
        },
    ]
}

/// Returns `3 of 7`, or how many there are if all are shown.
pub fn of(shown: usize, total: usize, theme: &Theme) -> Pieces {
    match total {
        0 => Vec::new(),
        total if shown >= total => vec![(total.to_string(), theme.dim)],
        total => vec![(format!("{shown} of {total}"), theme.dim)],
    }
}

fn waiting_note(home: &SupervisorHome, model: &Model, shown: usize) -> Pieces {
    let theme = &model.theme;
    let total = usize::try_from(home.waiting_total).unwrap_or(usize::MAX);
    let claims = counted(home.waiting_total, "claim");
    match (total, home.oldest()) {
        (0, _) => Vec::new(),
        (total, Some(days)) if shown >= total => {
            vec![(format!("{claims}, oldest {}", counted(days.unsigned_abs(), "day")), theme.dim)]
        }
        _ => vec![
            (format!("{shown} of {claims} {} ", theme.glyphs.dot), theme.dim),
            (model.key(Command::ToQueue), theme.key),
            (" opens all".to_owned(), theme.dim),
        ],
    }
}

fn trainees_note(home: &SupervisorHome, shown: usize, theme: &Theme) -> Pieces {
    let mut note = of(shown, home.trainees_total, theme);
    if note.is_empty() {
        return note;
    }
    note.push((format!(" {}", theme.glyphs.dot), theme.dim));
    for state in [State::Lapsed, State::NotYet, State::Claimed] {
        let words = format!(" {} {} ", theme.state_mark(state), state.word().to_lowercase());
        note.push((words, theme.dim));
    }
    if let Some((words, _)) = note.last_mut() {
        words.truncate(words.trim_end().len());
    }
    note
}

/// Columns of a name.
pub fn name_width(width: u16) -> usize {
    match width {
        0..=59 => 16,
        60..=99 => 18,
        100..=159 => 25,
        _ => 36,
    }
}

fn claim_row(row: &QueueRow, home: &SupervisorHome, width: u16, theme: &Theme) -> RowView {
    let days = row.days(home.today);
    let codes: Vec<String> = row.codes.iter().map(ToString::to_string).collect();
    let age = if row.is_old(home.today) { theme.late } else { theme.text };
    let (whom, whom_style) = if row.of.is_some() { ("for you", theme.claimed) } else { ("for anyone", theme.dim) };
    let mut pieces = vec![
        figure(&counted(days.unsigned_abs(), "day"), 7, age, theme),
        cell(row.trainee_name.as_str(), name_width(width), theme.text, theme),
        cell(&codes.join(" "), if width >= 100 { 16 } else { 9 }, theme.text, theme),
    ];
    if width >= 60 {
        pieces.push(cell(whom, 12, whom_style, theme));
        let files = if row.files == 0 { String::new() } else { counted(u64::from(row.files), "file") };
        pieces.push(cell(&files, 8, theme.dim, theme));
        let said = row.reflection.as_ref().map(|text| text.as_str().split_whitespace().collect::<Vec<_>>().join(" "));
        pieces.push((said.unwrap_or_default(), theme.dim));
    }
    RowView { pieces, right: None, target: Some(Target::Claim(row.claim)) }
}

/// Returns how far ahead of the plan or behind it, with its style.
pub fn by_plan(ahead: i32, paused: bool, theme: &Theme) -> (String, Style) {
    match ahead {
        _ if paused => ("on a break".into(), theme.dim),
        0 => ("on plan".into(), theme.dim),
        1.. => (format!("{ahead} ahead"), theme.ok),
        -2..=-1 => (format!("{} behind", ahead.unsigned_abs()), theme.text),
        _ => (format!("{} behind", ahead.unsigned_abs()), theme.late),
    }
}

fn trainee_row(one: &SupervisedTrainee, width: u16, theme: &Theme) -> RowView {
    let row = &one.row;
    let (signed, total) = (u32::from(row.trainee.signed), u32::from(row.trainee.total));
    let mut pieces = vec![
        cell(row.trainee.name.as_str(), name_width(width), theme.text, theme),
        figure(&format!("{}/{}", row.month, row.months), 5, theme.dim, theme),
    ];
    if width >= 100 {
        for (signed, total) in row.duties.iter().take(12).filter(|(_, total)| *total > 0) {
            let (glyph, style) = height(u32::from(*signed), u32::from(*total), theme);
            pieces.push((glyph.to_owned(), style));
        }
        let drawn = row.duties.iter().take(12).filter(|(_, total)| *total > 0).count();
        pieces.push((" ".repeat(13usize.saturating_sub(drawn)), theme.text));
    }
    if width >= 60 {
        let bar = if width >= 160 { 24 } else { 14 };
        pieces.extend(thin(bar, signed, total, Some(u32::from(row.expected)), theme));
        pieces.push((" ".into(), theme.text));
    }
    pieces.push(figure(&format!("{signed}/{total}"), 5, theme.text, theme));
    if width >= 60 {
        let (words, style) = by_plan(row.ahead, row.paused, theme);
        pieces.push(cell(&words, 11, style, theme));
    }
    for state in [State::Lapsed, State::NotYet, State::Renew, State::Claimed] {
        let count = one.open.some().find(|(other, _)| *other == state).map_or(0, |(_, count)| count);
        let words = if count == 0 { String::new() } else { format!("{} {count}", theme.state_mark(state)) };
        if width >= 100 || (count > 0 && state != State::Renew) {
            pieces.push(cell(&words, 5, theme.state(state), theme));
        }
    }
    if width >= 100 {
        pieces.push(figure(&row.hours.words(), 7, theme.dim, theme));
        let review = if row.review_overdue > 0 { theme.late } else { theme.dim };
        pieces.push((format!("{:>9}", row.review_words()), review));
    }
    RowView { pieces, right: None, target: Some(Target::Trainee(row.trainee.id.clone())) }
}

fn due_row(item: &DueItem, home: &SupervisorHome, width: u16, theme: &Theme) -> RowView {
    let state = item.state(home.today);
    let late = item.is_late(home.today);
    let style = if late { theme.state(state) } else { theme.renew };
    let mark = if late { theme.state_mark(state) } else { theme.state_mark(State::Renew) };
    let code = item.code.map_or_else(String::new, |code| code.to_string());
    let pieces = vec![
        cell(&format!("{mark} {}", item.when(home.today)), 13, style, theme),
        cell(item.trainee_name.as_str(), name_width(width), theme.text, theme),
        cell(&code, 7, theme.text, theme),
        (item.words(home.today), theme.dim),
    ];
    let target = match (item.code, &item.what) {
        (Some(code), _) => Target::Ksb(item.trainee.clone(), code),
        (None, DueKind::Review | DueKind::Action(_)) => Target::Reviews(item.trainee.clone()),
        (None, DueKind::Reassess) => Target::Trainee(item.trainee.clone()),
    };
    RowView { pieces, right: None, target: Some(target) }
}
