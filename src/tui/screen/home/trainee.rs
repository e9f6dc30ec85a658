//! Shows a trainee what to do next, what is new on their record, and what is coming up.

use ratatui::layout::Rect;

use crate::command::Command;
use crate::model::Model;
use crate::screen::home::parts::{PartSize, PartView, Pieces, RowView, Target, cell, figures, top, widest};
use crate::screen::home::supervisor::of;
use crate::theme::Theme;
use crate::widget::text::pad;
use countersign_core::home::news::NewsItem;
use countersign_core::home::trainee::{NextReason, NextStep, TraineeHome};
use countersign_core::primitives::date::short_day;

/// Returns how many lines each part has.
pub fn sizes(home: &TraineeHome) -> [PartSize; 3] {
    let next = PartSize { total: Some(home.total()), ..PartSize::of(home.next.len()) };
    [next, PartSize::of(home.news.rows.len()), PartSize::of(2)]
}

/// Returns where Enter on a row of a part leads.
pub fn target(home: &TraineeHome, part: usize, row: usize) -> Option<Target> {
    let id = &home.trainee.id;
    match part {
        0 => home.next.get(row).map(|step| Target::Ksb(id.clone(), step.code)),
        1 => home.news.rows.get(row).map(|item| match item.codes.as_slice() {
            [first, ..] => Target::Ksb(id.clone(), *first),
            [] => Target::Statement(item.id),
        }),
        _ => (row < 2).then(|| Target::Reviews(id.clone())),
    }
}

/// Returns the parts for these areas.
pub fn parts(home: &TraineeHome, model: &Model, areas: &[Rect]) -> Vec<PartView> {
    let theme = &model.theme;
    let [next, news, _] = sizes(home);
    let width = areas[0].width;
    let total = home.total();
    let shown = next.shown(areas[0].height);
    let first = top(model.home.at[0].min(home.next.len().saturating_sub(1)), shown);
    let rest = home.rest(first..first + shown);
    let opens = format!("{} opens all {total}", model.key(Command::ToSignOff));
    let columns = NextColumns::of(home, width);
    vec![
        PartView {
            title: "Do next".into(),
            note: match total {
                0 => Vec::new(),
                total => vec![(format!("{total} outstanding, most urgent first"), theme.dim)],
            },
            rows: home.next.iter().map(|step| next_row(step, home, columns, theme)).collect(),
            empty: "Everything is signed".into(),
            rest: Some((rest, opens, total)),
            ..PartView::default()
        },
        PartView {
            title: home.news.since.heading(home.today),
            note: of(news.shown(areas[1].height), home.news.total, theme),
            rows: home.news.rows.iter().map(|item| news_row(item, home, width, theme)).collect(),
            empty: "Nothing new".into(),
            ..PartView::default()
        },
        PartView { title: "Coming up".into(), rows: coming_up(home, theme), ..PartView::default() },
    ]
}

/// The columns of what to do next.
#[derive(Debug, Clone, Copy)]
struct NextColumns {
    /// Of the text; `None` where the reason is at the right end of the row.
    text: Option<usize>,
}

/// Columns of the state and the code.
const BEFORE_TEXT: usize = 16;
/// Columns of the reason, where it has its own.
const REASON: usize = 18;

impl NextColumns {
    /// In a wide window, the reason follows the longest text, and what was agreed follows the reason.
    fn of(home: &TraineeHome, width: u16) -> Self {
        let inner = usize::from(width.saturating_sub(3));
        if width < 160 {
            return Self { text: None };
        }
        let action = if home.next.iter().any(|step| step.action.is_some()) { 40 } else { 0 };
        let room = inner.saturating_sub(BEFORE_TEXT + REASON + action);
        Self { text: Some(widest(home.next.iter().map(|step| step.text.as_str()), room)) }
    }
}

fn next_row(step: &NextStep, home: &TraineeHome, columns: NextColumns, theme: &Theme) -> RowView {
    let state = theme.state(step.state);
    let word = format!("{} {}", theme.state_mark(step.state), step.state.label());
    let text = step.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let late = matches!(step.why, NextReason::Late(_) | NextReason::Rejected);
    let why = (step.why.words(home.today), if late { theme.late } else { state });
    let mut pieces = vec![cell(&word, 11, state, theme), cell(&step.code.to_string(), 5, theme.text, theme)];
    let Some(width) = columns.text else {
        pieces.push((text, theme.text));
        return RowView { pieces, name: 2, right: Some(why) };
    };
    pieces.push(cell(&text, width, theme.text, theme));
    pieces.push((format!(" {}", pad(&why.0, REASON - 1, theme)), why.1));
    if let Some(action) = &step.action {
        pieces.push((format!("{} {action}", theme.glyphs.arrow), theme.text));
    }
    RowView { pieces, name: 2, right: None }
}

fn news_row(item: &NewsItem, home: &TraineeHome, width: u16, theme: &Theme) -> RowView {
    let state = item.kind.state();
    let name = if width >= 100 { 28 } else { 17 };
    let texts: Vec<String> = home.news.rows.iter().map(news_codes).collect();
    let wide = widest(texts.iter().map(String::as_str), if width >= 100 { 16 } else { 12 });
    RowView {
        pieces: vec![
            (format!("{} ", theme.state_mark(state)), theme.state(state)),
            cell(&news_codes(item), wide, theme.state(state), theme),
            cell(&short_day(item.day(), home.today), 8, theme.dim, theme),
            cell(item.who.name.as_str(), name, theme.dim, theme),
            (item.told(), theme.text),
        ],
        name: 4,
        right: None,
    }
}

fn news_codes(item: &NewsItem) -> String {
    item.codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn coming_up(home: &TraineeHome, theme: &Theme) -> Vec<RowView> {
    let row = |name: &str, words: Pieces| RowView {
        pieces: std::iter::once(cell(name, 13, theme.dim, theme)).chain(words).collect(),
        name: 1,
        right: None,
    };
    let late = home.review < home.today;
    let review = (home.review_words(), if late { theme.urgent } else { theme.text });
    vec![row("Next review", vec![review]), row("Hours", figures(&home.hours_words(), theme))]
}
