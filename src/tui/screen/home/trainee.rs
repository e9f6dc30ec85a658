//! Shows a trainee what to do next, what is new on their record, and what is coming up.

use crate::command::Command;
use crate::model::Model;
use crate::screen::home::parts::{PartView, RowView, Target, cell, top};
use crate::screen::home::supervisor::of;
use crate::theme::Theme;
use countersign_core::home::news::NewsItem;
use countersign_core::home::trainee::{NextReason, NextStep, TraineeHome};
use countersign_core::primitives::date::short_day;
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::ksb_status::State;

/// Returns the parts. `shown` is how many rows of each fit.
pub fn parts(home: &TraineeHome, model: &Model, width: u16, shown: [usize; 3]) -> Vec<PartView> {
    let theme = &model.theme;
    let id = &home.trainee.id;
    let total = home.total();
    let first = top(model.home.at[0].min(home.next.len().saturating_sub(1)), shown[0]);
    let rest = home.rest(first..first.saturating_add(shown[0]));
    let opens = format!("{} opens all {total}", model.key(Command::ToSignOff));
    vec![
        PartView {
            title: "Do next".into(),
            note: match total {
                0 => Vec::new(),
                total => vec![(format!("{total} outstanding, most urgent first"), theme.dim)],
            },
            rows: home.next.iter().map(|step| next_row(step, home, width, theme)).collect(),
            empty: "Everything is signed".into(),
            rest: (!rest.is_empty()).then_some((rest, opens)),
        },
        PartView {
            title: home.news.since.heading(home.today),
            note: of(shown[1], home.news.total, theme),
            rows: home.news.rows.iter().map(|item| news_row(item, home, width, theme)).collect(),
            empty: "Nothing new".into(),
            rest: None,
        },
        PartView {
            title: "Coming up".into(),
            note: Vec::new(),
            rows: coming_up(home, id, theme),
            empty: String::new(),
            rest: None,
        },
    ]
}

fn next_row(step: &NextStep, home: &TraineeHome, width: u16, theme: &Theme) -> RowView {
    let state = theme.state(step.state);
    let word = format!("{} {}", theme.state_mark(step.state), step.state.word().to_lowercase());
    let mut text = step.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let (Some(action), true) = (&step.action, width >= 160) {
        text = format!("{text}  {} {action}", theme.glyphs.arrow);
    }
    let late = matches!(step.why, NextReason::Late(_) | NextReason::Rejected);
    RowView {
        pieces: vec![
            cell(&word, 11, state, theme),
            cell(&step.code.to_string(), 5, theme.text, theme),
            (text, theme.text),
        ],
        right: Some((step.why.words(home.today), if late { theme.late } else { state })),
        target: Some(Target::Ksb(home.trainee.id.clone(), step.code)),
    }
}

fn news_row(item: &NewsItem, home: &TraineeHome, width: u16, theme: &Theme) -> RowView {
    let codes: Vec<String> = item.codes.iter().map(ToString::to_string).collect();
    let state = item.kind.state();
    let name = if width >= 100 { 28 } else { 17 };
    RowView {
        pieces: vec![
            (format!("{} ", theme.state_mark(state)), theme.state(state)),
            cell(&codes.join(" "), if width >= 100 { 12 } else { 5 }, theme.text, theme),
            cell(&short_day(item.day(), home.today), 8, theme.dim, theme),
            cell(item.who.name.as_str(), name, theme.text, theme),
            (item.said(), theme.text),
        ],
        right: None,
        target: Some(match item.codes.as_slice() {
            [first, ..] => Target::Ksb(home.trainee.id.clone(), *first),
            [] => Target::Statement(item.id),
        }),
    }
}

fn coming_up(home: &TraineeHome, id: &PersonId, theme: &Theme) -> Vec<RowView> {
    let late = home.review < home.today;
    let row = |name: &str, words: String, style| RowView {
        pieces: vec![cell(name, 13, theme.dim, theme), (words, style)],
        right: None,
        target: Some(Target::Reviews(id.clone())),
    };
    let review = if late { theme.state(State::NotYet) } else { theme.text };
    vec![row("Next review", home.review_words(), review), row("Hours", home.hours_words(), theme.text)]
}
